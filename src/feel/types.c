/* Types: shared constants, text, conformance (DMN 1.5, 10.3.2.9). */
#include "feel/types.h"

#define NAMED(id) [FEEL_TYPE_##id] = {.kind = FEEL_TYPE_##id}

static const struct feel_type constants[] = {
        NAMED(ANY),
        NAMED(NULL),
        NAMED(BOOL),
        NAMED(NUMBER),
        NAMED(STRING),
        NAMED(DATE),
        NAMED(TIME),
        NAMED(DATE_TIME),
        NAMED(DAYS_DURATION),
        NAMED(MONTHS_DURATION),
        NAMED(LIST),
        [FEEL_TYPE_CONTEXT] = {.kind = FEEL_TYPE_CONTEXT, .open = true},
        NAMED(RANGE),
        NAMED(FUNCTION),
};

static const char *const names[] = {
        [FEEL_TYPE_ANY] = "Any",
        [FEEL_TYPE_NULL] = "Null",
        [FEEL_TYPE_BOOL] = "boolean",
        [FEEL_TYPE_NUMBER] = "number",
        [FEEL_TYPE_STRING] = "string",
        [FEEL_TYPE_DATE] = "date",
        [FEEL_TYPE_TIME] = "time",
        [FEEL_TYPE_DATE_TIME] = "date and time",
        [FEEL_TYPE_DAYS_DURATION] = "days and time duration",
        [FEEL_TYPE_MONTHS_DURATION] = "years and months duration",
        [FEEL_TYPE_LIST] = "list",
        [FEEL_TYPE_CONTEXT] = "context",
        [FEEL_TYPE_RANGE] = "range",
        [FEEL_TYPE_FUNCTION] = "function",
};

const struct feel_type *feel_type_of_kind(enum feel_type_kind kind)
{
	return &constants[kind];
}

const struct feel_type *feel_type_list(struct arena *a, const struct feel_type *element)
{
	struct feel_type *t = ARENA_NEW(a, struct feel_type);
	t->kind = FEEL_TYPE_LIST;
	t->element = element;
	return t;
}

const struct feel_type *feel_type_context(
        struct arena *a, const struct feel_field *fields, size_t count, bool open)
{
	struct feel_type *t = ARENA_NEW(a, struct feel_type);
	t->kind = FEEL_TYPE_CONTEXT;
	t->fields = fields;
	t->count = count;
	t->open = open;
	return t;
}

static const struct {
	const char *name;
	enum feel_type_kind kind;
} other_names[] = {
        {"any", FEEL_TYPE_ANY},
        {"null", FEEL_TYPE_NULL},
        {"dateTime", FEEL_TYPE_DATE_TIME},
        {"dayTimeDuration", FEEL_TYPE_DAYS_DURATION},
        {"yearMonthDuration", FEEL_TYPE_MONTHS_DURATION},
};

const struct feel_type *type_named(struct text name)
{
	size_t len;
	const struct feel_type *t = type_match(name, &len);
	return len == name.len ? t : NULL;
}

const struct feel_type *type_match(struct text t, size_t *len)
{
	const struct feel_type *best = NULL;
	*len = 0;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		size_t n = name_match(t, text_from(names[i]));
		if (n > *len) {
			*len = n;
			best = &constants[i];
		}
	}
	for (size_t i = 0; i < sizeof other_names / sizeof *other_names; i++) {
		size_t n = name_match(t, text_from(other_names[i].name));
		if (n > *len) {
			*len = n;
			best = &constants[other_names[i].kind];
		}
	}
	return best;
}

