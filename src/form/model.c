/* form/model.c - form.json to pages and fields: the closed vocabulary, `like`, inheritance.
 * Rules are only collected here; they are compiled when all names are known. */
#include "form/form_int.h"

enum { LAYERS_MAX = 4 }; /* a library entry may itself be `like` another */

/* A definition: the form's own object first, then the library entries below it. */
struct layers {
	const struct json *own[LAYERS_MAX];
	int count;
	struct text like_path;
};

struct around {
	struct form_page *page;
	struct form_field *parent;
	struct text purpose, law;
	enum form_for who;
	enum form_class access;
	enum form_trust trust;
	bool conditional;
	int depth;
};

void form_problem(
        struct form_compiler *c, const char *code, struct text where, const char *format, ...)
{
	if (c->problems->count >= FORM_PROBLEMS_MAX) {
		c->problems->dropped++;
		return;
	}
	char z[ERRINFO_MESSAGE_MAX];
	va_list args;
	va_start(args, format);
	vsnprintf(z, sizeof z, format, args);
	va_end(args);
	struct form_problem *p =
	        ARENA_PUSH(c->a, c->problems->items, c->problems->count, c->problems->cap);
	*p = (struct form_problem){code, text_copy(c->a, where), text_copy(c->a, text_from(z))};
}

static const struct json *layer_get(const struct layers *l, const char *name)
{
	for (int i = 0; i < l->count; i++) {
		const struct json *j = json_get(l->own[i], name);
		if (j)
			return j;
	}
	return NULL;
}

static struct text layer_text(const struct layers *l, const char *name)
{
	const struct json *j = layer_get(l, name);
	return json_is(j, JSON_STRING) ? j->text : TEXT_NONE;
}

static bool layer_bool(const struct layers *l, const char *name)
{
	const struct json *j = layer_get(l, name);
	return json_is(j, JSON_BOOL) && j->boolean;
}

/* Words of single keys -------------------------------------------------------------------- */

static const char *const type_names[] = {"text", "text_latin", "date", "time", "datetime", "bool",
        "num", "num_int", "num_currency", "file", "obj", "group", "label"};

const char *form_type_name(enum form_type t)
{
	return type_names[t];
}

static bool find_word(struct text t, const char *const *words, int count, int *out)
{
	for (*out = 0; *out < count; (*out)++)
		if (text_is(t, words[*out]))
			return true;
	*out = 0;
	return false;
}

bool form_trust_parse(struct text t, enum form_trust *out)
{
	static const char *const words[] = {"none", "account", "substantial", "high"};
	int i;
	bool found = find_word(t, words, 4, &i);
	*out = (enum form_trust)i;
	return found;
}

static void read_around(
        struct form_compiler *c, const struct layers *l, struct text where, struct around *around)
{
	static const char *const classes[] = {"normal", "special", "offence"};
	static const char *const people[] = {"applicant", "second", "staff"};
	int i;
	struct text t = layer_text(l, "purpose");
	around->purpose = t.len ? text_copy(c->a, t) : around->purpose;
	t = layer_text(l, "law");
	around->law = t.len ? text_copy(c->a, t) : around->law;
	t = layer_text(l, "class");
	if (t.len && find_word(t, classes, 3, &i))
		around->access = (enum form_class)i;
	else if (t.len)
		form_problem(c, "class", where, "'class' is normal, special or offence");
	t = layer_text(l, "for");
	if (t.len && find_word(t, people, 3, &i))
		around->who = (enum form_for)i;
	else if (t.len)
		form_problem(c, "for", where, "'for' is applicant, second or staff");
	t = layer_text(l, "trust");
	if (t.len && !form_trust_parse(t, &around->trust))
		form_problem(c, "trust", where, "'trust' is none, account, substantial or high");
}

static bool number_within(struct text t, int64_t min, int64_t max, int *out)
{
	int64_t v;
	if (!text_int(t, &v) || v < min || v > max)
		return false;
	*out = (int)v;
	return true;
}

