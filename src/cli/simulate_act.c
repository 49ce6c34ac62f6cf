#include "base/calendar.h"
#include "cli/simulate.h"

enum { ACTS_MAX = 10000, VALUE_MAX = 16 << 20 };

enum err simulate_value(
        struct simulation *s, const struct json *j, struct feel_value *out, struct errinfo *e)
{
	*out = feel_null();
	if (!j)
		return OK;
	if (j->kind == JSON_OBJECT && j->count == 1 && text_is(j->members[0].name, "feel")) {
		struct feel_run run;
		feel_run_init(&run, s->a, s->play.now_ms);
		return feel_eval_text(json_text(j, "feel"), &run, &s->names, out, e);
	}
	struct buf b;
	buf_init(&b, VALUE_MAX);
	json_write(&b, j);
	enum err result = feel_from_plain_json(s->a, buf_text(&b), NULL, out, e);
	buf_free(&b);
	return result;
}

/* Answers --------------------------------------------------------------------------------- */

static const struct json *answer_for(
        const struct simulation *s, const char *kind, struct text element, bool *found)
{
	static const struct json nothing = {.kind = JSON_NULL};
	*found = !s->scenario;
	if (!s->scenario)
		return &nothing;
	const struct json *all = json_get(s->scenario, kind);
	const struct json *one = json_get_text(all, element);
	if (!one)
		one = json_get(all, "*");
	*found = one != NULL;
	return one;
}

/* {"error": "CODE"}: a business error; {"fail": "why"}: a technical failure; else the result. */
static enum err job_command(
        struct simulation *s, const struct json *j, struct bpmn_command *c, struct errinfo *e)
{
	c->kind = BPMN_DO_ANSWER;
	if (j && j->kind == JSON_OBJECT && json_get(j, "error")) {
		c->kind = BPMN_DO_REFUSE;
		c->name = json_text(j, "error");
		return simulate_value(s, json_get(j, "value"), &c->value, e);
	}
	if (j && j->kind == JSON_OBJECT && json_get(j, "fail")) {
		c->kind = BPMN_DO_FAIL;
		c->text = json_text(j, "fail");
		return OK;
	}
	return simulate_value(s, j, &c->value, e);
}

static enum err answer_one(struct simulation *s, size_t at, const struct bpmn_wait_view *w,
        bool *done, struct errinfo *e)
{
	bool task = w->kind == BPMN_WAIT_TASK;
	const struct json *j = answer_for(s, task ? "tasks" : "jobs", w->element->id, done);
	if (!*done)
		return OK;
	struct bpmn_command c = {.kind = BPMN_DO_COMPLETE, .wait = w->wait};
	if (task)
		TRY(simulate_value(s, j, &c.value, e));
	else
		TRY(job_command(s, j, &c, e));
	if (++s->acts > ACTS_MAX)
		return fail(
		        e, ERR_LIMIT, "more than %d answers: does the process ever end?", ACTS_MAX);
	return play_command(&s->play, at, &c, e);
}

static enum err answer_any(struct simulation *s, bool *any, struct errinfo *e)
{
	*any = false;
	for (size_t i = 0; i < s->play.count && !*any; i++) {
		const struct bpmn_wait_view *waits;
		size_t count = bpmn_state_waits(s->a, s->play.instances[i].state, &waits);
		for (size_t k = 0; k < count && !*any; k++)
			if (waits[k].kind == BPMN_WAIT_TASK || waits[k].kind == BPMN_WAIT_JOB)
				TRY(answer_one(s, i, &waits[k], any, e));
	}
	return OK;
}

enum err simulate_settle(struct simulation *s, struct errinfo *e)
{
	bool run_time = !s->scenario || json_bool(s->scenario, "run_time", false);
	for (;;) {
		bool any;
		TRY(answer_any(s, &any, e));
		if (any)
			continue;
		int64_t due = run_time ? play_next_due(&s->play) : BPMN_NEVER;
		if (due == BPMN_NEVER)
			return OK;
		if (++s->acts > ACTS_MAX)
			return fail(e, ERR_LIMIT, "more than %d timers fired", ACTS_MAX);
		TRY(play_wait(&s->play, due, e));
	}
}

/* Acts ------------------------------------------------------------------------------------ */

static enum err wait_at(struct simulation *s, struct text element, enum bpmn_wait_kind kind,
        size_t *at, uint64_t *wait, struct errinfo *e)
{
	for (size_t i = 0; i < s->play.count; i++) {
		const struct bpmn_wait_view *waits;
		size_t count = bpmn_state_waits(s->a, s->play.instances[i].state, &waits);
		for (size_t k = 0; k < count; k++) {
			if (waits[k].kind != kind || !text_eq(waits[k].element->id, element))
				continue;
			*at = i;
			*wait = waits[k].wait;
			return OK;
		}
	}
	return fail(e, ERR_NOT_FOUND, "nothing waits at \"%.*s\"", TEXT_ARG(element));
}

