/* Slots: their types, their defaults, an authority's values. */
#include "service/slots.h"

#include <stdlib.h>

static const struct feel_type *word_type(struct text word)
{
	static const struct {
		const char *word;
		enum feel_type_kind kind;
	} types[] = {
	        {"text", FEEL_TYPE_STRING},
	        {"text_latin", FEEL_TYPE_STRING},
	        {"date", FEEL_TYPE_DATE},
	        {"time", FEEL_TYPE_TIME},
	        {"datetime", FEEL_TYPE_DATE_TIME},
	        {"bool", FEEL_TYPE_BOOL},
	        {"num", FEEL_TYPE_NUMBER},
	        {"num_int", FEEL_TYPE_NUMBER},
	        {"num_currency", FEEL_TYPE_NUMBER},
	};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (text_is(word, types[i].word))
			return feel_type_of_kind(types[i].kind);
	return NULL;
}

bool slot_has_value(const struct service_slot *s)
{
	return s->type != NULL;
}

struct declare {
	struct package *p;
	const struct path *at;
};

static void wrong(const struct declare *d, const char *key, const char *code, struct text value)
{
	struct path below = {.up = d->at, .name = text_from(key)};
	FOUND(d->p->f, SERVICE_ERROR, document_spot(&d->p->manifest, &below), code,
	        WORD("value", value));
}

static const struct feel_type *value_type(const struct declare *d, const struct json *j)
{
	struct text word = json_text(j, "type");
	const struct feel_type *type = word_type(word);
	if (!type)
		wrong(d, "type", "slot_type", word);
	return type ? type : feel_type_of_kind(FEEL_TYPE_ANY);
}

static const struct feel_type *table_type(const struct declare *d, const struct json *j)
{
	const struct json *columns = json_get(j, "columns");
	size_t count = columns ? columns->count : 0;
	struct feel_field *fields = ARENA_ARRAY(d->p->a, count, struct feel_field);
	if (count == 0)
		wrong(d, "columns", "slot_columns", TEXT_NONE);
	for (size_t i = 0; i < count; i++) {
		const struct json_member *m = &columns->members[i];
		const struct feel_type *type = word_type(m->value.text);
		if (!type)
			wrong(d, "columns", "slot_type", m->value.text);
		fields[i] = (struct feel_field){m->name, type};
	}
	return feel_type_list(d->p->a, feel_type_context(d->p->a, fields, count, false));
}

/* The type of slot.<id>, NULL for kinds that rules do not see. */
static const struct feel_type *type_of(
        const struct declare *d, const struct json *j, struct text kind)
{
	struct arena *a = d->p->a;
	if (text_is(kind, "value"))
		return value_type(d, j);
	if (text_is(kind, "table"))
		return table_type(d, j);
	if (text_is(kind, "list") || text_is(kind, "codes"))
		return feel_type_list(a, feel_type_of_kind(FEEL_TYPE_STRING));
	if (text_is(kind, "authority") || text_is(kind, "role"))
		return feel_type_of_kind(FEEL_TYPE_STRING);
	return NULL;
}

static void declare_one(
        const struct declare *d, const struct json_member *m, struct service_slot *s)
{
	struct text kind = json_text(&m->value, "kind");
	*s = (struct service_slot){
	        .id = m->name,
	        .kind = kind,
	        .law = json_text(&m->value, "law"),
	        .dated = json_bool(&m->value, "dated", false),
	        .definition = &m->value,
	        .type = type_of(d, &m->value, kind),
	};
	bool text = text_is(kind, "text");
	if (text ? !text_starts(m->name, TEXT("text:")) : !is_plain_name(m->name))
		wrong(d, "kind", "slot_name", m->name);
	if (text_is(kind, "step") || text_is(kind, "block") || text_is(kind, "fields"))
		wrong(d, "kind", "slot_kind", kind);
	if (s->law.len && !service_find_law(d->p->s, s->law))
		wrong(d, "law", "law_unknown", s->law);
	if (s->type && !json_get(&m->value, "default"))
		FOUND(d->p->f, SERVICE_NOTE, document_spot(&d->p->manifest, d->at),
		        "slot_without_default", WORD("slot", m->name));
}

