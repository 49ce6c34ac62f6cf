/* What a compiled model tells others, and what is refused. */
#include "unit.h"

#include "bpmn/bpmn.h"
#include "cli/cli.h"
#include "format/json.h"
#include "format/xml.h"

#define HEAD                                                                                       \
	"<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "                      \
	"xmlns:aw=\"urn:amtsweg:bpmn:1\" xmlns:x=\"urn:x\" "                                       \
	"xmlns:di=\"http://www.omg.org/spec/BPMN/20100524/DI\" "                                   \
	"xmlns:dc=\"http://www.omg.org/spec/DD/20100524/DC\" "                                     \
	"xmlns:dd=\"http://www.omg.org/spec/DD/20100524/DI\">"

static const struct bpmn_model *compile(
        struct arena *a, const char *xml, const struct bpmn_options *options)
{
	const struct bpmn_model *m = NULL;
	struct errinfo e = {0};
	if (bpmn_compile(a, text_from(xml), options, NULL, &m, &e) != OK)
		fail_msg("%s: %s", e.where, e.message);
	return m;
}

static const char simple[] = HEAD
        "<process id='p' isExecutable='true'>"
        "<laneSet id='ls'><lane id='office' "
        "name='Amt'><flowNodeRef>t</flowNodeRef></lane></laneSet>"
        "<startEvent id='s'/><sequenceFlow id='f1' sourceRef='s' targetRef='t'/>"
        "<userTask id='t' name='Pr&#252;fen' aw:role='examiner' aw:form='mark' "
        "aw:due='deadline.look'"
        " x:colour='red'><documentation>Warum</documentation></userTask>"
        "<boundaryEvent id='b' attachedToRef='t' cancelActivity='false'><timerEventDefinition>"
        "<timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"
        "<sequenceFlow id='f2' sourceRef='t' targetRef='e'/>"
        "<sequenceFlow id='f3' sourceRef='b' targetRef='e'/><endEvent id='e'/></process>"
        "<di:BPMNDiagram><di:BPMNPlane bpmnElement='p'>"
        "<di:BPMNShape bpmnElement='t'><dc:Bounds x='100' y='80.5' width='120' height='60'/>"
        "</di:BPMNShape><di:BPMNEdge bpmnElement='f1'><dd:waypoint x='1' y='2'/>"
        "<dd:waypoint x='3' y='4'/></di:BPMNEdge></di:BPMNPlane></di:BPMNDiagram></definitions>";

static void model__elements__carry_attributes_lane_and_drawing(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	const struct bpmn_model *m = compile(a, simple, NULL);
	const struct bpmn_element *t = bpmn_model_find(m, TEXT("t"));
	assert_non_null(t);
	assert_int_equal(t->kind, BPMN_USER_TASK);
	assert_text(t->name, "Prüfen");
	assert_text(t->documentation, "Warum");
	assert_text(bpmn_attribute(t, "role"), "examiner");
	assert_false(bpmn_has_attribute(t, "colour"));
	assert_int_equal(t->attribute_count, 4);
	assert_text(t->lane->name, "Amt");
	assert_true(t->drawing.drawn);
	assert_true(t->drawing.y > 80.4 && t->drawing.y < 80.6);
	const struct bpmn_element *f = bpmn_model_find(m, TEXT("f1"));
	assert_int_equal(f->drawing.point_count, 2);
	assert_ptr_equal(f->target, t);
	const struct bpmn_element *b = bpmn_model_find(m, TEXT("b"));
	assert_ptr_equal(b->attached, t);
	assert_int_equal(b->trigger, BPMN_ON_TIMER);
	assert_false(b->interrupting);
	arena_free(a);
}

static void model__needs__name_role_form_and_deadline(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	const struct bpmn_need *needs;
	size_t count = bpmn_model_needs(compile(a, simple, NULL), &needs);
	assert_int_equal(count, 3);
	assert_int_equal(needs[0].kind, BPMN_NEEDS_ROLE);
	assert_text(needs[0].name, "examiner");
	assert_text(needs[1].name, "mark");
	assert_int_equal(needs[2].kind, BPMN_NEEDS_DEADLINE);
	assert_text(needs[2].name, "look");
	arena_free(a);
}

