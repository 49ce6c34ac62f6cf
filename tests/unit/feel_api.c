/* What other rooms rely on: scopes, reads, types, storage, conversion, functions. */
#include "unit.h"

#include "feel/feel.h"

static struct arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = arena_new(0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static const struct feel_type *number(void)
{
	return feel_type_of_kind(FEEL_TYPE_NUMBER);
}

static const struct feel_type *string(void)
{
	return feel_type_of_kind(FEEL_TYPE_STRING);
}

/* A closed scope: an applicant with a name and children, and a text with blanks. */
static struct feel_scope applicant_scope(void)
{
	struct feel_field *child = ARENA_ARRAY(arena, 2, struct feel_field);
	child[0] = (struct feel_field){TEXT("name"), string()};
	child[1] = (struct feel_field){TEXT("age"), number()};
	struct feel_field *person = ARENA_ARRAY(arena, 2, struct feel_field);
	person[0] = (struct feel_field){TEXT("name"), string()};
	person[1] = (struct feel_field){
	        TEXT("children"), feel_type_list(arena, feel_type_context(arena, child, 2, false))};
	struct feel_field *names = ARENA_ARRAY(arena, 3, struct feel_field);
	names[0] =
	        (struct feel_field){TEXT("applicant"), feel_type_context(arena, person, 2, false)};
	names[1] = (struct feel_field){TEXT("monthly rent"), number()};
	names[2] = (struct feel_field){TEXT("rent - heating"), number()};
	return (struct feel_scope){.names = names, .count = 3};
}

static enum err compile(const char *z, struct feel_scope scope, unsigned flags,
        struct feel_diagnostics *d, const struct feel_expr **x)
{
	feel_diagnostics_init(d, arena);
	return feel_compile(arena, text_from(z), &scope, flags, d, x, NULL);
}

static void first_code(const char *z, struct feel_scope scope, unsigned flags, enum feel_code code,
        uint32_t offset, uint32_t length)
{
	struct feel_diagnostics d;
	const struct feel_expr *x;
	assert_int_equal(compile(z, scope, flags, &d, &x), ERR_INVALID);
	assert_true(d.count > 0);
	assert_string_equal(feel_code_name(d.items[0].code), feel_code_name(code));
	assert_int_equal(d.items[0].span.offset, offset);
	assert_int_equal(d.items[0].span.length, length);
}

static void scope__unknown_name_in_closed_scope__is_an_error_with_its_place(void **state)
{
	(void)state;
	struct feel_scope s = applicant_scope();
	first_code("1 + aplicant.name", s, 0, FEEL_DIAG_UNKNOWN_NAME, 4, 8);
	first_code("applicant.nam = \"x\"", s, 0, FEEL_DIAG_UNKNOWN_FIELD, 0, 13);
	first_code("applicant.children[size > 1]", s, 0, FEEL_DIAG_UNKNOWN_NAME, 19, 4);
	first_code("frobnicate(1)", s, 0, FEEL_DIAG_UNKNOWN_FUNCTION, 0, 10);
	first_code("1 + ", s, 0, FEEL_DIAG_SYNTAX, 4, 0);
	first_code("x in", (struct feel_scope){.open = true}, 0, FEEL_DIAG_SYNTAX, 4, 0);
}

static void scope__similar_name__is_proposed(void **state)
{
	(void)state;
	struct feel_diagnostics d;
	const struct feel_expr *x;
	assert_int_equal(compile("applicent.name", applicant_scope(), 0, &d, &x), ERR_INVALID);
	assert_text(d.items[0].params[0], "applicent");
	assert_text(d.items[0].params[1], "applicant");
}

static void scope__names_with_blanks_and_operators__the_longest_wins(void **state)
{
	(void)state;
	struct feel_diagnostics d;
	const struct feel_expr *x;
	const struct feel_read *reads;
	assert_int_equal(
	        compile("monthly  rent + rent - heating", applicant_scope(), 0, &d, &x), OK);
	assert_int_equal(feel_expr_reads(x, &reads), 2);
	assert_text(reads[0].name, "monthly rent");
	assert_text(reads[1].name, "rent - heating");
	assert_int_equal(feel_expr_type(x)->kind, FEEL_TYPE_NUMBER);
}

static void scope__open__looks_unknown_names_up_when_run(void **state)
{
	(void)state;
	struct feel_diagnostics d;
	const struct feel_expr *x;
	struct feel_run r;
	struct feel_value v;
	struct feel_scope open = {.open = true};
	assert_int_equal(compile("amount * 2", open, 0, &d, &x), OK);
	struct feel_context_builder inner = feel_context_begin(arena);
	struct feel_context_builder outer = feel_context_begin(arena);
	feel_context_set(&outer, TEXT("amount"), feel_int(21));
	struct feel_env last = {.context = feel_context_end(&outer)};
	struct feel_env env = {.outer = &last, .context = feel_context_end(&inner)};
	feel_run_init(&r, arena, 0);
	assert_ok(feel_eval(x, &r, &env, &v, &e));
	assert_true(feel_same(v, feel_int(42)));
	assert_int_equal(r.diagnostics.count, 0);
	assert_ok(feel_eval(x, &r, NULL, &v, &e));
	assert_true(feel_is_null(v));
	assert_int_equal(r.diagnostics.items[0].code, FEEL_DIAG_NO_SUCH_ENTRY);
}

static void reads__paths_and_own_names__only_what_comes_from_outside(void **state)
{
	(void)state;
	struct feel_diagnostics d;
	const struct feel_expr *x;
	const struct feel_read *reads;
	assert_int_equal(
	        compile("count(applicant.children[age < 18]) + (for i in 1..3 return i)[1]",
	                applicant_scope(), 0, &d, &x),
	        OK);
	assert_int_equal(feel_expr_reads(x, &reads), 1);
	assert_text(reads[0].name, "applicant");
	assert_text(reads[0].path, "applicant.children");
}

static void types__clash__is_a_warning_and_in_strict_mode_an_error(void **state)
{
	(void)state;
	struct feel_diagnostics d;
	const struct feel_expr *x;
	assert_int_equal(compile("applicant.name + 1", applicant_scope(), 0, &d, &x), OK);
	assert_int_equal(d.count, 1);
	assert_int_equal(d.items[0].severity, FEEL_WARNING);
	first_code("applicant.name + 1", applicant_scope(), FEEL_STRICT, FEEL_DIAG_OPERANDS, 0, 18);
	first_code("applicant.name = 1", applicant_scope(), FEEL_STRICT, FEEL_DIAG_OPERANDS, 0, 18);
}

static void types__text__is_read_and_written(void **state)
{
	(void)state;
	static const char *const texts[] = {"number", "list<string>",
	        "context<a b: number, c: list<date>>", "function<number, string> -> boolean",
	        "range<date and time>", "days and time duration", "Any"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const struct feel_type *t = feel_type_parse(arena, text_from(texts[i]));
		assert_non_null(t);
		assert_text(feel_type_text(arena, t), texts[i]);
	}
	assert_null(feel_type_parse(arena, TEXT("list<")));
	assert_null(feel_type_parse(arena, TEXT("nothing")));
}

static struct feel_value value_of(const char *z)
{
	struct feel_run r;
	struct feel_value v;
	feel_run_init(&r, arena, 0);
	assert_ok(feel_eval_text(text_from(z), &r, NULL, &v, &e));
	return v;
}

static void json__every_kind__comes_back_the_same(void **state)
{
	(void)state;
	static const char *const texts[] = {"null", "true", "1.50", "-1e-30", "\"a\\\"<b>\\u0007\"",
	        "@\"2026-01-31\"", "@\"-0044-03-15\"", "@\"10:00:00.123456789+01:00\"",
	        "@\"2026-01-31T10:00:00@Europe/Berlin\"", "@\"P1Y2M\"", "@\"-P1DT2H0.5S\"",
	        "[1, [2, []]]", "{a: {b c: 1}}", "{\"@n\": 1, x: 2}", "{\"@n\": \"1\"}", "[1..5)",
	        "(< 10)", "(!= @\"2026-01-31\")", "(null..10]", "[]", "{}"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct buf b;
		struct feel_value v = value_of(texts[i]), again;
		buf_init(&b, 1 << 16);
		feel_to_json(&b, v);
		assert_ok(feel_from_json(arena, buf_text(&b), &again, &e));
		if (!feel_same(v, again))
			fail_msg("%s became %.*s", texts[i], TEXT_ARG(feel_to_text(arena, again)));
		buf_free(&b);
	}
}

static void json__digits_of_a_number__are_kept(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 1 << 16);
	feel_to_json(&b, value_of("12.50"));
	assert_text(buf_text(&b), "{\"@n\":\"12.50\"}");
	buf_clear(&b);
	feel_to_plain_json(&b, value_of("{a: 12.50, d: @\"2026-01-31\", r: [1..2]}"), true);
	assert_text(buf_text(&b), "{\"a\":12.5,\"d\":\"2026-01-31\",\"r\":\"[1..2]\"}");
	buf_free(&b);
}

