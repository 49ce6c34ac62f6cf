/* Texts: of the package, of the shared parts, of the authority; found in this order. */
#include "service/slots.h"

#include <stdio.h>

/* The tag of "texts/en.json", empty when the path is none. */
static struct text tag_of(struct text path)
{
	struct text dir = TEXT("texts/"), end = TEXT(".json");
	if (!text_starts(path, dir) || !text_ends(path, end) || path.len <= dir.len + end.len)
		return TEXT_NONE;
	return text_part(path, dir.len, path.len - end.len);
}

static void add_language(
        struct package *p, struct texts *t, const struct folder_file *file, struct text tag)
{
	struct errinfo e = {0};
	const char *name = text_z(p->a, file->path);
	if (texts_add(t, text_z(p->a, tag), file->bytes, name, &e) == OK)
		return;
	struct text place = text_is(text_from(e.where), name) ? TEXT_NONE : text_from(e.where);
	found_error(p->f, package_spot(p, name, e.line, place), "texts", &e);
}

static void package_texts(struct package *p)
{
	struct texts *t = texts_new(p->a);
	const struct folder_file *german = folder_find_z(p->folder, "texts/de.json");
	if (german)
		add_language(p, t, german, TEXT("de"));
	else
		FOUND_PLAIN(p->f, SERVICE_ERROR, package_spot(p, "texts/de.json", 0, TEXT_NONE),
		        "german_missing");
	for (size_t i = 0; german && i < p->folder->count; i++) {
		struct text tag = tag_of(p->folder->files[i].path);
		if (tag.len && !text_is(tag, "de"))
			add_language(p, t, &p->folder->files[i], tag);
	}
	p->s->texts = t;
}

/* Shared parts ------------------------------------------------------------------------------- */

/* All texts of the shared parts in one language as one JSON object. */
struct merge {
	struct package *p;
	struct text tag;
	struct json all;
};

static void merge_folder(struct merge *m, enum part part)
{
	struct text path = text_format(m->p->a, "texts/%.*s.json", TEXT_ARG(m->tag));
	const struct folder_file *file = folder_find(m->p->parts.folders[part], path);
	struct document d;
	if (!file)
		return;
	struct text name = text_from(part_names[part]);
	if (!schema_read_document(m->p->a, m->p->f, name, path, file->bytes, &d))
		return;
	for (size_t i = 0; d.root->kind == JSON_OBJECT && i < d.root->count; i++)
		json_set(m->p->a, &m->all, d.root->members[i].name, d.root->members[i].value);
}

static void merge_name(struct merge *m, const struct code_table *t, size_t row, struct text name)
{
	struct text key = text_format(
	        m->p->a, "codes.%.*s.%.*s", TEXT_ARG(t->list.id), TEXT_ARG(t->list.rows[row].code));
	if (name.len)
		json_set(m->p->a, &m->all, key, json_from_text(name));
}

static void merge_codes(struct merge *m, const struct code_table *t)
{
	const struct text *names = NULL;
	for (size_t l = 0; l < t->language_count; l++)
		if (text_eq(t->languages[l], m->tag))
			names = t->names[l];
	bool german = text_is(m->tag, "de");
	for (size_t i = 0; (german || names) && i < t->list.count; i++)
		merge_name(m, t, i, german ? t->list.rows[i].name : names[i]);
}

static void merge_language(struct package *p, struct texts *t, struct text tag)
{
	struct merge m = {.p = p, .tag = tag, .all = json_new_object()};
	struct errinfo e = {0};
	struct buf b;
	merge_folder(&m, PART_FIELDS);
	merge_folder(&m, PART_CODES);
	for (size_t i = 0; i < p->code_count; i++)
		merge_codes(&m, &p->codes[i]);
	buf_init(&b, JSON_SIZE_MAX);
	json_write(&b, &m.all);
	if (texts_add(t, text_z(p->a, tag), buf_copy(&b, p->a), "shared texts", &e) != OK)
		found_error(p->f, package_spot(p, "", 0, text_from(e.where)), "texts", &e);
	buf_free(&b);
}

/* Languages of the package and German; others would never be shown. */
static void shared_texts(struct package *p)
{
	struct texts *t = texts_new(p->a);
	merge_language(p, t, TEXT("de"));
	for (int l = 1; l < texts_languages(p->s->texts); l++)
		merge_language(p, t, texts_tag(p->s->texts, l));
	p->s->shared = t;
}

void texts_read(struct package *p)
{
	if (!p->s)
		return;
	package_texts(p);
	shared_texts(p);
}

/* Asking ------------------------------------------------------------------------------------- */

struct text service_local_text(struct service_local l, struct text language)
{
	if (!l.value || l.value->kind == JSON_STRING)
		return l.value ? l.value->text : TEXT_NONE;
	const struct json *own = json_get_text(l.value, language);
	if (!own)
		own = json_get(l.value, "de");
	return json_is(own, JSON_STRING) ? own->text : TEXT_NONE;
}

enum { SETS_MAX = 4 };

/* Where a text may stand, the nearest first. */
struct sets {
	const struct texts *items[SETS_MAX];
	size_t count;
};

