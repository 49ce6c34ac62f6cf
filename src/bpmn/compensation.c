/* bpmn/compensation.c - taking back completed work, last completed first (BPMN 13.5.5).
 *
 * A completed activity with a handler leaves a record; a completed sub-process with records
 * or a compensation event sub-process is kept with its variables. A throwing event marks the
 * records it means with its token; they are worked off one after another. */
#include "bpmn/run.h"

static const struct bpmn_node *compensation_sub(
        const struct bpmn_node *n, const struct bpmn_node **start)
{
	for (size_t i = 0; i < n->event_sub_count; i++) {
		const struct bpmn_node *sub = n->event_subs[i];
		if (!sub->start_count || sub->starts[0]->element->trigger != BPMN_ON_COMPENSATION)
			continue;
		*start = sub->starts[0];
		return sub;
	}
	return NULL;
}

bool bpmn_worth_keeping(const struct bpmn_run *r, const struct bpmn_scope *sc)
{
	const struct bpmn_node *start;
	if (sc->owner && sc->owner->node->handler)
		return false; /* its own handler takes back the whole */
	if (compensation_sub(sc->node, &start))
		return true;
	for (size_t i = 0; i < r->s->record_count; i++)
		if (!r->s->records[i]->dead && r->s->records[i]->scope == sc)
			return true;
	return false;
}

void bpmn_record_done_activity(struct bpmn_run *r, struct bpmn_token *t, struct bpmn_scope *inner)
{
	if (!inner && !t->node->handler)
		return;
	struct bpmn_record *rec = bpmn_record_add(r->s, t->scope, t->node);
	rec->kept = inner;
}

/* Work off ------------------------------------------------------------------------------- */

static void mark(struct bpmn_run *r, const struct bpmn_scope *scope,
        const struct bpmn_node *activity, uint64_t by)
{
	for (size_t i = 0; i < r->s->record_count; i++) {
		struct bpmn_record *rec = r->s->records[i];
		if (!rec->dead && rec->scope == scope && !rec->by &&
		        (!activity || rec->node == activity))
			rec->by = by;
	}
}

static struct bpmn_record *latest(const struct bpmn_state *s, uint64_t by, bool *busy)
{
	*busy = false;
	struct bpmn_record *out = NULL;
	for (size_t i = 0; i < s->record_count; i++) {
		struct bpmn_record *rec = s->records[i];
		if (rec->dead || rec->by != by)
			continue;
		*busy |= rec->started;
		if (!rec->started)
			out = rec;
	}
	return out;
}

static void start_handler(struct bpmn_run *r, struct bpmn_record *rec)
{
	struct bpmn_token *t = bpmn_spawn(r, rec->scope, rec->node->handler);
	if (!t)
		return;
	t->record = rec->id;
	bpmn_ready(r, t);
}

static void record_finish(struct bpmn_run *r, struct bpmn_record *rec)
{
	rec->dead = true;
	if (rec->kept)
		bpmn_scope_close(r, rec->kept);
}

/* Begin to take back one activity. False: it was done at once. */
static bool start_record(struct bpmn_run *r, struct bpmn_record *rec)
{
	struct bpmn_effect *f = bpmn_emit(r, BPMN_COMPENSATED);
	f->element = rec->node->element;
	f->scope = rec->scope->id;
	rec->started = true;
	if (!rec->kept) {
		start_handler(r, rec);
		return true;
	}
	const struct bpmn_node *start = NULL;
	const struct bpmn_node *sub = compensation_sub(rec->kept->node, &start);
	if (sub) {
		struct bpmn_scope *ev =
		        bpmn_scope_add(r->s, BPMN_SCOPE_EVENT, rec->kept, NULL, sub);
		ev->record = rec->id;
		bpmn_scope_begin(r, ev, start);
		return true;
	}
	/* Its inner records come next: they are younger than what is older than it. */
	mark(r, rec->kept, NULL, rec->by);
	return false;
}

