/* `amtsweg bpmn-suite DIR`: every case of a directory laid out like the public suite (its
 * README says how): betsy/cases.json, betsy/invalid, miwg. */
#include "cli/bpmn_suite.h"
#include "base/calendar.h"
#include "cli/cli.h"
#include "cli/play.h"
#include "format/json.h"

enum { SUITE_FILE_MAX = 32 << 20 };

struct suite {
	const char *dir;
	struct arena *a; /* of one case */
	size_t passed, failed, skipped;
};

static void say(struct suite *s, struct text id, const char *verdict, struct text why)
{
	if (strcmp(verdict, "PASS") == 0)
		s->passed++;
	else if (strcmp(verdict, "FAIL") == 0)
		s->failed++;
	else
		s->skipped++;
	printf("%.*s,%s,", TEXT_ARG(id), verdict);
	for (size_t i = 0; i < why.len; i++)
		putchar(why.ptr[i] == '\n' ? ' ' : why.ptr[i]);
	putchar('\n');
}

static enum err load(
        struct suite *s, const char *folder, struct text name, struct text *out, struct errinfo *e)
{
	struct text path = text_format(s->a, "%s/%s%.*s", s->dir, folder, TEXT_ARG(name));
	return cli_read_file(s->a, text_z(s->a, path), SUITE_FILE_MAX, out, e);
}

/* Executable cases ----------------------------------------------------------------------- */

static struct text code_of(const struct play *p, size_t main)
{
	return p->count > main ? p->instances[main].error : TEXT_NONE;
}

static bool has_incident(struct arena *a, const struct bpmn_state *s)
{
	const struct bpmn_token_view *tokens;
	size_t count = bpmn_state_tokens(a, s, &tokens);
	for (size_t i = 0; i < count; i++)
		if (tokens[i].incident.len)
			return true;
	return false;
}

/* The last `marker` of every process instance; called processes are instances too, whose
 * variables are gone when they end. */
struct markers {
	struct marker {
		size_t instance;
		uint64_t scope;
		bool value;
	} * items;
	size_t count, cap;
};

static void marker_watch(void *data, struct play *p, size_t instance, const struct bpmn_effect *f)
{
	struct markers *m = data;
	if (f->kind != BPMN_VARIABLE_SET || !text_is(f->name, "marker"))
		return;
	size_t i = 0;
	while (i < m->count && (m->items[i].instance != instance || m->items[i].scope != f->scope))
		i++;
	if (i == m->count)
		*ARENA_PUSH(p->a, m->items, m->count, m->cap) =
		        (struct marker){.instance = instance, .scope = f->scope};
	m->items[i].value = feel_is_true(f->value);
}

static bool marker_seen(const struct play *p)
{
	const struct markers *m = p->data;
	for (size_t i = 0; i < m->count; i++)
		if (m->items[i].value)
			return true;
	return false;
}

/* Empty when everything expected was seen, else what was not. */
static struct text outcome_wrong(const struct play *p, size_t main, const struct json *expected)
{
	const struct bpmn_state *s = p->instances[main].state;
	struct feel_value trace = bpmn_suite_variable(p, main, "trace");
	const struct json *pattern = json_get(expected, "trace");
	if (pattern && !trace_matches(p->a, pattern, trace))
		return text_format(p->a, "trace %.*s", TEXT_ARG(feel_to_text(p->a, trace)));
	if (json_bool(expected, "marker", false) && !marker_seen(p))
		return TEXT("no marker");
	struct text error = json_text(expected, "endsWithError");
	if (error.len && !text_eq(error, code_of(p, main)))
		return text_format(p->a, "ended with \"%.*s\"", TEXT_ARG(code_of(p, main)));
	if (json_bool(expected, "runtimeError", false) && !has_incident(p->a, s) &&
	        bpmn_state_outcome(s) != BPMN_FAILED)
		return TEXT("no error at run time");
	if (json_get(expected, "deploymentFails"))
		return TEXT("the model was accepted");
	return TEXT_NONE;
}

static struct text judge(const struct play *p, size_t main, const struct json *expected)
{
	size_t count;
	const struct json *any = json_items(expected, "one-of", &count);
	if (!any)
		return outcome_wrong(p, main, expected);
	struct text wrong = TEXT("no alternative");
	for (size_t i = 0; i < count; i++) {
		wrong = outcome_wrong(p, main, &any[i]);
		if (!wrong.len)
			return wrong;
	}
	return wrong;
}

