/* form/post.c - taking answers: a posted step, files, removed entries, whole pages. */
#include "form/form_int.h"

/* An answer whose name was not posted, as it was before. */
struct absent {
	struct form_value *value;
	struct form_value before;
};

struct posting {
	const struct form_posted *posted;
	size_t count;
	const struct form_value **appeared; /* drawn now, not drawn before, not posted */
	size_t appeared_count, appeared_cap;
	struct absent *absent;
	size_t absent_count, absent_cap;
	struct form_found *refused; /* answers that need a stronger login */
};

static const struct form_posted *find_posted(
        const struct posting *p, struct text name, const char *suffix, size_t *from)
{
	size_t len = strlen(suffix);
	for (size_t i = from ? *from : 0; i < p->count; i++) {
		struct text n = p->posted[i].name;
		if (n.len != name.len + len || !text_starts(n, name) ||
		        memcmp(n.ptr + name.len, suffix, len) != 0)
			continue;
		if (from)
			*from = i + 1;
		return &p->posted[i];
	}
	return NULL;
}

static bool any_posted(const struct posting *p, const struct form_value *v, struct text name)
{
	static const char *const suffixes[] = {"", ".day", ".month", ".year", ".time", ".other"};
	(void)v;
	for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++)
		if (find_posted(p, name, suffixes[i], NULL))
			return true;
	return false;
}

/* Setting ------------------------------------------------------------------------------------ */

static void set_empty(struct form_value *v)
{
	v->state = FORM_EMPTY;
	v->count = 0;
	v->raw_count = 0;
	v->source = TEXT_NONE;
}

static void set_bad(struct form_run *r, struct form_value *v, const char *code,
        const struct text *raw, size_t count)
{
	v->state = FORM_BAD;
	v->bad = code;
	v->count = 0;
	v->source = TEXT_NONE;
	v->raw = ARENA_ARRAY(r->a, count + FORM_RAW_MAX, struct text);
	v->raw_count = count;
	for (size_t i = 0; i < count; i++)
		v->raw[i] = form_storable(r->a, raw[i]);
}

/* `source` stays when the answer is what was filled in. */
static void set_given(
        struct form_run *r, struct form_value *v, const struct text *items, size_t count)
{
	struct text before = v->starting_source.len ? v->starting_source : v->source;
	struct text old = form_canonical(r->a, v->field, v->value);
	bool same = count == 1 && !v->field->many && text_eq(items[0], old);
	v->state = FORM_GIVEN;
	v->source = same ? before : TEXT_NONE;
	v->raw_count = 0;
	v->count = v->cap = 0;
	v->items = NULL;
	for (size_t i = 0; i < count; i++)
		*ARENA_PUSH(r->a, v->items, v->count, v->cap) = text_copy(r->a, items[i]);
}

static struct text value_of(const struct form_posted *p)
{
	return p ? p->value : TEXT_NONE;
}

static void post_date(struct form_run *r, struct form_value *v, struct posting *p, struct text name)
{
	bool boxes = find_posted(p, name, ".day", NULL) || find_posted(p, name, ".month", NULL) ||
	             find_posted(p, name, ".year", NULL);
	struct text raw[FORM_RAW_MAX] = {value_of(find_posted(p, name, ".day", NULL)),
	        value_of(find_posted(p, name, ".month", NULL)),
	        value_of(find_posted(p, name, ".year", NULL)),
	        value_of(find_posted(p, name, ".time", NULL))};
	struct text date = TEXT_NONE, time = TEXT_NONE;
	bool empty = false;
	const char *bad;
	if (!boxes) {
		raw[0] = value_of(find_posted(p, name, "", NULL));
		bad = form_take(r->a, v->field, raw[0], r->world.language, &date, &empty);
	} else {
		bad = form_take_date(r->a, raw, &date, &empty);
	}
	bool timed = v->field->type == FORM_DATETIME && boxes;
	if (timed && empty && text_trim(raw[3]).len)
		bad = "day";
	else if (empty && !bad)
		return set_empty(v);
	if (!bad && timed) {
		bad = form_take_time(r->a, raw[3], &time);
		date = text_format(r->a, "%.*sT%.*s@Europe/Berlin", TEXT_ARG(date), TEXT_ARG(time));
	}
	struct feel_value typed;
	if (!bad && !form_typed(r->a, v->field, date, &typed))
		bad = "form";
	if (bad)
		set_bad(r, v, bad, raw, !boxes ? 1 : timed ? 4 : 3);
	else
		set_given(r, v, &date, 1);
}

static struct text chosen(
        struct posting *p, const struct form_field *f, struct text name, struct text value)
{
	if (f->other && text_is(value, "_other"))
		return value_of(find_posted(p, name, ".other", NULL));
	return value;
}

