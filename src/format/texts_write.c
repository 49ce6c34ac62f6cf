#include "format/texts_int.h"

#include <string.h>

struct writer {
	const struct texts *texts;
	int language;
	const struct texts_arg *args;
	size_t count;
	void (*write)(void *self, struct text part);
	void *self;
};

enum { NUMBER_TEXT_MAX = 32 };

/* Digits of a whole number with the group sign of the language, right to left. */
static struct text put_integer(
        const struct texts *t, int language, int64_t number, char out[NUMBER_TEXT_MAX])
{
	struct text sign = texts_get(t, language, "number.group");
	uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	size_t at = NUMBER_TEXT_MAX, digits = 0;
	do {
		if (digits && digits % 3 == 0 && sign.len == 1)
			out[--at] = sign.ptr[0];
		out[--at] = (char)('0' + rest % 10);
		rest /= 10;
		digits++;
	} while (rest);
	if (number < 0)
		out[--at] = '-';
	return (struct text){out + at, NUMBER_TEXT_MAX - at};
}

static const struct texts_arg *find_arg(const struct writer *w, struct text name)
{
	for (size_t i = 0; i < w->count; i++)
		if (text_is(name, w->args[i].name))
			return &w->args[i];
	return NULL;
}

static void write_arg(const struct writer *w, const struct texts_part *p)
{
	const struct texts_arg *arg = find_arg(w, p->text);
	char digits[NUMBER_TEXT_MAX];
	if (!arg) {
		w->write(w->self, TEXT("{"));
		w->write(w->self, p->text);
		w->write(w->self, TEXT("}"));
	} else if (arg->is_number) {
		w->write(w->self, put_integer(w->texts, w->language, arg->number, digits));
	} else {
		w->write(w->self, arg->value);
	}
}

static const struct texts_branch *choose(const struct writer *w, const struct texts_part *p)
{
	const struct texts_arg *arg = find_arg(w, p->text);
	const struct texts_branch *best = NULL;
	int64_t number = arg && arg->is_number ? arg->number : 0;
	for (size_t i = 0; i < p->branch_count; i++) {
		const struct texts_branch *b = &p->branches[i];
		if (b->kind == TEXTS_EXACT && b->number == number)
			return b;
		if (b->kind == TEXTS_ONE && number == 1)
			best = b;
		if (b->kind == TEXTS_OTHER && !best)
			best = b;
	}
	return best;
}

static void write_parts(const struct writer *w, const struct texts_parts *parts)
{
	for (size_t i = 0; i < parts->count; i++) {
		const struct texts_part *p = &parts->items[i];
		if (p->kind == TEXTS_LITERAL)
			w->write(w->self, p->text);
		else if (p->kind == TEXTS_PLURAL)
			write_parts(w, &choose(w, p)->parts);
		else
			write_arg(w, p);
	}
}

static const struct texts_value *value_of(const struct texts *t, int language, int key)
{
	const struct texts_value *v = &t->languages[language].values[key];
	return v->present ? v : &t->languages[TEXTS_GERMAN].values[key];
}

struct text texts_get_text(const struct texts *t, int language, struct text key)
{
	int k = texts_key(t, key);
	if (k == TEXTS_NO_KEY)
		return TEXT_NONE;
	const struct texts_value *v = value_of(t, language, k);
	if (v->parts.count == 1 && v->parts.items[0].kind == TEXTS_LITERAL)
		return v->parts.items[0].text;
	return v->raw;
}

struct text texts_get(const struct texts *t, int language, const char *key)
{
	return texts_get_text(t, language, text_from(key));
}

void texts_write(const struct texts *t, int language, int key, const struct texts_arg *args,
        size_t count, void (*write)(void *self, struct text part), void *self)
{
	check(key >= 0 && (size_t)key < t->key_count);
	check(language >= 0 && language < t->language_count);
	struct writer w = {t, language, args, count, write, self};
	write_parts(&w, &value_of(t, language, key)->parts);
}

static void write_buf(void *self, struct text part)
{
	buf_add(self, part);
}

