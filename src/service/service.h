/* service/service.h - packages, the library, adoption, routing to the competent authority.
 *
 * A package is a folder (docs/packages.md). It is read whole, hashed, checked, compiled once
 * and then immutable: any thread may use it without a lock. Nothing here is ever unloaded
 * before service_shelf_close: a pointer to a service, adoption or authority stays good for
 * the life of the shelf (tests: of the arena).
 *
 *	folder --service_read--> struct service --adopt--> struct service_adoption
 *
 * Versions. The content hash of a folder is its version. What a case ran with is named by a
 * lock: one hash over the package, the shared parts it uses (_codes, _fields, _law, _letters)
 * and the overlay of the authority. A case stores the lock and finds the same adoption again
 * by service_shelf_at, whatever was published since.
 *
 *	<data>/packages/parts/<hash>/   a folder as it was published (package, shared part, overlay)
 *	<data>/packages/locks/<lock>.json
 *	<data>/packages/in_force.json   what is offered now
 *
 * Hashes are 64 lower-case hexadecimal digits. Languages are tags ("de", "en"). */
#ifndef SERVICE_SERVICE_H
#define SERVICE_SERVICE_H

#include "base/calendar.h"
#include "base/log.h"
#include "base/words.h"
#include "bpmn/bpmn.h"
#include "dmn/dmn.h"
#include "form/form.h"
#include "format/json.h"
#include "format/texts.h"
#include "law/law.h"

enum {
	SERVICE_FILES_MAX = 200,        /* of one folder (package.md section 6) */
	SERVICE_BYTES_MAX = 20 << 20,   /* of one folder, all files together */
	SERVICE_PATH_MAX = 200,         /* bytes of a path inside a folder */
	SERVICE_PACKAGES_MAX = 2000,    /* in one folder of packages */
	SERVICE_AUTHORITIES_MAX = 2000, /* Saxony has 417 municipalities and 10 districts */
	SERVICE_PLACES_MAX = 20000,     /* municipalities in all of Germany: about 10,800 */
	SERVICE_FINDINGS_MAX = 500,     /* of one package; further ones are counted */
	SERVICE_ITEMS_MAX = 200,        /* roles, letters, slots, ... of one package */
	SERVICE_QUERY_MAX = 200,        /* bytes of a search that are looked at */
	SERVICE_HASH = 64,              /* hexadecimal digits of a hash */
	SERVICE_PARTS = 6,              /* folders a lock names */
};

/* Words ------------------------------------------------------------------------------------ */

/* A text in several languages, as authority.json has it: "Dresden" or {"de": .., "en": ..}. */
struct service_local {
	const struct json *value; /* string or object; NULL = empty */
};
/* The text in this language, else in German, else empty. */
struct text service_local_text(struct service_local l, struct text language);

/* What a package says ---------------------------------------------------------------------- */

struct service_law {
	struct text id, cite;
	struct text kind; /* act, ordinance, by-law, internal */
	bool checked;     /* false: nobody has compared it with the source yet */
};

struct service_role {
	struct text id;
	struct text except; /* `not`: who did the last task of that role may not do this one's */
	const struct text *may; /* read, write, decide, sign, assign */
	size_t may_count;
};

/* Events that start a period (docs/process-contract.md). */
enum service_event {
	SERVICE_SUBMITTED,
	SERVICE_COMPLETE,
	SERVICE_REQUESTED,
	SERVICE_EFFECT,
	SERVICE_PAID,
	SERVICE_CLOSED,
	SERVICE_EVENT_COUNT,
};
const char *service_event_name(enum service_event event); /* "submitted", also law.event.<key> */
MUST_USE bool service_event_parse(struct text t, enum service_event *out);

/* What the passing of a period means. */
enum service_silent {
	SERVICE_SILENT_NONE,
	SERVICE_SILENT_REMIND,
	SERVICE_SILENT_REFUSE,
	SERVICE_SILENT_DEEMED,
	SERVICE_SILENT_WITHDRAWN,
};

