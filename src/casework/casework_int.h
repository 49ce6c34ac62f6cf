/* casework/casework_int.h - what the files of this room share. */
#ifndef CASEWORK_INT_H
#define CASEWORK_INT_H

#include "casework/casework.h"
#include "sql_casework.h"

#include <pthread.h>

enum {
	TASK_NEVER_DUE = 2932896, /* 9999-12-31: tasks without a due day stand last */
	OUTBOX_TRIES = 8,         /* then a person must look at it */
	OUTBOX_PAUSE_MAX_S = 3600,
	OUTBOX_BUSY_MS = 10000, /* the letter helper pauses: nothing was tried */
	STEP_ROUNDS_MAX = 64,   /* follow-up commands of one step that are worked off inline */
	TIMER_BATCH = 100,
	NUMBER_TRIES = 8,
};

struct casework {
	struct casework_options o;
	pthread_t timer_thread, outbox_thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool running, stopping, timers_wake, outbox_wake;
	struct date house_kept; /* of the timer thread */
};

struct arena;

/* Who acts, as the record keeps it. */
struct deed {
	struct text actor; /* account or citizen id, "system" */
	struct text name;
};
struct deed deed_of(const struct people_actor *actor);
struct deed deed_system(void);

/* A case in the hands of a command. */
struct record {
	struct casework *cw;
	struct apply *ap;
	struct arena *a;
	struct deed deed;
	struct text id, number, file_number, authority, service, lock, language, person;
	enum case_status status;
	struct text outcome;
	struct instant received, closed;
	int64_t news;
	int version;
	struct date expected;
	const struct service_adoption *adoption;
	struct bpmn_state *state; /* NULL before the start */
	struct feel_value applicant;
	struct bpmn_command *queue; /* commands that follow inside the same step */
	size_t queued, queue_cap, done;
	bool deadlines_changed;
	struct law_place seat;
};

/* number.c */
void number_make(const struct casework *cw, struct text prefix, char out[CASE_NUMBER_MAX]);
struct text number_prefix(struct arena *a, const struct service_authority *x);
bool number_valid(struct text t);
struct text number_normal(struct arena *a, struct text t); /* as typed to as stored */
void code_make(const struct casework *cw, char out[DRAFT_CODE_SIZE]);
struct text code_normal(struct arena *a, struct text t);
void code_hash(struct text code, unsigned char out[32]);
void sha256_hex(struct text bytes, char out[65]);

/* record.c: load and store a case in the writer */
MUST_USE enum err record_load(struct casework *cw, struct apply *ap, struct text number,
        struct record *r, struct errinfo *e);
MUST_USE enum err record_load_id(
        struct casework *cw, struct apply *ap, struct text id, struct record *r, struct errinfo *e);
MUST_USE enum err record_store(struct record *r, struct errinfo *e);
/* The submission of a version, opened. */
MUST_USE enum err application_read(struct db *db, struct text case_id, int version, struct arena *a,
        struct text *answers, struct text *applicant, struct errinfo *e);
MUST_USE enum err record_adoption(struct record *r, struct errinfo *e);
/* Append to the history; `payload` may be empty. */
MUST_USE enum err record_tell(struct record *r, const char *kind, struct text element,
        struct text payload, struct errinfo *e);
MUST_USE enum err record_allow(struct record *r, const struct people_actor *actor,
        enum people_action action, const struct people_object *object, struct errinfo *e);
struct people_object record_object(
        const struct record *r, enum people_object_kind kind, struct text role);

/* names.c: the names of docs/process-contract.md */
struct names_facts {
	struct casework *cw;
	struct db *db;
	struct text case_id, number, authority, service, language, outcome, lock;
	struct instant received, now;
	const struct service_adoption *adoption;
	struct feel_value applicant;
};
MUST_USE enum err names_build(
        struct arena *a, const struct names_facts *f, struct feel_value *out, struct errinfo *e);
struct feel_value names_applicant(struct arena *a, const struct people_citizen *c);
struct feel_value names_deadlines(struct arena *a, struct db *db, struct text case_id,
        const struct service_adoption *x, const struct zone *zone);
struct feel_value date_value(struct date d);

struct names_facts facts_of(const struct record *r);
struct names_facts view_facts(struct casework *cw, struct db *db, const struct case_view *v);

/* step.c */
MUST_USE enum err case_step(struct record *r, const struct bpmn_command *c, struct errinfo *e);
/* Another command of the same step, after the present one. */
void case_step_also(struct record *r, struct bpmn_command c);
/* Host for a case; everything lives in `a`. */
struct host {
	struct bpmn_host bpmn;
	struct feel_env names, called;
	const struct service_adoption *adoption;
	struct arena *a;
	int64_t now_ms;
};
MUST_USE enum err host_build(
        struct arena *a, const struct names_facts *f, struct host *out, struct errinfo *e);

/* effect.c */
MUST_USE enum err effect_apply(struct record *r, const struct bpmn_effect *f, struct errinfo *e);
MUST_USE enum err waits_sync(struct record *r, struct errinfo *e);

