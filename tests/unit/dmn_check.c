/* What a check of a model finds, what strict mode refuses, what a trace tells. */
#include "unit.h"

#include "dmn/dmn.h"
#include "format/xml.h"

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

/* A table over x (number) and s (string); each rule "x-test|s-test|output". */
static const struct dmn_model *table(
        const char *policy, const char *const *rules, size_t count, struct feel_diagnostics *d)
{
	struct buf b;
	const struct dmn_model *m;
	buf_init(&b, 1 << 20);
	buf_add_format(&b,
	        "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='m' "
	        "namespace='n'><inputData id='x' name='x'><variable name='x' typeRef='number'/>"
	        "</inputData><inputData id='s' name='s'><variable name='s' typeRef='string'/>"
	        "</inputData><decision id='d1' name='d'><variable name='d'/>"
	        "<informationRequirement><requiredInput href='#x'/></informationRequirement>"
	        "<informationRequirement><requiredInput href='#s'/></informationRequirement>"
	        "<decisionTable hitPolicy='%s'><input><inputExpression><text>x</text>"
	        "</inputExpression></input><input><inputExpression><text>s</text>"
	        "</inputExpression><inputValues><text>\"a\", \"b\"</text></inputValues></input>"
	        "<output/>",
	        policy);
	for (size_t i = 0; i < count; i++) {
		struct text rest = text_from(rules[i]), part;
		buf_add_format(&b, "<rule id='r%zu'>", i + 1);
		for (int k = 0; k < 3 && text_split(&rest, '|', &part); k++) {
			const char *name = k < 2 ? "inputEntry" : "outputEntry";
			buf_add_format(&b, "<%s><text>", name);
			xml_write_escaped(&b, part);
			buf_add_format(&b, "</text></%s>", name);
		}
		buf_add_z(&b, "</rule>");
	}
	buf_add_z(&b, "</decisionTable></decision></definitions>");
	struct dmn_source source = {TEXT("m.dmn"), buf_copy(&b, arena)};
	buf_free(&b);
	feel_diagnostics_init(d, arena);
	assert_ok(dmn_compile(arena, &source, 1, 0, d, &m, &e));
	return m;
}

static const struct feel_diagnostic *found(const struct feel_diagnostics *d, enum feel_code code)
{
	for (size_t i = 0; i < d->count; i++) {
		if (d->items[i].code == code)
			return &d->items[i];
	}
	return NULL;
}

static void check__complete_table__nothing_to_say(void **state)
{
	(void)state;
	static const char *const rules[] = {
	        "< 10|\"a\"|1", "< 10|\"b\"|2", "[10..20]|-|3", "> 20|\"a\",\"b\"|4"};
	struct feel_diagnostics d;
	dmn_check(table("UNIQUE", rules, 4, &d), &d);
	assert_int_equal(d.count, 0);
}

static void check__gap__is_shown_with_an_example(void **state)
{
	(void)state;
	static const char *const rules[] = {"< 10|-|1", "> 10|-|2"};
	struct feel_diagnostics d;
	dmn_check(table("UNIQUE", rules, 2, &d), &d);
	const struct feel_diagnostic *gap = found(&d, FEEL_DIAG_TABLE_GAP);
	assert_non_null(gap);
	assert_text(gap->params[0], "x = 10");
	assert_text(gap->element, "d1");
}

static void check__overlap__names_both_rules(void **state)
{
	(void)state;
	static const char *const rules[] = {"<= 10|-|1", ">= 10|\"a\"|2", "> 10|\"b\"|3"};
	struct feel_diagnostics d;
	dmn_check(table("UNIQUE", rules, 3, &d), &d);
	const struct feel_diagnostic *overlap = found(&d, FEEL_DIAG_TABLE_OVERLAP);
	assert_non_null(overlap);
	assert_text(overlap->params[0], "1");
	assert_text(overlap->params[1], "2");
	assert_text(overlap->params[2], "x = 10, s = \"a\"");
	dmn_check(table("FIRST", rules, 3, &d), &d);
	assert_null(found(&d, FEEL_DIAG_TABLE_OVERLAP));
}

static void check__rule_behind_a_wider_one__is_never_applied(void **state)
{
	(void)state;
	static const char *const rules[] = {"> 5|-|1", "> 10|-|2", "-|-|3"};
	struct feel_diagnostics d;
	dmn_check(table("FIRST", rules, 3, &d), &d);
	const struct feel_diagnostic *rule = found(&d, FEEL_DIAG_RULE_UNREACHABLE);
	assert_non_null(rule);
	assert_int_equal(rule->row, 2);
}

