/* `amtsweg tck DIR`: the DMN conformance kit (or any directory laid out like it), judged
 * more strictly than the kit's own runners do: numbers without tolerance, every null with a
 * diagnostic where the kit expects an error, no error diagnostic where it does not. */
#include "cli/tck.h"
#include "base/calendar.h"
#include "cli/cli.h"
#include "cli/files.h"
#include "dmn/dmn.h"
#include "format/xml.h"

enum { TCK_SOURCES_MAX = 32, TCK_FILE_MAX = 16 << 20, TCK_DEPTH_MAX = 8 };

struct tally {
	size_t passed, failed, skipped;
};

struct tck {
	struct arena *arena; /* of the folder */
	const char *folder;  /* as printed */
	const struct cli_files *files;
	struct tally all, here;
};

enum verdict { VERDICT_SUCCESS, VERDICT_ERROR, VERDICT_IGNORED };

static void csv_field(FILE *to, struct text t)
{
	fputc('"', to);
	for (size_t i = 0; i < t.len; i++) {
		char c = t.ptr[i];
		if (c == '"')
			fputc('"', to);
		fputc(c == '\n' || c == '\r' ? ' ' : c, to);
	}
	fputc('"', to);
}

static void print_line(
        struct tck *k, struct text file, struct text id, enum verdict v, struct text why)
{
	static const char *const names[] = {"SUCCESS", "ERROR", "IGNORED"};
	size_t dot = text_find(file, TEXT(".xml"), 0);
	csv_field(stdout, text_from(k->folder));
	fputc(',', stdout);
	csv_field(stdout, text_part(file, 0, dot == SIZE_MAX ? file.len : dot));
	fputc(',', stdout);
	csv_field(stdout, id);
	printf(",\"%s\",", names[v]);
	csv_field(stdout, why);
	fputc('\n', stdout);
	k->here.passed += v == VERDICT_SUCCESS;
	k->here.failed += v == VERDICT_ERROR;
	k->here.skipped += v == VERDICT_IGNORED;
}

/* The model a test names, and every other one of the folder to be imported. */
static enum err load_model(struct tck *k, struct text name, struct feel_diagnostics *d,
        const struct dmn_model **out, struct errinfo *e)
{
	struct dmn_source sources[TCK_SOURCES_MAX];
	size_t count = 1;
	sources[0].name = TEXT_NONE;
	for (size_t i = 0; i < k->files->count && count < TCK_SOURCES_MAX; i++) {
		struct text file = k->files->names[i];
		if (!text_ends(file, TEXT(".dmn")))
			continue;
		size_t at = text_eq(file, name) ? 0 : count++;
		sources[at].name = file;
		char *path = text_z(
		        k->arena, text_format(k->arena, "%s/%.*s", k->files->path, TEXT_ARG(file)));
		TRY(cli_read_file(k->arena, path, TCK_FILE_MAX, &sources[at].xml, e));
	}
	if (sources[0].name.len == 0)
		return fail(e, ERR_NOT_FOUND, "no model '%.*s'", TEXT_ARG(name));
	feel_diagnostics_init(d, k->arena);
	return dmn_compile(k->arena, sources, count, 0, d, out, e);
}

static const struct feel_type *input_type(const struct dmn_model *m, struct text name)
{
	const struct dmn_item *item = dmn_find(m, DMN_INPUT, name);
	if (!item)
		item = dmn_find(m, DMN_DECISION, name);
	return item ? item->type : NULL;
}

static struct feel_value read_inputs(
        struct arena *a, const struct dmn_model *m, const struct xml *test, struct errinfo *e)
{
	struct feel_context_builder b = feel_context_begin(a);
	for (const struct xml *x = xml_child(test, "inputNode"); x; x = xml_next(x)) {
		struct text name = feel_name_normal(a, xml_attr(x, "name"));
		struct feel_value v = tck_value(a, x), fitted;
		if (feel_fit(a, v, input_type(m, name), &fitted, e) == OK)
			v = fitted;
		/* "import.name" is the value of an imported element. */
		size_t dot = text_find(name, TEXT("."), 0);
		if (dot != SIZE_MAX && !input_type(m, name)) {
			struct text alias = text_part(name, 0, dot);
			struct feel_value part = feel_null();
			for (size_t i = 0; i < b.count; i++) {
				if (text_eq(b.entries[i].name, alias))
					part = b.entries[i].value;
			}
			v = feel_context_with(a, part, text_part(name, dot + 1, name.len), v);
			name = alias;
		}
		feel_context_set(&b, name, v);
	}
	return feel_context_end(&b);
}

