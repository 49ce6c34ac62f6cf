/* store/db.h - named SQL statements.
 *
 * SQL stands in `*.sql` files beside the module that owns the tables:
 *
 *	-- name: task_page :many
 *	-- scope: authority
 *	-- Open tasks of this authority after a key, soonest due first (index task_by_due).
 *	SELECT id, title, due FROM task
 *	 WHERE authority = :authority AND state = 'open' AND (due, id) > (:due, :id)
 *	 ORDER BY due, id LIMIT :limit;
 *
 * The build makes `SQL_TASK_PAGE` of it, a compile-time constant in "sql_<room>.h". Kinds:
 * `:exec` (no rows), `:one` (at most one row), `:many`. Scopes and the predicate a test
 * demands: `authority` (authority = :authority), `person` (person = :person), `participant`
 * (participant = :participant; the authority that takes part in another's case), `system` (none;
 * only for the writer, timers, verify and what runs before anybody is known, as the login). A
 * comparison may carry an alias (t.authority = :authority); an INSERT names the parameter.
 * `-- database: keys` is for the store itself. A statement in `*.pg.sql` of the same
 * name replaces it on PostgreSQL.
 *
 * At the call site:
 *
 *	TRY(db_exec(db, SQL_TASK_CLOSE, e, BIND("id", id), BIND("at", ap->now)));
 *
 *	struct db_rows r;
 *	TRY(db_get(&r, db, SQL_TASK_LOAD, e, BIND("id", id)));       one row, or ERR_NOT_FOUND
 *	task->title = row_copy(&r, "title", arena);
 *	TRY(db_end(&r, e));
 *
 *	TRY(db_select(&r, db, SQL_TASK_PAGE, e, BIND("authority", ags), BIND("limit", 25)));
 *	while (db_next(&r))
 *		add_line(page, row_text(&r, "title"), row_date(&r, "due"));
 *	TRY(db_end(&r, e));                        tells errors of all the calls before
 *
 * Faults of the program (a parameter nobody bound, a name that does not exist, a text read
 * as a number) give ERR_INTERNAL naming the statement; they never crash and never pass.
 * Constraint violations give ERR_CONFLICT, a full disk ERR_FULL. */
#ifndef STORE_DB_H
#define STORE_DB_H

#include "base/world.h"

struct store;
struct db;

enum sql_kind { SQL_KIND_EXEC, SQL_KIND_ONE, SQL_KIND_MANY };
enum sql_scope { SQL_SCOPE_AUTHORITY, SQL_SCOPE_PERSON, SQL_SCOPE_PARTICIPANT, SQL_SCOPE_SYSTEM };
enum sql_database { SQL_DATABASE_MAIN, SQL_DATABASE_KEYS };

struct sql_statement {
	const char *name; /* "task_page" */
	const char *file; /* "src/casework/task.sql" */
	int line;
	enum sql_kind kind;
	enum sql_scope scope;
	enum sql_database database;
	const char *sql;
	const char *pg; /* where PostgreSQL differs, or NULL */
};

enum { SQL_MORE = 1000000 }; /* ids of the statements a test brings along */

/* All statements of the program, for tests that walk over them. */
size_t sql_count(void);
const struct sql_statement *sql_at(size_t index);
/* Does the text carry the predicate its scope demands? */
bool sql_scope_holds(const struct sql_statement *s);

enum db_type { DB_NULL, DB_INT, DB_REAL, DB_TEXT, DB_BLOB };

struct db_bind {
	const char *name; /* without the colon */
	enum db_type type;
	int64_t number;
	double real;
	struct text text;
};

/* The value of a named parameter; the type is chosen by the C type: integers, bool, double,
 * struct text, C strings (NULL binds NULL), struct instant (milliseconds) and struct date
 * (days since 1970; the unset date binds NULL). Memory is read during the call only. */
#ifdef __CPPCHECK__ /* it cannot read a _Generic among the arguments of a macro */
#define BIND(name, value) db_bind_any((name), (value))
#else
#define BIND(name, value)                                                                          \
	_Generic((value),                                                                          \
		bool: db_bind_int,                                                                 \
		char: db_bind_int,                                                                 \
		signed char: db_bind_int,                                                          \
		unsigned char: db_bind_int,                                                        \
		short: db_bind_int,                                                                \
		unsigned short: db_bind_int,                                                       \
		int: db_bind_int,                                                                  \
		long: db_bind_int,                                                                 \
		long long: db_bind_int,                                                            \
		unsigned: db_bind_int,                                                             \
		unsigned long: db_bind_size,                                                       \
		unsigned long long: db_bind_size,                                                  \
		double: db_bind_real,                                                              \
		char *: db_bind_z,                                                                 \
		const char *: db_bind_z,                                                           \
		struct text: db_bind_text,                                                         \
		struct instant: db_bind_instant,                                                   \
		struct date: db_bind_date)(name, value)
