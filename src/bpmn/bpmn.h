/* bpmn/bpmn.h - process models of BPMN 2.0 (OMG formal/2013-12-09), executed by a pure step.
 *
 *   bytes --bpmn_compile--> model          (once per package; immutable, shared by threads)
 *   model + state + command + time --bpmn_step--> state + effects
 *
 * The room knows no clock, disk, network or chance. What a process needs from outside comes
 * in as a command or through `struct bpmn_host`, what it wants from outside goes out as an
 * effect. The same model, state, command, host answers and time give the same bytes.
 *
 * Rules in force beyond the norm: docs/process-contract.md (names, `aw:` attributes, status),
 * and for variables: an assignment changes the nearest enclosing scope that defines the name,
 * else it defines the name at the root of the process. A called process is a closed scope.
 * Expressions are FEEL. */
#ifndef BPMN_BPMN_H
#define BPMN_BPMN_H

#include "feel/feel.h"

/* Model --------------------------------------------------------------------------------- */

/* Kinds of elements: identifier, name in findings and JSON. */
#define BPMN_KINDS(X)                                                                              \
	X(PROCESS, process)                                                                        \
	X(START_EVENT, startEvent)                                                                 \
	X(CATCH_EVENT, intermediateCatchEvent)                                                     \
	X(THROW_EVENT, intermediateThrowEvent)                                                     \
	X(BOUNDARY_EVENT, boundaryEvent)                                                           \
	X(END_EVENT, endEvent)                                                                     \
	X(TASK, task)                                                                              \
	X(USER_TASK, userTask)                                                                     \
	X(MANUAL_TASK, manualTask)                                                                 \
	X(SERVICE_TASK, serviceTask)                                                               \
	X(SEND_TASK, sendTask)                                                                     \
	X(RECEIVE_TASK, receiveTask)                                                               \
	X(SCRIPT_TASK, scriptTask)                                                                 \
	X(RULE_TASK, businessRuleTask)                                                             \
	X(CALL_ACTIVITY, callActivity)                                                             \
	X(SUB_PROCESS, subProcess)                                                                 \
	X(EVENT_SUB_PROCESS, eventSubProcess)                                                      \
	X(TRANSACTION, transaction)                                                                \
	X(AD_HOC, adHocSubProcess)                                                                 \
	X(EXCLUSIVE, exclusiveGateway)                                                             \
	X(PARALLEL, parallelGateway)                                                               \
	X(INCLUSIVE, inclusiveGateway)                                                             \
	X(COMPLEX, complexGateway)                                                                 \
	X(EVENT_BASED, eventBasedGateway)                                                          \
	X(FLOW, sequenceFlow)                                                                      \
	X(MESSAGE_FLOW, messageFlow)                                                               \
	X(ASSOCIATION, association)                                                                \
	X(DATA_OBJECT, dataObject)                                                                 \
	X(DATA_REFERENCE, dataObjectReference)                                                     \
	X(DATA_STORE, dataStoreReference)                                                          \
	X(PARTICIPANT, participant)                                                                \
	X(LANE, lane)                                                                              \
	X(GROUP, group)                                                                            \
	X(ANNOTATION, textAnnotation)                                                              \
	X(OTHER, other)

enum bpmn_kind {
#define X(id, name) BPMN_##id,
	BPMN_KINDS(X)
#undef X
	        BPMN_KIND_COUNT,
};

/* The BPMN name of a kind ("userTask"). */
const char *bpmn_kind_name(enum bpmn_kind kind);

/* Triggers of events (BPMN 10.5.5). MULTIPLE: several definitions, one is enough (or all:
 * PARALLEL_MULTIPLE). */
enum bpmn_trigger {
	BPMN_ON_NONE,
	BPMN_ON_MESSAGE,
	BPMN_ON_TIMER,
	BPMN_ON_SIGNAL,
	BPMN_ON_ERROR,
	BPMN_ON_ESCALATION,
	BPMN_ON_CONDITION,
	BPMN_ON_COMPENSATION,
	BPMN_ON_CANCEL,
	BPMN_ON_LINK,
	BPMN_ON_TERMINATE,
	BPMN_ON_MULTIPLE,
	BPMN_ON_PARALLEL_MULTIPLE,
	BPMN_TRIGGER_COUNT,
};

