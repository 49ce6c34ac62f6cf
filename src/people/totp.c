/* One-time passwords: RFC 4226 (counter), RFC 6238 (time). */
#include "people/people.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

enum { STEP_SECONDS = 30, DIGITS = 6 };

uint32_t totp_code(const unsigned char *secret, size_t size, uint64_t step, int digits)
{
	unsigned char message[8], mac[EVP_MAX_MD_SIZE];
	unsigned mac_size = 0;
	uint32_t modulus = 1;
	for (int i = 7; i >= 0; i--, step >>= 8)
		message[i] = (unsigned char)step;
	check(HMAC(EVP_sha1(), secret, (int)size, message, sizeof message, mac, &mac_size) != NULL);
	unsigned at = mac[mac_size - 1] & 15;
	uint32_t value = (uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 |
	                 (uint32_t)mac[at + 2] << 8 | mac[at + 3];
	while (digits-- > 0)
		modulus *= 10;
	return value % modulus;
}

bool totp_check(const unsigned char secret[TOTP_SECRET_SIZE], struct text code, struct instant now,
        int64_t last_step, int64_t *step)
{
	int64_t present = now.ms / 1000 / STEP_SECONDS;
	bool right = false;
	if (code.len != DIGITS)
		return false;
	for (int64_t s = present - 1; s <= present + 1; s++) {
		char want[16];
		snprintf(want, sizeof want, "%06u",
		        totp_code(secret, TOTP_SECRET_SIZE, (uint64_t)s, DIGITS) % 1000000u);
		if (sodium_memcmp(want, code.ptr, DIGITS) != 0 || s <= last_step)
			continue;
		*step = s;
		right = true;
	}
	return right;
}

struct text totp_secret_text(struct arena *a, const unsigned char secret[TOTP_SECRET_SIZE])
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"; /* RFC 4648 */
	size_t len = TOTP_SECRET_SIZE * 8 / 5;
	char *out = arena_alloc(a, len + 1);
	for (size_t i = 0; i < len; i++) {
		size_t bit = i * 5;
		unsigned pair = (unsigned)secret[bit / 8] << 8;
		if (bit / 8 + 1 < TOTP_SECRET_SIZE)
			pair |= secret[bit / 8 + 1];
		out[i] = alphabet[pair >> (11 - bit % 8) & 31];
	}
	return (struct text){out, len};
}