struct service_deadline {
	struct text id;
	enum service_event event;
	struct law_length length;
	enum law_shift shift;
	enum service_silent silent;
	struct text law; /* id */
};

enum service_letter_kind {
	SERVICE_RECEIPT,
	SERVICE_REQUEST,
	SERVICE_REMINDER,
	SERVICE_NOTICE,
	SERVICE_INFO,
	SERVICE_LETTER_KIND_COUNT,
};
const char *service_letter_kind_name(enum service_letter_kind kind);

struct service_letter {
	struct text id;
	enum service_letter_kind kind;
	const struct text *free; /* ids of free parts */
	size_t free_count;
	struct text path; /* below service.dir: "letters/notice.typ" */
};

enum service_channel { SERVICE_MAILBOX, SERVICE_POST };

struct service_delivery {
	enum law_regime regime;
	enum law_procedure procedure;  /* follows the regime where the package is silent */
	enum law_shift announce_shift; /* does the day of effect move off a holiday? */
	enum service_channel channels[4];
	size_t channel_count;
	struct text remedy; /* id of the deadline; empty = no remedy */
};

struct service_filing {
	struct text plan; /* file plan key */
	int retention_years;
	bool from_year_end; /* counted from the end of the year */
	struct text from;   /* event or outcome that starts it: "closed", "deregistered" */
	char archive;       /* 'A' archive, 'V' destroy, 'B' archive decides, 0 unset */
};

struct service_purpose {
	struct text id;
	struct text basis; /* law id */
	const struct text *recipients;
	size_t recipient_count;
	struct text keep;
};

enum service_opening { SERVICE_OPEN, SERVICE_PAUSED, SERVICE_CLOSED_FOR_GOOD, SERVICE_SEASON };

struct service_slot {
	struct text id;   /* "rates", "text:intro" */
	struct text kind; /* value, table, list, text, codes, role, authority, ... */
	struct text law;
	bool dated;
	const struct json *definition; /* the whole declaration */
	const struct feel_type *type;  /* of slot.<id>; NULL for texts and other non-values */
};

/* One version of one service, ready to run. */
struct service {
	struct text id, version;
	struct text hash;                 /* of the package folder */
	struct text lock;                 /* over package and shared parts, without an overlay */
	struct text parts[SERVICE_PARTS]; /* hashes behind the lock; for this room */
	const struct json *manifest;      /* service.json, for keys not listed below */

	struct text level;      /* state, district, municipality */
	const struct text *who; /* person, organisation, staff, anonymous */
	size_t who_count;
	const struct text *life; /* life situations: text life.<id> */
	size_t life_count;
	const struct service_law *laws;
	size_t law_count;
	const struct service_role *roles;
	size_t role_count;
	const struct service_deadline *deadlines;
	size_t deadline_count;
	const struct service_letter *letters;
	size_t letter_count;
	const struct service_purpose *purposes;
	size_t purpose_count;
	const struct service_slot *slots;
	size_t slot_count;
	enum form_trust trust_start, trust_submit;
	enum service_opening opening;
	struct date open_from, open_to; /* SERVICE_SEASON, both inclusive */
	struct service_delivery delivery;
	struct service_filing filing;
	struct feel_value params; /* context `param` */

	const struct form *form;
	const struct dmn_model *decisions; /* NULL: the package has none */
	const struct bpmn_model *model;
	const struct bpmn_element *process;  /* the one a new case starts */
	const struct law_calendar *calendar; /* of this lock; running cases use the library's */
	struct text bpmn_xml;                /* process.bpmn as it stands */

	const struct texts *texts;  /* of the package */
	const struct texts *shared; /* of the shared parts; may have no language */

	/* Folders on disk for the letter helper, terminated. */
	const char *dir;         /* of the package: letters are in dir/letters */
	const char *letters_dir; /* of the shared part _letters; NULL = none */
};

