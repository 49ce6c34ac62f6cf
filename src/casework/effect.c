/* What a step of the process did, as rows. */
#include "casework/casework_int.h"

/* A due moment is when the time is over: midnight belongs to the day before. */
static struct date due_day(const struct record *r, int64_t at_ms)
{
	if (at_ms == BPMN_NEVER)
		return date_from_days(TASK_NEVER_DUE);
	return date_at(r->cw->o.zone, (struct instant){at_ms - 1});
}

static enum err task_opened(struct record *r, const struct bpmn_effect *f, struct errinfo *e)
{
	struct text id = new_id(r->cw, r->a);
	TRY(db_exec(r->ap->db, SQL_TASK_INSERT, e, BIND("id", id), BIND("case_id", r->id),
	        BIND("authority", r->authority), BIND("service", r->service), BIND("wait", f->wait),
	        BIND("element", f->element->id), BIND("role", bpmn_attribute(f->element, "role")),
	        BIND("form", bpmn_attribute(f->element, "form")), BIND("due", due_day(r, f->at_ms)),
	        BIND("opened", r->ap->now)));
	return record_tell(r, "task.opened", f->element->id, TEXT_NONE, e);
}

static enum err task_closed(struct record *r, const struct bpmn_effect *f, struct errinfo *e)
{
	TRY(db_exec(r->ap->db, SQL_TASK_WITHDRAW, e, BIND("case_id", r->id), BIND("wait", f->wait),
	        BIND("ended", r->ap->now)));
	return record_tell(r, "task.withdrawn", f->element->id, TEXT_NONE, e);
}

static enum err decided(struct record *r, const struct bpmn_effect *f, struct errinfo *e)
{
	struct feel_context_builder b = feel_context_begin(r->a);
	feel_context_set(&b, TEXT("decision"), feel_string(f->name));
	feel_context_set(&b, TEXT("result"), f->value);
	feel_context_set(&b, TEXT("steps"), f->extra);
	struct text payload = json_of_value(r->a, feel_context_end(&b));
	return record_tell(r, "decision.made", f->element->id, payload, e);
}

/* The message of a failed rule may quote answers: sealed. The code stays in clear. */
static enum err incident_opened(struct record *r, const struct bpmn_effect *f, struct errinfo *e)
{
	struct text id = new_id(r->cw, r->a), sealed;
	TRY(seal(r->ap->db, r->id, "incident.message", id, f->text, r->a, &sealed, e));
	TRY(db_exec(r->ap->db, SQL_INCIDENT_INSERT, e, BIND("id", id), BIND("case_id", r->id),
	        BIND("authority", r->authority), BIND("token", f->token),
	        BIND("element", f->element->id), BIND("code", f->name),
	        BIND_BLOB("message", sealed), BIND("at", r->ap->now)));
	struct text code = text_format(r->a, "{\"code\":\"%.*s\"}", TEXT_ARG(f->name));
	return record_tell(r, "incident.opened", f->element->id, code, e);
}

static enum err incident_solved(struct record *r, const struct bpmn_effect *f, struct errinfo *e)
{
	TRY(db_exec(r->ap->db, SQL_INCIDENT_SOLVE, e, BIND("case_id", r->id),
	        BIND("token", f->token), BIND("at", r->ap->now)));
	return record_tell(r, "incident.solved", f->element->id, TEXT_NONE, e);
}

static enum err ended(struct record *r, const struct bpmn_effect *f, struct errinfo *e)
{
	r->closed = r->ap->now;
	if (r->outcome.len == 0 && f->outcome != BPMN_COMPLETED)
		r->outcome = f->outcome == BPMN_FAILED ? TEXT("failed") : TEXT("cancelled");
	TRY(db_exec(r->ap->db, SQL_INCIDENT_SOLVE_ALL, e, BIND("case_id", r->id),
	        BIND("at", r->ap->now)));
	TRY(deadline_event(r, SERVICE_CLOSED, date_at(r->cw->o.zone, r->ap->now), e));
	struct text end = f->element ? f->element->id : TEXT_NONE;
	return record_tell(r, "case.closed", end, TEXT_NONE, e);
}

static enum err node(
        struct record *r, const struct bpmn_effect *f, const char *kind, struct errinfo *e)
{
	if (!f->element || f->element->kind == BPMN_PROCESS)
		return OK;
	return record_tell(r, kind, f->element->id, TEXT_NONE, e);
}

static enum err noted(struct record *r, const struct bpmn_effect *f, struct errinfo *e)
{
	struct feel_context_builder b = feel_context_begin(r->a);
	feel_context_set(&b, TEXT("reason"), feel_string(f->text));
	struct text payload = json_of_value(r->a, feel_context_end(&b));
	return record_tell(r, "process.noted", f->element ? f->element->id : TEXT_NONE, payload, e);
}

