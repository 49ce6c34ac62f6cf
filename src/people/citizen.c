/* Citizens: what an identity provider said about them, sealed with a key of their own. */
#include "people/people_int.h"

#include "format/json.h"
#include "sql_people.h"

#include <string.h>

static struct text subject_of(struct arena *a, struct text person)
{
	return text_format(a, "citizen:%.*s", TEXT_ARG(person));
}

struct attribute {
	const char *name;
	size_t offset;
};

#define ATTRIBUTE(member)                                                                          \
	{                                                                                          \
#member, offsetof(struct people_citizen, member)                                   \
	}
static const struct attribute attributes[] = {
        ATTRIBUTE(given_name),
        ATTRIBUTE(family_name),
        ATTRIBUTE(name),
        ATTRIBUTE(mail),
        ATTRIBUTE(street),
        ATTRIBUTE(house_number),
        ATTRIBUTE(postcode),
        ATTRIBUTE(city),
        ATTRIBUTE(ags),
};
enum { ATTRIBUTES = sizeof attributes / sizeof *attributes };

static struct text write_attributes(struct arena *a, const struct people_citizen *c)
{
	struct buf b;
	buf_init(&b, 64 << 10);
	struct json_out o = json_out(&b);
	json_out_object(&o);
	for (size_t i = 0; i < ATTRIBUTES; i++) {
		json_out_name(&o, attributes[i].name);
		json_out_text(&o, *(const struct text *)(const void *)((const char *)c +
		                                                       attributes[i].offset));
	}
	json_out_name(&o, "birth_date");
	json_out_text(&o, date_is_zero(c->birth_date) ? TEXT_NONE : date_text(a, c->birth_date));
	json_out_name(&o, "trust");
	json_out_z(&o, people_trust_name(c->trust));
	json_out_end(&o);
	struct text out = buf_copy(&b, a);
	buf_free(&b);
	return out;
}

static enum err read_attributes(
        struct arena *a, struct text json, struct people_citizen *c, struct errinfo *e)
{
	const struct json *j;
	TRY(json_parse(a, json, "citizen", &j, e));
	for (size_t i = 0; i < ATTRIBUTES; i++)
		*(struct text *)(void *)((char *)c + attributes[i].offset) =
		        json_text(j, attributes[i].name);
	struct text birth = json_text(j, "birth_date");
	if (birth.len && !date_parse(birth, &c->birth_date))
		return fail(e, ERR_CORRUPT, "the birth date of a citizen is no date");
	if (!people_trust_parse(json_text(j, "trust"), &c->trust))
		c->trust = PEOPLE_TRUST_NONE;
	return OK;
}

enum err people_citizen_load(struct db *db, struct text id, struct arena *a,
        struct people_citizen *out, struct errinfo *e)
{
	struct db_rows r;
	struct text json;
	*out = (struct people_citizen){0};
	TRY(db_get(&r, db, SQL_PEOPLE_CITIZEN, e, BIND("person", id)));
	out->id = row_copy(&r, "person", a);
	struct text sealed = row_copy_blob(&r, "attributes", a);
	TRY(db_end(&r, e));
	TRY(unseal(db, subject_of(a, id), "citizen", id, sealed, a, &json, e));
	return read_attributes(a, json, out, e);
}

static enum err find_citizen(struct apply *ap, const struct people_identity *who, struct text hash,
        char id[ID_SIZE], struct errinfo *e)
{
	struct db_rows r;
	TRY(db_get(&r, ap->db, SQL_PEOPLE_CITIZEN_BY_SUBJECT, e, BIND("provider", who->provider),
	        BIND_BLOB("subject_hash", hash)));
	snprintf(id, ID_SIZE, "%.*s", TEXT_ARG(row_text(&r, "person")));
	return db_end(&r, e);
}

enum err people_put_citizen(
        struct apply *ap, const struct people_identity *who, char id[ID_SIZE], struct errinfo *e)
{
	unsigned char bytes[PEOPLE_HASH_SIZE];
	struct errinfo ignored = {0};
	people_hash(who->subject, bytes);
	struct text hash = {(const char *)bytes, sizeof bytes}, sealed;
	enum err code = find_citizen(ap, who, hash, id, &ignored);
	bool known = code == OK;
	if (!known && code != ERR_NOT_FOUND) {
		if (e)
			*e = ignored;
		return code;
	}
	if (!known) {
		id_make(store_clock(ap->store), store_random(ap->store), id);
		TRY(key_assign(ap, subject_of(ap->arena, text_from(id)), TEXT("citizens"), e));
	}
	struct text json = write_attributes(ap->arena, &who->citizen);
	TRY(seal(ap->db, subject_of(ap->arena, text_from(id)), "citizen", text_from(id), json,
	        ap->arena, &sealed, e));
	if (known)
		return db_exec(ap->db, SQL_PEOPLE_CITIZEN_UPDATE, e, BIND("id", (const char *)id),
		        BIND_BLOB("attributes", sealed));
	return db_exec(ap->db, SQL_PEOPLE_CITIZEN_ADD, e, BIND("id", (const char *)id),
	        BIND("provider", who->provider), BIND_BLOB("subject_hash", hash),
	        BIND_BLOB("attributes", sealed));
}
