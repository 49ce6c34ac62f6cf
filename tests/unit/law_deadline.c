/* What must hold for every day, and the answers at the edges. */
#include "unit.h"

#include "law/law.h"

static struct arena *arena;
static struct law_calendar *cal;
static const struct law_place dresden = {{"14612000", 8}, {NULL, 0}};
static const struct law_place crostwitz = {{"14625080", 8}, {NULL, 0}};

static struct text read_file(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		fail_msg("cannot open %s", path);
	enum { BYTES_MAX = 1 << 20 };
	char *bytes = arena_alloc(a, BYTES_MAX);
	size_t len = fread(bytes, 1, BYTES_MAX, f);
	fclose(f);
	return (struct text){bytes, len};
}

static int set_up(void **state)
{
	(void)state;
	struct errinfo e = {0};
	arena = arena_new(0);
	return law_calendar_read(arena, read_file(arena, "services/_law/holidays.json"), &cal, &e);
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

static struct law_deadline end_of(struct law_ask ask)
{
	struct law_deadline d;
	assert_ok(law_deadline(arena, cal, &ask, &d, &e));
	return d;
}

static void assert_day(struct date got, const char *z)
{
	assert_text(date_text(arena, got), z);
}

/* Bounds of the Gregorian computus. */
static void easter__every_year__is_a_sunday_between_bounds(void **state)
{
	(void)state;
	for (int32_t y = 1900; y <= 2199; y++) {
		struct date d = law_easter(y);
		assert_int_equal(date_weekday(d), SUNDAY);
		assert_true(date_cmp(d, (struct date){y, 3, 22}) >= 0);
		assert_true(date_cmp(d, (struct date){y, 4, 25}) <= 0);
	}
}

/* The computus as Gauss and Lichtenberg wrote it, a second way to the same day. */
static struct date easter_gauss(int32_t y)
{
	int32_t k = y / 100, m = 15 + (3 * k + 3) / 4 - (8 * k + 13) / 25;
	int32_t s = 2 - (3 * k + 3) / 4, a = y % 19, d = (19 * a + m) % 30;
	int32_t r = (d + a / 11) / 29, og = 21 + d - r;
	int32_t sz = 7 - (y + y / 4 + s) % 7, oe = 7 - (og - sz) % 7;
	return date_add_days((struct date){y, 3, 1}, og + oe - 1);
}

static void easter__1583_to_9999__agrees_with_gauss(void **state)
{
	(void)state;
	for (int32_t y = 1583; y <= 9999; y++)
		assert_int_equal(date_cmp(law_easter(y), easter_gauss(y)), 0);
}

static void easter__known_years__are_the_published_days(void **state)
{
	(void)state;
	static const char *const known[] = {"1900-04-15", "1913-03-23", "1943-04-25", "1954-04-18",
	        "1981-04-19", "2000-04-23", "2008-03-23", "2024-03-31", "2025-04-20", "2026-04-05",
	        "2027-03-28", "2028-04-16", "2029-04-01", "2030-04-21", "2035-03-25", "2038-04-25",
	        "2049-04-18", "2076-04-19", "2100-03-28", "2199-04-14"};
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		assert_day(law_easter(day(known[i]).year), known[i]);
}

static void repentance_day__in_saxony__is_the_wednesday_before_23_november(void **state)
{
	(void)state;
	static const char *const known[] = {
	        "2025-11-19", "2026-11-18", "2027-11-17", "2028-11-22", "2029-11-21", "2030-11-20"};
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		struct law_holiday h;
		assert_true(law_holiday(cal, dresden, day(known[i]), &h));
		assert_text(h.id, "repentance_day");
	}
	for (int32_t y = 1993; y <= 2199; y++) {
		int found = 0;
		for (int d = 16; d <= 22; d++)
			found += law_holiday(cal, dresden, (struct date){y, 11, (uint8_t)d}, NULL);
		assert_int_equal(found, 1);
	}
}

