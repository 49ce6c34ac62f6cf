/* people/people.h - who somebody is and what that person may do.
 *
 * Authorities, staff accounts, citizens from an identity provider, sessions, substitution
 * and the one question every page and command asks: allow(). Everything is denied that no
 * grant permits. An object of another authority answers ERR_NOT_FOUND, as if it did not
 * exist; ERR_DENIED is only said about objects the actor may see.
 *
 * The writer repeats every check on its own connection (people_actor_load there, then
 * allow); what a page asked before was for a quick answer. */
#ifndef PEOPLE_PEOPLE_H
#define PEOPLE_PEOPLE_H

#include "base/log.h"
#include "base/world.h"

/* Permissions ----------------------------------------------------------------------- */

/* What an actor may do to an object. A role maps to a set of these (people_role_may). */
enum people_action {
	PEOPLE_NOTHING,     /* no permission is needed beyond being logged in */
	PEOPLE_LIST,        /* worklists and search within the own authority */
	PEOPLE_READ,        /* open a case with data, documents, history */
	PEOPLE_WORK,        /* complete a task of one's role, ask for documents, message */
	PEOPLE_DECIDE,      /* decide tasks */
	PEOPLE_SIGN,        /* sign a notice */
	PEOPLE_ASSIGN,      /* give a task to somebody, set a reminder */
	PEOPLE_ACCOUNTS,    /* accounts, roles, substitution of the authority */
	PEOPLE_ADOPT,       /* services of the authority: adopt, slots */
	PEOPLE_CONTROL_SEE, /* control page: incidents, queues */
	PEOPLE_CONTROL_ACT, /* retry, skip, move; clock of the demonstration */
	PEOPLE_OWN,         /* citizen: drafts, applications, mailbox of one's own */
	PEOPLE_ACTION_COUNT,
};

enum people_object_kind {
	PEOPLE_NO_OBJECT,
	PEOPLE_AUTHORITY, /* worklist, accounts, services: `authority` */
	PEOPLE_CASE,      /* `authority`, `service`, `participants`, `owner` */
	PEOPLE_TASK,      /* as the case, and `role`: who may work on it */
	PEOPLE_DRAFT,     /* `owner` */
	PEOPLE_PLATFORM,  /* the installation itself */
};

/* What a permission is asked about. Texts may be empty where the kind has none. */
struct people_object {
	enum people_object_kind kind;
	struct text authority;           /* AGS key, e.g. 14612000 */
	struct text service;             /* id of the package */
	struct text role;                /* role of service.json a task wants */
	struct text owner;               /* citizen id */
	const struct text *participants; /* authorities that take part, AGS */
	size_t participant_count;
};

enum people_kind {
	PEOPLE_ANONYMOUS,
	PEOPLE_CITIZEN,
	PEOPLE_STAFF,
	PEOPLE_SYSTEM, /* timers, connectors, demonstration set: everything, in the history as
	                  system */
};

/* Trust level of a login (package.md, `trust`; FIM levels 00, 10, 20/30, 40). */
enum people_trust {
	PEOPLE_TRUST_NONE,
	PEOPLE_TRUST_ACCOUNT,
	PEOPLE_TRUST_SUBSTANTIAL,
	PEOPLE_TRUST_HIGH,
};

/* One role somebody holds: in one authority, for one service ("*": all of them). */
struct people_grant {
	struct text authority; /* AGS; "*": the installation (operators only) */
	struct text service;
	struct text role;
	struct text instead_of; /* account id of the absent person this comes from, or empty */
};

/* Somebody who asks, with everything allow() needs; immutable. */
struct people_actor {
	enum people_kind kind;
	struct text id;   /* account or citizen id; empty for anonymous and system */
	struct text name; /* "Jana Krüger" */
	enum people_trust trust;
	struct text authority; /* staff: where the person works, AGS */
	struct text unit;      /* staff: "Sozialamt Dresden, Wohngeld" */
	const struct people_grant *grants;
	size_t grant_count;
};

/* OK, or ERR_DENIED (text key `denied.<action>`), or ERR_NOT_FOUND. Pure. */
MUST_USE enum err allow(const struct people_actor *actor, enum people_action action,
        const struct people_object *object, struct errinfo *e);

/* True when some grant gives this action anywhere (menus, first check of a route). */
bool people_can(const struct people_actor *actor, enum people_action action);

/* In which services of an authority the actor may do this: for queries over many objects, which
 * ask allow() for none of them. Pure; every service once, memory from `a`. */
struct people_services {
	bool all; /* every service, `ids` is empty */
	const struct text *ids;
	size_t count;
};
struct people_services people_services(const struct people_actor *actor, enum people_action action,
        struct text authority, struct arena *a);
