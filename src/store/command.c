/* The callers' side of the writer, and follow-up commands. */
#include "store/store_int.h"

#include "sql_store.h"

void store_register(struct store *s, const struct command_kind *kinds, size_t count, void *host)
{
	check(!s->writer.started);
	for (size_t i = 0; i < count; i++) {
		check(kinds[i].apply && !writer_kind(s, kinds[i].name));
		struct command_entry *entry = ARENA_NEW(s->arena, struct command_entry);
		*entry = (struct command_entry){.kind = kinds[i], .host = host, .next = s->kinds};
		s->kinds = entry;
	}
}

static enum err check_command(struct store *s, struct command *c, struct errinfo *e)
{
	c->entry = writer_kind(s, c->kind);
	if (!c->entry)
		return fail(e, ERR_INTERNAL, "no command of kind %s is registered", c->kind);
	if (c->key.len > COMMAND_KEY_MAX)
		return fail(e, ERR_LIMIT, "a key has at most %d bytes", COMMAND_KEY_MAX);
	if (c->payload.len > COMMAND_PAYLOAD_MAX)
		return fail(e, ERR_LIMIT, "a payload has at most %d bytes", COMMAND_PAYLOAD_MAX);
	c->follow_id = 0;
	c->next = NULL;
	c->repeated = false;
	c->answer = TEXT_NONE;
	c->result = OK;
	return OK;
}

static enum err run_prepare(struct store *s, struct command *c, struct errinfo *e)
{
	if (!c->entry->kind.prepare)
		return OK;
	struct prepare p = {.store = s,
	        .arena = c->arena,
	        .now = store_now(s),
	        .host = c->entry->host,
	        .command = c};
	return c->entry->kind.prepare(&p, e);
}

/* Was a command with this key done already? */
static bool key_known(struct store *s, const struct command *c)
{
	struct db *db;
	struct db_rows r;
	if (c->key.len == 0 || store_read_begin(s, &db, NULL) != OK)
		return false;
	bool known = db_get(&r, db, SQL_COMMAND_KEY_GET, NULL, BIND("key", c->key)) == OK;
	store_read_end(s, db);
	return known;
}

/* Refused early, so that nobody prepares for nothing. */
static enum err check_room(struct store *s, struct errinfo *e)
{
	struct writer *w = &s->writer;
	if (!w->started || w->stopping)
		return fail(e, ERR_BUSY, "the store takes no commands now");
	if (w->queued >= s->queue_max)
		return fail(e, ERR_BUSY, "%zu commands are waiting already", w->queued);
	return OK;
}

static enum err enqueue(struct store *s, struct command *c, struct errinfo *e)
{
	struct writer *w = &s->writer;
	pthread_mutex_lock(&w->mutex);
	enum err err = check_room(s, e);
	if (err == OK) {
		if (w->last)
			w->last->next = c;
		else
			w->first = c;
		w->last = c;
		w->queued++;
		pthread_cond_signal(&w->wake);
	}
	pthread_mutex_unlock(&w->mutex);
	return err;
}

enum err store_submit(struct store *s, struct command *c, struct errinfo *e)
{
	TRY(check_command(s, c, e));
	pthread_mutex_lock(&s->writer.mutex);
	enum err err = check_room(s, e);
	pthread_mutex_unlock(&s->writer.mutex);
	TRY(err);
	keys_top_up(s);
	/* Sent again: what prepare needs may be gone since, the first answer is not. */
	if (c->entry->kind.prepare && !key_known(s, c)) {
		err = run_prepare(s, c, e);
		if (err != OK && !key_known(s, c))
			return err;
	}
	return enqueue(s, c, e);
}

struct waiter {
	pthread_mutex_t mutex;
	pthread_cond_t wake;
	bool done;
};

static void wake_waiter(void *host, struct command *c)
{
	struct waiter *w = host;
	(void)c;
	pthread_mutex_lock(&w->mutex);
	w->done = true;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->mutex);
}

enum err store_run(struct store *s, struct command *c, struct errinfo *e)
{
	check(!s->writer.started || !pthread_equal(pthread_self(), s->writer.thread));
	struct waiter w = {.done = false};
	pthread_mutex_init(&w.mutex, NULL);
	pthread_cond_init(&w.wake, NULL);
	c->done = wake_waiter;
	c->done_host = &w;
	enum err err = store_submit(s, c, e);
	if (err == OK) {
		pthread_mutex_lock(&w.mutex);
		while (!w.done)
			pthread_cond_wait(&w.wake, &w.mutex);
		pthread_mutex_unlock(&w.mutex);
		err = c->result;
		if (err != OK && e)
			*e = c->error;
	}
	pthread_cond_destroy(&w.wake);
	pthread_mutex_destroy(&w.mutex);
	return err;
}

