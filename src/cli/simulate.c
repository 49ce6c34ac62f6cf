/* `amtsweg simulate MODEL.bpmn`: a model headless in simulated time; the history as lines of
 * JSON on stdout, the last line is the end: outcome, status, variables, what is open. */
#include "cli/simulate.h"
#include "base/calendar.h"
#include "cli/cli.h"

enum { SIMULATE_FILE_MAX = 32 << 20 };

static void print_effect(void *data, struct play *p, size_t instance, const struct bpmn_effect *f)
{
	struct buf b;
	(void)data;
	(void)instance;
	buf_init(&b, SIMULATE_FILE_MAX);
	bpmn_effect_json(&b, f, p->now_ms);
	printf("%.*s\n", TEXT_ARG(buf_text(&b)));
	buf_free(&b);
}

static void print_open(struct simulation *s, struct json_out *o, const struct bpmn_state *state)
{
	const struct bpmn_token_view *tokens;
	size_t count = bpmn_state_tokens(s->a, state, &tokens);
	json_out_name(o, "open");
	json_out_array(o);
	for (size_t i = 0; i < count; i++) {
		json_out_object(o);
		json_out_name(o, "element");
		json_out_text(o, tokens[i].element->id);
		if (tokens[i].incident.len) {
			json_out_name(o, "incident");
			json_out_text(o, tokens[i].incident);
			json_out_name(o, "text");
			json_out_text(o, tokens[i].message);
		}
		json_out_end(o);
	}
	json_out_end(o);
}

static void print_variables(
        struct simulation *s, struct json_out *o, const struct bpmn_state *state)
{
	struct buf b;
	const struct json *tree;
	buf_init(&b, SIMULATE_FILE_MAX);
	feel_to_plain_json(&b, bpmn_state_variables(s->a, state, 0), true);
	json_out_name(o, "variables");
	if (json_parse(s->a, buf_text(&b), "variables", &tree, NULL) == OK)
		json_out_tree(o, tree);
	else
		json_out_null(o);
	buf_free(&b);
}

static void print_end(struct simulation *s, const struct play_instance *x)
{
	static const char *const outcomes[] = {"live", "completed", "failed", "cancelled"};
	struct buf b;
	buf_init(&b, SIMULATE_FILE_MAX);
	struct json_out o = json_out(&b);
	json_out_object(&o);
	json_out_name(&o, "at");
	json_out_text(&o, instant_text(s->a, (struct instant){s->play.now_ms}));
	json_out_name(&o, "what");
	json_out_z(&o, "end");
	json_out_name(&o, "process");
	json_out_text(&o, x->process->id);
	json_out_name(&o, "outcome");
	json_out_z(&o, outcomes[bpmn_state_outcome(x->state)]);
	json_out_name(&o, "status");
	json_out_z(&o, bpmn_status_name(bpmn_public_status(x->state)));
	print_open(s, &o, x->state);
	print_variables(s, &o, x->state);
	json_out_end(&o);
	printf("%.*s\n", TEXT_ARG(buf_text(&b)));
	buf_free(&b);
}

/* Decisions are answered by the scenario: {"decisions": {"name": value}}. */
static enum err decide(void *data, struct text decision, const struct feel_env *env,
        struct feel_run *run, struct feel_value *out, struct feel_value *trace, struct errinfo *e)
{
	struct simulation *s = data;
	const struct json *j = json_get_text(json_get(s->scenario, "decisions"), decision);
	*trace = feel_null();
	if (!j)
		return fail(e, ERR_NOT_FOUND,
		        "the scenario has no answer for the decision \"%.*s\"", TEXT_ARG(decision));
	if (j->kind == JSON_OBJECT && j->count == 1 && text_is(j->members[0].name, "feel"))
		return feel_eval_text(json_text(j, "feel"), run, env, out, e);
	return simulate_value(s, j, out, e);
}

static void report(const struct bpmn_findings *f, const char *path)
{
	static const char *const names[] = {"note", "warning", "refused"};
	for (size_t i = 0; i < f->count; i++)
		if (f->items[i].severity != BPMN_NOTE)
			fprintf(stderr, "%s:%d: %s: %.*s: %.*s\n", path, f->items[i].line,
			        names[f->items[i].severity], TEXT_ARG(f->items[i].element),
			        TEXT_ARG(f->items[i].text));
}

