/* bpmn/rules_data.c - inputs, outputs, their sets, items and associations (BPMN 10.4).
 *
 * The engine runs on variables and needs none of this; a model that says it must say it
 * right. Items are compared by their structure; where it is not given they fit. */
#include "bpmn/model.h"

struct data {
	struct bpmn_reader *r;
	const struct bpmn_model *m;
};

static struct text id_of(const struct xml *x)
{
	while (x && !xml_attr(x, "id").len)
		x = x->parent;
	return x ? xml_attr(x, "id") : TEXT_NONE;
}

static void found(
        struct data *d, const char *rule, const struct xml *at, struct text p0, struct text p1)
{
	bpmn_found(d->r, rule, id_of(at), at->line, p0, p1);
}

static bool tag_is(const struct xml *x, const char *tag)
{
	return xml_named(x, BPMN_SPACE, tag);
}

static size_t children_of(const struct xml *x, const char *tag)
{
	size_t count = 0;
	for (size_t i = 0; x && i < x->count; i++)
		count += tag_is(&x->children[i], tag);
	return count;
}

static const struct xml *child_at(const struct xml *x, const char *tag, size_t at)
{
	for (size_t i = 0; x && i < x->count; i++)
		if (tag_is(&x->children[i], tag) && at-- == 0)
			return &x->children[i];
	return NULL;
}

static const struct xml *by_ref(struct data *d, struct text ref)
{
	const struct bpmn_id *id = bpmn_id_find(d->m, bpmn_local(text_trim(ref)));
	return id ? id->xml : NULL;
}

/* Items ---------------------------------------------------------------------------------- */

static const struct xml *item_definition(struct data *d, struct text ref)
{
	return ref.len ? bpmn_ref(d->m, ref, "itemDefinition") : NULL;
}

/* The item definition of data, of a message or of what an event definition names. */
static const struct xml *item_of(struct data *d, const struct xml *x)
{
	if (!x)
		return NULL;
	if (tag_is(x, "dataObjectReference"))
		x = by_ref(d, xml_attr(x, "dataObjectRef"));
	if (!x)
		return NULL;
	static const char *const names[] = {"itemSubjectRef", "itemRef", "structureRef"};
	for (size_t i = 0; i < 3; i++)
		if (xml_has(x, names[i]))
			return item_definition(d, xml_attr(x, names[i]));
	return NULL;
}

static bool is_collection(const struct xml *x)
{
	return text_is(xml_attr(x, "isCollection"), "true");
}

static bool same_structure(const struct xml *a, const struct xml *b)
{
	if (!a || !b || a == b)
		return true;
	struct text x = xml_attr(a, "structureRef"), y = xml_attr(b, "structureRef");
	return !x.len || !y.len || text_eq(x, y);
}

static void items_fit(struct data *d, const struct xml *a, const struct xml *b)
{
	if (a && b && !same_structure(item_of(d, a), item_of(d, b)))
		found(d, "data_item", a, id_of(a), id_of(b));
}

static void check_collection(struct data *d, const struct xml *x)
{
	const struct xml *item = item_of(d, x);
	if (item && is_collection(item) != is_collection(x))
		found(d, "data_collection", x, xml_attr(item, "id"), TEXT_NONE);
}

/* Sets ----------------------------------------------------------------------------------- */

static bool set_has(const struct xml *set, const char *tag, struct text ref)
{
	for (size_t i = 0; i < set->count; i++)
		if (tag_is(&set->children[i], tag) &&
		        text_eq(text_trim(set->children[i].text), text_trim(ref)))
			return true;
	return false;
}

static void check_members(struct data *d, const struct xml *set, const char *tag, const char *of)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct xml *ref = &set->children[i];
		if (tag_is(ref, tag) && !set_has(set, of, ref->text))
			found(d, "data_set_member", set, text_from(tag), text_trim(ref->text));
	}
}

static void check_mutual(struct data *d, const struct xml *set, const char *tag, const char *back)
{
	for (size_t i = 0; i < set->count; i++) {
		if (!tag_is(&set->children[i], tag))
			continue;
		const struct xml *other = by_ref(d, set->children[i].text);
		if (!other || !set_has(other, back, xml_attr(set, "id")))
			found(d, "data_set_mutual", set, xml_attr(set, "id"),
			        text_trim(set->children[i].text));
	}
}

