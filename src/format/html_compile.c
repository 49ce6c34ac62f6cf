/* Template files to one flat program. Partials and the layout are put in where they stand;
 * a partial called with a struct becomes a subroutine, compiled once per struct type. */
#include "format/html_compile.h"

enum err html_wrong(struct html_compiler *c, const char *why)
{
	fail(c->e, ERR_INVALID, "%s", why);
	return ERR_INVALID;
}

enum err html_add_op(struct html_compiler *c, enum html_code code, size_t *out)
{
	if (c->count == HTML_OPS_MAX)
		return fail(c->e, ERR_LIMIT, "a page has more than %d instructions", HTML_OPS_MAX);
	ARENA_PUSH(c->set->arena, c->ops, c->count, c->cap)->code = code;
	*out = c->count - 1;
	return OK;
}

/* Literals --------------------------------------------------------------------------------- */

enum err html_add_literal(struct html_compiler *c, struct text literal)
{
	size_t at = 0;
	if (!literal.len)
		return OK;
	TRY(html_add_op(c, HTML_LITERAL, &at));
	c->ops[at].text = literal;
	return OK;
}

static enum err compile_literal(struct html_compiler *c, struct text literal)
{
	const char *why = NULL;
	if (!html_feed(&c->context, literal, &why))
		return html_wrong(c, why);
	return html_add_literal(c, literal);
}

enum err html_open(struct html_compiler *c, struct text name, struct html_source *out)
{
	const struct html_file *f;
	TRY(html_file(c->set, name, &f, c->e));
	*out = (struct html_source){
	        .name = f->name, .content = f->content, .end = f->content.len, .line = 1};
	return OK;
}

enum err html_compile_source(struct html_compiler *c, struct html_source s)
{
	if (c->includes == HTML_INCLUDES_MAX)
		return fail(c->e, ERR_LIMIT, "files include each other deeper than %d",
		        HTML_INCLUDES_MAX);
	struct html_source *outer = c->source;
	c->source = &s;
	c->includes++;
	enum err code = html_compile_pieces(c);
	if (code == OK && c->piece.kind != HTML_PIECE_END)
		code = html_at(&s, c->piece.line,
		        fail(c->e, ERR_INVALID, "{{%.*s}} closes nothing", TEXT_ARG(c->piece.text)),
		        c->e);
	c->includes--;
	c->source = outer;
	return code;
}

enum err html_compile_pieces(struct html_compiler *c)
{
	for (;;) {
		TRY(html_next_piece(c->source, &c->piece, c->e));
		struct text t = c->piece.text;
		if (c->piece.kind == HTML_PIECE_END)
			return OK;
		if (c->piece.kind == HTML_PIECE_TAG &&
		        (text_is(t, "else") || (t.len && t.ptr[0] == '/')))
			return OK;
		int line = c->piece.line;
		enum err code = c->piece.kind == HTML_PIECE_LITERAL ? compile_literal(c, t)
		                                                    : html_compile_tag(c, t);
		if (code != OK)
			return html_at(c->source, line, code, c->e);
	}
}

/* Tags -------------------------------------------------------------------------------------------
 */

enum err html_compile_tag(struct html_compiler *c, struct text tag)
{
	struct text rest, word = html_word(tag, &rest);
	if (!word.len)
		return html_wrong(c, "a tag is empty");
	switch (word.ptr[0]) {
	case '!': return OK;
	case '#': return html_compile_block(c, word, rest);
	case '>': return html_compile_partial(c, text_trim(text_part(tag, 1, tag.len)));
	default: break;
	}
	if (text_is(word, "raw") && rest.len)
		return html_compile_raw(c, rest);
	if (text_is(word, "t") && rest.len)
		return html_compile_words(c, rest);
	if (text_is(word, "asset") && rest.len)
		return html_compile_asset(c, rest);
	if (text_is(word, "slot") && rest.len)
		return html_compile_slot(c, rest, false);
	if (text_is(word, "layout") && rest.len)
		return html_wrong(c, "{{layout}} must be the first tag of a page");
	if (rest.len)
		return fail(c->e, ERR_INVALID, "there is no tag {{%.*s}}", TEXT_ARG(word));
	return html_compile_value(c, word);
}

/* Pages with a layout
 * ------------------------------------------------------------------------------ */

