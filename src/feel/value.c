/* Making values, looking into them, copying them. */
#include "base/calendar.h"
#include "feel/feel_int.h"

struct feel_value feel_null(void)
{
	return (struct feel_value){.kind = FEEL_NULL};
}

struct feel_value feel_bool(bool b)
{
	return (struct feel_value){.kind = FEEL_BOOL, .boolean = b};
}

struct feel_value feel_number(struct dec d)
{
	if (!dec_is_finite(d))
		return feel_null();
	return (struct feel_value){.kind = FEEL_NUMBER, .number = d};
}

struct feel_value feel_int(int64_t i)
{
	return (struct feel_value){.kind = FEEL_NUMBER, .number = dec_from_int(i)};
}

struct feel_value feel_string(struct text t)
{
	return (struct feel_value){.kind = FEEL_STRING, .string = t};
}

struct feel_value feel_date(int32_t year, int month, int day)
{
	if (!date_valid(year, month, day))
		return feel_null();
	return (struct feel_value){.kind = FEEL_DATE,
	        .moment = {.year = year, .month = (uint8_t)month, .day = (uint8_t)day}};
}

struct feel_value feel_days_duration(int64_t seconds, int32_t nano)
{
	return (struct feel_value){
	        .kind = FEEL_DAYS_DURATION, .duration = {.seconds = seconds, .nano = nano}};
}

struct feel_value feel_months_duration(int64_t months)
{
	return (struct feel_value){.kind = FEEL_MONTHS_DURATION, .months = months};
}

struct feel_value feel_list(const struct feel_value *items, size_t count)
{
	uint16_t depth = 0;
	for (size_t i = 0; i < count; i++)
		depth = items[i].depth > depth ? items[i].depth : depth;
	return (struct feel_value){.kind = FEEL_LIST,
	        .depth = (uint16_t)(depth + (depth < UINT16_MAX)),
	        .list = {.items = items, .count = count}};
}

struct feel_value feel_context_of(const struct feel_context *c)
{
	uint16_t depth = 0;
	for (size_t i = 0; i < c->count; i++)
		depth = c->entries[i].value.depth > depth ? c->entries[i].value.depth : depth;
	return (struct feel_value){.kind = FEEL_CONTEXT,
	        .depth = (uint16_t)(depth + (depth < UINT16_MAX)),
	        .context = c};
}

struct feel_value feel_range_of(struct arena *a, struct feel_range r)
{
	struct feel_range *copy = ARENA_NEW(a, struct feel_range);
	*copy = r;
	return (struct feel_value){.kind = FEEL_RANGE, .range = copy};
}

struct feel_value feel_native_of(struct arena *a, const struct feel_native *n)
{
	struct feel_function *f = ARENA_NEW(a, struct feel_function);
	f->kind = FUNCTION_NATIVE;
	f->name = text_from(n->name);
	f->params = n->params;
	f->count = n->count;
	f->native = *n;
	return (struct feel_value){.kind = FEEL_FUNCTION, .function = f};
}

struct feel_list_builder feel_list_begin(struct arena *a)
{
	return (struct feel_list_builder){.arena = a};
}

void feel_list_add(struct feel_list_builder *b, struct feel_value v)
{
	*ARENA_PUSH(b->arena, b->items, b->count, b->cap) = v;
}

struct feel_value feel_list_end(struct feel_list_builder *b)
{
	return feel_list(b->items, b->count);
}

struct feel_context_builder feel_context_begin(struct arena *a)
{
	return (struct feel_context_builder){.arena = a};
}

void feel_context_set(struct feel_context_builder *b, struct text name, struct feel_value v)
{
	for (size_t i = 0; i < b->count; i++) {
		if (text_eq(b->entries[i].name, name)) {
			b->entries[i].value = v;
			return;
		}
	}
	*ARENA_PUSH(b->arena, b->entries, b->count, b->cap) = (struct feel_entry){name, v};
}

struct feel_value feel_context_end(struct feel_context_builder *b)
{
	struct feel_context *c = ARENA_NEW(b->arena, struct feel_context);
	c->entries = b->entries;
	c->count = b->count;
	return feel_context_of(c);
}

const struct feel_value *feel_context_find(struct feel_value v, struct text name)
{
	if (v.kind != FEEL_CONTEXT)
		return NULL;
	for (size_t i = 0; i < v.context->count; i++) {
		if (text_eq(v.context->entries[i].name, name))
			return &v.context->entries[i].value;
	}
	return NULL;
}

