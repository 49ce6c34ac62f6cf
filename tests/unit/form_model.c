/* Typed text to answers, and what is refused when a form is compiled. */
#include "form_help.h"

#include "form/form_int.h"

static struct arena *arena;

static enum form_type type_of(struct text name)
{
	for (int t = FORM_TEXT; t <= FORM_LABEL; t++)
		if (text_is(name, form_type_name((enum form_type)t)))
			return (enum form_type)t;
	fail_msg("no type %.*s", TEXT_ARG(name));
	return FORM_TEXT;
}

static void typed__of_the_table__becomes_its_canonical_text(void **state)
{
	(void)state;
	const struct json *doc;
	assert_ok(json_parse(
	        arena, help_file(arena, "tests/cases/form/typed.json"), "typed.json", &doc, &e));
	assert_true(doc->count > 50);
	for (size_t i = 0; i < doc->count; i++) {
		const struct json *row = &doc->items[i];
		struct form_field f = {.type = type_of(json_text(row, "type")),
		        .lines = (int)json_int(row, "lines", 0)};
		struct text language = json_text(row, "language"), is;
		struct text typed = json_text(row, "typed");
		bool empty = false;
		const char *bad = form_take(
		        arena, &f, typed, language.len ? language : TEXT("de"), &is, &empty);
		bool same = text_is(json_text(row, "bad"), bad ? bad : "") &&
		            empty == json_bool(row, "empty", false) &&
		            (bad || empty || text_eq(is, json_text(row, "is")));
		if (!same)
			fail_msg("'%.*s' gave '%.*s' %s", TEXT_ARG(typed), TEXT_ARG(is),
			        bad ? bad : "");
		struct feel_value v;
		if (!bad && !empty)
			assert_true(form_typed(arena, &f, is, &v));
	}
}

static void iban__of_the_table__is_right_or_wrong(void **state)
{
	(void)state;
	static const char *const good[] = {"DE02120300000000202051", "DE02 1203 0000 0000 2020 51",
	        "de89370400440532013000", "AT611904300234573201", "GB82WEST12345698765432",
	        "FR1420041010050500013M02606", "MT84MALT011000012345MTLCAST001S"};
	static const char *const wrong[] = {"", "DE", "DE02120300000000202052",
	        "DE0212030000000020205", "DE0212030000000020205100", "D102120300000000202051",
	        "DE02-1203-0000-0000-2020-51", "GB82WEST1234569876543\xC3\xBC",
	        "AT6119043002345732010000000000000000000000"};
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		assert_true(form_iban_ok(text_from(good[i])));
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_false(form_iban_ok(text_from(wrong[i])));
}

static void iban__with_any_digit_changed__is_wrong(void **state)
{
	(void)state;
	char iban[] = "DE02120300000000202051";
	for (size_t i = 2; iban[i]; i++) {
		char kept = iban[i];
		for (char c = '0'; c <= '9'; c++) {
			iban[i] = c;
			assert_int_equal(form_iban_ok(text_from(iban)), c == kept);
		}
		iban[i] = kept;
	}
}

static void latin__letters_of_din_91379__are_taken_others_not(void **state)
{
	(void)state;
	static const char *const good[] = {"Łukasz Żółć", "Chrósćicy", "Đặng Thị Hồng", "Şükrü Ğ",
	        "O’Neill-Müller", "Straße ẞ", "Ņikolajs Č̣", "Þórður Æsir", "m² 1/2, (a) & b"};
	static const char *const wrong[] = {"Иван", "Ελένη", "山田", "محمد", "😀",
	        "\xCC\x81"
	        "a",
	        "a\nb"};
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		if (!form_latin_ok(text_nfc(arena, text_from(good[i])), false))
			fail_msg("%s is Latin", good[i]);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		if (form_latin_ok(text_from(wrong[i]), false))
			fail_msg("%s is not Latin", wrong[i]);
	assert_true(form_latin_ok(TEXT("a\nb"), true));
}

/* A row names one field, several, or a page; the rest of the form is the same. */
static struct json form_of(const struct json *row)
{
	struct json form = json_new_object(), pages = json_new_array(), page = json_new_object();
	struct json sections = json_new_array(), fields = json_new_array();
	const struct json *field = json_get(row, "field"), *list = json_get(row, "fields");
	json_append(arena, &sections, json_from_text(TEXT("one")));
	if (field)
		json_append(arena, &fields, json_clone(arena, field));
	for (size_t i = 0; list && i < list->count; i++)
		json_append(arena, &fields, json_clone(arena, &list->items[i]));
	json_set(arena, &page, TEXT("id"), json_from_text(TEXT("p")));
	json_set(arena, &page, TEXT("fields"), fields);
	if (json_get(row, "page"))
		page = json_clone(arena, json_get(row, "page"));
	json_append(arena, &pages, page);
	json_set(arena, &form, TEXT("format"), json_from_int(arena, 1));
	json_set(arena, &form, TEXT("sections"), sections);
	json_set(arena, &form, TEXT("pages"), pages);
	return form;
}