enum err store_do(struct store *s, const char *kind, void *input, struct errinfo *e)
{
	struct arena *a = arena_new(0);
	struct command c = {.kind = kind, .input = input, .arena = a};
	enum err err = store_run(s, &c, e);
	arena_free(a);
	return err;
}

struct store_counts store_counts(struct store *s)
{
	pthread_mutex_lock(&s->writer.mutex);
	struct store_counts counts = s->writer.counts;
	counts.queued = s->writer.queued;
	pthread_mutex_unlock(&s->writer.mutex);
	return counts;
}

/* Follow-ups --------------------------------------------------------------------------- */

enum err apply_follow(struct apply *ap, const char *kind, struct text payload, struct errinfo *e)
{
	if (!writer_kind(ap->store, kind))
		return fail(e, ERR_INTERNAL, "no command of kind %s is registered", kind);
	if (payload.len > COMMAND_PAYLOAD_MAX)
		return fail(e, ERR_LIMIT, "a payload has at most %d bytes", COMMAND_PAYLOAD_MAX);
	ap->store->writer.follow_new = true;
	return db_exec(ap->db, SQL_FOLLOW_UP_PUT, e, BIND("kind", kind),
	        BIND_BLOB("payload", payload.len ? payload : TEXT("")), BIND("at", ap->now));
}

void store_resume(struct store *s)
{
	struct writer *w = &s->writer;
	pthread_mutex_lock(&w->mutex);
	w->follow_again = true;
	w->follow_waiting = true;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->mutex);
}

/* Is there anything to load, and from where? */
static bool follow_wanted(struct writer *w)
{
	pthread_mutex_lock(&w->mutex);
	bool wanted = w->follow_waiting && !w->stopping;
	if (w->follow_again)
		w->follow_after = 0;
	w->follow_again = false;
	w->follow_waiting = false;
	pthread_mutex_unlock(&w->mutex);
	return wanted;
}

static enum err follow_page(
        struct store *s, struct command **list, size_t max, size_t *count, struct errinfo *e)
{
	struct writer *w = &s->writer;
	struct db_rows r;
	TRY(db_select(&r, &s->write, SQL_FOLLOW_UP_PAGE, e, BIND("after", w->follow_after),
	        BIND("tries", COMMAND_FOLLOW_TRIES), BIND("limit", max)));
	while (db_next(&r)) {
		struct command *c = ARENA_NEW(w->follow_arena, struct command);
		c->follow_id = row_int(&r, "id");
		c->kind = text_z(w->follow_arena, row_text(&r, "kind"));
		c->payload = row_copy_blob(&r, "payload", w->follow_arena);
		c->entry = writer_kind(s, c->kind);
		w->follow_after = c->follow_id;
		++*count;
		if (!c->entry)
			continue; /* of a room this program does not start; it stays */
		*list = c;
		list = &c->next;
	}
	return db_end(&r, e);
}

size_t follow_load(struct store *s, struct command **list, size_t max)
{
	struct writer *w = &s->writer;
	struct errinfo e;
	size_t count = 0;
	*list = NULL;
	if (!follow_wanted(w))
		return 0;
	if (follow_page(s, list, max, &count, &e) != OK && s->log)
		log_error(s->log, "writer.follow", &e);
	if (count == max) {
		pthread_mutex_lock(&w->mutex);
		w->follow_waiting = true;
		pthread_mutex_unlock(&w->mutex);
	}
	return count;
}

enum err follow_settle(struct store *s, const struct command *c, struct errinfo *e)
{
	bool passes = c->result == ERR_BUSY || c->result == ERR_FULL || c->result == ERR_IO;
	struct errinfo why = c->error;
	if (s->log)
		log_error(s->log, "command.follow", &why);
	struct errinfo own;
	enum err err = db_exec(&s->write, SQL_FOLLOW_UP_FAILED, &own, BIND("count", passes ? 0 : 1),
	        BIND("error", why.message), BIND("id", c->follow_id));
	if (err != OK)
		*e = own;
	return err;
}
