/* The life of a task's page: loaded, shown, kept, completed. */
#include "web/desk/task.h"

#define PAGE(member) HTML_MEMBER(struct task_page, member)

static const struct html_type answer_type = HTML_TYPE(struct task_answer,
        HTML_MEMBER(struct task_answer, label), HTML_MEMBER(struct task_answer, value),
        HTML_MEMBER(struct task_answer, path), HTML_MEMBER(struct task_answer, id),
        HTML_MEMBER(struct task_answer, heading), HTML_MEMBER(struct task_answer, ticked),
        HTML_LIST(struct task_answer, files, file_count, &desk_document_type));
static const struct html_type answers_type =
        HTML_TYPE(struct task_answers, HTML_MEMBER(struct task_answers, title),
                HTML_LIST(struct task_answers, rows, row_count, &answer_type));
static const struct html_type part_type =
        HTML_TYPE(struct task_part, HTML_MEMBER(struct task_part, id),
                HTML_MEMBER(struct task_part, caption), HTML_MEMBER(struct task_part, text),
                HTML_MEMBER(struct task_part, html), HTML_MEMBER(struct task_part, locked),
                HTML_MEMBER(struct task_part, free), HTML_MEMBER(struct task_part, lines));
static const struct html_type typed_type =
        HTML_TYPE(struct task_typed_line, HTML_MEMBER(struct task_typed_line, value));

const struct html_type task_page_type = HTML_TYPE(struct task_page, PAGE(title), PAGE(name),
        PAGE(service), PAGE(number), PAGE(back), PAGE(action), PAGE(help), PAGE(trouble),
        PAGE(with), PAGE(why_not), PAGE(over), PAGE(saved), PAGE(assign), PAGE(take), PAGE(choose),
        PAGE(previewed), PAGE(until), PAGE(multipart), PAGE(letter), PAGE(subject), PAGE(note),
        PAGE(note_by), PAGE(preview), PAGE(hash), PAGE(hash_short), PAGE(pdf), PAGE(drafted),
        PAGE(effect), PAGE(remedy_end), PAGE(step_by), PAGE(signs_later),
        HTML_SUB(struct task_page, due, &desk_due_type),
        HTML_LIST(struct task_page, typed, typed_count, &typed_type),
        HTML_LIST(struct task_page, results, result_count, &desk_result_type),
        HTML_LIST(struct task_page, blocks, block_count, &desk_block_type),
        HTML_LIST(struct task_page, documents, document_count, &desk_document_type),
        HTML_LIST(struct task_page, answers, answer_count, &answers_type),
        HTML_LIST(struct task_page, fields, field_count, &web_field_type),
        HTML_LIST(struct task_page, why, why_count, &html_text_item),
        HTML_LIST(struct task_page, parts, part_count, &part_type));

const struct web_page desk_task_over_page = {"desk/task-over", &task_page_type};
const struct web_page desk_task_simple_page = {"desk/task-simple", &task_page_type};

static const struct task_form *const forms[] = {
        &task_mark, &task_decide, &task_draft, &task_sign, &task_confirm, &task_payment};

static const struct task_form *form_of(struct text name)
{
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (text_is(name, forms[i]->name))
			return forms[i];
	}
	return &task_staff_form;
}

/* What was typed ------------------------------------------------------------------------------ */

struct text task_typed(const struct tasking *t, const char *name)
{
	for (size_t i = 0; i < t->typed_count; i++) {
		if (text_is(t->typed[i].name, name))
			return t->typed[i].value;
	}
	return TEXT_NONE;
}

bool task_ticked(const struct tasking *t, const char *name, struct text value)
{
	for (size_t i = 0; i < t->typed_count; i++) {
		if (text_is(t->typed[i].name, name) && text_eq(t->typed[i].value, value))
			return true;
	}
	return false;
}

bool task_wants(const struct tasking *t, const char *what)
{
	return t->r->method == WEB_POST && text_is(web_field(t->r, "tun"), what);
}

