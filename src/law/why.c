/* law/why.c - explanations: steps as data, as JSON, as sentences. */
#include "law/law_int.h"

#include "format/json.h"

/* Every rule a step may name; the text of each is law.step.<rule>. */
static const char *const rules[] = {
        "event_not_counted",
        "day_counts",
        "length",
        "month_too_short",
        "skip_holiday",
        "shift_saturday",
        "shift_sunday",
        "shift_holiday",
        "not_shifted",
        "standing_still",
        "stood_still",
        "extended",
        "named_day",
        "last_day",
        "hours",
        "posted",
        "provided",
        "notified",
        "sent",
        "shown",
        "served",
        "published",
        "retrieved",
        "fourth_day",
        "third_day",
        "one_month_abroad",
        "two_weeks_public",
        "day_after_retrieval",
        "provision_ends",
        "arrived_later",
        "came_back",
        "no_consent",
        "not_retrieved",
        "retrieved_too_late",
        "disputed",
        "fiction_moved",
        "fiction_not_moved",
        "takes_effect",
        "not_announced",
        "instruction_missing",
        "abroad",
        "both_ends",
        "year_limit",
        "year_end",
        "archive_limit",
        "draft_edited",
        "draft_kept",
        "arrived_contact",
};

enum { RULE_COUNT = sizeof rules / sizeof rules[0] };

static const char *find_rule(struct text name)
{
	for (size_t i = 0; i < RULE_COUNT; i++)
		if (text_is(name, rules[i]))
			return rules[i];
	return NULL;
}

const char *law_rule_name(size_t i)
{
	return i < RULE_COUNT ? rules[i] : NULL;
}

struct law_step *law_step_add(
        struct arena *a, struct law_why *why, const char *rule, struct date day, struct text law)
{
	check(find_rule(text_from(rule)) != NULL);
	struct law_step *s = ARENA_PUSH(a, why->steps, why->count, why->cap);
	*s = (struct law_step){.rule = rule, .day = day, .law = law};
	return s;
}

static struct law_param *next_param(struct law_step *s, const char *name, enum law_param_kind kind)
{
	int i = 0;
	while (i < LAW_STEP_PARAMS_MAX && s->params[i].kind != LAW_PARAM_NONE)
		i++;
	check(i < LAW_STEP_PARAMS_MAX);
	s->params[i].name = name;
	s->params[i].kind = kind;
	return &s->params[i];
}

void law_step_day(struct law_step *s, const char *name, struct date day)
{
	next_param(s, name, LAW_PARAM_DAY)->day = day;
}

void law_step_count(struct law_step *s, const char *name, int64_t count)
{
	next_param(s, name, LAW_PARAM_COUNT)->count = count;
}

void law_step_put(struct law_step *s, const char *name, struct text text)
{
	next_param(s, name, LAW_PARAM_TEXT)->text = text;
}

void law_step_key(struct arena *a, struct law_step *s, const char *name, const char *key)
{
	next_param(s, name, LAW_PARAM_KEY)->text = text_copy(a, text_from(key));
}

void law_step_length(struct law_step *s, const char *name, struct law_length length)
{
	next_param(s, name, LAW_PARAM_LENGTH)->length = length;
}

/* Sentences -------------------------------------------------------------------------------- */

static struct text count_words(
        struct arena *a, const char *unit, int64_t count, const struct words *w)
{
	struct text key = text_format(a, "law.unit.%s", unit);
	struct word_param n = {TEXT("n"), text_format(a, "%lld", (long long)count), count, true};
	return words_format(w, a, key, &n, 1);
}

struct text law_length_words(struct arena *a, struct law_length l, const struct words *w)
{
	struct text parts[4];
	size_t count = 0;
	if (l.working_days)
		return count_words(a, "working_day", l.working_days, w);
	if (l.hours)
		return count_words(a, "hour", l.hours, w);
	if (l.months / 12)
		parts[count++] = count_words(a, "year", l.months / 12, w);
	if (l.months % 12)
		parts[count++] = count_words(a, "month", l.months % 12, w);
	if (l.days && l.days % 7 == 0 && l.months == 0)
		parts[count++] = count_words(a, "week", l.days / 7, w);
	else if (l.days)
		parts[count++] = count_words(a, "day", l.days, w);
	return text_join(a, parts, count, words_get(w, a, "law.unit.and"));
}

