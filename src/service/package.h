/* service/package.h - a package with its shared parts while it is read and checked. */
#ifndef SERVICE_PACKAGE_H
#define SERVICE_PACKAGE_H

#include "service/folder.h"
#include "service/schema.h"

/* The folders a lock names, in the order of their names. */
enum part {
	PART_CODES,
	PART_FIELDS,
	PART_LAW,
	PART_LETTERS,
	PART_OVERLAY,
	PART_PACKAGE,
	PART_COUNT,
};
_Static_assert((int)PART_COUNT == (int)SERVICE_PARTS, "a lock names these parts");
extern const char *const part_names[PART_COUNT]; /* "_codes", ..., "package" */

struct parts {
	const struct folder *folders[PART_COUNT]; /* NULL = none */
};

/* The lock over the hashes of parts (empty = none). */
struct text lock_of_hashes(struct arena *a, const struct text hashes[PART_COUNT]);
/* Hashes of the folders; empty where there is none. */
void part_hashes(const struct parts *parts, struct text out[PART_COUNT]);

enum { CODE_LANGUAGES_MAX = 7 };

/* A code list with its names in other languages than German. */
struct code_table {
	struct form_code_list list;
	struct text languages[CODE_LANGUAGES_MAX];
	struct text *names[CODE_LANGUAGES_MAX]; /* by row */
	size_t language_count;
};

struct package {
	struct arena *a;
	struct service_findings *f;
	const struct folder *folder;
	struct parts parts;
	struct text name; /* id, or the folder's name */
	struct service *s;
	struct document manifest;               /* root NULL: could not be read */
	struct document form_json;              /* the same */
	const struct xml *bpmn_tree, *dmn_tree; /* for lines and expressions; may be NULL */
	struct code_table *codes;               /* those the form and the slots name */
	size_t code_count, code_cap;
	struct form_part *fields;
	size_t field_count, field_cap;
	const struct feel_type *slot_type, *param_type, *deadline_type;
	const struct feel_scope *scope; /* of the process; set when the form could be compiled */
	const struct text *names;       /* that the process sets itself */
	size_t name_count;
};

struct spot package_spot(const struct package *p, const char *file, int line, struct text place);

/* Read and compile everything. The service is complete only when no error was found; NULL
 * when not even service.json could be read. */
void package_read(struct arena *a, const struct parts *parts, struct service_findings *f,
        struct package *out);
/* Checks across files; after package_read. */
void package_lint(const struct package *p, const struct service_check_options *options);

/* Stages of package_read. */
void manifest_read(struct package *p);  /* service.json into p->s */
void slots_declare(struct package *p);  /* types of slots */
void codes_read(struct package *p);     /* code lists of package and library */
void texts_read(struct package *p);     /* texts of package and library */
void form_read(struct package *p);      /* form.json */
void decisions_read(struct package *p); /* decisions.dmn */
void process_read(struct package *p);   /* process.bpmn */
/* One model file, also without a package around it. */
void decisions_compile(struct package *p, const struct folder_file *file);
const struct bpmn_model *process_compile(struct package *p, const struct folder_file *file);
void law_read(struct package *p);                        /* _law/holidays.json */
const struct feel_scope *scope_build(struct package *p); /* names of docs/process-contract.md */

/* Names a field or variable may not have; ends with NULL. */
extern const char *const reserved_names[];
bool is_reserved(struct text name);
/* A name the data of every letter has of its own: no field and no result may have it. */
bool is_letter_name(struct text name);
/* A name of FEEL without spaces: letter or "_", then letters, digits, "_". */
bool is_plain_name(struct text t);

/* Names that the process sets (results, scripts, parameters of called processes) into p->names. */
void process_names(struct package *p);
/* Type of a name in the process: of the scope; NULL with true for variables of any type. */
bool process_name(const struct package *p, struct text name, const struct feel_type **type);

/* Topics of package_lint. */
void lint_manifest(const struct package *p);
void lint_fields(const struct package *p);
void lint_process(const struct package *p);
void lint_waits(const struct package *p);
void lint_decisions(const struct package *p);
void lint_letters(const struct package *p);
void lint_texts(const struct package *p, bool report);
void lint_tests(const struct package *p);
void lint_slots(const struct package *p);

/* Every rule of the package as text, to see whether a name is used at all. */
struct rule_text {
	struct text file, text;
};
size_t package_rules(const struct package *p, struct arena *a, struct rule_text **out);
/* `name` occurs in `t` with no letter, digit or "_" around it. */
bool mentions(struct text t, struct text name);

/* Line of the element with this id, else of the one with this name, 0 = none. */
int xml_line(const struct xml *x, struct text id);
/* Line of a field or page of form.json ("dogs.since", "page relief"); 1 when not found. */
int form_place_line(const struct package *p, struct text where);

#endif
