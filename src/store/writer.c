/* The writer: one thread, one connection, many commands a commit. */
#include "store/store_int.h"

#include "sql_store.h"

enum { SLOW_MS = 20 }; /* an apply above this is told in the log */

const struct command_entry *writer_kind(const struct store *s, const char *name)
{
	const struct command_entry *at = s->kinds;
	while (at && strcmp(at->kind.name, name) != 0)
		at = at->next;
	return at;
}

/* One command -------------------------------------------------------------------------- */

static enum err settle(struct command *c, enum err err)
{
	c->result = err;
	return err;
}

/* The first answer to this key, if there is one. */
static enum err look_up_key(struct store *s, struct command *c, bool *known)
{
	struct db_rows r;
	struct errinfo *e = &c->error;
	enum err err = db_get(&r, &s->write, SQL_COMMAND_KEY_GET, e, BIND("key", c->key));
	*known = err == OK;
	if (err == ERR_NOT_FOUND)
		return OK;
	TRY(err);
	bool same = text_is(row_text(&r, "kind"), c->kind);
	if (c->arena)
		c->answer = row_copy_blob(&r, "answer", c->arena);
	TRY(db_end(&r, e));
	c->repeated = true;
	return same ? OK
	            : fail(e, ERR_CONFLICT, "the key of this command was used by another kind");
}

static enum err keep_answer(struct store *s, struct command *c, const struct apply *ap)
{
	if (ap->answer.len > COMMAND_ANSWER_MAX)
		return fail(&c->error, ERR_LIMIT, "%s: an answer of %zu bytes", c->kind,
		        ap->answer.len);
	if (c->arena)
		c->answer = text_copy(c->arena, ap->answer);
	if (c->key.len == 0)
		return OK;
	return db_exec(&s->write, SQL_COMMAND_KEY_PUT, &c->error, BIND("key", c->key),
	        BIND("kind", c->kind), BIND("at", ap->now),
	        BIND_BLOB("answer", ap->answer.len ? ap->answer : TEXT("")));
}

static enum err apply_inside(struct store *s, struct command *c)
{
	struct apply ap = {.db = &s->write,
	        .store = s,
	        .arena = s->writer.scratch,
	        .now = store_now(s),
	        .host = c->entry->host,
	        .command = c};
	bool known = false;
	if (c->key.len)
		TRY(look_up_key(s, c, &known));
	if (known)
		return OK;
	TRY(c->entry->kind.apply(&ap, &c->error));
	if (c->follow_id)
		TRY(db_exec(&s->write, SQL_FOLLOW_UP_DONE, &c->error, BIND("id", c->follow_id)));
	return keep_answer(s, c, &ap);
}

static void tidy(struct store *s)
{
	db_end_all(&s->write);
	db_forget_keys(&s->write);
	arena_reset(s->writer.scratch);
}

static void tell_undone(struct store *s, const struct command *c)
{
	if (s->cache.undone)
		s->cache.undone(s->cache.host, c);
}

bool writer_apply(struct store *s, struct command *c)
{
	struct db *db = &s->write;
	int64_t start_ms = monotonic_ms();
	bool follow_before = s->writer.follow_new;
	c->error = (struct errinfo){0};
	c->answer = TEXT_NONE;
	c->repeated = false;
	enum err err = db_script(db, "SAVEPOINT command", &c->error);
	if (err == OK)
		err = apply_inside(s, c);
	tidy(s);
	if (err == OK)
		err = db_script(db, "RELEASE command", &c->error);
	if (settle(c, err) != OK) {
		s->writer.follow_new = follow_before;
		c->answer = TEXT_NONE;
		if (!db_in_transaction(db) ||
		        db_script(db, "ROLLBACK TO command; RELEASE command", NULL) != OK)
			return false;
		tell_undone(s, c);
		if (c->follow_id && follow_settle(s, c, &c->error) != OK)
			return db_in_transaction(db);
	}
	int64_t took_ms = monotonic_ms() - start_ms;
	if (took_ms > SLOW_MS && s->log)
		log_event(s->log, LOG_WARN, "command.slow", "kind", c->kind, NULL);
	return db_in_transaction(db);
}

/* One batch ---------------------------------------------------------------------------- */

struct batch {
	struct command *first, *last;
	size_t count;
};

static void batch_add(struct batch *b, struct command *c)
{
	c->next = NULL;
	if (b->last)
		b->last->next = c;
	else
		b->first = c;
	b->last = c;
	b->count++;
}

static struct command *take(struct store *s)
{
	struct writer *w = &s->writer;
	pthread_mutex_lock(&w->mutex);
	struct command *c = w->first;
	if (c) {
		w->first = c->next;
		w->last = w->first ? w->last : NULL;
		w->queued--;
	}
	pthread_mutex_unlock(&w->mutex);
	return c;
}

static void commit_done(struct store *s)
{
	struct writer *w = &s->writer;
	if (s->cache.committed)
		s->cache.committed(s->cache.host);
	pthread_mutex_lock(&w->mutex);
	w->counts.batches++;
	w->follow_waiting |= w->follow_new;
	pthread_mutex_unlock(&w->mutex);
	w->follow_new = false;
}

