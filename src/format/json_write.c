#include "format/json.h"

static void write_escape(struct buf *b, unsigned char c)
{
	static const char names[] = {
	        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
	if (c < sizeof names && names[c])
		buf_add_format(b, "\\%c", names[c]);
	else if (c == '"' || c == '\\')
		buf_add_format(b, "\\%c", c);
	else
		buf_add_format(b, "\\u%04x", c);
}

void json_write_string(struct buf *b, struct text t)
{
	buf_add_byte(b, '"');
	size_t from = 0;
	for (size_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.ptr[i];
		if (c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&')
			continue;
		buf_add(b, text_part(t, from, i));
		write_escape(b, c);
		from = i + 1;
	}
	buf_add(b, text_part(t, from, t.len));
	buf_add_byte(b, '"');
}

static void new_line(struct buf *b, int depth)
{
	if (depth >= 0)
		buf_add_format(b, "\n%*s", depth * 2, "");
}

/* `depth` < 0: compact. */
static void write_tree(struct buf *b, const struct json *j, int depth)
{
	int inner = depth < 0 ? depth : depth + 1;
	bool object = j->kind == JSON_OBJECT;
	switch (j->kind) {
	case JSON_NULL: buf_add_z(b, "null"); return;
	case JSON_BOOL: buf_add_z(b, j->boolean ? "true" : "false"); return;
	case JSON_NUMBER: buf_add(b, j->text); return;
	case JSON_STRING: json_write_string(b, j->text); return;
	case JSON_ARRAY:
	case JSON_OBJECT: break;
	}
	buf_add_byte(b, object ? '{' : '[');
	for (size_t i = 0; i < j->count; i++) {
		if (i)
			buf_add_byte(b, ',');
		new_line(b, inner);
		if (object) {
			json_write_string(b, j->members[i].name);
			buf_add_z(b, depth < 0 ? ":" : ": ");
		}
		write_tree(b, object ? &j->members[i].value : &j->items[i], inner);
	}
	if (j->count)
		new_line(b, depth);
	buf_add_byte(b, object ? '}' : ']');
}

void json_write(struct buf *b, const struct json *j)
{
	write_tree(b, j, -1);
}

void json_write_pretty(struct buf *b, const struct json *j)
{
	write_tree(b, j, 0);
}

struct json_out json_out(struct buf *b)
{
	return (struct json_out){.buf = b, .depth = -1};
}

static void begin_value(struct json_out *o)
{
	if (o->named) {
		o->named = false;
		return;
	}
	if (o->depth < 0)
		return;
	check(o->close[o->depth] == ']');
	if (o->open[o->depth])
		buf_add_byte(o->buf, ',');
	o->open[o->depth] = true;
}

static void open_level(struct json_out *o, char open, char close)
{
	begin_value(o);
	check(o->depth + 1 < JSON_DEPTH_MAX);
	o->depth++;
	o->open[o->depth] = false;
	o->close[o->depth] = close;
	buf_add_byte(o->buf, open);
}

void json_out_object(struct json_out *o)
{
	open_level(o, '{', '}');
}

void json_out_array(struct json_out *o)
{
	open_level(o, '[', ']');
}

void json_out_end(struct json_out *o)
{
	check(o->depth >= 0 && !o->named);
	buf_add_byte(o->buf, o->close[o->depth--]);
}

void json_out_name_text(struct json_out *o, struct text name)
{
	check(o->depth >= 0 && o->close[o->depth] == '}' && !o->named);
	if (o->open[o->depth])
		buf_add_byte(o->buf, ',');
	o->open[o->depth] = true;
	json_write_string(o->buf, name);
	buf_add_byte(o->buf, ':');
	o->named = true;
}

void json_out_name(struct json_out *o, const char *name)
{
	json_out_name_text(o, text_from(name));
}

void json_out_text(struct json_out *o, struct text t)
{
	begin_value(o);
	json_write_string(o->buf, t);
}

void json_out_z(struct json_out *o, const char *z)
{
	json_out_text(o, text_from(z));
}

void json_out_int(struct json_out *o, int64_t value)
{
	begin_value(o);
	buf_add_format(o->buf, "%lld", (long long)value);
}

void json_out_bool(struct json_out *o, bool value)
{
	begin_value(o);
	buf_add_z(o->buf, value ? "true" : "false");
}

void json_out_null(struct json_out *o)
{
	begin_value(o);
	buf_add_z(o->buf, "null");
}

void json_out_tree(struct json_out *o, const struct json *j)
{
	begin_value(o);
	json_write(o->buf, j);
}
