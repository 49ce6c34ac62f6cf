/* Answering a request for missing documents: one page with exactly what was asked for, open;
 * everything else of the application stays as it is. */
#include "web/portal/mine.h"

enum { REPLY_STEPS_MAX = 60, REPLY_TEXT_MAX = 5000 };

struct reply_group {
	struct text address, title;
	struct form_view view;
	struct web_field *fields;
	size_t field_count;
};

struct reply_page {
	struct text title, service, number, action, back, asked, until, office, trouble, text,
	        text_error;
	struct reply_group *groups;
	size_t group_count;
	bool multipart, files_again;
};

static const struct html_type group_type =
        HTML_TYPE(struct reply_group, HTML_MEMBER(struct reply_group, title),
                HTML_LIST(struct reply_group, fields, field_count, &web_field_type));

static const struct html_type reply_type = HTML_TYPE(struct reply_page,
        HTML_MEMBER(struct reply_page, title), HTML_MEMBER(struct reply_page, service),
        HTML_MEMBER(struct reply_page, number), HTML_MEMBER(struct reply_page, action),
        HTML_MEMBER(struct reply_page, back), HTML_MEMBER(struct reply_page, asked),
        HTML_MEMBER(struct reply_page, until), HTML_MEMBER(struct reply_page, office),
        HTML_MEMBER(struct reply_page, trouble), HTML_MEMBER(struct reply_page, text),
        HTML_MEMBER(struct reply_page, text_error),
        HTML_LIST(struct reply_page, groups, group_count, &group_type),
        HTML_MEMBER(struct reply_page, multipart), HTML_MEMBER(struct reply_page, files_again));

const struct web_page reply_page = {"portal/reply", &reply_type};

struct replying {
	struct case_view v;
	const struct case_request *request;
	struct words words;
	struct form_run *run;
	struct reply_page page;
	struct portal_faults faults;
	size_t fault_cap;
	struct case_upload *uploads; /* stored */
	size_t upload_count;
};

/* Which screens hold something that is open? ------------------------------------------------------
 */

static bool any_open(const struct form_item *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct form_item *it = &items[i];
		bool leaf = it->item_count == 0 && it->field->type != FORM_LABEL &&
		            it->field->type != FORM_GROUP;
		if ((leaf && !it->locked) || any_open(it->items, it->item_count))
			return true;
	}
	return false;
}

static enum err look_at(struct web_request *r, struct replying *p, struct text address, int depth,
        struct errinfo *e)
{
	struct form_view v;
	if (p->page.group_count == REPLY_STEPS_MAX || depth > FORM_DEPTH_MAX)
		return OK;
	TRY(form_view(p->run, address, &p->words, NULL, &v, e));
	if (v.step.kind != FORM_STEP_LIST) {
		if (!any_open(v.items, v.item_count))
			return OK;
		struct reply_group *g = &p->page.groups[p->page.group_count++];
		g->address = text_copy(r->arena, address);
		g->title = v.title;
		g->view = v;
		return OK;
	}
	for (size_t i = 0; i < v.entry_count; i++) {
		struct text at = v.entries[i].address;
		for (int n = 0; n < FORM_FIELDS_MAX && at.len && !text_eq(at, address); n++) {
			TRY(look_at(r, p, at, depth + 1, e));
			at = form_next(p->run, at);
		}
	}
	return OK;
}

static enum err find_groups(struct web_request *r, struct replying *p, struct errinfo *e)
{
	const struct form_step *steps = NULL;
	size_t count = form_steps(p->run, &steps);
	p->page.groups = ARENA_ARRAY(r->arena, REPLY_STEPS_MAX, struct reply_group);
	p->page.group_count = 0;
	for (size_t i = 0; i < count; i++)
		TRY(look_at(r, p, steps[i].address, 0, e));
	return OK;
}

static enum err begin(struct web_request *r, struct replying *p, bool *done, struct errinfo *e)
{
	TRY(mine_load(r, &p->v, e));
	p->request = portal_open_request(&p->v);
	*done = p->request == NULL;
	if (*done) /* answered already, or nobody asked */
		return web_redirect(r, mine_path(r->arena, p->v.row.number, ""), e);
	struct form_options options = {.who = FORM_APPLICANT,
	        .open = p->request->fields,
	        .open_count = p->request->field_count};
	p->words = service_words(r->arena, p->v.adoption, portal_language(r), r->texts);
	TRY(case_form(web_app(r)->casework, &p->v, r->arena, &options, &p->run, e));
	if (p->request->field_count == 0)
		return OK; /* only words were asked for: nothing opens */
	return find_groups(r, p, e);
}

