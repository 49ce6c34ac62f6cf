/* Absolute deadlines. libmicrohttpd's own timeout starts again with every byte, so a client
 * that sends one byte a second would stay for ever. One thread looks at all connections: who
 * is late is shut down (never closed: the socket's number could belong to another by then;
 * the record lives until the close callback). It also ends tickets nobody answered. */
#include "web/web_int.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

enum { REAPER_ROUND_MS = 100 };

struct web_conn *conn_open(struct web_server *s, int fd)
{
	struct web_conn *c = calloc(1, sizeof *c);
	check(c != NULL);
	c->fd = fd;
	c->deadline_ms = monotonic_ms() + s->config.limits.header_ms;
	pthread_mutex_lock(&s->lock);
	c->after = s->conns;
	if (s->conns)
		s->conns->before = c;
	s->conns = c;
	pthread_mutex_unlock(&s->lock);
	return c;
}

void conn_close(struct web_server *s, struct web_conn *c)
{
	pthread_mutex_lock(&s->lock);
	if (c->before)
		c->before->after = c->after;
	else
		s->conns = c->after;
	if (c->after)
		c->after->before = c->before;
	pthread_mutex_unlock(&s->lock);
	free(c->target);
	free(c);
}

static void cut_late(struct web_server *s, int64_t now)
{
	for (struct web_conn *c = s->conns; c; c = c->after) {
		int64_t deadline = c->deadline_ms;
		if (deadline == 0 || deadline > now)
			continue;
		shutdown(c->fd, SHUT_RDWR);
		c->deadline_ms = 0;
	}
}

/* Tickets ------------------------------------------------------------------------------------ */

static void unlink_ticket(struct web_server *s, struct web_ticket *t)
{
	if (t->before)
		t->before->after = t->after;
	else
		s->tickets = t->after;
	if (t->after)
		t->after->before = t->before;
	t->before = t->after = NULL;
}

static void wake_call(struct web_call *c, enum err code, const struct errinfo *error, void *data)
{
	c->answer = (struct web_answer){.code = code, .data = data};
	if (error)
		c->answer.error = *error;
	atomic_store(&c->state, CALL_RESUMED);
	MHD_resume_connection(c->mhd);
}

static void end_late(struct web_server *s, int64_t now)
{
	for (struct web_ticket *t = s->tickets, *next; t; t = next) {
		next = t->after;
		if (t->deadline_ms > now && !s->cut_waits)
			continue;
		struct web_call *c = atomic_exchange(&t->call, NULL);
		if (!c)
			continue; /* being answered right now */
		unlink_ticket(s, t);
		struct errinfo e = {0};
		fail(&e, ERR_BUSY, "nobody answered in time");
		wake_call(c, ERR_BUSY, &e, NULL);
	}
}

struct web_ticket *web_wait(struct web_request *r, int deadline_ms,
        enum err (*resume)(struct web_request *r, const struct web_answer *answer, void *state,
                struct errinfo *e),
        void *state)
{
	struct web_call *c = call_of(r);
	struct web_server *s = r->server;
	struct web_ticket *t = calloc(1, sizeof *t);
	check(t != NULL && deadline_ms >= 1 && deadline_ms <= 60000);
	check(atomic_load(&c->state) != CALL_WAITING);
	t->server = s;
	t->deadline_ms = monotonic_ms() + deadline_ms;
	c->resume = resume;
	c->resume_state = state;
	pthread_mutex_lock(&s->lock);
	if (s->cut_waits) {
		c->answer = (struct web_answer){.code = ERR_BUSY};
		fail(&c->answer.error, ERR_BUSY, "the server stops");
		c->stopping = true;
		atomic_store(&c->state, CALL_RESUMED);
	} else {
		atomic_store(&c->state, CALL_WAITING);
		c->conn->deadline_ms = 0;
		MHD_suspend_connection(c->mhd);
		atomic_store(&t->call, c);
		t->after = s->tickets;
		if (s->tickets)
			s->tickets->before = t;
		s->tickets = t;
	}
	pthread_mutex_unlock(&s->lock);
	return t;
}

bool web_answer_put(struct web_ticket *t, enum err code, const struct errinfo *error, void *data)
{
	struct web_call *c = atomic_exchange(&t->call, NULL);
	if (c) {
		struct web_server *s = t->server; /* lives: a suspended call is in it */
		pthread_mutex_lock(&s->lock);
		unlink_ticket(s, t);
		pthread_mutex_unlock(&s->lock);
		wake_call(c, code, error, data);
	}
	free(t);
	return c != NULL;
}

/* The thread ----------------------------------------------------------------------------------- */

static void wait_round(struct web_server *s)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_nsec += REAPER_ROUND_MS * 1000000L;
	if (t.tv_nsec >= 1000000000L) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000L;
	}
	pthread_cond_timedwait(&s->wake, &s->lock, &t);
}

static void *reap(void *server)
{
	struct web_server *s = server;
	pthread_mutex_lock(&s->lock);
	while (!s->end_reaper) {
		int64_t now = monotonic_ms();
		cut_late(s, now);
		end_late(s, now);
		wait_round(s);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

enum err reaper_start(struct web_server *s, struct errinfo *e)
{
	if (pthread_create(&s->reaper, NULL, reap, s) != 0)
		return fail(e, ERR_IO, "no thread for the deadlines");
	s->reaper_runs = true;
	return OK;
}

void reaper_cut_waits(struct web_server *s)
{
	pthread_mutex_lock(&s->lock);
	s->cut_waits = true;
	end_late(s, monotonic_ms());
	pthread_mutex_unlock(&s->lock);
}

bool reaper_waits(struct web_server *s)
{
	pthread_mutex_lock(&s->lock);
	bool waits = s->tickets != NULL;
	pthread_mutex_unlock(&s->lock);
	return waits;
}

void reaper_end(struct web_server *s)
{
	if (!s->reaper_runs)
		return;
	pthread_mutex_lock(&s->lock);
	s->end_reaper = true;
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->reaper, NULL);
	s->reaper_runs = false;
}
