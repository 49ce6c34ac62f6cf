/* cli/bpmn_suite.h - what the runner of the BPMN suite compares with. */
#ifndef CLI_BPMN_SUITE_H
#define CLI_BPMN_SUITE_H

#include "cli/play.h"
#include "format/json.h"

/* A pattern of the suite: a text; a list (in this order); {"any-order": [...]}, the items
 * interleave; {"any-of": [...]}, one of them. The whole trace must match. */
bool trace_matches(struct arena *a, const struct json *pattern, struct feel_value trace);

struct feel_value bpmn_suite_variable(const struct play *p, size_t instance, const char *name);

struct bpmn_count {
	struct text tag;
	int64_t number;
};

/* How often each element of BPMN stands in a model: those the compiled model holds are
 * counted there, the parts inside them (incoming, timeDuration, ...) in the file. */
struct bpmn_counts {
	struct bpmn_count *items;
	size_t count, cap;
};
void bpmn_suite_counts(
        struct arena *a, struct text bytes, const struct bpmn_model *m, struct bpmn_counts *out);
int64_t bpmn_suite_count(const struct bpmn_counts *c, struct text tag);

#endif
