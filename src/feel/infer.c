/* Types of nodes from the types of their kids: as far as they are sure, else any. */
#include "feel/builtin.h"
#include "feel/parse.h"

static const struct feel_type *basic(enum feel_type_kind kind)
{
	return feel_type_of_kind(kind);
}

static enum feel_type_kind kind_of(const struct node *n)
{
	return n->type ? n->type->kind : FEEL_TYPE_ANY;
}

static bool is_duration(enum feel_type_kind k)
{
	return k == FEEL_TYPE_DAYS_DURATION || k == FEEL_TYPE_MONTHS_DURATION;
}

static bool is_moment(enum feel_type_kind k)
{
	return k == FEEL_TYPE_DATE || k == FEEL_TYPE_TIME || k == FEEL_TYPE_DATE_TIME;
}

static const struct feel_type *arithmetic(
        enum binary_op op, enum feel_type_kind a, enum feel_type_kind b)
{
	if (a == FEEL_TYPE_NUMBER && b == FEEL_TYPE_NUMBER)
		return basic(FEEL_TYPE_NUMBER);
	if (op == OP_ADD && a == FEEL_TYPE_STRING && b == FEEL_TYPE_STRING)
		return basic(FEEL_TYPE_STRING);
	if (op == OP_SUB && is_moment(a) && is_moment(b))
		return basic(FEEL_TYPE_DAYS_DURATION);
	if ((op == OP_ADD || op == OP_SUB) && is_duration(b) && (is_moment(a) || a == b))
		return basic(a);
	if (op == OP_ADD && is_duration(a) && is_moment(b))
		return basic(b);
	if (op == OP_MUL && is_duration(a) != is_duration(b))
		return is_duration(a) ? basic(a) : basic(b);
	if (op == OP_DIV && is_duration(a))
		return b == FEEL_TYPE_NUMBER ? basic(a) : a == b ? basic(FEEL_TYPE_NUMBER) : NULL;
	return NULL;
}

/* Two known kinds that no value of FEEL can bring together. */
static bool can_never_meet(enum feel_type_kind a, enum feel_type_kind b)
{
	return a != b && a > FEEL_TYPE_NULL && b > FEEL_TYPE_NULL;
}

