/* The command `amtsweg test`: finds the cases, runs them, says what differs. */
#include "cli/golden.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

void golden_say(struct golden_report *r, const char *format, ...)
{
	char line[1024];
	va_list args;
	if (r->count >= GOLDEN_MESSAGES_MAX)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	*ARENA_PUSH(r->arena, r->messages, r->count, r->cap) = text_copy(r->arena, text_from(line));
}

const struct json *golden_json(struct arena *a, struct feel_value v)
{
	struct buf b;
	const struct json *j = NULL;
	struct errinfo e;
	buf_init(&b, JSON_SIZE_MAX);
	feel_to_plain_json(&b, v, false);
	if (b.over || json_parse(a, buf_text(&b), "value", &j, &e) != OK) {
		static const struct json nothing = {.kind = JSON_NULL};
		j = &nothing;
	}
	buf_free(&b);
	return j;
}

static struct text shown(struct arena *a, const struct json *j)
{
	struct buf b;
	if (!j)
		return TEXT("nothing");
	buf_init(&b, 300);
	json_write(&b, j);
	struct text t = b.over ? text_from(json_kind_name(j->kind)) : buf_copy(&b, a);
	buf_free(&b);
	return t;
}

static bool same_scalar(const struct json *want, const struct json *got)
{
	struct dec x, y;
	bool texts = (want->kind == JSON_STRING || want->kind == JSON_NUMBER) &&
	             (got->kind == JSON_STRING || got->kind == JSON_NUMBER);
	if (texts && dec_parse(want->text, &x) && dec_parse(got->text, &y))
		return dec_cmp(x, y) == 0;
	return json_same(want, got);
}

static bool match_object(struct arena *a, const struct json *want, const struct json *got,
        struct text path, struct golden_report *r)
{
	bool same = true;
	for (size_t i = 0; i < want->count; i++) {
		const struct json_member *m = &want->members[i];
		struct text at =
		        path.len ? text_format(a, "%.*s.%.*s", TEXT_ARG(path), TEXT_ARG(m->name))
		                 : m->name;
		same &= golden_match(a, &m->value, json_get_text(got, m->name), at, r);
	}
	return same;
}

static bool match_array(struct arena *a, const struct json *want, const struct json *got,
        struct text path, struct golden_report *r)
{
	bool same = true;
	if (want->count != got->count) {
		golden_say(r, "%.*s: %zu items, expected %zu", TEXT_ARG(path), got->count,
		        want->count);
		return false;
	}
	for (size_t i = 0; i < want->count; i++) {
		struct text at = text_format(a, "%.*s[%zu]", TEXT_ARG(path), i + 1);
		same &= golden_match(a, &want->items[i], &got->items[i], at, r);
	}
	return same;
}

bool golden_match(struct arena *a, const struct json *want, const struct json *got,
        struct text path, struct golden_report *r)
{
	if (want->kind == JSON_NULL && (!got || got->kind == JSON_NULL))
		return true;
	if (got && want->kind == JSON_OBJECT && got->kind == JSON_OBJECT)
		return match_object(a, want, got, path, r);
	if (got && want->kind == JSON_ARRAY && got->kind == JSON_ARRAY)
		return match_array(a, want, got, path, r);
	if (got && same_scalar(want, got))
		return true;
	struct text is = shown(a, got), should = shown(a, want);
	golden_say(
	        r, "%.*s is %.*s, expected %.*s", TEXT_ARG(path), TEXT_ARG(is), TEXT_ARG(should));
	return false;
}

/* "1.2.0" gives "^1". */
static struct text major_range(struct arena *a, struct text version)
{
	struct text major;
	if (!text_split(&version, '.', &major))
		return TEXT("^1");
	return text_format(a, "^%.*s", TEXT_ARG(major));
}

