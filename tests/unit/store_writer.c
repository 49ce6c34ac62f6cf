#include "store_test.h"

#include <stdatomic.h>
#include <time.h>

static int setup(void **state)
{
	static struct place p;
	place_make(&p);
	*state = &p;
	return 0;
}

static int teardown(void **state)
{
	place_remove(*state);
	return 0;
}

static void pause_ms(long ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};
	nanosleep(&t, NULL);
}

/* A command that holds the writer until the test lets it go, so that others queue. ------- */

struct gate {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	bool reached;
	bool open;
};

static enum err gate_apply(struct apply *ap, struct errinfo *e)
{
	struct gate *g = ap->command->input;
	(void)e;
	pthread_mutex_lock(&g->mutex);
	g->reached = true;
	pthread_cond_broadcast(&g->changed);
	while (!g->open)
		pthread_cond_wait(&g->changed, &g->mutex);
	pthread_mutex_unlock(&g->mutex);
	return OK;
}

static void gate_init(struct gate *g)
{
	*g = (struct gate){.open = false};
	pthread_mutex_init(&g->mutex, NULL);
	pthread_cond_init(&g->changed, NULL);
}

static void gate_wait_reached(struct gate *g)
{
	pthread_mutex_lock(&g->mutex);
	while (!g->reached)
		pthread_cond_wait(&g->changed, &g->mutex);
	pthread_mutex_unlock(&g->mutex);
}

static void gate_open(struct gate *g)
{
	pthread_mutex_lock(&g->mutex);
	g->open = true;
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->mutex);
}

static const struct command_kind gate_kinds[] = {{.name = "gate", .apply = gate_apply}};

/* Commands answered into a counter. ------------------------------------------------------ */

struct answered {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	int count;
	int committed_when_answered; /* notes a reader sees at the first answer */
	struct store *store;
};

static void answer(void *host, struct command *c)
{
	struct answered *a = host;
	(void)c;
	pthread_mutex_lock(&a->mutex);
	if (a->count++ == 0 && a->store)
		a->committed_when_answered = (int)count_notes(a->store);
	pthread_cond_broadcast(&a->changed);
	pthread_mutex_unlock(&a->mutex);
}

static void answered_init(struct answered *a, struct store *s)
{
	*a = (struct answered){.store = s};
	pthread_mutex_init(&a->mutex, NULL);
	pthread_cond_init(&a->changed, NULL);
}

static void answered_wait(struct answered *a, int count)
{
	pthread_mutex_lock(&a->mutex);
	while (a->count < count)
		pthread_cond_wait(&a->changed, &a->mutex);
	pthread_mutex_unlock(&a->mutex);
}

/* Hold the writer, submit `count` commands, let it go, wait for all answers. */
static void run_together(struct store *s, struct command *commands, int count, struct answered *a)
{
	struct gate g;
	struct command hold = {.kind = "gate", .input = &g};
	gate_init(&g);
	assert_ok(store_submit(s, &hold, &e));
	gate_wait_reached(&g);
	for (int i = 0; i < count; i++) {
		commands[i].done = answer;
		commands[i].done_host = a;
		assert_ok(store_submit(s, &commands[i], &e));
	}
	gate_open(&g);
	answered_wait(a, count);
}

static struct store *start_with_gate(struct place *p)
{
	struct store *s = place_open(p);
	store_register(s, gate_kinds, 1, NULL);
	assert_ok(store_start(s, &e));
	return s;
}

/* Tests ----------------------------------------------------------------------------------- */

static void run__one_command__is_durable_and_answered(void **state)
{
	struct store *s = place_start(*state);
	struct arena *a = arena_new(0);
	struct note n = {.id = 42, .body = TEXT("hello")};
	struct command c = {.kind = "note.put", .input = &n, .arena = a};
	assert_ok(store_run(s, &c, &e));
	assert_text(c.answer, "note 42");
	assert_false(c.repeated);
	store_close(s);
	s = place_open(*state);
	assert_int_equal(count_notes(s), 1);
	arena_free(a);
	store_close(s);
}

