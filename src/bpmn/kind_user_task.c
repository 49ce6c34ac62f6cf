/* bpmn/kind_user_task.c - work for a person. */
#include "bpmn/run.h"

static bool due_of(struct bpmn_run *r, struct bpmn_token *t, int64_t *out)
{
	struct feel_value v;
	*out = BPMN_NEVER;
	if (!bpmn_eval(r, t->node->due, bpmn_env(r, t), t->node, &v))
		return false;
	if (v.kind == FEEL_DAYS_DURATION)
		*out = r->now_ms + v.duration.seconds * 1000;
	else
		(void)bpmn_instant_of(r, v, out); /* null: the deadline has not begun */
	return true;
}

static void enter(struct bpmn_run *r, struct bpmn_token *t)
{
	int64_t due;
	struct feel_value input;
	if (!due_of(r, t, &due) || !bpmn_eval(r, t->node->input, bpmn_env(r, t), t->node, &input)) {
		bpmn_incident_error(r, t, "expression");
		return;
	}
	struct bpmn_wait *w = bpmn_wait_add(r->s, BPMN_WAIT_TASK, t, t->scope, t->node);
	w->at_ms = due;
	struct bpmn_effect *f = bpmn_emit_token(r, BPMN_TASK_OPENED, t);
	f->wait = w->id;
	f->name = t->node->element->name;
	f->at_ms = due;
	f->value = input;
}

static void wake(
        struct bpmn_run *r, struct bpmn_token *t, struct bpmn_wait *w, struct feel_value value)
{
	(void)w;
	bpmn_result(r, t, t->scope, t->node, value);
	bpmn_done(r, t);
}

const struct bpmn_kind_row bpmn_row_user_task = {.enter = enter, .wake = wake};
