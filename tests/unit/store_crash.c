#include "store_test.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

/* A process that takes commands from four threads is killed at random moments. Every command it
 * acknowledged is there exactly once with all its parts; the history verifies. */

enum { ROUNDS = 30, CHILD_THREADS = 4, ACKNOWLEDGED_MAX = 200000, BLOB_EVERY = 8 };

static enum err open_case_apply(struct apply *ap, struct errinfo *e)
{
	const struct note *n = ap->command->input;
	struct text case_id = text_format(ap->arena, "case-%lld", (long long)n->id);
	TRY(key_assign(ap, case_id, TEXT("14612000"), e));
	TRY(db_exec(ap->db, SQL_NOTE_PUT, e, BIND("id", n->id), BIND("authority", "A"),
	        BIND("body", n->body)));
	const struct history_event event = {.case_id = case_id,
	        .authority = TEXT("14612000"),
	        .actor = TEXT("applicant"),
	        .kind = TEXT("submitted"),
	        .payload = n->body};
	TRY(history_append(ap, &event, NULL, e));
	ap->answer = case_id;
	return OK;
}

struct keep {
	struct blob blob;
	char owner[64];
};

static enum err keep_apply(struct apply *ap, struct errinfo *e)
{
	const struct keep *k = ap->command->input;
	return blob_keep(ap, &k->blob, text_from(k->owner), e);
}

static const struct command_kind kinds[] = {
        {.name = "case.open", .apply = open_case_apply},
        {.name = "keep", .apply = keep_apply},
};

static struct store *start(struct place *p)
{
	struct store *s = place_open(p);
	store_register(s, kinds, 2, NULL);
	assert_ok(store_start(s, &e));
	return s;
}

/* The child ------------------------------------------------------------------------------- */

struct child {
	struct store *store;
	int acknowledge; /* the pipe */
	int64_t first;
};

static bool add_blob(struct store *s, int64_t id)
{
	char subject[64], content[64];
	struct keep keep;
	snprintf(subject, sizeof subject, "case-%lld", (long long)id);
	snprintf(content, sizeof content, "document of case %lld", (long long)id);
	snprintf(keep.owner, sizeof keep.owner, "document:%lld", (long long)id);
	return blob_put(s, text_from(subject), text_from(content), &keep.blob, NULL) == OK &&
	       store_do(s, "keep", &keep, NULL) == OK;
}

/* Acknowledge with the number, negative when its document is kept too. */
static void *submit_for_ever(void *host)
{
	struct child *c = host;
	for (int64_t id = c->first;; id += CHILD_THREADS) {
		char key[32];
		struct note n = {.id = id, .body = TEXT("content of an application")};
		snprintf(key, sizeof key, "token-%lld", (long long)id);
		struct command command = {.kind = "case.open", .input = &n, .key = text_from(key)};
		if (store_run(c->store, &command, NULL) != OK)
			_exit(3);
		if (write(c->acknowledge, &id, sizeof id) != sizeof id)
			_exit(4);
		int64_t kept = -id;
		if (id % BLOB_EVERY)
			continue;
		if (!add_blob(c->store, id) ||
		        write(c->acknowledge, &kept, sizeof kept) != sizeof kept)
			_exit(5);
	}
	return NULL;
}

_Noreturn static void child_main(struct place *p, int acknowledge, int64_t first)
{
	struct child children[CHILD_THREADS];
	pthread_t threads[CHILD_THREADS];
	struct store *s = start(p);
	for (int i = 0; i < CHILD_THREADS; i++) {
		children[i] = (struct child){s, acknowledge, first + i};
		if (pthread_create(&threads[i], NULL, submit_for_ever, &children[i]) != 0)
			_exit(6);
	}
	pthread_join(threads[0], NULL);
	_exit(7);
}

/* The parent ------------------------------------------------------------------------------ */

struct ledger {
	int64_t ids[ACKNOWLEDGED_MAX];
	size_t count;
};

static bool take_one(struct ledger *l, int fd)
{
	int64_t id;
	ssize_t got = read(fd, &id, sizeof id);
	if (got != sizeof id)
		return false;
	assert_true(l->count < ACKNOWLEDGED_MAX);
	l->ids[l->count++] = id;
	return true;
}

