/* Lint of decision tables: gaps, overlaps, rules that are never reached.
 *
 * Each column of constants is cut at the constants it names: points and the stretches
 * between them, a sample value for each. A walk over the columns keeps the set of rules
 * that still fit; where the set gets empty is a gap, where more than one rule is left at
 * the end is an overlap. Beyond the budget, and for columns with other tests, the table is
 * said to be not proved. null inputs are not looked at. */
#include "base/calendar.h"
#include "dmn/dmn_int.h"

enum { WALK_MAX = 300000, REPORTS_MAX = 5, ELEMENTS_MAX = 4000 };

struct element {
	struct feel_value sample;
	uint64_t *rules;
	bool others; /* any string that is not named */
};

struct column {
	const struct table_input *input;
	struct element *elements;
	size_t count, cap;
};

struct walk {
	struct arena *arena;
	const struct table *table;
	struct feel_diagnostics *diagnostics;
	struct text element;
	struct column *columns;
	size_t words;
	size_t *chosen;
	uint64_t *reached; /* rules that matter for some input */
	size_t *pairs;     /* overlaps reported: rule and rule */
	size_t pair_count, pair_cap;
	size_t steps, gaps;
};

static void report(struct walk *w, enum feel_code code, size_t row, struct text p0, struct text p1,
        struct text p2)
{
	struct feel_run quiet = {.element = w->element, .row = (int)row};
	feel_diagnostics_init(&quiet.diagnostics, w->arena);
	feel_run_note(&quiet, code, (struct feel_span){0}, TEXT_NONE, p0, p1, p2);
	feel_diagnostics_add(w->diagnostics, &quiet.diagnostics.items[0]);
}

static bool is_point(struct feel_value v)
{
	return v.kind == FEEL_NUMBER || v.kind == FEEL_DATE || v.kind == FEEL_DAYS_DURATION ||
	       v.kind == FEEL_MONTHS_DURATION || v.kind == FEEL_STRING || v.kind == FEEL_BOOL;
}

/* The end points a constant names. */
static bool ends_of(struct feel_value v, struct feel_value ends[2], size_t *count)
{
	*count = 0;
	if (v.kind != FEEL_RANGE) {
		ends[(*count)++] = v;
		return is_point(v);
	}
	if (v.range->low.kind != FEEL_NULL)
		ends[(*count)++] = v.range->low;
	if (v.range->high.kind != FEEL_NULL)
		ends[(*count)++] = v.range->high;
	for (size_t i = 0; i < *count; i++) {
		if (!is_point(ends[i]) || ends[i].kind == FEEL_STRING)
			return v.range->test == FEEL_TEST_EQ || v.range->test == FEEL_TEST_NE;
	}
	return true;
}

static int by_order(const void *a, const void *b)
{
	const struct feel_value *x = a, *y = b;
	int order = feel_compare(*x, *y);
	return order == FEEL_UNORDERED ? 0 : order;
}

/* A value between two points, or beyond one (`high` NULL or `low` NULL); false: none. */
static bool between(
        const struct feel_value *low, const struct feel_value *high, struct feel_value *out)
{
	struct dec one = dec_from_int(1), two = dec_from_int(2);
	int step = low ? 1 : -1;
	struct feel_value from = low ? *low : *high;
	*out = from;
	switch ((enum feel_kind)from.kind) {
	case FEEL_NUMBER:
		if (low && high)
			out->number = dec_div(dec_add(low->number, high->number), two);
		else
			out->number =
			        step > 0 ? dec_add(from.number, one) : dec_sub(from.number, one);
		break;
	case FEEL_DATE: {
		struct feel_moment *m = &out->moment;
		struct date d = {m->year, m->month, m->day};
		d = date_add_days(d, step);
		*out = feel_date(d.year, d.month, d.day);
		break;
	}
	case FEEL_DAYS_DURATION: out->duration.seconds += step; break;
	case FEEL_MONTHS_DURATION: out->months += step; break;
	default: return false;
	}
	return !(low && high) || feel_compare(*out, *high) < 0;
}

static void add_element(struct walk *w, struct column *c, struct feel_value sample, bool others)
{
	const struct table_input *in = c->input;
	const struct feel_value *allowed;
	size_t count;
	bool inside = !in->allowed || !feel_expr_constants(in->allowed, &allowed, &count);
	for (size_t i = 0; !inside && i < count; i++)
		inside = feel_is_in(sample, allowed[i]);
	if (!inside)
		return;
	struct element *e = ARENA_PUSH(w->arena, c->elements, c->count, c->cap);
	e->sample = sample;
	e->others = others;
	e->rules = ARENA_ARRAY(w->arena, w->words, uint64_t);
}

static void add_ordered(
        struct walk *w, struct column *c, const struct feel_value *points, size_t count)
{
	struct feel_value v;
	if (between(NULL, &points[0], &v))
		add_element(w, c, v, false);
	for (size_t i = 0; i < count; i++) {
		add_element(w, c, points[i], false);
		if (between(&points[i], i + 1 < count ? &points[i + 1] : NULL, &v))
			add_element(w, c, v, false);
	}
}

