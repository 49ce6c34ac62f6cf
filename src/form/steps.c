/* form/steps.c - the way through a form: steps, next, previous, sections. */
#include "form/form_int.h"

struct form_step form_place_step(struct form_run *r, const struct form_place *p)
{
	bool entry = p->entry->parent != NULL;
	struct form_step s = {.address = form_place_address(r, p), .page = p->page};
	s.kind = p->page->exit ? FORM_STEP_EXIT
	         : p->list     ? FORM_STEP_LIST
	         : entry       ? FORM_STEP_ENTRY
	                       : FORM_STEP_FIELDS;
	s.group = p->list ? p->list->field : entry ? p->entry->parent->field : NULL;
	s.number = entry ? p->entry->number : 0;
	s.part = p->screen ? p->screen->part : 0;
	s.done = s.kind != FORM_STEP_EXIT && form_place_done(r, p);
	return s;
}

/* Screens of a page as steps; false when the form ends here. An exit counts only when all
 * before it is done: a rule over unanswered questions does not send anybody away. */
static bool page_steps(struct form_run *r, const struct form_page *page, bool all_done)
{
	struct form_place p = {.page = page, .entry = r->root};
	if (page->exit) {
		if (!all_done || !form_place_visible(r, &p))
			return true;
		*ARENA_PUSH(r->a, r->steps, r->step_count, r->step_cap) = form_place_step(r, &p);
		return false;
	}
	for (size_t i = 0; i < page->rules->screen_count; i++) {
		p.screen = &page->rules->screens[i];
		struct text list = p.screen->list ? p.screen->list->path : TEXT_NONE;
		p.list = list.len ? form_locate(r, list, NULL) : NULL;
		if (form_place_visible(r, &p))
			*ARENA_PUSH(r->a, r->steps, r->step_count, r->step_cap) =
			        form_place_step(r, &p);
	}
	return true;
}

static void make_steps(struct form_run *r)
{
	if (r->steps_made)
		return;
	r->steps_made = true;
	r->steps = NULL;
	r->step_count = r->step_cap = 0;
	r->feel.steps_used = 0;
	bool all_done = true;
	for (size_t i = 0; i < r->form->page_count; i++) {
		size_t before = r->step_count;
		if (!page_steps(r, &r->form->pages[i], all_done))
			return;
		for (size_t k = before; k < r->step_count; k++)
			all_done &= r->steps[k].done;
	}
}

size_t form_steps(struct form_run *r, const struct form_step **out)
{
	make_steps(r);
	*out = r->steps;
	return r->step_count;
}

enum err form_step_at(
        struct form_run *r, struct text address, struct form_step *out, struct errinfo *e)
{
	struct form_place p;
	TRY(form_place_at(r, address, true, &p, e));
	if (!form_place_visible(r, &p))
		return fail(e, ERR_NOT_FOUND, "the step '%.*s' is out of sight", TEXT_ARG(address));
	*out = form_place_step(r, &p);
	return OK;
}

/* Where one arrives: an empty list that needs entries begins with its first. */
static struct text arrive(struct form_run *r, const struct form_place *p)
{
	struct text address = form_place_address(r, p);
	if (!p->list || p->list->field->times_min == 0)
		return address;
	for (size_t i = 0; i < p->list->entry_count; i++)
		if (!p->list->entries[i]->provisional)
			return address;
	return text_format(r->a, "%.*s/1", TEXT_ARG(address));
}

static struct text arrive_at(struct form_run *r, struct text address)
{
	struct form_place p;
	if (form_place_at(r, address, false, &p, NULL) != OK)
		return address;
	return arrive(r, &p);
}

/* Index of the step an address belongs to, SIZE_MAX when it is none of the main ones. */
static size_t step_index(struct form_run *r, struct text address)
{
	make_steps(r);
	for (size_t i = 0; i < r->step_count; i++)
		if (text_eq(r->steps[i].address, address))
			return i;
	return SIZE_MAX;
}

