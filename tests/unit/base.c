#include "unit.h"

#include "base/buf.h"
#include "base/calendar.h"
#include "base/dec.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/world.h"

static void arena__pushed_array__keeps_content_while_growing(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	int *items = NULL;
	size_t count = 0, cap = 0;
	for (int i = 0; i < 1000; i++) {
		*ARENA_PUSH(a, items, count, cap) = i;
		arena_alloc(a, (size_t)(i % 40));
	}
	for (int i = 0; i < 1000; i++)
		assert_int_equal(items[i], i);
	arena_free(a);
}

static void arena__limit_passed__says_so_until_reset(void **state)
{
	(void)state;
	struct arena *a = arena_new(1000);
	arena_alloc(a, 900);
	assert_false(arena_over(a));
	struct arena_mark mark = arena_mark(a);
	arena_alloc(a, 100000);
	assert_true(arena_over(a));
	arena_release(a, mark);
	assert_false(arena_over(a));
	arena_reset(a);
	assert_int_equal(arena_used(a), 0);
	unsigned char *p = arena_alloc(a, 100);
	for (int i = 0; i < 100; i++)
		assert_int_equal(p[i], 0);
	arena_free(a);
}

static void text__split__gives_every_piece(void **state)
{
	(void)state;
	struct text rest = TEXT("a,,bc"), piece;
	assert_true(text_split(&rest, ',', &piece));
	assert_text(piece, "a");
	assert_true(text_split(&rest, ',', &piece));
	assert_text(piece, "");
	assert_true(text_split(&rest, ',', &piece));
	assert_text(piece, "bc");
	assert_false(text_split(&rest, ',', &piece));
}

static void text__find__sees_overlapping_starts(void **state)
{
	(void)state;
	assert_int_equal(text_find(TEXT("aaab"), TEXT("aab"), 0), 1);
	assert_int_equal(text_find(TEXT("abab"), TEXT("ab"), 1), 2);
	assert_true(text_find(TEXT("abc"), TEXT("abcd"), 0) == SIZE_MAX);
	assert_true(text_find(TEXT("abcab"), TEXT("abd"), 0) == SIZE_MAX);
}

static void text__int__refuses_what_does_not_fit(void **state)
{
	(void)state;
	int64_t v;
	assert_true(text_int(TEXT("-9223372036854775808"), &v) && v == INT64_MIN);
	assert_true(text_int(TEXT("9223372036854775807"), &v) && v == INT64_MAX);
	assert_false(text_int(TEXT("9223372036854775808"), &v));
	assert_false(text_int(TEXT("-"), &v));
	assert_false(text_int(TEXT(""), &v));
	assert_false(text_int(TEXT("1 "), &v));
}

static void utf8__bad_bytes__are_refused(void **state)
{
	(void)state;
	assert_true(utf8_valid(TEXT("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80")));
	assert_false(utf8_valid(TEXT("\xc0\x80")));         /* overlong */
	assert_false(utf8_valid(TEXT("\xed\xa0\x80")));     /* surrogate */
	assert_false(utf8_valid(TEXT("\xf4\x90\x80\x80"))); /* above U+10FFFF */
	assert_false(utf8_valid(TEXT("\xe2\x82")));         /* cut off */
	assert_false(utf8_valid(TEXT("\x80")));
	assert_true(utf8_valid(TEXT("\xef\xbf\xbd"))); /* U+FFFD itself */
	assert_int_equal(utf8_length(TEXT("\xc3\xa4\xf0\x9f\x98\x80")), 2);
}

static void text__unicode__is_composed_and_mapped(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	assert_text(text_nfc(a, TEXT("Mu\xcc\x88ller")), "M\xc3\xbcller");
	assert_text(text_upper(a, TEXT("stra\xc3\x9f"
	                               "e")),
	        "STRASSE");
	assert_text(text_lower(a, TEXT("\xc3\x84RGER")), "\xc3\xa4rger");
	arena_free(a);
}

static void buf__maximum_passed__drops_the_write_and_tells(void **state)
{
	(void)state;
	struct buf b;
	struct errinfo e;
	buf_init(&b, 5);
	buf_add_z(&b, "abc");
	buf_add_format(&b, "%d", 123);
	assert_text(buf_text(&b), "abc");
	assert_int_equal(buf_whole(&b, "page", &e), ERR_LIMIT);
	buf_clear(&b);
	buf_add_z(&b, "abcde");
	assert_int_equal(buf_whole(&b, "page", &e), OK);
	buf_free(&b);
}

static struct dec d(const char *z)
{
	struct dec value;
	assert_true(dec_parse(text_from(z), &value));
	return value;
}

