/* Logins through the server: who gets where, and what happens to a form whose session ended. */
#include "unit.h"

#include "http.h"
#include "store_test.h"
#include "web_site.h"

static struct {
	struct site *site;
	struct store *store;
	struct people *people;
	struct people_demo *demo;
	struct identity_provider provider;
	_Atomic int64_t now_ms;
	char dir[64], key[80], hash[PEOPLE_PASSWORD_SIZE];
	struct people_citizen persons[1];
} w;

static char value[1024];

static struct instant world_now(void *self)
{
	(void)self;
	return (struct instant){w.now_ms};
}

static enum err put_people(struct apply *ap, struct errinfo *e)
{
	struct people_authority dresden = {TEXT("14612000"), TEXT("Dresden"), TEXT("Dresden")};
	struct people_grant clerk = {TEXT("14612000"), TEXT("*"), TEXT("clerk"), TEXT_NONE};
	struct people_account jana = {.id = TEXT("jana"),
	        .authority = TEXT("14612000"),
	        .login = TEXT("jana"),
	        .name = TEXT("Jana Krüger"),
	        .unit = TEXT("Sozialamt"),
	        .grants = &clerk,
	        .grant_count = 1,
	        .active = true};
	struct people_account none = jana;
	none.id = none.login = TEXT("nora");
	none.grant_count = 0;
	TRY(people_put_authority(ap, &dresden, e));
	TRY(people_put_account(ap, &jana, w.hash, e));
	return people_put_account(ap, &none, w.hash, e);
}

static const struct command_kind test_kinds[] = {{"test.people", NULL, put_people}};

static void with_people(struct web_config *c, struct site *s)
{
	struct clock clock = {world_now, NULL};
	struct errinfo e = {0};
	snprintf(w.dir, sizeof w.dir, "/tmp/amtsweg-login-XXXXXX");
	check(mkdtemp(w.dir) != NULL);
	snprintf(w.key, sizeof w.key, "%s.key", w.dir);
	w.now_ms = 1795500000000;
	w.persons[0] = (struct people_citizen){.name = TEXT("Erika Mustermann"),
	        .street = TEXT("Königsbrücker Straße"),
	        .city = TEXT("Dresden")};
	w.demo = people_demo_new(s->arena, w.persons, 1, clock, randomness_system());
	w.provider = people_demo_provider(w.demo);
	struct store_options so = {
	        .dir = w.dir, .master_key = w.key, .create = true, .clock = clock};
	struct people_options po = {.clock = clock,
	        .random = randomness_system(),
	        .providers = &w.provider,
	        .provider_count = 1,
	        .cheap_passwords = true};
	check(store_open(&so, &w.store, &e) == OK);
	po.store = w.store;
	check(people_open(s->arena, &po, &w.people, &e) == OK);
	store_register(w.store, test_kinds, 1, NULL);
	check(people_password_hash(w.people, TEXT("geheim"), w.hash, &e) == OK);
	check(store_start(w.store, &e) == OK);
	check(store_do(w.store, "test.people", NULL, &e) == OK);
	c->store = w.store;
	c->people = w.people;
	c->demo_people = w.demo;
}

static int set_up(void **state)
{
	(void)state;
	w.site = site_start(with_people);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	web_stop(w.site->server);
	store_close(w.store);
	people_demo_free(w.demo);
	site_free(w.site);
	remove_tree(w.dir);
	unlink(w.key);
	return 0;
}

/* A browser: it keeps cookies ---------------------------------------------------------------- */

struct browser {
	char names[8][32], values[8][256];
	size_t count;
	char csrf[64];
	char location[1024];
};

static void keep_cookies(struct browser *b, const struct http_answer *a)
{
	for (const char *line = a->bytes; (line = strstr(line, "\r\nSet-Cookie: "));) {
		char name[32], content[256];
		line += strlen("\r\nSet-Cookie: ");
		size_t n = strcspn(line, "=");
		snprintf(name, sizeof name, "%.*s", (int)n, line);
		snprintf(content, sizeof content, "%.*s", (int)strcspn(line + n + 1, ";"),
		        line + n + 1);
		size_t i = 0;
		while (i < b->count && strcmp(b->names[i], name) != 0)
			i++;
		b->count = i == b->count ? b->count + 1 : b->count;
		memcpy(b->names[i], name, sizeof name);
		memcpy(b->values[i], content, sizeof content);
	}
}

