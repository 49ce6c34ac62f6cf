/* bpmn/kind_send_task.c - a letter or a connector; without either a message to other
 * instances, which is sent and done. */
#include "bpmn/run.h"

static void send(struct bpmn_run *r, struct bpmn_token *t)
{
	struct feel_value key, to, input;
	const struct feel_env *env = bpmn_env(r, t);
	if (!bpmn_eval(r, t->node->key, env, t->node, &key) ||
	        !bpmn_eval(r, t->node->to, env, t->node, &to) ||
	        !bpmn_eval(r, t->node->input, env, t->node, &input)) {
		bpmn_incident_error(r, t, "expression");
		return;
	}
	struct bpmn_effect *f = bpmn_emit_token(r, BPMN_MESSAGE_THROWN, t);
	f->name = t->node->message;
	f->key = bpmn_key_text(r, key);
	f->value = input;
	f->extra = to;
	bpmn_done(r, t);
}

static void enter(struct bpmn_run *r, struct bpmn_token *t)
{
	if (t->node->letter.len || t->node->connector.len)
		(void)bpmn_request_job(r, t);
	else
		send(r, t);
}

static void wake(
        struct bpmn_run *r, struct bpmn_token *t, struct bpmn_wait *w, struct feel_value value)
{
	(void)w;
	bpmn_result(r, t, t->scope, t->node, value);
	bpmn_done(r, t);
}

const struct bpmn_kind_row bpmn_row_send_task = {.enter = enter, .wake = wake};
