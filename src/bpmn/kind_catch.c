/* bpmn/kind_catch.c - intermediate catch events: message, timer, signal, condition, several of
 * them, link. */
#include "bpmn/run.h"

static bool waits_for_nothing(const struct bpmn_node *n)
{
	return !n->event_count || n->element->trigger == BPMN_ON_LINK;
}

static void enter(struct bpmn_run *r, struct bpmn_token *t)
{
	t->stage = BPMN_STAGE_ACTIVE;
	if (waits_for_nothing(t->node))
		bpmn_done(r, t);
	else if (!t->waits && !bpmn_arm(r, t, t->scope, t->node))
		bpmn_incident_error(r, t, "event");
}

static void wake(
        struct bpmn_run *r, struct bpmn_token *t, struct bpmn_wait *w, struct feel_value value)
{
	(void)w;
	bpmn_result(r, t, t->scope, t->node, value);
	bpmn_done(r, t);
}

const struct bpmn_kind_row bpmn_row_catch = {.enter = enter, .wake = wake};
