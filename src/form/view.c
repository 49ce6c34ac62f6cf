/* form/view.c - a step as it is drawn, and what stands on the page before submitting. */
#include "form/form_int.h"

struct drawing {
	struct form_run *r;
	const struct words *w;
	const struct form_outcome *outcome;
};

/* Values in inputs ---------------------------------------------------------------------------- */

static bool english(const struct drawing *d)
{
	return text_starts(d->w->language, TEXT("en"));
}

/* "1384.25" to "1384,25": without groups, as one types it. */
static struct text input_number(const struct drawing *d, struct text canonical)
{
	size_t dot = text_find(canonical, TEXT("."), 0);
	if (english(d) || dot == SIZE_MAX)
		return canonical;
	struct text whole = text_part(canonical, 0, dot);
	struct text part = text_part(canonical, dot + 1, canonical.len);
	return text_format(d->r->a, "%.*s,%.*s", TEXT_ARG(whole), TEXT_ARG(part));
}

static void draw_moment(const struct drawing *d, struct feel_value v, struct form_item *item)
{
	struct arena *a = d->r->a;
	if (v.kind == FEEL_DATE || v.kind == FEEL_DATE_TIME) {
		item->day = text_format(a, "%d", v.moment.day);
		item->month = text_format(a, "%d", v.moment.month);
		item->year = text_format(a, "%04d", v.moment.year);
	}
	if (v.kind == FEEL_TIME || v.kind == FEEL_DATE_TIME)
		item->time = text_format(a, "%02d:%02d", v.moment.hour, v.moment.minute);
	if (v.kind == FEEL_TIME)
		item->value = item->time;
}

static bool is_number(const struct form_field *f)
{
	return f->type == FORM_NUM || f->type == FORM_NUM_INT || f->type == FORM_NUM_CURRENCY;
}

static struct text input_text(
        const struct drawing *d, const struct form_field *f, struct feel_value v)
{
	struct text canonical = form_canonical(d->r->a, f, v);
	return is_number(f) ? input_number(d, canonical) : canonical;
}

static void draw_raw(const struct form_value *v, struct form_item *item)
{
	const struct form_field *f = v->field;
	bool boxes = (f->type == FORM_DATE || f->type == FORM_DATETIME) && v->raw_count >= 3;
	item->value = v->raw_count ? v->raw[0] : TEXT_NONE;
	if (boxes) {
		item->day = v->raw[0];
		item->month = v->raw[1];
		item->year = v->raw[2];
		item->time = v->raw_count > 3 ? v->raw[3] : TEXT_NONE;
		item->value = TEXT_NONE;
	} else if (f->type == FORM_DATE) {
		item->day = item->value;
	}
	item->values = v->raw;
	item->value_count = f->many ? v->raw_count : 0;
}

static void draw_value(const struct drawing *d, const struct form_value *v, struct form_item *item)
{
	const struct form_field *f = v->field;
	if (v->state == FORM_BAD && !f->computed) {
		draw_raw(v, item);
		return;
	}
	if (v->value.kind == FEEL_LIST && f->type != FORM_FILE) {
		struct text *values = ARENA_ARRAY(d->r->a, v->value.list.count, struct text);
		for (size_t i = 0; i < v->value.list.count; i++)
			values[i] = input_text(d, f, v->value.list.items[i]);
		item->values = values;
		item->value_count = v->value.list.count;
		return;
	}
	item->value = f->type == FORM_FILE ? TEXT_NONE : input_text(d, f, v->value);
	draw_moment(d, v->value, item);
}

/* Options ------------------------------------------------------------------------------------- */

static bool is_chosen(const struct form_item *item, struct text code)
{
	for (size_t i = 0; i < item->value_count; i++)
		if (text_eq(item->values[i], code))
			return true;
	return item->value_count == 0 && text_eq(item->value, code);
}

static void draw_bool(const struct drawing *d, const struct form_value *v, struct form_item *item)
{
	struct form_option *options = ARENA_ARRAY(d->r->a, 2, struct form_option);
	static const char *const keys[] = {"form.yes", "form.no"};
	static const char *const parts[] = {"yes", "no"};
	for (int i = 0; i < 2; i++) {
		struct text own = form_key(d->r->a, v->field, parts[i], d->w);
		options[i].code = i == 0 ? TEXT("true") : TEXT("false");
		options[i].name = words_has(d->w, own) ? form_text_in(d->r, v->in, own, d->w)
		                                       : words_get(d->w, d->r->a, keys[i]);
		options[i].chosen = is_chosen(item, options[i].code);
	}
	item->options = options;
	item->option_count = 2;
}

