/* bpmn/commands.c - one function a command: find what it means, change it, leave the rest to
 * the agenda. Nothing may be changed before every check has passed. */
#include "bpmn/run.h"

/* Start ---------------------------------------------------------------------------------- */

static const struct bpmn_entry *entry_find(const struct bpmn_model *m, const struct bpmn_command *c)
{
	for (size_t i = 0; i < m->entry_count; i++) {
		const struct bpmn_entry *x = &m->entries[i];
		if (c->element.len && !text_eq(x->process->id, c->element))
			continue;
		if (text_eq(x->name, c->name) || text_eq(x->element->id, c->name))
			return x;
	}
	return NULL;
}

static enum err start(struct bpmn_run *r, const struct bpmn_command *c, struct errinfo *e)
{
	const struct bpmn_model *m = r->s->model;
	const struct bpmn_entry *entry = c->name.len ? entry_find(m, c) : NULL;
	if (c->name.len && !entry)
		return fail(e, ERR_NOT_FOUND, "nothing starts by \"%.*s\"", TEXT_ARG(c->name));
	const struct bpmn_element *first = bpmn_model_process(m);
	struct text id = entry ? entry->process->id : c->element.len ? c->element : first->id;
	const struct bpmn_node *process = bpmn_node_find(m, id);
	if (!process || process->kind != BPMN_PROCESS || !process->executable)
		return fail(e, ERR_NOT_FOUND, "no executable process \"%.*s\"", TEXT_ARG(id));
	struct bpmn_scope *root = bpmn_scope_add(r->s, BPMN_SCOPE_ROOT, NULL, NULL, process);
	const struct bpmn_node *node = entry ? bpmn_node_find(m, entry->element->id) : NULL;
	if (node)
		bpmn_result(r, NULL, root, node, c->value);
	else
		bpmn_merge(r, NULL, root, c->value);
	r->vars_changed = false;
	bpmn_scope_begin(r, root, node);
	return OK;
}

/* Waits ---------------------------------------------------------------------------------- */

static enum err wait_find(struct bpmn_run *r, const struct bpmn_command *c,
        enum bpmn_wait_kind kind, struct bpmn_wait **out, struct errinfo *e)
{
	*out = bpmn_wait_by_id(r->s, c->wait);
	if (!*out)
		return fail(e, ERR_NOT_FOUND, "nothing waits under %llu any more",
		        (unsigned long long)c->wait);
	if ((*out)->kind != kind)
		return fail(e, ERR_INVALID, "%llu waits for something else",
		        (unsigned long long)c->wait);
	return OK;
}

/* A task or job is answered. */
static enum err answer(struct bpmn_run *r, const struct bpmn_command *c, enum bpmn_wait_kind kind,
        struct errinfo *e)
{
	struct bpmn_wait *w;
	TRY(wait_find(r, c, kind, &w, e));
	struct bpmn_token *t = w->token;
	bpmn_wait_consume(w);
	bpmn_incident_clear(r, t, "answered");
	bpmn_row(t->node->kind)->wake(r, t, w, c->value);
	return OK;
}

static enum err refuse(struct bpmn_run *r, const struct bpmn_command *c, struct errinfo *e)
{
	struct bpmn_wait *w;
	TRY(wait_find(r, c, BPMN_WAIT_JOB, &w, e));
	struct bpmn_token *t = w->token;
	bpmn_wait_consume(w);
	bpmn_incident_clear(r, t, "answered");
	if (!bpmn_raise(r, t, true, BPMN_ON_ERROR, c->name, c->value))
		bpmn_incident(r, t, "uncaught", "the error \"%.*s\" is caught by nobody",
		        TEXT_ARG(c->name));
	return OK;
}

