/* What rules and staff pages found out: contexts of the process as tables. A package names the
 * lines it wants shown by the text <variable>.show and their names by <variable>.<member>. */
#include "web/desk/desk.h"

enum { RESULT_DEPTH_MAX = 4, RESULT_ROWS_MAX = 200 };

struct results {
	struct web_request *r;
	const struct case_view *v;
	const struct words *w;
	struct desk_result *result;
	size_t cap;
};

static struct text value_words(struct results *x, struct feel_value v)
{
	struct web_request *r = x->r;
	switch (v.kind) {
	case FEEL_NULL: return portal_t(r, "desk.result.none");
	case FEEL_BOOL: return portal_t(r, v.boolean ? "desk.result.yes" : "desk.result.no");
	case FEEL_NUMBER: return texts_decimal(r->arena, r->texts, r->language, v.number);
	case FEEL_DATE:
		return desk_day(r, (struct date){v.moment.year, v.moment.month, v.moment.day});
	default: return feel_to_string(r->arena, v);
	}
}

static struct text label_of(struct results *x, struct text key)
{
	return service_text(x->v->adoption, portal_language(x->r), key, NULL);
}

/* "sheet_rent" without a text of its own: "sheet rent". */
static struct text plain_name(struct arena *a, struct text name)
{
	char *z = text_z(a, name);
	for (size_t i = 0; i < name.len; i++) {
		if (z[i] == '_')
			z[i] = ' ';
	}
	return (struct text){z, name.len};
}

static struct desk_value *add(struct results *x)
{
	if (x->result->row_count >= RESULT_ROWS_MAX)
		return NULL;
	return ARENA_PUSH(x->r->arena, x->result->rows, x->result->row_count, x->cap);
}

static void add_value(
        struct results *x, struct text key, struct text name, struct feel_value v, int depth);

/* Of "assessment.doubts" the item no_zone: "assessment.doubts.no_zone", else "doubt.no_zone". */
static struct text item_words(struct results *x, struct text key, struct text item)
{
	struct arena *a = x->r->arena;
	struct text own = label_of(x, text_format(a, "%.*s.%.*s", TEXT_ARG(key), TEXT_ARG(item)));
	size_t from = 0;
	for (size_t i = 0; i < key.len; i++) {
		if (key.ptr[i] == '.')
			from = i + 1;
	}
	struct text member = text_part(key, from, key.len);
	if (text_ends(member, TEXT("s")))
		member.len--;
	if (own.len == 0)
		own = label_of(x, text_format(a, "%.*s.%.*s", TEXT_ARG(member), TEXT_ARG(item)));
	return own.len ? own : item;
}

static void add_list(
        struct results *x, struct text key, struct text name, struct feel_value v, int depth)
{
	for (size_t i = 0; i < v.list.count; i++) {
		struct feel_value item = v.list.items[i];
		if (item.kind == FEEL_STRING) {
			/* a list of ids: the package may have a sentence for each */
			item = feel_string(item_words(x, key, item.string));
		}
		struct text numbered = text_format(x->r->arena, "%.*s %zu", TEXT_ARG(name), i + 1);
		add_value(x, key, v.list.count > 1 ? numbered : name, item, depth + 1);
	}
}

static void add_context(
        struct results *x, struct text key, struct text name, struct feel_value v, int depth)
{
	struct desk_value *head = depth > 0 ? add(x) : NULL;
	if (head) {
		head->heading = true;
		head->label = name;
	}
	for (size_t i = 0; i < v.context->count; i++) {
		const struct feel_entry *entry = &v.context->entries[i];
		struct text path =
		        text_format(x->r->arena, "%.*s.%.*s", TEXT_ARG(key), TEXT_ARG(entry->name));
		struct text label = label_of(x, path);
		add_value(x, path, label.len ? label : plain_name(x->r->arena, entry->name),
		        entry->value, depth + 1);
	}
}

static void add_value(
        struct results *x, struct text key, struct text name, struct feel_value v, int depth)
{
	if (depth > RESULT_DEPTH_MAX)
		return;
	if (v.kind == FEEL_CONTEXT) {
		add_context(x, key, name, v, depth);
		return;
	}
	if (v.kind == FEEL_LIST) {
		add_list(x, key, name, v, depth);
		return;
	}
	struct desk_value *row = add(x);
	if (!row)
		return;
	row->label = name;
	row->value = value_words(x, v);
}

