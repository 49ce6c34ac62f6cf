/* From the tree to code. */
#include "feel/compile.h"
#include "feel/code.h"

static const struct {
	const char *name;
	int8_t words, pops, pushes;
} opcodes[] = {
#define X(name, words, pops, pushes) [CODE_##name] = {#name, words, pops, pushes},
        FEEL_OPCODES(X)
#undef X
};

const char *opcode_name(enum opcode op)
{
	return opcodes[op].name;
}

static void adjust_stack(struct coder *c, enum opcode op, uint32_t operand, uint32_t more)
{
	int pops = opcodes[op].pops;
	if (op == CODE_LIST)
		pops = (int)operand;
	else if (op == CODE_CALL)
		pops = (int)operand + 1;
	else if (op == CODE_BUILTIN)
		pops = (int)more;
	c->depth += opcodes[op].pushes - pops;
	check(c->depth >= 0);
	if (c->depth > c->depth_max)
		c->depth_max = c->depth;
}

static void add_word(struct coder *c, uint32_t word)
{
	*ARENA_PUSH(c->arena, c->words, c->count, c->cap) = word;
}

size_t emit_two(struct coder *c, enum opcode op, size_t operand, size_t more)
{
	size_t at = c->count;
	check(operand < 1u << 24);
	add_word(c, (uint32_t)op | (uint32_t)operand << 8);
	if (opcodes[op].words > 0)
		add_word(c, (uint32_t)more);
	if (opcodes[op].words > 1)
		add_word(c, 0);
	adjust_stack(c, op, (uint32_t)operand, (uint32_t)more);
	return at;
}

size_t emit(struct coder *c, enum opcode op, size_t operand)
{
	return emit_two(c, op, operand, 0);
}

void patch(struct coder *c, size_t at, size_t target)
{
	enum opcode op = (enum opcode)(c->words[at] & 0xff);
	if (opcodes[op].words == 0)
		c->words[at] = (uint32_t)op | (uint32_t)target << 8;
	else
		c->words[at + (size_t)opcodes[op].words] = (uint32_t)target;
}

void mark_span(struct coder *c, struct feel_span span)
{
	if (c->mark_count > 0) {
		struct span_mark *last = &c->marks[c->mark_count - 1];
		if (last->at == c->count) {
			last->span = span;
			return;
		}
	}
	*ARENA_PUSH(c->arena, c->marks, c->mark_count, c->mark_cap) =
	        (struct span_mark){(uint32_t)c->count, span};
}

size_t add_const(struct coder *c, struct feel_value v)
{
	*ARENA_PUSH(c->arena, c->consts, c->const_count, c->const_cap) = v;
	return c->const_count - 1;
}

size_t add_name(struct coder *c, struct text name)
{
	for (size_t i = 0; i < c->name_count && i < 64; i++) {
		if (text_eq(c->names[i], name))
			return i;
	}
	*ARENA_PUSH(c->arena, c->names, c->name_count, c->name_cap) = name;
	return c->name_count - 1;
}

static size_t add_ref(struct coder *c, struct text name)
{
	for (size_t i = 0; i < c->ref_count && i < 64; i++) {
		if (text_eq(c->refs[i].name, name))
			return i;
	}
	struct name_ref ref = {.name = name};
	uint16_t level = 0;
	for (const struct feel_scope *s = c->scope; s; s = s->outer, level++) {
		size_t i = 0;
		while (i < s->count && !text_eq(s->names[i].name, name))
			i++;
		if (i < s->count && i < UINT16_MAX) {
			ref.level = level;
			ref.index = (uint16_t)i;
			break;
		}
	}
	*ARENA_PUSH(c->arena, c->refs, c->ref_count, c->ref_cap) = ref;
	return c->ref_count - 1;
}

static size_t add_type(struct coder *c, const struct feel_type *t)
{
	*ARENA_PUSH(c->arena, c->types, c->type_count, c->type_cap) = t;
	return c->type_count - 1;
}

size_t add_name_list(struct coder *c, const struct text *names)
{
	*ARENA_PUSH(c->arena, c->name_lists, c->name_list_count, c->name_list_cap) = names;
	return c->name_list_count - 1;
}

