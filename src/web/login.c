/* Login and logout of citizens (identity provider) and staff (local accounts). */
#include "web/field.h"
#include "web/guard.h"

#include <string.h>

static const char login_cookie[] = "aw_login"; /* state of a running login and where to go after */

/* Citizens: to the provider and back ----------------------------------------------------------- */

static enum err go_back(struct web_request *r, struct text path, struct errinfo *e)
{
	return web_redirect(r, guard_local_path(path), e);
}

static enum err begin(struct web_request *r, struct errinfo *e)
{
	const struct people *people = r->server->config.people;
	const struct identity_provider *p = people ? people_provider(people, TEXT("demo")) : NULL;
	enum people_trust wanted = PEOPLE_TRUST_ACCOUNT;
	unsigned char bytes[16];
	char state[33];
	struct text address, back = guard_local_path(web_query(r, "zurueck"));
	struct buf b;
	if (!p)
		return fail(e, ERR_UNSUPPORTED, "no identity provider is set up");
	if (!people_trust_parse(web_query(r, "stufe"), &wanted) || wanted == PEOPLE_TRUST_NONE)
		wanted = PEOPLE_TRUST_ACCOUNT;
	random_fill(&r->server->config.random, bytes, sizeof bytes);
	hex_put(state, bytes, sizeof bytes);
	TRY(p->begin(p->self, r->arena, text_from(state), wanted, &address, e));
	buf_init(&b, 4 * WEB_TARGET_MAX);
	buf_add_format(&b, "%s.", state);
	guard_percent(&b, back);
	web_set_cookie(r, login_cookie, buf_copy(&b, r->arena), 600);
	buf_free(&b);
	if (text_starts(address, TEXT("/")))
		return web_redirect(r, address, e);
	web_set_header(r, "Location", address);
	return web_bytes(r, 303, TEXT("text/plain"), TEXT_NONE, TEXT_NONE, e);
}

/* What the cookie of `begin` said; false when it is not this login's. */
static bool login_state(const struct web_request *r, struct text state, struct text *back)
{
	struct text cookie = web_cookie(r, login_cookie);
	size_t dot = text_find(cookie, TEXT("."), 0);
	if (dot == SIZE_MAX || !state.len || !text_eq(text_part(cookie, 0, dot), state))
		return false;
	return form_unescape(r->arena, text_part(cookie, dot + 1, cookie.len), false, back);
}

static enum err entered(struct web_request *r, struct command *c, enum err code,
        const struct errinfo *why, void *state, struct errinfo *e)
{
	struct text *back = state;
	if (code != OK) {
		*e = *why;
		return code;
	}
	const struct people_enter *in = c->input;
	guard_set_token(r, text_from(in->token));
	web_set_cookie(r, login_cookie, TEXT_NONE, -1);
	return go_back(r, *back, e);
}

static enum err copy_identity(
        const struct people_identity *from, struct arena *a, struct people_identity *to)
{
	*to = *from;
	struct people_citizen *c = &to->citizen;
	struct text *const texts[] = {&to->provider, &to->subject, &c->id, &c->given_name,
	        &c->family_name, &c->name, &c->mail, &c->street, &c->house_number, &c->postcode,
	        &c->city, &c->ags};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		*texts[i] = text_copy(a, *texts[i]);
	return OK;
}

static enum err come_back(struct web_request *r, struct errinfo *e)
{
	const struct people *people = r->server->config.people;
	const struct identity_provider *p = people ? people_provider(people, TEXT("demo")) : NULL;
	struct people_identity who = {0};
	struct text *back = ARENA_NEW(r->arena, struct text);
	struct text state = web_query(r, "state");
	if (!p || !login_state(r, state, back)) {
		fail(e, ERR_DENIED, "the answer of an identity provider that nobody asked");
		return fail_key(e, "login.failed");
	}
	enum err code = p->finish(p->self, r->arena, state, web_query(r, "code"), &who, e);
	if (code != OK) {
		fail_key(e, "login.failed");
		return code;
	}
	struct command *c = web_command("people.enter");
	struct people_enter *in = ARENA_NEW(c->arena, struct people_enter);
	TRY(copy_identity(&who, c->arena, &in->identity));
	in->old_token = text_copy(c->arena, guard_session_token(r));
	c->input = in;
	return web_run(r, c, WEB_RUN_MS, entered, back, e);
}

