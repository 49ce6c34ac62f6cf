#include "format/html_int.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct html_set *html_new(struct arena *a, const char *dir, const struct texts *texts,
        const char *frame_name, const struct html_type *frame)
{
	struct html_set *s = ARENA_NEW(a, struct html_set);
	s->arena = a;
	s->dir = dir;
	s->texts = texts;
	s->frame_name = frame_name;
	s->frame = frame;
	return s;
}

void html_set_asset(
        struct html_set *s, struct text (*address)(void *self, struct text name), void *self)
{
	s->asset = address;
	s->asset_self = self;
}

static struct html_file *push_file(struct html_set *s, struct text name)
{
	struct html_file *f = ARENA_PUSH(s->arena, s->files, s->file_count, s->file_cap);
	f->name = text_copy(s->arena, name);
	return f;
}

void html_add_file(struct html_set *s, struct text name, struct text content)
{
	push_file(s, name)->content = text_copy(s->arena, content);
}

/* Lower case, digits, - _ and / between: never a path out of the folder. */
static bool name_allowed(struct text name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		bool letter =
		        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
		bool slash = c == '/' && i > 0 && i + 1 < name.len && name.ptr[i - 1] != '/';
		if (!letter && !slash)
			return false;
	}
	return name.len > 0 && name.len < 200;
}

static enum err read_whole(
        struct html_set *s, int fd, const char *path, struct text *out, struct errinfo *e)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return fail(e, ERR_IO, "%s: %s", path, strerror(errno));
	if (st.st_size > HTML_FILE_MAX)
		return fail(e, ERR_LIMIT, "%s: larger than %d bytes", path, HTML_FILE_MAX);
	size_t size = (size_t)st.st_size, got = 0;
	char *bytes = arena_alloc(s->arena, size);
	while (got < size) {
		ssize_t n = read(fd, bytes + got, size - got);
		if (n <= 0)
			return fail(e, ERR_IO, "%s: cannot be read", path);
		got += (size_t)n;
	}
	*out = (struct text){bytes, got};
	return utf8_valid(*out) ? OK : fail(e, ERR_INVALID, "%s: not UTF-8", path);
}

enum err html_file(
        struct html_set *s, struct text name, const struct html_file **out, struct errinfo *e)
{
	for (size_t i = 0; i < s->file_count; i++) {
		*out = &s->files[i];
		if (text_eq(s->files[i].name, name))
			return OK;
	}
	if (!name_allowed(name))
		return fail(e, ERR_INVALID, "'%.*s' is no name of a template", TEXT_ARG(name));
	if (!s->dir)
		return fail(e, ERR_NOT_FOUND, "there is no template %.*s", TEXT_ARG(name));
	struct text path = text_format(s->arena, "%s/%.*s.html", s->dir, TEXT_ARG(name));
	int fd = open(path.ptr, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(e, ERR_NOT_FOUND, "%s: %s", path.ptr, strerror(errno));
	struct text content;
	enum err code = read_whole(s, fd, path.ptr, &content, e);
	close(fd);
	TRY(code);
	struct html_file *f = push_file(s, name);
	f->content = content;
	*out = f;
	return OK;
}
