/* people/people_int.h - what the parts of the room share. */
#ifndef PEOPLE_PEOPLE_INT_H
#define PEOPLE_PEOPLE_INT_H

#include "people/people.h"
#include "store/store.h"

enum { PEOPLE_HASH_SIZE = 32 };

struct people {
	struct people_options options;
	char nobody[PEOPLE_PASSWORD_SIZE]; /* hash of no password: unknown names take as long */
};

/* account.c */
MUST_USE enum err account_totp_apply(struct apply *ap, struct errinfo *e);
MUST_USE enum err account_deputy_apply(struct apply *ap, struct errinfo *e);
/* The opened second factor of an account. */
MUST_USE enum err account_totp_open(struct db *db, struct text account, struct text sealed,
        struct arena *a, unsigned char out[TOTP_SECRET_SIZE], struct errinfo *e);

/* login.c, session.c */
MUST_USE enum err login_prepare(struct prepare *p, struct errinfo *e);
MUST_USE enum err login_apply(struct apply *ap, struct errinfo *e);
MUST_USE enum err enter_prepare(struct prepare *p, struct errinfo *e);
MUST_USE enum err enter_apply(struct apply *ap, struct errinfo *e);
MUST_USE enum err leave_apply(struct apply *ap, struct errinfo *e);
MUST_USE enum err seen_apply(struct apply *ap, struct errinfo *e);

/* A new random token; in apply: its session, in place of an old one. */
void session_token(const struct people *p, char out[PEOPLE_TOKEN_SIZE]);
MUST_USE enum err session_add(struct apply *ap, const struct people *p, enum people_kind kind,
        struct text person, enum people_trust trust, const char *token, struct text old,
        struct errinfo *e);
void people_hash(struct text t, unsigned char out[PEOPLE_HASH_SIZE]); /* BLAKE2b-256 */

#endif
