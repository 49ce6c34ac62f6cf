/* The vectors of tests/cases/law/vectors.json: each row is a test of its own, named by its
 * number, with the norm and the reason beside it in the file. */
#include "unit.h"

#include "format/json.h"
#include "law/law.h"

struct fixture {
	struct arena *arena;
	struct law_calendar *cal;
	const struct zone *berlin;
	const struct json *ask, *want;
};

static struct text read_file(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		fail_msg("cannot open %s", path);
	enum { SIZE_MAX_BYTES = 1 << 20 };
	char *bytes = arena_alloc(a, SIZE_MAX_BYTES);
	size_t len = fread(bytes, 1, SIZE_MAX_BYTES, f);
	fclose(f);
	return (struct text){bytes, len};
}

static struct date day_of(const struct json *j, const char *name)
{
	struct date d = {0};
	struct text t = json_text(j, name);
	if (t.len && !date_parse(t, &d))
		fail_msg("%s is no day: %.*s", name, TEXT_ARG(t));
	return d;
}

static struct law_place place_of(const struct json *j)
{
	return (struct law_place){json_text(j, "ags"), json_text(j, "part")};
}

static enum law_procedure procedure_of(const struct json *j)
{
	enum law_procedure p = LAW_GENERAL;
	struct text t = json_text(j, "procedure");
	assert_true(t.len == 0 || law_procedure_parse(t, &p));
	return p;
}

static void want_day(struct fixture *f, const char *name, struct date got)
{
	struct text want = json_text(f->want, name);
	if (want.len && !text_eq(date_text(f->arena, got), want))
		fail_msg("%s: got %.*s, expected %.*s", name, TEXT_ARG(date_text(f->arena, got)),
		        TEXT_ARG(want));
}

static bool step_is(struct fixture *f, const struct law_step *s, struct text want)
{
	struct text rule, day, holiday;
	if (!text_split(&want, ' ', &rule) || !text_eq(rule, text_from(s->rule)))
		return false;
	if (text_split(&want, ' ', &day) && !text_eq(day, date_text(f->arena, s->day)))
		return false;
	if (!text_split(&want, ' ', &holiday))
		return true;
	return text_ends(s->params[0].text, holiday);
}

/* "rule", "rule day", "rule day holiday"; "!..." must not be there. */
static void want_why(struct fixture *f, const struct law_why *why)
{
	size_t count = 0;
	const struct json *items = json_items(f->want, "why", &count);
	assert_true(count > 0);
	for (size_t i = 0; i < count; i++) {
		struct text want = items[i].text;
		bool absent = want.len && want.ptr[0] == '!';
		want = text_part(want, absent, want.len);
		bool found = false;
		for (size_t k = 0; k < why->count; k++)
			found |= step_is(f, &why->steps[k], want);
		if (found == absent)
			fail_msg("reason %s: %.*s", absent ? "not expected" : "missing",
			        TEXT_ARG(want));
	}
}

static void want_deadline(struct fixture *f, const struct law_deadline *d)
{
	want_day(f, "raw", d->raw_end);
	want_day(f, "end", d->end);
	want_day(f, "over", d->over);
	assert_int_equal(date_to_days(d->over), date_to_days(d->end) + 1);
	want_why(f, &d->why);
}

static void run_deadline(struct fixture *f)
{
	struct law_ask ask = {.event = day_of(f->ask, "event"), .place = place_of(f->ask)};
	struct law_extension extensions[4] = {0};
	assert_ok(law_length_parse(json_text(f->ask, "length"), &ask.length, &e));
	assert_true(law_shift_parse(json_text(f->ask, "shift"), &ask.shift));
	ask.start = text_is(json_text(f->ask, "start"), "day") ? LAW_FROM_DAY : LAW_FROM_EVENT;
	const struct json *items = json_items(f->ask, "extensions", &ask.extension_count);
	for (size_t i = 0; i < ask.extension_count; i++) {
		extensions[i].reason = json_text(&items[i], "reason");
		assert_ok(law_length_parse(
		        json_text(&items[i], "length"), &extensions[i].length, &e));
	}
	ask.extensions = extensions;
	struct law_deadline d;
	assert_ok(law_deadline(f->arena, f->cal, &ask, &d, &e));
	want_deadline(f, &d);
}

static void run_life_month(struct fixture *f)
{
	struct date from, to;
	int n = (int)json_int(f->ask, "n", 0);
	assert_ok(law_life_month(day_of(f->ask, "born"), n, &from, &to, &e));
	want_day(f, "from", from);
	want_day(f, "to", to);
}

