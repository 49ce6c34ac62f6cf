/* Every file of tests/cases/bpmn: a small model, a scenario as `amtsweg simulate` takes it, and
 * what is expected. Each case runs twice and must give the same effects byte for byte; the
 * state is written and read back after every step (cli/play.c). */
#include "unit.h"

#include "cli/cli.h"
#include "cli/simulate.h"
#include "format/xml.h"

#include <dirent.h>

#define CASES "tests/cases/bpmn"

/* All cases are looked at before the test fails. */
static int wrongs;
#define wrong(...) (wrongs++, print_error(__VA_ARGS__), print_error("\n"))

struct seen {
	struct buf lines; /* every effect as JSON */
	struct text *entered, *happened, *incidents;
	size_t entered_count, entered_cap, happened_count, happened_cap, incident_count,
	        incident_cap;
	struct arena *a;
};

static void see(void *data, struct play *p, size_t instance, const struct bpmn_effect *f)
{
	struct seen *s = data;
	(void)instance;
	bpmn_effect_json(&s->lines, f, p->now_ms);
	buf_add_byte(&s->lines, '\n');
	struct text id = f->element ? f->element->id : TEXT_NONE;
	if (f->kind == BPMN_ENTERED)
		*ARENA_PUSH(s->a, s->entered, s->entered_count, s->entered_cap) = id;
	if (f->kind == BPMN_INCIDENT)
		*ARENA_PUSH(s->a, s->incidents, s->incident_count, s->incident_cap) = f->name;
	*ARENA_PUSH(s->a, s->happened, s->happened_count, s->happened_cap) =
	        text_format(s->a, "%s %.*s", bpmn_effect_name(f->kind), TEXT_ARG(id));
}

static enum err decide(void *data, struct text decision, const struct feel_env *env,
        struct feel_run *run, struct feel_value *out, struct feel_value *trace, struct errinfo *e)
{
	struct simulation *s = data;
	const struct json *j = json_get_text(json_get(s->scenario, "decisions"), decision);
	*trace = feel_string(TEXT("trace"));
	if (!j)
		return fail(e, ERR_NOT_FOUND, "no decision");
	return feel_eval_text(j->text, run, env, out, e);
}

static enum err play_through(struct simulation *s, struct errinfo *e)
{
	struct feel_value input;
	size_t count;
	TRY(simulate_value(s, json_get(s->scenario, "input"), &input, e));
	TRY(play_start(&s->play, json_text(s->scenario, "process"), json_text(s->scenario, "by"),
	        input, NULL, e));
	TRY(simulate_settle(s, e));
	const struct json *acts = json_items(s->scenario, "do", &count);
	for (size_t i = 0; i < count; i++) {
		enum err done = simulate_act(s, &acts[i], e);
		if (done != OK && text_is(json_text(&acts[i], "refused"), err_name(done)))
			done = OK;
		TRY(done);
		TRY(simulate_settle(s, e));
	}
	return OK;
}

static struct text joined(struct arena *a, const struct text *items, size_t count)
{
	return text_join(a, items, count, TEXT(" "));
}

static struct text listed(struct arena *a, const struct json *list)
{
	struct text *items = ARENA_ARRAY(a, list->count, struct text);
	for (size_t i = 0; i < list->count; i++)
		items[i] = list->items[i].text;
	return joined(a, items, list->count);
}

static void differ(const char *file, const char *what, struct text got, struct text want)
{
	if (text_eq(got, want))
		return;
	wrong("%s: %s\n  got  %.*s\n  want %.*s", file, what, TEXT_ARG(got), TEXT_ARG(want));
}

static void compare_open(struct simulation *s, const char *file, const struct json *want)
{
	const struct bpmn_token_view *tokens;
	size_t count = bpmn_state_tokens(s->a, s->play.instances[0].state, &tokens);
	struct text *ids = ARENA_ARRAY(s->a, count, struct text);
	for (size_t i = 0; i < count; i++)
		ids[i] = tokens[i].element->id;
	differ(file, "open", joined(s->a, ids, count), listed(s->a, want));
}

static void compare_happened(const struct seen *seen, const char *file, const struct json *want)
{
	size_t at = 0;
	for (size_t i = 0; i < want->count; i++) {
		while (at < seen->happened_count &&
		        !text_eq(seen->happened[at], want->items[i].text))
			at++;
		if (at++ == seen->happened_count)
			wrong("%s: did not happen in this order: %.*s", file,
			        TEXT_ARG(want->items[i].text));
	}
}

static void compare_variables(struct simulation *s, const char *file, const struct json *want)
{
	struct feel_value all = bpmn_state_variables(s->a, s->play.instances[0].state, 0);
	for (size_t i = 0; i < want->count; i++) {
		struct feel_value v;
		if (simulate_value(s, &want->members[i].value, &v, NULL) != OK)
			wrong("%s: cannot read what is expected", file);
		struct feel_value got = feel_context_get(all, want->members[i].name);
		if (!feel_same(v, got))
			wrong("%s: %.*s is %.*s", file, TEXT_ARG(want->members[i].name),
			        TEXT_ARG(feel_to_text(s->a, got)));
	}
}

