/* "Meine Anträge": what needs the person first, then applications, then drafts. */
#include "web/portal/mine.h"

struct mine_mail {
	struct text title, text, meta, href, label;
};

struct mine_row {
	struct text id, title, href, meta, status, news;
	const char *status_class;
};

struct mine_page {
	struct mine_mail mail; /* the most urgent one; the others stand at their rows */
	struct mine_row *rows;
	size_t row_count;
	struct mine_row *drafts;
	size_t draft_count;
	bool empty;
};

static const struct html_type mail_type =
        HTML_TYPE(struct mine_mail, HTML_MEMBER(struct mine_mail, title),
                HTML_MEMBER(struct mine_mail, text), HTML_MEMBER(struct mine_mail, meta),
                HTML_MEMBER(struct mine_mail, href), HTML_MEMBER(struct mine_mail, label));

static const struct html_type row_type =
        HTML_TYPE(struct mine_row, HTML_MEMBER(struct mine_row, id),
                HTML_MEMBER(struct mine_row, title), HTML_MEMBER(struct mine_row, href),
                HTML_MEMBER(struct mine_row, meta), HTML_MEMBER(struct mine_row, status),
                HTML_MEMBER(struct mine_row, news), HTML_MEMBER(struct mine_row, status_class));

static const struct html_type mine_type =
        HTML_TYPE(struct mine_page, HTML_SUB(struct mine_page, mail, &mail_type),
                HTML_LIST(struct mine_page, rows, row_count, &row_type),
                HTML_LIST(struct mine_page, drafts, draft_count, &row_type),
                HTML_MEMBER(struct mine_page, empty));

const struct web_page mine_page = {"portal/mine", &mine_type};

struct text mine_path(struct arena *a, struct text number, const char *rest)
{
	return text_format(a, "/meine/%.*s%s", TEXT_ARG(number), rest);
}

enum err mine_object(struct web_request *r, struct people_object *out, struct errinfo *e)
{
	struct web_app *app = web_app(r);
	struct db *db = NULL;
	struct text number = portal_number(r->arena, web_param(r, "number"));
	TRY(store_read_begin(casework_store(app->casework), &db, e));
	enum err code = case_object(app->casework, db, number, r->arena, out, e);
	store_read_end(casework_store(app->casework), db);
	return code;
}

enum err mine_load(struct web_request *r, struct case_view *v, struct errinfo *e)
{
	struct web_app *app = web_app(r);
	struct db *db = NULL;
	struct text number = portal_number(r->arena, web_param(r, "number"));
	TRY(store_read_begin(casework_store(app->casework), &db, e));
	enum err code = case_load(app->casework, db, number, r->actor, r->arena, v, e);
	store_read_end(casework_store(app->casework), db);
	r->frame.nav = TEXT("mine");
	return code;
}

static const struct service_adoption *adoption_at(const struct web_request *r, struct text lock)
{
	struct web_app *app = web_app(r);
	const struct service_adoption *x = NULL;
	struct errinfo ignored;
	return app->services.at(app->services.self, lock, &x, &ignored) == OK ? x : NULL;
}

static struct text office_of(const struct web_request *r, const struct service_adoption *x)
{
	return x ? portal_office(r, x) : TEXT_NONE;
}

static void fill_case(struct web_request *r, const struct case_row *from, struct mine_row *to)
{
	struct arena *a = r->arena;
	const struct service_adoption *x = adoption_at(r, from->lock);
	to->id = text_format(a, "a-%.*s", TEXT_ARG(from->number));
	to->title = x ? portal_words(r, x, "title", NULL) : from->service;
	to->href = mine_path(a, from->number, "");
	to->status = portal_status_words(r, x, from);
	to->status_class = portal_status_class(from);
	struct texts_arg args[] = {
	        TEXTS_ARG("number", from->number),
	        TEXTS_ARG("office", office_of(r, x)),
	        TEXTS_ARG("day", portal_day(r, portal_date(r, from->received))),
	        TEXTS_ARG("expected",
	                date_is_zero(from->expected) ? TEXT_NONE : portal_day(r, from->expected)),
	};
	bool waits = from->status != CASE_COMPLETED && !date_is_zero(from->expected);
	const char *key = waits ? "portal.mine.expected" : "portal.mine.sent";
	to->meta = web_text_args(r, key, args, 4);
	if (from->unread > 0)
		to->news = portal_tn(r, "portal.mine.news", "count", from->unread);
}

