/* Check your answers, and send them.
 *
 * The key of the submission is the draft: a double click, a reload, the back button and a
 * second tab all get the receipt of the one application. */
#include "web/portal/check.h"

struct check_fault {
	struct text message, href;
};

struct check_page {
	struct text service, title, action, back, trouble, receiver, cost, login, preview;
	struct portal_answers *blocks;
	size_t block_count;
	struct check_fault *missing;
	size_t missing_count;
	bool can_send, confirm_missing;
	struct portal_track track;
};

static const struct html_type fault_type = HTML_TYPE(struct check_fault,
        HTML_MEMBER(struct check_fault, message), HTML_MEMBER(struct check_fault, href));

static const struct html_type check_type = HTML_TYPE(struct check_page,
        HTML_MEMBER(struct check_page, service), HTML_MEMBER(struct check_page, title),
        HTML_MEMBER(struct check_page, action), HTML_MEMBER(struct check_page, back),
        HTML_MEMBER(struct check_page, trouble), HTML_MEMBER(struct check_page, receiver),
        HTML_MEMBER(struct check_page, cost), HTML_MEMBER(struct check_page, login),
        HTML_MEMBER(struct check_page, preview),
        HTML_LIST(struct check_page, blocks, block_count, &portal_answers_type),
        HTML_LIST(struct check_page, missing, missing_count, &fault_type),
        HTML_MEMBER(struct check_page, missing_count), HTML_MEMBER(struct check_page, can_send),
        HTML_MEMBER(struct check_page, confirm_missing),
        HTML_SUB(struct check_page, track, &portal_track_type));

const struct web_page check_page = {"portal/check", &check_type};

static const char *trust_word(enum form_trust t)
{
	static const char *const words[] = {"none", "account", "substantial", "high"};
	return words[t];
}

static bool trusted(const struct web_request *r, const struct portal_draft *d)
{
	return (int)r->actor->trust >= (int)d->adoption->service->trust_submit;
}

static struct text login_path(const struct web_request *r, const struct portal_draft *d)
{
	return text_format(r->arena, "/anmelden?stufe=%s&zurueck=/antrag/%.*s/pruefen",
	        trust_word(d->adoption->service->trust_submit), TEXT_ARG(d->draft.id));
}

/* What is missing stands at the top, each line a link to the page where it is asked. */
static void fill_missing(struct web_request *r, struct portal_draft *d, struct check_page *p)
{
	const struct form_finding *findings = NULL;
	size_t count = form_findings(d->run, TEXT_NONE, &findings);
	p->missing = ARENA_ARRAY(r->arena, count + 1, struct check_fault);
	for (size_t i = 0; i < count; i++) {
		struct check_fault *f = &p->missing[p->missing_count++];
		f->message = form_finding_text(r->arena, &findings[i], &d->words);
		f->href = text_format(r->arena, "%.*s?pruefen=1#%.*s",
		        TEXT_ARG(portal_step_path(r->arena, d->draft.id, findings[i].address)),
		        TEXT_ARG(portal_id(r->arena, findings[i].path)));
	}
	struct text open = form_first_open(d->run);
	if (count > 0 || open.len == 0)
		return;
	struct check_fault *f = &p->missing[p->missing_count++];
	f->message = portal_t(r, "portal.check.unseen");
	f->href = portal_step_path(r->arena, d->draft.id, open);
}

static enum err show(struct web_request *r, struct portal_draft *d, int status, struct text trouble,
        bool unconfirmed, struct errinfo *e)
{
	struct check_page *p = ARENA_NEW(r->arena, struct check_page);
	const struct service *s = d->adoption->service;
	p->service = d->name;
	p->title = portal_t(r, "portal.check.title");
	p->action = portal_path(r->arena, d->draft.id, "/pruefen");
	p->preview = portal_path(r->arena, d->draft.id, "/vorschau");
	p->back = portal_step_path(r->arena, d->draft.id, form_previous(d->run, TEXT_NONE));
	p->trouble = trouble;
	p->receiver = portal_office(r, d->adoption);
	p->cost = portal_service_text(r, s, "cost", NULL);
	fill_missing(r, d, p);
	p->can_send = p->missing_count == 0;
	if (!trusted(r, d))
		p->login = login_path(r, d);
	if (unconfirmed && p->can_send) {
		struct web_fault *f = ARENA_NEW(r->arena, struct web_fault);
		*f = (struct web_fault){TEXT("wahr"), portal_t(r, "portal.check.confirm_error")};
		r->frame.faults = f;
		r->frame.fault_count = 1;
		p->confirm_missing = true;
	}
	portal_track_fill(r, d, TEXT_NONE, &p->track);
	r->frame.nav = TEXT("services");
	TRY(portal_listing(r, d->run, &d->words, d->draft.id, &p->blocks, &p->block_count, e));
	return web_page(r, status, &check_page, p, e);
}