const char *bpmn_trigger_name(enum bpmn_trigger trigger);

/* An attribute or property that is not of BPMN. `space` is "aw" for urn:amtsweg:bpmn:1, else
 * the name space as the file gives it. */
struct bpmn_attribute {
	struct text space, name, value;
};

struct bpmn_point {
	double x, y;
};

/* The drawing of an element (BPMN DI, clause 12): bounds of a shape, way points of an edge. */
struct bpmn_drawing {
	bool drawn;
	bool expanded;   /* sub-processes */
	bool horizontal; /* pools and lanes */
	bool marker;     /* exclusive gateway shows its X */
	double x, y, width, height;
	bool has_label;
	double label_x, label_y, label_width, label_height;
	const struct bpmn_point *points; /* edges */
	size_t point_count;
};

/* Every element with an id, in the order of the file. */
struct bpmn_element {
	struct text id, name, documentation;
	enum bpmn_kind kind;
	struct text tag; /* XML name, tells BPMN_OTHER apart */
	int line;
	enum bpmn_trigger trigger;         /* events */
	bool interrupting;                 /* boundary events and starts of event sub-processes */
	const struct bpmn_element *parent; /* process or sub-process it stands in */
	const struct bpmn_element *source; /* flows and associations */
	const struct bpmn_element *target;
	const struct bpmn_element *attached; /* boundary event: its activity */
	const struct bpmn_element *lane;     /* innermost lane of a flow node */
	const struct bpmn_attribute *attributes;
	size_t attribute_count;
	struct bpmn_drawing drawing;
	bool multi, sequential, loop, compensation; /* markers of activities */
};

struct bpmn_model;

size_t bpmn_model_elements(const struct bpmn_model *m, const struct bpmn_element *const **out);
/* NULL when there is none. */
const struct bpmn_element *bpmn_model_find(const struct bpmn_model *m, struct text id);
/* Value of an `aw:` attribute; empty when it is not set. */
struct text bpmn_attribute(const struct bpmn_element *x, const char *name);
bool bpmn_has_attribute(const struct bpmn_element *x, const char *name);
/* The process that starts when a command names none: the first executable one that is not
 * called by another. */
const struct bpmn_element *bpmn_model_process(const struct bpmn_model *m);

/* What can start an instance: none (name empty), messages, signals, timers, conditions. */
struct bpmn_entry {
	const struct bpmn_element *process;
	const struct bpmn_element *element;
	enum bpmn_trigger trigger;
	struct text name; /* of message or signal */
};
size_t bpmn_model_entries(const struct bpmn_model *m, const struct bpmn_entry **out);

/* Names that a process calls or asks for, with the element that does: decisions, called
 * elements that are not in the file, connectors, letters, roles, forms, deadlines. */
enum bpmn_need_kind {
	BPMN_NEEDS_DECISION,
	BPMN_NEEDS_PROCESS,
	BPMN_NEEDS_CONNECTOR,
	BPMN_NEEDS_LETTER,
	BPMN_NEEDS_ROLE,
	BPMN_NEEDS_FORM,
	BPMN_NEEDS_DEADLINE,
};
struct bpmn_need {
	enum bpmn_need_kind kind;
	struct text name;
	const struct bpmn_element *element;
};
size_t bpmn_model_needs(const struct bpmn_model *m, const struct bpmn_need **out);

/* Findings ------------------------------------------------------------------------------- */

enum bpmn_severity { BPMN_NOTE, BPMN_WARNING, BPMN_REFUSAL };

/* What is wrong with a model. `rule` is the key of the sentence in ui/texts/bpmn.*.json
 * ("bpmn.<rule>"), `text` the same in English for log and command line. */
struct bpmn_finding {
	enum bpmn_severity severity;
	const char *rule;
	struct text element; /* id, or the XML name where there is none */
	struct text params[2];
	struct text text;
	int line;
};

enum { BPMN_FINDINGS_MAX = 500 };

struct bpmn_findings {
	struct bpmn_finding *items;
	size_t count, cap;
	size_t refusals;
};

