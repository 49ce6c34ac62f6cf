/* bpmn/kind_end.c - end events: none, message, signal, error, escalation, compensation,
 * cancel, terminate, several of them. */
#include "bpmn/run.h"

static bool terminates(const struct bpmn_node *n)
{
	for (size_t i = 0; i < n->event_count; i++)
		if (n->events[i].trigger == BPMN_ON_TERMINATE)
			return true;
	return false;
}

static void enter(struct bpmn_run *r, struct bpmn_token *t)
{
	r->last_end = t->node;
	for (size_t i = 0; i < t->node->event_count; i++)
		if (!bpmn_throw(r, t, &t->node->events[i]))
			return;
	bpmn_done(r, t);
}

static void wake(
        struct bpmn_run *r, struct bpmn_token *t, struct bpmn_wait *w, struct feel_value value)
{
	(void)w;
	bpmn_result(r, t, t->scope, t->node, value);
	bpmn_done(r, t);
}

static void leave(struct bpmn_run *r, struct bpmn_token *t)
{
	struct bpmn_scope *scope = t->scope;
	const struct bpmn_node *n = t->node;
	(void)bpmn_emit_token(r, BPMN_LEFT, t);
	r->last_end = n;
	if (!terminates(n)) {
		bpmn_token_end(r, t);
		return;
	}
	t->dead = true;
	bpmn_token_unlink(t);
	bpmn_terminate(r, scope, n);
}

const struct bpmn_kind_row bpmn_row_end = {.enter = enter, .wake = wake, .leave = leave};
