/* Wraps libcmark, whose default output is the safe one. */
#include "format/markdown.h"

#include <cmark.h>

static void headings_lower(cmark_node *document)
{
	cmark_iter *i = cmark_iter_new(document);
	cmark_event_type event;
	while ((event = cmark_iter_next(i)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(i);
		if (event == CMARK_EVENT_ENTER && cmark_node_get_type(node) == CMARK_NODE_HEADING) {
			int level = cmark_node_get_heading_level(node) + 2;
			cmark_node_set_heading_level(node, level > 6 ? 6 : level);
		}
	}
	cmark_iter_free(i);
}

struct html_markup markdown_html(struct arena *a, struct text markdown)
{
	if (markdown.len == 0)
		return (struct html_markup){0};
	size_t len = markdown.len > MARKDOWN_MAX ? (size_t)MARKDOWN_MAX : markdown.len;
	cmark_node *document = cmark_parse_document(markdown.ptr, len, CMARK_OPT_DEFAULT);
	check(document != NULL);
	headings_lower(document);
	char *html = cmark_render_html(document, CMARK_OPT_DEFAULT);
	cmark_node_free(document);
	check(html != NULL);
	struct html_markup out = {text_copy(a, text_from(html))};
	free(html);
	return out;
}
