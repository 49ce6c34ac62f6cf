/* bpmn/scope.c - scopes begin, complete when nothing lives in them, or are cleared. */
#include "bpmn/run.h"

/* Begin ---------------------------------------------------------------------------------- */

static void data_declare(struct bpmn_run *r, struct bpmn_scope *sc)
{
	for (size_t i = 0; i < sc->node->data_count; i++)
		if (!bpmn_vars_get(&sc->vars, sc->node->data[i]))
			bpmn_vars_set(r->arena, &sc->vars, sc->node->data[i], feel_null());
}

/* A start event of an event sub-process that cannot be armed (its timer has no date) is held
 * by a token with the incident, so that somebody can retry it. */
static void event_sub_arm(struct bpmn_run *r, struct bpmn_scope *sc, const struct bpmn_node *sub)
{
	const struct bpmn_node *start = sub->start_count ? sub->starts[0] : NULL;
	if (!start || bpmn_arm(r, NULL, sc, start))
		return;
	struct bpmn_token *t = bpmn_spawn(r, sc, sub);
	if (t)
		bpmn_incident_error(r, t, "event");
}

static bool starts_by_itself(const struct bpmn_node *n)
{
	if (n->incoming_count || n->for_compensation || n->kind == BPMN_EVENT_SUB_PROCESS ||
	        n->kind == BPMN_BOUNDARY_EVENT || n->kind == BPMN_START_EVENT)
		return false;
	return n->kind != BPMN_CATCH_EVENT || n->element->trigger != BPMN_ON_LINK;
}

static void spawn_ready(struct bpmn_run *r, struct bpmn_scope *sc, const struct bpmn_node *n)
{
	struct bpmn_token *t = bpmn_spawn(r, sc, n);
	if (t)
		bpmn_ready(r, t);
}

/* The event that began an instance has happened already; the others behind a parallel
 * instantiating gateway are waited for in the same instance. */
static void begin_at(struct bpmn_run *r, struct bpmn_scope *sc, const struct bpmn_node *start)
{
	struct bpmn_token *t = bpmn_spawn(r, sc, start);
	if (!t)
		return;
	if (start->kind != BPMN_CATCH_EVENT) {
		bpmn_ready(r, t);
	} else {
		(void)bpmn_emit_token(r, BPMN_ENTERED, t);
		bpmn_done(r, t);
	}
	const struct bpmn_node *gateway = start->incoming_count ? start->incoming[0]->source : NULL;
	if (!gateway || gateway->kind != BPMN_EVENT_BASED || !gateway->parallel_start)
		return;
	for (size_t i = 0; i < gateway->outgoing_count; i++)
		if (gateway->outgoing[i]->target != start)
			spawn_ready(r, sc, gateway->outgoing[i]->target);
}

static const struct bpmn_node *none_start(const struct bpmn_node *n)
{
	for (size_t i = 0; i < n->start_count; i++)
		if (!n->starts[i]->event_count)
			return n->starts[i];
	return NULL;
}

void bpmn_scope_begin(struct bpmn_run *r, struct bpmn_scope *sc, const struct bpmn_node *start)
{
	data_declare(r, sc);
	for (size_t i = 0; i < sc->node->event_sub_count && !sc->dead && !sc->interrupted; i++)
		event_sub_arm(r, sc, sc->node->event_subs[i]);
	if (sc->dead || sc->interrupted)
		return;
	if (!start)
		start = none_start(sc->node);
	if (start) {
		begin_at(r, sc, start);
		return;
	}
	for (size_t i = 0; i < sc->node->child_count; i++)
		if (starts_by_itself(sc->node->children[i]))
			spawn_ready(r, sc, sc->node->children[i]);
	bpmn_scope_check(r, sc);
}

/* Withdraw ------------------------------------------------------------------------------- */

static void records_drop(struct bpmn_run *r, const struct bpmn_scope *sc)
{
	for (size_t i = 0; i < r->s->record_count; i++) {
		struct bpmn_record *rec = r->s->records[i];
		if (rec->dead || rec->scope != sc)
			continue;
		rec->dead = true;
		if (rec->kept)
			bpmn_scope_close(r, rec->kept);
	}
}

void bpmn_scope_clear(struct bpmn_run *r, struct bpmn_scope *sc, const struct bpmn_token *token,
        const struct bpmn_scope *inner)
{
	for (struct bpmn_token *t = sc->first, *next; t; t = next) {
		next = t->next;
		if (t != token)
			bpmn_token_cancel(r, t);
	}
	for (struct bpmn_scope *c = sc->child, *next; c; c = next) {
		next = c->sibling;
		if (c != inner && !c->owner)
			bpmn_scope_close(r, c);
	}
}

