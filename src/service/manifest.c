/* service.json into a struct service. The shape was checked before: here values get their
 * meaning, and references inside the file are followed. */
#include "service/package.h"

#include <string.h>

static const char *const event_names[] = {
        [SERVICE_SUBMITTED] = "submitted",
        [SERVICE_COMPLETE] = "complete",
        [SERVICE_REQUESTED] = "requested",
        [SERVICE_EFFECT] = "effect",
        [SERVICE_PAID] = "paid",
        [SERVICE_CLOSED] = "closed",
};
static const char *const silent_names[] = {"none", "remind", "refuse", "deemed", "withdrawn"};
static const char *const letter_names[] = {"receipt", "request", "reminder", "notice", "info"};

const char *service_event_name(enum service_event event)
{
	return event_names[event];
}

const char *service_letter_kind_name(enum service_letter_kind kind)
{
	return letter_names[kind];
}

static int word_index(struct text t, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (text_is(t, names[i]))
			return (int)i;
	return -1;
}

bool service_event_parse(struct text t, enum service_event *out)
{
	int i = word_index(t, event_names, SERVICE_EVENT_COUNT);
	if (i < 0)
		return false;
	*out = (enum service_event)i;
	return true;
}

/* Reading ----------------------------------------------------------------------------------- */

struct reader {
	struct package *p;
	const struct json *root;
};

static struct spot spot(const struct reader *r, const struct path *at)
{
	return document_spot(&r->p->manifest, at);
}

static void wrong(
        const struct reader *r, const struct path *at, const char *code, struct text value)
{
	FOUND(r->p->f, SERVICE_ERROR, spot(r, at), code, WORD("value", value));
}

static void too_many(const struct reader *r, const struct path *at)
{
	wrong(r, at, "too_many", text_format(r->p->a, "%d", SERVICE_ITEMS_MAX));
}

static const struct text *text_list(struct arena *a, const struct json *j, size_t *count)
{
	*count = json_is(j, JSON_ARRAY) ? j->count : 0;
	struct text *list = ARENA_ARRAY(a, *count, struct text);
	for (size_t i = 0; i < *count; i++)
		list[i] = j->items[i].text;
	return list;
}

/* The members of an object below the root, at most SERVICE_ITEMS_MAX. */
static size_t members(const struct reader *r, const char *name, const struct json_member **out)
{
	const struct json *j = json_get(r->root, name);
	*out = j ? j->members : NULL;
	if (!j || j->count <= SERVICE_ITEMS_MAX)
		return j ? j->count : 0;
	too_many(r, &(struct path){.name = text_from(name)});
	return SERVICE_ITEMS_MAX;
}

static void need_law(const struct reader *r, const struct path *at, struct text id)
{
	if (id.len && !service_find_law(r->p->s, id))
		wrong(r, at, "law_unknown", id);
}

static void read_laws(const struct reader *r)
{
	size_t count;
	const struct json *items = json_items(r->root, "law", &count);
	struct path list = {.name = TEXT("law")};
	if (count > SERVICE_ITEMS_MAX) {
		too_many(r, &list);
		count = SERVICE_ITEMS_MAX;
	}
	struct service_law *laws = ARENA_ARRAY(r->p->a, count, struct service_law);
	r->p->s->laws = laws;
	for (size_t i = 0; i < count; i++) {
		struct text id = json_text(&items[i], "id");
		if (service_find_law(r->p->s, id))
			wrong(r, &(struct path){.up = &list, .index = i}, "twice", id);
		laws[i] = (struct service_law){
		        .id = id,
		        .cite = json_text(&items[i], "cite"),
		        .kind = json_text(&items[i], "kind"),
		        .checked = json_bool(&items[i], "checked", true),
		};
		r->p->s->law_count = i + 1;
	}
}

