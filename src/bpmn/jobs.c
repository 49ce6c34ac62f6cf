/* bpmn/jobs.c - work for the world outside: asked for here, answered by a command. */
#include "bpmn/run.h"

/* {input, to, params}: what the connector or letter gets. */
static bool request_value(struct bpmn_run *r, struct bpmn_token *t, struct feel_value *out)
{
	const struct bpmn_node *n = t->node;
	struct feel_value input, to;
	if (!bpmn_eval(r, n->input, bpmn_env(r, t), n, &input) ||
	        !bpmn_eval(r, n->to, bpmn_env(r, t), n, &to))
		return false;
	if (!n->input && t->vars.context.count) {
		struct feel_context *copy = ARENA_NEW(r->arena, struct feel_context);
		*copy = t->vars.context;
		input = feel_context_of(copy);
	}
	struct feel_context_builder b = feel_context_begin(r->arena);
	feel_context_set(&b, TEXT("input"), input);
	feel_context_set(&b, TEXT("to"), to);
	*out = feel_context_end(&b);
	return true;
}

bool bpmn_request_job(struct bpmn_run *r, struct bpmn_token *t)
{
	struct feel_value value;
	t->stage = BPMN_STAGE_ACTIVE;
	if (!request_value(r, t, &value)) {
		bpmn_incident_error(r, t, "expression");
		return false;
	}
	struct bpmn_wait *w = bpmn_wait_add(r->s, BPMN_WAIT_JOB, t, t->scope, t->node);
	struct bpmn_effect *f = bpmn_emit_token(r, BPMN_JOB_REQUESTED, t);
	f->wait = w->id;
	f->name = t->node->connector;
	f->key = t->node->letter;
	f->value = value;
	return true;
}
