/* cli/golden.h - golden cases: a package tried from the first page to the archive, in
 * simulated time, on the real chain (docs/packages.md, Golden cases). */
#ifndef CLI_GOLDEN_H
#define CLI_GOLDEN_H

#include "casework/casework.h"
#include "cli/cli.h"
#include "format/json.h"

enum {
	GOLDEN_MESSAGES_MAX = 200, /* differences of one case that are told */
	GOLDEN_ACTS_MAX = 500,
};

/* What a whole run shares. */
struct golden {
	struct arena *arena;
	const struct service_library *library;
	const struct zone *zone;
	const struct texts *texts;     /* ui/texts */
	struct letter_helper *letters; /* NULL: letters are not looked at, said once */
	const struct service *service;
	bool once, json;
	int passed, failed, skipped, rows;
};

/* Differences found in one case. */
struct golden_report {
	struct arena *arena;
	struct text *messages;
	size_t count, cap;
};

void golden_say(struct golden_report *r, const char *format, ...) PRINTF_LIKE(2, 3);

/* Is `got` what `want` names? Objects: every member of `want`; numbers by value also where
 * one of them is a string. `path` is where the difference is. */
bool golden_match(struct arena *a, const struct json *want, const struct json *got,
        struct text path, struct golden_report *r);
/* A FEEL value as a JSON tree. */
const struct json *golden_json(struct arena *a, struct feel_value v);

/* kinds decision, rule: one report for all rows. */
void golden_decision(struct golden *g, const struct json *test, struct golden_report *r);
void golden_rule(struct golden *g, const struct json *test, struct golden_report *r);
/* kind path; `restart`: the program is stopped and started again after every act. */
void golden_path(struct golden *g, const struct json *test, bool restart, struct golden_report *r);

/* The adoption of the package by the test's authority with its slot values. */
MUST_USE enum err golden_adoption(struct golden *g, const struct json *test, struct arena *a,
        const struct service_adoption **out, struct errinfo *e);
/* Answers by page as one object of fields. */
void golden_answers(struct arena *a, const struct json *pages, struct json *into);
/* "path: check" of a finding. */
struct text golden_finding(struct arena *a, const struct form_finding *f);

#endif
