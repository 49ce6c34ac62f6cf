/* What the server must withstand: clients that send their head a byte at a time, bodies that
 * never end, answers nobody reads, a stop while requests wait. CONNECTIONS in the environment makes
 * more of them (check-all: 2,000). */
#include "unit.h"

#include "http.h"
#include "web_site.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>

enum { CONNECTIONS = 200, CONNECTIONS_MAX = 4000 };

static size_t connections(void)
{
	const char *want = getenv("CONNECTIONS");
	long n = want ? strtol(want, NULL, 10) : CONNECTIONS;
	struct rlimit l;
	getrlimit(RLIMIT_NOFILE, &l);
	l.rlim_cur = l.rlim_max < 20000 ? l.rlim_max : 20000;
	setrlimit(RLIMIT_NOFILE, &l);
	return n > 0 && n <= CONNECTIONS_MAX ? (size_t)n : CONNECTIONS;
}

static void quick(struct web_config *c, struct site *s)
{
	(void)s;
	c->limits.header_ms = 1500;
	c->limits.body_ms = 1000;
	c->limits.body_rate = 4096;
	c->limits.stop_ms = 1000;
}

static bool closed(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char byte;
	if (poll(&p, 1, 0) <= 0)
		return false;
	ssize_t n = recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK);
	return n == 0 || (n < 0 && errno != EAGAIN);
}

static void header__byte_by_byte__cut_while_pages_stay_fast(void **state)
{
	(void)state;
	static int fds[CONNECTIONS_MAX];
	static const char head[] =
	        "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	size_t count = connections(), open = 0, cut = 0;
	struct site *s = site_start(quick);
	int64_t start = monotonic_ms(), slowest = 0, first_cut = 0;
	for (size_t i = 0; i < count; i++) {
		fds[i] = http_connect(s->port);
		assert_true(fds[i] >= 0);
	}
	for (size_t round = 0; monotonic_ms() - start < 4000 && cut < count; round++) {
		cut = open = 0;
		for (size_t i = 0; i < count; i++) {
			if (closed(fds[i]))
				cut++;
			else if (round < sizeof head - 1)
				send(fds[i], head + round, 1, MSG_NOSIGNAL);
		}
		if (cut && !first_cut)
			first_cut = monotonic_ms() - start;
		int64_t before = monotonic_ms();
		struct http_answer a = http_get(s->port, "/", "");
		int64_t took = monotonic_ms() - before;
		slowest = took > slowest ? took : slowest;
		assert_int_equal(a.status, 200);
		http_free(&a);
		site_sleep(100);
	}
	for (size_t i = 0; i < count; i++)
		close(fds[i]);
	site_stop(s);
	if (cut != count)
		fail_msg("%zu of %zu are still open", count - cut, count);
	assert_in_range(first_cut, 1400, 3900);
	if (slowest > 500)
		fail_msg("a page took %lld ms meanwhile", (long long)slowest);
}

