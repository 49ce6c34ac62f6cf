/* Who may do what; logins, sessions, substitution on a real store. */
#include "unit.h"

#include "store_test.h"

#include "people/people.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DRESDEN TEXT("14612000")
#define LEIPZIG TEXT("14713000")

/* allow ------------------------------------------------------------------------------------- */

static enum err ask(
        const char *role, const char *service, enum people_action action, struct people_object o)
{
	struct people_grant g = {DRESDEN, text_from(service), text_from(role), TEXT_NONE};
	struct people_actor who = {
	        .kind = PEOPLE_STAFF, .id = TEXT("a"), .grants = &g, .grant_count = 1};
	if (strcmp(role, "operator") == 0)
		g.authority = TEXT("*");
	return allow(&who, action, &o, NULL);
}

/* Rows: roles; columns: actions in the order of the enum. Y allowed, D denied, N not found. */
static void allow__every_role_and_action__as_the_table_says(void **state)
{
	(void)state;
	static const struct {
		const char *role;
		const char *own_case; /* LIST READ WORK DECIDE SIGN ASSIGN ACCOUNTS ADOPT SEE ACT */
		const char *task;     /* a task that wants the role examiner */
		const char *authority;
		const char *platform;
	} rows[] = {
	        {"clerk", "YYYYDYDDDD", "YYDDDYDDDD", "YYYYDYDDDD", "DDDDDDDDDD"},
	        {"signer", "YYYDYDDDDD", "YYDDDDDDDD", "YYYDYDDDDD", "DDDDDDDDDD"},
	        {"lead", "YYYYYYDDDD", "YYYYYYDDDD", "YYYYYYDDDD", "DDDDDDDDDD"},
	        {"examiner", "YYYYYDDDDD", "YYYYYDDDDD", "YYYYYDDDDD", "DDDDDDDDDD"},
	        {"admin", "NNNNNNYYNN", "NNNNNNYYNN", "DDDDDDYYDD", "DDDDDDDDDD"},
	        {"auditor", "YYDDDDDDDD", "YYDDDDDDDD", "YYDDDDDDDD", "DDDDDDDDDD"},
	        {"operator", "NNNNNNNNYY", "NNNNNNNNYY", "DDDDDDDDYY", "DDDDDDDDYY"},
	};
	struct people_object objects[] = {
	        {.kind = PEOPLE_CASE, .authority = DRESDEN, .service = TEXT("wohngeld")},
	        {.kind = PEOPLE_TASK,
	                .authority = DRESDEN,
	                .service = TEXT("wohngeld"),
	                .role = TEXT("examiner")},
	        {.kind = PEOPLE_AUTHORITY, .authority = DRESDEN},
	        {.kind = PEOPLE_PLATFORM},
	};
	for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
		const char *const want[] = {
		        rows[r].own_case, rows[r].task, rows[r].authority, rows[r].platform};
		for (size_t o = 0; o < 4; o++)
			for (enum people_action a = PEOPLE_LIST; a <= PEOPLE_CONTROL_ACT; a++) {
				enum err code = ask(rows[r].role, "*", a, objects[o]);
				char got = code == OK ? 'Y' : code == ERR_DENIED ? 'D' : 'N';
				if (got != want[o][a - PEOPLE_LIST])
					fail_msg("%s %s on %s: %c, not %c", rows[r].role,
					        people_action_name(a),
					        people_object_kind_name(objects[o].kind), got,
					        want[o][a - PEOPLE_LIST]);
			}
	}
}

