/* Authorities, staff accounts and their grants, substitution. */
#include "people/people_int.h"

#include "sql_people.h"

#include <string.h>

enum { GRANTS_MAX = 1000 };

static struct text subject_of(struct arena *a, struct text account)
{
	return text_format(a, "account:%.*s", TEXT_ARG(account));
}

enum err people_authority_load(struct db *db, struct text ags, struct arena *a,
        struct people_authority *out, struct errinfo *e)
{
	struct db_rows r;
	TRY(db_get(&r, db, SQL_PEOPLE_AUTHORITY, e, BIND("authority", ags)));
	out->ags = row_copy(&r, "authority", a);
	out->name = row_copy(&r, "name", a);
	out->short_name = row_copy(&r, "short_name", a);
	return db_end(&r, e);
}

static enum err load_grants(struct db *db, struct text account, struct date today, struct arena *a,
        struct people_actor *out, struct errinfo *e)
{
	struct people_grant *grants = NULL;
	size_t count = 0, cap = 0;
	struct db_rows r;
	TRY(db_select(
	        &r, db, SQL_PEOPLE_GRANTS, e, BIND("account", account), BIND("today", today)));
	while (db_next(&r) && count < GRANTS_MAX) {
		struct people_grant *g = ARENA_PUSH(a, grants, count, cap);
		g->authority = row_copy(&r, "authority", a);
		g->service = row_copy(&r, "service", a);
		g->role = row_copy(&r, "role", a);
		g->instead_of = row_copy(&r, "instead_of", a);
	}
	out->grants = grants;
	out->grant_count = count;
	return db_end(&r, e);
}

static enum err load_staff(struct db *db, struct text id, struct date today, struct arena *a,
        struct people_actor *out, struct errinfo *e)
{
	struct db_rows r;
	TRY(db_get(&r, db, SQL_PEOPLE_ACCOUNT, e, BIND("id", id)));
	bool active = row_bool(&r, "active");
	*out = (struct people_actor){.kind = PEOPLE_STAFF, .trust = PEOPLE_TRUST_HIGH};
	out->id = row_copy(&r, "id", a);
	out->name = row_copy(&r, "name", a);
	out->authority = row_copy(&r, "authority", a);
	out->unit = row_copy(&r, "unit", a);
	TRY(db_end(&r, e));
	if (!active)
		return fail(e, ERR_NOT_FOUND, "the account is closed");
	return load_grants(db, id, today, a, out, e);
}

enum err people_actor_load(struct db *db, enum people_kind kind, struct text id, struct date today,
        struct arena *a, struct people_actor *out, struct errinfo *e)
{
	if (kind == PEOPLE_STAFF)
		return load_staff(db, id, today, a, out, e);
	struct people_citizen c;
	TRY(people_citizen_load(db, id, a, &c, e));
	*out = (struct people_actor){
	        .kind = PEOPLE_CITIZEN, .id = c.id, .name = c.name, .trust = c.trust};
	return OK;
}

enum err people_accounts(struct db *db, struct text authority, struct arena *a,
        struct people_account **out, size_t *count, struct errinfo *e)
{
	size_t cap = 0;
	struct db_rows r;
	*out = NULL;
	*count = 0;
	TRY(db_select(&r, db, SQL_PEOPLE_ACCOUNTS, e, BIND("authority", authority)));
	while (db_next(&r)) {
		struct people_account *p = ARENA_PUSH(a, *out, *count, cap);
		p->id = row_copy(&r, "id", a);
		p->authority = text_copy(a, authority);
		p->login = row_copy(&r, "login", a);
		p->name = row_copy(&r, "name", a);
		p->unit = row_copy(&r, "unit", a);
		p->active = true;
		p->totp = row_bool(&r, "has_totp");
	}
	return db_end(&r, e);
}

/* Writing --------------------------------------------------------------------------------- */

enum err people_put_authority(
        struct apply *ap, const struct people_authority *who, struct errinfo *e)
{
	return db_exec(ap->db, SQL_PEOPLE_AUTHORITY_PUT, e, BIND("ags", who->ags),
	        BIND("name", who->name), BIND("short_name", who->short_name));
}

