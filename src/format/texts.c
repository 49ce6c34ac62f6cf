#include "format/texts_int.h"

#include "format/json.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct texts *texts_new(struct arena *a)
{
	struct texts *t = ARENA_NEW(a, struct texts);
	t->arena = a;
	return t;
}

int texts_languages(const struct texts *t)
{
	return t->language_count;
}

struct text texts_tag(const struct texts *t, int language)
{
	check(language >= 0 && language < t->language_count);
	return t->languages[language].tag;
}

int texts_language(const struct texts *t, struct text tag)
{
	for (;;) {
		for (int i = 0; i < t->language_count; i++)
			if (text_eq(t->languages[i].tag, tag))
				return i;
		size_t cut = tag.len;
		while (cut > 0 && tag.ptr[cut - 1] != '-')
			cut--;
		if (cut == 0)
			return -1;
		tag = text_part(tag, 0, cut - 1);
	}
}

/* Keys --------------------------------------------------------------------------------- */

static size_t slot_of(const struct texts *t, struct text key)
{
	size_t mask = t->slot_count - 1;
	size_t i = (size_t)text_hash(key) & mask;
	while (t->slots[i] && !text_eq(t->keys[t->slots[i] - 1], key))
		i = (i + 1) & mask;
	return i;
}

int texts_key(const struct texts *t, struct text key)
{
	if (t->slot_count == 0)
		return TEXTS_NO_KEY;
	return t->slots[slot_of(t, key)] - 1;
}

struct text texts_key_name(const struct texts *t, int key)
{
	return key >= 0 && (size_t)key < t->key_count ? t->keys[key] : TEXT_NONE;
}

bool texts_has(const struct texts *t, int language, int key)
{
	check(language >= 0 && language < t->language_count);
	return key >= 0 && (size_t)key < t->key_count && t->languages[language].values[key].present;
}

bool texts_uses(const struct texts *t, int key, struct text placeholder)
{
	struct text name;
	for (size_t i = 0; (name = texts_placeholder(t, key, i)).len; i++)
		if (text_eq(name, placeholder))
			return true;
	return false;
}

struct text texts_placeholder(const struct texts *t, int key, size_t i)
{
	check(key >= 0 && (size_t)key < t->key_count);
	const struct texts_names *names = &t->names[key];
	return i < names->count ? names->items[i] : TEXT_NONE;
}

/* Reading -------------------------------------------------------------------------------- */

static int line_of(struct text json, struct text key)
{
	int line = 1;
	for (size_t i = 0; i + key.len + 2 <= json.len; i++) {
		if (json.ptr[i] == '\n')
			line++;
		if (json.ptr[i] == '"' && json.ptr[i + key.len + 1] == '"' &&
		        text_eq(text_part(json, i + 1, i + 1 + key.len), key))
			return line;
	}
	return 0;
}

/* A file of one language. */
struct part {
	struct text json;
	const char *name; /* for messages */
	const struct json *file;
};

struct parts {
	struct part *items;
	size_t count, cap, values;
};

static enum err make_keys(struct texts *t, const struct parts *p, struct errinfo *e)
{
	t->keys = ARENA_ARRAY(t->arena, p->values, struct text);
	t->names = ARENA_ARRAY(t->arena, p->values, struct texts_names);
	t->slot_count = 16;
	while (t->slot_count < p->values * 2)
		t->slot_count *= 2;
	t->slots = ARENA_ARRAY(t->arena, t->slot_count, int);
	for (size_t i = 0; i < p->count; i++) {
		const struct part *part = &p->items[i];
		for (size_t k = 0; k < part->file->count; k++) {
			struct text key = part->file->members[k].name;
			if (texts_key(t, key) != TEXTS_NO_KEY) {
				fail(e, ERR_INVALID, "text '%.*s' stands in another file, too",
				        TEXT_ARG(key));
				return fail_at(e, part->name, line_of(part->json, key));
			}
			t->keys[t->key_count] = text_copy(t->arena, key);
			t->slots[slot_of(t, t->keys[t->key_count])] = (int)t->key_count + 1;
			t->key_count++;
		}
	}
	return OK;
}

