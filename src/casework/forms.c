/* Forms of drafts and cases as runs of the form room, with what their rules may see. */
#include "casework/casework_int.h"

/* Prefill "account.street" and the like from who is logged in. */
static bool fill_account(void *self, struct arena *a, struct text source, struct text *out)
{
	const struct feel_value *applicant = self;
	struct text prefix = TEXT("account.");
	if (!text_starts(source, prefix))
		return false;
	struct text rest = text_part(source, prefix.len, source.len);
	struct text address = TEXT("address.");
	if (text_starts(rest, address))
		rest = text_part(rest, address.len, rest.len);
	struct feel_value v = feel_context_path(*applicant, rest);
	if (feel_is_null(v) || v.kind == FEEL_CONTEXT)
		return false;
	*out = feel_to_string(a, v);
	return out->len > 0;
}

static enum err open_run(struct casework *cw, const struct service_adoption *x,
        struct feel_value applicant, struct text language, enum form_trust trust,
        struct instant now, const struct form_options *options, struct text content,
        struct arena *a, struct form_run **out, struct errinfo *e)
{
	static const struct form_options plain = {.who = FORM_APPLICANT};
	struct feel_value *account = ARENA_NEW(a, struct feel_value);
	struct feel_context_builder none = feel_context_begin(a);
	*account = applicant;
	struct form_world world = {
	        .now = now,
	        .applicant = applicant,
	        .place = service_place_value(a, x),
	        .slot = service_slot_values(a, x, date_at(cw->o.zone, now)),
	        .case_data = feel_context_end(&none),
	        .language = language,
	        .trust = trust,
	        .fill = fill_account,
	        .fill_self = account,
	};
	return form_run_open(
	        a, x->service->form, &world, options ? options : &plain, content, out, e);
}

enum err draft_form(struct casework *cw, const struct draft *d,
        const struct people_citizen *citizen, enum people_trust trust, struct arena *a,
        struct form_run **out, struct errinfo *e)
{
	const struct service_adoption *x;
	TRY(cw->o.services.at(cw->o.services.self, d->lock, &x, e));
	return open_run(cw, x, names_applicant(a, citizen), d->language, (enum form_trust)trust,
	        casework_now(cw), NULL, d->answers, a, out, e);
}

static enum form_trust trust_of(struct feel_value applicant)
{
	struct feel_value v = feel_context_get(applicant, TEXT("trust"));
	enum form_trust trust;
	if (v.kind == FEEL_STRING && form_trust_parse(v.string, &trust))
		return trust;
	return FORM_TRUST_NONE;
}

enum err case_form(struct casework *cw, const struct case_view *v, struct arena *a,
        const struct form_options *options, struct form_run **out, struct errinfo *e)
{
	return open_run(cw, v->adoption, v->applicant, v->language, trust_of(v->applicant),
	        v->row.received, options, v->answers, a, out, e);
}
