/* multipart/form-data as it arrives. What is not understood yet waits in f->raw, which is
 * never longer than a part's head or one delimiter. */
#include "web/form.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RAW_MAX = 256 << 10 }; /* a piece from the socket and what waited before it */

static bool boundary_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("'()+_,-./:=? ", c));
}

/* The value of a parameter of a header, quotes removed; false when it is absent. */
static bool header_param(struct text header, const char *name, struct text *out)
{
	size_t len = strlen(name);
	for (size_t at = 0; (at = text_find(header, TEXT(";"), at)) != SIZE_MAX;) {
		at++;
		while (at < header.len && (header.ptr[at] == ' ' || header.ptr[at] == '\t'))
			at++;
		struct text rest = text_part(header, at, header.len);
		bool quoted = rest.len > len + 1 && rest.ptr[len + 1] == '"';
		bool ours = rest.len > len && rest.ptr[len] == '=' &&
		            text_is(text_part(rest, 0, len), name);
		if (ours && quoted) {
			size_t end = text_find(rest, TEXT("\""), len + 2);
			*out = text_part(rest, len + 2, end == SIZE_MAX ? rest.len : end);
			return end != SIZE_MAX;
		}
		if (ours) {
			size_t end = text_find(rest, TEXT(";"), 0);
			*out = text_trim(
			        text_part(rest, len + 1, end == SIZE_MAX ? rest.len : end));
			return true;
		}
		/* a quoted value may hold semicolons */
		size_t quote = text_find(rest, TEXT("=\""), 0),
		       next = text_find(rest, TEXT(";"), 0);
		if (quote != SIZE_MAX && quote < next) {
			size_t end = text_find(rest, TEXT("\""), quote + 2);
			if (end == SIZE_MAX)
				return false;
			at += end;
		}
	}
	return false;
}

enum err multipart_begin(struct form *f, struct text content_type, struct errinfo *e)
{
	struct text b;
	if (!header_param(content_type, "boundary", &b) || b.len == 0 || b.len > FORM_BOUNDARY_MAX)
		return fail(e, ERR_INVALID, "multipart without a boundary of 1 to 70 characters");
	for (size_t i = 0; i < b.len; i++)
		if (!boundary_char(b.ptr[i]))
			return fail(e, ERR_INVALID, "multipart with a bad boundary");
	memcpy(f->boundary, "\r\n--", 4);
	memcpy(f->boundary + 4, b.ptr, b.len);
	f->boundary_len = b.len + 4;
	buf_init(&f->raw, RAW_MAX);
	buf_init(&f->value, WEB_FIELD_VALUE_MAX);
	buf_add(&f->raw, TEXT("\r\n")); /* the first delimiter has no line end before it */
	return OK;
}

/* Parts ------------------------------------------------------------------------------------- */

/* Browsers write " CR LF in names as %22 %0D %0A (WHATWG HTML, multipart encoding). */
static struct text part_text(struct arena *a, struct text t)
{
	char *copy = arena_alloc(a, t.len);
	size_t len = 0;
	for (size_t i = 0; i < t.len; i++) {
		struct text code = text_part(t, i, i + 3 < t.len ? i + 3 : t.len);
		bool quote = text_is(code, "%22"),
		     line = text_is(code, "%0A") || text_is(code, "%0D");
		copy[len++] = quote ? '"' : line ? ' ' : t.ptr[i];
		i += quote || line ? 2 : 0;
	}
	return (struct text){copy, len};
}

static struct text last_name(struct text path)
{
	size_t from = path.len;
	while (from > 0 && path.ptr[from - 1] != '/' && path.ptr[from - 1] != '\\')
		from--;
	return text_part(path, from, path.len);
}

static enum err open_upload(struct form *f, struct errinfo *e)
{
	char path[512];
	enum { RANDOM = 6 }; /* letters mkstemp replaces */
	if (f->file_max == 0)
		return OK;
	int len = snprintf(
	        path, sizeof path - RANDOM, "%s/amtsweg-", f->tmp_dir ? f->tmp_dir : "/tmp");
	if (len < 0 || (size_t)len >= sizeof path - RANDOM)
		return fail(e, ERR_LIMIT, "the path of the folder for uploads is too long");
	memset(path + len, 'X', RANDOM);
	path[len + RANDOM] = '\0';
	f->upload.fd = mkstemp(path);
	if (f->upload.fd < 0)
		return fail(
		        e, errno == ENOSPC ? ERR_FULL : ERR_IO, "%s: %s", path, strerror(errno));
	unlink(path);
	return OK;
}

