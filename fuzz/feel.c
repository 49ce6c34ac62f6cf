/* Whatever compiles runs within its budget, and its value survives storage. */
#include "feel/feel.h"

static void small_limits(struct feel_run *r)
{
	r->limits.steps = 20000;
	r->limits.list = 5000;
	r->limits.memory = 8 << 20;
	r->limits.text = 1 << 16;
	r->limits.depth = 50;
}

static void evaluate(struct arena *a, const struct feel_expr *x, const struct feel_env *env)
{
	struct feel_run r;
	struct feel_value v, again;
	struct buf b;
	feel_run_init(&r, a, 1763974800000);
	small_limits(&r);
	if (feel_eval(x, &r, env, &v, NULL) != OK)
		return;
	(void)feel_to_text(a, v);
	buf_init(&b, 32 << 20);
	feel_to_json(&b, v);
	check(feel_from_json(a, buf_text(&b), &again, NULL) == OK);
	(void)feel_same(v, again);
	buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(0);
	struct feel_field names[] = {
	        {TEXT("a b"), feel_type_of_kind(FEEL_TYPE_NUMBER)},
	        {TEXT("l"), NULL},
	};
	struct feel_scope scope = {.names = names, .count = 2, .open = size > 0 && data[0] == ' '};
	struct feel_context_builder b = feel_context_begin(a);
	feel_context_set(&b, TEXT("a b"), feel_int(3));
	struct feel_value items[] = {feel_int(1), feel_string(TEXT("x")), feel_null()};
	feel_context_set(&b, TEXT("l"), feel_list(items, 3));
	struct feel_env env = {.context = feel_context_end(&b)};
	struct text t = {(const char *)data, size};
	const struct feel_expr *x;
	struct feel_diagnostics d;
	feel_diagnostics_init(&d, a);
	if (feel_compile(a, t, &scope, 0, &d, &x, NULL) == OK)
		evaluate(a, x, &env);
	if (feel_compile_tests(a, t, &scope, NULL, 0, &d, &x, NULL) == OK) {
		struct feel_run r;
		struct feel_value v;
		feel_run_init(&r, a, 0);
		small_limits(&r);
		(void)!feel_eval_tests(x, &r, &env, feel_int(2), &v, NULL);
	}
	arena_free(a);
	return 0;
}
