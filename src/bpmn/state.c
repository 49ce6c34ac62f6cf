/* bpmn/state.c - making, copying, linking and searching the structures of an instance. */
#include "bpmn/state.h"

struct bpmn_state *bpmn_state_new(struct arena *a, const struct bpmn_model *m)
{
	struct bpmn_state *s = ARENA_NEW(a, struct bpmn_state);
	s->arena = a;
	s->model = m;
	s->next_id = 1;
	return s;
}

/* Lists ---------------------------------------------------------------------------------- */

static void token_link(struct bpmn_token *t)
{
	struct bpmn_scope *sc = t->scope;
	t->previous = sc->last;
	t->next = NULL;
	if (sc->last)
		sc->last->next = t;
	else
		sc->first = t;
	sc->last = t;
}

void bpmn_token_unlink(struct bpmn_token *t)
{
	struct bpmn_scope *sc = t->scope;
	if (t->previous)
		t->previous->next = t->next;
	else
		sc->first = t->next;
	if (t->next)
		t->next->previous = t->previous;
	else
		sc->last = t->previous;
	t->next = t->previous = NULL;
}

static void scope_link(struct bpmn_scope *sc)
{
	if (sc->owner)
		sc->owner->inner = sc;
	if (!sc->parent)
		return;
	sc->sibling_before = NULL;
	sc->sibling = sc->parent->child;
	if (sc->sibling)
		sc->sibling->sibling_before = sc;
	sc->parent->child = sc;
}

void bpmn_scope_unlink(struct bpmn_scope *sc)
{
	if (sc->owner && sc->owner->inner == sc)
		sc->owner->inner = NULL;
	if (sc->sibling_before)
		sc->sibling_before->sibling = sc->sibling;
	else if (sc->parent && sc->parent->child == sc)
		sc->parent->child = sc->sibling;
	if (sc->sibling)
		sc->sibling->sibling_before = sc->sibling_before;
	sc->sibling = sc->sibling_before = NULL;
}

static struct bpmn_wait **wait_list(struct bpmn_wait *w)
{
	return w->token ? &w->token->waits : &w->scope->waits;
}

static void wait_link(struct bpmn_wait *w)
{
	struct bpmn_wait **list = wait_list(w);
	w->previous = NULL;
	w->next = *list;
	if (*list)
		(*list)->previous = w;
	*list = w;
}

void bpmn_wait_unlink(struct bpmn_wait *w)
{
	if (w->previous)
		w->previous->next = w->next;
	else
		*wait_list(w) = w->next;
	if (w->next)
		w->next->previous = w->previous;
	w->next = w->previous = NULL;
}

void bpmn_state_link(struct bpmn_state *s)
{
	for (size_t i = 0; i < s->scope_count; i++) {
		struct bpmn_scope *sc = s->scopes[i];
		sc->slot = i;
		sc->first = sc->last = NULL;
		sc->child = sc->sibling = sc->sibling_before = NULL;
		sc->waits = NULL;
		sc->env_made = false;
	}
	for (size_t i = 0; i < s->token_count; i++) {
		s->tokens[i]->slot = i;
		s->tokens[i]->waits = NULL;
		s->tokens[i]->inner = NULL;
		s->tokens[i]->queued = false;
		token_link(s->tokens[i]);
	}
	for (size_t i = s->scope_count; i-- > 0;)
		if (!s->scopes[i]->kept)
			scope_link(s->scopes[i]);
	for (size_t i = s->wait_count; i-- > 0;) {
		s->waits[i]->slot = i;
		wait_link(s->waits[i]);
	}
	for (size_t i = 0; i < s->record_count; i++)
		s->records[i]->slot = i;
}

/* Adding --------------------------------------------------------------------------------- */

struct bpmn_token *bpmn_token_add(
        struct bpmn_state *s, struct bpmn_scope *scope, const struct bpmn_node *n)
{
	struct bpmn_token *t = ARENA_NEW(s->arena, struct bpmn_token);
	t->id = s->next_id++;
	t->scope = scope;
	t->node = n;
	t->slot = s->token_count;
	*ARENA_PUSH(s->arena, s->tokens, s->token_count, s->token_cap) = t;
	token_link(t);
	return t;
}

