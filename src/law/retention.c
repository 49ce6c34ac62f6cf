/* law/retention.c - drafts (OZG 8a), retention and archive, single contact (VwVfG 71b), months
 * of life (BGB 187(2), BEEG 4(2)). */
#include "law/law_int.h"

enum {
	DRAFT_DAYS = 30,
	DRAFT_FIRST = 23,
	DRAFT_LAST = 29,
	ARCHIVE_YEARS = 30,
	RETENTION_YEARS_MAX = 100,
	LIFE_MONTHS_MAX = 1200,
};

enum err law_draft(struct arena *a, struct date last_edit, struct law_draft *out, struct errinfo *e)
{
	*out = (struct law_draft){0};
	TRY(law_day_check(last_edit, "the last edit", e));
	out->notice_first = date_add_days(last_edit, DRAFT_FIRST);
	out->notice_last = date_add_days(last_edit, DRAFT_LAST);
	out->last = date_add_days(last_edit, DRAFT_DAYS);
	out->purge = date_add_days(out->last, 1);
	TRY(law_day_check(out->purge, "the day of deletion", e));
	law_step_add(a, &out->why, "draft_edited", last_edit, TEXT_NONE);
	struct law_step *s =
	        law_step_add(a, &out->why, "draft_kept", out->last, TEXT("OZG § 8a Abs. 3"));
	law_step_count(s, "days", DRAFT_DAYS);
	return OK;
}

enum err law_retention(struct arena *a, struct date event, int years, bool from_year_end,
        struct date created, struct text law, struct law_deadline *out, struct errinfo *e)
{
	*out = (struct law_deadline){0};
	TRY(law_day_check(event, "the event", e));
	if (years < 0 || years > RETENTION_YEARS_MAX)
		return fail(e, ERR_LIMIT, "retention of 0 to %d years", RETENTION_YEARS_MAX);
	struct date start = event;
	law_step_add(a, &out->why, "event_not_counted", event, TEXT_NONE);
	law_step_key(a, &out->why.steps[0], "event", "law.event.closed");
	if (from_year_end) {
		start = (struct date){event.year, 12, 31};
		law_step_add(a, &out->why, "year_end", start, TEXT_NONE);
	}
	struct law_length length = law_months(12 * years);
	out->raw_end = out->end = law_raw_end(start, length, LAW_FROM_EVENT);
	TRY(law_day_check(out->end, "the end of retention", e));
	struct law_step *s = law_step_add(a, &out->why, "length", out->end, text_copy(a, law));
	law_step_length(s, "length", length);
	if (!date_is_zero(created)) {
		TRY(law_day_check(created, "the creation", e));
		struct date latest =
		        law_raw_end(created, law_months(12 * ARCHIVE_YEARS), LAW_FROM_EVENT);
		if (date_cmp(latest, out->end) < 0) {
			out->end = latest;
			law_step_add(a, &out->why, "archive_limit", latest,
			        TEXT("SächsArchivG § 5 Abs. 1"));
		}
	}
	law_step_add(a, &out->why, "last_day", out->end, TEXT_NONE);
	out->over = date_add_days(out->end, 1);
	return OK;
}

enum err law_single_contact(
        struct arena *a, struct date arrived, struct law_single_contact *out, struct errinfo *e)
{
	*out = (struct law_single_contact){0};
	TRY(law_day_check(arrived, "the day of arrival", e));
	out->kept = arrived;
	out->deemed = date_add_days(arrived, 3);
	law_step_add(a, &out->why, "arrived_contact", arrived, TEXT_NONE);
	law_step_add(a, &out->why, "third_day", out->deemed, TEXT("VwVfG § 71b Abs. 2"));
	return OK;
}

enum err law_life_month(
        struct date born, int n, struct date *from, struct date *to, struct errinfo *e)
{
	TRY(law_day_check(born, "the day of birth", e));
	if (n < 1 || n > LIFE_MONTHS_MAX)
		return fail(e, ERR_LIMIT, "months of life are numbered 1 to %d", LIFE_MONTHS_MAX);
	*to = law_raw_end(born, law_months(n), LAW_FROM_DAY);
	*from = n == 1 ? born
	               : date_add_days(law_raw_end(born, law_months(n - 1), LAW_FROM_DAY), 1);
	return OK;
}

enum err law_life_month_of(struct date born, struct date day, int *n, struct errinfo *e)
{
	TRY(law_day_check(born, "the day of birth", e));
	TRY(law_day_check(day, "the day", e));
	if (date_cmp(day, born) < 0)
		return fail(e, ERR_INVALID, "the day lies before birth");
	int months = (day.year - born.year) * 12 + (day.month - born.month);
	int first = months < 2 ? 1 : months - 1;
	for (int i = first; i <= first + 3; i++) {
		struct date from, to;
		TRY(law_life_month(born, i, &from, &to, e));
		if (date_cmp(day, from) >= 0 && date_cmp(day, to) <= 0) {
			*n = i;
			return OK;
		}
	}
	return fail(e, ERR_INTERNAL, "no month of life contains the day");
}
