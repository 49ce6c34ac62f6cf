/* feel/feel.h - FEEL, the expression language of DMN 1.5 (chapter 10), exact and bounded.
 *
 * An expression is compiled once against a scope (names with types) and evaluated often.
 * A compiled expression is immutable and may be shared by threads; an evaluation takes its
 * memory from the arena of its run, and knows time only as `now` of its run.
 *
 * Three kinds of trouble are kept apart:
 *  - what is wrong in the text of an expression: diagnostics of feel_compile;
 *  - why a result is null (DMN: "returns null when ..."): diagnostics of the run;
 *  - a breached budget: ERR_LIMIT of feel_eval, never a partial result.
 *
 * Sentences for people stand in ui/texts/feel.{de,en}.json under the key of the code. */
#ifndef FEEL_FEEL_H
#define FEEL_FEEL_H

#include "base/buf.h"
#include "base/dec.h"

/* Values ------------------------------------------------------------------------------- */

enum feel_kind {
	FEEL_NULL,
	FEEL_BOOL,
	FEEL_NUMBER,
	FEEL_STRING,
	FEEL_DATE,
	FEEL_TIME,
	FEEL_DATE_TIME,
	FEEL_DAYS_DURATION,   /* days and time duration */
	FEEL_MONTHS_DURATION, /* years and months duration */
	FEEL_LIST,
	FEEL_CONTEXT,
	FEEL_RANGE,
	FEEL_FUNCTION,
};

enum feel_zone_kind {
	FEEL_ZONE_NONE,   /* local */
	FEEL_ZONE_OFFSET, /* Z, +01:00 */
	FEEL_ZONE_NAMED,  /* @Europe/Berlin */
};

/* A point in the calendar: date, time, or both; the kind of the value says which fields
 * count. Years -999,999,999..999,999,999 (ISO 8601, proleptic Gregorian calendar). */
struct feel_moment {
	int32_t year;
	uint8_t month, day, hour, minute, second;
	uint8_t zone_kind;
	uint32_t nano;
	union {
		int32_t offset_s;      /* FEEL_ZONE_OFFSET: seconds east of Greenwich */
		const char *zone_name; /* FEEL_ZONE_NAMED: IANA name, terminated */
	};
};

struct feel_span_time {
	int64_t seconds;
	int32_t nano; /* 0..999,999,999; added to seconds, also where they are negative */
};

struct feel_context;
struct feel_vm;
struct feel_range;
struct feel_function;

/* Deeper values end an evaluation with ERR_LIMIT, so that each can be stored as JSON. */
enum { FEEL_VALUE_DEPTH_MAX = 50 };

/* By value, 32 bytes. What it points to lives in the arena it was made in and is never
 * changed. */
struct feel_value {
	uint8_t kind;   /* enum feel_kind */
	uint16_t depth; /* lists and contexts inside each other, 0 for other kinds */
	union {
		bool boolean;
		struct dec number;
		struct text string; /* UTF-8 */
		struct feel_moment moment;
		struct feel_span_time duration;
		int64_t months;
		struct {
			const struct feel_value *items;
			size_t count;
		} list;
		const struct feel_context *context;
		const struct feel_range *range;
		const struct feel_function *function;
	};
};

struct feel_entry {
	struct text name;
	struct feel_value value;
};

/* Entries keep their order; names are unique. */
struct feel_context {
	const struct feel_entry *entries;
	size_t count;
};

enum feel_test {
	FEEL_TEST_NONE,
	FEEL_TEST_LT,
	FEEL_TEST_LE,
	FEEL_TEST_GT,
	FEEL_TEST_GE,
	FEEL_TEST_EQ,
	FEEL_TEST_NE,
};

/* `[low..high]`, or a comparison as a value: `(< 10)`, `(!= 3)`. An end without a bound is
 * null; the ends are of the same comparable kind. `(!= x)` has x as both ends. */
struct feel_range {
	struct feel_value low, high;
	bool low_closed, high_closed;
	uint8_t test; /* enum feel_test: written as this comparison; NONE: with brackets */
};

