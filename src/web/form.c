#include "web/form.h"

#include <string.h>
#include <unistd.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool form_unescape(struct arena *a, struct text t, bool plus, struct text *out)
{
	char *copy = arena_alloc(a, t.len);
	size_t len = 0;
	for (size_t i = 0; i < t.len; i++) {
		char c = t.ptr[i];
		if (c == '+' && plus) {
			c = ' ';
		} else if (c == '%') {
			int high = i + 2 < t.len ? hex_digit(t.ptr[i + 1]) : -1;
			int low = i + 2 < t.len ? hex_digit(t.ptr[i + 2]) : -1;
			if (high < 0 || low < 0)
				return false;
			c = (char)(high * 16 + low);
			i += 2;
		}
		if (c == '\0')
			return false;
		copy[len++] = c;
	}
	*out = (struct text){copy, len};
	return utf8_valid(*out);
}

enum err form_parse_pairs(struct arena *a, struct text pairs, size_t pairs_max,
        struct form_field **out, size_t *count, struct errinfo *e)
{
	size_t cap = 0;
	struct text piece;
	*out = NULL;
	*count = 0;
	while (text_split(&pairs, '&', &piece)) {
		if (!piece.len)
			continue;
		if (*count == pairs_max)
			return fail(e, ERR_LIMIT, "more than %zu fields", pairs_max);
		struct form_field *f = ARENA_PUSH(a, *out, *count, cap);
		size_t equal = text_find(piece, TEXT("="), 0);
		size_t name_end = equal == SIZE_MAX ? piece.len : equal;
		struct text value =
		        equal == SIZE_MAX ? TEXT_NONE : text_part(piece, equal + 1, piece.len);
		if (!form_unescape(a, text_part(piece, 0, name_end), true, &f->name) ||
		        !form_unescape(a, value, true, &f->value))
			return fail(e, ERR_INVALID, "a field is not UTF-8 or badly escaped");
		if (f->name.len > WEB_FIELD_NAME_MAX || f->value.len > WEB_FIELD_VALUE_MAX)
			return fail(e, ERR_LIMIT, "a field is too long");
	}
	return OK;
}

static enum form_media media_of(struct arena *a, struct text content_type)
{
	size_t end = text_find(content_type, TEXT(";"), 0);
	struct text media =
	        text_trim(text_part(content_type, 0, end == SIZE_MAX ? content_type.len : end));
	if (!media.len)
		return FORM_NONE;
	media = text_lower(a, media);
	if (text_is(media, "application/x-www-form-urlencoded"))
		return FORM_URLENCODED;
	return text_is(media, "multipart/form-data") ? FORM_MULTIPART : FORM_OTHER;
}

enum err form_begin(struct form *f, struct arena *a, struct text content_type, const char *tmp_dir,
        size_t file_max, struct errinfo *e)
{
	*f = (struct form){.arena = a, .tmp_dir = tmp_dir, .file_max = file_max};
	f->upload.fd = -1;
	f->media = media_of(a, content_type);
	f->text_max = WEB_TEXT_MAX;
	if (f->media == FORM_MULTIPART)
		return multipart_begin(f, content_type, e);
	/* a character may be written as %XX */
	buf_init(&f->raw, f->media == FORM_URLENCODED ? 3 * WEB_TEXT_MAX : WEB_TEXT_MAX);
	return OK;
}

enum err form_feed(struct form *f, struct text bytes, struct errinfo *e)
{
	if (f->media == FORM_MULTIPART)
		return multipart_feed(f, bytes, e);
	buf_add(&f->raw, bytes);
	f->too_large = f->too_large || f->raw.over;
	return OK;
}

enum err form_add_field(struct form *f, struct text name, struct text value, struct errinfo *e)
{
	if (!utf8_valid(name) || !utf8_valid(value) ||
	        (value.len && memchr(value.ptr, 0, value.len)) ||
	        (name.len && memchr(name.ptr, 0, name.len)))
		return fail(e, ERR_INVALID, "a field is not UTF-8 or holds NUL");
	if (f->field_count == WEB_FIELDS_MAX)
		return fail(e, ERR_LIMIT, "more than %d fields", WEB_FIELDS_MAX);
	struct form_field *field = ARENA_PUSH(f->arena, f->fields, f->field_count, f->field_cap);
	field->name = text_copy(f->arena, name);
	field->value = text_copy(f->arena, value);
	return OK;
}

enum err form_finish(struct form *f, struct errinfo *e)
{
	if (f->media == FORM_MULTIPART)
		return multipart_finish(f, e);
	if (f->media != FORM_URLENCODED || f->raw.over)
		return OK;
	return form_parse_pairs(
	        f->arena, buf_text(&f->raw), WEB_FIELDS_MAX, &f->fields, &f->field_count, e);
}

void form_end(struct form *f)
{
	for (size_t i = 0; i < f->upload_count; i++)
		if (f->uploads[i].fd >= 0)
			close(f->uploads[i].fd);
	if (f->upload.fd >= 0)
		close(f->upload.fd);
	f->upload.fd = -1;
	f->upload_count = 0;
	buf_free(&f->raw);
	buf_free(&f->value);
}
