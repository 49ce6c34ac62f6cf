/* The control page: figures, incidents, connections, versions in force, what a move of the
 * clock did. */
#include "web/control/control.h"

enum { NEWS_SHOWN = 60, HASH_SHOWN = 10 };

struct control_incident {
	struct text number, text, href, step, of;
};

struct control_route {
	struct text name, state;
	const char *state_class;
};

struct control_service {
	struct text name, authority, version, hash;
};

struct control_news {
	struct text name, state, version;
	const char *state_class;
};

struct control_event {
	struct text number, text, at;
};

struct control_view {
	struct text now, lead, first, moved, findings;
	bool good, clock;
	int64_t open_cases, open_tasks, drafts, outbox, incidents_open, timers_due;
	struct control_incident *incidents;
	size_t incident_count;
	struct control_route *routes;
	size_t route_count;
	struct control_service *services;
	size_t service_count;
	struct control_news *news;
	size_t news_count;
	struct control_event *events;
	size_t event_count, event_cap;
};

static const struct html_type incident_type = HTML_TYPE(struct control_incident,
        HTML_MEMBER(struct control_incident, number), HTML_MEMBER(struct control_incident, text),
        HTML_MEMBER(struct control_incident, href), HTML_MEMBER(struct control_incident, step),
        HTML_MEMBER(struct control_incident, of));
static const struct html_type route_type = HTML_TYPE(struct control_route,
        HTML_MEMBER(struct control_route, name), HTML_MEMBER(struct control_route, state),
        HTML_MEMBER(struct control_route, state_class));
static const struct html_type service_type = HTML_TYPE(struct control_service,
        HTML_MEMBER(struct control_service, name), HTML_MEMBER(struct control_service, authority),
        HTML_MEMBER(struct control_service, version), HTML_MEMBER(struct control_service, hash));
static const struct html_type news_type = HTML_TYPE(struct control_news,
        HTML_MEMBER(struct control_news, name), HTML_MEMBER(struct control_news, state),
        HTML_MEMBER(struct control_news, version), HTML_MEMBER(struct control_news, state_class));
static const struct html_type event_type =
        HTML_TYPE(struct control_event, HTML_MEMBER(struct control_event, number),
                HTML_MEMBER(struct control_event, text), HTML_MEMBER(struct control_event, at));

#define VIEW(member) HTML_MEMBER(struct control_view, member)
static const struct html_type control_type = HTML_TYPE(struct control_view, VIEW(now), VIEW(lead),
        VIEW(first), VIEW(moved), VIEW(findings), VIEW(good), VIEW(clock), VIEW(open_cases),
        VIEW(open_tasks), VIEW(drafts), VIEW(outbox), VIEW(incidents_open), VIEW(timers_due),
        HTML_LIST(struct control_view, incidents, incident_count, &incident_type),
        HTML_LIST(struct control_view, routes, route_count, &route_type),
        HTML_LIST(struct control_view, services, service_count, &service_type),
        HTML_LIST(struct control_view, news, news_count, &news_type),
        HTML_LIST(struct control_view, events, event_count, &event_type));
const struct web_page control_page = {"control/control", &control_type};

static enum err read_counts(
        struct web_request *r, struct db *db, struct control_view *p, struct errinfo *e)
{
	struct casework_counts c;
	TRY(casework_count(web_app(r)->casework, db, &c, e));
	p->open_cases = c.open_cases;
	p->open_tasks = c.open_tasks;
	p->drafts = c.drafts;
	p->outbox = c.outbox;
	p->incidents_open = c.incidents;
	p->timers_due = c.timers_due;
	return OK;
}

