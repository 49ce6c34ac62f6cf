/* form/plan.c - in which order fields are evaluated, and which screens a page falls into. */
#include "form/form_int.h"

/* Names -------------------------------------------------------------------------------------- */

static const struct form_field *find_in(
        const struct form_field *fields, size_t count, struct text id)
{
	for (size_t i = 0; i < count; i++)
		if (text_eq(fields[i].id, id))
			return &fields[i];
	return NULL;
}

static const struct form_field *find_up(
        const struct form *f, const struct form_field *group, struct text id)
{
	for (; group; group = group->parent) {
		const struct form_field *found = find_in(group->children, group->count, id);
		if (found)
			return found;
	}
	return find_in(f->fields, f->field_count, id);
}

const struct form_field *form_resolve(
        const struct form *f, const struct form_field *from_group, struct text path)
{
	struct text rest = path, id;
	const struct form_field *group = from_group, *found = NULL;
	if (!text_split(&rest, '.', &id))
		return NULL;
	bool up = false;
	while (text_is(id, "outer") && group) {
		group = group->parent;
		up = true;
		if (!text_split(&rest, '.', &id))
			return group;
	}
	/* outer.x means that level alone, a plain name also what lies around it */
	if (up && group)
		found = find_in(group->children, group->count, id);
	else if (up)
		found = find_in(f->fields, f->field_count, id);
	else
		found = find_up(f, group, id);
	while (found && found->type == FORM_GROUP && text_split(&rest, '.', &id)) {
		const struct form_field *inner = find_in(found->children, found->count, id);
		if (!inner)
			break;
		found = inner;
	}
	return found;
}

/* Order -------------------------------------------------------------------------------------- */

enum colour { WHITE, GREY, BLACK };

struct vertex {
	const struct form_page *page;
	const struct form_field *field;
	enum colour colour;
};

struct order {
	struct form_compiler *c;
	struct vertex *vertices; /* pages first, then fields in the order they were read */
	size_t count;
	struct form_node *nodes;
	size_t node_count;
	size_t *stack; /* vertices being visited */
	size_t depth;
	bool cyclic;
};

static size_t page_vertex(const struct form_page *p)
{
	return (size_t)p->index;
}

static size_t field_vertex(const struct order *o, const struct form_field *f)
{
	return o->c->form->page_count + (size_t)f->rules->vertex;
}

static void visit(struct order *o, size_t v);

static void visit_inside(struct order *o, const struct form_field *f)
{
	visit(o, field_vertex(o, f));
	for (size_t i = 0; i < f->count; i++)
		visit_inside(o, &f->children[i]);
}

static void visit_reads(
        struct order *o, const struct feel_expr *x, const struct form_field *from_group)
{
	const struct feel_read *reads;
	size_t count = x ? feel_expr_reads(x, &reads) : 0;
	for (size_t i = 0; i < count; i++) {
		const struct form_field *f = form_resolve(o->c->form, from_group, reads[i].path);
		if (f)
			visit_inside(o, f);
	}
}

static struct text vertex_name(struct arena *a, const struct vertex *v)
{
	return v->page ? text_format(a, "page %.*s", TEXT_ARG(v->page->id)) : v->field->path;
}

static void report_cycle(struct order *o, size_t back_to)
{
	struct arena *a = o->c->a;
	struct text names = TEXT_NONE;
	size_t from = o->depth;
	while (from > 0 && o->stack[from - 1] != back_to)
		from--;
	for (size_t i = from ? from - 1 : 0; i < o->depth; i++) {
		struct text n = vertex_name(a, &o->vertices[o->stack[i]]);
		names = text_format(a, "%.*s%.*s -> ", TEXT_ARG(names), TEXT_ARG(n));
	}
	struct text back = vertex_name(a, &o->vertices[back_to]);
	form_problem(o->c, "cycle", back, "these read each other in a circle: %.*s%.*s",
	        TEXT_ARG(names), TEXT_ARG(back));
	o->cyclic = true;
}

