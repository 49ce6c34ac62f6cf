/* bpmn/rules_sound.c - warnings about models that can be run but probably not meant: what no
 * token can reach, and (rules_marking.c) joins that can wait for ever. */
#include "bpmn/model.h"

struct marks {
	const struct bpmn_node *scope;
	bool *seen;
	const struct bpmn_node **stack;
	size_t depth;
};

static void push(struct marks *k, const struct bpmn_node *n)
{
	if (!n || n->parent != k->scope || k->seen[n->index])
		return;
	k->seen[n->index] = true;
	k->stack[k->depth++] = n;
}

static bool begins(const struct bpmn_node *n)
{
	return !n->incoming_count && n->kind != BPMN_BOUNDARY_EVENT && !n->for_compensation &&
	       !(n->kind == BPMN_CATCH_EVENT && n->element->trigger == BPMN_ON_LINK);
}

static void spread(struct marks *k)
{
	while (k->depth) {
		const struct bpmn_node *n = k->stack[--k->depth];
		for (size_t i = 0; i < n->outgoing_count; i++)
			push(k, n->outgoing[i]->target);
		for (size_t i = 0; i < n->boundary_count; i++)
			push(k, n->boundary[i]);
		for (size_t i = 0; i < n->event_count; i++)
			push(k, n->events[i].link);
	}
}

static void check_reached(struct bpmn_reader *r, const struct bpmn_node *scope)
{
	struct marks k = {scope, ARENA_ARRAY(r->arena, scope->child_count + 1, bool),
	        ARENA_ARRAY(r->arena, scope->child_count + 1, const struct bpmn_node *), 0};
	for (size_t i = 0; i < scope->child_count; i++)
		if (begins(scope->children[i]))
			push(&k, scope->children[i]);
	spread(&k);
	for (size_t i = 0; i < scope->child_count; i++) {
		const struct bpmn_node *n = scope->children[i];
		if (!k.seen[i] && !n->for_compensation)
			BPMN_FOUND(r, "unreachable", n, TEXT_NONE, TEXT_NONE);
	}
}

void bpmn_check_soundness(struct bpmn_reader *r)
{
	for (size_t i = 0; i < r->model->node_count; i++) {
		const struct bpmn_node *n = r->model->nodes[i];
		if (!n->executable)
			continue;
		if (!bpmn_is_container(n->kind))
			continue;
		check_reached(r, n);
		bpmn_check_markings(r, n);
	}
}
