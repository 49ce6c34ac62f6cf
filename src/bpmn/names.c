/* bpmn/names.c - the names a process sets itself, for a check against a closed scope.
 *
 * Scripts and parameters are compiled once with every name open, only to learn which entries
 * their results have. */
#include "bpmn/model.h"

static void name_add(struct bpmn_reader *r, struct text name, const struct feel_type *type)
{
	if (!name.len)
		return;
	for (size_t i = 0; i < r->name_count; i++) {
		if (!text_eq(r->names[i].name, name))
			continue;
		r->names[i].type = NULL; /* set in two places: any type */
		return;
	}
	struct feel_field *f = ARENA_PUSH(r->arena, r->names, r->name_count, r->name_cap);
	f->name = name;
	f->type = type;
}

static void entries_add(struct bpmn_reader *r, struct text source)
{
	source = text_trim(source);
	const struct feel_expr *x = NULL;
	struct errinfo e = {0};
	if (!source.len || feel_compile(r->arena, source, &r->scope, 0, NULL, &x, &e) != OK)
		return;
	const struct feel_type *t = feel_expr_type(x);
	for (size_t i = 0; t && t->kind == FEEL_TYPE_CONTEXT && i < t->count; i++)
		name_add(r, text_copy(r->arena, t->fields[i].name), NULL);
}

static bool names_something(const struct xml *x)
{
	static const char *const tags[] = {"dataObject", "property", "dataInput", "dataOutput",
	        "inputDataItem", "outputDataItem"};
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
		if (xml_named(x, BPMN_SPACE, tags[i]))
			return true;
	return false;
}

static void walk(struct bpmn_reader *r, const struct xml *x)
{
	name_add(r, bpmn_aw(x, "result"), NULL);
	entries_add(r, bpmn_aw(x, "params"));
	if (xml_named(x, BPMN_SPACE, "script"))
		entries_add(r, x->text);
	if (names_something(x))
		name_add(r, xml_has(x, "name") ? xml_attr(x, "name") : xml_attr(x, "id"), NULL);
	for (size_t i = 0; i < x->count; i++)
		walk(r, &x->children[i]);
}

void bpmn_collect_names(struct bpmn_reader *r)
{
	static const char *const own[] = {"loopCounter", "numberOfInstances",
	        "numberOfActiveInstances", "numberOfCompletedInstances",
	        "numberOfTerminatedInstances", "activationCount", "waitingForStart", "error"};
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		name_add(r, text_from(own[i]), NULL);
	for (size_t i = 0; i < r->model->root_count; i++)
		walk(r, r->model->roots[i]);
}
