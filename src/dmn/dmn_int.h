/* dmn/dmn_int.h - the compiled model, shared by the files of the room.
 *
 * A unit is a model file with its imports. Nodes are what can be required or called: input
 * data, decisions, knowledge models, services; they stand in one array over all units. A
 * box is a boxed expression whose texts are compiled against the scope it stands in. */
#ifndef DMN_DMN_INT_H
#define DMN_DMN_INT_H

#include "dmn/dmn.h"
#include "format/xml.h"

struct unit;
struct node;

/* A type as written: the FEEL type and, for an item definition, what it allows. */
struct item_type {
	struct text name;
	struct unit *unit;
	const struct xml *xml;
	const struct feel_type *type;    /* NULL while it is being resolved */
	const struct feel_expr *allowed; /* of the value, or of each item of a collection */
	const struct feel_expr *whole;   /* of the collection as a whole (typeConstraint) */
	struct text allowed_text;
	const struct item_type *base;         /* the definition it refers to */
	const struct item_type *const *parts; /* of the fields of a context */
	size_t part_count;
	bool collection, resolving, resolved;
};

struct import {
	struct text name, space;
	struct unit *unit; /* NULL: not among the sources */
};

struct unit {
	struct text name, space, where;
	const struct xml *root;
	struct import *imports;
	size_t import_count;
	struct item_type *types;
	size_t type_count;
	struct feel_field *type_names; /* for the scopes of expressions, imports included */
	size_t type_name_count;
	struct node *nodes;
	size_t node_count;
	bool visited;
};

enum box_kind {
	BOX_NONE,   /* no logic */
	BOX_FAILED, /* could not be compiled: `why` is said again at run time */
	BOX_LITERAL,
	BOX_CONSTANT, /* a literal expression whose value is known */
	BOX_CONTEXT,
	BOX_TABLE,
	BOX_INVOCATION,
	BOX_FUNCTION,
	BOX_LIST,
	BOX_RELATION,
	BOX_CONDITIONAL,
	BOX_FILTER,
	BOX_FOR,
	BOX_SOME,
	BOX_EVERY,
};

struct box_entry {
	struct text name; /* empty: the result of the context */
	const struct item_type *type;
	struct box *box;
};

struct box {
	enum box_kind kind;
	struct text element;
	const struct item_type *type;  /* declared, NULL = any */
	const struct feel_type *known; /* declared or inferred */
	const struct feel_expr *expr;  /* literal; iteration of a loop */
	struct feel_value constant;
	const struct feel_diagnostic *why;
	size_t why_count;
	struct box_entry *entries; /* of contexts, bindings, lists, rows in order, parts */
	size_t count;
	size_t columns; /* of a relation */
	struct feel_field *params;
	size_t param_count;
	struct text variable; /* of a loop */
	struct table *table;
};

enum hit_policy {
	HIT_UNIQUE,
	HIT_FIRST,
	HIT_PRIORITY,
	HIT_ANY,
	HIT_COLLECT,
	HIT_RULE_ORDER,
	HIT_OUTPUT_ORDER,
};

enum aggregation { SUM_NONE, SUM_SUM, SUM_COUNT, SUM_MIN, SUM_MAX };

struct table_input {
	struct text text;
	struct box *expr;
	const struct feel_expr *allowed;
	struct text allowed_text;
	const struct feel_type *type;
};

struct table_output {
	struct text name;
	const struct item_type *type;
	const struct feel_value *priorities; /* highest first */
	size_t priority_count;
	struct box *otherwise; /* default output, may be NULL */
};

/* A cell's test. Constant tests are looked at without the machine. */
enum cell_kind { CELL_ANY, CELL_TESTS, CELL_CONSTANT, CELL_FAILED };

struct cell {
	enum cell_kind kind;
	const struct feel_expr *tests;
	const struct feel_value *values; /* CELL_CONSTANT: one of them */
	size_t count;
	const struct box *failed;
};

struct table_rule {
	struct text id, annotation;
	struct cell *cells;
	struct box **outputs;
};

/* Rules by the value of one column. The constants of the column cut its values into
 * stretches: below the first point, the point, between, ... Each has the rules whose cell
 * takes it, in their order. */
struct table_index {
	size_t column;
	const struct feel_value *points; /* ascending, of one kind */
	size_t count;
	const uint32_t *starts; /* 2 * count + 2: first entry in `rules` of each stretch */
	const uint32_t *rules;
};

struct table {
	enum hit_policy policy;
	enum aggregation aggregation;
	struct table_input *inputs;
	size_t input_count;
	struct table_output *outputs;
	size_t output_count;
	struct table_rule *rules;
	size_t rule_count;
	const struct table_index *index; /* NULL: all rules are looked at */
};

