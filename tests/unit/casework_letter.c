/* The data of a letter: every name once, its own names before those of the case. */
#include "casework_help.h"

static void letter_data__names_of_its_own__are_kept_and_written_once(void **state)
{
	(void)state;
	static struct bench b;
	bench_open(&b, NULL, 0);
	struct people_actor who = {
	        .kind = PEOPLE_CITIZEN, .id = TEXT("citizen-1"), .trust = PEOPLE_TRUST_ACCOUNT};
	struct people_actor all = stage_system();
	struct text number = bench_submit(&b, &who);
	struct case_view v;
	assert_ok(case_load(b.cw, bench_read(&b), number, &all, b.a, &v, &e));

	static const char *const own[] = {"language", "authority", "letter", "text", "answers"};
	struct feel_context_builder extra = feel_context_begin(b.a);
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		feel_context_set(&extra, text_from(own[i]), feel_string(TEXT("of the case")));
	feel_context_set(&extra, TEXT("hint"), feel_string(TEXT("of the clerk")));
	struct names_facts facts = view_facts(b.cw, b.db, &v);
	struct letter_ask ask = {.letter = TEXT("receipt"),
	        .variables = v.variables,
	        .extra = feel_context_end(&extra),
	        .answers = v.answers};
	struct buf out;
	const struct json *data;
	buf_init(&out, 1 << 20);
	assert_ok(letter_data(b.a, &facts, &ask, &out, &e));
	bench_read_end(&b);
	/* The reader refuses a name that stands twice in an object. */
	assert_ok(json_parse(b.a, buf_text(&out), "data", &data, &e));
	buf_free(&out);
	assert_text(json_text(data, "language"), "de");
	assert_text(json_text(data, "hint"), "of the clerk");
	assert_int_equal(json_get(data, "authority")->kind, JSON_OBJECT);
	assert_int_equal(json_get(data, "letter")->kind, JSON_OBJECT);
	assert_int_equal(json_get(data, "text")->kind, JSON_OBJECT);
	assert_int_equal(json_get(data, "answers")->kind, JSON_ARRAY);
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(letter_data__names_of_its_own__are_kept_and_written_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
