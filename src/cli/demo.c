/* The demonstration set is played, not written: its cases are golden cases (format of
 * docs/packages.md) on the real chain, on days before today. */
#include "cli/demo.h"

#include "cli/stage.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEMO_ACCOUNTS_MAX = 100 };

static enum err read_people(struct app *app, const struct json **out, struct errinfo *e)
{
	struct text content;
	char *path = app_path(app, "demo/people.json");
	TRY(cli_read_file(app->arena, path, 1 << 20, &content, e));
	return json_parse(app->arena, content, path, out, e);
}

static struct people_citizen citizen_of(const struct json *j)
{
	struct people_citizen c = {
	        .id = json_text(j, "id"),
	        .given_name = json_text(j, "given_name"),
	        .family_name = json_text(j, "family_name"),
	        .name = json_text(j, "name"),
	        .mail = json_text(j, "mail"),
	        .street = json_text(j, "street"),
	        .house_number = json_text(j, "house_number"),
	        .postcode = json_text(j, "postcode"),
	        .city = json_text(j, "city"),
	        .ags = json_text(j, "ags"),
	};
	if (!date_parse(json_text(j, "birth_date"), &c.birth_date))
		c.birth_date = (struct date){0};
	if (!people_trust_parse(json_text(j, "trust"), &c.trust))
		c.trust = PEOPLE_TRUST_SUBSTANTIAL;
	return c;
}

enum err demo_persons(struct app *app, struct errinfo *e)
{
	const struct json *people;
	size_t count;
	TRY(read_people(app, &people, e));
	const struct json *list = json_items(people, "citizens", &count);
	struct people_citizen *persons = ARENA_ARRAY(app->arena, count, struct people_citizen);
	for (size_t i = 0; i < count; i++)
		persons[i] = citizen_of(&list[i]);
	app->demo_persons = persons;
	app->demo_person_count = count;
	return OK;
}

/* One command writes all people. */
struct demo_people {
	struct app *app;
	const struct json *people;
	char hash[PEOPLE_PASSWORD_SIZE];
	char (*citizen_ids)[ID_SIZE];
};

static struct people_account account_of(struct arena *a, const struct json *j)
{
	size_t count;
	const struct json *roles = json_items(j, "roles", &count);
	struct people_grant *grants = ARENA_ARRAY(a, count, struct people_grant);
	struct text authority = json_text(j, "authority");
	for (size_t i = 0; i < count; i++) {
		struct text service = json_text(&roles[i], "service");
		grants[i] = (struct people_grant){
		        .authority = text_is(json_text(&roles[i], "role"), "operator") ? TEXT("*")
		                                                                       : authority,
		        .service = service.len ? service : TEXT("*"),
		        .role = json_text(&roles[i], "role"),
		};
	}
	return (struct people_account){
	        .id = json_text(j, "login"),
	        .authority = authority,
	        .login = json_text(j, "login"),
	        .name = json_text(j, "name"),
	        .unit = json_text(j, "unit"),
	        .grants = grants,
	        .grant_count = count,
	        .active = true,
	};
}

static enum err put_authorities(struct apply *ap, const struct demo_people *d, struct errinfo *e)
{
	const struct service_library *l = service_shelf_current(d->app->shelf);
	for (size_t i = 0; i < l->authority_count; i++) {
		const struct service_authority *x = l->authorities[i];
		struct people_authority who = {
		        .ags = x->ags,
		        .name = service_local_text(x->name, TEXT("de")),
		        .short_name = service_local_text(x->short_name, TEXT("de")),
		};
		TRY(people_put_authority(ap, &who, e));
	}
	return OK;
}

static enum err demo_people_apply(struct apply *ap, struct errinfo *e)
{
	struct demo_people *d = ap->command->input;
	size_t count;
	TRY(put_authorities(ap, d, e));
	const struct json *staff = json_items(d->people, "staff", &count);
	for (size_t i = 0; i < count; i++) {
		struct people_account account = account_of(ap->arena, &staff[i]);
		TRY(people_put_account(ap, &account, d->hash, e));
	}
	const struct json *citizens = json_items(d->people, "citizens", &count);
	for (size_t i = 0; i < count; i++) {
		struct people_identity identity = {
		        .provider = TEXT("demo"),
		        .citizen = citizen_of(&citizens[i]),
		};
		identity.subject = people_demo_subject(ap->arena, &identity.citizen);
		identity.citizen.id = TEXT_NONE;
		TRY(people_put_citizen(ap, &identity, d->citizen_ids[i], e));
	}
	return OK;
}

static const struct command_kind kinds[] = {{"demo.people", NULL, demo_people_apply}};

