/* Bodies of forms: urlencoded and multipart, cut into pieces of every size. */
#include "unit.h"

#include "web/form.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct result {
	struct arena *arena;
	struct form form;
	enum err code;
	struct errinfo e;
};

static struct result parse(const char *type, struct text body, size_t piece, size_t file_max)
{
	struct result r = {.arena = arena_new(0)};
	r.code = form_begin(&r.form, r.arena, text_from(type), "/tmp", file_max, &r.e);
	for (size_t at = 0; r.code == OK && at < body.len; at += piece) {
		size_t end = at + piece < body.len ? at + piece : body.len;
		r.code = form_feed(&r.form, text_part(body, at, end), &r.e);
	}
	if (r.code == OK)
		r.code = form_finish(&r.form, &r.e);
	return r;
}

static void done(struct result *r)
{
	form_end(&r->form);
	arena_free(r->arena);
}

/* "name=value;" for fields, "name:filename:media:size:content;" for files. */
static const char *summary(const struct form *f, char out[4096])
{
	size_t n = 0;
	out[0] = '\0';
	for (size_t i = 0; i < f->field_count; i++)
		n += (size_t)snprintf(out + n, 4096 - n, "%.*s=%.*s;", TEXT_ARG(f->fields[i].name),
		        TEXT_ARG(f->fields[i].value));
	for (size_t i = 0; i < f->upload_count; i++) {
		const struct web_upload *u = &f->uploads[i];
		char content[100] = "";
		if (u->fd >= 0 && read(u->fd, content, sizeof content - 1) < 0)
			content[0] = '?';
		n += (size_t)snprintf(out + n, 4096 - n, "%.*s:%.*s:%.*s:%zu:%s%s;",
		        TEXT_ARG(u->field), TEXT_ARG(u->filename), TEXT_ARG(u->media), u->size,
		        u->too_large ? "TOO LARGE" : "", content);
	}
	return out;
}

static void gives(const char *type, const char *body, size_t file_max, const char *want)
{
	char got[4096];
	size_t len = strlen(body);
	for (size_t piece = 1; piece <= len; piece++) {
		struct result r = parse(type, (struct text){body, len}, piece, file_max);
		if (r.code != OK)
			fail_msg("pieces of %zu: %s", piece, r.e.message);
		if (strcmp(summary(&r.form, got), want) != 0)
			fail_msg("pieces of %zu: got '%s', not '%s'", piece, got, want);
		done(&r);
	}
}

static void refused(const char *type, struct text body, enum err code)
{
	for (size_t piece = 1; piece <= body.len + 1; piece += body.len / 50 + 1) {
		struct result r = parse(type, body, piece, 1000);
		if (r.code != code)
			fail_msg("'%.*s' in pieces of %zu: %s", TEXT_ARG(body), piece,
			        err_name(r.code));
		done(&r);
	}
}

static const char urlencoded[] = "application/x-www-form-urlencoded; charset=utf-8";
static const char multi[] = "multipart/form-data; boundary=AaB03x";

static void urlencoded__escapes__decoded(void **state)
{
	(void)state;
	gives(urlencoded, "a=1&b=x+y&c=%C3%BC%26&&d&e=&f=1=2", 0, "a=1;b=x y;c=ü&;d=;e=;f=1=2;");
	gives("application/X-WWW-Form-Urlencoded", "a=1", 0, "a=1;");
}

static void urlencoded__broken__refused(void **state)
{
	(void)state;
	refused(urlencoded, TEXT("a=%"), ERR_INVALID);
	refused(urlencoded, TEXT("a=%4"), ERR_INVALID);
	refused(urlencoded, TEXT("a=%zz"), ERR_INVALID);
	refused(urlencoded, TEXT("a=%00"), ERR_INVALID);
	refused(urlencoded, TEXT("a=%FF"), ERR_INVALID);
	refused(urlencoded, TEXT("%FF=a"), ERR_INVALID);
}

static void urlencoded__too_much__limit(void **state)
{
	(void)state;
	static char many[20000];
	for (size_t i = 0; i < sizeof many / 4; i++)
		memcpy(many + 4 * i, "a=1&", 4);
	refused(urlencoded, (struct text){many, sizeof many}, ERR_LIMIT);
	static char longer[WEB_FIELD_VALUE_MAX + 3] = "a=";
	memset(longer + 2, 'x', sizeof longer - 2);
	refused(urlencoded, (struct text){longer, sizeof longer}, ERR_LIMIT);
}

static void multipart__fields_and_files__any_pieces(void **state)
{
	(void)state;
	gives(multi,
	        "--AaB03x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nJörg\r\n"
	        "--AaB03x\r\ncontent-disposition: form-data; name=\"empty\"\r\n\r\n\r\n"
	        "--AaB03x\r\nContent-Type: text/plain\r\nContent-Disposition: form-data; "
	        "name=\"f\"; filename=\"C:\\\\dir\\\\a.txt\"\r\n\r\nline\r\n--AaB03\r\n-\r\n"
	        "--AaB03x--\r\n",
	        1000, "name=Jörg;empty=;f:a.txt:text/plain:16:line\r\n--AaB03\r\n-;");
}

