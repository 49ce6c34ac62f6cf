/* A golden case from the first page to the archive. */
#include "cli/stage.h"

static struct text who_name(const struct json *test, const char *field)
{
	return json_text(json_get(json_get(test, "who"), "citizen"), field);
}

static void set_citizen(struct stage *s)
{
	const struct json *c = json_get(json_get(s->test, "who"), "citizen");
	struct people_citizen *p = &s->citizen;
	p->id = TEXT("citizen-1");
	p->name = who_name(s->test, "name");
	p->given_name = who_name(s->test, "given_name");
	p->family_name = who_name(s->test, "family_name");
	p->mail = who_name(s->test, "mail");
	p->street = who_name(s->test, "street");
	p->house_number = who_name(s->test, "house_number");
	p->postcode = who_name(s->test, "postcode");
	p->city = who_name(s->test, "city");
	p->ags = who_name(s->test, "ags");
	if (!date_parse(json_text(c, "birth_date"), &p->birth_date))
		p->birth_date = (struct date){0};
	if (!people_trust_parse(json_text(c, "trust"), &p->trust))
		p->trust = PEOPLE_TRUST_SUBSTANTIAL;
	s->applicant = (struct people_actor){
	        .kind = c ? PEOPLE_CITIZEN : PEOPLE_ANONYMOUS,
	        .id = c ? p->id : TEXT_NONE,
	        .name = p->name,
	        .trust = c ? p->trust : PEOPLE_TRUST_NONE,
	};
}

static bool set_clock(struct stage *s)
{
	struct text t = json_text(s->test, "clock");
	struct date day;
	int64_t hour, minute;
	if (t.len != 16 || !date_parse(text_part(t, 0, 10), &day) ||
	        !text_int(text_part(t, 11, 13), &hour) || !text_int(text_part(t, 14, 16), &minute))
		return false;
	s->now = instant_of(s->g->zone, day, (int32_t)(hour * 3600 + minute * 60));
	return true;
}

static bool restart_stage(struct stage *s)
{
	struct errinfo e = {0};
	stage_close(s);
	if (stage_open(s, &e) == OK)
		return true;
	golden_say(s->r, "restart: %s", e.message);
	return false;
}

void golden_play(struct stage *s, bool (*between)(struct stage *s))
{
	size_t count;
	const struct json *acts = json_items(s->test, "do", &count);
	for (size_t i = 0; i < count && i < GOLDEN_ACTS_MAX; i++) {
		golden_act(s, &acts[i]);
		if (s->r->count) {
			golden_say(s->r, "in act %zu", i + 1);
			return;
		}
		if (between && !between(s))
			return;
	}
	const struct json *expect = json_get(s->test, "expect");
	if (expect)
		golden_expect(s, expect);
}

void golden_path(struct golden *g, const struct json *test, bool restart, struct golden_report *r)
{
	struct stage s = {
	        .g = g,
	        .test = test,
	        .a = arena_new(0),
	        .r = r,
	        .language = TEXT("de"),
	        .answers = json_new_object(),
	};
	struct errinfo e = {0};
	set_citizen(&s);
	if (!set_clock(&s))
		golden_say(r, "clock is not of the form 2026-08-03T09:00");
	else if (golden_adoption(g, test, s.a, &s.adoption, &e) != OK || stage_open(&s, &e) != OK)
		golden_say(r, "%s: %s", e.where, e.message);
	else
		golden_play(&s, restart ? restart_stage : NULL);
	stage_close(&s);
	stage_remove(&s);
	arena_free(s.a);
}
