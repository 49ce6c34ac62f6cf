/* May this request run? Session, rate, permit, trust, CSRF token, object: in this order, all
 * before the handler. */
#include "web/guard.h"

#include <sodium.h>
#include <string.h>

static const char *token_cookie(const struct web_server *s)
{
	return s->config.tls ? "__Host-aw" : "aw";
}

/* Who asks --------------------------------------------------------------------------------- */

static bool token_shape(struct text t)
{
	unsigned char bytes[32];
	return t.len == WEB_TOKEN_SIZE - 1 && (t.ptr[0] == 'a' || t.ptr[0] == 's') &&
	       hex_take(text_part(t, 1, t.len), bytes, sizeof bytes);
}

static enum err find_session(struct web_call *c, struct text token, struct errinfo *e)
{
	struct web_request *r = &c->request;
	struct people *people = r->server->config.people;
	struct people_actor *found = ARENA_NEW(r->arena, struct people_actor);
	enum people_session_state state = PEOPLE_SESSION_NONE;
	const struct zone *zone = r->server->config.zone;
	struct date today =
	        zone ? date_at(zone, r->now) : date_from_days(r->now.ms / 1000 / DAY_SECONDS);
	if (!people)
		return OK;
	TRY(people_session_find(people, token, today, r->arena, found, &state, e));
	if (state == PEOPLE_SESSION_VALID)
		r->actor = found;
	else if (state == PEOPLE_SESSION_EXPIRED)
		c->expired = found;
	return OK;
}

static void make_csrf(struct web_call *c)
{
	unsigned char mac[16];
	crypto_generichash(mac, sizeof mac, (const unsigned char *)c->token, strlen(c->token),
	        c->request.server->key, sizeof c->request.server->key);
	hex_put(c->csrf, mac, sizeof mac);
	c->request.frame.csrf = text_from(c->csrf);
}

static void take_token(struct web_call *c, struct text token)
{
	memcpy(c->token, token.ptr, token.len);
	c->token[token.len] = '\0';
	make_csrf(c);
}

void guard_token(struct web_call *c)
{
	unsigned char bytes[32];
	if (c->token[0])
		return;
	random_fill(&c->request.server->config.random, bytes, sizeof bytes);
	c->token[0] = 'a';
	hex_put(c->token + 1, bytes, sizeof bytes);
	make_csrf(c);
	guard_set_token(&c->request, text_from(c->token));
}

void guard_set_token(struct web_request *r, struct text token)
{
	web_set_cookie(r, token_cookie(r->server), token, 0);
}

struct text guard_session_token(const struct web_request *r)
{
	const struct web_call *c = call_of(r);
	return c->token[0] == 's' ? text_from(c->token) : TEXT_NONE;
}

void guard_percent(struct buf *out, struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		unsigned char ch = (unsigned char)t.ptr[i];
		bool plain = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
		             (ch >= 'A' && ch <= 'Z') || (ch && strchr("-._~/", ch));
		if (plain)
			buf_add_byte(out, (char)ch);
		else
			buf_add_format(out, "%%%02X", ch);
	}
}

struct text guard_local_path(struct text path)
{
	bool local = path.len && path.len < WEB_TARGET_MAX && path.ptr[0] == '/' &&
	             !(path.len > 1 && (path.ptr[1] == '/' || path.ptr[1] == '\\'));
	for (size_t i = 0; i < path.len; i++)
		local = local && (unsigned char)path.ptr[i] > 0x20 && path.ptr[i] != '\\' &&
		        path.ptr[i] != 0x7f;
	return local ? path : TEXT("/");
}

/* The frame ---------------------------------------------------------------------------------- */

static void fill_languages(struct web_call *c)
{
	struct web_request *r = &c->request;
	size_t count = (size_t)texts_languages(r->texts);
	struct buf back;
	r->frame.languages = ARENA_ARRAY(r->arena, count, struct web_link);
	r->frame.language_count = count;
	buf_init(&back, 4 * WEB_TARGET_MAX);
	guard_percent(&back, r->path);
	for (size_t i = 0; i < count; i++) {
		struct text tag = texts_tag(r->texts, (int)i);
		r->frame.languages[i] = (struct web_link){
		        .label = texts_get(r->texts, (int)i, "language.name"),
		        .href = text_format(r->arena, "/sprache/%.*s?zurueck=%.*s", TEXT_ARG(tag),
		                TEXT_ARG(buf_text(&back))),
		        .lang = tag,
		        .current = (int)i == r->language,
		};
	}
	buf_free(&back);
}

static void fill_frame(struct web_call *c)
{
	struct web_request *r = &c->request;
	const struct people_actor *who = r->actor;
	struct web_frame *f = &r->frame;
	f->language = texts_tag(r->texts, r->language);
	f->path = r->path;
	f->demo = r->server->config.demo;
	f->citizen = who->kind == PEOPLE_CITIZEN;
	f->staff = who->kind == PEOPLE_STAFF;
	f->person = who->name;
	f->unit = who->unit;
	f->can_adopt = people_can(who, PEOPLE_ADOPT);
	f->can_control = people_can(who, PEOPLE_CONTROL_SEE);
	f->can_accounts = people_can(who, PEOPLE_ACCOUNTS);
	fill_languages(c);
}

/* Rates --------------------------------------------------------------------------------------- */

