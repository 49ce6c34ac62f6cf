/* The room's functions for others. */
#include "dmn/dmn_int.h"

static enum err build(
        struct builder *b, const struct dmn_source *sources, size_t count, struct errinfo *e)
{
	struct dmn_model *m = b->model;
	TRY(read_units(b, sources, count, e));
	for (size_t i = 0; i < m->unit_count; i++)
		read_types(b, &m->units[i]);
	for (size_t i = 0; i < m->unit_count; i++)
		resolve_types(b, &m->units[i]);
	TRY(read_nodes(b, e));
	for (size_t i = 0; i < m->node_count; i++)
		compile_node(b, m->nodes[i]);
	return OK;
}

static void list_items(struct arena *a, struct dmn_model *m)
{
	struct dmn_item *items = ARENA_ARRAY(a, m->main->node_count, struct dmn_item);
	for (size_t i = 0; i < m->main->node_count; i++)
		items[i] = m->main->nodes[i].item;
	m->items = items;
	m->item_count = m->main->node_count;
}

/* The XML is read; nothing points there any more. */
static void forget_sources(struct dmn_model *m)
{
	for (size_t i = 0; i < m->unit_count; i++) {
		m->units[i].root = NULL;
		for (size_t k = 0; k < m->units[i].type_count; k++)
			m->units[i].types[k].xml = NULL;
	}
	for (size_t i = 0; i < m->node_count; i++)
		m->nodes[i]->xml = NULL;
}

enum err dmn_compile(struct arena *a, const struct dmn_source *sources, size_t count,
        unsigned flags, struct feel_diagnostics *d, const struct dmn_model **out, struct errinfo *e)
{
	struct feel_diagnostics own;
	struct errinfo unasked = {0};
	struct dmn_model *m = ARENA_NEW(a, struct dmn_model);
	if (!d) {
		feel_diagnostics_init(&own, a);
		d = &own;
	}
	e = e ? e : &unasked;
	size_t before = d->errors;
	struct builder b = {.arena = a, .model = m, .diagnostics = d, .flags = flags};
	b.scratch = arena_new(0);
	b.sources = arena_new(0);
	enum err err = build(&b, sources, count, e);
	forget_sources(m);
	arena_free(b.scratch);
	arena_free(b.sources);
	if (err != OK)
		return err;
	list_items(a, m);
	*out = m;
	if ((flags & FEEL_STRICT) && d->errors > before) {
		struct text first = feel_diagnostic_text(a, &d->items[d->count - 1]);
		return fail(e, ERR_INVALID, "%zu errors in the model, the last: %.*s",
		        d->errors - before, TEXT_ARG(first));
	}
	return OK;
}

struct text dmn_name(const struct dmn_model *m)
{
	return m->main->name;
}

struct text dmn_namespace(const struct dmn_model *m)
{
	return m->main->space;
}

size_t dmn_items(const struct dmn_model *m, const struct dmn_item **out)
{
	*out = m->items;
	return m->item_count;
}

const struct dmn_item *dmn_find(const struct dmn_model *m, enum dmn_kind kind, struct text name)
{
	for (size_t i = 0; i < m->item_count; i++) {
		if (m->items[i].kind == kind && text_eq(m->items[i].name, name))
			return &m->items[i];
	}
	for (size_t i = 0; i < m->item_count; i++) {
		if (m->items[i].kind == kind && feel_name_same(m->items[i].name, name))
			return &m->items[i];
	}
	for (size_t i = 0; i < m->item_count; i++) {
		if (m->items[i].kind == kind && text_eq(m->items[i].id, name))
			return &m->items[i];
	}
	return NULL;
}

static const struct node *node_of(const struct dmn_model *m, const struct dmn_item *item)
{
	return item ? &m->main->nodes[item - m->items] : NULL;
}

struct input_walk {
	struct arena *arena;
	uint8_t *seen;
	const struct dmn_item **items;
	size_t count, cap;
};

