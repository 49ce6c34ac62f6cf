/* bpmn/joins.c - which nodes can still send a token to an inclusive or complex gateway.
 *
 * BPMN 13.4.3: a token elsewhere in the scope holds the gateway back when a path leads from
 * it to an incoming flow without token, not through the gateway, and none to an incoming
 * flow that has one. Sub-processes count as the one node that stands in the scope. */
#include "bpmn/model.h"

enum { JOIN_WORK_MAX = 50 * 1000 * 1000 }; /* visits; keeps hostile models from hanging */

struct walk {
	const struct bpmn_node *scope, *gateway;
	uint64_t *row;
	const struct bpmn_node **stack;
	size_t depth;
	size_t *work;
};

static void visit(struct walk *w, const struct bpmn_node *n)
{
	++*w->work;
	if (!n || n == w->gateway || n->parent != w->scope)
		return;
	uint64_t bit = UINT64_C(1) << (n->index % 64);
	if (w->row[n->index / 64] & bit)
		return;
	w->row[n->index / 64] |= bit;
	w->stack[w->depth++] = n;
}

static void visit_links(struct walk *w, const struct bpmn_node *target)
{
	if (target->kind != BPMN_CATCH_EVENT || target->element->trigger != BPMN_ON_LINK)
		return;
	for (size_t i = 0; i < w->scope->child_count; i++) {
		const struct bpmn_node *n = w->scope->children[i];
		for (size_t k = 0; n->kind == BPMN_THROW_EVENT && k < n->event_count; k++)
			if (n->events[k].link == target)
				visit(w, n);
	}
}

static void fill_row(struct walk *w, const struct bpmn_node *from)
{
	visit(w, from);
	while (w->depth) {
		const struct bpmn_node *n = w->stack[--w->depth];
		for (size_t i = 0; i < n->incoming_count; i++)
			visit(w, n->incoming[i]->source);
		visit(w, n->attached);
		visit_links(w, n);
	}
}

static void join_compile(struct bpmn_reader *r, struct bpmn_node *n, size_t *work)
{
	struct arena *a = r->arena;
	size_t words = n->parent->child_count / 64 + 1;
	uint64_t *bits = ARENA_ARRAY(a, words * n->incoming_count, uint64_t);
	struct walk w = {.scope = n->parent, .gateway = n, .work = work};
	w.stack = ARENA_ARRAY(a, n->parent->child_count + 1, const struct bpmn_node *);
	for (size_t i = 0; i < n->incoming_count && *work < JOIN_WORK_MAX; i++) {
		w.row = bits + i * words;
		fill_row(&w, n->incoming[i]->source);
	}
	n->reach = (struct bpmn_reach){.words = words, .bits = bits};
	if (*work >= JOIN_WORK_MAX)
		BPMN_FOUND(r, "joins_too_large", n, TEXT_NONE, TEXT_NONE);
}

void bpmn_compile_joins(struct bpmn_reader *r)
{
	size_t work = 0;
	for (size_t i = 0; i < r->model->node_count && work < JOIN_WORK_MAX; i++) {
		struct bpmn_node *n = r->model->nodes[i];
		if ((n->kind == BPMN_INCLUSIVE || n->kind == BPMN_COMPLEX) && n->executable)
			join_compile(r, n, &work);
	}
}
