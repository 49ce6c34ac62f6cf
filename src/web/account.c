/* One's own account: who I am here, log out, the second factor, who stands in for me. */
#include "web/field.h"
#include "web/guard.h"

#include <string.h>

/* Citizens ----------------------------------------------------------------------------------- */

struct citizen_page {
	struct people_citizen who;
	struct text birth, trust;
};

static const struct html_type citizen_type = HTML_TYPE(struct people_citizen,
        HTML_MEMBER(struct people_citizen, name), HTML_MEMBER(struct people_citizen, street),
        HTML_MEMBER(struct people_citizen, house_number),
        HTML_MEMBER(struct people_citizen, postcode), HTML_MEMBER(struct people_citizen, city));
static const struct html_type citizen_page_type =
        HTML_TYPE(struct citizen_page, HTML_SUB(struct citizen_page, who, &citizen_type),
                HTML_MEMBER(struct citizen_page, birth), HTML_MEMBER(struct citizen_page, trust));
const struct web_page account_citizen_page = {"login/citizen", &citizen_page_type};

enum err account_citizen_show(struct web_request *r, struct errinfo *e)
{
	struct citizen_page p = {0};
	struct db *db;
	TRY(store_read_begin(r->server->config.store, &db, e));
	enum err code = people_citizen_load(db, r->actor->id, r->arena, &p.who, e);
	store_read_end(r->server->config.store, db);
	TRY(code);
	if (!date_is_zero(p.who.birth_date))
		p.birth = texts_date_middle(r->arena, r->texts, r->language, p.who.birth_date);
	struct text key = text_format(r->arena, "trust.%s", people_trust_name(r->actor->trust));
	p.trust = texts_get_text(r->texts, r->language, key);
	r->frame.nav = TEXT("account");
	return web_page(r, 200, &account_citizen_page, &p, e);
}

/* Staff ---------------------------------------------------------------------------------------- */

struct role_row {
	struct text role;
	struct text service; /* empty: all */
	struct text instead_of;
};

struct staff_page {
	struct role_row *roles;
	size_t role_count;
	struct web_field deputy, from, to;
	bool can_deputise;
	bool totp;
	struct text secret, secret_hex;
	struct web_field code;
};

static const struct html_type role_type =
        HTML_TYPE(struct role_row, HTML_MEMBER(struct role_row, role),
                HTML_MEMBER(struct role_row, service), HTML_MEMBER(struct role_row, instead_of));
static const struct html_type staff_type =
        HTML_TYPE(struct staff_page, HTML_LIST(struct staff_page, roles, role_count, &role_type),
                HTML_SUB(struct staff_page, deputy, &web_field_type),
                HTML_SUB(struct staff_page, from, &web_field_type),
                HTML_SUB(struct staff_page, to, &web_field_type),
                HTML_MEMBER(struct staff_page, can_deputise), HTML_MEMBER(struct staff_page, totp),
                HTML_MEMBER(struct staff_page, secret), HTML_MEMBER(struct staff_page, secret_hex),
                HTML_SUB(struct staff_page, code, &web_field_type));
const struct web_page account_staff_page = {"login/account", &staff_type};

static const struct people_account *find(
        const struct people_account *list, size_t count, struct text id)
{
	for (size_t i = 0; i < count; i++)
		if (text_eq(list[i].id, id))
			return &list[i];
	return NULL;
}

static struct text role_name(const struct web_request *r, struct text role)
{
	struct text key = text_format(r->arena, "role.%.*s", TEXT_ARG(role));
	struct text name = texts_get_text(r->texts, r->language, key);
	return name.len ? name : role;
}

static void fill_roles(struct web_request *r, const struct people_account *list, size_t count,
        struct staff_page *p)
{
	p->roles = ARENA_ARRAY(r->arena, r->actor->grant_count, struct role_row);
	for (size_t i = 0; i < r->actor->grant_count; i++) {
		const struct people_grant *g = &r->actor->grants[i];
		const struct people_account *absent = find(list, count, g->instead_of);
		p->roles[p->role_count++] = (struct role_row){
		        .role = role_name(r, g->role),
		        .service = text_is(g->service, "*") ? TEXT_NONE : g->service,
		        .instead_of = absent ? absent->name : TEXT_NONE,
		};
	}
}

static struct web_field date_field(struct web_request *r, const char *name, const char *key)
{
	return (struct web_field){.kind = "date",
	        .id = text_from(name),
	        .name = text_from(name),
	        .label = texts_get(r->texts, r->language, key),
	        .day = web_field(r, text_format(r->arena, "%s.day", name).ptr),
	        .month = web_field(r, text_format(r->arena, "%s.month", name).ptr),
	        .year = web_field(r, text_format(r->arena, "%s.year", name).ptr)};
}

static void fill_deputy(struct web_request *r, const struct people_account *list, size_t count,
        struct staff_page *p)
{
	p->deputy = (struct web_field){.kind = "select",
	        .id = TEXT("vertretung"),
	        .name = TEXT("vertretung"),
	        .label = web_text(r, "account.deputy")};
	p->deputy.options = ARENA_ARRAY(r->arena, count, struct web_option);
	for (size_t i = 0; i < count; i++) {
		if (text_eq(list[i].id, r->actor->id))
			continue;
		p->deputy.options[p->deputy.option_count++] =
		        (struct web_option){.value = list[i].id,
		                .label = list[i].name,
		                .selected = text_eq(list[i].id, web_field(r, "vertretung"))};
	}
	p->can_deputise = p->deputy.option_count > 0;
	p->from = date_field(r, "von", "account.deputy.from");
	p->to = date_field(r, "bis", "account.deputy.to");
}