static enum err fail_job(struct bpmn_run *r, const struct bpmn_command *c, struct errinfo *e)
{
	struct bpmn_wait *w;
	TRY(wait_find(r, c, BPMN_WAIT_JOB, &w, e));
	struct bpmn_token *t = w->token;
	bpmn_wait_consume(w);
	char code[64];
	(void)snprintf(code, sizeof code, "%.*s", TEXT_ARG(c->name.len ? c->name : TEXT("job")));
	bpmn_incident(r, t, code, "%.*s", TEXT_ARG(c->text));
	return OK;
}

static enum err fire(struct bpmn_run *r, const struct bpmn_command *c, struct errinfo *e)
{
	struct bpmn_wait *w;
	TRY(wait_find(r, c, BPMN_WAIT_TIMER, &w, e));
	if (w->at_ms > r->now_ms)
		return fail(e, ERR_CONFLICT, "the timer %llu is not due yet",
		        (unsigned long long)w->id);
	bpmn_occur(r, w, feel_null());
	return OK;
}

static enum err deliver(struct bpmn_run *r, const struct bpmn_command *c, struct errinfo *e)
{
	struct bpmn_wait *w = NULL;
	if (c->wait) {
		TRY(wait_find(r, c, BPMN_WAIT_MESSAGE, &w, e));
		bpmn_occur(r, w, c->value);
		return OK;
	}
	for (size_t i = 0; i < r->s->wait_count && !w; i++) {
		struct bpmn_wait *x = r->s->waits[i];
		if (!x->dead && x->kind == BPMN_WAIT_MESSAGE && text_eq(x->name, c->name) &&
		        (!x->key.len || text_eq(x->key, c->key)))
			w = x;
	}
	if (!w)
		return fail(e, ERR_NOT_FOUND, "nobody waits for the message \"%.*s\"",
		        TEXT_ARG(c->name));
	bpmn_occur(r, w, c->value);
	return OK;
}

/* Tokens --------------------------------------------------------------------------------- */

static enum err token_find(
        struct bpmn_run *r, uint64_t id, struct bpmn_token **out, struct errinfo *e)
{
	*out = bpmn_token_by_id(r->s, id);
	return *out ? OK : fail(e, ERR_NOT_FOUND, "no token %llu", (unsigned long long)id);
}

static bool waits_itself(const struct bpmn_token *t)
{
	for (const struct bpmn_wait *w = t->waits; w; w = w->next)
		if (w->node == t->node)
			return true;
	return t->inner != NULL;
}

static enum err retry(struct bpmn_run *r, const struct bpmn_command *c, struct errinfo *e)
{
	struct bpmn_token *t;
	TRY(token_find(r, c->token, &t, e));
	if (!t->incident.len)
		return fail(e, ERR_CONFLICT, "the token has no incident");
	bpmn_incident_clear(r, t, "retried");
	if (t->stage == BPMN_STAGE_LEAVING)
		bpmn_done(r, t);
	else if (t->stage == BPMN_STAGE_JOINING)
		bpmn_look_again(r, t);
	else if (t->stage == BPMN_STAGE_READY)
		bpmn_ready(r, t);
	else if (waits_itself(t))
		return OK;
	else if (!bpmn_is_activity(t->node->kind))
		bpmn_row(t->node->kind)->enter(r, t);
	else if (t->node->loop && !bpmn_is_instance(t))
		bpmn_loop_enter(r, t);
	else
		bpmn_activity_body(r, t);
	return OK;
}

static void note(struct bpmn_run *r, const struct bpmn_token *t, struct text reason)
{
	struct bpmn_effect *f = t ? bpmn_emit_token(r, BPMN_NOTED, t) : bpmn_emit(r, BPMN_NOTED);
	f->text = text_copy(r->arena, reason);
}

/* What the token does itself is withdrawn; boundary events stay until it leaves. */
static void stop_work(struct bpmn_run *r, struct bpmn_token *t)
{
	for (struct bpmn_wait *w = t->waits, *next; w; w = next) {
		next = w->next;
		if (w->node->kind != BPMN_BOUNDARY_EVENT)
			bpmn_wait_close(r, w);
	}
	if (t->inner)
		bpmn_scope_close(r, t->inner);
}

