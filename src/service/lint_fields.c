/* Fields: purpose and law, computed values nobody reads. */
#include "service/package.h"

struct fields {
	const struct package *p;
	struct rule_text *rules;
	size_t rule_count;
};

static struct spot spot_of(const struct package *p, struct text path)
{
	return package_spot(p, "form.json", form_place_line(p, path), path);
}

/* Times a name occurs in the rules of the package; its own declaration is one. */
static size_t uses(const struct fields *x, struct text id)
{
	size_t count = 0;
	for (size_t i = 0; i < x->rule_count; i++) {
		struct text t = x->rules[i].text;
		for (size_t at = text_find(t, id, 0); at != SIZE_MAX && count < 3;
		        at = text_find(t, id, at + 1)) {
			struct text around = text_part(
			        t, at ? at - 1 : 0, at + id.len < t.len ? at + id.len + 1 : t.len);
			count += mentions(around, id);
		}
	}
	return count;
}

static bool purpose_known(const struct service *s, struct text id)
{
	for (size_t i = 0; i < s->purpose_count; i++)
		if (text_eq(s->purposes[i].id, id))
			return true;
	return false;
}

static struct spot root_spot(const struct package *p, const char *key)
{
	return document_spot(&p->form_json, &(struct path){.name = text_from(key)});
}

/* The defaults at the top of the form, said once. */
static void lint_defaults(const struct package *p)
{
	struct text purpose = json_text(p->form_json.root, "purpose");
	struct text law = json_text(p->form_json.root, "law");
	if (purpose.len && !purpose_known(p->s, purpose))
		FOUND(p->f, SERVICE_ERROR, root_spot(p, "purpose"), "purpose_unknown",
		        WORD("value", purpose));
	if (law.len && !service_find_law(p->s, law))
		FOUND(p->f, SERVICE_ERROR, root_spot(p, "law"), "law_unknown", WORD("value", law));
}

static void lint_basis(const struct fields *x, const struct form_field *f)
{
	const struct package *p = x->p;
	struct spot spot = spot_of(p, f->path);
	bool own_purpose = !text_eq(f->purpose, json_text(p->form_json.root, "purpose"));
	bool own_law = !text_eq(f->law, json_text(p->form_json.root, "law"));
	if (!f->purpose.len)
		FOUND(p->f, SERVICE_WARNING, spot, "field_without_purpose", WORD("field", f->path));
	else if (own_purpose && !purpose_known(p->s, f->purpose))
		FOUND(p->f, SERVICE_ERROR, spot, "purpose_unknown", WORD("value", f->purpose));
	if (!f->law.len)
		FOUND(p->f, SERVICE_WARNING, spot, "field_without_law", WORD("field", f->path));
	else if (own_law && !service_find_law(p->s, f->law))
		FOUND(p->f, SERVICE_ERROR, spot, "law_unknown", WORD("value", f->law));
}

static void lint_field(const struct fields *x, const struct form_field *f)
{
	const struct package *p = x->p;
	bool leaf = f->type != FORM_GROUP && f->type != FORM_LABEL;
	if (leaf)
		lint_basis(x, f);
	if (f->hidden && f->computed && !f->like_path.len && uses(x, f->id) < 2)
		FOUND(p->f, SERVICE_WARNING, spot_of(p, f->path), "field_unused",
		        WORD("field", f->path));
	for (size_t i = 0; i < f->count; i++)
		lint_field(x, &f->children[i]);
}

/* A page of the desk that no task opens. */
static void lint_staff_page(const struct package *p, const struct form_page *page)
{
	struct text use = text_format(p->a, "aw:form=\"%.*s\"", TEXT_ARG(page->id));
	bool staff = page->who == FORM_STAFF || (page->count && page->fields[0]->who == FORM_STAFF);
	if (staff && p->s->bpmn_xml.len && text_find(p->s->bpmn_xml, use, 0) == SIZE_MAX)
		FOUND(p->f, SERVICE_WARNING,
		        package_spot(p, "form.json",
		                form_place_line(
		                        p, text_format(p->a, "page %.*s", TEXT_ARG(page->id))),
		                page->id),
		        "page_unused", WORD("page", page->id));
}

void lint_fields(const struct package *p)
{
	struct fields x = {.p = p};
	x.rule_count = package_rules(p, p->a, &x.rules);
	const struct form *form = p->s->form;
	lint_defaults(p);
	for (size_t i = 0; i < form->field_count; i++) {
		const struct form_field *f = &form->fields[i];
		if (is_letter_name(f->id))
			FOUND(p->f, SERVICE_ERROR, spot_of(p, f->path), "field_taken",
			        WORD("field", f->path));
		lint_field(&x, f);
	}
	for (size_t i = 0; i < form->page_count; i++)
		lint_staff_page(p, &form->pages[i]);
}
