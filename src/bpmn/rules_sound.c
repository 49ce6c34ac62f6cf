/* bpmn/rules_sound.c - warnings about models that can be run but probably not meant: what no
 * token can reach, and joins that do not fit the split they belong to. */
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

/* The gateway where a path without other choices begins: back over nodes with one way in. */
static const struct bpmn_node *split_before(const struct bpmn_flow *f)
{
	const struct bpmn_node *n = f->source;
	for (int steps = 0; n && steps < 100; steps++) {
		if (n->outgoing_count > 1)
			return n;
		if (n->incoming_count != 1 || n->boundary_count)
			return NULL;
		n = n->incoming[0]->source;
	}
	return NULL;
}

static bool takes_one(const struct bpmn_node *n)
{
	return n->kind == BPMN_EXCLUSIVE || n->kind == BPMN_EVENT_BASED;
}

static void check_join(struct bpmn_reader *r, const struct bpmn_node *n)
{
	if (n->incoming_count < 2)
		return;
	const struct bpmn_node *split = split_before(n->incoming[0]);
	for (size_t i = 1; split && i < n->incoming_count; i++)
		if (split_before(n->incoming[i]) != split)
			split = NULL;
	if (!split)
		return;
	if (n->kind == BPMN_PARALLEL && takes_one(split))
		BPMN_FOUND(r, "no_synchronisation", n, split->id, TEXT_NONE);
	if (n->kind == BPMN_EXCLUSIVE && split->kind == BPMN_PARALLEL)
		BPMN_FOUND(r, "merge_of_parallel", n, split->id, TEXT_NONE);
}

void bpmn_check_soundness(struct bpmn_reader *r)
{
	for (size_t i = 0; i < r->model->node_count; i++) {
		const struct bpmn_node *n = r->model->nodes[i];
		if (!n->executable)
			continue;
		if (bpmn_is_container(n->kind))
			check_reached(r, n);
		if (bpmn_is_gateway(n->kind))
			check_join(r, n);
	}
}