static enum err skip(struct bpmn_run *r, const struct bpmn_command *c, struct errinfo *e)
{
	struct bpmn_token *t;
	TRY(token_find(r, c->token, &t, e));
	if (t->stage == BPMN_STAGE_LEAVING)
		return fail(e, ERR_INVALID,
		        "no outgoing flow of the element can be taken: move the token");
	if (t->stage == BPMN_STAGE_SPENT)
		return fail(e, ERR_INVALID, "the token is used up");
	note(r, t, c->text);
	bpmn_incident_clear(r, t, "skipped");
	stop_work(r, t);
	if (!feel_is_null(c->value))
		bpmn_result(r, t, t->scope, t->node, c->value);
	bpmn_done(r, t);
	return OK;
}

static bool can_stand(const struct bpmn_node *n)
{
	return n->kind != BPMN_PROCESS && n->kind != BPMN_EVENT_SUB_PROCESS &&
	       n->kind != BPMN_BOUNDARY_EVENT && !n->for_compensation;
}

static enum err move(struct bpmn_run *r, const struct bpmn_command *c, struct errinfo *e)
{
	struct bpmn_token *t;
	TRY(token_find(r, c->token, &t, e));
	const struct bpmn_node *n = bpmn_node_find(t->node->model, c->element);
	if (bpmn_is_instance(t))
		return fail(
		        e, ERR_INVALID, "an instance of a loop cannot be moved, only the whole");
	if (t->stage == BPMN_STAGE_SPENT || t->record)
		return fail(e, ERR_INVALID, "this token cannot be moved");
	if (!n || !can_stand(n) || n->parent != t->node->parent)
		return fail(e, ERR_INVALID, "no element \"%.*s\" to move to beside \"%.*s\"",
		        TEXT_ARG(c->element), TEXT_ARG(t->node->id));
	note(r, t, c->text);
	bpmn_incident_clear(r, t, "moved");
	bpmn_close_waits(r, t->waits);
	if (t->inner)
		bpmn_scope_close(r, t->inner);
	(void)bpmn_emit_token(r, BPMN_WITHDRAWN, t);
	t->node = n;
	t->flow = NULL;
	t->vars = (struct bpmn_vars){0};
	bpmn_ready(r, t);
	return OK;
}

/* Ad-hoc --------------------------------------------------------------------------------- */

static enum err ad_hoc_find(
        struct bpmn_run *r, uint64_t id, struct bpmn_scope **out, struct errinfo *e)
{
	*out = bpmn_scope_by_id(r->s, id);
	if (!*out || (*out)->node->kind != BPMN_AD_HOC || (*out)->kept ||
	        (*out)->kind != BPMN_SCOPE_SUB)
		return fail(e, ERR_NOT_FOUND, "no ad-hoc sub-process %llu", (unsigned long long)id);
	return (*out)->finished ? fail(e, ERR_CONFLICT, "nothing more can be started there") : OK;
}

static enum err activate(struct bpmn_run *r, const struct bpmn_command *c, struct errinfo *e)
{
	struct bpmn_scope *sc;
	TRY(ad_hoc_find(r, c->scope, &sc, e));
	const struct bpmn_node *n = bpmn_node_find(sc->node->model, c->element);
	if (!n || n->parent != sc->node || !bpmn_is_activity(n->kind) || n->incoming_count ||
	        n->for_compensation)
		return fail(
		        e, ERR_INVALID, "\"%.*s\" cannot be started there", TEXT_ARG(c->element));
	if (sc->node->ad_hoc_sequential && sc->first)
		return fail(e, ERR_CONFLICT, "one activity after another: something runs");
	struct bpmn_token *t = bpmn_spawn(r, sc, n);
	if (t)
		bpmn_ready(r, t);
	return OK;
}

