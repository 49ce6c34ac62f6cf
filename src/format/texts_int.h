/* format/texts_int.h - how a text is kept after it was parsed. */
#ifndef FORMAT_TEXTS_INT_H
#define FORMAT_TEXTS_INT_H

#include "format/texts.h"

enum {
	TEXTS_KEYS_MAX = 20000,
	TEXTS_VALUE_MAX = 64 << 10,
	TEXTS_FILE_MAX = 4 << 20,
	TEXTS_BRANCHES_MAX = 16,
	TEXTS_PLACEHOLDERS_MAX = 16,
};

enum texts_part_kind {
	TEXTS_LITERAL,
	TEXTS_PLACE,       /* {name} */
	TEXTS_NUMBER_SIGN, /* # in a plural: `text` is the name of the number */
	TEXTS_PLURAL,
};

struct texts_part {
	enum texts_part_kind kind;
	struct text text; /* literal or name */
	struct texts_branch *branches;
	size_t branch_count, branch_cap;
};

struct texts_parts {
	struct texts_part *items;
	size_t count, cap;
};

enum texts_branch_kind { TEXTS_EXACT, TEXTS_ONE, TEXTS_OTHER };

struct texts_branch {
	enum texts_branch_kind kind;
	int64_t number; /* TEXTS_EXACT */
	struct texts_parts parts;
};

struct texts_value {
	bool present;
	struct text raw; /* as in the file */
	struct texts_parts parts;
};

struct texts_names {
	struct text items[TEXTS_PLACEHOLDERS_MAX];
	size_t count;
};

struct texts_language {
	struct text tag;
	struct texts_value *values; /* by key */
	struct text *superfluous;
	size_t superfluous_count, superfluous_cap;
};

struct texts {
	struct arena *arena;
	struct texts_language languages[TEXTS_LANGUAGES_MAX];
	int language_count;
	struct text *keys;         /* of the German file */
	struct texts_names *names; /* placeholders by key */
	size_t key_count;
	int *slots; /* open addressing, key + 1 */
	size_t slot_count;
};

/* Parse one value. The message of an error does not name the key: the caller adds it. */
MUST_USE enum err texts_parse(
        struct arena *a, struct text value, struct texts_parts *out, struct errinfo *e);
/* Collect the names used; ERR_LIMIT above TEXTS_PLACEHOLDERS_MAX. */
MUST_USE enum err texts_collect(
        const struct texts_parts *parts, struct texts_names *out, struct errinfo *e);

#endif