static enum err evaluate(const struct dmn_model *m, const struct xml *test, struct text name,
        struct feel_run *r, const struct feel_env *env, struct feel_value *out, struct errinfo *e)
{
	struct text invocable = xml_attr(test, "invocableName");
	if (invocable.len == 0)
		return dmn_evaluate(m, name, 0, r, env, NULL, out, e);
	TRY(dmn_invoke(m, invocable, 0, r, env, NULL, out, e));
	const struct feel_value *part = feel_context_find(*out, name);
	if (part)
		*out = *part;
	return OK;
}

static bool has_code(const struct feel_run *r, enum feel_code code)
{
	for (size_t i = 0; i < r->diagnostics.count; i++) {
		if (r->diagnostics.items[i].code == code)
			return true;
	}
	return false;
}

static struct text reasons(struct arena *a, const struct feel_run *r)
{
	struct text t = TEXT_NONE;
	for (size_t i = 0; i < r->diagnostics.count && i < 3; i++)
		t = text_format(a, "%.*s; %.*s", TEXT_ARG(t),
		        TEXT_ARG(feel_diagnostic_text(a, &r->diagnostics.items[i])));
	return t;
}

static enum verdict judge(struct arena *a, const struct xml *node, const struct feel_run *r,
        struct feel_value got, struct text *why)
{
	const struct xml *expected = xml_child(node, "expected");
	struct text name = xml_attr(node, "name");
	if (text_is(xml_attr(node, "errorResult"), "true")) {
		if (got.kind == FEEL_NULL && r->diagnostics.count > 0)
			return VERDICT_SUCCESS;
		*why = text_format(a, "%.*s: null with a reason expected, got %.*s", TEXT_ARG(name),
		        TEXT_ARG(feel_to_text(a, got)));
		return VERDICT_ERROR;
	}
	if (got.kind == FEEL_NULL && has_code(r, FEEL_DIAG_EXTERNAL)) {
		*why = TEXT("external functions are refused");
		return VERDICT_IGNORED;
	}
	if (!expected || !tck_equals(a, expected, got)) {
		*why = text_format(a, "%.*s: got %.*s%.*s", TEXT_ARG(name),
		        TEXT_ARG(feel_to_text(a, got)), TEXT_ARG(reasons(a, r)));
		return VERDICT_ERROR;
	}
	if (r->diagnostics.errors > 0) {
		*why = text_format(a, "%.*s: right, but an error is reported%.*s", TEXT_ARG(name),
		        TEXT_ARG(reasons(a, r)));
		return VERDICT_ERROR;
	}
	return VERDICT_SUCCESS;
}

static enum verdict run_result(struct arena *a, const struct dmn_model *m, const struct xml *test,
        const struct xml *node, int64_t now_ms, struct text *why)
{
	struct feel_run r;
	struct feel_value got;
	struct errinfo e = {0};
	feel_run_init(&r, a, now_ms);
	struct feel_env env = {.context = read_inputs(a, m, test, &e)};
	struct text name = feel_name_normal(a, xml_attr(node, "name"));
	if (evaluate(m, test, name, &r, &env, &got, &e) != OK) {
		*why = text_format(a, "%.*s: %s", TEXT_ARG(name), e.message);
		return VERDICT_ERROR;
	}
	return judge(a, node, &r, got, why);
}

/* A case is as good as its worst result. */
static enum verdict run_case(struct arena *a, const struct dmn_model *m, const struct xml *test,
        int64_t now_ms, struct text *why)
{
	enum verdict worst = VERDICT_SUCCESS;
	*why = TEXT_NONE;
	for (const struct xml *x = xml_child(test, "resultNode"); x; x = xml_next(x)) {
		struct text one = TEXT_NONE;
		enum verdict v = run_result(a, m, test, x, now_ms, &one);
		if (v == VERDICT_ERROR || (v == VERDICT_IGNORED && worst == VERDICT_SUCCESS)) {
			worst = v;
			*why = one;
		}
		if (v == VERDICT_ERROR)
			break;
	}
	return worst;
}

