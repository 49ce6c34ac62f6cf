/* authority.json and routing.json. */
#include "service/library.h"

static bool ags_fits(struct text t, size_t least, size_t most)
{
	for (size_t i = 0; i < t.len; i++)
		if (t.ptr[i] < '0' || t.ptr[i] > '9')
			return false;
	return t.len >= least && t.len <= most;
}

static void wrong(
        const struct document *d, const struct path *at, const char *code, struct text value)
{
	FOUND(d->findings, SERVICE_ERROR, document_spot(d, at), code, WORD("value", value));
}

static struct service_local local_of(const struct json *j, const char *name)
{
	return (struct service_local){json_get(j, name)};
}

static struct service_unit unit_of(struct text service, const struct json *j)
{
	return (struct service_unit){
	        .service = service,
	        .name = local_of(j, "name"),
	        .street = json_text(j, "street"),
	        .postcode = json_text(j, "postcode"),
	        .city = json_text(j, "city"),
	        .phone = json_text(j, "phone"),
	        .mail = json_text(j, "mail"),
	        .web = json_text(j, "web"),
	        .hours = local_of(j, "hours"),
	};
}

static void fill_gap(struct text *t, struct text from)
{
	if (!t->len)
		*t = from;
}

/* A unit at the same address; an own street brings its own postcode and city. */
static void fill_gaps(struct service_unit *u, const struct service_unit *office)
{
	if (!u->street.len) {
		fill_gap(&u->postcode, office->postcode);
		fill_gap(&u->city, office->city);
	}
	fill_gap(&u->street, office->street);
	fill_gap(&u->postcode, office->postcode);
	fill_gap(&u->city, office->city);
	fill_gap(&u->phone, office->phone);
	fill_gap(&u->mail, office->mail);
	fill_gap(&u->web, office->web);
	fill_gap(&u->remedy_address, office->remedy_address);
	if (!u->hours.value)
		u->hours = office->hours;
}

static const struct service_unit *read_units(
        struct arena *a, const struct json *j, const struct service_unit *office, size_t *count)
{
	const struct json *units = json_get(j, "units");
	*count = units ? units->count : 0;
	struct service_unit *out = ARENA_ARRAY(a, *count, struct service_unit);
	for (size_t i = 0; i < *count; i++) {
		out[i] = unit_of(units->members[i].name, &units->members[i].value);
		out[i].remedy_address = json_text(json_get(j, "remedy"), "*");
		const struct json *own = json_get_text(json_get(j, "remedy"), out[i].service);
		if (own)
			out[i].remedy_address = own->text;
		fill_gaps(&out[i], office);
	}
	return out;
}

static void read_place(const struct document *d, struct arena *a, const struct json *j,
        const struct path *at, struct service_place *out)
{
	size_t count;
	const struct json *codes = json_items(j, "postcodes", &count);
	struct text *list = ARENA_ARRAY(a, count, struct text);
	*out = (struct service_place){.ags = json_text(j, "ags"),
	        .name = json_text(j, "name"),
	        .postcodes = list,
	        .postcode_count = count};
	if (!ags_fits(out->ags, 8, 8))
		wrong(d, &(struct path){.up = at, .name = TEXT("ags")}, "bad_ags", out->ags);
	for (size_t i = 0; i < count; i++) {
		list[i] = codes[i].text;
		if (!ags_fits(list[i], 5, 5))
			wrong(d, &(struct path){.up = at, .name = TEXT("postcodes")},
			        "bad_postcode", list[i]);
	}
}

static const struct service_place *read_places(
        const struct document *d, struct arena *a, size_t *count)
{
	const struct json *items = json_items(d->root, "places", count);
	struct path up = {.name = TEXT("places")};
	if (*count > SERVICE_PLACES_MAX) {
		wrong(d, &up, "too_many", text_format(a, "%d", SERVICE_PLACES_MAX));
		*count = SERVICE_PLACES_MAX;
	}
	struct service_place *out = ARENA_ARRAY(a, *count, struct service_place);
	for (size_t i = 0; i < *count; i++) {
		struct path at = {.up = &up, .index = i};
		read_place(d, a, &items[i], &at, &out[i]);
	}
	return out;
}

static const struct text *texts_of(
        struct arena *a, const struct json *j, const char *name, size_t *count)
{
	const struct json *items = json_items(j, name, count);
	struct text *out = ARENA_ARRAY(a, *count, struct text);
	for (size_t i = 0; i < *count; i++)
		out[i] = items[i].text;
	return out;
}

