/* Drafts: what somebody has typed so far, for at most 30 days without change. */
#include "casework/casework_int.h"

enum { DRAFT_EMPTY_MAX = FORM_ANSWERS_MAX };

void draft_new_ids(struct casework *cw, struct draft_open *d)
{
	id_make(&cw->o.clock, &cw->o.random, d->id);
	code_make(cw, d->code);
}

/* The citizen it belongs to, or whoever knows the code. A draft of an account is not opened
 * by its code alone once somebody is logged in as another person. */
static bool may_open(
        const struct draft_access *who, struct text person, struct text hash, struct arena *a)
{
	const struct people_actor *actor = who->actor;
	if (actor->kind == PEOPLE_SYSTEM)
		return true;
	if (person.len && actor->kind == PEOPLE_CITIZEN)
		return text_eq(person, actor->id);
	if (who->code.len == 0)
		return false;
	unsigned char mine[32];
	code_hash(code_normal(a, who->code), mine);
	unsigned char differs = 0;
	for (size_t i = 0; i < sizeof mine && hash.len == sizeof mine; i++)
		differs |= (unsigned char)(mine[i] ^ (unsigned char)hash.ptr[i]);
	return hash.len == sizeof mine && differs == 0;
}

static void take_row(struct db_rows *rows, struct arena *a, struct draft *out)
{
	out->id = row_copy(rows, "id", a);
	out->authority = row_copy(rows, "authority", a);
	out->service = row_copy(rows, "service", a);
	out->lock = row_copy(rows, "lock", a);
	out->language = row_copy(rows, "language", a);
	out->address = row_copy(rows, "address", a);
	out->version = (int)row_int(rows, "version");
	out->edited = row_instant(rows, "edited");
	out->delete_on = row_date(rows, "delete_on");
	out->announced = row_date(rows, "informed");
}

enum err draft_load(struct casework *cw, struct db *db, struct text id,
        const struct draft_access *who, struct arena *a, struct draft *out, struct errinfo *e)
{
	struct db_rows rows;
	(void)cw;
	*out = (struct draft){0};
	TRY(db_get(&rows, db, SQL_DRAFT_GET, e, BIND("id", id)));
	take_row(&rows, a, out);
	struct text person = row_copy(&rows, "person", a);
	struct text hash = row_copy_blob(&rows, "code_hash", a);
	struct text sealed = row_copy_blob(&rows, "answers", a);
	out->submitted = row_copy(&rows, "number", a);
	out->owned = person.len > 0;
	TRY(db_end(&rows, e));
	if (!may_open(who, person, hash, a))
		return fail(e, ERR_NOT_FOUND, "no draft of this person");
	return unseal(db, id, "draft.answers", id, sealed, a, &out->answers, e);
}

enum err draft_find(struct casework *cw, struct db *db, struct text code, struct arena *a,
        struct text *id, struct errinfo *e)
{
	struct db_rows rows;
	unsigned char hash[32];
	(void)cw;
	code_hash(code_normal(a, code), hash);
	struct text bytes = {(const char *)hash, sizeof hash};
	TRY(db_get(&rows, db, SQL_DRAFT_BY_CODE, e, BIND_BLOB("code_hash", bytes)));
	*id = row_copy(&rows, "id", a);
	return db_end(&rows, e);
}

enum err draft_list(struct casework *cw, struct db *db, const struct people_actor *who,
        struct arena *a, struct draft **out, size_t *count, struct errinfo *e)
{
	struct db_rows rows;
	size_t cap = 0;
	(void)cw;
	*out = NULL;
	*count = 0;
	TRY(db_select(&rows, db, SQL_DRAFT_OF_PERSON, e, BIND("person", who->id)));
	while (db_next(&rows)) {
		struct draft *d = ARENA_PUSH(a, *out, *count, cap);
		take_row(&rows, a, d);
		d->owned = true;
	}
	return db_end(&rows, e);
}

struct draft_days {
	struct law_draft law;
	struct date look_on;
};

/* The days that follow from an edit. Only a draft of an account can be announced: the notice
 * stands in its list of applications. Without an account nobody is known who could be told; the
 * person reads the day of deletion where the code is shown. */
static enum err days_of(struct casework *cw, struct arena *a, struct instant edited, bool owned,
        struct draft_days *out, struct errinfo *e)
{
	TRY(law_draft(a, date_at(cw->o.zone, edited), &out->law, e));
	out->look_on = owned ? out->law.notice_first : out->law.purge;
	return OK;
}

