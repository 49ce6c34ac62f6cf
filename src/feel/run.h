/* feel/run.h - the machine: frames, loops, and the operations behind the opcodes. */
#ifndef FEEL_RUN_H
#define FEEL_RUN_H

#include "feel/code.h"

enum loop_mode { LOOP_ITEMS, LOOP_NUMBERS, LOOP_DAYS };

struct loop {
	enum loop_mode mode;
	bool probe; /* an empty list: the condition is tried once for being an index */
	bool first;
	bool picked; /* the condition was a number: `result` */
	bool is_null;
	size_t index, count;
	const struct feel_value *items;
	struct dec at, end;
	int64_t day, last_day;
	int step;
	struct feel_value result;
	struct feel_list_builder out;
	struct feel_diagnostics kept;
};

/* Values are taken from here in frames, last in first out. */
struct feel_vm {
	struct feel_value *values;
	size_t used, cap;
};

struct frame {
	const struct feel_program *program;
	struct feel_run *run;
	const struct feel_env *env;
	const struct feel_function *self;
	struct feel_value *slots;
	struct loop *loops;
	const uint32_t *at; /* of the instruction that may complain */
	struct errinfo *e;
};

/* Run a program; `args` go to the first slots. */
enum err program_run(const struct feel_program *p, struct feel_run *r, const struct feel_env *env,
        const struct feel_function *self, const struct feel_value *args, size_t count,
        struct feel_value *out, struct errinfo *e);
/* Call any function value with arguments by position. */
enum err function_call(const struct feel_function *f, struct feel_run *r, struct feel_value *args,
        size_t count, struct feel_value *out, struct errinfo *e);

/* Add a diagnostic at the current instruction. */
void frame_note(
        struct frame *f, enum feel_code code, struct text p0, struct text p1, struct text p2);
/* ERR_LIMIT with a diagnostic; `what` is steps, memory, depth, list or text. */
enum err run_limit(struct feel_run *r, const char *what, struct errinfo *e);
enum err run_steps(struct feel_run *r, uint64_t steps, struct errinfo *e);

/* Operations. */
/* null, noted: the operator does not take these operands. */
struct feel_value op_refuse(
        struct frame *f, const char *op, struct feel_value a, struct feel_value b);
struct feel_value op_arithmetic(
        struct frame *f, enum binary_op op, struct feel_value a, struct feel_value b);
enum err op_concat(
        struct frame *f, struct feel_value a, struct feel_value b, struct feel_value *out);
struct feel_value op_compare(
        struct frame *f, enum binary_op op, struct feel_value a, struct feel_value b);
struct feel_value op_negate(struct frame *f, struct feel_value v);
struct feel_value op_logical(
        struct frame *f, bool is_and, struct feel_value a, struct feel_value b);
struct feel_value op_not(struct frame *f, struct feel_value v);
struct feel_value op_between(
        struct frame *f, struct feel_value v, struct feel_value low, struct feel_value high);
struct feel_value op_in(
        struct frame *f, enum opcode op, struct feel_value v, struct feel_value test);
struct feel_value op_field(struct frame *f, struct feel_value v, struct text name);
struct feel_value op_index(struct frame *f, struct feel_value list, struct feel_value index);
struct feel_value op_range(struct frame *f, struct feel_value low, struct feel_value high,
        unsigned test, unsigned closed);
struct feel_value op_instance(struct frame *f, struct feel_value v, const struct feel_type *t);
struct feel_value op_name(struct frame *f, const struct name_ref *ref);
struct feel_value op_closure(struct frame *f, const struct feel_program *p);
struct feel_value op_context(struct frame *f, const struct shape *shape);

/* Loops. */
enum err loop_over_value(struct frame *f, struct loop *l, struct feel_value v);
enum err loop_over_range(
        struct frame *f, struct loop *l, struct feel_value from, struct feel_value to);
bool loop_next(struct frame *f, struct loop *l, struct feel_value *item);
enum err loop_collect(struct frame *f, struct loop *l, struct feel_value v);
void filter_begin(struct frame *f, struct loop *l, struct feel_value v);
bool filter_next(struct frame *f, struct loop *l, struct feel_value *item);
/* True when the condition was an index and the filter is done. */
bool filter_take(struct frame *f, struct loop *l, struct feel_value condition);
struct feel_value filter_end(struct frame *f, struct loop *l);

#endif
