/* form/limits.c - the limits each type of field may carry. Called for the library entry
 * first, then for what stands nearer: a nearer limit may narrow, never widen. */
#include "form/form_int.h"

enum {
	LINES_MAX = 40,
	MEDIA_MAX = 20,
	LENGTH_MAX = 20000,
};

static bool is_text(const struct form_field *f)
{
	return f->type == FORM_TEXT || f->type == FORM_TEXT_LATIN;
}

static bool is_number(const struct form_field *f)
{
	return f->type == FORM_NUM || f->type == FORM_NUM_INT || f->type == FORM_NUM_CURRENCY;
}

static bool is_time(const struct form_field *f)
{
	return f->type == FORM_DATE || f->type == FORM_TIME || f->type == FORM_DATETIME;
}

static bool whole(const struct json *j, int64_t min, int64_t max, int64_t *out)
{
	bool plain = json_is(j, JSON_NUMBER) || json_is(j, JSON_STRING);
	return plain && text_int(j->text, out) && *out >= min && *out <= max;
}

static void widened(struct form_compiler *c, const struct form_field *f, const char *name)
{
	form_problem(c, "like", f->path, "'%s' may narrow what 'like' brings, not widen it", name);
}

static void read_length(struct form_compiler *c, struct form_field *f, const struct json *j,
        const char *name, int64_t *out)
{
	int64_t v;
	const struct json *limit = json_get(j, name);
	if (!limit)
		return;
	if (!whole(limit, 0, LENGTH_MAX, &v)) {
		form_problem(c, "limit", f->path, "'%s' of a text is a length up to %d", name,
		        LENGTH_MAX);
		return;
	}
	bool is_min = out == &f->length_min;
	if (*out != 0 && (is_min ? v < *out : v > *out))
		widened(c, f, name);
	*out = v;
}

static void pend_limit(struct form_compiler *c, struct form_field *f, struct text rule, bool is_min)
{
	enum form_rule_kind kind = is_min ? FORM_RULE_MIN : FORM_RULE_MAX;
	for (size_t i = 0; i < c->pending_count; i++) {
		struct form_pending *p = &c->pending[i];
		if (p->field == f && p->kind == kind) {
			p->text = rule;
			return;
		}
	}
	struct form_pending *p = ARENA_PUSH(c->a, c->pending, c->pending_count, c->pending_cap);
	*p = (struct form_pending){.kind = kind, .text = rule, .field = f};
}

static void read_value_limit(
        struct form_compiler *c, struct form_field *f, const struct json *j, bool is_min)
{
	const char *name = is_min ? "min" : "max";
	const struct json *limit = json_get(j, name);
	if (!limit)
		return;
	struct text feel = json_text(limit, "feel");
	if (feel.len) {
		pend_limit(c, f, feel, is_min);
		return;
	}
	struct feel_value v;
	bool plain = json_is(limit, JSON_STRING) || json_is(limit, JSON_NUMBER);
	if (!plain || !form_typed(c->a, f, limit->text, &v)) {
		form_problem(c, "limit", f->path, "'%s' is no %s and no {\"feel\": ...}", name,
		        form_type_name(f->type));
		return;
	}
	struct feel_value *out =
	        is_min ? &form_rules_of(f)->min_value : &form_rules_of(f)->max_value;
	int order = feel_is_null(*out) ? 0 : feel_compare(v, *out);
	if (is_min ? order == -1 : order == 1)
		widened(c, f, name);
	*out = v;
}

static void read_pattern(struct form_compiler *c, struct form_field *f, const struct json *j)
{
	struct errinfo e = {0};
	struct text pattern = json_text(j, "pattern");
	if (pattern.len == 0)
		return;
	if (form_pattern_check(c->a, pattern, &e) != OK)
		form_problem(c, "pattern", f->path, "'pattern' cannot be read: %s", e.message);
	form_rules_of(f)->pattern = text_copy(c->a, pattern);
}

static void read_media(struct form_compiler *c, struct form_field *f, const struct json *j)
{
	size_t count = 0;
	int64_t mb;
	const struct json *items = json_items(j, "media", &count);
	if (count > MEDIA_MAX)
		form_problem(c, "limit", f->path, "at most %d media types", MEDIA_MAX);
	if (count > 0 && count <= MEDIA_MAX) {
		struct text *media = ARENA_ARRAY(c->a, count, struct text);
		for (size_t i = 0; i < count; i++) {
			media[i] = text_copy(c->a, items[i].text);
			if (text_find(media[i], TEXT("/"), 0) == SIZE_MAX)
				form_problem(c, "media", f->path, "'%.*s' is no media type",
				        TEXT_ARG(media[i]));
		}
		f->media = media;
		f->media_count = count;
	}
	const struct json *max = json_get(j, "max_mb");
	if (!max)
		return;
	if (!whole(max, 1, FORM_FILE_MB_MAX, &mb))
		form_problem(c, "limit", f->path, "'max_mb' is 1 to %d", FORM_FILE_MB_MAX);
	else
		f->max_mb = (int)mb;
}

