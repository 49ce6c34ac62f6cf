#include "format/html_int.h"

#include <string.h>

/* Escaping -------------------------------------------------------------------------------- */

static const char *const entity[256] = {
        ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;"};

void html_escape(struct buf *out, struct text t)
{
	size_t from = 0;
	for (size_t i = 0; i < t.len; i++) {
		const char *e = entity[(unsigned char)t.ptr[i]];
		if (!e)
			continue;
		buf_add(out, text_part(t, from, i));
		buf_add_z(out, e);
		from = i + 1;
	}
	buf_add(out, text_part(t, from, t.len));
}

static bool unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

static void put_percent(struct buf *out, unsigned char c)
{
	static const char hex[] = "0123456789ABCDEF";
	char code[3] = {'%', hex[c >> 4], hex[c & 15]};
	buf_add(out, (struct text){code, 3});
}

void html_escape_part(struct buf *out, struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.ptr[i];
		if (unreserved(c))
			buf_add_byte(out, (char)c);
		else
			put_percent(out, c);
	}
}

/* Relative, or a scheme that cannot run code. Browsers drop tabs and line ends and skip
 * leading control characters before they look for a scheme: addresses with any are refused. */
static bool url_allowed(struct text t)
{
	static const char *const known[] = {"http", "https", "mailto", "tel"};
	for (size_t i = 0; i < t.len; i++)
		if ((unsigned char)t.ptr[i] <= 0x20 || t.ptr[i] == 0x7f || t.ptr[i] == '\\')
			return false;
	for (size_t i = 0; i < t.len; i++) {
		if (t.ptr[i] == '/' || t.ptr[i] == '?' || t.ptr[i] == '#')
			return !(i == 0 && t.len > 1 && t.ptr[0] == '/' && t.ptr[1] == '/');
		if (t.ptr[i] != ':')
			continue;
		char scheme[8] = {0};
		if (i >= sizeof scheme)
			return false;
		for (size_t k = 0; k < i; k++)
			scheme[k] = (char)(t.ptr[k] | 0x20);
		for (size_t k = 0; k < sizeof known / sizeof *known; k++)
			if (strcmp(scheme, known[k]) == 0)
				return true;
		return false;
	}
	return true;
}

void html_escape_url(struct buf *out, struct text t)
{
	if (url_allowed(t))
		html_escape(out, t);
	else
		buf_add_byte(out, '#');
}

static void put_escaped(struct buf *out, enum html_escape how, struct text t)
{
	if (how == HTML_ESCAPE_URL)
		html_escape_url(out, t);
	else if (how == HTML_ESCAPE_PART)
		html_escape_part(out, t);
	else
		html_escape(out, t);
}

/* Running --------------------------------------------------------------------------------- */

enum { LOOPS_MAX = HTML_NESTING_MAX * 2 };

struct loop {
	const char *item;
	size_t index;
	size_t count;
};

struct run {
	const struct html_page *page;
	int language;
	struct buf *out;
	const void *scopes[HTML_LEVELS_MAX * (HTML_DEPTH_MAX + 1)];
	size_t window; /* first scope of the present partial */
	struct loop loops[LOOPS_MAX];
	size_t loop_count;
	size_t returns[HTML_DEPTH_MAX];
	size_t depth;
};

static const void *at_path(const struct run *r, const struct html_path *path)
{
	const char *p = r->scopes[r->window + path->level];
	for (uint8_t i = 0; p && i < path->derefs; i++)
		memcpy(&p, p + path->offset[i], sizeof p);
	return p ? p + path->offset[path->derefs] : NULL;
}