static void check_set(struct data *d, const struct xml *x)
{
	bool in = tag_is(x, "inputSet");
	const char *of = in ? "dataInputRefs" : "dataOutputRefs";
	check_members(d, x, in ? "optionalInputRefs" : "optionalOutputRefs", of);
	check_members(d, x, in ? "whileExecutingInputRefs" : "whileExecutingOutputRefs", of);
	check_mutual(
	        d, x, in ? "outputSetRefs" : "inputSetRefs", in ? "inputSetRefs" : "outputSetRefs");
}

/* Tasks ---------------------------------------------------------------------------------- */

static const struct xml *operation_message(struct data *d, struct text operation, const char *which)
{
	const struct xml *x = bpmn_ref(d->m, operation, "operation");
	struct text ref = x ? xml_child_text(x, which) : TEXT_NONE;
	return ref.len ? bpmn_ref(d->m, ref, "message") : NULL;
}

static void check_service(struct data *d, const struct xml *x)
{
	struct text operation = xml_attr(x, "operationRef");
	const struct xml *io = xml_child(x, "ioSpecification");
	if (!operation.len)
		return;
	if (children_of(io, "inputSet") != 1)
		found(d, "data_set_missing", x, TEXT("inputSet"), TEXT_NONE);
	items_fit(d, child_at(io, "dataInput", 0), operation_message(d, operation, "inMessageRef"));
	items_fit(
	        d, child_at(io, "dataOutput", 0), operation_message(d, operation, "outMessageRef"));
}

static void check_message_task(
        struct data *d, const struct xml *x, const char *set, const char *data)
{
	const struct xml *io = xml_child(x, "ioSpecification");
	const struct xml *message = bpmn_ref(d->m, xml_attr(x, "messageRef"), "message");
	if (!message)
		return;
	if (children_of(io, set) > 1)
		found(d, "data_sets", x, text_from(set), TEXT_NONE);
	items_fit(d, child_at(io, data, 0), message);
}

static bool same_data(struct data *d, const struct xml *a, const struct xml *b, const char *tag)
{
	size_t count = children_of(a, tag);
	if (count != children_of(b, tag))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!same_structure(
		            item_of(d, child_at(a, tag, i)), item_of(d, child_at(b, tag, i))))
			return false;
	return true;
}

static void check_call(struct data *d, const struct xml *x)
{
	const struct xml *called = by_ref(d, xml_attr(x, "calledElement"));
	const struct xml *mine = xml_child(x, "ioSpecification");
	const struct xml *theirs = called ? xml_child(called, "ioSpecification") : NULL;
	if (mine && theirs &&
	        (!same_data(d, mine, theirs, "dataInput") ||
	                !same_data(d, mine, theirs, "dataOutput")))
		found(d, "data_called", x, xml_attr(x, "calledElement"), TEXT_NONE);
}

static void check_binding(struct data *d, const struct xml *x)
{
	const struct xml *binding = xml_child(x, "ioBinding");
	if (xml_child(x, "supportedInterfaceRef") && !binding)
		found(d, "data_binding", x, id_of(x), TEXT_NONE);
	if (!binding)
		return;
	struct text operation = xml_attr(binding, "operationRef");
	bool fits = same_structure(item_of(d, by_ref(d, xml_attr(binding, "inputDataRef"))),
	                    item_of(d, operation_message(d, operation, "inMessageRef"))) &&
	            same_structure(item_of(d, by_ref(d, xml_attr(binding, "outputDataRef"))),
	                    item_of(d, operation_message(d, operation, "outMessageRef")));
	if (!fits)
		found(d, "data_binding", x, id_of(x), TEXT_NONE);
}

/* The item of one instance is what the collection holds many of. */
static void check_multi(
        struct data *d, const struct xml *x, const char *collection, const char *one)
{
	struct text ref = xml_child_text(x, collection);
	const struct xml *item = xml_child(x, one);
	const struct xml *whole = ref.len ? item_of(d, by_ref(d, ref)) : NULL;
	const struct xml *single = item ? item_of(d, item) : NULL;
	if (whole && single && (is_collection(single) || !same_structure(whole, single)))
		found(d, "data_item", x, id_of(item), ref);
}

/* Associations --------------------------------------------------------------------------- */

static bool is_data(const struct xml *x)
{
	static const char *const tags[] = {"dataObject", "dataObjectReference",
	        "dataStoreReference", "dataInput", "dataOutput", "property", "inputDataItem",
	        "outputDataItem"};
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
		if (tag_is(x, tags[i]))
			return true;
	return false;
}

static bool belongs_to_process(const struct xml *x)
{
	return x->parent && x->parent->parent && tag_is(x->parent, "ioSpecification") &&
	       tag_is(x->parent->parent, "process");
}

