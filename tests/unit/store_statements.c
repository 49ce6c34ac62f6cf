#include "store_test.h"

static int setup(void **state)
{
	static struct place p;
	place_make(&p);
	*state = &p;
	return 0;
}

static int teardown(void **state)
{
	place_remove(*state);
	return 0;
}

/* All statements of all rooms ----------------------------------------------------------- */

static void statements__of_all_rooms__are_prepared_at_start(void **state)
{
	struct store *s = place_open(*state);
	assert_true(sql_count() > 30);
	for (size_t i = 0; i < sql_count(); i++) {
		if (sql_at(i)->database == SQL_DATABASE_MAIN && !s->write.statements[i].stmt)
			fail_msg("%s is not prepared", sql_at(i)->name);
	}
	store_close(s);
}

static void statements__of_all_rooms__carry_the_predicate_of_their_scope(void **state)
{
	(void)state;
	for (size_t i = 0; i < sql_count(); i++) {
		const struct sql_statement *st = sql_at(i);
		if (!sql_scope_holds(st))
			fail_msg("%s:%d: %s lacks the predicate of its scope", st->file, st->line,
			        st->name);
	}
}

static void scope__predicate__is_found_only_where_it_binds(void **state)
{
	(void)state;
	static const struct {
		enum sql_scope scope;
		const char *sql;
		bool holds;
	} rows[] = {
	        {SQL_SCOPE_AUTHORITY, "SELECT 1 FROM t WHERE authority = :authority", true},
	        {SQL_SCOPE_AUTHORITY, "SELECT 1 FROM t WHERE t.authority=:authority AND 1", true},
	        {SQL_SCOPE_AUTHORITY, "SELECT 1 FROM t WHERE authority = :authority_of", false},
	        {SQL_SCOPE_AUTHORITY, "SELECT :authority AS authority FROM t", false},
	        {SQL_SCOPE_AUTHORITY, "SELECT 1 FROM t WHERE authority <> :authority", false},
	        {SQL_SCOPE_AUTHORITY, "SELECT 1 FROM t WHERE other_authority = :authority", false},
	        {SQL_SCOPE_AUTHORITY, "INSERT INTO t (authority) VALUES (:authority)", true},
	        {SQL_SCOPE_AUTHORITY, "INSERT INTO t (authority) VALUES (:a)", false},
	        {SQL_SCOPE_PERSON, "SELECT 1 FROM t WHERE person = :person", true},
	        {SQL_SCOPE_PERSON, "SELECT 1 FROM t WHERE authority = :authority", false},
	        {SQL_SCOPE_PARTICIPANT, "SELECT 1 FROM t WHERE p.participant = :participant", true},
	        {SQL_SCOPE_SYSTEM, "SELECT 1", true},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sql_statement st = {.scope = rows[i].scope, .sql = rows[i].sql};
		if (sql_scope_holds(&st) != rows[i].holds)
			fail_msg("%s", rows[i].sql);
	}
}

static void open_with(struct place *p, const char *sql, enum sql_kind kind, const char *says)
{
	struct sql_statement st = {
	        .name = "odd", .file = "src/x/odd.sql", .line = 7, .kind = kind, .sql = sql};
	struct store_options o = p->options;
	struct store *s;
	struct errinfo why = {0};
	o.more = &st;
	o.more_count = 1;
	assert_int_not_equal(store_open(&o, &s, &why), OK);
	if (!strstr(why.message, says) || !strstr(why.message, "odd") ||
	        strcmp(why.where, "src/x/odd.sql") != 0 || why.line != 7)
		fail_msg("\"%s\" %s:%d does not say %s", why.message, why.where, why.line, says);
}

static void start__wrong_statement__fails_and_names_file_and_cause(void **state)
{
	struct place *p = *state;
	open_with(p, "SELECT colour FROM note", SQL_KIND_MANY, "no such column: colour");
	open_with(p, "SELEKT 1", SQL_KIND_MANY, "syntax error");
	open_with(p, "SELECT 1 AS a; SELECT 2 AS b", SQL_KIND_MANY, "more than one statement");
	open_with(p, "SELECT 1 AS a", SQL_KIND_EXEC, "declared :exec");
	open_with(p, "DELETE FROM note", SQL_KIND_ONE, "not declared :exec");
}

