/* casework/casework.h - draft, application, case, task, file, notice, delivery.
 *
 * Everything that changes is a command of the store (store/command.h): the page fills an
 * input struct, submits it and is answered after the commit. What is read comes from views
 * on a read connection. Every command repeats its permission checks on the state that
 * counts; a view answers ERR_NOT_FOUND for what the actor may not know of.
 *
 * A case keeps the lock (content hash of its package with all shared parts) it was made
 * with. Its process state is advanced only by `bpmn_step`, inside one command each. What the
 * process wants from the world is a row of the outbox; the answer is a new command.
 *
 * Times are instants; days are calendar days in Europe/Berlin. */
#ifndef CASEWORK_CASEWORK_H
#define CASEWORK_CASEWORK_H

#include "bpmn/bpmn.h"
#include "form/form.h"
#include "format/letter.h"
#include "law/law.h"
#include "people/people.h"
#include "service/service.h"
#include "store/store.h"

enum {
	CASE_NUMBER_MAX = 32, /* "DD-HT4-KR7-M9" with NUL */
	DRAFT_CODE_SIZE = 20, /* "ABCD-EFGH-JKLM-NPQR" with NUL */
	DRAFT_DAYS = 30,      /* OZG section 8a(3) */
	CASE_PAGE_ROWS = 25,  /* a page of a list */
	CASE_HISTORY_ROWS = 2000,
	CASE_UPLOAD_MAX = 30 << 20, /* bytes of one file */
};

struct casework;

/* Where adoptions come from: the shelf of published packages, or memory (golden cases). */
struct casework_services {
	/* What is offered now. Any thread. */
	const struct service_library *(*current)(void *self);
	/* The adoption behind a lock. Any thread. ERR_NOT_FOUND: never published here. */
	enum err (*at)(void *self, struct text lock, const struct service_adoption **out,
	        struct errinfo *e);
	void *self;
};
struct casework_services casework_services_of(struct service_shelf *shelf);

struct casework_options {
	struct store *store;
	struct casework_services services;
	struct letter_helper *letters; /* NULL: no helper, letters wait in the outbox */
	const struct texts *texts;     /* ui/texts: words the packages do not bring */
	const struct zone *zone;       /* Europe/Berlin */
	const struct log *log;
	struct clock clock;
	struct randomness random;
	/* Staff have accounts in this store: the writer reads their rights again. False: the
	 * actors of commands are taken as given (golden cases). */
	bool stored_staff;
	/* Told of every letter that was rendered, with the data it was made from. May be NULL. */
	void (*letter_made)(void *self, struct text letter, struct text data);
	void *letter_self;
	bool stepwise; /* no threads: timers and outbox move only in casework_settle (tests) */
};

/* Registers the command kinds; call between store_open and store_start. */
MUST_USE enum err casework_open(
        const struct casework_options *o, struct casework **out, struct errinfo *e);
/* Starts timers and outbox workers (unless stepwise). */
MUST_USE enum err casework_start(struct casework *cw, struct errinfo *e);
/* Ends the threads; then store_stop, then casework_close. */
void casework_stop(struct casework *cw);
void casework_close(struct casework *cw);

/* The store this casework stands on, what is offered now, and its clock. */
struct store *casework_store(const struct casework *cw);
const struct service_library *casework_library(const struct casework *cw);
struct instant casework_now(const struct casework *cw);
struct date casework_today(const struct casework *cw);

/* Do everything that is due: timers, outbox, follow-ups, until nothing is left. Stepwise
 * only. `jobs` counts what was done. */
MUST_USE enum err casework_settle(struct casework *cw, int *jobs, struct errinfo *e);
/* The next moment at which something is due by itself; ms INT64_MAX when there is none. */
MUST_USE enum err casework_next_due(
        struct casework *cw, struct db *db, struct instant *out, struct errinfo *e);
/* Something may be due now (the clock was moved). Any thread. */
void casework_wake(struct casework *cw);

/* Drafts ----------------------------------------------------------------------------------- */

/* Who may see a draft: the citizen it belongs to, or whoever knows its code (kept in a cookie,
 * shown on "save for later"). Only the hash of the code is stored. */
struct draft_access {
	const struct people_actor *actor;
	struct text code;
};

