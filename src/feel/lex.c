#include "feel/lex.h"

static size_t skip_comment(struct text t, size_t at)
{
	if (t.ptr[at + 1] == '/') {
		while (at < t.len && t.ptr[at] != '\n')
			at++;
		return at;
	}
	size_t end = text_find(t, TEXT("*/"), at + 2);
	return end == SIZE_MAX ? t.len : end + 2;
}

static size_t skip_blank(struct text t, size_t at)
{
	while (at < t.len) {
		unsigned char c = (unsigned char)t.ptr[at];
		if (c > ' ' && c < 0x80 && c != '/')
			return at;
		if (c == '/') {
			if (at + 1 >= t.len || (t.ptr[at + 1] != '/' && t.ptr[at + 1] != '*'))
				return at;
			at = skip_comment(t, at);
			continue;
		}
		size_t next = at;
		if (!is_feel_space(utf8_next(t, &next)))
			return at;
		at = next;
	}
	return at;
}

static bool digit_at(struct text t, size_t at)
{
	return at < t.len && t.ptr[at] >= '0' && t.ptr[at] <= '9';
}

static size_t digits(struct text t, size_t at)
{
	while (digit_at(t, at))
		at++;
	return at;
}

static size_t number_end(struct text t, size_t at)
{
	at = digits(t, at);
	if (at < t.len && t.ptr[at] == '.' && digit_at(t, at + 1))
		at = digits(t, at + 1);
	if (at < t.len && (t.ptr[at] == 'e' || t.ptr[at] == 'E')) {
		size_t exponent = at + 1;
		if (exponent < t.len && (t.ptr[exponent] == '+' || t.ptr[exponent] == '-'))
			exponent++;
		if (digit_at(t, exponent))
			at = digits(t, exponent);
	}
	return at;
}

static size_t string_end(struct text t, size_t at)
{
	for (at++; at < t.len && t.ptr[at] != '"'; at++) {
		if (t.ptr[at] == '\\')
			at++;
	}
	return at < t.len ? at + 1 : SIZE_MAX;
}

static size_t name_end(struct text t, size_t at)
{
	while (at < t.len) {
		size_t next = at;
		if (!is_name_part(utf8_next(t, &next)))
			break;
		at = next;
	}
	return at;
}

static enum keyword keyword_of(struct text t)
{
	static const struct {
		const char *text;
		enum keyword word;
	} words[] = {
	        {"and", WORD_AND},
	        {"between", WORD_BETWEEN},
	        {"else", WORD_ELSE},
	        {"every", WORD_EVERY},
	        {"external", WORD_EXTERNAL},
	        {"false", WORD_FALSE},
	        {"for", WORD_FOR},
	        {"function", WORD_FUNCTION},
	        {"if", WORD_IF},
	        {"in", WORD_IN},
	        {"instance", WORD_INSTANCE},
	        {"null", WORD_NULL},
	        {"of", WORD_OF},
	        {"or", WORD_OR},
	        {"return", WORD_RETURN},
	        {"satisfies", WORD_SATISFIES},
	        {"some", WORD_SOME},
	        {"then", WORD_THEN},
	        {"true", WORD_TRUE},
	};
	if (t.len < 2 || t.len > 9)
		return WORD_NONE;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (words[i].text[0] == t.ptr[0] && text_is(t, words[i].text))
			return words[i].word;
	}
	return WORD_NONE;
}

static bool follows(struct text t, size_t at, char c)
{
	return at + 1 < t.len && t.ptr[at + 1] == c;
}

/* Operators: kind and length at `at`. */
static enum tok operator_at(struct text t, size_t at, size_t *len)
{
	*len = 1;
	switch (t.ptr[at]) {
	case '+': return TOK_PLUS;
	case '/': return TOK_SLASH;
	case '=': return TOK_EQ;
	case '(': return TOK_OPEN;
	case ')': return TOK_CLOSE;
	case '[': return TOK_BRACKET;
	case ']': return TOK_UNBRACKET;
	case '{': return TOK_BRACE;
	case '}': return TOK_UNBRACE;
	case ',': return TOK_COMMA;
	case ':': return TOK_COLON;
	case '@': return TOK_AT;
	default: break;
	}
	static const struct {
		char first, second;
		enum tok one, two;
	} pairs[] = {
	        {'-', '>', TOK_MINUS, TOK_ARROW},
	        {'*', '*', TOK_STAR, TOK_POWER},
	        {'!', '=', TOK_BAD, TOK_NE},
	        {'<', '=', TOK_LT, TOK_LE},
	        {'>', '=', TOK_GT, TOK_GE},
	        {'.', '.', TOK_DOT, TOK_DOTS},
	};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		if (t.ptr[at] != pairs[i].first)
			continue;
		if (!follows(t, at, pairs[i].second))
			return pairs[i].one;
		*len = 2;
		return pairs[i].two;
	}
	return TOK_BAD;
}

