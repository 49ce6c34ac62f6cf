#include "store/db_int.h"

#include <stdio.h>

enum {
	BUSY_TIMEOUT_MS = 5000,
	PATH_MAX_BYTES = 4096,
};

/* How SQLite's codes reach the callers. */
static enum err code_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE: return OK;
	case SQLITE_FULL: return ERR_FULL;
	case SQLITE_IOERR:
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN: return ERR_IO;
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return ERR_BUSY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB: return ERR_CORRUPT;
	case SQLITE_CONSTRAINT: return ERR_CONFLICT;
	case SQLITE_TOOBIG:
	case SQLITE_NOMEM: return ERR_LIMIT;
	default: return ERR_INTERNAL;
	}
}

enum err db_fail(struct db *db, int code, const char *what, struct errinfo *e)
{
	db->failed = true;
	return fail(e, code_of(code), "%s: %s", what,
	        db->sqlite ? sqlite3_errmsg(db->sqlite) : sqlite3_errstr(code));
}

enum err db_script(struct db *db, const char *sql, struct errinfo *e)
{
	int code = sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL);
	return code == SQLITE_OK ? OK : db_fail(db, code, "script", e);
}

/* WAL and FULL: a commit is on the disk when it returns. mmap spares readers a copy. */
static const char pragmas_write[] =
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864;"
        "PRAGMA cache_size = -16000;";
static const char pragmas_read[] = "PRAGMA cache_size = -2000; PRAGMA mmap_size = 268435456;"
                                   "PRAGMA query_only = ON;";
static const char pragmas_all[] = "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;"
                                  "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;";
/* A destroyed key must leave no trace in the file. */
static const char pragmas_keys[] = "PRAGMA secure_delete = ON;";

enum err db_connect(struct db *db, const struct db_options *o, struct errinfo *e)
{
	*db = (struct db){.which = o->which, .more = o->more, .more_count = o->more_count};
	int flags =
	        SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE | (o->create ? SQLITE_OPEN_CREATE : 0);
	int code = sqlite3_open_v2(o->path, &db->sqlite, flags, o->vfs);
	if (code != SQLITE_OK) {
		enum err err = db_fail(db, code, o->path, e);
		db_disconnect(db);
		return err;
	}
	sqlite3_extended_result_codes(db->sqlite, 1);
	sqlite3_busy_timeout(db->sqlite, BUSY_TIMEOUT_MS);
	db->count = sql_count() + o->more_count;
	db->statements = calloc(db->count, sizeof *db->statements);
	check(db->statements);
	enum err err = db_script(db, pragmas_all, e);
	if (err == OK && o->which == SQL_DATABASE_KEYS)
		err = db_script(db, pragmas_keys, e);
	if (err == OK)
		err = db_script(db, o->read_only ? pragmas_read : pragmas_write, e);
	if (err != OK)
		db_disconnect(db);
	return err;
}

void db_disconnect(struct db *db)
{
	db_forget_keys(db);
	for (size_t i = 0; i < db->count && db->statements; i++)
		sqlite3_finalize(db->statements[i].stmt);
	free(db->statements);
	db->statements = NULL;
	db->count = 0;
	if (db->sqlite)
		check(sqlite3_close(db->sqlite) == SQLITE_OK);
	db->sqlite = NULL;
}

static enum err prepare(struct db *db, struct db_statement *st, const struct sql_statement *source,
        struct errinfo *e)
{
	const char *rest = NULL;
	int code = sqlite3_prepare_v3(
	        db->sqlite, source->sql, -1, SQLITE_PREPARE_PERSISTENT, &st->stmt, &rest);
	if (code != SQLITE_OK) {
		db->failed = true;
		enum err err = code_of(code);
		fail(e, err, "statement %s: %s", source->name, sqlite3_errmsg(db->sqlite));
		fail_at(e, source->file, source->line);
		return err;
	}
	int parameters = sqlite3_bind_parameter_count(st->stmt);
	if (parameters > DB_PARAMETERS_MAX || sqlite3_column_count(st->stmt) > DB_COLUMNS_MAX ||
	        text_trim(text_from(rest)).len) {
		sqlite3_finalize(st->stmt);
		st->stmt = NULL;
		fail(e, ERR_INTERNAL,
		        "statement %s: more than one statement, %d parameters or %d columns",
		        source->name, DB_PARAMETERS_MAX, DB_COLUMNS_MAX);
		fail_at(e, source->file, source->line);
		return ERR_INTERNAL;
	}
	st->all_bound = parameters == 64 ? UINT64_MAX : (UINT64_C(1) << parameters) - 1;
	st->source = source;
	return OK;
}

