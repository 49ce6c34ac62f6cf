/* format/html_source.h - a template file cut into literal text and tags. */
#ifndef FORMAT_HTML_SOURCE_H
#define FORMAT_HTML_SOURCE_H

#include "format/html_int.h"

enum html_piece_kind { HTML_PIECE_END, HTML_PIECE_LITERAL, HTML_PIECE_TAG };

struct html_source {
	struct text name;
	struct text content;
	size_t at;
	size_t end; /* a block of a file ends before the file does */
	int line;
};

struct html_piece {
	enum html_piece_kind kind;
	struct text text; /* literal, or the inside of {{ }} without white space at its ends */
	size_t from;      /* where the piece begins in the file */
	int line;
};

MUST_USE enum err html_next_piece(struct html_source *s, struct html_piece *out, struct errinfo *e);

/* Skip to the {{/word}} that belongs to a block opened before; `inner` gets what was between. */
MUST_USE enum err html_skip_block(
        struct html_source *s, const char *word, struct html_source *inner, struct errinfo *e);

/* Put file and line of the source into an error that has none. */
enum err html_at(const struct html_source *s, int line, enum err code, struct errinfo *e);

/* First word of a tag, the rest in `*rest`. */
struct text html_word(struct text tag, struct text *rest);

#endif
