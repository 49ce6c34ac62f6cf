/* Evaluating nodes: needs first, each once; knowledge models and services as functions. */
#include "dmn/dmn_int.h"

static struct text label(const struct node *n)
{
	return n->item.id.len > 0 ? n->item.id : n->item.name;
}

static void trace_end(struct evaluation *ev, const struct node *n, struct feel_value v)
{
	if (!ev->trace)
		return;
	struct dmn_trace *t = ev->trace;
	ev->step->element = n->item.id;
	ev->step->name = n->item.name;
	ev->step->value = v;
	*ARENA_PUSH(ev->run->arena, t->steps, t->count, t->cap) = *ev->step;
}

static const struct feel_value *find_same(const struct feel_env *env, struct text name)
{
	for (; env; env = env->outer) {
		size_t count = env->context.kind == FEEL_CONTEXT ? env->context.context->count : 0;
		for (size_t i = 0; i < count; i++) {
			const struct feel_entry *entry = &env->context.context->entries[i];
			if (feel_name_same(entry->name, name))
				return &entry->value;
		}
	}
	return NULL;
}

const struct feel_value *env_find(const struct feel_env *env, struct text name)
{
	for (const struct feel_env *at = env; at; at = at->outer) {
		const struct feel_value *v = feel_context_find(at->context, name);
		if (v)
			return v;
	}
	return find_same(env, name);
}

/* Imported inputs are given as a context under the import's name, or by their own name. */
static const struct feel_value *given_import(const struct evaluation *ev, const struct node *n)
{
	const struct dmn_model *m = ev->model;
	for (size_t u = 0; u < m->unit_count; u++) {
		for (size_t i = 0; i < m->units[u].import_count; i++) {
			const struct import *import = &m->units[u].imports[i];
			if (import->unit != n->unit || import->name.len == 0)
				continue;
			const struct feel_value *part = env_find(ev->given, import->name);
			const struct feel_value *v =
			        part ? feel_context_find(*part, n->item.name) : NULL;
			if (v)
				return v;
		}
	}
	return env_find(ev->given, n->item.name);
}

static const struct feel_value *given(const struct evaluation *ev, const struct node *n)
{
	return n->unit == ev->model->main ? env_find(ev->given, n->item.name) : given_import(ev, n);
}

/* The values of what the node needs, in the order of its names. */
static enum err needs_env(struct evaluation *ev, const struct node *n, struct feel_env *env)
{
	struct arena *a = ev->run->arena;
	struct feel_context_builder b = feel_context_begin(a);
	for (size_t i = 0; i < n->need_count; i++) {
		const struct requirement *need = &n->needs[i];
		struct feel_value v;
		TRY(eval_node(ev, need->node, &v));
		if (need->alias.len == 0) {
			feel_context_set(&b, need->node->item.name, v);
			continue;
		}
		struct feel_value so_far = feel_null();
		for (size_t k = 0; k < b.count; k++) {
			if (text_eq(b.entries[k].name, need->alias))
				so_far = b.entries[k].value;
		}
		feel_context_set(
		        &b, need->alias, feel_context_with(a, so_far, need->node->item.name, v));
	}
	if (n->item.kind == DMN_KNOWLEDGE)
		feel_context_set(&b, n->item.name, node_function(ev, n));
	env->context = feel_context_end(&b);
	return OK;
}

/* The variable of a knowledge model or service may be typed as the function or, as before
 * DMN 1.4, as its result. */
static enum err check_result(struct evaluation *ev, const struct node *n, struct feel_value *out)
{
	const struct item_type *type = n->type;
	struct item_type result = {0};
	if (type && type->type->kind == FEEL_TYPE_FUNCTION && n->item.kind != DMN_DECISION) {
		result.type = type->type->element;
		type = result.type ? &result : NULL;
	}
	return type_check(ev->run, type, n->item.name, out, ev->e);
}

static enum err eval_logic(struct evaluation *ev, const struct node *n, const struct feel_env *env,
        struct feel_value *out)
{
	struct text outer = ev->run->element;
	struct dmn_trace_step step = {0}, *outer_step = ev->step;
	ev->run->element = label(n);
	ev->step = ev->trace ? &step : NULL;
	*out = feel_null();
	enum err err = eval_box(ev, n->logic, env, out);
	if (err == OK && n->logic->kind == BOX_NONE)
		feel_run_note(ev->run, FEEL_DIAG_NO_LOGIC, (struct feel_span){0}, TEXT_NONE,
		        n->item.name, TEXT_NONE, TEXT_NONE);
	if (err == OK)
		err = check_result(ev, n, out);
	if (err == OK)
		trace_end(ev, n, *out);
	ev->step = outer_step;
	ev->run->element = outer;
	return err;
}