static void warn(struct parser *p, const struct node *n, struct text what)
{
	static const char *const ops[] = {[OP_ADD] = "+",
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
	if (what.len == 0)
		what = text_from(ops[n->op]);
	struct feel_diagnostic one = {.code = FEEL_DIAG_OPERANDS,
	        .severity = FEEL_WARNING,
	        .span = n->span,
	        .source = p->source,
	        .params = {what, feel_type_text(p->arena, n->kids[0]->type),
	                feel_type_text(p->arena, n->kids[1]->type)}};
	if (p->strict) {
		parse_diagnose(p, one.code, one.span, one.params[0], one.params[1], one.params[2]);
		return;
	}
	feel_diagnostics_add(p->diagnostics, &one);
}

static void infer_binary(struct parser *p, struct node *n)
{
	enum feel_type_kind a = kind_of(n->kids[0]), b = kind_of(n->kids[1]);
	bool known = a > FEEL_TYPE_NULL && b > FEEL_TYPE_NULL;
	if (n->op <= OP_POW) {
		n->type = arithmetic((enum binary_op)n->op, a, b);
		if (!n->type && known)
			warn(p, n, TEXT_NONE);
		return;
	}
	n->type = basic(FEEL_TYPE_BOOL);
	n->maybe_null =
	        !known || can_never_meet(a, b) || n->kids[0]->maybe_null || n->kids[1]->maybe_null;
	if (can_never_meet(a, b))
		warn(p, n, TEXT_NONE);
}

static void infer_list(struct parser *p, struct node *n)
{
	const struct feel_type *element = n->count > 0 ? n->kids[0]->type : NULL;
	for (size_t i = 1; i < n->count; i++)
		element = type_join(element, n->kids[i]->type);
	n->type = feel_type_list(p->arena, element);
	n->maybe_null = false;
}

/* Other entries may be asked for without being an error of the text: open. */
static void infer_context(struct parser *p, struct node *n)
{
	struct feel_field *fields = ARENA_ARRAY(p->arena, n->count, struct feel_field);
	for (size_t i = 0; i < n->count; i++)
		fields[i] = (struct feel_field){n->names[i], n->kids[i]->type};
	n->type = feel_type_context(p->arena, fields, n->count, true);
	n->maybe_null = false;
}

static void infer_function(struct parser *p, struct node *n)
{
	struct feel_type *t = ARENA_NEW(p->arena, struct feel_type);
	t->kind = FEEL_TYPE_FUNCTION;
	t->fields = n->inner->params;
	t->count = n->inner->param_count;
	t->element = n->inner->body->type;
	n->type = t;
	n->maybe_null = false;
}

/* Properties of dates, times, durations and ranges (tables 60 to 66). */
static const struct feel_type *property_type(enum feel_type_kind kind, struct text name)
{
	if (is_duration(kind))
		return basic(FEEL_TYPE_NUMBER);
	if (!is_moment(kind))
		return NULL;
	if (text_is(name, "timezone"))
		return basic(FEEL_TYPE_STRING);
	if (text_is(name, "time offset"))
		return basic(FEEL_TYPE_DAYS_DURATION);
	return basic(FEEL_TYPE_NUMBER);
}

static void infer_path(struct parser *p, struct node *n)
{
	const struct feel_type *base = n->kids[0]->type;
	bool each = base && base->kind == FEEL_TYPE_LIST;
	if (each)
		base = base->element;
	const struct feel_type *field = type_field(base, n->name);
	if (!field && base && base->kind == FEEL_TYPE_CONTEXT && !base->open) {
		parse_diagnose(p, FEEL_DIAG_UNKNOWN_FIELD, n->span, n->name,
		        feel_type_text(p->arena, base), TEXT_NONE);
		return;
	}
	if (!field && base)
		field = property_type(base->kind, n->name);
	n->type = each ? feel_type_list(p->arena, field) : field;
	n->maybe_null = !field || !field->required || n->kids[0]->maybe_null;
}

/* A number picks one item, a condition keeps a list; not known: either. */
static void infer_filter(struct parser *p, struct node *n)
{
	const struct feel_type *base = n->kids[0]->type;
	const struct feel_type *element =
	        base && base->kind == FEEL_TYPE_LIST ? base->element : base;
	switch (kind_of(n->kids[1])) {
	case FEEL_TYPE_NUMBER: n->type = element; return;
	case FEEL_TYPE_BOOL: n->type = feel_type_list(p->arena, element); return;
	default: return;
	}
}

static void infer_call(struct node *n)
{
	const struct feel_type *f = n->kids[0]->type;
	if (f && f->kind == FEEL_TYPE_FUNCTION)
		n->type = f->element;
}

static void infer_constant(struct node *n)
{
	if (n->value.kind != FEEL_RANGE && n->value.kind != FEEL_FUNCTION)
		n->type = basic(type_of_kind((enum feel_kind)n->value.kind));
	n->maybe_null = n->value.kind == FEEL_NULL;
}

static void infer_loop(struct parser *p, struct node *n)
{
	if (n->kind == NODE_FOR)
		n->type = feel_type_list(p->arena, n->kids[0]->type);
	else
		n->type = basic(FEEL_TYPE_BOOL);
}

void infer(struct parser *p, struct node *n)
{
	switch (n->kind) {
	case NODE_CONST: infer_constant(n); break;
	case NODE_NEG: n->type = n->kids[0]->type; break;
	case NODE_BINARY: infer_binary(p, n); break;
	case NODE_AND:
	case NODE_OR:
	case NODE_BETWEEN:
	case NODE_IN:
	case NODE_NOT_IN: n->type = basic(FEEL_TYPE_BOOL); break;
	case NODE_INSTANCE:
		n->type = basic(FEEL_TYPE_BOOL);
		n->maybe_null = false;
		break;
	case NODE_IF:
		n->type = type_join(n->kids[1]->type, n->kids[2]->type);
		n->maybe_null = n->kids[1]->maybe_null || n->kids[2]->maybe_null;
		break;
	case NODE_FOR:
	case NODE_SOME:
	case NODE_EVERY: infer_loop(p, n); break;
	case NODE_LIST: infer_list(p, n); break;
	case NODE_CONTEXT: infer_context(p, n); break;
	case NODE_FUNCTION: infer_function(p, n); break;
	case NODE_RANGE:
	case NODE_TEST: n->type = basic(FEEL_TYPE_RANGE); break;
	case NODE_PATH: infer_path(p, n); break;
	case NODE_FILTER: infer_filter(p, n); break;
	case NODE_CALL: infer_call(n); break;
	case NODE_CALL_BUILTIN:
		n->type = basic((enum feel_type_kind)builtin_row(n->builtin)->result);
		break;
	default: break;
	}
}
