#include "store_test.h"

#include "store/history_int.h"

struct entry {
	const char *case_id;
	const char *authority;
	const char *payload;
	bool assign;
};

static enum err entry_apply(struct apply *ap, struct errinfo *e)
{
	const struct entry *in = ap->command->input;
	if (in->assign)
		TRY(key_assign(ap, text_from(in->case_id), text_from(in->authority), e));
	const struct history_event event = {.case_id = text_from(in->case_id),
	        .authority = text_from(in->authority),
	        .actor = TEXT("clerk-1"),
	        .kind = TEXT("task.completed"),
	        .element = TEXT("Task_check"),
	        .payload = text_from(in->payload)};
	return history_append(ap, &event, NULL, e);
}

static enum err destroy_apply(struct apply *ap, struct errinfo *e)
{
	const struct entry *in = ap->command->input;
	if (in->payload)
		return history_destroy_payload(ap, text_from(in->case_id), 2, e);
	return key_destroy(ap, text_from(in->case_id), e);
}

static const struct command_kind kinds[] = {
        {.name = "entry", .apply = entry_apply},
        {.name = "destroy", .apply = destroy_apply},
};

static struct store *start(struct place *p)
{
	struct store *s = place_open(p);
	store_register(s, kinds, 2, NULL);
	assert_ok(store_start(s, &e));
	return s;
}

static const struct date day_one = {2026, 10, 19};

static void sign(struct store *s, int expected)
{
	int count = -1;
	assert_ok(history_sign_heads(s, day_one, &count, &e));
	assert_int_equal(count, expected);
}

/* Three cases of two authorities, five entries each, written in turns. Heads are signed
 * after the third round: entries 4 and 5 of each case have none. */
static struct store *filled(struct place *p)
{
	static const char *const cases[] = {"case-a", "case-b", "case-c"};
	static const char *const authorities[] = {"14612000", "14612000", "14713000"};
	struct store *s = start(p);
	struct arena *a = arena_new(0);
	for (int round = 1; round <= 5; round++) {
		for (int i = 0; i < 3; i++) {
			struct entry in = {.case_id = cases[i],
			        .authority = authorities[i],
			        .payload = text_format(a, "{\"round\":%d}", round).ptr,
			        .assign = round == 1};
			assert_ok(store_do(s, "entry", &in, &e));
		}
		if (round == 3)
			sign(s, 2);
	}
	arena_free(a);
	return s;
}

static struct history_report verify(struct store *s, const char *case_id)
{
	struct db *db;
	struct history_report report;
	assert_ok(store_read_begin(s, &db, &e));
	assert_ok(history_verify(db, text_from(case_id), &report, &e));
	store_read_end(s, db);
	return report;
}

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

static void history__untouched__is_whole(void **state)
{
	struct store *s = filled(*state);
	struct history_report r = verify(s, NULL);
	if (r.found != HISTORY_WHOLE)
		fail_msg("%s", r.what.message);
	assert_int_equal(r.entries, 15);
	assert_int_equal(r.cases, 3);
	assert_int_equal(r.heads, 4); /* two, each in both databases */
	assert_int_equal(r.destroyed, 0);
	r = verify(s, "case-b");
	assert_int_equal(r.found, HISTORY_WHOLE);
	assert_int_equal(r.entries, 5);
	sign(s, 2);
	sign(s, 0);
	assert_int_equal(verify(s, NULL).found, HISTORY_WHOLE);
	store_close(s);
}

static void history__read__opens_payloads_in_order(void **state)
{
	struct store *s = filled(*state);
	struct arena *a = arena_new(0);
	struct history_entry *entries;
	struct db *db;
	size_t count;
	assert_ok(store_read_begin(s, &db, &e));
	assert_ok(history_read(db, TEXT("case-b"), 1, 3, a, &entries, &count, &e));
	store_read_end(s, db);
	assert_int_equal(count, 3);
	assert_int_equal(entries[0].seq, 2);
	assert_text(entries[0].payload, "{\"round\":2}");
	assert_text(entries[2].payload, "{\"round\":4}");
	assert_text(entries[2].actor, "clerk-1");
	assert_text(entries[2].element, "Task_check");
	arena_free(a);
	store_close(s);
}