static void read_times(struct form_compiler *c, struct form_field *f, const struct layers *l)
{
	f->times_min = f->times_max = 1;
	if (f->computed || f->type == FORM_LABEL)
		f->times_min = 0;
	struct text t = layer_text(l, "times"), low, high;
	if (t.len == 0)
		return;
	int star = f->type == FORM_FILE ? FORM_FILES_MAX : FORM_ENTRIES_MAX;
	struct text rest = t;
	bool ok = text_split(&rest, ':', &low) && text_split(&rest, ':', &high) && !rest.len &&
	          number_within(low, 0, FORM_ENTRIES_MAX, &f->times_min);
	if (ok && text_is(high, "*"))
		f->times_max = star;
	else
		ok = ok && number_within(high, 1, FORM_ENTRIES_MAX, &f->times_max);
	if (!ok || f->times_min > f->times_max)
		form_problem(c, "times", f->path,
		        "'times' is two numbers as 0:1, 1:1, 0:5 or 1:* (at most %d)",
		        FORM_ENTRIES_MAX);
	f->many = f->times_max > 1;
	bool boxes = f->type == FORM_DATE || f->type == FORM_TIME || f->type == FORM_DATETIME ||
	             f->type == FORM_BOOL || f->type == FORM_OBJ;
	if (f->many && boxes)
		form_problem(c, "times", f->path,
		        "several values of type %s need a group around them",
		        form_type_name(f->type));
}

static struct form_pending *pend(struct form_compiler *c, enum form_rule_kind kind,
        struct text text, struct form_page *page, struct form_field *field)
{
	struct form_pending *p = ARENA_PUSH(c->a, c->pending, c->pending_count, c->pending_cap);
	*p = (struct form_pending){.kind = kind, .text = text, .page = page, .field = field};
	return p;
}

static void read_rule(struct form_compiler *c, struct form_field *f, const struct layers *l,
        const char *name, enum form_rule_kind kind)
{
	const struct json *j = layer_get(l, name);
	if (!j)
		return;
	if (!json_is(j, JSON_STRING) || text_trim(j->text).len == 0)
		form_problem(c, "rule", f->path, "'%s' holds a rule in FEEL as text", name);
	else
		pend(c, kind, j->text, NULL, f);
}

/* A value, or {"feel": "..."}. */
static void read_default(struct form_compiler *c, struct form_field *f, const struct layers *l)
{
	const struct json *j = layer_get(l, "default");
	if (!j)
		return;
	struct text feel = json_text(j, "feel");
	if (feel.len)
		pend(c, FORM_RULE_DEFAULT, feel, NULL, f);
	else if (json_is(j, JSON_STRING) || json_is(j, JSON_NUMBER))
		form_rules_of(f)->initial_text = text_copy(c->a, j->text);
	else if (json_is(j, JSON_BOOL))
		form_rules_of(f)->initial_text = j->boolean ? TEXT("true") : TEXT("false");
	else
		form_problem(c, "default", f->path, "'default' is a value or {\"feel\": ...}");
}

static void read_check(struct form_compiler *c, struct form_field *f, const struct json *j)
{
	struct form_rules *r = form_rules_of(f);
	if (!json_is(j, JSON_OBJECT)) {
		form_problem(c, "check", f->path, "a check is an object with 'id' and 'rule'");
		return;
	}
	form_check_keys(c, j, f->path, FORM_KEYS_CHECK);
	struct form_check *check = &r->checks[r->check_count];
	check->id = text_copy(c->a, json_text(j, "id"));
	struct text rule = json_text(j, "rule");
	if (!form_id_shape(check->id) || rule.len == 0) {
		form_problem(c, "check", f->path, "a check needs an 'id' and a 'rule'");
		return;
	}
	for (size_t i = 0; i < r->check_count; i++)
		if (text_eq(r->checks[i].id, check->id))
			form_problem(c, "check", f->path, "check '%.*s' is there twice",
			        TEXT_ARG(check->id));
	struct form_pending *p = pend(c, FORM_RULE_CHECK, rule, NULL, f);
	p->check = check;
	p->on = json_get(j, "on");
	r->check_count++;
}

/* Checks of all layers count: a form may add some, never drop one. */
static void read_checks(struct form_compiler *c, struct form_field *f, const struct layers *l)
{
	size_t total = 0;
	for (int i = 0; i < l->count; i++) {
		size_t count = 0;
		json_items(l->own[i], "check", &count);
		total += count;
	}
	form_rules_of(f)->checks = ARENA_ARRAY(c->a, total, struct form_check);
	for (int i = l->count - 1; i >= 0; i--) {
		size_t count = 0;
		const struct json *items = json_items(l->own[i], "check", &count);
		for (size_t k = 0; k < count; k++)
			read_check(c, f, &items[k]);
	}
}