void slots_declare(struct package *p)
{
	const struct json *j = json_get(p->s->manifest, "slots");
	size_t count = j ? j->count : 0;
	struct path up = {.name = TEXT("slots")};
	if (count > SERVICE_ITEMS_MAX) {
		FOUND(p->f, SERVICE_ERROR, document_spot(&p->manifest, &up), "too_many",
		        WORD("value", text_format(p->a, "%d", SERVICE_ITEMS_MAX)));
		count = SERVICE_ITEMS_MAX;
	}
	struct service_slot *slots = ARENA_ARRAY(p->a, count, struct service_slot);
	struct feel_field *fields = ARENA_ARRAY(p->a, count, struct feel_field);
	size_t typed = 0;
	for (size_t i = 0; i < count; i++) {
		struct path at = {.up = &up, .name = j->members[i].name};
		declare_one(&(struct declare){p, &at}, &j->members[i], &slots[i]);
		if (slots[i].type)
			fields[typed++] = (struct feel_field){slots[i].id, slots[i].type};
	}
	p->s->slots = slots;
	p->s->slot_count = count;
	p->slot_type = feel_type_context(p->a, fields, typed, false);
	slots_fill(p->a, p->s, NULL, p->f, document_spot(&p->manifest, &up));
}

/* Values ------------------------------------------------------------------------------------- */

struct fill {
	struct arena *a;
	const struct service *s;
	const struct document *overlay; /* NULL: the defaults of the package */
	struct service_findings *f;
	struct spot otherwise;
	const struct service_slot *slot;
	const struct path *at;
};

static void unfit(const struct fill *x, const char *code, struct text why)
{
	struct spot spot = x->otherwise;
	if (x->overlay)
		spot = document_spot(x->overlay, x->at);
	else
		spot.place = text_format(x->a, "slots.%.*s.default", TEXT_ARG(x->slot->id));
	FOUND(x->f, SERVICE_ERROR, spot, code, WORD("slot", x->slot->id), WORD("why", why));
}

static bool over(const struct json *limit, struct dec number, bool above)
{
	struct dec d;
	if (!limit || !dec_parse(limit->text, &d))
		return false;
	return above ? dec_cmp(number, d) > 0 : dec_cmp(number, d) < 0;
}

/* Limits of a value: min and max of numbers, length of texts. */
static bool in_limits(const struct fill *x, struct feel_value v)
{
	const struct json *min = json_get(x->slot->definition, "min");
	const struct json *max = json_get(x->slot->definition, "max");
	struct dec measure;
	if (v.kind == FEEL_NUMBER)
		measure = v.number;
	else if (v.kind == FEEL_STRING)
		measure = dec_from_int((int64_t)utf8_length(v.string));
	else
		return true;
	if (!over(min, measure, false) && !over(max, measure, true))
		return true;
	unfit(x, "slot_limit", feel_to_string(x->a, v));
	return false;
}

/* A context with a member no column has, or a column without a value. */
static bool rows_fit(const struct fill *x, struct feel_value v)
{
	const struct feel_type *row = x->slot->type->element;
	for (size_t i = 0; v.kind == FEEL_LIST && i < v.list.count; i++) {
		struct feel_value item = v.list.items[i];
		bool fits = item.kind == FEEL_CONTEXT && item.context->count == row->count;
		for (size_t k = 0; fits && k < row->count; k++)
			fits = !feel_is_null(feel_context_get(item, row->fields[k].name));
		if (fits)
			continue;
		unfit(x, "slot_row", text_format(x->a, "%zu", i + 1));
		return false;
	}
	return true;
}

static bool value_of(const struct fill *x, const struct json *j, struct feel_value *out)
{
	struct errinfo e = {0};
	struct buf b;
	buf_init(&b, JSON_SIZE_MAX);
	json_write(&b, j);
	enum err code = feel_from_plain_json(x->a, buf_copy(&b, x->a), x->slot->type, out, &e);
	buf_free(&b);
	if (code != OK || !feel_conforms(*out, x->slot->type) || feel_is_null(*out)) {
		unfit(x, "slot_value",
		        code != OK ? text_from(e.message) : feel_type_text(x->a, x->slot->type));
		return false;
	}
	return text_is(x->slot->kind, "table") ? rows_fit(x, *out) : in_limits(x, *out);
}

static int compare_dated(const void *p, const void *q)
{
	const struct slot_dated *a = p, *b = q;
	return date_cmp(a->from, b->from);
}

/* Add the values of `j`; same day: the nearer layer wins. */
static void take(const struct fill *x, struct slot_values *to, size_t *cap, struct slot_dated v)
{
	for (size_t i = 0; i < to->count; i++) {
		if (date_cmp(to->items[i].from, v.from) != 0)
			continue;
		to->items[i] = v;
		return;
	}
	*ARENA_PUSH(x->a, to->items, to->count, *cap) = v;
}

