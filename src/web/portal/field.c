/* From the view of a form to the fields a page draws. */
#include "web/portal/portal.h"

enum {
	FIELD_RADIO_MAX = 8, /* above it a list to choose from */
	FIELD_SHORT_MAX = 12,
};

static const char *kind_of_codes(const struct form_item *i)
{
	if (i->field->many)
		return "checks";
	return i->option_count > FIELD_RADIO_MAX ? "select" : "radio";
}

static const char *kind_of(const struct form_item *i)
{
	const struct form_field *f = i->field;
	if (f->type == FORM_GROUP)
		return "group";
	if (f->type == FORM_LABEL)
		return "label";
	if (i->locked && f->type != FORM_FILE)
		return "locked";
	if (f->type == FORM_BOOL)
		return f->tick ? "checkbox" : "radio";
	if (f->codes)
		return kind_of_codes(i);
	switch (f->type) {
	case FORM_DATE: return "date";
	case FORM_NUM:
	case FORM_NUM_INT: return "number";
	case FORM_NUM_CURRENCY: return "money";
	case FORM_FILE: return "file";
	default: return f->lines > 1 || f->many ? "textarea" : "text";
	}
}

/* What browsers may fill in by themselves (WCAG 2.2, 1.3.5): only about the person who sits
 * there, so never inside a repeating group. */
static struct text autocomplete_of(const struct form_field *f)
{
	static const struct {
		const char *id, *value;
	} known[] = {
	        {"given_name", "given-name"},
	        {"family_name", "family-name"},
	        {"birth_date", "bday"},
	        {"mail", "email"},
	        {"email", "email"},
	        {"phone", "tel"},
	        {"postcode", "postal-code"},
	        {"city", "address-level2"},
	};
	for (const struct form_field *around = f; around; around = around->parent) {
		if (around->many)
			return TEXT_NONE;
	}
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (text_is(f->id, known[i].id))
			return text_from(known[i].value);
	}
	return TEXT_NONE;
}

static struct text inputmode_of(const struct form_field *f)
{
	if (f->type == FORM_NUM_INT || text_is(f->id, "postcode"))
		return TEXT("numeric");
	if (f->type == FORM_NUM || f->type == FORM_NUM_CURRENCY)
		return TEXT("decimal");
	if (text_is(f->id, "mail") || text_is(f->id, "email"))
		return TEXT("email");
	return text_is(f->id, "phone") ? TEXT("tel") : TEXT_NONE;
}

/* The language its label is written in where that is not the page's. */
static struct text language_of(const struct portal_draw *w, const struct form_field *f)
{
	const struct text paths[] = {f->path, f->like_path};
	struct arena *a = w->r->arena;
	for (size_t i = 0; i < 2; i++) {
		struct text key = text_format(a, "%.*s.label", TEXT_ARG(paths[i]));
		struct text used = TEXT_NONE;
		struct text label = service_text(w->adoption, w->words->language, key, &used);
		if (paths[i].len > 0 && label.len > 0)
			return text_eq(used, w->words->language) ? TEXT_NONE : used;
	}
	return TEXT_NONE;
}

static struct text error_of(const struct portal_draw *w, const struct form_item *i)
{
	for (size_t k = 0; w->faults && k < w->faults->count; k++) {
		if (text_eq(w->faults->items[k].path, i->name))
			return w->faults->items[k].message;
	}
	return i->error;
}

static void add_fault(struct portal_draw *w, struct text id, struct text message)
{
	struct web_frame *f = &w->r->frame;
	struct web_fault *fault = ARENA_PUSH(w->r->arena, f->faults, f->fault_count, w->fault_cap);
	fault->field = id;
	fault->message = message;
}

static bool all_digits(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		if (t.ptr[i] < '0' || t.ptr[i] > '9')
			return false;
	}
	return t.len > 0;
}

static void fill_date(const struct form_item *i, struct web_field *out)
{
	out->day = i->day;
	out->month = i->month;
	out->year = i->year;
	if (out->error.len == 0)
		return;
	out->day_bad = !all_digits(i->day);
	out->month_bad = !all_digits(i->month);
	out->year_bad = !all_digits(i->year) || i->year.len != 4;
	if (!out->day_bad && !out->month_bad && !out->year_bad)
		out->day_bad = out->month_bad = out->year_bad = true;
}

static void fill_options(
        const struct portal_draw *w, const struct form_item *i, struct web_field *out)
{
	out->options = ARENA_ARRAY(w->r->arena, i->option_count, struct web_option);
	for (size_t k = 0; k < i->option_count; k++) {
		struct web_option *o = &out->options[out->option_count++];
		o->id = k == 0 ? out->id
		               : text_format(w->r->arena, "%.*s-%zu", TEXT_ARG(out->id), k + 1);
		o->value = i->options[k].code;
		o->label = i->options[k].name;
		o->selected = i->options[k].chosen;
	}
}

static void fill_files(
        const struct portal_draw *w, const struct form_item *i, struct web_field *out)
{
	struct arena *a = w->r->arena;
	out->files = ARENA_ARRAY(a, i->file_count, struct web_field_file);
	for (size_t k = 0; k < i->file_count; k++) {
		struct web_field_file *f = &out->files[out->file_count++];
		f->id = portal_file_id(a, i, k);
		f->name = i->files[k].name;
		f->size = portal_size(w->r, i->files[k].size);
		f->note = text_is(i->files[k].scan, "none")
		                  ? portal_t(w->r, "portal.file.unscanned")
		                  : TEXT_NONE;
	}
	struct buf accept;
	buf_init(&accept, 1000);
	for (size_t k = 0; k < i->field->media_count; k++) {
		buf_add_z(&accept, k ? "," : "");
		buf_add(&accept, i->field->media[k]);
	}
	out->accept = buf_copy(&accept, a);
	buf_free(&accept);
	out->multiple = i->field->many;
}

