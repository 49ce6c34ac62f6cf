/* format/html.h - pages from template files, bound to C structs, escaped by context.
 *
 * A template is read once at start, checked against the struct it is bound to and compiled
 * into a flat program; rendering allocates nothing. A member that does not exist, a member
 * of the wrong kind, an unknown text key or a value at a place where it cannot be escaped
 * (unquoted attribute, tag name, script, style, comment, on... attribute) is an error at
 * load, with file and line.
 *
 *	{{path.to.member}}            the value, escaped for where it stands
 *	{{../path}}                   a member of the struct around the item
 *	{{raw path}}                  only for members of type struct html_markup, only in text
 *	{{t key}} {{t key a=path b=path}}   a text of the language; every placeholder is given
 *	{{#if path}}..{{else}}..{{/if}}     true, not 0, not empty, not NULL
 *	{{#unless path}}..{{/unless}}
 *	{{#is path "word"}}..{{else}}..{{/is}}   a text equal to the word
 *	{{#each list}}..{{else}}..{{/each}} items first, then outer members; `else` when empty;
 *	                              this, @index (from 0), @number (from 1), @first, @last
 *	{{> partials/name}}           the file put in here, with all that is in sight
 *	{{> partials/name path}}      called with one struct (or `this`); sees that, the root
 *	                              and the frame; may call itself (at most HTML_DEPTH_MAX)
 *	{{layout portal}}             first tag of a page: the file layout_portal.html;
 *	                              the page's {{#block name}}..{{/block}} fill its
 *	                              {{#slot name}}default{{/slot}}
 *	{{asset file.css}}            the address of a static file, from html_set_asset
 *	{{! remark }}
 *
 * A tag alone on its line takes the line with it. Names are searched in the innermost item,
 * outwards to the root struct, then in the frame (what every page has; its members are
 * reached by the name given in html_new, e.g. `page.csrf`).
 *
 * URL attributes (href, src, action, formaction, cite, poster): a value at the start must be
 * relative, http, https, mailto or tel, else "#" is written; after literal text it is
 * percent-encoded as one component.
 *
 * Kinds come from C types: struct text, const char * (NULL is empty), bool, int, int64_t,
 * size_t, struct html_markup. Another type does not compile. */
#ifndef FORMAT_HTML_H
#define FORMAT_HTML_H

#include "base/buf.h"
#include "format/texts.h"

enum {
	HTML_DEPTH_MAX = 12,       /* partials calling partials while rendering */
	HTML_NESTING_MAX = 24,     /* blocks within blocks in the files */
	HTML_FILE_MAX = 256 << 10, /* bytes */
	HTML_OPS_MAX = 64 << 10,   /* instructions of one page, all partials included */
};

/* Markup made by this program (process drawings, charts, checked Markdown): the only type
 * {{raw}} takes. Never put anything into it that a person typed. */
struct html_markup {
	struct text html;
};

enum html_kind {
	HTML_KIND_NONE,
	HTML_KIND_TEXT,
	HTML_KIND_CSTR,
	HTML_KIND_BOOL,
	HTML_KIND_INT,
	HTML_KIND_INT64,
	HTML_KIND_SIZE,
	HTML_KIND_MARKUP,
	HTML_KIND_LIST, /* pointer to items and a size_t count */
	HTML_KIND_SUB,  /* a struct inside */
	HTML_KIND_REF,  /* a pointer to a struct; NULL is empty */
};

struct html_type;

struct html_member {
	const char *name;
	enum html_kind kind;
	size_t offset;
	size_t count_offset;
	size_t size; /* of an item, sub or target; compared with its type at load */
	const struct html_type *type;
};

/* Describes a struct to templates; constant, usually file-static:
 *
 *	struct row { struct text title; int days; };
 *	static const struct html_type row_type = HTML_TYPE(struct row,
 *		HTML_MEMBER(struct row, title), HTML_MEMBER(struct row, days));
 *	struct start { struct row *rows; size_t row_count; };
 *	static const struct html_type start_type = HTML_TYPE(struct start,
 *		HTML_LIST(struct start, rows, row_count, &row_type));
 *
 * For a list of texts the item type is &html_text_item (use {{this}}). A type may refer to
 * itself through a list or ref (declare it `static const struct html_type x;` before). */
