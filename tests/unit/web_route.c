/* The table of routes: what is refused at start, and what it prints. */
#include "unit.h"

#include "web/web_int.h"

#include <string.h>

static enum err handle(struct web_request *r, struct errinfo *e)
{
	(void)r;
	(void)e;
	return OK;
}

static enum err object(struct web_request *r, struct people_object *out, struct errinfo *e)
{
	(void)r;
	(void)out;
	(void)e;
	return OK;
}

static void refused(struct web_route route, const char *why)
{
	struct web_module m = {.name = "test", .routes = &route, .route_count = 1};
	const struct web_module *const modules[] = {&m};
	struct arena *a = arena_new(0);
	struct web_table t;
	struct errinfo e = {0};
	if (table_build(a, modules, 1, &t, &e) == OK)
		fail_msg("accepted, not refused: %s", why);
	if (!strstr(e.message, why) || strcmp(e.where, "test") != 0)
		fail_msg("said '%s' (%s), not '%s'", e.message, e.where, why);
	arena_free(a);
}

static void table__rows_without_permission_or_sense__refused(void **state)
{
	(void)state;
	const struct web_route good = {
	        .method = WEB_GET, .path = "/a", .handle = handle, .permit = {.who = WEB_ANYONE}};
	struct web_route r = good;
	r.permit.who = WEB_NOBODY;
	refused(r, "no permit");
	r = good;
	r.handle = NULL;
	refused(r, "no handler");
	r = good;
	r.method = 0;
	refused(r, "neither GET nor POST");
	r = good;
	r.permit =
	        (struct web_permit){.who = WEB_STAFF, .action = PEOPLE_READ, .object = PEOPLE_CASE};
	refused(r, "go together");
	r = good;
	r.object = object;
	refused(r, "go together");
	r = good;
	r.permit.action = PEOPLE_READ;
	refused(r, "anyone has no action");
	r = good;
	r.permit = (struct web_permit){.who = WEB_STAFF, .object = PEOPLE_CASE};
	r.object = object;
	refused(r, "an object wants an action");
	r = good;
	r.permit = (struct web_permit){
	        .who = WEB_CITIZEN, .object = PEOPLE_CASE, .action = PEOPLE_READ};
	r.object = object;
	refused(r, "PEOPLE_OWN");
	r = good;
	r.body_max = 1;
	refused(r, "GET has no body");
	static const char *const paths[] = {
	        "", "a", "/a//b", "/1/2/3/4/5/6/7/8/9/10/11/12/13", "/{a}/{b}/{c}/{d}/{e}/{f}/{g}"};
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		r = good;
		r.path = paths[i];
		refused(r, i < 2 ? "begins with /" : i == 2 ? "segment is empty" : "too many");
	}
}

static void table__the_same_row_twice__refused(void **state)
{
	(void)state;
	struct web_route rows[] = {
	        {.method = WEB_GET,
	                .path = "/a/{x}",
	                .handle = handle,
	                .permit = {.who = WEB_ANYONE}},
	        {.method = WEB_POST,
	                .path = "/a/{x}",
	                .handle = handle,
	                .permit = {.who = WEB_ANYONE}},
	        {.method = WEB_GET,
	                .path = "/a/b",
	                .handle = handle,
	                .permit = {.who = WEB_ANYONE}},
	        {.method = WEB_GET,
	                .path = "/a/{y}",
	                .handle = handle,
	                .permit = {.who = WEB_ANYONE}},
	};
	struct web_module m = {.name = "test", .routes = rows, .route_count = 3};
	const struct web_module *const modules[] = {&m};
	struct arena *a = arena_new(0);
	struct web_table t;
	assert_ok(table_build(a, modules, 1, &t, NULL));
	m.route_count = 4;
	assert_int_equal(table_build(a, modules, 1, &t, NULL), ERR_INVALID);
	arena_free(a);
}

static void print__every_row_with_its_permission(void **state)
{
	(void)state;
	struct web_route row = {.method = WEB_POST,
	        .path = "/vorgang/{number}",
	        .handle = handle,
	        .object = object,
	        .body_max = 10,
	        .per_minute = 5,
	        .help = "decide",
	        .permit = {.who = WEB_STAFF, .action = PEOPLE_DECIDE, .object = PEOPLE_CASE}};
	struct web_module m = {.name = "test", .routes = &row, .route_count = 1};
	const struct web_module *const modules[] = {&m};
	struct buf b;
	buf_init(&b, 1 << 16);
	web_routes_print(modules, 1, &b);
	assert_non_null(strstr(b.ptr, "/static/{tree}/{name}"));
	char *line = strstr(b.ptr, "POST /vorgang/{number}");
	assert_non_null(line);
	assert_non_null(strstr(line, "staff    decide on case file<=10 5/min  # test: decide\n"));
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(table__rows_without_permission_or_sense__refused),
	        cmocka_unit_test(table__the_same_row_twice__refused),
	        cmocka_unit_test(print__every_row_with_its_permission),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
