/* bpmn/value.c - FEEL values as bytes: a tag, then numbers of 7 bits a byte, low part first.
 *
 * Exact: a decimal keeps its two words, a moment all its fields. Part of the format of a
 * state, so a change here is a new format. */
#include "base/calendar.h"
#include "bpmn/state.h"

enum { VALUE_DEPTH_MAX = 200 };

/* A whole number whose decimal is what dec_from_int makes of it: most numbers are. */
enum { VALUE_INTEGER = 64 };

void bpmn_put_number(struct buf *b, uint64_t n)
{
	char bytes[10];
	size_t len = 0;
	while (n >= 128) {
		bytes[len++] = (char)(n | 128);
		n >>= 7;
	}
	bytes[len++] = (char)n;
	buf_add(b, (struct text){bytes, len});
}

static void put_signed(struct buf *b, int64_t n)
{
	uint64_t u = (uint64_t)n << 1;
	bpmn_put_number(b, n < 0 ? ~u : u);
}

void bpmn_put_text(struct buf *b, struct text t)
{
	bpmn_put_number(b, t.len);
	buf_add(b, t);
}

static void put_word(struct buf *b, uint64_t w)
{
	for (int i = 0; i < 8; i++)
		buf_add_byte(b, (char)(w >> (8 * i)));
}

static void put_moment(struct buf *b, const struct feel_moment *m)
{
	put_signed(b, m->year);
	buf_add_byte(b, (char)m->month);
	buf_add_byte(b, (char)m->day);
	buf_add_byte(b, (char)m->hour);
	buf_add_byte(b, (char)m->minute);
	buf_add_byte(b, (char)m->second);
	buf_add_byte(b, (char)m->zone_kind);
	bpmn_put_number(b, m->nano);
	if (m->zone_kind == FEEL_ZONE_OFFSET)
		put_signed(b, m->offset_s);
	else if (m->zone_kind == FEEL_ZONE_NAMED)
		bpmn_put_text(b, text_from(m->zone_name));
}

static void put_range(struct buf *b, const struct feel_range *r)
{
	unsigned flags =
	        (unsigned)r->low_closed | (unsigned)r->high_closed << 1 | (unsigned)r->test << 2;
	buf_add_byte(b, (char)flags);
	bpmn_value_write(b, r->low);
	bpmn_value_write(b, r->high);
}

static bool is_integer(struct dec d, int64_t *out)
{
	if (!dec_to_int(d, out))
		return false;
	struct dec same = dec_from_int(*out);
	return same.word[0] == d.word[0] && same.word[1] == d.word[1];
}

void bpmn_value_write(struct buf *b, struct feel_value v)
{
	int64_t integer;
	if (v.kind == FEEL_NUMBER && is_integer(v.number, &integer)) {
		buf_add_byte(b, VALUE_INTEGER);
		put_signed(b, integer);
		return;
	}
	buf_add_byte(b, (char)(v.kind == FEEL_FUNCTION ? FEEL_NULL : v.kind));
	switch ((enum feel_kind)v.kind) {
	case FEEL_BOOL: buf_add_byte(b, (char)v.boolean); break;
	case FEEL_NUMBER:
		put_word(b, v.number.word[0]);
		put_word(b, v.number.word[1]);
		break;
	case FEEL_STRING: bpmn_put_text(b, v.string); break;
	case FEEL_DATE:
	case FEEL_TIME:
	case FEEL_DATE_TIME: put_moment(b, &v.moment); break;
	case FEEL_DAYS_DURATION:
		put_signed(b, v.duration.seconds);
		put_signed(b, v.duration.nano);
		break;
	case FEEL_MONTHS_DURATION: put_signed(b, v.months); break;
	case FEEL_LIST:
		bpmn_put_number(b, v.list.count);
		for (size_t i = 0; i < v.list.count; i++)
			bpmn_value_write(b, v.list.items[i]);
		break;
	case FEEL_CONTEXT:
		bpmn_put_number(b, v.context->count);
		for (size_t i = 0; i < v.context->count; i++) {
			bpmn_put_text(b, v.context->entries[i].name);
			bpmn_value_write(b, v.context->entries[i].value);
		}
		break;
	case FEEL_RANGE: put_range(b, v.range); break;
	case FEEL_NULL:
	case FEEL_FUNCTION: break;
	}
}

/* Reading -------------------------------------------------------------------------------- */

static unsigned take_byte(struct bpmn_bytes *in)
{
	if (in->at >= in->end) {
		in->bad = true;
		return 0;
	}
	return *in->at++;
}

uint64_t bpmn_take_number(struct bpmn_bytes *in)
{
	uint64_t n = 0;
	for (int shift = 0; shift < 64; shift += 7) {
		unsigned byte = take_byte(in);
		n |= (uint64_t)(byte & 127) << shift;
		if (byte < 128)
			return n;
	}
	in->bad = true;
	return 0;
}

static int64_t take_signed(struct bpmn_bytes *in)
{
	uint64_t u = bpmn_take_number(in);
	return (int64_t)(u & 1 ? ~(u >> 1) : u >> 1);
}