enum err check_get(struct web_request *r, struct errinfo *e)
{
	struct portal_draft d;
	bool done;
	TRY(portal_draft_open(r, &d, &done, e));
	return done ? OK : show(r, &d, 200, TEXT_NONE, false, e);
}

static enum err sent(struct web_request *r, struct command *c, enum err code,
        const struct errinfo *why, void *state, struct errinfo *e)
{
	struct portal_draft *d = state;
	if (code == OK)
		return web_redirect(r,
		        portal_path(r->arena, d->draft.id,
		                c->repeated ? "/eingang?schon=1" : "/eingang"),
		        e);
	int status = portal_status(code);
	log_event(web_app(r)->log, LOG_WARN, "portal.submit", "code", err_name(code), "message",
	        why->message, NULL);
	if (code == ERR_INVALID)
		status = 422;
	if (code == ERR_DENIED)
		return web_redirect(r, login_path(r, d), e);
	struct text trouble = status == 422 ? TEXT_NONE
	                                    : portal_t(r, status == 507   ? "portal.check.full"
	                                                  : status == 503 ? "portal.check.busy"
	                                                                  : "portal.check.other");
	return show(r, d, status, trouble, false, e);
}

static enum err send(struct web_request *r, struct portal_draft *d, struct errinfo *e)
{
	struct command *c = web_command(CASE_SUBMIT);
	struct case_submit *in = ARENA_NEW(c->arena, struct case_submit);
	in->who.actor = portal_actor(c->arena, r->actor);
	in->who.code = text_copy(c->arena, d->who.code);
	in->draft = text_copy(c->arena, d->draft.id);
	in->citizen = portal_citizen_copy(c->arena, d->citizen);
	in->language = text_copy(c->arena, portal_language(r));
	c->key = text_format(c->arena, "submit:%.*s", TEXT_ARG(d->draft.id));
	c->input = in;
	return web_run(r, c, WEB_RUN_MS, sent, d, e);
}

enum err check_post(struct web_request *r, struct errinfo *e)
{
	struct portal_draft *d = ARENA_NEW(r->arena, struct portal_draft);
	const struct form_finding *findings = NULL;
	bool done;
	TRY(portal_draft_open(r, d, &done, e));
	if (done)
		return OK;
	if (!trusted(r, d))
		return web_redirect(r, login_path(r, d), e);
	bool wrong =
	        form_findings(d->run, TEXT_NONE, &findings) > 0 || form_first_open(d->run).len > 0;
	bool unconfirmed = web_field(r, "wahr").len == 0;
	if (wrong || unconfirmed)
		return show(r, d, 422, TEXT_NONE, unconfirmed, e);
	if (!service_is_open(d->adoption->service, casework_today(web_app(r)->casework)))
		return show(r, d, 409, portal_t(r, "portal.service.closed"), false, e);
	return send(r, d, e);
}

/* The answers as the PDF of the receipt will have them. */
enum err check_preview(struct web_request *r, struct errinfo *e)
{
	struct portal_draft d;
	struct text pdf;
	bool done;
	TRY(portal_draft_open(r, &d, &done, e));
	if (done)
		return OK;
	TRY(draft_preview(web_app(r)->casework, &d.draft, d.citizen, r->arena, &pdf, e));
	return web_bytes(r, 200, TEXT("application/pdf"), pdf, TEXT_NONE, e);
}
