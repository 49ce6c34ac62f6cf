#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){.max = max};
}

void buf_free(struct buf *b)
{
	free(b->ptr);
	*b = (struct buf){.max = b->max};
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->over = false;
	if (b->ptr)
		b->ptr[0] = '\0';
}

char *buf_add_room(struct buf *b, size_t count)
{
	if (b->over || count > b->max || b->len > b->max - count) {
		b->over = true;
		return NULL;
	}
	size_t need = b->len + count + 1;
	if (need > b->cap) {
		size_t cap = b->cap ? b->cap : 256;
		while (cap < need)
			cap *= 2;
		b->ptr = realloc(b->ptr, cap);
		check(b->ptr != NULL);
		b->cap = cap;
	}
	char *room = b->ptr + b->len;
	b->len += count;
	b->ptr[b->len] = '\0';
	return room;
}

void buf_add(struct buf *b, struct text t)
{
	char *room = buf_add_room(b, t.len);
	if (room && t.len)
		memcpy(room, t.ptr, t.len);
}

void buf_add_z(struct buf *b, const char *z)
{
	buf_add(b, text_from(z));
}

void buf_add_byte(struct buf *b, char c)
{
	buf_add(b, (struct text){&c, 1});
}

void buf_add_format(struct buf *b, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int need = vsnprintf(NULL, 0, format, args);
	va_end(args);
	check(need >= 0);
	char *room = buf_add_room(b, (size_t)need);
	if (room)
		vsnprintf(room, (size_t)need + 1, format, again);
	va_end(again);
}

struct text buf_text(const struct buf *b)
{
	return (struct text){b->ptr ? b->ptr : "", b->len};
}

struct text buf_copy(const struct buf *b, struct arena *a)
{
	return text_copy(a, buf_text(b));
}

enum err buf_whole(const struct buf *b, const char *what, struct errinfo *e)
{
	if (!b->over)
		return OK;
	return fail(e, ERR_LIMIT, "%s is larger than %zu bytes", what, b->max);
}
