/* Operations on values: logic, comparison, membership, ranges, names. */
#include "feel/run.h"

static const char *const op_names[] = {[OP_ADD] = "+",
        [OP_SUB] = "-",
        [OP_MUL] = "*",
        [OP_DIV] = "/",
        [OP_POW] = "**",
        [OP_EQ] = "=",
        [OP_NE] = "!=",
        [OP_LT] = "<",
        [OP_LE] = "<=",
        [OP_GT] = ">",
        [OP_GE] = ">="};

static struct text kind_text(struct feel_value v)
{
	return text_from(feel_kind_name((enum feel_kind)v.kind));
}

struct feel_value op_refuse(
        struct frame *f, const char *op, struct feel_value a, struct feel_value b)
{
	if (a.kind == FEEL_NULL || b.kind == FEEL_NULL)
		frame_note(f, FEEL_DIAG_NULL_OPERAND, text_from(op), kind_text(a), kind_text(b));
	else
		frame_note(f, FEEL_DIAG_OPERANDS, text_from(op), kind_text(a), kind_text(b));
	return feel_null();
}

static struct feel_value truth_value(struct frame *f, const char *op, enum feel_truth t,
        struct feel_value a, struct feel_value b)
{
	if (t == FEEL_UNKNOWN)
		return op_refuse(f, op, a, b);
	return feel_bool(t == FEEL_TRUE);
}

/* Deep comparisons count as work. */
static void count_work(struct frame *f, struct feel_value v)
{
	if (v.kind == FEEL_LIST)
		f->run->steps_used += v.list.count;
}

struct feel_value op_compare(
        struct frame *f, enum binary_op op, struct feel_value a, struct feel_value b)
{
	if (op == OP_EQ || op == OP_NE) {
		count_work(f, a);
		enum feel_truth t = feel_equal(a, b);
		if (op == OP_NE && t != FEEL_UNKNOWN)
			t = t == FEEL_TRUE ? FEEL_FALSE : FEEL_TRUE;
		return truth_value(f, op_names[op], t, a, b);
	}
	int order = feel_compare(a, b);
	if (order == FEEL_UNORDERED)
		return op_refuse(f, op_names[op], a, b);
	switch (op) {
	case OP_LT: return feel_bool(order < 0);
	case OP_LE: return feel_bool(order <= 0);
	case OP_GT: return feel_bool(order > 0);
	default: return feel_bool(order >= 0);
	}
}

static enum feel_truth truth_of(struct frame *f, const char *op, struct feel_value v)
{
	if (v.kind == FEEL_BOOL)
		return v.boolean ? FEEL_TRUE : FEEL_FALSE;
	if (v.kind != FEEL_NULL)
		frame_note(f, FEEL_DIAG_WRONG_TYPE, text_from(op), TEXT("boolean"), kind_text(v));
	return FEEL_UNKNOWN;
}

struct feel_value op_logical(struct frame *f, bool is_and, struct feel_value a, struct feel_value b)
{
	const char *op = is_and ? "and" : "or";
	enum feel_truth x = truth_of(f, op, a), y = truth_of(f, op, b);
	enum feel_truth deciding = is_and ? FEEL_FALSE : FEEL_TRUE;
	if (x == deciding || y == deciding)
		return feel_bool(!is_and);
	if (x == FEEL_UNKNOWN || y == FEEL_UNKNOWN) {
		frame_note(f, FEEL_DIAG_NULL_OPERAND, text_from(op), kind_text(a), kind_text(b));
		return feel_null();
	}
	return feel_bool(is_and);
}

struct feel_value op_not(struct frame *f, struct feel_value v)
{
	enum feel_truth t = truth_of(f, "not", v);
	return t == FEEL_UNKNOWN ? feel_null() : feel_bool(t == FEEL_FALSE);
}

struct feel_value op_between(
        struct frame *f, struct feel_value v, struct feel_value low, struct feel_value high)
{
	int a = feel_compare(low, v), b = feel_compare(v, high);
	if (a == FEEL_UNORDERED)
		return op_refuse(f, "between", v, low);
	if (b == FEEL_UNORDERED)
		return op_refuse(f, "between", v, high);
	return feel_bool(a <= 0 && b <= 0);
}

struct feel_value op_in(
        struct frame *f, enum opcode op, struct feel_value v, struct feel_value test)
{
	if (test.kind == FEEL_BOOL &&
	        (op == CODE_IN_INPUT ||
	                (op == CODE_IN_CELL && v.kind != FEEL_BOOL && v.kind != FEEL_NULL)))
		return test;
	count_work(f, test);
	enum feel_truth t = value_in(v, test);
	if (t == FEEL_UNKNOWN && op != CODE_IN && v.kind == FEEL_NULL)
		return feel_null(); /* a cell with a null input does not hit: nothing to explain */
	return truth_value(f, "in", t, v, test);
}