struct bpmn_scope *bpmn_scope_add(struct bpmn_state *s, enum bpmn_scope_kind kind,
        struct bpmn_scope *parent, struct bpmn_token *owner, const struct bpmn_node *n)
{
	struct bpmn_scope *sc = ARENA_NEW(s->arena, struct bpmn_scope);
	sc->id = s->next_id++;
	sc->kind = kind;
	sc->parent = parent;
	sc->owner = owner;
	sc->node = n;
	sc->slot = s->scope_count;
	*ARENA_PUSH(s->arena, s->scopes, s->scope_count, s->scope_cap) = sc;
	scope_link(sc);
	return sc;
}

struct bpmn_wait *bpmn_wait_add(struct bpmn_state *s, enum bpmn_wait_kind kind,
        struct bpmn_token *token, struct bpmn_scope *scope, const struct bpmn_node *n)
{
	struct bpmn_wait *w = ARENA_NEW(s->arena, struct bpmn_wait);
	w->id = s->next_id++;
	w->kind = kind;
	w->token = token;
	w->scope = scope;
	w->node = n;
	w->at_ms = BPMN_NEVER;
	w->slot = s->wait_count;
	*ARENA_PUSH(s->arena, s->waits, s->wait_count, s->wait_cap) = w;
	wait_link(w);
	return w;
}

struct bpmn_record *bpmn_record_add(
        struct bpmn_state *s, struct bpmn_scope *scope, const struct bpmn_node *n)
{
	struct bpmn_record *r = ARENA_NEW(s->arena, struct bpmn_record);
	r->id = s->next_id++;
	r->scope = scope;
	r->node = n;
	r->slot = s->record_count;
	*ARENA_PUSH(s->arena, s->records, s->record_count, s->record_cap) = r;
	return r;
}

/* Copy ----------------------------------------------------------------------------------- */

static void vars_copy(struct arena *a, struct bpmn_vars *v)
{
	if (!v->context.count) {
		*v = (struct bpmn_vars){0};
		return;
	}
	struct feel_entry *entries = ARENA_ARRAY(a, v->context.count, struct feel_entry);
	memcpy(entries, v->context.entries, v->context.count * sizeof *entries);
	v->context.entries = entries;
	v->cap = v->context.count;
}

static struct bpmn_scope *scope_of(const struct bpmn_state *s, const struct bpmn_scope *old)
{
	return old ? s->scopes[old->slot] : NULL;
}

static struct bpmn_token *token_of(const struct bpmn_state *s, const struct bpmn_token *old)
{
	return old ? s->tokens[old->slot] : NULL;
}

#define COPY_ARRAY(a, out, s, field, count, cap)                                                   \
	do {                                                                                       \
		(out)->field = arena_array((a), (s)->count + 8, sizeof *(out)->field);             \
		(out)->count = (s)->count;                                                         \
		(out)->cap = (s)->count + 8;                                                       \
		void *block = arena_array((a), (s)->count, sizeof **(out)->field);                 \
		for (size_t n = 0; n < (s)->count; n++) {                                          \
			(out)->field[n] = block;                                                   \
			(out)->field[n] += n;                                                      \
			*(out)->field[n] = *(s)->field[n];                                         \
		}                                                                                  \
	} while (0)

