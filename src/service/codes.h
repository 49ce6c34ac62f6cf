/* service/codes.h - a genericode list with its names in several languages. */
#ifndef SERVICE_CODES_H
#define SERVICE_CODES_H

#include "service/package.h"

/* Columns: the key column is the code, `name` its German name, `name_<tag>` the name in
 * another language. ERR_INVALID with the line: no genericode, a row without code. */
MUST_USE enum err codes_parse(struct arena *a, struct text bytes, const char *where,
        struct code_table *out, struct errinfo *e);

#endif