static struct text moment_words(
        struct arena *a, struct instant at, const struct words *w, const struct zone *zone)
{
	if (!zone)
		return instant_text(a, at);
	struct local local = local_at(zone, at);
	struct text day = words_day(w, a, local.date, WORDS_DAY_SHORT);
	struct text time = words_time(w, a, local.second);
	return text_format(a, "%.*s, %.*s", TEXT_ARG(day), TEXT_ARG(time));
}

static struct text param_words(
        struct arena *a, const struct law_param *p, const struct words *w, const struct zone *zone)
{
	switch (p->kind) {
	case LAW_PARAM_NONE: break;
	case LAW_PARAM_DAY: return words_day(w, a, p->day, WORDS_DAY_SHORT);
	case LAW_PARAM_COUNT: return text_format(a, "%lld", (long long)p->count);
	case LAW_PARAM_TEXT: return p->text;
	case LAW_PARAM_KEY: {
		struct text named = words_format(w, a, p->text, NULL, 0);
		return named.len ? named : p->text;
	}
	case LAW_PARAM_LENGTH: return law_length_words(a, p->length, w);
	case LAW_PARAM_MOMENT: return moment_words(a, p->moment, w, zone);
	}
	return TEXT_NONE;
}

struct text law_step_text(struct arena *a, const struct law_step *step, const struct words *w,
        const struct zone *zone)
{
	struct word_param params[LAW_STEP_PARAMS_MAX];
	size_t count = 0;
	for (int i = 0; i < LAW_STEP_PARAMS_MAX; i++) {
		const struct law_param *p = &step->params[i];
		if (p->kind == LAW_PARAM_NONE)
			continue;
		params[count++] = (struct word_param){text_from(p->name),
		        param_words(a, p, w, zone), p->count, p->kind == LAW_PARAM_COUNT};
	}
	struct text key = text_format(a, "law.step.%s", step->rule);
	struct text sentence = words_format(w, a, key, params, count);
	if (date_is_zero(step->day))
		return sentence;
	struct text day = words_day(w, a, step->day, WORDS_DAY_SHORT);
	return text_format(a, "%.*s: %.*s", TEXT_ARG(day), TEXT_ARG(sentence));
}

/* Storage ------------------------------------------------------------------------------------ */

static const char *const kind_names[] = {"none", "day", "count", "text", "key", "length", "moment"};

static void write_day(struct json_out *o, struct date d)
{
	char z[32];
	snprintf(z, sizeof z, "%04d-%02d-%02d", d.year, d.month, d.day);
	json_out_z(o, z);
}

static void write_param(struct json_out *o, const struct law_param *p)
{
	json_out_array(o);
	json_out_z(o, p->name);
	json_out_z(o, kind_names[p->kind]);
	switch (p->kind) {
	case LAW_PARAM_NONE: break;
	case LAW_PARAM_DAY: write_day(o, p->day); break;
	case LAW_PARAM_COUNT: json_out_int(o, p->count); break;
	case LAW_PARAM_TEXT:
	case LAW_PARAM_KEY: json_out_text(o, p->text); break;
	case LAW_PARAM_LENGTH:
		json_out_int(o, p->length.months);
		json_out_int(o, p->length.days);
		json_out_int(o, p->length.working_days);
		json_out_int(o, p->length.hours);
		break;
	case LAW_PARAM_MOMENT: json_out_int(o, p->moment.ms); break;
	}
	json_out_end(o);
}

