/* Files of a form: looked at, stored, removed. Nothing here trusts a name or a declared type. */
#include "web/portal/portal.h"

#include <errno.h>
#include <unistd.h>

enum { LOOK_BYTES = 64 << 10 }; /* enough to tell what a file is */

static enum err read_whole(const struct web_upload *u, struct arena *a, size_t max,
        struct text *out, struct errinfo *e)
{
	size_t size = u->size < max ? u->size : max, got = 0;
	char *bytes = arena_alloc(a, size);
	while (got < size) {
		ssize_t n = pread(u->fd, bytes + got, size - got, (off_t)got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fail(e, ERR_IO, "upload: %s", n ? strerror(errno) : "cut off");
		got += (size_t)n;
	}
	*out = (struct text){bytes, size};
	return OK;
}

static void add_fault(
        struct web_request *r, struct portal_faults *faults, struct text path, struct text message)
{
	struct portal_fault *f = ARENA_PUSH(r->arena, faults->items, faults->count, faults->cap);
	f->path = path;
	f->message = message;
}

/* The name a person gave it, cut to what fits a line. */
static struct text file_name(const struct web_request *r, const struct web_upload *u)
{
	enum { NAME_MAX_BYTES = 120 };
	struct text name = text_trim(u->filename);
	if (name.len == 0)
		return portal_t(r, "portal.file.unnamed");
	size_t cut = name.len;
	while (cut > NAME_MAX_BYTES || (cut < name.len && (name.ptr[cut] & 0xc0) == 0x80))
		cut--;
	return text_part(name, 0, cut);
}

static enum err look_at(struct web_request *r, struct form_run *run, const struct form_item *item,
        const struct web_upload *u, const struct words *w, struct portal_faults *faults,
        struct portal_file *f, bool *good, struct errinfo *e)
{
	struct form_finding finding = {0};
	struct text head = TEXT_NONE;
	*good = false;
	f->path = item->name;
	f->upload = u;
	f->file.name = file_name(r, u);
	f->file.size = (int64_t)u->size;
	if (u->size == 0) {
		add_fault(r, faults, item->name,
		        portal_t1(r, "portal.file.empty", "file", f->file.name));
		return OK;
	}
	if (!u->too_large)
		TRY(read_whole(u, r->arena, LOOK_BYTES, &head, e));
	f->file.media = head.len ? media_of(r->arena, head) : u->media;
	if (u->too_large && f->file.size < PORTAL_UPLOAD_MAX)
		f->file.size = (int64_t)PORTAL_UPLOAD_MAX + 1;
	enum err code = form_file_check(run, item->name, &f->file, &finding, e);
	if (code != OK && code != ERR_INVALID)
		return code;
	*good = code == OK && !u->too_large;
	if (*good)
		return OK;
	struct text message = finding.code ? form_finding_text(r->arena, &finding, w) : TEXT_NONE;
	if (message.len == 0)
		message = portal_t(r, "portal.file.refused");
	add_fault(r, faults, item->name,
	        portal_t2(r, "portal.file.named", "file", f->file.name, "message", message));
	return OK;
}

static const struct form_item *find_item(
        const struct form_item *items, size_t count, struct text name)
{
	for (size_t i = 0; i < count; i++) {
		bool file = items[i].field->type == FORM_FILE && !items[i].locked;
		if (file && text_eq(items[i].name, name))
			return &items[i];
		const struct form_item *below =
		        find_item(items[i].items, items[i].item_count, name);
		if (below)
			return below;
	}
	return NULL;
}

/* A double click sends the same file twice. */
static bool is_there(const struct form_item *item, const struct portal_file *f)
{
	for (size_t i = 0; i < item->file_count; i++) {
		if (item->files[i].size == f->file.size &&
		        text_eq(item->files[i].name, f->file.name))
			return true;
	}
	return false;
}

enum err portal_files(struct web_request *r, struct form_run *run, const struct form_item *items,
        size_t count, const struct words *w, struct portal_faults *faults, struct portal_file **out,
        size_t *out_count, struct errinfo *e)
{
	*out = ARENA_ARRAY(r->arena, r->upload_count, struct portal_file);
	*out_count = 0;
	for (size_t i = 0; i < r->upload_count; i++) {
		const struct web_upload *u = &r->uploads[i];
		const struct form_item *item = find_item(items, count, u->field);
		if (!item || (u->filename.len == 0 && u->size == 0))
			continue;
		if (*out_count == PORTAL_FILES_MAX) {
			add_fault(r, faults, item->name,
			        portal_tn(r, "portal.file.many", "count", PORTAL_FILES_MAX));
			break;
		}
		bool good;
		TRY(look_at(r, run, item, u, w, faults, &(*out)[*out_count], &good, e));
		if (good && !is_there(item, &(*out)[*out_count]))
			(*out_count)++;
	}
	return OK;
}

/* What `add` needs while the command is prepared; lives with the command. */
struct upload_add {
	struct casework *casework;
	struct draft draft;
	const struct people_citizen *citizen;
	enum people_trust trust;
	struct arena *arena;
	struct text path;
	struct form_file file;
};

static enum err add_file(
        void *self, const struct form_file *stored, struct text *answers, struct errinfo *e)
{
	struct upload_add *u = self;
	struct form_run *run = NULL;
	struct buf b;
	struct arena *a = u->arena;
	u->file = (struct form_file){text_copy(a, stored->name), text_copy(a, stored->media),
	        stored->size, text_copy(a, stored->hash), text_copy(a, stored->scan)};
	TRY(draft_form(u->casework, &u->draft, u->citizen, u->trust, a, &run, e));
	TRY(form_file_add(run, u->path, &u->file, e));
	buf_init(&b, FORM_ANSWERS_MAX);
	enum err code = form_draft_write(run, &b, e);
	*answers = buf_copy(&b, a);
	buf_free(&b);
	return code;
}

static struct draft draft_copy(struct arena *a, const struct draft *d)
{
	struct draft to = *d;
	struct text *texts[] = {&to.id, &to.authority, &to.service, &to.lock, &to.language,
	        &to.answers, &to.address, &to.submitted};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		*texts[i] = text_copy(a, *texts[i]);
	return to;
}

enum err portal_file_store(struct web_request *r, struct portal_draft *d, struct text address,
        struct portal_file *f,
        enum err (*then)(struct web_request *r, struct command *c, enum err code,
                const struct errinfo *why, void *state, struct errinfo *e),
        void *state, struct errinfo *e)
{
	struct command *c = web_command(DRAFT_UPLOAD);
	struct arena *a = c->arena;
	struct buf now;
	buf_init(&now, FORM_ANSWERS_MAX);
	struct draft_upload *in = ARENA_NEW(a, struct draft_upload);
	struct upload_add *add = ARENA_NEW(a, struct upload_add);
	enum err code = form_draft_write(d->run, &now, e);
	if (code == OK)
		code = read_whole(f->upload, a, f->upload->size, &in->bytes, e);
	if (code != OK) {
		buf_free(&now);
		arena_free(a);
		return code;
	}
	add->casework = web_app(r)->casework;
	add->draft = draft_copy(a, &d->draft);
	add->draft.answers = buf_copy(&now, a);
	add->citizen = portal_citizen_copy(a, d->citizen);
	add->trust = r->actor->trust;
	add->arena = a;
	add->path = text_copy(a, f->path);
	in->save.who.actor = portal_actor(c->arena, r->actor);
	in->save.who.code = text_copy(a, d->who.code);
	in->save.id = add->draft.id;
	in->save.address = text_copy(a, address);
	in->save.version = d->draft.version;
	in->save.take = r->actor->kind == PEOPLE_CITIZEN && !d->draft.owned;
	in->name = text_copy(a, f->file.name);
	in->media = text_copy(a, f->file.media);
	in->add = add_file;
	in->self = add;
	buf_free(&now);
	c->input = in;
	return web_run(r, c, WEB_RUN_MS, then, state, e);
}

enum err portal_file_stored(
        struct portal_draft *d, struct portal_file *f, const struct command *c, struct errinfo *e)
{
	const struct draft_upload *in = c->input;
	const struct upload_add *add = in->self;
	f->file = add->file;
	portal_draft_saved(d, c);
	return form_file_add(d->run, f->path, &f->file, e);
}

/* By content, so that a click sent twice does not remove its neighbour. */
struct text portal_file_id(struct arena *a, const struct form_item *item, size_t index)
{
	enum { DIGITS = 12 };
	struct text hash = item->files[index].hash;
	return text_format(a, "%.*s-weg-%.*s", TEXT_ARG(portal_id(a, item->name)),
	        (int)(hash.len < DIGITS ? hash.len : DIGITS), hash.ptr ? hash.ptr : "");
}

static bool is_ticked(const struct web_request *r, struct text name, struct text id)
{
	const struct text *values = NULL;
	struct text box = text_format(r->arena, "%.*s.remove", TEXT_ARG(name));
	size_t count = web_field_all(r, text_z(r->arena, box), &values);
	for (size_t i = 0; i < count; i++) {
		if (text_eq(values[i], id))
			return true;
	}
	return false;
}

size_t portal_files_remove(
        struct web_request *r, struct form_run *run, const struct form_item *items, size_t count)
{
	size_t removed = 0;
	for (size_t i = 0; i < count; i++) {
		const struct form_item *item = &items[i];
		removed += portal_files_remove(r, run, item->items, item->item_count);
		if (item->field->type != FORM_FILE || item->locked)
			continue;
		for (size_t n = item->file_count; n > 0; n--) {
			struct errinfo ignored = {0};
			struct text id = portal_file_id(r->arena, item, n - 1);
			if (is_ticked(r, item->name, id) &&
			        form_file_remove(run, item->name, (int)n, &ignored) == OK)
				removed++;
		}
	}
	return removed;
}
