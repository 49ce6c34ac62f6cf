/* Forms `draft` and `sign`: the letter with its locked and free parts; the bytes that are
 * signed. */
#include "web/desk/task.h"

enum { LINES_MIN = 4, LINES_MAX = 14, LINE_CHARS = 80, HASH_SHOWN = 16 };

const struct web_page desk_task_draft_page = {"desk/task-draft", &task_page_type};
const struct web_page desk_task_sign_page = {"desk/task-sign", &task_page_type};

static int lines_of(struct text t)
{
	size_t lines = 1 + t.len / LINE_CHARS;
	for (size_t i = 0; i < t.len; i++)
		lines += t.ptr[i] == '\n';
	return lines < LINES_MIN ? LINES_MIN : lines > LINES_MAX ? LINES_MAX : (int)lines;
}

static void fill_part(struct tasking *t, const struct letter_part *from, struct task_part *to)
{
	to->id = from->id;
	to->caption = from->caption;
	to->text = from->text;
	to->html = desk_prose(t->r->arena, from->text);
	to->locked = from->kind == LETTER_PART_LOCKED;
	to->free = from->kind == LETTER_PART_FREE;
	to->lines = lines_of(from->text);
}

enum err task_letter(struct tasking *t, struct text letter, const struct case_view *v,
        struct feel_value parts, struct errinfo *e)
{
	struct casework *cw = web_app(t->r)->casework;
	struct letter_parts list = {0};
	struct db *db = NULL;
	TRY(store_read_begin(casework_store(cw), &db, e));
	enum err code = letter_draft(cw, db, v, letter, t->r->actor, parts, t->r->arena, &list, e);
	store_read_end(casework_store(cw), db);
	if (code == ERR_INVALID || code == ERR_BUSY || code == ERR_IO || code == ERR_NOT_FOUND) {
		t->page->trouble = portal_t(t->r, "desk.letter.trouble");
		log_error(web_app(t->r)->log, "desk.letter", e);
		return OK;
	}
	if (code != OK)
		return code;
	t->page->part_count = 0;
	t->page->parts = ARENA_ARRAY(t->r->arena, list.count, struct task_part);
	for (size_t i = 0; i < list.count; i++)
		fill_part(t, &list.items[i], &t->page->parts[t->page->part_count++]);
	return OK;
}

void task_forecast(struct tasking *t)
{
	struct web_request *r = t->r;
	struct delivery d;
	struct errinfo ignored;
	if (delivery_forecast(web_app(r)->casework, &t->v, r->arena, &d, &ignored) != OK)
		return;
	if (!date_is_zero(d.effect))
		t->page->effect = desk_day(r, d.effect);
	if (!date_is_zero(d.remedy_end))
		t->page->remedy_end = desk_day(r, d.remedy_end);
	t->page->why = ARENA_ARRAY(r->arena, d.why.count, struct text);
	for (size_t i = 0; i < d.why.count; i++)
		t->page->why[t->page->why_count++] =
		        law_step_text(r->arena, &d.why.steps[i], &t->words, web_app(r)->zone);
}

/* Draft ------------------------------------------------------------------------------------------
 */

struct feel_value task_free_parts(struct tasking *t, struct text letter)
{
	const struct service_letter *l = service_find_letter(t->v.adoption->service, letter);
	struct feel_value before =
	        feel_context_get(task_result_of(t, "draft", letter), TEXT("parts"));
	if (!l || t->typed_count == 0)
		return before;
	struct feel_context_builder b = feel_context_begin(t->r->arena);
	for (size_t i = 0; i < l->free_count; i++) {
		const char *name = text_z(
		        t->r->arena, text_format(t->r->arena, "teil.%.*s", TEXT_ARG(l->free[i])));
		feel_context_set(&b, l->free[i], feel_string(text_trim(task_typed(t, name))));
	}
	return feel_context_end(&b);
}

/* Sent back by the person who signs: her note stands above the letter. */
static void fill_note(struct tasking *t, struct text letter)
{
	struct feel_value sign = task_result_of(t, "sign", letter);
	struct feel_value outcome = feel_context_get(sign, TEXT("outcome"));
	struct feel_value note = feel_context_get(sign, TEXT("note"));
	struct feel_value by = feel_context_get(sign, TEXT("by"));
	if (outcome.kind != FEEL_STRING || !text_is(outcome.string, "back"))
		return;
	t->page->note = note.kind == FEEL_STRING ? note.string : TEXT_NONE;
	t->page->note_by = by.kind == FEEL_STRING ? by.string : TEXT_NONE;
}

static bool somebody_signs(const struct tasking *t)
{
	const struct bpmn_element *const *list;
	size_t count = bpmn_model_elements(t->v.adoption->service->model, &list);
	for (size_t i = 0; i < count; i++) {
		if (text_is(bpmn_attribute(list[i], "form"), "sign"))
			return true;
	}
	return false;
}

