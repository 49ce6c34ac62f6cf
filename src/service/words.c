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
	if (!document_read(m->p->a, m->p->f, name, path, file->bytes, &d))
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

/* The text in exactly this language. */
static bool exact(const struct texts *t, struct text language, struct text key, struct text *out)
{
	int key_number = t && texts_languages(t) > 0 ? texts_key(t, key) : TEXTS_NO_KEY;
	int l = key_number == TEXTS_NO_KEY ? -1 : texts_language(t, language);
	if (l < 0 || !texts_has(t, l, key_number))
		return false;
	*out = texts_get_text(t, l, key);
	return true;
}

static bool exact_own(
        const struct service_adoption *x, struct text language, struct text key, struct text *out)
{
	const struct json *texts = x && x->slots ? x->slots->texts : NULL;
	const struct json *j = json_get_text(texts, key);
	if (json_is(j, JSON_OBJECT))
		j = json_get_text(j, language);
	else if (j && !text_is(language, "de"))
		return false;
	if (!json_is(j, JSON_STRING))
		return false;
	*out = j->text;
	return true;
}

static struct text find(const struct service_adoption *x, const struct service *s,
        const struct texts *program, struct text language, struct text key, struct text *used)
{
	struct text languages[] = {language, TEXT("de")};
	struct text hit = TEXT_NONE;
	for (size_t i = 0; i < 2; i++) {
		if (!exact_own(x, languages[i], key, &hit) &&
		        !exact(s->texts, languages[i], key, &hit) &&
		        !exact(s->shared, languages[i], key, &hit) &&
		        !exact(program, languages[i], key, &hit))
			continue;
		if (used)
			*used = languages[i];
		return hit;
	}
	if (used)
		*used = TEXT_NONE;
	return TEXT_NONE;
}

struct text service_text(
        const struct service_adoption *x, struct text language, struct text key, struct text *used)
{
	return find(x, x->service, NULL, language, key, used);
}

struct text service_package_text(
        const struct service *s, struct text language, struct text key, struct text *used)
{
	return find(NULL, s, NULL, language, key, used);
}

struct words_self {
	const struct service_adoption *x;
	const struct texts *program;
	struct text language;
};

static struct text words_of_adoption(const void *self, struct text key)
{
	const struct words_self *w = self;
	return find(w->x, w->x->service, w->program, w->language, key, NULL);
}

struct words service_words(struct arena *a, const struct service_adoption *x, struct text language,
        const struct texts *program)
{
	struct words_self *self = ARENA_NEW(a, struct words_self);
	*self = (struct words_self){x, program, text_copy(a, language)};
	return (struct words){words_of_adoption, self, self->language};
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
