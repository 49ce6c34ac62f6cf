/* Checking a JSON file against a shape. */
#include "service/schema.h"

enum { WORDS_MAX = 64, EDIT_MAX = 40 };

struct spot document_spot(const struct document *d, const struct path *p)
{
	return (struct spot){
	        .package = d->package,
	        .file = d->file,
	        .line = path_line(d->bytes, p),
	        .place = path_text(d->findings->arena, p),
	};
}

bool schema_read_document(struct arena *a, struct service_findings *f, struct text package,
        struct text file, struct text bytes, struct document *out)
{
	*out = (struct document){.findings = f, .package = package, .file = file, .bytes = bytes};
	struct errinfo e = {0};
	if (json_parse(a, bytes, text_z(a, file), &out->root, &e) == OK)
		return true;
	found_error(f, (struct spot){.package = package, .file = file}, "json", &e);
	return false;
}

/* Nearest words ----------------------------------------------------------------------------- */

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t edit_distance(struct text a, struct text b, size_t max)
{
	if (a.len > EDIT_MAX || b.len > EDIT_MAX)
		return max + 1;
	size_t rows[3][EDIT_MAX + 1];
	size_t *last = rows[0], *now = rows[1], *before = rows[2];
	for (size_t j = 0; j <= b.len; j++)
		last[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		now[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			bool same = a.ptr[i - 1] == b.ptr[j - 1];
			size_t cost = least(last[j - 1] + !same, least(last[j], now[j - 1]) + 1);
			bool swapped = i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] &&
			               a.ptr[i - 2] == b.ptr[j - 1];
			now[j] = swapped ? least(cost, before[j - 2] + 1) : cost;
		}
		size_t *spare = before;
		before = last;
		last = now;
		now = spare;
	}
	return least(last[b.len], max + 1);
}

struct text nearest_word(struct text word, const struct text *list, size_t count)
{
	size_t best = 3;
	struct text found_word = TEXT_NONE;
	for (size_t i = 0; i < count; i++) {
		size_t d = edit_distance(word, list[i], best);
		if (d < best && d * 2 < word.len + 1) {
			best = d;
			found_word = list[i];
		}
	}
	return found_word;
}

static size_t split_words(const char *words, struct text *out)
{
	size_t count = 0;
	struct text rest = text_from(words), word;
	while (count < WORDS_MAX && text_split(&rest, ' ', &word))
		out[count++] = word;
	return count;
}

/* Shapes ------------------------------------------------------------------------------------ */

static bool check_value(const struct document *d, const struct shape *s, const struct json *j,
        const struct path *p);

static bool wrong_kind(
        const struct document *d, const struct path *p, const struct json *j, const char *expected)
{
	FOUND(d->findings, SERVICE_ERROR, document_spot(d, p), "wrong_kind",
	        WORD("expected", text_from(expected)),
	        WORD("found", text_from(json_kind_name(j->kind))));
	return false;
}

static bool check_words(
        const struct document *d, const struct shape *s, const struct json *j, const struct path *p)
{
	if (j->kind != JSON_STRING)
		return wrong_kind(d, p, j, "string");
	if (!s->words)
		return true;
	struct text list[WORDS_MAX];
	size_t count = split_words(s->words, list);
	for (size_t i = 0; i < count; i++)
		if (text_eq(list[i], j->text))
			return true;
	FOUND(d->findings, SERVICE_ERROR, document_spot(d, p), "unknown_word",
	        WORD("word", j->text), WORD("known", text_from(s->words)));
	return false;
}

static const struct shape_key *find_key(const struct shape *s, struct text name)
{
	for (const struct shape_key *k = s->keys; k->name; k++)
		if (text_is(name, k->name))
			return k;
	return NULL;
}

static void unknown_key(
        const struct document *d, const struct shape *s, const struct path *p, struct text name)
{
	struct text known[WORDS_MAX];
	size_t count = 0;
	for (const struct shape_key *k = s->keys; k->name && count < WORDS_MAX; k++)
		known[count++] = text_from(k->name);
	struct text near = nearest_word(name, known, count);
	struct arena *a = d->findings->arena;
	struct text all = text_join(a, known, count, TEXT(", "));
	FOUND(d->findings, SERVICE_ERROR, document_spot(d, p), "unknown_key", WORD("key", name),
	        WORD("near", near.len ? near : all));
}