/* [["name","value"], ...] */
static struct text typed_json(struct tasking *t, struct arena *a)
{
	struct buf b;
	buf_init(&b, WEB_TEXT_MAX * 2);
	struct json_out o = json_out(&b);
	json_out_array(&o);
	for (size_t i = 0; i < t->typed_count; i++) {
		if (text_is(t->typed[i].name, "tun") || text_is(t->typed[i].name, "hash"))
			continue;
		json_out_array(&o);
		json_out_text(&o, t->typed[i].name);
		json_out_text(&o, t->typed[i].value);
		json_out_end(&o);
	}
	json_out_end(&o);
	struct text json = buf_copy(&b, a);
	buf_free(&b);
	return json;
}

static void read_typed(struct tasking *t, struct text content)
{
	const struct json *j = NULL;
	struct arena *a = t->r->arena;
	if (content.len == 0 || json_parse(a, content, "saved", &j, NULL) != OK ||
	        !json_is(j, JSON_ARRAY))
		return;
	t->typed = ARENA_ARRAY(a, j->count, struct form_posted);
	for (size_t i = 0; i < j->count; i++) {
		const struct json *pair = &j->items[i];
		if (json_is(pair, JSON_ARRAY) && pair->count == 2)
			t->typed[t->typed_count++] =
			        (struct form_posted){pair->items[0].text, pair->items[1].text};
	}
	t->page->saved = portal_t(t->r, "desk.task.saved");
}

struct web_field *task_field(
        struct tasking *t, const char *kind, const char *name, const char *label)
{
	struct task_page *p = t->page;
	struct web_field *fields = ARENA_ARRAY(t->r->arena, p->field_count + 1, struct web_field);
	for (size_t i = 0; i < p->field_count; i++)
		fields[i] = p->fields[i];
	p->fields = fields;
	struct web_field *f = &fields[p->field_count++];
	f->kind = kind;
	f->id = text_from(name);
	f->name = text_from(name);
	f->label = portal_t(t->r, label);
	f->value = task_typed(t, name);
	return f;
}

void task_fault(struct tasking *t, struct web_field *f, struct text message)
{
	f->error = message;
	desk_fault(t->r, f->id, message);
}

struct feel_value task_result_of(const struct tasking *t, const char *form, struct text letter)
{
	const struct bpmn_element *const *list;
	size_t count = bpmn_model_elements(t->v.adoption->service->model, &list);
	for (size_t i = 0; i < count; i++) {
		struct text own = bpmn_attribute(list[i], "letter");
		if (!text_is(bpmn_attribute(list[i], "form"), form) ||
		        (letter.len && own.len && !text_eq(own, letter)))
			continue;
		return feel_context_get(t->v.variables, bpmn_attribute(list[i], "result"));
	}
	return feel_null();
}

/* Loading ------------------------------------------------------------------------------------- */

static const struct case_task *find_task(const struct case_view *v, struct text id)
{
	for (size_t i = 0; i < v->task_count; i++) {
		if (text_eq(v->tasks[i].id, id))
			return &v->tasks[i];
	}
	return NULL;
}

static void fill_head(struct tasking *t)
{
	struct web_request *r = t->r;
	struct task_page *p = t->page;
	struct errinfo ignored;
	struct people_object object = {
	        .kind = PEOPLE_CASE, .authority = t->v.row.authority, .service = t->v.row.service};
	p->title = desk_step(r, t->v.adoption, t->task->element);
	p->name = t->v.label.len ? t->v.label : portal_t(r, "desk.nameless");
	p->service = portal_words(r, t->v.adoption, "title", NULL);
	p->number = t->v.row.number;
	p->back = desk_case_path(r->arena, t->v.row.number, "");
	p->action = desk_task_path(r->arena, t->task->id, "");
	p->assign = desk_task_path(r->arena, t->task->id, "/zuteilen");
	p->help = desk_step_help(r, t->v.adoption, t->task->element);
	p->step_by = r->actor->name;
	p->take = t->task->assignee.len == 0;
	p->choose = allow(r->actor, PEOPLE_ASSIGN, &object, &ignored) == OK;
	if (t->task->assignee.len && !text_eq(t->task->assignee, r->actor->id))
		p->with = portal_t1(r, "desk.next.with", "name", t->task->assignee_name);
	if (!date_is_zero(t->task->due)) {
		p->due = desk_due_of(r, t->task->due);
		p->due.words = desk_due_words(r, t->task->due);
	}
	r->frame.nav = TEXT("cases");
}

