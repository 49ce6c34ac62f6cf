/* bpmn/kind_script_task.c - a FEEL expression; the entries of its context become variables. */
#include "bpmn/run.h"

static void enter(struct bpmn_run *r, struct bpmn_token *t)
{
	struct feel_value v;
	if (!bpmn_eval(r, t->node->script, bpmn_env(r, t), t->node, &v)) {
		bpmn_incident_error(r, t, "expression");
		return;
	}
	if (t->node->script && !t->node->result.len && v.kind != FEEL_CONTEXT) {
		bpmn_incident(r, t, "expression", "the script gives no context: %.*s",
		        TEXT_ARG(feel_is_null(v) ? bpmn_why_null(r) : feel_to_text(r->arena, v)));
		return;
	}
	bpmn_result(r, t, t->scope, t->node, v);
	bpmn_done(r, t);
}

const struct bpmn_kind_row bpmn_row_script_task = {.enter = enter};
