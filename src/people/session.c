/* Sessions: a random token in the browser, its hash here. */
#include "people/people_int.h"

#include "sql_people.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { SEEN_EVERY_MS = 60 * 1000, KEEP_MS = 24 * 60 * 60 * 1000 };

struct session {
	enum people_kind kind;
	struct text person;
	enum people_trust trust;
	struct instant began, seen, ended;
};

void session_token(const struct people *p, char out[PEOPLE_TOKEN_SIZE])
{
	unsigned char bytes[32];
	random_fill(&p->options.random, bytes, sizeof bytes);
	out[0] = 's';
	hex_put(out + 1, bytes, sizeof bytes);
	sodium_memzero(bytes, sizeof bytes);
}

enum err session_add(struct apply *ap, const struct people *p, enum people_kind kind,
        struct text person, enum people_trust trust, const char *token, struct text old,
        struct errinfo *e)
{
	unsigned char bytes[PEOPLE_HASH_SIZE], old_bytes[PEOPLE_HASH_SIZE];
	struct text hash = {(const char *)bytes, sizeof bytes};
	struct text old_hash = {(const char *)old_bytes, sizeof old_bytes};
	struct instant now = clock_now(&p->options.clock);
	people_hash(text_from(token), bytes);
	people_hash(old, old_bytes);
	TRY(db_exec(
	        ap->db, SQL_PEOPLE_SESSION_END, e, BIND_BLOB("hash", old_hash), BIND("now", now)));
	TRY(db_exec(ap->db, SQL_PEOPLE_SESSION_SWEEP, e,
	        BIND("before", (struct instant){now.ms - KEEP_MS})));
	return db_exec(ap->db, SQL_PEOPLE_SESSION_ADD, e, BIND_BLOB("hash", hash),
	        BIND("kind", (int)kind), BIND("person", person), BIND("trust", (int)trust),
	        BIND("now", now));
}

static enum err load(
        struct db *db, struct text hash, struct arena *a, struct session *s, struct errinfo *e)
{
	struct db_rows r;
	TRY(db_get(&r, db, SQL_PEOPLE_SESSION, e, BIND_BLOB("hash", hash)));
	s->kind = (enum people_kind)row_int(&r, "kind");
	s->person = row_copy(&r, "person", a);
	s->trust = (enum people_trust)row_int(&r, "trust");
	s->began = row_instant(&r, "began");
	s->seen = row_instant(&r, "seen");
	s->ended = row_instant(&r, "ended");
	return db_end(&r, e);
}

static bool alive(const struct session *s, struct instant now)
{
	bool staff = s->kind == PEOPLE_STAFF;
	int64_t idle = staff ? PEOPLE_STAFF_IDLE_MS : PEOPLE_CITIZEN_IDLE_MS;
	int64_t most = staff ? PEOPLE_STAFF_MAX_MS : PEOPLE_CITIZEN_MAX_MS;
	return s->ended.ms == 0 && now.ms - s->seen.ms < idle && now.ms - s->began.ms < most;
}

/* In the background: nobody waits for it, and losing it does no harm. */
struct seen {
	struct command command;
	unsigned char hash[PEOPLE_HASH_SIZE];
};

static void seen_done(void *host, struct command *c)
{
	(void)c;
	struct seen *s = host;
	arena_free(s->command.arena);
	free(s);
}

static void keep_alive(struct people *p, const unsigned char hash[PEOPLE_HASH_SIZE])
{
	struct seen *s = calloc(1, sizeof *s);
	struct errinfo ignored;
	check(s != NULL);
	memcpy(s->hash, hash, sizeof s->hash);
	s->command = (struct command){.kind = "people.seen",
	        .input = s,
	        .arena = arena_new(0),
	        .done = seen_done,
	        .done_host = s};
	if (store_submit(p->options.store, &s->command, &ignored) != OK)
		seen_done(s, &s->command);
}

enum err seen_apply(struct apply *ap, struct errinfo *e)
{
	const struct people *p = ap->host;
	const struct seen *s = ap->command->input;
	struct text hash = {(const char *)s->hash, sizeof s->hash};
	return db_exec(ap->db, SQL_PEOPLE_SESSION_SEEN, e, BIND_BLOB("hash", hash),
	        BIND("now", clock_now(&p->options.clock)));
}

static enum err find(struct people *p, struct db *db, const unsigned char bytes[PEOPLE_HASH_SIZE],
        struct date today, struct arena *a, struct people_actor *out,
        enum people_session_state *state, struct errinfo *e)
{
	struct text hash = {(const char *)bytes, PEOPLE_HASH_SIZE};
	struct instant now = clock_now(&p->options.clock);
	struct session s;
	enum err code = load(db, hash, a, &s, e);
	if (code == ERR_NOT_FOUND)
		return OK;
	TRY(code);
	*out = (struct people_actor){.kind = s.kind, .id = s.person};
	*state = PEOPLE_SESSION_EXPIRED;
	if (!alive(&s, now))
		return OK;
	code = people_actor_load(db, s.kind, s.person, today, a, out, e);
	if (code == ERR_NOT_FOUND)
		return OK; /* the account was closed meanwhile */
	TRY(code);
	out->trust = s.trust;
	*state = PEOPLE_SESSION_VALID;
	if (now.ms - s.seen.ms >= SEEN_EVERY_MS)
		keep_alive(p, bytes);
	return OK;
}

enum err people_session_find(struct people *p, struct text token, struct date today,
        struct arena *a, struct people_actor *out, enum people_session_state *state,
        struct errinfo *e)
{
	unsigned char bytes[PEOPLE_HASH_SIZE];
	struct db *db;
	*state = PEOPLE_SESSION_NONE;
	*out = (struct people_actor){0};
	if (token.len != PEOPLE_TOKEN_SIZE - 1 || token.ptr[0] != 's')
		return OK;
	people_hash(token, bytes);
	TRY(store_read_begin(p->options.store, &db, e));
	enum err code = find(p, db, bytes, today, a, out, state, e);
	store_read_end(p->options.store, db);
	return code;
}

enum err leave_apply(struct apply *ap, struct errinfo *e)
{
	const struct people *p = ap->host;
	const struct people_leave *l = ap->command->input;
	unsigned char bytes[PEOPLE_HASH_SIZE];
	struct text hash = {(const char *)bytes, sizeof bytes};
	people_hash(l->token, bytes);
	return db_exec(ap->db, SQL_PEOPLE_SESSION_END, e, BIND_BLOB("hash", hash),
	        BIND("now", clock_now(&p->options.clock)));
}
