/* base/regex.h - regular expressions by PCRE2, with limits.
 *
 * Patterns are PCRE2 syntax, UTF-8 with Unicode properties. A search that needs more than
 * REGEX_MATCH_LIMIT steps or REGEX_DEPTH_LIMIT levels is ended with ERR_LIMIT. */
#ifndef BASE_REGEX_H
#define BASE_REGEX_H

#include "base/text.h"

enum {
	REGEX_PATTERN_MAX = 10000, /* bytes */
	REGEX_MATCH_LIMIT = 200000,
	REGEX_DEPTH_LIMIT = 2000,
	REGEX_HEAP_KIB = 8192,
};

enum regex_flags {
	REGEX_IGNORE_CASE = 1,
	REGEX_DOT_ALL = 2,   /* `.` takes line ends too */
	REGEX_MULTILINE = 4, /* `^` and `$` at every line */
	REGEX_LITERAL = 8,   /* no character is special */
};

struct regex;

struct regex_group {
	size_t from, to; /* bytes; SIZE_MAX: took no part */
};

/* ERR_INVALID with PCRE2's words and the place in the message; ERR_LIMIT when too long. The
 * compiled pattern lives in the arena and must not be used by two threads at once. */
MUST_USE enum err regex_compile(struct arena *a, struct text pattern, unsigned flags,
        struct regex **out, struct errinfo *e);

/* The first match at or after byte `from`. Group 0 is the whole match; `count` groups are
 * filled. `t` must be valid UTF-8. */
MUST_USE enum err regex_find(struct regex *re, struct text t, size_t from,
        struct regex_group *groups, size_t count, bool *found, struct errinfo *e);

#endif
