/* Evaluating a decision table: match, then what the hit policy makes of the matches. */
#include "dmn/dmn_int.h"

struct matches {
	size_t *rules;
	size_t count, cap;
};

static void note(
        struct evaluation *ev, enum feel_code code, struct text p0, struct text p1, struct text p2)
{
	feel_run_note(ev->run, code, (struct feel_span){0}, TEXT_NONE, p0, p1, p2);
}

static enum err eval_inputs(struct evaluation *ev, const struct table *t,
        const struct feel_env *env, struct feel_value *values, bool *ok)
{
	struct feel_value hit;
	*ok = true;
	for (size_t i = 0; i < t->input_count; i++) {
		const struct table_input *in = &t->inputs[i];
		ev->run->column = (int)i + 1;
		TRY(eval_box(ev, in->expr, env, &values[i]));
		if (!in->allowed || values[i].kind == FEEL_NULL)
			continue;
		TRY(feel_eval_tests(in->allowed, ev->run, env, values[i], &hit, ev->e));
		if (!feel_is_true(hit)) {
			note(ev, FEEL_DIAG_NOT_ALLOWED, in->text,
			        feel_to_text(ev->run->arena, values[i]), in->allowed_text);
			*ok = false;
		}
	}
	ev->run->column = 0;
	return OK;
}

static void say_again(struct evaluation *ev, const struct box *box)
{
	for (size_t i = 0; i < box->why_count; i++)
		feel_diagnostics_add(&ev->run->diagnostics, &box->why[i]);
}

static enum err cell_hits(struct evaluation *ev, const struct cell *cell,
        const struct feel_env *env, struct feel_value input, bool *hit)
{
	struct feel_value answer;
	*hit = false;
	switch (cell->kind) {
	case CELL_ANY: *hit = true; return OK;
	case CELL_CONSTANT:
		for (size_t i = 0; i < cell->count && !*hit; i++)
			*hit = feel_is_in(input, cell->values[i]);
		return OK;
	case CELL_FAILED: say_again(ev, cell->failed); return OK;
	case CELL_TESTS: break;
	}
	TRY(feel_eval_tests(cell->tests, ev->run, env, input, &answer, ev->e));
	*hit = feel_is_true(answer);
	return OK;
}

static enum err rule_hits(struct evaluation *ev, const struct table *t, size_t rule,
        const struct feel_env *env, const struct feel_value *inputs, bool *hit)
{
	*hit = true;
	for (size_t i = 0; *hit && i < t->input_count; i++) {
		ev->run->row = (int)rule + 1;
		ev->run->column = (int)i + 1;
		TRY(cell_hits(ev, &t->rules[rule].cells[i], env, inputs[i], hit));
	}
	return OK;
}

static enum err find_matches(struct evaluation *ev, const struct table *t,
        const struct feel_env *env, const struct feel_value *inputs, struct matches *m)
{
	const uint32_t *some = NULL;
	size_t count = t->rule_count;
	if (t->index && !index_find(t->index, inputs[t->index->column], &some, &count))
		some = NULL;
	for (size_t i = 0; i < count; i++) {
		bool hit;
		size_t rule = some ? some[i] : i;
		TRY(rule_hits(ev, t, rule, env, inputs, &hit));
		if (!hit)
			continue;
		*ARENA_PUSH(ev->run->arena, m->rules, m->count, m->cap) = rule;
		if (t->policy == HIT_FIRST)
			break;
	}
	ev->run->steps_used += count;
	ev->run->row = ev->run->column = 0;
	return OK;
}

/* The outputs of a rule, or the default ones (`rule` SIZE_MAX). */
static enum err eval_outputs(struct evaluation *ev, const struct table *t, size_t rule,
        const struct feel_env *env, struct feel_value *out)
{
	struct feel_context_builder b = feel_context_begin(ev->run->arena);
	for (size_t i = 0; i < t->output_count; i++) {
		const struct table_output *o = &t->outputs[i];
		const struct box *box = rule == SIZE_MAX ? o->otherwise : t->rules[rule].outputs[i];
		struct feel_value v = feel_null();
		ev->run->row = rule == SIZE_MAX ? 0 : (int)rule + 1;
		ev->run->column = (int)(t->input_count + i) + 1;
		if (box)
			TRY(eval_box(ev, box, env, &v));
		TRY(type_check(ev->run, o->type, o->name, &v, ev->e));
		feel_context_set(&b, o->name, v);
		*out = v;
	}
	ev->run->row = ev->run->column = 0;
	if (t->output_count != 1)
		*out = feel_context_end(&b);
	return OK;
}

static enum err eval_matches(struct evaluation *ev, const struct table *t,
        const struct feel_env *env, const struct matches *m, struct feel_value *values)
{
	for (size_t i = 0; i < m->count; i++)
		TRY(eval_outputs(ev, t, m->rules[i], env, &values[i]));
	return OK;
}

static size_t rank(const struct table_output *o, struct feel_value v)
{
	for (size_t i = 0; i < o->priority_count; i++) {
		if (feel_is_in(v, o->priorities[i]))
			return i;
	}
	return o->priority_count;
}

static struct feel_value output_of(const struct table *t, struct feel_value v, size_t i)
{
	return t->output_count == 1 ? v : feel_context_get(v, t->outputs[i].name);
}

/* -1, 0, 1: outputs from the left; the first that differs decides. */
static int priority(const struct table *t, struct feel_value a, struct feel_value b)
{
	for (size_t i = 0; i < t->output_count; i++) {
		size_t x = rank(&t->outputs[i], output_of(t, a, i));
		size_t y = rank(&t->outputs[i], output_of(t, b, i));
		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}

/* Stable insertion: matches are few. */
static void sort_by_priority(const struct table *t, struct feel_value *values, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct feel_value v = values[i];
		size_t k = i;
		for (; k > 0 && priority(t, v, values[k - 1]) < 0; k--)
			values[k] = values[k - 1];
		values[k] = v;
	}
}

