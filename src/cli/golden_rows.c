/* Golden cases that are tables: rows of a decision, rows of answers for the form. */
#include "cli/golden.h"

static struct instant clock_of(struct golden *g, const struct json *test)
{
	struct text t = json_text(test, "clock");
	struct date day;
	int64_t hour = 0, minute = 0;
	if (t.len < 10 || !date_parse(text_part(t, 0, 10), &day))
		day = (struct date){2026, 1, 1};
	if (t.len >= 16 && (!text_int(text_part(t, 11, 13), &hour) ||
	                           !text_int(text_part(t, 14, 16), &minute)))
		hour = minute = 0;
	return instant_of(g->zone, day, (int32_t)(hour * 3600 + minute * 60));
}

static const struct feel_type *inputs_type(struct golden *g, struct arena *a, struct text decision)
{
	const struct dmn_model *m = g->service->decisions;
	const struct dmn_item *item = m ? dmn_find(m, DMN_DECISION, decision) : NULL;
	const struct dmn_item **inputs;
	if (!item)
		return NULL;
	size_t count = dmn_required_inputs(a, m, item, &inputs);
	struct feel_field *fields = ARENA_ARRAY(a, count, struct feel_field);
	for (size_t i = 0; i < count; i++)
		fields[i] = (struct feel_field){inputs[i]->name, inputs[i]->type};
	return feel_type_context(a, fields, count, true);
}

static void say_why_null(const struct feel_run *run, struct text name, struct golden_report *r)
{
	for (size_t i = 0; i < run->diagnostics.count && i < 3; i++) {
		struct text t = feel_diagnostic_text(r->arena, &run->diagnostics.items[i]);
		golden_say(r, "%.*s: %.*s", TEXT_ARG(name), TEXT_ARG(t));
	}
}

static void decision_row(struct golden *g, struct text decision, const struct feel_type *type,
        const struct json *row, int64_t now_ms, struct golden_report *r)
{
	struct arena *a = g->arena;
	struct text name = json_text(row, "name");
	struct feel_value in, out;
	struct feel_run run;
	struct errinfo e = {0};
	struct buf b;
	const struct json *given = json_get(row, "in"), *want = json_get(row, "out");
	buf_init(&b, JSON_SIZE_MAX);
	json_write(&b, given ? given : &(struct json){.kind = JSON_OBJECT});
	enum err result = feel_from_plain_json(a, buf_text(&b), type, &in, &e);
	buf_free(&b);
	struct feel_env env = {.context = result == OK ? in : feel_null()};
	feel_run_init(&run, a, now_ms);
	if (result == OK)
		result = dmn_evaluate(
		        g->service->decisions, decision, 0, &run, &env, NULL, &out, &e);
	g->rows++;
	if (result != OK) {
		golden_say(r, "%.*s: %s %s", TEXT_ARG(name), e.message, e.where);
		return;
	}
	if (want && !golden_match(a, want, golden_json(a, out), name, r))
		say_why_null(&run, name, r);
}

void golden_decision(struct golden *g, const struct json *test, struct golden_report *r)
{
	struct text decision = json_text(test, "decision");
	const struct feel_type *type = inputs_type(g, g->arena, decision);
	if (!type) {
		golden_say(r, "the package has no decision '%.*s'", TEXT_ARG(decision));
		return;
	}
	size_t count;
	const struct json *rows = json_items(test, "rows", &count);
	int64_t now_ms = clock_of(g, test).ms;
	for (size_t i = 0; i < count; i++)
		decision_row(g, decision, type, &rows[i], now_ms, r);
}

static enum err open_form(struct golden *g, const struct service_adoption *x, struct instant now,
        struct text answers, struct arena *a, struct form_run **out, struct errinfo *e)
{
	static const struct form_options options = {.who = FORM_APPLICANT};
	struct feel_context_builder empty = feel_context_begin(a);
	struct feel_value none = feel_context_end(&empty);
	struct form_world world = {
	        .now = now,
	        .applicant = none,
	        .place = service_place_value(a, x),
	        .slot = service_slot_values(a, x, date_at(g->zone, now)),
	        .case_data = none,
	        .language = TEXT("de"),
	        .trust = FORM_TRUST_HIGH,
	};
	return form_run_open(a, x->service->form, &world, &options, answers, out, e);
}

/* "value at a path of the answers" for `values`. */
static void match_values(struct golden *g, struct form_run *run, const struct json *values,
        struct text name, struct golden_report *r)
{
	const struct json *all = golden_json(g->arena, form_values(run, g->arena));
	for (size_t i = 0; values && i < values->count; i++) {
		struct text at = text_format(
		        g->arena, "%.*s: %.*s", TEXT_ARG(name), TEXT_ARG(values->members[i].name));
		golden_match(g->arena, &values->members[i].value,
		        json_at(all, values->members[i].name), at, r);
	}
}

static void match_findings(struct golden *g, struct form_run *run, const struct json *row,
        struct text name, struct golden_report *r)
{
	const struct form_finding *found;
	size_t count, wanted;
	const struct json *want = json_items(row, "findings", &wanted);
	if (!json_get(row, "findings"))
		return;
	count = form_findings(run, TEXT_NONE, &found);
	for (size_t i = 0; i < count; i++) {
		struct text is = golden_finding(g->arena, &found[i]);
		bool expected = false;
		for (size_t k = 0; k < wanted; k++)
			expected |= text_eq(want[k].text, is);
		if (!expected)
			golden_say(
			        r, "%.*s: unexpected finding %.*s", TEXT_ARG(name), TEXT_ARG(is));
	}
	for (size_t k = 0; k < wanted; k++) {
		bool there = false;
		for (size_t i = 0; i < count; i++)
			there |= text_eq(want[k].text, golden_finding(g->arena, &found[i]));
		if (!there)
			golden_say(
			        r, "%.*s: no finding %.*s", TEXT_ARG(name), TEXT_ARG(want[k].text));
	}
}

static void rule_row(struct golden *g, const struct service_adoption *x, struct instant now,
        const struct json *row, struct golden_report *r)
{
	struct json answers = json_new_object();
	struct text name = json_text(row, "name");
	struct form_run *run;
	struct errinfo e = {0};
	struct buf b;
	golden_answers(g->arena, json_get(row, "answers"), &answers);
	buf_init(&b, FORM_ANSWERS_MAX);
	json_write(&b, &answers);
	enum err result = open_form(g, x, now, buf_text(&b), g->arena, &run, &e);
	buf_free(&b);
	g->rows++;
	if (result != OK) {
		golden_say(r, "%.*s: %s", TEXT_ARG(name), e.message);
		return;
	}
	match_findings(g, run, row, name, r);
	match_values(g, run, json_get(row, "values"), name, r);
	const struct form_fault *faults;
	for (size_t i = 0, n = form_faults(run, &faults); i < n; i++)
		golden_say(r, "%.*s: %.*s: %.*s", TEXT_ARG(name), TEXT_ARG(faults[i].where),
		        TEXT_ARG(faults[i].message));
}

void golden_rule(struct golden *g, const struct json *test, struct golden_report *r)
{
	const struct service_adoption *x;
	struct errinfo e = {0};
	size_t count;
	const struct json *rows = json_items(test, "rows", &count);
	if (golden_adoption(g, test, g->arena, &x, &e) != OK) {
		golden_say(r, "%s", e.message);
		return;
	}
	for (size_t i = 0; i < count; i++)
		rule_row(g, x, clock_of(g, test), &rows[i], r);
}
