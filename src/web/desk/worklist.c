/* The worklist: open tasks of the authority, soonest due first. */
#include "web/desk/desk.h"

enum { NUMBER_MIN = 8, SCAN_PAGE = 200 };

struct worklist_line {
	struct text number, href, label, step, service, note, received, task, take;
	struct desk_due due;
};

struct worklist_page {
	struct text title, summary, caption, empty, empty_href, empty_link, next, urgent, word,
	        view;
	struct desk_view *views;
	size_t view_count;
	struct web_option *services, *dues, *withs;
	size_t service_count, due_count, with_count;
	struct worklist_line *rows;
	size_t row_count;
	bool takes, filtered, later;
};

static const struct html_type line_type = HTML_TYPE(struct worklist_line,
        HTML_MEMBER(struct worklist_line, number), HTML_MEMBER(struct worklist_line, href),
        HTML_MEMBER(struct worklist_line, label), HTML_MEMBER(struct worklist_line, step),
        HTML_MEMBER(struct worklist_line, service), HTML_MEMBER(struct worklist_line, note),
        HTML_MEMBER(struct worklist_line, received), HTML_MEMBER(struct worklist_line, task),
        HTML_MEMBER(struct worklist_line, take),
        HTML_SUB(struct worklist_line, due, &desk_due_type));

static const struct html_member view_members[] = {HTML_MEMBER(struct desk_view, label),
        HTML_MEMBER(struct desk_view, href), HTML_MEMBER(struct desk_view, count),
        HTML_MEMBER(struct desk_view, current), {0}};
const struct html_type desk_view_type = {
        .name = "struct desk_view", .size = sizeof(struct desk_view), .members = view_members};

static const struct html_type option_type =
        HTML_TYPE(struct web_option, HTML_MEMBER(struct web_option, value),
                HTML_MEMBER(struct web_option, label), HTML_MEMBER(struct web_option, selected));

static const struct html_type worklist_type = HTML_TYPE(struct worklist_page,
        HTML_MEMBER(struct worklist_page, title), HTML_MEMBER(struct worklist_page, summary),
        HTML_MEMBER(struct worklist_page, caption), HTML_MEMBER(struct worklist_page, empty),
        HTML_MEMBER(struct worklist_page, empty_href),
        HTML_MEMBER(struct worklist_page, empty_link), HTML_MEMBER(struct worklist_page, next),
        HTML_MEMBER(struct worklist_page, urgent), HTML_MEMBER(struct worklist_page, word),
        HTML_MEMBER(struct worklist_page, view),
        HTML_LIST(struct worklist_page, views, view_count, &desk_view_type),
        HTML_LIST(struct worklist_page, services, service_count, &option_type),
        HTML_LIST(struct worklist_page, dues, due_count, &option_type),
        HTML_LIST(struct worklist_page, withs, with_count, &option_type),
        HTML_LIST(struct worklist_page, rows, row_count, &line_type),
        HTML_MEMBER(struct worklist_page, row_count), HTML_MEMBER(struct worklist_page, takes),
        HTML_MEMBER(struct worklist_page, filtered), HTML_MEMBER(struct worklist_page, later));

const struct web_page desk_worklist_page = {"desk/worklist", &worklist_type};

/* The left side ------------------------------------------------------------------------------ */

void desk_views(struct web_request *r, const char *current, struct desk_view **out, size_t *count)
{
	static const struct {
		const char *id, *href, *key;
	} views[] = {
	        {"all", DESK_CASES, "desk.view.all"},
	        {"mine", DESK_CASES "?bei=mir", "desk.view.mine"},
	        {"today", DESK_CASES "?frist=heute", "desk.view.today"},
	        {"inbox", DESK_CASES "?bei=niemand", "desk.view.inbox"},
	        {"post", DESK_HOME "/versand", "desk.view.post"},
	};
	*count = sizeof views / sizeof *views;
	*out = ARENA_ARRAY(r->arena, *count, struct desk_view);
	for (size_t i = 0; i < *count; i++) {
		(*out)[i].label = portal_t(r, views[i].key);
		(*out)[i].href = text_from(views[i].href);
		(*out)[i].current = strcmp(views[i].id, current) == 0;
	}
}

/* What was asked for ------------------------------------------------------------------------- */

struct choice {
	const char *value, *key;
	int meaning;
};

