/* Names: the longest one in scope wins (DMN 1.5, 10.3.1.3), and what they stand for. */
#include "feel/builtin.h"
#include "feel/parse.h"

enum { READS_MAX = 4096 };

struct found {
	size_t len; /* bytes of the text; 0 = nothing */
	const struct local_name *local;
	const struct local_name *item; /* `name` is a field of this item, known by its type */
	const struct feel_field *field;
	int builtin; /* first row, or -1 */
	struct text name;
	const struct feel_type *type;
};

struct local_name *local_push(struct parser *p, enum local_kind kind, struct text name,
        const struct feel_type *type, int slot)
{
	struct local_name *l = ARENA_NEW(p->arena, struct local_name);
	l->outer = p->locals;
	l->kind = kind;
	l->name = name;
	l->type = type;
	l->slot = slot;
	l->function = p->function;
	p->locals = l;
	return l;
}

int slot_new(struct parser *p)
{
	return p->function->slots++;
}

static int capture(struct parser *p, struct function *f, const struct local_name *l)
{
	if (f == l->function)
		return l->slot;
	int from = capture(p, f->outer, l);
	for (size_t i = 0; i < f->capture_count; i++) {
		if (f->captures[i].from == from)
			return f->captures[i].to;
	}
	struct capture *c = ARENA_PUSH(p->arena, f->captures, f->capture_count, f->capture_cap);
	c->from = from;
	c->to = f->slots++;
	return c->to;
}

int local_reach(struct parser *p, const struct local_name *l)
{
	return capture(p, p->function, l);
}

bool scope_is_open(const struct parser *p)
{
	for (const struct feel_scope *s = p->scope; s; s = s->outer) {
		if (s->open)
			return true;
	}
	return false;
}

static struct text rest_at(const struct parser *p, uint32_t at)
{
	return text_part(p->source, at, p->source.len);
}

static bool quick_match(struct text rest, struct text name, size_t *len)
{
	if (name.len == 0 || rest.ptr[0] != name.ptr[0])
		return false;
	*len = name_match(rest, name);
	return *len > 0;
}

static void find_in_fields(struct text rest, const struct local_name *l, struct found *best)
{
	size_t len;
	const struct feel_type *t = l->type;
	for (size_t i = 0; t && t->kind == FEEL_TYPE_CONTEXT && i < t->count; i++) {
		if (quick_match(rest, t->fields[i].name, &len) && len > best->len)
			*best = (struct found){.len = len,
			        .item = l,
			        .builtin = -1,
			        .name = t->fields[i].name,
			        .type = t->fields[i].type};
	}
}

static void find_in_locals(struct parser *p, struct text rest, struct found *best)
{
	size_t len;
	for (const struct local_name *l = p->locals; l; l = l->outer) {
		if (l->kind == LOCAL_ITEM)
			find_in_fields(rest, l, best);
		if (quick_match(rest, l->name, &len) && len > best->len)
			*best = (struct found){.len = len,
			        .local = l,
			        .builtin = -1,
			        .name = l->name,
			        .type = l->type};
	}
}

static void find_in_scope(struct parser *p, struct text rest, struct found *best)
{
	size_t len;
	for (const struct feel_scope *s = p->scope; s; s = s->outer) {
		for (size_t i = 0; i < s->count; i++) {
			if (quick_match(rest, s->names[i].name, &len) && len > best->len)
				*best = (struct found){.len = len,
				        .field = &s->names[i],
				        .builtin = -1,
				        .name = s->names[i].name,
				        .type = s->names[i].type};
		}
	}
}

static struct found find_name(struct parser *p, uint32_t at)
{
	struct found best = {.builtin = -1};
	struct text rest = rest_at(p, at);
	size_t len;
	find_in_locals(p, rest, &best);
	find_in_scope(p, rest, &best);
	int builtin = builtin_match(rest, &len);
	if (builtin >= 0 && len > best.len)
		best = (struct found){.len = len,
		        .builtin = builtin,
		        .name = text_from(builtin_row(builtin)->name)};
	return best;
}

