#include "base/log.h"

#include "base/buf.h"

#include <unistd.h>

enum { LOG_LINE_MAX = 4096 };

static void add_string(struct buf *b, const char *z)
{
	buf_add_byte(b, '"');
	for (const char *c = z ? z : ""; *c; c++) {
		if (*c == '"' || *c == '\\')
			buf_add_byte(b, '\\');
		if ((unsigned char)*c < 0x20)
			buf_add_format(b, "\\u%04x", (unsigned)*c);
		else
			buf_add_byte(b, *c);
	}
	buf_add_byte(b, '"');
}

static void begin(struct buf *b, const struct log *log, enum log_level level, const char *event)
{
	static const char *const names[] = {"debug", "info", "warn", "error"};
	struct arena *a = arena_new(0);
	struct text at = instant_text(a, clock_now(&log->clock));
	buf_init(b, LOG_LINE_MAX);
	buf_add_format(
	        b, "{\"at\":\"%.*s\",\"level\":\"%s\",\"event\":", TEXT_ARG(at), names[level]);
	add_string(b, event);
	arena_free(a);
}

static void finish(struct buf *b, const struct log *log)
{
	buf_add_z(b, "}\n");
	struct text line = b->over ? TEXT("{\"event\":\"log.line_too_long\"}\n") : buf_text(b);
	ssize_t written = write(log->fd, line.ptr, line.len);
	(void)written; /* nobody to tell when the log itself is gone */
	buf_free(b);
}

void log_event(const struct log *log, enum log_level level, const char *event, ...)
{
	if (!log || level < log->least)
		return;
	struct buf b;
	begin(&b, log, level, event);
	va_list args;
	va_start(args, event);
	for (const char *key; (key = va_arg(args, const char *));) {
		buf_add_byte(&b, ',');
		add_string(&b, key);
		buf_add_byte(&b, ':');
		add_string(&b, va_arg(args, const char *));
	}
	va_end(args);
	finish(&b, log);
}

void log_error(const struct log *log, const char *event, const struct errinfo *e)
{
	log_event(log, LOG_ERROR, event, "code", err_name(e->code), "message", e->message, "where",
	        e->where, NULL);
}
