/* form/form_int.h - what the files of this room share: compiled rules, screens, the tree of
 * answers and the run. */
#ifndef FORM_FORM_INT_H
#define FORM_FORM_INT_H

#include "form/form.h"
#include "format/json.h"

/* Model -------------------------------------------------------------------------------------- */

struct form_check {
	struct text id;
	const struct feel_expr *rule;
	const struct form_field *const *on; /* fields it concerns; the holder where none is named */
	size_t on_count;
};

/* A stretch of fields between repeating groups, or one repeating group. */
struct form_screen {
	const struct form_field *list;          /* NULL: fields */
	const struct form_field *const *fields; /* children of the container, in order */
	size_t count;
	int part; /* of the stretches of fields, from 1 */
};

struct form_rules {
	const struct feel_expr *show, *need, *value, *initial, *min, *max;
	struct text initial_text;               /* default given as a value */
	struct feel_value min_value, max_value; /* limits given as values; null = none */
	struct text pattern; /* compiled for each run: a compiled one is not shared by threads */
	struct form_check *checks;
	size_t check_count;
	const struct feel_type *type;      /* of the value */
	int slot;                          /* its place in the context around it; -1: label */
	int slots;                         /* group: places in its context */
	int vertex;                        /* its number among all fields */
	const struct form_screen *screens; /* page, repeating group */
	size_t screen_count;
};

enum form_node_kind { FORM_NODE_PAGE, FORM_NODE_FIELD };

struct form_node {
	const struct form_page *page;
	const struct form_field *field; /* NULL: the page itself */
};

struct form_plan {
	const struct form_node *nodes; /* each after what it reads */
	size_t count;
	int root_slots;
	struct feel_value natives; /* context of host functions: "iban ok" */
};

/* Compiling ---------------------------------------------------------------------------------- */

/* A rule still as text, until all names are known. */
enum form_rule_kind {
	FORM_RULE_SHOW,
	FORM_RULE_NEED,
	FORM_RULE_VALUE,
	FORM_RULE_DEFAULT,
	FORM_RULE_MIN,
	FORM_RULE_MAX,
	FORM_RULE_CHECK,
};

struct form_pending {
	enum form_rule_kind kind;
	struct text text;
	struct form_page *page; /* one of the two */
	struct form_field *field;
	struct form_check *check; /* FORM_RULE_CHECK */
	const struct json *on;    /* FORM_RULE_CHECK: names, may be NULL */
	const struct feel_expr *expr;
};

struct form_compiler {
	struct arena *a;
	const struct form_source *source;
	struct form_problems *problems;
	struct form *form;
	struct form_pending *pending;
	size_t pending_count, pending_cap;
	const struct json *top;    /* form.json */
	const struct json **parts; /* parsed library, as source->parts */
	int field_count;
};

void form_problem(struct form_compiler *c, const char *code, struct text where, const char *format,
        ...) PRINTF_LIKE(4, 5);
/* Where a rule stands, for problems and faults: "dogs.since show". */
struct text form_rule_where(struct arena *a, const struct form_pending *p);

enum form_keys {
	FORM_KEYS_TOP,
	FORM_KEYS_PAGE,
	FORM_KEYS_FIELD,
	FORM_KEYS_LIBRARY, /* a field that is an entry of the library */
	FORM_KEYS_CHECK,
};
void form_check_keys(
        struct form_compiler *c, const struct json *j, struct text where, enum form_keys set);
bool form_id_shape(struct text id);
void form_check_id(struct form_compiler *c, struct text id, struct text where);

/* Stages, in this order; all report problems and go on. */
void form_read_pages(struct form_compiler *c);
void form_read_limits(struct form_compiler *c, struct form_field *f, const struct json *j);
void form_make_types(struct form_compiler *c);
void form_make_screens(struct form_compiler *c);
void form_compile_rules(struct form_compiler *c);
void form_make_plan(struct form_compiler *c);

