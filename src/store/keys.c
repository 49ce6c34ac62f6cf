/* keys.db: wrapped keys. A key is wrapped by a key derived from its parent's secret, with its
 * own id and kind as associated data, so that rows cannot be swapped. */
#include "store/store_int.h"

#include <sodium.h>

#include "sql_store.h"

enum {
	WRAP_NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	WRAP_TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	WRAPPED_SIZE = WRAP_NONCE + KEY_SECRET_SIZE + WRAP_TAG,
	LABEL_MAX = DB_SUBJECT_MAX + 16,
};

_Static_assert(KEY_SECRET_SIZE == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key size");
_Static_assert(KEY_SECRET_SIZE == crypto_sign_SEEDBYTES, "seed size");

void key_derive(const unsigned char secret[KEY_SECRET_SIZE], const char *purpose,
        unsigned char out[KEY_SECRET_SIZE])
{
	crypto_generichash(out, KEY_SECRET_SIZE, (const unsigned char *)purpose, strlen(purpose),
	        secret, KEY_SECRET_SIZE);
}

/* An id begins with the time, so that indexes over ids grow at their end: keys made together stand
 * on the same page. */
void keys_make(struct store *s, struct key *out)
{
	enum { TIME_BYTES = 6 };
	struct clock real = clock_system();
	uint64_t ms = (uint64_t)clock_now(&real).ms;
	random_fill(&s->random, out->id, sizeof out->id);
	for (int i = 0; i < TIME_BYTES; i++)
		out->id[i] = (unsigned char)(ms >> (8 * (TIME_BYTES - 1 - i)));
	random_fill(&s->random, out->secret, sizeof out->secret);
}

struct wrap_data {
	unsigned char id[KEY_ID_SIZE];
	char kind[16];
};

static struct wrap_data wrap_data(const unsigned char id[KEY_ID_SIZE], const char *kind)
{
	struct wrap_data data = {0};
	memcpy(data.id, id, KEY_ID_SIZE);
	memcpy(data.kind, kind, strlen(kind));
	return data;
}

static void wrap(struct store *s, const unsigned char parent[KEY_SECRET_SIZE], const char *kind,
        const struct key *key, unsigned char out[WRAPPED_SIZE])
{
	unsigned char wrapping[KEY_SECRET_SIZE];
	struct wrap_data data = wrap_data(key->id, kind);
	key_derive(parent, "amtsweg wrap 1", wrapping);
	random_fill(&s->random, out, WRAP_NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + WRAP_NONCE, NULL, key->secret,
	        KEY_SECRET_SIZE, (const unsigned char *)&data, sizeof data, NULL, out, wrapping);
	sodium_memzero(wrapping, sizeof wrapping);
}

static enum err unwrap(const unsigned char parent[KEY_SECRET_SIZE], const char *kind,
        const unsigned char id[KEY_ID_SIZE], struct text wrapped, struct key *out,
        struct errinfo *e)
{
	if (wrapped.len != WRAPPED_SIZE)
		return fail(e, ERR_CORRUPT, "a wrapped key has a wrong size");
	const unsigned char *bytes = (const unsigned char *)wrapped.ptr;
	unsigned char wrapping[KEY_SECRET_SIZE];
	struct wrap_data data = wrap_data(id, kind);
	key_derive(parent, "amtsweg wrap 1", wrapping);
	memcpy(out->id, id, KEY_ID_SIZE);
	int code = crypto_aead_xchacha20poly1305_ietf_decrypt(out->secret, NULL, NULL,
	        bytes + WRAP_NONCE, WRAPPED_SIZE - WRAP_NONCE, (const unsigned char *)&data,
	        sizeof data, bytes, wrapping);
	sodium_memzero(wrapping, sizeof wrapping);
	return code == 0 ? OK
	                 : fail(e, ERR_CORRUPT,
	                           "a wrapped key does not open: changed, or another "
	                           "master key");
}

/* A row of keys.db in memory, so that no statement stays open while its parent is read. */
struct key_row {
	unsigned char id[KEY_ID_SIZE];
	unsigned char parent[KEY_ID_SIZE];
	bool has_parent;
	char kind[16];
	unsigned char wrapped[WRAPPED_SIZE];
};

static enum err take_row(struct db_rows *r, struct key_row *row, struct errinfo *e)
{
	struct text kind = row_text(r, "kind"), parent = row_blob(r, "parent");
	struct text wrapped = row_blob(r, "wrapped");
	row->has_parent = parent.len == KEY_ID_SIZE;
	bool fits = kind.len < sizeof row->kind && wrapped.len == WRAPPED_SIZE &&
	            (row->has_parent || parent.len == 0);
	if (fits) {
		memcpy(row->kind, kind.ptr, kind.len);
		memcpy(row->wrapped, wrapped.ptr, WRAPPED_SIZE);
		if (row->has_parent)
			memcpy(row->parent, parent.ptr, KEY_ID_SIZE);
	}
	TRY(db_end(r, e));
	return fits ? OK : fail(e, ERR_CORRUPT, "a row of keys.db is malformed");
}

static struct text id_text(const unsigned char id[KEY_ID_SIZE])
{
	return (struct text){(const char *)id, KEY_ID_SIZE};
}

static enum err row_by_id(
        struct db *db, const unsigned char id[KEY_ID_SIZE], struct key_row *row, struct errinfo *e)
{
	struct db_rows r;
	*row = (struct key_row){0};
	memcpy(row->id, id, KEY_ID_SIZE);
	TRY(db_get(&r, db, SQL_KEY_GET, e, BIND_BLOB("id", id_text(id))));
	return take_row(&r, row, e);
}

static enum err row_by_label(
        struct keys *k, const char *label, struct key_row *row, struct errinfo *e)
{
	struct db_rows r;
	*row = (struct key_row){0};
	TRY(db_get(&r, &k->db, SQL_KEY_BY_LABEL, e, BIND("label", label)));
	struct text id = row_blob(&r, "id");
	if (id.len == KEY_ID_SIZE)
		memcpy(row->id, id.ptr, KEY_ID_SIZE);
	return take_row(&r, row, e);
}

enum { KEY_DEPTH_MAX = 4 }; /* authority > subject > blob, and the master above */

/* Through a connection whose mutex is held. */
static enum err open_row(struct keys *k, struct db *db, const struct key_row *row, int depth,
        struct key *out, struct errinfo *e)
{
	struct text wrapped = {(const char *)row->wrapped, WRAPPED_SIZE};
	if (!row->has_parent)
		return unwrap(k->master, row->kind, row->id, wrapped, out, e);
	if (depth == KEY_DEPTH_MAX)
		return fail(e, ERR_CORRUPT, "keys.db: keys wrap each other in a circle");
	struct key_row above;
	struct key parent;
	TRY(row_by_id(db, row->parent, &above, e));
	TRY(open_row(k, db, &above, depth + 1, &parent, e));
	enum err err = unwrap(parent.secret, row->kind, row->id, wrapped, out, e);
	sodium_memzero(&parent, sizeof parent);
	return err;
}

enum err keys_get(
        struct store *s, const unsigned char id[KEY_ID_SIZE], struct key *out, struct errinfo *e)
{
	struct keys *k = &s->keys;
	struct key_row row;
	pthread_mutex_lock(&k->read_mutex);
	enum err err = row_by_id(&k->reader, id, &row, e);
	if (err == OK)
		err = open_row(k, &k->reader, &row, 0, out, e);
	pthread_mutex_unlock(&k->read_mutex);
	return err;
}

/* Under the mutex. `parent` NULL: the master key. */
static enum err put(struct store *s, const struct key *key, const char *kind,
        const struct key *parent, const char *label, struct errinfo *e)
{
	unsigned char wrapped[WRAPPED_SIZE];
	struct clock real = clock_system();
	wrap(s, parent ? parent->secret : s->keys.master, kind, key, wrapped);
	return db_exec(&s->keys.db, SQL_KEY_PUT, e, BIND_BLOB("id", id_text(key->id)),
	        BIND("kind", kind), BIND_BLOB("parent", parent ? id_text(parent->id) : TEXT_NONE),
	        BIND("label", label),
	        BIND_BLOB("wrapped", ((struct text){(const char *)wrapped, sizeof wrapped})),
	        BIND("at", clock_now(&real)));
}

enum err keys_put_blob(
        struct store *s, const struct key *blob, const struct key *subject, struct errinfo *e)
{
	pthread_mutex_lock(&s->keys.mutex);
	enum err err = put(s, blob, "blob", subject, NULL, e);
	pthread_mutex_unlock(&s->keys.mutex);
	return err;
}

/* Open the key under this label or make it. Under the mutex. */
static enum err labelled(
        struct store *s, const char *label, const char *kind, struct key *out, struct errinfo *e)
{
	struct key_row row;
	struct errinfo missing;
	enum err err = row_by_label(&s->keys, label, &row, &missing);
	if (err == OK)
		return open_row(&s->keys, &s->keys.db, &row, 0, out, e);
	if (err != ERR_NOT_FOUND) {
		if (e)
			*e = missing;
		return err;
	}
	keys_make(s, out);
	return put(s, out, kind, NULL, label, e);
}

/* Spare subject keys -------------------------------------------------------------------- */

/* Write `count` keys in one transaction. Under the mutex. */
static enum err write_spares(struct store *s, const struct key *authority,
        unsigned char (*ids)[KEY_ID_SIZE], size_t count, struct errinfo *e)
{
	struct key key = {0};
	enum err err = db_begin(&s->keys.db, e);
	for (size_t i = 0; err == OK && i < count; i++) {
		keys_make(s, &key);
		err = put(s, &key, "subject", authority, NULL, e);
		memcpy(ids[i], key.id, KEY_ID_SIZE);
	}
	sodium_memzero(&key, sizeof key);
	if (err == OK)
		err = db_commit(&s->keys.db, e);
	if (err != OK)
		db_rollback(&s->keys.db);
	return err;
}

static enum err make_spares(struct store *s, struct text authority,
        unsigned char (*ids)[KEY_ID_SIZE], size_t count, struct errinfo *e)
{
	char label[LABEL_MAX];
	struct key key;
	snprintf(label, sizeof label, "authority:%.*s", TEXT_ARG(authority));
	pthread_mutex_lock(&s->keys.mutex);
	enum err err = labelled(s, label, "authority", &key, e);
	if (err == OK)
		err = write_spares(s, &key, ids, count, e);
	pthread_mutex_unlock(&s->keys.mutex);
	sodium_memzero(&key, sizeof key);
	return err;
}

static struct text authority_of(const struct key_spares *at)
{
	return (struct text){at->authority, at->authority_len};
}

static struct key_spares *spares_of(struct keys *k, struct text authority)
{
	struct key_spares *at = k->spares;
	while (at && !text_eq(authority_of(at), authority))
		at = at->next;
	if (at)
		return at;
	at = calloc(1, sizeof *at);
	check(at);
	memcpy(at->authority, authority.ptr, authority.len);
	at->authority_len = authority.len;
	at->next = k->spares;
	k->spares = at;
	return at;
}

/* Make `count` keys and put them into the reserve. The spare mutex is not held
 * while they are written. */
static enum err refill(struct store *s, struct key_spares *at, size_t count, struct errinfo *e)
{
	struct keys *k = &s->keys;
	unsigned char(*ids)[KEY_ID_SIZE] = calloc(count, sizeof *ids);
	check(ids);
	enum err err = make_spares(s, authority_of(at), ids, count, e);
	pthread_mutex_lock(&k->spare_mutex);
	if (err == OK) {
		at->ids = realloc(at->ids, (at->count + count) * sizeof *at->ids);
		check(at->ids);
		memcpy(at->ids + at->count, ids, count * sizeof *ids);
		at->count += count;
		at->made = count;
	}
	at->filling = false;
	pthread_mutex_unlock(&k->spare_mutex);
	free(ids);
	return err;
}

static size_t refill_size(const struct key_spares *at)
{
	size_t size = at->made ? 2 * at->made : KEYS_SPARE_FIRST;
	return size < KEYS_SPARE_MAX ? size : KEYS_SPARE_MAX;
}

static bool take_spare(struct keys *k, struct key_spares *at, unsigned char id[KEY_ID_SIZE])
{
	pthread_mutex_lock(&k->spare_mutex);
	bool have = at->count > 0;
	if (have)
		memcpy(id, at->ids[--at->count], KEY_ID_SIZE);
	pthread_mutex_unlock(&k->spare_mutex);
	return have;
}

enum err keys_take(
        struct store *s, struct text authority, unsigned char id[KEY_ID_SIZE], struct errinfo *e)
{
	if (authority.len == 0 || authority.len > DB_SUBJECT_MAX)
		return fail(
		        e, ERR_INVALID, "an authority is named by 1 to %d bytes", DB_SUBJECT_MAX);
	pthread_mutex_lock(&s->keys.spare_mutex);
	struct key_spares *at = spares_of(&s->keys, authority);
	size_t size = refill_size(at);
	pthread_mutex_unlock(&s->keys.spare_mutex);
	while (!take_spare(&s->keys, at, id))
		TRY(refill(s, at, size, e));
	return OK;
}

/* One reserve that is half empty and that nobody is filling. */
static struct key_spares *low_spares(struct keys *k, size_t *size)
{
	pthread_mutex_lock(&k->spare_mutex);
	struct key_spares *at = k->spares;
	while (at && (at->filling || at->count >= at->made / 2))
		at = at->next;
	if (at) {
		at->filling = true;
		*size = refill_size(at);
	}
	pthread_mutex_unlock(&k->spare_mutex);
	return at;
}

void keys_top_up(struct store *s)
{
	size_t size = 0;
	struct errinfo e;
	struct key_spares *at = low_spares(&s->keys, &size);
	if (at && refill(s, at, size, &e) != OK && s->log)
		log_error(s->log, "keys.spare", &e);
}

/* Destroying ----------------------------------------------------------------------------- */

static enum err delete_all(
        struct keys *k, unsigned char (*ids)[KEY_ID_SIZE], size_t count, struct errinfo *e)
{
	TRY(db_begin(&k->db, e));
	for (size_t i = 0; i < count; i++)
		TRY(db_exec(&k->db, SQL_KEY_DELETE, e, BIND_BLOB("id", id_text(ids[i]))));
	return db_commit(&k->db, e);
}

enum err keys_destroy(
        struct store *s, unsigned char (*ids)[KEY_ID_SIZE], size_t count, struct errinfo *e)
{
	if (count == 0)
		return OK;
	pthread_mutex_lock(&s->keys.mutex);
	enum err err = delete_all(&s->keys, ids, count, e);
	/* secure_delete overwrites the rows; the log file still holds them until it is emptied. */
	if (err == OK)
		err = db_script(&s->keys.db, "PRAGMA wal_checkpoint(TRUNCATE)", e);
	else
		db_rollback(&s->keys.db);
	pthread_mutex_unlock(&s->keys.mutex);
	return err;
}

enum { SWEEP_PAGE = 256 };

/* Older than a day, and than this process: what it holds in reserve is not swept. */
static enum err old_page(struct store *s, const char *kind, unsigned char ids[][KEY_ID_SIZE],
        struct text after, size_t *count, struct errinfo *e)
{
	struct clock real = clock_system();
	int64_t before = clock_now(&real).ms - DAY_MS;
	struct db_rows r;
	*count = 0;
	TRY(db_select(&r, &s->keys.db, SQL_KEY_OLD, e, BIND("kind", kind),
	        BIND("before", before < s->keys.opened_ms ? before : s->keys.opened_ms),
	        BIND_BLOB("after", after), BIND("limit", SWEEP_PAGE)));
	while (db_next(&r)) {
		struct text id = row_blob(&r, "id");
		if (id.len == KEY_ID_SIZE)
			memcpy(ids[(*count)++], id.ptr, KEY_ID_SIZE);
	}
	return db_end(&r, e);
}

/* Delete those of one kind that no row of the main database uses. */
static enum err sweep_kind(
        struct store *s, struct db *db, const char *kind, int used_by, struct errinfo *e)
{
	unsigned char ids[SWEEP_PAGE][KEY_ID_SIZE], last[KEY_ID_SIZE] = {0};
	size_t count = SWEEP_PAGE;
	while (count == SWEEP_PAGE) {
		TRY(old_page(s, kind, ids, id_text(last), &count, e));
		for (size_t i = 0; i < count; i++) {
			struct db_rows r;
			struct text id = id_text(ids[i]);
			memcpy(last, ids[i], KEY_ID_SIZE);
			enum err err = db_get(&r, db, used_by, e, BIND_BLOB("key", id));
			if (err == OK)
				err = db_end(&r, e);
			else if (err == ERR_NOT_FOUND)
				err = db_exec(&s->keys.db, SQL_KEY_DELETE, e, BIND_BLOB("id", id));
			TRY(err);
		}
	}
	return OK;
}

enum err keys_sweep(struct store *s, struct db *db, struct errinfo *e)
{
	pthread_mutex_lock(&s->keys.mutex);
	enum err err = sweep_kind(s, db, "blob", SQL_BLOB_BY_KEY, e);
	if (err == OK)
		err = sweep_kind(s, db, "subject", SQL_SUBJECT_KEY_USED, e);
	db_end_all(&s->keys.db);
	pthread_mutex_unlock(&s->keys.mutex);
	return err;
}

/* Signing -------------------------------------------------------------------------------- */

/* The pair of the installation; wipe `secret` after use. */
static enum err sign_pair(struct store *s, unsigned char public_key[SIGN_PUBLIC_SIZE],
        unsigned char secret[crypto_sign_SECRETKEYBYTES], struct errinfo *e)
{
	struct key seed;
	pthread_mutex_lock(&s->keys.mutex);
	enum err err = labelled(s, "sign", "sign", &seed, e);
	pthread_mutex_unlock(&s->keys.mutex);
	if (err == OK)
		crypto_sign_seed_keypair(public_key, secret, seed.secret);
	sodium_memzero(&seed, sizeof seed);
	return err;
}

enum err keys_load_sign(struct store *s, struct errinfo *e)
{
	unsigned char secret[crypto_sign_SECRETKEYBYTES];
	enum err err = sign_pair(s, s->keys.sign_public, secret, e);
	sodium_memzero(secret, sizeof secret);
	return err;
}

enum err store_sign(
        struct store *s, struct text message, unsigned char out[SIGN_SIZE], struct errinfo *e)
{
	unsigned char secret[crypto_sign_SECRETKEYBYTES], public_key[SIGN_PUBLIC_SIZE];
	TRY(sign_pair(s, public_key, secret, e));
	crypto_sign_detached(out, NULL, (const unsigned char *)message.ptr, message.len, secret);
	sodium_memzero(secret, sizeof secret);
	return OK;
}

void store_sign_public(const struct store *s, unsigned char out[SIGN_PUBLIC_SIZE])
{
	memcpy(out, s->keys.sign_public, SIGN_PUBLIC_SIZE);
}

bool sign_holds(const unsigned char public_key[SIGN_PUBLIC_SIZE], struct text message,
        const unsigned char signature[SIGN_SIZE])
{
	return crypto_sign_verify_detached(
	               signature, (const unsigned char *)message.ptr, message.len, public_key) == 0;
}