static void read_roles(const struct reader *r)
{
	const struct json_member *m;
	size_t count = members(r, "roles", &m);
	struct service_role *roles = ARENA_ARRAY(r->p->a, count, struct service_role);
	for (size_t i = 0; i < count; i++) {
		roles[i].id = m[i].name;
		roles[i].except = json_text(&m[i].value, "not");
		roles[i].may =
		        text_list(r->p->a, json_get(&m[i].value, "may"), &roles[i].may_count);
	}
	r->p->s->roles = roles;
	r->p->s->role_count = count;
	struct path up = {.name = TEXT("roles")};
	for (size_t i = 0; i < count; i++) {
		struct path role = {.up = &up, .name = roles[i].id};
		struct path not = {.up = &role, .name = TEXT("not")};
		if (!is_plain_name(roles[i].id))
			wrong(r, &role, "bad_name", roles[i].id);
		if (roles[i].except.len && !service_find_role(r->p->s, roles[i].except))
			wrong(r, &not, "role_unknown", roles[i].except);
	}
}

static void read_deadline(const struct reader *r, const struct json_member *m,
        const struct path *at, struct service_deadline *out)
{
	*out = (struct service_deadline){.id = m->name, .law = json_text(&m->value, "law")};
	struct errinfo e = {0};
	struct path length = {.up = at, .name = TEXT("length")};
	struct path law = {.up = at, .name = TEXT("law")};
	struct text shift = json_text(&m->value, "shift");
	struct text silent = json_text(&m->value, "silent");
	if (!is_plain_name(m->name))
		wrong(r, at, "bad_name", m->name);
	check(service_event_parse(json_text(&m->value, "event"), &out->event));
	if (law_length_parse(json_text(&m->value, "length"), &out->length, &e) != OK)
		wrong(r, &length, "bad_length", json_text(&m->value, "length"));
	if (shift.len)
		check(law_shift_parse(shift, &out->shift));
	if (silent.len)
		out->silent = (enum service_silent)word_index(silent, silent_names, 5);
	need_law(r, &law, out->law);
}

static void read_deadlines(const struct reader *r)
{
	const struct json_member *m;
	size_t count = members(r, "deadlines", &m);
	struct service_deadline *out = ARENA_ARRAY(r->p->a, count, struct service_deadline);
	struct path up = {.name = TEXT("deadlines")};
	for (size_t i = 0; i < count; i++)
		read_deadline(r, &m[i], &(struct path){.up = &up, .name = m[i].name}, &out[i]);
	r->p->s->deadlines = out;
	r->p->s->deadline_count = count;
}

static void read_letters(const struct reader *r)
{
	const struct json_member *m;
	size_t count = members(r, "letters", &m);
	struct service_letter *out = ARENA_ARRAY(r->p->a, count, struct service_letter);
	struct path up = {.name = TEXT("letters")};
	for (size_t i = 0; i < count; i++) {
		struct path at = {.up = &up, .name = m[i].name};
		int kind = word_index(
		        json_text(&m[i].value, "kind"), letter_names, SERVICE_LETTER_KIND_COUNT);
		out[i].id = m[i].name;
		out[i].kind = (enum service_letter_kind)kind;
		out[i].free = text_list(r->p->a, json_get(&m[i].value, "free"), &out[i].free_count);
		out[i].path = text_format(r->p->a, "letters/%.*s.typ", TEXT_ARG(m[i].name));
		if (!is_plain_name(m[i].name))
			wrong(r, &at, "bad_name", m[i].name);
		if (!folder_find(r->p->folder, out[i].path))
			FOUND(r->p->f, SERVICE_ERROR, spot(r, &at), "letter_without_file",
			        WORD("letter", m[i].name), WORD("path", out[i].path));
	}
	r->p->s->letters = out;
	r->p->s->letter_count = count;
}

static void read_purposes(const struct reader *r)
{
	const struct json_member *m;
	size_t count = members(r, "privacy", &m);
	struct service_purpose *out = ARENA_ARRAY(r->p->a, count, struct service_purpose);
	struct path up = {.name = TEXT("privacy")};
	for (size_t i = 0; i < count; i++) {
		struct path at = {.up = &up, .name = m[i].name};
		out[i].id = m[i].name;
		out[i].basis = json_text(&m[i].value, "basis");
		out[i].recipients = text_list(
		        r->p->a, json_get(&m[i].value, "recipients"), &out[i].recipient_count);
		out[i].keep = json_text(&m[i].value, "keep");
		need_law(r, &(struct path){.up = &at, .name = TEXT("basis")}, out[i].basis);
	}
	r->p->s->purposes = out;
	r->p->s->purpose_count = count;
}