static const char *state_name(struct arena *a, const struct bpmn_state *s)
{
	switch (bpmn_state_outcome(s)) {
	case BPMN_LIVE: return has_incident(a, s) ? "error" : "active";
	case BPMN_COMPLETED: return "completed";
	default: return "error";
	}
}

static enum err play_case(struct play *p, const struct json *c, size_t *main, struct errinfo *e)
{
	size_t count;
	const struct json *starts = json_items(c, "start", &count);
	for (size_t i = 0; i < count; i++) {
		struct buf b;
		struct feel_value variables;
		buf_init(&b, SUITE_FILE_MAX);
		json_write(&b, json_get(&starts[i], "variables"));
		enum err read = feel_from_plain_json(p->a, buf_text(&b), NULL, &variables, e);
		buf_free(&b);
		TRY(read);
		TRY(play_start(p, json_text(&starts[i], "process"), TEXT_NONE, variables, main, e));
	}
	struct period wait;
	if (!period_parse(json_text(c, "advance"), &wait))
		return OK;
	return play_wait(p, p->now_ms + (wait.days * DAY_SECONDS + wait.seconds) * 1000, e);
}

static bool may_be_refused(const struct json *expected)
{
	size_t count;
	const struct json *any = json_items(expected, "one-of", &count);
	for (size_t i = 0; i < count; i++)
		if (json_get(&any[i], "deploymentFails"))
			return true;
	return json_get(expected, "deploymentFails") != NULL;
}

static struct text run_case(struct suite *s, const struct json *c, struct text *note)
{
	struct errinfo e = {0};
	struct text bytes;
	const struct bpmn_model *m;
	const struct json *expected = json_get(c, "expected");
	if (load(s, "betsy/", json_text(c, "model"), &bytes, &e) != OK)
		return text_from(e.message);
	if (bpmn_compile(s->a, bytes, NULL, NULL, &m, &e) != OK)
		return may_be_refused(expected)
		               ? TEXT_NONE
		               : text_format(s->a, "refused: %s: %s", e.where, e.message);
	struct play p;
	struct markers markers = {0};
	size_t main = 0;
	play_init(&p, s->a, m, INT64_C(1767225600000));
	p.see = marker_watch;
	p.data = &markers;
	if (play_case(&p, c, &main, &e) != OK)
		return text_format(s->a, "stopped: %s", e.message);
	const char *state = state_name(s->a, p.instances[main].state);
	struct text advisory = json_text(expected, "stateAdvisory");
	if (advisory.len && !text_is(advisory, state))
		*note = text_format(s->a, "note: %s, advised %.*s", state, TEXT_ARG(advisory));
	return judge(&p, main, expected);
}

static void case_report(struct suite *s, const struct json *c)
{
	struct text id = json_text(c, "id"), note = TEXT_NONE;
	struct text wrong = run_case(s, c, &note);
	if (!wrong.len)
		say(s, id, "PASS", json_bool(c, "scored", true) ? note : TEXT("not scored"));
	else if (!json_bool(c, "scored", true))
		say(s, id, "SKIP", text_format(s->a, "not scored: %.*s", TEXT_ARG(wrong)));
	else
		say(s, id, "FAIL", wrong);
}

/* Invalid models ------------------------------------------------------------------------- */

static void invalid_report(struct suite *s, const struct json *c)
{
	struct errinfo e = {0};
	struct text bytes, id = json_text(c, "id"), tier = json_text(c, "tier");
	const struct bpmn_model *m;
	if (load(s, "betsy/invalid/", json_text(c, "file"), &bytes, &e) != OK) {
		say(s, id, "FAIL", text_from(e.message));
		return;
	}
	bool refused = bpmn_compile(s->a, bytes, NULL, NULL, &m, &e) != OK;
	struct text why =
	        refused ? text_format(s->a, "%.*s: %s: %s", TEXT_ARG(tier), e.where, e.message)
	                : text_format(s->a, "%.*s: accepted: %.*s", TEXT_ARG(tier),
	                          TEXT_ARG(json_text(c, "rule")));
	if (refused)
		say(s, id, "PASS", why);
	else
		say(s, id, text_is(tier, "lenient") ? "SKIP" : "FAIL", why);
}

