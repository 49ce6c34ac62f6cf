/* form/vocabulary.c - the closed list of keys and the shape of ids in a form.json. */
#include "form/form_int.h"

static const char *const top_keys[] = {
        "format", "purpose", "law", "sections", "pages", "$schema", NULL};
static const char *const page_keys[] = {
        "id", "section", "show", "fields", "exit", "trust", "for", "purpose", "law", "class", NULL};
static const char *const field_keys[] = {"id", "type", "like", "times", "min", "max", "pattern",
        "lines", "tick", "unit", "media", "max_mb", "schema", "codes", "other", "fields", "hidden",
        "lock", "show", "need", "check", "value", "default", "fill", "trust", "purpose", "law",
        "class", "for", "fim", NULL};
static const char *const library_keys[] = {"format", "version", NULL};
static const char *const check_keys[] = {"id", "rule", "on", NULL};

static bool listed(struct text name, const char *const *keys)
{
	for (; *keys; keys++)
		if (text_is(name, *keys))
			return true;
	return false;
}

/* Letters to change, add or drop until one word is the other. */
static size_t distance(struct text a, struct text b)
{
	enum { WORD_MAX = 24 };
	size_t row[WORD_MAX + 1];
	if (a.len > WORD_MAX || b.len > WORD_MAX)
		return WORD_MAX;
	for (size_t k = 0; k <= b.len; k++)
		row[k] = k;
	for (size_t i = 1; i <= a.len; i++) {
		size_t corner = row[0];
		row[0] = i;
		for (size_t k = 1; k <= b.len; k++) {
			size_t change = corner + (a.ptr[i - 1] != b.ptr[k - 1]);
			size_t add = row[k - 1] + 1, drop = row[k] + 1;
			corner = row[k];
			row[k] = change < add ? change : add;
			row[k] = row[k] < drop ? row[k] : drop;
		}
	}
	return row[b.len];
}

static const char *nearest(struct text name, const char *const *keys)
{
	const char *best = NULL;
	size_t least = 3;
	for (; *keys; keys++) {
		size_t d = distance(name, text_from(*keys));
		if (d < least) {
			least = d;
			best = *keys;
		}
	}
	return best;
}

void form_check_keys(
        struct form_compiler *c, const struct json *j, struct text where, enum form_keys set)
{
	static const char *const *const lists[] = {
	        top_keys, page_keys, field_keys, field_keys, check_keys};
	for (size_t i = 0; i < j->count; i++) {
		struct text name = j->members[i].name;
		if (listed(name, lists[set]) ||
		        (set == FORM_KEYS_LIBRARY && listed(name, library_keys)))
			continue;
		const char *near = nearest(name, lists[set]);
		form_problem(c, "unknown_key", where, "'%.*s' is no key here%s%s%s", TEXT_ARG(name),
		        near ? "; did you mean '" : "; see the list of keys in docs/packages.md",
		        near ? near : "", near ? "'?" : "");
	}
}

bool form_id_shape(struct text id)
{
	if (id.len == 0 || id.len > 40 || id.ptr[0] < 'a' || id.ptr[0] > 'z')
		return false;
	for (size_t i = 0; i < id.len; i++) {
		char ch = id.ptr[i];
		if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '_'))
			return false;
	}
	return true;
}

/* Names of docs/process-contract.md, of rules, and words of FEEL. */
static bool reserved(struct text id)
{
	static const char *const words[] = {"applicant", "case", "place", "today", "now", "slot",
	        "param", "deadline", "language", "index", "outer", "value", "item", "partial", "if",
	        "then", "else", "for", "return", "in", "some", "every", "satisfies", "and", "or",
	        "not", "between", "instance", "of", "function", "external", "true", "false", "null",
	        NULL};
	return listed(id, words);
}

void form_check_id(struct form_compiler *c, struct text id, struct text where)
{
	if (!form_id_shape(id))
		form_problem(c, "id", where,
		        "an id begins with a small letter and has up to 40 small letters, "
		        "digits and _");
	else if (reserved(id))
		form_problem(c, "id_reserved", where, "'%.*s' has a meaning in rules already",
		        TEXT_ARG(id));
}
