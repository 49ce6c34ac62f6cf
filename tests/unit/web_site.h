/* A small site for tests of the server: texts and templates are the real ones of ui/. */
#ifndef UNIT_WEB_SITE_H
#define UNIT_WEB_SITE_H

#include "web/web.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct site {
	struct arena *arena;
	struct web_server *server;
	struct texts *texts;
	struct web_config config;
	int port;
	/* tickets the handler "wait" gave away */
	pthread_mutex_t lock;
	struct web_ticket *tickets[4096];
	size_t ticket_count;
};

static enum err site_hello(struct web_request *r, struct errinfo *e)
{
	return web_bytes(r, 200, TEXT("text/plain"), TEXT("hello"), TEXT_NONE, e);
}

/* Everything that arrived, a line each. */
static enum err site_echo(struct web_request *r, struct errinfo *e)
{
	struct buf b;
	struct text name, value, bytes;
	buf_init(&b, 1 << 22);
	for (size_t i = 0; web_field_at(r, i, &name, &value); i++)
		buf_add_format(&b, "%.*s=%.*s\n", TEXT_ARG(name), TEXT_ARG(value));
	for (size_t i = 0; i < r->upload_count; i++) {
		const struct web_upload *u = &r->uploads[i];
		buf_add_format(&b, "file %.*s %.*s %.*s %zu", TEXT_ARG(u->field),
		        TEXT_ARG(u->filename), TEXT_ARG(u->media), u->size);
		if (u->too_large)
			buf_add_z(&b, " too large");
		else if (web_upload_bytes(r, u, &bytes, e) == OK && bytes.len < 100)
			buf_add_format(&b, " [%.*s]", TEXT_ARG(bytes));
		buf_add_byte(&b, '\n');
	}
	struct text all = buf_copy(&b, r->arena);
	buf_free(&b);
	return web_bytes(r, r->too_large ? 413 : 200, TEXT("text/plain"), all, TEXT_NONE, e);
}

static enum err site_param(struct web_request *r, struct errinfo *e)
{
	struct text out = text_format(r->arena, "%.*s|%.*s|%.*s", TEXT_ARG(web_param(r, "number")),
	        TEXT_ARG(web_param(r, "id")), TEXT_ARG(web_query(r, "q")));
	return web_bytes(r, 200, TEXT("text/plain"), out, TEXT_NONE, e);
}

static enum err site_fail(struct web_request *r, struct errinfo *e)
{
	static const struct {
		const char *name;
		enum err code;
	} codes[] = {{"full", ERR_FULL}, {"io", ERR_IO}, {"busy", ERR_BUSY},
	        {"internal", ERR_INTERNAL}, {"conflict", ERR_CONFLICT}, {"denied", ERR_DENIED}};
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (text_is(web_param(r, "how"), codes[i].name))
			return fail(e, codes[i].code, "a fault for the test");
	return OK; /* no answer at all */
}

static enum err site_resumed(
        struct web_request *r, const struct web_answer *answer, void *state, struct errinfo *e)
{
	(void)state;
	if (answer->code != OK) {
		*e = answer->error;
		return answer->code;
	}
	return web_bytes(r, 200, TEXT("text/plain"), text_from(answer->data), TEXT_NONE, e);
}

static enum err site_wait(struct web_request *r, struct errinfo *e)
{
	struct site *s = r->app;
	int64_t ms = 20000;
	(void)e;
	if (web_query(r, "ms").len && !text_int(web_query(r, "ms"), &ms))
		ms = 1;
	struct web_ticket *t = web_wait(r, (int)ms, site_resumed, NULL);
	pthread_mutex_lock(&s->lock);
	check(s->ticket_count < 4096);
	s->tickets[s->ticket_count++] = t;
	pthread_mutex_unlock(&s->lock);
	return OK;
}

static enum err site_private(struct web_request *r, struct errinfo *e)
{
	return web_bytes(r, 200, TEXT("text/plain"), r->actor->name, TEXT_NONE, e);
}

/* Cases 1 and 2 belong to Dresden and Leipzig. */
static enum err site_case(struct web_request *r, struct people_object *out, struct errinfo *e)
{
	bool dresden = text_is(web_param(r, "number"), "1");
	if (!dresden && !text_is(web_param(r, "number"), "2"))
		return fail(e, ERR_NOT_FOUND, "no such case");
	*out = (struct people_object){.kind = PEOPLE_CASE,
	        .authority = dresden ? TEXT("14612000") : TEXT("14713000"),
	        .service = TEXT("wohngeld")};
	return OK;
}

