/* Writing what must survive a power cut: content, then name, then directory. */
#include "service/shelf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FINGERPRINT_DEPTH = 8, FINGERPRINT_FILES = 1000000 };

static enum err disk_fail(struct errinfo *e, const char *path)
{
	int why = errno;
	bool full = why == ENOSPC || why == EDQUOT;
	fail(e, full ? ERR_FULL : ERR_IO, "%s", strerror(why));
	return fail_at(e, path, 0);
}

enum err disk_make_dirs(const char *path, struct errinfo *e)
{
	char part[4096];
	size_t len = strlen(path);
	if (len >= sizeof part)
		return fail(e, ERR_LIMIT, "path is too long");
	memcpy(part, path, len + 1);
	for (size_t i = 1; i <= len; i++) {
		if (part[i] != '/' && part[i] != '\0')
			continue;
		char kept = part[i];
		part[i] = '\0';
		if (mkdir(part, 0700) != 0 && errno != EEXIST)
			return disk_fail(e, part);
		part[i] = kept;
	}
	return OK;
}

static enum err sync_dir(const char *path, struct errinfo *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return disk_fail(e, path);
	enum err code = fsync(fd) == 0 ? OK : disk_fail(e, path);
	close(fd);
	return code;
}

static enum err write_bytes(int fd, struct text bytes, const char *path, struct errinfo *e)
{
	size_t done = 0;
	while (done < bytes.len) {
		ssize_t n = write(fd, bytes.ptr + done, bytes.len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return disk_fail(e, path);
		done += (size_t)n;
	}
	return fsync(fd) == 0 ? OK : disk_fail(e, path);
}

static enum err write_file(const char *path, struct text bytes, struct errinfo *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return disk_fail(e, path);
	enum err code = write_bytes(fd, bytes, path, e);
	if (close(fd) != 0 && code == OK)
		code = disk_fail(e, path);
	return code;
}

enum err shelf_disk_write(const char *dir, struct text name, struct text bytes, struct errinfo *e)
{
	char path[4096], fresh[4096];
	int a = snprintf(path, sizeof path, "%s/%.*s", dir, TEXT_ARG(name));
	int b = snprintf(fresh, sizeof fresh, "%s/%.*s.new", dir, TEXT_ARG(name));
	if (a < 0 || b < 0 || (size_t)b >= sizeof fresh)
		return fail(e, ERR_LIMIT, "path is too long");
	TRY(write_file(fresh, bytes, e));
	if (rename(fresh, path) != 0)
		return disk_fail(e, path);
	return sync_dir(dir, e);
}

/* The directory of a path below `dir`, made if it is missing, and synced afterwards. */
static enum err write_below(
        struct arena *a, struct text dir, const struct folder_file *f, struct errinfo *e)
{
	struct text path = text_format(a, "%.*s/%.*s", TEXT_ARG(dir), TEXT_ARG(f->path));
	size_t cut = path.len;
	while (path.ptr[cut - 1] != '/')
		cut--;
	char *above = text_z(a, text_part(path, 0, cut - 1));
	TRY(disk_make_dirs(above, e));
	TRY(write_file(path.ptr, f->bytes, e));
	return sync_dir(above, e);
}

/* A folder that was left behind by a crash has a subset of the same files: it is written
 * again. Directories between are synced by write_below of their first file's parents. */
enum err disk_write_part(
        struct arena *a, const char *root, const struct folder *d, struct errinfo *e)
{
	struct stat s;
	struct text parts = text_format(a, "%s/parts", root);
	struct text to = text_format(a, "%s/parts/%.*s", root, TEXT_ARG(d->hash));
	struct text fresh = text_format(a, "%s/new/%.*s", root, TEXT_ARG(d->hash));
	if (stat(to.ptr, &s) == 0)
		return OK;
	TRY(disk_make_dirs(fresh.ptr, e));
	for (size_t i = 0; i < d->count; i++)
		TRY(write_below(a, fresh, &d->files[i], e));
	TRY(sync_dir(fresh.ptr, e));
	if (rename(fresh.ptr, to.ptr) != 0)
		return disk_fail(e, to.ptr);
	return sync_dir(parts.ptr, e);
}

/* Changes ------------------------------------------------------------------------------------- */

struct print {
	uint64_t sum;
	int files;
};

static void mix(struct print *p, const void *bytes, size_t size)
{
	uint64_t h = text_hash((struct text){bytes, size});
	p->sum = (p->sum ^ h) * 0x100000001b3u;
}

/* Order of names in a directory is the disk's: entries are added, not chained. */
static void print_dir(struct print *p, const char *path, int depth)
{
	DIR *d = depth < FINGERPRINT_DEPTH ? opendir(path) : NULL;
	uint64_t all = 0;
	if (!d)
		return;
	for (struct dirent *x = readdir(d); x && p->files < FINGERPRINT_FILES; x = readdir(d)) {
		struct stat s;
		char below[4096];
		int len = snprintf(below, sizeof below, "%s/%s", path, x->d_name);
		if (x->d_name[0] == '.' || len < 0 || (size_t)len >= sizeof below ||
		        lstat(below, &s) != 0)
			continue;
		struct print one = {.sum = 1};
		int64_t facts[] = {(int64_t)s.st_size, (int64_t)s.st_mtim.tv_sec,
		        (int64_t)s.st_mtim.tv_nsec, (int64_t)s.st_ino};
		mix(&one, x->d_name, strlen(x->d_name));
		if (S_ISDIR(s.st_mode))
			print_dir(&one, below, depth + 1);
		else
			mix(&one, facts, sizeof facts);
		all += one.sum;
		p->files += 1 + one.files;
	}
	closedir(d);
	mix(p, &all, sizeof all);
}

uint64_t disk_fingerprint(const struct service_sources *from)
{
	struct print p = {.sum = 1};
	print_dir(&p, from->services, 0);
	if (from->authorities)
		print_dir(&p, from->authorities, 0);
	return p.sum;
}
