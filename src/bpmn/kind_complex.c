/* bpmn/kind_complex.c - goes on when the activation condition holds (BPMN 13.4.5).
 *
 * `activationCount` is the number of tokens that stand at the gateway. The first token of
 * each flow is used by the activation and stays, spent, until the round is over: when no more
 * token can come to the flows that had none (joins_run.c). Without a condition one token is
 * enough. */
#include "bpmn/run.h"

static bool round_open(const struct bpmn_token *t, int64_t *here)
{
	bool open = false;
	*here = 0;
	for (const struct bpmn_token *x = t->scope->first; x; x = x->next) {
		if (x->node != t->node)
			continue;
		open |= x->stage == BPMN_STAGE_SPENT;
		*here += x->stage == BPMN_STAGE_JOINING;
	}
	return open;
}

static bool activated(struct bpmn_run *r, struct bpmn_token *t, int64_t here, bool *out)
{
	struct feel_value v;
	*out = true;
	if (!t->node->activation)
		return true;
	struct feel_context_builder b = feel_context_begin(r->arena);
	feel_context_set(&b, TEXT("activationCount"), feel_int(here));
	feel_context_set(&b, TEXT("waitingForStart"), feel_bool(true));
	struct feel_env env = {bpmn_env(r, t), feel_context_end(&b)};
	if (!bpmn_eval(r, t->node->activation, &env, t->node, &v)) {
		bpmn_incident_error(r, t, "expression");
		return false;
	}
	*out = feel_is_true(v);
	return true;
}

static bool spent_before(const struct bpmn_token *t)
{
	for (const struct bpmn_token *x = t->previous; x; x = x->previous)
		if (x->node == t->node && x->flow == t->flow && x->stage == BPMN_STAGE_SPENT)
			return true;
	return false;
}

static void enter(struct bpmn_run *r, struct bpmn_token *t)
{
	int64_t here;
	bool go;
	if (t->node->incoming_count <= 1 || !t->flow) {
		bpmn_done(r, t);
		return;
	}
	t->stage = BPMN_STAGE_JOINING;
	if (round_open(t, &here) || !activated(r, t, here, &go) || !go)
		return;
	for (struct bpmn_token *x = t->scope->first; x; x = x->next)
		if (x->node == t->node && x->stage == BPMN_STAGE_JOINING && !spent_before(x))
			x->stage = BPMN_STAGE_SPENT;
	struct bpmn_token *on = bpmn_spawn(r, t->scope, t->node);
	if (on)
		bpmn_done(r, on);
}

const struct bpmn_kind_row bpmn_row_complex = {.enter = enter};
