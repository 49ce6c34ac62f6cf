/* Lists: looking and cutting (DMN 1.5, 10.3.4.4). */
#include "feel/builtin_list.h"
#include "feel/run.h"

static enum err give(
        const struct builtin_call *c, struct feel_list_builder *b, struct feel_value *out)
{
	*out = feel_list_end(b);
	if (out->list.count > c->run->limits.list)
		return run_limit(c->run, "list", c->e);
	if (out->depth > FEEL_VALUE_DEPTH_MAX)
		return run_limit(c->run, "depth", c->e);
	return builtin_work(c, out->list.count + 1);
}

static void add_all(struct feel_list_builder *b, struct feel_value list)
{
	for (size_t i = 0; i < list.list.count; i++)
		feel_list_add(b, list.list.items[i]);
}

BUILTIN(fn_count)
{
	*out = feel_int((int64_t)c->args[0].list.count);
	return OK;
}

BUILTIN(fn_list_contains)
{
	struct feel_value list = c->args[0];
	*out = feel_bool(false);
	for (size_t i = 0; i < list.list.count; i++) {
		if (feel_equal(list.list.items[i], c->args[1]) == FEEL_TRUE) {
			*out = feel_bool(true);
			break;
		}
	}
	return builtin_work(c, list.list.count);
}

/* Position from 1, or from the end when negative, as an index. */
static bool position(struct feel_value list, struct feel_value at, size_t *out)
{
	int64_t i, count = (int64_t)list.list.count;
	if (!builtin_int(at, -count, count, &i) || i == 0)
		return false;
	*out = (size_t)(i > 0 ? i - 1 : count + i);
	return true;
}

BUILTIN(fn_sublist)
{
	size_t start;
	struct feel_value list = c->args[0];
	int64_t length = (int64_t)list.list.count;
	if (!position(list, c->args[1], &start))
		return builtin_bad(c, 1, out);
	int64_t most = length - (int64_t)start;
	if (c->args[2].kind == FEEL_NULL)
		length = most;
	else if (!builtin_int(c->args[2], 0, most, &length))
		return builtin_bad(c, 2, out);
	*out = feel_list(list.list.items + start, (size_t)length);
	return OK;
}

BUILTIN(fn_append)
{
	struct feel_list_builder b = feel_list_begin(c->arena);
	add_all(&b, c->args[0]);
	for (size_t i = 1; i < c->count; i++)
		feel_list_add(&b, c->args[i]);
	return give(c, &b, out);
}

BUILTIN(fn_concatenate)
{
	struct feel_list_builder b = feel_list_begin(c->arena);
	for (size_t i = 0; i < c->count; i++)
		add_all(&b, c->args[i]);
	return give(c, &b, out);
}

BUILTIN(fn_insert_before)
{
	size_t at;
	struct feel_value list = c->args[0];
	struct feel_list_builder b = feel_list_begin(c->arena);
	if (!position(list, c->args[1], &at))
		return builtin_bad(c, 1, out);
	for (size_t i = 0; i < list.list.count; i++) {
		if (i == at)
			feel_list_add(&b, c->args[2]);
		feel_list_add(&b, list.list.items[i]);
	}
	return give(c, &b, out);
}

BUILTIN(fn_remove)
{
	size_t at;
	struct feel_value list = c->args[0];
	struct feel_list_builder b = feel_list_begin(c->arena);
	if (!position(list, c->args[1], &at))
		return builtin_bad(c, 1, out);
	for (size_t i = 0; i < list.list.count; i++) {
		if (i != at)
			feel_list_add(&b, list.list.items[i]);
	}
	return give(c, &b, out);
}

static enum err replace_matching(const struct builtin_call *c, struct feel_list_builder *b)
{
	struct feel_value list = c->args[0];
	for (size_t i = 0; i < list.list.count; i++) {
		struct feel_value hit, args[2] = {list.list.items[i], c->args[2]};
		TRY(function_call(c->args[1].function, c->run, args, 2, &hit, c->e));
		feel_list_add(b, feel_is_true(hit) ? c->args[2] : list.list.items[i]);
	}
	return OK;
}

BUILTIN(fn_list_replace)
{
	size_t at;
	struct feel_value list = c->args[0];
	struct feel_list_builder b = feel_list_begin(c->arena);
	if (c->args[1].kind == FEEL_FUNCTION) {
		if (c->args[1].function->count != 2)
			return builtin_bad(c, 1, out);
		TRY(replace_matching(c, &b));
		return give(c, &b, out);
	}
	if (!position(list, c->args[1], &at))
		return builtin_bad(c, 1, out);
	add_all(&b, list);
	b.items[at] = c->args[2];
	return give(c, &b, out);
}

