/* form/listing.c - check-your-answers, and what a person will need. */
#include "form/form_int.h"

struct listing {
	struct form_run *r;
	const struct words *w;
	struct form_block *blocks;
	size_t block_count, block_cap;
	struct form_row *rows; /* of the current block */
	size_t row_count, row_cap;
	const struct form_page *page; /* the block began with it */
};

static void close_block(struct listing *l)
{
	if (l->row_count > 0) {
		struct form_block *b = ARENA_PUSH(l->r->a, l->blocks, l->block_count, l->block_cap);
		struct text section = l->page->section;
		struct text key =
		        section.len
		                ? text_format(l->r->a, "section.%.*s", TEXT_ARG(section))
		                : text_format(l->r->a, "page.%.*s.title", TEXT_ARG(l->page->id));
		b->title = form_text_in(l->r, l->r->root, key, l->w);
		b->rows = l->rows;
		b->count = l->row_count;
	}
	l->rows = NULL;
	l->row_count = l->row_cap = 0;
}

static struct form_row *add_row(struct listing *l, const struct form_value *v, int level)
{
	struct form_row *row = ARENA_PUSH(l->r->a, l->rows, l->row_count, l->row_cap);
	bool changeable = !v->field->computed && !form_locked(l->r, v);
	*row = (struct form_row){.field = v->field,
	        .path = form_value_path(l->r->a, v),
	        .level = level,
	        .label = form_label(l->r, v, "label", l->w),
	        .source = v->starting_source.len ? v->starting_source : v->source,
	        .address = changeable ? form_value_address(l->r, v) : TEXT_NONE};
	return row;
}

static struct text raw_text(struct form_run *r, const struct form_value *v)
{
	bool date = v->field->type == FORM_DATE && v->raw_count == 3;
	return text_join(r->a, v->raw, v->raw_count, date ? TEXT(".") : TEXT(" "));
}

static void list_entry(struct listing *l, const struct form_entry *e, int level);

static void list_entries(struct listing *l, const struct form_value *v, int level)
{
	struct form_run *r = l->r;
	size_t shown = 0;
	for (size_t i = 0; i < v->entry_count; i++) {
		struct form_entry *e = v->entries[i];
		struct form_place p = {.page = v->field->page, .entry = e};
		if (e->provisional)
			continue;
		struct form_row *row = add_row(l, v, level);
		row->heading = true;
		row->label = form_entry_title(r, e, l->w);
		row->path = form_entry_path(r->a, e);
		row->address = form_open_here(r, v) ? form_place_address(r, &p) : TEXT_NONE;
		list_entry(l, e, level + 1);
		shown++;
	}
	if (shown == 0)
		(void)add_row(l, v, level);
}

/* A fieldset with a summary text is one row ("Königsbrücker Straße 21, 01099 Dresden"). */
static void list_fieldset(struct listing *l, const struct form_value *v, int level)
{
	struct form_run *r = l->r;
	struct text key = form_key(r->a, v->field, "summary", l->w);
	struct form_entry *e = v->entries[0];
	if (words_has(l->w, key)) {
		struct form_row *row = add_row(l, v, level);
		if (form_answered(v) || e->values[0].starting)
			row->value = text_trim(form_text_in(r, e, key, l->w));
		for (size_t i = 0; i < e->count && row->source.len == 0; i++)
			row->source = e->values[i].starting_source.len
			                      ? e->values[i].starting_source
			                      : e->values[i].source;
		for (size_t i = 0; i < e->count; i++)
			if (form_is_list(e->values[i].field) && form_drawn(r, &e->values[i]))
				list_entries(l, &e->values[i], level + 1);
		return;
	}
	struct text label = form_label(r, v, "label", l->w);
	if (label.len) {
		struct form_row *row = add_row(l, v, level);
		row->heading = true;
		row->address = TEXT_NONE;
		level++;
	}
	list_entry(l, e, level);
}

static void list_value(struct listing *l, const struct form_value *v, int level)
{
	const struct form_field *f = v->field;
	if (!form_drawn(l->r, v) || f->type == FORM_LABEL)
		return;
	if (f->type == FORM_GROUP && f->many) {
		list_entries(l, v, level);
	} else if (f->type == FORM_GROUP) {
		list_fieldset(l, v, level);
	} else {
		struct form_row *row = add_row(l, v, level);
		row->value = v->state == FORM_BAD && !f->computed
		                     ? raw_text(l->r, v)
		                     : form_value_text(l->r->a, f, v->value, l->w);
	}
}

static void list_entry(struct listing *l, const struct form_entry *e, int level)
{
	for (size_t i = 0; i < e->count; i++)
		list_value(l, &e->values[i], level);
}

enum err form_listing(struct form_run *r, const struct words *w, const struct form_block **out,
        size_t *count, struct errinfo *e)
{
	struct listing l = {.r = r, .w = w};
	(void)e;
	r->feel.steps_used = 0;
	for (size_t i = 0; i < r->form->page_count; i++) {
		const struct form_page *p = &r->form->pages[i];
		if (p->who != r->options.who || !r->page_visible[i] || p->exit)
			continue;
		bool same = l.page && p->section.len && text_eq(l.page->section, p->section);
		if (l.page && !same)
			close_block(&l);
		if (!same)
			l.page = p;
		for (size_t k = 0; k < p->count; k++)
			list_value(&l, form_entry_value(r->root, p->fields[k]), 0);
	}
	if (l.page)
		close_block(&l);
	*out = l.blocks;
	*count = l.block_count;
	return OK;
}

/* What you will need ------------------------------------------------------------------------- */

struct needs {
	struct arena *a;
	struct form_need *items;
	size_t count, cap;
};

static void collect(struct needs *n, const struct form_field *f, bool always)
{
	always &= f->times_min > 0 && !f->conditional;
	if (f->who != FORM_APPLICANT || f->hidden)
		return;
	if (f->type == FORM_FILE)
		*ARENA_PUSH(n->a, n->items, n->count, n->cap) = (struct form_need){f, always};
	for (size_t i = 0; i < f->count; i++)
		collect(n, &f->children[i], always);
}

size_t form_needs(struct arena *a, const struct form *f, const struct form_need **out)
{
	struct needs n = {.a = a};
	for (size_t i = 0; i < f->field_count; i++)
		collect(&n, &f->fields[i], true);
	*out = n.items;
	return n.count;
}
