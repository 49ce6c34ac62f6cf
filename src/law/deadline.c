/* law/deadline.c - when a period ends (BGB sections 186-193, VwVfG section 31). */
#include "law/law_int.h"

enum { SHIFT_DAYS_MAX = 40 }; /* no row of holidays is that long */

enum err law_day_check(struct date d, const char *what, struct errinfo *e)
{
	if (!date_valid(d.year, d.month, d.day))
		return fail(e, ERR_INVALID, "%s is not a day", what);
	if (d.year < LAW_YEAR_MIN || d.year > LAW_YEAR_MAX)
		return fail(e, ERR_LIMIT, "%s lies outside the years %d to %d", what, LAW_YEAR_MIN,
		        LAW_YEAR_MAX);
	return OK;
}

/* BGB section 188(2), (3): all months at once, a missing day is the last of its month. A
 * period that begins with a day ends before the day of the same number. */
struct date law_raw_end(struct date event, struct law_length length, enum law_start start)
{
	if (start == LAW_FROM_EVENT)
		return date_add_days(date_add_months(event, length.months), length.days);
	if (length.months == 0)
		return date_add_days(event, (int64_t)length.days - 1);
	struct date end;
	if (event.day == 1) {
		end = date_add_days(date_add_months(event, length.months), -1);
	} else {
		event.day--;
		end = date_add_months(event, length.months);
	}
	return date_add_days(end, length.days);
}

static const char *weekend_rule(struct date day)
{
	switch (date_weekday(day)) {
	case SATURDAY: return "shift_saturday";
	case SUNDAY: return "shift_sunday";
	default: return NULL;
	}
}

/* True when `day` does not count as a working day; the reason is told. A holiday that falls
 * on a weekend is told as the holiday: that is what people look up. */
static bool tell_day_off(struct arena *a, const struct law_calendar *cal, struct law_place place,
        struct date day, struct law_why *why)
{
	struct law_holiday holiday;
	if (law_holiday(cal, place, day, &holiday)) {
		struct law_step *s = law_step_add(a, why, "shift_holiday", day, holiday.source);
		struct text key = text_format(a, "law.holiday.%.*s", TEXT_ARG(holiday.id));
		s->params[0] =
		        (struct law_param){.name = "holiday", .kind = LAW_PARAM_KEY, .text = key};
		return true;
	}
	const char *rule = weekend_rule(day);
	if (!rule)
		return false;
	law_step_add(a, why, rule, day, TEXT("BGB § 193"));
	return true;
}

enum err law_shift_day(struct arena *a, const struct law_calendar *cal, struct law_place place,
        struct date from, struct law_why *why, struct date *out, struct errinfo *e)
{
	TRY(law_place_check(cal, place, from, e));
	why->calendar = law_calendar_version(cal);
	why->place = text_copy(a, place.ags);
	struct date day = from;
	for (int i = 0; tell_day_off(a, cal, place, day, why); i++) {
		if (i >= SHIFT_DAYS_MAX)
			return fail(e, ERR_LIMIT, "the calendar has no working day near %d-%d",
			        from.year, from.month);
		day = date_add_days(day, 1);
	}
	*out = day;
	return OK;
}

static bool paused(const struct law_ask *ask, struct date day)
{
	for (size_t i = 0; i < ask->pause_count; i++) {
		const struct law_pause *p = &ask->pauses[i];
		if (date_cmp(day, p->from) >= 0 &&
		        (date_is_zero(p->to) ? date_cmp(day, p->from) == 0
		                             : date_cmp(day, p->to) <= 0))
			return true;
	}
	return false;
}

/* "Arbeitstage" (KGSG section 24(7)): Monday to Friday without public holidays of the seat. */
static enum err count_working_days(struct arena *a, const struct law_calendar *cal,
        const struct law_ask *ask, struct law_deadline *out, struct errinfo *e)
{
	TRY(law_place_check(cal, ask->place, ask->event, e));
	out->why.calendar = law_calendar_version(cal);
	out->why.place = text_copy(a, ask->place.ags);
	struct date day = ask->start == LAW_FROM_DAY ? date_add_days(ask->event, -1) : ask->event;
	for (int32_t counted = 0; counted < ask->length.working_days;) {
		day = date_add_days(day, 1);
		if (day.year > LAW_YEAR_MAX)
			return fail(e, ERR_LIMIT, "the end lies after the year %d", LAW_YEAR_MAX);
		struct law_holiday holiday;
		if (date_weekday(day) > FRIDAY || paused(ask, day))
			continue;
		if (!law_holiday(cal, ask->place, day, &holiday)) {
			counted++;
			continue;
		}
		if (out->why.count > LAW_STEPS_MAX / 2)
			continue;
		struct law_step *s =
		        law_step_add(a, &out->why, "skip_holiday", day, holiday.source);
		struct text key = text_format(a, "law.holiday.%.*s", TEXT_ARG(holiday.id));
		s->params[0] =
		        (struct law_param){.name = "holiday", .kind = LAW_PARAM_KEY, .text = key};
	}
	out->raw_end = day;
	return OK;
}

