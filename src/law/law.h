/* law/law.h - when a period ends, when a notice takes effect, and why that day.
 *
 * BGB sections 186 to 193, VwVfG sections 31, 32, 41, 42a, 71b, SGB X sections 26, 37, VwZG,
 * OZG section 9, VwGO sections 58, 70, 74, 75, SGG sections 66, 84, 87, 88, OWiG section 67.
 *
 * Everything is calendar days in Europe/Berlin; a period ends at 24:00 of the day named.
 * Nothing here reads a clock: what happened is handed in, the day comes out with the steps
 * that led to it. Results may be stored for years, so every step names its rule and its
 * law; pages turn steps into sentences (law_step_text, texts in ui/texts/law.{de,en}.json).
 *
 * All functions refuse days outside the years 1900 to 2399 with ERR_LIMIT and a place whose
 * state has no holidays in the calendar with ERR_NOT_FOUND: no day is better than a wrong
 * one. */
#ifndef LAW_LAW_H
#define LAW_LAW_H

#include "base/buf.h"
#include "base/calendar.h"
#include "base/words.h"

/* Explanation ------------------------------------------------------------------------------ */

enum {
	LAW_STEP_PARAMS_MAX = 4,
	LAW_STEPS_MAX = 200, /* of one explanation; more is ERR_LIMIT */
};

enum law_param_kind {
	LAW_PARAM_NONE,
	LAW_PARAM_DAY,
	LAW_PARAM_COUNT,
	LAW_PARAM_TEXT,   /* shown as it stands: a reason someone typed, a name */
	LAW_PARAM_KEY,    /* a key of the text files: a holiday, a weekday */
	LAW_PARAM_LENGTH, /* `length` */
	LAW_PARAM_MOMENT,
};

/* How long: all months at once, then days, then working days, then hours. Half months are
 * 15 days and counted last (BGB section 189). */
struct law_length {
	int32_t months; /* years * 12 + months */
	int32_t days;   /* weeks * 7 + days */
	int32_t working_days;
	int32_t hours;
};

struct law_param {
	const char *name; /* as it stands in the text: {name} */
	enum law_param_kind kind;
	struct date day;
	int64_t count;
	struct text text;
	struct law_length length;
	struct instant moment;
};

struct law_step {
	const char *rule; /* "event_not_counted": the text is law.step.<rule> */
	struct date day;  /* the day the sentence begins with; unset: none */
	struct text law;  /* "VwVfG § 31 Abs. 3"; may be empty */
	struct law_param params[LAW_STEP_PARAMS_MAX];
};

struct law_why {
	struct law_step *steps; /* in the order they are told */
	size_t count, cap;
	struct text calendar; /* version of the holidays that decided; empty: none did */
	struct text place;    /* municipality key whose holidays they are */
};

/* "Fr 20.11.2026: Antrag vollständig. Dieser Tag zählt nicht mit." `zone` is used for
 * moments only and may be NULL where none occur. */
struct text law_step_text(struct arena *a, const struct law_step *step, const struct words *w,
        const struct zone *zone);
/* "einem Monat und 15 Tagen", "3 Wochen": as it stands after "nach". */
struct text law_length_words(struct arena *a, struct law_length l, const struct words *w);

/* Explanations as JSON for storage and back. Unknown rules of newer versions are refused. */
void law_why_write(struct buf *b, const struct law_why *why);
MUST_USE enum err law_why_read(
        struct arena *a, struct text json, struct law_why *out, struct errinfo *e);

/* Places and holidays ------------------------------------------------------------------------ */

/* The seat of the body that must receive the declaration, never the home of the citizen. */
struct law_place {
	struct text ags;  /* municipality key, 8 digits: "14625020" Bautzen */
	struct text part; /* part of the municipality, "Bolbritz"; empty = none of the listed */
};

struct law_calendar;

/* Read `services/_law/holidays.json` (format: src/law/README.md). Immutable afterwards, may
 * be shared by threads. ERR_INVALID names the row. */
