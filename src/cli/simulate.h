/* cli/simulate.h - a scenario: what people, connectors, messages and time do while a model
 * runs. docs/simulate.md describes the file. */
#ifndef CLI_SIMULATE_H
#define CLI_SIMULATE_H

#include "cli/play.h"
#include "format/json.h"

struct simulation {
	struct arena *a;
	struct play play;
	const struct json *scenario; /* NULL: everything is completed without a result */
	struct feel_env names;
	size_t acts; /* answers given by themselves */
};

/* A value of the scenario: JSON as it is, or {"feel": "expression"}. */
MUST_USE enum err simulate_value(
        struct simulation *s, const struct json *j, struct feel_value *out, struct errinfo *e);
/* One entry of `do`. */
MUST_USE enum err simulate_act(struct simulation *s, const struct json *act, struct errinfo *e);
/* Answer what the scenario answers by itself, until nothing is left. */
MUST_USE enum err simulate_settle(struct simulation *s, struct errinfo *e);

#endif
