/* Folders: read whole, within limits, without following links; the content hash. */
#include "service/folder.h"

#include "base/digest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDER_DEPTH_MAX = 8, FOLDER_NAMES_MAX = 20000 };

static int compare_text(const void *x, const void *y)
{
	return text_cmp(*(const struct text *)x, *(const struct text *)y);
}

static enum err disk_error(struct errinfo *e, const char *path)
{
	int why = errno;
	fail(e, why == ENOENT || why == ENOTDIR ? ERR_NOT_FOUND : ERR_IO, "%s", strerror(why));
	return fail_at(e, path, 0);
}

enum err folder_list(struct arena *a, const char *dir, bool directories, struct text **out,
        size_t *count, struct errinfo *e)
{
	DIR *d = opendir(dir);
	if (!d)
		return disk_error(e, dir);
	size_t cap = 0;
	*out = NULL;
	*count = 0;
	for (struct dirent *x = readdir(d); x && *count < FOLDER_NAMES_MAX; x = readdir(d)) {
		struct stat s;
		if (x->d_name[0] == '.' ||
		        fstatat(dirfd(d), x->d_name, &s, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (directories ? S_ISDIR(s.st_mode) : S_ISREG(s.st_mode))
			*ARENA_PUSH(a, *out, *count, cap) = text_copy(a, text_from(x->d_name));
	}
	closedir(d);
	if (*count > 1)
		qsort(*out, *count, sizeof **out, compare_text);
	return OK;
}

static enum err read_all(
        struct arena *a, int fd, const char *path, size_t max, struct text *out, struct errinfo *e)
{
	struct stat s;
	if (fstat(fd, &s) != 0)
		return disk_error(e, path);
	if (!S_ISREG(s.st_mode)) {
		fail(e, ERR_INVALID, "no regular file");
		return fail_at(e, path, 0);
	}
	if ((uint64_t)s.st_size > max) {
		fail(e, ERR_LIMIT, "larger than %zu bytes", max);
		return fail_at(e, path, 0);
	}
	size_t size = (size_t)s.st_size, have = 0;
	char *bytes = arena_alloc(a, size + 1);
	while (have < size) {
		ssize_t got = read(fd, bytes + have, size - have);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return disk_error(e, path);
		if (got == 0)
			break;
		have += (size_t)got;
	}
	*out = (struct text){bytes, have};
	return OK;
}

enum err folder_read_file(
        struct arena *a, const char *path, size_t max, struct text *out, struct errinfo *e)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ELOOP) {
		fail(e, ERR_INVALID, "symbolic links are not allowed");
		return fail_at(e, path, 0);
	}
	if (fd < 0)
		return disk_error(e, path);
	enum err code = read_all(a, fd, path, max, out, e);
	close(fd);
	return code;
}

/* Walking ----------------------------------------------------------------------------------- */

struct walk {
	struct arena *a;
	struct folder *folder;
	struct service_findings *f;
	struct errinfo *e;
	uint64_t bytes;
	bool broken;
};

static struct spot spot_of(const struct walk *w, struct text path)
{
	return (struct spot){.package = w->folder->name, .file = path};
}

static void refuse(struct walk *w, struct text path, const char *code)
{
	w->broken = true;
	FOUND(w->f, SERVICE_ERROR, spot_of(w, path), code, WORD("path", path));
}

static bool name_fits(struct text name)
{
	if (name.len == 0 || name.ptr[0] == '.')
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		            (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '@';
		if (!fine)
			return false;
	}
	return true;
}

static enum err walk_dir(struct walk *w, struct text below, int depth);

static enum err walk_file(struct walk *w, struct text path, off_t size)
{
	struct folder *d = w->folder;
	if (d->count >= SERVICE_FILES_MAX) {
		if (!w->broken)
			refuse(w, TEXT_NONE, "too_many_files");
		return OK;
	}
	w->bytes += (uint64_t)size;
	if (w->bytes > SERVICE_BYTES_MAX) {
		if (!w->broken)
			refuse(w, path, "too_large");
		return OK;
	}
	struct text whole = text_format(w->a, "%.*s/%.*s", TEXT_ARG(d->dir), TEXT_ARG(path));
	struct text bytes;
	TRY(folder_read_file(w->a, whole.ptr, SERVICE_BYTES_MAX, &bytes, w->e));
	*ARENA_PUSH(w->a, d->files, d->count, d->cap) = (struct folder_file){path, bytes};
	return OK;
}

