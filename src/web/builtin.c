/* Rows every server has: static files, the language, forms that waited for a login. */
#include "web/guard.h"

static const struct html_type error_field_type = HTML_TYPE(struct web_error_field,
        HTML_MEMBER(struct web_error_field, name), HTML_MEMBER(struct web_error_field, value));

#define ERROR(member) HTML_MEMBER(struct web_error, member)
static const struct html_type error_type = HTML_TYPE(struct web_error, ERROR(status), ERROR(title),
        ERROR(message), ERROR(advice), ERROR(number), ERROR(action), ERROR(had_files),
        HTML_LIST(struct web_error, fields, field_count, &error_field_type));

const struct web_page web_error_page = {"error", &error_type};

static enum err set_language(struct web_request *r, struct errinfo *e)
{
	struct text tag = web_param(r, "tag");
	int language = texts_language(r->texts, tag);
	if (language < 0)
		return fail(e, ERR_NOT_FOUND, "no such language");
	web_set_cookie(r, "aw_lang", texts_tag(r->texts, language), 365 * 86400);
	struct buf b;
	buf_init(&b, 4 * WEB_TARGET_MAX);
	guard_percent(&b, guard_local_path(web_query(r, "zurueck")));
	struct text path = buf_copy(&b, r->arena);
	buf_free(&b);
	return web_redirect(r, path, e);
}

/* After the login: what was typed before, to be sent with one click. */
static enum err resume_form(struct web_request *r, struct errinfo *e)
{
	struct web_error page = {.status = 200};
	if (!kept_take(call_of(r), web_param(r, "id"), &page))
		return fail(e, ERR_NOT_FOUND, "no such form, or another person's");
	page.title = web_text(r, "kept.title");
	page.message = web_text(r, "kept.message");
	return web_page(r, 200, &web_error_page, &page, e);
}

static const struct web_route routes[] = {
        {.method = WEB_GET,
                .path = "/static/{tree}/{name}",
                .handle = asset_handle,
                .permit = {.who = WEB_ANYONE},
                .cache = WEB_CACHE_ALWAYS,
                .help = "styles, scripts"},
        {.method = WEB_GET,
                .path = "/static/{tree}/{folder}/{name}",
                .handle = asset_handle,
                .permit = {.who = WEB_ANYONE},
                .cache = WEB_CACHE_ALWAYS,
                .help = "fonts"},
        {.method = WEB_GET,
                .path = "/sprache/{tag}",
                .handle = set_language,
                .permit = {.who = WEB_ANYONE},
                .help = "choose the language and go back"},
        {.method = WEB_GET,
                .path = "/weiter/{id}",
                .handle = resume_form,
                .permit = {.who = WEB_ANYONE},
                .help = "a form that waited for the login"},
};

static const struct web_page *const pages[] = {&web_error_page};

const struct web_module web_builtin_module = {.name = "builtin",
        .routes = routes,
        .route_count = sizeof routes / sizeof *routes,
        .pages = pages,
        .page_count = sizeof pages / sizeof *pages};
