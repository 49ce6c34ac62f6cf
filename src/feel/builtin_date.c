/* Dates, times and durations (DMN 1.5, 10.3.4.1, .8, .11). */
#include "feel/builtin_list.h"
#include "feel/calendar.h"

static enum err no_date(const struct builtin_call *c, const char *kind, struct feel_value *out)
{
	return builtin_fail(c, FEEL_DIAG_NOT_A_DATE, c->args[0].string, text_from(kind), out);
}

BUILTIN(fn_date)
{
	struct feel_value v = c->args[0];
	if (v.kind == FEEL_STRING)
		return feel_parse_date(v.string, out) ? OK : no_date(c, "date", out);
	*out = feel_date(v.moment.year, v.moment.month, v.moment.day);
	return OK;
}

/* One of the numbers of a date or time; the first bad one is noted. */
static bool part(const struct builtin_call *c, size_t arg, int low, int high, int64_t *out)
{
	return builtin_int(c->args[arg], low, high, out);
}

BUILTIN(fn_date_parts)
{
	int64_t year, month, day;
	if (!part(c, 0, -DATE_YEAR_MAX, DATE_YEAR_MAX, &year))
		return builtin_bad(c, 0, out);
	if (!part(c, 1, 1, 12, &month))
		return builtin_bad(c, 1, out);
	if (!part(c, 2, 1, date_month_days((int32_t)year, (int)month), &day))
		return builtin_bad(c, 2, out);
	*out = feel_date((int32_t)year, (int)month, (int)day);
	return OK;
}

static bool set_offset(struct feel_value v, struct feel_moment *m)
{
	if (v.kind == FEEL_NULL)
		return true;
	if (v.kind == FEEL_STRING) {
		if (!zone_known(v.string))
			return false;
		m->zone_kind = FEEL_ZONE_NAMED;
		return true;
	}
	if (v.duration.nano != 0 || v.duration.seconds < -OFFSET_MAX_S ||
	        v.duration.seconds > OFFSET_MAX_S)
		return false;
	m->zone_kind = FEEL_ZONE_OFFSET;
	m->offset_s = (int32_t)v.duration.seconds;
	return true;
}

/* Hour, minute and second (with a fraction) from `first` on, offset after them. */
static bool set_clock(
        const struct builtin_call *c, size_t first, struct feel_moment *m, size_t *bad)
{
	int64_t hour, minute;
	struct feel_span_time second;
	for (*bad = first; *bad < first + 2; ++*bad) {
		int high = *bad == first ? 23 : 59;
		if (!part(c, *bad, 0, high, *bad == first ? &hour : &minute))
			return false;
	}
	if (!span_from_dec(c->args[*bad].number, &second) || second.seconds < 0 ||
	        second.seconds > 59)
		return false;
	m->hour = (uint8_t)hour;
	m->minute = (uint8_t)minute;
	m->second = (uint8_t)second.seconds;
	m->nano = (uint32_t)second.nano;
	++*bad;
	if (!set_offset(c->args[*bad], m))
		return false;
	if (m->zone_kind == FEEL_ZONE_NAMED)
		m->zone_name = text_z(c->arena, c->args[*bad].string);
	return true;
}

BUILTIN(fn_time_parts)
{
	size_t bad;
	struct feel_value v = {.kind = FEEL_TIME};
	if (!set_clock(c, 0, &v.moment, &bad))
		return builtin_bad(c, bad, out);
	*out = v;
	return OK;
}

BUILTIN(fn_date_time_parts)
{
	size_t bad;
	TRY(fn_date_parts(c, out));
	if (out->kind == FEEL_NULL)
		return OK;
	if (!set_clock(c, 3, &out->moment, &bad))
		return builtin_bad(c, bad, out);
	out->kind = FEEL_DATE_TIME;
	return OK;
}

