/* What came in: target, headers, cookies, and how handlers ask for it. */
#include "web/web_int.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

static struct text find(const struct form_field *f, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (text_is(f[i].name, name))
			return f[i].value;
	return TEXT_NONE;
}

struct text web_param(const struct web_request *r, const char *name)
{
	const struct web_match *m = &call_of(r)->match;
	return find(m->params, m->param_count, name);
}

struct text web_query(const struct web_request *r, const char *name)
{
	return find(call_of(r)->query, call_of(r)->query_count, name);
}

struct text web_field(const struct web_request *r, const char *name)
{
	return find(call_of(r)->form.fields, call_of(r)->form.field_count, name);
}

bool web_has_field(const struct web_request *r, const char *name)
{
	const struct form *f = &call_of(r)->form;
	for (size_t i = 0; i < f->field_count; i++)
		if (text_is(f->fields[i].name, name))
			return true;
	return false;
}

size_t web_field_all(const struct web_request *r, const char *name, const struct text **out)
{
	const struct form *f = &call_of(r)->form;
	struct text *values = NULL;
	size_t count = 0, cap = 0;
	for (size_t i = 0; i < f->field_count; i++)
		if (text_is(f->fields[i].name, name))
			*ARENA_PUSH(r->arena, values, count, cap) = f->fields[i].value;
	*out = values;
	return count;
}

bool web_field_at(const struct web_request *r, size_t i, struct text *name, struct text *value)
{
	const struct form *f = &call_of(r)->form;
	for (size_t k = 0; k < f->field_count; k++) {
		if (text_is(f->fields[k].name, "csrf") || i-- > 0)
			continue;
		*name = f->fields[k].name;
		*value = f->fields[k].value;
		return true;
	}
	return false;
}

const struct web_upload *web_file(const struct web_request *r, const char *field)
{
	for (size_t i = 0; i < r->upload_count; i++)
		if (text_is(r->uploads[i].field, field))
			return &r->uploads[i];
	return NULL;
}

bool web_date_boxes(const struct web_request *r, const char *name, struct date *out)
{
	static const char *const boxes[] = {"day", "month", "year"};
	int64_t n[3] = {0};
	bool numbers = true, empty = true;
	*out = (struct date){0};
	for (size_t i = 0; i < 3; i++) {
		struct text field = text_format(r->arena, "%s.%s", name, boxes[i]);
		struct text typed = text_trim(web_field(r, field.ptr));
		empty = empty && !typed.len;
		numbers = numbers && text_int(typed, &n[i]);
	}
	if (empty)
		return true;
	if (!numbers || n[2] < 1900 || n[2] > 2200 || n[0] < 1 || n[0] > 31 || n[1] < 1 ||
	        n[1] > 12 || !date_valid(n[2], (int)n[1], (int)n[0]))
		return false;
	*out = (struct date){(int32_t)n[2], (uint8_t)n[1], (uint8_t)n[0]};
	return true;
}

struct mapping {
	void *ptr;
	size_t size;
};

static void unmap(void *ptr)
{
	struct mapping *m = ptr;
	munmap(m->ptr, m->size);
}

enum err web_upload_bytes(
        struct web_request *r, const struct web_upload *u, struct text *out, struct errinfo *e)
{
	*out = TEXT_NONE;
	if (u->fd < 0)
		return fail(e, ERR_LIMIT, "the upload was larger than allowed");
	if (u->size == 0)
		return OK;
	void *p = mmap(NULL, u->size, PROT_READ, MAP_PRIVATE, u->fd, 0);
	if (p == MAP_FAILED)
		return fail(e, ERR_IO, "upload: %s", strerror(errno));
	struct mapping *m = ARENA_NEW(r->arena, struct mapping);
	*m = (struct mapping){p, u->size};
	web_on_end(r, unmap, m);
	*out = (struct text){p, u->size};
	return OK;
}

struct text web_cookie(const struct web_request *r, const char *name)
{
	return find(call_of(r)->cookies, call_of(r)->cookie_count, name);
}

struct text web_header(const struct web_request *r, const char *name)
{
	return text_from(MHD_lookup_connection_value(call_of(r)->mhd, MHD_HEADER_KIND, name));
}

struct text web_text(const struct web_request *r, const char *key)
{
	return texts_get(r->texts, r->language, key);
}

struct text web_text_args(
        const struct web_request *r, const char *key, const struct texts_arg *args, size_t count)
{
	return texts_format(r->arena, r->texts, r->language, text_from(key), args, count);
}

enum err web_allow(const struct web_request *r, enum people_action action,
        const struct people_object *object, struct errinfo *e)
{
	return allow(r->actor, action, object, e);
}

void web_on_end(struct web_request *r, void (*end)(void *ptr), void *ptr)
{
	struct web_call *c = call_of(r);
	check(c->end_count < WEB_ENDS_MAX);
	c->ends[c->end_count++] = (struct web_end){end, ptr};
}

/* Reading the head ---------------------------------------------------------------------------- */

static void read_cookies(struct web_call *c)
{
	struct text rest = web_header(&c->request, "Cookie"), piece;
	while (c->cookie_count < WEB_COOKIES_MAX && text_split(&rest, ';', &piece)) {
		piece = text_trim(piece);
		size_t equal = text_find(piece, TEXT("="), 0);
		if (equal == SIZE_MAX)
			continue;
		struct text value = text_part(piece, equal + 1, piece.len);
		if (utf8_valid(value))
			c->cookies[c->cookie_count++] =
			        (struct form_field){text_part(piece, 0, equal), value};
	}
}

