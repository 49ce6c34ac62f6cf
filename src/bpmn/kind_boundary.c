/* bpmn/kind_boundary.c - boundary events, after they fired (trigger.c). */
#include "bpmn/run.h"

static void enter(struct bpmn_run *r, struct bpmn_token *t)
{
	bpmn_done(r, t);
}

const struct bpmn_kind_row bpmn_row_boundary = {.enter = enter};
