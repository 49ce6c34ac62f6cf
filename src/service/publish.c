/* Taking changed sources into force: read, check, copy, lock, switch. */
#include "service/shelf.h"

struct publish {
	struct service_shelf *s;
	struct arena *a;
	struct sources from;
	struct service_publication *out;
	struct force next;
	const struct service **services; /* in force after this publication, by line of `next` */
	size_t service_count, service_cap;
	const struct service_authority **authorities;
	size_t authority_count, authority_cap;
	struct lock_record *locks; /* to be written */
	size_t lock_count, lock_cap;
	const struct folder **parts; /* to be written */
	size_t part_count, part_cap;
	struct errinfo *e;
};

static void tell(struct publish *p, struct text service, struct text authority, struct text version,
        struct text hash, enum service_outcome outcome)
{
	static const char *const names[] = {"unchanged", "taken", "kept", "refused", "removed"};
	struct service_publication *out = p->out;
	*ARENA_PUSH(p->a, out->news, out->count, out->cap) =
	        (struct service_news){service, authority, version, hash, outcome};
	if (!p->s->log || outcome == SERVICE_UNCHANGED)
		return;
	bool bad = outcome == SERVICE_KEPT || outcome == SERVICE_REFUSED;
	log_event(p->s->log, bad ? LOG_WARN : LOG_INFO, "service.published", "service",
	        text_z(p->a, service), "authority", text_z(p->a, authority), "version",
	        text_z(p->a, version), "outcome", names[outcome], NULL);
}

static void keep_part(struct publish *p, const struct folder *d)
{
	*ARENA_PUSH(p->a, p->parts, p->part_count, p->part_cap) = d;
}

static void put_in_force(
        struct publish *p, struct text service, struct text authority, struct text lock)
{
	*ARENA_PUSH(p->a, p->next.lines, p->next.count, p->next.cap) =
	        (struct force_line){service, authority, lock};
}

/* Packages ------------------------------------------------------------------------------------- */

static void offer(struct publish *p, const struct service *s, struct text lock)
{
	put_in_force(p, s->id, TEXT_NONE, lock);
	*ARENA_PUSH(p->a, p->services, p->service_count, p->service_cap) = s;
}

static void take_package(struct publish *p, const struct service *s, const struct parts *parts)
{
	struct lock_record *r = ARENA_PUSH(p->a, p->locks, p->lock_count, p->lock_cap);
	*r = (struct lock_record){.lock = s->lock, .service = s->id, .version = s->version};
	part_hashes(parts, r->parts);
	for (int i = 0; i < PART_COUNT; i++)
		if (parts->folders[i])
			keep_part(p, parts->folders[i]);
	offer(p, s, s->lock);
	tell(p, s->id, TEXT_NONE, s->version, s->hash, SERVICE_TAKEN);
}

static void publish_package(struct publish *p, const struct folder *d)
{
	const struct service_library *now = atomic_load(&p->s->current);
	const struct force_line *old = force_find(&p->s->force, d->name, TEXT_NONE);
	const struct service *running = service_find(now, d->name);
	struct parts parts = sources_parts(&p->from, d);
	struct text hashes[PART_COUNT];
	part_hashes(&parts, hashes);
	if (running && d->hash.len && text_eq(running->lock, lock_of_hashes(p->a, hashes))) {
		offer(p, running, running->lock);
		tell(p, d->name, TEXT_NONE, running->version, d->hash, SERVICE_UNCHANGED);
		return;
	}
	struct service_findings *f = &p->out->findings;
	size_t errors = f->errors;
	struct package read = {0};
	package_read(p->a, &parts, f, &read);
	if (f->errors == errors && d->hash.len)
		package_lint(&read, &(struct service_check_options){0});
	struct text version = read.s ? read.s->version : TEXT_NONE;
	if (f->errors == errors && d->hash.len && read.s) {
		take_package(p, read.s, &parts);
		return;
	}
	bool kept = running && old;
	if (kept)
		offer(p, running, running->lock);
	tell(p, d->name, TEXT_NONE, version, d->hash, kept ? SERVICE_KEPT : SERVICE_REFUSED);
}

static const struct service *offered_service(const struct publish *p, struct text id)
{
	for (size_t i = 0; i < p->service_count; i++)
		if (text_eq(p->services[i]->id, id))
			return p->services[i];
	return NULL;
}

/* Authorities and adoptions ----------------------------------------------------------------------
 */

