/* The channel of a letter: nobody finds a notice in a mailbox he did not agree to where the law
 * wants consent (VwVfG section 41(2a), SGB X section 37(2a)). */
#include "casework_help.h"

static void by_post__answer_regime_and_account__decide(void **state)
{
	(void)state;
	static const struct {
		enum law_regime regime;
		enum service_channel first;
		bool account;
		const char *answer; /* NULL: the form has no such question */
		bool post;
	} rows[] = {
	        {LAW_SOCIAL, SERVICE_MAILBOX, true, "mailbox", false},
	        {LAW_SOCIAL, SERVICE_MAILBOX, true, "post", true},
	        {LAW_SOCIAL, SERVICE_MAILBOX, true, NULL, true},
	        {LAW_RETRIEVAL, SERVICE_MAILBOX, true, NULL, true},
	        {LAW_RETRIEVAL, SERVICE_MAILBOX, true, "mailbox", false},
	        {LAW_ACCOUNT, SERVICE_MAILBOX, true, NULL, false},
	        {LAW_ACCOUNT, SERVICE_POST, true, NULL, true},
	        {LAW_ACCOUNT, SERVICE_POST, true, "mailbox", false},
	        {LAW_ACCOUNT, SERVICE_MAILBOX, true, "post", true},
	        {LAW_ACCOUNT, SERVICE_MAILBOX, false, "mailbox", true},
	        {LAW_SOCIAL, SERVICE_MAILBOX, false, NULL, true},
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct service_delivery d = {
		        .regime = rows[i].regime, .channels = {rows[i].first}, .channel_count = 1};
		struct feel_context_builder b = feel_context_begin(a);
		if (rows[i].answer)
			feel_context_set(
			        &b, TEXT("delivery"), feel_string(text_from(rows[i].answer)));
		if (delivery_by_post(&d, rows[i].account, feel_context_end(&b)) != rows[i].post)
			fail_msg("row %zu", i);
	}
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(by_post__answer_regime_and_account__decide),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
