/* feel/parse.h - state of the parser, shared by its files. */
#ifndef FEEL_PARSE_H
#define FEEL_PARSE_H

#include "feel/lex.h"
#include "feel/tree.h"

enum { TREE_DEPTH_MAX = 3000 }; /* `1+1+1+...`: nodes below each other */

struct parser {
	struct arena *arena;
	struct text source;
	struct token tok;
	uint32_t last_end; /* end of the token before */
	const struct feel_scope *scope;
	struct local_name *locals;
	struct function *function;
	struct text pending; /* name of the context entry whose function is being read */
	unsigned nesting;
	unsigned range_depth; /* nesting where the end of a range is being read, 0 = nowhere */
	struct feel_diagnostics *diagnostics;
	size_t errors;
	size_t input_uses; /* how often `?` was named */
	bool strict;
	struct tree *tree;
	enum err err;
	struct errinfo *e;
};

/* All return NULL after an error. */
struct node *parse_expression(struct parser *p);
struct node *parse_additive(struct parser *p);
struct node *parse_primary(struct parser *p);
struct node *parse_name(struct parser *p);
struct node *parse_if(struct parser *p);
struct node *parse_for(struct parser *p);
struct node *parse_quantified(struct parser *p);
struct node *parse_function(struct parser *p);
struct node *parse_context(struct parser *p);
struct node *parse_bracket(struct parser *p);
struct node *parse_paren(struct parser *p);
struct node *parse_open_range(struct parser *p);
/* After `low ..`. */
struct node *parse_range_from(struct parser *p, uint32_t start, struct node *low, bool closed);
struct node *parse_path(struct parser *p, struct node *base);
struct node *parse_filter(struct parser *p, struct node *base);
struct node *parse_call(struct parser *p, struct node *base);
const struct feel_type *parse_type(struct parser *p);
/* A test after `in` or in a cell: `< 5`, a range, an expression. */
struct node *parse_test(struct parser *p);
struct node *parse_in(struct parser *p, struct node *value);
struct node *parse_cell(struct parser *p);

/* Tokens. */
void parser_seek(struct parser *p, size_t at);
void parser_next(struct parser *p);
bool parser_accept(struct parser *p, enum tok kind);
bool parser_accept_word(struct parser *p, enum keyword word);
bool parser_expect(struct parser *p, enum tok kind, const char *what);
bool parser_expect_word(struct parser *p, enum keyword word, const char *what);
bool parser_enter(struct parser *p);
void parser_leave(struct parser *p);
struct text token_text(const struct parser *p, struct token t);
/* Words up to `stop`, white space made normal; empty when there are none. */
struct text parser_words(struct parser *p, bool stop_at_keyword);

/* Errors and nodes. */
struct node *parse_error(struct parser *p, const char *expected);
void parse_diagnose(struct parser *p, enum feel_code code, struct feel_span span, struct text p0,
        struct text p1, struct text p2);
struct node *node_new(struct parser *p, enum node_kind kind, uint32_t start, size_t kids);
/* Take over span and depth of the kids once they are all there; NULL when too deep. */
struct node *node_done(struct parser *p, struct node *n);
struct node *node_const(struct parser *p, uint32_t start, struct feel_value v);

/* Names. */
struct local_name *local_push(struct parser *p, enum local_kind kind, struct text name,
        const struct feel_type *type, int slot);
int slot_new(struct parser *p);
/* Slot of a local in the function being parsed; captures it where needed. */
int local_reach(struct parser *p, const struct local_name *l);
bool scope_is_open(const struct parser *p);
struct node *node_local(struct parser *p, uint32_t start, const struct local_name *l);

/* What the types of the kids say about the node. */
void infer(struct parser *p, struct node *n);

#endif
