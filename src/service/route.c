/* Which authority is competent for a place, and is it online there? */
#include "service/library.h"

#include <stdlib.h>

enum { CHOICES_MAX = 50 };

struct ask {
	struct arena *a;
	const struct service_library *l;
	const struct service *service; /* NULL: any */
	const struct service_place *choices[CHOICES_MAX];
	size_t count;
};

static bool in_list(const struct text *list, size_t count, struct text word)
{
	for (size_t i = 0; i < count; i++)
		if (text_eq(list[i], word))
			return true;
	return false;
}

/* The rule with the longest beginning of the key; of two equally long ones the one that
 * names the service. */
static const struct service_route_rule *ruled(const struct ask *q, struct text ags)
{
	const struct service_route_rule *best = NULL;
	for (size_t i = 0; i < q->l->rule_count; i++) {
		const struct service_route_rule *r = &q->l->rules[i];
		bool all = text_is(r->service, "*");
		bool meant = all || (q->service && text_eq(r->service, q->service->id));
		if (!meant || !text_starts(ags, r->ags))
			continue;
		if (!best || r->ags.len > best->ags.len || (r->ags.len == best->ags.len && !all))
			best = r;
	}
	return best;
}

static const struct service_authority *serving(const struct ask *q, struct text ags)
{
	for (size_t i = 0; i < q->l->authority_count; i++) {
		const struct service_authority *x = q->l->authorities[i];
		for (size_t k = 0; k < x->place_count; k++)
			if (text_eq(x->places[k].ags, ags))
				return x;
	}
	return NULL;
}

static const struct service_adoption *offered(
        const struct ask *q, const struct service_authority *x)
{
	return x && q->service ? service_find_adoption(q->l, q->service->id, x->ags) : NULL;
}

/* A matter of the district is no matter of a municipality that belongs to one (its key does
 * not end in 000), unless that municipality offers it all the same. */
static const struct service_authority *competent(const struct ask *q,
        const struct service_place *place, const struct service_route_rule *rule)
{
	if (rule)
		return service_find_authority(q->l, rule->authority);
	const struct service_authority *x = serving(q, place->ags);
	bool district = q->service && text_is(q->service->level, "district");
	if (district && !text_ends(place->ags, TEXT("000")) && !offered(q, x))
		return NULL;
	return x;
}

static struct service_route answer(const struct ask *q, const struct service_place *place)
{
	struct service_route r = {.kind = SERVICE_ROUTE_NOT_OFFERED, .place = place};
	const struct service_route_rule *rule = ruled(q, place->ags);
	r.authority = competent(q, place, rule);
	r.adoption = offered(q, r.authority);
	if (rule) {
		r.body = rule->body;
		r.text = rule->text;
	}
	if (r.adoption || (!q->service && r.authority))
		r.kind = SERVICE_ROUTE_FOUND;
	return r;
}

/* What was typed ----------------------------------------------------------------------------- */

static bool digits(struct text t, size_t count)
{
	for (size_t i = 0; i < t.len; i++)
		if (t.ptr[i] < '0' || t.ptr[i] > '9')
			return false;
	return t.len == count;
}

static void add(struct ask *q, const struct service_place *p)
{
	if (q->count < CHOICES_MAX)
		q->choices[q->count++] = p;
}

/* "Dresden, Stadt" and "Dresden" are one name. */
static struct text bare_name(struct arena *a, struct text name)
{
	size_t cut = text_find(name, TEXT(","), 0);
	return folded(a, text_trim(cut == SIZE_MAX ? name : text_part(name, 0, cut)));
}

/* Places of a postcode; a name beside it narrows them where it fits one. */
static void by_postcode(struct ask *q, struct text postcode, struct text name)
{
	struct text wanted = bare_name(q->a, name);
	size_t named = 0;
	const struct service_place *hit = NULL;
	for (size_t i = 0; i < q->l->place_count; i++) {
		const struct service_place *p = &q->l->places[i];
		if (!in_list(p->postcodes, p->postcode_count, postcode))
			continue;
		add(q, p);
		if (wanted.len && text_starts(bare_name(q->a, p->name), wanted)) {
			named++;
			hit = p;
		}
	}
	if (named == 1) {
		q->count = 0;
		add(q, hit);
	}
}

/* 0 the name itself, 1 its beginning, 2 one letter wrong, 3 none of these. */
static int likeness(struct text wanted, struct text name)
{
	if (text_eq(wanted, name))
		return 0;
	if (wanted.len >= 3 && text_starts(name, wanted))
		return 1;
	return wanted.len >= 4 && edit_distance(wanted, name, 1) <= 1 ? 2 : 3;
}

/* The best kind of likeness that occurs decides. */
static int by_name(struct ask *q, struct text name)
{
	struct text wanted = bare_name(q->a, name);
	int best = 3;
	for (size_t i = 0; wanted.len && i < q->l->place_count; i++) {
		const struct service_place *p = &q->l->places[i];
		int like = likeness(wanted, bare_name(q->a, p->name));
		if (like > best || like == 3)
			continue;
		if (like < best)
			q->count = 0;
		best = like;
		add(q, p);
	}
	return best;
}

static int compare_name(const void *p, const void *q)
{
	const struct service_place *const *a = p, *const *b = q;
	int order = text_cmp((*a)->name, (*b)->name);
	return order ? order : text_cmp((*a)->ags, (*b)->ags);
}

static struct service_route choose(struct ask *q, enum service_route_kind kind)
{
	if (q->count > 1)
		qsort(q->choices, q->count, sizeof *q->choices, compare_name);
	const struct service_place **list =
	        ARENA_ARRAY(q->a, q->count, const struct service_place *);
	for (size_t i = 0; i < q->count; i++)
		list[i] = q->choices[i];
	return (struct service_route){.kind = kind, .choices = list, .choice_count = q->count};
}

static struct service_route decide(struct ask *q)
{
	struct service_route first = answer(q, q->choices[0]);
	bool same = first.kind == SERVICE_ROUTE_FOUND;
	for (size_t i = 1; i < q->count; i++)
		same = same && answer(q, q->choices[i]).authority == first.authority;
	return q->count == 1 || same ? first : choose(q, SERVICE_ROUTE_CHOOSE);
}

struct service_route service_route(
        struct arena *a, const struct service_library *l, struct text service, struct text where)
{
	struct ask q = {.a = a, .l = l, .service = service_find(l, service)};
	struct text typed = text_trim(where);
	struct text head = text_part(typed, 0, typed.len < 5 ? typed.len : 5);
	const struct service_place *place = service_find_place(l, typed);
	int like = 0;
	if (service.len && !q.service)
		return (struct service_route){.kind = SERVICE_ROUTE_NOT_OFFERED};
	if (place && digits(typed, 8))
		return answer(&q, place);
	if (digits(head, 5))
		by_postcode(&q, head, text_trim(text_part(typed, head.len, typed.len)));
	else if (typed.len <= SERVICE_QUERY_MAX)
		like = by_name(&q, typed);
	if (q.count == 0 || like >= 2)
		return choose(&q, SERVICE_ROUTE_UNKNOWN);
	return decide(&q);
}
