/* bpmn/activity.c - what all activities share: start quantity, boundary events, mapped data,
 * loops, completion (BPMN 13.2.2). The kind's own work is the body. */
#include "bpmn/run.h"

/* Enough tokens together? The last one to arrive goes on, the others are used up. */
static bool quantity_reached(struct bpmn_token *t)
{
	if (t->node->start_quantity <= 1)
		return true;
	t->stage = BPMN_STAGE_JOINING;
	int64_t here = 0;
	for (const struct bpmn_token *x = t->scope->first; x; x = x->next)
		here += x->node == t->node && x->stage == BPMN_STAGE_JOINING;
	if (here < t->node->start_quantity)
		return false;
	int64_t used = t->node->start_quantity - 1;
	for (struct bpmn_token *x = t->scope->first, *next; x && used; x = next) {
		next = x->next;
		if (x == t || x->node != t->node || x->stage != BPMN_STAGE_JOINING)
			continue;
		used--;
		x->dead = true;
		bpmn_token_unlink(x);
	}
	return true;
}

static bool boundary_arm(struct bpmn_run *r, struct bpmn_token *t)
{
	for (size_t i = 0; i < t->node->boundary_count && !t->dead; i++)
		if (!bpmn_arm(r, t, t->scope, t->node->boundary[i]))
			return false;
	return true;
}

void bpmn_activity_enter(struct bpmn_run *r, struct bpmn_token *t)
{
	if (!quantity_reached(t))
		return;
	t->stage = BPMN_STAGE_READY;
	if (!boundary_arm(r, t)) {
		bpmn_close_waits(r, t->waits);
		bpmn_incident_error(r, t, "event");
		return;
	}
	if (t->dead)
		return;
	if (t->node->loop)
		bpmn_loop_enter(r, t);
	else
		bpmn_activity_body(r, t);
}

static bool inputs_take(struct bpmn_run *r, struct bpmn_token *t)
{
	for (size_t i = 0; i < t->node->input_count; i++) {
		struct feel_value v;
		if (!bpmn_eval(r, t->node->inputs[i].from, bpmn_env(r, t), t->node, &v)) {
			bpmn_incident_error(r, t, "expression");
			return false;
		}
		bpmn_vars_set(r->arena, &t->vars, t->node->inputs[i].to, v);
	}
	return true;
}

/* Also the entry of a retry: boundary events are armed already. */
void bpmn_activity_body(struct bpmn_run *r, struct bpmn_token *t)
{
	t->stage = BPMN_STAGE_ACTIVE;
	if (inputs_take(r, t))
		bpmn_row(t->node->kind)->enter(r, t);
}

bool bpmn_activity_outputs(struct bpmn_run *r, struct bpmn_token *t)
{
	if (t->node->kind == BPMN_CALL_ACTIVITY)
		return true; /* read from the called process when it ended */
	for (size_t i = 0; i < t->node->output_count; i++) {
		struct feel_value v;
		if (!bpmn_eval(r, t->node->outputs[i].from, bpmn_env(r, t), t->node, &v)) {
			bpmn_incident_error(r, t, "expression");
			return false;
		}
		bpmn_assign(r, NULL, t->scope, t->node->outputs[i].to, v);
	}
	return true;
}

void bpmn_activity_leave(struct bpmn_run *r, struct bpmn_token *t)
{
	if (!t->node->loop && !bpmn_activity_outputs(r, t))
		return;
	bpmn_close_waits(r, t->waits);
	if (t->record) {
		uint64_t record = t->record;
		(void)bpmn_emit_token(r, BPMN_LEFT, t);
		t->dead = true;
		bpmn_token_unlink(t);
		bpmn_compensated(r, record);
		bpmn_scope_check(r, t->scope);
		return;
	}
	bpmn_record_done_activity(r, t, NULL);
	bpmn_take_flows(r, t);
}