struct draft {
	struct text id;
	struct text authority, service, lock, language;
	struct text answers; /* what form_draft_write wrote */
	struct text address; /* step where the person stopped */
	struct instant edited;
	struct date delete_on; /* the draft is gone from this day */
	struct date announced; /* the deletion was announced on that day; unset: not yet */
	int version;           /* for "changed in another tab" */
	bool owned;            /* belongs to an account */
	struct text submitted; /* case number when it was submitted already, else empty */
};

MUST_USE enum err draft_load(struct casework *cw, struct db *db, struct text id,
        const struct draft_access *who, struct arena *a, struct draft *out, struct errinfo *e);
/* By code alone ("continue on another device"): finds the id. Throttled by the caller. */
MUST_USE enum err draft_find(struct casework *cw, struct db *db, struct text code, struct arena *a,
        struct text *id, struct errinfo *e);
/* Drafts of a citizen, newest first. */
MUST_USE enum err draft_list(struct casework *cw, struct db *db, const struct people_actor *who,
        struct arena *a, struct draft **out, size_t *count, struct errinfo *e);

/* "draft.open": a new draft. Give `id` and `code` made by draft_new_ids. */
struct draft_open {
	const struct people_actor *actor;
	struct text authority, service, lock, language;
	char id[ID_SIZE];
	char code[DRAFT_CODE_SIZE];
};
void draft_new_ids(struct casework *cw, struct draft_open *d);

/* "draft.save": the answers as they stand now. `version` is the one that was loaded;
 * ERR_CONFLICT when another tab saved in between (nothing is lost: both are shown). */
struct draft_save {
	struct draft_access who;
	struct text id;
	struct text answers, address;
	int version;
	bool take; /* the actor logged in: the draft becomes his */
};

/* "draft.upload": a file for a field. The bytes are stored in prepare; the answers with the
 * file in it are written by the caller through `add`, called in prepare with the stored
 * file's facts. The command answers with the new version. */
struct draft_upload {
	struct draft_save save;  /* `answers` is filled by `add` */
	struct text name, media; /* as the browser named it; media as found in the bytes */
	struct text bytes;
	enum err (*add)(
	        void *self, const struct form_file *file, struct text *answers, struct errinfo *e);
	void *self;
	struct text scan;   /* "clean", "none" (empty), "bad" */
	struct text sha256; /* casework's own, as the next */
	struct blob blob;
};

/* "draft.delete" */
struct draft_delete {
	struct draft_access who;
	struct text id;
};

/* A stored file of a draft by its hash. */
MUST_USE enum err draft_file(struct casework *cw, struct db *db, struct text id,
        const struct draft_access *who, struct text hash, struct arena *a, struct text *bytes,
        struct errinfo *e);

/* Submission --------------------------------------------------------------------------------- */

/* "application.submit". The key of the command is "submit:<draft id>", so that a double click,
 * a reload and a second tab get the same answer: the case number. */
struct case_submit {
	struct draft_access who;
	struct text draft;
	const struct people_citizen *citizen; /* frozen into the application; NULL = anonymous */
	struct text language;
	struct text number;             /* out, also the answer of the command */
	struct case_prepared *prepared; /* casework's own */
};

/* Cases of a citizen --------------------------------------------------------------------------- */

enum case_status {
	CASE_INITIATED,
	CASE_SUBMITTED,
	CASE_RECEIVED,
	CASE_PROCESSING,
	CASE_ACTION_REQUIRED,
	CASE_COMPLETED,
};
const char *case_status_name(enum case_status s); /* "ACTION_REQUIRED" */

/* A line of a list, without content. */
struct case_row {
	struct text id, number, authority, service, lock;
	enum case_status status;
	struct text outcome; /* "granted", "refused", "withdrawn", ...; empty while open */
	struct instant received;
	struct date expected;  /* end of the target time; unset: none */
	struct instant closed; /* ms 0: open */
	int unread;            /* mailbox items not opened yet */
};

MUST_USE enum err case_list_mine(struct casework *cw, struct db *db, const struct people_actor *who,
        struct arena *a, struct case_row **out, size_t *count, struct errinfo *e);

enum document_kind {
	DOCUMENT_APPLICATION, /* copy of the declaration */
	DOCUMENT_UPLOAD,      /* from the applicant */
	DOCUMENT_LETTER,      /* made by the letter helper */
	DOCUMENT_FILED,       /* put in by a clerk */
};

