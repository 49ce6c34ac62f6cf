/* Expressions and what they give: tests/cases/feel. A line is
 *
 *     expression ==> expected [! code of a diagnostic]
 *
 * where `expected` is an expression, too. */
#include "cases.h"

#include <dirent.h>

static void run_line(struct text t)
{
	struct arena *a = arena_new(0);
	struct feel_run r;
	struct feel_value got;
	struct case_line line = case_split(t);
	feel_run_init(&r, a, (int64_t)CASES_NOW_S * 1000);
	enum err err = feel_eval_text(line.left, &r, NULL, &got, NULL);
	case_judge(a, t, &line, got, &r);
	if (err != OK && r.diagnostics.count == 0)
		case_complain(a, t, got, &r, err_name(err));
	if (got.kind == FEEL_NULL && line.code.len == 0)
		case_complain(a, t, got, &r, "a case for null must name its reason");
	arena_free(a);
}

static void run_file(const char *path)
{
	struct arena *a = arena_new(0);
	struct text rest = case_file(a, path), line;
	while (text_split(&rest, '\n', &line)) {
		if (line.len > 0 && line.ptr[0] != '#')
			run_line(line);
	}
	arena_free(a);
}

static void cases__every_line__gives_what_it_says(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	DIR *dir = opendir("tests/cases/feel");
	assert_non_null(dir);
	for (struct dirent *d = readdir(dir); d; d = readdir(dir)) {
		if (text_ends(text_from(d->d_name), TEXT(".feel")))
			run_file(text_z(a, text_format(a, "tests/cases/feel/%s", d->d_name)));
	}
	closedir(dir);
	arena_free(a);
	print_message("%d cases\n", case_count);
	assert_int_equal(case_failures, 0);
	assert_true(case_count > 300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(cases__every_line__gives_what_it_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
