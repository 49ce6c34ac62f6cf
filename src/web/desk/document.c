/* Documents of the file: listed, opened, put in. */
#include "web/desk/desk.h"

#include <errno.h>
#include <unistd.h>

enum { TITLE_MAX = 200 };

static const struct html_member document_members[] = {HTML_MEMBER(struct desk_document, id),
        HTML_MEMBER(struct desk_document, title), HTML_MEMBER(struct desk_document, href),
        HTML_MEMBER(struct desk_document, meta), HTML_MEMBER(struct desk_document, day),
        HTML_MEMBER(struct desk_document, state), HTML_MEMBER(struct desk_document, state_class),
        {0}};
const struct html_type desk_document_type = {.name = "struct desk_document",
        .size = sizeof(struct desk_document),
        .members = document_members};

const struct document *desk_find_document(const struct case_view *v, struct text id)
{
	for (size_t i = 0; i < v->document_count; i++) {
		if (text_eq(v->documents[i].id, id))
			return &v->documents[i];
	}
	return NULL;
}

static bool is_notice(const struct case_view *v, struct text letter)
{
	const struct service_letter *l = service_find_letter(v->adoption->service, letter);
	return l && l->kind == SERVICE_NOTICE;
}

const struct document *desk_letter(const struct case_view *v, const struct bpmn_element *task)
{
	struct text letter = task ? bpmn_attribute(task, "letter") : TEXT_NONE;
	const struct document *newest = NULL;
	for (size_t i = 0; i < v->document_count; i++) {
		const struct document *d = &v->documents[i];
		bool fits = letter.len ? text_eq(d->letter, letter) : is_notice(v, d->letter);
		if (d->kind == DOCUMENT_LETTER && fits &&
		        (!newest || d->filed.ms > newest->filed.ms ||
		                (d->filed.ms == newest->filed.ms &&
		                        text_cmp(d->id, newest->id) > 0)))
			newest = d;
	}
	return newest;
}

/* Came since somebody last finished a task. */
static bool is_new(const struct case_view *v, const struct document *d)
{
	struct instant last = {0};
	for (size_t i = 0; i < v->task_count; i++) {
		if (v->tasks[i].done.ms > last.ms)
			last = v->tasks[i].done;
	}
	return d->kind == DOCUMENT_UPLOAD && d->filed.ms > last.ms && v->row.closed.ms == 0;
}

static const char *media_key(struct text media)
{
	if (text_is(media, "application/pdf"))
		return "desk.media.pdf";
	return text_starts(media, TEXT("image/")) ? "desk.media.image" : "desk.media.other";
}

static void fill_state(struct web_request *r, const struct case_view *v, const struct document *d,
        struct desk_document *to)
{
	const char *key = "desk.document.filed";
	to->state_class = "";
	if (text_is(d->scan, "bad")) {
		key = "desk.document.bad";
		to->state_class = "bad";
	} else if (is_new(v, d)) {
		key = "desk.document.new";
		to->state_class = "need";
	} else if (d->kind == DOCUMENT_LETTER) {
		key = d->locked ? "desk.document.locked" : "desk.document.letter";
		to->state_class = "done";
	} else if (d->kind == DOCUMENT_UPLOAD && text_is(d->scan, "none")) {
		key = "desk.document.unscanned";
	}
	to->state = portal_t(r, key);
}

void desk_documents(
        struct web_request *r, const struct case_view *v, struct desk_document **out, size_t *count)
{
	*out = ARENA_ARRAY(r->arena, v->document_count, struct desk_document);
	*count = 0;
	for (size_t i = 0; i < v->document_count; i++) {
		const struct document *d = &v->documents[i];
		struct desk_document *to = &(*out)[(*count)++];
		to->id = d->id;
		to->title = d->title.len ? d->title : portal_t(r, "event.a_document");
		to->href = text_format(r->arena, DESK_HOME "/vorgang/%.*s/dokument/%.*s",
		        TEXT_ARG(v->row.number), TEXT_ARG(d->id));
		to->meta = text_format(r->arena, "%.*s, %.*s",
		        TEXT_ARG(portal_t(r, media_key(d->media))),
		        TEXT_ARG(portal_size(r, d->size)));
		to->day = texts_date_day(r->arena, r->texts, r->language, portal_date(r, d->filed));
		fill_state(r, v, d, to);
	}
}

enum err desk_document_get(struct web_request *r, struct errinfo *e)
{
	struct casework *cw = web_app(r)->casework;
	struct document d;
	struct text bytes;
	struct db *db = NULL;
	TRY(store_read_begin(casework_store(cw), &db, e));
	enum err code = document_read(cw, db, web_param(r, "number"), web_param(r, "id"), r->actor,
	        r->arena, &d, &bytes, e);
	store_read_end(casework_store(cw), db);
	if (code != OK)
		return code;
	return desk_send(r, d.media, d.title, bytes, e);
}

