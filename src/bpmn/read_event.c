/* bpmn/read_event.c - event definitions, inside an event or referred to by it. */
#include "base/calendar.h"
#include "bpmn/model.h"

static const struct {
	const char *tag;
	enum bpmn_trigger trigger;
} triggers[] = {
        {"messageEventDefinition", BPMN_ON_MESSAGE},
        {"timerEventDefinition", BPMN_ON_TIMER},
        {"signalEventDefinition", BPMN_ON_SIGNAL},
        {"errorEventDefinition", BPMN_ON_ERROR},
        {"escalationEventDefinition", BPMN_ON_ESCALATION},
        {"conditionalEventDefinition", BPMN_ON_CONDITION},
        {"compensateEventDefinition", BPMN_ON_COMPENSATION},
        {"cancelEventDefinition", BPMN_ON_CANCEL},
        {"linkEventDefinition", BPMN_ON_LINK},
        {"terminateEventDefinition", BPMN_ON_TERMINATE},
};

enum bpmn_trigger bpmn_trigger_of(struct text tag)
{
	for (size_t i = 0; i < sizeof triggers / sizeof *triggers; i++)
		if (text_is(tag, triggers[i].tag))
			return triggers[i].trigger;
	return BPMN_ON_NONE;
}

const char *bpmn_trigger_name(enum bpmn_trigger trigger)
{
	static const char *const names[] = {"none", "message", "timer", "signal", "error",
	        "escalation", "conditional", "compensation", "cancel", "link", "terminate",
	        "multiple", "parallelMultiple"};
	check((size_t)trigger < sizeof names / sizeof *names);
	return names[trigger];
}

/* The name or code of a message, signal, error or escalation: its own, else its id. */
static struct text named(const struct bpmn_model *m, const struct xml *x, const char *attribute,
        const char *tag, const char *value)
{
	struct text ref = xml_attr(x, attribute);
	const struct xml *target = bpmn_ref(m, ref, tag);
	if (!target)
		return ref.len ? bpmn_local(ref) : TEXT_NONE;
	struct text name = xml_attr(target, value);
	return name.len ? name : xml_attr(target, "id");
}

static bool is_iso(struct text t)
{
	struct period p;
	if (t.len && (t.ptr[0] == 'P' || t.ptr[0] == 'R'))
		return t.ptr[0] == 'R' ? text_find(t, TEXT("/"), 0) != SIZE_MAX
		                       : period_parse(t, &p);
	struct feel_value v;
	return t.len >= 10 && feel_parse_date(text_part(t, 0, 10), &v) &&
	       (t.len == 10 || t.ptr[10] == 'T');
}

static void timer_read(struct bpmn_reader *r, const struct bpmn_node *at, const struct xml *x,
        struct bpmn_event *out)
{
	static const struct {
		const char *tag;
		enum bpmn_time_kind kind;
	} kinds[] = {{"timeDate", BPMN_TIME_DATE}, {"timeDuration", BPMN_TIME_DURATION},
	        {"timeCycle", BPMN_TIME_CYCLE}};
	const struct xml *found = NULL;
	for (size_t i = 0; i < 3; i++) {
		const struct xml *c = xml_child(x, kinds[i].tag);
		if (!c)
			continue;
		if (found)
			BPMN_FOUND(r, "timer_twice", at, TEXT_NONE, TEXT_NONE);
		found = c;
		out->time_kind = kinds[i].kind;
	}
	if (!found) {
		BPMN_FOUND(r, "timer_empty", at, TEXT_NONE, TEXT_NONE);
		return;
	}
	struct text t = text_trim(found->text);
	if (is_iso(t)) {
		out->time_literal = t;
		return;
	}
	out->time = bpmn_expression_of(r, found, at->id);
}

static void keys_read(struct bpmn_reader *r, const struct bpmn_node *at, const struct xml *x,
        struct bpmn_event *out)
{
	struct text key = bpmn_aw(x, "key"), ttl = bpmn_aw(x, "ttl");
	if (!key.len)
		key = bpmn_aw(at->xml, "key");
	if (!ttl.len)
		ttl = bpmn_aw(at->xml, "ttl");
	if (key.len)
		out->key = bpmn_expression(r, key, at->id, x->line);
	if (ttl.len)
		out->ttl = bpmn_expression(r, ttl, at->id, x->line);
}

static void compensation_read(struct bpmn_reader *r, const struct xml *x, struct bpmn_event *out)
{
	out->activity = bpmn_node_find(r->model, xml_attr(x, "activityRef"));
	out->no_wait = text_is(xml_attr(x, "waitForCompletion"), "false");
}

bool bpmn_read_event(struct bpmn_reader *r, const struct bpmn_node *at, const struct xml *x,
        struct bpmn_event *out)
{
	const struct bpmn_model *m = r->model;
	out->trigger = bpmn_trigger_of(x->name);
	out->xml = x;
	switch (out->trigger) {
	case BPMN_ON_NONE: return false;
	case BPMN_ON_MESSAGE:
		out->name = named(m, x, "messageRef", "message", "name");
		keys_read(r, at, x, out);
		break;
	case BPMN_ON_SIGNAL:
		out->name = named(m, x, "signalRef", "signal", "name");
		keys_read(r, at, x, out);
		break;
	case BPMN_ON_ERROR: out->code = named(m, x, "errorRef", "error", "errorCode"); break;
	case BPMN_ON_ESCALATION:
		out->code = named(m, x, "escalationRef", "escalation", "escalationCode");
		break;
	case BPMN_ON_TIMER: timer_read(r, at, x, out); break;
	case BPMN_ON_CONDITION:
		if (xml_child(x, "condition"))
			out->condition = bpmn_expression_of(r, xml_child(x, "condition"), at->id);
		break;
	case BPMN_ON_COMPENSATION: compensation_read(r, x, out); break;
	case BPMN_ON_LINK: out->name = xml_attr(x, "name"); break;
	default: break;
	}
	return true;
}

static const struct xml *definition_of(struct bpmn_reader *r, const struct xml *x)
{
	if (bpmn_trigger_of(x->name) != BPMN_ON_NONE)
		return x;
	if (!xml_named(x, BPMN_SPACE, "eventDefinitionRef"))
		return NULL;
	const struct bpmn_id *id = bpmn_id_find(r->model, bpmn_local(text_trim(x->text)));
	return id && bpmn_trigger_of(id->xml->name) != BPMN_ON_NONE ? id->xml : NULL;
}

static enum bpmn_trigger trigger_of_node(const struct bpmn_node *n)
{
	if (!n->event_count)
		return BPMN_ON_NONE;
	if (n->event_count == 1)
		return n->events[0].trigger;
	return n->parallel_multiple ? BPMN_ON_PARALLEL_MULTIPLE : BPMN_ON_MULTIPLE;
}

void bpmn_read_events(struct bpmn_reader *r, struct bpmn_node *n)
{
	size_t cap = 0;
	for (size_t i = 0; i < n->xml->count; i++) {
		const struct xml *x = definition_of(r, &n->xml->children[i]);
		struct bpmn_event event = {0};
		if (x && bpmn_read_event(r, n, x, &event))
			*ARENA_PUSH(r->arena, n->events, n->event_count, cap) = event;
	}
	n->parallel_multiple = text_is(xml_attr(n->xml, "parallelMultiple"), "true");
	const char *flag = n->kind == BPMN_BOUNDARY_EVENT ? "cancelActivity" : "isInterrupting";
	n->interrupting = !text_is(xml_attr(n->xml, flag), "false");
	n->element->trigger = trigger_of_node(n);
	n->element->interrupting = n->interrupting;
}
