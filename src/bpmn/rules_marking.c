/* bpmn/rules_marking.c - plays all ways a process can go, without looking at data.
 *
 * A marking says how many tokens stand on each sequence flow of one process or sub-process.
 * From the start every choice is tried. Where tokens are left that nothing can move, a join
 * waits for ever; where a second token comes to a flow, what follows happens twice. Both are
 * warnings: data may rule out what the drawing allows. Scopes that are too large, or hold
 * what cannot be played so (complex gateways, quantities, ad-hoc), are left alone. */
#include "bpmn/model.h"

enum {
	PLACES_MAX = 200, /* flows in one scope */
	MARKINGS_MAX = 3000,
	CHOICES_MAX = 5,  /* conditional flows out of one element */
	FINDINGS_MAX = 5, /* of each kind in one scope */
};

struct game {
	struct bpmn_reader *r;
	const struct bpmn_node *scope;
	const struct bpmn_flow **places;
	size_t place_count;
	unsigned char *markings; /* one after the other, place_count bytes each */
	size_t count;
	uint32_t *table; /* place in `markings` plus one, by hash */
	bool over;
	const void *told[2 * FINDINGS_MAX];
	size_t told_count;
};

enum { TABLE_SIZE = 8192 };

static bool playable(const struct bpmn_node *scope)
{
	for (size_t i = 0; i < scope->child_count; i++) {
		const struct bpmn_node *n = scope->children[i];
		if (n->kind == BPMN_COMPLEX || n->start_quantity > 1 || n->completion_quantity > 1)
			return false;
	}
	return scope->kind != BPMN_AD_HOC;
}

static size_t place_of(const struct game *g, const struct bpmn_flow *f)
{
	for (size_t i = 0; i < g->place_count; i++)
		if (g->places[i] == f)
			return i;
	return SIZE_MAX;
}

static bool places_make(struct game *g)
{
	g->places = ARENA_ARRAY(g->r->arena, PLACES_MAX, const struct bpmn_flow *);
	for (size_t i = 0; i < g->scope->child_count; i++) {
		const struct bpmn_node *n = g->scope->children[i];
		for (size_t k = 0; k < n->outgoing_count; k++) {
			if (g->place_count == PLACES_MAX)
				return false;
			g->places[g->place_count++] = n->outgoing[k];
		}
	}
	return true;
}

static void tell(
        struct game *g, const char *rule, const struct bpmn_node *n, const struct bpmn_flow *f)
{
	for (size_t i = 0; i < g->told_count; i++)
		if (g->told[i] == n)
			return;
	if (g->told_count == 2 * FINDINGS_MAX)
		return;
	g->told[g->told_count++] = n;
	BPMN_FOUND(g->r, rule, n, f->element->id, TEXT_NONE);
}

/* Keep a marking that is new. */
static void keep(struct game *g, const unsigned char *m)
{
	struct text bytes = {(const char *)m, g->place_count};
	size_t slot = (size_t)text_hash(bytes) % TABLE_SIZE;
	for (; g->table[slot]; slot = (slot + 1) % TABLE_SIZE) {
		const unsigned char *old = g->markings + (g->table[slot] - 1) * g->place_count;
		if (memcmp(old, m, g->place_count) == 0)
			return;
	}
	if (g->count == MARKINGS_MAX) {
		g->over = true;
		return;
	}
	memcpy(g->markings + g->count * g->place_count, m, g->place_count);
	g->table[slot] = (uint32_t)++g->count;
}

static bool is_join(const struct bpmn_node *n)
{
	return n->incoming_count > 1 && (n->kind == BPMN_PARALLEL || n->kind == BPMN_INCLUSIVE);
}

/* Said once, where the paths come together without being joined. */
static void tell_twice(struct game *g, const struct bpmn_flow *f)
{
	if (f->source->incoming_count > 1 && !is_join(f->source))
		tell(g, "merge_of_parallel", f->target, f);
}

