/* `amtsweg dmn MODEL --decision NAME --input FILE [--trace]` */
#include "dmn/dmn.h"

#include "cli/cli.h"
#include "cli/diagnose.h"
#include "cli/files.h"

enum { SOURCES_MAX = 32 };

struct request {
	const char *model, *decision, *input, *now;
	bool trace, json, strict;
};

/* The model, and its neighbours for imports. */
static enum err read_models(struct arena *a, const char *path, struct dmn_source *sources,
        size_t max, size_t *count, struct errinfo *e)
{
	struct cli_files files;
	const char *slash = strrchr(path, '/');
	const char *folder = slash ? text_z(a, (struct text){path, (size_t)(slash - path)}) : "";
	*count = 1;
	sources[0].name = text_from(path);
	TRY(cli_read_file(a, path, DMN_SIZE_MAX, &sources[0].xml, e));
	TRY(cli_list_files(a, slash ? folder : ".", &files, e));
	for (size_t i = 0; i < files.count && *count < max; i++) {
		struct text name = files.names[i];
		if (!text_ends(name, TEXT(".dmn")) || text_is(name, slash ? slash + 1 : path))
			continue;
		struct dmn_source *to = &sources[(*count)++];
		char *full =
		        text_z(a, text_format(a, "%s/%.*s", slash ? folder : ".", TEXT_ARG(name)));
		to->name = text_from(full);
		TRY(cli_read_file(a, full, DMN_SIZE_MAX, &to->xml, e));
	}
	return OK;
}

static void print_trace(struct arena *a, const struct dmn_trace *t)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct dmn_trace_step *step = &t->steps[i];
		printf("%.*s = %.*s\n", TEXT_ARG(step->name),
		        TEXT_ARG(feel_to_text(a, step->value)));
		for (size_t k = 0; k < step->input_count; k++)
			printf("    %.*s = %.*s\n", TEXT_ARG(step->inputs[k].name),
			        TEXT_ARG(feel_to_text(a, step->inputs[k].value)));
		for (size_t k = 0; k < step->rule_count; k++)
			printf("    rule %zu %.*s %.*s\n", step->rules[k].index,
			        TEXT_ARG(step->rules[k].id), TEXT_ARG(step->rules[k].annotation));
	}
}

/* Values of the file in the types the model wants. */
static enum err fit_inputs(
        struct arena *a, const struct dmn_model *m, struct feel_value *input, struct errinfo *e)
{
	const struct dmn_item *items;
	size_t count = dmn_items(m, &items);
	for (size_t i = 0; i < count; i++) {
		const struct feel_value *v = feel_context_find(*input, items[i].name);
		struct feel_value fitted;
		if (!v || (items[i].kind != DMN_INPUT && items[i].kind != DMN_DECISION))
			continue;
		TRY(feel_fit(a, *v, items[i].type, &fitted, e));
		*input = feel_context_with(a, *input, items[i].name, fitted);
	}
	return OK;
}

static enum err run(struct arena *a, const struct request *q, struct feel_run *r, struct errinfo *e)
{
	struct dmn_source sources[SOURCES_MAX];
	size_t count;
	const struct dmn_model *m;
	struct dmn_trace trace = {0};
	struct feel_value input, value;
	TRY(read_models(a, q->model, sources, SOURCES_MAX, &count, e));
	TRY(dmn_compile(a, sources, count, q->strict ? FEEL_STRICT : 0, &r->diagnostics, &m, e));
	r->diagnostics.count = r->diagnostics.errors = 0; /* those that matter come again */
	TRY(cli_read_input(a, q->input, &input, e));
	if (input.kind == FEEL_CONTEXT)
		TRY(fit_inputs(a, m, &input, e));
	struct feel_env env = {.context = input};
	TRY(dmn_evaluate(m, text_from(q->decision), q->strict ? FEEL_STRICT : 0, r, &env,
	        q->trace ? &trace : NULL, &value, e));
	if (q->trace)
		print_trace(a, &trace);
	cli_print_value(a, value, q->json);
	return OK;
}

int cli_dmn(int argc, char **argv)
{
	struct errinfo e = {0};
	struct feel_run r;
	struct request q = {0};
	q.decision = cli_option(&argc, argv, "--decision");
	q.input = cli_option(&argc, argv, "--input");
	q.now = cli_option(&argc, argv, "--now");
	q.trace = cli_flag(&argc, argv, "--trace");
	q.json = cli_flag(&argc, argv, "--json");
	q.strict = cli_flag(&argc, argv, "--strict");
	if (!cli_options_done(argc, argv) || argc != 2 || !q.decision) {
		fprintf(stderr, "amtsweg dmn MODEL --decision NAME [--input FILE] [--trace] "
		                "[--strict] [--now TIME] [--json]\n");
		return CLI_USAGE;
	}
	q.model = argv[1];
	struct arena *a = arena_new(0);
	feel_run_init(&r, a, cli_now_ms(q.now));
	enum err err = run(a, &q, &r, &e);
	cli_diagnose(a, &r.diagnostics);
	if (err != OK)
		cli_fail(&e);
	bool failed = err != OK || r.diagnostics.errors > 0;
	arena_free(a);
	return failed ? CLI_FAILED : CLI_OK;
}