enum err effect_apply(struct record *r, const struct bpmn_effect *f, struct errinfo *e)
{
	switch (f->kind) {
	case BPMN_TASK_OPENED: return task_opened(r, f, e);
	case BPMN_TASK_CLOSED: return task_closed(r, f, e);
	case BPMN_JOB_REQUESTED: return job_request(r, f, e);
	case BPMN_JOB_CLOSED:
		return db_exec(r->ap->db, SQL_OUTBOX_WITHDRAW, e, BIND("case_id", r->id),
		        BIND("wait", f->wait));
	case BPMN_DECIDED: return decided(r, f, e);
	case BPMN_INCIDENT: return incident_opened(r, f, e);
	case BPMN_INCIDENT_SOLVED: return incident_solved(r, f, e);
	case BPMN_ENDED: return ended(r, f, e);
	case BPMN_ENTERED: return node(r, f, "node.entered", e);
	case BPMN_LEFT: return node(r, f, "node.left", e);
	case BPMN_WITHDRAWN: return node(r, f, "node.withdrawn", e);
	case BPMN_TRIGGERED: return node(r, f, "node.triggered", e);
	case BPMN_NOTED: return noted(r, f, e);
	default: return OK; /* timers and subscriptions: waits_sync; the rest changes no row */
	}
}

/* Timers and subscriptions follow the state: what it waits for stands in the tables, nothing
 * else. Few rows a case, so they are compared and not counted along. */
struct wait_row {
	uint64_t wait;
	int64_t due;
	struct text name, key;
	bool kept;
};

static enum err read_rows(struct record *r, int sql, bool timer, struct wait_row **out,
        size_t *count, struct errinfo *e)
{
	struct db_rows rows;
	size_t cap = 0;
	TRY(db_select(&rows, r->ap->db, sql, e, BIND("case_id", r->id)));
	while (db_next(&rows)) {
		struct wait_row *w = ARENA_PUSH(r->a, *out, *count, cap);
		w->wait = (uint64_t)row_int(&rows, "wait");
		if (timer) {
			w->due = row_int(&rows, "due");
			continue;
		}
		w->name = row_copy(&rows, "name", r->a);
		w->key = row_copy(&rows, "key", r->a);
	}
	return db_end(&rows, e);
}

static struct wait_row *find_row(struct wait_row *rows, size_t count, uint64_t wait)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].wait == wait)
			return &rows[i];
	}
	return NULL;
}

static enum err sync_timer(struct record *r, const struct bpmn_wait_view *w, struct wait_row *rows,
        size_t count, struct errinfo *e)
{
	struct wait_row *row = find_row(rows, count, w->wait);
	if (w->at_ms == BPMN_NEVER)
		return OK;
	if (row)
		row->kept = true;
	if (row && row->due == w->at_ms)
		return OK;
	return db_exec(r->ap->db, SQL_TIMER_PUT, e, BIND("case_id", r->id), BIND("wait", w->wait),
	        BIND("due", w->at_ms));
}

static enum err sync_message(struct record *r, const struct bpmn_wait_view *w,
        struct wait_row *rows, size_t count, struct errinfo *e)
{
	struct wait_row *row = find_row(rows, count, w->wait);
	if (row)
		row->kept = true;
	if (row && text_eq(row->name, w->name) && text_eq(row->key, w->key))
		return OK;
	return db_exec(r->ap->db, SQL_SUBSCRIPTION_PUT, e, BIND("case_id", r->id),
	        BIND("wait", w->wait), BIND("name", w->name), BIND("key", w->key));
}

static enum err remove_rest(
        struct record *r, int sql, const struct wait_row *rows, size_t count, struct errinfo *e)
{
	for (size_t i = 0; i < count; i++) {
		if (!rows[i].kept)
			TRY(db_exec(r->ap->db, sql, e, BIND("case_id", r->id),
			        BIND("wait", rows[i].wait)));
	}
	return OK;
}

enum err waits_sync(struct record *r, struct errinfo *e)
{
	struct wait_row *timers = NULL, *messages = NULL;
	size_t timer_count = 0, message_count = 0;
	TRY(read_rows(r, SQL_TIMER_LIST, true, &timers, &timer_count, e));
	TRY(read_rows(r, SQL_SUBSCRIPTION_LIST, false, &messages, &message_count, e));
	const struct bpmn_wait_view *waits;
	size_t count = bpmn_state_waits(r->a, r->state, &waits);
	if (bpmn_state_outcome(r->state) != BPMN_LIVE)
		count = 0;
	for (size_t i = 0; i < count; i++) {
		if (waits[i].kind == BPMN_WAIT_TIMER)
			TRY(sync_timer(r, &waits[i], timers, timer_count, e));
		else if (waits[i].kind == BPMN_WAIT_MESSAGE)
			TRY(sync_message(r, &waits[i], messages, message_count, e));
	}
	TRY(remove_rest(r, SQL_TIMER_REMOVE, timers, timer_count, e));
	return remove_rest(r, SQL_SUBSCRIPTION_REMOVE, messages, message_count, e);
}
