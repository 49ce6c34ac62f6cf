/* bpmn/step.c - one command: copy the state, apply, run until nothing moves, sweep. */
#include "bpmn/run.h"

enum {
	STEP_ENTRIES = 10000,
	STEP_INSTANCES = 256,
	STEP_FEEL_STEPS = 1000000,
};

static void run_init(
        struct bpmn_run *r, const struct bpmn_host *host, int64_t now_ms, struct arena *a)
{
	r->arena = a;
	r->host = host;
	r->now_ms = now_ms;
	r->zone = host->zone ? host->zone : "Europe/Berlin";
	r->entries_max = host->budget.entries ? host->budget.entries : STEP_ENTRIES;
	r->instances_max = host->budget.instances ? host->budget.instances : STEP_INSTANCES;
	feel_run_init(&r->feel, a, now_ms);
	r->feel.zone = r->zone;
	r->feel.limits.steps = host->budget.feel_steps ? host->budget.feel_steps : STEP_FEEL_STEPS;
}

static enum err begin(struct bpmn_run *r, const struct bpmn_model *m,
        const struct bpmn_state *before, const struct bpmn_command *c, struct errinfo *e)
{
	if (!m->runnable)
		return fail(e, ERR_INVALID, "the model was read for drawing only");
	if (c->kind == BPMN_DO_START ? before != NULL : before == NULL)
		return fail(e, ERR_INVALID, before ? "the instance has started" : "no instance");
	r->s = before ? bpmn_state_copy(r->arena, before) : bpmn_state_new(r->arena, m);
	return OK;
}

enum err bpmn_step(const struct bpmn_model *m, const struct bpmn_state *before,
        const struct bpmn_command *c, const struct bpmn_host *host, int64_t now_ms, struct arena *a,
        struct bpmn_result *out, struct errinfo *e)
{
	static const struct bpmn_host nothing = {0};
	struct bpmn_run *r = ARENA_NEW(a, struct bpmn_run);
	run_init(r, host ? host : &nothing, now_ms, a);
	TRY(begin(r, m, before, c, e));
	TRY(bpmn_command_apply(r, c, e));
	if (!r->s->suspended)
		bpmn_settle(r);
	if (r->s->outcome == BPMN_LIVE)
		bpmn_refresh_dates(r);
	if (!r->s->suspended)
		bpmn_settle(r); /* conditions on what moved */
	bpmn_state_sweep(r->s);
	if (!r->over && r->s->token_count > BPMN_TOKENS_MAX) {
		r->over = true;
		(void)fail(&r->error, ERR_LIMIT, "more than %d tokens", BPMN_TOKENS_MAX);
	}
	if (r->over)
		return fail(e, r->error.code, "%s", r->error.message);
	*out = (struct bpmn_result){
	        .state = r->s, .effects = r->effects, .count = r->effect_count, .more = r->more};
	return OK;
}