static void run_file(struct tck *k, struct text file, int64_t now_ms)
{
	struct errinfo e = {0};
	struct text xml;
	const struct xml *root;
	const struct dmn_model *m = NULL;
	struct feel_diagnostics d;
	char *path =
	        text_z(k->arena, text_format(k->arena, "%s/%.*s", k->files->path, TEXT_ARG(file)));
	enum err err = cli_read_file(k->arena, path, TCK_FILE_MAX, &xml, &e);
	if (err == OK)
		err = xml_parse(k->arena, xml, path, &root, &e);
	if (err != OK || !text_is(root->name, "testCases")) {
		print_line(k, file, TEXT("-"), VERDICT_ERROR, text_from(e.message));
		return;
	}
	err = load_model(k, text_trim(xml_child_text(root, "modelName")), &d, &m, &e);
	for (const struct xml *x = xml_child(root, "testCase"); x; x = xml_next(x)) {
		struct arena *a = arena_new(0);
		struct text why = text_from(e.message);
		enum verdict v = err == OK ? run_case(a, m, x, now_ms, &why) : VERDICT_ERROR;
		print_line(k, file, xml_attr(x, "id"), v, why);
		arena_free(a);
	}
}

static void add_tally(struct tally *to, const struct tally *from)
{
	to->passed += from->passed;
	to->failed += from->failed;
	to->skipped += from->skipped;
}

static void run_folder(
        struct tck *k, const struct cli_files *files, const char *shown, FILE *summary)
{
	bool any = false;
	k->files = files;
	k->folder = shown;
	k->here = (struct tally){0};
	for (size_t i = 0; i < files->count; i++) {
		if (!text_ends(files->names[i], TEXT(".xml")))
			continue;
		any = true;
		run_file(k, files->names[i], 0);
	}
	if (!any)
		return;
	fprintf(summary, "%s: %zu passed, %zu failed, %zu skipped\n", shown, k->here.passed,
	        k->here.failed, k->here.skipped);
	add_tally(&k->all, &k->here);
}

static enum err walk(struct tck *k, const char *path, struct text shown, unsigned depth,
        FILE *summary, struct errinfo *e)
{
	struct arena *a = arena_new(0);
	struct cli_files files;
	enum err err = depth > TCK_DEPTH_MAX
	                       ? fail(e, ERR_LIMIT, "folders more than %d deep", TCK_DEPTH_MAX)
	                       : cli_list_files(a, path, &files, e);
	k->arena = a;
	if (err == OK && cli_has_file(&files, ".dmn"))
		run_folder(k, &files, text_z(a, shown.len > 0 ? shown : text_from(path)), summary);
	for (size_t i = 0; err == OK && i < files.folder_count; i++) {
		char *below =
		        text_z(a, text_format(a, "%s/%.*s", path, TEXT_ARG(files.folders[i])));
		struct text name = shown.len == 0 ? files.folders[i]
		                                  : text_format(a, "%.*s/%.*s", TEXT_ARG(shown),
		                                            TEXT_ARG(files.folders[i]));
		err = walk(k, below, name, depth + 1, summary, e);
	}
	arena_free(a);
	return err;
}

int cli_tck(int argc, char **argv)
{
	struct errinfo e = {0};
	struct tck k = {0};
	if (!cli_options_done(argc, argv) || argc != 2) {
		fprintf(stderr, "amtsweg tck DIR\n");
		return CLI_USAGE;
	}
	char *text = NULL;
	size_t len = 0;
	FILE *summary = open_memstream(&text, &len);
	check(summary != NULL);
	enum err err = walk(&k, argv[1], TEXT_NONE, 0, summary, &e);
	fclose(summary);
	fputs(text, stdout);
	free(text);
	if (err != OK)
		return cli_fail(&e);
	printf("%zu passed, %zu failed, %zu skipped\n", k.all.passed, k.all.failed, k.all.skipped);
	return k.all.failed > 0 || k.all.passed == 0 ? CLI_FAILED : CLI_OK;
}