struct document {
	struct text id, title, media, letter; /* letter: id in the package, or empty */
	enum document_kind kind;
	struct text field; /* uploads: path of the form field */
	int64_t size;
	struct text sha256, blob;
	struct instant filed;
	struct text filed_by; /* name as shown */
	bool locked, seen;
	struct text scan; /* "clean", "none", "bad" */
};

struct delivery {
	struct text id, document, title;
	struct text channel; /* "mailbox", "post" */
	struct text letter_kind;
	struct date provided, effect, remedy_end; /* unset: not (yet) */
	struct instant opened;                    /* ms 0: not opened */
	bool to_post; /* printed and posted by hand: waits for the day of posting */
	struct law_why why;
};

struct case_deadline {
	struct text name, state; /* "running", "met", "over", "replaced" */
	struct date event, raw_end, end;
	struct law_why why;
};

struct case_request {
	struct text id;
	const struct text *fields; /* paths: "income[2].proof" */
	size_t field_count;
	struct text text; /* the clerk's words */
	struct date due;
	struct instant asked, answered; /* answered ms 0: open */
};

/* One line of the record as it is told to people. */
struct case_event {
	int64_t seq;
	struct instant at;
	struct text actor; /* name or "system" */
	struct text kind, element;
	struct text element_name;
	const struct json *payload; /* NULL: none or destroyed */
};

struct case_task {
	struct text id, case_id, element, name, role, form;
	enum case_task_state { TASK_OPEN, TASK_DONE, TASK_WITHDRAWN } state;
	struct date due; /* unset: none */
	struct text assignee, assignee_name;
	struct instant opened, done;
	struct text done_by;
	bool mine;           /* the actor may complete it (role, four eyes) */
	const char *why_not; /* text key when not: "task.four_eyes", "task.other_role" */
};

struct case_incident {
	struct text id, element, element_name, code, message;
	struct instant at;
	bool outbox; /* a job failed, not a token */
};

/* Everything a page about one case shows. */
struct case_view {
	struct case_row row;
	struct text label;                       /* "Mustermann, Erika" */
	struct text language;                    /* of the case */
	bool owned;                              /* by an account: there is a mailbox */
	struct text file_number;                 /* Aktenzeichen */
	const struct service_adoption *adoption; /* of the case's lock */
	struct feel_value applicant;             /* context of docs/process-contract.md */
	struct feel_value variables;             /* of the root scope, form fields included */
	struct text answers;                     /* the submission in force, JSON of form */
	struct text answers_before;              /* of the version before a correction, or empty */
	int version;
	struct case_task *tasks;
	size_t task_count;
	struct document *documents;
	size_t document_count;
	struct delivery *deliveries;
	size_t delivery_count;
	struct case_deadline *deadlines;
	size_t deadline_count;
	struct case_request *requests;
	size_t request_count;
	struct case_event *events; /* newest first */
	size_t event_count;
	struct case_incident *incidents;
	size_t incident_count;
	const struct bpmn_token_view *tokens;
	size_t token_count;
	const struct text *visited; /* element ids that were left at least once */
	size_t visited_count;
	struct feel_value invoice; /* context {reference, amount, due, paid_on} or null */
	bool may_withdraw;
};

/* For the owner (PEOPLE_OWN) or staff (PEOPLE_READ); ERR_NOT_FOUND otherwise. Events are only
 * read for staff. */
MUST_USE enum err case_load(struct casework *cw, struct db *db, struct text number,
        const struct people_actor *who, struct arena *a, struct case_view *out, struct errinfo *e);

/* What allow() needs to know about a case or task; ERR_NOT_FOUND when there is none. */
MUST_USE enum err case_object(struct casework *cw, struct db *db, struct text number,
        struct arena *a, struct people_object *out, struct errinfo *e);
MUST_USE enum err task_object(struct casework *cw, struct db *db, struct text id, struct arena *a,
        struct people_object *out, struct text *number, struct errinfo *e);

/* The form of a case with its answers, as a run that shows or corrects them. */
MUST_USE enum err case_form(struct casework *cw, const struct case_view *v, struct arena *a,
        const struct form_options *options, struct form_run **out, struct errinfo *e);
