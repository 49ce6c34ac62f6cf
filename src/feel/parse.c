/* Expressions by precedence (DMN 1.5, 10.3.1.2, grammar rules 1 to 4, 49 to 52). */
#include "feel/parse.h"

struct text token_text(const struct parser *p, struct token t)
{
	return text_part(p->source, t.start, t.end);
}

void parser_seek(struct parser *p, size_t at)
{
	p->last_end = (uint32_t)at;
	p->tok = lex_next(p->source, at);
}

void parser_next(struct parser *p)
{
	parser_seek(p, p->tok.end);
}

bool parser_accept(struct parser *p, enum tok kind)
{
	if (p->tok.kind != kind)
		return false;
	parser_next(p);
	return true;
}

bool parser_accept_word(struct parser *p, enum keyword word)
{
	if (p->tok.kind != TOK_NAME || p->tok.word != word)
		return false;
	parser_next(p);
	return true;
}

bool parser_expect(struct parser *p, enum tok kind, const char *what)
{
	return parser_accept(p, kind) || parse_error(p, what);
}

bool parser_expect_word(struct parser *p, enum keyword word, const char *what)
{
	return parser_accept_word(p, word) || parse_error(p, what);
}

bool parser_enter(struct parser *p)
{
	if (++p->nesting <= FEEL_NESTING_MAX)
		return true;
	p->err = fail(p->e, ERR_LIMIT, "more than %d parts of the expression inside each other",
	        FEEL_NESTING_MAX);
	struct feel_span span = {p->tok.start, p->tok.end - p->tok.start};
	parse_diagnose(p, FEEL_DIAG_LIMIT, span, TEXT("nesting"), TEXT_NONE, TEXT_NONE);
	return false;
}

void parser_leave(struct parser *p)
{
	p->nesting--;
}

void parse_diagnose(struct parser *p, enum feel_code code, struct feel_span span, struct text p0,
        struct text p1, struct text p2)
{
	struct feel_diagnostic one = {
	        .code = code,
	        .severity = FEEL_ERROR,
	        .span = span,
	        .source = p->source,
	        .params = {p0, p1, p2},
	};
	feel_diagnostics_add(p->diagnostics, &one);
	if (p->errors++ > 0 || p->err == ERR_LIMIT)
		return;
	fail(p->e, ERR_INVALID, "%s: '%.*s' at byte %u%s%.*s", feel_code_name(code), TEXT_ARG(p0),
	        span.offset, p1.len ? ", expected " : "", TEXT_ARG(p1));
}

struct node *parse_error(struct parser *p, const char *expected)
{
	if (p->err != OK)
		return NULL;
	p->err = ERR_INVALID;
	struct text found = p->tok.kind == TOK_END ? TEXT("the end") : token_text(p, p->tok);
	if (found.len > 40)
		found.len = 40;
	struct feel_span span = {p->tok.start, p->tok.end - p->tok.start};
	parse_diagnose(p, FEEL_DIAG_SYNTAX, span, found, text_from(expected), TEXT_NONE);
	return NULL;
}

struct node *node_new(struct parser *p, enum node_kind kind, uint32_t start, size_t kids)
{
	struct node *n = ARENA_NEW(p->arena, struct node);
	n->kind = kind;
	n->span.offset = start;
	n->read = -1;
	n->slot = -1;
	n->maybe_null = true;
	n->count = kids;
	if (kids > 0)
		n->kids = ARENA_ARRAY(p->arena, kids, struct node *);
	return n;
}

struct node *node_done(struct parser *p, struct node *n)
{
	n->span.length = p->last_end > n->span.offset ? p->last_end - n->span.offset : 0;
	for (size_t i = 0; i < n->count; i++) {
		if (n->kids[i] && n->kids[i]->depth >= n->depth)
			n->depth = n->kids[i]->depth + 1;
	}
	if (n->depth > TREE_DEPTH_MAX) {
		p->err = fail(p->e, ERR_LIMIT, "an expression of more than %d operators in a row",
		        TREE_DEPTH_MAX);
		parse_diagnose(
		        p, FEEL_DIAG_LIMIT, n->span, TEXT("operators"), TEXT_NONE, TEXT_NONE);
		return NULL;
	}
	infer(p, n);
	return n;
}

struct node *node_const(struct parser *p, uint32_t start, struct feel_value v)
{
	struct node *n = node_new(p, NODE_CONST, start, 0);
	n->value = v;
	return node_done(p, n);
}

