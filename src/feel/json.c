/* Values as JSON: lossless with tags, and plain. */
#include "format/json.h"

#include "feel/calendar.h"
#include "feel/types.h"

enum { DEPTH_MAX = FEEL_VALUE_DEPTH_MAX + 2 };

static const struct {
	enum feel_kind kind;
	const char *tag;
} tags[] = {
        {FEEL_NUMBER, "@n"},
        {FEEL_DATE, "@d"},
        {FEEL_TIME, "@t"},
        {FEEL_DATE_TIME, "@dt"},
        {FEEL_DAYS_DURATION, "@dur"},
        {FEEL_MONTHS_DURATION, "@dur"},
        {FEEL_RANGE, "@r"},
};

enum style { STYLE_TAGGED, STYLE_PLAIN, STYLE_PLAIN_NUMBERS };

static void write_value(struct buf *b, struct feel_value v, enum style style);

static void write_number(struct buf *b, struct dec d, bool plain)
{
	struct arena *a = arena_new(0);
	struct text t = plain ? dec_text(a, d) : dec_text_kept(a, d);
	if (plain)
		buf_add(b, t);
	else
		json_write_string(b, t);
	arena_free(a);
}

static void write_moment(struct buf *b, struct feel_value v)
{
	buf_add_byte(b, '"');
	moment_write(b, v);
	buf_add_byte(b, '"');
}

static void write_text_of(struct buf *b, struct feel_value v)
{
	struct arena *a = arena_new(0);
	json_write_string(b, feel_to_text(a, v));
	arena_free(a);
}

static void write_range(struct buf *b, const struct feel_range *r)
{
	buf_add_z(b, "[");
	write_value(b, r->low, STYLE_TAGGED);
	buf_add_byte(b, ',');
	write_value(b, r->high, STYLE_TAGGED);
	buf_add_format(b, ",%d,%d,%d]", r->low_closed, r->high_closed, r->test);
}

static void write_list(struct buf *b, struct feel_value v, enum style style)
{
	buf_add_byte(b, '[');
	for (size_t i = 0; i < v.list.count; i++) {
		if (i > 0)
			buf_add_byte(b, ',');
		write_value(b, v.list.items[i], style);
	}
	buf_add_byte(b, ']');
}

static void write_context(struct buf *b, const struct feel_context *c, enum style style)
{
	bool wrap = style == STYLE_TAGGED && c->count > 0 && c->entries[0].name.len > 0 &&
	            c->entries[0].name.ptr[0] == '@';
	buf_add_z(b, wrap ? "{\"@c\":{" : "{");
	for (size_t i = 0; i < c->count; i++) {
		if (i > 0)
			buf_add_byte(b, ',');
		json_write_string(b, c->entries[i].name);
		buf_add_byte(b, ':');
		write_value(b, c->entries[i].value, style);
	}
	buf_add_z(b, wrap ? "}}" : "}");
}

static void write_scalar(struct buf *b, struct feel_value v, enum style style)
{
	switch ((enum feel_kind)v.kind) {
	case FEEL_NUMBER: write_number(b, v.number, style == STYLE_PLAIN_NUMBERS); return;
	case FEEL_RANGE:
		if (style == STYLE_TAGGED)
			write_range(b, v.range);
		else
			write_text_of(b, v);
		return;
	default: write_moment(b, v);
	}
}

static void write_value(struct buf *b, struct feel_value v, enum style style)
{
	switch ((enum feel_kind)v.kind) {
	case FEEL_NULL: buf_add_z(b, "null"); return;
	case FEEL_BOOL: buf_add_z(b, v.boolean ? "true" : "false"); return;
	case FEEL_STRING: json_write_string(b, v.string); return;
	case FEEL_LIST: write_list(b, v, style); return;
	case FEEL_CONTEXT: write_context(b, v.context, style); return;
	case FEEL_FUNCTION:
		if (style == STYLE_TAGGED)
			buf_add_z(b, "null");
		else
			write_text_of(b, v);
		return;
	default: break;
	}
	if (style != STYLE_TAGGED) {
		write_scalar(b, v, style);
		return;
	}
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
		if (tags[i].kind != (enum feel_kind)v.kind)
			continue;
		buf_add_format(b, "{\"%s\":", tags[i].tag);
		write_scalar(b, v, style);
		buf_add_byte(b, '}');
		return;
	}
}

void feel_to_json(struct buf *b, struct feel_value v)
{
	write_value(b, v, STYLE_TAGGED);
}

void feel_to_plain_json(struct buf *b, struct feel_value v, bool plain_numbers)
{
	write_value(b, v, plain_numbers ? STYLE_PLAIN_NUMBERS : STYLE_PLAIN);
}

