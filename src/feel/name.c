/* Names with blanks and operators (DMN 1.5, grammar rules 25 to 30, 10.3.1.4). */
#include "feel/feel_int.h"

bool is_feel_space(uint32_t c)
{
	return c == ' ' || (c >= 0x9 && c <= 0xd) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	       c == 0x180e || (c >= 0x2000 && c <= 0x200b) || c == 0x2028 || c == 0x2029 ||
	       c == 0x202f || c == 0x205f || c == 0x3000 || c == 0xfeff;
}

bool is_name_start(uint32_t c)
{
	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '?';
	return (c >= 0xc0 && c <= 0xd6) || (c >= 0xd8 && c <= 0xf6) || (c >= 0xf8 && c <= 0x2ff) ||
	       (c >= 0x370 && c <= 0x37d) ||
	       (c >= 0x37f && c <= 0x1fff && c != 0x1680 && c != 0x180e) ||
	       (c >= 0x200c && c <= 0x200d) || (c >= 0x2070 && c <= 0x218f) ||
	       (c >= 0x2c00 && c <= 0x2fef) || (c >= 0x3001 && c <= 0xd7ff) ||
	       (c >= 0xf900 && c <= 0xfdcf) || (c >= 0xfdf0 && c <= 0xfefe) ||
	       (c >= 0xff00 && c <= 0xfffc) || (c >= 0x10000 && c <= 0xeffff);
}

bool is_name_part(uint32_t c)
{
	return is_name_start(c) || (c >= '0' && c <= '9') || c == 0xb7 ||
	       (c >= 0x300 && c <= 0x36f) || (c >= 0x203f && c <= 0x2040);
}

/* Walks a name: yields its characters with blanks made normal. */
struct walker {
	struct text text;
	size_t at;
	uint32_t last;
};

static uint32_t walk(struct walker *w)
{
	bool blank = false;
	size_t before;
	uint32_t c;
	do {
		before = w->at;
		c = utf8_next(w->text, &w->at);
		if (c == UTF8_END)
			return UTF8_END;
		if (is_feel_space(c))
			blank = true;
	} while (is_feel_space(c));
	if (blank && w->last != 0) {
		w->at = before;
		w->last = 0; /* the blank is given once */
		return ' ';
	}
	w->last = c;
	return c;
}

bool feel_name_same(struct text a, struct text b)
{
	if (text_eq(a, b))
		return true;
	struct walker x = {.text = a}, y = {.text = b};
	uint32_t c;
	do {
		c = walk(&x);
		if (c != walk(&y))
			return false;
	} while (c != UTF8_END);
	return true;
}

struct text feel_name_normal(struct arena *a, struct text t)
{
	char *out = arena_alloc(a, t.len + 1);
	size_t len = 0;
	bool blank = false;
	t = text_trim(t);
	for (size_t at = 0; at < t.len;) {
		uint32_t c = utf8_next(t, &at);
		if (is_feel_space(c)) {
			blank = true;
			continue;
		}
		if (blank && len > 0)
			out[len++] = ' ';
		blank = false;
		char bytes[4];
		size_t n = utf8_put(bytes, c);
		if (len + n > t.len)
			break; /* only with bytes that are no UTF-8 */
		memcpy(out + len, bytes, n);
		len += n;
	}
	return (struct text){out, len};
}

size_t name_match(struct text t, struct text name)
{
	struct walker x = {.text = t}, y = {.text = name};
	uint32_t want = walk(&y), last = 0;
	if (want == UTF8_END)
		return 0;
	while (want != UTF8_END) {
		if (walk(&x) != want)
			return 0;
		last = want;
		want = walk(&y);
	}
	if (is_name_part(last)) {
		size_t at = x.at;
		uint32_t next = utf8_next(t, &at);
		if (next != UTF8_END && is_name_part(next))
			return 0;
	}
	return x.at;
}
