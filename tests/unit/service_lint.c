/* Broken packages as data: tests/cases/service/broken/<name>.json says what is changed in the good
 * package of tests/cases/service/base and which findings come of it. */
#include "service_test.h"

#include "base/buf.h"

static struct text line_of(struct arena *a, const struct service_finding *f)
{
	return text_format(a, "%s %.*s/%.*s:%d %.*s %.*s", service_severity_name(f->severity),
	        TEXT_ARG(f->package), TEXT_ARG(f->file), f->line,
	        TEXT_ARG(f->place.len ? f->place : TEXT("-")), TEXT_ARG(f->code));
}

static bool in_list(const struct json *list, struct text t)
{
	for (size_t i = 0; list && i < list->count; i++)
		if (text_eq(list->items[i].text, t))
			return true;
	return false;
}

/* Differences between what was found and what was expected, one a line. */
static struct text differences(
        struct arena *a, const struct service_findings *f, const struct json *expect)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	struct json got = json_new_array();
	for (size_t i = 0; i < f->count; i++) {
		struct text line = line_of(a, &f->items[i]);
		if (f->items[i].severity == SERVICE_NOTE)
			continue;
		json_append(a, &got, json_from_text(line));
		if (!in_list(expect, line))
			buf_add_format(&b, "  not expected: %.*s\n", TEXT_ARG(line));
	}
	for (size_t i = 0; i < expect->count; i++)
		if (!in_list(&got, expect->items[i].text))
			buf_add_format(&b, "  not found: %.*s\n", TEXT_ARG(expect->items[i].text));
	struct text out = buf_copy(&b, a);
	buf_free(&b);
	return out;
}

static struct text check_case(struct arena *a, const struct json *j)
{
	struct errinfo e = {0};
	struct service_findings f;
	size_t checked;
	char *dir = test_world(a, j);
	struct service_check_options options = {
	        .authorities = text_format(a, "%s/authorities", dir).ptr};
	service_findings_init(&f, a);
	if (service_check(a, text_format(a, "%s/services", dir).ptr, &options, &f, &checked, &e) !=
	        OK)
		return text_format(a, "  %s: %s\n", e.where, e.message);
	test_remove(dir);
	return differences(a, &f, json_get(j, "expect"));
}

static void lint__broken_packages__give_the_expected_findings(void **state)
{
	(void)state;
	struct text *names;
	size_t count, bad = 0;
	struct arena *list = arena_new(0);
	assert_ok(folder_list(list, TEST_CASES "/broken", false, &names, &count, &e));
	assert_true(count > 30);
	for (size_t i = 0; i < count; i++) {
		struct arena *a = arena_new(0);
		struct text path = text_format(a, TEST_CASES "/broken/%.*s", TEXT_ARG(names[i]));
		struct text wrong = check_case(a, test_json(a, path.ptr));
		if (wrong.len) {
			bad++;
			print_error("%.*s\n%.*s", TEXT_ARG(names[i]), TEXT_ARG(wrong));
		}
		arena_free(a);
	}
	arena_free(list);
	assert_int_equal(bad, 0);
}

static void lint__good_package__has_no_findings(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct json nothing = json_new_object();
	json_set(a, &nothing, TEXT("expect"), json_new_array());
	assert_text(check_case(a, &nothing), "");
	arena_free(a);
}

/* Every code has words in both languages, and no words are without a code. */
static void findings__codes__have_words_in_both_languages(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	const struct json *german = test_json(a, "ui/texts/service.de.json");
	const struct json *english = test_json(a, "ui/texts/service.en.json");
	assert_int_equal(german->count, english->count);
	for (size_t i = 0; i < german->count; i++)
		assert_non_null(json_get_text(english, german->members[i].name));
	struct text *names;
	size_t count, seen = 0;
	assert_ok(folder_list(a, TEST_CASES "/broken", false, &names, &count, &e));
	for (size_t i = 0; i < count; i++) {
		struct text path = text_format(a, TEST_CASES "/broken/%.*s", TEXT_ARG(names[i]));
		const struct json *expect = json_get(test_json(a, path.ptr), "expect");
		for (size_t k = 0; k < expect->count; k++) {
			struct text rest = expect->items[k].text, word, code = TEXT_NONE;
			while (text_split(&rest, ' ', &word))
				code = word;
			if (text_find(code, TEXT("."), 0) != SIZE_MAX)
				continue; /* of another room */
			struct text key = text_format(a, "service.finding.%.*s", TEXT_ARG(code));
			if (!json_get_text(german, key))
				fail_msg("no words for %.*s", TEXT_ARG(key));
			seen++;
		}
	}
	assert_true(seen > 60);
	arena_free(a);
}

