/* A draft behind its pages: who may see it, the run of its form, saving it.
 *
 * Access is the account it belongs to, or its code, which stands in a cookie of its own
 * (HttpOnly) in the browser that began it. */
#include "web/portal/portal.h"

static const char *cookie_name(const struct web_request *r, struct text id)
{
	return text_z(r->arena, text_format(r->arena, "entwurf-%.*s", TEXT_ARG(id)));
}

struct text portal_draft_code(const struct web_request *r, struct text id)
{
	return web_cookie(r, cookie_name(r, id));
}

void portal_draft_remember(struct web_request *r, struct text id, struct text code)
{
	web_set_cookie(r, cookie_name(r, id), code, PORTAL_COOKIE_DAYS * DAY_SECONDS);
}

struct text portal_path(struct arena *a, struct text draft, const char *rest)
{
	return text_format(a, "/antrag/%.*s%s", TEXT_ARG(draft), rest);
}

struct text portal_step_path(struct arena *a, struct text draft, struct text address)
{
	if (address.len == 0)
		return portal_path(a, draft, "/pruefen");
	struct text path =
	        text_format(a, "/antrag/%.*s/frage/%.*s", TEXT_ARG(draft), TEXT_ARG(address));
	char *z = text_z(a, path);
	for (size_t i = path.len - address.len; i < path.len; i++) {
		if (z[i] == '/')
			z[i] = '.';
	}
	return text_from(z);
}

struct text portal_step_address(const struct web_request *r)
{
	char *z = text_z(r->arena, web_param(r, "step"));
	for (char *c = z; *c; c++) {
		if (*c == '.')
			*c = '/';
	}
	return text_from(z);
}

const struct people_actor *portal_actor(struct arena *a, const struct people_actor *from)
{
	struct people_actor *to = ARENA_NEW(a, struct people_actor);
	*to = *from;
	to->id = text_copy(a, from->id);
	to->name = text_copy(a, from->name);
	to->authority = text_copy(a, from->authority);
	to->unit = text_copy(a, from->unit);
	to->grants = NULL; /* these pages are for citizens, who hold none */
	to->grant_count = 0;
	return to;
}

struct people_citizen *portal_citizen_copy(struct arena *a, const struct people_citizen *c)
{
	if (!c)
		return NULL;
	struct people_citizen *to = ARENA_NEW(a, struct people_citizen);
	*to = *c;
	struct text *texts[] = {&to->id, &to->given_name, &to->family_name, &to->name, &to->mail,
	        &to->street, &to->house_number, &to->postcode, &to->city, &to->ags};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		*texts[i] = text_copy(a, *texts[i]);
	return to;
}

enum err portal_citizen(const struct web_request *r, struct arena *a,
        const struct people_citizen **out, struct errinfo *e)
{
	struct store *store = casework_store(web_app(r)->casework);
	struct db *db = NULL;
	*out = NULL;
	if (r->actor->kind != PEOPLE_CITIZEN)
		return OK;
	struct people_citizen *c = ARENA_NEW(a, struct people_citizen);
	TRY(store_read_begin(store, &db, e));
	enum err code = people_citizen_load(db, r->actor->id, a, c, e);
	store_read_end(store, db);
	c->trust = r->actor->trust;
	*out = c;
	return code;
}

static enum err draft_read(struct web_request *r, struct portal_draft *d, struct errinfo *e)
{
	struct web_app *app = web_app(r);
	struct text id = web_param(r, "draft");
	if (!id_valid(id))
		return fail(e, ERR_NOT_FOUND, "no such draft");
	d->who.actor = r->actor;
	d->who.code = portal_draft_code(r, id);
	struct db *db = NULL;
	TRY(store_read_begin(casework_store(app->casework), &db, e));
	enum err code = draft_load(app->casework, db, id, &d->who, r->arena, &d->draft, e);
	store_read_end(casework_store(app->casework), db);
	return code;
}

