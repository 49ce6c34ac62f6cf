/* Arithmetic on dates, times and durations. */
#include "feel/calendar.h"

#include "feel/feel_int.h"

bool span_make(int64_t seconds, int64_t nano, struct feel_span_time *out)
{
	int64_t carry = nano / NANO;
	nano %= NANO;
	if (nano < 0) {
		nano += NANO;
		carry--;
	}
	out->nano = (int32_t)nano;
	return !__builtin_add_overflow(seconds, carry, &out->seconds);
}

bool span_add(struct feel_span_time a, struct feel_span_time b, struct feel_span_time *out)
{
	int64_t seconds;
	return !__builtin_add_overflow(a.seconds, b.seconds, &seconds) &&
	       span_make(seconds, (int64_t)a.nano + b.nano, out);
}

bool span_neg(struct feel_span_time a, struct feel_span_time *out)
{
	int64_t seconds;
	return !__builtin_sub_overflow((int64_t)0, a.seconds, &seconds) &&
	       span_make(seconds, -(int64_t)a.nano, out);
}

int span_cmp(struct feel_span_time a, struct feel_span_time b)
{
	if (a.seconds != b.seconds)
		return a.seconds < b.seconds ? -1 : 1;
	return a.nano < b.nano ? -1 : a.nano > b.nano;
}

static struct dec nano_dec(void)
{
	return dec_from_int(NANO);
}

struct dec span_to_dec(struct feel_span_time a)
{
	struct dec whole = dec_from_int(a.seconds);
	if (a.nano == 0)
		return whole;
	return dec_add(whole, dec_div(dec_from_int(a.nano), nano_dec()));
}

bool span_from_dec(struct dec d, struct feel_span_time *out)
{
	int64_t seconds, nano;
	if (dec_is_finite(d))
		d = dec_quantize(d, 9, DEC_HALF_EVEN);
	if (!dec_is_finite(d))
		return false;
	struct dec whole = dec_floor(d);
	struct dec rest = dec_floor(dec_mul(dec_sub(d, whole), nano_dec()));
	return dec_to_int(whole, &seconds) && dec_to_int(rest, &nano) &&
	       span_make(seconds, nano, out);
}

static int64_t second_of_day(const struct feel_moment *m)
{
	return m->hour * 3600 + m->minute * 60 + m->second;
}

struct feel_span_time moment_wall(struct feel_value v)
{
	const struct feel_moment *m = &v.moment;
	struct feel_span_time wall = {0};
	if (v.kind != FEEL_TIME) {
		struct date d = {m->year, m->month, m->day};
		wall.seconds = date_to_days(d) * DAY_SECONDS;
	}
	if (v.kind != FEEL_DATE) {
		wall.seconds += second_of_day(m);
		wall.nano = (int32_t)m->nano;
	}
	return wall;
}

bool moment_offset(struct feel_value v, int *offset)
{
	*offset = 0;
	if (v.kind == FEEL_DATE)
		return true;
	switch (v.moment.zone_kind) {
	case FEEL_ZONE_OFFSET: *offset = v.moment.offset_s; return true;
	case FEEL_ZONE_NAMED:
		return zone_offset_once(
		        text_from(v.moment.zone_name), moment_wall(v).seconds, true, offset);
	default: return false;
	}
}

struct feel_span_time moment_instant(struct feel_value v, bool *local)
{
	int offset;
	struct feel_span_time t = moment_wall(v);
	*local = !moment_offset(v, &offset);
	t.seconds -= offset;
	return t;
}

bool moment_set_wall(struct feel_moment *m, struct feel_span_time wall)
{
	int64_t last = date_to_days((struct date){DATE_YEAR_MAX, 12, 31});
	int64_t first = date_to_days((struct date){-DATE_YEAR_MAX, 1, 1});
	int64_t days = wall.seconds / DAY_SECONDS, rest = wall.seconds % DAY_SECONDS;
	if (rest < 0) {
		rest += DAY_SECONDS;
		days--;
	}
	if (days < first || days > last)
		return false;
	struct date d = date_from_days(days);
	m->year = d.year;
	m->month = d.month;
	m->day = d.day;
	m->hour = (uint8_t)(rest / 3600);
	m->minute = (uint8_t)(rest / 60 % 60);
	m->second = (uint8_t)(rest % 60);
	m->nano = (uint32_t)wall.nano;
	return true;
}

