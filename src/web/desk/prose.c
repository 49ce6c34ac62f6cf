/* Plain text as letters give it (format/letter.h): paragraphs are parted by an empty line, rows
 * of a table by a line end, their cells by a tab, items of a list start with "- ". */
#include "web/desk/desk.h"

enum { PROSE_MAX = 1 << 20 };

static void add_lines(struct buf *b, struct text block)
{
	struct text line;
	bool first = true;
	buf_add_z(b, "<p>");
	while (text_split(&block, '\n', &line)) {
		buf_add_z(b, first ? "" : "<br>");
		html_escape(b, text_trim(line));
		first = false;
	}
	buf_add_z(b, "</p>");
}

static void add_list(struct buf *b, struct text block)
{
	struct text line;
	buf_add_z(b, "<ul>");
	while (text_split(&block, '\n', &line)) {
		struct text item = text_trim(line);
		buf_add_z(b, "<li>");
		html_escape(b, text_starts(item, TEXT("- ")) ? text_part(item, 2, item.len) : item);
		buf_add_z(b, "</li>");
	}
	buf_add_z(b, "</ul>");
}

static void add_table(struct buf *b, struct text block)
{
	struct text line, cell;
	buf_add_z(b, "<table class=\"aw-calc\"><tbody>");
	while (text_split(&block, '\n', &line)) {
		bool first = true;
		buf_add_z(b, "<tr>");
		while (text_split(&line, '\t', &cell)) {
			buf_add_z(b, first ? "<th scope=\"row\">" : "<td>");
			html_escape(b, text_trim(cell));
			buf_add_z(b, first ? "</th>" : "</td>");
			first = false;
		}
		buf_add_z(b, "</tr>");
	}
	buf_add_z(b, "</tbody></table>");
}

static void add_block(struct buf *b, struct text block)
{
	if (text_trim(block).len == 0)
		return;
	if (text_find(block, TEXT("\t"), 0) != SIZE_MAX)
		add_table(b, block);
	else if (text_starts(text_trim(block), TEXT("- ")))
		add_list(b, block);
	else
		add_lines(b, block);
}

struct html_markup desk_prose(struct arena *a, struct text t)
{
	struct buf b;
	struct text rest = t;
	buf_init(&b, PROSE_MAX);
	while (rest.len) {
		size_t end = text_find(rest, TEXT("\n\n"), 0);
		struct text block = end == SIZE_MAX ? rest : text_part(rest, 0, end);
		add_block(&b, block);
		rest = end == SIZE_MAX ? TEXT_NONE : text_part(rest, end + 2, rest.len);
	}
	struct html_markup m = {b.over ? TEXT_NONE : buf_copy(&b, a)};
	buf_free(&b);
	return m;
}
