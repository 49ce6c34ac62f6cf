/* form/scope.c - what a rule may name, and rules to bytecode. */
#include "form/form_int.h"

/* Types ------------------------------------------------------------------------------------ */

static const struct feel_type *kind(enum feel_type_kind k)
{
	return feel_type_of_kind(k);
}

static const struct feel_type *file_type(struct arena *a)
{
	struct feel_field *f = ARENA_ARRAY(a, 5, struct feel_field);
	f[0] = (struct feel_field){TEXT("name"), kind(FEEL_TYPE_STRING)};
	f[1] = (struct feel_field){TEXT("media"), kind(FEEL_TYPE_STRING)};
	f[2] = (struct feel_field){TEXT("size"), kind(FEEL_TYPE_NUMBER)};
	f[3] = (struct feel_field){TEXT("hash"), kind(FEEL_TYPE_STRING)};
	f[4] = (struct feel_field){TEXT("scan"), kind(FEEL_TYPE_STRING)};
	return feel_type_context(a, f, 5, false);
}

static const struct feel_type *make_type(struct form_compiler *c, struct form_field *f);

static const struct feel_type *members_type(
        struct form_compiler *c, const struct form_field *fields, size_t count, int *slots)
{
	struct feel_field *list = ARENA_ARRAY(c->a, count, struct feel_field);
	int n = 0;
	for (size_t i = 0; i < count; i++) {
		struct form_field *f = (struct form_field *)(uintptr_t)&fields[i];
		struct form_rules *r = form_rules_of(f);
		r->slot = -1;
		if (f->type == FORM_LABEL)
			continue;
		r->type = make_type(c, f);
		r->slot = n;
		list[n++] = (struct feel_field){f->id, r->type};
	}
	*slots = n;
	return feel_type_context(c->a, list, (size_t)n, false);
}

static const struct feel_type *make_type(struct form_compiler *c, struct form_field *f)
{
	const struct feel_type *one = NULL;
	switch (f->type) {
	case FORM_TEXT:
	case FORM_TEXT_LATIN: one = kind(FEEL_TYPE_STRING); break;
	case FORM_DATE: one = kind(FEEL_TYPE_DATE); break;
	case FORM_TIME: one = kind(FEEL_TYPE_TIME); break;
	case FORM_DATETIME: one = kind(FEEL_TYPE_DATE_TIME); break;
	case FORM_BOOL: one = kind(FEEL_TYPE_BOOL); break;
	case FORM_NUM:
	case FORM_NUM_INT:
	case FORM_NUM_CURRENCY: one = kind(FEEL_TYPE_NUMBER); break;
	case FORM_FILE: one = file_type(c->a); break;
	case FORM_OBJ: one = feel_type_context(c->a, NULL, 0, true); break;
	case FORM_GROUP:
		one = members_type(c, f->children, f->count, &form_rules_of(f)->slots);
		break;
	case FORM_LABEL: return kind(FEEL_TYPE_NULL);
	}
	return f->many ? feel_type_list(c->a, one) : one;
}

void form_make_types(struct form_compiler *c)
{
	struct form *f = c->form;
	int slots = 0;
	struct form_plan *plan = ARENA_NEW(c->a, struct form_plan);
	(void)members_type(c, f->fields, f->field_count, &slots);
	plan->root_slots = slots;
	plan->natives = form_natives(c->a);
	f->plan = plan;
	struct feel_field *list = ARENA_ARRAY(c->a, f->field_count, struct feel_field);
	size_t n = 0;
	for (size_t i = 0; i < f->field_count; i++)
		if (f->fields[i].who != FORM_STAFF && f->fields[i].type != FORM_LABEL)
			list[n++] = (struct feel_field){f->fields[i].id, f->fields[i].rules->type};
	f->type = feel_type_context(c->a, list, n, false);
}

/* Scopes ------------------------------------------------------------------------------------- */

static const struct feel_type *context_type(
        struct arena *a, const char *const *strings, const struct feel_field *more, size_t count)
{
	struct feel_field *f = ARENA_ARRAY(a, 20 + count, struct feel_field);
	size_t n = 0;
	for (; strings && strings[n]; n++)
		f[n] = (struct feel_field){text_from(strings[n]), kind(FEEL_TYPE_STRING)};
	for (size_t i = 0; i < count; i++)
		f[n++] = more[i];
	return feel_type_context(a, f, n, false);
}

