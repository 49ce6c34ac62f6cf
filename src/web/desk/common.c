/* Days, marks, words and errors of the desk. */
#include "web/desk/desk.h"

enum { DUE_SOON_DAYS = 5 };

static const struct html_member due_members[] = {
        HTML_MEMBER(struct desk_due, mark), HTML_MEMBER(struct desk_due, words), {0}};
const struct html_type desk_due_type = {
        .name = "struct desk_due", .size = sizeof(struct desk_due), .members = due_members};

struct text desk_day(const struct web_request *r, struct date d)
{
	return texts_date_short(r->arena, r->texts, r->language, d);
}

struct text desk_moment(const struct web_request *r, struct instant t)
{
	return text_format(r->arena, "%.*s, %.*s", TEXT_ARG(desk_day(r, portal_date(r, t))),
	        TEXT_ARG(portal_time(r, t)));
}

static int64_t days_left(const struct web_request *r, struct date due)
{
	return date_to_days(due) - date_to_days(casework_today(web_app(r)->casework));
}

static const char *mark_of(int64_t left)
{
	if (left < 0)
		return "over";
	if (left == 0)
		return "today";
	return left <= DUE_SOON_DAYS ? "soon" : "later";
}

struct desk_due desk_due_of(const struct web_request *r, struct date due)
{
	struct desk_due d = {0};
	if (date_is_zero(due))
		return d;
	int64_t left = days_left(r, due);
	d.mark = mark_of(left);
	if (left < 0)
		d.words = portal_tn(r, "desk.due.over", "days", -left);
	else if (left == 0)
		d.words = portal_t(r, "desk.due.today");
	else if (left == 1)
		d.words = portal_t(r, "desk.due.tomorrow");
	else
		d.words = desk_day(r, due);
	return d;
}

struct text desk_due_words(const struct web_request *r, struct date due)
{
	int64_t left = days_left(r, due);
	const char *key = left < 0    ? "desk.due.long.over"
	                  : left == 0 ? "desk.due.long.today"
	                              : "desk.due.long.left";
	struct texts_arg args[] = {
	        TEXTS_ARG("day", desk_day(r, due)), TEXTS_NUMBER("days", left < 0 ? -left : left)};
	return web_text_args(r, key, args, 2);
}

struct text desk_t3(const struct web_request *r, const char *key, const char *n1, struct text v1,
        const char *n2, struct text v2, const char *n3, struct text v3)
{
	struct texts_arg args[] = {TEXTS_ARG(n1, v1), TEXTS_ARG(n2, v2), TEXTS_ARG(n3, v3)};
	return web_text_args(r, key, args, 3);
}

struct text desk_word(const struct web_request *r, const char *prefix, struct text rest)
{
	struct text key = text_format(r->arena, "%s.%.*s", prefix, TEXT_ARG(rest));
	return texts_get_text(r->texts, r->language, key);
}

struct text desk_package_word(const struct web_request *r, const struct service_adoption *x,
        const char *prefix, struct text rest)
{
	struct text key = text_format(r->arena, "%s.%.*s", prefix, TEXT_ARG(rest));
	struct text words = service_text(x, portal_language(r), key, NULL);
	return words.len ? words : rest;
}

static struct text step_text(const struct web_request *r, const struct service_adoption *x,
        struct text element, const char *what)
{
	struct text key = text_format(r->arena, "task.%.*s.%s", TEXT_ARG(element), what);
	return service_text(x, portal_language(r), key, NULL);
}

struct text desk_step(
        const struct web_request *r, const struct service_adoption *x, struct text element)
{
	const struct bpmn_element *node = bpmn_model_find(x->service->model, element);
	struct text title = step_text(r, x, element, "title");
	return title.len || !node ? title : node->name;
}

struct text desk_step_help(
        const struct web_request *r, const struct service_adoption *x, struct text element)
{
	const struct bpmn_element *node = bpmn_model_find(x->service->model, element);
	struct text help = step_text(r, x, element, "help");
	return help.len || !node ? help : node->documentation;
}

struct text desk_case_path(struct arena *a, struct text number, const char *rest)
{
	return text_format(a, DESK_HOME "/vorgang/%.*s%s", TEXT_ARG(number), rest);
}

struct text desk_task_path(struct arena *a, struct text task, const char *rest)
{
	return text_format(a, DESK_HOME "/aufgabe/%.*s%s", TEXT_ARG(task), rest);
}

