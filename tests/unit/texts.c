/* Texts per language: placeholders, plural, fallback, the report, days and numbers. */
#include "unit.h"

#include "format/texts.h"

#include <string.h>
#include <unistd.h>

static struct texts *load(struct arena *a, const char *german, const char *english)
{
	struct errinfo e = {0};
	struct texts *t = texts_new(a);
	if (texts_add(t, "de", text_from(german), "de.json", &e) != OK)
		fail_msg("%s", e.message);
	if (english && texts_add(t, "en", text_from(english), "en.json", &e) != OK)
		fail_msg("%s", e.message);
	return t;
}

static void is(struct text got, const char *want)
{
	if (!text_is(got, want))
		fail_msg("got '%.*s', not '%s'", TEXT_ARG(got), want);
}

static void format__placeholders__filled_or_left_visible(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct texts *t = load(a, "{\"k\": \"Guten Tag, {name}. '{'{n}'}' It''s {n}\"}", NULL);
	struct texts_arg args[] = {TEXTS_ARG("name", TEXT("Erika")), TEXTS_NUMBER("n", 3)};
	is(texts_format(a, t, 0, TEXT("k"), args, 2), "Guten Tag, Erika. {3} It's 3");
	is(texts_format(a, t, 0, TEXT("k"), args, 1), "Guten Tag, Erika. {{n}} It's {n}");
	is(texts_format(a, t, 0, TEXT("none"), args, 1), "");
	arena_free(a);
}

static void format__plural__exact_then_one_then_other(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct texts *t = load(a,
	        "{\"k\": \"{n, plural, =0 {nichts} one {# Tag für {who}} other {# Tage für {who}}} "
	        "da\"}",
	        NULL);
	static const struct {
		int64_t n;
		const char *want;
	} cases[] = {{0, "nichts da"}, {1, "1 Tag für uns da"}, {2, "2 Tage für uns da"},
	        {-1, "-1 Tage für uns da"}};
	for (size_t i = 0; i < 4; i++) {
		struct texts_arg args[] = {
		        TEXTS_NUMBER("n", cases[i].n), TEXTS_ARG("who", TEXT("uns"))};
		is(texts_format(a, t, 0, TEXT("k"), args, 2), cases[i].want);
	}
	assert_true(texts_uses(t, texts_key(t, TEXT("k")), TEXT("who")));
	assert_true(texts_uses(t, texts_key(t, TEXT("k")), TEXT("n")));
	arena_free(a);
}

static void language__missing_text__falls_back_to_german(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct texts *t = load(a, "{\"a\": \"eins\", \"b\": \"zwei\"}", "{\"a\": \"one\"}");
	is(texts_get(t, 1, "a"), "one");
	is(texts_get(t, 1, "b"), "zwei");
	assert_false(texts_has(t, 1, texts_key(t, TEXT("b"))));
	assert_int_equal(texts_language(t, TEXT("en-GB")), 1);
	assert_int_equal(texts_language(t, TEXT("de-leicht")), 0);
	assert_int_equal(texts_language(t, TEXT("fr")), -1);
	arena_free(a);
}

static void report__differences__named_and_sorted(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct texts *t = load(a, "{\"b\": \"{x}\", \"a\": \"eins\", \"c\": \"gut\"}",
	        "{\"z\": \"more\", \"b\": \"{y}\", \"c\": \"good\"}");
	struct texts_finding *f;
	assert_int_equal(texts_report(t, a, &f), 3);
	is(f[0].key, "a");
	assert_int_equal(f[0].fault, TEXTS_MISSING);
	is(f[1].key, "b");
	assert_int_equal(f[1].fault, TEXTS_PLACEHOLDER);
	is(f[2].key, "z");
	assert_int_equal(f[2].fault, TEXTS_SUPERFLUOUS);
	arena_free(a);
}

static void refused(const char *json, int line, const char *why)
{
	struct arena *a = arena_new(0);
	struct errinfo e = {0};
	enum err code = texts_add(texts_new(a), "de", text_from(json), "de.json", &e);
	if (code == OK)
		fail_msg("accepted: %s", json);
	if (!strstr(e.message, why))
		fail_msg("%s: said '%s', not '%s'", json, e.message, why);
	if (line)
		assert_int_equal(e.line, line);
	arena_free(a);
}

static void parse__broken_texts__refused_with_key_and_line(void **state)
{
	(void)state;
	refused("{\n\"a\": \"x\",\n\"b\": \"{x\"}", 3, "text 'b'");
	refused("{\"a\": \"x}\"}", 1, "no opening");
	refused("{\"a\": \"{}\"}", 1, "no name");
	refused("{\"a\": \"{n, plural, one {x}}\"}", 1, "no branch 'other'");
	refused("{\"a\": \"{n, plural, few {x} other {y}}\"}", 1, "=N, one and other");
	refused("{\"a\": \"{n, plural, other {{m, plural, other {x}}}}\"}", 1, "inside a plural");
	refused("{\"a\": \"{n, plural, other x}\"}", 1, "wants a brace");
	refused("{\"a\": \"{n, plural, other {x\"}", 1, "not closed");
	refused("{\"a\": \"{n, select, other {x}}\"}", 1, "plural");
	refused("{\"a\": 1}", 1, "no text");
	refused("[]", 0, "object");
	refused("{\"a\": \"x\", \"a\": \"y\"}", 0, "a");
}

