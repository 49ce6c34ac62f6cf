/* bpmn/kind_service_task.c - work for a connector. */
#include "bpmn/run.h"

static void enter(struct bpmn_run *r, struct bpmn_token *t)
{
	(void)bpmn_request_job(r, t);
}

static void wake(
        struct bpmn_run *r, struct bpmn_token *t, struct bpmn_wait *w, struct feel_value value)
{
	(void)w;
	bpmn_result(r, t, t->scope, t->node, value);
	bpmn_done(r, t);
}

const struct bpmn_kind_row bpmn_row_service_task = {.enter = enter, .wake = wake};
