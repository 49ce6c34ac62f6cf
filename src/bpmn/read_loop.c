/* bpmn/read_loop.c - standard loops and multi-instance markers. */
#include "bpmn/model.h"

static struct bpmn_event *event_by_ref(
        struct bpmn_reader *r, const struct bpmn_node *n, struct text ref)
{
	const struct bpmn_id *id = ref.len ? bpmn_id_find(r->model, bpmn_local(ref)) : NULL;
	struct bpmn_event *out = ARENA_NEW(r->arena, struct bpmn_event);
	return id && bpmn_read_event(r, n, id->xml, out) ? out : NULL;
}

static void complex_read(struct bpmn_reader *r, const struct bpmn_node *n, struct bpmn_loop *l)
{
	size_t cap = 0;
	for (size_t i = 0; i < l->xml->count; i++) {
		const struct xml *x = &l->xml->children[i];
		if (!xml_named(x, BPMN_SPACE, "complexBehaviorDefinition"))
			continue;
		struct bpmn_behavior_event *b =
		        ARENA_PUSH(r->arena, l->complex, l->complex_count, cap);
		const struct xml *condition = xml_child(x, "condition");
		if (condition)
			b->condition = bpmn_expression_of(r, condition, n->id);
		const struct xml *event = xml_child(x, "event");
		for (size_t k = 0; event && k < event->count; k++)
			if (bpmn_read_event(r, n, &event->children[k], &b->event))
				break;
	}
}

static void behavior_read(struct bpmn_reader *r, const struct bpmn_node *n, struct bpmn_loop *l)
{
	struct text behavior = xml_attr(l->xml, "behavior");
	l->behavior = text_is(behavior, "None")      ? BPMN_BEHAVIOR_NONE
	              : text_is(behavior, "One")     ? BPMN_BEHAVIOR_ONE
	              : text_is(behavior, "Complex") ? BPMN_BEHAVIOR_COMPLEX
	                                             : BPMN_BEHAVIOR_ALL;
	if (l->behavior == BPMN_BEHAVIOR_NONE)
		l->behavior_event = event_by_ref(r, n, xml_attr(l->xml, "noneBehaviorEventRef"));
	if (l->behavior == BPMN_BEHAVIOR_ONE)
		l->behavior_event = event_by_ref(r, n, xml_attr(l->xml, "oneBehaviorEventRef"));
	if (l->behavior == BPMN_BEHAVIOR_COMPLEX)
		complex_read(r, n, l);
}

/* The name of an inputDataItem or outputDataItem. */
static struct text item_name(const struct xml *x, const char *tag)
{
	const struct xml *item = xml_child(x, tag);
	if (!item)
		return TEXT_NONE;
	struct text name = xml_attr(item, "name");
	return name.len ? name : xml_attr(item, "id");
}

static void multi_read(struct bpmn_reader *r, const struct bpmn_node *n, struct bpmn_loop *l)
{
	const struct xml *x = l->xml;
	l->kind = text_is(xml_attr(x, "isSequential"), "true") ? BPMN_LOOP_SEQUENTIAL
	                                                       : BPMN_LOOP_PARALLEL;
	if (xml_child(x, "loopCardinality"))
		l->cardinality = bpmn_expression_of(r, xml_child(x, "loopCardinality"), n->id);
	struct text source = xml_child_text(x, "loopDataInputRef");
	struct text name = source.len ? bpmn_data_name(r, source) : TEXT_NONE;
	if (name.len)
		l->collection = bpmn_expression(r, name, n->id, x->line);
	struct text in = bpmn_aw(x, "in");
	if (in.len)
		l->collection = bpmn_expression(r, in, n->id, x->line);
	l->input_item = item_name(x, "inputDataItem");
	l->output_item = item_name(x, "outputDataItem");
	struct text target = xml_child_text(x, "loopDataOutputRef");
	if (target.len)
		l->output_collection = bpmn_data_name(r, target);
	if (xml_child(x, "completionCondition"))
		l->completion = bpmn_expression_of(r, xml_child(x, "completionCondition"), n->id);
	behavior_read(r, n, l);
}

static void standard_read(struct bpmn_reader *r, const struct bpmn_node *n, struct bpmn_loop *l)
{
	l->kind = BPMN_LOOP_STANDARD;
	l->test_before = text_is(xml_attr(l->xml, "testBefore"), "true");
	if (xml_child(l->xml, "loopCondition"))
		l->condition = bpmn_expression_of(r, xml_child(l->xml, "loopCondition"), n->id);
	l->maximum = -1;
	if (xml_has(l->xml, "loopMaximum") &&
	        (!text_int(text_trim(xml_attr(l->xml, "loopMaximum")), &l->maximum) ||
	                l->maximum < 0))
		BPMN_FOUND(r, "loop_maximum", n, xml_attr(l->xml, "loopMaximum"), TEXT_NONE);
}

void bpmn_read_loop(struct bpmn_reader *r, struct bpmn_node *n)
{
	const struct xml *standard = xml_child(n->xml, "standardLoopCharacteristics");
	const struct xml *multi = xml_child(n->xml, "multiInstanceLoopCharacteristics");
	if (standard && multi)
		BPMN_FOUND(r, "loop_twice", n, TEXT_NONE, TEXT_NONE);
	if (!standard && !multi)
		return;
	struct bpmn_loop *l = ARENA_NEW(r->arena, struct bpmn_loop);
	l->xml = multi ? multi : standard;
	if (multi)
		multi_read(r, n, l);
	else
		standard_read(r, n, l);
	if (multi && !l->cardinality && !l->collection)
		BPMN_FOUND(r, "multi_without_number", n, TEXT_NONE, TEXT_NONE);
	n->loop = l;
	n->element->multi = multi != NULL;
	n->element->loop = !multi;
	n->element->sequential = l->kind == BPMN_LOOP_SEQUENTIAL;
}