static void check_end(struct data *d, const struct xml *x, const char *end, const char *forbidden)
{
	for (size_t i = 0; i < x->count; i++) {
		if (!tag_is(&x->children[i], end))
			continue;
		const struct xml *target = by_ref(d, x->children[i].text);
		if (target && (!is_data(target) ||
		                      (tag_is(target, forbidden) && belongs_to_process(target))))
			found(d, "data_direction", x, text_trim(x->children[i].text),
			        text_from(end));
	}
}

static void check_association(struct data *d, const struct xml *x)
{
	check_end(d, x, "sourceRef", "dataOutput");
	check_end(d, x, "targetRef", "dataInput");
	if (xml_child(x, "transformation") || xml_child(x, "assignment"))
		return;
	const struct xml *from = by_ref(d, xml_child_text(x, "sourceRef"));
	const struct xml *to = by_ref(d, xml_child_text(x, "targetRef"));
	if (from && to && is_data(from) && is_data(to))
		items_fit(d, from, to);
}

/* Events --------------------------------------------------------------------------------- */

static const struct xml *carried(struct data *d, const struct xml *definition)
{
	static const struct {
		const char *attribute, *tag;
	} kinds[] = {{"messageRef", "message"}, {"signalRef", "signal"}, {"errorRef", "error"},
	        {"escalationRef", "escalation"}};
	for (size_t i = 0; i < 4; i++)
		if (xml_has(definition, kinds[i].attribute))
			return bpmn_ref(
			        d->m, xml_attr(definition, kinds[i].attribute), kinds[i].tag);
	return NULL;
}

static void check_event_data(struct data *d, const struct xml *x, const char *tag)
{
	size_t count = children_of(x, tag), definitions = 0;
	if (!count)
		return;
	check(x->children);
	for (size_t i = 0; i < x->count; i++) {
		const struct xml *def = &x->children[i];
		if (tag_is(def, "eventDefinitionRef"))
			def = by_ref(d, def->text);
		if (!def || bpmn_trigger_of(def->name) == BPMN_ON_NONE)
			continue;
		items_fit(d, child_at(x, tag, definitions), carried(d, def));
		definitions++;
	}
	if (count != definitions)
		found(d, "data_event", x, text_from(tag), TEXT_NONE);
}

/* All ------------------------------------------------------------------------------------ */

static void check_tag(struct data *d, const struct xml *x)
{
	if (tag_is(x, "dataInput") || tag_is(x, "dataOutput") || tag_is(x, "dataObject"))
		check_collection(d, x);
	else if (tag_is(x, "inputSet") || tag_is(x, "outputSet"))
		check_set(d, x);
	else if (tag_is(x, "serviceTask"))
		check_service(d, x);
	else if (tag_is(x, "sendTask"))
		check_message_task(d, x, "inputSet", "dataInput");
	else if (tag_is(x, "receiveTask"))
		check_message_task(d, x, "outputSet", "dataOutput");
	else if (tag_is(x, "callActivity"))
		check_call(d, x);
	else if (tag_is(x, "dataInputAssociation") || tag_is(x, "dataOutputAssociation"))
		check_association(d, x);
	else if (tag_is(x, "ioSpecification") && x->parent &&
	         (tag_is(x->parent, "subProcess") || tag_is(x->parent, "transaction") ||
	                 tag_is(x->parent, "adHocSubProcess")))
		found(d, "data_sub_process", x, TEXT_NONE, TEXT_NONE);
	if (text_ends(x->name, TEXT("Event"))) {
		check_event_data(d, x, "dataInput");
		check_event_data(d, x, "dataOutput");
	}
	if (tag_is(x, "multiInstanceLoopCharacteristics")) {
		check_multi(d, x, "loopDataInputRef", "inputDataItem");
		check_multi(d, x, "loopDataOutputRef", "outputDataItem");
	}
}

static void walk(struct data *d, const struct xml *x)
{
	if (!text_is(x->space, BPMN_SPACE))
		return;
	check_tag(d, x);
	for (size_t i = 0; i < x->count; i++)
		walk(d, &x->children[i]);
}

void bpmn_check_data(struct bpmn_reader *r)
{
	struct data d = {r, r->model};
	bool before = r->lenient;
	for (size_t i = 0; i < r->model->process_count; i++) {
		const struct bpmn_node *p = r->model->processes[i];
		r->lenient = before || !p->executable;
		check_binding(&d, p->xml);
		walk(&d, p->xml);
	}
	r->lenient = before;
}
