/* store/history.h - who did what, when and why: append-only and provable.
 *
 * Each case has a chain: an entry's hash covers the hash before it, all its columns and the
 * hash of its sealed payload. Not the payload itself: that can be destroyed (with the key of
 * the case or alone) while the chain still proves order and completeness. Each authority has a
 * second chain over the entry hashes of all its cases; its head is signed (Ed25519) at
 * least once a day and copied to keys.db, so a cut tail is found too. */
#ifndef STORE_HISTORY_H
#define STORE_HISTORY_H

#include "store/command.h"

enum { HISTORY_HASH_SIZE = 32 };

struct history_event {
	struct text case_id;   /* also the subject whose key seals the payload */
	struct text authority; /* whose chain of heads counts it */
	struct text actor;     /* account id, "system", "applicant" */
	struct text kind;      /* "task.completed" */
	struct text element;   /* element id of the process; may be empty */
	struct text payload;   /* JSON; may be empty, then nothing is sealed */
};

/* Append from apply; the time is ap->now. `seq` (1, 2, ... in the case) may be NULL. */
MUST_USE enum err history_append(
        struct apply *ap, const struct history_event *event, int64_t *seq, struct errinfo *e);

struct history_entry {
	int64_t seq;
	struct instant at;
	struct text authority, actor, kind, element;
	struct text payload; /* opened; empty when there was none or `destroyed` */
	bool destroyed;      /* the payload or its key is gone */
};

/* Entries of a case after `after` (0 = from the start), at most `limit`, oldest first. */
MUST_USE enum err history_read(struct db *db, struct text case_id, int64_t after, int limit,
        struct arena *a, struct history_entry **out, size_t *count, struct errinfo *e);

/* Destroy one payload, keep its place in the chain. The caller records why by another entry. */
MUST_USE enum err history_destroy_payload(
        struct apply *ap, struct text case_id, int64_t seq, struct errinfo *e);

/* Sign the head of every authority that has entries since its last head. Any thread except the
 * writer; waits for its own command. Daily, at stop and before a backup. `day` is the day
 * the head is filed under. `signed_count` may be NULL. */
MUST_USE enum err history_sign_heads(
        struct store *s, struct date day, int *signed_count, struct errinfo *e);

enum history_break {
	HISTORY_WHOLE,
	HISTORY_CHANGED,  /* an entry does not match its hash, or the payload its own */
	HISTORY_MISSING,  /* a number is missing in a case or an authority's chain */
	HISTORY_UNLINKED, /* an entry does not continue the one before it (moved, inserted) */
	HISTORY_CUT,      /* the chain ends before a signed head or its recorded tip */
	HISTORY_BAD_HEAD, /* a head's signature does not hold or heads contradict entries */
};

struct history_report {
	enum history_break found;
	char case_id[64]; /* of the first break; may be empty */
	char authority[64];
	int64_t seq; /* number in the case (or in the authority's chain when no case) */
	struct errinfo what;
	uint64_t entries, cases, heads, destroyed;
};

/* Verify one case, or everything when `case_id` is empty. OK with `found` set when the chain is
 * broken; an error only when reading failed. */
MUST_USE enum err history_verify(
        struct db *db, struct text case_id, struct history_report *out, struct errinfo *e);

#endif
