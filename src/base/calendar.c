#include "base/calendar.h"

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

static bool is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int date_month_days(int32_t year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	check(month >= 1 && month <= 12);
	return days[month - 1] + (month == 2 && is_leap(year));
}

bool date_valid(int64_t year, int month, int day)
{
	return year >= -DATE_YEAR_MAX && year <= DATE_YEAR_MAX && month >= 1 && month <= 12 &&
	       day >= 1 && day <= date_month_days((int32_t)year, month);
}

/* Howard Hinnant's days_from_civil: eras of 400 years beginning on 1 March. */
int64_t date_to_days(struct date d)
{
	int64_t year = (int64_t)d.year - (d.month <= 2);
	int64_t era = floor_div(year, 400);
	int64_t of_era = year - era * 400;
	int64_t of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

struct date date_from_days(int64_t days)
{
	int64_t shifted = days + 719468;
	int64_t era = floor_div(shifted, 146097);
	int64_t of_era = shifted - era * 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;
	int64_t real = month < 10 ? month + 3 : month - 9;
	return (struct date){
	        .year = (int32_t)(year + era * 400 + (real <= 2)),
	        .month = (uint8_t)real,
	        .day = (uint8_t)(of_year - (153 * month + 2) / 5 + 1),
	};
}

enum weekday date_weekday(struct date d)
{
	int64_t days = date_to_days(d) + 3; /* 1970-01-01 was a Thursday */
	return (enum weekday)(days - floor_div(days, 7) * 7 + 1);
}

int date_cmp(struct date a, struct date b)
{
	if (a.year != b.year)
		return a.year < b.year ? -1 : 1;
	if (a.month != b.month)
		return a.month < b.month ? -1 : 1;
	return a.day < b.day ? -1 : a.day > b.day;
}

bool date_is_zero(struct date d)
{
	return d.month == 0;
}

struct date date_add_days(struct date d, int64_t days)
{
	return date_from_days(date_to_days(d) + days);
}

struct date date_add_months(struct date d, int64_t months)
{
	int64_t all = (int64_t)d.year * 12 + d.month - 1 + months;
	int32_t year = (int32_t)floor_div(all, 12);
	int month = (int)(all - (int64_t)year * 12) + 1;
	int last = date_month_days(year, month);
	return (struct date){year, (uint8_t)month, d.day < last ? d.day : (uint8_t)last};
}

int date_day_of_year(struct date d)
{
	return (int)(date_to_days(d) - date_to_days((struct date){d.year, 1, 1})) + 1;
}

int date_iso_week(struct date d)
{
	/* The week belongs to the year of its Thursday. */
	struct date thursday = date_add_days(d, THURSDAY - (int)date_weekday(d));
	return (date_day_of_year(thursday) - 1) / 7 + 1;
}

static bool take_digits(struct text *t, size_t least, size_t most, int64_t *out)
{
	size_t n = 0;
	while (n < t->len && n < most && t->ptr[n] >= '0' && t->ptr[n] <= '9')
		n++;
	if (n < least || !text_int(text_part(*t, 0, n), out))
		return false;
	*t = text_part(*t, n, t->len);
	return true;
}

static bool take(struct text *t, char c)
{
	if (t->len == 0 || t->ptr[0] != c)
		return false;
	*t = text_part(*t, 1, t->len);
	return true;
}

static bool take_date(struct text *t, struct date *out)
{
	int64_t year, month, day;
	bool negative = take(t, '-');
	size_t before = t->len;
	if (!take_digits(t, 4, 9, &year) || !take(t, '-'))
		return false;
	if (before - t->len > 5 && before > 0 && year < 10000)
		return false; /* "02026-..." */
	if (!take_digits(t, 2, 2, &month) || !take(t, '-') || !take_digits(t, 2, 2, &day))
		return false;
	year = negative ? -year : year;
	if (!date_valid(year, (int)month, (int)day))
		return false;
	*out = (struct date){(int32_t)year, (uint8_t)month, (uint8_t)day};
	return true;
}

bool date_parse(struct text t, struct date *out)
{
	return take_date(&t, out) && t.len == 0;
}

struct text date_text(struct arena *a, struct date d)
{
	const char *sign = d.year < 0 ? "-" : "";
	int year = d.year < 0 ? -d.year : d.year;
	return text_format(a, "%s%04d-%02d-%02d", sign, year, d.month, d.day);
}

static bool add_scaled(int64_t *sum, int64_t count, int64_t scale)
{
	int64_t product;
	return !__builtin_mul_overflow(count, scale, &product) &&
	       !__builtin_add_overflow(*sum, product, sum);
}

static bool period_part(struct period *p, bool in_time, int64_t count, char unit)
{
	switch (unit) {
	case 'Y': return !in_time && add_scaled(&p->months, count, 12);
	case 'M':
		return in_time ? add_scaled(&p->seconds, count, 60)
		               : add_scaled(&p->months, count, 1);
	case 'W': return !in_time && add_scaled(&p->days, count, 7);
	case 'D': return !in_time && add_scaled(&p->days, count, 1);
	case 'H': return in_time && add_scaled(&p->seconds, count, 3600);
	case 'S': return in_time && add_scaled(&p->seconds, count, 1);
	default: return false;
	}
}

bool period_parse(struct text t, struct period *out)
{
	bool negative = take(&t, '-'), in_time = false;
	struct period p = {0};
	size_t parts = 0;
	if (!take(&t, 'P'))
		return false;
	while (t.len) {
		int64_t count;
		if (!in_time && take(&t, 'T')) {
			in_time = true;
			parts = 0;
			continue;
		}
		if (!take_digits(&t, 1, 18, &count) || t.len == 0)
			return false;
		if (!period_part(&p, in_time, count, t.ptr[0]))
			return false;
		t = text_part(t, 1, t.len);
		parts++;
	}
	if (parts == 0)
		return false;
	*out = negative ? (struct period){-p.months, -p.days, -p.seconds} : p;
	return true;
}

struct local local_at(const struct zone *z, struct instant t)
{
	int64_t utc = floor_div(t.ms, 1000);
	int offset = zone_offset_at(z, utc);
	int64_t days = floor_div(utc + offset, DAY_SECONDS);
	return (struct local){
	        .date = date_from_days(days),
	        .second = (int32_t)(utc + offset - days * DAY_SECONDS),
	        .ms = (int32_t)(t.ms - utc * 1000),
	        .offset = offset,
	};
}

struct instant instant_of(const struct zone *z, struct date d, int32_t second_of_day)
{
	int64_t local = date_to_days(d) * DAY_SECONDS + second_of_day;
	return (struct instant){(local - zone_offset_local(z, local)) * 1000};
}

struct instant instant_of_day(const struct zone *z, struct date d)
{
	return instant_of(z, d, 0);
}

struct date date_at(const struct zone *z, struct instant t)
{
	return local_at(z, t).date;
}

struct text instant_text(struct arena *a, struct instant t)
{
	int64_t seconds = floor_div(t.ms, 1000);
	int64_t days = floor_div(seconds, DAY_SECONDS);
	int of_day = (int)(seconds - days * DAY_SECONDS);
	struct text date = date_text(a, date_from_days(days));
	return text_format(a, "%.*sT%02d:%02d:%02d.%03dZ", TEXT_ARG(date), of_day / 3600,
	        of_day / 60 % 60, of_day % 60, (int)(t.ms - seconds * 1000));
}

static bool take_clock(struct text *t, int64_t *ms)
{
	int64_t hour, minute, second, fraction = 0;
	if (!take_digits(t, 2, 2, &hour) || !take(t, ':') || !take_digits(t, 2, 2, &minute) ||
	        !take(t, ':') || !take_digits(t, 2, 2, &second))
		return false;
	if (take(t, '.')) {
		size_t before = t->len;
		if (!take_digits(t, 1, 9, &fraction))
			return false;
		for (size_t digits = before - t->len; digits > 3; digits--)
			fraction /= 10;
		for (size_t digits = before - t->len; digits < 3; digits++)
			fraction *= 10;
	}
	*ms = ((hour * 60 + minute) * 60 + second) * 1000 + fraction;
	return hour <= 23 && minute <= 59 && second <= 59;
}

static bool take_offset(struct text *t, int64_t *seconds)
{
	*seconds = 0;
	if (take(t, 'Z'))
		return true;
	bool west = t->len && t->ptr[0] == '-';
	int64_t hour, minute;
	if (!(take(t, '-') || take(t, '+')) || !take_digits(t, 2, 2, &hour) || !take(t, ':') ||
	        !take_digits(t, 2, 2, &minute) || hour > 14 || minute > 59)
		return false;
	*seconds = (hour * 60 + minute) * (west ? -60 : 60);
	return true;
}

bool instant_parse(struct text t, struct instant *out)
{
	struct date date;
	int64_t ms, offset;
	if (!take_date(&t, &date) || !take(&t, 'T') || !take_clock(&t, &ms) ||
	        !take_offset(&t, &offset) || t.len)
		return false;
	out->ms = (date_to_days(date) * DAY_SECONDS - offset) * 1000 + ms;
	return true;
}
