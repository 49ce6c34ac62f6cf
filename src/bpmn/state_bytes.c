/* bpmn/state_bytes.c - a state as bytes.
 *
 *   format byte, outcome, flags, next id, names, scopes, tokens, waits, records
 *
 * Element ids and names of variables stand once in a table and are referred to by their place
 * in it; scopes and tokens refer to each other by id. Never a number of the compiled model. An
 * older format is read for ever: its reader stays beside the newer one and a sample in
 * tests/cases/bpmn. */
#include "bpmn/run.h"

#include <stdlib.h>

/* Write ---------------------------------------------------------------------------------- */

struct writer {
	struct buf *out;
	const struct text **names; /* ids of nodes and flows and names of variables, sorted */
	size_t count, cap;
	struct arena *arena;
	struct {
		const struct text *name;
		size_t at;
	} recent[8]; /* the same names come again and again */
	size_t recent_next;
};

static void name_add(struct writer *w, const struct text *id)
{
	for (size_t i = 0; i < 4 && i < w->count; i++)
		if (id && text_eq(*w->names[w->count - 1 - i], *id))
			return;
	if (id)
		*ARENA_PUSH(w->arena, w->names, w->count, w->cap) = id;
}

static int name_order(const void *a, const void *b)
{
	return text_cmp(**(const struct text *const *)a, **(const struct text *const *)b);
}

static void names_of(struct writer *w, const struct bpmn_vars *v)
{
	for (size_t i = 0; i < v->context.count; i++)
		name_add(w, &v->context.entries[i].name);
}

static void names_collect(struct writer *w, const struct bpmn_state *s)
{
	for (size_t i = 0; i < s->scope_count; i++) {
		name_add(w, &s->scopes[i]->node->id);
		names_of(w, &s->scopes[i]->vars);
	}
	for (size_t i = 0; i < s->token_count; i++) {
		name_add(w, &s->tokens[i]->node->id);
		name_add(w, s->tokens[i]->flow ? &s->tokens[i]->flow->element->id : NULL);
		names_of(w, &s->tokens[i]->vars);
	}
	for (size_t i = 0; i < s->wait_count; i++)
		name_add(w, &s->waits[i]->node->id);
	for (size_t i = 0; i < s->record_count; i++)
		name_add(w, &s->records[i]->node->id);
	if (w->count)
		qsort(w->names, w->count, sizeof(struct text *), name_order);
	size_t kept = 0;
	for (size_t i = 0; i < w->count; i++)
		if (!kept || !text_eq(*w->names[kept - 1], *w->names[i]))
			w->names[kept++] = w->names[i];
	w->count = kept;
}

static size_t name_find(struct writer *w, const struct text *id)
{
	for (size_t i = 0; i < 8; i++)
		if (w->recent[i].name == id)
			return w->recent[i].at;
	size_t low = 0, high = w->count;
	while (low + 1 < high) {
		size_t middle = low + (high - low) / 2;
		if (text_cmp(*w->names[middle], *id) <= 0)
			low = middle;
		else
			high = middle;
	}
	w->recent[w->recent_next].name = id;
	w->recent[w->recent_next].at = low;
	w->recent_next = (w->recent_next + 1) % 8;
	return low;
}

/* Place in the table plus one; 0 = none. */
static void put_name(struct writer *w, const struct text *id)
{
	bpmn_put_number(w->out, id ? name_find(w, id) + 1 : 0);
}

static void put_vars(struct writer *w, const struct bpmn_vars *v)
{
	bpmn_put_number(w->out, v->context.count);
	for (size_t i = 0; i < v->context.count; i++) {
		put_name(w, &v->context.entries[i].name);
		bpmn_value_write(w->out, v->context.entries[i].value);
	}
}

