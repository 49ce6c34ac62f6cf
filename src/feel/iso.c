/* ISO 8601 / XML Schema texts of dates, times and durations: reading and writing. */
#include "feel/calendar.h"
#include "feel/feel_int.h"

enum { FRACTION_MAX = 9 };

static bool take(struct text *t, char c)
{
	if (t->len == 0 || t->ptr[0] != c)
		return false;
	*t = text_part(*t, 1, t->len);
	return true;
}

static size_t digit_run(struct text t)
{
	size_t n = 0;
	while (n < t.len && t.ptr[n] >= '0' && t.ptr[n] <= '9')
		n++;
	return n;
}

/* Exactly `count` digits. */
static bool take_digits(struct text *t, size_t count, int *out)
{
	if (digit_run(text_part(*t, 0, t->len < count ? t->len : count)) != count)
		return false;
	*out = 0;
	for (size_t i = 0; i < count; i++)
		*out = *out * 10 + (t->ptr[i] - '0');
	*t = text_part(*t, count, t->len);
	return true;
}

/* Four digits, or more without a leading zero. */
static bool take_year(struct text *t, int32_t *out)
{
	bool negative = take(t, '-');
	size_t n = digit_run(*t);
	int year;
	if (n < 4 || n > 9 || (n > 4 && t->ptr[0] == '0') || !take_digits(t, n, &year))
		return false;
	*out = negative ? -year : year;
	return true;
}

static bool take_date(struct text *t, struct feel_moment *m)
{
	int month, day;
	if (!take_year(t, &m->year) || !take(t, '-') || !take_digits(t, 2, &month) ||
	        !take(t, '-') || !take_digits(t, 2, &day) || !date_valid(m->year, month, day))
		return false;
	m->month = (uint8_t)month;
	m->day = (uint8_t)day;
	return true;
}

/* Digits after the point as nanoseconds; further ones are cut. */
static bool take_fraction(struct text *t, uint32_t *nano)
{
	size_t n = digit_run(*t);
	if (n == 0)
		return false;
	*nano = 0;
	for (size_t i = 0; i < FRACTION_MAX; i++)
		*nano = *nano * 10 + (i < n ? (uint32_t)(t->ptr[i] - '0') : 0);
	*t = text_part(*t, n, t->len);
	return true;
}

static bool take_clock(struct text *t, struct feel_moment *m)
{
	int hour, minute, second;
	if (!take_digits(t, 2, &hour) || !take(t, ':') || !take_digits(t, 2, &minute) ||
	        !take(t, ':') || !take_digits(t, 2, &second))
		return false;
	if (take(t, '.') && !take_fraction(t, &m->nano))
		return false;
	if (hour > 23 || minute > 59 || second > 59)
		return false;
	m->hour = (uint8_t)hour;
	m->minute = (uint8_t)minute;
	m->second = (uint8_t)second;
	return true;
}

static bool take_offset(struct text *t, bool east, struct feel_moment *m)
{
	int hours, minutes, seconds = 0;
	if (!take_digits(t, 2, &hours) || !take(t, ':') || !take_digits(t, 2, &minutes))
		return false;
	if (take(t, ':') && !take_digits(t, 2, &seconds))
		return false;
	int all = hours * 3600 + minutes * 60 + seconds;
	if (minutes > 59 || seconds > 59 || all > OFFSET_MAX_S)
		return false;
	m->zone_kind = FEEL_ZONE_OFFSET;
	m->offset_s = east ? all : -all;
	return true;
}

static bool take_zone(struct arena *a, struct text *t, struct feel_moment *m)
{
	if (t->len == 0)
		return true;
	if (take(t, 'Z')) {
		m->zone_kind = FEEL_ZONE_OFFSET;
		return true;
	}
	if (take(t, '@')) {
		if (!zone_known(*t))
			return false;
		m->zone_kind = FEEL_ZONE_NAMED;
		m->zone_name = text_z(a, *t);
		*t = TEXT_NONE;
		return true;
	}
	bool east = take(t, '+');
	return (east || take(t, '-')) && take_offset(t, east, m);
}