static enum err read_incidents(
        struct web_request *r, struct db *db, struct control_view *p, struct errinfo *e)
{
	struct case_incident *list;
	struct text *numbers;
	size_t count;
	TRY(incident_list(web_app(r)->casework, db, r->arena, &list, &numbers, &count, e));
	p->incidents = ARENA_ARRAY(r->arena, count, struct control_incident);
	for (size_t i = 0; i < count; i++) {
		struct control_incident *to = &p->incidents[p->incident_count++];
		to->number = numbers[i];
		to->step = list[i].element_name.len ? list[i].element_name : list[i].element;
		to->text = list[i].message.len ? list[i].message : list[i].code;
		to->href = text_format(r->arena, "/leitstand/stoerung/%.*s/%.*s",
		        TEXT_ARG(numbers[i]), TEXT_ARG(list[i].id));
		to->of = portal_t2(r, "control.incident.of", "number", numbers[i], "at",
		        desk_moment(r, list[i].at));
	}
	p->good = count == 0;
	p->lead = p->good ? portal_t(r, "control.lead.good")
	                  : portal_tn(r, "control.lead.bad", "count", (int64_t)count);
	if (count)
		p->first = p->incidents[0].href;
	return OK;
}

static void add_route(struct web_request *r, struct control_view *p, const char *name, bool there,
        bool used, int64_t waiting)
{
	struct control_route *to = &p->routes[p->route_count++];
	to->name = portal_t(r, name);
	to->state_class = !there ? "bad" : waiting ? "run" : "done";
	if (!there)
		to->state = portal_t(r, "control.route.off");
	else if (waiting)
		to->state = portal_tn(r, "control.route.waits", "count", waiting);
	else
		to->state = portal_t(r, used ? "control.route.runs" : "control.route.idle");
}

static void fill_routes(struct web_request *r, struct control_view *p)
{
	struct letter_helper *letters = web_app(r)->letters;
	p->routes = ARENA_ARRAY(r->arena, 4, struct control_route);
	bool runs = letters && letter_helper_pid(letters) > 0;
	bool stuck = !runs && p->outbox > 0;
	add_route(r, p, "control.route.letters", letters != NULL && !stuck, runs, 0);
	if (stuck)
		p->routes[0].state = portal_t(r, "control.route.stuck");
	add_route(r, p, "control.route.mailbox", true, true, 0);
	add_route(r, p, "control.route.outbox", true, true, p->outbox);
	add_route(r, p, "control.route.timers", true, true, p->timers_due);
}

static void fill_services(struct web_request *r, struct control_view *p)
{
	const struct service_library *l = casework_library(web_app(r)->casework);
	p->services = ARENA_ARRAY(r->arena, l->adoption_count, struct control_service);
	for (size_t i = 0; i < l->adoption_count; i++) {
		const struct service_adoption *x = l->adoptions[i];
		struct control_service *to = &p->services[p->service_count++];
		to->name = portal_words(r, x, "title", NULL);
		to->authority = service_local_text(x->authority->name, portal_language(r));
		to->version = x->service->version;
		to->hash = text_part(x->lock, 0, HASH_SHOWN);
	}
}

/* "Wohngeld", "Wohngeld, Landeshauptstadt Dresden"; ids where nothing is in force. */
static struct text news_name(struct web_request *r, const struct service_news *n)
{
	const struct service_library *l = casework_library(web_app(r)->casework);
	const struct service *s = service_find(l, n->service);
	const struct service_authority *x = service_find_authority(l, n->authority);
	struct text name = s ? portal_service_text(r, s, "title", NULL) : n->service;
	struct text where = x ? service_local_text(x->name, portal_language(r)) : n->authority;
	return where.len ? text_format(r->arena, "%.*s, %.*s", TEXT_ARG(name), TEXT_ARG(where))
	                 : name;
}

