/* form/form.h - forms: pages, fields, conditions, computed values, validation.
 *
 * A form.json is compiled once into an immutable model (`struct form`), shared by threads.
 * A run (`struct form_run`) is one form with one person's answers at one moment: it reads
 * the stored draft, takes posted pages, says what is visible, what is wrong and what comes
 * next, and writes draft and submission. A run lives in the arena of its request.
 *
 * The same rules decide everywhere: nothing is repeated in scripts. What a person typed
 * wrong is a finding (data); what is wrong in the package is a problem (at compile time) or
 * a fault (a rule without result at run time), never blamed on the person.
 *
 * Field types and `times` follow FIM/XDatenfelder 3; letters of `text_latin` DIN 91379;
 * IBAN ISO 13616. Format of form.json: docs/packages.md; of the draft: src/form/README.md. */
#ifndef FORM_FORM_H
#define FORM_FORM_H

#include "base/buf.h"
#include "base/calendar.h"
#include "base/words.h"
#include "feel/feel.h"

/* All limits in one place, with their reason. */
enum {
	FORM_PAGES_MAX = 200,    /* nobody answers more */
	FORM_FIELDS_MAX = 1000,  /* of one form, groups unfolded */
	FORM_DEPTH_MAX = 4,      /* groups inside groups: household > person > income > proof */
	FORM_ENTRIES_MAX = 99,   /* of one group where times says `*` */
	FORM_VALUES_MAX = 20000, /* leaves of one set of answers: bounds every loop */
	FORM_ANSWERS_MAX = 512 * 1024, /* bytes of a draft or a submission as JSON */
	FORM_SOURCE_MAX = 1024 * 1024, /* bytes of form.json */
	FORM_POSTED_MAX = 2000,        /* names in one posted page */
	FORM_LINE_MAX = 500,           /* characters of a one-line text without `max` */
	FORM_AREA_MAX = 5000,          /* characters of a text area without `max` */
	FORM_FILES_MAX = 20,           /* of one field where times says `*` */
	FORM_FILE_MB_MAX = 50,         /* of one file; default 10 */
	FORM_PROBLEMS_MAX = 100,       /* of one check; further ones are counted */
	FORM_FINDINGS_MAX = 500,       /* of one validation */
	FORM_EVAL_STEPS = 2000000,     /* FEEL steps of one whole evaluation of a form */
	FORM_ADDRESS_MAX = 200,        /* bytes of the address of a step */
};

/* Model -------------------------------------------------------------------------------------- */

enum form_type {
	FORM_TEXT,
	FORM_TEXT_LATIN,
	FORM_DATE,
	FORM_TIME,
	FORM_DATETIME,
	FORM_BOOL,
	FORM_NUM,
	FORM_NUM_INT,
	FORM_NUM_CURRENCY,
	FORM_FILE,
	FORM_OBJ,
	FORM_GROUP,
	FORM_LABEL,
};

enum form_for { FORM_APPLICANT, FORM_SECOND, FORM_STAFF };
enum form_class { FORM_NORMAL, FORM_SPECIAL, FORM_OFFENCE }; /* GDPR Art. 9, Art. 10 */
enum form_trust { FORM_TRUST_NONE, FORM_TRUST_ACCOUNT, FORM_TRUST_SUBSTANTIAL, FORM_TRUST_HIGH };

const char *form_type_name(enum form_type t); /* "num_currency" */
/* "none", "account", "substantial", "high". */
MUST_USE bool form_trust_parse(struct text t, enum form_trust *out);

struct form_code {
	struct text code;
	struct text name; /* German, as it stands in the list */
};

struct form_code_list {
	struct text id, version;
	const struct form_code *rows;
	size_t count;
};

struct form_rules; /* compiled FEEL; private */
struct form_page;