static const struct choice dues[] = {
        {"", "desk.filter.all", DUE_ANY},
        {"ueberfaellig", "desk.filter.over", DUE_OVER},
        {"heute", "desk.filter.today", DUE_TODAY},
        {"woche", "desk.filter.week", DUE_WEEK},
};

static const struct choice withs[] = {
        {"", "desk.filter.anybody", WITH_ANYBODY},
        {"mir", "desk.filter.me", WITH_ME},
        {"niemand", "desk.filter.nobody", WITH_NOBODY},
};

static int meaning_of(const struct choice *list, size_t count, struct text value)
{
	for (size_t i = 0; i < count; i++) {
		if (text_is(value, list[i].value))
			return list[i].meaning;
	}
	return list[0].meaning;
}

static size_t fill_choices(struct web_request *r, const struct choice *list, size_t count,
        int chosen, struct web_option **out)
{
	*out = ARENA_ARRAY(r->arena, count, struct web_option);
	for (size_t i = 0; i < count; i++) {
		(*out)[i].value = text_from(list[i].value);
		(*out)[i].label = portal_t(r, list[i].key);
		(*out)[i].selected = list[i].meaning == chosen;
	}
	return count;
}

/* The services this person may see in the own authority. */
static void fill_services(struct web_request *r, struct text chosen, struct worklist_page *p)
{
	const struct service_library *l = casework_library(web_app(r)->casework);
	p->services = ARENA_ARRAY(r->arena, l->adoption_count + 1, struct web_option);
	p->services[p->service_count++].label = portal_t(r, "desk.filter.all");
	for (size_t i = 0; i < l->adoption_count; i++) {
		const struct service_adoption *x = l->adoptions[i];
		struct errinfo ignored;
		struct people_object object = {.kind = PEOPLE_CASE,
		        .authority = x->authority->ags,
		        .service = x->service->id};
		if (!text_eq(x->authority->ags, r->actor->authority) ||
		        allow(r->actor, PEOPLE_LIST, &object, &ignored) != OK)
			continue;
		struct web_option *o = &p->services[p->service_count++];
		o->value = x->service->id;
		o->label = portal_words(r, x, "title", NULL);
		o->selected = text_eq(chosen, o->value);
	}
}

static bool looks_like_number(struct text t)
{
	bool digit = false, dash = false;
	for (size_t i = 0; i < t.len; i++) {
		digit = digit || (t.ptr[i] >= '0' && t.ptr[i] <= '9');
		dash = dash || t.ptr[i] == '-';
	}
	return t.len >= NUMBER_MIN && digit && dash;
}

static struct worklist_ask read_ask(struct web_request *r, struct text *word)
{
	struct worklist_ask ask = {
	        .authority = r->actor->authority,
	        .service = web_query(r, "art"),
	        .due = (enum worklist_due)meaning_of(
	                dues, sizeof dues / sizeof *dues, web_query(r, "frist")),
	        .with = (enum worklist_with)meaning_of(
	                withs, sizeof withs / sizeof *withs, web_query(r, "bei")),
	        .after = web_query(r, "nach"),
	};
	*word = text_trim(web_query(r, "wort"));
	if (looks_like_number(*word))
		ask.number = portal_number(r->arena, *word);
	return ask;
}

/* Rows ---------------------------------------------------------------------------------------- */

static struct text service_title(struct web_request *r, struct text service)
{
	const struct service_library *l = casework_library(web_app(r)->casework);
	const struct service_adoption *x = service_find_adoption(l, service, r->actor->authority);
	return x ? portal_words(r, x, "title", NULL) : service;
}

static struct text role_words(struct web_request *r, const struct worklist_row *row)
{
	const struct service_library *l = casework_library(web_app(r)->casework);
	const struct service_adoption *x =
	        service_find_adoption(l, row->service, r->actor->authority);
	return x ? desk_package_word(r, x, "role", row->role) : row->role;
}

/* In the language of the page where the package has it. */
static struct text step_words(struct web_request *r, const struct worklist_row *row)
{
	const struct service_library *l = casework_library(web_app(r)->casework);
	const struct service_adoption *x =
	        service_find_adoption(l, row->service, r->actor->authority);
	struct text own = x ? desk_step(r, x, row->element) : TEXT_NONE;
	return own.len ? own : row->step;
}

