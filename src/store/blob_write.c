/* Storing a blob: encrypt chunk by chunk, make it durable, tell where it is. */
#include "store/blob_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sql_store.h"

struct blob_writer {
	struct store *store;
	struct key subject; /* to wrap the blob's key at the end */
	struct key key;
	int64_t size_max;
	int64_t size;
	int64_t length;
	int fd; /* the file in blobs/tmp, -1 while everything fits the first chunk */
	char path[STORE_PATH_MAX];
	crypto_secretstream_xchacha20poly1305_state stream;
	crypto_generichash_state address;
	crypto_generichash_state sum;
	size_t plain_len;
	unsigned char plain[BLOB_CHUNK];
	size_t stored_len;
	unsigned char stored[BLOB_HEAD_SIZE + BLOB_CHUNK + BLOB_CHUNK_EXTRA];
};

void blob_address_begin(
        crypto_generichash_state *state, const unsigned char subject_secret[KEY_SECRET_SIZE])
{
	unsigned char key[KEY_SECRET_SIZE];
	key_derive(subject_secret, "amtsweg address 1", key);
	crypto_generichash_init(state, key, sizeof key, BLOB_RAW_ADDRESS_SIZE);
	sodium_memzero(key, sizeof key);
}

void blob_address_end(crypto_generichash_state *state, char out[BLOB_ADDRESS_SIZE])
{
	unsigned char raw[BLOB_RAW_ADDRESS_SIZE];
	crypto_generichash_final(state, raw, sizeof raw);
	hex_put(out, raw, sizeof raw);
}

void blob_file_path(
        const struct store *s, char out[STORE_PATH_MAX], const unsigned char key[KEY_ID_SIZE])
{
	char name[2 * KEY_ID_SIZE + 1];
	hex_put(name, key, KEY_ID_SIZE);
	store_path(s, out, "blobs/%.2s/%s", name, name);
}

void blob_place_path(const struct store *s, char out[STORE_PATH_MAX], int32_t pack,
        const unsigned char key[KEY_ID_SIZE])
{
	if (pack)
		store_path(s, out, "blobs/pack-%06d", (int)pack);
	else
		blob_file_path(s, out, key);
}

static enum err subject_of(struct store *s, struct text subject, struct key *out, struct errinfo *e)
{
	struct db *db;
	const struct key_slot *slot;
	TRY(store_read_begin(s, &db, e));
	enum err err = subject_key(db, subject, &slot, e);
	if (err == OK) {
		memcpy(out->id, slot->id, sizeof out->id);
		memcpy(out->secret, slot->secret, sizeof out->secret);
	}
	store_read_end(s, db);
	return err;
}

enum err blob_begin(struct store *s, struct text subject, int64_t size_max,
        struct blob_writer **out, struct errinfo *e)
{
	struct blob_writer *w = calloc(1, sizeof *w);
	check(w);
	w->store = s;
	w->fd = -1;
	w->size_max = size_max < BLOB_SIZE_MAX ? size_max : BLOB_SIZE_MAX;
	enum err err = subject_of(s, subject, &w->subject, e);
	if (err != OK) {
		blob_abort(w);
		return err;
	}
	keys_make(s, &w->key);
	blob_address_begin(&w->address, w->subject.secret);
	crypto_generichash_init(&w->sum, NULL, 0, BLOB_SUM_SIZE);
	memcpy(w->stored, BLOB_MARK, BLOB_MARK_SIZE);
	crypto_secretstream_xchacha20poly1305_init_push(
	        &w->stream, w->stored + BLOB_MARK_SIZE, w->key.secret);
	w->stored_len = BLOB_HEAD_SIZE;
	*out = w;
	return OK;
}

/* Encrypt the collected chunk behind what waits to be stored. */
static void push_chunk(struct blob_writer *w, unsigned char tag)
{
	unsigned long long len = 0;
	crypto_generichash_update(&w->address, w->plain, w->plain_len);
	crypto_secretstream_xchacha20poly1305_push(
	        &w->stream, w->stored + w->stored_len, &len, w->plain, w->plain_len, NULL, 0, tag);
	w->stored_len += (size_t)len;
	w->plain_len = 0;
	crypto_generichash_update(&w->sum, w->stored, w->stored_len);
}