enum err golden_adoption(struct golden *g, const struct json *test, struct arena *a,
        const struct service_adoption **out, struct errinfo *e)
{
	struct text ags = json_text(test, "authority");
	const struct service_authority *authority = service_find_authority(g->library, ags);
	if (!authority)
		return fail(e, ERR_NOT_FOUND, "no authority '%.*s'", TEXT_ARG(ags));
	const struct json *with = json_get(test, "with");
	struct json overlay = json_new_object();
	struct json none = json_new_object();
	json_set(a, &overlay, TEXT("for"), json_from_text(g->service->id));
	json_set(a, &overlay, TEXT("range"), json_from_text(major_range(a, g->service->version)));
	json_set(a, &overlay, TEXT("authority"), json_from_text(ags));
	json_set(a, &overlay, TEXT("set"), with ? *with : none);
	struct service_findings findings;
	service_findings_init(&findings, a);
	enum err result =
	        service_adopt(a, g->service, authority, with ? &overlay : NULL, &findings, out, e);
	if (result == ERR_INVALID && findings.count)
		fail(e, ERR_INVALID, "slot values: %.*s at %.*s", TEXT_ARG(findings.items[0].code),
		        TEXT_ARG(findings.items[0].place));
	return result;
}

void golden_answers(struct arena *a, const struct json *pages, struct json *into)
{
	for (size_t i = 0; pages && i < pages->count; i++) {
		const struct json *page = &pages->members[i].value;
		for (size_t k = 0; page->kind == JSON_OBJECT && k < page->count; k++)
			json_set(a, into, page->members[k].name,
			        json_clone(a, &page->members[k].value));
	}
}

struct text golden_finding(struct arena *a, const struct form_finding *f)
{
	struct text code = f->check.len ? f->check : text_from(f->code);
	return text_format(a, "%.*s: %.*s", TEXT_ARG(f->path), TEXT_ARG(code));
}

static void print_case(
        struct golden *g, const char *file, const char *variant, const struct golden_report *r)
{
	if (r->count == 0) {
		g->passed++;
		return;
	}
	g->failed++;
	printf("not ok %s%s\n", file, variant);
	for (size_t i = 0; i < r->count; i++)
		printf("  %.*s\n", TEXT_ARG(r->messages[i]));
}

static void run_case(struct golden *g, const char *file, const struct json *test)
{
	struct text kind = json_text(test, "kind");
	struct golden_report r = {.arena = g->arena};
	if (text_is(kind, "decision")) {
		golden_decision(g, test, &r);
	} else if (text_is(kind, "rule")) {
		golden_rule(g, test, &r);
	} else if (text_is(kind, "path") && !g->letters) {
		g->skipped++;
		return;
	} else if (text_is(kind, "path")) {
		golden_path(g, test, false, &r);
		struct golden_report again = {.arena = g->arena};
		if (r.count == 0 && !g->once) {
			golden_path(g, test, true, &again);
			print_case(g, file, " (with a restart after every act)", &again);
		}
	} else {
		golden_say(&r, "kind '%.*s' is not known", TEXT_ARG(kind));
	}
	print_case(g, file, "", &r);
}

static void run_file(struct golden *g, const char *path)
{
	struct text content;
	const struct json *test;
	struct errinfo e = {0};
	if (cli_read_file(g->arena, path, JSON_SIZE_MAX, &content, &e) != OK ||
	        json_parse(g->arena, content, path, &test, &e) != OK) {
		g->failed++;
		printf("not ok %s\n  %s:%d: %s\n", path, e.where, e.line, e.message);
		return;
	}
	run_case(g, path, test);
}

static int by_name(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

static void run_folder(struct golden *g, const char *dir)
{
	DIR *d = opendir(dir);
	char **names = NULL;
	size_t count = 0, cap = 0;
	if (!d)
		return;
	for (struct dirent *entry; (entry = readdir(d));) {
		if (text_ends(text_from(entry->d_name), TEXT(".json")))
			*ARENA_PUSH(g->arena, names, count, cap) =
			        text_z(g->arena, text_from(entry->d_name));
	}
	closedir(d);
	if (count)
		qsort(names, count, sizeof *names, by_name);
	for (size_t i = 0; i < count; i++)
		run_file(g, text_format(g->arena, "%s/%s", dir, names[i]).ptr);
}

static bool is_file(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* A package, or a folder of packages? */
static struct text parent_of(struct arena *a, const char *path)
{
	struct text t = text_from(path);
	while (t.len > 1 && t.ptr[t.len - 1] == '/')
		t.len--;
	size_t slash = t.len;
	while (slash > 0 && t.ptr[slash - 1] != '/')
		slash--;
	return slash ? text_copy(a, text_part(t, 0, slash - (slash > 1))) : TEXT(".");
}

static void print_findings(const struct service_findings *f)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct service_finding *x = &f->items[i];
		if (x->severity == SERVICE_ERROR)
			fprintf(stderr, "%.*s/%.*s:%d: %.*s: %.*s\n", TEXT_ARG(x->package),
			        TEXT_ARG(x->file), x->line, TEXT_ARG(x->place), TEXT_ARG(x->code));
	}
}