struct form_field {
	struct text id;
	struct text path;      /* from the root, without numbers: "dogs.since"; key of its texts */
	struct text like_path; /* key of the library texts: "address-de.street"; may be empty */
	enum form_type type;
	enum form_for who;
	enum form_class access;
	enum form_trust trust;
	struct text purpose, law; /* ids in service.json */
	int times_min, times_max; /* after FIM: 0:1, 1:1, 1:4, ... */
	bool many;                /* times_max above 1: the value is a list */
	bool hidden;              /* never drawn; computed */
	bool computed;            /* has `value` */
	bool locked;              /* drawn, not changeable */
	bool tick;                /* bool as one tick box; 1:1 means it must be ticked */
	bool other;               /* codes: or an own text */
	bool conditional;         /* it or something around it has `show` or `need` */
	int lines;                /* text area height, 0 or 1 = one line */
	int64_t length_min, length_max;
	struct text unit;   /* id: the text is form.unit.<id>, or the unit itself */
	struct text schema; /* obj */
	const struct form_code_list *codes;
	const struct text *media; /* media types allowed for files; none = the usual ones */
	size_t media_count;
	int max_mb;
	const struct text *fill; /* sources in order: "account.name" */
	size_t fill_count;
	const struct form_page *page;
	const struct form_field *parent; /* group around it; NULL at the root */
	const struct form_field *children;
	size_t count;
	int index; /* among its siblings; at the root among all top fields */
	const struct form_rules *rules;
};

struct form_page {
	struct text id;
	struct text section; /* text section.<id>; a page without one is its own section */
	bool exit;           /* ends the form with advice (texts <id>.exit) */
	enum form_for who;
	enum form_trust trust;
	const struct form_field *const *fields; /* top-level fields of this page in order */
	size_t count;
	int index;
	const struct form_rules *rules;
};

struct form {
	const struct form_page *pages;
	size_t page_count;
	const struct form_field *fields; /* all top-level fields in order of the pages */
	size_t field_count;
	const struct feel_type *type; /* of the submitted answers: a closed context */
	const struct form_plan *plan; /* order of evaluation; private */
};

/* "dogs.since" or "dogs[2].since"; NULL when there is none. */
const struct form_field *form_find(const struct form *f, struct text path);
const struct form_page *form_find_page(const struct form *f, struct text id);

/* Compile ------------------------------------------------------------------------------------ */

struct form_part {
	struct text id;   /* "address-de": file name without .json in services/_fields/ */
	struct text json; /* one field definition without `id` */
};

struct form_source {
	struct text json;              /* form.json */
	const char *where;             /* its name for messages */
	const struct form_part *parts; /* the shared field library */
	size_t part_count;
	const struct form_code_list *codes; /* all lists the form may name, "id@version" */
	size_t code_count;
	const struct feel_field *slots; /* types of slot.<name>, from service.json */
	size_t slot_count;
};

struct form_problem {
	const char *code;    /* "unknown_name", "cycle", "unknown_key", ... */
	struct text where;   /* "dogs.since show", "page relief" */
	struct text message; /* English, plain words, with a proposal where there is one */
};

struct form_problems {
	struct form_problem *items;
	size_t count, cap;
	size_t dropped;
};

/* The model lives in `a` and copies what it needs. ERR_INVALID when there is any problem
 * (the first one also in `e`); as many as possible are reported at once. */
MUST_USE enum err form_compile(struct arena *a, const struct form_source *source,
        const struct form **out, struct form_problems *problems, struct errinfo *e);

/* Run ---------------------------------------------------------------------------------------- */

/* What rules may see besides the answers. Values that are not known stay null. */
struct form_world {
	struct instant now;          /* the case's clock; `today` is its day in Europe/Berlin */
	struct feel_value applicant; /* context: docs/process-contract.md */
	struct feel_value place;     /* context: ags, name */
	struct feel_value slot;      /* context of slot values in force */
	struct feel_value case_data; /* name `case` in rules */
	struct text language;
	enum form_trust trust; /* level of the login of this request */
	/* Prefill: the plain text of a source such as "account.name" or, for a field inside a
	 * filled group, "account.address.street". False: nothing there. May be NULL. */
	bool (*fill)(void *self, struct arena *a, struct text source, struct text *out);
	void *fill_self;
};