struct feel_value feel_null(void);
struct feel_value feel_bool(bool b);
struct feel_value feel_number(struct dec d); /* not finite: null */
struct feel_value feel_int(int64_t i);
struct feel_value feel_string(struct text t);                  /* not copied */
struct feel_value feel_date(int32_t year, int month, int day); /* invalid: null */
struct feel_value feel_days_duration(int64_t seconds, int32_t nano);
struct feel_value feel_months_duration(int64_t months);
struct feel_value feel_list(const struct feel_value *items, size_t count); /* not copied */
struct feel_value feel_context_of(const struct feel_context *c);
struct feel_value feel_range_of(struct arena *a, struct feel_range r);

/* ISO texts as FEEL's date(), time(), date and time(), duration() read them; false when the
 * text is none. */
MUST_USE bool feel_parse_date(struct text t, struct feel_value *out);
MUST_USE bool feel_parse_time(struct arena *a, struct text t, struct feel_value *out);
MUST_USE bool feel_parse_date_time(struct arena *a, struct text t, struct feel_value *out);
MUST_USE bool feel_parse_duration(struct text t, struct feel_value *out);

/* The instant of a date and time (a date counts as midnight; without zone: in `zone`) in
 * milliseconds since 1970-01-01T00:00Z, and back into a date and time with the named zone.
 * False: not a date (and time), or outside int64 milliseconds. */
MUST_USE bool feel_to_instant(struct feel_value v, const char *zone, int64_t *out_ms);
struct feel_value feel_from_instant(struct arena *a, int64_t instant_ms, const char *zone);

static inline bool feel_is_null(struct feel_value v)
{
	return v.kind == FEEL_NULL;
}

/* True only for the boolean true (FEEL conditions: null counts as false). */
static inline bool feel_is_true(struct feel_value v)
{
	return v.kind == FEEL_BOOL && v.boolean;
}

/* Builders: memory from the arena; the limit on lengths is the caller's. */
struct feel_list_builder {
	struct arena *arena;
	struct feel_value *items;
	size_t count, cap;
};

struct feel_list_builder feel_list_begin(struct arena *a);
void feel_list_add(struct feel_list_builder *b, struct feel_value v);
struct feel_value feel_list_end(struct feel_list_builder *b);

struct feel_context_builder {
	struct arena *arena;
	struct feel_entry *entries;
	size_t count, cap;
};

struct feel_context_builder feel_context_begin(struct arena *a);
/* Sets or replaces; the name is not copied. */
void feel_context_set(struct feel_context_builder *b, struct text name, struct feel_value v);
struct feel_value feel_context_end(struct feel_context_builder *b);

/* The entry's value; null when it is missing or `v` is no context. */
struct feel_value feel_context_get(struct feel_value v, struct text name);
/* NULL when it is missing or `v` is no context. */
const struct feel_value *feel_context_find(struct feel_value v, struct text name);
/* Follow "a.b.c"; null when any step is missing. */
struct feel_value feel_context_path(struct feel_value v, struct text path);
/* A copy of context `v` (null counts as empty) with one entry set or replaced. */
struct feel_value feel_context_with(
        struct arena *a, struct feel_value v, struct text name, struct feel_value value);

/* A copy that shares nothing with the old arena (functions: the code stays with its model,
 * captured values are copied). */
struct feel_value feel_copy(struct arena *a, struct feel_value v);

/* Deep equality for tests and storage: same kind and content, numbers by value, date-times
 * with the same instant; functions are never equal. Always true or false, unlike `=`. */
bool feel_same(struct feel_value a, struct feel_value b);
/* Order of two values as `<` sees it: -1, 0, 1, or FEEL_UNORDERED when FEEL says null. */
enum { FEEL_UNORDERED = 2 };
int feel_compare(struct feel_value a, struct feel_value b);

/* "number", "years and months duration", ...: names as `instance of` spells them. */
const char *feel_kind_name(enum feel_kind kind);

/* Names are equal when they differ only in the kind and length of white space inside;
 * feel_name_normal makes each run one blank and cuts both ends. */
bool feel_name_same(struct text a, struct text b);
struct text feel_name_normal(struct arena *a, struct text t);

/* Types -------------------------------------------------------------------------------- */

