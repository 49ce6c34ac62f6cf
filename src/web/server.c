/* Starting and stopping, and the way of a request through the server. */
#include "web/guard.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	CONNECTION_MEMORY = 64 << 10,
	BACKLOG = 1024,
	REQUEST_MEMORY = 64 << 20, /* soft limit of the arena of a request */
};

/* A request ------------------------------------------------------------------------------------ */

static struct web_call *call_new(struct web_server *s, struct MHD_Connection *mhd)
{
	struct arena *a = arena_new(REQUEST_MEMORY);
	struct web_call *c = ARENA_NEW(a, struct web_call);
	const union MHD_ConnectionInfo *info =
	        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	c->conn = info->socket_context;
	c->mhd = mhd;
	c->started_ms = monotonic_ms();
	c->form.upload.fd = -1;
	c->request.arena = a;
	c->request.server = s;
	c->request.app = s->config.app;
	c->request.texts = s->config.texts;
	c->request.now = clock_now(&s->config.clock);
	c->request.actor = &c->anonymous;
	atomic_fetch_add(&s->calls, 1);
	return c;
}

static void call_end(struct web_call *c)
{
	struct web_server *s = c->request.server;
	while (c->end_count > 0) {
		struct web_end *end = &c->ends[--c->end_count];
		end->end(end->ptr);
	}
	if (c->response && !c->shared)
		MHD_destroy_response(c->response);
	form_end(&c->form);
	arena_free(c->request.arena);
	atomic_fetch_sub(&s->calls, 1);
}

static void answer_error(struct web_call *c, enum err code, const struct errinfo *e)
{
	int status = respond_status(code);
	static const struct {
		const char *key;
		int status;
	} own[] = {{"error.414", 414}, {"error.431", 431}, {"error.405", 405}, {"error.rate", 429},
	        {"error.415", 415}, {"error.422", 422}};
	for (size_t i = 0; e && i < sizeof own / sizeof *own; i++)
		if (strcmp(e->key, own[i].key) == 0)
			status = own[i].status;
	respond_error(c, status, code, e);
}

static void run_handler(struct web_call *c)
{
	struct errinfo e = {0};
	struct web_request *r = &c->request;
	enum err code = guard_check(c, &e);
	if (code == OK && !c->response)
		code = r->route->handle(r, &e);
	while (code == OK && c->stopping) {
		c->stopping = false;
		atomic_store(&c->state, CALL_BODY);
		code = c->resume(r, &c->answer, c->resume_state, &e);
	}
	if (atomic_load(&c->state) != CALL_BODY)
		return; /* suspended */
	if (code == OK && !c->response)
		code = fail(&e, ERR_INTERNAL, "the handler made no answer");
	if (code != OK)
		answer_error(c, code, &e);
}

static void run_resume(struct web_call *c)
{
	struct errinfo e = {0};
	atomic_store(&c->state, CALL_BODY);
	enum err code = c->resume(&c->request, &c->answer, c->resume_state, &e);
	while (code == OK && c->stopping) {
		c->stopping = false;
		atomic_store(&c->state, CALL_BODY);
		code = c->resume(&c->request, &c->answer, c->resume_state, &e);
	}
	if (atomic_load(&c->state) != CALL_BODY)
		return;
	if (code == OK && !c->response)
		code = fail(&e, ERR_INTERNAL, "the handler made no answer");
	if (code != OK)
		answer_error(c, code, &e);
}

static enum MHD_Result send_if_ready(struct web_call *c)
{
	return c->response ? respond_send(c) : MHD_YES;
}

/* The head is complete. Errors that need no body are answered at once; for a POST they cut
 * the body off. */
static enum MHD_Result begin(
        struct web_server *s, struct MHD_Connection *mhd, const char *method, void **context)
{
	struct errinfo e = {0};
	struct web_call *c = call_new(s, mhd);
	*context = c;
	c->conn->deadline_ms = c->started_ms + s->config.limits.body_ms;
	enum err code = request_begin(c, method, &e);
	if (code == OK && atomic_load(&s->stopping))
		code = fail(&e, ERR_BUSY, "the server stops");
	enum err who = guard_identify(c, code == OK ? &e : NULL);
	code = code == OK ? who : code;
	struct text length = web_header(&c->request, "Content-Length");
	int64_t announced = 0;
	if (code == OK && length.len && text_int(length, &announced) && announced > WEB_DRAIN_MAX)
		code = fail(&e, ERR_LIMIT, "the body is larger than anything here");
	if (code == OK && c->request.method == WEB_POST)
		code = form_begin(&c->form, c->request.arena,
		        web_header(&c->request, "Content-Type"), s->config.tmp_dir,
		        guard_may_send_files(c) ? c->request.route->body_max : 0, &e);
	if (code != OK)
		answer_error(c, code, &e);
	/* without a body it can wait for the next call, and the connection stays open */
	return c->request.method == WEB_POST ? send_if_ready(c) : MHD_YES;
}