/* Put a token on each flow; false: one has a token already. */
static bool put(
        struct game *g, unsigned char *m, const struct bpmn_flow *const *flows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t at = place_of(g, flows[i]);
		if (at == SIZE_MAX)
			continue;
		if (m[at]) {
			tell_twice(g, flows[i]);
			return false;
		}
		m[at] = 1;
	}
	return true;
}

static void out(
        struct game *g, const unsigned char *m, const struct bpmn_flow *const *flows, size_t count)
{
	unsigned char next[PLACES_MAX];
	memcpy(next, m, g->place_count);
	if (put(g, next, flows, count))
		keep(g, next);
}

static const struct bpmn_flow *const *outgoing(const struct bpmn_node *n)
{
	return (const struct bpmn_flow *const *)n->outgoing;
}

/* Every set of conditional flows, none of them only with a default. */
static void out_choices(struct game *g, const unsigned char *m, const struct bpmn_node *n)
{
	const struct bpmn_flow *fixed[PLACES_MAX + CHOICES_MAX], *open[CHOICES_MAX];
	size_t fixed_count = 0, open_count = 0;
	for (size_t i = 0; i < n->outgoing_count; i++) {
		const struct bpmn_flow *f = n->outgoing[i];
		if (f == n->default_flow)
			continue;
		if (!f->has_condition)
			fixed[fixed_count++] = f;
		else if (open_count == CHOICES_MAX)
			g->over = true;
		else
			open[open_count++] = f;
	}
	for (unsigned set = 0; set < 1u << open_count && !g->over; set++) {
		size_t count = fixed_count;
		for (size_t i = 0; i < open_count; i++)
			if (set >> i & 1)
				fixed[count++] = open[i];
		if (!set && n->default_flow)
			fixed[count++] = n->default_flow;
		if (count || !n->outgoing_count)
			out(g, m, fixed, count);
	}
}

static bool ends_all(const struct bpmn_node *n)
{
	for (size_t i = 0; n->kind == BPMN_END_EVENT && i < n->event_count; i++) {
		enum bpmn_trigger t = n->events[i].trigger;
		if (t == BPMN_ON_TERMINATE || t == BPMN_ON_ERROR || t == BPMN_ON_CANCEL)
			return true;
	}
	return false;
}

static void out_boundary(struct game *g, const unsigned char *m, const struct bpmn_node *n)
{
	for (size_t i = 0; i < n->boundary_count; i++) {
		const struct bpmn_node *b = n->boundary[i];
		if (b->element->trigger == BPMN_ON_COMPENSATION)
			continue;
		if (b->interrupting) {
			out(g, m, outgoing(b), b->outgoing_count);
			continue;
		}
		unsigned char both[PLACES_MAX];
		memcpy(both, m, g->place_count);
		if (put(g, both, outgoing(b), b->outgoing_count))
			out_choices(g, both, n);
	}
}

/* The element is done: everything that can follow. */
static void leave(struct game *g, const unsigned char *m, const struct bpmn_node *n)
{
	if (ends_all(n))
		return;
	const struct bpmn_node *link =
	        n->kind == BPMN_THROW_EVENT && n->event_count ? n->events[0].link : NULL;
	if (link) {
		out(g, m, outgoing(link), link->outgoing_count);
	} else if (n->kind == BPMN_EXCLUSIVE || n->kind == BPMN_EVENT_BASED) {
		for (size_t i = 0; i < n->outgoing_count; i++)
			out(g, m, outgoing(n) + i, 1);
		if (!n->outgoing_count)
			keep(g, m);
	} else if (n->kind == BPMN_PARALLEL) {
		out(g, m, outgoing(n), n->outgoing_count);
	} else {
		out_choices(g, m, n);
		out_boundary(g, m, n);
	}
}

