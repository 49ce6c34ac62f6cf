/* Static files: read at start, sent from memory. One hash over all of them stands in every
 * address, so that a browser may keep them for ever and relative addresses in stylesheets work. */
#include "web/web_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ASSETS_MAX = 500, ASSET_SIZE_MAX = 8 << 20 };

static const char *media_of(struct text name)
{
	static const struct {
		const char *end, *media;
	} known[] = {
	        {".css", "text/css; charset=utf-8"},
	        {".js", "text/javascript; charset=utf-8"},
	        {".woff2", "font/woff2"},
	        {".svg", "image/svg+xml"},
	        {".png", "image/png"},
	        {".ico", "image/x-icon"},
	        {".txt", "text/plain; charset=utf-8"},
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (text_ends(name, text_from(known[i].end)))
			return known[i].media;
	return NULL;
}

static enum err read_bytes(const char *path, char **out, size_t *size, struct errinfo *e)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0 || st.st_size > ASSET_SIZE_MAX) {
		if (fd >= 0)
			close(fd);
		return fail(e, ERR_IO, "%s: %s", path, fd < 0 ? strerror(errno) : "too large");
	}
	*size = (size_t)st.st_size;
	*out = malloc(*size + 1);
	check(*out != NULL);
	size_t got = 0;
	for (ssize_t n = 1; got < *size && n > 0; got += n > 0 ? (size_t)n : 0)
		n = read(fd, *out + got, *size - got);
	close(fd);
	if (got == *size)
		return OK;
	free(*out);
	return fail(e, ERR_IO, "%s: cannot be read", path);
}

/* The response is shared by all requests; headers are complete here. */
static struct MHD_Response *make_response(const char *media, char *bytes, size_t size,
        enum MHD_ResponseMemoryMode mode, const char *cache, const char *etag)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(size, bytes, mode);
	check(r != NULL);
	MHD_add_response_header(r, "Content-Type", media);
	MHD_add_response_header(r, "Cache-Control", cache);
	MHD_add_response_header(r, "ETag", etag);
	MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(r, "Content-Security-Policy", "default-src 'none'");
	return r;
}

struct file {
	struct text name;
	char *bytes;
	size_t size;
};

struct files {
	struct file *items;
	size_t count, cap;
};

static enum err collect(struct web_server *s, const char *dir, const char *below,
        struct files *files, struct errinfo *e)
{
	struct text path = text_format(s->arena, "%s%s%s", dir, *below ? "/" : "", below);
	DIR *d = opendir(path.ptr);
	if (!d)
		return fail(e, ERR_NOT_FOUND, "%s: %s", path.ptr, strerror(errno));
	enum err code = OK;
	for (struct dirent *entry; code == OK && (entry = readdir(d));) {
		struct stat st;
		struct text name =
		        text_format(s->arena, "%s%s%s", below, *below ? "/" : "", entry->d_name);
		struct text full = text_format(s->arena, "%s/%s", dir, name.ptr);
		if (entry->d_name[0] == '.' || stat(full.ptr, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode) && !*below) {
			code = collect(s, dir, name.ptr, files, e);
		} else if (S_ISREG(st.st_mode) && media_of(name) && files->count < ASSETS_MAX) {
			struct file *f =
			        ARENA_PUSH(s->arena, files->items, files->count, files->cap);
			f->name = name;
			code = read_bytes(full.ptr, &f->bytes, &f->size, e);
		}
	}
	closedir(d);
	return code;
}

static int by_name(const void *a, const void *b)
{
	return text_cmp(((const struct file *)a)->name, ((const struct file *)b)->name);
}

static void hash_tree(struct web_server *s, const struct files *files)
{
	crypto_generichash_state state;
	unsigned char hash[16];
	crypto_generichash_init(&state, NULL, 0, sizeof hash);
	for (size_t i = 0; i < files->count; i++) {
		const struct file *f = &files->items[i];
		crypto_generichash_update(
		        &state, (const unsigned char *)f->name.ptr, f->name.len + 1);
		crypto_generichash_update(&state, (const unsigned char *)f->bytes, f->size);
	}
	crypto_generichash_final(&state, hash, sizeof hash);
	hex_put(s->assets.tree, hash, 6);
	snprintf(s->assets.etag, sizeof s->assets.etag, "\"%s\"", s->assets.tree);
}

enum err assets_load(struct web_server *s, const char *dir, struct errinfo *e)
{
	struct files files = {0};
	enum err code = collect(s, dir, "", &files, e);
	if (files.count)
		qsort(files.items, files.count, sizeof *files.items, by_name);
	hash_tree(s, &files);
	for (size_t i = 0; i < files.count; i++) {
		const struct file *f = &files.items[i];
		struct web_asset *a =
		        ARENA_PUSH(s->arena, s->assets.items, s->assets.count, s->assets.cap);
		const char *media = media_of(f->name);
		a->name = f->name;
		a->size = f->size;
		a->address =
		        text_format(s->arena, "/static/%s/%.*s", s->assets.tree, TEXT_ARG(f->name));
		a->fresh = make_response(media, f->bytes, f->size, MHD_RESPMEM_MUST_FREE,
		        "public, max-age=31536000, immutable", s->assets.etag);
		a->stale = make_response(media, f->bytes, f->size, MHD_RESPMEM_PERSISTENT,
		        "no-cache", s->assets.etag);
	}
	return code;
}

void assets_free(struct web_server *s)
{
	for (size_t i = 0; i < s->assets.count; i++) {
		MHD_destroy_response(s->assets.items[i].stale);
		MHD_destroy_response(s->assets.items[i].fresh);
	}
}

static const struct web_asset *find_asset(const struct web_server *s, struct text name)
{
	for (size_t i = 0; i < s->assets.count; i++)
		if (text_eq(s->assets.items[i].name, name))
			return &s->assets.items[i];
	return NULL;
}

struct text assets_address(void *server, struct text name)
{
	const struct web_asset *a = find_asset(server, name);
	return a ? a->address : TEXT_NONE;
}

enum err asset_handle(struct web_request *r, struct errinfo *e)
{
	struct web_server *s = r->server;
	struct text folder = web_param(r, "folder"), name = web_param(r, "name");
	if (folder.len)
		name = text_format(r->arena, "%.*s/%.*s", TEXT_ARG(folder), TEXT_ARG(name));
	const struct web_asset *a = find_asset(s, name);
	if (!a)
		return fail(e, ERR_NOT_FOUND, "no static file of this name");
	bool present = text_is(web_param(r, "tree"), s->assets.tree);
	struct MHD_Response *response = present ? a->fresh : a->stale;
	if (text_is(web_header(r, "If-None-Match"), s->assets.etag)) {
		response = make_response("text/plain", NULL, 0, MHD_RESPMEM_PERSISTENT,
		        present ? "public, max-age=31536000, immutable" : "no-cache",
		        s->assets.etag);
		respond_with(call_of(r), 304, response, 0);
		return OK;
	}
	respond_shared(call_of(r), 200, response, a->size);
	return OK;
}