static void write_type(struct buf *b, const struct feel_type *t)
{
	if (!t) {
		buf_add_z(b, "Any");
		return;
	}
	buf_add_z(b, names[t->kind]);
	if (t->kind == FEEL_TYPE_LIST || t->kind == FEEL_TYPE_RANGE) {
		if (!t->element)
			return;
		buf_add_byte(b, '<');
		write_type(b, t->element);
		buf_add_byte(b, '>');
	} else if ((t->kind == FEEL_TYPE_CONTEXT || t->kind == FEEL_TYPE_FUNCTION) && t->fields) {
		buf_add_byte(b, '<');
		for (size_t i = 0; i < t->count; i++) {
			buf_add_z(b, i ? ", " : "");
			if (t->kind == FEEL_TYPE_CONTEXT) {
				buf_add(b, t->fields[i].name);
				buf_add_z(b, ": ");
			}
			write_type(b, t->fields[i].type);
		}
		buf_add_byte(b, '>');
	}
	if (t->kind == FEEL_TYPE_FUNCTION && t->element) {
		buf_add_z(b, " -> ");
		write_type(b, t->element);
	}
}

struct text feel_type_text(struct arena *a, const struct feel_type *t)
{
	struct buf b;
	buf_init(&b, 16384);
	write_type(&b, t);
	struct text text = buf_copy(&b, a);
	buf_free(&b);
	return text;
}

enum feel_type_kind type_of_kind(enum feel_kind kind)
{
	static const uint8_t kinds[] = {
	        [FEEL_NULL] = FEEL_TYPE_NULL,
	        [FEEL_BOOL] = FEEL_TYPE_BOOL,
	        [FEEL_NUMBER] = FEEL_TYPE_NUMBER,
	        [FEEL_STRING] = FEEL_TYPE_STRING,
	        [FEEL_DATE] = FEEL_TYPE_DATE,
	        [FEEL_TIME] = FEEL_TYPE_TIME,
	        [FEEL_DATE_TIME] = FEEL_TYPE_DATE_TIME,
	        [FEEL_DAYS_DURATION] = FEEL_TYPE_DAYS_DURATION,
	        [FEEL_MONTHS_DURATION] = FEEL_TYPE_MONTHS_DURATION,
	        [FEEL_LIST] = FEEL_TYPE_LIST,
	        [FEEL_CONTEXT] = FEEL_TYPE_CONTEXT,
	        [FEEL_RANGE] = FEEL_TYPE_RANGE,
	        [FEEL_FUNCTION] = FEEL_TYPE_FUNCTION,
	};
	return (enum feel_type_kind)kinds[kind];
}

static bool range_conforms(const struct feel_range *r, const struct feel_type *t)
{
	if (!t->element)
		return true;
	return feel_conforms(r->low, t->element) && feel_conforms(r->high, t->element);
}

static bool list_conforms(struct feel_value v, const struct feel_type *t)
{
	for (size_t i = 0; t->element && i < v.list.count; i++) {
		if (!feel_conforms(v.list.items[i], t->element))
			return false;
	}
	return true;
}

static bool context_conforms(struct feel_value v, const struct feel_type *t)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct feel_value *entry = feel_context_find(v, t->fields[i].name);
		if (!entry || !feel_conforms(*entry, t->fields[i].type))
			return false;
	}
	return true;
}

/* Parameters the other way round, result the same way; what is not declared is any. */
static bool function_conforms(const struct feel_function *f, const struct feel_type *t)
{
	if (!t->fields && t->count == 0)
		return true;
	if (f->count != t->count)
		return false;
	for (size_t i = 0; i < f->count; i++) {
		if (!type_conforms(t->fields[i].type, f->params[i].type))
			return false;
	}
	const struct feel_type *result = function_result(f);
	return !t->element || (result && type_conforms(result, t->element));
}

bool feel_conforms(struct feel_value v, const struct feel_type *t)
{
	if (!t || t->kind == FEEL_TYPE_ANY)
		return !t || !t->required || v.kind != FEEL_NULL;
	if (v.kind == FEEL_NULL)
		return !t->required;
	if (type_of_kind((enum feel_kind)v.kind) != t->kind)
		return false;
	switch (t->kind) {
	case FEEL_TYPE_LIST: return list_conforms(v, t);
	case FEEL_TYPE_CONTEXT: return context_conforms(v, t);
	case FEEL_TYPE_RANGE: return range_conforms(v.range, t);
	case FEEL_TYPE_FUNCTION: return function_conforms(v.function, t);
	default: return true;
	}
}