static enum err read_value(struct arena *a, const struct json *j, bool tagged, unsigned depth,
        struct feel_value *out, struct errinfo *e);

static enum err read_range(struct arena *a, const struct json *j, unsigned depth,
        struct feel_value *out, struct errinfo *e)
{
	struct feel_range r = {0};
	if (j->kind != JSON_ARRAY || j->count != 5)
		return fail(e, ERR_INVALID, "a stored range has five parts");
	TRY(read_value(a, &j->items[0], true, depth + 1, &r.low, e));
	TRY(read_value(a, &j->items[1], true, depth + 1, &r.high, e));
	r.low_closed = text_is(j->items[2].text, "1");
	r.high_closed = text_is(j->items[3].text, "1");
	int64_t test;
	if (!text_int(j->items[4].text, &test) || test < FEEL_TEST_NONE || test > FEEL_TEST_NE)
		return fail(e, ERR_INVALID, "a stored range of an unknown kind");
	r.test = (uint8_t)test;
	*out = feel_range_of(a, r);
	return OK;
}

static bool read_number(struct text t, struct feel_value *out)
{
	struct dec d;
	if (!dec_parse(t, &d))
		return false;
	*out = feel_number(d);
	return out->kind == FEEL_NUMBER;
}

static enum err read_tagged(struct arena *a, const struct json_member *m, unsigned depth,
        struct feel_value *out, struct errinfo *e)
{
	struct text tag = m->name, t = m->value.text;
	bool known = false;
	if (text_is(tag, "@r"))
		return read_range(a, &m->value, depth, out, e);
	if (m->value.kind == JSON_STRING) {
		if (text_is(tag, "@n"))
			known = read_number(t, out);
		else if (text_is(tag, "@d"))
			known = feel_parse_date(t, out);
		else if (text_is(tag, "@t"))
			known = feel_parse_time(a, t, out);
		else if (text_is(tag, "@dt"))
			known = feel_parse_date_time(a, t, out);
		else if (text_is(tag, "@dur"))
			known = feel_parse_duration(t, out);
	}
	return known ? OK
	             : fail(e, ERR_INVALID, "a stored value with the unknown tag or text %.*s %.*s",
	                       TEXT_ARG(tag), TEXT_ARG(t));
}

static enum err read_object(struct arena *a, const struct json *j, bool tagged, unsigned depth,
        struct feel_value *out, struct errinfo *e)
{
	if (tagged && j->count == 1 && j->members[0].name.len > 0 &&
	        j->members[0].name.ptr[0] == '@') {
		if (!text_is(j->members[0].name, "@c"))
			return read_tagged(a, &j->members[0], depth, out, e);
		j = &j->members[0].value;
		if (j->kind != JSON_OBJECT)
			return fail(e, ERR_INVALID, "a stored context that is none");
	}
	struct feel_context *c = ARENA_NEW(a, struct feel_context);
	struct feel_entry *entries = ARENA_ARRAY(a, j->count, struct feel_entry);
	for (size_t i = 0; i < j->count; i++) {
		entries[i].name = text_copy(a, j->members[i].name);
		TRY(read_value(a, &j->members[i].value, tagged, depth + 1, &entries[i].value, e));
	}
	c->entries = entries;
	c->count = j->count;
	*out = feel_context_of(c);
	return OK;
}

static enum err read_array(struct arena *a, const struct json *j, bool tagged, unsigned depth,
        struct feel_value *out, struct errinfo *e)
{
	struct feel_value *items = ARENA_ARRAY(a, j->count, struct feel_value);
	for (size_t i = 0; i < j->count; i++)
		TRY(read_value(a, &j->items[i], tagged, depth + 1, &items[i], e));
	*out = feel_list(items, j->count);
	return OK;
}

static enum err read_value(struct arena *a, const struct json *j, bool tagged, unsigned depth,
        struct feel_value *out, struct errinfo *e)
{
	if (depth > DEPTH_MAX)
		return fail(e, ERR_LIMIT, "JSON values more than %d deep", DEPTH_MAX);
	switch (j->kind) {
	case JSON_NULL: *out = feel_null(); return OK;
	case JSON_BOOL: *out = feel_bool(j->boolean); return OK;
	case JSON_STRING: *out = feel_string(text_copy(a, j->text)); return OK;
	case JSON_NUMBER:
		if (read_number(j->text, out))
			return OK;
		return fail(
		        e, ERR_INVALID, "the number %.*s has too many digits", TEXT_ARG(j->text));
	case JSON_ARRAY: return read_array(a, j, tagged, depth, out, e);
	case JSON_OBJECT: return read_object(a, j, tagged, depth, out, e);
	}
	return fail(e, ERR_INTERNAL, "an unknown kind of JSON");
}

