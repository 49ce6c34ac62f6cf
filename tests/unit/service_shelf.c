/* The shelf: publishing, reloading, keeping what runs. */
#include "service_test.h"

struct world {
	struct arena *a;
	char *dir;
	struct service_sources from;
	struct service_shelf *shelf;
	struct service_publication news;
};

static struct world world_open(void)
{
	struct world w = {.a = arena_new(0)};
	w.dir = test_world(w.a, NULL);
	w.from.services = text_format(w.a, "%s/services", w.dir).ptr;
	w.from.authorities = text_format(w.a, "%s/authorities", w.dir).ptr;
	assert_ok(service_shelf_open(text_format(w.a, "%s/data", w.dir).ptr, NULL, &w.shelf, &e));
	return w;
}

static void world_reopen(struct world *w)
{
	service_shelf_close(w->shelf);
	assert_ok(
	        service_shelf_open(text_format(w->a, "%s/data", w->dir).ptr, NULL, &w->shelf, &e));
}

static void world_end(struct world *w)
{
	service_shelf_close(w->shelf);
	test_remove(w->dir);
	arena_free(w->a);
}

static void publish(struct world *w)
{
	assert_ok(service_shelf_publish(w->shelf, &w->from, w->a, &w->news, &e));
}

static enum service_outcome outcome(
        const struct world *w, const char *service, const char *authority)
{
	for (size_t i = 0; i < w->news.count; i++)
		if (text_is(w->news.news[i].service, service) &&
		        text_is(w->news.news[i].authority, authority))
			return w->news.news[i].outcome;
	fail_msg("no news of %s %s", service, authority);
	return SERVICE_UNCHANGED;
}

static const struct service_adoption *dresden(const struct world *w)
{
	return service_find_adoption(
	        service_shelf_current(w->shelf), TEXT("hund"), TEXT("14612000"));
}

static void edit(struct world *w, const char *file, const char *from, const char *to)
{
	test_edit(w->a, w->dir, text_from(file), text_from(from), text_from(to));
}

static const char *const manifest = "services/hund/service.json";

static void publish__first_time__is_in_force_and_survives_a_restart(void **state)
{
	(void)state;
	struct world w = world_open();
	assert_int_equal(service_shelf_current(w.shelf)->service_count, 0);
	assert_true(service_shelf_changed(w.shelf, &w.from));
	publish(&w);
	assert_int_equal(w.news.findings.errors, 0);
	assert_int_equal(outcome(&w, "hund", ""), SERVICE_TAKEN);
	assert_int_equal(outcome(&w, "hund", "14612000"), SERVICE_TAKEN);
	assert_false(service_shelf_changed(w.shelf, &w.from));
	struct text lock = text_copy(w.a, dresden(&w)->lock);
	struct text dir = text_format(
	        w.a, "%s/data/packages/parts/%.*s", w.dir, TEXT_ARG(dresden(&w)->service->hash));
	assert_string_equal(dresden(&w)->service->dir, dir.ptr);
	world_reopen(&w);
	assert_non_null(dresden(&w));
	assert_true(text_eq(dresden(&w)->lock, lock));
	assert_int_equal(service_shelf_current(w.shelf)->authority_count, 2);
	publish(&w);
	assert_int_equal(outcome(&w, "hund", ""), SERVICE_UNCHANGED);
	assert_int_equal(outcome(&w, "hund", "14612000"), SERVICE_UNCHANGED);
	world_end(&w);
}

static void publish__new_version__leaves_running_cases_theirs(void **state)
{
	(void)state;
	struct world w = world_open();
	const struct service_adoption *old, *again;
	publish(&w);
	struct text lock = text_copy(w.a, dresden(&w)->lock);
	edit(&w, manifest, "1.2.0", "1.3.0");
	assert_true(service_shelf_changed(w.shelf, &w.from));
	publish(&w);
	assert_int_equal(outcome(&w, "hund", ""), SERVICE_TAKEN);
	assert_text(dresden(&w)->service->version, "1.3.0");
	assert_false(text_eq(dresden(&w)->lock, lock));
	assert_ok(service_shelf_at(w.shelf, lock, &old, &e));
	assert_text(old->service->version, "1.2.0");
	world_reopen(&w);
	assert_ok(service_shelf_at(w.shelf, lock, &old, &e));
	assert_ok(service_shelf_at(w.shelf, lock, &again, &e));
	assert_ptr_equal(old, again);
	assert_text(old->service->version, "1.2.0");
	assert_text(old->authority->ags, "14612000");
	assert_text(old->lock, text_z(w.a, lock));
	assert_text(dresden(&w)->service->version, "1.3.0");
	world_end(&w);
}

