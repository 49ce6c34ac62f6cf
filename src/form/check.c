/* form/check.c - what is wrong with the answers: findings as data. */
#include "form/form_int.h"

void form_found_add(
        struct form_run *r, struct form_found *out, const struct form_value *v, const char *code)
{
	if (out->count >= FORM_FINDINGS_MAX)
		return;
	struct form_finding *f = ARENA_PUSH(r->a, out->items, out->count, out->cap);
	*f = (struct form_finding){.path = form_value_path(r->a, v),
	        .field = v->field,
	        .code = code,
	        .address = form_value_address(r, v)};
}

static struct form_finding *last(struct form_found *out)
{
	return &out->items[out->count - 1];
}

static void param(struct form_found *out, const char *name, struct text value)
{
	struct form_finding *f = last(out);
	if (f->param_count < FORM_FINDING_PARAMS_MAX)
		f->params[f->param_count++] =
		        (struct word_param){.name = text_from(name), .value = value};
}

static void param_number(
        struct form_run *r, struct form_found *out, const char *name, int64_t number)
{
	param(out, name, text_format(r->a, "%lld", (long long)number));
	struct form_finding *f = last(out);
	f->params[f->param_count - 1].number = number;
	f->params[f->param_count - 1].is_number = true;
}

/* A limit as value: formatted later, when the language is known. */
static void param_limit(
        struct form_run *r, struct form_found *out, const char *name, struct feel_value v)
{
	param(out, name, form_canonical(r->a, last(out)->field, v));
}

/* Need --------------------------------------------------------------------------------------- */

bool form_needed(struct form_run *r, const struct form_value *v)
{
	const struct form_field *f = v->field;
	if (f->computed || f->type == FORM_LABEL)
		return false;
	if (f->times_min > 0)
		return true;
	struct feel_value need;
	if (!f->rules->need || form_eval_rule(r, f->rules->need, v->in, &v->value, &need) != OK)
		return false;
	return feel_is_true(need);
}

static size_t answers_of(const struct form_value *v)
{
	if (v->field->type == FORM_FILE)
		return v->file_count;
	if (v->field->type == FORM_GROUP && v->field->many) {
		size_t n = 0;
		for (size_t i = 0; i < v->entry_count; i++)
			n += !v->entries[i]->provisional;
		return n;
	}
	if (v->starting)
		return 1;
	return v->state == FORM_GIVEN ? v->count : 0;
}

/* A fieldset that may stay empty is empty: nothing inside it is asked for. */
static bool left_empty(struct form_run *r, const struct form_value *v)
{
	for (const struct form_entry *e = v->in; e->parent; e = e->parent->in) {
		const struct form_value *group = e->parent;
		if (group->field->many)
			return false;
		if (!form_needed(r, group) && !form_answered(group))
			return true;
	}
	return false;
}

static bool check_times(struct form_run *r, struct form_value *v, struct form_found *out)
{
	const struct form_field *f = v->field;
	size_t n = answers_of(v), min = (size_t)f->times_min;
	bool list = f->many;
	if (f->type == FORM_GROUP && !list)
		return true;
	bool ticked = !f->tick || feel_is_true(v->value);
	if ((n == 0 || !ticked) && form_needed(r, v)) {
		form_found_add(r, out, v, "need");
		return false;
	}
	if (list && n > 0 && n < min) {
		form_found_add(r, out, v, "times_min");
		param_number(r, out, "min", f->times_min);
		return false;
	}
	if (n > (size_t)f->times_max) {
		form_found_add(r, out, v, "times");
		param_number(r, out, "max", f->times_max);
		return false;
	}
	return n > 0;
}

/* Limits ------------------------------------------------------------------------------------- */

static int64_t length_max(const struct form_field *f)
{
	if (f->length_max)
		return f->length_max;
	return f->lines > 1 ? FORM_AREA_MAX : FORM_LINE_MAX;
}

static bool listed_code(const struct form_field *f, struct text t)
{
	return f->codes && form_code_find(f->codes, t);
}

static void check_text(
        struct form_run *r, struct form_value *v, struct text t, struct form_found *out)
{
	const struct form_field *f = v->field;
	int64_t length = (int64_t)utf8_length(t);
	if (listed_code(f, t))
		return;
	if (length < f->length_min) {
		form_found_add(r, out, v, "min");
		param_number(r, out, "min", f->length_min);
	} else if (length > length_max(f)) {
		form_found_add(r, out, v, "max");
		param_number(r, out, "max", length_max(f));
		param_number(r, out, "length", length);
	} else if (f->type == FORM_TEXT_LATIN && !form_latin_ok(t, f->lines > 1)) {
		form_found_add(r, out, v, "latin");
	} else if (f->rules->pattern.len && !form_pattern_match(r->a, f->rules->pattern, t)) {
		form_found_add(r, out, v, "pattern");
	}
}

