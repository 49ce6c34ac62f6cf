/* Arithmetic (DMN 1.5, 10.3.2.3.4, tables 45 and 56). */
#include "feel/calendar.h"
#include "feel/run.h"

static const char *const names[] = {
        [OP_ADD] = "+", [OP_SUB] = "-", [OP_MUL] = "*", [OP_DIV] = "/", [OP_POW] = "**"};

static struct feel_value range_note(struct frame *f, enum feel_code code, enum binary_op op)
{
	frame_note(f, code, text_from(names[op]), TEXT_NONE, TEXT_NONE);
	return feel_null();
}

static struct feel_value numbers(struct frame *f, enum binary_op op, struct dec a, struct dec b)
{
	struct dec r;
	switch (op) {
	case OP_ADD: r = dec_add(a, b); break;
	case OP_SUB: r = dec_sub(a, b); break;
	case OP_MUL: r = dec_mul(a, b); break;
	case OP_DIV:
		if (dec_is_zero(b))
			return range_note(f, FEEL_DIAG_DIVISION_BY_ZERO, op);
		r = dec_div(a, b);
		break;
	default: r = dec_pow(a, b);
	}
	if (!dec_is_finite(r))
		return range_note(f, FEEL_DIAG_NUMBER_RANGE, op);
	return feel_number(r);
}

static bool is_moment(struct feel_value v)
{
	return v.kind == FEEL_DATE || v.kind == FEEL_TIME || v.kind == FEEL_DATE_TIME;
}

static bool is_duration(struct feel_value v)
{
	return v.kind == FEEL_DAYS_DURATION || v.kind == FEEL_MONTHS_DURATION;
}

static bool negate_duration(struct feel_value *v)
{
	if (v->kind == FEEL_MONTHS_DURATION)
		return !__builtin_sub_overflow((int64_t)0, v->months, &v->months);
	return span_neg(v->duration, &v->duration);
}

static struct feel_value add_durations(
        struct frame *f, enum binary_op op, struct feel_value a, struct feel_value b)
{
	bool fits = op == OP_ADD || negate_duration(&b);
	if (fits && a.kind == FEEL_MONTHS_DURATION)
		fits = !__builtin_add_overflow(a.months, b.months, &a.months);
	else if (fits)
		fits = span_add(a.duration, b.duration, &a.duration);
	return fits ? a : range_note(f, FEEL_DIAG_DATE_RANGE, op);
}

static struct feel_value shift_moment(
        struct frame *f, enum binary_op op, struct feel_value v, struct feel_value d)
{
	if (v.kind == FEEL_TIME && d.kind == FEEL_MONTHS_DURATION)
		return op_refuse(f, names[op], v, d);
	if (op == OP_SUB && !negate_duration(&d))
		return range_note(f, FEEL_DIAG_DATE_RANGE, op);
	v = d.kind == FEEL_MONTHS_DURATION ? moment_add_months(v, d.months)
	                                   : moment_add_days(v, d.duration);
	return v.kind == FEEL_NULL ? range_note(f, FEEL_DIAG_DATE_RANGE, op) : v;
}

/* Both on the time line, or both local; a date is midnight UTC. */
static struct feel_value moment_distance(struct frame *f, struct feel_value a, struct feel_value b)
{
	bool local_a, local_b;
	if ((a.kind == FEEL_TIME) != (b.kind == FEEL_TIME))
		return op_refuse(f, "-", a, b);
	struct feel_span_time from = moment_instant(b, &local_b), to = moment_instant(a, &local_a);
	if (local_a != local_b)
		return op_refuse(f, "-", a, b);
	struct feel_span_time d;
	if (!span_neg(from, &from) || !span_add(to, from, &d))
		return range_note(f, FEEL_DIAG_DATE_RANGE, OP_SUB);
	return feel_days_duration(d.seconds, d.nano);
}

static struct dec truncated(struct dec d)
{
	return dec_is_negative(d) ? dec_ceiling(d) : dec_floor(d);
}

/* Duration times or by a number: whole months (towards zero), nanoseconds. */
static struct feel_value scale(
        struct frame *f, enum binary_op op, struct feel_value v, struct dec by)
{
	bool months = v.kind == FEEL_MONTHS_DURATION;
	struct dec d = months ? dec_from_int(v.months) : span_to_dec(v.duration);
	if (op == OP_DIV && dec_is_zero(by))
		return range_note(f, FEEL_DIAG_DIVISION_BY_ZERO, op);
	d = op == OP_MUL ? dec_mul(d, by) : dec_div(d, by);
	bool fits = dec_is_finite(d);
	if (fits && months)
		fits = dec_to_int(truncated(d), &v.months);
	else if (fits)
		fits = span_from_dec(d, &v.duration);
	return fits ? v : range_note(f, FEEL_DIAG_DATE_RANGE, op);
}

static struct feel_value ratio(struct frame *f, struct feel_value a, struct feel_value b)
{
	if (a.kind == FEEL_MONTHS_DURATION)
		return numbers(f, OP_DIV, dec_from_int(a.months), dec_from_int(b.months));
	return numbers(f, OP_DIV, span_to_dec(a.duration), span_to_dec(b.duration));
}

struct feel_value op_arithmetic(
        struct frame *f, enum binary_op op, struct feel_value a, struct feel_value b)
{
	if (a.kind == FEEL_NUMBER && b.kind == FEEL_NUMBER)
		return numbers(f, op, a.number, b.number);
	if (op == OP_ADD || op == OP_SUB) {
		if (is_duration(a) && a.kind == b.kind)
			return add_durations(f, op, a, b);
		if (is_moment(a) && is_duration(b))
			return shift_moment(f, op, a, b);
		if (op == OP_ADD && is_duration(a) && is_moment(b))
			return shift_moment(f, op, b, a);
		if (op == OP_SUB && is_moment(a) && is_moment(b))
			return moment_distance(f, a, b);
	}
	if ((op == OP_MUL || op == OP_DIV) && is_duration(a) && b.kind == FEEL_NUMBER)
		return scale(f, op, a, b.number);
	if (op == OP_MUL && a.kind == FEEL_NUMBER && is_duration(b))
		return scale(f, op, b, a.number);
	if (op == OP_DIV && is_duration(a) && a.kind == b.kind)
		return ratio(f, a, b);
	return op_refuse(f, names[op], a, b);
}

enum err op_concat(
        struct frame *f, struct feel_value a, struct feel_value b, struct feel_value *out)
{
	if (a.kind != FEEL_STRING || b.kind != FEEL_STRING) {
		*out = op_arithmetic(f, OP_ADD, a, b);
		return OK;
	}
	size_t len = a.string.len + b.string.len;
	if (len > f->run->limits.text)
		return run_limit(f->run, "text", f->e);
	char *joined = arena_alloc(f->run->arena, len);
	if (a.string.len > 0)
		memcpy(joined, a.string.ptr, a.string.len);
	if (b.string.len > 0)
		memcpy(joined + a.string.len, b.string.ptr, b.string.len);
	*out = feel_string((struct text){joined, len});
	return run_steps(f->run, 1, f->e);
}

struct feel_value op_negate(struct frame *f, struct feel_value v)
{
	if (v.kind == FEEL_NUMBER)
		return feel_number(dec_neg(v.number));
	if (is_duration(v))
		return negate_duration(&v) ? v : range_note(f, FEEL_DIAG_DATE_RANGE, OP_SUB);
	return op_refuse(f, "-", v, v);
}
