/* Keys of subjects and what is sealed with them. */
#include "store/store_int.h"

#include <sodium.h>

#include "sql_store.h"

enum {
	SEAL_VERSION = 1,
	SEAL_NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	SEAL_TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	SEAL_NAME_MAX = 256, /* bytes of table and row together */
};

_Static_assert(SEAL_OVERHEAD == 1 + SEAL_NONCE + SEAL_TAG, "seal overhead");

void db_forget_keys(struct db *db)
{
	if (db->slots_used)
		sodium_memzero(db->slots, sizeof db->slots);
	db->slots_used = 0;
}

static enum err subject_check(struct text subject, struct errinfo *e)
{
	if (subject.len > 0 && subject.len <= DB_SUBJECT_MAX)
		return OK;
	return fail(e, ERR_INVALID, "a subject is named by 1 to %d bytes", DB_SUBJECT_MAX);
}

static enum err key_id_of(
        struct db *db, struct text subject, unsigned char id[KEY_ID_SIZE], struct errinfo *e)
{
	struct db_rows r;
	TRY(subject_check(subject, e));
	enum err err = db_get(&r, db, SQL_SUBJECT_KEY_GET, e, BIND("subject", subject));
	if (err == ERR_NOT_FOUND)
		return fail(e, ERR_NOT_FOUND, "subject %.*s has no key", TEXT_ARG(subject));
	TRY(err);
	struct text key = row_blob(&r, "key");
	bool fits = key.len == KEY_ID_SIZE;
	if (fits)
		memcpy(id, key.ptr, KEY_ID_SIZE);
	TRY(db_end(&r, e));
	return fits ? OK : fail(e, ERR_CORRUPT, "subject_key holds a malformed id");
}

enum err subject_key(
        struct db *db, struct text subject, const struct key_slot **out, struct errinfo *e)
{
	for (size_t i = 0; i < db->slots_used && i < DB_KEY_SLOTS; i++) {
		struct key_slot *slot = &db->slots[i];
		if (text_eq((struct text){slot->subject, slot->subject_len}, subject)) {
			*out = slot;
			return OK;
		}
	}
	struct key key = {0};
	TRY(key_id_of(db, subject, key.id, e));
	TRY(keys_get(db->store, key.id, &key, e));
	struct key_slot *slot = &db->slots[db->slots_used++ % DB_KEY_SLOTS];
	memcpy(slot->subject, subject.ptr, subject.len);
	slot->subject_len = subject.len;
	memcpy(slot->id, key.id, sizeof slot->id);
	memcpy(slot->secret, key.secret, sizeof slot->secret);
	sodium_memzero(&key, sizeof key);
	*out = slot;
	return OK;
}

/* Subjects ------------------------------------------------------------------------------ */

static struct text id_text(const unsigned char id[KEY_ID_SIZE])
{
	return (struct text){(const char *)id, KEY_ID_SIZE};
}

enum err key_assign(struct apply *ap, struct text subject, struct text authority, struct errinfo *e)
{
	unsigned char id[KEY_ID_SIZE];
	TRY(subject_check(subject, e));
	TRY(keys_take(ap->store, authority, id, e));
	return db_exec(ap->db, SQL_SUBJECT_KEY_PUT, e, BIND("subject", subject),
	        BIND_BLOB("key", id_text(id)));
}

enum err key_share(struct apply *ap, struct text from, struct text to, struct errinfo *e)
{
	unsigned char id[KEY_ID_SIZE];
	TRY(subject_check(to, e));
	TRY(key_id_of(ap->db, from, id, e));
	return db_exec(
	        ap->db, SQL_SUBJECT_KEY_PUT, e, BIND("subject", to), BIND_BLOB("key", id_text(id)));
}

static enum err destroy_later(
        struct apply *ap, const unsigned char id[KEY_ID_SIZE], struct errinfo *e)
{
	db_forget_keys(ap->db);
	return apply_follow(ap, "store.key_destroy", id_text(id), e);
}