/* Compile -------------------------------------------------------------------------------- */

enum {
	BPMN_BYTES_MAX = 8 << 20,    /* of one file */
	BPMN_ELEMENTS_MAX = 20000,   /* with an id, included ones counted */
	BPMN_NESTING_MAX = 32,       /* sub-processes inside each other */
	BPMN_SCOPE_NODES_MAX = 2000, /* flow nodes in one process or sub-process */
};

struct bpmn_options {
	/* Bytes of a library part named by aw:include; NULL: includes are refused. */
	enum err (*include)(void *data, struct text name, struct text *bytes, struct errinfo *e);
	void *data;
	/* Names known to expressions. NULL: every name is looked up at run time. Otherwise a
	 * name that neither stands here nor is set in the process is refused. */
	const struct feel_scope *names;
	/* Read for drawing or conversion only: nothing is refused for not being executable;
	 * the model cannot be run. */
	bool drawing_only;
};

/* Read, check and compile. `a` must outlive the model; `bytes` may go afterwards.
 * ERR_INVALID: not well-formed, or at least one refusal in `findings` (the first one also in
 * `e`, e->where is the element id); ERR_LIMIT: too large. Warnings do not fail. `options` and
 * `findings` may be NULL. */
MUST_USE enum err bpmn_compile(struct arena *a, struct text bytes,
        const struct bpmn_options *options, struct bpmn_findings *findings,
        const struct bpmn_model **out, struct errinfo *e);

/* State ---------------------------------------------------------------------------------- */

/* An instance: tokens, scopes, waits, variables. A value: bpmn_step never changes one.
 * Lives in the arena it was made in. */
struct bpmn_state;

enum {
	BPMN_FORMAT = 1,                /* first byte of a written state */
	BPMN_STATE_BYTES_MAX = 4 << 20, /* documents are kept by reference */
	BPMN_TOKENS_MAX = 20000,
	BPMN_DEPTH_MAX = 64, /* scopes inside each other, called processes counted */
};

struct bpmn_host;

/* Compact binary form with element ids, never indexes. The caller keeps which model (content
 * hash) it belongs to. */
void bpmn_state_write(const struct bpmn_state *s, struct buf *out);
/* Read a state of this or any older format. `host` resolves called processes. ERR_CORRUPT:
 * damaged, or an element id is not in the model. */
MUST_USE enum err bpmn_state_read(struct arena *a, const struct bpmn_model *m,
        const struct bpmn_host *host, struct text bytes, struct bpmn_state **out,
        struct errinfo *e);

enum bpmn_outcome { BPMN_LIVE, BPMN_COMPLETED, BPMN_FAILED, BPMN_CANCELLED };

enum bpmn_outcome bpmn_state_outcome(const struct bpmn_state *s);
bool bpmn_state_suspended(const struct bpmn_state *s);

/* A token as the desk sees it. */
struct bpmn_token_view {
	uint64_t token, scope, wait; /* wait: of the task or job it stands at, 0 = none */
	const struct bpmn_element *element;
	struct text incident; /* code, empty = none */
	struct text message;
};
size_t bpmn_state_tokens(
        struct arena *a, const struct bpmn_state *s, const struct bpmn_token_view **out);

/* What the instance waits for: rebuilds the rows of a shell that lost them. */
enum bpmn_wait_kind {
	BPMN_WAIT_TASK,
	BPMN_WAIT_JOB,
	BPMN_WAIT_MESSAGE,
	BPMN_WAIT_SIGNAL,
	BPMN_WAIT_TIMER,
	BPMN_WAIT_CONDITION,
};
struct bpmn_wait_view {
	enum bpmn_wait_kind kind;
	uint64_t wait, token, scope; /* token 0: start of an event sub-process */
	const struct bpmn_element *element;
	struct text name, key; /* message or signal */
	int64_t at_ms;         /* timer; BPMN_NEVER = its date is not known yet */
};
size_t bpmn_state_waits(
        struct arena *a, const struct bpmn_state *s, const struct bpmn_wait_view **out);

