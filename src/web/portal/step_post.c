/* A posted screen: keep what was typed, look for a second tab, save, store files, go on.
 *
 * posted -> conflict page
 *        -> draft.save -> one draft.upload a file -> error page 422, or the next screen */
#include "web/portal/step.h"

struct posting {
	struct portal_draft draft;
	struct text address;
	struct form_outcome outcome;
	struct portal_faults faults;
	struct portal_file *files;
	size_t file_count, file_at;
	size_t removed;
	int tries;
	bool later, stay;
};

enum { SAVE_TRIES = 3 };

static enum err finish(struct web_request *r, struct posting *p, struct errinfo *e)
{
	struct arena *a = r->arena;
	struct portal_draft *d = &p->draft;
	if (p->later)
		return web_redirect(r, portal_path(a, d->draft.id, "/gespeichert"), e);
	if (p->file_count > 0 || p->removed > 0)
		p->outcome.count = form_findings(d->run, p->address, &p->outcome.findings);
	struct text here = portal_step_path(a, d->draft.id, p->address);
	const char *back = web_field(r, "pruefen").len ? "&pruefen=1" : "";
	bool files_only = p->stay || p->removed > 0;
	if (p->faults.count > 0 || (p->outcome.count > 0 && !files_only))
		return step_show(r, d, p->address, 422, &p->outcome, &p->faults, TEXT_NONE, e);
	if (files_only)
		return web_redirect(
		        r, text_format(a, "%.*s?hochgeladen=1%s", TEXT_ARG(here), back), e);
	if (p->outcome.more)
		return web_redirect(r, text_format(a, "%.*s?mehr=1%s", TEXT_ARG(here), back), e);
	struct text next = p->outcome.next;
	if (back[0] && form_first_open(d->run).len == 0)
		next = TEXT_NONE;
	return web_redirect(r, portal_step_path(a, d->draft.id, next), e);
}

static enum err store_next(struct web_request *r, struct posting *p, struct errinfo *e);
static enum err attempt(struct web_request *r, struct posting *p, struct errinfo *e);

static enum err not_saved(struct web_request *r, struct posting *p, enum err code,
        const struct errinfo *why, struct errinfo *e)
{
	int status = portal_status(code);
	log_event(web_app(r)->log, status >= 500 ? LOG_ERROR : LOG_INFO, "portal.save", "code",
	        err_name(code), "message", why->message, NULL);
	return step_show(
	        r, &p->draft, p->address, status, NULL, &p->faults, portal_trouble(r, code), e);
}

static enum err stored(struct web_request *r, struct command *c, enum err code,
        const struct errinfo *why, void *state, struct errinfo *e)
{
	struct posting *p = state;
	if (code != OK)
		return not_saved(r, p, code, why, e);
	TRY(portal_file_stored(&p->draft, &p->files[p->file_at], c, e));
	p->file_at++;
	return store_next(r, p, e);
}

static enum err store_next(struct web_request *r, struct posting *p, struct errinfo *e)
{
	if (p->file_at == p->file_count)
		return finish(r, p, e);
	return portal_file_store(r, &p->draft, p->address, &p->files[p->file_at], stored, p, e);
}

static enum err saved(struct web_request *r, struct command *c, enum err code,
        const struct errinfo *why, void *state, struct errinfo *e)
{
	struct posting *p = state;
	if (code == ERR_CONFLICT && strcmp(why->key, "draft.submitted") == 0)
		return web_redirect(
		        r, portal_path(r->arena, p->draft.draft.id, "/eingang?schon=1"), e);
	if (code == ERR_CONFLICT && ++p->tries < SAVE_TRIES)
		return attempt(r, p, e); /* a double click, or another tab in this moment */
	if (code != OK)
		return not_saved(r, p, code, why, e);
	portal_draft_saved(&p->draft, c);
	p->draft.draft.owned |= r->actor->kind == PEOPLE_CITIZEN;
	return store_next(r, p, e);
}

/* Both versions side by side ------------------------------------------------------------------ */

static void differ(struct web_request *r, struct step_page *page, size_t *cap,
        const struct form_item *before, const struct form_item *typed, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (typed[i].item_count > 0 && typed[i].item_count == before[i].item_count) {
			differ(r, page, cap, before[i].items, typed[i].items, typed[i].item_count);
			continue;
		}
		if (typed[i].locked || typed[i].field->type == FORM_LABEL)
			continue;
		struct step_difference *d =
		        ARENA_PUSH(r->arena, page->differences, page->difference_count, *cap);
		d->label = typed[i].label;
		d->saved = portal_item_text(r->arena, &before[i]);
		d->typed = portal_item_text(r->arena, &typed[i]);
		d->differs = !text_eq(d->saved, d->typed);
	}
}

static enum err show_conflict(struct web_request *r, struct posting *p,
        const struct form_view *before, const struct form_view *typed, struct errinfo *e)
{
	struct step_page *page = ARENA_NEW(r->arena, struct step_page);
	struct text name, value;
	size_t cap = 0, kept_cap = 0;
	step_page_begin(r, &p->draft, typed, page);
	page->basis = step_basis(r->arena, before);
	if (before->item_count == typed->item_count)
		differ(r, page, &cap, before->items, typed->items, typed->item_count);
	for (size_t i = 0; web_field_at(r, i, &name, &value); i++) {
		if (text_is(name, "basis") || text_is(name, "later"))
			continue;
		struct step_kept *k = ARENA_PUSH(r->arena, page->kept, page->kept_count, kept_cap);
		k->name = name;
		k->value = value;
	}
	return web_page(r, 409, &step_conflict_page, page, e);
}