static enum err eval_input(struct evaluation *ev, const struct node *n, struct feel_value *out)
{
	const struct feel_value *v = given(ev, n);
	struct text outer = ev->run->element;
	*out = v ? *v : feel_null();
	ev->run->element = label(n);
	if (!v)
		feel_run_note(ev->run, FEEL_DIAG_MISSING_INPUT, (struct feel_span){0}, TEXT_NONE,
		        n->item.name, TEXT_NONE, TEXT_NONE);
	enum err err = type_check(ev->run, n->type, n->item.name, out, ev->e);
	ev->run->element = outer;
	return err;
}

static enum err eval_decision(struct evaluation *ev, const struct node *n, struct feel_value *out)
{
	struct feel_env env = {0};
	const struct feel_value *v = given(ev, n);
	if (v) {
		*out = *v;
		return type_check(ev->run, n->type, n->item.name, out, ev->e);
	}
	ev->done[n->index] = EVAL_OPEN;
	TRY(needs_env(ev, n, &env));
	return eval_logic(ev, n, &env, out);
}

enum err eval_node(struct evaluation *ev, const struct node *n, struct feel_value *out)
{
	*out = feel_null();
	if (ev->done[n->index] == EVAL_DONE) {
		*out = ev->values[n->index];
		return OK;
	}
	if (ev->done[n->index] == EVAL_OPEN) {
		feel_run_note(ev->run, FEEL_DIAG_CYCLE, (struct feel_span){0}, TEXT_NONE,
		        n->item.name, TEXT_NONE, TEXT_NONE);
		return OK;
	}
	switch (n->item.kind) {
	case DMN_INPUT: TRY(eval_input(ev, n, out)); break;
	case DMN_DECISION: TRY(eval_decision(ev, n, out)); break;
	default: *out = node_function(ev, n);
	}
	ev->values[n->index] = *out;
	ev->done[n->index] = EVAL_DONE;
	return OK;
}

struct call {
	const struct dmn_model *model;
	const struct node *node;
	const struct feel_env *given;
	struct dmn_trace *trace;
};

/* A call begins anew: it sees its arguments and what the model itself provides. */
static enum err call_native(void *data, struct feel_run *r, const struct feel_value *args,
        size_t count, struct feel_value *out, struct errinfo *e)
{
	const struct call *c = data;
	struct evaluation ev = {.model = c->model, .run = r, .trace = c->trace, .e = e};
	ev.values = ARENA_ARRAY(r->arena, c->model->node_count, struct feel_value);
	ev.done = ARENA_ARRAY(r->arena, c->model->node_count, uint8_t);
	return call_node(&ev, c->node, args, count, out);
}

struct feel_value node_function(struct evaluation *ev, const struct node *n)
{
	struct arena *a = ev->run->arena;
	struct call *c = ARENA_NEW(a, struct call);
	*c = (struct call){ev->model, n, ev->given, ev->trace};
	struct feel_native native = {.name = text_z(a, n->item.name),
	        .params = n->params,
	        .count = n->param_count,
	        .call = call_native,
	        .data = c};
	return feel_native_of(a, &native);
}

static enum err call_knowledge(struct evaluation *ev, const struct node *n,
        const struct feel_value *args, size_t count, struct feel_value *out)
{
	struct feel_env outer = {0};
	TRY(needs_env(ev, n, &outer));
	struct feel_context_builder b = feel_context_begin(ev->run->arena);
	for (size_t i = 0; i < count; i++) {
		struct feel_value v = args[i];
		TRY(type_check(ev->run, n->param_types[i], n->params[i].name, &v, ev->e));
		feel_context_set(&b, n->params[i].name, v);
	}
	struct feel_env env = {.outer = &outer, .context = feel_context_end(&b)};
	return eval_logic(ev, n, &env, out);
}

/* One output: its value; several: a context by name. */
static enum err call_service(struct evaluation *ev, const struct node *n,
        const struct feel_value *args, size_t count, struct feel_value *out)
{
	struct feel_context_builder b = feel_context_begin(ev->run->arena);
	for (size_t i = 0; i < count; i++) {
		struct feel_value v = args[i];
		TRY(type_check(ev->run, n->param_types[i], n->params[i].name, &v, ev->e));
		ev->values[n->inputs[i]->index] = v;
		ev->done[n->inputs[i]->index] = EVAL_DONE;
	}
	for (size_t i = 0; i < n->output_count; i++) {
		TRY(eval_node(ev, n->outputs[i], out));
		feel_context_set(&b, n->outputs[i]->item.name, *out);
	}
	if (n->output_count != 1)
		*out = feel_context_end(&b);
	return check_result(ev, n, out);
}

enum err call_node(struct evaluation *ev, const struct node *n, const struct feel_value *args,
        size_t count, struct feel_value *out)
{
	*out = feel_null();
	check(count == n->param_count);
	return n->item.kind == DMN_SERVICE ? call_service(ev, n, args, count, out)
	                                   : call_knowledge(ev, n, args, count, out);
}