/* A run for a draft. `citizen` may be NULL. */
MUST_USE enum err draft_form(struct casework *cw, const struct draft *d,
        const struct people_citizen *citizen, enum people_trust trust, struct arena *a,
        struct form_run **out, struct errinfo *e);

/* Bytes of a document. For the owner only what was delivered to or came from him. */
MUST_USE enum err document_read(struct casework *cw, struct db *db, struct text number,
        struct text document, const struct people_actor *who, struct arena *a, struct document *out,
        struct text *bytes, struct errinfo *e);

/* "delivery.open": the citizen opened a mailbox item (regimes B and D need the day). */
struct delivery_open {
	const struct people_actor *actor;
	struct text number, delivery;
};

/* "case.correct": the citizen answers a request: changed answers, files. */
struct case_correct {
	const struct people_actor *actor;
	struct text number;
	struct text answers;       /* submission written by form with the open fields changed */
	const struct text *fields; /* paths that were changed */
	size_t field_count;
	struct text text;
	struct case_upload *uploads; /* stored in prepare */
	size_t upload_count;
};
struct case_upload {
	struct text field, name, media;
	struct text bytes;
	struct text scan;      /* "clean", "none" (empty), "bad" */
	struct form_file file; /* out: facts for form_file_add */
	struct text sha256;    /* casework's own, as the next */
	struct blob blob;
};
/* Store the uploads of a correction before the form run is written (not in the writer). */
MUST_USE enum err case_uploads_store(struct casework *cw, struct text number,
        struct case_upload *uploads, size_t count, struct arena *a, struct errinfo *e);

/* "case.withdraw" */
struct case_withdraw {
	const struct people_actor *actor;
	struct text number, text;
};

/* Desk ----------------------------------------------------------------------------------------- */

enum worklist_due { DUE_ANY, DUE_OVER, DUE_TODAY, DUE_WEEK };
enum worklist_with { WITH_ANYBODY, WITH_ME, WITH_NOBODY };

struct worklist_ask {
	struct text authority;
	struct text service; /* empty: all */
	struct text number;  /* exact case number, or empty */
	enum worklist_due due;
	enum worklist_with with;
	struct text after; /* key of the last row of the page before, or empty */
	int limit;         /* 0 = CASE_PAGE_ROWS */
};

struct worklist_row {
	struct text key;                                        /* for `after` */
	struct text task, number, service, element, step, role; /* step: name of the element */
	struct text label; /* name of the applicant, unsealed */
	struct date due;
	struct text assignee_name;
	struct instant received;
	bool mine;
	bool news; /* the applicant answered since the task was opened */
};

struct worklist {
	struct worklist_row *rows;
	size_t count;
	bool more;
	struct text next; /* key for `after` of the next page where there is one */
	/* Of everything the actor may list in the authority; at most 10,000 are counted. */
	int64_t open, over, today;
};

/* Open tasks of the services the actor may list, soonest due first; no others are read, so every
 * page but the last is full. */
MUST_USE enum err worklist_read(struct casework *cw, struct db *db, const struct people_actor *who,
        const struct worklist_ask *ask, struct arena *a, struct worklist *out, struct errinfo *e);

/* Letters of the authority that wait for the day of posting, oldest first; only of services
 * the actor may read. */
struct post_row {
	struct text delivery, number, service, document;
	struct text title; /* of the document */
	struct text label; /* name of the applicant */
	struct text letter_kind;
	struct instant at;
};
MUST_USE enum err post_list(struct casework *cw, struct db *db, const struct people_actor *who,
        struct text authority, struct arena *a, struct post_row **out, size_t *count,
        struct errinfo *e);

/* "task.complete": result as the context of docs/process-contract.md. */
struct task_complete {
	const struct people_actor *actor;
	struct text task;
	struct feel_value result;
	struct text hash; /* sign: sha256 of the document that was shown; else empty */
};

/* "task.assign": to oneself, to a colleague, or to nobody (empty). */
struct task_assign {
	const struct people_actor *actor;
	struct text task, account, account_name;
};

