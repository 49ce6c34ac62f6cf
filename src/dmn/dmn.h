/* dmn/dmn.h - decision models (DMN 1.1 to 1.5, OMG formal/24-01-01; 1.6 is tolerated).
 *
 * A model is read, checked and compiled once into an immutable structure that threads may
 * share; an evaluation takes its memory from the arena of its run and sees the clock only as
 * `now` of its run. Every null has a diagnostic in the run; on demand a trace says which
 * rules matched with which inputs. */
#ifndef DMN_DMN_H
#define DMN_DMN_H

#include "feel/feel.h"

struct dmn_model;

enum {
	DMN_SIZE_MAX = 32 << 20, /* bytes of one model file */
	DMN_IMPORTS_MAX = 64,    /* models taking part */
	DMN_RULES_MAX = 100000,  /* rules of one table */
	DMN_DEPTH_MAX = 100,     /* boxed expressions inside each other */
};

/* A model file another one may import; found by its namespace. */
struct dmn_source {
	struct text name; /* for messages, e.g. the file's name */
	struct text xml;
};

/* Read, check and compile. `sources[0]` is the model, the others are there to be imported.
 * What is wrong in expressions and tables stands in `d` with element, cell and span, and the
 * model still stands: a decision that depends on it evaluates to null. ERR_INVALID: no
 * decision model (not XML, other root, cyclic imports); the record has file and line.
 * With FEEL_STRICT in `flags` any error in `d` is ERR_INVALID. */
MUST_USE enum err dmn_compile(struct arena *a, const struct dmn_source *sources, size_t count,
        unsigned flags, struct feel_diagnostics *d, const struct dmn_model **out,
        struct errinfo *e);

/* What a model offers. */
enum dmn_kind { DMN_INPUT, DMN_DECISION, DMN_KNOWLEDGE, DMN_SERVICE };

struct dmn_item {
	enum dmn_kind kind;
	struct text id, name;         /* name as written, white space normalised */
	const struct feel_type *type; /* of the value, or of the function */
};

struct text dmn_name(const struct dmn_model *m);
struct text dmn_namespace(const struct dmn_model *m);
/* Inputs, decisions, knowledge models and services of the model itself, in file order. */
size_t dmn_items(const struct dmn_model *m, const struct dmn_item **out);
/* By name, or by id when no name fits; NULL when there is none. */
const struct dmn_item *dmn_find(const struct dmn_model *m, enum dmn_kind kind, struct text name);
/* The input data a decision needs, directly or through others, each once, in the order they
 * are met. */
size_t dmn_required_inputs(struct arena *a, const struct dmn_model *m,
        const struct dmn_item *decision, const struct dmn_item ***out);

/* Why a decision came to its value. */
struct dmn_trace_rule {
	size_t index;               /* rule from 1 */
	struct text id, annotation; /* may be empty */
};

struct dmn_trace_step {
	struct text element, name; /* id and name of decision, knowledge model or service */
	struct feel_value value;
	bool is_table;
	struct feel_entry *inputs; /* of a table: expression text and value */
	size_t input_count;
	struct dmn_trace_rule *rules; /* matched */
	size_t rule_count;
};

/* Steps in the order they were finished; memory from the run's arena. */
struct dmn_trace {
	struct dmn_trace_step *steps;
	size_t count, cap;
};

/* Evaluate a decision. `env` holds the values of the input data by name; a value given for a
 * decision it needs replaces that decision. Input values are checked against their types and
 * allowed values. `trace` may be NULL. ERR_NOT_FOUND: no such decision; ERR_LIMIT: budget.
 * With FEEL_STRICT in `flags` a missing input or any error diagnostic is ERR_INVALID. */
MUST_USE enum err dmn_evaluate(const struct dmn_model *m, struct text decision, unsigned flags,
        struct feel_run *r, const struct feel_env *env, struct dmn_trace *trace,
        struct feel_value *out, struct errinfo *e);

/* Call a decision service or business knowledge model with its parameters by name. */
MUST_USE enum err dmn_invoke(const struct dmn_model *m, struct text invocable, unsigned flags,
        struct feel_run *r, const struct feel_env *env, struct dmn_trace *trace,
        struct feel_value *out, struct errinfo *e);

/* Findings of a lint: type clashes, gaps, overlaps, unreachable rules, unused inputs; what
 * could not be decided is said too, never silent. Adds to `d`. */
void dmn_check(const struct dmn_model *m, struct feel_diagnostics *d);

#endif
