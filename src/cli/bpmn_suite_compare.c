#include "cli/bpmn_suite.h"
#include "format/xml.h"

/* Patterns are worked off entry by entry: what remains of a pattern after one entry is a set
 * of patterns. */
struct rest {
	struct arena *a;
	struct json *items;
	size_t count, cap;
};

static void rest_add(struct rest *r, struct json pattern)
{
	for (size_t i = 0; i < r->count; i++)
		if (json_same(&r->items[i], &pattern))
			return;
	*ARENA_PUSH(r->a, r->items, r->count, r->cap) = pattern;
}

static const struct json *part(const struct json *pattern, const char *name, size_t *count)
{
	*count = 0;
	return pattern->kind == JSON_OBJECT ? json_items(pattern, name, count) : NULL;
}

static bool may_be_empty(const struct json *pattern)
{
	size_t count;
	const struct json *any = part(pattern, "any-of", &count);
	for (size_t i = 0; any && i < count; i++)
		if (may_be_empty(&any[i]))
			return true;
	if (any || pattern->kind == JSON_STRING)
		return false;
	const struct json *items =
	        pattern->kind == JSON_ARRAY ? pattern->items : part(pattern, "any-order", &count);
	if (pattern->kind == JSON_ARRAY)
		count = pattern->count;
	for (size_t i = 0; i < count; i++)
		if (!may_be_empty(&items[i]))
			return false;
	return true;
}

static void after(struct rest *out, const struct json *pattern, struct text entry);

/* Items with item `at` replaced by what remains of it; those before `from` left out. */
static struct json replaced(struct arena *a, const struct json *items, size_t count, size_t from,
        size_t at, struct json by)
{
	struct json list = json_new_array();
	for (size_t i = from; i < count; i++)
		json_append(a, &list, i == at ? by : items[i]);
	return list;
}

static void after_item(struct rest *out, const struct json *items, size_t count, size_t from,
        size_t at, struct text entry, bool ordered)
{
	struct rest inner = {.a = out->a};
	after(&inner, &items[at], entry);
	for (size_t i = 0; i < inner.count; i++) {
		struct json list = replaced(out->a, items, count, from, at, inner.items[i]);
		struct json pattern = list;
		if (!ordered) {
			pattern = json_new_object();
			json_set(out->a, &pattern, TEXT("any-order"), list);
		}
		rest_add(out, pattern);
	}
}

static void after(struct rest *out, const struct json *pattern, struct text entry)
{
	size_t count;
	if (pattern->kind == JSON_STRING) {
		if (text_eq(pattern->text, entry))
			rest_add(out, json_new_array());
		return;
	}
	const struct json *any = part(pattern, "any-of", &count);
	for (size_t i = 0; any && i < count; i++)
		after(out, &any[i], entry);
	const struct json *mixed = part(pattern, "any-order", &count);
	for (size_t i = 0; mixed && i < count; i++)
		after_item(out, mixed, count, 0, i, entry, false);
	for (size_t i = 0; pattern->kind == JSON_ARRAY && i < pattern->count; i++) {
		after_item(out, pattern->items, pattern->count, i, i, entry, true);
		if (!may_be_empty(&pattern->items[i]))
			break;
	}
}

bool trace_matches(struct arena *a, const struct json *pattern, struct feel_value trace)
{
	struct rest now = {.a = a};
	rest_add(&now, json_clone(a, pattern));
	if (trace.kind != FEEL_LIST)
		return false;
	for (size_t i = 0; i < trace.list.count; i++) {
		struct rest next = {.a = a};
		for (size_t k = 0; k < now.count; k++)
			after(&next, &now.items[k], feel_to_string(a, trace.list.items[i]));
		now = next;
	}
	for (size_t k = 0; k < now.count; k++)
		if (may_be_empty(&now.items[k]))
			return true;
	return false;
}

struct feel_value bpmn_suite_variable(const struct play *p, size_t instance, const char *name)
{
	struct feel_value all = bpmn_state_variables(p->a, p->instances[instance].state, 0);
	return feel_context_get(all, text_from(name));
}

/* Counts --------------------------------------------------------------------------------- */

static void add(struct arena *a, struct bpmn_counts *out, struct text tag)
{
	size_t i = 0;
	while (i < out->count && !text_eq(out->items[i].tag, tag))
		i++;
	if (i == out->count)
		ARENA_PUSH(a, out->items, out->count, out->cap)->tag = tag;
	out->items[i].number++;
}

static bool is_element(struct text tag)
{
	for (int kind = 0; kind < BPMN_OTHER; kind++)
		if (text_is(tag, bpmn_kind_name((enum bpmn_kind)kind)))
			return true;
	return false;
}

static void count_parts(struct arena *a, const struct xml *x, struct bpmn_counts *out)
{
	if (text_is(x->space, "http://www.omg.org/spec/BPMN/20100524/MODEL") &&
	        !is_element(x->name))
		add(a, out, x->name);
	for (size_t i = 0; i < x->count; i++)
		count_parts(a, &x->children[i], out);
}

void bpmn_suite_counts(
        struct arena *a, struct text bytes, const struct bpmn_model *m, struct bpmn_counts *out)
{
	const struct xml *root;
	const struct bpmn_element *const *elements;
	*out = (struct bpmn_counts){0};
	size_t count = bpmn_model_elements(m, &elements);
	for (size_t i = 0; i < count; i++)
		if (is_element(elements[i]->tag))
			add(a, out, elements[i]->tag);
	if (xml_parse(a, bytes, "", &root, NULL) == OK)
		count_parts(a, root, out);
}

int64_t bpmn_suite_count(const struct bpmn_counts *c, struct text tag)
{
	for (size_t i = 0; i < c->count; i++)
		if (text_eq(c->items[i].tag, tag))
			return c->items[i].number;
	return 0;
}
