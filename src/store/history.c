/* Appending to the history and reading it. */
#include "store/history_int.h"

#include <sodium.h>

#include "sql_store.h"

static void hash_number(crypto_generichash_state *state, int64_t number)
{
	unsigned char bytes[8];
	for (int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)((uint64_t)number >> (8 * i));
	crypto_generichash_update(state, bytes, sizeof bytes);
}

/* With its length, so that no two rows write the same bytes. */
static void hash_text(crypto_generichash_state *state, struct text t)
{
	hash_number(state, (int64_t)t.len);
	crypto_generichash_update(state, (const unsigned char *)t.ptr, t.len);
}

void history_hash_payload(struct text sealed, unsigned char out[HISTORY_HASH_SIZE])
{
	crypto_generichash(
	        out, HISTORY_HASH_SIZE, (const unsigned char *)sealed.ptr, sealed.len, NULL, 0);
}

void history_hash_entry(const unsigned char previous[HISTORY_HASH_SIZE],
        const struct history_row *row, unsigned char out[HISTORY_HASH_SIZE])
{
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, HISTORY_HASH_SIZE);
	hash_text(&state, TEXT("amtsweg history 1"));
	crypto_generichash_update(&state, previous, HISTORY_HASH_SIZE);
	hash_text(&state, row->case_id);
	hash_number(&state, row->seq);
	hash_number(&state, row->at.ms);
	hash_text(&state, row->authority);
	hash_number(&state, row->place);
	hash_text(&state, row->actor);
	hash_text(&state, row->kind);
	hash_text(&state, row->element);
	hash_text(&state, row->payload_hash);
	crypto_generichash_final(&state, out, HISTORY_HASH_SIZE);
}

void history_hash_chain(unsigned char chain[HISTORY_HASH_SIZE], struct text entry_hash)
{
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, HISTORY_HASH_SIZE);
	hash_text(&state, TEXT("amtsweg authority 1"));
	crypto_generichash_update(&state, chain, HISTORY_HASH_SIZE);
	hash_text(&state, entry_hash);
	crypto_generichash_final(&state, chain, HISTORY_HASH_SIZE);
}

struct text history_row_name(struct arena *a, struct text case_id, int64_t seq)
{
	return text_format(a, "%.*s:%lld", TEXT_ARG(case_id), (long long)seq);
}

void history_take_row(struct db_rows *r, struct text case_id, struct history_row *out)
{
	*out = (struct history_row){.case_id = case_id,
	        .seq = row_int(r, "seq"),
	        .at = row_instant(r, "at"),
	        .authority = row_text(r, "authority"),
	        .place = row_int(r, "place"),
	        .actor = row_text(r, "actor"),
	        .kind = row_text(r, "kind"),
	        .element = row_text(r, "element"),
	        .payload = row_blob(r, "payload"),
	        .payload_hash = row_blob(r, "payload_hash"),
	        .hash = row_blob(r, "hash")};
}

/* Appending ------------------------------------------------------------------------------ */

/* Number and hash where a chain ends; both stay zero when it has not begun. */
struct chain_end {
	int64_t number;
	unsigned char hash[HISTORY_HASH_SIZE];
};

static enum err take_end(enum err err, struct db_rows *r, const char *number, struct chain_end *end,
        struct errinfo *e)
{
	if (err == ERR_NOT_FOUND)
		return OK;
	TRY(err);
	struct text hash = row_blob(r, "hash");
	end->number = row_int(r, number);
	bool fits = hash.len == HISTORY_HASH_SIZE;
	if (fits)
		memcpy(end->hash, hash.ptr, HISTORY_HASH_SIZE);
	TRY(db_end(r, e));
	return fits ? OK : fail(e, ERR_CORRUPT, "the history holds a malformed hash");
}

static enum err seal_payload(struct apply *ap, const struct history_event *event,
        struct history_row *row, unsigned char hash[HISTORY_HASH_SIZE], struct errinfo *e)
{
	if (event->payload.len == 0)
		return OK;
	TRY(seal(ap->db, event->case_id, "history",
	        history_row_name(ap->arena, event->case_id, row->seq), event->payload, ap->arena,
	        &row->payload, e));
	history_hash_payload(row->payload, hash);
	row->payload_hash = (struct text){(const char *)hash, HISTORY_HASH_SIZE};
	return OK;
}

static enum err insert(struct apply *ap, const struct history_row *row, struct errinfo *e)
{
	return db_exec(ap->db, SQL_HISTORY_PUT, e, BIND("case_id", row->case_id),
	        BIND("seq", row->seq), BIND("at", row->at), BIND("authority", row->authority),
	        BIND("place", row->place), BIND("actor", row->actor), BIND("kind", row->kind),
	        BIND("element", row->element), BIND_BLOB("payload", row->payload),
	        BIND_BLOB("payload_hash", row->payload_hash), BIND_BLOB("hash", row->hash));
}