/* Variables of the process instance (root scope) as a context; of one scope when it is given. */
struct feel_value bpmn_state_variables(struct arena *a, const struct bpmn_state *s, uint64_t scope);

/* Public status of the contract: the strongest live aw:status. */
enum bpmn_status {
	BPMN_STATUS_NONE, /* no live node names one */
	BPMN_STATUS_COMPLETED,
	BPMN_STATUS_SUBMITTED,
	BPMN_STATUS_RECEIVED,
	BPMN_STATUS_PROCESSING,
	BPMN_STATUS_ACTION_REQUIRED,
};
enum bpmn_status bpmn_public_status(const struct bpmn_state *s);
const char *bpmn_status_name(enum bpmn_status status);

/* Host ----------------------------------------------------------------------------------- */

#define BPMN_NEVER INT64_MAX

struct bpmn_budget {
	uint32_t entries;    /* elements entered in one step; 0 = 10,000 */
	uint32_t instances;  /* multi-instance bodies made in one step; 0 = 256, then `more` */
	uint64_t feel_steps; /* of all expressions of the step; 0 = 1,000,000 */
};

/* Everything a step asks from outside, as pure functions. Any may be NULL. */
struct bpmn_host {
	void *data;
	/* Names around the variables of the root process: case, applicant, place, today, now,
	 * slot, param, deadline. Functions (working days) are feel_native values in it. */
	const struct feel_env *names;
	/* The same for a called process: case, applicant, place, today, now. */
	const struct feel_env *called_names;
	const char *zone; /* NULL = Europe/Berlin */
	/* Evaluate a decision. `trace` may be left empty; it goes into the effect unread. An
	 * error becomes an incident of the token. */
	enum err (*decide)(void *data, struct text decision, const struct feel_env *env,
	        struct feel_run *run, struct feel_value *out, struct feel_value *trace,
	        struct errinfo *e);
	/* The process behind a called element that is not in the same file. `process` empty:
	 * its first executable one. */
	enum err (*resolve)(void *data, struct text called, const struct bpmn_model **model,
	        struct text *process, struct errinfo *e);
	struct bpmn_budget budget;
};

/* Commands ------------------------------------------------------------------------------- */

enum bpmn_command_kind {
	BPMN_DO_START,     /* element: process id or empty; name: message or signal that starts it,
	                    * or the id of a start event, or empty = none start; value: variables.
	                    * The state before must be NULL. */
	BPMN_DO_COMPLETE,  /* wait: of a user task; value: result */
	BPMN_DO_DELIVER,   /* a message. wait, or name and key; value: payload context. Consumed by
	                    * one   subscription at most; ERR_NOT_FOUND when nobody waits for it */
	BPMN_DO_BROADCAST, /* a signal of another instance. name; value. Never ERR_NOT_FOUND */
	BPMN_DO_FIRE,      /* a timer. wait */
	BPMN_DO_ANSWER,    /* a job succeeded. wait; value: result */
	BPMN_DO_REFUSE,    /* a job ended in a business error. wait; name: code; value: variables */
	BPMN_DO_FAIL,      /* a job failed for good technically. wait; name: code; text: message.
	                    * The token gets an incident */
	BPMN_DO_RETRY,     /* token with an incident: the same again */
	BPMN_DO_SKIP,      /* token: go on as if done. text: reason; value: result or null */
	BPMN_DO_MOVE,      /* token: goes to `element` of the same scope. text: reason */
	BPMN_DO_ACTIVATE,  /* scope of an ad-hoc sub-process, element: start that activity */
	BPMN_DO_FINISH,    /* scope of an ad-hoc sub-process: no more activities will be started */
	BPMN_DO_SET, /* value: context of variables; scope or 0 = rule of the root. text: reason */
	BPMN_DO_REFRESH, /* names of the host changed (deadlines), or `more` was set: look again */
	BPMN_DO_SUSPEND, /* refuse all but resume, cancel and set. text: reason */
	BPMN_DO_RESUME,
	BPMN_DO_CANCEL, /* end everything. text: reason */
};

struct bpmn_command {
	enum bpmn_command_kind kind;
	uint64_t wait, token, scope;
	struct text element, name, key, text;
	struct feel_value value;
};

