/* bpmn/throw.c - throwing events, and who catches errors and escalations (BPMN 10.5.6). */
#include "bpmn/run.h"

/* Catch ---------------------------------------------------------------------------------- */

static bool matches(
        const struct bpmn_node *n, enum bpmn_trigger trigger, struct text code, bool exact)
{
	for (size_t i = 0; i < n->event_count; i++) {
		if (n->events[i].trigger != trigger)
			continue;
		if (exact ? n->events[i].code.len && text_eq(n->events[i].code, code)
		          : !n->events[i].code.len)
			return true;
	}
	return false;
}

static void triggered(struct bpmn_run *r, const struct bpmn_node *n, struct bpmn_scope *sc,
        struct text code, struct feel_value payload)
{
	struct bpmn_effect *f = bpmn_emit(r, BPMN_TRIGGERED);
	f->element = n->element;
	f->scope = sc->id;
	f->name = code;
	f->value = payload;
}

static bool catch_at_activity(struct bpmn_run *r, struct bpmn_token *t, enum bpmn_trigger trigger,
        struct text code, struct feel_value payload)
{
	for (int exact = 1; exact >= 0; exact--) {
		for (size_t i = 0; i < t->node->boundary_count; i++) {
			const struct bpmn_node *b = t->node->boundary[i];
			if (!matches(b, trigger, code, exact))
				continue;
			triggered(r, b, t->scope, code, payload);
			bpmn_boundary_fire(r, t, b, payload);
			return true;
		}
	}
	return false;
}

static bool catch_in_scope(struct bpmn_run *r, struct bpmn_scope *sc, const struct bpmn_node * not,
        enum bpmn_trigger trigger, struct text code, struct feel_value payload)
{
	for (int exact = 1; exact >= 0; exact--) {
		for (size_t i = 0; i < sc->node->event_sub_count; i++) {
			const struct bpmn_node *sub = sc->node->event_subs[i];
			const struct bpmn_node *start = sub->start_count ? sub->starts[0] : NULL;
			if (sub == not || !start || !matches(start, trigger, code, exact))
				continue;
			triggered(r, start, sc, code, payload);
			(void)bpmn_event_sub_fire(r, sc, sub, start, payload);
			return true;
		}
	}
	return false;
}

/* From the inside out: event sub-processes of the scope, then boundary events of its
 * activity, then the scope around. */
bool bpmn_raise(struct bpmn_run *r, struct bpmn_token *t, bool at_activity,
        enum bpmn_trigger trigger, struct text code, struct feel_value payload)
{
	if (at_activity && !bpmn_is_instance(t) && catch_at_activity(r, t, trigger, code, payload))
		return true;
	struct bpmn_scope *sc = t->scope;
	const struct bpmn_node *from = NULL;
	while (sc) {
		if (sc->kind != BPMN_SCOPE_LOOP && !sc->interrupted &&
		        catch_in_scope(r, sc, from, trigger, code, payload))
			return true;
		from = sc->kind == BPMN_SCOPE_EVENT ? sc->node : NULL;
		struct bpmn_token *owner = sc->owner;
		if (owner && !bpmn_is_instance(owner) &&
		        catch_at_activity(r, owner, trigger, code, payload))
			return true;
		sc = sc->parent;
	}
	return false;
}

/* Signals reach every event that waits for them at this moment, oldest first. */
void bpmn_broadcast(struct bpmn_run *r, struct text name, struct feel_value payload)
{
	size_t count = r->s->wait_count;
	for (size_t i = 0; i < count && r->s->outcome == BPMN_LIVE; i++) {
		struct bpmn_wait *w = r->s->waits[i];
		if (!w->dead && w->kind == BPMN_WAIT_SIGNAL && text_eq(w->name, name))
			bpmn_occur(r, w, payload);
	}
}

/* Throw ---------------------------------------------------------------------------------- */

static bool payload_of(struct bpmn_run *r, struct bpmn_token *t, struct feel_value *out)
{
	*out = feel_null();
	if (!bpmn_eval(r, t->node->input, bpmn_env(r, t), t->node, out)) {
		bpmn_incident_error(r, t, "expression");
		return false;
	}
	if (t->node->input || !t->node->input_count)
		return true;
	struct feel_context_builder b = feel_context_begin(r->arena);
	for (size_t i = 0; i < t->node->input_count; i++) {
		struct feel_value v;
		if (!bpmn_eval(r, t->node->inputs[i].from, bpmn_env(r, t), t->node, &v)) {
			bpmn_incident_error(r, t, "expression");
			return false;
		}
		feel_context_set(&b, t->node->inputs[i].to, v);
	}
	*out = feel_context_end(&b);
	return true;
}

static bool throw_message(struct bpmn_run *r, struct bpmn_token *t, const struct bpmn_event *ev,
        struct feel_value payload)
{
	struct feel_value key, to;
	if (t->node->letter.len || t->node->connector.len)
		return bpmn_request_job(r, t) && false;
	if (!bpmn_eval(r, ev->key, bpmn_env(r, t), t->node, &key) ||
	        !bpmn_eval(r, t->node->to, bpmn_env(r, t), t->node, &to)) {
		bpmn_incident_error(r, t, "expression");
		return false;
	}
	struct bpmn_effect *f = bpmn_emit_token(r, BPMN_MESSAGE_THROWN, t);
	f->name = ev->name;
	f->key = bpmn_key_text(r, key);
	f->value = payload;
	f->extra = to;
	return true;
}

static bool throw_escalation(struct bpmn_run *r, struct bpmn_token *t, const struct bpmn_event *ev,
        struct feel_value payload)
{
	if (!bpmn_raise(r, t, true, BPMN_ON_ESCALATION, ev->code, payload))
		bpmn_emit_token(r, BPMN_UNCAUGHT, t)->name = ev->code;
	return !t->dead;
}

static bool throw_error(struct bpmn_run *r, struct bpmn_token *t, const struct bpmn_event *ev,
        struct feel_value payload)
{
	if (!bpmn_raise(r, t, true, BPMN_ON_ERROR, ev->code, payload))
		bpmn_end(r, BPMN_FAILED, t->node, ev->code, TEXT_NONE);
	else if (!t->dead) /* caught by something that does not interrupt: the path ends here */
		bpmn_token_end(r, t);
	return false;
}

bool bpmn_throw(struct bpmn_run *r, struct bpmn_token *t, const struct bpmn_event *ev)
{
	struct feel_value payload;
	if (!payload_of(r, t, &payload))
		return false;
	switch (ev->trigger) {
	case BPMN_ON_MESSAGE: return throw_message(r, t, ev, payload);
	case BPMN_ON_SIGNAL: {
		struct bpmn_effect *f = bpmn_emit_token(r, BPMN_SIGNAL_THROWN, t);
		f->name = ev->name;
		f->value = payload;
		bpmn_broadcast(r, ev->name, payload);
		return !t->dead;
	}
	case BPMN_ON_ESCALATION: return throw_escalation(r, t, ev, payload);
	case BPMN_ON_ERROR: return throw_error(r, t, ev, payload);
	case BPMN_ON_COMPENSATION:
		return !bpmn_compensate(r, t, t->scope, ev->activity, !ev->no_wait) || ev->no_wait;
	case BPMN_ON_CANCEL: bpmn_cancel_transaction(r, t); return false;
	default: return true;
	}
}
