/* law/notify.c - the day a notice counts as announced (VwVfG section 41, SGB X section 37,
 * OZG section 9, VwZG). */
#include "law/law_int.h"

enum {
	FICTION_DAYS = 4,   /* since 2025: fourth day */
	RETRIEVE_DAYS = 10, /* VwVfG section 41(2a) */
};

static bool social(const struct law_notification *n)
{
	return n->procedure == LAW_SOCIAL_ADMIN || n->procedure == LAW_SOCIAL_COURT;
}

static struct text post_law(const struct law_notification *n)
{
	return social(n) ? TEXT("SGB X § 37 Abs. 2") : TEXT("VwVfG § 41 Abs. 2");
}

/* The fiction that was counted to `raw`: both variants and the one that is shown. */
static enum err fiction(struct arena *a, const struct law_calendar *cal,
        const struct law_notification *n, struct date raw, struct law_effect *out,
        struct errinfo *e)
{
	struct law_why moved = {0};
	out->effect_raw = raw;
	TRY(law_shift_day(a, cal, n->place, raw, &moved, &out->effect_shifted, e));
	out->effect = raw;
	if (date_cmp(raw, out->effect_shifted) == 0)
		return OK;
	bool move = n->announce_shift == LAW_SHIFT_NEXT_WORKING;
	if (move) {
		out->effect = out->effect_shifted;
		out->why.calendar = moved.calendar;
		out->why.place = moved.place;
		for (size_t i = 0; i < moved.count; i++)
			*ARENA_PUSH(a, out->why.steps, out->why.count, out->why.cap) =
			        moved.steps[i];
	}
	struct law_step *s = law_step_add(
	        a, &out->why, move ? "fiction_moved" : "fiction_not_moved", raw, TEXT_NONE);
	law_step_day(s, "other", move ? raw : out->effect_shifted);
	return OK;
}

static void fixed(struct law_effect *out, struct date day)
{
	out->effect = out->effect_raw = out->effect_shifted = day;
}

static enum err fourth_day(struct arena *a, const struct law_calendar *cal,
        const struct law_notification *n, struct text law, struct law_effect *out,
        struct errinfo *e)
{
	struct date raw = date_add_days(n->sent, FICTION_DAYS);
	law_step_add(a, &out->why, "fourth_day", raw, law);
	return fiction(a, cal, n, raw, out, e);
}

static enum err by_post(struct arena *a, const struct law_calendar *cal,
        const struct law_notification *n, struct law_effect *out, struct errinfo *e)
{
	struct text law = n->abroad ? TEXT("VwVfG § 71b Abs. 6") : post_law(n);
	law_step_add(a, &out->why, "posted", n->sent, TEXT_NONE);
	if (n->abroad) {
		struct date raw = date_add_months(n->sent, 1);
		law_step_add(a, &out->why, "one_month_abroad", raw, law);
		TRY(fiction(a, cal, n, raw, out, e));
	} else {
		TRY(fourth_day(a, cal, n, law, out, e));
	}
	if (date_is_zero(n->received) || date_cmp(n->received, out->effect_raw) <= 0)
		return OK;
	law_step_add(a, &out->why, "arrived_later", n->received, law);
	fixed(out, n->received);
	return OK;
}

static enum err not_announced(struct law_effect *out)
{
	out->state = LAW_NOT_ANNOUNCED;
	return OK;
}

static enum err by_retrieval(struct arena *a, const struct law_notification *n,
        struct law_effect *out, struct errinfo *e)
{
	struct text law = TEXT("VwVfG § 41 Abs. 2a");
	out->provision_ends = date_add_days(n->sent, RETRIEVE_DAYS);
	law_step_add(a, &out->why, "notified", n->sent, TEXT_NONE);
	if (date_is_zero(n->retrieved)) {
		law_step_add(a, &out->why, "provision_ends", out->provision_ends, law);
		bool open = !date_is_zero(n->today) && date_cmp(n->today, out->provision_ends) <= 0;
		out->state = open ? LAW_EFFECT_OPEN : LAW_NOT_ANNOUNCED;
		if (!open)
			law_step_add(a, &out->why, "not_retrieved", (struct date){0}, law);
		return OK;
	}
	if (date_cmp(n->retrieved, n->sent) < 0)
		return fail(e, ERR_INVALID, "retrieved before the notification was sent");
	law_step_add(a, &out->why, "retrieved", n->retrieved, TEXT_NONE);
	if (date_cmp(n->retrieved, out->provision_ends) > 0) {
		law_step_add(a, &out->why, "retrieved_too_late", out->provision_ends, law);
		return not_announced(out);
	}
	fixed(out, date_add_days(n->retrieved, 1));
	law_step_add(a, &out->why, "day_after_retrieval", out->effect, law);
	return OK;
}