static enum err part(void *data, struct text name, struct text *bytes, struct errinfo *e)
{
	(void)data;
	if (!text_is(name, "_frame"))
		return fail(e, ERR_NOT_FOUND, "no such part");
	*bytes = TEXT(
	        HEAD "<message id='m' name='withdrawal'/><process id='frame' isExecutable='true'>"
	             "<subProcess id='withdrawn' triggeredByEvent='true'><startEvent id='ws'>"
	             "<messageEventDefinition messageRef='m'/></startEvent>"
	             "<sequenceFlow id='wf' sourceRef='ws' targetRef='we'/><endEvent id='we'/>"
	             "</subProcess></process></definitions>");
	return OK;
}

static const char including[] =
        HEAD "<message id='m' name='withdrawal'/><process id='p' isExecutable='true' "
             "aw:include='_frame'>"
             "<startEvent id='s'/><sequenceFlow id='f1' sourceRef='s' targetRef='t'/>"
             "<userTask id='t' aw:role='r'/></process></definitions>";

static void include__event_sub_process__stands_in_the_process(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct bpmn_options options = {.include = part};
	const struct bpmn_model *m = compile(a, including, &options);
	const struct bpmn_element *sub = bpmn_model_find(m, TEXT("withdrawn"));
	assert_non_null(sub);
	assert_text(sub->parent->id, "p");
	struct bpmn_command start = {.kind = BPMN_DO_START};
	struct bpmn_result out;
	assert_ok(bpmn_step(m, NULL, &start, NULL, 0, a, &out, &e));
	struct bpmn_command withdraw = {.kind = BPMN_DO_DELIVER, .name = TEXT("withdrawal")};
	assert_ok(bpmn_step(m, out.state, &withdraw, NULL, 0, a, &out, &e));
	assert_int_equal(bpmn_state_outcome(out.state), BPMN_COMPLETED);
	arena_free(a);
}

static void include__without_library__is_refused(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	const struct bpmn_model *m;
	struct errinfo e = {0};
	assert_int_equal(bpmn_compile(a, text_from(including), NULL, NULL, &m, &e), ERR_INVALID);
	arena_free(a);
}

static void names__misspelt_in_a_closed_scope__is_refused(void **state)
{
	(void)state;
	static const char xml[] = HEAD
	        "<process id='p' isExecutable='true'><startEvent id='s'/>"
	        "<sequenceFlow id='f1' sourceRef='s' targetRef='t'/>"
	        "<scriptTask id='t' scriptFormat='feel'><script>{ total: income + 1 }</script>"
	        "</scriptTask><sequenceFlow id='f2' sourceRef='t' targetRef='u'/>"
	        "<scriptTask id='u' scriptFormat='feel'><script>{ more: %s }</script></scriptTask>"
	        "</process></definitions>";
	struct arena *a = arena_new(0);
	struct feel_field income = {TEXT("income"), NULL};
	struct feel_scope scope = {.names = &income, .count = 1};
	struct bpmn_options options = {.names = &scope};
	const struct bpmn_model *m;
	struct bpmn_findings findings = {0};
	struct errinfo why = {0};
	struct text good = text_format(a, xml, "total * 2"), bad = text_format(a, xml, "totl * 2");
	assert_ok(bpmn_compile(a, good, &options, NULL, &m, &e));
	assert_int_equal(bpmn_compile(a, bad, &options, &findings, &m, &why), ERR_INVALID);
	assert_string_equal(findings.items[0].rule, "expression");
	assert_text(findings.items[0].element, "u");
	assert_string_equal(why.where, "u");
	assert_true(why.line > 0);
	arena_free(a);
}

static void finding__every_refusal__names_element_rule_and_sentence(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct bpmn_findings f = {0};
	const struct bpmn_model *m;
	struct errinfo e = {0};
	static const char xml[] =
	        HEAD "<process id='p' isExecutable='true'><startEvent id='s'/><endEvent id='e'/>"
	             "<sequenceFlow id='f' sourceRef='s' targetRef='e'/>"
	             "<sequenceFlow id='g' sourceRef='e' targetRef='s'/>"
	             "<exclusiveGateway id='x'/></process></definitions>";
	assert_int_equal(bpmn_compile(a, text_from(xml), NULL, &f, &m, &e), ERR_INVALID);
	assert_true(f.refusals >= 3);
	for (size_t i = 0; i < f.count; i++) {
		assert_true(f.items[i].element.len > 0);
		assert_true(f.items[i].text.len > 0);
		assert_int_equal(text_find(f.items[i].text, TEXT("{0}"), 0), SIZE_MAX);
	}
	arena_free(a);
}

