/* Verifying the history: first every case, then the chain and the heads of every authority. */
#include "store/history_int.h"

#include "sql_store.h"

static void keep_id(char out[64], struct text id)
{
	size_t len = id.len < 63 ? id.len : 63;
	if (len)
		memcpy(out, id.ptr, len);
	out[len] = '\0';
}

/* Only the first break is reported. */
static void broke(struct history_report *report, enum history_break found, struct text case_id,
        struct text authority, int64_t seq, const char *what)
{
	if (report->found != HISTORY_WHOLE)
		return;
	report->found = found;
	report->seq = seq;
	keep_id(report->case_id, case_id);
	keep_id(report->authority, authority);
	fail(&report->what, ERR_CORRUPT, "%s%.*s%s%.*s entry %lld: %s",
	        case_id.len ? "case " : "authority ", TEXT_ARG(case_id.len ? case_id : authority),
	        case_id.len ? " of " : "", TEXT_ARG(case_id.len ? authority : TEXT_NONE),
	        (long long)seq, what);
}

/* Cases ---------------------------------------------------------------------------------- */

struct case_walk {
	char case_id[64];
	int64_t seq;
	unsigned char hash[HISTORY_HASH_SIZE];
};

static bool payload_holds(const struct history_row *row, struct history_report *report)
{
	unsigned char hash[HISTORY_HASH_SIZE];
	if (row->payload_hash.len == 0)
		return row->payload.len == 0;
	if (row->payload.len == 0) {
		report->destroyed++;
		return true;
	}
	history_hash_payload(row->payload, hash);
	return text_eq(row->payload_hash, (struct text){(const char *)hash, sizeof hash});
}

static void walk_entry(
        struct case_walk *w, const struct history_row *row, struct history_report *report)
{
	unsigned char hash[HISTORY_HASH_SIZE];
	if (!text_is(row->case_id, w->case_id)) {
		*w = (struct case_walk){0};
		keep_id(w->case_id, row->case_id);
		report->cases++;
	}
	report->entries++;
	if (row->seq != w->seq + 1)
		broke(report, HISTORY_MISSING, row->case_id, row->authority, w->seq + 1,
		        "is missing");
	history_hash_entry(w->hash, row, hash);
	if (!text_eq(row->hash, (struct text){(const char *)hash, sizeof hash}))
		broke(report, HISTORY_CHANGED, row->case_id, row->authority, row->seq,
		        "does not match its hash");
	if (!payload_holds(row, report))
		broke(report, HISTORY_CHANGED, row->case_id, row->authority, row->seq,
		        "its payload does not match its hash");
	w->seq = row->seq;
	if (row->hash.len == HISTORY_HASH_SIZE)
		memcpy(w->hash, row->hash.ptr, HISTORY_HASH_SIZE);
}

static enum err verify_cases(
        struct db *db, struct text case_id, struct history_report *report, struct errinfo *e)
{
	struct case_walk walk = {0};
	struct db_rows r;
	if (case_id.len)
		TRY(db_select(&r, db, SQL_HISTORY_WALK_CASE, e, BIND("case_id", case_id)));
	else
		TRY(db_select(&r, db, SQL_HISTORY_WALK, e));
	while (report->found == HISTORY_WHOLE && db_next(&r)) {
		struct history_row row;
		history_take_row(&r, row_text(&r, "case_id"), &row);
		walk_entry(&walk, &row, report);
	}
	return db_end(&r, e);
}

/* Heads ---------------------------------------------------------------------------------- */

struct known_head {
	int64_t place;
	struct date day;
	struct text hash;
	struct text signature;
};

struct chain {
	struct text authority;
	struct known_head *heads; /* by place, those of both databases */
	size_t count, cap;
	unsigned char hash[HISTORY_HASH_SIZE];
	int64_t place;
	size_t next_head;
};

static enum err take_heads(struct db_rows *r, struct chain *c, struct arena *a, struct errinfo *e)
{
	while (db_next(r)) {
		struct known_head *h = ARENA_PUSH(a, c->heads, c->count, c->cap);
		h->place = row_int(r, "place");
		h->day = row_date(r, "day");
		h->hash = row_copy_blob(r, "hash", a);
		h->signature = row_copy_blob(r, "signature", a);
	}
	return db_end(r, e);
}

static int by_place(const void *a, const void *b)
{
	const struct known_head *x = a, *y = b;
	return (x->place > y->place) - (x->place < y->place);
}

static enum err load_heads(struct db *db, struct chain *c, struct arena *a, struct errinfo *e)
{
	struct keys *k = &db->store->keys;
	struct db_rows r;
	TRY(db_select(&r, db, SQL_HISTORY_HEAD_PAGE, e, BIND("authority", c->authority)));
	TRY(take_heads(&r, c, a, e));
	pthread_mutex_lock(&k->mutex);
	enum err err =
	        db_select(&r, &k->db, SQL_HEAD_COPY_PAGE, e, BIND("authority", c->authority));
	if (err == OK)
		err = take_heads(&r, c, a, e);
	pthread_mutex_unlock(&k->mutex);
	if (c->count)
		qsort(c->heads, c->count, sizeof *c->heads, by_place);
	return err;
}

static bool head_signed(
        struct db *db, const struct chain *c, const struct known_head *h, struct arena *a)
{
	struct text message = history_head_message(a, c->authority, h->place, h->day, h->hash);
	return h->signature.len == SIGN_SIZE && sign_holds(db->store->keys.sign_public, message,
	                                                (const unsigned char *)h->signature.ptr);
}

