/* form/say.c - labels, sentences of findings, values as people read them. */
#include "form/form_int.h"

/* Keys --------------------------------------------------------------------------------------- */

struct text form_key(
        struct arena *a, const struct form_field *f, const char *part, const struct words *w)
{
	struct text own = text_format(a, "%.*s.%s", TEXT_ARG(f->path), part);
	if (words_has(w, own) || f->like_path.len == 0)
		return own;
	struct text library = text_format(a, "%.*s.%s", TEXT_ARG(f->like_path), part);
	return words_has(w, library) ? library : own;
}

struct text form_label(
        struct form_run *r, const struct form_value *v, const char *part, const struct words *w)
{
	struct text key = form_key(r->a, v->field, part, w);
	return form_text_in(r, v->in, key, w);
}

/* Values ------------------------------------------------------------------------------------- */

static struct text code_text(
        struct arena *a, const struct form_field *f, struct text code, const struct words *w)
{
	const struct form_code *row = form_code_find(f->codes, code);
	if (!row)
		return code;
	struct text key = text_format(a, "codes.%.*s.%.*s", TEXT_ARG(f->codes->id), TEXT_ARG(code));
	return words_has(w, key) ? words_format(w, a, key, NULL, 0) : row->name;
}

static struct text unit_text(struct arena *a, const struct form_field *f, const struct words *w)
{
	struct text keys[2] = {text_format(a, "unit.%.*s", TEXT_ARG(f->unit)),
	        text_format(a, "form.unit.%.*s", TEXT_ARG(f->unit))};
	if (f->unit.len == 0)
		return TEXT_NONE;
	for (int i = 0; i < 2; i++)
		if (words_has(w, keys[i]))
			return words_format(w, a, keys[i], NULL, 0);
	return f->unit;
}

static struct text number_text(
        struct arena *a, const struct form_field *f, struct dec d, const struct words *w)
{
	bool money = f->type == FORM_NUM_CURRENCY;
	struct text t = words_number(w, a, d, money && !f->unit.len ? WORDS_MONEY : WORDS_DECIMAL);
	if (money && f->unit.len)
		t = words_number(w, a, dec_quantize(d, 2, DEC_HALF_UP), WORDS_DECIMAL);
	struct text unit = unit_text(a, f, w);
	return unit.len ? text_format(a, "%.*s %.*s", TEXT_ARG(t), TEXT_ARG(unit)) : t;
}

static int32_t second_of_day(struct feel_moment m)
{
	return m.hour * 3600 + m.minute * 60 + m.second;
}

static struct text moment_text(struct arena *a, struct feel_value v, const struct words *w)
{
	struct date d = {v.moment.year, v.moment.month, v.moment.day};
	if (v.kind == FEEL_TIME)
		return words_time(w, a, second_of_day(v.moment));
	struct text day = words_day(w, a, d, WORDS_DAY_MIDDLE);
	if (v.kind == FEEL_DATE)
		return day;
	struct text time = words_time(w, a, second_of_day(v.moment));
	return text_format(a, "%.*s, %.*s", TEXT_ARG(day), TEXT_ARG(time));
}

static struct text list_text(
        struct arena *a, const struct form_field *f, struct feel_value v, const struct words *w)
{
	struct text *parts = ARENA_ARRAY(a, v.list.count, struct text);
	for (size_t i = 0; i < v.list.count; i++)
		parts[i] = form_value_text(a, f, v.list.items[i], w);
	return text_join(a, parts, v.list.count, TEXT(", "));
}

struct text form_value_text(
        struct arena *a, const struct form_field *f, struct feel_value v, const struct words *w)
{
	switch (v.kind) {
	case FEEL_NULL: return TEXT_NONE;
	case FEEL_BOOL: return words_get(w, a, v.boolean ? "form.yes" : "form.no");
	case FEEL_NUMBER: return number_text(a, f, v.number, w);
	case FEEL_STRING: return f->codes ? code_text(a, f, v.string, w) : v.string;
	case FEEL_DATE:
	case FEEL_TIME:
	case FEEL_DATE_TIME: return moment_text(a, v, w);
	case FEEL_LIST: return list_text(a, f, v, w);
	case FEEL_CONTEXT: {
		struct text name = f->type == FORM_FILE ? TEXT("name") : TEXT("text");
		struct feel_value part = feel_context_get(v, name);
		return part.kind == FEEL_STRING ? part.string : TEXT_NONE;
	}
	default: return feel_to_string(a, v);
	}
}

/* Texts with {fields} ------------------------------------------------------------------------- */

static bool member(struct feel_value v, struct text path, struct feel_value *out)
{
	struct text rest = path, id;
	*out = v;
	while (text_split(&rest, '.', &id)) {
		const struct feel_value *found = feel_context_find(*out, id);
		if (!found)
			return false;
		*out = *found;
	}
	return true;
}

