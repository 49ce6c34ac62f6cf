/* bpmn/kind_rule_task.c - business rule task: a decision, evaluated inside the step. */
#include "bpmn/run.h"

static void enter(struct bpmn_run *r, struct bpmn_token *t)
{
	const struct bpmn_node *n = t->node;
	struct feel_value v = feel_null(), trace = feel_null();
	if (!r->host->decide) {
		bpmn_incident(r, t, "decision", "no decisions at hand");
		return;
	}
	r->feel.element = n->id;
	if (r->host->decide(r->host->data, n->decision, bpmn_env(r, t), &r->feel, &v, &trace,
	            &r->error) != OK) {
		bpmn_incident_error(r, t, "decision");
		return;
	}
	struct bpmn_effect *f = bpmn_emit_token(r, BPMN_DECIDED, t);
	f->name = n->decision;
	f->value = v;
	f->extra = trace;
	bpmn_result(r, t, t->scope, n, v);
	bpmn_done(r, t);
}

const struct bpmn_kind_row bpmn_row_rule_task = {.enter = enter};