static void put_authority(struct publish *p, const struct service_authority *x, struct text hash)
{
	*ARENA_PUSH(p->a, p->next.authorities, p->next.authority_count, p->next.authority_cap) =
	        (struct force_line){.authority = x->ags, .hash = hash};
	*ARENA_PUSH(p->a, p->authorities, p->authority_count, p->authority_cap) = x;
}

static const struct service_authority *publish_authority(struct publish *p, const struct folder *d)
{
	const struct service_library *now = atomic_load(&p->s->current);
	const struct service_authority *x = authority_read(p->a, d, &p->out->findings);
	if (x) {
		struct folder *part = ARENA_NEW(p->a, struct folder);
		*part = folder_of(p->a, x->ags, TEXT("authority.json"),
		        folder_find_z(d, "authority.json")->bytes);
		keep_part(p, part);
		put_authority(p, x, part->hash);
		return x;
	}
	x = service_find_authority(now, d->name);
	const struct force_line *old = force_authority(&p->s->force, d->name);
	if (x && old)
		put_authority(p, x, old->hash);
	return x && old ? x : NULL;
}

static void take_adoption(
        struct publish *p, const struct service_adoption *x, const struct folder *overlay)
{
	struct lock_record *r = ARENA_PUSH(p->a, p->locks, p->lock_count, p->lock_cap);
	*r = (struct lock_record){.lock = x->lock,
	        .service = x->service->id,
	        .version = x->service->version,
	        .authority = x->authority->ags};
	for (int i = 0; i < PART_COUNT; i++)
		r->parts[i] = x->service->parts[i];
	r->parts[PART_OVERLAY] = overlay->hash;
	keep_part(p, overlay);
	put_in_force(p, x->service->id, x->authority->ags, x->lock);
	tell(p, x->service->id, x->authority->ags, x->service->version, overlay->hash,
	        SERVICE_TAKEN);
}

static void publish_adoption(struct publish *p, const struct service_authority *authority,
        struct text id, const struct folder_file *file)
{
	const struct service *s = offered_service(p, id);
	const struct force_line *old = force_find(&p->s->force, id, authority->ags);
	const struct service_library *now = atomic_load(&p->s->current);
	struct spot spot = {.package = authority->ags, .file = file->path};
	struct folder *overlay = ARENA_NEW(p->a, struct folder);
	const struct service_adoption *x = NULL;
	*overlay = overlay_folder(p->a, file->bytes);
	if (s)
		x = adoption_make(p->a, s, authority, overlay, file->path, &p->out->findings);
	else if (!sources_have(&p->from, id))
		FOUND(&p->out->findings, SERVICE_ERROR, spot, "overlay_without_service",
		        WORD("service", id));
	bool running = s && old && service_find_adoption(now, id, authority->ags);
	if (x && running && text_eq(x->lock, old->hash)) {
		put_in_force(p, id, authority->ags, old->hash);
		tell(p, id, authority->ags, s->version, overlay->hash, SERVICE_UNCHANGED);
	} else if (x) {
		take_adoption(p, x, overlay);
	} else {
		if (running)
			put_in_force(p, id, authority->ags, old->hash);
		tell(p, id, authority->ags, s ? s->version : TEXT_NONE, overlay->hash,
		        running ? SERVICE_KEPT : SERVICE_REFUSED);
	}
}

static void publish_overlays(
        struct publish *p, const struct folder *d, const struct service_authority *authority)
{
	for (size_t i = 0; i < d->count; i++) {
		struct text id = overlay_service(d->files[i].path);
		if (id.len)
			publish_adoption(p, authority, id, &d->files[i]);
	}
}

/* Routing and calendar ---------------------------------------------------------------------------
 */

static void publish_world(struct publish *p)
{
	struct routing routing;
	struct folder *law = &p->from.shared[PART_LAW];
	const struct folder_file *holidays = folder_find_z(law, "holidays.json");
	struct law_calendar *calendar;
	p->next.routing = p->s->force.routing;
	p->next.law = p->s->force.law;
	if (!p->from.routing.len) {
		p->next.routing = TEXT_NONE;
	} else if (routing_read(p->a, p->from.routing, &p->out->findings, &routing)) {
		struct folder *part = ARENA_NEW(p->a, struct folder);
		*part = folder_of(p->a, TEXT("routing"), TEXT("routing.json"), p->from.routing);
		keep_part(p, part);
		p->next.routing = part->hash;
	}
	/* A calendar that cannot be read is a finding of every package. */
	if (holidays && law->hash.len &&
	        law_calendar_read(p->a, holidays->bytes, &calendar, NULL) == OK) {
		keep_part(p, law);
		p->next.law = law->hash;
	}
}

/* Writing ----------------------------------------------------------------------------------------
 */