static void allow__other_authority_or_service__not_found(void **state)
{
	(void)state;
	struct people_object o = {
	        .kind = PEOPLE_CASE, .authority = LEIPZIG, .service = TEXT("wohngeld")};
	for (enum people_action a = PEOPLE_LIST; a <= PEOPLE_CONTROL_ACT; a++)
		assert_int_equal(ask("lead", "*", a, o), ERR_NOT_FOUND);
	o.authority = DRESDEN;
	assert_int_equal(ask("lead", "parkausweis", PEOPLE_READ, o), ERR_NOT_FOUND);
	assert_int_equal(ask("lead", "wohngeld", PEOPLE_READ, o), OK);
	o.authority = TEXT_NONE;
	assert_int_equal(ask("lead", "*", PEOPLE_READ, o), ERR_NOT_FOUND);
	struct text participants[] = {LEIPZIG, DRESDEN};
	o = (struct people_object){.kind = PEOPLE_CASE,
	        .authority = LEIPZIG,
	        .service = TEXT("wohngeld"),
	        .participants = participants,
	        .participant_count = 2};
	assert_int_equal(ask("lead", "*", PEOPLE_READ, o), OK);
}

static void allow__citizen__only_own_things(void **state)
{
	(void)state;
	struct people_actor erika = {.kind = PEOPLE_CITIZEN, .id = TEXT("e")};
	struct people_actor nobody = {0}, program = {.kind = PEOPLE_SYSTEM};
	struct people_object o = {.kind = PEOPLE_CASE, .authority = DRESDEN, .owner = TEXT("e")};
	assert_int_equal(allow(&erika, PEOPLE_OWN, &o, NULL), OK);
	assert_int_equal(allow(&erika, PEOPLE_READ, &o, NULL), ERR_NOT_FOUND);
	assert_int_equal(allow(&nobody, PEOPLE_OWN, &o, NULL), ERR_NOT_FOUND);
	assert_int_equal(allow(&program, PEOPLE_WORK, &o, NULL), OK);
	o.owner = TEXT("other");
	assert_int_equal(allow(&erika, PEOPLE_OWN, &o, NULL), ERR_NOT_FOUND);
	o.owner = TEXT_NONE;
	erika.id = TEXT_NONE;
	assert_int_equal(allow(&erika, PEOPLE_OWN, &o, NULL), ERR_NOT_FOUND);
	o.kind = PEOPLE_PLATFORM;
	assert_int_equal(allow(&nobody, PEOPLE_CONTROL_SEE, &o, NULL), ERR_NOT_FOUND);
}

/* One-time passwords --------------------------------------------------------------------------- */

