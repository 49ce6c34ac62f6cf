/* The shelf: what was published, loaded when it is asked for. */
#include "service/shelf.h"

#include "base/digest.h"

static enum err spoilt(struct errinfo *e, struct text what, const struct service_findings *f)
{
	struct text why = TEXT_NONE;
	for (size_t i = 0; i < f->count && !why.len; i++)
		if (f->items[i].severity == SERVICE_ERROR)
			why = service_finding_text(f->arena, &f->items[i], NULL);
	fail(e, ERR_CORRUPT, "cannot be read any longer: %.*s", TEXT_ARG(why));
	return fail_at(e, text_z(f->arena, what), 0);
}

enum err shelf_part(struct service_shelf *s, struct text hash, struct text name, struct folder *out,
        struct errinfo *e)
{
	struct service_findings f;
	struct text path = text_format(s->arena, "%s/parts/%.*s", s->root, TEXT_ARG(hash));
	service_findings_init(&f, s->arena);
	enum err code = digest_is_hex(hash) ? folder_read(s->arena, path.ptr, name, &f, out, e)
	                                    : fail(e, ERR_NOT_FOUND, "no such part");
	if (code == OK && text_eq(out->hash, hash))
		return OK;
	if (code == ERR_IO)
		return code;
	if (e)
		*e = (struct errinfo){0};
	fail(e, ERR_CORRUPT, "the published content is missing or was changed");
	return fail_at(e, path.ptr, 0);
}

/* Services ------------------------------------------------------------------------------------- */

static enum err load_service(struct service_shelf *s, const struct lock_record *r,
        const struct service **out, struct errinfo *e)
{
	struct parts parts = {0};
	struct service_findings f;
	struct package p;
	service_findings_init(&f, s->arena);
	for (int i = 0; i < PART_COUNT; i++) {
		if (i == PART_OVERLAY || !r->parts[i].len)
			continue;
		struct folder *d = ARENA_NEW(s->arena, struct folder);
		struct text name = i == PART_PACKAGE ? r->service : text_from(part_names[i]);
		TRY(shelf_part(s, r->parts[i], name, d, e));
		parts.folders[i] = d;
	}
	if (!parts.folders[PART_PACKAGE])
		return fail(e, ERR_CORRUPT, "the lock names no package");
	package_read(s->arena, &parts, &f, &p);
	if (f.errors || !p.s)
		return spoilt(e, r->service, &f);
	*out = p.s;
	return OK;
}

enum err shelf_service(struct service_shelf *s, const struct lock_record *r,
        const struct service **out, struct errinfo *e)
{
	struct text hashes[PART_COUNT];
	for (int i = 0; i < PART_COUNT; i++)
		hashes[i] = i == PART_OVERLAY ? TEXT_NONE : r->parts[i];
	struct text lock = lock_of_hashes(s->arena, hashes);
	for (size_t i = 0; i < s->service_count; i++) {
		if (!text_eq(s->services[i].lock, lock))
			continue;
		*out = s->services[i].service;
		return OK;
	}
	TRY(load_service(s, r, out, e));
	*ARENA_PUSH(s->arena, s->services, s->service_count, s->service_cap) =
	        (struct shelf_service){lock, *out};
	return OK;
}

/* Adoptions ------------------------------------------------------------------------------------ */

/* An authority that is gone: its running cases go on under its key. */
static const struct service_authority *nameless(struct service_shelf *s, struct text ags)
{
	struct service_authority *x = ARENA_NEW(s->arena, struct service_authority);
	struct json *name = ARENA_NEW(s->arena, struct json);
	*name = json_from_text(text_copy(s->arena, ags));
	x->ags = x->seat.ags = text_copy(s->arena, ags);
	x->name.value = x->short_name.value = name;
	return x;
}

