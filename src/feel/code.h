/* feel/code.h - the compiled form: words of code for a machine with slots and a stack.
 *
 * A word is an opcode in its low 8 bits and an operand above; some opcodes take further
 * words. One row an opcode: name, further words, values popped, values pushed (-1: it
 * depends on the operand). */
#ifndef FEEL_CODE_H
#define FEEL_CODE_H

#include "feel/builtin.h"
#include "feel/tree.h"

#define FEEL_OPCODES(X)                                                                            \
	X(CONST, 0, 0, 1)     /* constant */                                                       \
	X(LOAD, 0, 0, 1)      /* slot */                                                           \
	X(STORE, 0, 1, 0)     /* slot */                                                           \
	X(NAME, 0, 0, 1)      /* reference: from the environment */                                \
	X(ITEM_NAME, 2, 0, 1) /* slot, name, target: entry of the item, then jump */               \
	X(SELF, 0, 0, 1)      /* the running function */                                           \
	X(FIELD, 0, 1, 1)     /* name */                                                           \
	X(ADD, 0, 2, 1)                                                                            \
	X(SUB, 0, 2, 1)                                                                            \
	X(MUL, 0, 2, 1)                                                                            \
	X(DIV, 0, 2, 1)                                                                            \
	X(POW, 0, 2, 1)                                                                            \
	X(EQ, 0, 2, 1)                                                                             \
	X(NE, 0, 2, 1)                                                                             \
	X(LT, 0, 2, 1)                                                                             \
	X(LE, 0, 2, 1)                                                                             \
	X(GT, 0, 2, 1)                                                                             \
	X(GE, 0, 2, 1)                                                                             \
	X(NEG, 0, 1, 1)                                                                            \
	X(NOT, 0, 1, 1)                                                                            \
	X(BETWEEN, 0, 3, 1)                                                                        \
	X(AND, 0, 2, 1)                                                                            \
	X(OR, 0, 2, 1)                                                                             \
	X(IN, 0, 2, 1)           /* value, test */                                                 \
	X(IN_CELL, 0, 2, 1)      /* the same; true is a hit where the value is no boolean */       \
	X(IN_INPUT, 0, 2, 1)     /* the test names `?`: its truth counts */                        \
	X(JUMP, 0, 0, 0)         /* target */                                                      \
	X(JUMP_FALSE, 0, 0, 0)   /* target: jump when the top is false, keep it */                 \
	X(JUMP_TRUE, 0, 0, 0)    /* target */                                                      \
	X(BRANCH, 1, 1, 0)       /* target when false or null, target when no boolean */           \
	X(LIST, 0, -1, 1)        /* count */                                                       \
	X(CONTEXT, 0, 0, 1)      /* shape: from slots */                                           \
	X(RANGE, 0, 2, 1)        /* 1 low closed, 2 high closed */                                 \
	X(TEST, 0, 1, 1)         /* enum feel_test */                                              \
	X(INDEX, 0, 2, 1)        /* list, number */                                                \
	X(LOOP_VALUE, 0, 1, 0)   /* loop: over a list, a range or one value */                     \
	X(LOOP_RANGE, 0, 2, 0)   /* loop: from, to */                                              \
	X(LOOP_NEXT, 2, 0, 0)    /* loop, slot, target when there is no more */                    \
	X(COLLECT, 0, 0, 0)      /* loop: begin a list */                                          \
	X(COLLECT_SEEN, 1, 0, 0) /* loop, slot: the list so far */                                 \
	X(COLLECT_ADD, 0, 1, 0)  /* loop */                                                        \
	X(COLLECT_END, 0, 0, 1)  /* loop */                                                        \
	X(FILTER, 0, 1, 0)       /* loop: begin */                                                 \
	X(FILTER_NEXT, 2, 0, 0)  /* loop, slot, target when there is no more */                    \
	X(FILTER_TAKE, 1, 1, 0)  /* loop, target when the condition was an index */                \
	X(FILTER_END, 0, 0, 1)   /* loop */                                                        \
	X(CALL, 1, -1, 1)        /* count, 1 + names or 0 */                                       \
	X(BUILTIN, 1, -1, 1)     /* row, count */                                                  \
	X(CLOSURE, 0, 0, 1)      /* function */                                                    \
	X(INSTANCE, 0, 1, 1)     /* type */                                                        \
	X(FAIL, 2, 0, 1)         /* diagnostic, name, name */                                      \
	X(RETURN, 0, 1, 0)

enum opcode {
#define X(name, words, pops, pushes) CODE_##name,
	FEEL_OPCODES(X)
#undef X
	        CODE_COUNT,
};

/* Where a name of the environment most likely is: scope from the innermost, and index. */
struct name_ref {
	struct text name;
	uint16_t level, index;
};

struct span_mark {
	uint32_t at; /* from this word on */
	struct feel_span span;
};

struct shape {
	const struct text *names;
	const int *slots;
	size_t count;
};

struct feel_program {
	struct text source;
	const uint32_t *words;
	const struct feel_value *consts;
	const struct name_ref *refs;
	const struct text *names;
	const struct text *const *name_lists;
	const struct shape *shapes;
	const struct feel_type *const *types;
	const struct feel_program *const *functions;
	const struct span_mark *marks;
	size_t mark_count;
	const struct capture *captures;
	size_t capture_count;
	const struct feel_field *params;
	size_t param_count;
	const struct feel_type *result; /* declared or inferred, NULL = any */
	size_t slots, loops, stack;
	bool uses_env;
};

struct feel_expr {
	const struct feel_program *program;
	const struct feel_type *type;
	bool maybe_null;
	int input_slot;
	const struct feel_read *reads;
	size_t read_count;
	const struct feel_value *constants; /* of tests that are nothing else, or NULL */
	size_t constant_count;
};

/* Code for a function of the tree. */
MUST_USE enum err code_generate(struct arena *a, struct text source, const struct feel_scope *scope,
        const struct function *f, const struct feel_program **out, struct errinfo *e);

const char *opcode_name(enum opcode op);

#endif
