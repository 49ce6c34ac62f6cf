/* A full and a failing disk under real commands: eight of them at once, the fault at one write,
 * sync or read after the other. What was answered OK is there, what was refused left nothing and
 * succeeds when it is sent again. */
#include "unit.h"

#include "cli/app.h"
#include "cli/demo.h"
#include "cli/stage.h"

#include "../fault/vfs.h"

#include <pthread.h>
#include <stdlib.h>

enum { BATCH = 8, SUBMITS = 3, ROUNDS_MAX = 40 };

struct world {
	struct app app;
	struct arena *a; /* of a round */
	char dir[64];
	struct people_actor citizen, clerk;
	const struct service_adoption *adoption;
	int drafts_sent;
	uint64_t cases_before; /* of the demonstration set */
};

static struct fault_vfs vfs;

/* Building blocks ----------------------------------------------------------------------------- */

static struct text answers(struct world *w)
{
	struct date start = date_add_days(casework_today(w->app.casework), 14);
	return text_format(w->a,
	        "{\"name\":{\"given_name\":\"Erika\",\"family_name\":\"Mustermann\"},"
	        "\"birth_date\":\"1988-08-12\",\"contact\":{\"mail\":\"erika@example.org\"},"
	        "\"delivery\":\"mailbox\",\"dwelling\":{\"street\":\"Königsbrücker Straße\","
	        "\"house_number\":\"21 a\",\"postcode\":\"01099\",\"city\":\"Dresden\"},"
	        "\"registered\":true,\"plate\":\"DD-AB 123\",\"vehicle_holder\":\"self\","
	        "\"months\":\"12\",\"start\":\"%.*s\"}",
	        TEXT_ARG(date_text(w->a, start)));
}

static struct draft_open *draft_new(struct world *w)
{
	struct draft_open *d = ARENA_NEW(w->a, struct draft_open);
	*d = (struct draft_open){
	        .actor = &w->citizen,
	        .authority = TEXT("14612000"),
	        .service = TEXT("bewohnerparkausweis"),
	        .lock = w->adoption->lock,
	        .language = TEXT("de"),
	};
	draft_new_ids(w->app.casework, d);
	return d;
}

static struct draft_save *save_of(struct world *w, const struct draft_open *d)
{
	struct draft_save *s = ARENA_NEW(w->a, struct draft_save);
	*s = (struct draft_save){
	        .who = {&w->citizen, text_from(d->code)},
	        .id = text_from(d->id),
	        .answers = answers(w),
	        .version = 1,
	};
	return s;
}

static struct case_submit *submit_of(struct world *w, const struct draft_open *d)
{
	struct case_submit *s = ARENA_NEW(w->a, struct case_submit);
	*s = (struct case_submit){
	        .who = {&w->citizen, text_from(d->code)},
	        .draft = text_from(d->id),
	        .language = TEXT("de"),
	};
	return s;
}

static struct draft_open *filled_draft(struct world *w)
{
	struct draft_open *d = draft_new(w);
	assert_ok(store_do(w->app.store, DRAFT_OPEN, d, &e));
	assert_ok(store_do(w->app.store, DRAFT_SAVE, save_of(w, d), &e));
	return d;
}

static struct text new_case(struct world *w)
{
	struct case_submit *s = submit_of(w, filled_draft(w));
	struct command c = {.kind = CASE_SUBMIT, .input = s, .arena = w->a};
	int jobs;
	assert_ok(store_run(w->app.store, &c, &e));
	assert_ok(casework_settle(w->app.casework, &jobs, &e));
	w->drafts_sent++;
	return c.answer;
}

static struct case_view view(struct world *w, struct text number)
{
	struct people_actor all = stage_system();
	struct case_view v;
	struct db *db;
	assert_ok(store_read_begin(w->app.store, &db, &e));
	assert_ok(case_load(w->app.casework, db, number, &all, w->a, &v, &e));
	store_read_end(w->app.store, db);
	return v;
}

static struct draft draft_now(struct world *w, struct text id, bool *there)
{
	struct draft d = {0};
	struct draft_access who = {.actor = &w->citizen};
	struct db *db;
	assert_ok(store_read_begin(w->app.store, &db, &e));
	*there = draft_load(w->app.casework, db, id, &who, w->a, &d, NULL) == OK;
	store_read_end(w->app.store, db);
	return d;
}

/* A round: eight commands and what each of them is about. ------------------------------------- */

struct deed {
	struct command command;
	struct text id; /* draft, or number of the case */
	struct text task;
	bool (*happened)(struct world *w, const struct deed *d);
};

static bool opened(struct world *w, const struct deed *d)
{
	bool there;
	draft_now(w, d->id, &there);
	return there;
}

static bool saved(struct world *w, const struct deed *d)
{
	bool there;
	return draft_now(w, d->id, &there).version == 2;
}

static bool sent(struct world *w, const struct deed *d)
{
	bool there;
	struct text number = draft_now(w, d->id, &there).submitted;
	if (number.len == 0)
		return false;
	struct case_view v = view(w, number);
	assert_int_equal(v.version, 1);
	assert_int_equal(v.incident_count, 0);
	return true;
}