static const struct feel_type *field_type(const struct feel_type *t, struct text name)
{
	for (size_t i = 0; i < t->count; i++) {
		if (feel_name_same(t->fields[i].name, name))
			return t->fields[i].type ? t->fields[i].type : &constants[FEEL_TYPE_ANY];
	}
	return NULL;
}

static bool fields_conform(const struct feel_type *t, const struct feel_type *to)
{
	for (size_t i = 0; i < to->count; i++) {
		const struct feel_type *mine = field_type(t, to->fields[i].name);
		if (!mine || !type_conforms(mine, to->fields[i].type))
			return false;
	}
	return true;
}

static bool functions_conform(const struct feel_type *t, const struct feel_type *to)
{
	if (t->count != to->count)
		return false;
	for (size_t i = 0; i < t->count; i++) {
		if (!type_conforms(to->fields[i].type, t->fields[i].type))
			return false;
	}
	return type_conforms(t->element, to->element);
}

bool type_conforms(const struct feel_type *t, const struct feel_type *to)
{
	if (!to || to->kind == FEEL_TYPE_ANY || t == to)
		return true;
	if (!t || t->kind == FEEL_TYPE_ANY)
		return false;
	if (t->kind == FEEL_TYPE_NULL)
		return true;
	if (t->kind != to->kind)
		return false;
	switch (t->kind) {
	case FEEL_TYPE_LIST:
	case FEEL_TYPE_RANGE: return !to->element || type_conforms(t->element, to->element);
	case FEEL_TYPE_CONTEXT: return fields_conform(t, to);
	case FEEL_TYPE_FUNCTION: return functions_conform(t, to);
	default: return true;
	}
}

const struct feel_type *type_field(const struct feel_type *t, struct text name)
{
	return t && t->kind == FEEL_TYPE_CONTEXT ? field_type(t, name) : NULL;
}

bool type_is_dynamic(const struct feel_type *t)
{
	return !t || t->kind == FEEL_TYPE_ANY || t->kind == FEEL_TYPE_NULL ||
	       (t->kind == FEEL_TYPE_CONTEXT && t->open);
}

const struct feel_type *type_join(const struct feel_type *a, const struct feel_type *b)
{
	if (!a || !b)
		return &constants[FEEL_TYPE_ANY];
	if (a->kind == FEEL_TYPE_NULL || a == b)
		return b;
	if (b->kind == FEEL_TYPE_NULL || type_conforms(b, a))
		return a;
	if (type_conforms(a, b))
		return b;
	if (a->kind == b->kind && a->kind != FEEL_TYPE_FUNCTION)
		return &constants[a->kind];
	return &constants[FEEL_TYPE_ANY];
}

bool feel_coerce(
        struct arena *a, struct feel_value v, const struct feel_type *t, struct feel_value *out)
{
	*out = v;
	if (feel_conforms(v, t))
		return true;
	if (v.kind == FEEL_LIST && v.list.count == 1 && t->kind != FEEL_TYPE_LIST) {
		*out = v.list.items[0];
		if (feel_conforms(*out, t))
			return true;
	}
	if (v.kind != FEEL_LIST && v.kind != FEEL_NULL && t->kind == FEEL_TYPE_LIST &&
	        feel_conforms(v, t->element)) {
		struct feel_value *item = ARENA_NEW(a, struct feel_value);
		*item = v;
		*out = feel_list(item, 1);
		return true;
	}
	if (v.kind == FEEL_DATE && t->kind == FEEL_TYPE_DATE_TIME) {
		*out = v;
		out->kind = FEEL_DATE_TIME;
		out->moment.zone_kind = FEEL_ZONE_OFFSET;
		return true;
	}
	*out = v;
	return false;
}