struct service_authority *authority_read(
        struct arena *a, const struct folder *d, struct service_findings *f)
{
	const struct folder_file *file = folder_find_z(d, "authority.json");
	struct spot spot = {.package = d->name, .file = TEXT("authority.json")};
	struct document doc;
	size_t errors = f->errors;
	if (!file) {
		FOUND(f, SERVICE_ERROR, spot, "file_missing", WORD("path", spot.file));
		return NULL;
	}
	if (!schema_read_document(a, f, d->name, spot.file, file->bytes, &doc) ||
	        !document_check(&doc, &shape_authority))
		return NULL;
	struct service_authority *x = ARENA_NEW(a, struct service_authority);
	const struct json *seat = json_get(doc.root, "seat");
	x->ags = json_text(doc.root, "ags");
	x->name = local_of(doc.root, "name");
	x->short_name =
	        local_of(doc.root, json_get(doc.root, "short_name") ? "short_name" : "name");
	x->case_prefix = json_text(doc.root, "case_prefix");
	x->languages = texts_of(a, doc.root, "languages", &x->language_count);
	x->seat.ags = seat ? json_text(seat, "ags") : x->ags;
	x->seat.part = json_text(seat, "part");
	x->office = unit_of(TEXT("*"), json_get(doc.root, "contact"));
	x->office.remedy_address = json_text(json_get(doc.root, "remedy"), "*");
	x->units = read_units(a, doc.root, &x->office, &x->unit_count);
	x->places = read_places(&doc, a, &x->place_count);
	x->hash = folder_of(a, x->ags, spot.file, file->bytes).hash;
	if (!ags_fits(x->ags, 5, 12) || !ags_fits(x->seat.ags, 8, 8))
		wrong(&doc, &(struct path){.name = TEXT("ags")}, "bad_ags", x->ags);
	if (!text_eq(x->ags, d->name))
		FOUND(f, SERVICE_ERROR, document_spot(&doc, &(struct path){.name = TEXT("ags")}),
		        "id_not_folder", WORD("id", x->ags), WORD("folder", d->name));
	return f->errors == errors ? x : NULL;
}

const struct service_unit *service_authority_unit(
        const struct service_authority *x, struct text service)
{
	const struct service_unit *any = &x->office;
	for (size_t i = 0; i < x->unit_count; i++) {
		if (text_eq(x->units[i].service, service))
			return &x->units[i];
		if (text_is(x->units[i].service, "*"))
			any = &x->units[i];
	}
	return any;
}

/* Routing ------------------------------------------------------------------------------------ */

/* Rows name places too: those no authority of ours serves can be found and answered. */
static void read_row(const struct document *d, struct arena *a, const struct json *j,
        const struct path *at, struct service_route_rule *rule, struct service_place *place)
{
	*rule = (struct service_route_rule){.ags = json_text(j, "ags"),
	        .service = json_text(j, "service"),
	        .authority = json_text(j, "authority"),
	        .body = local_of(j, "body"),
	        .text = local_of(j, "text")};
	*place = (struct service_place){.ags = rule->ags, .name = json_text(j, "place")};
	place->postcodes = texts_of(a, j, "postcodes", &place->postcode_count);
	if (!ags_fits(rule->ags, 0, 8))
		wrong(d, &(struct path){.up = at, .name = TEXT("ags")}, "bad_ags", rule->ags);
	for (size_t i = 0; i < place->postcode_count; i++)
		if (!ags_fits(place->postcodes[i], 5, 5))
			wrong(d, &(struct path){.up = at, .name = TEXT("postcodes")},
			        "bad_postcode", place->postcodes[i]);
}

bool routing_read(
        struct arena *a, struct text bytes, struct service_findings *f, struct routing *out)
{
	struct document doc;
	size_t errors = f->errors, count;
	*out = (struct routing){0};
	if (!bytes.len)
		return true;
	if (!schema_read_document(a, f, TEXT("authorities"), TEXT("routing.json"), bytes, &doc) ||
	        !document_check(&doc, &shape_routing))
		return false;
	const struct json *items = json_items(doc.root, "rows", &count);
	struct path up = {.name = TEXT("rows")};
	if (count > SERVICE_PLACES_MAX) {
		wrong(&doc, &up, "too_many", text_format(a, "%d", SERVICE_PLACES_MAX));
		return false;
	}
	struct service_route_rule *rules = ARENA_ARRAY(a, count, struct service_route_rule);
	struct service_place *places = ARENA_ARRAY(a, count, struct service_place);
	for (size_t i = 0; i < count; i++) {
		struct path at = {.up = &up, .index = i};
		read_row(&doc, a, &items[i], &at, &rules[i], &places[out->place_count]);
		out->place_count += places[out->place_count].ags.len == 8 &&
		                    places[out->place_count].name.len > 0;
	}
	out->rules = rules;
	out->rule_count = count;
	out->places = places;
	return f->errors == errors;
}
