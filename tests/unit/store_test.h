/* A throw-away data directory with a table of notes, for the tests of the store. */
#ifndef STORE_TEST_H
#define STORE_TEST_H

#include "unit.h"

#include "store/store_int.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	SQL_NOTE_PUT = SQL_MORE,
	SQL_NOTE_COUNT,
	SQL_NOTE_GET,
	SQL_NOTE_PAGE,
	SQL_NOTE_CHANGE,
};

static const struct sql_statement note_statements[] = {
        {.name = "note_put",
                .file = "store_test.h",
                .kind = SQL_KIND_EXEC,
                .scope = SQL_SCOPE_AUTHORITY,
                .sql = "INSERT INTO note (id, authority, body) VALUES (:id, :authority, :body)"},
        {.name = "note_count",
                .file = "store_test.h",
                .kind = SQL_KIND_ONE,
                .scope = SQL_SCOPE_SYSTEM,
                .sql = "SELECT count(*) AS n, count(DISTINCT id) AS ids FROM note"},
        {.name = "note_get",
                .file = "store_test.h",
                .kind = SQL_KIND_ONE,
                .scope = SQL_SCOPE_SYSTEM,
                .sql = "SELECT id, authority, body, NULL AS absent, 1.5 AS share FROM note WHERE "
                       "id = :id"},
        {.name = "note_page",
                .file = "store_test.h",
                .kind = SQL_KIND_MANY,
                .scope = SQL_SCOPE_AUTHORITY,
                .sql = "SELECT id, body FROM note WHERE authority = :authority AND id > :after "
                       "ORDER BY id LIMIT :limit"},
        {.name = "note_change",
                .file = "store_test.h",
                .kind = SQL_KIND_EXEC,
                .scope = SQL_SCOPE_SYSTEM,
                .sql = "UPDATE note SET body = :body WHERE id = :id AND body <> :body"},
};

static const char note_table[] = "CREATE TABLE note (id INTEGER NOT NULL PRIMARY KEY,"
                                 "authority TEXT NOT NULL, body TEXT NOT NULL) STRICT";

/* What the commands of the tests understand. */
struct note {
	int64_t id;
	const char *authority;
	struct text body;
};

static inline enum err note_apply(struct apply *ap, struct errinfo *e)
{
	const struct note *n = ap->command->input;
	TRY(db_exec(ap->db, SQL_NOTE_PUT, e, BIND("id", n->id),
	        BIND("authority", n->authority ? n->authority : "A"), BIND("body", n->body)));
	ap->answer = text_format(ap->arena, "note %lld", (long long)n->id);
	return OK;
}

/* Writes and then refuses: nothing may be left of it. */
static inline enum err note_refuse(struct apply *ap, struct errinfo *e)
{
	TRY(note_apply(ap, e));
	return fail(e, ERR_CONFLICT, "refused");
}

static const struct command_kind note_kinds[] = {
        {.name = "note.put", .apply = note_apply},
        {.name = "note.refuse", .apply = note_refuse},
};

struct place {
	char root[64];
	char dir[96];
	char key[96];
	struct store_migration migrations[64];
	struct store_options options;
};

static inline void place_make(struct place *p)
{
	*p = (struct place){0};
	snprintf(p->root, sizeof p->root, "/tmp/amtsweg-test-XXXXXX");
	if (!mkdtemp(p->root))
		fail_msg("no temporary directory");
	snprintf(p->dir, sizeof p->dir, "%s/data", p->root);
	snprintf(p->key, sizeof p->key, "%s/master.key", p->root);
	struct store_migrations m = migrations_embedded(SQL_DATABASE_MAIN);
	assert_true(m.count < 63);
	memcpy(p->migrations, m.items, m.count * sizeof *m.items);
	p->migrations[m.count] = (struct store_migration){
	        .number = 9999, .name = "9999_note.sql", .sql = note_table};
	p->options = (struct store_options){.dir = p->dir,
	        .master_key = p->key,
	        .create = true,
	        .more = note_statements,
	        .more_count = sizeof note_statements / sizeof *note_statements,
	        .migrations = {p->migrations, m.count + 1}};
}

static inline void remove_tree(const char *path)
{
	struct arena *a = arena_new(0);
	DIR *dir = opendir(path);
	for (struct dirent *at; dir && (at = readdir(dir));) {
		if (strcmp(at->d_name, ".") == 0 || strcmp(at->d_name, "..") == 0)
			continue;
		struct text inner = text_format(a, "%s/%s", path, at->d_name);
		if (unlink(inner.ptr) != 0)
			remove_tree(inner.ptr);
	}
	if (dir)
		closedir(dir);
	rmdir(path);
	arena_free(a);
}

static inline void place_remove(struct place *p)
{
	remove_tree(p->root);
}

static inline struct store *place_open(struct place *p)
{
	struct store *s = NULL;
	assert_ok(store_open(&p->options, &s, &e));
	store_register(s, note_kinds, sizeof note_kinds / sizeof *note_kinds, NULL);
	return s;
}

static inline struct store *place_start(struct place *p)
{
	struct store *s = place_open(p);
	assert_ok(store_start(s, &e));
	return s;
}

static inline enum err put_note(struct store *s, int64_t id)
{
	struct note n = {.id = id, .body = TEXT("text")};
	struct errinfo e;
	return store_do(s, "note.put", &n, &e);
}

static inline int64_t count_notes(struct store *s)
{
	struct db *db;
	struct db_rows r;
	assert_ok(store_read_begin(s, &db, &e));
	assert_ok(db_get(&r, db, SQL_NOTE_COUNT, &e));
	int64_t count = row_int(&r, "n");
	assert_int_equal(count, row_int(&r, "ids"));
	assert_ok(db_end(&r, &e));
	store_read_end(s, db);
	return count;
}

/* Change the data behind the store's back. */
static inline void tamper(struct place *p, const char *file, const char *sql)
{
	char path[128];
	sqlite3 *db;
	snprintf(path, sizeof path, "%s/%s", p->dir, file);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
}

#endif
