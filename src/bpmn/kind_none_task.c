/* bpmn/kind_none_task.c - tasks without work for the program: abstract and manual tasks. */
#include "bpmn/run.h"

static void enter(struct bpmn_run *r, struct bpmn_token *t)
{
	bpmn_done(r, t);
}

const struct bpmn_kind_row bpmn_row_none_task = {.enter = enter};
