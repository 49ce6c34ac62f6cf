/* Literals, boxed forms, loops, functions and calls. */
#include "feel/builtin.h"
#include "feel/parse.h"

enum { PARTS_MAX = 100000 }; /* items of a list literal, arguments, entries */

struct parts {
	struct node **items;
	struct text *names;
	size_t count, cap, name_count, name_cap;
};

static bool add_part(struct parser *p, struct parts *parts, struct node *n)
{
	if (!n)
		return false;
	if (parts->count >= PARTS_MAX) {
		p->err = fail(p->e, ERR_LIMIT, "more than %d parts in one list", PARTS_MAX);
		return false;
	}
	*ARENA_PUSH(p->arena, parts->items, parts->count, parts->cap) = n;
	return true;
}

static struct node *parse_number(struct parser *p)
{
	struct dec d;
	uint32_t start = p->tok.start;
	struct text t = token_text(p, p->tok);
	if (!dec_parse_rounded(t, &d) || !dec_is_finite(d))
		return parse_error(p, "a number of at most 34 digits");
	parser_next(p);
	return node_const(p, start, feel_number(d));
}

static struct node *parse_string(struct parser *p)
{
	uint32_t start = p->tok.start;
	struct text t = lex_string(p->arena, token_text(p, p->tok));
	parser_next(p);
	return node_const(p, start, feel_string(t));
}

/* `@"..."`: date, time, date and time or duration, whichever it spells. */
static struct node *parse_at(struct parser *p)
{
	struct feel_value v;
	uint32_t start = p->tok.start;
	parser_next(p);
	if (p->tok.kind != TOK_STRING)
		return parse_error(p, "a string");
	struct text t = lex_string(p->arena, token_text(p, p->tok));
	if (!feel_parse_date(t, &v) && !feel_parse_date_time(p->arena, t, &v) &&
	        !feel_parse_time(p->arena, t, &v) && !feel_parse_duration(t, &v)) {
		struct feel_span span = {start, p->tok.end - start};
		parse_diagnose(p, FEEL_DIAG_NOT_A_DATE, span, t, TEXT_NONE, TEXT_NONE);
		v = feel_null();
	}
	parser_next(p);
	return node_const(p, start, v);
}

struct node *parse_primary(struct parser *p)
{
	switch (p->tok.kind) {
	case TOK_NUMBER: return parse_number(p);
	case TOK_STRING: return parse_string(p);
	case TOK_AT: return parse_at(p);
	case TOK_NAME: return parse_name(p);
	case TOK_BRACE: return parse_context(p);
	case TOK_BRACKET: return parse_bracket(p);
	case TOK_UNBRACKET: return parse_open_range(p);
	case TOK_OPEN: return parse_paren(p);
	default: return parse_error(p, "a value");
	}
}

struct node *parse_if(struct parser *p)
{
	struct node *n = node_new(p, NODE_IF, p->tok.start, 3);
	parser_next(p);
	n->kids[0] = parse_expression(p);
	if (!n->kids[0] || !parser_expect_word(p, WORD_THEN, "then"))
		return NULL;
	n->kids[1] = parse_expression(p);
	if (!n->kids[1] || !parser_expect_word(p, WORD_ELSE, "else"))
		return NULL;
	n->kids[2] = parse_expression(p);
	return n->kids[2] ? node_done(p, n) : NULL;
}

/* Type of what an iterator goes over. */
static const struct feel_type *item_type(const struct iterator *it)
{
	const struct feel_type *t = it->from->type;
	if (it->to || !t)
		return it->to ? t : NULL;
	return t->kind == FEEL_TYPE_LIST || t->kind == FEEL_TYPE_RANGE ? t->element : t;
}

static bool parse_iterator(struct parser *p, struct node *n, size_t *cap)
{
	struct text name = parser_words(p, true);
	if (name.len == 0)
		return parse_error(p, "a name");
	if (!parser_expect_word(p, WORD_IN, "in"))
		return false;
	struct iterator it = {.from = parse_expression(p)};
	if (!it.from)
		return false;
	if (parser_accept(p, TOK_DOTS)) {
		it.to = parse_expression(p);
		if (!it.to)
			return false;
	}
	it.slot = slot_new(p);
	*ARENA_PUSH(p->arena, n->iterators, n->iterator_count, *cap) = it;
	unsigned depth = it.from->depth;
	if (it.to && it.to->depth > depth)
		depth = it.to->depth;
	if (depth >= n->depth)
		n->depth = depth + 1;
	local_push(p, LOCAL_NAME, name, item_type(&it), it.slot);
	return true;
}