static void post_plain(
        struct form_run *r, struct form_value *v, struct posting *p, struct text name)
{
	const struct form_field *f = v->field;
	struct text raw[FORM_ENTRIES_MAX], items[FORM_ENTRIES_MAX];
	size_t raw_count = 0, count = 0, from = 0;
	const char *bad = NULL;
	const struct form_posted *one;
	size_t max = f->many ? FORM_ENTRIES_MAX : 1;
	while (raw_count < max && (one = find_posted(p, name, "", &from)) != NULL) {
		struct text value = chosen(p, f, name, one->value), canonical;
		struct feel_value typed;
		bool empty;
		const char *wrong =
		        form_take(r->a, f, value, r->world.language, &canonical, &empty);
		raw[raw_count++] = value;
		if (!wrong && empty)
			continue;
		if (!wrong && !form_typed(r->a, f, canonical, &typed))
			wrong = f->codes ? "code" : "form";
		bad = bad ? bad : wrong;
		items[count++] = canonical;
	}
	if (bad)
		set_bad(r, v, bad, raw, raw_count);
	else if (count == 0 && f->tick)
		set_given(r, v, &TEXT("false"), 1);
	else if (count == 0)
		set_empty(v);
	else
		set_given(r, v, items, count);
}

/* A locked, filled field is taken as it was shown. */
static void keep_filled(struct form_run *r, struct form_value *v)
{
	if (v->state != FORM_UNTOUCHED || !v->starting || v->starting_source.len == 0)
		return;
	struct text canonical = form_canonical(r->a, v->field, v->value);
	set_given(r, v, &canonical, 1);
}

static void post_value(struct form_run *r, struct form_value *v, void *data)
{
	struct posting *p = data;
	const struct form_field *f = v->field;
	if (f->type == FORM_GROUP || f->type == FORM_LABEL || f->type == FORM_FILE || f->computed ||
	        f->hidden || f->who != r->options.who)
		return;
	struct text name = form_value_path(r->a, v);
	bool posted = any_posted(p, v, name);
	if (!posted && !v->visible)
		return;
	if (form_locked(r, v)) {
		bool weak = f->trust > r->world.trust && posted && v->visible;
		if (weak)
			form_found_add(r, p->refused, v, "trust");
		keep_filled(r, v);
		return;
	}
	if (!posted && v->state != FORM_UNTOUCHED)
		*ARENA_PUSH(r->a, p->absent, p->absent_count, p->absent_cap) =
		        (struct absent){v, *v};
	if (f->type == FORM_DATE || f->type == FORM_DATETIME)
		post_date(r, v, p, name);
	else
		post_plain(r, v, p, name);
}

/* Fields nobody could answer yet: out of sight before and not posted. */
static void note_hidden(struct form_run *r, struct form_value *v, void *data)
{
	struct posting *p = data;
	const struct form_field *f = v->field;
	bool asked = f->type != FORM_GROUP && f->type != FORM_LABEL && !f->computed && !f->hidden;
	if (!asked || v->visible || any_posted(p, v, form_value_path(r->a, v)))
		return;
	if (f->type == FORM_FILE ? v->file_count : v->state != FORM_UNTOUCHED)
		return;
	*ARENA_PUSH(r->a, p->appeared, p->appeared_count, p->appeared_cap) = v;
}

static bool appeared(struct form_run *r, const struct posting *p)
{
	bool any = false;
	for (size_t i = 0; i < p->appeared_count; i++)
		any |= form_drawn(r, p->appeared[i]) && !form_locked(r, p->appeared[i]);
	return any;
}

/* Questions that have only just appeared are asked, not complained about. */
static void drop_appeared(struct form_run *r, const struct posting *p, struct form_found *found)
{
	size_t kept = 0;
	for (size_t i = 0; i < found->count; i++) {
		bool drop = false;
		for (size_t k = 0; k < p->appeared_count; k++)
			drop |= text_eq(
			        found->items[i].path, form_value_path(r->a, p->appeared[k]));
		if (!drop)
			found->items[kept++] = found->items[i];
	}
	found->count = kept;
}

/* What went out of sight with this post was not emptied by it. */
static void restore_hidden(struct posting *p)
{
	for (size_t i = 0; i < p->absent_count; i++) {
		struct form_value *v = p->absent[i].value, old = p->absent[i].before;
		if (v->visible)
			continue;
		v->state = old.state;
		v->items = old.items;
		v->count = old.count;
		v->cap = old.cap;
		v->raw = old.raw;
		v->raw_count = old.raw_count;
		v->bad = old.bad;
		v->source = old.source;
	}
}

