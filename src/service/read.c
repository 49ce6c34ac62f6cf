/* A package folder into a service: every file is parsed and compiled, every finding kept. */
#include "service/package.h"

#include "base/digest.h"
#include "format/xml.h"

const char *const part_names[PART_COUNT] = {
        [PART_CODES] = "_codes",
        [PART_FIELDS] = "_fields",
        [PART_LAW] = "_law",
        [PART_LETTERS] = "_letters",
        [PART_OVERLAY] = "overlay",
        [PART_PACKAGE] = "package",
};

struct spot package_spot(const struct package *p, const char *file, int line, struct text place)
{
	return (struct spot){
	        .package = p->name, .file = text_from(file), .line = line, .place = place};
}

/* Field library and calendar ------------------------------------------------------------------ */

/* The form compiler checks the definitions it uses; here only JSON that cannot be read is found. */
static void fields_read(struct package *p)
{
	const struct folder *d = p->parts.folders[PART_FIELDS];
	for (size_t i = 0; d && i < d->count; i++) {
		struct text path = d->files[i].path;
		if (!text_ends(path, TEXT(".json")) || text_find(path, TEXT("/"), 0) != SIZE_MAX)
			continue;
		*ARENA_PUSH(p->a, p->fields, p->field_count, p->field_cap) = (struct form_part){
		        .id = text_part(path, 0, path.len - 5), .json = d->files[i].bytes};
	}
}

void law_read(struct package *p)
{
	const struct folder_file *file = folder_find_z(p->parts.folders[PART_LAW], "holidays.json");
	struct law_calendar *calendar = NULL;
	struct errinfo e = {0};
	if (!file || !p->s)
		return;
	if (law_calendar_read(p->a, file->bytes, &calendar, &e) != OK)
		found_error(p->f,
		        (struct spot){.package = TEXT("_law"), .file = TEXT("holidays.json")},
		        "calendar", &e);
	p->s->calendar = calendar;
}

/* Form ---------------------------------------------------------------------------------------- */

/* The index of the member of a list that has this id, or SIZE_MAX. */
static size_t index_of(const struct json *list, struct text id)
{
	for (size_t i = 0; list && i < list->count; i++)
		if (text_eq(json_text(&list->items[i], "id"), id))
			return i;
	return SIZE_MAX;
}

/* Follow "dogs.since" down the `fields` of pages and groups; the line of what was reached. */
static int field_line(const struct package *p, struct text path, const struct json *owner,
        const struct path *at, struct text key)
{
	struct text rest = path, step;
	if (!text_split(&rest, '.', &step)) {
		struct path below = {.up = at, .name = key};
		return path_line(p->form_json.bytes, key.len ? &below : at);
	}
	size_t cut = text_find(step, TEXT("["), 0);
	struct text id = cut == SIZE_MAX ? step : text_part(step, 0, cut);
	const struct json *fields = json_get(owner, "fields");
	size_t i = index_of(fields, id);
	if (i == SIZE_MAX)
		return path_line(p->form_json.bytes, at);
	struct path list = {.up = at, .name = TEXT("fields")};
	struct path item = {.up = &list, .index = i};
	return field_line(p, rest, &fields->items[i], &item, key);
}

int form_place_line(const struct package *p, struct text where)
{
	if (!p->form_json.root)
		return 0;
	struct text rest = where, word = TEXT_NONE, key = TEXT_NONE;
	text_split(&rest, ' ', &word);
	bool page = text_is(word, "page");
	if (page)
		text_split(&rest, ' ', &word);
	text_split(&rest, ' ', &key);
	const struct json *pages = json_get(p->form_json.root, "pages");
	struct path list = {.name = TEXT("pages")};
	struct text first = word, first_id = TEXT_NONE;
	text_split(&first, '.', &first_id);
	for (size_t i = 0; json_is(pages, JSON_ARRAY) && i < pages->count; i++) {
		struct path at = {.up = &list, .index = i};
		const struct json *j = &pages->items[i];
		if (page && text_eq(json_text(j, "id"), word))
			return field_line(p, TEXT_NONE, j, &at, key);
		if (!page && index_of(json_get(j, "fields"), first_id) != SIZE_MAX)
			return field_line(p, word, j, &at, key);
	}
	return 1;
}

static void form_found(struct package *p, const struct form_problems *problems)
{
	for (size_t i = 0; i < problems->count; i++) {
		const struct form_problem *x = &problems->items[i];
		struct word_param where = WORD("where", x->where);
		found_by(p->f, SERVICE_ERROR,
		        package_spot(p, "form.json", form_place_line(p, x->where), x->where),
		        "form", x->code, &where, 1, x->message);
	}
	p->f->dropped += problems->dropped;
	p->f->errors += problems->dropped;
}