static enum err walk_entry(struct walk *w, int dir, const char *name, struct text below, int depth)
{
	struct text path = below.len ? text_format(w->a, "%.*s/%s", TEXT_ARG(below), name)
	                             : text_copy(w->a, text_from(name));
	struct stat s;
	if (fstatat(dir, name, &s, AT_SYMLINK_NOFOLLOW) != 0)
		return disk_error(w->e, path.ptr);
	if (!name_fits(text_from(name)) || path.len > SERVICE_PATH_MAX) {
		refuse(w, path, "bad_path");
		return OK;
	}
	if (S_ISDIR(s.st_mode))
		return walk_dir(w, path, depth + 1);
	if (S_ISREG(s.st_mode))
		return walk_file(w, path, s.st_size);
	refuse(w, path, S_ISLNK(s.st_mode) ? "link" : "no_file");
	return OK;
}

static enum err walk_dir(struct walk *w, struct text below, int depth)
{
	if (depth > FOLDER_DEPTH_MAX) {
		refuse(w, below, "too_deep");
		return OK;
	}
	struct text whole = text_format(w->a, "%.*s%s%.*s", TEXT_ARG(w->folder->dir),
	        below.len ? "/" : "", TEXT_ARG(below));
	DIR *d = opendir(whole.ptr);
	if (!d)
		return disk_error(w->e, whole.ptr);
	enum err code = OK;
	int seen = 0;
	for (struct dirent *x = readdir(d); x && code == OK; x = readdir(d)) {
		if (strcmp(x->d_name, ".") == 0 || strcmp(x->d_name, "..") == 0)
			continue;
		if (++seen > FOLDER_NAMES_MAX)
			break;
		code = walk_entry(w, dirfd(d), x->d_name, below, depth);
	}
	closedir(d);
	return code;
}

static int compare_file(const void *x, const void *y)
{
	const struct folder_file *a = x, *b = y;
	return text_cmp(a->path, b->path);
}

enum err folder_read(struct arena *a, const char *dir, struct text name, struct service_findings *f,
        struct folder *out, struct errinfo *e)
{
	*out = (struct folder){.name = text_copy(a, name), .dir = text_format(a, "%s", dir)};
	struct walk w = {.a = a, .folder = out, .f = f, .e = e};
	TRY(walk_dir(&w, TEXT_NONE, 0));
	if (out->count > 1)
		qsort(out->files, out->count, sizeof *out->files, compare_file);
	if (!w.broken)
		out->hash = folder_hash(a, out->files, out->count);
	return OK;
}

struct folder folder_of(struct arena *a, struct text name, struct text path, struct text bytes)
{
	struct folder d = {.name = name};
	*ARENA_PUSH(a, d.files, d.count, d.cap) = (struct folder_file){path, bytes};
	d.hash = folder_hash(a, d.files, d.count);
	return d;
}

const struct folder_file *folder_find(const struct folder *d, struct text path)
{
	for (size_t i = 0; d && i < d->count; i++)
		if (text_eq(d->files[i].path, path))
			return &d->files[i];
	return NULL;
}

const struct folder_file *folder_find_z(const struct folder *d, const char *path)
{
	return folder_find(d, text_from(path));
}

struct text folder_hash(struct arena *a, const struct folder_file *files, size_t count)
{
	struct digest d;
	digest_begin(&d);
	for (size_t i = 0; i < count; i++) {
		if (text_is(files[i].path, "signature.json"))
			continue;
		struct text size = text_format(a, "%zu", files[i].bytes.len);
		digest_add(&d, files[i].path);
		digest_add(&d, (struct text){"\0", 1});
		digest_add(&d, size);
		digest_add(&d, (struct text){"\0", 1});
		digest_add(&d, digest_hex(a, files[i].bytes));
		digest_add(&d, TEXT("\n"));
	}
	return digest_end_hex(a, &d);
}
