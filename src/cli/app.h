/* cli/app.h - everything the running program holds, opened in order and closed in reverse. */
#ifndef CLI_APP_H
#define CLI_APP_H

#include "casework/casework.h"
#include "cli/cli.h"
#include "people/people.h"

#include <stdatomic.h>

/* The clock of cases. In the demonstration it can be moved forward; sessions use the real
 * one. */
struct app_clock {
	struct clock real;
	_Atomic int64_t offset_ms;
	_Atomic int64_t fixed_ms; /* not 0: it stands still there (filling the demonstration) */
};

struct app_options {
	struct text data; /* data directory */
	struct text home; /* of the program's files */
	bool create;
	bool demo;
	bool stepwise; /* no threads (filling the demonstration) */
	enum log_level log_least;
};

struct app {
	struct arena *arena;
	struct app_options o;
	struct app_clock clock;
	struct clock case_clock;
	struct log log;
	const struct zone *zone;
	struct texts *texts;
	struct store *store;
	struct people *people;
	struct people_demo *demo_people;
	const struct people_citizen *demo_persons;
	size_t demo_person_count;
	struct service_shelf *shelf;
	struct letter_helper *letters;
	struct casework *casework;
	struct service_publication news;
	struct errinfo letters_missing; /* why there is no letter helper, code OK otherwise */
};

/* Open the data directory and everything above it; publishes the packages of the program's
 * own services/ and authorities/. On an error everything is closed again. */
MUST_USE enum err app_open(struct app *app, const struct app_options *o, struct errinfo *e);
void app_close(struct app *app);

struct instant app_now(void *clock); /* of struct app_clock */
/* "clock.offset_ms": kept in the data directory. */
MUST_USE enum err app_move_clock(struct app *app, int64_t by_ms, struct errinfo *e);

/* Text of a file of the program ("services", "ui/texts"), terminated. */
char *app_path(struct app *app, const char *below);

#endif