static struct node *parse_loop(struct parser *p, struct node *n, enum keyword before_body)
{
	size_t cap = 0;
	parser_next(p);
	do {
		if (!parse_iterator(p, n, &cap))
			return NULL;
	} while (parser_accept(p, TOK_COMMA));
	if (!parser_expect_word(
	            p, before_body, before_body == WORD_RETURN ? "return" : "satisfies"))
		return NULL;
	if (n->kind == NODE_FOR) {
		n->slot = slot_new(p);
		local_push(p, LOCAL_NAME, TEXT("partial"), NULL, n->slot);
	}
	n->kids[0] = parse_expression(p);
	return n->kids[0] ? node_done(p, n) : NULL;
}

struct node *parse_for(struct parser *p)
{
	struct local_name *outer = p->locals;
	struct node *n = parse_loop(p, node_new(p, NODE_FOR, p->tok.start, 1), WORD_RETURN);
	p->locals = outer;
	return n;
}

struct node *parse_quantified(struct parser *p)
{
	struct local_name *outer = p->locals;
	enum node_kind kind = p->tok.word == WORD_SOME ? NODE_SOME : NODE_EVERY;
	struct node *n = parse_loop(p, node_new(p, kind, p->tok.start, 1), WORD_SATISFIES);
	p->locals = outer;
	return n;
}

static bool parse_params(struct parser *p, struct function *f)
{
	size_t cap = 0;
	struct feel_field *params = NULL;
	while (p->tok.kind != TOK_CLOSE) {
		if (f->param_count > 0 && !parser_expect(p, TOK_COMMA, "a comma"))
			return false;
		struct text name = parser_words(p, false);
		if (name.len == 0)
			return parse_error(p, "a parameter");
		struct feel_field field = {.name = name};
		if (parser_accept(p, TOK_COLON)) {
			field.type = parse_type(p);
			if (!field.type)
				return false;
		}
		*ARENA_PUSH(p->arena, params, f->param_count, cap) = field;
		local_push(p, LOCAL_NAME, name, field.type, f->slots++);
	}
	f->params = params;
	return parser_expect(p, TOK_CLOSE, ")");
}

/* `external {java: ...}` has no meaning here: refused where it is written. */
static struct node *parse_external(struct parser *p)
{
	uint32_t start = p->tok.start;
	parser_next(p);
	if (!parse_expression(p))
		return NULL;
	struct feel_span span = {start, p->last_end - start};
	parse_diagnose(p, FEEL_DIAG_EXTERNAL, span, TEXT("external"), TEXT_NONE, TEXT_NONE);
	return node_const(p, start, feel_null());
}

struct node *parse_function(struct parser *p)
{
	struct node *n = node_new(p, NODE_FUNCTION, p->tok.start, 0);
	struct local_name *outer = p->locals;
	struct function *f = ARENA_NEW(p->arena, struct function);
	parser_next(p);
	if (!parser_expect(p, TOK_OPEN, "("))
		return NULL;
	f->outer = p->function;
	p->function = f;
	if (p->pending.len > 0)
		local_push(p, LOCAL_SELF, p->pending, NULL, -1);
	p->pending = TEXT_NONE;
	bool is_external = false;
	if (parse_params(p, f)) {
		is_external = p->tok.kind == TOK_NAME && p->tok.word == WORD_EXTERNAL;
		f->body = is_external ? parse_external(p) : parse_expression(p);
	}
	p->function = f->outer;
	p->locals = outer;
	if (!f->body)
		return NULL;
	n->inner = f;
	n->depth = f->body->depth + 1;
	return node_done(p, n);
}

/* A key up to its colon: a string, or a name of any characters. */
static struct text parse_key(struct parser *p)
{
	uint32_t start = p->tok.start, end = start;
	if (p->tok.kind == TOK_STRING) {
		struct text key = lex_string(p->arena, token_text(p, p->tok));
		parser_next(p);
		return key;
	}
	while (p->tok.kind == TOK_NAME ||
	        (end > start && (p->tok.kind == TOK_NUMBER || p->tok.kind == TOK_PLUS ||
	                                p->tok.kind == TOK_MINUS || p->tok.kind == TOK_STAR ||
	                                p->tok.kind == TOK_SLASH || p->tok.kind == TOK_DOT ||
	                                p->tok.kind == TOK_POWER))) {
		end = p->tok.end;
		parser_next(p);
	}
	return feel_name_normal(p->arena, text_part(p->source, start, end));
}