bool people_services_have(const struct people_services *s, struct text service);

/* True when a role includes an action. Roles of the platform: `clerk`, `signer`, `lead`,
 * `admin`, `auditor`, `operator`. Every other name is a role of a package: PEOPLE_LIST,
 * READ, WORK, DECIDE, SIGN on tasks that want exactly this role. */
bool people_role_may(struct text role, enum people_action action);

const char *people_action_name(enum people_action action);         /* "sign" */
const char *people_object_kind_name(enum people_object_kind kind); /* "case" */
const char *people_trust_name(enum people_trust trust);            /* "substantial" */
bool people_trust_parse(struct text name, enum people_trust *out);

/* Stored people ------------------------------------------------------------------------ */

enum {
	PEOPLE_PASSWORD_SIZE = 128, /* a hash with NUL (Argon2id, PHC string) */
	PEOPLE_TOKEN_SIZE = 66,     /* "s", 64 hexadecimal digits, NUL */
	PEOPLE_WRONG_MAX = 10,      /* wrong logins before somebody has to wait */
};

struct people_authority {
	struct text ags;
	struct text name;       /* "Landeshauptstadt Dresden" */
	struct text short_name; /* "Dresden" */
};

struct people_citizen {
	struct text id;
	struct text given_name, family_name, name; /* name: as shown */
	struct date birth_date;                    /* zero: not given */
	struct text mail;
	struct text street, house_number, postcode, city, ags; /* empty: not given */
	enum people_trust trust;                               /* of the present login */
};

struct people_account {
	struct text id;
	struct text authority; /* AGS */
	struct text login;     /* lower case, unique */
	struct text name;
	struct text unit;
	const struct people_grant *grants; /* own ones, without deputies */
	size_t grant_count;
	bool active;
	bool totp;
};

/* Identity providers -------------------------------------------------------------------- */

/* What a provider says about somebody who logged in. `subject` never changes. */
struct people_identity {
	struct text provider;
	struct text subject;
	struct people_citizen citizen; /* id is empty */
};

/* A way for citizens to log in. OIDC, SAML and the demonstration provider have this shape:
 * the person is sent to an address and comes back to /anmelden/zurueck with `state` and
 * `code`. */
struct identity_provider {
	const char *id; /* "demo" */
	/* The address to send the browser to. `state` comes back unchanged and is unguessable;
	 * `wanted` is the trust level that is needed. */
	enum err (*begin)(void *self, struct arena *a, struct text state, enum people_trust wanted,
	        struct text *address, struct errinfo *e);
	/* Check what came back and name the person. ERR_DENIED when it is forged, used before or
	 * older than five minutes. */
	enum err (*finish)(void *self, struct arena *a, struct text state, struct text code,
	        struct people_identity *out, struct errinfo *e);
	void *self;
};

/* The provider of the demonstration: a page of ours (web/login) lets the visitor choose a
 * person and a trust level. Nothing it says is proved; it says so. */
struct people_demo;
struct people_demo *people_demo_new(struct arena *a, const struct people_citizen *persons,
        size_t count, struct clock clock, struct randomness random);
struct identity_provider people_demo_provider(struct people_demo *d);
void people_demo_free(struct people_demo *d);
/* The subject this provider names: the same name and birth date is the same person. */
struct text people_demo_subject(struct arena *a, const struct people_citizen *who);
const struct people_citizen *people_demo_persons(const struct people_demo *d, size_t *count);
/* The visitor chose: a code for one use within five minutes. */
MUST_USE enum err people_demo_issue(struct people_demo *d, struct arena *a, struct text state,
        const struct people_citizen *who, struct text *code, struct errinfo *e);

/* The room ---------------------------------------------------------------------------------- */

struct people;
struct store;
struct db;
struct apply;

struct people_options {
	struct store *store;
	struct clock clock; /* of sessions: the real one, also where cases live in simulated time */
	struct randomness random;
	const struct identity_provider *providers;
	size_t provider_count;
	bool cheap_passwords; /* tests: Argon2id with the least memory */
};

/* Registers the command kinds: between store_open and store_start. Lives in `a`. */
MUST_USE enum err people_open(
        struct arena *a, const struct people_options *o, struct people **out, struct errinfo *e);
const struct identity_provider *people_provider(const struct people *p, struct text id);
struct store *people_store(const struct people *p);

/* Everybody's rights as they are stored, deputies of `today` included. In the writer: with
 * ap->db. ERR_NOT_FOUND: no such active account or citizen. */
