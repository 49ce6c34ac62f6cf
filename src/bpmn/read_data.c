/* bpmn/read_data.c - data objects, inputs and outputs are variables; associations move values.
 *
 * An association between two elements of the same name says nothing and is dropped. */
#include "bpmn/model.h"

struct text bpmn_data_name(struct bpmn_reader *r, struct text id)
{
	const struct bpmn_id *found = bpmn_id_find(r->model, bpmn_local(text_trim(id)));
	if (!found)
		return TEXT_NONE;
	if (text_is(found->xml->name, "dataObjectReference")) {
		const struct xml *object =
		        bpmn_ref(r->model, xml_attr(found->xml, "dataObjectRef"), "dataObject");
		if (object)
			return bpmn_data_name(r, xml_attr(object, "id"));
	}
	struct text name = xml_attr(found->xml, "name");
	return name.len ? name : found->id;
}

static void mapping_add(struct bpmn_reader *r, struct bpmn_mapping **list, size_t *count,
        size_t *cap, const struct feel_expr *from, struct text to)
{
	if (!from || !to.len)
		return;
	struct bpmn_mapping *m = ARENA_PUSH(r->arena, *list, *count, *cap);
	m->from = from;
	m->to = to;
}

/* `from` and `to` of an assignment: an expression and the name it is given to. */
static void assignments_read(struct bpmn_reader *r, const struct bpmn_node *n, const struct xml *x,
        struct bpmn_mapping **list, size_t *count, size_t *cap)
{
	for (size_t i = 0; i < x->count; i++) {
		const struct xml *a = &x->children[i];
		if (!xml_named(a, BPMN_SPACE, "assignment") || !xml_child(a, "from"))
			continue;
		struct text to = xml_child_text(a, "to");
		struct text name = bpmn_data_name(r, to);
		mapping_add(r, list, count, cap, bpmn_expression_of(r, xml_child(a, "from"), n->id),
		        name.len ? name : to);
	}
}

static void association_read(struct bpmn_reader *r, const struct bpmn_node *n, const struct xml *x,
        struct bpmn_mapping **list, size_t *count, size_t *cap)
{
	struct text from = bpmn_data_name(r, xml_child_text(x, "sourceRef"));
	struct text to = bpmn_data_name(r, xml_child_text(x, "targetRef"));
	const struct xml *transformation = xml_child(x, "transformation");
	if (transformation)
		mapping_add(r, list, count, cap, bpmn_expression_of(r, transformation, n->id), to);
	else if (from.len && !text_eq(from, to) && !xml_child(x, "assignment"))
		mapping_add(r, list, count, cap, bpmn_expression(r, from, n->id, x->line), to);
	assignments_read(r, n, x, list, count, cap);
}

void bpmn_read_data(struct bpmn_reader *r, struct bpmn_node *n)
{
	size_t in_cap = 0, out_cap = 0;
	for (size_t i = 0; i < n->xml->count; i++) {
		const struct xml *x = &n->xml->children[i];
		if (xml_named(x, BPMN_SPACE, "dataInputAssociation"))
			association_read(r, n, x, &n->inputs, &n->input_count, &in_cap);
		else if (xml_named(x, BPMN_SPACE, "dataOutputAssociation"))
			association_read(r, n, x, &n->outputs, &n->output_count, &out_cap);
	}
}
