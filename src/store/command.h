/* store/command.h - the writer: every change is a command, every batch one commit.
 *
 * A room registers kinds of commands. `prepare` runs in the thread that submits, outside any
 * transaction: validate, hash, write blobs. `apply` runs in the writer thread, in a
 * savepoint of its own: repeat every check on the state that counts, write the rows. The
 * writer takes what queued while the last commit ran (at most COMMAND_BATCH_MAX commands or
 * COMMAND_BATCH_MS), commits once and only then answers all.
 *
 * What holds: nobody is answered OK before COMMIT succeeded; a command that fails changes
 * nothing and does not disturb its neighbours; a command with a key is done once, for ever
 * after the same key gets the first answer, without another `prepare`; a failed command may be sent
 * again with its key. On a full disk or an I/O error SQLite may drop the whole transaction: then
 * the batch is run again one command per transaction, so `apply` must not keep effects outside
 * `ap->db` (the cache is told by `struct store_cache`). */
#ifndef STORE_COMMAND_H
#define STORE_COMMAND_H

#include "store/db.h"

enum {
	COMMAND_QUEUE_MAX = 1024, /* commands waiting; above it ERR_BUSY. A second of work */
	COMMAND_BATCH_MAX = 128,  /* commands a commit */
	COMMAND_BATCH_MS = 20,    /* time spent applying before a commit */
	COMMAND_FOLLOW_TRIES = 5, /* a follow-up that fails so often is left with its error */
	COMMAND_KEY_MAX = 128,    /* bytes of an idempotency key */
	COMMAND_ANSWER_MAX = 64 << 10,
	COMMAND_PAYLOAD_MAX = 1 << 20,
};

/* One request for a change. The caller owns it and its arena and leaves both alone until
 * `done` was called or store_run returned. */
struct command {
	const char *kind;
	struct text key;     /* idempotency key, unique in the installation; empty = none */
	void *input;         /* what prepare and apply of this kind understand */
	struct text payload; /* the same for follow-ups: bytes, no personal data */
	struct arena *arena; /* the answer lives here */
	/* Called once from the writer thread, after COMMIT or after the failure. Must be quick:
	 * resume a connection, wake a thread; never submit with a wait. May be NULL. */
	void (*done)(void *done_host, struct command *c);
	void *done_host;

	/* The outcome. */
	enum err result;
	struct errinfo error;
	struct text answer;
	bool repeated; /* the key was known: this is the first answer again */

	/* The writer's own. */
	const struct command_entry *entry;
	struct command *next;
	int64_t follow_id;
};

struct prepare {
	struct store *store;
	struct arena *arena; /* of the command */
	struct instant now;
	void *host;
	struct command *command;
};

struct apply {
	struct db *db;
	struct store *store;
	struct arena *arena; /* scratch of this command, gone after it */
	struct instant now;
	void *host;
	const struct command *command;
	struct text answer; /* set by apply (scratch memory is fine); kept with the key */
};

struct command_kind {
	const char *name;                                          /* "task.complete", unique */
	enum err (*prepare)(struct prepare *p, struct errinfo *e); /* may be NULL */
	enum err (*apply)(struct apply *ap, struct errinfo *e);
};

/* Prepare in this thread, queue, return. OK: `done` will be called once. An error: it was
 * refused (by prepare, ERR_BUSY when the queue is full or the store stops) and `done` is not
 * called. */
MUST_USE enum err store_submit(struct store *s, struct command *c, struct errinfo *e);

/* The same and wait for the outcome, which is also returned. Not from the writer thread. */
MUST_USE enum err store_run(struct store *s, struct command *c, struct errinfo *e);

/* Convenience for most callers: kind and input, no key, the answer discarded. */
MUST_USE enum err store_do(struct store *s, const char *kind, void *input, struct errinfo *e);

/* From apply: another command once this one is committed. It is a row in the same transaction,
 * so it happens exactly once whatever crashes; its `prepare` is not run, its input is NULL and
 * its payload what is given here. ERR_BUSY, ERR_FULL and ERR_IO are tried again without
 * end, other errors COMMAND_FOLLOW_TRIES times, then the row stays with the error. */
MUST_USE enum err apply_follow(
        struct apply *ap, const char *kind, struct text payload, struct errinfo *e);

/* Queue follow-ups that failed or were left (the timers of the program call it every minute). */
void store_resume(struct store *s);

struct store_counts {
	uint64_t commands; /* answered OK */
	uint64_t failed;   /* answered with an error */
	uint64_t repeated;
	uint64_t batches; /* commits */
	uint64_t reruns;  /* batches run again one by one */
	size_t queued;    /* waiting now */
};
struct store_counts store_counts(struct store *s);

#endif
