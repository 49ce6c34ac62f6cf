/* Calling functions: literals, built-ins, functions of the host. */
#include "feel/run.h"

const struct feel_type *function_result(const struct feel_function *f)
{
	return f->kind == FUNCTION_CODE ? f->code->result : NULL;
}

static void note_call(struct feel_run *r, enum feel_code code, const struct feel_function *f,
        struct text p1, struct text p2)
{
	struct text name = f->name.len > 0 ? f->name : TEXT("function");
	feel_run_note(r, code, (struct feel_span){0}, TEXT_NONE, name, p1, p2);
}

static bool count_fits(const struct feel_function *f, struct feel_run *r, size_t count)
{
	if (f->kind == FUNCTION_BUILTIN || count == f->count)
		return true;
	note_call(r, FEEL_DIAG_ARGUMENT_COUNT, f, text_format(r->arena, "%zu", count),
	        text_format(r->arena, "%zu", f->count));
	return false;
}

/* Arguments as the parameters want them. */
static bool args_fit(const struct feel_function *f, struct feel_run *r, struct feel_value *args)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct feel_type *t = f->params[i].type;
		if (!t || feel_coerce(r->arena, args[i], t, &args[i]))
			continue;
		note_call(r, FEEL_DIAG_ARGUMENT_TYPE, f, f->params[i].name,
		        text_from(feel_kind_name((enum feel_kind)args[i].kind)));
		return false;
	}
	return true;
}

static enum err call_native(const struct feel_function *f, struct feel_run *r,
        struct feel_value *args, size_t count, struct feel_value *out, struct errinfo *e)
{
	if (r->depth_used >= r->limits.depth)
		return run_limit(r, "depth", e);
	r->depth_used++;
	enum err err = f->native.call(f->native.data, r, args, count, out, e);
	r->depth_used--;
	return err;
}

enum err function_call(const struct feel_function *f, struct feel_run *r, struct feel_value *args,
        size_t count, struct feel_value *out, struct errinfo *e)
{
	*out = feel_null();
	if (f->kind == FUNCTION_BUILTIN)
		return builtin_call(r, builtin_for_count(f->builtin, count), args, count, out, e);
	if (!count_fits(f, r, count) || !args_fit(f, r, args))
		return OK;
	if (f->kind == FUNCTION_NATIVE)
		return call_native(f, r, args, count, out, e);
	return program_run(f->code, r, f->env, f, args, count, out, e);
}

static int param_index(const struct feel_function *f, struct text name)
{
	for (size_t i = 0; i < f->count; i++) {
		if (feel_name_same(f->params[i].name, name))
			return (int)i;
	}
	return -1;
}

enum err feel_call_named(struct feel_value function, struct feel_run *r, const struct text *names,
        const struct feel_value *args, size_t count, struct feel_value *out, struct errinfo *e)
{
	const struct feel_function *f = function.function;
	*out = feel_null();
	if (function.kind != FEEL_FUNCTION)
		return feel_call(function, r, args, count, out, e);
	int row = f->kind == FUNCTION_BUILTIN ? builtin_for_names(f->builtin, names, count) : -1;
	size_t params = row >= 0 ? builtin_param_count(row) : f->count;
	if (count > params || (row < 0 && count < params)) {
		count_fits(f, r, count);
		return OK;
	}
	struct feel_value *sorted = ARENA_ARRAY(r->arena, params, struct feel_value);
	for (size_t i = 0; i < count; i++) {
		int at = row >= 0 ? builtin_param_index(row, names[i]) : param_index(f, names[i]);
		if (at < 0) {
			note_call(r, FEEL_DIAG_ARGUMENT_NAME, f, names[i], TEXT_NONE);
			return OK;
		}
		sorted[at] = args[i];
	}
	if (row >= 0)
		return builtin_call(r, row, sorted, params, out, e);
	return function_call(f, r, sorted, params, out, e);
}

enum err feel_call(struct feel_value function, struct feel_run *r, const struct feel_value *args,
        size_t count, struct feel_value *out, struct errinfo *e)
{
	*out = feel_null();
	if (function.kind != FEEL_FUNCTION) {
		feel_run_note(r, FEEL_DIAG_NOT_A_FUNCTION, (struct feel_span){0}, TEXT_NONE,
		        text_from(feel_kind_name((enum feel_kind)function.kind)), TEXT_NONE,
		        TEXT_NONE);
		return OK;
	}
	struct feel_value *copy = ARENA_ARRAY(r->arena, count, struct feel_value);
	if (count > 0)
		memcpy(copy, args, count * sizeof *copy);
	return function_call(function.function, r, copy, count, out, e);
}

struct feel_value op_closure(struct frame *f, const struct feel_program *p)
{
	struct feel_function *fn = ARENA_NEW(f->run->arena, struct feel_function);
	fn->kind = FUNCTION_CODE;
	fn->params = p->params;
	fn->count = p->param_count;
	fn->code = p;
	fn->capture_count = p->capture_count;
	struct feel_value *captures =
	        ARENA_ARRAY(f->run->arena, p->capture_count, struct feel_value);
	for (size_t i = 0; i < p->capture_count; i++)
		captures[i] = f->slots[p->captures[i].from];
	fn->captures = captures;
	/* The environment's links stand on the stack of a caller: keep copies of them. */
	struct feel_env *kept = NULL, **next = &kept;
	for (const struct feel_env *env = p->uses_env ? f->env : NULL; env; env = env->outer) {
		struct feel_env *copy = ARENA_NEW(f->run->arena, struct feel_env);
		copy->context = env->context;
		*next = copy;
		next = (struct feel_env **)(void *)&copy->outer;
	}
	fn->env = kept;
	return (struct feel_value){.kind = FEEL_FUNCTION, .function = fn};
}