static void add_text_fault(struct web_request *r, struct replying *p)
{
	struct web_frame *f = &r->frame;
	struct web_fault *fault = ARENA_PUSH(r->arena, f->faults, f->fault_count, p->fault_cap);
	fault->field = TEXT("f-text");
	fault->message = p->page.text_error;
}

static enum err show(struct web_request *r, struct replying *p, int status, struct errinfo *e)
{
	struct reply_page *page = &p->page;
	page->title = portal_t(r, "portal.reply.title");
	page->service = portal_words(r, p->v.adoption, "title", NULL);
	page->number = p->v.row.number;
	page->action = r->path;
	page->back = mine_path(r->arena, p->v.row.number, "");
	page->asked = p->request->text;
	page->office = portal_office(r, p->v.adoption);
	if (!date_is_zero(p->request->due))
		page->until = portal_day_long(r, p->request->due);
	struct portal_draw w = {.r = r,
	        .adoption = p->v.adoption,
	        .run = p->run,
	        .words = &p->words,
	        .faults = &p->faults,
	        .open_only = true};
	for (size_t i = 0; i < page->group_count; i++) {
		struct reply_group *g = &page->groups[i];
		portal_fields(&w, g->view.items, g->view.item_count, &g->fields, &g->field_count);
	}
	page->multipart = w.has_files;
	p->fault_cap = w.fault_cap;
	if (page->text_error.len)
		add_text_fault(r, p);
	page->files_again = status >= 400 && r->upload_count > 0;
	return web_page(r, status, &reply_page, page, e);
}

enum err reply_get(struct web_request *r, struct errinfo *e)
{
	struct replying *p = ARENA_NEW(r->arena, struct replying);
	bool done;
	TRY(begin(r, p, &done, e));
	return done ? OK : show(r, p, 200, e);
}

/* Sending
 * ------------------------------------------------------------------------------------------- */

static bool is_open(const struct form_item *items, size_t count, struct text path)
{
	for (size_t i = 0; i < count; i++) {
		if (text_eq(items[i].name, path) && !items[i].locked)
			return true;
		if (is_open(items[i].items, items[i].item_count, path))
			return true;
	}
	return false;
}

/* Takes what was typed into one screen; counts what is wrong with what is open. */
static enum err take_group(struct web_request *r, struct replying *p, struct reply_group *g,
        const struct form_posted *posted, size_t count, size_t *wrong, struct errinfo *e)
{
	struct form_outcome outcome;
	TRY(form_post(p->run, g->address, posted, count, &outcome, e));
	portal_files_remove(r, p->run, g->view.items, g->view.item_count);
	TRY(form_view(p->run, g->address, &p->words, &outcome, &g->view, e));
	for (size_t i = 0; i < outcome.count; i++)
		*wrong += is_open(g->view.items, g->view.item_count, outcome.findings[i].path);
	return OK;
}

static enum err store_files(struct web_request *r, struct replying *p, struct portal_file *files,
        size_t count, struct errinfo *e)
{
	struct case_upload *uploads = ARENA_ARRAY(r->arena, count, struct case_upload);
	for (size_t i = 0; i < count; i++) {
		uploads[i].field = files[i].path;
		uploads[i].name = files[i].file.name;
		uploads[i].media = files[i].file.media;
		TRY(web_upload_bytes(r, files[i].upload, &uploads[i].bytes, e));
	}
	p->uploads = uploads;
	p->upload_count = count;
	TRY(case_uploads_store(web_app(r)->casework, p->v.row.number, uploads, count, r->arena, e));
	for (size_t i = 0; i < count; i++)
		TRY(form_file_add(p->run, files[i].path, &uploads[i].file, e));
	return OK;
}

static enum err take_files(struct web_request *r, struct replying *p, struct errinfo *e)
{
	struct portal_file *all = ARENA_ARRAY(r->arena, PORTAL_FILES_MAX, struct portal_file);
	size_t count = 0;
	for (size_t i = 0; i < p->page.group_count; i++) {
		struct reply_group *g = &p->page.groups[i];
		struct portal_file *files;
		size_t n;
		TRY(portal_files(r, p->run, g->view.items, g->view.item_count, &p->words,
		        &p->faults, &files, &n, e));
		for (size_t k = 0; k < n && count < PORTAL_FILES_MAX; k++)
			all[count++] = files[k];
	}
	if (p->faults.count > 0 || count == 0)
		return OK;
	return store_files(r, p, all, count, e);
}