static void run__failing_command__changes_nothing_and_tells_why(void **state)
{
	struct store *s = place_start(*state);
	struct note n = {.id = 1, .body = TEXT("x")};
	struct errinfo why = {0};
	assert_int_equal(store_do(s, "note.refuse", &n, &why), ERR_CONFLICT);
	assert_string_equal(why.message, "refused");
	assert_int_equal(count_notes(s), 0);
	assert_int_equal(store_do(s, "no.such", &n, &why), ERR_INTERNAL);
	assert_int_equal(put_note(s, 1), OK);
	store_close(s);
}

static void batch__of_many__is_one_commit_and_answered_after_it(void **state)
{
	struct store *s = start_with_gate(*state);
	struct answered a;
	struct command commands[20] = {0};
	struct note notes[20] = {0};
	answered_init(&a, s);
	for (int i = 0; i < 20; i++) {
		notes[i] = (struct note){.id = i, .body = TEXT("x")};
		commands[i] = (struct command){
		        .kind = i % 5 == 4 ? "note.refuse" : "note.put", .input = &notes[i]};
	}
	uint64_t before = store_counts(s).batches;
	run_together(s, commands, 20, &a);
	for (int i = 0; i < 20; i++)
		assert_int_equal(commands[i].result, i % 5 == 4 ? ERR_CONFLICT : OK);
	assert_int_equal(a.committed_when_answered, 16);
	assert_int_equal(count_notes(s), 16);
	/* the gate and the twenty are one batch, or two where the machine is slow */
	assert_true(store_counts(s).batches - before <= 2);
	store_close(s);
}

static void key__repeated__gets_the_first_answer_again(void **state)
{
	struct place *p = *state;
	struct store *s = place_start(p);
	struct arena *a = arena_new(0);
	for (int round = 0; round < 3; round++) {
		struct note n = {.id = round, .body = TEXT("x")};
		struct command c = {.kind = "note.put", .input = &n, .arena = a, .key = TEXT("k")};
		assert_ok(store_run(s, &c, &e));
		assert_text(c.answer, "note 0");
		assert_int_equal(c.repeated, round > 0);
		if (round == 1) { /* also after a restart */
			store_close(s);
			s = place_start(p);
		}
	}
	assert_int_equal(count_notes(s), 1);
	struct note n = {.id = 9, .body = TEXT("x")};
	struct command other = {.kind = "note.refuse", .input = &n, .arena = a, .key = TEXT("k")};
	assert_int_equal(store_run(s, &other, NULL), ERR_CONFLICT);
	arena_free(a);
	store_close(s);
}

static void key__repeated_in_one_batch__is_done_once(void **state)
{
	struct store *s = start_with_gate(*state);
	struct answered all;
	struct command commands[8] = {0};
	struct note notes[8];
	struct arena *arenas[8];
	answered_init(&all, s);
	for (int i = 0; i < 8; i++) {
		arenas[i] = arena_new(0);
		notes[i] = (struct note){.id = i, .body = TEXT("x")};
		commands[i] = (struct command){.kind = "note.put",
		        .input = &notes[i],
		        .arena = arenas[i],
		        .key = i % 2 ? TEXT("odd") : TEXT("even")};
	}
	run_together(s, commands, 8, &all);
	for (int i = 0; i < 8; i++) {
		assert_int_equal(commands[i].result, OK);
		assert_text(commands[i].answer, i % 2 ? "note 1" : "note 0");
		assert_int_equal(commands[i].repeated, i > 1);
		arena_free(arenas[i]);
	}
	assert_int_equal(count_notes(s), 2);
	assert_int_equal(store_counts(s).repeated, 6);
	store_close(s);
}

