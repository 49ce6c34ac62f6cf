/* The helper process of letters: start, one frame out, one frame in, end. Private to
 * letter.c. A frame: length of head and of body (4 bytes each, big endian), head as JSON,
 * body. */
#ifndef FORMAT_LETTER_PROCESS_H
#define FORMAT_LETTER_PROCESS_H

#include "base/text.h"

#include <sys/types.h>

enum {
	LETTER_HEAD_MAX = 64 << 10, /* bytes; an error message with file and line */
};

struct letter_process {
	pid_t pid; /* 0: none runs */
	int fd;    /* our end of the socket pair, non-blocking */
};

struct letter_frame {
	struct text head;
	struct text body;
};

/* `node` and `script` are absolute. The child gets an empty environment, its own process
 * group (the terminal's Ctrl-C is ours to handle), a limit of 1 GiB of data, and dies with
 * the thread that started it. ERR_IO when it cannot be started. */
MUST_USE enum err letter_process_start(
        struct letter_process *p, const char *node, const char *script, struct errinfo *e);
/* Ends it at once and waits for it; nothing happens when none runs. */
void letter_process_kill(struct letter_process *p);

/* `deadline_ms` is on the clock of monotonic_ms. ERR_BUSY: too late; ERR_IO: it died;
 * ERR_LIMIT: the answer is too large. After any error the stream is unusable: kill it. */
MUST_USE enum err letter_process_send(struct letter_process *p, struct letter_frame frame,
        int64_t deadline_ms, struct errinfo *e);
MUST_USE enum err letter_process_receive(struct letter_process *p, struct arena *a,
        struct letter_frame *out, int64_t deadline_ms, struct errinfo *e);

#endif
