/* feel/types.h - types inside the room. NULL stands for any. */
#ifndef FEEL_TYPES_H
#define FEEL_TYPES_H

#include "feel/feel_int.h"

/* A basic type by its name, or NULL. */
const struct feel_type *type_named(struct text name);
/* The longest basic name `t` begins with. */
const struct feel_type *type_match(struct text t, size_t *len);
enum feel_type_kind type_of_kind(enum feel_kind kind);

/* Every value of `t` is one of `to` (10.3.2.9.1). */
bool type_conforms(const struct feel_type *t, const struct feel_type *to);
/* The most exact type both conform to. */
const struct feel_type *type_join(const struct feel_type *a, const struct feel_type *b);
/* Type of a field of a context type, or NULL when it has none of this name. */
const struct feel_type *type_field(const struct feel_type *t, struct text name);
/* Values may have entries the type does not name. */
bool type_is_dynamic(const struct feel_type *t);
/* The result a function is known to have, or NULL. */
const struct feel_type *function_result(const struct feel_function *f);

#endif
