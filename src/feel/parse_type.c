/* Types in the text: `instance of`, parameters, feel_type_parse (grammar rule 53 and
 * following). */
#include "feel/parse.h"

/* The longest name of a type at the token: of the scope, or a basic one. */
static const struct feel_type *find_type(struct parser *p, size_t *best)
{
	const struct feel_type *found = NULL;
	struct text rest = text_part(p->source, p->tok.start, p->source.len);
	*best = 0;
	for (const struct feel_scope *s = p->scope; s; s = s->outer) {
		for (size_t i = 0; i < s->type_count; i++) {
			size_t len = name_match(rest, s->types[i].name);
			if (len <= *best)
				continue;
			*best = len;
			found = s->types[i].type ? s->types[i].type
			                         : feel_type_of_kind(FEEL_TYPE_ANY);
		}
	}
	size_t len;
	const struct feel_type *basic = type_match(rest, &len);
	if (basic && len > *best) {
		*best = len;
		found = basic;
	}
	return found;
}

static const struct feel_type *parse_element(struct parser *p, enum feel_type_kind kind)
{
	struct feel_type *t = ARENA_NEW(p->arena, struct feel_type);
	parser_next(p);
	t->kind = kind;
	t->element = parse_type(p);
	if (!t->element || !parser_expect(p, TOK_GT, ">"))
		return NULL;
	return t;
}

static const struct feel_type *parse_fields(struct parser *p, bool named)
{
	struct feel_type *t = ARENA_NEW(p->arena, struct feel_type);
	struct feel_field *fields = ARENA_NEW(p->arena, struct feel_field);
	size_t cap = 1;
	parser_next(p);
	while (p->tok.kind != TOK_GT) {
		if (t->count > 0 && !parser_expect(p, TOK_COMMA, "a comma"))
			return NULL;
		struct feel_field field = {0};
		if (named) {
			field.name = parser_words(p, false);
			if (!parser_expect(p, TOK_COLON, ":"))
				return NULL;
		}
		field.type = parse_type(p);
		if (!field.type)
			return NULL;
		*ARENA_PUSH(p->arena, fields, t->count, cap) = field;
	}
	parser_next(p);
	t->kind = named ? FEEL_TYPE_CONTEXT : FEEL_TYPE_FUNCTION;
	t->fields = fields;
	return t;
}

static const struct feel_type *parse_function_type(struct parser *p)
{
	const struct feel_type *params = parse_fields(p, false);
	if (!params || !parser_accept(p, TOK_ARROW))
		return params;
	struct feel_type *t = ARENA_NEW(p->arena, struct feel_type);
	*t = *params;
	t->element = parse_type(p);
	return t->element ? t : NULL;
}

static const struct feel_type *parse_named_type(struct parser *p)
{
	size_t len;
	const struct feel_type *t = find_type(p, &len);
	if (!t) {
		struct feel_span span = {p->tok.start, p->tok.end - p->tok.start};
		struct text name = token_text(p, p->tok);
		parse_diagnose(p, FEEL_DIAG_UNKNOWN_NAME, span, name, TEXT_NONE, TEXT_NONE);
		parser_words(p, true);
		return feel_type_of_kind(FEEL_TYPE_ANY);
	}
	parser_seek(p, p->tok.start + len);
	if (p->tok.kind != TOK_LT)
		return t;
	if (t == feel_type_of_kind(FEEL_TYPE_LIST) || t == feel_type_of_kind(FEEL_TYPE_RANGE))
		return parse_element(p, t->kind);
	if (t == feel_type_of_kind(FEEL_TYPE_CONTEXT))
		return parse_fields(p, true);
	if (t == feel_type_of_kind(FEEL_TYPE_FUNCTION))
		return parse_function_type(p);
	return t;
}

const struct feel_type *parse_type(struct parser *p)
{
	if (p->tok.kind != TOK_NAME) {
		parse_error(p, "a type");
		return NULL;
	}
	if (!parser_enter(p))
		return NULL;
	const struct feel_type *t = parse_named_type(p);
	parser_leave(p);
	return t;
}

const struct feel_type *feel_type_parse(struct arena *a, struct text t)
{
	struct tree tree = {0};
	struct parser p = {.arena = a, .source = text_copy(a, t), .tree = &tree};
	if (t.len > FEEL_SOURCE_MAX)
		return NULL;
	parser_seek(&p, 0);
	const struct feel_type *type = parse_type(&p);
	return p.err == OK && p.errors == 0 && p.tok.kind == TOK_END ? type : NULL;
}
