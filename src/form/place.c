/* form/place.c - addresses of steps and what stands on a screen. */
#include "form/form_int.h"

/* What is drawn ------------------------------------------------------------------------------ */

bool form_drawn(const struct form_run *r, const struct form_value *v)
{
	const struct form_field *f = v->field;
	if (!v->visible || f->hidden || f->who != r->options.who)
		return false;
	if (f->type != FORM_GROUP || f->many)
		return true;
	for (size_t i = 0; i < v->entries[0]->count; i++)
		if (form_drawn(r, &v->entries[0]->values[i]))
			return true;
	return false;
}

/* "a.b" or "a[2]" stand below "a". */
static bool below(struct text path, struct text above)
{
	if (!text_starts(path, above))
		return false;
	return path.len == above.len || path.ptr[above.len] == '.' || path.ptr[above.len] == '[';
}

bool form_open_here(const struct form_run *r, const struct form_value *v)
{
	if (r->options.open_count == 0)
		return true;
	struct text path = form_value_path(r->a, v);
	for (size_t i = 0; i < r->options.open_count; i++)
		if (below(path, r->options.open[i]))
			return true;
	return false;
}

/* The value is open, or something inside it is. */
static bool open_inside(const struct form_run *r, const struct form_value *v)
{
	if (form_open_here(r, v))
		return true;
	struct text path = form_value_path(r->a, v);
	for (size_t i = 0; i < r->options.open_count; i++)
		if (below(r->options.open[i], path))
			return true;
	return false;
}

bool form_locked(const struct form_run *r, const struct form_value *v)
{
	const struct form_field *f = v->field;
	if (f->computed || !form_open_here(r, v))
		return true;
	if (f->trust > r->world.trust)
		return true;
	bool filled = v->starting_source.len > 0 || v->source.len > 0;
	return f->locked && filled;
}

/* Containers --------------------------------------------------------------------------------- */

static void screens_of(const struct form_place *p, const struct form_screen **out, size_t *count)
{
	const struct form_rules *r =
	        p->entry->parent ? p->entry->parent->field->rules : p->page->rules;
	*out = r->screens;
	*count = r->screen_count;
}

/* A value below an entry, through fieldsets only. */
static struct form_value *value_below(const struct form_entry *e, const struct form_field *f)
{
	const struct form_field *group = e->parent ? e->parent->field : NULL;
	if (f->parent == group)
		return form_entry_value(e, f);
	struct form_value *above = value_below(e, f->parent);
	return form_entry_value(above->entries[0], f);
}

/* "members" or "holder.dogs": seen from the container. */
static struct text path_below(const struct form_entry *e, const struct form_field *f)
{
	const struct form_field *group = e->parent ? e->parent->field : NULL;
	return group ? text_part(f->path, group->path.len + 1, f->path.len) : f->path;
}

static void set_screen(struct form_place *p, const struct form_screen *s)
{
	p->screen = s;
	p->list = s && s->list ? value_below(p->entry, s->list) : NULL;
}

void form_visit_inside(struct form_run *r, struct form_value *v, form_visit_fn *fn, void *data)
{
	fn(r, v, data);
	if (v->field->type != FORM_GROUP || v->field->many)
		return;
	for (size_t i = 0; i < v->entries[0]->count; i++)
		if (!form_is_list(v->entries[0]->values[i].field))
			form_visit_inside(r, &v->entries[0]->values[i], fn, data);
}

void form_visit_screen(
        struct form_run *r, const struct form_place *p, form_visit_fn *fn, void *data)
{
	if (!p->screen || p->screen->list)
		return;
	for (size_t i = 0; i < p->screen->count; i++)
		form_visit_inside(r, form_entry_value(p->entry, p->screen->fields[i]), fn, data);
}

static void find_open(struct form_run *r, struct form_value *v, void *data)
{
	if (form_drawn(r, v) && open_inside(r, v))
		*(bool *)data = true;
}

