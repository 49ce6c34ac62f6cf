#include "cli/play.h"

enum { PLAY_DEPTH_MAX = 64, PLAY_INSTANCES_MAX = 1000, PLAY_TIMERS_MAX = 100000 };

void play_init(struct play *p, struct arena *a, const struct bpmn_model *m, int64_t now_ms)
{
	*p = (struct play){.a = a, .model = m, .now_ms = now_ms};
}

/* Keep the state as a data store would: as bytes. */
static enum err keep(struct play *p, size_t at, struct bpmn_state *s, struct errinfo *e)
{
	struct buf bytes, again;
	buf_init(&bytes, BPMN_STATE_BYTES_MAX);
	buf_init(&again, BPMN_STATE_BYTES_MAX);
	bpmn_state_write(s, &bytes);
	enum err result = buf_whole(&bytes, "the state", e);
	struct bpmn_state *back = NULL;
	if (result == OK)
		result = bpmn_state_read(p->a, p->model, &p->host, buf_text(&bytes), &back, e);
	if (result == OK) {
		bpmn_state_write(back, &again);
		if (!text_eq(buf_text(&bytes), buf_text(&again)))
			result = fail(e, ERR_INTERNAL, "a state changed when it was read again");
	}
	buf_free(&bytes);
	buf_free(&again);
	if (result == OK)
		p->instances[at].state = back;
	return result;
}

static enum err message_go(struct play *p, struct text name, struct text key,
        struct feel_value value, size_t not_first, struct errinfo *e);

/* What an effect asks of the world. */
static enum err obey(struct play *p, size_t at, const struct bpmn_effect *f, struct errinfo *e)
{
	if (f->kind == BPMN_MESSAGE_THROWN)
		return message_go(p, f->name, f->key, f->value, at, e);
	if (f->kind == BPMN_ENDED && f->outcome == BPMN_FAILED)
		p->instances[at].error = f->name;
	if (f->kind != BPMN_SIGNAL_THROWN)
		return OK;
	size_t count = p->count;
	for (size_t i = 0; i < count; i++) {
		if (i == at || bpmn_state_outcome(p->instances[i].state) != BPMN_LIVE)
			continue;
		TRY(play_command(p, i,
		        &(struct bpmn_command){
		                .kind = BPMN_DO_BROADCAST, .name = f->name, .value = f->value},
		        e));
	}
	const struct bpmn_entry *entries;
	count = bpmn_model_entries(p->model, &entries);
	for (size_t i = 0; i < count; i++)
		if (entries[i].trigger == BPMN_ON_SIGNAL && text_eq(entries[i].name, f->name))
			TRY(play_start(p, entries[i].process->id, f->name, f->value, NULL, e));
	return OK;
}

/* A message kept from before, for an instance that waits for it now. */
static enum err kept_deliver(
        struct play *p, size_t at, const struct bpmn_effect *f, struct errinfo *e)
{
	for (size_t i = 0; i < p->message_count; i++) {
		struct play_message *m = &p->messages[i];
		if (m->taken || !text_eq(m->name, f->name) ||
		        (f->key.len && !text_eq(m->key, f->key)))
			continue;
		m->taken = true;
		struct bpmn_command c = {
		        .kind = BPMN_DO_DELIVER, .wait = f->wait, .value = m->value};
		struct errinfo gone;
		if (play_command(p, at, &c, &gone) == OK)
			return OK;
		m->taken = false;
	}
	(void)e;
	return OK;
}

static enum err apply(struct play *p, size_t at, const struct bpmn_command *c, struct errinfo *e)
{
	struct bpmn_result out;
	struct bpmn_command next = *c;
	do {
		TRY(bpmn_step(p->model, p->instances[at].state, &next, &p->host, p->now_ms, p->a,
		        &out, e));
		TRY(keep(p, at, out.state, e));
		for (size_t i = 0; i < out.count; i++) {
			if (p->see)
				p->see(p->data, p, at, &out.effects[i]);
			TRY(obey(p, at, &out.effects[i], e));
		}
		for (size_t i = 0; i < out.count; i++)
			if (out.effects[i].kind == BPMN_SUBSCRIBED)
				TRY(kept_deliver(p, at, &out.effects[i], e));
		next = (struct bpmn_command){.kind = BPMN_DO_REFRESH};
	} while (out.more && bpmn_state_outcome(p->instances[at].state) == BPMN_LIVE);
	return OK;
}

enum err play_command(
        struct play *p, size_t instance, const struct bpmn_command *c, struct errinfo *e)
{
	if (p->depth >= PLAY_DEPTH_MAX)
		return fail(e, ERR_LIMIT, "messages cause messages without end");
	p->depth++;
	enum err result = apply(p, instance, c, e);
	p->depth--;
	return result;
}