static const struct web_route site_routes[] = {
        {.method = WEB_GET,
                .path = "/",
                .handle = site_hello,
                .permit = {.who = WEB_ANYONE},
                .cache = WEB_CACHE_SHORT},
        {.method = WEB_GET,
                .path = "/vorgang/{number}/dokument/{id}",
                .handle = site_param,
                .permit = {.who = WEB_ANYONE}},
        {.method = WEB_GET,
                .path = "/vorgang/neu/dokument/{id}",
                .handle = site_hello,
                .permit = {.who = WEB_ANYONE}},
        {.method = WEB_POST,
                .path = "/echo",
                .handle = site_echo,
                .permit = {.who = WEB_ANYONE},
                .body_max = 1000,
                .no_csrf = true},
        {.method = WEB_POST,
                .path = "/echo/gross",
                .handle = site_echo,
                .permit = {.who = WEB_ANYONE},
                .body_max = 10 << 20,
                .no_csrf = true},
        {.method = WEB_POST,
                .path = "/formular",
                .handle = site_echo,
                .permit = {.who = WEB_ANYONE}},
        {.method = WEB_POST,
                .path = "/fehler/{how}",
                .handle = site_fail,
                .permit = {.who = WEB_ANYONE},
                .no_csrf = true},
        {.method = WEB_GET,
                .path = "/fehler/{how}",
                .handle = site_fail,
                .permit = {.who = WEB_ANYONE}},
        {.method = WEB_GET, .path = "/warten", .handle = site_wait, .permit = {.who = WEB_ANYONE}},
        {.method = WEB_GET,
                .path = "/selten",
                .handle = site_hello,
                .permit = {.who = WEB_ANYONE},
                .per_minute = 3},
        {.method = WEB_GET,
                .path = "/meins",
                .handle = site_private,
                .permit = {.who = WEB_CITIZEN}},
        {.method = WEB_GET,
                .path = "/sicher",
                .handle = site_private,
                .permit = {.who = WEB_CITIZEN, .trust = PEOPLE_TRUST_HIGH}},
        {.method = WEB_POST, .path = "/meins", .handle = site_echo, .permit = {.who = WEB_CITIZEN}},
        {.method = WEB_POST,
                .path = "/entwurf",
                .handle = site_echo,
                .permit = {.who = WEB_ANYONE},
                .waits_for_login = true},
        {.method = WEB_GET,
                .path = "/amt",
                .handle = site_private,
                .permit = {.who = WEB_STAFF, .action = PEOPLE_LIST}},
        {.method = WEB_GET,
                .path = "/leitstand",
                .handle = site_private,
                .permit = {.who = WEB_STAFF, .action = PEOPLE_CONTROL_SEE}},
        {.method = WEB_GET,
                .path = "/amt/vorgang/{number}",
                .handle = site_private,
                .permit = {.who = WEB_STAFF, .action = PEOPLE_READ, .object = PEOPLE_CASE},
                .object = site_case},
};
static const struct web_module site_module = {.name = "site",
        .routes = site_routes,
        .route_count = sizeof site_routes / sizeof *site_routes};

/* `change` may be NULL. Ends the test program when the server does not start. */
static struct site *site_start(void (*change)(struct web_config *c, struct site *s))
{
	struct arena *a = arena_new(0);
	struct site *s = ARENA_NEW(a, struct site);
	struct errinfo e = {0};
	static const struct web_module *const modules[] = {&site_module, &web_login_module};
	s->arena = a;
	pthread_mutex_init(&s->lock, NULL);
	s->config = (struct web_config){.address = "127.0.0.1",
	        .ui_dir = "ui",
	        .demo = true,
	        .clock = clock_system(),
	        .random = randomness_system(),
	        .modules = modules,
	        .module_count = 2,
	        .app = s,
	        .limits = {.threads = 2}};
	if (texts_load(a, "ui/texts", &s->texts, &e) != OK) {
		fprintf(stderr, "%s %s:%d\n", e.message, e.where, e.line);
		exit(1);
	}
	s->config.texts = s->texts;
	if (change)
		change(&s->config, s);
	if (web_start(&s->config, &s->server, &e) != OK) {
		fprintf(stderr, "%s %s:%d\n", e.message, e.where, e.line);
		exit(1);
	}
	s->port = web_port(s->server);
	return s;
}

static void site_free(struct site *s)
{
	pthread_mutex_destroy(&s->lock);
	arena_free(s->arena);
}

static inline void site_stop(struct site *s)
{
	web_stop(s->server);
	site_free(s);
}

static inline void site_sleep(int ms)
{
	struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
	nanosleep(&t, NULL);
}

#endif
