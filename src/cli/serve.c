/* The commands `amtsweg serve` and `amtsweg routes`. */
#include "cli/app.h"
#include "cli/demo.h"
#include "web/app.h"

#include <signal.h>
#include <unistd.h>

enum { PORT_DEFAULT = 8420, PORTS_TRIED = 20 };

struct listen {
	char address[64];
	int port;
};

static bool parse_listen(const char *given, struct listen *out)
{
	int64_t port = PORT_DEFAULT;
	struct text t = text_from(given ? given : "127.0.0.1");
	size_t colon = t.len;
	while (colon > 0 && t.ptr[colon - 1] != ':')
		colon--;
	struct text address = t;
	if (colon) {
		address = text_part(t, 0, colon - 1);
		if (!text_int(text_part(t, colon, t.len), &port) || port < 0 || port > 65535)
			return false;
	}
	if (address.len == 0 || address.len >= sizeof out->address)
		return false;
	snprintf(out->address, sizeof out->address, "%.*s", TEXT_ARG(address));
	out->port = (int)port;
	return true;
}

static const struct web_module *const modules[] = {
        &web_login_module,
        &portal_module,
        &desk_module,
        &control_module,
};

int cli_routes(int argc, char **argv)
{
	struct buf b;
	if (!cli_options_done(argc, argv) || argc != 1) {
		fprintf(stderr, "usage: amtsweg routes\n");
		return CLI_USAGE;
	}
	buf_init(&b, 1 << 20);
	web_routes_print(modules, sizeof modules / sizeof *modules, &b);
	printf("%.*s", TEXT_ARG(buf_text(&b)));
	buf_free(&b);
	return CLI_OK;
}

static enum err start_web(struct app *app, struct web_app *web, const struct listen *where,
        struct web_server **out, struct errinfo *e)
{
	struct web_config c = {
	        .address = where->address,
	        .ui_dir = app_path(app, "ui"),
	        .demo = app->o.demo,
	        .zone = app->zone,
	        .clock = app->clock.real,
	        .random = randomness_system(),
	        .log = &app->log,
	        .store = app->store,
	        .people = app->people,
	        .demo_people = app->demo_people,
	        .texts = app->texts,
	        .modules = modules,
	        .module_count = sizeof modules / sizeof *modules,
	        .app = web,
	};
	enum err result = ERR_CONFLICT;
	for (int i = 0; i < PORTS_TRIED && result == ERR_CONFLICT; i++) {
		c.port = where->port ? where->port + i : 0;
		result = web_start(&c, out, e);
		if (result == ERR_CONFLICT)
			fprintf(stderr, "Port %d is in use, trying the next one.\n", c.port);
	}
	return result;
}

static void print_news(struct app *app)
{
	struct arena *a = arena_new(0);
	struct service_findings *f = &app->news.findings;
	service_findings_sort(f);
	for (size_t i = 0; i < f->count; i++) {
		const struct service_finding *x = &f->items[i];
		if (x->severity != SERVICE_ERROR)
			continue;
		fprintf(stderr, "%.*s/%.*s:%d: %.*s %.*s\n", TEXT_ARG(x->package),
		        TEXT_ARG(x->file), x->line, TEXT_ARG(x->place), TEXT_ARG(x->code));
	}
	if (app->letters_missing.code != OK)
		fprintf(stderr, "No letters can be made: %s\n", app->letters_missing.message);
	arena_free(a);
}

static void wait_for_signal(void)
{
	sigset_t set;
	int signal;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigwait(&set, &signal);
}

/* Before any thread exists, so that all inherit it. */
static void block_signals(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a limit on files is a full disk, not the end */
}

static void move_clock(void *self, int64_t by_ms)
{
	struct app *app = self;
	struct errinfo e;
	if (app_move_clock(app, by_ms, &e) != OK)
		log_error(&app->log, "clock.move", &e);
}

static int run(struct app *app, const struct listen *where)
{
	struct web_server *server;
	struct errinfo e = {0};
	struct web_app web = {
	        .casework = app->casework,
	        .services = casework_services_of(app->shelf),
	        .texts = app->texts,
	        .zone = app->zone,
	        .people = app->people,
	        .log = &app->log,
	        .news = &app->news,
	        .letters = app->letters,
	        .demo = app->o.demo,
	        .move_clock = app->o.demo ? move_clock : NULL,
	        .clock_self = app,
	};
	print_news(app);
	if (start_web(app, &web, where, &server, &e) != OK)
		return cli_fail(&e);
	if (app->o.demo)
		demo_print_logins(app);
	printf("Amtsweg is at http://%s:%d/ (desk: http://%s:%d/desk). Ctrl-C ends it.\n",
	        where->address, web_port(server), where->address, web_port(server));
	fflush(stdout);
	wait_for_signal();
	web_stop(server);
	return CLI_OK;
}

/* Packages are handed to the letter helper by path, whatever folder it stands in. */
static struct text absolute(struct arena *a, const char *path)
{
	char here[4096];
	if (path[0] == '/' || !getcwd(here, sizeof here))
		return text_from(path);
	return text_format(a, "%s/%s", here, path);
}

int cli_serve(int argc, char **argv)
{
	struct errinfo e = {0};
	struct listen where;
	struct app app;
	struct arena *a = arena_new(0);
	bool demo = cli_flag(&argc, argv, "--demo");
	const char *data = cli_option(&argc, argv, "--data");
	const char *address = cli_option(&argc, argv, "--listen");
	const char *otherwise = demo ? "var/demo" : "var/data";
	int result = CLI_USAGE;
	if (cli_options_done(argc, argv) && argc == 1 && parse_listen(address, &where)) {
		struct app_options o = {
		        .data = absolute(a, data ? data : otherwise),
		        .home = cli_home(a),
		        .create = true,
		        .demo = demo,
		        .log_least = LOG_WARN,
		};
		block_signals();
		result = CLI_FAILED;
		if ((demo && demo_fill(o.home, o.data, &e) != OK) || app_open(&app, &o, &e) != OK) {
			cli_fail(&e);
		} else {
			result = run(&app, &where);
			app_close(&app);
		}
	} else {
		fprintf(stderr,
		        "usage: amtsweg serve [--data DIR] [--listen ADDRESS:PORT] [--demo]\n");
	}
	arena_free(a);
	return result;
}