static enum err finish(struct bpmn_run *r, const struct bpmn_command *c, struct errinfo *e)
{
	struct bpmn_scope *sc;
	TRY(ad_hoc_find(r, c->scope, &sc, e));
	sc->finished = true;
	bpmn_scope_check(r, sc);
	return OK;
}

/* The whole instance --------------------------------------------------------------------- */

static enum err set(struct bpmn_run *r, const struct bpmn_command *c, struct errinfo *e)
{
	struct bpmn_scope *sc = c->scope ? bpmn_scope_by_id(r->s, c->scope) : bpmn_state_root(r->s);
	if (!sc)
		return fail(e, ERR_NOT_FOUND, "no scope %llu", (unsigned long long)c->scope);
	if (c->value.kind != FEEL_CONTEXT)
		return fail(e, ERR_INVALID, "variables are a context");
	note(r, NULL, c->text);
	bpmn_merge(r, NULL, sc, c->value);
	return OK;
}

static enum err refresh(struct bpmn_run *r)
{
	r->vars_changed = true;
	size_t count = r->s->scope_count;
	for (size_t i = 0; i < count; i++) {
		struct bpmn_scope *sc = r->s->scopes[i];
		if (!sc->dead && sc->kind == BPMN_SCOPE_LOOP &&
		        sc->node->loop->kind == BPMN_LOOP_PARALLEL)
			bpmn_loop_go_on(r, sc);
	}
	return OK;
}

static enum err suspend(
        struct bpmn_run *r, const struct bpmn_command *c, bool on, struct errinfo *e)
{
	if (r->s->suspended == on)
		return fail(e, ERR_CONFLICT, on ? "already suspended" : "not suspended");
	r->s->suspended = on;
	note(r, NULL, c->text);
	return OK;
}

static enum err cancel(struct bpmn_run *r, const struct bpmn_command *c)
{
	note(r, NULL, c->text);
	bpmn_end(r, BPMN_CANCELLED, NULL, TEXT_NONE, text_copy(r->arena, c->text));
	return OK;
}

static bool allowed_while_suspended(enum bpmn_command_kind kind)
{
	return kind == BPMN_DO_RESUME || kind == BPMN_DO_CANCEL || kind == BPMN_DO_SET;
}

enum err bpmn_command_apply(struct bpmn_run *r, const struct bpmn_command *c, struct errinfo *e)
{
	if (r->s->outcome != BPMN_LIVE)
		return fail(e, ERR_CONFLICT, "the instance is over");
	if (r->s->suspended && !allowed_while_suspended(c->kind))
		return fail(e, ERR_CONFLICT, "the instance is suspended");
	switch (c->kind) {
	case BPMN_DO_START: return start(r, c, e);
	case BPMN_DO_COMPLETE: return answer(r, c, BPMN_WAIT_TASK, e);
	case BPMN_DO_ANSWER: return answer(r, c, BPMN_WAIT_JOB, e);
	case BPMN_DO_REFUSE: return refuse(r, c, e);
	case BPMN_DO_FAIL: return fail_job(r, c, e);
	case BPMN_DO_FIRE: return fire(r, c, e);
	case BPMN_DO_DELIVER: return deliver(r, c, e);
	case BPMN_DO_BROADCAST: bpmn_broadcast(r, c->name, c->value); return OK;
	case BPMN_DO_RETRY: return retry(r, c, e);
	case BPMN_DO_SKIP: return skip(r, c, e);
	case BPMN_DO_MOVE: return move(r, c, e);
	case BPMN_DO_ACTIVATE: return activate(r, c, e);
	case BPMN_DO_FINISH: return finish(r, c, e);
	case BPMN_DO_SET: return set(r, c, e);
	case BPMN_DO_REFRESH: return refresh(r);
	case BPMN_DO_SUSPEND: return suspend(r, c, true, e);
	case BPMN_DO_RESUME: return suspend(r, c, false, e);
	case BPMN_DO_CANCEL: return cancel(r, c);
	}
	return fail(e, ERR_INVALID, "unknown command");
}
