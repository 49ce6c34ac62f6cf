/* One application: where it stands, who has it, mailbox, documents, withdrawing it. */
#include "web/portal/mine.h"

struct application_mail {
	struct text title, href, meta;
	bool news;
};

struct application_document {
	struct text title, href, meta;
};

struct application_deadline {
	struct text name, day;
	struct text *why;
	size_t why_count;
};

struct application_page {
	struct text title, number, status, office, expected, file_number, receipt, withdraw, reply,
	        reply_until, action, back, name;
	const char *status_class;
	bool over;
	struct portal_stage *stages;
	size_t stage_count;
	struct application_mail *mails;
	size_t mail_count;
	struct application_document *documents;
	size_t document_count;
	struct application_deadline *deadlines;
	size_t deadline_count;
	struct portal_answers *answers;
	size_t answer_count;
	struct portal_contact contact;
	struct text invoice, invoice_due, invoice_reference;
};

static const struct html_type mail_type = HTML_TYPE(struct application_mail,
        HTML_MEMBER(struct application_mail, title), HTML_MEMBER(struct application_mail, href),
        HTML_MEMBER(struct application_mail, meta), HTML_MEMBER(struct application_mail, news));

static const struct html_type document_type =
        HTML_TYPE(struct application_document, HTML_MEMBER(struct application_document, title),
                HTML_MEMBER(struct application_document, href),
                HTML_MEMBER(struct application_document, meta));

static const struct html_type deadline_type =
        HTML_TYPE(struct application_deadline, HTML_MEMBER(struct application_deadline, name),
                HTML_MEMBER(struct application_deadline, day),
                HTML_LIST(struct application_deadline, why, why_count, &html_text_item));

static const struct html_type application_type = HTML_TYPE(struct application_page,
        HTML_MEMBER(struct application_page, title), HTML_MEMBER(struct application_page, number),
        HTML_MEMBER(struct application_page, status), HTML_MEMBER(struct application_page, office),
        HTML_MEMBER(struct application_page, expected),
        HTML_MEMBER(struct application_page, file_number),
        HTML_MEMBER(struct application_page, receipt),
        HTML_MEMBER(struct application_page, withdraw), HTML_MEMBER(struct application_page, reply),
        HTML_MEMBER(struct application_page, reply_until),
        HTML_MEMBER(struct application_page, action), HTML_MEMBER(struct application_page, back),
        HTML_MEMBER(struct application_page, name),
        HTML_MEMBER(struct application_page, status_class),
        HTML_MEMBER(struct application_page, over),
        HTML_LIST(struct application_page, stages, stage_count, &portal_stage_type),
        HTML_LIST(struct application_page, mails, mail_count, &mail_type),
        HTML_LIST(struct application_page, documents, document_count, &document_type),
        HTML_LIST(struct application_page, deadlines, deadline_count, &deadline_type),
        HTML_LIST(struct application_page, answers, answer_count, &portal_answers_type),
        HTML_SUB(struct application_page, contact, &portal_contact_type),
        HTML_MEMBER(struct application_page, invoice),
        HTML_MEMBER(struct application_page, invoice_due),
        HTML_MEMBER(struct application_page, invoice_reference));

const struct web_page application_page = {"portal/application", &application_type};
const struct web_page withdraw_page = {"portal/withdraw", &application_type};

static void fill_why(struct web_request *r, const struct law_why *why, const struct words *w,
        struct application_deadline *out)
{
	out->why = ARENA_ARRAY(r->arena, why->count, struct text);
	for (size_t i = 0; i < why->count; i++)
		out->why[out->why_count++] =
		        law_step_text(r->arena, &why->steps[i], w, web_app(r)->zone);
}

/* What binds the person, not the office's own aims: the answer to a request and the end of the
 * remedy. */
static void fill_deadlines(struct web_request *r, const struct case_view *v, const struct words *w,
        struct application_page *p)
{
	p->deadlines = ARENA_ARRAY(
	        r->arena, v->deadline_count + v->delivery_count, struct application_deadline);
	for (size_t i = 0; i < v->deadline_count; i++) {
		const struct case_deadline *d = &v->deadlines[i];
		const struct service_deadline *def =
		        service_find_deadline(v->adoption->service, d->name);
		bool theirs =
		        def && (def->event == SERVICE_REQUESTED || def->event == SERVICE_EFFECT);
		if (!theirs || !text_is(d->state, "running"))
			continue;
		struct application_deadline *to = &p->deadlines[p->deadline_count++];
		struct text key = text_format(r->arena, "deadline.%.*s", TEXT_ARG(d->name));
		to->name = portal_words(r, v->adoption, text_z(r->arena, key), NULL);
		to->day = portal_day_long(r, d->end);
		fill_why(r, &d->why, w, to);
	}
}

static struct text mail_meta(struct web_request *r, const struct delivery *d)
{
	if (date_is_zero(d->provided))
		return TEXT_NONE;
	struct text day = portal_day_long(r, d->provided);
	if (text_is(d->channel, "post"))
		return portal_t1(r, "portal.mail.posted", "day", day);
	return portal_t1(r, "portal.mail.provided", "day", day);
}

