/* "Ihr Antrag ist angekommen": for the draft just sent, and later by the number. */
#include "web/portal/check.h"

enum { RECEIPT_WAIT_MS = 120000 }; /* as long the page looks again for the PDF */

struct receipt_page {
	struct text title, lead, number, pdf, pdf_size, case_href;
	bool again, waiting, anonymous;
	struct portal_stage *stages;
	size_t stage_count;
	struct portal_contact contact;
};

static const struct html_type receipt_type = HTML_TYPE(struct receipt_page,
        HTML_MEMBER(struct receipt_page, title), HTML_MEMBER(struct receipt_page, lead),
        HTML_MEMBER(struct receipt_page, number), HTML_MEMBER(struct receipt_page, pdf),
        HTML_MEMBER(struct receipt_page, pdf_size), HTML_MEMBER(struct receipt_page, case_href),
        HTML_MEMBER(struct receipt_page, again), HTML_MEMBER(struct receipt_page, waiting),
        HTML_MEMBER(struct receipt_page, anonymous),
        HTML_LIST(struct receipt_page, stages, stage_count, &portal_stage_type),
        HTML_SUB(struct receipt_page, contact, &portal_contact_type));

const struct web_page receipt_page = {"portal/receipt", &receipt_type};

/* The copy of the declaration or the letter that confirms it, whichever has a PDF. */
static const struct document *receipt_document(const struct case_view *v)
{
	const struct document *found = NULL;
	for (size_t i = 0; i < v->document_count; i++) {
		const struct document *d = &v->documents[i];
		if (!text_is(d->media, "application/pdf"))
			continue;
		const struct service_letter *l =
		        d->letter.len && v->adoption
		                ? service_find_letter(v->adoption->service, d->letter)
		                : NULL;
		if (l && l->kind == SERVICE_RECEIPT)
			return d;
		if (d->kind == DOCUMENT_APPLICATION && !found)
			found = d;
	}
	return found;
}

static void fill_lead(
        struct web_request *r, struct receipt_page *p, struct text name, const struct case_row *row)
{
	struct texts_arg args[] = {
	        TEXTS_ARG("name", r->actor->name),
	        TEXTS_ARG("day", portal_day_long(r, portal_date(r, row->received))),
	        TEXTS_ARG("time", portal_time(r, row->received)),
	        TEXTS_ARG("service", name),
	};
	p->lead = web_text_args(r, "portal.receipt.lead", args, 4);
}

static void fill_case(struct web_request *r, struct receipt_page *p, const struct case_view *v)
{
	const struct document *d = receipt_document(v);
	p->number = v->row.number;
	p->case_href = text_format(r->arena, "/meine/%.*s", TEXT_ARG(p->number));
	fill_lead(r, p, portal_words(r, v->adoption, "title", NULL), &v->row);
	portal_timeline(r, v, &p->stages, &p->stage_count);
	p->contact = portal_contact_of(r, v->adoption);
	if (d) {
		p->pdf = text_format(r->arena, "/meine/%.*s/dokument/%.*s", TEXT_ARG(p->number),
		        TEXT_ARG(d->id));
		p->pdf_size = portal_size(r, d->size);
		return;
	}
	p->waiting = r->now.ms - v->row.received.ms < RECEIPT_WAIT_MS;
	if (p->waiting)
		web_set_header(r, "Refresh", TEXT("3"));
}

static enum err load(
        struct web_request *r, struct text number, struct case_view *v, struct errinfo *e)
{
	struct web_app *app = web_app(r);
	struct db *db = NULL;
	TRY(store_read_begin(casework_store(app->casework), &db, e));
	enum err code = case_load(app->casework, db, number, r->actor, r->arena, v, e);
	store_read_end(casework_store(app->casework), db);
	return code;
}

/* {draft} is a draft that was sent (its browser or its person may see the number), or a
 * number (its person). */
enum err receipt_get(struct web_request *r, struct errinfo *e)
{
	struct receipt_page *p = ARENA_NEW(r->arena, struct receipt_page);
	struct portal_draft d = {0};
	struct case_view v;
	struct text number = portal_number(r->arena, web_param(r, "draft"));
	if (id_valid(web_param(r, "draft"))) {
		TRY(portal_draft_load(r, &d, e));
		number = d.draft.submitted;
		if (number.len == 0)
			return web_redirect(r, portal_path(r->arena, d.draft.id, "/pruefen"), e);
	}
	p->again = web_query(r, "schon").len > 0;
	p->title = portal_t(r, p->again ? "portal.receipt.again" : "portal.receipt.title");
	r->frame.nav = TEXT("mine");
	enum err code = load(r, number, &v, e);
	if (code == OK)
		fill_case(r, p, &v);
	else if (code != ERR_NOT_FOUND || !d.adoption)
		return code;
	if (code == ERR_NOT_FOUND) {
		p->number = number;
		p->anonymous = true;
		p->contact = portal_contact_of(r, d.adoption);
	}
	return web_page(r, 200, &receipt_page, p, e);
}