#endif
#define BIND_BLOB(name, bytes)                                                                     \
	db_bind_blob(name, bytes) /* bytes: struct text; ptr NULL binds NULL */
#define BIND_NULL(parameter) ((struct db_bind){.name = (parameter)})
/* NULL when the text is empty. */
#define BIND_OPTIONAL(name, value) db_bind_optional(name, value)

struct db_bind db_bind_int(const char *name, int64_t value);
struct db_bind db_bind_size(const char *name, uint64_t value); /* check: at most INT64_MAX */
struct db_bind db_bind_real(const char *name, double value);
struct db_bind db_bind_z(const char *name, const char *value);
struct db_bind db_bind_text(const char *name, struct text value);
struct db_bind db_bind_blob(const char *name, struct text value);
struct db_bind db_bind_optional(const char *name, struct text value);
struct db_bind db_bind_instant(const char *name, struct instant value);
struct db_bind db_bind_date(const char *name, struct date value);

struct db_binds {
	const struct db_bind *items;
	size_t count;
};

#define DB_BINDS(...)                                                                              \
	((struct db_binds){(const struct db_bind[]){{0}, __VA_ARGS__} + 1,                         \
	        sizeof((const struct db_bind[]){{0}, __VA_ARGS__}) / sizeof(struct db_bind) - 1})

enum { DB_COLUMNS_MAX = 48 };

/* A statement being read. Kept on the caller's stack. */
struct db_rows {
	struct db *db;
	struct db_statement *statement; /* NULL once ended */
	int next_column;                /* where the next column is looked for first */
	enum err code;
	bool over; /* no more rows */
	struct errinfo fault;
};

/* Run a statement without rows. */
#define db_exec(db, sql, e, ...) db_exec_with((db), (sql), DB_BINDS(__VA_ARGS__), (e))
/* The same, and ERR_CONFLICT unless exactly one row was changed ("... AND state = 'open'"). */
#define db_change(db, sql, e, ...) db_change_with((db), (sql), DB_BINDS(__VA_ARGS__), (e))
/* Stand on the only or first row; ERR_NOT_FOUND (and nothing to end) when there is none. */
#define db_get(rows, db, sql, e, ...) db_get_with((rows), (db), (sql), DB_BINDS(__VA_ARGS__), (e))
/* Begin to read; on error there is nothing to end. */
#define db_select(rows, db, sql, e, ...)                                                           \
	db_select_with((rows), (db), (sql), DB_BINDS(__VA_ARGS__), (e))

MUST_USE enum err db_exec_with(struct db *db, int sql, struct db_binds b, struct errinfo *e);
MUST_USE enum err db_change_with(struct db *db, int sql, struct db_binds b, struct errinfo *e);
MUST_USE enum err db_get_with(
        struct db_rows *r, struct db *db, int sql, struct db_binds b, struct errinfo *e);
MUST_USE enum err db_select_with(
        struct db_rows *r, struct db *db, int sql, struct db_binds b, struct errinfo *e);

/* The next row; false at the end or on an error, which db_end reports. */
MUST_USE bool db_next(struct db_rows *r);
/* End reading: the first error of any call on these rows. Done twice does no harm. A statement
 * that was not ended (an early return by TRY) is ended with the command or the read. */
MUST_USE enum err db_end(struct db_rows *r, struct errinfo *e);

int64_t db_changed(const struct db *db); /* rows the last db_exec changed */

/* Columns by name. Texts and blobs are valid until db_next or db_end; row_copy* keeps them. NULL
 * reads as 0, false, an empty text, the unset date. */
bool row_is_null(struct db_rows *r, const char *column);
int64_t row_int(struct db_rows *r, const char *column);
bool row_bool(struct db_rows *r, const char *column);
double row_real(struct db_rows *r, const char *column);
struct text row_text(struct db_rows *r, const char *column);
struct text row_blob(struct db_rows *r, const char *column);
struct instant row_instant(struct db_rows *r, const char *column);
struct date row_date(struct db_rows *r, const char *column);
struct text row_copy(struct db_rows *r, const char *column, struct arena *a);
struct text row_copy_blob(struct db_rows *r, const char *column, struct arena *a);

/* The store this connection belongs to. */
struct store *db_store(struct db *db);

/* Several statements without parameters: migrations, demonstration data, tests. */
MUST_USE enum err db_script(struct db *db, const char *sql, struct errinfo *e);

#endif