static enum MHD_Result feed(struct web_call *c, struct text bytes)
{
	struct errinfo e = {0};
	const struct web_limits *l = &c->request.server->config.limits;
	c->body_got += bytes.len;
	c->conn->deadline_ms =
	        c->started_ms + l->body_ms + (int64_t)c->body_got * 1000 / l->body_rate;
	if (c->body_got > WEB_DRAIN_MAX || c->request.method != WEB_POST)
		return MHD_NO;
	if (c->response || atomic_load(&c->state) == CALL_ANSWERED)
		return MHD_YES; /* already refused; the rest is read away */
	enum err code = form_feed(&c->form, bytes, &e);
	if (code == OK)
		return MHD_YES;
	answer_error(c, code, &e);
	return MHD_YES;
}

static void finish_body(struct web_call *c)
{
	struct errinfo e = {0};
	struct web_request *r = &c->request;
	if (c->response)
		return;
	enum err code = r->method == WEB_POST ? form_finish(&c->form, &e) : OK;
	c->body_read = true;
	r->uploads = c->form.uploads;
	r->upload_count = c->form.upload_count;
	r->too_large = c->form.too_large;
	c->conn->deadline_ms = 0; /* ours to be quick now */
	if (code != OK)
		answer_error(c, code, &e);
	else
		run_handler(c);
}

static enum MHD_Result on_request(void *server, struct MHD_Connection *mhd, const char *url,
        const char *method, const char *version, const char *upload, size_t *upload_size,
        void **context)
{
	(void)url;
	(void)version;
	struct web_call *c = *context;
	if (!c)
		return begin(server, mhd, method, context);
	if (*upload_size) {
		struct text bytes = {upload, *upload_size};
		*upload_size = 0;
		return feed(c, bytes);
	}
	int state = atomic_load(&c->state);
	if (state == CALL_RESUMED)
		run_resume(c);
	else if (state == CALL_BODY)
		finish_body(c);
	return send_if_ready(c);
}

static void log_request(const struct web_call *c)
{
	const struct web_server *s = c->request.server;
	char status[16], ms[24], size[24];
	const struct web_route *route = c->request.route;
	if (!s->config.log || s->config.log->least > LOG_INFO)
		return;
	snprintf(status, sizeof status, "%d", c->status);
	snprintf(ms, sizeof ms, "%lld", (long long)(monotonic_ms() - c->started_ms));
	snprintf(size, sizeof size, "%zu", c->response_size);
	log_event(s->config.log, LOG_INFO, "http", "method",
	        c->request.method == WEB_POST ? "POST" : "GET", "route", route ? route->path : "",
	        "status", status, "ms", ms, "bytes", size, NULL);
}

static void on_completed(void *server, struct MHD_Connection *mhd, void **context,
        enum MHD_RequestTerminationCode why)
{
	(void)mhd;
	(void)why;
	struct web_server *s = server;
	struct web_call *c = *context;
	if (!c)
		return;
	log_request(c);
	free(c->conn->target);
	c->conn->target = NULL;
	c->conn->deadline_ms = monotonic_ms() + s->config.limits.header_ms;
	call_end(c);
	*context = NULL;
}

/* Connections ------------------------------------------------------------------------------------
 */

static void put_address(struct web_conn *conn, struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info =
	        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *sa = info ? info->client_addr : NULL;
	if (sa && sa->sa_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)sa)->sin_addr,
		        conn->address, sizeof conn->address);
	if (sa && sa->sa_family == AF_INET6)
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr,
		        conn->address, sizeof conn->address);
}

static void on_connection(void *server, struct MHD_Connection *mhd, void **context,
        enum MHD_ConnectionNotificationCode what)
{
	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		conn_close(server, *context);
		*context = NULL;
		return;
	}
	int on = 1;
	int fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	struct web_conn *conn = conn_open(server, fd);
	put_address(conn, mhd);
	*context = conn;
}

