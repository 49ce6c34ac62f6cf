/* Texts: what a person would miss, what a translation lacks, what nobody shows any more. */
#include "service/package.h"

struct check_texts {
	const struct package *p;
	const struct bpmn_element *const *elements;
	size_t element_count;
};

static bool present(const struct package *p, struct text key)
{
	return service_package_text(p->s, TEXT("de"), key, NULL).len > 0;
}

static void need(const struct package *p, const char *file, int line, struct text key)
{
	if (!present(p, key))
		FOUND(p->f, SERVICE_ERROR, package_spot(p, file, line, key), "text_missing",
		        WORD("key", key));
}

static struct text key_of(struct arena *a, const char *before, struct text id, const char *after)
{
	return text_format(a, "%s%.*s%s", before, TEXT_ARG(id), after);
}

/* Form -------------------------------------------------------------------------------------------
 */

static void need_label(const struct package *p, const struct form_field *f)
{
	struct text own = key_of(p->a, "", f->path, ".label");
	struct text like = key_of(p->a, "", f->like_path, ".label");
	if (!f->hidden && !present(p, own) && !(f->like_path.len && present(p, like)))
		FOUND(p->f, SERVICE_ERROR,
		        package_spot(p, "form.json", form_place_line(p, f->path), f->path),
		        "text_missing", WORD("key", own));
	for (size_t i = 0; i < f->count; i++)
		need_label(p, &f->children[i]);
}

static void need_page(const struct package *p, const struct form_page *page)
{
	int line = form_place_line(p, key_of(p->a, "page ", page->id, ""));
	if (page->exit)
		need(p, "form.json", line, key_of(p->a, "", page->id, ".exit"));
	else
		need(p, "form.json", line, key_of(p->a, "page.", page->id, ".title"));
	if (page->section.len)
		need(p, "form.json", line, key_of(p->a, "section.", page->section, ""));
}

/* Every member `check` with an id: text error.<id>. */
static void need_errors(const struct package *p, const struct json *j, const struct path *at)
{
	bool object = json_is(j, JSON_OBJECT);
	if (!object && !json_is(j, JSON_ARRAY))
		return;
	for (size_t i = 0; i < j->count; i++) {
		const struct json *below = object ? &j->members[i].value : &j->items[i];
		struct path step = {.up = at, .index = i};
		if (object)
			step.name = j->members[i].name;
		bool checks = object && text_is(j->members[i].name, "check");
		for (size_t k = 0; checks && json_is(below, JSON_ARRAY) && k < below->count; k++) {
			struct path item = {.up = &step, .index = k};
			struct text id = json_text(&below->items[k], "id");
			if (id.len)
				need(p, "form.json", path_line(p->form_json.bytes, &item),
				        key_of(p->a, "error.", id, ""));
		}
		need_errors(p, below, &step);
	}
}

static void lint_form_texts(const struct package *p)
{
	const struct form *f = p->s->form;
	for (size_t i = 0; i < f->page_count; i++)
		need_page(p, &f->pages[i]);
	for (size_t i = 0; i < f->field_count; i++)
		need_label(p, &f->fields[i]);
	need_errors(p, p->form_json.root, NULL);
}

/* Languages --------------------------------------------------------------------------------------
 */

static struct spot language_spot(const struct package *p, struct text tag, struct text key)
{
	struct text file = text_format(p->a, "texts/%.*s.json", TEXT_ARG(tag));
	const struct folder_file *f = folder_find(p->folder, file);
	struct path at = {.name = key};
	return (struct spot){.package = p->name,
	        .file = file,
	        .line = f && key.len ? path_line(f->bytes, &at) : 0,
	        .place = key};
}

/* A file that could not be read whole was already told about. */
static bool broken(const struct package *p, struct text tag)
{
	struct text file = text_format(p->a, "texts/%.*s.json", TEXT_ARG(tag));
	for (size_t i = 0; i < p->f->count; i++)
		if (text_is(p->f->items[i].code, "texts") && text_eq(p->f->items[i].file, file) &&
		        text_eq(p->f->items[i].package, p->name))
			return true;
	return false;
}

static void lint_language(const struct package *p, int language, const struct texts_finding *list,
        size_t count, bool report)
{
	static const char *const codes[] = {"text_untranslated", "text_superfluous", "text_fields"};
	struct text tag = texts_tag(p->s->texts, language);
	size_t missing = 0;
	for (size_t i = 0; i < count; i++) {
		bool lacks = list[i].fault == TEXTS_MISSING;
		if (list[i].language != language)
			continue;
		missing += lacks;
		if (lacks && !report)
			continue;
		FOUND(p->f, lacks ? SERVICE_NOTE : SERVICE_WARNING,
		        language_spot(p, tag, lacks ? TEXT_NONE : list[i].key),
		        codes[list[i].fault], WORD("key", list[i].key), WORD("language", tag));
	}
	if (missing)
		FOUND(p->f, SERVICE_WARNING, language_spot(p, tag, TEXT_NONE),
		        "language_incomplete", WORD("language", tag),
		        WORD("count", text_format(p->a, "%zu", missing)));
}