/* Without the helper the free parts can still be written. */
static void plain_parts(struct tasking *t, struct text letter, struct feel_value parts)
{
	const struct service_letter *l = service_find_letter(t->v.adoption->service, letter);
	if (!l || t->page->part_count)
		return;
	t->page->parts = ARENA_ARRAY(t->r->arena, l->free_count, struct task_part);
	for (size_t i = 0; i < l->free_count; i++) {
		struct feel_value v = feel_context_get(parts, l->free[i]);
		struct letter_part part = {.kind = LETTER_PART_FREE,
		        .id = l->free[i],
		        .caption = desk_package_word(t->r, t->v.adoption,
		                text_z(t->r->arena, text_format(t->r->arena, "letter.%.*s.free",
		                                            TEXT_ARG(letter))),
		                l->free[i]),
		        .text = v.kind == FEEL_STRING ? v.string : TEXT_NONE};
		fill_part(t, &part, &t->page->parts[t->page->part_count++]);
	}
}

static enum err fill_draft(struct tasking *t, struct errinfo *e)
{
	struct text letter = bpmn_attribute(t->element, "letter");
	struct feel_value parts = task_free_parts(t, letter);
	t->page->part_count = 0;
	fill_note(t, letter);
	TRY(task_letter(t, letter, &t->v, parts, e));
	plain_parts(t, letter, parts);
	t->page->preview = desk_task_path(t->r->arena, t->task->id, "/vorschau");
	t->page->signs_later = somebody_signs(t);
	t->page->why_count = 0;
	task_forecast(t);
	return desk_results(t->r, &t->v, &t->words, &t->page->results, &t->page->result_count, e);
}

static enum err take_draft(struct tasking *t, struct feel_value *result, struct errinfo *e)
{
	struct feel_context_builder b = feel_context_begin(t->r->arena);
	(void)e;
	for (size_t i = 0; i < t->page->part_count; i++) {
		const struct task_part *p = &t->page->parts[i];
		if (p->free && p->text.len > DESK_TEXT_MAX)
			desk_fault(t->r, text_format(t->r->arena, "teil-%.*s", TEXT_ARG(p->id)),
			        portal_tn(t->r, "desk.text.long", "count", DESK_TEXT_MAX));
	}
	struct feel_value parts = task_free_parts(t, bpmn_attribute(t->element, "letter"));
	feel_context_set(&b, TEXT("parts"), parts);
	*result = feel_context_end(&b);
	return OK;
}

const struct task_form task_draft = {"draft", &desk_task_draft_page, fill_draft, take_draft};

/* Sign -------------------------------------------------------------------------------------------
 */

static enum err fill_sign(struct tasking *t, struct errinfo *e)
{
	struct task_page *p = t->page;
	const struct document *d = desk_letter(&t->v, t->element);
	struct web_field *note = task_field(t, "textarea", "notiz", "desk.sign.note");
	note->hint = portal_t(t->r, "desk.sign.note.hint");
	note->lines = 3;
	p->part_count = p->why_count = 0;
	if (!d) {
		p->trouble = portal_t(t->r, "desk.sign.no_letter");
		return OK;
	}
	struct feel_value draft = task_result_of(t, "draft", d->letter);
	struct feel_value by = feel_context_get(draft, TEXT("by"));
	p->drafted = by.kind == FEEL_STRING ? by.string : TEXT_NONE;
	p->letter = d->title;
	p->hash = d->sha256;
	p->hash_short = text_part(d->sha256, 0, HASH_SHOWN);
	p->pdf = text_format(t->r->arena, DESK_HOME "/vorgang/%.*s/dokument/%.*s",
	        TEXT_ARG(t->v.row.number), TEXT_ARG(d->id));
	task_forecast(t);
	TRY(task_letter(t, d->letter, &t->v, feel_context_get(draft, TEXT("parts")), e));
	return desk_results(t->r, &t->v, &t->words, &p->results, &p->result_count, e);
}

static enum err take_sign(struct tasking *t, struct feel_value *result, struct errinfo *e)
{
	struct feel_context_builder b = feel_context_begin(t->r->arena);
	struct text note = text_trim(task_typed(t, "notiz"));
	bool back = task_wants(t, "zurueck");
	(void)e;
	t->hash = task_typed(t, "hash");
	if (back && note.len == 0)
		task_fault(t, &t->page->fields[0], portal_t(t->r, "desk.sign.note.need"));
	if (note.len > DESK_TEXT_MAX)
		task_fault(t, &t->page->fields[0],
		        portal_tn(t->r, "desk.text.long", "count", DESK_TEXT_MAX));
	feel_context_set(&b, TEXT("outcome"), feel_string(back ? TEXT("back") : TEXT("sign")));
	feel_context_set(&b, TEXT("note"), feel_string(note));
	*result = feel_context_end(&b);
	return OK;
}

const struct task_form task_sign = {"sign", &desk_task_sign_page, fill_sign, take_sign};
