/* Findings: collected, sorted, put into words. */
#include "service/findings.h"

#include <stdlib.h>

void service_findings_init(struct service_findings *f, struct arena *a)
{
	*f = (struct service_findings){.arena = a};
}

const char *service_severity_name(enum service_severity s)
{
	static const char *const names[] = {
	        [SERVICE_NOTE] = "note", [SERVICE_WARNING] = "warning", [SERVICE_ERROR] = "error"};
	return names[s];
}

static struct service_finding *add(
        struct service_findings *f, enum service_severity severity, struct spot spot)
{
	f->errors += severity == SERVICE_ERROR;
	f->warnings += severity == SERVICE_WARNING;
	f->notes += severity == SERVICE_NOTE;
	/* An error is kept as long as there is room for twice the limit: it decides. */
	size_t max = SERVICE_FINDINGS_MAX * (severity == SERVICE_ERROR ? 2u : 1u);
	if (f->count >= max) {
		f->dropped++;
		return NULL;
	}
	struct service_finding *x = ARENA_PUSH(f->arena, f->items, f->count, f->cap);
	*x = (struct service_finding){
	        .severity = severity,
	        .package = text_copy(f->arena, spot.package),
	        .file = text_copy(f->arena, spot.file),
	        .line = spot.line,
	        .place = text_copy(f->arena, spot.place),
	};
	return x;
}

static bool same(const struct service_finding *a, const struct service_finding *b)
{
	bool fits = a->line == b->line && a->param_count == b->param_count &&
	            text_eq(a->code, b->code) && text_eq(a->file, b->file) &&
	            text_eq(a->place, b->place) && text_eq(a->package, b->package);
	for (size_t i = 0; fits && i < a->param_count; i++)
		fits = text_eq(a->params[i].value, b->params[i].value);
	return fits;
}

/* What was found twice by two ways is said once. */
static void drop_repeated(struct service_findings *f)
{
	const struct service_finding *last = &f->items[f->count - 1];
	for (size_t i = 0; i + 1 < f->count; i++) {
		if (!same(&f->items[i], last))
			continue;
		f->errors -= last->severity == SERVICE_ERROR;
		f->warnings -= last->severity == SERVICE_WARNING;
		f->notes -= last->severity == SERVICE_NOTE;
		f->count--;
		return;
	}
}

static void add_params(struct service_findings *f, struct service_finding *x,
        const struct word_param *params, size_t count)
{
	static const char *const numbers[SERVICE_PARAMS_MAX] = {"0", "1", "2", "3"};
	for (size_t i = 0; i < count && i < SERVICE_PARAMS_MAX; i++) {
		struct text name = params[i].name.len ? params[i].name : text_from(numbers[i]);
		x->params[x->param_count++] = (struct word_param){.name = text_copy(f->arena, name),
		        .value = text_copy(f->arena, params[i].value)};
	}
}

void found(struct service_findings *f, enum service_severity severity, struct spot spot,
        const char *code, const struct word_param *params, size_t count)
{
	struct service_finding *x = add(f, severity, spot);
	if (!x)
		return;
	x->code = text_from(code);
	x->key = text_format(f->arena, "service.finding.%s", code);
	add_params(f, x, params, count);
	drop_repeated(f);
}

/* FEEL inside the sentence of another room: "unknown_name(sincee, since) at 23+6 in '...'"
 * (feel_diagnostic_text). People get the sentence of the code instead. */
struct feel_words {
	const char *code; /* NULL: none */
	struct text params[FEEL_PARAMS_MAX];
	size_t count;
};

/* "a, context<b: c, d: e>": commas inside of types do not part. */
static void split_params(struct text inside, struct feel_words *out)
{
	size_t from = 0;
	int depth = 0;
	for (size_t i = 0; i <= inside.len && out->count < FEEL_PARAMS_MAX; i++) {
		char c = i < inside.len ? inside.ptr[i] : ',';
		depth += (c == '<' || c == '(') - (c == '>' || c == ')');
		if (i < inside.len && (c != ',' || depth > 0))
			continue;
		out->params[out->count++] = text_trim(text_part(inside, from, i));
		from = i + 1;
	}
}

