/* Time zones as immutable tables, read once from ICU. */
#include "base/calendar.h"

#include <unicode/ucal.h>
#include <unicode/ustring.h>

enum {
	ZONE_NAME_MAX = 64,
	ZONE_CHANGES_MAX = 4096,
	ZONE_FIRST_YEAR = 1840, /* before: local mean time, as ICU gives it for that year */
	ZONE_LAST_YEAR = 2500,
	CYCLE_DAYS = 146097, /* the calendar repeats itself after 400 years */
};

struct zone_change {
	int64_t utc; /* seconds since 1970 from which `offset` applies */
	int32_t offset;
};

struct zone {
	struct text name;
	struct zone_change *changes; /* the first one has no beginning */
	size_t count;
};

static bool read_offset(UCalendar *cal, double ms, int32_t *offset)
{
	UErrorCode status = U_ZERO_ERROR;
	ucal_setMillis(cal, ms, &status);
	int32_t sum =
	        ucal_get(cal, UCAL_ZONE_OFFSET, &status) + ucal_get(cal, UCAL_DST_OFFSET, &status);
	*offset = sum / 1000;
	return U_SUCCESS(status);
}

static bool read_changes(struct arena *a, UCalendar *cal, struct zone *z)
{
	size_t cap = 0;
	UErrorCode status = U_ZERO_ERROR;
	double at = (double)date_to_days((struct date){ZONE_FIRST_YEAR, 1, 1}) * DAY_SECONDS * 1e3;
	double end = (double)date_to_days((struct date){ZONE_LAST_YEAR, 1, 1}) * DAY_SECONDS * 1e3;
	int32_t offset;
	if (!read_offset(cal, at, &offset))
		return false;
	*ARENA_PUSH(a, z->changes, z->count, cap) = (struct zone_change){INT64_MIN, offset};
	while (z->count < ZONE_CHANGES_MAX) {
		UDate next;
		ucal_setMillis(cal, at, &status);
		if (!ucal_getTimeZoneTransitionDate(cal, UCAL_TZ_TRANSITION_NEXT, &next, &status) ||
		        U_FAILURE(status) || next >= end)
			break;
		if (!read_offset(cal, next, &offset))
			return false;
		*ARENA_PUSH(a, z->changes, z->count, cap) =
		        (struct zone_change){(int64_t)(next / 1e3), offset};
		at = next;
	}
	return U_SUCCESS(status);
}

static bool is_known(const UChar *id, int32_t len)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar canonical[ZONE_NAME_MAX * 2];
	UBool known = false;
	ucal_getCanonicalTimeZoneID(id, len, canonical, ZONE_NAME_MAX * 2, &known, &status);
	return U_SUCCESS(status) && known;
}

enum err zone_open(struct arena *a, struct text name, const struct zone **out, struct errinfo *e)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar id[ZONE_NAME_MAX];
	int32_t len = 0;
	if (name.len == 0 || name.len >= ZONE_NAME_MAX)
		return fail(e, ERR_NOT_FOUND, "no time zone of this name");
	u_strFromUTF8(id, ZONE_NAME_MAX, &len, name.ptr, (int32_t)name.len, &status);
	if (U_FAILURE(status) || !is_known(id, len))
		return fail(e, ERR_NOT_FOUND, "no time zone '%.*s'", TEXT_ARG(name));
	UCalendar *cal = ucal_open(id, len, "en", UCAL_GREGORIAN, &status);
	if (U_FAILURE(status))
		return fail(e, ERR_INTERNAL, "time zones: %s", u_errorName(status));
	ucal_setGregorianChange(cal, -1e18, &status);
	struct zone *z = ARENA_NEW(a, struct zone);
	z->name = text_copy(a, name);
	bool done = read_changes(a, cal, z);
	ucal_close(cal);
	if (!done)
		return fail(e, ERR_INTERNAL, "time zone '%.*s' cannot be read", TEXT_ARG(name));
	*out = z;
	return OK;
}

struct text zone_name(const struct zone *z)
{
	return z->name;
}

/* Index of the change in force at `utc`. */
static size_t change_at(const struct zone *z, int64_t utc)
{
	size_t low = 0, high = z->count;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (z->changes[middle].utc <= utc)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Years beyond the table follow the rules of the same place in its last 400 years. */
static int64_t into_table(int64_t seconds)
{
	int64_t end = date_to_days((struct date){ZONE_LAST_YEAR - 10, 1, 1}) * DAY_SECONDS;
	int64_t cycle = (int64_t)CYCLE_DAYS * DAY_SECONDS;
	if (seconds < end)
		return seconds;
	return seconds - ((seconds - end) / cycle + 1) * cycle;
}

int zone_offset_at(const struct zone *z, int64_t utc_seconds)
{
	return z->changes[change_at(z, into_table(utc_seconds))].offset;
}

int zone_offset_local(const struct zone *z, int64_t local_seconds)
{
	int64_t local = into_table(local_seconds);
	/* Offsets are below a day: look from a day earlier and step over the changes that
	 * have passed by the wall clock as it stood before each of them. */
	size_t i = change_at(z, local - DAY_SECONDS);
	while (i + 1 < z->count) {
		int64_t begins = z->changes[i + 1].utc;
		int32_t before = z->changes[i].offset, after = z->changes[i + 1].offset;
		int64_t wall = begins + (before > after ? before : after);
		if (local < wall)
			break;
		i++;
	}
	return z->changes[i].offset;
}

bool zone_known(struct text name)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar id[ZONE_NAME_MAX];
	int32_t len = 0;
	if (name.len == 0 || name.len >= ZONE_NAME_MAX)
		return false;
	u_strFromUTF8(id, ZONE_NAME_MAX, &len, name.ptr, (int32_t)name.len, &status);
	return U_SUCCESS(status) && is_known(id, len);
}

bool zone_offset_once(struct text name, int64_t seconds, bool is_local, int *offset)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar id[ZONE_NAME_MAX];
	int32_t len = 0, raw = 0, saving = 0;
	if (name.len == 0 || name.len >= ZONE_NAME_MAX)
		return false;
	u_strFromUTF8(id, ZONE_NAME_MAX, &len, name.ptr, (int32_t)name.len, &status);
	if (U_FAILURE(status))
		return false;
	UCalendar *cal = ucal_open(id, len, "en", UCAL_GREGORIAN, &status);
	if (U_FAILURE(status))
		return false;
	int64_t first = date_to_days((struct date){ZONE_FIRST_YEAR, 1, 1}) * DAY_SECONDS;
	int64_t inside = seconds < first ? first : into_table(seconds);
	ucal_setMillis(cal, (double)inside * 1e3, &status);
	if (is_local) {
		ucal_getTimeZoneOffsetFromLocal(
		        cal, UCAL_TZ_LOCAL_FORMER, UCAL_TZ_LOCAL_FORMER, &raw, &saving, &status);
	} else {
		raw = ucal_get(cal, UCAL_ZONE_OFFSET, &status);
		saving = ucal_get(cal, UCAL_DST_OFFSET, &status);
	}
	ucal_close(cal);
	*offset = (raw + saving) / 1000;
	return U_SUCCESS(status);
}