/* Binding and reading ------------------------------------------------------------------- */

static void put_some(struct store *s)
{
	struct db *db = &s->write;
	struct text body = TEXT("gr\xc3\xbc\xc3\x9f"
	                        "e");
	for (int id = 1; id <= 5; id++)
		assert_ok(db_exec(db, SQL_NOTE_PUT, &e, BIND("id", id),
		        BIND("authority", id < 4 ? "A" : "B"), BIND("body", body)));
}

static void read__rows__come_typed_by_name(void **state)
{
	struct store *s = place_open(*state);
	struct db *db;
	struct db_rows r;
	struct arena *a = arena_new(0);
	put_some(s);
	assert_ok(store_read_begin(s, &db, &e));
	assert_ok(db_select(&r, db, SQL_NOTE_PAGE, &e, BIND("authority", "A"), BIND("after", 1),
	        BIND("limit", 10)));
	int64_t expected = 2;
	struct text kept = TEXT_NONE;
	while (db_next(&r)) {
		assert_int_equal(row_int(&r, "id"), expected++);
		kept = row_copy(&r, "body", a);
	}
	assert_false(db_next(&r));
	assert_ok(db_end(&r, &e));
	assert_ok(db_end(&r, &e));
	assert_int_equal(expected, 4);
	assert_text(kept, "gr\xc3\xbc\xc3\x9f"
	                  "e");

	assert_ok(db_get(&r, db, SQL_NOTE_GET, &e, BIND("id", 4)));
	assert_text(row_text(&r, "authority"), "B");
	assert_true(row_is_null(&r, "absent"));
	assert_int_equal(row_int(&r, "absent"), 0);
	assert_true(date_is_zero(row_date(&r, "absent")));
	assert_true(row_real(&r, "share") == 1.5);
	assert_ok(db_end(&r, &e));

	struct errinfo why = {0};
	assert_int_equal(db_get(&r, db, SQL_NOTE_GET, &why, BIND("id", 99)), ERR_NOT_FOUND);
	store_read_end(s, db);
	arena_free(a);
	store_close(s);
}

static void faults__of_the_caller__are_told_with_the_statement(void **state)
{
	struct store *s = place_open(*state);
	struct db *db = &s->write;
	struct db_rows r, again;
	struct errinfo why = {0};
	put_some(s);
	assert_int_equal(db_exec(db, SQL_NOTE_PUT, &why, BIND("id", 1)), ERR_INTERNAL);
	assert_non_null(strstr(why.message, "nothing was bound to :authority"));
	assert_int_equal(
	        db_exec(db, SQL_NOTE_CHANGE, &why, BIND("id", 1), BIND("colour", 2)), ERR_INTERNAL);
	assert_non_null(strstr(why.message, "has no parameter :colour"));
	assert_int_equal(db_exec(db, 123456, &why), ERR_INTERNAL);
	assert_int_equal(db_exec(db, SQL_NOTE_COUNT, &why), ERR_INTERNAL);

	assert_ok(db_get(&r, db, SQL_NOTE_GET, &e, BIND("id", 1)));
	assert_int_equal(row_int(&r, "colour"), 0);
	assert_int_equal(db_end(&r, &why), ERR_INTERNAL);
	assert_non_null(strstr(why.message, "note_get, column colour: no such column"));
	assert_ok(db_get(&r, db, SQL_NOTE_GET, &e, BIND("id", 1)));
	assert_int_equal(row_int(&r, "body"), 0);
	assert_int_equal(db_end(&r, &why), ERR_INTERNAL);
	assert_non_null(strstr(why.message, "is no integer"));

	assert_ok(db_get(&r, db, SQL_NOTE_GET, &e, BIND("id", 1)));
	assert_int_equal(db_get(&again, db, SQL_NOTE_GET, &why, BIND("id", 2)), ERR_INTERNAL);
	assert_non_null(strstr(why.message, "is being read already"));
	assert_ok(db_end(&r, &e));
	store_close(s);
}

