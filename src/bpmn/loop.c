/* bpmn/loop.c - standard loops and multi-instance (BPMN 10.3.8, 13.2.6, 13.2.7).
 *
 * The token of the activity stays and owns a scope; each instance is a token of its own in
 * that scope, with its loop counter and item as variables of the token. What the loop has to
 * remember stands in the scope under names no expression can write. */
#include "bpmn/run.h"

#define LOOP_ITEMS TEXT("\x01items")

static const struct text counter_name = {"loopCounter", sizeof "loopCounter" - 1};

static void outcome_push(struct bpmn_run *r, struct bpmn_scope *loop, struct bpmn_token *t)
{
	const struct bpmn_loop *l = loop->node->loop;
	const struct feel_value *at = bpmn_vars_get(&t->vars, counter_name);
	const struct feel_value *v = bpmn_vars_get(&t->vars, l->output_item);
	if (!l->output_collection.len || !at)
		return;
	struct text number = dec_text(r->arena, at->number);
	struct feel_entry *entries = (struct feel_entry *)(uintptr_t)loop->vars.context.entries;
	struct feel_entry *entry =
	        ARENA_PUSH(r->arena, entries, loop->vars.context.count, loop->vars.cap);
	entry->name = text_format(r->arena, "\x02%.*s", TEXT_ARG(number));
	entry->value = v ? *v : feel_null();
	loop->vars.context.entries = entries;
}

/* The collected outputs in the order of the instances. */
static struct feel_value outcome_list(struct bpmn_run *r, const struct bpmn_scope *loop)
{
	struct feel_value *items = ARENA_ARRAY(r->arena, loop->total, struct feel_value);
	for (size_t i = 0; i < loop->vars.context.count; i++) {
		const struct feel_entry *entry = &loop->vars.context.entries[i];
		int64_t at;
		if (entry->name.len > 1 && entry->name.ptr[0] == 2 &&
		        text_int(text_part(entry->name, 1, entry->name.len), &at) && at >= 1 &&
		        (uint64_t)at <= loop->total)
			items[at - 1] = entry->value;
	}
	return feel_list(items, loop->total);
}

static void finish(struct bpmn_run *r, struct bpmn_scope *loop)
{
	struct bpmn_token *owner = loop->owner;
	const struct bpmn_loop *l = loop->node->loop;
	struct feel_value outputs = feel_null();
	if (l->output_collection.len)
		outputs = outcome_list(r, loop);
	bpmn_scope_close(r, loop);
	if (l->output_collection.len)
		bpmn_assign(r, NULL, owner->scope, l->output_collection, outputs);
	bpmn_done(r, owner);
}

static void instance_start(struct bpmn_run *r, struct bpmn_scope *loop)
{
	const struct bpmn_loop *l = loop->node->loop;
	struct bpmn_token *t = bpmn_spawn(r, loop, loop->node);
	if (!t)
		return;
	uint32_t at = loop->begun++;
	bpmn_vars_set(r->arena, &t->vars, counter_name, feel_int(at + 1));
	const struct feel_value *items = bpmn_vars_get(&loop->vars, LOOP_ITEMS);
	if (l->input_item.len && items && at < items->list.count)
		bpmn_vars_set(r->arena, &t->vars, l->input_item, items->list.items[at]);
	if (l->output_item.len && !text_eq(l->output_item, l->input_item))
		bpmn_vars_set(r->arena, &t->vars, l->output_item, feel_null());
	bpmn_ready(r, t);
}

void bpmn_loop_go_on(struct bpmn_run *r, struct bpmn_scope *loop)
{
	while (loop->begun < loop->total && !r->over) {
		if (r->instances >= r->instances_max) {
			r->more = true;
			return;
		}
		r->instances++;
		instance_start(r, loop);
	}
}

static bool count_of(
        struct bpmn_run *r, struct bpmn_token *t, struct feel_value *items, uint32_t *out)
{
	const struct bpmn_loop *l = t->node->loop;
	struct feel_value v;
	if (!bpmn_eval(r, l->collection ? l->collection : l->cardinality, bpmn_env(r, t), t->node,
	            &v)) {
		bpmn_incident_error(r, t, "expression");
		return false;
	}
	int64_t n = -1;
	if (l->collection) {
		if (v.kind != FEEL_LIST && !feel_is_null(v)) {
			struct feel_value *one = ARENA_NEW(r->arena, struct feel_value);
			*one = v;
			v = feel_list(one, 1);
		}
		n = v.kind == FEEL_LIST ? (int64_t)v.list.count : 0;
		*items = v.kind == FEEL_LIST ? v : feel_list(NULL, 0);
	} else if (v.kind != FEEL_NUMBER || !dec_to_int(v.number, &n)) {
		n = -1;
	}
	if (n < 0 || n > BPMN_TOKENS_MAX) {
		bpmn_incident(r, t, "loop", "the number of instances is not between 0 and %d",
		        BPMN_TOKENS_MAX);
		return false;
	}
	*out = (uint32_t)n;
	return true;
}

static void multi_enter(struct bpmn_run *r, struct bpmn_token *t)
{
	struct feel_value items = feel_null();
	uint32_t total = 0;
	if (!count_of(r, t, &items, &total))
		return;
	struct bpmn_scope *loop = bpmn_scope_add(r->s, BPMN_SCOPE_LOOP, t->scope, t, t->node);
	loop->total = total;
	if (!feel_is_null(items))
		bpmn_vars_set(r->arena, &loop->vars, LOOP_ITEMS, items);
	bpmn_vars_set(r->arena, &loop->vars, TEXT("numberOfInstances"), feel_int(total));
	if (!total)
		finish(r, loop);
	else if (t->node->loop->kind == BPMN_LOOP_SEQUENTIAL)
		instance_start(r, loop);
	else
		bpmn_loop_go_on(r, loop);
}

