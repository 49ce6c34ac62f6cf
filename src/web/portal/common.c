/* Words, days, numbers and small pages the whole portal uses. */
#include "web/portal/portal.h"

struct text portal_language(const struct web_request *r)
{
	return texts_tag(r->texts, r->language);
}

struct text portal_t(const struct web_request *r, const char *key)
{
	return web_text(r, key);
}

struct text portal_t1(
        const struct web_request *r, const char *key, const char *name, struct text value)
{
	struct texts_arg arg = TEXTS_ARG(name, value);
	return web_text_args(r, key, &arg, 1);
}

struct text portal_t2(const struct web_request *r, const char *key, const char *name,
        struct text value, const char *name2, struct text value2)
{
	struct texts_arg args[] = {TEXTS_ARG(name, value), TEXTS_ARG(name2, value2)};
	return web_text_args(r, key, args, 2);
}

struct text portal_tn(const struct web_request *r, const char *key, const char *name, int64_t n)
{
	struct texts_arg arg = TEXTS_NUMBER(name, n);
	return web_text_args(r, key, &arg, 1);
}

struct text portal_day_long(const struct web_request *r, struct date d)
{
	return texts_date_long(r->arena, r->texts, r->language, d);
}

struct text portal_day(const struct web_request *r, struct date d)
{
	return texts_date_middle(r->arena, r->texts, r->language, d);
}

struct text portal_time(const struct web_request *r, struct instant t)
{
	struct local l = local_at(web_app(r)->zone, t);
	return texts_time(r->arena, r->texts, r->language, l.second);
}

struct date portal_date(const struct web_request *r, struct instant t)
{
	return date_at(web_app(r)->zone, t);
}

struct text portal_size(const struct web_request *r, int64_t bytes)
{
	if (bytes < 1000000)
		return portal_tn(r, "portal.size.kb", "count", bytes < 1000 ? 1 : bytes / 1000);
	int64_t tenths = bytes / 100000;
	struct text whole = texts_integer(r->arena, r->texts, r->language, tenths / 10);
	struct text n = text_format(r->arena, "%.*s%.*s%d", TEXT_ARG(whole),
	        TEXT_ARG(portal_t(r, "number.decimal")), (int)(tenths % 10));
	return portal_t1(r, "portal.size.mb", "size", n);
}

static struct text foreign(const struct web_request *r, struct text used, struct text *lang)
{
	if (lang)
		*lang = used.len > 0 && !text_eq(used, portal_language(r)) ? used : TEXT_NONE;
	return used;
}

struct text portal_words(const struct web_request *r, const struct service_adoption *x,
        const char *key, struct text *lang)
{
	struct text used = TEXT_NONE;
	struct text t = service_text(x, portal_language(r), text_from(key), &used);
	foreign(r, used, lang);
	return t;
}

struct text portal_service_text(
        const struct web_request *r, const struct service *s, const char *key, struct text *lang)
{
	struct text used = TEXT_NONE;
	struct text t = service_package_text(s, portal_language(r), text_from(key), &used);
	foreign(r, used, lang);
	return t;
}

size_t portal_list(const struct web_request *r, const struct service *s, const char *name,
        const char *rest, struct text **out)
{
	enum { LIST_MAX = 20 };
	struct text *items = ARENA_ARRAY(r->arena, LIST_MAX, struct text);
	size_t count = 0;
	while (count < LIST_MAX) {
		struct text key = text_format(r->arena, "%s.%zu%s", name, count + 1, rest);
		struct text t = service_package_text(s, portal_language(r), key, NULL);
		if (t.len == 0)
			break;
		items[count++] = t;
	}
	*out = items;
	return count;
}

struct text portal_office(const struct web_request *r, const struct service_adoption *x)
{
	struct text authority = service_local_text(x->authority->name, portal_language(r));
	struct text unit = service_local_text(x->unit->name, portal_language(r));
	if (unit.len == 0 || text_eq(unit, authority))
		return authority;
	return text_format(r->arena, "%.*s, %.*s", TEXT_ARG(authority), TEXT_ARG(unit));
}

struct text portal_number(struct arena *a, struct text typed)
{
	struct text up = text_upper(a, text_trim(typed));
	char *z = arena_alloc(a, up.len + 3);
	size_t len = 0;
	for (size_t i = 0; i < up.len; i++) {
		char c = up.ptr[i];
		if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-')
			z[len++] = c;
	}
	return (struct text){z, len};
}

struct text portal_id(struct arena *a, struct text name)
{
	char *z = arena_alloc(a, name.len + 3);
	size_t len = 0;
	z[len++] = 'f';
	z[len++] = '-';
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		             (c >= '0' && c <= '9') || c == '_';
		if (plain)
			z[len++] = c;
		else if (z[len - 1] != '-')
			z[len++] = '-';
	}
	return (struct text){z, len};
}

static const struct html_type link_type = HTML_TYPE(struct web_link,
        HTML_MEMBER(struct web_link, label), HTML_MEMBER(struct web_link, href),
        HTML_MEMBER(struct web_link, lang), HTML_MEMBER(struct web_link, current));

static const struct html_type message_type = HTML_TYPE(struct portal_message,
        HTML_MEMBER(struct portal_message, title), HTML_MEMBER(struct portal_message, text),
        HTML_MEMBER(struct portal_message, advice), HTML_MEMBER(struct portal_message, number),
        HTML_LIST(struct portal_message, links, link_count, &link_type));
const struct web_page portal_message_page = {"portal/message", &message_type};

enum err portal_say(
        struct web_request *r, int status, const struct portal_message *m, struct errinfo *e)
{
	return web_page(r, status, &portal_message_page, m, e);
}

struct web_link *portal_link(struct arena *a, struct text label, struct text href)
{
	struct web_link *l = ARENA_NEW(a, struct web_link);
	l->label = label;
	l->href = href;
	return l;
}

int portal_status(enum err code)
{
	switch (code) {
	case ERR_FULL:
	case ERR_IO: return 507;
	case ERR_BUSY: return 503;
	case ERR_CONFLICT: return 409;
	case ERR_LIMIT: return 413;
	default: return 500;
	}
}

struct text portal_trouble(const struct web_request *r, enum err code)
{
	switch (portal_status(code)) {
	case 507: return portal_t(r, "portal.trouble.full");
	case 503: return portal_t(r, "portal.trouble.busy");
	case 409: return portal_t(r, "portal.trouble.conflict");
	case 413: return portal_t(r, "portal.trouble.limit");
	default: return portal_t(r, "portal.trouble.other");
	}
}
