/* Opening and closing a data directory; read connections. */
#include "store/store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sql_store.h"

struct instant store_now(const struct store *s)
{
	return clock_now(&s->clock);
}

const struct clock *store_clock(const struct store *s)
{
	return &s->clock;
}

const struct randomness *store_random(const struct store *s)
{
	return &s->random;
}

/* The directory ------------------------------------------------------------------------- */

static enum err make_directories(struct store *s, struct errinfo *e)
{
	struct stat st;
	char path[STORE_PATH_MAX];
	if (stat(s->dir, &st) != 0 && !s->create)
		return disk_fail("open the data directory", s->dir, e);
	TRY(disk_make_directory(s, s->dir, e));
	store_path(s, path, "blobs");
	TRY(disk_make_directory(s, path, e));
	store_path(s, path, "blobs/tmp");
	return disk_make_directory(s, path, e);
}

/* A second program on the same data would have a second writer and a second cache. */
static enum err lock_directory(struct store *s, struct errinfo *e)
{
	char path[STORE_PATH_MAX];
	store_path(s, path, "lock");
	s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock_fd < 0)
		return disk_fail("open", path, e);
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	if (fcntl(s->lock_fd, F_SETLK, &whole) == 0)
		return OK;
	return fail(e, ERR_BUSY, "another program uses the data directory %s", s->dir);
}

/* Connections --------------------------------------------------------------------------- */

static struct db_options connection(
        const struct store *s, const struct store_options *o, const char *path)
{
	return (struct db_options){.path = path,
	        .vfs = s->vfs,
	        .which = SQL_DATABASE_MAIN,
	        .create = s->create,
	        .more = o->more,
	        .more_count = o->more_count};
}

static enum err open_main(struct store *s, const struct store_options *o, struct errinfo *e)
{
	char path[STORE_PATH_MAX];
	store_path(s, path, "amtsweg.db");
	struct db_options options = connection(s, o, path);
	options.read_only = s->read_only;
	TRY(db_connect(&s->write, &options, e));
	s->write.store = s;
	struct store_migrations m =
	        o->migrations.count ? o->migrations : migrations_embedded(SQL_DATABASE_MAIN);
	if (!s->read_only)
		TRY(migrate(&s->write, m, store_now(s), e));
	return db_prepare_all(&s->write, e);
}

static enum err open_readers(struct store *s, const struct store_options *o, struct errinfo *e)
{
	char path[STORE_PATH_MAX];
	store_path(s, path, "amtsweg.db");
	struct db_options options = connection(s, o, path);
	options.create = false;
	options.read_only = true;
	int wanted = o->readers > 0 ? o->readers : STORE_READERS_DEFAULT;
	check(wanted <= STORE_READERS_MAX);
	s->readers = ARENA_ARRAY(s->arena, (size_t)wanted, struct db);
	for (; s->reader_count < wanted; s->reader_count++) {
		TRY(db_connect(&s->readers[s->reader_count], &options, e));
		s->readers[s->reader_count].store = s;
	}
	return OK;
}

static struct db *free_reader(struct store *s)
{
	for (int i = 0; i < s->reader_count; i++) {
		if (!s->readers[i].busy)
			return &s->readers[i];
	}
	return NULL;
}

static struct db *wait_for_reader(struct store *s)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += STORE_READ_WAIT_MS / 1000;
	pthread_mutex_lock(&s->read_mutex);
	struct db *db = free_reader(s);
	while (!db && pthread_cond_timedwait(&s->read_free, &s->read_mutex, &until) == 0)
		db = free_reader(s);
	if (db)
		db->busy = true;
	pthread_mutex_unlock(&s->read_mutex);
	return db;
}

enum err store_read_begin(struct store *s, struct db **out, struct errinfo *e)
{
	struct db *db = wait_for_reader(s);
	if (!db)
		return fail(e, ERR_BUSY, "all %d read connections are in use", s->reader_count);
	enum err err = db_begin_read(db, e);
	if (err != OK)
		store_read_end(s, db);
	else
		*out = db;
	return err;
}

void store_read_end(struct store *s, struct db *db)
{
	if (!db)
		return;
	db_rollback(db);
	db_forget_keys(db);
	pthread_mutex_lock(&s->read_mutex);
	check(db->busy);
	db->busy = false;
	pthread_cond_signal(&s->read_free);
	pthread_mutex_unlock(&s->read_mutex);
}