static const struct folder_file *need_file(struct package *p, const char *path)
{
	const struct folder_file *file = folder_find_z(p->folder, path);
	if (!file)
		FOUND(p->f, SERVICE_ERROR, package_spot(p, path, 0, TEXT_NONE), "file_missing",
		        WORD("path", text_from(path)));
	return file;
}

void form_read(struct package *p)
{
	const struct folder_file *file = need_file(p, "form.json");
	if (!file || !schema_read_document(
	                     p->a, p->f, p->name, TEXT("form.json"), file->bytes, &p->form_json))
		return;
	codes_read(p);
	if (!p->s)
		return;
	struct form_code_list *lists = ARENA_ARRAY(p->a, p->code_count, struct form_code_list);
	for (size_t i = 0; i < p->code_count; i++)
		lists[i] = p->codes[i].list;
	struct form_source source = {
	        .json = file->bytes,
	        .where = "form.json",
	        .parts = p->fields,
	        .part_count = p->field_count,
	        .codes = lists,
	        .code_count = p->code_count,
	        .slots = p->slot_type->fields,
	        .slot_count = p->slot_type->count,
	};
	struct form_problems problems = {0};
	struct errinfo e = {0};
	enum err code = form_compile(p->a, &source, &p->s->form, &problems, &e);
	form_found(p, &problems);
	if (code != OK && problems.count == 0)
		found_error(
		        p->f, package_spot(p, "form.json", e.line, text_from(e.where)), "form", &e);
	if (code != OK)
		p->s->form = NULL;
}

/* XML ----------------------------------------------------------------------------------------- */

static const struct xml *xml_find(const struct xml *x, struct text id, const char *attribute)
{
	if (text_eq(xml_attr(x, attribute), id))
		return x;
	for (size_t i = 0; i < x->count; i++) {
		const struct xml *hit = xml_find(&x->children[i], id, attribute);
		if (hit)
			return hit;
	}
	return NULL;
}

int xml_line(const struct xml *x, struct text id)
{
	if (!x || !id.len)
		return 0;
	const struct xml *hit = xml_find(x, id, "id");
	if (!hit)
		hit = xml_find(x, id, "name");
	return hit ? hit->line : 0;
}

static void diagnostics_found(struct package *p, const char *file, const struct feel_diagnostics *d)
{
	static const enum service_severity severities[] = {
	        [FEEL_NOTE] = SERVICE_NOTE,
	        [FEEL_WARNING] = SERVICE_WARNING,
	        [FEEL_ERROR] = SERVICE_ERROR,
	};
	for (size_t i = 0; i < d->count; i++) {
		const struct feel_diagnostic *x = &d->items[i];
		struct word_param params[FEEL_PARAMS_MAX];
		for (size_t k = 0; k < FEEL_PARAMS_MAX; k++)
			params[k] = (struct word_param){.value = x->params[k]};
		struct text place = x->element;
		if (x->row > 0)
			place = text_format(p->a, "%.*s row %d", TEXT_ARG(place), x->row);
		if (x->column > 0)
			place = text_format(p->a, "%.*s column %d", TEXT_ARG(place), x->column);
		/* Whether inputs that no row covers can ever come is not decided here, and a
		 * table without a hit is null by design: worth knowing, no fault. */
		bool gap = x->code == FEEL_DIAG_TABLE_GAP;
		found_by(p->f, gap ? SERVICE_NOTE : severities[x->severity],
		        package_spot(p, file, xml_line(p->dmn_tree, x->element), place), "feel",
		        feel_code_name(x->code), params, FEEL_PARAMS_MAX,
		        feel_diagnostic_text(p->a, x));
	}
	p->f->dropped += d->dropped;
}

void decisions_compile(struct package *p, const struct folder_file *file)
{
	const char *path = text_z(p->a, file->path);
	struct errinfo e = {0};
	if (xml_parse(p->a, file->bytes, path, &p->dmn_tree, &e) != OK) {
		found_error(p->f, package_spot(p, path, 0, TEXT_NONE), "xml", &e);
		return;
	}
	struct dmn_source source = {.name = file->path, .xml = file->bytes};
	struct feel_diagnostics d;
	const struct dmn_model *model = NULL;
	feel_diagnostics_init(&d, p->a);
	enum err code = dmn_compile(p->a, &source, 1, 0, &d, &model, &e);
	if (code == OK)
		dmn_check(model, &d);
	diagnostics_found(p, path, &d);
	if (code != OK)
		found_error(p->f, package_spot(p, path, e.line, text_from(e.where)), "dmn", &e);
	else if (p->s)
		p->s->decisions = model;
}