enum err key_drop(struct apply *ap, struct text subject, struct errinfo *e)
{
	unsigned char id[KEY_ID_SIZE];
	struct db_rows r;
	TRY(key_id_of(ap->db, subject, id, e));
	TRY(db_exec(ap->db, SQL_SUBJECT_KEY_DROP, e, BIND("subject", subject)));
	enum err err = db_get(&r, ap->db, SQL_SUBJECT_KEY_USED, e, BIND_BLOB("key", id_text(id)));
	if (err == ERR_NOT_FOUND)
		return destroy_later(ap, id, e);
	TRY(err);
	db_forget_keys(ap->db);
	return db_end(&r, e);
}

enum err key_destroy(struct apply *ap, struct text subject, struct errinfo *e)
{
	unsigned char id[KEY_ID_SIZE];
	TRY(key_id_of(ap->db, subject, id, e));
	TRY(db_exec(ap->db, SQL_SUBJECT_KEY_DROP_ALL, e, BIND_BLOB("key", id_text(id))));
	return destroy_later(ap, id, e);
}

/* Sealing ------------------------------------------------------------------------------- */

struct seal_name {
	unsigned char bytes[SEAL_NAME_MAX];
	size_t len;
};

static enum err seal_name(
        const char *table, struct text row, struct seal_name *out, struct errinfo *e)
{
	size_t table_len = strlen(table);
	if (table_len + 1 + row.len > SEAL_NAME_MAX)
		return fail(e, ERR_LIMIT, "table and row are longer than %d bytes", SEAL_NAME_MAX);
	memcpy(out->bytes, table, table_len + 1);
	if (row.len)
		memcpy(out->bytes + table_len + 1, row.ptr, row.len);
	out->len = table_len + 1 + row.len;
	return OK;
}

enum err seal(struct db *db, struct text subject, const char *table, struct text row,
        struct text plain, struct arena *a, struct text *out, struct errinfo *e)
{
	const struct key_slot *slot;
	struct seal_name name;
	if (plain.len > SEAL_SIZE_MAX)
		return fail(e, ERR_LIMIT, "more than %d bytes to seal", SEAL_SIZE_MAX);
	TRY(seal_name(table, row, &name, e));
	TRY(subject_key(db, subject, &slot, e));
	unsigned char *sealed = arena_alloc(a, plain.len + SEAL_OVERHEAD);
	unsigned char key[KEY_SECRET_SIZE];
	key_derive(slot->secret, "amtsweg seal 1", key);
	sealed[0] = SEAL_VERSION;
	random_fill(&db->store->random, sealed + 1, SEAL_NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + 1 + SEAL_NONCE, NULL,
	        (const unsigned char *)plain.ptr, plain.len, name.bytes, name.len, NULL, sealed + 1,
	        key);
	sodium_memzero(key, sizeof key);
	*out = (struct text){(const char *)sealed, plain.len + SEAL_OVERHEAD};
	return OK;
}

enum err unseal(struct db *db, struct text subject, const char *table, struct text row,
        struct text sealed, struct arena *a, struct text *out, struct errinfo *e)
{
	const struct key_slot *slot;
	struct seal_name name;
	const unsigned char *bytes = (const unsigned char *)sealed.ptr;
	if (sealed.len < SEAL_OVERHEAD || sealed.len > SEAL_SIZE_MAX + SEAL_OVERHEAD ||
	        bytes[0] != SEAL_VERSION)
		return fail(e, ERR_CORRUPT, "%s %.*s: not a sealed text", table, TEXT_ARG(row));
	TRY(seal_name(table, row, &name, e));
	TRY(subject_key(db, subject, &slot, e));
	unsigned char *plain = arena_alloc(a, sealed.len - SEAL_OVERHEAD);
	unsigned char key[KEY_SECRET_SIZE];
	key_derive(slot->secret, "amtsweg seal 1", key);
	int code = crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL,
	        bytes + 1 + SEAL_NONCE, sealed.len - 1 - SEAL_NONCE, name.bytes, name.len,
	        bytes + 1, key);
	sodium_memzero(key, sizeof key);
	if (code != 0)
		return fail(e, ERR_CORRUPT, "%s %.*s: the seal is broken", table, TEXT_ARG(row));
	*out = (struct text){(const char *)plain, sealed.len - SEAL_OVERHEAD};
	return OK;
}