BUILTIN(fn_reverse)
{
	struct feel_value list = c->args[0];
	struct feel_list_builder b = feel_list_begin(c->arena);
	for (size_t i = list.list.count; i-- > 0;)
		feel_list_add(&b, list.list.items[i]);
	return give(c, &b, out);
}

BUILTIN(fn_index_of)
{
	struct feel_value list = c->args[0];
	struct feel_list_builder b = feel_list_begin(c->arena);
	TRY(builtin_work(c, list.list.count));
	for (size_t i = 0; i < list.list.count; i++) {
		if (feel_equal(list.list.items[i], c->args[1]) == FEEL_TRUE)
			feel_list_add(&b, feel_int((int64_t)i + 1));
	}
	return give(c, &b, out);
}

static bool is_member(const struct feel_list_builder *b, struct feel_value v)
{
	for (size_t i = 0; i < b->count; i++) {
		if (feel_equal(b->items[i], v) == FEEL_TRUE)
			return true;
	}
	return false;
}

static enum err add_distinct(
        const struct builtin_call *c, struct feel_list_builder *b, struct feel_value list)
{
	for (size_t i = 0; i < list.list.count; i++) {
		TRY(builtin_work(c, b->count));
		if (!is_member(b, list.list.items[i]))
			feel_list_add(b, list.list.items[i]);
	}
	return OK;
}

BUILTIN(fn_distinct_values)
{
	struct feel_list_builder b = feel_list_begin(c->arena);
	TRY(add_distinct(c, &b, c->args[0]));
	return give(c, &b, out);
}

BUILTIN(fn_union)
{
	struct feel_list_builder b = feel_list_begin(c->arena);
	for (size_t i = 0; i < c->count; i++)
		TRY(add_distinct(c, &b, c->args[i]));
	return give(c, &b, out);
}

/* Depth is bounded by FEEL_VALUE_DEPTH_MAX. */
static enum err add_flat(
        const struct builtin_call *c, struct feel_list_builder *b, struct feel_value list)
{
	TRY(builtin_work(c, list.list.count));
	for (size_t i = 0; i < list.list.count; i++) {
		if (list.list.items[i].kind == FEEL_LIST)
			TRY(add_flat(c, b, list.list.items[i]));
		else
			feel_list_add(b, list.list.items[i]);
	}
	return OK;
}

BUILTIN(fn_flatten)
{
	struct feel_list_builder b = feel_list_begin(c->arena);
	TRY(add_flat(c, &b, c->args[0]));
	return give(c, &b, out);
}

/* Does `b` go before `a`? A function that gives no boolean ends the sort with null. */
static enum err goes_before(const struct builtin_call *c, struct feel_value a, struct feel_value b,
        bool *before, bool *known)
{
	struct feel_value answer, args[2] = {a, b};
	if (c->args[1].kind == FEEL_NULL) {
		int order = feel_compare(a, b);
		*known = order != FEEL_UNORDERED;
		*before = order < 0;
		return builtin_work(c, 1);
	}
	TRY(function_call(c->args[1].function, c->run, args, 2, &answer, c->e));
	*known = answer.kind == FEEL_BOOL;
	*before = feel_is_true(answer);
	return builtin_work(c, 1);
}

/* Merge two sorted halves; stable. */
static enum err merge(const struct builtin_call *c, struct feel_value *items, size_t middle,
        size_t count, struct feel_value *room, bool *known)
{
	size_t left = 0, right = middle, n = 0;
	while (left < middle && right < count) {
		bool before;
		TRY(goes_before(c, items[right], items[left], &before, known));
		if (!*known)
			return OK;
		room[n++] = before ? items[right++] : items[left++];
	}
	while (left < middle)
		room[n++] = items[left++];
	memcpy(items, room, n * sizeof *items);
	return OK;
}

static enum err sort(const struct builtin_call *c, struct feel_value *items, size_t count,
        struct feel_value *room, bool *known)
{
	if (count < 2)
		return OK;
	size_t middle = count / 2;
	TRY(sort(c, items, middle, room, known));
	TRY(sort(c, items + middle, count - middle, room, known));
	return *known ? merge(c, items, middle, count, room, known) : OK;
}

BUILTIN(fn_sort)
{
	bool known = true;
	size_t count = c->args[0].list.count;
	struct feel_value *items = ARENA_ARRAY(c->arena, count, struct feel_value);
	struct feel_value *room = ARENA_ARRAY(c->arena, count, struct feel_value);
	if (c->args[1].kind == FEEL_FUNCTION && c->args[1].function->count != 2 &&
	        c->args[1].function->kind != FUNCTION_BUILTIN)
		return builtin_bad(c, 1, out);
	if (count > 0)
		memcpy(items, c->args[0].list.items, count * sizeof *items);
	TRY(sort(c, items, count, room, &known));
	if (!known)
		return builtin_bad(c, c->args[1].kind == FEEL_NULL ? 0 : 1, out);
	*out = feel_list(items, count);
	return OK;
}
