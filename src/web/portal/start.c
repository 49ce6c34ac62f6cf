/* The start page and the list of services. */
#include "web/portal/start.h"

enum { TRIES = 4, LIFE_MAX = 16 };

struct start_service {
	struct text title, href, note, about, lang;
};

struct start_life {
	struct text id, title, href, services;
};

struct start_try {
	struct text words, href;
};

struct start_view {
	struct text heading, query, life;
	struct portal_place place;
	struct start_service *services;
	size_t service_count;
	struct start_life *lives;
	size_t life_count;
	struct start_try *tries;
	size_t try_count;
	size_t total;
	bool found_none;
};

static const struct html_type service_type =
        HTML_TYPE(struct start_service, HTML_MEMBER(struct start_service, title),
                HTML_MEMBER(struct start_service, href), HTML_MEMBER(struct start_service, note),
                HTML_MEMBER(struct start_service, about), HTML_MEMBER(struct start_service, lang));
static const struct html_type life_type = HTML_TYPE(struct start_life,
        HTML_MEMBER(struct start_life, id), HTML_MEMBER(struct start_life, title),
        HTML_MEMBER(struct start_life, href), HTML_MEMBER(struct start_life, services));
static const struct html_type try_type = HTML_TYPE(struct start_try,
        HTML_MEMBER(struct start_try, words), HTML_MEMBER(struct start_try, href));

static const struct html_type view_type =
        HTML_TYPE(struct start_view, HTML_MEMBER(struct start_view, heading),
                HTML_MEMBER(struct start_view, query), HTML_MEMBER(struct start_view, life),
                HTML_SUB(struct start_view, place, &portal_place_type),
                HTML_LIST(struct start_view, services, service_count, &service_type),
                HTML_MEMBER(struct start_view, service_count),
                HTML_LIST(struct start_view, lives, life_count, &life_type),
                HTML_LIST(struct start_view, tries, try_count, &try_type),
                HTML_MEMBER(struct start_view, total), HTML_MEMBER(struct start_view, found_none));

const struct web_page start_page = {"portal/start", &view_type};
const struct web_page search_page = {"portal/search", &view_type};

struct text start_target(const struct web_request *r, const struct service *s)
{
	const struct service_deadline *d = service_find_deadline(s, TEXT("target"));
	if (!d)
		return TEXT_NONE;
	enum { WEEK = 7 };
	if (d->length.months > 0 && d->length.days == 0)
		return portal_tn(r, "portal.length.months", "count", d->length.months);
	if (d->length.days > 0 && d->length.days % WEEK == 0)
		return portal_tn(r, "portal.length.weeks", "count", d->length.days / WEEK);
	if (d->length.working_days > 0)
		return portal_tn(r, "portal.length.working", "count", d->length.working_days);
	return d->length.days > 0 ? portal_tn(r, "portal.length.days", "count", d->length.days)
	                          : TEXT_NONE;
}

/* What stands beside the name: not offered here, or how long it is meant to take. */
static struct text note_of(struct web_request *r, const struct service_library *l,
        const struct service *s, const struct service_route *where)
{
	if (where->place) {
		struct service_route route = service_route(r->arena, l, s->id, where->place->ags);
		if (route.kind != SERVICE_ROUTE_FOUND)
			return portal_t(r, "portal.search.not_here");
	}
	struct text target = start_target(r, s);
	return target.len ? portal_t1(r, "portal.search.target", "length", target) : TEXT_NONE;
}

static bool in_life(const struct service *s, struct text life)
{
	for (size_t i = 0; i < s->life_count; i++) {
		if (text_eq(s->life[i], life))
			return true;
	}
	return life.len == 0;
}

static void fill_services(struct web_request *r, const struct service_library *l,
        const struct service_route *where, size_t most, struct start_view *v)
{
	const struct service_hit *hits = NULL;
	size_t count = service_search(r->arena, l, portal_language(r), v->query, &hits);
	v->services = ARENA_ARRAY(r->arena, count, struct start_service);
	for (size_t i = 0; i < count && v->service_count < most; i++) {
		const struct service *s = hits[i].service;
		if (!in_life(s, v->life))
			continue;
		struct start_service *to = &v->services[v->service_count++];
		to->title = hits[i].title;
		to->href = text_format(r->arena, "/dienste/%.*s", TEXT_ARG(s->id));
		to->note = note_of(r, l, s, where);
		to->about = portal_service_text(r, s, "short", &to->lang);
	}
	v->total = l->service_count;
}