/* Takes the posted values; `*conflict` when another tab changed the same answers since this
 * page was shown and they are not the same as these. */
static enum err take(struct web_request *r, struct posting *p, struct form_view *before,
        struct form_view *typed, bool *conflict, struct errinfo *e)
{
	struct portal_draft *d = &p->draft;
	struct form_posted *posted;
	size_t count = portal_posted(r, &posted);
	TRY(form_view(d->run, p->address, &d->words, NULL, before, e));
	TRY(form_post(d->run, p->address, posted, count, &p->outcome, e));
	TRY(form_view(d->run, p->address, &d->words, NULL, typed, e));
	struct text basis = web_field(r, "basis");
	*conflict = basis.len > 0 && !text_eq(basis, step_basis(r->arena, before)) &&
	            portal_mark(typed) != portal_mark(before);
	return OK;
}

static enum err attempt(struct web_request *r, struct posting *p, struct errinfo *e)
{
	struct form_step step;
	struct form_view before, typed;
	bool done, conflict;
	TRY(portal_draft_open(r, &p->draft, &done, e));
	if (done)
		return OK;
	p->faults.count = 0;
	if (form_step_at(p->draft.run, p->address, &step, e) != OK)
		return web_redirect(r,
		        portal_step_path(
		                r->arena, p->draft.draft.id, form_first_open(p->draft.run)),
		        e);
	TRY(take(r, p, &before, &typed, &conflict, e));
	if (conflict)
		return show_conflict(r, p, &before, &typed, e);
	p->removed = portal_files_remove(r, p->draft.run, typed.items, typed.item_count);
	TRY(portal_files(r, p->draft.run, typed.items, typed.item_count, &p->draft.words,
	        &p->faults, &p->files, &p->file_count, e));
	struct text stop = p->outcome.count || p->later ? p->address : p->outcome.next;
	return portal_draft_save(r, &p->draft, stop, saved, p, e);
}

enum err step_post(struct web_request *r, struct errinfo *e)
{
	struct posting *p = ARENA_NEW(r->arena, struct posting);
	p->address = portal_step_address(r);
	p->later = web_field(r, "later").len > 0;
	p->stay = web_field(r, "upload").len > 0;
	return attempt(r, p, e);
}

/* Removing an entry ------------------------------------------------------------------------------
 */

struct removing {
	struct portal_draft draft;
	struct text list; /* address */
	struct form_entry_view entry;
};

static enum err find_entry(
        struct web_request *r, struct removing *m, struct form_view *v, struct errinfo *e)
{
	struct form_step step;
	struct text address = portal_step_address(r);
	struct portal_draft *d = &m->draft;
	TRY(form_step_at(d->run, address, &step, e));
	size_t slash = address.len;
	while (slash > 0 && address.ptr[slash - 1] != '/')
		slash--;
	if (step.kind != FORM_STEP_ENTRY || slash < 2)
		return fail(e, ERR_NOT_FOUND, "no entry to remove");
	m->list = text_part(address, 0, slash - 1);
	TRY(form_view(d->run, m->list, &d->words, NULL, v, e));
	for (size_t i = 0; v->can_remove && i < v->entry_count; i++) {
		if (v->entries[i].number == step.number) {
			m->entry = v->entries[i];
			return OK;
		}
	}
	return fail(e, ERR_NOT_FOUND, "no entry to remove");
}

static enum err back_to_list(struct web_request *r, struct removing *m, struct errinfo *e)
{
	return web_redirect(r, portal_step_path(r->arena, m->draft.draft.id, m->list), e);
}

enum err step_remove_get(struct web_request *r, struct errinfo *e)
{
	struct removing *m = ARENA_NEW(r->arena, struct removing);
	struct step_page *p = ARENA_NEW(r->arena, struct step_page);
	struct form_view v;
	bool done;
	TRY(portal_draft_open(r, &m->draft, &done, e));
	if (done)
		return OK;
	TRY(find_entry(r, m, &v, e));
	step_page_begin(r, &m->draft, &v, p);
	p->action = r->path;
	p->back = portal_step_path(r->arena, m->draft.draft.id, m->list);
	p->remove_title = m->entry.title.len
	                          ? m->entry.title
	                          : portal_tn(r, "portal.list.entry", "number", m->entry.number);
	return web_page(r, 200, &step_remove_page, p, e);
}

static enum err removed(struct web_request *r, struct command *c, enum err code,
        const struct errinfo *why, void *state, struct errinfo *e)
{
	(void)c;
	(void)why;
	struct removing *m = state;
	if (code != OK)
		return step_show(r, &m->draft, m->list, portal_status(code), NULL, NULL,
		        portal_trouble(r, code), e);
	return back_to_list(r, m, e);
}

enum err step_remove_post(struct web_request *r, struct errinfo *e)
{
	struct removing *m = ARENA_NEW(r->arena, struct removing);
	struct form_view v;
	bool done;
	TRY(portal_draft_open(r, &m->draft, &done, e));
	if (done)
		return OK;
	enum err code = find_entry(r, m, &v, e);
	if (code == ERR_NOT_FOUND && m->list.len > 0)
		return back_to_list(r, m, e); /* pressed twice: it is gone already */
	if (code != OK)
		return code;
	/* Another tab may have moved the entries: the title decides, not only the number. */
	struct text title = web_field(r, "eintrag");
	if (title.len > 0 && m->entry.title.len > 0 && !text_eq(title, m->entry.title))
		return back_to_list(r, m, e);
	TRY(form_entry_remove(m->draft.run, m->entry.path, e));
	return portal_draft_save(r, &m->draft, m->list, removed, m, e);
}