static enum err load(struct web_request *r, struct tasking **out, struct errinfo *e)
{
	struct casework *cw = web_app(r)->casework;
	struct tasking *t = ARENA_NEW(r->arena, struct tasking);
	const struct text *number = r->loaded;
	struct text saved;
	struct db *db = NULL;
	t->r = r;
	t->page = ARENA_NEW(r->arena, struct task_page);
	TRY(desk_load(r, *number, &t->v, e));
	t->task = find_task(&t->v, web_param(r, "task"));
	if (!t->task)
		return fail(e, ERR_NOT_FOUND, "no such task");
	t->element = bpmn_model_find(t->v.adoption->service->model, t->task->element);
	t->words = service_words(r->arena, t->v.adoption, portal_language(r), r->texts);
	fill_head(t);
	*out = t;
	if (r->method == WEB_POST) {
		t->typed_count = portal_posted(r, &t->typed);
		return OK;
	}
	TRY(store_read_begin(casework_store(cw), &db, e));
	enum err code = task_saved(cw, db, t->task->id, r->arena, &saved, e);
	store_read_end(casework_store(cw), db);
	if (code == OK)
		read_typed(t, saved);
	return code;
}

/* Pages of a task nobody can do here any more ----------------------------------------------------
 */

static void keep_typed(struct tasking *t)
{
	struct task_page *p = t->page;
	p->typed = ARENA_ARRAY(t->r->arena, t->typed_count, struct task_typed_line);
	for (size_t i = 0; t->r->method == WEB_POST && i < t->typed_count; i++) {
		struct text name = t->typed[i].name, value = text_trim(t->typed[i].value);
		bool written = text_starts(name, TEXT("teil.")) || text_is(name, "text") ||
		               text_is(name, "grund") || text_is(name, "notiz");
		if (written && value.len)
			p->typed[p->typed_count++].value = value;
	}
}

static enum err show_over(struct tasking *t, int status, struct errinfo *e)
{
	struct web_request *r = t->r;
	const struct case_task *task = t->task;
	if (task->state == TASK_DONE)
		t->page->over = portal_t2(r, "desk.task.done_by", "name", task->done_by, "day",
		        desk_moment(r, task->done));
	else
		t->page->over = portal_t(r, "desk.task.withdrawn");
	keep_typed(t);
	return web_page(r, status, &desk_task_over_page, t->page, e);
}

static enum err show_denied(struct tasking *t, struct errinfo *e)
{
	t->page->why_not = portal_t1(t->r, t->task->why_not ? t->task->why_not : "task.other_role",
	        "role", desk_package_word(t->r, t->v.adoption, "role", t->task->role));
	keep_typed(t);
	return web_page(
	        t->r, t->r->method == WEB_POST ? 403 : 200, &desk_task_over_page, t->page, e);
}

static enum err show(struct tasking *t, int status, struct errinfo *e)
{
	const struct task_form *form = form_of(t->task->form);
	t->page->field_count = 0;
	t->r->frame.fault_count = 0;
	TRY(form->fill(t, e));
	return web_page(t->r, status, form->page, t->page, e);
}

enum err desk_task_get(struct web_request *r, struct errinfo *e)
{
	struct tasking *t;
	TRY(load(r, &t, e));
	if (t->task->state != TASK_OPEN)
		return show_over(t, 200, e);
	if (!t->task->mine)
		return show_denied(t, e);
	if (web_query(r, "gespeichert").len)
		r->frame.notice = portal_t1(r, "desk.task.saved_now", "time",
		        portal_time(r, casework_now(web_app(r)->casework)));
	return show(t, 200, e);
}

/* Changes -----------------------------------------------------------------------------------------
 */

/* Somebody was faster, or it may not be: say who and keep what was typed. */
static enum err refused(
        struct tasking *t, enum err code, const struct errinfo *why, struct errinfo *e)
{
	struct web_request *r = t->r;
	struct case_view now;
	if (code == ERR_CONFLICT && desk_load(r, t->v.row.number, &now, e) == OK) {
		const struct case_task *task = find_task(&now, t->task->id);
		if (task && task->state != TASK_OPEN) {
			t->task = task;
			return show_over(t, 409, e);
		}
		t->v = now;
		t->task = task ? task : t->task;
	}
	t->page->trouble = desk_trouble(r, code, why);
	return show(t, desk_status(code), e);
}

