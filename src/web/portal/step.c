/* One screen of a form as a page. */
#include "web/portal/step.h"

static const struct html_type entry_type =
        HTML_TYPE(struct step_entry, HTML_MEMBER(struct step_entry, title),
                HTML_MEMBER(struct step_entry, summary), HTML_MEMBER(struct step_entry, change),
                HTML_MEMBER(struct step_entry, remove), HTML_MEMBER(struct step_entry, done));

static const struct html_type kept_type = HTML_TYPE(struct step_kept,
        HTML_MEMBER(struct step_kept, name), HTML_MEMBER(struct step_kept, value));

static const struct html_type difference_type = HTML_TYPE(struct step_difference,
        HTML_MEMBER(struct step_difference, label), HTML_MEMBER(struct step_difference, saved),
        HTML_MEMBER(struct step_difference, typed), HTML_MEMBER(struct step_difference, differs));

static const struct html_type step_type = HTML_TYPE(struct step_page,
        HTML_MEMBER(struct step_page, service), HTML_MEMBER(struct step_page, title),
        HTML_MEMBER(struct step_page, action), HTML_MEMBER(struct step_page, back),
        HTML_MEMBER(struct step_page, basis), HTML_MEMBER(struct step_page, return_to),
        HTML_MEMBER(struct step_page, trouble), HTML_MEMBER(struct step_page, lang),
        HTML_MEMBER(struct step_page, intro), HTML_MEMBER(struct step_page, exit),
        HTML_LIST(struct step_page, fields, field_count, &web_field_type),
        HTML_MEMBER(struct step_page, multipart), HTML_MEMBER(struct step_page, entry_new),
        HTML_MEMBER(struct step_page, fields_heading),
        HTML_LIST(struct step_page, entries, entry_count, &entry_type),
        HTML_MEMBER(struct step_page, entry_count), HTML_MEMBER(struct step_page, add),
        HTML_MEMBER(struct step_page, add_label), HTML_MEMBER(struct step_page, next_label),
        HTML_MEMBER(struct step_page, required), HTML_MEMBER(struct step_page, remove_title),
        HTML_LIST(struct step_page, differences, difference_count, &difference_type),
        HTML_LIST(struct step_page, kept, kept_count, &kept_type),
        HTML_SUB(struct step_page, track, &portal_track_type));

const struct web_page step_fields_page = {"portal/step", &step_type};
const struct web_page step_list_page = {"portal/list", &step_type};
const struct web_page step_exit_page = {"portal/exit", &step_type};
const struct web_page step_remove_page = {"portal/remove", &step_type};
const struct web_page step_conflict_page = {"portal/conflict", &step_type};

struct text step_basis(struct arena *a, const struct form_view *v)
{
	return text_format(a, "%016llx", (unsigned long long)portal_mark(v));
}

/* Back to the step before, to the answers, or to the page of the service. */
static struct text back_of(struct web_request *r, struct portal_draft *d, struct text address)
{
	struct arena *a = r->arena;
	if (web_query(r, "pruefen").len > 0)
		return portal_path(a, d->draft.id, "/pruefen");
	struct text before = form_previous(d->run, address);
	if (before.len > 0)
		return portal_step_path(a, d->draft.id, before);
	return text_format(a, "/dienste/%.*s?ort=%.*s", TEXT_ARG(d->draft.service),
	        TEXT_ARG(d->draft.authority));
}

static void fill_entries(struct web_request *r, struct portal_draft *d, const struct form_view *v,
        struct step_page *p)
{
	struct arena *a = r->arena;
	p->entries = ARENA_ARRAY(a, v->entry_count, struct step_entry);
	for (size_t i = 0; i < v->entry_count; i++) {
		const struct form_entry_view *from = &v->entries[i];
		struct step_entry *to = &p->entries[p->entry_count++];
		to->title = from->title.len
		                    ? from->title
		                    : portal_tn(r, "portal.list.entry", "number", from->number);
		to->summary = from->summary;
		to->change = portal_step_path(a, d->draft.id, from->address);
		to->done = from->done;
		if (!v->can_remove)
			continue;
		struct text step = portal_step_path(a, d->draft.id, from->address);
		size_t last = text_find(step, TEXT("/frage/"), 0) + 7;
		to->remove = text_format(a, "/antrag/%.*s/entfernen/%.*s", TEXT_ARG(d->draft.id),
		        TEXT_ARG(text_part(step, last, step.len)));
	}
	if (v->can_add)
		p->add = portal_step_path(a, d->draft.id, v->add);
	struct text key = text_format(a, "%.*s.add", TEXT_ARG(v->step.group->path));
	p->add_label = portal_words(r, d->adoption, text_z(a, key), NULL);
	if (p->add_label.len == 0)
		p->add_label =
		        portal_t(r, v->entry_count ? "portal.list.add" : "portal.list.first");
	p->required = v->step.group->times_min > 0;
	p->next_label = portal_t(r, v->entry_count ? "portal.list.next" : "portal.list.none");
}