enum err feel_from_json(
        struct arena *a, struct text json, struct feel_value *out, struct errinfo *e)
{
	const struct json *j;
	struct errinfo own;
	TRY(json_parse(a, json, "stored value", &j, e ? e : &own));
	return read_value(a, j, true, 0, out, e);
}

enum err feel_from_plain_json(struct arena *a, struct text json, const struct feel_type *type,
        struct feel_value *out, struct errinfo *e)
{
	const struct json *j;
	struct errinfo own;
	TRY(json_parse(a, json, "", &j, e ? e : &own));
	TRY(read_value(a, j, false, 0, out, e));
	return type ? feel_fit(a, *out, type, out, e) : OK;
}

/* A string as the kind the type says. */
static bool fit_string(
        struct arena *a, struct text t, enum feel_type_kind kind, struct feel_value *out)
{
	switch (kind) {
	case FEEL_TYPE_NUMBER: return read_number(t, out);
	case FEEL_TYPE_DATE: return feel_parse_date(t, out);
	case FEEL_TYPE_TIME: return feel_parse_time(a, t, out);
	case FEEL_TYPE_DATE_TIME: return feel_parse_date_time(a, t, out);
	case FEEL_TYPE_DAYS_DURATION:
		return feel_parse_duration(t, out) && out->kind == FEEL_DAYS_DURATION;
	case FEEL_TYPE_MONTHS_DURATION:
		return feel_parse_duration(t, out) && out->kind == FEEL_MONTHS_DURATION;
	default: return false;
	}
}

/* Put a name before the path of an error. */
static enum err under(struct arena *a, struct errinfo *e, enum err err, struct text name)
{
	if (err == OK || !e)
		return err;
	const char *dot = e->where[0] && e->where[0] != '[' ? "." : "";
	struct text path = text_format(a, "%.*s%s%s", TEXT_ARG(name), dot, e->where);
	size_t len = path.len < sizeof e->where ? path.len : sizeof e->where - 1;
	memcpy(e->where, path.ptr, len);
	e->where[len] = '\0';
	return err;
}

static enum err fit_context(struct arena *a, struct feel_value v, const struct feel_type *t,
        struct feel_value *out, struct errinfo *e)
{
	struct feel_context *c = ARENA_NEW(a, struct feel_context);
	struct feel_entry *entries = ARENA_ARRAY(a, v.context->count, struct feel_entry);
	for (size_t i = 0; i < v.context->count; i++) {
		entries[i] = v.context->entries[i];
		const struct feel_type *field = type_field(t, entries[i].name);
		if (field)
			TRY(under(a, e, feel_fit(a, entries[i].value, field, &entries[i].value, e),
			        entries[i].name));
	}
	c->entries = entries;
	c->count = v.context->count;
	*out = feel_context_of(c);
	return OK;
}

static enum err fit_list(struct arena *a, struct feel_value v, const struct feel_type *t,
        struct feel_value *out, struct errinfo *e)
{
	struct feel_value *items = ARENA_ARRAY(a, v.list.count, struct feel_value);
	for (size_t i = 0; i < v.list.count; i++) {
		enum err err = feel_fit(a, v.list.items[i], t->element, &items[i], e);
		TRY(under(a, e, err, text_format(a, "[%zu]", i + 1)));
	}
	*out = feel_list(items, v.list.count);
	return OK;
}

enum err feel_fit(struct arena *a, struct feel_value v, const struct feel_type *type,
        struct feel_value *out, struct errinfo *e)
{
	*out = v;
	if (!type || type->kind == FEEL_TYPE_ANY || v.kind == FEEL_NULL)
		return OK;
	if (v.kind == FEEL_CONTEXT && type->kind == FEEL_TYPE_CONTEXT)
		return fit_context(a, v, type, out, e);
	if (v.kind == FEEL_LIST && type->kind == FEEL_TYPE_LIST)
		return type->element ? fit_list(a, v, type, out, e) : OK;
	if (type_of_kind((enum feel_kind)v.kind) == type->kind)
		return OK;
	if (v.kind == FEEL_STRING && fit_string(a, v.string, type->kind, out))
		return OK;
	if (e)
		e->where[0] = '\0';
	struct text wanted = feel_type_text(a, type);
	return fail(e, ERR_INVALID, "a %s where a %.*s is wanted",
	        feel_kind_name((enum feel_kind)v.kind), TEXT_ARG(wanted));
}