static enum err saved(struct web_request *r, struct command *c, enum err code,
        const struct errinfo *why, void *state, struct errinfo *e)
{
	struct tasking *t = state;
	(void)c;
	if (code != OK)
		return refused(t, code, why, e);
	bool pdf = task_wants(t, "vorschau-pdf");
	return web_redirect(
	        r, desk_task_path(r->arena, t->task->id, pdf ? "/vorschau" : "?gespeichert=1"), e);
}

static enum err save(struct tasking *t, struct errinfo *e)
{
	struct command *c = web_command(TASK_SAVE);
	struct task_save *in = ARENA_NEW(c->arena, struct task_save);
	in->actor = portal_actor(c->arena, t->r->actor);
	in->task = text_copy(c->arena, t->task->id);
	in->content = typed_json(t, c->arena);
	c->input = in;
	return web_run(t->r, c, WEB_RUN_MS, saved, t, e);
}

static enum err completed(struct web_request *r, struct command *c, enum err code,
        const struct errinfo *why, void *state, struct errinfo *e)
{
	struct tasking *t = state;
	(void)c;
	if (code != OK)
		return refused(t, code, why, e);
	return web_redirect(r,
	        text_format(r->arena, "%.*s?erledigt=%.*s", TEXT_ARG(t->page->back),
	                TEXT_ARG(t->task->element)),
	        e);
}

static enum err complete(struct tasking *t, struct feel_value result, struct errinfo *e)
{
	struct command *c = web_command(TASK_COMPLETE);
	struct task_complete *in = ARENA_NEW(c->arena, struct task_complete);
	in->actor = portal_actor(c->arena, t->r->actor);
	in->task = text_copy(c->arena, t->task->id);
	in->result = feel_copy(c->arena, result);
	in->hash = text_copy(c->arena, t->hash);
	c->key = text_format(
	        c->arena, "task:%.*s:%.*s", TEXT_ARG(in->task), TEXT_ARG(in->actor->id));
	c->input = in;
	return web_run(t->r, c, WEB_RUN_MS, completed, t, e);
}

enum err desk_task_post(struct web_request *r, struct errinfo *e)
{
	struct tasking *t;
	struct feel_value result = feel_null();
	TRY(load(r, &t, e));
	if (t->task->state == TASK_DONE && text_eq(t->task->done_by, r->actor->name))
		return web_redirect(r, t->page->back, e); /* a double click */
	if (t->task->state != TASK_OPEN)
		return show_over(t, 409, e);
	if (!t->task->mine)
		return show_denied(t, e);
	if (task_wants(t, "speichern") || task_wants(t, "vorschau-pdf"))
		return save(t, e);
	if (task_wants(t, "vorschau"))
		return show(t, 200, e);
	const struct task_form *form = form_of(t->task->form);
	TRY(form->fill(t, e));
	TRY(form->take(t, &result, e));
	if (r->frame.fault_count)
		return web_page(r, 422, form->page, t->page, e);
	return complete(t, result, e);
}

/* The letter of a draft as PDF with its mark, from what was saved. */
enum err desk_task_preview(struct web_request *r, struct errinfo *e)
{
	struct casework *cw = web_app(r)->casework;
	struct tasking *t;
	struct text pdf;
	struct db *db = NULL;
	TRY(load(r, &t, e));
	struct text letter = t->element ? bpmn_attribute(t->element, "letter") : TEXT_NONE;
	if (letter.len == 0)
		return fail(e, ERR_NOT_FOUND, "no letter belongs to this task");
	struct feel_value parts = task_free_parts(t, letter);
	TRY(store_read_begin(casework_store(cw), &db, e));
	enum err code = letter_preview(cw, db, &t->v, letter, r->actor, parts, r->arena, &pdf, e);
	store_read_end(casework_store(cw), db);
	if (code != OK)
		return code;
	return web_bytes(r, 200, TEXT("application/pdf"), pdf, TEXT_NONE, e);
}
