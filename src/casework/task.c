/* Tasks of people: complete, assign, keep what was typed. */
#include "casework/casework_int.h"

#include "format/json.h"

struct task_row {
	struct text id, case_id, number, element, role, form, state;
	uint64_t wait;
};

static enum err load_task(struct apply *ap, struct text id, struct task_row *t, struct errinfo *e)
{
	struct db_rows rows;
	TRY(db_get(&rows, ap->db, SQL_TASK_GET, e, BIND("id", id)));
	t->id = row_copy(&rows, "id", ap->arena);
	t->case_id = row_copy(&rows, "case_id", ap->arena);
	t->number = row_copy(&rows, "number", ap->arena);
	t->element = row_copy(&rows, "element", ap->arena);
	t->role = row_copy(&rows, "role", ap->arena);
	t->form = row_copy(&rows, "form", ap->arena);
	t->state = row_copy(&rows, "state", ap->arena);
	t->wait = (uint64_t)row_int(&rows, "wait");
	return db_end(&rows, e);
}

static enum err task_is_open(const struct task_row *t, struct errinfo *e)
{
	if (text_is(t->state, "open"))
		return OK;
	fail(e, ERR_CONFLICT, "the task was %.*s meanwhile", TEXT_ARG(t->state));
	return fail_key(e, text_is(t->state, "done") ? "task.done" : "task.withdrawn");
}

enum people_action task_action(struct text form)
{
	if (text_is(form, "decide"))
		return PEOPLE_DECIDE;
	return text_is(form, "sign") ? PEOPLE_SIGN : PEOPLE_WORK;
}

/* Whoever did a task of a role may not do one that excludes it (VwVfG practice; the
 * signer is not the drafter). */
enum err four_eyes(struct db *db, const struct service *s, struct text case_id, struct text role,
        const struct people_actor *who, struct errinfo *e)
{
	const struct service_role *r = service_find_role(s, role);
	struct db_rows rows;
	if (!r || r->except.len == 0 || who->kind == PEOPLE_SYSTEM)
		return OK;
	TRY(db_get(&rows, db, SQL_TASK_DID_ROLE, e, BIND("case_id", case_id),
	        BIND("role", r->except), BIND("who", who->id)));
	bool same = row_int(&rows, "n") > 0;
	TRY(db_end(&rows, e));
	if (!same)
		return OK;
	fail(e, ERR_DENIED, "the same person did the task of role %.*s", TEXT_ARG(r->except));
	return fail_key(e, "task.four_eyes");
}

/* What is signed are exactly the bytes that were shown. */
static enum err same_bytes(
        struct record *r, const struct task_row *t, struct text hash, struct errinfo *e)
{
	struct db_rows rows;
	if (!text_is(t->form, "sign"))
		return OK;
	const struct bpmn_element *x = bpmn_model_find(r->adoption->service->model, t->element);
	struct text letter = x ? bpmn_attribute(x, "letter") : TEXT_NONE;
	TRY(db_get(&rows, r->ap->db,
	        letter.len ? SQL_DOCUMENT_NEWEST_LETTER : SQL_DOCUMENT_NEWEST_NOTICE, e,
	        BIND("case_id", r->id), BIND("letter", letter)));
	bool same = text_eq(row_text(&rows, "sha256"), hash);
	TRY(db_end(&rows, e));
	if (same)
		return OK;
	fail(e, ERR_CONFLICT, "the document is not the one that was shown");
	return fail_key(e, "task.document_changed");
}

/* The request is kept beside the task, so that the portal knows what is open. */
static enum err note_mark(
        struct record *r, const struct task_row *t, struct feel_value result, struct errinfo *e)
{
	if (!text_is(t->form, "mark"))
		return OK;
	if (feel_is_true(feel_context_get(result, TEXT("complete")))) {
		TRY(db_exec(r->ap->db, SQL_REQUEST_ANSWER, e, BIND("case_id", r->id),
		        BIND("at", r->ap->now)));
		return deadline_event(r, SERVICE_COMPLETE, date_at(r->cw->o.zone, r->ap->now), e);
	}
	struct feel_context_builder b = feel_context_begin(r->a);
	feel_context_set(&b, TEXT("fields"), feel_context_get(result, TEXT("missing")));
	feel_context_set(&b, TEXT("text"), feel_context_get(result, TEXT("text")));
	struct text content = json_of_value(r->a, feel_context_end(&b)), sealed;
	struct text id = new_id(r->cw, r->a);
	TRY(seal(r->ap->db, r->id, "request", id, content, r->a, &sealed, e));
	return db_exec(r->ap->db, SQL_REQUEST_INSERT, e, BIND("id", id), BIND("case_id", r->id),
	        BIND("asked", r->ap->now), BIND_BLOB("content", sealed));
}

static enum err note_payment(
        struct record *r, const struct task_row *t, struct feel_value result, struct errinfo *e)
{
	struct feel_value amount = feel_context_get(result, TEXT("amount"));
	struct feel_value on = feel_context_get(result, TEXT("on"));
	if (!text_is(t->form, "payment") || amount.kind != FEEL_NUMBER || on.kind != FEEL_DATE)
		return OK;
	struct date day = {on.moment.year, on.moment.month, on.moment.day};
	TRY(db_exec(r->ap->db, SQL_INVOICE_PAID, e, BIND("case_id", r->id), BIND("paid_on", day),
	        BIND("paid", dec_text_kept(r->a, amount.number))));
	return deadline_event(r, SERVICE_PAID, day, e);
}

