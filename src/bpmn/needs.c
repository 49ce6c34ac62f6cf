/* bpmn/needs.c - what can start a model, and what it needs from its package. */
#include "bpmn/model.h"

static void entry_add(struct bpmn_reader *r, const struct bpmn_node *n, enum bpmn_trigger trigger,
        struct text name)
{
	struct bpmn_model *m = r->model;
	struct bpmn_entry *entry = ARENA_PUSH(m->arena, m->entries, m->entry_count, m->entry_cap);
	entry->process = n->process->element;
	entry->element = n->element;
	entry->trigger = trigger;
	entry->name = name;
}

/* A node that can be the first of an instance. */
static void entry_of(struct bpmn_reader *r, const struct bpmn_node *n)
{
	if (n->kind == BPMN_START_EVENT && !n->event_count)
		entry_add(r, n, BPMN_ON_NONE, TEXT_NONE);
	for (size_t i = 0; n->kind == BPMN_START_EVENT && i < n->event_count; i++)
		entry_add(r, n, n->events[i].trigger, n->events[i].name);
	if (n->kind == BPMN_RECEIVE_TASK && n->instantiates)
		entry_add(r, n, BPMN_ON_MESSAGE, n->message);
	if (n->kind != BPMN_EVENT_BASED || !n->instantiates)
		return;
	for (size_t i = 0; i < n->outgoing_count; i++) {
		const struct bpmn_node *t = n->outgoing[i]->target;
		for (size_t k = 0; k < t->event_count; k++)
			entry_add(r, t, t->events[k].trigger, t->events[k].name);
		if (t->kind == BPMN_RECEIVE_TASK)
			entry_add(r, t, BPMN_ON_MESSAGE, t->message);
	}
}

void bpmn_list_entries(struct bpmn_reader *r)
{
	const struct bpmn_model *m = r->model;
	for (size_t i = 0; i < m->process_count; i++)
		for (size_t k = 0; m->processes[i]->executable && k < m->processes[i]->child_count;
		        k++)
			entry_of(r, m->processes[i]->children[k]);
}

static void need_add(struct bpmn_reader *r, enum bpmn_need_kind kind, struct text name,
        const struct bpmn_element *element)
{
	struct bpmn_model *m = r->model;
	if (!name.len)
		return;
	for (size_t i = 0; i < m->need_count; i++)
		if (m->needs[i].kind == kind && text_eq(m->needs[i].name, name) &&
		        m->needs[i].element == element)
			return;
	struct bpmn_need *need = ARENA_PUSH(m->arena, m->needs, m->need_count, m->need_cap);
	need->kind = kind;
	need->name = name;
	need->element = element;
}

static void deadlines_of(
        struct bpmn_reader *r, const struct feel_expr *x, const struct bpmn_element *element)
{
	const struct feel_read *reads;
	size_t count = x ? feel_expr_reads(x, &reads) : 0;
	for (size_t i = 0; i < count; i++)
		if (text_starts(reads[i].path, TEXT("deadline.")))
			need_add(r, BPMN_NEEDS_DEADLINE,
			        text_part(reads[i].path, sizeof "deadline." - 1, reads[i].path.len),
			        element);
}

static void needs_of(struct bpmn_reader *r, const struct bpmn_node *n)
{
	const struct bpmn_element *el = n->element;
	need_add(r, BPMN_NEEDS_DECISION, n->decision, el);
	need_add(r, BPMN_NEEDS_CONNECTOR, n->connector, el);
	need_add(r, BPMN_NEEDS_LETTER, bpmn_attribute(el, "letter"), el);
	need_add(r, BPMN_NEEDS_ROLE, bpmn_attribute(el, "role"), el);
	need_add(r, BPMN_NEEDS_FORM, bpmn_attribute(el, "form"), el);
	if (n->kind == BPMN_CALL_ACTIVITY && !n->called_here)
		need_add(r, BPMN_NEEDS_PROCESS, n->called, el);
	deadlines_of(r, n->due, el);
	deadlines_of(r, n->params, el);
	deadlines_of(r, n->input, el);
	for (size_t i = 0; i < n->event_count; i++)
		deadlines_of(r, n->events[i].time, el);
}

void bpmn_list_needs(struct bpmn_reader *r)
{
	for (size_t i = 0; i < r->model->node_count; i++)
		if (r->model->nodes[i]->executable)
			needs_of(r, r->model->nodes[i]);
	for (size_t i = 0; i < r->model->flow_count; i++)
		deadlines_of(r, r->model->flows[i]->condition, r->model->flows[i]->element);
}
