/* casework/job.h - the answers of the outbox as commands. */
#ifndef CASEWORK_JOB_H
#define CASEWORK_JOB_H

#include "casework/casework_int.h"

#define JOB_DONE   "job.done"
#define JOB_FAILED "job.failed"

struct job_done {
	int64_t outbox;
	struct text letter;
	bool send; /* deliver at once: nobody signs this letter */
	struct blob blob;
	char sha256[65];
	uint64_t wait; /* set in apply */
};

struct job_failed {
	int64_t outbox;
	enum err code;
	struct text message;
};

#endif
