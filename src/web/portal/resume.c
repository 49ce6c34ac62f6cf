/* Leaving a draft and coming back: by account, by code; deleting it. */
#include "web/portal/start.h"

struct saved_view {
	struct text service, code, day, back, remove, action, title;
	bool owned;
	struct text error, typed;
};

static const struct html_type saved_type = HTML_TYPE(struct saved_view,
        HTML_MEMBER(struct saved_view, service), HTML_MEMBER(struct saved_view, code),
        HTML_MEMBER(struct saved_view, day), HTML_MEMBER(struct saved_view, back),
        HTML_MEMBER(struct saved_view, remove), HTML_MEMBER(struct saved_view, action),
        HTML_MEMBER(struct saved_view, title), HTML_MEMBER(struct saved_view, owned),
        HTML_MEMBER(struct saved_view, error), HTML_MEMBER(struct saved_view, typed));

const struct web_page saved_page = {"portal/saved", &saved_type};
const struct web_page delete_page = {"portal/delete", &saved_type};
const struct web_page resume_page = {"portal/resume", &saved_type};

/* Where the person stopped, else the first open step, else the answers. */
enum err draft_get(struct web_request *r, struct errinfo *e)
{
	struct portal_draft d;
	struct form_step step;
	bool done;
	TRY(portal_draft_open(r, &d, &done, e));
	if (done)
		return OK;
	struct text at = d.draft.address;
	if (at.len == 0 || form_step_at(d.run, at, &step, e) != OK)
		at = form_first_open(d.run);
	return web_redirect(r, portal_step_path(r->arena, d.draft.id, at), e);
}

static void fill(struct web_request *r, const struct portal_draft *d, struct saved_view *v)
{
	struct arena *a = r->arena;
	v->service = d->name;
	v->code = portal_draft_code(r, d->draft.id);
	v->day = portal_day_long(r, d->draft.delete_on);
	v->back = portal_path(a, d->draft.id, "");
	v->remove = portal_path(a, d->draft.id, "/loeschen");
	v->owned = d->draft.owned && r->actor->kind == PEOPLE_CITIZEN;
	r->frame.nav = TEXT("services");
}

enum err saved_get(struct web_request *r, struct errinfo *e)
{
	struct portal_draft d;
	struct saved_view v = {0};
	bool done;
	TRY(portal_draft_open(r, &d, &done, e));
	if (done)
		return OK;
	fill(r, &d, &v);
	return web_page(r, 200, &saved_page, &v, e);
}

enum err delete_get(struct web_request *r, struct errinfo *e)
{
	struct portal_draft d;
	struct saved_view v = {0};
	bool done;
	TRY(portal_draft_open(r, &d, &done, e));
	if (done)
		return OK;
	fill(r, &d, &v);
	v.action = r->path;
	return web_page(r, 200, &delete_page, &v, e);
}

static enum err deleted(struct web_request *r, struct command *c, enum err code,
        const struct errinfo *why, void *state, struct errinfo *e)
{
	(void)c;
	const struct portal_draft *d = state;
	if (code != OK && code != ERR_NOT_FOUND) {
		*e = *why;
		return code;
	}
	struct text name = text_format(r->arena, "entwurf-%.*s", TEXT_ARG(d->draft.id));
	web_set_cookie(r, text_z(r->arena, name), TEXT_NONE, -1);
	bool citizen = r->actor->kind == PEOPLE_CITIZEN;
	return web_redirect(r, citizen ? TEXT("/meine?geloescht=1") : TEXT("/?geloescht=1"), e);
}

enum err delete_post(struct web_request *r, struct errinfo *e)
{
	struct portal_draft *d = ARENA_NEW(r->arena, struct portal_draft);
	bool done;
	TRY(portal_draft_open(r, d, &done, e));
	if (done)
		return OK;
	struct command *c = web_command(DRAFT_DELETE);
	struct draft_delete *in = ARENA_NEW(c->arena, struct draft_delete);
	in->who.actor = portal_actor(c->arena, r->actor);
	in->who.code = text_copy(c->arena, d->who.code);
	in->id = text_copy(c->arena, d->draft.id);
	c->input = in;
	return web_run(r, c, WEB_RUN_MS, deleted, d, e);
}

enum err resume_get(struct web_request *r, struct errinfo *e)
{
	struct saved_view v = {0};
	r->frame.nav = TEXT("services");
	return web_page(r, 200, &resume_page, &v, e);
}

/* A wrong code and a code of a deleted draft are told the same; the row is throttled. */
enum err resume_post(struct web_request *r, struct errinfo *e)
{
	struct web_app *app = web_app(r);
	struct saved_view v = {.typed = text_trim(web_field(r, "code"))};
	struct text id = TEXT_NONE;
	struct db *db = NULL;
	char code[DRAFT_CODE_SIZE];
	size_t len = 0;
	struct text up = text_upper(r->arena, v.typed);
	for (size_t i = 0; i < up.len && len < DRAFT_CODE_SIZE - 1; i++) {
		char c = up.ptr[i];
		if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
			continue;
		if (len % 5 == 4)
			code[len++] = '-';
		code[len++] = c;
	}
	struct text normal = text_copy(r->arena, (struct text){code, len});
	TRY(store_read_begin(casework_store(app->casework), &db, e));
	enum err found = len < DRAFT_CODE_SIZE - 1
	                         ? ERR_NOT_FOUND
	                         : draft_find(app->casework, db, normal, r->arena, &id, e);
	store_read_end(casework_store(app->casework), db);
	if (found == OK) {
		portal_draft_remember(r, id, normal);
		return web_redirect(r, portal_path(r->arena, id, ""), e);
	}
	if (found != ERR_NOT_FOUND)
		return found;
	v.error = portal_t(r, v.typed.len ? "portal.resume.wrong" : "portal.resume.need");
	struct web_fault *f = ARENA_NEW(r->arena, struct web_fault);
	*f = (struct web_fault){TEXT("code"), v.error};
	r->frame.faults = f;
	r->frame.fault_count = 1;
	return web_page(r, 422, &resume_page, &v, e);
}
