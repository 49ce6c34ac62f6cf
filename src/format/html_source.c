#include "format/html_source.h"

#include <string.h>

enum err html_at(const struct html_source *s, int line, enum err code, struct errinfo *e)
{
	char where[ERRINFO_WHERE_MAX];
	if (code == OK || !e)
		return code;
	snprintf(where, sizeof where, "%.*s.html", TEXT_ARG(s->name));
	return fail_at(e, where, line);
}

struct text html_word(struct text tag, struct text *rest)
{
	tag = text_trim(tag);
	size_t end = 0;
	while (end < tag.len && tag.ptr[end] != ' ' && tag.ptr[end] != '\n' && tag.ptr[end] != '\t')
		end++;
	*rest = text_trim(text_part(tag, end, tag.len));
	return text_part(tag, 0, end);
}

/* Tags that put nothing on their own line. */
static bool is_block_tag(struct text tag)
{
	struct text rest, word = html_word(tag, &rest);
	if (!word.len)
		return false;
	return strchr("#/>!", word.ptr[0]) || text_is(word, "else") || text_is(word, "layout") ||
	       text_is(word, "slot");
}

static bool blank_before(const struct html_source *s, size_t at)
{
	while (at > 0 && (s->content.ptr[at - 1] == ' ' || s->content.ptr[at - 1] == '\t'))
		at--;
	return at == 0 || s->content.ptr[at - 1] == '\n';
}

/* Position after the rest of a blank line, or SIZE_MAX when something follows. */
static size_t blank_after(const struct html_source *s, size_t at)
{
	while (at < s->content.len && strchr(" \t\r", s->content.ptr[at]))
		at++;
	if (at == s->content.len)
		return at;
	return s->content.ptr[at] == '\n' ? at + 1 : SIZE_MAX;
}

static bool alone(const struct html_source *s, size_t from, size_t tag_end)
{
	return blank_before(s, from) && blank_after(s, tag_end) != SIZE_MAX;
}

static size_t tag_close(const struct html_source *s, size_t open)
{
	size_t close = text_find(s->content, TEXT("}}"), open + 2);
	return close == SIZE_MAX || close + 2 > s->end ? SIZE_MAX : close;
}

static void count_lines(struct html_source *s, size_t to)
{
	for (; s->at < to; s->at++)
		if (s->content.ptr[s->at] == '\n')
			s->line++;
}

static enum err take_tag(struct html_source *s, struct html_piece *out, struct errinfo *e)
{
	size_t close = tag_close(s, s->at);
	out->kind = HTML_PIECE_TAG;
	if (close == SIZE_MAX)
		return html_at(s, s->line, fail(e, ERR_INVALID, "a tag is not closed by }}"), e);
	out->text = text_trim(text_part(s->content, s->at + 2, close));
	size_t next = close + 2;
	if (is_block_tag(out->text) && alone(s, s->at, next))
		next = blank_after(s, next);
	count_lines(s, next < s->end ? next : s->end);
	return OK;
}

enum err html_next_piece(struct html_source *s, struct html_piece *out, struct errinfo *e)
{
	*out = (struct html_piece){.kind = HTML_PIECE_END, .line = s->line, .from = s->at};
	if (s->at >= s->end)
		return OK;
	size_t open = text_find(s->content, TEXT("{{"), s->at);
	if (open == s->at)
		return take_tag(s, out, e);
	size_t end = open == SIZE_MAX || open > s->end ? s->end : open;
	size_t keep = end;
	if (end == open) {
		size_t close = tag_close(s, open);
		struct text tag = close == SIZE_MAX
		                          ? TEXT_NONE
		                          : text_trim(text_part(s->content, open + 2, close));
		if (close != SIZE_MAX && is_block_tag(tag) && alone(s, open, close + 2))
			while (keep > s->at && strchr(" \t", s->content.ptr[keep - 1]))
				keep--;
	}
	out->kind = HTML_PIECE_LITERAL;
	out->text = text_part(s->content, s->at, keep);
	count_lines(s, end);
	return OK;
}

enum err html_skip_block(
        struct html_source *s, const char *word, struct html_source *inner, struct errinfo *e)
{
	struct html_piece p;
	int depth = 1, line = s->line;
	*inner = *s;
	for (;;) {
		TRY(html_next_piece(s, &p, e));
		if (p.kind == HTML_PIECE_END)
			return html_at(
			        s, line, fail(e, ERR_INVALID, "{{#%s}} is not closed", word), e);
		struct text rest, first = html_word(p.text, &rest);
		if (p.kind != HTML_PIECE_TAG || first.len < 2 ||
		        !text_is(text_part(first, 1, first.len), word))
			continue;
		depth += first.ptr[0] == '#' ? 1 : first.ptr[0] == '/' ? -1 : 0;
		if (depth == 0)
			break;
	}
	inner->end = p.from;
	return OK;
}