static struct node *node_two(
        struct parser *p, enum node_kind kind, struct node *left, struct node *right)
{
	if (!left || !right)
		return NULL;
	struct node *n = node_new(p, kind, left->span.offset, 2);
	n->kids[0] = left;
	n->kids[1] = right;
	return n;
}

static struct node *binary(
        struct parser *p, enum binary_op op, struct node *left, struct node *right)
{
	struct node *n = node_two(p, NODE_BINARY, left, right);
	if (!n)
		return NULL;
	n->op = (uint8_t)op;
	return node_done(p, n);
}

/* `[1..10[`: the bracket ends the range when no expression can follow it. */
static bool ends_range(const struct parser *p)
{
	if (p->tok.kind != TOK_BRACKET || p->range_depth != p->nesting)
		return false;
	struct token next = lex_next(p->source, p->tok.end);
	switch (next.kind) {
	case TOK_NAME:
		return next.word == WORD_AND || next.word == WORD_OR || next.word == WORD_THEN ||
		       next.word == WORD_ELSE || next.word == WORD_RETURN ||
		       next.word == WORD_SATISFIES || next.word == WORD_INSTANCE ||
		       next.word == WORD_BETWEEN || next.word == WORD_IN;
	case TOK_NUMBER:
	case TOK_STRING:
	case TOK_AT:
	case TOK_MINUS:
	case TOK_OPEN:
	case TOK_BRACE:
	case TOK_BRACKET: return false;
	default: return true;
	}
}

static struct node *parse_postfix(struct parser *p)
{
	struct node *n = parse_primary(p);
	while (n) {
		if (p->tok.kind == TOK_DOT)
			n = parse_path(p, n);
		else if (p->tok.kind == TOK_BRACKET && !ends_range(p))
			n = parse_filter(p, n);
		else if (p->tok.kind == TOK_OPEN)
			n = parse_call(p, n);
		else
			break;
	}
	return n;
}

static struct node *parse_instance(struct parser *p)
{
	struct node *n = parse_postfix(p);
	while (n && p->tok.kind == TOK_NAME && p->tok.word == WORD_INSTANCE) {
		struct node *whole = node_new(p, NODE_INSTANCE, n->span.offset, 1);
		parser_next(p);
		if (!parser_expect_word(p, WORD_OF, "of"))
			return NULL;
		whole->kids[0] = n;
		whole->of_type = parse_type(p);
		if (!whole->of_type)
			return NULL;
		n = node_done(p, whole);
	}
	return n;
}

static struct node *parse_unary(struct parser *p)
{
	if (p->tok.kind != TOK_MINUS)
		return parse_instance(p);
	uint32_t start = p->tok.start;
	if (!parser_enter(p))
		return NULL;
	parser_next(p);
	struct node *operand = parse_unary(p);
	parser_leave(p);
	if (!operand)
		return NULL;
	if (operand->kind == NODE_CONST && operand->value.kind == FEEL_NUMBER) {
		operand->value.number = dec_neg(operand->value.number);
		operand->span = (struct feel_span){start, p->last_end - start};
		return operand;
	}
	struct node *n = node_new(p, NODE_NEG, start, 1);
	n->kids[0] = operand;
	return node_done(p, n);
}

static struct node *parse_power(struct parser *p)
{
	struct node *n = parse_unary(p);
	while (n && parser_accept(p, TOK_POWER))
		n = binary(p, OP_POW, n, parse_unary(p));
	return n;
}

static struct node *parse_multiplicative(struct parser *p)
{
	struct node *n = parse_power(p);
	while (n) {
		if (parser_accept(p, TOK_STAR))
			n = binary(p, OP_MUL, n, parse_power(p));
		else if (parser_accept(p, TOK_SLASH))
			n = binary(p, OP_DIV, n, parse_power(p));
		else
			break;
	}
	return n;
}

struct node *parse_additive(struct parser *p)
{
	struct node *n = parse_multiplicative(p);
	while (n) {
		if (parser_accept(p, TOK_PLUS))
			n = binary(p, OP_ADD, n, parse_multiplicative(p));
		else if (parser_accept(p, TOK_MINUS))
			n = binary(p, OP_SUB, n, parse_multiplicative(p));
		else
			break;
	}
	return n;
}

