/* law/holiday.c - public holidays as versioned rows (BGB section 193). */
#include "law/law_int.h"

#include "format/json.h"

enum {
	HOLIDAY_ROWS_MAX = 5000,
	HOLIDAY_PARTS_MAX = 50,
};

enum rule_kind { RULE_FIXED, RULE_EASTER, RULE_WEDNESDAY_BEFORE, RULE_ONCE };

struct rule {
	enum rule_kind kind;
	int month, day;
	int offset; /* days from Easter Sunday */
	struct date once;
};

struct row {
	struct law_holiday holiday;
	struct text place; /* beginning of a municipality key */
	struct text *parts;
	size_t part_count;
	bool except; /* everywhere in the place but in `parts` */
	struct rule rule;
	struct date from, to; /* unset: open */
};

struct state {
	struct text place;
	struct date from;
};

struct law_calendar {
	struct text version;
	struct state *states;
	size_t state_count;
	struct row *rows;
	size_t row_count;
};

/* Anonymous Gregorian algorithm (Meeus, Jones, Butcher). */
struct date law_easter(int32_t year)
{
	int32_t a = year % 19, b = year / 100, c = year % 100;
	int32_t d = b / 4, m = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
	int32_t h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4;
	int32_t l = (32 + 2 * m + 2 * i - h - k) % 7, n = (a + 11 * h + 22 * l) / 451;
	int32_t sum = h + l - 7 * n + 114;
	return (struct date){year, (uint8_t)(sum / 31), (uint8_t)(sum % 31 + 1)};
}

static bool parse_month_day(struct text t, int *month, int *day)
{
	int64_t m, d;
	if (t.len != 5 || t.ptr[2] != '-' || !text_int(text_part(t, 0, 2), &m) ||
	        !text_int(text_part(t, 3, 5), &d))
		return false;
	*month = (int)m;
	*day = (int)d;
	return date_valid(2000, *month, *day);
}

static bool parse_rule(struct text t, struct rule *out)
{
	static const struct text easter = {"easter", 6}, wednesday = {"wednesday-before ", 17};
	int64_t offset;
	*out = (struct rule){0};
	if (text_starts(t, wednesday)) {
		out->kind = RULE_WEDNESDAY_BEFORE;
		return parse_month_day(text_part(t, wednesday.len, t.len), &out->month, &out->day);
	}
	if (text_starts(t, easter) && t.len > easter.len) {
		bool plus = t.ptr[easter.len] == '+';
		out->kind = RULE_EASTER;
		if (!text_int(text_part(t, easter.len + plus, t.len), &offset) || offset < -100 ||
		        offset > 100)
			return false;
		out->offset = (int)offset;
		return true;
	}
	if (t.len == 10) {
		out->kind = RULE_ONCE;
		return date_parse(t, &out->once);
	}
	out->kind = RULE_FIXED;
	return parse_month_day(t, &out->month, &out->day);
}

static enum err read_parts(
        struct arena *a, const struct json *j, struct row *row, struct errinfo *e)
{
	size_t count = 0;
	const struct json *items = json_items(j, "parts", &count);
	if (count == 0) {
		items = json_items(j, "except", &count);
		row->except = count > 0;
	}
	if (count > HOLIDAY_PARTS_MAX)
		return fail(e, ERR_LIMIT, "more than %d parts", HOLIDAY_PARTS_MAX);
	row->parts = ARENA_ARRAY(a, count, struct text);
	for (size_t i = 0; i < count; i++)
		row->parts[i] = items[i].text;
	row->part_count = count;
	return OK;
}

static enum err read_day(
        const struct json *j, const char *name, struct date *out, struct errinfo *e)
{
	*out = (struct date){0};
	struct text t = json_text(j, name);
	if (t.len > 0 && !date_parse(t, out))
		return fail(e, ERR_INVALID, "'%s' is no day: %.*s", name, TEXT_ARG(t));
	return OK;
}

static enum err read_row(struct arena *a, const struct json *j, struct row *row, struct errinfo *e)
{
	row->holiday.id = json_text(j, "id");
	row->holiday.source = json_text(j, "source");
	row->place = json_text(j, "place");
	if (row->holiday.id.len == 0 || row->holiday.source.len == 0)
		return fail(e, ERR_INVALID, "a holiday needs 'id' and 'source'");
	if (!json_is(json_get(j, "place"), JSON_STRING))
		return fail(e, ERR_INVALID, "a holiday needs a 'place' (\"\" is everywhere)");
	struct text date = json_text(j, "date");
	if (!parse_rule(date, &row->rule))
		return fail(e, ERR_INVALID, "'date' cannot be read: %.*s", TEXT_ARG(date));
	TRY(read_day(j, "from", &row->from, e));
	TRY(read_day(j, "to", &row->to, e));
	return read_parts(a, j, row, e);
}