static void read_fill(struct form_compiler *c, struct form_field *f, const struct layers *l)
{
	size_t count = 0;
	const struct json *j = layer_get(l, "fill");
	const struct json *items = NULL;
	if (json_is(j, JSON_ARRAY)) {
		items = j->items;
		count = j->count;
	}
	if (f->computed && !j)
		return;
	if (!j && f->parent && f->parent->fill_count && !f->parent->many) {
		struct text *inner = ARENA_ARRAY(c->a, f->parent->fill_count, struct text);
		for (size_t i = 0; i < f->parent->fill_count; i++)
			inner[i] = text_format(
			        c->a, "%.*s.%.*s", TEXT_ARG(f->parent->fill[i]), TEXT_ARG(f->id));
		f->fill = inner;
		f->fill_count = f->parent->fill_count;
		return;
	}
	struct text *fill = ARENA_ARRAY(c->a, count, struct text);
	for (size_t i = 0; i < count; i++) {
		fill[i] = text_copy(c->a, items[i].text);
		bool known = text_starts(fill[i], TEXT("account.")) ||
		             text_starts(fill[i], TEXT("earlier.")) ||
		             text_starts(fill[i], TEXT("register.")) ||
		             text_starts(fill[i], TEXT("evidence."));
		if (!known)
			form_problem(c, "fill", f->path,
			        "a source begins with account., earlier., register. or evidence.");
	}
	f->fill = fill;
	f->fill_count = count;
}

/* Layers ------------------------------------------------------------------------------------- */

static const struct json *find_part(struct form_compiler *c, struct text id)
{
	for (size_t i = 0; i < c->source->part_count; i++)
		if (text_eq(c->source->parts[i].id, id))
			return c->parts[i];
	return NULL;
}

static void add_likes(struct form_compiler *c, struct layers *l, struct text where)
{
	struct text like = json_text(l->own[l->count - 1], "like");
	while (like.len) {
		const struct json *part = find_part(c, like);
		if (!part) {
			form_problem(c, "like", where, "the field library has no '%.*s'",
			        TEXT_ARG(like));
			return;
		}
		if (l->count == LAYERS_MAX) {
			form_problem(c, "like", where, "'like' is nested too deeply");
			return;
		}
		l->like_path = l->like_path.len ? l->like_path : text_copy(c->a, like);
		l->own[l->count++] = part;
		like = json_text(part, "like");
	}
}

static const struct json *child_in(const struct json *layer, struct text id)
{
	size_t count = 0;
	const struct json *items = json_items(layer, "fields", &count);
	for (size_t i = 0; i < count; i++)
		if (text_eq(json_text(&items[i], "id"), id))
			return &items[i];
	return NULL;
}

/* All children: those of the deepest library entry first, then what each layer adds. */
static size_t merge_children(struct form_compiler *c, const struct layers *l, struct layers **out)
{
	struct layers *list = NULL;
	size_t count = 0, cap = 0;
	for (int i = l->count - 1; i >= 0; i--) {
		size_t n = 0;
		const struct json *items = json_items(l->own[i], "fields", &n);
		for (size_t k = 0; k < n; k++) {
			struct text id = json_text(&items[k], "id");
			bool below = false;
			for (int d = i + 1; d < l->count; d++)
				below |= id.len && child_in(l->own[d], id) != NULL;
			if (below)
				continue;
			struct layers *child = ARENA_PUSH(c->a, list, count, cap);
			*child = (struct layers){0};
			for (int d = 0; d <= i; d++) {
				const struct json *j = d == i ? &items[k] : child_in(l->own[d], id);
				if (j)
					child->own[child->count++] = j;
			}
			if (i > 0 && l->like_path.len)
				child->like_path = text_format(
				        c->a, "%.*s.%.*s", TEXT_ARG(l->like_path), TEXT_ARG(id));
		}
	}
	*out = list;
	return count;
}

/* Fields ------------------------------------------------------------------------------------- */

static void read_field(
        struct form_compiler *c, struct form_field *f, struct layers l, struct around around);

static void read_children(
        struct form_compiler *c, struct form_field *f, const struct layers *l, struct around around)
{
	struct layers *list = NULL;
	size_t count = merge_children(c, l, &list);
	around.parent = f;
	around.depth++;
	if (count == 0)
		form_problem(c, "group", f->path, "a group needs 'fields'");
	if (around.depth > FORM_DEPTH_MAX) {
		form_problem(c, "limit", f->path, "groups stand inside each other at most %d deep",
		        FORM_DEPTH_MAX);
		return;
	}
	struct form_field *children = ARENA_ARRAY(c->a, count, struct form_field);
	f->children = children;
	f->count = count;
	for (size_t i = 0; i < count; i++) {
		children[i].index = (int)i;
		read_field(c, &children[i], list[i], around);
	}
}

