/* feel/feel_int.h - what the files of the room share. */
#ifndef FEEL_FEEL_INT_H
#define FEEL_FEEL_INT_H

#include "feel/feel.h"

struct feel_program;

enum function_kind {
	FUNCTION_CODE,    /* function literal: code and captured values */
	FUNCTION_BUILTIN, /* a built-in as a value */
	FUNCTION_NATIVE,  /* of the host */
};

struct feel_function {
	enum function_kind kind;
	struct text name; /* empty for literals */
	const struct feel_field *params;
	size_t count;
	const struct feel_program *code;
	const struct feel_value *captures;
	size_t capture_count;
	const struct feel_env *env; /* as it was where the literal stood */
	int builtin;
	struct feel_native native;
};

/* Equality of `=`: FEEL_UNORDERED stands for null. */
enum feel_truth { FEEL_FALSE, FEEL_TRUE, FEEL_UNKNOWN };

enum feel_truth feel_equal(struct feel_value a, struct feel_value b);
/* Is `v` inside the range (or equal, for a comparison `= x`). */
enum feel_truth range_contains(const struct feel_range *r, struct feel_value v);
/* `v in test` where test is a value: range, list, or something to be equal to. */
enum feel_truth value_in(struct feel_value v, struct feel_value test);

/* A range or comparison as a value; false when the ends do not fit each other. */
bool range_make(struct arena *a, struct feel_range r, unsigned test, bool low_closed,
        bool high_closed, struct feel_value *out);

/* Length in `t` of a piece that spells `name` and ends at a boundary, or 0. */
size_t name_match(struct text t, struct text name);
bool is_name_start(uint32_t c);
bool is_name_part(uint32_t c);
bool is_feel_space(uint32_t c);

/* A run without a machine: enough for built-ins that call no function. */
void run_defaults(struct feel_run *r, struct arena *a, int64_t now_ms);

/* Writers behind feel_to_text and feel_to_string. */
void write_literal(struct buf *b, struct arena *a, struct feel_value v);
void write_string(struct buf *b, struct arena *a, struct feel_value v);
void write_quoted(struct buf *b, struct text t);

#endif
