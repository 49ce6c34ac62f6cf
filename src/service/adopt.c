/* An authority takes a service over: overlay and service become an adoption. */
#include "service/library.h"

struct folder overlay_folder(struct arena *a, struct text bytes)
{
	return folder_of(a, TEXT("overlay"), TEXT("overlay.json"), bytes);
}

/* "^1", "^1.2", "1.2.0": the same major version and not older, or exactly this one. */
static bool numbers(struct text t, int64_t out[3])
{
	struct text piece;
	int count = 0;
	out[0] = out[1] = out[2] = 0;
	while (text_split(&t, '.', &piece))
		if (count == 3 || !text_int(piece, &out[count++]))
			return false;
	return count > 0;
}

static bool in_range(struct text version, struct text range)
{
	bool caret = text_starts(range, TEXT("^"));
	int64_t have[3], want[3];
	if (!numbers(version, have) || !numbers(text_part(range, caret, range.len), want))
		return false;
	for (int i = 0; i < 3; i++) {
		if (have[i] == want[i])
			continue;
		return caret && i > 0 && have[i] > want[i];
	}
	return true;
}

static void head_check(const struct document *d, const struct service *s,
        const struct service_authority *authority)
{
	struct path of = {.name = TEXT("for")}, who = {.name = TEXT("authority")};
	struct path range = {.name = TEXT("range")};
	struct text wanted = json_text(d->root, "range");
	if (!text_eq(json_text(d->root, "for"), s->id))
		FOUND(d->findings, SERVICE_ERROR, document_spot(d, &of), "overlay_for",
		        WORD("value", json_text(d->root, "for")), WORD("service", s->id));
	if (!text_eq(json_text(d->root, "authority"), authority->ags))
		FOUND(d->findings, SERVICE_ERROR, document_spot(d, &who), "overlay_authority",
		        WORD("value", json_text(d->root, "authority")),
		        WORD("authority", authority->ags));
	if (wanted.len && !in_range(s->version, wanted))
		FOUND(d->findings, SERVICE_ERROR, document_spot(d, &range), "overlay_range",
		        WORD("range", wanted), WORD("version", s->version));
}

static const struct service_adoption *finish(struct arena *a, const struct service *s,
        const struct service_authority *authority, const struct document *d,
        struct service_findings *f, struct text lock)
{
	struct service_adoption *x = ARENA_NEW(a, struct service_adoption);
	struct spot otherwise = {.package = s->id, .file = TEXT("service.json")};
	size_t errors = f->errors;
	x->service = s;
	x->authority = authority;
	x->unit = service_authority_unit(authority, s->id);
	x->lock = lock;
	x->slots = slots_fill(a, s, d, f, otherwise);
	return f->errors == errors ? x : NULL;
}

static struct text overlay_lock(struct arena *a, const struct service *s, struct text hash)
{
	struct text hashes[PART_COUNT];
	for (int i = 0; i < PART_COUNT; i++)
		hashes[i] = s->parts[i];
	hashes[PART_OVERLAY] = hash;
	return lock_of_hashes(a, hashes);
}

const struct service_adoption *adoption_make(struct arena *a, const struct service *s,
        const struct service_authority *authority, const struct folder *overlay, struct text file,
        struct service_findings *f)
{
	if (!overlay)
		return finish(a, s, authority, NULL, f, s->lock);
	struct document d;
	size_t errors = f->errors;
	if (!schema_read_document(a, f, authority->ags, file, overlay->files[0].bytes, &d) ||
	        !document_check(&d, &shape_overlay))
		return NULL;
	head_check(&d, s, authority);
	const struct service_adoption *x =
	        finish(a, s, authority, &d, f, overlay_lock(a, s, overlay->hash));
	return f->errors == errors ? x : NULL;
}

enum err service_adopt(struct arena *a, const struct service *s,
        const struct service_authority *authority, const struct json *overlay,
        struct service_findings *f, const struct service_adoption **out, struct errinfo *e)
{
	*out = NULL;
	if (overlay) {
		struct buf b;
		buf_init(&b, JSON_SIZE_MAX);
		json_write_pretty(&b, overlay);
		struct folder d = overlay_folder(a, buf_copy(&b, a));
		buf_free(&b);
		*out = adoption_make(a, s, authority, &d, TEXT("overlay.json"), f);
	} else {
		*out = adoption_make(a, s, authority, NULL, TEXT_NONE, f);
	}
	if (!*out)
		return fail(
		        e, ERR_INVALID, "the values do not fit the slots of %.*s", TEXT_ARG(s->id));
	return OK;
}

/* The municipality an authority stands for: the one with its seat, else its first. */
static const struct service_place *own_place(const struct service_authority *x)
{
	for (size_t i = 0; i < x->place_count; i++)
		if (text_eq(x->places[i].ags, x->seat.ags))
			return &x->places[i];
	return x->place_count ? &x->places[0] : NULL;
}

struct feel_value service_place_value(struct arena *a, const struct service_adoption *x)
{
	const struct service_place *place = own_place(x->authority);
	struct text name = place ? place->name : x->authority->office.city;
	struct feel_context_builder b = feel_context_begin(a);
	feel_context_set(&b, TEXT("ags"), feel_string(place ? place->ags : x->authority->seat.ags));
	feel_context_set(&b, TEXT("name"), feel_string(name));
	return feel_context_end(&b);
}