static void dec__arithmetic__is_exact(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	assert_true(dec_selftest());
	assert_text(dec_text(a, dec_add(d("0.1"), d("0.2"))), "0.3");
	assert_text(dec_text(a, dec_mul(d("1.15"), d("320.2918507600"))), "368.335628374");
	assert_text(dec_text(a, dec_div(d("1"), d("3"))), "0.3333333333333333333333333333333333");
	assert_text(dec_text(a, d("1e3")), "1000");
	assert_text(dec_text(a, d("-0.00")), "0");
	assert_text(dec_text_kept(a, d("1.50")), "1.50");
	assert_text(dec_text_kept(a, d("0.00")), "0.00");
	assert_int_equal(dec_places(d("12.340")), 3);
	assert_text(dec_text(a, dec_pow(d("2"), d("100"))), "1267650600228229401496703205376");
	assert_text(dec_text(a, dec_modulo(d("-12"), d("5"))), "3");
	assert_text(dec_text(a, dec_modulo(d("12"), d("-5"))), "-3");
	assert_text(dec_text(a, dec_modulo(d("10.1"), d("4.5"))), "1.1");
	assert_false(dec_is_finite(dec_div(d("1"), d("0"))));
	arena_free(a);
}

static void dec__quantize__follows_each_rounding(void **state)
{
	(void)state;
	static const struct {
		const char *in;
		int places;
		enum dec_round how;
		const char *want;
	} rows[] = {
	        {"2.5", 0, DEC_HALF_EVEN, "2"},
	        {"3.5", 0, DEC_HALF_EVEN, "4"},
	        {"2.5", 0, DEC_HALF_UP, "3"},
	        {"-2.5", 0, DEC_HALF_UP, "-3"},
	        {"2.5", 0, DEC_HALF_DOWN, "2"},
	        {"2.51", 0, DEC_HALF_DOWN, "3"},
	        {"-2.5", 0, DEC_HALF_DOWN, "-2"},
	        {"2.1", 0, DEC_UP, "3"},
	        {"-2.1", 0, DEC_UP, "-3"},
	        {"2.0", 0, DEC_UP, "2"},
	        {"2.9", 0, DEC_DOWN, "2"},
	        {"-2.1", 0, DEC_FLOOR, "-3"},
	        {"-2.9", 0, DEC_CEILING, "-2"},
	        {"0.40881712345", 10, DEC_HALF_EVEN, "0.4088171234"},
	        {"1.1", 3, DEC_HALF_UP, "1.100"},
	        {"1250", -2, DEC_HALF_EVEN, "1200"},
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct dec got = dec_quantize(d(rows[i].in), rows[i].places, rows[i].how);
		assert_text(dec_text_kept(a, got), rows[i].want);
	}
	arena_free(a);
}

static void dec__text_that_is_no_number__is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {"", ".", "inf", "nan", "1.2.3", "1e", "--1", "1 ", "0x10",
	        "1,5", "1e9999999", "12345678901234567890123456789012345.5"};
	struct dec value;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(dec_parse(text_from(bad[i]), &value));
}

static void calendar__days__count_both_ways(void **state)
{
	(void)state;
	for (int64_t days = -800000; days < 800000; days += 37) {
		struct date day = date_from_days(days);
		assert_true(date_valid(day.year, day.month, day.day));
		assert_int_equal(date_to_days(day), days);
	}
	struct date far = {DATE_YEAR_MAX, 12, 31};
	assert_int_equal(date_cmp(date_from_days(date_to_days(far)), far), 0);
	assert_int_equal(date_weekday((struct date){2026, 11, 23}), MONDAY);
	assert_int_equal(date_iso_week((struct date){2027, 1, 1}), 53);
}

static void calendar__months__clamp_to_the_last_day(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct date jan = {2026, 1, 31};
	assert_text(date_text(a, date_add_months(jan, 1)), "2026-02-28");
	assert_text(date_text(a, date_add_months(jan, 25)), "2028-02-29");
	assert_text(date_text(a, date_add_months(jan, -2)), "2025-11-30");
	arena_free(a);
}

static void calendar__text__is_read_strictly(void **state)
{
	(void)state;
	static const char *const bad[] = {"2026-02-30", "2026-2-3", "26-02-03", "2026-02-03 ",
	        "02026-01-01", "2026-13-01", "", "-0000-00-01"};
	struct date day;
	struct period p;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(date_parse(text_from(bad[i]), &day));
	assert_true(date_parse(TEXT("-0044-03-15"), &day) && day.year == -44);
	assert_true(period_parse(TEXT("P1Y2M3W4DT5H6M7S"), &p));
	assert_true(p.months == 14 && p.days == 25 && p.seconds == 18367);
	assert_false(period_parse(TEXT("P"), &p));
	assert_false(period_parse(TEXT("PT"), &p));
	assert_false(period_parse(TEXT("P1H"), &p));
	assert_false(period_parse(TEXT("P999999999999999999Y"), &p) && p.months < 0);
}

