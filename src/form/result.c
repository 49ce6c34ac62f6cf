/* form/result.c - what comes out of a run: draft, submission, values, changes. */
#include "form/form_int.h"

/* JSON of values ------------------------------------------------------------------------------ */

static void write_file(struct json_out *o, const struct form_file *f)
{
	json_out_object(o);
	json_out_name(o, "name");
	json_out_text(o, f->name);
	json_out_name(o, "media");
	json_out_text(o, f->media);
	json_out_name(o, "size");
	json_out_int(o, f->size);
	json_out_name(o, "hash");
	json_out_text(o, f->hash);
	json_out_name(o, "scan");
	json_out_text(o, f->scan);
	json_out_end(o);
}

static void write_files(struct json_out *o, const struct form_value *v)
{
	if (!v->field->many && v->file_count) {
		write_file(o, &v->files[0]);
		return;
	}
	json_out_array(o);
	for (size_t i = 0; i < v->file_count; i++)
		write_file(o, &v->files[i]);
	json_out_end(o);
}

/* Numbers and days as text, booleans as themselves, objects of connectors as they came. */
static void write_text(
        struct form_run *r, struct json_out *o, const struct form_field *f, struct text canonical)
{
	const struct json *j;
	if (f->type == FORM_BOOL)
		json_out_bool(o, text_is(canonical, "true"));
	else if (f->type == FORM_OBJ && json_parse(r->a, canonical, "value", &j, NULL) == OK)
		json_out_tree(o, j);
	else
		json_out_text(o, canonical);
}

static void write_feel(
        struct form_run *r, struct json_out *o, const struct form_field *f, struct feel_value v)
{
	if (v.kind != FEEL_LIST) {
		write_text(r, o, f, form_canonical(r->a, f, v));
		return;
	}
	json_out_array(o);
	for (size_t i = 0; i < v.list.count; i++)
		write_text(r, o, f, form_canonical(r->a, f, v.list.items[i]));
	json_out_end(o);
}

/* Draft -------------------------------------------------------------------------------------- */

static bool to_keep(const struct form_value *v);

static bool entry_to_keep(const struct form_entry *e)
{
	for (size_t i = 0; i < e->count && !e->provisional; i++)
		if (to_keep(&e->values[i]))
			return true;
	return !e->provisional && e->parent->field->many;
}

static bool to_keep(const struct form_value *v)
{
	const struct form_field *f = v->field;
	if (f->type == FORM_LABEL || f->computed)
		return false;
	if (f->type == FORM_FILE)
		return v->file_count > 0;
	if (f->type != FORM_GROUP)
		return v->state == FORM_GIVEN || v->state == FORM_EMPTY;
	for (size_t i = 0; i < v->entry_count; i++)
		if (entry_to_keep(v->entries[i]))
			return true;
	return false;
}

static void draft_entry(struct form_run *r, struct json_out *o, const struct form_entry *e);

static void draft_value(struct form_run *r, struct json_out *o, const struct form_value *v)
{
	const struct form_field *f = v->field;
	json_out_name_text(o, f->id);
	if (f->type == FORM_GROUP && !f->many) {
		draft_entry(r, o, v->entries[0]);
	} else if (f->type == FORM_GROUP) {
		json_out_array(o);
		for (size_t i = 0; i < v->entry_count; i++)
			if (!v->entries[i]->provisional)
				draft_entry(r, o, v->entries[i]);
		json_out_end(o);
	} else if (f->type == FORM_FILE) {
		write_files(o, v);
	} else if (v->state == FORM_EMPTY) {
		json_out_null(o);
	} else if (f->many) {
		json_out_array(o);
		for (size_t i = 0; i < v->count; i++)
			write_text(r, o, f, v->items[i]);
		json_out_end(o);
	} else {
		write_text(r, o, f, v->items[0]);
	}
}

static void draft_entry(struct form_run *r, struct json_out *o, const struct form_entry *e)
{
	json_out_object(o);
	for (size_t i = 0; i < e->count; i++)
		if (to_keep(&e->values[i]))
			draft_value(r, o, &e->values[i]);
	json_out_end(o);
}

typedef void each_fn(struct form_run *r, const struct form_value *v, struct json_out *o);

static void each_value(
        struct form_run *r, const struct form_entry *e, each_fn *fn, struct json_out *o)
{
	for (size_t i = 0; i < e->count; i++) {
		fn(r, &e->values[i], o);
		for (size_t k = 0; k < e->values[i].entry_count; k++)
			if (!e->values[i].entries[k]->provisional)
				each_value(r, e->values[i].entries[k], fn, o);
	}
}

