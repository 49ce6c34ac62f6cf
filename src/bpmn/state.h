/* bpmn/state.h - an instance in memory.
 *
 * Tokens, scopes, waits and records are held in the order of their ids, which only grow; so
 * looking one up is a binary search and every loop is deterministic. Inside one state they
 * point at each other; the pointers are made anew by every copy. What has ended is marked
 * `dead` and swept out at the end of the step. */
#ifndef BPMN_STATE_H
#define BPMN_STATE_H

#include "bpmn/model.h"

struct bpmn_scope;
struct bpmn_wait;

struct bpmn_vars {
	struct feel_context context; /* entries are never changed in place once shared */
	size_t cap;
};

enum bpmn_stage {
	BPMN_STAGE_READY,   /* arrived at its element */
	BPMN_STAGE_JOINING, /* waits for others: gateway, start quantity */
	BPMN_STAGE_ACTIVE,  /* the element works or waits */
	BPMN_STAGE_LEAVING, /* done, on its way out */
	BPMN_STAGE_SPENT,   /* complex gateway: used by the activation, until the reset */
};

struct bpmn_token {
	uint64_t id;
	struct bpmn_scope *scope;
	const struct bpmn_node *node;
	const struct bpmn_flow *flow; /* it came by; NULL at a start */
	enum bpmn_stage stage;
	struct bpmn_vars vars;    /* of this activity alone: loop counter, item, mapped inputs */
	struct bpmn_scope *inner; /* sub-process, called process or loop it runs */
	uint64_t record;          /* compensation handler: what it takes back; thrower: 0 */
	struct text incident, message;
	/* made anew */
	bool dead, queued;
	size_t slot;
	struct bpmn_token *next, *previous; /* in the scope */
	struct bpmn_wait *waits;
};

enum bpmn_scope_kind {
	BPMN_SCOPE_ROOT,
	BPMN_SCOPE_SUB,   /* embedded sub-process, transaction, ad-hoc */
	BPMN_SCOPE_EVENT, /* one run of an event sub-process */
	BPMN_SCOPE_CALL,  /* called process: closed */
	BPMN_SCOPE_LOOP,  /* around the instances of a multi-instance or looped activity */
};

struct bpmn_scope {
	uint64_t id;
	enum bpmn_scope_kind kind;
	struct bpmn_scope *parent;
	struct bpmn_token *owner; /* in the parent, NULL for ROOT and EVENT */
	const struct bpmn_node *node;
	struct text called; /* CALL: as it was asked for */
	struct bpmn_vars vars;
	bool interrupted; /* an interrupting event sub-process took over */
	bool kept;        /* completed, kept for its compensation */
	bool cancelling;  /* transaction: compensates, then leaves by the cancel event */
	bool finished;    /* ad-hoc: no more activities will be started */
	uint64_t record;  /* EVENT: compensation event sub-process working for this record */
	uint32_t total, begun, done, terminated; /* LOOP */
	/* made anew */
	bool dead;
	size_t slot;
	struct bpmn_token *first, *last;
	struct bpmn_scope *child, *sibling, *sibling_before; /* live inner scopes */
	struct bpmn_wait *waits;
	struct feel_env env;
	bool env_made;
};

struct bpmn_wait {
	uint64_t id;
	enum bpmn_wait_kind kind;
	struct bpmn_token *token; /* NULL: start of an event sub-process, waits in the scope */
	struct bpmn_scope *scope;
	const struct bpmn_node *node; /* of the event; the task for tasks and jobs */
	uint32_t event;               /* index of its definition */
	struct text name, key;
	int64_t at_ms;
	int64_t left;         /* cycle: firings that remain with this one, -1 = for ever */
	struct text interval; /* cycle: ISO duration */
	bool was_true;        /* condition: seen true, waits for false */
	/* made anew */
	bool dead;
	size_t slot;
	struct bpmn_wait *next, *previous; /* of the owner */
};

/* A completed activity that can be compensated. */
struct bpmn_record {
	uint64_t id;              /* grows with completion */
	struct bpmn_scope *scope; /* in which it completed */
	const struct bpmn_node *node;
	struct bpmn_scope *kept; /* its own scope, for sub-processes */
	uint64_t by;             /* token that throws the compensation, 0 = none yet */
	bool started;
	bool dead;
	size_t slot;
};

struct bpmn_state {
	struct arena *arena;
	const struct bpmn_model *model;
	enum bpmn_outcome outcome;
	bool suspended;
	uint64_t next_id;
	struct bpmn_token **tokens;
	size_t token_count, token_cap;
	struct bpmn_scope **scopes;
	size_t scope_count, scope_cap;
	struct bpmn_wait **waits;
	size_t wait_count, wait_cap;
	struct bpmn_record **records;
	size_t record_count, record_cap;
};

struct bpmn_state *bpmn_state_new(struct arena *a, const struct bpmn_model *m);
/* A copy whose structures can be changed; values are shared. */
struct bpmn_state *bpmn_state_copy(struct arena *a, const struct bpmn_state *s);
/* Remove what is dead. */
void bpmn_state_sweep(struct bpmn_state *s);
/* Make lists and slots from the arrays. */
void bpmn_state_link(struct bpmn_state *s);

struct bpmn_token *bpmn_token_add(
        struct bpmn_state *s, struct bpmn_scope *scope, const struct bpmn_node *n);
struct bpmn_scope *bpmn_scope_add(struct bpmn_state *s, enum bpmn_scope_kind kind,
        struct bpmn_scope *parent, struct bpmn_token *owner, const struct bpmn_node *n);
struct bpmn_wait *bpmn_wait_add(struct bpmn_state *s, enum bpmn_wait_kind kind,
        struct bpmn_token *token, struct bpmn_scope *scope, const struct bpmn_node *n);
struct bpmn_record *bpmn_record_add(
        struct bpmn_state *s, struct bpmn_scope *scope, const struct bpmn_node *n);
void bpmn_token_unlink(struct bpmn_token *t);
void bpmn_scope_unlink(struct bpmn_scope *sc);
void bpmn_wait_unlink(struct bpmn_wait *w);

/* NULL when there is none or it is dead. */
struct bpmn_token *bpmn_token_by_id(const struct bpmn_state *s, uint64_t id);
struct bpmn_scope *bpmn_scope_by_id(const struct bpmn_state *s, uint64_t id);
struct bpmn_wait *bpmn_wait_by_id(const struct bpmn_state *s, uint64_t id);
struct bpmn_record *bpmn_record_by_id(const struct bpmn_state *s, uint64_t id);
struct bpmn_scope *bpmn_state_root(const struct bpmn_state *s);

/* The value of a variable defined exactly here, or NULL. */
const struct feel_value *bpmn_vars_get(const struct bpmn_vars *v, struct text name);
void bpmn_vars_set(struct arena *a, struct bpmn_vars *v, struct text name, struct feel_value value);

/* value.c: FEEL values as bytes. Functions become null. */
void bpmn_value_write(struct buf *b, struct feel_value v);
struct bpmn_bytes {
	const unsigned char *at, *end;
	bool bad;
};
void bpmn_put_number(struct buf *b, uint64_t n);
void bpmn_put_text(struct buf *b, struct text t);
uint64_t bpmn_take_number(struct bpmn_bytes *in);
struct text bpmn_take_text(struct arena *a, struct bpmn_bytes *in);
struct feel_value bpmn_value_read(struct arena *a, struct bpmn_bytes *in, int depth);

#endif
