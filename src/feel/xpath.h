/* feel/xpath.h - regular expressions of XPath (XPath and XQuery Functions 3.1, 5.6), the
 * dialect FEEL's matches(), replace() and split() speak. They are translated to PCRE2. */
#ifndef FEEL_XPATH_H
#define FEEL_XPATH_H

#include "base/regex.h"

/* Flags s, m, i, x, q. ERR_INVALID: unknown flag, or no expression of XPath. */
MUST_USE enum err xpath_compile(struct arena *a, struct text pattern, struct text flags,
        struct regex **out, struct errinfo *e);

#endif
