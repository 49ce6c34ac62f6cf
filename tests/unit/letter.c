#include "unit.h"

#include "base/buf.h"
#include "base/world.h"
#include "format/letter.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

struct desk {
	struct arena *a;
	struct letter_helper *helper; /* NULL: Node or its packages are missing */
	char *package;
	struct text data;
};

/* An absolute path below the repository, where the tests run. */
static char *path_of(struct arena *a, const char *relative)
{
	char here[PATH_MAX];
	assert_non_null(getcwd(here, sizeof here));
	return text_z(a, text_format(a, "%s/%s", here, relative));
}

static struct text file_read(struct arena *a, const char *path)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		fail_msg("%s cannot be read: run from the root of the repository", path);
	char *bytes = arena_alloc(a, 100000);
	size_t size = fread(bytes, 1, 100000, file);
	fclose(file);
	return (struct text){bytes, size};
}

static enum err helper_with(struct desk *d, const char *node, const char *script, int timeout_ms)
{
	struct letter_settings settings = {
	        .node = node,
	        .script = path_of(d->a, script),
	        .shared = path_of(d->a, "services/_letters"),
	        .timeout_ms = timeout_ms,
	};
	struct errinfo e;
	return letter_helper_open(&settings, &d->helper, &e);
}

static struct desk desk_bare(void)
{
	struct desk d = {.a = arena_new(0)};
	d.package = path_of(d.a, "tests/letters/package");
	d.data = file_read(d.a, "tests/letters/data.json");
	return d;
}

/* A desk with the real helper; skips the test where Node or its packages are missing. */
static struct desk desk_real(void)
{
	struct desk d = desk_bare();
	const char *binding = "ui/node_modules/@myriaddreamin";
	if (access(binding, R_OK) == 0 &&
	        helper_with(&d, NULL, "ui/helper/letters.mjs", 60000) == OK)
		return d;
	arena_free(d.a);
	printf("skip: letters need Node and ui/node_modules (packaging/setup run)\n");
	skip();
	return d;
}

static struct desk desk_fake(const char *script, int timeout_ms)
{
	struct desk d = desk_bare();
	assert_int_equal(helper_with(&d, "/bin/sh", script, timeout_ms), OK);
	return d;
}

static void desk_free(struct desk *d)
{
	letter_helper_close(d->helper);
	arena_free(d->a);
}

static struct letter_request request_for(const struct desk *d, const char *template)
{
	return (struct letter_request){
	        .package = d->package,
	        .template = template,
	        .data = d->data,
	        .made_at = 1767225600,
	};
}

static enum err render(struct desk *d, const char *template, struct letter *out, struct errinfo *e)
{
	struct letter_request r = request_for(d, template);
	return letter_render(d->helper, &r, d->a, out, e);
}

static bool holds(struct text t, const char *what)
{
	return text_find(t, text_from(what), 0) != SIZE_MAX;
}

static void letter__notice__is_a_tagged_archive_pdf(void **state)
{
	(void)state;
	struct desk d = desk_real();
	struct letter letter;
	assert_ok(render(&d, "notice", &letter, &e));
	assert_true(text_starts(letter.pdf, TEXT("%PDF-1.7")));
	assert_int_equal(letter.pages, 2);
	assert_int_equal(letter.replaced.len, 0);
	assert_true(holds(letter.pdf, "/StructTreeRoot"));
	assert_true(holds(letter.pdf, "pdfaid:part>2<"));
	assert_true(holds(letter.pdf, "pdfaid:conformance>A<"));

	struct letter_request r = request_for(&d, "notice");
	r.standard = LETTER_PDF_UA_1;
	assert_ok(letter_render(d.helper, &r, d.a, &letter, &e));
	assert_true(holds(letter.pdf, "pdfuaid:part>1<"));
	desk_free(&d);
}

static void letter__same_request__gives_same_bytes(void **state)
{
	(void)state;
	struct desk d = desk_real();
	struct letter first, second, third;
	assert_ok(render(&d, "notice", &first, &e));
	assert_ok(render(&d, "receipt", &second, &e));
	assert_false(text_eq(first.pdf, second.pdf));
	assert_ok(render(&d, "notice", &second, &e));
	assert_true(text_eq(first.pdf, second.pdf));
	assert_int_equal(kill(letter_helper_pid(d.helper), SIGKILL), 0);
	assert_ok(render(&d, "notice", &third, &e));
	assert_true(text_eq(first.pdf, third.pdf));
	desk_free(&d);
}

