#include "web/web_int.h"

#include <string.h>

static enum err bad(const struct web_row *row, const char *why, struct errinfo *e)
{
	fail(e, ERR_INVALID, "route %s %s: %s", row->route->method == WEB_POST ? "POST" : "GET",
	        row->route->path ? row->route->path : "?", why);
	fail_at(e, row->module, 0);
	return ERR_INVALID;
}

static enum err split_path(struct web_row *row, struct errinfo *e)
{
	struct text rest = text_from(row->route->path), piece;
	size_t params = 0;
	if (!rest.len || rest.ptr[0] != '/')
		return bad(row, "a path begins with /", e);
	rest = text_part(rest, 1, rest.len);
	while (text_split(&rest, '/', &piece)) {
		bool param =
		        piece.len > 2 && piece.ptr[0] == '{' && piece.ptr[piece.len - 1] == '}';
		if (!piece.len)
			return bad(row, "a segment is empty", e);
		if (row->segment_count == WEB_SEGMENTS_MAX || (param && ++params > WEB_PARAMS_MAX))
			return bad(row, "too many segments or parameters", e);
		row->segments[row->segment_count++] = (struct web_segment){
		        param ? text_part(piece, 1, piece.len - 1) : piece, param};
	}
	return OK;
}

static enum err check_row(const struct web_row *row, struct errinfo *e)
{
	const struct web_route *r = row->route;
	const struct web_permit *p = &r->permit;
	if (p->who == WEB_NOBODY)
		return bad(row, "no permit says who may come here", e);
	if (!r->handle)
		return bad(row, "no handler", e);
	if (r->method != WEB_GET && r->method != WEB_POST)
		return bad(row, "the method is neither GET nor POST", e);
	if ((p->object != PEOPLE_NO_OBJECT) != (r->object != NULL))
		return bad(
		        row, "a permit on an object and the function that finds it go together", e);
	if (p->who == WEB_ANYONE &&
	        (p->action != PEOPLE_NOTHING || p->object != PEOPLE_NO_OBJECT || p->trust))
		return bad(row, "anyone has no action, object or trust", e);
	if (p->who == WEB_CITIZEN && p->object != PEOPLE_NO_OBJECT && p->action != PEOPLE_OWN)
		return bad(row, "a citizen's action on an object is PEOPLE_OWN", e);
	if (p->object != PEOPLE_NO_OBJECT && p->action == PEOPLE_NOTHING)
		return bad(row, "an object wants an action", e);
	if (r->method == WEB_GET && (r->body_max || r->no_csrf))
		return bad(row, "a GET has no body", e);
	return OK;
}

/* The same requests would reach both. */
static bool same_row(const struct web_row *a, const struct web_row *b)
{
	if (a->route->method != b->route->method || a->segment_count != b->segment_count)
		return false;
	for (size_t i = 0; i < a->segment_count; i++) {
		const struct web_segment *x = &a->segments[i], *y = &b->segments[i];
		if (x->param != y->param || (!x->param && !text_eq(x->text, y->text)))
			return false;
	}
	return true;
}

enum err table_build(struct arena *a, const struct web_module *const *modules, size_t count,
        struct web_table *out, struct errinfo *e)
{
	*out = (struct web_table){0};
	for (size_t m = 0; m < count; m++) {
		for (size_t i = 0; i < modules[m]->route_count; i++) {
			struct web_row *row = ARENA_PUSH(a, out->rows, out->count, out->cap);
			row->route = &modules[m]->routes[i];
			row->module = modules[m]->name;
			TRY(split_path(row, e));
			TRY(check_row(row, e));
			for (size_t k = 0; k + 1 < out->count; k++)
				if (same_row(row, &out->rows[k]))
					return bad(row, "is there twice", e);
		}
	}
	return OK;
}

/* How well a row fits: 0 not at all; literals in front count most. */
static unsigned fit(const struct web_row *row, const struct text *segments, size_t count)
{
	unsigned value = 1;
	if (row->segment_count != count)
		return 0;
	for (size_t i = 0; i < count; i++) {
		const struct web_segment *s = &row->segments[i];
		if (s->param ? segments[i].len == 0 : !text_eq(s->text, segments[i]))
			return 0;
		value = value * 2 + !s->param;
	}
	return value;
}

void table_match(const struct web_table *t, enum web_method method, const struct text *segments,
        size_t count, struct web_match *out)
{
	unsigned best = 0;
	*out = (struct web_match){0};
	for (size_t i = 0; i < t->count; i++) {
		const struct web_row *row = &t->rows[i];
		unsigned value = fit(row, segments, count);
		if (value == 0)
			continue;
		if (row->route->method != method) {
			out->other_method = true;
		} else if (value > best) {
			best = value;
			out->row = row;
		}
	}
	for (size_t i = 0; out->row && i < count; i++)
		if (out->row->segments[i].param)
			out->params[out->param_count++] =
			        (struct form_field){out->row->segments[i].text, segments[i]};
}

static void print_row(const struct web_row *row, struct buf *out)
{
	static const char *const who[] = {"nobody", "anyone", "citizen", "staff"};
	const struct web_route *r = row->route;
	const struct web_permit *p = &r->permit;
	buf_add_format(out, "%-4s %-48s %-8s", r->method == WEB_POST ? "POST" : "GET", r->path,
	        who[p->who]);
	if (p->who == WEB_CITIZEN && p->trust)
		buf_add_format(out, " trust=%s", people_trust_name(p->trust));
	if (p->action)
		buf_add_format(out, " %s", people_action_name(p->action));
	if (p->object)
		buf_add_format(out, " on %s", people_object_kind_name(p->object));
	if (r->body_max)
		buf_add_format(out, " file<=%zu", r->body_max);
	if (r->per_minute)
		buf_add_format(out, " %u/min", r->per_minute);
	if (r->no_csrf)
		buf_add_z(out, " no-csrf");
	if (r->help)
		buf_add_format(out, "  # %s: %s", row->module, r->help);
	buf_add_byte(out, '\n');
}

void web_routes_print(const struct web_module *const *modules, size_t count, struct buf *out)
{
	struct arena *a = arena_new(0);
	struct web_table t, own;
	struct errinfo e = {0};
	const struct web_module *builtin = &web_builtin_module;
	if (table_build(a, &builtin, 1, &own, &e) != OK ||
	        table_build(a, modules, count, &t, &e) != OK)
		buf_add_format(out, "%s\n", e.message);
	for (size_t i = 0; i < own.count; i++)
		print_row(&own.rows[i], out);
	for (size_t i = 0; i < t.count; i++)
		print_row(&t.rows[i], out);
	arena_free(a);
}