static struct sets sets_of(
        const struct service_adoption *x, const struct service *s, const struct texts *program)
{
	const struct texts *all[SETS_MAX] = {
	        x && x->slots ? x->slots->texts : NULL, s->texts, s->shared, program};
	struct sets out = {0};
	for (size_t i = 0; i < SETS_MAX; i++)
		if (all[i] && texts_languages(all[i]) > 0)
			out.items[out.count++] = all[i];
	return out;
}

struct hit {
	const struct texts *set; /* NULL: nowhere */
	int language, key;
	struct text tag;
};

/* In exactly this language in the nearest set, then the same in German. */
static struct hit find(const struct sets *sets, struct text language, struct text key)
{
	struct text languages[] = {language, TEXT("de")};
	for (size_t l = 0; l < 2; l++)
		for (size_t i = 0; i < sets->count; i++) {
			int k = texts_key(sets->items[i], key);
			int n = texts_language(sets->items[i], languages[l]);
			if (k != TEXTS_NO_KEY && n >= 0 && texts_has(sets->items[i], n, k))
				return (struct hit){sets->items[i], n, k, languages[l]};
		}
	return (struct hit){0};
}

static struct text plain(
        const struct sets *sets, struct text language, struct text key, struct text *used)
{
	struct hit h = find(sets, language, key);
	if (used)
		*used = h.tag;
	return h.set ? texts_get_text(h.set, h.language, key) : TEXT_NONE;
}

struct text service_text(
        const struct service_adoption *x, struct text language, struct text key, struct text *used)
{
	struct sets sets = sets_of(x, x->service, NULL);
	return plain(&sets, language, key, used);
}

struct text service_package_text(
        const struct service *s, struct text language, struct text key, struct text *used)
{
	struct sets sets = sets_of(NULL, s, NULL);
	return plain(&sets, language, key, used);
}

/* A source for other rooms --------------------------------------------------------------------- */

enum { PARAMS_MAX = 16 };

struct words_self {
	struct sets sets;
	const struct texts *program; /* forms of days and numbers */
	int program_language;
	struct text language;
};

static bool words_has_key(const void *self, struct text key)
{
	const struct words_self *w = self;
	return find(&w->sets, w->language, key).set != NULL;
}

static struct text words_place(const void *self, struct text key, size_t i)
{
	const struct words_self *w = self;
	struct hit h = find(&w->sets, w->language, key);
	return h.set ? texts_placeholder(h.set, h.key, i) : TEXT_NONE;
}

static struct text words_fill(const void *self, struct arena *a, struct text key,
        const struct word_param *params, size_t count)
{
	const struct words_self *w = self;
	struct hit h = find(&w->sets, w->language, key);
	struct texts_arg args[PARAMS_MAX];
	if (!h.set)
		return TEXT_NONE;
	check(count <= PARAMS_MAX);
	for (size_t i = 0; i < count; i++)
		args[i] = (struct texts_arg){.name = text_z(a, params[i].name),
		        .value = params[i].value,
		        .number = params[i].number,
		        .is_number = params[i].is_number};
	return texts_format(a, h.set, h.language, key, args, count);
}

static struct text words_day_form(
        const void *self, struct arena *a, struct date d, enum words_day how)
{
	const struct words_self *w = self;
	if (!w->program)
		return date_text(a, d);
	if (how == WORDS_DAY_LONG)
		return texts_date_long(a, w->program, w->program_language, d);
	if (how == WORDS_DAY_MIDDLE)
		return texts_date_middle(a, w->program, w->program_language, d);
	return texts_date_short(a, w->program, w->program_language, d);
}

static struct text words_time_form(const void *self, struct arena *a, int32_t second_of_day)
{
	const struct words_self *w = self;
	if (!w->program)
		return text_format(a, "%02d:%02d", second_of_day / 3600, second_of_day / 60 % 60);
	return texts_time(a, w->program, w->program_language, second_of_day);
}

static struct text words_number_form(
        const void *self, struct arena *a, struct dec number, enum words_number how)
{
	const struct words_self *w = self;
	if (!w->program)
		return dec_text_kept(a, number);
	return how == WORDS_MONEY ? texts_money(a, w->program, w->program_language, number)
	                          : texts_decimal(a, w->program, w->program_language, number);
}

static const struct words_source source_of_adoption = {
        .has = words_has_key,
        .placeholder = words_place,
        .format = words_fill,
        .day = words_day_form,
        .time = words_time_form,
        .number = words_number_form,
};

struct words service_words(struct arena *a, const struct service_adoption *x, struct text language,
        const struct texts *program)
{
	struct words_self *self = ARENA_NEW(a, struct words_self);
	int number = program ? texts_language(program, language) : -1;
	*self = (struct words_self){.sets = sets_of(x, x->service, program),
	        .program = program,
	        .program_language = number >= 0 ? number : TEXTS_GERMAN,
	        .language = text_copy(a, language)};
	return (struct words){&source_of_adoption, self, self->language};
}

struct text service_status_text(
        const struct service_adoption *x, struct text language, struct text node)
{
	char key[200];
	int len = snprintf(key, sizeof key, "status.%.*s", TEXT_ARG(node));
	if (len < 0 || (size_t)len >= sizeof key)
		return TEXT_NONE;
	return service_text(x, language, (struct text){key, (size_t)len}, NULL);
}