/* Code lists a language shows in German. */
static void lint_codes(const struct package *p, int language)
{
	struct text tag = texts_tag(p->s->texts, language);
	for (size_t i = 0; i < p->code_count; i++) {
		const struct form_code_list *l = &p->codes[i].list;
		size_t missing = 0;
		for (size_t k = 0; k < l->count; k++) {
			struct text key = text_format(p->a, "codes.%.*s.%.*s", TEXT_ARG(l->id),
			        TEXT_ARG(l->rows[k].code));
			struct text used;
			service_package_text(p->s, tag, key, &used);
			missing += !text_eq(used, tag);
		}
		if (missing)
			FOUND(p->f, SERVICE_NOTE, language_spot(p, tag, TEXT_NONE),
			        "codes_untranslated", WORD("list", l->id), WORD("language", tag),
			        WORD("count", text_format(p->a, "%zu", missing)));
	}
}

/* Texts nobody shows -----------------------------------------------------------------------------
 */

static bool is_element(const struct check_texts *x, struct text id)
{
	for (size_t i = 0; i < x->element_count; i++)
		if (text_eq(x->elements[i]->id, id))
			return true;
	return false;
}

static struct text between(struct text key, size_t from, struct text stop)
{
	size_t to = text_find(key, stop, from);
	return text_part(key, from, to == SIZE_MAX ? key.len : to);
}

/* "dogs.since.label": the part before the last word, if the word is one of a field. */
static struct text field_part(struct text key)
{
	static const char *const ends[] = {".label", ".hint", ".help"};
	for (size_t i = 0; i < 3; i++)
		if (text_ends(key, text_from(ends[i])))
			return text_part(key, 0, key.len - text_from(ends[i]).len);
	size_t at = text_find(key, TEXT(".error."), 0);
	return at == SIZE_MAX ? TEXT_NONE : text_part(key, 0, at);
}

static bool like_known(const struct package *p, struct text path)
{
	for (size_t i = 0; i < p->field_count; i++)
		if (text_starts(path, p->fields[i].id))
			return true;
	return false;
}

static bool shown(const struct check_texts *x, struct text key)
{
	const struct service *s = x->p->s;
	struct text dot = TEXT("."), field = field_part(key);
	if (text_starts(key, TEXT("page.")))
		return form_find_page(s->form, between(key, 5, dot)) != NULL;
	if (text_starts(key, TEXT("letter.")))
		return service_find_letter(s, between(key, 7, dot)) ||
		       text_starts(key, TEXT("letter.common"));
	if (text_starts(key, TEXT("status.")))
		return is_element(x, between(key, 7, dot));
	if (text_starts(key, TEXT("task.")))
		return is_element(x, between(key, 5, dot));
	return !field.len || form_find(s->form, field) || like_known(x->p, field) ||
	       form_find_page(s->form, field);
}

static void lint_unused(const struct check_texts *x)
{
	const struct folder_file *file = folder_find_z(x->p->folder, "texts/de.json");
	const struct json *j;
	if (!file || json_parse(x->p->a, file->bytes, "texts/de.json", &j, NULL) != OK)
		return;
	for (size_t i = 0; j->kind == JSON_OBJECT && i < j->count; i++)
		if (!shown(x, j->members[i].name))
			FOUND(x->p->f, SERVICE_WARNING,
			        language_spot(x->p, TEXT("de"), j->members[i].name), "text_unused",
			        WORD("key", j->members[i].name));
}

void lint_texts(const struct package *p, bool report)
{
	struct texts_finding *list;
	if (texts_languages(p->s->texts) == 0)
		return;
	need(p, "texts/de.json", 0, TEXT("title"));
	need(p, "texts/de.json", 0, TEXT("intro"));
	if (p->s->form)
		lint_form_texts(p);
	size_t count = texts_report(p->s->texts, p->a, &list);
	for (int l = 1; l < texts_languages(p->s->texts); l++) {
		if (broken(p, texts_tag(p->s->texts, l)))
			continue;
		lint_language(p, l, list, count, report);
		lint_codes(p, l);
	}
	struct check_texts x = {.p = p};
	if (!p->s->form || !p->s->model)
		return;
	x.element_count = bpmn_model_elements(p->s->model, &x.elements);
	lint_unused(&x);
}
