/* feel/lex.h - tokens with their place in the text (DMN 1.5, 10.3.1.2).
 *
 * Names with blanks are no tokens: the parser, which knows the scope, joins them. White
 * space and comments separate tokens. */
#ifndef FEEL_LEX_H
#define FEEL_LEX_H

#include "feel/feel_int.h"

enum tok {
	TOK_END,
	TOK_NAME, /* one word; keywords too */
	TOK_NUMBER,
	TOK_STRING,
	TOK_BAD, /* no token of FEEL, or a text without end */
	TOK_PLUS,
	TOK_MINUS,
	TOK_STAR,
	TOK_SLASH,
	TOK_POWER,
	TOK_EQ,
	TOK_NE,
	TOK_LT,
	TOK_LE,
	TOK_GT,
	TOK_GE,
	TOK_OPEN,
	TOK_CLOSE,
	TOK_BRACKET,
	TOK_UNBRACKET,
	TOK_BRACE,
	TOK_UNBRACE,
	TOK_COMMA,
	TOK_COLON,
	TOK_DOT,
	TOK_DOTS,
	TOK_AT,
	TOK_ARROW,
};

enum keyword {
	WORD_NONE,
	WORD_AND,
	WORD_BETWEEN,
	WORD_ELSE,
	WORD_EVERY,
	WORD_EXTERNAL,
	WORD_FALSE,
	WORD_FOR,
	WORD_FUNCTION,
	WORD_IF,
	WORD_IN,
	WORD_INSTANCE,
	WORD_NULL,
	WORD_OF,
	WORD_OR,
	WORD_RETURN,
	WORD_SATISFIES,
	WORD_SOME,
	WORD_THEN,
	WORD_TRUE,
};

struct token {
	enum tok kind;
	enum keyword word;
	uint32_t start, end; /* bytes */
};

/* The token at or after `at`. */
struct token lex_next(struct text source, size_t at);
/* The value of a string token; false for a bad escape. */
struct text lex_string(struct arena *a, struct text quoted);

#endif
