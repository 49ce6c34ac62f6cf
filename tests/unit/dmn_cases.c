/* Decisions and what they give: tests/cases/dmn. NAME.cases belongs to NAME.dmn;
 * library.dmn may be imported. A line is
 *
 *     decision {inputs} ==> expected [! code of a diagnostic]  */
#include "cases.h"

#include "dmn/dmn.h"
#include "format/xml.h"

static void run_line(const struct dmn_model *m, struct text t)
{
	struct arena *a = arena_new(0);
	struct feel_run r;
	struct feel_value got;
	struct case_line line = case_split(t);
	size_t brace = text_find(t, TEXT(" {"), 0);
	if (brace == SIZE_MAX)
		fail_msg("no inputs: %.*s", TEXT_ARG(t));
	feel_run_init(&r, a, (int64_t)CASES_NOW_S * 1000);
	struct text inputs = text_part(line.left, brace + 1, line.left.len);
	struct feel_env env = {.context = case_value(a, inputs)};
	struct text decision = text_part(t, 0, brace);
	enum err err = dmn_evaluate(m, decision, 0, &r, &env, NULL, &got, NULL);
	case_judge(a, t, &line, got, &r);
	if (err != OK && err != ERR_LIMIT)
		case_complain(a, t, got, &r, err_name(err));
	arena_free(a);
}

static const struct dmn_model *load(struct arena *a, const char *path)
{
	const char *library = "tests/cases/dmn/library.dmn";
	struct dmn_source sources[2] = {
	        {text_from(path), case_file(a, path)}, {text_from(library), case_file(a, library)}};
	const struct dmn_model *m;
	struct errinfo e = {0};
	if (dmn_compile(a, sources, 2, 0, NULL, &m, &e) != OK)
		fail_msg("%s: %s", path, e.message);
	return m;
}

static void run_cases(const char *model, const char *cases)
{
	struct arena *a = arena_new(0);
	const struct dmn_model *m = load(a, model);
	struct text rest = case_file(a, cases), line;
	int before = case_count;
	while (text_split(&rest, '\n', &line)) {
		if (line.len > 0 && line.ptr[0] != '#')
			run_line(m, line);
	}
	arena_free(a);
	assert_int_equal(case_failures, 0);
	assert_true(case_count > before);
}

static void tables__every_hit_policy__gives_what_it_says(void **state)
{
	(void)state;
	run_cases("tests/cases/dmn/tables.dmn", "tests/cases/dmn/tables.cases");
}

static void boxes__every_kind__gives_what_it_says(void **state)
{
	(void)state;
	run_cases("tests/cases/dmn/boxes.dmn", "tests/cases/dmn/boxes.cases");
}

static void imports__names_and_types_of_another_model__are_found(void **state)
{
	(void)state;
	run_cases("tests/cases/dmn/imports.dmn", "tests/cases/dmn/imports.cases");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(tables__every_hit_policy__gives_what_it_says),
	        cmocka_unit_test(boxes__every_kind__gives_what_it_says),
	        cmocka_unit_test(imports__names_and_types_of_another_model__are_found),
	};
	xml_start();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	xml_stop();
	return failed;
}
