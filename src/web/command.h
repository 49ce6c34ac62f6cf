/* web/command.h - a change a page asks for: submit it, suspend the request, go on after the
 * commit.
 *
 * A command may outlive its request (the wait has a deadline, the writer finishes what it
 * began). So everything it reads lives in an arena of its own: make the command first,
 * build the input in `command->arena`, send it.
 *
 *	struct web_command *c = web_command_new(r, DRAFT_DELETE);
 *	struct draft_delete *in = ARENA_NEW(c->arena, struct draft_delete);
 *	in->id = text_copy(c->arena, id);
 *	in->who.actor = c->actor;
 *	return web_command_send(r, c, in, deleted, page);
 *
 * After web_command_send the handler returns; `then` runs on an HTTP thread. */
#ifndef WEB_COMMAND_H
#define WEB_COMMAND_H

#include "web/app.h"

enum {
	WEB_COMMAND_WAIT_MS = 15000, /* the writer is quicker by far, or the disk is ill */
};

struct web_command {
	struct arena *arena;              /* of the command */
	const struct people_actor *actor; /* a copy of the request's */
	struct command command;           /* set `key` before it is sent */
	/* private */
	struct store *store;
	struct web_ticket *ticket;
};

/* The outcome as `then` sees it: answer->code, answer->error; `answer->data` is the
 * struct web_command (its answer, `repeated` and input stay until the request is over),
 * NULL when nobody knows the outcome (ERR_BUSY). A request may send a further command from
 * `then`. */
struct web_command *web_command_new(struct web_request *r, const char *kind);

/* Prepares in this thread, queues, suspends. `then` is called exactly once, also when the
 * command was refused. `state` lives in r->arena. */
enum err web_command_send(struct web_request *r, struct web_command *c, void *input,
        enum err (*then)(struct web_request *r, const struct web_answer *answer, void *state,
                struct errinfo *e),
        void *state);

#endif