static void letter__parts__come_in_order_with_free_text_as_typed(void **state)
{
	(void)state;
	struct desk d = desk_real();
	struct letter_request r = request_for(&d, "notice");
	struct letter_parts parts;
	assert_ok(letter_list_parts(d.helper, &r, d.a, &parts, &e));
	static const struct {
		enum letter_part_kind kind;
		const char *id;
		const char *caption;
	} rows[] = {
	        {LETTER_PART_LOCKED, "decision", "Entscheidung, aus der Berechnung"},
	        {LETTER_PART_FIXED, "", ""},
	        {LETTER_PART_FREE, "reason", "Begründung"},
	        {LETTER_PART_LOCKED, "amounts", "Beträge, WoGG § 24 Absatz 3"},
	        {LETTER_PART_LOCKED, "duties", "Ihre Pflichten, WoGG § 27 und § 28"},
	        {LETTER_PART_FREE, "hint", "Persönlicher Hinweis"},
	        {LETTER_PART_LOCKED, "remedy", "Rechtsbehelf, Textfassung 2026-01"},
	};
	assert_int_equal(parts.count, sizeof rows / sizeof *rows);
	for (size_t i = 0; i < parts.count; i++) {
		assert_int_equal(parts.items[i].kind, rows[i].kind);
		assert_text(parts.items[i].id, rows[i].id);
		assert_text(parts.items[i].caption, rows[i].caption);
	}
	assert_true(
	        holds(parts.items[0].text, "Wohngeld\t216 Euro im Monat\nZeitraum\t1. November"));
	assert_text(parts.items[1].text, "Warum wir so entscheiden");
	assert_true(
	        holds(parts.items[2].text, "Vorgelegt haben Sie:\n\n- den Mietvertrag,\n- die"));
	assert_true(
	        holds(parts.items[3].text, "Gesamteinkommen\t1.384,25\nWohngeld im Monat\t216,00"));
	assert_true(holds(parts.items[5].text, "#text(red)[Das hier ist *kein* Markup.]"));
	desk_free(&d);
}

static void letter__template_error__names_file_and_line(void **state)
{
	(void)state;
	struct desk d = desk_real();
	struct letter letter;
	struct errinfo why = {0};
	assert_int_equal(render(&d, "broken", &letter, &why), ERR_INVALID);
	assert_string_equal(why.where, "letters/broken.typ");
	assert_int_equal(why.line, 4);
	assert_non_null(strstr(why.message, "nothing"));
	pid_t before = letter_helper_pid(d.helper);
	assert_int_equal(render(&d, "nowhere", &letter, &why), ERR_NOT_FOUND);
	assert_int_equal(render(&d, "../notice", &letter, &why), ERR_INVALID);
	struct letter_request other = request_for(&d, "notice");
	other.shared = d.package; /* has no letter.typ */
	assert_int_equal(letter_render(d.helper, &other, d.a, &letter, &why), ERR_INVALID);
	assert_string_equal(why.where, "letters/notice.typ");
	assert_int_equal(why.line, 1);
	assert_ok(render(&d, "notice", &letter, &e));
	assert_int_equal(letter_helper_pid(d.helper), before);
	desk_free(&d);
}

static void letter__outside_of_the_roots__is_refused(void **state)
{
	(void)state;
	struct desk d = desk_real();
	struct letter letter;
	struct errinfo why = {0};
	assert_int_equal(render(&d, "outside", &letter, &why), ERR_INVALID);
	assert_string_equal(why.where, "letters/outside.typ");
	assert_int_equal(why.line, 4);
	assert_int_equal(render(&d, "packages", &letter, &why), ERR_INVALID);
	assert_int_equal(why.line, 1);
	assert_non_null(strstr(why.message, "packages from outside"));
	desk_free(&d);
}

static void letter__character_without_font__is_replaced_and_named(void **state)
{
	(void)state;
	struct desk d = desk_real();
	struct buf b;
	buf_init(&b, 100000);
	size_t at = text_find(d.data, TEXT("Erika Mustermann"), 0);
	buf_add(&b, text_part(d.data, 0, at));
	buf_add_z(&b, "Ḫadiǧa ʾAlī 你");
	buf_add(&b, text_part(d.data, at, d.data.len));
	d.data = buf_text(&b);
	struct letter letter;
	assert_ok(render(&d, "notice", &letter, &e));
	assert_text(letter.replaced, "你");
	buf_free(&b);
	desk_free(&d);
}

static void *kill_soon(void *pid)
{
	struct timespec pause = {.tv_nsec = 150000000};
	nanosleep(&pause, NULL);
	kill(*(pid_t *)pid, SIGKILL);
	return NULL;
}

