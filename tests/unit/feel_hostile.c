/* Hostile input is refused in milliseconds, never a hang, never a partial result. */
#include "unit.h"

#include "dmn/dmn.h"
#include "feel/feel.h"
#include "format/xml.h"

#include <time.h>

/* Generous for a busy machine with sanitizers; without them it is a few milliseconds. */
enum { PATIENCE_MS = 3000 };

static struct arena *arena;
static int64_t began_ms;

static int64_t clock_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int set_up(void **state)
{
	(void)state;
	arena = arena_new(0);
	began_ms = clock_ms();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	if (clock_ms() - began_ms > PATIENCE_MS)
		fail_msg("took %d ms", (int)(clock_ms() - began_ms));
	return 0;
}

static struct text repeated(const char *piece, size_t count, const char *last)
{
	struct buf b;
	buf_init(&b, 8 << 20);
	for (size_t i = 0; i < count; i++)
		buf_add_z(&b, piece);
	buf_add_z(&b, last);
	struct text t = buf_copy(&b, arena);
	buf_free(&b);
	return t;
}

static enum err evaluate(struct text t, struct feel_value *out)
{
	struct feel_run r;
	feel_run_init(&r, arena, 0);
	enum err err = feel_eval_text(t, &r, NULL, out, NULL);
	if (err != OK) {
		assert_true(r.diagnostics.count > 0);
		assert_true(feel_is_null(*out));
	}
	return err;
}

static void refused_z(const char *z)
{
	struct feel_value v;
	assert_int_equal(evaluate(text_from(z), &v), ERR_LIMIT);
}

static void source__one_megabyte__is_refused(void **state)
{
	struct feel_value v;
	(void)state;
	assert_int_equal(evaluate(repeated("1+", 500000, "1"), &v), ERR_LIMIT);
}

static void source__ten_thousand_parentheses__are_refused(void **state)
{
	struct feel_value v;
	(void)state;
	static const char *const openers[] = {
	        "(", "[", "{a:", "-", "not(", "if ", "for i in ", "function() ", "x[", "1 in ("};
	for (size_t i = 0; i < sizeof openers / sizeof *openers; i++)
		assert_int_equal(evaluate(repeated(openers[i], 10000, "1"), &v), ERR_LIMIT);
}

static void source__long_chain_of_operators__is_computed_or_refused(void **state)
{
	struct feel_value v;
	(void)state;
	assert_int_equal(evaluate(repeated("1+", 2000, "1"), &v), OK);
	assert_true(feel_same(v, feel_int(2001)));
	assert_int_equal(evaluate(repeated("1+", 10000, "1"), &v), ERR_LIMIT);
	assert_int_equal(evaluate(repeated("a.", 10000, "a"), &v), ERR_LIMIT);
	assert_int_equal(evaluate(repeated("[1][1]", 1, "[1]"), &v), OK);
}

static void loop__thousand_million__is_refused(void **state)
{
	(void)state;
	refused_z("for i in 1..1000000000 return i");
	refused_z("count(for i in 1..1000000, j in 1..1000000 return 1)");
	refused_z("some i in 1..100000, j in 1..100000 satisfies i = -j");
	refused_z("every x in 1..999999, y in 1..999999 satisfies x > 0");
	refused_z("for i in [1..1000000000] return i");
}

static void recursion__without_end__is_refused(void **state)
{
	(void)state;
	refused_z("{f: function(n) f(n + 1), r: f(1)}.r");
	refused_z("{f: function(n) f(n) + f(n), r: f(1)}.r");
}

static void memory__doubling__is_refused(void **state)
{
	(void)state;
	refused_z("for i in 1..60 return if i = 1 then \"ab\" else partial[-1] + partial[-1]");
	refused_z("for i in 1..60 return if i = 1 then [1] else concatenate(partial[-1], "
	          "partial[-1])");
	refused_z("for i in 1..100 return [partial[-1]]");
}

static void pattern__catastrophic__is_refused(void **state)
{
	(void)state;
	refused_z("matches(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac\", \"^(a+)+$\")");
	refused_z("replace(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac\", \"(a|aa)+$\", \"x\")");
}

static void numbers__extreme__are_null_or_exact(void **state)
{
	struct feel_value v;
	(void)state;
	assert_int_equal(evaluate(TEXT("9e6144 * 10"), &v), OK);
	assert_true(feel_is_null(v));
	assert_int_equal(evaluate(TEXT("1e6144 = 10 ** 6144"), &v), OK);
	assert_true(feel_is_true(v));
	assert_int_equal(evaluate(TEXT("for i in 1e33..1e34 return i"), &v), ERR_LIMIT);
	assert_int_equal(evaluate(TEXT("string length(string(1e6000))"), &v), OK);
	assert_true(feel_same(v, feel_int(6001)));
}

static void model__deep_or_wide__is_refused_or_read(void **state)
{
	(void)state;
	const struct dmn_model *m;
	struct errinfo e = {0};
	struct text body = repeated("<list>", 150, "");
	struct text end = repeated("</list>", 150, "");
	struct text xml = text_format(arena,
	        "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='x' "
	        "namespace='n'><decision id='d' name='d'>%.*s%.*s</decision></definitions>",
	        TEXT_ARG(body), TEXT_ARG(end));
	struct dmn_source deep = {TEXT("deep"), xml};
	assert_int_equal(dmn_compile(arena, &deep, 1, 0, NULL, &m, &e), OK);
	struct feel_run r;
	struct feel_value v;
	feel_run_init(&r, arena, 0);
	assert_int_equal(dmn_evaluate(m, TEXT("d"), 0, &r, NULL, NULL, &v, &e), ERR_LIMIT);
}

static void model__no_dmn__says_where(void **state)
{
	(void)state;
	const struct dmn_model *m;
	struct errinfo e = {0};
	struct dmn_source other = {TEXT("other.xml"), TEXT("\n<process xmlns='x'/>")};
	assert_int_equal(dmn_compile(arena, &other, 1, 0, NULL, &m, &e), ERR_INVALID);
	assert_string_equal(e.where, "other.xml");
	assert_int_equal(e.line, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(source__one_megabyte__is_refused),
	        TEST(source__ten_thousand_parentheses__are_refused),
	        TEST(source__long_chain_of_operators__is_computed_or_refused),
	        TEST(loop__thousand_million__is_refused),
	        TEST(recursion__without_end__is_refused),
	        TEST(memory__doubling__is_refused),
	        TEST(pattern__catastrophic__is_refused),
	        TEST(numbers__extreme__are_null_or_exact),
	        TEST(model__deep_or_wide__is_refused_or_read),
	        TEST(model__no_dmn__says_where),
	};
	xml_start();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	xml_stop();
	return failed;
}