static int go(struct browser *b, const char *target, const char *form, struct http_answer *out)
{
	char head[2048] = "Cookie: ", body[2048];
	for (size_t i = 0; i < b->count; i++)
		snprintf(head + strlen(head), sizeof head - strlen(head), "%s%s=%s", i ? "; " : "",
		        b->names[i], b->values[i]);
	snprintf(head + strlen(head), sizeof head - strlen(head),
	        "\r\nContent-Type: application/x-www-form-urlencoded\r\n");
	snprintf(body, sizeof body, "csrf=%s&%s", b->csrf, form ? form : "");
	struct http_answer a =
	        http_do(w.site->port, form ? "POST" : "GET", target, head, form ? body : NULL);
	keep_cookies(b, &a);
	char *csrf = strstr(a.body, "name=\"csrf\" value=\"");
	if (csrf)
		snprintf(b->csrf, sizeof b->csrf, "%.32s", csrf + strlen("name=\"csrf\" value=\""));
	snprintf(b->location, sizeof b->location, "%s", http_header(&a, "Location", value));
	int status = a.status;
	if (out)
		*out = a;
	else
		http_free(&a);
	return status;
}

static int log_in_staff(struct browser *b, const char *form)
{
	assert_int_equal(go(b, "/arbeitsplatz/anmelden?zurueck=/amt", NULL, NULL), 200);
	return go(b, "/arbeitsplatz/anmelden", form, NULL);
}

static void log_in_citizen(struct browser *b, const char *from, const char *trust)
{
	char form[128], state[64];
	assert_int_equal(go(b, from, NULL, NULL), 303);
	assert_int_equal(strncmp(b->location, "/vorfuehrung/anmelden?state=", 28), 0);
	snprintf(state, sizeof state, "%.32s", b->location + 28);
	assert_int_equal(go(b, b->location, NULL, NULL), 200);
	snprintf(form, sizeof form, "state=%s&person=0&trust=%s", state, trust);
	assert_int_equal(go(b, "/vorfuehrung/anmelden", form, NULL), 303);
	assert_int_equal(strncmp(b->location, "/anmelden/zurueck?state=", 24), 0);
	assert_int_equal(go(b, b->location, NULL, NULL), 303);
}

static void staff__logs_in__new_cookie_and_back(void **state)
{
	(void)state;
	struct browser b = {0};
	struct http_answer a;
	char before[256];
	assert_int_equal(go(&b, "/arbeitsplatz/anmelden?zurueck=/amt", NULL, NULL), 200);
	memcpy(before, b.values[0], sizeof before);
	assert_int_equal(before[0], 'a');
	assert_int_equal(
	        go(&b, "/arbeitsplatz/anmelden", "name=jana&kennwort=geheim&zurueck=/amt", NULL),
	        303);
	assert_string_equal(b.location, "/amt");
	assert_int_equal(b.values[0][0], 's');
	assert_int_equal(go(&b, "/amt", NULL, &a), 200);
	assert_non_null(strstr(a.body, "Jana Krüger"));
	http_free(&a);
}

static void staff__wrong_password__422_and_nothing_said(void **state)
{
	(void)state;
	static const char *const forms[] = {"name=jana&kennwort=falsch", "name=niemand&kennwort=x"};
	for (size_t i = 0; i < 2; i++) {
		struct browser b = {0};
		struct http_answer a;
		assert_int_equal(go(&b, "/arbeitsplatz/anmelden", NULL, NULL), 200);
		assert_int_equal(go(&b, "/arbeitsplatz/anmelden", forms[i], &a), 422);
		assert_non_null(strstr(a.body, "<title>Fehler: "));
		assert_non_null(strstr(a.body, "Anmeldename, Kennwort oder Code stimmen nicht"));
		assert_null(strstr(a.body, "falsch\""));
		assert_int_equal(go(&b, "/amt", NULL, NULL), 303);
		http_free(&a);
	}
}

static void staff__foreign_case__same_as_missing(void **state)
{
	(void)state;
	struct browser b = {0}, nora = {0};
	assert_int_equal(log_in_staff(&b, "name=jana&kennwort=geheim"), 303);
	assert_int_equal(go(&b, "/amt/vorgang/1", NULL, NULL), 200);
	struct http_answer foreign, missing;
	assert_int_equal(go(&b, "/amt/vorgang/2", NULL, &foreign), 404);
	assert_int_equal(go(&b, "/amt/vorgang/3", NULL, &missing), 404);
	char *x = strstr(foreign.body, "<main"), *y = strstr(missing.body, "<main");
	assert_string_equal(x, y);
	http_free(&foreign);
	http_free(&missing);
	assert_int_equal(go(&b, "/leitstand", NULL, NULL), 403);
	assert_int_equal(log_in_staff(&nora, "name=nora&kennwort=geheim"), 303);
	assert_int_equal(go(&nora, "/amt", NULL, NULL), 403);
	assert_int_equal(go(&nora, "/amt/vorgang/1", NULL, NULL), 403);
	assert_int_equal(go(&nora, "/meins", NULL, NULL), 303);
}

