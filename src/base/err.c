#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *err_name(enum err code)
{
	switch (code) {
	case OK: return "ok";
	case ERR_INVALID: return "invalid";
	case ERR_NOT_FOUND: return "not_found";
	case ERR_DENIED: return "denied";
	case ERR_CONFLICT: return "conflict";
	case ERR_LIMIT: return "limit";
	case ERR_BUSY: return "busy";
	case ERR_FULL: return "full";
	case ERR_IO: return "io";
	case ERR_CORRUPT: return "corrupt";
	case ERR_UNSUPPORTED: return "unsupported";
	case ERR_INTERNAL: return "internal";
	}
	return "unknown";
}

enum err fail(struct errinfo *e, enum err code, const char *format, ...)
{
	if (!e)
		return code;
	*e = (struct errinfo){.code = code};
	va_list args;
	va_start(args, format);
	vsnprintf(e->message, sizeof e->message, format, args);
	va_end(args);
	return code;
}

enum err fail_at(struct errinfo *e, const char *where, int line)
{
	if (!e)
		return ERR_INTERNAL;
	if (e->where[0] == '\0')
		snprintf(e->where, sizeof e->where, "%s", where);
	if (e->line == 0)
		e->line = line;
	return e->code;
}

enum err fail_key(struct errinfo *e, const char *key)
{
	if (!e)
		return ERR_INTERNAL;
	snprintf(e->key, sizeof e->key, "%s", key);
	return e->code;
}

_Noreturn void check_failed(const char *condition, const char *file, int line)
{
	fprintf(stderr, "%s:%d: invariant broken: %s\n", file, line, condition);
	abort();
}