static void holidays__of_a_saxon_year__are_eleven(void **state)
{
	(void)state;
	for (int32_t y = 1993; y <= 2100; y++) {
		int dd = 0, cr = 0;
		struct date d = {y, 1, 1};
		for (; d.year == y; d = date_add_days(d, 1)) {
			dd += law_holiday(cal, dresden, d, NULL);
			cr += law_holiday(cal, crostwitz, d, NULL);
		}
		/* Ascension falls on 1 May in 2008: one day less */
		int both = date_cmp(date_add_days(law_easter(y), 39), (struct date){y, 5, 1}) == 0;
		assert_int_equal(dd, 11 - both);
		assert_int_equal(cr, 12 - both);
	}
}

static void holiday__in_koenigswartha__leaves_out_the_part_wartha(void **state)
{
	(void)state;
	struct law_place town = {TEXT("14625280"), TEXT_NONE};
	struct law_place part = {TEXT("14625280"), TEXT("Wartha")};
	assert_true(law_holiday(cal, town, day("2026-06-04"), NULL));
	assert_false(law_holiday(cal, part, day("2026-06-04"), NULL));
}

static void shifted_end__any_day__is_a_working_day_and_the_nearest(void **state)
{
	(void)state;
	struct law_place places[] = {dresden, crostwitz, {TEXT("11000000"), TEXT_NONE}};
	for (struct date d = {2024, 1, 1}; d.year < 2031; d = date_add_days(d, 1)) {
		struct law_place place = places[d.day % 3];
		struct law_ask ask = {.event = d,
		        .length = {.months = d.day % 4, .days = d.month},
		        .shift = LAW_SHIFT_NEXT_WORKING,
		        .place = place};
		struct law_deadline x = end_of(ask);
		assert_true(law_is_working_day(cal, place, x.end));
		assert_true(date_cmp(x.end, x.raw_end) >= 0);
		for (struct date k = x.raw_end; date_cmp(k, x.end) < 0; k = date_add_days(k, 1))
			assert_false(law_is_working_day(cal, place, k));
	}
}

static void end__one_day_later_event__is_never_earlier(void **state)
{
	(void)state;
	static const struct law_length lengths[] = {{.days = 10}, {.months = 1}, {.months = 12},
	        {.months = 1, .days = 15}, {.working_days = 10}};
	for (size_t l = 0; l < sizeof lengths / sizeof lengths[0]; l++) {
		for (int start = LAW_FROM_EVENT; start <= LAW_FROM_DAY; start++) {
			struct date before = {0};
			for (struct date d = {2026, 1, 1}; d.year < 2029; d = date_add_days(d, 1)) {
				struct law_ask ask = {.event = d,
				        .length = lengths[l],
				        .start = (enum law_start)start,
				        .shift = LAW_SHIFT_NEXT_WORKING,
				        .place = dresden};
				struct law_deadline x = end_of(ask);
				assert_true(date_is_zero(before) || date_cmp(x.end, before) >= 0);
				before = x.end;
			}
		}
	}
}

static void working_days__counted__are_that_many(void **state)
{
	(void)state;
	for (int n = 1; n <= 60; n++) {
		struct law_ask ask = {.event = day("2026-03-20"),
		        .length = {.working_days = n},
		        .shift = LAW_SHIFT_NONE,
		        .place = dresden};
		struct law_deadline x = end_of(ask);
		int counted = 0;
		for (struct date d = ask.event; date_cmp(d, x.end) < 0;) {
			d = date_add_days(d, 1);
			counted += law_is_working_day(cal, dresden, d);
		}
		assert_int_equal(counted, n);
	}
}

