/* bpmn/read_node.c - what stands inside a node: attributes, expressions, markers. */
#include "bpmn/model.h"

static const struct feel_expr *aw_expression(
        struct bpmn_reader *r, const struct bpmn_node *n, const char *name)
{
	struct text source = bpmn_aw(n->xml, name);
	return source.len ? bpmn_expression(r, source, n->id, n->xml->line) : NULL;
}

static void quantity_read(
        struct bpmn_reader *r, const struct bpmn_node *n, const char *name, int64_t *out)
{
	struct text t = text_trim(xml_attr(n->xml, name));
	if (!xml_has(n->xml, name))
		return;
	if (!text_int(t, out) || *out < 1 || *out > BPMN_TOKENS_MAX) {
		BPMN_FOUND(r, "quantity", n, text_from(name), t);
		*out = 1;
	}
}

static void script_read(struct bpmn_reader *r, struct bpmn_node *n)
{
	const struct xml *script = xml_child(n->xml, "script");
	struct text format = xml_attr(n->xml, "scriptFormat");
	if (!format.len)
		format = xml_attr(n->xml, "scriptLanguage");
	if (!script || !text_trim(script->text).len)
		return;
	if (!format.len) {
		BPMN_FOUND(r, "script_format_missing", n, TEXT_NONE, TEXT_NONE);
		return;
	}
	struct text lower = text_lower(r->arena, format);
	if (!text_is(lower, "feel") && !text_is(lower, "text/feel") &&
	        !text_is(lower, "application/feel") &&
	        text_find(lower, TEXT("/feel/"), 0) == SIZE_MAX) {
		BPMN_FOUND(r, "script_format", n, format, TEXT_NONE);
		return;
	}
	n->script = bpmn_expression(r, text_trim(script->text), n->id, script->line);
}

static void called_read(struct bpmn_reader *r, struct bpmn_node *n)
{
	struct text called = xml_attr(n->xml, "calledElement");
	if (!called.len) {
		BPMN_FOUND(r, "called_missing", n, TEXT_NONE, TEXT_NONE);
		return;
	}
	if (called.ptr[0] == '=') {
		n->called_expr =
		        bpmn_expression(r, text_part(called, 1, called.len), n->id, n->xml->line);
		return;
	}
	n->called = called;
	struct bpmn_node *here = bpmn_node_find(r->model, called);
	if (here && here->kind == BPMN_PROCESS)
		n->called_here = here;
	else if (here || bpmn_id_find(r->model, called))
		BPMN_FOUND(r, "called_wrong", n, called, TEXT_NONE);
}

/* The name a message has by messageRef of a send or receive task. */
static void message_read(struct bpmn_reader *r, struct bpmn_node *n)
{
	struct text ref = xml_attr(n->xml, "messageRef");
	const struct xml *message = bpmn_ref(r->model, ref, "message");
	const struct xml *operation =
	        bpmn_ref(r->model, xml_attr(n->xml, "operationRef"), "operation");
	if (!message && operation)
		message = bpmn_ref(r->model, xml_child_text(operation, "inMessageRef"), "message");
	if (message)
		n->message = xml_attr(message, "name").len ? xml_attr(message, "name")
		                                           : xml_attr(message, "id");
	n->instantiates = text_is(xml_attr(n->xml, "instantiate"), "true");
}

static void task_read(struct bpmn_reader *r, struct bpmn_node *n)
{
	n->input = aw_expression(r, n, "input");
	n->due = aw_expression(r, n, "due");
	n->to = aw_expression(r, n, "to");
	n->key = aw_expression(r, n, "key");
	n->ttl = aw_expression(r, n, "ttl");
	n->params = aw_expression(r, n, "params");
	n->result = bpmn_aw(n->xml, "result");
	n->decision = bpmn_aw(n->xml, "decision");
	n->connector = bpmn_aw(n->xml, "connector");
	n->letter = bpmn_aw(n->xml, "letter");
	if (n->kind == BPMN_SCRIPT_TASK)
		script_read(r, n);
	if (n->kind == BPMN_CALL_ACTIVITY)
		called_read(r, n);
	if (n->kind == BPMN_SEND_TASK || n->kind == BPMN_RECEIVE_TASK)
		message_read(r, n);
}

static void activity_read(struct bpmn_reader *r, struct bpmn_node *n)
{
	quantity_read(r, n, "startQuantity", &n->start_quantity);
	quantity_read(r, n, "completionQuantity", &n->completion_quantity);
	n->for_compensation = text_is(xml_attr(n->xml, "isForCompensation"), "true");
	n->element->compensation = n->for_compensation;
	bpmn_read_loop(r, n);
}

static void container_read(struct bpmn_reader *r, struct bpmn_node *n)
{
	if (n->kind == BPMN_EVENT_SUB_PROCESS)
		n->for_compensation = text_is(xml_attr(n->xml, "isForCompensation"), "true");
	if (n->kind != BPMN_AD_HOC)
		return;
	n->ad_hoc_sequential = text_is(xml_attr(n->xml, "ordering"), "Sequential");
	n->ad_hoc_keep = text_is(xml_attr(n->xml, "cancelRemainingInstances"), "false");
	const struct xml *completion = xml_child(n->xml, "completionCondition");
	if (completion)
		n->completion = bpmn_expression_of(r, completion, n->id);
}

static void gateway_read(struct bpmn_reader *r, struct bpmn_node *n)
{
	const struct xml *activation = xml_child(n->xml, "activationCondition");
	if (n->kind == BPMN_COMPLEX && activation)
		n->activation = bpmn_expression_of(r, activation, n->id);
	if (n->kind != BPMN_EVENT_BASED)
		return;
	n->instantiates = text_is(xml_attr(n->xml, "instantiate"), "true");
	n->parallel_start = text_is(xml_attr(n->xml, "eventGatewayType"), "Parallel");
}

static enum bpmn_status status_read(struct bpmn_reader *r, const struct bpmn_node *n)
{
	struct text name = bpmn_aw(n->xml, "status");
	if (!name.len)
		return BPMN_STATUS_NONE;
	for (int s = BPMN_STATUS_COMPLETED; s <= BPMN_STATUS_ACTION_REQUIRED; s++)
		if (text_is(name, bpmn_status_name((enum bpmn_status)s)))
			return (enum bpmn_status)s;
	BPMN_FOUND(r, "status", n, name, TEXT_NONE);
	return BPMN_STATUS_NONE;
}

void bpmn_read_details(struct bpmn_reader *r, struct bpmn_node *n)
{
	if (n->kind >= BPMN_START_EVENT && n->kind <= BPMN_END_EVENT) {
		bpmn_read_events(r, n);
		n->result = bpmn_aw(n->xml, "result");
		n->input = aw_expression(r, n, "input");
		n->to = aw_expression(r, n, "to");
		n->connector = bpmn_aw(n->xml, "connector");
		n->letter = bpmn_aw(n->xml, "letter");
	}
	if (bpmn_is_activity(n->kind))
		activity_read(r, n);
	if (n->kind >= BPMN_TASK && n->kind <= BPMN_CALL_ACTIVITY)
		task_read(r, n);
	if (bpmn_is_container(n->kind))
		container_read(r, n);
	if (bpmn_is_gateway(n->kind))
		gateway_read(r, n);
	bpmn_read_data(r, n);
	n->status = status_read(r, n);
}
