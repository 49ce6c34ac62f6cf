/* Documents of the file. */
#include "casework/casework_int.h"

enum err document_insert(
        struct record *r, const struct document_new *d, struct text *id, struct errinfo *e)
{
	struct text sealed;
	*id = new_id(r->cw, r->a);
	TRY(seal(r->ap->db, r->id, "document.title", *id, d->title, r->a, &sealed, e));
	TRY(db_exec(r->ap->db, SQL_DOCUMENT_INSERT, e, BIND("id", *id), BIND("case_id", r->id),
	        BIND("kind", (int)d->kind), BIND_BLOB("title", sealed), BIND("media", d->media),
	        BIND("letter", d->letter),
	        BIND("letter_kind", d->letter_kind ? d->letter_kind : ""), BIND("field", d->field),
	        BIND("size", d->size), BIND("sha256", d->sha256), BIND("blob", d->blob),
	        BIND("filed", r->ap->now), BIND("filed_by", d->filed_by), BIND("locked", d->locked),
	        BIND("scan", d->scan.len ? d->scan : TEXT("none"))));
	return record_tell(r, "document.filed", *id,
	        text_format(r->a, "{\"sha256\":\"%.*s\"}", TEXT_ARG(d->sha256)), e);
}

static enum err case_id_of(struct casework *cw, struct text number, struct arena *a,
        struct text *id, struct errinfo *e)
{
	struct db *db;
	struct db_rows rows;
	TRY(store_read_begin(cw->o.store, &db, e));
	enum err result = db_get(&rows, db, SQL_CASE_OF_NUMBER, e, BIND("number", number));
	if (result == OK) {
		*id = row_copy(&rows, "id", a);
		result = db_end(&rows, e);
	}
	store_read_end(cw->o.store, db);
	return result;
}

enum err document_file_prepare(struct prepare *p, struct errinfo *e)
{
	struct document_file *c = p->command->input;
	struct text id;
	char *sha = arena_alloc(p->arena, 65);
	if (c->bytes.len > CASE_UPLOAD_MAX)
		return fail(e, ERR_LIMIT, "the file is larger than %d bytes", CASE_UPLOAD_MAX);
	TRY(case_id_of(p->host, c->number, p->arena, &id, e));
	sha256_hex(c->bytes, sha);
	c->sha256 = text_from(sha);
	return blob_put(p->store, id, c->bytes, &c->blob, e);
}

enum err document_file_apply(struct apply *ap, struct errinfo *e)
{
	const struct document_file *c = ap->command->input;
	struct record r;
	struct text id;
	TRY(record_load(ap->host, ap, c->number, &r, e));
	r.deed = deed_of(c->actor);
	struct people_object object = record_object(&r, PEOPLE_CASE, TEXT_NONE);
	TRY(record_allow(&r, c->actor, PEOPLE_WORK, &object, e));
	struct document_new d = {
	        .kind = DOCUMENT_FILED,
	        .title = c->title,
	        .media = c->media,
	        .sha256 = c->sha256,
	        .blob = text_from(c->blob.address),
	        .filed_by = c->actor->name,
	        .size = c->blob.size,
	};
	TRY(document_insert(&r, &d, &id, e));
	TRY(blob_keep(ap, &c->blob, text_format(r.a, "document:%.*s", TEXT_ARG(id)), e));
	ap->answer = id;
	return OK;
}

/* The owner reads what came from or went to him; a notice that was not delivered yet and what
 * clerks filed stays inside. */
static bool for_owner(const struct document *d, bool delivered)
{
	return d->kind == DOCUMENT_APPLICATION || d->kind == DOCUMENT_UPLOAD || delivered;
}

struct document document_of_row(struct db_rows *rows, struct arena *a)
{
	return (struct document){
	        .id = row_copy(rows, "id", a),
	        .kind = (enum document_kind)row_int(rows, "kind"),
	        .media = row_copy(rows, "media", a),
	        .letter = row_copy(rows, "letter", a),
	        .field = row_copy(rows, "field", a),
	        .size = row_int(rows, "size"),
	        .sha256 = row_copy(rows, "sha256", a),
	        .blob = row_copy(rows, "blob", a),
	        .filed = row_instant(rows, "filed"),
	        .filed_by = row_copy(rows, "filed_by", a),
	        .locked = row_bool(rows, "locked"),
	        .seen = row_bool(rows, "seen"),
	        .scan = row_copy(rows, "scan", a),
	};
}

enum err document_read(struct casework *cw, struct db *db, struct text number, struct text document,
        const struct people_actor *who, struct arena *a, struct document *out, struct text *bytes,
        struct errinfo *e)
{
	struct people_object object;
	struct db_rows rows;
	TRY(case_object(cw, db, number, a, &object, e));
	bool owner = who->kind == PEOPLE_CITIZEN;
	TRY(allow(who, owner ? PEOPLE_OWN : PEOPLE_READ, &object, e));
	TRY(db_get(&rows, db, SQL_CASE_OF_NUMBER, e, BIND("number", number)));
	struct text id = row_copy(&rows, "id", a);
	TRY(db_end(&rows, e));
	TRY(db_get(&rows, db, SQL_DOCUMENT_GET, e, BIND("id", document), BIND("case_id", id)));
	*out = document_of_row(&rows, a);
	struct text title = row_copy_blob(&rows, "title", a);
	bool delivered = row_bool(&rows, "delivered");
	TRY(db_end(&rows, e));
	if (owner && !for_owner(out, delivered))
		return fail(e, ERR_NOT_FOUND, "not a document of this person");
	TRY(unseal(db, id, "document.title", document, title, a, &out->title, e));
	return blob_get(db, id, out->blob, a, bytes, e);
}