/* job.c: connectors that need no world, and those that go to the outbox */
MUST_USE enum err job_request(struct record *r, const struct bpmn_effect *f, struct errinfo *e);
enum err job_done_apply(struct apply *ap, struct errinfo *e);
enum err job_failed_apply(struct apply *ap, struct errinfo *e);

/* deadline.c */
MUST_USE enum err deadline_event(
        struct record *r, enum service_event event, struct date day, struct errinfo *e);
/* The announced days of a notice: also starts what `effect` starts. */
struct announced {
	struct law_effect effect;
	struct law_remedy remedy;
	bool has_remedy;
};
MUST_USE enum err deadline_announce(struct record *r, struct date provided, bool post,
        struct announced *out, struct errinfo *e);
MUST_USE enum err announce(struct arena *a, struct casework *cw, const struct service_adoption *x,
        struct date provided, bool post, struct announced *out, struct errinfo *e);

/* deliver.c */
/* Does a letter go by post? Else it goes into the mailbox of the account, with consent where the
 * regime wants it. `answers`: of the submission in force. */
bool delivery_by_post(
        const struct service_delivery *d, bool has_account, struct feel_value answers);
MUST_USE enum err deliver(struct record *r, uint64_t wait, struct text document,
        enum service_letter_kind kind, struct errinfo *e);
enum err delivery_open_apply(struct apply *ap, struct errinfo *e);
enum err delivery_posted_apply(struct apply *ap, struct errinfo *e);

/* letter.c: data of letters, rendering */
struct letter_ask {
	struct text letter;
	struct feel_value variables; /* of the process */
	struct feel_value extra;     /* hides both: free parts */
	struct text drafter;         /* name, or empty */
	struct text answers;         /* submission for the copy; empty: version `answers_version` */
	int answers_version;
	bool draft; /* not signed yet: marked on every page */
};
MUST_USE enum err letter_data(struct arena *a, const struct names_facts *f,
        const struct letter_ask *ask, struct buf *out, struct errinfo *e);
MUST_USE enum err letter_make(struct casework *cw, struct arena *a,
        const struct service_adoption *x, struct text letter, struct text data, int64_t at_ms,
        struct text *pdf, struct errinfo *e);

/* outbox.c, timer.c */
void *outbox_main(void *cw);
void *timer_main(void *cw);
MUST_USE enum err outbox_round(struct casework *cw, int *jobs, struct errinfo *e);
MUST_USE enum err timer_round(struct casework *cw, int *jobs, struct errinfo *e);
enum err timer_fire_apply(struct apply *ap, struct errinfo *e);
enum err timer_later_apply(struct apply *ap, struct errinfo *e);
enum err outbox_later_apply(struct apply *ap, struct errinfo *e);
enum err case_refresh_apply(struct apply *ap, struct errinfo *e);

/* draft.c, submit.c, task.c, request.c, document.c, incident.c */
enum err draft_open_apply(struct apply *ap, struct errinfo *e);
enum err draft_save_apply(struct apply *ap, struct errinfo *e);
enum err draft_upload_prepare(struct prepare *p, struct errinfo *e);
enum err draft_upload_apply(struct apply *ap, struct errinfo *e);
enum err draft_delete_apply(struct apply *ap, struct errinfo *e);
enum err draft_purge_apply(struct apply *ap, struct errinfo *e);
enum err submit_prepare(struct prepare *p, struct errinfo *e);
enum err submit_apply(struct apply *ap, struct errinfo *e);
enum err task_complete_apply(struct apply *ap, struct errinfo *e);
enum err task_assign_apply(struct apply *ap, struct errinfo *e);
enum err task_save_apply(struct apply *ap, struct errinfo *e);
enum err correct_apply(struct apply *ap, struct errinfo *e);
enum err withdraw_apply(struct apply *ap, struct errinfo *e);
enum err document_file_prepare(struct prepare *p, struct errinfo *e);
enum err document_file_apply(struct apply *ap, struct errinfo *e);
enum err incident_retry_apply(struct apply *ap, struct errinfo *e);
enum err incident_skip_apply(struct apply *ap, struct errinfo *e);
enum err incident_move_apply(struct apply *ap, struct errinfo *e);
enum err setting_put_apply(struct apply *ap, struct errinfo *e);

struct document document_of_row(struct db_rows *rows, struct arena *a);

/* Insert a document row for a kept blob; `id` receives the new id. */
struct document_new {
	enum document_kind kind;
	struct text title, media, letter, field, sha256, blob, filed_by, scan;
	const char *letter_kind;
	int64_t size;
	bool locked;
};
MUST_USE enum err document_insert(
        struct record *r, const struct document_new *d, struct text *id, struct errinfo *e);

MUST_USE enum err application_insert(struct record *r, int version, struct text answers,
        struct text applicant, struct errinfo *e);

/* Which right a task of this form needs; whether the same person did the excluded role. */
enum people_action task_action(struct text form);
MUST_USE enum err four_eyes(struct db *db, const struct service *s, struct text case_id,
        struct text role, const struct people_actor *who, struct errinfo *e);

struct text json_of_value(struct arena *a, struct feel_value v);
struct text new_id(struct casework *cw, struct arena *a);

#endif