static enum err token_at(
        struct simulation *s, struct text element, size_t *at, uint64_t *token, struct errinfo *e)
{
	for (size_t i = 0; i < s->play.count; i++) {
		const struct bpmn_token_view *tokens;
		size_t count = bpmn_state_tokens(s->a, s->play.instances[i].state, &tokens);
		for (size_t k = 0; k < count; k++) {
			if (!text_eq(tokens[k].element->id, element))
				continue;
			*at = i;
			*token = tokens[k].token;
			return OK;
		}
	}
	return fail(e, ERR_NOT_FOUND, "no token stands at \"%.*s\"", TEXT_ARG(element));
}

static enum err act_task(struct simulation *s, const struct json *act, struct errinfo *e)
{
	struct bpmn_command c = {.kind = BPMN_DO_COMPLETE};
	size_t at = 0;
	TRY(wait_at(s, json_text(act, "task"), BPMN_WAIT_TASK, &at, &c.wait, e));
	TRY(simulate_value(s, json_get(act, "result"), &c.value, e));
	return play_command(&s->play, at, &c, e);
}

static enum err act_job(struct simulation *s, const struct json *act, struct errinfo *e)
{
	struct bpmn_command c = {0};
	size_t at = 0;
	bool plain = !json_get(act, "error") && !json_get(act, "fail");
	TRY(wait_at(s, json_text(act, "job"), BPMN_WAIT_JOB, &at, &c.wait, e));
	TRY(job_command(s, plain ? json_get(act, "result") : act, &c, e));
	return play_command(&s->play, at, &c, e);
}

static enum err act_message(struct simulation *s, const struct json *act, struct errinfo *e)
{
	struct feel_value value;
	TRY(simulate_value(s, json_get(act, "value"), &value, e));
	return play_message(&s->play, json_text(act, "message"), json_text(act, "key"), value, e);
}

static enum err act_signal(struct simulation *s, const struct json *act, struct errinfo *e)
{
	struct feel_value value;
	TRY(simulate_value(s, json_get(act, "value"), &value, e));
	return play_signal(&s->play, json_text(act, "signal"), value, e);
}

static enum err act_wait(struct simulation *s, const struct json *act, struct errinfo *e)
{
	struct period p;
	struct text t = json_text(act, "wait");
	if (!period_parse(t, &p) || p.months)
		return fail(
		        e, ERR_INVALID, "\"%.*s\" is no duration of days and time", TEXT_ARG(t));
	return play_wait(&s->play, s->play.now_ms + (p.days * DAY_SECONDS + p.seconds) * 1000, e);
}

static enum err act_token(struct simulation *s, const struct json *act, const char *name,
        enum bpmn_command_kind kind, struct errinfo *e)
{
	struct bpmn_command c = {
	        .kind = kind, .element = json_text(act, "to"), .text = json_text(act, "reason")};
	size_t at = 0;
	TRY(token_at(s, json_text(act, name), &at, &c.token, e));
	TRY(simulate_value(s, json_get(act, "result"), &c.value, e));
	return play_command(&s->play, at, &c, e);
}

static enum err act_retry(struct simulation *s, const struct json *act, struct errinfo *e)
{
	return act_token(s, act, "retry", BPMN_DO_RETRY, e);
}

static enum err act_skip(struct simulation *s, const struct json *act, struct errinfo *e)
{
	return act_token(s, act, "skip", BPMN_DO_SKIP, e);
}

static enum err act_move(struct simulation *s, const struct json *act, struct errinfo *e)
{
	return act_token(s, act, "move", BPMN_DO_MOVE, e);
}

static enum err act_set(struct simulation *s, const struct json *act, struct errinfo *e)
{
	struct bpmn_command c = {.kind = BPMN_DO_SET, .text = json_text(act, "reason")};
	TRY(simulate_value(s, json_get(act, "set"), &c.value, e));
	return play_command(&s->play, 0, &c, e);
}

static enum err act_cancel(struct simulation *s, const struct json *act, struct errinfo *e)
{
	struct bpmn_command c = {.kind = BPMN_DO_CANCEL, .text = json_text(act, "cancel")};
	return play_command(&s->play, 0, &c, e);
}

enum err simulate_act(struct simulation *s, const struct json *act, struct errinfo *e)
{
	static const struct {
		const char *name;
		enum err (*run)(struct simulation *, const struct json *, struct errinfo *);
	} acts[] = {{"task", act_task}, {"job", act_job}, {"message", act_message},
	        {"signal", act_signal}, {"wait", act_wait}, {"retry", act_retry},
	        {"skip", act_skip}, {"move", act_move}, {"set", act_set}, {"cancel", act_cancel}};
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		if (json_get(act, acts[i].name))
			return acts[i].run(s, act, e);
	return fail(e, ERR_INVALID, "an act of the scenario does nothing known");
}
