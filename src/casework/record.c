/* A case in the hands of a command: loaded, changed, stored, told to the history. */
#include "casework/casework_int.h"

#include "format/json.h"

struct deed deed_of(const struct people_actor *actor)
{
	if (actor->kind == PEOPLE_SYSTEM || actor->id.len == 0)
		return deed_system();
	return (struct deed){actor->id, actor->name};
}

struct deed deed_system(void)
{
	return (struct deed){TEXT("system"), TEXT("system")};
}

static void take_row(struct record *r, struct db_rows *rows)
{
	r->id = row_copy(rows, "id", r->a);
	r->number = row_copy(rows, "number", r->a);
	r->file_number = row_copy(rows, "file_number", r->a);
	r->authority = row_copy(rows, "authority", r->a);
	r->service = row_copy(rows, "service", r->a);
	r->lock = row_copy(rows, "lock", r->a);
	r->language = row_copy(rows, "language", r->a);
	r->person = row_copy(rows, "person", r->a);
	r->status = (enum case_status)row_int(rows, "status");
	r->outcome = row_copy(rows, "outcome", r->a);
	r->received = row_instant(rows, "received");
	r->closed = row_instant(rows, "closed");
	r->expected = row_date(rows, "expected");
	r->news = row_int(rows, "news");
	r->version = (int)row_int(rows, "version");
}

enum err record_adoption(struct record *r, struct errinfo *e)
{
	TRY(r->cw->o.services.at(r->cw->o.services.self, r->lock, &r->adoption, e));
	r->seat = r->adoption->authority->seat;
	return OK;
}

enum err application_read(struct db *db, struct text case_id, int version, struct arena *a,
        struct text *answers, struct text *applicant, struct errinfo *e)
{
	struct db_rows rows;
	TRY(db_get(&rows, db, SQL_APPLICATION_GET, e, BIND("case_id", case_id),
	        BIND("version", version)));
	struct text sealed_answers = row_copy_blob(&rows, "answers", a);
	struct text sealed_applicant = row_copy_blob(&rows, "applicant", a);
	TRY(db_end(&rows, e));
	struct text row = text_format(a, "%.*s:%d", TEXT_ARG(case_id), version);
	TRY(unseal(db, case_id, "application.answers", row, sealed_answers, a, answers, e));
	return unseal(db, case_id, "application.applicant", row, sealed_applicant, a, applicant, e);
}

static enum err load_state(struct record *r, struct errinfo *e)
{
	struct db_rows rows;
	struct text state, answers, applicant;
	TRY(db_get(&rows, r->ap->db, SQL_STATE_GET, e, BIND("case_id", r->id)));
	struct text sealed = row_copy_blob(&rows, "state", r->a);
	TRY(db_end(&rows, e));
	TRY(unseal(r->ap->db, r->id, "case_state", r->id, sealed, r->a, &state, e));
	TRY(application_read(r->ap->db, r->id, r->version, r->a, &answers, &applicant, e));
	TRY(feel_from_json(r->a, applicant, &r->applicant, e));
	return bpmn_state_read(r->a, r->adoption->service->model, NULL, state, &r->state, e);
}

static enum err load(struct casework *cw, struct apply *ap, struct db_rows *rows, struct record *r,
        struct errinfo *e)
{
	*r = (struct record){.cw = cw, .ap = ap, .a = ap->arena, .deed = deed_system()};
	take_row(r, rows);
	TRY(db_end(rows, e));
	TRY(record_adoption(r, e));
	return load_state(r, e);
}

enum err record_load(struct casework *cw, struct apply *ap, struct text number, struct record *r,
        struct errinfo *e)
{
	struct db_rows rows;
	TRY(db_get(&rows, ap->db, SQL_CASE_OF_NUMBER, e, BIND("number", number)));
	return load(cw, ap, &rows, r, e);
}

enum err record_load_id(
        struct casework *cw, struct apply *ap, struct text id, struct record *r, struct errinfo *e)
{
	struct db_rows rows;
	TRY(db_get(&rows, ap->db, SQL_CASE_OF_ID, e, BIND("id", id)));
	return load(cw, ap, &rows, r, e);
}

enum err record_store(struct record *r, struct errinfo *e)
{
	struct buf b;
	struct text sealed;
	buf_init(&b, BPMN_STATE_BYTES_MAX);
	bpmn_state_write(r->state, &b);
	enum err result = buf_whole(&b, "the state of the case", e);
	if (result == OK)
		result =
		        seal(r->ap->db, r->id, "case_state", r->id, buf_text(&b), r->a, &sealed, e);
	buf_free(&b);
	TRY(result);
	TRY(db_exec(
	        r->ap->db, SQL_STATE_PUT, e, BIND("case_id", r->id), BIND_BLOB("state", sealed)));
	return db_exec(r->ap->db, SQL_CASE_UPDATE, e, BIND("id", r->id),
	        BIND("status", (int)r->status), BIND("outcome", r->outcome),
	        BIND("expected", r->expected),
	        r->closed.ms ? BIND("closed", r->closed) : BIND_NULL("closed"),
	        BIND("news", r->news), BIND("version", r->version));
}

enum err record_tell(struct record *r, const char *kind, struct text element, struct text payload,
        struct errinfo *e)
{
	struct history_event event = {
	        .case_id = r->id,
	        .authority = r->authority,
	        .actor = r->deed.actor,
	        .kind = text_from(kind),
	        .element = element,
	        .payload = payload,
	};
	return history_append(r->ap, &event, NULL, e);
}

struct people_object record_object(
        const struct record *r, enum people_object_kind kind, struct text role)
{
	return (struct people_object){
	        .kind = kind,
	        .authority = r->authority,
	        .service = r->service,
	        .owner = r->person,
	        .role = role,
	};
}

/* What a page knew may be old: rights are read again on the writer's own connection. */
enum err record_allow(struct record *r, const struct people_actor *actor, enum people_action action,
        const struct people_object *object, struct errinfo *e)
{
	struct people_actor now = *actor;
	if (r->cw->o.stored_staff && actor->kind == PEOPLE_STAFF) {
		struct date today = date_at(r->cw->o.zone, r->ap->now);
		enum err known =
		        people_actor_load(r->ap->db, PEOPLE_STAFF, actor->id, today, r->a, &now, e);
		if (known == ERR_NOT_FOUND)
			return fail(e, ERR_DENIED, "the account is not active any more");
		TRY(known);
	}
	return allow(&now, action, object, e);
}

struct text json_of_value(struct arena *a, struct feel_value v)
{
	struct buf b;
	buf_init(&b, COMMAND_PAYLOAD_MAX);
	feel_to_plain_json(&b, v, false);
	struct text t = b.over ? TEXT("{\"too_large\":true}") : buf_copy(&b, a);
	buf_free(&b);
	return t;
}