/* "Erika Mustermann" for what is asked inside her entry: "people/people/2/income". */
static struct text entry_around(
        struct portal_draft *d, struct text address, const struct form_view *shown)
{
	struct form_view list;
	struct errinfo ignored;
	size_t slashes = 0, list_end = 0, end = 0;
	for (size_t i = 0; i < address.len && !end; i++) {
		if (address.ptr[i] != '/')
			continue;
		slashes++;
		if (slashes == 2)
			list_end = i;
		if (slashes == 3)
			end = i;
	}
	int64_t number;
	if (!end || !text_int(text_part(address, list_end + 1, end), &number))
		return TEXT_NONE;
	struct text around = text_part(address, 0, list_end);
	if (form_view(d->run, around, &d->words, NULL, &list, &ignored) != OK)
		return TEXT_NONE;
	for (size_t i = 0; i < list.entry_count; i++) {
		struct text title = list.entries[i].title;
		if (list.entries[i].number == number && !text_eq(title, shown->title))
			return title;
	}
	return TEXT_NONE;
}

void step_page_begin(struct web_request *r, struct portal_draft *d, const struct form_view *v,
        struct step_page *p)
{
	struct arena *a = r->arena;
	p->draft = d;
	p->address = v->step.address;
	p->service = d->name;
	p->title = v->title;
	p->intro = markdown_html(a, v->intro);
	p->action = portal_step_path(a, d->draft.id, v->step.address);
	p->back = back_of(r, d, v->step.address);
	if (web_query(r, "pruefen").len > 0 || web_field(r, "pruefen").len > 0)
		p->return_to = TEXT("1");
	p->basis = step_basis(a, v);
	struct text key = text_format(a, "page.%.*s.title", TEXT_ARG(v->step.page->id));
	portal_words(r, d->adoption, text_z(a, key), &p->lang);
	portal_track_fill(r, d, v->step.address, &p->track);
	struct text around = entry_around(d, v->step.address, v);
	if (around.len)
		p->track.where = portal_t2(
		        r, "portal.track.within", "where", p->track.where, "entry", around);
	r->frame.nav = TEXT("services");
}

/* A list has no field an error could stand at: its findings go to the top. */
static void list_faults(struct web_request *r, const struct portal_draft *d,
        const struct form_outcome *o, size_t *cap)
{
	struct web_frame *f = &r->frame;
	for (size_t i = 0; o && i < o->count; i++) {
		struct web_fault *fault = ARENA_PUSH(r->arena, f->faults, f->fault_count, *cap);
		fault->field = TEXT("liste");
		fault->message = form_finding_text(r->arena, &o->findings[i], &d->words);
	}
}

static enum err show_list(struct web_request *r, struct portal_draft *d, const struct form_view *v,
        int status, const struct form_outcome *outcome, struct step_page *p, struct errinfo *e)
{
	size_t cap = 0;
	fill_entries(r, d, v, p);
	list_faults(r, d, outcome, &cap);
	return web_page(r, status, &step_list_page, p, e);
}

enum err step_show(struct web_request *r, struct portal_draft *d, struct text address, int status,
        const struct form_outcome *outcome, const struct portal_faults *faults, struct text trouble,
        struct errinfo *e)
{
	struct form_view v;
	struct step_page *p = ARENA_NEW(r->arena, struct step_page);
	TRY(form_view(d->run, address, &d->words, outcome, &v, e));
	step_page_begin(r, d, &v, p);
	p->trouble = trouble;
	if (v.step.kind == FORM_STEP_LIST)
		return show_list(r, d, &v, status, outcome, p, e);
	if (v.step.kind == FORM_STEP_EXIT) {
		p->exit = markdown_html(r->arena, v.exit);
		return web_page(r, status, &step_exit_page, p, e);
	}
	struct portal_draw w = {.r = r,
	        .adoption = d->adoption,
	        .run = d->run,
	        .words = &d->words,
	        .faults = faults};
	portal_fields(&w, v.items, v.item_count, &p->fields, &p->field_count);
	p->multipart = w.has_files;
	if (p->title.len == 0 && p->field_count > 0) {
		p->title = p->fields[0].label;
		p->fields[0].heading = p->fields_heading = p->field_count == 1;
	}
	return web_page(r, status, &step_fields_page, p, e);
}

enum err step_get(struct web_request *r, struct errinfo *e)
{
	struct portal_draft d;
	struct form_step step;
	bool done;
	TRY(portal_draft_open(r, &d, &done, e));
	if (done)
		return OK;
	struct text address = portal_step_address(r);
	if (form_step_at(d.run, address, &step, e) != OK)
		return web_redirect(
		        r, portal_step_path(r->arena, d.draft.id, form_first_open(d.run)), e);
	if (web_query(r, "mehr").len > 0)
		r->frame.notice = portal_t(r, "portal.step.more");
	if (web_query(r, "hochgeladen").len > 0)
		r->frame.notice = portal_t(r, "portal.step.uploaded");
	return step_show(r, &d, address, 200, NULL, NULL, TEXT_NONE, e);
}

/* The file of a draft as it was sent, for looking at. */
enum err step_file_get(struct web_request *r, struct errinfo *e)
{
	struct web_app *app = web_app(r);
	struct portal_draft d;
	struct text bytes;
	struct db *db = NULL;
	bool done;
	TRY(portal_draft_open(r, &d, &done, e));
	if (done)
		return OK;
	TRY(store_read_begin(casework_store(app->casework), &db, e));
	enum err code = draft_file(
	        app->casework, db, d.draft.id, &d.who, web_param(r, "hash"), r->arena, &bytes, e);
	store_read_end(casework_store(app->casework), db);
	if (code != OK)
		return code;
	return web_bytes(r, 200, media_of(r->arena, bytes), bytes, TEXT("datei"), e);
}