static void errors__of_the_data__have_their_codes(void **state)
{
	struct store *s = place_open(*state);
	struct db *db = &s->write;
	struct errinfo why = {0};
	put_some(s);
	assert_int_equal(db_exec(db, SQL_NOTE_PUT, &why, BIND("id", 1), BIND("authority", "A"),
	                         BIND("body", "again")),
	        ERR_CONFLICT);
	assert_int_equal(db_exec(db, SQL_NOTE_PUT, &why, BIND("id", 9), BIND("authority", "A"),
	                         BIND_NULL("body")),
	        ERR_CONFLICT);
	assert_int_equal(db_exec(db, SQL_NOTE_PUT, &why, BIND("id", 9), BIND("authority", "A"),
	                         BIND("body", "\xff")),
	        ERR_INVALID);
	assert_ok(db_change(db, SQL_NOTE_CHANGE, &e, BIND("id", 1), BIND("body", "new")));
	assert_int_equal(db_change(db, SQL_NOTE_CHANGE, &why, BIND("id", 1), BIND("body", "new")),
	        ERR_CONFLICT);
	store_close(s);
}

static void readers__are_given_out_in_turn__and_never_write(void **state)
{
	struct place *p = *state;
	p->options.readers = 2;
	struct store *s = place_open(p);
	struct db *one, *two, *three;
	struct errinfo why = {0};
	assert_ok(store_read_begin(s, &one, &e));
	assert_ok(store_read_begin(s, &two, &e));
	assert_ptr_not_equal(one, two);
	assert_int_equal(store_read_begin(s, &three, &why), ERR_BUSY);
	assert_int_not_equal(db_exec(one, SQL_NOTE_PUT, &why, BIND("id", 1), BIND("authority", "A"),
	                             BIND("body", "x")),
	        OK);
	store_read_end(s, one);
	store_read_end(s, two);
	store_close(s);
}

static void reader__unfinished_read__ends_with_the_connection(void **state)
{
	struct place *p = *state;
	p->options.readers = 1;
	struct store *s = place_open(p);
	struct db *db;
	struct db_rows r;
	put_some(s);
	for (int i = 0; i < 3; i++) {
		assert_ok(store_read_begin(s, &db, &e));
		assert_ok(db_get(&r, db, SQL_NOTE_GET, &e, BIND("id", 1)));
		store_read_end(s, db);
	}
	store_close(s);
}

/* Migrations ---------------------------------------------------------------------------- */

static void migration__second_start__applies_nothing(void **state)
{
	struct store *s = place_open(*state);
	put_some(s);
	store_close(s);
	s = place_open(*state);
	assert_int_equal(count_notes(s), 5);
	store_close(s);
}

static void migration__changed_after_it_was_applied__is_refused(void **state)
{
	struct place *p = *state;
	struct store *s = place_open(p);
	struct errinfo why = {0};
	store_close(s);
	struct store_migration *last = &p->migrations[p->options.migrations.count - 1];
	last->sql = "CREATE TABLE note (id INTEGER NOT NULL PRIMARY KEY) STRICT";
	assert_int_equal(store_open(&p->options, &s, &why), ERR_CORRUPT);
	assert_non_null(strstr(why.message, "9999_note.sql"));
}

static void migration__of_a_newer_program__is_refused(void **state)
{
	struct place *p = *state;
	struct store *s = place_open(p);
	struct errinfo why = {0};
	store_close(s);
	p->options.migrations.count--;
	assert_int_equal(store_open(&p->options, &s, &why), ERR_UNSUPPORTED);
	assert_non_null(strstr(why.message, "9999_note.sql"));
}

