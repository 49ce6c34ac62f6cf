/* The snapshot: sorted lists and lookups in them. */
#include "service/library.h"

#include <stdlib.h>

static int by_id(const void *p, const void *q)
{
	const struct service *const *a = p, *const *b = q;
	return text_cmp((*a)->id, (*b)->id);
}

static int by_ags(const void *p, const void *q)
{
	const struct service_authority *const *a = p, *const *b = q;
	return text_cmp((*a)->ags, (*b)->ags);
}

static int by_adoption(const void *p, const void *q)
{
	const struct service_adoption *const *a = p, *const *b = q;
	int order = text_cmp((*a)->service->id, (*b)->service->id);
	return order ? order : text_cmp((*a)->authority->ags, (*b)->authority->ags);
}

static int by_place(const void *p, const void *q)
{
	const struct service_place *a = p, *b = q;
	return text_cmp(a->ags, b->ags);
}

static void *sorted(struct arena *a, const void *items, size_t count,
        int (*compare)(const void *, const void *))
{
	const void *const *from = items;
	const void **out = ARENA_ARRAY(a, count, const void *);
	for (size_t i = 0; i < count; i++)
		out[i] = from[i];
	if (count > 1)
		qsort(out, count, sizeof *out, compare);
	return out;
}

static void add_places(struct service_place *all, size_t *count, const struct service_place *more,
        size_t more_count)
{
	for (size_t i = 0; i < more_count; i++)
		all[(*count)++] = more[i];
}

/* Those of authorities first: where routing.json repeats one, theirs counts. */
static void make_places(struct arena *a, struct service_library *l, const struct library_parts *raw)
{
	size_t max = raw->routing.place_count, count = 0, kept = 0;
	for (size_t i = 0; i < l->authority_count; i++)
		max += l->authorities[i]->place_count;
	struct service_place *all = ARENA_ARRAY(a, max, struct service_place);
	for (size_t i = 0; i < l->authority_count; i++)
		add_places(all, &count, l->authorities[i]->places, l->authorities[i]->place_count);
	size_t own = count;
	add_places(all, &count, raw->routing.places, raw->routing.place_count);
	if (own > 1)
		qsort(all, own, sizeof *all, by_place);
	if (count > own + 1)
		qsort(all + own, count - own, sizeof *all, by_place);
	struct text last = TEXT_NONE;
	for (size_t i = 0; i < count; i++) {
		bool again = i >= own &&
		             (text_eq(all[i].ags, last) ||
		                     (own && bsearch(&all[i], all, own, sizeof *all, by_place)));
		last = all[i].ags;
		if (!again)
			all[kept++] = all[i];
	}
	if (kept > 1)
		qsort(all, kept, sizeof *all, by_place);
	l->places = all;
	l->place_count = kept;
}

const struct service_library *library_make(struct arena *a, const struct library_parts *raw)
{
	struct service_library *l = ARENA_NEW(a, struct service_library);
	l->services = sorted(a, raw->services, raw->service_count, by_id);
	l->service_count = raw->service_count;
	l->authorities = sorted(a, raw->authorities, raw->authority_count, by_ags);
	l->authority_count = raw->authority_count;
	l->adoptions = sorted(a, raw->adoptions, raw->adoption_count, by_adoption);
	l->adoption_count = raw->adoption_count;
	l->rules = raw->routing.rules;
	l->rule_count = raw->routing.rule_count;
	l->calendar = raw->calendar;
	make_places(a, l, raw);
	l->index = index_make(a, l);
	return l;
}

const struct service *service_find(const struct service_library *l, struct text id)
{
	struct service key = {.id = id};
	const struct service *at = &key;
	const struct service *const *hit =
	        l->service_count
	                ? bsearch(&at, l->services, l->service_count, sizeof *l->services, by_id)
	                : NULL;
	return hit ? *hit : NULL;
}

const struct service_authority *service_find_authority(
        const struct service_library *l, struct text ags)
{
	struct service_authority key = {.ags = ags};
	const struct service_authority *at = &key;
	const struct service_authority *const *hit =
	        l->authority_count ? bsearch(&at, l->authorities, l->authority_count,
	                                     sizeof *l->authorities, by_ags)
	                           : NULL;
	return hit ? *hit : NULL;
}

const struct service_adoption *service_find_adoption(
        const struct service_library *l, struct text service, struct text ags)
{
	struct service s = {.id = service};
	struct service_authority x = {.ags = ags};
	struct service_adoption key = {.service = &s, .authority = &x};
	const struct service_adoption *at = &key;
	const struct service_adoption *const *hit =
	        l->adoption_count ? bsearch(&at, l->adoptions, l->adoption_count,
	                                    sizeof *l->adoptions, by_adoption)
	                          : NULL;
	return hit ? *hit : NULL;
}

const struct service_place *service_find_place(const struct service_library *l, struct text ags)
{
	struct service_place key = {.ags = ags};
	return l->place_count
	               ? bsearch(&key, l->places, l->place_count, sizeof *l->places, by_place)
	               : NULL;
}
