/* Any bytes as a template: compiled or refused with a place; what compiles renders, and a
 * value put into text or an attribute never leaves it. */
#include "format/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct item {
	struct text name;
	struct item *children;
	size_t child_count;
};

struct root {
	struct text a;
	int64_t n;
	bool yes;
	struct html_markup drawing;
	struct item *items;
	size_t item_count;
	struct item *none;
};

static const struct html_type item_type;
static const struct html_type item_type = HTML_TYPE(struct item, HTML_MEMBER(struct item, name),
        HTML_LIST(struct item, children, child_count, &item_type));
static const struct html_type root_type = HTML_TYPE(struct root, HTML_MEMBER(struct root, a),
        HTML_MEMBER(struct root, n), HTML_MEMBER(struct root, yes),
        HTML_MEMBER(struct root, drawing), HTML_LIST(struct root, items, item_count, &item_type),
        HTML_REF(struct root, none, &item_type));

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(0);
	struct errinfo e = {0};
	struct texts *texts = texts_new(a);
	const struct html_page *page;
	if (texts_add(texts, "de",
	            TEXT("{\"k\":\"x {n, plural, one {#} other {{a}}}\",\"p\":\"<\"}"), "de",
	            &e) != OK)
		return 0;
	struct html_set *set = html_new(a, NULL, texts, "page", &item_type);
	html_add_file(set, TEXT("t"), (struct text){(const char *)data, size});
	html_add_file(set, TEXT("p"), TEXT("{{name}}{{#each children}}{{> p this}}{{/each}}"));
	html_add_file(
	        set, TEXT("layout_l"), TEXT("<title>{{slot t}}</title>{{#slot m}}{{a}}{{/slot}}"));
	if (html_compile(set, "t", &root_type, &page, &e) == OK) {
		struct item leaf = {.name = TEXT("x")};
		struct item items[] = {
		        {.name = TEXT("<\"'&>"), .children = &leaf, .child_count = 1}, {0}};
		struct root root = {.a = TEXT("javascript:\x01\xff<\"'"),
		        .n = -7,
		        .yes = true,
		        .drawing.html = TEXT("<svg/>"),
		        .items = items,
		        .item_count = 2};
		struct buf out;
		buf_init(&out, 1 << 20);
		struct text input = {(const char *)data, size};
		if (html_render(page, 0, &leaf, &root, &out, &e) == OK &&
		        text_find(input, root.a, 0) == SIZE_MAX)
			check(text_find(buf_text(&out), root.a, 0) == SIZE_MAX);
		buf_free(&out);
	} else {
		check(e.message[0] != '\0' && e.where[0] != '\0');
	}
	arena_free(a);
	return 0;
}
