/* web/portal/portal.h - what the files of the portal share. */
#ifndef WEB_PORTAL_H
#define WEB_PORTAL_H

#include "format/markdown.h"
#include "format/media.h"
#include "web/app.h"
#include "web/field.h"

enum {
	PORTAL_UPLOAD_MAX = CASE_UPLOAD_MAX,
	PORTAL_COOKIE_DAYS = DRAFT_DAYS,
	PORTAL_ROWS = 8,       /* services on the start page */
	PORTAL_FILES_MAX = 10, /* in one post: each waits for its own commit */
};

/* Words and addresses (common.c) ------------------------------------------------------------ */

struct text portal_language(const struct web_request *r);
struct text portal_t(const struct web_request *r, const char *key);
/* With one or two texts put in: portal_t1(r, "portal.x", "name", value). */
struct text portal_t1(
        const struct web_request *r, const char *key, const char *name, struct text value);
struct text portal_t2(const struct web_request *r, const char *key, const char *name,
        struct text value, const char *name2, struct text value2);
struct text portal_tn(const struct web_request *r, const char *key, const char *name, int64_t n);

struct text portal_day_long(const struct web_request *r, struct date d);
struct text portal_day(const struct web_request *r, struct date d);
struct text portal_time(const struct web_request *r, struct instant t);
struct date portal_date(const struct web_request *r, struct instant t);
/* "1,2 MB", "84 kB" */
struct text portal_size(const struct web_request *r, int64_t bytes);

/* Text of an adoption in the language of the page; `lang` (may be NULL) receives the tag
 * where it is another language. */
struct text portal_words(const struct web_request *r, const struct service_adoption *x,
        const char *key, struct text *lang);
struct text portal_service_text(
        const struct web_request *r, const struct service *s, const char *key, struct text *lang);
/* name, name.1, name.2, ... as long as they exist. */
size_t portal_list(const struct web_request *r, const struct service *s, const char *name,
        const char *rest, struct text **out);

/* "Landeshauptstadt Dresden, Sozialamt" */
struct text portal_office(const struct web_request *r, const struct service_adoption *x);

/* A case number as typed: without blanks, upper case. */
struct text portal_number(struct arena *a, struct text typed);
/* id of an input: letters, digits and hyphens. */
struct text portal_id(struct arena *a, struct text name);

/* A page of a page's own sentence and what to do: "that does not exist", "cannot be done now". */
struct portal_message {
	struct text title, text, advice;
	struct web_link *links;
	size_t link_count;
	struct text number; /* case number to quote, or empty */
};
extern const struct web_page portal_message_page;
MUST_USE enum err portal_say(
        struct web_request *r, int status, const struct portal_message *m, struct errinfo *e);
struct web_link *portal_link(struct arena *a, struct text label, struct text href);
/* 507, 503, 409, ... for a change that was not made. */
int portal_status(enum err code);
/* What a person reads when a change was not made; what was typed is still on the page. */
struct text portal_trouble(const struct web_request *r, enum err code);

/* Drafts (draft.c) ----------------------------------------------------------------------------- */

/* A draft as a page works with it; everything lives in the request. */
struct portal_draft {
	struct draft draft;
	struct draft_access who;
	const struct service_adoption *adoption;
	const struct people_citizen *citizen; /* NULL: nobody is logged in */
	struct words words;
	struct form_run *run;
	struct text name; /* of the service */
};

/* The draft of {draft} in the path, when this person may see it. ERR_NOT_FOUND otherwise. A
 * submitted one has no run. */
MUST_USE enum err portal_draft_load(
        struct web_request *r, struct portal_draft *out, struct errinfo *e);
/* The same; what cannot be shown is answered here: `*done` is true and the result is the
 * handler's (no such draft, log in, already submitted). */
MUST_USE enum err portal_draft_open(
        struct web_request *r, struct portal_draft *out, bool *done, struct errinfo *e);
struct text portal_draft_code(const struct web_request *r, struct text id);
void portal_draft_remember(struct web_request *r, struct text id, struct text code);

/* Writes the answers as they stand in the run. `then` as in web_run (web/web.h). */
MUST_USE enum err portal_draft_save(struct web_request *r, struct portal_draft *d,
        struct text address,
        enum err (*then)(struct web_request *r, struct command *c, enum err code,
                const struct errinfo *why, void *state, struct errinfo *e),
        void *state, struct errinfo *e);
/* After a save: the version the next one must name. */
void portal_draft_saved(struct portal_draft *d, const struct command *c);

struct text portal_path(struct arena *a, struct text draft, const char *rest);
/* "/antrag/<draft>/frage/members_page.members.2"; empty address: check-your-answers. */
struct text portal_step_path(struct arena *a, struct text draft, struct text address);
/* {step} of the path as an address of the form. */
struct text portal_step_address(const struct web_request *r);

/* The logged in citizen with name and address for prefill; NULL when nobody is. */
MUST_USE enum err portal_citizen(const struct web_request *r, struct arena *a,
        const struct people_citizen **out, struct errinfo *e);
/* For a command, which may outlive the request. */
const struct people_actor *portal_actor(struct arena *a, const struct people_actor *from);
struct people_citizen *portal_citizen_copy(struct arena *a, const struct people_citizen *c);

/* Sections of the form beside its pages (track.c) ------------------------------------------------
 */