static void json__damaged_storage__is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = {"{\"@n\":\"x\"}", "{\"@d\":\"2026-02-30\"}",
	        "{\"@q\":1}", "{\"@r\":[1,2]}", "{\"@c\":1}", "[1",
	        "{\"@r\":[1,2,\"1\",\"1\",\"9\"]}"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct feel_value v;
		assert_int_equal(feel_from_json(arena, text_from(texts[i]), &v, NULL), ERR_INVALID);
	}
}

static void plain_json__with_a_type__strings_become_what_it_says(void **state)
{
	(void)state;
	struct feel_value v;
	const struct feel_type *t =
	        feel_type_parse(arena, TEXT("context<on: date, sum: number, l: list<number>>"));
	assert_ok(feel_from_plain_json(arena,
	        TEXT("{\"on\":\"2026-01-31\",\"sum\":\"12.50\",\"l\":[\"1\",2],\"more\":\"x\"}"), t,
	        &v, &e));
	assert_true(
	        feel_same(v, value_of("{on: @\"2026-01-31\", sum: 12.5, l: [1, 2], more: \"x\"}")));
}

static void plain_json__value_that_does_not_fit__says_where(void **state)
{
	(void)state;
	struct feel_value v;
	struct errinfo e = {0};
	const struct feel_type *t =
	        feel_type_parse(arena, TEXT("context<a: context<l: list<number>>>"));
	assert_int_equal(feel_from_plain_json(arena, TEXT("{\"a\":{\"l\":[1,\"x\"]}}"), t, &v, &e),
	        ERR_INVALID);
	assert_string_equal(e.where, "a.l[2]");
}

