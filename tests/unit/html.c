/* Templates: binding, escaping by place, blocks, partials, layouts, errors with their line. */
#include "unit.h"

#include "format/html.h"

#include <string.h>

struct item {
	struct text name;
	int days;
	struct text *tags;
	size_t tag_count;
	struct item *children;
	size_t child_count;
};

struct person {
	const char *name;
};

struct root {
	struct text a;
	const char *z;
	int64_t number;
	bool yes, no;
	struct html_markup drawing;
	struct item *items;
	size_t item_count;
	struct person person;
	struct person *boss;
	struct item *none;
	size_t none_count;
};

struct frame {
	struct text title;
	struct text csrf;
};

static const struct html_type item_type;
static const struct html_type item_type = HTML_TYPE(struct item, HTML_MEMBER(struct item, name),
        HTML_MEMBER(struct item, days), HTML_LIST(struct item, tags, tag_count, &html_text_item),
        HTML_LIST(struct item, children, child_count, &item_type));
static const struct html_type person_type =
        HTML_TYPE(struct person, HTML_MEMBER(struct person, name));
static const struct html_type root_type = HTML_TYPE(struct root, HTML_MEMBER(struct root, a),
        HTML_MEMBER(struct root, z), HTML_MEMBER(struct root, number),
        HTML_MEMBER(struct root, yes), HTML_MEMBER(struct root, no),
        HTML_MEMBER(struct root, drawing), HTML_LIST(struct root, items, item_count, &item_type),
        HTML_SUB(struct root, person, &person_type), HTML_REF(struct root, boss, &person_type),
        HTML_LIST(struct root, none, none_count, &item_type));
static const struct html_type frame_type =
        HTML_TYPE(struct frame, HTML_MEMBER(struct frame, title), HTML_MEMBER(struct frame, csrf));

static const char german[] =
        "{\"hello\": \"Hallo <{name}>\", \"plain\": \"Tür & \\\"Tor\\\"\","
        "\"count\": \"{n, plural, =0 {keine Tage} one {# Tag} other {# Tage}}\","
        "\"number.group\": \".\"}";
static const char english[] = "{\"hello\": \"Hello <{name}>\", \"plain\": \"door\"}";

struct fixture {
	struct arena *arena;
	struct texts *texts;
	struct html_set *set;
	struct root root;
	struct frame frame;
	struct errinfo e;
	char out[8192];
};

static struct fixture *begin(void)
{
	struct arena *a = arena_new(0);
	struct fixture *f = ARENA_NEW(a, struct fixture);
	f->arena = a;
	f->texts = texts_new(a);
	assert_int_equal(texts_add(f->texts, "de", text_from(german), "de", &f->e), OK);
	assert_int_equal(texts_add(f->texts, "en", text_from(english), "en", &f->e), OK);
	f->set = html_new(a, NULL, f->texts, "page", &frame_type);
	f->frame = (struct frame){TEXT("Titel"), TEXT("geheim")};
	f->root.a = TEXT("<b>\"Müller's\" & Co</b>");
	f->root.z = "z";
	f->root.yes = true;
	f->root.number = -1200;
	f->root.drawing.html = TEXT("<svg></svg>");
	f->root.person.name = "Erika";
	return f;
}

static void end(struct fixture *f)
{
	arena_free(f->arena);
}

static enum err render(struct fixture *f, const char *name, int language)
{
	const struct html_page *p;
	enum err code = html_compile(f->set, name, &root_type, &p, &f->e);
	if (code != OK)
		return code;
	struct buf b;
	buf_init(&b, sizeof f->out - 1);
	code = html_render(p, language, &f->frame, &f->root, &b, &f->e);
	snprintf(f->out, sizeof f->out, "%.*s", TEXT_ARG(buf_text(&b)));
	buf_free(&b);
	return code;
}

static void shows(struct fixture *f, const char *template, const char *want)
{
	static const char *const names[] = {"t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8",
	        "t9", "ta", "tb", "tc", "td", "te", "tf"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct html_page *p;
		struct errinfo e = {0};
		if (html_compile(f->set, names[i], &root_type, &p, &e) != ERR_NOT_FOUND)
			continue;
		html_add_file(f->set, text_from(names[i]), text_from(template));
		if (render(f, names[i], 0) != OK)
			fail_msg("%s: %s", template, f->e.message);
		assert_string_equal(f->out, want);
		return;
	}
	fail_msg("too many templates in a test");
}