static void key__of_a_failed_command__may_be_used_again(void **state)
{
	struct store *s = place_start(*state);
	struct note n = {.id = 1, .body = TEXT("x")};
	struct command bad = {.kind = "note.refuse", .input = &n, .key = TEXT("k")};
	struct command good = {.kind = "note.put", .input = &n, .key = TEXT("k")};
	assert_int_equal(store_run(s, &bad, NULL), ERR_CONFLICT);
	assert_ok(store_run(s, &good, &e));
	assert_false(good.repeated);
	assert_int_equal(count_notes(s), 1);
	store_close(s);
}

/* Threads ---------------------------------------------------------------------------------- */

enum { THREADS = 8, EACH = 200 };

struct worker {
	struct store *store;
	int number;
	int done;
};

static void *work(void *host)
{
	struct worker *w = host;
	for (int i = 0; i < EACH; i++)
		w->done += put_note(w->store, w->number * EACH + i) == OK;
	return NULL;
}

static void threads__many__each_command_once(void **state)
{
	struct store *s = place_start(*state);
	pthread_t threads[THREADS];
	struct worker workers[THREADS];
	for (int i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){.store = s, .number = i};
		assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(workers[i].done, EACH);
	}
	assert_int_equal(count_notes(s), THREADS * EACH);
	struct store_counts counts = store_counts(s);
	assert_int_equal(counts.commands, THREADS * EACH);
	assert_true(counts.batches < counts.commands); /* they shared commits */
	store_close(s);
}

static void queue__full__is_refused_before_anything_is_done(void **state)
{
	struct place *p = *state;
	p->options.queue_max = 4;
	struct store *s = start_with_gate(p);
	struct gate g;
	struct answered a;
	struct command hold = {.kind = "gate", .input = &g}, commands[5] = {0};
	struct note notes[5];
	struct errinfo why = {0};
	gate_init(&g);
	answered_init(&a, NULL);
	assert_ok(store_submit(s, &hold, &e));
	gate_wait_reached(&g);
	for (int i = 0; i < 5; i++) {
		notes[i] = (struct note){.id = i, .body = TEXT("x")};
		commands[i] = (struct command){
		        .kind = "note.put", .input = &notes[i], .done = answer, .done_host = &a};
		assert_int_equal(store_submit(s, &commands[i], &why), i < 4 ? OK : ERR_BUSY);
	}
	gate_open(&g);
	answered_wait(&a, 4);
	assert_int_equal(count_notes(s), 4);
	store_close(s);
}

struct stopper {
	struct store *store;
	atomic_bool stopped;
};

static void *stop(void *host)
{
	struct stopper *st = host;
	store_stop(st->store);
	atomic_store(&st->stopped, true);
	return NULL;
}

static bool is_stopping(struct store *s)
{
	pthread_mutex_lock(&s->writer.mutex);
	bool stopping = s->writer.stopping;
	pthread_mutex_unlock(&s->writer.mutex);
	return stopping;
}

static void stop__with_a_full_queue__answers_all_and_takes_no_more(void **state)
{
	struct store *s = start_with_gate(*state);
	struct gate g;
	struct answered a;
	struct command hold = {.kind = "gate", .input = &g}, commands[200] = {0};
	struct note notes[200];
	struct stopper st = {.store = s};
	pthread_t thread;
	gate_init(&g);
	answered_init(&a, NULL);
	assert_ok(store_submit(s, &hold, &e));
	gate_wait_reached(&g);
	for (int i = 0; i < 200; i++) {
		notes[i] = (struct note){.id = i, .body = TEXT("x")};
		commands[i] = (struct command){
		        .kind = "note.put", .input = &notes[i], .done = answer, .done_host = &a};
		assert_ok(store_submit(s, &commands[i], &e));
	}
	pthread_create(&thread, NULL, stop, &st);
	while (!is_stopping(s))
		pause_ms(1);
	assert_int_equal(put_note(s, 1000), ERR_BUSY);
	assert_false(atomic_load(&st.stopped));
	gate_open(&g);
	pthread_join(thread, NULL);
	assert_int_equal(a.count, 200);
	assert_int_equal(put_note(s, 1001), ERR_BUSY);
	for (int i = 0; i < 200; i++)
		assert_int_equal(commands[i].result, OK);
	store_close(s);
}