static enum err load_adoption(struct service_shelf *s, const struct lock_record *r,
        const struct service_authority *authority, const struct service_adoption **out,
        struct errinfo *e)
{
	const struct service *service;
	struct folder overlay;
	struct service_findings f;
	bool has_overlay = r->parts[PART_OVERLAY].len > 0;
	service_findings_init(&f, s->arena);
	TRY(shelf_service(s, r, &service, e));
	if (has_overlay)
		TRY(shelf_part(s, r->parts[PART_OVERLAY], TEXT("overlay"), &overlay, e));
	*out = adoption_make(s->arena, service, authority, has_overlay ? &overlay : NULL,
	        TEXT("overlay.json"), &f);
	return *out ? OK : spoilt(e, r->service, &f);
}

static const struct service_authority *authority_of(
        struct service_shelf *s, const struct lock_record *r)
{
	const struct service_library *l = atomic_load(&s->current);
	const struct service_authority *x = service_find_authority(l, r->authority);
	return x ? x : nameless(s, r->authority);
}

static enum err at_locked(struct service_shelf *s, struct text lock,
        const struct service_adoption **out, struct errinfo *e)
{
	struct lock_record r;
	for (size_t i = 0; i < s->adoption_count; i++) {
		if (!text_eq(s->adoptions[i].lock, lock))
			continue;
		*out = s->adoptions[i].adoption;
		return OK;
	}
	TRY(lock_record_read(s->arena, s->root, lock, &r, e));
	TRY(load_adoption(s, &r, authority_of(s, &r), out, e));
	*ARENA_PUSH(s->arena, s->adoptions, s->adoption_count, s->adoption_cap) =
	        (struct shelf_adoption){r.lock, *out};
	return OK;
}

enum err service_shelf_at(struct service_shelf *s, struct text lock,
        const struct service_adoption **out, struct errinfo *e)
{
	const struct service_library *l = atomic_load(&s->current);
	for (size_t i = 0; i < l->adoption_count; i++) {
		if (!text_eq(l->adoptions[i]->lock, lock))
			continue;
		*out = l->adoptions[i];
		return OK;
	}
	pthread_mutex_lock(&s->loading);
	enum err code = at_locked(s, lock, out, e);
	pthread_mutex_unlock(&s->loading);
	return code;
}

/* Library -------------------------------------------------------------------------------------- */

static enum err load_authority(struct service_shelf *s, const struct force_line *line,
        struct library_parts *raw, struct errinfo *e)
{
	struct folder d;
	struct service_findings f;
	service_findings_init(&f, s->arena);
	TRY(shelf_part(s, line->hash, line->authority, &d, e));
	const struct service_authority *x = authority_read(s->arena, &d, &f);
	if (!x)
		return spoilt(e, line->authority, &f);
	*ARENA_PUSH(s->arena, raw->authorities, raw->authority_count, raw->authority_cap) = x;
	return OK;
}

static const struct service_authority *loaded_authority(
        struct service_shelf *s, const struct library_parts *raw, struct text ags)
{
	for (size_t i = 0; i < raw->authority_count; i++)
		if (text_eq(raw->authorities[i]->ags, ags))
			return raw->authorities[i];
	return nameless(s, ags);
}

static enum err load_line(struct service_shelf *s, const struct force_line *line,
        struct library_parts *raw, struct errinfo *e)
{
	struct lock_record r;
	const struct service *service;
	const struct service_adoption *adoption;
	TRY(lock_record_read(s->arena, s->root, line->hash, &r, e));
	if (!line->authority.len) {
		TRY(shelf_service(s, &r, &service, e));
		*ARENA_PUSH(s->arena, raw->services, raw->service_count, raw->service_cap) =
		        service;
		return OK;
	}
	const struct service_authority *x = loaded_authority(s, raw, line->authority);
	TRY(load_adoption(s, &r, x, &adoption, e));
	*ARENA_PUSH(s->arena, raw->adoptions, raw->adoption_count, raw->adoption_cap) = adoption;
	return OK;
}