static enum err by_social_portal(struct arena *a, const struct law_calendar *cal,
        const struct law_notification *n, struct law_effect *out, struct errinfo *e)
{
	struct text law = TEXT("SGB X § 37 Abs. 2a");
	law_step_add(a, &out->why, "notified", n->sent, TEXT_NONE);
	if (!n->disputed)
		return fourth_day(a, cal, n, law, out, e);
	law_step_add(a, &out->why, "disputed", (struct date){0}, law);
	if (date_is_zero(n->retrieved)) {
		out->state = LAW_EFFECT_OPEN;
		return OK;
	}
	if (date_cmp(n->retrieved, n->sent) < 0)
		return fail(e, ERR_INVALID, "retrieved before the notification was sent");
	fixed(out, n->retrieved);
	law_step_add(a, &out->why, "retrieved", n->retrieved, law);
	return OK;
}

static enum err by_service(struct arena *a, const struct law_calendar *cal,
        const struct law_notification *n, struct law_effect *out, struct errinfo *e)
{
	switch (n->service) {
	case LAW_BY_CERTIFICATE:
		law_step_add(a, &out->why, "served", n->sent, TEXT("VwZG § 3"));
		fixed(out, n->sent);
		return OK;
	case LAW_BY_REGISTERED:
		law_step_add(a, &out->why, "posted", n->sent, TEXT_NONE);
		return fourth_day(a, cal, n, TEXT("VwZG § 4 Abs. 2"), out, e);
	case LAW_BY_RECEIPT:
		TRY(law_day_check(n->received, "the date of the receipt", e));
		law_step_add(a, &out->why, "served", n->received, TEXT("VwZG § 5"));
		fixed(out, n->received);
		return OK;
	case LAW_BY_ELECTRONIC:
		law_step_add(a, &out->why, "sent", n->sent, TEXT_NONE);
		return fourth_day(a, cal, n, TEXT("VwZG § 5 Abs. 7"), out, e);
	case LAW_BY_PUBLIC:
		law_step_add(a, &out->why, "published", n->sent, TEXT_NONE);
		fixed(out, date_add_days(n->sent, 14));
		law_step_add(
		        a, &out->why, "two_weeks_public", out->effect, TEXT("VwZG § 10 Abs. 2"));
		return OK;
	}
	return fail(e, ERR_INVALID, "unknown way of service");
}

static enum err by_regime(struct arena *a, const struct law_calendar *cal,
        const struct law_notification *n, struct law_effect *out, struct errinfo *e)
{
	switch (n->regime) {
	case LAW_POST: return by_post(a, cal, n, out, e);
	case LAW_RETRIEVAL: return by_retrieval(a, n, out, e);
	case LAW_ACCOUNT:
		law_step_add(a, &out->why, "provided", n->sent, TEXT_NONE);
		return fourth_day(a, cal, n, TEXT("OZG § 9 Abs. 1"), out, e);
	case LAW_SOCIAL: return by_social_portal(a, cal, n, out, e);
	case LAW_SERVICE: return by_service(a, cal, n, out, e);
	case LAW_SHOWN:
		law_step_add(a, &out->why, "shown", n->sent, TEXT("FZV § 23 Abs. 2"));
		fixed(out, n->sent);
		return OK;
	case LAW_THIRD_DAY:
		law_step_add(a, &out->why, "sent", n->sent, TEXT_NONE);
		fixed(out, date_add_days(n->sent, 3));
		law_step_add(a, &out->why, "third_day", out->effect, TEXT("FZV § 39 Abs. 4"));
		return OK;
	}
	return fail(e, ERR_INVALID, "unknown regime of notification");
}

enum err law_effect(struct arena *a, const struct law_calendar *cal,
        const struct law_notification *n, struct law_effect *out, struct errinfo *e)
{
	*out = (struct law_effect){.state = LAW_EFFECTIVE};
	TRY(law_day_check(n->sent, "the day of sending", e));
	TRY(law_day_check(date_add_days(n->sent, 366), "a year after sending", e));
	if ((n->regime == LAW_RETRIEVAL || n->regime == LAW_SOCIAL) && !n->consent) {
		law_step_add(a, &out->why, "no_consent", n->sent,
		        n->regime == LAW_SOCIAL ? TEXT("SGB X § 37 Abs. 2a")
		                                : TEXT("VwVfG § 41 Abs. 2a"));
		law_step_add(a, &out->why, "not_announced", (struct date){0}, TEXT_NONE);
		return not_announced(out);
	}
	if (n->returned) {
		law_step_add(a, &out->why, "came_back", (struct date){0}, post_law(n));
		law_step_add(a, &out->why, "not_announced", (struct date){0}, TEXT_NONE);
		return not_announced(out);
	}
	TRY(by_regime(a, cal, n, out, e));
	if (out->state == LAW_EFFECTIVE)
		law_step_add(a, &out->why, "takes_effect", out->effect, TEXT_NONE);
	else if (out->state == LAW_NOT_ANNOUNCED)
		law_step_add(a, &out->why, "not_announced", (struct date){0}, TEXT_NONE);
	return OK;
}
