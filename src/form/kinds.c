/* form/kinds.c - checks of single texts: IBAN (ISO 13616), letters of DIN 91379, patterns;
 * and the functions of the program that rules may call. */
#include "form/form_int.h"

#include "base/regex.h"

enum { IBAN_MIN = 15, IBAN_MAX = 34 };

/* Letters and digits only, upper case; false when something else or too much stands there. */
static bool iban_strip(struct text t, char out[IBAN_MAX + 1], size_t *len)
{
	*len = 0;
	for (size_t i = 0; i < t.len; i++) {
		char c = t.ptr[i];
		if (c == ' ')
			continue;
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		bool ok = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (!ok || *len == IBAN_MAX)
			return false;
		out[(*len)++] = c;
	}
	return true;
}

static bool is_letter(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* Lengths of the countries whose IBAN people here have most often; others by mod 97 only. */
static bool length_fits(const char *iban, size_t len)
{
	static const struct {
		char country[3];
		size_t len;
	} known[] = {{"DE", 22}, {"AT", 20}, {"CH", 21}, {"PL", 28}, {"CZ", 24}, {"FR", 27},
	        {"NL", 18}, {"BE", 16}, {"LU", 20}, {"IT", 27}, {"ES", 24}, {"GB", 22}, {"DK", 18},
	        {"SE", 24}, {"RO", 24}, {"BG", 22}, {"HU", 28}, {"SK", 24}, {"HR", 21}, {"GR", 27},
	        {"LT", 20}, {"IE", 22}, {"PT", 25}, {"UA", 29}};
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (memcmp(known[i].country, iban, 2) == 0)
			return len == known[i].len;
	return true;
}

bool form_iban_ok(struct text t)
{
	char iban[IBAN_MAX + 1];
	size_t len;
	if (!iban_strip(t, iban, &len) || len < IBAN_MIN || !is_letter(iban[0]) ||
	        !is_letter(iban[1]) || is_letter(iban[2]) || is_letter(iban[3]))
		return false;
	if (!length_fits(iban, len))
		return false;
	unsigned rest = 0;
	for (size_t i = 0; i < len; i++) {
		char c = iban[(i + 4) % len];
		unsigned v = is_letter(c) ? (unsigned)(c - 'A') + 10 : (unsigned)(c - '0');
		rest = (rest * (v > 9 ? 100 : 10) + v) % 97;
	}
	return rest == 1;
}

static enum err call_iban(void *data, struct feel_run *r, const struct feel_value *args,
        size_t count, struct feel_value *out, struct errinfo *e)
{
	(void)data;
	(void)r;
	(void)e;
	*out = feel_null();
	if (count == 1 && args[0].kind == FEEL_STRING)
		*out = feel_bool(form_iban_ok(args[0].string));
	return OK;
}

struct feel_value form_natives(struct arena *a)
{
	struct feel_field *param = ARENA_NEW(a, struct feel_field);
	*param = (struct feel_field){TEXT("text"), feel_type_of_kind(FEEL_TYPE_STRING)};
	const struct feel_native iban = {"iban ok", param, 1, call_iban, NULL};
	struct feel_context_builder b = feel_context_begin(a);
	feel_context_set(&b, TEXT("iban ok"), feel_native_of(a, &iban));
	return feel_context_end(&b);
}

/* Letters ------------------------------------------------------------------------------------ */

struct range {
	uint32_t from, to;
};

/* Latin letters of DIN 91379 as ranges, in order. The standard lists them one by one; the
 * ranges leave out what it leaves out inside the Latin blocks. */
static const struct range letters[] = {{'A', 'Z'}, {'a', 'z'}, {0xAA, 0xAA}, {0xBA, 0xBA},
        {0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x131}, {0x134, 0x137}, {0x138, 0x148}, {0x14A, 0x17E},
        {0x187, 0x187}, {0x18F, 0x18F}, {0x197, 0x197}, {0x19A, 0x19A}, {0x1A0, 0x1A1},
        {0x1AF, 0x1B0}, {0x1B5, 0x1B7}, {0x1CD, 0x1DC}, {0x1DE, 0x1DF}, {0x1E2, 0x1F0},
        {0x1F4, 0x1F5}, {0x1F8, 0x1FF}, {0x212, 0x213}, {0x218, 0x21B}, {0x21E, 0x21F},
        {0x226, 0x233}, {0x259, 0x259}, {0x268, 0x268}, {0x292, 0x292}, {0x1E02, 0x1E03},
        {0x1E06, 0x1E07}, {0x1E0A, 0x1E11}, {0x1E17, 0x1E17}, {0x1E1C, 0x1E2B}, {0x1E2F, 0x1E37},
        {0x1E3A, 0x1E3B}, {0x1E40, 0x1E49}, {0x1E52, 0x1E5B}, {0x1E5E, 0x1E63}, {0x1E6A, 0x1E6F},
        {0x1E80, 0x1E87}, {0x1E8C, 0x1E97}, {0x1E9E, 0x1E9E}, {0x1EA0, 0x1EF9}};

/* Marks that may follow a letter where no letter of its own exists. */
static const struct range marks[] = {{0x300, 0x304}, {0x306, 0x30C}, {0x30F, 0x30F}, {0x312, 0x313},
        {0x315, 0x315}, {0x31B, 0x31B}, {0x323, 0x328}, {0x32D, 0x32E}, {0x330, 0x331},
        {0x335, 0x335}};

/* Digits, punctuation and signs (data type C). */
static const struct range signs[] = {{' ', '@'}, {'[', '`'}, {'{', '~'}, {0xA1, 0xA9}, {0xAB, 0xAC},
        {0xAE, 0xB7}, {0xB9, 0xB9}, {0xBB, 0xBF}, {0xD7, 0xD7}, {0xF7, 0xF7}, {0x2B9, 0x2BA},
        {0x2BB, 0x2BC}, {0x2BE, 0x2BF}, {0x2C6, 0x2C8}, {0x2CC, 0x2CC}, {0x2DC, 0x2DC},
        {0x2013, 0x2014}, {0x2018, 0x201A}, {0x201C, 0x201E}, {0x2020, 0x2021}, {0x2026, 0x2026},
        {0x2030, 0x2030}, {0x2032, 0x2033}, {0x2039, 0x203A}, {0x2070, 0x2070}, {0x2074, 0x2079},
        {0x20AC, 0x20AC}, {0x2122, 0x2122}, {0x221E, 0x221E}, {0x2264, 0x2265}};

static bool inside(uint32_t c, const struct range *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (c >= list[i].from && c <= list[i].to)
			return true;
	return false;
}

bool form_latin_ok(struct text t, bool lines)
{
	bool after_letter = false;
	size_t at = 0;
	for (uint32_t c; (c = utf8_next(t, &at)) != UTF8_END;) {
		bool mark = inside(c, marks, sizeof marks / sizeof marks[0]);
		bool letter = inside(c, letters, sizeof letters / sizeof letters[0]);
		bool sign =
		        inside(c, signs, sizeof signs / sizeof signs[0]) || (lines && c == '\n');
		if (mark ? !after_letter : !letter && !sign)
			return false;
		after_letter = letter || mark;
	}
	return true;
}

/* Patterns ----------------------------------------------------------------------------------- */

static enum err compile(struct arena *a, struct text pattern, struct regex **out, struct errinfo *e)
{
	struct text whole = text_format(a, "\\A(?:%.*s)\\z", TEXT_ARG(pattern));
	return regex_compile(a, whole, 0, out, e);
}

enum err form_pattern_check(struct arena *a, struct text pattern, struct errinfo *e)
{
	struct regex *re;
	return compile(a, pattern, &re, e);
}

bool form_pattern_match(struct arena *a, struct text pattern, struct text t)
{
	struct regex *re;
	bool found = false;
	return compile(a, pattern, &re, NULL) == OK &&
	       regex_find(re, t, 0, NULL, 0, &found, NULL) == OK && found;
}
