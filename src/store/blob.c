/* Who refers to a blob, and the sweep of what nobody refers to. */
#include "store/blob_int.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sql_store.h"

enum {
	SWEEP_BLOBS = 256, /* rows a run */
	SWEEP_KEYS = 1000,
	COMMAND_KEY_DAYS = 30,
};

static struct text bytes_of(const void *bytes, size_t size)
{
	return (struct text){bytes, size};
}

static enum err owner_check(struct text owner, struct errinfo *e)
{
	if (owner.len > 0 && owner.len <= BLOB_OWNER_MAX)
		return OK;
	return fail(e, ERR_INVALID, "an owner is named by 1 to %d bytes", BLOB_OWNER_MAX);
}

enum err blob_keep(struct apply *ap, const struct blob *b, struct text owner, struct errinfo *e)
{
	TRY(owner_check(owner, e));
	if (b->known)
		return blob_keep_too(ap, text_from(b->address), owner, e);
	TRY(db_exec(ap->db, SQL_BLOB_PUT, e, BIND("address", b->address),
	        BIND_BLOB("key", bytes_of(b->key, sizeof b->key)),
	        BIND_BLOB("subject", bytes_of(b->subject, sizeof b->subject)),
	        BIND("size", b->size), BIND("length", b->length), BIND("pack", b->pack),
	        BIND("position", b->offset), BIND_BLOB("sum", bytes_of(b->sum, sizeof b->sum))));
	return db_exec(
	        ap->db, SQL_BLOB_OWNER_PUT, e, BIND("address", b->address), BIND("owner", owner));
}

enum err blob_keep_too(struct apply *ap, struct text address, struct text owner, struct errinfo *e)
{
	TRY(owner_check(owner, e));
	TRY(db_exec(ap->db, SQL_BLOB_HELD, e, BIND("address", address)));
	if (db_changed(ap->db) != 1)
		return fail(e, ERR_NOT_FOUND, "no blob %.*s", TEXT_ARG(address));
	return db_exec(
	        ap->db, SQL_BLOB_OWNER_PUT, e, BIND("address", address), BIND("owner", owner));
}

enum err blob_drop(struct apply *ap, struct text address, struct text owner, struct errinfo *e)
{
	TRY(db_exec(
	        ap->db, SQL_BLOB_OWNER_DROP, e, BIND("address", address), BIND("owner", owner)));
	return db_exec(ap->db, SQL_BLOB_LOOSEN, e, BIND("address", address), BIND("at", ap->now));
}

/* The sweep ------------------------------------------------------------------------------ */

struct sweep {
	unsigned char keys[SWEEP_BLOBS][KEY_ID_SIZE];
	char addresses[SWEEP_BLOBS][BLOB_ADDRESS_SIZE];
	int64_t packs[SWEEP_BLOBS];
	size_t count;
};

enum err sweep_apply(struct apply *ap, struct errinfo *e)
{
	struct sweep *sweep = ap->command->input;
	struct db_rows r;
	sweep->count = 0; /* the second run of a batch begins anew */
	TRY(db_select(&r, ap->db, SQL_BLOB_LOOSE_PAGE, e, BIND("before", ap->now.ms - DAY_MS),
	        BIND("limit", SWEEP_BLOBS)));
	while (db_next(&r)) {
		size_t at = sweep->count++;
		struct text key = row_blob(&r, "key"), address = row_text(&r, "address");
		check(key.len == KEY_ID_SIZE && address.len == BLOB_ADDRESS_SIZE - 1);
		sweep->packs[at] = row_int(&r, "pack");
		memcpy(sweep->keys[at], key.ptr, KEY_ID_SIZE);
		memcpy(sweep->addresses[at], address.ptr, address.len);
		sweep->addresses[at][address.len] = '\0';
	}
	TRY(db_end(&r, e));
	for (size_t i = 0; i < sweep->count; i++)
		TRY(db_exec(ap->db, SQL_BLOB_DELETE, e, BIND("address", sweep->addresses[i])));
	return db_exec(ap->db, SQL_COMMAND_KEY_PURGE, e,
	        BIND("before", ap->now.ms - (int64_t)COMMAND_KEY_DAYS * DAY_MS),
	        BIND("limit", SWEEP_KEYS));
}

/* The rows are gone durably; now the keys and the bytes. */
static enum err remove_swept(struct store *s, struct sweep *sweep, struct errinfo *e)
{
	TRY(keys_destroy(s, sweep->keys, sweep->count, e));
	for (size_t i = 0; i < sweep->count; i++) {
		char path[STORE_PATH_MAX];
		if (sweep->packs[i])
			continue;
		blob_file_path(s, path, sweep->keys[i]);
		unlink(path);
	}
	return OK;
}

static bool is_old(const char *path)
{
	struct stat st;
	struct clock real = clock_system();
	return stat(path, &st) == 0 && (int64_t)st.st_mtime * 1000 < clock_now(&real).ms - DAY_MS;
}

/* Files no row knows: the command that should have referred to them never came. */
static enum err sweep_directory(struct store *s, struct db *db, const char *name, struct errinfo *e)
{
	char path[STORE_PATH_MAX];
	store_path(s, path, "blobs/%.16s", name);
	DIR *dir = opendir(path);
	enum err err = OK;
	for (struct dirent *at; err == OK && dir && (at = readdir(dir));) {
		unsigned char key[KEY_ID_SIZE];
		struct db_rows r;
		if (!hex_take(text_from(at->d_name), key, sizeof key))
			continue;
		store_path(s, path, "blobs/%.16s/%.64s", name, at->d_name);
		if (!is_old(path))
			continue;
		err = db_get(
		        &r, db, SQL_BLOB_BY_KEY, e, BIND_BLOB("key", bytes_of(key, sizeof key)));
		if (err == OK) {
			err = db_end(&r, e);
		} else if (err == ERR_NOT_FOUND) {
			unlink(path);
			err = OK;
		}
	}
	if (dir)
		closedir(dir);
	return err;
}

static enum err sweep_files(struct store *s, struct db *db, struct errinfo *e)
{
	TRY(sweep_directory(s, db, "tmp", e));
	for (int i = 0; i < 256; i++) {
		char name[3];
		unsigned char byte = (unsigned char)i;
		hex_put(name, &byte, 1);
		TRY(sweep_directory(s, db, name, e));
	}
	TRY(packs_sweep(s, db, e));
	return keys_sweep(s, db, e);
}

enum err store_sweep(struct store *s, bool *more, struct errinfo *e)
{
	struct sweep sweep = {.count = 0};
	struct db *db;
	TRY(store_do(s, "store.sweep", &sweep, e));
	TRY(remove_swept(s, &sweep, e));
	*more = sweep.count == SWEEP_BLOBS;
	if (*more)
		return OK;
	TRY(store_read_begin(s, &db, e));
	enum err err = sweep_files(s, db, e);
	store_read_end(s, db);
	return err;
}
