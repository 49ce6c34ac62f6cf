/* Explanations as people read them. */
#include "form_help.h"

#include "law/law_int.h"

static struct arena *arena;
static struct law_calendar *cal;
static struct help_words german, english;
static const struct law_place dresden = {{"14612000", 8}, {NULL, 0}};

static int set_up(void **state)
{
	(void)state;
	arena = arena_new(0);
	german = (struct help_words){{help_program(arena)}, 1, TEXT("de")};
	english = german;
	english.tag = TEXT("en");
	return law_calendar_read(
	        arena, help_file(arena, "services/_law/holidays.json"), &cal, NULL);
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

static void assert_sentences(
        const struct law_why *why, const struct help_words *h, const char *const *want)
{
	struct words w = help_words(h);
	size_t i = 0;
	for (; want[i]; i++) {
		assert_true(i < why->count);
		assert_text(law_step_text(arena, &why->steps[i], &w, NULL), want[i]);
	}
	assert_int_equal(why->count, i);
}

static void deadline__over_a_holiday__explains_itself(void **state)
{
	(void)state;
	struct law_ask ask = {.event = day("2026-11-20"),
	        .event_key = "complete",
	        .length = {.months = 1, .days = 5},
	        .shift = LAW_SHIFT_NEXT_WORKING,
	        .place = dresden,
	        .law = TEXT("SGB I § 66")};
	struct law_deadline d;
	assert_ok(law_deadline(arena, cal, &ask, &d, &e));
	static const char *const de[] = {
	        "Fr 20.11.2026: Antrag vollständig. Dieser Tag zählt nicht mit.",
	        "Fr 25.12.2026: Ende nach einem Monat und 5 Tagen.",
	        "Fr 25.12.2026: Erster Weihnachtstag ist ein Feiertag. Das Ende rückt weiter.",
	        "Sa 26.12.2026: Zweiter Weihnachtstag ist ein Feiertag. Das Ende rückt weiter.",
	        "So 27.12.2026: Das ist ein Sonntag. Das Ende rückt weiter.",
	        "Mo 28.12.2026: Letzter Tag, bis 24 Uhr.", NULL};
	assert_sentences(&d.why, &german, de);
	struct words w = help_words(&english);
	struct text first = law_step_text(arena, &d.why.steps[0], &w, NULL);
	assert_true(text_ends(first, TEXT("Application complete. This day does not count.")));
	assert_text(d.why.steps[1].law, "SGB I § 66");
}

static void hours__are_told_in_local_time(void **state)
{
	(void)state;
	const struct zone *berlin;
	struct law_length length = {.hours = 24};
	struct law_hours_end end;
	assert_ok(zone_open(arena, TEXT("Europe/Berlin"), &berlin, &e));
	assert_ok(law_hours(arena, help_moment("2026-10-24T20:00:00+02:00"), &length, &end, &e));
	struct words w = help_words(&german);
	assert_text(law_step_text(arena, &end.why.steps[0], &w, berlin),
	        "Ende nach 24 Stunden. Beginn: Sa 24.10.2026, 20:00 Uhr. Ende: So 25.10.2026, "
	        "19:00 Uhr. Sonntage, Feiertage und die Zeitumstellung zählen mit.");
}

static void notice__with_a_disputed_fiction__names_both_days(void **state)
{
	(void)state;
	struct law_notification n = {
	        .regime = LAW_POST, .sent = day("2026-12-21"), .place = dresden};
	struct law_effect x;
	assert_ok(law_effect(arena, cal, &n, &x, &e));
	static const char *const de[] = {"Mo 21.12.2026: Der Brief ging zur Post.",
	        "Fr 25.12.2026: Vierter Tag danach. An diesem Tag gilt er als bekannt gegeben.",
	        "Fr 25.12.2026: Dieser Tag rückt nicht weiter. Nach anderer Ansicht wäre es Mo "
	        "28.12.2026.",
	        "Fr 25.12.2026: Der Bescheid gilt als bekannt gegeben.", NULL};
	assert_sentences(&x.why, &german, de);
}

static void rule__each__has_a_text_in_both_languages(void **state)
{
	(void)state;
	const struct texts *t = german.sets[0];
	size_t i = 0;
	for (; law_rule_name(i); i++) {
		struct text key = text_format(arena, "law.step.%s", law_rule_name(i));
		int k = texts_key(t, key);
		if (k == TEXTS_NO_KEY || !texts_has(t, 1, k))
			fail_msg("no text %.*s", TEXT_ARG(key));
	}
	assert_true(i > 40);
	struct texts_finding *findings;
	size_t count = texts_report(t, arena, &findings);
	for (size_t f = 0; f < count; f++)
		print_error("%d %.*s\n", (int)findings[f].fault, TEXT_ARG(findings[f].key));
	assert_int_equal(count, 0);
}

static void holiday__each_of_the_calendar__has_a_name(void **state)
{
	(void)state;
	struct words w = help_words(&german);
	const struct json *doc;
	assert_ok(json_parse(
	        arena, help_file(arena, "services/_law/holidays.json"), "holidays", &doc, &e));
	size_t count = 0;
	const struct json *rows = json_items(doc, "rows", &count);
	for (size_t i = 0; i < count; i++) {
		struct text id = json_text(&rows[i], "id");
		struct text key = text_format(arena, "law.holiday.%.*s", TEXT_ARG(id));
		assert_true(words_has(&w, key));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(deadline__over_a_holiday__explains_itself),
	        cmocka_unit_test(hours__are_told_in_local_time),
	        cmocka_unit_test(notice__with_a_disputed_fiction__names_both_days),
	        cmocka_unit_test(rule__each__has_a_text_in_both_languages),
	        cmocka_unit_test(holiday__each_of_the_calendar__has_a_name),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