static void refused(const char *template, int line, const char *why)
{
	struct fixture *f = begin();
	html_add_file(f->set, TEXT("t"), text_from(template));
	html_add_file(f->set, TEXT("self"), TEXT("{{> self}}"));
	enum err code = render(f, "t", 0);
	if (code == OK)
		fail_msg("accepted: %s", template);
	if (!strstr(f->e.message, why))
		fail_msg("%s: said '%s', not '%s'", template, f->e.message, why);
	if (line)
		assert_int_equal(f->e.line, line);
	assert_true(f->e.where[0] != '\0');
	end(f);
}

static void value__every_kind__written(void **state)
{
	(void)state;
	struct fixture *f = begin();
	shows(f, "{{z}} {{number}} {{person.name}} {{page.title}} {{boss.name}}.",
	        "z -1200 Erika Titel .");
	struct person boss = {"Chefin"};
	f->root.boss = &boss;
	shows(f, "{{boss.name}}", "Chefin");
	shows(f, "{{raw drawing}}", "<svg></svg>");
	end(f);
}

#define ESCAPED "&lt;b&gt;&quot;Müller&#39;s&quot; &amp; Co&lt;/b&gt;"

static void escape__text_and_attributes__entities(void **state)
{
	(void)state;
	struct fixture *f = begin();
	shows(f, "<p>{{a}}</p>", "<p>" ESCAPED "</p>");
	shows(f, "<p title=\"{{a}}\">", "<p title=\"" ESCAPED "\">");
	shows(f, "<p title='{{a}}'>", "<p title='" ESCAPED "'>");
	shows(f, "<title>{{a}}</title><textarea>{{a}}</textarea>",
	        "<title>" ESCAPED "</title><textarea>" ESCAPED "</textarea>");
	shows(f, "<input value=\"x{{a}}\" checked>{{z}}",
	        "<input value=\"x" ESCAPED "\" checked>z");
	end(f);
}

static void escape__whole_address__only_harmless_schemes(void **state)
{
	(void)state;
	static const struct {
		const char *value, *want;
	} cases[] = {
	        {"/vorgang/7?a=b&c=d", "/vorgang/7?a=b&amp;c=d"},
	        {"https://example.org/", "https://example.org/"},
	        {"HTTP://example.org/", "HTTP://example.org/"},
	        {"mailto:a@example.org", "mailto:a@example.org"},
	        {"tel:115", "tel:115"},
	        {"seite#x:y", "seite#x:y"},
	        {"?q=a:b", "?q=a:b"},
	        {"", ""},
	        {"javascript:alert(1)", "#"},
	        {"JaVaScRiPt:alert(1)", "#"},
	        {" javascript:alert(1)", "#"},
	        {"java\nscript:alert(1)", "#"},
	        {"\001javascript:alert(1)", "#"},
	        {"data:text/html,x", "#"},
	        {"vbscript:x", "#"},
	        {":x", "#"},
	        {"//evil.example/", "#"},
	        {"/\\evil.example/", "#"},
	        {"x\"y", "x&quot;y"},
	};
	(void)state;
	struct fixture *f = begin();
	html_add_file(f->set, TEXT("link"), TEXT("<a href=\"{{a}}\">"));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char want[128];
		f->root.a = text_from(cases[i].value);
		assert_int_equal(render(f, "link", 0), OK);
		snprintf(want, sizeof want, "<a href=\"%s\">", cases[i].want);
		assert_string_equal(f->out, want);
	}
	end(f);
}

static void escape__part_of_address__percent(void **state)
{
	(void)state;
	struct fixture *f = begin();
	f->root.a = TEXT("a/b?c=ü&\"'");
	shows(f, "<a href=\"/suche?q={{a}}\">",
	        "<a href=\"/suche?q=a%2Fb%3Fc%3D%C3%BC%26%22%27\">");
	shows(f, "<a href='{{z}}{{a}}'>", "<a href='za%2Fb%3Fc%3D%C3%BC%26%22%27'>");
	shows(f, "<use href=\"#{{z}}\"/>", "<use href=\"#z\"/>");
	end(f);
}

