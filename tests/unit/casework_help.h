/* The chain on a throw-away store with a clock that is set and the packages of services/. No
 * letter helper: letters wait in the outbox. */
#ifndef CASEWORK_HELP_H
#define CASEWORK_HELP_H

#include "unit.h"

#include "casework/casework_int.h"
#include "cli/stage.h"

#include <stdlib.h>

struct bench {
	char dir[64];
	struct arena *a;
	struct instant now;
	const struct zone *zone;
	const struct service_library *library;
	struct store *store;
	struct casework *cw;
	struct db *db; /* a read connection, between bench_read and bench_read_end */
};

static inline struct instant bench_now(void *self)
{
	return ((struct bench *)self)->now;
}

static inline const struct service_library *bench_current(void *self)
{
	return ((struct bench *)self)->library;
}

static inline enum err bench_at(
        void *self, struct text lock, const struct service_adoption **out, struct errinfo *e)
{
	const struct service_library *l = ((struct bench *)self)->library;
	for (size_t i = 0; i < l->adoption_count; i++) {
		*out = l->adoptions[i];
		if (text_eq((*out)->lock, lock))
			return OK;
	}
	return fail(e, ERR_NOT_FOUND, "no such version");
}

/* `kinds`: commands of the test itself, with the bench as host. */
static inline void bench_open(struct bench *b, const struct command_kind *kinds, size_t count)
{
	static char home[4096];
	struct service_findings findings;
	struct texts *texts;
	struct service_sources from = {.services = "services", .authorities = "authorities"};
	*b = (struct bench){.dir = "/tmp/amtsweg-casework-XXXXXX", .a = arena_new(0)};
	if (!mkdtemp(b->dir) || !realpath(".", home))
		fail_msg("no temporary folder");
	service_findings_init(&findings, b->a);
	assert_ok(zone_open(b->a, TEXT("Europe/Berlin"), &b->zone, &e));
	assert_ok(texts_load(b->a, "ui/texts", &texts, &e));
	assert_ok(service_library_read(b->a, &from, &findings, &b->library, &e));
	b->now = instant_of(b->zone, (struct date){2026, 3, 2}, 10 * 3600);
	struct store_options store = {
	        .dir = text_format(b->a, "%s/data", b->dir).ptr,
	        .master_key = text_format(b->a, "%s/master.key", b->dir).ptr,
	        .create = true,
	        .readers = 2,
	        .clock = {bench_now, b},
	};
	assert_ok(store_open(&store, &b->store, &e));
	if (count)
		store_register(b->store, kinds, count, b);
	struct casework_options o = {
	        .store = b->store,
	        .services = {bench_current, bench_at, b},
	        .texts = texts,
	        .zone = b->zone,
	        .clock = {bench_now, b},
	        .random = randomness_system(),
	        .stepwise = true,
	};
	assert_ok(casework_open(&o, &b->cw, &e));
	assert_ok(store_start(b->store, &e));
	assert_ok(casework_start(b->cw, &e));
}

static inline void bench_close(struct bench *b)
{
	casework_stop(b->cw);
	store_stop(b->store);
	casework_close(b->cw);
	store_close(b->store);
	stage_remove_tree(b->dir);
	arena_free(b->a);
}

static inline struct db *bench_read(struct bench *b)
{
	assert_ok(store_read_begin(b->store, &b->db, &e));
	return b->db;
}

static inline void bench_read_end(struct bench *b)
{
	store_read_end(b->store, b->db);
}

static inline void bench_settle(struct bench *b)
{
	int jobs;
	assert_ok(casework_settle(b->cw, &jobs, &e));
}

static inline void bench_pass_days(struct bench *b, int days)
{
	b->now.ms += (int64_t)days * 86400000;
	bench_settle(b);
}

static inline const struct service_adoption *bench_adoption(
        const struct bench *b, const char *service, const char *ags)
{
	const struct service_adoption *x =
	        service_find_adoption(b->library, text_from(service), text_from(ags));
	if (!x)
		fail_msg("%s is not adopted in %s", service, ags);
	return x;
}

/* A row of cases with its key and label, nothing behind it. */
static inline enum err bench_put_case(struct apply *ap, const struct service_adoption *x,
        struct text id, struct text number, struct errinfo *e)
{
	struct text label;
	TRY(key_assign(ap, id, x->authority->ags, e));
	TRY(seal(ap->db, id, "cases.label", id, TEXT("Mustermann, Erika"), ap->arena, &label, e));
	return db_exec(ap->db, SQL_CASE_INSERT, e, BIND("id", id), BIND("number", number),
	        BIND("file_number", number), BIND("authority", x->authority->ags),
	        BIND("service", x->service->id), BIND("lock", x->lock), BIND("language", "de"),
	        BIND_OPTIONAL("person", TEXT_NONE), BIND("status", CASE_RECEIVED),
	        BIND("received", ap->now), BIND("draft", id), BIND_BLOB("label", label));
}

/* A resident parking permit of Dresden, declared and sent; its number. */
static inline struct text bench_submit(struct bench *b, const struct people_actor *who)
{
	const struct service_adoption *x = bench_adoption(b, "bewohnerparkausweis", "14612000");
	struct draft_open d = {.actor = who,
	        .authority = x->authority->ags,
	        .service = x->service->id,
	        .lock = x->lock,
	        .language = TEXT("de")};
	draft_new_ids(b->cw, &d);
	assert_ok(store_do(b->store, DRAFT_OPEN, &d, &e));
	struct draft_access access = {who, text_from(d.code)};
	struct draft_save save = {.who = access, .id = text_from(d.id), .version = 1};
	save.answers =
	        TEXT("{\"name\":{\"given_name\":\"Erika\",\"family_name\":\"Mustermann\"},"
	             "\"birth_date\":\"1988-08-12\",\"contact\":{\"mail\":\"erika@example.org\"},"
	             "\"delivery\":\"mailbox\",\"dwelling\":{\"street\":\"Königsbrücker Straße\","
	             "\"house_number\":\"21 a\",\"postcode\":\"01099\",\"city\":\"Dresden\"},"
	             "\"registered\":true,\"plate\":\"DD-AB 123\",\"vehicle_holder\":\"self\","
	             "\"months\":\"12\",\"start\":\"2026-03-16\"}");
	assert_ok(store_do(b->store, DRAFT_SAVE, &save, &e));
	struct case_submit s = {.who = access, .draft = text_from(d.id), .language = TEXT("de")};
	struct command c = {.kind = CASE_SUBMIT, .input = &s, .arena = b->a};
	assert_ok(store_run(b->store, &c, &e));
	return c.answer;
}

#endif