/* "task.save": what the clerk typed so far (free parts, reasons); comes back with the page. */
struct task_save {
	const struct people_actor *actor;
	struct text task;
	struct text content; /* JSON of the page */
};
MUST_USE enum err task_saved(struct casework *cw, struct db *db, struct text task, struct arena *a,
        struct text *content, struct errinfo *e);

/* "delivery.posted": a letter was put into the post on that day. */
struct delivery_posted {
	const struct people_actor *actor;
	struct text number, delivery;
	struct date on;
};

/* "document.file": a clerk puts a document into the file. */
struct document_file {
	const struct people_actor *actor;
	struct text number, title, media, bytes;
	struct text sha256; /* casework's own, as the next */
	struct blob blob;
};

/* "incident.retry", "incident.skip", "incident.move" */
struct incident_act {
	const struct people_actor *actor;
	struct text number, incident;
	struct text reason;  /* skip, move */
	struct text element; /* move */
};

/* The letter of a draft task as the desk edits it: its parts in order, filled with the
 * case's data and the free parts given. Asks the letter helper; not in the writer. */
MUST_USE enum err letter_draft(struct casework *cw, struct db *db, const struct case_view *v,
        struct text letter, const struct people_actor *who, struct feel_value parts,
        struct arena *a, struct letter_parts *out, struct errinfo *e);
/* The same as PDF with a draft mark. */
MUST_USE enum err letter_preview(struct casework *cw, struct db *db, const struct case_view *v,
        struct text letter, const struct people_actor *who, struct feel_value parts,
        struct arena *a, struct text *pdf, struct errinfo *e);
/* PDF of a draft's answers as they stand on check-your-answers. */
MUST_USE enum err draft_preview(struct casework *cw, const struct draft *d,
        const struct people_citizen *citizen, struct arena *a, struct text *pdf, struct errinfo *e);

/* What would happen if the notice were delivered or posted today: channel, effect, end of
 * remedy. */
MUST_USE enum err delivery_forecast(struct casework *cw, const struct case_view *v, struct arena *a,
        struct delivery *out, struct errinfo *e);

/* The process of a case as SVG from the model's own drawing, tokens and visited marked. */
void case_diagram(const struct case_view *v, const struct words *w, struct buf *svg);

/* Settings of the installation ("clock.offset_ms"). "setting.put" */
struct setting_put {
	struct text name, value;
};
/* ERR_NOT_FOUND when it was never set. */
MUST_USE enum err setting_get(
        struct db *db, struct text name, struct arena *a, struct text *value, struct errinfo *e);

/* Control -------------------------------------------------------------------------------------- */

struct casework_counts {
	int64_t open_cases, open_tasks, drafts, outbox, incidents, timers_due;
};
MUST_USE enum err casework_count(
        struct casework *cw, struct db *db, struct casework_counts *out, struct errinfo *e);
/* Open incidents over all cases, newest first. */
MUST_USE enum err incident_list(struct casework *cw, struct db *db, struct arena *a,
        struct case_incident **out, struct text **numbers, size_t *count, struct errinfo *e);

/* What happened in the cases of an authority since a moment, newest first, without content: at
 * most CASE_HISTORY_ROWS entries are looked at. */
struct case_news {
	struct text number, service, kind, element_name;
	struct instant at;
};
MUST_USE enum err case_news_list(struct casework *cw, struct db *db, struct text authority,
        struct instant since, struct arena *a, struct case_news **out, size_t *count,
        struct errinfo *e);

/* Names of the commands above, for store_submit and store_run. */
#define DRAFT_OPEN      "draft.open"
#define DRAFT_SAVE      "draft.save"
#define DRAFT_UPLOAD    "draft.upload"
#define DRAFT_DELETE    "draft.delete"
#define CASE_SUBMIT     "application.submit"
#define CASE_CORRECT    "case.correct"
#define CASE_WITHDRAW   "case.withdraw"
#define DELIVERY_OPEN   "delivery.open"
#define DELIVERY_POSTED "delivery.posted"
#define TASK_COMPLETE   "task.complete"
#define TASK_ASSIGN     "task.assign"
#define TASK_SAVE       "task.save"
#define DOCUMENT_FILE   "document.file"
#define INCIDENT_RETRY  "incident.retry"
#define INCIDENT_SKIP   "incident.skip"
#define INCIDENT_MOVE   "incident.move"
#define SETTING_PUT     "setting.put"

#endif
