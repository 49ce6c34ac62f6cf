/* service/library.h - authorities, adoptions and the snapshot of what is offered. */
#ifndef SERVICE_LIBRARY_H
#define SERVICE_LIBRARY_H

#include "service/slots.h"

/* A row of routing.json: the authority competent in a municipality. */
struct service_route_rule {
	struct text ags;       /* key or its beginning: "14625080", "14625"; the longest counts */
	struct text service;   /* id, "*" = all others */
	struct text authority; /* empty: none of ours */
	struct service_local body, text;
};

struct routing {
	const struct service_place *places;
	size_t place_count;
	const struct service_route_rule *rules;
	size_t rule_count;
};

/* authority.json of a folder; NULL when it has errors (in `f`). */
struct service_authority *authority_read(
        struct arena *a, const struct folder *d, struct service_findings *f);
/* False when it has errors. `bytes` empty: no routing.json, nothing in `out`. */
bool routing_read(
        struct arena *a, struct text bytes, struct service_findings *f, struct routing *out);

/* An overlay file as the folder a lock names. */
struct folder overlay_folder(struct arena *a, struct text bytes);
/* `overlay` NULL: defaults. NULL when it does not fit the service (in `f`). */
const struct service_adoption *adoption_make(struct arena *a, const struct service *s,
        const struct service_authority *authority, const struct folder *overlay, struct text file,
        struct service_findings *f);

/* The snapshot; the arrays of `raw` are copied and sorted. */
struct library_parts {
	const struct service **services;
	const struct service_authority **authorities;
	const struct service_adoption **adoptions;
	size_t service_count, authority_count, adoption_count;
	size_t service_cap, authority_cap, adoption_cap;
	struct routing routing;
	const struct law_calendar *calendar;
};
const struct service_library *library_make(struct arena *a, const struct library_parts *raw);

struct service_index *index_make(struct arena *a, const struct service_library *l);

/* Lower case, umlauts and accents written out ("ä" = "ae"): for comparing what people type. */
struct text folded(struct arena *a, struct text t);

/* Source folders as they stand on disk. */
struct sources {
	struct folder shared[PART_COUNT]; /* those with a name are there */
	struct folder *packages, *authorities;
	size_t package_count, authority_count;
	struct text routing; /* bytes of routing.json */
};
MUST_USE enum err sources_read(struct arena *a, const struct service_sources *from,
        struct service_findings *f, struct sources *out, struct errinfo *e);
/* The parts of a package: its folder and the shared ones. */
struct parts sources_parts(const struct sources *s, const struct folder *package);
bool sources_have(const struct sources *s, struct text package);
/* Adoptions of one authority: those that fit go into `raw`. A package with errors has told
 * them itself. */
void overlays_read(struct arena *a, const struct sources *from, const struct folder *d,
        const struct service_authority *authority, struct service_findings *f,
        struct library_parts *raw);
/* Ids of overlays in the folder of an authority: "wohngeld" for wohngeld.json. */
struct text overlay_service(struct text path);

#endif
