/* The library: hashes, slots, texts, search, routing from source folders. */
#include "service_test.h"

#include "base/digest.h"

struct world {
	struct arena *a;
	char *dir;
	struct service_sources from;
	struct service_findings f;
	const struct service_library *l;
};

static struct world world_read(void)
{
	struct world w = {.a = arena_new(0)};
	w.dir = test_world(w.a, NULL);
	w.from.services = text_format(w.a, "%s/services", w.dir).ptr;
	w.from.authorities = text_format(w.a, "%s/authorities", w.dir).ptr;
	service_findings_init(&w.f, w.a);
	assert_ok(service_library_read(w.a, &w.from, &w.f, &w.l, &e));
	assert_int_equal(w.f.errors, 0);
	return w;
}

static void world_end(struct world *w)
{
	test_remove(w->dir);
	arena_free(w->a);
}

/* Hashes -----------------------------------------------------------------------------------------
 */

static void hash__known_files__is_the_documented_one(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct folder_file files[] = {
	        {TEXT("letters/a.typ"), TEXT("A\n")},
	        {TEXT("service.json"), TEXT("{\"id\": \"x\"}\n")},
	        {TEXT("signature.json"), TEXT("ignored")},
	        {TEXT("texts/de.json"), TEXT("{}")},
	};
	const char *expected = "289bc1aa80af1f1b6f66db01dfd83be605fbd4072335a7428a5baf73fe9cf645";
	assert_text(folder_hash(a, files, 4), expected);
	files[2].bytes = TEXT("other signature");
	assert_text(folder_hash(a, files, 4), expected);
	files[3].bytes = TEXT("{} ");
	assert_false(text_is(folder_hash(a, files, 4), expected));
	arena_free(a);
}

static void lock__known_parts__is_the_documented_one(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct text hashes[PART_COUNT] = {0};
	char aa[DIGEST_HEX], bb[DIGEST_HEX];
	memset(aa, 'a', sizeof aa);
	memset(bb, 'b', sizeof bb);
	hashes[PART_CODES] = (struct text){aa, sizeof aa};
	hashes[PART_PACKAGE] = (struct text){bb, sizeof bb};
	assert_text(lock_of_hashes(a, hashes),
	        "39093bd3e056adf275f79320cd1fe3cab69192ea161faee6b30f36adb1552669");
	arena_free(a);
}

static void folder__on_disk_and_links__are_read_and_refused(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct errinfo e = {0};
	char *dir = test_world(a, NULL);
	struct service_findings f;
	struct folder before, after;
	struct text path = text_format(a, "%s/services/hund", dir);
	service_findings_init(&f, a);
	assert_int_equal(folder_read(a, path.ptr, TEXT("hund"), &f, &before, &e), OK);
	assert_true(digest_is_hex(before.hash));
	assert_int_equal(symlink("service.json", text_format(a, "%s/link.json", path.ptr).ptr), 0);
	assert_int_equal(folder_read(a, path.ptr, TEXT("hund"), &f, &after, &e), OK);
	assert_int_equal(after.hash.len, 0);
	assert_int_equal(f.errors, 1);
	assert_text(f.items[0].code, "link");
	assert_int_equal(folder_read(a, "/nowhere", TEXT("x"), &f, &after, &e), ERR_NOT_FOUND);
	test_remove(dir);
	arena_free(a);
}

static void folder__too_many_files__is_refused(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct errinfo e = {0};
	char *dir = test_world(a, NULL);
	struct service_findings f;
	struct folder d;
	service_findings_init(&f, a);
	for (int i = 0; i < SERVICE_FILES_MAX; i++)
		test_write(dir, text_format(a, "services/hund/tests/%d.json", i), TEXT("{}"));
	struct text path = text_format(a, "%s/services/hund", dir);
	assert_int_equal(folder_read(a, path.ptr, TEXT("hund"), &f, &d, &e), OK);
	assert_int_equal(d.hash.len, 0);
	assert_text(f.items[0].code, "too_many_files");
	test_remove(dir);
	arena_free(a);
}

/* What is read ------------------------------------------------------------------------------------
 */