static const struct case_task *task_now(struct world *w, const struct deed *d)
{
	struct case_view v = view(w, d->id);
	for (size_t i = 0; i < v.task_count; i++) {
		if (text_eq(v.tasks[i].id, d->task))
			return &v.tasks[i];
	}
	fail_msg("the task is gone");
	return NULL;
}

static bool completed(struct world *w, const struct deed *d)
{
	struct case_view v = view(w, d->id);
	size_t open = 0;
	for (size_t i = 0; i < v.task_count; i++)
		open += v.tasks[i].state == TASK_OPEN;
	assert_int_equal(open, 1); /* this one, or the one that follows */
	return task_now(w, d)->state == TASK_DONE;
}

static bool assigned(struct world *w, const struct deed *d)
{
	return text_eq(task_now(w, d)->assignee, w->clerk.id);
}

static bool withdrawn(struct world *w, const struct deed *d)
{
	return task_now(w, d)->state == TASK_WITHDRAWN;
}

struct round {
	struct deed deeds[BATCH];
	pthread_mutex_t lock;
	pthread_cond_t change;
	int waiting;
};

static void done(void *host, struct command *c)
{
	struct round *r = host;
	(void)c;
	pthread_mutex_lock(&r->lock);
	r->waiting--;
	pthread_cond_signal(&r->change);
	pthread_mutex_unlock(&r->lock);
}

static struct deed *deed_add(struct round *r, int i, const char *kind, void *input, struct text id,
        bool (*happened)(struct world *w, const struct deed *d))
{
	r->deeds[i] = (struct deed){
	        .command =
	                {
	                        .kind = kind,
	                        .input = input,
	                        .arena = arena_new(0),
	                        .done = done,
	                        .done_host = r,
	                },
	        .id = id,
	        .happened = happened,
	};
	return &r->deeds[i];
}

static struct text first_task(struct world *w, struct text number)
{
	struct case_view v = view(w, number);
	for (size_t i = 0; i < v.task_count; i++) {
		if (v.tasks[i].state == TASK_OPEN)
			return v.tasks[i].id;
	}
	fail_msg("no task is open");
	return TEXT_NONE;
}

static void round_on_cases(struct world *w, struct round *r)
{
	struct text ask = TEXT("{\"outcome\": \"ask\", \"reason\": \"\"}");
	struct task_complete *complete = ARENA_NEW(w->a, struct task_complete);
	struct task_assign *assign = ARENA_NEW(w->a, struct task_assign);
	struct case_withdraw *withdraw = ARENA_NEW(w->a, struct case_withdraw);
	struct text one = new_case(w), other = new_case(w), third = new_case(w);
	*complete = (struct task_complete){.actor = &w->clerk, .task = first_task(w, one)};
	assert_ok(feel_from_plain_json(w->a, ask, NULL, &complete->result, &e));
	deed_add(r, 5, TASK_COMPLETE, complete, one, completed)->task = complete->task;
	*assign = (struct task_assign){&w->clerk, first_task(w, other), w->clerk.id, w->clerk.name};
	deed_add(r, 6, TASK_ASSIGN, assign, other, assigned)->task = assign->task;
	*withdraw = (struct case_withdraw){&w->citizen, third, TEXT("Ich ziehe um.")};
	deed_add(r, 7, CASE_WITHDRAW, withdraw, third, withdrawn)->task = first_task(w, third);
}

static void round_make(struct world *w, struct round *r)
{
	*r = (struct round){0};
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->change, NULL);
	struct draft_open *fresh = draft_new(w), *empty = draft_new(w);
	deed_add(r, 0, DRAFT_OPEN, fresh, text_from(fresh->id), opened);
	assert_ok(store_do(w->app.store, DRAFT_OPEN, empty, &e));
	deed_add(r, 1, DRAFT_SAVE, save_of(w, empty), text_from(empty->id), saved);
	for (int i = 2; i < 2 + SUBMITS; i++) {
		struct draft_open *d = filled_draft(w);
		struct text key = text_format(w->a, "submit:%s", d->id);
		deed_add(r, i, CASE_SUBMIT, submit_of(w, d), text_from(d->id), sent)->command.key =
		        key;
	}
	round_on_cases(w, r);
}

static void round_run(struct world *w, struct round *r)
{
	for (int i = 0; i < BATCH; i++) {
		struct command *c = &r->deeds[i].command;
		struct errinfo why;
		pthread_mutex_lock(&r->lock);
		r->waiting++;
		pthread_mutex_unlock(&r->lock);
		if (store_submit(w->app.store, c, &why) != OK) {
			c->result = why.code;
			c->error = why;
			done(r, c);
		}
	}
	pthread_mutex_lock(&r->lock);
	while (r->waiting)
		pthread_cond_wait(&r->change, &r->lock);
	pthread_mutex_unlock(&r->lock);
}