static void run_life_month_of(struct fixture *f)
{
	int n = 0;
	assert_ok(law_life_month_of(day_of(f->ask, "born"), day_of(f->ask, "day"), &n, &e));
	assert_int_equal(n, json_int(f->want, "n", -1));
}

static void notify(struct fixture *f, struct law_effect *out)
{
	struct law_notification n = {.sent = day_of(f->ask, "sent"),
	        .retrieved = day_of(f->ask, "retrieved"),
	        .today = day_of(f->ask, "today"),
	        .procedure = procedure_of(f->ask),
	        .consent = json_bool(f->ask, "consent", false),
	        .disputed = json_bool(f->ask, "disputed", false),
	        .place = place_of(f->ask)};
	assert_true(law_regime_parse(json_text(f->ask, "regime"), &n.regime));
	struct text shift = json_text(f->ask, "announce_shift");
	assert_true(shift.len == 0 || law_shift_parse(shift, &n.announce_shift));
	if (shift.len == 0)
		n.announce_shift = LAW_SHIFT_NONE;
	assert_ok(law_effect(f->arena, f->cal, &n, out, &e));
}

static void run_effect(struct fixture *f)
{
	static const char *const states[] = {"effective", "open", "not_announced"};
	struct law_effect effect;
	notify(f, &effect);
	assert_text(json_text(f->want, "state"), states[effect.state]);
	want_day(f, "effect", effect.effect);
	want_day(f, "provision_ends", effect.provision_ends);
	want_why(f, &effect.why);
}

static void run_remedy(struct fixture *f)
{
	struct law_effect effect;
	notify(f, &effect);
	want_day(f, "effect", effect.effect);
	struct law_remedy_ask ask = {.procedure = procedure_of(f->ask), .place = place_of(f->ask)};
	struct law_remedy r;
	assert_ok(law_remedy(f->arena, f->cal, &effect, &ask, &r, &e));
	want_day(f, "end", r.shown);
	bool moved = text_is(json_text(f->ask, "announce_shift"), "next-working-day");
	struct date other = moved ? r.plain.end : r.shifted.end;
	/* where both variants are the same day there is only one fiction to move */
	if (date_cmp(effect.effect_raw, effect.effect_shifted) == 0)
		other = r.shown;
	want_day(f, "other_end", other);
	struct date last = date_cmp(r.shown, other) > 0 ? r.shown : other;
	assert_int_equal(date_cmp(r.last, last), 0);
	assert_int_equal(date_to_days(r.final_from), date_to_days(last) + 1);
	struct law_why all = {0};
	for (size_t i = 0; i < effect.why.count; i++)
		*ARENA_PUSH(f->arena, all.steps, all.count, all.cap) = effect.why.steps[i];
	for (size_t i = 0; i < r.why.count; i++)
		*ARENA_PUSH(f->arena, all.steps, all.count, all.cap) = r.why.steps[i];
	want_why(f, &all);
}

static void run_remedy_of(struct fixture *f)
{
	struct date day = day_of(f->ask, "effect");
	struct law_effect effect = {.effect = day, .effect_raw = day, .effect_shifted = day};
	struct law_remedy_ask ask = {.procedure = procedure_of(f->ask),
	        .place = place_of(f->ask),
	        .instruction_missing = json_bool(f->ask, "instruction_missing", false),
	        .abroad = json_bool(f->ask, "abroad", false)};
	struct law_remedy r;
	assert_ok(law_remedy(f->arena, f->cal, &effect, &ask, &r, &e));
	want_deadline(f, &r.plain);
}

static void run_inactivity(struct fixture *f)
{
	struct text court = json_text(f->ask, "court");
	enum law_inactivity kind = text_is(court, "general")  ? LAW_INACTIVITY_GENERAL
	                           : text_is(court, "social") ? LAW_INACTIVITY_SOCIAL
	                                                      : LAW_INACTIVITY_SOCIAL_OBJECTION;
	struct law_deadline d;
	struct date alarm;
	assert_ok(law_inactivity(f->arena, kind, day_of(f->ask, "applied"), &d, &alarm, &e));
	want_day(f, "alarm", alarm);
	want_deadline(f, &d);
}

static void run_restoration(struct fixture *f)
{
	struct law_restoration r;
	assert_ok(law_restoration(f->arena, f->cal, LAW_GENERAL, place_of(f->ask),
	        day_of(f->ask, "obstacle_ended"), day_of(f->ask, "missed_end"), &r, &e));
	want_day(f, "last", r.last);
	assert_int_equal(r.excluded, json_bool(f->want, "excluded", true));
	want_deadline(f, &r.request);
}

static void run_named_day(struct fixture *f)
{
	struct law_deadline d;
	assert_ok(law_named_day(f->arena, day_of(f->ask, "day"), &d, &e));
	want_deadline(f, &d);
}