/* Open, start, stop, close --------------------------------------------------------------- */

/* The store's own command: the rows that named the key are gone with the commit before. */
static enum err key_destroy_apply(struct apply *ap, struct errinfo *e)
{
	struct text payload = ap->command->payload;
	unsigned char id[1][KEY_ID_SIZE];
	check(payload.len == KEY_ID_SIZE);
	memcpy(id[0], payload.ptr, KEY_ID_SIZE);
	return keys_destroy(ap->store, id, 1, e);
}

static const struct command_kind own_kinds[] = {
        {.name = "store.key_destroy", .apply = key_destroy_apply},
        {.name = "store.sweep", .apply = sweep_apply},
        {.name = "store.heads", .apply = heads_apply},
};

static struct store *store_new(const struct store_options *o)
{
	struct arena *a = arena_new(0);
	struct store *s = ARENA_NEW(a, struct store);
	s->arena = a;
	s->dir = text_z(a, text_from(o->dir));
	s->master_key = text_z(a, text_from(o->master_key));
	s->vfs = o->vfs;
	s->create = o->create;
	s->read_only = o->read_only;
	s->queue_max = (size_t)(o->queue_max > 0 ? o->queue_max : COMMAND_QUEUE_MAX);
	s->batch_max = (size_t)(o->batch_max > 0 ? o->batch_max : COMMAND_BATCH_MAX);
	s->clock = o->clock.now ? o->clock : clock_system();
	s->random = o->random.fill ? o->random : randomness_system();
	s->log = o->log;
	s->cache = o->cache;
	s->disk = o->disk;
	s->lock_fd = -1;
	s->packs.fd = -1;
	pthread_condattr_t monotonic;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_mutex_init(&s->read_mutex, NULL);
	pthread_cond_init(&s->read_free, &monotonic);
	pthread_mutex_init(&s->keys.mutex, NULL);
	pthread_mutex_init(&s->keys.read_mutex, NULL);
	pthread_mutex_init(&s->keys.spare_mutex, NULL);
	pthread_mutex_init(&s->packs.mutex, NULL);
	pthread_cond_init(&s->packs.settled, NULL);
	pthread_condattr_destroy(&monotonic);
	return s;
}

static enum err open_parts(struct store *s, const struct store_options *o, struct errinfo *e)
{
	TRY(writer_init(s, e));
	if (strlen(s->dir) > STORE_PATH_MAX / 2)
		return fail(e, ERR_LIMIT, "the path of the data directory is too long");
	if (!s->read_only) {
		TRY(make_directories(s, e));
		TRY(lock_directory(s, e));
	}
	TRY(open_main(s, o, e));
	TRY(keys_open(s, e));
	TRY(open_readers(s, o, e));
	if (!s->read_only)
		TRY(packs_open(s, e));
	store_register(s, own_kinds, sizeof own_kinds / sizeof *own_kinds, s);
	return OK;
}

enum err store_open(const struct store_options *o, struct store **out, struct errinfo *e)
{
	if (sodium_init() < 0)
		return fail(e, ERR_INTERNAL, "libsodium does not start");
	check(sqlite3_threadsafe());
	struct store *s = store_new(o);
	enum err err = open_parts(s, o, e);
	if (err != OK)
		store_close(s);
	else
		*out = s;
	return err;
}

enum err store_start(struct store *s, struct errinfo *e)
{
	check(!s->read_only);
	return writer_start(s, e);
}

void store_stop(struct store *s)
{
	writer_stop(s);
}

void store_close(struct store *s)
{
	if (!s)
		return;
	writer_stop(s);
	packs_close(s);
	for (int i = 0; i < s->reader_count; i++) {
		check(!s->readers[i].busy);
		db_disconnect(&s->readers[i]);
	}
	db_disconnect(&s->write);
	keys_close(s);
	writer_free(s);
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	pthread_mutex_destroy(&s->read_mutex);
	pthread_cond_destroy(&s->read_free);
	pthread_mutex_destroy(&s->keys.mutex);
	pthread_mutex_destroy(&s->keys.read_mutex);
	pthread_mutex_destroy(&s->keys.spare_mutex);
	pthread_mutex_destroy(&s->packs.mutex);
	pthread_cond_destroy(&s->packs.settled);
	arena_free(s->arena);
}
