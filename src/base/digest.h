/* base/digest.h - SHA-256 (FIPS 180-4), for versions of packages and of documents.
 *
 * Not for passwords and not for secrets: those have their own places. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/text.h"

enum {
	DIGEST_BYTES = 32,
	DIGEST_HEX = 64, /* lower-case hexadecimal digits, without the terminating NUL */
};

/* In pieces: digest_begin, digest_add any number of times, digest_end. */
struct digest {
	_Alignas(16) unsigned char state[128];
};

void digest_begin(struct digest *d);
void digest_add(struct digest *d, struct text t);
void digest_end(struct digest *d, unsigned char out[DIGEST_BYTES]);

/* The digest of a whole text as hexadecimal digits in the arena. */
struct text digest_hex(struct arena *a, struct text t);
/* The end of a digest in pieces as hexadecimal digits. */
struct text digest_end_hex(struct arena *a, struct digest *d);
/* 64 lower-case hexadecimal digits. */
bool digest_is_hex(struct text t);

#endif
