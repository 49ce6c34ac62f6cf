/* bench/store.c - durable commands a second beside what the disk can do at all.
 *
 *	build/bench/store [DIRECTORY] [SECONDS]
 *
 * The probe appends 4 KiB to a file and calls fdatasync, again and again, in the same directory
 * before and after: no program can commit more often. A batch of N commands in one
 * commit can do at most N times as many. Two kinds of command: `row` inserts one row; `case`
 * writes what a submission writes (a key for the case, a row, a sealed entry of the history, the
 * idempotency key). */
#include "store/store_int.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

enum { PROBE_BYTES = 4096, SQL_ROW_PUT = SQL_MORE };

static const struct sql_statement statements[] = {
        {.name = "row_put",
                .file = "bench/store.c",
                .kind = SQL_KIND_EXEC,
                .scope = SQL_SCOPE_AUTHORITY,
                .sql = "INSERT INTO bench_row (authority, body) VALUES (:authority, :body)"},
};

static const char table[] = "CREATE TABLE bench_row (id INTEGER NOT NULL PRIMARY KEY,"
                            "authority TEXT NOT NULL, body TEXT NOT NULL) STRICT";

static const char body[] = "{\"applicant\":\"6f1c\",\"members\":[{\"income\":\"1384.25\"},"
                           "{\"income\":\"412.00\"}],\"rent\":\"612.40\",\"state\":\"submitted\"}";

static enum err row_apply(struct apply *ap, struct errinfo *e)
{
	return db_exec(ap->db, SQL_ROW_PUT, e, BIND("authority", "14612000"), BIND("body", body));
}

static enum err case_apply(struct apply *ap, struct errinfo *e)
{
	struct text id = ap->command->key;
	TRY(key_assign(ap, id, TEXT("14612000"), e));
	TRY(row_apply(ap, e));
	const struct history_event event = {.case_id = id,
	        .authority = TEXT("14612000"),
	        .actor = TEXT("applicant"),
	        .kind = TEXT("submitted"),
	        .payload = text_from(body)};
	ap->answer = id;
	return history_append(ap, &event, NULL, e);
}

static const struct command_kind kinds[] = {
        {.name = "row", .apply = row_apply},
        {.name = "case", .apply = case_apply},
};

/* The probe -------------------------------------------------------------------------------- */

static double probe(const char *dir, int seconds)
{
	char path[STORE_PATH_MAX];
	static const char bytes[PROBE_BYTES];
	snprintf(path, sizeof path, "%s/probe", dir);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	check(fd >= 0);
	int64_t start_ms = monotonic_ms(), until_ms = start_ms + seconds * 1000;
	long count = 0;
	for (; monotonic_ms() < until_ms; count++)
		check(write(fd, bytes, sizeof bytes) == sizeof bytes && fdatasync(fd) == 0);
	double rate = (double)count * 1000 / (double)(monotonic_ms() - start_ms);
	close(fd);
	unlink(path);
	return rate;
}

/* Commands: so many are on their way at once, each sent again when it is answered. ----------- */

struct flight {
	struct command command;
	struct arena *arena;
	char key[32];
	struct flight *next_free;
};

struct field {
	pthread_mutex_t mutex;
	pthread_cond_t landed;
	struct flight *free;
	long done;
};

static void land(void *host, struct command *c)
{
	struct field *f = host;
	struct flight *flight = (struct flight *)c;
	check(c->result == OK);
	pthread_mutex_lock(&f->mutex);
	flight->next_free = f->free;
	f->free = flight;
	f->done++;
	pthread_cond_signal(&f->landed);
	pthread_mutex_unlock(&f->mutex);
}

static struct flight *next_flight(struct field *f)
{
	pthread_mutex_lock(&f->mutex);
	while (!f->free)
		pthread_cond_wait(&f->landed, &f->mutex);
	struct flight *flight = f->free;
	f->free = flight->next_free;
	pthread_mutex_unlock(&f->mutex);
	return flight;
}

static void send(struct store *s, struct field *f, struct flight *flight, const char *kind)
{
	arena_reset(flight->arena);
	id_make(store_clock(s), store_random(s), flight->key);
	flight->command = (struct command){.kind = kind,
	        .key = strcmp(kind, "case") == 0 ? text_from(flight->key) : TEXT_NONE,
	        .arena = flight->arena,
	        .done = land,
	        .done_host = f};
	struct errinfo e = {0};
	if (store_submit(s, &flight->command, &e) != OK) {
		fprintf(stderr, "%s\n", e.message);
		exit(1);
	}
}