static void encode(struct buf *b, struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		char c = t.ptr[i];
		bool plain =
		        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (plain)
			buf_add_byte(b, c);
		else
			buf_add_format(b, "%%%02X", (unsigned char)c);
	}
}

static struct text query_path(struct arena *a, struct text words)
{
	struct buf b;
	buf_init(&b, 1000);
	buf_add_z(&b, "/dienste?q=");
	encode(&b, words);
	struct text t = buf_copy(&b, a);
	buf_free(&b);
	return t;
}

/* The first everyday word of some services that are really there. */
static void fill_tries(struct web_request *r, const struct service_library *l, struct start_view *v)
{
	v->tries = ARENA_ARRAY(r->arena, TRIES, struct start_try);
	for (size_t i = 0; i < l->service_count && v->try_count < TRIES; i++) {
		struct text rest = portal_service_text(r, l->services[i], "words", NULL), first;
		if (!text_split(&rest, ',', &first) || text_trim(first).len == 0)
			continue;
		struct start_try *t = &v->tries[v->try_count++];
		t->words = text_trim(first);
		t->href = query_path(r->arena, t->words);
	}
}

static struct text life_title(const struct web_request *r, struct text id)
{
	struct text key = text_format(r->arena, "life.%.*s", TEXT_ARG(id));
	struct text t = texts_get_text(r->texts, r->language, key);
	return t.len ? t : id;
}

static struct start_life *life_of(struct web_request *r, struct start_view *v, struct text id)
{
	for (size_t i = 0; i < v->life_count; i++) {
		if (text_eq(v->lives[i].id, id))
			return &v->lives[i];
	}
	if (v->life_count == LIFE_MAX)
		return NULL;
	struct start_life *to = &v->lives[v->life_count++];
	to->id = id;
	to->title = life_title(r, id);
	to->href = text_format(r->arena, "/dienste?lage=%.*s", TEXT_ARG(id));
	return to;
}

static void fill_lives(struct web_request *r, const struct service_library *l, struct start_view *v)
{
	v->lives = ARENA_ARRAY(r->arena, LIFE_MAX, struct start_life);
	for (size_t i = 0; i < l->service_count; i++) {
		const struct service *s = l->services[i];
		struct text title = portal_service_text(r, s, "title", NULL);
		for (size_t k = 0; k < s->life_count; k++) {
			struct start_life *to = life_of(r, v, s->life[k]);
			if (to)
				to->services =
				        to->services.len == 0
				                ? title
				                : text_format(r->arena, "%.*s, %.*s",
				                          TEXT_ARG(to->services), TEXT_ARG(title));
		}
	}
}

enum err start_get(struct web_request *r, struct errinfo *e)
{
	const struct service_library *l = casework_library(web_app(r)->casework);
	struct start_view v = {0};
	struct service_route where = portal_place_find(r, l, TEXT_NONE, TEXT("/"), &v.place);
	v.heading = v.place.name.len ? portal_t1(r, "portal.start.often_in", "place", v.place.name)
	                             : portal_t(r, "portal.start.often");
	fill_services(r, l, &where, PORTAL_ROWS, &v);
	fill_tries(r, l, &v);
	fill_lives(r, l, &v);
	r->frame.nav = TEXT("services");
	if (web_query(r, "geloescht").len > 0)
		r->frame.notice = portal_t(r, "portal.delete.done");
	return web_page(r, 200, &start_page, &v, e);
}

enum err search_get(struct web_request *r, struct errinfo *e)
{
	const struct service_library *l = casework_library(web_app(r)->casework);
	struct start_view v = {0};
	v.query = text_trim(web_query(r, "q"));
	v.life = web_query(r, "lage");
	struct text base = query_path(r->arena, v.query);
	struct service_route where = portal_place_find(r, l, TEXT_NONE, base, &v.place);
	fill_services(r, l, &where, SIZE_MAX, &v);
	v.found_none = v.service_count == 0;
	if (v.query.len)
		v.heading = portal_t1(r, "portal.search.for", "query", v.query);
	else if (v.life.len)
		v.heading = life_title(r, v.life);
	else
		v.heading = portal_t(r, "portal.search.title");
	r->frame.nav = TEXT("services");
	r->frame.search = v.query;
	return web_page(r, 200, &search_page, &v, e);
}