/* Follow-ups ------------------------------------------------------------------------------- */

struct chain {
	atomic_int runs;
	atomic_int failures; /* that are still to come */
	atomic_bool refuse_parent;
};

static enum err chain_apply(struct apply *ap, struct errinfo *e)
{
	struct chain *c = ap->host;
	int64_t left = 0;
	check(text_int(ap->command->payload, &left));
	check(!ap->command->input);
	if (atomic_load(&c->failures) > 0) {
		atomic_fetch_sub(&c->failures, 1);
		return fail(e, ERR_INVALID, "not yet");
	}
	atomic_fetch_add(&c->runs, 1);
	TRY(db_exec(ap->db, SQL_NOTE_PUT, e, BIND("id", left), BIND("authority", "A"),
	        BIND("body", "follow")));
	if (left > 1)
		TRY(apply_follow(
		        ap, "chain", text_format(ap->arena, "%lld", (long long)left - 1), e));
	return OK;
}

static enum err chain_begin(struct apply *ap, struct errinfo *e)
{
	struct chain *c = ap->host;
	TRY(apply_follow(ap, "chain", TEXT("40"), e));
	return atomic_load(&c->refuse_parent) ? fail(e, ERR_CONFLICT, "refused") : OK;
}

static const struct command_kind chain_kinds[] = {
        {.name = "chain", .apply = chain_apply},
        {.name = "chain.begin", .apply = chain_begin},
};

static struct store *start_chain(struct place *p, struct chain *c)
{
	struct store *s = place_open(p);
	store_register(s, chain_kinds, 2, c);
	assert_ok(store_start(s, &e));
	return s;
}

static void wait_for_notes(struct store *s, int64_t count)
{
	for (int i = 0; i < 500 && count_notes(s) < count; i++)
		pause_ms(10);
	assert_int_equal(count_notes(s), count);
}

static void follow__chain__runs_to_its_end_each_once(void **state)
{
	struct chain c = {0};
	struct store *s = start_chain(*state, &c);
	assert_ok(store_do(s, "chain.begin", NULL, &e));
	wait_for_notes(s, 40);
	pause_ms(20);
	assert_int_equal(atomic_load(&c.runs), 40);
	store_close(s);
}

static void follow__of_a_refused_command__never_happens(void **state)
{
	struct chain c = {.refuse_parent = true};
	struct store *s = start_chain(*state, &c);
	assert_int_equal(store_do(s, "chain.begin", NULL, NULL), ERR_CONFLICT);
	store_resume(s);
	assert_int_equal(put_note(s, 1000), OK);
	pause_ms(20);
	assert_int_equal(atomic_load(&c.runs), 0);
	store_close(s);
}

static void follow__that_fails__is_tried_again_and_then_left(void **state)
{
	struct chain c = {.failures = 2};
	struct store *s = start_chain(*state, &c);
	assert_ok(store_do(s, "chain.begin", NULL, &e));
	for (int i = 0; i < 200 && atomic_load(&c.runs) == 0; i++) {
		store_resume(s);
		pause_ms(5);
	}
	wait_for_notes(s, 40);
	atomic_store(&c.failures, 100);
	assert_ok(store_do(s, "chain.begin", NULL, &e));
	for (int i = 0; i < 30; i++) {
		store_resume(s);
		pause_ms(5);
	}
	store_stop(s); /* the writer has ended: the count stands */
	assert_int_equal(atomic_load(&c.failures), 100 - COMMAND_FOLLOW_TRIES);
	store_close(s);
}

