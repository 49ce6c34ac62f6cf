/* bpmn/trigger.c - events attached to activities and event sub-processes, when they fire. */
#include "bpmn/run.h"

/* Errors, cancel and compensation always interrupt, whatever the attribute says. */
static bool interrupts(const struct bpmn_node *n)
{
	enum bpmn_trigger trigger = n->element->trigger;
	return n->interrupting || trigger == BPMN_ON_ERROR || trigger == BPMN_ON_CANCEL;
}

void bpmn_boundary_fire(struct bpmn_run *r, struct bpmn_token *activity,
        const struct bpmn_node *boundary, struct feel_value payload)
{
	struct bpmn_scope *scope = activity->scope;
	struct bpmn_token *t = bpmn_spawn(r, scope, boundary);
	if (!t)
		return;
	bpmn_result(r, NULL, scope, boundary, payload);
	if (interrupts(boundary))
		bpmn_token_cancel(r, activity);
	bpmn_ready(r, t);
}

struct bpmn_scope *bpmn_event_sub_fire(struct bpmn_run *r, struct bpmn_scope *sc,
        const struct bpmn_node *sub, const struct bpmn_node *start, struct feel_value payload)
{
	struct bpmn_scope *ev = bpmn_scope_add(r->s, BPMN_SCOPE_EVENT, sc, NULL, sub);
	if (interrupts(start) && start->element->trigger != BPMN_ON_COMPENSATION) {
		sc->interrupted = true;
		bpmn_scope_clear(r, sc, NULL, ev);
		bpmn_close_waits(r, sc->waits);
	}
	bpmn_result(r, NULL, ev, start, payload);
	bpmn_scope_begin(r, ev, start);
	return ev;
}