static void write_step(struct json_out *o, const struct law_step *s)
{
	json_out_object(o);
	json_out_name(o, "rule");
	json_out_z(o, s->rule);
	if (!date_is_zero(s->day)) {
		json_out_name(o, "day");
		write_day(o, s->day);
	}
	if (s->law.len) {
		json_out_name(o, "law");
		json_out_text(o, s->law);
	}
	if (s->params[0].kind != LAW_PARAM_NONE) {
		json_out_name(o, "params");
		json_out_array(o);
		for (int i = 0; i < LAW_STEP_PARAMS_MAX; i++)
			if (s->params[i].kind != LAW_PARAM_NONE)
				write_param(o, &s->params[i]);
		json_out_end(o);
	}
	json_out_end(o);
}

void law_why_write(struct buf *b, const struct law_why *why)
{
	struct json_out o = json_out(b);
	json_out_object(&o);
	json_out_name(&o, "calendar");
	json_out_text(&o, why->calendar);
	json_out_name(&o, "place");
	json_out_text(&o, why->place);
	json_out_name(&o, "steps");
	json_out_array(&o);
	for (size_t i = 0; i < why->count; i++)
		write_step(&o, &why->steps[i]);
	json_out_end(&o);
	json_out_end(&o);
}

static bool item_int(const struct json *j, size_t i, int64_t *out)
{
	return i < j->count && j->items[i].kind == JSON_NUMBER && text_int(j->items[i].text, out);
}

static bool read_length(const struct json *j, struct law_length *out)
{
	int64_t v[4];
	for (size_t i = 0; i < 4; i++)
		if (!item_int(j, i + 2, &v[i]) || v[i] < 0 || v[i] > INT32_MAX)
			return false;
	*out = (struct law_length){(int32_t)v[0], (int32_t)v[1], (int32_t)v[2], (int32_t)v[3]};
	return true;
}

static bool read_param(struct arena *a, const struct json *j, struct law_param *p)
{
	if (j->kind != JSON_ARRAY || j->count < 3 || j->items[0].kind != JSON_STRING ||
	        j->items[1].kind != JSON_STRING)
		return false;
	p->name = text_z(a, j->items[0].text);
	for (int k = LAW_PARAM_DAY; k <= LAW_PARAM_MOMENT; k++)
		if (text_is(j->items[1].text, kind_names[k]))
			p->kind = (enum law_param_kind)k;
	struct text value = j->items[2].text;
	switch (p->kind) {
	case LAW_PARAM_NONE: return false;
	case LAW_PARAM_DAY: return date_parse(value, &p->day);
	case LAW_PARAM_COUNT: return item_int(j, 2, &p->count);
	case LAW_PARAM_TEXT:
	case LAW_PARAM_KEY: p->text = value; return j->items[2].kind == JSON_STRING;
	case LAW_PARAM_LENGTH: return read_length(j, &p->length);
	case LAW_PARAM_MOMENT: return item_int(j, 2, &p->moment.ms);
	}
	return false;
}

static bool read_step(struct arena *a, const struct json *j, struct law_step *s)
{
	struct text day = json_text(j, "day");
	size_t count = 0;
	const struct json *params = json_items(j, "params", &count);
	s->rule = find_rule(json_text(j, "rule"));
	s->law = json_text(j, "law");
	if (!s->rule || count > LAW_STEP_PARAMS_MAX || (day.len && !date_parse(day, &s->day)))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!read_param(a, &params[i], &s->params[i]))
			return false;
	return true;
}

enum err law_why_read(struct arena *a, struct text json, struct law_why *out, struct errinfo *e)
{
	const struct json *doc;
	*out = (struct law_why){0};
	TRY(json_parse(a, json, "explanation", &doc, e));
	size_t count = 0;
	const struct json *steps = json_items(doc, "steps", &count);
	if (count > LAW_STEPS_MAX)
		return fail(e, ERR_LIMIT, "an explanation has more than %d steps", LAW_STEPS_MAX);
	out->calendar = json_text(doc, "calendar");
	out->place = json_text(doc, "place");
	out->steps = ARENA_ARRAY(a, count, struct law_step);
	out->count = out->cap = count;
	for (size_t i = 0; i < count; i++)
		if (!read_step(a, &steps[i], &out->steps[i]))
			return fail(
			        e, ERR_INVALID, "step %zu of an explanation cannot be read", i + 1);
	return OK;
}