static void service__good_package__has_everything(void **state)
{
	(void)state;
	struct world w = world_read();
	const struct service *s = service_find(w.l, TEXT("hund"));
	assert_non_null(s);
	assert_text(s->version, "1.2.0");
	assert_true(digest_is_hex(s->hash) && digest_is_hex(s->lock));
	assert_non_null(s->form);
	assert_non_null(s->decisions);
	assert_non_null(s->process);
	assert_int_equal(s->trust_submit, FORM_TRUST_ACCOUNT);
	assert_int_equal(s->delivery.regime, LAW_ACCOUNT);
	assert_int_equal(s->delivery.channels[1], SERVICE_POST);
	assert_int_equal(s->filing.retention_years, 10);
	assert_int_equal(s->filing.archive, 'V');
	assert_true(service_role_may(service_find_role(s, TEXT("signer")), "sign"));
	assert_false(service_role_may(service_find_role(s, TEXT("signer")), "decide"));
	assert_text(service_find_role(s, TEXT("signer"))->except, "examiner");
	assert_int_equal(service_find_deadline(s, TEXT("target"))->length.days, 42);
	assert_int_equal(service_find_letter(s, TEXT("notice"))->kind, SERVICE_NOTICE);
	assert_true(service_is_open(s, (struct date){2026, 11, 2}));
	assert_null(service_find(w.l, TEXT("katze")));
	world_end(&w);
}

static const struct service_adoption *dresden(const struct world *w)
{
	return service_find_adoption(w->l, TEXT("hund"), TEXT("14612000"));
}

static struct text slot_on(const struct world *w, struct date day, const char *path)
{
	struct feel_value slots = service_slot_values(w->a, dresden(w), day);
	return feel_to_text(w->a, feel_context_path(slots, text_from(path)));
}

static void slots__overlay__replaces_and_changes_declared_values(void **state)
{
	(void)state;
	struct world w = world_read();
	struct date late = {2026, 3, 1}, early = {2025, 12, 31}, never = {2019, 1, 1};
	assert_text(slot_on(&w, late, "min_age_months"), "2");
	assert_text(slot_on(&w, late, "inform"), "[\"vet-office\"]");
	assert_text(slot_on(&w, late, "rates"), "[{nth: 1, year: 108}, {nth: 2, year: 144}]");
	assert_text(slot_on(&w, early, "rates"), "[{nth: 1, year: 90}]");
	assert_text(slot_on(&w, never, "rates"), "null");
	const struct service_adoption *x;
	assert_ok(service_adopt(w.a, service_find(w.l, TEXT("hund")),
	        service_find_authority(w.l, TEXT("14625080")), NULL, &w.f, &x, &e));
	struct feel_value slots = service_slot_values(w.a, x, late);
	assert_text(feel_to_text(w.a, feel_context_path(slots, TEXT("min_age_months"))), "3");
	assert_text(x->lock, text_z(w.a, x->service->lock));
	assert_false(text_eq(dresden(&w)->lock, x->lock));
	world_end(&w);
}

static void texts__authority_then_package_then_library__and_german_last(void **state)
{
	(void)state;
	struct world w = world_read();
	struct text used;
	const struct service_adoption *x = dresden(&w);
	assert_text(
	        service_text(x, TEXT("en"), TEXT("intro"), &used), "Register your dog in Dresden.");
	assert_text(service_package_text(x->service, TEXT("en"), TEXT("intro"), &used),
	        "Register your dog here.");
	assert_text(service_text(x, TEXT("en"), TEXT("codes.breed.shepherd"), &used), "Shepherd");
	assert_text(
	        service_text(x, TEXT("de"), TEXT("codes.breed.shepherd"), &used), "Schäferhund");
	assert_text(service_text(x, TEXT("hsb"), TEXT("title"), &used), "Hund anmelden");
	assert_text(used, "de");
	assert_text(service_text(x, TEXT("de"), TEXT("no.such.key"), &used), "");
	assert_text(service_status_text(x, TEXT("de"), TEXT("look")), "Wir sehen uns den Hund an.");
	struct words words = service_words(w.a, x, TEXT("en"), NULL);
	assert_text(words_get(&words, w.a, "person-name.given_name.label"), "Given name");
	assert_false(words_has(&words, TEXT("no.such.key")));
	world_end(&w);
}

static void authority__unit__fills_its_gaps_from_the_authority(void **state)
{
	(void)state;
	struct world w = world_read();
	const struct service_authority *x = service_find_authority(w.l, TEXT("14612000"));
	const struct service_unit *u = service_authority_unit(x, TEXT("hund"));
	assert_text(service_local_text(u->name, TEXT("de")), "Steueramt");
	assert_text(u->phone, "0351 000 00 20");
	assert_text(u->street, "Musterring 19");
	assert_text(u->remedy_address, "Landeshauptstadt Dresden, Steueramt, 01001 Dresden");
	assert_text(service_local_text(x->name, TEXT("en")), "City of Dresden");
	assert_text(service_local_text(x->name, TEXT("hsb")), "Landeshauptstadt Dresden");
	assert_text(x->case_prefix, "DD");
	assert_ptr_equal(service_authority_unit(x, TEXT("wohngeld")), &x->office);
	struct feel_value place = service_place_value(w.a, dresden(&w));
	assert_text(feel_to_text(w.a, place), "{ags: \"14612000\", name: \"Dresden\"}");
	world_end(&w);
}