static void pause__inside_the_period__adds_its_days(void **state)
{
	(void)state;
	struct law_pause pause = {day("2026-05-10"), day("2026-05-19"), TEXT("Nachfrage")};
	struct law_ask ask = {.event = day("2026-05-01"),
	        .length = {.months = 1},
	        .shift = LAW_SHIFT_NONE,
	        .pauses = &pause,
	        .pause_count = 1};
	struct law_deadline d = end_of(ask);
	assert_day(d.end, "2026-06-11");
	assert_false(d.standing_still);
	pause = (struct law_pause){day("2026-06-02"), day("2026-06-10"), TEXT("zu spät")};
	assert_day(end_of(ask).end, "2026-06-01");
	pause = (struct law_pause){day("2026-04-20"), day("2026-05-03"), TEXT("beginnt davor")};
	assert_day(end_of(ask).end, "2026-06-03");
}

static void pause__still_open__stands_still(void **state)
{
	(void)state;
	struct law_pause pause = {.from = day("2026-05-10"), .reason = TEXT("Nachfrage")};
	struct law_ask ask = {.event = day("2026-05-01"),
	        .length = {.months = 1},
	        .pauses = &pause,
	        .pause_count = 1};
	struct law_deadline d = end_of(ask);
	assert_true(d.standing_still);
	assert_int_equal(law_clock(&ask, &d, day("2026-05-09")), LAW_RUNNING);
	assert_int_equal(law_clock(&ask, &d, day("2026-07-30")), LAW_STANDING_STILL);
	ask.pause_count = 0;
	d = end_of(ask);
	assert_int_equal(law_clock(&ask, &d, day("2026-06-01")), LAW_RUNNING);
	assert_int_equal(law_clock(&ask, &d, day("2026-06-02")), LAW_ENDED);
	ask.event = (struct date){0};
	assert_int_equal(law_clock(&ask, NULL, day("2026-06-02")), LAW_NOT_STARTED);
}

static void extension__counts_from_the_shifted_end(void **state)
{
	(void)state;
	struct law_extension x = {.length = {.days = 14}, .reason = TEXT("Krankheit")};
	struct law_ask ask = {.event = day("2026-10-17"),
	        .length = {.days = 14},
	        .shift = LAW_SHIFT_NEXT_WORKING,
	        .place = dresden,
	        .extensions = &x,
	        .extension_count = 1};
	/* old end Monday 2 November, not Saturday 31 October */
	assert_day(end_of(ask).end, "2026-11-16");
}

static void place__without_listed_holidays__gets_no_answer(void **state)
{
	(void)state;
	struct law_ask ask = {.event = day("2026-05-04"),
	        .length = {.months = 1},
	        .shift = LAW_SHIFT_NEXT_WORKING,
	        .place = {TEXT("09162000"), TEXT_NONE}};
	struct law_deadline d;
	struct errinfo e = {0};
	assert_false(law_calendar_covers(cal, ask.place));
	assert_int_equal(law_deadline(arena, cal, &ask, &d, &e), ERR_NOT_FOUND);
	ask.place = dresden;
	ask.event = day("1985-05-04");
	assert_int_equal(law_deadline(arena, cal, &ask, &d, &e), ERR_NOT_FOUND);
}

static void ask__outside_its_limits__is_refused(void **state)
{
	(void)state;
	struct law_ask ask = {.event = day("2026-05-04"), .place = dresden};
	struct law_deadline d;
	assert_int_equal(law_deadline(arena, cal, &ask, &d, NULL), ERR_INVALID);
	ask.length = (struct law_length){.months = 1, .working_days = 3};
	assert_int_equal(law_deadline(arena, cal, &ask, &d, NULL), ERR_INVALID);
	ask.length = (struct law_length){.hours = 24};
	assert_int_equal(law_deadline(arena, cal, &ask, &d, NULL), ERR_INVALID);
	ask.length = (struct law_length){.months = 1201};
	assert_int_equal(law_deadline(arena, cal, &ask, &d, NULL), ERR_LIMIT);
	ask.length = (struct law_length){.months = 1};
	ask.event = (struct date){2500, 1, 1};
	assert_int_equal(law_deadline(arena, cal, &ask, &d, NULL), ERR_LIMIT);
	ask.event = (struct date){2026, 2, 30};
	assert_int_equal(law_deadline(arena, cal, &ask, &d, NULL), ERR_INVALID);
	struct law_pause pauses[2] = {{.from = day("2026-05-10"), .to = day("2026-05-20")},
	        {.from = day("2026-05-20"), .to = day("2026-05-22")}};
	ask.event = day("2026-05-04");
	ask.pauses = pauses;
	ask.pause_count = 2;
	assert_int_equal(law_deadline(arena, cal, &ask, &d, NULL), ERR_INVALID);
}