struct text bpmn_take_text(struct arena *a, struct bpmn_bytes *in)
{
	uint64_t len = bpmn_take_number(in);
	if (in->bad || len > (uint64_t)(in->end - in->at)) {
		in->bad = true;
		return TEXT_NONE;
	}
	struct text t = {(const char *)in->at, (size_t)len};
	in->at += len;
	return len ? text_copy(a, t) : TEXT_NONE;
}

static uint64_t take_word(struct bpmn_bytes *in)
{
	uint64_t w = 0;
	for (int i = 0; i < 8; i++)
		w |= (uint64_t)take_byte(in) << (8 * i);
	return w;
}

static bool moment_sane(const struct feel_moment *m, enum feel_kind kind)
{
	bool day = kind == FEEL_TIME || date_valid(m->year, m->month, m->day);
	return day && m->hour < 25 && m->minute < 60 && m->second < 61 &&
	       m->zone_kind <= FEEL_ZONE_NAMED && m->nano < 1000000000;
}

static struct feel_moment take_moment(struct arena *a, struct bpmn_bytes *in, enum feel_kind kind)
{
	struct feel_moment m = {0};
	m.year = (int32_t)take_signed(in);
	m.month = (uint8_t)take_byte(in);
	m.day = (uint8_t)take_byte(in);
	m.hour = (uint8_t)take_byte(in);
	m.minute = (uint8_t)take_byte(in);
	m.second = (uint8_t)take_byte(in);
	m.zone_kind = (uint8_t)take_byte(in);
	m.nano = (uint32_t)bpmn_take_number(in);
	if (m.zone_kind == FEEL_ZONE_OFFSET)
		m.offset_s = (int32_t)take_signed(in);
	else if (m.zone_kind == FEEL_ZONE_NAMED)
		m.zone_name = text_z(a, bpmn_take_text(a, in));
	if (!moment_sane(&m, kind))
		in->bad = true;
	return m;
}

static size_t take_count(struct bpmn_bytes *in)
{
	uint64_t n = bpmn_take_number(in);
	if (n > (uint64_t)(in->end - in->at)) /* every item takes a byte at least */
		in->bad = true;
	return in->bad ? 0 : (size_t)n;
}

static struct feel_value take_list(struct arena *a, struct bpmn_bytes *in, int depth)
{
	size_t count = take_count(in);
	struct feel_value *items = ARENA_ARRAY(a, count, struct feel_value);
	for (size_t i = 0; i < count && !in->bad; i++)
		items[i] = bpmn_value_read(a, in, depth + 1);
	return feel_list(items, count);
}

static struct feel_value take_context(struct arena *a, struct bpmn_bytes *in, int depth)
{
	size_t count = take_count(in);
	struct feel_entry *entries = ARENA_ARRAY(a, count, struct feel_entry);
	for (size_t i = 0; i < count && !in->bad; i++) {
		entries[i].name = bpmn_take_text(a, in);
		entries[i].value = bpmn_value_read(a, in, depth + 1);
	}
	struct feel_context *c = ARENA_NEW(a, struct feel_context);
	*c = (struct feel_context){entries, count};
	return feel_context_of(c);
}

static struct feel_value take_range(struct arena *a, struct bpmn_bytes *in, int depth)
{
	unsigned flags = take_byte(in);
	struct feel_range r = {.low_closed = flags & 1,
	        .high_closed = flags >> 1 & 1,
	        .test = (uint8_t)(flags >> 2)};
	r.low = bpmn_value_read(a, in, depth + 1);
	r.high = bpmn_value_read(a, in, depth + 1);
	return feel_range_of(a, r);
}

struct feel_value bpmn_value_read(struct arena *a, struct bpmn_bytes *in, int depth)
{
	struct feel_value v = feel_null();
	unsigned kind = take_byte(in);
	if (kind == VALUE_INTEGER)
		return feel_int(take_signed(in));
	if (kind >= FEEL_FUNCTION || depth > VALUE_DEPTH_MAX)
		in->bad = true;
	if (in->bad)
		return v;
	switch ((enum feel_kind)kind) {
	case FEEL_BOOL: return feel_bool(take_byte(in) != 0);
	case FEEL_NUMBER: {
		struct dec d;
		d.word[0] = take_word(in);
		d.word[1] = take_word(in);
		return feel_number(d);
	}
	case FEEL_STRING: return feel_string(bpmn_take_text(a, in));
	case FEEL_DATE:
	case FEEL_TIME:
	case FEEL_DATE_TIME:
		v.moment = take_moment(a, in, (enum feel_kind)kind);
		v.kind = (uint8_t)kind;
		return v;
	case FEEL_DAYS_DURATION: {
		int64_t seconds = take_signed(in);
		return feel_days_duration(seconds, (int32_t)take_signed(in));
	}
	case FEEL_MONTHS_DURATION: return feel_months_duration(take_signed(in));
	case FEEL_LIST: return take_list(a, in, depth);
	case FEEL_CONTEXT: return take_context(a, in, depth);
	case FEEL_RANGE: return take_range(a, in, depth);
	default: return v;
	}
}