static void add__languages__german_first_and_once(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct texts *t = texts_new(a);
	assert_int_equal(texts_add(t, "en", TEXT("{}"), "en", NULL), ERR_INVALID);
	assert_int_equal(texts_add(t, "de", TEXT("{}"), "de", NULL), OK);
	assert_int_equal(texts_add(t, "de", TEXT("{}"), "de", NULL), ERR_INVALID);
	arena_free(a);
}

static void load__interface_texts__days_and_numbers_as_people_write_them(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct errinfo e = {0};
	struct texts *t;
	struct date d = {2026, 12, 7};
	struct dec amount, third;
	if (texts_load(a, "ui/texts", &t, &e) != OK)
		fail_msg("%s: %s", e.where, e.message);
	int en = texts_language(t, TEXT("en"));
	is(texts_date_long(a, t, 0, d), "Montag, 7. Dezember 2026");
	is(texts_date_middle(a, t, 0, d), "7. Dezember 2026");
	is(texts_date_short(a, t, 0, d), "Mo 07.12.2026");
	is(texts_date_day(a, t, 0, d), "07.12.");
	is(texts_date_long(a, t, en, d), "Monday, 7 December 2026");
	is(texts_time(a, t, 0, 14 * 3600 + 51 * 60), "14:51 Uhr");
	assert_true(dec_parse(TEXT("812"), &amount));
	assert_true(dec_parse(TEXT("-1234567.125"), &third));
	is(texts_money(a, t, 0, amount), "812,00 Euro");
	is(texts_money(a, t, en, third), "-1,234,567.13 euros");
	is(texts_decimal(a, t, 0, third), "-1.234.567,125");
	is(texts_integer(a, t, 0, 12400), "12.400");
	is(texts_integer(a, t, en, -999), "-999");
	arena_free(a);
}

static void load__interface_texts__languages_agree(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct errinfo e = {0};
	struct texts *t;
	struct texts_finding *f;
	assert_int_equal(texts_load(a, "ui/texts", &t, &e), OK);
	size_t count = texts_report(t, a, &f);
	for (size_t i = 0; i < count; i++)
		if (text_is(texts_tag(t, f[i].language), "en"))
			fail_msg("en: %.*s (%d)", TEXT_ARG(f[i].key), f[i].fault);
	arena_free(a);
}

static void put_file(struct arena *a, const char *dir, const char *name, const char *content)
{
	FILE *f = fopen(text_format(a, "%s/%s", dir, name).ptr, "w");
	assert_non_null(f);
	fputs(content, f);
	assert_int_equal(fclose(f), 0);
}

static void load__parts_of_a_language__are_one_set_without_double_keys(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct errinfo e = {0};
	struct texts *t;
	char dir[] = "/tmp/amtsweg-texts-XXXXXX";
	assert_non_null(mkdtemp(dir));
	put_file(a, dir, "de.json", "{\"a\": \"eins\"}");
	put_file(a, dir, "form.de.json", "{\"b\": \"zwei\"}");
	put_file(a, dir, "form.en.json", "{\n\"b\": \"two\"}");
	assert_int_equal(texts_load(a, dir, &t, &e), OK);
	assert_int_equal(texts_languages(t), 2);
	is(texts_get(t, 0, "b"), "zwei");
	is(texts_get(t, texts_language(t, TEXT("en")), "b"), "two");
	is(texts_get(t, texts_language(t, TEXT("en")), "a"), "eins");
	put_file(a, dir, "en.json", "{\n\n\"b\": \"too\"}");
	assert_int_equal(texts_load(a, dir, &t, &e), ERR_INVALID);
	assert_int_equal(e.line, 2); /* form.en.json comes after en.json */
	assert_non_null(strstr(e.where, "form.en.json"));
	put_file(a, dir, "law.de.json", "{\"a\": \"noch eins\"}");
	assert_int_equal(texts_load(a, dir, &t, &e), ERR_INVALID);
	assert_non_null(strstr(e.where, "law.de.json"));
	const char *const files[] = {
	        "de.json", "en.json", "form.de.json", "form.en.json", "law.de.json"};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		unlink(text_format(a, "%s/%s", dir, files[i]).ptr);
	rmdir(dir);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(format__placeholders__filled_or_left_visible),
	        cmocka_unit_test(format__plural__exact_then_one_then_other),
	        cmocka_unit_test(language__missing_text__falls_back_to_german),
	        cmocka_unit_test(report__differences__named_and_sorted),
	        cmocka_unit_test(parse__broken_texts__refused_with_key_and_line),
	        cmocka_unit_test(add__languages__german_first_and_once),
	        cmocka_unit_test(load__interface_texts__days_and_numbers_as_people_write_them),
	        cmocka_unit_test(load__interface_texts__languages_agree),
	        cmocka_unit_test(load__parts_of_a_language__are_one_set_without_double_keys),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
