/* law/law_int.h - what the files of this room share: steps, checked days, counting. */
#ifndef LAW_LAW_INT_H
#define LAW_LAW_INT_H

#include "law/law.h"

enum {
	LAW_YEAR_MIN = 1900,
	LAW_YEAR_MAX = 2399,
};

/* ERR_LIMIT outside the years of this room, ERR_INVALID for an unset or impossible day;
 * `what` names it. */
MUST_USE enum err law_day_check(struct date d, const char *what, struct errinfo *e);

/* ERR_NOT_FOUND when the calendar says nothing about this place on this day. */
MUST_USE enum err law_place_check(
        const struct law_calendar *cal, struct law_place place, struct date day, struct errinfo *e);

/* Names of rules in order, NULL after the last: each has a text law.step.<name>. */
const char *law_rule_name(size_t i);

/* Append a step; never fails, the number of steps is bounded by the limits of the callers. */
struct law_step *law_step_add(
        struct arena *a, struct law_why *why, const char *rule, struct date day, struct text law);
void law_step_day(struct law_step *s, const char *name, struct date day);
void law_step_count(struct law_step *s, const char *name, int64_t count);
void law_step_put(struct law_step *s, const char *name, struct text text);
void law_step_key(struct arena *a, struct law_step *s, const char *name, const char *key);
void law_step_length(struct law_step *s, const char *name, struct law_length length);

/* Move past weekends and holidays, a step for each reason. */
MUST_USE enum err law_shift_day(struct arena *a, const struct law_calendar *cal,
        struct law_place place, struct date from, struct law_why *why, struct date *out,
        struct errinfo *e);

/* The raw last day of a length without working days. */
struct date law_raw_end(struct date event, struct law_length length, enum law_start start);

static inline struct law_length law_days(int32_t days)
{
	return (struct law_length){.days = days};
}

static inline struct law_length law_months(int32_t months)
{
	return (struct law_length){.months = months};
}

#endif