static void gen_item_name(struct coder *c, const struct node *n)
{
	size_t at = emit_two(c, CODE_ITEM_NAME, (size_t)n->slot, add_name(c, n->name));
	c->depth--;
	gen(c, n->kids[0]);
	patch(c, at, c->count);
}

static void gen_logical(struct coder *c, const struct node *n)
{
	bool is_and = n->kind == NODE_AND;
	gen(c, n->kids[0]);
	size_t jump = emit(c, is_and ? CODE_JUMP_FALSE : CODE_JUMP_TRUE, 0);
	gen(c, n->kids[1]);
	mark_span(c, n->span);
	emit(c, is_and ? CODE_AND : CODE_OR, 0);
	patch(c, jump, c->count);
}

static void gen_if(struct coder *c, const struct node *n)
{
	gen(c, n->kids[0]);
	mark_span(c, n->kids[0]->span);
	size_t branch = emit(c, CODE_BRANCH, 0);
	gen(c, n->kids[1]);
	size_t after_then = emit(c, CODE_JUMP, 0);
	c->depth--;
	c->words[branch] |= (uint32_t)c->count << 8;
	gen(c, n->kids[2]);
	size_t after_else = emit(c, CODE_JUMP, 0);
	c->depth--;
	patch(c, branch, c->count);
	emit(c, CODE_CONST, add_const(c, feel_null()));
	patch(c, after_then, c->count);
	patch(c, after_else, c->count);
}

/* One test against the value in `slot`; the cells of tables know more cases. */
static void gen_one_test(struct coder *c, const struct node *in, const struct node *test)
{
	emit(c, CODE_LOAD, (size_t)in->slot);
	gen(c, test);
	mark_span(c, test->span);
	if (in->is_cell && test->uses_input)
		emit(c, CODE_IN_INPUT, 0);
	else
		emit(c, in->is_cell ? CODE_IN_CELL : CODE_IN, 0);
}

static void gen_in(struct coder *c, const struct node *n)
{
	size_t jumps_cap = 0, jump_count = 0, *jumps = NULL;
	gen(c, n->kids[0]);
	emit(c, CODE_STORE, (size_t)n->slot);
	gen_one_test(c, n, n->kids[1]);
	for (size_t i = 2; i < n->count; i++) {
		size_t jump = emit(c, CODE_JUMP_TRUE, 0);
		*ARENA_PUSH(c->arena, jumps, jump_count, jumps_cap) = jump;
		gen_one_test(c, n, n->kids[i]);
		emit(c, CODE_OR, 0);
	}
	for (size_t i = 0; i < jump_count; i++)
		patch(c, jumps[i], c->count);
	if (n->kind == NODE_NOT_IN)
		emit(c, CODE_NOT, 0);
}

static void gen_all(struct coder *c, const struct node *n)
{
	for (size_t i = 0; i < n->count; i++)
		gen(c, n->kids[i]);
}

static void gen_list(struct coder *c, const struct node *n)
{
	gen_all(c, n);
	mark_span(c, n->span);
	emit(c, CODE_LIST, n->count);
}

static void gen_context(struct coder *c, const struct node *n)
{
	for (size_t i = 0; i < n->count; i++) {
		gen(c, n->kids[i]);
		emit(c, CODE_STORE, (size_t)n->slots[i]);
	}
	*ARENA_PUSH(c->arena, c->shapes, c->shape_count, c->shape_cap) =
	        (struct shape){n->names, n->slots, n->count};
	emit(c, CODE_CONTEXT, c->shape_count - 1);
}

static void gen_function(struct coder *c, const struct node *n)
{
	const struct feel_program *inner;
	if (c->err == OK)
		c->err = code_generate(c->arena, c->source, c->scope, n->inner, &inner, c->e);
	if (c->err != OK) {
		emit(c, CODE_CONST, add_const(c, feel_null()));
		return;
	}
	*ARENA_PUSH(c->arena, c->functions, c->function_count, c->function_cap) = inner;
	emit(c, CODE_CLOSURE, c->function_count - 1);
}

static void gen_call(struct coder *c, const struct node *n)
{
	gen_all(c, n);
	mark_span(c, n->span);
	if (n->kind == NODE_CALL_BUILTIN)
		emit_two(c, CODE_BUILTIN, (size_t)n->builtin, n->count);
	else
		emit_two(c, CODE_CALL, n->count - 1, n->names ? add_name_list(c, n->names) + 1 : 0);
}

