/* store/blob.h - documents: content-addressed, each encrypted with a key of its own.
 *
 * Written and synced (file and directory) before the command that refers to them is queued; the
 * command then calls blob_keep. What nobody keeps for a day is swept.
 *
 * The address is BLAKE2b-256 of the content, keyed with a key derived from the subject's. The same
 * file twice in one case is one blob; equal files in two cases have unrelated addresses, so that
 * nothing can be learnt by comparing. It is no hash for signatures or receipts: those need
 * their own (casework stores SHA-256).
 *
 * Small content goes into an append-only pack file, larger content into a file each; both as
 * chunks of 64 KiB under XChaCha20-Poly1305 (libsodium secretstream): changed, missing, moved or
 * truncated bytes are found when read, and the address is checked at the end. */
#ifndef STORE_BLOB_H
#define STORE_BLOB_H

#include "store/command.h"

#include <sys/types.h>

enum {
	BLOB_ADDRESS_SIZE = 64 + 1, /* hexadecimal with NUL */
	BLOB_CHUNK = 64 << 10,      /* plain bytes a chunk */
	BLOB_PACKED_MAX = 64 << 10, /* up to this size in the pack */
	BLOB_SIZE_MAX = 128 << 20,  /* bytes; uploads have lower limits of their own */
	BLOB_OWNER_MAX = 128,
};

/* A stored blob nobody keeps yet. Plain data, may be copied. */
struct blob {
	char address[BLOB_ADDRESS_SIZE];
	int64_t size;              /* plain bytes */
	unsigned char key[16];     /* id of the blob's key */
	unsigned char sum[32];     /* BLAKE2b-256 of the stored bytes: checked without keys */
	unsigned char subject[16]; /* id of the subject's key */
	int32_t pack;              /* number of the pack, 0 = a file of its own */
	int64_t offset;            /* in the pack */
	int64_t length;            /* stored bytes */
	bool known;                /* the same content was kept already */
};

/* write(2) and fsync(2) as tests replace them; {0} = the system's. */
struct store_disk {
	ssize_t (*write)(void *self, int fd, const void *bytes, size_t size);
	int (*sync)(void *self, int fd);
	void *self;
};

/* Store a whole content for a subject that has a key. Any thread except the writer. */
MUST_USE enum err blob_put(struct store *s, struct text subject, struct text bytes,
        struct blob *out, struct errinfo *e);

/* The same piece by piece, for uploads: begin, write ..., then end or abort. `size_max` is the
 * limit of this upload (ERR_LIMIT). After an error of blob_write only abort may follow. */
struct blob_writer;
MUST_USE enum err blob_begin(struct store *s, struct text subject, int64_t size_max,
        struct blob_writer **out, struct errinfo *e);
MUST_USE enum err blob_write(struct blob_writer *w, struct text bytes, struct errinfo *e);
MUST_USE enum err blob_finish(struct blob_writer *w, struct blob *out, struct errinfo *e);
void blob_abort(struct blob_writer *w); /* NULL is allowed */

/* From apply: `owner` ("document:01H...") refers to it from now on. Twice does no harm. */
MUST_USE enum err blob_keep(
        struct apply *ap, const struct blob *b, struct text owner, struct errinfo *e);
/* Another owner of a blob that is kept already (ERR_NOT_FOUND otherwise). */
MUST_USE enum err blob_keep_too(
        struct apply *ap, struct text address, struct text owner, struct errinfo *e);
/* The owner gives it up. The last one starts the day after which it is swept. */
MUST_USE enum err blob_drop(
        struct apply *ap, struct text address, struct text owner, struct errinfo *e);

/* Read whole. ERR_NOT_FOUND: unknown address or key destroyed; ERR_CORRUPT: missing, truncated or
 * changed on disk (never returns bytes that do not match). */
MUST_USE enum err blob_get(struct db *db, struct text subject, struct text address, struct arena *a,
        struct text *out, struct errinfo *e);

/* Read chunk by chunk, for downloads. The reader does not need the connection after begin. A
 * chunk is authentic when it is returned; that none is missing is known when blob_next
 * returned an empty one. */
struct blob_reader;
MUST_USE enum err blob_open(struct db *db, struct text subject, struct text address,
        struct blob_reader **out, struct errinfo *e);
int64_t blob_size(const struct blob_reader *r);
MUST_USE enum err blob_next(struct blob_reader *r, struct text *chunk, struct errinfo *e);
void blob_close(struct blob_reader *r); /* NULL is allowed */

/* Check stored bytes against their sums, without keys. */
struct blob_report {
	uint64_t checked;
	uint64_t damaged;
	char first[BLOB_ADDRESS_SIZE]; /* the first damaged one */
	struct errinfo why;
};
MUST_USE enum err blob_verify(struct db *db, struct blob_report *out, struct errinfo *e);

#endif
