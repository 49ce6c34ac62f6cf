#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

enum {
	ARENA_ALIGN = 16,
	ARENA_FIRST = 4 << 10,
	ARENA_STEP_MAX = 1 << 20,
};

struct arena_block {
	struct arena_block *before;
	size_t size;
	size_t used;
	size_t padding;
	unsigned char bytes[];
};

struct arena {
	struct arena_block *last;
	size_t limit;
	size_t total;
};

static struct arena_block *block_new(struct arena_block *before, size_t size)
{
	struct arena_block *b = malloc(sizeof *b + size);
	check(b != NULL);
	b->before = before;
	b->size = size;
	b->used = 0;
	return b;
}

struct arena *arena_new(size_t limit)
{
	struct arena *a = malloc(sizeof *a);
	check(a != NULL);
	a->last = block_new(NULL, ARENA_FIRST);
	a->limit = limit;
	a->total = 0;
	return a;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	for (struct arena_block *b = a->last; b;) {
		struct arena_block *before = b->before;
		free(b);
		b = before;
	}
	free(a);
}

static size_t round_up(size_t size)
{
	return (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
}

void *arena_alloc(struct arena *a, size_t size)
{
	check(size <= ARENA_BLOCK_MAX);
	size_t need = round_up(size ? size : 1);
	struct arena_block *b = a->last;
	if (b->size - b->used < need) {
		size_t next = b->size * 2 < ARENA_STEP_MAX ? b->size * 2 : ARENA_STEP_MAX;
		b = a->last = block_new(b, need > next ? need : next);
	}
	void *p = b->bytes + b->used;
	b->used += need;
	a->total += need;
	return memset(p, 0, need);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
	check(size == 0 || count <= ARENA_BLOCK_MAX / size);
	return arena_alloc(a, count * size);
}

static void *grow_in_place(struct arena *a, void *old, size_t old_size, size_t new_size)
{
	struct arena_block *b = a->last;
	size_t had = round_up(old_size ? old_size : 1);
	unsigned char *end = b->bytes + b->used;
	if (!old || (unsigned char *)old + had != end)
		return NULL;
	size_t more = round_up(new_size) - had;
	if (b->size - b->used < more)
		return NULL;
	memset(end, 0, more);
	b->used += more;
	a->total += more;
	return old;
}

void *arena_grow(struct arena *a, void *old, size_t old_size, size_t new_size)
{
	check(new_size <= ARENA_BLOCK_MAX);
	if (old && round_up(new_size) <= round_up(old_size ? old_size : 1))
		return old;
	void *p = grow_in_place(a, old, old_size, new_size);
	if (p)
		return p;
	p = arena_alloc(a, new_size);
	if (old && old_size)
		memcpy(p, old, old_size);
	return p;
}

void *arena_push_room(struct arena *a, void *items, size_t count, size_t *cap, size_t size)
{
	if (count < *cap)
		return items;
	size_t want = *cap ? *cap * 2 : 8;
	check(want <= ARENA_BLOCK_MAX / size);
	items = arena_grow(a, items, *cap * size, want * size);
	*cap = want;
	return items;
}

size_t arena_used(const struct arena *a)
{
	return a->total;
}

bool arena_over(const struct arena *a)
{
	return a->limit != 0 && a->total > a->limit;
}

void arena_reset(struct arena *a)
{
	while (a->last->before) {
		struct arena_block *before = a->last->before;
		free(a->last);
		a->last = before;
	}
	a->last->used = 0;
	a->total = 0;
}

struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){.block = a->last, .used = a->last->used, .total = a->total};
}

void arena_release(struct arena *a, struct arena_mark mark)
{
	while (a->last != mark.block) {
		struct arena_block *before = a->last->before;
		check(before != NULL);
		free(a->last);
		a->last = before;
	}
	a->last->used = mark.used;
	a->total = mark.total;
}
