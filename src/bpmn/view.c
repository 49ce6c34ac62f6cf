/* bpmn/view.c - what the shell and the desk may see of a state. */
#include "bpmn/state.h"

enum bpmn_outcome bpmn_state_outcome(const struct bpmn_state *s)
{
	return s->outcome;
}

bool bpmn_state_suspended(const struct bpmn_state *s)
{
	return s->suspended;
}

static uint64_t own_wait(const struct bpmn_token *t)
{
	for (const struct bpmn_wait *w = t->waits; w; w = w->next)
		if (w->node == t->node && (w->kind == BPMN_WAIT_TASK || w->kind == BPMN_WAIT_JOB))
			return w->id;
	return 0;
}

size_t bpmn_state_tokens(
        struct arena *a, const struct bpmn_state *s, const struct bpmn_token_view **out)
{
	struct bpmn_token_view *list = ARENA_ARRAY(a, s->token_count, struct bpmn_token_view);
	size_t count = 0;
	for (size_t i = 0; i < s->token_count; i++) {
		const struct bpmn_token *t = s->tokens[i];
		if (t->stage == BPMN_STAGE_SPENT)
			continue;
		list[count++] = (struct bpmn_token_view){.token = t->id,
		        .scope = t->scope->id,
		        .wait = own_wait(t),
		        .element = t->node->element,
		        .incident = t->incident,
		        .message = t->message};
	}
	*out = list;
	return count;
}

size_t bpmn_state_waits(
        struct arena *a, const struct bpmn_state *s, const struct bpmn_wait_view **out)
{
	struct bpmn_wait_view *list = ARENA_ARRAY(a, s->wait_count, struct bpmn_wait_view);
	for (size_t i = 0; i < s->wait_count; i++) {
		const struct bpmn_wait *w = s->waits[i];
		list[i] = (struct bpmn_wait_view){.kind = w->kind,
		        .wait = w->id,
		        .token = w->token ? w->token->id : 0,
		        .scope = w->scope->id,
		        .element = w->node->element,
		        .name = w->name,
		        .key = w->key,
		        .at_ms = w->at_ms};
	}
	*out = list;
	return s->wait_count;
}

/* Names that begin with a control character are the engine's own. */
struct feel_value bpmn_state_variables(struct arena *a, const struct bpmn_state *s, uint64_t scope)
{
	const struct bpmn_scope *sc = scope ? bpmn_scope_by_id(s, scope) : bpmn_state_root(s);
	struct feel_context_builder b = feel_context_begin(a);
	for (size_t i = 0; sc && i < sc->vars.context.count; i++) {
		const struct feel_entry *entry = &sc->vars.context.entries[i];
		if (entry->name.len && (unsigned char)entry->name.ptr[0] >= ' ')
			feel_context_set(&b, entry->name, entry->value);
	}
	return feel_context_end(&b);
}

enum bpmn_status bpmn_public_status(const struct bpmn_state *s)
{
	enum bpmn_status strongest = BPMN_STATUS_NONE;
	if (s->outcome != BPMN_LIVE)
		return BPMN_STATUS_COMPLETED;
	for (size_t i = 0; i < s->token_count; i++)
		if (s->tokens[i]->node->status > strongest)
			strongest = s->tokens[i]->node->status;
	return strongest;
}
