/* Who can see a case and why. */
#include "web/desk/desk.h"

struct access_line {
	struct text name, unit, why;
};

struct access_page {
	struct text name, number, back, owner;
	struct access_line *rows;
	size_t row_count, row_cap;
};

static const struct html_type line_type =
        HTML_TYPE(struct access_line, HTML_MEMBER(struct access_line, name),
                HTML_MEMBER(struct access_line, unit), HTML_MEMBER(struct access_line, why));
static const struct html_type access_type = HTML_TYPE(struct access_page,
        HTML_MEMBER(struct access_page, name), HTML_MEMBER(struct access_page, number),
        HTML_MEMBER(struct access_page, back), HTML_MEMBER(struct access_page, owner),
        HTML_LIST(struct access_page, rows, row_count, &line_type));
const struct web_page desk_access_page = {"desk/access", &access_type};

static struct text role_name(
        const struct web_request *r, const struct service_adoption *x, struct text role)
{
	struct text own = desk_word(r, "desk.role", role);
	if (own.len)
		return own;
	return x ? desk_package_word(r, x, "role", role) : role;
}

static bool role_counts(const struct people_grant *g, const struct people_object *o)
{
	return (text_eq(g->authority, o->authority) || text_is(g->authority, "*")) &&
	       (text_is(g->service, "*") || text_eq(g->service, o->service)) &&
	       people_role_may(g->role, PEOPLE_READ);
}

/* "Sachbearbeitung, Zeichnung; vertritt ..." */
static struct text why_of(const struct web_request *r, const struct case_view *v,
        const struct people_actor *who, const struct people_object *o)
{
	struct text *parts = ARENA_ARRAY(r->arena, who->grant_count, struct text);
	size_t count = 0;
	for (size_t i = 0; i < who->grant_count; i++) {
		const struct people_grant *g = &who->grants[i];
		if (!role_counts(g, o))
			continue;
		struct text name = role_name(r, v->adoption, g->role);
		bool twice = false;
		for (size_t k = 0; k < count; k++)
			twice = twice || text_eq(parts[k], name);
		if (!twice)
			parts[count++] = g->instead_of.len
			                         ? portal_t1(r, "desk.access.deputy", "role", name)
			                         : name;
	}
	return text_join(r->arena, parts, count, TEXT(", "));
}

static enum err fill_rows(struct web_request *r, struct db *db, const struct case_view *v,
        struct access_page *p, struct errinfo *e)
{
	struct people_account *accounts;
	struct errinfo ignored;
	size_t count;
	struct people_object o = {
	        .kind = PEOPLE_CASE, .authority = v->row.authority, .service = v->row.service};
	struct date today = portal_date(r, r->now);
	TRY(people_accounts(db, v->row.authority, r->arena, &accounts, &count, e));
	for (size_t i = 0; i < count; i++) {
		struct people_actor who;
		TRY(people_actor_load(db, PEOPLE_STAFF, accounts[i].id, today, r->arena, &who, e));
		if (allow(&who, PEOPLE_READ, &o, &ignored) != OK)
			continue;
		struct access_line *line = ARENA_PUSH(r->arena, p->rows, p->row_count, p->row_cap);
		line->name = who.name;
		line->unit = who.unit;
		line->why = why_of(r, v, &who, &o);
	}
	return OK;
}

enum err desk_access_get(struct web_request *r, struct errinfo *e)
{
	struct store *s = casework_store(web_app(r)->casework);
	struct access_page *p = ARENA_NEW(r->arena, struct access_page);
	struct case_view v;
	struct db *db = NULL;
	TRY(desk_load(r, web_param(r, "number"), &v, e));
	p->name = v.label.len ? v.label : portal_t(r, "desk.nameless");
	p->number = v.row.number;
	p->back = desk_case_path(r->arena, v.row.number, "");
	p->owner = v.owned ? p->name : TEXT_NONE;
	TRY(store_read_begin(s, &db, e));
	enum err code = fill_rows(r, db, &v, p, e);
	store_read_end(s, db);
	if (code != OK)
		return code;
	r->frame.nav = TEXT("cases");
	return web_page(r, 200, &desk_access_page, p, e);
}
