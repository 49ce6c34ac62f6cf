/* The machine. Budgets are checked where work can repeat: loops, calls, built-ins. */
#include "feel/run.h"

enum { VM_VALUES = 256 }; /* enough for most; larger frames are taken from the arena */

void run_defaults(struct feel_run *r, struct arena *a, int64_t now_ms)
{
	*r = (struct feel_run){.arena = a,
	        .now_ms = now_ms,
	        .zone = "Europe/Berlin",
	        .limits = {.steps = 10000000,
	                .depth = 200,
	                .list = 1000000,
	                .memory = (size_t)256 << 20,
	                .text = 16 << 20},
	        .memory_start = arena_used(a)};
	feel_diagnostics_init(&r->diagnostics, a);
}

void feel_run_init(struct feel_run *r, struct arena *a, int64_t now_ms)
{
	run_defaults(r, a, now_ms);
	r->vm = ARENA_NEW(a, struct feel_vm);
	r->vm->cap = VM_VALUES;
	r->vm->values = ARENA_ARRAY(a, VM_VALUES, struct feel_value);
}

enum err run_limit(struct feel_run *r, const char *what, struct errinfo *e)
{
	feel_run_note(r, FEEL_DIAG_LIMIT, (struct feel_span){0}, TEXT_NONE, text_from(what),
	        TEXT_NONE, TEXT_NONE);
	return fail(e, ERR_LIMIT, "the evaluation needs more than its budget (%s)", what);
}

enum err run_steps(struct feel_run *r, uint64_t steps, struct errinfo *e)
{
	r->steps_used += steps;
	if (r->steps_used > r->limits.steps)
		return run_limit(r, "steps", e);
	if (arena_used(r->arena) - r->memory_start > r->limits.memory)
		return run_limit(r, "memory", e);
	return OK;
}

