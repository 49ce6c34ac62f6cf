/* bpmn/kind_throw.c - intermediate throw events. A link goes on at its catching event. */
#include "bpmn/run.h"

static void enter(struct bpmn_run *r, struct bpmn_token *t)
{
	for (size_t i = 0; i < t->node->event_count; i++)
		if (!bpmn_throw(r, t, &t->node->events[i]))
			return;
	bpmn_done(r, t);
}

/* The answer of a letter or connector. */
static void wake(
        struct bpmn_run *r, struct bpmn_token *t, struct bpmn_wait *w, struct feel_value value)
{
	(void)w;
	bpmn_result(r, t, t->scope, t->node, value);
	bpmn_done(r, t);
}

static void leave(struct bpmn_run *r, struct bpmn_token *t)
{
	const struct bpmn_node *n = t->node;
	const struct bpmn_node *link = n->event_count ? n->events[0].link : NULL;
	if (!link) {
		bpmn_take_flows(r, t);
		return;
	}
	(void)bpmn_emit_token(r, BPMN_LEFT, t);
	t->node = link;
	t->flow = NULL;
	bpmn_ready(r, t);
}

const struct bpmn_kind_row bpmn_row_throw = {.enter = enter, .wake = wake, .leave = leave};