enum err draft_open_apply(struct apply *ap, struct errinfo *e)
{
	struct casework *cw = ap->host;
	const struct draft_open *c = ap->command->input;
	struct text id = text_from(c->id), sealed;
	unsigned char hash[32];
	code_hash(text_from(c->code), hash);
	TRY(key_assign(ap, id, c->authority, e));
	TRY(seal(ap->db, id, "draft.answers", id, TEXT_NONE, ap->arena, &sealed, e));
	bool citizen = c->actor->kind == PEOPLE_CITIZEN;
	struct draft_days days;
	TRY(days_of(cw, ap->arena, ap->now, citizen, &days, e));
	return db_exec(ap->db, SQL_DRAFT_INSERT, e, BIND("id", id), BIND("authority", c->authority),
	        BIND("service", c->service), BIND("lock", c->lock), BIND("language", c->language),
	        BIND_OPTIONAL("person", citizen ? c->actor->id : TEXT_NONE),
	        BIND_BLOB("code_hash", ((struct text){(const char *)hash, sizeof hash})),
	        BIND("at", ap->now), BIND("delete_on", days.law.purge),
	        BIND("look_on", days.look_on), BIND_BLOB("answers", sealed));
}

/* Load for a change: the right person, not submitted, nobody saved in between. */
static enum err load_to_change(
        struct apply *ap, const struct draft_save *c, struct draft *d, struct errinfo *e)
{
	TRY(draft_load(ap->host, ap->db, c->id, &c->who, ap->arena, d, e));
	if (d->submitted.len) {
		fail(e, ERR_CONFLICT, "the draft was submitted already");
		return fail_key(e, "draft.submitted");
	}
	if (d->version != c->version) {
		fail(e, ERR_CONFLICT, "the draft was changed meanwhile");
		return fail_key(e, "draft.changed");
	}
	return OK;
}

static enum err save(struct apply *ap, const struct draft_save *c, struct errinfo *e)
{
	struct casework *cw = ap->host;
	struct draft d;
	struct text sealed;
	TRY(load_to_change(ap, c, &d, e));
	bool take = c->take && c->who.actor->kind == PEOPLE_CITIZEN;
	struct draft_days days;
	TRY(days_of(cw, ap->arena, ap->now, take || d.owned, &days, e));
	TRY(seal(ap->db, c->id, "draft.answers", c->id, c->answers, ap->arena, &sealed, e));
	TRY(db_change(ap->db, SQL_DRAFT_UPDATE, e, BIND("id", c->id), BIND("version", c->version),
	        BIND_BLOB("answers", sealed), BIND("address", c->address), BIND("at", ap->now),
	        BIND("delete_on", days.law.purge), BIND("look_on", days.look_on),
	        BIND_OPTIONAL("person", take ? c->who.actor->id : TEXT_NONE)));
	ap->answer = text_format(ap->arena, "%d", c->version + 1);
	return OK;
}

enum err draft_save_apply(struct apply *ap, struct errinfo *e)
{
	return save(ap, ap->command->input, e);
}

enum err draft_upload_prepare(struct prepare *p, struct errinfo *e)
{
	struct draft_upload *c = p->command->input;
	char *sha = arena_alloc(p->arena, 65);
	if (c->bytes.len > CASE_UPLOAD_MAX)
		return fail(e, ERR_LIMIT, "the file is larger than %d bytes", CASE_UPLOAD_MAX);
	TRY(blob_put(p->store, c->save.id, c->bytes, &c->blob, e));
	sha256_hex(c->bytes, sha);
	c->sha256 = text_from(sha);
	struct form_file file = {
	        .name = c->name,
	        .media = c->media,
	        .size = (int64_t)c->bytes.len,
	        .hash = text_from(c->blob.address),
	        .scan = c->scan.len ? c->scan : TEXT("none"),
	};
	c->scan = file.scan;
	return c->add(c->self, &file, &c->save.answers, e);
}

enum err draft_upload_apply(struct apply *ap, struct errinfo *e)
{
	const struct draft_upload *c = ap->command->input;
	struct text owner = text_format(ap->arena, "draft:%.*s", TEXT_ARG(c->save.id));
	TRY(save(ap, &c->save, e));
	TRY(blob_keep(ap, &c->blob, owner, e));
	return db_exec(ap->db, SQL_DRAFT_FILE_INSERT, e, BIND("draft", c->save.id),
	        BIND("blob", (const char *)c->blob.address), BIND("media", c->media),
	        BIND("size", (int64_t)c->bytes.len), BIND("sha256", c->sha256),
	        BIND("scan", c->scan));
}

