/* bpmn/flows.c - which outgoing flows a token takes (BPMN 13.3.1, 13.4). */
#include "bpmn/run.h"

struct choice {
	const struct bpmn_flow **flows;
	size_t count;
	bool failed; /* an expression broke; the token has an incident */
};

/* Complex gateways know two names more. */
static const struct feel_env *env_of(struct bpmn_run *r, struct bpmn_token *t, bool start)
{
	const struct feel_env *env = bpmn_env(r, t);
	if (t->node->kind != BPMN_COMPLEX)
		return env;
	struct feel_context_builder b = feel_context_begin(r->arena);
	feel_context_set(&b, TEXT("waitingForStart"), feel_bool(start));
	struct feel_env *out = ARENA_NEW(r->arena, struct feel_env);
	*out = (struct feel_env){env, feel_context_end(&b)};
	return out;
}

static bool holds(struct bpmn_run *r, struct bpmn_token *t, const struct bpmn_flow *f,
        const struct feel_env *env, struct choice *c)
{
	struct feel_value v;
	if (!bpmn_eval(r, f->condition, env, t->node, &v)) {
		c->failed = true;
		bpmn_incident_error(r, t, "expression");
	}
	return feel_is_true(v);
}

static void add(struct choice *c, const struct bpmn_flow *f)
{
	c->flows[c->count++] = f;
}

static void choose_one(struct bpmn_run *r, struct bpmn_token *t, struct choice *c)
{
	const struct bpmn_node *n = t->node;
	const struct feel_env *env = bpmn_env(r, t);
	for (size_t i = 0; i < n->outgoing_count && !c->failed; i++) {
		const struct bpmn_flow *f = n->outgoing[i];
		if (f == n->default_flow || (f->has_condition && !holds(r, t, f, env, c)))
			continue;
		add(c, f);
		return;
	}
	if (n->default_flow && !c->failed)
		add(c, n->default_flow);
}

static void choose_all(struct bpmn_token *t, struct choice *c)
{
	for (size_t i = 0; i < t->node->outgoing_count; i++)
		add(c, t->node->outgoing[i]);
}

/* Unconditional flows always; conditional ones where they hold; the default where no
 * condition holds. */
static void choose_true(struct bpmn_run *r, struct bpmn_token *t, struct choice *c)
{
	const struct bpmn_node *n = t->node;
	const struct feel_env *env = env_of(r, t, true);
	bool any = false;
	for (size_t i = 0; i < n->outgoing_count && !c->failed; i++) {
		const struct bpmn_flow *f = n->outgoing[i];
		if (f == n->default_flow)
			continue;
		bool taken = !f->has_condition || holds(r, t, f, env, c);
		any |= taken && f->has_condition;
		if (taken)
			add(c, f);
	}
	if (n->default_flow && !any && !c->failed)
		add(c, n->default_flow);
}

static void arrive(struct bpmn_run *r, struct bpmn_token *t, const struct bpmn_flow *f)
{
	struct bpmn_effect *effect = bpmn_emit_token(r, BPMN_TOOK, t);
	effect->element = f->element;
	t->node = f->target;
	t->flow = f;
	t->vars = (struct bpmn_vars){0};
	bpmn_ready(r, t);
}

/* The token itself goes by the first flow, new ones by the others. */
static void move(struct bpmn_run *r, struct bpmn_token *t, const struct choice *c)
{
	const struct bpmn_node *from = t->node;
	(void)bpmn_emit_token(r, BPMN_LEFT, t);
	arrive(r, t, c->flows[0]);
	for (size_t i = 0; i < c->count; i++) {
		for (int64_t q = i == 0; q < from->completion_quantity; q++) {
			struct bpmn_token *more = bpmn_spawn(r, t->scope, from);
			if (!more)
				return;
			arrive(r, more, c->flows[i]);
		}
	}
}

void bpmn_take_flows(struct bpmn_run *r, struct bpmn_token *t)
{
	const struct bpmn_node *n = t->node;
	struct bpmn_scope *scope = t->scope;
	if (scope->node->kind == BPMN_AD_HOC && bpmn_is_activity(n->kind) &&
	        bpmn_ad_hoc_activity_done(r, t))
		return;
	if (!n->outgoing_count) {
		(void)bpmn_emit_token(r, BPMN_LEFT, t);
		r->last_end = n;
		bpmn_token_end(r, t);
		return;
	}
	struct choice c = {0};
	c.flows = ARENA_ARRAY(r->arena, n->outgoing_count + 1, const struct bpmn_flow *);
	if (n->kind == BPMN_EXCLUSIVE)
		choose_one(r, t, &c);
	else if (n->kind == BPMN_PARALLEL)
		choose_all(t, &c);
	else
		choose_true(r, t, &c);
	if (c.failed)
		return;
	if (!c.count) {
		bpmn_incident(r, t, "no_flow",
		        "no condition of an outgoing sequence flow is true and there is no "
		        "default");
		return;
	}
	move(r, t, &c);
}

/* The second phase of a complex gateway: only flows whose condition asks for it. */
void bpmn_take_reset(struct bpmn_run *r, struct bpmn_scope *sc, const struct bpmn_node *n)
{
	for (size_t i = 0; i < n->outgoing_count; i++) {
		if (!n->outgoing[i]->tells_reset)
			continue;
		struct bpmn_token *t = bpmn_spawn(r, sc, n);
		if (!t)
			return;
		struct choice c = {0};
		if (holds(r, t, n->outgoing[i], env_of(r, t, false), &c)) {
			arrive(r, t, n->outgoing[i]);
		} else if (!c.failed) {
			t->dead = true;
			bpmn_token_unlink(t);
		}
	}
}
