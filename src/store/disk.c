/* Files and directories, with the calls a test may replace. */
#include "store/store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum err disk_fail(const char *what, const char *path, struct errinfo *e)
{
	bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
	enum err err = fail(e, full ? ERR_FULL : ERR_IO, "%s: %s", what, strerror(errno));
	fail_at(e, path, 0);
	return err;
}

void store_path(const struct store *s, char out[STORE_PATH_MAX], const char *format, ...)
{
	int start = snprintf(out, STORE_PATH_MAX, "%s/", s->dir);
	check(start > 0 && start < STORE_PATH_MAX);
	va_list args;
	va_start(args, format);
	int len = vsnprintf(out + start, (size_t)(STORE_PATH_MAX - start), format, args);
	va_end(args);
	check(len >= 0 && len < STORE_PATH_MAX - start);
}

enum err disk_write(struct store *s, int fd, struct text bytes, const char *path, struct errinfo *e)
{
	while (bytes.len) {
		ssize_t done = s->disk.write ? s->disk.write(s->disk.self, fd, bytes.ptr, bytes.len)
		                             : write(fd, bytes.ptr, bytes.len);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return disk_fail("write", path, e);
		bytes = text_part(bytes, (size_t)done, bytes.len);
	}
	return OK;
}

enum err disk_sync(struct store *s, int fd, const char *path, struct errinfo *e)
{
	int code = s->disk.sync ? s->disk.sync(s->disk.self, fd) : fsync(fd);
	return code == 0 ? OK : disk_fail("fsync", path, e);
}

enum err disk_sync_directory(struct store *s, const char *path, struct errinfo *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return disk_fail("open", path, e);
	enum err err = disk_sync(s, fd, path, e);
	close(fd);
	return err;
}

enum err disk_make_directory(struct store *s, const char *path, struct errinfo *e)
{
	if (mkdir(path, 0700) != 0)
		return errno == EEXIST ? OK : disk_fail("mkdir", path, e);
	char parent[STORE_PATH_MAX];
	snprintf(parent, sizeof parent, "%s/..", path);
	return disk_sync_directory(s, parent, e);
}