static void read_type(struct form_compiler *c, struct form_field *f, const struct layers *l)
{
	int type;
	struct text t = layer_text(l, "type");
	if (!find_word(t, type_names, 13, &type))
		form_problem(c, "type", f->path, "'%.*s' is no type of field", TEXT_ARG(t));
	f->type = (enum form_type)type;
	for (int i = 1; i < l->count; i++) {
		struct text below = json_text(l->own[i], "type");
		if (below.len && !text_eq(below, t))
			form_problem(c, "like", f->path, "'like' cannot change the type");
	}
}

static void read_rules(struct form_compiler *c, struct form_field *f, const struct layers *l)
{
	read_rule(c, f, l, "show", FORM_RULE_SHOW);
	read_rule(c, f, l, "need", FORM_RULE_NEED);
	read_rule(c, f, l, "value", FORM_RULE_VALUE);
	read_default(c, f, l);
	read_checks(c, f, l);
	read_fill(c, f, l);
	if (f->hidden && !f->computed)
		form_problem(c, "hidden", f->path, "a hidden field needs a 'value'");
	if (layer_bool(l, "lock") && !f->computed && f->fill_count == 0)
		form_problem(c, "lock", f->path, "a locked field needs 'value' or 'fill'");
	if (f->computed && f->type == FORM_GROUP)
		form_problem(c, "value", f->path, "a group cannot be computed; its fields can");
	if (f->computed && (layer_get(l, "default") || f->fill_count))
		form_problem(c, "value", f->path, "a computed field has no starting value");
}

static void read_field(
        struct form_compiler *c, struct form_field *f, struct layers l, struct around around)
{
	struct text id = json_text(l.own[0], "id");
	f->id = text_copy(c->a, id);
	f->path = around.parent ? text_format(c->a, "%.*s.%.*s", TEXT_ARG(around.parent->path),
	                                  TEXT_ARG(id))
	                        : f->id;
	f->rules = ARENA_NEW(c->a, struct form_rules);
	f->page = around.page;
	f->parent = around.parent;
	if (++c->field_count > FORM_FIELDS_MAX)
		return;
	form_check_id(c, id, f->path);
	add_likes(c, &l, f->path);
	for (int i = 0; i < l.count; i++)
		form_check_keys(c, l.own[i], f->path, i > 0 ? FORM_KEYS_LIBRARY : FORM_KEYS_FIELD);
	f->like_path = l.like_path;
	read_around(c, &l, f->path, &around);
	f->purpose = around.purpose;
	f->law = around.law;
	f->who = around.who;
	f->access = around.access;
	f->trust = around.trust;
	around.conditional |= layer_get(&l, "show") || layer_get(&l, "need");
	f->conditional = around.conditional;
	read_type(c, f, &l);
	f->hidden = layer_bool(&l, "hidden");
	f->computed = layer_get(&l, "value") != NULL;
	f->locked = f->computed || layer_bool(&l, "lock");
	f->tick = layer_bool(&l, "tick");
	f->other = layer_bool(&l, "other");
	read_times(c, f, &l);
	read_rules(c, f, &l);
	/* outermost layer last: what is nearer narrows what is below */
	for (int i = l.count - 1; i >= 0; i--)
		form_read_limits(c, f, l.own[i]);
	if (f->type == FORM_GROUP)
		read_children(c, f, &l, around);
}

/* Pages -------------------------------------------------------------------------------------- */

static void check_section(struct form_compiler *c, const struct form_page *p)
{
	size_t count = 0;
	const struct json *items = json_items(c->top, "sections", &count);
	if (p->section.len == 0 || count == 0)
		return;
	for (size_t i = 0; i < count; i++)
		if (text_eq(items[i].text, p->section))
			return;
	form_problem(c, "section", p->id, "'sections' does not list '%.*s'", TEXT_ARG(p->section));
}