/* "breed@2026"; without a version there must be one list of this id only. */
static const struct form_code_list *find_codes(const struct form_source *s, struct text name)
{
	struct text rest = name, id = TEXT_NONE, version = TEXT_NONE;
	(void)text_split(&rest, '@', &id);
	bool versioned = text_split(&rest, '@', &version);
	const struct form_code_list *found = NULL;
	for (size_t i = 0; i < s->code_count; i++) {
		const struct form_code_list *l = &s->codes[i];
		if (!text_eq(l->id, id) || (versioned && !text_eq(l->version, version)))
			continue;
		if (found)
			return NULL;
		found = l;
	}
	return found;
}

static const struct form_code_list *copy_codes(struct arena *a, const struct form_code_list *l)
{
	struct form_code_list *copy = ARENA_NEW(a, struct form_code_list);
	struct form_code *rows = ARENA_ARRAY(a, l->count, struct form_code);
	for (size_t i = 0; i < l->count; i++)
		rows[i] = (struct form_code){
		        text_copy(a, l->rows[i].code), text_copy(a, l->rows[i].name)};
	*copy = (struct form_code_list){
	        text_copy(a, l->id), text_copy(a, l->version), rows, l->count};
	return copy;
}

static void read_codes(struct form_compiler *c, struct form_field *f, const struct json *j)
{
	struct text name = json_text(j, "codes");
	if (name.len == 0)
		return;
	if (!is_text(f)) {
		form_problem(c, "codes", f->path, "'codes' stands at a field of type text");
		return;
	}
	const struct form_code_list *l = find_codes(c->source, name);
	if (!l)
		form_problem(c, "codes", f->path, "there is no (single) code list '%.*s'",
		        TEXT_ARG(name));
	else if (l->count == 0)
		form_problem(c, "codes", f->path, "code list '%.*s' is empty", TEXT_ARG(name));
	else
		f->codes = copy_codes(c->a, l);
}

/* Which types may carry which key. */
static void check_fit(struct form_compiler *c, const struct form_field *f, const struct json *j)
{
	const struct {
		const char *key;
		bool fits;
	} keys[] = {
	        {"min", is_text(f) || is_number(f) || is_time(f)},
	        {"max", is_text(f) || is_number(f) || is_time(f)},
	        {"pattern", is_text(f)},
	        {"lines", is_text(f)},
	        {"tick", f->type == FORM_BOOL},
	        {"unit", is_number(f)},
	        {"media", f->type == FORM_FILE},
	        {"max_mb", f->type == FORM_FILE},
	        {"schema", f->type == FORM_OBJ},
	        {"codes", is_text(f)},
	        {"other", is_text(f)},
	        {"fields", f->type == FORM_GROUP},
	        {"value", f->type != FORM_FILE && f->type != FORM_LABEL},
	        {"default", f->type != FORM_FILE && f->type != FORM_LABEL && f->type != FORM_GROUP},
	        {"times", f->type != FORM_LABEL},
	        {"need", f->type != FORM_LABEL},
	};
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (json_get(j, keys[i].key) && !keys[i].fits)
			form_problem(c, "limit", f->path, "'%s' does not fit the type %s",
			        keys[i].key, form_type_name(f->type));
}

void form_read_limits(struct form_compiler *c, struct form_field *f, const struct json *j)
{
	int64_t lines;
	check_fit(c, f, j);
	if (is_text(f)) {
		read_length(c, f, j, "min", &f->length_min);
		read_length(c, f, j, "max", &f->length_max);
		read_pattern(c, f, j);
		read_codes(c, f, j);
		const struct json *l = json_get(j, "lines");
		if (l && !whole(l, 1, LINES_MAX, &lines))
			form_problem(c, "limit", f->path, "'lines' is 1 to %d", LINES_MAX);
		else if (l)
			f->lines = (int)lines;
		if (f->length_max && f->length_min > f->length_max)
			form_problem(c, "limit", f->path, "'min' is above 'max'");
	}
	if (is_number(f) || is_time(f)) {
		read_value_limit(c, f, j, true);
		read_value_limit(c, f, j, false);
		const struct form_rules *r = f->rules;
		if (!feel_is_null(r->min_value) && !feel_is_null(r->max_value) &&
		        feel_compare(r->min_value, r->max_value) == 1)
			form_problem(c, "limit", f->path, "'min' is above 'max'");
	}
	if (f->type == FORM_FILE)
		read_media(c, f, j);
	struct text unit = json_text(j, "unit"), schema = json_text(j, "schema");
	f->unit = unit.len ? text_copy(c->a, unit) : f->unit;
	f->schema = schema.len ? text_copy(c->a, schema) : f->schema;
}
