/* form/answer.c - a whole page of answers at once (golden cases, other programs). */
#include "form/form_int.h"

static void clear(struct form_value *v)
{
	v->state = FORM_EMPTY;
	v->count = v->raw_count = v->file_count = 0;
	v->source = TEXT_NONE;
	if (v->field->many)
		v->entry_count = 0;
}

static struct text scalar(const struct json *j)
{
	if (j->kind == JSON_BOOL)
		return j->boolean ? TEXT("true") : TEXT("false");
	return j->kind == JSON_STRING || j->kind == JSON_NUMBER ? j->text : TEXT_NONE;
}

static void set_leaf(struct form_run *r, struct form_value *v, const struct json *j)
{
	const struct form_field *f = v->field;
	const struct json *items = j->kind == JSON_ARRAY ? j->items : j;
	size_t count = j->kind == JSON_ARRAY ? j->count : 1;
	clear(v);
	v->raw = ARENA_ARRAY(r->a, FORM_ENTRIES_MAX + FORM_RAW_MAX, struct text);
	const char *bad = NULL;
	for (size_t i = 0; i < count && i < FORM_ENTRIES_MAX; i++) {
		struct text canonical, raw = scalar(&items[i]);
		struct feel_value typed;
		bool empty;
		v->raw[i] = raw;
		/* a decimal point, whatever the language of the case */
		const char *wrong = form_take(r->a, f, raw, TEXT("en"), &canonical, &empty);
		if (!wrong && empty)
			continue;
		if (!wrong && !form_typed(r->a, f, canonical, &typed))
			wrong = f->codes ? "code" : "form";
		bad = bad ? bad : wrong;
		*ARENA_PUSH(r->a, v->items, v->count, v->cap) = canonical;
		v->state = FORM_GIVEN;
	}
	if (!bad)
		return;
	v->state = FORM_BAD;
	v->bad = bad;
	v->raw_count = count;
	v->count = 0;
}

static void set_files(struct form_run *r, struct form_value *v, const struct json *j)
{
	const struct json *items = j->kind == JSON_ARRAY ? j->items : j;
	size_t count = j->kind == JSON_ARRAY ? j->count : 1;
	clear(v);
	for (size_t i = 0; i < count && i < FORM_FILES_MAX; i++) {
		int64_t size = 1;
		const struct json *s = json_get(&items[i], "size");
		if (s && !text_int(s->text, &size))
			continue;
		struct form_file file = {json_text(&items[i], "name"),
		        json_text(&items[i], "media"), size, json_text(&items[i], "hash"),
		        json_text(&items[i], "scan")};
		*ARENA_PUSH(r->a, v->files, v->file_count, v->file_cap) = file;
		v->state = FORM_GIVEN;
	}
}

static void set_object(struct form_run *r, struct form_value *v, const struct json *j)
{
	struct buf b;
	clear(v);
	if (j->kind != JSON_OBJECT)
		return;
	buf_init(&b, FORM_ANSWERS_MAX);
	json_write(&b, j);
	*ARENA_PUSH(r->a, v->items, v->count, v->cap) = buf_copy(&b, r->a);
	v->state = FORM_GIVEN;
	buf_free(&b);
}

static void set_value(struct form_run *r, struct form_value *v, const struct json *j);

static void set_entry(struct form_run *r, struct form_entry *e, const struct json *j)
{
	e->provisional = false;
	e->seen = UINT32_MAX;
	for (size_t i = 0; i < e->count; i++)
		set_value(r, &e->values[i], json_get_text(j, e->values[i].field->id));
}

/* `j` NULL: left out. A starting value that was left out stays. */
static void set_value(struct form_run *r, struct form_value *v, const struct json *j)
{
	const struct form_field *f = v->field;
	static const struct json nothing;
	if (f->type == FORM_LABEL || f->computed || f->who != r->options.who)
		return;
	if (f->type == FORM_GROUP && !f->many) {
		set_entry(r, v->entries[0], j);
	} else if (f->type == FORM_GROUP) {
		v->seen = true;
		v->entry_count = 0;
		for (size_t i = 0; j && j->kind == JSON_ARRAY && i < j->count; i++)
			if (i < FORM_ENTRIES_MAX && r->values < FORM_VALUES_MAX)
				set_entry(r, form_entry_add(r, v), &j->items[i]);
	} else if (!j) {
		if (!v->starting && v->state != FORM_UNTOUCHED)
			clear(v);
	} else if (f->type == FORM_FILE) {
		set_files(r, v, j);
	} else if (f->type == FORM_OBJ) {
		set_object(r, v, j);
	} else {
		set_leaf(r, v, j->kind == JSON_NULL ? &nothing : j);
	}
}

static enum err check_names(const struct form_page *page, const struct json *doc, struct errinfo *e)
{
	for (size_t i = 0; i < doc->count; i++) {
		bool known = false;
		for (size_t k = 0; k < page->count; k++)
			known |= text_eq(page->fields[k]->id, doc->members[i].name);
		if (!known)
			return fail(e, ERR_INVALID, "page '%.*s' has no field '%.*s'",
			        TEXT_ARG(page->id), TEXT_ARG(doc->members[i].name));
	}
	return OK;
}

enum err form_answer(struct form_run *r, struct text page, struct text json,
        struct form_outcome *out, struct errinfo *e)
{
	const struct json *doc;
	const struct form_page *p = form_find_page(r->form, page);
	struct form_found found = {0};
	*out = (struct form_outcome){0};
	if (!p || p->who != r->options.who || !r->page_visible[p->index])
		return fail(e, ERR_NOT_FOUND, "page '%.*s' is out of sight", TEXT_ARG(page));
	if (json.len > FORM_ANSWERS_MAX)
		return fail(e, ERR_LIMIT, "the answers are larger than %d bytes", FORM_ANSWERS_MAX);
	TRY(json_parse(r->a, json, "answers", &doc, e));
	if (doc->kind != JSON_OBJECT)
		return fail(e, ERR_INVALID, "the answers of a page are an object");
	TRY(check_names(p, doc, e));
	for (size_t i = 0; i < p->count; i++)
		set_value(r, form_entry_value(r->root, p->fields[i]),
		        json_get_text(doc, p->fields[i]->id));
	r->page_seen[p->index] = UINT32_MAX;
	TRY(form_evaluate(r, e));
	form_check_page(r, p, &found);
	out->findings = found.items;
	out->count = found.count;
	out->next = form_first_open(r);
	return OK;
}