static void *on_target(void *server, const char *target, struct MHD_Connection *mhd)
{
	(void)server;
	struct web_conn *conn =
	        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
	size_t len = strnlen(target, WEB_TARGET_MAX + 1);
	free(conn->target);
	conn->target = malloc(len + 1);
	check(conn->target != NULL);
	memcpy(conn->target, target, len);
	conn->target[len] = '\0';
	return NULL;
}

static size_t no_unescape(void *cls, struct MHD_Connection *mhd, char *s)
{
	(void)cls;
	(void)mhd;
	return strlen(s);
}

PRINTF_LIKE(2, 0)
static void on_log(void *server, const char *format, va_list args)
{
	struct web_server *s = server;
	char line[256];
	vsnprintf(line, sizeof line, format, args);
	line[strcspn(line, "\n")] = '\0';
	log_event(s->config.log, LOG_DEBUG, "http.library", "message", line, NULL);
}

static enum err open_socket(struct web_server *s, struct errinfo *e)
{
	struct sockaddr_in v4 = {
	        .sin_family = AF_INET, .sin_port = htons((uint16_t)s->config.port)};
	struct sockaddr_in6 v6 = {
	        .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)s->config.port)};
	const char *address = s->config.address ? s->config.address : "127.0.0.1";
	bool is_v4 = inet_pton(AF_INET, address, &v4.sin_addr) == 1;
	if (!is_v4 && inet_pton(AF_INET6, address, &v6.sin6_addr) != 1)
		return fail(e, ERR_INVALID, "'%s' is no IP address", address);
	int fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM, 0), on = 1;
	const struct sockaddr *sa = is_v4 ? (const void *)&v4 : (const void *)&v6;
	socklen_t size = is_v4 ? sizeof v4 : sizeof v6;
	if (fd < 0)
		return fail(e, ERR_IO, "socket: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, sa, size) != 0 || listen(fd, BACKLOG) != 0) {
		enum err code = errno == EADDRINUSE ? ERR_CONFLICT : ERR_IO;
		fail(e, code, "%s port %d: %s", address, s->config.port, strerror(errno));
		close(fd);
		return code;
	}
	struct sockaddr_storage got;
	socklen_t got_size = sizeof got;
	if (getsockname(fd, (struct sockaddr *)&got, &got_size) == 0)
		s->port = ntohs(is_v4 ? ((struct sockaddr_in *)&got)->sin_port
		                      : ((struct sockaddr_in6 *)&got)->sin6_port);
	s->listen_fd = fd;
	return OK;
}

/* Starting ---------------------------------------------------------------------------------------
 */

static void set_defaults(struct web_server *s)
{
	struct web_limits *l = &s->config.limits;
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	l->header_ms = l->header_ms ? l->header_ms : 10000;
	l->body_ms = l->body_ms ? l->body_ms : 30000;
	l->body_rate = l->body_rate ? l->body_rate : 16384;
	l->stop_ms = l->stop_ms ? l->stop_ms : 5000;
	l->connections_max = l->connections_max ? l->connections_max : 8192;
	if (!l->threads)
		l->threads = cores > 16 ? 16 : cores < 2 ? 2 : (int)cores;
	unsigned char zero[32] = {0};
	memcpy(s->key, s->config.key, sizeof s->key);
	if (memcmp(s->key, zero, sizeof zero) == 0)
		random_fill(&s->config.random, s->key, sizeof s->key);
}

/* Each connection is a file; the soft limit of 1,024 would be less than connections_max. */
static void raise_file_limit(struct web_server *s)
{
	struct rlimit l;
	rlim_t want = (rlim_t)s->config.limits.connections_max + 512;
	if (getrlimit(RLIMIT_NOFILE, &l) != 0 || l.rlim_cur >= want)
		return;
	l.rlim_cur = l.rlim_max == RLIM_INFINITY || l.rlim_max > want ? want : l.rlim_max;
	setrlimit(RLIMIT_NOFILE, &l);
	if (l.rlim_cur < want && l.rlim_cur > 256)
		s->config.limits.connections_max = (int)l.rlim_cur - 128;
}

static int by_address(const void *a, const void *b)
{
	uintptr_t x = (uintptr_t)((const struct web_compiled *)a)->page;
	uintptr_t y = (uintptr_t)((const struct web_compiled *)b)->page;
	return x < y ? -1 : x > y;
}

