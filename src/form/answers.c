/* form/answers.c - the tree of answers: entries, paths, reading a draft. */
#include "form/form_int.h"

/* Entries ------------------------------------------------------------------------------------ */

static void link_slots(struct form_entry *e, const struct form_field *fields, int slots)
{
	for (size_t i = 0; i < e->count; i++) {
		int slot = fields[i].rules->slot;
		if (slot >= 0)
			e->slots[slot].name = fields[i].id;
	}
	e->context = (struct feel_context){e->slots, (size_t)slots};
	e->env.context = feel_context_of(&e->context);
}

static void link_extra(struct form_entry *e)
{
	struct form_entry *above = e->parent->in;
	e->extra_slots[0] = (struct feel_entry){TEXT("outer"), feel_context_of(&above->context)};
	e->extra_slots[1] = (struct feel_entry){TEXT("index"), feel_int(e->number)};
	bool many = e->parent->field->many;
	e->extra = (struct feel_context){e->extra_slots, many ? 2 : 1};
	e->extra_env = (struct feel_env){&above->env, feel_context_of(&e->extra)};
	e->env.outer = &e->extra_env;
}

struct form_entry *form_entry_new(struct form_run *r, struct form_value *parent)
{
	const struct form_field *group = parent ? parent->field : NULL;
	const struct form_field *fields = group ? group->children : r->form->fields;
	size_t count = group ? group->count : r->form->field_count;
	int slots = group ? group->rules->slots : r->form->plan->root_slots;
	struct form_entry *e = ARENA_NEW(r->a, struct form_entry);
	e->parent = parent;
	e->number = parent ? (int)parent->entry_count + 1 : 1;
	e->count = count;
	e->values = ARENA_ARRAY(r->a, count, struct form_value);
	e->slots = ARENA_ARRAY(r->a, (size_t)slots, struct feel_entry);
	link_slots(e, fields, slots);
	if (parent)
		link_extra(e);
	else
		e->env.outer = &r->globals;
	r->values += count;
	for (size_t i = 0; i < count; i++) {
		struct form_value *v = &e->values[i];
		v->field = &fields[i];
		v->in = e;
		if (fields[i].type == FORM_GROUP && !fields[i].many)
			(void)form_entry_add(r, v);
	}
	return e;
}

struct form_entry *form_entry_add(struct form_run *r, struct form_value *group)
{
	struct form_entry *e = form_entry_new(r, group);
	*ARENA_PUSH(r->a, group->entries, group->entry_count, group->entry_cap) = e;
	return e;
}

struct form_value *form_entry_value(const struct form_entry *e, const struct form_field *f)
{
	check((size_t)f->index < e->count && e->values[f->index].field == f);
	return &e->values[f->index];
}

bool form_answered(const struct form_value *v)
{
	if (v->field->type == FORM_FILE)
		return v->file_count > 0;
	if (v->field->type == FORM_GROUP) {
		for (size_t i = 0; i < v->entry_count; i++)
			for (size_t k = 0; k < v->entries[i]->count; k++)
				if (form_answered(&v->entries[i]->values[k]))
					return true;
		return v->field->many && v->entry_count > 0;
	}
	return v->state == FORM_GIVEN || v->state == FORM_BAD;
}

/* Paths -------------------------------------------------------------------------------------- */

struct text form_entry_path(struct arena *a, const struct form_entry *e)
{
	if (!e->parent)
		return TEXT_NONE;
	struct text group = form_value_path(a, e->parent);
	if (!e->parent->field->many)
		return group;
	return text_format(a, "%.*s[%d]", TEXT_ARG(group), e->number);
}

struct text form_value_path(struct arena *a, const struct form_value *v)
{
	struct text above = form_entry_path(a, v->in);
	if (above.len == 0)
		return v->field->id;
	return text_format(a, "%.*s.%.*s", TEXT_ARG(above), TEXT_ARG(v->field->id));
}

