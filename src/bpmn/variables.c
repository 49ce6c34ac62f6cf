/* bpmn/variables.c - names in force at a token, and assignments by the rule of the house:
 * the nearest enclosing scope that defines the name, else the root of the process. */
#include "bpmn/run.h"

static const struct feel_env *env_outside(struct bpmn_run *r, struct bpmn_scope *sc)
{
	if (sc->kind == BPMN_SCOPE_ROOT)
		return r->host->names;
	if (sc->kind == BPMN_SCOPE_CALL)
		return r->host->called_names;
	return sc->owner ? bpmn_env(r, sc->owner) : bpmn_env_scope(r, sc->parent);
}

const struct feel_env *bpmn_env_scope(struct bpmn_run *r, struct bpmn_scope *sc)
{
	if (!sc->env_made) {
		sc->env = (struct feel_env){env_outside(r, sc), feel_context_of(&sc->vars.context)};
		sc->env_made = true;
	}
	return &sc->env;
}

const struct feel_env *bpmn_env(struct bpmn_run *r, struct bpmn_token *t)
{
	const struct feel_env *outer = bpmn_env_scope(r, t->scope);
	if (!t->vars.context.count)
		return outer;
	struct feel_env *env = ARENA_NEW(r->arena, struct feel_env);
	*env = (struct feel_env){outer, feel_context_of(&t->vars.context)};
	return env;
}

bool bpmn_eval(struct bpmn_run *r, const struct feel_expr *x, const struct feel_env *env,
        const struct bpmn_node *at, struct feel_value *out)
{
	*out = feel_null();
	r->feel.diagnostics.count = r->feel.diagnostics.errors = r->feel.diagnostics.dropped = 0;
	r->feel.element = at->id;
	r->feel.depth_used = 0;
	return !x || feel_eval(x, &r->feel, env, out, &r->error) == OK;
}

struct text bpmn_why_null(struct bpmn_run *r)
{
	if (!r->feel.diagnostics.count)
		return TEXT("no value");
	return feel_diagnostic_text(r->arena, &r->feel.diagnostics.items[0]);
}

static void set(struct bpmn_run *r, struct bpmn_vars *v, struct bpmn_scope *sc, struct text name,
        struct feel_value value)
{
	bpmn_vars_set(r->arena, v, name, value);
	struct bpmn_effect *f = bpmn_emit(r, BPMN_VARIABLE_SET);
	f->scope = sc->id;
	f->name = text_copy(r->arena, name);
	f->value = value;
	r->vars_changed = true;
}

void bpmn_assign(struct bpmn_run *r, struct bpmn_token *t, struct bpmn_scope *sc, struct text name,
        struct feel_value v)
{
	for (;;) {
		if (t && bpmn_vars_get(&t->vars, name)) {
			set(r, &t->vars, t->scope, name, v);
			return;
		}
		if (t)
			sc = t->scope;
		bool closed = sc->kind == BPMN_SCOPE_ROOT || sc->kind == BPMN_SCOPE_CALL;
		if (closed || bpmn_vars_get(&sc->vars, name)) {
			set(r, &sc->vars, sc, name, v);
			return;
		}
		t = sc->owner;
		sc = sc->parent;
	}
}

void bpmn_merge(
        struct bpmn_run *r, struct bpmn_token *t, struct bpmn_scope *sc, struct feel_value context)
{
	for (size_t i = 0; context.kind == FEEL_CONTEXT && i < context.context->count; i++)
		bpmn_assign(r, t, sc, context.context->entries[i].name,
		        context.context->entries[i].value);
}

void bpmn_result(struct bpmn_run *r, struct bpmn_token *t, struct bpmn_scope *sc,
        const struct bpmn_node *n, struct feel_value v)
{
	if (n->result.len)
		bpmn_assign(r, t, sc, n->result, v);
	else
		bpmn_merge(r, t, sc, v);
}