static void fill_news(struct web_request *r, struct control_view *p)
{
	static const struct {
		const char *key, *mark;
	} states[] = {
	        [SERVICE_UNCHANGED] = {"control.news.unchanged", ""},
	        [SERVICE_TAKEN] = {"control.news.taken", "done"},
	        [SERVICE_KEPT] = {"control.news.kept", "need"},
	        [SERVICE_REFUSED] = {"control.news.refused", "bad"},
	        [SERVICE_REMOVED] = {"control.news.removed", "need"},
	};
	const struct service_publication *n = web_app(r)->news;
	if (!n)
		return;
	p->news = ARENA_ARRAY(r->arena, n->count, struct control_news);
	for (size_t i = 0; i < n->count; i++) {
		struct control_news *to = &p->news[p->news_count++];
		to->name = news_name(r, &n->news[i]);
		to->version = n->news[i].version;
		to->state = portal_t(r, states[n->news[i].outcome].key);
		to->state_class = states[n->news[i].outcome].mark;
	}
	if (n->findings.errors)
		p->findings =
		        portal_tn(r, "control.news.findings", "count", (int64_t)n->findings.errors);
}

/* What the move of the clock did
 * ------------------------------------------------------------------- */

static bool is_told(struct text kind)
{
	static const char *const told[] = {"letter.delivered", "letter.to_post", "task.opened",
	        "file.closed", "case.closed", "incident.opened", "deadline.set", "node.triggered"};
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		if (text_is(kind, told[i]))
			return true;
	}
	return false;
}

static void add_event(struct web_request *r, const struct case_news *n, struct control_view *p)
{
	const char *key =
	        text_z(r->arena, text_format(r->arena, "control.event.%.*s", TEXT_ARG(n->kind)));
	struct control_event *to = ARENA_PUSH(r->arena, p->events, p->event_count, p->event_cap);
	to->number = n->number;
	to->at = desk_moment(r, n->at);
	to->text = portal_t1(r, key, "step",
	        n->element_name.len ? n->element_name : portal_t(r, "event.a_step"));
}

static enum err read_events(struct web_request *r, struct db *db, struct instant since,
        struct control_view *p, struct errinfo *e)
{
	struct casework *cw = web_app(r)->casework;
	const struct service_library *l = casework_library(cw);
	for (size_t i = 0; i < l->authority_count; i++) {
		struct case_news *news;
		size_t count;
		TRY(case_news_list(
		        cw, db, l->authorities[i]->ags, since, r->arena, &news, &count, e));
		for (size_t k = 0; k < count && p->event_count < NEWS_SHOWN; k++) {
			if (is_told(news[k].kind))
				add_event(r, &news[k], p);
		}
	}
	return OK;
}

static enum err fill(
        struct web_request *r, struct db *db, struct control_view *p, struct errinfo *e)
{
	struct instant now = casework_now(web_app(r)->casework);
	int64_t days = 0, since = 0;
	struct texts_arg args[] = {TEXTS_ARG("day", portal_day_long(r, portal_date(r, now))),
	        TEXTS_ARG("time", portal_time(r, now))};
	p->now = web_text_args(r, "control.now", args, 2);
	p->clock = web_app(r)->move_clock != NULL;
	TRY(read_counts(r, db, p, e));
	TRY(read_incidents(r, db, p, e));
	fill_routes(r, p);
	fill_services(r, p);
	fill_news(r, p);
	if (!text_int(web_query(r, "bewegt"), &days) || !text_int(web_query(r, "seit"), &since))
		return OK;
	p->moved = portal_tn(r, "control.clock.moved", "days", days);
	return read_events(r, db, (struct instant){since}, p, e);
}

enum err control_get(struct web_request *r, struct errinfo *e)
{
	struct control_view *p = ARENA_NEW(r->arena, struct control_view);
	struct store *s = casework_store(web_app(r)->casework);
	struct db *db = NULL;
	TRY(store_read_begin(s, &db, e));
	enum err code = fill(r, db, p, e);
	store_read_end(s, db);
	if (code != OK)
		return code;
	r->frame.nav = TEXT("control");
	if (web_query(r, "behoben").len)
		r->frame.notice = portal_t(r, "control.incident.done");
	return web_page(r, 200, &control_page, p, e);
}