enum feel_type_kind {
	FEEL_TYPE_ANY,
	FEEL_TYPE_NULL,
	FEEL_TYPE_BOOL,
	FEEL_TYPE_NUMBER,
	FEEL_TYPE_STRING,
	FEEL_TYPE_DATE,
	FEEL_TYPE_TIME,
	FEEL_TYPE_DATE_TIME,
	FEEL_TYPE_DAYS_DURATION,
	FEEL_TYPE_MONTHS_DURATION,
	FEEL_TYPE_LIST,     /* element */
	FEEL_TYPE_CONTEXT,  /* fields; `open`: others may exist */
	FEEL_TYPE_RANGE,    /* element */
	FEEL_TYPE_FUNCTION, /* fields are the parameters, element the result */
};

struct feel_field;

struct feel_type {
	enum feel_type_kind kind;
	bool open;                       /* contexts: unknown names are looked up at run time */
	bool required;                   /* never null */
	const struct feel_type *element; /* NULL = any */
	const struct feel_field *fields;
	size_t count;
};

struct feel_field {
	struct text name;
	const struct feel_type *type; /* NULL = any */
};

/* Shared constants: any, number, string ... and the open context. */
const struct feel_type *feel_type_of_kind(enum feel_type_kind kind);
const struct feel_type *feel_type_list(struct arena *a, const struct feel_type *element);
const struct feel_type *feel_type_context(
        struct arena *a, const struct feel_field *fields, size_t count, bool open);
/* "number", "list<string>", "context<a: number>", "function<number> -> string" ...; NULL
 * when the text is no type. */
const struct feel_type *feel_type_parse(struct arena *a, struct text t);
struct text feel_type_text(struct arena *a, const struct feel_type *t);
/* The value conforms (DMN 10.3.2.9.4); null conforms unless the type is required. */
bool feel_conforms(struct feel_value v, const struct feel_type *t);
/* The value as `t` wants it (10.3.2.9.4): itself when it conforms, the item of a list of
 * one, a list of the single value, a date as date and time at midnight UTC. False when none
 * of these conforms. */
MUST_USE bool feel_coerce(
        struct arena *a, struct feel_value v, const struct feel_type *t, struct feel_value *out);

/* Scopes and environments ---------------------------------------------------------------- */

/* What an expression may name. The innermost scope wins; built-in functions come last.
 * A closed chain makes an unknown name an error; one open scope in the chain lets unknown
 * names be looked up at run time (then a missing name is null with a diagnostic). */
struct feel_scope {
	const struct feel_scope *outer;
	const struct feel_field *names;
	size_t count;
	bool open;
	const struct feel_field *types; /* named types for `instance of` and parameters */
	size_t type_count;
};

/* The values behind the names, looked up from the innermost outwards. The chain need not
 * have the shape of the scopes. */
struct feel_env {
	const struct feel_env *outer;
	struct feel_value context; /* a context, or null = empty */
};

/* Diagnostics ---------------------------------------------------------------------------- */

/* One line a code: name, severity. The text key is "feel.<name>". Errors: the text or the model
 * is wrong. Warnings: an operation had to answer null. Notes: null came from a null or an
 * absent item, as FEEL wants it. */
