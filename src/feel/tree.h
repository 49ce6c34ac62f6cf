/* feel/tree.h - the typed tree between parser and code generator. It lives only while an
 * expression is compiled. */
#ifndef FEEL_TREE_H
#define FEEL_TREE_H

#include "feel/types.h"

enum node_kind {
	NODE_CONST,     /* value */
	NODE_LOCAL,     /* slot */
	NODE_NAME,      /* name: looked up in the environment */
	NODE_ITEM_NAME, /* name in the item in slot, else kids[0] */
	NODE_SELF,      /* the function this stands in */
	NODE_BUILTIN,   /* builtin as a value */
	NODE_NEG,
	NODE_BINARY, /* op: enum binary_op */
	NODE_AND,
	NODE_OR,
	NODE_BETWEEN,
	NODE_IN,     /* kids[0] in one of kids[1..]; slot keeps the value */
	NODE_NOT_IN, /* the same, negated: not(tests) */
	NODE_IF,
	NODE_FOR,  /* iterators, kids[0] body; slot is `partial` */
	NODE_SOME, /* iterators, kids[0] condition */
	NODE_EVERY,
	NODE_LIST,
	NODE_CONTEXT,      /* names, kids, each kept in its slot */
	NODE_RANGE,        /* kids[0]..kids[1], low_closed, high_closed */
	NODE_TEST,         /* (op kids[0]): test */
	NODE_PATH,         /* kids[0].name */
	NODE_FILTER,       /* kids[0][kids[1]]; slot is the item */
	NODE_CALL,         /* kids[0](kids[1..]), names when named */
	NODE_CALL_BUILTIN, /* builtin, kids are the arguments in order; NULL = not given */
	NODE_FUNCTION,     /* inner */
	NODE_INSTANCE,     /* kids[0] instance of of_type */
	NODE_FAIL,         /* null at run time with diagnostic op: name, names[0] */
};

enum binary_op {
	OP_ADD,
	OP_SUB,
	OP_MUL,
	OP_DIV,
	OP_POW,
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
};

struct iterator {
	int slot;
	struct node *from, *to; /* `to` NULL: a list */
};

struct node {
	enum node_kind kind;
	uint8_t op;
	bool low_closed, high_closed;
	bool maybe_null;
	bool is_cell;            /* NODE_IN of a cell */
	bool uses_input;         /* a test that names `?` */
	int slot, builtin, read; /* read: index of the name it extends, -1 = none */
	unsigned depth;
	struct feel_span span;
	const struct feel_type *type; /* NULL = any */
	const struct feel_type *of_type;
	struct feel_value value;
	struct text name;
	struct node **kids;
	struct text *names;
	int *slots;
	size_t count;
	struct iterator *iterators;
	size_t iterator_count;
	struct function *inner;
};

/* A value taken from the function around: its slot there and here. */
struct capture {
	int from, to;
};

/* A function literal, or the whole expression. */
struct function {
	struct function *outer;
	const struct feel_field *params;
	size_t param_count;
	struct node *body;
	int slots, loops;
	struct capture *captures;
	size_t capture_count, capture_cap;
	bool uses_env;
};

/* A name the parser itself brought into scope. */
enum local_kind { LOCAL_NAME, LOCAL_ITEM, LOCAL_SELF };

struct local_name {
	struct local_name *outer;
	enum local_kind kind;
	struct text name;
	const struct feel_type *type;
	int slot;
	struct function *function;
};

struct tree {
	struct function *top;
	struct feel_read *reads;
	size_t read_count, read_cap;
	int input_slot; /* `?`, or -1 */
};

struct parse_request {
	struct arena *arena;
	struct text source;
	const struct feel_scope *scope;
	bool tests; /* unary tests with this type of `?` */
	const struct feel_type *input;
	unsigned flags;
	struct feel_diagnostics *diagnostics;
};

/* ERR_INVALID with at least one diagnostic, ERR_LIMIT when too deep. */
enum err tree_parse(const struct parse_request *q, struct tree *out, struct errinfo *e);

#endif
