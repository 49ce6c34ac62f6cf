/* Reading a blob: every chunk is authenticated, the address at the end. */
#include "store/blob_int.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "sql_store.h"

struct blob_reader {
	int fd;
	char address[BLOB_ADDRESS_SIZE];
	int64_t size;
	int64_t at;   /* plain bytes given out */
	int64_t left; /* stored bytes not read yet */
	bool over;
	crypto_secretstream_xchacha20poly1305_state stream;
	crypto_generichash_state hash;
	unsigned char stored[BLOB_CHUNK + BLOB_CHUNK_EXTRA];
	unsigned char plain[BLOB_CHUNK];
};

struct blob_row {
	unsigned char key[KEY_ID_SIZE];
	int64_t size;
	int64_t length;
	int64_t position;
	int32_t pack;
};

static enum err damaged(const struct blob_reader *r, const char *what, struct errinfo *e)
{
	return fail(e, ERR_CORRUPT, "blob %s: %s", r->address, what);
}

/* The row, when the address belongs to this subject. */
static enum err find_row(struct db *db, const struct key_slot *slot, struct text address,
        struct blob_row *out, struct errinfo *e)
{
	struct db_rows r;
	enum err err = db_get(&r, db, SQL_BLOB_GET, e, BIND("address", address));
	if (err == ERR_NOT_FOUND)
		return fail(e, ERR_NOT_FOUND, "no blob %.*s", TEXT_ARG(address));
	TRY(err);
	struct text key = row_blob(&r, "key"), subject = row_blob(&r, "subject");
	bool own = subject.len == KEY_ID_SIZE && memcmp(subject.ptr, slot->id, KEY_ID_SIZE) == 0;
	if (key.len == KEY_ID_SIZE)
		memcpy(out->key, key.ptr, KEY_ID_SIZE);
	out->size = row_int(&r, "size");
	out->length = row_int(&r, "length");
	out->pack = (int32_t)row_int(&r, "pack");
	out->position = row_int(&r, "position");
	TRY(db_end(&r, e));
	return own ? OK : fail(e, ERR_NOT_FOUND, "no blob %.*s here", TEXT_ARG(address));
}

