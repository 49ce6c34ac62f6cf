/* Random well-formed models x random scenarios: no instance is ever stuck.
 *
 * Models are grown from blocks (sequences, splits with their joins, loops, sub-processes with
 * boundary events, event gateways, multi-instance), so each can come to its end. A scenario
 * answers whatever is open in random order: completes, fails, refuses, lets time pass, sends
 * messages, retries. After every step the state is written and read back. An instance that
 * lives but waits for nothing and nobody is stuck; so is one that does not end in time.
 * The seed of a failure is printed; BPMN_SEED and BPMN_SEEDS choose others. */
#include "unit.h"

#include "bpmn/bpmn.h"
#include "format/xml.h"

#include <stdio.h>
#include <stdlib.h>

enum { SEEDS = 1000, STEPS_MAX = 400, BLOCKS_MAX = 24 };

struct random {
	uint64_t state;
};

static uint64_t draw(struct random *r)
{
	uint64_t z = (r->state += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static unsigned below(struct random *r, unsigned n)
{
	return (unsigned)(draw(r) % n);
}

/* Models ---------------------------------------------------------------------------------- */

struct grow {
	struct random *r;
	struct buf out;
	unsigned next; /* number of the next element */
	unsigned blocks, depth;
};

static unsigned node(struct grow *g, const char *tag, const char *attributes, const char *inside)
{
	unsigned id = g->next++;
	buf_add_format(&g->out, "<%s id='n%u' %s>%s</%s>\n", tag, id, attributes, inside, tag);
	return id;
}

static void flow(struct grow *g, unsigned from, unsigned to, const char *condition)
{
	unsigned id = g->next++;
	buf_add_format(
	        &g->out, "<sequenceFlow id='f%u' sourceRef='n%u' targetRef='n%u'>", id, from, to);
	if (condition)
		buf_add_format(&g->out, "<conditionExpression>%s</conditionExpression>", condition);
	buf_add_z(&g->out, "</sequenceFlow>\n");
}

/* The flow taken when no other is: its id is known before the gateway is written. */
static void flow_named(struct grow *g, unsigned id, unsigned from, unsigned to)
{
	buf_add_format(&g->out, "<sequenceFlow id='f%u' sourceRef='n%u' targetRef='n%u'/>\n", id,
	        from, to);
}

struct block {
	unsigned first, last;
};

static struct block grow_block(struct grow *g);

static struct block grow_activity(struct grow *g)
{
	static const char *const multi[] = {"",
	        "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
	        "</multiInstanceLoopCharacteristics>",
	        "<multiInstanceLoopCharacteristics isSequential='true'><loopCardinality>2"
	        "</loopCardinality></multiInstanceLoopCharacteristics>",
	        "<standardLoopCharacteristics loopMaximum='2'/>"};
	const char *inside = multi[below(g->r, 8) > 4 ? below(g->r, 4) : 0];
	unsigned id;
	switch (below(g->r, 4)) {
	case 0: id = node(g, "task", "", inside); break;
	case 1: id = node(g, "userTask", "", inside); break;
	case 2: id = node(g, "serviceTask", "", inside); break;
	default:
		id = node(g, "scriptTask", "scriptFormat='feel'",
		        "<script>{ k: (if k = null then 0 else k) + 1 }</script>");
	}
	return (struct block){id, id};
}

static struct block grow_sequence(struct grow *g)
{
	struct block out = grow_block(g);
	for (unsigned i = below(g->r, 3); i > 0; i--) {
		struct block next = grow_block(g);
		flow(g, out.last, next.first, NULL);
		out.last = next.last;
	}
	return out;
}

static struct block grow_split(struct grow *g, const char *tag, bool conditions)
{
	char attributes[32] = "";
	unsigned other = g->next++;
	if (conditions)
		(void)snprintf(attributes, sizeof attributes, "default='f%u'", other);
	struct block out;
	out.first = node(g, tag, attributes, "");
	out.last = node(g, tag, "", "");
	unsigned ways = 2 + below(g->r, 2);
	for (unsigned i = 0; i < ways; i++) {
		struct block way = grow_sequence(g);
		char condition[32];
		(void)snprintf(condition, sizeof condition, "c%u", below(g->r, 6));
		if (conditions && i + 1 == ways)
			flow_named(g, other, out.first, way.first);
		else
			flow(g, out.first, way.first, conditions ? condition : NULL);
		flow(g, way.last, out.last, NULL);
	}
	return out;
}

/* merge -> body -> count -> again? */
static struct block grow_loop(struct grow *g)
{
	char attributes[32], condition[48], script[96];
	unsigned other = g->next++;
	struct block out;
	out.first = node(g, "exclusiveGateway", "", "");
	struct block body = grow_block(g);
	(void)snprintf(script, sizeof script,
	        "<script>{ r%u: (if r%u = null then 0 else r%u) + 1 }</script>", other, other,
	        other);
	unsigned count = node(g, "scriptTask", "scriptFormat='feel'", script);
	(void)snprintf(attributes, sizeof attributes, "default='f%u'", other);
	(void)snprintf(condition, sizeof condition, "r%u &lt; 3", other);
	unsigned again = node(g, "exclusiveGateway", attributes, "");
	out.last = node(g, "task", "", "");
	flow(g, out.first, body.first, NULL);
	flow(g, body.last, count, NULL);
	flow(g, count, again, NULL);
	flow(g, again, out.first, condition);
	flow_named(g, other, again, out.last);
	return out;
}

static struct block grow_choice_of_events(struct grow *g)
{
	struct block out;
	out.first = node(g, "eventBasedGateway", "", "");
	unsigned message =
	        node(g, "intermediateCatchEvent", "", "<messageEventDefinition messageRef='m'/>");
	unsigned timer = node(g, "intermediateCatchEvent", "",
	        "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>");
	out.last = node(g, "exclusiveGateway", "", "");
	flow(g, out.first, message, NULL);
	flow(g, out.first, timer, NULL);
	flow(g, message, out.last, NULL);
	flow(g, timer, out.last, NULL);
	return out;
}

static const char *grow_trigger(struct grow *g)
{
	static const char *const triggers[] = {
	        "<timerEventDefinition><timeDuration>PT2H</timeDuration></timerEventDefinition>",
	        "<messageEventDefinition messageRef='m'/>",
	        "<errorEventDefinition/>",
	        "<signalEventDefinition signalRef='sg'/>",
	};
	return triggers[below(g->r, 4)];
}

/* A sub-process whose boundary event leads to the same end. */
static struct block grow_sub_process(struct grow *g)
{
	unsigned sub = g->next++;
	bool ends_by_error = below(g->r, 3) == 0;
	buf_add_format(&g->out, "<subProcess id='n%u'>\n", sub);
	unsigned start = node(g, "startEvent", "", "");
	struct block body = grow_sequence(g);
	unsigned end = node(
	        g, "endEvent", "", ends_by_error ? "<errorEventDefinition errorRef='er'/>" : "");
	flow(g, start, body.first, NULL);
	flow(g, body.last, end, NULL);
	buf_add_z(&g->out, "</subProcess>\n");
	char attributes[64];
	(void)snprintf(attributes, sizeof attributes, "attachedToRef='n%u'", sub);
	const char *trigger = ends_by_error ? "<errorEventDefinition/>" : grow_trigger(g);
	unsigned boundary = node(g, "boundaryEvent", attributes, trigger);
	unsigned merge = node(g, "exclusiveGateway", "", "");
	flow(g, sub, merge, NULL);
	flow(g, boundary, merge, NULL);
	return (struct block){sub, merge};
}

static struct block grow_signal(struct grow *g)
{
	unsigned id =
	        node(g, "intermediateThrowEvent", "", "<signalEventDefinition signalRef='sg'/>");
	return (struct block){id, id};
}

static struct block grow_block(struct grow *g)
{
	if (++g->blocks > BLOCKS_MAX || g->depth > 4)
		return grow_activity(g);
	g->depth++;
	struct block out;
	switch (below(g->r, 10)) {
	case 0: out = grow_split(g, "exclusiveGateway", true); break;
	case 1: out = grow_split(g, "parallelGateway", false); break;
	case 2: out = grow_split(g, "inclusiveGateway", true); break;
	case 3: out = grow_loop(g); break;
	case 4: out = grow_choice_of_events(g); break;
	case 5: out = grow_sub_process(g); break;
	case 6: out = grow_signal(g); break;
	default: out = grow_activity(g); break;
	}
	g->depth--;
	return out;
}

static struct text grow_model(struct arena *a, struct random *r)
{
	struct grow g = {.r = r};
	buf_init(&g.out, 4 << 20);
	buf_add_z(&g.out, "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'>"
	                  "<message id='m' name='hello'/><signal id='sg' name='bell'/>"
	                  "<error id='er' errorCode='E1'/><process id='p' isExecutable='true'>\n");
	unsigned start = node(&g, "startEvent", "", "");
	struct block body = grow_sequence(&g);
	unsigned end = node(&g, "endEvent", "", "");
	flow(&g, start, body.first, NULL);
	flow(&g, body.last, end, NULL);
	buf_add_z(&g.out, "</process></definitions>");
	struct text out = buf_copy(&g.out, a);
	buf_free(&g.out);
	return out;
}

/* Scenarios ------------------------------------------------------------------------------- */

static bool choose_wait(struct random *r, const struct bpmn_wait_view *waits, size_t count,
        int64_t *now, struct bpmn_command *c)
{
	const struct bpmn_wait_view *w = &waits[below(r, (unsigned)count)];
	c->wait = w->wait;
	switch (w->kind) {
	case BPMN_WAIT_TASK: c->kind = BPMN_DO_COMPLETE; return true;
	case BPMN_WAIT_JOB: {
		static const enum bpmn_command_kind kinds[] = {BPMN_DO_ANSWER, BPMN_DO_ANSWER,
		        BPMN_DO_ANSWER, BPMN_DO_FAIL, BPMN_DO_REFUSE};
		c->kind = kinds[below(r, 5)];
		c->name = TEXT("E2");
		return true;
	}
	case BPMN_WAIT_MESSAGE: c->kind = BPMN_DO_DELIVER; return below(r, 2) == 0;
	case BPMN_WAIT_SIGNAL:
		c->kind = BPMN_DO_BROADCAST;
		c->name = w->name;
		return below(r, 4) == 0;
	case BPMN_WAIT_TIMER:
		c->kind = BPMN_DO_FIRE;
		if (w->at_ms > *now)
			*now = w->at_ms;
		return below(r, 2) == 0;
	default: return false;
	}
}

/* Something the world could do now; false: nothing, the instance is stuck. */
static bool choose(struct arena *a, struct random *r, const struct bpmn_state *s, int64_t *now,
        struct bpmn_command *c)
{
	const struct bpmn_token_view *tokens;
	size_t count = bpmn_state_tokens(a, s, &tokens);
	*c = (struct bpmn_command){.kind = BPMN_DO_RETRY};
	for (size_t i = 0; i < count; i++) {
		if (!tokens[i].incident.len || below(r, 2))
			continue;
		c->token = tokens[i].token;
		return true;
	}
	const struct bpmn_wait_view *waits;
	size_t wait_count = bpmn_state_waits(a, s, &waits);
	for (int tries = 0; wait_count && tries < 1000; tries++)
		if (choose_wait(r, waits, wait_count, now, c))
			return true;
	for (size_t i = 0; i < count; i++) {
		if (!tokens[i].incident.len)
			continue;
		*c = (struct bpmn_command){.kind = BPMN_DO_RETRY, .token = tokens[i].token};
		return true;
	}
	return false;
}

static struct bpmn_state *kept(
        struct arena *a, const struct bpmn_model *m, const struct bpmn_state *s, uint64_t seed)
{
	struct buf first, second;
	struct bpmn_state *back = NULL;
	struct errinfo e = {0};
	buf_init(&first, BPMN_STATE_BYTES_MAX);
	buf_init(&second, BPMN_STATE_BYTES_MAX);
	bpmn_state_write(s, &first);
	if (bpmn_state_read(a, m, NULL, buf_text(&first), &back, &e) != OK)
		fail_msg("seed %llu: %s", (unsigned long long)seed, e.message);
	bpmn_state_write(back, &second);
	if (!text_eq(buf_text(&first), buf_text(&second)))
		fail_msg("seed %llu: the state changed when read", (unsigned long long)seed);
	buf_free(&first);
	buf_free(&second);
	return back;
}

static struct feel_value conditions(struct arena *a, struct random *r)
{
	static const char *const names[] = {"c0", "c1", "c2", "c3", "c4", "c5"};
	struct feel_context_builder b = feel_context_begin(a);
	for (size_t i = 0; i < 6; i++)
		feel_context_set(&b, text_from(names[i]), feel_bool(below(r, 2)));
	return feel_context_end(&b);
}

static void play(uint64_t seed)
{
	struct arena *a = arena_new(0);
	struct random r = {seed};
	struct text xml = grow_model(a, &r);
	const struct bpmn_model *m;
	struct errinfo e = {0};
	struct bpmn_result out;
	if (getenv("BPMN_SEED"))
		print_message("%.*s\n", TEXT_ARG(xml));
	if (bpmn_compile(a, xml, NULL, NULL, &m, &e) != OK)
		fail_msg("seed %llu: %s: %s", (unsigned long long)seed, e.where, e.message);
	struct bpmn_command c = {.kind = BPMN_DO_START, .value = conditions(a, &r)};
	struct bpmn_state *s = NULL;
	int64_t now = INT64_C(1767258000000);
	for (int step = 0; step < STEPS_MAX; step++) {
		if (bpmn_step(m, s, &c, NULL, now, a, &out, &e) != OK)
			fail_msg(
			        "seed %llu step %d: %s", (unsigned long long)seed, step, e.message);
		s = kept(a, m, out.state, seed);
		if (bpmn_state_outcome(s) != BPMN_LIVE)
			break;
		if (!choose(a, &r, s, &now, &c))
			fail_msg("seed %llu step %d: stuck", (unsigned long long)seed, step);
	}
	if (bpmn_state_outcome(s) == BPMN_LIVE)
		fail_msg("seed %llu: does not end", (unsigned long long)seed);
	arena_free(a);
}

static void random_models__in_random_scenarios__always_end(void **state)
{
	(void)state;
	const char *one = getenv("BPMN_SEED"), *many = getenv("BPMN_SEEDS");
	uint64_t first = one ? strtoull(one, NULL, 10) : 1;
	uint64_t count = one ? 1 : many ? strtoull(many, NULL, 10) : SEEDS;
	for (uint64_t seed = first; seed < first + count; seed++)
		play(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(random_models__in_random_scenarios__always_end),
	};
	xml_start();
	int result = cmocka_run_group_tests(tests, NULL, NULL);
	xml_stop();
	return result;
}
