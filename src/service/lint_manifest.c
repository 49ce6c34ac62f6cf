/* What service.json declares and nobody uses, what is missing, files nobody knows. */
#include "service/package.h"

static struct spot spot_at(const struct package *p, const char *list, struct text name)
{
	struct path up = {.name = text_from(list)};
	struct path at = {.up = &up, .name = name};
	return document_spot(&p->manifest, name.len ? &at : &up);
}

static bool in_rules(const struct package *p, struct text word)
{
	struct rule_text *rules;
	size_t count = package_rules(p, p->a, &rules);
	for (size_t i = 0; i < count; i++)
		if (mentions(rules[i].text, word))
			return true;
	return false;
}

/* Slots ---------------------------------------------------------------------------------------- */

void lint_slots(const struct package *p)
{
	for (size_t i = 0; i < p->s->slot_count; i++) {
		const struct service_slot *s = &p->s->slots[i];
		struct text name = text_format(p->a, "slot.%.*s", TEXT_ARG(s->id));
		if (s->type && p->s->form && !in_rules(p, name))
			FOUND(p->f, SERVICE_WARNING, spot_at(p, "slots", s->id), "slot_unused",
			        WORD("slot", s->id));
		struct text key = text_part(s->id, s->type ? 0 : 5, s->id.len);
		if (!s->type && texts_languages(p->s->texts) > 0 &&
		        texts_key(p->s->texts, key) == TEXTS_NO_KEY)
			FOUND(p->f, SERVICE_ERROR, spot_at(p, "slots", s->id), "slot_text",
			        WORD("key", key));
	}
}

/* Declared and unused ---------------------------------------------------------------------------
 */

static void lint_roles(const struct package *p)
{
	for (size_t i = 0; p->bpmn_tree && i < p->s->role_count; i++) {
		struct text id = p->s->roles[i].id;
		struct text use = text_format(p->a, "aw:role=\"%.*s\"", TEXT_ARG(id));
		if (text_find(p->s->bpmn_xml, use, 0) == SIZE_MAX && p->s->bpmn_xml.len)
			FOUND(p->f, SERVICE_NOTE, spot_at(p, "roles", id), "role_unused",
			        WORD("role", id));
	}
}

static void lint_letters_used(const struct package *p)
{
	bool notice = false;
	for (size_t i = 0; i < p->s->letter_count; i++) {
		const struct service_letter *l = &p->s->letters[i];
		notice = notice || l->kind == SERVICE_NOTICE;
		struct text name = text_format(p->a, "\"%.*s\"", TEXT_ARG(l->id));
		struct text escaped = text_format(p->a, "&quot;%.*s&quot;", TEXT_ARG(l->id));
		bool used = text_find(p->s->bpmn_xml, name, 0) != SIZE_MAX ||
		            text_find(p->s->bpmn_xml, escaped, 0) != SIZE_MAX;
		if (p->s->bpmn_xml.len && !used)
			FOUND(p->f, SERVICE_WARNING, spot_at(p, "letters", l->id), "letter_unused",
			        WORD("letter", l->id));
	}
	if (notice && !p->s->delivery.remedy.len)
		FOUND_PLAIN(p->f, SERVICE_ERROR, spot_at(p, "deliver", TEXT_NONE),
		        "notice_without_remedy");
}

/* A deadline whose event this service can never bring about. */
static bool event_happens(const struct package *p, enum service_event event)
{
	bool request = false, notice = false;
	for (size_t i = 0; i < p->s->letter_count; i++) {
		request = request || p->s->letters[i].kind == SERVICE_REQUEST;
		notice = notice || p->s->letters[i].kind == SERVICE_NOTICE;
	}
	switch (event) {
	case SERVICE_REQUESTED: return request;
	case SERVICE_EFFECT: return notice;
	case SERVICE_COMPLETE:
		return text_find(p->s->bpmn_xml, TEXT("aw:form=\"mark\""), 0) != SIZE_MAX;
	case SERVICE_PAID:
		return text_find(p->s->bpmn_xml, TEXT("aw:form=\"payment\""), 0) != SIZE_MAX;
	default: return true;
	}
}

