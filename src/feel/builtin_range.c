/* Ranges: the constructor and how points and ranges lie to each other (DMN 1.5, 10.3.4.9).
 * A point counts as the closed range of itself. */
#include "feel/builtin_list.h"
#include "feel/code.h"

/* Ends of a range or point; false when the range is open to one side or a `!=`. */
static bool ends_of(struct feel_value v, struct feel_range *out)
{
	if (v.kind != FEEL_RANGE) {
		*out = (struct feel_range){
		        .low = v, .high = v, .low_closed = true, .high_closed = true};
		return true;
	}
	*out = *v.range;
	return v.range->low.kind != FEEL_NULL && v.range->high.kind != FEEL_NULL &&
	       v.range->test != FEEL_TEST_NE;
}

static bool both(const struct builtin_call *c, struct feel_range *a, struct feel_range *b)
{
	return ends_of(c->args[0], a) && ends_of(c->args[1], b) &&
	       feel_compare(a->low, b->low) != FEEL_UNORDERED &&
	       feel_compare(a->high, b->low) != FEEL_UNORDERED;
}

/* `a` ends before `b` begins. */
static bool ends_before(const struct feel_range *a, const struct feel_range *b)
{
	int order = feel_compare(a->high, b->low);
	return order < 0 || (order == 0 && !(a->high_closed && b->low_closed));
}

static bool meets(const struct feel_range *a, const struct feel_range *b)
{
	return a->high_closed && b->low_closed && feel_compare(a->high, b->low) == 0;
}

/* -1, 0, 1: where the ranges begin (a closed end begins earlier than an open one). */
static int begin_order(const struct feel_range *a, const struct feel_range *b)
{
	int order = feel_compare(a->low, b->low);
	if (order != 0 || a->low_closed == b->low_closed)
		return order;
	return a->low_closed ? -1 : 1;
}

static int end_order(const struct feel_range *a, const struct feel_range *b)
{
	int order = feel_compare(a->high, b->high);
	if (order != 0 || a->high_closed == b->high_closed)
		return order;
	return a->high_closed ? 1 : -1;
}

static bool overlap(const struct feel_range *a, const struct feel_range *b)
{
	return !ends_before(a, b) && !ends_before(b, a);
}

static bool includes(const struct feel_range *a, const struct feel_range *b)
{
	return begin_order(a, b) <= 0 && end_order(a, b) >= 0;
}

static bool starts(const struct feel_range *a, const struct feel_range *b)
{
	return begin_order(a, b) == 0 && end_order(a, b) <= 0;
}

static bool finishes(const struct feel_range *a, const struct feel_range *b)
{
	return end_order(a, b) == 0 && begin_order(a, b) >= 0;
}

static bool coincides(const struct feel_range *a, const struct feel_range *b)
{
	return begin_order(a, b) == 0 && end_order(a, b) == 0;
}

static bool overlaps_before(const struct feel_range *a, const struct feel_range *b)
{
	return begin_order(a, b) < 0 && overlap(a, b) && end_order(a, b) < 0;
}

static enum err relate(const struct builtin_call *c,
        bool (*holds)(const struct feel_range *a, const struct feel_range *b), bool turned,
        struct feel_value *out)
{
	struct feel_range a, b;
	if (!both(c, &a, &b))
		return builtin_bad(c, c->args[0].kind == FEEL_RANGE ? 1 : 0, out);
	*out = feel_bool(turned ? holds(&b, &a) : holds(&a, &b));
	return OK;
}

#define RELATION(name, holds, turned)                                                              \
	BUILTIN(name)                                                                              \
	{                                                                                          \
		return relate(c, holds, turned, out);                                              \
	}

RELATION(fn_before, ends_before, false)
RELATION(fn_after, ends_before, true)
RELATION(fn_meets, meets, false)
RELATION(fn_met_by, meets, true)
RELATION(fn_overlaps, overlap, false)
RELATION(fn_overlaps_before, overlaps_before, false)
RELATION(fn_overlaps_after, overlaps_before, true)
RELATION(fn_finishes, finishes, false)
RELATION(fn_finished_by, finishes, true)
RELATION(fn_includes, includes, false)
RELATION(fn_during, includes, true)
RELATION(fn_starts, starts, false)
RELATION(fn_started_by, starts, true)
RELATION(fn_coincides, coincides, false)

/* Only literals may stand in the text: constants, conversions of literal strings. */
static bool literal_range(const struct builtin_call *c, struct text t, struct feel_value *out)
{
	const struct feel_expr *x;
	struct feel_diagnostics quiet;
	static const struct feel_scope closed;
	feel_diagnostics_init(&quiet, c->arena);
	if (feel_compile(c->arena, t, &closed, 0, &quiet, &x, NULL) != OK)
		return false;
	const uint32_t *words = x->program->words;
	if ((words[0] & 0xff) != CODE_CONST || (words[1] & 0xff) != CODE_RETURN)
		return false;
	*out = x->program->consts[words[0] >> 8];
	return out->kind == FEEL_RANGE && out->range->test == FEEL_TEST_NONE &&
	       feel_compare(out->range->low, out->range->high) <= 0;
}

BUILTIN(fn_range)
{
	struct feel_value range;
	TRY(builtin_work(c, c->args[0].string.len));
	if (!literal_range(c, c->args[0].string, &range))
		return builtin_bad(c, 0, out);
	*out = range;
	return OK;
}
