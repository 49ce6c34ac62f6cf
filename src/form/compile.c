/* form/compile.c - form.json to a model, stage by stage. */
#include "form/form_int.h"

static enum err parse_parts(struct form_compiler *c, struct errinfo *e)
{
	size_t count = c->source->part_count;
	c->parts = ARENA_ARRAY(c->a, count, const struct json *);
	for (size_t i = 0; i < count; i++) {
		const struct form_part *p = &c->source->parts[i];
		TRY(json_parse(c->a, p->json, text_z(c->a, p->id), &c->parts[i], e));
	}
	return OK;
}

static enum err first_problem(const struct form_compiler *c, struct errinfo *e)
{
	if (c->problems->count == 0)
		return OK;
	const struct form_problem *p = &c->problems->items[0];
	(void)fail(e, ERR_INVALID, "%.*s: %.*s", TEXT_ARG(p->where), TEXT_ARG(p->message));
	return fail_at(e, c->source->where ? c->source->where : "form.json", 0);
}

/* Values given as default or limit must be answers of the field. */
static void check_initial(struct form_compiler *c, const struct form_field *f)
{
	struct feel_value v;
	struct text initial = f->rules->initial_text;
	if (initial.len && !form_typed(c->a, f, initial, &v))
		form_problem(c, "default", f->path, "'default' is no answer to this field");
	for (size_t i = 0; i < f->count; i++)
		check_initial(c, &f->children[i]);
}

enum err form_compile(struct arena *a, const struct form_source *source, const struct form **out,
        struct form_problems *problems, struct errinfo *e)
{
	struct form_problems own = {0};
	struct form_compiler c = {.a = a, .source = source, .problems = problems ? problems : &own};
	const char *where = source->where ? source->where : "form.json";
	if (source->json.len > FORM_SOURCE_MAX)
		return fail(e, ERR_LIMIT, "%s is larger than %d bytes", where, FORM_SOURCE_MAX);
	TRY(json_parse(a, source->json, where, &c.top, e));
	TRY(parse_parts(&c, e));
	c.form = ARENA_NEW(a, struct form);
	form_read_pages(&c);
	if (c.form->page_count == 0 || c.field_count > FORM_FIELDS_MAX)
		return first_problem(&c, e);
	form_make_types(&c);
	form_make_screens(&c);
	for (size_t i = 0; i < c.form->field_count; i++)
		check_initial(&c, &c.form->fields[i]);
	form_compile_rules(&c);
	form_make_plan(&c);
	TRY(first_problem(&c, e));
	*out = c.form;
	return OK;
}

const struct form_page *form_find_page(const struct form *f, struct text id)
{
	for (size_t i = 0; i < f->page_count; i++)
		if (text_eq(f->pages[i].id, id))
			return &f->pages[i];
	return NULL;
}

const struct form_field *form_find(const struct form *f, struct text path)
{
	const struct form_field *fields = f->fields, *found = NULL;
	size_t count = f->field_count;
	struct text rest = path, id;
	while (text_split(&rest, '.', &id)) {
		struct text name;
		found = NULL;
		if (!text_split(&id, '[', &name))
			return NULL;
		for (size_t i = 0; i < count && !found; i++)
			if (text_eq(fields[i].id, name))
				found = &fields[i];
		if (!found)
			return NULL;
		fields = found->children;
		count = found->count;
	}
	return found;
}

const struct form_code *form_code_find(const struct form_code_list *l, struct text code)
{
	for (size_t i = 0; i < l->count; i++)
		if (text_eq(l->rows[i].code, code))
			return &l->rows[i];
	return NULL;
}
