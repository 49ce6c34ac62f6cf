/* feel/builtin.h - the built-in functions (DMN 1.5, 10.3.4).
 *
 * A row of the table is one form of a function: its name, its parameters with the kinds
 * they take, and the C function behind it. Forms of one name stand next to each other.
 * Before the C function runs, the arguments are brought to the kinds of the row: a list of
 * one item becomes the item where no list is wanted, a single value a list of one where
 * only a list is wanted, a date a date and time where only that is wanted. What does not
 * fit gives null with a diagnostic, so the functions see only what they declared. */
#ifndef FEEL_BUILTIN_H
#define FEEL_BUILTIN_H

#include "feel/types.h"

enum { BUILTIN_PARAMS_MAX = 7 };

#define K(kind) (1u << FEEL_##kind)
enum {
	KINDS_NULL = K(NULL),
	KINDS_ANY = 0xffff,
	KINDS_NUMBER = K(NUMBER),
	KINDS_STRING = K(STRING),
	KINDS_BOOL = K(BOOL),
	KINDS_LIST = K(LIST),
	KINDS_CONTEXT = K(CONTEXT),
	KINDS_RANGE = K(RANGE),
	KINDS_FUNCTION = K(FUNCTION),
	KINDS_DATE = K(DATE),
	KINDS_TIME = K(TIME),
	KINDS_DATE_TIME = K(DATE_TIME),
	KINDS_DAYS = K(DAYS_DURATION),
	KINDS_MONTHS = K(MONTHS_DURATION),
	KINDS_POINT = K(NUMBER) | K(STRING) | K(DATE) | K(TIME) | K(DATE_TIME) | K(DAYS_DURATION) |
	              K(MONTHS_DURATION),
};
#undef K

enum builtin_form {
	FORM_FIXED,
	FORM_LIST_OR_ITEMS, /* one list, or its items as arguments */
	FORM_REPEAT_LAST,   /* the last parameter as often as wanted */
};

struct builtin_param {
	const char *name;
	uint16_t kinds;
	bool optional;
};

struct builtin_call {
	struct feel_run *run;
	struct arena *arena;
	int builtin;
	const struct feel_value *args; /* absent optional arguments are null */
	size_t count;                  /* as given */
	struct errinfo *e;
};

/* OK with a value (null after builtin_fail), or an error that ends the evaluation. */
struct builtin {
	const char *name;
	enum err (*call)(const struct builtin_call *c, struct feel_value *out);
	uint8_t form;   /* enum builtin_form */
	uint8_t result; /* enum feel_type_kind */
	struct builtin_param params[BUILTIN_PARAMS_MAX];
};

const struct builtin *builtin_row(int id);
size_t builtin_param_count(int id);
/* The longest name that `t` begins with: its first row and the bytes it takes, else -1. */
int builtin_match(struct text t, size_t *len);
/* The row of this name for `count` positional arguments; the first row when none fits. */
int builtin_for_count(int first, size_t count);
/* The row that has all these parameters, -1 when none. */
int builtin_for_names(int first, const struct text *names, size_t count);
/* Position of a parameter, -1 when the row has none of this name. */
int builtin_param_index(int id, struct text name);

/* Check and convert the arguments, call. `args` may be changed. */
enum err builtin_call(struct feel_run *r, int id, struct feel_value *args, size_t count,
        struct feel_value *out, struct errinfo *e);
/* May be computed when the expression is compiled: no clock, no functions called. */
bool builtin_is_constant(int id);

/* For the functions: note why and give null. */
enum err builtin_fail(const struct builtin_call *c, enum feel_code code, struct text p0,
        struct text p1, struct feel_value *out);
/* An argument is of the right kind but not acceptable. */
enum err builtin_bad(const struct builtin_call *c, size_t arg, struct feel_value *out);
/* A number or ... that became null because it left the range. */
enum err builtin_number(const struct builtin_call *c, struct dec d, struct feel_value *out);
/* Whole number in a range, else false. */
bool builtin_int(struct feel_value v, int64_t low, int64_t high, int64_t *out);
/* Count work; ERR_LIMIT when the budget is used up or memory is over. */
MUST_USE enum err builtin_work(const struct builtin_call *c, size_t units);

#define BUILTIN(name) enum err name(const struct builtin_call *c, struct feel_value *out)

#endif