/* As joins_run.c has it, with tokens on flows instead of at elements. */
static bool inclusive_held(const struct game *g, const unsigned char *m, const struct bpmn_node *n)
{
	for (size_t p = 0; p < g->place_count; p++) {
		const struct bpmn_node *at = g->places[p]->target;
		if (!m[p] || at == n)
			continue;
		bool empty = false, filled = false;
		for (size_t i = 0; i < n->incoming_count; i++) {
			const uint64_t *row = n->reach.bits + i * n->reach.words;
			if (!(row[at->index / 64] >> (at->index % 64) & 1))
				continue;
			bool has = m[place_of(g, n->incoming[i])] != 0;
			filled |= has;
			empty |= !has;
		}
		if (empty && !filled)
			return true;
	}
	return false;
}

static bool join_move(struct game *g, const unsigned char *m, const struct bpmn_node *n)
{
	unsigned char next[PLACES_MAX];
	size_t here = 0;
	memcpy(next, m, g->place_count);
	for (size_t i = 0; i < n->incoming_count; i++) {
		size_t p = place_of(g, n->incoming[i]);
		here += m[p] != 0;
		next[p] = 0;
	}
	if (!here || (n->kind == BPMN_PARALLEL && here < n->incoming_count) ||
	        (n->kind == BPMN_INCLUSIVE && inclusive_held(g, m, n)))
		return false;
	leave(g, next, n);
	return true;
}

static bool move_any(struct game *g, const unsigned char *m)
{
	bool moved = false;
	for (size_t p = 0; p < g->place_count && !g->over; p++) {
		const struct bpmn_node *n = g->places[p]->target;
		if (!m[p])
			continue;
		if (is_join(n)) {
			moved |= join_move(g, m, n);
			continue;
		}
		unsigned char next[PLACES_MAX];
		memcpy(next, m, g->place_count);
		next[p] = 0;
		leave(g, next, n);
		moved = true;
	}
	return moved;
}

/* Nothing moves: the joins that hold tokens lack one. */
static void stuck(struct game *g, const unsigned char *m)
{
	for (size_t p = 0; p < g->place_count; p++) {
		const struct bpmn_node *n = g->places[p]->target;
		for (size_t i = 0; m[p] && i < n->incoming_count; i++) {
			if (m[place_of(g, n->incoming[i])])
				continue;
			tell(g, "no_synchronisation", n, n->incoming[i]);
			break;
		}
	}
}

static bool begins(const struct bpmn_node *n)
{
	return !n->incoming_count && n->kind != BPMN_BOUNDARY_EVENT && !n->for_compensation &&
	       n->kind != BPMN_EVENT_SUB_PROCESS &&
	       !(n->kind == BPMN_CATCH_EVENT && n->element->trigger == BPMN_ON_LINK);
}

/* Each start event begins alone; elements without incoming flow begin together. */
static void start(struct game *g)
{
	const unsigned char none[PLACES_MAX] = {0};
	const struct bpmn_flow *together[PLACES_MAX];
	size_t count = 0;
	for (size_t i = 0; i < g->scope->child_count; i++) {
		const struct bpmn_node *n = g->scope->children[i];
		if (!begins(n))
			continue;
		if (g->scope->start_count || n->instantiates) {
			leave(g, none, n);
			continue;
		}
		for (size_t k = 0; k < n->outgoing_count; k++)
			together[count++] = n->outgoing[k];
	}
	if (count)
		out(g, none, together, count);
}

void bpmn_check_markings(struct bpmn_reader *r, const struct bpmn_node *scope)
{
	struct game g = {.r = r, .scope = scope};
	if (!playable(scope) || !places_make(&g) || !g.place_count)
		return;
	struct arena *scratch = arena_new(0);
	g.markings = ARENA_ARRAY(scratch, MARKINGS_MAX * g.place_count, unsigned char);
	g.table = ARENA_ARRAY(scratch, TABLE_SIZE, uint32_t);
	start(&g);
	for (size_t i = 0; i < g.count && !g.over; i++) {
		unsigned char m[PLACES_MAX];
		memcpy(m, g.markings + i * g.place_count, g.place_count);
		if (!move_any(&g, m))
			stuck(&g, m);
	}
	arena_free(scratch);
}
