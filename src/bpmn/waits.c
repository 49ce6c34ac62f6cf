/* bpmn/waits.c - what tokens and scopes wait for: armed, closed, happened. */
#include "base/calendar.h"
#include "bpmn/run.h"

static struct bpmn_effect *emit_wait(
        struct bpmn_run *r, enum bpmn_effect_kind kind, const struct bpmn_wait *w)
{
	struct bpmn_effect *f = bpmn_emit(r, kind);
	f->wait = w->id;
	f->token = w->token ? w->token->id : 0;
	f->scope = w->scope->id;
	f->element = w->node->element;
	f->name = w->name;
	f->key = w->key;
	f->at_ms = w->at_ms;
	return f;
}

/* Close ---------------------------------------------------------------------------------- */

void bpmn_wait_consume(struct bpmn_wait *w)
{
	if (w->dead)
		return;
	w->dead = true;
	bpmn_wait_unlink(w);
}

void bpmn_wait_close(struct bpmn_run *r, struct bpmn_wait *w)
{
	static const enum bpmn_effect_kind kinds[] = {
	        [BPMN_WAIT_TASK] = BPMN_TASK_CLOSED,
	        [BPMN_WAIT_JOB] = BPMN_JOB_CLOSED,
	        [BPMN_WAIT_MESSAGE] = BPMN_UNSUBSCRIBED,
	        [BPMN_WAIT_SIGNAL] = BPMN_UNLISTENING,
	        [BPMN_WAIT_TIMER] = BPMN_TIMER_CLOSED,
	};
	if (w->dead)
		return;
	if (w->kind != BPMN_WAIT_CONDITION)
		(void)emit_wait(r, kinds[w->kind], w);
	bpmn_wait_consume(w);
}

void bpmn_close_waits(struct bpmn_run *r, struct bpmn_wait *list)
{
	for (struct bpmn_wait *w = list, *next; w; w = next) {
		next = w->next;
		bpmn_wait_close(r, w);
	}
}

static void close_all(struct bpmn_run *r, struct bpmn_wait *list, const struct bpmn_node *n)
{
	for (struct bpmn_wait *w = list, *next; w; w = next) {
		next = w->next;
		if (w->node == n)
			bpmn_wait_close(r, w);
	}
}

/* Arm ------------------------------------------------------------------------------------ */

static const struct feel_env *wait_env(struct bpmn_run *r, const struct bpmn_wait *w)
{
	return w->token ? bpmn_env(r, w->token) : bpmn_env_scope(r, w->scope);
}

/* A key is compared as text; null is no key. */
struct text bpmn_key_text(struct bpmn_run *r, struct feel_value v)
{
	return feel_is_null(v) ? TEXT_NONE : feel_to_string(r->arena, v);
}

/* aw:ttl: how old a message may be. A duration; the instant before which it is too old. */
static bool oldest(struct bpmn_run *r, const struct feel_expr *ttl, const struct feel_env *env,
        const struct bpmn_node *n, int64_t *out)
{
	struct feel_value v;
	*out = BPMN_NEVER;
	if (!ttl)
		return true;
	if (!bpmn_eval(r, ttl, env, n, &v))
		return false;
	struct period p = {0};
	if (v.kind == FEEL_DAYS_DURATION)
		p.seconds = v.duration.seconds;
	else if (v.kind != FEEL_STRING || !period_parse(v.string, &p) || p.months) {
		(void)fail(&r->error, ERR_INVALID, "aw:ttl is no duration of days and time");
		return false;
	}
	if (p.days < 0 || p.days > 36500 || p.seconds < 0 || p.seconds > INT64_C(36500) * 86400) {
		(void)fail(&r->error, ERR_INVALID, "aw:ttl is not between 0 and 100 years");
		return false;
	}
	*out = r->now_ms - (p.days * 86400 + p.seconds) * 1000;
	return true;
}

bool bpmn_subscribe(struct bpmn_run *r, struct bpmn_token *t, const struct bpmn_node *n,
        struct text name, const struct feel_expr *key, const struct feel_expr *ttl)
{
	struct feel_value v;
	int64_t since;
	if (!bpmn_eval(r, key, bpmn_env(r, t), n, &v) || !oldest(r, ttl, bpmn_env(r, t), n, &since))
		return false;
	struct bpmn_wait *w = bpmn_wait_add(r->s, BPMN_WAIT_MESSAGE, t, t->scope, n);
	w->name = name;
	w->key = bpmn_key_text(r, v);
	w->at_ms = since;
	(void)emit_wait(r, BPMN_SUBSCRIBED, w);
	return true;
}