static void tell_removed(struct publish *p)
{
	const struct force *old = &p->s->force;
	for (size_t i = 0; i < old->count; i++) {
		const struct force_line *l = &old->lines[i];
		bool told = false;
		for (size_t k = 0; k < p->out->count && !told; k++)
			told = text_eq(p->out->news[k].service, l->service) &&
			       text_eq(p->out->news[k].authority, l->authority);
		if (!told)
			tell(p, l->service, l->authority, TEXT_NONE, TEXT_NONE, SERVICE_REMOVED);
	}
}

static enum err write_all(struct publish *p)
{
	struct text locks = text_format(p->a, "%s/locks", p->s->root);
	for (size_t i = 0; i < p->part_count; i++)
		TRY(disk_write_part(p->a, p->s->root, p->parts[i], p->e));
	for (size_t i = 0; i < p->lock_count; i++) {
		struct text name = text_format(p->a, "%.*s.json", TEXT_ARG(p->locks[i].lock));
		TRY(shelf_disk_write(locks.ptr, name, lock_record_write(p->a, &p->locks[i]), p->e));
	}
	return OK;
}

static enum err switch_over(struct publish *p)
{
	struct service_shelf *s = p->s;
	const struct service_library *l;
	TRY(shelf_library(s, &p->next, false, &l, p->e));
	struct text record = force_write(s->arena, &p->next);
	TRY(shelf_disk_write(s->root, TEXT("in_force.json"), record, p->e));
	TRY(force_read(s->arena, s->root, &s->force, p->e));
	s->adoptions = NULL; /* they name authorities as they were */
	s->adoption_count = s->adoption_cap = 0;
	atomic_store(&s->current, l);
	return OK;
}

static bool same_force(const struct force *a, const struct force *b)
{
	bool same = a->count == b->count && a->authority_count == b->authority_count &&
	            text_eq(a->routing, b->routing) && text_eq(a->law, b->law);
	for (size_t i = 0; same && i < a->count; i++)
		same = text_eq(a->lines[i].hash, b->lines[i].hash) &&
		       text_eq(a->lines[i].service, b->lines[i].service) &&
		       text_eq(a->lines[i].authority, b->lines[i].authority);
	for (size_t i = 0; same && i < a->authority_count; i++)
		same = text_eq(a->authorities[i].hash, b->authorities[i].hash);
	return same;
}

/* Why something was kept or refused: file, line, place and code for the operator. */
static void log_errors(const struct publish *p)
{
	const struct service_findings *f = &p->out->findings;
	for (size_t i = 0; p->s->log && i < f->count; i++) {
		const struct service_finding *x = &f->items[i];
		if (x->severity != SERVICE_ERROR)
			continue;
		log_event(p->s->log, LOG_WARN, "service.finding", "package",
		        text_z(p->a, x->package), "file", text_z(p->a, x->file), "line",
		        text_format(p->a, "%d", x->line).ptr, "place", text_z(p->a, x->place),
		        "code", text_z(p->a, x->code), NULL);
	}
}

static enum err publish(struct publish *p, const struct service_sources *from)
{
	uint64_t fingerprint = disk_fingerprint(from);
	TRY(sources_read(p->a, from, &p->out->findings, &p->from, p->e));
	for (size_t i = 0; i < p->from.package_count; i++)
		publish_package(p, &p->from.packages[i]);
	for (size_t i = 0; i < p->from.authority_count; i++) {
		const struct service_authority *x = publish_authority(p, &p->from.authorities[i]);
		if (x)
			publish_overlays(p, &p->from.authorities[i], x);
	}
	publish_world(p);
	tell_removed(p);
	service_findings_sort(&p->out->findings);
	log_errors(p);
	if (!same_force(&p->next, &p->s->force)) {
		TRY(write_all(p));
		pthread_mutex_lock(&p->s->loading);
		enum err code = switch_over(p);
		pthread_mutex_unlock(&p->s->loading);
		TRY(code);
	}
	pthread_mutex_lock(&p->s->loading);
	p->s->fingerprint = fingerprint;
	pthread_mutex_unlock(&p->s->loading);
	return OK;
}

enum err service_shelf_publish(struct service_shelf *s, const struct service_sources *from,
        struct arena *a, struct service_publication *out, struct errinfo *e)
{
	*out = (struct service_publication){0};
	service_findings_init(&out->findings, a);
	struct publish p = {.s = s, .a = a, .out = out, .e = e};
	pthread_mutex_lock(&s->publishing);
	enum err code = publish(&p, from);
	pthread_mutex_unlock(&s->publishing);
	return code;
}