static void length__as_written__is_read_and_written_back(void **state)
{
	(void)state;
	static const char *const good[] = {
	        "P10D", "P3W", "P1M", "P18Y", "P1M15D", "PT72H", "P10WD"};
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct law_length l;
		assert_ok(law_length_parse(text_from(good[i]), &l, &e));
		assert_text(law_length_text(arena, l), good[i]);
	}
	static const char *const bad[] = {"", "P", "P0D", "-P1M", "P1MT2H", "PT30M", "P101Y",
	        "P0WD", "PWD", "1M", "P9999999999D"};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct law_length l;
		assert_int_not_equal(law_length_parse(text_from(bad[i]), &l, NULL), OK);
	}
}

static void calendar__with_a_bad_row__names_it(void **state)
{
	(void)state;
	struct law_calendar *c;
	struct errinfo e = {0};
	static const char json[] =
	        "{\"format\":1,\"version\":\"x\",\"states\":[{\"place\":\"14\"}],"
	        "\"rows\":[{\"id\":\"a\",\"place\":\"\",\"date\":\"13-01\","
	        "\"source\":\"s\"}]}";
	assert_int_equal(law_calendar_read(arena, text_from(json), &c, &e), ERR_INVALID);
	assert_string_equal(e.where, "holidays.json rows[1]");
}

static void row__outside_its_validity__is_no_holiday(void **state)
{
	(void)state;
	struct law_place berlin = {TEXT("11000000"), TEXT_NONE};
	assert_false(law_holiday(cal, berlin, day("2018-03-08"), NULL));
	assert_true(law_holiday(cal, berlin, day("2019-03-08"), NULL));
	assert_true(law_holiday(cal, berlin, day("2025-05-08"), NULL));
	assert_false(law_holiday(cal, berlin, day("2026-05-08"), NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(easter__every_year__is_a_sunday_between_bounds),
	        cmocka_unit_test(easter__1583_to_9999__agrees_with_gauss),
	        cmocka_unit_test(easter__known_years__are_the_published_days),
	        cmocka_unit_test(repentance_day__in_saxony__is_the_wednesday_before_23_november),
	        cmocka_unit_test(holidays__of_a_saxon_year__are_eleven),
	        cmocka_unit_test(holiday__in_koenigswartha__leaves_out_the_part_wartha),
	        cmocka_unit_test(shifted_end__any_day__is_a_working_day_and_the_nearest),
	        cmocka_unit_test(end__one_day_later_event__is_never_earlier),
	        cmocka_unit_test(working_days__counted__are_that_many),
	        cmocka_unit_test(pause__inside_the_period__adds_its_days),
	        cmocka_unit_test(pause__still_open__stands_still),
	        cmocka_unit_test(extension__counts_from_the_shifted_end),
	        cmocka_unit_test(place__without_listed_holidays__gets_no_answer),
	        cmocka_unit_test(ask__outside_its_limits__is_refused),
	        cmocka_unit_test(length__as_written__is_read_and_written_back),
	        cmocka_unit_test(calendar__with_a_bad_row__names_it),
	        cmocka_unit_test(row__outside_its_validity__is_no_holiday),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
