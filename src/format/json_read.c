/* Reading JSON by jansson into a tree of our own. */
#include "format/json.h"

#include "base/dec.h"

/* Both libraries call their kinds JSON_...; jansson's get another first name here. */
#define JSON_OBJECT  JANSSON_OBJECT
#define JSON_ARRAY   JANSSON_ARRAY
#define JSON_STRING  JANSSON_STRING
#define JSON_INTEGER JANSSON_INTEGER
#define JSON_REAL    JANSSON_REAL
#define JSON_TRUE    JANSSON_TRUE
#define JSON_FALSE   JANSSON_FALSE
#define JSON_NULL    JANSSON_NULL
#include <jansson.h>
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_INTEGER
#undef JSON_REAL
#undef JSON_TRUE
#undef JSON_FALSE
#undef JSON_NULL

#include <math.h>

enum { FRACTION_DIGITS_MAX = 15 };

struct reader {
	struct arena *a;
	const char *where;
	struct errinfo *e;
};

static enum err read_value(struct reader *r, json_t *in, int depth, struct json *out);

/* The shortest digits that give the same double. jansson has lost the digits as they were
 * written; what needs more than 15 may have been changed by that and is refused. */
static enum err read_real(struct reader *r, double value, struct json *out)
{
	char z[64];
	int digits = 1;
	do
		snprintf(z, sizeof z, "%.*g", digits, value);
	while (strtod(z, NULL) != value && digits++ < FRACTION_DIGITS_MAX);
	if (digits > FRACTION_DIGITS_MAX || !isfinite(value)) {
		fail(r->e, ERR_INVALID, "a number has more than %d digits: write it as a string",
		        FRACTION_DIGITS_MAX);
		return fail_at(r->e, r->where, 0);
	}
	struct dec plain;
	check(dec_parse(text_from(z), &plain));
	out->kind = JSON_NUMBER;
	out->text = dec_text(r->a, plain);
	int64_t whole;
	if (text_find(out->text, TEXT("."), 0) == SIZE_MAX && !text_int(out->text, &whole)) {
		fail(r->e, ERR_INVALID, "a number is too large: write it as a string");
		return fail_at(r->e, r->where, 0);
	}
	return OK;
}

static enum err read_array(struct reader *r, json_t *in, int depth, struct json *out)
{
	out->kind = JSON_ARRAY;
	out->count = json_array_size(in);
	out->items = ARENA_ARRAY(r->a, out->count, struct json);
	for (size_t i = 0; i < out->count; i++)
		TRY(read_value(r, json_array_get(in, i), depth + 1, &out->items[i]));
	return OK;
}

static enum err read_object(struct reader *r, json_t *in, int depth, struct json *out)
{
	out->kind = JSON_OBJECT;
	out->members = ARENA_ARRAY(r->a, json_object_size(in), struct json_member);
	for (void *at = json_object_iter(in); at; at = json_object_iter_next(in, at)) {
		struct json_member *m = &out->members[out->count++];
		m->name = text_copy(r->a, text_from(json_object_iter_key(at)));
		TRY(read_value(r, json_object_iter_value(at), depth + 1, &m->value));
	}
	return OK;
}

static enum err read_value(struct reader *r, json_t *in, int depth, struct json *out)
{
	if (depth > JSON_DEPTH_MAX) {
		fail(r->e, ERR_LIMIT, "nested deeper than %d levels", JSON_DEPTH_MAX);
		return fail_at(r->e, r->where, 0);
	}
	switch (json_typeof(in)) {
	case JANSSON_OBJECT: return read_object(r, in, depth, out);
	case JANSSON_ARRAY: return read_array(r, in, depth, out);
	case JANSSON_REAL: return read_real(r, json_real_value(in), out);
	case JANSSON_INTEGER:
		out->kind = JSON_NUMBER;
		out->text = text_format(r->a, "%lld", (long long)json_integer_value(in));
		return OK;
	case JANSSON_STRING:
		out->kind = JSON_STRING;
		out->text = text_copy(
		        r->a, (struct text){json_string_value(in), json_string_length(in)});
		return OK;
	case JANSSON_TRUE:
	case JANSSON_FALSE:
		out->kind = JSON_BOOL;
		out->boolean = json_typeof(in) == JANSSON_TRUE;
		return OK;
	default: out->kind = JSON_NULL; return OK;
	}
}

enum err json_parse(struct arena *a, struct text t, const char *where, const struct json **out,
        struct errinfo *e)
{
	if (t.len > JSON_SIZE_MAX) {
		fail(e, ERR_LIMIT, "larger than %d bytes", JSON_SIZE_MAX);
		return fail_at(e, where, 0);
	}
	json_error_t error;
	size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY;
	json_t *in = json_loadb(t.len ? t.ptr : "", t.len, flags, &error);
	if (!in) {
		fail(e, ERR_INVALID, "column %d: %s", error.column, error.text);
		return fail_at(e, where, error.line > 0 ? error.line : 0);
	}
	struct json *j = ARENA_NEW(a, struct json);
	struct reader r = {.a = a, .where = where, .e = e};
	enum err result = read_value(&r, in, 0, j);
	json_decref(in);
	*out = j;
	return result;
}
