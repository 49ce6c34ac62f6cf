/* Drafts are announced before they are deleted (OZG section 8a(3)): days 23 and 29, gone from the
 * day after the thirtieth. */
#include "casework_help.h"

static struct people_actor citizen(void)
{
	return (struct people_actor){.kind = PEOPLE_CITIZEN,
	        .id = TEXT("citizen-1"),
	        .name = TEXT("Erika Mustermann"),
	        .trust = PEOPLE_TRUST_ACCOUNT};
}

static int setup(void **state)
{
	static struct bench b;
	bench_open(&b, NULL, 0);
	*state = &b;
	return 0;
}

static int teardown(void **state)
{
	bench_close(*state);
	return 0;
}

static struct draft_open open_draft(struct bench *b, const struct people_actor *who)
{
	const struct service_adoption *x = bench_adoption(b, "bewohnerparkausweis", "14612000");
	struct draft_open d = {
	        .actor = who,
	        .authority = x->authority->ags,
	        .service = x->service->id,
	        .lock = x->lock,
	        .language = TEXT("de"),
	};
	draft_new_ids(b->cw, &d);
	assert_ok(store_do(b->store, DRAFT_OPEN, &d, &e));
	return d;
}

static void save(struct bench *b, const struct draft_open *d, int version, bool take)
{
	struct people_actor who = citizen();
	struct draft_save s = {
	        .who = {&who, text_from(d->code)},
	        .id = text_from(d->id),
	        .answers = TEXT("{}"),
	        .version = version,
	        .take = take,
	};
	assert_ok(store_do(b->store, DRAFT_SAVE, &s, &e));
}

static bool there(struct bench *b, const struct draft_open *d, struct draft *out)
{
	struct people_actor all = stage_system();
	struct draft_access who = {.actor = &all};
	enum err found = draft_load(b->cw, bench_read(b), text_from(d->id), &who, b->a, out, NULL);
	bench_read_end(b);
	return found == OK;
}

static struct date listed(struct bench *b)
{
	struct people_actor who = citizen();
	struct draft *list;
	size_t count;
	assert_ok(draft_list(b->cw, bench_read(b), &who, b->a, &list, &count, &e));
	bench_read_end(b);
	assert_int_equal(count, 1);
	return list[0].announced;
}

static void draft__of_account__is_announced_twice_then_deleted(void **state)
{
	struct bench *b = *state;
	struct people_actor who = citizen();
	struct draft_open d = open_draft(b, &who);
	struct date first = casework_today(b->cw);
	struct draft now;
	bench_pass_days(b, 22);
	assert_true(date_is_zero(listed(b)));
	bench_pass_days(b, 1);
	assert_int_equal(date_cmp(listed(b), date_add_days(first, 23)), 0);
	bench_pass_days(b, 5);
	assert_int_equal(date_cmp(listed(b), date_add_days(first, 23)), 0);
	bench_pass_days(b, 1);
	assert_int_equal(date_cmp(listed(b), date_add_days(first, 29)), 0);
	bench_pass_days(b, 1);
	assert_true(there(b, &d, &now));
	assert_int_equal(date_cmp(now.delete_on, date_add_days(first, 31)), 0);
	bench_pass_days(b, 1);
	assert_false(there(b, &d, &now));
}

static void draft__edited_after_the_announcement__begins_again(void **state)
{
	struct bench *b = *state;
	struct people_actor who = citizen();
	struct draft_open d = open_draft(b, &who);
	struct draft now;
	bench_pass_days(b, 29);
	assert_true(there(b, &d, &now) && !date_is_zero(now.announced));
	save(b, &d, 1, false);
	assert_true(there(b, &d, &now) && date_is_zero(now.announced));
	bench_pass_days(b, 22);
	assert_true(there(b, &d, &now) && date_is_zero(now.announced));
	bench_pass_days(b, 1);
	assert_true(there(b, &d, &now) && !date_is_zero(now.announced));
}

/* The program stood still for all days on which it should have told. */
static void draft__nobody_was_told__is_announced_late_and_deleted_later(void **state)
{
	struct bench *b = *state;
	struct people_actor who = citizen();
	struct draft_open d = open_draft(b, &who);
	struct draft now;
	bench_pass_days(b, 40);
	assert_true(there(b, &d, &now));
	assert_int_equal(date_cmp(now.announced, casework_today(b->cw)), 0);
	bench_pass_days(b, 1);
	assert_true(there(b, &d, &now));
	bench_pass_days(b, 1);
	assert_false(there(b, &d, &now));
}

static void draft__told_once_then_nothing_ran__is_deleted(void **state)
{
	struct bench *b = *state;
	struct people_actor who = citizen();
	struct draft_open d = open_draft(b, &who);
	struct draft now;
	bench_pass_days(b, 23);
	assert_true(there(b, &d, &now));
	bench_pass_days(b, 17);
	assert_false(there(b, &d, &now));
}

static void draft__without_account__is_deleted_after_thirty_days(void **state)
{
	struct bench *b = *state;
	struct people_actor nobody = {.kind = PEOPLE_ANONYMOUS};
	struct draft_open d = open_draft(b, &nobody);
	struct draft now;
	bench_pass_days(b, 30);
	assert_true(there(b, &d, &now) && date_is_zero(now.announced));
	bench_pass_days(b, 1);
	assert_false(there(b, &d, &now));
}

static void draft__taken_into_an_account__is_announced(void **state)
{
	struct bench *b = *state;
	struct people_actor nobody = {.kind = PEOPLE_ANONYMOUS};
	struct draft_open d = open_draft(b, &nobody);
	save(b, &d, 1, true);
	bench_pass_days(b, 23);
	assert_false(date_is_zero(listed(b)));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	        T(draft__of_account__is_announced_twice_then_deleted),
	        T(draft__edited_after_the_announcement__begins_again),
	        T(draft__nobody_was_told__is_announced_late_and_deleted_later),
	        T(draft__told_once_then_nothing_ran__is_deleted),
	        T(draft__without_account__is_deleted_after_thirty_days),
	        T(draft__taken_into_an_account__is_announced),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