static void compare(struct simulation *s, const struct seen *seen, const char *file)
{
	static const char *const outcomes[] = {"live", "completed", "failed", "cancelled"};
	const struct json *want = json_get(s->scenario, "expect"), *part;
	const struct bpmn_state *state = s->play.instances[0].state;
	if ((part = json_get(want, "entered")))
		differ(file, "entered", joined(s->a, seen->entered, seen->entered_count),
		        listed(s->a, part));
	if ((part = json_get(want, "incidents")))
		differ(file, "incidents", joined(s->a, seen->incidents, seen->incident_count),
		        listed(s->a, part));
	if ((part = json_get(want, "happened")))
		compare_happened(seen, file, part);
	if ((part = json_get(want, "open")))
		compare_open(s, file, part);
	if ((part = json_get(want, "variables")))
		compare_variables(s, file, part);
	struct text outcome = json_text(want, "outcome"), status = json_text(want, "status");
	differ(file, "outcome", text_from(outcomes[bpmn_state_outcome(state)]),
	        outcome.len ? outcome : TEXT("completed"));
	if (status.len)
		differ(file, "status", text_from(bpmn_status_name(bpmn_public_status(state))),
		        status);
}

static void run_once(struct arena *a, const struct bpmn_model *m, const struct json *scenario,
        const char *file, struct buf *lines, bool judge)
{
	struct simulation *s = ARENA_NEW(a, struct simulation);
	struct seen seen = {.a = a};
	struct errinfo e = {0};
	s->a = a;
	s->scenario = scenario;
	buf_init(&seen.lines, 64 << 20);
	play_init(&s->play, a, m, INT64_C(1767258000000));
	assert_int_equal(simulate_value(s, json_get(scenario, "names"), &s->names.context, &e), OK);
	s->play.see = see;
	s->play.data = &seen;
	s->play.host = (struct bpmn_host){
	        .data = s, .names = &s->names, .called_names = &s->names, .decide = decide};
	if (play_through(s, &e) != OK)
		wrong("%s: %s", file, e.message);
	else if (judge)
		compare(s, &seen, file);
	*lines = seen.lines;
}

static void refuse(const struct bpmn_findings *f, const struct json *scenario, const char *file)
{
	struct text want = json_text(json_get(scenario, "expect"), "refused");
	for (size_t i = 0; i < f->count; i++)
		if (f->items[i].severity == BPMN_REFUSAL && text_is(want, f->items[i].rule))
			return;
	wrong("%s: refused for another reason than %.*s", file, TEXT_ARG(want));
}

/* Warnings but those about roles and connectors, which small models leave out. */
static void compare_warnings(struct arena *a, const struct bpmn_findings *f,
        const struct json *scenario, const char *file)
{
	const struct json *want = json_get(json_get(scenario, "expect"), "warned");
	struct text *rules = ARENA_ARRAY(a, f->count, struct text);
	size_t count = 0;
	for (size_t i = 0; want && i < f->count; i++) {
		struct text rule = text_from(f->items[i].rule);
		if (f->items[i].severity == BPMN_WARNING && !text_starts(rule, TEXT("no_role")) &&
		        !text_starts(rule, TEXT("no_connector")) &&
		        (!count || !text_eq(rules[count - 1], rule)))
			rules[count++] = rule;
	}
	if (want)
		differ(file, "warned", joined(a, rules, count), listed(a, want));
}

static void run_case(const char *name)
{
	struct arena *a = arena_new(0);
	struct errinfo e = {0};
	struct text bytes;
	const struct json *scenario;
	const struct bpmn_model *m;
	struct bpmn_findings findings = {0};
	const char *json = text_z(a, text_format(a, CASES "/%s.json", name));
	const char *bpmn = text_z(a, text_format(a, CASES "/%s.bpmn", name));
	if (cli_read_file(a, json, 1 << 20, &bytes, &e) != OK ||
	        json_parse(a, bytes, json, &scenario, &e) != OK ||
	        cli_read_file(a, bpmn, 1 << 20, &bytes, &e) != OK) {
		wrong("%s: %s", name, e.message);
		arena_free(a);
		return;
	}
	enum err compiled = bpmn_compile(a, bytes, NULL, &findings, &m, &e);
	bool refused = json_text(json_get(scenario, "expect"), "refused").len > 0;
	if ((compiled != OK) != refused) {
		wrong("%s: %s: %s", name, e.where, e.message);
	} else if (refused) {
		refuse(&findings, scenario, name);
	} else {
		struct buf first, second;
		compare_warnings(a, &findings, scenario, name);
		run_once(a, m, scenario, name, &first, true);
		run_once(a, m, scenario, name, &second, false);
		assert_true(text_eq(buf_text(&first), buf_text(&second)));
		buf_free(&first);
		buf_free(&second);
	}
	arena_free(a);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void cases__of_every_file__happen_as_expected(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	const char **names = NULL;
	size_t count = 0, cap = 0;
	DIR *dir = opendir(CASES);
	assert_non_null(dir);
	for (struct dirent *d; (d = readdir(dir));) {
		struct text t = text_from(d->d_name);
		if (text_ends(t, TEXT(".json")))
			*ARENA_PUSH(a, names, count, cap) =
			        text_z(a, text_part(t, 0, t.len - sizeof ".json" + 1));
	}
	closedir(dir);
	assert_true(count > 0);
	qsort(names, count, sizeof *names, by_name);
	for (size_t i = 0; i < count; i++)
		run_case(names[i]);
	print_message("%zu cases\n", count);
	arena_free(a);
	assert_int_equal(wrongs, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(cases__of_every_file__happen_as_expected),
	};
	xml_start();
	int result = cmocka_run_group_tests(tests, NULL, NULL);
	xml_stop();
	return result;
}