static void zone__berlin__knows_both_changes(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct errinfo e;
	const struct zone *z;
	struct instant t;
	assert_int_equal(zone_open(a, TEXT("Europe/Berlin"), &z, &e), OK);
	assert_true(instant_parse(TEXT("2026-10-24T20:00:00+02:00"), &t));
	t.ms += 24 * 3600 * 1000;
	struct local wall = local_at(z, t);
	assert_true(wall.date.day == 25 && wall.second == 19 * 3600 && wall.offset == 3600);
	/* 02:30 does not exist on 29 March 2026 and exists twice on 25 October. */
	t = instant_of(z, (struct date){2026, 3, 29}, 9000);
	assert_text(instant_text(a, t), "2026-03-29T01:30:00.000Z");
	t = instant_of(z, (struct date){2026, 10, 25}, 9000);
	assert_text(instant_text(a, t), "2026-10-25T00:30:00.000Z");
	/* Far years follow the same rules. */
	t = instant_of(z, (struct date){3026, 7, 1}, 0);
	assert_text(instant_text(a, t), "3026-06-30T22:00:00.000Z");
	assert_int_equal(zone_open(a, TEXT("Europe/Atlantis"), &z, &e), ERR_NOT_FOUND);
	arena_free(a);
}

static struct instant fixed_now(void *self)
{
	return *(struct instant *)self;
}

static void id__made_later__sorts_later(void **state)
{
	(void)state;
	struct instant t = {1795466480000};
	struct clock c = {fixed_now, &t};
	struct randomness r = randomness_system();
	char first[ID_SIZE], second[ID_SIZE];
	id_make(&c, &r, first);
	t.ms++;
	id_make(&c, &r, second);
	assert_true(id_valid(text_from(first)));
	assert_true(strcmp(first, second) < 0);
	assert_false(id_valid(TEXT("01ARZ3NDEKTSV4RRFFQ69G5FAU")));
}

static void hex__round_trip__refuses_other_lengths(void **state)
{
	(void)state;
	unsigned char in[] = {0, 0x7f, 0xff}, back[3];
	char z[7];
	hex_put(z, in, sizeof in);
	assert_string_equal(z, "007fff");
	assert_true(hex_take(text_from(z), back, 3));
	assert_memory_equal(in, back, 3);
	assert_false(hex_take(TEXT("007ff"), back, 3));
	assert_false(hex_take(TEXT("00 fff"), back, 3));
}

static void err__place__is_kept_from_the_first_who_knows(void **state)
{
	(void)state;
	struct errinfo e;
	assert_int_equal(fail(&e, ERR_LIMIT, "%d too many", 3), ERR_LIMIT);
	fail_at(&e, "form.json", 7);
	assert_int_equal(fail_at(&e, "outer", 9), ERR_LIMIT);
	assert_string_equal(e.where, "form.json");
	assert_int_equal(e.line, 7);
	assert_string_equal(e.message, "3 too many");
}

static void digest__known_vectors__give_their_hash(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	assert_text(digest_hex(a, TEXT_NONE),
	        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_text(digest_hex(a, TEXT("abc")),
	        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	struct digest d;
	digest_begin(&d);
	digest_add(&d, TEXT("a"));
	digest_add(&d, TEXT("bc"));
	struct text pieces = digest_end_hex(a, &d);
	assert_true(text_eq(pieces, digest_hex(a, TEXT("abc"))));
	assert_true(digest_is_hex(pieces));
	assert_false(digest_is_hex(TEXT("ABC")));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(digest__known_vectors__give_their_hash),
	        cmocka_unit_test(arena__pushed_array__keeps_content_while_growing),
	        cmocka_unit_test(arena__limit_passed__says_so_until_reset),
	        cmocka_unit_test(text__split__gives_every_piece),
	        cmocka_unit_test(text__find__sees_overlapping_starts),
	        cmocka_unit_test(text__int__refuses_what_does_not_fit),
	        cmocka_unit_test(utf8__bad_bytes__are_refused),
	        cmocka_unit_test(text__unicode__is_composed_and_mapped),
	        cmocka_unit_test(buf__maximum_passed__drops_the_write_and_tells),
	        cmocka_unit_test(dec__arithmetic__is_exact),
	        cmocka_unit_test(dec__quantize__follows_each_rounding),
	        cmocka_unit_test(dec__text_that_is_no_number__is_refused),
	        cmocka_unit_test(calendar__days__count_both_ways),
	        cmocka_unit_test(calendar__months__clamp_to_the_last_day),
	        cmocka_unit_test(calendar__text__is_read_strictly),
	        cmocka_unit_test(zone__berlin__knows_both_changes),
	        cmocka_unit_test(id__made_later__sorts_later),
	        cmocka_unit_test(hex__round_trip__refuses_other_lengths),
	        cmocka_unit_test(err__place__is_kept_from_the_first_who_knows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