static bool is_point(struct feel_value v)
{
	return (KINDS_POINT >> v.kind & 1) != 0;
}

bool range_make(struct arena *a, struct feel_range r, unsigned test, bool low_closed,
        bool high_closed, struct feel_value *out)
{
	bool equality = test == FEEL_TEST_EQ || test == FEEL_TEST_NE;
	if (!equality) {
		bool low_null = r.low.kind == FEEL_NULL, high_null = r.high.kind == FEEL_NULL;
		if ((!low_null && !is_point(r.low)) || (!high_null && !is_point(r.high)))
			return false;
		if (!low_null && !high_null && feel_compare(r.low, r.high) == FEEL_UNORDERED)
			return false;
	}
	r.test = (uint8_t)test;
	r.low_closed = low_closed;
	r.high_closed = high_closed;
	if (test == FEEL_TEST_LT || test == FEEL_TEST_LE)
		r.low = feel_null();
	if (test == FEEL_TEST_GT || test == FEEL_TEST_GE)
		r.high = feel_null();
	if (test != FEEL_TEST_NONE) {
		r.low_closed = test == FEEL_TEST_GE || test == FEEL_TEST_EQ;
		r.high_closed = test == FEEL_TEST_LE || test == FEEL_TEST_EQ;
	}
	*out = feel_range_of(a, r);
	return true;
}

struct feel_value op_range(struct frame *f, struct feel_value low, struct feel_value high,
        unsigned test, unsigned closed)
{
	struct feel_value out;
	struct feel_range r = {.low = low, .high = high};
	if (range_make(f->run->arena, r, test, closed & 1, closed & 2, &out))
		return out;
	frame_note(f, FEEL_DIAG_RANGE_ENDS, kind_text(low), kind_text(high), TEXT_NONE);
	return feel_null();
}

/* null is an instance of Null alone. */
struct feel_value op_instance(struct frame *f, struct feel_value v, const struct feel_type *t)
{
	(void)f;
	if (v.kind == FEEL_NULL)
		return feel_bool(t->kind == FEEL_TYPE_NULL);
	return feel_bool(feel_conforms(v, t));
}

struct feel_value op_name(struct frame *f, const struct name_ref *ref)
{
	const struct feel_env *env = f->env;
	for (unsigned level = 0; env; env = env->outer, level++) {
		if (env->context.kind != FEEL_CONTEXT)
			continue;
		const struct feel_context *c = env->context.context;
		if (level == ref->level && ref->index < c->count &&
		        text_eq(c->entries[ref->index].name, ref->name))
			return c->entries[ref->index].value;
		const struct feel_value *found = feel_context_find(env->context, ref->name);
		if (found)
			return *found;
	}
	frame_note(f, FEEL_DIAG_NO_SUCH_ENTRY, ref->name, TEXT_NONE, TEXT_NONE);
	return feel_null();
}

struct feel_value op_context(struct frame *f, const struct shape *shape)
{
	struct feel_entry *entries = ARENA_ARRAY(f->run->arena, shape->count, struct feel_entry);
	struct feel_context *c = ARENA_NEW(f->run->arena, struct feel_context);
	for (size_t i = 0; i < shape->count; i++)
		entries[i] = (struct feel_entry){shape->names[i], f->slots[shape->slots[i]]};
	c->entries = entries;
	c->count = shape->count;
	return feel_context_of(c);
}

struct feel_value op_index(struct frame *f, struct feel_value list, struct feel_value index)
{
	int64_t at;
	size_t count = 1;
	const struct feel_value *items = &list;
	if (list.kind == FEEL_LIST) {
		items = list.list.items;
		count = list.list.count;
	}
	if (index.kind != FEEL_NUMBER)
		return op_refuse(f, "[]", list, index);
	if (list.kind == FEEL_NULL)
		return op_refuse(f, "[]", list, index);
	if (dec_to_int(index.number, &at)) {
		if (at > 0 && (uint64_t)at <= count)
			return items[at - 1];
		if (at < 0 && at >= -(int64_t)count)
			return items[(int64_t)count + at];
	}
	frame_note(f, FEEL_DIAG_INDEX_RANGE, dec_text(f->run->arena, index.number),
	        text_format(f->run->arena, "%zu", count), TEXT_NONE);
	return feel_null();
}