/* A placeholder as a rule would see the name: the entry, what lies around it, the world. */
static bool lookup(
        struct form_run *r, const struct form_entry *e, struct text name, struct feel_value *out)
{
	for (const struct feel_env *env = &e->env; env; env = env->outer)
		if (member(env->context, name, out))
			return true;
	(void)r;
	return false;
}

static struct word_param param_of(
        struct form_run *r, const struct form_entry *e, struct text name, const struct words *w)
{
	static const struct form_field plain = {.type = FORM_TEXT};
	struct word_param p = {.name = name};
	struct feel_value v;
	if (!lookup(r, e, name, &v))
		return p;
	const struct form_field *group = e->parent ? e->parent->field : NULL;
	const struct form_field *f = form_resolve(r->form, group, name);
	p.value = form_value_text(r->a, f && f->type != FORM_GROUP ? f : &plain, v, w);
	int64_t n;
	if (v.kind == FEEL_NUMBER && dec_to_int(v.number, &n)) {
		p.number = n;
		p.is_number = true;
	}
	if (v.kind == FEEL_LIST) {
		p.number = (int64_t)v.list.count;
		p.is_number = true;
	}
	return p;
}

struct text form_text_in(
        struct form_run *r, const struct form_entry *within, struct text key, const struct words *w)
{
	enum { PARAMS_MAX = 20 };
	struct word_param params[PARAMS_MAX];
	size_t count = 0;
	if (!words_has(w, key))
		return TEXT_NONE;
	for (size_t i = 0; count < PARAMS_MAX; i++) {
		struct text name = words_placeholder(w, key, i);
		if (name.len == 0)
			break;
		params[count++] = param_of(r, within, name, w);
	}
	return words_format(w, r->a, key, params, count);
}

struct text form_text(
        struct form_run *r, struct text within, struct text key, const struct words *w)
{
	struct form_entry *e = r->root;
	if (within.len)
		(void)form_locate(r, within, &e);
	return form_text_in(r, e ? e : r->root, key, w);
}

/* Entries ------------------------------------------------------------------------------------ */

static struct text first_answer(
        struct form_run *r, const struct form_entry *e, const struct words *w)
{
	for (size_t i = 0; i < e->count; i++) {
		const struct form_value *v = &e->values[i];
		if (!form_drawn(r, v))
			continue;
		struct text t = v->field->type == FORM_GROUP && !v->field->many
		                        ? first_answer(r, v->entries[0], w)
		                : v->field->type == FORM_GROUP
		                        ? TEXT_NONE
		                        : form_value_text(r->a, v->field, v->value, w);
		if (t.len)
			return t;
	}
	return TEXT_NONE;
}

struct text form_entry_title(struct form_run *r, const struct form_entry *e, const struct words *w)
{
	struct text key = form_key(r->a, e->parent->field, "entry", w);
	struct text title = form_text_in(r, e, key, w);
	if (text_trim(title).len)
		return title;
	title = first_answer(r, e, w);
	if (title.len)
		return title;
	struct word_param n = {TEXT("index"), text_format(r->a, "%d", e->number), e->number, true};
	return words_format(w, r->a, TEXT("form.entry"), &n, 1);
}

/* Findings ----------------------------------------------------------------------------------- */

static bool is_value_limit(const struct form_field *f)
{
	return f->type >= FORM_DATE && f->type <= FORM_NUM_CURRENCY && f->type != FORM_BOOL;
}

/* Limits of values are formatted in the language of the page. */
static struct word_param say_param(
        struct arena *a, const struct form_finding *f, struct word_param p, const struct words *w)
{
	struct feel_value v;
	if (!p.is_number && is_value_limit(f->field) && form_typed(a, f->field, p.value, &v))
		p.value = form_value_text(a, f->field, v, w);
	return p;
}

static const char *kind_of(const struct form_field *f)
{
	if (f->codes)
		return "codes";
	if (f->tick)
		return "tick";
	if (f->type == FORM_GROUP && f->many)
		return "list";
	return form_type_name(f->type);
}

struct text form_finding_text(struct arena *a, const struct form_finding *f, const struct words *w)
{
	struct word_param params[FORM_FINDING_PARAMS_MAX + 1];
	for (size_t i = 0; i < f->param_count; i++)
		params[i] = say_param(a, f, f->params[i], w);
	size_t count = f->param_count;
	params[count++] = (struct word_param){.name = TEXT("label"),
	        .value = words_format(w, a, form_key(a, f->field, "label", w), NULL, 0)};
	struct text part = text_format(a, "error.%s", f->code);
	struct text keys[4] = {TEXT_NONE};
	size_t n = 0;
	if (f->check.len)
		keys[n++] = text_format(a, "error.%.*s", TEXT_ARG(f->check));
	keys[n++] = form_key(a, f->field, text_z(a, part), w);
	keys[n++] = text_format(a, "form.error.%s.%s", f->code, kind_of(f->field));
	keys[n++] = text_format(a, "form.error.%s", f->code);
	for (size_t i = 0; i < n; i++)
		if (words_has(w, keys[i]))
			return words_format(w, a, keys[i], params, count);
	return keys[0];
}
