#include "cli/stage.h"

#include <dirent.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct instant stage_now(void *self)
{
	return ((struct stage *)self)->now;
}

static const struct service_library *current(void *self)
{
	return ((struct stage *)self)->g->library;
}

static enum err at(
        void *self, struct text lock, const struct service_adoption **out, struct errinfo *e)
{
	struct stage *s = self;
	if (!text_eq(lock, s->adoption->lock))
		return fail(e, ERR_NOT_FOUND, "no such version");
	*out = s->adoption;
	return OK;
}

/* Keep the words of every letter for `expect`. */
static void letter_made(void *self, struct text letter, struct text data)
{
	struct stage *s = self;
	struct letter_parts parts;
	struct errinfo e;
	struct letter_request request = {
	        .package = s->adoption->service->dir,
	        .shared = s->adoption->service->letters_dir,
	        .template = text_z(s->a, letter),
	        .data = data,
	};
	struct buf b;
	if (letter_list_parts(s->g->letters, &request, s->a, &parts, &e) != OK)
		return;
	buf_init(&b, LETTER_ANSWER_MAX);
	for (size_t i = 0; i < parts.count; i++) {
		buf_add(&b, parts.items[i].caption);
		buf_add_byte(&b, '\n');
		buf_add(&b, parts.items[i].text);
		buf_add_byte(&b, '\n');
	}
	struct stage_letter *l = ARENA_PUSH(s->a, s->letters, s->letter_count, s->letter_cap);
	l->letter = text_copy(s->a, letter);
	l->text = buf_copy(&b, s->a);
	buf_free(&b);
}

static enum err open_store(struct stage *s, struct errinfo *e)
{
	struct store_options o = {
	        .dir = text_format(s->a, "%s/data", s->dir).ptr,
	        .master_key = text_format(s->a, "%s/master.key", s->dir).ptr,
	        .create = true,
	        .readers = 2,
	        .clock = {stage_now, s},
	};
	return store_open(&o, &s->store, e);
}

enum err stage_open(struct stage *s, struct errinfo *e)
{
	struct casework_options o = {
	        .services = {current, at, s},
	        .letters = s->g->letters,
	        .texts = s->g->texts,
	        .zone = s->g->zone,
	        .clock = {stage_now, s},
	        .random = randomness_system(),
	        .letter_made = letter_made,
	        .letter_self = s,
	        .stepwise = true,
	};
	if (s->dir[0] == '\0') {
		snprintf(s->dir, sizeof s->dir, "/tmp/amtsweg-test-XXXXXX");
		if (!mkdtemp(s->dir))
			return fail(e, ERR_IO, "no temporary folder");
	}
	TRY(open_store(s, e));
	o.store = s->store;
	TRY(casework_open(&o, &s->cw, e));
	TRY(store_start(s->store, e));
	return casework_start(s->cw, e);
}

void stage_close(struct stage *s)
{
	if (s->cw)
		casework_stop(s->cw);
	if (s->store)
		store_stop(s->store);
	casework_close(s->cw);
	if (s->store)
		store_close(s->store);
	s->cw = NULL;
	s->store = NULL;
}

static void remove_tree(const char *path, int depth)
{
	struct stat st;
	DIR *d;
	if (depth > 8 || lstat(path, &st) != 0)
		return;
	if (!S_ISDIR(st.st_mode)) {
		unlink(path);
		return;
	}
	d = opendir(path);
	for (struct dirent *entry; d && (entry = readdir(d));) {
		char inner[1024];
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
		remove_tree(inner, depth + 1);
	}
	if (d)
		closedir(d);
	rmdir(path);
}

void stage_remove_tree(const char *path)
{
	remove_tree(path, 0);
}

void stage_set_clock(struct stage *s, struct instant now)
{
	s->now = now;
	if (s->clock_ms)
		atomic_store(s->clock_ms, now.ms);
}

void stage_remove(struct stage *s)
{
	if (s->dir[0])
		remove_tree(s->dir, 0);
	s->dir[0] = '\0';
}

enum err stage_settle(struct stage *s, struct errinfo *e)
{
	int jobs;
	return casework_settle(s->cw, &jobs, e);
}

static enum err next_due(struct stage *s, struct instant *out, struct errinfo *e)
{
	struct db *db;
	TRY(store_read_begin(s->store, &db, e));
	enum err result = casework_next_due(s->cw, db, out, e);
	store_read_end(s->store, db);
	return result;
}

enum err stage_wait(struct stage *s, struct text period, struct errinfo *e)
{
	struct period p;
	if (!period_parse(period, &p))
		return fail(e, ERR_INVALID, "'%.*s' is no duration", TEXT_ARG(period));
	struct local wall = local_at(s->g->zone, s->now);
	struct date day = date_add_days(date_add_months(wall.date, p.months), p.days);
	struct instant target = instant_of(s->g->zone, day, wall.second);
	target.ms += p.seconds * 1000;
	for (int round = 0; round < GOLDEN_ACTS_MAX; round++) {
		struct instant due;
		TRY(stage_settle(s, e));
		TRY(next_due(s, &due, e));
		if (due.ms > target.ms)
			break;
		stage_set_clock(s, due.ms > s->now.ms ? due : (struct instant){s->now.ms + 1000});
	}
	stage_set_clock(s, target);
	return stage_settle(s, e);
}

enum err stage_run(struct stage *s, const char *kind, struct text key, void *input,
        struct text *answer, struct errinfo *e)
{
	struct command c = {.kind = kind, .key = key, .input = input, .arena = s->a};
	enum err result = store_run(s->store, &c, e);
	if (answer)
		*answer = c.answer;
	return result;
}

struct people_actor stage_system(void)
{
	return (struct people_actor){.kind = PEOPLE_SYSTEM, .name = TEXT("system")};
}

struct people_actor stage_staff(struct stage *s, struct text name)
{
	struct people_actor stored;
	if (s->staff && s->staff(s, name, &stored) == OK)
		return stored;
	const struct json *who = json_get(s->test, "who");
	struct text authority = s->adoption->authority->ags;
	size_t count = 0;
	struct people_grant *grants = ARENA_ARRAY(s->a, who ? who->count : 0, struct people_grant);
	for (size_t i = 0; who && i < who->count; i++) {
		const struct json *v = &who->members[i].value;
		struct text person = v->kind == JSON_STRING ? v->text : json_text(v, "name");
		if (text_eq(person, name) && !text_is(who->members[i].name, "citizen"))
			grants[count++] = (struct people_grant){
			        .authority = authority,
			        .service = s->g->service->id,
			        .role = who->members[i].name,
			};
	}
	return (struct people_actor){
	        .kind = PEOPLE_STAFF,
	        .id = name,
	        .name = name,
	        .authority = authority,
	        .grants = grants,
	        .grant_count = count,
	};
}

enum err stage_view(struct stage *s, struct case_view *out, struct errinfo *e)
{
	struct db *db;
	struct people_actor who = stage_system();
	TRY(store_read_begin(s->store, &db, e));
	enum err result = case_load(s->cw, db, s->number, &who, s->a, out, e);
	store_read_end(s->store, db);
	return result;
}
