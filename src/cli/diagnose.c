#include "cli/diagnose.h"

#include "cli/cli.h"
#include "format/json.h"

enum { TEXTS_MAX = 1 << 20, OUTPUT_MAX = 64 << 20 };

static const struct json *load_texts(struct arena *a)
{
	struct text json;
	const struct json *texts;
	const char *lang = getenv("LANG");
	bool german = lang && strncmp(lang, "de", 2) == 0;
	char *path = text_z(a, text_format(a, "%.*s/ui/texts/feel.%s.json", TEXT_ARG(cli_home(a)),
	                               german ? "de" : "en"));
	if (cli_read_file(a, path, TEXTS_MAX, &json, NULL) != OK ||
	        json_parse(a, json, path, &texts, NULL) != OK)
		return NULL;
	return texts;
}

static void print_one(struct arena *a, const struct json *texts, const struct feel_diagnostic *d)
{
	static const char *const severities[] = {"note", "warning", "error"};
	char *key = text_z(a, text_format(a, "feel.%s", feel_code_name(d->code)));
	struct text pattern = json_text(texts, key);
	struct text t =
	        pattern.len > 0 ? feel_diagnostic_fill(a, pattern, d) : feel_diagnostic_text(a, d);
	fprintf(stderr, "%s: ", severities[d->severity]);
	if (d->element.len > 0)
		fprintf(stderr, "%.*s: ", TEXT_ARG(d->element));
	if (d->row > 0 || d->column > 0)
		fprintf(stderr, "row %d, column %d: ", d->row, d->column);
	fprintf(stderr, "%.*s", TEXT_ARG(t));
	if (pattern.len > 0 && d->span.length > 0 &&
	        d->span.offset + d->span.length <= d->source.len)
		fprintf(stderr, " [%.*s]", (int)d->span.length, d->source.ptr + d->span.offset);
	fputc('\n', stderr);
}

void cli_diagnose(struct arena *a, const struct feel_diagnostics *d)
{
	const struct json *texts = d->count > 0 ? load_texts(a) : NULL;
	for (size_t i = 0; i < d->count; i++)
		print_one(a, texts, &d->items[i]);
	if (d->dropped > 0)
		fprintf(stderr, "... and %zu more\n", d->dropped);
}

void cli_print_value(struct arena *a, struct feel_value v, bool json)
{
	struct buf b;
	buf_init(&b, OUTPUT_MAX);
	if (json)
		feel_to_plain_json(&b, v, false);
	else
		buf_add(&b, feel_to_text(a, v));
	buf_add_byte(&b, '\n');
	fwrite(b.ptr, 1, b.len, stdout);
	buf_free(&b);
}
