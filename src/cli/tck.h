/* cli/tck.h - values as the test files of the DMN kit write them. */
#ifndef CLI_TCK_H
#define CLI_TCK_H

#include "feel/feel.h"
#include "format/xml.h"

/* The value inside an inputNode or expected element: value, components or a list. */
struct feel_value tck_value(struct arena *a, const struct xml *x);
/* Does `got` equal what stands in `expected`? Numbers: a literal with n decimals equals the
 * value rounded half-even to n decimals; xsd:double counts to 15 significant digits. */
bool tck_equals(struct arena *a, const struct xml *expected, struct feel_value got);

#endif
