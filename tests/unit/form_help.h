/* What the tests of forms share: files, words from text sets, a form with its library. */
#ifndef FORM_HELP_H
#define FORM_HELP_H

#include "unit.h"

#include "form/form.h"
#include "format/json.h"
#include "format/texts.h"

static inline struct text help_file(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		fail_msg("cannot open %s", path);
	enum { BYTES_MAX = 2 << 20 };
	char *bytes = arena_alloc(a, BYTES_MAX);
	size_t len = fread(bytes, 1, BYTES_MAX, f);
	fclose(f);
	return (struct text){bytes, len};
}

/* Words -------------------------------------------------------------------------------------- */

/* Sets in order: package, library, program; the last one has the forms of days. */
struct help_words {
	const struct texts *sets[3];
	size_t count;
	struct text tag;
};

static inline const struct texts *help_set(const struct help_words *h, struct text key, int *k)
{
	for (size_t i = 0; i < h->count; i++)
		if ((*k = texts_key(h->sets[i], key)) != TEXTS_NO_KEY)
			return h->sets[i];
	return NULL;
}

static inline int help_language(const struct help_words *h, const struct texts *t)
{
	int l = texts_language(t, h->tag);
	return l < 0 ? TEXTS_GERMAN : l;
}

static inline bool help_has(const void *self, struct text key)
{
	int k;
	return help_set(self, key, &k) != NULL;
}

static inline struct text help_placeholder(const void *self, struct text key, size_t i)
{
	int k;
	const struct texts *t = help_set(self, key, &k);
	return t ? texts_placeholder(t, k, i) : TEXT_NONE;
}

static inline struct text help_format(const void *self, struct arena *a, struct text key,
        const struct word_param *params, size_t count)
{
	int k;
	const struct texts *t = help_set(self, key, &k);
	struct texts_arg *args = ARENA_ARRAY(a, count, struct texts_arg);
	for (size_t i = 0; i < count; i++)
		args[i] = (struct texts_arg){text_z(a, params[i].name), params[i].value,
		        params[i].number, params[i].is_number};
	return t ? texts_format(a, t, help_language(self, t), key, args, count) : TEXT_NONE;
}

static inline struct text help_day(
        const void *self, struct arena *a, struct date d, enum words_day how)
{
	const struct help_words *h = self;
	const struct texts *t = h->sets[h->count - 1];
	int l = help_language(h, t);
	if (how == WORDS_DAY_SHORT)
		return texts_date_short(a, t, l, d);
	return how == WORDS_DAY_LONG ? texts_date_long(a, t, l, d) : texts_date_middle(a, t, l, d);
}

static inline struct text help_time(const void *self, struct arena *a, int32_t second_of_day)
{
	const struct help_words *h = self;
	const struct texts *t = h->sets[h->count - 1];
	return texts_time(a, t, help_language(h, t), second_of_day);
}

static inline struct text help_number(
        const void *self, struct arena *a, struct dec d, enum words_number how)
{
	const struct help_words *h = self;
	const struct texts *t = h->sets[h->count - 1];
	return how == WORDS_MONEY ? texts_money(a, t, help_language(h, t), d)
	                          : texts_decimal(a, t, help_language(h, t), d);
}

static inline struct words help_words(const struct help_words *h)
{
	static const struct words_source source = {
	        help_has, help_placeholder, help_format, help_day, help_time, help_number};
	return (struct words){&source, h, h->tag};
}

/* One set from several files that together are one language. */
static inline const struct texts *help_texts(
        struct arena *a, const char *const *german, const char *const *english)
{
	struct texts *t = texts_new(a);
	const char *const *lists[] = {german, english};
	static const char *const tags[] = {"de", "en"};
	for (int l = 0; l < 2; l++) {
		struct json all = json_new_object();
		struct buf b;
		for (const char *const *path = lists[l]; path && *path; path++) {
			const struct json *j;
			assert_ok(json_parse(a, help_file(a, *path), *path, &j, &e));
			for (size_t i = 0; i < j->count; i++)
				json_set(a, &all, j->members[i].name, j->members[i].value);
		}
		buf_init(&b, 1 << 20);
		json_write(&b, &all);
		if (lists[l])
			assert_ok(texts_add(t, tags[l], buf_copy(&b, a), "texts", &e));
		buf_free(&b);
	}
	return t;
}

static inline const struct texts *help_program(struct arena *a)
{
	static const char *const de[] = {
	        "ui/texts/de.json", "ui/texts/form.de.json", "ui/texts/law.de.json", NULL};
	static const char *const en[] = {
	        "ui/texts/en.json", "ui/texts/form.en.json", "ui/texts/law.en.json", NULL};
	return help_texts(a, de, en);
}

/* Forms -------------------------------------------------------------------------------------- */

/* {"breed@2026": ["beagle", "collie"]} */
static inline size_t help_codes(
        struct arena *a, const struct json *j, const struct form_code_list **out)
{
	size_t count = j ? j->count : 0;
	struct form_code_list *lists = ARENA_ARRAY(a, count, struct form_code_list);
	for (size_t i = 0; i < count; i++) {
		struct text name = j->members[i].name;
		const struct json *rows = &j->members[i].value;
		struct form_code *codes = ARENA_ARRAY(a, rows->count, struct form_code);
		(void)text_split(&name, '@', &lists[i].id);
		lists[i].version = name;
		for (size_t k = 0; k < rows->count; k++)
			codes[k] = (struct form_code){rows->items[k].text, rows->items[k].text};
		lists[i].rows = codes;
		lists[i].count = rows->count;
	}
	*out = lists;
	return count;
}

static inline struct text help_json(struct arena *a, const struct json *j)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	json_write(&b, j);
	struct text t = buf_copy(&b, a);
	buf_free(&b);
	return t;
}

/* {"form": {...}, "parts": {"iban": {...}}, "codes": {...}, "slots": {"rate": "number"}} */
static inline struct form_source help_source(struct arena *a, const struct json *doc)
{
	struct form_source s = {.json = help_json(a, json_get(doc, "form")), .where = "form.json"};
	const struct json *parts = json_get(doc, "parts"), *slots = json_get(doc, "slots");
	s.part_count = parts ? parts->count : 0;
	s.slot_count = slots ? slots->count : 0;
	struct form_part *p = ARENA_ARRAY(a, s.part_count, struct form_part);
	struct feel_field *f = ARENA_ARRAY(a, s.slot_count, struct feel_field);
	for (size_t i = 0; i < s.part_count; i++)
		p[i] = (struct form_part){
		        parts->members[i].name, help_json(a, &parts->members[i].value)};
	for (size_t i = 0; i < s.slot_count; i++)
		f[i] = (struct feel_field){
		        slots->members[i].name, feel_type_parse(a, slots->members[i].value.text)};
	s.parts = p;
	s.slots = f;
	s.code_count = help_codes(a, json_get(doc, "codes"), &s.codes);
	return s;
}

static inline struct instant help_moment(const char *z)
{
	struct instant t = {0};
	assert_true(instant_parse(text_from(z), &t));
	return t;
}

#endif
