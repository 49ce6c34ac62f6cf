/* Where somebody lives: typed, remembered, resolved to the competent authority. */
#include "web/portal/portal.h"

enum { PLACE_COOKIE_DAYS = 365, CHOICES_MAX = 12 };

static const struct html_type choice_type = HTML_TYPE(struct portal_choice,
        HTML_MEMBER(struct portal_choice, name), HTML_MEMBER(struct portal_choice, href));

const struct html_type portal_place_type =
        HTML_TYPE(struct portal_place, HTML_MEMBER(struct portal_place, typed),
                HTML_MEMBER(struct portal_place, name), HTML_MEMBER(struct portal_place, problem),
                HTML_LIST(struct portal_place, choices, choice_count, &choice_type));

static void fill_choices(struct web_request *r, const struct service_route *route, struct text base,
        struct portal_place *out)
{
	size_t count = route->choice_count > CHOICES_MAX ? CHOICES_MAX : route->choice_count;
	out->choices = ARENA_ARRAY(r->arena, count, struct portal_choice);
	for (size_t i = 0; i < count; i++) {
		const struct service_place *p = route->choices[i];
		struct portal_choice *c = &out->choices[out->choice_count++];
		bool more = text_find(base, TEXT("?"), 0) != SIZE_MAX;
		c->name = p->name;
		c->href = text_format(r->arena, "%.*s%cort=%.*s", TEXT_ARG(base), more ? '&' : '?',
		        TEXT_ARG(p->ags));
	}
}

/* Digits only, so that nothing typed reaches a header. */
static bool is_key(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		if (t.ptr[i] < '0' || t.ptr[i] > '9')
			return false;
	}
	return t.len == 8;
}

struct service_route portal_place_find(struct web_request *r, const struct service_library *l,
        struct text service, struct text base, struct portal_place *out)
{
	struct text typed = text_trim(web_query(r, "ort"));
	struct text asked = typed;
	if (asked.len == 0 && is_key(web_cookie(r, "ort")))
		asked = web_cookie(r, "ort");
	struct service_route route = {.kind = SERVICE_ROUTE_UNKNOWN};
	if (asked.len == 0)
		return route;
	route = service_route(r->arena, l, service, asked);
	if (route.place)
		out->name = route.place->name;
	out->typed = is_key(asked) && out->name.len ? out->name : asked;
	if (route.place && typed.len && is_key(route.place->ags))
		web_set_cookie(r, "ort", route.place->ags, PLACE_COOKIE_DAYS * DAY_SECONDS);
	fill_choices(r, &route, base, out);
	if (route.kind == SERVICE_ROUTE_UNKNOWN)
		out->problem = portal_t1(r, "portal.place.unknown", "place", asked);
	if (route.kind == SERVICE_ROUTE_CHOOSE)
		out->problem = portal_t1(r, "portal.place.choose", "place", asked);
	return route;
}
