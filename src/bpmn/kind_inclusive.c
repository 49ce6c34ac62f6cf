/* bpmn/kind_inclusive.c - waits until no other token can come (joins_run.c). */
#include "bpmn/run.h"

static void enter(struct bpmn_run *r, struct bpmn_token *t)
{
	if (t->node->incoming_count <= 1 || !t->flow)
		bpmn_done(r, t);
	else
		t->stage = BPMN_STAGE_JOINING;
}

const struct bpmn_kind_row bpmn_row_inclusive = {.enter = enter};
