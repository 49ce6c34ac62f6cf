/* base/log.h - what the program tells its operator: one JSON object a line, no personal
 * data (ids, codes, counts, durations; never names, answers or addresses of people).
 *
 *	log_event(log, LOG_WARN, "letter.failed", "case", number, "code", err_name(e.code), NULL);
 *
 * Thread-safe: a line is one write(2). */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/world.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log {
	int fd;
	enum log_level least; /* events below are dropped */
	struct clock clock;
};

/* Pairs of key and value as C strings, ended by NULL; a NULL value is written as "". */
void log_event(const struct log *log, enum log_level level, const char *event, ...)
        __attribute__((sentinel));
void log_error(const struct log *log, const char *event, const struct errinfo *e);

#endif