static enum err open_golden(
        struct golden *g, const char *services, const char *authorities, struct errinfo *e)
{
	struct service_findings findings;
	struct texts *texts;
	struct text home = cli_home(g->arena);
	struct service_sources from = {.services = services, .authorities = authorities};
	service_findings_init(&findings, g->arena);
	TRY(zone_open(g->arena, TEXT("Europe/Berlin"), &g->zone, e));
	TRY(texts_load(
	        g->arena, text_format(g->arena, "%.*s/ui/texts", TEXT_ARG(home)).ptr, &texts, e));
	g->texts = texts;
	TRY(service_library_read(g->arena, &from, &findings, &g->library, e));
	print_findings(&findings);
	struct letter_settings letters = {
	        .script = text_format(g->arena, "%.*s/ui/helper/letters.mjs", TEXT_ARG(home)).ptr,
	        .shared = text_format(g->arena, "%s/_letters", services).ptr,
	};
	struct errinfo why;
	if (letter_helper_open(&letters, &g->letters, &why) != OK) {
		g->letters = NULL;
		printf("skip: cases with letters are not played: %s\n", why.message);
	}
	return OK;
}

static void run_package(struct golden *g, const char *services, struct text id)
{
	g->service = service_find(g->library, id);
	if (!g->service) {
		g->failed++;
		printf("not ok %.*s: the package has errors (amtsweg check)\n", TEXT_ARG(id));
		return;
	}
	int before = g->passed + g->failed;
	run_folder(g, text_format(g->arena, "%s/%.*s/tests", services, TEXT_ARG(id)).ptr);
	if (g->passed + g->failed == before)
		printf("%.*s: no golden cases\n", TEXT_ARG(id));
}

static void run_path(struct golden *g, const char *path, const char *services, bool package)
{
	if (package) {
		struct text t = text_from(path);
		while (t.len > 1 && t.ptr[t.len - 1] == '/')
			t.len--;
		size_t slash = t.len;
		while (slash > 0 && t.ptr[slash - 1] != '/')
			slash--;
		run_package(g, services, text_part(t, slash, t.len));
		return;
	}
	for (size_t i = 0; i < g->library->service_count; i++)
		run_package(g, services, g->library->services[i]->id);
}

int cli_test(int argc, char **argv)
{
	struct golden g = {.arena = arena_new(0)};
	struct errinfo e = {0};
	const char *authorities = cli_option(&argc, argv, "--authorities");
	g.once = cli_flag(&argc, argv, "--once");
	if (!cli_options_done(argc, argv) || argc != 2) {
		fprintf(stderr, "usage: amtsweg test PATH [--authorities DIR] [--once]\n");
		arena_free(g.arena);
		return CLI_USAGE;
	}
	const char *path = argv[1];
	char *whole = realpath(argv[1], NULL);
	if (!whole) {
		fprintf(stderr, "amtsweg test: there is no %s\n", argv[1]);
		arena_free(g.arena);
		return CLI_USAGE;
	}
	path = text_z(g.arena, text_from(whole));
	free(whole);
	bool package = is_file(text_format(g.arena, "%s/service.json", path).ptr);
	struct text services = package ? parent_of(g.arena, path) : text_from(path);
	if (!authorities) {
		struct text above = parent_of(g.arena, services.ptr);
		authorities = text_format(g.arena, "%.*s/authorities", TEXT_ARG(above)).ptr;
	}
	int64_t started = monotonic_ms();
	int result = CLI_FAILED;
	if (open_golden(&g, services.ptr, authorities, &e) == OK) {
		run_path(&g, path, services.ptr, package);
		printf("golden cases: %d passed, %d failed, %d skipped (%d rows, %.1f s)\n",
		        g.passed, g.failed, g.skipped, g.rows,
		        (double)(monotonic_ms() - started) / 1000);
		result = g.failed ? CLI_FAILED : CLI_OK;
	} else {
		cli_fail(&e);
	}
	letter_helper_close(g.letters);
	arena_free(g.arena);
	return result;
}