static void migration__fails_in_the_middle__leaves_nothing(void **state)
{
	struct place *p = *state;
	struct store *s;
	struct errinfo why = {0};
	struct store_migration *last = &p->migrations[p->options.migrations.count - 1];
	last->sql = "CREATE TABLE note (id INTEGER); CREATE TABEL x (y)";
	assert_int_not_equal(store_open(&p->options, &s, &why), OK);
	assert_string_equal(why.where, "9999_note.sql");
	last->sql = note_table;
	s = place_open(p);
	store_close(s);
}

/* The directory ------------------------------------------------------------------------- */

static void open__missing_directory__is_refused_unless_created(void **state)
{
	struct place *p = *state;
	struct store *s;
	struct errinfo why = {0};
	p->options.create = false;
	assert_int_equal(store_open(&p->options, &s, &why), ERR_IO);
}

static void open__master_key_inside_the_data__is_refused(void **state)
{
	struct place *p = *state;
	struct store *s;
	struct errinfo why = {0};
	snprintf(p->key, sizeof p->key, "%s/data/blobs/key", p->root);
	assert_int_equal(store_open(&p->options, &s, &why), ERR_INVALID);
	assert_non_null(strstr(why.message, "outside"));
}

static void open__readable_or_foreign_master_key__is_refused(void **state)
{
	struct place *p = *state;
	struct store *s = place_open(p);
	struct errinfo why = {0};
	struct stat st;
	store_close(s);
	assert_int_equal(stat(p->key, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(chmod(p->key, 0640), 0);
	assert_int_equal(store_open(&p->options, &s, &why), ERR_DENIED);
	assert_int_equal(chmod(p->key, 0600), 0);

	FILE *f = fopen(p->key, "w");
	fputs("0000000000000000000000000000000000000000000000000000000000000000\n", f);
	fclose(f);
	assert_int_equal(store_open(&p->options, &s, &why), ERR_CORRUPT);
	assert_int_equal(unlink(p->key), 0);
	assert_int_equal(
	        store_open(&p->options, &s, &why), ERR_IO); /* never a new key for old data */
}

static void open__foreign_keys_database__is_refused(void **state)
{
	struct place *p = *state;
	struct store *s = place_open(p);
	struct errinfo why = {0};
	char path[128];
	store_close(s);
	snprintf(path, sizeof path, "%s/keys.db", p->dir);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(store_open(&p->options, &s, &why), ERR_CORRUPT);
	assert_non_null(strstr(why.message, "keys.db"));
}

static void open__read_only__sees_the_data_of_a_running_store(void **state)
{
	struct place *p = *state;
	struct store *s = place_start(p), *other;
	assert_int_equal(put_note(s, 7), OK);
	struct store_options o = p->options;
	o.read_only = true;
	o.create = false;
	assert_ok(store_open(&o, &other, &e));
	assert_int_equal(count_notes(other), 1);
	store_close(other);
	assert_int_equal(put_note(s, 8), OK);
	store_close(s);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	        T(statements__of_all_rooms__are_prepared_at_start),
	        T(statements__of_all_rooms__carry_the_predicate_of_their_scope),
	        T(scope__predicate__is_found_only_where_it_binds),
	        T(start__wrong_statement__fails_and_names_file_and_cause),
	        T(read__rows__come_typed_by_name),
	        T(faults__of_the_caller__are_told_with_the_statement),
	        T(errors__of_the_data__have_their_codes),
	        T(readers__are_given_out_in_turn__and_never_write),
	        T(reader__unfinished_read__ends_with_the_connection),
	        T(migration__second_start__applies_nothing),
	        T(migration__changed_after_it_was_applied__is_refused),
	        T(migration__of_a_newer_program__is_refused),
	        T(migration__fails_in_the_middle__leaves_nothing),
	        T(open__missing_directory__is_refused_unless_created),
	        T(open__master_key_inside_the_data__is_refused),
	        T(open__readable_or_foreign_master_key__is_refused),
	        T(open__foreign_keys_database__is_refused),
	        T(open__read_only__sees_the_data_of_a_running_store),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