static enum err answered(struct web_request *r, struct command *c, enum err code,
        const struct errinfo *why, void *state, struct errinfo *e)
{
	(void)c;
	(void)why;
	struct replying *p = state;
	if (code == OK)
		return web_redirect(r, mine_path(r->arena, p->v.row.number, "?geantwortet=1"), e);
	p->page.trouble = portal_trouble(r, code);
	return show(r, p, portal_status(code), e);
}

/* Paths of what is different now, in the memory of the request. */
static size_t changed_paths(
        struct web_request *r, const struct replying *p, struct text answers, struct text **out)
{
	const struct form_change *changes = NULL;
	size_t count = 0;
	struct errinfo ignored;
	const struct form *form = p->v.adoption->service->form;
	if (form_changes(r->arena, form, p->v.answers, answers, &changes, &count, &ignored) != OK)
		count = 0;
	*out = ARENA_ARRAY(r->arena, count, struct text);
	for (size_t i = 0; i < count; i++)
		(*out)[i] = changes[i].path;
	return count;
}

static const struct text *copy_texts(struct arena *a, const struct text *from, size_t count)
{
	struct text *to = ARENA_ARRAY(a, count, struct text);
	for (size_t i = 0; i < count; i++)
		to[i] = text_copy(a, from[i]);
	return to;
}

static struct case_upload *copy_uploads(
        struct arena *a, const struct case_upload *from, size_t count)
{
	struct case_upload *to = ARENA_ARRAY(a, count, struct case_upload);
	for (size_t i = 0; i < count; i++) {
		struct case_upload *u = &to[i];
		*u = from[i];
		u->bytes = TEXT_NONE; /* stored already */
		struct text *texts[] = {&u->field, &u->name, &u->media, &u->sha256, &u->scan,
		        &u->file.name, &u->file.media, &u->file.hash, &u->file.scan};
		for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
			*texts[k] = text_copy(a, *texts[k]);
	}
	return to;
}

static enum err send(
        struct web_request *r, struct replying *p, struct text answers, struct errinfo *e)
{
	struct text *paths;
	size_t count = changed_paths(r, p, answers, &paths);
	if (count == 0 && p->page.text.len == 0) {
		p->page.text_error = portal_t(r, "portal.reply.nothing");
		return show(r, p, 422, e);
	}
	struct command *c = web_command(CASE_CORRECT);
	struct case_correct *in = ARENA_NEW(c->arena, struct case_correct);
	in->actor = portal_actor(c->arena, r->actor);
	in->number = text_copy(c->arena, p->v.row.number);
	in->answers = text_copy(c->arena, answers);
	in->text = text_copy(c->arena, p->page.text);
	in->fields = copy_texts(c->arena, paths, count);
	in->field_count = count;
	in->uploads = copy_uploads(c->arena, p->uploads, p->upload_count);
	in->upload_count = p->upload_count;
	c->key = text_format(c->arena, "reply:%.*s", TEXT_ARG(p->request->id));
	c->input = in;
	return web_run(r, c, WEB_RUN_MS, answered, p, e);
}

/* The declaration as it reads with the answer. */
static enum err write_answers(
        struct web_request *r, struct replying *p, struct text *out, struct errinfo *e)
{
	struct buf answers;
	buf_init(&answers, FORM_ANSWERS_MAX);
	enum err code = form_submission_write(p->run, &answers, e);
	*out = buf_copy(&answers, r->arena);
	buf_free(&answers);
	return code;
}

enum err reply_post(struct web_request *r, struct errinfo *e)
{
	struct replying *p = ARENA_NEW(r->arena, struct replying);
	struct form_posted *posted;
	struct text answers;
	size_t wrong = 0;
	bool done;
	TRY(begin(r, p, &done, e));
	if (done)
		return OK;
	p->page.text = text_trim(web_field(r, "text"));
	if (p->page.text.len > REPLY_TEXT_MAX)
		p->page.text_error = portal_tn(r, "portal.reply.long", "count", REPLY_TEXT_MAX);
	size_t count = portal_posted(r, &posted);
	TRY(take_files(r, p, e));
	for (size_t i = 0; i < p->page.group_count; i++)
		TRY(take_group(r, p, &p->page.groups[i], posted, count, &wrong, e));
	if (wrong > 0 || p->faults.count > 0 || p->page.text_error.len > 0)
		return show(r, p, 422, e);
	TRY(write_answers(r, p, &answers, e));
	return send(r, p, answers, e);
}