/* Times wrap around midnight. */
static struct feel_value time_add(struct feel_value v, struct feel_span_time d)
{
	struct feel_span_time t = moment_wall(v);
	if (!span_make(t.seconds + d.seconds % DAY_SECONDS, (int64_t)t.nano + d.nano, &t))
		return feel_null();
	int64_t rest = (t.seconds % DAY_SECONDS + DAY_SECONDS) % DAY_SECONDS;
	v.moment.hour = (uint8_t)(rest / 3600);
	v.moment.minute = (uint8_t)(rest / 60 % 60);
	v.moment.second = (uint8_t)(rest % 60);
	v.moment.nano = (uint32_t)t.nano;
	return v;
}

/* With a named zone the duration passes on the time line, not on the wall. */
static struct feel_value zoned_add(struct feel_value v, struct feel_span_time d)
{
	bool local;
	int offset;
	struct text zone = text_from(v.moment.zone_name);
	struct feel_span_time t;
	if (!span_add(moment_instant(v, &local), d, &t) ||
	        !zone_offset_once(zone, t.seconds, false, &offset))
		return feel_null();
	if (!span_make(t.seconds + offset, t.nano, &t) || !moment_set_wall(&v.moment, t))
		return feel_null();
	return v;
}

struct feel_value moment_add_days(struct feel_value v, struct feel_span_time d)
{
	struct feel_span_time t;
	if (v.kind == FEEL_TIME)
		return time_add(v, d);
	if (v.kind == FEEL_DATE_TIME && v.moment.zone_kind == FEEL_ZONE_NAMED)
		return zoned_add(v, d);
	if (!span_add(moment_wall(v), d, &t) || !moment_set_wall(&v.moment, t))
		return feel_null();
	if (v.kind == FEEL_DATE) {
		v.moment.hour = v.moment.minute = v.moment.second = 0;
		v.moment.nano = 0;
	}
	return v;
}

struct feel_value moment_add_months(struct feel_value v, int64_t months)
{
	int64_t first = -(int64_t)DATE_YEAR_MAX * 12, last = (int64_t)DATE_YEAR_MAX * 12 + 11;
	int64_t all;
	if (__builtin_add_overflow(
	            (int64_t)v.moment.year * 12 + v.moment.month - 1, months, &all) ||
	        all < first || all > last)
		return feel_null();
	struct date d = {v.moment.year, v.moment.month, v.moment.day};
	d = date_add_months(d, months);
	v.moment.year = d.year;
	v.moment.month = d.month;
	v.moment.day = d.day;
	return v;
}

bool feel_to_instant(struct feel_value v, const char *zone, int64_t *out_ms)
{
	if (v.kind != FEEL_DATE && v.kind != FEEL_DATE_TIME)
		return false;
	int offset;
	struct feel_span_time t = moment_wall(v);
	bool known = v.kind == FEEL_DATE_TIME && moment_offset(v, &offset);
	if (!known && !zone_offset_once(text_from(zone), t.seconds, true, &offset))
		return false;
	return !__builtin_mul_overflow(t.seconds - offset, (int64_t)1000, out_ms) &&
	       !__builtin_add_overflow(*out_ms, t.nano / 1000000, out_ms);
}

struct feel_value feel_from_instant(struct arena *a, int64_t instant_ms, const char *zone)
{
	int offset;
	struct feel_span_time t;
	struct feel_value v = {.kind = FEEL_DATE_TIME};
	if (!span_make(0, 0, &t) ||
	        !span_make(instant_ms / 1000, instant_ms % 1000 * 1000000, &t) ||
	        !zone_offset_once(text_from(zone), t.seconds, false, &offset))
		return feel_null();
	t.seconds += offset;
	if (!moment_set_wall(&v.moment, t))
		return feel_null();
	v.moment.zone_kind = FEEL_ZONE_NAMED;
	v.moment.zone_name = text_z(a, text_from(zone));
	return v;
}