static bool goes_round(struct bpmn_run *r, struct bpmn_token *at, const struct bpmn_scope *loop,
        struct bpmn_token *blame, bool *out)
{
	const struct bpmn_loop *l = loop->node->loop;
	*out = l->maximum < 0 || loop->begun < l->maximum;
	if (!*out || !l->condition)
		return true;
	struct feel_value v;
	if (!bpmn_eval(r, l->condition, bpmn_env(r, at), loop->node, &v)) {
		bpmn_incident_error(r, blame, "expression");
		return false;
	}
	*out = feel_is_true(v);
	return true;
}

static void standard_enter(struct bpmn_run *r, struct bpmn_token *t)
{
	struct bpmn_scope *loop = bpmn_scope_add(r->s, BPMN_SCOPE_LOOP, t->scope, t, t->node);
	bpmn_vars_set(r->arena, &loop->vars, counter_name, feel_int(0));
	bool on = true;
	bool evaluated = !t->node->loop->test_before || goes_round(r, t, loop, t, &on);
	if (!evaluated) {
		bpmn_scope_close(r, loop);
		return;
	}
	if (on)
		instance_start(r, loop);
	else
		finish(r, loop);
}

void bpmn_loop_enter(struct bpmn_run *r, struct bpmn_token *t)
{
	t->stage = BPMN_STAGE_ACTIVE;
	if (t->node->loop->kind == BPMN_LOOP_STANDARD)
		standard_enter(r, t);
	else
		multi_enter(r, t);
}

/* Instance done -------------------------------------------------------------------------- */

static const struct feel_env *env_of(struct bpmn_run *r, struct bpmn_token *t)
{
	const struct bpmn_scope *loop = t->scope;
	struct feel_context_builder b = feel_context_begin(r->arena);
	feel_context_set(&b, TEXT("numberOfInstances"), feel_int(loop->total));
	feel_context_set(&b, TEXT("numberOfCompletedInstances"), feel_int(loop->done));
	feel_context_set(&b, TEXT("numberOfActiveInstances"), feel_int(loop->begun - loop->done));
	feel_context_set(&b, TEXT("numberOfTerminatedInstances"), feel_int(loop->terminated));
	struct feel_env *env = ARENA_NEW(r->arena, struct feel_env);
	*env = (struct feel_env){bpmn_env(r, t), feel_context_end(&b)};
	return env;
}

/* Throws what the behavior of the marker says; true: the other instances are withdrawn. */
static bool behave(struct bpmn_run *r, struct bpmn_token *t, const struct feel_env *env)
{
	const struct bpmn_loop *l = t->node->loop;
	struct bpmn_token *outer = t->scope->owner;
	if (l->behavior == BPMN_BEHAVIOR_NONE ||
	        (l->behavior == BPMN_BEHAVIOR_ONE && t->scope->done == 1))
		if (l->behavior_event)
			(void)bpmn_throw(r, outer, l->behavior_event);
	for (size_t i = 0; i < l->complex_count; i++) {
		struct feel_value v;
		if (!bpmn_eval(r, l->complex[i].condition, env, t->node, &v) || !feel_is_true(v))
			continue;
		if (l->complex[i].event.xml)
			(void)bpmn_throw(r, outer, &l->complex[i].event);
		return true;
	}
	return false;
}

static void multi_done(struct bpmn_run *r, struct bpmn_token *t)
{
	struct bpmn_scope *loop = t->scope;
	const struct bpmn_loop *l = loop->node->loop;
	struct feel_value complete;
	loop->done++; /* the condition counts the instance that just ended */
	if (!bpmn_eval(r, l->completion, env_of(r, t), t->node, &complete)) {
		loop->done--;
		bpmn_incident_error(r, t, "expression");
		return;
	}
	outcome_push(r, loop, t);
	bool enough = feel_is_true(complete);
	enough |= behave(r, t, env_of(r, t));
	if (loop->dead)
		return;
	(void)bpmn_emit_token(r, BPMN_LEFT, t);
	t->dead = true;
	bpmn_token_unlink(t);
	if (enough || loop->done >= loop->total) {
		loop->terminated = loop->begun - loop->done;
		finish(r, loop);
	} else if (l->kind == BPMN_LOOP_SEQUENTIAL) {
		instance_start(r, loop);
	}
}

static void standard_done(struct bpmn_run *r, struct bpmn_token *t)
{
	struct bpmn_scope *loop = t->scope;
	bool on;
	if (!goes_round(r, t, loop, t, &on))
		return;
	(void)bpmn_emit_token(r, BPMN_LEFT, t);
	t->dead = true;
	bpmn_token_unlink(t);
	if (on)
		instance_start(r, loop);
	else
		finish(r, loop);
}

void bpmn_loop_instance_done(struct bpmn_run *r, struct bpmn_token *t)
{
	if (!bpmn_activity_outputs(r, t))
		return;
	bpmn_close_waits(r, t->waits);
	if (t->node->loop->kind == BPMN_LOOP_STANDARD)
		standard_done(r, t);
	else
		multi_done(r, t);
}