static void add_named(
        struct walk *w, struct column *c, const struct feel_value *points, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_element(w, c, points[i], false);
	if (points[0].kind == FEEL_BOOL) {
		if (count == 1)
			add_element(w, c, feel_bool(!points[0].boolean), false);
		return;
	}
	struct text other = TEXT("\xe2\x80\xa6"); /* no model names it */
	add_element(w, c, feel_string(other), true);
}

struct points {
	struct feel_value *items;
	size_t count, cap;
};

static bool collect_points(
        struct walk *w, struct points *p, const struct feel_value *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct feel_value ends[2];
		size_t n;
		if (!ends_of(values[i], ends, &n))
			return false;
		for (size_t k = 0; k < n; k++) {
			if (p->count > 0 && p->items[0].kind != ends[k].kind)
				return false;
			*ARENA_PUSH(w->arena, p->items, p->count, p->cap) = ends[k];
		}
	}
	return p->count < ELEMENTS_MAX;
}

static void drop_doubles(struct points *p)
{
	size_t kept = 1;
	for (size_t i = 1; i < p->count; i++) {
		if (!feel_same(p->items[i], p->items[kept - 1]))
			p->items[kept++] = p->items[i];
	}
	p->count = kept;
}

static int by_text(const void *a, const void *b)
{
	const struct feel_value *x = a, *y = b;
	if (x->kind == FEEL_BOOL)
		return (int)x->boolean - (int)y->boolean;
	return by_order(a, b);
}

/* Cut the column; false when a test in it is no constant. */
static bool cut_column(struct walk *w, struct column *c, size_t at)
{
	struct points p = {0};
	const struct feel_value *allowed;
	size_t count;
	for (size_t i = 0; i < w->table->rule_count; i++) {
		const struct cell *cell = &w->table->rules[i].cells[at];
		if (cell->kind == CELL_ANY)
			continue;
		if (cell->kind != CELL_CONSTANT ||
		        !collect_points(w, &p, cell->values, cell->count))
			return false;
	}
	if (c->input->allowed && feel_expr_constants(c->input->allowed, &allowed, &count) &&
	        !collect_points(w, &p, allowed, count))
		return false;
	if (p.count == 0) {
		add_element(w, c, feel_null(), true);
		return true;
	}
	qsort(p.items, p.count, sizeof *p.items, by_text);
	drop_doubles(&p);
	if (p.items[0].kind == FEEL_STRING || p.items[0].kind == FEEL_BOOL)
		add_named(w, c, p.items, p.count);
	else
		add_ordered(w, c, p.items, p.count);
	return true;
}

static void fill_rules(struct walk *w, struct column *c, size_t at)
{
	for (size_t i = 0; i < w->table->rule_count; i++) {
		const struct cell *cell = &w->table->rules[i].cells[at];
		for (size_t k = 0; k < c->count; k++) {
			bool hit = cell->kind == CELL_ANY;
			for (size_t v = 0; !hit && v < cell->count; v++)
				hit = feel_is_in(c->elements[k].sample, cell->values[v]);
			if (hit)
				c->elements[k].rules[i / 64] |= 1ull << (i % 64);
		}
	}
}

static struct text example(struct walk *w, size_t columns)
{
	struct text t = TEXT_NONE;
	for (size_t i = 0; i < columns; i++) {
		const struct column *c = &w->columns[i];
		const struct element *e = &c->elements[w->chosen[i]];
		if (c->count == 1 && e->others)
			continue;
		t = text_format(w->arena, "%.*s%s%.*s = %.*s", TEXT_ARG(t), t.len ? ", " : "",
		        TEXT_ARG(c->input->text), TEXT_ARG(feel_to_text(w->arena, e->sample)));
	}
	return t;
}

static bool outputs_equal(const struct table *t, size_t a, size_t b)
{
	for (size_t i = 0; i < t->output_count; i++) {
		const struct box *x = t->rules[a].outputs[i], *y = t->rules[b].outputs[i];
		bool equal = x->kind == y->kind;
		if (equal && x->kind == BOX_CONSTANT)
			equal = feel_same(x->constant, y->constant);
		else if (equal)
			equal = x->kind == BOX_LITERAL &&
			        text_eq(feel_expr_text(x->expr), feel_expr_text(y->expr));
		if (!equal)
			return false;
	}
	return true;
}

static bool is_known_pair(struct walk *w, size_t a, size_t b)
{
	for (size_t i = 0; i < w->pair_count; i += 2) {
		if (w->pairs[i] == a && w->pairs[i + 1] == b)
			return true;
	}
	*ARENA_PUSH(w->arena, w->pairs, w->pair_count, w->pair_cap) = a;
	*ARENA_PUSH(w->arena, w->pairs, w->pair_count, w->pair_cap) = b;
	return false;
}

static void overlap(struct walk *w, size_t a, size_t b)
{
	const struct table *t = w->table;
	bool wrong = t->policy == HIT_UNIQUE || (t->policy == HIT_ANY && !outputs_equal(t, a, b));
	if (!wrong || w->pair_count >= 2 * REPORTS_MAX || is_known_pair(w, a, b))
		return;
	report(w, FEEL_DIAG_TABLE_OVERLAP, b + 1, text_format(w->arena, "%zu", a + 1),
	        text_format(w->arena, "%zu", b + 1), example(w, t->input_count));
}