static struct text joined_values(const struct portal_draw *w, const struct form_item *i)
{
	if (!i->field->many || i->value_count == 0)
		return i->value;
	return text_join(w->r->arena, i->values, i->value_count, TEXT("\n"));
}

static void fill_help(const struct portal_draw *w, const struct form_item *i, struct web_field *out)
{
	if (i->help.len == 0)
		return;
	struct text key = text_format(w->r->arena, "%.*s.help.title", TEXT_ARG(i->field->path));
	out->help_title = service_text(w->adoption, w->words->language, key, NULL);
	if (out->help_title.len == 0)
		out->help_title = portal_t1(w->r, "portal.help.about", "field", i->label);
	out->help = markdown_html(w->r->arena, i->help);
}

static void fill(struct portal_draw *w, const struct form_item *i, struct web_field *out)
{
	const struct form_field *f = i->field;
	out->kind = kind_of(i);
	out->id = portal_id(w->r->arena, i->name);
	out->name = i->name;
	out->label = i->label;
	out->hint = i->hint;
	out->error = error_of(w, i);
	out->value = strcmp(out->kind, "locked") == 0 ? portal_item_text(w->r->arena, i)
	                                              : joined_values(w, i);
	out->unit = i->unit;
	out->source = i->source.len ? portal_t(w->r, "portal.source.account") : TEXT_NONE;
	out->autocomplete = autocomplete_of(f);
	out->inputmode = inputmode_of(f);
	out->lang = language_of(w, f);
	out->optional = !i->needed && f->type != FORM_GROUP && f->type != FORM_LABEL &&
	                !i->locked && strcmp(out->kind, "checkbox") != 0;
	out->short_field = f->length_max > 0 && f->length_max <= FIELD_SHORT_MAX;
	out->lines = f->lines > 1 ? f->lines : 3;
	fill_help(w, i, out);
	fill_options(w, i, out);
	if (f->type == FORM_DATE)
		fill_date(i, out);
	if (f->type == FORM_FILE) {
		fill_files(w, i, out);
		w->has_files = true;
	}
	if (out->error.len > 0)
		add_fault(w, out->id, out->error);
	if (f->type == FORM_GROUP)
		portal_fields(w, i->items, i->item_count, &out->fields, &out->field_count);
}

void portal_fields(struct portal_draw *w, const struct form_item *items, size_t count,
        struct web_field **out, size_t *out_count)
{
	struct web_field *fields = ARENA_ARRAY(w->r->arena, count, struct web_field);
	size_t n = 0;
	for (size_t i = 0; i < count; i++) {
		if (w->open_only && items[i].locked && items[i].item_count == 0)
			continue;
		fill(w, &items[i], &fields[n]);
		if (w->open_only && items[i].item_count > 0 && fields[n].field_count == 0)
			continue;
		n++;
	}
	*out = fields;
	*out_count = n;
}

struct text portal_item_text(struct arena *a, const struct form_item *i)
{
	struct buf b;
	buf_init(&b, FORM_ANSWERS_MAX);
	if (i->day.len || i->month.len || i->year.len)
		buf_add_format(&b, "%.*s.%.*s.%.*s", TEXT_ARG(i->day), TEXT_ARG(i->month),
		        TEXT_ARG(i->year));
	else if (i->option_count == 0)
		buf_add(&b, i->value);
	for (size_t k = 0; k < i->option_count; k++) {
		if (!i->options[k].chosen)
			continue;
		buf_add_z(&b, b.len ? ", " : "");
		buf_add(&b, i->options[k].name);
	}
	for (size_t k = 0; i->option_count == 0 && i->value.len == 0 && k < i->value_count; k++) {
		buf_add_z(&b, b.len ? ", " : "");
		buf_add(&b, i->values[k]);
	}
	for (size_t k = 0; k < i->file_count; k++) {
		buf_add_z(&b, b.len ? ", " : "");
		buf_add(&b, i->files[k].name);
	}
	struct text t = buf_copy(&b, a);
	buf_free(&b);
	return t;
}

static uint64_t mix(uint64_t hash, struct text t)
{
	return (hash ^ text_hash(t)) * UINT64_C(1099511628211) + 1;
}

static uint64_t mark_items(uint64_t hash, const struct form_item *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct form_item *it = &items[i];
		if (it->locked)
			continue;
		const struct text parts[] = {
		        it->name, it->value, it->day, it->month, it->year, it->time, it->other};
		for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
			hash = mix(hash, parts[k]);
		for (size_t k = 0; k < it->value_count; k++)
			hash = mix(hash, it->values[k]);
		for (size_t k = 0; k < it->option_count; k++)
			hash = mix(hash, it->options[k].chosen ? it->options[k].code : TEXT_NONE);
		for (size_t k = 0; k < it->file_count; k++)
			hash = mix(hash, it->files[k].hash);
		hash = mark_items(hash, it->items, it->item_count);
	}
	return hash;
}

uint64_t portal_mark(const struct form_view *v)
{
	return mark_items(UINT64_C(14695981039346656037), v->items, v->item_count);
}

size_t portal_posted(const struct web_request *r, struct form_posted **out)
{
	struct text name, value;
	size_t count = 0;
	while (web_field_at(r, count, &name, &value))
		count++;
	struct form_posted *posted = ARENA_ARRAY(r->arena, count, struct form_posted);
	for (size_t i = 0; i < count && web_field_at(r, i, &name, &value); i++)
		posted[i] = (struct form_posted){name, value};
	*out = posted;
	return count;
}