static enum err read_exactly(
        struct blob_reader *r, unsigned char *out, size_t size, struct errinfo *e)
{
	while (size) {
		ssize_t got = read(r->fd, out, size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return disk_fail("read", r->address, e);
		if (got == 0)
			return damaged(r, "its file is truncated", e);
		out += got;
		size -= (size_t)got;
		r->left -= got;
	}
	return OK;
}

static enum err open_file(
        struct store *s, struct blob_reader *r, const struct blob_row *row, struct errinfo *e)
{
	char path[STORE_PATH_MAX];
	blob_place_path(s, path, row->pack, row->key);
	r->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (r->fd < 0 && errno == ENOENT)
		return damaged(r, "its file is missing", e);
	if (r->fd < 0)
		return disk_fail("open", path, e);
	if (row->pack && lseek(r->fd, (off_t)row->position, SEEK_SET) < 0)
		return disk_fail("seek", path, e);
	return OK;
}

static enum err open_stream(
        struct store *s, struct blob_reader *r, const struct blob_row *row, struct errinfo *e)
{
	unsigned char head[BLOB_HEAD_SIZE];
	struct key key;
	r->size = row->size;
	r->left = row->length;
	if (r->left < BLOB_HEAD_SIZE + BLOB_CHUNK_EXTRA)
		return damaged(r, "its row gives an impossible length", e);
	TRY(open_file(s, r, row, e));
	TRY(read_exactly(r, head, sizeof head, e));
	if (memcmp(head, BLOB_MARK, BLOB_MARK_SIZE) != 0)
		return damaged(r, "its file does not begin as a blob", e);
	TRY(keys_get(s, row->key, &key, e));
	int code = crypto_secretstream_xchacha20poly1305_init_pull(
	        &r->stream, head + BLOB_MARK_SIZE, key.secret);
	sodium_memzero(&key, sizeof key);
	return code == 0 ? OK : damaged(r, "its header is broken", e);
}

enum err blob_open(struct db *db, struct text subject, struct text address,
        struct blob_reader **out, struct errinfo *e)
{
	const struct key_slot *slot;
	struct blob_row row = {0};
	TRY(subject_key(db, subject, &slot, e));
	TRY(find_row(db, slot, address, &row, e));
	struct blob_reader *r = calloc(1, sizeof *r);
	check(r);
	r->fd = -1;
	memcpy(r->address, address.ptr, BLOB_ADDRESS_SIZE - 1);
	blob_address_begin(&r->hash, slot->secret);
	enum err err = open_stream(db->store, r, &row, e);
	if (err != OK)
		blob_close(r);
	else
		*out = r;
	return err;
}

int64_t blob_size(const struct blob_reader *r)
{
	return r->size;
}

static enum err check_end(struct blob_reader *r, struct errinfo *e)
{
	char address[BLOB_ADDRESS_SIZE];
	blob_address_end(&r->hash, address);
	if (r->at != r->size || memcmp(address, r->address, sizeof address) != 0)
		return damaged(r, "its content does not match its address", e);
	r->over = true;
	return OK;
}

enum err blob_next(struct blob_reader *r, struct text *chunk, struct errinfo *e)
{
	*chunk = TEXT_NONE;
	if (r->over)
		return OK;
	if (r->left <= 0)
		return damaged(r, "its last part is missing", e);
	size_t take = r->left < (int64_t)sizeof r->stored ? (size_t)r->left : sizeof r->stored;
	unsigned char tag = 0;
	unsigned long long len = 0;
	TRY(read_exactly(r, r->stored, take, e));
	if (take < BLOB_CHUNK_EXTRA || crypto_secretstream_xchacha20poly1305_pull(&r->stream,
	                                       r->plain, &len, &tag, r->stored, take, NULL, 0) != 0)
		return damaged(r, "it was changed", e);
	crypto_generichash_update(&r->hash, r->plain, (size_t)len);
	r->at += (int64_t)len;
	bool final = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
	if (final != (r->left == 0))
		return damaged(r, "its last part is missing", e);
	if (final)
		TRY(check_end(r, e));
	*chunk = (struct text){(const char *)r->plain, (size_t)len};
	return OK;
}

void blob_close(struct blob_reader *r)
{
	if (!r)
		return;
	if (r->fd >= 0)
		close(r->fd);
	sodium_memzero(r, sizeof *r);
	free(r);
}

static enum err read_whole(
        struct blob_reader *r, struct arena *a, struct text *out, struct errinfo *e)
{
	if (r->size < 0 || r->size > BLOB_SIZE_MAX)
		return damaged(r, "its row gives an impossible size", e);
	char *bytes = arena_alloc(a, (size_t)r->size);
	size_t at = 0;
	struct text chunk;
	for (;;) {
		TRY(blob_next(r, &chunk, e));
		if (chunk.len == 0)
			break;
		if (at + chunk.len > (size_t)r->size)
			return damaged(r, "it is longer than its row says", e);
		memcpy(bytes + at, chunk.ptr, chunk.len);
		at += chunk.len;
	}
	*out = (struct text){bytes, at};
	return OK;
}

enum err blob_get(struct db *db, struct text subject, struct text address, struct arena *a,
        struct text *out, struct errinfo *e)
{
	struct blob_reader *r;
	TRY(blob_open(db, subject, address, &r, e));
	enum err err = read_whole(r, a, out, e);
	blob_close(r);
	return err;
}

/* Verify -------------------------------------------------------------------------------- */

struct stored_place {
	char address[BLOB_ADDRESS_SIZE];
	struct blob_row row;
	unsigned char sum[BLOB_SUM_SIZE];
};

static enum err sum_of(struct blob_reader *r, unsigned char out[BLOB_SUM_SIZE], struct errinfo *e)
{
	crypto_generichash_init(&r->hash, NULL, 0, BLOB_SUM_SIZE);
	while (r->left > 0) {
		size_t take =
		        r->left < (int64_t)sizeof r->stored ? (size_t)r->left : sizeof r->stored;
		TRY(read_exactly(r, r->stored, take, e));
		crypto_generichash_update(&r->hash, r->stored, take);
	}
	crypto_generichash_final(&r->hash, out, BLOB_SUM_SIZE);
	return OK;
}

static enum err verify_one(struct store *s, const struct stored_place *p, struct errinfo *e)
{
	unsigned char sum[BLOB_SUM_SIZE];
	struct blob_reader *r = calloc(1, sizeof *r);
	check(r);
	r->fd = -1;
	r->left = p->row.length;
	memcpy(r->address, p->address, sizeof r->address);
	enum err err = open_file(s, r, &p->row, e);
	if (err == OK)
		err = sum_of(r, sum, e);
	if (err == OK && memcmp(sum, p->sum, sizeof sum) != 0)
		err = damaged(r, "its stored bytes were changed", e);
	blob_close(r);
	return err;
}

enum { VERIFY_PAGE = 128 };

static enum err verify_page(struct db *db, const char *after, struct stored_place *page,
        size_t *count, struct errinfo *e)
{
	struct db_rows r;
	*count = 0;
	TRY(db_select(&r, db, SQL_BLOB_PAGE, e, BIND("after", after), BIND("limit", VERIFY_PAGE)));
	while (db_next(&r)) {
		struct stored_place *p = &page[(*count)++];
		struct text address = row_text(&r, "address"), key = row_blob(&r, "key");
		struct text sum = row_blob(&r, "sum");
		*p = (struct stored_place){0};
		memcpy(p->address, address.ptr,
		        address.len < BLOB_ADDRESS_SIZE ? address.len : BLOB_ADDRESS_SIZE - 1);
		memcpy(p->row.key, key.ptr, key.len == KEY_ID_SIZE ? KEY_ID_SIZE : 0);
		memcpy(p->sum, sum.ptr, sum.len == BLOB_SUM_SIZE ? BLOB_SUM_SIZE : 0);
		p->row.length = row_int(&r, "length");
		p->row.pack = (int32_t)row_int(&r, "pack");
		p->row.position = row_int(&r, "position");
	}
	return db_end(&r, e);
}

enum err blob_verify(struct db *db, struct blob_report *out, struct errinfo *e)
{
	*out = (struct blob_report){0};
	struct arena *a = arena_new(0);
	struct stored_place *page = ARENA_ARRAY(a, VERIFY_PAGE, struct stored_place);
	char after[BLOB_ADDRESS_SIZE] = "";
	size_t count = VERIFY_PAGE;
	enum err err = OK;
	while (err == OK && count == VERIFY_PAGE) {
		err = verify_page(db, after, page, &count, e);
		for (size_t i = 0; err == OK && i < count; i++) {
			struct errinfo why = {0};
			memcpy(after, page[i].address, sizeof after);
			out->checked++;
			if (verify_one(db->store, &page[i], &why) == OK)
				continue;
			if (out->damaged++ == 0) {
				memcpy(out->first, page[i].address, sizeof out->first);
				out->why = why;
			}
		}
	}
	arena_free(a);
	return err;
}
