/* bpmn/kind_event_based.c - the first event behind the gateway decides (BPMN 13.4.4). The
 * token waits at the gateway for all of them and moves to the one that happened. */
#include "bpmn/run.h"

static bool arm_target(struct bpmn_run *r, struct bpmn_token *t, const struct bpmn_node *target)
{
	if (target->kind == BPMN_RECEIVE_TASK)
		return bpmn_subscribe(r, t, target, target->message, target->key, target->ttl);
	return bpmn_arm(r, t, t->scope, target);
}

static void enter(struct bpmn_run *r, struct bpmn_token *t)
{
	const struct bpmn_node *gateway = t->node;
	t->stage = BPMN_STAGE_ACTIVE;
	for (size_t i = 0; i < gateway->outgoing_count && t->node == gateway; i++) {
		if (arm_target(r, t, gateway->outgoing[i]->target))
			continue;
		bpmn_close_waits(r, t->waits);
		bpmn_incident_error(r, t, "event");
		return;
	}
}

static const struct bpmn_flow *flow_to(const struct bpmn_node *n, const struct bpmn_node *target)
{
	for (size_t i = 0; i < n->outgoing_count; i++)
		if (n->outgoing[i]->target == target)
			return n->outgoing[i];
	return NULL;
}

static void wake(
        struct bpmn_run *r, struct bpmn_token *t, struct bpmn_wait *w, struct feel_value value)
{
	const struct bpmn_flow *f = flow_to(t->node, w->node);
	bpmn_close_waits(r, t->waits);
	(void)bpmn_emit_token(r, BPMN_LEFT, t);
	if (f)
		bpmn_emit_token(r, BPMN_TOOK, t)->element = f->element;
	t->node = w->node;
	t->flow = f;
	(void)bpmn_emit_token(r, BPMN_ENTERED, t);
	bpmn_result(r, t, t->scope, t->node, value);
	bpmn_done(r, t);
}

const struct bpmn_kind_row bpmn_row_event_based = {.enter = enter, .wake = wake};