void demo_register(struct app *app)
{
	if (app->o.demo)
		store_register(app->store, kinds, sizeof kinds / sizeof *kinds, app);
}

/* What the cases of the set share while they are played. */
struct player {
	struct app *app;
	const struct json *people;
	char (*citizen_ids)[ID_SIZE];
	struct golden golden;
};

static enum err write_people(struct player *p, struct errinfo *e)
{
	struct demo_people d = {.app = p->app, .people = p->people, .citizen_ids = p->citizen_ids};
	struct text password = json_text(p->people, "password");
	TRY(people_password_hash(p->app->people, password, d.hash, e));
	return store_do(p->app->store, "demo.people", &d, e);
}

static enum err find_citizen(struct player *p, struct stage *s, struct text id, struct errinfo *e)
{
	for (size_t i = 0; i < p->app->demo_person_count; i++) {
		if (!text_eq(p->app->demo_persons[i].id, id))
			continue;
		s->citizen = p->app->demo_persons[i];
		s->citizen.id = text_from(p->citizen_ids[i]);
		s->applicant = (struct people_actor){
		        .kind = PEOPLE_CITIZEN,
		        .id = s->citizen.id,
		        .name = s->citizen.name,
		        .trust = s->citizen.trust,
		};
		return OK;
	}
	return fail(e, ERR_NOT_FOUND, "no citizen '%.*s'", TEXT_ARG(id));
}

/* "days_ago": 20, "time": "09:30" relative to the real day. */
static struct instant begin_of(const struct player *p, const struct json *test)
{
	struct date today = date_at(p->app->zone, clock_now(&p->app->clock.real));
	struct date day = date_add_days(today, -json_int(test, "days_ago", 0));
	struct text time = json_text(test, "time");
	int64_t hour = 9, minute = 0;
	if (time.len == 5 && (!text_int(text_part(time, 0, 2), &hour) ||
	                             !text_int(text_part(time, 3, 5), &minute)))
		hour = 9;
	return instant_of(p->app->zone, day, (int32_t)(hour * 3600 + minute * 60));
}

/* "@+14" is the day 14 days after the case began: demonstration days move with the real
 * ones. */
static void put_days(struct arena *a, struct json *j, struct date begin)
{
	int64_t days;
	struct text at = TEXT("@");
	if (j->kind == JSON_STRING && text_starts(j->text, at) && j->text.len > 2) {
		struct text number = text_part(j->text, j->text.ptr[1] == '+' ? 2 : 1, j->text.len);
		if (text_int(number, &days))
			j->text = date_text(a, date_add_days(begin, days));
	}
	for (size_t i = 0; j->kind == JSON_ARRAY && i < j->count; i++)
		put_days(a, &j->items[i], begin);
	for (size_t i = 0; j->kind == JSON_OBJECT && i < j->count; i++)
		put_days(a, &j->members[i].value, begin);
}

static enum err load_staff(struct stage *s, struct text name, struct people_actor *out)
{
	struct db *db;
	struct errinfo e;
	TRY(store_read_begin(s->store, &db, &e));
	struct date today = date_at(s->g->zone, s->now);
	enum err result = people_actor_load(db, PEOPLE_STAFF, name, today, s->a, out, &e);
	store_read_end(s->store, db);
	return result;
}

static enum err play_case(
        struct player *p, const char *file, const struct json *given, struct errinfo *e)
{
	struct json *test = ARENA_NEW(p->app->arena, struct json);
	*test = json_clone(p->app->arena, given);
	put_days(p->app->arena, test, date_at(p->app->zone, begin_of(p, given)));
	struct golden_report report = {.arena = p->app->arena};
	struct stage s = {
	        .g = &p->golden,
	        .test = test,
	        .a = arena_new(0),
	        .r = &report,
	        .store = p->app->store,
	        .cw = p->app->casework,
	        .language = TEXT("de"),
	        .answers = json_new_object(),
	        .staff = load_staff,
	        .clock_ms = &p->app->clock.fixed_ms,
	};
	const struct service_library *l = service_shelf_current(p->app->shelf);
	s.adoption =
	        service_find_adoption(l, json_text(test, "service"), json_text(test, "authority"));
	enum err result = OK;
	if (!s.adoption)
		result = fail(e, ERR_NOT_FOUND, "%s: the service is not adopted there", file);
	if (result == OK)
		result = find_citizen(p, &s, json_text(test, "citizen"), e);
	if (result == OK) {
		p->golden.library = l;
		p->golden.service = s.adoption->service;
		stage_set_clock(&s, begin_of(p, test));
		golden_play(&s, NULL);
	}
	if (result == OK && report.count)
		result = fail(e, ERR_INVALID, "%s: %.*s", file, TEXT_ARG(report.messages[0]));
	arena_free(s.a);
	return result;
}

