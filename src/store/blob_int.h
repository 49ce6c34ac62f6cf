/* store/blob_int.h - the stored form of a blob.
 *
 *	"AWB1"  header (24 bytes)  chunk ...
 *
 * Each chunk is at most BLOB_CHUNK plain bytes under secretstream (17 bytes more); the last one,
 * which may be empty, carries the final tag. */
#ifndef STORE_BLOB_INT_H
#define STORE_BLOB_INT_H

#include "store/store_int.h"

#include <sodium.h>

enum {
	BLOB_MARK_SIZE = 4,
	BLOB_HEAD_SIZE = BLOB_MARK_SIZE + crypto_secretstream_xchacha20poly1305_HEADERBYTES,
	BLOB_CHUNK_EXTRA = crypto_secretstream_xchacha20poly1305_ABYTES,
	BLOB_SUM_SIZE = 32,
	BLOB_RAW_ADDRESS_SIZE = 32,
};

#define BLOB_MARK "AWB1"

/* The keyed hash that makes addresses. */
void blob_address_begin(
        crypto_generichash_state *state, const unsigned char subject_secret[KEY_SECRET_SIZE]);
void blob_address_end(crypto_generichash_state *state, char out[BLOB_ADDRESS_SIZE]);
void blob_place_path(const struct store *s, char out[STORE_PATH_MAX], int32_t pack,
        const unsigned char key[KEY_ID_SIZE]);

#endif