enum err draft_file(struct casework *cw, struct db *db, struct text id,
        const struct draft_access *who, struct text hash, struct arena *a, struct text *bytes,
        struct errinfo *e)
{
	struct draft d;
	struct db_rows rows;
	TRY(draft_load(cw, db, id, who, a, &d, e));
	TRY(db_get(&rows, db, SQL_DRAFT_FILE_GET, e, BIND("draft", id), BIND("blob", hash)));
	TRY(db_end(&rows, e));
	return blob_get(db, id, hash, a, bytes, e);
}

static enum err remove_files(struct apply *ap, struct text id, struct errinfo *e)
{
	struct db_rows rows;
	struct text *blobs = NULL;
	size_t count = 0, cap = 0;
	struct text owner = text_format(ap->arena, "draft:%.*s", TEXT_ARG(id));
	TRY(db_select(&rows, ap->db, SQL_DRAFT_FILES, e, BIND("draft", id)));
	while (db_next(&rows))
		*ARENA_PUSH(ap->arena, blobs, count, cap) = row_copy(&rows, "blob", ap->arena);
	TRY(db_end(&rows, e));
	for (size_t i = 0; i < count; i++)
		TRY(blob_drop(ap, blobs[i], owner, e));
	return db_exec(ap->db, SQL_DRAFT_FILES_REMOVE, e, BIND("draft", id));
}

/* The key goes with the row: nothing of it can be read again, in no backup either. A draft
 * that became a case shares its key with it; then only its share ends. */
static enum err remove_draft(struct apply *ap, struct text id, struct errinfo *e)
{
	TRY(remove_files(ap, id, e));
	TRY(key_drop(ap, id, e));
	return db_exec(ap->db, SQL_DRAFT_REMOVE, e, BIND("id", id));
}

enum err draft_delete_apply(struct apply *ap, struct errinfo *e)
{
	const struct draft_delete *c = ap->command->input;
	struct draft d;
	TRY(draft_load(ap->host, ap->db, c->id, &c->who, ap->arena, &d, e));
	if (d.submitted.len) {
		fail(e, ERR_CONFLICT, "the draft was submitted already");
		return fail_key(e, "draft.submitted");
	}
	return remove_draft(ap, c->id, e);
}

struct overdue {
	struct text id;
	bool owned; /* by an account, and not submitted */
	struct instant edited;
	struct date delete_on, informed;
};

static enum err read_overdue(
        struct apply *ap, struct date today, struct overdue **out, size_t *count, struct errinfo *e)
{
	struct db_rows rows;
	size_t cap = 0;
	*out = NULL;
	*count = 0;
	TRY(db_select(&rows, ap->db, SQL_DRAFT_OVERDUE, e, BIND("today", today)));
	while (db_next(&rows)) {
		struct overdue *d = ARENA_PUSH(ap->arena, *out, *count, cap);
		d->id = row_copy(&rows, "id", ap->arena);
		d->owned = !row_is_null(&rows, "person") && row_is_null(&rows, "number");
		d->edited = row_instant(&rows, "edited");
		d->delete_on = row_date(&rows, "delete_on");
		d->informed = row_date(&rows, "informed");
	}
	return db_end(&rows, e);
}

/* Announced on days 23 and 29. A late one, after the program stood still, still leaves the days
 * that lie between the last announcement and the deletion. */
static enum err inform(
        struct apply *ap, const struct overdue *d, struct date today, struct errinfo *e)
{
	struct law_draft law;
	struct casework *cw = ap->host;
	TRY(law_draft(ap->arena, date_at(cw->o.zone, d->edited), &law, e));
	bool again = date_cmp(today, law.notice_last) < 0;
	int64_t left = date_to_days(law.purge) - date_to_days(law.notice_last);
	struct date soonest = date_add_days(today, left);
	struct date delete_on = date_cmp(d->delete_on, soonest) > 0 ? d->delete_on : soonest;
	return db_exec(ap->db, SQL_DRAFT_INFORM, e, BIND("id", d->id), BIND("today", today),
	        BIND("look_on", again ? law.notice_last : delete_on), BIND("delete_on", delete_on));
}

/* No draft of an account is deleted before it was announced (OZG section 8a(3)). */
enum err draft_purge_apply(struct apply *ap, struct errinfo *e)
{
	struct casework *cw = ap->host;
	struct date today = date_at(cw->o.zone, ap->now);
	struct overdue *list;
	size_t count;
	TRY(read_overdue(ap, today, &list, &count, e));
	for (size_t i = 0; i < count; i++) {
		const struct overdue *d = &list[i];
		bool due = date_cmp(d->delete_on, today) <= 0;
		if (d->owned && (date_is_zero(d->informed) || !due))
			TRY(inform(ap, d, today, e));
		else
			TRY(remove_draft(ap, d->id, e));
	}
	if (ap->command->input)
		*(int *)ap->command->input = (int)count;
	return OK;
}
