/* bpmn/rules.c - what every node, process and sub-process must keep (BPMN 7.6, 10.2-10.6).
 *
 * A rule is a small function that finds or is silent. Rules about execution are refusals for
 * executable processes only (bpmn_found turns them into warnings elsewhere). */
#include "bpmn/model.h"

static bool has_aw(const struct bpmn_node *n, const char *name)
{
	return bpmn_aw(n->xml, name).len > 0;
}

/* Activities ----------------------------------------------------------------------------- */

static void check_send(struct bpmn_reader *r, const struct bpmn_node *n)
{
	if (!n->message.len && !n->letter.len && !n->connector.len)
		BPMN_FOUND(r, "send_what", n, TEXT_NONE, TEXT_NONE);
}

static void check_receive(struct bpmn_reader *r, const struct bpmn_node *n)
{
	if (!n->message.len)
		BPMN_FOUND(r, "message_missing", n, TEXT_NONE, TEXT_NONE);
	if (n->instantiates && n->incoming_count)
		BPMN_FOUND(r, "receive_start", n, TEXT_NONE, TEXT_NONE);
}

static bool called_by_none(const struct bpmn_node *process)
{
	for (size_t i = 0; i < process->start_count; i++)
		if (!process->starts[i]->event_count)
			return true;
	return process->start_count == 0;
}

static void check_multi_input(struct bpmn_reader *r, const struct bpmn_node *n)
{
	static const char *const tags[] = {
	        "dataInput", "dataObject", "dataObjectReference", "property"};
	struct text ref = n->loop ? xml_child_text(n->loop->xml, "loopDataInputRef") : TEXT_NONE;
	if (!ref.len)
		return;
	size_t allowed = bpmn_is_container(n->kind) ? 4 : 1;
	for (size_t i = 0; i < allowed; i++)
		if (bpmn_ref(r->model, ref, tags[i]))
			return;
	BPMN_FOUND(r, "multi_input", n, ref, TEXT_NONE);
}

static void check_activity(struct bpmn_reader *r, const struct bpmn_node *n)
{
	check_multi_input(r, n);
	if (n->for_compensation && (n->incoming_count || n->outgoing_count))
		BPMN_FOUND(r, "flow_handler", n, TEXT_NONE, TEXT_NONE);
	switch (n->kind) {
	case BPMN_SEND_TASK: check_send(r, n); break;
	case BPMN_RECEIVE_TASK: check_receive(r, n); break;
	case BPMN_RULE_TASK:
		if (!n->decision.len)
			BPMN_FOUND(r, "decision_missing", n, TEXT_NONE, TEXT_NONE);
		break;
	case BPMN_SERVICE_TASK:
		if (!n->connector.len)
			BPMN_FOUND(r, "no_connector", n, TEXT_NONE, TEXT_NONE);
		break;
	case BPMN_USER_TASK:
		if (!has_aw(n, "role"))
			BPMN_FOUND(r, "no_role", n, TEXT_NONE, TEXT_NONE);
		break;
	case BPMN_CALL_ACTIVITY:
		if (n->called_here && !called_by_none(n->called_here))
			BPMN_FOUND(r, "called_start", n, n->called_here->id, TEXT_NONE);
		break;
	default: break;
	}
}

/* Processes and sub-processes ------------------------------------------------------------ */

static bool begins_level(const struct bpmn_node *n)
{
	return n->kind == BPMN_START_EVENT || n->instantiates;
}

static bool needs_no_incoming(const struct bpmn_node *n)
{
	return begins_level(n) || n->kind == BPMN_BOUNDARY_EVENT ||
	       n->kind == BPMN_EVENT_SUB_PROCESS || n->for_compensation ||
	       (n->kind == BPMN_CATCH_EVENT && n->element->trigger == BPMN_ON_LINK);
}

static void check_level(struct bpmn_reader *r, const struct bpmn_node *n)
{
	const struct bpmn_node *end = NULL;
	bool begins = false;
	for (size_t i = 0; i < n->child_count; i++) {
		begins |= begins_level(n->children[i]);
		if (n->children[i]->kind == BPMN_END_EVENT)
			end = n->children[i];
	}
	if (end && !begins)
		BPMN_FOUND(r, "end_without_start", end, TEXT_NONE, TEXT_NONE);
	for (size_t i = 0; i < n->child_count; i++) {
		const struct bpmn_node *c = n->children[i];
		bool event = c->kind == BPMN_CATCH_EVENT || c->kind == BPMN_THROW_EVENT;
		if ((begins || event) && !c->incoming_count && !needs_no_incoming(c))
			BPMN_FOUND(r, "no_incoming", c, TEXT_NONE, TEXT_NONE);
		if (end && !c->outgoing_count && bpmn_is_activity(c->kind) && !c->for_compensation)
			BPMN_FOUND(r, "no_outgoing", c, TEXT_NONE, TEXT_NONE);
	}
}

static void check_ad_hoc(struct bpmn_reader *r, const struct bpmn_node *n)
{
	bool any = false;
	for (size_t i = 0; i < n->child_count; i++) {
		const struct bpmn_node *c = n->children[i];
		any |= bpmn_is_activity(c->kind);
		if (c->kind == BPMN_START_EVENT || c->kind == BPMN_END_EVENT)
			BPMN_FOUND(r, "ad_hoc_events", c, c->element->tag, TEXT_NONE);
	}
	if (!any)
		BPMN_FOUND(r, "ad_hoc_empty", n, TEXT_NONE, TEXT_NONE);
}

static void check_container(struct bpmn_reader *r, const struct bpmn_node *n)
{
	if (n->kind == BPMN_AD_HOC) {
		check_ad_hoc(r, n);
		return;
	}
	if (n->kind == BPMN_EVENT_SUB_PROCESS && n->start_count != 1)
		BPMN_FOUND(r, "event_sub_starts", n, TEXT_NONE, TEXT_NONE);
	if ((n->kind == BPMN_SUB_PROCESS || n->kind == BPMN_TRANSACTION) && n->start_count > 1)
		BPMN_FOUND(r, "sub_starts", n, TEXT_NONE, TEXT_NONE);
	check_level(r, n);
}

static void check_node(struct bpmn_reader *r, const struct bpmn_node *n)
{
	bpmn_check_flows(r, n);
	if (bpmn_is_activity(n->kind))
		check_activity(r, n);
	if (bpmn_is_container(n->kind))
		check_container(r, n);
	if (n->kind >= BPMN_START_EVENT && n->kind <= BPMN_END_EVENT)
		bpmn_check_event(r, n);
}

static void check_nodes(struct bpmn_reader *r)
{
	bool before = r->lenient;
	for (size_t i = 0; i < r->model->node_count; i++) {
		r->lenient = before || !r->model->nodes[i]->executable;
		check_node(r, r->model->nodes[i]);
	}
	r->lenient = before;
}

/* What refers to nothing first: it often explains the rest. */
void bpmn_check_model(struct bpmn_reader *r)
{
	struct bpmn_model *m = r->model;
	bool any = false;
	for (size_t i = 0; i < m->process_count; i++)
		any |= m->processes[i]->executable;
	bpmn_check_references(r);
	bpmn_check_collaboration(r);
	check_nodes(r);
	bpmn_check_data(r);
	if (!any)
		bpmn_found(r, "nothing_to_run", TEXT("definitions"), m->roots[0]->line, TEXT_NONE,
		        TEXT_NONE);
}