static void draw_codes(const struct drawing *d, const struct form_value *v, struct form_item *item)
{
	const struct form_field *f = v->field;
	struct form_option *options = ARENA_ARRAY(d->r->a, f->codes->count, struct form_option);
	for (size_t i = 0; i < f->codes->count; i++) {
		options[i].code = f->codes->rows[i].code;
		options[i].name = form_value_text(d->r->a, f, feel_string(options[i].code), d->w);
		options[i].chosen = is_chosen(item, options[i].code);
	}
	item->options = options;
	item->option_count = f->codes->count;
	if (!f->other)
		return;
	size_t count = item->value_count ? item->value_count : item->value.len > 0;
	for (size_t i = 0; i < count; i++) {
		struct text t = item->value_count ? item->values[i] : item->value;
		if (form_code_find(f->codes, t))
			continue;
		item->other_chosen = true;
		item->other = t;
	}
}

/* Items --------------------------------------------------------------------------------------- */

static struct text unit_of(const struct drawing *d, const struct form_field *f)
{
	struct text keys[2] = {text_format(d->r->a, "unit.%.*s", TEXT_ARG(f->unit)),
	        text_format(d->r->a, "form.unit.%.*s", TEXT_ARG(f->unit))};
	for (int i = 0; i < 2 && f->unit.len; i++)
		if (words_has(d->w, keys[i]))
			return words_format(d->w, d->r->a, keys[i], NULL, 0);
	if (f->type == FORM_NUM_CURRENCY && f->unit.len == 0)
		return words_get(d->w, d->r->a, "form.unit.eur");
	return f->unit;
}

static void draw_error(const struct drawing *d, struct form_item *item)
{
	for (size_t i = 0; d->outcome && i < d->outcome->count; i++) {
		const struct form_finding *f = &d->outcome->findings[i];
		if (text_eq(f->path, item->name)) {
			item->error = form_finding_text(d->r->a, f, d->w);
			return;
		}
	}
}

static size_t draw_items(const struct drawing *d, struct form_entry *e,
        const struct form_field *const *fields, size_t count, const struct form_item **out);

static void draw_group(const struct drawing *d, struct form_value *v, struct form_item *item)
{
	const struct form_field *group = v->field;
	const struct form_field **fields =
	        ARENA_ARRAY(d->r->a, group->count, const struct form_field *);
	size_t n = 0;
	for (size_t i = 0; i < group->count; i++)
		if (!form_is_list(&group->children[i]))
			fields[n++] = &group->children[i];
	item->item_count = draw_items(d, v->entries[0], fields, n, &item->items);
}

static void draw_item(const struct drawing *d, struct form_value *v, struct form_item *item)
{
	const struct form_field *f = v->field;
	struct form_run *r = d->r;
	*item = (struct form_item){.field = f,
	        .name = form_value_path(r->a, v),
	        .needed = form_needed(r, v),
	        .locked = form_locked(r, v),
	        .label = form_label(r, v, "label", d->w),
	        .hint = form_label(r, v, "hint", d->w),
	        .help = form_label(r, v, "help", d->w),
	        .source = v->starting_source.len ? v->starting_source : v->source,
	        .unit = unit_of(d, f)};
	if (f->type == FORM_GROUP) {
		draw_group(d, v, item);
	} else if (f->type != FORM_LABEL) {
		draw_value(d, v, item);
		item->files = v->files;
		item->file_count = v->file_count;
	}
	if (f->type == FORM_BOOL)
		draw_bool(d, v, item);
	if (f->codes)
		draw_codes(d, v, item);
	draw_error(d, item);
}

static size_t draw_items(const struct drawing *d, struct form_entry *e,
        const struct form_field *const *fields, size_t count, const struct form_item **out)
{
	struct form_item *items = ARENA_ARRAY(d->r->a, count, struct form_item);
	size_t n = 0;
	for (size_t i = 0; i < count; i++) {
		struct form_value *v = form_entry_value(e, fields[i]);
		if (form_drawn(d->r, v))
			draw_item(d, v, &items[n++]);
	}
	*out = items;
	return n;
}

/* Lists --------------------------------------------------------------------------------------- */

static bool entry_clean(struct form_run *r, const struct form_entry *e)
{
	struct form_found found = {0};
	form_check_entry(r, e, &found);
	return found.count == 0 && e->seen != 0;
}

