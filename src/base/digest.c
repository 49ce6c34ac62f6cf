/* SHA-256 by libsodium. */
#include "base/digest.h"

#include "base/world.h"

#include <sodium.h>

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(((struct digest *)0)->state),
        "the state of the library fits");

void digest_begin(struct digest *d)
{
	crypto_hash_sha256_init((crypto_hash_sha256_state *)(void *)d->state);
}

void digest_add(struct digest *d, struct text t)
{
	if (t.len > 0)
		crypto_hash_sha256_update((crypto_hash_sha256_state *)(void *)d->state,
		        (const unsigned char *)t.ptr, t.len);
}

void digest_end(struct digest *d, unsigned char out[DIGEST_BYTES])
{
	crypto_hash_sha256_final((crypto_hash_sha256_state *)(void *)d->state, out);
}

struct text digest_end_hex(struct arena *a, struct digest *d)
{
	unsigned char bytes[DIGEST_BYTES];
	digest_end(d, bytes);
	char *out = arena_alloc(a, DIGEST_HEX + 1);
	hex_put(out, bytes, sizeof bytes);
	return (struct text){out, DIGEST_HEX};
}

struct text digest_hex(struct arena *a, struct text t)
{
	struct digest d;
	digest_begin(&d);
	digest_add(&d, t);
	return digest_end_hex(a, &d);
}

bool digest_is_hex(struct text t)
{
	if (t.len != DIGEST_HEX)
		return false;
	for (size_t i = 0; i < t.len; i++)
		if (!((t.ptr[i] >= '0' && t.ptr[i] <= '9') || (t.ptr[i] >= 'a' && t.ptr[i] <= 'f')))
			return false;
	return true;
}