static void multipart__odd_but_allowed__read(void **state)
{
	(void)state;
	gives(multi,
	        "preamble\r\n--AaB03x  \r\nContent-Disposition: form-data; "
	        "name=\"a%22b\"\r\n\r\n1\r\n--AaB03x--epilogue",
	        1000, "a\"b=1;");
	gives("multipart/form-data; charset=utf-8; boundary=\"a b\"",
	        "--a b\r\nContent-Disposition: form-data; name=x; filename=\"\"\r\n\r\n\r\n--a b--",
	        1000, "");
	gives(multi,
	        "--AaB03x\r\nContent-Disposition: form-data; filename=\"a;name=b.pdf\"; "
	        "name=\"f\"\r\n\r\n\r\n--AaB03x--",
	        1000, "f:a;name=b.pdf::0:;");
	gives(multi, "--AaB03x--", 1000, "");
}

static void multipart__file_too_large__dropped_and_fields_kept(void **state)
{
	(void)state;
	gives(multi,
	        "--AaB03x\r\nContent-Disposition: form-data; name=\"f\"; "
	        "filename=\"a\"\r\n\r\n0123456789\r\n"
	        "--AaB03x\r\nContent-Disposition: form-data; name=\"after\"\r\n\r\nstill "
	        "here\r\n--AaB03x--",
	        9, "after=still here;f:a::10:TOO LARGE;");
	gives(multi,
	        "--AaB03x\r\nContent-Disposition: form-data; name=\"f\"; "
	        "filename=\"a\"\r\n\r\n0123456789\r\n--AaB03x--",
	        10, "f:a::10:0123456789;");
}

static void multipart__broken__refused(void **state)
{
	(void)state;
	refused("multipart/form-data", TEXT("x"), ERR_INVALID);
	refused("multipart/form-data; boundary=", TEXT("x"), ERR_INVALID);
	refused("multipart/form-data; boundary=\"a\rb\"", TEXT("x"), ERR_INVALID);
	refused("multipart/form-data; "
	        "boundary=1234567890123456789012345678901234567890123456789012345678901234567890x",
	        TEXT("x"), ERR_INVALID);
	refused(multi, TEXT(""), ERR_INVALID);
	refused(multi, TEXT("--AaB03x\r\n"), ERR_INVALID);
	refused(multi, TEXT("--AaB03xjunk\r\n"), ERR_INVALID);
	refused(multi, TEXT("--AaB03x\r\n\r\nx\r\n--AaB03x--"), ERR_INVALID);
	refused(multi, TEXT("--AaB03x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--AaB03x--"),
	        ERR_INVALID);
	refused(multi, TEXT("--AaB03x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx"),
	        ERR_INVALID);
	refused(multi,
	        TEXT("--AaB03x\r\nContent-Disposition: form-data; "
	             "name=\"a\"\r\n\r\n\xff\r\n--AaB03x--"),
	        ERR_INVALID);
	refused(multi,
	        TEXT("--AaB03x\r\nContent-Disposition: form-data; "
	             "name=\"a\"\r\n\r\n\0\r\n--AaB03x--"),
	        ERR_INVALID);
	refused(multi,
	        TEXT("--AaB03x\r\nContent-Disposition: form-data; "
	             "name=\"\xff\"\r\n\r\nx\r\n--AaB03x--"),
	        ERR_INVALID);
}

static void multipart__endless_head__limit(void **state)
{
	(void)state;
	static char head[20000];
	memset(head, 'x', sizeof head);
	memcpy(head, "--AaB03x\r\n", 10);
	refused(multi, (struct text){head, sizeof head}, ERR_LIMIT);
}

static void multipart__value_too_long__dropped_and_said(void **state)
{
	(void)state;
	static char body[WEB_FIELD_VALUE_MAX + 200];
	size_t n = (size_t)snprintf(body, sizeof body,
	        "--AaB03x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n");
	memset(body + n, 'x', WEB_FIELD_VALUE_MAX + 1);
	n += WEB_FIELD_VALUE_MAX + 1;
	n += (size_t)snprintf(body + n, sizeof body - n, "\r\n--AaB03x--");
	struct result r = parse(multi, (struct text){body, n}, 1000, 0);
	assert_int_equal(r.code, OK);
	assert_true(r.form.too_large);
	assert_int_equal(r.form.field_count, 0);
	done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(urlencoded__escapes__decoded),
	        cmocka_unit_test(urlencoded__broken__refused),
	        cmocka_unit_test(urlencoded__too_much__limit),
	        cmocka_unit_test(multipart__fields_and_files__any_pieces),
	        cmocka_unit_test(multipart__odd_but_allowed__read),
	        cmocka_unit_test(multipart__file_too_large__dropped_and_fields_kept),
	        cmocka_unit_test(multipart__broken__refused),
	        cmocka_unit_test(multipart__endless_head__limit),
	        cmocka_unit_test(multipart__value_too_long__dropped_and_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
