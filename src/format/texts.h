/* format/texts.h - every word a person sees, one flat JSON file a language.
 *
 * A key is a path ("page.rent.title"), a value is plain text with `{name}` and a small
 * ICU-like plural:
 *
 *	"rooms": "{count, plural, =0 {kein Zimmer} one {# Zimmer} other {# Zimmer}}"
 *
 * `#` is the number. The branches are `=N`, `one` (exactly 1) and `other`; `other` must
 * be there. A brace that is meant as a brace is written '{' or '}' between apostrophes; ''
 * is an apostrophe. Branches may hold placeholders, no further plural.
 *
 * Every language falls back to German: language 0 is "de" and must be complete. Read once,
 * then immutable: any thread may ask. Limits: TEXTS_LANGUAGES_MAX languages, 20,000 keys,
 * 64 KiB a value, 4 MiB a file. */
#ifndef FORMAT_TEXTS_H
#define FORMAT_TEXTS_H

#include "base/buf.h"
#include "base/calendar.h"
#include "base/dec.h"

enum {
	TEXTS_GERMAN = 0,
	TEXTS_LANGUAGES_MAX = 8,
	TEXTS_NO_KEY = -1,
};

struct texts;

/* A value for a placeholder. A plural needs `number`; it may be printed as well. */
struct texts_arg {
	const char *name;
	struct text value;
	int64_t number;
	bool is_number;
};

#define TEXTS_ARG(name_, text_) ((struct texts_arg){.name = (name_), .value = (text_)})
#define TEXTS_NUMBER(name_, number_)                                                               \
	((struct texts_arg){.name = (name_), .number = (number_), .is_number = true})

/* All files <tag>.json and <part>.<tag>.json of a folder ("de", "de-leicht", "en", "hsb"; a
 * room with many texts has a part of its own: "form.de.json"). The result lives in `a`.
 * ERR_NOT_FOUND without de.json; ERR_INVALID with file, line and key for bad JSON, a value that is
 * no text, a key given twice, unbalanced braces, a plural without `other`. */
MUST_USE enum err texts_load(
        struct arena *a, const char *dir, struct texts **out, struct errinfo *e);

/* The same from memory: begin with texts_new, then add German first, then the others. `name` stands
 * for the file in messages. */
struct texts *texts_new(struct arena *a);
MUST_USE enum err texts_add(
        struct texts *t, const char *tag, struct text json, const char *name, struct errinfo *e);

int texts_languages(const struct texts *t);
struct text texts_tag(const struct texts *t, int language); /* "de" */
/* The language of a tag ("en-GB" finds "en"), or -1. */
int texts_language(const struct texts *t, struct text tag);

/* Number of a key (0..), or TEXTS_NO_KEY. Keys that only other languages have are none. */
int texts_key(const struct texts *t, struct text key);
/* The key with this number, an empty text (ptr NULL) after the last. */
struct text texts_key_name(const struct texts *t, int key);
/* True when this language has the text itself, false when German is shown instead. */
bool texts_has(const struct texts *t, int language, int key);
/* True when the key's German text uses this placeholder. */
bool texts_uses(const struct texts *t, int key, struct text placeholder);
/* Placeholder number `i` of a key, an empty text after the last. */
struct text texts_placeholder(const struct texts *t, int key, size_t i);

/* The text without arguments, "" for an unknown key (a test finds those). A text that has
 * placeholders keeps them visible. */
struct text texts_get(const struct texts *t, int language, const char *key);
struct text texts_get_text(const struct texts *t, int language, struct text key);

/* The text with its placeholders filled, in the arena. A missing argument stays visible as
 * "{name}". */
struct text texts_format(struct arena *a, const struct texts *t, int language, struct text key,
        const struct texts_arg *args, size_t count);

/* The same into a buffer through `write` (escapes for the place where the text stands). */
void texts_write(const struct texts *t, int language, int key, const struct texts_arg *args,
        size_t count, void (*write)(void *self, struct text part), void *self);

/* What is wrong between the languages: keys that German has and another lacks, keys that
 * only another has, placeholders that differ. Sorted by language, then key. */
enum texts_fault { TEXTS_MISSING, TEXTS_SUPERFLUOUS, TEXTS_PLACEHOLDER };
struct texts_finding {
	enum texts_fault fault;
	int language;
	struct text key;
};
size_t texts_report(const struct texts *t, struct arena *a, struct texts_finding **out);

/* Forms of days, times and numbers. They come from keys of the set (`date.long`,
 * `date.month.12`, `date.weekday.1`, `number.decimal`, ...), so `t` is the set of the
 * program (ui/texts), not of a package. Times are shown in Europe/Berlin: the caller
 * passes local parts. German examples: */
struct text texts_date_long(struct arena *a, const struct texts *t, int language,
        struct date d); /* Montag, 7. Dezember 2026 */
struct text texts_date_middle(
        struct arena *a, const struct texts *t, int language, struct date d); /* 7. Dezember 2026 */
struct text texts_date_short(
        struct arena *a, const struct texts *t, int language, struct date d); /* Mo 07.12.2026 */
struct text texts_date_day(
        struct arena *a, const struct texts *t, int language, struct date d); /* 07.12. */
struct text texts_time(struct arena *a, const struct texts *t, int language,
        int32_t second_of_day); /* 14:51 Uhr */
struct text texts_integer(
        struct arena *a, const struct texts *t, int language, int64_t number); /* 12.400 */
struct text texts_decimal(struct arena *a, const struct texts *t, int language,
        struct dec number); /* digits as kept: 1.384,25 */
struct text texts_money(struct arena *a, const struct texts *t, int language,
        struct dec amount); /* 812,00 Euro; rounded half up to two places */

#endif
