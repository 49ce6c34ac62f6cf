/* Lists of the desk and counts of the control page: index lookups, no content but the name. */
#include "casework/casework_int.h"

#include <stdlib.h>

enum { DAYS_SOON = 7, COUNT_FIRST_DAY = -1000000, COUNT_MAX = 10000 };

struct span {
	int64_t from, to;
};

static struct span span_of(struct casework *cw, enum worklist_due due)
{
	int64_t today = date_to_days(casework_today(cw));
	switch (due) {
	case DUE_OVER: return (struct span){COUNT_FIRST_DAY, today - 1};
	case DUE_TODAY: return (struct span){today, today};
	case DUE_WEEK: return (struct span){COUNT_FIRST_DAY, today + DAYS_SOON};
	case DUE_ANY: break;
	}
	return (struct span){COUNT_FIRST_DAY, TASK_NEVER_DUE};
}

/* "20650.01J...": day and id of the last row of the page before. */
static void take_key(struct text key, int64_t *due, struct text *id)
{
	size_t dot = text_find(key, TEXT("."), 0);
	*due = COUNT_FIRST_DAY;
	*id = TEXT("");
	if (dot == SIZE_MAX || !text_int(text_part(key, 0, dot), due))
		return;
	*id = text_part(key, dot + 1, key.len);
}

struct found_row {
	struct worklist_row row;
	int64_t due; /* TASK_NEVER_DUE: none */
	struct text case_id, lock, element, label, assignee;
};

/* A page being read. The lists of one service and of all services have an index in their order;
 * the list of some services is merged from one query each. */
struct reader {
	struct casework *cw;
	struct db *db;
	const struct people_actor *who;
	const struct worklist_ask *ask;
	struct arena *a;
	struct people_services services; /* that may be shown */
	int limit;
	struct found_row *found;
	size_t count, cap;
};

static void take_found(struct db_rows *rows, struct arena *a, struct found_row *f)
{
	f->due = row_int(rows, "due");
	f->row.task = row_copy(rows, "id", a);
	f->row.key = text_format(a, "%lld.%.*s", (long long)f->due, TEXT_ARG(f->row.task));
	f->row.due = f->due < TASK_NEVER_DUE ? date_from_days(f->due) : (struct date){0};
	f->row.number = row_copy(rows, "number", a);
	f->row.service = row_copy(rows, "service", a);
	f->row.role = row_copy(rows, "role", a);
	f->row.assignee_name = row_copy(rows, "assignee_name", a);
	f->row.received = row_instant(rows, "received");
	f->row.news = row_int(rows, "news") > row_instant(rows, "opened").ms;
	f->case_id = row_copy(rows, "case_id", a);
	f->lock = row_copy(rows, "lock", a);
	f->element = row_copy(rows, "element", a);
	f->row.element = f->element;
	f->label = row_copy_blob(rows, "label", a);
	f->assignee = row_copy(rows, "assignee", a);
}

static enum err take_all(struct reader *x, struct db_rows *rows, struct errinfo *e)
{
	while (db_next(rows))
		take_found(rows, x->a, ARENA_PUSH(x->a, x->found, x->count, x->cap));
	return db_end(rows, e);
}

/* The first rows after the key; `service` NULL: of all services. */
static enum err read_service(struct reader *x, const struct text *service, struct errinfo *e)
{
	static const int pages[][2] = {
	        [WITH_ANYBODY] = {SQL_WORKLIST_PAGE, SQL_WORKLIST_SERVICE},
	        [WITH_ME] = {SQL_WORKLIST_MINE, SQL_WORKLIST_MINE_SERVICE},
	        [WITH_NOBODY] = {SQL_WORKLIST_NOBODY, SQL_WORKLIST_NOBODY_SERVICE},
	};
	struct span span = span_of(x->cw, x->ask->due);
	struct db_rows rows;
	int64_t due;
	struct text id;
	take_key(x->ask->after, &due, &id);
	if (due < span.from) { /* one lower bound: with two SQLite may scan from the wrong one */
		due = span.from;
		id = TEXT("");
	}
	struct db_bind binds[7] = {
	        BIND("authority", x->ask->authority),
	        BIND("to_due", span.to),
	        BIND("due", due),
	        BIND("id", id),
	        BIND("limit", x->limit + 1),
	};
	size_t count = 5;
	if (service)
		binds[count++] = BIND("service", *service);
	if (x->ask->with == WITH_ME)
		binds[count++] = BIND("assignee", x->who->id);
	TRY(db_select_with(&rows, x->db, pages[x->ask->with][service != NULL],
	        (struct db_binds){binds, count}, e));
	return take_all(x, &rows, e);
}

