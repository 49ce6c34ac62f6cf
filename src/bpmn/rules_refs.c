/* bpmn/rules_refs.c - references lead to something of the right kind; sequence flows and
 * message flows connect what may be connected (BPMN 7.6, 9.4). */
#include "bpmn/model.h"

/* References by attribute or child element. `must`: a target that does not exist is refused,
 * otherwise only one of the wrong kind (it may stand in an imported file). */
struct reference {
	const char *tag, *name;
	bool child, must;
	const char *target; /* XML name; "*definition": any event definition */
};

static const struct reference references[] = {
        {"message", "itemRef", false, false, "itemDefinition"},
        {"sendTask", "operationRef", false, false, "operation"},
        {"receiveTask", "operationRef", false, false, "operation"},
        {"serviceTask", "operationRef", false, false, "operation"},
        {"messageEventDefinition", "operationRef", true, false, "operation"},
        {"sendTask", "messageRef", false, true, "message"},
        {"receiveTask", "messageRef", false, true, "message"},
        {"messageEventDefinition", "messageRef", false, true, "message"},
        {"operation", "inMessageRef", true, false, "message"},
        {"operation", "outMessageRef", true, false, "message"},
        {"signalEventDefinition", "signalRef", false, true, "signal"},
        {"errorEventDefinition", "errorRef", false, true, "error"},
        {"escalationEventDefinition", "escalationRef", false, true, "escalation"},
        {"linkEventDefinition", "source", true, true, "linkEventDefinition"},
        {"linkEventDefinition", "target", true, true, "linkEventDefinition"},
        {"startEvent", "eventDefinitionRef", true, true, "*definition"},
        {"intermediateCatchEvent", "eventDefinitionRef", true, true, "*definition"},
        {"intermediateThrowEvent", "eventDefinitionRef", true, true, "*definition"},
        {"boundaryEvent", "eventDefinitionRef", true, true, "*definition"},
        {"endEvent", "eventDefinitionRef", true, true, "*definition"},
        {"dataObjectReference", "dataObjectRef", false, false, "dataObject"},
        {"participant", "processRef", false, false, "process"},
        {"inputSet", "dataInputRefs", true, true, "dataInput"},
        {"outputSet", "dataOutputRefs", true, true, "dataOutput"},
};

static struct text owner_id(const struct xml *x)
{
	while (x && !xml_attr(x, "id").len)
		x = x->parent;
	return x ? xml_attr(x, "id") : TEXT_NONE;
}

static void check_reference(
        struct bpmn_reader *r, const struct xml *x, const struct reference *ref, struct text to)
{
	struct text name = text_trim(to);
	const struct bpmn_id *id = bpmn_id_find(r->model, name);
	if (!id)
		id = bpmn_id_find(r->model, bpmn_local(name));
	if (!id) {
		bool elsewhere = text_find(name, TEXT(":"), 0) != SIZE_MAX;
		if (name.len && ref->must && !elsewhere)
			bpmn_found(r, "reference_missing", owner_id(x), x->line,
			        text_from(ref->name), name);
		return;
	}
	bool good = ref->target[0] == '*' ? bpmn_trigger_of(id->xml->name) != BPMN_ON_NONE
	                                  : text_is(id->xml->name, ref->target);
	if (!good)
		bpmn_found(r, "reference_wrong", owner_id(x), x->line, text_from(ref->name), name);
}

static void check_references_of(struct bpmn_reader *r, const struct xml *x)
{
	for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
		const struct reference *ref = &references[i];
		if (!text_is(x->name, ref->tag))
			continue;
		if (!ref->child && xml_has(x, ref->name))
			check_reference(r, x, ref, xml_attr(x, ref->name));
		for (size_t k = 0; ref->child && k < x->count; k++)
			if (text_is(x->children[k].name, ref->name))
				check_reference(r, x, ref, x->children[k].text);
	}
}

static bool may_have_property(struct text tag)
{
	return text_is(tag, "process") || text_is(tag, "subProcess") ||
	       text_is(tag, "transaction") || text_is(tag, "adHocSubProcess") ||
	       text_is(tag, "callActivity") || text_ends(tag, TEXT("ask")) ||
	       text_ends(tag, TEXT("Event"));
}