static struct text rules_text(struct evaluation *ev, const struct matches *m)
{
	struct text t = text_format(ev->run->arena, "%zu", m->rules[0] + 1);
	for (size_t i = 1; i < m->count && i < 10; i++)
		t = text_format(ev->run->arena, "%.*s, %zu", TEXT_ARG(t), m->rules[i] + 1);
	return t;
}

static struct feel_value many(struct evaluation *ev, const char *policy, const struct matches *m)
{
	note(ev, FEEL_DIAG_HIT_MANY, text_from(policy), rules_text(ev, m), TEXT_NONE);
	return feel_null();
}

static struct feel_value any_of(
        struct evaluation *ev, const struct feel_value *values, const struct matches *m)
{
	for (size_t i = 1; i < m->count; i++) {
		if (!feel_same(values[0], values[i]))
			return many(ev, "ANY", m);
	}
	return values[0];
}

/* SUM, MIN, MAX by the built-in functions, so that they mean the same. */
static enum err aggregate(struct evaluation *ev, const struct table *t, struct feel_value list,
        struct feel_value *out)
{
	static const char *const texts[] = {
	        [SUM_SUM] = "sum(l)", [SUM_MIN] = "min(l)", [SUM_MAX] = "max(l)"};
	if (t->aggregation == SUM_NONE) {
		*out = list;
		return OK;
	}
	if (t->aggregation == SUM_COUNT) {
		*out = feel_int((int64_t)list.list.count);
		return OK;
	}
	struct feel_context_builder b = feel_context_begin(ev->run->arena);
	feel_context_set(&b, TEXT("l"), list);
	struct feel_env env = {.context = feel_context_end(&b)};
	return feel_eval_text(text_from(texts[t->aggregation]), ev->run, &env, out, ev->e);
}

static bool has_default(const struct table *t)
{
	for (size_t i = 0; i < t->output_count; i++) {
		if (t->outputs[i].otherwise)
			return true;
	}
	return false;
}

static enum err no_match(struct evaluation *ev, const struct table *t, const struct feel_env *env,
        struct feel_value *out)
{
	if (has_default(t))
		return eval_outputs(ev, t, SIZE_MAX, env, out);
	if (t->policy == HIT_COLLECT && t->aggregation == SUM_COUNT) {
		*out = feel_int(0);
		return OK;
	}
	if (t->aggregation == SUM_NONE &&
	        (t->policy == HIT_COLLECT || t->policy == HIT_RULE_ORDER ||
	                t->policy == HIT_OUTPUT_ORDER)) {
		*out = feel_list(NULL, 0);
		return OK;
	}
	note(ev, FEEL_DIAG_HIT_NONE, TEXT_NONE, TEXT_NONE, TEXT_NONE);
	*out = feel_null();
	return OK;
}

static enum err apply_policy(struct evaluation *ev, const struct table *t,
        const struct feel_env *env, const struct matches *m, struct feel_value *out)
{
	if (m->count == 0)
		return no_match(ev, t, env, out);
	if (t->policy == HIT_UNIQUE && m->count > 1) {
		*out = many(ev, "UNIQUE", m);
		return OK;
	}
	struct feel_value *values = ARENA_ARRAY(ev->run->arena, m->count, struct feel_value);
	TRY(eval_matches(ev, t, env, m, values));
	switch (t->policy) {
	case HIT_UNIQUE:
	case HIT_FIRST: *out = values[0]; return OK;
	case HIT_ANY: *out = any_of(ev, values, m); return OK;
	case HIT_PRIORITY:
		sort_by_priority(t, values, m->count);
		*out = values[0];
		return OK;
	case HIT_OUTPUT_ORDER:
		sort_by_priority(t, values, m->count);
		*out = feel_list(values, m->count);
		return OK;
	case HIT_RULE_ORDER: *out = feel_list(values, m->count); return OK;
	case HIT_COLLECT: break;
	}
	return aggregate(ev, t, feel_list(values, m->count), out);
}

static void trace_table(struct evaluation *ev, const struct table *t,
        const struct feel_value *inputs, const struct matches *m)
{
	struct dmn_trace_step *step = ev->step;
	struct arena *a = ev->run->arena;
	if (!step)
		return;
	step->is_table = true;
	step->input_count = t->input_count;
	step->inputs = ARENA_ARRAY(a, t->input_count, struct feel_entry);
	for (size_t i = 0; i < t->input_count; i++)
		step->inputs[i] = (struct feel_entry){t->inputs[i].text, inputs[i]};
	step->rule_count = m->count;
	step->rules = ARENA_ARRAY(a, m->count, struct dmn_trace_rule);
	for (size_t i = 0; i < m->count; i++) {
		const struct table_rule *rule = &t->rules[m->rules[i]];
		step->rules[i] =
		        (struct dmn_trace_rule){m->rules[i] + 1, rule->id, rule->annotation};
	}
}

enum err eval_table(struct evaluation *ev, const struct table *t, const struct feel_env *env,
        struct feel_value *out)
{
	bool ok;
	struct matches m = {0};
	struct feel_value *inputs = ARENA_ARRAY(ev->run->arena, t->input_count, struct feel_value);
	*out = feel_null();
	TRY(eval_inputs(ev, t, env, inputs, &ok));
	if (!ok)
		return OK;
	TRY(find_matches(ev, t, env, inputs, &m));
	trace_table(ev, t, inputs, &m);
	return apply_policy(ev, t, env, &m, out);
}
