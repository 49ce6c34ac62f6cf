/* From XPath's expressions to PCRE2's. Most signs mean the same; what differs:
 *  - `\i`, `\c` and their opposites (characters of XML names), `\p{IsGreek}` (blocks);
 *  - `[a-z-[aeiou]]` takes characters away;
 *  - `.` is anything but line feed and carriage return;
 *  - flag x removes white space, but not inside brackets, and knows no comments;
 *  - what only PCRE2 has (look around, possessive `++`, `\b`, `(*VERB)`) is refused. */
#include "feel/xpath.h"

#include "base/buf.h"
#include "feel/xpath_block.h"

#define NAME_START                                                                                 \
	"_:A-Za-z\\x{C0}-\\x{D6}\\x{D8}-\\x{F6}\\x{F8}-\\x{2FF}\\x{370}-\\x{37D}\\x{37F}-\\x{"     \
	"1FFF}"                                                                                    \
	"\\x{200C}\\x{200D}\\x{2070}-\\x{218F}\\x{2C00}-\\x{2FEF}\\x{3001}-\\x{D7FF}"              \
	"\\x{F900}-\\x{FDCF}\\x{FDF0}-\\x{FFFD}\\x{10000}-\\x{EFFFF}"
#define NAME_PART NAME_START "\\-.0-9\\x{B7}\\x{300}-\\x{36F}\\x{203F}\\x{2040}"

enum { CLASS_DEPTH_MAX = 16, GROUP_DEPTH_MAX = 100 };

struct translation {
	struct text from;
	size_t at;
	struct buf to;
	bool spaces_away, dot_all;
	int groups, open;
	struct errinfo *e;
};

static enum err bad(struct translation *t, const char *what)
{
	return fail(t->e, ERR_INVALID, "%s at byte %zu", what, t->at);
}

static int peek(const struct translation *t, size_t ahead)
{
	return t->at + ahead < t->from.len ? (unsigned char)t->from.ptr[t->at + ahead] : -1;
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

/* `\p{Lu}`, `\P{IsLatin-1Supplement}`; inside brackets only the inner part is wanted. */
static enum err property(struct translation *t, bool in_class)
{
	bool negative = peek(t, 1) == 'P';
	size_t end = text_find(t->from, TEXT("}"), t->at);
	if (peek(t, 2) != '{' || end == SIZE_MAX)
		return bad(t, "a property without braces");
	struct text name = text_part(t->from, t->at + 3, end);
	t->at = end + 1;
	if (text_starts(name, TEXT("Is"))) {
		struct xpath_block block;
		if (!xpath_block_find(text_part(name, 2, name.len), &block))
			return bad(t, "an unknown block");
		if (in_class && negative)
			return bad(t, "a block that is excluded inside brackets");
		buf_add_format(&t->to, "%s\\x{%X}-\\x{%X}%s",
		        in_class   ? ""
		        : negative ? "[^"
		                   : "[",
		        block.first, block.last, in_class ? "" : "]");
		return OK;
	}
	static const char *const names[] = {"L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc",
	        "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Z",
	        "Zs", "Zl", "Zp", "S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (text_is(name, names[i])) {
			buf_add_format(&t->to, "\\%c{%s}", negative ? 'P' : 'p', names[i]);
			return OK;
		}
	}
	return bad(t, "an unknown property");
}

static enum err back_reference(struct translation *t)
{
	int number = peek(t, 1) - '0';
	t->at += 2;
	if (number == 0 || number > t->groups)
		return bad(t, "a reference to a group that does not exist");
	while (is_digit(peek(t, 0)) && number * 10 + peek(t, 0) - '0' <= t->groups) {
		number = number * 10 + peek(t, 0) - '0';
		t->at++;
	}
	buf_add_format(&t->to, "\\g{%d}", number);
	return OK;
}

/* Sets with a letter: in XPath `\w` is everything but punctuation, separators and others. */
static const char *letter_set(int c, bool in_class)
{
	switch (c) {
	case 's': return in_class ? " \\t\\n\\r" : "[ \\t\\n\\r]";
	case 'S': return in_class ? NULL : "[^ \\t\\n\\r]";
	case 'd': return "\\p{Nd}";
	case 'D': return "\\P{Nd}";
	case 'w': return in_class ? "\\p{L}\\p{M}\\p{N}\\p{S}" : "[\\p{L}\\p{M}\\p{N}\\p{S}]";
	case 'W': return in_class ? "\\p{P}\\p{Z}\\p{C}" : "[\\p{P}\\p{Z}\\p{C}]";
	case 'i': return in_class ? NAME_START : "[" NAME_START "]";
	case 'I': return in_class ? NULL : "[^" NAME_START "]";
	case 'c': return in_class ? NAME_PART : "[" NAME_PART "]";
	case 'C': return in_class ? NULL : "[^" NAME_PART "]";
	default: return NULL;
	}
}