static void take_dated(
        const struct fill *x, const struct json *j, struct slot_values *to, size_t *cap)
{
	const char *content = text_is(x->slot->kind, "table") ? "rows" : "value";
	if (j->kind != JSON_ARRAY) {
		unfit(x, "slot_dated", TEXT_NONE);
		return;
	}
	for (size_t i = 0; i < j->count; i++) {
		struct path at = {.up = x->at, .index = i};
		struct fill item = *x;
		struct slot_dated v = {0};
		item.at = &at;
		const struct json *value = json_get(&j->items[i], content);
		if (!value || !date_parse(json_text(&j->items[i], "from"), &v.from))
			unfit(&item, "slot_dated", text_from(content));
		else if (value_of(&item, value, &v.value))
			take(x, to, cap, v);
	}
}

static void take_all(
        const struct fill *x, const struct json *j, struct slot_values *to, size_t *cap)
{
	struct slot_dated v = {0};
	if (x->slot->dated)
		take_dated(x, j, to, cap);
	else if (value_of(x, j, &v.value))
		take(x, to, cap, v);
}

/* add and remove of a list: ids, the rest of the default stays. */
static void change_list(const struct fill *x, struct slot_values *to)
{
	const struct json *root = x->overlay->root;
	const struct json *add = json_get_text(json_get(root, "add"), x->slot->id);
	const struct json *remove = json_get_text(json_get(root, "remove"), x->slot->id);
	if ((!add && !remove) || !text_is(x->slot->kind, "list") || to->count != 1)
		return;
	struct feel_value old = to->items[0].value;
	struct feel_list_builder b = feel_list_begin(x->a);
	for (size_t i = 0; i < old.list.count; i++) {
		bool gone = false;
		for (size_t k = 0; remove && k < remove->count; k++)
			gone = gone || text_eq(remove->items[k].text, old.list.items[i].string);
		if (!gone)
			feel_list_add(&b, old.list.items[i]);
	}
	for (size_t k = 0; add && k < add->count; k++)
		feel_list_add(&b, feel_string(add->items[k].text));
	to->items[0].value = feel_list_end(&b);
}

static void fill_slot(struct fill *x, struct slot_values *to)
{
	size_t cap = 0;
	const struct json *own = json_get(x->slot->definition, "default");
	struct fill defaults = *x;
	defaults.overlay = NULL;
	to->slot = x->slot;
	if (own)
		take_all(&defaults, own, to, &cap);
	if (x->overlay) {
		struct path set = {.name = TEXT("set")};
		struct path at = {.up = &set, .name = x->slot->id};
		const struct json *j =
		        json_get_text(json_get(x->overlay->root, "set"), x->slot->id);
		x->at = &at;
		if (j)
			take_all(x, j, to, &cap);
		change_list(x, to);
		x->at = NULL;
	}
	if (to->count > 1)
		qsort(to->items, to->count, sizeof *to->items, compare_dated);
}

static const struct service_slot *slot_named(const struct service *s, struct text id)
{
	for (size_t i = 0; i < s->slot_count; i++)
		if (text_eq(s->slots[i].id, id))
			return &s->slots[i];
	return NULL;
}

/* Names in set, add, remove that are no slot. */
static void check_names(const struct fill *x)
{
	static const char *const parts[] = {"set", "add", "remove"};
	for (size_t i = 0; i < 3; i++) {
		const struct json *j = json_get(x->overlay->root, parts[i]);
		struct path up = {.name = text_from(parts[i])};
		for (size_t k = 0; j && k < j->count; k++) {
			struct path at = {.up = &up, .name = j->members[k].name};
			if (!slot_named(x->s, j->members[k].name))
				FOUND(x->f, SERVICE_ERROR, document_spot(x->overlay, &at),
				        "slot_unknown", WORD("slot", j->members[k].name));
		}
	}
}

/* Texts of the authority --------------------------------------------------------------------- */

/* The text of a slot in a language: a plain string is German. */
static const struct json *own_text(const struct json *value, struct text tag)
{
	if (value->kind == JSON_STRING)
		return text_is(tag, "de") ? value : NULL;
	return json_get_text(value, tag);
}