/* The heads that describe the place the walk has reached. */
static void check_heads(
        struct db *db, struct chain *c, struct arena *a, struct history_report *report)
{
	struct text hash = {(const char *)c->hash, HISTORY_HASH_SIZE};
	for (; c->next_head < c->count; c->next_head++) {
		const struct known_head *h = &c->heads[c->next_head];
		if (h->place > c->place)
			return;
		report->heads++;
		if (!head_signed(db, c, h, a))
			broke(report, HISTORY_BAD_HEAD, TEXT_NONE, c->authority, h->place,
			        "the signature of its head does not hold");
		else if (h->place != c->place || !text_eq(h->hash, hash))
			broke(report, HISTORY_BAD_HEAD, TEXT_NONE, c->authority, h->place,
			        "a signed head shows other entries up to here");
	}
}

static enum err walk_chain(struct db *db, struct chain *c, struct arena *a,
        struct history_report *report, struct errinfo *e)
{
	struct db_rows r;
	TRY(db_select(&r, db, SQL_HISTORY_CHAIN, e, BIND("authority", c->authority)));
	while (report->found == HISTORY_WHOLE && db_next(&r)) {
		int64_t place = row_int(&r, "place");
		if (place != c->place + 1)
			broke(report, HISTORY_MISSING, TEXT_NONE, c->authority, c->place + 1,
			        "is missing");
		c->place = place;
		history_hash_chain(c->hash, row_blob(&r, "hash"));
		check_heads(db, c, a, report);
	}
	return db_end(&r, e);
}

/* Nothing may be known of entries behind the last one. */
static enum err check_tail(
        struct db *db, struct chain *c, struct history_report *report, struct errinfo *e)
{
	if (report->found == HISTORY_WHOLE && c->next_head < c->count)
		broke(report, HISTORY_CUT, TEXT_NONE, c->authority, c->place + 1,
		        "is missing: a signed head lies behind it");
	struct db_rows r;
	int64_t place = 0;
	bool same = false;
	enum err err = db_get(&r, db, SQL_HISTORY_TIP_GET, e, BIND("authority", c->authority));
	if (err == OK) {
		place = row_int(&r, "place");
		same = text_eq(row_blob(&r, "hash"),
		        (struct text){(const char *)c->hash, HISTORY_HASH_SIZE});
		err = db_end(&r, e);
	} else if (err == ERR_NOT_FOUND) {
		err = OK;
	}
	if (place > c->place)
		broke(report, HISTORY_CUT, TEXT_NONE, c->authority, c->place + 1, "is missing");
	else if (place < c->place || !same)
		broke(report, HISTORY_UNLINKED, TEXT_NONE, c->authority, c->place,
		        "the entries up to here do not lead to the recorded tip");
	return err;
}

static enum err verify_authority(struct db *db, struct text authority, struct arena *a,
        struct history_report *report, struct errinfo *e)
{
	struct chain c = {.authority = authority};
	TRY(load_heads(db, &c, a, e));
	TRY(walk_chain(db, &c, a, report, e));
	return report->found == HISTORY_WHOLE ? check_tail(db, &c, report, e) : OK;
}

/* All authorities ------------------------------------------------------------------------ */

struct names {
	struct text *items;
	size_t count, cap;
};

static enum err take_names(struct db_rows *r, struct names *n, struct arena *a, struct errinfo *e)
{
	while (db_next(r)) {
		struct text *name = ARENA_PUSH(a, n->items, n->count, n->cap);
		*name = row_copy(r, "authority", a);
	}
	return db_end(r, e);
}

static bool has_name(const struct names *n, struct text name)
{
	for (size_t i = 0; i < n->count; i++) {
		if (text_eq(n->items[i], name))
			return true;
	}
	return false;
}

/* Also those of whom only a copied head is left. */
static enum err add_copied(struct db *db, struct names *n, struct arena *a, struct errinfo *e)
{
	struct keys *k = &db->store->keys;
	struct names copied = {0};
	struct db_rows r;
	pthread_mutex_lock(&k->mutex);
	enum err err = db_select(&r, &k->db, SQL_HEAD_COPY_AUTHORITIES, e);
	if (err == OK)
		err = take_names(&r, &copied, a, e);
	pthread_mutex_unlock(&k->mutex);
	for (size_t i = 0; i < copied.count; i++) {
		if (!has_name(n, copied.items[i]))
			*ARENA_PUSH(a, n->items, n->count, n->cap) = copied.items[i];
	}
	return err;
}

static enum err authorities(
        struct db *db, struct text case_id, struct names *n, struct arena *a, struct errinfo *e)
{
	struct db_rows r;
	if (case_id.len) {
		TRY(db_select(&r, db, SQL_HISTORY_CASE_AUTHORITIES, e, BIND("case_id", case_id)));
		return take_names(&r, n, a, e);
	}
	TRY(db_select(&r, db, SQL_HISTORY_AUTHORITIES, e));
	TRY(take_names(&r, n, a, e));
	return add_copied(db, n, a, e);
}

enum err history_verify(
        struct db *db, struct text case_id, struct history_report *out, struct errinfo *e)
{
	*out = (struct history_report){0};
	TRY(verify_cases(db, case_id, out, e));
	struct arena *a = arena_new(0);
	struct names n = {0};
	enum err err = authorities(db, case_id, &n, a, e);
	for (size_t i = 0; err == OK && out->found == HISTORY_WHOLE && i < n.count; i++)
		err = verify_authority(db, n.items[i], a, out, e);
	arena_free(a);
	return err;
}
