/* Values as text: FEEL literals and what string() gives. */
#include "feel/calendar.h"
#include "feel/feel_int.h"

enum { TEXT_MAX = 16 << 20 };

void write_quoted(struct buf *b, struct text t)
{
	buf_add_byte(b, '"');
	for (size_t i = 0; i < t.len; i++) {
		switch (t.ptr[i]) {
		case '"': buf_add_z(b, "\\\""); break;
		case '\\': buf_add_z(b, "\\\\"); break;
		case '\n': buf_add_z(b, "\\n"); break;
		case '\r': buf_add_z(b, "\\r"); break;
		case '\t': buf_add_z(b, "\\t"); break;
		default: buf_add_byte(b, t.ptr[i]);
		}
	}
	buf_add_byte(b, '"');
}

static void write_range(struct buf *b, struct arena *a, const struct feel_range *r)
{
	static const char *const tests[] = {[FEEL_TEST_LT] = "<",
	        [FEEL_TEST_LE] = "<=",
	        [FEEL_TEST_GT] = ">",
	        [FEEL_TEST_GE] = ">=",
	        [FEEL_TEST_EQ] = "=",
	        [FEEL_TEST_NE] = "!="};
	if (r->test != FEEL_TEST_NONE) {
		bool upper = r->test == FEEL_TEST_LT || r->test == FEEL_TEST_LE;
		buf_add_format(b, "(%s ", tests[r->test]);
		write_literal(b, a, upper ? r->high : r->low);
		buf_add_byte(b, ')');
		return;
	}
	buf_add_byte(b, r->low_closed ? '[' : '(');
	write_literal(b, a, r->low);
	buf_add_z(b, "..");
	write_literal(b, a, r->high);
	buf_add_byte(b, r->high_closed ? ']' : ')');
}

static bool plain_name(struct text t)
{
	size_t at = 0;
	if (t.len == 0 || !is_name_start(utf8_next(t, &at)))
		return false;
	while (at < t.len) {
		uint32_t c = utf8_next(t, &at);
		if (!is_name_part(c) && c != ' ')
			return false;
	}
	return t.ptr[t.len - 1] != ' ';
}

static void write_function(struct buf *b, const struct feel_function *f)
{
	buf_add_z(b, "function(");
	for (size_t i = 0; i < f->count; i++) {
		buf_add_z(b, i ? ", " : "");
		buf_add(b, f->params[i].name);
	}
	buf_add_z(b, ")");
}

void write_literal(struct buf *b, struct arena *a, struct feel_value v)
{
	switch ((enum feel_kind)v.kind) {
	case FEEL_NULL: buf_add_z(b, "null"); return;
	case FEEL_BOOL: buf_add_z(b, v.boolean ? "true" : "false"); return;
	case FEEL_NUMBER: buf_add(b, dec_text(a, v.number)); return;
	case FEEL_STRING: write_quoted(b, v.string); return;
	case FEEL_LIST:
		buf_add_byte(b, '[');
		for (size_t i = 0; i < v.list.count; i++) {
			buf_add_z(b, i ? ", " : "");
			write_literal(b, a, v.list.items[i]);
		}
		buf_add_byte(b, ']');
		return;
	case FEEL_CONTEXT:
		buf_add_byte(b, '{');
		for (size_t i = 0; i < v.context->count; i++) {
			const struct feel_entry *entry = &v.context->entries[i];
			buf_add_z(b, i ? ", " : "");
			if (plain_name(entry->name))
				buf_add(b, entry->name);
			else
				write_quoted(b, entry->name);
			buf_add_z(b, ": ");
			write_literal(b, a, entry->value);
		}
		buf_add_byte(b, '}');
		return;
	case FEEL_RANGE: write_range(b, a, v.range); return;
	case FEEL_FUNCTION: write_function(b, v.function); return;
	default: break;
	}
	buf_add_z(b, "@\"");
	moment_write(b, v);
	buf_add_byte(b, '"');
}

/* Inside lists and contexts strings are quoted, dates are not written as literals. */
static void write_inner(struct buf *b, struct arena *a, struct feel_value v)
{
	if (v.kind == FEEL_STRING)
		write_quoted(b, v.string);
	else
		write_string(b, a, v);
}

void write_string(struct buf *b, struct arena *a, struct feel_value v)
{
	switch ((enum feel_kind)v.kind) {
	case FEEL_STRING: buf_add(b, v.string); return;
	case FEEL_LIST:
		buf_add_byte(b, '[');
		for (size_t i = 0; i < v.list.count; i++) {
			buf_add_z(b, i ? ", " : "");
			write_inner(b, a, v.list.items[i]);
		}
		buf_add_byte(b, ']');
		return;
	case FEEL_CONTEXT:
		buf_add_byte(b, '{');
		for (size_t i = 0; i < v.context->count; i++) {
			buf_add_z(b, i ? ", " : "");
			if (plain_name(v.context->entries[i].name))
				buf_add(b, v.context->entries[i].name);
			else
				write_quoted(b, v.context->entries[i].name);
			buf_add_z(b, ": ");
			write_inner(b, a, v.context->entries[i].value);
		}
		buf_add_byte(b, '}');
		return;
	default: break;
	}
	if (!moment_write(b, v))
		write_literal(b, a, v);
}

static struct text finish(struct arena *a, struct buf *b)
{
	struct text t = buf_copy(b, a);
	buf_free(b);
	return t;
}

struct text feel_to_text(struct arena *a, struct feel_value v)
{
	struct buf b;
	buf_init(&b, TEXT_MAX);
	write_literal(&b, a, v);
	return finish(a, &b);
}

struct text feel_to_string(struct arena *a, struct feel_value v)
{
	if (v.kind == FEEL_STRING)
		return v.string;
	struct buf b;
	buf_init(&b, TEXT_MAX);
	write_string(&b, a, v);
	return finish(a, &b);
}
