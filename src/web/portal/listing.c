/* All answers of a form, block by block. */
#include "web/portal/portal.h"

static const struct html_type answer_type = HTML_TYPE(struct portal_answer,
        HTML_MEMBER(struct portal_answer, label), HTML_MEMBER(struct portal_answer, value),
        HTML_MEMBER(struct portal_answer, source), HTML_MEMBER(struct portal_answer, change));

static const struct html_type part_type =
        HTML_TYPE(struct portal_answers_part, HTML_MEMBER(struct portal_answers_part, heading),
                HTML_LIST(struct portal_answers_part, rows, row_count, &answer_type));

const struct html_type portal_answers_type =
        HTML_TYPE(struct portal_answers, HTML_MEMBER(struct portal_answers, title),
                HTML_LIST(struct portal_answers, parts, part_count, &part_type));

static void fill_row(struct web_request *r, const struct form_row *from, struct text draft,
        struct portal_answer *to)
{
	to->label = from->label;
	to->value = from->value.len ? from->value : portal_t(r, "portal.check.empty");
	if (from->source.len)
		to->source = portal_t(r, "portal.source.account");
	if (draft.len && from->address.len)
		to->change = text_format(r->arena, "%.*s?pruefen=1#%.*s",
		        TEXT_ARG(portal_step_path(r->arena, draft, from->address)),
		        TEXT_ARG(portal_id(r->arena, from->path)));
}

static void fill_block(struct web_request *r, const struct form_block *b, struct text draft,
        struct portal_answers *out)
{
	size_t part_cap = 0, row_cap = 0;
	out->title = b->title;
	struct portal_answers_part *part = NULL;
	int level = 0; /* of the rows below the last heading */
	for (size_t i = 0; i < b->count; i++) {
		const struct form_row *row = &b->rows[i];
		if (row->heading || !part || row->level < level) {
			part = ARENA_PUSH(r->arena, out->parts, out->part_count, part_cap);
			row_cap = 0;
			level = row->heading ? row->level + 1 : row->level;
		}
		if (row->heading)
			part->heading = row->label.len ? row->label : row->value;
		else
			fill_row(r, row, draft,
			        ARENA_PUSH(r->arena, part->rows, part->row_count, row_cap));
	}
}

enum err portal_listing(struct web_request *r, struct form_run *run, const struct words *w,
        struct text draft, struct portal_answers **out, size_t *count, struct errinfo *e)
{
	const struct form_block *blocks = NULL;
	TRY(form_listing(run, w, &blocks, count, e));
	*out = ARENA_ARRAY(r->arena, *count, struct portal_answers);
	for (size_t i = 0; i < *count; i++)
		fill_block(r, &blocks[i], draft, &(*out)[i]);
	return OK;
}
