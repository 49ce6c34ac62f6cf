#include "cli/cli.h"

#include "base/dec.h"
#include "format/xml.h"

static int help(int argc, char **argv);

static const struct cli_command commands[] = {
        {"serve", cli_serve, "[--data DIR] [--listen ADDRESS:PORT] [--demo]", "run the server",
                "  --data DIR      the data directory (default: var/data, with --demo var/demo)\n"
                "  --listen A:P    address and port (default: 127.0.0.1:8420)\n"
                "  --demo          fill an empty directory with the demonstration set\n"
                "\nExample: amtsweg serve --demo --listen 127.0.0.1:8500\n"},
        {"test", cli_test, "PATH... [--accept] [--json] [--once]",
                "run the golden cases of a package or a folder of packages",
                "  --accept   write what a case does not expect yet into it, for review\n"
                "  --once     without the second run that restarts after every act\n"
                "\nExample: amtsweg test services/wohngeld\n"},
        {"check", cli_check, "PATH... [--texts] [--notes] [--authorities DIR] [--json]",
                "say what is wrong in packages and models",
                "PATH is a package, a folder of packages, a .bpmn or a .dmn file.\n\n"
                "  --texts            also every text that a translation lacks\n"
                "  --notes            also what is only worth knowing, and what is not proved\n"
                "  --authorities DIR  also the adoptions of these authorities\n"
                "  --language TAG     de or en (default: en)\n"
                "  --json             one JSON object with all findings\n"
                "\nExample: amtsweg check services --authorities authorities\n"},
        {"simulate", cli_simulate, "MODEL.bpmn [--input FILE] [--scenario FILE]",
                "run a process model in simulated time and print its history",
                "  --input FILE      variables at the start (JSON)\n"
                "  --scenario FILE   what people, connectors, messages and time do "
                "(docs/simulate.md);\n"
                "                    without it everything is completed without a result\n"
                "\nExample: amtsweg simulate services/wohngeld/process.bpmn\n"},
        {"bpmn-suite", cli_bpmn_suite, "DIR", "run a suite of BPMN models and cases",
                "\nExample: amtsweg bpmn-suite tests/cases/bpmn-suite\n"},
        {"verify", cli_verify, "[--data DIR]", "check the history and the stored documents",
                "  --data DIR   the data directory (default: var/data)\n"
                "\nExample: amtsweg verify --data var/demo\n"},
        {"routes", cli_routes, "", "list the pages: method, path, who may, limits",
                "\nExample: amtsweg routes | grep staff\n"},
        {"feel", cli_feel, "'EXPRESSION' [--input FILE] [--now TIME] [--json]",
                "evaluate a FEEL expression",
                "  --input FILE   names and values as a JSON object\n"
                "  --now TIME     what now() and today() see (2026-11-23T10:00:00)\n"
                "\nExample: amtsweg feel 'sum(for i in 1..10 return i * i)'\n"},
        {"dmn", cli_dmn, "MODEL --decision NAME [--input FILE] [--trace] [--strict] [--json]",
                "evaluate a decision of a DMN model",
                "  --decision NAME   name or id of the decision\n"
                "  --input FILE      input data as a JSON object\n"
                "  --trace           every step with the rules that matched\n"
                "  --strict          missing inputs and unknown names are failures\n"
                "\nExample: amtsweg dmn decisions.dmn --decision amount --input case.json\n"},
        {"tck", cli_tck, "DIR", "run the DMN conformance kit or a part of it",
                "Prints the kit's CSV, a line a case, then a summary.\n"
                "\nExample: amtsweg tck dmn-tck/compliance-level-3\n"},
        {"wohngeld", cli_wohngeld, "FILE [--model MODEL.dmn]",
                "compute the vectors of the Wohngeld suite",
                "  --model FILE   instead of services/wohngeld/decisions.dmn\n"
                "\nExample: amtsweg wohngeld wohngeld.json\n"},
        {"help", help, "[COMMAND]", "show this, or what one command does", NULL},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static const struct cli_command *find(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

static void usage(FILE *to)
{
	fprintf(to, "amtsweg - public services from the portal to the archive\n\n");
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(to, "  %-14s %s\n", commands[i].name, commands[i].does);
	fprintf(to, "\n'amtsweg help COMMAND' shows options and examples.\n");
}

static int help(int argc, char **argv)
{
	const struct cli_command *c = argc > 1 ? find(argv[1]) : NULL;
	if (argc > 1 && !c) {
		fprintf(stderr, "amtsweg: there is no command '%s'\n", argv[1]);
		return CLI_USAGE;
	}
	if (c)
		printf("amtsweg %s %s\n\n%s\n\n%s", c->name, c->usage, c->does,
		        c->help ? c->help : "");
	else
		usage(stdout);
	return CLI_OK;
}

int main(int argc, char **argv)
{
	const struct cli_command *c = argc > 1 ? find(argv[1]) : NULL;
	if (!c) {
		if (argc > 1)
			fprintf(stderr, "amtsweg: there is no command '%s'\n\n", argv[1]);
		usage(stderr);
		return CLI_USAGE;
	}
	if (!dec_selftest()) {
		fprintf(stderr, "amtsweg: the decimal library does not compute as it must\n");
		return CLI_FAILED;
	}
	if (argc > 2 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0))
		return help(2, argv);
	xml_start();
	int result = c->run(argc - 1, argv + 1);
	xml_stop();
	return result;
}
