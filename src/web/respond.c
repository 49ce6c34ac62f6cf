/* What goes out. */
#include "web/web_int.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char csp[] = "default-src 'none'; style-src 'self'; font-src 'self'; "
                          "img-src 'self' data:; script-src 'self'; connect-src 'self'; "
                          "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

void respond_with(struct web_call *c, int status, struct MHD_Response *response, size_t size)
{
	check(c->response == NULL && response != NULL);
	c->response = response;
	c->status = status;
	c->response_size = size;
}

void respond_shared(struct web_call *c, int status, struct MHD_Response *response, size_t size)
{
	respond_with(c, status, response, size);
	c->shared = true;
}

void respond_malloced(struct web_call *c, int status, const char *media, char *bytes, size_t size)
{
	struct MHD_Response *r =
	        MHD_create_response_from_buffer(size, bytes, MHD_RESPMEM_MUST_FREE);
	check(r != NULL);
	MHD_add_response_header(r, "Content-Type", media);
	respond_with(c, status, r, size);
}

void web_set_header(struct web_request *r, const char *name, struct text value)
{
	struct web_call *c = call_of(r);
	check(c->header_count < WEB_HEADERS_OUT_MAX);
	for (size_t i = 0; i < value.len; i++)
		check((unsigned char)value.ptr[i] >= 0x20 && value.ptr[i] != 0x7f);
	c->headers[c->header_count++] = (struct form_field){
	        text_copy(r->arena, text_from(name)), text_copy(r->arena, value)};
}

void web_set_cookie(struct web_request *r, const char *name, struct text value, int seconds)
{
	struct text age =
	        seconds == 0 ? TEXT_NONE
	                     : text_format(r->arena, "; Max-Age=%d", seconds < 0 ? 0 : seconds);
	web_set_header(r, "Set-Cookie",
	        text_format(r->arena, "%s=%.*s; Path=/; HttpOnly; SameSite=Lax%s%.*s", name,
	                TEXT_ARG(value), r->server->config.tls ? "; Secure" : "", TEXT_ARG(age)));
}

static void add_headers(struct web_call *c)
{
	struct MHD_Response *r = c->response;
	struct arena *a = c->request.arena;
	const struct web_route *route = c->request.route;
	bool shared = route && route->cache == WEB_CACHE_SHORT && c->cookie_count == 0 &&
	              !c->token[0] && c->status == 200;
	MHD_add_response_header(r, "Content-Security-Policy", csp);
	MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(r, "Referrer-Policy", "same-origin");
	MHD_add_response_header(r, "Cross-Origin-Opener-Policy", "same-origin");
	if (c->request.server->config.tls)
		MHD_add_response_header(r, "Strict-Transport-Security", "max-age=31536000");
	MHD_add_response_header(r, "Cache-Control", shared ? "private, max-age=60" : "no-store");
	for (size_t i = 0; i < c->header_count; i++)
		MHD_add_response_header(
		        r, text_z(a, c->headers[i].name), text_z(a, c->headers[i].value));
}

enum MHD_Result respond_send(struct web_call *c)
{
	struct web_server *s = c->request.server;
	int64_t send_ms =
	        WEB_SEND_MS + (int64_t)c->response_size * 1000 / s->config.limits.body_rate;
	if (!c->shared && c->status != 304)
		add_headers(c);
	c->conn->deadline_ms = monotonic_ms() + send_ms;
	atomic_store(&c->state, CALL_ANSWERED);
	enum MHD_Result result = MHD_queue_response(c->mhd, (unsigned)c->status, c->response);
	if (!c->shared)
		MHD_destroy_response(c->response);
	c->response = NULL;
	return result;
}

/* Pages ------------------------------------------------------------------------------------------
 */

static const struct html_page *find_page(const struct web_server *s, const struct web_page *page)
{
	size_t low = 0, high = s->page_count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if ((uintptr_t)s->pages[middle].page < (uintptr_t)page)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->page_count && s->pages[low].page == page ? s->pages[low].html : NULL;
}

enum err respond_page(struct web_call *c, int status, const struct web_page *page, const void *data,
        struct errinfo *e)
{
	struct web_request *r = &c->request;
	const struct html_page *html = find_page(r->server, page);
	struct buf out;
	if (!html)
		return fail(e, ERR_INTERNAL, "page %s stands in no module", page->name);
	if (html_page_uses(html, "csrf"))
		guard_token(c);
	buf_init(&out, WEB_PAGE_MAX);
	if (buf_add_room(&out, 16 << 10))
		buf_clear(&out);
	enum err code = html_render(html, r->language, &r->frame, data, &out, e);
	if (code != OK) {
		buf_free(&out);
		return code;
	}
	respond_malloced(c, status, "text/html; charset=utf-8", out.ptr, out.len);
	return OK;
}

enum err web_page(struct web_request *r, int status, const struct web_page *page, const void *data,
        struct errinfo *e)
{
	return respond_page(call_of(r), status, page, data, e);
}

enum err web_redirect(struct web_request *r, struct text path, struct errinfo *e)
{
	struct web_call *c = call_of(r);
	bool local = path.len && path.ptr[0] == '/' && !(path.len > 1 && path.ptr[1] == '/');
	for (size_t i = 0; i < path.len; i++)
		local = local && (unsigned char)path.ptr[i] > 0x20 && path.ptr[i] != '\\' &&
		        path.ptr[i] != 0x7f;
	if (!local)
		return fail(e, ERR_INTERNAL, "a redirect leads out of the site");
	web_set_header(r, "Location", path);
	respond_with(c, 303, MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT), 0);
	return OK;
}

