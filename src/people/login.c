/* Logging in. Wrong names and wrong passwords cost the same time and count the same, by the
 * name that was typed. */
#include "people/people_int.h"

#include "sql_people.h"

#include <sodium.h>
#include <string.h>

enum {
	WAIT_FIRST_S = 30, /* after PEOPLE_WRONG_MAX wrong ones; doubles with each further one */
	WAIT_MOST_S = 15 * 60,
	FORGET_MS = 24 * 60 * 60 * 1000,
	PASSWORD_MAX = 1024, /* bytes; longer ones are wrong */
};

static struct text name_hash(
        struct arena *a, struct text login, unsigned char bytes[PEOPLE_HASH_SIZE])
{
	people_hash(text_lower(a, text_nfc(a, login)), bytes);
	return (struct text){(const char *)bytes, PEOPLE_HASH_SIZE};
}

/* Seconds until the next try is looked at, 0 = now. */
static int wait_seconds(int64_t count, struct instant last, struct instant now)
{
	int64_t wait = WAIT_FIRST_S;
	if (count < PEOPLE_WRONG_MAX || now.ms - last.ms > FORGET_MS)
		return 0;
	for (int64_t i = PEOPLE_WRONG_MAX; i < count && wait < WAIT_MOST_S; i++)
		wait *= 2;
	wait = wait < WAIT_MOST_S ? wait : WAIT_MOST_S;
	int64_t left = wait * 1000 - (now.ms - last.ms);
	return left > 0 ? (int)((left + 999) / 1000) : 0;
}

static enum err failures(struct db *db, struct text hash, struct instant now, int64_t *count,
        int *wait_s, struct errinfo *e)
{
	struct db_rows r;
	*count = 0;
	*wait_s = 0;
	enum err code = db_get(&r, db, SQL_PEOPLE_FAILURE, e, BIND_BLOB("name_hash", hash));
	if (code == ERR_NOT_FOUND)
		return OK;
	TRY(code);
	*count = row_int(&r, "count");
	struct instant last = row_instant(&r, "last");
	if (now.ms - last.ms > FORGET_MS)
		*count = 0;
	*wait_s = wait_seconds(*count, last, now);
	return db_end(&r, e);
}

struct stored {
	struct text id;
	struct text password;
	struct text totp;
	int64_t totp_step;
};

static enum err load_stored(
        struct db *db, struct text login, struct arena *a, struct stored *out, struct errinfo *e)
{
	struct db_rows r;
	*out = (struct stored){0};
	struct text name = text_lower(a, text_nfc(a, login));
	enum err code = db_get(&r, db, SQL_PEOPLE_ACCOUNT_BY_LOGIN, e, BIND("login", name));
	if (code == ERR_NOT_FOUND)
		return OK;
	TRY(code);
	out->id = row_copy(&r, "id", a);
	out->password = row_copy(&r, "password", a);
	out->totp = row_copy_blob(&r, "totp", a);
	out->totp_step = row_int(&r, "totp_step");
	return db_end(&r, e);
}

static bool password_fits(
        const struct people *p, const struct stored *s, struct text password, struct arena *a)
{
	const char *hash = s->id.len ? text_z(a, s->password) : p->nobody;
	bool fits =
	        password.len <= PASSWORD_MAX &&
	        crypto_pwhash_str_verify(hash, password.ptr ? password.ptr : "", password.len) == 0;
	return fits && s->id.len > 0;
}