struct token lex_next(struct text t, size_t at)
{
	at = skip_blank(t, at);
	struct token k = {.kind = TOK_END, .start = (uint32_t)at, .end = (uint32_t)at};
	if (at >= t.len)
		return k;
	size_t end = at;
	if (is_name_start(utf8_next(t, &end))) {
		k.kind = TOK_NAME;
		end = name_end(t, end);
		k.word = keyword_of(text_part(t, at, end));
	} else if (digit_at(t, at) || (t.ptr[at] == '.' && digit_at(t, at + 1))) {
		k.kind = TOK_NUMBER;
		end = number_end(t, at);
	} else if (t.ptr[at] == '"') {
		end = string_end(t, at);
		k.kind = end == SIZE_MAX ? TOK_BAD : TOK_STRING;
		if (end == SIZE_MAX)
			end = t.len;
	} else if ((unsigned char)t.ptr[at] < 0x80) {
		size_t len;
		k.kind = operator_at(t, at, &len);
		end = at + len;
	} else {
		k.kind = TOK_BAD;
	}
	k.end = (uint32_t)end;
	return k;
}

static bool take_hex(struct text t, size_t at, size_t count, uint32_t *out)
{
	*out = 0;
	if (at + count > t.len)
		return false;
	for (size_t i = 0; i < count; i++) {
		char c = t.ptr[at + i];
		uint32_t digit;
		if (c >= '0' && c <= '9')
			digit = (uint32_t)(c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			digit = (uint32_t)((c | 32) - 'a' + 10);
		else
			return false;
		*out = *out * 16 + digit;
	}
	return true;
}

/* `\uXXXX`, also as a surrogate pair, or `\UXXXXXX`; the bytes it takes, 0 = none. */
static size_t take_code_point(struct text t, size_t at, uint32_t *out)
{
	uint32_t low;
	if (t.ptr[at] == 'U')
		return take_hex(t, at + 1, 6, out) && *out <= 0x10ffff ? 7 : 0;
	if (!take_hex(t, at + 1, 4, out))
		return 0;
	if (*out < 0xd800 || *out > 0xdfff)
		return 5;
	if (*out > 0xdbff || at + 6 >= t.len || t.ptr[at + 5] != '\\' || t.ptr[at + 6] != 'u' ||
	        !take_hex(t, at + 7, 4, &low) || low < 0xdc00 || low > 0xdfff)
		return 0;
	*out = 0x10000 + ((*out - 0xd800) << 10) + (low - 0xdc00);
	return 11;
}

/* A backslash that begins no escape stands for itself; so does \u0000, which no text of the
 * program may contain. */
static size_t take_escape(struct text t, size_t at, char out[4], size_t *len)
{
	static const char from[] = "'\"\\nrt", to[] = "'\"\\\n\r\t";
	uint32_t code_point;
	const char *simple = t.ptr[at] ? strchr(from, t.ptr[at]) : NULL;
	if (simple) {
		out[0] = to[simple - from];
		*len = 1;
		return 1;
	}
	if (t.ptr[at] == 'u' || t.ptr[at] == 'U') {
		size_t taken = take_code_point(t, at, &code_point);
		if (taken > 0 && code_point > 0) {
			*len = utf8_put(out, code_point);
			return taken;
		}
	}
	out[0] = '\\';
	*len = 1;
	return 0;
}

struct text lex_string(struct arena *a, struct text quoted)
{
	struct text t = text_part(quoted, 1, quoted.len - 1);
	if (!memchr(t.ptr, '\\', t.len))
		return text_copy(a, t);
	char *out = arena_alloc(a, t.len);
	size_t len = 0;
	for (size_t at = 0; at < t.len;) {
		char c = t.ptr[at++];
		if (c != '\\' || at >= t.len) {
			out[len++] = c;
			continue;
		}
		char bytes[4];
		size_t n;
		at += take_escape(t, at, bytes, &n);
		memcpy(out + len, bytes, n);
		len += n;
	}
	return (struct text){out, len};
}