MUST_USE enum err law_calendar_read(
        struct arena *a, struct text json, struct law_calendar **out, struct errinfo *e);
struct text law_calendar_version(const struct law_calendar *cal);
/* True when the holidays of the place's state are listed. */
bool law_calendar_covers(const struct law_calendar *cal, struct law_place place);

struct law_holiday {
	struct text id;     /* "repentance_day": the name is law.holiday.<id> */
	struct text source; /* law that makes it one */
};

/* True and the row when the day is a public holiday there. */
bool law_holiday(const struct law_calendar *cal, struct law_place place, struct date day,
        struct law_holiday *out);
/* Monday to Friday and no public holiday; 24 and 31 December are working days. */
bool law_is_working_day(const struct law_calendar *cal, struct law_place place, struct date day);
/* Easter Sunday of a Gregorian year 1583..9999. */
struct date law_easter(int32_t year);

/* Deadlines ---------------------------------------------------------------------------------- */

/* "P10D", "P3W", "P1M", "P1Y", "P1M15D" (one and a half months), "PT72H", "P10WD" (ten
 * working days). Nothing negative, nothing empty, at most 100 years. */
MUST_USE enum err law_length_parse(struct text t, struct law_length *out, struct errinfo *e);
struct text law_length_text(struct arena *a, struct law_length l);

enum law_start {
	LAW_FROM_EVENT, /* BGB section 187(1): the day of the event does not count */
	LAW_FROM_DAY,   /* BGB section 187(2): begins with the start of a day, which counts */
};

enum law_shift {
	LAW_SHIFT_NONE,         /* benefit periods, appointments, waiting periods, fictions */
	LAW_SHIFT_NEXT_WORKING, /* BGB section 193, VwVfG section 31(3), SGB X section 26(3) */
};

/* "none", "next-working-day": the words of service.json. */
MUST_USE bool law_shift_parse(struct text t, enum law_shift *out);

/* The period stands still: none of these days is counted. */
struct law_pause {
	struct date from, to; /* both inclusive; `to` unset: still standing still */
	struct text reason;
};

/* Counted from the end of the old period (BGB section 190). */
struct law_extension {
	struct law_length length;
	struct text reason;
};

enum {
	LAW_PAUSES_MAX = 20,
	LAW_EXTENSIONS_MAX = 20,
};

struct law_ask {
	struct date event;
	const char *event_key; /* "submitted", "complete", ...: law.event.<key>; NULL = "event" */
	struct law_length length;
	enum law_start start;
	enum law_shift shift;
	struct law_place place;
	struct text law; /* cited with the length: "VwGO § 70 Abs. 1"; may be empty */
	const struct law_pause *pauses; /* in order of time, not overlapping */
	size_t pause_count;
	const struct law_extension *extensions; /* in the order they were granted */
	size_t extension_count;
};

struct law_deadline {
	struct date raw_end; /* before shifting */
	struct date end;     /* last day, until 24:00 */
	struct date over;    /* the day after `end`: from 00:00 it is over */
	bool standing_still; /* a pause is still open: `end` is the earliest day possible */
	struct law_why why;
};

/* The day a period ends. `hours` are refused here (law_hours). */
MUST_USE enum err law_deadline(struct arena *a, const struct law_calendar *cal,
        const struct law_ask *ask, struct law_deadline *out, struct errinfo *e);

/* A day the authority named, pointing to the rule: never shifted (VwVfG section 31(3) S. 2). */
MUST_USE enum err law_named_day(
        struct arena *a, struct date day, struct law_deadline *out, struct errinfo *e);

struct law_hours_end {
	struct instant end;
	struct law_why why;
};

/* Periods in hours run through Sundays, holidays and changes of the clock (VwVfG section
 * 31(6)): elapsed hours, not wall clock. */
MUST_USE enum err law_hours(struct arena *a, struct instant event, const struct law_length *length,
        struct law_hours_end *out, struct errinfo *e);