static enum err escape(struct translation *t, bool in_class)
{
	int c = peek(t, 1);
	if (c == 'p' || c == 'P')
		return property(t, in_class);
	if (is_digit(c) && !in_class)
		return back_reference(t);
	const char *set = letter_set(c, in_class);
	if (set) {
		buf_add_z(&t->to, set);
	} else if (c == 'n' || c == 'r' || c == 't' || (c > 0 && strchr("\\|.?*+(){}$-[]^", c))) {
		buf_add_byte(&t->to, '\\');
		buf_add_byte(&t->to, (char)c);
	} else {
		return bad(t, "an unknown escape");
	}
	t->at += 2;
	return OK;
}

static enum err class_body(struct translation *t, unsigned depth);

/* `[a-z-[aeiou]]`: everything of the first that is not in the second. */
static enum err class_less(struct translation *t, size_t begin, unsigned depth)
{
	struct buf inner = t->to;
	buf_init(&t->to, inner.max);
	buf_add(&t->to, text_part(buf_text(&inner), 0, begin));
	buf_add_z(&t->to, "(?:(?!");
	t->at += 2;
	enum err err = class_body(t, depth + 1);
	buf_add_byte(&t->to, ')');
	buf_add(&t->to, text_part(buf_text(&inner), begin, inner.len));
	buf_add_z(&t->to, "])");
	buf_free(&inner);
	if (err != OK)
		return err;
	if (peek(t, 0) != ']')
		return bad(t, "brackets without end");
	t->at++;
	return OK;
}

/* One character or set inside brackets; `*single` is true when it may begin a range. */
static enum err class_part(struct translation *t, bool *single)
{
	int c = peek(t, 0);
	*single = true;
	if (c == '\\') {
		*single = strchr("nrt\\|.?*+(){}$-[]^", peek(t, 1)) != NULL;
		return escape(t, true);
	}
	if (c == '[')
		return bad(t, "a bracket inside brackets");
	if (strchr("\\^#&~", c) != NULL)
		buf_add_byte(&t->to, '\\');
	buf_add_byte(&t->to, (char)c);
	t->at++;
	while (peek(t, 0) >= 0x80 && peek(t, 0) < 0xc0) {
		buf_add_byte(&t->to, (char)peek(t, 0));
		t->at++;
	}
	return OK;
}

static enum err class_item(struct translation *t, bool first)
{
	bool single;
	if (peek(t, 0) == '-') {
		if (!first && peek(t, 1) != ']' && !(peek(t, 1) == '-' && peek(t, 2) == '['))
			return bad(t, "a hyphen that is no range");
		buf_add_z(&t->to, "\\-");
		t->at++;
		return OK;
	}
	TRY(class_part(t, &single));
	if (peek(t, 0) != '-' || peek(t, 1) == ']' || peek(t, 1) == '[' || !single)
		return OK;
	buf_add_byte(&t->to, '-');
	t->at++;
	TRY(class_part(t, &single));
	return single ? OK : bad(t, "a range that ends in a set");
}

/* Behind the opening bracket. */
static enum err class_body(struct translation *t, unsigned depth)
{
	size_t begin = t->to.len;
	bool first = true;
	if (depth > CLASS_DEPTH_MAX)
		return bad(t, "too many brackets");
	buf_add_byte(&t->to, '[');
	if (peek(t, 0) == '^') {
		buf_add_byte(&t->to, '^');
		t->at++;
	}
	for (;; first = false) {
		int c = peek(t, 0);
		if (c < 0 || (c == ']' && first))
			return bad(t, c < 0 ? "brackets without end" : "empty brackets");
		if (c == ']')
			break;
		if (c == '-' && peek(t, 1) == '[' && !first)
			return class_less(t, begin, depth);
		TRY(class_item(t, first));
	}
	buf_add_byte(&t->to, ']');
	t->at++;
	return OK;
}