static void copy__closure__keeps_its_values_when_the_arena_goes(void **state)
{
	(void)state;
	struct arena *other = arena_new(0);
	struct feel_run r;
	struct feel_value f, v, args[1] = {feel_int(2)};
	feel_run_init(&r, other, 0);
	/* The code belongs to the model; here the arena of the test stands for it. */
	const struct feel_expr *x;
	struct feel_scope open = {.open = true};
	assert_int_equal(feel_compile(arena, TEXT("{n: [1, 2], f: function(i) n[i] + m}.f"), &open,
	                         0, NULL, &x, NULL),
	        OK);
	struct feel_context_builder b = feel_context_begin(other);
	feel_context_set(&b, TEXT("m"), feel_int(40));
	struct feel_env env = {.context = feel_context_end(&b)};
	assert_ok(feel_eval(x, &r, &env, &f, &e));
	f = feel_copy(arena, f);
	arena_free(other);
	feel_run_init(&r, arena, 0);
	assert_ok(feel_call(f, &r, args, 1, &v, &e));
	assert_true(feel_same(v, feel_int(42)));
}

static enum err add_working_days(void *data, struct feel_run *r, const struct feel_value *args,
        size_t count, struct feel_value *out, struct errinfo *e)
{
	(void)r;
	(void)e;
	assert_int_equal(count, 2);
	*out = feel_int(*(int *)data + (int)args[0].kind + (int)args[1].kind);
	return OK;
}