#define FEEL_CODES(X)                                                                              \
	X(SYNTAX, syntax, ERROR)               /* {0} found, {1} expected */                       \
	X(UNKNOWN_NAME, unknown_name, ERROR)   /* {0} name, {1} similar name */                    \
	X(UNKNOWN_FIELD, unknown_field, ERROR) /* {0} name, {1} type */                            \
	X(UNKNOWN_FUNCTION, unknown_function, ERROR)                                               \
	X(NOT_A_FUNCTION, not_a_function, WARNING) /* {0} kind */                                  \
	X(WRONG_TYPE, wrong_type, WARNING)         /* {0} what, {1} expected, {2} found */         \
	X(OPERANDS, operands, WARNING)             /* {0} operator, {1} left, {2} right */         \
	X(NULL_OPERAND, null_operand, NOTE)        /* {0} operator */                              \
	X(CONDITION, condition, WARNING)           /* {0} kind found */                            \
	X(ARGUMENT_COUNT, argument_count, WARNING) /* {0} function, {1} given, {2} expected */     \
	X(ARGUMENT_NAME, argument_name, WARNING)   /* {0} function, {1} name */                    \
	X(ARGUMENT_TYPE, argument_type, WARNING)   /* {0} function, {1} parameter, {2} found */    \
	X(ARGUMENT_NULL, argument_null, WARNING)   /* {0} function, {1} parameter */               \
	X(ARGUMENT_RANGE, argument_range, WARNING) /* {0} function, {1} parameter, {2} value */    \
	X(NOT_A_DATE, not_a_date, WARNING)         /* {0} text, {1} kind */                        \
	X(NOT_A_NUMBER, not_a_number, WARNING)     /* {0} text */                                  \
	X(NUMBER_RANGE, number_range, WARNING)     /* {0} operator */                              \
	X(DIVISION_BY_ZERO, division_by_zero, WARNING)                                             \
	X(DATE_RANGE, date_range, WARNING)       /* result outside the calendar */                 \
	X(NO_SUCH_ENTRY, no_such_entry, WARNING) /* {0} name */                                    \
	X(INDEX_RANGE, index_range, NOTE)        /* {0} index, {1} length */                       \
	X(PATTERN, pattern, WARNING)             /* {0} pattern, {1} reason */                     \
	X(RANGE_ENDS, range_ends, WARNING)       /* {0} left, {1} right */                         \
	X(DUPLICATE_NAME, duplicate_name, ERROR) /* {0} name */                                    \
	X(EXTERNAL, external, ERROR)             /* external function: {0} kind */                 \
	X(RESULT_TYPE, result_type, WARNING)     /* {0} what, {1} declared, {2} found */           \
	X(NOT_ALLOWED, not_allowed, WARNING)     /* {0} what, {1} value, {2} allowed values */     \
	X(MISSING_INPUT, missing_input, WARNING) /* {0} name */                                    \
	X(NO_LOGIC, no_logic, ERROR)             /* {0} decision without logic */                  \
	X(HIT_MANY, hit_many, ERROR)             /* {0} policy, {1} rules */                       \
	X(HIT_NONE, hit_none, NOTE)              /* no rule matched */                             \
	X(HIT_OUTPUT, hit_output, ERROR)         /* {0} policy, {1} value not in the list */       \
	X(TABLE_SHAPE, table_shape, ERROR)       /* {0} what */                                    \
	X(TABLE_GAP, table_gap, WARNING)         /* {0} example */                                 \
	X(TABLE_OVERLAP, table_overlap, WARNING) /* {0}, {1} rules, {2} example */                 \
	X(RULE_UNREACHABLE, rule_unreachable, WARNING) /* {0} rule, {1} by rule */                 \
	X(TABLE_UNPROVED, table_unproved, NOTE) /* {0} why gaps and overlaps are not known */      \
	X(CYCLE, cycle, ERROR)                  /* {0} names */                                    \
	X(REFERENCE, reference, ERROR)          /* {0} href */                                     \
	X(UNSUPPORTED, unsupported, ERROR)      /* {0} what */                                     \
	X(LIMIT, limit, ERROR)                  /* {0} which budget */

enum feel_code {
#define X(id, name, severity) FEEL_DIAG_##id,
	FEEL_CODES(X)
#undef X
	        FEEL_DIAG_COUNT,
};

enum feel_severity { FEEL_NOTE, FEEL_WARNING, FEEL_ERROR };

struct feel_span {
	uint32_t offset, length; /* bytes in the text of the expression */
};

enum { FEEL_PARAMS_MAX = 3 };

struct feel_diagnostic {
	enum feel_code code;
	enum feel_severity severity;
	struct feel_span span;
	struct text source;  /* text of the expression; may be empty */
	struct text element; /* id or name of the model element; may be empty */
	int row, column;     /* cell of a decision table from 1, 0 = none */
	struct text params[FEEL_PARAMS_MAX];
};

enum { FEEL_DIAGNOSTICS_MAX = 200 }; /* further ones are counted, not kept */