static void fill_mails(struct web_request *r, const struct case_view *v, struct application_page *p)
{
	p->mails = ARENA_ARRAY(r->arena, v->delivery_count, struct application_mail);
	for (size_t i = 0; i < v->delivery_count; i++) {
		const struct delivery *d = &v->deliveries[i];
		if (date_is_zero(d->provided))
			continue;
		struct application_mail *m = &p->mails[p->mail_count++];
		m->title = d->title;
		m->meta = mail_meta(r, d);
		m->news = d->opened.ms == 0 && !text_is(d->channel, "post");
		m->href = text_format(r->arena, "/meine/%.*s/nachricht/%.*s",
		        TEXT_ARG(v->row.number), TEXT_ARG(d->id));
	}
}

static bool is_delivered(const struct case_view *v, struct text document)
{
	for (size_t i = 0; i < v->delivery_count; i++) {
		if (text_eq(v->deliveries[i].document, document))
			return true;
	}
	return false;
}

static void fill_documents(
        struct web_request *r, const struct case_view *v, struct application_page *p)
{
	p->documents = ARENA_ARRAY(r->arena, v->document_count, struct application_document);
	for (size_t i = 0; i < v->document_count; i++) {
		const struct document *d = &v->documents[i];
		bool theirs = d->kind == DOCUMENT_APPLICATION || d->kind == DOCUMENT_UPLOAD;
		if (!theirs || is_delivered(v, d->id))
			continue;
		struct application_document *to = &p->documents[p->document_count++];
		to->title = d->title;
		to->href = text_format(r->arena, "/meine/%.*s/dokument/%.*s",
		        TEXT_ARG(v->row.number), TEXT_ARG(d->id));
		to->meta = portal_t2(r, "portal.document.meta", "day",
		        portal_day(r, portal_date(r, d->filed)), "size", portal_size(r, d->size));
	}
}

static void fill_invoice(
        struct web_request *r, const struct case_view *v, struct application_page *p)
{
	struct feel_value amount = feel_context_get(v->invoice, TEXT("amount"));
	struct feel_value due = feel_context_get(v->invoice, TEXT("due"));
	if (amount.kind != FEEL_NUMBER ||
	        !feel_is_null(feel_context_get(v->invoice, TEXT("paid_on"))))
		return;
	p->invoice = texts_money(r->arena, r->texts, r->language, amount.number);
	struct text day = feel_to_string(r->arena, due);
	struct date d;
	p->invoice_due = date_parse(day, &d) ? portal_day_long(r, d) : TEXT_NONE;
	struct feel_value reference = feel_context_get(v->invoice, TEXT("reference"));
	if (reference.kind == FEEL_STRING)
		p->invoice_reference = reference.string;
}

static void fill_head(struct web_request *r, const struct case_view *v, struct application_page *p)
{
	struct arena *a = r->arena;
	struct text number = v->row.number;
	p->title = portal_words(r, v->adoption, "title", NULL);
	p->number = number;
	p->file_number = v->file_number;
	p->status = portal_status_words(r, v->adoption, &v->row);
	p->status_class = portal_status_class(&v->row);
	p->office = portal_office(r, v->adoption);
	p->name = v->label;
	p->back = TEXT("/meine");
	p->over = v->row.status == CASE_COMPLETED;
	if (!date_is_zero(v->row.expected) && !p->over)
		p->expected = portal_day(r, v->row.expected);
	p->receipt = text_format(a, "/antrag/%.*s/eingang", TEXT_ARG(number));
	if (v->may_withdraw && !p->over)
		p->withdraw = mine_path(a, number, "/zuruecknehmen");
	const struct case_request *q = portal_open_request(v);
	if (q) {
		p->reply = mine_path(a, number, "/antwort");
		if (!date_is_zero(q->due))
			p->reply_until = portal_day_long(r, q->due);
	}
	p->contact = portal_contact_of(r, v->adoption);
}

static enum err fill_answers(struct web_request *r, const struct case_view *v,
        const struct words *w, struct application_page *p, struct errinfo *e)
{
	struct form_options options = {.who = FORM_APPLICANT};
	struct form_run *run = NULL;
	TRY(case_form(web_app(r)->casework, v, r->arena, &options, &run, e));
	return portal_listing(r, run, w, TEXT_NONE, &p->answers, &p->answer_count, e);
}

enum err application_get(struct web_request *r, struct errinfo *e)
{
	struct application_page *p = ARENA_NEW(r->arena, struct application_page);
	struct case_view v;
	TRY(mine_load(r, &v, e));
	struct words w = service_words(r->arena, v.adoption, portal_language(r), r->texts);
	fill_head(r, &v, p);
	portal_timeline(r, &v, &p->stages, &p->stage_count);
	fill_mails(r, &v, p);
	fill_documents(r, &v, p);
	fill_deadlines(r, &v, &w, p);
	fill_invoice(r, &v, p);
	TRY(fill_answers(r, &v, &w, p, e));
	if (web_query(r, "geantwortet").len > 0)
		r->frame.notice = portal_t(r, "portal.reply.done");
	if (web_query(r, "zurueckgenommen").len > 0)
		r->frame.notice = portal_t(r, "portal.withdraw.done");
	return web_page(r, 200, &application_page, p, e);
}

