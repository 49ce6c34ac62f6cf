/* bpmn/kind_parallel.c - goes on when a token stands at every incoming flow; one of each flow
 * is used, surplus ones stay for the next round. */
#include "bpmn/run.h"

static struct bpmn_token *first_by(const struct bpmn_token *t, const struct bpmn_flow *f)
{
	for (struct bpmn_token *x = t->scope->first; x; x = x->next)
		if (x->node == t->node && x->stage == BPMN_STAGE_JOINING && x->flow == f)
			return x;
	return NULL;
}

static void enter(struct bpmn_run *r, struct bpmn_token *t)
{
	const struct bpmn_node *n = t->node;
	if (n->incoming_count <= 1 || !t->flow) { /* no flow: moved here by hand */
		bpmn_done(r, t);
		return;
	}
	t->stage = BPMN_STAGE_JOINING;
	struct bpmn_token **first = ARENA_ARRAY(r->arena, n->incoming_count, struct bpmn_token *);
	for (size_t i = 0; i < n->incoming_count; i++) {
		first[i] = first_by(t, n->incoming[i]);
		if (!first[i])
			return;
	}
	for (size_t i = 1; i < n->incoming_count; i++) {
		first[i]->dead = true;
		bpmn_token_unlink(first[i]);
	}
	bpmn_done(r, first[0]);
}

const struct bpmn_kind_row bpmn_row_parallel = {.enter = enter};
