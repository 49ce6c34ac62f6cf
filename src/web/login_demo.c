/* The page of the demonstration's identity provider. It proves nothing and says so. */
#include "web/field.h"
#include "web/guard.h"

#include <string.h>

enum { OTHER_FIELDS = 7, PERSONS_MAX = 50, LEVELS = 3 };

struct demo_page {
	struct text state;
	struct web_field person, trust;
	struct web_field *fields;
	size_t field_count;
	bool open;
};

static const struct html_type demo_type = HTML_TYPE(struct demo_page,
        HTML_MEMBER(struct demo_page, state), HTML_SUB(struct demo_page, person, &web_field_type),
        HTML_SUB(struct demo_page, trust, &web_field_type),
        HTML_LIST(struct demo_page, fields, field_count, &web_field_type),
        HTML_MEMBER(struct demo_page, open));
const struct web_page demo_login_page = {"login/demo", &demo_type};

static struct web_field line(struct web_request *r, const char *name, const char *key)
{
	return (struct web_field){.kind = "text",
	        .id = text_from(name),
	        .name = text_from(name),
	        .label = web_text(r, key),
	        .value = web_field(r, name),
	        .optional = true};
}

static void fill_persons(struct web_request *r, const struct people_demo *d, struct web_field *f)
{
	size_t count;
	const struct people_citizen *persons = people_demo_persons(d, &count);
	count = count < PERSONS_MAX ? count : PERSONS_MAX;
	*f = (struct web_field){.kind = "radio",
	        .id = TEXT("person"),
	        .name = TEXT("person"),
	        .label = web_text(r, "login.demo.person")};
	f->options = ARENA_ARRAY(r->arena, count + 1, struct web_option);
	for (size_t i = 0; i <= count; i++) {
		struct web_option *o = &f->options[f->option_count++];
		o->id = i ? text_format(r->arena, "person-%zu", i) : f->id;
		o->value = i < count ? text_format(r->arena, "%zu", i) : TEXT("other");
		o->label = i < count ? persons[i].name : web_text(r, "login.demo.person.other");
		if (i < count)
			o->hint = text_format(r->arena, "%.*s %.*s, %.*s %.*s",
			        TEXT_ARG(persons[i].street), TEXT_ARG(persons[i].house_number),
			        TEXT_ARG(persons[i].postcode), TEXT_ARG(persons[i].city));
		o->selected = text_eq(web_field(r, "person"), o->value);
	}
}

static void fill_trust(struct web_request *r, struct web_field *f)
{
	static const char *const keys[LEVELS] = {
	        "trust.account", "trust.substantial", "trust.high"};
	struct text chosen =
	        web_has_field(r, "trust") ? web_field(r, "trust") : web_query(r, "trust");
	enum people_trust level;
	if (!people_trust_parse(chosen, &level) || level == PEOPLE_TRUST_NONE)
		level = PEOPLE_TRUST_SUBSTANTIAL;
	*f = (struct web_field){.kind = "radio",
	        .id = TEXT("trust"),
	        .name = TEXT("trust"),
	        .label = web_text(r, "login.demo.trust")};
	f->options = ARENA_ARRAY(r->arena, LEVELS, struct web_option);
	for (size_t i = 0; i < LEVELS; i++) {
		enum people_trust t = (enum people_trust)(PEOPLE_TRUST_ACCOUNT + i);
		f->options[f->option_count++] =
		        (struct web_option){.id = i ? text_format(r->arena, "trust-%zu", i) : f->id,
		                .value = text_from(people_trust_name(t)),
		                .label = web_text(r, keys[i]),
		                .selected = t == level};
	}
}