static enum err finish(struct form_run *r, const struct form_place *place, struct posting *p,
        struct form_outcome *out, struct errinfo *e)
{
	struct form_found found = *p->refused;
	TRY(form_evaluate(r, e));
	restore_hidden(p);
	form_place_findings(r, place, &found);
	out->more = appeared(r, p);
	drop_appeared(r, p, &found);
	if (!out->more) {
		form_place_see(r, place);
		r->steps_made = false;
	}
	out->findings = found.items;
	out->count = found.count;
	out->next = form_next(r, form_place_address(r, place));
	return OK;
}

enum err form_post(struct form_run *r, struct text address, const struct form_posted *posted,
        size_t count, struct form_outcome *out, struct errinfo *e)
{
	struct form_found refused = {0};
	struct posting p = {.posted = posted, .count = count, .refused = &refused};
	struct form_place place;
	*out = (struct form_outcome){0};
	if (count > FORM_POSTED_MAX)
		return fail(e, ERR_LIMIT, "more than %d posted names", FORM_POSTED_MAX);
	TRY(form_place_at(r, address, true, &place, e));
	if (!form_place_visible(r, &place))
		return fail(e, ERR_NOT_FOUND, "the step '%.*s' is out of sight", TEXT_ARG(address));
	form_visit_screen(r, &place, note_hidden, &p);
	form_visit_screen(r, &place, post_value, &p);
	for (struct form_entry *x = place.entry; x->parent; x = x->parent->in)
		x->provisional = false;
	return finish(r, &place, &p, out, e);
}

/* Entries ------------------------------------------------------------------------------------ */

enum err form_entry_remove(struct form_run *r, struct text path, struct errinfo *e)
{
	struct form_entry *gone = NULL;
	struct form_value *v = form_locate(r, path, &gone);
	if (!v || !gone || !form_is_list(v->field) || !form_drawn(r, v) || !form_open_here(r, v))
		return fail(e, ERR_NOT_FOUND, "there is no entry '%.*s'", TEXT_ARG(path));
	for (size_t i = (size_t)gone->number; i < v->entry_count; i++) {
		v->entries[i - 1] = v->entries[i];
		v->entries[i - 1]->number = (int)i;
		v->entries[i - 1]->extra_slots[1].value = feel_int((int64_t)i);
	}
	v->entry_count--;
	return form_evaluate(r, e);
}

/* Files -------------------------------------------------------------------------------------- */

/* Makes the entries a path names that do not exist yet: at most the next one of a list. */
static struct form_value *locate_or_make(struct form_run *r, struct text path, struct errinfo *e)
{
	for (size_t at = text_find(path, TEXT("["), 0); at != SIZE_MAX;
	        at = text_find(path, TEXT("["), at + 1)) {
		size_t close = text_find(path, TEXT("]"), at);
		int64_t n;
		struct form_value *list = form_locate(r, text_part(path, 0, at), NULL);
		if (close == SIZE_MAX || !list || !form_is_list(list->field) ||
		        !text_int(text_part(path, at + 1, close), &n))
			return NULL;
		if (n == (int64_t)list->entry_count && list->entries[n - 1]->provisional)
			list->entries[n - 1]->provisional = false;
		if (n != (int64_t)list->entry_count + 1 || n > list->field->times_max ||
		        !form_drawn(r, list) || !form_open_here(r, list))
			continue;
		(void)form_entry_add(r, list);
		if (form_evaluate(r, e) != OK)
			return NULL;
	}
	return form_locate(r, path, NULL);
}

enum err form_file_add(
        struct form_run *r, struct text path, const struct form_file *file, struct errinfo *e)
{
	struct form_value *v = locate_or_make(r, path, e);
	if (!v)
		return fail(e, ERR_NOT_FOUND, "there is no file to give at '%.*s'", TEXT_ARG(path));
	TRY(form_file_check(r, path, file, NULL, e));
	*ARENA_PUSH(r->a, v->files, v->file_count, v->file_cap) =
	        (struct form_file){.name = form_storable(r->a, file->name),
	                .media = text_copy(r->a, file->media),
	                .size = file->size,
	                .hash = text_copy(r->a, file->hash),
	                .scan = text_copy(r->a, file->scan)};
	v->state = FORM_GIVEN;
	return form_evaluate(r, e);
}

enum err form_file_remove(struct form_run *r, struct text path, int number, struct errinfo *e)
{
	struct form_value *v = form_locate(r, path, NULL);
	if (!v || v->field->type != FORM_FILE || number < 1 || (size_t)number > v->file_count ||
	        !form_drawn(r, v) || !form_open_here(r, v))
		return fail(
		        e, ERR_NOT_FOUND, "there is no file %d at '%.*s'", number, TEXT_ARG(path));
	for (size_t i = (size_t)number; i < v->file_count; i++)
		v->files[i - 1] = v->files[i];
	v->file_count--;
	v->state = v->file_count ? FORM_GIVEN : FORM_EMPTY;
	return form_evaluate(r, e);
}
