/* bpmn/kind_event_sub.c - a token stands at an event sub-process only when its start event
 * could not be armed (scope.c); a retry arms it and the token is gone. */
#include "bpmn/run.h"

static void enter(struct bpmn_run *r, struct bpmn_token *t)
{
	if (bpmn_arm(r, NULL, t->scope, t->node->starts[0]))
		bpmn_token_end(r, t);
	else
		bpmn_incident_error(r, t, "event");
}

static void leave(struct bpmn_run *r, struct bpmn_token *t)
{
	bpmn_token_end(r, t);
}

const struct bpmn_kind_row bpmn_row_event_sub = {.enter = enter, .leave = leave};
