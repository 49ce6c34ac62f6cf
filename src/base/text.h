/* base/text.h - text that knows its length, UTF-8.
 *
 * `struct text` is passed by value and never owns memory. It need not be terminated;
 * use text_z where a C string is wanted. An empty text may have ptr NULL. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	const char *ptr;
	size_t len; /* bytes */
};

#define TEXT(literal) ((struct text){"" literal, sizeof(literal) - 1})
#define TEXT_ARG(t)   ((int)(t).len), ((t).ptr ? (t).ptr : "") /* for "%.*s" */
#define TEXT_NONE     ((struct text){0})

struct text text_from(const char *z); /* NULL gives an empty text */
struct text text_part(struct text t, size_t from, size_t to);

bool text_eq(struct text a, struct text b);
bool text_is(struct text a, const char *z);
int text_cmp(struct text a, struct text b); /* by bytes = by code points */
bool text_starts(struct text t, struct text prefix);
bool text_ends(struct text t, struct text suffix);
/* Byte position of the first occurrence at or after `from`, or SIZE_MAX. */
size_t text_find(struct text t, struct text what, size_t from);
struct text text_trim(struct text t); /* without ASCII white space at both ends */
uint64_t text_hash(struct text t);    /* FNV-1a; not for untrusted tables without limit */

struct text text_copy(struct arena *a, struct text t);
/* A terminated copy; an embedded NUL ends it early for C readers. */
char *text_z(struct arena *a, struct text t);
struct text text_format(struct arena *a, const char *format, ...) PRINTF_LIKE(2, 3);
struct text text_join(struct arena *a, const struct text *parts, size_t count, struct text between);

/* Cut the next piece off `*rest` at `separator`; false when nothing is left. A text
 * "a,,b" gives "a", "", "b"; an empty text gives no piece. */
bool text_split(struct text *rest, char separator, struct text *piece);

/* Whole text as decimal integer, optional minus; false when it is anything else or out of
 * range. */
bool text_int(struct text t, int64_t *out);

/* UTF-8 (RFC 3629): surrogates, overlong forms and values above U+10FFFF are refused. */
bool utf8_valid(struct text t);
/* Decode at `*at` and advance; at the end or on a bad byte returns UTF8_END / U+FFFD
 * (one byte is skipped). */
#define UTF8_END UINT32_MAX
uint32_t utf8_next(struct text t, size_t *at);
size_t utf8_put(char out[4], uint32_t code_point); /* bytes written */
size_t utf8_length(struct text t);                 /* in code points */

/* NFC, upper and lower case after Unicode (ICU), in the arena. Invalid UTF-8 comes back
 * unchanged. */
struct text text_nfc(struct arena *a, struct text t);
struct text text_upper(struct arena *a, struct text t);
struct text text_lower(struct arena *a, struct text t);

#endif