struct html_type {
	const char *name;
	size_t size;
	const struct html_member *members; /* ended by a NULL name */
};

/* clang-format off */
#define HTML_TYPE(struct_, ...)                                                                    \
	{                                                                                          \
		.name = #struct_, .size = sizeof(struct_),                                         \
		.members = (const struct html_member[]){__VA_ARGS__, {0}}                          \
	}

#define HTML_KIND_OF(struct_, member_)                                                             \
	_Generic(&((struct_ *)0)->member_,                                                         \
		struct text *: HTML_KIND_TEXT, const char **: HTML_KIND_CSTR,                      \
		char **: HTML_KIND_CSTR, bool *: HTML_KIND_BOOL, int *: HTML_KIND_INT,             \
		int64_t *: HTML_KIND_INT64, size_t *: HTML_KIND_SIZE,                              \
		struct html_markup *: HTML_KIND_MARKUP)
/* clang-format on */
#define HTML_MEMBER(struct_, member_)                                                              \
	{                                                                                          \
		.name = #member_, .kind = HTML_KIND_OF(struct_, member_),                          \
		.offset = offsetof(struct_, member_)                                               \
	}
#define HTML_LIST(struct_, items_, count_, type_)                                                  \
	{                                                                                          \
		.name = #items_, .kind = HTML_KIND_LIST, .offset = offsetof(struct_, items_),      \
		.count_offset = offsetof(struct_, count_), .size = sizeof *((struct_ *)0)->items_, \
		.type = (type_)                                                                    \
	}
#define HTML_SUB(struct_, member_, type_)                                                          \
	{                                                                                          \
		.name = #member_, .kind = HTML_KIND_SUB, .offset = offsetof(struct_, member_),     \
		.size = sizeof((struct_ *)0)->member_, .type = (type_)                             \
	}
#define HTML_REF(struct_, member_, type_)                                                          \
	{                                                                                          \
		.name = #member_, .kind = HTML_KIND_REF, .offset = offsetof(struct_, member_),     \
		.size = sizeof *((struct_ *)0)->member_, .type = (type_)                           \
	}

extern const struct html_type html_text_item; /* struct text, shown by {{this}} */

/* The files of a folder, read when a page asks for them. `frame_name` ("page") is how
 * templates reach the struct of type `frame` that every rendering gets beside its own. All
 * three stay valid as long as the set, which lives in `a`. */
struct html_set;
struct html_set *html_new(struct arena *a, const char *dir, const struct texts *texts,
        const char *frame_name, const struct html_type *frame);

/* How {{asset name}} becomes an address; asked while compiling. An empty text: no such file. */
void html_set_asset(
        struct html_set *s, struct text (*address)(void *self, struct text name), void *self);

/* For tests and fuzzing: a file from memory, found before the folder is asked. */
void html_add_file(struct html_set *s, struct text name, struct text content);

/* Compile <dir>/<name>.html bound to `root`. The page lives as long as the set. ERR_INVALID
 * with file and line; ERR_NOT_FOUND; ERR_LIMIT. */
struct html_page;
MUST_USE enum err html_compile(struct html_set *s, const char *name, const struct html_type *root,
        const struct html_page **out, struct errinfo *e);

/* True when the page shows this member of the frame anywhere ("csrf"). */
bool html_page_uses(const struct html_page *p, const char *frame_member);

/* Write the page. `frame` and `root` are structs of the types it was compiled for. What
 * does not fit leaves `out->over` set (ERR_LIMIT). Any thread. */
MUST_USE enum err html_render(const struct html_page *p, int language, const void *frame,
        const void *root, struct buf *out, struct errinfo *e);

/* Escaping for text and quoted attributes, for the few places that build markup in C. */
void html_escape(struct buf *out, struct text t);

#endif
