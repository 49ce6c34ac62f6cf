/* bpmn/model.h - the compiled model: what the step runs on.
 *
 * Everything is made once by bpmn_compile in its arena and never changed. Nodes are flow
 * nodes, sub-processes and processes; a process is a node without parent. Tables are in the
 * order of the file, so that every loop over them is deterministic. */
#ifndef BPMN_MODEL_H
#define BPMN_MODEL_H

#include "bpmn/bpmn.h"
#include "format/xml.h"

#define BPMN_SPACE "http://www.omg.org/spec/BPMN/20100524/MODEL"
#define BPMN_AW    "urn:amtsweg:bpmn:1"

struct bpmn_node;

struct bpmn_flow {
	struct bpmn_element *element;
	const struct xml *xml;
	struct bpmn_node *source, *target; /* NULL where the reference is wrong: refused */
	const struct feel_expr *condition; /* NULL: unconditional */
	bool has_condition;
	bool tells_reset; /* the condition reads waitingForStart: complex gateway, reset phase */
};

enum bpmn_time_kind { BPMN_TIME_DATE, BPMN_TIME_DURATION, BPMN_TIME_CYCLE };

/* An event definition, or the place where one is referred to. */
struct bpmn_event {
	enum bpmn_trigger trigger;
	const struct xml *xml;
	struct text name; /* of message, signal or link */
	struct text code; /* of error or escalation; empty catches every code */
	const struct feel_expr *key, *ttl;
	enum bpmn_time_kind time_kind;
	const struct feel_expr *time;
	struct text time_literal; /* ISO 8601 as other tools write it, instead of `time` */
	const struct feel_expr *condition;
	const struct bpmn_node *activity; /* compensation of one activity; NULL = of the scope */
	const struct bpmn_node *link;     /* throwing link: the catching event */
	bool no_wait;                     /* compensation: waitForCompletion="false" */
};

enum bpmn_loop_kind { BPMN_LOOP_STANDARD, BPMN_LOOP_PARALLEL, BPMN_LOOP_SEQUENTIAL };
enum bpmn_behavior {
	BPMN_BEHAVIOR_ALL,
	BPMN_BEHAVIOR_ONE,
	BPMN_BEHAVIOR_NONE,
	BPMN_BEHAVIOR_COMPLEX
};

struct bpmn_behavior_event {
	const struct feel_expr *condition;
	struct bpmn_event event;
};

/* Standard loop and multi-instance (BPMN 10.3.8). */
struct bpmn_loop {
	enum bpmn_loop_kind kind;
	const struct xml *xml;
	bool test_before;
	const struct feel_expr *condition; /* standard: go on while true */
	int64_t maximum;                   /* standard; -1 = none */
	const struct feel_expr *cardinality;
	const struct feel_expr *collection; /* instead of cardinality */
	struct text input_item, output_item, output_collection;
	const struct feel_expr *completion;
	enum bpmn_behavior behavior;
	struct bpmn_event *behavior_event; /* ONE, NONE */
	struct bpmn_behavior_event *complex;
	size_t complex_count;
};

/* A data association: variable `to` takes the value of `from`. */
struct bpmn_mapping {
	const struct feel_expr *from;
	struct text to;
};

/* For an inclusive or complex gateway: bit n of row i is set when a token at node n (its
 * index in the scope) can arrive by incoming flow i without passing the gateway. */
struct bpmn_reach {
	size_t words; /* of 64 bits in a row */
	const uint64_t *bits;
};

struct bpmn_node {
	struct bpmn_element *element;
	const struct xml *xml;
	struct bpmn_model *model;
	struct text id;
	enum bpmn_kind kind;
	struct bpmn_node *parent;
	struct bpmn_node *process;
	uint32_t index; /* among the children of the parent */
	bool executable;

	struct bpmn_flow **incoming, **outgoing;
	size_t incoming_count, outgoing_count;
	size_t incoming_cap, outgoing_cap;
	struct bpmn_flow *default_flow;

	/* Events */
	struct bpmn_event *events;
	size_t event_count;
	bool parallel_multiple;
	bool interrupting;
	struct bpmn_node *attached;
	bool instantiates; /* receive task, event-based gateway */

	/* Activities */
	struct bpmn_node **boundary;
	size_t boundary_count, boundary_cap;
	struct bpmn_node *handler; /* behind the compensation boundary event */
	struct bpmn_node *handles; /* activity this one compensates */
	bool for_compensation;
	int64_t start_quantity, completion_quantity;
	struct bpmn_loop *loop;
	struct bpmn_mapping *inputs, *outputs;
	size_t input_count, output_count;
	const struct feel_expr *script, *input, *params, *due, *to, *key, *ttl;
	struct text result, decision, connector, letter, message;
	struct text called;
	const struct feel_expr *called_expr;
	const struct bpmn_node *called_here; /* process or global task of the same file */

	/* Processes and sub-processes */
	struct bpmn_node **children;
	size_t child_count, child_cap;
	struct bpmn_node **starts; /* without event sub-processes' */
	size_t start_count, start_cap;
	struct bpmn_node **event_subs;
	size_t event_sub_count, event_sub_cap;
	bool ad_hoc_sequential, ad_hoc_keep; /* keep: cancelRemainingInstances="false" */
	const struct feel_expr *completion;  /* ad-hoc */
	struct text *data; /* names of data objects and properties: variables of this scope */
	size_t data_count, data_cap;

