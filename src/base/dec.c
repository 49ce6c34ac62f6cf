#include "base/dec.h"

#include <string.h>

#define DECIMAL_CALL_BY_REFERENCE      0
#define DECIMAL_GLOBAL_ROUNDING        0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#pragma GCC diagnostic ignored "-Wundef"
#include <bid_conf.h>

#include <bid_functions.h>
#pragma GCC diagnostic pop

enum { DEC_DIGITS = 34, DEC_LITERAL_MAX = 7000 };

static BID_UINT128 in(struct dec d)
{
	BID_UINT128 b;
	memcpy(&b, &d, sizeof b);
	return b;
}

static struct dec out(BID_UINT128 b)
{
	struct dec d;
	memcpy(&d, &b, sizeof d);
	return d;
}

static unsigned mode(enum dec_round how)
{
	switch (how) {
	case DEC_HALF_EVEN: return BID_ROUNDING_TO_NEAREST;
	case DEC_HALF_UP: return BID_ROUNDING_TIES_AWAY;
	case DEC_FLOOR: return BID_ROUNDING_DOWN;
	case DEC_CEILING: return BID_ROUNDING_UP;
	default: return BID_ROUNDING_TO_ZERO;
	}
}

#define NEAREST BID_ROUNDING_TO_NEAREST

/* Is it a literal of ours, and how many significant digits has it? The library itself
 * would take "inf" or "1.2.3" as something. */
static bool literal_valid(struct text t, size_t *digits)
{
	size_t i = t.len && (t.ptr[0] == '-' || t.ptr[0] == '+') ? 1 : 0;
	size_t seen = 0, points = 0;
	*digits = 0;
	for (; i < t.len && t.ptr[i] != 'e' && t.ptr[i] != 'E'; i++) {
		if (t.ptr[i] == '.' && points++ == 0)
			continue;
		if (t.ptr[i] < '0' || t.ptr[i] > '9')
			return false;
		seen++;
		if (*digits || t.ptr[i] != '0')
			++*digits;
	}
	if (seen == 0)
		return false;
	if (i == t.len)
		return true;
	int64_t exponent;
	struct text rest = text_part(t, i + 1, t.len);
	if (text_starts(rest, TEXT("+")))
		rest = text_part(rest, 1, rest.len);
	return text_int(rest, &exponent) && rest.len <= 6;
}

static bool parse(struct text t, struct dec *d, bool exact)
{
	size_t digits;
	if (t.len == 0 || t.len >= DEC_LITERAL_MAX || !literal_valid(t, &digits))
		return false;
	char z[DEC_LITERAL_MAX];
	memcpy(z, t.ptr, t.len);
	z[t.len] = '\0';
	_IDEC_flags flags = 0;
	*d = out(bid128_from_string(z, NEAREST, &flags));
	if (exact && digits > DEC_DIGITS && (flags & BID_INEXACT_EXCEPTION))
		return false;
	return dec_is_finite(*d);
}

bool dec_parse(struct text t, struct dec *d)
{
	return parse(t, d, true);
}

bool dec_parse_rounded(struct text t, struct dec *d)
{
	return parse(t, d, false);
}

struct dec dec_from_int(int64_t value)
{
	return out(bid128_from_int64(value));
}

bool dec_to_int(struct dec d, int64_t *value)
{
	if (!dec_is_finite(d) || !dec_is_integer(d))
		return false;
	_IDEC_flags flags = 0;
	*value = bid128_to_int64_int(in(d), &flags);
	return !(flags & BID_INVALID_EXCEPTION);
}

double dec_to_double(struct dec d)
{
	_IDEC_flags flags = 0;
	return bid128_to_binary64(in(d), NEAREST, &flags);
}

bool dec_is_finite(struct dec d)
{
	return bid128_isFinite(in(d));
}

bool dec_is_zero(struct dec d)
{
	return bid128_isZero(in(d));
}

