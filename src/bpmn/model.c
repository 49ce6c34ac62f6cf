/* bpmn/model.c - what others may ask a compiled model. */
#include "bpmn/model.h"

const char *bpmn_kind_name(enum bpmn_kind kind)
{
	static const char *const names[] = {
#define X(id, name) #name,
	        BPMN_KINDS(X)
#undef X
	};
	check((size_t)kind < sizeof names / sizeof *names);
	return names[kind];
}

const char *bpmn_status_name(enum bpmn_status status)
{
	static const char *const names[] = {
	        "NONE", "COMPLETED", "SUBMITTED", "RECEIVED", "PROCESSING", "ACTION_REQUIRED"};
	check((size_t)status < sizeof names / sizeof *names);
	return names[status];
}

size_t bpmn_model_elements(const struct bpmn_model *m, const struct bpmn_element *const **out)
{
	*out = (const struct bpmn_element *const *)m->elements;
	return m->element_count;
}

const struct bpmn_element *bpmn_model_find(const struct bpmn_model *m, struct text id)
{
	const struct bpmn_id *found = bpmn_id_find(m, id);
	return found ? found->element : NULL;
}

static const struct bpmn_attribute *own_attribute(const struct bpmn_element *x, const char *name)
{
	for (size_t i = 0; i < x->attribute_count; i++)
		if (text_is(x->attributes[i].space, "aw") && text_is(x->attributes[i].name, name))
			return &x->attributes[i];
	return NULL;
}

struct text bpmn_attribute(const struct bpmn_element *x, const char *name)
{
	const struct bpmn_attribute *found = own_attribute(x, name);
	return found ? found->value : TEXT_NONE;
}

bool bpmn_has_attribute(const struct bpmn_element *x, const char *name)
{
	return own_attribute(x, name) != NULL;
}

static bool is_called(const struct bpmn_model *m, const struct bpmn_node *process)
{
	for (size_t i = 0; i < m->node_count; i++)
		if (m->nodes[i]->called_here == process && m->nodes[i]->process != process)
			return true;
	return false;
}

const struct bpmn_element *bpmn_model_process(const struct bpmn_model *m)
{
	const struct bpmn_element *first = NULL;
	for (size_t i = 0; i < m->process_count; i++) {
		const struct bpmn_node *p = m->processes[i];
		if (!p->executable)
			continue;
		if (!first)
			first = p->element;
		if (!is_called(m, p))
			return p->element;
	}
	return first;
}

size_t bpmn_model_entries(const struct bpmn_model *m, const struct bpmn_entry **out)
{
	*out = m->entries;
	return m->entry_count;
}

size_t bpmn_model_needs(const struct bpmn_model *m, const struct bpmn_need **out)
{
	*out = m->needs;
	return m->need_count;
}
