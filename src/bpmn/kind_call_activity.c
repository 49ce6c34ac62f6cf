/* bpmn/kind_call_activity.c - a process of the same file or of the library, as a closed scope:
 * it sees aw:params (or its data inputs) and the names of the case, nothing else. */
#include "bpmn/run.h"

static uint32_t depth_of(const struct bpmn_scope *sc)
{
	uint32_t depth = 0;
	for (; sc; sc = sc->parent)
		depth++;
	return depth;
}

static bool name_of(struct bpmn_run *r, struct bpmn_token *t, struct text *out)
{
	struct feel_value v;
	*out = t->node->called;
	if (!t->node->called_expr)
		return true;
	if (!bpmn_eval(r, t->node->called_expr, bpmn_env(r, t), t->node, &v))
		return false;
	*out = v.kind == FEEL_STRING ? v.string : TEXT_NONE;
	return true;
}

/* The process node behind a name; NULL with r->error. */
static const struct bpmn_node *process_of(
        struct bpmn_run *r, const struct bpmn_node *n, struct text called)
{
	if (n->called_here)
		return n->called_here;
	const struct bpmn_node *here = bpmn_node_find(n->model, called);
	if (here && here->kind == BPMN_PROCESS)
		return here;
	return bpmn_called_process(r->host, called, &r->error);
}

static bool params_take(struct bpmn_run *r, struct bpmn_token *t, struct bpmn_vars *out)
{
	struct feel_value v;
	if (!bpmn_eval(r, t->node->params, bpmn_env(r, t), t->node, &v))
		return false;
	for (size_t i = 0; v.kind == FEEL_CONTEXT && i < v.context->count; i++)
		bpmn_vars_set(
		        r->arena, out, v.context->entries[i].name, v.context->entries[i].value);
	for (size_t i = 0; i < t->node->input_count; i++) {
		const struct feel_value *in = bpmn_vars_get(&t->vars, t->node->inputs[i].to);
		bpmn_vars_set(r->arena, out, t->node->inputs[i].to, in ? *in : feel_null());
	}
	return true;
}

static void enter(struct bpmn_run *r, struct bpmn_token *t)
{
	struct text called;
	struct bpmn_vars vars = {0};
	if (!name_of(r, t, &called) || !params_take(r, t, &vars)) {
		bpmn_incident_error(r, t, "expression");
		return;
	}
	const struct bpmn_node *process = process_of(r, t->node, called);
	if (!process) {
		bpmn_incident_error(r, t, "called");
		return;
	}
	if (depth_of(t->scope) >= BPMN_DEPTH_MAX) {
		bpmn_incident(
		        r, t, "depth", "more than %d scopes inside each other", BPMN_DEPTH_MAX);
		return;
	}
	struct bpmn_scope *sc = bpmn_scope_add(r->s, BPMN_SCOPE_CALL, t->scope, t, process);
	sc->called = called;
	sc->vars = vars;
	bpmn_scope_begin(r, sc, NULL);
}

const struct bpmn_kind_row bpmn_row_call_activity = {.enter = enter};