static enum err check_event(const struct history_event *event, struct errinfo *e)
{
	bool whole =
	        event->case_id.len && event->authority.len && event->actor.len && event->kind.len;
	bool fits = event->case_id.len < sizeof((struct history_report *)0)->case_id &&
	            event->authority.len < sizeof((struct history_report *)0)->authority;
	return whole && fits ? OK
	                     : fail(e, ERR_INVALID,
	                               "an entry needs case, authority, actor and kind, the ids "
	                               "below 64 bytes");
}

enum err history_append(
        struct apply *ap, const struct history_event *event, int64_t *seq, struct errinfo *e)
{
	struct db_rows r;
	struct chain_end last = {0}, tip = {0};
	unsigned char payload_hash[HISTORY_HASH_SIZE], hash[HISTORY_HASH_SIZE];
	TRY(check_event(event, e));
	enum err err = db_get(&r, ap->db, SQL_HISTORY_LAST, e, BIND("case_id", event->case_id));
	TRY(take_end(err, &r, "seq", &last, e));
	err = db_get(&r, ap->db, SQL_HISTORY_TIP_GET, e, BIND("authority", event->authority));
	TRY(take_end(err, &r, "place", &tip, e));

	struct history_row row = {.case_id = event->case_id,
	        .seq = last.number + 1,
	        .at = ap->now,
	        .authority = event->authority,
	        .place = tip.number + 1,
	        .actor = event->actor,
	        .kind = event->kind,
	        .element = event->element};
	TRY(seal_payload(ap, event, &row, payload_hash, e));
	history_hash_entry(last.hash, &row, hash);
	row.hash = (struct text){(const char *)hash, sizeof hash};
	TRY(insert(ap, &row, e));
	history_hash_chain(tip.hash, row.hash);
	if (seq)
		*seq = row.seq;
	return db_exec(ap->db, SQL_HISTORY_TIP_PUT, e, BIND("authority", event->authority),
	        BIND("place", row.place),
	        BIND_BLOB("hash", ((struct text){(const char *)tip.hash, sizeof tip.hash})));
}

enum err history_destroy_payload(
        struct apply *ap, struct text case_id, int64_t seq, struct errinfo *e)
{
	enum err err = db_change(
	        ap->db, SQL_HISTORY_PAYLOAD_CLEAR, e, BIND("case_id", case_id), BIND("seq", seq));
	if (err == ERR_CONFLICT)
		return fail(e, ERR_NOT_FOUND, "entry %lld of case %.*s has no payload",
		        (long long)seq, TEXT_ARG(case_id));
	return err;
}

/* Reading -------------------------------------------------------------------------------- */

static enum err open_payload(struct db *db, const struct history_row *row, struct arena *a,
        struct history_entry *entry, struct errinfo *e)
{
	if (row->payload_hash.len == 0)
		return OK;
	entry->destroyed = true;
	if (row->payload.len == 0)
		return OK;
	struct errinfo own;
	enum err err =
	        unseal(db, row->case_id, "history", history_row_name(a, row->case_id, row->seq),
	                row->payload, a, &entry->payload, &own);
	if (err == ERR_NOT_FOUND)
		return OK;
	entry->destroyed = false;
	if (err != OK && e)
		*e = own;
	return err;
}

static enum err take_entry(struct db *db, const struct history_row *row, struct arena *a,
        struct history_entry *entry, struct errinfo *e)
{
	*entry = (struct history_entry){.seq = row->seq,
	        .at = row->at,
	        .authority = text_copy(a, row->authority),
	        .actor = text_copy(a, row->actor),
	        .kind = text_copy(a, row->kind),
	        .element = text_copy(a, row->element)};
	return open_payload(db, row, a, entry, e);
}

enum err history_read(struct db *db, struct text case_id, int64_t after, int limit, struct arena *a,
        struct history_entry **out, size_t *count, struct errinfo *e)
{
	struct history_entry *entries = NULL;
	size_t cap = 0;
	struct db_rows r;
	*count = 0;
	TRY(db_select(&r, db, SQL_HISTORY_PAGE, e, BIND("case_id", case_id), BIND("after", after),
	        BIND("limit", limit)));
	enum err err = OK;
	while (err == OK && db_next(&r)) {
		struct history_row row;
		history_take_row(&r, case_id, &row);
		err = take_entry(db, &row, a, ARENA_PUSH(a, entries, *count, cap), e);
	}
	*out = entries;
	enum err ended = db_end(&r, err == OK ? e : NULL);
	return err != OK ? err : ended;
}
