/* form/eval.c - what is visible, what is computed: all rules in their order. */
#include "form/form_int.h"

enum { FAULTS_MAX = 50 };

void form_fault_add(struct form_run *r, struct text where, const char *message)
{
	if (r->fault_count >= FAULTS_MAX)
		return;
	for (size_t i = 0; i < r->fault_count; i++)
		if (text_eq(r->faults[i].where, where))
			return;
	*ARENA_PUSH(r->a, r->faults, r->fault_count, r->fault_cap) =
	        (struct form_fault){where, text_copy(r->a, text_from(message))};
}

/* `own` adds the name `value`. A breached budget is an error, everything else a value. */
enum err form_eval_rule(struct form_run *r, const struct feel_expr *x, const struct form_entry *e,
        const struct feel_value *own, struct feel_value *out)
{
	struct feel_entry entry = {TEXT("value"), own ? *own : feel_null()};
	struct feel_context context = {&entry, 1};
	struct feel_env inner = {&e->env, feel_context_of(&context)};
	*out = feel_null();
	r->feel.diagnostics.count = 0;
	return feel_eval(x, &r->feel, own ? &inner : &e->env, out, NULL);
}

static bool of_this_person(const struct form_run *r, const struct form_field *f)
{
	return f->who <= r->options.who;
}

static void set_slot(struct form_value *v)
{
	int slot = v->field->rules->slot;
	if (slot >= 0)
		v->in->slots[slot].value = v->value;
}

static struct feel_value list_value(struct form_run *r, const struct form_value *v)
{
	struct feel_list_builder b = feel_list_begin(r->a);
	for (size_t i = 0; i < v->entry_count; i++)
		if (!v->entries[i]->provisional)
			feel_list_add(&b, feel_context_of(&v->entries[i]->context));
	return feel_list_end(&b);
}

static struct feel_value files_value(struct form_run *r, const struct form_value *v)
{
	if (v->file_count == 0)
		return v->field->many ? feel_list(NULL, 0) : feel_null();
	if (!v->field->many)
		return form_file_value(r->a, &v->files[0]);
	struct feel_list_builder b = feel_list_begin(r->a);
	for (size_t i = 0; i < v->file_count; i++)
		feel_list_add(&b, form_file_value(r->a, &v->files[i]));
	return feel_list_end(&b);
}

static struct feel_value given_value(struct form_run *r, const struct form_value *v)
{
	struct feel_value one;
	if (!v->field->many)
		return v->count && form_typed(r->a, v->field, v->items[0], &one) ? one
		                                                                 : feel_null();
	struct feel_list_builder b = feel_list_begin(r->a);
	for (size_t i = 0; i < v->count; i++)
		if (form_typed(r->a, v->field, v->items[i], &one))
			feel_list_add(&b, one);
	return feel_list_end(&b);
}

static bool fill_value(struct form_run *r, struct form_value *v)
{
	const struct form_field *f = v->field;
	struct text t, canonical;
	bool empty;
	for (size_t i = 0; r->world.fill && i < f->fill_count; i++) {
		if (!r->world.fill(r->world.fill_self, r->a, f->fill[i], &t) || t.len == 0)
			continue;
		if (form_take(r->a, f, t, TEXT("en"), &canonical, &empty) || empty ||
		        !form_typed(r->a, f, canonical, &v->value))
			continue;
		v->starting_source = f->fill[i];
		return true;
	}
	return false;
}

/* Fill, else default; a value of another kind is a fault of the package. */
static enum err starting_value(struct form_run *r, struct form_value *v)
{
	const struct form_rules *rules = v->field->rules;
	bool tick = v->field->tick;
	v->value = v->field->many ? feel_list(NULL, 0) : tick ? feel_bool(false) : feel_null();
	if (fill_value(r, v)) {
		v->starting = true;
		return OK;
	}
	struct feel_value start = feel_null();
	if (rules->initial)
		TRY(form_eval_rule(r, rules->initial, v->in, NULL, &start));
	else if (rules->initial_text.len)
		(void)form_typed(r->a, v->field, rules->initial_text, &start);
	if (feel_is_null(start))
		return OK;
	struct feel_value again;
	struct text text = form_canonical(r->a, v->field, start);
	if (v->field->many || !form_typed(r->a, v->field, text, &again)) {
		form_fault_add(r, form_value_path(r->a, v), "the default is no answer");
		return OK;
	}
	v->value = start;
	v->starting = true;
	return OK;
}

static enum err computed_value(struct form_run *r, struct form_value *v)
{
	TRY(form_eval_rule(r, v->field->rules->value, v->in, NULL, &v->value));
	if (!feel_is_null(v->value) && !feel_conforms(v->value, v->field->rules->type)) {
		form_fault_add(r, form_value_path(r->a, v), "the computed value has another type");
		v->value = feel_null();
	}
	return OK;
}

static enum err leaf_value(struct form_run *r, struct form_value *v)
{
	if (v->field->computed)
		return computed_value(r, v);
	if (v->field->type == FORM_FILE) {
		v->value = files_value(r, v);
		return OK;
	}
	switch (v->state) {
	case FORM_UNTOUCHED: return starting_value(r, v);
	case FORM_GIVEN: v->value = given_value(r, v); return OK;
	case FORM_EMPTY:
	case FORM_BAD:
		v->value = v->field->many   ? feel_list(NULL, 0)
		           : v->field->tick ? feel_bool(false)
		                            : feel_null();
		return OK;
	}
	return OK;
}