static bool name_is(struct arena *a, struct text line, const char *name, struct text *value)
{
	size_t colon = text_find(line, TEXT(":"), 0);
	if (colon == SIZE_MAX || !text_is(text_lower(a, text_part(line, 0, colon)), name))
		return false;
	*value = text_trim(text_part(line, colon + 1, line.len));
	return true;
}

static enum err begin_part(struct form *f, struct text head, struct errinfo *e)
{
	struct text line, value, disposition = TEXT_NONE, media = TEXT_NONE, name, filename;
	while (text_split(&head, '\n', &line)) {
		if (name_is(f->arena, line, "content-disposition", &value))
			disposition = value;
		else if (name_is(f->arena, line, "content-type", &value))
			media = value;
	}
	if (!utf8_valid(disposition) || !utf8_valid(media) ||
	        memchr(disposition.ptr ? disposition.ptr : "", 0, disposition.len))
		return fail(e, ERR_INVALID, "the head of a part is not UTF-8");
	if (!header_param(disposition, "name", &name))
		return fail(e, ERR_INVALID, "a part has no name");
	if (name.len > WEB_FIELD_NAME_MAX || media.len > WEB_FIELD_NAME_MAX)
		return fail(e, ERR_LIMIT, "the name of a field is too long");
	f->part_name = part_text(f->arena, name);
	f->state = FORM_VALUE;
	f->value_over = false;
	buf_clear(&f->value);
	if (!header_param(disposition, "filename", &filename))
		return OK;
	f->state = FORM_FILE;
	filename = last_name(part_text(f->arena, filename));
	if (filename.len > WEB_FIELD_NAME_MAX * 2)
		filename = text_part(filename, filename.len - WEB_FIELD_NAME_MAX, filename.len);
	f->upload = (struct web_upload){.field = f->part_name,
	        .filename = filename,
	        .media = text_copy(f->arena, media),
	        .fd = -1};
	f->no_file = filename.len == 0;
	if (f->upload_count == WEB_FILES_MAX)
		return fail(e, ERR_LIMIT, "more than %d files", WEB_FILES_MAX);
	return f->no_file ? OK : open_upload(f, e);
}