/* Effects -------------------------------------------------------------------------------- */

/* Which fields an effect carries stands beside its kind; token, scope and element are set
 * wherever they make sense. In the order in which they happened. */
enum bpmn_effect_kind {
	BPMN_TASK_OPENED,     /* wait, element, at_ms due or BPMN_NEVER, value: aw:input or null */
	BPMN_TASK_CLOSED,     /* wait: withdrawn, not completed */
	BPMN_TIMER_SET,       /* wait, at_ms; again with the same wait when the date moved;
	                       * BPMN_NEVER: the date is not known (any longer) */
	BPMN_TIMER_CLOSED,    /* wait: withdrawn, not fired */
	BPMN_SUBSCRIBED,      /* wait, name of the message, key, at_ms: messages published before
	                       * this instant are too old (aw:ttl), BPMN_NEVER = no limit */
	BPMN_UNSUBSCRIBED,    /* wait: withdrawn, not consumed */
	BPMN_LISTENING,       /* wait, name: of a signal that may come from another instance */
	BPMN_UNLISTENING,     /* wait: withdrawn */
	BPMN_JOB_REQUESTED,   /* wait, element, name: connector, key: letter, value: context of
	                       * input and to */
	BPMN_JOB_CLOSED,      /* wait: the answer is not wanted any more */
	BPMN_OFFERED,         /* scope of an ad-hoc sub-process, element: may be activated */
	BPMN_DECIDED,         /* element, name: decision, value: result, extra: trace */
	BPMN_MESSAGE_THROWN,  /* element, name, key, value: payload, extra: aw:to */
	BPMN_SIGNAL_THROWN,   /* element, name, value; inside the instance already delivered */
	BPMN_VARIABLE_SET,    /* scope, name, value */
	BPMN_INCIDENT,        /* token, element, name: code, text: message */
	BPMN_INCIDENT_SOLVED, /* token, element, text: how */
	BPMN_ENDED,           /* the instance is over. element: end event or NULL, outcome; name:
	                       * error code of BPMN_FAILED, text: reason */
	/* History only, nothing to do: */
	BPMN_ENTERED,     /* token, element */
	BPMN_LEFT,        /* token, element */
	BPMN_WITHDRAWN,   /* token, element: interrupted or cancelled */
	BPMN_TOOK,        /* token, element: the flow */
	BPMN_TRIGGERED,   /* token or 0, element: an event occurred; name, key */
	BPMN_UNCAUGHT,    /* element: escalation nobody catches; name: code */
	BPMN_COMPENSATED, /* element whose work was taken back */
	BPMN_NOTED,       /* text: reason of skip, move, set, suspend, resume, cancel */
};

struct bpmn_effect {
	enum bpmn_effect_kind kind;
	uint64_t token, scope, wait;
	const struct bpmn_element *element;
	struct text name, key, text;
	int64_t at_ms;
	struct feel_value value, extra;
	enum bpmn_outcome outcome;
};

const char *bpmn_effect_name(enum bpmn_effect_kind kind);
/* One line of JSON without its end: {"at":"...","what":"entered","element":"..",...}. */
void bpmn_effect_json(struct buf *out, const struct bpmn_effect *f, int64_t now_ms);

/* Step ----------------------------------------------------------------------------------- */

struct bpmn_result {
	struct bpmn_state *state;
	const struct bpmn_effect *effects;
	size_t count;
	bool more; /* large work is not done: give BPMN_DO_REFRESH in a following command */
};

/* Apply one command. The new state may share values with the old one: both arenas must live
 * (bpmn_state_read gives one that stands alone). On any error nothing happened:
 * ERR_INVALID the command makes no sense here; ERR_NOT_FOUND no such wait, token, message;
 * ERR_CONFLICT the instance is over or suspended; ERR_LIMIT too many tokens.
 * What goes wrong inside the process is no error but an incident. */
MUST_USE enum err bpmn_step(const struct bpmn_model *m, const struct bpmn_state *before,
        const struct bpmn_command *c, const struct bpmn_host *host, int64_t now_ms, struct arena *a,
        struct bpmn_result *out, struct errinfo *e);

#endif
