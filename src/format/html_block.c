/* Blocks and partials: jumps, loops and calls of the flat program. */
#include "format/html_compile.h"

/* Blocks --------------------------------------------------------------------------------------- */

static bool at_close(const struct html_compiler *c, const char *word)
{
	struct text t = c->piece.text;
	return c->piece.kind == HTML_PIECE_TAG && t.len > 1 && t.ptr[0] == '/' &&
	       text_is(text_part(t, 1, t.len), word);
}

static enum err unbalanced(struct html_compiler *c, const char *word)
{
	return fail(c->e, ERR_INVALID, "{{#%s}} is not closed by {{/%s}}", word, word);
}

static enum err same_place(struct html_compiler *c, const struct html_context *other)
{
	html_settle(&c->context);
	if (!html_join(&c->context, other))
		return html_wrong(c, "the branches of a block end at different places of HTML");
	return OK;
}

/* The condition has been written at `branch`: what follows is its first part, perhaps an
 * {{else}}, and the end. */
static enum err compile_branches(struct html_compiler *c, const char *word, size_t branch)
{
	struct html_context before = c->context;
	TRY(html_compile_pieces(c));
	if (text_is(c->piece.text, "else")) {
		struct html_context first = c->context;
		size_t jump;
		html_settle(&first);
		TRY(html_add_op(c, HTML_JUMP, &jump));
		c->ops[branch].target = c->count;
		c->context = before;
		TRY(html_compile_pieces(c));
		c->ops[jump].target = c->count;
		TRY(same_place(c, &first));
	} else {
		c->ops[branch].target = c->count;
		TRY(same_place(c, &before));
	}
	return at_close(c, word) ? OK : unbalanced(c, word);
}

static enum err compile_if(struct html_compiler *c, const char *word, struct text path, bool negate)
{
	struct html_found f;
	enum html_counter counter;
	size_t at;
	bool counts = html_counter_of(path, &counter);
	if (counts && c->loops == 0)
		return html_wrong(c, "a counter stands outside of an {{#each}}");
	if (!counts)
		TRY(html_bind_path(c, path, &f));
	TRY(html_add_op(c, counts ? HTML_UNLESS_COUNTER : HTML_UNLESS, &at));
	c->ops[at].negate = negate;
	if (counts) {
		c->ops[at].counter = counter;
	} else {
		c->ops[at].kind = f.kind;
		c->ops[at].path = f.path;
		c->ops[at].count_offset = f.count_offset;
	}
	return compile_branches(c, word, at);
}

static enum err compile_is(struct html_compiler *c, struct text rest)
{
	struct html_found f;
	size_t at;
	struct text word, path = html_word(rest, &word);
	TRY(html_bind_path(c, path, &f));
	if (!html_is_value(f.kind))
		return fail(c->e, ERR_INVALID, "'%.*s' is no text", TEXT_ARG(path));
	if (word.len < 2 || word.ptr[0] != '"' || word.ptr[word.len - 1] != '"')
		return html_wrong(c, "{{#is path \"word\"}} wants a word in quotes");
	TRY(html_add_op(c, HTML_UNLESS_IS, &at));
	c->ops[at].kind = f.kind;
	c->ops[at].path = f.path;
	c->ops[at].text = text_part(word, 1, word.len - 1);
	return compile_branches(c, "is", at);
}

static enum err compile_each(struct html_compiler *c, struct text path)
{
	struct html_found f;
	size_t each, next;
	TRY(html_bind_path(c, path, &f));
	if (f.kind != HTML_KIND_LIST)
		return fail(c->e, ERR_INVALID, "'%.*s' is no list", TEXT_ARG(path));
	if (c->scope.count == HTML_LEVELS_MAX)
		return html_wrong(c, "lists are nested too deep");
	struct html_context before = c->context;
	TRY(html_add_op(c, HTML_EACH, &each));
	c->ops[each].path = f.path;
	c->ops[each].count_offset = f.count_offset;
	c->ops[each].level = (uint8_t)c->scope.count;
	c->scope.types[c->scope.count++] = f.type;
	c->loops++;
	TRY(html_compile_pieces(c));
	c->loops--;
	c->scope.count--;
	TRY(same_place(c, &before));
	TRY(html_add_op(c, HTML_NEXT, &next));
	c->ops[next].target = each + 1;
	c->ops[next].level = c->ops[each].level;
	c->ops[next].size = f.size;
	c->ops[each].target = c->count;
	if (!text_is(c->piece.text, "else"))
		return at_close(c, "each") ? OK : unbalanced(c, "each");
	size_t jump;
	TRY(html_add_op(c, HTML_JUMP, &jump));
	c->ops[each].target = c->count;
	TRY(html_compile_pieces(c));
	c->ops[jump].target = c->count;
	TRY(same_place(c, &before));
	return at_close(c, "each") ? OK : unbalanced(c, "each");
}