void decisions_read(struct package *p)
{
	const struct folder_file *file = folder_find_z(p->folder, "decisions.dmn");
	if (file)
		decisions_compile(p, file);
}

static void bpmn_found(struct package *p, const char *file, const struct bpmn_findings *list)
{
	static const enum service_severity severities[] = {
	        [BPMN_NOTE] = SERVICE_NOTE,
	        [BPMN_WARNING] = SERVICE_WARNING,
	        [BPMN_REFUSAL] = SERVICE_ERROR,
	};
	for (size_t i = 0; i < list->count; i++) {
		const struct bpmn_finding *x = &list->items[i];
		struct word_param params[] = {{.value = x->params[0]}, {.value = x->params[1]}};
		found_by(p->f, severities[x->severity], package_spot(p, file, x->line, x->element),
		        "bpmn", x->rule, params, 2, x->text);
	}
}

const struct bpmn_model *process_compile(struct package *p, const struct folder_file *file)
{
	const char *path = text_z(p->a, file->path);
	struct errinfo e = {0};
	if (xml_parse(p->a, file->bytes, path, &p->bpmn_tree, &e) != OK) {
		found_error(p->f, package_spot(p, path, 0, TEXT_NONE), "xml", &e);
		return NULL;
	}
	p->scope = scope_build(p);
	process_names(p);
	struct bpmn_options options = {.names = p->scope};
	struct bpmn_findings list = {0};
	const struct bpmn_model *model = NULL;
	enum err code = bpmn_compile(p->a, file->bytes, &options, &list, &model, &e);
	bpmn_found(p, path, &list);
	if (code != OK && list.refusals == 0)
		found_error(p->f, package_spot(p, path, e.line, text_from(e.where)), "bpmn", &e);
	return code == OK ? model : NULL;
}

void process_read(struct package *p)
{
	struct text name = p->s ? json_text(json_get(p->s->manifest, "process"), "file")
	                        : TEXT("process.bpmn");
	const char *path = text_z(p->a, name);
	const struct folder_file *file = name.len ? need_file(p, path) : NULL;
	const struct bpmn_model *model = file ? process_compile(p, file) : NULL;
	if (!model || !p->s)
		return;
	p->s->model = model;
	p->s->bpmn_xml = file->bytes;
	p->s->process = bpmn_model_process(model);
	if (!p->s->process)
		FOUND_PLAIN(p->f, SERVICE_ERROR, package_spot(p, path, 0, TEXT_NONE), "no_process");
}

/* All ----------------------------------------------------------------------------------------- */

void part_hashes(const struct parts *parts, struct text out[PART_COUNT])
{
	for (int i = 0; i < PART_COUNT; i++)
		out[i] = parts->folders[i] ? parts->folders[i]->hash : TEXT_NONE;
}

struct text lock_of_hashes(struct arena *a, const struct text hashes[PART_COUNT])
{
	struct digest d;
	digest_begin(&d);
	digest_add(&d, TEXT("amtsweg lock 1\n"));
	for (int i = 0; i < PART_COUNT; i++) {
		if (!hashes[i].len)
			continue;
		digest_add(&d, text_from(part_names[i]));
		digest_add(&d, (struct text){"\0", 1});
		digest_add(&d, hashes[i]);
		digest_add(&d, TEXT("\n"));
	}
	return digest_end_hex(a, &d);
}

void package_read(
        struct arena *a, const struct parts *parts, struct service_findings *f, struct package *out)
{
	*out = (struct package){
	        .a = a,
	        .f = f,
	        .folder = parts->folders[PART_PACKAGE],
	        .parts = *parts,
	        .name = parts->folders[PART_PACKAGE]->name,
	};
	manifest_read(out);
	if (out->s) {
		const struct folder *letters = parts->folders[PART_LETTERS];
		part_hashes(parts, out->s->parts);
		out->s->parts[PART_OVERLAY] = TEXT_NONE;
		out->s->lock = lock_of_hashes(a, out->s->parts);
		out->s->letters_dir = letters ? letters->dir.ptr : NULL;
		slots_declare(out);
	}
	fields_read(out);
	law_read(out);
	form_read(out);
	texts_read(out);
	decisions_read(out);
	process_read(out);
}
