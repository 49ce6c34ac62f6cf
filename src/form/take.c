/* form/take.c - what people type, to canonical text: "1.384,25 Euro" to "1384.25", three
 * boxes to "2026-07-15". Canonical text is what drafts and submissions hold. */
#include "form/form_int.h"

static const char cannot_read[] = "form";

/* Texts -------------------------------------------------------------------------------------- */

static bool is_control(uint32_t c)
{
	return c < 0x20 || c == 0x7F || (c >= 0x80 && c < 0xA0) || c == 0x2028 || c == 0x2029 ||
	       (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

/* Line ends to LF (or to a space in a single line), other controls are refused. */
static bool clean_text(struct arena *a, struct text raw, bool lines, struct text *out)
{
	char *copy = arena_alloc(a, raw.len + 1);
	size_t n = 0, at = 0;
	while (at < raw.len) {
		size_t from = at;
		uint32_t c = utf8_next(raw, &at);
		if (c == '\r' && at < raw.len && raw.ptr[at] == '\n')
			continue;
		if (c == '\r' || c == '\n' || c == '\t') {
			copy[n++] = lines && c != '\t' ? '\n' : ' ';
			continue;
		}
		if (is_control(c))
			return false;
		memcpy(copy + n, raw.ptr + from, at - from);
		n += at - from;
	}
	*out = text_nfc(a, text_trim((struct text){copy, n}));
	return true;
}

struct text form_storable(struct arena *a, struct text t)
{
	bool nul = t.len > 0 && memchr(t.ptr, 0, t.len) != NULL;
	if (utf8_valid(t) && !nul)
		return text_copy(a, t);
	char *copy = arena_alloc(a, 3 * t.len + 4);
	size_t n = 0, at = 0;
	for (uint32_t c; (c = utf8_next(t, &at)) != UTF8_END;)
		n += utf8_put(copy + n, c ? c : 0xFFFD);
	return (struct text){copy, n};
}

/* Numbers ------------------------------------------------------------------------------------ */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "1.384.200": groups of three behind one to three digits. */
static bool grouped(struct text t, char separator)
{
	size_t digits = 0;
	bool first = true;
	for (size_t i = 0; i < t.len; i++) {
		if (t.ptr[i] != separator) {
			digits++;
			continue;
		}
		if (first ? digits < 1 || digits > 3 : digits != 3)
			return false;
		first = false;
		digits = 0;
	}
	return !first && digits == 3;
}

static size_t count_of(struct text t, char c)
{
	size_t n = 0;
	for (size_t i = 0; i < t.len; i++)
		n += t.ptr[i] == c;
	return n;
}

/* Which sign is the decimal one: the last of both kinds; alone: what the language says. A
 * single sign with other than three digits behind it is decimal in every language. */
static bool split_number(struct text t, bool english, struct text *whole, struct text *part)
{
	size_t commas = count_of(t, ','), dots = count_of(t, '.');
	char decimal = '\0', group = '\0';
	if (commas && dots) {
		size_t last = t.len;
		while (t.ptr[last - 1] != ',' && t.ptr[last - 1] != '.')
			last--;
		decimal = t.ptr[last - 1];
		group = decimal == ',' ? '.' : ',';
	} else if (commas || dots) {
		char sign = commas ? ',' : '.';
		bool groups = grouped(t, sign);
		bool is_decimal = (sign == ',') != english;
		if (count_of(t, sign) > 1 || (groups && !is_decimal))
			group = sign;
		else
			decimal = sign;
	}
	*whole = t;
	*part = TEXT_NONE;
	if (decimal) {
		char z[2] = {decimal, '\0'};
		size_t at = text_find(t, text_from(z), 0);
		if (count_of(t, decimal) != 1)
			return false;
		*whole = text_part(t, 0, at);
		*part = text_part(t, at + 1, t.len);
	}
	return !group || grouped(*whole, group);
}

static bool digits_only(struct text t)
{
	for (size_t i = 0; i < t.len; i++)
		if (!is_digit(t.ptr[i]))
			return false;
	return true;
}

static struct text drop(struct arena *a, struct text t, struct text what)
{
	struct text out = TEXT_NONE;
	size_t from = 0, at;
	while ((at = text_find(t, what, from)) != SIZE_MAX) {
		struct text head = text_part(t, from, at);
		out = text_format(a, "%.*s%.*s", TEXT_ARG(out), TEXT_ARG(head));
		from = at + what.len;
	}
	struct text tail = text_part(t, from, t.len);
	return text_format(a, "%.*s%.*s", TEXT_ARG(out), TEXT_ARG(tail));
}

/* Without white space, apostrophes and a currency word; unicode minus to "-". */
static struct text bare_number(struct arena *a, struct text raw, bool currency)
{
	static const char *const gone[] = {
	        " ", "\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89", "'", "\xE2\x80\x99", NULL};
	static const char *const words[] = {"Euro", "euro", "EUR", "\xE2\x82\xAC", NULL};
	struct text t = text_trim(raw);
	for (const char *const *w = words; currency && *w; w++) {
		struct text word = text_from(*w);
		if (text_ends(t, word))
			t = text_trim(text_part(t, 0, t.len - word.len));
		else if (text_starts(t, word))
			t = text_trim(text_part(t, word.len, t.len));
	}
	for (const char *const *g = gone; *g; g++)
		t = drop(a, t, text_from(*g));
	struct text minus = TEXT("\xE2\x88\x92");
	if (text_starts(t, minus)) {
		struct text rest = text_part(t, minus.len, t.len);
		t = text_format(a, "-%.*s", TEXT_ARG(rest));
	}
	return t;
}

static struct text without_leading_zeros(struct text t)
{
	while (t.len > 1 && t.ptr[0] == '0')
		t = text_part(t, 1, t.len);
	return t;
}

static const char *take_number(struct arena *a, const struct form_field *f, struct text raw,
        struct text language, struct text *out)
{
	enum { DIGITS_MAX = 34, TYPED_MAX = 80 };
	bool english = text_starts(language, TEXT("en"));
	struct text t, whole, part;
	if (raw.len > TYPED_MAX)
		return cannot_read;
	t = bare_number(a, raw, f->type == FORM_NUM_CURRENCY);
	bool minus = t.len && t.ptr[0] == '-';
	if (minus || (t.len && t.ptr[0] == '+'))
		t = text_part(t, 1, t.len);
	if (t.len == 0 || !split_number(t, english, &whole, &part))
		return cannot_read;
	whole = drop(a, drop(a, whole, TEXT(".")), TEXT(","));
	/* "12,-" and "12,--" as on price tags */
	if (text_is(part, "-") || text_is(part, "--"))
		part = TEXT_NONE;
	if (whole.len + part.len == 0 || !digits_only(whole) || !digits_only(part) ||
	        whole.len + part.len > DIGITS_MAX)
		return cannot_read;
	whole = whole.len ? without_leading_zeros(whole) : TEXT("0");
	if (f->type == FORM_NUM_INT && part.len)
		return "whole";
	if (f->type == FORM_NUM_CURRENCY && part.len > 2)
		return "places";
	if (f->type == FORM_NUM_CURRENCY)
		part = text_format(a, "%.*s%.*s", TEXT_ARG(part), (int)(2 - part.len), "00");
	*out = part.len ? text_format(a, "%s%.*s.%.*s", minus ? "-" : "", TEXT_ARG(whole),
	                          TEXT_ARG(part))
	                : text_format(a, "%s%.*s", minus ? "-" : "", TEXT_ARG(whole));
	return NULL;
}

/* Days and times ------------------------------------------------------------------------------ */

static bool box(struct text t, int64_t min, int64_t max, int64_t *out)
{
	t = text_trim(t);
	return t.len > 0 && t.len <= 4 && digits_only(t) && text_int(t, out) && *out >= min &&
	       *out <= max;
}

const char *form_take_date(
        struct arena *a, const struct text part[3], struct text *canonical, bool *empty)
{
	int64_t day, month, year;
	struct text d = text_trim(part[0]), m = text_trim(part[1]), y = text_trim(part[2]);
	*empty = d.len + m.len + y.len == 0;
	if (*empty)
		return NULL;
	if (d.len == 0)
		return "day";
	if (m.len == 0)
		return "month";
	if (y.len == 0)
		return "year";
	if (y.len != 4)
		return "year_long";
	if (!box(d, 1, 31, &day) || !box(m, 1, 12, &month) || !box(y, 1000, 9999, &year) ||
	        !date_valid(year, (int)month, (int)day))
		return cannot_read;
	*canonical = text_format(a, "%04d-%02d-%02d", (int)year, (int)month, (int)day);
	return NULL;
}

/* One value: ISO, or d.m.yyyy. */
static const char *take_date(struct arena *a, struct text raw, struct text *canonical, bool *empty)
{
	struct date d;
	raw = text_trim(raw);
	if (raw.len == 10 && date_parse(raw, &d)) {
		*canonical = date_text(a, d);
		return NULL;
	}
	struct text part[3] = {0}, rest = raw;
	for (int i = 0; i < 3; i++)
		(void)text_split(&rest, '.', &part[i]);
	const char *bad = rest.len ? cannot_read : form_take_date(a, part, canonical, empty);
	return bad ? cannot_read : NULL;
}

const char *form_take_time(struct arena *a, struct text raw, struct text *canonical)
{
	struct text t = text_trim(raw), hour, minute, second = TEXT("0");
	int64_t h, m, s;
	if (text_ends(t, TEXT("Uhr")))
		t = text_trim(text_part(t, 0, t.len - 3));
	char by = count_of(t, ':') ? ':' : '.';
	struct text rest = t;
	if (!text_split(&rest, by, &hour))
		return cannot_read;
	if (!text_split(&rest, by, &minute))
		minute = TEXT("0");
	(void)text_split(&rest, by, &second);
	if (rest.len || !box(hour, 0, 23, &h) || !box(minute, 0, 59, &m) || !box(second, 0, 59, &s))
		return cannot_read;
	*canonical = text_format(a, "%02d:%02d:%02d", (int)h, (int)m, (int)s);
	return NULL;
}

/* All types ---------------------------------------------------------------------------------- */

static const char *take_bool(struct text raw, struct text *out)
{
	static const char *const yes[] = {"true", "ja", "yes", "1", "on", NULL};
	static const char *const no[] = {"false", "nein", "no", "0", "off", NULL};
	for (const char *const *w = yes; *w; w++)
		if (text_is(raw, *w))
			*out = TEXT("true");
	for (const char *const *w = no; *w; w++)
		if (text_is(raw, *w))
			*out = TEXT("false");
	return out->len ? NULL : cannot_read;
}

static const char *take_object(struct arena *a, struct text raw, struct text *out)
{
	const struct json *j;
	if (json_parse(a, raw, "value", &j, NULL) == OK && json_is(j, JSON_OBJECT)) {
		*out = text_copy(a, raw);
		return NULL;
	}
	/* the plain fallback of a widget: what was typed */
	struct json o = json_new_object();
	json_set(a, &o, TEXT("text"), json_from_text(text_copy(a, raw)));
	struct buf b;
	buf_init(&b, FORM_ANSWERS_MAX);
	json_write(&b, &o);
	*out = buf_copy(&b, a);
	buf_free(&b);
	return NULL;
}

const char *form_take(struct arena *a, const struct form_field *f, struct text raw,
        struct text language, struct text *canonical, bool *empty)
{
	*canonical = TEXT_NONE;
	*empty = false;
	if (!utf8_valid(raw))
		return cannot_read;
	bool text = f->type == FORM_TEXT || f->type == FORM_TEXT_LATIN;
	if (text) {
		if (!clean_text(a, raw, f->lines > 1, canonical))
			return cannot_read;
		*empty = canonical->len == 0;
		return NULL;
	}
	raw = text_trim(raw);
	if (raw.len == 0) {
		*empty = true;
		return NULL;
	}
	switch (f->type) {
	case FORM_DATE: return take_date(a, raw, canonical, empty);
	case FORM_TIME: return form_take_time(a, raw, canonical);
	case FORM_BOOL: return take_bool(raw, canonical);
	case FORM_NUM:
	case FORM_NUM_INT:
	case FORM_NUM_CURRENCY: return take_number(a, f, raw, language, canonical);
	case FORM_OBJ: return take_object(a, raw, canonical);
	case FORM_DATETIME: *canonical = text_copy(a, raw); return NULL;
	default: return cannot_read;
	}
}