static int round_check(struct world *w, struct round *r)
{
	int refused = 0;
	for (int i = 0; i < BATCH; i++) {
		struct deed *d = &r->deeds[i];
		struct command *c = &d->command;
		bool ok = c->result == OK;
		if (!ok && c->result != ERR_FULL && c->result != ERR_IO)
			fail_msg("%s: %s (%s)", c->kind, err_name(c->result), c->error.message);
		if (!ok)
			assert_true(c->error.message[0] != '\0');
		if (d->happened(w, d) != ok)
			fail_msg("%s was answered %s", c->kind, err_name(c->result));
		refused += !ok;
		if (!ok || c->key.len) {
			struct text first = text_copy(w->a, c->answer);
			c->done = NULL;
			if (store_run(w->app.store, c, NULL) != OK)
				fail_msg("%s again: %s", c->kind, c->error.message);
			assert_true(d->happened(w, d));
			assert_true(!ok || text_eq(first, c->answer));
		}
		arena_free(c->arena);
	}
	w->drafts_sent += SUBMITS;
	pthread_cond_destroy(&r->change);
	pthread_mutex_destroy(&r->lock);
	return refused;
}

static void check_whole(struct world *w)
{
	struct history_report report;
	struct case_row *rows;
	size_t count;
	struct db *db;
	int jobs;
	assert_ok(casework_settle(w->app.casework, &jobs, &e));
	assert_ok(store_read_begin(w->app.store, &db, &e));
	assert_ok(history_verify(db, TEXT_NONE, &report, &e));
	assert_int_equal(report.found, HISTORY_WHOLE);
	assert_int_equal(report.cases - w->cases_before, w->drafts_sent);
	assert_ok(case_list_mine(w->app.casework, db, &w->citizen, w->a, &rows, &count, &e));
	assert_int_equal(count, w->drafts_sent < 100 ? w->drafts_sent : 100);
	store_read_end(w->app.store, db);
}

static void fault_everywhere(struct world *w, int on, int code, bool forever, long stride)
{
	int refused = 0, rounds = 0;
	long hits = 1;
	for (long at = 1; hits > 0 && rounds < ROUNDS_MAX; at += stride, rounds++) {
		struct round r;
		w->a = arena_new(0);
		round_make(w, &r);
		fault_arm(&vfs, on, at, code, forever);
		round_run(w, &r);
		hits = fault_disarm(&vfs);
		refused += round_check(w, &r);
		arena_free(w->a);
	}
	w->a = arena_new(0);
	assert_true(rounds >= 2);
	if (forever)
		assert_true(refused > rounds);
	check_whole(w);
	arena_free(w->a);
}

static void full__from_a_write_on__told_and_nothing_half_done(void **state)
{
	fault_everywhere(*state, FAULT_WRITES, SQLITE_FULL, true, 3);
}

static void ioerr__from_a_write_on__told_and_nothing_half_done(void **state)
{
	fault_everywhere(*state, FAULT_WRITES, SQLITE_IOERR_WRITE, true, 11);
}

static void ioerr__at_one_sync__only_a_retry(void **state)
{
	fault_everywhere(*state, FAULT_SYNCS, SQLITE_IOERR_FSYNC, false, 1);
}

/* The commands look whether the account is still there: a person of the demonstration set. */
static void load_clerk(struct world *w)
{
	struct history_report report;
	struct db *db;
	assert_ok(store_read_begin(w->app.store, &db, &e));
	assert_ok(people_actor_load(db, PEOPLE_STAFF, TEXT("richter"),
	        casework_today(w->app.casework), w->app.arena, &w->clerk, &e));
	assert_ok(history_verify(db, TEXT_NONE, &report, &e));
	w->cases_before = report.cases;
	store_read_end(w->app.store, db);
}

static int setup(void **state)
{
	static struct world w;
	static char home[4096];
	struct errinfo why = {0};
	if (!realpath(".", home))
		return -1;
	w = (struct world){.dir = "/tmp/amtsweg-fault-XXXXXX"};
	if (!mkdtemp(w.dir))
		return -1;
	w.a = arena_new(0);
	struct app_options o = {
	        .data = text_format(w.a, "%s/data", w.dir),
	        .home = text_from(home),
	        .demo = true,
	        .stepwise = true,
	        .log_least = LOG_ERROR,
	};
	if (demo_fill(o.home, o.data, &why) != OK || app_open(&w.app, &o, &why) != OK)
		fail_msg("%s %s", why.message, why.where);
	w.citizen = (struct people_actor){.kind = PEOPLE_CITIZEN,
	        .id = TEXT("citizen-1"),
	        .name = TEXT("Erika Mustermann"),
	        .trust = PEOPLE_TRUST_ACCOUNT};
	load_clerk(&w);
	w.adoption = service_find_adoption(
	        casework_library(w.app.casework), TEXT("bewohnerparkausweis"), TEXT("14612000"));
	assert_non_null(w.adoption);
	arena_free(w.a);
	*state = &w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;
	app_close(&w->app);
	stage_remove_tree(w->dir);
	return 0;
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	        T(full__from_a_write_on__told_and_nothing_half_done),
	        T(ioerr__from_a_write_on__told_and_nothing_half_done),
	        T(ioerr__at_one_sync__only_a_retry),
	};
	fault_register(&vfs);
	sqlite3_vfs_register(&vfs.base, 1); /* for every store of this program */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
