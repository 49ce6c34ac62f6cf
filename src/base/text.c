#include "base/text.h"

#include <stdio.h>
#include <string.h>

struct text text_from(const char *z)
{
	return z ? (struct text){z, strlen(z)} : TEXT_NONE;
}

struct text text_part(struct text t, size_t from, size_t to)
{
	check(from <= to && to <= t.len);
	return t.ptr ? (struct text){t.ptr + from, to - from} : TEXT_NONE;
}

bool text_eq(struct text a, struct text b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool text_is(struct text a, const char *z)
{
	return text_eq(a, text_from(z));
}

int text_cmp(struct text a, struct text b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = n ? memcmp(a.ptr, b.ptr, n) : 0;
	if (order != 0)
		return order < 0 ? -1 : 1;
	return a.len < b.len ? -1 : a.len > b.len;
}

bool text_starts(struct text t, struct text prefix)
{
	return t.len >= prefix.len && text_eq(text_part(t, 0, prefix.len), prefix);
}

bool text_ends(struct text t, struct text suffix)
{
	return t.len >= suffix.len && text_eq(text_part(t, t.len - suffix.len, t.len), suffix);
}

size_t text_find(struct text t, struct text what, size_t from)
{
	if (what.len == 0)
		return from <= t.len ? from : SIZE_MAX;
	for (size_t at = from; at + what.len <= t.len; at++) {
		const char *hit = memchr(t.ptr + at, what.ptr[0], t.len - what.len - at + 1);
		if (!hit)
			return SIZE_MAX;
		at = (size_t)(hit - t.ptr);
		if (memcmp(hit, what.ptr, what.len) == 0)
			return at;
	}
	return SIZE_MAX;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct text text_trim(struct text t)
{
	while (t.len && is_space(t.ptr[0])) {
		t.ptr++;
		t.len--;
	}
	while (t.len && is_space(t.ptr[t.len - 1]))
		t.len--;
	return t;
}

uint64_t text_hash(struct text t)
{
	uint64_t h = 14695981039346656037u;
	for (size_t i = 0; i < t.len; i++)
		h = (h ^ (unsigned char)t.ptr[i]) * 1099511628211u;
	return h;
}

struct text text_copy(struct arena *a, struct text t)
{
	return (struct text){text_z(a, t), t.len};
}

char *text_z(struct arena *a, struct text t)
{
	char *z = arena_alloc(a, t.len + 1);
	if (t.len)
		memcpy(z, t.ptr, t.len);
	return z;
}

struct text text_format(struct arena *a, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int need = vsnprintf(NULL, 0, format, args);
	va_end(args);
	check(need >= 0);
	char *z = arena_alloc(a, (size_t)need + 1);
	vsnprintf(z, (size_t)need + 1, format, again);
	va_end(again);
	return (struct text){z, (size_t)need};
}

struct text text_join(struct arena *a, const struct text *parts, size_t count, struct text between)
{
	size_t len = 0;
	for (size_t i = 0; i < count; i++)
		len += parts[i].len + (i ? between.len : 0);
	char *z = arena_alloc(a, len + 1);
	size_t at = 0;
	for (size_t i = 0; i < count; i++) {
		if (i && between.len)
			memcpy(z + at, between.ptr, between.len);
		at += i ? between.len : 0;
		if (parts[i].len)
			memcpy(z + at, parts[i].ptr, parts[i].len);
		at += parts[i].len;
	}
	return (struct text){z, len};
}

bool text_split(struct text *rest, char separator, struct text *piece)
{
	if (!rest->ptr)
		return false;
	const char *hit = rest->len ? memchr(rest->ptr, separator, rest->len) : NULL;
	size_t len = hit ? (size_t)(hit - rest->ptr) : rest->len;
	*piece = (struct text){rest->ptr, len};
	*rest = hit ? (struct text){hit + 1, rest->len - len - 1} : TEXT_NONE;
	return hit != NULL || len > 0;
}

bool text_int(struct text t, int64_t *out)
{
	bool negative = t.len && t.ptr[0] == '-';
	size_t i = negative ? 1 : 0;
	if (i == t.len)
		return false;
	int64_t value = 0;
	for (; i < t.len; i++) {
		int digit = t.ptr[i] - '0';
		if (digit < 0 || digit > 9)
			return false;
		if (__builtin_mul_overflow(value, 10, &value) ||
		        __builtin_sub_overflow(value, digit, &value))
			return false;
	}
	if (!negative && value == INT64_MIN)
		return false;
	*out = negative ? value : -value;
	return true;
}

static uint32_t utf8_decode(const unsigned char *p, size_t left, size_t *used)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	*used = 1;
	if (len == 1)
		return p[0];
	if (len == 0 || p[0] > 0xf4 || len > left)
		return 0xfffd;
	uint32_t code = p[0] & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0xfffd;
		code = code << 6 | (p[i] & 0x3f);
	}
	if (code < least[len] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return 0xfffd;
	*used = len;
	return code;
}

bool utf8_valid(struct text t)
{
	for (size_t at = 0; at < t.len;) {
		size_t used;
		const unsigned char *p = (const unsigned char *)t.ptr + at;
		uint32_t code = utf8_decode(p, t.len - at, &used);
		if (code == 0xfffd && used == 1)
			return false;
		at += used;
	}
	return true;
}

uint32_t utf8_next(struct text t, size_t *at)
{
	if (*at >= t.len)
		return UTF8_END;
	size_t used;
	uint32_t code = utf8_decode((const unsigned char *)t.ptr + *at, t.len - *at, &used);
	*at += used;
	return code;
}

size_t utf8_put(char out[4], uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
	for (size_t i = len - 1; i > 0; i--) {
		out[i] = (char)(0x80 | (c & 0x3f));
		c >>= 6;
	}
	out[0] = (char)(lead[len] | c);
	return len;
}

size_t utf8_length(struct text t)
{
	size_t count = 0;
	for (size_t at = 0; utf8_next(t, &at) != UTF8_END;)
		count++;
	return count;
}
