/* Strings by code point (DMN 1.5, 10.3.4.3). */
#include "base/regex.h"
#include "feel/builtin_list.h"
#include "feel/run.h"
#include "feel/xpath.h"

enum { GROUPS_MAX = 10 };

static bool is_ascii(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		if ((unsigned char)t.ptr[i] >= 0x80)
			return false;
	}
	return true;
}

/* Byte position of the code point `n` counted from 0. */
static size_t byte_of(struct text t, size_t n)
{
	size_t at = 0;
	while (n-- > 0 && at < t.len)
		utf8_next(t, &at);
	return at;
}

/* A number without its fraction, as positions and lengths take it. */
static bool whole(struct feel_value v, int64_t *out)
{
	struct dec d = dec_is_negative(v.number) ? dec_ceiling(v.number) : dec_floor(v.number);
	return dec_to_int(d, out);
}

BUILTIN(fn_string)
{
	if (c->args[0].kind == FEEL_NULL)
		return builtin_fail(c, FEEL_DIAG_NULL_OPERAND, TEXT("string"), TEXT_NONE, out);
	struct text t = feel_to_string(c->arena, c->args[0]);
	if (t.len > c->run->limits.text)
		return run_limit(c->run, "text", c->e);
	*out = feel_string(t);
	return builtin_work(c, t.len / 64);
}

BUILTIN(fn_string_length)
{
	struct text t = c->args[0].string;
	*out = feel_int((int64_t)utf8_length(t));
	return builtin_work(c, t.len / 64);
}

BUILTIN(fn_substring)
{
	struct text t = c->args[0].string;
	int64_t start, length = INT64_MAX, count;
	TRY(builtin_work(c, t.len / 64));
	count = is_ascii(t) ? (int64_t)t.len : (int64_t)utf8_length(t);
	if (!whole(c->args[1], &start) || start == 0 || start > count || start < -count)
		return builtin_bad(c, 1, out);
	if (c->args[2].kind != FEEL_NULL && (!whole(c->args[2], &length) || length < 1))
		return builtin_bad(c, 2, out);
	int64_t from = start > 0 ? start - 1 : count + start;
	if (length > count - from)
		length = count - from;
	struct text rest = t;
	if (is_ascii(t)) {
		rest = text_part(t, (size_t)from, (size_t)(from + length));
	} else {
		rest = text_part(t, byte_of(t, (size_t)from), t.len);
		rest = text_part(rest, 0, byte_of(rest, (size_t)length));
	}
	*out = feel_string(rest);
	return OK;
}

BUILTIN(fn_upper_case)
{
	*out = feel_string(text_upper(c->arena, c->args[0].string));
	return builtin_work(c, out->string.len / 16);
}

BUILTIN(fn_lower_case)
{
	*out = feel_string(text_lower(c->arena, c->args[0].string));
	return builtin_work(c, out->string.len / 16);
}

static enum err search(const struct builtin_call *c, size_t *at)
{
	*at = text_find(c->args[0].string, c->args[1].string, 0);
	return builtin_work(c, c->args[0].string.len / 16);
}

BUILTIN(fn_substring_before)
{
	size_t at;
	TRY(search(c, &at));
	*out = feel_string(text_part(c->args[0].string, 0, at == SIZE_MAX ? 0 : at));
	return OK;
}

BUILTIN(fn_substring_after)
{
	size_t at;
	struct text t = c->args[0].string;
	TRY(search(c, &at));
	at = at == SIZE_MAX ? t.len : at + c->args[1].string.len;
	*out = feel_string(text_part(t, at, t.len));
	return OK;
}

BUILTIN(fn_contains)
{
	size_t at;
	TRY(search(c, &at));
	*out = feel_bool(at != SIZE_MAX);
	return OK;
}

BUILTIN(fn_starts_with)
{
	*out = feel_bool(text_starts(c->args[0].string, c->args[1].string));
	return OK;
}

BUILTIN(fn_ends_with)
{
	*out = feel_bool(text_ends(c->args[0].string, c->args[1].string));
	return OK;
}

BUILTIN(fn_string_join)
{
	struct feel_value list = c->args[0];
	struct text between = c->args[1].kind == FEEL_STRING ? c->args[1].string : TEXT_NONE;
	struct text *parts = ARENA_ARRAY(c->arena, list.list.count, struct text);
	size_t count = 0, len = 0;
	for (size_t i = 0; i < list.list.count; i++) {
		struct feel_value item = list.list.items[i];
		if (item.kind == FEEL_NULL)
			continue;
		if (item.kind != FEEL_STRING)
			return builtin_bad(c, 0, out);
		parts[count++] = item.string;
		len += item.string.len + between.len;
		if (len > c->run->limits.text)
			return run_limit(c->run, "text", c->e);
	}
	*out = feel_string(text_join(c->arena, parts, count, between));
	return builtin_work(c, list.list.count + len / 64);
}

