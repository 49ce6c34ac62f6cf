#include "format/texts_int.h"

#include <string.h>

struct reader {
	struct arena *arena;
	struct text value;
	size_t at;
	struct text number; /* name of the plural we are in, or empty */
	struct errinfo *e;
};

static char peek(const struct reader *r)
{
	return r->at < r->value.len ? r->value.ptr[r->at] : '\0';
}

static void skip_space(struct reader *r)
{
	while (peek(r) == ' ' || peek(r) == '\n' || peek(r) == '\t')
		r->at++;
}

static bool take(struct reader *r, char c)
{
	skip_space(r);
	if (peek(r) != c)
		return false;
	r->at++;
	return true;
}

static bool word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '.' || c == '=' || c == '-';
}

static struct text take_word(struct reader *r)
{
	skip_space(r);
	size_t from = r->at;
	while (word_char(peek(r)))
		r->at++;
	return text_part(r->value, from, r->at);
}

static struct texts_part *add_part(
        struct reader *r, struct texts_parts *out, enum texts_part_kind kind, struct text text)
{
	struct texts_part *p = ARENA_PUSH(r->arena, out->items, out->count, out->cap);
	p->kind = kind;
	p->text = text;
	return p;
}

/* Literal text up to a brace (or # in a plural); apostrophes are resolved in a copy. */
static void read_literal(struct reader *r, struct texts_parts *out)
{
	char *copy = arena_alloc(r->arena, r->value.len - r->at);
	size_t len = 0;
	bool quoted = false;
	for (; r->at < r->value.len; r->at++) {
		char c = peek(r);
		char next = r->at + 1 < r->value.len ? r->value.ptr[r->at + 1] : '\0';
		if (c == '\'' && next == '\'') {
			copy[len++] = c;
			r->at++;
		} else if (c == '\'' && (quoted || next == '{' || next == '}' || next == '#')) {
			quoted = !quoted;
		} else if (!quoted && (c == '{' || c == '}' || (c == '#' && r->number.len))) {
			break;
		} else {
			copy[len++] = c;
		}
	}
	if (len)
		add_part(r, out, TEXTS_LITERAL, (struct text){copy, len});
}

static enum err read_parts(struct reader *r, struct texts_parts *out);

static enum err branch_kind(struct reader *r, struct text word, struct texts_branch *b)
{
	if (text_is(word, "one"))
		b->kind = TEXTS_ONE;
	else if (text_is(word, "other"))
		b->kind = TEXTS_OTHER;
	else if (word.len > 1 && word.ptr[0] == '=' &&
	         text_int(text_part(word, 1, word.len), &b->number))
		b->kind = TEXTS_EXACT;
	else
		return fail(r->e, ERR_INVALID,
		        "a plural has the branches =N, one and other, not '%.*s'", TEXT_ARG(word));
	return OK;
}

static enum err read_plural(struct reader *r, struct texts_parts *out, struct text name)
{
	if (r->number.len)
		return fail(r->e, ERR_INVALID, "a plural stands inside a plural");
	struct texts_part *p = add_part(r, out, TEXTS_PLURAL, name);
	struct texts_part plural = *p;
	size_t index = out->count - 1;
	bool other = false;
	r->number = name;
	while (!take(r, '}')) {
		if (plural.branch_count == TEXTS_BRANCHES_MAX)
			return fail(r->e, ERR_LIMIT, "a plural has too many branches");
		struct texts_branch *b = ARENA_PUSH(
		        r->arena, plural.branches, plural.branch_count, plural.branch_cap);
		TRY(branch_kind(r, take_word(r), b));
		other = other || b->kind == TEXTS_OTHER;
		if (!take(r, '{'))
			return fail(r->e, ERR_INVALID, "a branch of a plural wants a brace");
		TRY(read_parts(r, &b->parts));
		if (!take(r, '}'))
			return fail(r->e, ERR_INVALID, "a brace is not closed");
	}
	r->number = TEXT_NONE;
	out->items[index] = plural;
	return other ? OK : fail(r->e, ERR_INVALID, "a plural has no branch 'other'");
}

static enum err read_place(struct reader *r, struct texts_parts *out)
{
	struct text name = take_word(r);
	if (!name.len)
		return fail(r->e, ERR_INVALID, "a placeholder has no name");
	if (take(r, '}')) {
		add_part(r, out, TEXTS_PLACE, name);
		return OK;
	}
	if (take(r, ',') && text_is(take_word(r), "plural") && take(r, ','))
		return read_plural(r, out, name);
	return fail(r->e, ERR_INVALID, "after '{%.*s' comes '}' or ', plural,'", TEXT_ARG(name));
}

/* Up to the end of the value, or in a plural up to the closing brace (left unread). */
static enum err read_parts(struct reader *r, struct texts_parts *out)
{
	while (r->at < r->value.len) {
		char c = peek(r);
		if (c == '}')
			break;
		if (c == '{') {
			r->at++;
			TRY(read_place(r, out));
		} else if (c == '#' && r->number.len) {
			r->at++;
			add_part(r, out, TEXTS_NUMBER_SIGN, r->number);
		} else {
			read_literal(r, out);
		}
	}
	return OK;
}

enum err texts_parse(struct arena *a, struct text value, struct texts_parts *out, struct errinfo *e)
{
	struct reader r = {.arena = a, .value = value, .e = e};
	*out = (struct texts_parts){0};
	if (value.len > TEXTS_VALUE_MAX)
		return fail(e, ERR_LIMIT, "a text is longer than %d bytes", TEXTS_VALUE_MAX);
	TRY(read_parts(&r, out));
	if (r.at < value.len)
		return fail(e, ERR_INVALID, "a closing brace has no opening one");
	return OK;
}

static enum err collect_name(struct texts_names *out, struct text name, struct errinfo *e)
{
	for (size_t i = 0; i < out->count; i++)
		if (text_eq(out->items[i], name))
			return OK;
	if (out->count == TEXTS_PLACEHOLDERS_MAX)
		return fail(e, ERR_LIMIT, "a text has more than %d placeholders",
		        TEXTS_PLACEHOLDERS_MAX);
	out->items[out->count++] = name;
	return OK;
}

enum err texts_collect(const struct texts_parts *parts, struct texts_names *out, struct errinfo *e)
{
	for (size_t i = 0; i < parts->count; i++) {
		const struct texts_part *p = &parts->items[i];
		if (p->kind == TEXTS_LITERAL)
			continue;
		TRY(collect_name(out, p->text, e));
		for (size_t b = 0; b < p->branch_count; b++)
			TRY(texts_collect(&p->branches[b].parts, out, e));
	}
	return OK;
}