static enum err take_block(struct html_compiler *c, struct html_source *s, struct text name)
{
	if (c->block_count == HTML_BLOCKS_MAX)
		return fail(c->e, ERR_LIMIT, "a page has more than %d blocks", HTML_BLOCKS_MAX);
	for (size_t i = 0; i < c->block_count; i++)
		if (text_eq(c->blocks[i].name, name))
			return fail(
			        c->e, ERR_INVALID, "block '%.*s' is there twice", TEXT_ARG(name));
	struct html_block *b = &c->blocks[c->block_count++];
	b->name = name;
	return html_skip_block(s, "block", &b->source, c->e);
}

static enum err collect_blocks(struct html_compiler *c, struct html_source *s)
{
	for (;;) {
		struct html_piece p;
		TRY(html_next_piece(s, &p, c->e));
		if (p.kind == HTML_PIECE_END)
			return OK;
		struct text rest, word = html_word(p.text, &rest);
		enum err code = OK;
		if (p.kind == HTML_PIECE_TAG && text_is(word, "#block"))
			code = take_block(c, s, rest);
		else if (p.kind == HTML_PIECE_TAG && word.len && word.ptr[0] == '!')
			code = OK;
		else if (p.kind == HTML_PIECE_TAG || word.len)
			code = html_wrong(
			        c, "outside of a block, a page with a layout has nothing");
		if (code != OK)
			return html_at(s, p.line, code, c->e);
	}
}

static enum err compile_with_layout(
        struct html_compiler *c, struct html_source s, struct text layout)
{
	struct html_source file;
	TRY(collect_blocks(c, &s));
	struct text name = text_format(c->set->arena, "layout_%.*s", TEXT_ARG(layout));
	TRY(html_open(c, name, &file));
	c->in_layout = true;
	TRY(html_compile_source(c, file));
	for (size_t i = 0; i < c->block_count; i++) {
		const struct html_block *b = &c->blocks[i];
		if (!b->used)
			return html_at(&b->source, b->source.line,
			        fail(c->e, ERR_INVALID, "the layout has no slot '%.*s'",
			                TEXT_ARG(b->name)),
			        c->e);
	}
	return OK;
}

/* The layout a page begins with, or an empty text. */
static enum err find_layout(struct html_compiler *c, struct html_source *s, struct text *layout)
{
	struct html_source ahead = *s;
	struct html_piece p;
	*layout = TEXT_NONE;
	do
		TRY(html_next_piece(&ahead, &p, c->e));
	while ((p.kind == HTML_PIECE_LITERAL && !text_trim(p.text).len) ||
	        (p.kind == HTML_PIECE_TAG && p.text.len && p.text.ptr[0] == '!'));
	struct text rest, word = html_word(p.text, &rest);
	if (p.kind == HTML_PIECE_TAG && text_is(word, "layout") && rest.len) {
		*layout = rest;
		*s = ahead;
	}
	return OK;
}

static enum err compile_all(struct html_compiler *c, struct text name)
{
	struct html_source s;
	struct text layout;
	size_t end;
	TRY(html_open(c, name, &s));
	TRY(find_layout(c, &s, &layout));
	TRY(layout.len ? compile_with_layout(c, s, layout) : html_compile_source(c, s));
	if (c->context.state != HTML_DATA)
		return html_at(&s, 0, html_wrong(c, "the page ends inside a tag"), c->e);
	TRY(html_add_op(c, HTML_RETURN, &end));
	return html_compile_subs(c);
}

enum err html_compile(struct html_set *s, const char *name, const struct html_type *root,
        const struct html_page **out, struct errinfo *e)
{
	struct errinfo own;
	struct html_compiler c = {.set = s, .e = e ? e : &own};
	c.scope.types[0] = s->frame;
	c.scope.types[1] = root;
	c.scope.count = 2;
	enum err code = compile_all(&c, text_from(name));
	if (code != OK) {
		if (!c.e->where[0])
			fail_at(c.e, name, 0);
		return code;
	}
	struct html_page *p = ARENA_NEW(s->arena, struct html_page);
	p->name = text_z(s->arena, text_from(name));
	p->texts = s->texts;
	p->ops = c.ops;
	p->frame = s->frame;
	p->frame_used = c.frame_used;
	*out = p;
	return OK;
}