/* A pattern of XPath, compiled; a bad one is noted and gives NULL. */
static enum err pattern(const struct builtin_call *c, size_t arg, struct text flags,
        struct regex **re, struct feel_value *out)
{
	struct errinfo why;
	*re = NULL;
	enum err err = xpath_compile(c->arena, c->args[arg].string, flags, re, &why);
	if (err == OK)
		return builtin_work(c, c->args[arg].string.len + 1);
	return builtin_fail(c, FEEL_DIAG_PATTERN, c->args[arg].string,
	        text_copy(c->arena, text_from(why.message)), out);
}

/* A search that takes too long ends the evaluation: there is no honest result. */
static enum err find(const struct builtin_call *c, struct regex *re, struct text t, size_t from,
        struct regex_group *groups, bool *found)
{
	enum err err = regex_find(re, t, from, groups, GROUPS_MAX, found, NULL);
	if (err != OK)
		return run_limit(c->run, "regex", c->e);
	return builtin_work(c, t.len / 64 + 1);
}

static struct text flags_of(const struct builtin_call *c, size_t arg)
{
	return c->args[arg].kind == FEEL_STRING ? c->args[arg].string : TEXT_NONE;
}

BUILTIN(fn_matches)
{
	bool found;
	struct regex *re;
	struct regex_group groups[GROUPS_MAX];
	TRY(pattern(c, 1, flags_of(c, 2), &re, out));
	if (!re)
		return OK;
	TRY(find(c, re, c->args[0].string, 0, groups, &found));
	*out = feel_bool(found);
	return OK;
}

/* `$1` stands for a group, `\$` and `\\` for themselves; anything else is refused. With the
 * flag q all characters stand for themselves. */
static bool add_replacement(struct buf *b, struct text t, struct text subject,
        const struct regex_group *groups, size_t group_count)
{
	for (size_t i = 0; i < t.len; i++) {
		char ch = t.ptr[i];
		if (ch != '\\' && ch != '$') {
			buf_add_byte(b, ch);
			continue;
		}
		if (++i >= t.len)
			return false;
		if (ch == '\\') {
			if (t.ptr[i] != '\\' && t.ptr[i] != '$')
				return false;
			buf_add_byte(b, t.ptr[i]);
			continue;
		}
		if (t.ptr[i] < '0' || t.ptr[i] > '9')
			return false;
		size_t group = (size_t)(t.ptr[i] - '0');
		if (group < group_count && groups[group].from != SIZE_MAX)
			buf_add(b, text_part(subject, groups[group].from, groups[group].to));
	}
	return true;
}

static enum err replace_all(
        const struct builtin_call *c, struct regex *re, bool literal, struct buf *b, bool *valid)
{
	struct text t = c->args[0].string, with = c->args[2].string;
	struct regex_group groups[GROUPS_MAX];
	size_t at = 0;
	bool found;
	*valid = true;
	for (;;) {
		TRY(find(c, re, t, at, groups, &found));
		if (!found)
			break;
		if (groups[0].from == groups[0].to) {
			*valid = false; /* matches nothing (XPath FORX0003) */
			return OK;
		}
		buf_add(b, text_part(t, at, groups[0].from));
		if (literal)
			buf_add(b, with);
		else if (!add_replacement(b, with, t, groups, GROUPS_MAX))
			*valid = false;
		if (!*valid)
			return OK;
		at = groups[0].to;
	}
	buf_add(b, text_part(t, at, t.len));
	return b->over ? run_limit(c->run, "text", c->e) : OK;
}

static bool is_whole_replacement(struct text with)
{
	struct buf b;
	buf_init(&b, 1);
	bool valid = add_replacement(&b, with, TEXT_NONE, NULL, 0);
	buf_free(&b);
	return valid;
}

BUILTIN(fn_replace)
{
	struct regex *re;
	struct buf b;
	bool valid, literal = text_find(flags_of(c, 3), TEXT("q"), 0) != SIZE_MAX;
	TRY(pattern(c, 1, flags_of(c, 3), &re, out));
	if (!re)
		return OK;
	if (!literal && !is_whole_replacement(c->args[2].string))
		return builtin_bad(c, 2, out);
	buf_init(&b, c->run->limits.text);
	enum err err = replace_all(c, re, literal, &b, &valid);
	if (err == OK && valid)
		*out = feel_string(buf_copy(&b, c->arena));
	buf_free(&b);
	TRY(err);
	return valid ? OK : builtin_bad(c, 1, out);
}

BUILTIN(fn_split)
{
	struct regex *re;
	struct regex_group groups[GROUPS_MAX];
	struct text t = c->args[0].string;
	struct feel_list_builder b = feel_list_begin(c->arena);
	size_t at = 0;
	bool found = true;
	TRY(pattern(c, 1, TEXT_NONE, &re, out));
	if (!re)
		return OK;
	while (found) {
		TRY(find(c, re, t, at, groups, &found));
		if (found && groups[0].from == groups[0].to)
			return builtin_bad(c, 1, out);
		size_t end = found ? groups[0].from : t.len;
		feel_list_add(&b, feel_string(text_part(t, at, end)));
		at = found ? groups[0].to : t.len;
	}
	*out = feel_list_end(&b);
	return OK;
}
