/* The words of an incident may quote answers: nobody reads them in the file, whoever may see the
 * case does, and they go with its key. */
#include "casework_help.h"

#include "casework/job.h"

#include <sqlite3.h>

#define QUOTED "plate is DD-AB 123"

struct lost {
	struct text number;
};

static enum err open_incident(struct apply *ap, struct errinfo *e)
{
	const struct bench *b = ap->host;
	const struct lost *c = ap->command->input;
	struct record r;
	TRY(record_load(b->cw, ap, c->number, &r, e));
	TRY(record_adoption(&r, e));
	struct bpmn_effect f = {
	        .kind = BPMN_INCIDENT,
	        .token = 7,
	        .element = bpmn_model_find(r.adoption->service->model, TEXT("check")),
	        .name = TEXT("rule.failed"),
	        .text = TEXT(QUOTED),
	};
	return effect_apply(&r, &f, e);
}

static enum err destroy(struct apply *ap, struct errinfo *e)
{
	const struct text *number = ap->command->input;
	const struct bench *b = ap->host;
	struct record r;
	TRY(record_load(b->cw, ap, *number, &r, e));
	return key_destroy(ap, r.id, e);
}

static const struct command_kind kinds[] = {
        {.name = "test.incident", .apply = open_incident},
        {.name = "test.destroy", .apply = destroy},
};

static bool file_has(struct bench *b, const char *name, const char *words)
{
	struct text content;
	char *path = text_z(b->a, text_format(b->a, "%s/data/%s", b->dir, name));
	assert_ok(cli_read_file(b->a, path, 64 << 20, &content, &e));
	return text_find(content, text_from(words), 0) != SIZE_MAX;
}

/* Rows of the outbox that failed and say why. */
static int failed_once(struct bench *b)
{
	sqlite3 *db;
	sqlite3_stmt *st;
	char *path = text_z(b->a, text_format(b->a, "%s/data/amtsweg.db", b->dir));
	static const char sql[] = "SELECT count(*) FROM outbox WHERE tries = 1 AND "
	                          "length(message) > 0";
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	int n = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return n;
}

static void incident__message__is_sealed_in_the_file_and_read_by_views(void **state)
{
	(void)state;
	static struct bench b;
	bench_open(&b, kinds, 2);
	struct people_actor who = {.kind = PEOPLE_CITIZEN,
	        .id = TEXT("citizen-1"),
	        .name = TEXT("Erika Mustermann"),
	        .trust = PEOPLE_TRUST_ACCOUNT};
	struct people_actor all = stage_system();
	struct lost lost = {bench_submit(&b, &who)};
	assert_ok(store_do(b.store, "test.incident", &lost, &e));
	/* The receipt waits in the outbox; its rendering fails and is tried again. */
	struct job_failed job = {.outbox = 1, .code = ERR_IO, .message = TEXT(QUOTED)};
	assert_ok(store_do(b.store, "job.failed", &job, &e));

	struct case_view v;
	struct case_incident *list;
	struct text *numbers;
	size_t count;
	assert_ok(case_load(b.cw, bench_read(&b), lost.number, &all, b.a, &v, &e));
	assert_int_equal(v.incident_count, 1);
	assert_text(v.incidents[0].message, QUOTED);
	assert_text(v.incidents[0].code, "rule.failed");
	assert_ok(incident_list(b.cw, b.db, b.a, &list, &numbers, &count, &e));
	bench_read_end(&b);
	assert_int_equal(count, 1);
	assert_text(list[0].message, QUOTED);
	assert_true(text_eq(numbers[0], lost.number));
	assert_true(file_has(&b, "amtsweg.db-wal", "rule.failed"));
	assert_int_equal(failed_once(&b), 1);
	assert_false(file_has(&b, "amtsweg.db-wal", QUOTED));

	assert_ok(store_do(b.store, "test.destroy", &lost.number, &e));
	assert_ok(incident_list(b.cw, bench_read(&b), b.a, &list, &numbers, &count, &e));
	bench_read_end(&b);
	assert_int_equal(count, 1);
	assert_int_equal(list[0].message.len, 0);
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(incident__message__is_sealed_in_the_file_and_read_by_views),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