bool feel_parse_date(struct text t, struct feel_value *out)
{
	struct feel_value v = {.kind = FEEL_DATE};
	if (!take_date(&t, &v.moment) || t.len > 0)
		return false;
	*out = v;
	return true;
}

bool feel_parse_time(struct arena *a, struct text t, struct feel_value *out)
{
	struct feel_value v = {.kind = FEEL_TIME};
	if (!take_clock(&t, &v.moment) || !take_zone(a, &t, &v.moment) || t.len > 0)
		return false;
	*out = v;
	return true;
}

/* "2026-01-31T24:00:00" is the next midnight (XML Schema part 2, 3.2.7.1). */
static bool take_end_of_day(struct text *t, struct feel_value *v)
{
	if (!text_starts(*t, TEXT("24:00:00")))
		return false;
	*t = text_part(*t, 8, t->len);
	while (take(t, '.') || take(t, '0'))
		;
	struct feel_span_time day = {.seconds = DAY_SECONDS};
	*v = moment_add_days(*v, day);
	return v->kind == FEEL_DATE_TIME;
}

bool feel_parse_date_time(struct arena *a, struct text t, struct feel_value *out)
{
	struct feel_value v = {.kind = FEEL_DATE_TIME};
	if (!take_date(&t, &v.moment))
		return false;
	if (t.len > 0) {
		if (!take(&t, 'T'))
			return false;
		if (!take_end_of_day(&t, &v) && !take_clock(&t, &v.moment))
			return false;
		if (!take_zone(a, &t, &v.moment) || t.len > 0)
			return false;
	}
	*out = v;
	return true;
}

static bool take_count(struct text *t, int64_t *out)
{
	size_t n = digit_run(*t);
	if (n == 0 || !text_int(text_part(*t, 0, n), out))
		return false;
	*t = text_part(*t, n, t->len);
	return true;
}

static bool add_scaled(int64_t *sum, int64_t count, int64_t scale)
{
	int64_t product;
	return !__builtin_mul_overflow(count, scale, &product) &&
	       !__builtin_add_overflow(*sum, product, sum);
}

/* One row a unit, in the order they must stand in. */
static const struct unit {
	char letter;
	bool in_time;
	bool in_months;
	int32_t scale;
} units[] = {
        {'Y', false, true, 12},
        {'M', false, true, 1},
        {'D', false, false, DAY_SECONDS},
        {'H', true, false, 3600},
        {'M', true, false, 60},
        {'S', true, false, 1},
};

struct duration_parts {
	int64_t months, seconds;
	uint32_t nano;
	bool has_months, has_days;
};

static bool take_part(struct text *t, bool in_time, size_t *unit, struct duration_parts *p)
{
	int64_t count;
	bool fraction = false;
	if (!take_count(t, &count))
		return false;
	if (in_time && take(t, '.')) {
		fraction = true; /* "PT0.S" has been seen in the wild and means zero */
		(void)take_fraction(t, &p->nano);
	}
	for (; *unit < sizeof units / sizeof *units; ++*unit) {
		const struct unit *u = &units[*unit];
		if (u->in_time != in_time || t->len == 0 || t->ptr[0] != u->letter)
			continue;
		if (fraction && u->letter != 'S')
			return false;
		*t = text_part(*t, 1, t->len);
		++*unit;
		*(u->in_months ? &p->has_months : &p->has_days) = true;
		return add_scaled(u->in_months ? &p->months : &p->seconds, count, u->scale);
	}
	return false;
}

bool feel_parse_duration(struct text t, struct feel_value *out)
{
	struct duration_parts p = {0};
	bool negative = take(&t, '-'), in_time = false;
	size_t unit = 0;
	if (!take(&t, 'P') || t.len == 0)
		return false;
	while (t.len > 0) {
		if (!in_time && take(&t, 'T'))
			in_time = true;
		if (!take_part(&t, in_time, &unit, &p))
			return false;
	}
	if (p.has_months == p.has_days)
		return false;
	if (p.has_months) {
		*out = feel_months_duration(negative ? -p.months : p.months);
		return true;
	}
	*out = feel_days_duration(p.seconds, (int32_t)p.nano);
	return !negative || span_neg(out->duration, &out->duration);
}