static void citizen__logs_in__back_where_the_journey_began(void **state)
{
	(void)state;
	struct browser b = {0};
	struct http_answer a;
	assert_int_equal(go(&b, "/meins?x=1", NULL, NULL), 303);
	log_in_citizen(&b, b.location, "account");
	assert_string_equal(b.location, "/meins?x=1");
	assert_int_equal(go(&b, "/meins?x=1", NULL, &a), 200);
	assert_string_equal(a.body, "Erika Mustermann");
	http_free(&a);
	assert_int_equal(go(&b, "/amt", NULL, NULL), 303);
}

static void citizen__trust_too_low__asked_to_step_up(void **state)
{
	(void)state;
	struct browser b = {0};
	log_in_citizen(&b, "/anmelden", "account");
	assert_int_equal(go(&b, "/sicher", NULL, NULL), 303);
	assert_string_equal(b.location, "/anmelden?zurueck=/sicher&stufe=high");
	log_in_citizen(&b, b.location, "high");
	assert_int_equal(go(&b, "/sicher", NULL, NULL), 200);
}

static void citizen__forged_answer__refused(void **state)
{
	(void)state;
	struct browser b = {0};
	assert_int_equal(go(&b, "/anmelden/zurueck?state=x&code=y", NULL, NULL), 403);
	assert_int_equal(go(&b, "/anmelden", NULL, NULL), 303);
	char target[128];
	snprintf(target, sizeof target, "/anmelden/zurueck?state=%.32s&code=%032d", b.location + 28,
	        0);
	assert_int_equal(go(&b, target, NULL, NULL), 403);
}

static void citizen__form_after_the_session_ended__typed_content_comes_back(void **state)
{
	(void)state;
	struct browser b = {0}, other = {0};
	struct http_answer a;
	char kept[1024];
	log_in_citizen(&b, "/anmelden", "account");
	assert_int_equal(
	        go(&b, "/vorfuehrung/anmelden?state=s", NULL, NULL), 200); /* a page with a token */
	assert_int_equal(go(&b, "/meins", "miete=640", NULL), 200);
	w.now_ms += PEOPLE_CITIZEN_IDLE_MS + 1;
	assert_int_equal(go(&b, "/meins", "miete=812%2C00", NULL), 303);
	assert_int_equal(strncmp(b.location, "/anmelden?zurueck=/weiter/", 26), 0);
	snprintf(kept, sizeof kept, "%.50s", b.location + 18);
	log_in_citizen(&other, "/anmelden", "high");
	log_in_citizen(&b, b.location, "account");
	assert_string_equal(b.location, kept);
	assert_int_equal(go(&b, kept, NULL, &a), 200);
	assert_non_null(strstr(a.body, "name=\"miete\" value=\"812,00\""));
	http_free(&a);
	assert_int_equal(go(&b, "/meins", "miete=812%2C00", &a), 200);
	assert_non_null(strstr(a.body, "miete=812,00"));
	http_free(&a);
	struct browser staff = {0};
	assert_int_equal(log_in_staff(&staff, "name=jana&kennwort=geheim"), 303);
	assert_int_equal(go(&staff, kept, NULL, NULL), 404); /* another person */
}

static void anyones_form__after_the_session_ended__waits_for_the_login(void **state)
{
	(void)state;
	struct browser b = {0};
	struct http_answer a;
	assert_int_equal(go(&b, "/vorfuehrung/anmelden?state=s", NULL, NULL), 200);
	assert_int_equal(go(&b, "/entwurf", "miete=640", NULL), 200); /* without a session */
	log_in_citizen(&b, "/anmelden", "account");
	assert_int_equal(go(&b, "/vorfuehrung/anmelden?state=s", NULL, NULL), 200);
	assert_int_equal(go(&b, "/entwurf", "miete=650", NULL), 200);
	w.now_ms += PEOPLE_CITIZEN_IDLE_MS + 1;
	assert_int_equal(go(&b, "/entwurf", "miete=812%2C00", NULL), 303);
	assert_int_equal(strncmp(b.location, "/anmelden?zurueck=/weiter/", 26), 0);
	log_in_citizen(&b, b.location, "account");
	char kept[1024];
	snprintf(kept, sizeof kept, "%s", b.location);
	assert_int_equal(go(&b, kept, NULL, &a), 200);
	assert_non_null(strstr(a.body, "action=\"/entwurf\""));
	assert_non_null(strstr(a.body, "name=\"miete\" value=\"812,00\""));
	http_free(&a);
}