static void totp__rfc_6238_appendix_b__codes(void **state)
{
	(void)state;
	static const struct {
		int64_t seconds;
		uint32_t code;
	} vectors[] = {{59, 94287082}, {1111111109, 7081804}, {1111111111, 14050471},
	        {1234567890, 89005924}, {2000000000, 69279037}, {20000000000, 65353130}};
	const unsigned char *secret = (const unsigned char *)"12345678901234567890";
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(totp_code(secret, 20, (uint64_t)vectors[i].seconds / 30, 8),
		        vectors[i].code);
	struct arena *a = arena_new(0);
	assert_text(totp_secret_text(a, secret), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
	arena_free(a);
}

static void totp__clock_difference_and_reuse__one_step(void **state)
{
	(void)state;
	const unsigned char *secret = (const unsigned char *)"12345678901234567890";
	int64_t step = 0;
	for (int64_t s = 29; s <= 180; s += 30) {
		bool want = s / 30 >= 2 && s / 30 <= 4; /* the code of second 90 is step 3 */
		char code[8];
		snprintf(code, sizeof code, "%06u", totp_code(secret, 20, 3, 6));
		struct instant now = {s * 1000};
		assert_int_equal(totp_check(secret, text_from(code), now, 0, &step), want);
		assert_false(totp_check(secret, text_from(code), now, 3, &step));
	}
	assert_false(totp_check(secret, TEXT("12345"), (struct instant){0}, 0, &step));
	assert_false(totp_check(secret, TEXT(""), (struct instant){0}, 0, &step));
}

/* With a store ------------------------------------------------------------------------------------
 */

struct world {
	struct arena *arena;
	char dir[64];
	char key[80];
	struct store *store;
	struct people *people;
	struct people_demo *demo;
	struct identity_provider provider;
	struct instant now;
	char hash[PEOPLE_PASSWORD_SIZE];
};
static struct world w;

static struct instant world_now(void *self)
{
	return ((struct world *)self)->now;
}

static enum err put_people(struct apply *ap, struct errinfo *e)
{
	struct people_authority dresden = {
	        DRESDEN, TEXT("Landeshauptstadt Dresden"), TEXT("Dresden")};
	struct people_authority leipzig = {LEIPZIG, TEXT("Stadt Leipzig"), TEXT("Leipzig")};
	struct people_grant clerk = {DRESDEN, TEXT("wohngeld"), TEXT("clerk"), TEXT_NONE};
	struct people_grant signer = {DRESDEN, TEXT("wohngeld"), TEXT("signer"), TEXT_NONE};
	struct people_account jana = {.id = TEXT("jana"),
	        .authority = DRESDEN,
	        .login = TEXT("Jana.Krüger"),
	        .name = TEXT("Jana Krüger"),
	        .unit = TEXT("Sozialamt"),
	        .grants = &clerk,
	        .grant_count = 1,
	        .active = true};
	struct people_account bernd = jana, lea = jana;
	bernd.id = TEXT("bernd");
	bernd.login = TEXT("bernd");
	bernd.grants = &signer;
	lea.id = TEXT("lea");
	lea.login = TEXT("lea");
	lea.authority = LEIPZIG;
	lea.grant_count = 0;
	TRY(people_put_authority(ap, &dresden, e));
	TRY(people_put_authority(ap, &leipzig, e));
	TRY(people_put_account(ap, &jana, w.hash, e));
	TRY(people_put_account(ap, &bernd, w.hash, e));
	return people_put_account(ap, &lea, w.hash, e);
}

static const struct command_kind test_kinds[] = {{"test.people", NULL, put_people}};

static int open_world(void **state)
{
	(void)state;
	struct errinfo e = {0};
	w = (struct world){.arena = arena_new(0), .now = {1795500000000}};
	snprintf(w.dir, sizeof w.dir, "/tmp/amtsweg-people-XXXXXX");
	check(mkdtemp(w.dir) != NULL);
	snprintf(w.key, sizeof w.key, "%s.key", w.dir);
	struct clock clock = {world_now, &w};
	struct store_options so = {
	        .dir = w.dir, .master_key = w.key, .create = true, .clock = clock};
	w.demo = people_demo_new(w.arena, NULL, 0, clock, randomness_system());
	w.provider = people_demo_provider(w.demo);
	struct people_options po = {.clock = clock,
	        .random = randomness_system(),
	        .providers = &w.provider,
	        .provider_count = 1,
	        .cheap_passwords = true};
	enum err code = store_open(&so, &w.store, &e);
	po.store = w.store;
	if (code == OK)
		code = people_open(w.arena, &po, &w.people, &e);
	if (code == OK) {
		store_register(w.store, test_kinds, 1, NULL);
		code = people_password_hash(w.people, TEXT("geheim"), w.hash, &e);
	}
	if (code == OK)
		code = store_start(w.store, &e);
	if (code == OK)
		code = store_do(w.store, "test.people", NULL, &e);
	if (code != OK)
		print_error("%s\n", e.message);
	return code != OK;
}

static int close_world(void **state)
{
	(void)state;
	store_close(w.store);
	people_demo_free(w.demo);
	arena_free(w.arena);
	remove_tree(w.dir);
	unlink(w.key);
	return 0;
}

static struct people_login login_with(const char *name, const char *password, const char *code)
{
	struct people_login l = {
	        .login = text_from(name), .password = text_from(password), .code = text_from(code)};
	struct errinfo e = {0};
	enum err result = store_do(w.store, "people.login", &l, &e);
	if (result != OK)
		fail_msg("%s", e.message);
	return l;
}

static enum people_session_state session(const char *token, struct people_actor *out)
{
	enum people_session_state s;
	struct errinfo e = {0};
	struct date today = date_from_days(w.now.ms / 86400000);
	if (people_session_find(w.people, text_from(token), today, w.arena, out, &s, &e) != OK)
		fail_msg("%s", e.message);
	return s;
}

static void login__right__session_with_grants(void **state)
{
	(void)state;
	struct people_actor who;
	struct people_login l = login_with("JANA.krüger", "geheim", "");
	assert_int_equal(l.result, PEOPLE_LOGIN_OK);
	assert_int_equal(session(l.token, &who), PEOPLE_SESSION_VALID);
	assert_text(who.name, "Jana Krüger");
	assert_int_equal(who.grant_count, 1);
	struct people_object o = {
	        .kind = PEOPLE_CASE, .authority = DRESDEN, .service = TEXT("wohngeld")};
	assert_int_equal(allow(&who, PEOPLE_DECIDE, &o, NULL), OK);
	assert_int_equal(
	        session("s0000000000000000000000000000000000000000000000000000000000000000", &who),
	        PEOPLE_SESSION_NONE);
	assert_int_equal(session("", &who), PEOPLE_SESSION_NONE);
}

static void login__wrong_name_or_password__same_answer(void **state)
{
	(void)state;
	assert_int_equal(login_with("lea", "falsch", "").result, PEOPLE_LOGIN_WRONG);
	assert_int_equal(login_with("niemand", "geheim", "").result, PEOPLE_LOGIN_WRONG);
	assert_int_equal(login_with("", "", "").result, PEOPLE_LOGIN_WRONG);
	assert_int_equal(login_with("lea", "geheim", "").result, PEOPLE_LOGIN_OK);
}

/* The same for a name that exists and one that does not. */
static void login__ten_wrong__slowed_and_told(void **state)
{
	(void)state;
	static const char *const names[] = {"bernd", "gibtesnicht"};
	for (size_t n = 0; n < 2; n++) {
		for (int i = 0; i < PEOPLE_WRONG_MAX; i++)
			assert_int_equal(
			        login_with(names[n], "falsch", "").result, PEOPLE_LOGIN_WRONG);
		struct people_login l = login_with(names[n], "geheim", "");
		assert_int_equal(l.result, PEOPLE_LOGIN_WAIT);
		assert_in_range(l.wait_s, 29, 30);
		w.now.ms += 30001;
		assert_int_equal(login_with(names[n], "falsch", "").result, PEOPLE_LOGIN_WRONG);
		l = login_with(names[n], "geheim", "");
		assert_int_equal(l.result, PEOPLE_LOGIN_WAIT);
		assert_in_range(l.wait_s, 59, 60);
		w.now.ms += 60001;
	}
	assert_int_equal(login_with("bernd", "geheim", "").result, PEOPLE_LOGIN_OK);
	assert_int_equal(login_with("bernd", "falsch", "").result, PEOPLE_LOGIN_WRONG);
	assert_int_equal(login_with("bernd", "geheim", "").result, PEOPLE_LOGIN_OK);
}

static void session__idle_absolute_and_ended__expired_but_named(void **state)
{
	(void)state;
	struct people_actor who;
	struct people_login l = login_with("lea", "geheim", "");
	w.now.ms += PEOPLE_STAFF_IDLE_MS + 1;
	assert_int_equal(session(l.token, &who), PEOPLE_SESSION_EXPIRED);
	assert_text(who.id, "lea");
	assert_int_equal(who.grant_count, 0);
	l = login_with("lea", "geheim", "");
	for (int64_t t = 0; t + 1800000 < PEOPLE_STAFF_MAX_MS; t += 1800000) {
		assert_int_equal(session(l.token, &who), PEOPLE_SESSION_VALID);
		assert_ok(store_do(
		        w.store, "test.people", NULL, NULL)); /* the background write is in */
		w.now.ms += 1800000;
	}
	w.now.ms += 1800001;
	assert_int_equal(session(l.token, &who), PEOPLE_SESSION_EXPIRED);
	l = login_with("lea", "geheim", "");
	struct people_leave leave = {text_from(l.token)};
	assert_ok(store_do(w.store, "people.leave", &leave, NULL));
	assert_int_equal(session(l.token, &who), PEOPLE_SESSION_EXPIRED);
}

static void session__new_login__old_token_ends(void **state)
{
	(void)state;
	struct people_actor who;
	struct people_login first = login_with("lea", "geheim", "");
	struct people_login second = {.login = TEXT("lea"),
	        .password = TEXT("geheim"),
	        .old_token = text_from(first.token)};
	assert_ok(store_do(w.store, "people.login", &second, NULL));
	assert_string_not_equal(first.token, second.token);
	assert_int_equal(session(first.token, &who), PEOPLE_SESSION_EXPIRED);
	assert_int_equal(session(second.token, &who), PEOPLE_SESSION_VALID);
}

static void totp__switched_on__code_wanted_once(void **state)
{
	(void)state;
	struct people_totp t = {.account = TEXT("lea"), .on = true};
	char code[8];
	memcpy(t.secret, "12345678901234567890", 20);
	assert_ok(store_do(w.store, "people.totp", &t, NULL));
	assert_int_equal(login_with("lea", "geheim", "").result, PEOPLE_LOGIN_CODE);
	assert_int_equal(login_with("lea", "falsch", "").result, PEOPLE_LOGIN_WRONG);
	snprintf(code, sizeof code, "%06u", totp_code(t.secret, 20, (uint64_t)w.now.ms / 30000, 6));
	assert_int_equal(login_with("lea", "geheim", "000000").result, PEOPLE_LOGIN_WRONG);
	assert_int_equal(login_with("lea", "geheim", code).result, PEOPLE_LOGIN_OK);
	assert_int_equal(login_with("lea", "geheim", code).result, PEOPLE_LOGIN_WRONG);
	t.on = false;
	assert_ok(store_do(w.store, "people.totp", &t, NULL));
	assert_int_equal(login_with("lea", "geheim", "").result, PEOPLE_LOGIN_OK);
}

static void deputy__in_the_period__has_the_grants_of_the_absent(void **state)
{
	(void)state;
	struct people_actor jana = {.kind = PEOPLE_STAFF, .id = TEXT("jana")}, who;
	struct people_actor lea = {.kind = PEOPLE_STAFF, .id = TEXT("lea")};
	struct date from = {2026, 12, 1}, to = {2026, 12, 24}, day = {2026, 11, 30};
	struct people_deputise d = {&jana, TEXT("jana"), TEXT("bernd"), from, to};
	struct people_deputise foreign = {&lea, TEXT("jana"), TEXT("lea"), from, to};
	struct db *db;
	assert_ok(store_do(w.store, "people.deputy", &d, NULL));
	assert_int_equal(store_do(w.store, "people.deputy", &foreign, NULL), ERR_NOT_FOUND);
	static const size_t want[] = {1, 2, 2, 1};
	struct date days[] = {day, from, to, {2026, 12, 25}};
	for (size_t i = 0; i < 4; i++) {
		assert_ok(store_read_begin(w.store, &db, NULL));
		assert_ok(people_actor_load(
		        db, PEOPLE_STAFF, TEXT("bernd"), days[i], w.arena, &who, NULL));
		store_read_end(w.store, db);
		assert_int_equal(who.grant_count, want[i]);
		if (who.grant_count == 2)
			assert_text(who.grants[1].instead_of, "jana");
	}
}

/* Citizens ---------------------------------------------------------------------------------------
 */

static void enter__by_the_demo_provider__one_citizen_per_subject(void **state)
{
	(void)state;
	struct people_citizen erika = {.name = TEXT("Erika Mustermann"),
	        .city = TEXT("Dresden"),
	        .birth_date = {1988, 8, 12},
	        .trust = PEOPLE_TRUST_SUBSTANTIAL};
	struct people_enter n[2];
	struct people_actor who;
	struct text code;
	memset(n, 0, sizeof n);
	for (int i = 0; i < 2; i++) {
		assert_ok(people_demo_issue(w.demo, w.arena, TEXT("state"), &erika, &code, NULL));
		assert_ok(w.provider.finish(
		        w.provider.self, w.arena, TEXT("state"), code, &n[i].identity, NULL));
		assert_int_equal(w.provider.finish(w.provider.self, w.arena, TEXT("state"), code,
		                         &n[i].identity, NULL),
		        ERR_DENIED);
		assert_ok(store_do(w.store, "people.enter", &n[i], NULL));
		erika.city = TEXT("Leipzig");
	}
	assert_string_equal(n[0].id, n[1].id);
	assert_int_equal(session(n[1].token, &who), PEOPLE_SESSION_VALID);
	assert_int_equal(who.kind, PEOPLE_CITIZEN);
	assert_int_equal(who.trust, PEOPLE_TRUST_SUBSTANTIAL);
	assert_text(who.name, "Erika Mustermann");
	struct db *db;
	struct people_citizen stored;
	assert_ok(store_read_begin(w.store, &db, NULL));
	assert_ok(people_citizen_load(db, who.id, w.arena, &stored, NULL));
	store_read_end(w.store, db);
	assert_text(stored.city, "Leipzig");
	assert_int_equal(stored.birth_date.year, 1988);
}

static void demo__code_of_another_state_or_too_old__denied(void **state)
{
	(void)state;
	struct people_citizen who = {.name = TEXT("X")};
	struct people_identity id;
	struct text code;
	assert_ok(people_demo_issue(w.demo, w.arena, TEXT("one"), &who, &code, NULL));
	assert_int_equal(w.provider.finish(w.provider.self, w.arena, TEXT("two"), code, &id, NULL),
	        ERR_DENIED);
	assert_int_equal(w.provider.finish(w.provider.self, w.arena, TEXT("one"), code, &id, NULL),
	        ERR_DENIED);
	assert_ok(people_demo_issue(w.demo, w.arena, TEXT("one"), &who, &code, NULL));
	w.now.ms += 5 * 60 * 1000;
	assert_int_equal(w.provider.finish(w.provider.self, w.arena, TEXT("one"), code, &id, NULL),
	        ERR_DENIED);
}

static void accounts__of_an_authority__only_its_own(void **state)
{
	(void)state;
	struct people_account *list;
	struct people_authority a;
	size_t count;
	struct db *db;
	assert_ok(store_read_begin(w.store, &db, NULL));
	assert_ok(people_accounts(db, DRESDEN, w.arena, &list, &count, NULL));
	assert_int_equal(count, 2);
	assert_ok(people_authority_load(db, LEIPZIG, w.arena, &a, NULL));
	assert_text(a.name, "Stadt Leipzig");
	assert_int_equal(people_authority_load(db, TEXT("x"), w.arena, &a, NULL), ERR_NOT_FOUND);
	store_read_end(w.store, db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(allow__every_role_and_action__as_the_table_says),
	        cmocka_unit_test(allow__other_authority_or_service__not_found),
	        cmocka_unit_test(allow__citizen__only_own_things),
	        cmocka_unit_test(totp__rfc_6238_appendix_b__codes),
	        cmocka_unit_test(totp__clock_difference_and_reuse__one_step),
	        cmocka_unit_test(login__right__session_with_grants),
	        cmocka_unit_test(login__wrong_name_or_password__same_answer),
	        cmocka_unit_test(login__ten_wrong__slowed_and_told),
	        cmocka_unit_test(session__idle_absolute_and_ended__expired_but_named),
	        cmocka_unit_test(session__new_login__old_token_ends),
	        cmocka_unit_test(totp__switched_on__code_wanted_once),
	        cmocka_unit_test(deputy__in_the_period__has_the_grants_of_the_absent),
	        cmocka_unit_test(enter__by_the_demo_provider__one_citizen_per_subject),
	        cmocka_unit_test(demo__code_of_another_state_or_too_old__denied),
	        cmocka_unit_test(accounts__of_an_authority__only_its_own),
	};
	return cmocka_run_group_tests(tests, open_world, close_world);
}