enum err people_put_account(struct apply *ap, const struct people_account *who,
        const char *password_hash, struct errinfo *e)
{
	struct text login = text_lower(ap->arena, text_nfc(ap->arena, who->login));
	TRY(db_exec(ap->db, SQL_PEOPLE_ACCOUNT_PUT, e, BIND("id", who->id),
	        BIND("authority", who->authority), BIND("login", login), BIND("name", who->name),
	        BIND("unit", who->unit), BIND("password", password_hash),
	        BIND("active", who->active)));
	TRY(db_exec(ap->db, SQL_PEOPLE_GRANTS_CLEAR, e, BIND("account", who->id)));
	for (size_t i = 0; i < who->grant_count; i++)
		TRY(db_exec(ap->db, SQL_PEOPLE_GRANT_PUT, e, BIND("account", who->id),
		        BIND("grant_authority", who->grants[i].authority),
		        BIND("service", who->grants[i].service),
		        BIND("role", who->grants[i].role)));
	return OK;
}

enum err people_put_deputy(struct apply *ap, struct text absent, struct text deputy,
        struct date from, struct date to, struct errinfo *e)
{
	if (text_eq(absent, deputy) || date_cmp(from, to) > 0)
		return fail(e, ERR_INVALID, "nobody deputises for himself, or for no day");
	return db_exec(ap->db, SQL_PEOPLE_DEPUTY_PUT, e, BIND("absent", absent),
	        BIND("deputy", deputy), BIND("from", from), BIND("to", to));
}

/* One's own absence, or the accounts of one's authority; both work there. */
enum err account_deputy_apply(struct apply *ap, struct errinfo *e)
{
	const struct people_deputise *d = ap->command->input;
	struct people_actor absent, deputy, who;
	TRY(people_actor_load(ap->db, PEOPLE_STAFF, d->actor->id, d->from, ap->arena, &who, e));
	TRY(people_actor_load(ap->db, PEOPLE_STAFF, d->absent, d->from, ap->arena, &absent, e));
	TRY(people_actor_load(ap->db, PEOPLE_STAFF, d->deputy, d->from, ap->arena, &deputy, e));
	struct people_object o = {.kind = PEOPLE_AUTHORITY, .authority = absent.authority};
	if (!text_eq(who.id, absent.id))
		TRY(allow(&who, PEOPLE_ACCOUNTS, &o, e));
	if (!text_eq(absent.authority, deputy.authority))
		return fail(e, ERR_NOT_FOUND, "the deputy works in another authority");
	return people_put_deputy(ap, absent.id, deputy.id, d->from, d->to, e);
}

enum err account_totp_apply(struct apply *ap, struct errinfo *e)
{
	const struct people_totp *t = ap->command->input;
	struct text sealed = TEXT_NONE, subject = subject_of(ap->arena, t->account);
	struct people_actor who;
	struct date no_deputies = {0};
	struct text secret = {(const char *)t->secret, TOTP_SECRET_SIZE};
	TRY(people_actor_load(ap->db, PEOPLE_STAFF, t->account, no_deputies, ap->arena, &who, e));
	if (t->on) {
		enum err code = key_assign(ap, subject, who.authority, e);
		if (code != OK && code != ERR_CONFLICT)
			return code;
		TRY(seal(ap->db, subject, "account", t->account, secret, ap->arena, &sealed, e));
	}
	return db_exec(ap->db, SQL_PEOPLE_ACCOUNT_TOTP, e, BIND_BLOB("totp", sealed),
	        BIND("id", t->account));
}

enum err account_totp_open(struct db *db, struct text account, struct text sealed, struct arena *a,
        unsigned char out[TOTP_SECRET_SIZE], struct errinfo *e)
{
	struct text plain;
	TRY(unseal(db, subject_of(a, account), "account", account, sealed, a, &plain, e));
	if (plain.len != TOTP_SECRET_SIZE)
		return fail(e, ERR_CORRUPT, "the second factor of an account is no secret");
	memcpy(out, plain.ptr, TOTP_SECRET_SIZE);
	return OK;
}