static enum err compile_pages(struct web_server *s, const struct web_module *m, struct errinfo *e)
{
	for (size_t i = 0; i < m->page_count; i++) {
		struct web_compiled *c = ARENA_PUSH(s->arena, s->pages, s->page_count, s->page_cap);
		c->page = m->pages[i];
		TRY(html_compile(s->html, c->page->name, c->page->type, &c->html, e));
	}
	return OK;
}

static enum err load(struct web_server *s, struct errinfo *e)
{
	size_t count = s->config.module_count + 1;
	const struct web_module **modules = ARENA_ARRAY(s->arena, count, const struct web_module *);
	modules[0] = &web_builtin_module;
	for (size_t i = 1; i < count; i++)
		modules[i] = s->config.modules[i - 1];
	TRY(table_build(s->arena, modules, count, &s->table, e));
	TRY(assets_load(s, text_format(s->arena, "%s/static", s->config.ui_dir).ptr, e));
	s->html = html_new(s->arena, text_format(s->arena, "%s/pages", s->config.ui_dir).ptr,
	        s->config.texts, "page", &web_frame_type);
	html_set_asset(s->html, assets_address, s);
	for (size_t i = 0; i < count; i++)
		TRY(compile_pages(s, modules[i], e));
	qsort(s->pages, s->page_count, sizeof *s->pages, by_address);
	return OK;
}

static enum err start_daemon(struct web_server *s, struct errinfo *e)
{
	const struct web_limits *l = &s->config.limits;
	struct MHD_OptionItem options[] = {
	        {MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)on_log, s},
	        {MHD_OPTION_LISTEN_SOCKET, s->listen_fd, NULL},
	        {MHD_OPTION_THREAD_POOL_SIZE, l->threads, NULL},
	        {MHD_OPTION_CONNECTION_LIMIT, l->connections_max, NULL},
	        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL},
	        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, s},
	        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, s},
	        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)on_target, s},
	        {MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)no_unescape, NULL},
	        {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
	        {MHD_OPTION_END, 0, NULL},
	};
	s->daemon = MHD_start_daemon(
	        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0,
	        NULL, NULL, on_request, s, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
	if (!s->daemon)
		return fail(e, ERR_IO, "the HTTP server does not start");
	return OK;
}

static void server_free(struct web_server *s)
{
	assets_free(s);
	kept_free(s);
	pthread_cond_destroy(&s->wake);
	pthread_mutex_destroy(&s->lock);
	sodium_memzero(s->key, sizeof s->key);
	arena_free(s->arena);
}

static struct web_server *server_new(const struct web_config *config)
{
	struct arena *a = arena_new(0);
	struct web_server *s = ARENA_NEW(a, struct web_server);
	pthread_condattr_t attr;
	s->arena = a;
	s->config = *config;
	s->listen_fd = -1;
	pthread_mutex_init(&s->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&s->wake, &attr);
	pthread_condattr_destroy(&attr);
	set_defaults(s);
	return s;
}

enum err web_start(const struct web_config *c, struct web_server **out, struct errinfo *e)
{
	if (sodium_init() < 0)
		return fail(e, ERR_INTERNAL, "libsodium does not start");
	struct web_server *s = server_new(c);
	raise_file_limit(s);
	enum err code = load(s, e);
	if (code == OK)
		code = open_socket(s, e);
	if (code == OK)
		code = reaper_start(s, e);
	if (code == OK)
		code = workers_start(s, e);
	if (code == OK)
		code = start_daemon(s, e);
	if (code != OK) {
		workers_end(s);
		reaper_end(s);
		if (s->listen_fd >= 0)
			close(s->listen_fd);
		server_free(s);
		return code;
	}
	*out = s;
	return OK;
}

int web_port(const struct web_server *s)
{
	return s->port;
}

static void sleep_ms(int ms)
{
	struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
	nanosleep(&t, NULL);
}

void web_stop(struct web_server *s)
{
	int64_t end = monotonic_ms() + s->config.limits.stop_ms;
	atomic_store(&s->stopping, true);
	int fd = MHD_quiesce_daemon(s->daemon);
	while (reaper_waits(s) && monotonic_ms() < end)
		sleep_ms(5);
	reaper_cut_waits(s);
	end = monotonic_ms() + s->config.limits.stop_ms;
	while (atomic_load(&s->calls) > 0 && monotonic_ms() < end)
		sleep_ms(5);
	MHD_stop_daemon(s->daemon);
	if (fd >= 0)
		close(fd);
	workers_end(s);
	reaper_end(s);
	server_free(s);
}
