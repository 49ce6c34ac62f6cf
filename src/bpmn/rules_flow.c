/* bpmn/rules_flow.c - sequence flows and gateways (BPMN 8.4.13, 10.6). */
#include "bpmn/model.h"

static void check_default(struct bpmn_reader *r, const struct bpmn_node *n)
{
	struct text name = xml_attr(n->xml, "default");
	if (!name.len)
		return;
	const struct bpmn_flow *f = n->default_flow;
	if (!f || f->source != n)
		BPMN_FOUND(r, "default_wrong", n, name, TEXT_NONE);
	else if (f->has_condition)
		BPMN_FOUND(r, "default_condition", n, name, TEXT_NONE);
}

static void check_direction(struct bpmn_reader *r, const struct bpmn_node *n)
{
	struct text direction = xml_attr(n->xml, "gatewayDirection");
	size_t in = n->incoming_count, out = n->outgoing_count;
	if (text_is(direction, "Converging") && out > 1)
		BPMN_FOUND(r, "gateway_converging", n, TEXT_NONE, TEXT_NONE);
	if (text_is(direction, "Diverging") && in > 1)
		BPMN_FOUND(r, "gateway_diverging", n, TEXT_NONE, TEXT_NONE);
	if (text_is(direction, "Mixed") && (in < 2 || out < 2))
		BPMN_FOUND(r, "gateway_mixed", n, TEXT_NONE, TEXT_NONE);
	if (in < 2 && out < 2 && !(in == 1 && out == 1) && n->kind != BPMN_EVENT_BASED)
		BPMN_FOUND(r, "gateway_alone", n, TEXT_NONE, TEXT_NONE);
}

static void check_choice(struct bpmn_reader *r, const struct bpmn_node *n)
{
	if (n->outgoing_count < 2)
		return;
	bool always = false;
	for (size_t i = 0; i < n->outgoing_count; i++) {
		const struct bpmn_flow *f = n->outgoing[i];
		if (f->has_condition || f == n->default_flow)
			continue;
		always = true;
		if (n->kind == BPMN_EXCLUSIVE && i + 1 < n->outgoing_count)
			BPMN_FOUND(r, "gateway_always", n, f->element->id, TEXT_NONE);
	}
	if (!always && !n->default_flow)
		BPMN_FOUND(r, "gateway_no_default", n, TEXT_NONE, TEXT_NONE);
}

static bool is_awaitable(const struct bpmn_node *n)
{
	if (n->kind == BPMN_RECEIVE_TASK)
		return true;
	if (n->kind != BPMN_CATCH_EVENT || !n->event_count)
		return false;
	for (size_t i = 0; i < n->event_count; i++) {
		enum bpmn_trigger t = n->events[i].trigger;
		if (t != BPMN_ON_MESSAGE && t != BPMN_ON_SIGNAL && t != BPMN_ON_TIMER &&
		        t != BPMN_ON_CONDITION)
			return false;
	}
	return true;
}

static void check_event_based(struct bpmn_reader *r, const struct bpmn_node *n)
{
	bool receives = false, messages = false;
	if (n->outgoing_count < 2)
		BPMN_FOUND(r, "event_gateway_few", n, TEXT_NONE, TEXT_NONE);
	for (size_t i = 0; i < n->outgoing_count; i++) {
		const struct bpmn_flow *f = n->outgoing[i];
		const struct bpmn_node *t = f->target;
		if (f->has_condition)
			BPMN_FOUND(r, "event_gateway_condition", n, TEXT_NONE, TEXT_NONE);
		if (!t)
			continue;
		if (!is_awaitable(t))
			BPMN_FOUND(r, "event_gateway_target", n, t->id, TEXT_NONE);
		if (t->kind == BPMN_RECEIVE_TASK && t->boundary_count)
			BPMN_FOUND(r, "event_gateway_boundary", n, t->id, TEXT_NONE);
		receives |= t->kind == BPMN_RECEIVE_TASK;
		messages |= t->kind == BPMN_CATCH_EVENT && t->element->trigger == BPMN_ON_MESSAGE;
	}
	if (receives && messages)
		BPMN_FOUND(r, "event_gateway_mixed", n, TEXT_NONE, TEXT_NONE);
}

void bpmn_check_flows(struct bpmn_reader *r, const struct bpmn_node *n)
{
	check_default(r, n);
	if (n->kind == BPMN_START_EVENT && n->incoming_count)
		BPMN_FOUND(r, "start_incoming", n, TEXT_NONE, TEXT_NONE);
	if (n->kind == BPMN_END_EVENT && n->outgoing_count)
		BPMN_FOUND(r, "end_outgoing", n, TEXT_NONE, TEXT_NONE);
	if (n->kind == BPMN_BOUNDARY_EVENT && n->incoming_count)
		BPMN_FOUND(r, "flow_boundary", n, TEXT_NONE, TEXT_NONE);
	if (n->kind == BPMN_EVENT_SUB_PROCESS && (n->incoming_count || n->outgoing_count))
		BPMN_FOUND(r, "flow_event_sub", n, TEXT_NONE, TEXT_NONE);
	if (bpmn_is_activity(n->kind) && n->outgoing_count == 1 && n->outgoing[0]->has_condition &&
	        n->default_flow != n->outgoing[0])
		BPMN_FOUND(r, "only_conditional", n, TEXT_NONE, TEXT_NONE);
	if (!bpmn_is_gateway(n->kind))
		return;
	check_direction(r, n);
	if (n->kind == BPMN_EXCLUSIVE || n->kind == BPMN_INCLUSIVE)
		check_choice(r, n);
	if (n->kind == BPMN_EVENT_BASED)
		check_event_based(r, n);
}
