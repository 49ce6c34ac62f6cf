/* bpmn/effect_json.c - effects as lines of JSON, the history of `amtsweg simulate`. */
#include "base/calendar.h"
#include "bpmn/bpmn.h"
#include "format/json.h"

const char *bpmn_effect_name(enum bpmn_effect_kind kind)
{
	static const char *const names[] = {
	        [BPMN_TASK_OPENED] = "task opened",
	        [BPMN_TASK_CLOSED] = "task closed",
	        [BPMN_TIMER_SET] = "timer set",
	        [BPMN_TIMER_CLOSED] = "timer closed",
	        [BPMN_SUBSCRIBED] = "subscribed",
	        [BPMN_UNSUBSCRIBED] = "unsubscribed",
	        [BPMN_LISTENING] = "listening",
	        [BPMN_UNLISTENING] = "unlistening",
	        [BPMN_JOB_REQUESTED] = "job requested",
	        [BPMN_JOB_CLOSED] = "job closed",
	        [BPMN_OFFERED] = "offered",
	        [BPMN_DECIDED] = "decided",
	        [BPMN_MESSAGE_THROWN] = "message thrown",
	        [BPMN_SIGNAL_THROWN] = "signal thrown",
	        [BPMN_VARIABLE_SET] = "variable set",
	        [BPMN_INCIDENT] = "incident",
	        [BPMN_INCIDENT_SOLVED] = "incident solved",
	        [BPMN_ENDED] = "ended",
	        [BPMN_ENTERED] = "entered",
	        [BPMN_LEFT] = "left",
	        [BPMN_WITHDRAWN] = "withdrawn",
	        [BPMN_TOOK] = "took",
	        [BPMN_TRIGGERED] = "triggered",
	        [BPMN_UNCAUGHT] = "uncaught",
	        [BPMN_COMPENSATED] = "compensated",
	        [BPMN_NOTED] = "noted",
	};
	check((size_t)kind < sizeof names / sizeof *names);
	return names[kind];
}

static void put_text(struct json_out *o, const char *name, struct text t)
{
	if (!t.len)
		return;
	json_out_name(o, name);
	json_out_text(o, t);
}

static void put_id(struct json_out *o, const char *name, uint64_t id)
{
	if (!id)
		return;
	json_out_name(o, name);
	json_out_int(o, (int64_t)id);
}

static void put_instant(struct json_out *o, struct arena *a, const char *name, int64_t ms)
{
	if (ms == BPMN_NEVER)
		return;
	json_out_name(o, name);
	json_out_text(o, instant_text(a, (struct instant){ms}));
}

static void put_value(struct json_out *o, struct arena *a, const char *name, struct feel_value v)
{
	if (feel_is_null(v))
		return;
	struct buf b;
	buf_init(&b, 16 << 20);
	feel_to_plain_json(&b, v, true);
	const struct json *tree = NULL;
	json_out_name(o, name);
	if (json_parse(a, buf_text(&b), name, &tree, NULL) == OK)
		json_out_tree(o, tree);
	else
		json_out_text(o, feel_to_text(a, v));
	buf_free(&b);
}

static const char *outcome_name(enum bpmn_outcome outcome)
{
	static const char *const names[] = {"live", "completed", "failed", "cancelled"};
	return names[outcome];
}

void bpmn_effect_json(struct buf *out, const struct bpmn_effect *f, int64_t now_ms)
{
	struct arena *a = arena_new(0);
	struct json_out o = json_out(out);
	json_out_object(&o);
	put_instant(&o, a, "at", now_ms);
	json_out_name(&o, "what");
	json_out_z(&o, bpmn_effect_name(f->kind));
	if (f->element) {
		put_text(&o, "element", f->element->id);
		json_out_name(&o, "kind");
		json_out_z(&o, bpmn_kind_name(f->element->kind));
	}
	put_id(&o, "token", f->token);
	put_id(&o, "scope", f->scope);
	put_id(&o, "wait", f->wait);
	put_text(&o, "name", f->name);
	put_text(&o, "key", f->key);
	put_text(&o, "text", f->text);
	put_instant(&o, a, "due", f->at_ms);
	put_value(&o, a, "value", f->value);
	put_value(&o, a, "extra", f->extra);
	if (f->kind == BPMN_ENDED) {
		json_out_name(&o, "outcome");
		json_out_z(&o, outcome_name(f->outcome));
	}
	json_out_end(&o);
	arena_free(a);
}