static void anyone__logs_out__session_ended(void **state)
{
	(void)state;
	struct browser b = {0}, thief;
	log_in_citizen(&b, "/anmelden", "account");
	thief = b;
	assert_int_equal(go(&b, "/vorfuehrung/anmelden?state=s", NULL, NULL), 200);
	assert_int_equal(go(&b, "/abmelden", "", NULL), 303);
	assert_int_equal(go(&b, "/meins", NULL, NULL), 303);
	assert_int_equal(go(&thief, "/meins", NULL, NULL), 303);
}

static void account__pages_and_deputy__work(void **state)
{
	(void)state;
	struct browser b = {0}, c = {0};
	struct http_answer a;
	assert_int_equal(log_in_staff(&b, "name=jana&kennwort=geheim"), 303);
	assert_int_equal(go(&b, "/arbeitsplatz/konto", NULL, &a), 200);
	assert_non_null(strstr(a.body, "Sachbearbeitung"));
	http_free(&a);
	assert_int_equal(
	        go(&b, "/arbeitsplatz/konto/vertretung", "vertretung=nora&von.day=1", &a), 422);
	assert_non_null(strstr(a.body, "href=\"#von\""));
	http_free(&a);
	assert_int_equal(go(&b, "/arbeitsplatz/konto/vertretung",
	                         "vertretung=nora&von.day=1&von.month=1&von.year=2026&bis.day=31&"
	                         "bis.month=12&bis.year=2030",
	                         NULL),
	        303);
	struct browser nora = {0};
	assert_int_equal(log_in_staff(&nora, "name=nora&kennwort=geheim"), 303);
	assert_int_equal(go(&nora, "/amt", NULL, NULL), 200);
	assert_int_equal(go(&nora, "/arbeitsplatz/konto", NULL, &a), 200);
	assert_non_null(strstr(a.body, "in Vertretung für Jana Krüger"));
	http_free(&a);
	assert_int_equal(go(&b, "/arbeitsplatz/konto", NULL, NULL), 200);
	assert_int_equal(go(&b, "/arbeitsplatz/konto/faktor",
	                         "secret=3132333435363738393031323334353637383930&code=123", &a),
	        422);
	assert_non_null(strstr(a.body, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
	http_free(&a);
	log_in_citizen(&c, "/anmelden", "account");
	assert_int_equal(go(&c, "/konto", NULL, &a), 200);
	assert_non_null(strstr(a.body, "Erika Mustermann"));
	http_free(&a);
}

static void demo__other_person_with_mistakes__told_and_kept(void **state)
{
	(void)state;
	struct browser b = {0};
	struct http_answer a;
	assert_int_equal(go(&b, "/vorfuehrung/anmelden?state=s", NULL, NULL), 200);
	assert_int_equal(go(&b, "/vorfuehrung/anmelden", "state=s&trust=high", &a), 422);
	assert_non_null(strstr(a.body, "Wählen Sie eine Person aus."));
	http_free(&a);
	assert_int_equal(
	        go(&b, "/vorfuehrung/anmelden",
	                "state=s&person=other&family_name=Nowak&birth.day=31&birth.month=2&"
	                "birth.year=2000",
	                &a),
	        422);
	assert_non_null(strstr(a.body, "value=\"Nowak\""));
	assert_non_null(strstr(a.body, "value=\"31\""));
	http_free(&a);
	assert_int_equal(
	        go(&b, "/vorfuehrung/anmelden", "state=s&person=other&family_name=Nowak", NULL),
	        303);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(staff__logs_in__new_cookie_and_back),
	        cmocka_unit_test(staff__wrong_password__422_and_nothing_said),
	        cmocka_unit_test(staff__foreign_case__same_as_missing),
	        cmocka_unit_test(citizen__logs_in__back_where_the_journey_began),
	        cmocka_unit_test(citizen__trust_too_low__asked_to_step_up),
	        cmocka_unit_test(citizen__forged_answer__refused),
	        cmocka_unit_test(citizen__form_after_the_session_ended__typed_content_comes_back),
	        cmocka_unit_test(anyones_form__after_the_session_ended__waits_for_the_login),
	        cmocka_unit_test(anyone__logs_out__session_ended),
	        cmocka_unit_test(account__pages_and_deputy__work),
	        cmocka_unit_test(demo__other_person_with_mistakes__told_and_kept),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