static enum law_procedure procedure_of(enum law_regime regime)
{
	return regime == LAW_SOCIAL ? LAW_SOCIAL_ADMIN : LAW_GENERAL;
}

static void read_delivery(const struct reader *r)
{
	const struct json *j = json_get(r->root, "deliver");
	struct service_delivery *d = &r->p->s->delivery;
	struct text procedure = json_text(j, "procedure"), shift = json_text(j, "announce_shift");
	struct path up = {.name = TEXT("deliver")};
	check(law_regime_parse(json_text(j, "regime"), &d->regime));
	d->procedure = procedure_of(d->regime);
	if (procedure.len)
		check(law_procedure_parse(procedure, &d->procedure));
	if (shift.len)
		check(law_shift_parse(shift, &d->announce_shift));
	size_t count;
	const struct json *items = json_items(j, "channels", &count);
	for (size_t i = 0; i < count && i < 4; i++)
		d->channels[d->channel_count++] =
		        text_is(items[i].text, "post") ? SERVICE_POST : SERVICE_MAILBOX;
	if (count == 0 || count > 4)
		wrong(r, &(struct path){.up = &up, .name = TEXT("channels")}, "bad_count",
		        text_format(r->p->a, "%zu", count));
	d->remedy = json_text(j, "remedy");
	const struct service_deadline *remedy = service_find_deadline(r->p->s, d->remedy);
	struct path at = {.up = &up, .name = TEXT("remedy")};
	if (d->remedy.len && !remedy)
		wrong(r, &at, "deadline_unknown", d->remedy);
	else if (remedy && remedy->event != SERVICE_EFFECT)
		wrong(r, &at, "remedy_event", text_from(service_event_name(remedy->event)));
}

static void read_filing(const struct reader *r)
{
	const struct json *j = json_get(r->root, "file");
	struct service_filing *f = &r->p->s->filing;
	struct text archive = json_text(j, "archive");
	int64_t years = json_int(j, "retention_years", 0);
	f->plan = json_text(j, "plan");
	f->from = json_text(j, "from");
	f->from_year_end = json_bool(j, "year_end", false);
	f->archive = archive.len ? archive.ptr[0] : '\0';
	f->retention_years = years >= 0 && years <= 100 ? (int)years : 0;
	struct path up = {.name = TEXT("file")};
	if (years < 1 || years > 100)
		wrong(r, &(struct path){.up = &up, .name = TEXT("retention_years")}, "bad_years",
		        text_format(r->p->a, "%lld", (long long)years));
}

static void read_opening(const struct reader *r)
{
	const struct json *j = json_get(r->root, "open");
	struct service *s = r->p->s;
	s->opening = SERVICE_OPEN;
	if (json_is(j, JSON_STRING) && !text_is(j->text, "always"))
		s->opening = text_is(j->text, "paused") ? SERVICE_PAUSED : SERVICE_CLOSED_FOR_GOOD;
	if (!json_is(j, JSON_OBJECT))
		return;
	s->opening = SERVICE_SEASON;
	struct path up = {.name = TEXT("open")};
	struct text from = json_text(j, "from"), to = json_text(j, "to");
	if (!date_parse(from, &s->open_from))
		wrong(r, &(struct path){.up = &up, .name = TEXT("from")}, "bad_date", from);
	if (!date_parse(to, &s->open_to))
		wrong(r, &(struct path){.up = &up, .name = TEXT("to")}, "bad_date", to);
}

static bool version_fits(struct text version)
{
	struct text rest = version, piece;
	int pieces = 0;
	while (text_split(&rest, '.', &piece)) {
		int64_t number;
		if (++pieces > 3 || !text_int(piece, &number) || number < 0 || number > 99999)
			return false;
	}
	return pieces == 3;
}

