#include "unit.h"

#include "format/json.h"
#include "format/xml.h"

static const struct json *parsed(struct arena *a, const char *z)
{
	const struct json *j = NULL;
	struct errinfo e = {0};
	if (json_parse(a, text_from(z), "test.json", &j, &e) != OK)
		fail_msg("%s (line %d)", e.message, e.line);
	return j;
}

static void json__document__keeps_order_and_digits(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct buf b;
	buf_init(&b, 1000);
	const char *z =
	        "{\"b\":[1,2.5,-3,0.1,1e3],\"a\":{\"x\":null,\"y\":true,\"z\":\"\\u00e4<\"}}";
	json_write(&b, parsed(a, z));
	assert_text(buf_text(&b), "{\"b\":[1,2.5,-3,0.1,1000],\"a\":{\"x\":null,\"y\":true,"
	                          "\"z\":\"\xc3\xa4\\u003c\"}}");
	buf_free(&b);
	arena_free(a);
}

static void json__bad_input__names_line_and_reason(void **state)
{
	(void)state;
	static const struct {
		const char *in;
		const char *says;
	} rows[] = {
	        {"{\n\"a\":1,\n\"a\":2}", "duplicate"},
	        {"{\"a\":99999999999999999999}", "too big"},
	        {"[0.12345678901234567890]", "digits"},
	        {"[9988888888888888888888.0]", "too large"},
	        {"{\"a\":1} x", "end of file"},
	        {"", "'[' or '{'"},
	        {"{\"a\":\"\xff\"}", "unable to decode"},
	        {"\"a\\u0000b\"", "0000"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new(0);
		const struct json *j;
		struct errinfo e;
		assert_int_equal(
		        json_parse(a, text_from(rows[i].in), "f.json", &j, &e), ERR_INVALID);
		if (i != 5 && !strstr(e.message, rows[i].says))
			fail_msg("row %zu: %s", i, e.message);
		assert_string_equal(e.where, "f.json");
		arena_free(a);
	}
}

static void json__nesting_beyond_the_limit__is_refused(void **state)
{
	(void)state;
	char z[2 * (JSON_DEPTH_MAX + 2) + 1] = {0};
	memset(z, '[', JSON_DEPTH_MAX + 2);
	memset(z + JSON_DEPTH_MAX + 2, ']', JSON_DEPTH_MAX + 2);
	struct arena *a = arena_new(0);
	const struct json *j;
	struct errinfo e;
	assert_int_equal(json_parse(a, text_from(z), "f", &j, &e), ERR_LIMIT);
	arena_free(a);
}

static void json__path__finds_items_counting_from_one(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	const struct json *j = parsed(a, "{\"p\":[{\"id\":\"x\"},{\"id\":\"y\",\"n\":[7,8]}]}");
	assert_text(json_at(j, TEXT("p[2].id"))->text, "y");
	assert_text(json_at(j, TEXT("p[2].n[1]"))->text, "7");
	assert_null(json_at(j, TEXT("p[0].id")));
	assert_null(json_at(j, TEXT("p[3]")));
	assert_null(json_at(j, TEXT("p.id")));
	assert_null(json_at(j, TEXT("p[x")));
	arena_free(a);
}

static void json__built_tree__equals_the_written_one(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct json o = json_new_object(), list = json_new_array();
	for (int i = 0; i < 20; i++)
		json_append(a, &list, json_from_int(a, i));
	json_set(a, &o, TEXT("list"), list);
	json_set(a, &o, TEXT("ok"), json_from_bool(false));
	json_set(a, &o, TEXT("ok"), json_from_bool(true));
	struct buf b;
	buf_init(&b, 1000);
	json_write_pretty(&b, &o);
	assert_true(json_same(parsed(a, buf_text(&b).ptr), &o));
	struct json other = json_clone(a, &o);
	json_set(a, &other, TEXT("more"), json_from_int(a, 1));
	assert_false(json_same(&other, &o));
	buf_free(&b);
	arena_free(a);
}

static void json__writer__sets_the_commas(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 1000);
	struct json_out o = json_out(&b);
	json_out_object(&o);
	json_out_name(&o, "a");
	json_out_array(&o);
	json_out_int(&o, 1);
	json_out_null(&o);
	json_out_object(&o);
	json_out_end(&o);
	json_out_end(&o);
	json_out_name(&o, "b");
	json_out_bool(&o, true);
	json_out_end(&o);
	assert_text(buf_text(&b), "{\"a\":[1,null,{}],\"b\":true}");
	buf_free(&b);
}

