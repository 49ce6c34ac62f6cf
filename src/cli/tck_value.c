#include "cli/tck.h"

#define XSI "http://www.w3.org/2001/XMLSchema-instance"

enum { DOUBLE_DIGITS = 15 };

static struct text type_of(const struct xml *x)
{
	struct text type = xml_attr_ns(x, XSI, "type");
	size_t colon = text_find(type, TEXT(":"), 0);
	return colon == SIZE_MAX ? type : text_part(type, colon + 1, type.len);
}

static bool is_nil(const struct xml *x)
{
	return text_is(xml_attr_ns(x, XSI, "nil"), "true");
}

static bool is_number_type(struct text type)
{
	return text_is(type, "decimal") || text_is(type, "double") || text_is(type, "integer") ||
	       text_is(type, "int") || text_is(type, "long") || text_is(type, "float");
}

static bool parse_typed(struct arena *a, struct text type, struct text t, struct feel_value *out)
{
	struct dec d;
	if (is_number_type(type)) {
		if (!dec_parse_rounded(t, &d))
			return false;
		*out = feel_number(d);
		return true;
	}
	if (text_is(type, "boolean")) {
		*out = feel_bool(text_is(t, "true") || text_is(t, "1"));
		return true;
	}
	if (text_is(type, "date"))
		return feel_parse_date(t, out);
	if (text_is(type, "time"))
		return feel_parse_time(a, t, out);
	if (text_is(type, "dateTime"))
		return feel_parse_date_time(a, t, out);
	if (text_is(type, "duration"))
		return feel_parse_duration(t, out);
	return false;
}

static struct feel_value simple_value(struct arena *a, const struct xml *x)
{
	struct feel_value v;
	struct text type = type_of(x);
	if (is_nil(x))
		return feel_null();
	if (parse_typed(a, type, text_trim(x->text), &v))
		return v;
	return feel_string(text_copy(a, x->text));
}

static struct feel_value components(struct arena *a, const struct xml *x)
{
	struct feel_context_builder b = feel_context_begin(a);
	for (const struct xml *c = xml_child(x, "component"); c; c = xml_next(c)) {
		struct text name = feel_name_normal(a, xml_attr(c, "name"));
		feel_context_set(&b, name, is_nil(c) ? feel_null() : tck_value(a, c));
	}
	return feel_context_end(&b);
}

struct feel_value tck_value(struct arena *a, const struct xml *x)
{
	const struct xml *list = xml_child(x, "list"), *value = xml_child(x, "value");
	if (xml_child(x, "component"))
		return components(a, x);
	if (list && is_nil(list))
		return feel_null();
	if (list) {
		struct feel_list_builder b = feel_list_begin(a);
		for (const struct xml *i = xml_child(list, "item"); i; i = xml_next(i))
			feel_list_add(&b, is_nil(i) ? feel_null() : tck_value(a, i));
		return feel_list_end(&b);
	}
	return value ? simple_value(a, value) : feel_null();
}

static int exponent_of(struct dec d)
{
	int exponent = 0;
	struct dec ten = dec_from_int(10);
	d = dec_abs(d);
	if (dec_is_zero(d))
		return 0;
	for (; dec_cmp(d, ten) >= 0; exponent++)
		d = dec_div(d, ten);
	for (; dec_cmp(d, dec_from_int(1)) < 0; exponent--)
		d = dec_mul(d, ten);
	return exponent;
}

static bool same_to_places(struct dec got, struct dec want, int places)
{
	struct dec x = dec_quantize(got, places, DEC_HALF_EVEN);
	struct dec y = dec_quantize(want, places, DEC_HALF_EVEN);
	return dec_is_finite(x) && dec_is_finite(y) && dec_cmp(x, y) == 0;
}

static bool number_equals(struct text t, struct text type, struct dec got)
{
	struct dec want;
	if (!dec_parse_rounded(t, &want))
		return false;
	if (dec_cmp(got, want) == 0)
		return true;
	if (text_is(type, "double"))
		return same_to_places(got, want, DOUBLE_DIGITS - 1 - exponent_of(want));
	return text_find(t, TEXT("."), 0) != SIZE_MAX &&
	       same_to_places(got, want, dec_places(want));
}

static bool value_equals(struct arena *a, const struct xml *x, struct feel_value got)
{
	struct feel_value want;
	struct text type = type_of(x), t = text_trim(x->text);
	if (is_nil(x))
		return got.kind == FEEL_NULL;
	if (got.kind == FEEL_NUMBER && (type.len == 0 || is_number_type(type)))
		return number_equals(t, type, got.number);
	if (got.kind == FEEL_STRING && (type.len == 0 || text_is(type, "string")))
		return text_eq(x->text, got.string);
	if (type.len == 0 && got.kind == FEEL_BOOL)
		return text_is(t, got.boolean ? "true" : "false");
	return parse_typed(a, type, t, &want) && feel_same(want, got);
}

static bool list_equals(struct arena *a, const struct xml *list, struct feel_value got)
{
	size_t i = 0;
	if (is_nil(list))
		return got.kind == FEEL_NULL;
	if (got.kind != FEEL_LIST)
		return false;
	for (const struct xml *item = xml_child(list, "item"); item; item = xml_next(item)) {
		if (i >= got.list.count)
			return false;
		struct feel_value v = got.list.items[i++];
		if (is_nil(item) ? v.kind != FEEL_NULL : !tck_equals(a, item, v))
			return false;
	}
	return i == got.list.count;
}

static bool components_equal(struct arena *a, const struct xml *x, struct feel_value got)
{
	size_t count = 0;
	if (got.kind != FEEL_CONTEXT)
		return false;
	for (const struct xml *c = xml_child(x, "component"); c; c = xml_next(c)) {
		struct text name = feel_name_normal(a, xml_attr(c, "name"));
		const struct feel_value *v = feel_context_find(got, name);
		if (!v || (is_nil(c) ? v->kind != FEEL_NULL : !tck_equals(a, c, *v)))
			return false;
		count++;
	}
	return count == got.context->count;
}

bool tck_equals(struct arena *a, const struct xml *expected, struct feel_value got)
{
	const struct xml *list = xml_child(expected, "list"), *value = xml_child(expected, "value");
	if (xml_child(expected, "component"))
		return components_equal(a, expected, got);
	if (list)
		return list_equals(a, list, got);
	return value ? value_equals(a, value, got) : got.kind == FEEL_NULL;
}
