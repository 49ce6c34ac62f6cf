/* Moving the clock of the demonstration: on a worker, until what fell due has been done. */
#include "web/control/control.h"

#include <time.h>

enum { SETTLE_MS = 8000, LOOK_MS = 50, DAY_MS = 24 * 60 * 60 * 1000 };

struct moving {
	struct web_app *app;
	struct web_ticket *ticket;
	int64_t days;
};

struct moved {
	struct text path;
};

static void sleep_ms(long ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
	nanosleep(&t, NULL);
}

static bool is_quiet(struct web_app *app)
{
	struct store *s = casework_store(app->casework);
	struct casework_counts c = {0};
	struct errinfo ignored;
	struct db *db = NULL;
	if (store_read_begin(s, &db, &ignored) != OK)
		return true;
	enum err code = casework_count(app->casework, db, &c, &ignored);
	store_read_end(s, db);
	return code != OK || (c.timers_due == 0 && c.outbox == 0);
}

static void move(void *ptr)
{
	struct moving *m = ptr;
	m->app->move_clock(m->app->clock_self, m->days * DAY_MS);
	int quiet = 0;
	for (int waited = 0; waited < SETTLE_MS && quiet < 4; waited += LOOK_MS) {
		sleep_ms(LOOK_MS);
		quiet = is_quiet(m->app) ? quiet + 1 : 0;
	}
	web_answer_put(m->ticket, OK, NULL, NULL);
	free(m);
}

static void drop(void *ptr)
{
	struct moving *m = ptr;
	struct errinfo e;
	web_answer_put(m->ticket, fail(&e, ERR_BUSY, "too much is waiting"), &e, NULL);
	free(m);
}

static enum err moved(
        struct web_request *r, const struct web_answer *answer, void *state, struct errinfo *e)
{
	const struct moved *m = state;
	if (answer->code == OK)
		return web_redirect(r, m->path, e);
	*e = answer->error;
	return answer->code;
}

enum err control_clock_post(struct web_request *r, struct errinfo *e)
{
	struct web_app *app = web_app(r);
	int64_t days = 0;
	bool known =
	        text_int(web_field(r, "tage"), &days) && (days == 1 || days == 7 || days == 28);
	if (!app->move_clock)
		return fail(e, ERR_NOT_FOUND, "the clock moves only in the demonstration");
	if (!known)
		return fail(e, ERR_INVALID, "1, 7 or 28 days");
	struct moving *m = malloc(sizeof *m);
	if (!m)
		return fail(e, ERR_FULL, "no memory");
	struct moved *state = ARENA_NEW(r->arena, struct moved);
	int64_t since = casework_now(app->casework).ms + days * DAY_MS;
	state->path = text_format(r->arena, "/leitstand?bewegt=%lld&seit=%lld#geschehen",
	        (long long)days, (long long)since);
	struct web_server *server = r->server;
	*m = (struct moving){.app = app, .days = days};
	m->ticket = web_wait(r, CONTROL_WAIT_MS, moved, state);
	web_work(server, move, drop, m);
	return OK;
}
