/* Kinds of fields the dog tax form has not: lists, times, objects, trust, co-signer. */
#include "form_help.h"

static struct arena *arena;
static const struct form *form;
static struct form_world world;

static bool fill(void *self, struct arena *a, struct text source, struct text *out)
{
	(void)self;
	(void)a;
	*out = TEXT("mara@example.org");
	return text_is(source, "account.mail");
}

static int set_up(void **state)
{
	(void)state;
	const struct json *doc;
	struct errinfo e = {0};
	arena = arena_new(0);
	if (json_parse(
	            arena, help_file(arena, "tests/cases/form/kinds.json"), "kinds.json", &doc, &e))
		return 1;
	struct form_source s = help_source(arena, doc);
	if (form_compile(arena, &s, &form, NULL, &e)) {
		print_error("%s\n", e.message);
		return 1;
	}
	world = (struct form_world){.now = help_moment("2026-08-03T09:00:00+02:00"),
	        .language = TEXT("de"),
	        .trust = FORM_TRUST_ACCOUNT};
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static struct form_run *open_as(enum form_for who, struct text draft)
{
	struct form_run *r;
	struct form_options options = {.who = who};
	assert_ok(form_run_open(arena, form, &world, &options, draft, &r, &e));
	return r;
}

static struct form_outcome post(
        struct form_run *r, const char *address, const struct form_posted *posted, size_t count)
{
	struct form_outcome out;
	assert_ok(form_post(r, text_from(address), posted, count, &out, &e));
	return out;
}

#define POSTED(name_, value_) ((struct form_posted){TEXT(name_), TEXT(value_)})
#define POST(run, address, ...)                                                                    \
	post(run, address, (const struct form_posted[]){__VA_ARGS__},                              \
	        sizeof((const struct form_posted[]){__VA_ARGS__}) / sizeof(struct form_posted))

static void assert_found(struct form_outcome o, const char *want)
{
	struct text got = TEXT_NONE;
	for (size_t i = 0; i < o.count; i++)
		got = text_format(arena, "%.*s%s%.*s %s", TEXT_ARG(got), i ? ", " : "",
		        TEXT_ARG(o.findings[i].path), o.findings[i].code);
	assert_text(got, want);
}

static void assert_answer(struct form_run *r, const char *path, const char *feel)
{
	struct feel_value v = feel_context_path(form_values(r, arena), text_from(path));
	assert_text(feel_to_text(arena, v), feel);
}

static struct text draft_of(struct form_run *r)
{
	struct buf b;
	buf_init(&b, FORM_ANSWERS_MAX);
	assert_ok(form_draft_write(r, &b, &e));
	struct text t = buf_copy(&b, arena);
	buf_free(&b);
	return t;
}

static void lists__of_codes_and_texts__are_lists_in_rules(void **state)
{
	(void)state;
	struct form_run *r = open_as(FORM_APPLICANT, TEXT_NONE);
	struct form_outcome o = POST(r, "one", POSTED("pets", "dog"), POSTED("pets", "_other"),
	        POSTED("pets.other", "snake"), POSTED("notes", "ab"), POSTED("notes", " "),
	        POSTED("notes", "cd"));
	assert_found(o, "");
	assert_answer(r, "pets", "[\"dog\", \"snake\"]");
	assert_answer(r, "notes", "[\"ab\", \"cd\"]");
	r = open_as(FORM_APPLICANT, draft_of(r));
	assert_answer(r, "pets", "[\"dog\", \"snake\"]");
	o = POST(r, "one", POSTED("pets", "dog"), POSTED("pets", "cat"), POSTED("pets", "bird"),
	        POSTED("notes", "ab"));
	assert_found(o, "pets times, notes times_min");
	o = POST(r, "one", POSTED("notes", "ab"), POSTED("notes", "abcdef"));
	assert_found(o, "notes max");
	assert_answer(r, "pets", "[]");
}

static void day_and_time__of_one_moment__are_boxes(void **state)
{
	(void)state;
	struct form_run *r = open_as(FORM_APPLICANT, TEXT_NONE);
	struct form_posted base[] = {POSTED("notes", "a"), POSTED("notes", "b"),
	        POSTED("at.day", "5"), POSTED("at.month", "6"), POSTED("at.year", "2026"),
	        POSTED("at.time", "14.30 Uhr"), POSTED("when", "7:59")};
	struct form_outcome o = post(r, "one", base, 7);
	assert_found(o, "when min");
	assert_answer(r, "at", "@\"2026-06-05T14:30:00@Europe/Berlin\"");
	base[5].value = TEXT("25:00");
	base[6].value = TEXT("8:00");
	assert_found(post(r, "one", base, 7), "at form");
	base[2].value = base[3].value = base[4].value = TEXT("");
	base[5].value = TEXT("14:30");
	assert_found(post(r, "one", base, 7), "at day");
	base[5].value = TEXT("");
	assert_found(post(r, "one", base, 7), "");
	assert_answer(r, "at", "null");
}

static void limit__as_rule__follows_the_answers(void **state)
{
	(void)state;
	struct form_run *r = open_as(FORM_APPLICANT, TEXT_NONE);
	assert_found(
	        POST(r, "one", POSTED("notes", "a"), POSTED("notes", "b"), POSTED("age", "21")),
	        "age max");
	assert_found(POST(r, "one", POSTED("notes", "a"), POSTED("notes", "b"),
	                     POSTED("notes", "c"), POSTED("age", "21")),
	        "");
}

static void object__of_a_widget__or_plain_words(void **state)
{
	(void)state;
	struct form_run *r = open_as(FORM_APPLICANT, TEXT_NONE);
	(void)POST(r, "one", POSTED("area", "{\"x\": 1}"));
	assert_answer(r, "area", "{x: 1}");
	(void)POST(r, "one", POSTED("area", "hinter dem Haus"));
	assert_answer(r, "area.text", "\"hinter dem Haus\"");
	r = open_as(FORM_APPLICANT, draft_of(r));
	assert_answer(r, "area.text", "\"hinter dem Haus\"");
}

static void trust__too_low__takes_no_answer(void **state)
{
	(void)state;
	struct form_run *r = open_as(FORM_APPLICANT, TEXT_NONE);
	struct form_outcome o = POST(r, "two", POSTED("strong", "x"), POSTED("mail", "m"));
	assert_found(o, "strong trust");
	assert_answer(r, "strong", "null");
	world.trust = FORM_TRUST_SUBSTANTIAL;
	r = open_as(FORM_APPLICANT, draft_of(r));
	assert_found(POST(r, "two", POSTED("strong", "x"), POSTED("mail", "m"),
	                     POSTED("firm.title", "x"), POSTED("firm.town", "y")),
	        "");
	assert_answer(r, "strong", "\"x\"");
	world.trust = FORM_TRUST_ACCOUNT;
}

static void locked_fill__is_kept_whatever_is_posted(void **state)
{
	(void)state;
	world.fill = fill;
	struct form_run *r = open_as(FORM_APPLICANT, TEXT_NONE);
	(void)POST(r, "two", POSTED("mail", "evil@example.org"));
	assert_answer(r, "mail", "\"mara@example.org\"");
	world.fill = NULL;
	/* stored: a resumed draft without login cannot change it either */
	r = open_as(FORM_APPLICANT, draft_of(r));
	(void)POST(r, "two", POSTED("mail", "evil@example.org"));
	assert_answer(r, "mail", "\"mara@example.org\"");
	/* nothing was filled in: the person answers */
	r = open_as(FORM_APPLICANT, TEXT_NONE);
	(void)POST(r, "two", POSTED("mail", "own@example.org"));
	assert_answer(r, "mail", "\"own@example.org\"");
}

static void optional_fieldset__left_empty__asks_for_nothing(void **state)
{
	(void)state;
	struct form_run *r = open_as(FORM_APPLICANT, TEXT_NONE);
	struct form_outcome o = POST(r, "two", POSTED("mail", "m"), POSTED("firm.title", ""),
	        POSTED("firm.town", ""), POSTED("firm_plain.title", ""));
	assert_found(o, "");
	o = POST(r, "two", POSTED("mail", "m"), POSTED("firm_plain.title", "x"));
	assert_found(o, "firm_plain.town need");
}

static void check__without_result__is_the_packages_fault(void **state)
{
	(void)state;
	struct form_run *r = open_as(FORM_APPLICANT, TEXT_NONE);
	const struct form_fault *faults;
	(void)POST(r, "three", POSTED("broken", ""));
	assert_int_equal(form_faults(r, &faults), 0);
	struct form_outcome o = POST(r, "three", POSTED("broken", "5"));
	assert_found(o, "");
	assert_int_equal(form_faults(r, &faults), 1);
	assert_text(faults[0].where, "broken check no_result");
}

static void co_signer__has_own_pages_the_first_cannot_see(void **state)
{
	(void)state;
	struct form_run *r = open_as(FORM_APPLICANT, TEXT_NONE);
	const struct form_step *steps;
	size_t count = form_steps(r, &steps);
	for (size_t i = 0; i < count; i++)
		assert_false(text_eq(steps[i].address, TEXT("partner")));
	(void)POST(r, "one", POSTED("notes", "a"), POSTED("notes", "b"));
	r = open_as(FORM_SECOND, draft_of(r));
	assert_int_equal(form_steps(r, &steps), 1);
	assert_text(steps[0].address, "partner");
	assert_found(POST(r, "partner", POSTED("partner_secret", "s")), "partner_agrees need");
	assert_found(POST(r, "partner", POSTED("partner_agrees", "true"),
	                     POSTED("partner_secret", "s"), POSTED("notes", "evil")),
	        "");
	assert_answer(r, "partner_secret", "\"s\"");
	assert_answer(r, "notes", "[\"a\", \"b\"]");
	r = open_as(FORM_APPLICANT, draft_of(r));
	assert_answer(r, "partner_secret", "null");
	assert_int_equal(form_find(form, TEXT("partner_secret"))->access, FORM_SPECIAL);
}

static void rules__that_take_too_long__end_with_a_limit(void **state)
{
	(void)state;
	struct form_source s = {
	        .json = TEXT("{\"format\":1,\"pages\":[{\"id\":\"p\",\"fields\":[{\"id\":\"a\","
	                     "\"type\":\"num\",\"value\":\"count(for i in 1..5000, k in 1..5000 "
	                     "return i * k)\"}]}]}")};
	const struct form *f;
	struct form_run *r;
	struct errinfo why = {0};
	assert_ok(form_compile(arena, &s, &f, NULL, &e));
	assert_int_equal(form_run_open(arena, f, &world, NULL, TEXT_NONE, &r, &why), ERR_LIMIT);
	assert_true(text_find(text_from(why.message), TEXT("'a'"), 0) != SIZE_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(lists__of_codes_and_texts__are_lists_in_rules),
	        cmocka_unit_test(day_and_time__of_one_moment__are_boxes),
	        cmocka_unit_test(limit__as_rule__follows_the_answers),
	        cmocka_unit_test(object__of_a_widget__or_plain_words),
	        cmocka_unit_test(trust__too_low__takes_no_answer),
	        cmocka_unit_test(locked_fill__is_kept_whatever_is_posted),
	        cmocka_unit_test(optional_fieldset__left_empty__asks_for_nothing),
	        cmocka_unit_test(check__without_result__is_the_packages_fault),
	        cmocka_unit_test(co_signer__has_own_pages_the_first_cannot_see),
	        cmocka_unit_test(rules__that_take_too_long__end_with_a_limit),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