/* Logout ------------------------------------------------------------------------------------------
 */

static enum err left(struct web_request *r, struct command *c, enum err code,
        const struct errinfo *why, void *state, struct errinfo *e)
{
	(void)c;
	(void)state;
	if (code != OK) {
		*e = *why;
		return code;
	}
	guard_set_token(r, TEXT_NONE);
	return web_redirect(
	        r, r->actor->kind == PEOPLE_STAFF ? TEXT("/arbeitsplatz/anmelden") : TEXT("/"), e);
}

static enum err leave(struct web_request *r, struct errinfo *e)
{
	struct text token = guard_session_token(r);
	if (!token.len)
		return web_redirect(r, TEXT("/"), e);
	struct command *c = web_command("people.leave");
	struct people_leave *in = ARENA_NEW(c->arena, struct people_leave);
	in->token = text_copy(c->arena, token);
	c->input = in;
	return web_run(r, c, WEB_RUN_MS, left, NULL, e);
}

/* Staff
 * --------------------------------------------------------------------------------------------- */

struct staff_page {
	struct text back;
	struct web_field login, password, code;
	bool want_code;
};

static const struct html_type staff_type = HTML_TYPE(struct staff_page,
        HTML_MEMBER(struct staff_page, back), HTML_SUB(struct staff_page, login, &web_field_type),
        HTML_SUB(struct staff_page, password, &web_field_type),
        HTML_SUB(struct staff_page, code, &web_field_type),
        HTML_MEMBER(struct staff_page, want_code));
static const struct web_page staff_login_page = {"login/staff", &staff_type};

static void add_fault(struct web_request *r, const char *field, struct text message)
{
	r->frame.faults = ARENA_NEW(r->arena, struct web_fault);
	r->frame.faults[0] = (struct web_fault){text_from(field), message};
	r->frame.fault_count = 1;
}

static void fill_staff(struct web_request *r, struct staff_page *p)
{
	p->login = (struct web_field){.kind = "text",
	        .id = TEXT("name"),
	        .name = TEXT("name"),
	        .label = web_text(r, "login.staff.name"),
	        .value = web_field(r, "name"),
	        .autocomplete = TEXT("username")};
	p->password = (struct web_field){.kind = "text",
	        .id = TEXT("kennwort"),
	        .name = TEXT("kennwort"),
	        .label = web_text(r, "login.staff.password")};
	p->code = (struct web_field){.kind = "text",
	        .id = TEXT("code"),
	        .name = TEXT("code"),
	        .label = web_text(r, "login.code"),
	        .hint = web_text(r, "login.code.hint"),
	        .inputmode = TEXT("numeric"),
	        .autocomplete = TEXT("one-time-code"),
	        .short_field = true};
}

static enum err staff_show(struct web_request *r, struct errinfo *e)
{
	struct staff_page p = {.back = guard_local_path(web_query(r, "zurueck"))};
	fill_staff(r, &p);
	return web_page(r, 200, &staff_login_page, &p, e);
}

static enum err staff_again(struct web_request *r, const struct people_login *in, struct errinfo *e)
{
	struct staff_page p = {.back = guard_local_path(web_field(r, "zurueck"))};
	fill_staff(r, &p);
	if (in->result == PEOPLE_LOGIN_CODE) {
		/* the password must come back once more with the code */
		p.want_code = true;
		p.password.value = web_field(r, "kennwort");
		p.code.error = web_text(r, "login.code.missing");
		add_fault(r, "code", p.code.error);
		return web_page(r, 422, &staff_login_page, &p, e);
	}
	bool wait = in->result == PEOPLE_LOGIN_WAIT;
	struct texts_arg seconds = TEXTS_NUMBER("s", in->wait_s);
	p.want_code = web_has_field(r, "code");
	p.login.error =
	        wait ? web_text_args(r, "login.wait", &seconds, 1) : web_text(r, "login.wrong");
	add_fault(r, "name", p.login.error);
	if (wait)
		web_set_header(r, "Retry-After", text_format(r->arena, "%d", in->wait_s));
	return web_page(r, wait ? 429 : 422, &staff_login_page, &p, e);
}

