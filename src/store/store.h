/* store/store.h - everything that must survive a power cut.
 *
 *	db.h       named SQL statements: bind by name, read rows by column name
 *	command.h  the writer: one step, one durable commit
 *	seal.h     keys of subjects (drafts, cases), sealing of rows, destruction of keys
 *	blob.h     encrypted, content-addressed documents
 *	history.h  the hash-chained record of a case
 *
 * A data directory holds `amtsweg.db` (everything), `keys.db` (wrapped keys and signed
 * heads, with a short backup period of its own) and `blobs/`. The master key is a file
 * outside of it. One process at a time owns a data directory (ERR_BUSY otherwise).
 *
 *	store_open -> store_register (each room its command kinds) -> store_start
 *	... store_read_begin / store_run / store_submit from any thread ...
 *	store_stop -> store_close
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "store/blob.h"
#include "store/command.h"
#include "store/db.h"
#include "store/history.h"
#include "store/seal.h"

#include "base/log.h"

enum {
	STORE_READERS_DEFAULT = 4,
	STORE_READERS_MAX = 32,
	STORE_READ_WAIT_MS = 2000, /* longest wait for a free read connection */
};

/* A numbered file of db/. The embedded ones are used unless a test gives its own. */
struct store_migration {
	int number;
	const char *name; /* "0001_store.sql" */
	const char *sql;
};

struct store_migrations {
	const struct store_migration *items;
	size_t count;
};

/* What a cache of states (casework keeps case states) must know. Called from the writer
 * thread. `undone`: what this command did was rolled back; NULL: whatever was touched since
 * the last `committed` was rolled back. */
struct store_cache {
	void (*undone)(void *host, const struct command *c);
	void (*committed)(void *host);
	void *host;
};

struct store_options {
	const char *dir;          /* the data directory */
	const char *master_key;   /* path of the master key file, outside of `dir` */
	bool create;              /* make a missing directory and key (0700, 0600) */
	bool read_only;           /* look at data a server may be using: no writer, no migration */
	int readers;              /* read connections, 0 = STORE_READERS_DEFAULT */
	int queue_max;            /* commands waiting, 0 = COMMAND_QUEUE_MAX */
	int batch_max;            /* commands a commit, 0 = COMMAND_BATCH_MAX */
	struct clock clock;       /* {0} = the system's */
	struct randomness random; /* {0} = the system's */
	const struct log *log;    /* NULL = silent */
	struct store_cache cache;

	/* For tests: statements with ids from SQL_MORE, migrations instead of the embedded
	 * ones, a SQLite VFS by name, and calls instead of write(2) and fsync(2) on blobs. */
	const struct sql_statement *more;
	size_t more_count;
	struct store_migrations migrations;
	const char *vfs;
	struct store_disk disk;
};

/* Open or create, migrate, prepare every statement. What fails is named: file, statement,
 * SQLite's message. ERR_BUSY: another process has the directory; ERR_CORRUPT: a migration
 * that was applied reads differently now, or the master key is not the one of this data. */
MUST_USE enum err store_open(const struct store_options *o, struct store **out, struct errinfo *e);

/* Before store_start. `kinds` must outlive the store; `host` is handed to their functions. */
void store_register(struct store *s, const struct command_kind *kinds, size_t count, void *host);

/* Starts the writer and queues the follow-up commands that a former run left. */
MUST_USE enum err store_start(struct store *s, struct errinfo *e);

/* No new commands (ERR_BUSY); what is queued is executed and answered; the writer ends.
 * Follow-up commands stay for the next start. Done twice does no harm. */
void store_stop(struct store *s);

/* Stops, closes, wipes keys. All read connections must have been given back. */
void store_close(struct store *s);

/* A read connection with a snapshot of the last commit. ERR_BUSY after STORE_READ_WAIT_MS.
 * Keep it no longer than one page takes; a snapshot keeps the log file from shrinking. */
MUST_USE enum err store_read_begin(struct store *s, struct db **out, struct errinfo *e);
void store_read_end(struct store *s, struct db *db); /* NULL is allowed */

struct instant store_now(const struct store *s);
const struct clock *store_clock(const struct store *s);
const struct randomness *store_random(const struct store *s);

/* Housekeeping, once a day and after a restore: blobs without a reference for a day, idempotency
 * keys older than 30 days, keys of blobs that never arrived. Bounded; call again while
 * `*more` is true. */
MUST_USE enum err store_sweep(struct store *s, bool *more, struct errinfo *e);

#endif