static void put_scope(struct writer *w, const struct bpmn_scope *sc)
{
	unsigned flags = (unsigned)sc->interrupted | (unsigned)sc->kept << 1 |
	                 (unsigned)sc->cancelling << 2 | (unsigned)sc->finished << 3;
	bpmn_put_number(w->out, sc->id);
	buf_add_byte(w->out, (char)sc->kind);
	buf_add_byte(w->out, (char)flags);
	bpmn_put_number(w->out, sc->parent ? sc->parent->id : 0);
	bpmn_put_number(w->out, sc->owner ? sc->owner->id : 0);
	put_name(w, &sc->node->id);
	bpmn_put_text(w->out, sc->called);
	bpmn_put_number(w->out, sc->record);
	bpmn_put_number(w->out, sc->total);
	bpmn_put_number(w->out, sc->begun);
	bpmn_put_number(w->out, sc->done);
	bpmn_put_number(w->out, sc->terminated);
	put_vars(w, &sc->vars);
}

static void put_token(struct writer *w, const struct bpmn_token *t)
{
	bpmn_put_number(w->out, t->id);
	bpmn_put_number(w->out, t->scope->id);
	put_name(w, &t->node->id);
	put_name(w, t->flow ? &t->flow->element->id : NULL);
	buf_add_byte(w->out, (char)t->stage);
	bpmn_put_number(w->out, t->record);
	bpmn_put_text(w->out, t->incident);
	if (t->incident.len)
		bpmn_put_text(w->out, t->message);
	put_vars(w, &t->vars);
}

static void put_wait(struct writer *w, const struct bpmn_wait *x)
{
	bpmn_put_number(w->out, x->id);
	buf_add_byte(w->out, (char)((unsigned)x->kind | (unsigned)x->was_true << 7));
	bpmn_put_number(w->out, x->token ? x->token->id : 0);
	bpmn_put_number(w->out, x->scope->id);
	put_name(w, &x->node->id);
	bpmn_put_number(w->out, x->event);
	bpmn_put_number(w->out, (uint64_t)x->at_ms);
	bpmn_put_text(w->out, x->name);
	bpmn_put_text(w->out, x->key);
	bpmn_put_text(w->out, x->interval);
	bpmn_put_number(w->out, (uint64_t)x->left);
}

static void put_record(struct writer *w, const struct bpmn_record *rec)
{
	bpmn_put_number(w->out, rec->id);
	bpmn_put_number(w->out, rec->scope->id);
	put_name(w, &rec->node->id);
	bpmn_put_number(w->out, rec->kept ? rec->kept->id : 0);
	bpmn_put_number(w->out, rec->by);
	buf_add_byte(w->out, (char)rec->started);
}

void bpmn_state_write(const struct bpmn_state *s, struct buf *out)
{
	struct writer w = {.out = out, .arena = arena_new(0)};
	names_collect(&w, s);
	buf_add_byte(out, BPMN_FORMAT);
	buf_add_byte(out, (char)s->outcome);
	buf_add_byte(out, (char)s->suspended);
	bpmn_put_number(out, s->next_id);
	bpmn_put_number(out, w.count);
	for (size_t i = 0; i < w.count; i++)
		bpmn_put_text(out, *w.names[i]);
	bpmn_put_number(out, s->scope_count);
	for (size_t i = 0; i < s->scope_count; i++)
		put_scope(&w, s->scopes[i]);
	bpmn_put_number(out, s->token_count);
	for (size_t i = 0; i < s->token_count; i++)
		put_token(&w, s->tokens[i]);
	bpmn_put_number(out, s->wait_count);
	for (size_t i = 0; i < s->wait_count; i++)
		put_wait(&w, s->waits[i]);
	bpmn_put_number(out, s->record_count);
	for (size_t i = 0; i < s->record_count; i++)
		put_record(&w, s->records[i]);
	arena_free(w.arena);
}

/* Read ----------------------------------------------------------------------------------- */

struct reader {
	struct bpmn_bytes in;
	struct arena *arena;
	struct bpmn_state *s;
	const struct bpmn_host *host;
	struct text *names;
	size_t name_count;
	uint64_t *owners; /* of scopes; tokens are read after them */
	struct errinfo *e;
	size_t hint;         /* where the last token was found */
	struct text missing; /* an element id the model does not have */
};

static size_t take_count(struct reader *r)
{
	uint64_t n = bpmn_take_number(&r->in);
	if (n > (uint64_t)(r->in.end - r->in.at))
		r->in.bad = true;
	return r->in.bad ? 0 : (size_t)n;
}

