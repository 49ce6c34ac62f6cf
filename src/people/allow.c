/* The one question: may this actor do this to that? Denied by default. */
#include "people/people.h"

#include <string.h>

#define BIT(action) (1u << (action))

enum {
	SEE = BIT(PEOPLE_LIST) | BIT(PEOPLE_READ),
	WORK = BIT(PEOPLE_WORK) | BIT(PEOPLE_DECIDE) | BIT(PEOPLE_SIGN),
};

static const struct {
	const char *role;
	unsigned may;
} platform_roles[] = {
        {"clerk", SEE | BIT(PEOPLE_WORK) | BIT(PEOPLE_DECIDE) | BIT(PEOPLE_ASSIGN)},
        {"signer", SEE | BIT(PEOPLE_WORK) | BIT(PEOPLE_SIGN)},
        {"lead", SEE | WORK | BIT(PEOPLE_ASSIGN)},
        {"admin", BIT(PEOPLE_ACCOUNTS) | BIT(PEOPLE_ADOPT)},
        {"auditor", SEE},
        {"operator", BIT(PEOPLE_CONTROL_SEE) | BIT(PEOPLE_CONTROL_ACT)},
};

static bool is_platform_role(struct text role, unsigned *may)
{
	for (size_t i = 0; i < sizeof platform_roles / sizeof *platform_roles; i++) {
		*may = platform_roles[i].may;
		if (text_is(role, platform_roles[i].role))
			return true;
	}
	*may = SEE | WORK; /* a role of a package */
	return false;
}

bool people_role_may(struct text role, enum people_action action)
{
	unsigned may;
	is_platform_role(role, &may);
	return role.len > 0 && action > PEOPLE_NOTHING && action < PEOPLE_ACTION_COUNT &&
	       (may & BIT(action)) != 0;
}

bool people_can(const struct people_actor *actor, enum people_action action)
{
	if (actor->kind == PEOPLE_SYSTEM)
		return true;
	if (actor->kind == PEOPLE_CITIZEN)
		return action == PEOPLE_OWN || action == PEOPLE_NOTHING;
	if (actor->kind == PEOPLE_STAFF && action == PEOPLE_NOTHING)
		return true;
	for (size_t i = 0; actor->kind == PEOPLE_STAFF && i < actor->grant_count; i++)
		if (people_role_may(actor->grants[i].role, action))
			return true;
	return false;
}

static bool concerns_authority(const struct people_grant *g, const struct people_object *o)
{
	if (text_is(g->authority, "*") || text_eq(g->authority, o->authority))
		return o->authority.len > 0;
	for (size_t i = 0; i < o->participant_count; i++)
		if (text_eq(g->authority, o->participants[i]))
			return true;
	return false;
}

static bool concerns(const struct people_grant *g, const struct people_object *o)
{
	if (o->kind == PEOPLE_PLATFORM)
		return text_is(g->authority, "*");
	if (!concerns_authority(g, o))
		return false;
	return o->kind == PEOPLE_AUTHORITY || text_is(g->service, "*") ||
	       text_eq(g->service, o->service);
}

/* A task wants exactly its role; whoever leads the team may stand in. */
static bool fits_role(
        const struct people_grant *g, const struct people_object *o, enum people_action action)
{
	bool working = action == PEOPLE_WORK || action == PEOPLE_DECIDE || action == PEOPLE_SIGN;
	if (o->kind != PEOPLE_TASK || !working)
		return true;
	return text_eq(g->role, o->role) || text_is(g->role, "lead");
}

static enum err denied(enum people_action action, struct errinfo *e)
{
	char key[ERRINFO_KEY_MAX];
	snprintf(key, sizeof key, "denied.%s", people_action_name(action));
	fail(e, ERR_DENIED, "the right '%s' is missing", people_action_name(action));
	if (e)
		fail_key(e, key);
	return ERR_DENIED;
}

static enum err allow_staff(const struct people_actor *actor, enum people_action action,
        const struct people_object *object, struct errinfo *e)
{
	bool known = false;
	for (size_t i = 0; i < actor->grant_count; i++) {
		const struct people_grant *g = &actor->grants[i];
		if (!concerns(g, object))
			continue;
		known = known || people_role_may(g->role, PEOPLE_READ) ||
		        object->kind == PEOPLE_AUTHORITY;
		if (people_role_may(g->role, action) && fits_role(g, object, action))
			return OK;
	}
	if (object->kind == PEOPLE_PLATFORM || known)
		return denied(action, e);
	return fail(e, ERR_NOT_FOUND, "no such thing in the actor's authorities");
}

enum err allow(const struct people_actor *actor, enum people_action action,
        const struct people_object *object, struct errinfo *e)
{
	if (actor->kind == PEOPLE_SYSTEM)
		return OK;
	if (actor->kind == PEOPLE_STAFF && action != PEOPLE_OWN)
		return allow_staff(actor, action, object, e);
	bool owner = actor->kind == PEOPLE_CITIZEN && actor->id.len > 0 &&
	             text_eq(actor->id, object->owner);
	bool ownable = object->kind == PEOPLE_CASE || object->kind == PEOPLE_DRAFT;
	if (owner && ownable && action == PEOPLE_OWN)
		return OK;
	return fail(e, ERR_NOT_FOUND, "no such thing of this person");
}

bool people_services_have(const struct people_services *s, struct text service)
{
	for (size_t i = 0; i < s->count; i++)
		if (text_eq(s->ids[i], service))
			return true;
	return s->all;
}

struct people_services people_services(const struct people_actor *actor, enum people_action action,
        struct text authority, struct arena *a)
{
	struct people_services out = {.all = actor->kind == PEOPLE_SYSTEM};
	struct text *ids = NULL;
	size_t cap = 0;
	for (size_t i = 0; actor->kind == PEOPLE_STAFF && i < actor->grant_count; i++) {
		const struct people_grant *g = &actor->grants[i];
		struct people_object object = {
		        .kind = PEOPLE_CASE, .authority = authority, .service = g->service};
		if (!concerns(g, &object) || !people_role_may(g->role, action))
			continue;
		if (text_is(g->service, "*"))
			return (struct people_services){.all = true};
		if (!people_services_have(&out, g->service))
			*ARENA_PUSH(a, ids, out.count, cap) = g->service;
		out.ids = ids;
	}
	return out;
}

/* Names -------------------------------------------------------------------------------------- */

const char *people_action_name(enum people_action action)
{
	static const char *const names[PEOPLE_ACTION_COUNT] = {"nothing", "list", "read", "work",
	        "decide", "sign", "assign", "accounts", "adopt", "control-see", "control-act",
	        "own"};
	return action < PEOPLE_ACTION_COUNT ? names[action] : "unknown";
}

const char *people_object_kind_name(enum people_object_kind kind)
{
	static const char *const names[] = {
	        "nothing", "authority", "case", "task", "draft", "platform"};
	return kind <= PEOPLE_PLATFORM ? names[kind] : "unknown";
}

static const char *const trust_names[] = {"none", "account", "substantial", "high"};

const char *people_trust_name(enum people_trust trust)
{
	return trust <= PEOPLE_TRUST_HIGH ? trust_names[trust] : "unknown";
}

bool people_trust_parse(struct text name, enum people_trust *out)
{
	for (size_t i = 0; i <= PEOPLE_TRUST_HIGH; i++) {
		*out = (enum people_trust)i;
		if (text_is(name, trust_names[i]))
			return true;
	}
	return false;
}