static enum err add_value(
        struct texts *t, struct texts_language *l, const struct json_member *m, struct errinfo *e)
{
	if (m->value.kind != JSON_STRING)
		return fail(e, ERR_INVALID, "the value is no text");
	int key = texts_key(t, m->name);
	if (key == TEXTS_NO_KEY) {
		*ARENA_PUSH(t->arena, l->superfluous, l->superfluous_count, l->superfluous_cap) =
		        text_copy(t->arena, m->name);
		return OK;
	}
	struct texts_value *v = &l->values[key];
	if (v->present)
		return fail(e, ERR_INVALID, "it stands in another file, too");
	v->present = true;
	v->raw = text_copy(t->arena, m->value.text);
	TRY(texts_parse(t->arena, v->raw, &v->parts, e));
	if (l == &t->languages[TEXTS_GERMAN])
		TRY(texts_collect(&v->parts, &t->names[key], e));
	return OK;
}

static enum err add_values(struct texts *t, struct texts_language *l, const struct json *file,
        struct text json, const char *name, struct errinfo *e)
{
	for (size_t i = 0; i < file->count; i++) {
		const struct json_member *m = &file->members[i];
		enum err code = add_value(t, l, m, e);
		if (code == OK)
			continue;
		char why[ERRINFO_MESSAGE_MAX];
		snprintf(why, sizeof why, "%s", e ? e->message : "");
		fail(e, code, "text '%.*s': %s", TEXT_ARG(m->name), why);
		return fail_at(e, name, line_of(json, m->name));
	}
	return OK;
}

static enum err parse_parts(struct arena *work, struct parts *p, struct errinfo *e)
{
	for (size_t i = 0; i < p->count; i++) {
		struct part *part = &p->items[i];
		TRY(json_parse(work, part->json, part->name, &part->file, e));
		if (part->file->kind != JSON_OBJECT)
			return fail(e, ERR_INVALID, "%s: one object with a member a text is wanted",
			        part->name);
		p->values += part->file->count;
	}
	if (p->values > TEXTS_KEYS_MAX)
		return fail(
		        e, ERR_LIMIT, "%s: more than %d texts", p->items[0].name, TEXTS_KEYS_MAX);
	return OK;
}

static enum err add_language(
        struct texts *t, const char *tag, struct parts *p, struct arena *work, struct errinfo *e)
{
	int known = texts_language(t, text_from(tag));
	if (t->language_count == TEXTS_LANGUAGES_MAX)
		return fail(e, ERR_LIMIT, "more than %d languages", TEXTS_LANGUAGES_MAX);
	if (t->language_count == TEXTS_GERMAN && strcmp(tag, "de") != 0)
		return fail(e, ERR_INVALID, "German must be added first, not '%s'", tag);
	if (known >= 0 && text_is(texts_tag(t, known), tag))
		return fail(e, ERR_INVALID, "language '%s' is there twice", tag);
	TRY(parse_parts(work, p, e));
	struct texts_language *l = &t->languages[t->language_count++];
	l->tag = text_copy(t->arena, text_from(tag));
	if (l == &t->languages[TEXTS_GERMAN])
		TRY(make_keys(t, p, e));
	l->values = ARENA_ARRAY(t->arena, t->key_count, struct texts_value);
	for (size_t i = 0; i < p->count; i++)
		TRY(add_values(t, l, p->items[i].file, p->items[i].json, p->items[i].name, e));
	return OK;
}

enum err texts_add(
        struct texts *t, const char *tag, struct text json, const char *name, struct errinfo *e)
{
	struct errinfo own;
	struct part one = {.json = json, .name = name};
	struct parts parts = {.items = &one, .count = 1};
	struct arena *work = arena_new(0);
	enum err code = add_language(t, tag, &parts, work, e ? e : &own);
	arena_free(work);
	return code;
}

static enum err read_file(struct arena *a, const char *path, struct text *out, struct errinfo *e)
{
	struct stat s;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &s) != 0) {
		if (fd >= 0)
			close(fd);
		return fail(e, ERR_NOT_FOUND, "%s: %s", path, strerror(errno));
	}
	if (s.st_size > TEXTS_FILE_MAX) {
		close(fd);
		return fail(e, ERR_LIMIT, "%s: larger than %d bytes", path, TEXTS_FILE_MAX);
	}
	size_t size = (size_t)s.st_size, got = 0;
	char *bytes = arena_alloc(a, size);
	while (got < size) {
		ssize_t n = read(fd, bytes + got, size - got);
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	close(fd);
	*out = (struct text){bytes, got};
	return got == size ? OK : fail(e, ERR_IO, "%s: %s", path, strerror(errno));
}