static enum err load_world(struct service_shelf *s, const struct force *f,
        struct library_parts *raw, struct errinfo *e)
{
	struct folder d;
	struct service_findings found;
	struct law_calendar *calendar = NULL;
	service_findings_init(&found, s->arena);
	if (f->routing.len) {
		TRY(shelf_part(s, f->routing, TEXT("routing"), &d, e));
		if (!routing_read(s->arena, d.files[0].bytes, &found, &raw->routing))
			return spoilt(e, TEXT("routing.json"), &found);
	}
	if (f->law.len) {
		TRY(shelf_part(s, f->law, TEXT("_law"), &d, e));
		const struct folder_file *file = folder_find_z(&d, "holidays.json");
		TRY(law_calendar_read(s->arena, file ? file->bytes : TEXT_NONE, &calendar, e));
	}
	raw->calendar = calendar;
	return OK;
}

/* A lenient load goes on: better most services than none. */
static bool goes_on(struct service_shelf *s, bool lenient, struct errinfo *e)
{
	if (!lenient)
		return false;
	if (s->log)
		log_error(s->log, "service.unreadable", e);
	*e = (struct errinfo){0};
	return true;
}

enum err shelf_library(struct service_shelf *s, const struct force *f, bool lenient,
        const struct service_library **out, struct errinfo *e)
{
	struct library_parts raw = {0};
	struct errinfo own = {0};
	struct errinfo *why = e ? e : &own;
	enum err code;
	for (size_t i = 0; i < f->authority_count; i++) {
		code = load_authority(s, &f->authorities[i], &raw, why);
		if (code != OK && !goes_on(s, lenient, why))
			return code;
	}
	for (size_t i = 0; i < f->count; i++) {
		code = load_line(s, &f->lines[i], &raw, why);
		if (code != OK && !goes_on(s, lenient, why))
			return code;
	}
	code = load_world(s, f, &raw, why);
	if (code != OK && !goes_on(s, lenient, why))
		return code;
	*out = library_make(s->arena, &raw);
	return OK;
}

/* Open and close ------------------------------------------------------------------------------- */

static enum err open_root(struct service_shelf *s, struct errinfo *e)
{
	static const char *const below[] = {"parts", "locks", "new"};
	for (size_t i = 0; i < 3; i++) {
		struct text path = text_format(s->arena, "%s/%s", s->root, below[i]);
		TRY(disk_make_dirs(path.ptr, e));
	}
	const struct service_library *l;
	TRY(force_read(s->arena, s->root, &s->force, e));
	TRY(shelf_library(s, &s->force, true, &l, e));
	atomic_store(&s->current, l);
	return OK;
}

enum err service_shelf_open(
        const char *data_dir, const struct log *log, struct service_shelf **out, struct errinfo *e)
{
	struct arena *a = arena_new(0);
	struct service_shelf *s = ARENA_NEW(a, struct service_shelf);
	s->arena = a;
	s->log = log;
	s->root = text_format(a, "%s/packages", data_dir).ptr;
	pthread_mutex_init(&s->loading, NULL);
	pthread_mutex_init(&s->publishing, NULL);
	enum err code = open_root(s, e);
	if (code == OK)
		*out = s;
	else
		service_shelf_close(s);
	return code;
}

void service_shelf_close(struct service_shelf *s)
{
	if (!s)
		return;
	pthread_mutex_destroy(&s->loading);
	pthread_mutex_destroy(&s->publishing);
	arena_free(s->arena);
}

const struct service_library *service_shelf_current(const struct service_shelf *s)
{
	return atomic_load(&s->current);
}

bool service_shelf_changed(struct service_shelf *s, const struct service_sources *from)
{
	uint64_t now = disk_fingerprint(from);
	pthread_mutex_lock(&s->loading);
	bool changed = now != s->fingerprint;
	pthread_mutex_unlock(&s->loading);
	return changed;
}
