/* Letters before they are sent: parts for the editor, PDF with a draft mark. */
#include "casework/casework_int.h"

static struct feel_value parts_extra(struct arena *a, struct feel_value parts)
{
	struct feel_context_builder b = feel_context_begin(a);
	if (!feel_is_null(parts))
		feel_context_set(&b, TEXT("parts"), parts);
	return feel_context_end(&b);
}

static enum err case_letter_data(struct casework *cw, struct db *db, const struct case_view *v,
        struct text letter, const struct people_actor *who, struct feel_value parts,
        struct arena *a, struct text *out, struct errinfo *e)
{
	struct names_facts facts = view_facts(cw, db, v);
	struct letter_ask ask = {
	        .letter = letter,
	        .variables = v->variables,
	        .extra = parts_extra(a, parts),
	        .drafter = who->name,
	        .answers = v->answers,
	        .draft = true,
	};
	struct buf b;
	buf_init(&b, LETTER_DATA_MAX);
	enum err result = letter_data(a, &facts, &ask, &b, e);
	*out = buf_copy(&b, a);
	buf_free(&b);
	return result;
}

enum err letter_draft(struct casework *cw, struct db *db, const struct case_view *v,
        struct text letter, const struct people_actor *who, struct feel_value parts,
        struct arena *a, struct letter_parts *out, struct errinfo *e)
{
	struct text data;
	if (!cw->o.letters)
		return fail(e, ERR_BUSY, "no letter helper runs");
	TRY(case_letter_data(cw, db, v, letter, who, parts, a, &data, e));
	struct letter_request request = {
	        .package = v->adoption->service->dir,
	        .shared = v->adoption->service->letters_dir,
	        .template = text_z(a, letter),
	        .data = data,
	};
	return letter_list_parts(cw->o.letters, &request, a, out, e);
}

enum err letter_preview(struct casework *cw, struct db *db, const struct case_view *v,
        struct text letter, const struct people_actor *who, struct feel_value parts,
        struct arena *a, struct text *pdf, struct errinfo *e)
{
	struct text data;
	TRY(case_letter_data(cw, db, v, letter, who, parts, a, &data, e));
	return letter_make(cw, a, v->adoption, letter, data, casework_now(cw).ms, pdf, e);
}

static const struct service_letter *receipt_of(const struct service *s)
{
	for (size_t i = 0; i < s->letter_count; i++) {
		if (s->letters[i].kind == SERVICE_RECEIPT)
			return &s->letters[i];
	}
	return NULL;
}

enum err draft_preview(struct casework *cw, const struct draft *d,
        const struct people_citizen *citizen, struct arena *a, struct text *pdf, struct errinfo *e)
{
	const struct service_adoption *x;
	TRY(cw->o.services.at(cw->o.services.self, d->lock, &x, e));
	const struct service_letter *receipt = receipt_of(x->service);
	if (!receipt)
		return fail(e, ERR_NOT_FOUND, "the package has no receipt");
	struct names_facts facts = {
	        .cw = cw,
	        .authority = d->authority,
	        .service = d->service,
	        .language = d->language,
	        .number = TEXT("\xe2\x80\x93"), /* a dash: letters print it, there is none yet */
	        .received = casework_now(cw),
	        .now = casework_now(cw),
	        .adoption = x,
	        .applicant = names_applicant(a, citizen),
	};
	struct form_run *run;
	TRY(draft_form(cw, d, citizen, citizen ? citizen->trust : PEOPLE_TRUST_NONE, a, &run, e));
	struct letter_ask ask = {
	        .letter = receipt->id,
	        .variables = form_values(run, a),
	        .extra = feel_null(),
	        .answers = d->answers.len ? d->answers : TEXT("{}"), /* nothing typed yet */
	        .draft = true,
	};
	struct buf b;
	buf_init(&b, LETTER_DATA_MAX);
	enum err result = letter_data(a, &facts, &ask, &b, e);
	if (result == OK)
		result = letter_make(cw, a, x, receipt->id, buf_text(&b), facts.now.ms, pdf, e);
	buf_free(&b);
	return result;
}
