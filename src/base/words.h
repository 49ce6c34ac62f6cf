/* base/words.h - where a pure room gets its words from, and how it fills them.
 *
 * The rooms keep no sentence: they name a key and parameters. The caller hands in one
 * function that finds the text of a key in the language of the page (package texts, library
 * texts, then ui/texts), with its fallback already decided. */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include "base/calendar.h"

struct words {
	/* The text of `key`, or an empty text when there is none. */
	struct text (*find)(const void *self, struct text key);
	const void *self;
	struct text language; /* "de", "en", "hsb", ...: decides how numbers and days look */
};

struct word_param {
	struct text name;
	struct text value;
};

struct text words_find(const struct words *w, struct text key);
/* The text of a key made from parts ("law.weekday.%d"); at most 300 bytes. */
struct text words_find_format(const struct words *w, const char *format, ...) PRINTF_LIKE(2, 3);

/* `pattern` with every `{name}` replaced by its parameter. A name without parameter stays as
 * it is written, so that a test sees it. Plurals are chosen by the key, not in here. */
struct text words_fill(struct arena *a, struct text pattern, const struct word_param *params,
	size_t count);

/* "15. Juli 2026", "15 July 2026": month names are the texts `calendar.month.1` to `.12`. */
struct text words_day_long(struct arena *a, const struct words *w, struct date d);
/* "15.07.2026"; languages other than German and Sorbian: "15/07/2026". */
struct text words_day(struct arena *a, const struct words *w, struct date d);
/* "Mi 15.07.2026": `calendar.weekday.1` (Monday) to `.7` before the day. */
struct text words_weekday_day(struct arena *a, const struct words *w, struct date d);
/* A plain decimal ("1384.25") with separators of the language: "1.384,25", "1,384.25". */
struct text words_number(struct arena *a, const struct words *w, struct text plain);

#endif
