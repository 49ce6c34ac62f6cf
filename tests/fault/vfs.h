/* A SQLite VFS that fails on demand: from the n-th write, sync or read of amtsweg.db on (or only
 * that one) with the code that was asked for. For tests; included by one file. */
#ifndef FAULT_VFS_H
#define FAULT_VFS_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum fault_on { FAULT_WRITES = 1, FAULT_SYNCS = 2, FAULT_READS = 4 };

struct fault_plan {
	pthread_mutex_t mutex;
	int on;      /* which operations count */
	long at;     /* the one that fails, 1 = the next; 0 = none */
	int code;    /* SQLITE_FULL, SQLITE_IOERR_WRITE ... */
	int forever; /* also all after it */
	long seen;
	long hits;
};

struct fault_vfs {
	sqlite3_vfs base;
	sqlite3_vfs *real;
	struct fault_plan plan;
};

struct fault_file {
	sqlite3_file base;
	struct fault_vfs *vfs;
	int counted; /* the main database and its log */
	sqlite3_file *real;
};

static inline int fault_now(struct fault_file *f, int on)
{
	struct fault_plan *p = &f->vfs->plan;
	int code = SQLITE_OK;
	pthread_mutex_lock(&p->mutex);
	if (p->at && f->counted && (p->on & on)) {
		p->seen++;
		if (p->seen == p->at || (p->forever && p->seen > p->at)) {
			p->hits++;
			code = p->code;
		}
	}
	pthread_mutex_unlock(&p->mutex);
	return code;
}

static inline void fault_arm(struct fault_vfs *v, int on, long at, int code, int forever)
{
	pthread_mutex_lock(&v->plan.mutex);
	v->plan.on = on;
	v->plan.at = at;
	v->plan.code = code;
	v->plan.forever = forever;
	v->plan.seen = 0;
	v->plan.hits = 0;
	pthread_mutex_unlock(&v->plan.mutex);
}

/* How often it failed. */
static inline long fault_disarm(struct fault_vfs *v)
{
	pthread_mutex_lock(&v->plan.mutex);
	long hits = v->plan.hits;
	v->plan.at = 0;
	pthread_mutex_unlock(&v->plan.mutex);
	return hits;
}

#define FAULT_REAL(file) (((struct fault_file *)(file))->real)
#define FAULT_CALL(file, method, ...)                                                              \
	(FAULT_REAL(file)->pMethods->method(FAULT_REAL(file), __VA_ARGS__))

static inline int fault_close(sqlite3_file *file)
{
	return FAULT_REAL(file)->pMethods->xClose(FAULT_REAL(file));
}

static inline int fault_read(sqlite3_file *file, void *out, int size, sqlite3_int64 at)
{
	int code = fault_now((struct fault_file *)file, FAULT_READS);
	return code == SQLITE_OK ? FAULT_CALL(file, xRead, out, size, at) : SQLITE_IOERR_READ;
}

static inline int fault_write(sqlite3_file *file, const void *in, int size, sqlite3_int64 at)
{
	int code = fault_now((struct fault_file *)file, FAULT_WRITES);
	return code == SQLITE_OK ? FAULT_CALL(file, xWrite, in, size, at) : code;
}

static inline int fault_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	return FAULT_CALL(file, xTruncate, size);
}

static inline int fault_sync(sqlite3_file *file, int flags)
{
	int code = fault_now((struct fault_file *)file, FAULT_SYNCS);
	return code == SQLITE_OK ? FAULT_CALL(file, xSync, flags) : SQLITE_IOERR_FSYNC;
}

static inline int fault_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return FAULT_CALL(file, xFileSize, size);
}

static inline int fault_lock(sqlite3_file *file, int lock)
{
	return FAULT_CALL(file, xLock, lock);
}

static inline int fault_unlock(sqlite3_file *file, int lock)
{
	return FAULT_CALL(file, xUnlock, lock);
}

static inline int fault_check_lock(sqlite3_file *file, int *out)
{
	return FAULT_CALL(file, xCheckReservedLock, out);
}

static inline int fault_control(sqlite3_file *file, int op, void *arg)
{
	return FAULT_CALL(file, xFileControl, op, arg);
}

static inline int fault_sector(sqlite3_file *file)
{
	return FAULT_REAL(file)->pMethods->xSectorSize(FAULT_REAL(file));
}

static inline int fault_device(sqlite3_file *file)
{
	return FAULT_REAL(file)->pMethods->xDeviceCharacteristics(FAULT_REAL(file));
}

static inline int fault_shm_map(
        sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
	return FAULT_CALL(file, xShmMap, page, size, extend, out);
}

static inline int fault_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	return FAULT_CALL(file, xShmLock, offset, n, flags);
}

static inline void fault_shm_barrier(sqlite3_file *file)
{
	FAULT_REAL(file)->pMethods->xShmBarrier(FAULT_REAL(file));
}

static inline int fault_shm_unmap(sqlite3_file *file, int delete)
{
	return FAULT_CALL(file, xShmUnmap, delete);
}

/* Version 2: with shared memory for WAL, without mmap, which could not fail. */
static const sqlite3_io_methods fault_methods = {
        .iVersion = 2,
        .xClose = fault_close,
        .xRead = fault_read,
        .xWrite = fault_write,
        .xTruncate = fault_truncate,
        .xSync = fault_sync,
        .xFileSize = fault_size,
        .xLock = fault_lock,
        .xUnlock = fault_unlock,
        .xCheckReservedLock = fault_check_lock,
        .xFileControl = fault_control,
        .xSectorSize = fault_sector,
        .xDeviceCharacteristics = fault_device,
        .xShmMap = fault_shm_map,
        .xShmLock = fault_shm_lock,
        .xShmBarrier = fault_shm_barrier,
        .xShmUnmap = fault_shm_unmap,
};

static inline int fault_open(
        sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
	struct fault_vfs *v = (struct fault_vfs *)vfs;
	struct fault_file *f = (struct fault_file *)file;
	*f = (struct fault_file){.vfs = v, .real = (sqlite3_file *)(f + 1)};
	f->counted = name && strstr(name, "amtsweg.db") != NULL;
	int code = v->real->xOpen(v->real, name, f->real, flags, out);
	if (f->real->pMethods)
		f->base.pMethods = &fault_methods;
	return code;
}

/* Register under the name "fault". */
static inline void fault_register(struct fault_vfs *v)
{
	v->real = sqlite3_vfs_find(NULL);
	v->base = *v->real;
	v->base.zName = "fault";
	v->base.pNext = NULL;
	v->base.szOsFile = (int)sizeof(struct fault_file) + v->real->szOsFile;
	v->base.xOpen = fault_open;
	v->plan = (struct fault_plan){.at = 0};
	pthread_mutex_init(&v->plan.mutex, NULL);
	sqlite3_vfs_register(&v->base, 0);
}

#endif