static struct form_value *value_named(const struct form_entry *e, struct text id)
{
	for (size_t i = 0; i < e->count; i++)
		if (text_eq(e->values[i].field->id, id))
			return &e->values[i];
	return NULL;
}

static struct form_entry *entry_numbered(const struct form_value *v, struct text number)
{
	int64_t n;
	if (number.len == 0 || !text_ends(number, TEXT("]")) ||
	        !text_int(text_part(number, 0, number.len - 1), &n) || n < 1 ||
	        (uint64_t)n > v->entry_count)
		return NULL;
	return v->entries[n - 1];
}

struct form_value *form_locate(
        const struct form_run *r, struct text path, struct form_entry **entry)
{
	struct form_entry *e = r->root;
	struct form_value *v = NULL;
	struct text rest = path, segment;
	while (text_split(&rest, '.', &segment)) {
		struct text id;
		if (!e || !text_split(&segment, '[', &id))
			return NULL;
		v = value_named(e, id);
		if (!v)
			return NULL;
		e = NULL;
		if (segment.len) {
			e = form_is_list(v->field) ? entry_numbered(v, segment) : NULL;
			if (!e)
				return NULL;
		} else if (v->field->type == FORM_GROUP && !v->field->many) {
			e = v->entries[0];
		}
	}
	if (entry)
		*entry = e;
	return v;
}

/* Reading ------------------------------------------------------------------------------------ */

static void read_entry(struct form_run *r, struct form_entry *e, const struct json *j);

static bool json_canonical(const struct form_field *f, const struct json *j, struct text *out)
{
	if (j->kind == JSON_BOOL)
		*out = j->boolean ? TEXT("true") : TEXT("false");
	else if (j->kind == JSON_STRING || j->kind == JSON_NUMBER)
		*out = j->text;
	else
		return false;
	return (j->kind == JSON_BOOL) == (f->type == FORM_BOOL);
}

static void read_object(struct form_run *r, struct form_value *v, const struct json *j)
{
	struct buf b;
	if (j->kind != JSON_OBJECT)
		return;
	buf_init(&b, FORM_ANSWERS_MAX);
	json_write(&b, j);
	*ARENA_PUSH(r->a, v->items, v->count, v->cap) = buf_copy(&b, r->a);
	v->state = FORM_GIVEN;
	buf_free(&b);
}

static void read_leaf(struct form_run *r, struct form_value *v, const struct json *j)
{
	const struct form_field *f = v->field;
	const struct json *items = j;
	size_t count = 1;
	if (j->kind == JSON_NULL) {
		v->state = FORM_EMPTY;
		return;
	}
	if (f->type == FORM_OBJ) {
		read_object(r, v, j);
		return;
	}
	if (f->many && j->kind == JSON_ARRAY) {
		items = j->items;
		count = j->count;
		v->state = count ? v->state : FORM_EMPTY;
	}
	for (size_t i = 0; i < count && i < FORM_ENTRIES_MAX; i++) {
		struct text t;
		struct feel_value typed;
		if (!json_canonical(f, &items[i], &t) || !form_typed(r->a, f, t, &typed))
			continue;
		*ARENA_PUSH(r->a, v->items, v->count, v->cap) = t;
		v->state = FORM_GIVEN;
	}
}

static void read_file(struct form_run *r, struct form_value *v, const struct json *j)
{
	int64_t size;
	const struct json *s = json_get(j, "size");
	struct form_file file = {.name = json_text(j, "name"),
	        .media = json_text(j, "media"),
	        .hash = json_text(j, "hash"),
	        .scan = json_text(j, "scan")};
	if (!s || !text_int(s->text, &size) || size < 0 || file.hash.len == 0)
		return;
	file.size = size;
	if (v->file_count < FORM_FILES_MAX)
		*ARENA_PUSH(r->a, v->files, v->file_count, v->file_cap) = file;
	v->state = FORM_GIVEN;
}

