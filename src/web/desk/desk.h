/* web/desk/desk.h - what the pages of the desk share. Words, days and fields are drawn by the
 * helpers the portal uses as well (web/portal/portal.h). */
#ifndef WEB_DESK_H
#define WEB_DESK_H

#include "web/portal/portal.h"

#define DESK_HOME  "/arbeitsplatz"
#define DESK_CASES DESK_HOME "/vorgaenge"

enum {
	DESK_TEXT_MAX = 10000, /* bytes of a reason or a note */
	DESK_SCAN_MAX = 2000,  /* open tasks a search for a name looks at */
};

/* Days and marks (common.c) ------------------------------------------------------------------ */

/* A day with its mark: shape and word first, colour last. */
struct desk_due {
	const char *mark; /* "over", "today", "soon", "later", "wait"; NULL: no day */
	struct text words;
};
extern const struct html_type desk_due_type;
/* `today` is the clock of cases. */
struct desk_due desk_due_of(const struct web_request *r, struct date due);
/* The same with the day always named: "Fällig Fr 27.11.2026, noch 4 Tage". */
struct text desk_due_words(const struct web_request *r, struct date due);
struct text desk_day(const struct web_request *r, struct date d);     /* Mo 07.12.2026 */
struct text desk_moment(const struct web_request *r, struct instant); /* 07.12.2026, 14:51 Uhr */
struct text desk_t3(const struct web_request *r, const char *key, const char *n1, struct text v1,
        const char *n2, struct text v2, const char *n3, struct text v3);
/* key.<rest> of the interface; empty when there is none. */
struct text desk_word(const struct web_request *r, const char *prefix, struct text rest);
/* The same of a package: prefix.<rest>, `rest` itself when there is none. */
struct text desk_package_word(const struct web_request *r, const struct service_adoption *x,
        const char *prefix, struct text rest);
/* Name of a step: text task.<element>.title of the package, else its name in the process. */
struct text desk_step(
        const struct web_request *r, const struct service_adoption *x, struct text element);
/* task.<element>.help, else its documentation. */
struct text desk_step_help(
        const struct web_request *r, const struct service_adoption *x, struct text element);
struct text desk_case_path(struct arena *a, struct text number, const char *rest);
struct text desk_task_path(struct arena *a, struct text task, const char *rest);
/* A day from the fields name.day, .month, .year; false when it is none. */
MUST_USE bool desk_posted_day(const struct web_request *r, const char *name, struct date *out);
void desk_day_field(struct web_request *r, struct web_field *f, struct date otherwise);
/* Plain text of letters and clerks as markup: paragraphs, lists, tables. */
struct html_markup desk_prose(struct arena *a, struct text t);
void desk_fault(struct web_request *r, struct text field, struct text message);
/* A file to open: pictures and PDF in the browser, the rest as download. */
MUST_USE enum err desk_send(struct web_request *r, struct text media, struct text title,
        struct text bytes, struct errinfo *e);

/* The sentence of a refused command: its own key where it has one. */
struct text desk_trouble(const struct web_request *r, enum err code, const struct errinfo *why);
int desk_status(enum err code);
/* After a command: to `path` when it was done, else the friendly page of its error. */
struct desk_then {
	struct text path;
};
MUST_USE enum err desk_then(struct web_request *r, struct command *c, enum err code,
        const struct errinfo *why, void *state, struct errinfo *e);

/* Reading. ERR_NOT_FOUND for what the actor may not know of. */
MUST_USE enum err desk_load(
        struct web_request *r, struct text number, struct case_view *v, struct errinfo *e);
enum err desk_case_object(struct web_request *r, struct people_object *out, struct errinfo *e);
enum err desk_task_object(struct web_request *r, struct people_object *out, struct errinfo *e);

/* Links of the left side (worklist.c). */
struct desk_view {
	struct text label, href, count;
	bool current;
};
extern const struct html_type desk_view_type;
void desk_views(struct web_request *r, const char *current, struct desk_view **out, size_t *count);

/* Pages of a case (case.c and others) --------------------------------------------------------- */

struct desk_value {
	struct text label, value, before, note;
	bool heading, changed;
};
struct desk_block {
	struct text title;
	struct desk_value *rows;
	size_t row_count;
};
extern const struct html_type desk_block_type;
/* The answers, changes against the version before marked; `changes` counts them. Without `all`
 * what was not answered is left out. */
MUST_USE enum err desk_answers(struct web_request *r, const struct case_view *v,
        const struct words *w, bool all, struct desk_block **out, size_t *count, size_t *changes,
        struct errinfo *e);

struct desk_event {
	struct text at, iso, text, who;
};
extern const struct html_type desk_event_type;
/* The history as sentences; `all`: steps of the process too. */
MUST_USE enum err desk_history(struct web_request *r, const struct case_view *v,
        const struct words *w, bool all, struct desk_event **out, size_t *count, struct errinfo *e);

/* What was computed or found out for a case: results of rules and of staff pages. */
struct desk_result {
	struct text title;
	struct desk_value *rows;
	size_t row_count;
	struct desk_value *steps; /* everything, where `rows` is a choice */
	size_t step_count;
};
extern const struct html_type desk_result_type;
MUST_USE enum err desk_results(struct web_request *r, const struct case_view *v,
        const struct words *w, struct desk_result **out, size_t *count, struct errinfo *e);

struct desk_document {
	struct text id, title, href, meta, day, state;
	const char *state_class; /* "done", "need", "bad", "" */
};
extern const struct html_type desk_document_type;
void desk_documents(struct web_request *r, const struct case_view *v, struct desk_document **out,
        size_t *count);
const struct document *desk_find_document(const struct case_view *v, struct text id);
/* The newest version of the letter a task is about; NULL when none was rendered yet. */
const struct document *desk_letter(const struct case_view *v, const struct bpmn_element *task);

/* The task a person would do next, or NULL. */
const struct case_task *desk_next_task(const struct web_request *r, const struct case_view *v);

/* Handlers ------------------------------------------------------------------------------------- */

extern const struct web_page desk_worklist_page, desk_post_page, desk_case_page, desk_access_page,
        desk_posting_page, desk_filing_page, desk_assign_page;

enum err desk_home_get(struct web_request *r, struct errinfo *e);
enum err desk_worklist_get(struct web_request *r, struct errinfo *e);
enum err desk_search_get(struct web_request *r, struct errinfo *e);
enum err desk_post_get(struct web_request *r, struct errinfo *e);
enum err desk_posting_get(struct web_request *r, struct errinfo *e);
enum err desk_posting_post(struct web_request *r, struct errinfo *e);
enum err desk_case_get(struct web_request *r, struct errinfo *e);
enum err desk_access_get(struct web_request *r, struct errinfo *e);
enum err desk_document_get(struct web_request *r, struct errinfo *e);
enum err desk_filing_get(struct web_request *r, struct errinfo *e);
enum err desk_filing_post(struct web_request *r, struct errinfo *e);

#endif