static void drop_transaction(struct store *s)
{
	db_rollback(&s->write);
	db_forget_keys(&s->write);
	s->writer.follow_new = false;
	tell_undone(s, NULL);
}

/* The transaction of the batch was lost: each command in one of its own, so that only those
 * that cannot be written fail. */
static void run_alone(struct store *s, struct command *c)
{
	enum err err = db_begin(&s->write, &c->error);
	bool whole = err == OK && writer_apply(s, c);
	if (whole) {
		struct errinfo e;
		err = db_commit(&s->write, &e);
		if (err == OK) {
			commit_done(s);
			return;
		}
		if (c->result == OK)
			c->error = e;
	}
	drop_transaction(s);
	c->answer = TEXT_NONE;
	if (err != OK)
		c->result = c->result != OK && whole ? c->result : err;
	else if (c->result == OK)
		c->result = fail(&c->error, ERR_IO, "the transaction was lost");
}

static void rerun(struct store *s, const struct batch *b)
{
	drop_transaction(s);
	if (s->log)
		log_event(s->log, LOG_WARN, "writer.rerun", NULL);
	pthread_mutex_lock(&s->writer.mutex);
	s->writer.counts.reruns++;
	pthread_mutex_unlock(&s->writer.mutex);
	for (struct command *c = b->first; c; c = c->next)
		run_alone(s, c);
}

/* Take commands while time and numbers allow; false when the transaction was lost. Those taken are
 * in the batch either way. */
static bool fill_batch(struct store *s, struct batch *b)
{
	int64_t start_ms = monotonic_ms();
	struct command *follow = NULL;
	follow_load(s, &follow, s->batch_max / 4 + 1);
	while (follow) {
		struct command *next = follow->next;
		batch_add(b, follow);
		follow = next;
	}
	if (db_begin(&s->write, NULL) != OK)
		return false;
	for (struct command *c = b->first; c; c = c->next) {
		if (!writer_apply(s, c))
			return false;
	}
	while (b->count < s->batch_max && monotonic_ms() - start_ms < COMMAND_BATCH_MS) {
		struct command *c = take(s);
		if (!c)
			break;
		batch_add(b, c);
		if (!writer_apply(s, c))
			return false;
	}
	return true;
}

static void answer_all(struct store *s, const struct batch *b)
{
	struct store_counts *counts = &s->writer.counts;
	pthread_mutex_lock(&s->writer.mutex);
	for (const struct command *c = b->first; c; c = c->next) {
		counts->commands += c->result == OK;
		counts->failed += c->result != OK;
		counts->repeated += c->repeated;
	}
	pthread_mutex_unlock(&s->writer.mutex);
	for (struct command *c = b->first, *next; c; c = next) {
		next = c->next; /* the owner may free the command in `done` */
		c->error.code = c->result;
		if (c->done)
			c->done(c->done_host, c);
	}
}

static void run_batch(struct store *s)
{
	struct batch b = {0};
	if (!fill_batch(s, &b) || db_commit(&s->write, NULL) != OK) {
		if (!b.first) {
			/* BEGIN itself failed: the commands still wait in the queue. */
			struct command *c = take(s);
			if (c)
				batch_add(&b, c);
		}
		rerun(s, &b);
	} else if (b.first) {
		commit_done(s);
	}
	answer_all(s, &b);
	arena_reset(s->writer.follow_arena);
}

/* The thread --------------------------------------------------------------------------- */

static bool wait_for_work(struct writer *w)
{
	pthread_mutex_lock(&w->mutex);
	while (!w->first && !w->follow_waiting && !w->stopping)
		pthread_cond_wait(&w->wake, &w->mutex);
	bool work = w->first || (w->follow_waiting && !w->stopping);
	pthread_mutex_unlock(&w->mutex);
	return work;
}

static void *run(void *store)
{
	struct store *s = store;
	while (wait_for_work(&s->writer))
		run_batch(s);
	return NULL;
}

enum err writer_init(struct store *s, struct errinfo *e)
{
	struct writer *w = &s->writer;
	if (pthread_mutex_init(&w->mutex, NULL) != 0 || pthread_cond_init(&w->wake, NULL) != 0)
		return fail(e, ERR_INTERNAL, "no mutex for the writer");
	w->scratch = arena_new(0);
	w->follow_arena = arena_new(0);
	return OK;
}

enum err writer_start(struct store *s, struct errinfo *e)
{
	struct writer *w = &s->writer;
	check(!w->started);
	w->follow_waiting = true;
	if (pthread_create(&w->thread, NULL, run, s) != 0)
		return fail(e, ERR_INTERNAL, "no thread for the writer");
	w->started = true;
	return OK;
}

void writer_stop(struct store *s)
{
	struct writer *w = &s->writer;
	pthread_mutex_lock(&w->mutex);
	w->stopping = true;
	bool join = w->started && !w->ended;
	w->ended = true;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->mutex);
	if (join)
		pthread_join(w->thread, NULL);
}

void writer_free(struct store *s)
{
	struct writer *w = &s->writer;
	pthread_mutex_destroy(&w->mutex);
	pthread_cond_destroy(&w->wake);
	arena_free(w->scratch);
	arena_free(w->follow_arena);
}