bool dec_is_negative(struct dec d)
{
	return bid128_isSigned(in(d)) && !dec_is_zero(d);
}

bool dec_is_integer(struct dec d)
{
	_IDEC_flags flags = 0;
	BID_UINT128 whole = bid128_round_integral_zero(in(d), &flags);
	return dec_is_finite(d) && bid128_quiet_equal(whole, in(d), &flags);
}

int dec_cmp(struct dec a, struct dec b)
{
	_IDEC_flags flags = 0;
	if (bid128_quiet_less(in(a), in(b), &flags))
		return -1;
	return bid128_quiet_greater(in(a), in(b), &flags) ? 1 : 0;
}

struct dec dec_add(struct dec a, struct dec b)
{
	_IDEC_flags flags = 0;
	return out(bid128_add(in(a), in(b), NEAREST, &flags));
}

struct dec dec_sub(struct dec a, struct dec b)
{
	_IDEC_flags flags = 0;
	return out(bid128_sub(in(a), in(b), NEAREST, &flags));
}

struct dec dec_mul(struct dec a, struct dec b)
{
	_IDEC_flags flags = 0;
	return out(bid128_mul(in(a), in(b), NEAREST, &flags));
}

struct dec dec_div(struct dec a, struct dec b)
{
	_IDEC_flags flags = 0;
	return out(bid128_div(in(a), in(b), NEAREST, &flags));
}

struct dec dec_neg(struct dec a)
{
	return dec_is_zero(a) ? a : out(bid128_negate(in(a)));
}

struct dec dec_abs(struct dec a)
{
	return out(bid128_abs(in(a)));
}

struct dec dec_pow(struct dec a, struct dec b)
{
	int64_t whole;
	_IDEC_flags flags = 0;
	if (!dec_to_int(b, &whole) || whole < 0 || whole > 9999)
		return out(bid128_pow(in(a), in(b), NEAREST, &flags));
	/* Whole exponents by squaring: exact where the digits suffice. */
	struct dec result = dec_from_int(1);
	for (struct dec base = a; whole; whole >>= 1, base = dec_mul(base, base)) {
		if (whole & 1)
			result = dec_mul(result, base);
	}
	return result;
}

struct dec dec_sqrt(struct dec a)
{
	_IDEC_flags flags = 0;
	return out(bid128_sqrt(in(a), NEAREST, &flags));
}

struct dec dec_exp(struct dec a)
{
	_IDEC_flags flags = 0;
	return out(bid128_exp(in(a), NEAREST, &flags));
}

struct dec dec_log(struct dec a)
{
	_IDEC_flags flags = 0;
	return out(bid128_log(in(a), NEAREST, &flags));
}

static struct dec one_at(int places)
{
	_IDEC_flags flags = 0;
	return out(bid128_scalbn(in(dec_from_int(1)), -places, NEAREST, &flags));
}

/* The library knows no "up" and "half down": cut off and look at what was cut. */
static struct dec quantize_by_rest(struct dec a, int places, enum dec_round how)
{
	_IDEC_flags flags = 0;
	struct dec unit = one_at(places);
	struct dec cut = out(bid128_quantize(in(a), in(unit), BID_ROUNDING_TO_ZERO, &flags));
	if (!dec_is_finite(cut))
		return cut;
	struct dec rest = dec_abs(dec_sub(a, cut));
	struct dec half = dec_div(unit, dec_from_int(2));
	bool away = how == DEC_UP ? !dec_is_zero(rest) : dec_cmp(rest, half) > 0;
	if (!away)
		return cut;
	return dec_is_negative(a) ? dec_sub(cut, unit) : dec_add(cut, unit);
}

struct dec dec_quantize(struct dec a, int places, enum dec_round how)
{
	if (how == DEC_UP || how == DEC_HALF_DOWN)
		return quantize_by_rest(a, places, how);
	_IDEC_flags flags = 0;
	return out(bid128_quantize(in(a), in(one_at(places)), mode(how), &flags));
}