static bool has_name(const struct parts *parts, struct text name)
{
	for (size_t i = 0; i < parts->name_count; i++) {
		if (text_eq(parts->names[i], name))
			return true;
	}
	return false;
}

static bool parse_entry(struct parser *p, struct parts *parts)
{
	enum { ENTRIES_MAX = 2000 };
	uint32_t start = p->tok.start;
	bool is_string = p->tok.kind == TOK_STRING;
	struct text key = parse_key(p);
	if (key.len == 0 && !is_string)
		return parse_error(p, "a name");
	struct feel_span span = {start, p->last_end - start};
	if (has_name(parts, key))
		parse_diagnose(p, FEEL_DIAG_DUPLICATE_NAME, span, key, TEXT_NONE, TEXT_NONE);
	if (parts->count >= ENTRIES_MAX) {
		p->err = fail(p->e, ERR_LIMIT, "more than %d entries in one context", ENTRIES_MAX);
		return false;
	}
	if (!parser_expect(p, TOK_COLON, ":"))
		return false;
	p->pending = p->tok.kind == TOK_NAME && p->tok.word == WORD_FUNCTION ? key : TEXT_NONE;
	struct node *value = parse_expression(p);
	p->pending = TEXT_NONE;
	if (!add_part(p, parts, value))
		return false;
	*ARENA_PUSH(p->arena, parts->names, parts->name_count, parts->name_cap) = key;
	return true;
}

struct node *parse_context(struct parser *p)
{
	struct local_name *outer = p->locals;
	struct parts parts = {0};
	struct node *n = node_new(p, NODE_CONTEXT, p->tok.start, 0);
	size_t slot_cap = 0, slot_count = 0;
	int *slots = NULL;
	parser_next(p);
	while (p->tok.kind != TOK_UNBRACE) {
		if (parts.count > 0 && !parser_expect(p, TOK_COMMA, "a comma"))
			return NULL;
		if (!parse_entry(p, &parts))
			return NULL;
		int slot = slot_new(p);
		*ARENA_PUSH(p->arena, slots, slot_count, slot_cap) = slot;
		size_t last = parts.count - 1;
		local_push(p, LOCAL_NAME, parts.names[last], parts.items[last]->type, slot);
	}
	p->locals = outer;
	parser_next(p);
	n->kids = parts.items;
	n->names = parts.names;
	n->count = parts.count;
	n->slots = slots;
	return node_done(p, n);
}

static bool parse_range_end(struct parser *p, struct node *n)
{
	unsigned outer = p->range_depth;
	if (!parser_enter(p))
		return false;
	p->range_depth = p->nesting;
	n->kids[1] = parse_additive(p);
	p->range_depth = outer;
	parser_leave(p);
	if (!n->kids[1])
		return false;
	n->high_closed = p->tok.kind == TOK_UNBRACKET;
	if (p->tok.kind != TOK_UNBRACKET && p->tok.kind != TOK_CLOSE && p->tok.kind != TOK_BRACKET)
		return parse_error(p, "the end of the range");
	parser_next(p);
	return true;
}

struct node *parse_range_from(struct parser *p, uint32_t start, struct node *low, bool closed)
{
	struct node *n = node_new(p, NODE_RANGE, start, 2);
	n->kids[0] = low;
	n->low_closed = closed;
	return parse_range_end(p, n) ? node_done(p, n) : NULL;
}

struct node *parse_open_range(struct parser *p)
{
	uint32_t start = p->tok.start;
	parser_next(p);
	struct node *low = parse_additive(p);
	if (!low || !parser_expect(p, TOK_DOTS, ".."))
		return NULL;
	return parse_range_from(p, start, low, false);
}

/* `[a..b]`, or a list. Items of a list may be tests (`[< 5, 10]`). */
struct node *parse_bracket(struct parser *p)
{
	uint32_t start = p->tok.start;
	struct parts parts = {0};
	parser_next(p);
	while (p->tok.kind != TOK_UNBRACKET) {
		if (parts.count > 0 && !parser_expect(p, TOK_COMMA, "a comma"))
			return NULL;
		if (!add_part(p, &parts, parse_expression(p)))
			return NULL;
		if (parts.count == 1 && parser_accept(p, TOK_DOTS))
			return parse_range_from(p, start, parts.items[0], true);
	}
	parser_next(p);
	struct node *n = node_new(p, NODE_LIST, start, 0);
	n->kids = parts.items;
	n->count = parts.count;
	return node_done(p, n);
}