static int by_key(const void *left, const void *right)
{
	const struct found_row *x = left, *y = right;
	if (x->due != y->due)
		return x->due < y->due ? -1 : 1;
	return text_cmp(x->row.task, y->row.task);
}

static enum err read_services(struct reader *x, struct errinfo *e)
{
	if (x->services.all)
		return read_service(x, NULL, e);
	for (size_t i = 0; i < x->services.count; i++)
		TRY(read_service(x, &x->services.ids[i], e));
	if (x->services.count > 1 && x->count > 1)
		qsort(x->found, x->count, sizeof *x->found, by_key);
	return OK;
}

/* All tasks of a case are of one service: shown together or not at all. */
static enum err read_number(struct reader *x, struct errinfo *e)
{
	struct db_rows rows;
	TRY(db_select(&rows, x->db, SQL_WORKLIST_NUMBER, e, BIND("authority", x->ask->authority),
	        BIND("number", x->ask->number), BIND("limit", x->limit + 1)));
	TRY(take_all(x, &rows, e));
	if (x->count && !people_services_have(&x->services, x->found[0].row.service))
		x->count = 0;
	return OK;
}

static enum err complete_row(struct casework *cw, struct db *db, const struct people_actor *who,
        struct text authority, struct found_row *f, struct arena *a, struct errinfo *e)
{
	const struct service_adoption *x;
	TRY(cw->o.services.at(cw->o.services.self, f->lock, &x, e));
	const struct bpmn_element *node = bpmn_model_find(x->service->model, f->element);
	f->row.step = node && node->name.len ? node->name : f->element;
	struct people_object object = {.kind = PEOPLE_TASK,
	        .authority = authority,
	        .service = f->row.service,
	        .role = f->row.role};
	f->row.mine = allow(who, PEOPLE_WORK, &object, e) == OK;
	return unseal(db, f->case_id, "cases.label", f->case_id, f->label, a, &f->row.label, e);
}

static enum err read_page(struct reader *x, struct worklist *out, struct errinfo *e)
{
	size_t cap = 0, limit = (size_t)x->limit;
	TRY(x->ask->number.len ? read_number(x, e) : read_services(x, e));
	out->more = x->count > limit;
	if (out->more) {
		x->count = limit;
		out->next = x->found[limit - 1].row.key;
	}
	for (size_t i = 0; i < x->count; i++) {
		TRY(complete_row(x->cw, x->db, x->who, x->ask->authority, &x->found[i], x->a, e));
		*ARENA_PUSH(x->a, out->rows, out->count, cap) = x->found[i].row;
	}
	return OK;
}

static enum err count_service(const struct reader *x, const struct text *service, struct span span,
        int64_t *sum, struct errinfo *e)
{
	struct db_rows rows;
	struct db_bind binds[4] = {
	        BIND("authority", x->ask->authority),
	        BIND("from_due", span.from),
	        BIND("to_due", span.to),
	};
	if (service)
		binds[3] = BIND("service", *service);
	TRY(db_get_with(&rows, x->db, service ? SQL_WORKLIST_COUNT_SERVICE : SQL_WORKLIST_COUNT,
	        (struct db_binds){binds, service ? 4 : 3}, e));
	*sum += row_int(&rows, "n");
	return db_end(&rows, e);
}

static enum err count_span(const struct reader *x, const struct people_services *services,
        enum worklist_due due, int64_t *out, struct errinfo *e)
{
	struct span span = span_of(x->cw, due);
	*out = 0;
	if (services->all)
		return count_service(x, NULL, span, out, e);
	for (size_t i = 0; i < services->count && *out < COUNT_MAX; i++)
		TRY(count_service(x, &services->ids[i], span, out, e));
	*out = *out < COUNT_MAX ? *out : COUNT_MAX;
	return OK;
}

