/* Lock records and in_force.json. */
#include "service/shelf.h"

#include "base/digest.h"

enum { RECORD_MAX = 64 << 10, FORCE_MAX = 16 << 20 };

struct text lock_record_write(struct arena *a, const struct lock_record *r)
{
	struct buf b;
	buf_init(&b, RECORD_MAX);
	struct json_out o = json_out(&b);
	json_out_object(&o);
	json_out_name(&o, "format");
	json_out_int(&o, 1);
	json_out_name(&o, "service");
	json_out_text(&o, r->service);
	json_out_name(&o, "version");
	json_out_text(&o, r->version);
	json_out_name(&o, "authority");
	json_out_text(&o, r->authority);
	json_out_name(&o, "parts");
	json_out_object(&o);
	for (int i = 0; i < PART_COUNT; i++) {
		if (!r->parts[i].len)
			continue;
		json_out_name(&o, part_names[i]);
		json_out_text(&o, r->parts[i]);
	}
	json_out_end(&o);
	json_out_end(&o);
	buf_add_byte(&b, '\n');
	struct text out = buf_copy(&b, a);
	buf_free(&b);
	return out;
}

static enum err corrupt(struct errinfo *e, struct text where, const char *what)
{
	fail(e, ERR_CORRUPT, "%s", what);
	return fail_at(e, where.ptr, 0);
}

enum err lock_record_read(struct arena *a, const char *root, struct text lock,
        struct lock_record *out, struct errinfo *e)
{
	if (!digest_is_hex(lock))
		return fail(e, ERR_NOT_FOUND, "no such lock");
	struct text path = text_format(a, "%s/locks/%.*s.json", root, TEXT_ARG(lock)), bytes;
	const struct json *j;
	TRY(folder_read_file(a, path.ptr, RECORD_MAX, &bytes, e));
	if (json_parse(a, bytes, path.ptr, &j, NULL) != OK)
		return corrupt(e, path, "the lock cannot be read");
	*out = (struct lock_record){
	        .lock = text_copy(a, lock),
	        .service = json_text(j, "service"),
	        .version = json_text(j, "version"),
	        .authority = json_text(j, "authority"),
	};
	for (int i = 0; i < PART_COUNT; i++)
		out->parts[i] = json_text(json_get(j, "parts"), part_names[i]);
	if (!text_eq(lock_of_hashes(a, out->parts), lock))
		return corrupt(e, path, "the lock does not fit its name");
	return OK;
}

/* in_force.json -------------------------------------------------------------------------------- */

static void write_line(struct json_out *o, const struct force_line *l, const char *what)
{
	json_out_object(o);
	if (l->service.len) {
		json_out_name(o, "service");
		json_out_text(o, l->service);
	}
	if (l->authority.len) {
		json_out_name(o, "authority");
		json_out_text(o, l->authority);
	}
	json_out_name(o, what);
	json_out_text(o, l->hash);
	json_out_end(o);
}

struct text force_write(struct arena *a, const struct force *f)
{
	struct buf b;
	buf_init(&b, FORCE_MAX);
	struct json_out o = json_out(&b);
	json_out_object(&o);
	json_out_name(&o, "format");
	json_out_int(&o, 1);
	json_out_name(&o, "routing");
	json_out_text(&o, f->routing);
	json_out_name(&o, "law");
	json_out_text(&o, f->law);
	json_out_name(&o, "authorities");
	json_out_array(&o);
	for (size_t i = 0; i < f->authority_count; i++)
		write_line(&o, &f->authorities[i], "part");
	json_out_end(&o);
	json_out_name(&o, "locks");
	json_out_array(&o);
	for (size_t i = 0; i < f->count; i++)
		write_line(&o, &f->lines[i], "lock");
	json_out_end(&o);
	json_out_end(&o);
	buf_add_byte(&b, '\n');
	struct text out = buf_copy(&b, a);
	buf_free(&b);
	return out;
}

static struct force_line *read_lines(
        struct arena *a, const struct json *j, const char *list, const char *what, size_t *count)
{
	const struct json *items = json_items(j, list, count);
	struct force_line *out = ARENA_ARRAY(a, *count, struct force_line);
	for (size_t i = 0; i < *count; i++)
		out[i] = (struct force_line){
		        .service = json_text(&items[i], "service"),
		        .authority = json_text(&items[i], "authority"),
		        .hash = json_text(&items[i], what),
		};
	return out;
}

enum err force_read(struct arena *a, const char *root, struct force *out, struct errinfo *e)
{
	struct text path = text_format(a, "%s/in_force.json", root), bytes;
	struct errinfo missing = {0};
	const struct json *j;
	*out = (struct force){0};
	enum err code = folder_read_file(a, path.ptr, FORCE_MAX, &bytes, &missing);
	if (code == ERR_NOT_FOUND)
		return OK;
	if (code != OK) {
		fail(e, code, "%s", missing.message);
		return fail_at(e, path.ptr, 0);
	}
	if (json_parse(a, bytes, path.ptr, &j, NULL) != OK || json_int(j, "format", 0) != 1)
		return corrupt(e, path, "what is in force cannot be read");
	out->routing = json_text(j, "routing");
	out->law = json_text(j, "law");
	out->lines = read_lines(a, j, "locks", "lock", &out->count);
	out->cap = out->count;
	out->authorities = read_lines(a, j, "authorities", "part", &out->authority_count);
	out->authority_cap = out->authority_count;
	return OK;
}

const struct force_line *force_find(const struct force *f, struct text service, struct text ags)
{
	for (size_t i = 0; i < f->count; i++)
		if (text_eq(f->lines[i].service, service) && text_eq(f->lines[i].authority, ags))
			return &f->lines[i];
	return NULL;
}

const struct force_line *force_authority(const struct force *f, struct text ags)
{
	for (size_t i = 0; i < f->authority_count; i++)
		if (text_eq(f->authorities[i].authority, ags))
			return &f->authorities[i];
	return NULL;
}
