/* The names a process, its decisions and its letters may use (docs/process-contract.md). */
#include "service/package.h"

#include "format/xml.h"

const char *const reserved_names[] = {
        "applicant", "case", "place", "today", "now", "slot", "param", "deadline", NULL};

bool is_reserved(struct text name)
{
	for (const char *const *r = reserved_names; *r; r++)
		if (text_is(name, *r))
			return true;
	return false;
}

bool is_letter_name(struct text name)
{
	static const char *const names[] = {
	        "language", "authority", "letter", "text", "answers", "parts", "remedy_end", NULL};
	for (const char *const *n = names; *n; n++)
		if (text_is(name, *n))
			return true;
	return false;
}

bool is_plain_name(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		char c = t.ptr[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
		if (!letter && (i == 0 || c < '0' || c > '9'))
			return false;
	}
	return t.len > 0 && t.len <= 80;
}

struct name_type {
	const char *name;
	enum feel_type_kind kind;
};

static const struct name_type applicant_names[] = {
        {"name", FEEL_TYPE_STRING},
        {"given_name", FEEL_TYPE_STRING},
        {"family_name", FEEL_TYPE_STRING},
        {"birth_date", FEEL_TYPE_DATE},
        {"mail", FEEL_TYPE_STRING},
        {"trust", FEEL_TYPE_STRING},
        {"street", FEEL_TYPE_STRING},
        {"house_number", FEEL_TYPE_STRING},
        {"postcode", FEEL_TYPE_STRING},
        {"city", FEEL_TYPE_STRING},
        {"ags", FEEL_TYPE_STRING},
        {NULL, FEEL_TYPE_ANY},
};
static const struct name_type case_names[] = {
        {"number", FEEL_TYPE_STRING},
        {"received", FEEL_TYPE_DATE},
        {"submitted", FEEL_TYPE_DATE_TIME},
        {"authority", FEEL_TYPE_STRING},
        {"service", FEEL_TYPE_STRING},
        {"language", FEEL_TYPE_STRING},
        {"outcome", FEEL_TYPE_STRING},
        {NULL, FEEL_TYPE_ANY},
};
static const struct name_type place_names[] = {
        {"ags", FEEL_TYPE_STRING},
        {"name", FEEL_TYPE_STRING},
        {NULL, FEEL_TYPE_ANY},
};
static const struct name_type correction_names[] = {
        {"fields", FEEL_TYPE_ANY},
        {"text", FEEL_TYPE_STRING},
        {"on", FEEL_TYPE_DATE},
        {NULL, FEEL_TYPE_ANY},
};
static const struct name_type withdrawal_names[] = {
        {"on", FEEL_TYPE_DATE},
        {"text", FEEL_TYPE_STRING},
        {NULL, FEEL_TYPE_ANY},
};

static const struct feel_type *context_of(struct arena *a, const struct name_type *names)
{
	size_t count = 0;
	while (names[count].name)
		count++;
	struct feel_field *fields = ARENA_ARRAY(a, count, struct feel_field);
	for (size_t i = 0; i < count; i++)
		fields[i] = (struct feel_field){
		        text_from(names[i].name), feel_type_of_kind(names[i].kind)};
	return feel_type_context(a, fields, count, false);
}

static const struct feel_type *deadline_context(struct package *p)
{
	size_t count = p->s->deadline_count;
	struct feel_field *fields = ARENA_ARRAY(p->a, count, struct feel_field);
	for (size_t i = 0; i < count; i++)
		fields[i] = (struct feel_field){
		        p->s->deadlines[i].id, feel_type_of_kind(FEEL_TYPE_DATE_TIME)};
	return feel_type_context(p->a, fields, count, false);
}

static const struct feel_type *param_context(struct package *p)
{
	const struct json *params = json_get(p->s->manifest, "params");
	size_t count = params ? params->count : 0;
	struct feel_field *fields = ARENA_ARRAY(p->a, count, struct feel_field);
	for (size_t i = 0; i < count; i++)
		fields[i] = (struct feel_field){params->members[i].name, NULL};
	return feel_type_context(p->a, fields, count, false);
}

/* NULL while the form cannot be compiled: then every use of a field would be an error. */
const struct feel_scope *scope_build(struct package *p)
{
	if (!p->s || !p->s->form)
		return NULL;
	const struct feel_type *answers = p->s->form->type;
	p->deadline_type = deadline_context(p);
	p->param_type = param_context(p);
	const struct feel_field own[] = {
	        {TEXT("applicant"), context_of(p->a, applicant_names)},
	        {TEXT("case"), context_of(p->a, case_names)},
	        {TEXT("place"), context_of(p->a, place_names)},
	        {TEXT("today"), feel_type_of_kind(FEEL_TYPE_DATE)},
	        {TEXT("now"), feel_type_of_kind(FEEL_TYPE_DATE_TIME)},
	        {TEXT("slot"), p->slot_type},
	        {TEXT("param"), p->param_type},
	        {TEXT("deadline"), p->deadline_type},
	        {TEXT("correction"), context_of(p->a, correction_names)},
	        {TEXT("withdrawal"), context_of(p->a, withdrawal_names)},
	};
	size_t own_count = sizeof own / sizeof *own;
	struct feel_field *names = ARENA_ARRAY(p->a, own_count + answers->count, struct feel_field);
	for (size_t i = 0; i < own_count; i++)
		names[i] = own[i];
	for (size_t i = 0; i < answers->count; i++)
		names[own_count + i] = answers->fields[i];
	struct feel_scope *scope = ARENA_NEW(p->a, struct feel_scope);
	scope->names = names;
	scope->count = own_count + answers->count;
	return scope;
}

/* Variables -------------------------------------------------------------------------------------
 */

struct names {
	const struct package *p;
	struct text *items;
	size_t count, cap;
};

static void add_name(struct names *n, struct text name)
{
	for (size_t i = 0; i < n->count; i++)
		if (text_eq(n->items[i], name))
			return;
	if (name.len)
		*ARENA_PUSH(n->p->a, n->items, n->count, n->cap) = name;
}

/* The entries of the context an expression gives, as far as it is one. */
static void add_entries(struct names *n, struct text source)
{
	static const struct feel_scope open = {.open = true};
	const struct feel_expr *x = NULL;
	struct text t = text_trim(source);
	if (!t.len || feel_compile(n->p->a, t, &open, 0, NULL, &x, NULL) != OK)
		return;
	const struct feel_type *type = feel_expr_type(x);
	for (size_t i = 0; type && type->kind == FEEL_TYPE_CONTEXT && i < type->count; i++)
		add_name(n, type->fields[i].name);
}

static void walk(struct names *n, const struct xml *x)
{
	add_name(n, xml_attr_ns(x, "urn:amtsweg:bpmn:1", "result"));
	add_entries(n, xml_attr_ns(x, "urn:amtsweg:bpmn:1", "params"));
	if (text_is(x->name, "script"))
		add_entries(n, x->text);
	for (size_t i = 0; i < x->count; i++)
		walk(n, &x->children[i]);
}

void process_names(struct package *p)
{
	struct names n = {.p = p};
	walk(&n, p->bpmn_tree);
	p->names = n.items;
	p->name_count = n.count;
}

bool process_name(const struct package *p, struct text name, const struct feel_type **type)
{
	*type = NULL;
	for (size_t i = 0; p->scope && i < p->scope->count; i++) {
		if (!text_eq(p->scope->names[i].name, name))
			continue;
		*type = p->scope->names[i].type;
		return true;
	}
	for (size_t i = 0; i < p->name_count; i++)
		if (text_eq(p->names[i], name))
			return true;
	return false;
}