struct portal_section {
	struct text title;
	struct text href; /* empty: not reached */
	struct text note; /* "Frage 2 von 3" */
	bool done, current;
};

struct portal_track {
	struct text title; /* "Ihr Antrag: Wohngeld" */
	struct portal_section *sections;
	size_t section_count;
	struct text where; /* "Wohngeld, Abschnitt 3 von 7: Miete" */
	struct text saved; /* when, and when it is deleted */
};
extern const struct html_type portal_track_type;
/* `address` empty: check-your-answers is current. */
void portal_track_fill(struct web_request *r, struct portal_draft *d, struct text address,
        struct portal_track *out);

/* Fields (field.c) --------------------------------------------------------------------------------
 */

/* Something wrong that the form does not know of (a file that was refused). */
struct portal_fault {
	struct text path;
	struct text message;
};

struct portal_faults {
	struct portal_fault *items;
	size_t count, cap;
};

/* Draws items; errors are collected in r->frame.faults. `open_only`: leave out what cannot be
 * changed (answering a request). */
struct portal_draw {
	struct web_request *r;
	const struct service_adoption *adoption;
	struct form_run *run;
	const struct words *words;
	const struct portal_faults *faults;
	struct text file_base; /* "/antrag/<draft>/datei/" or empty */
	bool open_only;
	bool has_files; /* out: the form must be multipart */
	size_t fault_cap;
};
void portal_fields(struct portal_draw *w, const struct form_item *items, size_t count,
        struct web_field **out, size_t *out_count);
/* One number for all that stands in a step: changed by another tab or not? */
uint64_t portal_mark(const struct form_view *v);
/* Answer of one item as a person reads it. */
struct text portal_item_text(struct arena *a, const struct form_item *i);
/* Every posted name and value. */
size_t portal_posted(const struct web_request *r, struct form_posted **out);

/* Files (upload.c)
 * --------------------------------------------------------------------------------- */

/* Uploads of this request that belong to open file items of a view, already looked at. */
struct portal_file {
	struct text path;
	const struct web_upload *upload;
	struct form_file file; /* name, media, size; hash once it is stored */
	struct text bytes;
};
MUST_USE enum err portal_files(struct web_request *r, struct form_run *run,
        const struct form_item *items, size_t count, const struct words *w,
        struct portal_faults *faults, struct portal_file **out, size_t *out_count,
        struct errinfo *e);
/* Store one for a draft. */
MUST_USE enum err portal_file_store(struct web_request *r, struct portal_draft *d,
        struct text address, struct portal_file *f,
        enum err (*then)(struct web_request *r, struct command *c, enum err code,
                const struct errinfo *why, void *state, struct errinfo *e),
        void *state, struct errinfo *e);
/* Takes the stored file over into the run of the page. */
MUST_USE enum err portal_file_stored(
        struct portal_draft *d, struct portal_file *f, const struct command *c, struct errinfo *e);
/* Id and value of the tick box that removes the file. */
struct text portal_file_id(struct arena *a, const struct form_item *item, size_t index);
/* Files the person ticked to be removed; returns how many. */
size_t portal_files_remove(
        struct web_request *r, struct form_run *run, const struct form_item *items, size_t count);

/* Check-your-answers as a list, also shown with an application (listing.c)
 * --------------------------- */

struct portal_answer {
	struct text label, value, source, change;
};
struct portal_answers_part {
	struct text heading; /* of an entry or group, or empty */
	struct portal_answer *rows;
	size_t row_count;
};
struct portal_answers {
	struct text title;
	struct portal_answers_part *parts;
	size_t part_count;
};
extern const struct html_type portal_answers_type;
/* `draft` empty: nothing can be changed. */
MUST_USE enum err portal_listing(struct web_request *r, struct form_run *run, const struct words *w,
        struct text draft, struct portal_answers **out, size_t *count, struct errinfo *e);

/* The timeline of a case (timeline.c)
 * ------------------------------------------------------------------ */

struct portal_stage {
	struct text title, text;
	struct text at; /* ISO, for <time> */
	struct text when;
	struct text href, link; /* something to do here */
	bool done, now;
};
extern const struct html_type portal_stage_type;
void portal_timeline(const struct web_request *r, const struct case_view *v,
        struct portal_stage **out, size_t *count);
/* Tag of a status: class suffix "run", "done", "need", "bad", "" and its words. */
const char *portal_status_class(const struct case_row *row);
struct text portal_status_words(
        const struct web_request *r, const struct service_adoption *x, const struct case_row *row);
/* The request that is open, or NULL. */
const struct case_request *portal_open_request(const struct case_view *v);

/* Who has it. */
struct portal_contact {
	struct text authority, unit, phone, mail, hours, street, city;
};
extern const struct html_type portal_contact_type;
struct portal_contact portal_contact_of(
        const struct web_request *r, const struct service_adoption *x);

/* A place (place.c)
 * ----------------------------------------------------------------------------------------- */

struct portal_choice {
	struct text name, href;
};

struct portal_place {
	struct text typed; /* for the input */
	struct text name;  /* "Dresden", empty: none chosen */
	struct text problem;
	struct portal_choice *choices;
	size_t choice_count;
};
extern const struct html_type portal_place_type;
/* From ?ort= or the cookie; remembers what is clear. `base` is the path for choices. */
struct service_route portal_place_find(struct web_request *r, const struct service_library *l,
        struct text service, struct text base, struct portal_place *out);

#endif
