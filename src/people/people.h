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

/* True when a role includes an action. Roles of the platform: `clerk`, `signer`, `lead`,
 * `admin`, `auditor`, `operator`. Every other name is a role of a package: PEOPLE_LIST,
 * READ, WORK, DECIDE, SIGN on tasks that want exactly this role. */
bool people_role_may(struct text role, enum people_action action);

const char *people_action_name(enum people_action action);         /* "sign" */
const char *people_object_kind_name(enum people_object_kind kind); /* "case" */
const char *people_trust_name(enum people_trust trust);            /* "substantial" */
bool people_trust_parse(struct text name, enum people_trust *out);

/* Stored people ----------------------------------------------------------------------- */

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

/* Identity providers -------------------------------------------------------------------- */

/* What a provider says about somebody who logged in. `subject` never changes. */
struct people_identity {
	struct text provider;
	struct text subject;
	struct people_citizen citizen; /* id is empty */
};

/* A way for citizens to log in. OIDC, SAML and the demonstration provider have this shape:
 * the person is sent to an address and comes back with parameters. */
struct identity_provider {
	const char *id; /* "demo" */
	/* The address to send the browser to. `state` comes back unchanged and must be unguessable;
	 * `wanted` is the trust level that is needed. */
	enum err (*begin)(void *self, struct arena *a, struct text state, enum people_trust wanted,
	        struct text *address, struct errinfo *e);
	/* Check what came back (`code`, `state`) and name the person. ERR_DENIED when it is
	 * forged, used before or older than five minutes. */
	enum err (*finish)(void *self, struct arena *a, struct text state, struct text code,
	        struct people_identity *out, struct errinfo *e);
	void *self;
};

#endif