struct form_options {
	enum form_for who;       /* whose pages are shown */
	const struct text *open; /* correction: only these paths may change ("income[2].proof") */
	size_t open_count;       /* 0: everything is open */
};

struct form_run;

/* `draft` is what form_draft_write wrote, or a submission (its JSON is read as well); empty:
 * nothing answered yet. Unknown members of a draft are dropped and unreadable values become
 * unanswered: an old draft survives a changed form. ERR_LIMIT above FORM_ANSWERS_MAX. */
MUST_USE enum err form_run_open(struct arena *a, const struct form *f,
        const struct form_world *world, const struct form_options *options, struct text draft,
        struct form_run **out, struct errinfo *e);

/* The draft: everything typed, also what is wrong or out of sight, and the steps seen. */
MUST_USE enum err form_draft_write(const struct form_run *r, struct buf *b, struct errinfo *e);

/* Rules that gave no result although all they read was given: the package's fault. */
struct form_fault {
	struct text where; /* "dogs[2].since check born_first" */
	struct text message;
};
size_t form_faults(const struct form_run *r, const struct form_fault **out);

/* Steps -------------------------------------------------------------------------------------- */

/* What is asked on one screen. Its address is safe in a URL path and stable:
 *   "holder"              the fields of a page
 *   "dogs_page/dogs"      the list of a repeating group
 *   "dogs_page/dogs/2"    entry 2; the number after the last one makes a new entry
 *   "people/people/2/income", "people/people/2/income/1"  nested
 * Fields that stand after a repeating group are a screen of their own: "people/part-2",
 * "people/people/2/part-2" (they may depend on what the list says). */
enum form_step_kind {
	FORM_STEP_FIELDS,
	FORM_STEP_LIST,
	FORM_STEP_ENTRY, /* fields of an entry */
	FORM_STEP_EXIT,  /* advice instead of an application; nothing follows */
};

struct form_step {
	enum form_step_kind kind;
	struct text address;
	const struct form_page *page;
	const struct form_field *group; /* list and entry */
	int number;                     /* entry: from 1 */
	int part;                       /* fields and entry: from 1 */
	bool done;                      /* seen and without findings */
};

/* The steps in order, without entries (they hang below their list). */
size_t form_steps(struct form_run *r, const struct form_step **out);
/* ERR_NOT_FOUND: no such step, out of sight, or not of this person. */
MUST_USE enum err form_step_at(
        struct form_run *r, struct text address, struct form_step *out, struct errinfo *e);
/* Address of what follows or comes before; empty = check-your-answers resp. the start. After
 * the fields of an entry come the lists and fields that follow inside it, then the list it
 * belongs to. An empty required list leads to its first entry at once. */
struct text form_next(struct form_run *r, struct text address);
struct text form_previous(struct form_run *r, struct text address);
/* The first step that is not done: where a resumed draft continues; empty = all done. */
struct text form_first_open(struct form_run *r);

/* Progress: sections in order, those without a visible page left out. */
struct form_section {
	struct text id;        /* of the section, or of the page that is its own */
	struct text title_key; /* section.<id> or page.<id>.title */
	struct text address;   /* of its first step */
	int steps, step;       /* "question 2 of 3": step is 0 outside the current section */
	bool done, current;
};
size_t form_sections(struct form_run *r, struct text address, const struct form_section **out);

/* Posting ------------------------------------------------------------------------------------ */

struct form_posted {
	struct text name;  /* "dogs[2].since.day"; names that are no field are ignored */
	struct text value; /* as it arrived */
};

enum { FORM_FINDING_PARAMS_MAX = 3 };

/* Something the person can put right. `code` is the limit it breaks: need, min, max, pattern,
 * latin, code, times, times_min, check; cannot be read: form, whole (a whole number is asked),
 * places (too many decimals), day, month, year (missing), year_long (four digits); files:
 * media, size, scan, file_empty; trust (needs a stronger login). */
