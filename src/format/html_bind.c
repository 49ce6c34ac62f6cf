/* Finds the member a path names in the structs that are in sight. */
#include "format/html_int.h"

#include <string.h>

static const struct html_member text_members[] = {
        {.name = "this", .kind = HTML_KIND_TEXT},
        {0},
};
const struct html_type html_text_item = {
        .name = "struct text", .size = sizeof(struct text), .members = text_members};

static const struct html_member *find_member(const struct html_type *type, struct text name)
{
	for (const struct html_member *m = type->members; m->name; m++)
		if (text_is(name, m->name))
			return m;
	return NULL;
}

static enum err take_member(
        struct html_found *f, const struct html_member *m, struct text path, struct errinfo *e)
{
	f->path.offset[f->path.derefs] += (uint32_t)m->offset;
	f->kind = m->kind;
	f->type = m->type;
	f->size = m->size;
	f->count_offset = (ptrdiff_t)m->count_offset - (ptrdiff_t)m->offset;
	bool nested =
	        m->kind == HTML_KIND_LIST || m->kind == HTML_KIND_SUB || m->kind == HTML_KIND_REF;
	if (nested && m->type->size != m->size)
		return fail(e, ERR_INVALID,
		        "'%.*s': the descriptor of %s has %zu bytes, the member's type %zu",
		        TEXT_ARG(path), m->type->name, m->type->size, m->size);
	return OK;
}

/* Go into the struct the path has reached. */
static enum err enter(struct html_found *f, struct text path, struct errinfo *e)
{
	if (f->kind == HTML_KIND_SUB)
		return OK;
	if (f->kind != HTML_KIND_REF)
		return fail(e, ERR_INVALID, "'%.*s': only a struct has members", TEXT_ARG(path));
	if (f->path.derefs == HTML_DEREFS_MAX)
		return fail(e, ERR_LIMIT, "'%.*s': too many references", TEXT_ARG(path));
	f->path.derefs++;
	return OK;
}

static void mark_used(const struct html_set *s, const struct html_member *m, uint64_t *frame_used)
{
	size_t number = (size_t)(m - s->frame->members);
	check(number < HTML_FRAME_MEMBERS_MAX);
	*frame_used |= (uint64_t)1 << number;
}

/* The struct or member the first name means; `scope` ends with the item to begin at. */
static enum err first_name(const struct html_set *s, const struct html_scope *scope,
        struct text name, struct html_found *f, struct text path, struct errinfo *e)
{
	if (text_is(name, "this")) {
		size_t level = scope->count - 1;
		const struct html_type *type = scope->types[level];
		f->path.level = (uint8_t)level;
		f->type = type;
		f->size = type->size;
		f->kind = type == &html_text_item ? HTML_KIND_TEXT : HTML_KIND_SUB;
		return OK;
	}
	for (size_t level = scope->count - 1; level >= 1; level--) {
		const struct html_member *m = find_member(scope->types[level], name);
		if (!m)
			continue;
		f->path.level = (uint8_t)level;
		return take_member(f, m, path, e);
	}
	if (s->frame && text_is(name, s->frame_name)) {
		f->kind = HTML_KIND_SUB;
		f->type = s->frame;
		f->size = s->frame->size;
		return OK;
	}
	return fail(e, ERR_INVALID, "'%.*s': %s has no member '%.*s'", TEXT_ARG(path),
	        scope->types[scope->count - 1]->name, TEXT_ARG(name));
}

enum err html_bind(const struct html_set *s, const struct html_scope *scope, struct text path,
        struct html_found *out, uint64_t *frame_used, struct errinfo *e)
{
	struct text rest = path, name;
	struct html_scope from = *scope;
	*out = (struct html_found){0};
	for (; text_starts(rest, TEXT("../")); rest = text_part(rest, 3, rest.len)) {
		if (from.count <= 2)
			return fail(e, ERR_INVALID, "'%.*s' leads out of the page", TEXT_ARG(path));
		from.count--;
	}
	if (!text_split(&rest, '.', &name))
		return fail(e, ERR_INVALID, "a tag has no name");
	TRY(first_name(s, &from, name, out, path, e));
	while (text_split(&rest, '.', &name)) {
		const struct html_type *type = out->type;
		TRY(enter(out, path, e));
		const struct html_member *m = find_member(type, name);
		if (!m)
			return fail(e, ERR_INVALID, "'%.*s': %s has no member '%.*s'",
			        TEXT_ARG(path), type->name, TEXT_ARG(name));
		if (type == s->frame && out->path.level == 0)
			mark_used(s, m, frame_used);
		TRY(take_member(out, m, path, e));
	}
	return OK;
}
