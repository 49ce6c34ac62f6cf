/* amtsweg check: what is wrong in packages and models, with place, words and proposal. */
#include "cli/cli.h"

#include "service/service.h"

#include <stdio.h>
#include <string.h>

/* Words of findings stand in ui/texts/<room>.<language>.json of the rooms that find. */
struct sentences {
	const struct json *files[8];
	size_t count;
};

static const struct json *find_sentence(const struct sentences *s, struct text key)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct json *j = json_get_text(s->files[i], key);
		if (json_is(j, JSON_STRING))
			return j;
	}
	return NULL;
}

static bool has_sentence(const void *self, struct text key)
{
	return find_sentence(self, key) != NULL;
}

static void add_param(
        struct buf *b, struct text name, const struct word_param *params, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!text_eq(params[i].name, name))
			continue;
		buf_add(b, params[i].value);
		return;
	}
	buf_add_format(b, "{%.*s}", TEXT_ARG(name));
}

/* Sentences of findings have plain placeholders, also {0}; no plurals. */
static struct text fill_sentence(const void *self, struct arena *a, struct text key,
        const struct word_param *params, size_t count)
{
	const struct json *j = find_sentence(self, key);
	struct buf b;
	buf_init(&b, 1 << 20);
	for (size_t at = 0; j && at < j->text.len;) {
		size_t open = text_find(j->text, TEXT("{"), at);
		size_t end = open == SIZE_MAX ? SIZE_MAX : text_find(j->text, TEXT("}"), open);
		buf_add(&b, text_part(j->text, at, end == SIZE_MAX ? j->text.len : open));
		if (end == SIZE_MAX)
			break;
		add_param(&b, text_part(j->text, open + 1, end), params, count);
		at = end + 1;
	}
	struct text out = buf_copy(&b, a);
	buf_free(&b);
	return out;
}

static const struct words_source sentence_source = {.has = has_sentence, .format = fill_sentence};

static struct words read_sentences(struct arena *a, const char *language)
{
	static const char *const rooms[] = {"service", "form", "feel", "bpmn", "dmn"};
	struct sentences *s = ARENA_NEW(a, struct sentences);
	for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
		struct text path = text_format(
		        a, "%.*s/ui/texts/%s.%s.json", TEXT_ARG(cli_home(a)), rooms[i], language);
		struct text bytes;
		if (cli_read_file(a, path.ptr, 4 << 20, &bytes, NULL) == OK &&
		        json_parse(a, bytes, path.ptr, &s->files[s->count], NULL) == OK)
			s->count++;
	}
	return (struct words){&sentence_source, s, text_from(language)};
}

/* services/wohngeld/form.json:12: error: dogs.since: sentence
 *     Proposal. */
static void print_finding(struct arena *a, const struct service_finding *f, const struct words *w)
{
	struct text sentence = service_finding_text(a, f, w);
	struct text proposal = service_finding_proposal(a, f, w);
	printf("%.*s%s%.*s", TEXT_ARG(f->package), f->package.len && f->file.len ? "/" : "",
	        TEXT_ARG(f->file));
	if (f->line > 0)
		printf(":%d", f->line);
	printf(": %s: ", service_severity_name(f->severity));
	if (f->place.len)
		printf("%.*s: ", TEXT_ARG(f->place));
	printf("%.*s\n", TEXT_ARG(sentence));
	if (proposal.len)
		printf("    %.*s\n", TEXT_ARG(proposal));
}

static void print_text(
        const struct service_findings *f, size_t checked, const struct words *w, bool notes)
{
	for (size_t i = 0; i < f->count; i++)
		if (notes || f->items[i].severity != SERVICE_NOTE)
			print_finding(f->arena, &f->items[i], w);
	if (f->dropped)
		printf("%zu further findings are not shown\n", f->dropped);
	printf("%zu checked: %zu errors, %zu warnings, %zu notes%s\n", checked, f->errors,
	        f->warnings, f->notes, f->notes && !notes ? " (--notes shows them)" : "");
}

static void json_finding(
        struct json_out *o, struct arena *a, const struct service_finding *f, const struct words *w)
{
	json_out_object(o);
	json_out_name(o, "severity");
	json_out_z(o, service_severity_name(f->severity));
	json_out_name(o, "package");
	json_out_text(o, f->package);
	json_out_name(o, "file");
	json_out_text(o, f->file);
	json_out_name(o, "line");
	json_out_int(o, f->line);
	json_out_name(o, "place");
	json_out_text(o, f->place);
	json_out_name(o, "code");
	json_out_text(o, f->code);
	json_out_name(o, "text");
	json_out_text(o, service_finding_text(a, f, w));
	json_out_name(o, "proposal");
	json_out_text(o, service_finding_proposal(a, f, w));
	json_out_end(o);
}

static int print_json(const struct service_findings *f, size_t checked, const struct words *w)
{
	struct buf b;
	struct errinfo e = {0};
	buf_init(&b, 64 << 20);
	struct json_out o = json_out(&b);
	json_out_object(&o);
	json_out_name(&o, "checked");
	json_out_int(&o, (int64_t)checked);
	json_out_name(&o, "errors");
	json_out_int(&o, (int64_t)f->errors);
	json_out_name(&o, "warnings");
	json_out_int(&o, (int64_t)f->warnings);
	json_out_name(&o, "notes");
	json_out_int(&o, (int64_t)f->notes);
	json_out_name(&o, "findings");
	json_out_array(&o);
	for (size_t i = 0; i < f->count; i++)
		json_finding(&o, f->arena, &f->items[i], w);
	json_out_end(&o);
	json_out_end(&o);
	enum err code = buf_whole(&b, "the result", &e);
	if (code == OK)
		printf("%.*s\n", TEXT_ARG(buf_text(&b)));
	buf_free(&b);
	return code == OK ? CLI_OK : cli_fail(&e);
}

struct wish {
	bool json, notes;
	const char *language;
	struct service_check_options check;
};

static int check_paths(struct arena *a, const struct wish *wish, char **paths, int count)
{
	struct service_findings f;
	struct words w = read_sentences(a, wish->language);
	size_t all = 0;
	service_findings_init(&f, a);
	for (int i = 0; i < count; i++) {
		struct errinfo e = {0};
		size_t checked = 0;
		if (service_check(a, paths[i], &wish->check, &f, &checked, &e) != OK)
			return cli_fail(&e);
		all += checked;
	}
	if (!wish->json)
		print_text(&f, all, &w, wish->notes);
	else if (print_json(&f, all, &w) != CLI_OK)
		return CLI_FAILED;
	return f.errors || f.warnings ? CLI_FAILED : CLI_OK;
}

int cli_check(int argc, char **argv)
{
	const char *language = cli_option(&argc, argv, "--language");
	struct wish wish = {
	        .json = cli_flag(&argc, argv, "--json"),
	        .notes = cli_flag(&argc, argv, "--notes"),
	        .language = language ? language : "en",
	        .check = {.texts_report = cli_flag(&argc, argv, "--texts"),
	                .authorities = cli_option(&argc, argv, "--authorities")},
	};
	wish.notes = wish.notes || wish.check.texts_report;
	if (!cli_options_done(argc, argv))
		return CLI_USAGE;
	if (argc < 2) {
		fprintf(stderr, "amtsweg check: which package, folder of packages, .bpmn or "
		                ".dmn?\n");
		return CLI_USAGE;
	}
	struct arena *a = arena_new(0);
	int result = check_paths(a, &wish, argv + 1, argc - 1);
	arena_free(a);
	return result;
}
