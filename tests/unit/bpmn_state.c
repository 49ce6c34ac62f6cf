/* A state as bytes: the same after reading, refused when damaged, readable for ever. */
#include "unit.h"

#include "bpmn/bpmn.h"
#include "cli/cli.h"
#include "format/xml.h"

#define SAMPLE "tests/cases/bpmn/state_1.bin"
#define MODEL  "tests/cases/bpmn/compensation_nested.bpmn"

static const struct bpmn_model *model(struct arena *a, const char *path)
{
	struct text bytes;
	const struct bpmn_model *m = NULL;
	assert_ok(cli_read_file(a, path, 1 << 20, &bytes, &e));
	assert_ok(bpmn_compile(a, bytes, NULL, NULL, &m, &e));
	return m;
}

static struct bpmn_state *started(struct arena *a, const struct bpmn_model *m)
{
	struct feel_context_builder b = feel_context_begin(a);
	struct feel_value moment;
	assert_true(feel_parse_date_time(a, TEXT("2026-11-02T10:30:00@Europe/Berlin"), &moment));
	feel_context_set(&b, TEXT("trail"), feel_list(NULL, 0));
	feel_context_set(&b, TEXT("when"), moment);
	feel_context_set(&b, TEXT("span"), feel_days_duration(-90, 500));
	feel_context_set(&b, TEXT("text"), feel_string(TEXT("Größe ß")));
	feel_context_set(&b, TEXT("day"), feel_date(-5, 2, 3));
	feel_context_set(&b, TEXT("months"), feel_months_duration(-14));
	struct dec d;
	assert_true(dec_parse(TEXT("-12.50"), &d));
	feel_context_set(&b, TEXT("amount"), feel_number(d));
	struct feel_range range = {.low = feel_int(1), .high = feel_int(9), .low_closed = true};
	feel_context_set(&b, TEXT("range"), feel_range_of(a, range));
	struct bpmn_command c = {.kind = BPMN_DO_START, .value = feel_context_end(&b)};
	struct bpmn_result out;
	assert_ok(bpmn_step(m, NULL, &c, NULL, INT64_C(1767258000000), a, &out, &e));
	return out.state;
}

static void state__written_and_read__keeps_every_value(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	const struct bpmn_model *m = model(a, MODEL);
	struct bpmn_state *s = started(a, m), *back;
	struct buf first, second;
	buf_init(&first, BPMN_STATE_BYTES_MAX);
	buf_init(&second, BPMN_STATE_BYTES_MAX);
	bpmn_state_write(s, &first);
	assert_ok(bpmn_state_read(a, m, NULL, buf_text(&first), &back, &e));
	bpmn_state_write(back, &second);
	assert_true(text_eq(buf_text(&first), buf_text(&second)));
	assert_true(feel_same(bpmn_state_variables(a, s, 0), bpmn_state_variables(a, back, 0)));
	buf_free(&first);
	buf_free(&second);
	arena_free(a);
}

static void state__of_format_1__is_read_for_ever(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	const struct bpmn_model *m = model(a, MODEL);
	struct text bytes;
	struct bpmn_state *s;
	assert_ok(cli_read_file(a, SAMPLE, 1 << 20, &bytes, &e));
	assert_int_equal(bytes.ptr[0], 1);
	assert_ok(bpmn_state_read(a, m, NULL, bytes, &s, &e));
	const struct bpmn_token_view *tokens;
	assert_int_equal(bpmn_state_tokens(a, s, &tokens), 1);
	assert_text(tokens[0].element->id, "w");
	struct bpmn_command done = {.kind = BPMN_DO_COMPLETE, .wait = tokens[0].wait};
	struct bpmn_result out;
	assert_ok(bpmn_step(m, s, &done, NULL, INT64_C(1767258000000), a, &out, &e));
	assert_int_equal(bpmn_state_outcome(out.state), BPMN_COMPLETED);
	arena_free(a);
}

