/* law/length.c - how long: ISO 8601 durations plus working days. */
#include "law/law_int.h"

enum { LENGTH_YEARS_MAX = 100 };

enum err law_length_parse(struct text t, struct law_length *out, struct errinfo *e)
{
	struct period p;
	int64_t working;
	*out = (struct law_length){0};
	if (t.len > 3 && t.ptr[0] == 'P' && text_ends(t, TEXT("WD")) &&
	        text_int(text_part(t, 1, t.len - 2), &working)) {
		if (working < 1 || working > 5000)
			return fail(e, ERR_LIMIT, "1 to 5000 working days, not %.*s", TEXT_ARG(t));
		out->working_days = (int32_t)working;
		return OK;
	}
	if (!period_parse(t, &p))
		return fail(e, ERR_INVALID, "'%.*s' is no period (P3W, P1M, P10WD)", TEXT_ARG(t));
	bool hours = p.seconds != 0;
	if (p.seconds % 3600 != 0 || (hours && (p.months != 0 || p.days != 0)))
		return fail(e, ERR_INVALID, "'%.*s': a period in hours has whole hours only",
		        TEXT_ARG(t));
	if (p.months < 0 || p.days < 0 || p.seconds < 0)
		return fail(e, ERR_INVALID, "'%.*s' is negative", TEXT_ARG(t));
	if (p.months == 0 && p.days == 0 && p.seconds == 0)
		return fail(e, ERR_INVALID, "'%.*s' is empty", TEXT_ARG(t));
	if (p.months > 12 * LENGTH_YEARS_MAX || p.days > 366 * LENGTH_YEARS_MAX ||
	        p.seconds / 3600 > 24 * 366 * LENGTH_YEARS_MAX)
		return fail(e, ERR_LIMIT, "'%.*s' is longer than %d years", TEXT_ARG(t),
		        LENGTH_YEARS_MAX);
	out->months = (int32_t)p.months;
	out->days = (int32_t)p.days;
	out->hours = (int32_t)(p.seconds / 3600);
	return OK;
}

struct text law_length_text(struct arena *a, struct law_length l)
{
	if (l.working_days)
		return text_format(a, "P%dWD", l.working_days);
	if (l.hours)
		return text_format(a, "PT%dH", l.hours);
	struct text months = TEXT_NONE, days = TEXT_NONE;
	if (l.months)
		months = l.months % 12 ? text_format(a, "%dM", l.months)
		                       : text_format(a, "%dY", l.months / 12);
	if (l.days)
		days = l.days % 7 || l.months ? text_format(a, "%dD", l.days)
		                              : text_format(a, "%dW", l.days / 7);
	return text_format(a, "P%.*s%.*s", TEXT_ARG(months), TEXT_ARG(days));
}

bool law_shift_parse(struct text t, enum law_shift *out)
{
	*out = text_is(t, "none") ? LAW_SHIFT_NONE : LAW_SHIFT_NEXT_WORKING;
	return text_is(t, "none") || text_is(t, "next-working-day");
}

static bool find_word(struct text t, const char *const *words, int count, int *out)
{
	for (int i = 0; i < count; i++) {
		*out = i;
		if (text_is(t, words[i]))
			return true;
	}
	return false;
}

static const char *const regimes[] = {
        "post", "retrieval", "account", "social", "service", "special", "third-day"};
static const char *const procedures[] = {"general", "social-admin", "social-court", "fines"};

bool law_regime_parse(struct text t, enum law_regime *out)
{
	int i = 0;
	bool found = find_word(t, regimes, 7, &i);
	*out = (enum law_regime)i;
	return found;
}

const char *law_regime_name(enum law_regime regime)
{
	return regimes[regime];
}

bool law_procedure_parse(struct text t, enum law_procedure *out)
{
	int i = 0;
	bool found = find_word(t, procedures, 4, &i);
	*out = (enum law_procedure)i;
	return found;
}
