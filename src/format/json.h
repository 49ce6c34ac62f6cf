/* format/json.h - JSON (RFC 8259) as an immutable tree in an arena, and a writer.
 *
 * Reading is done by jansson and is strict: UTF-8, no duplicate keys, no NUL, no integers
 * beyond 64 bits, nothing after the value. Numbers keep a text form; a fraction longer
 * than 15 significant digits is refused, because a double would change it: exact decimals
 * are JSON strings everywhere in Amtsweg. */
#ifndef FORMAT_JSON_H
#define FORMAT_JSON_H

#include "base/buf.h"

enum {
	JSON_DEPTH_MAX = 64,
	JSON_SIZE_MAX = 32 << 20, /* bytes of input; the largest code list has 11,000 rows */
};

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json_member;

struct json {
	enum json_kind kind;
	bool boolean;
	struct text text; /* JSON_STRING: the value; JSON_NUMBER: its digits ("12", "0.5") */
	size_t count;     /* of items or members */
	union {
		struct json *items;
		struct json_member *members; /* in the order of the file */
	};
};

struct json_member {
	struct text name;
	struct json value;
};

/* ERR_INVALID with line and column in the message; `where` names the source ("form.json").
 * The tree lives in `a` and does not point into `t`. */
MUST_USE enum err json_parse(struct arena *a, struct text t, const char *where,
        const struct json **out, struct errinfo *e);

/* The member of an object, or NULL when it is absent or `j` is no object (NULL allowed). */
const struct json *json_get(const struct json *j, const char *name);
const struct json *json_get_text(const struct json *j, struct text name);
/* "a.b.c" step by step; items of arrays by "[1]" counting from 1 ("pages[2].id"). */
const struct json *json_at(const struct json *j, struct text path);

/* Values with a default where the member is absent or of another kind. */
struct text json_text(const struct json *j, const char *name); /* empty by default */
bool json_bool(const struct json *j, const char *name, bool otherwise);
int64_t json_int(const struct json *j, const char *name, int64_t otherwise);
/* The items of an array member; count 0 where it is absent. */
const struct json *json_items(const struct json *j, const char *name, size_t *count);

bool json_is(const struct json *j, enum json_kind kind); /* NULL gives false */
const char *json_kind_name(enum json_kind kind);

/* Builders for trees made by ourselves (all copies live in `a`). */
struct json json_from_text(struct text t);
struct json json_from_int(struct arena *a, int64_t value);
struct json json_from_bool(bool value);
struct json json_new_object(void);
struct json json_new_array(void);
/* Add a member or replace the one of the same name; add an item. Amortised. */
void json_set(struct arena *a, struct json *object, struct text name, struct json value);
void json_append(struct arena *a, struct json *array, struct json value);
struct json json_clone(struct arena *a, const struct json *j);
bool json_same(const struct json *x, const struct json *y); /* order of members is ignored */

/* Compact form, members in their order; `pretty` indents by two. */
void json_write(struct buf *b, const struct json *j);
void json_write_pretty(struct buf *b, const struct json *j);
/* A string with quotes and escapes, safe inside HTML too ("<" becomes \u003c). */
void json_write_string(struct buf *b, struct text t);

/* Writing without a tree: commas are set by the writer.
 *
 *	struct json_out o = json_out(&b);
 *	json_out_object(&o);
 *	json_out_name(&o, "number"); json_out_text(&o, number);
 *	json_out_end(&o);
 */
struct json_out {
	struct buf *buf;
	int depth;
	bool open[JSON_DEPTH_MAX];  /* something stands in this level */
	char close[JSON_DEPTH_MAX]; /* '}' or ']' */
	bool named;
};

struct json_out json_out(struct buf *b);
void json_out_object(struct json_out *o);
void json_out_array(struct json_out *o);
void json_out_end(struct json_out *o);
void json_out_name(struct json_out *o, const char *name);
void json_out_name_text(struct json_out *o, struct text name);
void json_out_text(struct json_out *o, struct text t);
void json_out_z(struct json_out *o, const char *z);
void json_out_int(struct json_out *o, int64_t value);
void json_out_bool(struct json_out *o, bool value);
void json_out_null(struct json_out *o);
void json_out_tree(struct json_out *o, const struct json *j);

#endif
