#include "store_test.h"

#include "../fault/vfs.h"

#include <errno.h>

/* A full disk and failing disks, at every input and output of a batch of eight commands. What
 * was answered OK is there, what was answered with an error is not, and the server goes on. */

enum { BATCH = 8 };

struct step {
	const char *case_id;
	int64_t note;
	size_t size;
};

/* What a submission writes: a key, a row, an entry of the history, a follow-up. */
static enum err step_apply(struct apply *ap, struct errinfo *e)
{
	const struct step *in = ap->command->input;
	char *body = arena_alloc(ap->arena, in->size);
	memset(body, 'x', in->size);
	TRY(key_assign(ap, text_from(in->case_id), TEXT("14612000"), e));
	TRY(db_exec(ap->db, SQL_NOTE_PUT, e, BIND("id", in->note), BIND("authority", "A"),
	        BIND("body", ((struct text){body, in->size}))));
	const struct history_event event = {.case_id = text_from(in->case_id),
	        .authority = TEXT("14612000"),
	        .actor = TEXT("applicant"),
	        .kind = TEXT("submitted"),
	        .payload = TEXT("{}")};
	TRY(history_append(ap, &event, NULL, e));
	TRY(apply_follow(ap, "after", text_from(in->case_id), e));
	ap->answer = text_format(ap->arena, "receipt of %s", in->case_id);
	return OK;
}

static enum err after_apply(struct apply *ap, struct errinfo *e)
{
	const struct history_event event = {.case_id = ap->command->payload,
	        .authority = TEXT("14612000"),
	        .actor = TEXT("system"),
	        .kind = TEXT("followed")};
	return history_append(ap, &event, NULL, e);
}

struct gate {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	bool reached, open;
	int answered;
};

static enum err gate_apply(struct apply *ap, struct errinfo *e)
{
	struct gate *g = ap->command->input;
	(void)e;
	pthread_mutex_lock(&g->mutex);
	g->reached = true;
	pthread_cond_broadcast(&g->changed);
	while (!g->open)
		pthread_cond_wait(&g->changed, &g->mutex);
	pthread_mutex_unlock(&g->mutex);
	return OK;
}

static void answer(void *host, struct command *c)
{
	struct gate *g = host;
	(void)c;
	pthread_mutex_lock(&g->mutex);
	g->answered++;
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->mutex);
}

static enum err limit_apply(struct apply *ap, struct errinfo *e);

static const struct command_kind kinds[] = {
        {.name = "step", .apply = step_apply},
        {.name = "after", .apply = after_apply},
        {.name = "gate", .apply = gate_apply},
        {.name = "limit", .apply = limit_apply},
};

static struct store *start(struct place *p)
{
	struct store *s = place_open(p);
	store_register(s, kinds, 4, NULL);
	/* hardly a cache: statements write to the log before the commit does */
	assert_ok(db_script(&s->write, "PRAGMA cache_size = 1", &e));
	assert_ok(store_start(s, &e));
	return s;
}

struct round {
	struct arena *arena;
	struct step steps[BATCH];
	struct command commands[BATCH];
};

static void round_make(struct round *r, int number, size_t size)
{
	r->arena = arena_new(0);
	for (int i = 0; i < BATCH; i++) {
		r->steps[i] =
		        (struct step){.case_id = text_format(r->arena, "case-%d-%d", number, i).ptr,
		                .note = number * 100 + i,
		                .size = size};
		r->commands[i] = (struct command){.kind = "step",
		        .input = &r->steps[i],
		        .key = text_format(r->arena, "key-%d-%d", number, i),
		        .arena = r->arena};
	}
}

/* Queue the commands behind a closed gate, call `arm`, let them go, wait for all answers. The
 * commands share an arena, so only the writer may use it meanwhile. */
