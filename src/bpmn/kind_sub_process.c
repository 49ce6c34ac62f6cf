/* bpmn/kind_sub_process.c - embedded sub-processes and transactions. */
#include "bpmn/run.h"

static void enter(struct bpmn_run *r, struct bpmn_token *t)
{
	struct bpmn_scope *sc = bpmn_scope_add(r->s, BPMN_SCOPE_SUB, t->scope, t, t->node);
	bpmn_scope_begin(r, sc, NULL);
}

const struct bpmn_kind_row bpmn_row_sub_process = {.enter = enter};