MUST_USE enum err people_actor_load(struct db *db, enum people_kind kind, struct text id,
        struct date today, struct arena *a, struct people_actor *out, struct errinfo *e);
MUST_USE enum err people_authority_load(struct db *db, struct text ags, struct arena *a,
        struct people_authority *out, struct errinfo *e);
MUST_USE enum err people_citizen_load(struct db *db, struct text id, struct arena *a,
        struct people_citizen *out, struct errinfo *e);
/* Active accounts of an authority by name, without grants (to assign, to deputise). */
MUST_USE enum err people_accounts(struct db *db, struct text authority, struct arena *a,
        struct people_account **out, size_t *count, struct errinfo *e);

/* In apply: write people (demonstration set, administration). The password is a hash of
 * people_password_hash made in prepare; an account or authority that exists is replaced. */
MUST_USE enum err people_put_authority(
        struct apply *ap, const struct people_authority *who, struct errinfo *e);
MUST_USE enum err people_put_account(struct apply *ap, const struct people_account *who,
        const char *password_hash, struct errinfo *e);
/* The citizen of an identity, made when new, attributes replaced; the id into `id`. */
MUST_USE enum err people_put_citizen(
        struct apply *ap, const struct people_identity *who, char id[27], struct errinfo *e);
/* `deputy` has the grants of `absent` from `from` to `to`, both days included. */
MUST_USE enum err people_put_deputy(struct apply *ap, struct text absent, struct text deputy,
        struct date from, struct date to, struct errinfo *e);

MUST_USE enum err people_password_hash(const struct people *p, struct text password,
        char out[PEOPLE_PASSWORD_SIZE], struct errinfo *e);

/* Time-based one-time passwords (RFC 6238: SHA-1, 30 s, six digits; one step of clock
 * difference is accepted, no step twice). */
enum { TOTP_SECRET_SIZE = 20 };
uint32_t totp_code(const unsigned char *secret, size_t size, uint64_t step, int digits);
bool totp_check(const unsigned char secret[TOTP_SECRET_SIZE], struct text code, struct instant now,
        int64_t last_step, int64_t *step);
/* The secret in base 32 for an authenticator app. */
struct text totp_secret_text(struct arena *a, const unsigned char secret[TOTP_SECRET_SIZE]);
/* "people.totp": switch the second factor on or off for an account. */
struct people_totp {
	struct text account;
	bool on;
	unsigned char secret[TOTP_SECRET_SIZE];
};

/* Sessions ---------------------------------------------------------------------------------- */

enum {
	PEOPLE_STAFF_IDLE_MS = 60 * 60 * 1000,
	PEOPLE_STAFF_MAX_MS = 12 * 60 * 60 * 1000,
	PEOPLE_CITIZEN_IDLE_MS = 60 * 60 * 1000,
	PEOPLE_CITIZEN_MAX_MS = 8 * 60 * 60 * 1000,
};

enum people_session_state { PEOPLE_SESSION_NONE, PEOPLE_SESSION_EXPIRED, PEOPLE_SESSION_VALID };

/* Who has this token? EXPIRED still names the person (kind and id), nothing else. A valid
 * session is kept alive (at most one write a minute, in the background). */
MUST_USE enum err people_session_find(struct people *p, struct text token, struct date today,
        struct arena *a, struct people_actor *out, enum people_session_state *state,
        struct errinfo *e);

/* "people.login": staff. Input and output; run it on a worker (Argon2id takes long). The
 * command succeeds also when the login does not: `result` says which page comes. */
enum people_login_result {
	PEOPLE_LOGIN_WRONG, /* name, password or code: not said which */
	PEOPLE_LOGIN_CODE,  /* the password was right, the account wants a code */
	PEOPLE_LOGIN_WAIT,  /* too many wrong ones; `wait_s` until the next try is looked at */
	PEOPLE_LOGIN_OK,
};
struct people_login {
	struct text login, password, code;
	struct text old_token; /* ends with the login */
	enum people_login_result result;
	int wait_s;
	char token[PEOPLE_TOKEN_SIZE];
	/* from prepare to apply */
	struct text account;
	bool right;
	int64_t totp_step;
};

/* "people.enter": a citizen whose identity a provider has proved. */
struct people_enter {
	struct people_identity identity;
	struct text old_token;
	char token[PEOPLE_TOKEN_SIZE];
	char id[27];
};

/* "people.leave": ends the session of `token`. */
struct people_leave {
	struct text token;
};

/* "people.deputy": checked against the actor (own absence, or PEOPLE_ACCOUNTS). */
struct people_deputise {
	const struct people_actor *actor;
	struct text absent, deputy;
	struct date from, to;
};

#endif