static bool id_fits(struct text id)
{
	size_t from = id.len && id.ptr[0] == '_';
	if (id.len - from < 2 || id.len - from > 40)
		return false;
	for (size_t i = from; i < id.len; i++) {
		char c = id.ptr[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
			return false;
	}
	return true;
}

static void read_head(const struct reader *r)
{
	struct service *s = r->p->s;
	struct path id = {.name = TEXT("id")}, version = {.name = TEXT("version")};
	struct path format = {.name = TEXT("format")}, process = {.name = TEXT("process")};
	s->id = json_text(r->root, "id");
	s->version = json_text(r->root, "version");
	s->level = json_text(r->root, "level");
	s->who = text_list(r->p->a, json_get(r->root, "who"), &s->who_count);
	s->life = text_list(r->p->a, json_get(r->root, "life"), &s->life_count);
	if (json_int(r->root, "format", 0) != 1)
		wrong(r, &format, "format", TEXT("1"));
	if (!id_fits(s->id))
		wrong(r, &id, "bad_id", s->id);
	else if (!text_eq(s->id, r->p->folder->name))
		FOUND(r->p->f, SERVICE_ERROR, spot(r, &id), "id_not_folder", WORD("id", s->id),
		        WORD("folder", r->p->folder->name));
	if (!version_fits(s->version))
		wrong(r, &version, "bad_version", s->version);
	const struct json *from = json_get(r->root, "process");
	if (json_get(from, "use"))
		wrong(r, &process, "process_use", json_text(from, "use"));
	else if (!json_get(from, "file"))
		wrong(r, &process, "process_none", TEXT_NONE);
	const struct json *trust = json_get(r->root, "trust");
	check(form_trust_parse(json_text(trust, "start"), &s->trust_start));
	check(form_trust_parse(json_text(trust, "submit"), &s->trust_submit));
}

static void read_params(const struct reader *r)
{
	const struct json *j = json_get(r->root, "params");
	struct errinfo e = {0};
	struct buf b;
	buf_init(&b, JSON_SIZE_MAX);
	if (j)
		json_write(&b, j);
	else
		buf_add_z(&b, "{}");
	if (feel_from_plain_json(r->p->a, buf_copy(&b, r->p->a), NULL, &r->p->s->params, &e) != OK)
		found_error(
		        r->p->f, spot(r, &(struct path){.name = TEXT("params")}), "bad_params", &e);
	buf_free(&b);
}

void manifest_read(struct package *p)
{
	const struct folder_file *file = folder_find_z(p->folder, "service.json");
	if (!file) {
		FOUND_PLAIN(p->f, SERVICE_ERROR, package_spot(p, "service.json", 0, TEXT_NONE),
		        "manifest_missing");
		return;
	}
	if (!schema_read_document(
	            p->a, p->f, p->name, TEXT("service.json"), file->bytes, &p->manifest))
		return;
	if (!document_check(&p->manifest, &shape_service))
		return;
	struct reader r = {.p = p, .root = p->manifest.root};
	p->s = ARENA_NEW(p->a, struct service);
	p->s->manifest = p->manifest.root;
	p->s->hash = p->folder->hash;
	p->s->dir = p->folder->dir.ptr;
	read_head(&r);
	read_laws(&r);
	read_roles(&r);
	read_deadlines(&r);
	read_letters(&r);
	read_purposes(&r);
	read_delivery(&r);
	read_filing(&r);
	read_opening(&r);
	read_params(&r);
	p->name = p->s->id;
}

/* Asking ------------------------------------------------------------------------------------- */

#define FIND(name, type, list, number)                                                             \
	const struct type *name(const struct service *s, struct text id)                           \
	{                                                                                          \
		for (size_t i = 0; i < s->number; i++)                                             \
			if (text_eq(s->list[i].id, id))                                            \
				return &s->list[i];                                                \
		return NULL;                                                                       \
	}

FIND(service_find_law, service_law, laws, law_count)
FIND(service_find_role, service_role, roles, role_count)
FIND(service_find_deadline, service_deadline, deadlines, deadline_count)
FIND(service_find_letter, service_letter, letters, letter_count)

bool service_role_may(const struct service_role *r, const char *what)
{
	for (size_t i = 0; i < r->may_count; i++)
		if (text_is(r->may[i], what))
			return true;
	return false;
}

bool service_is_open(const struct service *s, struct date day)
{
	if (s->opening == SERVICE_SEASON)
		return date_cmp(s->open_from, day) <= 0 && date_cmp(day, s->open_to) <= 0;
	return s->opening == SERVICE_OPEN;
}