/* A statement declared to give rows gives columns, one declared `:exec` gives none. */
static enum err check_kind(const struct db_statement *st, struct errinfo *e)
{
	bool rows = sqlite3_column_count(st->stmt) > 0;
	if (rows == (st->source->kind != SQL_KIND_EXEC))
		return OK;
	fail(e, ERR_INTERNAL, "statement %s: %s", st->source->name,
	        rows ? "gives rows but is declared :exec"
	             : "gives no rows but is not declared :exec");
	fail_at(e, st->source->file, st->source->line);
	return ERR_INTERNAL;
}

enum err db_prepare_all(struct db *db, struct errinfo *e)
{
	for (size_t i = 0; i < db->count; i++) {
		struct db_statement *st = &db->statements[i];
		size_t own = db->count - db->more_count;
		const struct sql_statement *source = i < own ? sql_at(i) : &db->more[i - own];
		if (source->database != db->which || st->stmt)
			continue;
		TRY(prepare(db, st, source, e));
		TRY(check_kind(st, e));
	}
	return OK;
}

static enum err find(struct db *db, int id, struct db_statement **out, struct errinfo *e)
{
	size_t index = 0;
	const struct sql_statement *source = NULL;
	if (id >= SQL_MORE && (size_t)(id - SQL_MORE) < db->more_count) {
		index = db->count - db->more_count + (size_t)(id - SQL_MORE);
		source = &db->more[id - SQL_MORE];
	} else {
		source = sql_find(id, &index);
	}
	if (!source || source->database != db->which)
		return fail(e, ERR_INTERNAL, "statement number %d is not known here", id);
	*out = &db->statements[index];
	if (!(*out)->stmt)
		TRY(prepare(db, *out, source, e));
	if ((*out)->active)
		return fail(e, ERR_INTERNAL, "statement %s is being read already", source->name);
	return OK;
}

/* Transactions ------------------------------------------------------------------------- */

static enum err run_plain(struct db *db, const char *sql, struct errinfo *e)
{
	int code = sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL);
	return code == SQLITE_OK ? OK : db_fail(db, code, sql, e);
}

enum err db_begin(struct db *db, struct errinfo *e)
{
	db->failed = false;
	return run_plain(db, "BEGIN IMMEDIATE", e);
}

enum err db_begin_read(struct db *db, struct errinfo *e)
{
	db->failed = false;
	return run_plain(db, "BEGIN", e);
}

enum err db_commit(struct db *db, struct errinfo *e)
{
	return run_plain(db, "COMMIT", e);
}

bool db_in_transaction(const struct db *db)
{
	return sqlite3_get_autocommit(db->sqlite) == 0;
}

void db_rollback(struct db *db)
{
	db_end_all(db);
	if (db_in_transaction(db))
		sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
}

void db_end_all(struct db *db)
{
	for (size_t i = 0; i < db->count && db->active > 0; i++) {
		if (!db->statements[i].active)
			continue;
		sqlite3_reset(db->statements[i].stmt);
		db->statements[i].active = false;
		db->active--;
	}
}

struct store *db_store(struct db *db)
{
	return db->store;
}

int64_t db_changed(const struct db *db)
{
	return sqlite3_changes64(db->sqlite);
}

/* Running ------------------------------------------------------------------------------ */

static int bind_one(
        sqlite3_stmt *stmt, int at, const struct db_bind *b, sqlite3_destructor_type keep)
{
	const char *ptr = b->text.ptr ? b->text.ptr : "";
	switch (b->type) {
	case DB_INT: return sqlite3_bind_int64(stmt, at, b->number);
	case DB_REAL: return sqlite3_bind_double(stmt, at, b->real);
	case DB_TEXT: return sqlite3_bind_text64(stmt, at, ptr, b->text.len, keep, SQLITE_UTF8);
	case DB_BLOB: return sqlite3_bind_blob64(stmt, at, ptr, b->text.len, keep);
	case DB_NULL: break;
	}
	return sqlite3_bind_null(stmt, at);
}