static bool has_control(struct text t)
{
	for (size_t i = 0; i < t.len; i++)
		if ((unsigned char)t.ptr[i] < 0x20 || t.ptr[i] == 0x7f)
			return true;
	return false;
}

/* Segments are decoded one by one, so that %2F stays inside its segment. */
static enum err read_path(struct web_call *c, struct text path, struct errinfo *e)
{
	struct web_request *r = &c->request;
	struct text segments[WEB_SEGMENTS_MAX], rest, piece;
	size_t count = 0;
	if (!path.len || path.ptr[0] != '/')
		return fail(e, ERR_INVALID, "the path does not begin with /");
	if (!form_unescape(r->arena, path, false, &r->path) || has_control(r->path))
		return fail(e, ERR_INVALID, "the path is not UTF-8");
	rest = text_part(path, 1, path.len);
	while (rest.len) {
		size_t slash = text_find(rest, TEXT("/"), 0);
		if (count == WEB_SEGMENTS_MAX)
			return OK; /* matches no row */
		piece = text_part(rest, 0, slash == SIZE_MAX ? rest.len : slash);
		if (!form_unescape(r->arena, piece, false, &segments[count++]))
			return fail(e, ERR_INVALID, "the path is not UTF-8");
		rest = slash == SIZE_MAX ? TEXT_NONE : text_part(rest, slash + 1, rest.len);
	}
	if (path.len == 1 || path.ptr[path.len - 1] != '/')
		table_match(&r->server->table, r->method, segments, count, &c->match);
	return OK;
}

static enum err read_target(struct web_call *c, struct errinfo *e)
{
	struct web_request *r = &c->request;
	struct text target = text_copy(r->arena, text_from(c->conn->target));
	if (target.len > WEB_TARGET_MAX) {
		fail(e, ERR_LIMIT, "the address of the page is too long");
		return fail_key(e, "error.414");
	}
	size_t mark = text_find(target, TEXT("?"), 0);
	if (mark != SIZE_MAX) {
		r->query = text_part(target, mark + 1, target.len);
		target = text_part(target, 0, mark);
	}
	TRY(read_path(c, target, e));
	return form_parse_pairs(r->arena, r->query, 100, &c->query, &c->query_count, e);
}

static void choose_language(struct web_call *c)
{
	struct web_request *r = &c->request;
	int language = texts_language(r->texts, web_cookie(r, "aw_lang"));
	struct text rest = web_header(r, "Accept-Language"), piece;
	while (language < 0 && text_split(&rest, ',', &piece)) {
		size_t end = text_find(piece, TEXT(";"), 0);
		piece = text_trim(text_part(piece, 0, end == SIZE_MAX ? piece.len : end));
		language = texts_language(r->texts, piece);
	}
	r->language = language < 0 ? TEXTS_GERMAN : language;
}

/* Behind a proxy the last entry of X-Forwarded-For is the one it wrote itself. */
static void take_forwarded(struct web_call *c)
{
	struct text list = web_header(&c->request, "X-Forwarded-For"), piece, last = TEXT_NONE;
	if (!c->request.server->config.proxy)
		return;
	while (text_split(&list, ',', &piece))
		last = text_trim(piece);
	if (last.len && last.len < sizeof c->conn->address)
		snprintf(c->conn->address, sizeof c->conn->address, "%.*s", TEXT_ARG(last));
}

bool request_same_site(const struct web_call *c)
{
	struct text origin = web_header(&c->request, "Origin");
	struct text site = web_header(&c->request, "Sec-Fetch-Site");
	struct text host = web_header(&c->request, "Host");
	if (site.len && !text_is(site, "same-origin") && !text_is(site, "none"))
		return false;
	if (!origin.len)
		return true;
	size_t at = text_find(origin, TEXT("://"), 0);
	return at != SIZE_MAX && text_eq(text_part(origin, at + 3, origin.len), host);
}

static enum err read_method(struct web_call *c, const char *method, struct errinfo *e)
{
	struct web_request *r = &c->request;
	if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)
		r->method = WEB_GET;
	else if (strcmp(method, "POST") == 0)
		r->method = WEB_POST;
	else {
		fail(e, ERR_UNSUPPORTED, "the method is not GET, HEAD or POST");
		return fail_key(e, "error.405");
	}
	return OK;
}

enum err request_begin(struct web_call *c, const char *method, struct errinfo *e)
{
	struct web_request *r = &c->request;
	const union MHD_ConnectionInfo *size =
	        MHD_get_connection_info(c->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	read_cookies(c);
	choose_language(c);
	take_forwarded(c);
	if (size && size->header_size > WEB_HEADER_MAX + WEB_TARGET_MAX) {
		fail(e, ERR_LIMIT, "the head of the request is too long");
		return fail_key(e, "error.431");
	}
	TRY(read_method(c, method, e));
	TRY(read_target(c, e));
	if (c->match.row) {
		r->route = c->match.row->route;
		return OK;
	}
	if (c->match.other_method) {
		fail(e, ERR_UNSUPPORTED, "no row for this method");
		return fail_key(e, "error.405");
	}
	return fail(e, ERR_NOT_FOUND, "no row for this path");
}
