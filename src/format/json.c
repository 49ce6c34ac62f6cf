/* The tree: looking things up and building. */
#include "format/json.h"

const struct json *json_get_text(const struct json *j, struct text name)
{
	if (!json_is(j, JSON_OBJECT))
		return NULL;
	for (size_t i = 0; i < j->count; i++) {
		if (text_eq(j->members[i].name, name))
			return &j->members[i].value;
	}
	return NULL;
}

const struct json *json_get(const struct json *j, const char *name)
{
	return json_get_text(j, text_from(name));
}

/* "name[2]": the name first, then the item. */
static const struct json *step(const struct json *j, struct text piece)
{
	size_t bracket = text_find(piece, TEXT("["), 0);
	struct text name = bracket == SIZE_MAX ? piece : text_part(piece, 0, bracket);
	if (name.len)
		j = json_get_text(j, name);
	while (j && bracket != SIZE_MAX) {
		size_t end = text_find(piece, TEXT("]"), bracket);
		int64_t index;
		if (end == SIZE_MAX || !text_int(text_part(piece, bracket + 1, end), &index))
			return NULL;
		if (!json_is(j, JSON_ARRAY) || index < 1 || (size_t)index > j->count)
			return NULL;
		j = &j->items[index - 1];
		bracket = text_find(piece, TEXT("["), end);
	}
	return j;
}

const struct json *json_at(const struct json *j, struct text path)
{
	struct text piece;
	while (j && text_split(&path, '.', &piece))
		j = step(j, piece);
	return j;
}

struct text json_text(const struct json *j, const char *name)
{
	const struct json *m = json_get(j, name);
	return json_is(m, JSON_STRING) ? m->text : TEXT_NONE;
}

bool json_bool(const struct json *j, const char *name, bool otherwise)
{
	const struct json *m = json_get(j, name);
	return json_is(m, JSON_BOOL) ? m->boolean : otherwise;
}

int64_t json_int(const struct json *j, const char *name, int64_t otherwise)
{
	const struct json *m = json_get(j, name);
	int64_t value;
	return json_is(m, JSON_NUMBER) && text_int(m->text, &value) ? value : otherwise;
}

const struct json *json_items(const struct json *j, const char *name, size_t *count)
{
	const struct json *m = json_get(j, name);
	*count = json_is(m, JSON_ARRAY) ? m->count : 0;
	return *count ? m->items : NULL;
}

bool json_is(const struct json *j, enum json_kind kind)
{
	return j && j->kind == kind;
}

const char *json_kind_name(enum json_kind kind)
{
	static const char *const names[] = {
	        "null", "true or false", "number", "string", "array", "object"};
	return names[kind];
}

struct json json_from_text(struct text t)
{
	return (struct json){.kind = JSON_STRING, .text = t};
}

struct json json_from_int(struct arena *a, int64_t value)
{
	return (struct json){.kind = JSON_NUMBER, .text = text_format(a, "%lld", (long long)value)};
}

struct json json_from_bool(bool value)
{
	return (struct json){.kind = JSON_BOOL, .boolean = value};
}

struct json json_new_object(void)
{
	return (struct json){.kind = JSON_OBJECT};
}

struct json json_new_array(void)
{
	return (struct json){.kind = JSON_ARRAY};
}

/* Room for one more: the arrays grow at powers of two, so the count tells the room. */
static void *room(struct arena *a, void *items, size_t count, size_t size)
{
	if (count & (count - 1))
		return items;
	size_t want = count ? count * 2 : 1;
	void *grown = arena_array(a, want, size);
	if (count)
		memcpy(grown, items, count * size);
	return grown;
}

void json_set(struct arena *a, struct json *object, struct text name, struct json value)
{
	check(object->kind == JSON_OBJECT);
	for (size_t i = 0; i < object->count; i++) {
		if (text_eq(object->members[i].name, name)) {
			object->members[i].value = value;
			return;
		}
	}
	object->members = room(a, object->members, object->count, sizeof *object->members);
	object->members[object->count++] = (struct json_member){text_copy(a, name), value};
}

void json_append(struct arena *a, struct json *array, struct json value)
{
	check(array->kind == JSON_ARRAY);
	array->items = room(a, array->items, array->count, sizeof *array->items);
	array->items[array->count++] = value;
}

struct json json_clone(struct arena *a, const struct json *j)
{
	struct json copy = *j;
	copy.text = text_copy(a, j->text);
	if (j->kind == JSON_ARRAY) {
		copy = json_new_array();
		for (size_t i = 0; i < j->count; i++)
			json_append(a, &copy, json_clone(a, &j->items[i]));
	} else if (j->kind == JSON_OBJECT) {
		copy = json_new_object();
		for (size_t i = 0; i < j->count; i++)
			json_set(a, &copy, j->members[i].name, json_clone(a, &j->members[i].value));
	}
	return copy;
}

static bool same_members(const struct json *x, const struct json *y)
{
	for (size_t i = 0; i < x->count; i++) {
		const struct json *other = json_get_text(y, x->members[i].name);
		if (!other || !json_same(&x->members[i].value, other))
			return false;
	}
	return true;
}

bool json_same(const struct json *x, const struct json *y)
{
	if (x->kind != y->kind || x->count != y->count)
		return false;
	switch (x->kind) {
	case JSON_NULL: return true;
	case JSON_BOOL: return x->boolean == y->boolean;
	case JSON_NUMBER:
	case JSON_STRING: return text_eq(x->text, y->text);
	case JSON_OBJECT: return same_members(x, y);
	case JSON_ARRAY: break;
	}
	for (size_t i = 0; i < x->count; i++) {
		if (!json_same(&x->items[i], &y->items[i]))
			return false;
	}
	return true;
}