static void header__second_request_slow__cut_too(void **state)
{
	(void)state;
	struct site *s = site_start(quick);
	const char first[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT";
	int fd = http_connect(s->port);
	int64_t start = monotonic_ms();
	http_send(fd, first, sizeof first - 1);
	struct http_answer a = http_read(fd);
	assert_int_equal(a.status, 200);
	assert_in_range(monotonic_ms() - start, 1400, 3500);
	http_free(&a);
	close(fd);
	site_stop(s);
}

static void body__slower_than_allowed__cut(void **state)
{
	(void)state;
	struct site *s = site_start(quick);
	const char head[] =
	        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\nContent-Type: "
	        "application/x-www-form-urlencoded\r\n\r\n";
	int fd = http_connect(s->port);
	int64_t start = monotonic_ms();
	http_send(fd, head, sizeof head - 1);
	while (!closed(fd) && monotonic_ms() - start < 5000) {
		send(fd, "a", 1, MSG_NOSIGNAL);
		site_sleep(50);
	}
	assert_in_range(monotonic_ms() - start, 900, 3000);
	close(fd);
	site_stop(s);
}

static size_t ticket_count(struct site *s)
{
	pthread_mutex_lock(&s->lock);
	size_t count = s->ticket_count;
	pthread_mutex_unlock(&s->lock);
	return count;
}

static void stop__requests_wait__every_one_answered_or_closed(void **state)
{
	(void)state;
	enum { WAITING = 100 };
	int fds[WAITING];
	struct site *s = site_start(quick);
	const char request[] = "GET /warten HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
	for (size_t i = 0; i < WAITING; i++) {
		fds[i] = http_connect(s->port);
		http_send(fds[i], request, sizeof request - 1);
	}
	for (int i = 0; i < 1000 && ticket_count(s) < WAITING; i++)
		site_sleep(5);
	assert_int_equal(ticket_count(s), WAITING);
	for (size_t i = 0; i < WAITING / 2; i++)
		assert_true(web_answer_put(s->tickets[i], OK, NULL, (void *)(uintptr_t) "done"));
	web_stop(s->server);
	for (size_t i = WAITING / 2; i < WAITING; i++)
		assert_false(web_answer_put(s->tickets[i], OK, NULL, (void *)(uintptr_t) "late"));
	int done = 0, refused = 0;
	for (size_t i = 0; i < WAITING; i++) {
		struct http_answer a = http_read(fds[i]);
		done += a.status == 200;
		refused += a.status == 503;
		http_free(&a);
		close(fds[i]);
	}
	assert_int_equal(done, WAITING / 2);
	assert_int_equal(refused, WAITING / 2);
	site_free(s);
}

struct load {
	int port;
	_Atomic bool end;
	_Atomic int ok, refused, other;
};

static void *keep_asking(void *ptr)
{
	struct load *l = ptr;
	while (!l->end) {
		struct http_answer a = http_get(l->port, "/warten?ms=3000", "");
		if (a.status == 200)
			l->ok++;
		else if (a.status == 503 || a.status == 0)
			l->refused++;
		else
			l->other++;
		http_free(&a);
	}
	return NULL;
}

static void *keep_answering(void *ptr)
{
	struct site *s = ptr;
	for (;;) {
		struct web_ticket *t = NULL;
		pthread_mutex_lock(&s->lock);
		bool end = s->ticket_count == SIZE_MAX;
		if (!end && s->ticket_count)
			t = s->tickets[--s->ticket_count];
		pthread_mutex_unlock(&s->lock);
		if (end)
			return NULL;
		if (t)
			web_answer_put(t, OK, NULL, (void *)(uintptr_t) "done");
		else
			site_sleep(1);
	}
}

static void stop__under_load__ends_in_time(void **state)
{
	(void)state;
	enum { ASKING = 16 };
	struct site *s = site_start(quick);
	struct load l = {.port = s->port};
	pthread_t asking[ASKING], answering;
	pthread_create(&answering, NULL, keep_answering, s);
	for (size_t i = 0; i < ASKING; i++)
		pthread_create(&asking[i], NULL, keep_asking, &l);
	site_sleep(1000);
	int64_t start = monotonic_ms();
	web_stop(s->server);
	int64_t took = monotonic_ms() - start;
	l.end = true;
	for (size_t i = 0; i < ASKING; i++)
		pthread_join(asking[i], NULL);
	for (bool left = true; left;) { /* let the other side answer what it still holds */
		pthread_mutex_lock(&s->lock);
		left = s->ticket_count > 0;
		if (!left)
			s->ticket_count = SIZE_MAX;
		pthread_mutex_unlock(&s->lock);
	}
	pthread_join(answering, NULL);
	site_free(s);
	if (took > 4000)
		fail_msg("stopping took %lld ms", (long long)took);
	assert_true(l.ok > 100);
	assert_int_equal(l.other, 0);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(header__byte_by_byte__cut_while_pages_stay_fast),
	        cmocka_unit_test(header__second_request_slow__cut_too),
	        cmocka_unit_test(body__slower_than_allowed__cut),
	        cmocka_unit_test(stop__requests_wait__every_one_answered_or_closed),
	        cmocka_unit_test(stop__under_load__ends_in_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