static void native__function_of_the_host__is_called_with_fitting_arguments(void **state)
{
	(void)state;
	int base = 100;
	struct feel_field params[] = {
	        {TEXT("day"), feel_type_of_kind(FEEL_TYPE_DATE)}, {TEXT("count"), number()}};
	struct feel_native n = {"working days", params, 2, add_working_days, &base};
	struct feel_context_builder b = feel_context_begin(arena);
	feel_context_set(&b, TEXT("working days"), feel_native_of(arena, &n));
	struct feel_env env = {.context = feel_context_end(&b)};
	struct feel_run r;
	struct feel_value v;
	feel_run_init(&r, arena, 0);
	assert_ok(feel_eval_text(
	        TEXT("working days(count: 3, day: @\"2026-01-01\")"), &r, &env, &v, &e));
	assert_true(feel_same(v, feel_int(100 + FEEL_DATE + FEEL_NUMBER)));
	assert_ok(feel_eval_text(TEXT("working days(1, 2)"), &r, &env, &v, &e));
	assert_true(feel_is_null(v));
	assert_int_equal(r.diagnostics.items[0].code, FEEL_DIAG_ARGUMENT_TYPE);
}

static void tests__constants__are_told_apart_from_computed_ones(void **state)
{
	(void)state;
	const struct feel_expr *x;
	const struct feel_value *values;
	size_t count;
	struct feel_scope open = {.open = true};
	assert_ok(feel_compile_tests(
	        arena, TEXT("\"a\", [1..5), > @\"2026-01-01\""), &open, NULL, 0, NULL, &x, &e));
	assert_true(feel_expr_constants(x, &values, &count));
	assert_int_equal(count, 3);
	assert_true(feel_is_in(feel_int(4), values[1]));
	assert_false(feel_is_in(feel_int(5), values[1]));
	assert_ok(feel_compile_tests(arena, TEXT("< limit"), &open, NULL, 0, NULL, &x, &e));
	assert_false(feel_expr_constants(x, &values, &count));
}

static void instant__berlin_in_summer__two_hours_ahead(void **state)
{
	(void)state;
	int64_t ms;
	assert_true(feel_to_instant(value_of("@\"2026-07-01T12:00:00\""), "Europe/Berlin", &ms));
	assert_true(feel_same(
	        feel_from_instant(arena, ms, "UTC"), value_of("@\"2026-07-01T10:00:00Z\"")));
	assert_true(feel_to_instant(value_of("@\"2026-07-01\""), "Europe/Berlin", &ms));
	assert_true(feel_same(feel_from_instant(arena, ms, "Europe/Berlin"),
	        value_of("@\"2026-07-01T00:00:00@Europe/Berlin\"")));
	assert_false(feel_to_instant(value_of("@\"12:00:00\""), "Europe/Berlin", &ms));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(scope__unknown_name_in_closed_scope__is_an_error_with_its_place),
	        TEST(scope__similar_name__is_proposed),
	        TEST(scope__names_with_blanks_and_operators__the_longest_wins),
	        TEST(scope__open__looks_unknown_names_up_when_run),
	        TEST(reads__paths_and_own_names__only_what_comes_from_outside),
	        TEST(types__clash__is_a_warning_and_in_strict_mode_an_error),
	        TEST(types__text__is_read_and_written),
	        TEST(json__every_kind__comes_back_the_same),
	        TEST(json__digits_of_a_number__are_kept),
	        TEST(json__damaged_storage__is_refused),
	        TEST(plain_json__with_a_type__strings_become_what_it_says),
	        TEST(plain_json__value_that_does_not_fit__says_where),
	        TEST(copy__closure__keeps_its_values_when_the_arena_goes),
	        TEST(native__function_of_the_host__is_called_with_fitting_arguments),
	        TEST(tests__constants__are_told_apart_from_computed_ones),
	        TEST(instant__berlin_in_summer__two_hours_ahead),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
