/* The resident parking permit with one file replaced by anything: read, compiled and checked
 * across files. The first line of the input is the path of the file. Run at the root of the
 * repository. */
#include "service/package.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct folder shared[PART_COUNT], package;
static struct arena *shelf;

static void load(void)
{
	static const enum part parts[] = {PART_CODES, PART_FIELDS, PART_LAW, PART_LETTERS};
	struct service_findings f;
	struct errinfo e;
	shelf = arena_new(0);
	service_findings_init(&f, shelf);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		const char *name = part_names[parts[i]];
		struct text dir = text_format(shelf, "services/%s", name);
		check(folder_read(shelf, dir.ptr, text_from(name), &f, &shared[parts[i]], &e) ==
		        OK);
	}
	check(folder_read(shelf, "services/bewohnerparkausweis", TEXT("bewohnerparkausweis"), &f,
	              &package, &e) == OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct service_check_options options = {.texts_report = true};
	struct text input = {(const char *)data, size}, path;
	if (!shelf)
		load();
	if (!text_split(&input, '\n', &path))
		return 0;
	struct arena *a = arena_new(0);
	struct folder changed = package;
	struct parts parts = {{0}};
	struct service_findings f;
	struct package out;
	changed.files = ARENA_ARRAY(a, package.count, struct folder_file);
	for (size_t i = 0; i < package.count; i++) {
		changed.files[i] = package.files[i];
		if (text_eq(package.files[i].path, path))
			changed.files[i].bytes = text_copy(a, input);
	}
	for (int i = 0; i < PART_COUNT; i++)
		parts.folders[i] = shared[i].count ? &shared[i] : NULL;
	parts.folders[PART_PACKAGE] = &changed;
	service_findings_init(&f, a);
	package_read(a, &parts, &f, &out);
	package_lint(&out, &options);
	arena_free(a);
	return 0;
}
