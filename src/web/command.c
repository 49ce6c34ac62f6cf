/* Commands from pages: who owns the memory at each moment is the whole difficulty. Until
 * `done` it is the writer's; then the request's if it still waits, else nobody's. */
#include "web/command.h"

enum { COMMAND_ARENA_MAX = 64 << 20 }; /* an upload of 30 MB and its encryption fit */

/* In the memory of the request. */
struct command_wait {
	enum err (*then)(struct web_request *r, const struct web_answer *answer, void *state,
	        struct errinfo *e);
	void *state;
};

static const struct people_actor *actor_copy(struct arena *a, const struct people_actor *from)
{
	struct people_actor *to = ARENA_NEW(a, struct people_actor);
	*to = *from;
	to->id = text_copy(a, from->id);
	to->name = text_copy(a, from->name);
	to->authority = text_copy(a, from->authority);
	to->unit = text_copy(a, from->unit);
	struct people_grant *grants = ARENA_ARRAY(a, from->grant_count, struct people_grant);
	for (size_t i = 0; i < from->grant_count; i++) {
		grants[i].authority = text_copy(a, from->grants[i].authority);
		grants[i].service = text_copy(a, from->grants[i].service);
		grants[i].role = text_copy(a, from->grants[i].role);
		grants[i].instead_of = text_copy(a, from->grants[i].instead_of);
	}
	to->grants = grants;
	return to;
}

struct web_command *web_command_new(struct web_request *r, const char *kind)
{
	struct arena *a = arena_new(COMMAND_ARENA_MAX);
	struct web_command *c = ARENA_NEW(a, struct web_command);
	c->arena = a;
	c->actor = actor_copy(a, r->actor);
	c->store = casework_store(web_app(r)->casework);
	c->command.kind = kind;
	c->command.arena = a;
	return c;
}

static void command_free(void *ptr)
{
	struct web_command *c = ptr;
	arena_free(c->arena);
}

static void command_answer(struct web_command *c, enum err code, const struct errinfo *error)
{
	if (!web_answer_put(c->ticket, code, error, c))
		command_free(c);
}

static void command_done(void *host, struct command *command)
{
	command_answer(host, command->result, &command->error);
}

static enum err command_resume(
        struct web_request *r, const struct web_answer *answer, void *state, struct errinfo *e)
{
	struct command_wait *w = state;
	if (answer->data)
		web_on_end(r, command_free, answer->data);
	return w->then(r, answer, w->state, e);
}

enum err web_command_send(struct web_request *r, struct web_command *c, void *input,
        enum err (*then)(struct web_request *r, const struct web_answer *answer, void *state,
                struct errinfo *e),
        void *state)
{
	struct command_wait *w = ARENA_NEW(r->arena, struct command_wait);
	w->then = then;
	w->state = state;
	c->command.input = input;
	c->command.done = command_done;
	c->command.done_host = c;
	c->ticket = web_wait(r, WEB_COMMAND_WAIT_MS, command_resume, w);
	struct errinfo refused = {0};
	enum err code = store_submit(c->store, &c->command, &refused);
	if (code != OK)
		command_answer(c, code, &refused);
	return OK;
}