/* Putting a document into the file
 * ----------------------------------------------------------------- */

struct filing_page {
	struct text name, number, back, action, trouble, title, title_error, file_error;
};

static const struct html_type filing_type = HTML_TYPE(struct filing_page,
        HTML_MEMBER(struct filing_page, name), HTML_MEMBER(struct filing_page, number),
        HTML_MEMBER(struct filing_page, back), HTML_MEMBER(struct filing_page, action),
        HTML_MEMBER(struct filing_page, trouble), HTML_MEMBER(struct filing_page, title),
        HTML_MEMBER(struct filing_page, title_error), HTML_MEMBER(struct filing_page, file_error));
const struct web_page desk_filing_page = {"desk/filing", &filing_type};

static enum err begin_filing(struct web_request *r, struct filing_page *p, struct errinfo *e)
{
	struct case_view v;
	TRY(desk_load(r, web_param(r, "number"), &v, e));
	p->name = v.label;
	p->number = v.row.number;
	p->back = desk_case_path(r->arena, v.row.number, "");
	p->action = r->path;
	r->frame.nav = TEXT("cases");
	return OK;
}

enum err desk_filing_get(struct web_request *r, struct errinfo *e)
{
	struct filing_page *p = ARENA_NEW(r->arena, struct filing_page);
	TRY(begin_filing(r, p, e));
	return web_page(r, 200, &desk_filing_page, p, e);
}

static enum err filed(struct web_request *r, struct command *c, enum err code,
        const struct errinfo *why, void *state, struct errinfo *e)
{
	struct filing_page *p = state;
	(void)c;
	if (code == OK)
		return web_redirect(
		        r, desk_case_path(r->arena, p->number, "?abgelegt=1#dokumente"), e);
	p->trouble = desk_trouble(r, code, why);
	return web_page(r, desk_status(code), &desk_filing_page, p, e);
}

static enum err read_upload(
        const struct web_upload *u, struct arena *a, struct text *out, struct errinfo *e)
{
	char *bytes = arena_alloc(a, u->size);
	size_t got = 0;
	while (got < u->size) {
		ssize_t n = pread(u->fd, bytes + got, u->size - got, (off_t)got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fail(e, ERR_IO, "upload: %s", n ? strerror(errno) : "cut off");
		got += (size_t)n;
	}
	*out = (struct text){bytes, u->size};
	return OK;
}

static bool may_be_filed(struct text media)
{
	static const char *const allowed[] = {
	        "application/pdf", "image/png", "image/jpeg", "text/plain"};
	for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
		if (text_is(media, allowed[i]))
			return true;
	}
	return false;
}

static void check_filing(struct web_request *r, const struct web_upload *u, struct filing_page *p)
{
	p->title = text_trim(web_field(r, "titel"));
	if (p->title.len == 0 || p->title.len > TITLE_MAX)
		p->title_error = portal_t(r, "desk.filing.title.need");
	if (!u || (u->size == 0 && u->filename.len == 0))
		p->file_error = portal_t(r, "desk.filing.file.need");
	else if (u->too_large)
		p->file_error = portal_t(r, "desk.filing.file.large");
	else if (u->size == 0)
		p->file_error = portal_t(r, "desk.filing.file.empty");
	if (p->title_error.len)
		desk_fault(r, TEXT("titel"), p->title_error);
}

enum err desk_filing_post(struct web_request *r, struct errinfo *e)
{
	struct filing_page *p = ARENA_NEW(r->arena, struct filing_page);
	const struct web_upload *u = web_file(r, "datei");
	TRY(begin_filing(r, p, e));
	check_filing(r, u, p);
	struct command *c = web_command(DOCUMENT_FILE);
	struct document_file *in = ARENA_NEW(c->arena, struct document_file);
	enum err code = p->file_error.len ? OK : read_upload(u, c->arena, &in->bytes, e);
	if (code == OK && !p->file_error.len) {
		in->media = media_of(c->arena, in->bytes);
		if (!may_be_filed(in->media))
			p->file_error = portal_t(r, "desk.filing.file.kind");
	}
	if (p->file_error.len)
		desk_fault(r, TEXT("datei"), p->file_error);
	if (code != OK || p->file_error.len || p->title_error.len) {
		arena_free(c->arena);
		if (code != OK)
			return code;
		int status = u && u->too_large ? 413 : 422;
		return web_page(r, status, &desk_filing_page, p, e);
	}
	in->actor = portal_actor(c->arena, r->actor);
	in->number = text_copy(c->arena, p->number);
	in->title = text_copy(c->arena, p->title);
	c->input = in;
	return web_run(r, c, WEB_RUN_MS, filed, p, e);
}