static enum err add_to_file(struct form *f, struct text bytes, struct errinfo *e)
{
	struct web_upload *u = &f->upload;
	u->size += bytes.len;
	if (f->no_file)
		return OK;
	if (u->size > f->file_max && !u->too_large) {
		u->too_large = f->too_large = true;
		if (u->fd >= 0)
			close(u->fd);
		u->fd = -1;
	}
	while (u->fd >= 0 && bytes.len) {
		ssize_t n = write(u->fd, bytes.ptr, bytes.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(e, errno == ENOSPC ? ERR_FULL : ERR_IO, "upload: %s",
			        strerror(errno));
		bytes = text_part(bytes, (size_t)n, bytes.len);
	}
	return OK;
}

static enum err add_to_part(struct form *f, struct text bytes, struct errinfo *e)
{
	if (f->state == FORM_FILE)
		return add_to_file(f, bytes, e);
	f->text_used += bytes.len;
	if (f->text_used > f->text_max)
		f->value_over = f->too_large = true;
	if (!f->value_over)
		buf_add(&f->value, bytes);
	if (f->value.over)
		f->value_over = f->too_large = true;
	return OK;
}

static enum err end_part(struct form *f, struct errinfo *e)
{
	if (f->state == FORM_VALUE)
		return f->value_over ? OK : form_add_field(f, f->part_name, buf_text(&f->value), e);
	if (f->no_file && f->upload.size == 0)
		return OK;
	if (f->upload.fd >= 0 && lseek(f->upload.fd, 0, SEEK_SET) != 0)
		return fail(e, ERR_IO, "upload: %s", strerror(errno));
	*ARENA_PUSH(f->arena, f->uploads, f->upload_count, f->upload_cap) = f->upload;
	f->upload = (struct web_upload){.fd = -1};
	return OK;
}

/* The stream ---------------------------------------------------------------------------------- */

static void consume(struct form *f, size_t count)
{
	memmove(f->raw.ptr, f->raw.ptr + count, f->raw.len - count);
	f->raw.len -= count;
	f->raw.ptr[f->raw.len] = '\0';
}

/* Bytes up to the next delimiter belong to the part (or are skipped before the first). */
static enum err take_content(struct form *f, bool *more, struct errinfo *e)
{
	struct text raw = buf_text(&f->raw), delimiter = {f->boundary, f->boundary_len};
	size_t at = text_find(raw, delimiter, 0);
	size_t sure = at != SIZE_MAX ? at : raw.len > delimiter.len ? raw.len - delimiter.len : 0;
	bool part = f->state != FORM_PREAMBLE;
	if (part && sure)
		TRY(add_to_part(f, text_part(raw, 0, sure), e));
	*more = at != SIZE_MAX;
	if (*more && part)
		TRY(end_part(f, e));
	if (*more)
		f->state = FORM_DELIMITER;
	consume(f, sure + (*more ? delimiter.len : 0));
	return OK;
}

/* "--" ends the body, a line end begins a part. */
static enum err take_delimiter(struct form *f, bool *more, struct errinfo *e)
{
	struct text raw = buf_text(&f->raw);
	size_t at = 0;
	while (at < raw.len && (raw.ptr[at] == ' ' || raw.ptr[at] == '\t'))
		at++;
	*more = raw.len >= at + 2;
	if (at > 100)
		return fail(e, ERR_INVALID, "multipart: no line end after the boundary");
	if (!*more)
		return OK;
	struct text two = text_part(raw, at, at + 2);
	if (text_is(two, "--")) {
		f->state = FORM_EPILOGUE;
	} else if (text_is(two, "\r\n")) {
		f->state = FORM_HEAD;
	} else {
		return fail(e, ERR_INVALID, "multipart: no line end after the boundary");
	}
	/* the line end stays: a head without lines is CR LF CR LF, too */
	consume(f, f->state == FORM_HEAD ? at : at + 2);
	return OK;
}

static enum err take_head(struct form *f, bool *more, struct errinfo *e)
{
	struct text raw = buf_text(&f->raw);
	size_t end = text_find(raw, TEXT("\r\n\r\n"), 0);
	*more = end != SIZE_MAX;
	if ((*more ? end : raw.len) > FORM_PART_HEAD_MAX)
		return fail(e, ERR_LIMIT, "the head of a part is too long");
	if (!*more)
		return OK;
	struct text head = text_copy(f->arena, text_part(raw, 0, end));
	consume(f, end + 4);
	return begin_part(f, head, e);
}

static enum err take_raw(struct form *f, struct errinfo *e)
{
	bool more = true;
	while (more) {
		switch (f->state) {
		case FORM_PREAMBLE:
		case FORM_VALUE:
		case FORM_FILE: TRY(take_content(f, &more, e)); break;
		case FORM_DELIMITER: TRY(take_delimiter(f, &more, e)); break;
		case FORM_HEAD: TRY(take_head(f, &more, e)); break;
		case FORM_EPILOGUE: consume(f, f->raw.len); more = false;
		}
	}
	return OK;
}

enum err multipart_feed(struct form *f, struct text bytes, struct errinfo *e)
{
	while (bytes.len) {
		size_t room = RAW_MAX - f->raw.len;
		size_t take = bytes.len < room ? bytes.len : room;
		buf_add(&f->raw, text_part(bytes, 0, take));
		bytes = text_part(bytes, take, bytes.len);
		TRY(take_raw(f, e));
	}
	return OK;
}

enum err multipart_finish(struct form *f, struct errinfo *e)
{
	if (f->state != FORM_EPILOGUE)
		return fail(e, ERR_INVALID, "multipart: the body ends before its last boundary");
	return OK;
}