static void history__destroyed_payloads__leave_the_chain_whole(void **state)
{
	struct place *p = *state;
	struct store *s = filled(p);
	struct arena *a = arena_new(0);
	struct history_entry *entries;
	struct db *db;
	size_t count;
	assert_ok(
	        store_do(s, "destroy", &(struct entry){.case_id = "case-a", .payload = "one"}, &e));
	assert_ok(store_do(s, "destroy", &(struct entry){.case_id = "case-b"}, &e));
	assert_int_equal(
	        store_do(s, "note.refuse", &(struct note){.body = TEXT("x")}, NULL), ERR_CONFLICT);
	assert_int_equal(store_do(s, "destroy",
	                         &(struct entry){.case_id = "case-a", .payload = "one"}, NULL),
	        ERR_NOT_FOUND);
	struct history_report r = verify(s, NULL);
	assert_int_equal(r.found, HISTORY_WHOLE);
	assert_int_equal(r.destroyed, 1);
	assert_ok(store_read_begin(s, &db, &e));
	assert_ok(history_read(db, TEXT("case-a"), 0, 10, a, &entries, &count, &e));
	assert_int_equal(count, 5);
	assert_false(entries[0].destroyed);
	assert_true(entries[1].destroyed);
	assert_ok(history_read(db, TEXT("case-b"), 0, 10, a, &entries, &count, &e));
	assert_int_equal(count, 5);
	for (size_t i = 0; i < count; i++)
		assert_true(entries[i].destroyed && entries[i].payload.len == 0);
	store_read_end(s, db);
	arena_free(a);
	store_close(s);
}

/* Every manipulation, and where verify must find it. ---------------------------------------- */