static void draw_list(const struct drawing *d, const struct form_place *p, struct form_view *out)
{
	struct form_run *r = d->r;
	struct form_value *v = p->list;
	struct form_entry_view *views = ARENA_ARRAY(r->a, v->entry_count, struct form_entry_view);
	size_t n = 0;
	for (size_t i = 0; i < v->entry_count; i++) {
		struct form_entry *e = v->entries[i];
		struct form_place inside = {.page = p->page, .entry = e};
		if (e->provisional)
			continue;
		struct text summary = form_key(r->a, v->field, "entry.summary", d->w);
		views[n++] = (struct form_entry_view){.number = e->number,
		        .title = form_entry_title(r, e, d->w),
		        .summary = form_text_in(r, e, summary, d->w),
		        .done = entry_clean(r, e),
		        .address = form_place_address(r, &inside),
		        .path = form_entry_path(r->a, e)};
	}
	out->entries = views;
	out->entry_count = n;
	bool open = form_open_here(r, v);
	out->can_add = open && n < (size_t)v->field->times_max;
	out->can_remove = open && n > 0;
	out->add = text_format(r->a, "%.*s/%zu", TEXT_ARG(form_place_address(r, p)), n + 1);
}

/* Steps --------------------------------------------------------------------------------------- */

static struct text first_text(struct form_run *r, const struct form_entry *e,
        const struct text *keys, size_t count, const struct words *w)
{
	for (size_t i = 0; i < count; i++) {
		struct text t = form_text_in(r, e, keys[i], w);
		if (t.len)
			return t;
	}
	return TEXT_NONE;
}

static void draw_head(const struct drawing *d, const struct form_place *p, struct form_view *out)
{
	struct form_run *r = d->r;
	struct arena *a = r->a;
	struct text keys[3] = {TEXT_NONE}, intro[2] = {TEXT_NONE};
	size_t n = 0, m = 0;
	struct text page = p->page->id;
	const struct form_field *group = out->step.group;
	int part = out->step.part;
	if (out->step.kind == FORM_STEP_ENTRY) {
		if (part > 1)
			keys[n++] =
			        text_format(a, "%.*s.part-%d.title", TEXT_ARG(group->path), part);
		keys[n++] = text_format(a, "%.*s.title", TEXT_ARG(group->path));
		intro[m++] = text_format(a, "%.*s.intro", TEXT_ARG(group->path));
	} else if (group) {
		keys[n++] = text_format(a, "%.*s.list.title", TEXT_ARG(group->path));
		intro[m++] = text_format(a, "%.*s.list.intro", TEXT_ARG(group->path));
		if (!group->parent) {
			keys[n++] = text_format(a, "page.%.*s.title", TEXT_ARG(page));
			intro[m++] = text_format(a, "page.%.*s.intro", TEXT_ARG(page));
		}
		keys[n++] = form_key(a, group, "label", d->w);
	} else {
		if (part > 1)
			keys[n++] = text_format(a, "page.%.*s.part-%d.title", TEXT_ARG(page), part);
		keys[n++] = text_format(a, "page.%.*s.title", TEXT_ARG(page));
		intro[m++] = text_format(a, "page.%.*s.intro", TEXT_ARG(page));
	}
	out->title = first_text(r, p->entry, keys, n, d->w);
	if (out->title.len == 0 && out->step.kind == FORM_STEP_ENTRY)
		out->title = form_entry_title(r, p->entry, d->w);
	out->intro = first_text(r, p->entry, intro, m, d->w);
	if (p->page->exit)
		out->exit =
		        form_text_in(r, r->root, text_format(a, "%.*s.exit", TEXT_ARG(page)), d->w);
}

enum err form_view(struct form_run *r, struct text address, const struct words *w,
        const struct form_outcome *outcome, struct form_view *out, struct errinfo *e)
{
	struct drawing d = {r, w, outcome};
	struct form_place p;
	*out = (struct form_view){0};
	TRY(form_place_at(r, address, true, &p, e));
	if (!form_place_visible(r, &p))
		return fail(e, ERR_NOT_FOUND, "the step '%.*s' is out of sight", TEXT_ARG(address));
	out->step = form_place_step(r, &p);
	draw_head(&d, &p, out);
	if (p.list)
		draw_list(&d, &p, out);
	else if (p.screen)
		out->item_count =
		        draw_items(&d, p.entry, p.screen->fields, p.screen->count, &out->items);
	return OK;
}