static struct feel_value limit_of(struct form_run *r, const struct form_value *v, bool is_min)
{
	const struct form_rules *rules = v->field->rules;
	const struct feel_expr *x = is_min ? rules->min : rules->max;
	struct feel_value limit = is_min ? rules->min_value : rules->max_value;
	if (!x)
		return limit;
	if (form_eval_rule(r, x, v->in, NULL, &limit) != OK)
		return feel_null();
	return limit;
}

static void check_range(
        struct form_run *r, struct form_value *v, struct feel_value value, struct form_found *out)
{
	struct feel_value min = limit_of(r, v, true), max = limit_of(r, v, false);
	if (!feel_is_null(min) && feel_compare(value, min) == -1) {
		form_found_add(r, out, v, "min");
		param_limit(r, out, "min", min);
	} else if (!feel_is_null(max) && feel_compare(value, max) == 1) {
		form_found_add(r, out, v, "max");
		param_limit(r, out, "max", max);
	}
}

static void check_one(
        struct form_run *r, struct form_value *v, struct feel_value one, struct form_found *out)
{
	switch (v->field->type) {
	case FORM_TEXT:
	case FORM_TEXT_LATIN: check_text(r, v, one.string, out); break;
	case FORM_DATE:
	case FORM_TIME:
	case FORM_DATETIME:
	case FORM_NUM:
	case FORM_NUM_INT:
	case FORM_NUM_CURRENCY: check_range(r, v, one, out); break;
	default: break;
	}
}

static void check_limits(struct form_run *r, struct form_value *v, struct form_found *out)
{
	if (v->field->type == FORM_GROUP)
		return;
	if (v->value.kind != FEEL_LIST || v->field->type == FORM_FILE) {
		if (!feel_is_null(v->value))
			check_one(r, v, v->value, out);
		return;
	}
	size_t before = out->count;
	for (size_t i = 0; i < v->value.list.count && out->count == before; i++)
		check_one(r, v, v->value.list.items[i], out);
}

/* Checks ------------------------------------------------------------------------------------- */

/* The instance of `f` that a rule at `v` means: in its own entry or in one around it. */
static struct form_value *instance(const struct form_value *v, const struct form_field *f)
{
	if (f == v->field)
		return (struct form_value *)(uintptr_t)v;
	for (const struct form_entry *e = v->in; e; e = e->parent ? e->parent->in : NULL) {
		const struct form_field *group = e->parent ? e->parent->field : NULL;
		const struct form_field *path[FORM_DEPTH_MAX + 1];
		int depth = 0;
		const struct form_field *g = f;
		for (; g && g->parent != group && depth < FORM_DEPTH_MAX; g = g->parent)
			path[depth++] = g;
		if (!g || g->parent != group)
			continue;
		struct form_value *at = form_entry_value(e, g);
		while (depth > 0 && at->field->type == FORM_GROUP && !at->field->many)
			at = form_entry_value(at->entries[0], path[--depth]);
		return at;
	}
	return NULL;
}

enum inputs { INPUTS_GIVEN, INPUTS_SOME_MISSING, INPUTS_BAD };

static enum inputs inputs_of(const struct form_value *v, const struct form_check *c)
{
	enum inputs state = INPUTS_GIVEN;
	for (size_t i = 0; i < c->on_count; i++) {
		const struct form_value *on = instance(v, c->on[i]);
		if (on && on->visible && on->state == FORM_BAD)
			return INPUTS_BAD;
		if (!on || feel_is_null(on->value))
			state = INPUTS_SOME_MISSING;
	}
	return state;
}

/* Findings stand at the field that holds the check; a hidden one has none to show. */
static const struct form_value *shown_at(
        struct form_run *r, const struct form_value *v, const struct form_check *c)
{
	if (form_drawn(r, v) && !v->field->computed)
		return v;
	for (size_t i = 0; i < c->on_count; i++) {
		const struct form_value *on = instance(v, c->on[i]);
		if (on && form_drawn(r, on))
			return on;
	}
	return v;
}

