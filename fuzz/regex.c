/* The first line is a pattern of XPath, the rest is searched. */
#include "feel/feel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(0);
	struct text rest = {(const char *)data, size}, pattern;
	struct feel_run r;
	struct feel_value v;
	const struct feel_expr *x;
	struct feel_scope scope = {.open = true};
	if (text_split(&rest, '\n', &pattern) && utf8_valid(pattern) && utf8_valid(rest)) {
		struct feel_context_builder b = feel_context_begin(a);
		feel_context_set(&b, TEXT("p"), feel_string(pattern));
		feel_context_set(&b, TEXT("t"), feel_string(rest));
		struct feel_env env = {.context = feel_context_end(&b)};
		feel_run_init(&r, a, 0);
		check(feel_compile(a,
		              TEXT("[matches(t, p), replace(t, p, \"<$0$1>\", \"smi\"), "
		                   "split(t, p), matches(t, p, \"x\")]"),
		              &scope, 0, NULL, &x, NULL) == OK);
		(void)!feel_eval(x, &r, &env, &v, NULL);
	}
	arena_free(a);
	return 0;
}