struct form_finding {
	struct text path; /* "dogs[2].since" */
	const struct form_field *field;
	const char *code;
	struct text check;   /* code `check`: its id, the text is error.<id> */
	struct text address; /* of the step where it can be put right */
	struct word_param params[FORM_FINDING_PARAMS_MAX];
	size_t param_count;
};

struct form_outcome {
	const struct form_finding *findings; /* of this step, in order of the page */
	size_t count;
	bool more;        /* an answer made new questions appear here: show the step again */
	struct text next; /* where to go when there are no findings and no more questions */
};

/* Take a posted step. Everything is kept as typed, also what is wrong; nothing outside the
 * step changes. Dates come as name.day, .month, .year (or one value), own texts of code
 * lists as name "_other" plus name.other, times as name.time. Files are not posted here.
 * A step out of sight: ERR_NOT_FOUND. A posted list only checks its number of entries. */
MUST_USE enum err form_post(struct form_run *r, struct text address,
        const struct form_posted *posted, size_t count, struct form_outcome *out,
        struct errinfo *e);

/* All answers of a page at once, as golden cases and other programs give them: an object with
 * a member per field (numbers as strings or numbers with a decimal point, days as ISO, groups
 * as objects, repeating groups as arrays). What the object leaves out becomes unanswered; the
 * page and its lists count as seen. Files are objects as in a draft. Findings as form_post. */
MUST_USE enum err form_answer(struct form_run *r, struct text page, struct text json,
        struct form_outcome *out, struct errinfo *e);

/* Remove an entry ("dogs[2]"); the following ones move up. */
MUST_USE enum err form_entry_remove(struct form_run *r, struct text path, struct errinfo *e);

struct form_file {
	struct text name;  /* as the person named it */
	struct text media; /* as found in the bytes, not as claimed */
	int64_t size;      /* bytes */
	struct text hash;  /* of the stored blob */
	struct text scan;  /* "clean", "none" (not scanned), "bad" */
};

/* Check first, then store the bytes, then add. `finding` (may be NULL) receives the finding
 * when the file is refused: ERR_INVALID. An entry that does not exist yet is made. */
MUST_USE enum err form_file_check(struct form_run *r, struct text path,
        const struct form_file *file, struct form_finding *finding, struct errinfo *e);
MUST_USE enum err form_file_add(
        struct form_run *r, struct text path, const struct form_file *file, struct errinfo *e);
/* `number` from 1. */
MUST_USE enum err form_file_remove(
        struct form_run *r, struct text path, int number, struct errinfo *e);

/* Check ---------------------------------------------------------------------------------------- */

/* Findings of one step, or of everything the person can see (address empty). */
size_t form_findings(struct form_run *r, struct text address, const struct form_finding **out);

/* The sentence of a finding: <path>.error.<code> of the package, <like_path>.error.<code> of
 * the library, form.error.<code>.<type>, form.error.<code>; for checks error.<id>. */
struct text form_finding_text(struct arena *a, const struct form_finding *f, const struct words *w);

/* View --------------------------------------------------------------------------------------- */

struct form_option {
	struct text code, name;
	bool chosen;
};

/* One field as it is drawn. */
struct form_item {
	const struct form_field *field;
	struct text name; /* "dogs[2].since": name of its input, base of its HTML id */
	bool needed;      /* an answer is required now; else show "(freiwillig)" */
	bool locked;      /* shown, not changeable: computed, filled and locked, or not open */
	struct text label, hint, help; /* help is Markdown; empty where there is no text */
	struct text value;             /* as typed, or formatted for an input line */
	struct text day, month, year, time;
	const struct text *values; /* one per line where the field has many */
	size_t value_count;
	const struct form_option *options; /* codes; yes and no */
	size_t option_count;
	bool other_chosen;
	struct text other;
	const struct form_file *files;
	size_t file_count;
	struct text source;            /* "account.name" where it was filled in, else empty */
	struct text error;             /* sentence of its first finding, else empty */
	struct text unit;              /* "Euro im Monat" */
	const struct form_item *items; /* group 1:1 or 0:1: a fieldset */
	size_t item_count;
};

