/* Numbers and codes people read aloud: no letters that look like digits, a check character. */
#include "casework/casework_int.h"

#include <sodium.h>

/* 31 signs without I, O, Q, 0, 1: a prime, so that a weighted sum finds every wrong sign and
 * every swap of neighbours. */
static const char signs[] = "23456789ABCDEFGHJKLMNPRSTUVWXYZ";

enum { SIGNS = 31, NUMBER_SIGNS = 8 };

static int sign_value(char c)
{
	const char *at = c ? strchr(signs, c) : NULL;
	return at ? (int)(at - signs) : -1;
}

static char random_sign(const struct casework *cw)
{
	unsigned char byte;
	do
		random_fill(&cw->o.random, &byte, 1);
	while (byte >= 256 / SIGNS * SIGNS);
	return signs[byte % SIGNS];
}

static char check_sign(const char *first_seven)
{
	int sum = 0;
	for (int i = 0; i < NUMBER_SIGNS - 1; i++)
		sum += (i + 1) * sign_value(first_seven[i]);
	return signs[sum % SIGNS];
}

void number_make(const struct casework *cw, struct text prefix, char out[CASE_NUMBER_MAX])
{
	char s[NUMBER_SIGNS + 1] = {0};
	for (int i = 0; i < NUMBER_SIGNS - 1; i++)
		s[i] = random_sign(cw);
	s[NUMBER_SIGNS - 1] = check_sign(s);
	snprintf(out, CASE_NUMBER_MAX, "%.*s-%.3s-%.3s-%.2s",
	        (int)(prefix.len < 8 ? prefix.len : 8), prefix.ptr, s, s + 3, s + 6);
}

/* What the authority chose, else the first two letters of what people call it. */
struct text number_prefix(struct arena *a, const struct service_authority *x)
{
	if (x->case_prefix.len)
		return x->case_prefix;
	struct text name = service_local_text(x->short_name, TEXT("de"));
	if (name.len == 0)
		name = service_local_text(x->name, TEXT("de"));
	struct text up = text_upper(a, name);
	char *z = arena_alloc(a, 3);
	size_t len = 0;
	for (size_t i = 0; i < up.len && len < 2; i++) {
		if (up.ptr[i] >= 'A' && up.ptr[i] <= 'Z')
			z[len++] = up.ptr[i];
	}
	return len ? (struct text){z, len} : TEXT("X");
}

bool number_valid(struct text t)
{
	char s[NUMBER_SIGNS];
	size_t count = 0;
	size_t dash = text_find(t, TEXT("-"), 0);
	if (dash == SIZE_MAX || dash == 0 || t.len >= CASE_NUMBER_MAX)
		return false;
	for (size_t i = dash; i < t.len; i++) {
		if (t.ptr[i] == '-')
			continue;
		if (count == NUMBER_SIGNS || sign_value(t.ptr[i]) < 0)
			return false;
		s[count++] = t.ptr[i];
	}
	return count == NUMBER_SIGNS && check_sign(s) == s[NUMBER_SIGNS - 1];
}

struct text number_normal(struct arena *a, struct text t)
{
	struct text up = text_upper(a, text_trim(t));
	char *z = arena_alloc(a, up.len + 1);
	size_t len = 0;
	for (size_t i = 0; i < up.len; i++) {
		if (up.ptr[i] != ' ')
			z[len++] = up.ptr[i];
	}
	return (struct text){z, len};
}

void code_make(const struct casework *cw, char out[DRAFT_CODE_SIZE])
{
	for (int i = 0; i < DRAFT_CODE_SIZE - 1; i++)
		out[i] = i % 5 == 4 ? '-' : random_sign(cw);
	out[DRAFT_CODE_SIZE - 1] = '\0';
}

struct text code_normal(struct arena *a, struct text t)
{
	struct text up = text_upper(a, t);
	char *z = arena_alloc(a, DRAFT_CODE_SIZE);
	size_t len = 0;
	for (size_t i = 0; i < up.len && len < DRAFT_CODE_SIZE - 1; i++) {
		if (sign_value(up.ptr[i]) < 0)
			continue;
		if (len % 5 == 4)
			z[len++] = '-';
		z[len++] = up.ptr[i];
	}
	return (struct text){z, len};
}

void code_hash(struct text code, unsigned char out[32])
{
	static const unsigned char key[] = "amtsweg draft code 1";
	crypto_generichash(out, 32, (const unsigned char *)code.ptr, code.len, key, sizeof key - 1);
}

void sha256_hex(struct text bytes, char out[65])
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	crypto_hash_sha256(hash, (const unsigned char *)bytes.ptr, bytes.len);
	hex_put(out, hash, sizeof hash);
}

struct text new_id(struct casework *cw, struct arena *a)
{
	char *z = arena_alloc(a, ID_SIZE);
	id_make(&cw->o.clock, &cw->o.random, z);
	return text_from(z);
}
