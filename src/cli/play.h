/* cli/play.h - process instances in simulated time, for `simulate` and `bpmn-suite`.
 *
 * Does what the shell around the engine does, in memory: timers fire at their due moment in
 * order, thrown messages go to the instance that waits for them, else start a process that
 * begins with them, else are kept; signals reach every instance and start processes. After
 * every step the state is written to bytes and read back, so that what runs here is what a
 * data store would have kept. */
#ifndef CLI_PLAY_H
#define CLI_PLAY_H

#include "bpmn/bpmn.h"

struct play_instance {
	const struct bpmn_element *process;
	struct bpmn_state *state;
	struct text error; /* code an instance failed with */
};

struct play_message {
	struct text name, key;
	struct feel_value value;
	bool taken;
};

struct play {
	struct arena *a;
	const struct bpmn_model *model;
	struct bpmn_host host;
	int64_t now_ms;
	struct play_instance *instances;
	size_t count, cap;
	struct play_message *messages; /* kept until somebody waits */
	size_t message_count, message_cap;
	int depth; /* of messages that cause messages */
	/* Called for every effect, after the step; may be NULL. */
	void (*see)(void *data, struct play *p, size_t instance, const struct bpmn_effect *f);
	void *data;
};

void play_init(struct play *p, struct arena *a, const struct bpmn_model *m, int64_t now_ms);
/* Start a process (empty = the model's first) by a start event, message, signal or none. */
MUST_USE enum err play_start(struct play *p, struct text process, struct text by,
        struct feel_value variables, size_t *instance, struct errinfo *e);
/* One command for one instance, with all that follows from it. */
MUST_USE enum err play_command(
        struct play *p, size_t instance, const struct bpmn_command *c, struct errinfo *e);
/* A message or signal from outside. */
MUST_USE enum err play_message(struct play *p, struct text name, struct text key,
        struct feel_value value, struct errinfo *e);
MUST_USE enum err play_signal(
        struct play *p, struct text name, struct feel_value value, struct errinfo *e);
/* Let time pass; every timer due on the way fires at its moment. */
MUST_USE enum err play_wait(struct play *p, int64_t until_ms, struct errinfo *e);
/* The moment of the next timer, BPMN_NEVER when there is none. */
int64_t play_next_due(struct play *p);

#endif