enum law_clock_state { LAW_NOT_STARTED, LAW_RUNNING, LAW_STANDING_STILL, LAW_ENDED };
/* State of a deadline on a day; `ask->event` unset: not started. `d` may be NULL then. */
enum law_clock_state law_clock(
        const struct law_ask *ask, const struct law_deadline *d, struct date today);

/* Notification ------------------------------------------------------------------------------- */

enum law_regime {
	LAW_POST,      /* A: VwVfG 41(2), SGB X 37(2): fourth day after posting */
	LAW_RETRIEVAL, /* B: VwVfG 41(2a): the day after retrieval, within ten days */
	LAW_ACCOUNT,   /* C: OZG 9(1): fourth day after provision in the account's mailbox */
	LAW_SOCIAL,    /* D: SGB X 37(2a): fourth day after sending the notification */
	LAW_SERVICE,   /* VwZG; `service` says how */
	LAW_SHOWN,     /* FZV 23(2): the day of display and provision in the portal */
	LAW_THIRD_DAY, /* FZV 39(4): third day after sending */
};

enum law_service {
	LAW_BY_CERTIFICATE, /* VwZG 3: day in the certificate */
	LAW_BY_REGISTERED,  /* VwZG 4: fourth day after posting */
	LAW_BY_RECEIPT,     /* VwZG 5: date of the receipt */
	LAW_BY_ELECTRONIC,  /* VwZG 5(7): fourth day after sending */
	LAW_BY_PUBLIC,      /* VwZG 10: two weeks after publication */
};

/* "post", "retrieval", "account", "social", "service", "special": the words of service.json
 * ("special" is LAW_SHOWN). */
MUST_USE bool law_regime_parse(struct text t, enum law_regime *out);
const char *law_regime_name(enum law_regime regime);

enum law_procedure {
	LAW_GENERAL,      /* VwVfG, VwGO */
	LAW_SOCIAL_ADMIN, /* SGB X, remedies after VwGO (Wohngeld, BAföG) */
	LAW_SOCIAL_COURT, /* SGB X, SGG */
	LAW_FINES,        /* OWiG, StPO */
};
/* "general", "social-admin", "social-court", "fines". */
MUST_USE bool law_procedure_parse(struct text t, enum law_procedure *out);

struct law_notification {
	enum law_regime regime;
	enum law_service service;
	enum law_procedure procedure;
	enum law_shift announce_shift; /* does a fiction on a holiday move? Set per legal basis */
	struct law_place place;
	struct date sent;      /* posted, provided, notified, shown, served or published */
	struct date retrieved; /* opened after a login; unset: not (yet) */
	struct date received;  /* proven later arrival, date of a receipt; unset: unknown */
	bool consent;          /* regimes B and D: without it there is no announcement */
	bool returned;         /* it came back or did not arrive */
	bool disputed;         /* D: receipt of the notification disputed and not provable */
	bool abroad;           /* A through the single contact: one month (VwVfG 71b(6)) */
	struct date today;     /* what may still happen is open; unset: it has not happened */
};

enum law_effect_state {
	LAW_EFFECTIVE,     /* the days below hold */
	LAW_EFFECT_OPEN,   /* B and D: waits for retrieval */
	LAW_NOT_ANNOUNCED, /* failed: provide again or send by post */
};

struct law_effect {
	enum law_effect_state state;
	struct date effect;         /* the day after `announce_shift` */
	struct date effect_raw;     /* fourth day as counted */
	struct date effect_shifted; /* the same, moved to a working day */
	struct date provision_ends; /* B: last day of provision */
	struct law_why why;
};

/* The day a notice counts as announced. Missing consent is LAW_NOT_ANNOUNCED with its step.
 * ERR_INVALID: a day is missing that the regime needs, or retrieval before provision. */
MUST_USE enum err law_effect(struct arena *a, const struct law_calendar *cal,
        const struct law_notification *n, struct law_effect *out, struct errinfo *e);

/* Remedies ----------------------------------------------------------------------------------- */