static void check_rules(struct form_run *r, struct form_value *v, struct form_found *out)
{
	const struct form_rules *rules = v->field->rules;
	for (size_t i = 0; i < rules->check_count; i++) {
		const struct form_check *c = &rules->checks[i];
		enum inputs inputs = inputs_of(v, c);
		struct feel_value ok;
		if (inputs == INPUTS_BAD)
			continue;
		if (form_eval_rule(r, c->rule, v->in, &v->value, &ok) != OK) {
			form_fault_add(r,
			        text_format(r->a, "%.*s check %.*s",
			                TEXT_ARG(form_value_path(r->a, v)), TEXT_ARG(c->id)),
			        "the rule takes too long");
			continue;
		}
		if (ok.kind == FEEL_BOOL && !ok.boolean) {
			form_found_add(r, out, shown_at(r, v, c), "check");
			last(out)->check = c->id;
		} else if (ok.kind != FEEL_BOOL && inputs == INPUTS_GIVEN) {
			form_fault_add(r,
			        text_format(r->a, "%.*s check %.*s",
			                TEXT_ARG(form_value_path(r->a, v)), TEXT_ARG(c->id)),
			        "no result although everything was given");
		}
	}
}

void form_check_value(struct form_run *r, struct form_value *v, struct form_found *out)
{
	const struct form_field *f = v->field;
	if (!v->visible || f->type == FORM_LABEL || left_empty(r, v))
		return;
	if (v->state == FORM_BAD && !f->computed) {
		form_found_add(r, out, v, v->bad);
		return;
	}
	size_t before = out->count;
	bool any = f->computed || check_times(r, v, out);
	if (any && out->count == before && !f->computed)
		check_limits(r, v, out);
	/* one finding at a field is enough to begin with */
	if (out->count == before)
		check_rules(r, v, out);
}

/* Whole pages -------------------------------------------------------------------------------- */

static void check_inside(struct form_run *r, struct form_value *v, struct form_found *out)
{
	if (!v->visible || v->field->who != r->options.who)
		return;
	form_check_value(r, v, out);
	for (size_t i = 0; i < v->entry_count; i++)
		if (!v->entries[i]->provisional)
			form_check_entry(r, v->entries[i], out);
}

void form_check_entry(struct form_run *r, const struct form_entry *e, struct form_found *out)
{
	for (size_t i = 0; i < e->count; i++)
		check_inside(r, &e->values[i], out);
}

void form_check_page(struct form_run *r, const struct form_page *page, struct form_found *out)
{
	if (page->who != r->options.who || !r->page_visible[page->index])
		return;
	for (size_t i = 0; i < page->count; i++)
		check_inside(r, form_entry_value(r->root, page->fields[i]), out);
}

size_t form_findings(struct form_run *r, struct text address, const struct form_finding **out)
{
	struct form_found found = {0};
	struct form_place p;
	r->feel.steps_used = 0;
	if (address.len == 0)
		for (size_t i = 0; i < r->form->page_count; i++)
			form_check_page(r, &r->form->pages[i], &found);
	else if (form_place_at(r, address, false, &p, NULL) == OK && form_place_visible(r, &p))
		form_place_findings(r, &p, &found);
	*out = found.items;
	return found.count;
}

/* Files -------------------------------------------------------------------------------------- */

static bool media_fits(const struct form_field *f, struct text media)
{
	static const char *const usual[] = {"application/pdf", "image/jpeg", "image/png", NULL};
	for (size_t i = 0; i < f->media_count; i++)
		if (text_eq(f->media[i], media))
			return true;
	for (const char *const *u = usual; f->media_count == 0 && *u; u++)
		if (text_is(media, *u))
			return true;
	return false;
}

static const char *file_code(const struct form_value *v, const struct form_file *file)
{
	const struct form_field *f = v->field;
	int64_t max = (int64_t)(f->max_mb ? f->max_mb : 10) << 20;
	if (file->size <= 0)
		return "file_empty";
	if (file->size > max)
		return "size";
	if (!media_fits(f, file->media))
		return "media";
	if (text_is(file->scan, "bad"))
		return "scan";
	if (v->file_count >= (size_t)f->times_max)
		return "times";
	return NULL;
}

enum err form_file_check(struct form_run *r, struct text path, const struct form_file *file,
        struct form_finding *finding, struct errinfo *e)
{
	struct form_value *v = form_locate(r, path, NULL);
	if (!v || v->field->type != FORM_FILE || !form_drawn(r, v) || !form_open_here(r, v))
		return fail(e, ERR_NOT_FOUND, "there is no file to give at '%.*s'", TEXT_ARG(path));
	const char *code = file_code(v, file);
	if (!code)
		return OK;
	struct form_found found = {0};
	form_found_add(r, &found, v, code);
	if (code[0] == 's' && code[1] == 'i')
		param_number(r, &found, "max", v->field->max_mb ? v->field->max_mb : 10);
	if (code[0] == 't')
		param_number(r, &found, "max", v->field->times_max);
	if (finding)
		*finding = found.items[0];
	return fail(e, ERR_INVALID, "the file is refused: %s", code);
}