struct dec dec_floor(struct dec a)
{
	_IDEC_flags flags = 0;
	return out(bid128_round_integral_negative(in(a), &flags));
}

struct dec dec_ceiling(struct dec a)
{
	_IDEC_flags flags = 0;
	return out(bid128_round_integral_positive(in(a), &flags));
}

struct dec dec_modulo(struct dec a, struct dec b)
{
	_IDEC_flags flags = 0;
	if (dec_is_zero(b))
		return dec_div(a, b);
	struct dec rest = out(bid128_fmod(in(a), in(b), &flags)); /* exact, sign of a */
	if (!dec_is_zero(rest) && dec_is_negative(rest) != dec_is_negative(b))
		rest = dec_add(rest, b);
	return rest;
}

struct parts {
	bool negative;
	char digits[DEC_DIGITS + 2];
	size_t count;
	int exponent;
};

/* "+123E-2" as the library writes it: digits and exponent. */
static struct parts take_apart(struct dec d)
{
	char z[64];
	_IDEC_flags flags = 0;
	bid128_to_string(z, in(d), &flags);
	struct parts p = {.negative = z[0] == '-'};
	const char *at = z + 1;
	while (*at == '0' && at[1] >= '0' && at[1] <= '9')
		at++;
	for (; *at >= '0' && *at <= '9' && p.count < sizeof p.digits; at++)
		p.digits[p.count++] = *at;
	int64_t exponent = 0;
	if (*at == 'E' && text_int(text_from(at[1] == '+' ? at + 2 : at + 1), &exponent))
		p.exponent = (int)exponent;
	return p;
}

static struct text put_together(struct arena *a, const struct parts *p)
{
	bool zero = p->count == 1 && p->digits[0] == '0';
	size_t places = p->exponent < 0 ? (size_t)-p->exponent : 0;
	size_t zeros = p->exponent > 0 && !zero ? (size_t)p->exponent : 0;
	size_t lead = places >= p->count ? places - p->count + 1 : 0;
	char *z = arena_alloc(a, p->count + zeros + lead + 3), *at = z;
	if (p->negative && !zero)
		*at++ = '-';
	for (size_t i = 0; i < lead + p->count + zeros; i++) {
		if (places && i == lead + p->count - places)
			*at++ = '.';
		*at++ = i < lead || i >= lead + p->count ? '0' : p->digits[i - lead];
	}
	return (struct text){z, (size_t)(at - z)};
}

struct text dec_text(struct arena *a, struct dec d)
{
	struct parts p = take_apart(d);
	while (p.exponent < 0 && p.count > 1 && p.digits[p.count - 1] == '0') {
		p.count--;
		p.exponent++;
	}
	if (p.count == 1 && p.digits[0] == '0')
		p.exponent = 0;
	return put_together(a, &p);
}

struct text dec_text_kept(struct arena *a, struct dec d)
{
	struct parts p = take_apart(d);
	return put_together(a, &p);
}

int dec_places(struct dec d)
{
	struct parts p = take_apart(d);
	return p.exponent < 0 ? -p.exponent : 0;
}

bool dec_selftest(void)
{
	struct dec tenth, fifth, sum;
	if (!dec_parse(TEXT("0.1"), &tenth) || !dec_parse(TEXT("0.2"), &fifth) ||
	        !dec_parse(TEXT("0.3"), &sum))
		return false;
	int64_t whole;
	struct dec third = dec_div(dec_from_int(1), dec_from_int(3));
	struct dec up = dec_quantize(dec_div(dec_from_int(5), dec_from_int(2)), 0, DEC_HALF_UP);
	return dec_cmp(dec_add(tenth, fifth), sum) == 0 && dec_is_finite(third) &&
	       !dec_is_finite(dec_div(third, dec_from_int(0))) && dec_to_int(up, &whole) &&
	       whole == 3;
}