/* `keep`: SQLITE_STATIC where the statement is run before the call returns. */
static enum err bind_all(struct db *db, struct db_statement *st, struct db_binds b,
        sqlite3_destructor_type keep, struct errinfo *e)
{
	uint64_t bound = 0;
	for (size_t i = 0; i < b.count; i++) {
		char name[64];
		int len = snprintf(name, sizeof name, ":%s", b.items[i].name);
		int at = len < (int)sizeof name ? sqlite3_bind_parameter_index(st->stmt, name) : 0;
		if (at == 0)
			return fail(e, ERR_INTERNAL, "statement %s has no parameter :%s",
			        st->source->name, b.items[i].name);
		if (b.items[i].type == DB_TEXT && !utf8_valid(b.items[i].text))
			return fail(e, ERR_INVALID, "statement %s, parameter :%s: not valid UTF-8",
			        st->source->name, b.items[i].name);
		int code = bind_one(st->stmt, at, &b.items[i], keep);
		if (code != SQLITE_OK)
			return db_fail(db, code, st->source->name, e);
		bound |= UINT64_C(1) << (at - 1);
	}
	if (bound == st->all_bound)
		return OK;
	int missing = 1;
	while (bound >> (missing - 1) & 1)
		missing++;
	return fail(e, ERR_INTERNAL, "statement %s: nothing was bound to %s", st->source->name,
	        sqlite3_bind_parameter_name(st->stmt, missing));
}

enum err db_exec_with(struct db *db, int sql, struct db_binds b, struct errinfo *e)
{
	struct db_statement *st;
	TRY(find(db, sql, &st, e));
	TRY(bind_all(db, st, b, SQLITE_STATIC, e));
	int code = sqlite3_step(st->stmt);
	enum err err = OK;
	if (code == SQLITE_ROW)
		err = fail(e, ERR_INTERNAL, "statement %s gave a row to db_exec", st->source->name);
	else if (code != SQLITE_DONE)
		err = db_fail(db, code, st->source->name, e);
	sqlite3_reset(st->stmt);
	return err;
}

enum err db_change_with(struct db *db, int sql, struct db_binds b, struct errinfo *e)
{
	TRY(db_exec_with(db, sql, b, e));
	if (db_changed(db) == 1)
		return OK;
	size_t index;
	const struct sql_statement *source =
	        sql >= SQL_MORE ? &db->more[sql - SQL_MORE] : sql_find(sql, &index);
	return fail(e, ERR_CONFLICT, "statement %s changed %lld rows instead of one", source->name,
	        (long long)db_changed(db));
}

enum err db_select_with(
        struct db_rows *r, struct db *db, int sql, struct db_binds b, struct errinfo *e)
{
	*r = (struct db_rows){.db = db};
	struct db_statement *st;
	TRY(find(db, sql, &st, e));
	TRY(bind_all(db, st, b, SQLITE_TRANSIENT, e));
	st->active = true;
	db->active++;
	r->statement = st;
	return OK;
}

enum err db_get_with(
        struct db_rows *r, struct db *db, int sql, struct db_binds b, struct errinfo *e)
{
	TRY(db_select_with(r, db, sql, b, e));
	if (db_next(r))
		return OK;
	const char *name = r->statement->source->name;
	TRY(db_end(r, e));
	return fail(e, ERR_NOT_FOUND, "statement %s: no row", name);
}

bool db_next(struct db_rows *r)
{
	if (!r->statement || r->over || r->code != OK)
		return false;
	r->next_column = 0;
	int code = sqlite3_step(r->statement->stmt);
	if (code == SQLITE_ROW)
		return true;
	r->over = true;
	if (code != SQLITE_DONE)
		r->code = db_fail(r->db, code, r->statement->source->name, &r->fault);
	return false;
}

enum err db_end(struct db_rows *r, struct errinfo *e)
{
	if (r->statement && r->statement->active) {
		sqlite3_reset(r->statement->stmt);
		r->statement->active = false;
		r->db->active--;
	}
	r->statement = NULL;
	if (r->code != OK && e)
		*e = r->fault;
	return r->code;
}