static unsigned take_byte(struct reader *r, unsigned max)
{
	if (r->in.at >= r->in.end || *r->in.at > max) {
		r->in.bad = true;
		return 0;
	}
	return *r->in.at++;
}

static struct text take_name(struct reader *r)
{
	uint64_t at = bpmn_take_number(&r->in);
	if (at > r->name_count)
		r->in.bad = true;
	return at && !r->in.bad ? r->names[at - 1] : TEXT_NONE;
}

static void take_vars(struct reader *r, struct bpmn_vars *v)
{
	size_t count = take_count(r);
	struct feel_entry *entries = ARENA_ARRAY(r->arena, count, struct feel_entry);
	for (size_t i = 0; i < count && !r->in.bad; i++) {
		entries[i].name = take_name(r);
		entries[i].value = bpmn_value_read(r->arena, &r->in, 0);
	}
	v->context = (struct feel_context){entries, count};
	v->cap = count;
}

static void miss(struct reader *r, struct text id)
{
	if (!r->missing.len)
		r->missing = id;
	r->in.bad = true;
}

/* The node of this id inside a scope. A global task has the id of its process. */
static const struct bpmn_node *node_in(
        struct reader *r, const struct bpmn_scope *sc, struct text id)
{
	const struct bpmn_node *n = sc && sc->node ? bpmn_node_find(sc->node->model, id) : NULL;
	if (n && n->kind == BPMN_PROCESS && n->child_count == 1)
		n = n->children[0];
	if (!n)
		miss(r, id);
	return n;
}

static const struct bpmn_node *process_of(
        struct reader *r, const struct bpmn_scope *sc, struct text id)
{
	const struct bpmn_node *n = NULL;
	const struct bpmn_model *m =
	        sc->parent && sc->parent->node ? sc->parent->node->model : r->s->model;
	n = bpmn_node_find(m, id);
	if (sc->kind == BPMN_SCOPE_CALL && (!n || n->kind != BPMN_PROCESS))
		n = bpmn_called_process(r->host, sc->called, r->e);
	if (!n || (n->kind != BPMN_PROCESS) || !text_eq(n->id, id)) {
		miss(r, id);
		return NULL;
	}
	return n;
}

static struct bpmn_scope *scope_by(struct reader *r, uint64_t id, bool wanted)
{
	struct bpmn_scope *sc = id ? bpmn_scope_by_id(r->s, id) : NULL;
	if (!sc && (id || wanted))
		r->in.bad = true;
	return sc;
}

static bool scope_fits(const struct bpmn_scope *sc)
{
	if (sc->kind == BPMN_SCOPE_LOOP)
		return sc->node->loop != NULL;
	if (sc->kind == BPMN_SCOPE_EVENT)
		return sc->node->kind == BPMN_EVENT_SUB_PROCESS;
	return bpmn_is_container(sc->node->kind);
}

static void take_scope(struct reader *r, size_t i)
{
	struct bpmn_scope *sc = ARENA_NEW(r->arena, struct bpmn_scope);
	sc->id = bpmn_take_number(&r->in);
	sc->kind = (enum bpmn_scope_kind)take_byte(r, BPMN_SCOPE_LOOP);
	unsigned flags = take_byte(r, 15);
	sc->interrupted = flags & 1;
	sc->kept = flags >> 1 & 1;
	sc->cancelling = flags >> 2 & 1;
	sc->finished = flags >> 3 & 1;
	sc->parent = scope_by(r, bpmn_take_number(&r->in), i > 0);
	r->owners[i] = bpmn_take_number(&r->in);
	struct text id = take_name(r);
	sc->called = bpmn_take_text(r->arena, &r->in);
	sc->record = bpmn_take_number(&r->in);
	sc->total = (uint32_t)bpmn_take_number(&r->in);
	sc->begun = (uint32_t)bpmn_take_number(&r->in);
	sc->done = (uint32_t)bpmn_take_number(&r->in);
	sc->terminated = (uint32_t)bpmn_take_number(&r->in);
	take_vars(r, &sc->vars);
	if (r->in.bad || (i && sc->id <= r->s->scopes[i - 1]->id) || (!i && sc->parent) ||
	        (i == 0) != (sc->kind == BPMN_SCOPE_ROOT) || sc->total > BPMN_TOKENS_MAX) {
		r->in.bad = true;
		return;
	}
	bool process = sc->kind == BPMN_SCOPE_ROOT || sc->kind == BPMN_SCOPE_CALL;
	sc->node = process ? process_of(r, sc, id) : node_in(r, sc->parent, id);
	if (!sc->node || !scope_fits(sc)) {
		miss(r, id);
		return;
	}
	*ARENA_PUSH(r->arena, r->s->scopes, r->s->scope_count, r->s->scope_cap) = sc;
}