static void walk_inputs(struct input_walk *w, const struct node *n)
{
	if (w->seen[n->index])
		return;
	w->seen[n->index] = 1;
	if (n->item.kind == DMN_INPUT)
		*ARENA_PUSH(w->arena, w->items, w->count, w->cap) = &n->item;
	for (size_t i = 0; i < n->need_count; i++)
		walk_inputs(w, n->needs[i].node);
}

size_t dmn_required_inputs(struct arena *a, const struct dmn_model *m,
        const struct dmn_item *decision, const struct dmn_item ***out)
{
	struct input_walk w = {.arena = a};
	w.seen = ARENA_ARRAY(a, m->node_count, uint8_t);
	walk_inputs(&w, node_of(m, decision));
	*out = w.items;
	return w.count;
}

static void begin(struct evaluation *ev, const struct dmn_model *m, struct feel_run *r,
        const struct feel_env *env, struct dmn_trace *trace, struct errinfo *e)
{
	*ev = (struct evaluation){.model = m, .run = r, .given = env, .trace = trace, .e = e};
	ev->values = ARENA_ARRAY(r->arena, m->node_count, struct feel_value);
	ev->done = ARENA_ARRAY(r->arena, m->node_count, uint8_t);
}

/* Strict: a missing input and everything that is wrong with the model is a failure. */
static enum err strict(struct feel_run *r, size_t before, struct errinfo *e)
{
	for (size_t i = before; i < r->diagnostics.count; i++) {
		const struct feel_diagnostic *d = &r->diagnostics.items[i];
		if (d->severity != FEEL_ERROR && d->code != FEEL_DIAG_MISSING_INPUT &&
		        d->code != FEEL_DIAG_NO_SUCH_ENTRY)
			continue;
		struct text t = feel_diagnostic_text(r->arena, d);
		return fail(e, ERR_INVALID, "%.*s", TEXT_ARG(t));
	}
	return OK;
}

enum err dmn_evaluate(const struct dmn_model *m, struct text decision, unsigned flags,
        struct feel_run *r, const struct feel_env *env, struct dmn_trace *trace,
        struct feel_value *out, struct errinfo *e)
{
	struct evaluation ev;
	size_t before = r->diagnostics.count;
	const struct node *n = node_of(m, dmn_find(m, DMN_DECISION, decision));
	*out = feel_null();
	if (!n)
		return fail(e, ERR_NOT_FOUND, "no decision '%.*s'", TEXT_ARG(decision));
	begin(&ev, m, r, env, trace, e);
	TRY(eval_node(&ev, n, out));
	return flags & FEEL_STRICT ? strict(r, before, e) : OK;
}

static const struct node *find_callable(const struct dmn_model *m, struct text name)
{
	const struct node *n = node_of(m, dmn_find(m, DMN_SERVICE, name));
	return n ? n : node_of(m, dmn_find(m, DMN_KNOWLEDGE, name));
}

enum err dmn_invoke(const struct dmn_model *m, struct text invocable, unsigned flags,
        struct feel_run *r, const struct feel_env *env, struct dmn_trace *trace,
        struct feel_value *out, struct errinfo *e)
{
	struct evaluation ev;
	size_t before = r->diagnostics.count;
	const struct node *n = find_callable(m, invocable);
	*out = feel_null();
	if (!n)
		return fail(e, ERR_NOT_FOUND, "no service or knowledge model '%.*s'",
		        TEXT_ARG(invocable));
	begin(&ev, m, r, env, trace, e);
	struct feel_value *args = ARENA_ARRAY(r->arena, n->param_count, struct feel_value);
	for (size_t i = 0; i < n->param_count; i++) {
		const struct feel_value *v = env_find(env, n->params[i].name);
		if (v)
			args[i] = *v;
		else
			feel_run_note(r, FEEL_DIAG_MISSING_INPUT, (struct feel_span){0}, TEXT_NONE,
			        n->params[i].name, TEXT_NONE, TEXT_NONE);
	}
	ev.given = NULL;
	TRY(call_node(&ev, n, args, n->param_count, out));
	return flags & FEEL_STRICT ? strict(r, before, e) : OK;
}
