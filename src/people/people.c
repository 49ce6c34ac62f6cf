#include "people/people_int.h"

#include <sodium.h>
#include <string.h>

static const struct command_kind kinds[] = {
        {"people.login", login_prepare, login_apply},
        {"people.enter", enter_prepare, enter_apply},
        {"people.leave", NULL, leave_apply},
        {"people.seen", NULL, seen_apply},
        {"people.totp", NULL, account_totp_apply},
        {"people.deputy", NULL, account_deputy_apply},
};

enum err people_open(
        struct arena *a, const struct people_options *o, struct people **out, struct errinfo *e)
{
	struct people *p = ARENA_NEW(a, struct people);
	if (sodium_init() < 0)
		return fail(e, ERR_INTERNAL, "libsodium does not start");
	p->options = *o;
	TRY(people_password_hash(p, TEXT(""), p->nobody, e));
	store_register(o->store, kinds, sizeof kinds / sizeof *kinds, p);
	*out = p;
	return OK;
}

const struct identity_provider *people_provider(const struct people *p, struct text id)
{
	for (size_t i = 0; i < p->options.provider_count; i++)
		if (text_is(id, p->options.providers[i].id))
			return &p->options.providers[i];
	return NULL;
}

struct store *people_store(const struct people *p)
{
	return p->options.store;
}

void people_hash(struct text t, unsigned char out[PEOPLE_HASH_SIZE])
{
	crypto_generichash(out, PEOPLE_HASH_SIZE, (const unsigned char *)t.ptr, t.len, NULL, 0);
}

/* Argon2id (RFC 9106): 32 MiB, three passes: about 60 ms of a core for a login. */
enum err people_password_hash(const struct people *p, struct text password,
        char out[PEOPLE_PASSWORD_SIZE], struct errinfo *e)
{
	_Static_assert(PEOPLE_PASSWORD_SIZE >= crypto_pwhash_STRBYTES, "a hash fits");
	bool cheap = p->options.cheap_passwords;
	memset(out, 0, PEOPLE_PASSWORD_SIZE);
	if (crypto_pwhash_str_alg(out, password.ptr ? password.ptr : "", password.len,
	            cheap ? 1 : 3, cheap ? crypto_pwhash_MEMLIMIT_MIN : 32 << 20,
	            crypto_pwhash_ALG_ARGON2ID13) != 0)
		return fail(e, ERR_BUSY, "no memory to hash a password");
	return OK;
}