static char *copy_bytes(struct text bytes)
{
	char *copy = malloc(bytes.len + 1);
	check(copy != NULL);
	if (bytes.len)
		memcpy(copy, bytes.ptr, bytes.len);
	return copy;
}

enum err web_json(struct web_request *r, int status, struct text json, struct errinfo *e)
{
	(void)e;
	respond_malloced(call_of(r), status, "application/json", copy_bytes(json), json.len);
	return OK;
}

/* RFC 6266: an ASCII name for old clients and the real one. */
static struct text disposition(struct arena *a, struct text filename)
{
	struct buf b;
	buf_init(&b, 4096);
	buf_add_z(&b, "attachment; filename=\"");
	for (size_t i = 0; i < filename.len; i++) {
		unsigned char ch = (unsigned char)filename.ptr[i];
		buf_add_byte(&b, ch < 0x20 || ch > 0x7e || strchr("\"\\%", ch) ? '_' : (char)ch);
	}
	buf_add_z(&b, "\"; filename*=UTF-8''");
	for (size_t i = 0; i < filename.len; i++) {
		unsigned char ch = (unsigned char)filename.ptr[i];
		bool plain = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
		             (ch >= 'A' && ch <= 'Z') || ch == '.' || ch == '-' || ch == '_';
		buf_add_format(&b, plain ? "%c" : "%%%02X", ch);
	}
	struct text out = buf_copy(&b, a);
	buf_free(&b);
	return out;
}

enum err web_bytes(struct web_request *r, int status, struct text media, struct text bytes,
        struct text filename, struct errinfo *e)
{
	(void)e;
	if (filename.len)
		web_set_header(r, "Content-Disposition", disposition(r->arena, filename));
	respond_malloced(call_of(r), status, text_z(r->arena, media), copy_bytes(bytes), bytes.len);
	return OK;
}

/* Errors
 * ------------------------------------------------------------------------------------------- */

int respond_status(enum err code)
{
	switch (code) {
	case OK: return 200;
	case ERR_INVALID: return 400;
	case ERR_NOT_FOUND: return 404;
	case ERR_DENIED: return 403;
	case ERR_CONFLICT: return 409;
	case ERR_LIMIT: return 413;
	case ERR_BUSY: return 503;
	case ERR_FULL:
	case ERR_IO: return 507;
	case ERR_UNSUPPORTED:
	case ERR_CORRUPT:
	case ERR_INTERNAL: return 500;
	}
	return 500;
}

static void plain_error(struct web_call *c, int status)
{
	char *text = malloc(64);
	check(text != NULL);
	int size = snprintf(text, 64, "Amtsweg: %d\n", status);
	respond_malloced(c, status, "text/plain; charset=utf-8", text, (size_t)size);
}

/* "error.<status>.title" and so on; an own key of the error gives the message. */
static void fill_words(struct web_call *c, int status, const struct errinfo *e, struct web_error *p)
{
	struct web_request *r = &c->request;
	int known = texts_key(r->texts, text_format(r->arena, "error.%d.title", status)) >= 0
	                    ? status
	                    : 500;
	p->status = status;
	p->title = web_text(r, text_format(r->arena, "error.%d.title", known).ptr);
	p->message = web_text(r, text_format(r->arena, "error.%d.message", known).ptr);
	p->advice = web_text(r, text_format(r->arena, "error.%d.advice", known).ptr);
	if (e && e->key[0]) {
		struct text own = web_text(r, e->key);
		p->message = own.len ? own : p->message;
	}
}

static void fill_fields(struct web_call *c, struct web_error *p)
{
	struct web_request *r = &c->request;
	const struct form *f = &c->form;
	p->fields = ARENA_ARRAY(r->arena, f->field_count, struct web_error_field);
	for (size_t i = 0; i < f->field_count; i++)
		if (!text_is(f->fields[i].name, "csrf"))
			p->fields[p->field_count++] =
			        (struct web_error_field){f->fields[i].name, f->fields[i].value};
	p->had_files = f->upload_count > 0;
	p->action = r->path;
}

/* A number a person can quote; the log has it with the cause. */
static struct text make_number(struct web_call *c, int status, const struct errinfo *e)
{
	struct web_server *s = c->request.server;
	unsigned char bytes[4];
	char number[9];
	random_fill(&s->config.random, bytes, sizeof bytes);
	hex_put(number, bytes, sizeof bytes);
	log_event(s->config.log, status >= 500 ? LOG_ERROR : LOG_INFO, "http.error", "number",
	        number, "route", c->request.route ? c->request.route->path : "", "code",
	        e ? err_name(e->code) : "", "message", e ? e->message : "", "where",
	        e ? e->where : "", NULL);
	return text_format(c->request.arena, "%.4s-%.4s", number, number + 4);
}

void respond_error(struct web_call *c, int status, enum err code, const struct errinfo *e)
{
	struct web_error page = {0};
	struct errinfo own = {0};
	(void)code;
	if (c->response && !c->shared)
		MHD_destroy_response(c->response);
	c->response = NULL;
	c->shared = false;
	fill_words(c, status, e, &page);
	bool quoted = status >= 500 || status == 400;
	struct text number = make_number(c, status, e);
	page.number = quoted ? number : TEXT_NONE;
	bool again = c->request.method == WEB_POST && c->body_read && c->request.route &&
	             status != 404 && status != 400 && request_same_site(c);
	if (again)
		fill_fields(c, &page);
	if (status == 405)
		web_set_header(&c->request, "Allow",
		        c->request.method == WEB_POST ? TEXT("GET, HEAD") : TEXT("POST"));
	if (status == 503)
		web_set_header(&c->request, "Retry-After", TEXT("10"));
	if (respond_page(c, status, &web_error_page, &page, &own) != OK)
		plain_error(c, status);
}