struct feel_diagnostics {
	struct arena *arena; /* the texts of the diagnostics */
	struct feel_diagnostic *items;
	size_t count, cap;
	size_t dropped;
	size_t errors; /* of severity FEEL_ERROR, dropped ones included */
};

void feel_diagnostics_init(struct feel_diagnostics *d, struct arena *a);
/* Take over one that was found elsewhere; `d` may be NULL. */
void feel_diagnostics_add(struct feel_diagnostics *d, const struct feel_diagnostic *one);
const char *feel_code_name(enum feel_code code);
/* Fill {0}.. of `pattern` (a sentence of the text files) with the parameters. */
struct text feel_diagnostic_fill(
        struct arena *a, struct text pattern, const struct feel_diagnostic *d);
/* For logs and where no text file is at hand: "unknown_name(aplicant, applicant) at 3+9 in
 * 'x.y'". */
struct text feel_diagnostic_text(struct arena *a, const struct feel_diagnostic *d);

/* Compile ---------------------------------------------------------------------------------- */

enum feel_flags {
	FEEL_STRICT = 1, /* a type that can never fit is an error, not a warning */
};

enum {
	FEEL_SOURCE_MAX = 256 * 1024, /* bytes of one expression */
	FEEL_NESTING_MAX = 256,       /* parentheses, lists, calls inside each other */
};

struct feel_expr;

/* Compile an expression. The text and scope may go after the call; types must live as long
 * as the expression. ERR_INVALID: at least one error is in `d` (its first also in `e`);
 * ERR_LIMIT: too long or too deep. `d` may be NULL. */
MUST_USE enum err feel_compile(struct arena *a, struct text t, const struct feel_scope *scope,
        unsigned flags, struct feel_diagnostics *d, const struct feel_expr **out,
        struct errinfo *e);

/* The same for unary tests (a cell of a decision table, allowed values): `< 10, [20..30)`,
 * `not("a", "b")`, `-`. `input` is the type of `?`, NULL = any. */
MUST_USE enum err feel_compile_tests(struct arena *a, struct text t, const struct feel_scope *scope,
        const struct feel_type *input, unsigned flags, struct feel_diagnostics *d,
        const struct feel_expr **out, struct errinfo *e);

/* What is known of a compiled expression. */
const struct feel_type *feel_expr_type(const struct feel_expr *x); /* any when not known */
bool feel_expr_may_be_null(const struct feel_expr *x);             /* false: proved never */
struct text feel_expr_text(const struct feel_expr *x);

/* A name the expression takes from the scope, with the path that follows it:
 * `applicant.address.zip` has name "applicant", path "applicant.address.zip". Each once. */
struct feel_read {
	struct text name, path;
	struct feel_span span;
};
size_t feel_expr_reads(const struct feel_expr *x, const struct feel_read **out);

/* Unary tests that are a list of constants (`"a", "b"`, `[1..5], > 10`) and nothing else; a
 * hit is a constant that feel_is_in. */
bool feel_expr_constants(
        const struct feel_expr *x, const struct feel_value **values, size_t *count);
/* The value of an expression that needs nothing to be known. */
bool feel_expr_constant(const struct feel_expr *x, struct feel_value *out);
/* `v in test` is true: equal, inside a range, in a list. */
bool feel_is_in(struct feel_value v, struct feel_value test);

/* Run -------------------------------------------------------------------------------------- */

struct feel_limits {
	uint64_t steps; /* instructions and built-in work units */
	uint32_t depth; /* calls inside each other */
	uint32_t list;  /* items of one list */
	size_t memory;  /* bytes taken from the arena */
	uint32_t text;  /* bytes of one string */
};

/* One evaluation, or several that share their budget. */
struct feel_run {
	struct arena *arena; /* results and everything between */
	int64_t now_ms;      /* since 1970-01-01T00:00Z: now(), today() */
	const char *zone;    /* IANA zone of now() and today() */
	struct feel_limits limits;
	uint64_t steps_used;
	uint32_t depth_used;
	size_t memory_start;
	struct feel_diagnostics diagnostics;
	struct text element; /* set into each diagnostic: the model element being evaluated */
	int row, column;
	struct feel_vm *vm; /* private: stack kept between evaluations */
};