static void publish__broken_version__keeps_the_one_before(void **state)
{
	(void)state;
	struct world w = world_open();
	publish(&w);
	edit(&w, "services/hund/form.json", "born <= since", "born <= sincee");
	edit(&w, manifest, "1.2.0", "1.3.0");
	publish(&w);
	assert_int_equal(outcome(&w, "hund", ""), SERVICE_KEPT);
	assert_int_equal(outcome(&w, "hund", "14612000"), SERVICE_UNCHANGED);
	assert_true(w.news.findings.errors > 0);
	assert_text(w.news.findings.items[0].file, "form.json");
	assert_text(dresden(&w)->service->version, "1.2.0");
	edit(&w, "services/hund/form.json", "born <= sincee", "born <= since");
	publish(&w);
	assert_int_equal(outcome(&w, "hund", ""), SERVICE_TAKEN);
	assert_text(dresden(&w)->service->version, "1.3.0");
	world_end(&w);
}

static void publish__broken_first_version__is_refused_alone(void **state)
{
	(void)state;
	struct world w = world_open();
	test_run("cp", "-r", text_format(w.a, "%s/hund", w.from.services).ptr,
	        text_format(w.a, "%s/katze", w.from.services).ptr);
	publish(&w);
	assert_int_equal(outcome(&w, "katze", ""), SERVICE_REFUSED);
	assert_int_equal(outcome(&w, "hund", ""), SERVICE_TAKEN);
	assert_int_equal(service_shelf_current(w.shelf)->service_count, 1);
	world_end(&w);
}

static void publish__shared_part_and_overlay__change_the_lock(void **state)
{
	(void)state;
	struct world w = world_open();
	publish(&w);
	struct text first = text_copy(w.a, dresden(&w)->lock);
	edit(&w, "services/_fields/texts/de.json", "Vorname", "Vornamen");
	publish(&w);
	assert_int_equal(outcome(&w, "hund", ""), SERVICE_TAKEN);
	struct text second = text_copy(w.a, dresden(&w)->lock);
	assert_false(text_eq(first, second));
	edit(&w, "authorities/14612000/hund.json", "\"min_age_months\": 2",
	        "\"min_age_months\": 4");
	publish(&w);
	assert_int_equal(outcome(&w, "hund", ""), SERVICE_UNCHANGED);
	assert_int_equal(outcome(&w, "hund", "14612000"), SERVICE_TAKEN);
	assert_false(text_eq(dresden(&w)->lock, second));
	edit(&w, "authorities/14612000/hund.json", "\"min_age_months\": 4",
	        "\"min_age_months\": 99");
	publish(&w);
	assert_int_equal(outcome(&w, "hund", "14612000"), SERVICE_KEPT);
	struct feel_value slots = service_slot_values(w.a, dresden(&w), (struct date){2026, 1, 1});
	assert_text(feel_to_text(w.a, feel_context_path(slots, TEXT("min_age_months"))), "4");
	world_end(&w);
}

static void publish__authority__contact_changes_without_a_new_lock(void **state)
{
	(void)state;
	struct world w = world_open();
	const struct service_adoption *at;
	publish(&w);
	struct text lock = text_copy(w.a, dresden(&w)->lock);
	edit(&w, "authorities/14612000/authority.json", "0351 000 00 20", "0351 000 00 99");
	publish(&w);
	assert_int_equal(outcome(&w, "hund", "14612000"), SERVICE_UNCHANGED);
	assert_text(dresden(&w)->unit->phone, "0351 000 00 99");
	assert_ok(service_shelf_at(w.shelf, lock, &at, &e));
	assert_text(at->unit->phone, "0351 000 00 99");
	edit(&w, "authorities/14612000/authority.json", "\"contact\"", "\"kontakt\"");
	publish(&w);
	assert_true(w.news.findings.errors > 0);
	assert_text(dresden(&w)->unit->phone, "0351 000 00 99");
	world_end(&w);
}

static void publish__removed__is_not_offered_but_cases_go_on(void **state)
{
	(void)state;
	struct world w = world_open();
	const struct service_adoption *at;
	struct errinfo e = {0};
	publish(&w);
	struct text lock = text_copy(w.a, dresden(&w)->lock);
	test_run("rm", "-r", text_format(w.a, "%s/hund", w.from.services).ptr,
	        text_format(w.a, "%s/14612000", w.from.authorities).ptr);
	publish(&w);
	assert_int_equal(outcome(&w, "hund", ""), SERVICE_REMOVED);
	assert_int_equal(outcome(&w, "hund", "14612000"), SERVICE_REMOVED);
	assert_null(dresden(&w));
	assert_int_equal(service_shelf_at(w.shelf, lock, &at, &e), OK);
	assert_text(at->service->id, "hund");
	assert_text(at->authority->ags, "14612000");
	assert_int_equal(service_shelf_at(w.shelf, TEXT("nonsense"), &at, &e), ERR_NOT_FOUND);
	world_end(&w);
}

