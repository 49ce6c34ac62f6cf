/* The outbox worker: takes what is due, does it in the world, answers with a command. One
 * thread; a crash in between leaves the row, and the answer is only taken once. */
#include "casework/job.h"

#include "format/json.h"

enum { OUTBOX_BATCH = 20 };

struct item {
	int64_t id;
	struct text case_id, body, lock;
	uint64_t wait;
};

static enum err read_item(struct casework *cw, struct db *db, int64_t id, struct arena *a,
        struct item *out, struct errinfo *e)
{
	struct db_rows rows;
	(void)cw;
	TRY(db_get(&rows, db, SQL_OUTBOX_GET, e, BIND("id", id)));
	out->id = id;
	out->case_id = row_copy(&rows, "case_id", a);
	out->wait = (uint64_t)row_int(&rows, "wait");
	struct text sealed = row_copy_blob(&rows, "body", a);
	TRY(db_end(&rows, e));
	TRY(db_get(&rows, db, SQL_CASE_OF_ID, e, BIND("id", out->case_id)));
	out->lock = row_copy(&rows, "lock", a);
	TRY(db_end(&rows, e));
	struct text row =
	        text_format(a, "%.*s:%llu", TEXT_ARG(out->case_id), (unsigned long long)out->wait);
	return unseal(db, out->case_id, "outbox", row, sealed, a, &out->body, e);
}

static struct text json_of(const struct json *j, struct arena *a)
{
	struct buf b;
	buf_init(&b, LETTER_DATA_MAX);
	json_write(&b, j);
	struct text t = buf_copy(&b, a);
	buf_free(&b);
	return t;
}

/* Render and store; the bytes are durable before the answer refers to them. */
static enum err do_letter(struct casework *cw, const struct item *item, struct arena *a,
        struct job_done *done, struct errinfo *e)
{
	const struct json *body;
	const struct service_adoption *x;
	struct text pdf;
	TRY(json_parse(a, item->body, "outbox", &body, e));
	TRY(cw->o.services.at(cw->o.services.self, item->lock, &x, e));
	done->outbox = item->id;
	done->letter = json_text(body, "letter");
	done->send = json_bool(body, "send", false);
	struct text data = json_of(json_get(body, "data"), a);
	TRY(letter_make(cw, a, x, done->letter, data, casework_now(cw).ms, &pdf, e));
	if (cw->o.letter_made)
		cw->o.letter_made(cw->o.letter_self, done->letter, data);
	sha256_hex(pdf, done->sha256);
	return blob_put(cw->o.store, item->case_id, pdf, &done->blob, e);
}

static enum err try_item(struct casework *cw, int64_t id, struct arena *a, struct errinfo *e)
{
	struct db *db;
	struct item item;
	struct job_done done = {0};
	TRY(store_read_begin(cw->o.store, &db, e));
	enum err result = read_item(cw, db, id, a, &item, e);
	store_read_end(cw->o.store, db);
	if (result == ERR_NOT_FOUND)
		return OK; /* withdrawn meanwhile */
	TRY(result);
	TRY(do_letter(cw, &item, a, &done, e));
	return store_do(cw->o.store, JOB_DONE, &done, e);
}

/* One that fails is tried later and stands in nobody's way; where even its incident cannot be
 * written, its row alone is put off. */
static enum err run_item(struct casework *cw, int64_t id, struct arena *a, struct errinfo *e)
{
	enum err result = try_item(cw, id, a, e);
	if (result == OK)
		return OK;
	log_error(cw->o.log, "outbox.failed", e);
	struct job_failed failed = {
	        .outbox = id,
	        .code = result,
	        .message = text_format(a, "%s%s%s", e->where, e->where[0] ? ": " : "", e->message),
	};
	if (store_do(cw->o.store, JOB_FAILED, &failed, e) == OK)
		return OK;
	log_error(cw->o.log, "outbox.incident_failed", e);
	return store_do(cw->o.store, "outbox.later", &id, e);
}

enum err outbox_later_apply(struct apply *ap, struct errinfo *e)
{
	const int64_t *id = ap->command->input;
	struct instant later = {ap->now.ms + (int64_t)OUTBOX_PAUSE_MAX_S * 1000};
	return db_exec(ap->db, SQL_OUTBOX_WAIT, e, BIND("id", *id), BIND("due", later));
}

static enum err read_due(struct casework *cw, int64_t *ids, size_t *count, struct errinfo *e)
{
	struct db *db;
	struct db_rows rows;
	*count = 0;
	TRY(store_read_begin(cw->o.store, &db, e));
	enum err result = db_select(&rows, db, SQL_OUTBOX_DUE, e, BIND("now", casework_now(cw)),
	        BIND("limit", OUTBOX_BATCH));
	if (result == OK) {
		while (db_next(&rows))
			ids[(*count)++] = row_int(&rows, "id");
		result = db_end(&rows, e);
	}
	store_read_end(cw->o.store, db);
	return result;
}

enum err outbox_round(struct casework *cw, int *jobs, struct errinfo *e)
{
	int64_t ids[OUTBOX_BATCH];
	size_t count;
	TRY(read_due(cw, ids, &count, e));
	for (size_t i = 0; i < count; i++) {
		struct arena *a = arena_new(0);
		enum err result = run_item(cw, ids[i], a, e);
		arena_free(a);
		TRY(result);
	}
	*jobs += (int)count;
	return OK;
}