/* {{#slot name}} of a layout: the page's block, or what stands between. */
enum err html_compile_slot(struct html_compiler *c, struct text name, bool has_default)
{
	struct html_source inner = {0};
	if (!c->in_layout)
		return html_wrong(c, "a slot stands outside of a layout");
	if (has_default)
		TRY(html_skip_block(c->source, "slot", &inner, c->e));
	for (size_t i = 0; i < c->block_count; i++) {
		if (!text_eq(c->blocks[i].name, name))
			continue;
		c->blocks[i].used = true;
		return html_compile_source(c, c->blocks[i].source);
	}
	if (!has_default)
		return fail(c->e, ERR_INVALID, "the page has no block '%.*s'", TEXT_ARG(name));
	return html_compile_source(c, inner);
}

/* Partials --------------------------------------------------------------------------------------
 */

static enum err find_sub(
        struct html_compiler *c, struct text name, const struct html_type *type, size_t *out)
{
	for (*out = 0; *out < c->sub_count; ++*out)
		if (text_eq(c->subs[*out].name, name) && c->subs[*out].type == type)
			return OK;
	if (c->sub_count == HTML_SUBS_MAX)
		return fail(c->e, ERR_LIMIT, "a page calls more than %d partials", HTML_SUBS_MAX);
	c->subs[c->sub_count++] = (struct html_sub){name, type, 0};
	return OK;
}

enum err html_compile_partial(struct html_compiler *c, struct text tag)
{
	struct text path, name = html_word(tag, &path);
	struct html_source s;
	struct html_found f;
	size_t at;
	if (!path.len) {
		TRY(html_open(c, name, &s));
		return html_compile_source(c, s);
	}
	TRY(html_bind_path(c, path, &f));
	if (f.kind != HTML_KIND_SUB && f.kind != HTML_KIND_REF)
		return fail(c->e, ERR_INVALID, "'%.*s' is no struct", TEXT_ARG(path));
	if (c->context.state != HTML_DATA)
		return html_wrong(c, "a partial with a struct is called between elements only");
	if (f.kind == HTML_KIND_REF) {
		if (f.path.derefs == HTML_DEREFS_MAX)
			return html_wrong(c, "too many references");
		f.path.derefs++;
	}
	TRY(html_add_op(c, HTML_CALL, &at));
	c->ops[at].path = f.path;
	size_t sub;
	TRY(find_sub(c, name, f.type, &sub));
	c->ops[at].target = sub; /* becomes an address in link_calls */
	return OK;
}

/* Subroutines are written behind the page; they may call further ones. */
enum err html_compile_subs(struct html_compiler *c)
{
	const struct html_type *root = c->scope.types[1];
	for (size_t i = 0; i < c->sub_count; i++) {
		struct html_source s;
		size_t end;
		c->subs[i].address = c->count;
		c->scope.types[1] = root;
		c->scope.types[2] = c->subs[i].type;
		c->scope.count = 3;
		c->context = (struct html_context){0};
		TRY(html_open(c, c->subs[i].name, &s));
		TRY(html_compile_source(c, s));
		if (c->context.state != HTML_DATA)
			return html_at(&s, 0, html_wrong(c, "the partial ends inside a tag"), c->e);
		TRY(html_add_op(c, HTML_RETURN, &end));
	}
	for (size_t i = 0; i < c->count; i++)
		if (c->ops[i].code == HTML_CALL)
			c->ops[i].target = c->subs[c->ops[i].target].address;
	return OK;
}

enum err html_compile_block(struct html_compiler *c, struct text word, struct text rest)
{
	if (c->context.state == HTML_RAW || c->context.state == HTML_COMMENT)
		return html_wrong(c, "a block stands inside script, style or a comment");
	if (text_is(word, "#slot"))
		return html_compile_slot(c, rest, true);
	html_settle(&c->context);
	if (c->nesting == HTML_NESTING_MAX)
		return fail(c->e, ERR_LIMIT, "blocks are nested deeper than %d", HTML_NESTING_MAX);
	enum err code;
	c->nesting++;
	if (text_is(word, "#if"))
		code = compile_if(c, "if", rest, false);
	else if (text_is(word, "#unless"))
		code = compile_if(c, "unless", rest, true);
	else if (text_is(word, "#is"))
		code = compile_is(c, rest);
	else if (text_is(word, "#each"))
		code = compile_each(c, rest);
	else
		code = fail(c->e, ERR_INVALID, "there is no block {{%.*s}}", TEXT_ARG(word));
	c->nesting--;
	return code;
}
