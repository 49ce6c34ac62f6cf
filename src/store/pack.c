/* Pack files: small blobs one behind the other, appended only. Where a record stands is
 * known to the row of the blob alone; eight bytes before each help a person with a hex editor. */
#include "store/store_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sql_store.h"

enum {
	PACK_SIZE_MAX = 64 << 20, /* bytes; then the next pack begins */
	PACK_MARK_SIZE = 8,       /* "AWP1" and the length */
};

/* Somebody whose record was appended and must be on the disk before he goes on. */
struct pack_waiter {
	struct pack_waiter *next;
	uint64_t record;
	bool settled;
	enum err err;
	struct errinfo error;
};

static void pack_path(const struct store *s, char out[STORE_PATH_MAX], int32_t number)
{
	store_path(s, out, "blobs/pack-%06d", (int)number);
}

static int32_t newest(const struct store *s)
{
	char path[STORE_PATH_MAX];
	store_path(s, path, "blobs");
	DIR *dir = opendir(path);
	int64_t number = 0, last = 0;
	for (struct dirent *at; dir && (at = readdir(dir));) {
		struct text name = text_from(at->d_name);
		if (text_starts(name, TEXT("pack-")) &&
		        text_int(text_part(name, 5, name.len), &number) && number > last)
			last = number;
	}
	if (dir)
		closedir(dir);
	return (int32_t)last;
}

static enum err open_pack(struct store *s, int32_t number, struct errinfo *e)
{
	struct blob_packs *p = &s->packs;
	char path[STORE_PATH_MAX], dir[STORE_PATH_MAX];
	pack_path(s, path, number);
	store_path(s, dir, "blobs");
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		return disk_fail("open", path, e);
	enum err err = disk_sync_directory(s, dir, e);
	if (err != OK) {
		close(fd);
		return err;
	}
	p->fd = fd;
	p->number = number;
	p->end = (int64_t)lseek(fd, 0, SEEK_END);
	return OK;
}

enum err packs_open(struct store *s, struct errinfo *e)
{
	int32_t number = newest(s);
	s->packs.number = number;
	return number ? open_pack(s, number, e) : OK;
}

void packs_close(struct store *s)
{
	if (s->packs.fd >= 0)
		close(s->packs.fd);
	s->packs.fd = -1;
}

/* Tell everyone up to `record` how the sync went. Under the mutex. */
static void settle(struct blob_packs *p, uint64_t record, enum err err, const struct errinfo *why)
{
	for (struct pack_waiter **at = &p->waiters; *at;) {
		struct pack_waiter *w = *at;
		if (w->record > record) {
			at = &w->next;
			continue;
		}
		w->settled = true;
		w->err = err;
		w->error = *why;
		*at = w->next;
	}
	pthread_cond_broadcast(&p->settled);
}

/* Sync what was appended so far; the mutex is free meanwhile. A pack whose sync failed is
 * never written again: its pages may be lost though a later sync says otherwise. */
static void sync_now(struct store *s)
{
	struct blob_packs *p = &s->packs;
	struct errinfo why = {0};
	uint64_t record = p->appended;
	int fd = p->fd;
	char path[STORE_PATH_MAX];
	pack_path(s, path, p->number);
	p->syncing = true;
	pthread_mutex_unlock(&p->mutex);
	enum err err = disk_sync(s, fd, path, &why);
	pthread_mutex_lock(&p->mutex);
	p->syncing = false;
	if (err != OK) {
		record = p->appended;
		close(p->fd);
		p->fd = -1;
	}
	settle(p, record, err, &why);
}

/* A pack that can take more. Under the mutex. */
static enum err ready_pack(struct store *s, struct errinfo *e)
{
	struct blob_packs *p = &s->packs;
	while (p->fd >= 0 && p->end >= PACK_SIZE_MAX) {
		if (p->syncing) {
			pthread_cond_wait(&p->settled, &p->mutex);
			continue;
		}
		sync_now(s);
		if (p->fd >= 0 && p->end >= PACK_SIZE_MAX && !p->syncing && !p->waiters) {
			close(p->fd);
			p->fd = -1;
		}
	}
	return p->fd >= 0 ? OK : open_pack(s, p->number + 1, e);
}

static enum err append(struct store *s, struct text bytes, struct blob *b, struct errinfo *e)
{
	struct blob_packs *p = &s->packs;
	char path[STORE_PATH_MAX], mark[PACK_MARK_SIZE] = {'A', 'W', 'P', '1'};
	TRY(ready_pack(s, e));
	for (int i = 0; i < 4; i++)
		mark[4 + i] = (char)(bytes.len >> (8 * i) & 0xff);
	pack_path(s, path, p->number);
	enum err err = disk_write(s, p->fd, (struct text){mark, sizeof mark}, path, e);
	if (err == OK)
		err = disk_write(s, p->fd, bytes, path, e);
	if (err != OK) { /* a torn record is dead space */
		p->end = (int64_t)lseek(p->fd, 0, SEEK_END);
		return err;
	}
	b->pack = p->number;
	b->offset = p->end + PACK_MARK_SIZE;
	b->length = (int64_t)bytes.len;
	p->end += PACK_MARK_SIZE + (int64_t)bytes.len;
	return OK;
}

enum err packs_append(struct store *s, struct text bytes, struct blob *b, struct errinfo *e)
{
	struct blob_packs *p = &s->packs;
	pthread_mutex_lock(&p->mutex);
	enum err err = append(s, bytes, b, e);
	if (err == OK) {
		struct pack_waiter w = {.next = p->waiters, .record = ++p->appended};
		p->waiters = &w;
		while (!w.settled) {
			if (p->syncing)
				pthread_cond_wait(&p->settled, &p->mutex);
			else
				sync_now(s);
		}
		err = w.err;
		if (err != OK && e)
			*e = w.error;
	}
	pthread_mutex_unlock(&p->mutex);
	return err;
}

static enum err sweep_one(struct store *s, struct db *db, int32_t number, struct errinfo *e)
{
	struct db_rows r;
	enum err err = db_get(&r, db, SQL_BLOB_IN_PACK, e, BIND("pack", number));
	if (err == OK)
		return db_end(&r, e);
	if (err != ERR_NOT_FOUND)
		return err;
	char path[STORE_PATH_MAX];
	struct stat st;
	struct clock real = clock_system();
	pack_path(s, path, number);
	if (stat(path, &st) == 0 && (int64_t)st.st_mtime * 1000 < clock_now(&real).ms - DAY_MS)
		unlink(path);
	return OK;
}

enum err packs_sweep(struct store *s, struct db *db, struct errinfo *e)
{
	pthread_mutex_lock(&s->packs.mutex);
	int32_t last = s->packs.number;
	pthread_mutex_unlock(&s->packs.mutex);
	for (int32_t number = 1; number < last; number++)
		TRY(sweep_one(s, db, number, e));
	return OK;
}
