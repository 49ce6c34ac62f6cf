/* bpmn/kind_receive_task.c - waits for a message. Where it started the instance, the message
 * has come already. */
#include "bpmn/run.h"

static bool started_by_it(const struct bpmn_token *t)
{
	return t->node->instantiates && !t->flow;
}

static void enter(struct bpmn_run *r, struct bpmn_token *t)
{
	if (started_by_it(t))
		bpmn_done(r, t);
	else if (!bpmn_subscribe(r, t, t->node, t->node->message, t->node->key, t->node->ttl))
		bpmn_incident_error(r, t, "event");
}

static void wake(
        struct bpmn_run *r, struct bpmn_token *t, struct bpmn_wait *w, struct feel_value value)
{
	(void)w;
	bpmn_result(r, t, t->scope, t->node, value);
	bpmn_done(r, t);
}

const struct bpmn_kind_row bpmn_row_receive_task = {.enter = enter, .wake = wake};