static int by_name(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

static enum err play_cases(struct player *p, struct errinfo *e)
{
	char *dir = app_path(p->app, "demo/cases"), **names = NULL;
	size_t count = 0, cap = 0;
	DIR *d = opendir(dir);
	for (struct dirent *entry; d && (entry = readdir(d));) {
		if (text_ends(text_from(entry->d_name), TEXT(".json")))
			*ARENA_PUSH(p->app->arena, names, count, cap) =
			        text_z(p->app->arena, text_from(entry->d_name));
	}
	if (d)
		closedir(d);
	if (count)
		qsort(names, count, sizeof *names, by_name);
	for (size_t i = 0; i < count; i++) {
		struct text content;
		const struct json *test;
		char *path =
		        text_z(p->app->arena, text_format(p->app->arena, "%s/%s", dir, names[i]));
		TRY(cli_read_file(p->app->arena, path, 1 << 20, &content, e));
		TRY(json_parse(p->app->arena, content, path, &test, e));
		TRY(play_case(p, names[i], test, e));
	}
	return OK;
}

static enum err fill(struct app *app, struct errinfo *e)
{
	struct player p = {
	        .app = app,
	        .golden =
	                {
	                        .arena = app->arena,
	                        .zone = app->zone,
	                        .texts = app->texts,
	                        .letters = app->letters,
	                },
	};
	TRY(read_people(app, &p.people, e));
	p.citizen_ids = arena_array(app->arena, app->demo_person_count, sizeof *p.citizen_ids);
	TRY(write_people(&p, e));
	TRY(play_cases(&p, e));
	atomic_store(&app->clock.fixed_ms, 0);
	int jobs;
	return casework_settle(app->casework, &jobs, e);
}

static enum err move_into_place(
        struct arena *a, struct text from, struct text to, struct errinfo *e)
{
	char *old_key = text_z(a, text_format(a, "%.*s.key", TEXT_ARG(from)));
	char *new_key = text_z(a, text_format(a, "%.*s.key", TEXT_ARG(to)));
	if (rename(old_key, new_key) != 0 || rename(text_z(a, from), text_z(a, to)) != 0)
		return fail(e, ERR_IO, "the demonstration set cannot be moved into place");
	return OK;
}

static void make_parents(struct arena *a, struct text path)
{
	for (size_t i = 1; i < path.len; i++) {
		if (path.ptr[i] == '/')
			mkdir(text_z(a, text_part(path, 0, i)), 0700);
	}
}

/* rename(2) takes the place of an empty directory, too. */
static bool is_missing_or_empty(const char *path)
{
	int entries = 0;
	DIR *d = opendir(path);
	if (!d)
		return errno == ENOENT;
	while (readdir(d))
		entries++;
	closedir(d);
	return entries <= 2;
}

enum err demo_fill(struct text home, struct text data, struct errinfo *e)
{
	struct app app;
	struct arena *a = arena_new(0);
	if (!is_missing_or_empty(text_z(a, data))) {
		arena_free(a);
		return OK;
	}
	struct text beside = text_format(a, "%.*s.new", TEXT_ARG(data));
	struct app_options o = {
	        .data = beside,
	        .home = home,
	        .create = true,
	        .demo = true,
	        .stepwise = true,
	        .log_least = LOG_ERROR,
	};
	make_parents(a, data);
	stage_remove_tree(text_z(a, beside));
	stage_remove_tree(text_z(a, text_format(a, "%.*s.key", TEXT_ARG(beside))));
	enum err result = app_open(&app, &o, e);
	if (result == OK) {
		result = fill(&app, e);
		app_close(&app);
	}
	if (result == OK)
		result = move_into_place(a, beside, data, e);
	arena_free(a);
	return result;
}

void demo_print_logins(struct app *app)
{
	const struct json *people;
	struct errinfo e;
	size_t count;
	if (read_people(app, &people, &e) != OK)
		return;
	printf("\nPeople at the desk (all with the password %.*s):\n",
	        TEXT_ARG(json_text(people, "password")));
	const struct json *staff = json_items(people, "staff", &count);
	for (size_t i = 0; i < count; i++)
		printf("  %-10.*s %-18.*s %.*s\n", TEXT_ARG(json_text(&staff[i], "login")),
		        TEXT_ARG(json_text(&staff[i], "name")),
		        TEXT_ARG(json_text(&staff[i], "unit")));
	printf("Citizens choose a person on the login page: ");
	for (size_t i = 0; i < app->demo_person_count; i++)
		printf("%s%.*s", i ? ", " : "", TEXT_ARG(app->demo_persons[i].name));
	printf("\n\n");
}
