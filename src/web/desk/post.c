/* Letters that go by post: the list, and the day each was posted. */
#include "web/desk/desk.h"

struct post_line {
	struct text title, label, number, href, letter, at;
};

struct post_page {
	struct desk_view *views;
	size_t view_count;
	struct post_line *rows;
	size_t row_count;
};

static const struct html_type line_type = HTML_TYPE(struct post_line,
        HTML_MEMBER(struct post_line, title), HTML_MEMBER(struct post_line, label),
        HTML_MEMBER(struct post_line, number), HTML_MEMBER(struct post_line, href),
        HTML_MEMBER(struct post_line, letter), HTML_MEMBER(struct post_line, at));
static const struct html_type post_type =
        HTML_TYPE(struct post_page, HTML_MEMBER(struct post_page, row_count),
                HTML_LIST(struct post_page, views, view_count, &desk_view_type),
                HTML_LIST(struct post_page, rows, row_count, &line_type));
const struct web_page desk_post_page = {"desk/post", &post_type};

enum err desk_post_get(struct web_request *r, struct errinfo *e)
{
	struct casework *cw = web_app(r)->casework;
	struct post_page *p = ARENA_NEW(r->arena, struct post_page);
	struct post_row *rows;
	size_t count;
	struct db *db = NULL;
	TRY(store_read_begin(casework_store(cw), &db, e));
	enum err code =
	        post_list(cw, db, r->actor, r->actor->authority, r->arena, &rows, &count, e);
	store_read_end(casework_store(cw), db);
	if (code != OK)
		return code;
	desk_views(r, "post", &p->views, &p->view_count);
	p->rows = ARENA_ARRAY(r->arena, count, struct post_line);
	for (size_t i = 0; i < count; i++) {
		struct post_line *to = &p->rows[p->row_count++];
		to->title = rows[i].title;
		to->label = rows[i].label.len ? rows[i].label : portal_t(r, "desk.nameless");
		to->number = rows[i].number;
		to->at = desk_moment(r, rows[i].at);
		to->href = text_format(r->arena, DESK_HOME "/vorgang/%.*s/versand/%.*s",
		        TEXT_ARG(rows[i].number), TEXT_ARG(rows[i].delivery));
		to->letter = text_format(r->arena, DESK_HOME "/vorgang/%.*s/dokument/%.*s",
		        TEXT_ARG(rows[i].number), TEXT_ARG(rows[i].document));
	}
	r->frame.nav = TEXT("cases");
	if (web_query(r, "versandt").len)
		r->frame.notice = portal_t(r, "desk.posted");
	return web_page(r, 200, &desk_post_page, p, e);
}

/* The day of posting ------------------------------------------------------------------------------
 */

struct posting_page {
	struct text title, name, number, back, letter, action, trouble;
	struct text done; /* the day it was recorded as posted, or empty */
	struct web_field day;
	struct text delivery; /* not shown */
};

static const struct html_type posting_type = HTML_TYPE(struct posting_page,
        HTML_MEMBER(struct posting_page, title), HTML_MEMBER(struct posting_page, name),
        HTML_MEMBER(struct posting_page, number), HTML_MEMBER(struct posting_page, back),
        HTML_MEMBER(struct posting_page, letter), HTML_MEMBER(struct posting_page, action),
        HTML_MEMBER(struct posting_page, trouble), HTML_MEMBER(struct posting_page, done),
        HTML_SUB(struct posting_page, day, &web_field_type));
const struct web_page desk_posting_page = {"desk/posting", &posting_type};

static const struct delivery *find_delivery(const struct case_view *v, struct text id)
{
	for (size_t i = 0; i < v->delivery_count; i++) {
		if (text_eq(v->deliveries[i].id, id))
			return &v->deliveries[i];
	}
	return NULL;
}

static enum err begin(struct web_request *r, struct posting_page *p, struct errinfo *e)
{
	struct case_view v;
	TRY(desk_load(r, web_param(r, "number"), &v, e));
	const struct delivery *d = find_delivery(&v, web_param(r, "id"));
	if (!d)
		return fail(e, ERR_NOT_FOUND, "no such delivery");
	p->title = d->title;
	p->name = v.label.len ? v.label : portal_t(r, "desk.nameless");
	p->number = v.row.number;
	p->delivery = d->id;
	p->back = desk_case_path(r->arena, v.row.number, "");
	p->action = r->path;
	p->letter = text_format(r->arena, DESK_HOME "/vorgang/%.*s/dokument/%.*s",
	        TEXT_ARG(v.row.number), TEXT_ARG(d->document));
	if (!d->to_post)
		p->done = desk_day(r, d->provided);
	p->day.id = TEXT("tag");
	p->day.name = TEXT("tag");
	p->day.label = portal_t(r, "desk.posting.day");
	p->day.hint = portal_t(r, "desk.posting.hint");
	r->frame.nav = TEXT("cases");
	return OK;
}

static enum err show(struct web_request *r, struct posting_page *p, int status, struct errinfo *e)
{
	desk_day_field(r, &p->day, casework_today(web_app(r)->casework));
	if (p->day.error.len)
		desk_fault(r, p->day.id, p->day.error);
	return web_page(r, status, &desk_posting_page, p, e);
}

enum err desk_posting_get(struct web_request *r, struct errinfo *e)
{
	struct posting_page *p = ARENA_NEW(r->arena, struct posting_page);
	TRY(begin(r, p, e));
	return show(r, p, 200, e);
}

static enum err posted(struct web_request *r, struct command *c, enum err code,
        const struct errinfo *why, void *state, struct errinfo *e)
{
	struct posting_page *p = state;
	(void)c;
	if (code == OK)
		return web_redirect(r, desk_case_path(r->arena, p->number, "?versandt=1"), e);
	p->trouble = desk_trouble(r, code, why);
	return show(r, p, desk_status(code), e);
}

enum err desk_posting_post(struct web_request *r, struct errinfo *e)
{
	struct posting_page *p = ARENA_NEW(r->arena, struct posting_page);
	struct date day = {0};
	TRY(begin(r, p, e));
	if (p->done.len)
		return show(r, p, 409, e);
	if (!desk_posted_day(r, "tag", &day))
		p->day.error = portal_t(r, "desk.day.need");
	else if (date_cmp(day, casework_today(web_app(r)->casework)) > 0)
		p->day.error = portal_t(r, "delivery.posted_future");
	if (p->day.error.len)
		return show(r, p, 422, e);
	struct command *c = web_command(DELIVERY_POSTED);
	struct delivery_posted *in = ARENA_NEW(c->arena, struct delivery_posted);
	in->actor = portal_actor(c->arena, r->actor);
	in->number = text_copy(c->arena, p->number);
	in->delivery = text_copy(c->arena, p->delivery);
	in->on = day;
	c->key = text_format(
	        c->arena, "posted:%.*s:%.*s", TEXT_ARG(in->delivery), TEXT_ARG(in->actor->id));
	c->input = in;
	return web_run(r, c, WEB_RUN_MS, posted, p, e);
}
