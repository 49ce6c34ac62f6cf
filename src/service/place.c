/* Where a key stands in a JSON file. The reader of format/json.h keeps no lines; this scanner
 * looks once more through text that is known to be JSON. */
#include "service/schema.h"

struct scan {
	struct text t;
	size_t at;
	int line;
};

static void skip_space(struct scan *s)
{
	for (; s->at < s->t.len; s->at++) {
		char c = s->t.ptr[s->at];
		if (c == '\n')
			s->line++;
		else if (c != ' ' && c != '\t' && c != '\r')
			return;
	}
}

static char peek(const struct scan *s)
{
	return s->at < s->t.len ? s->t.ptr[s->at] : '\0';
}

/* The raw content of a string; escapes are left as they are. */
static struct text skip_string(struct scan *s)
{
	size_t from = ++s->at;
	while (s->at < s->t.len && s->t.ptr[s->at] != '"')
		s->at += s->t.ptr[s->at] == '\\' ? 2 : 1;
	size_t to = s->at < s->t.len ? s->at : s->t.len;
	s->at = to + 1;
	return text_part(s->t, from, to);
}

static void skip_value(struct scan *s)
{
	int depth = 0;
	do {
		skip_space(s);
		char c = peek(s);
		if (c == '"') {
			skip_string(s);
		} else {
			depth += (c == '{' || c == '[') - (c == '}' || c == ']');
			s->at++;
			if (c != '{' && c != '[' && c != '}' && c != ']' && c != ',' && c != ':')
				while (s->at < s->t.len &&
				        !text_is(text_part(s->t, s->at, s->at + 1), ",") &&
				        peek(s) != '}' && peek(s) != ']' && peek(s) > ' ')
					s->at++;
		}
	} while (depth > 0 && s->at < s->t.len);
}

/* Stand at the value of a member or item; `s` is at the object or array. */
static bool enter(struct scan *s, const struct path *p, int *line)
{
	skip_space(s);
	char open = peek(s);
	if (open != (p->name.len ? '{' : '['))
		return false;
	s->at++;
	for (size_t index = 0;; index++) {
		skip_space(s);
		if (peek(s) == ',') {
			s->at++;
			skip_space(s);
		}
		if (s->at >= s->t.len || peek(s) == '}' || peek(s) == ']')
			return false;
		*line = s->line;
		bool here = index == p->index;
		if (open == '{') {
			here = text_eq(skip_string(s), p->name);
			skip_space(s);
			s->at++; /* colon */
		}
		if (here) {
			skip_space(s);
			return true;
		}
		skip_value(s);
	}
}

static bool walk(struct scan *s, const struct path *p, int *line)
{
	if (!p)
		return true;
	return walk(s, p->up, line) && enter(s, p, line);
}

int path_line(struct text bytes, const struct path *p)
{
	struct scan s = {.t = bytes, .line = 1};
	int line = 1;
	walk(&s, p, &line);
	return line;
}

struct text path_text(struct arena *a, const struct path *p)
{
	if (!p)
		return TEXT_NONE;
	struct text up = path_text(a, p->up);
	if (!p->name.len)
		return text_format(a, "%.*s[%zu]", TEXT_ARG(up), p->index + 1);
	return text_format(a, "%.*s%s%.*s", TEXT_ARG(up), up.len ? "." : "", TEXT_ARG(p->name));
}
