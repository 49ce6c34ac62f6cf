/* Threads for work that takes long (hashing passwords, encrypting and writing blobs), so that
 * no HTTP thread waits; and commands of the store that are prepared there. */
#include "web/guard.h"

#include <stdlib.h>

enum { WORKERS = 2, JOBS_MAX = 256 };

struct work {
	struct work *next;
	void (*run)(void *ptr);
	void (*drop)(void *ptr);
	void *ptr;
};

struct web_workers {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t threads[WORKERS];
	int running;
	bool end;
	struct work *first, **last;
	size_t count;
};

static struct work *take(struct web_workers *w)
{
	pthread_mutex_lock(&w->lock);
	while (!w->first && !w->end)
		pthread_cond_wait(&w->wake, &w->lock);
	struct work *j = w->first;
	if (j) {
		w->first = j->next;
		if (!w->first)
			w->last = &w->first;
		w->count--;
	}
	pthread_mutex_unlock(&w->lock);
	return j;
}

static void *work(void *workers)
{
	struct work *j;
	while ((j = take(workers))) {
		j->run(j->ptr);
		free(j);
	}
	return NULL;
}

enum err workers_start(struct web_server *s, struct errinfo *e)
{
	struct web_workers *w = calloc(1, sizeof *w);
	check(w != NULL);
	s->workers = w;
	w->last = &w->first;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->wake, NULL);
	for (; w->running < WORKERS; w->running++)
		if (pthread_create(&w->threads[w->running], NULL, work, w) != 0)
			return fail(e, ERR_IO, "no thread for the work behind pages");
	return OK;
}

void workers_end(struct web_server *s)
{
	struct web_workers *w = s->workers;
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->end = true;
	struct work *rest = w->first;
	w->first = NULL;
	w->last = &w->first;
	pthread_cond_broadcast(&w->wake);
	pthread_mutex_unlock(&w->lock);
	for (int i = 0; i < w->running; i++)
		pthread_join(w->threads[i], NULL);
	while (rest) {
		struct work *j = rest;
		rest = j->next;
		j->drop(j->ptr);
		free(j);
	}
	pthread_cond_destroy(&w->wake);
	pthread_mutex_destroy(&w->lock);
	free(w);
	s->workers = NULL;
}

void web_work(struct web_server *s, void (*run)(void *ptr), void (*drop)(void *ptr), void *ptr)
{
	struct web_workers *w = s->workers;
	struct work *j = calloc(1, sizeof *j);
	check(j != NULL);
	*j = (struct work){NULL, run, drop, ptr};
	pthread_mutex_lock(&w->lock);
	bool room = w->count < JOBS_MAX && !w->end;
	if (room) {
		*w->last = j;
		w->last = &j->next;
		w->count++;
		pthread_cond_signal(&w->wake);
	}
	pthread_mutex_unlock(&w->lock);
	if (room)
		return;
	drop(ptr);
	free(j);
}

/* Commands ------------------------------------------------------------------------------------ */

struct job {
	struct command command; /* first: who has the command has the job */
	struct web_ticket *ticket;
	struct store *store;
};

static void job_free(void *ptr)
{
	struct job *j = ptr;
	arena_free(j->command.arena);
	free(j);
}

static void job_answer(struct job *j, enum err code, const struct errinfo *e)
{
	if (!web_answer_put(j->ticket, code, e, j))
		job_free(j);
}

/* Writer thread: the commit happened, or failed. */
static void job_done(void *job, struct command *c)
{
	job_answer(job, c->result, &c->error);
}

static void job_run(void *job)
{
	struct job *j = job;
	struct errinfo e = {0};
	enum err code = store_submit(j->store, &j->command, &e);
	if (code != OK)
		job_answer(j, code, &e);
}

static void job_drop(void *job)
{
	struct errinfo e = {0};
	fail(&e, ERR_BUSY, "too much is waiting for the workers, or the server stops");
	job_answer(job, ERR_BUSY, &e);
}

struct command *web_command(const char *kind)
{
	struct job *j = calloc(1, sizeof *j);
	check(j != NULL);
	j->command.kind = kind;
	j->command.arena = arena_new(0);
	j->command.done = job_done;
	j->command.done_host = j;
	return &j->command;
}

/* Between the writer's answer and the page: the command lives until the request ends. */
static enum err job_resume(
        struct web_request *r, const struct web_answer *answer, void *state, struct errinfo *e)
{
	struct web_call *c = call_of(r);
	struct job *j = answer->data;
	(void)state;
	if (j)
		web_on_end(r, job_free, j);
	return c->after_command(
	        r, j ? &j->command : NULL, answer->code, &answer->error, c->after_state, e);
}

enum err web_run(struct web_request *r, struct command *command, int deadline_ms,
        enum err (*resume)(struct web_request *r, struct command *c, enum err code,
                const struct errinfo *why, void *state, struct errinfo *e),
        void *state, struct errinfo *e)
{
	struct web_call *c = call_of(r);
	struct web_server *s = r->server;
	struct job *j = command->done_host;
	if (!s->config.store) {
		job_free(j);
		return fail(e, ERR_INTERNAL, "there is no store behind this server");
	}
	c->after_command = resume;
	c->after_state = state;
	j->store = s->config.store;
	j->ticket = web_wait(r, deadline_ms, job_resume, NULL);
	web_work(s, job_run, job_drop, j);
	return OK;
}