static void read_value(struct form_run *r, struct form_value *v, const struct json *j)
{
	const struct form_field *f = v->field;
	bool array = j->kind == JSON_ARRAY;
	if (f->type == FORM_LABEL || r->values > FORM_VALUES_MAX)
		return;
	if (f->type == FORM_GROUP && !f->many) {
		read_entry(r, v->entries[0], j);
	} else if (f->type == FORM_GROUP) {
		for (size_t i = 0; array && i < j->count && i < FORM_ENTRIES_MAX; i++)
			read_entry(r, form_entry_add(r, v), &j->items[i]);
	} else if (f->type == FORM_FILE) {
		for (size_t i = 0; array && i < j->count; i++)
			read_file(r, v, &j->items[i]);
		if (!array)
			read_file(r, v, j);
	} else {
		read_leaf(r, v, j);
	}
}

static void read_entry(struct form_run *r, struct form_entry *e, const struct json *j)
{
	for (size_t i = 0; i < e->count; i++) {
		const struct json *member = json_get_text(j, e->values[i].field->id);
		if (member)
			read_value(r, &e->values[i], member);
	}
}

static void read_raw(struct form_run *r, const struct json *raw)
{
	static const char *const codes[] = {
	        "form", "whole", "places", "day", "month", "year", "year_long", "code", NULL};
	for (size_t i = 0; json_is(raw, JSON_OBJECT) && i < raw->count; i++) {
		const struct json *list = &raw->members[i].value;
		struct form_value *v = form_locate(r, raw->members[i].name, NULL);
		if (!v || list->kind != JSON_ARRAY || list->count < 2 ||
		        v->field->type == FORM_GROUP)
			continue;
		const char *bad = NULL;
		for (const char *const *c = codes; *c; c++)
			if (text_is(list->items[0].text, *c))
				bad = *c;
		if (!bad)
			continue;
		v->state = FORM_BAD;
		v->bad = bad;
		v->raw_count = list->count - 1;
		if (v->raw_count > FORM_ENTRIES_MAX)
			v->raw_count = FORM_ENTRIES_MAX;
		v->raw = ARENA_ARRAY(r->a, v->raw_count + FORM_RAW_MAX, struct text);
		for (size_t k = 0; k < v->raw_count; k++)
			v->raw[k] = list->items[k + 1].text;
		v->count = 0;
	}
}

static void read_sources(struct form_run *r, const struct json *sources)
{
	for (size_t i = 0; json_is(sources, JSON_OBJECT) && i < sources->count; i++) {
		struct form_value *v = form_locate(r, sources->members[i].name, NULL);
		if (v && v->state == FORM_GIVEN)
			v->source = sources->members[i].value.text;
	}
}

static void read_seen(struct form_run *r, const struct json *doc)
{
	size_t count = 0;
	const struct json *items = json_items(doc, "seen", &count);
	for (size_t i = 0; i < count; i++) {
		struct form_place p;
		if (form_place_at(r, items[i].text, false, &p, NULL) == OK)
			form_place_see(r, &p);
	}
}

enum err form_answers_read(struct form_run *r, struct text draft, struct errinfo *e)
{
	const struct json *doc;
	if (draft.len > FORM_ANSWERS_MAX)
		return fail(e, ERR_LIMIT, "the answers are larger than %d bytes", FORM_ANSWERS_MAX);
	if (draft.len == 0)
		return OK;
	TRY(json_parse(r->a, draft, "answers", &doc, e));
	if (doc->kind != JSON_OBJECT)
		return fail(e, ERR_INVALID, "answers are an object");
	/* a draft has `answers`; no field can shadow it, `seen` decides */
	bool is_draft = json_is(json_get(doc, "answers"), JSON_OBJECT) && json_get(doc, "seen");
	read_entry(r, r->root, is_draft ? json_get(doc, "answers") : doc);
	if (r->values > FORM_VALUES_MAX)
		return fail(e, ERR_LIMIT, "more than %d answers", FORM_VALUES_MAX);
	if (is_draft) {
		read_raw(r, json_get(doc, "raw"));
		read_sources(r, json_get(doc, "source"));
		read_seen(r, doc);
	}
	return OK;
}
