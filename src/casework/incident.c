/* A token that cannot go on: retry, skip with a reason, move. */
#include "casework/casework_int.h"

static enum err load(struct apply *ap, struct record *r, uint64_t *token, struct errinfo *e)
{
	const struct incident_act *c = ap->command->input;
	struct db_rows rows;
	TRY(record_load(ap->host, ap, c->number, r, e));
	r->deed = deed_of(c->actor);
	struct people_object object = record_object(r, PEOPLE_CASE, TEXT_NONE);
	TRY(record_allow(r, c->actor, PEOPLE_CONTROL_ACT, &object, e));
	TRY(db_get(&rows, ap->db, SQL_INCIDENT_GET, e, BIND("id", c->incident),
	        BIND("case_id", r->id)));
	*token = (uint64_t)row_int(&rows, "token");
	bool solved = !row_is_null(&rows, "solved");
	TRY(db_end(&rows, e));
	if (!solved)
		return OK;
	fail(e, ERR_CONFLICT, "the incident is solved already");
	return fail_key(e, "incident.solved");
}

enum err incident_retry_apply(struct apply *ap, struct errinfo *e)
{
	struct record r;
	struct bpmn_command c = {.kind = BPMN_DO_RETRY};
	TRY(load(ap, &r, &c.token, e));
	return case_step(&r, &c, e);
}

static enum err with_reason(struct apply *ap, enum bpmn_command_kind kind, struct errinfo *e)
{
	const struct incident_act *input = ap->command->input;
	struct record r;
	struct bpmn_command c = {.kind = kind, .text = input->reason, .element = input->element};
	if (text_trim(input->reason).len == 0) {
		fail(e, ERR_INVALID, "a reason is needed");
		return fail_key(e, "incident.reason");
	}
	TRY(load(ap, &r, &c.token, e));
	return case_step(&r, &c, e);
}

enum err incident_skip_apply(struct apply *ap, struct errinfo *e)
{
	return with_reason(ap, BPMN_DO_SKIP, e);
}

enum err incident_move_apply(struct apply *ap, struct errinfo *e)
{
	return with_reason(ap, BPMN_DO_MOVE, e);
}
