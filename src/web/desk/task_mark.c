/* Form `mark`: is the application complete, and what is missing or unclear? */
#include "web/desk/task.h"

enum { FILES_PER_FIELD = 20 };

const struct web_page desk_task_mark_page = {"desk/task-mark", &task_page_type};

static void fill_files(struct tasking *t, struct task_answer *to)
{
	to->files = ARENA_ARRAY(t->r->arena, FILES_PER_FIELD, struct desk_document);
	for (size_t i = 0; i < t->v.document_count && to->file_count < FILES_PER_FIELD; i++) {
		const struct document *d = &t->v.documents[i];
		if (d->kind == DOCUMENT_UPLOAD && text_eq(d->field, to->path))
			to->files[to->file_count++] = t->page->documents[i];
	}
}

static enum err fill_answers(struct tasking *t, struct errinfo *e)
{
	struct form_options options = {.who = FORM_APPLICANT};
	const struct form_block *blocks;
	struct form_run *run;
	size_t count;
	TRY(case_form(web_app(t->r)->casework, &t->v, t->r->arena, &options, &run, e));
	TRY(form_listing(run, &t->words, &blocks, &count, e));
	t->page->answers = ARENA_ARRAY(t->r->arena, count, struct task_answers);
	t->page->answer_count = count;
	for (size_t i = 0; i < count; i++) {
		struct task_answers *b = &t->page->answers[i];
		b->title = blocks[i].title;
		b->rows = ARENA_ARRAY(t->r->arena, blocks[i].count, struct task_answer);
		for (size_t k = 0; k < blocks[i].count; k++) {
			const struct form_row *from = &blocks[i].rows[k];
			struct task_answer *to = &b->rows[b->row_count++];
			to->heading = from->heading;
			to->label = from->label.len ? from->label : from->value;
			to->value = from->value.len ? from->value
			                            : portal_t(t->r, "portal.check.empty");
			to->path = from->path;
			to->id = portal_id(t->r->arena, from->path);
			to->ticked = task_ticked(t, "fehlt", from->path);
			fill_files(t, to);
		}
	}
	return OK;
}

static struct feel_value missing_of(struct tasking *t)
{
	struct feel_list_builder list = feel_list_begin(t->r->arena);
	for (size_t i = 0; i < t->page->answer_count; i++) {
		const struct task_answers *b = &t->page->answers[i];
		for (size_t k = 0; k < b->row_count; k++) {
			if (b->rows[k].ticked && !b->rows[k].heading)
				feel_list_add(&list, feel_string(b->rows[k].path));
		}
	}
	return feel_list_end(&list);
}

static struct feel_value result_of(struct tasking *t, bool complete)
{
	struct feel_context_builder b = feel_context_begin(t->r->arena);
	struct feel_value none = feel_list(NULL, 0);
	feel_context_set(&b, TEXT("complete"), feel_bool(complete));
	feel_context_set(&b, TEXT("missing"), complete ? none : missing_of(t));
	feel_context_set(&b, TEXT("text"), feel_string(text_trim(task_typed(t, "text"))));
	return feel_context_end(&b);
}

static const struct service_letter *request_letter(const struct service *s)
{
	for (size_t i = 0; i < s->letter_count; i++) {
		if (s->letters[i].kind == SERVICE_REQUEST)
			return &s->letters[i];
	}
	return NULL;
}

/* The request as the citizen would read it, from what is ticked now. */
static enum err preview(struct tasking *t, struct errinfo *e)
{
	const struct service_letter *letter = request_letter(t->v.adoption->service);
	struct case_view v = t->v;
	if (!letter)
		return OK;
	v.variables = feel_context_with(t->r->arena, v.variables,
	        bpmn_attribute(t->element, "result"), result_of(t, false));
	t->page->previewed = true;
	return task_letter(t, letter->id, &v, feel_null(), e);
}

static enum err fill(struct tasking *t, struct errinfo *e)
{
	struct web_field *text;
	desk_documents(t->r, &t->v, &t->page->documents, &t->page->document_count);
	TRY(fill_answers(t, e));
	text = task_field(t, "textarea", "text", "desk.mark.text");
	text->hint = portal_t(t->r, "desk.mark.text.hint");
	text->lines = 5;
	text->optional = true;
	return task_wants(t, "vorschau") ? preview(t, e) : OK;
}

static enum err take(struct tasking *t, struct feel_value *result, struct errinfo *e)
{
	(void)e;
	bool ask = task_wants(t, "nachfordern");
	size_t ticked = missing_of(t).list.count;
	struct text text = text_trim(task_typed(t, "text"));
	if (text.len > DESK_TEXT_MAX)
		task_fault(t, &t->page->fields[0],
		        portal_tn(t->r, "desk.text.long", "count", DESK_TEXT_MAX));
	if (ask && ticked == 0 && text.len == 0)
		task_fault(t, &t->page->fields[0], portal_t(t->r, "desk.mark.nothing"));
	if (!ask && ticked > 0)
		task_fault(t, &t->page->fields[0],
		        portal_tn(t->r, "desk.mark.ticked", "count", (int64_t)ticked));
	*result = result_of(t, !ask);
	return OK;
}

const struct task_form task_mark = {"mark", &desk_task_mark_page, fill, take};