/* Defaults: zone Europe/Berlin, 10,000,000 steps, depth 200, lists of 1,000,000 items,
 * 256 MiB, strings of 16 MiB. Change fields afterwards as needed. The run keeps a stack and its
 * diagnostics in the arena: when the arena is reset, or released to a mark from before this
 * call or from before a diagnostic, begin a new run. */
void feel_run_init(struct feel_run *r, struct arena *a, int64_t now_ms);
/* Add a diagnostic to the run with its element, row and column. */
void feel_run_note(struct feel_run *r, enum feel_code code, struct feel_span span,
        struct text source, struct text p0, struct text p1, struct text p2);

/* Evaluate. OK with a value (null with its reason in the run's diagnostics), ERR_LIMIT when
 * a budget is breached. `env` may be NULL. */
MUST_USE enum err feel_eval(const struct feel_expr *x, struct feel_run *r,
        const struct feel_env *env, struct feel_value *out, struct errinfo *e);

/* Evaluate unary tests against `input`: true, false or null. */
MUST_USE enum err feel_eval_tests(const struct feel_expr *x, struct feel_run *r,
        const struct feel_env *env, struct feel_value input, struct feel_value *out,
        struct errinfo *e);

/* Compile and evaluate once. */
MUST_USE enum err feel_eval_text(struct text t, struct feel_run *r, const struct feel_env *env,
        struct feel_value *out, struct errinfo *e);

/* Call a function value with positional arguments. */
MUST_USE enum err feel_call(struct feel_value function, struct feel_run *r,
        const struct feel_value *args, size_t count, struct feel_value *out, struct errinfo *e);

/* The same with arguments by the names of the parameters. */
MUST_USE enum err feel_call_named(struct feel_value function, struct feel_run *r,
        const struct text *names, const struct feel_value *args, size_t count,
        struct feel_value *out, struct errinfo *e);

/* A function of the host, pure as all others ("working days", a deadline of the law room).
 * `call` returns null with a note for arguments it cannot take; an error ends the
 * evaluation. */
struct feel_native {
	const char *name;
	const struct feel_field *params;
	size_t count;
	enum err (*call)(void *data, struct feel_run *r, const struct feel_value *args,
	        size_t count, struct feel_value *out, struct errinfo *e);
	void *data;
};
struct feel_value feel_native_of(struct arena *a, const struct feel_native *n);

/* Texts and JSON ------------------------------------------------------------------------- */

/* FEEL literal form: `"a"`, `1.5`, `date("2026-01-31")`, `[1, 2]`, `{a: 1}`. */
struct text feel_to_text(struct arena *a, struct feel_value v);
/* What string() gives: strings without quotes, dates as ISO. */
struct text feel_to_string(struct arena *a, struct feel_value v);

/* Lossless, for stored state: feel_from_json(feel_to_json(v)) is feel_same as v. Strings,
 * booleans, null, lists and contexts as themselves, other kinds as {"@n":"1.50"},
 * {"@d":...}, {"@t":...}, {"@dt":...}, {"@dur":...}, {"@r":...}; a context whose first key
 * begins with "@" is wrapped as {"@c":{...}}. Functions become null. */
void feel_to_json(struct buf *b, struct feel_value v);
MUST_USE enum err feel_from_json(
        struct arena *a, struct text json, struct feel_value *out, struct errinfo *e);

/* For other programs: dates and durations as ISO strings, numbers as written (`plain_numbers`)
 * or as strings, functions and ranges as their FEEL text. */
void feel_to_plain_json(struct buf *b, struct feel_value v, bool plain_numbers);
/* JSON to FEEL. With a type, strings become numbers, dates and durations where it says so
 * (ERR_INVALID with the path in e->where when they cannot); without one strings stay
 * strings, numbers become numbers. */
MUST_USE enum err feel_from_plain_json(struct arena *a, struct text json,
        const struct feel_type *type, struct feel_value *out, struct errinfo *e);
/* The same conversion on a value already read: "2026-01-31" to a date where `type` says so. */
MUST_USE enum err feel_fit(struct arena *a, struct feel_value v, const struct feel_type *type,
        struct feel_value *out, struct errinfo *e);

#endif
