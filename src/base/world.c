#include "base/world.h"

#include <errno.h>
#include <sys/random.h>

struct instant clock_now(const struct clock *c)
{
	return c->now(c->self);
}

void random_fill(const struct randomness *r, void *out, size_t size)
{
	r->fill(r->self, out, size);
}

static struct instant system_now(void *self)
{
	(void)self;
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (struct instant){(int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000};
}

struct clock clock_system(void)
{
	return (struct clock){.now = system_now};
}

static void system_fill(void *self, void *out, size_t size)
{
	(void)self;
	unsigned char *at = out;
	while (size) {
		ssize_t got = getrandom(at, size, 0);
		check(got > 0 || errno == EINTR);
		if (got > 0) {
			at += got;
			size -= (size_t)got;
		}
	}
}

struct randomness randomness_system(void)
{
	return (struct randomness){.fill = system_fill};
}

int64_t monotonic_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static const char id_digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void id_make(const struct clock *c, const struct randomness *r, char out[ID_SIZE])
{
	uint64_t ms = (uint64_t)clock_now(c).ms;
	unsigned char chance[10];
	random_fill(r, chance, sizeof chance);
	for (int i = 9; i >= 0; i--, ms >>= 5)
		out[i] = id_digits[ms & 31];
	uint64_t bits = 0;
	int have = 0;
	for (size_t i = 0, at = 10; at < ID_SIZE - 1; at++) {
		if (have < 5) {
			bits = bits << 8 | chance[i++];
			have += 8;
		}
		have -= 5;
		out[at] = id_digits[bits >> have & 31];
	}
	out[ID_SIZE - 1] = '\0';
}

bool id_valid(struct text t)
{
	if (t.len != ID_SIZE - 1)
		return false;
	for (size_t i = 0; i < t.len; i++) {
		if (!t.ptr[i] || !strchr(id_digits, t.ptr[i]))
			return false;
	}
	return true;
}

void hex_put(char *out, const void *bytes, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *in = bytes;
	for (size_t i = 0; i < size; i++) {
		out[2 * i] = digits[in[i] >> 4];
		out[2 * i + 1] = digits[in[i] & 15];
	}
	out[2 * size] = '\0';
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_take(struct text t, void *bytes, size_t size)
{
	if (t.len != size * 2)
		return false;
	for (size_t i = 0; i < size; i++) {
		int high = hex_digit(t.ptr[2 * i]), low = hex_digit(t.ptr[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		((unsigned char *)bytes)[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}