/* docs/process-contract.md: what a form's rules see of it. */
static struct feel_scope *global_scope(struct form_compiler *c)
{
	static const char *const applicant[] = {"name", "given_name", "family_name", "mail",
	        "trust", "street", "house_number", "postcode", "city", "ags", NULL};
	static const char *const place[] = {"ags", "name", NULL};
	static const char *const cases[] = {
	        "number", "authority", "service", "language", "outcome", NULL};
	struct arena *a = c->a;
	const struct feel_field born[] = {{TEXT("birth_date"), kind(FEEL_TYPE_DATE)}};
	const struct feel_field days[] = {{TEXT("received"), kind(FEEL_TYPE_DATE)},
	        {TEXT("submitted"), kind(FEEL_TYPE_DATE_TIME)}};
	struct feel_field *f = ARENA_ARRAY(a, 8, struct feel_field);
	f[0] = (struct feel_field){TEXT("applicant"), context_type(a, applicant, born, 1)};
	f[1] = (struct feel_field){TEXT("today"), kind(FEEL_TYPE_DATE)};
	f[2] = (struct feel_field){TEXT("now"), kind(FEEL_TYPE_DATE_TIME)};
	f[3] = (struct feel_field){TEXT("place"), context_type(a, place, NULL, 0)};
	f[4] = (struct feel_field){
	        TEXT("slot"), context_type(a, NULL, c->source->slots, c->source->slot_count)};
	f[5] = (struct feel_field){TEXT("language"), kind(FEEL_TYPE_STRING)};
	f[6] = (struct feel_field){TEXT("case"), context_type(a, cases, days, 2)};
	struct feel_field *param = ARENA_NEW(a, struct feel_field);
	*param = (struct feel_field){TEXT("text"), kind(FEEL_TYPE_STRING)};
	struct feel_type *iban = ARENA_NEW(a, struct feel_type);
	*iban = (struct feel_type){.kind = FEEL_TYPE_FUNCTION,
	        .element = kind(FEEL_TYPE_BOOL),
	        .fields = param,
	        .count = 1};
	f[7] = (struct feel_field){TEXT("iban ok"), iban};
	struct feel_scope *s = ARENA_NEW(a, struct feel_scope);
	*s = (struct feel_scope){.names = f, .count = 8};
	return s;
}

static const struct feel_type *level_type(
        struct form_compiler *c, const struct form_field *group, struct feel_scope *extra)
{
	const struct feel_type *members = NULL;
	if (group) {
		members = group->rules->type;
		members = group->many ? members->element : members;
	} else {
		int slots;
		members = members_type(c, c->form->fields, c->form->field_count, &slots);
	}
	if (!extra)
		return members;
	struct feel_field *f = ARENA_ARRAY(c->a, members->count + extra->count, struct feel_field);
	memcpy(f, members->fields, members->count * sizeof *f);
	memcpy(f + members->count, extra->names, extra->count * sizeof *f);
	return feel_type_context(c->a, f, members->count + extra->count, false);
}

struct scopes {
	struct form_compiler *c;
	struct feel_scope *globals, *root;
	const struct feel_type *root_type;
};

/* Scope of rules of the members of `group`; NULL: of top-level fields. */
static const struct feel_scope *scope_in(
        struct scopes *s, const struct form_field *group, const struct feel_type **level)
{
	if (!group) {
		*level = s->root_type;
		return s->root;
	}
	const struct feel_type *above;
	const struct feel_scope *outer = scope_in(s, group->parent, &above);
	struct arena *a = s->c->a;
	struct feel_field *f = ARENA_ARRAY(a, 2, struct feel_field);
	f[0] = (struct feel_field){TEXT("outer"), above};
	f[1] = (struct feel_field){TEXT("index"), kind(FEEL_TYPE_NUMBER)};
	struct feel_scope *extra = ARENA_NEW(a, struct feel_scope);
	*extra = (struct feel_scope){.outer = outer, .names = f, .count = group->many ? 2 : 1};
	*level = level_type(s->c, group, extra);
	const struct feel_type *own =
	        group->many ? group->rules->type->element : group->rules->type;
	struct feel_scope *members = ARENA_NEW(a, struct feel_scope);
	*members = (struct feel_scope){.outer = extra, .names = own->fields, .count = own->count};
	return members;
}

/* Rules -------------------------------------------------------------------------------------- */

static const char *const rule_names[] = {"show", "need", "value", "default", "min", "max", "check"};

struct text form_rule_where(struct arena *a, const struct form_pending *p)
{
	if (p->page)
		return text_format(a, "page %.*s %s", TEXT_ARG(p->page->id), rule_names[p->kind]);
	if (p->check)
		return text_format(
		        a, "%.*s check %.*s", TEXT_ARG(p->field->path), TEXT_ARG(p->check->id));
	return text_format(a, "%.*s %s", TEXT_ARG(p->field->path), rule_names[p->kind]);
}