static const struct manipulation {
	const char *name;
	const char *file;
	const char *sql;
	enum history_break found;
	const char *case_id;
	const char *authority;
	int64_t seq;
} manipulations[] = {
        {"actor changed", "amtsweg.db",
                "UPDATE history SET actor = 'clerk-2' WHERE case_id = 'case-b' AND seq = 3",
                HISTORY_CHANGED, "case-b", "14612000", 3},
        {"time changed", "amtsweg.db",
                "UPDATE history SET at = at + 1 WHERE case_id = 'case-c' AND seq = 1",
                HISTORY_CHANGED, "case-c", "14713000", 1},
        {"kind changed", "amtsweg.db",
                "UPDATE history SET kind = 'x' WHERE case_id = 'case-a' AND seq = 5",
                HISTORY_CHANGED, "case-a", "14612000", 5},
        {"element changed", "amtsweg.db",
                "UPDATE history SET element = '' WHERE case_id = 'case-a' AND seq = 1",
                HISTORY_CHANGED, "case-a", "14612000", 1},
        {"payload changed", "amtsweg.db",
                "UPDATE history SET payload = zeroblob(length(payload)) WHERE case_id = 'case-b'"
                " AND seq = 2",
                HISTORY_CHANGED, "case-b", "14612000", 2},
        {"payload and its hash taken from another entry", "amtsweg.db",
                "UPDATE history SET (payload, payload_hash) = (SELECT h.payload, h.payload_hash "
                "FROM"
                " history h WHERE h.case_id = 'case-b' AND h.seq = 1) WHERE case_id = 'case-b'"
                " AND seq = 4",
                HISTORY_CHANGED, "case-b", "14612000", 4},
        {"hash changed", "amtsweg.db",
                "UPDATE history SET hash = zeroblob(32) WHERE case_id = 'case-b' AND seq = 4",
                HISTORY_CHANGED, "case-b", "14612000", 4},
        {"removed in the middle", "amtsweg.db",
                "DELETE FROM history WHERE case_id = 'case-b' AND seq = 3", HISTORY_MISSING,
                "case-b", "14612000", 3},
        {"removed at the start", "amtsweg.db",
                "DELETE FROM history WHERE case_id = 'case-c' AND seq = 1", HISTORY_MISSING,
                "case-c", "14713000", 1},
        {"removed and renumbered", "amtsweg.db",
                "DELETE FROM history WHERE case_id = 'case-c' AND seq = 3;"
                "UPDATE history SET seq = seq - 1 WHERE case_id = 'case-c' AND seq > 3",
                HISTORY_CHANGED, "case-c", "14713000", 3},
        {"two exchanged", "amtsweg.db",
                "UPDATE history SET seq = 99 WHERE case_id = 'case-b' AND seq = 2;"
                "UPDATE history SET seq = 2 WHERE case_id = 'case-b' AND seq = 3;"
                "UPDATE history SET seq = 3 WHERE case_id = 'case-b' AND seq = 99",
                HISTORY_CHANGED, "case-b", "14612000", 2},
        {"moved to another case", "amtsweg.db",
                "UPDATE history SET case_id = 'case-a', seq = 6 WHERE case_id = 'case-b' AND seq = "
                "5",
                HISTORY_CHANGED, "case-a", "14612000", 6},
        {"tail of a case cut", "amtsweg.db",
                "DELETE FROM history WHERE case_id = 'case-a' AND seq >= 4", HISTORY_MISSING, "",
                "14612000", 7},
        {"a whole case removed", "amtsweg.db", "DELETE FROM history WHERE case_id = 'case-b'",
                HISTORY_MISSING, "", "14612000", 2},
        {"last entry cut", "amtsweg.db",
                "DELETE FROM history WHERE authority = '14713000' AND place = 5", HISTORY_CUT, "",
                "14713000", 5},
        {"cut behind the signed head, tip removed", "amtsweg.db",
                "DELETE FROM history WHERE authority = '14713000' AND place >= 3;"
                "DELETE FROM history_tip WHERE authority = '14713000'",
                HISTORY_CUT, "", "14713000", 3},
        {"cut, tip and head removed: the copy of the head tells", "amtsweg.db",
                "DELETE FROM history WHERE authority = '14713000' AND place >= 3;"
                "DELETE FROM history_tip WHERE authority = '14713000';"
                "DELETE FROM history_head WHERE authority = '14713000'",
                HISTORY_CUT, "", "14713000", 3},
        {"everything of an authority removed", "amtsweg.db",
                "DELETE FROM history WHERE authority = '14713000';"
                "DELETE FROM history_tip WHERE authority = '14713000';"
                "DELETE FROM history_head WHERE authority = '14713000'",
                HISTORY_CUT, "", "14713000", 1},
        {"tip set back", "amtsweg.db",
                "UPDATE history_tip SET place = place - 1 WHERE authority = '14713000'",
                HISTORY_UNLINKED, "", "14713000", 5},
        {"tip removed", "amtsweg.db", "DELETE FROM history_tip WHERE authority = '14713000'",
                HISTORY_UNLINKED, "", "14713000", 5},
        {"head signed by nobody", "amtsweg.db",
                "UPDATE history_head SET hash = zeroblob(32) WHERE authority = '14612000'",
                HISTORY_BAD_HEAD, "", "14612000", 6},
        {"day of a head changed", "amtsweg.db",
                "UPDATE history_head SET day = day - 1 WHERE authority = '14713000'",
                HISTORY_BAD_HEAD, "", "14713000", 3},
        {"copy of a head changed", "keys.db",
                "UPDATE head SET signature = zeroblob(64) WHERE authority = '14713000'",
                HISTORY_BAD_HEAD, "", "14713000", 3},
        {"entry added behind the tip", "amtsweg.db",
                "INSERT INTO history SELECT 'case-x', 1, at, authority, 6, actor, kind, element, "
                "NULL,"
                " NULL, hash FROM history WHERE authority = '14713000' AND place = 5",
                HISTORY_CHANGED, "case-x", "14713000", 1},
};

