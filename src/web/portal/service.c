/* The page of a service, and beginning a draft. */
#include "web/portal/start.h"

enum { LAWS_MAX = 30 };

struct service_next {
	struct text title, text;
};

struct service_need {
	struct text label;
	bool always;
};

struct service_view {
	struct text title, lang, lead, intro, time, who_note, need_note, begin, cost, law, version,
	        target, action, ags, place_title, offered, button, life, life_href, closed, login,
	        login_note;
	struct text *who;
	size_t who_count;
	struct text *bring;
	size_t bring_count;
	struct service_need *needs;
	size_t need_count;
	struct service_next *next;
	size_t next_count;
	struct text *laws;
	size_t laws_count;
	struct portal_place place;
	struct portal_contact contact;
	bool found, not_offered;
};

static const struct html_type next_type = HTML_TYPE(struct service_next,
        HTML_MEMBER(struct service_next, title), HTML_MEMBER(struct service_next, text));
static const struct html_type need_type = HTML_TYPE(struct service_need,
        HTML_MEMBER(struct service_need, label), HTML_MEMBER(struct service_need, always));

static const struct html_type view_type = HTML_TYPE(struct service_view,
        HTML_MEMBER(struct service_view, title), HTML_MEMBER(struct service_view, lang),
        HTML_MEMBER(struct service_view, lead), HTML_MEMBER(struct service_view, intro),
        HTML_MEMBER(struct service_view, time), HTML_MEMBER(struct service_view, who_note),
        HTML_MEMBER(struct service_view, need_note), HTML_MEMBER(struct service_view, begin),
        HTML_MEMBER(struct service_view, cost), HTML_MEMBER(struct service_view, law),
        HTML_MEMBER(struct service_view, version), HTML_MEMBER(struct service_view, target),
        HTML_MEMBER(struct service_view, action), HTML_MEMBER(struct service_view, ags),
        HTML_MEMBER(struct service_view, place_title), HTML_MEMBER(struct service_view, offered),
        HTML_MEMBER(struct service_view, button), HTML_MEMBER(struct service_view, life),
        HTML_MEMBER(struct service_view, life_href), HTML_MEMBER(struct service_view, closed),
        HTML_MEMBER(struct service_view, login), HTML_MEMBER(struct service_view, login_note),
        HTML_LIST(struct service_view, who, who_count, &html_text_item),
        HTML_LIST(struct service_view, bring, bring_count, &html_text_item),
        HTML_LIST(struct service_view, needs, need_count, &need_type),
        HTML_LIST(struct service_view, next, next_count, &next_type),
        HTML_LIST(struct service_view, laws, laws_count, &html_text_item),
        HTML_SUB(struct service_view, place, &portal_place_type),
        HTML_SUB(struct service_view, contact, &portal_contact_type),
        HTML_MEMBER(struct service_view, found), HTML_MEMBER(struct service_view, not_offered));

const struct web_page service_page = {"portal/service", &view_type};

/* File questions of the form: what a person will be asked to upload. */
static void fill_needs(struct web_request *r, const struct service *s, struct service_view *v)
{
	const struct form_need *needs = NULL;
	size_t count = form_needs(r->arena, s->form, &needs);
	v->needs = ARENA_ARRAY(r->arena, count, struct service_need);
	for (size_t i = 0; i < count; i++) {
		const struct form_field *f = needs[i].field;
		struct text key = text_format(r->arena, "%.*s.label", TEXT_ARG(f->path));
		struct text label = service_package_text(s, portal_language(r), key, NULL);
		if (f->who != FORM_APPLICANT || label.len == 0)
			continue;
		v->needs[v->need_count++] = (struct service_need){label, needs[i].always};
	}
}

static void fill_laws(struct web_request *r, const struct service *s, struct service_view *v)
{
	v->laws = ARENA_ARRAY(r->arena, LAWS_MAX, struct text);
	for (size_t i = 0; i < s->law_count && v->laws_count < LAWS_MAX; i++) {
		if (!text_is(s->laws[i].kind, "internal"))
			v->laws[v->laws_count++] = s->laws[i].cite;
	}
}

static void fill_next(struct web_request *r, const struct service *s, struct service_view *v)
{
	struct text *titles, *texts;
	size_t count = portal_list(r, s, "next", ".title", &titles);
	size_t text_count = portal_list(r, s, "next", ".text", &texts);
	v->next = ARENA_ARRAY(r->arena, count, struct service_next);
	for (size_t i = 0; i < count; i++)
		v->next[v->next_count++] =
		        (struct service_next){titles[i], i < text_count ? texts[i] : TEXT_NONE};
}