static void fill_page(struct web_request *r, struct demo_page *p)
{
	struct web_field *f = ARENA_ARRAY(r->arena, OTHER_FIELDS + 1, struct web_field);
	fill_persons(r, r->server->config.demo_people, &p->person);
	fill_trust(r, &p->trust);
	p->open = text_is(web_field(r, "person"), "other");
	p->fields = f;
	p->field_count = OTHER_FIELDS + 1;
	f[0] = line(r, "given_name", "login.demo.given");
	f[1] = line(r, "family_name", "login.demo.family");
	f[1].optional = false;
	f[2] = line(r, "birth", "login.demo.birth");
	f[2].kind = "date";
	f[2].day = web_field(r, "birth.day");
	f[2].month = web_field(r, "birth.month");
	f[2].year = web_field(r, "birth.year");
	f[3] = line(r, "street", "login.demo.street");
	f[4] = line(r, "house_number", "login.demo.house");
	f[5] = line(r, "postcode", "login.demo.postcode");
	f[6] = line(r, "city", "login.demo.city");
	f[7] = line(r, "ags", "login.demo.ags");
	f[7].hint = web_text(r, "login.demo.ags.hint");
}

enum err demo_login_show(struct web_request *r, struct errinfo *e)
{
	struct demo_page p = {.state = web_query(r, "state")};
	if (!r->server->config.demo_people)
		return fail(e, ERR_NOT_FOUND, "this is no demonstration");
	fill_page(r, &p);
	return web_page(r, 200, &demo_login_page, &p, e);
}

static enum err again(struct web_request *r, size_t field, const char *key, struct errinfo *e)
{
	struct demo_page p = {.state = web_field(r, "state")};
	fill_page(r, &p);
	struct web_field *f = field == SIZE_MAX ? &p.person : &p.fields[field];
	f->error = web_text(r, key);
	f->day_bad = f->month_bad = f->year_bad = true;
	r->frame.faults = ARENA_NEW(r->arena, struct web_fault);
	r->frame.faults[0] = (struct web_fault){f->id, f->error};
	r->frame.fault_count = 1;
	return web_page(r, 422, &demo_login_page, &p, e);
}

static void read_other(struct web_request *r, struct people_citizen *who)
{
	who->given_name = text_trim(web_field(r, "given_name"));
	who->family_name = text_trim(web_field(r, "family_name"));
	who->name = text_trim(text_format(
	        r->arena, "%.*s %.*s", TEXT_ARG(who->given_name), TEXT_ARG(who->family_name)));
	who->street = text_trim(web_field(r, "street"));
	who->house_number = text_trim(web_field(r, "house_number"));
	who->postcode = text_trim(web_field(r, "postcode"));
	who->city = text_trim(web_field(r, "city"));
	who->ags = text_trim(web_field(r, "ags"));
}

static enum err issue(struct web_request *r, struct people_citizen *who, struct errinfo *e)
{
	struct text code, state = web_field(r, "state");
	if (!people_trust_parse(web_field(r, "trust"), &who->trust))
		who->trust = PEOPLE_TRUST_ACCOUNT;
	TRY(people_demo_issue(r->server->config.demo_people, r->arena, state, who, &code, e));
	struct buf b;
	buf_init(&b, 2048);
	buf_add_z(&b, "/anmelden/zurueck?state=");
	guard_percent(&b, state);
	buf_add_format(&b, "&code=%.*s", TEXT_ARG(code));
	struct text to = buf_copy(&b, r->arena);
	buf_free(&b);
	return web_redirect(r, to, e);
}

enum err demo_login_choose(struct web_request *r, struct errinfo *e)
{
	struct people_demo *d = r->server->config.demo_people;
	struct people_citizen who = {0};
	size_t count;
	int64_t number;
	if (!d)
		return fail(e, ERR_NOT_FOUND, "this is no demonstration");
	const struct people_citizen *persons = people_demo_persons(d, &count);
	struct text person = web_field(r, "person");
	if (text_int(person, &number) && number >= 0 && (size_t)number < count) {
		who = persons[number];
		return issue(r, &who, e);
	}
	if (!text_is(person, "other"))
		return again(r, SIZE_MAX, "login.demo.person.missing", e);
	read_other(r, &who);
	if (!who.family_name.len)
		return again(r, 1, "login.demo.family.missing", e);
	if (!web_date_boxes(r, "birth", &who.birth_date))
		return again(r, 2, "login.demo.birth.bad", e);
	return issue(r, &who, e);
}
