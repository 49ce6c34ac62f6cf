/* Values and texts: each is bound to its member and to the escape of its place. */
#include "format/html_compile.h"

/* Values ------------------------------------------------------------------------------------- */

enum err html_bind_path(struct html_compiler *c, struct text path, struct html_found *f)
{
	return html_bind(c->set, &c->scope, path, f, &c->frame_used, c->e);
}

bool html_is_value(enum html_kind kind)
{
	return kind == HTML_KIND_TEXT || kind == HTML_KIND_CSTR || kind == HTML_KIND_INT ||
	       kind == HTML_KIND_INT64 || kind == HTML_KIND_SIZE;
}

static enum err take_place(struct html_compiler *c, enum html_escape *out)
{
	const char *why = NULL;
	*out = html_place(&c->context, &why);
	if (*out == HTML_ESCAPE_NONE)
		return html_wrong(c, why);
	c->context.started = true;
	c->context.scheme_over = true;
	return OK;
}

bool html_counter_of(struct text name, enum html_counter *out)
{
	static const char *const names[] = {"@index", "@number", "@first", "@last"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		*out = (enum html_counter)i;
		if (text_is(name, names[i]))
			return true;
	}
	return false;
}

static enum err compile_counter(struct html_compiler *c, enum html_counter counter)
{
	size_t at;
	enum html_escape escape;
	if (c->loops == 0)
		return html_wrong(c, "a counter stands outside of an {{#each}}");
	if (counter == HTML_FIRST || counter == HTML_LAST)
		return html_wrong(c, "@first and @last are conditions, not values");
	TRY(take_place(c, &escape));
	TRY(html_add_op(c, HTML_COUNTER, &at));
	c->ops[at].counter = counter;
	c->ops[at].escape = escape;
	return OK;
}

enum err html_compile_value(struct html_compiler *c, struct text path)
{
	struct html_found f;
	enum html_counter counter;
	enum html_escape escape;
	size_t at;
	if (html_counter_of(path, &counter))
		return compile_counter(c, counter);
	TRY(html_bind_path(c, path, &f));
	if (f.kind == HTML_KIND_MARKUP)
		return html_wrong(c, "markup is written with {{raw ...}}");
	if (!html_is_value(f.kind))
		return fail(c->e, ERR_INVALID, "'%.*s' is no text or number", TEXT_ARG(path));
	TRY(take_place(c, &escape));
	TRY(html_add_op(c, HTML_VALUE, &at));
	c->ops[at].kind = f.kind;
	c->ops[at].path = f.path;
	c->ops[at].escape = escape;
	return OK;
}

enum err html_compile_raw(struct html_compiler *c, struct text path)
{
	struct html_found f;
	size_t at;
	TRY(html_bind_path(c, path, &f));
	if (f.kind != HTML_KIND_MARKUP)
		return fail(c->e, ERR_INVALID, "'%.*s' is not declared as markup", TEXT_ARG(path));
	if (c->context.state != HTML_DATA)
		return html_wrong(c, "markup stands inside a tag, an attribute or a title");
	TRY(html_add_op(c, HTML_RAW_VALUE, &at));
	c->ops[at].kind = f.kind;
	c->ops[at].path = f.path;
	return OK;
}

enum err html_compile_asset(struct html_compiler *c, struct text name)
{
	enum html_escape escape;
	if (!c->set->asset)
		return html_wrong(c, "there are no static files here");
	struct text address = c->set->asset(c->set->asset_self, name);
	if (!address.len)
		return fail(c->e, ERR_INVALID, "there is no static file '%.*s'", TEXT_ARG(name));
	TRY(take_place(c, &escape));
	if (escape != HTML_ESCAPE_URL)
		return html_wrong(c, "{{asset}} stands at the start of an address only");
	struct buf b;
	buf_init(&b, HTML_FILE_MAX);
	html_escape_url(&b, address);
	struct text literal = buf_copy(&b, c->set->arena);
	buf_free(&b);
	return html_add_literal(c, literal);
}

/* Texts --------------------------------------------------------------------------------------- */

static void write_escaped(void *self, struct text part)
{
	html_escape(self, part);
}

/* A text without placeholders is escaped now, once per language. */
static enum err compile_plain_words(struct html_compiler *c, int key, enum html_escape escape)
{
	const struct texts *t = c->set->texts;
	size_t at;
	struct text *words = ARENA_ARRAY(c->set->arena, (size_t)texts_languages(t), struct text);
	if (escape != HTML_ESCAPE_TEXT)
		return html_wrong(c, "a text cannot be an address");
	for (int l = 0; l < texts_languages(t); l++) {
		struct buf b;
		buf_init(&b, HTML_FILE_MAX);
		texts_write(t, l, key, NULL, 0, write_escaped, &b);
		words[l] = buf_copy(&b, c->set->arena);
		buf_free(&b);
	}
	TRY(html_add_op(c, HTML_WORDS, &at));
	c->ops[at].words = words;
	return OK;
}

static enum err read_args(
        struct html_compiler *c, int key, struct text rest, struct html_arg *args, size_t *count)
{
	while (rest.len) {
		struct text word = html_word(rest, &rest);
		size_t equal = text_find(word, TEXT("="), 0);
		struct html_found f;
		if (equal == SIZE_MAX || *count == HTML_ARGS_MAX)
			return html_wrong(c, "a placeholder of a text is given as name=path");
		struct text name = text_part(word, 0, equal);
		if (!texts_uses(c->set->texts, key, name))
			return fail(c->e, ERR_INVALID, "the text has no placeholder '%.*s'",
			        TEXT_ARG(name));
		TRY(html_bind_path(c, text_part(word, equal + 1, word.len), &f));
		if (!html_is_value(f.kind))
			return fail(
			        c->e, ERR_INVALID, "'%.*s' is no text or number", TEXT_ARG(word));
		args[(*count)++] = (struct html_arg){text_z(c->set->arena, name), f.kind, f.path};
	}
	return OK;
}

static enum err all_given(
        struct html_compiler *c, int key, const struct html_arg *args, size_t count)
{
	struct text name;
	for (size_t i = 0; (name = texts_placeholder(c->set->texts, key, i)).len; i++) {
		size_t k = 0;
		while (k < count && !text_is(name, args[k].name))
			k++;
		if (k == count)
			return fail(c->e, ERR_INVALID, "the text wants {%.*s}", TEXT_ARG(name));
	}
	return OK;
}

enum err html_compile_words(struct html_compiler *c, struct text tag)
{
	struct text rest, name = html_word(tag, &rest);
	enum html_escape escape;
	struct html_arg *args = ARENA_ARRAY(c->set->arena, HTML_ARGS_MAX, struct html_arg);
	size_t count = 0, at;
	int key = c->set->texts ? texts_key(c->set->texts, name) : TEXTS_NO_KEY;
	if (key == TEXTS_NO_KEY)
		return fail(c->e, ERR_INVALID, "there is no text '%.*s'", TEXT_ARG(name));
	TRY(read_args(c, key, rest, args, &count));
	TRY(all_given(c, key, args, count));
	TRY(take_place(c, &escape));
	if (count == 0)
		return compile_plain_words(c, key, escape);
	if (escape != HTML_ESCAPE_TEXT)
		return html_wrong(c, "a text cannot be an address");
	TRY(html_add_op(c, HTML_WORDS_ARGS, &at));
	c->ops[at].key = key;
	c->ops[at].escape = escape;
	c->ops[at].args = args;
	c->ops[at].size = count;
	return OK;
}