static void history__manipulated__is_found_where_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof manipulations / sizeof *manipulations; i++) {
		const struct manipulation *m = &manipulations[i];
		struct place p;
		place_make(&p);
		store_close(filled(&p));
		tamper(&p, m->file, m->sql);
		struct store *s = start(&p);
		struct history_report r = verify(s, NULL);
		if (r.found != m->found || strcmp(r.case_id, m->case_id) != 0 ||
		        strcmp(r.authority, m->authority) != 0 || r.seq != m->seq)
			fail_msg("%s: found %d in \"%s\" of \"%s\" at %lld (%s)", m->name,
			        (int)r.found, r.case_id, r.authority, (long long)r.seq,
			        r.what.message);
		if (m->case_id[0])
			assert_int_equal(verify(s, m->case_id).found, m->found);
		store_close(s);
		place_remove(&p);
	}
}

/* Somebody who can write the database makes all hashes of a case anew: its own chain holds, the
 * authority's does not. */
static void history__hashes_made_anew__contradict_the_signed_head(void **state)
{
	struct place *p = *state;
	struct store *s = filled(p);
	unsigned char previous[HISTORY_HASH_SIZE] = {0};
	struct arena *a = arena_new(0);
	store_close(s);
	tamper(p, "amtsweg.db",
	        "UPDATE history SET actor = 'clerk-2' WHERE case_id = 'case-c' AND seq = 2");
	for (int seq = 1; seq <= 5; seq++) {
		sqlite3 *raw;
		struct history_row row = {.case_id = TEXT("case-c"),
		        .seq = seq,
		        .authority = TEXT("14713000"),
		        .place = seq,
		        .actor = seq == 2 ? TEXT("clerk-2") : TEXT("clerk-1"),
		        .kind = TEXT("task.completed"),
		        .element = TEXT("Task_check")};
		assert_int_equal(
		        sqlite3_open(text_format(a, "%s/amtsweg.db", p->dir).ptr, &raw), SQLITE_OK);
		sqlite3_stmt *get;
		sqlite3_prepare_v2(raw,
		        "SELECT at, payload_hash FROM history WHERE case_id = 'case-c' AND seq = ?",
		        -1, &get, NULL);
		sqlite3_bind_int(get, 1, seq);
		assert_int_equal(sqlite3_step(get), SQLITE_ROW);
		row.at.ms = sqlite3_column_int64(get, 0);
		row.payload_hash = (struct text){sqlite3_column_blob(get, 1), HISTORY_HASH_SIZE};
		history_hash_entry(previous, &row, previous);
		sqlite3_finalize(get);
		sqlite3_close(raw);
		char hex[2 * HISTORY_HASH_SIZE + 1];
		hex_put(hex, previous, sizeof previous);
		tamper(p, "amtsweg.db",
		        text_format(a,
		                "UPDATE history SET hash = x'%s' WHERE case_id = 'case-c' AND seq "
		                "= %d",
		                hex, seq)
		                .ptr);
	}
	s = start(p);
	struct history_report r = verify(s, NULL);
	assert_int_equal(r.found, HISTORY_BAD_HEAD);
	assert_string_equal(r.authority, "14713000");
	assert_int_equal(r.seq, 3);
	assert_int_equal(verify(s, "case-c").found, HISTORY_BAD_HEAD);
	store_close(s);
	arena_free(a);
}

static void history__incomplete_event__is_refused(void **state)
{
	struct store *s = start(*state);
	struct entry in = {.case_id = "", .authority = "14612000", .payload = ""};
	assert_int_equal(store_do(s, "entry", &in, NULL), ERR_INVALID);
	store_close(s);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	        T(history__untouched__is_whole),
	        T(history__read__opens_payloads_in_order),
	        T(history__destroyed_payloads__leave_the_chain_whole),
	        T(history__manipulated__is_found_where_it_is),
	        T(history__hashes_made_anew__contradict_the_signed_head),
	        T(history__incomplete_event__is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