static struct feel_span span_at(const struct feel_program *p, uint32_t at)
{
	size_t low = 0, high = p->mark_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (p->marks[middle].at <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? p->marks[low - 1].span : (struct feel_span){0};
}

void frame_note(
        struct frame *f, enum feel_code code, struct text p0, struct text p1, struct text p2)
{
	struct feel_span span = span_at(f->program, (uint32_t)(f->at - f->program->words));
	feel_run_note(f->run, code, span, f->program->source, p0, p1, p2);
}

/* Room for `count` values; given back by setting vm->used again. */
static struct feel_value *vm_take(struct feel_run *r, size_t count)
{
	struct feel_vm *vm = r->vm;
	if (vm->cap - vm->used < count)
		return ARENA_ARRAY(r->arena, count, struct feel_value);
	struct feel_value *values = vm->values + vm->used;
	vm->used += count;
	return values;
}

enum {
	LOOP_VALUES =
	        (sizeof(struct loop) + sizeof(struct feel_value) - 1) / sizeof(struct feel_value)
};

/* Where an `if` goes on: null counts as false, other kinds make the whole null, noted. */
static const uint32_t *branch(struct frame *f, const uint32_t *word, struct feel_value v)
{
	const uint32_t *words = f->program->words;
	if (feel_is_true(v))
		return word + 2;
	if (v.kind == FEEL_BOOL || v.kind == FEEL_NULL)
		return words + (*word >> 8);
	frame_note(f, FEEL_DIAG_CONDITION, text_from(feel_kind_name((enum feel_kind)v.kind)),
	        TEXT_NONE, TEXT_NONE);
	return words + word[1];
}

static void fail_here(struct frame *f, const uint32_t *word)
{
	enum feel_code code = (enum feel_code)(*word >> 8);
	frame_note(f, code, f->program->names[word[1]], f->program->names[word[2]], TEXT_NONE);
}

static enum err make_list(
        struct frame *f, struct feel_value *top, size_t count, struct feel_value *out)
{
	struct feel_value *items = ARENA_ARRAY(f->run->arena, count, struct feel_value);
	memcpy(items, top, count * sizeof *items);
	*out = feel_list(items, count);
	return out->depth > FEEL_VALUE_DEPTH_MAX ? run_limit(f->run, "depth", f->e) : OK;
}

static enum err call(
        struct frame *f, const uint32_t *word, struct feel_value *base, struct feel_value *out)
{
	size_t count = *word >> 8;
	struct feel_value callee = base[0];
	if (callee.kind != FEEL_FUNCTION) {
		frame_note(f, FEEL_DIAG_NOT_A_FUNCTION,
		        text_from(feel_kind_name((enum feel_kind)callee.kind)), TEXT_NONE,
		        TEXT_NONE);
		*out = feel_null();
		return OK;
	}
	size_t before = f->run->diagnostics.count;
	enum err err =
	        word[1] > 0 ? feel_call_named(callee, f->run, f->program->name_lists[word[1] - 1],
	                              base + 1, count, out, f->e)
	                    : function_call(callee.function, f->run, base + 1, count, out, f->e);
	/* Reasons found before the body began carry the place of the call. */
	for (size_t i = before; i < f->run->diagnostics.count; i++) {
		struct feel_diagnostic *d = &f->run->diagnostics.items[i];
		if (d->source.len == 0 && d->span.length == 0) {
			d->source = f->program->source;
			d->span = span_at(f->program, (uint32_t)(word - f->program->words));
		}
	}
	return err;
}

static enum err call_row(
        struct frame *f, const uint32_t *word, struct feel_value *args, struct feel_value *out)
{
	size_t before = f->run->diagnostics.count;
	enum err err = builtin_call(f->run, (int)(*word >> 8), args, word[1], out, f->e);
	for (size_t i = before; i < f->run->diagnostics.count; i++) {
		struct feel_diagnostic *d = &f->run->diagnostics.items[i];
		if (d->source.len == 0) {
			d->source = f->program->source;
			d->span = span_at(f->program, (uint32_t)(word - f->program->words));
		}
	}
	return err;
}

#define TRY_RUN(expression)                                                                        \
	do {                                                                                       \
		err = (expression);                                                                \
		if (err != OK)                                                                     \
			goto done;                                                                 \
	} while (0)

/* The dispatch. `top` points behind the topmost value. */
static enum err execute(struct frame *f, struct feel_value *top, struct feel_value *out)
{
	const struct feel_program *p = f->program;
	const uint32_t *at = p->words;
	enum err err = OK;
	uint64_t steps = 0;
	for (;;) {
		const uint32_t *word = at;
		uint32_t operand = *word >> 8;
		at++;
		steps++;
		f->at = word;
		switch ((enum opcode)(*word & 0xff)) {
		case CODE_CONST: *top++ = p->consts[operand]; break;
		case CODE_LOAD: *top++ = f->slots[operand]; break;
		case CODE_STORE: f->slots[operand] = *--top; break;
		case CODE_NAME: *top++ = op_name(f, &p->refs[operand]); break;
		case CODE_ITEM_NAME: {
			const struct feel_value *entry =
			        feel_context_find(f->slots[operand], p->names[word[1]]);
			at = word + 3;
			if (entry) {
				*top++ = *entry;
				at = p->words + word[2];
			}
			break;
		}
		case CODE_SELF:
			*top++ = (struct feel_value){.kind = FEEL_FUNCTION, .function = f->self};
			break;
		case CODE_FIELD: top[-1] = op_field(f, top[-1], p->names[operand]); break;
		case CODE_ADD:
			top--;
			if (top[-1].kind == FEEL_NUMBER && top[0].kind == FEEL_NUMBER)
				top[-1] = op_arithmetic(f, OP_ADD, top[-1], top[0]);
			else
				TRY_RUN(op_concat(f, top[-1], top[0], &top[-1]));
			break;
		case CODE_SUB:
		case CODE_MUL:
		case CODE_DIV:
		case CODE_POW:
			top--;
			top[-1] = op_arithmetic(
			        f, (enum binary_op)((*word & 0xff) - CODE_ADD), top[-1], top[0]);
			break;
		case CODE_EQ:
		case CODE_NE:
		case CODE_LT:
		case CODE_LE:
		case CODE_GT:
		case CODE_GE:
			top--;
			top[-1] = op_compare(
			        f, (enum binary_op)((*word & 0xff) - CODE_ADD), top[-1], top[0]);
			break;
		case CODE_NEG: top[-1] = op_negate(f, top[-1]); break;
		case CODE_NOT: top[-1] = op_not(f, top[-1]); break;
		case CODE_BETWEEN:
			top -= 2;
			top[-1] = op_between(f, top[-1], top[0], top[1]);
			break;
		case CODE_AND:
		case CODE_OR:
			top--;
			top[-1] = op_logical(f, (*word & 0xff) == CODE_AND, top[-1], top[0]);
			break;
		case CODE_IN:
		case CODE_IN_CELL:
		case CODE_IN_INPUT:
			top--;
			top[-1] = op_in(f, (enum opcode)(*word & 0xff), top[-1], top[0]);
			break;
		case CODE_JUMP: at = p->words + operand; break;
		case CODE_JUMP_FALSE:
			if (top[-1].kind == FEEL_BOOL && !top[-1].boolean)
				at = p->words + operand;
			break;
		case CODE_JUMP_TRUE:
			if (feel_is_true(top[-1]))
				at = p->words + operand;
			break;
		case CODE_BRANCH: at = branch(f, word, *--top); break;
		case CODE_LIST: {
			struct feel_value list;
			top -= operand;
			TRY_RUN(make_list(f, top, operand, &list));
			*top++ = list;
			break;
		}
		case CODE_CONTEXT:
			*top++ = op_context(f, &p->shapes[operand]);
			if (top[-1].depth > FEEL_VALUE_DEPTH_MAX)
				TRY_RUN(run_limit(f->run, "depth", f->e));
			break;
		case CODE_RANGE:
			top--;
			top[-1] = op_range(f, top[-1], top[0], FEEL_TEST_NONE, operand);
			break;
		case CODE_TEST: top[-1] = op_range(f, top[-1], top[-1], operand, 0); break;
		case CODE_INDEX:
			top--;
			top[-1] = op_index(f, top[-1], top[0]);
			break;
		case CODE_LOOP_VALUE:
			TRY_RUN(loop_over_value(f, &f->loops[operand], *--top));
			break;
		case CODE_LOOP_RANGE:
			top -= 2;
			TRY_RUN(loop_over_range(f, &f->loops[operand], top[0], top[1]));
			break;
		case CODE_LOOP_NEXT:
			TRY_RUN(run_steps(f->run, steps, f->e));
			steps = 0;
			at = loop_next(f, &f->loops[operand], &f->slots[word[1]])
			             ? word + 3
			             : p->words + word[2];
			break;
		case CODE_COLLECT:
			f->loops[operand].result.depth = 0;
			f->loops[operand].out = feel_list_begin(f->run->arena);
			break;
		case CODE_COLLECT_SEEN: {
			struct feel_list_builder *b = &f->loops[operand].out;
			at = word + 2;
			f->slots[word[1]] = (struct feel_value){.kind = FEEL_LIST,
			        .depth = f->loops[operand].result.depth,
			        .list = {b->items, b->count}};
			break;
		}
		case CODE_COLLECT_ADD: TRY_RUN(loop_collect(f, &f->loops[operand], *--top)); break;
		case CODE_COLLECT_END: *top++ = feel_list_end(&f->loops[operand].out); break;
		case CODE_FILTER: filter_begin(f, &f->loops[operand], *--top); break;
		case CODE_FILTER_NEXT:
			TRY_RUN(run_steps(f->run, steps, f->e));
			steps = 0;
			at = filter_next(f, &f->loops[operand], &f->slots[word[1]])
			             ? word + 3
			             : p->words + word[2];
			break;
		case CODE_FILTER_TAKE:
			at = filter_take(f, &f->loops[operand], *--top) ? p->words + word[1]
			                                                : word + 2;
			break;
		case CODE_FILTER_END: *top++ = filter_end(f, &f->loops[operand]); break;
		case CODE_CALL:
			TRY_RUN(run_steps(f->run, steps, f->e));
			steps = 0;
			at = word + 2;
			top -= operand;
			TRY_RUN(call(f, word, top - 1, &top[-1]));
			break;
		case CODE_BUILTIN: {
			struct feel_value result;
			at = word + 2;
			top -= word[1];
			TRY_RUN(call_row(f, word, top, &result));
			*top++ = result;
			break;
		}
		case CODE_CLOSURE: *top++ = op_closure(f, p->functions[operand]); break;
		case CODE_INSTANCE: top[-1] = op_instance(f, top[-1], p->types[operand]); break;
		case CODE_FAIL:
			fail_here(f, word);
			at = word + 3;
			*top++ = feel_null();
			break;
		case CODE_RETURN: *out = *--top; goto done;
		case CODE_COUNT: check(false);
		}
	}
done:
	f->run->steps_used += steps;
	return err;
}

enum err program_run(const struct feel_program *p, struct feel_run *r, const struct feel_env *env,
        const struct feel_function *self, const struct feel_value *args, size_t count,
        struct feel_value *out, struct errinfo *e)
{
	if (r->depth_used >= r->limits.depth)
		return run_limit(r, "depth", e);
	size_t loops = p->loops * LOOP_VALUES;
	size_t used = r->vm->used;
	struct feel_value *values = vm_take(r, p->slots + loops + p->stack);
	struct frame f = {
	        .program = p, .run = r, .env = env, .self = self, .slots = values, .e = e};
	f.loops = (struct loop *)(void *)(values + p->slots);
	memset(values, 0, (p->slots + loops) * sizeof *values);
	if (count > 0)
		memcpy(values, args, count * sizeof *values);
	for (size_t i = 0; self && i < p->capture_count; i++)
		f.slots[p->captures[i].to] = self->captures[i];
	r->depth_used++;
	enum err err = execute(&f, values + p->slots + loops, out);
	r->depth_used--;
	r->vm->used = used;
	if (err != OK)
		*out = feel_null();
	return err;
}

enum err feel_eval(const struct feel_expr *x, struct feel_run *r, const struct feel_env *env,
        struct feel_value *out, struct errinfo *e)
{
	TRY(run_steps(r, 1, e));
	return program_run(x->program, r, env, NULL, NULL, 0, out, e);
}

enum err feel_eval_tests(const struct feel_expr *x, struct feel_run *r, const struct feel_env *env,
        struct feel_value input, struct feel_value *out, struct errinfo *e)
{
	check(x->input_slot == 0);
	TRY(run_steps(r, 1, e));
	return program_run(x->program, r, env, NULL, &input, 1, out, e);
}

/* The scope of an environment: its names, and open. */
static const struct feel_scope *scope_of(struct arena *a, const struct feel_env *env)
{
	struct feel_scope *s = ARENA_NEW(a, struct feel_scope);
	s->open = true;
	if (!env)
		return s;
	size_t count = env->context.kind == FEEL_CONTEXT ? env->context.context->count : 0;
	struct feel_field *names = ARENA_ARRAY(a, count, struct feel_field);
	for (size_t i = 0; i < count; i++)
		names[i].name = env->context.context->entries[i].name;
	s->names = names;
	s->count = count;
	s->outer = env->outer ? scope_of(a, env->outer) : NULL;
	return s;
}

enum err feel_eval_text(struct text t, struct feel_run *r, const struct feel_env *env,
        struct feel_value *out, struct errinfo *e)
{
	const struct feel_expr *x;
	struct feel_diagnostics found;
	*out = feel_null();
	feel_diagnostics_init(&found, r->arena);
	enum err err = feel_compile(r->arena, t, scope_of(r->arena, env), 0, &found, &x, e);
	if (err == OK)
		return feel_eval(x, r, env, out, e); /* what was doubtful shows itself now */
	for (size_t i = 0; i < found.count; i++)
		feel_diagnostics_add(&r->diagnostics, &found.items[i]);
	return err;
}