static enum err flush_stored(struct blob_writer *w, struct errinfo *e)
{
	if (w->fd < 0) {
		char name[2 * KEY_ID_SIZE + 1];
		hex_put(name, w->key.id, KEY_ID_SIZE);
		store_path(w->store, w->path, "blobs/tmp/%s", name);
		w->fd = open(w->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (w->fd < 0)
			return disk_fail("create", w->path, e);
	}
	struct text bytes = {(const char *)w->stored, w->stored_len};
	w->length += (int64_t)w->stored_len;
	w->stored_len = 0;
	return disk_write(w->store, w->fd, bytes, w->path, e);
}

enum err blob_write(struct blob_writer *w, struct text bytes, struct errinfo *e)
{
	w->size += (int64_t)bytes.len;
	if (w->size > w->size_max)
		return fail(e, ERR_LIMIT, "larger than %lld bytes", (long long)w->size_max);
	while (bytes.len) {
		if (w->plain_len == BLOB_CHUNK) {
			push_chunk(w, crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
			TRY(flush_stored(w, e));
		}
		size_t room = BLOB_CHUNK - w->plain_len;
		size_t take = bytes.len < room ? bytes.len : room;
		memcpy(w->plain + w->plain_len, bytes.ptr, take);
		w->plain_len += take;
		bytes = text_part(bytes, take, bytes.len);
	}
	return OK;
}

/* Is the same content kept already? One that is loose may be swept soon: stored anew. */
static enum err find_known(struct blob_writer *w, struct blob *b, struct errinfo *e)
{
	struct db *db;
	struct db_rows r;
	TRY(store_read_begin(w->store, &db, e));
	enum err err = db_get(&r, db, SQL_BLOB_GET, e, BIND("address", b->address));
	if (err == OK) {
		b->known = row_is_null(&r, "loose_since");
		err = db_end(&r, e);
	} else if (err == ERR_NOT_FOUND) {
		err = OK;
	}
	store_read_end(w->store, db);
	return err;
}

/* Sync, move to its place, sync the directory. */
static enum err place_file(struct blob_writer *w, struct errinfo *e)
{
	char path[STORE_PATH_MAX], dir[STORE_PATH_MAX];
	blob_file_path(w->store, path, w->key.id);
	snprintf(dir, sizeof dir, "%s", path);
	*strrchr(dir, '/') = '\0';
	TRY(disk_sync(w->store, w->fd, w->path, e));
	TRY(disk_make_directory(w->store, dir, e));
	if (rename(w->path, path) != 0)
		return disk_fail("rename", w->path, e);
	memcpy(w->path, path, sizeof w->path); /* so that an abort removes it there */
	TRY(disk_sync_directory(w->store, dir, e));
	close(w->fd);
	w->fd = -1;
	return OK;
}

static enum err finish(struct blob_writer *w, struct blob *b, struct errinfo *e)
{
	push_chunk(w, crypto_secretstream_xchacha20poly1305_TAG_FINAL);
	*b = (struct blob){.size = w->size};
	blob_address_end(&w->address, b->address);
	crypto_generichash_final(&w->sum, b->sum, sizeof b->sum);
	memcpy(b->key, w->key.id, sizeof b->key);
	memcpy(b->subject, w->subject.id, sizeof b->subject);
	TRY(find_known(w, b, e));
	if (b->known)
		return OK;
	TRY(keys_put_blob(w->store, &w->key, &w->subject, e));
	if (w->fd < 0)
		return packs_append(
		        w->store, (struct text){(const char *)w->stored, w->stored_len}, b, e);
	TRY(flush_stored(w, e));
	b->length = w->length;
	return place_file(w, e);
}

enum err blob_finish(struct blob_writer *w, struct blob *out, struct errinfo *e)
{
	enum err err = finish(w, out, e);
	blob_abort(w);
	return err;
}

void blob_abort(struct blob_writer *w)
{
	if (!w)
		return;
	if (w->fd >= 0) {
		close(w->fd);
		unlink(w->path);
	}
	sodium_memzero(w, sizeof *w);
	free(w);
}

enum err blob_put(struct store *s, struct text subject, struct text bytes, struct blob *out,
        struct errinfo *e)
{
	struct blob_writer *w;
	TRY(blob_begin(s, subject, BLOB_SIZE_MAX, &w, e));
	enum err err = blob_write(w, bytes, e);
	if (err != OK) {
		blob_abort(w);
		return err;
	}
	return blob_finish(w, out, e);
}