static void gen_builtin_value(struct coder *c, const struct node *n)
{
	struct feel_function *f = ARENA_NEW(c->arena, struct feel_function);
	f->kind = FUNCTION_BUILTIN;
	f->builtin = n->builtin;
	f->name = text_from(builtin_row(n->builtin)->name);
	f->count = builtin_param_count(n->builtin);
	struct feel_field *params = ARENA_ARRAY(c->arena, f->count, struct feel_field);
	for (size_t i = 0; i < f->count; i++)
		params[i].name = text_from(builtin_row(n->builtin)->params[i].name);
	f->params = params;
	struct feel_value v = {.kind = FEEL_FUNCTION, .function = f};
	emit(c, CODE_CONST, add_const(c, v));
}

static void gen_fail(struct coder *c, const struct node *n)
{
	size_t at = emit_two(c, CODE_FAIL, n->op, add_name(c, n->name));
	patch(c, at, add_name(c, n->names ? n->names[0] : TEXT_NONE));
}

static void gen_operands(struct coder *c, const struct node *n, enum opcode op, size_t operand)
{
	gen_all(c, n);
	mark_span(c, n->span);
	emit(c, op, operand);
}

static bool gen_special(struct coder *c, const struct node *n)
{
	switch (n->kind) {
	case NODE_ITEM_NAME: gen_item_name(c, n); return true;
	case NODE_AND:
	case NODE_OR: gen_logical(c, n); return true;
	case NODE_IN:
	case NODE_NOT_IN: gen_in(c, n); return true;
	case NODE_IF: gen_if(c, n); return true;
	case NODE_FOR: gen_for(c, n); return true;
	case NODE_SOME:
	case NODE_EVERY: gen_quantified(c, n); return true;
	case NODE_LIST: gen_list(c, n); return true;
	case NODE_CONTEXT: gen_context(c, n); return true;
	case NODE_FILTER: gen_filter(c, n); return true;
	case NODE_CALL:
	case NODE_CALL_BUILTIN: gen_call(c, n); return true;
	case NODE_FUNCTION: gen_function(c, n); return true;
	default: return false;
	}
}

void gen(struct coder *c, const struct node *n)
{
	struct feel_value folded;
	if (!n) { /* an argument that is not given */
		emit(c, CODE_CONST, add_const(c, feel_null()));
		return;
	}
	if (fold(c, n, &folded)) {
		emit(c, CODE_CONST, add_const(c, folded));
		return;
	}
	if (gen_special(c, n))
		return;
	mark_span(c, n->span);
	switch (n->kind) {
	case NODE_LOCAL: emit(c, CODE_LOAD, (size_t)n->slot); break;
	case NODE_NAME: emit(c, CODE_NAME, add_ref(c, n->name)); break;
	case NODE_SELF: emit(c, CODE_SELF, 0); break;
	case NODE_BUILTIN: gen_builtin_value(c, n); break;
	case NODE_NEG: gen_operands(c, n, CODE_NEG, 0); break;
	case NODE_BINARY: gen_operands(c, n, CODE_ADD + n->op, 0); break;
	case NODE_BETWEEN: gen_operands(c, n, CODE_BETWEEN, 0); break;
	case NODE_RANGE:
		gen_operands(
		        c, n, CODE_RANGE, (n->low_closed ? 1u : 0) | (n->high_closed ? 2u : 0));
		break;
	case NODE_TEST: gen_operands(c, n, CODE_TEST, n->op); break;
	case NODE_PATH: gen_operands(c, n, CODE_FIELD, add_name(c, n->name)); break;
	case NODE_INSTANCE: gen_operands(c, n, CODE_INSTANCE, add_type(c, n->of_type)); break;
	default: gen_fail(c, n);
	}
}

static void finish(struct coder *c, const struct function *f, struct feel_program *p)
{
	p->source = c->source;
	p->words = c->words;
	p->consts = c->consts;
	p->refs = c->refs;
	p->names = c->names;
	p->name_lists = c->name_lists;
	p->shapes = c->shapes;
	p->types = c->types;
	p->functions = c->functions;
	p->marks = c->marks;
	p->mark_count = c->mark_count;
	p->captures = f->captures;
	p->capture_count = f->capture_count;
	p->params = f->params;
	p->param_count = f->param_count;
	p->result = f->body->type;
	p->slots = (size_t)f->slots;
	p->loops = (size_t)c->loops;
	p->stack = (size_t)c->depth_max;
	p->uses_env = f->uses_env;
}

