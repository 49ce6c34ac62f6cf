/* bench/drafts.c - many drafts that only wait to be sent, for tests and measurements.
 *
 *	build/bench/drafts DATA ID CODE COUNT
 *
 * Copies the answers of a draft that was filled by hand (`ID`, opened by its `CODE`) to `COUNT` new
 * ones that belong to nobody, and prints "id code" for each. No server may be running on
 * `DATA`. */
#include "cli/app.h"

#include <pthread.h>

enum { AT_ONCE = 128 };

struct filler {
	struct app app;
	struct draft from;
	struct people_actor nobody;
	pthread_mutex_t lock;
	pthread_cond_t change;
	int waiting, failed;
};

struct made {
	struct draft_open open;
	struct draft_save save;
	struct command *command;
};

static void done(void *host, struct command *c)
{
	struct filler *f = host;
	pthread_mutex_lock(&f->lock);
	f->waiting--;
	if (c->result != OK && f->failed++ == 0)
		fprintf(stderr, "%s: %s\n", c->kind, c->error.message);
	pthread_cond_signal(&f->change);
	pthread_mutex_unlock(&f->lock);
}

static void send(struct filler *f, struct arena *a, const char *kind, void *input)
{
	struct command *c = ARENA_NEW(a, struct command);
	struct errinfo e;
	*c = (struct command){
	        .kind = kind, .input = input, .arena = arena_new(0), .done = done, .done_host = f};
	pthread_mutex_lock(&f->lock);
	f->waiting++;
	pthread_mutex_unlock(&f->lock);
	if (store_submit(f->app.store, c, &e) != OK) {
		c->result = e.code;
		c->error = e;
		done(f, c);
	}
}

static void wait_all(struct filler *f)
{
	pthread_mutex_lock(&f->lock);
	while (f->waiting)
		pthread_cond_wait(&f->change, &f->lock);
	pthread_mutex_unlock(&f->lock);
}

static void fill(struct filler *f, int count)
{
	struct arena *a = arena_new(0);
	struct made *m = arena_array(a, (size_t)count, sizeof *m);
	for (int i = 0; i < count; i++) {
		m[i].open = (struct draft_open){
		        .actor = &f->nobody,
		        .authority = f->from.authority,
		        .service = f->from.service,
		        .lock = f->from.lock,
		        .language = f->from.language,
		};
		draft_new_ids(f->app.casework, &m[i].open);
		send(f, a, DRAFT_OPEN, &m[i].open);
	}
	wait_all(f);
	for (int i = 0; i < count; i++) {
		m[i].save = (struct draft_save){
		        .who = {&f->nobody, text_from(m[i].open.code)},
		        .id = text_from(m[i].open.id),
		        .answers = f->from.answers,
		        .address = f->from.address,
		        .version = 1,
		};
		send(f, a, DRAFT_SAVE, &m[i].save);
	}
	wait_all(f);
	for (int i = 0; i < count; i++)
		printf("%s %s\n", m[i].open.id, m[i].open.code);
	arena_free(a);
}

static enum err load(struct filler *f, const char *id, const char *code, struct errinfo *e)
{
	struct db *db;
	struct draft_access who = {&f->nobody, text_from(code)};
	TRY(store_read_begin(f->app.store, &db, e));
	enum err result =
	        draft_load(f->app.casework, db, text_from(id), &who, f->app.arena, &f->from, e);
	store_read_end(f->app.store, db);
	return result;
}

int main(int argc, char **argv)
{
	struct errinfo e = {0};
	struct filler f = {.nobody = {.kind = PEOPLE_ANONYMOUS}};
	struct arena *a = arena_new(0);
	int64_t count = 0;
	if (argc != 5 || !text_int(text_from(argv[4]), &count) || count < 1 || count > 1000000) {
		fprintf(stderr, "usage: drafts DATA ID CODE COUNT\n");
		return 2;
	}
	pthread_mutex_init(&f.lock, NULL);
	pthread_cond_init(&f.change, NULL);
	struct app_options o = {
	        .data = text_from(argv[1]),
	        .home = cli_home(a),
	        .demo = true,
	        .stepwise = true,
	        .log_least = LOG_WARN,
	};
	if (app_open(&f.app, &o, &e) != OK || load(&f, argv[2], argv[3], &e) != OK)
		return cli_fail(&e);
	for (int64_t left = count; left > 0 && !f.failed; left -= AT_ONCE)
		fill(&f, (int)(left < AT_ONCE ? left : AT_ONCE));
	app_close(&f.app);
	arena_free(a);
	return f.failed ? 1 : 0;
}
