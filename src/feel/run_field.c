/* Paths: entries of contexts, properties of dates, durations and ranges (DMN 1.5, tables 60
 * to 66), each item of a list. */
#include "feel/calendar.h"
#include "feel/run.h"

static bool date_property(struct feel_value v, struct text name, struct feel_value *out)
{
	const struct feel_moment *m = &v.moment;
	struct date d = {m->year, m->month, m->day};
	if (text_is(name, "year"))
		*out = feel_int(m->year);
	else if (text_is(name, "month"))
		*out = feel_int(m->month);
	else if (text_is(name, "day"))
		*out = feel_int(m->day);
	else if (text_is(name, "weekday"))
		*out = feel_int((int64_t)date_weekday(d));
	else
		return false;
	return true;
}

static bool time_property(
        struct arena *a, struct feel_value v, struct text name, struct feel_value *out)
{
	const struct feel_moment *m = &v.moment;
	int offset;
	if (text_is(name, "hour"))
		*out = feel_int(m->hour);
	else if (text_is(name, "minute"))
		*out = feel_int(m->minute);
	else if (text_is(name, "second"))
		*out = feel_int(m->second);
	else if (text_is(name, "time offset"))
		*out = moment_offset(v, &offset) ? feel_days_duration(offset, 0) : feel_null();
	else if (text_is(name, "timezone"))
		*out = m->zone_kind == FEEL_ZONE_NAMED
		               ? feel_string(text_copy(a, text_from(m->zone_name)))
		               : feel_null();
	else
		return false;
	return true;
}

/* Parts of a negative duration are negative. */
static bool duration_property(struct feel_value v, struct text name, struct feel_value *out)
{
	if (v.kind == FEEL_MONTHS_DURATION) {
		if (text_is(name, "years"))
			*out = feel_int(v.months / 12);
		else if (text_is(name, "months"))
			*out = feel_int(v.months % 12);
		else
			return false;
		return true;
	}
	int64_t s = v.duration.seconds + (v.duration.seconds < 0 && v.duration.nano > 0);
	if (text_is(name, "days"))
		*out = feel_int(s / DAY_SECONDS);
	else if (text_is(name, "hours"))
		*out = feel_int(s % DAY_SECONDS / 3600);
	else if (text_is(name, "minutes"))
		*out = feel_int(s % 3600 / 60);
	else if (text_is(name, "seconds"))
		*out = feel_int(s % 60);
	else
		return false;
	return true;
}

static bool range_property(const struct feel_range *r, struct text name, struct feel_value *out)
{
	if (text_is(name, "start"))
		*out = r->low;
	else if (text_is(name, "end"))
		*out = r->high;
	else if (text_is(name, "start included"))
		*out = feel_bool(r->low_closed);
	else if (text_is(name, "end included"))
		*out = feel_bool(r->high_closed);
	else
		return false;
	return true;
}

static bool property(struct arena *a, struct feel_value v, struct text name, struct feel_value *out)
{
	switch ((enum feel_kind)v.kind) {
	case FEEL_CONTEXT: {
		const struct feel_value *entry = feel_context_find(v, name);
		if (entry)
			*out = *entry;
		return entry != NULL;
	}
	case FEEL_DATE: return date_property(v, name, out);
	case FEEL_TIME: return time_property(a, v, name, out);
	case FEEL_DATE_TIME: return date_property(v, name, out) || time_property(a, v, name, out);
	case FEEL_DAYS_DURATION:
	case FEEL_MONTHS_DURATION: return duration_property(v, name, out);
	case FEEL_RANGE: return range_property(v.range, name, out);
	default: return false;
	}
}

static struct feel_value missing(struct frame *f, struct feel_value v, struct text name)
{
	enum feel_code code =
	        v.kind == FEEL_NULL ? FEEL_DIAG_NULL_OPERAND : FEEL_DIAG_NO_SUCH_ENTRY;
	struct text kind = text_from(feel_kind_name((enum feel_kind)v.kind));
	if (v.kind == FEEL_NULL)
		frame_note(f, code, text_format(f->run->arena, ".%.*s", TEXT_ARG(name)), TEXT_NONE,
		        TEXT_NONE);
	else
		frame_note(f, code, name, kind, TEXT_NONE);
	return feel_null();
}

static struct feel_value each_field(struct frame *f, struct feel_value list, struct text name)
{
	struct feel_value *items = ARENA_ARRAY(f->run->arena, list.list.count, struct feel_value);
	f->run->steps_used += list.list.count;
	for (size_t i = 0; i < list.list.count; i++) {
		if (!property(f->run->arena, list.list.items[i], name, &items[i]))
			items[i] = list.list.items[i].kind == FEEL_LIST
			                   ? each_field(f, list.list.items[i], name)
			                   : missing(f, list.list.items[i], name);
	}
	return feel_list(items, list.list.count);
}

struct feel_value op_field(struct frame *f, struct feel_value v, struct text name)
{
	struct feel_value out;
	if (v.kind == FEEL_LIST)
		return each_field(f, v, name);
	if (property(f->run->arena, v, name, &out)) {
		if (out.kind == FEEL_NULL && v.kind != FEEL_CONTEXT)
			missing(f, v, name);
		return out;
	}
	return missing(f, v, name);
}