struct node *parse_paren(struct parser *p)
{
	uint32_t start = p->tok.start;
	parser_next(p);
	if (p->tok.kind >= TOK_EQ && p->tok.kind <= TOK_GE) {
		struct node *test = parse_test(p);
		return test && parser_expect(p, TOK_CLOSE, ")") ? test : NULL;
	}
	struct node *n = parse_expression(p);
	if (n && parser_accept(p, TOK_DOTS))
		return parse_range_from(p, start, n, false);
	if (!n || !parser_expect(p, TOK_CLOSE, ")"))
		return NULL;
	n->read = -1;
	return n;
}

struct node *parse_filter(struct parser *p, struct node *base)
{
	struct local_name *outer = p->locals;
	struct node *n = node_new(p, NODE_FILTER, base->span.offset, 2);
	const struct feel_type *item = base->type;
	parser_next(p);
	if (item && item->kind == FEEL_TYPE_LIST)
		item = item->element;
	n->slot = slot_new(p);
	local_push(p, LOCAL_ITEM, TEXT("item"), item, n->slot);
	n->kids[0] = base;
	n->kids[1] = parse_expression(p);
	p->locals = outer;
	if (!n->kids[1] || !parser_expect(p, TOK_UNBRACKET, "]"))
		return NULL;
	return node_done(p, n);
}

/* Is the next argument written `name: value`? Takes name and colon if so. */
static bool take_argument_name(struct parser *p, struct text *name)
{
	uint32_t start = p->tok.start;
	if (p->tok.kind != TOK_NAME)
		return false;
	*name = parser_words(p, false);
	if (p->tok.kind == TOK_COLON) {
		parser_next(p);
		return true;
	}
	parser_seek(p, start);
	return false;
}

static bool parse_arguments(struct parser *p, struct parts *parts)
{
	parser_next(p);
	while (p->tok.kind != TOK_CLOSE) {
		struct text name;
		if (parts->count > 0 && !parser_expect(p, TOK_COMMA, "a comma"))
			return false;
		bool named = take_argument_name(p, &name);
		if (parts->count > 0 && named != (parts->name_count > 0))
			return parse_error(
			        p, named ? "an argument without name" : "a named argument");
		if (named)
			*ARENA_PUSH(p->arena, parts->names, parts->name_count, parts->name_cap) =
			        name;
		if (!add_part(p, parts, parse_expression(p)))
			return false;
	}
	return parser_expect(p, TOK_CLOSE, ")");
}

/* Named arguments in the order of the row; absent ones stay NULL. */
static struct node *arrange(struct parser *p, struct node *n, int row, const struct parts *parts)
{
	size_t count = 0;
	n->kids = ARENA_ARRAY(p->arena, builtin_param_count(row) + 1, struct node *);
	for (size_t i = 0; i < parts->count; i++) {
		size_t at = (size_t)builtin_param_index(row, parts->names[i]);
		n->kids[at] = parts->items[i];
		if (at + 1 > count)
			count = at + 1;
	}
	n->count = count;
	n->builtin = row;
	return node_done(p, n);
}

static struct node *call_builtin(struct parser *p, struct node *base, const struct parts *parts)
{
	struct node *n = node_new(p, NODE_CALL_BUILTIN, base->span.offset, 0);
	if (parts->name_count > 0) {
		int row = builtin_for_names(base->builtin, parts->names, parts->count);
		if (row >= 0)
			return arrange(p, n, row, parts);
		n->kind = NODE_FAIL;
		n->op = FEEL_DIAG_ARGUMENT_NAME;
		n->name = text_from(builtin_row(base->builtin)->name);
		n->names = parts->names;
		return node_done(p, n);
	}
	n->kids = parts->items;
	n->count = parts->count;
	n->builtin = builtin_for_count(base->builtin, parts->count);
	return node_done(p, n);
}

struct node *parse_call(struct parser *p, struct node *base)
{
	struct parts parts = {0};
	if (base->kind != NODE_BUILTIN && !add_part(p, &parts, base))
		return NULL;
	size_t first = parts.count;
	struct parts arguments = {0};
	if (!parser_enter(p) || !parse_arguments(p, &arguments))
		return NULL;
	parser_leave(p);
	if (base->kind == NODE_BUILTIN)
		return call_builtin(p, base, &arguments);
	for (size_t i = 0; i < arguments.count; i++)
		add_part(p, &parts, arguments.items[i]);
	struct node *n = node_new(p, NODE_CALL, base->span.offset, 0);
	n->kids = parts.items;
	n->count = first + arguments.count;
	n->names = arguments.name_count > 0 ? arguments.names : NULL;
	return node_done(p, n);
}
