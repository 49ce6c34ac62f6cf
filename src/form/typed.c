/* form/typed.c - canonical text to FEEL value and back. */
#include "form/form_int.h"

static bool typed_number(const struct form_field *f, struct text t, struct feel_value *out)
{
	struct dec d;
	if (!dec_parse(t, &d) || (f->type == FORM_NUM_INT && !dec_is_integer(d)))
		return false;
	*out = feel_number(d);
	return out->kind == FEEL_NUMBER;
}

static bool typed_object(struct arena *a, struct text t, struct feel_value *out)
{
	return feel_from_plain_json(a, t, NULL, out, NULL) == OK && out->kind == FEEL_CONTEXT;
}

bool form_typed(struct arena *a, const struct form_field *f, struct text t, struct feel_value *out)
{
	*out = feel_null();
	switch (f->type) {
	case FORM_TEXT:
	case FORM_TEXT_LATIN:
		*out = feel_string(t);
		return utf8_valid(t) && (!f->codes || f->other || form_code_find(f->codes, t));
	case FORM_DATE: return feel_parse_date(t, out) && out->kind == FEEL_DATE;
	case FORM_TIME: return feel_parse_time(a, t, out) && out->kind == FEEL_TIME;
	case FORM_DATETIME: return feel_parse_date_time(a, t, out) && out->kind == FEEL_DATE_TIME;
	case FORM_BOOL:
		*out = feel_bool(text_is(t, "true"));
		return text_is(t, "true") || text_is(t, "false");
	case FORM_NUM:
	case FORM_NUM_INT:
	case FORM_NUM_CURRENCY: return typed_number(f, t, out);
	case FORM_OBJ: return typed_object(a, t, out);
	case FORM_FILE:
	case FORM_GROUP:
	case FORM_LABEL: return false;
	}
	return false;
}

static struct text number_text(struct arena *a, const struct form_field *f, struct dec d)
{
	if (f->type == FORM_NUM_CURRENCY && dec_places(d) < 2)
		d = dec_quantize(d, 2, DEC_HALF_UP);
	return dec_text_kept(a, d);
}

struct text form_canonical(struct arena *a, const struct form_field *f, struct feel_value v)
{
	switch (v.kind) {
	case FEEL_NULL: return TEXT_NONE;
	case FEEL_BOOL: return v.boolean ? TEXT("true") : TEXT("false");
	case FEEL_NUMBER: return number_text(a, f, v.number);
	case FEEL_STRING: return v.string;
	case FEEL_CONTEXT: {
		struct buf b;
		buf_init(&b, FORM_ANSWERS_MAX);
		feel_to_plain_json(&b, v, false);
		struct text t = buf_copy(&b, a);
		buf_free(&b);
		return t;
	}
	default: return feel_to_string(a, v);
	}
}

struct feel_value form_file_value(struct arena *a, const struct form_file *file)
{
	struct feel_context_builder b = feel_context_begin(a);
	feel_context_set(&b, TEXT("name"), feel_string(file->name));
	feel_context_set(&b, TEXT("media"), feel_string(file->media));
	feel_context_set(&b, TEXT("size"), feel_int(file->size));
	feel_context_set(&b, TEXT("hash"), feel_string(file->hash));
	feel_context_set(&b, TEXT("scan"), feel_string(file->scan));
	return feel_context_end(&b);
}