static void run_hours(struct fixture *f)
{
	struct instant event, want;
	struct law_length length;
	struct law_hours_end end;
	assert_true(instant_parse(json_text(f->ask, "event"), &event));
	assert_true(instant_parse(json_text(f->want, "moment"), &want));
	assert_ok(law_length_parse(json_text(f->ask, "length"), &length, &e));
	assert_ok(law_hours(f->arena, event, &length, &end, &e));
	assert_int_equal(end.end.ms, want.ms);
	struct local l = local_at(f->berlin, end.end);
	struct text local =
	        text_format(f->arena, "%.*s %02d:%02d %+d", TEXT_ARG(date_text(f->arena, l.date)),
	                l.second / 3600, l.second / 60 % 60, l.offset);
	assert_text(local, text_z(f->arena, json_text(f->want, "local")));
	want_why(f, &end.why);
}

static void run_draft(struct fixture *f)
{
	struct law_draft d;
	assert_ok(law_draft(f->arena, day_of(f->ask, "last_edit"), &d, &e));
	want_day(f, "last", d.last);
	want_day(f, "purge", d.purge);
	want_day(f, "notice_first", d.notice_first);
	want_day(f, "notice_last", d.notice_last);
	want_why(f, &d.why);
}

static void run_retention(struct fixture *f)
{
	struct law_deadline d;
	assert_ok(law_retention(f->arena, day_of(f->ask, "event"),
	        (int)json_int(f->ask, "years", -1), json_bool(f->ask, "from_year_end", false),
	        (struct date){0}, TEXT("Akte"), &d, &e));
	want_deadline(f, &d);
}

static void run_single_contact(struct fixture *f)
{
	struct law_single_contact c;
	assert_ok(law_single_contact(f->arena, day_of(f->ask, "arrived"), &c, &e));
	want_day(f, "deemed", c.deemed);
	want_day(f, "kept", c.kept);
	want_why(f, &c.why);
}

static const struct {
	const char *kind;
	void (*run)(struct fixture *f);
} runners[] = {
        {"deadline", run_deadline},
        {"life_month", run_life_month},
        {"life_month_of", run_life_month_of},
        {"effect", run_effect},
        {"remedy", run_remedy},
        {"remedy_of", run_remedy_of},
        {"inactivity", run_inactivity},
        {"restoration", run_restoration},
        {"named_day", run_named_day},
        {"hours", run_hours},
        {"draft", run_draft},
        {"retention", run_retention},
        {"single_contact", run_single_contact},
};

static void vector__of_the_table__gives_day_and_reason(void **state)
{
	const struct json *vector = *state;
	struct fixture f = {.arena = arena_new(0)};
	struct text holidays = read_file(f.arena, "services/_law/holidays.json");
	assert_ok(law_calendar_read(f.arena, holidays, &f.cal, &e));
	assert_ok(zone_open(f.arena, TEXT("Europe/Berlin"), &f.berlin, &e));
	size_t count = 0;
	const struct json *cases = json_items(vector, "cases", &count);
	assert_true(count > 0);
	for (size_t i = 0; i < count; i++) {
		f.ask = json_get(&cases[i], "ask");
		f.want = json_get(&cases[i], "want");
		bool known = false;
		for (size_t k = 0; k < sizeof runners / sizeof runners[0]; k++) {
			if (!text_is(json_text(f.ask, "kind"), runners[k].kind))
				continue;
			runners[k].run(&f);
			known = true;
		}
		assert_true(known);
	}
	arena_free(f.arena);
}

int main(void)
{
	struct arena *a = arena_new(0);
	const struct json *doc;
	struct errinfo e = {0};
	if (json_parse(a, read_file(a, "tests/cases/law/vectors.json"), "vectors.json", &doc, &e)) {
		print_error("%s\n", e.message);
		return 1;
	}
	struct CMUnitTest *tests = ARENA_ARRAY(a, doc->count, struct CMUnitTest);
	for (size_t i = 0; i < doc->count; i++) {
		struct text id = json_text(&doc->items[i], "id");
		struct text name = text_format(
		        a, "vector_%.*s__of_the_table__gives_day_and_reason", TEXT_ARG(id));
		tests[i].name = text_z(a, name);
		tests[i].test_func = vector__of_the_table__gives_day_and_reason;
		tests[i].initial_state = (void *)(uintptr_t)&doc->items[i];
	}
	int failed = doc->count == 65
	                     ? _cmocka_run_group_tests("law_vectors", tests, doc->count, NULL, NULL)
	                     : 1;
	arena_free(a);
	return failed;
}
