/* web/app.h - what the pages need from the program: `web_request.app` points to one.
 *
 * Made by the command that serves, immutable while the server runs, any thread. */
#ifndef WEB_APP_H
#define WEB_APP_H

#include "casework/casework.h"
#include "web/web.h"

struct web_app {
	struct casework *casework;
	struct casework_services services; /* the same that casework was opened with */
	const struct texts *texts;         /* ui/texts */
	const struct zone *zone;           /* Europe/Berlin */
	struct people *people;
	const struct log *log;
	/* What the start of this server published, and the letter helper (NULL: none): shown on
	 * the control page. */
	const struct service_publication *news;
	struct letter_helper *letters;
	bool demo;
	/* Demonstration only: move the clock of cases forward. NULL elsewhere. */
	void (*move_clock)(void *self, int64_t by_ms);
	void *clock_self;
};

/* The parts of the site. */
extern const struct web_module portal_module, desk_module, control_module;

static inline struct web_app *web_app(const struct web_request *r)
{
	return r->app;
}

#endif
