/* bench/fill.c - synthetic cases with an open task each, for measuring lists.
 *
 *	build/bench/fill DATA COUNT
 *
 * Writes rows through the store (keys, sealed names, history), not through processes: the lists do
 * not look at states. Takes lock and language from a case of the demonstration set. No server may
 *be running on `DATA`. */
#include "casework/casework_int.h"

enum { AT_ONCE = 256, DAYS_SPREAD = 60, SQL_LOCK_OF = SQL_MORE };

static const struct sql_statement statements[] = {
        {.name = "lock_of",
                .file = "bench/fill.c",
                .kind = SQL_KIND_ONE,
                .scope = SQL_SCOPE_SYSTEM,
                .sql = "SELECT lock FROM cases WHERE service = :service LIMIT 1"},
};

struct piece {
	int64_t first, count;
};

static const struct target {
	const char *authority, *service, *role;
} targets[] = {
        {"14612000", "wohngeld", "examiner"},
        {"14713000", "wohngeld", "examiner"},
        {"14612000", "bewohnerparkausweis", "examiner"},
        {"14625080", "bewohnerparkausweis", "examiner"},
};

static enum err lock_of(struct apply *ap, const char *service, struct text *out, struct errinfo *e)
{
	struct db_rows rows;
	TRY(db_get(&rows, ap->db, SQL_LOCK_OF, e, BIND("service", service)));
	*out = row_copy(&rows, "lock", ap->arena);
	return db_end(&rows, e);
}

static enum err put_case(
        struct apply *ap, const struct target *t, struct text lock, int64_t n, struct errinfo *e)
{
	struct arena *a = ap->arena;
	char id[ID_SIZE], task[ID_SIZE];
	struct text sealed, label = text_format(a, "Muster%lld, Erika", (long long)n);
	struct text number = text_format(a, "XX-%03lld-%06lld", (long long)(n % 997), (long long)n);
	int64_t today = ap->now.ms / 86400000;
	id_make(store_clock(ap->store), store_random(ap->store), id);
	id_make(store_clock(ap->store), store_random(ap->store), task);
	struct text key = text_copy(a, text_from(id));
	TRY(key_assign(ap, key, text_from(t->authority), e));
	TRY(seal(ap->db, key, "cases.label", key, label, a, &sealed, e));
	TRY(db_exec(ap->db, SQL_CASE_INSERT, e, BIND("id", key), BIND("number", number),
	        BIND("file_number", number), BIND("authority", t->authority),
	        BIND("service", t->service), BIND("lock", lock), BIND("language", "de"),
	        BIND_OPTIONAL("person", TEXT_NONE), BIND("status", (int)CASE_PROCESSING),
	        BIND("received", ap->now), BIND("draft", text_from(task)),
	        BIND_BLOB("label", sealed)));
	TRY(db_exec(ap->db, SQL_TASK_INSERT, e, BIND("id", text_from(task)), BIND("case_id", key),
	        BIND("authority", t->authority), BIND("service", t->service), BIND("wait", 1),
	        BIND("element", "check"), BIND("role", t->role), BIND("form", "check_page"),
	        BIND("due", today + n % DAYS_SPREAD - DAYS_SPREAD / 3), BIND("opened", ap->now)));
	const struct history_event event = {.case_id = key,
	        .authority = text_from(t->authority),
	        .actor = TEXT("applicant"),
	        .kind = TEXT("application.submitted"),
	        .payload = TEXT("{}")};
	return history_append(ap, &event, NULL, e);
}

static enum err fill_apply(struct apply *ap, struct errinfo *e)
{
	const struct piece *p = ap->command->input;
	struct text locks[sizeof targets / sizeof *targets];
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
		TRY(lock_of(ap, targets[i].service, &locks[i], e));
	for (int64_t n = p->first; n < p->first + p->count; n++) {
		size_t i = (size_t)n % (sizeof targets / sizeof *targets);
		TRY(put_case(ap, &targets[i], locks[i], n, e));
	}
	return OK;
}

static const struct command_kind kinds[] = {{.name = "bench.fill", .apply = fill_apply}};

int main(int argc, char **argv)
{
	struct errinfo e = {0};
	struct store *s;
	int64_t count = 0;
	if (argc != 3 || !text_int(text_from(argv[2]), &count) || count < 1 || count > 10000000) {
		fprintf(stderr, "usage: fill DATA COUNT\n");
		return 2;
	}
	struct arena *a = arena_new(0);
	struct store_options o = {
	        .dir = argv[1],
	        .master_key = text_format(a, "%s.key", argv[1]).ptr,
	        .more = statements,
	        .more_count = 1,
	};
	enum err result = store_open(&o, &s, &e);
	if (result == OK) {
		store_register(s, kinds, 1, NULL);
		result = store_start(s, &e);
		for (int64_t n = 0; n < count && result == OK; n += AT_ONCE) {
			struct piece p = {n, count - n < AT_ONCE ? count - n : AT_ONCE};
			result = store_do(s, "bench.fill", &p, &e);
		}
		store_close(s);
	}
	if (result != OK)
		fprintf(stderr, "%s %s\n", e.message, e.where);
	arena_free(a);
	return result == OK ? 0 : 1;
}
