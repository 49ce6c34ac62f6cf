/* store/db_int.h - connections and prepared statements, inside the room. */
#ifndef STORE_DB_INT_H
#define STORE_DB_INT_H

#include "store/seal.h"

#include <sqlite3.h>

enum {
	KEY_ID_SIZE = 16,
	KEY_SECRET_SIZE = 32,
	DB_KEY_SLOTS = 4,    /* opened subject keys a command or read may hold at once */
	DB_SUBJECT_MAX = 64, /* bytes of a subject's id */
	DB_PARAMETERS_MAX = 64,
};

struct db_statement {
	sqlite3_stmt *stmt; /* NULL until prepared */
	const struct sql_statement *source;
	uint64_t all_bound; /* one bit a parameter */
	bool active;        /* being read */
};

/* A subject's opened key, wiped with db_forget_keys. */
struct key_slot {
	char subject[DB_SUBJECT_MAX];
	size_t subject_len;
	unsigned char id[KEY_ID_SIZE];
	unsigned char secret[KEY_SECRET_SIZE];
};

struct db {
	sqlite3 *sqlite;
	struct store *store;
	enum sql_database which;
	bool busy;   /* lent to a reader */
	bool failed; /* an SQL error happened since db_begin */
	int active;  /* statements being read */
	struct db_statement *statements;
	size_t count;
	const struct sql_statement *more;
	size_t more_count;
	struct key_slot slots[DB_KEY_SLOTS];
	size_t slots_used;
};

struct db_options {
	const char *path;
	const char *vfs;
	bool read_only;
	bool create;
	enum sql_database which;
	const struct sql_statement *more;
	size_t more_count;
};

MUST_USE enum err db_connect(struct db *db, const struct db_options *o, struct errinfo *e);
void db_disconnect(struct db *db);
/* Prepare every statement of this database now; the others prepare on first use. */
MUST_USE enum err db_prepare_all(struct db *db, struct errinfo *e);

MUST_USE enum err db_begin(struct db *db, struct errinfo *e);      /* to write */
MUST_USE enum err db_begin_read(struct db *db, struct errinfo *e); /* a snapshot */
MUST_USE enum err db_commit(struct db *db, struct errinfo *e);
void db_rollback(struct db *db); /* never fails; does nothing outside a transaction */
bool db_in_transaction(const struct db *db);
/* End statements somebody left open. */
void db_end_all(struct db *db);
void db_forget_keys(struct db *db);

/* Fill the record from SQLite's state. */
enum err db_fail(struct db *db, int code, const char *what, struct errinfo *e);

/* Statement by number; NULL for a number that does not exist. */
const struct sql_statement *sql_find(int id, size_t *index);

#endif