/* NULL when there is none. */
const struct service_law *service_find_law(const struct service *s, struct text id);
const struct service_role *service_find_role(const struct service *s, struct text id);
const struct service_deadline *service_find_deadline(const struct service *s, struct text id);
const struct service_letter *service_find_letter(const struct service *s, struct text id);
bool service_role_may(const struct service_role *r, const char *what);
/* Applications are taken on this day. */
bool service_is_open(const struct service *s, struct date day);

/* Authorities ------------------------------------------------------------------------------ */

/* Where and when somebody is reached; a unit's gaps are filled from its authority. */
struct service_unit {
	struct text service;       /* "wohngeld", "*" = all others */
	struct service_local name; /* "Sozialamt, Wohngeldbehörde"; may be empty */
	struct text street, postcode, city, phone, mail, web;
	struct service_local hours;
	struct text remedy_address; /* one line, where an objection goes */
};

/* A municipality, with the postcodes that occur in it. */
struct service_place {
	struct text ags;  /* 8 digits */
	struct text name; /* "Dresden" */
	const struct text *postcodes;
	size_t postcode_count;
};

struct service_authority {
	struct text ags; /* key of the authority: folder name */
	struct text hash;
	struct service_local name;       /* "Landeshauptstadt Dresden" */
	struct service_local short_name; /* "Dresden"; falls back to name */
	struct text case_prefix;         /* begins case numbers: "DD"; may be empty */
	const struct text *languages;    /* it answers in; German where it names none */
	size_t language_count;
	struct law_place seat;      /* decides holidays: law_ask.place */
	struct service_unit office; /* of the authority itself */
	const struct service_unit *units;
	size_t unit_count;
	const struct service_place *places; /* municipalities it serves */
	size_t place_count;
};

/* The unit that handles a service, else "*", else the authority itself. Never NULL. */
const struct service_unit *service_authority_unit(
        const struct service_authority *x, struct text service);

/* Adoption: an authority offers a service ---------------------------------------------------- */

struct service_slots; /* values with their days, texts of the authority; private */

struct service_adoption {
	const struct service *service;
	const struct service_authority *authority;
	const struct service_unit *unit;
	struct text lock; /* the version a case stores */
	const struct service_slots *slots;
};

/* Context `slot`: defaults, replaced by the authority's values; of dated slots the value in
 * force on `day` (null before the first). */
struct feel_value service_slot_values(
        struct arena *a, const struct service_adoption *x, struct date day);
/* Context `place`: ags, name. */
struct feel_value service_place_value(struct arena *a, const struct service_adoption *x);

/* The text of a key: of the authority, of the package, of the shared parts, in this language; then
 * the same in German. Empty when there is none. `used` (may be NULL) receives the language
 * of the text, so that a page can mark what is not translated. */
struct text service_text(
        const struct service_adoption *x, struct text language, struct text key, struct text *used);
/* The same for a service nobody's adoption is looked at (lists, search). */
struct text service_package_text(
        const struct service *s, struct text language, struct text key, struct text *used);
/* All of it for the rooms form and law: service_text, then `program` (ui/texts; NULL = none).
 * Lives in `a`. */
struct words service_words(struct arena *a, const struct service_adoption *x, struct text language,
        const struct texts *program);
/* What a citizen reads while a token stands at `node`: status.<node>, else empty. */
struct text service_status_text(
        const struct service_adoption *x, struct text language, struct text node);

/* The library: what is offered now ----------------------------------------------------------- */

struct service_index;      /* search; private */
struct service_route_rule; /* routing.json; private */

/* A snapshot. Sorted by id, ags, (service, authority). */
struct service_library {
	const struct service *const *services;
	size_t service_count;
	const struct service_authority *const *authorities;
	size_t authority_count;
	const struct service_adoption *const *adoptions;
	size_t adoption_count;
	const struct service_place *places; /* of all authorities and routing.json, by ags */
	size_t place_count;
	const struct service_route_rule *rules; /* routing.json */
	size_t rule_count;
	const struct law_calendar *calendar; /* in force now: deadlines of running cases too */
	const struct service_index *index;
};

