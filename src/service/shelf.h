/* service/shelf.h - versions on disk. */
#ifndef SERVICE_SHELF_H
#define SERVICE_SHELF_H

#include "service/library.h"

#include <pthread.h>
#include <stdatomic.h>

/* What a lock names: locks/<lock>.json. */
struct lock_record {
	struct text lock, service, version;
	struct text authority; /* empty: the package alone */
	struct text parts[PART_COUNT];
};

/* What is offered: in_force.json. */
struct force_line {
	struct text service;
	struct text authority; /* empty: the package */
	struct text hash;      /* a lock; of authorities: the part */
};
struct force {
	struct force_line *lines; /* packages and adoptions: service is set */
	size_t count, cap;
	struct force_line *authorities;
	size_t authority_count, authority_cap;
	struct text routing, law; /* parts, empty = none */
};

struct shelf_service {
	struct text lock;
	const struct service *service;
};
struct shelf_adoption {
	struct text lock;
	const struct service_adoption *adoption;
};

struct service_shelf {
	struct arena *arena; /* everything that was ever loaded */
	const struct log *log;
	const char *root; /* <data>/packages */
	_Atomic(const struct service_library *) current;
	pthread_mutex_t loading;    /* arena and the lists below */
	pthread_mutex_t publishing; /* one publication at a time */
	struct force force;
	struct shelf_service *services; /* by lock; never removed */
	size_t service_count, service_cap;
	struct shelf_adoption *adoptions; /* older ones asked for since the last publication */
	size_t adoption_count, adoption_cap;
	uint64_t fingerprint;
};

/* Files ------------------------------------------------------------------------------------- */

MUST_USE enum err disk_make_dirs(const char *path, struct errinfo *e);
/* Write, sync, rename into place, sync the directory. */
MUST_USE enum err shelf_disk_write(
        const char *dir, struct text name, struct text bytes, struct errinfo *e);
/* A folder as parts/<hash>; nothing is done when it is there. */
MUST_USE enum err disk_write_part(
        struct arena *a, const char *root, const struct folder *d, struct errinfo *e);
uint64_t disk_fingerprint(const struct service_sources *from);

/* Records ------------------------------------------------------------------------------------ */

struct text lock_record_write(struct arena *a, const struct lock_record *r);
MUST_USE enum err lock_record_read(struct arena *a, const char *root, struct text lock,
        struct lock_record *out, struct errinfo *e);
struct text force_write(struct arena *a, const struct force *f);
/* A missing file gives an empty record. */
MUST_USE enum err force_read(
        struct arena *a, const char *root, struct force *out, struct errinfo *e);
/* NULL when there is none. */
const struct force_line *force_find(const struct force *f, struct text service, struct text ags);
const struct force_line *force_authority(const struct force *f, struct text ags);

/* Loading; the caller holds `loading`. -------------------------------------------------------- */

/* A part with the content its hash says (ERR_CORRUPT otherwise). */
MUST_USE enum err shelf_part(struct service_shelf *s, struct text hash, struct text name,
        struct folder *out, struct errinfo *e);
MUST_USE enum err shelf_service(struct service_shelf *s, const struct lock_record *r,
        const struct service **out, struct errinfo *e);
/* `lenient`: what cannot be read any longer is logged and left out. */
MUST_USE enum err shelf_library(struct service_shelf *s, const struct force *f, bool lenient,
        const struct service_library **out, struct errinfo *e);

#endif
