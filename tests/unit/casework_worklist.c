/* The list of tasks: whoever works for one service among others gets full pages of his own tasks
 * and counts of nobody else's, read along an index. */
#include "casework_help.h"

#include <sqlite3.h>

#define DRESDEN "14612000"

enum { TASKS = 60, OVER = 10 };

static const char *const services[] = {"wohngeld", "bewohnerparkausweis"};

static struct text task_id(struct arena *a, int service, int n)
{
	return text_format(a, "01TASK%d%04d", service, n);
}

/* Of every service a case with TASKS tasks, one a day from OVER days ago; the days of the services
 * are the same, so that the lists interleave. Every third is taken by "krueger". */
static enum err put_tasks(struct apply *ap, struct errinfo *e)
{
	const struct bench *b = ap->host;
	int64_t today = date_to_days(casework_today(b->cw));
	for (int s = 0; s < 2; s++) {
		const struct service_adoption *x = bench_adoption(b, services[s], DRESDEN);
		struct text id = text_format(ap->arena, "01CASE%d", s);
		TRY(bench_put_case(ap, x, id, text_format(ap->arena, "DD-%d", s), e));
		for (int n = 0; n < TASKS; n++) {
			struct text task = task_id(ap->arena, s, n);
			TRY(db_exec(ap->db, SQL_TASK_INSERT, e, BIND("id", task),
			        BIND("case_id", id), BIND("authority", DRESDEN),
			        BIND("service", services[s]), BIND("wait", n + 1),
			        BIND("element", "check"), BIND("role", "examiner"),
			        BIND("form", "decide"), BIND("due", today - OVER + n),
			        BIND("opened", ap->now)));
			if (n % 3 == 0)
				TRY(db_exec(ap->db, SQL_TASK_ASSIGN, e, BIND("id", task),
				        BIND("assignee", "krueger"), BIND("assignee_name", "K")));
		}
	}
	return OK;
}

static const struct command_kind kinds[] = {{.name = "test.tasks", .apply = put_tasks}};

static int setup(void **state)
{
	static struct bench b;
	bench_open(&b, kinds, 1);
	assert_ok(store_do(b.store, "test.tasks", NULL, &e));
	*state = &b;
	return 0;
}

static int teardown(void **state)
{
	bench_close(*state);
	return 0;
}

static struct people_actor clerk_of(struct bench *b, const char *one, const char *other)
{
	struct people_grant *grants = ARENA_ARRAY(b->a, 2, struct people_grant);
	grants[0] = (struct people_grant){
	        .authority = TEXT(DRESDEN), .service = text_from(one), .role = TEXT("examiner")};
	if (other)
		grants[1] = (struct people_grant){.authority = TEXT(DRESDEN),
		        .service = text_from(other),
		        .role = TEXT("examiner")};
	return (struct people_actor){.kind = PEOPLE_STAFF,
	        .id = TEXT("krueger"),
	        .authority = TEXT(DRESDEN),
	        .grants = grants,
	        .grant_count = other ? 2 : 1};
}

static struct worklist page(
        struct bench *b, const struct people_actor *who, const struct worklist_ask *ask)
{
	struct worklist w;
	assert_ok(worklist_read(b->cw, bench_read(b), who, ask, b->a, &w, &e));
	bench_read_end(b);
	return w;
}

/* All pages one after the other: in order, full but the last, no task twice or left out. */
static int walk(struct bench *b, const struct people_actor *who, struct worklist_ask ask)
{
	int seen = 0;
	struct date due = {0};
	struct worklist w = {.more = true};
	ask.authority = TEXT(DRESDEN);
	for (int pages = 0; w.more; pages++) {
		w = page(b, who, &ask);
		assert_true(pages < 10);
		if (w.more)
			assert_int_equal(w.count, CASE_PAGE_ROWS);
		for (size_t i = 0; i < w.count; i++, seen++) {
			assert_true(date_cmp(due, w.rows[i].due) <= 0);
			due = w.rows[i].due;
			if (ask.service.len)
				assert_true(text_eq(w.rows[i].service, ask.service));
		}
		ask.after = w.next;
	}
	return seen;
}

static void worklist__clerk_of_one_service__has_full_pages_and_own_counts(void **state)
{
	struct bench *b = *state;
	struct people_actor who = clerk_of(b, services[1], NULL);
	struct worklist_ask ask = {.authority = TEXT(DRESDEN)};
	struct worklist first = page(b, &who, &ask);
	assert_int_equal(first.count, CASE_PAGE_ROWS);
	for (size_t i = 0; i < first.count; i++)
		assert_true(text_eq(first.rows[i].task, task_id(b->a, 1, (int)i)));
	assert_int_equal(first.open, TASKS);
	assert_int_equal(first.over, OVER);
	assert_int_equal(first.today, 1);
	assert_int_equal(walk(b, &who, ask), TASKS);
}

