/* bench/feel.c - expressions and decision tables a second, and what a model needs in memory.
 *
 *	build/bench/feel
 *
 * "compiled" evaluates a compiled expression again and again, "each time" parses, compiles
 * and evaluates. One thread; the arena is given back after each round. */
#include "dmn/dmn.h"
#include "format/xml.h"

#include <time.h>

enum { ROUNDS = 1000000, PARSE_ROUNDS = 200000, TABLE_ROUNDS = 500000, INPUTS = 4 };

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(enum err err, const struct errinfo *e)
{
	if (err == OK)
		return;
	fprintf(stderr, "%s\n", e->message);
	exit(1);
}

static void run_init(struct feel_run *r, struct arena *a)
{
	feel_run_init(r, a, 0);
	r->limits.steps = UINT64_MAX;
}

static void bench_expression(
        const char *z, const struct feel_scope *scope, const struct feel_env *env)
{
	struct arena *code = arena_new(0), *work = arena_new(0);
	const struct feel_expr *x;
	struct feel_run r;
	struct feel_value v;
	struct errinfo e = {0};
	run_init(&r, work);
	must(feel_compile(code, text_from(z), scope, 0, NULL, &x, &e), &e);
	must(feel_eval(x, &r, env, &v, &e), &e);
	struct arena_mark mark = arena_mark(work);
	double began = seconds();
	for (int i = 0; i < ROUNDS; i++) {
		must(feel_eval(x, &r, env, &v, &e), &e);
		arena_release(work, mark);
	}
	double compiled = ROUNDS / (seconds() - began);
	struct arena_mark start = arena_mark(code);
	began = seconds();
	for (int i = 0; i < PARSE_ROUNDS; i++) {
		must(feel_compile(code, text_from(z), scope, 0, NULL, &x, &e), &e);
		must(feel_eval(x, &r, env, &v, &e), &e);
		arena_release(code, start);
		arena_release(work, mark);
	}
	double each = PARSE_ROUNDS / (seconds() - began);
	printf("%-36s compiled %8.2f M/s   each time %6.0f k/s\n", z, compiled / 1e6, each / 1e3);
	arena_free(code);
	arena_free(work);
}

static struct text table_model(struct arena *a, int rules)
{
	struct buf b;
	buf_init(&b, 64 << 20);
	buf_add_z(&b, "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='t' "
	              "namespace='n'>");
	for (int i = 0; i < INPUTS; i++)
		buf_add_format(&b,
		        "<inputData id='i%d' name='in%d'><variable name='in%d' typeRef='%s'/>"
		        "</inputData>",
		        i, i, i, i == 3 ? "string" : "number");
	buf_add_z(&b, "<decision id='d' name='d'><variable name='d'/>");
	for (int i = 0; i < INPUTS; i++)
		buf_add_format(&b,
		        "<informationRequirement><requiredInput href='#i%d'/>"
		        "</informationRequirement>",
		        i);
	buf_add_z(&b, "<decisionTable hitPolicy='UNIQUE'>");
	for (int i = 0; i < INPUTS; i++)
		buf_add_format(&b,
		        "<input><inputExpression><text>in%d</text></inputExpression></input>", i);
	buf_add_z(&b, "<output/>");
	for (int i = 0; i < rules; i++)
		buf_add_format(&b,
		        "<rule><inputEntry><text>[%d..%d)</text></inputEntry>"
		        "<inputEntry><text>&gt;= 5</text></inputEntry>"
		        "<inputEntry><text>-</text></inputEntry>"
		        "<inputEntry><text>\"k%d\", \"x\"</text></inputEntry>"
		        "<outputEntry><text>%d</text></outputEntry></rule>",
		        i * 10, i * 10 + 10, i, i);
	buf_add_z(&b, "</decisionTable></decision></definitions>");
	struct text t = buf_copy(&b, a);
	buf_free(&b);
	return t;
}

static struct feel_value table_input(struct arena *a, int rule)
{
	struct feel_context_builder b = feel_context_begin(a);
	for (int i = 0; i < INPUTS - 1; i++)
		feel_context_set(&b, text_format(a, "in%d", i), feel_int(rule * 10 + 5));
	feel_context_set(&b, TEXT("in3"), feel_string(text_format(a, "k%d", rule)));
	return feel_context_end(&b);
}

static void bench_table(int rules)
{
	struct arena *texts = arena_new(0), *model = arena_new(0), *work = arena_new(0);
	struct dmn_source source = {TEXT("table"), table_model(texts, rules)};
	const struct dmn_model *m;
	struct feel_run r;
	struct feel_value v;
	struct errinfo e = {0};
	double began = seconds();
	must(dmn_compile(model, &source, 1, 0, NULL, &m, &e), &e);
	double compile_ms = (seconds() - began) * 1e3;
	struct feel_env env = {.context = table_input(texts, rules * 2 / 3)};
	run_init(&r, work);
	must(dmn_evaluate(m, TEXT("d"), 0, &r, &env, NULL, &v, &e), &e);
	check(feel_same(v, feel_int(rules * 2 / 3)));
	struct arena_mark mark = arena_mark(work);
	size_t memory = 0;
	began = seconds();
	for (int i = 0; i < TABLE_ROUNDS; i++) {
		must(dmn_evaluate(m, TEXT("d"), 0, &r, &env, NULL, &v, &e), &e);
		memory = arena_used(work) - mark.total;
		arena_release(work, mark);
	}
	double took = seconds() - began;
	printf("table %4d x %d   %.2f M/s (%.2f us)   compiled in %.1f ms   model %zu KiB   "
	       "an evaluation %zu bytes\n",
	        rules, INPUTS, TABLE_ROUNDS / took / 1e6, took / TABLE_ROUNDS * 1e6, compile_ms,
	        arena_used(model) / 1024, memory);
	arena_free(texts);
	arena_free(model);
	arena_free(work);
}

int main(void)
{
	static const char *const texts[] = {"a + b * 2", "a > 3 and b < 10",
	        "if a > 3 then name else \"x\"", "sum([a, b, 3]) / 2",
	        "some x in [a, b] satisfies x > 6", "name = \"Ada\" and a in [1..10]"};
	struct arena *a = arena_new(0);
	struct feel_context_builder b = feel_context_begin(a);
	feel_context_set(&b, TEXT("a"), feel_int(5));
	feel_context_set(&b, TEXT("b"), feel_int(7));
	feel_context_set(&b, TEXT("name"), feel_string(TEXT("Ada")));
	struct feel_env env = {.context = feel_context_end(&b)};
	struct feel_field names[] = {{TEXT("a"), feel_type_of_kind(FEEL_TYPE_NUMBER)},
	        {TEXT("b"), feel_type_of_kind(FEEL_TYPE_NUMBER)},
	        {TEXT("name"), feel_type_of_kind(FEEL_TYPE_STRING)}};
	struct feel_scope scope = {.names = names, .count = 3};
	xml_start();
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		bench_expression(texts[i], &scope, &env);
	bench_table(20);
	bench_table(3700);
	xml_stop();
	arena_free(a);
	return 0;
}
