/* format/html_int.h - the compiled form of a page and the state of HTML while compiling. */
#ifndef FORMAT_HTML_INT_H
#define FORMAT_HTML_INT_H

#include "format/html.h"

enum {
	HTML_DEREFS_MAX = 4,
	HTML_LEVELS_MAX = HTML_NESTING_MAX + 3, /* frame, root, called item, loops */
	HTML_FRAME_MEMBERS_MAX = 64,
	HTML_TAG_NAME_MAX = 16,
};

/* Where in HTML we are ------------------------------------------------------------------ */

enum html_state {
	HTML_DATA,
	HTML_TAG_OPEN, /* after < */
	HTML_END_TAG,  /* after </ */
	HTML_TAG_NAME,
	HTML_IN_TAG, /* between attributes */
	HTML_ATTR_NAME,
	HTML_AFTER_NAME,
	HTML_BEFORE_VALUE, /* after = */
	HTML_VALUE_DOUBLE,
	HTML_VALUE_SINGLE,
	HTML_VALUE_BARE,
	HTML_DECLARATION, /* <!doctype, <? */
	HTML_COMMENT,
	HTML_RAW,    /* script, style and their like: nothing may be put in */
	HTML_RCDATA, /* title, textarea */
};

enum html_attr { HTML_ATTR_PLAIN, HTML_ATTR_URL, HTML_ATTR_FORBIDDEN };

struct html_context {
	enum html_state state;
	enum html_attr attr;
	bool started;                 /* the value of the attribute has something in it */
	bool closing;                 /* the tag is an end tag */
	size_t run;                   /* of characters that may end a comment or element */
	bool scheme_over;             /* no colon can begin an address any more */
	char name[HTML_TAG_NAME_MAX]; /* of the tag */
	char attr_name[HTML_TAG_NAME_MAX];
	char scheme[HTML_TAG_NAME_MAX]; /* of an address, as far as it was read */
	char close[HTML_TAG_NAME_MAX];  /* RAW, RCDATA: the element that must end */
};

/* Follow literal text. False: the text breaks a rule, `*why` says which. */
bool html_feed(struct html_context *c, struct text literal, const char **why);
/* Before a block tag: inside a tag, a name that was begun is finished. */
void html_settle(struct html_context *c);
/* The same place? `started` is joined into `a`. */
bool html_join(struct html_context *a, const struct html_context *b);

enum html_escape {
	HTML_ESCAPE_NONE, /* no value may stand here */
	HTML_ESCAPE_TEXT, /* text, RCDATA and quoted attributes: & < > " ' */
	HTML_ESCAPE_URL,  /* a whole address */
	HTML_ESCAPE_PART, /* a component of an address */
};

/* How a value must be written at this place; NONE with a reason. */
enum html_escape html_place(const struct html_context *c, const char **why);

/* The program ------------------------------------------------------------------------------ */

struct html_path {
	uint8_t level;  /* 0 frame, 1 root, 2.. items */
	uint8_t derefs; /* pointers to follow */
	uint32_t offset[HTML_DEREFS_MAX + 1];
};

enum html_code {
	HTML_LITERAL,
	HTML_VALUE,
	HTML_RAW_VALUE,
	HTML_WORDS,      /* a text of the language, escaped when compiled */
	HTML_WORDS_ARGS, /* with placeholders */
	HTML_JUMP,
	HTML_UNLESS, /* jump when the condition is false */
	HTML_UNLESS_IS,
	HTML_UNLESS_COUNTER,
	HTML_EACH, /* begin or jump to `target` when empty */
	HTML_NEXT, /* next item at `target` or go on */
	HTML_COUNTER,
	HTML_CALL,
	HTML_RETURN,
};

enum html_counter { HTML_INDEX, HTML_NUMBER, HTML_FIRST, HTML_LAST };

struct html_arg {
	const char *name;
	enum html_kind kind;
	struct html_path path;
};

struct html_op {
	enum html_code code;
	enum html_kind kind;
	enum html_escape escape;
	enum html_counter counter;
	bool negate;
	uint8_t level; /* of the items of EACH, NEXT */
	int key;
	size_t target;
	ptrdiff_t count_offset; /* EACH: from the pointer to the count */
	size_t size;            /* EACH: of an item; WORDS_ARGS: number of args */
	struct html_path path;
	union {
		struct text text;            /* LITERAL, UNLESS_IS */
		const struct text *words;    /* WORDS, by language */
		const struct html_arg *args; /* WORDS_ARGS */
	};
};

struct html_page {
	const char *name;
	const struct texts *texts;
	const struct html_op *ops;
	const struct html_type *frame;
	uint64_t frame_used; /* by number of the member */
};

struct html_file {
	struct text name;
	struct text content;
};

struct html_set {
	struct arena *arena;
	const char *dir;
	const struct texts *texts;
	const char *frame_name;
	const struct html_type *frame;
	struct text (*asset)(void *self, struct text name);
	void *asset_self;
	struct html_file *files;
	size_t file_count, file_cap;
};

/* The content of <name>.html, read once. */
MUST_USE enum err html_file(
        struct html_set *s, struct text name, const struct html_file **out, struct errinfo *e);

void html_escape_url(struct buf *out, struct text t);
void html_escape_part(struct buf *out, struct text t);

/* Names in sight and what they mean (html_bind.c) ---------------------------------------------- */

struct html_scope {
	const struct html_type *types[HTML_LEVELS_MAX];
	size_t count; /* level 0 frame, 1 root, then items */
};

struct html_found {
	enum html_kind kind;
	struct html_path path;
	const struct html_type *type; /* LIST: of the items; SUB, REF */
	ptrdiff_t count_offset;       /* LIST: from the pointer to the count */
	size_t size;
};

/* "person.name", "this". ERR_INVALID names what is missing. */
MUST_USE enum err html_bind(const struct html_set *s, const struct html_scope *scope,
        struct text path, struct html_found *out, uint64_t *frame_used, struct errinfo *e);

#endif
