/* Values on their way into statements and out of rows. */
#include "store/db_int.h"

struct db_bind db_bind_int(const char *name, int64_t value)
{
	return (struct db_bind){.name = name, .type = DB_INT, .number = value};
}

struct db_bind db_bind_size(const char *name, uint64_t value)
{
	check(value <= INT64_MAX);
	return db_bind_int(name, (int64_t)value);
}

struct db_bind db_bind_real(const char *name, double value)
{
	return (struct db_bind){.name = name, .type = DB_REAL, .real = value};
}

struct db_bind db_bind_z(const char *name, const char *value)
{
	return value ? db_bind_text(name, text_from(value)) : BIND_NULL(name);
}

struct db_bind db_bind_text(const char *name, struct text value)
{
	return (struct db_bind){.name = name, .type = DB_TEXT, .text = value};
}

struct db_bind db_bind_blob(const char *name, struct text value)
{
	return (struct db_bind){.name = name, .type = value.ptr ? DB_BLOB : DB_NULL, .text = value};
}

struct db_bind db_bind_optional(const char *name, struct text value)
{
	return value.len ? db_bind_text(name, value) : BIND_NULL(name);
}

struct db_bind db_bind_instant(const char *name, struct instant value)
{
	return db_bind_int(name, value.ms);
}

struct db_bind db_bind_date(const char *name, struct date value)
{
	return date_is_zero(value) ? BIND_NULL(name) : db_bind_int(name, date_to_days(value));
}

/* Columns ------------------------------------------------------------------------------ */

static void row_fault(struct db_rows *r, const char *column, const char *what)
{
	if (r->code != OK)
		return;
	r->code = fail(&r->fault, ERR_INTERNAL, "statement %s, column %s: %s",
	        r->statement ? r->statement->source->name : "(ended)", column, what);
}

/* Columns are mostly read in their order, so the next one is tried first. */
static int column_find(struct db_rows *r, const char *column)
{
	if (!r->statement) {
		row_fault(r, column, "read after db_end");
		return -1;
	}
	sqlite3_stmt *stmt = r->statement->stmt;
	int count = sqlite3_data_count(stmt);
	for (int i = 0; i < count; i++) {
		int at = (r->next_column + i) % count;
		if (strcmp(sqlite3_column_name(stmt, at), column) == 0) {
			r->next_column = at + 1;
			return at;
		}
	}
	row_fault(r, column, count ? "no such column" : "read without a row");
	return -1;
}

/* The place of the column when it has a value of this type; -1 for NULL and faults. */
static int column_of(struct db_rows *r, const char *column, int type, const char *complaint)
{
	int at = column_find(r, column);
	if (at < 0)
		return -1;
	int found = sqlite3_column_type(r->statement->stmt, at);
	if (found == type)
		return at;
	if (found != SQLITE_NULL)
		row_fault(r, column, complaint);
	return -1;
}

bool row_is_null(struct db_rows *r, const char *column)
{
	int at = column_find(r, column);
	return at < 0 || sqlite3_column_type(r->statement->stmt, at) == SQLITE_NULL;
}

int64_t row_int(struct db_rows *r, const char *column)
{
	int at = column_of(r, column, SQLITE_INTEGER, "is no integer");
	return at < 0 ? 0 : sqlite3_column_int64(r->statement->stmt, at);
}

bool row_bool(struct db_rows *r, const char *column)
{
	return row_int(r, column) != 0;
}

double row_real(struct db_rows *r, const char *column)
{
	int at = column_of(r, column, SQLITE_FLOAT, "is no real number");
	return at < 0 ? 0 : sqlite3_column_double(r->statement->stmt, at);
}

static struct text bytes_at(struct db_rows *r, int at)
{
	const char *ptr = sqlite3_column_blob(r->statement->stmt, at);
	size_t len = (size_t)sqlite3_column_bytes(r->statement->stmt, at);
	return ptr ? (struct text){ptr, len} : TEXT("");
}

struct text row_text(struct db_rows *r, const char *column)
{
	int at = column_of(r, column, SQLITE_TEXT, "is no text");
	return at < 0 ? TEXT_NONE : bytes_at(r, at);
}

struct text row_blob(struct db_rows *r, const char *column)
{
	int at = column_of(r, column, SQLITE_BLOB, "is no blob");
	return at < 0 ? TEXT_NONE : bytes_at(r, at);
}

struct instant row_instant(struct db_rows *r, const char *column)
{
	return (struct instant){row_int(r, column)};
}

struct date row_date(struct db_rows *r, const char *column)
{
	int at = column_of(r, column, SQLITE_INTEGER, "is no day");
	if (at < 0)
		return (struct date){0};
	return date_from_days(sqlite3_column_int64(r->statement->stmt, at));
}

struct text row_copy(struct db_rows *r, const char *column, struct arena *a)
{
	return text_copy(a, row_text(r, column));
}

struct text row_copy_blob(struct db_rows *r, const char *column, struct arena *a)
{
	return text_copy(a, row_blob(r, column));
}
