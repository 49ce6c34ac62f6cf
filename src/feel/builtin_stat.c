/* Aggregations over lists (DMN 1.5, 10.3.4.4). */
#include "feel/builtin_list.h"

static bool all_numbers(const struct builtin_call *c)
{
	struct feel_value list = c->args[0];
	for (size_t i = 0; i < list.list.count; i++) {
		if (list.list.items[i].kind != FEEL_NUMBER)
			return false;
	}
	return true;
}

static struct dec sum_of(struct feel_value list)
{
	struct dec sum = dec_from_int(0);
	for (size_t i = 0; i < list.list.count; i++)
		sum = dec_add(sum, list.list.items[i].number);
	return sum;
}

static struct dec count_of(struct feel_value list)
{
	return dec_from_int((int64_t)list.list.count);
}

/* null for the empty list and for anything that is no number. */
static bool usable(const struct builtin_call *c, size_t least)
{
	return c->args[0].list.count >= least && all_numbers(c);
}

BUILTIN(fn_sum)
{
	if (!usable(c, 1))
		return builtin_bad(c, 0, out);
	return builtin_number(c, sum_of(c->args[0]), out);
}

BUILTIN(fn_product)
{
	if (!usable(c, 1))
		return builtin_bad(c, 0, out);
	struct dec product = dec_from_int(1);
	for (size_t i = 0; i < c->args[0].list.count; i++)
		product = dec_mul(product, c->args[0].list.items[i].number);
	return builtin_number(c, product, out);
}

BUILTIN(fn_mean)
{
	if (!usable(c, 1))
		return builtin_bad(c, 0, out);
	return builtin_number(c, dec_div(sum_of(c->args[0]), count_of(c->args[0])), out);
}

/* The standard deviation of a sample. */
BUILTIN(fn_stddev)
{
	if (!usable(c, 2))
		return builtin_bad(c, 0, out);
	struct feel_value list = c->args[0];
	struct dec mean = dec_div(sum_of(list), count_of(list)), sum = dec_from_int(0);
	for (size_t i = 0; i < list.list.count; i++) {
		struct dec d = dec_sub(list.list.items[i].number, mean);
		sum = dec_add(sum, dec_mul(d, d));
	}
	struct dec variance = dec_div(sum, dec_sub(count_of(list), dec_from_int(1)));
	return builtin_number(c, dec_sqrt(variance), out);
}

static int compare_numbers(const void *a, const void *b)
{
	const struct feel_value *x = a, *y = b;
	return dec_cmp(x->number, y->number);
}

static struct feel_value *sorted(const struct builtin_call *c)
{
	size_t count = c->args[0].list.count;
	struct feel_value *items = ARENA_ARRAY(c->arena, count, struct feel_value);
	if (count > 0) {
		memcpy(items, c->args[0].list.items, count * sizeof *items);
		qsort(items, count, sizeof *items, compare_numbers);
	}
	return items;
}

BUILTIN(fn_median)
{
	size_t count = c->args[0].list.count;
	if (!usable(c, 1))
		return builtin_bad(c, 0, out);
	struct feel_value *items = sorted(c);
	*out = items[count / 2];
	if (count % 2 == 1)
		return OK;
	struct dec pair = dec_add(items[count / 2 - 1].number, items[count / 2].number);
	return builtin_number(c, dec_div(pair, dec_from_int(2)), out);
}

static size_t run_length(const struct feel_value *items, size_t at, size_t count)
{
	size_t n = 1;
	while (at + n < count && dec_cmp(items[at].number, items[at + n].number) == 0)
		n++;
	return n;
}

/* The most frequent ones in ascending order; the empty list for the empty list. */
BUILTIN(fn_mode)
{
	size_t count = c->args[0].list.count, most = 0;
	if (!all_numbers(c))
		return builtin_bad(c, 0, out);
	struct feel_value *items = sorted(c);
	struct feel_list_builder b = feel_list_begin(c->arena);
	for (size_t i = 0, n; i < count; i += n) {
		n = run_length(items, i, count);
		most = n > most ? n : most;
	}
	for (size_t i = 0, n; i < count; i += n) {
		n = run_length(items, i, count);
		if (n == most)
			feel_list_add(&b, items[i]);
	}
	*out = feel_list_end(&b);
	return OK;
}

static enum err extreme(const struct builtin_call *c, int sign, struct feel_value *out)
{
	struct feel_value list = c->args[0];
	if (list.list.count == 0)
		return builtin_bad(c, 0, out);
	struct feel_value best = list.list.items[0];
	for (size_t i = 0; i < list.list.count; i++) {
		int order = feel_compare(list.list.items[i], best);
		if (order == FEEL_UNORDERED)
			return builtin_bad(c, 0, out);
		if (order == sign)
			best = list.list.items[i];
	}
	*out = best;
	return OK;
}

BUILTIN(fn_min)
{
	return extreme(c, -1, out);
}

BUILTIN(fn_max)
{
	return extreme(c, 1, out);
}

/* all: false wins; any: true wins; otherwise one null makes null. */
static enum err quantify(const struct builtin_call *c, bool deciding, struct feel_value *out)
{
	bool has_null = false, has_other = false, decided = false;
	struct feel_value list = c->args[0];
	for (size_t i = 0; i < list.list.count; i++) {
		struct feel_value v = list.list.items[i];
		decided = decided || (v.kind == FEEL_BOOL && v.boolean == deciding);
		has_null = has_null || v.kind == FEEL_NULL;
		has_other = has_other || (v.kind != FEEL_BOOL && v.kind != FEEL_NULL);
	}
	if (has_other)
		return builtin_bad(c, 0, out);
	if (!decided && has_null)
		return builtin_fail(c, FEEL_DIAG_NULL_OPERAND, text_from(deciding ? "any" : "all"),
		        TEXT_NONE, out);
	*out = feel_bool(decided ? deciding : !deciding);
	return OK;
}

BUILTIN(fn_all)
{
	return quantify(c, false, out);
}

BUILTIN(fn_any)
{
	return quantify(c, true, out);
}
