/* bpmn/rules_event.c - which event may wait for or throw what, and where (BPMN 10.5). */
#include "bpmn/model.h"

#define BIT(trigger) (1u << BPMN_ON_##trigger)

enum {
	START = BIT(MESSAGE) | BIT(TIMER) | BIT(CONDITION) | BIT(SIGNAL),
	EVENT_SUB = START | BIT(ERROR) | BIT(ESCALATION) | BIT(COMPENSATION),
	CATCH = START | BIT(LINK),
	THROW = BIT(MESSAGE) | BIT(ESCALATION) | BIT(COMPENSATION) | BIT(LINK) | BIT(SIGNAL),
	END = BIT(MESSAGE) | BIT(ERROR) | BIT(ESCALATION) | BIT(CANCEL) | BIT(COMPENSATION) |
	      BIT(SIGNAL) | BIT(TERMINATE),
	BOUNDARY = START | BIT(ERROR) | BIT(ESCALATION) | BIT(CANCEL) | BIT(COMPENSATION),
};

/* Finds the first definition that is not allowed. */
static void allow(
        struct bpmn_reader *r, const struct bpmn_node *n, unsigned allowed, const char *rule)
{
	for (size_t i = 0; i < n->event_count; i++) {
		enum bpmn_trigger t = n->events[i].trigger;
		if (allowed >> t & 1)
			continue;
		BPMN_FOUND(r, rule, n, text_from(bpmn_trigger_name(t)), TEXT_NONE);
		return;
	}
}

static bool waits_for(const struct bpmn_node *n, enum bpmn_trigger trigger)
{
	for (size_t i = 0; i < n->event_count; i++)
		if (n->events[i].trigger == trigger)
			return true;
	return false;
}

static void check_start(struct bpmn_reader *r, const struct bpmn_node *n)
{
	const struct bpmn_node *in = n->parent;
	if (in->kind == BPMN_PROCESS) {
		allow(r, n, START, "start_trigger");
	} else if (in->kind == BPMN_EVENT_SUB_PROCESS) {
		allow(r, n, EVENT_SUB, "event_sub_trigger");
		if (!n->event_count)
			BPMN_FOUND(r, "event_sub_trigger", n, TEXT("nothing"), TEXT_NONE);
		if (!n->interrupting && waits_for(n, BPMN_ON_ERROR))
			BPMN_FOUND(r, "event_sub_interrupting", n, TEXT("error"), TEXT_NONE);
		if (!n->interrupting && waits_for(n, BPMN_ON_COMPENSATION))
			BPMN_FOUND(r, "event_sub_interrupting", n, TEXT("compensation"), TEXT_NONE);
	} else if (n->event_count) {
		BPMN_FOUND(r, "sub_start_trigger", n, TEXT_NONE, TEXT_NONE);
	}
}

/* The activity at the other end of an association that does not lead to a handler. */
static const struct bpmn_node *associated(const struct bpmn_model *m, const struct bpmn_node *n)
{
	for (size_t i = 0; i < m->element_count; i++) {
		const struct bpmn_element *el = m->elements[i];
		if (el->kind == BPMN_ASSOCIATION && el->source == n->element && el->target)
			return bpmn_node_find(m, el->target->id);
	}
	return NULL;
}

static void check_compensation(struct bpmn_reader *r, const struct bpmn_node *n)
{
	if (n->outgoing_count)
		BPMN_FOUND(r, "compensation_outgoing", n, TEXT_NONE, TEXT_NONE);
	const struct bpmn_node *handler = n->handler ? n->handler : associated(r->model, n);
	if (!handler || !bpmn_is_activity(handler->kind))
		BPMN_FOUND(r, "compensation_alone", n, TEXT_NONE, TEXT_NONE);
	else if (!handler->for_compensation)
		BPMN_FOUND(r, "compensation_mark", n, handler->id, TEXT_NONE);
}

static void check_boundary(struct bpmn_reader *r, const struct bpmn_node *n)
{
	allow(r, n, BOUNDARY, "boundary_trigger");
	if (!n->event_count)
		BPMN_FOUND(r, "boundary_trigger", n, TEXT("nothing"), TEXT_NONE);
	if (!n->attached || !bpmn_is_activity(n->attached->kind))
		BPMN_FOUND(r, "boundary_attached", n, xml_attr(n->xml, "attachedToRef"), TEXT_NONE);
	else if (n->attached->parent != n->parent)
		BPMN_FOUND(r, "flow_border", n, TEXT_NONE, TEXT_NONE);
	if (waits_for(n, BPMN_ON_COMPENSATION)) {
		check_compensation(r, n);
		return;
	}
	if (!n->outgoing_count)
		BPMN_FOUND(r, "boundary_outgoing", n, TEXT_NONE, TEXT_NONE);
	if (!n->interrupting && waits_for(n, BPMN_ON_ERROR))
		BPMN_FOUND(r, "boundary_interrupting", n, TEXT("error"), TEXT_NONE);
	if (!n->interrupting && waits_for(n, BPMN_ON_CANCEL))
		BPMN_FOUND(r, "boundary_interrupting", n, TEXT("cancel"), TEXT_NONE);
	if (waits_for(n, BPMN_ON_CANCEL) && n->attached && n->attached->kind != BPMN_TRANSACTION)
		BPMN_FOUND(r, "cancel_boundary", n, TEXT_NONE, TEXT_NONE);
}