static void letter__helper_killed_during_request__answers_from_a_new_one(void **state)
{
	(void)state;
	struct desk d = desk_real();
	struct letter letter;
	assert_ok(render(&d, "notice", &letter, &e));
	pid_t first = letter_helper_pid(d.helper);
	pthread_t killer;
	assert_int_equal(pthread_create(&killer, NULL, kill_soon, &first), 0);
	assert_ok(render(&d, "slow", &letter, &e));
	pthread_join(killer, NULL);
	assert_int_not_equal(letter_helper_pid(d.helper), first);
	assert_int_equal(letter.pages, 1);
	desk_free(&d);
}

static void letter__data_too_large__is_refused_before_the_helper(void **state)
{
	(void)state;
	struct desk d = desk_fake("tests/letters/helpers/dies.sh", 1000);
	struct letter letter;
	struct errinfo why = {0};
	d.data.len = LETTER_DATA_MAX + 1;
	assert_int_equal(render(&d, "notice", &letter, &why), ERR_LIMIT);
	assert_int_equal(letter_helper_pid(d.helper), 0);
	desk_free(&d);
}

static void letter__helper_dies_always__pauses_longer_and_longer(void **state)
{
	(void)state;
	struct desk d = desk_fake("tests/letters/helpers/dies.sh", 5000);
	struct letter letter;
	struct errinfo why = {0};
	assert_int_equal(render(&d, "notice", &letter, &why), ERR_IO);
	assert_int_equal(letter_helper_pid(d.helper), 0);
	assert_int_equal(render(&d, "notice", &letter, &why), ERR_BUSY);
	assert_non_null(strstr(why.message, "failed 2 times"));
	struct timespec pause = {.tv_nsec = 110000000};
	nanosleep(&pause, NULL);
	assert_int_not_equal(render(&d, "notice", &letter, &why), OK);
	assert_int_equal(render(&d, "notice", &letter, &why), ERR_BUSY);
	assert_non_null(strstr(why.message, "failed 3 times"));
	desk_free(&d);
}

static void letter__helper_hangs__is_killed_at_the_deadline(void **state)
{
	(void)state;
	struct desk d = desk_fake("tests/letters/helpers/hangs.sh", 200);
	struct letter letter;
	struct errinfo why = {0};
	int64_t start = monotonic_ms();
	assert_int_equal(render(&d, "notice", &letter, &why), ERR_BUSY);
	assert_in_range(monotonic_ms() - start, 200, 5000);
	assert_int_equal(letter_helper_pid(d.helper), 0);
	desk_free(&d);
}

static void letter__helper_talks_nonsense__is_killed(void **state)
{
	(void)state;
	static const struct {
		const char *script;
		enum err err;
	} rows[] = {
	        {"tests/letters/helpers/floods.sh", ERR_LIMIT},
	        {"tests/letters/helpers/lies.sh", ERR_IO},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct desk d = desk_fake(rows[i].script, 5000);
		struct letter letter;
		struct errinfo why = {0};
		assert_int_equal(render(&d, "notice", &letter, &why), rows[i].err);
		assert_int_equal(letter_helper_pid(d.helper), 0);
		desk_free(&d);
	}
}

static void letter__missing_program__is_said_at_the_start(void **state)
{
	(void)state;
	struct desk d = desk_bare();
	assert_int_equal(
	        helper_with(&d, "/nowhere/node", "ui/helper/letters.mjs", 0), ERR_NOT_FOUND);
	assert_int_equal(helper_with(&d, "node", "ui/helper/letters.mjs", 0), ERR_INVALID);
	assert_int_equal(helper_with(&d, "/bin/sh", "ui/helper/nothing.mjs", 0), ERR_NOT_FOUND);
	assert_null(d.helper);
	desk_free(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(letter__notice__is_a_tagged_archive_pdf),
	        cmocka_unit_test(letter__same_request__gives_same_bytes),
	        cmocka_unit_test(letter__parts__come_in_order_with_free_text_as_typed),
	        cmocka_unit_test(letter__template_error__names_file_and_line),
	        cmocka_unit_test(letter__outside_of_the_roots__is_refused),
	        cmocka_unit_test(letter__character_without_font__is_replaced_and_named),
	        cmocka_unit_test(letter__helper_killed_during_request__answers_from_a_new_one),
	        cmocka_unit_test(letter__data_too_large__is_refused_before_the_helper),
	        cmocka_unit_test(letter__helper_dies_always__pauses_longer_and_longer),
	        cmocka_unit_test(letter__helper_hangs__is_killed_at_the_deadline),
	        cmocka_unit_test(letter__helper_talks_nonsense__is_killed),
	        cmocka_unit_test(letter__missing_program__is_said_at_the_start),
	};
	return cmocka_run_group_tests_name("letter", tests, NULL, NULL);
}
