/* One step of a case's process inside one command. */
#include "casework/casework_int.h"

enum { REASONS_MAX = 20 };

static enum err decide(void *data, struct text decision, const struct feel_env *env,
        struct feel_run *run, struct feel_value *out, struct feel_value *trace, struct errinfo *e);
static enum err resolve(void *data, struct text called, const struct bpmn_model **model,
        struct text *process, struct errinfo *e);

/* A variable nobody has set yet is null, not unknown: names of results are known from the
 * model (docs/process-contract.md). */
static struct feel_value with_results(
        struct arena *a, const struct bpmn_model *m, struct feel_value names)
{
	const struct bpmn_element *const *list;
	struct feel_context_builder b = feel_context_begin(a);
	size_t count = bpmn_model_elements(m, &list);
	for (size_t i = 0; i < count; i++) {
		struct text result = bpmn_attribute(list[i], "result");
		if (result.len)
			feel_context_set(&b, result, feel_null());
	}
	for (size_t i = 0; i < names.context->count; i++)
		feel_context_set(
		        &b, names.context->entries[i].name, names.context->entries[i].value);
	return feel_context_end(&b);
}

enum err host_build(
        struct arena *a, const struct names_facts *f, struct host *out, struct errinfo *e)
{
	struct feel_value names;
	TRY(names_build(a, f, &names, e));
	names = with_results(a, f->adoption->service->model, names);
	static const char *const called[] = {"case", "applicant", "today", "now", "place"};
	struct feel_context_builder b = feel_context_begin(a);
	for (size_t i = 0; i < sizeof called / sizeof *called; i++) {
		struct text name = text_from(called[i]);
		feel_context_set(&b, name, feel_context_get(names, name));
	}
	out->names = (struct feel_env){.context = names};
	out->called = (struct feel_env){.context = feel_context_end(&b)};
	out->adoption = f->adoption;
	out->a = a;
	out->now_ms = f->now.ms;
	out->bpmn = (struct bpmn_host){
	        .data = out,
	        .names = &out->names,
	        .called_names = &out->called,
	        .zone = "Europe/Berlin",
	        .decide = decide,
	        .resolve = resolve,
	};
	return OK;
}

/* Which rules led to the result, for the record and the reasons of a notice. */
static struct feel_value trace_value(struct arena *a, const struct dmn_trace *t)
{
	struct feel_list_builder steps = feel_list_begin(a);
	for (size_t i = 0; i < t->count; i++) {
		const struct dmn_trace_step *s = &t->steps[i];
		struct feel_context_builder b = feel_context_begin(a);
		struct feel_list_builder rules = feel_list_begin(a);
		feel_context_set(&b, TEXT("name"), feel_string(s->name));
		feel_context_set(&b, TEXT("value"), s->value);
		for (size_t k = 0; k < s->rule_count; k++)
			feel_list_add(&rules, feel_int((int64_t)s->rules[k].index));
		if (s->is_table)
			feel_context_set(&b, TEXT("rules"), feel_list_end(&rules));
		feel_list_add(&steps, feel_context_end(&b));
	}
	return feel_list_end(&steps);
}

/* Why a decision came to null, for whoever looks into it. */
static struct feel_value reasons(struct arena *a, const struct feel_run *run)
{
	struct feel_list_builder list = feel_list_begin(a);
	for (size_t i = 0; i < run->diagnostics.count && i < REASONS_MAX; i++)
		feel_list_add(
		        &list, feel_string(feel_diagnostic_text(a, &run->diagnostics.items[i])));
	return feel_list_end(&list);
}

/* The inputs a decision needs and nothing else: a variable that is called like a decision must
 * not replace it. */
static struct feel_value inputs_of(
        const struct host *h, const struct dmn_item *decision, const struct feel_env *env)
{
	const struct dmn_item **inputs;
	struct feel_context_builder b = feel_context_begin(h->a);
	size_t count =
	        dmn_required_inputs(h->a, h->adoption->service->decisions, decision, &inputs);
	for (size_t i = 0; i < count; i++) {
		const struct feel_value *v = NULL;
		for (const struct feel_env *at = env; at && !v; at = at->outer)
			v = feel_context_find(at->context, inputs[i]->name);
		if (v)
			feel_context_set(&b, inputs[i]->name, *v);
	}
	return feel_context_end(&b);
}