static struct feel_words feel_inside(struct text sentence)
{
	struct feel_words out = {0};
	for (int code = 0; code < FEEL_DIAG_COUNT && !out.code; code++) {
		struct text name = text_from(feel_code_name((enum feel_code)code));
		size_t at = text_find(sentence, name, 0), open = at + name.len;
		if (at == SIZE_MAX || (at > 0 && sentence.ptr[at - 1] != ' ') ||
		        open >= sentence.len || sentence.ptr[open] != '(')
			continue;
		size_t end = text_find(sentence, TEXT(") at "), open);
		if (end == SIZE_MAX)
			continue;
		out.code = feel_code_name((enum feel_code)code);
		split_params(text_part(sentence, open + 1, end), &out);
	}
	return out;
}

static void add_feel_words(struct service_findings *f, struct service_finding *x)
{
	struct feel_words w = feel_inside(x->text);
	struct word_param params[FEEL_PARAMS_MAX];
	if (!w.code)
		return;
	for (size_t i = 0; i < FEEL_PARAMS_MAX; i++)
		params[i] = (struct word_param){.value = w.params[i]};
	x->key = text_format(f->arena, "feel.%s", w.code);
	x->param_count = 0;
	add_params(f, x, params, FEEL_PARAMS_MAX);
}

void found_by(struct service_findings *f, enum service_severity severity, struct spot spot,
        const char *room, const char *code, const struct word_param *params, size_t count,
        struct text sentence)
{
	struct service_finding *x = add(f, severity, spot);
	if (!x)
		return;
	x->code = text_format(f->arena, "%s.%s", room, code);
	x->key = x->code;
	x->text = text_copy(f->arena, sentence);
	add_params(f, x, params, count);
	add_feel_words(f, x);
	drop_repeated(f);
}

void found_error(
        struct service_findings *f, struct spot spot, const char *code, const struct errinfo *e)
{
	if (spot.line == 0)
		spot.line = e->line;
	FOUND(f, SERVICE_ERROR, spot, code, WORD("detail", text_from(e->message)));
}

static int compare(const void *x, const void *y)
{
	const struct service_finding *a = x, *b = y;
	int order = text_cmp(a->package, b->package);
	if (order == 0)
		order = text_cmp(a->file, b->file);
	if (order == 0)
		order = (a->line > b->line) - (a->line < b->line);
	if (order == 0)
		order = text_cmp(a->place, b->place);
	if (order == 0)
		order = text_cmp(a->code, b->code);
	return order;
}

void service_findings_sort(struct service_findings *f)
{
	if (f->count > 1)
		qsort(f->items, f->count, sizeof *f->items, compare);
}

/* Words fill {name}; a finding without a sentence shows its code and parameters, so that
 * nothing is silent where the text files are missing. */
static struct text bare(struct arena *a, const struct service_finding *f)
{
	if (f->text.len)
		return f->text;
	struct text line = text_copy(a, f->code);
	for (size_t i = 0; i < f->param_count; i++)
		line = text_format(a, "%.*s %.*s=%.*s", TEXT_ARG(line), TEXT_ARG(f->params[i].name),
		        TEXT_ARG(f->params[i].value));
	return line;
}

struct text service_finding_text(
        struct arena *a, const struct service_finding *f, const struct words *w)
{
	if (!w || !words_has(w, f->key))
		return bare(a, f);
	return words_format(w, a, f->key, f->params, f->param_count);
}

struct text service_finding_proposal(
        struct arena *a, const struct service_finding *f, const struct words *w)
{
	struct text key = text_format(a, "%.*s.do", TEXT_ARG(f->key));
	if (!w || !words_has(w, key))
		return TEXT_NONE;
	return words_format(w, a, key, f->params, f->param_count);
}
