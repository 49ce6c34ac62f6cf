/* bpmn/kind_exclusive.c - every token passes on its own, by the first flow that holds. */
#include "bpmn/run.h"

static void enter(struct bpmn_run *r, struct bpmn_token *t)
{
	bpmn_done(r, t);
}

const struct bpmn_kind_row bpmn_row_exclusive = {.enter = enter};
