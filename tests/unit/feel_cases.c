/* Expressions and what they give: tests/cases/feel. A line is
 *
 *     expression ==> expected [! code of a diagnostic]
 *
 * where `expected` is an expression, too. null is only right with the diagnostic named. */
#include "unit.h"

#include "feel/feel.h"

#include <dirent.h>

enum { FILE_MAX = 1 << 20, NOW_S = 1763974800 }; /* 2025-11-24T10:00 in Berlin */

static int failures;
static int cases;

static struct text read_file(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		fail_msg("cannot open %s", path);
	char *bytes = arena_alloc(a, FILE_MAX);
	size_t len = fread(bytes, 1, FILE_MAX, f);
	fclose(f);
	return (struct text){bytes, len};
}

static bool has_code(const struct feel_run *r, struct text code)
{
	for (size_t i = 0; i < r->diagnostics.count; i++) {
		if (text_is(code, feel_code_name(r->diagnostics.items[i].code)))
			return true;
	}
	return false;
}

static void complain(struct arena *a, const char *path, int line, struct feel_value got,
        const struct feel_run *r, const char *what)
{
	failures++;
	print_message("%s:%d: %s, got %.*s\n", path, line, what, TEXT_ARG(feel_to_text(a, got)));
	for (size_t i = 0; i < r->diagnostics.count; i++)
		print_message("    %.*s\n",
		        TEXT_ARG(feel_diagnostic_text(a, &r->diagnostics.items[i])));
}

static void run_line(const char *path, int line, struct text t)
{
	struct arena *a = arena_new(0);
	struct feel_run r, quiet;
	struct feel_value got, want;
	struct errinfo e = {0};
	size_t arrow = text_find(t, TEXT(" ==> "), 0);
	if (arrow == SIZE_MAX)
		fail_msg("%s:%d: no ==>", path, line);
	struct text right = text_part(t, arrow + 5, t.len), code = TEXT_NONE;
	size_t mark = text_find(right, TEXT(" ! "), 0);
	if (mark != SIZE_MAX) {
		code = text_trim(text_part(right, mark + 3, right.len));
		right = text_part(right, 0, mark);
	}
	feel_run_init(&r, a, (int64_t)NOW_S * 1000);
	feel_run_init(&quiet, a, (int64_t)NOW_S * 1000);
	enum err err = feel_eval_text(text_part(t, 0, arrow), &r, NULL, &got, &e);
	if (feel_eval_text(right, &quiet, NULL, &want, &e) != OK)
		fail_msg("%s:%d: %s", path, line, e.message);
	cases++;
	if (!feel_same(got, want))
		complain(a, path, line, got, &r, "another value expected");
	else if (code.len > 0 && !has_code(&r, code))
		complain(a, path, line, got, &r, "another diagnostic expected");
	else if (code.len == 0 && (got.kind == FEEL_NULL || err != OK) && right.len != 4)
		complain(a, path, line, got, &r, "null without a reason");
	arena_free(a);
}

static void run_file(const char *path)
{
	struct arena *a = arena_new(0);
	struct text rest = read_file(a, path), line;
	for (int n = 1; text_split(&rest, '\n', &line); n++) {
		if (line.len > 0 && line.ptr[0] != '#')
			run_line(path, n, line);
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
	print_message("%d cases\n", cases);
	assert_int_equal(failures, 0);
	assert_true(cases > 300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(cases__every_line__gives_what_it_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