struct feel_value feel_context_get(struct feel_value v, struct text name)
{
	const struct feel_value *found = feel_context_find(v, name);
	return found ? *found : feel_null();
}

struct feel_value feel_context_path(struct feel_value v, struct text path)
{
	struct text name;
	while (text_split(&path, '.', &name))
		v = feel_context_get(v, name);
	return v;
}

struct feel_value feel_context_with(
        struct arena *a, struct feel_value v, struct text name, struct feel_value value)
{
	struct feel_context_builder b = feel_context_begin(a);
	size_t count = v.kind == FEEL_CONTEXT ? v.context->count : 0;
	b.entries = ARENA_ARRAY(a, count + 1, struct feel_entry);
	b.cap = count + 1;
	b.count = count;
	if (count > 0)
		memcpy(b.entries, v.context->entries, count * sizeof *b.entries);
	feel_context_set(&b, name, value);
	return feel_context_end(&b);
}

static struct feel_value copy_list(struct arena *a, struct feel_value v)
{
	struct feel_value *items = ARENA_ARRAY(a, v.list.count, struct feel_value);
	for (size_t i = 0; i < v.list.count; i++)
		items[i] = feel_copy(a, v.list.items[i]);
	return feel_list(items, v.list.count);
}

static struct feel_value copy_context(struct arena *a, struct feel_value v)
{
	struct feel_context *c = ARENA_NEW(a, struct feel_context);
	struct feel_entry *entries = ARENA_ARRAY(a, v.context->count, struct feel_entry);
	for (size_t i = 0; i < v.context->count; i++) {
		entries[i].name = text_copy(a, v.context->entries[i].name);
		entries[i].value = feel_copy(a, v.context->entries[i].value);
	}
	c->entries = entries;
	c->count = v.context->count;
	return feel_context_of(c);
}

static const struct feel_env *copy_env(struct arena *a, const struct feel_env *env)
{
	if (!env)
		return NULL;
	struct feel_env *copy = ARENA_NEW(a, struct feel_env);
	copy->context = feel_copy(a, env->context);
	copy->outer = copy_env(a, env->outer);
	return copy;
}

static struct feel_value copy_function(struct arena *a, struct feel_value v)
{
	struct feel_function *f = ARENA_NEW(a, struct feel_function);
	*f = *v.function;
	if (f->capture_count > 0) {
		struct feel_value *captures = ARENA_ARRAY(a, f->capture_count, struct feel_value);
		for (size_t i = 0; i < f->capture_count; i++)
			captures[i] = feel_copy(a, f->captures[i]);
		f->captures = captures;
	}
	f->env = copy_env(a, f->env);
	return (struct feel_value){.kind = FEEL_FUNCTION, .function = f};
}

struct feel_value feel_copy(struct arena *a, struct feel_value v)
{
	switch ((enum feel_kind)v.kind) {
	case FEEL_STRING: return feel_string(text_copy(a, v.string));
	case FEEL_LIST: return copy_list(a, v);
	case FEEL_CONTEXT: return copy_context(a, v);
	case FEEL_FUNCTION: return copy_function(a, v);
	case FEEL_RANGE: {
		struct feel_range r = *v.range;
		r.low = feel_copy(a, r.low);
		r.high = feel_copy(a, r.high);
		return feel_range_of(a, r);
	}
	case FEEL_TIME:
	case FEEL_DATE_TIME:
		if (v.moment.zone_kind == FEEL_ZONE_NAMED)
			v.moment.zone_name = text_z(a, text_from(v.moment.zone_name));
		return v;
	default: return v;
	}
}

const char *feel_kind_name(enum feel_kind kind)
{
	static const char *const names[] = {
	        [FEEL_NULL] = "null",
	        [FEEL_BOOL] = "boolean",
	        [FEEL_NUMBER] = "number",
	        [FEEL_STRING] = "string",
	        [FEEL_DATE] = "date",
	        [FEEL_TIME] = "time",
	        [FEEL_DATE_TIME] = "date and time",
	        [FEEL_DAYS_DURATION] = "days and time duration",
	        [FEEL_MONTHS_DURATION] = "years and months duration",
	        [FEEL_LIST] = "list",
	        [FEEL_CONTEXT] = "context",
	        [FEEL_RANGE] = "range",
	        [FEEL_FUNCTION] = "function",
	};
	return names[kind];
}