static void escape__places_without_escape__refused(void **state)
{
	(void)state;
	refused("<script>{{a}}</script>", 1, "script");
	refused("<style>{{a}}</style>", 1, "style");
	refused("<SCRIPT >x = '</scr' + {{a}}</script>", 1, "script");
	refused("<p>\n<!-- {{a}} -->", 2, "comment");
	refused("<p\n{{a}}>", 2, "inside a tag");
	refused("<{{a}}>", 1, "inside a tag");
	refused("<p class={{a}}>", 1, "without quotes");
	refused("<p class=x{{a}}>", 1, "without quotes");
	refused("<p onclick=\"{{a}}\">", 1, "code");
	refused("<p style=\"{{a}}\">", 1, "code");
	refused("<p {{#if yes}}onclick{{/if}}=\"x\">", 1, "no name");
	refused("<iframe srcdoc='{{a}}'>", 1, "code");
	refused("<a href=\"javascript:{{a}}\">", 1, "scheme");
	refused("<a href='data:x,{{a}}'>", 1, "code");
	refused("{{raw a}}", 1, "not declared as markup");
	refused("{{drawing}}", 1, "raw");
	refused("<p title=\"{{raw drawing}}\">", 1, "markup stands");
	refused("<title>{{raw drawing}}</title>", 1, "markup stands");
	refused("<script>{{#if yes}}x{{/if}}</script>", 1, "block stands inside script");
}

static void bind__wrong_names_and_kinds__refused_with_line(void **state)
{
	(void)state;
	refused("a\nb\n{{missing}}", 3, "no member 'missing'");
	refused("{{person.age}}", 1, "no member 'age'");
	refused("{{a.b}}", 1, "only a struct has members");
	refused("{{yes}}", 1, "no text or number");
	refused("{{items}}", 1, "no text or number");
	refused("{{person}}", 1, "no text or number");
	refused("{{#each a}}{{/each}}", 1, "no list");
	refused("{{page.missing}}", 1, "no member 'missing'");
	refused("{{> nowhere}}", 1, "no template nowhere");
	refused("{{> ../etc/passwd}}", 1, "no name of a template");
	refused("{{t nothing}}", 1, "no text 'nothing'");
	refused("{{t hello}}", 1, "wants {name}");
	refused("{{t hello name=a other=a}}", 1, "no placeholder 'other'");
	refused("{{t plain}}\n<a href=\"{{t plain}}\">", 2, "address");
	refused("{{@index}}", 1, "outside of an {{#each}}");
	refused("{{#each items}}{{../../z}}{{/each}}", 1, "leads out");
	refused("{{#each items}}{{@last}}{{/each}}", 1, "conditions");
	refused("{{#if yes}}", 1, "not closed");
	refused("{{#if yes}}{{/unless}}", 1, "not closed");
	refused("x{{/if}}", 1, "closes nothing");
	refused("{{a", 1, "not closed by }}");
	refused("{{}}", 1, "empty");
	refused("{{#foo a}}{{/foo}}", 1, "no block");
	refused("{{foo bar}}", 1, "no tag");
	refused("{{> self}}", 1, "include each other");
	refused("{{#is a x}}{{/is}}", 1, "quotes");
	refused("<p", 0, "ends inside a tag");
	refused("{{#if yes}}<p>{{else}}<p{{/if}}", 1, "different places");
	refused("<p{{#each items}}>{{/each}}", 1, "different places");
	refused("{{asset x.css}}", 1, "no static files");
}

static void block__conditions__branches(void **state)
{
	(void)state;
	struct fixture *f = begin();
	shows(f,
	        "{{#if yes}}1{{else}}2{{/if}}{{#if no}}3{{else}}4{{/if}}{{#unless no}}5{{/unless}}",
	        "145");
	shows(f, "{{#if a}}a{{/if}}{{#if number}}n{{/if}}{{#if items}}i{{/if}}{{#if boss}}b{{/if}}",
	        "an");
	shows(f, "{{#is z \"z\"}}ja{{else}}nein{{/is}}{{#is a \"z\"}}ja{{else}}nein{{/is}}",
	        "janein");
	shows(f, "<option{{#if yes}} selected{{/if}}><p{{#if no}} class=\"x\"{{/if}} id=\"y\">",
	        "<option selected><p id=\"y\">");
	shows(f, "<p class=\"a{{#if yes}} b{{/if}}\">", "<p class=\"a b\">");
	end(f);
}

