/* What the applicant does with a running case: answer a request, withdraw. */
#include "casework/casework_int.h"

static enum err own_case(struct apply *ap, const struct people_actor *actor, struct text number,
        struct record *r, struct errinfo *e)
{
	TRY(record_load(ap->host, ap, number, r, e));
	r->deed = deed_of(actor);
	struct people_object object = record_object(r, PEOPLE_CASE, TEXT_NONE);
	TRY(allow(actor, PEOPLE_OWN, &object, e));
	if (bpmn_state_outcome(r->state) == BPMN_LIVE)
		return OK;
	fail(e, ERR_CONFLICT, "the case is closed");
	return fail_key(e, "case.closed");
}

static struct feel_value message_context(struct record *r, struct text text)
{
	struct feel_context_builder b = feel_context_begin(r->a);
	feel_context_set(&b, TEXT("on"), date_value(date_at(r->cw->o.zone, r->ap->now)));
	feel_context_set(&b, TEXT("text"), text.len ? feel_string(text) : feel_null());
	return feel_context_end(&b);
}

/* The wait for a message, or ERR_CONFLICT with `key` when the process is past it. */
static enum err wait_for(
        struct record *r, const char *name, const char *key, uint64_t *wait, struct errinfo *e)
{
	struct db_rows rows;
	enum err found = db_get(&rows, r->ap->db, SQL_SUBSCRIPTION_FIND, e, BIND("case_id", r->id),
	        BIND("name", name));
	if (found == ERR_NOT_FOUND) {
		fail(e, ERR_CONFLICT, "the case does not wait for %s now", name);
		return fail_key(e, key);
	}
	TRY(found);
	*wait = (uint64_t)row_int(&rows, "wait");
	return db_end(&rows, e);
}

static struct bpmn_command deliver_message(
        struct arena *a, const char *name, uint64_t wait, struct feel_value content)
{
	struct feel_context_builder b = feel_context_begin(a);
	feel_context_set(&b, text_from(name), content);
	return (struct bpmn_command){
	        .kind = BPMN_DO_DELIVER,
	        .wait = wait,
	        .name = text_from(name),
	        .value = feel_context_end(&b),
	};
}

static enum err file_corrections(struct record *r, const struct case_correct *c, struct errinfo *e)
{
	for (size_t i = 0; i < c->upload_count; i++) {
		const struct case_upload *u = &c->uploads[i];
		struct document_new d = {
		        .kind = DOCUMENT_UPLOAD,
		        .title = u->name,
		        .media = u->media,
		        .field = u->field,
		        .sha256 = u->sha256,
		        .blob = text_from(u->blob.address),
		        .filed_by = TEXT("applicant"),
		        .scan = u->file.scan,
		        .size = u->blob.size,
		};
		struct text id;
		TRY(document_insert(r, &d, &id, e));
		TRY(blob_keep(
		        r->ap, &u->blob, text_format(r->a, "document:%.*s", TEXT_ARG(id)), e));
	}
	return OK;
}

static struct feel_value correction_context(struct record *r, const struct case_correct *c)
{
	struct feel_list_builder fields = feel_list_begin(r->a);
	for (size_t i = 0; i < c->field_count; i++)
		feel_list_add(&fields, feel_string(c->fields[i]));
	return feel_context_with(
	        r->a, message_context(r, c->text), TEXT("fields"), feel_list_end(&fields));
}

/* A new version of the declaration; the old one stays. */
static enum err new_version(struct record *r, const struct case_correct *c, struct errinfo *e)
{
	struct text answers, applicant;
	TRY(application_read(r->ap->db, r->id, r->version, r->a, &answers, &applicant, e));
	r->version++;
	r->news = r->ap->now.ms;
	return application_insert(r, r->version, c->answers, applicant, e);
}

enum err correct_apply(struct apply *ap, struct errinfo *e)
{
	const struct case_correct *c = ap->command->input;
	struct record r;
	struct feel_value values;
	uint64_t wait = 0;
	TRY(own_case(ap, c->actor, c->number, &r, e));
	TRY(wait_for(&r, "correction", "case.no_request", &wait, e));
	TRY(form_values_read(r.a, r.adoption->service->form, c->answers, &values, e));
	TRY(new_version(&r, c, e));
	TRY(file_corrections(&r, c, e));
	struct feel_value content = correction_context(&r, c);
	TRY(db_exec(ap->db, SQL_REQUEST_ANSWER, e, BIND("case_id", r.id), BIND("at", ap->now)));
	TRY(record_tell(&r, "applicant.corrected", TEXT_NONE, json_of_value(r.a, content), e));
	struct bpmn_command set = {
	        .kind = BPMN_DO_SET, .value = values, .text = TEXT("correction by the applicant")};
	case_step_also(&r, deliver_message(r.a, "correction", wait, content));
	return case_step(&r, &set, e);
}

enum err withdraw_apply(struct apply *ap, struct errinfo *e)
{
	const struct case_withdraw *c = ap->command->input;
	struct record r;
	uint64_t wait = 0;
	TRY(own_case(ap, c->actor, c->number, &r, e));
	TRY(wait_for(&r, "withdrawal", "case.no_withdrawal", &wait, e));
	struct feel_value content = message_context(&r, c->text);
	TRY(record_tell(&r, "applicant.withdrew", TEXT_NONE, json_of_value(r.a, content), e));
	struct bpmn_command step = deliver_message(r.a, "withdrawal", wait, content);
	r.outcome = TEXT("withdrawn");
	return case_step(&r, &step, e);
}

enum err case_uploads_store(struct casework *cw, struct text number, struct case_upload *uploads,
        size_t count, struct arena *a, struct errinfo *e)
{
	struct db *db;
	struct db_rows rows;
	struct text id = TEXT_NONE;
	TRY(store_read_begin(cw->o.store, &db, e));
	enum err result = db_get(&rows, db, SQL_CASE_OF_NUMBER, e, BIND("number", number));
	if (result == OK) {
		id = row_copy(&rows, "id", a);
		result = db_end(&rows, e);
	}
	store_read_end(cw->o.store, db);
	for (size_t i = 0; result == OK && i < count; i++) {
		struct case_upload *u = &uploads[i];
		char *sha = arena_alloc(a, 65);
		if (u->bytes.len > CASE_UPLOAD_MAX)
			return fail(
			        e, ERR_LIMIT, "the file is larger than %d bytes", CASE_UPLOAD_MAX);
		result = blob_put(cw->o.store, id, u->bytes, &u->blob, e);
		sha256_hex(u->bytes, sha);
		u->sha256 = text_from(sha);
		u->file = (struct form_file){
		        .name = u->name,
		        .media = u->media,
		        .size = (int64_t)u->bytes.len,
		        .hash = text_copy(a, text_from(u->blob.address)),
		        .scan = u->scan.len ? u->scan : TEXT("none"),
		};
	}
	return result;
}
