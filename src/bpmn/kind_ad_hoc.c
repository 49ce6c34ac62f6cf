/* bpmn/kind_ad_hoc.c - ad-hoc sub-processes (BPMN 13.2.5).
 *
 * Our reading where the norm leaves it to a performer: activities without incoming flow are
 * started by themselves, all at once or (ordering Sequential) one after another; those with
 * aw:start="manual" are offered and may be started by a command, any number of times. The
 * completion condition is looked at whenever an activity ended; without one the sub-process
 * is complete when nothing runs. Where something is offered, or the condition does not hold
 * yet, it stays open until a command finishes it. */
#include "bpmn/run.h"

static bool is_candidate(const struct bpmn_node *n)
{
	return bpmn_is_activity(n->kind) && !n->incoming_count && !n->for_compensation;
}

static bool is_manual(const struct bpmn_node *n)
{
	return text_is(bpmn_attribute(n->element, "start"), "manual");
}

static void offer(struct bpmn_run *r, struct bpmn_scope *sc, const struct bpmn_node *n)
{
	struct bpmn_effect *f = bpmn_emit(r, BPMN_OFFERED);
	f->scope = sc->id;
	f->element = n->element;
}

/* Start the next candidates; `begun` is where in the list the scope stands. */
static bool start_next(struct bpmn_run *r, struct bpmn_scope *sc)
{
	bool started = false;
	while (sc->begun < sc->node->child_count && !(started && sc->node->ad_hoc_sequential)) {
		const struct bpmn_node *n = sc->node->children[sc->begun++];
		if (!is_candidate(n))
			continue;
		if (is_manual(n)) {
			offer(r, sc, n);
			continue;
		}
		struct bpmn_token *t = bpmn_spawn(r, sc, n);
		if (!t)
			break;
		bpmn_ready(r, t);
		started = true;
	}
	return started;
}

static bool has_manual(const struct bpmn_node *n)
{
	for (size_t i = 0; i < n->child_count; i++)
		if (is_candidate(n->children[i]) && is_manual(n->children[i]))
			return true;
	return false;
}

static void enter(struct bpmn_run *r, struct bpmn_token *t)
{
	struct bpmn_scope *sc = bpmn_scope_add(r->s, BPMN_SCOPE_SUB, t->scope, t, t->node);
	for (size_t i = 0; i < t->node->data_count; i++)
		bpmn_vars_set(r->arena, &sc->vars, t->node->data[i], feel_null());
	for (size_t i = 0; i < t->node->event_sub_count && !sc->interrupted; i++)
		if (t->node->event_subs[i]->start_count &&
		        !bpmn_arm(r, NULL, sc, t->node->event_subs[i]->starts[0])) {
			bpmn_scope_close(r, sc);
			bpmn_incident_error(r, t, "event");
			return;
		}
	if (!sc->interrupted)
		(void)start_next(r, sc);
}

bool bpmn_ad_hoc_activity_done(struct bpmn_run *r, struct bpmn_token *t)
{
	struct bpmn_scope *sc = t->scope;
	const struct bpmn_node *n = sc->node;
	struct feel_value v;
	if (!n->completion || sc->finished)
		return false;
	if (!bpmn_eval(r, n->completion, bpmn_env_scope(r, sc), n, &v)) {
		bpmn_incident_error(r, t, "expression");
		return true;
	}
	if (!feel_is_true(v))
		return false;
	sc->finished = true;
	if (n->ad_hoc_keep)
		return false;
	(void)bpmn_emit_token(r, BPMN_LEFT, t);
	t->dead = true;
	bpmn_token_unlink(t);
	bpmn_scope_clear(r, sc, NULL, NULL);
	bpmn_scope_check(r, sc);
	return true;
}

bool bpmn_ad_hoc_complete(struct bpmn_run *r, struct bpmn_scope *sc)
{
	if (sc->finished || sc->interrupted)
		return true;
	if (start_next(r, sc))
		return false;
	return !sc->node->completion && !has_manual(sc->node);
}

const struct bpmn_kind_row bpmn_row_ad_hoc = {.enter = enter};