static const struct bpmn_flow *flow_of(struct reader *r, const struct bpmn_node *n, struct text id)
{
	if (!id.len)
		return NULL;
	for (size_t i = 0; n && i < n->incoming_count; i++)
		if (text_eq(n->incoming[i]->element->id, id))
			return n->incoming[i];
	miss(r, id);
	return NULL;
}

static void take_token(struct reader *r, size_t i)
{
	struct bpmn_token *t = ARENA_NEW(r->arena, struct bpmn_token);
	t->id = bpmn_take_number(&r->in);
	t->scope = scope_by(r, bpmn_take_number(&r->in), true);
	struct text id = take_name(r), flow = take_name(r);
	t->stage = (enum bpmn_stage)take_byte(r, BPMN_STAGE_SPENT);
	t->record = bpmn_take_number(&r->in);
	t->incident = bpmn_take_text(r->arena, &r->in);
	if (t->incident.len)
		t->message = bpmn_take_text(r->arena, &r->in);
	take_vars(r, &t->vars);
	if (r->in.bad || (i && t->id <= r->s->tokens[i - 1]->id)) {
		r->in.bad = true;
		return;
	}
	t->node = node_in(r, t->scope, id);
	t->flow = flow_of(r, t->node, flow);
	if (!r->in.bad)
		*ARENA_PUSH(r->arena, r->s->tokens, r->s->token_count, r->s->token_cap) = t;
}

static void owners_set(struct reader *r)
{
	for (size_t i = 0; i < r->s->scope_count; i++) {
		struct bpmn_scope *sc = r->s->scopes[i];
		bool needs =
		        sc->kind != BPMN_SCOPE_ROOT && sc->kind != BPMN_SCOPE_EVENT && !sc->kept;
		sc->owner = r->owners[i] ? bpmn_token_by_id(r->s, r->owners[i]) : NULL;
		if (needs != (sc->owner != NULL) || (sc->owner && sc->owner->scope != sc->parent))
			r->in.bad = true;
	}
}

/* Waits come in the order of their tokens, mostly. */
static struct bpmn_token *token_near(struct reader *r, uint64_t id)
{
	for (size_t i = r->hint; i < r->s->token_count && i < r->hint + 3; i++) {
		if (r->s->tokens[i]->id != id)
			continue;
		r->hint = i;
		return r->s->tokens[i];
	}
	return bpmn_token_by_id(r->s, id);
}

static void take_wait(struct reader *r, size_t i)
{
	struct bpmn_wait *w = ARENA_NEW(r->arena, struct bpmn_wait);
	w->id = bpmn_take_number(&r->in);
	unsigned kind = take_byte(r, 128 + BPMN_WAIT_CONDITION);
	w->kind = (enum bpmn_wait_kind)(kind & 127);
	w->was_true = kind >> 7;
	uint64_t token = bpmn_take_number(&r->in);
	w->token = token ? token_near(r, token) : NULL;
	w->scope = scope_by(r, bpmn_take_number(&r->in), true);
	struct text id = take_name(r);
	w->event = (uint32_t)bpmn_take_number(&r->in);
	w->at_ms = (int64_t)bpmn_take_number(&r->in);
	w->name = bpmn_take_text(r->arena, &r->in);
	w->key = bpmn_take_text(r->arena, &r->in);
	w->interval = bpmn_take_text(r->arena, &r->in);
	w->left = (int64_t)bpmn_take_number(&r->in);
	if (r->in.bad || (i && w->id <= r->s->waits[i - 1]->id) || (token && !w->token) ||
	        w->kind > BPMN_WAIT_CONDITION) {
		r->in.bad = true;
		return;
	}
	w->node = node_in(r, w->scope, id);
	bool by_event = w->kind == BPMN_WAIT_TIMER || w->kind == BPMN_WAIT_CONDITION;
	if (w->node && by_event && w->event >= w->node->event_count)
		miss(r, id);
	if (!r->in.bad)
		*ARENA_PUSH(r->arena, r->s->waits, r->s->wait_count, r->s->wait_cap) = w;
}