static struct text note_of(struct web_request *r, const struct worklist_row *row)
{
	if (row->news)
		return portal_t(r, "desk.note.news");
	if (row->assignee_name.len)
		return portal_t1(r, "desk.note.with", "name", row->assignee_name);
	return portal_t(r, "desk.note.nobody");
}

static void fill_row(struct web_request *r, const struct worklist_row *row, bool takes,
        struct worklist_line *out)
{
	out->number = row->number;
	out->href = desk_case_path(r->arena, row->number, "");
	out->label = row->label.len ? row->label : portal_t(r, "desk.nameless");
	out->step = step_words(r, row);
	out->service = service_title(r, row->service);
	out->received =
	        texts_date_day(r->arena, r->texts, r->language, portal_date(r, row->received));
	out->task = row->task;
	out->due = desk_due_of(r, row->due);
	if (!row->mine && out->due.mark && strcmp(out->due.mark, "over") != 0) {
		out->due.mark = "wait";
		out->due.words = portal_t1(r, "desk.due.wait", "who", role_words(r, row));
	}
	out->note = note_of(r, row);
	if (takes && row->mine)
		out->take = desk_task_path(r->arena, row->task, "/zuteilen");
}

static bool contains(struct arena *a, struct text label, struct text word)
{
	return text_find(text_lower(a, label), text_lower(a, word), 0) != SIZE_MAX;
}

/* Names are sealed, so a search for one reads the open tasks in their order. */
static enum err search_names(struct web_request *r, struct db *db, struct worklist_ask *ask,
        struct text word, struct worklist *out, struct errinfo *e)
{
	struct casework *cw = web_app(r)->casework;
	size_t cap = 0, looked = 0;
	struct worklist part;
	ask->limit = SCAN_PAGE;
	do {
		TRY(worklist_read(cw, db, r->actor, ask, r->arena, &part, e));
		for (size_t i = 0; i < part.count; i++) {
			if (contains(r->arena, part.rows[i].label, word))
				*ARENA_PUSH(r->arena, out->rows, out->count, cap) = part.rows[i];
		}
		looked += SCAN_PAGE;
		ask->after = part.next;
	} while (part.more && looked < DESK_SCAN_MAX && out->count < CASE_PAGE_ROWS);
	out->open = part.open;
	out->over = part.over;
	out->today = part.today;
	out->more = part.more;
	out->next = part.next;
	return OK;
}

static enum err read_list(struct web_request *r, struct worklist_ask *ask, struct text word,
        struct worklist *out, struct errinfo *e)
{
	struct casework *cw = web_app(r)->casework;
	struct db *db = NULL;
	*out = (struct worklist){0};
	TRY(store_read_begin(casework_store(cw), &db, e));
	enum err code = word.len && !ask->number.len
	                        ? search_names(r, db, ask, word, out, e)
	                        : worklist_read(cw, db, r->actor, ask, r->arena, out, e);
	store_read_end(casework_store(cw), db);
	return code;
}

static void add_query(struct web_request *r, struct buf *b, const char *name)
{
	struct text value = web_query(r, name);
	if (value.len == 0)
		return;
	buf_add_format(b, "%s=", name);
	for (size_t i = 0; i < value.len; i++)
		buf_add_format(b, "%%%02X", (unsigned char)value.ptr[i]);
	buf_add_z(b, "&");
}

static struct text next_path(struct web_request *r, struct text key)
{
	struct buf b;
	buf_init(&b, WEB_TARGET_MAX);
	buf_add_z(&b, DESK_CASES "?");
	add_query(r, &b, "wort");
	add_query(r, &b, "art");
	add_query(r, &b, "frist");
	add_query(r, &b, "bei");
	buf_add_format(&b, "nach=%.*s", TEXT_ARG(key));
	struct text t = buf_copy(&b, r->arena);
	buf_free(&b);
	return t;
}

static void fill_empty(
        struct web_request *r, const struct worklist_ask *ask, struct worklist_page *p)
{
	if (ask->with == WITH_NOBODY && !p->filtered) {
		p->empty = portal_t(r, "desk.empty.inbox");
	} else if (ask->with == WITH_ME && !p->filtered) {
		p->empty = portal_t(r, "desk.empty.mine");
		p->empty_href = TEXT(DESK_CASES "?bei=niemand");
		p->empty_link = portal_t(r, "desk.empty.to_inbox");
	} else if (p->filtered || p->later || ask->due != DUE_ANY) {
		p->empty = ask->due == DUE_TODAY && !p->word.len ? portal_t(r, "desk.empty.today")
		                                                 : portal_t(r, "desk.empty.filter");
		p->empty_href = TEXT(DESK_CASES);
		p->empty_link = portal_t(r, "desk.filter.clear");
	} else {
		p->empty = portal_t(r, "desk.empty.all");
	}
}