/* The days a pause takes away from a period that would run until `end`, 0 when none. */
static int64_t pause_days(const struct law_pause *p, struct date first, struct date end)
{
	struct date from = date_cmp(p->from, first) < 0 ? first : p->from;
	struct date to = date_is_zero(p->to) ? from : p->to;
	if (date_cmp(from, end) > 0 || date_cmp(to, from) < 0)
		return 0;
	return date_to_days(to) - date_to_days(from) + 1;
}

static struct date stand_still(struct arena *a, const struct law_ask *ask, size_t *next,
        struct date first, struct date end, struct law_deadline *out)
{
	for (; *next < ask->pause_count; (*next)++) {
		const struct law_pause *p = &ask->pauses[*next];
		if (date_cmp(p->from, end) > 0)
			break;
		int64_t days = pause_days(p, first, end);
		if (days == 0)
			continue;
		end = date_add_days(end, days);
		bool open = date_is_zero(p->to);
		struct law_step *s = law_step_add(a, &out->why,
		        open ? "standing_still" : "stood_still", p->from, TEXT("BGB § 209"));
		law_step_put(s, "reason", text_copy(a, p->reason));
		if (open) {
			out->standing_still = true;
			continue;
		}
		law_step_day(s, "to", p->to);
		law_step_count(s, "days", days);
	}
	return end;
}

static enum err check_ask(const struct law_ask *ask, struct errinfo *e)
{
	TRY(law_day_check(ask->event, "the event", e));
	struct law_length l = ask->length;
	if (l.hours != 0)
		return fail(e, ERR_INVALID, "a period in hours has no last day");
	if (l.months < 0 || l.days < 0 || l.working_days < 0)
		return fail(e, ERR_INVALID, "a period is negative");
	if (l.months == 0 && l.days == 0 && l.working_days == 0)
		return fail(e, ERR_INVALID, "a period is empty");
	if (l.working_days != 0 && (l.months != 0 || l.days != 0))
		return fail(e, ERR_INVALID, "working days are not mixed with other units");
	if (l.months > 1200 || l.days > 36600 || l.working_days > 5000)
		return fail(e, ERR_LIMIT, "a period is longer than 100 years");
	if (ask->pause_count > LAW_PAUSES_MAX || ask->extension_count > LAW_EXTENSIONS_MAX)
		return fail(e, ERR_LIMIT, "too many pauses or extensions");
	for (size_t i = 0; i < ask->pause_count; i++) {
		const struct law_pause *p = &ask->pauses[i];
		TRY(law_day_check(p->from, "the begin of a pause", e));
		if (date_is_zero(p->to) && i + 1 < ask->pause_count)
			return fail(e, ERR_INVALID, "an open pause must be the last one");
		if (!date_is_zero(p->to) && date_cmp(p->to, p->from) < 0)
			return fail(e, ERR_INVALID, "a pause ends before it begins");
		if (i > 0 && date_cmp(p->from, ask->pauses[i - 1].to) <= 0)
			return fail(e, ERR_INVALID, "pauses overlap or are out of order");
	}
	return OK;
}

static void tell_start(struct arena *a, const struct law_ask *ask, struct law_why *why)
{
	bool event = ask->start == LAW_FROM_EVENT;
	struct law_step *s = law_step_add(a, why, event ? "event_not_counted" : "day_counts",
	        ask->event, event ? TEXT("BGB § 187 Abs. 1") : TEXT("BGB § 187 Abs. 2"));
	struct text key = text_format(a, "law.event.%s", ask->event_key ? ask->event_key : "event");
	s->params[0] = (struct law_param){.name = "event", .kind = LAW_PARAM_KEY, .text = key};
}

static void tell_length(
        struct arena *a, const struct law_ask *ask, struct date raw, struct law_why *why)
{
	struct text law = ask->law.len ? text_copy(a, ask->law) : TEXT("BGB § 188");
	struct law_step *s = law_step_add(a, why, "length", raw, law);
	law_step_length(s, "length", ask->length);
	int wanted = ask->event.day - (ask->start == LAW_FROM_DAY);
	if (ask->length.months == 0 || ask->length.days != 0 || wanted < 1 || wanted == raw.day)
		return;
	s = law_step_add(a, why, "month_too_short", (struct date){0}, TEXT("BGB § 188 Abs. 3"));
	law_step_count(s, "day", wanted);
}

static enum err shift_or_not(struct arena *a, const struct law_calendar *cal,
        const struct law_ask *ask, struct law_deadline *out, struct errinfo *e)
{
	out->end = out->raw_end;
	if (ask->shift == LAW_SHIFT_NEXT_WORKING)
		return law_shift_day(a, cal, ask->place, out->raw_end, &out->why, &out->end, e);
	if (date_weekday(out->raw_end) > FRIDAY)
		law_step_add(a, &out->why, "not_shifted", out->raw_end, TEXT_NONE);
	return OK;
}

