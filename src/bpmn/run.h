/* bpmn/run.h - one step in progress, and what the kinds of elements share.
 *
 * Functions named bpmn_* here change the state of the run and append effects. Where an
 * expression or a host function fails they give the token an incident and return false. */
#ifndef BPMN_RUN_H
#define BPMN_RUN_H

#include "bpmn/state.h"

struct bpmn_run {
	struct arena *arena;
	struct bpmn_state *s;
	const struct bpmn_host *host;
	int64_t now_ms;
	const char *zone;
	struct feel_run feel;
	struct bpmn_effect *effects;
	size_t effect_count, effect_cap;
	struct bpmn_token **agenda; /* READY and LEAVING tokens, first in first out */
	size_t agenda_head, agenda_count, agenda_cap;
	uint32_t entries, entries_max;
	uint32_t instances, instances_max;
	bool vars_changed;
	bool more;
	bool over; /* a bound of the instance is broken: the step fails with `error` */
	struct errinfo error;
	const struct bpmn_node *last_end;
};

/* A kind of element. `enter`: a token has arrived; it waits, or is done (bpmn_done). `wake`:
 * what it waited for happened, `w` is the wait; `value` the result or payload. `leave`: the
 * token is done; NULL = by the outgoing flows. */
struct bpmn_kind_row {
	void (*enter)(struct bpmn_run *r, struct bpmn_token *t);
	void (*wake)(struct bpmn_run *r, struct bpmn_token *t, struct bpmn_wait *w,
	        struct feel_value value);
	void (*leave)(struct bpmn_run *r, struct bpmn_token *t);
};

extern const struct bpmn_kind_row bpmn_row_start, bpmn_row_catch, bpmn_row_throw, bpmn_row_boundary,
        bpmn_row_end, bpmn_row_none_task, bpmn_row_user_task, bpmn_row_service_task,
        bpmn_row_send_task, bpmn_row_receive_task, bpmn_row_script_task, bpmn_row_rule_task,
        bpmn_row_call_activity, bpmn_row_sub_process, bpmn_row_event_sub, bpmn_row_ad_hoc,
        bpmn_row_exclusive, bpmn_row_parallel, bpmn_row_inclusive, bpmn_row_complex,
        bpmn_row_event_based;

/* called.c: a process by the name a call activity uses; NULL with the reason in `e`. */
const struct bpmn_node *bpmn_called_process(
        const struct bpmn_host *host, struct text called, struct errinfo *e);

/* commands.c: what one command changes before the agenda runs. */
enum err bpmn_command_apply(struct bpmn_run *r, const struct bpmn_command *c, struct errinfo *e);

/* kinds.c */
const struct bpmn_kind_row *bpmn_row(enum bpmn_kind kind);

/* run.c: agenda and effects */
void bpmn_settle(struct bpmn_run *r);
void bpmn_ready(struct bpmn_run *r, struct bpmn_token *t);
void bpmn_done(struct bpmn_run *r, struct bpmn_token *t);
void bpmn_look_again(struct bpmn_run *r, struct bpmn_token *t); /* at a join, next round */
struct bpmn_effect *bpmn_emit(struct bpmn_run *r, enum bpmn_effect_kind kind);
struct bpmn_effect *bpmn_emit_token(
        struct bpmn_run *r, enum bpmn_effect_kind kind, const struct bpmn_token *t);
bool bpmn_is_instance(const struct bpmn_token *t); /* of a loop or multi-instance */
/* A new token, or NULL when the instance has too many (the step fails). */
struct bpmn_token *bpmn_spawn(
        struct bpmn_run *r, struct bpmn_scope *scope, const struct bpmn_node *n);

/* variables.c */
const struct feel_env *bpmn_env(struct bpmn_run *r, struct bpmn_token *t);
const struct feel_env *bpmn_env_scope(struct bpmn_run *r, struct bpmn_scope *sc);
/* Value of an expression; NULL expression gives null. False: r->error says why. */
MUST_USE bool bpmn_eval(struct bpmn_run *r, const struct feel_expr *x, const struct feel_env *env,
        const struct bpmn_node *at, struct feel_value *out);
struct text bpmn_why_null(struct bpmn_run *r); /* first diagnostic of the last evaluation */
/* By the rule of variables; `t` may be NULL (then from the scope on). */
void bpmn_assign(struct bpmn_run *r, struct bpmn_token *t, struct bpmn_scope *sc, struct text name,
        struct feel_value v);
void bpmn_merge(
        struct bpmn_run *r, struct bpmn_token *t, struct bpmn_scope *sc, struct feel_value context);
/* The result of an element: into aw:result, else its entries are merged. */
void bpmn_result(struct bpmn_run *r, struct bpmn_token *t, struct bpmn_scope *sc,
        const struct bpmn_node *n, struct feel_value v);

/* scope.c */
void bpmn_scope_begin(struct bpmn_run *r, struct bpmn_scope *sc, const struct bpmn_node *start);
void bpmn_scope_check(struct bpmn_run *r, struct bpmn_scope *sc);
void bpmn_scope_close(struct bpmn_run *r, struct bpmn_scope *sc);
/* Withdraw everything in a scope but one token and one inner scope (may be NULL). */
void bpmn_scope_clear(struct bpmn_run *r, struct bpmn_scope *sc, const struct bpmn_token *token,
        const struct bpmn_scope *inner);
void bpmn_token_end(struct bpmn_run *r, struct bpmn_token *t);
void bpmn_token_cancel(struct bpmn_run *r, struct bpmn_token *t);
void bpmn_end(struct bpmn_run *r, enum bpmn_outcome outcome, const struct bpmn_node *end,
        struct text code, struct text reason);
