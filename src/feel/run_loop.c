/* Loops and filters. */
#include "base/calendar.h"
#include "feel/run.h"

static bool fits_list(struct frame *f, int64_t count)
{
	return count >= 0 && (uint64_t)count <= f->run->limits.list;
}

static enum err numbers_between(struct frame *f, struct loop *l, struct dec from, struct dec to)
{
	int64_t count;
	l->mode = LOOP_NUMBERS;
	l->at = from;
	l->step = dec_cmp(from, to) <= 0 ? 1 : -1;
	struct dec span = dec_abs(dec_sub(to, from));
	if (!dec_to_int(dec_floor(span), &count) || !fits_list(f, count))
		return run_limit(f->run, "list", f->e);
	l->count = (size_t)count + 1;
	l->index = 0;
	return OK;
}

static enum err days_between(
        struct frame *f, struct loop *l, struct feel_value from, struct feel_value to)
{
	struct date a = {from.moment.year, from.moment.month, from.moment.day};
	struct date b = {to.moment.year, to.moment.month, to.moment.day};
	l->mode = LOOP_DAYS;
	l->day = date_to_days(a);
	l->last_day = date_to_days(b);
	l->step = l->day <= l->last_day ? 1 : -1;
	int64_t span = l->step * (l->last_day - l->day);
	if (!fits_list(f, span))
		return run_limit(f->run, "list", f->e);
	l->count = (size_t)span + 1;
	l->index = 0;
	return OK;
}

static void no_items(struct loop *l)
{
	l->mode = LOOP_ITEMS;
	l->items = NULL;
	l->count = l->index = 0;
}

enum err loop_over_range(
        struct frame *f, struct loop *l, struct feel_value from, struct feel_value to)
{
	if (from.kind == FEEL_NUMBER && to.kind == FEEL_NUMBER)
		return numbers_between(f, l, from.number, to.number);
	if (from.kind == FEEL_DATE && to.kind == FEEL_DATE)
		return days_between(f, l, from, to);
	op_refuse(f, "..", from, to);
	no_items(l);
	return OK;
}

/* The whole numbers or days of a range value, without its open ends. */
static enum err over_range_value(struct frame *f, struct loop *l, const struct feel_range *r)
{
	TRY(loop_over_range(f, l, r->low, r->high));
	if (l->count > 0 && !r->low_closed) {
		struct feel_value skipped;
		loop_next(f, l, &skipped);
	}
	if (l->count > l->index && !r->high_closed)
		l->count--;
	return OK;
}

enum err loop_over_value(struct frame *f, struct loop *l, struct feel_value v)
{
	no_items(l);
	if (v.kind == FEEL_RANGE)
		return over_range_value(f, l, v.range);
	if (v.kind == FEEL_LIST) {
		l->items = v.list.items;
		l->count = v.list.count;
	} else if (v.kind != FEEL_NULL) {
		l->result = v;
		l->items = &l->result;
		l->count = 1;
	} else {
		frame_note(f, FEEL_DIAG_NULL_OPERAND, TEXT("for"), TEXT_NONE, TEXT_NONE);
	}
	return OK;
}

static struct feel_value day_value(int64_t day)
{
	struct date d = date_from_days(day);
	return feel_date(d.year, d.month, d.day);
}

bool loop_next(struct frame *f, struct loop *l, struct feel_value *item)
{
	(void)f;
	if (l->index >= l->count)
		return false;
	switch (l->mode) {
	case LOOP_ITEMS: *item = l->items[l->index]; break;
	case LOOP_NUMBERS:
		*item = feel_number(l->at);
		l->at = dec_add(l->at, dec_from_int(l->step));
		break;
	case LOOP_DAYS:
		*item = day_value(l->day);
		l->day += l->step;
		break;
	}
	l->index++;
	return true;
}

enum err loop_collect(struct frame *f, struct loop *l, struct feel_value v)
{
	if (l->out.count >= f->run->limits.list)
		return run_limit(f->run, "list", f->e);
	if (v.depth >= FEEL_VALUE_DEPTH_MAX)
		return run_limit(f->run, "depth", f->e);
	if (v.depth >= l->result.depth)
		l->result.depth = (uint16_t)(v.depth + 1);
	feel_list_add(&l->out, v);
	return OK;
}

void filter_begin(struct frame *f, struct loop *l, struct feel_value v)
{
	no_items(l);
	l->first = true;
	l->picked = false;
	l->probe = false;
	l->is_null = v.kind == FEEL_NULL;
	l->out = feel_list_begin(f->run->arena);
	if (v.kind == FEEL_LIST) {
		l->items = v.list.items;
		l->count = v.list.count;
	} else if (v.kind != FEEL_NULL) {
		l->result = v;
		l->items = &l->result;
		l->count = 1;
	}
}

/* An empty list still asks once whether the condition is an index, in silence. */
bool filter_next(struct frame *f, struct loop *l, struct feel_value *item)
{
	if (l->count == 0 && l->first) {
		l->probe = true;
		l->kept = f->run->diagnostics;
		*item = feel_null();
		return true;
	}
	if (l->index >= l->count)
		return false;
	*item = l->items[l->index++];
	return true;
}

static struct feel_value all_items(const struct loop *l)
{
	return feel_list(l->items, l->count);
}

bool filter_take(struct frame *f, struct loop *l, struct feel_value condition)
{
	bool first = l->first;
	l->first = false;
	if (l->probe) {
		l->probe = false;
		f->run->diagnostics = l->kept;
		l->index = l->count;
		l->picked = condition.kind == FEEL_NUMBER;
		if (l->picked)
			l->result = op_index(f, all_items(l), condition);
		return true;
	}
	if (first && condition.kind == FEEL_NUMBER) {
		l->picked = true;
		l->result = op_index(f, all_items(l), condition);
		return true;
	}
	if (feel_is_true(condition))
		feel_list_add(&l->out, l->items[l->index - 1]);
	else if (condition.kind != FEEL_BOOL && condition.kind != FEEL_NULL)
		frame_note(f, FEEL_DIAG_CONDITION,
		        text_from(feel_kind_name((enum feel_kind)condition.kind)), TEXT_NONE,
		        TEXT_NONE);
	return false;
}

struct feel_value filter_end(struct frame *f, struct loop *l)
{
	if (l->is_null) {
		frame_note(f, FEEL_DIAG_NULL_OPERAND, TEXT("[]"), TEXT_NONE, TEXT_NONE);
		return feel_null();
	}
	return l->picked ? l->result : feel_list_end(&l->out);
}
