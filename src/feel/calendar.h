/* feel/calendar.h - dates, times and durations of FEEL (DMN 1.5, 10.3.2.3.4 to .8).
 *
 * A date counts as midnight UTC where FEEL converts it to a date and time. Comparisons see
 * whole seconds (as the value functions of the standard do), arithmetic keeps nanoseconds. */
#ifndef FEEL_CALENDAR_H
#define FEEL_CALENDAR_H

#include "base/calendar.h"
#include "feel/feel.h"

enum {
	NANO = 1000000000,
	OFFSET_MAX_S = 14 * 3600, /* XML Schema part 2, 3.2.7.3 */
};

/* Seconds and nanoseconds since 1970-01-01T00:00 by the wall clock of the value; a time
 * counts from midnight. */
struct feel_span_time moment_wall(struct feel_value v);
/* Seconds east of Greenwich; false for a local value. Dates count as UTC. */
bool moment_offset(struct feel_value v, int *offset);
/* The instant: wall clock minus offset. Local values: as if UTC, and `*local` is true. */
struct feel_span_time moment_instant(struct feel_value v, bool *local);

/* A date and time from a wall clock; false outside the years of the calendar. */
bool moment_set_wall(struct feel_moment *m, struct feel_span_time wall);

/* Value plus duration (dates, times, date-times); null outside the calendar. */
struct feel_value moment_add_days(struct feel_value v, struct feel_span_time d);
struct feel_value moment_add_months(struct feel_value v, int64_t months);

/* seconds + nano normalised so that 0 <= nano < NANO; false on overflow. */
bool span_make(int64_t seconds, int64_t nano, struct feel_span_time *out);
bool span_add(struct feel_span_time a, struct feel_span_time b, struct feel_span_time *out);
bool span_neg(struct feel_span_time a, struct feel_span_time *out);
int span_cmp(struct feel_span_time a, struct feel_span_time b);
struct dec span_to_dec(struct feel_span_time a); /* seconds with nine decimals */
bool span_from_dec(struct dec d, struct feel_span_time *out);

/* ISO text of any of the kinds; false for other kinds. */
bool moment_write(struct buf *b, struct feel_value v);
/* "Z", "+01:00", "@Europe/Berlin" or nothing. */
void moment_write_zone(struct buf *b, const struct feel_moment *m);

#endif