static void draft_raw(struct form_run *r, const struct form_value *v, struct json_out *o)
{
	if (v->state != FORM_BAD || v->field->type == FORM_GROUP)
		return;
	json_out_name_text(o, form_value_path(r->a, v));
	json_out_array(o);
	json_out_z(o, v->bad);
	for (size_t i = 0; i < v->raw_count; i++)
		json_out_text(o, v->raw[i]);
	json_out_end(o);
}

static void draft_source(struct form_run *r, const struct form_value *v, struct json_out *o)
{
	if (v->state != FORM_GIVEN || v->source.len == 0)
		return;
	json_out_name_text(o, form_value_path(r->a, v));
	json_out_text(o, v->source);
}

static void seen_screens(struct form_run *r, struct json_out *o, struct form_place *p,
        const struct form_rules *rules)
{
	for (size_t i = 0; i < rules->screen_count; i++) {
		p->screen = &rules->screens[i];
		p->list = NULL;
		if (!p->screen->list && form_place_seen(r, p))
			json_out_text(o, form_place_address(r, p));
	}
}

static void draft_seen(struct form_run *r, const struct form_value *v, struct json_out *o)
{
	if (!form_is_list(v->field))
		return;
	if (v->seen)
		json_out_text(o, form_value_address(r, v));
	for (size_t i = 0; i < v->entry_count; i++) {
		struct form_place p = {.page = v->field->page, .entry = v->entries[i]};
		if (!v->entries[i]->provisional)
			seen_screens(r, o, &p, v->field->rules);
	}
}

enum err form_draft_write(const struct form_run *run, struct buf *b, struct errinfo *e)
{
	struct form_run *r =
	        (struct form_run *)(uintptr_t)run; /* addresses are made in its arena */
	struct json_out o = json_out(b);
	json_out_object(&o);
	json_out_name(&o, "answers");
	draft_entry(r, &o, r->root);
	json_out_name(&o, "raw");
	json_out_object(&o);
	each_value(r, r->root, draft_raw, &o);
	json_out_end(&o);
	json_out_name(&o, "source");
	json_out_object(&o);
	each_value(r, r->root, draft_source, &o);
	json_out_end(&o);
	json_out_name(&o, "seen");
	json_out_array(&o);
	for (size_t i = 0; i < r->form->page_count; i++) {
		struct form_place p = {.page = &r->form->pages[i], .entry = r->root};
		seen_screens(r, &o, &p, p.page->rules);
	}
	each_value(r, r->root, draft_seen, &o);
	json_out_end(&o);
	json_out_end(&o);
	if (b->len > FORM_ANSWERS_MAX)
		return fail(e, ERR_LIMIT, "the answers are larger than %d bytes", FORM_ANSWERS_MAX);
	return buf_whole(b, "draft", e);
}

/* Submission --------------------------------------------------------------------------------- */

static bool to_submit(const struct form_value *v)
{
	const struct form_field *f = v->field;
	if (!v->visible || f->type == FORM_LABEL)
		return false;
	if (f->type == FORM_FILE)
		return v->file_count > 0;
	if (f->type == FORM_GROUP) {
		for (size_t i = 0; i < v->entry_count; i++)
			for (size_t k = 0; k < v->entries[i]->count; k++)
				if (to_submit(&v->entries[i]->values[k]))
					return true;
		return false;
	}
	if (v->value.kind == FEEL_LIST)
		return v->value.list.count > 0;
	return !feel_is_null(v->value);
}

static void submit_entry(struct form_run *r, struct json_out *o, const struct form_entry *e)
{
	json_out_object(o);
	for (size_t i = 0; i < e->count; i++) {
		const struct form_value *v = &e->values[i];
		const struct form_field *f = v->field;
		if (!to_submit(v))
			continue;
		json_out_name_text(o, f->id);
		if (form_is_list(f)) {
			json_out_array(o);
			for (size_t k = 0; k < v->entry_count; k++)
				if (!v->entries[k]->provisional)
					submit_entry(r, o, v->entries[k]);
			json_out_end(o);
		} else if (f->type == FORM_GROUP) {
			submit_entry(r, o, v->entries[0]);
		} else if (f->type == FORM_FILE) {
			write_files(o, v);
		} else {
			write_feel(r, o, f, v->value);
		}
	}
	json_out_end(o);
}

