/* bpmn/run.c - the agenda: tokens move until nothing moves any more. */
#include "bpmn/run.h"

struct bpmn_effect *bpmn_emit(struct bpmn_run *r, enum bpmn_effect_kind kind)
{
	struct bpmn_effect *f = ARENA_PUSH(r->arena, r->effects, r->effect_count, r->effect_cap);
	f->kind = kind;
	f->at_ms = BPMN_NEVER;
	return f;
}

struct bpmn_effect *bpmn_emit_token(
        struct bpmn_run *r, enum bpmn_effect_kind kind, const struct bpmn_token *t)
{
	struct bpmn_effect *f = bpmn_emit(r, kind);
	f->token = t->id;
	f->scope = t->scope->id;
	f->element = t->node->element;
	return f;
}

static void enqueue(struct bpmn_run *r, struct bpmn_token *t)
{
	if (t->queued)
		return;
	t->queued = true;
	*ARENA_PUSH(r->arena, r->agenda, r->agenda_count, r->agenda_cap) = t;
}

void bpmn_ready(struct bpmn_run *r, struct bpmn_token *t)
{
	t->stage = BPMN_STAGE_READY;
	enqueue(r, t);
}

void bpmn_done(struct bpmn_run *r, struct bpmn_token *t)
{
	t->stage = BPMN_STAGE_LEAVING;
	enqueue(r, t);
}

void bpmn_look_again(struct bpmn_run *r, struct bpmn_token *t)
{
	enqueue(r, t);
}

bool bpmn_is_instance(const struct bpmn_token *t)
{
	return t->scope->kind == BPMN_SCOPE_LOOP;
}

struct bpmn_token *bpmn_spawn(
        struct bpmn_run *r, struct bpmn_scope *scope, const struct bpmn_node *n)
{
	/* Dead tokens stay in the array until the step ends; the rest is checked then. */
	if (r->s->token_count >= 2 * (size_t)BPMN_TOKENS_MAX && !r->over) {
		r->over = true;
		(void)fail(&r->error, ERR_LIMIT, "more than %d tokens", BPMN_TOKENS_MAX);
	}
	return r->over ? NULL : bpmn_token_add(r->s, scope, n);
}

static void enter(struct bpmn_run *r, struct bpmn_token *t)
{
	if (++r->entries > r->entries_max) {
		bpmn_incident(r, t, "endless", "more than %u elements entered without a wait",
		        r->entries_max);
		return;
	}
	(void)bpmn_emit_token(r, BPMN_ENTERED, t);
	if (!bpmn_is_activity(t->node->kind))
		bpmn_row(t->node->kind)->enter(r, t);
	else if (bpmn_is_instance(t))
		bpmn_activity_body(r, t);
	else
		bpmn_activity_enter(r, t);
}

static void leave(struct bpmn_run *r, struct bpmn_token *t)
{
	const struct bpmn_kind_row *row = bpmn_row(t->node->kind);
	if (bpmn_is_instance(t))
		bpmn_loop_instance_done(r, t);
	else if (bpmn_is_activity(t->node->kind))
		bpmn_activity_leave(r, t);
	else if (row->leave)
		row->leave(r, t);
	else
		bpmn_take_flows(r, t);
}

static struct bpmn_token *agenda_next(struct bpmn_run *r)
{
	while (r->agenda_head < r->agenda_count) {
		struct bpmn_token *t = r->agenda[r->agenda_head++];
		t->queued = false;
		if (!t->dead && !t->incident.len)
			return t;
	}
	r->agenda_head = r->agenda_count = 0;
	return NULL;
}

void bpmn_settle(struct bpmn_run *r)
{
	while (!r->over) {
		if (r->vars_changed) {
			r->vars_changed = false;
			bpmn_check_conditions(r);
			continue;
		}
		struct bpmn_token *t = agenda_next(r);
		if (!t) {
			if (bpmn_joins_move(r))
				continue;
			break;
		}
		if (t->stage == BPMN_STAGE_READY)
			enter(r, t);
		else if (t->stage == BPMN_STAGE_LEAVING)
			leave(r, t);
		else if (t->stage == BPMN_STAGE_JOINING)
			bpmn_row(t->node->kind)->enter(r, t);
	}
}