const struct service *service_find(const struct service_library *l, struct text id);
const struct service_authority *service_find_authority(
        const struct service_library *l, struct text ags);
const struct service_adoption *service_find_adoption(
        const struct service_library *l, struct text service, struct text ags);
const struct service_place *service_find_place(const struct service_library *l, struct text ags);

/* Search with everyday words. Title, the texts `words` and `intro` in the language and in
 * German are looked at; umlauts are folded (ae = ä), a beginning or one wrong letter is
 * enough. Best first; an empty query gives all services by title. */
struct service_hit {
	const struct service *service;
	struct text title;
	int score; /* higher is better; 0 for an empty query */
};
size_t service_search(struct arena *a, const struct service_library *l, struct text language,
        struct text query, const struct service_hit **out);

/* Routing: who is competent for a place? */
enum service_route_kind {
	SERVICE_ROUTE_FOUND,       /* adoption, place */
	SERVICE_ROUTE_CHOOSE,      /* several places fit: choices */
	SERVICE_ROUTE_NOT_OFFERED, /* not online here yet: place; authority, body, text if known */
	SERVICE_ROUTE_UNKNOWN,     /* no such place: choices may hold similar names */
};

struct service_route {
	enum service_route_kind kind;
	const struct service_adoption *adoption;
	const struct service_authority *authority; /* competent, may be NULL when not offered */
	const struct service_place *place;
	struct service_local body; /* not offered: who is competent, "Landkreis Bautzen" */
	struct service_local text; /* not offered: what the person can do; may be empty */
	const struct service_place *const *choices; /* places to choose from, by name */
	size_t choice_count;
};

/* `where`: municipality key (8 digits), postcode (5 digits), name of a place, or postcode and
 * name ("01099 Dresden"). `service` empty: any service (which place is meant?); then FOUND
 * has no adoption. Several places with one postcode that all have the same competent
 * authority are FOUND. */
struct service_route service_route(
        struct arena *a, const struct service_library *l, struct text service, struct text where);

/* Findings ----------------------------------------------------------------------------------- */

enum service_severity { SERVICE_NOTE, SERVICE_WARNING, SERVICE_ERROR };

enum { SERVICE_PARAMS_MAX = 4 };

/* Something in a package, with its place. The sentence is the text `key` with {params}, the
 * proposal `key`.do (of findings of ours; other rooms have theirs inside the sentence). */
struct service_finding {
	enum service_severity severity;
	struct text package; /* id or folder name */
	struct text file;    /* "form.json"; empty: the package as a whole */
	int line;            /* 0 = unknown */
	struct text place;   /* element id, field path, key ("deadlines.remedy") */
	struct text code;    /* "role_missing", "bpmn.no_default", "feel.unknown_name" */
	struct text key;     /* text key */
	struct word_param params[SERVICE_PARAMS_MAX];
	size_t param_count;
	struct text text; /* English sentence of another room; empty for ours */
};

struct service_findings {
	struct arena *arena;
	struct service_finding *items; /* by file, line, place after service_findings_sort */
	size_t count, cap;
	size_t errors, warnings, notes, dropped;
};

void service_findings_init(struct service_findings *f, struct arena *a);
void service_findings_sort(struct service_findings *f);
/* The sentence and the proposal (may be empty) in the language of `w` (ui/texts). */
struct text service_finding_text(
        struct arena *a, const struct service_finding *f, const struct words *w);
struct text service_finding_proposal(
        struct arena *a, const struct service_finding *f, const struct words *w);
const char *service_severity_name(enum service_severity s); /* "error" */