/* Cut short or with one byte changed: an error or a state, never a crash. */
static void state__damaged__is_refused_without_harm(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	const struct bpmn_model *m = model(a, MODEL);
	struct buf b;
	buf_init(&b, BPMN_STATE_BYTES_MAX);
	bpmn_state_write(started(a, m), &b);
	struct bpmn_state *s;
	for (size_t len = 0; len < b.len; len++)
		assert_int_not_equal(
		        bpmn_state_read(a, m, NULL, (struct text){b.ptr, len}, &s, NULL), OK);
	for (size_t at = 0; at < b.len; at++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			b.ptr[at] = (char)(b.ptr[at] ^ (1 << bit));
			struct bpmn_command c = {.kind = BPMN_DO_CANCEL};
			struct bpmn_result out;
			if (bpmn_state_read(a, m, NULL, buf_text(&b), &s, NULL) == OK)
				(void)!bpmn_step(m, s, &c, NULL, 0, a, &out, NULL);
			b.ptr[at] = (char)(b.ptr[at] ^ (1 << bit));
		}
		arena_used(a);
	}
	buf_free(&b);
	arena_free(a);
}

static void state__element_not_in_the_model__is_named(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	const struct bpmn_model *m = model(a, MODEL);
	const struct bpmn_model *other = model(a, "tests/cases/bpmn/user_task.bpmn");
	struct buf b;
	buf_init(&b, BPMN_STATE_BYTES_MAX);
	bpmn_state_write(started(a, m), &b);
	struct bpmn_state *s;
	struct errinfo e = {0};
	assert_int_equal(bpmn_state_read(a, other, NULL, buf_text(&b), &s, &e), ERR_CORRUPT);
	assert_non_null(strstr(e.message, "which the model does not have"));
	buf_free(&b);
	arena_free(a);
}

static void step__refused__leaves_the_state_as_it_was(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	const struct bpmn_model *m = model(a, MODEL);
	struct bpmn_state *s = started(a, m);
	struct buf before, after;
	buf_init(&before, BPMN_STATE_BYTES_MAX);
	buf_init(&after, BPMN_STATE_BYTES_MAX);
	bpmn_state_write(s, &before);
	struct bpmn_result out;
	struct bpmn_command wrong[] = {
	        {.kind = BPMN_DO_COMPLETE, .wait = 999},
	        {.kind = BPMN_DO_FIRE, .wait = 1},
	        {.kind = BPMN_DO_DELIVER, .name = TEXT("nothing")},
	        {.kind = BPMN_DO_RETRY, .token = 2},
	        {.kind = BPMN_DO_RESUME},
	        {.kind = BPMN_DO_START},
	};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_int_not_equal(bpmn_step(m, s, &wrong[i], NULL, 0, a, &out, NULL), OK);
	bpmn_state_write(s, &after);
	assert_true(text_eq(buf_text(&before), buf_text(&after)));
	buf_free(&before);
	buf_free(&after);
	arena_free(a);
}

static void step__suspended__takes_only_resume_cancel_and_set(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	const struct bpmn_model *m = model(a, MODEL);
	struct bpmn_result out;
	struct bpmn_command suspend = {.kind = BPMN_DO_SUSPEND, .text = TEXT("court")};
	struct bpmn_command resume = {.kind = BPMN_DO_RESUME};
	const struct bpmn_token_view *tokens;
	assert_ok(bpmn_step(m, started(a, m), &suspend, NULL, 0, a, &out, &e));
	assert_true(bpmn_state_suspended(out.state));
	assert_int_equal(bpmn_state_tokens(a, out.state, &tokens), 1);
	struct bpmn_command done = {.kind = BPMN_DO_COMPLETE, .wait = tokens[0].wait};
	struct bpmn_result next;
	assert_int_equal(bpmn_step(m, out.state, &done, NULL, 0, a, &next, NULL), ERR_CONFLICT);
	assert_ok(bpmn_step(m, out.state, &resume, NULL, 0, a, &out, &e));
	assert_ok(bpmn_step(m, out.state, &done, NULL, 0, a, &out, &e));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(state__written_and_read__keeps_every_value),
	        cmocka_unit_test(state__of_format_1__is_read_for_ever),
	        cmocka_unit_test(state__damaged__is_refused_without_harm),
	        cmocka_unit_test(state__element_not_in_the_model__is_named),
	        cmocka_unit_test(step__refused__leaves_the_state_as_it_was),
	        cmocka_unit_test(step__suspended__takes_only_resume_cancel_and_set),
	};
	xml_start();
	int result = cmocka_run_group_tests(tests, NULL, NULL);
	xml_stop();
	return result;
}
