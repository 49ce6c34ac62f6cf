/* base/words.h - where a pure room gets its words from.
 *
 * The rooms keep no sentence: they name a key and parameters. The caller hands in a source
 * that finds the text of a key in the language of the page (package, library, program) with
 * its fallback already decided; the room service makes one from the texts of a package. */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include "base/calendar.h"
#include "base/dec.h"

struct word_param {
	struct text name; /* as it stands in the text: {name} */
	struct text value;
	int64_t number; /* for plurals */
	bool is_number;
};

enum words_day {
	WORDS_DAY_LONG,   /* Montag, 7. Dezember 2026 */
	WORDS_DAY_MIDDLE, /* 7. Dezember 2026 */
	WORDS_DAY_SHORT,  /* Mo 07.12.2026 */
};

enum words_number {
	WORDS_DECIMAL, /* digits as kept: 1.384,25 */
	WORDS_MONEY,   /* 812,00 Euro */
};

struct words_source {
	bool (*has)(const void *self, struct text key);
	/* Name of placeholder number `i` of the key, empty after the last. */
	struct text (*placeholder)(const void *self, struct text key, size_t i);
	/* The filled text; empty when there is no such key. */
	struct text (*format)(const void *self, struct arena *a, struct text key,
	        const struct word_param *params, size_t count);
	struct text (*day)(const void *self, struct arena *a, struct date d, enum words_day how);
	/* "14:51 Uhr" */
	struct text (*time)(const void *self, struct arena *a, int32_t second_of_day);
	struct text (*number)(
	        const void *self, struct arena *a, struct dec number, enum words_number how);
};

struct words {
	const struct words_source *source;
	const void *self;
	struct text language; /* "de", "en", "hsb", ... */
};

bool words_has(const struct words *w, struct text key);
struct text words_placeholder(const struct words *w, struct text key, size_t i);
struct text words_format(const struct words *w, struct arena *a, struct text key,
        const struct word_param *params, size_t count);
/* Without parameters. */
struct text words_get(const struct words *w, struct arena *a, const char *key);
struct text words_day(const struct words *w, struct arena *a, struct date d, enum words_day how);
struct text words_time(const struct words *w, struct arena *a, int32_t second_of_day);
struct text words_number(
        const struct words *w, struct arena *a, struct dec number, enum words_number how);

#endif
