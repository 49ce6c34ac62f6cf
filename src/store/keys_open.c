/* Opening keys.db: the master key file and whether all three belong together. */
#include "store/store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sql_store.h"

enum { MASTER_TEXT_SIZE = 2 * KEY_SECRET_SIZE + 1 }; /* hexadecimal and a line end */

static void parent_of(const char *path, char out[STORE_PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	if (!slash)
		snprintf(out, STORE_PATH_MAX, ".");
	else if (slash == path)
		snprintf(out, STORE_PATH_MAX, "/");
	else
		snprintf(out, STORE_PATH_MAX, "%.*s", (int)(slash - path), path);
}

enum { PARENTS_MAX = 64 };

/* A key inside the data directory would be copied with every backup: none of the directories
 * above the key may be the data directory. */
static enum err check_outside(struct store *s, struct errinfo *e)
{
	char at[STORE_PATH_MAX];
	struct stat dir, above, last = {0};
	if (stat(s->dir, &dir) != 0)
		return disk_fail("stat", s->dir, e);
	parent_of(s->master_key, at);
	for (int i = 0; i < PARENTS_MAX; i++) {
		if (stat(at, &above) != 0)
			return disk_fail("stat", at, e);
		if (above.st_dev == dir.st_dev && above.st_ino == dir.st_ino)
			return fail(e, ERR_INVALID,
			        "the master key %s must lie outside of the data directory",
			        s->master_key);
		if (above.st_dev == last.st_dev && above.st_ino == last.st_ino)
			return OK; /* the root is its own parent */
		last = above;
		size_t len = strlen(at);
		if (len + 4 > sizeof at)
			return fail(e, ERR_LIMIT, "the path of the master key is too long");
		memcpy(at + len, "/..", 4);
	}
	return fail(e, ERR_LIMIT, "the path of the master key is too deep");
}

static enum err create_master(struct store *s, struct errinfo *e)
{
	int fd = open(s->master_key, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return disk_fail("create the master key", s->master_key, e);
	char text[MASTER_TEXT_SIZE + 1];
	random_fill(&s->random, s->keys.master, KEY_SECRET_SIZE);
	hex_put(text, s->keys.master, KEY_SECRET_SIZE);
	text[MASTER_TEXT_SIZE - 1] = '\n';
	enum err err = disk_write(s, fd, (struct text){text, MASTER_TEXT_SIZE}, s->master_key, e);
	sodium_memzero(text, sizeof text);
	if (err == OK)
		err = disk_sync(s, fd, s->master_key, e);
	close(fd);
	if (err != OK) {
		unlink(s->master_key);
		return err;
	}
	char parent[STORE_PATH_MAX];
	parent_of(s->master_key, parent);
	return disk_sync_directory(s, parent, e);
}

static enum err read_master(struct store *s, int fd, struct errinfo *e)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return disk_fail("stat", s->master_key, e);
	if (st.st_mode & 077)
		return fail(e, ERR_DENIED,
		        "the master key %s can be read by others; run: chmod 600 %s", s->master_key,
		        s->master_key);
	char text[MASTER_TEXT_SIZE + 1] = {0};
	ssize_t got = read(fd, text, sizeof text);
	struct text hex = text_trim((struct text){text, got > 0 ? (size_t)got : 0});
	bool good = hex_take(hex, s->keys.master, KEY_SECRET_SIZE);
	sodium_memzero(text, sizeof text);
	return good ? OK
	            : fail(e, ERR_CORRUPT, "the master key %s must be %d hexadecimal digits",
	                      s->master_key, 2 * KEY_SECRET_SIZE);
}

static enum err load_master(struct store *s, bool fresh, struct errinfo *e)
{
	TRY(check_outside(s, e));
	int fd = open(s->master_key, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT && s->create && fresh)
		return create_master(s, e);
	if (fd < 0)
		return disk_fail("open the master key", s->master_key, e);
	enum err err = read_master(s, fd, e);
	close(fd);
	return err;
}

/* The signing key proves that the master key fits; its public half, kept in the main
 * database, that keys.db does. */
static enum err check_belongs(struct store *s, struct errinfo *e)
{
	struct db_rows r;
	struct errinfo missing;
	enum err err = db_get(&r, &s->write, SQL_INSTALLATION_GET, &missing);
	if (err == ERR_NOT_FOUND && !s->read_only)
		return db_exec(&s->write, SQL_INSTALLATION_PUT, e,
		        BIND_BLOB("sign_public", ((struct text){(const char *)s->keys.sign_public,
		                                         SIGN_PUBLIC_SIZE})));
	if (err != OK) {
		if (e)
			*e = missing;
		return err;
	}
	struct text kept = row_blob(&r, "sign_public");
	bool same = kept.len == SIGN_PUBLIC_SIZE &&
	            memcmp(kept.ptr, s->keys.sign_public, SIGN_PUBLIC_SIZE) == 0;
	TRY(db_end(&r, e));
	return same ? OK : fail(e, ERR_CORRUPT, "keys.db does not belong to this data");
}

enum err keys_open(struct store *s, struct errinfo *e)
{
	char path[STORE_PATH_MAX];
	store_path(s, path, "keys.db");
	struct clock real = clock_system();
	s->keys.opened_ms = clock_now(&real).ms;
	s->keys.master = sodium_malloc(KEY_SECRET_SIZE);
	check(s->keys.master);
	bool fresh = access(path, F_OK) != 0;
	TRY(load_master(s, fresh, e));
	const struct db_options o = {.path = path,
	        .vfs = s->vfs,
	        .which = SQL_DATABASE_KEYS,
	        .create = s->create,
	        .read_only = s->read_only};
	TRY(db_connect(&s->keys.db, &o, e));
	s->keys.db.store = s;
	if (!s->read_only)
		TRY(migrate(&s->keys.db, migrations_embedded(SQL_DATABASE_KEYS), store_now(s), e));
	TRY(db_prepare_all(&s->keys.db, e));
	struct db_options reader = o;
	reader.create = false;
	reader.read_only = true;
	TRY(db_connect(&s->keys.reader, &reader, e));
	s->keys.reader.store = s;
	TRY(keys_load_sign(s, e));
	return check_belongs(s, e);
}

void keys_close(struct store *s)
{
	db_disconnect(&s->keys.reader);
	db_disconnect(&s->keys.db);
	sodium_free(s->keys.master);
	s->keys.master = NULL;
	while (s->keys.spares) {
		struct key_spares *next = s->keys.spares->next;
		free(s->keys.spares->ids);
		free(s->keys.spares);
		s->keys.spares = next;
	}
}
