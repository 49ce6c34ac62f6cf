/* base/world.h - the outside as small interfaces, so that tests run whole procedures in
 * simulated time and with repeatable randomness. `main` builds them and hands them down. */
#ifndef BASE_WORLD_H
#define BASE_WORLD_H

#include "base/calendar.h"

struct clock {
	struct instant (*now)(void *self); /* may be called from any thread */
	void *self;
};

struct randomness {
	void (*fill)(void *self, void *out, size_t size); /* any thread; never fails */
	void *self;
};

struct instant clock_now(const struct clock *c);
void random_fill(const struct randomness *r, void *out, size_t size);

struct clock clock_system(void);           /* CLOCK_REALTIME */
struct randomness randomness_system(void); /* getrandom(2) */
int64_t monotonic_ms(void);                /* for deadlines and measuring only */

/* A 128-bit id that sorts by time: 48 bits of milliseconds, 80 random ones, written as 26
 * characters of Crockford's base 32 (as ULID). `out` gets a terminating NUL. */
enum { ID_SIZE = 27 };
void id_make(const struct clock *c, const struct randomness *r, char out[ID_SIZE]);
bool id_valid(struct text t);

/* Lower-case hexadecimal; `out` holds 2 * size + 1 bytes. */
void hex_put(char *out, const void *bytes, size_t size);
bool hex_take(struct text t, void *bytes, size_t size); /* exactly `size` bytes */

#endif
