/* base/dec.h - exact decimal numbers (IEEE 754-2008 decimal128: 34 digits, exponent
 * -6176..6111), by Intel's library. Arithmetic rounds half-even to 34 digits as FEEL wants
 * (DMN 1.5, 10.3.2.3.1). Results outside the range and undefined results are no numbers:
 * ask dec_is_finite, nothing else may be done with them.
 *
 * amd64 only; dec_selftest at start shows that the library was built as it is called. */
#ifndef BASE_DEC_H
#define BASE_DEC_H

#include "base/text.h"

struct dec {
	uint64_t word[2]; /* binary integer decimal encoding, low word first */
};

enum dec_round {
	DEC_HALF_EVEN,
	DEC_HALF_UP,   /* half away from zero */
	DEC_HALF_DOWN, /* half towards zero */
	DEC_UP,        /* away from zero */
	DEC_DOWN,      /* towards zero */
	DEC_CEILING,
	DEC_FLOOR,
};

enum { DEC_TEXT_MAX = 6200 }; /* longest plain form of a number, in bytes */

bool dec_selftest(void);

/* "-12.50", "1e3", ".5": an optional sign, digits with a point, an optional exponent.
 * Digits as written are kept ("1.50" has two places). False for anything else, also for
 * more than 34 significant digits that cannot be kept exactly. */
MUST_USE bool dec_parse(struct text t, struct dec *out);
/* The same, but more than 34 digits are rounded half-even instead of refused. */
MUST_USE bool dec_parse_rounded(struct text t, struct dec *out);

struct dec dec_from_int(int64_t value);
bool dec_to_int(struct dec d, int64_t *out); /* false when not a whole number in range */
double dec_to_double(struct dec d);

bool dec_is_finite(struct dec d);
bool dec_is_zero(struct dec d);
bool dec_is_negative(struct dec d); /* -0 is not */
bool dec_is_integer(struct dec d);
int dec_cmp(struct dec a, struct dec b); /* by value: 1.0 equals 1.00 */

struct dec dec_add(struct dec a, struct dec b);
struct dec dec_sub(struct dec a, struct dec b);
struct dec dec_mul(struct dec a, struct dec b);
struct dec dec_div(struct dec a, struct dec b); /* by zero: not finite */
struct dec dec_neg(struct dec a);
struct dec dec_abs(struct dec a);
struct dec dec_pow(struct dec a, struct dec b);
struct dec dec_sqrt(struct dec a);
struct dec dec_exp(struct dec a);
struct dec dec_log(struct dec a); /* natural */

/* Round to `places` decimals (-6111..6176); the result has exactly that many places. Not finite
 * where the value does not fit 34 digits with so many places. */
struct dec dec_quantize(struct dec a, int places, enum dec_round how);
struct dec dec_floor(struct dec a);
struct dec dec_ceiling(struct dec a);
/* a - b * floor(a / b), the sign of b (FEEL modulo). */
struct dec dec_modulo(struct dec a, struct dec b);

/* Plain form without exponent and without superfluous zeros ("0.5", "1200"). */
struct text dec_text(struct arena *a, struct dec d);
/* Digits as they are kept: "1.50" stays "1.50"; never an exponent. */
struct text dec_text_kept(struct arena *a, struct dec d);
/* Number of decimal places kept (1.50: 2; 1e3: 0). */
int dec_places(struct dec d);

#endif
