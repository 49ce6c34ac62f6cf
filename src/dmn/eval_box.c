/* Evaluating boxed expressions. */
#include "dmn/dmn_int.h"

static void note(
        struct evaluation *ev, enum feel_code code, struct text p0, struct text p1, struct text p2)
{
	feel_run_note(ev->run, code, (struct feel_span){0}, TEXT_NONE, p0, p1, p2);
}

/* Entries see the ones before them: the context grows while it is evaluated. */
static enum err eval_context(struct evaluation *ev, const struct box *box,
        const struct feel_env *outer, struct feel_value *out)
{
	struct arena *a = ev->run->arena;
	struct feel_context *c = ARENA_NEW(a, struct feel_context);
	struct feel_entry *entries = ARENA_ARRAY(a, box->count, struct feel_entry);
	struct feel_env env = {.outer = outer, .context = feel_context_of(c)};
	c->entries = entries;
	for (size_t i = 0; i < box->count; i++) {
		const struct box_entry *entry = &box->entries[i];
		struct feel_value v;
		TRY(eval_box(ev, entry->box, &env, &v));
		if (entry->name.len == 0) {
			*out = v;
			return OK;
		}
		TRY(type_check(ev->run, entry->type, entry->name, &v, ev->e));
		entries[c->count++] = (struct feel_entry){entry->name, v};
	}
	*out = feel_context_of(c);
	return OK;
}

/* Arguments by name in the order of the parameters. */
static enum err eval_invocation(struct evaluation *ev, const struct box *box,
        const struct feel_env *env, struct feel_value *out)
{
	struct arena *a = ev->run->arena;
	struct feel_value callee;
	*out = feel_null();
	TRY(eval_box(ev, box->entries[0].box, env, &callee));
	size_t count = box->count - 1;
	struct feel_value *args = ARENA_ARRAY(a, count, struct feel_value);
	struct text *names = ARENA_ARRAY(a, count, struct text);
	for (size_t i = 0; i < count; i++) {
		const struct box_entry *binding = &box->entries[i + 1];
		names[i] = binding->name;
		TRY(eval_box(ev, binding->box, env, &args[i]));
		TRY(type_check(ev->run, binding->type, binding->name, &args[i], ev->e));
	}
	return feel_call_named(callee, ev->run, names, args, count, out, ev->e);
}

struct closure {
	const struct dmn_model *model;
	const struct box *box;
	const struct feel_env *env;
};

static enum err call_closure(void *data, struct feel_run *r, const struct feel_value *args,
        size_t count, struct feel_value *out, struct errinfo *e)
{
	const struct closure *c = data;
	struct evaluation ev = {.model = c->model, .run = r, .e = e};
	struct feel_context_builder b = feel_context_begin(r->arena);
	for (size_t i = 0; i < count; i++)
		feel_context_set(&b, c->box->params[i].name, args[i]);
	struct feel_env env = {.outer = c->env, .context = feel_context_end(&b)};
	return eval_box(&ev, c->box->entries[0].box, &env, out);
}

static const struct feel_env *keep_env(struct arena *a, const struct feel_env *env)
{
	if (!env)
		return NULL;
	struct feel_env *kept = ARENA_NEW(a, struct feel_env);
	kept->context = env->context;
	kept->outer = keep_env(a, env->outer);
	return kept;
}

static struct feel_value function_value(
        struct evaluation *ev, const struct box *box, const struct feel_env *env)
{
	struct arena *a = ev->run->arena;
	struct closure *c = ARENA_NEW(a, struct closure);
	*c = (struct closure){ev->model, box, keep_env(a, env)};
	struct feel_native n = {.name = "function",
	        .params = box->params,
	        .count = box->param_count,
	        .call = call_closure,
	        .data = c};
	return feel_native_of(a, &n);
}

static enum err eval_list(struct evaluation *ev, const struct box *box, const struct feel_env *env,
        struct feel_value *out)
{
	struct feel_value *items = ARENA_ARRAY(ev->run->arena, box->count, struct feel_value);
	for (size_t i = 0; i < box->count; i++)
		TRY(eval_box(ev, box->entries[i].box, env, &items[i]));
	*out = feel_list(items, box->count);
	return OK;
}

static enum err eval_relation(struct evaluation *ev, const struct box *box,
        const struct feel_env *env, struct feel_value *out)
{
	struct feel_list_builder rows = feel_list_begin(ev->run->arena);
	for (size_t i = 0; box->columns > 0 && i < box->count; i += box->columns) {
		struct feel_context_builder row = feel_context_begin(ev->run->arena);
		for (size_t k = 0; k < box->columns; k++) {
			const struct box_entry *cell = &box->entries[i + k];
			struct feel_value v;
			TRY(eval_box(ev, cell->box, env, &v));
			TRY(type_check(ev->run, cell->type, cell->name, &v, ev->e));
			feel_context_set(&row, cell->name, v);
		}
		feel_list_add(&rows, feel_context_end(&row));
	}
	*out = feel_list_end(&rows);
	return OK;
}

static enum err eval_conditional(struct evaluation *ev, const struct box *box,
        const struct feel_env *env, struct feel_value *out)
{
	struct feel_value condition;
	TRY(eval_box(ev, box->entries[0].box, env, &condition));
	if (condition.kind != FEEL_BOOL && condition.kind != FEEL_NULL) {
		note(ev, FEEL_DIAG_CONDITION,
		        text_from(feel_kind_name((enum feel_kind)condition.kind)), TEXT_NONE,
		        TEXT_NONE);
		*out = feel_null();
		return OK;
	}
	return eval_box(ev, box->entries[feel_is_true(condition) ? 1 : 2].box, env, out);
}

