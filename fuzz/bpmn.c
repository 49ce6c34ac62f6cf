/* Models and states from anywhere. A first byte 'S': the rest is a state of a fixed model;
 * else a BPMN file, which is compiled and, when it is accepted, run with commands drawn from
 * its own bytes. Nothing may crash, hang, or differ after being written and read back. */
#include "bpmn/bpmn.h"
#include "format/xml.h"

enum { STEPS_MAX = 30, MEMORY_MAX = 64 << 20 };

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	xml_start();
	return 0;
}

static const char fixed[] =
        "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'>"
        "<message id='m' name='m'/><process id='p' isExecutable='true'><startEvent id='s'/>"
        "<sequenceFlow id='f1' sourceRef='s' targetRef='sp'/>"
        "<subProcess id='sp'><startEvent id='is'/><sequenceFlow id='f2' sourceRef='is' "
        "targetRef='u'/><userTask id='u'><multiInstanceLoopCharacteristics><loopCardinality>3"
        "</loopCardinality></multiInstanceLoopCharacteristics></userTask>"
        "<boundaryEvent id='b' attachedToRef='u' cancelActivity='false'><messageEventDefinition "
        "messageRef='m'/></boundaryEvent><sequenceFlow id='f3' sourceRef='b' targetRef='ie'/>"
        "<sequenceFlow id='f4' sourceRef='u' targetRef='ie'/><endEvent id='ie'/></subProcess>"
        "<sequenceFlow id='f5' sourceRef='sp' targetRef='e'/><endEvent id='e'/>"
        "</process></definitions>";

static void command_from(struct arena *a, const struct bpmn_state *s, unsigned byte,
        struct bpmn_command *c, int64_t *now)
{
	static const enum bpmn_command_kind kinds[] = {BPMN_DO_COMPLETE, BPMN_DO_ANSWER,
	        BPMN_DO_DELIVER, BPMN_DO_BROADCAST, BPMN_DO_FIRE, BPMN_DO_CANCEL};
	const struct bpmn_wait_view *waits;
	const struct bpmn_token_view *tokens;
	size_t count = bpmn_state_waits(a, s, &waits);
	*c = (struct bpmn_command){.kind = BPMN_DO_REFRESH};
	if (count) {
		const struct bpmn_wait_view *w = &waits[byte % count];
		c->kind = kinds[w->kind];
		c->wait = w->wait;
		c->name = w->name;
		if (w->kind == BPMN_WAIT_TIMER && w->at_ms != BPMN_NEVER && w->at_ms > *now)
			*now = w->at_ms;
		return;
	}
	count = bpmn_state_tokens(a, s, &tokens);
	if (!count)
		return;
	c->kind = byte & 1 ? BPMN_DO_SKIP : BPMN_DO_RETRY;
	c->token = tokens[byte % count].token;
}

static struct bpmn_state *again(struct arena *a, const struct bpmn_model *m, struct bpmn_state *s)
{
	struct buf first, second;
	struct bpmn_state *back = NULL;
	buf_init(&first, BPMN_STATE_BYTES_MAX);
	buf_init(&second, BPMN_STATE_BYTES_MAX);
	bpmn_state_write(s, &first);
	if (!first.over) {
		check(bpmn_state_read(a, m, NULL, buf_text(&first), &back, NULL) == OK);
		bpmn_state_write(back, &second);
		check(text_eq(buf_text(&first), buf_text(&second)));
	}
	buf_free(&first);
	buf_free(&second);
	return back;
}

static void run(
        struct arena *a, const struct bpmn_model *m, struct bpmn_state *s, struct text bytes)
{
	struct bpmn_host host = {.budget = {.entries = 300, .instances = 50, .feel_steps = 20000}};
	struct bpmn_command c = {.kind = BPMN_DO_START};
	int64_t now = INT64_C(1767258000000);
	for (size_t i = 0; i < STEPS_MAX && !arena_over(a); i++) {
		struct bpmn_result out;
		if (s)
			command_from(a, s, (unsigned char)bytes.ptr[i * 7 % bytes.len], &c, &now);
		enum err stepped = bpmn_step(m, s, &c, &host, now, a, &out, NULL);
		if (stepped == OK)
			s = again(a, m, out.state);
		if (!s || bpmn_state_outcome(s) != BPMN_LIVE)
			return;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2 || size > 65536)
		return 0;
	struct arena *a = arena_new(MEMORY_MAX);
	struct text bytes = {(const char *)data, size};
	const struct bpmn_model *m;
	struct bpmn_state *s;
	if (data[0] == 'S') {
		struct text state = text_part(bytes, 1, size);
		check(bpmn_compile(a, text_from(fixed), NULL, NULL, &m, NULL) == OK);
		if (bpmn_state_read(a, m, NULL, state, &s, NULL) == OK)
			run(a, m, s, bytes);
	} else if (bpmn_compile(a, bytes, NULL, NULL, &m, NULL) == OK) {
		run(a, m, NULL, bytes);
	}
	arena_free(a);
	return 0;
}