static int add_read(struct parser *p, struct text name, struct feel_span span)
{
	struct tree *t = p->tree;
	if (t->read_count >= READS_MAX)
		return -1;
	struct feel_read *read = ARENA_PUSH(p->arena, t->reads, t->read_count, t->read_cap);
	*read = (struct feel_read){.name = name, .path = name, .span = span};
	return (int)t->read_count - 1;
}

struct node *node_local(struct parser *p, uint32_t start, const struct local_name *l)
{
	struct node *n = node_new(p, NODE_LOCAL, start, 0);
	n->slot = local_reach(p, l);
	n->type = l->type;
	return node_done(p, n);
}

static struct node *name_node(
        struct parser *p, uint32_t start, struct text name, const struct feel_type *type)
{
	struct node *n = node_new(p, NODE_NAME, start, 0);
	n->name = text_copy(p->arena, name);
	n->type = type;
	n->maybe_null = !type || !type->required;
	n->read = add_read(p, n->name, (struct feel_span){start, p->last_end - start});
	for (struct function *f = p->function; f; f = f->outer)
		f->uses_env = true;
	return node_done(p, n);
}

/* The innermost item whose fields are not all known. */
static const struct local_name *dynamic_item(struct parser *p, const struct local_name *until)
{
	for (const struct local_name *l = p->locals; l && l != until; l = l->outer) {
		if (l->kind == LOCAL_ITEM && type_is_dynamic(l->type))
			return l;
	}
	return NULL;
}

static struct node *item_field(struct parser *p, uint32_t start, const struct found *f)
{
	struct node *item = node_local(p, start, f->item);
	struct node *n = node_new(p, NODE_PATH, start, 1);
	if (!item)
		return NULL;
	n->kids[0] = item;
	n->name = text_copy(p->arena, f->name);
	return node_done(p, n);
}

/* `name` may be an entry of the item: that is seen at run time. */
static struct node *maybe_item(struct parser *p, const struct local_name *item, uint32_t start,
        struct text name, struct node *other)
{
	struct node *n = node_new(p, NODE_ITEM_NAME, start, 1);
	n->kids[0] = other;
	n->slot = local_reach(p, item);
	n->name = text_copy(p->arena, name);
	return node_done(p, n);
}

static struct node *builtin_node(struct parser *p, uint32_t start, int builtin)
{
	struct node *n = node_new(p, NODE_BUILTIN, start, 0);
	n->builtin = builtin;
	n->maybe_null = false;
	n->type = feel_type_of_kind(FEEL_TYPE_FUNCTION);
	return node_done(p, n);
}

static struct node *local_node(struct parser *p, uint32_t start, const struct local_name *l)
{
	if (text_is(l->name, "?"))
		p->input_uses++;
	if (l->kind != LOCAL_SELF)
		return node_local(p, start, l);
	struct node *n = node_new(p, NODE_SELF, start, 0);
	n->type = feel_type_of_kind(FEEL_TYPE_FUNCTION);
	return node_done(p, n);
}

static struct node *known_name(struct parser *p, const struct found *f)
{
	uint32_t start = p->tok.start;
	struct node *n;
	parser_seek(p, start + f->len);
	if (f->item)
		n = item_field(p, start, f);
	else if (f->local)
		n = local_node(p, start, f->local);
	else if (f->builtin >= 0)
		n = builtin_node(p, start, f->builtin);
	else
		n = name_node(p, start, f->name, f->type);
	const struct local_name *inner = f->item ? f->item : f->local;
	const struct local_name *item = dynamic_item(p, inner);
	bool is_item = f->local && f->local->kind == LOCAL_ITEM;
	if (n && item && !is_item && f->builtin < 0)
		return maybe_item(p, item, start, f->name, n);
	return n;
}

struct text parser_words(struct parser *p, bool stop_at_keyword)
{
	uint32_t start = p->tok.start, end = start;
	while (p->tok.kind == TOK_NAME || (p->tok.kind == TOK_NUMBER && end > start)) {
		if (p->tok.kind == TOK_NAME && p->tok.word != WORD_NONE && stop_at_keyword)
			break;
		end = p->tok.end;
		parser_next(p);
	}
	return feel_name_normal(p->arena, text_part(p->source, start, end));
}

