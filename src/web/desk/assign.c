/* Giving a task to somebody: to oneself, to a colleague, to nobody. */
#include "web/desk/task.h"

struct assign_page {
	struct text title, name, number, back, action, with, trouble;
	struct web_field field;
};

static const struct html_type assign_type =
        HTML_TYPE(struct assign_page, HTML_MEMBER(struct assign_page, title),
                HTML_MEMBER(struct assign_page, name), HTML_MEMBER(struct assign_page, number),
                HTML_MEMBER(struct assign_page, back), HTML_MEMBER(struct assign_page, action),
                HTML_MEMBER(struct assign_page, with), HTML_MEMBER(struct assign_page, trouble),
                HTML_SUB(struct assign_page, field, &web_field_type));
const struct web_page desk_assign_page = {"desk/assign", &assign_type};

/* Whoever works in the authority and may do this task at all. */
static enum err fill_people(struct web_request *r, struct db *db, const struct case_view *v,
        const struct case_task *task, struct web_field *f, struct errinfo *e)
{
	struct people_account *accounts;
	struct errinfo ignored;
	size_t count;
	struct people_object o = {.kind = PEOPLE_TASK,
	        .authority = v->row.authority,
	        .service = v->row.service,
	        .role = task->role};
	TRY(people_accounts(db, v->row.authority, r->arena, &accounts, &count, e));
	f->options = ARENA_ARRAY(r->arena, count + 1, struct web_option);
	for (size_t i = 0; i < count; i++) {
		struct people_actor who;
		TRY(people_actor_load(db, PEOPLE_STAFF, accounts[i].id, portal_date(r, r->now),
		        r->arena, &who, e));
		if (allow(&who, PEOPLE_WORK, &o, &ignored) != OK)
			continue;
		struct web_option *option = &f->options[f->option_count++];
		option->value = who.id;
		option->label =
		        text_format(r->arena, "%.*s, %.*s", TEXT_ARG(who.name), TEXT_ARG(who.unit));
		option->selected = text_eq(who.id, task->assignee);
	}
	struct web_option *nobody = &f->options[f->option_count++];
	nobody->value = TEXT("niemand");
	nobody->label = portal_t(r, "desk.assign.nobody");
	return OK;
}

static const struct case_task *find_task(const struct case_view *v, struct text id)
{
	for (size_t i = 0; i < v->task_count; i++) {
		if (text_eq(v->tasks[i].id, id))
			return &v->tasks[i];
	}
	return NULL;
}

static enum err fill(struct web_request *r, struct assign_page *p, struct errinfo *e)
{
	struct store *s = casework_store(web_app(r)->casework);
	const struct text *number = r->loaded;
	struct case_view v;
	struct db *db = NULL;
	TRY(desk_load(r, *number, &v, e));
	const struct case_task *task = find_task(&v, web_param(r, "task"));
	if (!task)
		return fail(e, ERR_NOT_FOUND, "no such task");
	p->title = desk_step(r, v.adoption, task->element);
	p->name = v.label.len ? v.label : portal_t(r, "desk.nameless");
	p->number = v.row.number;
	p->back = desk_case_path(r->arena, v.row.number, "");
	p->action = r->path;
	p->with = task->assignee_name;
	p->field.kind = "select";
	p->field.id = p->field.name = TEXT("an");
	p->field.label = portal_t(r, "desk.assign.who");
	r->frame.nav = TEXT("cases");
	TRY(store_read_begin(s, &db, e));
	enum err code = fill_people(r, db, &v, task, &p->field, e);
	store_read_end(s, db);
	return code;
}

enum err desk_assign_get(struct web_request *r, struct errinfo *e)
{
	struct assign_page *p = ARENA_NEW(r->arena, struct assign_page);
	TRY(web_allow(r, PEOPLE_ASSIGN, &r->object, e));
	TRY(fill(r, p, e));
	return web_page(r, 200, &desk_assign_page, p, e);
}

static enum err assigned(struct web_request *r, struct command *c, enum err code,
        const struct errinfo *why, void *state, struct errinfo *e)
{
	struct assign_page *p = state;
	(void)c;
	if (code == OK && web_field(r, "liste").len)
		return web_redirect(r, TEXT(DESK_CASES "?bei=niemand&uebernommen=1"), e);
	if (code == OK)
		return web_redirect(r, desk_case_path(r->arena, p->number, "?zugeteilt=1"), e);
	p->trouble = desk_trouble(r, code, why);
	return web_page(r, desk_status(code), &desk_assign_page, p, e);
}

static bool chosen_name(const struct assign_page *p, struct text id, struct text *name)
{
	for (size_t i = 0; i < p->field.option_count; i++) {
		const struct web_option *o = &p->field.options[i];
		size_t comma = text_find(o->label, TEXT(","), 0);
		if (!text_eq(o->value, id))
			continue;
		*name = text_part(o->label, 0, comma == SIZE_MAX ? o->label.len : comma);
		return true;
	}
	return false;
}

enum err desk_assign_post(struct web_request *r, struct errinfo *e)
{
	struct assign_page *p = ARENA_NEW(r->arena, struct assign_page);
	struct text to = web_field(r, "an"), name = r->actor->name;
	TRY(fill(r, p, e));
	if (text_is(to, "mir"))
		to = r->actor->id;
	else if (!chosen_name(p, to, &name)) {
		p->field.error = portal_t(r, "desk.assign.need");
		desk_fault(r, p->field.id, p->field.error);
		return web_page(r, 422, &desk_assign_page, p, e);
	}
	bool nobody = text_is(to, "niemand");
	struct command *c = web_command(TASK_ASSIGN);
	struct task_assign *in = ARENA_NEW(c->arena, struct task_assign);
	in->actor = portal_actor(c->arena, r->actor);
	in->task = text_copy(c->arena, web_param(r, "task"));
	if (!nobody) {
		in->account = text_copy(c->arena, to);
		in->account_name = text_copy(c->arena, name);
	}
	c->input = in;
	return web_run(r, c, WEB_RUN_MS, assigned, p, e);
}