static void wait_for_all(struct field *f, long sent)
{
	pthread_mutex_lock(&f->mutex);
	while (f->done < sent)
		pthread_cond_wait(&f->landed, &f->mutex);
	pthread_mutex_unlock(&f->mutex);
}

static double run(struct store *s, const char *kind, int together, int seconds)
{
	struct field f = {.done = 0};
	struct flight *flights = calloc((size_t)together, sizeof *flights);
	check(flights);
	pthread_mutex_init(&f.mutex, NULL);
	pthread_cond_init(&f.landed, NULL);
	for (int i = 0; i < together; i++) {
		flights[i].arena = arena_new(0);
		flights[i].next_free = f.free;
		f.free = &flights[i];
	}
	int64_t start_ms = monotonic_ms(), until_ms = start_ms + seconds * 1000;
	long sent = 0;
	for (; monotonic_ms() < until_ms; sent++)
		send(s, &f, next_flight(&f), kind);
	wait_for_all(&f, sent);
	double rate = (double)sent * 1000 / (double)(monotonic_ms() - start_ms);
	for (int i = 0; i < together; i++)
		arena_free(flights[i].arena);
	free(flights);
	return rate;
}

static struct store *open_store(const char *dir, const char *key, int batch)
{
	struct store_migrations own = migrations_embedded(SQL_DATABASE_MAIN);
	struct store_migration *all = calloc(own.count + 1, sizeof *all);
	struct store *s;
	struct errinfo e = {0};
	check(all);
	memcpy(all, own.items, own.count * sizeof *all);
	all[own.count] = (struct store_migration){9999, "9999_bench.sql", table};
	const struct store_options o = {.dir = dir,
	        .master_key = key,
	        .create = true,
	        .batch_max = batch,
	        .more = statements,
	        .more_count = 1,
	        .migrations = {all, own.count + 1}};
	if (store_open(&o, &s, &e) != OK) {
		fprintf(stderr, "%s\n", e.message);
		exit(1);
	}
	free(all);
	store_register(s, kinds, 2, NULL);
	check(store_start(s, NULL) == OK);
	return s;
}

static void remove_files(const char *dir)
{
	DIR *d = opendir(dir);
	for (struct dirent *at; d && (at = readdir(d));) {
		char path[STORE_PATH_MAX];
		int len = snprintf(path, sizeof path, "%s/%s", dir, at->d_name);
		if (at->d_name[0] != '.' && len < (int)sizeof path && unlink(path) != 0) {
			remove_files(path);
			rmdir(path);
		}
	}
	if (d)
		closedir(d);
}

static void measure(const char *dir, const char *kind, int batch, int seconds, double syncs)
{
	char data[STORE_PATH_MAX / 4], key[STORE_PATH_MAX / 4];
	snprintf(data, sizeof data, "%s/%s-%d", dir, kind, batch);
	snprintf(key, sizeof key, "%s/%s-%d.key", dir, kind, batch);
	struct store *s = open_store(data, key, batch);
	double rate = run(s, kind, batch == 1 ? 1 : 2 * batch, seconds);
	struct store_counts counts = store_counts(s);
	printf("%-5s %5d %12.0f %12.1f %14.0f %8.0f %%\n", kind, batch, rate,
	        (double)counts.commands / (double)counts.batches, syncs * batch,
	        100 * rate / (syncs * batch));
	fflush(stdout);
	store_close(s);
}

int main(int argc, char **argv)
{
	static const int batches[] = {1, 16, 128};
	char dir[STORE_PATH_MAX / 8];
	int64_t seconds = 3;
	snprintf(dir, sizeof dir, "%s/amtsweg-bench-XXXXXX", argc > 1 ? argv[1] : "/tmp");
	if (!mkdtemp(dir) || (argc > 2 && !text_int(text_from(argv[2]), &seconds))) {
		fprintf(stderr, "usage: store [DIRECTORY] [SECONDS]\n");
		return 2;
	}
	double before = probe(dir, 1);
	printf("fdatasync probe: %.0f/s\n", before);
	printf("kind  batch   commands/s   per commit   N x probe    of it\n");
	for (size_t i = 0; i < 3; i++)
		measure(dir, "row", batches[i], (int)seconds, before);
	for (size_t i = 0; i < 3; i++)
		measure(dir, "case", batches[i], (int)seconds, before);
	printf("fdatasync probe again: %.0f/s\n", probe(dir, 1));
	remove_files(dir);
	rmdir(dir);
	return 0;
}