/* The one place where the model is written after it was made. */
static inline struct form_rules *form_rules_of(const struct form_field *f)
{
	return (struct form_rules *)(uintptr_t)f->rules;
}

static inline bool form_is_list(const struct form_field *f)
{
	return f->type == FORM_GROUP && f->many;
}

/* The field an expression's path names, seen from a field or page; NULL: not a field. */
const struct form_field *form_resolve(
        const struct form *f, const struct form_field *from_group, struct text path);

/* Patterns: one place that knows base/regex. The whole answer must match. */
MUST_USE enum err form_pattern_check(struct arena *a, struct text pattern, struct errinfo *e);
bool form_pattern_match(struct arena *a, struct text pattern, struct text t);

struct feel_value form_natives(struct arena *a);
bool form_iban_ok(struct text t);
/* DIN 91379: letters of names and places, with spaces, digits and marks; `lines`: also line
 * breaks. */
bool form_latin_ok(struct text t, bool lines);

/* Answers ------------------------------------------------------------------------------------ */

enum form_state {
	FORM_UNTOUCHED, /* starting value */
	FORM_EMPTY,     /* left empty on purpose */
	FORM_GIVEN,
	FORM_BAD, /* cannot be read: `raw` */
};

struct form_entry;

enum { FORM_RAW_MAX = 4 }; /* day, month, year, time */

struct form_value {
	const struct form_field *field;
	struct form_entry *in;
	enum form_state state;
	struct text *items; /* FORM_GIVEN: canonical texts */
	size_t count, cap;
	struct text *raw; /* FORM_BAD */
	size_t raw_count;
	const char *bad; /* FORM_BAD: code of the finding */
	struct form_file *files;
	size_t file_count, file_cap;
	struct form_entry **entries;
	size_t entry_count, entry_cap;
	struct text source; /* FORM_GIVEN from a fill source, unchanged */
	bool seen;          /* repeating group: its list was posted */
	/* evaluated */
	bool visible;
	bool starting; /* the value is a starting value */
	struct text starting_source;
	struct feel_value value;
};

struct form_entry {
	struct form_value *parent; /* the group; NULL: root */
	int number;                /* from 1 */
	bool provisional;          /* drawn, not yet posted */
	uint32_t seen;             /* bit k: part k was posted */
	struct form_value *values; /* one a child */
	size_t count;
	struct feel_entry *slots;
	struct feel_context context; /* live: slots change while evaluating */
	struct feel_entry extra_slots[2];
	struct feel_context extra; /* index, outer */
	struct feel_env env, extra_env;
};

struct form_run {
	struct arena *a;
	const struct form *form;
	struct form_world world;
	struct form_options options;
	struct form_entry *root;
	uint32_t *page_seen; /* bit k: part k was posted; bit 0: an exit page was shown */
	bool *page_visible;
	size_t values; /* leaves, against FORM_VALUES_MAX */
	struct feel_env globals;
	struct date today;
	struct form_fault *faults;
	size_t fault_count, fault_cap;
	struct form_step *steps; /* made when asked, dropped by every evaluation */
	size_t step_count, step_cap;
	bool steps_made;
	struct feel_run feel; /* budget of one evaluation */
};

/* The tree. */
struct form_entry *form_entry_new(struct form_run *r, struct form_value *parent);
struct form_entry *form_entry_add(struct form_run *r, struct form_value *group);
struct form_value *form_entry_value(const struct form_entry *e, const struct form_field *f);
/* "dogs[2].since"; NULL when an entry does not exist. "dogs[2]" gives the group and entry. */
struct form_value *form_locate(
        const struct form_run *r, struct text path, struct form_entry **entry);
struct text form_value_path(struct arena *a, const struct form_value *v);
struct text form_entry_path(struct arena *a, const struct form_entry *e);
bool form_answered(const struct form_value *v);
MUST_USE enum err form_answers_read(struct form_run *r, struct text draft, struct errinfo *e);
/* What no step shows: the answers as they are, for values and changes of a submission. */
MUST_USE enum err form_answers_open(struct arena *a, const struct form *f, struct text submission,
        struct form_run **out, struct errinfo *e);