/* "de" of "de.json" and of "form.de.json". */
static struct text tag_of(struct text file)
{
	struct text name = text_part(file, 0, file.len - 5);
	size_t from = name.len;
	while (from > 0 && name.ptr[from - 1] != '.')
		from--;
	return text_part(name, from, name.len);
}

static enum err load_language(struct texts *t, const char *dir, struct text tag,
        const struct text *files, size_t count, struct errinfo *e)
{
	struct arena *work = arena_new(0);
	struct parts parts = {0};
	enum err code = OK;
	for (size_t i = 0; code == OK && i < count; i++) {
		if (!text_eq(tag_of(files[i]), tag))
			continue;
		struct part *p = ARENA_PUSH(work, parts.items, parts.count, parts.cap);
		p->name = text_format(work, "%s/%.*s", dir, TEXT_ARG(files[i])).ptr;
		code = read_file(work, p->name, &p->json, e);
	}
	if (code == OK && parts.count == 0)
		code = fail(e, ERR_NOT_FOUND, "%s: there is no %.*s.json", dir, TEXT_ARG(tag));
	if (code == OK)
		code = add_language(t, text_z(work, tag), &parts, work, e);
	arena_free(work);
	return code;
}

static int by_bytes(const void *a, const void *b)
{
	return text_cmp(*(const struct text *)a, *(const struct text *)b);
}

/* Sorted, so that numbers of languages do not depend on the disk. */
static enum err list_files(
        struct arena *a, const char *dir, struct text **out, size_t *count, struct errinfo *e)
{
	DIR *d = opendir(dir);
	if (!d)
		return fail(e, ERR_NOT_FOUND, "%s: %s", dir, strerror(errno));
	size_t cap = 0;
	for (struct dirent *entry; (entry = readdir(d));) {
		struct text name = text_from(entry->d_name);
		if (name.ptr[0] != '.' && text_ends(name, TEXT(".json")))
			*ARENA_PUSH(a, *out, *count, cap) = text_copy(a, name);
	}
	closedir(d);
	if (*count)
		qsort(*out, *count, sizeof **out, by_bytes);
	return OK;
}

enum err texts_load(struct arena *a, const char *dir, struct texts **out, struct errinfo *e)
{
	struct text *files = NULL;
	size_t count = 0;
	struct errinfo own;
	e = e ? e : &own;
	*out = texts_new(a);
	TRY(list_files(a, dir, &files, &count, e));
	TRY(load_language(*out, dir, TEXT("de"), files, count, e));
	for (size_t i = 0; i < count; i++) {
		struct text tag = tag_of(files[i]);
		int known = texts_language(*out, tag);
		if (known < 0 || !text_eq(texts_tag(*out, known), tag))
			TRY(load_language(*out, dir, tag, files, count, e));
	}
	return OK;
}

/* The report -------------------------------------------------------------------------------- */

static bool same_names(const struct texts *t, int key, const struct texts_value *v)
{
	struct texts_names names = {0};
	if (texts_collect(&v->parts, &names, NULL) != OK || names.count != t->names[key].count)
		return false;
	for (size_t i = 0; i < names.count; i++)
		if (!texts_uses(t, key, names.items[i]))
			return false;
	return true;
}

static int by_place(const void *a, const void *b)
{
	const struct texts_finding *x = a, *y = b;
	return x->language != y->language ? x->language - y->language : text_cmp(x->key, y->key);
}

size_t texts_report(const struct texts *t, struct arena *a, struct texts_finding **out)
{
	size_t count = 0, cap = 0;
	*out = NULL;
	for (int l = 1; l < t->language_count; l++) {
		const struct texts_language *lang = &t->languages[l];
		for (size_t k = 0; k < t->key_count; k++) {
			const struct texts_value *v = &lang->values[k];
			if (v->present && same_names(t, (int)k, v))
				continue;
			*ARENA_PUSH(a, *out, count, cap) = (struct texts_finding){
			        v->present ? TEXTS_PLACEHOLDER : TEXTS_MISSING, l, t->keys[k]};
		}
		for (size_t k = 0; k < lang->superfluous_count; k++)
			*ARENA_PUSH(a, *out, count, cap) =
			        (struct texts_finding){TEXTS_SUPERFLUOUS, l, lang->superfluous[k]};
	}
	if (count)
		qsort(*out, count, sizeof **out, by_place);
	return count;
}
