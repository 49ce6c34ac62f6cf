/* Contexts (DMN 1.5, 10.3.4.10), `not` and `is`. */
#include "feel/builtin_list.h"
#include "feel/calendar.h"
#include "feel/run.h"

enum { CONTEXT_ENTRIES_MAX = 100000 };

BUILTIN(fn_not)
{
	if (c->args[0].kind == FEEL_NULL)
		return builtin_fail(c, FEEL_DIAG_NULL_OPERAND, TEXT("not"), TEXT_NONE, out);
	*out = feel_bool(!c->args[0].boolean);
	return OK;
}

static bool same_zone(struct feel_value a, struct feel_value b)
{
	int x, y;
	if (a.moment.zone_kind == FEEL_ZONE_NONE || b.moment.zone_kind == FEEL_ZONE_NONE)
		return a.moment.zone_kind == b.moment.zone_kind;
	return moment_offset(a, &x) && moment_offset(b, &y) && x == y;
}

/* The same element of the domain: times with another offset are not, even if equal. */
BUILTIN(fn_is)
{
	struct feel_value a = c->args[0], b = c->args[1];
	bool same = a.kind == b.kind;
	if (same && (a.kind == FEEL_TIME || a.kind == FEEL_DATE_TIME))
		same = span_cmp(moment_wall(a), moment_wall(b)) == 0 && same_zone(a, b);
	else if (same)
		same = feel_equal(a, b) == FEEL_TRUE;
	*out = feel_bool(same);
	return OK;
}

BUILTIN(fn_get_value)
{
	const struct feel_value *found = feel_context_find(c->args[0], c->args[1].string);
	if (!found)
		return builtin_fail(
		        c, FEEL_DIAG_NO_SUCH_ENTRY, c->args[1].string, TEXT("context"), out);
	*out = *found;
	return OK;
}

static bool all_strings(struct feel_value list)
{
	for (size_t i = 0; i < list.list.count; i++) {
		if (list.list.items[i].kind != FEEL_STRING)
			return false;
	}
	return list.list.count > 0;
}

BUILTIN(fn_get_value_keys)
{
	struct feel_value v = c->args[0], keys = c->args[1];
	if (!all_strings(keys))
		return builtin_bad(c, 1, out);
	for (size_t i = 0; i < keys.list.count; i++) {
		const struct feel_value *found = feel_context_find(v, keys.list.items[i].string);
		if (!found)
			return builtin_fail(c, FEEL_DIAG_NO_SUCH_ENTRY, keys.list.items[i].string,
			        TEXT("context"), out);
		v = *found;
	}
	*out = v;
	return OK;
}

BUILTIN(fn_get_entries)
{
	const struct feel_context *context = c->args[0].context;
	struct feel_list_builder b = feel_list_begin(c->arena);
	for (size_t i = 0; i < context->count; i++) {
		struct feel_context_builder entry = feel_context_begin(c->arena);
		feel_context_set(&entry, TEXT("key"), feel_string(context->entries[i].name));
		feel_context_set(&entry, TEXT("value"), context->entries[i].value);
		feel_list_add(&b, feel_context_end(&entry));
	}
	*out = feel_list_end(&b);
	return builtin_work(c, context->count);
}

/* Entries in a table while a context grows, so that many keys stay cheap. */
struct growing {
	struct arena *arena;
	struct feel_entry *entries;
	size_t count, cap;
	uint32_t *slots; /* index + 1 */
	size_t slot_count;
};

static void rehash(struct growing *g)
{
	g->slot_count = g->slot_count ? g->slot_count * 2 : 16;
	g->slots = ARENA_ARRAY(g->arena, g->slot_count, uint32_t);
	for (size_t i = 0; i < g->count; i++) {
		size_t at = text_hash(g->entries[i].name) & (g->slot_count - 1);
		while (g->slots[at])
			at = (at + 1) & (g->slot_count - 1);
		g->slots[at] = (uint32_t)i + 1;
	}
}