/* Everything in it is withdrawn, then it is gone. */
void bpmn_scope_close(struct bpmn_run *r, struct bpmn_scope *sc)
{
	if (sc->dead)
		return;
	bpmn_scope_clear(r, sc, NULL, NULL);
	bpmn_close_waits(r, sc->waits);
	records_drop(r, sc);
	if (!sc->kept)
		bpmn_scope_unlink(sc);
	sc->dead = true;
}

static void token_remove(struct bpmn_token *t)
{
	t->dead = true;
	bpmn_token_unlink(t);
}

void bpmn_token_cancel(struct bpmn_run *r, struct bpmn_token *t)
{
	if (t->dead)
		return;
	bpmn_close_waits(r, t->waits);
	if (t->inner)
		bpmn_scope_close(r, t->inner);
	if (t->stage != BPMN_STAGE_SPENT)
		(void)bpmn_emit_token(r, BPMN_WITHDRAWN, t);
	token_remove(t);
}

void bpmn_token_end(struct bpmn_run *r, struct bpmn_token *t)
{
	if (t->dead)
		return;
	bpmn_close_waits(r, t->waits);
	token_remove(t);
	bpmn_scope_check(r, t->scope);
}

/* Complete ------------------------------------------------------------------------------- */

/* aw:result of a call activity takes the variable of that name at the called root. */
static void call_result(struct bpmn_run *r, struct bpmn_scope *sc)
{
	struct bpmn_token *t = sc->owner;
	const struct feel_value *v = bpmn_vars_get(&sc->vars, t->node->result);
	if (t->node->result.len)
		bpmn_assign(r, t, t->scope, t->node->result, v ? *v : feel_null());
	for (size_t i = 0; i < t->node->output_count; i++) {
		struct feel_value out;
		if (bpmn_eval(r, t->node->outputs[i].from, bpmn_env_scope(r, sc), t->node, &out))
			bpmn_assign(r, NULL, t->scope, t->node->outputs[i].to, out);
	}
}

static void sub_complete(struct bpmn_run *r, struct bpmn_scope *sc)
{
	struct bpmn_token *owner = sc->owner;
	bpmn_close_waits(r, sc->waits);
	if (bpmn_worth_keeping(r, sc) && !bpmn_is_instance(owner)) {
		bpmn_record_done_activity(r, owner, sc);
		bpmn_scope_unlink(sc);
		sc->kept = true;
		sc->owner = NULL;
		sc->env_made = false;
	} else {
		bpmn_scope_close(r, sc);
	}
	bpmn_done(r, owner);
}

static void complete(struct bpmn_run *r, struct bpmn_scope *sc)
{
	bpmn_scope_clear(r, sc, NULL, NULL); /* spent tokens */
	switch (sc->kind) {
	case BPMN_SCOPE_ROOT: bpmn_end(r, BPMN_COMPLETED, r->last_end, TEXT_NONE, TEXT_NONE); break;
	case BPMN_SCOPE_EVENT: {
		struct bpmn_scope *parent = sc->parent;
		uint64_t record = sc->record;
		bpmn_scope_close(r, sc);
		if (record)
			bpmn_compensated(r, record);
		bpmn_scope_check(r, parent);
		break;
	}
	case BPMN_SCOPE_CALL:
		call_result(r, sc);
		sub_complete(r, sc);
		break;
	case BPMN_SCOPE_SUB: sub_complete(r, sc); break;
	case BPMN_SCOPE_LOOP: break;
	}
}

void bpmn_scope_check(struct bpmn_run *r, struct bpmn_scope *sc)
{
	if (sc->dead || sc->kept || sc->cancelling || sc->child || sc->kind == BPMN_SCOPE_LOOP ||
	        r->s->outcome != BPMN_LIVE)
		return;
	for (const struct bpmn_token *t = sc->first; t; t = t->next)
		if (t->stage != BPMN_STAGE_SPENT)
			return;
	if (sc->node->kind == BPMN_AD_HOC && !bpmn_ad_hoc_complete(r, sc))
		return;
	complete(r, sc);
}

/* End ------------------------------------------------------------------------------------ */

void bpmn_end(struct bpmn_run *r, enum bpmn_outcome outcome, const struct bpmn_node *end,
        struct text code, struct text reason)
{
	if (r->s->outcome != BPMN_LIVE)
		return;
	struct bpmn_scope *root = bpmn_state_root(r->s);
	r->s->outcome = outcome;
	bpmn_scope_clear(r, root, NULL, NULL);
	bpmn_close_waits(r, root->waits);
	records_drop(r, root);
	struct bpmn_effect *f = bpmn_emit(r, BPMN_ENDED);
	f->scope = root->id;
	f->element = end ? end->element : NULL;
	f->outcome = outcome;
	f->name = code;
	f->text = reason;
}

void bpmn_terminate(struct bpmn_run *r, struct bpmn_scope *sc, const struct bpmn_node *end)
{
	r->last_end = end;
	bpmn_scope_clear(r, sc, NULL, NULL);
	sc->finished = true;
	bpmn_scope_check(r, sc);
}
