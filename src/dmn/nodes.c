/* Nodes in the order of their needs: what each sees, its type, its logic. */
#include "dmn/dmn_int.h"

struct feel_scope scope_in(const struct builder *b, const struct feel_scope *outer,
        const struct feel_field *names, size_t count)
{
	return (struct feel_scope){.outer = outer,
	        .names = names,
	        .count = count,
	        .types = b->unit->type_names,
	        .type_count = b->unit->type_name_count};
}

static void node_element(struct builder *b, const struct node *n)
{
	b->element = n->item.id.len > 0 ? n->item.id : n->item.name;
	b->row = b->column = 0;
	b->unit = n->unit;
}

static const struct xml *typed_variable(const struct node *n)
{
	const struct xml *variable = xml_child(n->xml, "variable");
	return variable ? variable : n->xml;
}

/* A context type per import alias, holding what is needed from there. */
static void add_imported(struct builder *b, struct node *n, const struct requirement *need)
{
	struct feel_field field = {need->node->item.name, need->node->item.type};
	for (size_t i = 0; i < n->name_count; i++) {
		if (!text_eq(n->names[i].name, need->alias))
			continue;
		const struct feel_type *old = n->names[i].type;
		struct feel_field *fields =
		        ARENA_ARRAY(b->arena, old->count + 1, struct feel_field);
		memcpy(fields, old->fields, old->count * sizeof *fields);
		fields[old->count] = field;
		n->names[i].type = feel_type_context(b->arena, fields, old->count + 1, false);
		return;
	}
	struct feel_field *one = ARENA_NEW(b->arena, struct feel_field);
	*one = field;
	n->names[n->name_count++] =
	        (struct feel_field){need->alias, feel_type_context(b->arena, one, 1, false)};
}

static void collect_names(struct builder *b, struct node *n)
{
	n->names = ARENA_ARRAY(b->arena, n->need_count + 1, struct feel_field);
	for (size_t i = 0; i < n->need_count; i++) {
		const struct requirement *need = &n->needs[i];
		if (need->alias.len > 0)
			add_imported(b, n, need);
		else
			n->names[n->name_count++] =
			        (struct feel_field){need->node->item.name, need->node->item.type};
	}
}

static const struct feel_type *call_type(struct builder *b, const struct node *n)
{
	struct feel_type *t = ARENA_NEW(b->arena, struct feel_type);
	t->kind = FEEL_TYPE_FUNCTION;
	t->fields = n->params;
	t->count = n->param_count;
	t->element = n->type && n->type->type->kind != FEEL_TYPE_FUNCTION ? n->type->type
	             : n->logic                                           ? n->logic->known
	                                                                  : NULL;
	return t;
}

static void add_param(struct builder *b, struct node *n, struct text name,
        const struct item_type *type, size_t *cap)
{
	size_t type_cap = *cap, count = n->param_count;
	*ARENA_PUSH(b->arena, n->param_types, count, type_cap) = type;
	*ARENA_PUSH(b->arena, n->params, n->param_count, *cap) =
	        (struct feel_field){name, type ? feel_type_of(type) : NULL};
}

static void knowledge_params(struct builder *b, struct node *n, const struct xml *logic)
{
	size_t cap = 0;
	const struct xml *x = logic ? xml_child(logic, "formalParameter") : NULL;
	for (; x; x = xml_next(x)) {
		struct text name = feel_name_normal(b->arena, xml_attr(x, "name"));
		add_param(b, n, name, type_by_ref(b, n->unit, xml_attr(x, "typeRef")), &cap);
	}
}

/* The logic sees the parameters, around them what the model requires, and the model itself
 * for recursion. */
static void compile_knowledge(struct builder *b, struct node *n)
{
	const struct xml *logic = xml_child(n->xml, "encapsulatedLogic");
	knowledge_params(b, n, logic);
	n->item.type = call_type(b, n);
	n->names[n->name_count++] = (struct feel_field){n->item.name, n->item.type};
	struct feel_scope outer = scope_in(b, NULL, n->names, n->name_count);
	struct feel_scope inner = scope_in(b, &outer, n->params, n->param_count);
	if (logic && (text_is(xml_attr(logic, "kind"), "Java") ||
	                     text_is(xml_attr(logic, "kind"), "PMML"))) {
		n->logic = box_new(b, BOX_FAILED, logic);
		struct feel_diagnostic *why = ARENA_NEW(b->arena, struct feel_diagnostic);
		*why = (struct feel_diagnostic){.code = FEEL_DIAG_EXTERNAL,
		        .severity = FEEL_ERROR,
		        .element = b->element,
		        .params = {text_copy(b->arena, xml_attr(logic, "kind"))}};
		feel_diagnostics_add(b->diagnostics, why);
		n->logic->why = why;
		n->logic->why_count = 1;
	} else {
		n->logic =
		        logic ? compile_only_child(b, logic, &inner) : box_new(b, BOX_NONE, n->xml);
	}
	n->item.type = call_type(b, n);
}

static void compile_service(struct builder *b, struct node *n)
{
	size_t cap = 0;
	for (size_t i = 0; i < n->input_count; i++) {
		struct node *input = n->inputs[i];
		add_param(b, n, input->item.name, input->type, &cap);
	}
	for (size_t i = 0; i < n->output_count; i++)
		compile_node(b, n->outputs[i]);
	node_element(b, n);
	struct feel_type *t = ARENA_NEW(b->arena, struct feel_type);
	*t = *call_type(b, n);
	if (!t->element && n->output_count == 1)
		t->element = n->outputs[0]->item.type;
	n->item.type = t;
}

static void compile_decision(struct builder *b, struct node *n)
{
	struct feel_scope scope = scope_in(b, NULL, n->names, n->name_count);
	n->logic = compile_only_child(b, n->xml, &scope);
	n->item.type = n->type           ? feel_type_of(n->type)
	               : n->logic->known ? n->logic->known
	                                 : feel_type_of_kind(FEEL_TYPE_ANY);
}

/* Input decisions of a service are typed before the service's own decisions. */
static void prepare(struct builder *b, struct node *n)
{
	n->type = type_by_ref(b, n->unit, xml_attr(typed_variable(n), "typeRef"));
	n->item.type = n->type ? feel_type_of(n->type) : feel_type_of_kind(FEEL_TYPE_ANY);
}

void compile_node(struct builder *b, struct node *n)
{
	if (n->state == NODE_DONE)
		return;
	node_element(b, n);
	if (n->state == NODE_OPEN || ++b->depth > DMN_DEPTH_MAX * 10) {
		build_note(b, FEEL_DIAG_CYCLE, n->item.name, TEXT_NONE);
		return;
	}
	n->state = NODE_OPEN;
	prepare(b, n);
	for (size_t i = 0; i < n->need_count; i++)
		compile_node(b, n->needs[i].node);
	for (size_t i = 0; i < n->input_count; i++)
		compile_node(b, n->inputs[i]);
	node_element(b, n);
	collect_names(b, n);
	switch (n->item.kind) {
	case DMN_INPUT: break;
	case DMN_DECISION: compile_decision(b, n); break;
	case DMN_KNOWLEDGE: compile_knowledge(b, n); break;
	case DMN_SERVICE: compile_service(b, n); break;
	}
	n->state = NODE_DONE;
	b->depth--;
}
