/* Numbers (DMN 1.5, 10.3.4.5). */
#include "feel/builtin_list.h"
#include "feel/calendar.h"

enum { SCALE_MIN = -6111, SCALE_MAX = 6176 };

/* A scale with a fraction loses it. */
static bool scale_of(struct feel_value v, int *out)
{
	int64_t scale;
	struct dec whole = dec_is_negative(v.number) ? dec_ceiling(v.number) : dec_floor(v.number);
	if (!builtin_int(feel_number(whole), SCALE_MIN, SCALE_MAX, &scale))
		return false;
	*out = (int)scale;
	return true;
}

static enum err round_to(const struct builtin_call *c, enum dec_round how, struct feel_value *out)
{
	int scale = 0;
	struct dec n = c->args[0].number;
	if (c->count > 1 && c->args[1].kind != FEEL_NULL && !scale_of(c->args[1], &scale))
		return builtin_bad(c, 1, out);
	if (scale >= dec_places(n) && dec_places(n) > 0) {
		*out = c->args[0];
		return OK;
	}
	struct dec rounded = dec_quantize(n, scale, how);
	/* More places than fit: nothing was to be rounded. */
	if (!dec_is_finite(rounded) && scale >= dec_places(n))
		rounded = n;
	return builtin_number(c, rounded, out);
}

BUILTIN(fn_decimal)
{
	return round_to(c, DEC_HALF_EVEN, out);
}

BUILTIN(fn_floor)
{
	return round_to(c, DEC_FLOOR, out);
}

BUILTIN(fn_ceiling)
{
	return round_to(c, DEC_CEILING, out);
}

BUILTIN(fn_round_up)
{
	return round_to(c, DEC_UP, out);
}

BUILTIN(fn_round_down)
{
	return round_to(c, DEC_DOWN, out);
}

BUILTIN(fn_round_half_up)
{
	return round_to(c, DEC_HALF_UP, out);
}

BUILTIN(fn_round_half_down)
{
	return round_to(c, DEC_HALF_DOWN, out);
}

BUILTIN(fn_abs)
{
	struct feel_value v = c->args[0];
	if (v.kind == FEEL_NUMBER)
		v.number = dec_abs(v.number);
	else if (v.kind == FEEL_MONTHS_DURATION && v.months < 0)
		v.months = -v.months;
	else if (v.kind == FEEL_DAYS_DURATION && v.duration.seconds < 0 &&
	         !span_neg(v.duration, &v.duration))
		return builtin_bad(c, 0, out);
	*out = v;
	return OK;
}

BUILTIN(fn_modulo)
{
	if (dec_is_zero(c->args[1].number))
		return builtin_fail(c, FEEL_DIAG_DIVISION_BY_ZERO, TEXT_NONE, TEXT_NONE, out);
	return builtin_number(c, dec_modulo(c->args[0].number, c->args[1].number), out);
}

BUILTIN(fn_sqrt)
{
	if (dec_is_negative(c->args[0].number))
		return builtin_bad(c, 0, out);
	return builtin_number(c, dec_sqrt(c->args[0].number), out);
}

BUILTIN(fn_log)
{
	if (dec_is_negative(c->args[0].number) || dec_is_zero(c->args[0].number))
		return builtin_bad(c, 0, out);
	return builtin_number(c, dec_log(c->args[0].number), out);
}

BUILTIN(fn_exp)
{
	return builtin_number(c, dec_exp(c->args[0].number), out);
}

static enum err parity(const struct builtin_call *c, bool odd, struct feel_value *out)
{
	struct dec n = c->args[0].number;
	if (!dec_is_integer(n))
		return builtin_bad(c, 0, out);
	*out = feel_bool(dec_is_zero(dec_modulo(n, dec_from_int(2))) != odd);
	return OK;
}

BUILTIN(fn_odd)
{
	return parity(c, true, out);
}

BUILTIN(fn_even)
{
	return parity(c, false, out);
}

static bool is_separator(struct feel_value v, const char *allowed, char *out)
{
	if (v.kind == FEEL_NULL)
		return true;
	if (v.string.len != 1 || !strchr(allowed, v.string.ptr[0]) || v.string.ptr[0] == '\0')
		return false;
	*out = v.string.ptr[0];
	return true;
}

BUILTIN(fn_number)
{
	struct dec d;
	char grouping = '\0', point = '.';
	struct text from = c->args[0].string;
	if (!is_separator(c->args[1], " ,.", &grouping))
		return builtin_bad(c, 1, out);
	if (!is_separator(c->args[2], ",.", &point) || point == grouping)
		return builtin_bad(c, 2, out);
	char *plain = arena_alloc(c->arena, from.len);
	size_t len = 0;
	for (size_t i = 0; i < from.len; i++) {
		char ch = from.ptr[i];
		if (ch == grouping && grouping != '\0')
			continue;
		plain[len++] = ch == point ? '.' : ch == '.' ? '!' : ch;
	}
	if (!dec_parse_rounded((struct text){plain, len}, &d))
		return builtin_fail(c, FEEL_DIAG_NOT_A_NUMBER, from, TEXT_NONE, out);
	return builtin_number(c, d, out);
}