/* Inline where browsers show it, else as a file. */
static enum err send_document(struct web_request *r, struct text number, struct errinfo *e)
{
	struct web_app *app = web_app(r);
	struct document d;
	struct text bytes;
	struct db *db = NULL;
	TRY(store_read_begin(casework_store(app->casework), &db, e));
	enum err code = document_read(
	        app->casework, db, number, web_param(r, "id"), r->actor, r->arena, &d, &bytes, e);
	store_read_end(casework_store(app->casework), db);
	if (code != OK)
		return code;
	bool shown = text_is(d.media, "application/pdf") || text_is(d.media, "image/png") ||
	             text_is(d.media, "image/jpeg");
	if (shown)
		return web_bytes(r, 200, d.media, bytes, TEXT_NONE, e);
	return web_bytes(r, 200, TEXT("application/octet-stream"), bytes, d.title, e);
}

static enum err read_now(struct web_request *r, struct command *c, enum err code,
        const struct errinfo *why, void *state, struct errinfo *e)
{
	const struct text *number = state;
	(void)c;
	if (code != OK)
		log_event(web_app(r)->log, LOG_WARN, "portal.open", "code", err_name(code),
		        "message", why->message, NULL);
	return send_document(r, *number, e);
}

/* A letter from whose retrieval a period may run is opened by a form on its own page; any
 * other counts as opened when it is read. */
static bool opens_by_form(const struct delivery *d)
{
	return !text_is(d->letter_kind, "receipt") && !text_is(d->letter_kind, "info");
}

enum err document_get(struct web_request *r, struct errinfo *e)
{
	struct case_view v;
	const struct delivery *closed = NULL;
	TRY(mine_load(r, &v, e));
	for (size_t i = 0; i < v.delivery_count; i++) {
		const struct delivery *d = &v.deliveries[i];
		if (text_eq(d->document, web_param(r, "id")) && d->opened.ms == 0 &&
		        text_is(d->channel, "mailbox"))
			closed = d;
	}
	if (!closed)
		return send_document(r, v.row.number, e);
	if (opens_by_form(closed))
		return web_redirect(r,
		        text_format(r->arena, "/meine/%.*s/nachricht/%.*s", TEXT_ARG(v.row.number),
		                TEXT_ARG(closed->id)),
		        e);
	struct text *number = ARENA_NEW(r->arena, struct text);
	struct command *c = web_command(DELIVERY_OPEN);
	struct delivery_open *in = ARENA_NEW(c->arena, struct delivery_open);
	*number = v.row.number;
	in->actor = portal_actor(c->arena, r->actor);
	in->number = text_copy(c->arena, v.row.number);
	in->delivery = text_copy(c->arena, closed->id);
	c->input = in;
	return web_run(r, c, WEB_RUN_MS, read_now, number, e);
}

/* Withdrawing ------------------------------------------------------------------------------------
 */

enum err withdraw_get(struct web_request *r, struct errinfo *e)
{
	struct application_page *p = ARENA_NEW(r->arena, struct application_page);
	struct case_view v;
	TRY(mine_load(r, &v, e));
	fill_head(r, &v, p);
	p->action = r->path;
	p->back = mine_path(r->arena, v.row.number, "");
	if (!v.may_withdraw)
		return web_redirect(r, p->back, e);
	return web_page(r, 200, &withdraw_page, p, e);
}

static enum err withdrawn(struct web_request *r, struct command *c, enum err code,
        const struct errinfo *why, void *state, struct errinfo *e)
{
	(void)c;
	const struct text *number = state;
	if (code == OK || code == ERR_CONFLICT)
		return web_redirect(r, mine_path(r->arena, *number, "?zurueckgenommen=1"), e);
	*e = *why;
	return code;
}

enum err withdraw_post(struct web_request *r, struct errinfo *e)
{
	struct case_view v;
	TRY(mine_load(r, &v, e));
	struct text *number = ARENA_NEW(r->arena, struct text);
	*number = v.row.number;
	if (!v.may_withdraw)
		return web_redirect(r, mine_path(r->arena, *number, ""), e);
	struct command *c = web_command(CASE_WITHDRAW);
	struct case_withdraw *in = ARENA_NEW(c->arena, struct case_withdraw);
	in->actor = portal_actor(c->arena, r->actor);
	in->number = text_copy(c->arena, *number);
	in->text = text_copy(c->arena, text_trim(web_field(r, "text")));
	c->key = text_format(c->arena, "withdraw:%.*s", TEXT_ARG(in->number));
	c->input = in;
	return web_run(r, c, WEB_RUN_MS, withdrawn, number, e);
}
