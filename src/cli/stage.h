/* cli/stage.h - the real chain in a folder of its own with a clock that is set: one golden
 * case is played on it. */
#ifndef CLI_STAGE_H
#define CLI_STAGE_H

#include "cli/golden.h"

/* Plain text of a letter as it was made. */
struct stage_letter {
	struct text letter, text;
};

struct stage {
	struct golden *g;
	const struct json *test;
	struct arena *a;
	struct golden_report *r;
	char dir[64];
	struct instant now;
	struct store *store;
	struct casework *cw;
	const struct service_adoption *adoption;
	struct people_citizen citizen;
	struct people_actor applicant;
	struct draft_open draft;
	struct text language;
	int version;
	struct json answers;
	struct text number; /* of the case, once submitted */
	struct stage_letter *letters;
	size_t letter_count, letter_cap;
	const struct json *last_answer; /* pages of the last `answer` act */
	/* On a store that is there for others, too: real accounts, its clock. NULL: own ones. */
	enum err (*staff)(struct stage *s, struct text name, struct people_actor *out);
	_Atomic int64_t *clock_ms;
};

MUST_USE enum err stage_open(struct stage *s, struct errinfo *e);
void stage_close(struct stage *s);
/* Remove the folder. */
void stage_remove(struct stage *s);
void stage_remove_tree(const char *path);
void stage_set_clock(struct stage *s, struct instant now);

/* Until nothing is due at the present moment. */
MUST_USE enum err stage_settle(struct stage *s, struct errinfo *e);
/* Let time pass: every timer fires at its due moment. */
MUST_USE enum err stage_wait(struct stage *s, struct text period, struct errinfo *e);
/* Run a command as the program would. */
MUST_USE enum err stage_run(struct stage *s, const char *kind, struct text key, void *input,
        struct text *answer, struct errinfo *e);
/* Somebody of the authority: every role the test gives this name. */
struct people_actor stage_staff(struct stage *s, struct text name);
struct people_actor stage_system(void);
/* The case as its authority sees it. */
MUST_USE enum err stage_view(struct stage *s, struct case_view *out, struct errinfo *e);

/* golden_path.c: all acts, then what is expected; `between` after each act, may be NULL. */
void golden_play(struct stage *s, bool (*between)(struct stage *s));
/* golden_act.c: one entry of `do`. */
void golden_act(struct stage *s, const struct json *act);
/* golden_expect.c: everything under `expect`. */
void golden_expect(struct stage *s, const struct json *expect);

#endif