static bool type_fits(const struct feel_type *t, enum feel_type_kind want)
{
	return !t || t->kind == FEEL_TYPE_ANY || t->kind == FEEL_TYPE_NULL || t->kind == want;
}

static enum feel_type_kind wanted_kind(const struct form_pending *p)
{
	bool boolean = p->kind == FORM_RULE_SHOW || p->kind == FORM_RULE_NEED ||
	               p->kind == FORM_RULE_CHECK;
	return boolean ? FEEL_TYPE_BOOL : p->field->rules->type->kind;
}

static void set_rule(struct form_pending *p)
{
	struct form_rules *r =
	        p->page ? (struct form_rules *)(uintptr_t)p->page->rules : form_rules_of(p->field);
	switch (p->kind) {
	case FORM_RULE_SHOW: r->show = p->expr; break;
	case FORM_RULE_NEED: r->need = p->expr; break;
	case FORM_RULE_VALUE: r->value = p->expr; break;
	case FORM_RULE_DEFAULT: r->initial = p->expr; break;
	case FORM_RULE_MIN: r->min = p->expr; break;
	case FORM_RULE_MAX: r->max = p->expr; break;
	case FORM_RULE_CHECK: p->check->rule = p->expr; break;
	}
}

static void report(struct form_compiler *c, const struct form_pending *p,
        const struct feel_diagnostics *d, const struct errinfo *e)
{
	struct text where = form_rule_where(c->a, p);
	bool any = false;
	for (size_t i = 0; d && i < d->count; i++) {
		const struct feel_diagnostic *x = &d->items[i];
		if (x->severity != FEEL_ERROR)
			continue;
		any = true;
		struct text t = feel_diagnostic_text(c->a, x);
		form_problem(c, feel_code_name(x->code), where, "%.*s", TEXT_ARG(t));
	}
	if (!any)
		form_problem(c, "rule", where, "%s", e->message);
}

static void resolve_on(struct form_compiler *c, struct form_pending *p)
{
	size_t count = json_is(p->on, JSON_ARRAY) ? p->on->count : 0;
	const struct form_field **on = ARENA_ARRAY(c->a, count + 1, const struct form_field *);
	size_t n = 0;
	for (size_t i = 0; i < count; i++) {
		struct text name = p->on->items[i].text;
		const struct form_field *f =
		        text_is(name, "value") ? p->field
		                               : form_resolve(c->form, p->field->parent, name);
		if (f)
			on[n++] = f;
		else
			form_problem(c, "unknown_name", form_rule_where(c->a, p),
			        "'on' names no field: '%.*s'", TEXT_ARG(name));
	}
	if (n == 0)
		on[n++] = p->field;
	p->check->on = on;
	p->check->on_count = n;
}

static void compile_rule(struct scopes *s, struct form_pending *p)
{
	struct form_compiler *c = s->c;
	struct errinfo e = {0};
	struct feel_diagnostics d;
	const struct feel_type *level;
	const struct feel_scope *scope = scope_in(s, p->field ? p->field->parent : NULL, &level);
	struct feel_field own = {TEXT("value"), p->field ? p->field->rules->type : NULL};
	struct feel_scope inner = {.outer = scope, .names = &own, .count = 1};
	feel_diagnostics_init(&d, c->a);
	if (p->check || p->kind == FORM_RULE_NEED)
		scope = &inner;
	enum err err = feel_compile(c->a, p->text, scope, FEEL_STRICT, &d, &p->expr, &e);
	if (err != OK) {
		report(c, p, &d, &e);
		p->expr = NULL;
		return;
	}
	const struct feel_type *t = feel_expr_type(p->expr);
	if (!type_fits(t, wanted_kind(p))) {
		struct text got = feel_type_text(c->a, t);
		struct text want = feel_type_text(c->a, kind(wanted_kind(p)));
		form_problem(c, "wrong_type", form_rule_where(c->a, p),
		        "the rule gives %.*s, wanted is %.*s", TEXT_ARG(got), TEXT_ARG(want));
	}
	set_rule(p);
	if (p->check)
		resolve_on(c, p);
}

void form_compile_rules(struct form_compiler *c)
{
	struct scopes s = {.c = c, .globals = global_scope(c)};
	s.root_type = level_type(c, NULL, NULL);
	s.root = ARENA_NEW(c->a, struct feel_scope);
	*s.root = (struct feel_scope){
	        .outer = s.globals, .names = s.root_type->fields, .count = s.root_type->count};
	for (size_t i = 0; i < c->pending_count; i++)
		compile_rule(&s, &c->pending[i]);
}