static void run_batch(struct store *s, struct round *r, void (*arm)(void *), void *host)
{
	struct gate g = {.answered = 0};
	struct command hold = {.kind = "gate", .input = &g};
	pthread_mutex_init(&g.mutex, NULL);
	pthread_cond_init(&g.changed, NULL);
	assert_ok(store_submit(s, &hold, &e));
	pthread_mutex_lock(&g.mutex);
	while (!g.reached)
		pthread_cond_wait(&g.changed, &g.mutex);
	pthread_mutex_unlock(&g.mutex);
	for (int i = 0; i < BATCH; i++) {
		r->commands[i].done = answer;
		r->commands[i].done_host = &g;
		assert_ok(store_submit(s, &r->commands[i], &e));
	}
	arm(host);
	pthread_mutex_lock(&g.mutex);
	g.open = true;
	pthread_cond_broadcast(&g.changed);
	while (g.answered < BATCH)
		pthread_cond_wait(&g.changed, &g.mutex);
	pthread_mutex_unlock(&g.mutex);
}

static bool note_exists(struct store *s, int64_t id)
{
	struct db *db;
	struct db_rows r;
	assert_ok(store_read_begin(s, &db, &e));
	enum err err = db_get(&r, db, SQL_NOTE_GET, NULL, BIND("id", id));
	store_read_end(s, db);
	assert_true(err == OK || err == ERR_NOT_FOUND);
	return err == OK;
}

/* After the fault: what was promised holds, the failed ones succeed with the same key. */
static int check_round(struct store *s, struct round *r)
{
	int failed = 0;
	for (int i = 0; i < BATCH; i++) {
		struct command *c = &r->commands[i];
		bool ok = c->result == OK;
		failed += !ok;
		if (!ok && c->result != ERR_FULL && c->result != ERR_IO)
			fail_msg("command %d: %s (%s)", i, err_name(c->result), c->error.message);
		assert_int_equal(note_exists(s, r->steps[i].note), ok);
		struct text first = text_copy(r->arena, c->answer);
		enum err err = store_run(s, c, NULL);
		if (err != OK)
			fail_msg("again %d: %s (%s)", i, err_name(err), c->error.message);
		assert_int_equal(c->repeated, ok);
		if (ok)
			assert_true(text_eq(c->answer, first));
	}
	arena_free(r->arena);
	return failed;
}

/* Everything is there exactly once: rows, entries, follow-ups. */
static void check_all(struct store *s, int rounds)
{
	struct db *db;
	struct history_report report;
	store_resume(s);
	for (int i = 0; i < 500 && store_counts(s).queued; i++)
		sqlite3_sleep(2);
	assert_int_equal(
	        store_do(s, "note.refuse", &(struct note){.body = TEXT("x")}, NULL), ERR_CONFLICT);
	for (int i = 0; i < 200; i++) { /* follow-ups come in pages */
		assert_int_equal(
		        store_do(s, "note.refuse", &(struct note){.body = TEXT("x")}, NULL),
		        ERR_CONFLICT);
	}
	assert_int_equal(count_notes(s), rounds * BATCH);
	assert_ok(store_read_begin(s, &db, &e));
	assert_ok(history_verify(db, TEXT_NONE, &report, &e));
	store_read_end(s, db);
	if (report.found != HISTORY_WHOLE)
		fail_msg("%s", report.what.message);
	assert_int_equal(report.entries, 2 * rounds * BATCH);
}

/* Faults of the database --------------------------------------------------------------------- */

static struct fault_vfs vfs;

struct fault {
	int on;
	long at;
	int code;
	int forever;
};

static void arm(void *host)
{
	const struct fault *f = host;
	fault_arm(&vfs, f->on, f->at, f->code, f->forever);
}