enum err form_submission_write(struct form_run *r, struct buf *b, struct errinfo *e)
{
	const struct form_finding *findings;
	size_t count = form_findings(r, TEXT_NONE, &findings);
	if (count > 0)
		return fail(e, ERR_INVALID, "%zu findings, the first: %.*s %s", count,
		        TEXT_ARG(findings[0].path), findings[0].code);
	const struct form_step *steps;
	size_t n = form_steps(r, &steps);
	if (n > 0 && steps[n - 1].kind == FORM_STEP_EXIT)
		return fail(e, ERR_INVALID, "the form ends at '%.*s' with advice",
		        TEXT_ARG(steps[n - 1].address));
	struct json_out o = json_out(b);
	submit_entry(r, &o, r->root);
	if (b->len > FORM_ANSWERS_MAX)
		return fail(e, ERR_LIMIT, "the answers are larger than %d bytes", FORM_ANSWERS_MAX);
	return buf_whole(b, "submission", e);
}

/* Values ------------------------------------------------------------------------------------- */

struct feel_value form_values(const struct form_run *r, struct arena *a)
{
	struct feel_context_builder b = feel_context_begin(r->a);
	for (size_t i = 0; i < r->root->count; i++) {
		const struct form_value *v = &r->root->values[i];
		if (v->field->who != FORM_STAFF && v->field->type != FORM_LABEL)
			feel_context_set(&b, v->field->id, v->value);
	}
	return feel_copy(a, feel_context_end(&b));
}

struct feel_value form_page_values(
        const struct form_run *r, const struct form_page *page, struct arena *a)
{
	struct feel_context_builder b = feel_context_begin(r->a);
	for (size_t i = 0; i < page->count; i++) {
		const struct form_value *v = form_entry_value(r->root, page->fields[i]);
		if (v->field->type != FORM_LABEL)
			feel_context_set(&b, v->field->id, v->value);
	}
	return feel_copy(a, feel_context_end(&b));
}

enum err form_values_read(struct arena *a, const struct form *f, struct text submission,
        struct feel_value *out, struct errinfo *e)
{
	struct form_run *r;
	struct arena *work = arena_new(0);
	enum err err = form_answers_open(work, f, submission, &r, e);
	if (err == OK)
		*out = form_values(r, a);
	arena_free(work);
	return err;
}

/* Changes ------------------------------------------------------------------------------------ */

struct changes {
	struct arena *a;
	struct form_run *before, *after;
	struct form_change *items;
	size_t count, cap;
};

static void add_change(
        struct changes *c, const struct form_value *old, const struct form_value *now)
{
	const struct form_value *any = now ? now : old;
	struct form_change *x = ARENA_PUSH(c->a, c->items, c->count, c->cap);
	struct text path = form_value_path(c->a, any);
	*x = (struct form_change){.field = any->field,
	        .path = path,
	        .before = old ? feel_copy(c->a, old->value) : feel_null(),
	        .after = now ? feel_copy(c->a, now->value) : feel_null()};
}

static bool nothing(const struct form_value *v)
{
	return !v || feel_is_null(v->value) ||
	       (v->value.kind == FEEL_LIST && v->value.list.count == 0);
}

static void compare_entries(
        struct changes *c, const struct form_entry *old, const struct form_entry *now);

static void compare(struct changes *c, const struct form_value *old, const struct form_value *now)
{
	const struct form_field *f = now ? now->field : old->field;
	if (f->type == FORM_LABEL)
		return;
	if (f->type == FORM_GROUP) {
		size_t a = old ? old->entry_count : 0, b = now ? now->entry_count : 0;
		for (size_t i = 0; i < a || i < b; i++)
			compare_entries(
			        c, i < a ? old->entries[i] : NULL, i < b ? now->entries[i] : NULL);
		return;
	}
	if (nothing(old) && nothing(now))
		return;
	if (!old || !now || !feel_same(old->value, now->value))
		add_change(c, old, now);
}

static void compare_entries(
        struct changes *c, const struct form_entry *old, const struct form_entry *now)
{
	size_t count = now ? now->count : old->count;
	for (size_t i = 0; i < count; i++)
		compare(c, old ? &old->values[i] : NULL, now ? &now->values[i] : NULL);
}

enum err form_changes(struct arena *a, const struct form *f, struct text before, struct text after,
        const struct form_change **out, size_t *count, struct errinfo *e)
{
	struct changes c = {.a = a};
	TRY(form_answers_open(a, f, before, &c.before, e));
	TRY(form_answers_open(a, f, after, &c.after, e));
	compare_entries(&c, c.before->root, c.after->root);
	*out = c.items;
	*count = c.count;
	return OK;
}
