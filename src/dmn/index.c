/* An index over one column of a decision table. */
#include "dmn/dmn_int.h"

enum {
	INDEX_RULES_MIN = 8,    /* fewer are quicker looked through */
	INDEX_ENTRIES_MAX = 32, /* per rule, on average; more would not pay */
};

struct builder_index {
	struct arena *arena;
	const struct table *table;
	size_t column;
	struct feel_value *points;
	size_t count, cap;
	uint32_t **lists; /* per stretch */
	uint32_t *lengths, *caps;
	size_t entries;
};

static bool is_ordered(struct feel_value v)
{
	return feel_compare(v, v) == 0;
}

static bool add_point(struct builder_index *b, struct feel_value v)
{
	if (!is_ordered(v) || (b->count > 0 && feel_compare(b->points[0], v) == FEEL_UNORDERED))
		return false;
	*ARENA_PUSH(b->arena, b->points, b->count, b->cap) = v;
	return true;
}

static bool add_points(struct builder_index *b, struct feel_value v)
{
	if (v.kind != FEEL_RANGE)
		return add_point(b, v);
	bool low = v.range->low.kind == FEEL_NULL || add_point(b, v.range->low);
	return low && (v.range->high.kind == FEEL_NULL || add_point(b, v.range->high));
}

static int by_order(const void *a, const void *b)
{
	const struct feel_value *x = a, *y = b;
	return feel_compare(*x, *y);
}

static void sort_points(struct builder_index *b)
{
	size_t kept = 0;
	qsort(b->points, b->count, sizeof *b->points, by_order);
	for (size_t i = 0; i < b->count; i++) {
		if (kept == 0 || feel_compare(b->points[kept - 1], b->points[i]) != 0)
			b->points[kept++] = b->points[i];
	}
	b->count = kept;
}

/* The stretch of a value: 2 * i is below point i, 2 * i + 1 is point i. */
static size_t stretch_of(const struct feel_value *points, size_t count, struct feel_value v)
{
	size_t low = 0, high = count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = feel_compare(points[middle], v);
		if (order == 0)
			return 2 * middle + 1;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return 2 * low;
}

static void push(struct builder_index *b, size_t stretch, uint32_t rule)
{
	uint32_t n = b->lengths[stretch];
	if (n > 0 && b->lists[stretch][n - 1] == rule)
		return;
	size_t cap = b->caps[stretch], count = n;
	*ARENA_PUSH(b->arena, b->lists[stretch], count, cap) = rule;
	b->caps[stretch] = (uint32_t)cap;
	b->lengths[stretch] = n + 1;
	b->entries++;
}

static void push_all(struct builder_index *b, size_t from, size_t to, uint32_t rule)
{
	for (size_t i = from; i <= to; i++)
		push(b, i, rule);
}

static void push_constant(struct builder_index *b, struct feel_value v, uint32_t rule)
{
	size_t last = 2 * b->count, from = 0, to = last;
	if (v.kind != FEEL_RANGE) {
		size_t at = stretch_of(b->points, b->count, v);
		push(b, at, rule);
		return;
	}
	const struct feel_range *r = v.range;
	if (r->test == FEEL_TEST_NE) {
		push_all(b, 0, last, rule); /* one too many: the cell is looked at again */
		return;
	}
	if (r->low.kind != FEEL_NULL)
		from = stretch_of(b->points, b->count, r->low) + !r->low_closed;
	if (r->high.kind != FEEL_NULL) {
		size_t end = stretch_of(b->points, b->count, r->high);
		if (!r->high_closed && end == 0)
			return;
		to = end - !r->high_closed;
	}
	if (from <= to)
		push_all(b, from, to, rule);
}

static bool fill(struct builder_index *b)
{
	size_t most = b->table->rule_count * INDEX_ENTRIES_MAX;
	for (size_t i = 0; i < b->table->rule_count; i++) {
		const struct cell *cell = &b->table->rules[i].cells[b->column];
		if (cell->kind != CELL_CONSTANT)
			push_all(b, 0, 2 * b->count, (uint32_t)i);
		for (size_t k = 0; k < cell->count; k++)
			push_constant(b, cell->values[k], (uint32_t)i);
		if (b->entries > most)
			return false;
	}
	return true;
}

static bool try_column(struct builder_index *b)
{
	for (size_t i = 0; i < b->table->rule_count; i++) {
		const struct cell *cell = &b->table->rules[i].cells[b->column];
		for (size_t k = 0; cell->kind == CELL_CONSTANT && k < cell->count; k++) {
			if (!add_points(b, cell->values[k]))
				return false;
		}
	}
	if (b->count == 0)
		return false;
	sort_points(b);
	size_t stretches = 2 * b->count + 1;
	b->lists = ARENA_ARRAY(b->arena, stretches, uint32_t *);
	b->lengths = ARENA_ARRAY(b->arena, stretches, uint32_t);
	b->caps = ARENA_ARRAY(b->arena, stretches, uint32_t);
	return fill(b);
}

static const struct table_index *keep(struct arena *a, const struct builder_index *b)
{
	struct table_index *index = ARENA_NEW(a, struct table_index);
	size_t stretches = 2 * b->count + 1;
	struct feel_value *points = ARENA_ARRAY(a, b->count, struct feel_value);
	uint32_t *starts = ARENA_ARRAY(a, stretches + 1, uint32_t);
	uint32_t *rules = ARENA_ARRAY(a, b->entries, uint32_t);
	for (size_t i = 0; i < b->count; i++)
		points[i] = feel_copy(a, b->points[i]);
	for (size_t i = 0; i < stretches; i++) {
		if (b->lengths[i] > 0)
			memcpy(rules + starts[i], b->lists[i], b->lengths[i] * sizeof *rules);
		starts[i + 1] = starts[i] + b->lengths[i];
	}
	*index = (struct table_index){b->column, points, b->count, starts, rules};
	return index;
}

const struct table_index *build_index(struct arena *a, const struct table *t)
{
	const struct table_index *best = NULL;
	double best_length = (double)t->rule_count / 2;
	if (t->rule_count < INDEX_RULES_MIN)
		return NULL;
	for (size_t i = 0; i < t->input_count; i++) {
		struct arena *scratch = arena_new(0);
		struct builder_index b = {.arena = scratch, .table = t, .column = i};
		if (try_column(&b)) {
			double length = (double)b.entries / (double)(2 * b.count + 1);
			if (length < best_length) {
				best_length = length;
				best = keep(a, &b);
			}
		}
		arena_free(scratch);
	}
	return best;
}

bool index_find(
        const struct table_index *index, struct feel_value v, const uint32_t **rules, size_t *count)
{
	if (feel_compare(index->points[0], v) == FEEL_UNORDERED)
		return false;
	size_t at = stretch_of(index->points, index->count, v);
	*rules = index->rules + index->starts[at];
	*count = index->starts[at + 1] - index->starts[at];
	return true;
}