static void take_record(struct reader *r, size_t i)
{
	struct bpmn_record *rec = ARENA_NEW(r->arena, struct bpmn_record);
	rec->id = bpmn_take_number(&r->in);
	rec->scope = scope_by(r, bpmn_take_number(&r->in), true);
	struct text id = take_name(r);
	rec->kept = scope_by(r, bpmn_take_number(&r->in), false);
	rec->by = bpmn_take_number(&r->in);
	rec->started = take_byte(r, 1);
	if (r->in.bad || (i && rec->id <= r->s->records[i - 1]->id)) {
		r->in.bad = true;
		return;
	}
	rec->node = node_in(r, rec->scope, id);
	if (rec->node && !rec->kept && !rec->node->handler)
		miss(r, id);
	if (!r->in.bad)
		*ARENA_PUSH(r->arena, r->s->records, r->s->record_count, r->s->record_cap) = rec;
}

static void take_names(struct reader *r)
{
	r->name_count = take_count(r);
	r->names = ARENA_ARRAY(r->arena, r->name_count, struct text);
	for (size_t i = 0; i < r->name_count && !r->in.bad; i++)
		r->names[i] = bpmn_take_text(r->arena, &r->in);
}

static void take_state(struct reader *r)
{
	r->s->outcome = (enum bpmn_outcome)take_byte(r, BPMN_CANCELLED);
	r->s->suspended = take_byte(r, 1);
	r->s->next_id = bpmn_take_number(&r->in);
	take_names(r);
	size_t count = take_count(r);
	r->owners = ARENA_ARRAY(r->arena, count, uint64_t);
	for (size_t i = 0; i < count && !r->in.bad; i++)
		take_scope(r, i);
	count = take_count(r);
	for (size_t i = 0; i < count && !r->in.bad; i++)
		take_token(r, i);
	if (!r->in.bad)
		owners_set(r);
	count = take_count(r);
	for (size_t i = 0; i < count && !r->in.bad; i++)
		take_wait(r, i);
	count = take_count(r);
	for (size_t i = 0; i < count && !r->in.bad; i++)
		take_record(r, i);
}

enum err bpmn_state_read(struct arena *a, const struct bpmn_model *m, const struct bpmn_host *host,
        struct text bytes, struct bpmn_state **out, struct errinfo *e)
{
	struct errinfo own = {0};
	struct reader r = {.arena = a, .host = host, .s = bpmn_state_new(a, m), .e = e ? e : &own};
	if (bytes.len > BPMN_STATE_BYTES_MAX)
		return fail(
		        e, ERR_LIMIT, "the state is larger than %d bytes", BPMN_STATE_BYTES_MAX);
	if (!bytes.len || bytes.ptr[0] != BPMN_FORMAT)
		return fail(e, ERR_CORRUPT, "not a state of a known format");
	r.in.at = (const unsigned char *)bytes.ptr + 1;
	r.in.end = (const unsigned char *)bytes.ptr + bytes.len;
	take_state(&r);
	if (r.missing.len)
		return fail(e, ERR_CORRUPT,
		        "the state stands at \"%.*s\", which the model does not have",
		        TEXT_ARG(r.missing));
	if (r.in.bad || r.in.at != r.in.end || !r.s->scope_count)
		return fail(e, ERR_CORRUPT, "the state is damaged");
	bpmn_state_link(r.s);
	*out = r.s;
	return OK;
}