void bpmn_terminate(struct bpmn_run *r, struct bpmn_scope *sc, const struct bpmn_node *end);

/* activity.c */
void bpmn_activity_enter(struct bpmn_run *r, struct bpmn_token *t);
void bpmn_activity_body(struct bpmn_run *r, struct bpmn_token *t);
void bpmn_activity_leave(struct bpmn_run *r, struct bpmn_token *t);
bool bpmn_activity_outputs(struct bpmn_run *r, struct bpmn_token *t);

/* flows.c */
void bpmn_take_flows(struct bpmn_run *r, struct bpmn_token *t);
void bpmn_take_reset(struct bpmn_run *r, struct bpmn_scope *sc, const struct bpmn_node *n);

/* joins_run.c: inclusive and complex joins, when nothing else moves. True: something did. */
bool bpmn_joins_move(struct bpmn_run *r);

/* loop.c */
void bpmn_loop_enter(struct bpmn_run *r, struct bpmn_token *t);
void bpmn_loop_instance_done(struct bpmn_run *r, struct bpmn_token *t);
void bpmn_loop_go_on(struct bpmn_run *r, struct bpmn_scope *loop); /* more instances */

/* waits.c */
/* Arm every event of node `n` for a token, or (token NULL) for a scope. False: the first that
 * cannot be armed; r->error says why. A condition that holds already occurs at once. */
bool bpmn_arm(
        struct bpmn_run *r, struct bpmn_token *t, struct bpmn_scope *sc, const struct bpmn_node *n);
bool bpmn_subscribe(struct bpmn_run *r, struct bpmn_token *t, const struct bpmn_node *n,
        struct text name, const struct feel_expr *key, const struct feel_expr *ttl);
void bpmn_wait_consume(struct bpmn_wait *w);                   /* it happened */
void bpmn_wait_close(struct bpmn_run *r, struct bpmn_wait *w); /* withdrawn, with its effect */
void bpmn_close_waits(struct bpmn_run *r, struct bpmn_wait *list);
/* What a wait waits for has happened. */
void bpmn_occur(struct bpmn_run *r, struct bpmn_wait *w, struct feel_value payload);
void bpmn_check_conditions(struct bpmn_run *r);
void bpmn_refresh_timers(struct bpmn_run *r); /* those that follow, or have no date yet */
struct text bpmn_key_text(struct bpmn_run *r, struct feel_value v);

/* follow.c */
bool bpmn_reads_deadline(const struct feel_expr *x);
bool bpmn_follows(const struct bpmn_event *ev, const struct bpmn_scope *sc);
void bpmn_refresh_dates(struct bpmn_run *r);

/* timer.c: when a timer is due. BPMN_NEVER with true: not known yet. */
bool bpmn_timer_due(struct bpmn_run *r, const struct bpmn_event *ev, const struct feel_env *env,
        const struct bpmn_node *at, struct bpmn_wait *w);
bool bpmn_timer_next(struct bpmn_run *r, const struct bpmn_wait *fired, struct bpmn_wait *next);
bool bpmn_instant_of(struct bpmn_run *r, struct feel_value v, int64_t *out_ms);

/* trigger.c */
void bpmn_boundary_fire(struct bpmn_run *r, struct bpmn_token *activity,
        const struct bpmn_node *boundary, struct feel_value payload);
struct bpmn_scope *bpmn_event_sub_fire(struct bpmn_run *r, struct bpmn_scope *sc,
        const struct bpmn_node *sub, const struct bpmn_node *start, struct feel_value payload);

/* throw.c */
/* Throw one definition. False: the token waits (compensation, job) or is gone. */
bool bpmn_throw(struct bpmn_run *r, struct bpmn_token *t, const struct bpmn_event *ev);
/* Error or escalation; true when somebody catches it. `at_activity`: boundary events of the
 * token's own element count too. */
bool bpmn_raise(struct bpmn_run *r, struct bpmn_token *t, bool at_activity,
        enum bpmn_trigger trigger, struct text code, struct feel_value payload);
void bpmn_broadcast(struct bpmn_run *r, struct text name, struct feel_value payload);

/* compensation.c */
void bpmn_record_done_activity(struct bpmn_run *r, struct bpmn_token *t, struct bpmn_scope *inner);
/* False: there is nothing to compensate. */
bool bpmn_compensate(struct bpmn_run *r, struct bpmn_token *thrower, struct bpmn_scope *scope,
        const struct bpmn_node *activity, bool wait);
void bpmn_compensated(struct bpmn_run *r, uint64_t record);
bool bpmn_worth_keeping(const struct bpmn_run *r, const struct bpmn_scope *sc);
void bpmn_cancel_transaction(struct bpmn_run *r, struct bpmn_token *t);

/* jobs.c */
bool bpmn_request_job(struct bpmn_run *r, struct bpmn_token *t);

/* kind_ad_hoc.c: an activity inside is done; true: that completed the sub-process. */
bool bpmn_ad_hoc_activity_done(struct bpmn_run *r, struct bpmn_token *t);
/* Nothing lives inside: true when it is complete, else something was started or offered. */
bool bpmn_ad_hoc_complete(struct bpmn_run *r, struct bpmn_scope *sc);

/* incident.c */
void bpmn_incident(struct bpmn_run *r, struct bpmn_token *t, const char *code, const char *format,
        ...) PRINTF_LIKE(4, 5);
void bpmn_incident_error(struct bpmn_run *r, struct bpmn_token *t, const char *code);
void bpmn_incident_clear(struct bpmn_run *r, struct bpmn_token *t, const char *how);

#endif
