/* Source folders, and a library straight from them. */
#include "service/library.h"

struct text overlay_service(struct text path)
{
	bool fits = text_ends(path, TEXT(".json")) && !text_is(path, "authority.json") &&
	            text_find(path, TEXT("/"), 0) == SIZE_MAX;
	return fits ? text_part(path, 0, path.len - 5) : TEXT_NONE;
}

static enum err read_below(struct arena *a, const char *dir, struct text name,
        struct service_findings *f, struct folder *out, struct errinfo *e)
{
	struct text path = text_format(a, "%s/%.*s", dir, TEXT_ARG(name));
	return folder_read(a, path.ptr, name, f, out, e);
}

/* Folders that begin with "_" are shared parts; unknown ones (_processes, _blocks) wait for
 * the processes that use them. */
static enum err read_shared(struct arena *a, const char *dir, struct text name,
        struct service_findings *f, struct sources *out, struct errinfo *e)
{
	for (int i = 0; i < PART_COUNT; i++)
		if (text_is(name, part_names[i]))
			return read_below(a, dir, name, f, &out->shared[i], e);
	return OK;
}

static enum err read_packages(struct arena *a, const char *dir, struct service_findings *f,
        struct sources *out, struct errinfo *e)
{
	struct text *names;
	size_t count;
	TRY(folder_list(a, dir, true, &names, &count, e));
	if (count > SERVICE_PACKAGES_MAX) {
		fail(e, ERR_LIMIT, "more than %d packages", SERVICE_PACKAGES_MAX);
		return fail_at(e, dir, 0);
	}
	out->packages = ARENA_ARRAY(a, count, struct folder);
	for (size_t i = 0; i < count; i++) {
		if (names[i].ptr[0] == '_') {
			TRY(read_shared(a, dir, names[i], f, out, e));
			continue;
		}
		struct folder *d = &out->packages[out->package_count++];
		TRY(read_below(a, dir, names[i], f, d, e));
	}
	return OK;
}

static enum err read_authorities(struct arena *a, const char *dir, struct service_findings *f,
        struct sources *out, struct errinfo *e)
{
	struct text *names;
	size_t count;
	TRY(folder_list(a, dir, true, &names, &count, e));
	if (count > SERVICE_AUTHORITIES_MAX) {
		fail(e, ERR_LIMIT, "more than %d authorities", SERVICE_AUTHORITIES_MAX);
		return fail_at(e, dir, 0);
	}
	out->authorities = ARENA_ARRAY(a, count, struct folder);
	for (size_t i = 0; i < count; i++)
		TRY(read_below(a, dir, names[i], f, &out->authorities[i], e));
	out->authority_count = count;
	struct text path = text_format(a, "%s/routing.json", dir);
	struct errinfo missing = {0};
	enum err code = folder_read_file(a, path.ptr, SERVICE_BYTES_MAX, &out->routing, &missing);
	if (code == OK || code == ERR_NOT_FOUND)
		return OK;
	fail(e, code, "%s", missing.message);
	return fail_at(e, path.ptr, 0);
}

enum err sources_read(struct arena *a, const struct service_sources *from,
        struct service_findings *f, struct sources *out, struct errinfo *e)
{
	*out = (struct sources){0};
	TRY(read_packages(a, from->services, f, out, e));
	if (from->authorities)
		TRY(read_authorities(a, from->authorities, f, out, e));
	return OK;
}

struct parts sources_parts(const struct sources *s, const struct folder *package)
{
	struct parts parts = {0};
	for (int i = 0; i < PART_COUNT; i++)
		if (s->shared[i].name.len)
			parts.folders[i] = &s->shared[i];
	parts.folders[PART_PACKAGE] = package;
	return parts;
}

static void read_package(struct arena *a, const struct sources *s, const struct folder *d,
        struct service_findings *f, struct library_parts *raw)
{
	struct parts parts = sources_parts(s, d);
	struct package p;
	size_t errors = f->errors;
	package_read(a, &parts, f, &p);
	if (f->errors == errors)
		package_lint(&p, &(struct service_check_options){0});
	if (f->errors == errors && p.s)
		*ARENA_PUSH(a, raw->services, raw->service_count, raw->service_cap) = p.s;
}

static const struct service *find_service(const struct library_parts *raw, struct text id)
{
	for (size_t i = 0; i < raw->service_count; i++)
		if (text_eq(raw->services[i]->id, id))
			return raw->services[i];
	return NULL;
}

bool sources_have(const struct sources *s, struct text package)
{
	for (size_t i = 0; i < s->package_count; i++)
		if (text_eq(s->packages[i].name, package))
			return true;
	return false;
}

void overlays_read(struct arena *a, const struct sources *from, const struct folder *d,
        const struct service_authority *authority, struct service_findings *f,
        struct library_parts *raw)
{
	for (size_t i = 0; i < d->count; i++) {
		struct text id = overlay_service(d->files[i].path);
		const struct service *s = id.len ? find_service(raw, id) : NULL;
		struct spot spot = {.package = d->name, .file = d->files[i].path};
		if (id.len && !s && !sources_have(from, id))
			FOUND(f, SERVICE_ERROR, spot, "overlay_without_service",
			        WORD("service", id));
		if (!s)
			continue;
		struct folder overlay = overlay_folder(a, d->files[i].bytes);
		const struct service_adoption *x =
		        adoption_make(a, s, authority, &overlay, d->files[i].path, f);
		if (x)
			*ARENA_PUSH(a, raw->adoptions, raw->adoption_count, raw->adoption_cap) = x;
	}
}

static const struct law_calendar *read_calendar(struct arena *a, const struct sources *s)
{
	const struct folder_file *file = folder_find_z(&s->shared[PART_LAW], "holidays.json");
	struct law_calendar *calendar = NULL;
	if (file && law_calendar_read(a, file->bytes, &calendar, NULL) != OK)
		return NULL; /* every package says why */
	return calendar;
}

enum err service_library_read(struct arena *a, const struct service_sources *from,
        struct service_findings *f, const struct service_library **out, struct errinfo *e)
{
	struct sources s;
	struct library_parts raw = {0};
	TRY(sources_read(a, from, f, &s, e));
	for (size_t i = 0; i < s.package_count; i++)
		read_package(a, &s, &s.packages[i], f, &raw);
	for (size_t i = 0; i < s.authority_count; i++) {
		const struct service_authority *x = authority_read(a, &s.authorities[i], f);
		if (!x)
			continue;
		*ARENA_PUSH(a, raw.authorities, raw.authority_count, raw.authority_cap) = x;
		overlays_read(a, &s, &s.authorities[i], x, f, &raw);
	}
	routing_read(a, s.routing, f, &raw.routing);
	raw.calendar = read_calendar(a, &s);
	service_findings_sort(f);
	*out = library_make(a, &raw);
	return OK;
}