static enum err json_file(
        struct arena *a, const char *path, const struct json **out, struct errinfo *e)
{
	struct text bytes;
	*out = NULL;
	if (!path)
		return OK;
	TRY(cli_read_file(a, path, SIMULATE_FILE_MAX, &bytes, e));
	return json_parse(a, bytes, path, out, e);
}

static enum err begin(struct simulation *s, const struct bpmn_model *m, struct errinfo *e)
{
	struct instant start = {INT64_C(1767258000000)}; /* 2026-01-01, 10 in the morning */
	struct text t = json_text(s->scenario, "clock");
	if (t.len && !instant_parse(t, &start))
		return fail(e, ERR_INVALID, "\"%.*s\" is no instant (RFC 3339)", TEXT_ARG(t));
	play_init(&s->play, s->a, m, start.ms);
	TRY(simulate_value(s, json_get(s->scenario, "names"), &s->names.context, e));
	s->play.see = print_effect;
	s->play.host = (struct bpmn_host){
	        .data = s, .names = &s->names, .called_names = &s->names, .decide = decide};
	return OK;
}

static enum err play_through(struct simulation *s, const struct json *input, struct errinfo *e)
{
	struct feel_value variables;
	TRY(simulate_value(s, input ? input : json_get(s->scenario, "input"), &variables, e));
	TRY(play_start(&s->play, json_text(s->scenario, "process"), json_text(s->scenario, "by"),
	        variables, NULL, e));
	TRY(simulate_settle(s, e));
	size_t count;
	const struct json *acts = json_items(s->scenario, "do", &count);
	for (size_t i = 0; i < count; i++) {
		TRY(simulate_act(s, &acts[i], e));
		TRY(simulate_settle(s, e));
	}
	return OK;
}

static bool is_well(struct simulation *s)
{
	for (size_t i = 0; i < s->play.count; i++) {
		const struct bpmn_token_view *tokens;
		size_t count = bpmn_state_tokens(s->a, s->play.instances[i].state, &tokens);
		if (bpmn_state_outcome(s->play.instances[i].state) == BPMN_FAILED)
			return false;
		for (size_t k = 0; k < count; k++)
			if (tokens[k].incident.len)
				return false;
	}
	return true;
}

static int simulate(struct arena *a, const char *path, const char *input_path, const char *scenario)
{
	struct errinfo e = {0};
	struct simulation *s = ARENA_NEW(a, struct simulation);
	struct bpmn_findings findings = {0};
	const struct bpmn_model *m;
	const struct json *input;
	struct text bytes;
	s->a = a;
	if (cli_read_file(a, path, BPMN_BYTES_MAX, &bytes, &e) != OK ||
	        json_file(a, input_path, &input, &e) != OK ||
	        json_file(a, scenario, &s->scenario, &e) != OK)
		return cli_fail(&e);
	enum err compiled = bpmn_compile(a, bytes, NULL, &findings, &m, &e);
	report(&findings, path);
	if (compiled != OK)
		return findings.refusals ? CLI_FAILED : cli_fail(&e);
	enum err played = begin(s, m, &e);
	if (played == OK)
		played = play_through(s, input, &e);
	for (size_t i = 0; i < s->play.count; i++)
		if (s->play.instances[i].state)
			print_end(s, &s->play.instances[i]);
	if (played != OK)
		return cli_fail(&e);
	return is_well(s) ? CLI_OK : CLI_FAILED;
}

int cli_simulate(int argc, char **argv)
{
	const char *input = cli_option(&argc, argv, "--input");
	const char *scenario = cli_option(&argc, argv, "--scenario");
	if (!cli_options_done(argc, argv) || argc != 2) {
		fprintf(stderr,
		        "usage: amtsweg simulate MODEL.bpmn [--input FILE] [--scenario FILE]\n");
		return CLI_USAGE;
	}
	struct arena *a = arena_new(0);
	int result = simulate(a, argv[1], input, scenario);
	arena_free(a);
	return result;
}
