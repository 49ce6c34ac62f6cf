/* The names a process, its decisions and letters may use (docs/process-contract.md). */
#include "casework/casework_int.h"

struct feel_value date_value(struct date d)
{
	return date_is_zero(d) ? feel_null() : feel_date(d.year, d.month, d.day);
}

static struct feel_value string_or_null(struct text t)
{
	return t.len ? feel_string(t) : feel_null();
}

struct feel_value names_applicant(struct arena *a, const struct people_citizen *c)
{
	struct feel_context_builder b = feel_context_begin(a);
	static const struct people_citizen nobody = {0};
	const struct people_citizen *p = c ? c : &nobody;
	feel_context_set(&b, TEXT("name"), string_or_null(p->name));
	feel_context_set(&b, TEXT("given_name"), string_or_null(p->given_name));
	feel_context_set(&b, TEXT("family_name"), string_or_null(p->family_name));
	feel_context_set(&b, TEXT("birth_date"), date_value(p->birth_date));
	feel_context_set(&b, TEXT("mail"), string_or_null(p->mail));
	feel_context_set(&b, TEXT("trust"), feel_string(text_from(people_trust_name(p->trust))));
	feel_context_set(&b, TEXT("street"), string_or_null(p->street));
	feel_context_set(&b, TEXT("house_number"), string_or_null(p->house_number));
	feel_context_set(&b, TEXT("postcode"), string_or_null(p->postcode));
	feel_context_set(&b, TEXT("city"), string_or_null(p->city));
	feel_context_set(&b, TEXT("ags"), string_or_null(p->ags));
	return feel_context_end(&b);
}

/* The newest round of each name counts; declared names without a row are null. */
struct feel_value names_deadlines(struct arena *a, struct db *db, struct text case_id,
        const struct service_adoption *x, const struct zone *zone)
{
	struct feel_context_builder b = feel_context_begin(a);
	for (size_t i = 0; i < x->service->deadline_count; i++)
		feel_context_set(&b, x->service->deadlines[i].id, feel_null());
	struct db_rows rows;
	struct text last = TEXT_NONE;
	if (case_id.len == 0 ||
	        db_select(&rows, db, SQL_DEADLINE_LIST, NULL, BIND("case_id", case_id)) != OK)
		return feel_context_end(&b);
	while (db_next(&rows)) {
		struct text name = row_copy(&rows, "name", a);
		if (text_eq(name, last))
			continue;
		struct instant over = instant_of_day(zone, row_date(&rows, "over"));
		feel_context_set(&b, name, feel_from_instant(a, over.ms, "Europe/Berlin"));
		last = name;
	}
	return db_end(&rows, NULL) == OK ? feel_context_end(&b) : feel_null();
}

static struct feel_value case_value(struct arena *a, const struct names_facts *f)
{
	const struct zone *zone = f->cw->o.zone;
	struct feel_context_builder b = feel_context_begin(a);
	feel_context_set(&b, TEXT("number"), string_or_null(f->number));
	feel_context_set(&b, TEXT("received"), date_value(date_at(zone, f->received)));
	feel_context_set(
	        &b, TEXT("submitted"), feel_from_instant(a, f->received.ms, "Europe/Berlin"));
	feel_context_set(&b, TEXT("authority"), feel_string(f->authority));
	feel_context_set(&b, TEXT("service"), feel_string(f->service));
	feel_context_set(&b, TEXT("language"), feel_string(f->language));
	feel_context_set(&b, TEXT("outcome"), string_or_null(f->outcome));
	return feel_context_end(&b);
}

enum err names_build(
        struct arena *a, const struct names_facts *f, struct feel_value *out, struct errinfo *e)
{
	const struct zone *zone = f->cw->o.zone;
	struct date today = date_at(zone, f->now);
	struct feel_context_builder b = feel_context_begin(a);
	feel_context_set(&b, TEXT("case"), case_value(a, f));
	feel_context_set(&b, TEXT("applicant"), f->applicant);
	feel_context_set(&b, TEXT("place"), service_place_value(a, f->adoption));
	feel_context_set(&b, TEXT("today"), date_value(today));
	feel_context_set(&b, TEXT("now"), feel_from_instant(a, f->now.ms, "Europe/Berlin"));
	feel_context_set(&b, TEXT("slot"), service_slot_values(a, f->adoption, today));
	feel_context_set(&b, TEXT("param"), f->adoption->service->params);
	struct feel_value deadlines = names_deadlines(a, f->db, f->case_id, f->adoption, zone);
	if (feel_is_null(deadlines))
		return fail(e, ERR_IO, "the deadlines of the case cannot be read");
	feel_context_set(&b, TEXT("deadline"), deadlines);
	*out = feel_context_end(&b);
	return OK;
}
