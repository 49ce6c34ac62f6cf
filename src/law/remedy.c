/* law/remedy.c - until when a remedy is possible (VwGO 58, 70, 74, SGG 66, 84, 87, OWiG 67),
 * restoration (VwVfG 32) and inactivity (VwGO 75, SGG 88). */
#include "law/law_int.h"

static struct text remedy_law(const struct law_remedy_ask *ask)
{
	bool court = ask->court;
	switch (ask->procedure) {
	case LAW_GENERAL:
	case LAW_SOCIAL_ADMIN: return court ? TEXT("VwGO § 74 Abs. 1") : TEXT("VwGO § 70 Abs. 1");
	case LAW_SOCIAL_COURT: return court ? TEXT("SGG § 87 Abs. 1") : TEXT("SGG § 84 Abs. 1");
	case LAW_FINES: return TEXT("OWiG § 67 Abs. 1");
	}
	return TEXT_NONE;
}

static struct law_length remedy_length(const struct law_remedy_ask *ask, const char **reason)
{
	bool social_court = ask->procedure == LAW_SOCIAL_COURT;
	*reason = NULL;
	if (ask->instruction_missing && ask->procedure != LAW_FINES) {
		*reason = "instruction_missing";
		return law_months(12);
	}
	if (ask->abroad && social_court) {
		*reason = "abroad";
		return law_months(3);
	}
	if (ask->length.months || ask->length.days)
		return ask->length;
	return ask->procedure == LAW_FINES ? law_days(14) : law_months(1);
}

static struct text reason_law(const struct law_remedy_ask *ask, const char *reason)
{
	bool social_court = ask->procedure == LAW_SOCIAL_COURT;
	if (text_is(TEXT("abroad"), reason))
		return TEXT("SGG § 84 Abs. 1 Satz 2");
	return social_court ? TEXT("SGG § 66 Abs. 2") : TEXT("VwGO § 58 Abs. 2");
}

static enum err remedy_from(struct arena *a, const struct law_calendar *cal, struct date effect,
        const struct law_remedy_ask *ask, struct law_deadline *out, struct errinfo *e)
{
	const char *reason;
	struct law_ask q = {.event = effect,
	        .event_key = "effect",
	        .length = remedy_length(ask, &reason),
	        .shift = LAW_SHIFT_NEXT_WORKING,
	        .place = ask->place,
	        .law = remedy_law(ask)};
	if (reason)
		q.law = reason_law(ask, reason);
	TRY(law_deadline(a, cal, &q, out, e));
	if (!reason)
		return OK;
	/* told first: it decides the length */
	struct law_why why = {.calendar = out->why.calendar, .place = out->why.place};
	law_step_add(a, &why, reason, (struct date){0}, q.law);
	for (size_t i = 0; i < out->why.count; i++)
		*ARENA_PUSH(a, why.steps, why.count, why.cap) = out->why.steps[i];
	out->why = why;
	return OK;
}

enum err law_remedy(struct arena *a, const struct law_calendar *cal,
        const struct law_effect *effect, const struct law_remedy_ask *ask, struct law_remedy *out,
        struct errinfo *e)
{
	*out = (struct law_remedy){0};
	if (effect->state != LAW_EFFECTIVE)
		return fail(e, ERR_INVALID, "a notice that is not announced starts no period");
	TRY(remedy_from(a, cal, effect->effect_raw, ask, &out->plain, e));
	TRY(remedy_from(a, cal, effect->effect_shifted, ask, &out->shifted, e));
	bool moved = date_cmp(effect->effect, effect->effect_raw) != 0;
	const struct law_deadline *shown = moved ? &out->shifted : &out->plain;
	out->shown = shown->end;
	out->last =
	        date_cmp(out->plain.end, out->shifted.end) > 0 ? out->plain.end : out->shifted.end;
	out->final_from = date_add_days(out->last, 1);
	out->why = (struct law_why){.calendar = shown->why.calendar, .place = shown->why.place};
	for (size_t i = 0; i < shown->why.count; i++)
		*ARENA_PUSH(a, out->why.steps, out->why.count, out->why.cap) = shown->why.steps[i];
	if (date_cmp(out->last, out->shown) != 0)
		law_step_add(a, &out->why, "both_ends", out->last, TEXT_NONE);
	return OK;
}

static struct text restoration_law(enum law_procedure procedure)
{
	switch (procedure) {
	case LAW_GENERAL: return TEXT("VwVfG § 32 Abs. 2");
	case LAW_SOCIAL_ADMIN:
	case LAW_SOCIAL_COURT: return TEXT("SGB X § 27 Abs. 2");
	case LAW_FINES: return TEXT("OWiG § 52 Abs. 1");
	}
	return TEXT_NONE;
}

enum err law_restoration(struct arena *a, const struct law_calendar *cal,
        enum law_procedure procedure, struct law_place place, struct date obstacle_ended,
        struct date missed_end, struct law_restoration *out, struct errinfo *e)
{
	*out = (struct law_restoration){0};
	TRY(law_day_check(missed_end, "the missed end", e));
	/* fines: one week after the obstacle ended (StPO section 45(1)) */
	struct law_length length = procedure == LAW_FINES ? law_days(7) : law_days(14);
	struct law_ask q = {.event = obstacle_ended,
	        .event_key = "obstacle_ended",
	        .length = length,
	        .shift = LAW_SHIFT_NEXT_WORKING,
	        .place = place,
	        .law = restoration_law(procedure)};
	TRY(law_deadline(a, cal, &q, &out->request, e));
	out->last = law_raw_end(missed_end, law_months(12), LAW_FROM_EVENT);
	law_step_add(a, &out->request.why, "year_limit", out->last,
	        procedure == LAW_GENERAL ? TEXT("VwVfG § 32 Abs. 3") : TEXT_NONE);
	out->excluded = date_cmp(obstacle_ended, out->last) > 0;
	return OK;
}

enum err law_inactivity(struct arena *a, enum law_inactivity kind, struct date applied,
        struct law_deadline *out, struct date *alarm, struct errinfo *e)
{
	bool six = kind == LAW_INACTIVITY_SOCIAL;
	struct text law = TEXT("VwGO § 75");
	if (kind == LAW_INACTIVITY_SOCIAL)
		law = TEXT("SGG § 88 Abs. 1");
	else if (kind == LAW_INACTIVITY_SOCIAL_OBJECTION)
		law = TEXT("SGG § 88 Abs. 2");
	struct law_ask q = {.event = applied,
	        .event_key = "applied",
	        .length = law_months(six ? 6 : 3),
	        .law = law};
	TRY(law_deadline(a, NULL, &q, out, e));
	if (alarm)
		*alarm = date_add_months(applied, six ? 4 : 2);
	return OK;
}