static size_t link_count(const struct bpmn_node *scope, enum bpmn_kind kind, struct text name)
{
	size_t count = 0;
	for (size_t i = 0; i < scope->child_count; i++) {
		const struct bpmn_node *n = scope->children[i];
		count += n->kind == kind && n->element->trigger == BPMN_ON_LINK &&
		         text_eq(n->events[0].name, name);
	}
	return count;
}

static void check_link(struct bpmn_reader *r, const struct bpmn_node *n)
{
	struct text name = n->events[0].name;
	if (n->incoming_count && n->outgoing_count)
		BPMN_FOUND(r, "link_both", n, TEXT_NONE, TEXT_NONE);
	size_t targets = link_count(n->parent, BPMN_CATCH_EVENT, name);
	if (n->kind == BPMN_CATCH_EVENT && !link_count(n->parent, BPMN_THROW_EVENT, name))
		BPMN_FOUND(r, "link_no_source", n, name, TEXT_NONE);
	if (n->kind == BPMN_THROW_EVENT && !targets)
		BPMN_FOUND(r, "link_no_target", n, name, TEXT_NONE);
	if (n->kind == BPMN_CATCH_EVENT && targets > 1)
		BPMN_FOUND(r, "link_targets", n, name, TEXT_NONE);
}

static void check_intermediate(struct bpmn_reader *r, const struct bpmn_node *n)
{
	bool catches = n->kind == BPMN_CATCH_EVENT;
	allow(r, n, catches ? CATCH : THROW, catches ? "catch_trigger" : "throw_trigger");
	if (catches && !n->event_count)
		BPMN_FOUND(r, "catch_trigger", n, TEXT("nothing"), TEXT_NONE);
	if (n->element->trigger == BPMN_ON_LINK)
		check_link(r, n);
}

static void check_end(struct bpmn_reader *r, const struct bpmn_node *n)
{
	allow(r, n, END, "end_trigger");
	if (waits_for(n, BPMN_ON_CANCEL) && n->parent->kind != BPMN_TRANSACTION)
		BPMN_FOUND(r, "cancel_end", n, TEXT_NONE, TEXT_NONE);
}

/* Hours are hours; days of an authority belong into a deadline. */
static void check_timer(
        struct bpmn_reader *r, const struct bpmn_node *n, const struct bpmn_event *ev)
{
	struct text t = ev->time ? feel_expr_text(ev->time) : ev->time_literal;
	const struct feel_read *reads;
	bool fixed = !ev->time || feel_expr_reads(ev->time, &reads) == 0;
	size_t at = text_find(t, TEXT("P"), 0);
	if (!fixed || at == SIZE_MAX || ev->time_kind == BPMN_TIME_DATE)
		return;
	struct text days = text_part(t, at, t.len);
	size_t hours = text_find(days, TEXT("T"), 0);
	days = hours == SIZE_MAX ? days : text_part(days, 0, hours);
	if (text_find(days, TEXT("D"), 0) != SIZE_MAX ||
	        text_find(days, TEXT("W"), 0) != SIZE_MAX ||
	        text_find(days, TEXT("M"), 0) != SIZE_MAX)
		BPMN_FOUND(r, "timer_no_deadline", n, TEXT_NONE, TEXT_NONE);
}

static void check_definition(
        struct bpmn_reader *r, const struct bpmn_node *n, const struct bpmn_event *ev)
{
	bool throws = n->kind == BPMN_THROW_EVENT || n->kind == BPMN_END_EVENT;
	bool sends = n->letter.len || n->connector.len;
	if (ev->trigger == BPMN_ON_MESSAGE && !ev->name.len && !(throws && sends))
		BPMN_FOUND(r, "message_missing", n, TEXT_NONE, TEXT_NONE);
	if (ev->trigger == BPMN_ON_TIMER)
		check_timer(r, n, ev);
	if (ev->trigger == BPMN_ON_SIGNAL && !ev->name.len)
		BPMN_FOUND(r, "signal_missing", n, TEXT_NONE, TEXT_NONE);
	if (ev->trigger == BPMN_ON_CONDITION && !xml_child(ev->xml, "condition"))
		BPMN_FOUND(r, "condition_missing", n, TEXT_NONE, TEXT_NONE);
	if (!throws)
		return;
	if (ev->trigger == BPMN_ON_ERROR && !ev->code.len)
		BPMN_FOUND(r, "error_missing", n, TEXT_NONE, TEXT_NONE);
	const struct xml *escalation =
	        bpmn_ref(r->model, xml_attr(ev->xml, "escalationRef"), "escalation");
	if (ev->trigger == BPMN_ON_ESCALATION &&
	        (!escalation || !xml_attr(escalation, "escalationCode").len))
		BPMN_FOUND(r, "escalation_missing", n, TEXT_NONE, TEXT_NONE);
}

void bpmn_check_event(struct bpmn_reader *r, const struct bpmn_node *n)
{
	switch (n->kind) {
	case BPMN_START_EVENT: check_start(r, n); break;
	case BPMN_BOUNDARY_EVENT: check_boundary(r, n); break;
	case BPMN_END_EVENT: check_end(r, n); break;
	default: check_intermediate(r, n); break;
	}
	for (size_t i = 0; i < n->event_count; i++)
		check_definition(r, n, &n->events[i]);
}