static bool arm_message(struct bpmn_run *r, struct bpmn_wait *w, const struct bpmn_event *ev)
{
	struct feel_value v;
	if (!bpmn_eval(r, ev->key, wait_env(r, w), w->node, &v) ||
	        !oldest(r, ev->ttl, wait_env(r, w), w->node, &w->at_ms))
		return false;
	w->name = ev->name;
	w->key = bpmn_key_text(r, v);
	(void)emit_wait(r, BPMN_SUBSCRIBED, w);
	return true;
}

static bool arm_timer(struct bpmn_run *r, struct bpmn_wait *w, const struct bpmn_event *ev)
{
	if (!bpmn_timer_due(r, ev, wait_env(r, w), w->node, w))
		return false;
	(void)emit_wait(r, BPMN_TIMER_SET, w);
	return true;
}

static bool arm_condition(struct bpmn_run *r, struct bpmn_wait *w, const struct bpmn_event *ev)
{
	struct feel_value v;
	if (!bpmn_eval(r, ev->condition, wait_env(r, w), w->node, &v))
		return false;
	if (feel_is_true(v))
		bpmn_occur(r, w, feel_null());
	return true;
}

static bool wait_kind_of(enum bpmn_trigger trigger, enum bpmn_wait_kind *out)
{
	switch (trigger) {
	case BPMN_ON_MESSAGE: *out = BPMN_WAIT_MESSAGE; return true;
	case BPMN_ON_TIMER: *out = BPMN_WAIT_TIMER; return true;
	case BPMN_ON_SIGNAL: *out = BPMN_WAIT_SIGNAL; return true;
	case BPMN_ON_CONDITION: *out = BPMN_WAIT_CONDITION; return true;
	default: return false; /* errors and their like are looked up when thrown */
	}
}

static bool arm_one(struct bpmn_run *r, struct bpmn_token *t, struct bpmn_scope *sc,
        const struct bpmn_node *n, uint32_t index)
{
	const struct bpmn_event *ev = &n->events[index];
	enum bpmn_wait_kind kind;
	if (!wait_kind_of(ev->trigger, &kind))
		return true;
	struct bpmn_wait *w = bpmn_wait_add(r->s, kind, t, sc, n);
	w->event = index;
	bool armed = true;
	if (kind == BPMN_WAIT_MESSAGE)
		armed = arm_message(r, w, ev);
	else if (kind == BPMN_WAIT_TIMER)
		armed = arm_timer(r, w, ev);
	else if (kind == BPMN_WAIT_CONDITION)
		armed = arm_condition(r, w, ev);
	if (kind == BPMN_WAIT_SIGNAL) {
		w->name = ev->name;
		(void)emit_wait(r, BPMN_LISTENING, w);
	}
	if (!armed)
		bpmn_wait_consume(w);
	return armed;
}

bool bpmn_arm(
        struct bpmn_run *r, struct bpmn_token *t, struct bpmn_scope *sc, const struct bpmn_node *n)
{
	for (uint32_t i = 0; i < n->event_count; i++) {
		if (!arm_one(r, t, sc, n, i)) {
			close_all(r, t ? t->waits : sc->waits, n);
			return false;
		}
		bool gone =
		        t ? t->dead || t->stage == BPMN_STAGE_LEAVING : sc->dead || sc->interrupted;
		if (gone)
			break;
	}
	return true;
}

/* Occur ---------------------------------------------------------------------------------- */

static bool stays(const struct bpmn_wait *w)
{
	bool repeats = !w->token || w->node->kind == BPMN_BOUNDARY_EVENT;
	return repeats && !w->node->interrupting;
}

static bool has_more(const struct bpmn_wait *w)
{
	const struct bpmn_wait *list = w->token ? w->token->waits : w->scope->waits;
	for (; list; list = list->next)
		if (list != w && list->node == w->node)
			return true;
	return false;
}

/* One of several definitions was enough: the others are not wanted. */
static void close_others(struct bpmn_run *r, const struct bpmn_wait *w)
{
	close_all(r, w->token ? w->token->waits : w->scope->waits, w->node);
}

