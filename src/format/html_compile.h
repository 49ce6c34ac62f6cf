/* format/html_compile.h - what the parts of the template compiler share. */
#ifndef FORMAT_HTML_COMPILE_H
#define FORMAT_HTML_COMPILE_H

#include "format/html_source.h"

enum {
	HTML_BLOCKS_MAX = 16,
	HTML_SUBS_MAX = 64,
	HTML_INCLUDES_MAX = 16,
	HTML_ARGS_MAX = 16,
};

struct html_block {
	struct text name;
	struct html_source source;
	bool used;
};

/* A partial called with a struct. */
struct html_sub {
	struct text name;
	const struct html_type *type;
	size_t address;
};

struct html_compiler {
	struct html_set *set;
	struct html_scope scope;
	struct html_context context;
	struct html_source *source; /* being read */
	struct html_piece piece;    /* last one read */
	struct html_op *ops;
	size_t count, cap;
	struct html_block blocks[HTML_BLOCKS_MAX];
	size_t block_count;
	struct html_sub subs[HTML_SUBS_MAX];
	size_t sub_count;
	int includes;
	int nesting;
	int loops; /* around us in this subroutine */
	bool in_layout;
	uint64_t frame_used;
	struct errinfo *e;
};

/* html_compile.c: the program as it grows, tags, pages. */
enum err html_wrong(struct html_compiler *c, const char *why);
MUST_USE enum err html_add_op(struct html_compiler *c, enum html_code code, size_t *out);
MUST_USE enum err html_add_literal(struct html_compiler *c, struct text literal);
MUST_USE enum err html_compile_tag(struct html_compiler *c, struct text tag);
MUST_USE enum err html_open(struct html_compiler *c, struct text name, struct html_source *out);
/* Up to a closing tag or {{else}}, which is left in c->piece, or to the end of the source. */
MUST_USE enum err html_compile_pieces(struct html_compiler *c);
/* The whole of a source, which must not end inside of a block. */
MUST_USE enum err html_compile_source(struct html_compiler *c, struct html_source s);

/* html_value.c: values and texts. */
MUST_USE enum err html_bind_path(struct html_compiler *c, struct text path, struct html_found *f);
bool html_is_value(enum html_kind kind);
bool html_counter_of(struct text name, enum html_counter *out);
MUST_USE enum err html_compile_value(struct html_compiler *c, struct text path);
MUST_USE enum err html_compile_raw(struct html_compiler *c, struct text path);
MUST_USE enum err html_compile_asset(struct html_compiler *c, struct text name);
MUST_USE enum err html_compile_words(struct html_compiler *c, struct text tag);

/* html_block.c: conditions, lists, slots, partials. */
MUST_USE enum err html_compile_block(struct html_compiler *c, struct text word, struct text rest);
MUST_USE enum err html_compile_slot(struct html_compiler *c, struct text name, bool has_default);
MUST_USE enum err html_compile_partial(struct html_compiler *c, struct text tag);
/* Subroutines are written behind the page; they may call further ones. */
MUST_USE enum err html_compile_subs(struct html_compiler *c);

#endif
