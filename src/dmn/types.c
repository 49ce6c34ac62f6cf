/* Item definitions (DMN 1.5, 7.3.2, 7.3.3): types and what they allow. */
#include "dmn/dmn_int.h"

const struct feel_type *feel_type_of(const struct item_type *t)
{
	return t && t->type ? t->type : feel_type_of_kind(FEEL_TYPE_ANY);
}

void read_types(struct builder *b, struct unit *u)
{
	u->types = ARENA_ARRAY(b->arena, u->root->count, struct item_type);
	for (const struct xml *x = xml_child(u->root, "itemDefinition"); x; x = xml_next(x)) {
		struct item_type *t = &u->types[u->type_count++];
		t->name = feel_name_normal(b->arena, xml_attr(x, "name"));
		t->unit = u;
		t->xml = x;
	}
}

static struct item_type *own_type(struct unit *u, struct text name)
{
	for (size_t i = 0; i < u->type_count; i++) {
		if (feel_name_same(u->types[i].name, name))
			return &u->types[i];
	}
	return NULL;
}

static void resolve(struct builder *b, struct item_type *t);

/* `tAge`, `lib.tAge` through an import, `ns:tAge` as DMN 1.1 wrote it. */
static struct item_type *defined_type(struct builder *b, const struct unit *u, struct text ref)
{
	struct item_type *t = own_type((struct unit *)u, ref);
	for (size_t i = 0; !t && i < u->import_count; i++) {
		const struct import *import = &u->imports[i];
		struct text name = import->name;
		if (!import->unit || !text_starts(ref, name) || ref.len <= name.len + 1 ||
		        ref.ptr[name.len] != '.')
			continue;
		t = own_type(import->unit, text_part(ref, name.len + 1, ref.len));
	}
	size_t colon = text_find(ref, TEXT(":"), 0);
	if (!t && colon != SIZE_MAX)
		t = own_type((struct unit *)u, text_part(ref, colon + 1, ref.len));
	if (t)
		resolve(b, t);
	return t;
}

static const struct feel_type *basic_type(struct builder *b, struct text ref)
{
	size_t colon = text_find(ref, TEXT(":"), 0);
	struct text name = colon == SIZE_MAX ? ref : text_part(ref, colon + 1, ref.len);
	if (text_is(name, "Any") || text_is(name, "any"))
		return feel_type_of_kind(FEEL_TYPE_ANY);
	if (text_is(name, "dateTime"))
		return feel_type_of_kind(FEEL_TYPE_DATE_TIME);
	if (text_is(name, "dayTimeDuration"))
		return feel_type_of_kind(FEEL_TYPE_DAYS_DURATION);
	if (text_is(name, "yearMonthDuration"))
		return feel_type_of_kind(FEEL_TYPE_MONTHS_DURATION);
	return feel_type_parse(b->arena, name);
}

const struct item_type *type_by_ref(struct builder *b, const struct unit *u, struct text ref)
{
	ref = feel_name_normal(b->arena, ref);
	if (ref.len == 0)
		return NULL;
	struct item_type *t = defined_type(b, u, ref);
	if (t)
		return t;
	const struct feel_type *basic = basic_type(b, ref);
	if (!basic) {
		build_note(b, FEEL_DIAG_UNKNOWN_NAME, ref, TEXT("typeRef"));
		return NULL;
	}
	t = ARENA_NEW(b->arena, struct item_type);
	t->name = ref;
	t->type = basic;
	t->resolved = true;
	return t;
}

/* typeRef was an element in DMN 1.1 and is an attribute since 1.2 for some. */
static struct text type_ref(const struct xml *x)
{
	struct text ref = xml_attr(x, "typeRef");
	return ref.len > 0 ? ref : xml_child_text(x, "typeRef");
}

static const struct feel_type *parts_type(struct builder *b, struct item_type *t)
{
	size_t cap = 0, part_cap = 0, count = 0;
	struct feel_field *fields = NULL;
	const struct item_type **parts = NULL;
	for (const struct xml *x = xml_child(t->xml, "itemComponent"); x; x = xml_next(x)) {
		struct item_type *part = ARENA_NEW(b->arena, struct item_type);
		part->name = feel_name_normal(b->arena, xml_attr(x, "name"));
		part->unit = t->unit;
		part->xml = x;
		resolve(b, part);
		*ARENA_PUSH(b->arena, fields, count, cap) =
		        (struct feel_field){part->name, feel_type_of(part)};
		*ARENA_PUSH(b->arena, parts, t->part_count, part_cap) = part;
	}
	t->parts = parts;
	return feel_type_context(b->arena, fields, count, false);
}

static const struct feel_type *function_type(
        struct builder *b, struct item_type *t, const struct xml *function)
{
	size_t cap = 0;
	struct feel_type *type = ARENA_NEW(b->arena, struct feel_type);
	struct feel_field *fields = ARENA_NEW(b->arena, struct feel_field);
	for (const struct xml *x = xml_child(function, "parameters"); x; x = xml_next(x)) {
		const struct item_type *param = type_by_ref(b, t->unit, type_ref(x));
		struct feel_field field = {
		        feel_name_normal(b->arena, xml_attr(x, "name")), feel_type_of(param)};
		*ARENA_PUSH(b->arena, fields, type->count, cap) = field;
	}
	type->kind = FEEL_TYPE_FUNCTION;
	type->fields = fields;
	const struct item_type *result =
	        type_by_ref(b, t->unit, xml_attr(function, "outputTypeRef"));
	type->element = result ? feel_type_of(result) : NULL;
	return type;
}

