/* service/slots.h - what an authority may change, and what it changed. */
#ifndef SERVICE_SLOTS_H
#define SERVICE_SLOTS_H

#include "service/package.h"

struct slot_dated {
	struct date from; /* zero: always */
	struct feel_value value;
};

struct slot_values {
	const struct service_slot *slot;
	struct slot_dated *items; /* by from */
	size_t count;
};

struct service_slots {
	struct slot_values *items; /* those with a value in rules, in the order of the package */
	size_t count;
	bool dated;
	struct feel_value plain;   /* context, when no slot is dated */
	const struct texts *texts; /* of the authority; NULL = none */
};

/* Values of a service for an authority. `overlay` NULL: defaults. What does not fit is a
 * finding (`d` names the overlay's file; NULL: the defaults of the package itself). */
struct service_slots *slots_fill(struct arena *a, const struct service *s,
        const struct document *overlay, struct service_findings *f, struct spot otherwise);

/* True when the slot has a value in rules. */
bool slot_has_value(const struct service_slot *s);

#endif