static bool comparison_of(enum tok kind, enum binary_op *op)
{
	switch (kind) {
	case TOK_EQ: *op = OP_EQ; return true;
	case TOK_NE: *op = OP_NE; return true;
	case TOK_LT: *op = OP_LT; return true;
	case TOK_LE: *op = OP_LE; return true;
	case TOK_GT: *op = OP_GT; return true;
	case TOK_GE: *op = OP_GE; return true;
	default: return false;
	}
}

static struct node *parse_between(struct parser *p, struct node *value)
{
	struct node *n = node_new(p, NODE_BETWEEN, value->span.offset, 3);
	n->kids[0] = value;
	n->kids[1] = parse_additive(p);
	if (!n->kids[1] || !parser_expect_word(p, WORD_AND, "and"))
		return NULL;
	n->kids[2] = parse_additive(p);
	return n->kids[2] ? node_done(p, n) : NULL;
}

static struct node *parse_comparison(struct parser *p)
{
	struct node *n = parse_additive(p);
	while (n) {
		enum binary_op op;
		if (comparison_of(p->tok.kind, &op)) {
			parser_next(p);
			n = binary(p, op, n, parse_additive(p));
		} else if (parser_accept_word(p, WORD_BETWEEN)) {
			n = parse_between(p, n);
		} else if (parser_accept_word(p, WORD_IN)) {
			n = parse_in(p, n);
		} else {
			break;
		}
	}
	return n;
}

static struct node *parse_logical(struct parser *p, enum keyword word)
{
	bool is_and = word == WORD_AND;
	struct node *n = is_and ? parse_comparison(p) : parse_logical(p, WORD_AND);
	while (n && parser_accept_word(p, word)) {
		struct node *right = is_and ? parse_comparison(p) : parse_logical(p, WORD_AND);
		n = node_two(p, is_and ? NODE_AND : NODE_OR, n, right);
		if (n)
			n = node_done(p, n);
	}
	return n;
}

struct node *parse_expression(struct parser *p)
{
	if (!parser_enter(p))
		return NULL;
	struct node *n = parse_logical(p, WORD_OR);
	parser_leave(p);
	return n;
}

static void unique_reads(struct tree *t)
{
	size_t kept = 0;
	for (size_t i = 0; i < t->read_count; i++) {
		size_t k = 0;
		while (k < kept && !text_eq(t->reads[k].path, t->reads[i].path))
			k++;
		if (k == kept)
			t->reads[kept++] = t->reads[i];
	}
	t->read_count = kept;
}

static struct node *parse_whole(struct parser *p, const struct parse_request *q)
{
	if (!q->tests)
		return parse_expression(p);
	int slot = slot_new(p);
	p->tree->input_slot = slot;
	local_push(p, LOCAL_NAME, TEXT("?"), q->input, slot);
	return parse_cell(p);
}

/* Too long, no UTF-8, or with a NUL, which cannot be stored. */
static enum err check_source(struct parser *p, struct text t)
{
	struct feel_span none = {0};
	if (t.len > FEEL_SOURCE_MAX) {
		p->err = fail(p->e, ERR_LIMIT, "an expression of %zu bytes; at most %d are allowed",
		        t.len, FEEL_SOURCE_MAX);
		p->source = TEXT_NONE;
		parse_diagnose(p, FEEL_DIAG_LIMIT, none, TEXT("length"), TEXT_NONE, TEXT_NONE);
		return p->err;
	}
	if (utf8_valid(t) && (t.len == 0 || !memchr(t.ptr, '\0', t.len)))
		return OK;
	p->source = TEXT_NONE;
	parse_diagnose(p, FEEL_DIAG_SYNTAX, none, TEXT("..."), TEXT("UTF-8"), TEXT_NONE);
	return ERR_INVALID;
}

enum err tree_parse(const struct parse_request *q, struct tree *out, struct errinfo *e)
{
	struct parser p = {.arena = q->arena,
	        .source = q->source,
	        .scope = q->scope,
	        .diagnostics = q->diagnostics,
	        .strict = q->flags & FEEL_STRICT,
	        .tree = out,
	        .e = e};
	*out = (struct tree){.input_slot = -1};
	TRY(check_source(&p, q->source));
	out->top = ARENA_NEW(q->arena, struct function);
	p.function = out->top;
	parser_seek(&p, 0);
	out->top->body = parse_whole(&p, q);
	if (out->top->body && p.tok.kind != TOK_END)
		parse_error(&p, "the end or an operator");
	if (p.err == OK && p.errors > 0)
		p.err = ERR_INVALID;
	unique_reads(out);
	return p.err;
}