/* Neighbour on the same container: the screen `by` further that is visible. */
static bool neighbour(
        struct form_run *r, const struct form_place *from, int by, struct form_place *out)
{
	const struct form_rules *rules =
	        from->entry->parent ? from->entry->parent->field->rules : from->page->rules;
	if (!from->screen)
		return false;
	ptrdiff_t at = from->screen - rules->screens + by;
	for (; at >= 0 && at < (ptrdiff_t)rules->screen_count; at += by) {
		*out = *from;
		out->screen = &rules->screens[at];
		out->list = NULL;
		if (out->screen->list) {
			struct text entry = form_entry_path(r->a, from->entry);
			struct text path = out->screen->list->path;
			if (from->entry->parent) {
				size_t cut = from->entry->parent->field->path.len + 1;
				struct text tail = text_part(path, cut, path.len);
				path = text_format(
				        r->a, "%.*s.%.*s", TEXT_ARG(entry), TEXT_ARG(tail));
			}
			out->list = form_locate(r, path, NULL);
		}
		if (form_place_visible(r, out))
			return true;
	}
	return false;
}

static struct text list_address(struct form_run *r, const struct form_place *p)
{
	return form_value_address(r, p->entry->parent);
}

struct text form_next(struct form_run *r, struct text address)
{
	struct form_place p, n;
	if (form_place_at(r, address, false, &p, NULL) != OK)
		return form_first_open(r);
	if (p.entry->parent)
		return neighbour(r, &p, 1, &n) ? arrive(r, &n) : list_address(r, &p);
	size_t i = step_index(r, form_place_address(r, &p));
	if (i == SIZE_MAX)
		return form_first_open(r);
	return i + 1 < r->step_count ? arrive_at(r, r->steps[i + 1].address) : TEXT_NONE;
}

struct text form_previous(struct form_run *r, struct text address)
{
	struct form_place p, n;
	make_steps(r);
	if (address.len == 0)
		return r->step_count ? r->steps[r->step_count - 1].address : TEXT_NONE;
	/* a new entry does not exist yet: back to its list */
	if (form_place_at(r, address, false, &p, NULL) != OK) {
		while (address.len > 0 && address.ptr[address.len - 1] != '/')
			address.len--;
		address.len -= address.len > 0;
		if (form_place_at(r, address, false, &p, NULL) != OK)
			return TEXT_NONE;
		return arrive(r, &p).len > address.len ? form_previous(r, address) : address;
	}
	if (p.entry->parent) {
		if (neighbour(r, &p, -1, &n))
			return form_place_address(r, &n);
		return list_address(r, &p);
	}
	size_t i = step_index(r, form_place_address(r, &p));
	return i == SIZE_MAX || i == 0 ? TEXT_NONE : r->steps[i - 1].address;
}

struct text form_first_open(struct form_run *r)
{
	make_steps(r);
	for (size_t i = 0; i < r->step_count; i++)
		if (!r->steps[i].done)
			return arrive_at(r, r->steps[i].address);
	return TEXT_NONE;
}

/* Sections ----------------------------------------------------------------------------------- */

static bool same_section(const struct form_page *a, const struct form_page *b)
{
	return a->section.len ? text_eq(a->section, b->section) : a == b;
}

size_t form_sections(struct form_run *r, struct text address, const struct form_section **out)
{
	struct form_section *list = NULL;
	size_t count = 0, cap = 0;
	struct form_place here;
	bool known = form_place_at(r, address, false, &here, NULL) == OK;
	/* entries stand for their list */
	while (known && here.entry->parent) {
		struct text above = list_address(r, &here);
		known = form_place_at(r, above, false, &here, NULL) == OK;
	}
	struct text now = known ? form_place_address(r, &here) : TEXT_NONE;
	make_steps(r);
	const struct form_page *before = NULL;
	for (size_t i = 0; i < r->step_count; i++) {
		const struct form_step *s = &r->steps[i];
		if (s->kind == FORM_STEP_EXIT)
			continue;
		if (!before || !same_section(before, s->page)) {
			bool own = s->page->section.len == 0;
			struct form_section *fresh = ARENA_PUSH(r->a, list, count, cap);
			*fresh = (struct form_section){.id = own ? s->page->id : s->page->section,
			        .address = arrive_at(r, s->address),
			        .done = true};
			fresh->title_key =
			        own ? text_format(r->a, "page.%.*s.title", TEXT_ARG(fresh->id))
			            : text_format(r->a, "section.%.*s", TEXT_ARG(fresh->id));
		}
		before = s->page;
		struct form_section *last = &list[count - 1];
		last->steps++;
		last->done &= s->done;
		if (now.len && text_eq(s->address, now)) {
			last->current = true;
			last->step = last->steps;
		}
	}
	*out = list;
	return count;
}