static void compensation_over(struct bpmn_run *r, uint64_t by)
{
	struct bpmn_token *t = bpmn_token_by_id(r->s, by);
	if (!t)
		return;
	if (t->scope->cancelling)
		bpmn_cancel_transaction(r, t);
	else
		bpmn_done(r, t);
}

/* A kept sub-process without handler of its own is over with the last of its records. */
static void finish_emptied(struct bpmn_run *r, uint64_t by)
{
	for (size_t i = 0; i < r->s->record_count; i++) {
		struct bpmn_record *rec = r->s->records[i];
		const struct bpmn_node *start;
		if (rec->dead || rec->by != by || !rec->started || !rec->kept ||
		        compensation_sub(rec->kept->node, &start))
			continue;
		bool empty = true;
		for (size_t k = 0; k < r->s->record_count; k++)
			empty &= r->s->records[k]->dead || r->s->records[k]->scope != rec->kept;
		if (empty)
			record_finish(r, rec);
	}
}

static void go_on(struct bpmn_run *r, uint64_t by)
{
	for (;;) {
		finish_emptied(r, by);
		bool busy;
		struct bpmn_record *rec = latest(r->s, by, &busy);
		if (!rec) {
			if (!busy)
				compensation_over(r, by);
			return;
		}
		if (start_record(r, rec))
			return;
	}
}

void bpmn_compensated(struct bpmn_run *r, uint64_t record)
{
	struct bpmn_record *rec = bpmn_record_by_id(r->s, record);
	if (!rec)
		return;
	uint64_t by = rec->by;
	record_finish(r, rec);
	go_on(r, by);
}

/* Inside an event sub-process "this scope" is also the one around it. */
bool bpmn_compensate(struct bpmn_run *r, struct bpmn_token *thrower, struct bpmn_scope *scope,
        const struct bpmn_node *activity, bool wait)
{
	uint64_t by = wait ? thrower->id : r->s->next_id++;
	thrower->stage = BPMN_STAGE_ACTIVE;
	mark(r, scope, activity, by);
	while (scope->kind == BPMN_SCOPE_EVENT) {
		scope = scope->parent;
		mark(r, scope, activity, by);
	}
	bool busy;
	if (!latest(r->s, by, &busy))
		return false;
	go_on(r, by);
	return true;
}

/* Cancel --------------------------------------------------------------------------------- */

static struct bpmn_scope *transaction_of(struct bpmn_token *t)
{
	struct bpmn_scope *sc = t->scope;
	while (sc && sc->node->kind != BPMN_TRANSACTION)
		sc = sc->parent;
	return sc;
}

static void leave_cancelled(struct bpmn_run *r, struct bpmn_scope *sc)
{
	struct bpmn_token *owner = sc->owner;
	for (size_t i = 0; i < owner->node->boundary_count; i++) {
		const struct bpmn_node *b = owner->node->boundary[i];
		if (b->element->trigger != BPMN_ON_CANCEL)
			continue;
		bpmn_boundary_fire(r, owner, b, feel_null());
		return;
	}
	bpmn_incident(
	        r, owner, "cancelled", "the transaction was cancelled and has no cancel event");
}

/* First call: withdraw and compensate. Called again when that is over: leave. */
void bpmn_cancel_transaction(struct bpmn_run *r, struct bpmn_token *t)
{
	struct bpmn_scope *sc = transaction_of(t);
	if (!sc || !sc->owner) {
		bpmn_incident(r, t, "cancel", "no transaction to cancel");
		return;
	}
	if (!sc->cancelling) {
		sc->cancelling = true;
		bpmn_scope_clear(r, sc, t, t->scope == sc ? NULL : t->scope);
		bpmn_close_waits(r, sc->waits);
		if (bpmn_compensate(r, t, sc, NULL, true))
			return;
	}
	leave_cancelled(r, sc);
}
