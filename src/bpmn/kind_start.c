/* bpmn/kind_start.c - start events. What triggered them is known by whoever began the scope. */
#include "bpmn/run.h"

static void enter(struct bpmn_run *r, struct bpmn_token *t)
{
	bpmn_done(r, t);
}

const struct bpmn_kind_row bpmn_row_start = {.enter = enter};