/* Search -----------------------------------------------------------------------------------------
 */

static size_t hits(const struct world *w, const char *language, const char *query)
{
	const struct service_hit *list;
	return service_search(w->a, w->l, text_from(language), text_from(query), &list);
}

static void search__everyday_words__find_the_service(void **state)
{
	(void)state;
	static const char *const good[] = {"", "Hund", "hunde", "WELPE", "hundemrake", "Hundsteuer",
	        "ich habe einen welpen", "anmelden", "dog tax", "steuer"};
	static const char *const bad[] = {"wohngeld", "xyz", "auto parken", "hu"};
	struct world w = world_read();
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (hits(&w, "en", good[i]) != 1)
			fail_msg("'%s' finds nothing", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (hits(&w, "de", bad[i]) != 0)
			fail_msg("'%s' finds something", bad[i]);
	assert_int_equal(hits(&w, "de", "puppy"), 0);
	assert_text(folded(w.a, TEXT("GRÖẞE Žižka")), "groesse zizka");
	world_end(&w);
}

/* Routing ----------------------------------------------------------------------------------------
 */

static const char *route(const struct world *w, const char *service, const char *where)
{
	static const char *const kinds[] = {"found", "choose", "not offered", "unknown"};
	struct service_route r = service_route(w->a, w->l, text_from(service), text_from(where));
	if (r.kind == SERVICE_ROUTE_FOUND)
		return text_format(w->a, "found %.*s", TEXT_ARG(r.authority->ags)).ptr;
	if (r.kind == SERVICE_ROUTE_NOT_OFFERED)
		return text_format(
		        w->a, "not offered %.*s", TEXT_ARG(service_local_text(r.body, TEXT("de"))))
		        .ptr;
	return text_format(w->a, "%s %zu", kinds[r.kind], r.choice_count).ptr;
}

static void route__what_people_type__finds_the_authority_or_says_why_not(void **state)
{
	(void)state;
	static const struct {
		const char *service, *where, *expected;
	} rows[] = {
	        {"hund", "14612000", "found 14612000"},
	        {"hund", "01069", "found 14612000"},
	        {"hund", " 01069 Dresden ", "found 14612000"},
	        {"hund", "dresden", "found 14612000"},
	        {"hund", "Dresd", "found 14612000"},
	        {"hund", "01465", "choose 2"},
	        {"hund", "01465 Dresden", "found 14612000"},
	        {"hund", "01465 Radeberg", "not offered "},
	        {"hund", "01920", "not offered Landkreis Bautzen"},
	        {"hund", "Bautzen", "not offered "},
	        {"hund", "rad", "choose 2"},
	        {"hund", "Dreden", "unknown 1"},
	        {"hund", "99999", "unknown 0"},
	        {"hund", "Atlantis", "unknown 0"},
	        {"hund", "", "unknown 0"},
	        {"", "Crostwitz", "found 14625080"},
	        {"katze", "Dresden", "not offered "},
	};
	struct world w = world_read();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *got = route(&w, rows[i].service, rows[i].where);
		if (strcmp(got, rows[i].expected) != 0)
			fail_msg("%s in '%s': %s, not %s", rows[i].service, rows[i].where, got,
			        rows[i].expected);
	}
	struct service_route r = service_route(w.a, w.l, TEXT("hund"), TEXT("Crostwitz"));
	assert_text(service_local_text(r.text, TEXT("en")), "Please write to the district.");
	assert_text(r.place->name, "Crostwitz");
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(hash__known_files__is_the_documented_one),
	        cmocka_unit_test(lock__known_parts__is_the_documented_one),
	        cmocka_unit_test(folder__on_disk_and_links__are_read_and_refused),
	        cmocka_unit_test(folder__too_many_files__is_refused),
	        cmocka_unit_test(service__good_package__has_everything),
	        cmocka_unit_test(slots__overlay__replaces_and_changes_declared_values),
	        cmocka_unit_test(texts__authority_then_package_then_library__and_german_last),
	        cmocka_unit_test(authority__unit__fills_its_gaps_from_the_authority),
	        cmocka_unit_test(search__everyday_words__find_the_service),
	        cmocka_unit_test(route__what_people_type__finds_the_authority_or_says_why_not),
	};
	xml_start();
	int result = cmocka_run_group_tests(tests, NULL, NULL);
	xml_stop();
	return result;
}