static void walk(struct bpmn_reader *r, const struct xml *x)
{
	if (!text_is(x->space, BPMN_SPACE))
		return;
	check_references_of(r, x);
	if (xml_child(x, "resourceRef") && xml_child(x, "resourceAssignmentExpression"))
		bpmn_found(r, "resource_twice", owner_id(x), x->line, TEXT_NONE, TEXT_NONE);
	if (text_is(x->name, "property") && x->parent && !may_have_property(x->parent->name))
		bpmn_found(r, "property_place", owner_id(x), x->line, x->parent->name, TEXT_NONE);
	for (size_t i = 0; i < x->count; i++)
		walk(r, &x->children[i]);
}

static void check_flow(struct bpmn_reader *r, const struct bpmn_flow *f)
{
	struct text id = f->element->id;
	if (!f->source)
		bpmn_found(r, "flow_source", id, f->xml->line, xml_attr(f->xml, "sourceRef"),
		        TEXT_NONE);
	if (!f->target)
		bpmn_found(r, "flow_target", id, f->xml->line, xml_attr(f->xml, "targetRef"),
		        TEXT_NONE);
	if (f->source && f->target &&
	        (f->source->parent != f->target->parent || !f->source->parent))
		bpmn_found(r, "flow_border", id, f->xml->line, TEXT_NONE, TEXT_NONE);
}

void bpmn_check_references(struct bpmn_reader *r)
{
	for (size_t i = 0; i < r->model->root_count; i++)
		walk(r, r->model->roots[i]);
	for (size_t i = 0; i < r->model->flow_count; i++)
		check_flow(r, r->model->flows[i]);
}

/* Message flows -------------------------------------------------------------------------- */

static bool is_event(enum bpmn_kind kind)
{
	return kind >= BPMN_START_EVENT && kind <= BPMN_END_EVENT;
}

static bool may_connect(const struct bpmn_element *el)
{
	return el &&
	       (el->kind == BPMN_PARTICIPANT || is_event(el->kind) || bpmn_is_activity(el->kind));
}

/* The process an element belongs to; for a pool that of its processRef, empty when it shows
 * none: then the pool itself. */
static struct text party(const struct bpmn_model *m, const struct bpmn_element *el)
{
	if (el->kind == BPMN_PARTICIPANT) {
		const struct bpmn_id *id = bpmn_id_find(m, el->id);
		struct text process = id ? bpmn_local(xml_attr(id->xml, "processRef")) : TEXT_NONE;
		return process.len ? process : el->id;
	}
	while (el->parent)
		el = el->parent;
	return el->id;
}

static void check_message_flow(struct bpmn_reader *r, const struct bpmn_element *el)
{
	const struct bpmn_id *id = bpmn_id_find(r->model, el->id);
	const struct bpmn_element *from = el->source, *to = el->target;
	struct text source = id ? xml_attr(id->xml, "sourceRef") : TEXT_NONE;
	struct text target = id ? xml_attr(id->xml, "targetRef") : TEXT_NONE;
	if (!may_connect(from) || (is_event(from->kind) && from->kind != BPMN_THROW_EVENT &&
	                                  from->kind != BPMN_END_EVENT))
		bpmn_found(r, "message_flow_source", el->id, el->line, source, TEXT_NONE);
	if (!may_connect(to) || to->kind == BPMN_THROW_EVENT || to->kind == BPMN_END_EVENT)
		bpmn_found(r, "message_flow_target", el->id, el->line, target, TEXT_NONE);
	if (!from || !to)
		return;
	if (text_eq(party(r->model, from), party(r->model, to)))
		bpmn_found(r, "message_flow_inside", el->id, el->line, TEXT_NONE, TEXT_NONE);
	const struct bpmn_node *end = bpmn_node_find(r->model, from->id);
	bool throws_message = false;
	for (size_t i = 0; end && i < end->event_count; i++)
		throws_message |= end->events[i].trigger == BPMN_ON_MESSAGE;
	if (from->kind == BPMN_END_EVENT && !throws_message)
		bpmn_found(r, "message_flow_end", el->id, el->line, from->id, TEXT_NONE);
}

void bpmn_check_collaboration(struct bpmn_reader *r)
{
	for (size_t i = 0; i < r->model->element_count; i++)
		if (r->model->elements[i]->kind == BPMN_MESSAGE_FLOW)
			check_message_flow(r, r->model->elements[i]);
}