enum err portal_draft_load(struct web_request *r, struct portal_draft *d, struct errinfo *e)
{
	struct web_app *app = web_app(r);
	*d = (struct portal_draft){0};
	TRY(draft_read(r, d, e));
	TRY(app->services.at(app->services.self, d->draft.lock, &d->adoption, e));
	TRY(portal_citizen(r, r->arena, &d->citizen, e));
	d->words = service_words(r->arena, d->adoption, portal_language(r), r->texts);
	d->name = portal_words(r, d->adoption, "title", NULL);
	if (d->draft.submitted.len > 0)
		return OK;
	return draft_form(
	        app->casework, &d->draft, d->citizen, r->actor->trust, r->arena, &d->run, e);
}

/* The same words whether the draft does not exist, is gone or belongs to somebody else. */
static enum err say_gone(struct web_request *r, struct errinfo *e)
{
	struct portal_message m = {
	        .title = portal_t(r, "portal.gone.title"),
	        .text = portal_t(r, "portal.gone.text"),
	        .advice = portal_t(r, "portal.gone.advice"),
	};
	m.links = ARENA_ARRAY(r->arena, 3, struct web_link);
	if (r->actor->kind == PEOPLE_ANONYMOUS)
		m.links[m.link_count++] = *portal_link(r->arena, portal_t(r, "portal.login.do"),
		        text_format(r->arena, "/anmelden?zurueck=%.*s", TEXT_ARG(r->path)));
	else
		m.links[m.link_count++] =
		        *portal_link(r->arena, portal_t(r, "portal.mine.title"), TEXT("/meine"));
	m.links[m.link_count++] =
	        *portal_link(r->arena, portal_t(r, "portal.resume.title"), TEXT("/weitermachen"));
	m.links[m.link_count++] =
	        *portal_link(r->arena, portal_t(r, "portal.search.all"), TEXT("/dienste"));
	return portal_say(r, 404, &m, e);
}

enum err portal_draft_open(
        struct web_request *r, struct portal_draft *d, bool *done, struct errinfo *e)
{
	enum err code = portal_draft_load(r, d, e);
	*done = true;
	if (code == ERR_NOT_FOUND && r->method == WEB_POST) {
		/* The error page keeps what was typed and can send it again after a login. */
		fail(e, ERR_DENIED, "a draft of somebody else, or none");
		return fail_key(e, "portal.gone.text");
	}
	if (code == ERR_NOT_FOUND)
		return say_gone(r, e);
	if (code != OK)
		return code;
	if (d->draft.submitted.len > 0)
		return web_redirect(r, portal_path(r->arena, d->draft.id, "/eingang?schon=1"), e);
	*done = false;
	return OK;
}

enum err portal_draft_save(struct web_request *r, struct portal_draft *d, struct text address,
        enum err (*then)(struct web_request *r, struct command *c, enum err code,
                const struct errinfo *why, void *state, struct errinfo *e),
        void *state, struct errinfo *e)
{
	struct buf answers;
	buf_init(&answers, FORM_ANSWERS_MAX);
	enum err code = form_draft_write(d->run, &answers, e);
	if (code != OK) {
		buf_free(&answers);
		return code;
	}
	struct command *c = web_command(DRAFT_SAVE);
	struct draft_save *in = ARENA_NEW(c->arena, struct draft_save);
	in->who.actor = portal_actor(c->arena, r->actor);
	in->who.code = text_copy(c->arena, d->who.code);
	in->id = text_copy(c->arena, d->draft.id);
	in->answers = buf_copy(&answers, c->arena);
	in->address = text_copy(c->arena, address);
	in->version = d->draft.version;
	in->take = r->actor->kind == PEOPLE_CITIZEN && !d->draft.owned;
	buf_free(&answers);
	c->input = in;
	return web_run(r, c, WEB_RUN_MS, then, state, e);
}

void portal_draft_saved(struct portal_draft *d, const struct command *c)
{
	int64_t version;
	if (c && text_int(c->answer, &version) && version > 0 && version < INT32_MAX)
		d->draft.version = (int)version;
	else
		d->draft.version++;
}
