/* Lists of the desk and counts of the control page: index lookups, no content but the name. */
#include "casework/casework_int.h"

enum { DAYS_SOON = 7, COUNT_FIRST_DAY = -1000000 };

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

static enum err select_rows(struct casework *cw, struct db *db, const struct people_actor *who,
        const struct worklist_ask *ask, int limit, struct db_rows *rows, struct errinfo *e)
{
	struct span span = span_of(cw, ask->due);
	int64_t due;
	struct text id;
	take_key(ask->after, &due, &id);
	if (due < span.from) { /* one lower bound: with two SQLite takes another index */
		due = span.from;
		id = TEXT("");
	}
	if (ask->number.len)
		return db_select(rows, db, SQL_WORKLIST_NUMBER, e,
		        BIND("authority", ask->authority), BIND("number", ask->number),
		        BIND("limit", limit));
	if (ask->with == WITH_ME)
		return db_select(rows, db, SQL_WORKLIST_MINE, e, BIND("authority", ask->authority),
		        BIND("assignee", who->id), BIND("to_due", span.to), BIND("due", due),
		        BIND("id", id), BIND("limit", limit));
	if (ask->with == WITH_NOBODY)
		return db_select(rows, db, SQL_WORKLIST_NOBODY, e,
		        BIND("authority", ask->authority), BIND("to_due", span.to),
		        BIND("due", due), BIND("id", id), BIND("limit", limit));
	if (ask->service.len)
		return db_select(rows, db, SQL_WORKLIST_SERVICE, e,
		        BIND("authority", ask->authority), BIND("service", ask->service),
		        BIND("to_due", span.to), BIND("due", due), BIND("id", id),
		        BIND("limit", limit));
	return db_select(rows, db, SQL_WORKLIST_PAGE, e, BIND("authority", ask->authority),
	        BIND("to_due", span.to), BIND("due", due), BIND("id", id), BIND("limit", limit));
}

struct found_row {
	struct worklist_row row;
	struct text case_id, lock, element, label, assignee;
};

static void take_found(struct db_rows *rows, struct arena *a, struct found_row *f)
{
	int64_t due = row_int(rows, "due");
	f->row.task = row_copy(rows, "id", a);
	f->row.key = text_format(a, "%lld.%.*s", (long long)due, TEXT_ARG(f->row.task));
	f->row.due = due < TASK_NEVER_DUE ? date_from_days(due) : (struct date){0};
	f->row.number = row_copy(rows, "number", a);
	f->row.service = row_copy(rows, "service", a);
	f->row.role = row_copy(rows, "role", a);
	f->row.assignee_name = row_copy(rows, "assignee_name", a);
	f->row.received = row_instant(rows, "received");
	f->row.news = row_int(rows, "news") > row_instant(rows, "opened").ms;
	f->case_id = row_copy(rows, "case_id", a);
	f->lock = row_copy(rows, "lock", a);
	f->element = row_copy(rows, "element", a);
	f->label = row_copy_blob(rows, "label", a);
	f->assignee = row_copy(rows, "assignee", a);
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

/* May this person list tasks of the service at all? */
static bool may_list(
        const struct people_actor *who, const struct worklist_ask *ask, struct text service)
{
	struct errinfo e;
	struct people_object object = {
	        .kind = PEOPLE_CASE, .authority = ask->authority, .service = service};
	return allow(who, PEOPLE_LIST, &object, &e) == OK;
}

static enum err count_span(struct casework *cw, struct db *db, const struct worklist_ask *ask,
        enum worklist_due due, int64_t *out, struct errinfo *e)
{
	struct span span = span_of(cw, due);
	struct db_rows rows;
	TRY(db_get(&rows, db, SQL_WORKLIST_COUNT, e, BIND("authority", ask->authority),
	        BIND("from_due", span.from), BIND("to_due", span.to)));
	*out = row_int(&rows, "n");
	return db_end(&rows, e);
}

static enum err read_page(struct casework *cw, struct db *db, const struct people_actor *who,
        const struct worklist_ask *ask, struct arena *a, struct worklist *out, struct errinfo *e)
{
	int limit = ask->limit ? ask->limit : CASE_PAGE_ROWS;
	struct db_rows rows;
	struct found_row *found = NULL;
	size_t count = 0, cap = 0, out_cap = 0;
	TRY(select_rows(cw, db, who, ask, limit + 1, &rows, e));
	while (db_next(&rows))
		take_found(&rows, a, ARENA_PUSH(a, found, count, cap));
	TRY(db_end(&rows, e));
	out->more = count > (size_t)limit;
	if (out->more) {
		count--;
		out->next = found[count - 1].row.key;
	}
	for (size_t i = 0; i < count; i++) {
		if (!may_list(who, ask, found[i].row.service))
			continue;
		if (ask->service.len && !text_eq(found[i].row.service, ask->service))
			continue;
		TRY(complete_row(cw, db, who, ask->authority, &found[i], a, e));
		*ARENA_PUSH(a, out->rows, out->count, out_cap) = found[i].row;
	}
	return OK;
}

enum err worklist_read(struct casework *cw, struct db *db, const struct people_actor *who,
        const struct worklist_ask *ask, struct arena *a, struct worklist *out, struct errinfo *e)
{
	*out = (struct worklist){0};
	struct people_object object = {.kind = PEOPLE_AUTHORITY, .authority = ask->authority};
	TRY(allow(who, PEOPLE_LIST, &object, e));
	TRY(read_page(cw, db, who, ask, a, out, e));
	TRY(count_span(cw, db, ask, DUE_ANY, &out->open, e));
	TRY(count_span(cw, db, ask, DUE_OVER, &out->over, e));
	return count_span(cw, db, ask, DUE_TODAY, &out->today, e);
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

enum err incident_list(struct casework *cw, struct db *db, struct arena *a,
        struct case_incident **out, struct text **numbers, size_t *count, struct errinfo *e)
{
	struct db_rows rows;
	size_t cap = 0, number_count = 0, number_cap = 0;
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
		n->message = row_copy(&rows, "message", a);
		n->at = row_instant(&rows, "at");
		*ARENA_PUSH(a, *numbers, number_count, number_cap) = row_copy(&rows, "number", a);
	}
	return db_end(&rows, e);
}