static void fill_draft(struct web_request *r, const struct draft *from, struct mine_row *to)
{
	const struct service_adoption *x = adoption_at(r, from->lock);
	to->id = text_format(r->arena, "e-%.*s", TEXT_ARG(from->id));
	to->title = x ? portal_words(r, x, "title", NULL) : from->service;
	to->href = portal_path(r->arena, from->id, "");
	to->meta = portal_t2(r, "portal.mine.draft", "office", office_of(r, x), "day",
	        portal_day(r, from->delete_on));
	if (!date_is_zero(from->announced))
		to->news = portal_t(r, "portal.mine.draft_soon");
}

/* The one thing to do first: what somebody waits for, else the newest letter. */
static const struct case_row *most_urgent(const struct case_row *rows, size_t count)
{
	const struct case_row *found = NULL;
	for (size_t i = 0; i < count; i++) {
		if (rows[i].status == CASE_ACTION_REQUIRED)
			return &rows[i];
		if (!found && rows[i].unread > 0)
			found = &rows[i];
	}
	return found;
}

static void fill_mail(struct web_request *r, const struct case_row *row, struct mine_mail *m)
{
	if (!row)
		return;
	const struct service_adoption *x = adoption_at(r, row->lock);
	struct text name = x ? portal_words(r, x, "title", NULL) : row->service;
	bool need = row->status == CASE_ACTION_REQUIRED;
	m->title = portal_t(r, need ? "portal.mine.need_title" : "portal.mine.mail_title");
	m->text = portal_t1(
	        r, need ? "portal.mine.need_text" : "portal.mine.mail_text", "service", name);
	m->meta = portal_t1(r, "portal.mine.number", "number", row->number);
	m->href = mine_path(r->arena, row->number, need ? "" : "#postfach");
	m->label = portal_t(r, need ? "portal.mine.need_do" : "portal.mine.mail_do");
}

static enum err read_all(struct web_request *r, struct case_row **cases, size_t *case_count,
        struct draft **drafts, size_t *draft_count, struct errinfo *e)
{
	struct web_app *app = web_app(r);
	struct db *db = NULL;
	TRY(store_read_begin(casework_store(app->casework), &db, e));
	enum err code = case_list_mine(app->casework, db, r->actor, r->arena, cases, case_count, e);
	if (code == OK)
		code = draft_list(app->casework, db, r->actor, r->arena, drafts, draft_count, e);
	store_read_end(casework_store(app->casework), db);
	return code;
}

enum err mine_get(struct web_request *r, struct errinfo *e)
{
	struct mine_page p = {0};
	struct case_row *cases = NULL;
	struct draft *drafts = NULL;
	size_t case_count = 0, draft_count = 0;
	TRY(read_all(r, &cases, &case_count, &drafts, &draft_count, e));
	p.rows = ARENA_ARRAY(r->arena, case_count, struct mine_row);
	p.drafts = ARENA_ARRAY(r->arena, draft_count, struct mine_row);
	for (size_t i = 0; i < case_count; i++)
		fill_case(r, &cases[i], &p.rows[p.row_count++]);
	fill_mail(r, most_urgent(cases, case_count), &p.mail);
	for (size_t i = 0; i < draft_count; i++)
		fill_draft(r, &drafts[i], &p.drafts[p.draft_count++]);
	p.empty = case_count == 0 && draft_count == 0;
	r->frame.nav = TEXT("mine");
	if (web_query(r, "geloescht").len > 0)
		r->frame.notice = portal_t(r, "portal.delete.done");
	return web_page(r, 200, &mine_page, &p, e);
}

/* The number somebody typed on the start page. Whether it exists is only told to its owner. */
enum err mine_status_get(struct web_request *r, struct errinfo *e)
{
	struct text number = portal_number(r->arena, web_query(r, "nummer"));
	if (number.len == 0 || number.len >= CASE_NUMBER_MAX)
		return web_redirect(r, TEXT("/meine"), e);
	return web_redirect(r, mine_path(r->arena, number, ""), e);
}