static enum err group(struct translation *t)
{
	if (peek(t, 1) == '?') {
		if (peek(t, 2) != ':')
			return bad(t, "a group XPath does not know");
		buf_add_z(&t->to, "(?:");
		t->at += 3;
	} else {
		if (peek(t, 1) == '*')
			return bad(t, "nothing to repeat");
		buf_add_byte(&t->to, '(');
		t->groups++;
		t->at++;
	}
	return ++t->open > GROUP_DEPTH_MAX ? bad(t, "too many groups") : OK;
}

/* `{2}`, `{2,}`, `{2,5}`; anything else with a brace is refused. */
static enum err repeat_count(struct translation *t)
{
	size_t end = text_find(t->from, TEXT("}"), t->at);
	if (end == SIZE_MAX || !is_digit(peek(t, 1)))
		return bad(t, "a brace that counts nothing");
	for (size_t i = t->at + 1; i < end; i++) {
		if (!is_digit((unsigned char)t->from.ptr[i]) && t->from.ptr[i] != ',')
			return bad(t, "a brace that counts nothing");
	}
	buf_add(&t->to, text_part(t->from, t->at, end + 1));
	t->at = end + 1;
	return OK;
}

/* A quantifier may be followed by `?`, never by another one. */
static enum err quantifier(struct translation *t)
{
	if (peek(t, 0) == '{')
		TRY(repeat_count(t));
	else {
		buf_add_byte(&t->to, (char)peek(t, 0));
		t->at++;
	}
	if (peek(t, 0) == '?') {
		buf_add_byte(&t->to, '?');
		t->at++;
	}
	int c = peek(t, 0);
	return c == '*' || c == '+' || c == '?' || c == '{' ? bad(t, "two quantifiers") : OK;
}

static enum err step(struct translation *t)
{
	int c = peek(t, 0);
	if (t->spaces_away && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
		t->at++;
		return OK;
	}
	switch (c) {
	case '\\': return escape(t, false);
	case '[': t->at++; return class_body(t, 0);
	case '(': return group(t);
	case '*':
	case '+':
	case '?':
	case '{': return quantifier(t);
	case ')':
		if (t->open-- == 0)
			return bad(t, "a parenthesis too many");
		break;
	case ']':
	case '}': return bad(t, "a bracket too many");
	case '.':
		buf_add_z(&t->to, t->dot_all ? "." : "[^\\n\\r]");
		t->at++;
		return OK;
	case '#': buf_add_byte(&t->to, '\\'); break;
	default: break;
	}
	buf_add_byte(&t->to, (char)c);
	t->at++;
	return OK;
}

static enum err translate(struct translation *t)
{
	while (t->at < t->from.len)
		TRY(step(t));
	if (t->open > 0)
		return bad(t, "a parenthesis without end");
	return buf_whole(&t->to, "the pattern", t->e);
}

static enum err read_flags(struct text flags, unsigned *out, bool *spaces_away, struct errinfo *e)
{
	*out = 0;
	*spaces_away = false;
	for (size_t i = 0; i < flags.len; i++) {
		switch (flags.ptr[i]) {
		case 'i': *out |= REGEX_IGNORE_CASE; break;
		case 's': *out |= REGEX_DOT_ALL; break;
		case 'm': *out |= REGEX_MULTILINE; break;
		case 'q': *out |= REGEX_LITERAL; break;
		case 'x': *spaces_away = true; break;
		default: return fail(e, ERR_INVALID, "the flag '%c' is unknown", flags.ptr[i]);
		}
	}
	return OK;
}

enum err xpath_compile(struct arena *a, struct text pattern, struct text flags, struct regex **out,
        struct errinfo *e)
{
	unsigned how;
	struct translation t = {.from = pattern, .e = e};
	TRY(read_flags(flags, &how, &t.spaces_away, e));
	if (pattern.len > REGEX_PATTERN_MAX)
		return fail(e, ERR_LIMIT, "the pattern is longer than %d bytes", REGEX_PATTERN_MAX);
	if (how & REGEX_LITERAL)
		return regex_compile(a, pattern, how & (REGEX_LITERAL | REGEX_IGNORE_CASE), out, e);
	t.dot_all = how & REGEX_DOT_ALL;
	buf_init(&t.to, REGEX_PATTERN_MAX * 8);
	enum err err = translate(&t);
	if (err == OK)
		err = regex_compile(a, buf_copy(&t.to, a), how, out, e);
	buf_free(&t.to);
	return err;
}