static void json_line__path_into_nested_values__is_found(void **state)
{
	(void)state;
	struct text t = TEXT("{\n \"a\": [1, {\"b\\\"\": \"x,]\"},\n  {\"c\": {\n\"d\": 2}}],\n"
	                     " \"e\": true }");
	struct path a = {.name = TEXT("a")}, item = {.up = &a, .index = 2};
	struct path c = {.up = &item, .name = TEXT("c")}, d = {.up = &c, .name = TEXT("d")};
	struct path e = {.name = TEXT("e")}, none = {.up = &c, .name = TEXT("zz")};
	struct arena *arena = arena_new(0);
	assert_int_equal(path_line(t, NULL), 1);
	assert_int_equal(path_line(t, &a), 2);
	assert_int_equal(path_line(t, &item), 3);
	assert_int_equal(path_line(t, &d), 4);
	assert_int_equal(path_line(t, &e), 5);
	assert_int_equal(path_line(t, &none), 4);
	assert_text(path_text(arena, &d), "a[3].c.d");
	arena_free(arena);
}

static void edits__distance__counts_swaps_as_one(void **state)
{
	(void)state;
	assert_int_equal(edit_distance(TEXT("status"), TEXT("statsu"), 3), 1);
	assert_int_equal(edit_distance(TEXT("status"), TEXT("status"), 3), 0);
	assert_int_equal(edit_distance(TEXT("role"), TEXT("roles"), 3), 1);
	assert_int_equal(edit_distance(TEXT("abcdef"), TEXT("uvwxyz"), 3), 4);
	assert_int_equal(edit_distance(TEXT(""), TEXT("ab"), 3), 2);
}

/* docs/schema is the same vocabulary for other programs: every shape of ours is compared with the
 * schema beside it, key by key. */
struct agree {
	struct arena *a;
	const struct json *root;
	size_t compared;
};

static void agree_value(
        struct agree *g, const struct shape *s, const struct json *j, struct text at);

static bool listed(const struct json *list, const char *word)
{
	for (size_t i = 0; list && i < list->count; i++)
		if (text_is(list->items[i].text, word))
			return true;
	return false;
}

static void agree_keys(struct agree *g, const struct shape *s, const struct json *j, struct text at)
{
	const struct json *properties = json_get(j, "properties");
	const struct json *required = json_get(j, "required");
	size_t count = 0;
	for (const struct shape_key *k = s->keys; k->name; k++, count++) {
		struct text below = text_format(g->a, "%.*s.%s", TEXT_ARG(at), k->name);
		const struct json *other = json_get(properties, k->name);
		if (!other || listed(required, k->name) != k->required)
			fail_msg("%s: the schema %s", below.ptr,
			        other ? "disagrees on required" : "does not know it");
		agree_value(g, k->shape, other, below);
		g->compared++;
	}
	if (properties->count != count)
		fail_msg("%.*s: %zu keys, the schema has %zu", TEXT_ARG(at), count,
		        properties->count);
	assert_false(json_bool(j, "additionalProperties", true));
}

static void agree_words(const struct shape *s, const struct json *j, struct text at)
{
	struct text rest = text_from(s->words ? s->words : ""), word;
	const struct json *list = json_get(j, "enum");
	size_t count = 0;
	for (; text_split(&rest, ' ', &word); count++) {
		bool known = false;
		for (size_t i = 0; list && i < list->count; i++)
			known = known || text_eq(list->items[i].text, word);
		if (!known)
			fail_msg("%.*s: the schema lacks %.*s", TEXT_ARG(at), TEXT_ARG(word));
	}
	if (list && list->count != count)
		fail_msg("%.*s: the schema has other words", TEXT_ARG(at));
}