static enum err decide(void *data, struct text decision, const struct feel_env *env,
        struct feel_run *run, struct feel_value *out, struct feel_value *trace, struct errinfo *e)
{
	const struct host *h = data;
	const struct dmn_model *m = h->adoption->service->decisions;
	struct dmn_trace steps = {0};
	const struct dmn_item *item = m ? dmn_find(m, DMN_DECISION, decision) : NULL;
	if (!item)
		return fail(
		        e, ERR_NOT_FOUND, "the package has no decision '%.*s'", TEXT_ARG(decision));
	struct feel_env inputs = {.context = inputs_of(h, item, env)};
	TRY(dmn_evaluate(m, decision, FEEL_STRICT, run, &inputs, &steps, out, e));
	*trace = trace_value(h->a, &steps);
	if (feel_is_null(*out))
		*trace = feel_context_with(
		        h->a, feel_null(), TEXT("null_because"), reasons(h->a, run));
	return OK;
}

static enum err resolve(void *data, struct text called, const struct bpmn_model **model,
        struct text *process, struct errinfo *e)
{
	(void)data, (void)model, (void)process;
	return fail(e, ERR_NOT_FOUND, "no process '%.*s' in the package", TEXT_ARG(called));
}

struct names_facts facts_of(const struct record *r)
{
	return (struct names_facts){
	        .cw = r->cw,
	        .db = r->ap->db,
	        .case_id = r->id,
	        .number = r->number,
	        .authority = r->authority,
	        .service = r->service,
	        .language = r->language,
	        .outcome = r->outcome,
	        .lock = r->lock,
	        .received = r->received,
	        .now = r->ap->now,
	        .adoption = r->adoption,
	        .applicant = r->applicant,
	};
}

static enum err step_once(struct record *r, const struct bpmn_command *c, struct errinfo *e)
{
	struct names_facts facts = facts_of(r);
	struct host host;
	struct bpmn_result result;
	TRY(host_build(r->a, &facts, &host, e));
	TRY(bpmn_step(r->adoption->service->model, r->state, c, &host.bpmn, r->ap->now.ms, r->a,
	        &result, e));
	r->state = result.state;
	for (size_t i = 0; i < result.count; i++)
		TRY(effect_apply(r, &result.effects[i], e));
	if (result.more)
		TRY(apply_follow(r->ap, "case.refresh", r->id, e));
	return OK;
}

void case_step_also(struct record *r, struct bpmn_command c)
{
	*ARENA_PUSH(r->a, r->queue, r->queued, r->queue_cap) = c;
}

static enum case_status status_now(const struct record *r)
{
	if (r->status == CASE_COMPLETED || r->closed.ms)
		return CASE_COMPLETED;
	switch (bpmn_public_status(r->state)) {
	case BPMN_STATUS_COMPLETED: return CASE_COMPLETED;
	case BPMN_STATUS_SUBMITTED: return CASE_SUBMITTED;
	case BPMN_STATUS_RECEIVED: return CASE_RECEIVED;
	case BPMN_STATUS_PROCESSING: return CASE_PROCESSING;
	case BPMN_STATUS_ACTION_REQUIRED: return CASE_ACTION_REQUIRED;
	case BPMN_STATUS_NONE: break;
	}
	return r->status;
}

static enum err tell_status(struct record *r, enum case_status now, struct errinfo *e)
{
	if (now == r->status)
		return OK;
	r->status = now;
	struct text payload = text_format(r->a, "{\"status\":\"%s\"}", case_status_name(now));
	return record_tell(r, "status.changed", TEXT_NONE, payload, e);
}

/* A loop of connectors without a wait: its token gets an incident instead of an answer. */
static bool stop_at(struct bpmn_command *c)
{
	if (c->kind != BPMN_DO_ANSWER)
		return false;
	c->kind = BPMN_DO_FAIL;
	c->name = TEXT("endless");
	c->text = TEXT("the process asks again and again without a wait in between");
	return true;
}

enum err case_step(struct record *r, const struct bpmn_command *first, struct errinfo *e)
{
	struct bpmn_command c = *first;
	for (int round = 0;; round++) {
		TRY(step_once(r, &c, e));
		TRY(tell_status(r, status_now(r), e));
		bool live = bpmn_state_outcome(r->state) == BPMN_LIVE;
		if (r->done < r->queued && live)
			c = r->queue[r->done++];
		else if (r->deadlines_changed && live)
			c = (struct bpmn_command){.kind = BPMN_DO_REFRESH};
		else
			break;
		if (round >= STEP_ROUNDS_MAX && !stop_at(&c))
			break;
		if (c.kind == BPMN_DO_REFRESH)
			r->deadlines_changed = false;
	}
	TRY(waits_sync(r, e));
	return record_store(r, e);
}

enum err case_refresh_apply(struct apply *ap, struct errinfo *e)
{
	struct record r;
	struct bpmn_command c = {.kind = BPMN_DO_REFRESH};
	TRY(record_load_id(ap->host, ap, ap->command->payload, &r, e));
	if (bpmn_state_outcome(r.state) != BPMN_LIVE)
		return OK;
	return case_step(&r, &c, e);
}
