/* Signed heads: the state of an authority's chain on a day. */
#include "store/history_int.h"

#include "sql_store.h"

enum { HEADS_A_COMMAND = 256 };

struct head {
	struct text authority;
	int64_t place;
	struct text hash;
	unsigned char signature[SIGN_SIZE];
};

struct heads {
	const struct head *items;
	size_t count;
	struct date day;
};

struct text history_head_message(
        struct arena *a, struct text authority, int64_t place, struct date day, struct text hash)
{
	char *hex = arena_alloc(a, 2 * hash.len + 1);
	hex_put(hex, hash.ptr, hash.len);
	return text_format(a, "amtsweg head 1\n%.*s\n%lld\n%.*s\n%s\n", TEXT_ARG(authority),
	        (long long)place, TEXT_ARG(date_text(a, day)), hex);
}

static struct text signature_of(const struct head *h)
{
	return (struct text){(const char *)h->signature, SIGN_SIZE};
}

enum err heads_apply(struct apply *ap, struct errinfo *e)
{
	const struct heads *heads = ap->command->input;
	for (size_t i = 0; i < heads->count; i++) {
		const struct head *h = &heads->items[i];
		TRY(db_exec(ap->db, SQL_HISTORY_HEAD_PUT, e, BIND("authority", h->authority),
		        BIND("place", h->place), BIND("day", heads->day),
		        BIND_BLOB("hash", h->hash), BIND_BLOB("signature", signature_of(h))));
	}
	return OK;
}

/* Tips that were committed and have no head yet. */
static enum err unsigned_tips(
        struct store *s, struct arena *a, struct head **out, size_t *count, struct errinfo *e)
{
	struct db *db;
	struct db_rows r;
	size_t cap = 0;
	*out = NULL;
	*count = 0;
	TRY(store_read_begin(s, &db, e));
	enum err err = db_select(&r, db, SQL_HISTORY_TIP_ALL, e);
	while (err == OK && db_next(&r)) {
		if (row_int(&r, "signed") >= row_int(&r, "place"))
			continue;
		struct head *h = ARENA_PUSH(a, *out, *count, cap);
		h->authority = row_copy(&r, "authority", a);
		h->place = row_int(&r, "place");
		h->hash = row_copy_blob(&r, "hash", a);
	}
	if (err == OK)
		err = db_end(&r, e);
	store_read_end(s, db);
	return err;
}

/* The copy first: a head in keys.db describes entries that are durable already. */
static enum err sign_one(
        struct store *s, struct arena *a, struct head *h, struct date day, struct errinfo *e)
{
	struct text message = history_head_message(a, h->authority, h->place, day, h->hash);
	TRY(store_sign(s, message, h->signature, e));
	pthread_mutex_lock(&s->keys.mutex);
	enum err err = db_exec(&s->keys.db, SQL_HEAD_COPY_PUT, e, BIND("authority", h->authority),
	        BIND("place", h->place), BIND("day", day), BIND_BLOB("hash", h->hash),
	        BIND_BLOB("signature", signature_of(h)));
	pthread_mutex_unlock(&s->keys.mutex);
	return err;
}

static enum err sign_all(
        struct store *s, struct arena *a, struct date day, size_t *count, struct errinfo *e)
{
	struct head *heads;
	TRY(unsigned_tips(s, a, &heads, count, e));
	for (size_t i = 0; i < *count; i++)
		TRY(sign_one(s, a, &heads[i], day, e));
	for (size_t i = 0; i < *count; i += HEADS_A_COMMAND) {
		size_t left = *count - i;
		struct heads some = {.items = heads + i,
		        .count = left < HEADS_A_COMMAND ? left : HEADS_A_COMMAND,
		        .day = day};
		TRY(store_do(s, "store.heads", &some, e));
	}
	return OK;
}

enum err history_sign_heads(struct store *s, struct date day, int *signed_count, struct errinfo *e)
{
	struct arena *a = arena_new(0);
	size_t count = 0;
	enum err err = sign_all(s, a, day, &count, e);
	arena_free(a);
	if (signed_count)
		*signed_count = (int)count;
	return err;
}