bool form_place_visible(struct form_run *r, const struct form_place *p)
{
	if (p->page->who != r->options.who || !r->page_visible[p->page->index])
		return false;
	if (p->entry->parent && !p->entry->parent->visible)
		return false;
	if (!p->screen)
		return p->page->exit;
	if (p->list)
		return form_drawn(r, p->list) && open_inside(r, p->list);
	bool any = false;
	form_visit_screen(r, p, find_open, &any);
	return any || (p->page->exit && !p->entry->parent);
}

/* Findings, seen, done ------------------------------------------------------------------------ */

struct finder {
	struct form_found *found;
};

static void find_in(struct form_run *r, struct form_value *v, void *data)
{
	struct finder *f = data;
	if (form_drawn(r, v) || v->field->hidden)
		form_check_value(r, v, f->found);
}

void form_place_findings(struct form_run *r, const struct form_place *p, struct form_found *out)
{
	struct finder f = {out};
	if (p->list)
		form_check_value(r, p->list, out);
	else
		form_visit_screen(r, p, find_in, &f);
}

static uint32_t *seen_bits(struct form_run *r, const struct form_place *p)
{
	return p->entry->parent ? &p->entry->seen : &r->page_seen[p->page->index];
}

static uint32_t seen_bit(const struct form_place *p)
{
	int part = p->screen ? p->screen->part : 0;
	return 1u << (part < 31 ? part : 31);
}

bool form_place_seen(struct form_run *r, const struct form_place *p)
{
	if (p->list)
		return p->list->seen;
	return (*seen_bits(r, p) & seen_bit(p)) != 0;
}

void form_place_see(struct form_run *r, const struct form_place *p)
{
	if (p->list)
		p->list->seen = true;
	else
		*seen_bits(r, p) |= seen_bit(p);
}

static bool entry_done(struct form_run *r, const struct form_page *page, struct form_entry *e)
{
	struct form_place p = {.page = page, .entry = e};
	const struct form_screen *screens;
	size_t count;
	screens_of(&p, &screens, &count);
	for (size_t i = 0; i < count; i++) {
		set_screen(&p, &screens[i]);
		if (form_place_visible(r, &p) && !form_place_done(r, &p))
			return false;
	}
	return true;
}

bool form_place_done(struct form_run *r, const struct form_place *p)
{
	struct form_found found = {0};
	if (!form_place_seen(r, p))
		return false;
	form_place_findings(r, p, &found);
	if (found.count > 0)
		return false;
	for (size_t i = 0; p->list && i < p->list->entry_count; i++) {
		struct form_entry *e = p->list->entries[i];
		if (!e->provisional && !entry_done(r, p->page, e))
			return false;
	}
	return true;
}

/* Addresses ---------------------------------------------------------------------------------- */

static struct text container_address(struct form_run *r, const struct form_place *p)
{
	struct form_value *group = p->entry->parent;
	if (!group)
		return p->page->id;
	struct form_entry *above = group->in;
	while (above->parent && !above->parent->field->many)
		above = above->parent->in;
	struct form_place outer = {.page = p->page, .entry = above};
	struct text address = container_address(r, &outer);
	struct text path = path_below(above, group->field);
	return text_format(
	        r->a, "%.*s/%.*s/%d", TEXT_ARG(address), TEXT_ARG(path), p->entry->number);
}

struct text form_place_address(struct form_run *r, const struct form_place *p)
{
	struct text address = container_address(r, p);
	if (p->list) {
		struct text path = path_below(p->entry, p->list->field);
		return text_format(r->a, "%.*s/%.*s", TEXT_ARG(address), TEXT_ARG(path));
	}
	if (p->screen && p->screen->part > 1)
		return text_format(r->a, "%.*s/part-%d", TEXT_ARG(address), p->screen->part);
	return address;
}

