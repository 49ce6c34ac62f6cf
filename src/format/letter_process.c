#include "format/letter_process.h"

#include "base/world.h"
#include "format/letter.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PROCESS_DATA_MAX = 1 << 30, /* bytes; Node and the fonts need about 150 MB */
	LENGTHS_SIZE = 8,
};

/* Between fork and exec: only calls that are safe there. */
static _Noreturn void child_run(int fd, const char *node, const char *script, pid_t parent)
{
	char *const arguments[] = {(char *)(uintptr_t)node, (char *)(uintptr_t)script, NULL};
	char *const environment[] = {NULL};
	const struct rlimit data = {PROCESS_DATA_MAX, PROCESS_DATA_MAX};
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setpgid(0, 0);
	setrlimit(RLIMIT_DATA, &data);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent && dup2(fd, 0) == 0 && dup2(fd, 1) == 1)
		execve(node, arguments, environment);
	_exit(127);
}

enum err letter_process_start(
        struct letter_process *p, const char *node, const char *script, struct errinfo *e)
{
	int ends[2];
	check(p->pid == 0);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return fail(e, ERR_IO, "letter helper: no socket pair: %s", strerror(errno));
	pid_t parent = getpid();
	pid_t pid = fork();
	if (pid == 0)
		child_run(ends[1], node, script, parent);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return fail(e, ERR_IO, "letter helper: no process: %s", strerror(errno));
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	*p = (struct letter_process){.pid = pid, .fd = ends[0]};
	return OK;
}

void letter_process_kill(struct letter_process *p)
{
	if (p->pid == 0)
		return;
	close(p->fd);
	kill(p->pid, SIGKILL);
	while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	*p = (struct letter_process){0};
}

static enum err wait_for(int fd, short events, int64_t deadline_ms, struct errinfo *e)
{
	for (;;) {
		int64_t left = deadline_ms - monotonic_ms();
		if (left <= 0)
			return fail(e, ERR_BUSY, "letter helper: no answer in time");
		struct pollfd wanted = {.fd = fd, .events = events};
		int ready = poll(&wanted, 1, left > 60000 ? 60000 : (int)left);
		if (ready > 0)
			return OK;
		if (ready < 0 && errno != EINTR)
			return fail(e, ERR_IO, "letter helper: %s", strerror(errno));
	}
}

static enum err send_all(int fd, struct text t, int64_t deadline_ms, struct errinfo *e)
{
	while (t.len) {
		ssize_t sent = send(fd, t.ptr, t.len, MSG_NOSIGNAL);
		if (sent >= 0)
			t = text_part(t, (size_t)sent, t.len);
		else if (errno == EAGAIN)
			TRY(wait_for(fd, POLLOUT, deadline_ms, e));
		else if (errno != EINTR)
			return fail(e, ERR_IO, "letter helper died: %s", strerror(errno));
	}
	return OK;
}

static enum err receive_all(int fd, char *to, size_t size, int64_t deadline_ms, struct errinfo *e)
{
	while (size) {
		ssize_t got = recv(fd, to, size, 0);
		if (got > 0) {
			to += got;
			size -= (size_t)got;
		} else if (got == 0) {
			return fail(e, ERR_IO, "letter helper died");
		} else if (errno == EAGAIN) {
			TRY(wait_for(fd, POLLIN, deadline_ms, e));
		} else if (errno != EINTR) {
			return fail(e, ERR_IO, "letter helper died: %s", strerror(errno));
		}
	}
	return OK;
}

static void length_put(unsigned char *out, size_t length)
{
	for (int i = 0; i < 4; i++)
		out[i] = (unsigned char)(length >> (24 - 8 * i));
}

static size_t length_take(const unsigned char *in)
{
	size_t length = 0;
	for (int i = 0; i < 4; i++)
		length = length << 8 | in[i];
	return length;
}

enum err letter_process_send(
        struct letter_process *p, struct letter_frame frame, int64_t deadline_ms, struct errinfo *e)
{
	unsigned char lengths[LENGTHS_SIZE];
	length_put(lengths, frame.head.len);
	length_put(lengths + 4, frame.body.len);
	struct text start = {(const char *)lengths, sizeof lengths};
	TRY(send_all(p->fd, start, deadline_ms, e));
	TRY(send_all(p->fd, frame.head, deadline_ms, e));
	return send_all(p->fd, frame.body, deadline_ms, e);
}

enum err letter_process_receive(struct letter_process *p, struct arena *a, struct letter_frame *out,
        int64_t deadline_ms, struct errinfo *e)
{
	unsigned char lengths[LENGTHS_SIZE];
	TRY(receive_all(p->fd, (char *)lengths, sizeof lengths, deadline_ms, e));
	size_t head = length_take(lengths), body = length_take(lengths + 4);
	if (head > LETTER_HEAD_MAX || body > LETTER_ANSWER_MAX)
		return fail(e, ERR_LIMIT, "letter helper: an answer of %zu bytes", head + body);
	char *bytes = arena_alloc(a, head + body);
	TRY(receive_all(p->fd, bytes, head + body, deadline_ms, e));
	out->head = (struct text){bytes, head};
	out->body = (struct text){bytes + head, body};
	return OK;
}