/* Text to value and back. */
bool form_typed(
        struct arena *a, const struct form_field *f, struct text canonical, struct feel_value *out);
struct text form_canonical(struct arena *a, const struct form_field *f, struct feel_value v);
struct feel_value form_file_value(struct arena *a, const struct form_file *file);
/* Posted text to canonical text; NULL or the code of the finding. `empty`: nothing there. */
const char *form_take(struct arena *a, const struct form_field *f, struct text raw,
        struct text language, struct text *canonical, bool *empty);
const char *form_take_date(
        struct arena *a, const struct text part[3], struct text *canonical, bool *empty);
const char *form_take_time(struct arena *a, struct text raw, struct text *canonical);
/* A copy that can be stored whatever it was: bad bytes and NUL become U+FFFD. */
struct text form_storable(struct arena *a, struct text t);
const struct form_code *form_code_find(const struct form_code_list *l, struct text code);

/* Evaluating. */
MUST_USE enum err form_evaluate(struct form_run *r, struct errinfo *e);
enum err form_eval_rule(struct form_run *r, const struct feel_expr *x, const struct form_entry *e,
        const struct feel_value *own, struct feel_value *out);
void form_fault_add(struct form_run *r, struct text where, const char *message);

/* Findings. */
struct form_found {
	struct form_finding *items;
	size_t count, cap;
};
/* The value's own limits and checks; of a group its number of entries and its checks. */
void form_check_value(struct form_run *r, struct form_value *v, struct form_found *out);
void form_check_page(struct form_run *r, const struct form_page *page, struct form_found *out);
void form_check_entry(struct form_run *r, const struct form_entry *e, struct form_found *out);
bool form_needed(struct form_run *r, const struct form_value *v);
void form_found_add(
        struct form_run *r, struct form_found *out, const struct form_value *v, const char *code);

/* Steps. */
struct form_place {
	const struct form_page *page;
	struct form_entry *entry; /* container; the root entry for pages */
	const struct form_screen *screen;
	struct form_value *list; /* screen of a repeating group */
};
MUST_USE enum err form_place_at(struct form_run *r, struct text address, bool create,
        struct form_place *out, struct errinfo *e);
struct text form_place_address(struct form_run *r, const struct form_place *p);
/* Address of the step where a value is asked. */
struct text form_value_address(struct form_run *r, const struct form_value *v);
bool form_place_visible(struct form_run *r, const struct form_place *p);
bool form_place_done(struct form_run *r, const struct form_place *p);
bool form_place_seen(struct form_run *r, const struct form_place *p);
void form_place_see(struct form_run *r, const struct form_place *p);
void form_place_findings(struct form_run *r, const struct form_place *p, struct form_found *out);
struct form_step form_place_step(struct form_run *r, const struct form_place *p);
/* Values of a screen of fields in order, fieldsets unfolded, lists left out. */
typedef void form_visit_fn(struct form_run *r, struct form_value *v, void *data);
void form_visit_screen(
        struct form_run *r, const struct form_place *p, form_visit_fn *f, void *data);
void form_visit_inside(struct form_run *r, struct form_value *v, form_visit_fn *f, void *data);
bool form_drawn(const struct form_run *r, const struct form_value *v);
bool form_open_here(const struct form_run *r, const struct form_value *v);
bool form_locked(const struct form_run *r, const struct form_value *v);

/* Words. */
struct text form_key(
        struct arena *a, const struct form_field *f, const char *part, const struct words *w);
struct text form_label(
        struct form_run *r, const struct form_value *v, const char *part, const struct words *w);
struct text form_text_in(struct form_run *r, const struct form_entry *within, struct text key,
        const struct words *w);
struct text form_entry_title(struct form_run *r, const struct form_entry *e, const struct words *w);

#endif
