/* The answers of an application with what changed since the version before. */
#include "web/desk/desk.h"

static const struct html_type value_type = HTML_TYPE(struct desk_value,
        HTML_MEMBER(struct desk_value, label), HTML_MEMBER(struct desk_value, value),
        HTML_MEMBER(struct desk_value, before), HTML_MEMBER(struct desk_value, note),
        HTML_MEMBER(struct desk_value, heading), HTML_MEMBER(struct desk_value, changed));

static const struct html_member block_members[] = {HTML_MEMBER(struct desk_block, title),
        HTML_LIST(struct desk_block, rows, row_count, &value_type), {0}};
const struct html_type desk_block_type = {
        .name = "struct desk_block", .size = sizeof(struct desk_block), .members = block_members};

static const struct html_member result_members[] = {HTML_MEMBER(struct desk_result, title),
        HTML_LIST(struct desk_result, rows, row_count, &value_type),
        HTML_LIST(struct desk_result, steps, step_count, &value_type), {0}};
const struct html_type desk_result_type = {.name = "struct desk_result",
        .size = sizeof(struct desk_result),
        .members = result_members};

static const struct form_change *find_change(
        const struct form_change *list, size_t count, struct text path)
{
	for (size_t i = 0; i < count; i++) {
		if (text_eq(list[i].path, path))
			return &list[i];
	}
	return NULL;
}

static struct text file_names(struct arena *a, struct feel_value v)
{
	struct text *names = NULL;
	size_t count = 0, cap = 0, n = v.kind == FEEL_LIST ? v.list.count : 1;
	for (size_t i = 0; i < n; i++) {
		struct feel_value file = v.kind == FEEL_LIST ? v.list.items[i] : v;
		struct feel_value name = feel_context_get(file, TEXT("name"));
		if (name.kind == FEEL_STRING)
			*ARENA_PUSH(a, names, count, cap) = name.string;
	}
	return text_join(a, names, count, TEXT(", "));
}

static struct text value_text(struct web_request *r, const struct form_field *field,
        struct feel_value v, const struct words *w)
{
	struct text t = TEXT_NONE;
	if (!feel_is_null(v))
		t = field->type == FORM_FILE ? file_names(r->arena, v)
		                             : form_value_text(r->arena, field, v, w);
	return t.len ? t : portal_t(r, "portal.check.empty");
}

static void fill_row(struct web_request *r, const struct form_row *from, const struct words *w,
        const struct form_change *change, struct desk_value *to)
{
	to->label = from->label;
	to->heading = from->heading;
	if (from->heading) {
		to->label = from->label.len ? from->label : from->value;
		return;
	}
	to->value = from->value.len ? from->value : portal_t(r, "portal.check.empty");
	to->note =
	        from->source.len ? portal_t(r, "desk.from.account") : portal_t(r, "desk.from.form");
	if (!change)
		return;
	to->changed = true;
	to->before = value_text(r, change->field, change->before, w);
	to->note = portal_t(r, "desk.from.correction");
}

/* Headings of nothing are left out. */
static void drop_bare_headings(struct desk_block *b)
{
	size_t kept = 0;
	bool below = false; /* does something that is not a heading follow before the next one? */
	for (size_t i = b->row_count; i > 0; i--) {
		struct desk_value *row = &b->rows[i - 1];
		bool bare = row->heading && !below;
		below = !row->heading;
		if (bare)
			row->label = TEXT_NONE;
	}
	for (size_t i = 0; i < b->row_count; i++) {
		if (!b->rows[i].heading || b->rows[i].label.len)
			b->rows[kept++] = b->rows[i];
	}
	b->row_count = kept;
}

enum err desk_answers(struct web_request *r, const struct case_view *v, const struct words *w,
        bool all, struct desk_block **out, size_t *count, size_t *changes, struct errinfo *e)
{
	struct form_options options = {.who = FORM_APPLICANT};
	const struct form_block *blocks = NULL;
	const struct form_change *changed = NULL;
	struct form_run *run = NULL;
	*changes = 0;
	TRY(case_form(web_app(r)->casework, v, r->arena, &options, &run, e));
	TRY(form_listing(run, w, &blocks, count, e));
	if (v->answers_before.len)
		TRY(form_changes(r->arena, v->adoption->service->form, v->answers_before,
		        v->answers, &changed, changes, e));
	size_t shown = 0, all_blocks = *count;
	*out = ARENA_ARRAY(r->arena, all_blocks, struct desk_block);
	for (size_t i = 0; i < all_blocks; i++) {
		struct desk_block *b = &(*out)[shown];
		b->title = blocks[i].title;
		b->rows = ARENA_ARRAY(r->arena, blocks[i].count, struct desk_value);
		for (size_t k = 0; k < blocks[i].count; k++) {
			const struct form_row *row = &blocks[i].rows[k];
			const struct form_change *change =
			        find_change(changed, *changes, row->path);
			if (all || row->heading || row->value.len || change)
				fill_row(r, row, w, change, &b->rows[b->row_count++]);
		}
		drop_bare_headings(b);
		shown += b->row_count > 0;
		if (b->row_count == 0)
			*b = (struct desk_block){0};
	}
	*count = shown;
	return OK;
}