static void drawing__of_a_model_that_cannot_run__is_read(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct bpmn_options options = {.drawing_only = true};
	const struct bpmn_model *m = compile(a,
	        HEAD "<process id='p'><userTask id='t'/><endEvent id='e'/></process></definitions>",
	        &options);
	const struct bpmn_element *const *elements;
	assert_int_equal(bpmn_model_elements(m, &elements), 3);
	struct bpmn_command start = {.kind = BPMN_DO_START};
	struct bpmn_result out;
	assert_int_equal(bpmn_step(m, NULL, &start, NULL, 0, a, &out, NULL), ERR_INVALID);
	arena_free(a);
}

static void entries__of_all_processes__tell_how_they_start(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	const struct bpmn_entry *entries;
	const struct bpmn_model *m = compile(a,
	        HEAD "<message id='m' name='hello'/><process id='p' isExecutable='true'>"
	             "<startEvent id='s'/><sequenceFlow id='f' sourceRef='s' targetRef='c'/>"
	             "<callActivity id='c' calledElement='q'/></process>"
	             "<process id='q' isExecutable='true'><startEvent id='qs'/>"
	             "<startEvent id='qm'><messageEventDefinition messageRef='m'/></startEvent>"
	             "<task id='t'/><sequenceFlow id='g' sourceRef='qs' targetRef='t'/>"
	             "<sequenceFlow id='h' sourceRef='qm' targetRef='t'/></process></definitions>",
	        NULL);
	assert_int_equal(bpmn_model_entries(m, &entries), 3);
	assert_text(entries[2].name, "hello");
	assert_text(bpmn_model_process(m)->id, "p");
	arena_free(a);
}

/* The rule names stand in the table that findings.c includes. */
static void texts__every_rule__has_a_sentence_in_both_languages(void **state)
{
	(void)state;
	static const char *const files[] = {"ui/texts/bpmn.de.json", "ui/texts/bpmn.en.json"};
	struct arena *a = arena_new(0);
	struct text table, bytes;
	assert_ok(cli_read_file(a, "src/bpmn/rules.inc", 1 << 20, &table, &e));
	for (size_t i = 0; i < 2; i++) {
		const struct json *texts;
		size_t rules = 0;
		assert_ok(cli_read_file(a, files[i], 1 << 20, &bytes, &e));
		assert_ok(json_parse(a, bytes, files[i], &texts, &e));
		for (size_t at = 0; (at = text_find(table, TEXT("{\""), at)) != SIZE_MAX;) {
			size_t end = text_find(table, TEXT("\","), at);
			struct text name = text_part(table, at + 2, end);
			if (!json_get(
			            texts, text_z(a, text_format(a, "bpmn.%.*s", TEXT_ARG(name)))))
				fail_msg("%s lacks bpmn.%.*s", files[i], TEXT_ARG(name));
			rules++;
			at = end;
		}
		assert_int_equal(rules, texts->count);
	}
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(model__elements__carry_attributes_lane_and_drawing),
	        cmocka_unit_test(model__needs__name_role_form_and_deadline),
	        cmocka_unit_test(include__event_sub_process__stands_in_the_process),
	        cmocka_unit_test(include__without_library__is_refused),
	        cmocka_unit_test(names__misspelt_in_a_closed_scope__is_refused),
	        cmocka_unit_test(finding__every_refusal__names_element_rule_and_sentence),
	        cmocka_unit_test(drawing__of_a_model_that_cannot_run__is_read),
	        cmocka_unit_test(texts__every_rule__has_a_sentence_in_both_languages),
	        cmocka_unit_test(entries__of_all_processes__tell_how_they_start),
	};
	xml_start();
	int result = cmocka_run_group_tests(tests, NULL, NULL);
	xml_stop();
	return result;
}