static void worklist__two_services__are_merged_in_order(void **state)
{
	struct bench *b = *state;
	struct people_actor who = clerk_of(b, services[1], services[0]);
	struct people_actor twice = clerk_of(b, services[1], services[1]);
	struct worklist_ask ask = {.authority = TEXT(DRESDEN)};
	struct worklist first = page(b, &who, &ask);
	for (int i = 0; i < CASE_PAGE_ROWS; i++)
		assert_true(text_eq(first.rows[i].task, task_id(b->a, i % 2, i / 2)));
	assert_int_equal(first.open, 2 * TASKS);
	assert_int_equal(walk(b, &who, ask), 2 * TASKS);
	assert_int_equal(walk(b, &twice, ask), TASKS);
}

static void worklist__filters__keep_to_the_services(void **state)
{
	struct bench *b = *state;
	struct people_actor one = clerk_of(b, services[1], NULL), all = clerk_of(b, "*", NULL);
	struct worklist_ask ask = {.with = WITH_ME};
	assert_int_equal(walk(b, &one, ask), TASKS / 3);
	assert_int_equal(walk(b, &all, ask), 2 * TASKS / 3);
	ask.service = text_from(services[0]);
	assert_int_equal(walk(b, &one, ask), 0);
	assert_int_equal(walk(b, &all, ask), TASKS / 3);
	ask.with = WITH_NOBODY;
	assert_int_equal(walk(b, &all, ask), 2 * TASKS / 3);
	ask = (struct worklist_ask){.with = WITH_NOBODY};
	assert_int_equal(walk(b, &one, ask), 2 * TASKS / 3);
	ask = (struct worklist_ask){.due = DUE_OVER};
	assert_int_equal(walk(b, &one, ask), OVER);
	assert_int_equal(walk(b, &all, ask), 2 * OVER);
}

static void worklist__number__only_of_a_service_one_works_for(void **state)
{
	struct bench *b = *state;
	struct people_actor one = clerk_of(b, services[1], NULL);
	struct worklist_ask ask = {.authority = TEXT(DRESDEN), .number = TEXT("DD-1")};
	assert_int_equal(page(b, &one, &ask).count, CASE_PAGE_ROWS);
	ask.number = TEXT("DD-0");
	struct worklist none = page(b, &one, &ask);
	assert_int_equal(none.count, 0);
	assert_false(none.more);
	assert_int_equal(none.open, TASKS);
}

static const char *sql_named(const char *name)
{
	for (size_t i = 0; i < sql_count(); i++)
		if (strcmp(sql_at(i)->name, name) == 0)
			return sql_at(i)->sql;
	fail_msg("there is no statement %s", name);
	return "";
}

/* No page and no count sorts or reads a table from end to end; each uses the index it names. */
static void worklist__statements__follow_their_index(void **state)
{
	struct bench *b = *state;
	static const char *const plans[][2] = {
	        {"worklist_page", "INDEX task_by_due "},
	        {"worklist_service", "INDEX task_by_service "},
	        {"worklist_mine", "INDEX task_by_assignee "},
	        {"worklist_mine_service", "INDEX task_by_assignee_service "},
	        {"worklist_nobody", "INDEX task_by_assignee "},
	        {"worklist_nobody_service", "INDEX task_by_assignee_service "},
	        {"worklist_count", "INDEX task_by_due "},
	        {"worklist_count_service", "INDEX task_by_service "},
	};
	sqlite3 *db;
	char *path = text_z(b->a, text_format(b->a, "%s/data/amtsweg.db", b->dir));
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
		struct text plan = TEXT_NONE;
		sqlite3_stmt *st;
		char *sql = text_z(
		        b->a, text_format(b->a, "EXPLAIN QUERY PLAN %s", sql_named(plans[i][0])));
		assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
		while (sqlite3_step(st) == SQLITE_ROW)
			plan = text_format(b->a, "%.*s%s\n", TEXT_ARG(plan),
			        (const char *)sqlite3_column_text(st, 3));
		sqlite3_finalize(st);
		if (text_find(plan, TEXT("TEMP B-TREE"), 0) != SIZE_MAX ||
		        text_find(plan, TEXT("SCAN t"), 0) != SIZE_MAX ||
		        text_find(plan, text_from(plans[i][1]), 0) == SIZE_MAX)
			fail_msg("%s:\n%.*s", plans[i][0], TEXT_ARG(plan));
	}
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(worklist__clerk_of_one_service__has_full_pages_and_own_counts),
	        cmocka_unit_test(worklist__two_services__are_merged_in_order),
	        cmocka_unit_test(worklist__filters__keep_to_the_services),
	        cmocka_unit_test(worklist__number__only_of_a_service_one_works_for),
	        cmocka_unit_test(worklist__statements__follow_their_index),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
