#include "cli/app.h"

#include "cli/demo.h"

#include <sys/stat.h>
#include <unistd.h>

struct instant app_now(void *self)
{
	struct app_clock *c = self;
	int64_t fixed = atomic_load(&c->fixed_ms);
	if (fixed)
		return (struct instant){fixed};
	return (struct instant){clock_now(&c->real).ms + atomic_load(&c->offset_ms)};
}

char *app_path(struct app *app, const char *below)
{
	return text_z(app->arena, text_format(app->arena, "%.*s/%s", TEXT_ARG(app->o.home), below));
}

/* After every commit something new may wait for the outbox. */
static void committed(void *self)
{
	struct app *app = self;
	if (app->casework)
		casework_wake(app->casework);
}

/* The master key stands beside the data directory, never inside. */
static enum err open_store(struct app *app, struct errinfo *e)
{
	struct text data = app->o.data;
	struct store_options o = {
	        .dir = text_z(app->arena, data),
	        .master_key =
	                text_z(app->arena, text_format(app->arena, "%.*s.key", TEXT_ARG(data))),
	        .create = app->o.create,
	        .clock = app->case_clock,
	        .random = randomness_system(),
	        .log = &app->log,
	        .cache = {.committed = committed, .host = app},
	};
	return store_open(&o, &app->store, e);
}

static enum err open_people(struct app *app, struct errinfo *e)
{
	struct identity_provider *providers = ARENA_ARRAY(app->arena, 1, struct identity_provider);
	struct people_options o = {
	        .store = app->store,
	        .clock = app->clock.real,
	        .random = randomness_system(),
	        .providers = providers,
	        .cheap_passwords = app->o.demo,
	};
	if (app->o.demo) {
		TRY(demo_persons(app, e));
		app->demo_people = people_demo_new(app->arena, app->demo_persons,
		        app->demo_person_count, app->clock.real, randomness_system());
		providers[o.provider_count++] = people_demo_provider(app->demo_people);
	}
	return people_open(app->arena, &o, &app->people, e);
}

static void open_letters(struct app *app)
{
	struct letter_settings s = {
	        .script = app_path(app, "ui/helper/letters.mjs"),
	        .shared = app_path(app, "services/_letters"),
	};
	if (letter_helper_open(&s, &app->letters, &app->letters_missing) != OK)
		app->letters = NULL;
}

static enum err open_services(struct app *app, struct errinfo *e)
{
	struct service_sources from = {
	        .services = app_path(app, "services"),
	        .authorities = app_path(app, "authorities"),
	};
	char *data = text_z(app->arena, app->o.data);
	TRY(service_shelf_open(data, &app->log, &app->shelf, e));
	return service_shelf_publish(app->shelf, &from, app->arena, &app->news, e);
}

static enum err open_casework(struct app *app, struct errinfo *e)
{
	struct casework_options o = {
	        .store = app->store,
	        .services = casework_services_of(app->shelf),
	        .letters = app->letters,
	        .texts = app->texts,
	        .zone = app->zone,
	        .log = &app->log,
	        .clock = app->case_clock,
	        .random = randomness_system(),
	        .stored_staff = true,
	        .stepwise = app->o.stepwise,
	};
	return casework_open(&o, &app->casework, e);
}

static enum err load_offset(struct app *app, struct errinfo *e)
{
	struct db *db;
	struct text value;
	int64_t offset = 0;
	TRY(store_read_begin(app->store, &db, e));
	enum err found = setting_get(db, TEXT("clock.offset_ms"), app->arena, &value, e);
	store_read_end(app->store, db);
	if (found == OK && text_int(value, &offset))
		atomic_store(&app->clock.offset_ms, offset);
	return found == ERR_NOT_FOUND ? OK : found;
}

static enum err open_all(struct app *app, struct errinfo *e)
{
	TRY(zone_open(app->arena, TEXT("Europe/Berlin"), &app->zone, e));
	TRY(texts_load(app->arena, app_path(app, "ui/texts"), &app->texts, e));
	TRY(open_store(app, e));
	TRY(open_people(app, e));
	TRY(open_services(app, e));
	open_letters(app);
	TRY(open_casework(app, e));
	demo_register(app);
	TRY(store_start(app->store, e));
	TRY(load_offset(app, e));
	return casework_start(app->casework, e);
}

enum err app_open(struct app *app, const struct app_options *o, struct errinfo *e)
{
	*app = (struct app){.arena = arena_new(0), .o = *o};
	app->clock.real = clock_system();
	app->case_clock = (struct clock){app_now, &app->clock};
	app->log =
	        (struct log){.fd = STDERR_FILENO, .least = o->log_least, .clock = app->clock.real};
	enum err result = open_all(app, e);
	if (result != OK)
		app_close(app);
	return result;
}

void app_close(struct app *app)
{
	struct errinfo e;
	if (app->casework)
		casework_stop(app->casework);
	if (app->store && app->zone) {
		struct date today = date_at(app->zone, app_now(&app->clock));
		if (history_sign_heads(app->store, today, NULL, &e) != OK && e.code != ERR_BUSY)
			log_error(&app->log, "history.sign", &e);
		store_stop(app->store);
	}
	casework_close(app->casework);
	letter_helper_close(app->letters);
	service_shelf_close(app->shelf);
	people_demo_free(app->demo_people);
	if (app->store)
		store_close(app->store);
	arena_free(app->arena);
	*app = (struct app){0};
}

enum err app_move_clock(struct app *app, int64_t by_ms, struct errinfo *e)
{
	int64_t offset = atomic_load(&app->clock.offset_ms) + by_ms;
	struct arena *a = arena_new(0);
	struct setting_put put = {
	        TEXT("clock.offset_ms"), text_format(a, "%lld", (long long)offset)};
	enum err result = store_do(app->store, SETTING_PUT, &put, e);
	arena_free(a);
	TRY(result);
	atomic_store(&app->clock.offset_ms, offset);
	casework_wake(app->casework);
	return OK;
}