struct form_entry_view {
	int number;
	struct text title;   /* text <group>.entry with its {fields}, else its first answer */
	struct text summary; /* text <group>.entry.summary, may be empty */
	bool done;           /* without findings */
	struct text address; /* to change it */
	struct text path;    /* to remove it: "dogs[2]" */
};

struct form_view {
	struct form_step step;
	struct text title, intro; /* page.<id>.title, .intro with {fields}; intro is Markdown */
	struct text exit;         /* <id>.exit with {fields}: advice, Markdown */
	const struct form_item *items;
	size_t item_count;
	const struct form_entry_view *entries; /* list */
	size_t entry_count;
	bool can_add, can_remove; /* list: within times and nothing closed by a correction */
	struct text add;          /* address of a new entry */
};

/* `outcome` (may be NULL) puts its findings at the fields. Untouched fields show default or
 * prefill. */
MUST_USE enum err form_view(struct form_run *r, struct text address, const struct words *w,
        const struct form_outcome *outcome, struct form_view *out, struct errinfo *e);

/* A text of the package with its {fields} filled from the answers, formatted as people read
 * them; empty when there is no such key. `within` is a path whose entry gives plain names and
 * {index} ("dogs[2]"), empty: the root. */
struct text form_text(
        struct form_run *r, struct text within, struct text key, const struct words *w);

/* Check-your-answers: what the person saw, in order; also the content of the receipt. */
struct form_row {
	struct text label;
	struct text value;   /* formatted; empty = "Nicht angegeben" */
	struct text source;  /* where it was filled in from */
	struct text path;    /* "dogs[2].since" */
	struct text address; /* step to change it; empty: cannot be changed */
	const struct form_field *field;
	int level;    /* 0 field, 1 in a group or entry, ... */
	bool heading; /* title of a group or entry; no value */
};

struct form_block {
	struct text title; /* of the section or page */
	const struct form_row *rows;
	size_t count;
};

MUST_USE enum err form_listing(struct form_run *r, const struct words *w,
        const struct form_block **out, size_t *count, struct errinfo *e);

/* A stored value as people read it ("1.384,25 Euro", "15. Juli 2026", the code's name). */
struct text form_value_text(struct arena *a, const struct form_field *field,
        struct feel_value value, const struct words *w);

/* What you will need: the file fields a person may be asked for, from the model alone. */
struct form_need {
	const struct form_field *field;
	bool always; /* required whatever is answered; else "if it applies" */
};
size_t form_needs(struct arena *a, const struct form *f, const struct form_need **out);

/* Result ------------------------------------------------------------------------------------- */

/* The submission: only what is visible, computed and hidden values included, unanswered
 * fields left out; numbers and dates as strings. ERR_INVALID while there are findings. */
MUST_USE enum err form_submission_write(struct form_run *r, struct buf *b, struct errinfo *e);

/* The answers as FEEL context with one member per top-level field of applicant and second
 * (null where unanswered or out of sight), copied into `a`. */
struct feel_value form_values(const struct form_run *r, struct arena *a);
/* The same for the fields of one page: the result of a staff task. */
struct feel_value form_page_values(
        const struct form_run *r, const struct form_page *page, struct arena *a);
/* The same from a stored submission, without evaluating a rule again. */
MUST_USE enum err form_values_read(struct arena *a, const struct form *f, struct text submission,
        struct feel_value *out, struct errinfo *e);

struct form_change {
	const struct form_field *field;
	struct text path;
	struct feel_value before, after; /* null: not answered */
};

/* Leaves that differ between two submissions, in order of the form; entries are compared by
 * number. */
MUST_USE enum err form_changes(struct arena *a, const struct form *f, struct text before,
        struct text after, const struct form_change **out, size_t *count, struct errinfo *e);

#endif