static void agree_value(
        struct agree *g, const struct shape *s, const struct json *j, struct text at)
{
	struct text ref = json_text(j, "$ref");
	if (ref.len) /* "#/$defs/expect" */
		j = json_get_text(json_get(g->root, "$defs"), text_part(ref, 8, ref.len));
	if (json_get(j, "oneOf"))
		return;
	if (s->kind == SHAPE_KEYS)
		agree_keys(g, s, j, at);
	else if (s->kind == SHAPE_TEXT)
		agree_words(s, j, at);
	else if (s->kind == SHAPE_LIST && s->item->kind != SHAPE_ANY)
		agree_value(g, s->item, json_get(j, "items"), at);
	else if (s->kind == SHAPE_MAP && s->item->kind != SHAPE_ANY)
		agree_value(g, s->item, json_get(j, "additionalProperties"), at);
}

static void schema__documents__say_the_same_as_the_program(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		const struct shape *shape;
	} rows[] = {
	        {"service", &shape_service},
	        {"overlay", &shape_overlay},
	        {"authority", &shape_authority},
	        {"routing", &shape_routing},
	        {"test", &shape_test},
	};
	struct arena *a = arena_new(0);
	struct agree g = {.a = a};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		g.root = test_json(
		        a, text_format(a, "docs/schema/%s.schema.json", rows[i].name).ptr);
		agree_value(&g, rows[i].shape, g.root, text_from(rows[i].name));
	}
	assert_true(g.compared > 100);
	arena_free(a);
}

static void check__model_files__are_looked_at_alone(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct errinfo why = {0};
	struct service_findings f;
	size_t checked;
	service_findings_init(&f, a);
	const char *hund = TEST_CASES "/base/services/hund/";
	assert_ok(service_check(
	        a, text_format(a, "%sprocess.bpmn", hund).ptr, NULL, &f, &checked, &e));
	assert_int_equal(checked, 1);
	assert_ok(service_check(
	        a, text_format(a, "%sdecisions.dmn", hund).ptr, NULL, &f, &checked, &e));
	assert_ok(service_check(a, text_format(a, "%s/", hund).ptr, NULL, &f, &checked, &e));
	assert_int_equal(f.errors + f.warnings, 0);
	assert_int_equal(service_check(a, "nowhere", NULL, &f, &checked, &why), ERR_NOT_FOUND);
	assert_int_equal(service_check(a, "Makefile", NULL, &f, &checked, &why), ERR_INVALID);
	assert_int_equal(
	        service_check(a, TEST_CASES "/broken", NULL, &f, &checked, &why), ERR_INVALID);
	char *dir = test_world(a, NULL);
	test_write(dir, TEXT("bad.dmn"), TEXT("<definitions"));
	assert_ok(service_check(a, text_format(a, "%s/bad.dmn", dir).ptr, NULL, &f, &checked, &e));
	assert_int_equal(f.errors, 1);
	test_remove(dir);
	arena_free(a);
}

/* The catalogue itself: nothing may be wrong in what is delivered. */
static void check__catalogue__has_no_findings(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct service_findings f;
	size_t checked;
	struct service_check_options options = {.authorities = "authorities"};
	service_findings_init(&f, a);
	assert_ok(service_check(a, "services", &options, &f, &checked, &e));
	for (size_t i = 0; i < f.count; i++)
		if (f.items[i].severity != SERVICE_NOTE)
			print_error("%s\n", line_of(a, &f.items[i]).ptr);
	assert_int_equal(f.errors + f.warnings, 0);
	assert_true(checked >= 2);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(lint__good_package__has_no_findings),
	        cmocka_unit_test(lint__broken_packages__give_the_expected_findings),
	        cmocka_unit_test(findings__codes__have_words_in_both_languages),
	        cmocka_unit_test(json_line__path_into_nested_values__is_found),
	        cmocka_unit_test(edits__distance__counts_swaps_as_one),
	        cmocka_unit_test(schema__documents__say_the_same_as_the_program),
	        cmocka_unit_test(check__model_files__are_looked_at_alone),
	        cmocka_unit_test(check__catalogue__has_no_findings),
	};
	xml_start();
	int result = cmocka_run_group_tests(tests, NULL, NULL);
	xml_stop();
	return result;
}
