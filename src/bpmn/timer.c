/* bpmn/timer.c - when a timer is due: dates, durations, cycles (BPMN 10.5.5.8, ISO 8601). */
#include "base/calendar.h"
#include "bpmn/run.h"

bool bpmn_instant_of(struct bpmn_run *r, struct feel_value v, int64_t *out_ms)
{
	if (v.kind != FEEL_DATE && v.kind != FEEL_DATE_TIME)
		return false;
	return feel_to_instant(v, r->zone, out_ms);
}

/* Months are counted in the calendar of the zone, seconds exactly. */
static bool add_period(struct bpmn_run *r, int64_t from_ms, struct period p, int64_t *out_ms)
{
	const struct zone *zone;
	if (p.months) {
		if (zone_open(r->arena, text_from(r->zone), &zone, &r->error) != OK)
			return false;
		struct local at = local_at(zone, (struct instant){from_ms});
		struct date moved = date_add_months(at.date, p.months);
		from_ms = instant_of(zone, moved, at.second).ms + at.ms;
	}
	int64_t span;
	return !__builtin_mul_overflow(p.days, INT64_C(86400000), &span) &&
	       !__builtin_add_overflow(from_ms, span, &from_ms) &&
	       !__builtin_mul_overflow(p.seconds, INT64_C(1000), &span) &&
	       !__builtin_add_overflow(from_ms, span, out_ms) && *out_ms < BPMN_NEVER;
}

static bool period_of(struct feel_value v, struct period *out)
{
	*out = (struct period){0};
	if (v.kind == FEEL_DAYS_DURATION)
		out->seconds = v.duration.seconds + (v.duration.nano > 0);
	else if (v.kind == FEEL_MONTHS_DURATION)
		out->months = v.months;
	else
		return v.kind == FEEL_STRING && period_parse(v.string, out);
	return true;
}

/* A text that is a date, as other tools write it. */
static bool date_text_of(struct bpmn_run *r, struct text t, int64_t *out)
{
	struct feel_value v;
	if (!feel_parse_date_time(r->arena, t, &v) && !feel_parse_date(t, &v))
		return false;
	return bpmn_instant_of(r, v, out);
}

/* "R4/PT10S", "R/2026-01-01T00:00Z/P1D": repetitions, optional start, interval. */
static bool cycle_of(struct bpmn_run *r, struct text t, struct bpmn_wait *w)
{
	struct text count, start, interval;
	struct text rest = t;
	if (!text_split(&rest, '/', &count) || !count.len || count.ptr[0] != 'R' ||
	        !text_split(&rest, '/', &start))
		return false;
	w->left = -1;
	if (count.len > 1 && (!text_int(text_part(count, 1, count.len), &w->left) || w->left < 1))
		return false;
	bool has_start = text_split(&rest, '/', &interval);
	if (!has_start)
		interval = start;
	struct period p;
	if (!period_parse(interval, &p) || (!p.months && !p.days && p.seconds <= 0))
		return false;
	w->interval = text_copy(r->arena, interval);
	return has_start ? date_text_of(r, start, &w->at_ms)
	                 : add_period(r, r->now_ms, p, &w->at_ms);
}

static bool due_of(
        struct bpmn_run *r, const struct bpmn_event *ev, struct feel_value v, struct bpmn_wait *w)
{
	struct period p;
	w->left = 1;
	if (ev->time_kind == BPMN_TIME_CYCLE) {
		if (v.kind == FEEL_STRING)
			return cycle_of(r, v.string, w);
		w->left = -1;
		if (!period_of(v, &p) || (!p.months && !p.days && p.seconds <= 0))
			return false;
		w->interval = v.kind == FEEL_STRING ? text_copy(r->arena, v.string)
		                                    : feel_to_string(r->arena, v);
		return add_period(r, r->now_ms, p, &w->at_ms);
	}
	if (bpmn_instant_of(r, v, &w->at_ms))
		return true;
	if (period_of(v, &p))
		return add_period(r, r->now_ms, p, &w->at_ms);
	return v.kind == FEEL_STRING && date_text_of(r, v.string, &w->at_ms);
}

/* A deadline that has not begun is null: the timer waits without a date until it has one. */
bool bpmn_timer_due(struct bpmn_run *r, const struct bpmn_event *ev, const struct feel_env *env,
        const struct bpmn_node *at, struct bpmn_wait *w)
{
	struct feel_value v = feel_string(ev->time_literal);
	if (ev->time && !bpmn_eval(r, ev->time, env, at, &v))
		return false;
	if (feel_is_null(v) && bpmn_follows(ev, w->scope)) {
		w->at_ms = BPMN_NEVER;
		w->left = 1;
		return true;
	}
	if (due_of(r, ev, v, w))
		return true;
	(void)fail(&r->error, ERR_INVALID, "the timer has no date: %.*s",
	        TEXT_ARG(feel_is_null(v) ? bpmn_why_null(r) : feel_to_text(r->arena, v)));
	return false;
}

/* The next firing counts from the one before, not from when it was handled. */
bool bpmn_timer_next(struct bpmn_run *r, const struct bpmn_wait *fired, struct bpmn_wait *next)
{
	struct period p;
	struct feel_value v;
	if (!fired->interval.len || fired->left == 1)
		return false;
	if (!period_parse(fired->interval, &p) &&
	        (!feel_parse_duration(fired->interval, &v) || !period_of(v, &p)))
		return false;
	next->interval = fired->interval;
	next->left = fired->left < 0 ? -1 : fired->left - 1;
	return add_period(r, fired->at_ms, p, &next->at_ms);
}