struct law_remedy_ask {
	enum law_procedure procedure;
	struct law_place place;   /* seat of the body that receives the objection */
	bool instruction_missing; /* missing or wrong: one year (VwGO 58(2), SGG 66(2)) */
	bool abroad;              /* announced abroad, social courts: three months (SGG 84(1)) */
	bool court;               /* action in court instead of objection (cited only) */
	struct law_length length; /* zero: after the procedure (1 month; fines 2 weeks) */
};

/* Both variants of the announced day count: a remedy is in time if it keeps the later end,
 * and the decision is final only after it. */
struct law_remedy {
	struct law_deadline plain;   /* from effect_raw */
	struct law_deadline shifted; /* from effect_shifted */
	struct date shown;           /* end named to people: after the notification's setting */
	struct date last;            /* the later of the two ends */
	struct date final_from;      /* the day after `last` */
	struct law_why why;          /* of `shown`, then why `last` is later where it is */
};

MUST_USE enum err law_remedy(struct arena *a, const struct law_calendar *cal,
        const struct law_effect *effect, const struct law_remedy_ask *ask, struct law_remedy *out,
        struct errinfo *e);

/* Restoration of the former state (VwVfG 32, VwGO 60, SGB X 27). */
struct law_restoration {
	struct law_deadline request; /* two weeks after the obstacle ended; social law too */
	struct date last;            /* never after one year from the end of the missed period */
	bool excluded;               /* the year was already over when the obstacle ended */
};
MUST_USE enum err law_restoration(struct arena *a, const struct law_calendar *cal,
        enum law_procedure procedure, struct law_place place, struct date obstacle_ended,
        struct date missed_end, struct law_restoration *out, struct errinfo *e);

enum law_inactivity {
	LAW_INACTIVITY_GENERAL,         /* VwGO 75: three months */
	LAW_INACTIVITY_SOCIAL,          /* SGG 88(1): application, six months */
	LAW_INACTIVITY_SOCIAL_OBJECTION /* SGG 88(2): objection, three months */
};
/* Waiting period, not shifted; an action is possible from `over`. `alarm` (may be NULL) is
 * the day two thirds of it have passed. */
MUST_USE enum err law_inactivity(struct arena *a, enum law_inactivity kind, struct date applied,
        struct law_deadline *out, struct date *alarm, struct errinfo *e);

/* Other days --------------------------------------------------------------------------------- */

/* Drafts (OZG 8a(3)): deleted after 30 days without change, announced before. */
struct law_draft {
	struct date notice_first, notice_last; /* days 23 and 29 (own choice) */
	struct date last;                      /* day 30: still there */
	struct date purge;                     /* deleted from this day */
	struct law_why why;
};
MUST_USE enum err law_draft(
        struct arena *a, struct date last_edit, struct law_draft *out, struct errinfo *e);

/* Retention: `years` from the event, or from the end of its calendar year. Not shifted. The
 * file is offered to the archive from `over`, at the latest 30 years after `created`
 * (SächsArchivG 5(1)); `created` unset: that limit is not applied. */
MUST_USE enum err law_retention(struct arena *a, struct date event, int years, bool from_year_end,
        struct date created, struct text law, struct law_deadline *out, struct errinfo *e);

/* Receipt through the single contact (VwVfG 71b(2)): deemed received on the third day, but
 * periods are kept by the day it arrived there. */
struct law_single_contact {
	struct date deemed; /* starts periods of the authority; not shifted */
	struct date kept;   /* counts for periods of the applicant */
	struct law_why why;
};
MUST_USE enum err law_single_contact(
        struct arena *a, struct date arrived, struct law_single_contact *out, struct errinfo *e);

/* Months of life (BEEG 4(2), BGB 187(2) S. 2): number `n` >= 1 and the days it spans. */
MUST_USE enum err law_life_month(
        struct date born, int n, struct date *from, struct date *to, struct errinfo *e);
/* The number of the month of life a day falls in; ERR_INVALID before birth. */
MUST_USE enum err law_life_month_of(struct date born, struct date day, int *n, struct errinfo *e);

#endif