static void visit(struct order *o, size_t v)
{
	struct vertex *x = &o->vertices[v];
	if (x->colour == BLACK || o->cyclic)
		return;
	if (x->colour == GREY) {
		report_cycle(o, v);
		return;
	}
	x->colour = GREY;
	o->stack[o->depth++] = v;
	if (x->page) {
		visit_reads(o, x->page->rules->show, NULL);
	} else {
		const struct form_field *f = x->field;
		if (f->parent)
			visit(o, field_vertex(o, f->parent));
		else
			visit(o, page_vertex(f->page));
		visit_reads(o, f->rules->show, f->parent);
		visit_reads(o, f->rules->value, f->parent);
		visit_reads(o, f->rules->initial, f->parent);
	}
	o->depth--;
	x->colour = BLACK;
	o->nodes[o->node_count++] = (struct form_node){x->page, x->field};
}

static void number_fields(struct order *o, const struct form_field *fields, size_t count, int *next)
{
	for (size_t i = 0; i < count; i++) {
		form_rules_of(&fields[i])->vertex = (*next)++;
		o->vertices[field_vertex(o, &fields[i])].field = &fields[i];
		number_fields(o, fields[i].children, fields[i].count, next);
	}
}

void form_make_plan(struct form_compiler *c)
{
	struct order o = {.c = c};
	o.count = c->form->page_count + (size_t)c->field_count;
	o.vertices = ARENA_ARRAY(c->a, o.count, struct vertex);
	o.nodes = ARENA_ARRAY(c->a, o.count, struct form_node);
	o.stack = ARENA_ARRAY(c->a, o.count, size_t);
	for (size_t i = 0; i < c->form->page_count; i++)
		o.vertices[i].page = &c->form->pages[i];
	int next = 0;
	number_fields(&o, c->form->fields, c->form->field_count, &next);
	for (size_t v = 0; v < o.count; v++)
		visit(&o, v);
	struct form_plan *plan = (struct form_plan *)(uintptr_t)c->form->plan;
	plan->nodes = o.nodes;
	plan->count = o.node_count;
}

/* Screens ------------------------------------------------------------------------------------ */

struct screens {
	struct arena *a;
	struct form_screen *items;
	size_t count, cap;
	const struct form_field **run; /* fields since the last list */
	size_t run_count, run_cap;
	int parts;
};

static void flush(struct screens *s)
{
	if (s->run_count == 0)
		return;
	*ARENA_PUSH(s->a, s->items, s->count, s->cap) =
	        (struct form_screen){NULL, s->run, s->run_count, ++s->parts};
	s->run = NULL;
	s->run_count = s->run_cap = 0;
}

static void add_lists(struct screens *s, const struct form_field *f)
{
	if (form_is_list(f)) {
		flush(s);
		/* "page" alone is the first screen; fields behind a leading list are part 2 */
		if (s->count == 0)
			s->parts = 1;
		*ARENA_PUSH(s->a, s->items, s->count, s->cap) = (struct form_screen){.list = f};
		return;
	}
	/* repeating groups inside a fieldset follow it as screens of their own */
	for (size_t i = 0; i < f->count; i++)
		add_lists(s, &f->children[i]);
}

static void add_field(struct screens *s, const struct form_field *f)
{
	if (!form_is_list(f))
		*ARENA_PUSH(s->a, s->run, s->run_count, s->run_cap) = f;
	add_lists(s, f);
}

static void list_screens(struct arena *a, const struct form_field *f)
{
	for (size_t i = 0; i < f->count; i++)
		list_screens(a, &f->children[i]);
	if (!form_is_list(f))
		return;
	struct screens s = {.a = a};
	for (size_t i = 0; i < f->count; i++)
		add_field(&s, &f->children[i]);
	flush(&s);
	form_rules_of(f)->screens = s.items;
	form_rules_of(f)->screen_count = s.count;
}

void form_make_screens(struct form_compiler *c)
{
	for (size_t i = 0; i < c->form->page_count; i++) {
		const struct form_page *p = &c->form->pages[i];
		struct screens s = {.a = c->a};
		for (size_t k = 0; k < p->count; k++)
			add_field(&s, p->fields[k]);
		flush(&s);
		struct form_rules *r = (struct form_rules *)(uintptr_t)p->rules;
		r->screens = s.items;
		r->screen_count = s.count;
	}
	for (size_t i = 0; i < c->form->field_count; i++)
		list_screens(c->a, &c->form->fields[i]);
}
