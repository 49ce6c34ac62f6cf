/* A person goes through the dog tax form: steps, posts, drafts, rules, submission. */
#include "form_help.h"

static struct arena *arena;
static const struct form *dogs;
static struct help_words german, english;
static struct form_world world;

static bool fill(void *self, struct arena *a, struct text source, struct text *out)
{
	(void)a;
	if (self && text_is(source, "account.name")) {
		*out = TEXT("Mara Beispiel");
		return true;
	}
	if (self && text_is(source, "account.address.city")) {
		*out = TEXT("Dresden");
		return true;
	}
	return false;
}

static int set_up(void **state)
{
	(void)state;
	const struct json *doc;
	struct errinfo e = {0};
	arena = arena_new(0);
	if (json_parse(
	            arena, help_file(arena, "tests/cases/form/dogs.json"), "dogs.json", &doc, &e))
		return 1;
	struct form_source s = help_source(arena, doc);
	if (form_compile(arena, &s, &dogs, NULL, &e)) {
		print_error("%s\n", e.message);
		return 1;
	}
	struct texts *package = texts_new(arena);
	if (texts_add(package, "de", help_json(arena, json_get(doc, "texts")), "texts", &e))
		return 1;
	german = (struct help_words){{package, help_program(arena)}, 2, TEXT("de")};
	english = german;
	english.tag = TEXT("en");
	struct feel_context_builder place = feel_context_begin(arena);
	struct feel_context_builder slot = feel_context_begin(arena);
	feel_context_set(&place, TEXT("ags"), feel_string(TEXT("14612000")));
	feel_context_set(&slot, TEXT("min_age_months"), feel_int(3));
	world = (struct form_world){.now = help_moment("2026-08-03T09:00:00+02:00"),
	        .place = feel_context_end(&place),
	        .slot = feel_context_end(&slot),
	        .language = TEXT("de"),
	        .trust = FORM_TRUST_ACCOUNT,
	        .fill = fill};
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static struct form_run *open_draft(struct text draft)
{
	struct form_run *r;
	assert_ok(form_run_open(arena, dogs, &world, NULL, draft, &r, &e));
	return r;
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

/* "name=value&name=value" as a page posts it, without escapes. */
static struct form_outcome post(struct form_run *r, const char *address, const char *body)
{
	struct form_posted posted[64];
	size_t count = 0;
	struct text rest = text_from(body), pair;
	while (text_split(&rest, '&', &pair)) {
		struct text name;
		assert_true(text_split(&pair, '=', &name));
		posted[count++] = (struct form_posted){name, pair};
	}
	struct form_outcome out;
	assert_ok(form_post(r, text_from(address), posted, count, &out, &e));
	return out;
}

static void assert_findings(const struct form_finding *f, size_t count, const char *want)
{
	struct text got = TEXT_NONE;
	for (size_t i = 0; i < count; i++) {
		struct text code = f[i].check.len ? f[i].check : text_from(f[i].code);
		got = text_format(arena, "%.*s%s%.*s %.*s", TEXT_ARG(got), i ? ", " : "",
		        TEXT_ARG(f[i].path), TEXT_ARG(code));
	}
	assert_text(got, want);
}

static void assert_answer(struct form_run *r, const char *path, const char *feel)
{
	struct feel_value all = form_values(r, arena);
	struct text t = feel_to_text(arena, feel_context_path(all, text_from(path)));
	assert_text(t, feel);
}

static const char holder[] = "name=Mara Beispiel&home.street=Weg 1&home.postcode=01099&"
                             "home.city=Dresden&home.ags=14612000";
static const char puppy[] = "dogs[1].call=Ronja&dogs[1].breed=beagle&dogs[1].born.day=10&"
                            "dogs[1].born.month=5&dogs[1].born.year=2026&"
                            "dogs[1].since.day=15&dogs[1].since.month=7&"
                            "dogs[1].since.year=2026";

static void assert_text_is(struct text t, const char *z)
{
	assert_text(t, z);
}

static void way__from_first_page_to_submission__is_followed(void **state)
{
	(void)state;
	struct form_run *r = open_draft(TEXT_NONE);
	assert_text_is(form_first_open(r), "holder");
	struct form_outcome o = post(r, "holder", holder);
	assert_int_equal(o.count, 0);
	assert_text_is(o.next, "dogs_page/dogs/1");
	o = post(r, "dogs_page/dogs/1", puppy);
	assert_findings(o.findings, o.count, "");
	assert_text_is(o.next, "dogs_page/dogs/1/treats");
	o = post(r, "dogs_page/dogs/1/treats", "");
	assert_text_is(o.next, "dogs_page/dogs");
	assert_text_is(form_previous(r, TEXT("dogs_page/dogs/1/treats")), "dogs_page/dogs/1");
	o = post(r, "dogs_page/dogs", "");
	assert_text_is(o.next, "relief");
	o = post(r, "relief", "wants_relief=false");
	assert_text_is(o.next, "debit");
	o = post(r, "debit", "by_debit=false&oath=true");
	assert_findings(o.findings, o.count, "");
	assert_text_is(o.next, "");
	assert_text_is(form_first_open(r), "");
	assert_answer(r, "dogs",
	        "[{call: \"Ronja\", breed: \"beagle\", born: @\"2026-05-10\", "
	        "since: @\"2026-07-15\", of_age: @\"2026-08-10\", "
	        "liable: @\"2026-08-10\", taxed_from: "
	        "@\"2026-09-01\", treats: [], spoiled: null}]");
	struct buf b;
	buf_init(&b, FORM_ANSWERS_MAX);
	assert_ok(form_submission_write(r, &b, &e));
	assert_text_is(buf_text(&b),
	        "{\"name\":\"Mara Beispiel\",\"home\":{\"street\":\"Weg 1\","
	        "\"postcode\":\"01099\",\"city\":\"Dresden\",\"ags\":\"14612000\"},"
	        "\"dogs\":[{\"call\":\"Ronja\",\"breed\":\"beagle\",\"born\":\"2026-05-10\","
	        "\"since\":\"2026-07-15\",\"of_age\":\"2026-08-10\",\"liable\":\"2026-08-10\","
	        "\"taxed_from\":\"2026-09-01\"}],\"wants_relief\":false,\"by_debit\":false,"
	        "\"oath\":true}");
	struct feel_value read;
	assert_ok(form_values_read(arena, dogs, buf_text(&b), &read, &e));
	struct feel_value dog = feel_context_get(read, TEXT("dogs")).list.items[0];
	assert_text(
	        feel_to_text(arena, feel_context_get(dog, TEXT("taxed_from"))), "@\"2026-09-01\"");
	assert_true(feel_is_null(feel_context_get(read, TEXT("iban"))));
	buf_free(&b);
}

static void submission__with_findings__is_refused(void **state)
{
	(void)state;
	struct form_run *r = open_draft(TEXT_NONE);
	struct buf b;
	buf_init(&b, FORM_ANSWERS_MAX);
	assert_int_equal(form_submission_write(r, &b, NULL), ERR_INVALID);
	buf_free(&b);
}

static void check__on_two_fields__stands_at_its_holder(void **state)
{
	(void)state;
	struct form_run *r = open_draft(TEXT_NONE);
	(void)post(r, "holder", holder);
	struct form_outcome o = post(r, "dogs_page/dogs/1",
	        "dogs[1].call=Ronja&dogs[1].breed=beagle&dogs[1].born.day=20&"
	        "dogs[1].born.month=7&dogs[1].born.year=2026&dogs[1].since.day=15&"
	        "dogs[1].since.month=7&dogs[1].since.year=2026");
	assert_findings(o.findings, o.count, "dogs[1].since born_first");
	assert_text_is(o.findings[0].address, "dogs_page/dogs/1");
	struct words w = help_words(&german);
	assert_text(form_finding_text(arena, &o.findings[0], &w),
	        "Der Hund kann nicht vor seiner Geburt bei Ihnen gewesen sein.");
}

static void typed_wrong__is_kept_in_the_draft_and_drawn_again(void **state)
{
	(void)state;
	struct form_run *r = open_draft(TEXT_NONE);
	(void)post(r, "holder", holder);
	struct form_outcome o = post(r, "dogs_page/dogs/1",
	        "dogs[1].call=Р&dogs[1].breed=_other&dogs[1].breed.other=Dackel&"
	        "dogs[1].born.day=31&dogs[1].born.month=2&dogs[1].born.year=2026&"
	        "dogs[1].since.day=1&dogs[1].since.year=2027");
	assert_findings(
	        o.findings, o.count, "dogs[1].call latin, dogs[1].born form, dogs[1].since month");
	r = open_draft(draft_of(r));
	struct words w = help_words(&german);
	struct form_view v;
	assert_ok(form_view(r, TEXT("dogs_page/dogs/1"), &w, &o, &v, &e));
	assert_int_equal(v.item_count, 4);
	assert_text(v.items[0].error,
	        "Verwenden Sie nur lateinische Buchstaben, Ziffern und Satzzeichen.");
	assert_true(v.items[1].other_chosen);
	assert_text(v.items[1].other, "Dackel");
	assert_text(v.items[2].day, "31");
	assert_text(v.items[2].year, "2026");
	assert_text(v.items[2].error, "Diesen Tag gibt es nicht. Geben Sie ihn so ein: 15.7.2026.");
	assert_text(v.items[3].day, "1");
	assert_text(v.items[3].month, "");
	assert_text(v.items[3].error, "Geben Sie auch den Monat ein.");
	assert_text(v.items[3].name, "dogs[1].since");
	assert_answer(r, "dogs",
	        "[{call: \"Р\", breed: \"Dackel\", born: null, since: null, "
	        "of_age: null, liable: null, taxed_from: null, treats: [], "
	        "spoiled: null}]");
	/* a draft read and written again stays the same */
	assert_true(text_eq(draft_of(r), draft_of(open_draft(draft_of(r)))));
}

static void limits__of_values__are_told_in_the_language(void **state)
{
	(void)state;
	struct form_run *r = open_draft(TEXT_NONE);
	(void)post(r, "holder", holder);
	struct form_outcome o = post(r, "dogs_page/dogs/1",
	        "dogs[1].call=Ronja&dogs[1].breed=beagle&dogs[1].since.day=4&"
	        "dogs[1].since.month=8&dogs[1].since.year=2026");
	assert_findings(o.findings, o.count, "dogs[1].since max");
	struct words de = help_words(&german), en = help_words(&english);
	assert_text(form_finding_text(arena, &o.findings[0], &de),
	        "Der Tag liegt zu spät. Möglich ist bis 3. August 2026.");
	assert_text(form_finding_text(arena, &o.findings[0], &en),
	        "The day is too late. The latest is 3 August 2026.");
}

static void appeared_question__is_asked_before_it_is_demanded(void **state)
{
	(void)state;
	struct form_run *r = open_draft(TEXT_NONE);
	struct form_outcome o = post(r, "relief", "wants_relief=true");
	assert_true(o.more);
	assert_int_equal(o.count, 0);
	struct words w = help_words(&german);
	struct form_view v;
	assert_ok(form_view(r, TEXT("relief"), &w, &o, &v, &e));
	assert_int_equal(v.item_count, 3);
	o = post(r, "relief", "wants_relief=true");
	assert_false(o.more);
	assert_findings(o.findings, o.count, "ground need, proof need");
	o = post(r, "relief", "wants_relief=true&ground=shelter");
	assert_findings(o.findings, o.count, "");
	assert_text_is(o.next, "debit");
	/* all at once, as a script or another program posts it */
	r = open_draft(TEXT_NONE);
	o = post(r, "relief", "wants_relief=true&ground=shelter");
	assert_findings(o.findings, o.count, "");
}

static void answer_out_of_sight__stays_in_the_draft_and_counts_for_nothing(void **state)
{
	(void)state;
	struct form_run *r = open_draft(TEXT_NONE);
	(void)post(r, "relief", "wants_relief=true&ground=shelter");
	assert_answer(r, "ground", "\"shelter\"");
	(void)post(r, "relief", "wants_relief=false");
	assert_answer(r, "ground", "null");
	assert_true(text_find(draft_of(r), TEXT("\"ground\":\"shelter\""), 0) != SIZE_MAX);
	(void)post(r, "relief", "wants_relief=true");
	assert_answer(r, "ground", "\"shelter\"");
}

static void exit_page__counts_only_when_all_before_is_done(void **state)
{
	(void)state;
	struct form_run *r = open_draft(TEXT_NONE);
	const struct form_step *steps;
	size_t count = form_steps(r, &steps);
	for (size_t i = 0; i < count; i++)
		assert_int_not_equal(steps[i].kind, FORM_STEP_EXIT);
	struct form_outcome o = post(r, "holder",
	        "name=Mara&home.street=Weg 1&home.postcode=04109&home.city=Leipzig&"
	        "home.ags=14713000");
	assert_text_is(o.next, "elsewhere");
	count = form_steps(r, &steps);
	assert_int_equal(steps[count - 1].kind, FORM_STEP_EXIT);
	assert_text_is(form_next(r, TEXT("elsewhere")), "");
	struct words w = help_words(&german);
	struct form_view v;
	assert_ok(form_view(r, TEXT("elsewhere"), &w, NULL, &v, &e));
	assert_text(v.exit, "Bitte melden Sie den Hund in Ihrer Gemeinde Leipzig an.");
}

static void prefill__is_shown_with_its_source_and_counts(void **state)
{
	(void)state;
	int self = 1;
	world.fill_self = &self;
	struct form_run *r = open_draft(TEXT_NONE);
	struct words w = help_words(&german);
	struct form_view v;
	assert_ok(form_view(r, TEXT("holder"), &w, NULL, &v, &e));
	assert_text(v.title, "Wer hält den Hund?");
	assert_text(v.items[0].value, "Mara Beispiel");
	assert_text(v.items[0].source, "account.name");
	assert_text(v.items[1].items[2].value, "Dresden");
	assert_answer(r, "name", "\"Mara Beispiel\"");
	(void)post(r, "holder", holder);
	world.fill_self = NULL;
	r = open_draft(draft_of(r));
	assert_ok(form_view(r, TEXT("holder"), &w, NULL, &v, &e));
	assert_text(v.items[0].source, "account.name");
	/* changed by the person: no longer from the account */
	(void)post(r, "holder", "name=Mara B.&home.street=Weg 1&home.postcode=01099&home.city=X");
	assert_ok(form_view(r, TEXT("holder"), &w, NULL, &v, &e));
	assert_text(v.items[0].source, "");
	assert_text(v.items[0].value, "Mara B.");
}

static void like_with_check__refuses_a_wrong_iban(void **state)
{
	(void)state;
	struct form_run *r = open_draft(TEXT_NONE);
	struct form_outcome o =
	        post(r, "debit", "by_debit=true&iban=DE02120300000000202052&oath=true");
	assert_findings(o.findings, o.count, "iban iban_sum");
	o = post(r, "debit", "by_debit=true&iban=DE02 1203 0000 0000 2020 51&oath=true");
	assert_findings(o.findings, o.count, "");
}

static void tick__demanded_and_not_ticked__is_a_finding(void **state)
{
	(void)state;
	struct form_run *r = open_draft(TEXT_NONE);
	struct form_outcome o = post(r, "debit", "by_debit=false");
	assert_findings(o.findings, o.count, "oath need");
	struct words w = help_words(&german);
	assert_text(form_finding_text(arena, &o.findings[0], &w), "Setzen Sie hier einen Haken.");
}

static struct form_run *with_two_dogs(void)
{
	struct form_run *r = open_draft(TEXT_NONE);
	(void)post(r, "holder", holder);
	(void)post(r, "dogs_page/dogs/1", puppy);
	(void)post(r, "dogs_page/dogs/1/treats/1", "dogs[1].treats[1].kind=Keks");
	(void)post(r, "dogs_page/dogs/1/treats", "");
	struct form_outcome o = post(r, "dogs_page/dogs/2",
	        "dogs[2].call=Bello&dogs[2].breed=collie&dogs[2].since.day=1&"
	        "dogs[2].since.month=2&dogs[2].since.year=2020");
	assert_findings(o.findings, o.count, "");
	return r;
}

static void nested_list__has_index_outer_and_a_part_behind_it(void **state)
{
	(void)state;
	struct form_run *r = open_draft(TEXT_NONE);
	(void)post(r, "holder", holder);
	(void)post(r, "dogs_page/dogs/1", puppy);
	struct form_outcome o = post(r, "dogs_page/dogs/1/treats/1", "dogs[1].treats[1].kind=Keks");
	assert_text_is(o.next, "dogs_page/dogs/1/treats");
	o = post(r, "dogs_page/dogs/1/treats", "");
	assert_text_is(o.next, "dogs_page/dogs/1/part-2");
	o = post(r, "dogs_page/dogs/1/part-2", "dogs[1].spoiled=true");
	assert_text_is(o.next, "dogs_page/dogs");
	struct feel_value dog = feel_context_get(form_values(r, arena), TEXT("dogs")).list.items[0];
	assert_text(feel_to_text(arena, feel_context_get(dog, TEXT("treats"))),
	        "[{kind: \"Keks\", for_whom: \"Ronja 1\"}]");
	assert_true(feel_is_true(feel_context_get(dog, TEXT("spoiled"))));
	assert_int_equal(
	        form_step_at(r, TEXT("dogs_page/dogs/1/treats/4"), &(struct form_step){0}, NULL),
	        ERR_NOT_FOUND);
}

static void list_step__shows_entries_and_where_to_add(void **state)
{
	(void)state;
	struct form_run *r = with_two_dogs();
	struct words w = help_words(&german);
	struct form_view v;
	assert_ok(form_view(r, TEXT("dogs_page/dogs"), &w, NULL, &v, &e));
	assert_text(v.title, "Ihre Hunde");
	assert_int_equal(v.entry_count, 2);
	assert_text(v.entries[0].title, "Hund 1: Ronja");
	assert_text(v.entries[1].title, "Hund 2: Bello");
	assert_text(v.entries[1].address, "dogs_page/dogs/2");
	assert_text(v.entries[1].path, "dogs[2]");
	assert_true(v.can_add);
	assert_text(v.add, "dogs_page/dogs/3");
	/* looking at a new entry does not make one */
	assert_ok(form_view(r, TEXT("dogs_page/dogs/3"), &w, NULL, &v, &e));
	assert_int_equal(v.item_count, 4);
	assert_true(text_find(draft_of(r), TEXT("dogs_page/dogs/3"), 0) == SIZE_MAX);
	r = open_draft(draft_of(r));
	assert_ok(form_view(r, TEXT("dogs_page/dogs"), &w, NULL, &v, &e));
	assert_int_equal(v.entry_count, 2);
}

static void entry__removed__lets_the_next_move_up(void **state)
{
	(void)state;
	struct form_run *r = with_two_dogs();
	assert_ok(form_entry_remove(r, TEXT("dogs[1]"), &e));
	struct feel_value list = feel_context_get(form_values(r, arena), TEXT("dogs"));
	assert_int_equal(list.list.count, 1);
	assert_text(feel_to_text(arena, feel_context_get(list.list.items[0], TEXT("call"))),
	        "\"Bello\"");
	assert_int_equal(form_entry_remove(r, TEXT("dogs[2]"), NULL), ERR_NOT_FOUND);
	assert_int_equal(form_entry_remove(r, TEXT("home"), NULL), ERR_NOT_FOUND);
	assert_int_equal(form_entry_remove(r, TEXT("dogs[1].call"), NULL), ERR_NOT_FOUND);
	assert_ok(form_entry_remove(r, TEXT("dogs[1]"), &e));
	struct form_outcome o = post(r, "dogs_page/dogs", "");
	assert_findings(o.findings, o.count, "dogs need");
	r = open_draft(draft_of(r));
	assert_text_is(form_first_open(r), "dogs_page/dogs/1");
}

static void files__are_checked_added_and_removed(void **state)
{
	(void)state;
	struct form_run *r = open_draft(TEXT_NONE);
	struct form_file pdf = {
	        TEXT("a.pdf"), TEXT("application/pdf"), 1000, TEXT("h1"), TEXT("clean")};
	struct form_finding f;
	/* out of sight: nothing to give */
	assert_int_equal(form_file_add(r, TEXT("proof"), &pdf, NULL), ERR_NOT_FOUND);
	(void)post(r, "relief", "wants_relief=true&ground=rescue");
	static const struct {
		const char *media, *scan, *code;
		int64_t size;
	} bad[] = {{"text/html", "clean", "media", 10}, {"application/pdf", "bad", "scan", 10},
	        {"application/pdf", "clean", "size", (10 << 20) + 1},
	        {"application/pdf", "clean", "file_empty", 0}};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct form_file x = {TEXT("x"), text_from(bad[i].media), bad[i].size, TEXT("h"),
		        text_from(bad[i].scan)};
		assert_int_equal(form_file_check(r, TEXT("proof"), &x, &f, NULL), ERR_INVALID);
		assert_string_equal(f.code, bad[i].code);
	}
	for (int i = 0; i < 3; i++)
		assert_ok(form_file_add(r, TEXT("proof"), &pdf, &e));
	assert_int_equal(form_file_check(r, TEXT("proof"), &pdf, &f, NULL), ERR_INVALID);
	assert_string_equal(f.code, "times");
	assert_ok(form_file_remove(r, TEXT("proof"), 2, &e));
	assert_int_equal(form_file_remove(r, TEXT("proof"), 3, NULL), ERR_NOT_FOUND);
	r = open_draft(draft_of(r));
	struct feel_value proof = feel_context_get(form_values(r, arena), TEXT("proof"));
	assert_int_equal(proof.list.count, 2);
	assert_text(
	        feel_to_text(arena, feel_context_get(proof.list.items[1], TEXT("size"))), "1000");
}

static void correction__opens_only_the_marked_fields(void **state)
{
	(void)state;
	struct form_run *r = with_two_dogs();
	(void)post(r, "relief", "wants_relief=false");
	struct text submission = draft_of(r);
	const struct text open[] = {TEXT("dogs[2].since"), TEXT("wants_relief")};
	struct form_options options = {.open = open, .open_count = 2};
	assert_ok(form_run_open(arena, dogs, &world, &options, submission, &r, &e));
	const struct form_step *steps;
	size_t count = form_steps(r, &steps);
	assert_int_equal(count, 2);
	assert_text(steps[0].address, "dogs_page/dogs");
	assert_text(steps[1].address, "relief");
	struct form_outcome o = post(r, "dogs_page/dogs/2",
	        "dogs[2].call=Fremd&dogs[2].breed=beagle&dogs[2].since.day=2&"
	        "dogs[2].since.month=2&dogs[2].since.year=2020");
	assert_findings(o.findings, o.count, "");
	struct feel_value dog = feel_context_get(form_values(r, arena), TEXT("dogs")).list.items[1];
	assert_text(feel_to_text(arena, feel_context_get(dog, TEXT("call"))), "\"Bello\"");
	assert_text(feel_to_text(arena, feel_context_get(dog, TEXT("since"))), "@\"2020-02-02\"");
	struct form_posted other = {TEXT("name"), TEXT("Fremd")};
	assert_int_equal(form_post(r, TEXT("holder"), &other, 1, &(struct form_outcome){0}, NULL),
	        ERR_NOT_FOUND);
	assert_int_equal(form_entry_remove(r, TEXT("dogs[1]"), NULL), ERR_NOT_FOUND);
	struct words w = help_words(&german);
	struct form_view v;
	assert_ok(form_view(r, TEXT("dogs_page/dogs"), &w, NULL, &v, &e));
	assert_false(v.can_add);
}

static void changes__between_two_submissions__are_leaves_with_both_values(void **state)
{
	(void)state;
	const struct form_change *c;
	size_t count;
	assert_ok(form_changes(arena, dogs,
	        TEXT("{\"name\":\"A\",\"dogs\":[{\"call\":\"x\",\"since\":\"2020-01-01\"}]}"),
	        TEXT("{\"name\":\"A\",\"wants_relief\":true,\"dogs\":[{\"call\":\"y\",\"since\":"
	             "\"2020-01-01\"},{\"call\":\"z\"}]}"),
	        &c, &count, &e));
	assert_int_equal(count, 3);
	assert_text(c[0].path, "dogs[1].call");
	assert_text(feel_to_text(arena, c[0].before), "\"x\"");
	assert_text(feel_to_text(arena, c[0].after), "\"y\"");
	assert_text(c[1].path, "dogs[2].call");
	assert_true(feel_is_null(c[1].before));
	assert_text(c[2].path, "wants_relief");
}

static void staff__sees_its_page_and_the_answers(void **state)
{
	(void)state;
	struct form_run *r = with_two_dogs();
	struct text answers = draft_of(r);
	/* the applicant cannot reach the page */
	struct form_posted rate = {TEXT("rate"), TEXT("108,50")};
	assert_int_equal(form_post(r, TEXT("office"), &rate, 1, &(struct form_outcome){0}, NULL),
	        ERR_NOT_FOUND);
	struct form_options options = {.who = FORM_STAFF};
	assert_ok(form_run_open(arena, dogs, &world, &options, answers, &r, &e));
	const struct form_step *steps;
	assert_int_equal(form_steps(r, &steps), 1);
	struct form_outcome o = post(r, "office", "rate=108,50&name=Fremd");
	assert_findings(o.findings, o.count, "");
	struct feel_value v = form_page_values(r, form_find_page(dogs, TEXT("office")), arena);
	assert_text(feel_to_text(arena, v), "{rate: 108.5, double_rate: 219}");
	assert_answer(r, "name", "\"Mara Beispiel\"");
	assert_true(feel_context_find(form_values(r, arena), TEXT("rate")) == NULL);
}

static void sections__show_progress(void **state)
{
	(void)state;
	struct form_run *r = open_draft(TEXT_NONE);
	(void)post(r, "holder", holder);
	const struct form_section *s;
	assert_int_equal(form_sections(r, TEXT("debit"), &s), 3);
	assert_text(s[0].title_key, "page.holder.title");
	assert_true(s[0].done);
	assert_text(s[1].address, "dogs_page/dogs/1");
	assert_text(s[2].title_key, "section.money");
	assert_int_equal(s[2].steps, 2);
	assert_int_equal(s[2].step, 2);
	assert_true(s[2].current);
	(void)post(r, "dogs_page/dogs/1", puppy);
	assert_int_equal(form_sections(r, TEXT("dogs_page/dogs/1/treats"), &s), 3);
	assert_true(s[1].current);
}

static void listing__shows_what_was_answered_with_the_way_back(void **state)
{
	(void)state;
	struct form_run *r = with_two_dogs();
	(void)post(r, "relief", "wants_relief=true&ground=rescue");
	struct words w = help_words(&german);
	const struct form_block *b;
	size_t count;
	assert_ok(form_listing(r, &w, &b, &count, &e));
	assert_int_equal(count, 3);
	assert_text(b[0].title, "Wer hält den Hund?");
	assert_text(b[0].rows[0].label, "Ihr Name");
	assert_text(b[0].rows[0].value, "Mara Beispiel");
	assert_text(b[0].rows[0].address, "holder");
	assert_text(b[0].rows[1].label, "Anschrift");
	assert_text(b[0].rows[1].value, "Weg 1, 01099 Dresden");
	assert_true(b[1].rows[0].heading);
	assert_text(b[1].rows[0].label, "Hund 1: Ronja");
	assert_text(b[1].rows[1].value, "Ronja");
	assert_text(b[1].rows[2].value, "Beagle");
	assert_text(b[1].rows[3].value, "10. Mai 2026");
	assert_text(b[1].rows[3].address, "dogs_page/dogs/1");
	assert_text(b[1].rows[5].label, "Leckerli 1 für Ronja 1");
	assert_int_equal(b[1].rows[5].level, 1);
	assert_text(b[1].rows[6].address, "dogs_page/dogs/1/treats/1");
	assert_text(b[2].title, "Ermäßigung und Zahlung");
	assert_text(b[2].rows[0].value, "Ja");
	/* nothing computed or hidden is listed */
	for (size_t i = 0; i < b[1].count; i++)
		assert_true(text_find(b[1].rows[i].path, TEXT("taxed_from"), 0) == SIZE_MAX);
}

static void page_at_once__gives_the_same_findings(void **state)
{
	(void)state;
	struct form_run *r = open_draft(TEXT_NONE);
	struct form_outcome o;
	assert_ok(form_answer(r, TEXT("dogs_page"),
	        TEXT("{\"dogs\":[{\"call\":\"Ronja\",\"breed\":\"beagle\",\"born\":\"2026-07-20\","
	             "\"since\":\"2026-07-15\",\"treats\":[{\"kind\":\"Keks\"}]},{\"call\":\"\","
	             "\"breed\":\"cow\",\"since\":\"2026-13-01\"}]}"),
	        &o, &e));
	assert_findings(o.findings, o.count,
	        "dogs[1].since born_first, dogs[2].call need, dogs[2].since form");
	assert_int_equal(
	        form_answer(r, TEXT("dogs_page"), TEXT("{\"cats\":[]}"), &o, NULL), ERR_INVALID);
	assert_int_equal(form_answer(r, TEXT("office"), TEXT("{}"), &o, NULL), ERR_NOT_FOUND);
}

static void hostile_names_and_drafts__change_nothing(void **state)
{
	(void)state;
	struct form_run *r = open_draft(TEXT_NONE);
	(void)post(r, "holder",
	        "name=A&dogs[1].call=x&rate=1&home[1].city=x&taxed_from=1&"
	        "dogs[1].taxed_from=2020-01-01&outer.x=1");
	assert_answer(r, "dogs", "[]");
	static const char *const bad_addresses[] = {"", "nowhere", "holder/x", "holder/part-2",
	        "dogs_page/dogs/0", "dogs_page/dogs/5", "dogs_page/dogs/2", "dogs_page/dogs/1/1",
	        "dogs_page/dogs/-1", "office", "elsewhere/x", "dogs_page/dogs/1/treats/3",
	        "dogs_page//1", "holder/name"};
	for (size_t i = 0; i < sizeof bad_addresses / sizeof bad_addresses[0]; i++) {
		struct form_outcome o;
		assert_int_equal(form_post(r, text_from(bad_addresses[i]), NULL, 0, &o, NULL),
		        ERR_NOT_FOUND);
	}
	static const char *const drafts[] = {
	        "{\"answers\":{\"dogs\":{\"call\":1},\"home\":[1],\"name\":{},\"zz\":1},\"seen\":"
	        "[\"zz\",1],\"raw\":{\"dogs[9].call\":[\"form\",\"x\"],\"name\":[\"evil\",\"x\"]}}",
	        "{\"dogs\":[1,2,{\"since\":\"2026-99-99\"}],\"wants_relief\":\"true\"}", "{}"};
	for (size_t i = 0; i < sizeof drafts / sizeof drafts[0]; i++) {
		r = open_draft(text_from(drafts[i]));
		assert_answer(r, "wants_relief", "null");
	}
	struct form_run *none;
	assert_int_equal(
	        form_run_open(arena, dogs, &world, NULL, TEXT("[1]"), &none, NULL), ERR_INVALID);
	char *large = arena_alloc(arena, FORM_ANSWERS_MAX + 2);
	memset(large, ' ', FORM_ANSWERS_MAX + 1);
	struct text too_large = {large, FORM_ANSWERS_MAX + 1};
	assert_int_equal(
	        form_run_open(arena, dogs, &world, NULL, too_large, &none, NULL), ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(way__from_first_page_to_submission__is_followed),
	        cmocka_unit_test(submission__with_findings__is_refused),
	        cmocka_unit_test(check__on_two_fields__stands_at_its_holder),
	        cmocka_unit_test(typed_wrong__is_kept_in_the_draft_and_drawn_again),
	        cmocka_unit_test(limits__of_values__are_told_in_the_language),
	        cmocka_unit_test(appeared_question__is_asked_before_it_is_demanded),
	        cmocka_unit_test(answer_out_of_sight__stays_in_the_draft_and_counts_for_nothing),
	        cmocka_unit_test(exit_page__counts_only_when_all_before_is_done),
	        cmocka_unit_test(prefill__is_shown_with_its_source_and_counts),
	        cmocka_unit_test(like_with_check__refuses_a_wrong_iban),
	        cmocka_unit_test(tick__demanded_and_not_ticked__is_a_finding),
	        cmocka_unit_test(nested_list__has_index_outer_and_a_part_behind_it),
	        cmocka_unit_test(list_step__shows_entries_and_where_to_add),
	        cmocka_unit_test(entry__removed__lets_the_next_move_up),
	        cmocka_unit_test(files__are_checked_added_and_removed),
	        cmocka_unit_test(correction__opens_only_the_marked_fields),
	        cmocka_unit_test(changes__between_two_submissions__are_leaves_with_both_values),
	        cmocka_unit_test(staff__sees_its_page_and_the_answers),
	        cmocka_unit_test(sections__show_progress),
	        cmocka_unit_test(listing__shows_what_was_answered_with_the_way_back),
	        cmocka_unit_test(page_at_once__gives_the_same_findings),
	        cmocka_unit_test(hostile_names_and_drafts__change_nothing),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