static const char *view_of(const struct worklist_ask *ask)
{
	if (ask->with == WITH_ME)
		return "mine";
	if (ask->with == WITH_NOBODY)
		return "inbox";
	return ask->due == DUE_TODAY ? "today" : "all";
}

static void fill_page(struct web_request *r, const struct worklist_ask *ask,
        const struct worklist *list, struct worklist_page *p)
{
	const char *view = view_of(ask);
	p->takes = ask->with == WITH_NOBODY;
	p->title = desk_word(r, "desk.view", text_from(view));
	struct texts_arg counts[] = {TEXTS_NUMBER("open", list->open),
	        TEXTS_NUMBER("over", list->over), TEXTS_NUMBER("today", list->today)};
	p->summary = web_text_args(r, "desk.summary", counts, 3);
	desk_views(r, view, &p->views, &p->view_count);
	p->due_count = fill_choices(r, dues, sizeof dues / sizeof *dues, (int)ask->due, &p->dues);
	p->with_count =
	        fill_choices(r, withs, sizeof withs / sizeof *withs, (int)ask->with, &p->withs);
	fill_services(r, ask->service, p);
	p->rows = ARENA_ARRAY(r->arena, list->count, struct worklist_line);
	for (size_t i = 0; i < list->count; i++) {
		fill_row(r, &list->rows[i], p->takes, &p->rows[p->row_count++]);
		if (!p->urgent.len && list->rows[i].mine)
			p->urgent = p->rows[i].href;
	}
	p->caption = portal_t1(r, "desk.list.caption", "title", p->title);
	if (list->more)
		p->next = next_path(r, list->next);
	if (p->row_count == 0)
		fill_empty(r, ask, p);
}

enum err desk_worklist_get(struct web_request *r, struct errinfo *e)
{
	struct worklist_page *p = ARENA_NEW(r->arena, struct worklist_page);
	struct worklist list;
	struct worklist_ask ask = read_ask(r, &p->word);
	p->filtered = p->word.len > 0 || ask.service.len > 0;
	p->later = ask.after.len > 0;
	TRY(read_list(r, &ask, p->word, &list, e));
	fill_page(r, &ask, &list, p);
	r->frame.nav = p->takes ? TEXT("inbox") : TEXT("cases");
	if (web_query(r, "uebernommen").len)
		r->frame.notice = portal_t(r, "desk.taken");
	return web_page(r, 200, &desk_worklist_page, p, e);
}

enum err desk_home_get(struct web_request *r, struct errinfo *e)
{
	bool lists = people_can(r->actor, PEOPLE_LIST);
	if (!lists && people_can(r->actor, PEOPLE_CONTROL_SEE))
		return web_redirect(r, TEXT("/leitstand"), e);
	return web_redirect(r, lists ? TEXT(DESK_CASES) : TEXT(DESK_HOME "/konto"), e);
}

/* The search field on every page: a number opens the case, closed ones too. */
enum err desk_search_get(struct web_request *r, struct errinfo *e)
{
	struct casework *cw = web_app(r)->casework;
	struct text word = text_trim(web_query(r, "q"));
	struct text number = portal_number(r->arena, word);
	struct people_object object;
	struct db *db = NULL;
	enum err code = ERR_NOT_FOUND;
	if (looks_like_number(word)) {
		TRY(store_read_begin(casework_store(cw), &db, e));
		code = case_object(cw, db, number, r->arena, &object, e);
		store_read_end(casework_store(cw), db);
	}
	if (code == OK && allow(r->actor, PEOPLE_READ, &object, e) == OK)
		return web_redirect(r, desk_case_path(r->arena, number, ""), e);
	struct buf b;
	buf_init(&b, WEB_TARGET_MAX);
	buf_add_z(&b, DESK_CASES "?wort=");
	for (size_t i = 0; i < word.len; i++)
		buf_add_format(&b, "%%%02X", (unsigned char)word.ptr[i]);
	struct text path = buf_copy(&b, r->arena);
	buf_free(&b);
	return web_redirect(r, path, e);
}
