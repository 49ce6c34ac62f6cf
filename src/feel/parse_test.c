/* Unary tests: cells of decision tables, allowed values, the right side of `in` (DMN 1.5,
 * 10.3.1.2, grammar rules 7 to 18). */
#include "feel/parse.h"

static enum feel_test test_of(enum tok kind)
{
	switch (kind) {
	case TOK_LT: return FEEL_TEST_LT;
	case TOK_LE: return FEEL_TEST_LE;
	case TOK_GT: return FEEL_TEST_GT;
	case TOK_GE: return FEEL_TEST_GE;
	case TOK_EQ: return FEEL_TEST_EQ;
	case TOK_NE: return FEEL_TEST_NE;
	default: return FEEL_TEST_NONE;
	}
}

struct node *parse_test(struct parser *p)
{
	enum feel_test test = test_of(p->tok.kind);
	if (test == FEEL_TEST_NONE)
		return parse_additive(p);
	struct node *n = node_new(p, NODE_TEST, p->tok.start, 1);
	parser_next(p);
	n->op = (uint8_t)test;
	n->kids[0] = parse_additive(p);
	return n->kids[0] ? node_done(p, n) : NULL;
}

struct tests {
	struct node **items;
	size_t count, cap;
};

/* A test between commas: with an operator, or any expression. */
static struct node *parse_one(struct parser *p)
{
	if (test_of(p->tok.kind) != FEEL_TEST_NONE)
		return parse_test(p);
	size_t before = p->input_uses;
	struct node *n = parse_expression(p);
	if (n)
		n->uses_input = p->input_uses > before;
	return n;
}

static bool parse_tests(struct parser *p, struct tests *tests)
{
	do {
		struct node *n = parse_one(p);
		if (!n)
			return false;
		*ARENA_PUSH(p->arena, tests->items, tests->count, tests->cap) = n;
	} while (parser_accept(p, TOK_COMMA));
	return true;
}

static struct node *in_node(struct parser *p, enum node_kind kind, struct node *value,
        const struct tests *tests, bool is_cell)
{
	struct node *n = node_new(p, kind, value->span.offset, tests->count + 1);
	n->kids[0] = value;
	memcpy(n->kids + 1, tests->items, tests->count * sizeof *tests->items);
	n->is_cell = is_cell;
	n->slot = slot_new(p);
	return node_done(p, n);
}

/* `(a, b)`, or a range that begins with a parenthesis. */
static bool parse_paren_tests(struct parser *p, struct tests *tests)
{
	uint32_t start = p->tok.start;
	parser_next(p);
	if (!parse_tests(p, tests))
		return false;
	if (tests->count == 1 && parser_accept(p, TOK_DOTS)) {
		tests->items[0] = parse_range_from(p, start, tests->items[0], false);
		return tests->items[0] != NULL;
	}
	return parser_expect(p, TOK_CLOSE, ")");
}

struct node *parse_in(struct parser *p, struct node *value)
{
	struct tests tests = {0};
	if (p->tok.kind == TOK_OPEN) {
		if (!parser_enter(p) || !parse_paren_tests(p, &tests))
			return NULL;
		parser_leave(p);
	} else {
		struct node *n = parse_test(p);
		if (!n)
			return NULL;
		*ARENA_PUSH(p->arena, tests.items, tests.count, tests.cap) = n;
	}
	return in_node(p, NODE_IN, value, &tests, false);
}

static bool at_not(const struct parser *p)
{
	if (p->tok.kind != TOK_NAME || !text_is(token_text(p, p->tok), "not"))
		return false;
	return lex_next(p->source, p->tok.end).kind == TOK_OPEN;
}

/* `not(...)` over the whole cell; otherwise `not` is the function. */
static struct node *parse_not(struct parser *p, struct node *input)
{
	struct tests tests = {0};
	struct parser before = *p;
	parser_next(p);
	if (parse_paren_tests(p, &tests) && p->tok.kind == TOK_END && p->errors == before.errors)
		return in_node(p, NODE_NOT_IN, input, &tests, true);
	*p = before;
	return NULL;
}

static struct node *parse_not_or_tests(struct parser *p, struct node *input)
{
	struct tests tests = {0};
	if (at_not(p)) {
		struct feel_diagnostics *kept = p->diagnostics;
		p->diagnostics = NULL;
		struct node *n = parse_not(p, input);
		p->diagnostics = kept;
		if (n)
			return n;
	}
	return parse_tests(p, &tests) ? in_node(p, NODE_IN, input, &tests, true) : NULL;
}

struct node *parse_cell(struct parser *p)
{
	uint32_t start = p->tok.start;
	if (p->tok.kind == TOK_MINUS && lex_next(p->source, p->tok.end).kind == TOK_END) {
		parser_next(p);
		return node_const(p, start, feel_bool(true));
	}
	struct node *input = node_local(p, start, p->locals);
	return input ? parse_not_or_tests(p, input) : NULL;
}
