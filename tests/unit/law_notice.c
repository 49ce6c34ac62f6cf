/* Announcement, remedies, explanations as stored. */
#include "unit.h"

#include "law/law.h"

static struct arena *arena;
static struct law_calendar *cal;
static const struct law_place dresden = {{"14612000", 8}, {NULL, 0}};

static int set_up(void **state)
{
	(void)state;
	enum { BYTES_MAX = 1 << 20 };
	arena = arena_new(0);
	FILE *f = fopen("services/_law/holidays.json", "rb");
	if (!f)
		return 1;
	char *bytes = arena_alloc(arena, BYTES_MAX);
	size_t len = fread(bytes, 1, BYTES_MAX, f);
	fclose(f);
	return law_calendar_read(arena, (struct text){bytes, len}, &cal, NULL);
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static struct date day(const char *z)
{
	struct date d = {0};
	assert_true(date_parse(text_from(z), &d));
	return d;
}

static struct law_effect effect_of(struct law_notification n)
{
	struct law_effect x;
	n.place = dresden;
	assert_ok(law_effect(arena, cal, &n, &x, &e));
	return x;
}

static bool told(const struct law_why *why, const char *rule)
{
	for (size_t i = 0; i < why->count; i++)
		if (strcmp(why->steps[i].rule, rule) == 0)
			return true;
	return false;
}

static void post__that_arrived_later__counts_from_arrival(void **state)
{
	(void)state;
	struct law_effect x = effect_of((struct law_notification){
	        .regime = LAW_POST, .sent = day("2026-10-12"), .received = day("2026-10-20")});
	assert_text(date_text(arena, x.effect), "2026-10-20");
	assert_true(told(&x.why, "arrived_later"));
	x = effect_of((struct law_notification){
	        .regime = LAW_POST, .sent = day("2026-10-12"), .received = day("2026-10-13")});
	assert_text(date_text(arena, x.effect), "2026-10-16");
}

static void post__that_came_back__is_not_announced(void **state)
{
	(void)state;
	struct law_effect x = effect_of((struct law_notification){
	        .regime = LAW_POST, .sent = day("2026-10-12"), .returned = true});
	assert_int_equal(x.state, LAW_NOT_ANNOUNCED);
	struct law_remedy r;
	struct law_remedy_ask ask = {.place = dresden};
	assert_int_equal(law_remedy(arena, cal, &x, &ask, &r, NULL), ERR_INVALID);
}

static void post__abroad__takes_a_month(void **state)
{
	(void)state;
	struct law_effect x = effect_of((struct law_notification){
	        .regime = LAW_POST, .sent = day("2026-01-31"), .abroad = true});
	assert_text(date_text(arena, x.effect), "2026-02-28");
}

static void portal__without_consent__is_not_announced(void **state)
{
	(void)state;
	static const enum law_regime regimes[] = {LAW_RETRIEVAL, LAW_SOCIAL};
	for (size_t i = 0; i < 2; i++) {
		struct law_effect x = effect_of((struct law_notification){.regime = regimes[i],
		        .sent = day("2026-10-12"),
		        .retrieved = day("2026-10-13")});
		assert_int_equal(x.state, LAW_NOT_ANNOUNCED);
		assert_true(told(&x.why, "no_consent"));
	}
}

static void portal__opened_on_the_eleventh_day__is_too_late(void **state)
{
	(void)state;
	struct law_notification n = {.regime = LAW_RETRIEVAL,
	        .sent = day("2026-02-02"),
	        .retrieved = day("2026-02-12"),
	        .consent = true};
	struct law_effect x = effect_of(n);
	assert_int_equal(x.state, LAW_EFFECTIVE);
	assert_text(date_text(arena, x.effect), "2026-02-13");
	n.retrieved = day("2026-02-13");
	assert_int_equal(effect_of(n).state, LAW_NOT_ANNOUNCED);
	n.retrieved = day("2026-02-01");
	n.place = dresden;
	assert_int_equal(law_effect(arena, cal, &n, &x, NULL), ERR_INVALID);
}

static void social_portal__disputed_and_not_opened__stays_open(void **state)
{
	(void)state;
	struct law_effect x = effect_of((struct law_notification){.regime = LAW_SOCIAL,
	        .sent = day("2026-07-30"),
	        .consent = true,
	        .disputed = true});
	assert_int_equal(x.state, LAW_EFFECT_OPEN);
}

static void service__of_each_kind__takes_effect_on_its_day(void **state)
{
	(void)state;
	static const char *const want[] = {
	        "2026-03-02", "2026-03-06", "2026-03-05", "2026-03-06", "2026-03-16"};
	for (int i = LAW_BY_CERTIFICATE; i <= LAW_BY_PUBLIC; i++) {
		struct law_effect x = effect_of((struct law_notification){.regime = LAW_SERVICE,
		        .service = (enum law_service)i,
		        .sent = day("2026-03-02"),
		        .received = day("2026-03-05")});
		assert_text(date_text(arena, x.effect), want[i]);
	}
}

static void remedy__instruction_missing__is_a_year_except_for_fines(void **state)
{
	(void)state;
	struct law_effect x = effect_of(
	        (struct law_notification){.regime = LAW_SHOWN, .sent = day("2026-03-02")});
	struct law_remedy_ask ask = {.place = dresden, .instruction_missing = true};
	struct law_remedy r;
	assert_ok(law_remedy(arena, cal, &x, &ask, &r, &e));
	assert_text(date_text(arena, r.shown), "2027-03-02");
	assert_string_equal(r.why.steps[0].rule, "instruction_missing");
	ask.procedure = LAW_FINES;
	assert_ok(law_remedy(arena, cal, &x, &ask, &r, &e));
	assert_text(date_text(arena, r.shown), "2026-03-16");
}

static void restoration__after_a_year__is_excluded(void **state)
{
	(void)state;
	struct law_restoration r;
	assert_ok(law_restoration(
	        arena, cal, LAW_GENERAL, dresden, day("2027-10-16"), day("2026-10-15"), &r, &e));
	assert_true(r.excluded);
	assert_ok(law_restoration(
	        arena, cal, LAW_FINES, dresden, day("2026-10-16"), day("2026-10-15"), &r, &e));
	assert_false(r.excluded);
	assert_text(date_text(arena, r.request.end), "2026-10-23");
}

static void retention__longer_than_the_archive_law__ends_after_30_years(void **state)
{
	(void)state;
	struct law_deadline d;
	assert_ok(law_retention(
	        arena, day("2010-05-01"), 25, false, day("2000-06-01"), TEXT("WoGG"), &d, &e));
	assert_text(date_text(arena, d.end), "2030-06-01");
	assert_true(told(&d.why, "archive_limit"));
	assert_int_equal(law_retention(arena, day("2010-05-01"), 101, false, (struct date){0},
	                         TEXT_NONE, &d, NULL),
	        ERR_LIMIT);
}

static void life_month__of_every_day__contains_it(void **state)
{
	(void)state;
	for (struct date b = {2024, 1, 25}; date_cmp(b, (struct date){2024, 3, 3}) < 0;
	        b = date_add_days(b, 1)) {
		struct date next = b;
		for (int n = 1; n < 40; n++) {
			struct date from, to;
			int got = 0;
			assert_ok(law_life_month(b, n, &from, &to, &e));
			assert_int_equal(date_cmp(from, next), 0);
			assert_ok(law_life_month_of(b, from, &got, &e));
			assert_int_equal(got, n);
			assert_ok(law_life_month_of(b, to, &got, &e));
			assert_int_equal(got, n);
			next = date_add_days(to, 1);
		}
	}
}

static void explanation__written_and_read__is_the_same(void **state)
{
	(void)state;
	struct law_pause pause = {day("2026-05-10"), day("2026-05-19"), TEXT("R\xC3\xBC\"ckfrage")};
	struct law_extension x = {.length = {.months = 1}, .reason = TEXT("Urlaub")};
	struct law_ask ask = {.event = day("2026-05-01"),
	        .event_key = "complete",
	        .length = {.months = 1},
	        .shift = LAW_SHIFT_NEXT_WORKING,
	        .place = dresden,
	        .pauses = &pause,
	        .pause_count = 1,
	        .extensions = &x,
	        .extension_count = 1};
	struct law_deadline d;
	struct law_why again;
	struct buf one, two;
	assert_ok(law_deadline(arena, cal, &ask, &d, &e));
	buf_init(&one, 1 << 16);
	buf_init(&two, 1 << 16);
	law_why_write(&one, &d.why);
	assert_ok(law_why_read(arena, buf_text(&one), &again, &e));
	law_why_write(&two, &again);
	assert_true(text_eq(buf_text(&one), buf_text(&two)));
	assert_int_equal(again.count, d.why.count);
	assert_text(again.calendar, "2026-08");
	buf_free(&one);
	buf_free(&two);
}

static void explanation__with_an_unknown_rule__is_refused(void **state)
{
	(void)state;
	struct law_why why;
	assert_int_equal(
	        law_why_read(arena, TEXT("{\"steps\":[{\"rule\":\"magic\"}]}"), &why, NULL),
	        ERR_INVALID);
	assert_int_equal(law_why_read(arena,
	                         TEXT("{\"steps\":[{\"rule\":\"hours\",\"params\":[[\"a\","
	                              "\"length\",1]]}]}"),
	                         &why, NULL),
	        ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(post__that_arrived_later__counts_from_arrival),
	        cmocka_unit_test(post__that_came_back__is_not_announced),
	        cmocka_unit_test(post__abroad__takes_a_month),
	        cmocka_unit_test(portal__without_consent__is_not_announced),
	        cmocka_unit_test(portal__opened_on_the_eleventh_day__is_too_late),
	        cmocka_unit_test(social_portal__disputed_and_not_opened__stays_open),
	        cmocka_unit_test(service__of_each_kind__takes_effect_on_its_day),
	        cmocka_unit_test(remedy__instruction_missing__is_a_year_except_for_fines),
	        cmocka_unit_test(restoration__after_a_year__is_excluded),
	        cmocka_unit_test(retention__longer_than_the_archive_law__ends_after_30_years),
	        cmocka_unit_test(life_month__of_every_day__contains_it),
	        cmocka_unit_test(explanation__written_and_read__is_the_same),
	        cmocka_unit_test(explanation__with_an_unknown_rule__is_refused),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