static enum err xml(struct arena *a, const char *z, const struct xml **x, struct errinfo *e)
{
	return xml_parse(a, text_from(z), "test.xml", x, e);
}

static void xml__document__is_read_with_namespaces_and_lines(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	const struct xml *x;
	struct errinfo e;
	const char *z = "<?xml version='1.0'?>\n<a xmlns='urn:a' xmlns:b='urn:b' id='1 &amp; 2' "
	                "b:id='&#38;'>\n x&lt;<!-- no --><![CDATA[<y>]]>\n<c/><b:d k=''> t "
	                "</b:d><c>2</c></a>";
	assert_int_equal(xml(a, z, &x, &e), OK);
	assert_true(xml_named(x, "urn:a", "a"));
	assert_text(xml_attr(x, "id"), "1 & 2");
	assert_text(xml_attr_ns(x, "urn:b", "id"), "&");
	assert_text(text_trim(x->text), "x<<y>");
	assert_int_equal(x->count, 3);
	assert_int_equal(x->children[1].line, 4);
	assert_text(xml_child_text(x, "d"), "t");
	assert_true(xml_has(xml_child(x, "d"), "k"));
	assert_text(xml_next(xml_child(x, "c"))->text, "2");
	assert_null(xml_next(xml_next(xml_child(x, "c"))));
	assert_ptr_equal(xml_child(x, "c")->parent, x);
	arena_free(a);
}

static void xml__hostile_input__is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
	        "<!DOCTYPE a [<!ENTITY x 'xx'>]><a>&x;</a>",
	        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
	        "<a>&undefined;</a>",
	        "<a><b></a>",
	        "<a/><b/>",
	        "<a x='1' x='2'/>",
	        "<p:a/>",
	        "",
	        "text",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct arena *a = arena_new(0);
		const struct xml *x;
		struct errinfo e;
		if (xml(a, bad[i], &x, &e) != ERR_INVALID)
			fail_msg("accepted: %s", bad[i]);
		assert_string_equal(e.where, "test.xml");
		arena_free(a);
	}
}

static void xml__too_deep__is_refused(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 100000);
	for (int i = 0; i <= XML_DEPTH_MAX; i++)
		buf_add_z(&b, "<a>");
	for (int i = 0; i <= XML_DEPTH_MAX; i++)
		buf_add_z(&b, "</a>");
	struct arena *a = arena_new(0);
	const struct xml *x;
	struct errinfo e;
	assert_int_equal(xml_parse(a, buf_text(&b), "deep", &x, &e), ERR_LIMIT);
	arena_free(a);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(json__document__keeps_order_and_digits),
	        cmocka_unit_test(json__bad_input__names_line_and_reason),
	        cmocka_unit_test(json__nesting_beyond_the_limit__is_refused),
	        cmocka_unit_test(json__path__finds_items_counting_from_one),
	        cmocka_unit_test(json__built_tree__equals_the_written_one),
	        cmocka_unit_test(json__writer__sets_the_commas),
	        cmocka_unit_test(xml__document__is_read_with_namespaces_and_lines),
	        cmocka_unit_test(xml__hostile_input__is_refused),
	        cmocka_unit_test(xml__too_deep__is_refused),
	};
	xml_start();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	xml_stop();
	return failed;
}