enum err code_generate(struct arena *a, struct text source, const struct feel_scope *scope,
        const struct function *f, const struct feel_program **out, struct errinfo *e)
{
	struct coder c = {.arena = a, .source = source, .scope = scope, .e = e};
	gen(&c, f->body);
	emit(&c, CODE_RETURN, 0);
	if (c.err == OK && (c.count >= 1u << 23 || f->slots >= 1 << 20))
		c.err = fail(e, ERR_LIMIT, "the expression is too large");
	if (c.err != OK)
		return c.err;
	struct feel_program *p = ARENA_NEW(a, struct feel_program);
	finish(&c, f, p);
	*out = p;
	return OK;
}

/* Tests that are all constants, for tables that look at them without the machine. */
static void find_constants(struct arena *a, const struct node *n, struct feel_expr *x)
{
	struct coder c = {.arena = a};
	if (n->kind != NODE_IN || !n->is_cell)
		return;
	struct feel_value *values = ARENA_ARRAY(a, n->count - 1, struct feel_value);
	for (size_t i = 1; i < n->count; i++) {
		if (n->kids[i]->uses_input || !fold(&c, n->kids[i], &values[i - 1]))
			return;
	}
	x->constants = values;
	x->constant_count = n->count - 1;
}

bool feel_expr_constants(const struct feel_expr *x, const struct feel_value **values, size_t *count)
{
	*values = x->constants;
	*count = x->constant_count;
	return x->constants != NULL;
}

bool feel_expr_constant(const struct feel_expr *x, struct feel_value *out)
{
	const uint32_t *words = x->program->words;
	if ((words[0] & 0xff) != CODE_CONST || (words[1] & 0xff) != CODE_RETURN)
		return false;
	*out = x->program->consts[words[0] >> 8];
	return true;
}

bool feel_is_in(struct feel_value v, struct feel_value test)
{
	return value_in(v, test) == FEEL_TRUE;
}

static enum err compile(struct arena *a, const struct parse_request *q,
        const struct feel_expr **out, struct errinfo *e)
{
	struct tree tree;
	struct feel_expr *x = ARENA_NEW(a, struct feel_expr);
	TRY(tree_parse(q, &tree, e));
	TRY(code_generate(a, q->source, q->scope, tree.top, &x->program, e));
	x->type = tree.top->body->type;
	x->maybe_null = tree.top->body->maybe_null;
	x->input_slot = tree.input_slot;
	x->reads = tree.reads;
	x->read_count = tree.read_count;
	find_constants(a, tree.top->body, x);
	*out = x;
	return OK;
}

enum err feel_compile(struct arena *a, struct text t, const struct feel_scope *scope,
        unsigned flags, struct feel_diagnostics *d, const struct feel_expr **out, struct errinfo *e)
{
	struct parse_request q = {.arena = a,
	        .source = text_copy(a, t),
	        .scope = scope,
	        .flags = flags,
	        .diagnostics = d};
	return compile(a, &q, out, e);
}

enum err feel_compile_tests(struct arena *a, struct text t, const struct feel_scope *scope,
        const struct feel_type *input, unsigned flags, struct feel_diagnostics *d,
        const struct feel_expr **out, struct errinfo *e)
{
	struct parse_request q = {.arena = a,
	        .source = text_copy(a, t),
	        .scope = scope,
	        .tests = true,
	        .input = input,
	        .flags = flags,
	        .diagnostics = d};
	return compile(a, &q, out, e);
}

const struct feel_type *feel_expr_type(const struct feel_expr *x)
{
	return x->type ? x->type : feel_type_of_kind(FEEL_TYPE_ANY);
}

bool feel_expr_may_be_null(const struct feel_expr *x)
{
	return x->maybe_null;
}

struct text feel_expr_text(const struct feel_expr *x)
{
	return x->program->source;
}

size_t feel_expr_reads(const struct feel_expr *x, const struct feel_read **out)
{
	*out = x->reads;
	return x->read_count;
}