static struct text number_text(int64_t number, char out[24])
{
	uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	size_t at = 24;
	do {
		out[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (number < 0)
		out[--at] = '-';
	return (struct text){out + at, 24 - at};
}

static int64_t number_at(enum html_kind kind, const void *p)
{
	if (kind == HTML_KIND_INT)
		return *(const int *)p;
	if (kind == HTML_KIND_SIZE)
		return (int64_t) * (const size_t *)p;
	return *(const int64_t *)p;
}

static struct text text_at(enum html_kind kind, const void *p, char digits[24])
{
	if (!p)
		return TEXT_NONE;
	if (kind == HTML_KIND_TEXT || kind == HTML_KIND_MARKUP)
		return *(const struct text *)p;
	if (kind == HTML_KIND_CSTR)
		return text_from(*(const char *const *)p);
	return number_text(number_at(kind, p), digits);
}

static bool truth_at(const struct html_op *op, const void *p)
{
	if (!p)
		return false;
	switch (op->kind) {
	case HTML_KIND_BOOL: return *(const bool *)p;
	case HTML_KIND_INT:
	case HTML_KIND_INT64:
	case HTML_KIND_SIZE: return number_at(op->kind, p) != 0;
	case HTML_KIND_TEXT:
	case HTML_KIND_MARKUP: return ((const struct text *)p)->len != 0;
	case HTML_KIND_CSTR: return *(const char *const *)p && **(const char *const *)p;
	case HTML_KIND_LIST: {
		size_t count;
		memcpy(&count, (const char *)p + op->count_offset, sizeof count);
		return count != 0;
	}
	case HTML_KIND_REF: return *(const void *const *)p != NULL;
	case HTML_KIND_SUB: return true;
	case HTML_KIND_NONE: break;
	}
	return false;
}

static const struct loop *top_loop(const struct run *r)
{
	check(r->loop_count > 0);
	return &r->loops[r->loop_count - 1];
}

struct escaping {
	struct buf *out;
	enum html_escape how;
};

static void write_words(void *self, struct text part)
{
	const struct escaping *s = self;
	put_escaped(s->out, s->how, part);
}

static void run_words(struct run *r, const struct html_op *op)
{
	struct texts_arg args[16];
	char digits[16][24];
	check(op->size <= 16);
	for (size_t i = 0; i < op->size; i++) {
		const struct html_arg *a = &op->args[i];
		const void *p = at_path(r, &a->path);
		bool number = a->kind == HTML_KIND_INT || a->kind == HTML_KIND_INT64 ||
		              a->kind == HTML_KIND_SIZE;
		args[i] = (struct texts_arg){.name = a->name};
		if (number && p)
			args[i] = TEXTS_NUMBER(a->name, number_at(a->kind, p));
		else
			args[i].value = text_at(a->kind, p, digits[i]);
	}
	struct escaping s = {r->out, op->escape};
	texts_write(r->page->texts, r->language, op->key, args, op->size, write_words, &s);
}

static size_t run_each(struct run *r, const struct html_op *op, size_t at)
{
	const char *p = at_path(r, &op->path);
	struct loop loop = {0};
	if (p) {
		memcpy(&loop.item, p, sizeof loop.item);
		memcpy(&loop.count, p + op->count_offset, sizeof loop.count);
	}
	if (loop.count == 0 || !loop.item)
		return op->target;
	check(r->loop_count < LOOPS_MAX);
	r->scopes[r->window + op->level] = loop.item;
	r->loops[r->loop_count++] = loop;
	return at + 1;
}

static size_t run_next(struct run *r, const struct html_op *op, size_t at)
{
	struct loop *l = &r->loops[r->loop_count - 1];
	if (++l->index < l->count) {
		l->item += op->size;
		r->scopes[r->window + op->level] = l->item;
		return op->target;
	}
	r->loop_count--;
	return at + 1;
}

static bool counter_truth(const struct run *r, enum html_counter counter)
{
	const struct loop *l = top_loop(r);
	if (counter == HTML_FIRST)
		return l->index == 0;
	if (counter == HTML_LAST)
		return l->index + 1 == l->count;
	return counter == HTML_NUMBER || l->index != 0;
}

static void put_counter(struct run *r, const struct html_op *op)
{
	char digits[24];
	const struct loop *l = top_loop(r);
	int64_t number = (int64_t)l->index + (op->counter == HTML_NUMBER ? 1 : 0);
	put_escaped(r->out, op->escape, number_text(number, digits));
}

static size_t run_call(struct run *r, const struct html_op *op, size_t at)
{
	const void *arg = at_path(r, &op->path);
	if (!arg)
		return at + 1;
	if (r->depth == HTML_DEPTH_MAX || r->loop_count + HTML_NESTING_MAX > LOOPS_MAX)
		return SIZE_MAX;
	const void *frame = r->scopes[r->window], *root = r->scopes[r->window + 1];
	r->returns[r->depth++] = at + 1;
	r->window += HTML_LEVELS_MAX;
	r->scopes[r->window] = frame;
	r->scopes[r->window + 1] = root;
	r->scopes[r->window + 2] = arg;
	return op->target;
}

static size_t run_return(struct run *r)
{
	if (r->depth == 0)
		return SIZE_MAX - 1;
	r->window -= HTML_LEVELS_MAX;
	return r->returns[--r->depth];
}

/* One instruction; the number of the next, SIZE_MAX when too deep, SIZE_MAX - 1 at the end. */
static size_t step(struct run *r, const struct html_op *op, size_t at)
{
	char digits[24];
	switch (op->code) {
	case HTML_LITERAL: buf_add(r->out, op->text); return at + 1;
	case HTML_VALUE:
		put_escaped(r->out, op->escape, text_at(op->kind, at_path(r, &op->path), digits));
		return at + 1;
	case HTML_RAW_VALUE:
		buf_add(r->out, text_at(op->kind, at_path(r, &op->path), digits));
		return at + 1;
	case HTML_WORDS: buf_add(r->out, op->words[r->language]); return at + 1;
	case HTML_WORDS_ARGS: run_words(r, op); return at + 1;
	case HTML_JUMP: return op->target;
	case HTML_UNLESS:
		return truth_at(op, at_path(r, &op->path)) == op->negate ? op->target : at + 1;
	case HTML_UNLESS_IS: {
		struct text value = text_at(op->kind, at_path(r, &op->path), digits);
		return text_eq(value, op->text) ? at + 1 : op->target;
	}
	case HTML_UNLESS_COUNTER:
		return counter_truth(r, op->counter) == op->negate ? op->target : at + 1;
	case HTML_EACH: return run_each(r, op, at);
	case HTML_NEXT: return run_next(r, op, at);
	case HTML_COUNTER: put_counter(r, op); return at + 1;
	case HTML_CALL: return run_call(r, op, at);
	case HTML_RETURN: return run_return(r);
	}
	return SIZE_MAX;
}

enum err html_render(const struct html_page *p, int language, const void *frame, const void *root,
        struct buf *out, struct errinfo *e)
{
	struct run r = {.page = p, .language = language, .out = out};
	r.scopes[0] = frame;
	r.scopes[1] = root;
	size_t at = 0;
	while (at < SIZE_MAX - 1 && !out->over)
		at = step(&r, &p->ops[at], at);
	if (at == SIZE_MAX)
		return fail(e, ERR_LIMIT, "page %s: partials call each other deeper than %d",
		        p->name, HTML_DEPTH_MAX);
	return buf_whole(out, p->name, e);
}

bool html_page_uses(const struct html_page *p, const char *frame_member)
{
	for (const struct html_member *m = p->frame->members; m->name; m++)
		if (strcmp(m->name, frame_member) == 0)
			return p->frame_used >> (m - p->frame->members) & 1;
	return false;
}