static void block__lists__items_then_outer_members(void **state)
{
	(void)state;
	struct fixture *f = begin();
	struct text tags[] = {TEXT("x"), TEXT("y&z")};
	struct item items[] = {{.name = TEXT("A"), .days = 1, .tags = tags, .tag_count = 2},
	        {.name = TEXT("B"), .days = 2}};
	f->root.items = items;
	f->root.item_count = 2;
	shows(f,
	        "{{#each items}}{{@index}}{{@number}}{{name}}{{days}}{{z}}{{#unless "
	        "@last}},{{/unless}}{{/each}}",
	        "01A1z,12B2z");
	shows(f, "{{#each items}}{{#each tags}}{{this}}{{name}};{{else}}-{{/each}}{{/each}}",
	        "xA;y&amp;zA;-");
	shows(f, "{{#each items}}{{#if @first}}erst {{/if}}{{this.name}}{{/each}}", "erst AB");
	shows(f, "{{#each items}}{{#each tags}}{{../name}}{{../../z}}{{/each}}{{/each}}", "AzAz");
	shows(f, "{{#each none}}x{{else}}leer{{/each}}", "leer");
	end(f);
}

static void partial__with_struct__recursive(void **state)
{
	(void)state;
	struct fixture *f = begin();
	struct item leaf = {.name = TEXT("Blatt")};
	struct item items[] = {{.name = TEXT("Ast"), .children = &leaf, .child_count = 1}};
	f->root.items = items;
	f->root.item_count = 1;
	html_add_file(f->set, TEXT("tree"),
	        TEXT("<li>{{name}}{{#each children}}<ul>{{> tree this}}</ul>{{/each}}</li>"));
	shows(f, "{{#each items}}{{> tree this}}{{/each}}", "<li>Ast<ul><li>Blatt</li></ul></li>");
	end(f);
}

static void partial__without_end__refused_while_rendering(void **state)
{
	(void)state;
	struct fixture *f = begin();
	html_add_file(f->set, TEXT("loop"), TEXT("x{{> loop this}}"));
	html_add_file(f->set, TEXT("t"), TEXT("{{> loop person}}"));
	assert_int_equal(render(f, "t", 0), ERR_LIMIT);
	end(f);
}

static void partial__put_in__sees_everything(void **state)
{
	(void)state;
	struct fixture *f = begin();
	struct item items[] = {{.name = TEXT("A")}};
	f->root.items = items;
	f->root.item_count = 1;
	html_add_file(f->set, TEXT("partials/one"), TEXT("[{{name}} {{z}} {{page.title}}]"));
	shows(f, "{{#each items}}{{> partials/one}}{{/each}}", "[A z Titel]");
	end(f);
}

static void layout__blocks_fill_slots(void **state)
{
	(void)state;
	struct fixture *f = begin();
	html_add_file(f->set, TEXT("layout_portal"),
	        TEXT("<title>{{slot title}}</title>\n{{#slot back}}\nzurück\n{{/slot}}\n{{slot "
	             "main}}"
	             "{{#slot aside}}{{z}}{{/slot}}"));
	html_add_file(f->set, TEXT("t"),
	        TEXT("{{! remark }}\n{{layout portal}}\n{{#block title}}{{a}}{{/block}}\n"
	             "{{#block main}}\n<p>{{z}}</p>\n{{/block}}\n"));
	assert_int_equal(render(f, "t", 0), OK);
	assert_string_equal(f->out, "<title>" ESCAPED "</title>\nzurück\n<p>z</p>\nz");
	end(f);
	struct fixture *g = begin();
	html_add_file(g->set, TEXT("layout_portal"), TEXT("{{slot title}}"));
	html_add_file(g->set, TEXT("t"), TEXT("{{layout portal}}\n{{#block titel}}x{{/block}}"));
	assert_int_equal(render(g, "t", 0), ERR_INVALID);
	html_add_file(g->set, TEXT("u"),
	        TEXT("{{layout portal}}\n{{#block title}}x{{/block}}{{#block b}}x{{/block}}"));
	assert_int_equal(render(g, "u", 0), ERR_INVALID);
	assert_non_null(strstr(g->e.message, "no slot 'b'"));
	html_add_file(g->set, TEXT("v"), TEXT("{{layout portal}}\nText"));
	assert_int_equal(render(g, "v", 0), ERR_INVALID);
	end(g);
}