static bool holds(const struct form_screen *s, const struct form_field *f)
{
	for (size_t i = 0; i < s->count; i++)
		for (const struct form_field *up = f; up; up = up->parent)
			if (s->fields[i] == up)
				return true;
	return false;
}

struct text form_value_address(struct form_run *r, const struct form_value *v)
{
	struct form_entry *e = v->in;
	while (e->parent && !e->parent->field->many)
		e = e->parent->in;
	struct form_place p = {.page = v->field->page, .entry = e};
	const struct form_screen *screens;
	size_t count;
	screens_of(&p, &screens, &count);
	for (size_t i = 0; i < count; i++) {
		bool here = screens[i].list ? screens[i].list == v->field
		                            : holds(&screens[i], v->field);
		if (!here)
			continue;
		set_screen(&p, &screens[i]);
		return form_place_address(r, &p);
	}
	return container_address(r, &p);
}

/* The screen a bare container address means: its first visible one. */
static void first_screen(struct form_run *r, struct form_place *p)
{
	const struct form_screen *screens;
	size_t count;
	screens_of(p, &screens, &count);
	for (size_t i = 0; i < count; i++) {
		set_screen(p, &screens[i]);
		if (form_place_visible(r, p))
			return;
	}
	set_screen(p, count ? &screens[0] : NULL);
}

static bool named_screen(struct form_place *p, struct text name)
{
	const struct form_screen *screens;
	size_t count;
	screens_of(p, &screens, &count);
	for (size_t i = 0; i < count; i++) {
		int64_t part;
		bool here = screens[i].list
		                    ? text_eq(path_below(p->entry, screens[i].list), name)
		                    : text_starts(name, TEXT("part-")) &&
		                              text_int(text_part(name, 5, name.len), &part) &&
		                              part == screens[i].part;
		if (here) {
			set_screen(p, &screens[i]);
			return true;
		}
	}
	return false;
}

static enum err enter_entry(struct form_run *r, struct form_place *p, struct text number,
        bool create, struct errinfo *e)
{
	int64_t n;
	struct form_value *list = p->list;
	if (!list || !text_int(number, &n) || n < 1 || n > FORM_ENTRIES_MAX)
		return fail(e, ERR_NOT_FOUND, "no such entry");
	bool waiting = list->entry_count && list->entries[list->entry_count - 1]->provisional;
	if ((uint64_t)n == list->entry_count + 1 && create && !waiting) {
		if (n > list->field->times_max || !form_open_here(r, list))
			return fail(e, ERR_NOT_FOUND, "no further entry is possible");
		form_entry_add(r, list)->provisional = true;
		TRY(form_evaluate(r, e));
	}
	if ((uint64_t)n > list->entry_count)
		return fail(e, ERR_NOT_FOUND, "no such entry");
	p->entry = list->entries[n - 1];
	p->list = NULL;
	p->screen = NULL;
	return OK;
}

enum err form_place_at(struct form_run *r, struct text address, bool create, struct form_place *out,
        struct errinfo *e)
{
	struct text rest = address, segment = TEXT_NONE;
	*out = (struct form_place){.entry = r->root};
	if (address.len > FORM_ADDRESS_MAX || !text_split(&rest, '/', &segment))
		return fail(e, ERR_NOT_FOUND, "no such step");
	out->page = form_find_page(r->form, segment);
	if (!out->page)
		return fail(e, ERR_NOT_FOUND, "no page '%.*s'", TEXT_ARG(segment));
	while (text_split(&rest, '/', &segment)) {
		if (!named_screen(out, segment))
			return fail(e, ERR_NOT_FOUND, "no such step");
		if (!out->list && rest.len)
			return fail(e, ERR_NOT_FOUND, "no such step");
		if (text_split(&rest, '/', &segment))
			TRY(enter_entry(r, out, segment, create, e));
	}
	if (!out->screen)
		first_screen(r, out);
	return OK;
}
