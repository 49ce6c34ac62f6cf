/* Numbered migrations: each runs once, in a transaction, and must not change afterwards. */
#include "store/store_int.h"

#include <sodium.h>

#include "sql_migrations.inc"

enum { MIGRATION_HASH_SIZE = 32 };

struct store_migrations migrations_embedded(enum sql_database which)
{
	if (which == SQL_DATABASE_KEYS)
		return (struct store_migrations){
		        migrations_keys, sizeof migrations_keys / sizeof *migrations_keys};
	return (struct store_migrations){
	        migrations_main, sizeof migrations_main / sizeof *migrations_main};
}

/* This table exists before any statement can be prepared, hence plain SQL here. */
static const char table[] = "CREATE TABLE IF NOT EXISTS migration ("
                            "number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL,"
                            "hash BLOB NOT NULL, at INTEGER NOT NULL) STRICT";

static void hash_of(const struct store_migration *m, unsigned char out[MIGRATION_HASH_SIZE])
{
	crypto_hash_sha256(out, (const unsigned char *)m->sql, strlen(m->sql));
}

static const struct store_migration *number_of(struct store_migrations m, int number)
{
	for (size_t i = 0; i < m.count; i++) {
		if (m.items[i].number == number)
			return &m.items[i];
	}
	return NULL;
}

static enum err check_applied(
        struct db *db, struct store_migrations m, sqlite3_stmt *rows, int *last, struct errinfo *e)
{
	int code;
	while ((code = sqlite3_step(rows)) == SQLITE_ROW) {
		*last = sqlite3_column_int(rows, 0);
		const char *name = (const char *)sqlite3_column_text(rows, 1);
		const struct store_migration *own = number_of(m, *last);
		if (!own)
			return fail(e, ERR_UNSUPPORTED,
			        "the data was made by a newer program: migration %s is unknown",
			        name ? name : "");
		unsigned char hash[MIGRATION_HASH_SIZE];
		hash_of(own, hash);
		const void *kept = sqlite3_column_blob(rows, 2);
		if (sqlite3_column_bytes(rows, 2) != sizeof hash ||
		        memcmp(kept, hash, sizeof hash) != 0)
			return fail(e, ERR_CORRUPT,
			        "migration %s was applied to this data in another form; write a "
			        "new one instead",
			        own->name);
	}
	return code == SQLITE_DONE ? OK : db_fail(db, code, "migrations", e);
}

static enum err record(
        struct db *db, const struct store_migration *m, struct instant now, struct errinfo *e)
{
	unsigned char hash[MIGRATION_HASH_SIZE];
	hash_of(m, hash);
	sqlite3_stmt *put;
	int code = sqlite3_prepare_v2(
	        db->sqlite, "INSERT INTO migration VALUES (?, ?, ?, ?)", -1, &put, NULL);
	if (code != SQLITE_OK)
		return db_fail(db, code, m->name, e);
	sqlite3_bind_int(put, 1, m->number);
	sqlite3_bind_text(put, 2, m->name, -1, SQLITE_STATIC);
	sqlite3_bind_blob(put, 3, hash, sizeof hash, SQLITE_STATIC);
	sqlite3_bind_int64(put, 4, now.ms);
	code = sqlite3_step(put);
	enum err err = code == SQLITE_DONE ? OK : db_fail(db, code, m->name, e);
	sqlite3_finalize(put);
	return err;
}

static enum err apply_one(
        struct db *db, const struct store_migration *m, struct instant now, struct errinfo *e)
{
	TRY(db_begin(db, e));
	enum err err = db_script(db, m->sql, e);
	if (err == OK)
		err = record(db, m, now, e);
	if (err == OK)
		err = db_commit(db, e);
	if (err != OK) {
		db_rollback(db);
		fail_at(e, m->name, 0);
	}
	return err;
}

enum err migrate(struct db *db, struct store_migrations m, struct instant now, struct errinfo *e)
{
	TRY(db_script(db, table, e));
	sqlite3_stmt *rows;
	int code = sqlite3_prepare_v2(db->sqlite,
	        "SELECT number, name, hash FROM migration ORDER BY number", -1, &rows, NULL);
	if (code != SQLITE_OK)
		return db_fail(db, code, "migrations", e);
	int last = 0;
	enum err err = check_applied(db, m, rows, &last, e);
	sqlite3_finalize(rows);
	TRY(err);

	for (size_t i = 0; i < m.count; i++) {
		if (m.items[i].number > last)
			TRY(apply_one(db, &m.items[i], now, e));
	}
	return OK;
}