/* "amount_eur:money", "first.M" */
static void add_path(struct results *x, struct text variable, struct text item, struct feel_value v)
{
	size_t colon = text_find(item, TEXT(":"), 0);
	bool money = colon != SIZE_MAX;
	struct text path = money ? text_part(item, 0, colon) : item;
	struct text key = text_format(x->r->arena, "%.*s.%.*s", TEXT_ARG(variable), TEXT_ARG(path));
	struct text label = label_of(x, key);
	struct feel_value found = feel_context_path(v, path);
	struct desk_value *row = money && found.kind == FEEL_NUMBER ? add(x) : NULL;
	if (!row) {
		add_value(x, key, label.len ? label : path, found, 1);
		return;
	}
	row->label = label.len ? label : path;
	row->value = texts_money(x->r->arena, x->r->texts, x->r->language, found.number);
}

/* "<variable>.show" lists the lines a clerk wants first; all the others fold out. */
static void add_chosen(struct results *x, struct text variable, struct feel_value v)
{
	struct desk_result *result = x->result;
	struct text list = label_of(x, text_format(x->r->arena, "%.*s.show", TEXT_ARG(variable)));
	struct text item;
	add_value(x, variable, variable, v, 0);
	if (list.len == 0)
		return;
	result->steps = result->rows;
	result->step_count = result->row_count;
	result->rows = NULL;
	result->row_count = x->cap = 0;
	while (text_split(&list, ' ', &item))
		add_path(x, variable, item, v);
}

static bool shows(const struct bpmn_element *x)
{
	struct text form = bpmn_attribute(x, "form");
	static const char *const builtin[] = {
	        "mark", "decide", "draft", "sign", "confirm", "payment"};
	if (x->kind == BPMN_RULE_TASK)
		return true;
	for (size_t i = 0; i < sizeof builtin / sizeof *builtin; i++) {
		if (text_is(form, builtin[i]))
			return false;
	}
	return x->kind == BPMN_USER_TASK;
}

/* A staff page's result with the labels of its fields. */
static bool add_page(struct results *x, struct text page, struct feel_value v)
{
	struct form_options options = {.who = FORM_STAFF};
	struct errinfo ignored;
	struct form_run *run;
	struct form_view view;
	if (case_form(web_app(x->r)->casework, x->v, x->r->arena, &options, &run, &ignored) != OK ||
	        form_view(run, page, x->w, NULL, &view, &ignored) != OK)
		return false;
	for (size_t i = 0; i < view.item_count; i++) {
		const struct form_item *it = &view.items[i];
		struct feel_value value = feel_context_get(v, it->field->id);
		struct desk_value *row = feel_is_null(value) ? NULL : add(x);
		if (!row)
			continue;
		row->label = it->label;
		row->value = form_value_text(x->r->arena, it->field, value, x->w);
	}
	return true;
}

enum err desk_results(struct web_request *r, const struct case_view *v, const struct words *w,
        struct desk_result **out, size_t *count, struct errinfo *e)
{
	const struct bpmn_element *const *list;
	size_t n = bpmn_model_elements(v->adoption->service->model, &list), cap = 0;
	(void)e;
	*out = NULL;
	*count = 0;
	for (size_t i = 0; i < n; i++) {
		struct text name = bpmn_attribute(list[i], "result");
		struct feel_value value = feel_context_get(v->variables, name);
		if (name.len == 0 || !shows(list[i]) || feel_is_null(value))
			continue;
		struct desk_result *result = ARENA_PUSH(r->arena, *out, *count, cap);
		struct results x = {.r = r, .v = v, .w = w, .result = result};
		result->title = desk_step(r, v->adoption, list[i]->id);
		if (list[i]->kind != BPMN_USER_TASK ||
		        !add_page(&x, bpmn_attribute(list[i], "form"), value))
			add_chosen(&x, name, value);
		if (result->row_count == 0)
			(*count)--;
	}
	return OK;
}