static void lint_deadlines(const struct package *p)
{
	for (size_t i = 0; i < p->s->deadline_count; i++) {
		const struct service_deadline *d = &p->s->deadlines[i];
		struct text name = text_format(p->a, "deadline.%.*s", TEXT_ARG(d->id));
		bool used = text_eq(d->id, p->s->delivery.remedy) || in_rules(p, name);
		if (!used)
			FOUND(p->f, SERVICE_NOTE, spot_at(p, "deadlines", d->id), "deadline_unused",
			        WORD("deadline", d->id));
		if (p->s->bpmn_xml.len && !event_happens(p, d->event))
			FOUND(p->f, SERVICE_WARNING, spot_at(p, "deadlines", d->id), "event_never",
			        WORD("deadline", d->id),
			        WORD("event", text_from(service_event_name(d->event))));
	}
}

static void lint_laws(const struct package *p)
{
	struct path list = {.name = TEXT("law")};
	for (size_t i = 0; i < p->s->law_count; i++) {
		struct path at = {.up = &list, .index = i};
		if (!p->s->laws[i].checked)
			FOUND(p->f, SERVICE_NOTE, document_spot(&p->manifest, &at), "law_unchecked",
			        WORD("cite", p->s->laws[i].cite));
	}
}

/* Files ---------------------------------------------------------------------------------------- */

static bool file_known(const struct package *p, struct text path)
{
	static const char *const names[] = {"service.json", "form.json", "decisions.dmn",
	        "migration.json", "signature.json", "README.md"};
	static const struct {
		const char *dir, *end;
	} places[] = {
	        {"letters/", ".typ"},
	        {"letters/", ".svg"},
	        {"letters/", ".png"},
	        {"letters/", ".jpg"},
	        {"letters/", ".json"},
	        {"texts/", ".json"},
	        {"codes/", ".xml"},
	        {"tests/", ".json"},
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (text_is(path, names[i]))
			return true;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (text_starts(path, text_from(places[i].dir)) &&
		        text_ends(path, text_from(places[i].end)))
			return true;
	struct text process = json_text(json_get(p->s->manifest, "process"), "file");
	return text_eq(path, process);
}

static bool letter_declared(const struct package *p, struct text path)
{
	for (size_t i = 0; i < p->s->letter_count; i++)
		if (text_eq(p->s->letters[i].path, path))
			return true;
	return false;
}

/* A template that a declared letter imports need not be declared itself. */
static bool letter_imported(const struct package *p, struct text path)
{
	size_t cut = path.len;
	while (cut > 0 && path.ptr[cut - 1] != '/')
		cut--;
	struct text name = text_part(path, cut, path.len);
	for (size_t i = 0; i < p->folder->count; i++)
		if (!text_eq(p->folder->files[i].path, path) &&
		        text_ends(p->folder->files[i].path, TEXT(".typ")) &&
		        text_find(p->folder->files[i].bytes, name, 0) != SIZE_MAX)
			return true;
	return false;
}

static void lint_files(const struct package *p)
{
	for (size_t i = 0; i < p->folder->count; i++) {
		struct text path = p->folder->files[i].path;
		struct spot spot = package_spot(p, text_z(p->a, path), 0, TEXT_NONE);
		if (!file_known(p, path))
			FOUND(p->f, SERVICE_WARNING, spot, "file_unknown", WORD("path", path));
		else if (text_ends(path, TEXT(".typ")) && !letter_declared(p, path) &&
		         !letter_imported(p, path))
			FOUND(p->f, SERVICE_WARNING, spot, "letter_undeclared", WORD("path", path));
	}
	const struct folder_file *migration = folder_find_z(p->folder, "migration.json");
	struct document d;
	if (migration &&
	        schema_read_document(p->a, p->f, p->name, migration->path, migration->bytes, &d))
		document_check(&d, &shape_migration);
}

void lint_manifest(const struct package *p)
{
	lint_roles(p);
	lint_letters_used(p);
	lint_deadlines(p);
	lint_laws(p);
	lint_files(p);
}

/* Golden cases ----------------------------------------------------------------------------------
 */

void lint_tests(const struct package *p)
{
	size_t count = 0;
	for (size_t i = 0; i < p->folder->count; i++) {
		const struct folder_file *f = &p->folder->files[i];
		struct document d;
		if (!text_starts(f->path, TEXT("tests/")) || !text_ends(f->path, TEXT(".json")))
			continue;
		count++;
		if (schema_read_document(p->a, p->f, p->name, f->path, f->bytes, &d))
			document_check(&d, &shape_test);
	}
	if (count == 0)
		FOUND_PLAIN(
		        p->f, SERVICE_WARNING, package_spot(p, "tests", 0, TEXT_NONE), "no_tests");
}