/* Interchange ---------------------------------------------------------------------------- */

/* Elements of the BPMN name space by tag; `counts` is an object of numbers. */
static struct text counts_differ(
        struct suite *s, const struct bpmn_counts *seen, const struct json *counts)
{
	for (size_t i = 0; counts && counts->kind == JSON_OBJECT && i < counts->count; i++) {
		int64_t want = json_int(counts, text_z(s->a, counts->members[i].name), -1);
		int64_t got = bpmn_suite_count(seen, counts->members[i].name);
		if (want != got)
			return text_format(s->a, "%.*s: %lld instead of %lld",
			        TEXT_ARG(counts->members[i].name), (long long)got, (long long)want);
	}
	return TEXT_NONE;
}

static void import_check(
        struct suite *s, struct text file, bool well_formed, const struct json *counts)
{
	struct errinfo e = {0};
	struct text bytes;
	const struct bpmn_model *m;
	struct bpmn_options options = {.drawing_only = true};
	if (load(s, "miwg/", file, &bytes, &e) != OK) {
		say(s, file, "FAIL", text_from(e.message));
		return;
	}
	bool good = bpmn_compile(s->a, bytes, &options, NULL, &m, &e) == OK;
	if (!well_formed) {
		say(s, file, good ? "FAIL" : "PASS",
		        text_from(good ? "not well-formed, yet read" : e.message));
		return;
	}
	if (!good) {
		say(s, file, "FAIL", text_format(s->a, "%s: %s", e.where, e.message));
		return;
	}
	struct bpmn_counts seen;
	bpmn_suite_counts(s->a, bytes, m, &seen);
	struct text wrong = counts_differ(s, &seen, counts);
	say(s, file, wrong.len ? "FAIL" : "PASS", wrong);
}

static void export_report(struct suite *s, const struct json *c)
{
	import_check(
	        s, json_text(c, "file"), json_bool(c, "wellFormed", true), json_get(c, "counts"));
}

static void references_report(struct suite *s, const struct json *list)
{
	const struct json *all = json_get(list, "reference");
	for (size_t i = 0; all && all->kind == JSON_OBJECT && i < all->count; i++) {
		s->a = arena_new(0);
		struct text file =
		        text_format(s->a, "reference/%.*s.bpmn", TEXT_ARG(all->members[i].name));
		import_check(s, file, true, &all->members[i].value);
		arena_free(s->a);
	}
}

/* Files ---------------------------------------------------------------------------------- */

static enum err list_read(struct arena *a, const char *dir, const char *file,
        const struct json **out, struct errinfo *e)
{
	struct text bytes, path = text_format(a, "%s/%s", dir, file);
	TRY(cli_read_file(a, text_z(a, path), SUITE_FILE_MAX, &bytes, e));
	return json_parse(a, bytes, file, out, e);
}

static void each(struct suite *s, const struct json *list, const char *name,
        void (*report)(struct suite *, const struct json *))
{
	size_t count;
	const struct json *items = json_items(list, name, &count);
	for (size_t i = 0; i < count; i++) {
		s->a = arena_new(0);
		report(s, &items[i]);
		arena_free(s->a);
	}
}

int cli_bpmn_suite(int argc, char **argv)
{
	if (!cli_options_done(argc, argv) || argc != 2) {
		fprintf(stderr, "usage: amtsweg bpmn-suite DIR\n");
		return CLI_USAGE;
	}
	struct suite s = {.dir = argv[1]};
	struct arena *a = arena_new(0);
	struct errinfo e = {0};
	const struct json *list;
	int found = 0;
	if (list_read(a, s.dir, "betsy/cases.json", &list, &e) == OK && ++found)
		each(&s, list, "cases", case_report);
	if (list_read(a, s.dir, "betsy/invalid/invalid.json", &list, &e) == OK && ++found)
		each(&s, list, "models", invalid_report);
	if (list_read(a, s.dir, "miwg/expected.json", &list, &e) == OK && ++found) {
		references_report(&s, list);
		each(&s, list, "exports", export_report);
	}
	arena_free(a);
	if (!found)
		return cli_fail(&e);
	printf("%zu passed, %zu failed, %zu skipped\n", s.passed, s.failed, s.skipped);
	return s.failed ? CLI_FAILED : CLI_OK;
}
