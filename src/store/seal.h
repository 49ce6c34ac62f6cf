/* store/seal.h - sealed rows and the keys behind them.
 *
 * Content that must be destroyable is sealed with the key of its subject. A subject is what
 * is destroyed as a whole: a draft, a case, an account; named by an id of the caller, unique
 * in the installation. Keys form a tree, each wrapped by its parent
 * (XChaCha20-Poly1305): master (file) > authority > subject > blob. Wrapped keys live in
 * keys.db and are durable before their first use. Destroying the key of a subject destroys all its
 * rows, blobs and history payloads in every copy and backup.
 *
 * Opened keys live as long as the command or read that asked, then are wiped. */
#ifndef STORE_SEAL_H
#define STORE_SEAL_H

#include "store/command.h"

enum {
	SEAL_OVERHEAD = 1 + 24 + 16, /* bytes a sealed text is longer */
	SEAL_SIZE_MAX = 16 << 20,    /* bytes; larger content is a blob */
};

/* Give a new subject a key under its authority (created with it when new). Cheap: no extra
 * sync, keys are made in advance. ERR_CONFLICT when the subject has one. */
MUST_USE enum err key_assign(
        struct apply *ap, struct text subject, struct text authority, struct errinfo *e);

/* `to` gets the key of `from`, so that what was sealed for the one opens for the other: a
 * draft becomes an application without being copied. */
MUST_USE enum err key_share(struct apply *ap, struct text from, struct text to, struct errinfo *e);

/* The subject gives up its key. When no other subject shares it the key is destroyed
 * after the commit, for ever. */
MUST_USE enum err key_drop(struct apply *ap, struct text subject, struct errinfo *e);

/* Destroy the key with all subjects that share it (after the commit, for ever). */
MUST_USE enum err key_destroy(struct apply *ap, struct text subject, struct errinfo *e);

/* Seal and open a column. `table` and `row` are bound to the ciphertext: moved to another row
 * it does not open. An empty text seals too. ERR_NOT_FOUND: the subject has no key or it was
 * destroyed; ERR_CORRUPT: not what was sealed for this row. In a `prepare` take a read connection.
 */
MUST_USE enum err seal(struct db *db, struct text subject, const char *table, struct text row,
        struct text plain, struct arena *a, struct text *out, struct errinfo *e);
MUST_USE enum err unseal(struct db *db, struct text subject, const char *table, struct text row,
        struct text sealed, struct arena *a, struct text *out, struct errinfo *e);

/* Ed25519 signature of this installation over `message` (64 bytes into `out`), and the public
 * key (32 bytes) for whoever checks it. */
enum { SIGN_SIZE = 64, SIGN_PUBLIC_SIZE = 32 };
MUST_USE enum err store_sign(
        struct store *s, struct text message, unsigned char out[SIGN_SIZE], struct errinfo *e);
void store_sign_public(const struct store *s, unsigned char out[SIGN_PUBLIC_SIZE]);
bool sign_holds(const unsigned char public_key[SIGN_PUBLIC_SIZE], struct text message,
        const unsigned char signature[SIGN_SIZE]);

#endif
