/* web/desk/task.h - the page of a task: one file for each built-in form.
 *
 * A form has two functions: `fill` draws what was typed (posted, saved or nothing yet), `take`
 * makes the result of docs/process-contract.md or leaves findings in the frame. */
#ifndef WEB_DESK_TASK_H
#define WEB_DESK_TASK_H

#include "web/desk/desk.h"

/* An answer with its tick box. */
struct task_answer {
	struct text label, value, path, id;
	bool heading, ticked;
	struct desk_document *files;
	size_t file_count;
};

struct task_answers {
	struct text title;
	struct task_answer *rows;
	size_t row_count;
};

/* A part of a letter: fixed, locked or free. */
struct task_part {
	struct text id, caption, text;
	struct html_markup html;
	bool locked, free;
	int lines;
};

struct task_typed_line {
	struct text value;
};

struct task_page {
	struct text title, name, service, number, back, action, help, trouble, with, why_not, over;
	struct text saved, assign;
	bool take, choose;
	struct desk_due due;
	struct task_typed_line *typed; /* what was typed into a page that is over */
	size_t typed_count;
	struct desk_result *results;
	size_t result_count;
	struct desk_block *blocks;
	size_t block_count;
	struct desk_document *documents;
	size_t document_count;
	/* mark */
	struct task_answers *answers;
	size_t answer_count;
	bool previewed;
	struct text until;
	/* decide, sign, payment, form */
	struct web_field *fields;
	size_t field_count;
	bool multipart;
	/* draft, sign */
	struct text letter, subject, note, note_by, preview, hash, hash_short, pdf, drafted;
	struct text effect, remedy_end, step_by;
	struct text *why;
	size_t why_count;
	struct task_part *parts;
	size_t part_count;
	bool signs_later; /* somebody else signs what is drafted here */
};
extern const struct html_type task_page_type;

struct tasking {
	struct web_request *r;
	struct case_view v;
	const struct case_task *task;
	const struct bpmn_element *element;
	struct words words;
	struct form_posted *typed; /* posted, or saved */
	size_t typed_count;
	struct task_page *page;
	struct text hash;        /* sign: what was shown */
	struct portal_draw draw; /* staff pages */
};

struct task_form {
	const char *name; /* of aw:form; NULL: a page of form.json */
	const struct web_page *page;
	enum err (*fill)(struct tasking *t, struct errinfo *e);
	/* A finding: r->frame.faults is not empty. */
	enum err (*take)(struct tasking *t, struct feel_value *result, struct errinfo *e);
};
extern const struct task_form task_mark, task_decide, task_draft, task_sign, task_confirm,
        task_payment, task_staff_form;

/* What was typed under a name; empty: nothing. */
struct text task_typed(const struct tasking *t, const char *name);
/* Does one of the values under this name equal `value`? */
bool task_ticked(const struct tasking *t, const char *name, struct text value);
/* What the person wants: value of the button `tun`. */
bool task_wants(const struct tasking *t, const char *what);
struct web_field *task_field(
        struct tasking *t, const char *kind, const char *name, const char *label);
/* A field of this task is wrong. */
void task_fault(struct tasking *t, struct web_field *f, struct text message);
/* Parts of a letter for the page. */
MUST_USE enum err task_letter(struct tasking *t, struct text letter, const struct case_view *v,
        struct feel_value parts, struct errinfo *e);
/* Effect and remedy if it were delivered today. */
void task_forecast(struct tasking *t);
/* Result variable of the user task with this form (and letter, where given). */
struct feel_value task_result_of(const struct tasking *t, const char *form, struct text letter);
/* Free parts as typed, else as they were sent back. */
struct feel_value task_free_parts(struct tasking *t, struct text letter);

extern const struct web_page desk_task_mark_page, desk_task_decide_page, desk_task_draft_page,
        desk_task_sign_page, desk_task_simple_page, desk_task_over_page;

enum err desk_task_get(struct web_request *r, struct errinfo *e);
enum err desk_task_post(struct web_request *r, struct errinfo *e);
enum err desk_task_preview(struct web_request *r, struct errinfo *e);
enum err desk_assign_get(struct web_request *r, struct errinfo *e);
enum err desk_assign_post(struct web_request *r, struct errinfo *e);

#endif
