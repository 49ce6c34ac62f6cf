/* Timers in bounded batches, and the two threads that look after what is due. */
#include "casework/casework_int.h"

enum { IDLE_MS = 1000, LATER_MS = 60000 };

/* One due timer of a case; its row is gone with the step, so it fires once. */
struct timer_fire {
	struct text case_id;
	uint64_t wait;
};

static const struct bpmn_wait_view *find_timer(struct record *r, uint64_t wait)
{
	const struct bpmn_wait_view *waits;
	size_t count = bpmn_state_waits(r->a, r->state, &waits);
	for (size_t i = 0; i < count; i++) {
		if (waits[i].kind == BPMN_WAIT_TIMER && waits[i].wait == wait)
			return &waits[i];
	}
	return NULL;
}

/* The state decides: a timer that was withdrawn or moved since its row was read does nothing. */
enum err timer_fire_apply(struct apply *ap, struct errinfo *e)
{
	const struct timer_fire *c = ap->command->input;
	struct record r;
	TRY(record_load_id(ap->host, ap, c->case_id, &r, e));
	const struct bpmn_wait_view *timer = find_timer(&r, c->wait);
	if (!timer)
		return db_exec(ap->db, SQL_TIMER_REMOVE, e, BIND("case_id", c->case_id),
		        BIND("wait", c->wait));
	if (timer->at_ms > ap->now.ms)
		return OK;
	struct bpmn_command fire = {.kind = BPMN_DO_FIRE, .wait = c->wait};
	return case_step(&r, &fire, e);
}

/* A timer whose step failed lets the others go first. */
enum err timer_later_apply(struct apply *ap, struct errinfo *e)
{
	const struct timer_fire *c = ap->command->input;
	struct instant later = {ap->now.ms + LATER_MS};
	return db_exec(ap->db, SQL_TIMER_PUT, e, BIND("case_id", c->case_id), BIND("wait", c->wait),
	        BIND("due", later));
}

static enum err read_due(struct casework *cw, struct arena *a, struct timer_fire *out,
        size_t *count, struct errinfo *e)
{
	struct db *db;
	struct db_rows rows;
	*count = 0;
	TRY(store_read_begin(cw->o.store, &db, e));
	enum err result = db_select(&rows, db, SQL_TIMER_DUE, e, BIND("now", casework_now(cw)),
	        BIND("limit", TIMER_BATCH));
	if (result == OK) {
		while (db_next(&rows)) {
			out[*count].case_id = row_copy(&rows, "case_id", a);
			out[(*count)++].wait = (uint64_t)row_int(&rows, "wait");
		}
		result = db_end(&rows, e);
	}
	store_read_end(cw->o.store, db);
	return result;
}

enum err timer_round(struct casework *cw, int *jobs, struct errinfo *e)
{
	struct timer_fire due[TIMER_BATCH];
	size_t count;
	struct arena *a = arena_new(0);
	enum err result = read_due(cw, a, due, &count, e);
	for (size_t i = 0; result == OK && i < count; i++) {
		enum err fired = store_do(cw->o.store, "timer.fire", &due[i], e);
		if (fired == OK) {
			++*jobs;
			continue;
		}
		log_error(cw->o.log, "timer.failed", e);
		result = store_do(cw->o.store, "timer.later", &due[i], e);
	}
	arena_free(a);
	return result;
}

static enum err drafts_overdue(struct casework *cw, bool *any, struct errinfo *e)
{
	struct db *db;
	struct db_rows rows;
	*any = false;
	TRY(store_read_begin(cw->o.store, &db, e));
	enum err result =
	        db_select(&rows, db, SQL_DRAFT_OVERDUE, e, BIND("today", casework_today(cw)));
	if (result == OK) {
		*any = db_next(&rows);
		result = db_end(&rows, e);
	}
	store_read_end(cw->o.store, db);
	return result;
}

static enum err purge_round(struct casework *cw, int *jobs, struct errinfo *e)
{
	int purged = 0;
	bool any;
	TRY(drafts_overdue(cw, &any, e));
	if (!any)
		return OK;
	TRY(store_do(cw->o.store, "draft.purge", &purged, e));
	*jobs += purged;
	return OK;
}

/* Wait until something may be due. Returns false when the threads shall end. */
static bool pause_for(struct casework *cw, bool *wake, int ms)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += (long)(ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&cw->lock);
	while (!*wake && !cw->stopping) {
		if (pthread_cond_timedwait(&cw->changed, &cw->lock, &until) != 0)
			break;
	}
	*wake = false;
	bool go_on = !cw->stopping;
	pthread_mutex_unlock(&cw->lock);
	return go_on;
}

typedef enum err round_of(struct casework *cw, int *jobs, struct errinfo *e);

static void run_thread(struct casework *cw, bool *wake, round_of *round, const char *event)
{
	int jobs = 0;
	while (pause_for(cw, wake, jobs ? 0 : IDLE_MS)) {
		struct errinfo e = {0};
		jobs = 0;
		if (round(cw, &jobs, &e) != OK) {
			log_error(cw->o.log, event, &e);
			jobs = 0;
		}
	}
}

/* Once a day, and at the start for days that were missed: documents nobody refers to, signed
 * heads of the history. */
static enum err keep_house(struct casework *cw, struct errinfo *e)
{
	struct date today = casework_today(cw);
	bool more = true;
	if (date_cmp(today, cw->house_kept) == 0)
		return OK;
	while (more)
		TRY(store_sweep(cw->o.store, &more, e));
	TRY(history_sign_heads(cw->o.store, today, NULL, e));
	cw->house_kept = today;
	return OK;
}

static enum err timers_and_drafts(struct casework *cw, int *jobs, struct errinfo *e)
{
	if (!cw->o.stepwise)
		TRY(keep_house(cw, e));
	TRY(timer_round(cw, jobs, e));
	return purge_round(cw, jobs, e);
}

void *timer_main(void *cw)
{
	run_thread(cw, &((struct casework *)cw)->timers_wake, timers_and_drafts, "timers.failed");
	return NULL;
}

void *outbox_main(void *cw)
{
	run_thread(cw, &((struct casework *)cw)->outbox_wake, outbox_round, "outbox.failed");
	return NULL;
}

static enum err next_of(struct db *db, int sql, struct instant *out, struct errinfo *e)
{
	struct db_rows rows;
	TRY(db_get(&rows, db, sql, e));
	if (!row_is_null(&rows, "due") && row_instant(&rows, "due").ms < out->ms)
		*out = row_instant(&rows, "due");
	return db_end(&rows, e);
}

enum err casework_next_due(
        struct casework *cw, struct db *db, struct instant *out, struct errinfo *e)
{
	(void)cw;
	*out = (struct instant){INT64_MAX};
	TRY(next_of(db, SQL_TIMER_NEXT, out, e));
	return next_of(db, SQL_OUTBOX_NEXT, out, e);
}

enum err casework_settle(struct casework *cw, int *jobs, struct errinfo *e)
{
	check(cw->o.stepwise);
	*jobs = 0;
	for (int before = -1; before != *jobs;) {
		before = *jobs;
		TRY(timers_and_drafts(cw, jobs, e));
		TRY(outbox_round(cw, jobs, e));
	}
	return OK;
}