struct text texts_format(struct arena *a, const struct texts *t, int language, struct text key,
        const struct texts_arg *args, size_t count)
{
	int k = texts_key(t, key);
	if (k == TEXTS_NO_KEY)
		return TEXT_NONE;
	struct buf b;
	buf_init(&b, TEXTS_FILE_MAX);
	texts_write(t, language, k, args, count, write_buf, &b);
	struct text out = buf_copy(&b, a);
	buf_free(&b);
	return out;
}

/* Days, times, numbers -------------------------------------------------------------------- */

static struct text numbered(
        struct arena *a, const struct texts *t, int language, const char *what, int number)
{
	return texts_get_text(t, language, text_format(a, "%s.%d", what, number));
}

static struct text date_form(
        struct arena *a, const struct texts *t, int language, struct date d, const char *form)
{
	int weekday = (int)date_weekday(d);
	struct texts_arg args[] = {
	        TEXTS_ARG("weekday", numbered(a, t, language, "date.weekday", weekday)),
	        TEXTS_ARG("wd", numbered(a, t, language, "date.wd", weekday)),
	        TEXTS_ARG("month", numbered(a, t, language, "date.month", d.month)),
	        TEXTS_ARG("d", text_format(a, "%d", d.day)),
	        TEXTS_ARG("dd", text_format(a, "%02d", d.day)),
	        TEXTS_ARG("mm", text_format(a, "%02d", d.month)),
	        TEXTS_ARG("year", text_format(a, "%d", (int)d.year)),
	};
	return texts_format(a, t, language, text_from(form), args, sizeof args / sizeof *args);
}

struct text texts_date_long(struct arena *a, const struct texts *t, int language, struct date d)
{
	return date_form(a, t, language, d, "date.long");
}

struct text texts_date_middle(struct arena *a, const struct texts *t, int language, struct date d)
{
	return date_form(a, t, language, d, "date.middle");
}

struct text texts_date_short(struct arena *a, const struct texts *t, int language, struct date d)
{
	return date_form(a, t, language, d, "date.short");
}

struct text texts_date_day(struct arena *a, const struct texts *t, int language, struct date d)
{
	return date_form(a, t, language, d, "date.day");
}

struct text texts_time(struct arena *a, const struct texts *t, int language, int32_t second_of_day)
{
	struct texts_arg args[] = {
	        TEXTS_ARG("hh", text_format(a, "%02d", (int)(second_of_day / 3600))),
	        TEXTS_ARG("mm", text_format(a, "%02d", (int)(second_of_day / 60 % 60))),
	};
	return texts_format(a, t, language, TEXT("time.minute"), args, 2);
}

struct text texts_integer(struct arena *a, const struct texts *t, int language, int64_t number)
{
	char digits[NUMBER_TEXT_MAX];
	return text_copy(a, put_integer(t, language, number, digits));
}

struct text texts_decimal(struct arena *a, const struct texts *t, int language, struct dec number)
{
	struct text plain = dec_text_kept(a, number);
	struct text group = texts_get(t, language, "number.group");
	struct text comma = texts_get(t, language, "number.decimal");
	size_t point = text_find(plain, TEXT("."), 0);
	size_t whole = point == SIZE_MAX ? plain.len : point;
	struct buf b;
	buf_init(&b, 4 * DEC_TEXT_MAX);
	for (size_t i = 0; i < whole; i++) {
		size_t left = whole - i;
		if (i && left % 3 == 0 && plain.ptr[i - 1] != '-')
			buf_add(&b, group);
		buf_add_byte(&b, plain.ptr[i]);
	}
	if (whole < plain.len) {
		buf_add(&b, comma);
		buf_add(&b, text_part(plain, whole + 1, plain.len));
	}
	struct text out = buf_copy(&b, a);
	buf_free(&b);
	return out;
}

struct text texts_money(struct arena *a, const struct texts *t, int language, struct dec amount)
{
	struct dec cents = dec_quantize(amount, 2, DEC_HALF_UP);
	struct texts_arg arg = TEXTS_ARG("amount", texts_decimal(a, t, language, cents));
	return texts_format(a, t, language, TEXT("number.euro"), &arg, 1);
}