static void read_page(struct form_compiler *c, struct form_page *p, const struct json *j,
        struct form_field *fields)
{
	struct layers l = {.own = {j}, .count = 1};
	struct around around = {.page = p,
	        .purpose = text_copy(c->a, json_text(c->top, "purpose")),
	        .law = text_copy(c->a, json_text(c->top, "law"))};
	p->id = text_copy(c->a, json_text(j, "id"));
	struct text where = text_format(c->a, "page %.*s", TEXT_ARG(p->id));
	form_check_keys(c, j, where, FORM_KEYS_PAGE);
	if (!form_id_shape(p->id))
		form_problem(c, "id", where, "a page needs an id of small letters, digits and _");
	p->section = text_copy(c->a, json_text(j, "section"));
	check_section(c, p);
	p->exit = json_bool(j, "exit", false);
	p->rules = ARENA_NEW(c->a, struct form_rules);
	read_around(c, &l, where, &around);
	p->who = around.who;
	p->trust = around.trust;
	around.trust = FORM_TRUST_NONE;
	struct text show = json_text(j, "show");
	if (show.len)
		pend(c, FORM_RULE_SHOW, show, p, NULL);
	around.conditional = show.len > 0;
	size_t count = 0;
	const struct json *items = json_items(j, "fields", &count);
	if (count == 0 && !p->exit)
		form_problem(c, "page", where, "a page needs 'fields' or is an exit");
	const struct form_field **list = ARENA_ARRAY(c->a, count, const struct form_field *);
	p->fields = list;
	p->count = count;
	for (size_t i = 0; i < count; i++) {
		fields[i].index = (int)(&fields[i] - c->form->fields);
		list[i] = &fields[i];
		read_field(c, &fields[i], (struct layers){.own = {&items[i]}, .count = 1}, around);
	}
	for (size_t i = 0; i < count && i == 0; i++)
		p->who = fields[i].who;
	for (size_t i = 0; i < count; i++)
		if (fields[i].who != p->who)
			form_problem(
			        c, "for", where, "the fields of a page are for the same person");
}

static void check_twice(struct form_compiler *c)
{
	const struct form *f = c->form;
	for (size_t i = 0; i < f->page_count; i++)
		for (size_t k = 0; k < i; k++)
			if (text_eq(f->pages[i].id, f->pages[k].id))
				form_problem(c, "twice", f->pages[i].id, "two pages have this id");
	for (size_t i = 0; i < f->field_count; i++)
		for (size_t k = 0; k < i; k++)
			if (text_eq(f->fields[i].id, f->fields[k].id))
				form_problem(c, "twice", f->fields[i].path,
				        "two fields have this id; ids of all pages share one room");
}

static void check_twice_inside(struct form_compiler *c, const struct form_field *g)
{
	for (size_t i = 0; i < g->count; i++) {
		for (size_t k = 0; k < i; k++)
			if (text_eq(g->children[i].id, g->children[k].id))
				form_problem(c, "twice", g->children[i].path,
				        "two fields of the group have this id");
		check_twice_inside(c, &g->children[i]);
	}
}

void form_read_pages(struct form_compiler *c)
{
	size_t count = 0, total = 0;
	const struct json *pages = json_items(c->top, "pages", &count);
	form_check_keys(c, c->top, TEXT("form.json"), FORM_KEYS_TOP);
	if (json_int(c->top, "format", 0) != 1)
		form_problem(c, "format", TEXT("form.json"), "'format' must be 1");
	if (count == 0 || count > FORM_PAGES_MAX) {
		form_problem(
		        c, "pages", TEXT("form.json"), "a form has 1 to %d pages", FORM_PAGES_MAX);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		size_t n = 0;
		json_items(&pages[i], "fields", &n);
		total += n;
	}
	if (total > FORM_FIELDS_MAX) {
		form_problem(c, "limit", TEXT("form.json"), "more than %d fields", FORM_FIELDS_MAX);
		return;
	}
	struct form_page *list = ARENA_ARRAY(c->a, count, struct form_page);
	struct form_field *fields = ARENA_ARRAY(c->a, total, struct form_field);
	c->form->pages = list;
	c->form->page_count = count;
	c->form->fields = fields;
	c->form->field_count = total;
	size_t at = 0;
	for (size_t i = 0; i < count; i++) {
		list[i].index = (int)i;
		read_page(c, &list[i], &pages[i], &fields[at]);
		at += list[i].count;
	}
	if (c->field_count > FORM_FIELDS_MAX)
		form_problem(c, "limit", TEXT("form.json"), "more than %d fields", FORM_FIELDS_MAX);
	check_twice(c);
	for (size_t i = 0; i < total; i++)
		check_twice_inside(c, &fields[i]);
}