static enum err staff_done(struct web_request *r, struct command *c, enum err code,
        const struct errinfo *why, void *state, struct errinfo *e)
{
	(void)state;
	if (code != OK) {
		*e = *why;
		return code;
	}
	const struct people_login *in = c->input;
	if (in->result != PEOPLE_LOGIN_OK)
		return staff_again(r, in, e);
	guard_set_token(r, text_from(in->token));
	struct text back = guard_local_path(web_field(r, "zurueck"));
	return web_redirect(r, text_is(back, "/") ? TEXT("/arbeitsplatz") : back, e);
}

static enum err staff_login(struct web_request *r, struct errinfo *e)
{
	struct command *c = web_command("people.login");
	struct people_login *in = ARENA_NEW(c->arena, struct people_login);
	in->login = text_copy(c->arena, text_trim(web_field(r, "name")));
	in->password = text_copy(c->arena, web_field(r, "kennwort"));
	in->code = text_copy(c->arena, text_trim(web_field(r, "code")));
	in->old_token = text_copy(c->arena, guard_session_token(r));
	c->input = in;
	return web_run(r, c, WEB_RUN_MS, staff_done, NULL, e);
}

/* The table
 * ----------------------------------------------------------------------------------------- */

static const struct web_route routes[] = {
        {.method = WEB_GET,
                .path = "/anmelden",
                .handle = begin,
                .permit = {.who = WEB_ANYONE},
                .per_minute = 60,
                .help = "a citizen's login: to the identity provider"},
        {.method = WEB_GET,
                .path = "/anmelden/zurueck",
                .handle = come_back,
                .permit = {.who = WEB_ANYONE},
                .per_minute = 60,
                .help = "back from the identity provider"},
        {.method = WEB_POST,
                .path = "/abmelden",
                .handle = leave,
                .permit = {.who = WEB_ANYONE},
                .help = "end the session"},
        {.method = WEB_GET,
                .path = "/arbeitsplatz/anmelden",
                .handle = staff_show,
                .permit = {.who = WEB_ANYONE},
                .help = "login of staff"},
        {.method = WEB_POST,
                .path = "/arbeitsplatz/anmelden",
                .handle = staff_login,
                .permit = {.who = WEB_ANYONE},
                .per_minute = 30,
                .help = "login of staff"},
        {.method = WEB_GET,
                .path = "/vorfuehrung/anmelden",
                .handle = demo_login_show,
                .permit = {.who = WEB_ANYONE},
                .help = "the demonstration's identity provider"},
        {.method = WEB_POST,
                .path = "/vorfuehrung/anmelden",
                .handle = demo_login_choose,
                .permit = {.who = WEB_ANYONE},
                .per_minute = 60,
                .help = "the demonstration's identity provider"},
        {.method = WEB_GET,
                .path = "/konto",
                .handle = account_citizen_show,
                .permit = {.who = WEB_CITIZEN},
                .help = "a citizen's own account"},
        {.method = WEB_GET,
                .path = "/arbeitsplatz/konto",
                .handle = account_staff_show,
                .permit = {.who = WEB_STAFF},
                .help = "a clerk's own account"},
        {.method = WEB_POST,
                .path = "/arbeitsplatz/konto/vertretung",
                .handle = account_deputy,
                .permit = {.who = WEB_STAFF},
                .help = "who stands in during an absence"},
        {.method = WEB_POST,
                .path = "/arbeitsplatz/konto/faktor",
                .handle = account_totp,
                .permit = {.who = WEB_STAFF},
                .per_minute = 20,
                .help = "second factor on or off"},
};

static const struct web_page *const pages[] = {
        &staff_login_page, &demo_login_page, &account_citizen_page, &account_staff_page};

const struct web_module web_login_module = {.name = "login",
        .routes = routes,
        .route_count = sizeof routes / sizeof *routes,
        .pages = pages,
        .page_count = sizeof pages / sizeof *pages};