/* Fail at the first, second, ... operation until the batch has no more of them. */
static void fail_everywhere(struct place *p, int on, int code, int forever, long stride)
{
	p->options.vfs = "fault";
	struct store *s = start(p);
	int number = 0, failed = 0;
	long hits = 1;
	for (long at = 1; hits > 0; at += stride) {
		struct round r;
		struct fault f = {on, at, code, forever};
		round_make(&r, number++, 1500);
		run_batch(s, &r, arm, &f);
		hits = fault_disarm(&vfs);
		failed += check_round(s, &r);
		assert_true(at < 2000);
	}
	assert_true(number >= 2);
	if (forever)
		assert_true(failed > number); /* the faults did reach the callers */
	check_all(s, number);
	store_close(s);
}

static void full__at_one_write__only_a_retry(void **state)
{
	fail_everywhere(*state, FAULT_WRITES, SQLITE_FULL, 0, 1);
}

static void full__from_a_write_on__is_told_and_passes(void **state)
{
	fail_everywhere(*state, FAULT_WRITES, SQLITE_FULL, 1, 1);
}

static void ioerr__at_one_write__only_a_retry(void **state)
{
	fail_everywhere(*state, FAULT_WRITES, SQLITE_IOERR_WRITE, 0, 1);
}

static void ioerr__from_a_write_on__is_told_and_passes(void **state)
{
	fail_everywhere(*state, FAULT_WRITES, SQLITE_IOERR_WRITE, 1, 1);
}

static void ioerr__at_one_sync__only_a_retry(void **state)
{
	fail_everywhere(*state, FAULT_SYNCS, SQLITE_IOERR_FSYNC, 0, 1);
}

static void ioerr__at_one_read__only_a_retry(void **state)
{
	fail_everywhere(*state, FAULT_READS, SQLITE_IOERR_READ, 0, 1);
}

static void ioerr__at_any_operation__is_told_and_passes(void **state)
{
	fail_everywhere(*state, FAULT_WRITES | FAULT_SYNCS | FAULT_READS, SQLITE_IOERR_WRITE, 1, 5);
}

/* A full database: SQLITE_FULL inside of statements, each time a few pages later. The limit is set
 * in the writer, before the batch and after it. */
static enum err limit_apply(struct apply *ap, struct errinfo *e)
{
	const int *spare = ap->command->input;
	sqlite3_stmt *get;
	char limit[64];
	int pages = 1000000;
	if (*spare >= 0) {
		check(sqlite3_prepare_v2(ap->db->sqlite, "PRAGMA page_count", -1, &get, NULL) ==
		        SQLITE_OK);
		check(sqlite3_step(get) == SQLITE_ROW);
		pages = sqlite3_column_int(get, 0) + *spare;
		sqlite3_finalize(get);
	}
	snprintf(limit, sizeof limit, "PRAGMA max_page_count = %d", pages);
	return db_script(ap->db, limit, e);
}

static void nothing(void *host)
{
	(void)host;
}

static void full__inside_statements__fails_those_alone(void **state)
{
	struct place *p = *state;
	struct store *s = start(p);
	int number = 0, failed = 0, none = -1;
	for (int spare = 0; spare < 24; spare++) {
		struct round r;
		round_make(&r, number++, 3000);
		assert_ok(store_do(s, "limit", &spare, &e));
		run_batch(s, &r, nothing, NULL);
		assert_ok(store_do(s, "limit", &none, &e));
		failed += check_round(s, &r);
	}
	assert_true(failed > 24);
	assert_true(failed < number * BATCH); /* those that fitted were done */
	check_all(s, number);
	store_close(s);
}

/* Faults of the blobs ------------------------------------------------------------------------ */

struct bad_disk {
	int at; /* the operation that fails, 0 = none */
	int seen;
	int code;
	bool torn; /* write half before failing */
};

static ssize_t bad_write(void *self, int fd, const void *bytes, size_t size)
{
	struct bad_disk *d = self;
	if (++d->seen != d->at)
		return write(fd, bytes, size);
	if (d->torn && size > 1 && write(fd, bytes, size / 2) < 0)
		return -1;
	errno = d->code;
	return -1;
}

static int bad_sync(void *self, int fd)
{
	struct bad_disk *d = self;
	if (++d->seen != d->at)
		return fsync(fd);
	errno = d->code;
	return -1;
}