static const struct feel_expr *tests_of(
        struct builder *b, const struct xml *x, const struct feel_type *type, struct text *text)
{
	const struct feel_expr *tests = NULL;
	static const struct feel_scope closed;
	if (!x)
		return NULL;
	*text = text_copy(b->arena, xml_child_text(x, "text"));
	if (text->len == 0)
		return NULL;
	enum err err =
	        feel_compile_tests(b->arena, *text, &closed, type, 0, b->diagnostics, &tests, NULL);
	return err == OK ? tests : NULL;
}

static const struct feel_type *plain_type(struct builder *b, struct item_type *t)
{
	const struct xml *function = xml_child(t->xml, "functionItem");
	if (xml_child(t->xml, "itemComponent"))
		return parts_type(b, t);
	if (function)
		return function_type(b, t, function);
	t->base = type_by_ref(b, t->unit, type_ref(t->xml));
	return feel_type_of(t->base);
}

static void resolve(struct builder *b, struct item_type *t)
{
	if (t->resolved)
		return;
	if (t->resolving || ++b->depth > DMN_DEPTH_MAX) {
		build_note(b, FEEL_DIAG_CYCLE, t->name, TEXT("itemDefinition"));
		t->type = feel_type_of_kind(FEEL_TYPE_ANY);
		t->resolved = true;
		return;
	}
	t->resolving = true;
	t->collection = text_is(xml_attr(t->xml, "isCollection"), "true");
	const struct feel_type *type = plain_type(b, t);
	t->allowed = tests_of(b, xml_child(t->xml, "allowedValues"), type, &t->allowed_text);
	if (t->collection)
		type = feel_type_list(b->arena, type);
	t->whole = tests_of(b, xml_child(t->xml, "typeConstraint"), type, &t->allowed_text);
	t->type = type;
	t->resolving = false;
	t->resolved = true;
	b->depth--;
}

void resolve_types(struct builder *b, struct unit *u)
{
	size_t cap = 0;
	for (size_t i = 0; i < u->type_count; i++) {
		b->element = u->types[i].name;
		resolve(b, &u->types[i]);
		*ARENA_PUSH(b->arena, u->type_names, u->type_name_count, cap) =
		        (struct feel_field){u->types[i].name, u->types[i].type};
	}
	for (size_t i = 0; i < u->import_count; i++) {
		struct unit *from = u->imports[i].unit;
		for (size_t k = 0; from && k < from->type_count; k++) {
			resolve(b, &from->types[k]);
			struct text name = text_format(b->arena, "%.*s.%.*s",
			        TEXT_ARG(u->imports[i].name), TEXT_ARG(from->types[k].name));
			*ARENA_PUSH(b->arena, u->type_names, u->type_name_count, cap) =
			        (struct feel_field){name, from->types[k].type};
		}
	}
}

static enum err allowed(struct feel_run *r, const struct item_type *t, struct feel_value v,
        bool *ok, struct errinfo *e);

static enum err test_allows(struct feel_run *r, const struct feel_expr *tests, struct feel_value v,
        bool *ok, struct errinfo *e)
{
	struct feel_value hit;
	if (!tests || v.kind == FEEL_NULL)
		return OK;
	TRY(feel_eval_tests(tests, r, NULL, v, &hit, e));
	*ok = feel_is_true(hit);
	return OK;
}

static enum err one_allowed(struct feel_run *r, const struct item_type *t, struct feel_value v,
        bool *ok, struct errinfo *e)
{
	TRY(test_allows(r, t->allowed, v, ok, e));
	if (*ok && t->base)
		TRY(allowed(r, t->base, v, ok, e));
	for (size_t i = 0; *ok && v.kind == FEEL_CONTEXT && i < t->part_count; i++)
		TRY(allowed(r, t->parts[i], feel_context_get(v, t->parts[i]->name), ok, e));
	return OK;
}

static enum err allowed(struct feel_run *r, const struct item_type *t, struct feel_value v,
        bool *ok, struct errinfo *e)
{
	TRY(test_allows(r, t->whole, v, ok, e));
	if (!t->collection)
		return *ok ? one_allowed(r, t, v, ok, e) : OK;
	for (size_t i = 0; *ok && v.kind == FEEL_LIST && i < v.list.count; i++)
		TRY(one_allowed(r, t, v.list.items[i], ok, e));
	return OK;
}

enum err type_check(struct feel_run *r, const struct item_type *t, struct text what,
        struct feel_value *v, struct errinfo *e)
{
	bool ok = true;
	struct feel_value given = *v;
	if (!t || v->kind == FEEL_NULL)
		return OK;
	if (!feel_coerce(r->arena, given, feel_type_of(t), v)) {
		feel_run_note(r, FEEL_DIAG_RESULT_TYPE, (struct feel_span){0}, TEXT_NONE, what,
		        feel_type_text(r->arena, feel_type_of(t)),
		        text_from(feel_kind_name((enum feel_kind)given.kind)));
		*v = feel_null();
		return OK;
	}
	TRY(allowed(r, t, *v, &ok, e));
	if (!ok) {
		feel_run_note(r, FEEL_DIAG_NOT_ALLOWED, (struct feel_span){0}, TEXT_NONE, what,
		        feel_to_text(r->arena, given), t->allowed_text);
		*v = feel_null();
	}
	return OK;
}