/* A new secret, or the one that was shown and is being confirmed. */
static void fill_totp(struct web_request *r, struct staff_page *p)
{
	unsigned char secret[TOTP_SECRET_SIZE];
	char hex[2 * TOTP_SECRET_SIZE + 1];
	if (!hex_take(web_field(r, "secret"), secret, sizeof secret))
		random_fill(&r->server->config.random, secret, sizeof secret);
	hex_put(hex, secret, sizeof secret);
	p->secret_hex = text_copy(r->arena, text_from(hex));
	p->secret = totp_secret_text(r->arena, secret);
	p->code = (struct web_field){.kind = "text",
	        .id = TEXT("code"),
	        .name = TEXT("code"),
	        .label = web_text(r, "login.code"),
	        .hint = web_text(r, "login.code.hint"),
	        .inputmode = TEXT("numeric"),
	        .autocomplete = TEXT("one-time-code")};
}

static enum err fill_staff(struct web_request *r, struct staff_page *p, struct errinfo *e)
{
	struct people_account *list;
	size_t count;
	struct db *db;
	struct store *store = r->server->config.store;
	TRY(store_read_begin(store, &db, e));
	enum err code = people_accounts(db, r->actor->authority, r->arena, &list, &count, e);
	store_read_end(store, db);
	TRY(code);
	const struct people_account *me = find(list, count, r->actor->id);
	p->totp = me && me->totp;
	fill_roles(r, list, count, p);
	fill_deputy(r, list, count, p);
	fill_totp(r, p);
	r->frame.nav = TEXT("account");
	return OK;
}

enum err account_staff_show(struct web_request *r, struct errinfo *e)
{
	struct staff_page p = {0};
	TRY(fill_staff(r, &p, e));
	if (text_is(web_query(r, "gespeichert"), "1"))
		r->frame.notice = web_text(r, "account.saved");
	return web_page(r, 200, &account_staff_page, &p, e);
}

static enum err staff_fault(struct web_request *r, struct staff_page *p, struct web_field *f,
        struct text message, struct errinfo *e)
{
	f->error = message;
	f->day_bad = f->month_bad = f->year_bad = true;
	r->frame.faults = ARENA_NEW(r->arena, struct web_fault);
	r->frame.faults[0] = (struct web_fault){f->id, message};
	r->frame.fault_count = 1;
	return web_page(r, 422, &account_staff_page, p, e);
}

static enum err saved(struct web_request *r, struct command *c, enum err code,
        const struct errinfo *why, void *state, struct errinfo *e)
{
	(void)c;
	(void)state;
	if (code == OK)
		return web_redirect(r, TEXT("/arbeitsplatz/konto?gespeichert=1"), e);
	*e = *why;
	return code;
}

enum err account_deputy(struct web_request *r, struct errinfo *e)
{
	struct staff_page p = {0};
	struct date from, to;
	struct text deputy = web_field(r, "vertretung");
	TRY(fill_staff(r, &p, e));
	if (!deputy.len)
		return staff_fault(r, &p, &p.deputy, web_text(r, "account.deputy.missing"), e);
	if (!web_date_boxes(r, "von", &from) || date_is_zero(from))
		return staff_fault(r, &p, &p.from, web_text(r, "account.deputy.date"), e);
	if (!web_date_boxes(r, "bis", &to) || date_is_zero(to) || date_cmp(from, to) > 0)
		return staff_fault(r, &p, &p.to, web_text(r, "account.deputy.date"), e);
	struct command *c = web_command("people.deputy");
	struct people_deputise *in = ARENA_NEW(c->arena, struct people_deputise);
	struct people_actor *me = ARENA_NEW(c->arena, struct people_actor);
	*me = (struct people_actor){.kind = PEOPLE_STAFF, .id = text_copy(c->arena, r->actor->id)};
	*in = (struct people_deputise){me, me->id, text_copy(c->arena, deputy), from, to};
	c->input = in;
	return web_run(r, c, WEB_RUN_MS, saved, NULL, e);
}

enum err account_totp(struct web_request *r, struct errinfo *e)
{
	struct staff_page p = {0};
	bool on = !web_has_field(r, "off");
	unsigned char secret[TOTP_SECRET_SIZE] = {0};
	int64_t step;
	TRY(fill_staff(r, &p, e));
	bool shown = hex_take(p.secret_hex, secret, sizeof secret);
	if (on && (!shown || !totp_check(secret, text_trim(web_field(r, "code")),
	                             clock_now(&r->server->config.clock), 0, &step)))
		return staff_fault(r, &p, &p.code, web_text(r, "account.totp.wrong"), e);
	struct command *c = web_command("people.totp");
	struct people_totp *in = ARENA_NEW(c->arena, struct people_totp);
	in->account = text_copy(c->arena, r->actor->id);
	in->on = on;
	memcpy(in->secret, secret, sizeof secret);
	c->input = in;
	return web_run(r, c, WEB_RUN_MS, saved, NULL, e);
}
