/* store/store_int.h - what an open data directory consists of. */
#ifndef STORE_STORE_INT_H
#define STORE_STORE_INT_H

#include "store/db_int.h"
#include "store/store.h"

#include <pthread.h>

enum {
	STORE_PATH_MAX = 1024,
	DAY_MS = 24 * 60 * 60 * 1000,
	KEYS_SPARE_FIRST = 16, /* subject keys made in one sync, twice as many each time ... */
	KEYS_SPARE_MAX = 1024, /* ... up to this */
};

/* Keys ---------------------------------------------------------------------------------- */

/* Keys of an authority that are durable and not in use yet. Whoever submits a command fills a
 * reserve that is half empty, so that the writer hardly ever has to. */
struct key_spares {
	struct key_spares *next;
	unsigned char (*ids)[KEY_ID_SIZE];
	size_t count;
	size_t made; /* by the last refill */
	bool filling;
	size_t authority_len;
	char authority[DB_SUBJECT_MAX];
};

struct keys {
	struct db db; /* keys.db, under `mutex` */
	pthread_mutex_t mutex;
	struct db reader; /* the same, so that opening a key waits for no sync */
	pthread_mutex_t read_mutex;
	unsigned char *master; /* KEY_SECRET_SIZE bytes in locked memory */
	unsigned char sign_public[SIGN_PUBLIC_SIZE];
	pthread_mutex_t spare_mutex;
	struct key_spares *spares;
	int64_t opened_ms; /* by the system's clock, as the times of keys are */
};

struct key {
	unsigned char id[KEY_ID_SIZE];
	unsigned char secret[KEY_SECRET_SIZE];
};

MUST_USE enum err keys_open(struct store *s, struct errinfo *e);
void keys_close(struct store *s);
/* Read or make the signing key: shows that the master key is the right one. */
MUST_USE enum err keys_load_sign(struct store *s, struct errinfo *e);
/* Unwrap by id; wipe `out` after use. ERR_NOT_FOUND: destroyed. */
MUST_USE enum err keys_get(
        struct store *s, const unsigned char id[KEY_ID_SIZE], struct key *out, struct errinfo *e);
/* An unused subject key under the authority, durable already. */
MUST_USE enum err keys_take(
        struct store *s, struct text authority, unsigned char id[KEY_ID_SIZE], struct errinfo *e);
/* Make spare keys where few are left, so that the writer never has to. */
void keys_top_up(struct store *s);
void keys_make(struct store *s, struct key *out); /* not stored yet */
MUST_USE enum err keys_put_blob(
        struct store *s, const struct key *blob, const struct key *subject, struct errinfo *e);
/* The keys and all they wrapped, for ever. No such key: OK. */
MUST_USE enum err keys_destroy(
        struct store *s, unsigned char (*ids)[KEY_ID_SIZE], size_t count, struct errinfo *e);
/* Delete keys that were made more than a day ago and never came into use. */
MUST_USE enum err keys_sweep(struct store *s, struct db *db, struct errinfo *e);
/* A key for one purpose, so that no key is used for two. */
void key_derive(const unsigned char secret[KEY_SECRET_SIZE], const char *purpose,
        unsigned char out[KEY_SECRET_SIZE]);
/* The opened key of a subject, held until db_forget_keys. */
MUST_USE enum err subject_key(
        struct db *db, struct text subject, const struct key_slot **out, struct errinfo *e);

/* Blobs --------------------------------------------------------------------------------- */

struct pack_waiter;

struct blob_packs {
	pthread_mutex_t mutex;
	pthread_cond_t settled;
	int fd;         /* the pack being written, -1 = none */
	int32_t number; /* of it, or of the last one */
	int64_t end;    /* bytes in it */
	bool syncing;
	uint64_t appended;           /* records since the start */
	struct pack_waiter *waiters; /* whoever waits for a sync, newest first */
};

MUST_USE enum err packs_open(struct store *s, struct errinfo *e);
void packs_close(struct store *s);
/* Append and sync; many threads share one sync. */
MUST_USE enum err packs_append(
        struct store *s, struct text bytes, struct blob *b, struct errinfo *e);
/* Remove packs nothing refers to. */
MUST_USE enum err packs_sweep(struct store *s, struct db *db, struct errinfo *e);
enum err sweep_apply(struct apply *ap, struct errinfo *e); /* of the command store.sweep */
/* Write all of it through the disk of the options. ERR_FULL, ERR_IO. */
MUST_USE enum err disk_write(
        struct store *s, int fd, struct text bytes, const char *path, struct errinfo *e);
MUST_USE enum err disk_sync(struct store *s, int fd, const char *path, struct errinfo *e);
MUST_USE enum err disk_sync_directory(struct store *s, const char *path, struct errinfo *e);
MUST_USE enum err disk_make_directory(struct store *s, const char *path, struct errinfo *e);
enum err disk_fail(const char *what, const char *path, struct errinfo *e);
/* Path in the data directory. */
void store_path(const struct store *s, char out[STORE_PATH_MAX], const char *format, ...)
        PRINTF_LIKE(3, 4);
void blob_file_path(
        const struct store *s, char out[STORE_PATH_MAX], const unsigned char key[KEY_ID_SIZE]);

/* The writer ---------------------------------------------------------------------------- */

struct command_entry {
	struct command_kind kind;
	void *host;
	struct command_entry *next;
};

struct writer {
	pthread_t thread;
	bool started;
	bool ended;
	pthread_mutex_t mutex; /* the queue, the flags and the counts */
	pthread_cond_t wake;
	struct command *first, *last;
	size_t queued;
	bool stopping;
	bool follow_waiting;        /* rows of follow_up may be loaded */
	bool follow_again;          /* ... from the first one */
	int64_t follow_after;       /* the last one loaded; the writer's own */
	bool follow_new;            /* a row was written in this transaction; the writer's own */
	struct arena *scratch;      /* of one command */
	struct arena *follow_arena; /* of the follow-ups of one batch */
	struct store_counts counts;
};

MUST_USE enum err writer_init(struct store *s, struct errinfo *e);
MUST_USE enum err writer_start(struct store *s, struct errinfo *e);
void writer_stop(struct store *s);
void writer_free(struct store *s);
const struct command_entry *writer_kind(const struct store *s, const char *name);
/* Apply one command in its savepoint; sets its result. False: the transaction is gone. */
MUST_USE bool writer_apply(struct store *s, struct command *c);
/* Load up to `max` follow-ups into a list. */
size_t follow_load(struct store *s, struct command **list, size_t max);
MUST_USE enum err follow_settle(struct store *s, const struct command *c, struct errinfo *e);

/* ---------------------------------------------------------------------------------------- */

struct store {
	struct arena *arena; /* process */
	const char *dir;
	const char *master_key;
	const char *vfs;
	bool create;
	bool read_only;
	size_t queue_max;
	size_t batch_max;
	struct clock clock;
	struct randomness random;
	const struct log *log;
	struct store_cache cache;
	struct store_disk disk;
	int lock_fd;

	struct db write; /* the writer's connection */
	struct db *readers;
	int reader_count;
	pthread_mutex_t read_mutex;
	pthread_cond_t read_free;

	struct keys keys;
	struct blob_packs packs;
	struct command_entry *kinds;
	struct writer writer;
};

MUST_USE enum err migrate(
        struct db *db, struct store_migrations m, struct instant now, struct errinfo *e);
struct store_migrations migrations_embedded(enum sql_database which);
enum err heads_apply(struct apply *ap, struct errinfo *e); /* of the command store.heads */

#endif
