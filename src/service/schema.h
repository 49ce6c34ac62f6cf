/* service/schema.h - which keys and kinds a JSON file of ours may have, and where a key
 * stands in the file. Keys nobody declared are refused: a misspelt rule must not be silence.
 * The same vocabulary for other programs: docs/schema/. */
#ifndef SERVICE_SCHEMA_H
#define SERVICE_SCHEMA_H

#include "service/findings.h"

/* A way into a tree: members by name, items by number (name empty). Built on the stack. */
struct path {
	const struct path *up; /* NULL: the root */
	struct text name;
	size_t index; /* from 0 */
};

/* "deadlines.remedy.length", "pages[2].id" (from 1); empty for NULL. */
struct text path_text(struct arena *a, const struct path *p);
/* The line where the member or item begins; of the nearest one that exists. `bytes` must be
 * JSON that was read without error. */
int path_line(struct text bytes, const struct path *p);

enum shape_kind {
	SHAPE_ANY,
	SHAPE_TEXT, /* a string; `words`: one of these, separated by spaces */
	SHAPE_BOOL,
	SHAPE_WHOLE,    /* a whole number */
	SHAPE_LOCAL,    /* a string or an object of strings by language */
	SHAPE_KEYS,     /* an object with `keys` */
	SHAPE_MAP,      /* an object with names of its own, each an `item` */
	SHAPE_LIST,     /* an array, each an `item` */
	SHAPE_NULLABLE, /* null or `item` */
	SHAPE_ONE_OF,   /* `item` or `other` */
};

struct shape {
	enum shape_kind kind;
	const char *words;
	const struct shape_key *keys; /* ends with a key without name */
	const struct shape *item, *other;
};

struct shape_key {
	const char *name;
	const struct shape *shape;
	bool required;
};

/* A JSON file while it is read: what findings need to name the place. */
struct document {
	struct service_findings *findings;
	struct text package, file, bytes;
	const struct json *root;
};

struct spot document_spot(const struct document *d, const struct path *p);

/* Parse a file; false when it is no JSON (the finding is made). */
bool schema_read_document(struct arena *a, struct service_findings *f, struct text package,
        struct text file, struct text bytes, struct document *out);

/* Check the whole document; false when there was any finding. */
bool document_check(const struct document *d, const struct shape *shape);

/* The shapes of the files of format 1. */
extern const struct shape shape_service, shape_overlay, shape_authority, shape_routing, shape_test,
        shape_migration;

/* The word of the list nearest to a misspelt one, empty when none is near. */
struct text nearest_word(struct text word, const struct text *list, size_t count);
/* Edits (insert, remove, replace, swap) between two words, counted up to `max`. */
size_t edit_distance(struct text a, struct text b, size_t max);

#endif