static void follow__left_by_a_stop__is_done_at_the_next_start(void **state)
{
	struct chain c = {.failures = 1};
	struct store *s = start_chain(*state, &c);
	assert_ok(store_do(s, "chain.begin", NULL, &e));
	while (atomic_load(&c.failures) > 0)
		pause_ms(1);
	store_close(s);
	assert_int_equal(atomic_load(&c.runs), 0);
	s = start_chain(*state, &c);
	wait_for_notes(s, 40);
	store_close(s);
}

/* Prepare, cache ---------------------------------------------------------------------------- */

struct seen {
	pthread_t prepared_in, applied_in;
	int undone, undone_all, committed;
};

static enum err seen_prepare(struct prepare *p, struct errinfo *e)
{
	struct seen *seen = p->host;
	seen->prepared_in = pthread_self();
	return p->command->input ? OK : fail(e, ERR_INVALID, "no input");
}

static enum err seen_apply(struct apply *ap, struct errinfo *e)
{
	struct seen *seen = ap->host;
	(void)e;
	seen->applied_in = pthread_self();
	return OK;
}

static const struct command_kind seen_kinds[] = {
        {.name = "seen", .prepare = seen_prepare, .apply = seen_apply}};

static void prepare__runs_in_the_caller__and_may_refuse(void **state)
{
	struct seen seen = {0};
	int input = 1;
	struct store *s = place_open(*state);
	store_register(s, seen_kinds, 1, &seen);
	assert_ok(store_start(s, &e));
	assert_ok(store_do(s, "seen", &input, &e));
	assert_true(pthread_equal(seen.prepared_in, pthread_self()));
	assert_false(pthread_equal(seen.applied_in, pthread_self()));
	assert_int_equal(store_do(s, "seen", NULL, NULL), ERR_INVALID);
	store_close(s);
}

static void prepare__of_a_command_done_already__is_not_run(void **state)
{
	struct seen seen = {0};
	int input = 1;
	struct store *s = place_open(*state);
	store_register(s, seen_kinds, 1, &seen);
	assert_ok(store_start(s, &e));
	struct command c = {.kind = "seen", .input = &input, .key = TEXT("k")};
	assert_ok(store_run(s, &c, &e));
	struct command again = {.kind = "seen", .key = TEXT("k")}; /* prepare would refuse */
	assert_ok(store_run(s, &again, &e));
	assert_true(again.repeated);
	store_close(s);
}

static void count_undone(void *host, const struct command *c)
{
	struct seen *seen = host;
	seen->undone += c != NULL;
	seen->undone_all += c == NULL;
}

static void count_committed(void *host)
{
	((struct seen *)host)->committed++;
}

static void cache__is_told__what_was_undone(void **state)
{
	struct place *p = *state;
	struct seen seen = {0};
	p->options.cache = (struct store_cache){count_undone, count_committed, &seen};
	struct store *s = place_start(p);
	assert_int_equal(put_note(s, 1), OK);
	assert_int_equal(put_note(s, 1), ERR_CONFLICT);
	store_close(s);
	assert_int_equal(seen.undone, 1);
	assert_int_equal(seen.undone_all, 0);
	assert_true(seen.committed >= 1);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	        T(run__one_command__is_durable_and_answered),
	        T(run__failing_command__changes_nothing_and_tells_why),
	        T(batch__of_many__is_one_commit_and_answered_after_it),
	        T(key__repeated__gets_the_first_answer_again),
	        T(key__repeated_in_one_batch__is_done_once),
	        T(key__of_a_failed_command__may_be_used_again),
	        T(threads__many__each_command_once),
	        T(queue__full__is_refused_before_anything_is_done),
	        T(stop__with_a_full_queue__answers_all_and_takes_no_more),
	        T(follow__chain__runs_to_its_end_each_once),
	        T(follow__of_a_refused_command__never_happens),
	        T(follow__that_fails__is_tried_again_and_then_left),
	        T(follow__left_by_a_stop__is_done_at_the_next_start),
	        T(prepare__runs_in_the_caller__and_may_refuse),
	        T(prepare__of_a_command_done_already__is_not_run),
	        T(cache__is_told__what_was_undone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
