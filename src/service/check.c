/* `amtsweg check`: a package, a folder of packages, a model file. */
#include "service/library.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct run {
	struct arena *a;
	const struct service_check_options *options;
	struct service_findings *f;
	size_t checked;
	struct library_parts raw; /* packages without errors, for adoptions */
	struct errinfo *e;
};

static void check_package(struct run *r, const struct parts *parts)
{
	struct package p;
	size_t errors = r->f->errors;
	r->checked++;
	if (!parts->folders[PART_PACKAGE]->hash.len)
		return; /* the folder itself is wrong, and the findings say so */
	package_read(r->a, parts, r->f, &p);
	if (p.s)
		package_lint(&p, r->options);
	if (p.s && r->f->errors == errors)
		*ARENA_PUSH(r->a, r->raw.services, r->raw.service_count, r->raw.service_cap) = p.s;
}

static void check_adoptions(struct run *r, const struct sources *s)
{
	for (size_t i = 0; i < s->authority_count; i++) {
		const struct service_authority *x = authority_read(r->a, &s->authorities[i], r->f);
		if (x)
			overlays_read(r->a, s, &s->authorities[i], x, r->f, &r->raw);
	}
	struct routing routing;
	routing_read(r->a, s->routing, r->f, &routing);
}

static enum err check_folder(struct run *r, const char *path)
{
	struct sources s;
	struct service_sources from = {path, r->options->authorities};
	TRY(sources_read(r->a, &from, r->f, &s, r->e));
	for (size_t i = 0; i < s.package_count; i++) {
		struct parts parts = sources_parts(&s, &s.packages[i]);
		check_package(r, &parts);
	}
	check_adoptions(r, &s);
	if (s.package_count)
		return OK;
	fail(r->e, ERR_INVALID, "no package in here: a package is a folder with a service.json");
	return fail_at(r->e, path, 0);
}

/* A single package takes the shared parts beside it. */
static enum err check_single(struct run *r, struct text path)
{
	size_t cut = path.len;
	while (cut > 1 && path.ptr[cut - 1] != '/')
		cut--;
	struct text above = text_part(path, 0, cut > 1 ? cut - 1 : 1);
	struct folder folders[PART_COUNT] = {0};
	struct parts parts = {0};
	for (int i = 0; i < PART_COUNT; i++) {
		struct stat s;
		struct text dir = text_format(r->a, "%.*s/%s", TEXT_ARG(above), part_names[i]);
		bool shared = part_names[i][0] == '_';
		if (i == PART_PACKAGE)
			dir = text_format(r->a, "%.*s", TEXT_ARG(path));
		else if (!shared || stat(dir.ptr, &s) != 0)
			continue;
		struct text name = i == PART_PACKAGE ? text_part(path, cut, path.len)
		                                     : text_from(part_names[i]);
		TRY(folder_read(r->a, dir.ptr, name, r->f, &folders[i], r->e));
		parts.folders[i] = &folders[i];
	}
	check_package(r, &parts);
	return OK;
}

static enum err check_model(struct run *r, struct text path)
{
	size_t cut = path.len;
	while (cut > 0 && path.ptr[cut - 1] != '/')
		cut--;
	struct folder_file file = {.path = text_part(path, cut, path.len)};
	struct folder folder = {.files = &file, .count = 1};
	struct package p = {.a = r->a, .f = r->f, .folder = &folder};
	TRY(folder_read_file(r->a, text_z(r->a, path), BPMN_BYTES_MAX, &file.bytes, r->e));
	r->checked++;
	if (text_ends(path, TEXT(".bpmn")))
		process_compile(&p, &file);
	else
		decisions_compile(&p, &file);
	return OK;
}

/* "services/wohngeld/", "./wohngeld", ".": with at least one "/" before the last name. */
static struct text whole_path(struct arena *a, const char *path)
{
	struct text t = text_from(path);
	while (t.len > 1 && (text_ends(t, TEXT("/")) || text_ends(t, TEXT("/."))))
		t.len -= text_ends(t, TEXT("/")) ? 1 : 2;
	char here[4096];
	if (text_is(t, ".") && getcwd(here, sizeof here))
		return text_format(a, "%s", here);
	return text_find(t, TEXT("/"), 0) == SIZE_MAX ? text_format(a, "./%.*s", TEXT_ARG(t))
	                                              : text_format(a, "%.*s", TEXT_ARG(t));
}

static enum err check_path(struct run *r, const char *path)
{
	struct stat s, manifest;
	struct text whole = whole_path(r->a, path);
	const char *z = text_z(r->a, whole);
	struct text inside = text_format(r->a, "%s/service.json", z);
	if (stat(z, &s) != 0) {
		fail(r->e, ERR_NOT_FOUND, "%s", strerror(errno));
		return fail_at(r->e, path, 0);
	}
	if (S_ISDIR(s.st_mode))
		return stat(inside.ptr, &manifest) == 0 ? check_single(r, whole)
		                                        : check_folder(r, z);
	if (text_ends(whole, TEXT(".bpmn")) || text_ends(whole, TEXT(".dmn")))
		return check_model(r, whole);
	fail(r->e, ERR_INVALID, "no package, folder of packages, .bpmn or .dmn");
	return fail_at(r->e, path, 0);
}

enum err service_check(struct arena *a, const char *path,
        const struct service_check_options *options, struct service_findings *f, size_t *checked,
        struct errinfo *e)
{
	static const struct service_check_options none = {0};
	struct run r = {.a = a, .options = options ? options : &none, .f = f, .e = e};
	enum err code = check_path(&r, path);
	service_findings_sort(f);
	*checked = r.checked;
	return code;
}
