/* The room as a whole: its commands, its threads. */
#include "casework/job.h"

#include <stdlib.h>

static const struct command_kind kinds[] = {
        {DRAFT_OPEN, NULL, draft_open_apply},
        {DRAFT_SAVE, NULL, draft_save_apply},
        {DRAFT_UPLOAD, draft_upload_prepare, draft_upload_apply},
        {DRAFT_DELETE, NULL, draft_delete_apply},
        {"draft.purge", NULL, draft_purge_apply},
        {CASE_SUBMIT, submit_prepare, submit_apply},
        {CASE_CORRECT, NULL, correct_apply},
        {CASE_WITHDRAW, NULL, withdraw_apply},
        {"case.refresh", NULL, case_refresh_apply},
        {"timer.fire", NULL, timer_fire_apply},
        {"timer.later", NULL, timer_later_apply},
        {"outbox.later", NULL, outbox_later_apply},
        {DELIVERY_OPEN, NULL, delivery_open_apply},
        {DELIVERY_POSTED, NULL, delivery_posted_apply},
        {TASK_COMPLETE, NULL, task_complete_apply},
        {TASK_ASSIGN, NULL, task_assign_apply},
        {TASK_SAVE, NULL, task_save_apply},
        {DOCUMENT_FILE, document_file_prepare, document_file_apply},
        {INCIDENT_RETRY, NULL, incident_retry_apply},
        {INCIDENT_SKIP, NULL, incident_skip_apply},
        {INCIDENT_MOVE, NULL, incident_move_apply},
        {JOB_DONE, NULL, job_done_apply},
        {JOB_FAILED, NULL, job_failed_apply},
        {SETTING_PUT, NULL, setting_put_apply},
};

static const struct service_library *shelf_current(void *self)
{
	return service_shelf_current(self);
}

static enum err shelf_at(
        void *self, struct text lock, const struct service_adoption **out, struct errinfo *e)
{
	return service_shelf_at(self, lock, out, e);
}

struct casework_services casework_services_of(struct service_shelf *shelf)
{
	return (struct casework_services){shelf_current, shelf_at, shelf};
}

enum err casework_open(const struct casework_options *o, struct casework **out, struct errinfo *e)
{
	(void)e;
	struct casework *cw = calloc(1, sizeof *cw);
	check(cw != NULL && o->zone != NULL && o->services.at != NULL);
	cw->o = *o;
	check(pthread_mutex_init(&cw->lock, NULL) == 0);
	check(pthread_cond_init(&cw->changed, NULL) == 0);
	store_register(o->store, kinds, sizeof kinds / sizeof *kinds, cw);
	*out = cw;
	return OK;
}

enum err casework_start(struct casework *cw, struct errinfo *e)
{
	if (cw->o.stepwise)
		return OK;
	if (pthread_create(&cw->timer_thread, NULL, timer_main, cw) != 0)
		return fail(e, ERR_INTERNAL, "no thread for the timers");
	if (pthread_create(&cw->outbox_thread, NULL, outbox_main, cw) != 0) {
		casework_stop(cw);
		return fail(e, ERR_INTERNAL, "no thread for the outbox");
	}
	cw->running = true;
	return OK;
}

void casework_stop(struct casework *cw)
{
	pthread_mutex_lock(&cw->lock);
	cw->stopping = true;
	pthread_cond_broadcast(&cw->changed);
	pthread_mutex_unlock(&cw->lock);
	if (!cw->running)
		return;
	pthread_join(cw->timer_thread, NULL);
	pthread_join(cw->outbox_thread, NULL);
	cw->running = false;
}

void casework_close(struct casework *cw)
{
	if (!cw)
		return;
	pthread_cond_destroy(&cw->changed);
	pthread_mutex_destroy(&cw->lock);
	free(cw);
}

void casework_wake(struct casework *cw)
{
	pthread_mutex_lock(&cw->lock);
	cw->timers_wake = cw->outbox_wake = true;
	pthread_cond_broadcast(&cw->changed);
	pthread_mutex_unlock(&cw->lock);
}

struct store *casework_store(const struct casework *cw)
{
	return cw->o.store;
}

const struct service_library *casework_library(const struct casework *cw)
{
	return cw->o.services.current(cw->o.services.self);
}

struct instant casework_now(const struct casework *cw)
{
	return clock_now(&cw->o.clock);
}

struct date casework_today(const struct casework *cw)
{
	return date_at(cw->o.zone, casework_now(cw));
}

enum err setting_put_apply(struct apply *ap, struct errinfo *e)
{
	const struct setting_put *c = ap->command->input;
	return db_exec(ap->db, SQL_SETTING_PUT, e, BIND("name", c->name), BIND("value", c->value));
}

enum err setting_get(
        struct db *db, struct text name, struct arena *a, struct text *value, struct errinfo *e)
{
	struct db_rows rows;
	TRY(db_get(&rows, db, SQL_SETTING_GET, e, BIND("name", name)));
	*value = row_copy(&rows, "value", a);
	return db_end(&rows, e);
}

const char *case_status_name(enum case_status s)
{
	static const char *const names[] = {
	        "INITIATED", "SUBMITTED", "RECEIVED", "PROCESSING", "ACTION_REQUIRED", "COMPLETED"};
	return names[s];
}