static void write_fraction(struct buf *b, uint32_t nano)
{
	if (nano == 0)
		return;
	char digits[FRACTION_MAX];
	size_t n = FRACTION_MAX;
	for (size_t i = FRACTION_MAX; i-- > 0; nano /= 10)
		digits[i] = (char)('0' + nano % 10);
	while (digits[n - 1] == '0')
		n--;
	buf_add_byte(b, '.');
	buf_add(b, (struct text){digits, n});
}

static void write_date(struct buf *b, const struct feel_moment *m)
{
	int year = m->year < 0 ? -m->year : m->year;
	buf_add_format(b, "%s%04d-%02d-%02d", m->year < 0 ? "-" : "", year, m->month, m->day);
}

void moment_write_zone(struct buf *b, const struct feel_moment *m)
{
	if (m->zone_kind == FEEL_ZONE_NAMED) {
		buf_add_format(b, "@%s", m->zone_name);
	} else if (m->zone_kind == FEEL_ZONE_OFFSET) {
		int s = m->offset_s < 0 ? -m->offset_s : m->offset_s;
		if (s == 0) {
			buf_add_byte(b, 'Z');
			return;
		}
		buf_add_format(
		        b, "%c%02d:%02d", m->offset_s < 0 ? '-' : '+', s / 3600, s / 60 % 60);
		if (s % 60)
			buf_add_format(b, ":%02d", s % 60);
	}
}

static void write_clock(struct buf *b, const struct feel_moment *m)
{
	buf_add_format(b, "%02d:%02d:%02d", m->hour, m->minute, m->second);
	write_fraction(b, m->nano);
	moment_write_zone(b, m);
}

static void write_months(struct buf *b, int64_t months)
{
	uint64_t all = months < 0 ? 0 - (uint64_t)months : (uint64_t)months;
	buf_add_z(b, months < 0 ? "-P" : "P");
	if (all / 12)
		buf_add_format(b, "%lluY", (unsigned long long)(all / 12));
	if (all % 12 || all == 0)
		buf_add_format(b, "%lluM", (unsigned long long)(all % 12));
}

static void write_span(struct buf *b, struct feel_span_time d)
{
	uint64_t all = (uint64_t)d.seconds;
	uint32_t nano = (uint32_t)d.nano;
	if (d.seconds < 0) {
		all = 0 - (uint64_t)d.seconds - (nano > 0);
		nano = nano > 0 ? NANO - nano : 0;
		buf_add_byte(b, '-');
	}
	buf_add_byte(b, 'P');
	if (all / DAY_SECONDS)
		buf_add_format(b, "%lluD", (unsigned long long)(all / DAY_SECONDS));
	unsigned rest = (unsigned)(all % DAY_SECONDS);
	if (rest == 0 && nano == 0 && all > 0)
		return;
	buf_add_byte(b, 'T');
	if (rest / 3600)
		buf_add_format(b, "%uH", rest / 3600);
	if (rest / 60 % 60)
		buf_add_format(b, "%uM", rest / 60 % 60);
	if (rest % 60 || nano || rest == 0) {
		buf_add_format(b, "%u", rest % 60);
		write_fraction(b, nano);
		buf_add_byte(b, 'S');
	}
}

bool moment_write(struct buf *b, struct feel_value v)
{
	switch ((enum feel_kind)v.kind) {
	case FEEL_DATE: write_date(b, &v.moment); return true;
	case FEEL_TIME: write_clock(b, &v.moment); return true;
	case FEEL_DATE_TIME:
		write_date(b, &v.moment);
		buf_add_byte(b, 'T');
		write_clock(b, &v.moment);
		return true;
	case FEEL_DAYS_DURATION: write_span(b, v.duration); return true;
	case FEEL_MONTHS_DURATION: write_months(b, v.months); return true;
	default: return false;
	}
}
