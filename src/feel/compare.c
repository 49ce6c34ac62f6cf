/* Equality, order and membership (DMN 1.5, 10.3.2.3.4 and tables 42, 53, 54, 55). */
#include "feel/calendar.h"
#include "feel/feel_int.h"

static enum feel_truth truth(bool b)
{
	return b ? FEEL_TRUE : FEEL_FALSE;
}

/* Both local or both with an offset; instants are compared in whole seconds. */
static int compare_moments(struct feel_value a, struct feel_value b)
{
	bool local_a, local_b;
	if (a.kind == FEEL_DATE) {
		struct date x = {a.moment.year, a.moment.month, a.moment.day};
		struct date y = {b.moment.year, b.moment.month, b.moment.day};
		return date_cmp(x, y);
	}
	int64_t x = moment_instant(a, &local_a).seconds;
	int64_t y = moment_instant(b, &local_b).seconds;
	if (local_a != local_b)
		return FEEL_UNORDERED;
	return x < y ? -1 : x > y;
}

int feel_compare(struct feel_value a, struct feel_value b)
{
	if (a.kind != b.kind)
		return FEEL_UNORDERED;
	switch ((enum feel_kind)a.kind) {
	case FEEL_NUMBER: return dec_cmp(a.number, b.number);
	case FEEL_STRING: {
		int order = text_cmp(a.string, b.string);
		return order < 0 ? -1 : order > 0;
	}
	case FEEL_DATE:
	case FEEL_TIME:
	case FEEL_DATE_TIME: return compare_moments(a, b);
	case FEEL_DAYS_DURATION: return span_cmp(a.duration, b.duration);
	case FEEL_MONTHS_DURATION: return a.months < b.months ? -1 : a.months > b.months;
	default: return FEEL_UNORDERED;
	}
}

static enum feel_truth equal_lists(struct feel_value a, struct feel_value b)
{
	enum feel_truth all = FEEL_TRUE;
	if (a.list.count != b.list.count)
		return FEEL_FALSE;
	for (size_t i = 0; i < a.list.count; i++) {
		enum feel_truth one = feel_equal(a.list.items[i], b.list.items[i]);
		if (one == FEEL_FALSE)
			return FEEL_FALSE;
		if (one == FEEL_UNKNOWN)
			all = FEEL_UNKNOWN;
	}
	return all;
}

static enum feel_truth equal_contexts(struct feel_value a, struct feel_value b)
{
	enum feel_truth all = FEEL_TRUE;
	if (a.context->count != b.context->count)
		return FEEL_FALSE;
	for (size_t i = 0; i < a.context->count; i++) {
		const struct feel_entry *entry = &a.context->entries[i];
		const struct feel_value *other = feel_context_find(b, entry->name);
		enum feel_truth one = other ? feel_equal(entry->value, *other) : FEEL_FALSE;
		if (one == FEEL_FALSE)
			return FEEL_FALSE;
		if (one == FEEL_UNKNOWN)
			all = FEEL_UNKNOWN;
	}
	return all;
}

static enum feel_truth equal_ranges(const struct feel_range *a, const struct feel_range *b)
{
	if (a->test != b->test || a->low_closed != b->low_closed ||
	        a->high_closed != b->high_closed)
		return FEEL_FALSE;
	enum feel_truth low = feel_equal(a->low, b->low);
	enum feel_truth high = feel_equal(a->high, b->high);
	if (low == FEEL_FALSE || high == FEEL_FALSE)
		return FEEL_FALSE;
	return low == FEEL_UNKNOWN || high == FEEL_UNKNOWN ? FEEL_UNKNOWN : FEEL_TRUE;
}

enum feel_truth feel_equal(struct feel_value a, struct feel_value b)
{
	if (a.kind == FEEL_NULL || b.kind == FEEL_NULL)
		return truth(a.kind == b.kind);
	if (a.kind != b.kind)
		return FEEL_UNKNOWN;
	switch ((enum feel_kind)a.kind) {
	case FEEL_BOOL: return truth(a.boolean == b.boolean);
	case FEEL_STRING: return truth(text_eq(a.string, b.string));
	case FEEL_LIST: return equal_lists(a, b);
	case FEEL_CONTEXT: return equal_contexts(a, b);
	case FEEL_RANGE: return equal_ranges(a.range, b.range);
	case FEEL_FUNCTION: return a.function == b.function ? FEEL_TRUE : FEEL_UNKNOWN;
	default: break;
	}
	int order = feel_compare(a, b);
	return order == FEEL_UNORDERED ? FEEL_UNKNOWN : truth(order == 0);
}

