/* The table of built-in functions, finding and calling them. */
#include "feel/builtin_list.h"

#include "feel/run.h"

#define P(name, kinds)                                                                             \
	{                                                                                          \
		(name), KINDS_##kinds, false                                                       \
	}
#define OPT(name, kinds)                                                                           \
	{                                                                                          \
		(name), KINDS_##kinds | KINDS_NULL, true                                           \
	}
#define NUL(name, kinds)                                                                           \
	{                                                                                          \
		(name), KINDS_##kinds | KINDS_NULL, false                                          \
	}
#define ONE(name, fn, result, ...)                                                                 \
	{                                                                                          \
		(name), (fn), FORM_FIXED, FEEL_TYPE_##result,                                      \
		{                                                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}
#define ITEMS(name, fn, result, param)                                                             \
	{                                                                                          \
		(name), (fn), FORM_LIST_OR_ITEMS, FEEL_TYPE_##result,                              \
		{                                                                                  \
			P(param, LIST)                                                             \
		}                                                                                  \
	}
#define REPEAT(name, fn, result, ...)                                                              \
	{                                                                                          \
		(name), (fn), FORM_REPEAT_LAST, FEEL_TYPE_##result,                                \
		{                                                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}

#define ENDS2(name, fn) ONE(name, fn, BOOL, P("range1", RANGE), P("range2", RANGE))
#define POINTS(name, fn)                                                                           \
	ONE(name, fn, BOOL, P("point1", POINT_OR_RANGE), P("point2", POINT_OR_RANGE)),             \
	        ONE(name, fn, BOOL, P("point", POINT), P("range", RANGE)),                         \
	        ONE(name, fn, BOOL, P("range", RANGE), P("point", POINT)), ENDS2(name, fn)

enum {
	KINDS_POINT_OR_RANGE = KINDS_POINT | KINDS_RANGE,
	KINDS_MOMENT = KINDS_DATE | KINDS_DATE_TIME,
	KINDS_DATE_SOURCE = KINDS_STRING | KINDS_DATE | KINDS_DATE_TIME,
	KINDS_TIME_SOURCE = KINDS_STRING | KINDS_DATE | KINDS_DATE_TIME | KINDS_TIME,
	KINDS_SIZE = KINDS_NUMBER | KINDS_DAYS | KINDS_MONTHS,
	KINDS_PLACE = KINDS_NUMBER | KINDS_FUNCTION,
	KINDS_DURATION_SOURCE = KINDS_STRING | KINDS_DAYS | KINDS_MONTHS,
	KINDS_KEYS = KINDS_LIST,
	KINDS_ZONE = KINDS_DAYS | KINDS_STRING,
};

static const struct builtin rows[] = {
        ONE("abs", fn_abs, ANY, P("n", SIZE)),
        ONE("after", fn_after, BOOL, P("point1", POINT_OR_RANGE), P("point2", POINT_OR_RANGE)),
        ONE("after", fn_after, BOOL, P("point", POINT), P("range", RANGE)),
        ONE("after", fn_after, BOOL, P("range", RANGE), P("point", POINT)),
        ENDS2("after", fn_after),
        ITEMS("all", fn_all, BOOL, "list"),
        ITEMS("any", fn_any, BOOL, "list"),
        REPEAT("append", fn_append, LIST, P("list", LIST), NUL("item", ANY)),
        POINTS("before", fn_before),
        ONE("ceiling", fn_ceiling, NUMBER, P("n", NUMBER)),
        ONE("ceiling", fn_ceiling, NUMBER, P("n", NUMBER), P("scale", NUMBER)),
        POINTS("coincides", fn_coincides),
        REPEAT("concatenate", fn_concatenate, LIST, P("list", LIST)),
        ONE("contains", fn_contains, BOOL, P("string", STRING), P("match", STRING)),
        ONE("context", fn_context, CONTEXT, P("entries", LIST)),
        ONE("context merge", fn_context_merge, CONTEXT, P("contexts", LIST)),
        ONE("context put", fn_context_put, CONTEXT, P("context", CONTEXT), P("key", STRING),
                NUL("value", ANY)),
        ONE("context put", fn_context_put_keys, CONTEXT, P("context", CONTEXT), P("keys", LIST),
                NUL("value", ANY)),
        ITEMS("count", fn_count, NUMBER, "list"),
        ONE("date", fn_date, DATE, P("from", DATE_SOURCE)),
        ONE("date", fn_date_parts, DATE, P("year", NUMBER), P("month", NUMBER), P("day", NUMBER)),
        ONE("date and time", fn_date_time, DATE_TIME, P("from", DATE_SOURCE)),
        ONE("date and time", fn_date_time_join, DATE_TIME, P("date", MOMENT), P("time", TIME)),
        ONE("date and time", fn_date_time_parts, DATE_TIME, P("year", NUMBER), P("month", NUMBER),
                P("day", NUMBER), P("hour", NUMBER), P("minute", NUMBER), P("second", NUMBER),
                OPT("offset", ZONE)),
        ONE("day of week", fn_day_of_week, STRING, P("date", MOMENT)),
        ONE("day of year", fn_day_of_year, NUMBER, P("date", MOMENT)),
        ONE("decimal", fn_decimal, NUMBER, P("n", NUMBER), P("scale", NUMBER)),
        ONE("distinct values", fn_distinct_values, LIST, P("list", LIST)),
        ONE("duration", fn_duration, ANY, P("from", DURATION_SOURCE)),
        ONE("during", fn_during, BOOL, P("point", POINT_OR_RANGE), P("range", RANGE)),
        ENDS2("during", fn_during),
        ONE("ends with", fn_ends_with, BOOL, P("string", STRING), P("match", STRING)),
        ONE("even", fn_even, BOOL, P("number", NUMBER)),
        ONE("exp", fn_exp, NUMBER, P("number", NUMBER)),
        ENDS2("finished by", fn_finished_by),
        ONE("finished by", fn_finished_by, BOOL, P("range", RANGE), P("point", POINT)),
        ENDS2("finishes", fn_finishes),
        ONE("finishes", fn_finishes, BOOL, P("point", POINT), P("range", RANGE)),
        ONE("flatten", fn_flatten, LIST, P("list", LIST)),
        ONE("floor", fn_floor, NUMBER, P("n", NUMBER)),
        ONE("floor", fn_floor, NUMBER, P("n", NUMBER), P("scale", NUMBER)),
        ONE("get entries", fn_get_entries, LIST, P("m", CONTEXT)),
        ONE("get value", fn_get_value, ANY, P("m", CONTEXT), P("key", STRING)),
        ONE("get value", fn_get_value_keys, ANY, P("context", CONTEXT), P("keys", LIST)),
        ENDS2("includes", fn_includes),
        ONE("includes", fn_includes, BOOL, P("range", RANGE), P("point", POINT)),
        ONE("index of", fn_index_of, LIST, P("list", LIST), NUL("match", ANY)),
        ONE("insert before", fn_insert_before, LIST, P("list", LIST), P("position", NUMBER),
                NUL("newItem", ANY)),
        ONE("is", fn_is, BOOL, NUL("value1", ANY), NUL("value2", ANY)),
        ONE("last day of month", fn_last_day_of_month, NUMBER, P("date", MOMENT)),
        ONE("list contains", fn_list_contains, BOOL, P("list", LIST), NUL("element", ANY)),
        ONE("list replace", fn_list_replace, LIST, P("list", LIST), P("position", PLACE),
                NUL("newItem", ANY)),
        ONE("list replace", fn_list_replace, LIST, P("list", LIST), P("match", FUNCTION),
                NUL("newItem", ANY)),
        ONE("log", fn_log, NUMBER, P("number", NUMBER)),
        ONE("lower case", fn_lower_case, STRING, P("string", STRING)),
        ONE("matches", fn_matches, BOOL, P("input", STRING), P("pattern", STRING),
                OPT("flags", STRING)),
        ITEMS("max", fn_max, ANY, "list"),
        ITEMS("mean", fn_mean, NUMBER, "list"),
        ITEMS("median", fn_median, NUMBER, "list"),
        ENDS2("meets", fn_meets),
        ENDS2("met by", fn_met_by),
        ITEMS("min", fn_min, ANY, "list"),
        ITEMS("mode", fn_mode, LIST, "list"),
        ONE("modulo", fn_modulo, NUMBER, P("dividend", NUMBER), P("divisor", NUMBER)),
        ONE("month of year", fn_month_of_year, STRING, P("date", MOMENT)),
        ONE("not", fn_not, BOOL, NUL("negand", BOOL)),
        ONE("now", fn_now, DATE_TIME, {0}),
        ONE("number", fn_number, NUMBER, P("from", STRING), OPT("grouping separator", STRING),
                OPT("decimal separator", STRING)),
        ONE("odd", fn_odd, BOOL, P("number", NUMBER)),
        ENDS2("overlaps", fn_overlaps),
        ENDS2("overlaps after", fn_overlaps_after),
        ENDS2("overlaps before", fn_overlaps_before),
        ITEMS("product", fn_product, NUMBER, "list"),
        ONE("range", fn_range, RANGE, P("from", STRING)),
        ONE("remove", fn_remove, LIST, P("list", LIST), P("position", NUMBER)),
        ONE("replace", fn_replace, STRING, P("input", STRING), P("pattern", STRING),
                P("replacement", STRING), OPT("flags", STRING)),
        ONE("reverse", fn_reverse, LIST, P("list", LIST)),
        ONE("round down", fn_round_down, NUMBER, P("n", NUMBER), P("scale", NUMBER)),
        ONE("round half down", fn_round_half_down, NUMBER, P("n", NUMBER), P("scale", NUMBER)),
        ONE("round half up", fn_round_half_up, NUMBER, P("n", NUMBER), P("scale", NUMBER)),
        ONE("round up", fn_round_up, NUMBER, P("n", NUMBER), P("scale", NUMBER)),
        ONE("sort", fn_sort, LIST, P("list", LIST), OPT("precedes", FUNCTION)),
        ONE("split", fn_split, LIST, P("string", STRING), P("delimiter", STRING)),
        ONE("sqrt", fn_sqrt, NUMBER, P("number", NUMBER)),
        ENDS2("started by", fn_started_by),
        ONE("started by", fn_started_by, BOOL, P("range", RANGE), P("point", POINT)),
        ENDS2("starts", fn_starts),
        ONE("starts", fn_starts, BOOL, P("point", POINT), P("range", RANGE)),
        ONE("starts with", fn_starts_with, BOOL, P("string", STRING), P("match", STRING)),
        ITEMS("stddev", fn_stddev, NUMBER, "list"),
        ONE("string", fn_string, STRING, NUL("from", ANY)),
        ONE("string join", fn_string_join, STRING, P("list", LIST), OPT("delimiter", STRING)),
        ONE("string length", fn_string_length, NUMBER, P("string", STRING)),
        ONE("sublist", fn_sublist, LIST, P("list", LIST), P("start position", NUMBER),
                OPT("length", NUMBER)),
        ONE("substring", fn_substring, STRING, P("string", STRING), P("start position", NUMBER),
                OPT("length", NUMBER)),
        ONE("substring after", fn_substring_after, STRING, P("string", STRING), P("match", STRING)),
        ONE("substring before", fn_substring_before, STRING, P("string", STRING),
                P("match", STRING)),
        ITEMS("sum", fn_sum, NUMBER, "list"),
        ONE("time", fn_time, TIME, P("from", TIME_SOURCE)),
        ONE("time", fn_time_parts, TIME, P("hour", NUMBER), P("minute", NUMBER),
                P("second", NUMBER), OPT("offset", DAYS)),
        ONE("today", fn_today, DATE, {0}),
        REPEAT("union", fn_union, LIST, P("list", LIST)),
        ONE("upper case", fn_upper_case, STRING, P("string", STRING)),
        ONE("week of year", fn_week_of_year, NUMBER, P("date", MOMENT)),
        ONE("years and months duration", fn_years_and_months, MONTHS_DURATION, P("from", MOMENT),
                P("to", MOMENT)),
};

enum { ROWS = sizeof rows / sizeof *rows };

const struct builtin *builtin_row(int id)
{
	return &rows[id];
}

size_t builtin_param_count(int id)
{
	size_t n = 0;
	while (n < BUILTIN_PARAMS_MAX && rows[id].params[n].name)
		n++;
	return n;
}

/* The first row whose name begins with `c` or a later letter. */
static int first_row(char c)
{
	int low = 0, high = ROWS;
	while (low < high) {
		int middle = low + (high - low) / 2;
		if (rows[middle].name[0] < c)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int builtin_match(struct text t, size_t *len)
{
	int best = -1;
	*len = 0;
	if (t.len < 2)
		return -1;
	for (int i = first_row(t.ptr[0]); i < ROWS && rows[i].name[0] == t.ptr[0]; i++) {
		const char *name = rows[i].name;
		if (name[1] != t.ptr[1] || (i > 0 && rows[i - 1].name == name))
			continue;
		size_t n = name_match(t, text_from(name));
		if (n > *len) {
			*len = n;
			best = i;
		}
	}
	return best;
}

static bool same_name(int a, int b)
{
	return b < ROWS && strcmp(rows[a].name, rows[b].name) == 0;
}

static size_t required_count(int id)
{
	size_t n = builtin_param_count(id);
	while (n > 0 && rows[id].params[n - 1].optional)
		n--;
	return n;
}

static bool takes_count(int id, size_t count)
{
	if (rows[id].form == FORM_LIST_OR_ITEMS)
		return count > 0;
	if (rows[id].form == FORM_REPEAT_LAST)
		return count >= builtin_param_count(id);
	return count >= required_count(id) && count <= builtin_param_count(id);
}

int builtin_for_count(int first, size_t count)
{
	for (int i = first; same_name(first, i); i++) {
		if (takes_count(i, count))
			return i;
	}
	return first;
}

int builtin_param_index(int id, struct text name)
{
	size_t n = builtin_param_count(id);
	for (size_t i = 0; i < n; i++) {
		if (feel_name_same(text_from(rows[id].params[i].name), name))
			return (int)i;
	}
	return -1;
}

int builtin_for_names(int first, const struct text *names, size_t count)
{
	for (int i = first; same_name(first, i); i++) {
		size_t n = 0;
		while (n < count && builtin_param_index(i, names[n]) >= 0)
			n++;
		if (n == count)
			return i;
	}
	return -1;
}

bool builtin_is_constant(int id)
{
	return rows[id].call == fn_date || rows[id].call == fn_date_parts ||
	       rows[id].call == fn_date_time || rows[id].call == fn_time ||
	       rows[id].call == fn_duration || rows[id].call == fn_range;
}

static void note(
        struct feel_run *r, enum feel_code code, struct text p0, struct text p1, struct text p2)
{
	feel_run_note(r, code, (struct feel_span){0}, TEXT_NONE, p0, p1, p2);
}

/* Bring one argument to the kinds of its parameter; false: noted. */
static bool fit(struct feel_run *r, const struct builtin *b, const struct builtin_param *p,
        struct feel_value *v)
{
	if (p->kinds >> v->kind & 1)
		return true;
	if (v->kind == FEEL_NULL) {
		note(r, FEEL_DIAG_ARGUMENT_NULL, text_from(b->name), text_from(p->name), TEXT_NONE);
		return false;
	}
	if (v->kind == FEEL_LIST && v->list.count == 1 && (p->kinds >> v->list.items[0].kind & 1)) {
		*v = v->list.items[0];
		return true;
	}
	if (p->kinds == KINDS_LIST) {
		struct feel_value *item = ARENA_NEW(r->arena, struct feel_value);
		*item = *v;
		*v = feel_list(item, 1);
		return true;
	}
	note(r, FEEL_DIAG_ARGUMENT_TYPE, text_from(b->name), text_from(p->name),
	        text_from(feel_kind_name((enum feel_kind)v->kind)));
	return false;
}

static bool fit_all(
        struct feel_run *r, const struct builtin *b, struct feel_value *args, size_t count)
{
	size_t last = builtin_param_count((int)(b - rows)) - 1;
	for (size_t i = 0; i < count; i++) {
		if (!fit(r, b, &b->params[i < last ? i : last], &args[i]))
			return false;
	}
	return true;
}

static bool fits_exactly(const struct builtin *b, const struct feel_value *args, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!(b->params[i].kinds >> args[i].kind & 1))
			return false;
	}
	return true;
}

/* Of the forms with so many parameters the one whose kinds the arguments have; the one that
 * was asked for when none has them. */
static int form_for(int id, const struct feel_value *args, size_t count)
{
	if (rows[id].form != FORM_FIXED || fits_exactly(&rows[id], args, count))
		return id;
	int first = id;
	while (first > 0 && same_name(id, first - 1))
		first--;
	for (int i = first; same_name(id, i); i++) {
		if (takes_count(i, count) && fits_exactly(&rows[i], args, count))
			return i;
	}
	return id;
}

static enum err call_fixed(const struct builtin_call *c, const struct builtin *b,
        struct feel_value *args, struct feel_value *out)
{
	struct feel_value given[BUILTIN_PARAMS_MAX] = {0};
	memcpy(given, args, c->count * sizeof *given);
	if (c->count > 0 && !fit_all(c->run, b, given, c->count))
		return OK;
	struct builtin_call fitted = *c;
	fitted.args = given;
	return b->call(&fitted, out);
}

/* `max([1, 2])` and `max(1, 2)`. */
static enum err call_items(const struct builtin_call *c, const struct builtin *b,
        struct feel_value *args, struct feel_value *out)
{
	struct feel_value list = args[0];
	if (c->count > 1) {
		struct feel_value *items = ARENA_ARRAY(c->arena, c->count, struct feel_value);
		memcpy(items, args, c->count * sizeof *items);
		list = feel_list(items, c->count);
	}
	if (!fit(c->run, b, &b->params[0], &list))
		return OK;
	struct builtin_call fitted = *c;
	fitted.args = &list;
	fitted.count = 1;
	TRY(builtin_work(c, list.list.count));
	return b->call(&fitted, out);
}

enum err builtin_call(struct feel_run *r, int id, struct feel_value *args, size_t count,
        struct feel_value *out, struct errinfo *e)
{
	id = takes_count(id, count) ? form_for(id, args, count) : id;
	const struct builtin *b = &rows[id];
	struct builtin_call c = {
	        .run = r, .arena = r->arena, .builtin = id, .args = args, .count = count, .e = e};
	*out = feel_null();
	if (!takes_count(id, count)) {
		note(r, FEEL_DIAG_ARGUMENT_COUNT, text_from(b->name),
		        text_format(r->arena, "%zu", count),
		        text_format(r->arena, "%zu", required_count(id)));
		return OK;
	}
	if (b->form == FORM_LIST_OR_ITEMS)
		return call_items(&c, b, args, out);
	if (b->form == FORM_FIXED)
		return call_fixed(&c, b, args, out);
	return fit_all(r, b, args, count) ? b->call(&c, out) : OK;
}

enum err builtin_fail(const struct builtin_call *c, enum feel_code code, struct text p0,
        struct text p1, struct feel_value *out)
{
	note(c->run, code, p0, p1, TEXT_NONE);
	*out = feel_null();
	return OK;
}

enum err builtin_bad(const struct builtin_call *c, size_t arg, struct feel_value *out)
{
	enum { SHOWN = 80 };
	const struct builtin *b = &rows[c->builtin];
	size_t last = builtin_param_count(c->builtin) - 1;
	struct text value = feel_to_text(c->arena, c->args[arg]);
	note(c->run, FEEL_DIAG_ARGUMENT_RANGE, text_from(b->name),
	        text_from(b->params[arg < last ? arg : last].name),
	        text_part(value, 0, value.len < SHOWN ? value.len : SHOWN));
	*out = feel_null();
	return OK;
}

enum err builtin_number(const struct builtin_call *c, struct dec d, struct feel_value *out)
{
	if (!dec_is_finite(d))
		return builtin_fail(c, FEEL_DIAG_NUMBER_RANGE, text_from(rows[c->builtin].name),
		        TEXT_NONE, out);
	*out = feel_number(d);
	return OK;
}

bool builtin_int(struct feel_value v, int64_t low, int64_t high, int64_t *out)
{
	return v.kind == FEEL_NUMBER && dec_to_int(v.number, out) && *out >= low && *out <= high;
}

enum err builtin_work(const struct builtin_call *c, size_t units)
{
	return run_steps(c->run, units, c->e);
}