static bool text_fits(struct fill *x, const struct json_member *m, const struct json *own)
{
	struct path set = {.name = TEXT("set")};
	struct path at = {.up = &set, .name = m->name};
	x->slot = slot_named(x->s, m->name);
	x->at = &at;
	bool fits = own->kind == JSON_STRING && in_limits(x, feel_string(own->text));
	if (own->kind != JSON_STRING)
		unfit(x, "slot_value", text_from(json_kind_name(own->kind)));
	x->at = NULL;
	return fits;
}

/* German is complete: where the authority has none, the package's text stands in. */
static struct text language_json(struct fill *x, const struct json *set, struct text tag)
{
	struct json all = json_new_object();
	struct buf b;
	for (size_t i = 0; i < set->count; i++) {
		const struct json_member *m = &set->members[i];
		if (!text_starts(m->name, TEXT("text:")) || !slot_named(x->s, m->name))
			continue;
		struct text key = text_part(m->name, 5, m->name.len);
		const struct json *own = own_text(&m->value, tag);
		if (own && text_fits(x, m, own))
			json_set(x->a, &all, key, *own);
		else if (!own && text_is(tag, "de"))
			json_set(x->a, &all, key,
			        json_from_text(texts_get_text(x->s->texts, 0, key)));
	}
	buf_init(&b, JSON_SIZE_MAX);
	json_write(&b, &all);
	struct text out = buf_copy(&b, x->a);
	buf_free(&b);
	return out;
}

static bool add_language(struct fill *x, struct texts *t, const struct json *set, struct text tag)
{
	struct errinfo e = {0};
	struct text json = language_json(x, set, tag);
	if (texts_add(t, text_z(x->a, tag), json, "overlay", &e) == OK)
		return true;
	struct path at = {.name = TEXT("set")};
	found_error(x->f, document_spot(x->overlay, &at), "texts", &e);
	return false;
}

static const struct texts *own_texts(struct fill *x)
{
	const struct json *set = json_get(x->overlay->root, "set");
	struct texts *t = NULL;
	for (size_t i = 0; set && i < set->count; i++) {
		const struct json_member *m = &set->members[i];
		if (!text_starts(m->name, TEXT("text:")) || !slot_named(x->s, m->name))
			continue;
		t = t ? t : texts_new(x->a);
		if (texts_languages(t) == 0 && !add_language(x, t, set, TEXT("de")))
			return NULL;
		for (size_t k = 0; m->value.kind == JSON_OBJECT && k < m->value.count; k++) {
			struct text tag = m->value.members[k].name;
			int known = texts_language(t, tag);
			bool there = known >= 0 && text_eq(texts_tag(t, known), tag);
			if (!there && !add_language(x, t, set, tag))
				return NULL;
		}
	}
	return t;
}

struct service_slots *slots_fill(struct arena *a, const struct service *s,
        const struct document *overlay, struct service_findings *f, struct spot otherwise)
{
	struct service_slots *out = ARENA_NEW(a, struct service_slots);
	struct fill x = {.a = a, .s = s, .overlay = overlay, .f = f, .otherwise = otherwise};
	out->items = ARENA_ARRAY(a, s->slot_count, struct slot_values);
	for (size_t i = 0; i < s->slot_count; i++) {
		if (!slot_has_value(&s->slots[i]))
			continue;
		x.slot = &s->slots[i];
		fill_slot(&x, &out->items[out->count++]);
		out->dated = out->dated || s->slots[i].dated;
	}
	if (overlay) {
		check_names(&x);
		out->texts = own_texts(&x);
	}
	if (!out->dated) {
		struct service_adoption plain = {.service = s, .slots = out};
		out->dated = true;
		out->plain = service_slot_values(a, &plain, (struct date){0});
		out->dated = false;
	}
	return out;
}

static struct feel_value value_on(const struct slot_values *v, struct date day)
{
	struct feel_value last = {.kind = FEEL_NULL};
	for (size_t i = 0; i < v->count; i++)
		if (date_is_zero(v->items[i].from) || date_cmp(v->items[i].from, day) <= 0)
			last = v->items[i].value;
	return last;
}

struct feel_value service_slot_values(
        struct arena *a, const struct service_adoption *x, struct date day)
{
	const struct service_slots *s = x->slots;
	if (!s->dated)
		return s->plain;
	struct feel_context_builder b = feel_context_begin(a);
	for (size_t i = 0; i < s->count; i++)
		feel_context_set(&b, s->items[i].slot->id, value_on(&s->items[i], day));
	return feel_context_end(&b);
}
