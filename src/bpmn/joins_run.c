/* bpmn/joins_run.c - inclusive and complex joins, derived from the tokens that live.
 *
 * Looked at whenever nothing else moves, so after every move, interruption or incident. */
#include "bpmn/run.h"

static bool joins_later(const struct bpmn_token *t)
{
	return !t->dead && ((t->node->kind == BPMN_INCLUSIVE && t->stage == BPMN_STAGE_JOINING) ||
	                           (t->node->kind == BPMN_COMPLEX && t->stage == BPMN_STAGE_SPENT));
}

static bool reaches(const struct bpmn_reach *reach, size_t row, uint32_t index)
{
	return reach->bits[row * reach->words + index / 64] >> (index % 64) & 1;
}

/* BPMN 13.4.3: can `t` still come by a flow that has no token, and by none that has one? */
static bool holds_back(const struct bpmn_token *t, const struct bpmn_node *join, const bool *filled)
{
	if (t->node == join || t->node->parent != join->parent || t->stage == BPMN_STAGE_SPENT)
		return false;
	bool empty = false;
	for (size_t i = 0; i < join->incoming_count; i++) {
		if (!reaches(&join->reach, i, t->node->index))
			continue;
		if (filled[i])
			return false;
		empty = true;
	}
	return empty;
}

static bool is_held(const struct bpmn_scope *sc, const struct bpmn_node *join, const bool *filled)
{
	for (const struct bpmn_token *t = sc->first; t; t = t->next)
		if (holds_back(t, join, filled))
			return true;
	return false;
}

static size_t flow_index(const struct bpmn_node *join, const struct bpmn_flow *f)
{
	for (size_t i = 0; i < join->incoming_count; i++)
		if (join->incoming[i] == f)
			return i;
	return SIZE_MAX;
}

static void remove_token(struct bpmn_token *t)
{
	t->dead = true;
	bpmn_token_unlink(t);
}

/* The first token of each flow in one stage; true in `filled` where there is one. */
static struct bpmn_token **heads(struct bpmn_run *r, struct bpmn_scope *sc,
        const struct bpmn_node *join, enum bpmn_stage stage, bool *filled)
{
	struct bpmn_token **out = ARENA_ARRAY(r->arena, join->incoming_count, struct bpmn_token *);
	for (struct bpmn_token *t = sc->first; t; t = t->next) {
		if (t->node != join || t->stage != stage)
			continue;
		size_t i = flow_index(join, t->flow);
		if (i == SIZE_MAX || out[i])
			continue;
		out[i] = t;
		filled[i] = true;
	}
	return out;
}

static bool inclusive_move(struct bpmn_run *r, struct bpmn_scope *sc, const struct bpmn_node *join)
{
	bool *filled = ARENA_ARRAY(r->arena, join->incoming_count, bool);
	struct bpmn_token **first = heads(r, sc, join, BPMN_STAGE_JOINING, filled);
	if (is_held(sc, join, filled))
		return false;
	struct bpmn_token *through = NULL;
	for (size_t i = 0; i < join->incoming_count; i++) {
		if (!first[i])
			continue;
		if (through)
			remove_token(first[i]);
		else
			through = first[i];
	}
	if (!through)
		return false;
	bpmn_done(r, through);
	return true;
}

/* The round is over: late tokens of flows not used yet are consumed, a new round begins. */
static bool complex_reset(struct bpmn_run *r, struct bpmn_scope *sc, const struct bpmn_node *join)
{
	bool *spent = ARENA_ARRAY(r->arena, join->incoming_count, bool);
	(void)heads(r, sc, join, BPMN_STAGE_SPENT, spent);
	bool *filled = ARENA_ARRAY(r->arena, join->incoming_count, bool);
	struct bpmn_token **late = heads(r, sc, join, BPMN_STAGE_JOINING, filled);
	for (size_t i = 0; i < join->incoming_count; i++)
		filled[i] |= spent[i];
	if (is_held(sc, join, filled))
		return false;
	for (size_t i = 0; i < join->incoming_count; i++)
		if (late[i] && !spent[i])
			remove_token(late[i]);
	for (struct bpmn_token *t = sc->first, *next; t; t = next) {
		next = t->next;
		if (t->node == join && t->stage == BPMN_STAGE_SPENT)
			remove_token(t);
	}
	bpmn_take_reset(r, sc, join);
	for (struct bpmn_token *t = sc->first; t; t = t->next)
		if (t->node == join && t->stage == BPMN_STAGE_JOINING) {
			bpmn_look_again(r, t);
			break;
		}
	bpmn_scope_check(r, sc);
	return true;
}

bool bpmn_joins_move(struct bpmn_run *r)
{
	for (size_t i = 0; i < r->s->token_count; i++) {
		struct bpmn_token *t = r->s->tokens[i];
		if (!joins_later(t))
			continue;
		bool moved = t->node->kind == BPMN_INCLUSIVE ? inclusive_move(r, t->scope, t->node)
		                                             : complex_reset(r, t->scope, t->node);
		if (moved)
			return true;
	}
	return false;
}