static enum err eval_filter(struct evaluation *ev, const struct box *box,
        const struct feel_env *outer, struct feel_value *out)
{
	struct feel_value list, single;
	*out = feel_null();
	TRY(eval_box(ev, box->entries[0].box, outer, &list));
	single = list;
	if (list.kind == FEEL_NULL) {
		note(ev, FEEL_DIAG_NULL_OPERAND, TEXT("filter"), TEXT_NONE, TEXT_NONE);
		return OK;
	}
	if (list.kind != FEEL_LIST)
		list = feel_list(&single, 1);
	struct feel_list_builder kept = feel_list_begin(ev->run->arena);
	for (size_t i = 0; i < list.list.count; i++) {
		struct feel_value item = list.list.items[i], hit;
		struct feel_env fields = {.outer = outer, .context = item};
		struct feel_context_builder b = feel_context_begin(ev->run->arena);
		feel_context_set(&b, TEXT("item"), item);
		struct feel_env env = {.outer = &fields, .context = feel_context_end(&b)};
		TRY(eval_box(ev, box->entries[1].box, &env, &hit));
		if (hit.kind != FEEL_BOOL) {
			note(ev, FEEL_DIAG_CONDITION,
			        text_from(feel_kind_name((enum feel_kind)hit.kind)), TEXT_NONE,
			        TEXT_NONE);
			return OK;
		}
		if (hit.boolean)
			feel_list_add(&kept, item);
	}
	*out = feel_list_end(&kept);
	return OK;
}

/* What a loop goes over as a list: ranges are counted out. */
static enum err loop_items(struct evaluation *ev, const struct box *box, const struct feel_env *env,
        struct feel_value *out)
{
	struct feel_value source;
	TRY(eval_box(ev, box->entries[0].box, env, &source));
	struct feel_context_builder b = feel_context_begin(ev->run->arena);
	feel_context_set(&b, TEXT("source"), source);
	struct feel_env inner = {.context = feel_context_end(&b)};
	if (source.kind == FEEL_LIST) {
		*out = source;
		return OK;
	}
	return feel_eval(box->expr, ev->run, &inner, out, ev->e);
}

/* some: true wins; every: false wins; otherwise one answer that is no boolean makes null. */
static bool decides(const struct box *box, struct feel_value v)
{
	return v.kind == FEEL_BOOL && v.boolean == (box->kind == BOX_SOME);
}

static enum err eval_loop(struct evaluation *ev, const struct box *box,
        const struct feel_env *outer, struct feel_value *out)
{
	struct feel_value list;
	bool unknown = false, is_for = box->kind == BOX_FOR;
	*out = feel_null();
	TRY(loop_items(ev, box, outer, &list));
	if (list.kind != FEEL_LIST)
		return OK;
	struct feel_list_builder seen = feel_list_begin(ev->run->arena);
	for (size_t i = 0; i < list.list.count; i++) {
		struct feel_value v;
		struct feel_context_builder b = feel_context_begin(ev->run->arena);
		feel_context_set(&b, box->variable, list.list.items[i]);
		if (is_for)
			feel_context_set(&b, TEXT("partial"), feel_list(seen.items, seen.count));
		struct feel_env env = {.outer = outer, .context = feel_context_end(&b)};
		TRY(eval_box(ev, box->entries[1].box, &env, &v));
		if (is_for) {
			feel_list_add(&seen, v);
		} else if (decides(box, v)) {
			*out = v;
			return OK;
		}
		unknown = unknown || v.kind != FEEL_BOOL;
	}
	if (is_for)
		*out = feel_list_end(&seen);
	else if (!unknown)
		*out = feel_bool(box->kind == BOX_EVERY);
	else
		note(ev, FEEL_DIAG_NULL_OPERAND,
		        text_from(box->kind == BOX_SOME ? "some" : "every"), TEXT_NONE, TEXT_NONE);
	return OK;
}

static enum err eval_none(struct evaluation *ev, const struct box *box, struct feel_value *out)
{
	*out = feel_null();
	for (size_t i = 0; i < box->why_count; i++)
		feel_diagnostics_add(&ev->run->diagnostics, &box->why[i]);
	return OK;
}

static enum err eval_kind(struct evaluation *ev, const struct box *box, const struct feel_env *env,
        struct feel_value *out)
{
	switch (box->kind) {
	case BOX_NONE:
	case BOX_FAILED: return eval_none(ev, box, out);
	case BOX_CONSTANT: *out = box->constant; return OK;
	case BOX_LITERAL: return feel_eval(box->expr, ev->run, env, out, ev->e);
	case BOX_CONTEXT: return eval_context(ev, box, env, out);
	case BOX_TABLE: return eval_table(ev, box->table, env, out);
	case BOX_INVOCATION: return eval_invocation(ev, box, env, out);
	case BOX_FUNCTION: *out = function_value(ev, box, env); return OK;
	case BOX_LIST: return eval_list(ev, box, env, out);
	case BOX_RELATION: return eval_relation(ev, box, env, out);
	case BOX_CONDITIONAL: return eval_conditional(ev, box, env, out);
	case BOX_FILTER: return eval_filter(ev, box, env, out);
	case BOX_FOR:
	case BOX_SOME:
	case BOX_EVERY: return eval_loop(ev, box, env, out);
	}
	return OK;
}

enum err eval_box(struct evaluation *ev, const struct box *box, const struct feel_env *env,
        struct feel_value *out)
{
	TRY(eval_kind(ev, box, env, out));
	if (out->depth > FEEL_VALUE_DEPTH_MAX)
		return fail(ev->e, ERR_LIMIT, "a value more than %d deep", FEEL_VALUE_DEPTH_MAX);
	return type_check(ev->run, box->type, TEXT("expression"), out, ev->e);
}
