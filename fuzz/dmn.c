/* A model that is read can be checked and each of its decisions evaluated. */
#include "dmn/dmn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(0);
	struct dmn_source source = {TEXT("fuzz.dmn"), {(const char *)data, size}};
	const struct dmn_model *m;
	const struct dmn_item *items;
	struct feel_diagnostics d;
	feel_diagnostics_init(&d, a);
	if (dmn_compile(a, &source, 1, 0, &d, &m, NULL) == OK) {
		struct feel_run r;
		struct dmn_trace trace = {0};
		size_t count = dmn_items(m, &items);
		dmn_check(m, &d);
		feel_run_init(&r, a, 0);
		r.limits.steps = 20000;
		r.limits.list = 5000;
		r.limits.memory = 16 << 20;
		r.limits.depth = 50;
		for (size_t i = 0; i < count && i < 20; i++) {
			struct feel_value v;
			struct feel_env env = {.context = feel_null()};
			if (items[i].kind == DMN_DECISION)
				(void)!dmn_evaluate(
				        m, items[i].name, 0, &r, &env, &trace, &v, NULL);
			else if (items[i].kind != DMN_INPUT)
				(void)!dmn_invoke(m, items[i].name, 0, &r, &env, NULL, &v, NULL);
		}
	}
	arena_free(a);
	return 0;
}
