/* feel/compile.h - state of the code generator, shared by its files. */
#ifndef FEEL_COMPILE_H
#define FEEL_COMPILE_H

#include "feel/code.h"

struct coder {
	struct arena *arena;
	struct text source;
	const struct feel_scope *scope;
	uint32_t *words;
	size_t count, cap;
	int depth, depth_max; /* of the stack */
	int loops;
	struct feel_value *consts;
	size_t const_count, const_cap;
	struct name_ref *refs;
	size_t ref_count, ref_cap;
	struct text *names;
	size_t name_count, name_cap;
	const struct text **name_lists;
	size_t name_list_count, name_list_cap;
	struct shape *shapes;
	size_t shape_count, shape_cap;
	const struct feel_type **types;
	size_t type_count, type_cap;
	const struct feel_program **functions;
	size_t function_count, function_cap;
	struct span_mark *marks;
	size_t mark_count, mark_cap;
	enum err err;
	struct errinfo *e;
};

/* Append an instruction; its place for patch(). */
size_t emit(struct coder *c, enum opcode op, size_t operand);
size_t emit_two(struct coder *c, enum opcode op, size_t operand, size_t more);
/* Set the jump target (or last word) of the instruction at `at`. */
void patch(struct coder *c, size_t at, size_t target);
/* Diagnostics of the next instructions point at this span. */
void mark_span(struct coder *c, struct feel_span span);
size_t add_const(struct coder *c, struct feel_value v);
size_t add_name(struct coder *c, struct text name);
size_t add_name_list(struct coder *c, const struct text *names);

void gen(struct coder *c, const struct node *n);
void gen_for(struct coder *c, const struct node *n);
void gen_quantified(struct coder *c, const struct node *n);
void gen_filter(struct coder *c, const struct node *n);
/* The value of a node that is known now: literals, ranges of them, conversions of texts. */
bool fold(struct coder *c, const struct node *n, struct feel_value *out);

#endif