/* Of an IPv6 address the first half counts: the rest is the holder's to choose. */
static uint64_t rate_key(const struct web_call *c)
{
	unsigned char out[8];
	uint64_t key;
	struct text address = text_from(c->conn->address);
	size_t colons = 0, end = 0;
	for (; end < address.len && colons < 4; end++)
		colons += address.ptr[end] == ':';
	struct text part = text_format(c->request.arena, "%.*s %s",
	        TEXT_ARG(colons ? text_part(address, 0, end) : address), c->request.route->path);
	crypto_shorthash(out, (const unsigned char *)part.ptr, part.len, c->request.server->key);
	memcpy(&key, out, sizeof key);
	return key;
}

static enum err check_rate(struct web_call *c, struct errinfo *e)
{
	struct web_server *s = c->request.server;
	unsigned most = c->request.route->per_minute;
	if (!most)
		return OK;
	uint64_t key = rate_key(c);
	int64_t minute = monotonic_ms() / 60000;
	struct web_rate *slot = &s->rates[key % WEB_RATES];
	pthread_mutex_lock(&s->lock);
	if (slot->who != key || slot->minute != minute)
		*slot = (struct web_rate){key, minute, 0};
	bool over = ++slot->count > most;
	pthread_mutex_unlock(&s->lock);
	if (!over)
		return OK;
	fail(e, ERR_BUSY, "more than %u requests a minute from one address", most);
	fail_key(e, "error.rate");
	return ERR_BUSY;
}

enum err guard_identify(struct web_call *c, struct errinfo *e)
{
	struct text token = web_cookie(&c->request, token_cookie(c->request.server));
	enum err code = OK;
	if (token_shape(token)) {
		if (token.ptr[0] == 's')
			code = find_session(c, token, e);
		if (token.ptr[0] == 'a' || c->request.actor != &c->anonymous)
			take_token(c, token);
	}
	fill_frame(c);
	if (code == OK && c->request.route)
		code = check_rate(c, e);
	return code;
}

/* The permit ----------------------------------------------------------------------------------- */

static bool right_person(const struct web_call *c)
{
	const struct web_permit *p = &c->request.route->permit;
	const struct people_actor *who = c->request.actor;
	if (p->who == WEB_CITIZEN)
		return who->kind == PEOPLE_CITIZEN && who->trust >= p->trust;
	return p->who == WEB_ANYONE || (p->who == WEB_STAFF && who->kind == PEOPLE_STAFF);
}

bool guard_may_send_files(const struct web_call *c)
{
	return right_person(c);
}

/* To the login and back. A POST is kept meanwhile: what was typed comes back. */
static enum err send_to_login(struct web_call *c, struct errinfo *e)
{
	struct web_request *r = &c->request;
	const struct web_permit *p = &r->route->permit;
	struct text back = r->path, id;
	struct buf b;
	if (r->method == WEB_POST) {
		if (!request_same_site(c)) {
			fail(e, ERR_DENIED, "a form of another site");
			return fail_key(e, "error.csrf");
		}
		if (kept_put(c, &id))
			back = text_format(r->arena, "/weiter/%.*s", TEXT_ARG(id));
	} else if (r->query.len) {
		back = text_format(r->arena, "%.*s?%.*s", TEXT_ARG(r->path), TEXT_ARG(r->query));
	}
	buf_init(&b, 4 * WEB_TARGET_MAX + 256);
	buf_add_z(&b, p->who == WEB_STAFF ? "/arbeitsplatz/anmelden" : "/anmelden");
	buf_add_z(&b, "?zurueck=");
	guard_percent(&b, back);
	if (p->who == WEB_CITIZEN && p->trust)
		buf_add_format(&b, "&stufe=%s", people_trust_name(p->trust));
	struct text to = buf_copy(&b, r->arena);
	buf_free(&b);
	return web_redirect(r, to, e);
}

static enum err check_csrf(struct web_call *c, struct errinfo *e)
{
	struct web_request *r = &c->request;
	if (r->method != WEB_POST || r->route->no_csrf)
		return OK;
	struct text given = web_field(r, "csrf");
	if (request_same_site(c) && c->token[0] && given.len == WEB_CSRF_SIZE - 1 &&
	        sodium_memcmp(given.ptr, c->csrf, given.len) == 0)
		return OK;
	fail(e, ERR_DENIED, "the form's token is missing or not of this session");
	return fail_key(e, "error.csrf");
}

static enum err check_object(struct web_call *c, struct errinfo *e)
{
	struct web_request *r = &c->request;
	const struct web_permit *p = &r->route->permit;
	if (p->who == WEB_STAFF && !people_can(r->actor, p->action)) {
		struct people_object nothing = {.kind = PEOPLE_PLATFORM};
		return allow(r->actor, p->action, &nothing, e);
	}
	if (p->object == PEOPLE_NO_OBJECT)
		return OK;
	TRY(r->route->object(r, &r->object, e));
	if (r->object.kind != p->object)
		return fail(e, ERR_INTERNAL, "the object of %s is of another kind", r->route->path);
	return allow(r->actor, p->action, &r->object, e);
}

enum err guard_check(struct web_call *c, struct errinfo *e)
{
	const struct web_request *r = &c->request;
	bool ended = c->expired && r->method == WEB_POST && r->route->waits_for_login;
	if (!right_person(c) || ended)
		return send_to_login(c, e);
	TRY(check_csrf(c, e));
	return check_object(c, e);
}