/* `amtsweg check`: a package, a folder of packages (shared parts beside them are checked
 * too), a .bpmn or a .dmn file. OK also with findings; ERR_NOT_FOUND: no such path, ERR_INVALID:
 * nothing of these. `checked` receives the number of packages or files looked at.
 * `texts_report`: every text a translation lacks, as notes (without it only their number). */
struct service_check_options {
	bool texts_report;
	const char *authorities; /* folder whose adoptions are checked too; NULL = none */
};
MUST_USE enum err service_check(struct arena *a, const char *path,
        const struct service_check_options *options, struct service_findings *f, size_t *checked,
        struct errinfo *e);

/* The shelf: versions on disk ------------------------------------------------------------------ */

struct service_sources {
	const char *services;    /* folder of packages and shared parts */
	const char *authorities; /* folder of <ags>/authority.json, <ags>/<service>.json,
	                            routing.json */
};

/* Read everything from source folders into memory, nothing is published: golden cases,
 * checks, tests. Packages and adoptions with errors are left out; `f` says why. */
MUST_USE enum err service_library_read(struct arena *a, const struct service_sources *from,
        struct service_findings *f, const struct service_library **out, struct errinfo *e);

/* An adoption with given slot values (`overlay` as authorities/<ags>/<service>.json, NULL =
 * defaults), for golden cases and previews. ERR_INVALID: see `f`. */
MUST_USE enum err service_adopt(struct arena *a, const struct service *s,
        const struct service_authority *authority, const struct json *overlay,
        struct service_findings *f, const struct service_adoption **out, struct errinfo *e);

struct service_shelf;

/* Open <data>/packages and load what is in force (nothing on the first start). A version that
 * cannot be read any longer (missing, changed, refused by a newer program) is logged as
 * `service.unreadable` and left out; the others are offered. ERR_CORRUPT: in_force.json
 * itself is damaged. */
MUST_USE enum err service_shelf_open(
        const char *data_dir, const struct log *log, struct service_shelf **out, struct errinfo *e);
void service_shelf_close(struct service_shelf *s); /* NULL is allowed */

/* What happened to one package or adoption in a publication. */
enum service_outcome {
	SERVICE_UNCHANGED, /* the same content is in force */
	SERVICE_TAKEN,     /* now in force */
	SERVICE_KEPT,      /* has errors: the version before stays in force */
	SERVICE_REFUSED,   /* has errors, and there was none before */
	SERVICE_REMOVED,   /* no longer in the sources: not offered, running cases go on */
};

struct service_news {
	struct text service, authority; /* authority empty: the package itself */
	struct text version, hash;      /* of the source; hash empty when it could not be read */
	enum service_outcome outcome;
};

struct service_publication {
	struct service_news *news;
	size_t count, cap;
	struct service_findings findings;
};

/* Read, check and copy what changed in the sources, sync it, take it into force. A package or
 * adoption with errors leaves the one before in force; the others go on. All or nothing on
 * disk errors (ERR_FULL, ERR_IO): then everything stays as it was. One caller at a time
 * (others wait). `out` lives in `a`. */
MUST_USE enum err service_shelf_publish(struct service_shelf *s, const struct service_sources *from,
        struct arena *a, struct service_publication *out, struct errinfo *e);

/* True when a file in the sources was changed, added or removed since the last publication
 * (names, sizes and times only; cheap enough for every few seconds). */
bool service_shelf_changed(struct service_shelf *s, const struct service_sources *from);

/* What is in force. Any thread; take it once per request. Never NULL. */
const struct service_library *service_shelf_current(const struct service_shelf *s);

/* The adoption a case runs with, loaded when it is first asked for. Any thread.
 * ERR_NOT_FOUND: this lock was never published here. ERR_CORRUPT: it was, but a part of it is
 * missing, changed or refused by this program. */
MUST_USE enum err service_shelf_at(struct service_shelf *s, struct text lock,
        const struct service_adoption **out, struct errinfo *e);

#endif