static struct text day_part(const struct web_request *r, const char *name, const char *part)
{
	struct text field = text_format(r->arena, "%s.%s", name, part);
	return text_trim(web_field(r, text_z(r->arena, field)));
}

bool desk_posted_day(const struct web_request *r, const char *name, struct date *out)
{
	int64_t day, month, year;
	if (!text_int(day_part(r, name, "day"), &day) ||
	        !text_int(day_part(r, name, "month"), &month) ||
	        !text_int(day_part(r, name, "year"), &year))
		return false;
	if (year < 1900 || year > 2399 || month < 1 || month > 12 || day < 1 || day > 31 ||
	        !date_valid(year, (int)month, (int)day))
		return false;
	*out = (struct date){(int32_t)year, (uint8_t)month, (uint8_t)day};
	return true;
}

void desk_day_field(struct web_request *r, struct web_field *f, struct date otherwise)
{
	const char *name = text_z(r->arena, f->name);
	f->kind = "date";
	if (r->method == WEB_POST) {
		f->day = day_part(r, name, "day");
		f->month = day_part(r, name, "month");
		f->year = day_part(r, name, "year");
	} else if (!date_is_zero(otherwise)) {
		f->day = text_format(r->arena, "%d", otherwise.day);
		f->month = text_format(r->arena, "%d", otherwise.month);
		f->year = text_format(r->arena, "%d", otherwise.year);
	}
	if (f->error.len)
		f->day_bad = f->month_bad = f->year_bad = true;
}

void desk_fault(struct web_request *r, struct text field, struct text message)
{
	struct web_frame *f = &r->frame;
	struct web_fault *faults = ARENA_ARRAY(r->arena, f->fault_count + 1, struct web_fault);
	for (size_t i = 0; i < f->fault_count; i++)
		faults[i] = f->faults[i];
	faults[f->fault_count] = (struct web_fault){field, message};
	f->faults = faults;
	f->fault_count++;
}

enum err desk_send(struct web_request *r, struct text media, struct text title, struct text bytes,
        struct errinfo *e)
{
	bool shown = text_is(media, "application/pdf") || text_is(media, "image/png") ||
	             text_is(media, "image/jpeg");
	if (shown)
		return web_bytes(r, 200, media, bytes, TEXT_NONE, e);
	return web_bytes(r, 200, TEXT("application/octet-stream"), bytes, title, e);
}

struct text desk_trouble(const struct web_request *r, enum err code, const struct errinfo *why)
{
	if (why->key[0]) {
		struct text own = texts_get(r->texts, r->language, why->key);
		if (own.len)
			return own;
	}
	return portal_trouble(r, code);
}

int desk_status(enum err code)
{
	return code == ERR_DENIED ? 403 : code == ERR_INVALID ? 422 : portal_status(code);
}

enum err desk_then(struct web_request *r, struct command *c, enum err code,
        const struct errinfo *why, void *state, struct errinfo *e)
{
	const struct desk_then *then = state;
	(void)c;
	if (code == OK)
		return web_redirect(r, then->path, e);
	*e = *why;
	return code;
}

enum err desk_load(
        struct web_request *r, struct text number, struct case_view *v, struct errinfo *e)
{
	struct casework *cw = web_app(r)->casework;
	struct db *db = NULL;
	TRY(store_read_begin(casework_store(cw), &db, e));
	enum err code = case_load(cw, db, number, r->actor, r->arena, v, e);
	store_read_end(casework_store(cw), db);
	return code;
}

enum err desk_case_object(struct web_request *r, struct people_object *out, struct errinfo *e)
{
	struct casework *cw = web_app(r)->casework;
	struct db *db = NULL;
	TRY(store_read_begin(casework_store(cw), &db, e));
	enum err code = case_object(cw, db, web_param(r, "number"), r->arena, out, e);
	store_read_end(casework_store(cw), db);
	return code;
}

/* Whoever may read the case may see its task; who may do it is said on the page. */
enum err desk_task_object(struct web_request *r, struct people_object *out, struct errinfo *e)
{
	struct casework *cw = web_app(r)->casework;
	struct text *number = ARENA_NEW(r->arena, struct text);
	struct db *db = NULL;
	TRY(store_read_begin(casework_store(cw), &db, e));
	enum err code = task_object(cw, db, web_param(r, "task"), r->arena, out, number, e);
	store_read_end(casework_store(cw), db);
	if (code != OK)
		return code;
	out->kind = PEOPLE_CASE;
	r->loaded = number;
	return OK;
}