static bool same_lists(struct feel_value a, struct feel_value b)
{
	if (a.list.count != b.list.count)
		return false;
	for (size_t i = 0; i < a.list.count; i++) {
		if (!feel_same(a.list.items[i], b.list.items[i]))
			return false;
	}
	return true;
}

static bool same_contexts(struct feel_value a, struct feel_value b)
{
	if (a.context->count != b.context->count)
		return false;
	for (size_t i = 0; i < a.context->count; i++) {
		const struct feel_entry *entry = &a.context->entries[i];
		const struct feel_value *other = feel_context_find(b, entry->name);
		if (!other || !feel_same(entry->value, *other))
			return false;
	}
	return true;
}

static bool same_moments(struct feel_value a, struct feel_value b)
{
	bool local_a, local_b;
	return span_cmp(moment_instant(a, &local_a), moment_instant(b, &local_b)) == 0 &&
	       local_a == local_b;
}

bool feel_same(struct feel_value a, struct feel_value b)
{
	if (a.kind != b.kind)
		return false;
	switch ((enum feel_kind)a.kind) {
	case FEEL_NULL: return true;
	case FEEL_LIST: return same_lists(a, b);
	case FEEL_CONTEXT: return same_contexts(a, b);
	case FEEL_TIME:
	case FEEL_DATE_TIME: return same_moments(a, b);
	case FEEL_RANGE:
		return a.range->test == b.range->test &&
		       a.range->low_closed == b.range->low_closed &&
		       a.range->high_closed == b.range->high_closed &&
		       feel_same(a.range->low, b.range->low) &&
		       feel_same(a.range->high, b.range->high);
	case FEEL_FUNCTION: return false;
	default: return feel_equal(a, b) == FEEL_TRUE;
	}
}

static enum feel_truth and_truth(enum feel_truth a, enum feel_truth b)
{
	if (a == FEEL_FALSE || b == FEEL_FALSE)
		return FEEL_FALSE;
	return a == FEEL_UNKNOWN || b == FEEL_UNKNOWN ? FEEL_UNKNOWN : FEEL_TRUE;
}

static enum feel_truth above(struct feel_value low, bool closed, struct feel_value v)
{
	int order = feel_compare(low, v);
	if (order == FEEL_UNORDERED)
		return FEEL_UNKNOWN;
	return truth(order < 0 || (closed && order == 0));
}

enum feel_truth range_contains(const struct feel_range *r, struct feel_value v)
{
	enum feel_truth equal;
	switch ((enum feel_test)r->test) {
	case FEEL_TEST_LT:
	case FEEL_TEST_LE: return above(v, r->high_closed, r->high);
	case FEEL_TEST_GT:
	case FEEL_TEST_GE: return above(r->low, r->low_closed, v);
	case FEEL_TEST_EQ: return feel_equal(v, r->low);
	case FEEL_TEST_NE:
		equal = feel_equal(v, r->low);
		return equal == FEEL_UNKNOWN ? FEEL_UNKNOWN : truth(equal == FEEL_FALSE);
	case FEEL_TEST_NONE: break;
	}
	return and_truth(above(r->low, r->low_closed, v), above(v, r->high_closed, r->high));
}

/* Some item is equal, or is a range that contains `v`. An item of another kind is no match
 * and makes nothing unknown: lists may be mixed. */
static enum feel_truth in_list(struct feel_value v, struct feel_value list)
{
	for (size_t i = 0; i < list.list.count; i++) {
		struct feel_value item = list.list.items[i];
		enum feel_truth one = feel_equal(v, item);
		if (one != FEEL_TRUE && item.kind == FEEL_RANGE)
			one = range_contains(item.range, v);
		else if (one != FEEL_TRUE && item.kind == FEEL_LIST && v.kind != FEEL_LIST)
			one = in_list(v, item);
		if (one == FEEL_TRUE)
			return FEEL_TRUE;
	}
	return FEEL_FALSE;
}

enum feel_truth value_in(struct feel_value v, struct feel_value test)
{
	if (test.kind == FEEL_RANGE && v.kind != FEEL_RANGE)
		return range_contains(test.range, v);
	if (test.kind == FEEL_LIST) {
		enum feel_truth member = in_list(v, test);
		if (member == FEEL_TRUE || v.kind != FEEL_LIST)
			return member;
	}
	return feel_equal(v, test);
}
