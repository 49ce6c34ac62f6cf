/* bpmn/follow.c - dates that move with a deadline.
 *
 * A deadline begins when its event happens and may be extended or begin again. A timer that
 * reads `deadline` follows it, and so does a parameter of a called process that was given a
 * deadline (`aw:params="{until: deadline.evidence}"`) with the timers there that wait for a
 * date. Until the deadline has begun such a timer waits without a date. */
#include "bpmn/run.h"

bool bpmn_reads_deadline(const struct feel_expr *x)
{
	const struct feel_read *reads;
	size_t count = x ? feel_expr_reads(x, &reads) : 0;
	for (size_t i = 0; i < count; i++)
		if (text_is(reads[i].name, "deadline"))
			return true;
	return false;
}

bool bpmn_follows(const struct bpmn_event *ev, const struct bpmn_scope *sc)
{
	if (bpmn_reads_deadline(ev->time))
		return true;
	while (sc->kind != BPMN_SCOPE_ROOT && sc->kind != BPMN_SCOPE_CALL)
		sc = sc->parent;
	return ev->time_kind == BPMN_TIME_DATE && sc->kind == BPMN_SCOPE_CALL && sc->owner &&
	       bpmn_reads_deadline(sc->owner->node->params);
}

static bool may_move(struct feel_value v)
{
	return v.kind == FEEL_NULL || v.kind == FEEL_DATE || v.kind == FEEL_DATE_TIME;
}

static void params_follow(struct bpmn_run *r, struct bpmn_scope *sc)
{
	struct bpmn_token *t = sc->owner;
	struct feel_value v;
	if (!bpmn_eval(r, t->node->params, bpmn_env(r, t), t->node, &v) || v.kind != FEEL_CONTEXT)
		return;
	for (size_t i = 0; i < v.context->count; i++) {
		const struct feel_entry *entry = &v.context->entries[i];
		const struct feel_value *now = bpmn_vars_get(&sc->vars, entry->name);
		if (now && may_move(*now) && may_move(entry->value) &&
		        !feel_same(*now, entry->value))
			bpmn_assign(r, NULL, sc, entry->name, entry->value);
	}
}

void bpmn_refresh_dates(struct bpmn_run *r)
{
	for (size_t i = 0; i < r->s->scope_count; i++) {
		struct bpmn_scope *sc = r->s->scopes[i];
		if (!sc->dead && sc->kind == BPMN_SCOPE_CALL && sc->owner &&
		        bpmn_reads_deadline(sc->owner->node->params))
			params_follow(r, sc);
	}
	bpmn_refresh_timers(r);
}
