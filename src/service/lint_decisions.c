/* Decisions the process calls: every input must come from somewhere, with the right type. */
#include "service/package.h"

enum { TYPE_DEPTH_MAX = 8 };

struct input {
	const struct package *p;
	struct text decision, name;
	int line;
};

static struct spot spot_of(const struct input *x, struct text place)
{
	return package_spot(x->p, "decisions.dmn", x->line, place);
}

static bool unknown(const struct feel_type *t)
{
	return !t || t->kind == FEEL_TYPE_ANY || t->kind == FEEL_TYPE_NULL;
}

static const struct feel_type *member(const struct feel_type *t, struct text name)
{
	for (size_t i = 0; i < t->count; i++)
		if (text_eq(t->fields[i].name, name))
			return t->fields[i].type ? t->fields[i].type
			                         : feel_type_of_kind(FEEL_TYPE_ANY);
	return NULL;
}

static void compare(const struct input *x, const struct feel_type *wanted,
        const struct feel_type *given, struct text place, int depth)
{
	struct arena *a = x->p->a;
	if (unknown(wanted) || unknown(given) || depth > TYPE_DEPTH_MAX)
		return;
	if (wanted->kind != given->kind) {
		FOUND(x->p->f, SERVICE_ERROR, spot_of(x, place), "input_type", WORD("name", place),
		        WORD("wanted", feel_type_text(a, wanted)),
		        WORD("given", feel_type_text(a, given)));
		return;
	}
	if (wanted->kind == FEEL_TYPE_LIST)
		compare(x, wanted->element, given->element, place, depth + 1);
	for (size_t i = 0; wanted->kind == FEEL_TYPE_CONTEXT && i < wanted->count; i++) {
		const struct feel_field *f = &wanted->fields[i];
		const struct feel_type *below = member(given, f->name);
		struct text at = text_format(a, "%.*s.%.*s", TEXT_ARG(place), TEXT_ARG(f->name));
		if (!below && !given->open)
			FOUND(x->p->f, SERVICE_ERROR, spot_of(x, at), "input_field",
			        WORD("name", at), WORD("decision", x->decision));
		else
			compare(x, f->type, below, at, depth + 1);
	}
}

static void lint_inputs(const struct package *p, const struct dmn_item *decision)
{
	const struct dmn_item **inputs;
	size_t count = dmn_required_inputs(p->a, p->s->decisions, decision, &inputs);
	for (size_t i = 0; i < count; i++) {
		struct input x = {
		        p, decision->name, inputs[i]->name, xml_line(p->dmn_tree, inputs[i]->id)};
		const struct feel_type *given;
		if (process_name(p, x.name, &given))
			compare(&x, inputs[i]->type, given, x.name, 0);
		else
			FOUND(p->f, SERVICE_ERROR, spot_of(&x, x.name), "input_unknown",
			        WORD("name", x.name), WORD("decision", x.decision));
	}
}

void lint_decisions(const struct package *p)
{
	const struct bpmn_element *const *all;
	size_t count = bpmn_model_elements(p->s->model, &all);
	for (size_t i = 0; p->s->decisions && p->scope && i < count; i++) {
		struct text name = bpmn_attribute(all[i], "decision");
		const struct dmn_item *d =
		        name.len ? dmn_find(p->s->decisions, DMN_DECISION, name) : NULL;
		if (d)
			lint_inputs(p, d);
	}
}