struct bpmn_state *bpmn_state_copy(struct arena *a, const struct bpmn_state *s)
{
	struct bpmn_state *out = ARENA_NEW(a, struct bpmn_state);
	*out = *s;
	out->arena = a;
	COPY_ARRAY(a, out, s, tokens, token_count, token_cap);
	COPY_ARRAY(a, out, s, scopes, scope_count, scope_cap);
	COPY_ARRAY(a, out, s, waits, wait_count, wait_cap);
	COPY_ARRAY(a, out, s, records, record_count, record_cap);
	for (size_t i = 0; i < out->token_count; i++) {
		out->tokens[i]->scope = scope_of(out, out->tokens[i]->scope);
		vars_copy(a, &out->tokens[i]->vars);
	}
	for (size_t i = 0; i < out->scope_count; i++) {
		out->scopes[i]->parent = scope_of(out, out->scopes[i]->parent);
		out->scopes[i]->owner = token_of(out, out->scopes[i]->owner);
		vars_copy(a, &out->scopes[i]->vars);
	}
	for (size_t i = 0; i < out->wait_count; i++) {
		out->waits[i]->token = token_of(out, out->waits[i]->token);
		out->waits[i]->scope = scope_of(out, out->waits[i]->scope);
	}
	for (size_t i = 0; i < out->record_count; i++) {
		out->records[i]->scope = scope_of(out, out->records[i]->scope);
		out->records[i]->kept = scope_of(out, out->records[i]->kept);
	}
	bpmn_state_link(out);
	return out;
}

/* Sweep ---------------------------------------------------------------------------------- */

#define SWEEP(s, field, count)                                                                     \
	do {                                                                                       \
		size_t kept = 0;                                                                   \
		for (size_t n = 0; n < (s)->count; n++) {                                          \
			if ((s)->field[n]->dead)                                                   \
				continue;                                                          \
			(s)->field[n]->slot = kept;                                                \
			(s)->field[kept++] = (s)->field[n];                                        \
		}                                                                                  \
		(s)->count = kept;                                                                 \
	} while (0)

void bpmn_state_sweep(struct bpmn_state *s)
{
	SWEEP(s, tokens, token_count);
	SWEEP(s, scopes, scope_count);
	SWEEP(s, waits, wait_count);
	SWEEP(s, records, record_count);
}

/* Search --------------------------------------------------------------------------------- */

#define SEARCH(s, field, count, wanted)                                                            \
	do {                                                                                       \
		size_t low = 0, high = (s)->count;                                                 \
		while (low < high) {                                                               \
			size_t middle = low + (high - low) / 2;                                    \
			if ((s)->field[middle]->id == (wanted))                                    \
				return (s)->field[middle]->dead ? NULL : (s)->field[middle];       \
			if ((s)->field[middle]->id < (wanted))                                     \
				low = middle + 1;                                                  \
			else                                                                       \
				high = middle;                                                     \
		}                                                                                  \
		return NULL;                                                                       \
	} while (0)

struct bpmn_token *bpmn_token_by_id(const struct bpmn_state *s, uint64_t id)
{
	SEARCH(s, tokens, token_count, id);
}

struct bpmn_scope *bpmn_scope_by_id(const struct bpmn_state *s, uint64_t id)
{
	SEARCH(s, scopes, scope_count, id);
}

struct bpmn_wait *bpmn_wait_by_id(const struct bpmn_state *s, uint64_t id)
{
	SEARCH(s, waits, wait_count, id);
}

struct bpmn_record *bpmn_record_by_id(const struct bpmn_state *s, uint64_t id)
{
	SEARCH(s, records, record_count, id);
}

struct bpmn_scope *bpmn_state_root(const struct bpmn_state *s)
{
	return s->scope_count ? s->scopes[0] : NULL;
}

/* Variables ------------------------------------------------------------------------------ */

const struct feel_value *bpmn_vars_get(const struct bpmn_vars *v, struct text name)
{
	for (size_t i = 0; i < v->context.count; i++)
		if (text_eq(v->context.entries[i].name, name))
			return &v->context.entries[i].value;
	return NULL;
}

void bpmn_vars_set(struct arena *a, struct bpmn_vars *v, struct text name, struct feel_value value)
{
	struct feel_entry *entries = (struct feel_entry *)(uintptr_t)v->context.entries;
	for (size_t i = 0; i < v->context.count; i++) {
		if (!text_eq(entries[i].name, name))
			continue;
		entries[i].value = value;
		return;
	}
	struct feel_entry *entry = ARENA_PUSH(a, entries, v->context.count, v->cap);
	entry->name = text_copy(a, name);
	entry->value = value;
	v->context.entries = entries;
}