/* The one service that was asked for, as far as it is among them. */
static struct people_services narrowed(
        const struct people_services *services, const struct text *wanted)
{
	if (wanted->len == 0)
		return *services;
	bool may = people_services_have(services, *wanted);
	return (struct people_services){.ids = wanted, .count = may};
}

enum err worklist_read(struct casework *cw, struct db *db, const struct people_actor *who,
        const struct worklist_ask *ask, struct arena *a, struct worklist *out, struct errinfo *e)
{
	*out = (struct worklist){0};
	struct people_object object = {.kind = PEOPLE_AUTHORITY, .authority = ask->authority};
	TRY(allow(who, PEOPLE_LIST, &object, e));
	struct people_services services = people_services(who, PEOPLE_LIST, ask->authority, a);
	struct reader x = {
	        .cw = cw,
	        .db = db,
	        .who = who,
	        .ask = ask,
	        .a = a,
	        .services = narrowed(&services, &ask->service),
	        .limit = ask->limit ? ask->limit : CASE_PAGE_ROWS,
	};
	TRY(read_page(&x, out, e));
	TRY(count_span(&x, &services, DUE_ANY, &out->open, e));
	TRY(count_span(&x, &services, DUE_OVER, &out->over, e));
	return count_span(&x, &services, DUE_TODAY, &out->today, e);
}

static enum err count_one(struct db *db, int sql, int64_t *out, struct errinfo *e)
{
	struct db_rows rows;
	TRY(db_get(&rows, db, sql, e));
	*out = row_int(&rows, "n");
	return db_end(&rows, e);
}

enum err casework_count(
        struct casework *cw, struct db *db, struct casework_counts *out, struct errinfo *e)
{
	struct db_rows rows;
	TRY(count_one(db, SQL_CASE_COUNT_OPEN, &out->open_cases, e));
	TRY(count_one(db, SQL_TASK_COUNT_OPEN, &out->open_tasks, e));
	TRY(count_one(db, SQL_DRAFT_COUNT, &out->drafts, e));
	TRY(count_one(db, SQL_OUTBOX_COUNT, &out->outbox, e));
	TRY(count_one(db, SQL_INCIDENT_COUNT, &out->incidents, e));
	TRY(db_get(&rows, db, SQL_TIMER_COUNT_DUE, e, BIND("now", casework_now(cw))));
	out->timers_due = row_int(&rows, "n");
	return db_end(&rows, e);
}

/* A destroyed case leaves its incident without words. */
static enum err open_message(struct db *db, struct text case_id, struct case_incident *n,
        struct arena *a, struct errinfo *e)
{
	struct text sealed = n->message;
	enum err code = unseal(db, case_id, "incident.message", n->id, sealed, a, &n->message, e);
	if (code != ERR_NOT_FOUND)
		return code;
	n->message = TEXT_NONE;
	return OK;
}

enum err incident_list(struct casework *cw, struct db *db, struct arena *a,
        struct case_incident **out, struct text **numbers, size_t *count, struct errinfo *e)
{
	struct db_rows rows;
	struct text *cases = NULL;
	size_t cap = 0, number_count = 0, number_cap = 0, case_count = 0, case_cap = 0;
	(void)cw;
	*out = NULL;
	*numbers = NULL;
	*count = 0;
	TRY(db_select(&rows, db, SQL_INCIDENT_OPEN, e));
	while (db_next(&rows)) {
		struct case_incident *n = ARENA_PUSH(a, *out, *count, cap);
		n->id = row_copy(&rows, "id", a);
		n->element = row_copy(&rows, "element", a);
		n->code = row_copy(&rows, "code", a);
		n->message = row_copy_blob(&rows, "message", a);
		n->at = row_instant(&rows, "at");
		*ARENA_PUSH(a, *numbers, number_count, number_cap) = row_copy(&rows, "number", a);
		*ARENA_PUSH(a, cases, case_count, case_cap) = row_copy(&rows, "case_id", a);
	}
	TRY(db_end(&rows, e));
	for (size_t i = 0; i < *count; i++)
		TRY(open_message(db, cases[i], &(*out)[i], a, e));
	return OK;
}