static void words__languages_and_plural__escaped(void **state)
{
	(void)state;
	struct fixture *f = begin();
	html_add_file(
	        f->set, TEXT("t"), TEXT("{{t hello name=a}}|{{t plain}}|{{t count n=number}}"));
	assert_int_equal(render(f, "t", 0), OK);
	assert_string_equal(
	        f->out, "Hallo &lt;" ESCAPED "&gt;|Tür &amp; &quot;Tor&quot;|-1.200 Tage");
	f->root.number = 1;
	assert_int_equal(render(f, "t", 1), OK);
	assert_string_equal(f->out, "Hello &lt;" ESCAPED "&gt;|door|1 Tag");
	end(f);
}

static void source__block_tags_alone_on_a_line__leave_no_line(void **state)
{
	(void)state;
	struct fixture *f = begin();
	shows(f, "<ul>\n  {{#if yes}}\n  <li>\n  {{/if}}\n</ul>\n", "<ul>\n  <li>\n</ul>\n");
	shows(f, "a {{! x }} b\n{{! y }}\nc", "a  b\nc");
	shows(f, "{{#if no}}\nx\n{{else}}\ny\n{{/if}}\n", "y\n");
	end(f);
}

static struct text asset(void *self, struct text name)
{
	(void)self;
	return text_is(name, "a.css") ? TEXT("/static/1/a.css") : TEXT_NONE;
}

static void asset__known_and_unknown(void **state)
{
	(void)state;
	struct fixture *f = begin();
	html_set_asset(f->set, asset, NULL);
	shows(f, "<link href=\"{{asset a.css}}\">", "<link href=\"/static/1/a.css\">");
	html_add_file(f->set, TEXT("t"), TEXT("<link href=\"{{asset b.css}}\">"));
	assert_int_equal(render(f, "t", 0), ERR_INVALID);
	end(f);
}

static void page__uses_member_of_frame__known(void **state)
{
	(void)state;
	struct fixture *f = begin();
	const struct html_page *p;
	html_add_file(f->set, TEXT("form"), TEXT("<input value=\"{{page.csrf}}\">"));
	html_add_file(f->set, TEXT("t"), TEXT("{{> form}}"));
	assert_int_equal(html_compile(f->set, "t", &root_type, &p, &f->e), OK);
	assert_true(html_page_uses(p, "csrf"));
	assert_false(html_page_uses(p, "title"));
	end(f);
}

static void render__output_too_long__limit(void **state)
{
	(void)state;
	struct fixture *f = begin();
	const struct html_page *p;
	struct buf b;
	html_add_file(f->set, TEXT("t"), TEXT("1234567890{{a}}"));
	assert_int_equal(html_compile(f->set, "t", &root_type, &p, &f->e), OK);
	buf_init(&b, 12);
	assert_int_equal(html_render(p, 0, &f->frame, &f->root, &b, &f->e), ERR_LIMIT);
	buf_free(&b);
	end(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(value__every_kind__written),
	        cmocka_unit_test(escape__text_and_attributes__entities),
	        cmocka_unit_test(escape__whole_address__only_harmless_schemes),
	        cmocka_unit_test(escape__part_of_address__percent),
	        cmocka_unit_test(escape__places_without_escape__refused),
	        cmocka_unit_test(bind__wrong_names_and_kinds__refused_with_line),
	        cmocka_unit_test(block__conditions__branches),
	        cmocka_unit_test(block__lists__items_then_outer_members),
	        cmocka_unit_test(partial__with_struct__recursive),
	        cmocka_unit_test(partial__without_end__refused_while_rendering),
	        cmocka_unit_test(partial__put_in__sees_everything),
	        cmocka_unit_test(layout__blocks_fill_slots),
	        cmocka_unit_test(words__languages_and_plural__escaped),
	        cmocka_unit_test(source__block_tags_alone_on_a_line__leave_no_line),
	        cmocka_unit_test(asset__known_and_unknown),
	        cmocka_unit_test(page__uses_member_of_frame__known),
	        cmocka_unit_test(render__output_too_long__limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