struct requirement {
	struct text alias; /* import it comes by; empty: its own name */
	struct node *node;
};

struct node {
	struct dmn_item item;
	struct unit *unit;
	const struct xml *xml;
	size_t index; /* in the model */
	const struct item_type *type;
	struct requirement *needs;
	size_t need_count;
	struct feel_field *names; /* what its expression sees: one per need or alias */
	size_t name_count;
	struct feel_field *params; /* of knowledge models and services */
	const struct item_type **param_types;
	size_t param_count;
	struct box *logic;
	struct node **outputs, **inputs; /* of services; inputs are the parameters */
	size_t output_count, input_count;
	enum { NODE_RAW, NODE_OPEN, NODE_DONE } state;
};

struct dmn_model {
	struct unit *units;
	size_t unit_count;
	struct unit *main;
	struct node **nodes;
	size_t node_count;
	const struct dmn_item *items; /* of the main unit, as its nodes */
	size_t item_count;
};

/* While a model is built. */
struct builder {
	struct arena *arena;
	struct arena *sources; /* the XML trees; gone when the model is built */
	struct arena *scratch; /* for texts that turn out to be constants */
	struct dmn_model *model;
	struct feel_diagnostics *diagnostics;
	struct text element; /* of diagnostics */
	int row, column;
	unsigned flags, depth;
	struct unit *unit;
	enum err err;
	struct errinfo *e;
};

/* read.c: units, nodes and requirements from XML. */
enum err read_units(
        struct builder *b, const struct dmn_source *sources, size_t count, struct errinfo *e);
enum err read_nodes(struct builder *b, struct errinfo *e);
struct node *node_by_href(struct builder *b, const struct unit *from, struct text href);
void build_note(struct builder *b, enum feel_code code, struct text p0, struct text p1);

/* types.c */
void read_types(struct builder *b, struct unit *u);
void resolve_types(struct builder *b, struct unit *u);
/* The type a typeRef names; NULL for none or unknown (noted). */
const struct item_type *type_by_ref(struct builder *b, const struct unit *u, struct text ref);
const struct feel_type *feel_type_of(const struct item_type *t);
/* Coerce to the type and check what it allows; null with a note when it does not fit. */
enum err type_check(struct feel_run *r, const struct item_type *t, struct text what,
        struct feel_value *v, struct errinfo *e);

/* nodes.c */
void compile_node(struct builder *b, struct node *n);

/* box.c: compiling; never NULL. */
struct box *compile_box(struct builder *b, const struct xml *x, const struct feel_scope *scope);
struct box *compile_text(struct builder *b, struct text t, const struct feel_scope *scope);
/* The same for texts that mostly are constants: then only the value is kept. */
struct box *compile_constant(struct builder *b, struct text t, const struct feel_scope *scope);
struct box *compile_only_child(
        struct builder *b, const struct xml *x, const struct feel_scope *scope);
struct box *box_new(struct builder *b, enum box_kind kind, const struct xml *x);
bool is_expression(const struct xml *x);
/* table.c */
void compile_table(
        struct builder *b, struct box *box, const struct xml *x, const struct feel_scope *scope);
/* index.c: the column that leaves the fewest rules, or NULL. */
const struct table_index *build_index(struct arena *a, const struct table *t);
/* The rules that can match this value; false: any of them. */
bool index_find(const struct table_index *index, struct feel_value v, const uint32_t **rules,
        size_t *count);
struct feel_scope scope_in(const struct builder *b, const struct feel_scope *outer,
        const struct feel_field *names, size_t count);

enum { EVAL_NO, EVAL_OPEN, EVAL_DONE };

/* Evaluation of nodes: each once. */
struct evaluation {
	const struct dmn_model *model;
	struct feel_run *run;
	const struct feel_env *given;
	struct feel_value *values;
	uint8_t *done; /* per node: EVAL_NO, EVAL_OPEN, EVAL_DONE */
	struct dmn_trace *trace;
	struct dmn_trace_step *step; /* of the node being evaluated, when traced */
	struct errinfo *e;
};

enum err eval_node(struct evaluation *ev, const struct node *n, struct feel_value *out);
enum err eval_box(struct evaluation *ev, const struct box *box, const struct feel_env *env,
        struct feel_value *out);
enum err eval_table(struct evaluation *ev, const struct table *t, const struct feel_env *env,
        struct feel_value *out);
/* A knowledge model or service as a function value. */
struct feel_value node_function(struct evaluation *ev, const struct node *n);
enum err call_node(struct evaluation *ev, const struct node *n, const struct feel_value *args,
        size_t count, struct feel_value *out);
/* The value of a name in a chain, or NULL; blanks in names do not count. */
const struct feel_value *env_find(const struct feel_env *env, struct text name);

#endif
