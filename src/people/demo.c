/* The identity provider of the demonstration: keeps issued codes in memory until they are
 * used, five minutes at most. */
#include "people/people.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { ISSUED_MAX = 256, LIFE_MS = 5 * 60 * 1000, CODE_BYTES = 16 };

struct issued {
	char code[2 * CODE_BYTES + 1];
	struct instant at;
	struct arena *arena; /* NULL: free */
	struct text state;
	struct people_citizen who;
};

struct people_demo {
	const struct people_citizen *persons;
	size_t count;
	struct clock clock;
	struct randomness random;
	pthread_mutex_t lock;
	struct issued issued[ISSUED_MAX];
	size_t next;
};

struct people_demo *people_demo_new(struct arena *a, const struct people_citizen *persons,
        size_t count, struct clock clock, struct randomness random)
{
	struct people_demo *d = ARENA_NEW(a, struct people_demo);
	d->persons = persons;
	d->count = count;
	d->clock = clock;
	d->random = random;
	pthread_mutex_init(&d->lock, NULL);
	return d;
}

void people_demo_free(struct people_demo *d)
{
	for (size_t i = 0; d && i < ISSUED_MAX; i++)
		arena_free(d->issued[i].arena);
	if (d)
		pthread_mutex_destroy(&d->lock);
}

const struct people_citizen *people_demo_persons(const struct people_demo *d, size_t *count)
{
	*count = d->count;
	return d->persons;
}

static struct people_citizen copy_citizen(struct arena *a, const struct people_citizen *c)
{
	struct people_citizen out = *c;
	struct text *const texts[] = {&out.id, &out.given_name, &out.family_name, &out.name,
	        &out.mail, &out.street, &out.house_number, &out.postcode, &out.city, &out.ags};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		*texts[i] = text_copy(a, *texts[i]);
	return out;
}

/* The oldest one makes room: nobody needs 256 logins within five minutes. */
enum err people_demo_issue(struct people_demo *d, struct arena *a, struct text state,
        const struct people_citizen *who, struct text *code, struct errinfo *e)
{
	unsigned char bytes[CODE_BYTES];
	if (!state.len || state.len > 200 || !who->name.len)
		return fail(e, ERR_INVALID, "a login without state or name");
	random_fill(&d->random, bytes, sizeof bytes);
	pthread_mutex_lock(&d->lock);
	struct issued *i = &d->issued[d->next++ % ISSUED_MAX];
	arena_free(i->arena);
	i->arena = arena_new(0);
	i->at = clock_now(&d->clock);
	i->state = text_copy(i->arena, state);
	i->who = copy_citizen(i->arena, who);
	hex_put(i->code, bytes, sizeof bytes);
	*code = text_copy(a, text_from(i->code));
	pthread_mutex_unlock(&d->lock);
	return OK;
}

static enum err demo_begin(void *self, struct arena *a, struct text state, enum people_trust wanted,
        struct text *address, struct errinfo *e)
{
	(void)self;
	(void)e;
	*address = text_format(a, "/vorfuehrung/anmelden?state=%.*s&trust=%s", TEXT_ARG(state),
	        people_trust_name(wanted));
	return OK;
}

/* A code is used up by being asked for, whether it fits or not. */
static bool take_code(struct people_demo *d, struct arena *a, struct text state, struct text code,
        struct people_citizen *who)
{
	bool found = false;
	for (size_t k = 0; k < ISSUED_MAX && !found; k++) {
		struct issued *i = &d->issued[k];
		if (!i->arena || code.len != 2 * CODE_BYTES ||
		        sodium_memcmp(i->code, code.ptr, code.len) != 0)
			continue;
		found = text_eq(i->state, state) && clock_now(&d->clock).ms - i->at.ms < LIFE_MS;
		*who = copy_citizen(a, &i->who);
		arena_free(i->arena);
		i->arena = NULL;
	}
	return found;
}

struct text people_demo_subject(struct arena *a, const struct people_citizen *who)
{
	return text_format(a, "%.*s %.*s", TEXT_ARG(who->name),
	        TEXT_ARG(
	                date_is_zero(who->birth_date) ? TEXT("-") : date_text(a, who->birth_date)));
}

static enum err demo_finish(void *self, struct arena *a, struct text state, struct text code,
        struct people_identity *out, struct errinfo *e)
{
	struct people_demo *d = self;
	pthread_mutex_lock(&d->lock);
	bool found = take_code(d, a, state, code, &out->citizen);
	pthread_mutex_unlock(&d->lock);
	if (!found)
		return fail(e, ERR_DENIED, "the code of the login is not known");
	out->provider = TEXT("demo");
	out->subject = people_demo_subject(a, &out->citizen);
	return OK;
}

struct identity_provider people_demo_provider(struct people_demo *d)
{
	return (struct identity_provider){
	        .id = "demo", .begin = demo_begin, .finish = demo_finish, .self = d};
}