static void shelf__published_part_was_changed__is_noticed(void **state)
{
	(void)state;
	struct world w = world_open();
	const struct service_adoption *at;
	struct errinfo e = {0};
	publish(&w);
	struct text lock = text_copy(w.a, dresden(&w)->lock);
	struct text part = text_format(
	        w.a, "data/packages/parts/%.*s/form.json", TEXT_ARG(dresden(&w)->service->hash));
	test_edit(w.a, w.dir, part, TEXT("born <= since"), TEXT("born < since"));
	world_reopen(&w);
	assert_null(dresden(&w));
	assert_int_equal(service_shelf_at(w.shelf, lock, &at, &e), ERR_CORRUPT);
	/* The sources are as they were: the package comes back, its part does not change. */
	publish(&w);
	assert_null(dresden(&w));
	world_end(&w);
}

static void publish__disk_refuses__leaves_everything_as_it_was(void **state)
{
	(void)state;
	struct world w = world_open();
	struct errinfo e = {0};
	publish(&w);
	edit(&w, manifest, "1.2.0", "1.3.0");
	test_run("rm", "-r", text_format(w.a, "%s/data/packages/locks", w.dir).ptr, NULL);
	assert_int_equal(service_shelf_publish(w.shelf, &w.from, w.a, &w.news, &e), ERR_IO);
	assert_text(dresden(&w)->service->version, "1.2.0");
	assert_true(service_shelf_changed(w.shelf, &w.from));
	world_end(&w);
}

/* Threads read while versions are published: every lock they ever saw stays good. */
struct reader {
	struct service_shelf *shelf;
	struct text first;
	atomic_bool stop;
	int rounds, wrong;
};

static void *read_on(void *self)
{
	struct reader *r = self;
	while (!atomic_load(&r->stop) || r->rounds == 0) {
		const struct service_adoption *at = NULL;
		const struct service_library *l = service_shelf_current(r->shelf);
		const struct service_adoption *now =
		        service_find_adoption(l, TEXT("hund"), TEXT("14612000"));
		enum err code = service_shelf_at(r->shelf, r->first, &at, NULL);
		r->wrong += code != OK || !text_is(at->service->version, "1.2.0");
		r->wrong += !now || !service_text(now, TEXT("de"), TEXT("title"), NULL).len;
		r->rounds++;
	}
	return NULL;
}

static void shelf__readers_while_publishing__see_whole_versions(void **state)
{
	(void)state;
	enum { READERS = 3, VERSIONS = 6 };
	struct world w = world_open();
	struct reader readers[READERS];
	pthread_t threads[READERS];
	publish(&w);
	struct text first = text_copy(w.a, dresden(&w)->lock);
	for (int i = 0; i < READERS; i++) {
		readers[i] = (struct reader){.shelf = w.shelf, .first = first};
		assert_int_equal(pthread_create(&threads[i], NULL, read_on, &readers[i]), 0);
	}
	for (int i = 2; i < 2 + VERSIONS; i++) {
		edit(&w, manifest, text_format(w.a, "\"1.%d.0\"", i).ptr,
		        text_format(w.a, "\"1.%d.0\"", i + 1).ptr);
		publish(&w);
		assert_int_equal(outcome(&w, "hund", ""), SERVICE_TAKEN);
	}
	for (int i = 0; i < READERS; i++) {
		atomic_store(&readers[i].stop, true);
		pthread_join(threads[i], NULL);
		assert_int_equal(readers[i].wrong, 0);
		assert_true(readers[i].rounds > 0);
	}
	assert_text(dresden(&w)->service->version, "1.8.0");
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(publish__first_time__is_in_force_and_survives_a_restart),
	        cmocka_unit_test(publish__new_version__leaves_running_cases_theirs),
	        cmocka_unit_test(publish__broken_version__keeps_the_one_before),
	        cmocka_unit_test(publish__broken_first_version__is_refused_alone),
	        cmocka_unit_test(publish__shared_part_and_overlay__change_the_lock),
	        cmocka_unit_test(publish__authority__contact_changes_without_a_new_lock),
	        cmocka_unit_test(publish__removed__is_not_offered_but_cases_go_on),
	        cmocka_unit_test(shelf__published_part_was_changed__is_noticed),
	        cmocka_unit_test(publish__disk_refuses__leaves_everything_as_it_was),
	        cmocka_unit_test(shelf__readers_while_publishing__see_whole_versions),
	};
	xml_start();
	int result = cmocka_run_group_tests(tests, NULL, NULL);
	xml_stop();
	return result;
}
