/* What every unit test includes first: cmocka in the order it wants. */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
/* `fail` is ours and fills an error record; a test says fail_msg. */
#undef fail
#undef fail_msg
#define fail_msg(...) (print_error(__VA_ARGS__), print_error("\n"), _fail(__FILE__, __LINE__))

#include "base/text.h"

#define assert_text(t, z)                                                                          \
	do {                                                                                       \
		struct text unit_text = (t);                                                       \
		if (!text_is(unit_text, (z)))                                                      \
			fail_msg("\"%.*s\" is not \"%s\"", TEXT_ARG(unit_text), (z));              \
	} while (0)

#define assert_ok(expression)                                                                      \
	do {                                                                                       \
		struct errinfo e = {0};                                                            \
		enum err unit_err = (expression);                                                  \
		if (unit_err != OK)                                                                \
			fail_msg("%s: %s %s:%d", err_name(unit_err), e.message, e.where, e.line);  \
	} while (0)

#endif