/* One combination of elements and the rules that fit it. */
static void at_leaf(struct walk *w, const uint64_t *rules)
{
	size_t first = SIZE_MAX;
	for (size_t i = 0; i < w->table->rule_count; i++) {
		if (!(rules[i / 64] >> (i % 64) & 1))
			continue;
		if (first != SIZE_MAX)
			overlap(w, first, i);
		if (first == SIZE_MAX || w->table->policy != HIT_FIRST)
			w->reached[i / 64] |= 1ull << (i % 64);
		first = first == SIZE_MAX ? i : first;
	}
}

static void gap(struct walk *w, size_t columns)
{
	if (w->gaps++ < REPORTS_MAX)
		report(w, FEEL_DIAG_TABLE_GAP, 0, example(w, columns), TEXT_NONE, TEXT_NONE);
}

static bool walk(struct walk *w, size_t column, const uint64_t *rules)
{
	if (column == w->table->input_count) {
		at_leaf(w, rules);
		return true;
	}
	uint64_t *left = ARENA_ARRAY(w->arena, w->words, uint64_t);
	for (size_t i = 0; i < w->columns[column].count; i++) {
		uint64_t any = 0;
		w->steps += w->words;
		if (w->steps > WALK_MAX)
			return false;
		for (size_t k = 0; k < w->words; k++) {
			left[k] = rules[k] & w->columns[column].elements[i].rules[k];
			any |= left[k];
		}
		w->chosen[column] = i;
		if (any == 0)
			gap(w, column + 1);
		else if (!walk(w, column + 1, left))
			return false;
	}
	return true;
}

static bool has_default(const struct table *t)
{
	for (size_t i = 0; i < t->output_count; i++) {
		if (t->outputs[i].otherwise)
			return true;
	}
	return t->policy == HIT_COLLECT || t->policy == HIT_RULE_ORDER ||
	       t->policy == HIT_OUTPUT_ORDER;
}

static void unreachable(struct walk *w)
{
	for (size_t i = 0; i < w->table->rule_count; i++) {
		if (!(w->reached[i / 64] >> (i % 64) & 1))
			report(w, FEEL_DIAG_RULE_UNREACHABLE, i + 1,
			        text_format(w->arena, "%zu", i + 1), w->table->rules[i].id,
			        TEXT_NONE);
	}
}

static void check_table(struct walk *w, const struct table *t)
{
	w->table = t;
	w->words = t->rule_count / 64 + 1;
	w->columns = ARENA_ARRAY(w->arena, t->input_count, struct column);
	w->chosen = ARENA_ARRAY(w->arena, t->input_count + 1, size_t);
	w->reached = ARENA_ARRAY(w->arena, w->words, uint64_t);
	for (size_t i = 0; i < t->input_count; i++) {
		w->columns[i].input = &t->inputs[i];
		if (!cut_column(w, &w->columns[i], i)) {
			report(w, FEEL_DIAG_TABLE_UNPROVED, 0, t->inputs[i].text, TEXT_NONE,
			        TEXT_NONE);
			return;
		}
		fill_rules(w, &w->columns[i], i);
	}
	uint64_t *all = ARENA_ARRAY(w->arena, w->words, uint64_t);
	memset(all, 0xff, w->words * sizeof *all);
	w->gaps = has_default(t) ? REPORTS_MAX : 0;
	if (!walk(w, 0, all)) {
		report(w, FEEL_DIAG_TABLE_UNPROVED, 0, text_format(w->arena, "%zu", t->rule_count),
		        TEXT_NONE, TEXT_NONE);
		return;
	}
	unreachable(w);
}

static void check_box(const struct node *n, const struct box *box, struct feel_diagnostics *d)
{
	if (box->kind == BOX_TABLE) {
		struct walk w = {.arena = arena_new(0), .diagnostics = d};
		w.element = n->item.id.len > 0 ? n->item.id : n->item.name;
		check_table(&w, box->table);
		arena_free(w.arena);
	}
	for (size_t i = 0; i < box->count; i++) {
		if (box->entries[i].box)
			check_box(n, box->entries[i].box, d);
	}
}

void dmn_check(const struct dmn_model *m, struct feel_diagnostics *d)
{
	for (size_t i = 0; i < m->main->node_count; i++) {
		const struct node *n = &m->main->nodes[i];
		if (!n->logic)
			continue;
		if (n->logic->kind == BOX_NONE) {
			struct feel_run quiet = {.element = n->item.id};
			feel_diagnostics_init(&quiet.diagnostics, d->arena);
			feel_run_note(&quiet, FEEL_DIAG_NO_LOGIC, (struct feel_span){0}, TEXT_NONE,
			        n->item.name, TEXT_NONE, TEXT_NONE);
			feel_diagnostics_add(d, &quiet.diagnostics.items[0]);
			continue;
		}
		check_box(n, n->logic, d);
	}
}
