/* base/arena.h - memory that lives and dies together.
 *
 * Every arena has a named lifetime: process, connection, request, command, evaluation,
 * test. Allocation never returns NULL: when the machine has no memory left the program
 * ends, which is safe because nothing was acknowledged that is not on disk.
 *
 * A limit protects against hostile input. It is soft: a small allocation beyond it still
 * succeeds and `arena_over` turns true; interpreters and parsers ask in every loop and
 * refuse with ERR_LIMIT. A single allocation above ARENA_BLOCK_MAX is a fault of the
 * program (sizes that come from input are checked before). */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ARENA_BLOCK_MAX = 256 << 20, /* bytes; no input of ours may be larger */
};

struct arena;

struct arena_mark {
	void *block;
	size_t used;
	size_t total;
};

/* A new arena. `limit` in bytes, 0 = none. Free it with arena_free (NULL is allowed). */
struct arena *arena_new(size_t limit);
void arena_free(struct arena *a);

/* Zeroed memory, aligned for any type; `size` 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t size);

/* Zeroed array; the product is checked against overflow. */
void *arena_array(struct arena *a, size_t count, size_t size);

/* Grow an array that was taken from this arena; the old content is copied. Where the
 * array was the newest allocation it grows in place. */
void *arena_grow(struct arena *a, void *old, size_t old_size, size_t new_size);

#define ARENA_NEW(a, type)          ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, count, type) ((type *)arena_array((a), (count), sizeof(type)))

/* Bytes handed out so far; true when they exceed the limit. */
size_t arena_used(const struct arena *a);
bool arena_over(const struct arena *a);

/* Give back everything, keep the first block for the next round (no system call in a
 * steady state). */
void arena_reset(struct arena *a);

/* Remember a point and give back all that was allocated after it. */
struct arena_mark arena_mark(const struct arena *a);
void arena_release(struct arena *a, struct arena_mark mark);

/* Append one element to an array held as (items, count, cap), growing it in the arena.
 * `items` must be a pointer to the element type; yields the new, zeroed element. */
#define ARENA_PUSH(a, items, count, cap)                                                           \
	((items) = arena_push_room((a), (items), (count), &(cap), sizeof *(items)),                \
	        &(items)[(count)++])
void *arena_push_room(struct arena *a, void *items, size_t count, size_t *cap, size_t size);

#endif
