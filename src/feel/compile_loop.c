/* Code for loops and filters, and values that are known already. */
#include "feel/compile.h"

/* Head of one iterator; returns the place of its LOOP_NEXT. */
static size_t gen_iterator(struct coder *c, const struct iterator *it)
{
	size_t loop = (size_t)c->loops++;
	gen(c, it->from);
	mark_span(c, it->from->span);
	if (it->to) {
		gen(c, it->to);
		emit(c, CODE_LOOP_RANGE, loop);
	} else {
		emit(c, CODE_LOOP_VALUE, loop);
	}
	return emit_two(c, CODE_LOOP_NEXT, loop, (size_t)it->slot);
}

/* Each iterator that runs out goes back to the one before it, the first one ends. */
static size_t *gen_iterators(struct coder *c, const struct node *n)
{
	size_t *heads = ARENA_ARRAY(c->arena, n->iterator_count, size_t);
	for (size_t i = 0; i < n->iterator_count; i++) {
		heads[i] = gen_iterator(c, &n->iterators[i]);
		if (i > 0)
			patch(c, heads[i], heads[i - 1]);
	}
	return heads;
}

void gen_for(struct coder *c, const struct node *n)
{
	size_t collect = (size_t)c->loops++;
	emit(c, CODE_COLLECT, collect);
	size_t *heads = gen_iterators(c, n);
	emit_two(c, CODE_COLLECT_SEEN, collect, (size_t)n->slot);
	gen(c, n->kids[0]);
	emit(c, CODE_COLLECT_ADD, collect);
	emit(c, CODE_JUMP, heads[n->iterator_count - 1]);
	patch(c, heads[0], c->count);
	emit(c, CODE_COLLECT_END, collect);
}

void gen_quantified(struct coder *c, const struct node *n)
{
	bool some = n->kind == NODE_SOME;
	emit(c, CODE_CONST, add_const(c, feel_bool(!some)));
	size_t *heads = gen_iterators(c, n);
	gen(c, n->kids[0]);
	mark_span(c, n->kids[0]->span);
	emit(c, some ? CODE_OR : CODE_AND, 0);
	size_t done = emit(c, some ? CODE_JUMP_TRUE : CODE_JUMP_FALSE, 0);
	emit(c, CODE_JUMP, heads[n->iterator_count - 1]);
	patch(c, heads[0], c->count);
	patch(c, done, c->count);
}

void gen_filter(struct coder *c, const struct node *n)
{
	const struct feel_type *t = n->kids[1]->type;
	gen(c, n->kids[0]);
	if (n->kids[1]->kind == NODE_CONST && t && t->kind == FEEL_TYPE_NUMBER) {
		gen(c, n->kids[1]);
		mark_span(c, n->span);
		emit(c, CODE_INDEX, 0);
		return;
	}
	size_t loop = (size_t)c->loops++;
	mark_span(c, n->span);
	emit(c, CODE_FILTER, loop);
	size_t next = emit_two(c, CODE_FILTER_NEXT, loop, (size_t)n->slot);
	gen(c, n->kids[1]);
	mark_span(c, n->kids[1]->span);
	size_t take = emit_two(c, CODE_FILTER_TAKE, loop, 0);
	emit(c, CODE_JUMP, next);
	patch(c, next, c->count);
	patch(c, take, c->count);
	mark_span(c, n->span);
	emit(c, CODE_FILTER_END, loop);
}

static bool fold_range(struct coder *c, const struct node *n, struct feel_value *out)
{
	struct feel_range r = {0};
	bool test = n->kind == NODE_TEST;
	if (!fold(c, n->kids[0], &r.low))
		return false;
	r.high = r.low;
	if (!test && !fold(c, n->kids[1], &r.high))
		return false;
	if (r.low.kind != r.high.kind || r.low.kind == FEEL_NULL)
		return false;
	return range_make(
	        c->arena, r, test ? n->op : FEEL_TEST_NONE, n->low_closed, n->high_closed, out);
}

/* Without a run there is no clock and nobody to complain to: only quiet results count. */
static bool fold_builtin(struct coder *c, const struct node *n, struct feel_value *out)
{
	struct feel_value args[BUILTIN_PARAMS_MAX];
	struct feel_run run;
	if (!builtin_is_constant(n->builtin) || n->count > BUILTIN_PARAMS_MAX || n->count == 0)
		return false;
	for (size_t i = 0; i < n->count; i++) {
		if (!n->kids[i] || !fold(c, n->kids[i], &args[i]))
			return false;
	}
	run_defaults(&run, c->arena, 0);
	enum err err = builtin_call(&run, n->builtin, args, n->count, out, NULL);
	return err == OK && out->kind != FEEL_NULL && run.diagnostics.count == 0;
}

bool fold(struct coder *c, const struct node *n, struct feel_value *out)
{
	switch (n->kind) {
	case NODE_CONST: *out = n->value; return true;
	case NODE_RANGE:
	case NODE_TEST: return fold_range(c, n, out);
	case NODE_CALL_BUILTIN: return fold_builtin(c, n, out);
	default: return false;
	}
}
