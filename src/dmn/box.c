/* Boxed expressions (DMN 1.5, chapter 10.2): from XML to boxes with compiled texts. */
#include "dmn/dmn_int.h"

static const struct {
	const char *name;
	enum box_kind kind;
} kinds[] = {
        {"literalExpression", BOX_LITERAL},
        {"context", BOX_CONTEXT},
        {"decisionTable", BOX_TABLE},
        {"invocation", BOX_INVOCATION},
        {"functionDefinition", BOX_FUNCTION},
        {"list", BOX_LIST},
        {"relation", BOX_RELATION},
        {"conditional", BOX_CONDITIONAL},
        {"filter", BOX_FILTER},
        {"for", BOX_FOR},
        {"some", BOX_SOME},
        {"every", BOX_EVERY},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

bool is_expression(const struct xml *x)
{
	for (size_t i = 0; i < KINDS; i++) {
		if (text_is(x->name, kinds[i].name))
			return true;
	}
	return false;
}

struct box *box_new(struct builder *b, enum box_kind kind, const struct xml *x)
{
	struct box *box = ARENA_NEW(b->arena, struct box);
	box->kind = kind;
	box->element = b->element;
	if (x && is_expression(x))
		box->type = type_by_ref(b, b->unit, xml_attr(x, "typeRef"));
	return box;
}

/* Keep what was found while compiling for the evaluation, too. */
static struct box *failed(struct builder *b, const struct feel_diagnostics *found)
{
	struct box *box = box_new(b, BOX_FAILED, NULL);
	struct feel_diagnostic *why = ARENA_ARRAY(b->arena, found->count, struct feel_diagnostic);
	for (size_t i = 0; i < found->count; i++) {
		why[i] = found->items[i];
		if (why[i].severity == FEEL_ERROR)
			box->why_count++;
	}
	size_t kept = 0;
	for (size_t i = 0; i < found->count; i++) {
		if (why[i].severity == FEEL_ERROR)
			why[kept++] = why[i];
	}
	box->why = why;
	return box;
}

static void place_and_pass(struct builder *b, struct feel_diagnostics *found)
{
	for (size_t i = 0; i < found->count; i++) {
		found->items[i].element = b->element;
		found->items[i].row = b->row;
		found->items[i].column = b->column;
		feel_diagnostics_add(b->diagnostics, &found->items[i]);
	}
}

struct box *compile_text(struct builder *b, struct text t, const struct feel_scope *scope)
{
	struct feel_diagnostics found;
	struct errinfo why = {0};
	const struct feel_expr *x;
	feel_diagnostics_init(&found, b->arena);
	enum err err = feel_compile(b->arena, t, scope, b->flags, &found, &x, &why);
	if (err != OK && found.errors == 0) {
		struct feel_diagnostic one = {.code = FEEL_DIAG_LIMIT,
		        .severity = FEEL_ERROR,
		        .params = {text_copy(b->arena, text_from(why.message))}};
		feel_diagnostics_add(&found, &one);
	}
	place_and_pass(b, &found);
	if (err != OK)
		return failed(b, &found);
	struct box *box = box_new(b, BOX_LITERAL, NULL);
	box->expr = x;
	box->known = feel_expr_type(x);
	return box;
}

struct box *compile_constant(struct builder *b, struct text t, const struct feel_scope *scope)
{
	const struct feel_expr *x;
	struct feel_value v;
	struct arena_mark mark = arena_mark(b->scratch);
	enum err err = feel_compile(b->scratch, t, scope, b->flags, NULL, &x, NULL);
	bool constant = err == OK && feel_expr_constant(x, &v);
	if (constant)
		v = feel_copy(b->arena, v);
	const struct feel_type *known = constant ? feel_expr_type(x) : NULL;
	bool basic = known && known == feel_type_of_kind(known->kind);
	arena_release(b->scratch, mark);
	if (!constant || !basic)
		return compile_text(b, t, scope);
	struct box *box = box_new(b, BOX_CONSTANT, NULL);
	box->constant = v;
	box->known = known;
	return box;
}

static struct box *compile_literal(
        struct builder *b, const struct xml *x, const struct feel_scope *scope)
{
	struct text language = xml_attr(x, "expressionLanguage");
	struct text t = text_trim(xml_child_text(x, "text"));
	if (language.len > 0 && text_find(language, TEXT("FEEL"), 0) == SIZE_MAX &&
	        text_find(language, TEXT("feel"), 0) == SIZE_MAX) {
		build_note(b, FEEL_DIAG_UNSUPPORTED, language, TEXT_NONE);
		return box_new(b, BOX_NONE, x);
	}
	if (t.len == 0)
		return box_new(b, BOX_NONE, x);
	struct box *box = compile_text(b, t, scope);
	box->type = type_by_ref(b, b->unit, xml_attr(x, "typeRef"));
	return box;
}

struct box *compile_only_child(
        struct builder *b, const struct xml *x, const struct feel_scope *scope)
{
	for (size_t i = 0; x && i < x->count; i++) {
		if (is_expression(&x->children[i]))
			return compile_box(b, &x->children[i], scope);
	}
	return box_new(b, BOX_NONE, x);
}

/* The box of the first child with this name. */
static struct box *compile_part(
        struct builder *b, const struct xml *x, const char *name, const struct feel_scope *scope)
{
	const struct xml *part = xml_child(x, name);
	return compile_only_child(b, part, scope);
}

static void compile_context(
        struct builder *b, struct box *box, const struct xml *x, const struct feel_scope *outer)
{
	struct feel_field *names = ARENA_ARRAY(b->arena, x->count + 1, struct feel_field);
	size_t count = 0;
	box->entries = ARENA_ARRAY(b->arena, x->count + 1, struct box_entry);
	for (const struct xml *entry = xml_child(x, "contextEntry"); entry;
	        entry = xml_next(entry)) {
		struct box_entry *to = &box->entries[box->count++];
		struct feel_scope scope = scope_in(b, outer, names, count);
		const struct xml *variable = xml_child(entry, "variable");
		to->box = compile_only_child(b, entry, &scope);
		if (!variable) {
			box->known = to->box->known;
			continue;
		}
		to->name = feel_name_normal(b->arena, xml_attr(variable, "name"));
		to->type = type_by_ref(b, b->unit, xml_attr(variable, "typeRef"));
		names[count++] = (struct feel_field){
		        to->name, to->type ? feel_type_of(to->type) : to->box->known};
	}
	if (box->count == count)
		box->known = feel_type_context(b->arena, names, count, true);
}

static void compile_invocation(
        struct builder *b, struct box *box, const struct xml *x, const struct feel_scope *scope)
{
	box->entries = ARENA_ARRAY(b->arena, x->count + 1, struct box_entry);
	box->entries[box->count++].box = compile_only_child(b, x, scope);
	const struct feel_type *callee = box->entries[0].box->known;
	if (callee && callee->kind == FEEL_TYPE_FUNCTION)
		box->known = callee->element;
	for (const struct xml *bind = xml_child(x, "binding"); bind; bind = xml_next(bind)) {
		struct box_entry *to = &box->entries[box->count++];
		const struct xml *param = xml_child(bind, "parameter");
		to->name = feel_name_normal(b->arena, param ? xml_attr(param, "name") : TEXT_NONE);
		to->type = param ? type_by_ref(b, b->unit, xml_attr(param, "typeRef")) : NULL;
		to->box = compile_only_child(b, bind, scope);
	}
}

static struct box *refuse_external(struct builder *b, struct text kind)
{
	struct feel_diagnostics found;
	feel_diagnostics_init(&found, b->arena);
	struct feel_diagnostic one = {.code = FEEL_DIAG_EXTERNAL,
	        .severity = FEEL_ERROR,
	        .element = b->element,
	        .params = {kind}};
	feel_diagnostics_add(&found, &one);
	feel_diagnostics_add(b->diagnostics, &one);
	return failed(b, &found);
}

static void compile_function(
        struct builder *b, struct box *box, const struct xml *x, const struct feel_scope *outer)
{
	size_t cap = 0;
	for (const struct xml *p = xml_child(x, "formalParameter"); p; p = xml_next(p)) {
		struct text name = feel_name_normal(b->arena, xml_attr(p, "name"));
		const struct item_type *type = type_by_ref(b, b->unit, xml_attr(p, "typeRef"));
		*ARENA_PUSH(b->arena, box->params, box->param_count, cap) =
		        (struct feel_field){name, type ? feel_type_of(type) : NULL};
	}
	struct feel_scope scope = scope_in(b, outer, box->params, box->param_count);
	struct text kind = text_copy(b->arena, xml_attr(x, "kind"));
	box->entries = ARENA_NEW(b->arena, struct box_entry);
	box->count = 1;
	box->entries[0].box = kind.len == 0 || text_is(kind, "FEEL")
	                              ? compile_only_child(b, x, &scope)
	                              : refuse_external(b, kind);
	struct feel_type *t = ARENA_NEW(b->arena, struct feel_type);
	t->kind = FEEL_TYPE_FUNCTION;
	t->fields = box->params;
	t->count = box->param_count;
	t->element = box->entries[0].box->known;
	box->known = t;
}

static void compile_list(
        struct builder *b, struct box *box, const struct xml *x, const struct feel_scope *scope)
{
	box->entries = ARENA_ARRAY(b->arena, x->count + 1, struct box_entry);
	for (size_t i = 0; i < x->count; i++) {
		if (is_expression(&x->children[i]))
			box->entries[box->count++].box = compile_box(b, &x->children[i], scope);
	}
	box->known = feel_type_of_kind(FEEL_TYPE_LIST);
}

/* Columns name the entries of each row; entries hold the cells row by row. */
static void compile_relation(
        struct builder *b, struct box *box, const struct xml *x, const struct feel_scope *scope)
{
	size_t cap = 0, name_cap = 0, cells = 0;
	struct box_entry *names = NULL;
	for (const struct xml *c = xml_child(x, "column"); c; c = xml_next(c)) {
		struct box_entry *column = ARENA_PUSH(b->arena, names, box->columns, name_cap);
		column->name = feel_name_normal(b->arena, xml_attr(c, "name"));
		column->type = type_by_ref(b, b->unit, xml_attr(c, "typeRef"));
	}
	for (const struct xml *row = xml_child(x, "row"); row; row = xml_next(row)) {
		size_t column = 0;
		for (size_t i = 0; i < row->count && column < box->columns; i++) {
			if (!is_expression(&row->children[i]))
				continue;
			struct box_entry *cell = ARENA_PUSH(b->arena, box->entries, cells, cap);
			*cell = names[column++];
			cell->box = compile_box(b, &row->children[i], scope);
		}
		if (column != box->columns)
			build_note(b, FEEL_DIAG_TABLE_SHAPE, TEXT("row"), TEXT_NONE);
		for (; column < box->columns; column++) {
			struct box_entry *cell = ARENA_PUSH(b->arena, box->entries, cells, cap);
			*cell = names[column];
			cell->box = box_new(b, BOX_NONE, NULL);
		}
	}
	box->count = cells;
	box->known = feel_type_of_kind(FEEL_TYPE_LIST);
}

static void compile_conditional(
        struct builder *b, struct box *box, const struct xml *x, const struct feel_scope *scope)
{
	static const char *const parts[] = {"if", "then", "else"};
	box->entries = ARENA_ARRAY(b->arena, 3, struct box_entry);
	box->count = 3;
	for (size_t i = 0; i < 3; i++)
		box->entries[i].box = compile_part(b, x, parts[i], scope);
}

static const struct feel_type *item_of(const struct feel_type *t)
{
	if (!t || t->kind == FEEL_TYPE_ANY)
		return NULL;
	return t->kind == FEEL_TYPE_LIST || t->kind == FEEL_TYPE_RANGE ? t->element : t;
}

/* Inside the match the entries of the item are names, and `item` is the item. */
static void compile_filter(
        struct builder *b, struct box *box, const struct xml *x, const struct feel_scope *outer)
{
	box->entries = ARENA_ARRAY(b->arena, 2, struct box_entry);
	box->count = 2;
	box->entries[0].box = compile_part(b, x, "in", outer);
	const struct feel_type *item = item_of(box->entries[0].box->known);
	struct feel_scope fields = scope_in(b, outer, NULL, 0);
	if (item && item->kind == FEEL_TYPE_CONTEXT) {
		fields.names = item->fields;
		fields.count = item->count;
	}
	fields.open = !item || item->kind != FEEL_TYPE_CONTEXT || item->open;
	struct feel_field *name = ARENA_NEW(b->arena, struct feel_field);
	*name = (struct feel_field){TEXT("item"), item};
	struct feel_scope scope = scope_in(b, &fields, name, 1);
	box->entries[1].box = compile_part(b, x, "match", &scope);
	box->known = box->entries[0].box->known;
}

/* for, some, every: `in` once, the body per item. */
static void compile_loop(
        struct builder *b, struct box *box, const struct xml *x, const struct feel_scope *outer)
{
	box->variable = feel_name_normal(b->arena, xml_attr(x, "iteratorVariable"));
	box->entries = ARENA_ARRAY(b->arena, 2, struct box_entry);
	box->count = 2;
	box->entries[0].box = compile_part(b, x, "in", outer);
	struct feel_field *names = ARENA_ARRAY(b->arena, 2, struct feel_field);
	names[0] = (struct feel_field){box->variable, item_of(box->entries[0].box->known)};
	names[1] = (struct feel_field){TEXT("partial"), NULL};
	struct feel_scope scope = scope_in(b, outer, names, box->kind == BOX_FOR ? 2 : 1);
	const char *body = box->kind == BOX_FOR ? "return" : "satisfies";
	box->entries[1].box = compile_part(b, x, body, &scope);
	struct feel_scope open = {.open = true};
	struct box *each = compile_text(b, TEXT("for i in source return i"), &open);
	box->expr = each->expr;
	box->known = feel_type_of_kind(box->kind == BOX_FOR ? FEEL_TYPE_LIST : FEEL_TYPE_BOOL);
}

static void compile_parts(
        struct builder *b, struct box *box, const struct xml *x, const struct feel_scope *scope)
{
	switch (box->kind) {
	case BOX_CONTEXT: compile_context(b, box, x, scope); break;
	case BOX_TABLE: compile_table(b, box, x, scope); break;
	case BOX_INVOCATION: compile_invocation(b, box, x, scope); break;
	case BOX_FUNCTION: compile_function(b, box, x, scope); break;
	case BOX_LIST: compile_list(b, box, x, scope); break;
	case BOX_RELATION: compile_relation(b, box, x, scope); break;
	case BOX_CONDITIONAL: compile_conditional(b, box, x, scope); break;
	case BOX_FILTER: compile_filter(b, box, x, scope); break;
	default: compile_loop(b, box, x, scope); break;
	}
}

struct box *compile_box(struct builder *b, const struct xml *x, const struct feel_scope *scope)
{
	if (text_is(x->name, "literalExpression"))
		return compile_literal(b, x, scope);
	size_t i = 0;
	while (i < KINDS && !text_is(x->name, kinds[i].name))
		i++;
	check(i < KINDS);
	if (b->depth >= DMN_DEPTH_MAX * 10) {
		build_note(b, FEEL_DIAG_LIMIT, TEXT("depth"), TEXT_NONE);
		return box_new(b, BOX_NONE, x);
	}
	struct box *box = box_new(b, kinds[i].kind, x);
	b->depth++;
	compile_parts(b, box, x, scope);
	b->depth--;
	if (box->type)
		box->known = feel_type_of(box->type);
	return box;
}