static void form__with_a_fault__is_refused_with_its_place(void **state)
{
	(void)state;
	const struct json *doc;
	assert_ok(json_parse(arena, help_file(arena, "tests/cases/form/problems.json"),
	        "problems.json", &doc, &e));
	assert_true(doc->count >= 40);
	static const struct form_code pets[] = {{{"dog", 3}, {"dog", 3}}};
	static const struct form_code_list codes[] = {{{"pets", 4}, {"1", 1}, pets, 1}};
	static const struct form_part parts[] = {
	        {{"short", 5}, {"{\"type\":\"text\",\"max\":20}", 24}}};
	const struct feel_field slots[] = {{TEXT("rate"), feel_type_of_kind(FEEL_TYPE_NUMBER)}};
	for (size_t i = 0; i < doc->count; i++) {
		const struct json *row = &doc->items[i];
		struct json form = form_of(row);
		struct form_source s = {.json = help_json(arena, &form),
		        .parts = parts,
		        .part_count = 1,
		        .codes = codes,
		        .code_count = 1,
		        .slots = slots,
		        .slot_count = 1};
		struct form_problems problems = {0};
		struct errinfo e = {0};
		const struct form *f;
		assert_int_equal(form_compile(arena, &s, &f, &problems, &e), ERR_INVALID);
		bool found = false;
		for (size_t k = 0; k < problems.count; k++) {
			struct text got = text_format(arena, "%s %.*s", problems.items[k].code,
			        TEXT_ARG(problems.items[k].where));
			found |= text_eq(got, json_text(row, "want"));
		}
		for (size_t k = 0; k < problems.count && !found; k++)
			print_error("got %s %.*s: %.*s\n", problems.items[k].code,
			        TEXT_ARG(problems.items[k].where),
			        TEXT_ARG(problems.items[k].message));
		if (!found)
			fail_msg("%.*s: wanted %.*s", TEXT_ARG(json_text(row, "name")),
			        TEXT_ARG(json_text(row, "want")));
	}
}

static void form__with_many_faults__reports_all_of_them(void **state)
{
	(void)state;
	struct form_source s = {.json = TEXT("{\"format\":1,\"pages\":[{\"id\":\"p\",\"fields\":["
	                                     "{\"id\":\"a\",\"type\":\"text\",\"show\":\"x = 1\"},"
	                                     "{\"id\":\"b\",\"type\":\"text\",\"need\":\"y = 1\"},"
	                                     "{\"id\":\"c\",\"type\":\"date\",\"max\":\"z\"}]}]}")};
	struct form_problems problems = {0};
	const struct form *f;
	struct errinfo e = {0};
	assert_int_equal(form_compile(arena, &s, &f, &problems, &e), ERR_INVALID);
	assert_int_equal(problems.count, 3);
	assert_string_equal(e.where, "form.json");
}

static void form__compiled__knows_paths_types_and_needs(void **state)
{
	(void)state;
	const struct json *doc;
	assert_ok(json_parse(
	        arena, help_file(arena, "tests/cases/form/dogs.json"), "dogs.json", &doc, &e));
	struct form_source s = help_source(arena, doc);
	const struct form *f;
	assert_ok(form_compile(arena, &s, &f, NULL, &e));
	const struct form_field *since = form_find(f, TEXT("dogs[2].since"));
	assert_non_null(since);
	assert_text(since->path, "dogs.since");
	assert_text(since->purpose, "levy");
	assert_text(form_find(f, TEXT("home.street"))->like_path, "address-de.street");
	assert_text(form_find(f, TEXT("home.street"))->fill[0], "account.address.street");
	assert_null(form_find(f, TEXT("dogs.nothing")));
	assert_int_equal(form_find_page(f, TEXT("office"))->who, FORM_STAFF);
	struct text type = feel_type_text(arena, f->type);
	assert_true(text_find(type, TEXT("taxed_from: date"), 0) != SIZE_MAX);
	assert_true(text_find(type, TEXT("double_rate"), 0) == SIZE_MAX);
	const struct form_need *needs;
	assert_int_equal(form_needs(arena, f, &needs), 1);
	assert_text(needs[0].field->path, "proof");
	assert_false(needs[0].always);
}

static int set_up(void **state)
{
	(void)state;
	arena = arena_new(0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(typed__of_the_table__becomes_its_canonical_text),
	        cmocka_unit_test(iban__of_the_table__is_right_or_wrong),
	        cmocka_unit_test(iban__with_any_digit_changed__is_wrong),
	        cmocka_unit_test(latin__letters_of_din_91379__are_taken_others_not),
	        cmocka_unit_test(form__with_a_fault__is_refused_with_its_place),
	        cmocka_unit_test(form__with_many_faults__reports_all_of_them),
	        cmocka_unit_test(form__compiled__knows_paths_types_and_needs),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