struct keep {
	const struct blob *blob;
};

static enum err keep_apply(struct apply *ap, struct errinfo *e)
{
	const struct keep *k = ap->command->input;
	return blob_keep(ap, k->blob, TEXT("document:1"), e);
}

static enum err assign_apply(struct apply *ap, struct errinfo *e)
{
	return key_assign(ap, TEXT("case-1"), TEXT("14612000"), e);
}

static const struct command_kind blob_kinds[] = {
        {.name = "keep", .apply = keep_apply},
        {.name = "assign", .apply = assign_apply},
};

/* Store contents with the n-th operation failing; whatever was stored stays readable. */
static void fail_blobs(struct place *p, size_t size, int code, bool torn, enum err expected)
{
	struct bad_disk disk = {.code = code, .torn = torn};
	struct store *s;
	p->options.disk = (struct store_disk){bad_write, bad_sync, &disk};
	s = place_open(p);
	store_register(s, blob_kinds, 2, NULL);
	assert_ok(store_start(s, &e));
	assert_ok(store_do(s, "assign", NULL, &e));
	struct arena *a = arena_new(0);
	int kept = 0, refused = 0;
	for (int at = 1; at < 12; at++) {
		char *bytes = arena_alloc(a, size);
		memset(bytes, 'a' + at, size);
		struct text content = {bytes, size}, out;
		struct blob b;
		struct errinfo why;
		disk.seen = 0;
		disk.at = at;
		enum err err = blob_put(s, TEXT("case-1"), content, &b, at % 2 ? &why : NULL);
		disk.at = 0;
		if (err != OK) {
			if (err != expected)
				fail_msg("%s: %s", err_name(err), at % 2 ? why.message : "");
			refused++;
			assert_ok(blob_put(s, TEXT("case-1"), content, &b, &e));
		}
		assert_ok(store_do(s, "keep", &(struct keep){&b}, &e));
		kept++;
		struct db *db;
		struct blob_report report;
		assert_ok(store_read_begin(s, &db, &e));
		assert_ok(blob_get(db, TEXT("case-1"), text_from(b.address), a, &out, &e));
		assert_true(text_eq(out, content));
		assert_ok(blob_verify(db, &report, &e));
		store_read_end(s, db);
		assert_int_equal(report.checked, kept);
		assert_int_equal(report.damaged, 0);
	}
	assert_true(refused >= 3);
	arena_free(a);
	store_close(s);
}

static void blob__full_disk_or_failing_sync__is_told_and_harms_nothing(void **state)
{
	(void)state;
	static const struct {
		size_t size;
		int code;
		bool torn;
		enum err expected;
	} rows[] = {
	        {900, ENOSPC, false, ERR_FULL},
	        {900, EIO, true, ERR_IO},
	        {200000, ENOSPC, true, ERR_FULL},
	        {200000, EIO, false, ERR_IO},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct place p;
		place_make(&p);
		fail_blobs(&p, rows[i].size, rows[i].code, rows[i].torn, rows[i].expected);
		place_remove(&p);
	}
}

static int setup(void **state)
{
	static struct place p;
	place_make(&p);
	*state = &p;
	return 0;
}

static int teardown(void **state)
{
	place_remove(*state);
	return 0;
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	        T(full__at_one_write__only_a_retry),
	        T(full__from_a_write_on__is_told_and_passes),
	        T(ioerr__at_one_write__only_a_retry),
	        T(ioerr__from_a_write_on__is_told_and_passes),
	        T(ioerr__at_one_sync__only_a_retry),
	        T(ioerr__at_one_read__only_a_retry),
	        T(ioerr__at_any_operation__is_told_and_passes),
	        T(full__inside_statements__fails_those_alone),
	        T(blob__full_disk_or_failing_sync__is_told_and_harms_nothing),
	};
	fault_register(&vfs);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
