/* Any bytes as a multipart body, whole and in pieces of a size taken from the input: both ways
 * the same fields and files, or both refused. */
#include "web/form.h"

#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum err parse(struct form *f, struct arena *a, struct text body, size_t piece)
{
	struct errinfo e = {0};
	enum err code = form_begin(f, a, TEXT("multipart/form-data; boundary=B"), "/tmp", 64, &e);
	for (size_t at = 0; code == OK && at < body.len; at += piece) {
		size_t end = at + piece < body.len ? at + piece : body.len;
		code = form_feed(f, text_part(body, at, end), &e);
	}
	return code == OK ? form_finish(f, &e) : code;
}

static void compare(const struct form *x, const struct form *y)
{
	check(x->field_count == y->field_count && x->upload_count == y->upload_count);
	check(x->too_large == y->too_large);
	for (size_t i = 0; i < x->field_count; i++)
		check(text_eq(x->fields[i].name, y->fields[i].name) &&
		        text_eq(x->fields[i].value, y->fields[i].value));
	for (size_t i = 0; i < x->upload_count; i++) {
		char a[64] = {0}, b[64] = {0};
		const struct web_upload *u = &x->uploads[i], *v = &y->uploads[i];
		check(u->size == v->size && text_eq(u->filename, v->filename));
		check(!memchr(u->filename.ptr ? u->filename.ptr : "", '/', u->filename.len));
		check((u->fd < 0) == (v->fd < 0));
		if (u->fd >= 0)
			check(read(u->fd, a, sizeof a) == read(v->fd, b, sizeof b) &&
			        memcmp(a, b, sizeof a) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	struct text body = {(const char *)data + 1, size - 1};
	struct arena *a = arena_new(0);
	struct form whole, pieces;
	enum err x = parse(&whole, a, body, body.len + 1);
	enum err y = parse(&pieces, a, body, (size_t)data[0] % 40 + 1);
	check((x == OK) == (y == OK));
	if (x == OK)
		compare(&whole, &pieces);
	form_end(&whole);
	form_end(&pieces);
	arena_free(a);
	return 0;
}