static enum err evaluate_value(struct form_run *r, struct form_value *v, bool around)
{
	const struct form_field *f = v->field;
	v->visible = around && of_this_person(r, f);
	v->starting = false;
	v->starting_source = TEXT_NONE;
	v->value = feel_null();
	if (v->visible && f->rules->show) {
		struct feel_value show;
		TRY(form_eval_rule(r, f->rules->show, v->in, NULL, &show));
		v->visible = feel_is_true(show);
	}
	if (v->visible && f->type == FORM_GROUP)
		v->value = f->many ? list_value(r, v) : feel_context_of(&v->entries[0]->context);
	else if (v->visible && f->type != FORM_LABEL)
		TRY(leaf_value(r, v));
	set_slot(v);
	return OK;
}

/* Every instance of a field: one in each entry of the groups around it. */
static enum err evaluate_field(
        struct form_run *r, struct form_entry *e, const struct form_field *f, bool around)
{
	const struct form_field *path[FORM_DEPTH_MAX + 1];
	int depth = 0;
	for (const struct form_field *g = f->parent; g != (e->parent ? e->parent->field : NULL);
	        g = g->parent)
		path[depth++] = g;
	if (depth == 0)
		return evaluate_value(r, form_entry_value(e, f), around);
	struct form_value *group = form_entry_value(e, path[depth - 1]);
	for (size_t i = 0; i < group->entry_count; i++)
		TRY(evaluate_field(r, group->entries[i], f, group->visible));
	return OK;
}

static enum err evaluate_page(struct form_run *r, const struct form_page *p)
{
	struct feel_value show = feel_bool(true);
	if (p->rules->show)
		TRY(form_eval_rule(r, p->rules->show, r->root, NULL, &show));
	r->page_visible[p->index] = feel_is_true(show);
	return OK;
}

enum err form_evaluate(struct form_run *r, struct errinfo *e)
{
	feel_run_init(&r->feel, r->a, r->world.now.ms);
	r->feel.limits.steps = FORM_EVAL_STEPS;
	for (size_t i = 0; i < r->form->plan->count; i++) {
		const struct form_node *n = &r->form->plan->nodes[i];
		enum err err = n->page ? evaluate_page(r, n->page)
		                       : evaluate_field(r, r->root, n->field,
		                                 r->page_visible[n->field->page->index]);
		if (err == OK)
			continue;
		return fail(e, err, "the rules of the form take too long at '%.*s'",
		        TEXT_ARG(n->page ? n->page->id : n->field->path));
	}
	r->feel.steps_used = 0;
	r->steps_made = false;
	return OK;
}

/* Opening ------------------------------------------------------------------------------------ */

static void make_globals(struct form_run *r)
{
	const struct form_world *w = &r->world;
	struct feel_value now = feel_from_instant(r->a, w->now.ms, "Europe/Berlin");
	struct feel_context_builder b = feel_context_begin(r->a);
	feel_context_set(&b, TEXT("applicant"), w->applicant);
	feel_context_set(&b, TEXT("place"), w->place);
	feel_context_set(&b, TEXT("slot"), w->slot);
	feel_context_set(&b, TEXT("case"), w->case_data);
	feel_context_set(
	        &b, TEXT("language"), w->language.len ? feel_string(w->language) : feel_null());
	feel_context_set(&b, TEXT("now"), now);
	feel_context_set(
	        &b, TEXT("today"), feel_date(now.moment.year, now.moment.month, now.moment.day));
	struct feel_value natives = r->form->plan->natives;
	for (size_t i = 0; i < natives.context->count; i++)
		feel_context_set(
		        &b, natives.context->entries[i].name, natives.context->entries[i].value);
	r->today = (struct date){now.moment.year, now.moment.month, now.moment.day};
	r->globals = (struct feel_env){.context = feel_context_end(&b)};
}

static struct form_run *run_new(struct arena *a, const struct form *f)
{
	struct form_run *r = ARENA_NEW(a, struct form_run);
	r->a = a;
	r->form = f;
	r->page_seen = ARENA_ARRAY(a, f->page_count, uint32_t);
	r->page_visible = ARENA_ARRAY(a, f->page_count, bool);
	r->root = form_entry_new(r, NULL);
	return r;
}

enum err form_run_open(struct arena *a, const struct form *f, const struct form_world *world,
        const struct form_options *options, struct text draft, struct form_run **out,
        struct errinfo *e)
{
	struct form_run *r = run_new(a, f);
	r->world = *world;
	if (options)
		r->options = *options;
	make_globals(r);
	TRY(form_answers_read(r, draft, e));
	TRY(form_evaluate(r, e));
	*out = r;
	return OK;
}

/* All values as they stand, nothing hidden, no rule evaluated. */
static void take_values(struct form_run *r, struct form_entry *e)
{
	for (size_t i = 0; i < e->count; i++) {
		struct form_value *v = &e->values[i];
		v->visible = true;
		if (v->field->type == FORM_GROUP) {
			for (size_t k = 0; k < v->entry_count; k++)
				take_values(r, v->entries[k]);
			v->value = v->field->many ? list_value(r, v)
			                          : feel_context_of(&v->entries[0]->context);
		} else if (v->field->type == FORM_FILE) {
			v->value = files_value(r, v);
		} else if (v->field->type != FORM_LABEL) {
			v->value = given_value(r, v);
		}
		set_slot(v);
	}
}

enum err form_answers_open(struct arena *a, const struct form *f, struct text submission,
        struct form_run **out, struct errinfo *e)
{
	struct form_run *r = run_new(a, f);
	r->options.who = FORM_STAFF;
	TRY(form_answers_read(r, submission, e));
	take_values(r, r->root);
	*out = r;
	return OK;
}

size_t form_faults(const struct form_run *r, const struct form_fault **out)
{
	*out = r->faults;
	return r->fault_count;
}
