/* base/buf.h - a growing byte buffer with a maximum.
 *
 * The maximum is given at creation (in bytes). A write that would pass it is dropped
 * whole and `over` turns true for good; the owner asks once at the end. The content is
 * always followed by a NUL byte that does not count. Memory is malloc'd; buf_free. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/text.h"

struct buf {
	char *ptr;
	size_t len;
	size_t cap;
	size_t max;
	bool over;
};

void buf_init(struct buf *b, size_t max);
void buf_free(struct buf *b);
void buf_clear(struct buf *b); /* keeps the memory; `over` is reset */

void buf_add(struct buf *b, struct text t);
void buf_add_z(struct buf *b, const char *z);
void buf_add_byte(struct buf *b, char c);
void buf_add_format(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);
/* `count` uninitialised bytes at the end, or NULL when the maximum forbids. */
char *buf_add_room(struct buf *b, size_t count);

struct text buf_text(const struct buf *b); /* valid until the next write */
struct text buf_copy(const struct buf *b, struct arena *a);
/* ERR_LIMIT when a write was dropped; `what` names the thing for the message. */
MUST_USE enum err buf_whole(const struct buf *b, const char *what, struct errinfo *e);

#endif