/* The name of a scope that looks most like it, for the message. */
static struct text similar_name(struct parser *p, struct text name)
{
	struct text best = TEXT("\xe2\x80\x93"); /* a dash: nothing is similar */
	size_t best_common = 2;
	for (const struct feel_scope *s = p->scope; s; s = s->outer) {
		for (size_t i = 0; i < s->count; i++) {
			struct text other = s->names[i].name;
			size_t n = 0;
			while (n < other.len && n < name.len &&
			        (other.ptr[n] | 32) == (name.ptr[n] | 32))
				n++;
			if (n > best_common && n * 2 >= name.len) {
				best = other;
				best_common = n;
			}
		}
	}
	return best;
}

static struct node *unknown_name(struct parser *p)
{
	uint32_t start = p->tok.start;
	struct text name = parser_words(p, true);
	if (name.len == 0)
		return parse_error(p, "a value");
	const struct local_name *item = dynamic_item(p, NULL);
	struct node *other;
	if (scope_is_open(p) || item)
		other = name_node(p, start, name, NULL);
	else {
		struct feel_span span = {start, p->last_end - start};
		enum feel_code code = p->tok.kind == TOK_OPEN ? FEEL_DIAG_UNKNOWN_FUNCTION
		                                              : FEEL_DIAG_UNKNOWN_NAME;
		parse_diagnose(p, code, span, name, similar_name(p, name), TEXT_NONE);
		other = node_const(p, start, feel_null());
	}
	return item && other ? maybe_item(p, item, start, name, other) : other;
}

static struct node *parse_word(struct parser *p)
{
	uint32_t start = p->tok.start;
	switch (p->tok.word) {
	case WORD_IF: return parse_if(p);
	case WORD_FOR: return parse_for(p);
	case WORD_SOME:
	case WORD_EVERY: return parse_quantified(p);
	case WORD_FUNCTION: return parse_function(p);
	case WORD_NULL: parser_next(p); return node_const(p, start, feel_null());
	case WORD_TRUE: parser_next(p); return node_const(p, start, feel_bool(true));
	case WORD_FALSE: parser_next(p); return node_const(p, start, feel_bool(false));
	default: return unknown_name(p);
	}
}

struct node *parse_name(struct parser *p)
{
	struct found f = find_name(p, p->tok.start);
	size_t word = p->tok.end - p->tok.start;
	if (f.len == 0 || (p->tok.word != WORD_NONE && f.len <= word))
		return parse_word(p);
	return known_name(p, &f);
}

/* Words after a dot. A field of the type may have any characters. */
static struct text path_name(struct parser *p, const struct feel_type *t)
{
	struct text rest = rest_at(p, p->tok.start), best = TEXT_NONE;
	size_t best_len = 0, len;
	while (t && t->kind == FEEL_TYPE_LIST)
		t = t->element;
	for (size_t i = 0; t && t->kind == FEEL_TYPE_CONTEXT && i < t->count; i++) {
		if (rest.len > 0 && quick_match(rest, t->fields[i].name, &len) && len > best_len) {
			best_len = len;
			best = t->fields[i].name;
		}
	}
	if (best_len == 0)
		return parser_words(p, true);
	parser_seek(p, p->tok.start + best_len);
	return text_copy(p->arena, best);
}

static void extend_read(struct parser *p, struct node *n, int read)
{
	struct feel_read *r = &p->tree->reads[read];
	r->path = text_format(p->arena, "%.*s.%.*s", TEXT_ARG(r->path), TEXT_ARG(n->name));
	n->read = read;
}

struct node *parse_path(struct parser *p, struct node *base)
{
	parser_next(p);
	struct node *n = node_new(p, NODE_PATH, base->span.offset, 1);
	n->kids[0] = base;
	n->name = path_name(p, base->type);
	if (n->name.len == 0)
		return parse_error(p, "a name");
	if (base->read >= 0)
		extend_read(p, n, base->read);
	return node_done(p, n);
}