static enum err read_states(
        struct arena *a, const struct json *doc, struct law_calendar *cal, struct errinfo *e)
{
	size_t count = 0;
	const struct json *items = json_items(doc, "states", &count);
	if (count == 0 || count > 100)
		return fail(e, ERR_INVALID, "'states' must list 1 to 100 places");
	cal->states = ARENA_ARRAY(a, count, struct state);
	cal->state_count = count;
	for (size_t i = 0; i < count; i++) {
		cal->states[i].place = json_text(&items[i], "place");
		TRY(read_day(&items[i], "from", &cal->states[i].from, e));
		if (cal->states[i].place.len == 0)
			return fail(e, ERR_INVALID, "states[%zu] has no 'place'", i + 1);
	}
	return OK;
}

enum err law_calendar_read(
        struct arena *a, struct text json, struct law_calendar **out, struct errinfo *e)
{
	const struct json *doc;
	TRY(json_parse(a, json, "holidays.json", &doc, e));
	struct law_calendar *cal = ARENA_NEW(a, struct law_calendar);
	size_t count = 0;
	const struct json *rows = json_items(doc, "rows", &count);
	cal->version = json_text(doc, "version");
	if (json_int(doc, "format", 0) != 1 || cal->version.len == 0)
		return fail(e, ERR_INVALID, "holidays.json: 'format' 1 and a 'version' are needed");
	if (count > HOLIDAY_ROWS_MAX)
		return fail(e, ERR_LIMIT, "holidays.json: more than %d rows", HOLIDAY_ROWS_MAX);
	TRY(read_states(a, doc, cal, e));
	cal->rows = ARENA_ARRAY(a, count, struct row);
	cal->row_count = count;
	for (size_t i = 0; i < count; i++) {
		enum err err = read_row(a, &rows[i], &cal->rows[i], e);
		if (err == OK)
			continue;
		struct text where = text_format(a, "holidays.json rows[%zu]", i + 1);
		(void)fail_at(e, text_z(a, where), 0);
		return err;
	}
	*out = cal;
	return OK;
}

struct text law_calendar_version(const struct law_calendar *cal)
{
	return cal->version;
}

static const struct state *find_state(const struct law_calendar *cal, struct text ags)
{
	for (size_t i = 0; i < cal->state_count; i++)
		if (text_starts(ags, cal->states[i].place))
			return &cal->states[i];
	return NULL;
}

bool law_calendar_covers(const struct law_calendar *cal, struct law_place place)
{
	return find_state(cal, place.ags) != NULL;
}

enum err law_place_check(
        const struct law_calendar *cal, struct law_place place, struct date day, struct errinfo *e)
{
	const struct state *s = find_state(cal, place.ags);
	if (!s)
		return fail(e, ERR_NOT_FOUND, "no holidays are listed for place '%.*s'",
		        TEXT_ARG(place.ags));
	if (!date_is_zero(s->from) && date_cmp(day, s->from) < 0)
		return fail(e, ERR_NOT_FOUND, "no holidays are listed for place '%.*s' before %d",
		        TEXT_ARG(place.ags), s->from.year);
	return OK;
}

static bool rule_hits(const struct rule *r, struct date day)
{
	switch (r->kind) {
	case RULE_FIXED: return day.month == r->month && day.day == r->day;
	case RULE_EASTER: return date_cmp(day, date_add_days(law_easter(day.year), r->offset)) == 0;
	case RULE_WEDNESDAY_BEFORE: {
		struct date limit = {day.year, (uint8_t)r->month, (uint8_t)r->day};
		int64_t before = date_to_days(limit) - date_to_days(day);
		return date_weekday(day) == WEDNESDAY && before >= 1 && before <= 7;
	}
	case RULE_ONCE: return date_cmp(day, r->once) == 0;
	}
	return false;
}

static bool row_applies(const struct row *r, struct law_place place)
{
	if (!text_starts(place.ags, r->place))
		return false;
	if (r->part_count == 0)
		return true;
	bool listed = false;
	for (size_t i = 0; i < r->part_count; i++)
		listed |= text_eq(r->parts[i], place.part);
	return listed != r->except;
}

bool law_holiday(const struct law_calendar *cal, struct law_place place, struct date day,
        struct law_holiday *out)
{
	for (size_t i = 0; i < cal->row_count; i++) {
		const struct row *r = &cal->rows[i];
		if (!rule_hits(&r->rule, day) || !row_applies(r, place))
			continue;
		if (!date_is_zero(r->from) && date_cmp(day, r->from) < 0)
			continue;
		if (!date_is_zero(r->to) && date_cmp(day, r->to) > 0)
			continue;
		if (out)
			*out = r->holiday;
		return true;
	}
	return false;
}

bool law_is_working_day(const struct law_calendar *cal, struct law_place place, struct date day)
{
	return date_weekday(day) <= FRIDAY && !law_holiday(cal, place, day, NULL);
}