/* Let the child work for a random time after its first acknowledgement, then kill it. */
static void run_child(struct place *p, struct ledger *l, int64_t first, unsigned *seed)
{
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(ends[0]);
		child_main(p, ends[1], first);
	}
	close(ends[1]);
	if (!take_one(l, ends[0]))
		fail_msg("the child ended by itself");
	*seed = *seed * 1103515245u + 12345u;
	int64_t until_ms = monotonic_ms() + (*seed >> 16) % 90;
	struct pollfd ready = {.fd = ends[0], .events = POLLIN};
	for (int64_t left; (left = until_ms - monotonic_ms()) > 0;) {
		if (poll(&ready, 1, (int)left) > 0 && !take_one(l, ends[0]))
			fail_msg("the child ended by itself");
	}
	kill(pid, SIGKILL);
	while (take_one(l, ends[0]))
		;
	close(ends[0]);
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void check_document(struct db *db, struct arena *a, int64_t id)
{
	struct text out, address = TEXT_NONE;
	sqlite3_stmt *get;
	struct text owner = text_format(a, "document:%lld", (long long)id);
	assert_int_equal(sqlite3_prepare_v2(db->sqlite,
	                         "SELECT address FROM blob_owner WHERE owner = ?", -1, &get, NULL),
	        SQLITE_OK);
	sqlite3_bind_text(get, 1, owner.ptr, (int)owner.len, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(get), SQLITE_ROW);
	address = text_copy(a, text_from((const char *)sqlite3_column_text(get, 0)));
	sqlite3_finalize(get);
	assert_ok(blob_get(db, text_format(a, "case-%lld", (long long)id), address, a, &out, &e));
	assert_true(text_eq(out, text_format(a, "document of case %lld", (long long)id)));
}

static void check_acknowledged(struct store *s, const struct ledger *l, size_t from)
{
	struct arena *a = arena_new(0);
	struct db *db;
	assert_ok(store_read_begin(s, &db, &e));
	for (size_t i = from; i < l->count; i++) {
		struct db_rows r;
		struct history_entry *entries;
		size_t count;
		int64_t id = l->ids[i];
		if (id < 0) {
			check_document(db, a, -id);
			continue;
		}
		assert_ok(db_get(&r, db, SQL_NOTE_GET, &e, BIND("id", id)));
		assert_ok(db_end(&r, &e));
		struct text case_id = text_format(a, "case-%lld", (long long)id);
		assert_ok(history_read(db, case_id, 0, 10, a, &entries, &count, &e));
		assert_int_equal(count, 1);
		assert_text(entries[0].payload, "content of an application");
		arena_reset(a);
	}
	store_read_end(s, db);
	arena_free(a);
}

static void check_whole(struct store *s)
{
	struct history_report history;
	struct blob_report blobs;
	struct db *db;
	int64_t notes = count_notes(s);
	assert_ok(store_read_begin(s, &db, &e));
	assert_ok(history_verify(db, TEXT_NONE, &history, &e));
	assert_ok(blob_verify(db, &blobs, &e));
	store_read_end(s, db);
	if (history.found != HISTORY_WHOLE)
		fail_msg("%s", history.what.message);
	assert_int_equal(blobs.damaged, 0);
	assert_int_equal(history.entries, notes); /* no half of a command */
}

/* A client that heard nothing sends again: done or not, it ends with exactly one case. */
static void send_again(struct store *s, int64_t id, int64_t before)
{
	char key[32];
	struct note n = {.id = id, .body = TEXT("content of an application")};
	snprintf(key, sizeof key, "token-%lld", (long long)id);
	struct command c = {.kind = "case.open", .input = &n, .key = text_from(key)};
	assert_ok(store_run(s, &c, &e));
	assert_int_equal(count_notes(s), before + !c.repeated);
}

static void crash__at_random_moments__keeps_what_was_acknowledged(void **state)
{
	(void)state;
	static struct ledger ledger;
	struct place p;
	unsigned seed = (unsigned)time(NULL);
	place_make(&p);
	for (int round = 0; round < ROUNDS; round++) {
		size_t from = ledger.count;
		int64_t first = (int64_t)(round + 1) * 1000000;
		run_child(&p, &ledger, first, &seed);
		struct store *s = start(&p);
		check_acknowledged(s, &ledger, from);
		check_whole(s);
		int64_t last = first;
		for (size_t i = from; i < ledger.count; i++)
			last = ledger.ids[i] > last ? ledger.ids[i] : last;
		send_again(s, last, count_notes(s));
		send_again(s, last + CHILD_THREADS, count_notes(s)); /* perhaps done, not heard */
		store_close(s);
	}
	struct store *s = start(&p);
	check_acknowledged(s, &ledger, 0);
	print_message("%zu acknowledgements in %d rounds\n", ledger.count, ROUNDS);
	store_close(s);
	place_remove(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(crash__at_random_moments__keeps_what_was_acknowledged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