static void fill_words(struct web_request *r, const struct service *s, struct service_view *v)
{
	v->title = portal_service_text(r, s, "title", &v->lang);
	v->lead = portal_service_text(r, s, "intro", NULL);
	v->time = portal_service_text(r, s, "time", NULL);
	v->who_note = portal_service_text(r, s, "who.note", NULL);
	v->need_note = portal_service_text(r, s, "need.note", NULL);
	v->begin = portal_service_text(r, s, "begin", NULL);
	v->cost = portal_service_text(r, s, "cost", NULL);
	v->law = portal_service_text(r, s, "law", NULL);
	v->who_count = portal_list(r, s, "who", "", &v->who);
	v->bring_count = portal_list(r, s, "need", "", &v->bring);
	v->version = s->version;
	v->target = start_target(r, s);
	static const char *const logins[] = {"portal.trust.none", "portal.trust.account",
	        "portal.trust.substantial", "portal.trust.high"};
	v->login = portal_t(r, logins[s->trust_submit]);
	v->login_note = s->trust_start == FORM_TRUST_NONE && s->trust_submit != FORM_TRUST_NONE
	                        ? portal_t(r, "portal.trust.only_send")
	                        : TEXT_NONE;
	if (s->life_count > 0) {
		struct text key = text_format(r->arena, "life.%.*s", TEXT_ARG(s->life[0]));
		v->life = texts_get_text(r->texts, r->language, key);
		v->life_href = text_format(r->arena, "/dienste?lage=%.*s", TEXT_ARG(s->life[0]));
	}
}

static void fill_place(struct web_request *r, const struct service_library *l,
        const struct service *s, struct service_view *v)
{
	struct text base = text_format(r->arena, "/dienste/%.*s", TEXT_ARG(s->id));
	struct service_route route = portal_place_find(r, l, s->id, base, &v->place);
	v->found = route.kind == SERVICE_ROUTE_FOUND && route.adoption;
	v->not_offered = route.kind == SERVICE_ROUTE_NOT_OFFERED;
	if (v->place.name.len)
		v->place_title = portal_t1(r, "portal.service.office_in", "place", v->place.name);
	if (v->not_offered)
		v->offered = portal_t1(r, "portal.service.not_offered", "place", v->place.name);
	if (!v->found)
		return;
	v->ags = route.adoption->authority->ags;
	v->contact = portal_contact_of(r, route.adoption);
	struct text own = portal_words(r, route.adoption, "text:intro", NULL);
	v->intro = own;
	if (!service_is_open(s, casework_today(web_app(r)->casework)))
		v->closed = portal_t(r, "portal.service.closed");
}

enum err service_get(struct web_request *r, struct errinfo *e)
{
	const struct service_library *l = casework_library(web_app(r)->casework);
	const struct service *s = service_find(l, web_param(r, "service"));
	struct service_view *v = ARENA_NEW(r->arena, struct service_view);
	if (!s)
		return fail(e, ERR_NOT_FOUND, "no such service");
	fill_words(r, s, v);
	fill_needs(r, s, v);
	fill_next(r, s, v);
	fill_laws(r, s, v);
	fill_place(r, l, s, v);
	v->action = text_format(r->arena, "/dienste/%.*s", TEXT_ARG(s->id));
	v->button = portal_t1(r, "portal.service.start", "service", v->title);
	r->frame.nav = TEXT("services");
	return web_page(r, 200, &service_page, v, e);
}

static enum err begun(struct web_request *r, struct command *c, enum err code,
        const struct errinfo *why, void *state, struct errinfo *e)
{
	(void)state;
	if (code != OK) {
		*e = *why;
		return code;
	}
	const struct draft_open *in = c->input;
	portal_draft_remember(r, text_from(in->id), text_from(in->code));
	return web_redirect(r, portal_path(r->arena, text_from(in->id), ""), e);
}

/* "Wohngeld beantragen": a draft with a code of its own. */
enum err begin_post(struct web_request *r, struct errinfo *e)
{
	const struct service_library *l = casework_library(web_app(r)->casework);
	const struct service_adoption *x =
	        service_find_adoption(l, web_param(r, "service"), web_field(r, "ort"));
	if (!x)
		return fail(e, ERR_NOT_FOUND, "this authority does not offer the service");
	if ((int)r->actor->trust < (int)x->service->trust_start)
		return web_redirect(r,
		        text_format(r->arena, "/anmelden?stufe=%s&zurueck=/dienste/%.*s",
		                people_trust_name((enum people_trust)x->service->trust_start),
		                TEXT_ARG(x->service->id)),
		        e);
	struct command *c = web_command(DRAFT_OPEN);
	struct draft_open *in = ARENA_NEW(c->arena, struct draft_open);
	in->actor = portal_actor(c->arena, r->actor);
	in->authority = text_copy(c->arena, x->authority->ags);
	in->service = text_copy(c->arena, x->service->id);
	in->lock = text_copy(c->arena, x->lock);
	in->language = text_copy(c->arena, portal_language(r));
	draft_new_ids(web_app(r)->casework, in);
	c->input = in;
	return web_run(r, c, WEB_RUN_MS, begun, NULL, e);
}
