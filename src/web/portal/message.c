/* A letter in the mailbox: opening it is a deed of its own, because some regimes count from
 * that day; so a form opens it, never a link. */
#include "web/portal/mine.h"

struct message_view {
	struct text title, action, back, document, provided, effect, remedy_end, opened;
	bool unopened, notice;
	struct text *why;
	size_t why_count;
	struct portal_contact contact;
	struct text number;
};

static const struct html_type view_type = HTML_TYPE(struct message_view,
        HTML_MEMBER(struct message_view, title), HTML_MEMBER(struct message_view, action),
        HTML_MEMBER(struct message_view, back), HTML_MEMBER(struct message_view, document),
        HTML_MEMBER(struct message_view, provided), HTML_MEMBER(struct message_view, effect),
        HTML_MEMBER(struct message_view, remedy_end), HTML_MEMBER(struct message_view, opened),
        HTML_MEMBER(struct message_view, unopened), HTML_MEMBER(struct message_view, notice),
        HTML_LIST(struct message_view, why, why_count, &html_text_item),
        HTML_SUB(struct message_view, contact, &portal_contact_type),
        HTML_MEMBER(struct message_view, number));

const struct web_page message_page = {"portal/mail", &view_type};

static const struct delivery *find(const struct web_request *r, const struct case_view *v)
{
	for (size_t i = 0; i < v->delivery_count; i++) {
		const struct delivery *d = &v->deliveries[i];
		if (text_eq(d->id, web_param(r, "delivery")) && !date_is_zero(d->provided))
			return d;
	}
	return NULL;
}

static void fill_days(struct web_request *r, const struct case_view *v, const struct delivery *d,
        struct message_view *p)
{
	struct words w = service_words(r->arena, v->adoption, portal_language(r), r->texts);
	p->notice = text_is(d->letter_kind, "notice");
	p->provided = portal_day_long(r, d->provided);
	if (d->opened.ms)
		p->opened = portal_day_long(r, portal_date(r, d->opened));
	if (!date_is_zero(d->effect))
		p->effect = portal_day_long(r, d->effect);
	if (!date_is_zero(d->remedy_end))
		p->remedy_end = portal_day_long(r, d->remedy_end);
	p->why = ARENA_ARRAY(r->arena, d->why.count, struct text);
	for (size_t i = 0; i < d->why.count; i++)
		p->why[p->why_count++] =
		        law_step_text(r->arena, &d->why.steps[i], &w, web_app(r)->zone);
}

enum err message_get(struct web_request *r, struct errinfo *e)
{
	struct message_view *p = ARENA_NEW(r->arena, struct message_view);
	struct case_view v;
	TRY(mine_load(r, &v, e));
	const struct delivery *d = find(r, &v);
	if (!d)
		return fail(e, ERR_NOT_FOUND, "no such message");
	p->title = d->title;
	p->number = v.row.number;
	p->action = r->path;
	p->back = mine_path(r->arena, v.row.number, "");
	p->unopened = d->opened.ms == 0 && text_is(d->channel, "mailbox");
	p->document = text_format(r->arena, "/meine/%.*s/dokument/%.*s", TEXT_ARG(v.row.number),
	        TEXT_ARG(d->document));
	p->contact = portal_contact_of(r, v.adoption);
	fill_days(r, &v, d, p);
	return web_page(r, 200, &message_page, p, e);
}

static enum err opened(struct web_request *r, struct command *c, enum err code,
        const struct errinfo *why, void *state, struct errinfo *e)
{
	(void)c;
	const struct text *document = state;
	if (code == OK || code == ERR_CONFLICT)
		return web_redirect(r, *document, e);
	*e = *why;
	return code;
}

enum err message_post(struct web_request *r, struct errinfo *e)
{
	struct case_view v;
	TRY(mine_load(r, &v, e));
	const struct delivery *d = find(r, &v);
	if (!d)
		return fail(e, ERR_NOT_FOUND, "no such message");
	struct text *document = ARENA_NEW(r->arena, struct text);
	*document = text_format(r->arena, "/meine/%.*s/dokument/%.*s", TEXT_ARG(v.row.number),
	        TEXT_ARG(d->document));
	struct command *c = web_command(DELIVERY_OPEN);
	struct delivery_open *in = ARENA_NEW(c->arena, struct delivery_open);
	in->actor = portal_actor(c->arena, r->actor);
	in->number = text_copy(c->arena, v.row.number);
	in->delivery = text_copy(c->arena, d->id);
	c->input = in;
	return web_run(r, c, WEB_RUN_MS, opened, document, e);
}