	/* Gateways */
	const struct feel_expr *activation;
	bool parallel_start; /* event-based gateway: eventGatewayType="Parallel" */
	struct bpmn_reach reach;

	enum bpmn_status status;
};

/* Every XML element with an id, sorted by id. */
struct bpmn_id {
	struct text id;
	const struct xml *xml;
	struct bpmn_element *element; /* may be NULL */
	struct bpmn_node *node;       /* may be NULL */
	struct bpmn_flow *flow;       /* may be NULL */
};

struct bpmn_model {
	struct arena *arena;
	struct bpmn_element **elements;
	size_t element_count, element_cap;
	struct bpmn_node **nodes;
	size_t node_count, node_cap;
	struct bpmn_flow **flows;
	size_t flow_count, flow_cap;
	struct bpmn_node **processes;
	size_t process_count, process_cap;
	struct bpmn_id *ids;
	size_t id_count, id_cap;
	struct bpmn_entry *entries;
	size_t entry_count, entry_cap;
	struct bpmn_need *needs;
	size_t need_count, need_cap;
	const struct xml **roots; /* the file, then what it includes */
	size_t root_count, root_cap;
	const struct xml *
	        *hosts; /* of each root: the process that includes it, NULL for the file */
	size_t host_count, host_cap;
	bool runnable;
};

/* Compiling: shared by its stages. */
struct bpmn_reader {
	struct arena *arena;
	struct bpmn_model *model;
	const struct bpmn_options *options;
	struct bpmn_findings *findings;
	bool foreign_language; /* expressionLanguage of the file is not FEEL */
	bool lenient;          /* what is looked at now will not run: refusals become warnings */
	struct feel_scope scope;
	struct feel_field *names; /* set by the process itself */
	size_t name_count, name_cap;
};

/* read.c */
enum err bpmn_read_model(struct bpmn_reader *r, struct text bytes, struct errinfo *e);
/* read_node.c: what stands inside one node or flow, after all references are known. */
void bpmn_read_details(struct bpmn_reader *r, struct bpmn_node *n);
/* read_event.c */
void bpmn_read_events(struct bpmn_reader *r, struct bpmn_node *n);
bool bpmn_read_event(struct bpmn_reader *r, const struct bpmn_node *at, const struct xml *x,
        struct bpmn_event *out);
enum bpmn_trigger bpmn_trigger_of(struct text tag);
/* read_loop.c */
void bpmn_read_loop(struct bpmn_reader *r, struct bpmn_node *n);
/* read_data.c */
void bpmn_read_data(struct bpmn_reader *r, struct bpmn_node *n);
/* The variable behind the id of a data object, reference, input, output or property. */
struct text bpmn_data_name(struct bpmn_reader *r, struct text id);
/* draw.c */
void bpmn_read_drawing(struct bpmn_reader *r);

/* rules.c, rules_flow.c, rules_event.c, rules_refs.c: refusals and warnings. */
void bpmn_check_model(struct bpmn_reader *r);
void bpmn_check_references(struct bpmn_reader *r);
void bpmn_check_flows(struct bpmn_reader *r, const struct bpmn_node *n);
void bpmn_check_event(struct bpmn_reader *r, const struct bpmn_node *n);
void bpmn_check_collaboration(struct bpmn_reader *r);
void bpmn_check_data(struct bpmn_reader *r);
void bpmn_check_soundness(struct bpmn_reader *r);
/* rules_marking.c: after bpmn_compile_joins. */
void bpmn_check_markings(struct bpmn_reader *r, const struct bpmn_node *scope);

/* compile.c */
const struct feel_expr *bpmn_expression(
        struct bpmn_reader *r, struct text source, struct text element, int line);
/* The expression inside an element, its language checked. NULL when it is refused. */
const struct feel_expr *bpmn_expression_of(
        struct bpmn_reader *r, const struct xml *x, struct text element);
/* names.c: with a closed outer scope, the names that the process itself sets. */
void bpmn_collect_names(struct bpmn_reader *r);
/* joins.c */
void bpmn_compile_joins(struct bpmn_reader *r);
/* needs.c: what starts the model, and what it needs from its package. */
void bpmn_list_entries(struct bpmn_reader *r);
void bpmn_list_needs(struct bpmn_reader *r);

/* findings.c */
void bpmn_found(struct bpmn_reader *r, const char *rule, struct text element, int line,
        struct text p0, struct text p1);
#define BPMN_FOUND(r, rule, n, p0, p1) bpmn_found((r), (rule), (n)->id, (n)->xml->line, (p0), (p1))

/* Look-ups. */
const struct bpmn_id *bpmn_id_find(const struct bpmn_model *m, struct text id);
/* The XML element a reference means when its local name is `tag`; NULL otherwise. */
const struct xml *bpmn_ref(const struct bpmn_model *m, struct text id, const char *tag);
struct bpmn_node *bpmn_node_find(const struct bpmn_model *m, struct text id);
struct text bpmn_local(struct text qname); /* without its prefix */
bool bpmn_is_activity(enum bpmn_kind kind);
bool bpmn_is_container(enum bpmn_kind kind); /* process or sub-process */
bool bpmn_is_gateway(enum bpmn_kind kind);
struct text bpmn_aw(const struct xml *x, const char *name);

#endif
