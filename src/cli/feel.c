/* `amtsweg feel 'EXPRESSION' [--input FILE]` */
#include "feel/feel.h"
#include "cli/cli.h"
#include "cli/diagnose.h"

#include <time.h>

enum { INPUT_MAX = 32 << 20 };

int64_t cli_now_ms(const char *given)
{
	struct timespec t;
	struct feel_value v;
	int64_t ms;
	struct arena *a = arena_new(0);
	bool known = given && feel_parse_date_time(a, text_from(given), &v) &&
	             feel_to_instant(v, "Europe/Berlin", &ms);
	arena_free(a);
	if (known)
		return ms;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

enum err cli_read_input(
        struct arena *a, const char *path, struct feel_value *out, struct errinfo *e)
{
	struct text json;
	*out = feel_null();
	if (!path)
		return OK;
	TRY(cli_read_file(a, path, INPUT_MAX, &json, e));
	enum err err = feel_from_plain_json(a, json, NULL, out, e);
	return err == OK ? OK : fail_at(e, path, 0);
}

int cli_feel(int argc, char **argv)
{
	struct errinfo e = {0};
	struct feel_run run;
	struct feel_value input, value = feel_null();
	const char *path = cli_option(&argc, argv, "--input");
	const char *now = cli_option(&argc, argv, "--now");
	bool json = cli_flag(&argc, argv, "--json");
	if (argc != 2) {
		fprintf(stderr, "amtsweg feel 'EXPRESSION' [--input FILE] [--now TIME] [--json]\n");
		return CLI_USAGE;
	}
	struct arena *a = arena_new(0);
	feel_run_init(&run, a, cli_now_ms(now));
	enum err err = cli_read_input(a, path, &input, &e);
	if (err == OK) {
		struct feel_env env = {.context = input};
		err = feel_eval_text(text_from(argv[1]), &run, path ? &env : NULL, &value, &e);
		cli_diagnose(a, &run.diagnostics);
	}
	if (err == OK)
		cli_print_value(a, value, json);
	else if (run.diagnostics.count == 0)
		cli_fail(&e);
	bool failed = err != OK || run.diagnostics.errors > 0;
	arena_free(a);
	return failed ? CLI_FAILED : CLI_OK;
}