/* The entry of this name, new or old; `*fresh` says which. */
static struct feel_entry *grow(struct growing *g, struct text name, bool *fresh)
{
	if (g->count * 2 >= g->slot_count)
		rehash(g);
	size_t at = text_hash(name) & (g->slot_count - 1);
	for (; g->slots[at]; at = (at + 1) & (g->slot_count - 1)) {
		struct feel_entry *entry = &g->entries[g->slots[at] - 1];
		*fresh = false;
		if (text_eq(entry->name, name))
			return entry;
	}
	struct feel_entry *entry = ARENA_PUSH(g->arena, g->entries, g->count, g->cap);
	entry->name = name;
	g->slots[at] = (uint32_t)g->count;
	*fresh = true;
	return entry;
}

static enum err grown(const struct builtin_call *c, struct growing *g, struct feel_value *out)
{
	struct feel_context *context = ARENA_NEW(c->arena, struct feel_context);
	context->entries = g->entries;
	context->count = g->count;
	*out = feel_context_of(context);
	if (out->depth > FEEL_VALUE_DEPTH_MAX)
		return run_limit(c->run, "depth", c->e);
	if (g->count > CONTEXT_ENTRIES_MAX)
		return run_limit(c->run, "list", c->e);
	return builtin_work(c, g->count);
}

BUILTIN(fn_context)
{
	struct feel_value list = c->args[0];
	struct growing g = {.arena = c->arena};
	for (size_t i = 0; i < list.list.count; i++) {
		struct feel_value key = feel_context_get(list.list.items[i], TEXT("key"));
		const struct feel_value *value =
		        feel_context_find(list.list.items[i], TEXT("value"));
		bool fresh;
		if (key.kind != FEEL_STRING || !value)
			return builtin_bad(c, 0, out);
		struct feel_entry *entry = grow(&g, key.string, &fresh);
		if (!fresh)
			return builtin_fail(
			        c, FEEL_DIAG_ARGUMENT_RANGE, TEXT("context"), key.string, out);
		entry->value = *value;
	}
	return grown(c, &g, out);
}

BUILTIN(fn_context_merge)
{
	bool fresh;
	struct feel_value list = c->args[0];
	struct growing g = {.arena = c->arena};
	for (size_t i = 0; i < list.list.count; i++) {
		if (list.list.items[i].kind != FEEL_CONTEXT)
			return builtin_bad(c, 0, out);
		const struct feel_context *one = list.list.items[i].context;
		for (size_t k = 0; k < one->count; k++)
			grow(&g, one->entries[k].name, &fresh)->value = one->entries[k].value;
	}
	return grown(c, &g, out);
}

BUILTIN(fn_context_put)
{
	*out = feel_context_with(c->arena, c->args[0], c->args[1].string, c->args[2]);
	if (out->depth > FEEL_VALUE_DEPTH_MAX)
		return run_limit(c->run, "depth", c->e);
	return builtin_work(c, out->context->count);
}

/* Along the keys; what is not there cannot be entered. */
static bool put_at(struct arena *a, struct feel_value v, struct feel_value keys, size_t at,
        struct feel_value value, struct feel_value *out)
{
	struct text key = keys.list.items[at].string;
	if (at + 1 < keys.list.count) {
		struct feel_value inner = feel_context_get(v, key);
		if (inner.kind != FEEL_CONTEXT)
			return false;
		if (!put_at(a, inner, keys, at + 1, value, &value))
			return false;
	}
	*out = feel_context_with(a, v, key, value);
	return true;
}

BUILTIN(fn_context_put_keys)
{
	struct feel_value keys = c->args[1];
	if (!all_strings(keys) || keys.list.count > FEEL_VALUE_DEPTH_MAX)
		return builtin_bad(c, 1, out);
	if (!put_at(c->arena, c->args[0], keys, 0, c->args[2], out))
		return builtin_bad(c, 1, out);
	if (out->depth > FEEL_VALUE_DEPTH_MAX)
		return run_limit(c->run, "depth", c->e);
	return builtin_work(c, out->context->count);
}
