/* cli/cli.h - the program `amtsweg`: a table of commands.
 *
 * Exit codes: 0 ok, 1 findings or failures, 2 usage. Results go to stdout, messages to
 * stderr. Every command has help with examples; where it makes sense `--json` gives its
 * result to programs. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/buf.h"

enum { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

struct cli_command {
	const char *name;
	int (*run)(int argc, char **argv); /* argv[0] is the name of the command */
	const char *usage;                 /* arguments, one line */
	const char *does;                  /* one line for the overview */
	const char *help;                  /* options and examples; may be NULL */
};

int cli_check(int argc, char **argv);
int cli_bpmn_suite(int argc, char **argv);
int cli_routes(int argc, char **argv);
int cli_serve(int argc, char **argv);
int cli_simulate(int argc, char **argv);
int cli_test(int argc, char **argv);
int cli_verify(int argc, char **argv);
int cli_feel(int argc, char **argv);
int cli_dmn(int argc, char **argv);
int cli_tck(int argc, char **argv);
int cli_wohngeld(int argc, char **argv);

/* "--name VALUE" or "--name=VALUE" taken out of argv; NULL when it is not there. */
const char *cli_option(int *argc, char **argv, const char *name);
/* "--name" taken out of argv. */
bool cli_flag(int *argc, char **argv, const char *name);
/* True when no option is left; else says which is unknown. */
bool cli_options_done(int argc, char **argv);
/* Whole file into the arena; the message names it. */
MUST_USE enum err cli_read_file(
        struct arena *a, const char *path, size_t max, struct text *out, struct errinfo *e);
/* "amtsweg: file:line: message" on stderr; returns CLI_FAILED. */
int cli_fail(const struct errinfo *e);
/* Where the program's own files are: AMTSWEG_HOME, or the folder above the program's. */
struct text cli_home(struct arena *a);

#endif