BUILTIN(fn_time)
{
	struct feel_value v = c->args[0];
	if (v.kind == FEEL_STRING)
		return feel_parse_time(c->arena, v.string, out) ? OK : no_date(c, "time", out);
	if (v.kind == FEEL_DATE)
		v.moment.zone_kind = FEEL_ZONE_OFFSET; /* midnight UTC */
	v.kind = FEEL_TIME;
	v.moment.year = 0;
	v.moment.month = v.moment.day = 0;
	*out = v;
	return OK;
}

BUILTIN(fn_date_time)
{
	struct feel_value v = c->args[0];
	if (v.kind == FEEL_STRING)
		return feel_parse_date_time(c->arena, v.string, out)
		               ? OK
		               : no_date(c, "date and time", out);
	if (v.kind == FEEL_DATE)
		v.moment.zone_kind = FEEL_ZONE_OFFSET;
	v.kind = FEEL_DATE_TIME;
	*out = v;
	return OK;
}

BUILTIN(fn_date_time_join)
{
	struct feel_value v = c->args[1];
	v.kind = FEEL_DATE_TIME;
	v.moment.year = c->args[0].moment.year;
	v.moment.month = c->args[0].moment.month;
	v.moment.day = c->args[0].moment.day;
	*out = v;
	return OK;
}

BUILTIN(fn_duration)
{
	if (c->args[0].kind != FEEL_STRING) {
		*out = c->args[0];
		return OK;
	}
	return feel_parse_duration(c->args[0].string, out) ? OK : no_date(c, "duration", out);
}

/* Whole months from one to the other, towards zero; the time of day counts. */
BUILTIN(fn_years_and_months)
{
	struct feel_value from = c->args[0], to = c->args[1];
	const struct feel_moment *a = &from.moment, *b = &to.moment;
	int64_t months = ((int64_t)b->year - a->year) * 12 + b->month - a->month;
	struct feel_span_time x = {.seconds = (int64_t)a->day * DAY_SECONDS};
	struct feel_span_time y = {.seconds = (int64_t)b->day * DAY_SECONDS};
	if (from.kind == FEEL_DATE_TIME && to.kind == FEEL_DATE_TIME) {
		x.seconds += a->hour * 3600 + a->minute * 60 + a->second;
		y.seconds += b->hour * 3600 + b->minute * 60 + b->second;
	}
	if (months > 0 && span_cmp(y, x) < 0)
		months--;
	else if (months < 0 && span_cmp(y, x) > 0)
		months++;
	*out = feel_months_duration(months);
	return OK;
}

BUILTIN(fn_now)
{
	*out = feel_from_instant(c->arena, c->run->now_ms, c->run->zone);
	return OK;
}

BUILTIN(fn_today)
{
	struct feel_value v = feel_from_instant(c->arena, c->run->now_ms, c->run->zone);
	*out = v.kind == FEEL_NULL ? v : feel_date(v.moment.year, v.moment.month, v.moment.day);
	return OK;
}

static struct date day_of(const struct builtin_call *c)
{
	const struct feel_moment *m = &c->args[0].moment;
	return (struct date){m->year, m->month, m->day};
}

BUILTIN(fn_day_of_year)
{
	*out = feel_int(date_day_of_year(day_of(c)));
	return OK;
}

BUILTIN(fn_week_of_year)
{
	*out = feel_int(date_iso_week(day_of(c)));
	return OK;
}

BUILTIN(fn_last_day_of_month)
{
	struct date d = day_of(c);
	*out = feel_int(date_month_days(d.year, d.month));
	return OK;
}

BUILTIN(fn_day_of_week)
{
	static const char *const names[] = {
	        "", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
	*out = feel_string(text_from(names[date_weekday(day_of(c))]));
	return OK;
}

BUILTIN(fn_month_of_year)
{
	static const char *const names[] = {"", "January", "February", "March", "April", "May",
	        "June", "July", "August", "September", "October", "November", "December"};
	*out = feel_string(text_from(names[day_of(c).month]));
	return OK;
}