static enum err look_at(struct prepare *p, struct db *db, struct people_login *l, struct errinfo *e)
{
	const struct people *people = p->host;
	struct instant now = clock_now(&people->options.clock);
	unsigned char bytes[PEOPLE_HASH_SIZE], secret[TOTP_SECRET_SIZE];
	struct text hash = name_hash(p->arena, l->login, bytes);
	struct stored s;
	int64_t count;
	TRY(failures(db, hash, now, &count, &l->wait_s, e));
	if (l->wait_s)
		return OK;
	TRY(load_stored(db, l->login, p->arena, &s, e));
	l->account = s.id;
	l->right = password_fits(people, &s, l->password, p->arena);
	l->result = l->right ? PEOPLE_LOGIN_OK : PEOPLE_LOGIN_WRONG;
	if (!l->right || !s.totp.len)
		return OK;
	TRY(account_totp_open(db, s.id, s.totp, p->arena, secret, e));
	if (!l->code.len)
		l->result = PEOPLE_LOGIN_CODE;
	else if (!totp_check(secret, l->code, now, s.totp_step, &l->totp_step))
		l->result = PEOPLE_LOGIN_WRONG;
	l->right = l->result == PEOPLE_LOGIN_OK;
	sodium_memzero(secret, sizeof secret);
	return OK;
}

enum err login_prepare(struct prepare *p, struct errinfo *e)
{
	struct people_login *l = p->command->input;
	struct db *db;
	l->result = PEOPLE_LOGIN_WRONG;
	l->right = false;
	l->totp_step = 0;
	session_token(p->host, l->token);
	TRY(store_read_begin(p->store, &db, e));
	enum err code = look_at(p, db, l, e);
	store_read_end(p->store, db);
	return code;
}

static enum err count_wrong(
        struct apply *ap, struct text hash, int64_t count, struct instant now, struct errinfo *e)
{
	TRY(db_exec(ap->db, SQL_PEOPLE_FAILURE_SWEEP, e,
	        BIND("before", (struct instant){now.ms - FORGET_MS})));
	return db_exec(ap->db, SQL_PEOPLE_FAILURE_PUT, e, BIND_BLOB("name_hash", hash),
	        BIND("count", count + 1), BIND("now", now));
}

/* Many guesses may have been prepared side by side: the wait is asked again here. */
enum err login_apply(struct apply *ap, struct errinfo *e)
{
	const struct people *p = ap->host;
	struct people_login *l = ap->command->input;
	struct instant now = clock_now(&p->options.clock);
	unsigned char bytes[PEOPLE_HASH_SIZE];
	struct text hash = name_hash(ap->arena, l->login, bytes);
	int64_t count;
	TRY(failures(ap->db, hash, now, &count, &l->wait_s, e));
	if (l->wait_s) {
		l->result = PEOPLE_LOGIN_WAIT;
		return OK;
	}
	if (l->result == PEOPLE_LOGIN_CODE)
		return OK;
	if (!l->right)
		return count_wrong(ap, hash, count, now, e);
	if (l->totp_step) {
		enum err code = db_change(ap->db, SQL_PEOPLE_ACCOUNT_TOTP_STEP, e,
		        BIND("step", l->totp_step), BIND("id", l->account));
		if (code == ERR_CONFLICT) { /* the code was used meanwhile */
			l->result = PEOPLE_LOGIN_WRONG;
			return count_wrong(ap, hash, count, now, e);
		}
		TRY(code);
	}
	TRY(db_exec(ap->db, SQL_PEOPLE_FAILURE_CLEAR, e, BIND_BLOB("name_hash", hash)));
	return session_add(
	        ap, p, PEOPLE_STAFF, l->account, PEOPLE_TRUST_HIGH, l->token, l->old_token, e);
}

/* Citizens ----------------------------------------------------------------------------------- */

enum err enter_prepare(struct prepare *p, struct errinfo *e)
{
	struct people_enter *n = p->command->input;
	if (!n->identity.provider.len || !n->identity.subject.len)
		return fail(e, ERR_INVALID, "an identity without provider or subject");
	session_token(p->host, n->token);
	return OK;
}

enum err enter_apply(struct apply *ap, struct errinfo *e)
{
	struct people_enter *n = ap->command->input;
	TRY(people_put_citizen(ap, &n->identity, n->id, e));
	return session_add(ap, ap->host, PEOPLE_CITIZEN, text_from(n->id),
	        n->identity.citizen.trust, n->token, n->old_token, e);
}