/* Who and when are added here, never taken from the page. */
static struct feel_value signed_result(
        struct record *r, const struct people_actor *who, struct feel_value result)
{
	struct date today = date_at(r->cw->o.zone, r->ap->now);
	struct feel_value v = feel_context_with(r->a, result, TEXT("by"), feel_string(who->name));
	if (feel_is_null(feel_context_get(v, TEXT("on"))))
		v = feel_context_with(r->a, v, TEXT("on"), date_value(today));
	return v;
}

static enum err complete(struct record *r, const struct task_row *t, const struct task_complete *c,
        struct errinfo *e)
{
	struct feel_value result = signed_result(r, c->actor, c->result);
	struct bpmn_command step = {.kind = BPMN_DO_COMPLETE, .wait = t->wait, .value = result};
	TRY(db_change(r->ap->db, SQL_TASK_DONE, e, BIND("id", t->id), BIND("ended", r->ap->now),
	        BIND("done_by", c->actor->id), BIND("done_by_name", c->actor->name)));
	TRY(record_tell(r, "task.completed", t->element, json_of_value(r->a, result), e));
	TRY(note_mark(r, t, result, e));
	TRY(note_payment(r, t, result, e));
	return case_step(r, &step, e);
}

enum err task_complete_apply(struct apply *ap, struct errinfo *e)
{
	const struct task_complete *c = ap->command->input;
	struct task_row t;
	struct record r;
	TRY(load_task(ap, c->task, &t, e));
	TRY(record_load_id(ap->host, ap, t.case_id, &r, e));
	r.deed = deed_of(c->actor);
	struct people_object object = record_object(&r, PEOPLE_TASK, t.role);
	struct people_object file = record_object(&r, PEOPLE_CASE, TEXT_NONE);
	TRY(record_allow(&r, c->actor, PEOPLE_READ, &file, e));
	TRY(four_eyes(ap->db, r.adoption->service, r.id, t.role, c->actor, e));
	TRY(record_allow(&r, c->actor, task_action(t.form), &object, e));
	TRY(task_is_open(&t, e));
	TRY(same_bytes(&r, &t, c->hash, e));
	return complete(&r, &t, c, e);
}

enum err task_assign_apply(struct apply *ap, struct errinfo *e)
{
	const struct task_assign *c = ap->command->input;
	struct task_row t;
	struct record r;
	TRY(load_task(ap, c->task, &t, e));
	TRY(record_load_id(ap->host, ap, t.case_id, &r, e));
	r.deed = deed_of(c->actor);
	struct people_object object = record_object(&r, PEOPLE_TASK, t.role);
	bool self = text_eq(c->account, c->actor->id);
	TRY(record_allow(&r, c->actor, self ? task_action(t.form) : PEOPLE_ASSIGN, &object, e));
	TRY(task_is_open(&t, e));
	TRY(db_exec(ap->db, SQL_TASK_ASSIGN, e, BIND("id", t.id),
	        BIND_OPTIONAL("assignee", c->account), BIND("assignee_name", c->account_name)));
	return record_tell(&r, "task.assigned", t.element,
	        text_format(r.a, "{\"to\":\"%.*s\"}", TEXT_ARG(c->account)), e);
}

enum err task_save_apply(struct apply *ap, struct errinfo *e)
{
	const struct task_save *c = ap->command->input;
	struct task_row t;
	struct record r;
	struct text sealed;
	TRY(load_task(ap, c->task, &t, e));
	TRY(record_load_id(ap->host, ap, t.case_id, &r, e));
	struct people_object object = record_object(&r, PEOPLE_TASK, t.role);
	TRY(record_allow(&r, c->actor, task_action(t.form), &object, e));
	TRY(task_is_open(&t, e));
	TRY(seal(ap->db, r.id, "task.saved", t.id, c->content, r.a, &sealed, e));
	return db_exec(ap->db, SQL_TASK_SAVE, e, BIND("id", t.id), BIND_BLOB("saved", sealed));
}

enum err task_saved(struct casework *cw, struct db *db, struct text task, struct arena *a,
        struct text *content, struct errinfo *e)
{
	struct db_rows rows;
	(void)cw;
	*content = TEXT_NONE;
	TRY(db_get(&rows, db, SQL_TASK_GET, e, BIND("id", task)));
	struct text case_id = row_copy(&rows, "case_id", a);
	struct text sealed = row_copy_blob(&rows, "saved", a);
	TRY(db_end(&rows, e));
	if (sealed.len == 0)
		return OK;
	return unseal(db, case_id, "task.saved", task, sealed, a, content, e);
}

enum err task_object(struct casework *cw, struct db *db, struct text id, struct arena *a,
        struct people_object *out, struct text *number, struct errinfo *e)
{
	struct db_rows rows;
	(void)cw;
	TRY(db_get(&rows, db, SQL_TASK_GET, e, BIND("id", id)));
	*out = (struct people_object){
	        .kind = PEOPLE_TASK,
	        .authority = row_copy(&rows, "authority", a),
	        .service = row_copy(&rows, "service", a),
	        .role = row_copy(&rows, "role", a),
	        .owner = row_copy(&rows, "person", a),
	};
	*number = row_copy(&rows, "number", a);
	return db_end(&rows, e);
}