static void fire(struct bpmn_run *r, const struct bpmn_wait *w, struct feel_value payload)
{
	struct bpmn_effect *f = emit_wait(r, BPMN_TRIGGERED, w);
	f->value = payload;
	if (!w->token)
		(void)bpmn_event_sub_fire(r, w->scope, w->node->parent, w->node, payload);
	else if (w->node->kind == BPMN_BOUNDARY_EVENT)
		bpmn_boundary_fire(r, w->token, w->node, payload);
	else
		bpmn_row(w->token->node->kind)
		        ->wake(r, w->token, (struct bpmn_wait *)(uintptr_t)w, payload);
}

/* What does not interrupt can happen again. */
static void arm_again(struct bpmn_run *r, const struct bpmn_wait *w)
{
	bool owner_gone = w->token ? w->token->dead : w->scope->dead || w->scope->interrupted;
	if (owner_gone || r->s->outcome != BPMN_LIVE)
		return;
	if (w->kind == BPMN_WAIT_TIMER) {
		struct bpmn_wait next = {0};
		if (!bpmn_timer_next(r, w, &next))
			return;
		struct bpmn_wait *armed =
		        bpmn_wait_add(r->s, BPMN_WAIT_TIMER, w->token, w->scope, w->node);
		armed->event = w->event;
		armed->at_ms = next.at_ms;
		armed->left = next.left;
		armed->interval = next.interval;
		(void)emit_wait(r, BPMN_TIMER_SET, armed);
	} else if (w->node->parallel_multiple && w->node->event_count > 1) {
		(void)bpmn_arm(r, w->token, w->scope, w->node);
	} else {
		(void)arm_one(r, w->token, w->scope, w->node, w->event);
	}
}

void bpmn_occur(struct bpmn_run *r, struct bpmn_wait *w, struct feel_value payload)
{
	bool all = w->node->parallel_multiple && w->node->event_count > 1;
	if (w->kind == BPMN_WAIT_CONDITION && stays(w) && !all) {
		w->was_true = true;
		fire(r, w, payload);
		return;
	}
	bool again = stays(w);
	bool more = has_more(w);
	if (!more || !all) {
		bpmn_wait_consume(w);
		if (!again)
			close_others(r, w);
		fire(r, w, payload);
		if (again && !(w->kind == BPMN_WAIT_CONDITION && all))
			arm_again(r, w);
		return;
	}
	struct bpmn_effect *f = emit_wait(r, BPMN_TRIGGERED, w);
	f->value = payload;
	bpmn_wait_consume(w);
}

void bpmn_check_conditions(struct bpmn_run *r)
{
	size_t count = r->s->wait_count;
	for (size_t i = 0; i < count && r->s->outcome == BPMN_LIVE; i++) {
		struct bpmn_wait *w = r->s->waits[i];
		if (w->dead || w->kind != BPMN_WAIT_CONDITION)
			continue;
		struct feel_value v;
		const struct bpmn_event *ev = &w->node->events[w->event];
		if (!bpmn_eval(r, ev->condition, wait_env(r, w), w->node, &v)) {
			if (w->token && !w->token->incident.len)
				bpmn_incident_error(r, w->token, "condition");
			continue;
		}
		if (!feel_is_true(v))
			w->was_true = false;
		else if (!w->was_true)
			bpmn_occur(r, w, feel_null());
	}
}

void bpmn_refresh_timers(struct bpmn_run *r)
{
	size_t count = r->s->wait_count;
	for (size_t i = 0; i < count; i++) {
		struct bpmn_wait *w = r->s->waits[i];
		if (w->dead || w->kind != BPMN_WAIT_TIMER)
			continue;
		const struct bpmn_event *ev = &w->node->events[w->event];
		bool moves = ev->time_kind == BPMN_TIME_DATE && bpmn_follows(ev, w->scope);
		if (!moves && w->at_ms != BPMN_NEVER)
			continue;
		int64_t before = w->at_ms;
		if (!bpmn_timer_due(r, ev, wait_env(r, w), w->node, w))
			w->at_ms = before; /* the date in force stays */
		else if (w->at_ms != before)
			(void)emit_wait(r, BPMN_TIMER_SET, w);
	}
}