static bool check_keys(
        const struct document *d, const struct shape *s, const struct json *j, const struct path *p)
{
	if (j->kind != JSON_OBJECT)
		return wrong_kind(d, p, j, "object");
	bool fine = true;
	for (size_t i = 0; i < j->count; i++) {
		const struct json_member *m = &j->members[i];
		struct path below = {.up = p, .name = m->name};
		const struct shape_key *k = find_key(s, m->name);
		if (!k)
			unknown_key(d, s, &below, m->name);
		fine = k && check_value(d, k->shape, &m->value, &below) && fine;
	}
	for (const struct shape_key *k = s->keys; k->name; k++) {
		if (!k->required || json_get(j, k->name))
			continue;
		fine = false;
		FOUND(d->findings, SERVICE_ERROR, document_spot(d, p), "missing_key",
		        WORD("key", text_from(k->name)));
	}
	return fine;
}

static bool check_map(
        const struct document *d, const struct shape *s, const struct json *j, const struct path *p)
{
	if (j->kind != JSON_OBJECT)
		return wrong_kind(d, p, j, "object");
	bool fine = true;
	for (size_t i = 0; i < j->count; i++) {
		struct path below = {.up = p, .name = j->members[i].name};
		fine = check_value(d, s->item, &j->members[i].value, &below) && fine;
	}
	return fine;
}

static bool check_list(
        const struct document *d, const struct shape *s, const struct json *j, const struct path *p)
{
	if (j->kind != JSON_ARRAY)
		return wrong_kind(d, p, j, "array");
	bool fine = true;
	for (size_t i = 0; i < j->count; i++) {
		struct path below = {.up = p, .index = i};
		fine = check_value(d, s->item, &j->items[i], &below) && fine;
	}
	return fine;
}

static bool check_local(const struct document *d, const struct json *j, const struct path *p)
{
	if (j->kind == JSON_STRING)
		return true;
	if (j->kind != JSON_OBJECT)
		return wrong_kind(d, p, j, "string or object of languages");
	bool fine = true;
	for (size_t i = 0; i < j->count; i++) {
		struct path below = {.up = p, .name = j->members[i].name};
		if (j->members[i].value.kind != JSON_STRING)
			fine = wrong_kind(d, &below, &j->members[i].value, "string");
	}
	return fine;
}

/* Of two shapes the one whose kind fits is meant. */
static const struct shape *choose(const struct shape *s, const struct json *j)
{
	bool object = j->kind == JSON_OBJECT;
	bool first = s->item->kind == SHAPE_KEYS || s->item->kind == SHAPE_MAP;
	bool list = s->item->kind == SHAPE_LIST;
	if (object)
		return first ? s->item : s->other;
	if (j->kind == JSON_ARRAY)
		return list ? s->item : s->other;
	return first || list ? s->other : s->item;
}

static bool check_value(
        const struct document *d, const struct shape *s, const struct json *j, const struct path *p)
{
	switch (s->kind) {
	case SHAPE_ANY: return true;
	case SHAPE_TEXT: return check_words(d, s, j, p);
	case SHAPE_BOOL: return j->kind == JSON_BOOL || wrong_kind(d, p, j, "true or false");
	case SHAPE_WHOLE: {
		int64_t value;
		return (j->kind == JSON_NUMBER && text_int(j->text, &value)) ||
		       wrong_kind(d, p, j, "whole number");
	}
	case SHAPE_LOCAL: return check_local(d, j, p);
	case SHAPE_KEYS: return check_keys(d, s, j, p);
	case SHAPE_MAP: return check_map(d, s, j, p);
	case SHAPE_LIST: return check_list(d, s, j, p);
	case SHAPE_NULLABLE: return j->kind == JSON_NULL || check_value(d, s->item, j, p);
	case SHAPE_ONE_OF: return check_value(d, choose(s, j), j, p);
	}
	return true;
}

bool document_check(const struct document *d, const struct shape *shape)
{
	return check_value(d, shape, d->root, NULL);
}
