/* base/calendar.h - days, periods, zones and instants in the proleptic Gregorian calendar.
 *
 * Pure arithmetic. A zone is an immutable table read once from ICU, so that lookups need
 * no lock and no environment (never TZ, never localtime). Periods of law (BGB section 188)
 * are added with `date_add_months`, which clamps to the end of the month. */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include "base/text.h"

enum {
	DATE_YEAR_MAX = 999999999, /* FEEL, DMN 1.5 table 50; years from -DATE_YEAR_MAX */
	DAY_SECONDS = 86400,
};

struct date {
	int32_t year;
	uint8_t month; /* 1..12 */
	uint8_t day;   /* 1..31 */
};

enum weekday { MONDAY = 1, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY };

bool date_valid(int64_t year, int month, int day);
int date_month_days(int32_t year, int month); /* 28..31 */
int64_t date_to_days(struct date d);          /* days since 1970-01-01 */
struct date date_from_days(int64_t days);
enum weekday date_weekday(struct date d); /* ISO 8601: Monday is 1 */
int date_cmp(struct date a, struct date b);
bool date_is_zero(struct date d); /* the unset date {0} */
struct date date_add_days(struct date d, int64_t days);
/* All months at once from the start; a missing day becomes the last of the month. */
struct date date_add_months(struct date d, int64_t months);
int date_day_of_year(struct date d);
int date_iso_week(struct date d);

/* "2026-11-23"; the year has four digits or, with a sign, up to nine. */
MUST_USE bool date_parse(struct text t, struct date *out);
struct text date_text(struct arena *a, struct date d);

/* ISO 8601 duration as written: "P1M", "P3W", "P1Y2M10DT2H30M", "-P1D". Years and months
 * stay apart from days and seconds because neither can be converted. */
struct period {
	int64_t months; /* years * 12 + months */
	int64_t days;   /* weeks * 7 + days */
	int64_t seconds;
};

MUST_USE bool period_parse(struct text t, struct period *out);

/* Milliseconds since 1970-01-01T00:00:00Z. */
struct instant {
	int64_t ms;
};

struct zone;

/* An IANA zone ("Europe/Berlin") or "UTC". ERR_NOT_FOUND when ICU does not know it. */
MUST_USE enum err zone_open(
        struct arena *a, struct text name, const struct zone **out, struct errinfo *e);
struct text zone_name(const struct zone *z);
/* Seconds east of UTC that apply at this moment. */
int zone_offset_at(const struct zone *z, int64_t utc_seconds);
/* The same for a time on the wall. A time that does not exist (clock set forward) takes
 * the offset before the change, a time that exists twice the first of the two. */
int zone_offset_local(const struct zone *z, int64_t local_seconds);

/* Is there a zone of this name? Without reading its table. */
bool zone_known(struct text name);
/* One lookup without a table, for values that carry the name of any zone: the offset at a
 * moment (`is_local` false: seconds since 1970 UTC) or for a time on the wall as above.
 * False when the name is not known. */
MUST_USE bool zone_offset_once(struct text name, int64_t seconds, bool is_local, int *offset);

/* A moment as the wall clock of a zone shows it. */
struct local {
	struct date date;
	int32_t second; /* of the day, 0..86399 */
	int32_t ms;     /* 0..999 */
	int32_t offset; /* seconds east of UTC */
};

struct local local_at(const struct zone *z, struct instant t);
struct instant instant_of(const struct zone *z, struct date d, int32_t second_of_day);
/* The first moment of a day: 00:00 by the wall clock. */
struct instant instant_of_day(const struct zone *z, struct date d);
struct date date_at(const struct zone *z, struct instant t);

/* RFC 3339: "2026-11-23T20:41:20.000Z"; parsing takes any offset and no or up to nine
 * fraction digits (cut to milliseconds). */
struct text instant_text(struct arena *a, struct instant t);
MUST_USE bool instant_parse(struct text t, struct instant *out);

#endif
