/* What rules and staff pages found out: contexts of the process as tables. A package names the
 * lines it wants shown by the texts <variable>.<member>; without any, all of them are. */
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

static void add_list(
        struct results *x, struct text key, struct text name, struct feel_value v, int depth)
{
	for (size_t i = 0; i < v.list.count; i++) {
		struct feel_value item = v.list.items[i];
		if (item.kind == FEEL_STRING) {
			/* a list of ids: the package may have a sentence for each */
			struct text own = label_of(
			        x, text_format(x->r->arena, "%.*s.%.*s", TEXT_ARG(key),
			                   TEXT_ARG(item.string)));
			item = feel_string(own.len ? own : item.string);
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
		struct text path = text_format(x->r->arena, "%.*s.%.*s", TEXT_ARG(key),
		        TEXT_ARG(entry->name));
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

/* Has the package said which lines it wants? "<variable>.show" lists them. */
static void add_chosen(struct results *x, struct text variable, struct feel_value v)
{
	struct text list = label_of(x, text_format(x->r->arena, "%.*s.show", TEXT_ARG(variable)));
	struct text path;
	if (list.len == 0) {
		add_value(x, variable, variable, v, 0);
		return;
	}
	while (text_split(&list, ' ', &path)) {
		struct text key =
		        text_format(x->r->arena, "%.*s.%.*s", TEXT_ARG(variable), TEXT_ARG(path));
		struct text label = label_of(x, key);
		add_value(x, key, label.len ? label : path, feel_context_path(v, path), 1);
	}
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
		result->title = list[i]->name;
		if (list[i]->kind != BPMN_USER_TASK ||
		        !add_page(&x, bpmn_attribute(list[i], "form"), value))
			add_chosen(&x, name, value);
		if (result->row_count == 0)
			(*count)--;
	}
	return OK;
}