static void check__computed_cell__says_not_proved(void **state)
{
	(void)state;
	static const char *const rules[] = {"odd(?)|-|1", "even(?)|-|2"};
	struct feel_diagnostics d;
	dmn_check(table("UNIQUE", rules, 2, &d), &d);
	assert_non_null(found(&d, FEEL_DIAG_TABLE_UNPROVED));
}

static void compile__wrong_cell__has_row_and_column(void **state)
{
	(void)state;
	static const char *const rules[] = {"1|-|1", "y|-|2", "3|-|1 +"};
	struct feel_diagnostics d;
	table("UNIQUE", rules, 3, &d);
	const struct feel_diagnostic *name = found(&d, FEEL_DIAG_UNKNOWN_NAME);
	assert_non_null(name);
	assert_int_equal(name->row, 2);
	assert_int_equal(name->column, 1);
	const struct feel_diagnostic *syntax = found(&d, FEEL_DIAG_SYNTAX);
	assert_non_null(syntax);
	assert_int_equal(syntax->row, 3);
	assert_int_equal(syntax->column, 3);
}

static void evaluate__strict__missing_input_is_a_failure(void **state)
{
	(void)state;
	static const char *const rules[] = {"-|-|1"};
	struct feel_diagnostics d;
	struct feel_run r;
	struct feel_value v;
	struct errinfo e = {0};
	const struct dmn_model *m = table("UNIQUE", rules, 1, &d);
	struct feel_context_builder b = feel_context_begin(arena);
	feel_context_set(&b, TEXT("x"), feel_int(1));
	struct feel_env env = {.context = feel_context_end(&b)};
	feel_run_init(&r, arena, 0);
	assert_int_equal(dmn_evaluate(m, TEXT("d"), 0, &r, &env, NULL, &v, &e), OK);
	assert_true(feel_same(v, feel_int(1)));
	assert_int_equal(
	        dmn_evaluate(m, TEXT("d"), FEEL_STRICT, &r, &env, NULL, &v, &e), ERR_INVALID);
	assert_int_equal(
	        dmn_evaluate(m, TEXT("nothing"), 0, &r, &env, NULL, &v, &e), ERR_NOT_FOUND);
}

static void trace__table__tells_inputs_and_rules(void **state)
{
	(void)state;
	static const char *const rules[] = {"> 5|-|\"big\"", "<= 5|\"a\"|\"small\""};
	struct feel_diagnostics d;
	struct feel_run r;
	struct feel_value v;
	struct dmn_trace trace = {0};
	const struct dmn_model *m = table("UNIQUE", rules, 2, &d);
	struct feel_context_builder b = feel_context_begin(arena);
	feel_context_set(&b, TEXT("x"), feel_int(3));
	feel_context_set(&b, TEXT("s"), feel_string(TEXT("a")));
	struct feel_env env = {.context = feel_context_end(&b)};
	feel_run_init(&r, arena, 0);
	assert_ok(dmn_evaluate(m, TEXT("d"), 0, &r, &env, &trace, &v, &e));
	assert_int_equal(trace.count, 1);
	assert_text(trace.steps[0].name, "d");
	assert_int_equal(trace.steps[0].rule_count, 1);
	assert_int_equal(trace.steps[0].rules[0].index, 2);
	assert_text(trace.steps[0].rules[0].id, "r2");
	assert_text(trace.steps[0].inputs[1].name, "s");
	assert_true(feel_same(trace.steps[0].inputs[0].value, feel_int(3)));
}

static void items__of_a_model__with_types_and_needs(void **state)
{
	(void)state;
	static const char *const rules[] = {"-|-|1"};
	struct feel_diagnostics d;
	const struct dmn_item *items, **needs;
	const struct dmn_model *m = table("UNIQUE", rules, 1, &d);
	assert_int_equal(dmn_items(m, &items), 3);
	const struct dmn_item *decision = dmn_find(m, DMN_DECISION, TEXT("d1"));
	assert_non_null(decision);
	assert_int_equal(dmn_required_inputs(arena, m, decision, &needs), 2);
	assert_text(needs[0]->name, "x");
	assert_int_equal(needs[0]->type->kind, FEEL_TYPE_NUMBER);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(check__complete_table__nothing_to_say),
	        TEST(check__gap__is_shown_with_an_example),
	        TEST(check__overlap__names_both_rules),
	        TEST(check__rule_behind_a_wider_one__is_never_applied),
	        TEST(check__computed_cell__says_not_proved),
	        TEST(compile__wrong_cell__has_row_and_column),
	        TEST(evaluate__strict__missing_input_is_a_failure),
	        TEST(trace__table__tells_inputs_and_rules),
	        TEST(items__of_a_model__with_types_and_needs),
	};
	xml_start();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	xml_stop();
	return failed;
}