enum err play_start(struct play *p, struct text process, struct text by,
        struct feel_value variables, size_t *instance, struct errinfo *e)
{
	if (p->count >= PLAY_INSTANCES_MAX)
		return fail(e, ERR_LIMIT, "more than %d instances", PLAY_INSTANCES_MAX);
	struct play_instance *x = ARENA_PUSH(p->a, p->instances, p->count, p->cap);
	x->process =
	        process.len ? bpmn_model_find(p->model, process) : bpmn_model_process(p->model);
	size_t at = p->count - 1;
	if (instance)
		*instance = at;
	struct bpmn_command c = {
	        .kind = BPMN_DO_START, .element = process, .name = by, .value = variables};
	enum err result = play_command(p, at, &c, e);
	if (result != OK && p->count == at + 1 && !p->instances[at].state)
		p->count--;
	return result;
}

static bool waits_for(struct play *p, size_t at, struct text name, struct text key, uint64_t *wait)
{
	const struct bpmn_wait_view *waits;
	size_t count = bpmn_state_waits(p->a, p->instances[at].state, &waits);
	for (size_t i = 0; i < count; i++) {
		if (waits[i].kind != BPMN_WAIT_MESSAGE || !text_eq(waits[i].name, name) ||
		        (waits[i].key.len && !text_eq(waits[i].key, key)))
			continue;
		*wait = waits[i].wait;
		return true;
	}
	return false;
}

/* To the oldest instance that waits, the sender last; else a process starts by it; else it
 * is kept. */
static enum err message_go(struct play *p, struct text name, struct text key,
        struct feel_value value, size_t not_first, struct errinfo *e)
{
	for (size_t i = 0; i <= p->count; i++) {
		size_t at = i < p->count ? i : not_first;
		uint64_t wait;
		if ((i < p->count && at == not_first) || at >= p->count ||
		        !p->instances[at].state || !waits_for(p, at, name, key, &wait))
			continue;
		return play_command(p, at,
		        &(struct bpmn_command){
		                .kind = BPMN_DO_DELIVER, .wait = wait, .value = value},
		        e);
	}
	const struct bpmn_entry *entries;
	size_t count = bpmn_model_entries(p->model, &entries);
	for (size_t i = 0; i < count; i++)
		if (entries[i].trigger == BPMN_ON_MESSAGE && text_eq(entries[i].name, name))
			return play_start(
			        p, entries[i].process->id, entries[i].element->id, value, NULL, e);
	*ARENA_PUSH(p->a, p->messages, p->message_count, p->message_cap) =
	        (struct play_message){.name = name, .key = key, .value = value};
	return OK;
}

enum err play_message(struct play *p, struct text name, struct text key, struct feel_value value,
        struct errinfo *e)
{
	return message_go(p, name, key, value, SIZE_MAX, e);
}

enum err play_signal(struct play *p, struct text name, struct feel_value value, struct errinfo *e)
{
	struct bpmn_effect f = {.kind = BPMN_SIGNAL_THROWN, .name = name, .value = value};
	return obey(p, SIZE_MAX, &f, e);
}

static bool next_timer(struct play *p, int64_t *due, size_t *at, uint64_t *wait)
{
	*due = BPMN_NEVER;
	for (size_t i = 0; i < p->count; i++) {
		const struct bpmn_wait_view *waits;
		if (!p->instances[i].state ||
		        bpmn_state_outcome(p->instances[i].state) != BPMN_LIVE)
			continue;
		size_t count = bpmn_state_waits(p->a, p->instances[i].state, &waits);
		for (size_t k = 0; k < count; k++) {
			if (waits[k].kind != BPMN_WAIT_TIMER || waits[k].at_ms >= *due)
				continue;
			*due = waits[k].at_ms;
			*at = i;
			*wait = waits[k].wait;
		}
	}
	return *due != BPMN_NEVER;
}

int64_t play_next_due(struct play *p)
{
	int64_t due;
	size_t at;
	uint64_t wait;
	return next_timer(p, &due, &at, &wait) ? due : BPMN_NEVER;
}

enum err play_wait(struct play *p, int64_t until_ms, struct errinfo *e)
{
	int64_t due;
	size_t at = 0;
	uint64_t wait = 0;
	for (int fired = 0; next_timer(p, &due, &at, &wait) && due <= until_ms; fired++) {
		if (fired >= PLAY_TIMERS_MAX)
			return fail(e, ERR_LIMIT, "more than %d timers", PLAY_TIMERS_MAX);
		if (due > p->now_ms)
			p->now_ms = due;
		TRY(play_command(
		        p, at, &(struct bpmn_command){.kind = BPMN_DO_FIRE, .wait = wait}, e));
	}
	if (until_ms > p->now_ms)
		p->now_ms = until_ms;
	return OK;
}