static enum err extend(struct arena *a, const struct law_calendar *cal, const struct law_ask *ask,
        size_t *pause, struct law_deadline *out, struct errinfo *e)
{
	for (size_t i = 0; i < ask->extension_count; i++) {
		const struct law_extension *x = &ask->extensions[i];
		if (x->length.hours || x->length.working_days ||
		        (x->length.months <= 0 && x->length.days <= 0))
			return fail(e, ERR_INVALID, "an extension has months or days");
		if (x->length.months > 1200 || x->length.days > 36600)
			return fail(e, ERR_LIMIT, "an extension is longer than 100 years");
		struct date old = out->end;
		out->raw_end = law_raw_end(old, x->length, LAW_FROM_EVENT);
		TRY(law_day_check(out->raw_end, "the extended end", e));
		struct law_step *s =
		        law_step_add(a, &out->why, "extended", out->raw_end, TEXT("BGB § 190"));
		law_step_length(s, "length", x->length);
		law_step_day(s, "old", old);
		law_step_put(s, "reason", text_copy(a, x->reason));
		out->raw_end = stand_still(a, ask, pause, date_add_days(old, 1), out->raw_end, out);
		TRY(shift_or_not(a, cal, ask, out, e));
	}
	return OK;
}

enum err law_deadline(struct arena *a, const struct law_calendar *cal, const struct law_ask *ask,
        struct law_deadline *out, struct errinfo *e)
{
	*out = (struct law_deadline){0};
	TRY(check_ask(ask, e));
	tell_start(a, ask, &out->why);
	size_t pause = 0;
	if (ask->length.working_days) {
		TRY(count_working_days(a, cal, ask, out, e));
		TRY(law_day_check(out->raw_end, "the end", e));
		tell_length(a, ask, out->raw_end, &out->why);
		pause = ask->pause_count;
		for (size_t i = 0; i < ask->pause_count; i++)
			out->standing_still |= date_is_zero(ask->pauses[i].to) &&
			                       date_cmp(ask->pauses[i].from, out->raw_end) <= 0;
	} else {
		struct date raw = law_raw_end(ask->event, ask->length, ask->start);
		TRY(law_day_check(raw, "the end", e));
		tell_length(a, ask, raw, &out->why);
		struct date first = date_add_days(ask->event, ask->start == LAW_FROM_EVENT ? 1 : 0);
		out->raw_end = stand_still(a, ask, &pause, first, raw, out);
	}
	TRY(shift_or_not(a, cal, ask, out, e));
	TRY(extend(a, cal, ask, &pause, out, e));
	TRY(law_day_check(out->end, "the end", e));
	law_step_add(a, &out->why, "last_day", out->end, TEXT_NONE);
	out->over = date_add_days(out->end, 1);
	return OK;
}

enum err law_named_day(
        struct arena *a, struct date day, struct law_deadline *out, struct errinfo *e)
{
	*out = (struct law_deadline){.raw_end = day, .end = day};
	TRY(law_day_check(day, "the named day", e));
	law_step_add(a, &out->why, "named_day", day, TEXT("VwVfG § 31 Abs. 3 Satz 2"));
	law_step_add(a, &out->why, "last_day", day, TEXT_NONE);
	out->over = date_add_days(day, 1);
	return OK;
}

enum err law_hours(struct arena *a, struct instant event, const struct law_length *length,
        struct law_hours_end *out, struct errinfo *e)
{
	*out = (struct law_hours_end){0};
	if (length->hours <= 0 || length->months || length->days || length->working_days)
		return fail(e, ERR_INVALID, "a period in hours has hours only");
	enum { HOUR_MS = 3600000 };
	int64_t min = date_to_days((struct date){LAW_YEAR_MIN, 1, 1}) * DAY_SECONDS * 1000;
	int64_t max = date_to_days((struct date){LAW_YEAR_MAX, 12, 31}) * DAY_SECONDS * 1000;
	int64_t ms = (int64_t)length->hours * HOUR_MS;
	if (event.ms < min || event.ms > max - ms)
		return fail(e, ERR_LIMIT, "the event lies outside the years %d to %d", LAW_YEAR_MIN,
		        LAW_YEAR_MAX);
	out->end.ms = event.ms + ms;
	struct law_step *s =
	        law_step_add(a, &out->why, "hours", (struct date){0}, TEXT("VwVfG § 31 Abs. 6"));
	s->params[0] =
	        (struct law_param){.name = "event", .kind = LAW_PARAM_MOMENT, .moment = event};
	law_step_length(s, "length", *length);
	s->params[2] =
	        (struct law_param){.name = "end", .kind = LAW_PARAM_MOMENT, .moment = out->end};
	return OK;
}

enum law_clock_state law_clock(
        const struct law_ask *ask, const struct law_deadline *d, struct date today)
{
	if (date_is_zero(ask->event) || !d)
		return LAW_NOT_STARTED;
	for (size_t i = 0; i < ask->pause_count; i++) {
		const struct law_pause *p = &ask->pauses[i];
		bool inside = date_cmp(today, p->from) >= 0 &&
		              (date_is_zero(p->to) || date_cmp(today, p->to) <= 0);
		if (inside && date_cmp(p->from, d->end) <= 0)
			return LAW_STANDING_STILL;
	}
	return date_cmp(today, d->end) > 0 ? LAW_ENDED : LAW_RUNNING;
}
