/* The page of a case: what it is, what comes next, everything that belongs to it. */
#include "web/desk/case.h"

enum { DIAGRAM_MAX = 1 << 20, REFRESH_MS = 60 * 1000 };

#define CASE(member) HTML_MEMBER(struct case_page, member)

static const struct html_type fact_type = HTML_TYPE(struct case_fact,
        HTML_MEMBER(struct case_fact, label), HTML_MEMBER(struct case_fact, value));
static const struct html_type deadline_type = HTML_TYPE(struct case_limit,
        HTML_MEMBER(struct case_limit, name), HTML_MEMBER(struct case_limit, state),
        HTML_MEMBER(struct case_limit, day), HTML_MEMBER(struct case_limit, done),
        HTML_MEMBER(struct case_limit, why_title), HTML_SUB(struct case_limit, due, &desk_due_type),
        HTML_LIST(struct case_limit, why, why_count, &html_text_item));
static const struct html_type delivery_type = HTML_TYPE(struct case_sending,
        HTML_MEMBER(struct case_sending, title), HTML_MEMBER(struct case_sending, href),
        HTML_MEMBER(struct case_sending, text), HTML_MEMBER(struct case_sending, post),
        HTML_LIST(struct case_sending, why, why_count, &html_text_item));
static const struct html_type request_type = HTML_TYPE(struct case_asking,
        HTML_MEMBER(struct case_asking, when), HTML_MEMBER(struct case_asking, text),
        HTML_MEMBER(struct case_asking, state), HTML_MEMBER(struct case_asking, open),
        HTML_LIST(struct case_asking, fields, field_count, &html_text_item));
static const struct html_type incident_type = HTML_TYPE(struct case_trouble,
        HTML_MEMBER(struct case_trouble, step), HTML_MEMBER(struct case_trouble, text),
        HTML_MEMBER(struct case_trouble, at), HTML_MEMBER(struct case_trouble, act));
static const struct html_type next_type = HTML_TYPE(struct case_next,
        HTML_MEMBER(struct case_next, title), HTML_MEMBER(struct case_next, text),
        HTML_MEMBER(struct case_next, href), HTML_MEMBER(struct case_next, label),
        HTML_MEMBER(struct case_next, why_not), HTML_MEMBER(struct case_next, with),
        HTML_MEMBER(struct case_next, assign), HTML_MEMBER(struct case_next, take),
        HTML_MEMBER(struct case_next, give_back), HTML_MEMBER(struct case_next, choose),
        HTML_SUB(struct case_next, due, &desk_due_type));

static const struct html_type case_type = HTML_TYPE(struct case_page, CASE(name), CASE(service),
        CASE(number), CASE(status), CASE(status_class), CASE(refresh), CASE(all_events),
        CASE(access), CASE(filing), CASE(person_address), CASE(person_born), CASE(person_mail),
        CASE(person_way), CASE(person_name), CASE(process), CASE(process_title), CASE(change_words),
        CASE(more_events), CASE(all_shown), CASE(can_file), CASE(invoice), CASE(invoice_state),
        CASE(all_answers), CASE(more_answers), CASE(document_count), CASE(asking_count),
        HTML_LIST(struct case_page, facts, fact_count, &fact_type),
        HTML_SUB(struct case_page, next, &next_type),
        HTML_LIST(struct case_page, others, other_count, &next_type),
        HTML_LIST(struct case_page, blocks, block_count, &desk_block_type),
        HTML_LIST(struct case_page, results, result_count, &desk_result_type),
        HTML_LIST(struct case_page, documents, document_count, &desk_document_type),
        HTML_LIST(struct case_page, events, event_count, &desk_event_type),
        HTML_LIST(struct case_page, limits, limit_count, &deadline_type),
        HTML_LIST(struct case_page, sendings, sending_count, &delivery_type),
        HTML_LIST(struct case_page, askings, asking_count, &request_type),
        HTML_LIST(struct case_page, troubles, trouble_count, &incident_type));

const struct web_page desk_case_page = {"desk/case", &case_type};

/* Head ------------------------------------------------------------------------------------------
 */

static void add_fact(struct web_request *r, struct case_page *p, const char *key, struct text value)
{
	if (value.len == 0)
		return;
	struct case_fact *f = ARENA_PUSH(r->arena, p->facts, p->fact_count, p->fact_cap);
	f->label = portal_t(r, key);
	f->value = value;
}

static struct text workers(struct web_request *r, const struct case_view *v)
{
	for (size_t i = v->task_count; i > 0; i--) {
		const struct case_task *t = &v->tasks[i - 1];
		if (t->state == TASK_OPEN && t->assignee_name.len)
			return t->assignee_name;
	}
	for (size_t i = v->task_count; i > 0; i--) {
		if (v->tasks[i - 1].state == TASK_DONE && v->tasks[i - 1].done_by.len)
			return v->tasks[i - 1].done_by;
	}
	return portal_t(r, "desk.case.nobody");
}

/* The public status in the words of the desk. */
static struct text status_words(struct web_request *r, const struct case_view *v)
{
	if (v->row.closed.ms && v->row.outcome.len)
		return desk_package_word(r, v->adoption, "closed", v->row.outcome);
	return desk_word(r, "desk.status", text_from(case_status_name(v->row.status)));
}

static void fill_head(struct web_request *r, const struct case_view *v, struct case_page *p)
{
	p->name = v->label.len ? v->label : portal_t(r, "desk.nameless");
	p->service = portal_words(r, v->adoption, "title", NULL);
	p->number = v->row.number;
	p->status = status_words(r, v);
	p->status_class = portal_status_class(&v->row);
	add_fact(r, p, "desk.case.number", v->row.number);
	add_fact(r, p, "desk.case.received", desk_day(r, portal_date(r, v->row.received)));
	add_fact(r, p, "desk.case.worker", workers(r, v));
	if (!date_is_zero(v->row.expected) && v->row.closed.ms == 0)
		add_fact(r, p, "desk.case.target", desk_day(r, v->row.expected));
	if (v->row.outcome.len)
		add_fact(r, p, "desk.case.outcome",
		        desk_package_word(r, v->adoption, "closed", v->row.outcome));
	if (v->row.closed.ms)
		add_fact(r, p, "desk.case.closed", desk_day(r, portal_date(r, v->row.closed)));
	add_fact(r, p, "desk.case.file", v->file_number);
	p->access = desk_case_path(r->arena, v->row.number, "/zugriff");
	struct people_object object = {
	        .kind = PEOPLE_CASE, .authority = v->row.authority, .service = v->row.service};
	struct errinfo ignored;
	p->can_file = allow(r->actor, PEOPLE_WORK, &object, &ignored) == OK;
	p->filing = desk_case_path(r->arena, v->row.number, "/ablegen");
}

static struct text applicant_text(
        struct web_request *r, const struct case_view *v, const char *name)
{
	struct feel_value x = feel_context_get(v->applicant, text_from(name));
	return x.kind == FEEL_STRING ? x.string : TEXT_NONE;
	(void)r;
}

static void fill_person(struct web_request *r, const struct case_view *v, struct case_page *p)
{
	struct feel_value born = feel_context_get(v->applicant, TEXT("birth_date"));
	p->person_name = applicant_text(r, v, "name");
	if (p->person_name.len == 0)
		p->person_name = p->name;
	if (born.kind == FEEL_DATE)
		p->person_born = portal_t1(r, "desk.person.born", "day",
		        portal_day(r, (struct date){born.moment.year, born.moment.month,
		                              born.moment.day}));
	struct text street = applicant_text(r, v, "street");
	if (street.len)
		p->person_address = text_format(r->arena, "%.*s %.*s, %.*s %.*s", TEXT_ARG(street),
		        TEXT_ARG(applicant_text(r, v, "house_number")),
		        TEXT_ARG(applicant_text(r, v, "postcode")),
		        TEXT_ARG(applicant_text(r, v, "city")));
	p->person_mail = applicant_text(r, v, "mail");
	p->person_way = portal_t(r, v->owned ? "desk.person.account" : "desk.person.no_account");
}

/* Next step ---------------------------------------------------------------------------------------
 */

const struct case_task *desk_next_task(const struct web_request *r, const struct case_view *v)
{
	const struct case_task *best = NULL;
	for (size_t i = 0; i < v->task_count; i++) {
		const struct case_task *t = &v->tasks[i];
		if (t->state != TASK_OPEN)
			continue;
		bool own = t->mine && (t->assignee.len == 0 || text_eq(t->assignee, r->actor->id));
		bool best_own = best && best->mine &&
		                (best->assignee.len == 0 || text_eq(best->assignee, r->actor->id));
		if (!best || (own && !best_own))
			best = t;
	}
	return best;
}

static struct text do_words(struct web_request *r, const struct case_task *t)
{
	struct text words = desk_word(r, "desk.do", t->form);
	return words.len ? words : portal_t(r, "desk.do.form");
}

static void fill_task(struct web_request *r, const struct case_view *v, const struct case_task *t,
        struct case_next *out)
{
	struct people_object object = {
	        .kind = PEOPLE_CASE, .authority = v->row.authority, .service = v->row.service};
	struct errinfo ignored;
	out->title = desk_step(r, v->adoption, t->element);
	out->text = desk_step_help(r, v->adoption, t->element);
	if (!date_is_zero(t->due)) {
		out->due = desk_due_of(r, t->due);
		out->due.words = desk_due_words(r, t->due);
	}
	out->assign = desk_task_path(r->arena, t->id, "/zuteilen");
	bool taken_by_me = text_eq(t->assignee, r->actor->id);
	if (t->assignee.len)
		out->with = taken_by_me ? portal_t(r, "desk.next.with_me")
		                        : portal_t1(r, "desk.next.with", "name", t->assignee_name);
	else
		out->with = portal_t1(r, "desk.next.for", "role",
		        desk_package_word(r, v->adoption, "role", t->role));
	out->choose = allow(r->actor, PEOPLE_ASSIGN, &object, &ignored) == OK;
	if (!t->mine) {
		out->why_not = portal_t1(r, t->why_not ? t->why_not : "task.other_role", "role",
		        desk_package_word(r, v->adoption, "role", t->role));
		return;
	}
	out->take = !taken_by_me;
	out->give_back = taken_by_me && out->choose;
	out->href = desk_task_path(r->arena, t->id, "");
	out->label = do_words(r, t);
}

static const struct delivery *to_post(const struct case_view *v)
{
	for (size_t i = 0; i < v->delivery_count; i++) {
		if (v->deliveries[i].to_post)
			return &v->deliveries[i];
	}
	return NULL;
}

/* Nobody has to do anything here: what does the case wait for? */
static void fill_waiting(struct web_request *r, const struct case_view *v, struct case_page *p)
{
	const struct delivery *post = to_post(v);
	const struct case_request *request = portal_open_request(v);
	if (post) {
		p->next.title = portal_t(r, "desk.next.post");
		p->next.text = portal_t1(r, "desk.next.post.text", "title", post->title);
		p->next.href = desk_case_path(r->arena, v->row.number,
		        text_z(r->arena,
		                text_format(r->arena, "/versand/%.*s", TEXT_ARG(post->id))));
		p->next.label = portal_t(r, "desk.do.post");
		return;
	}
	if (request) {
		p->next.title = portal_t(r, "desk.next.waits_applicant");
		if (!date_is_zero(request->due))
			p->next.text = portal_t1(
			        r, "desk.next.waits_until", "day", desk_day(r, request->due));
		return;
	}
	if (v->row.closed.ms) {
		p->next.title = portal_t(r, "desk.next.closed");
		return;
	}
	p->next.title = portal_t(r, "desk.next.waits");
	struct text *names = ARENA_ARRAY(r->arena, v->token_count, struct text);
	size_t count = 0;
	for (size_t i = 0; i < v->token_count; i++) {
		struct text name = desk_step(r, v->adoption, v->tokens[i].element->id);
		if (name.len)
			names[count++] = name;
	}
	p->next.text = text_join(r->arena, names, count, TEXT(", "));
}

/* A letter is being made: the page looks again by itself, for a minute at most. */
static bool works_by_itself(const struct web_request *r, const struct case_view *v)
{
	int64_t now = casework_now(web_app(r)->casework).ms;
	bool recent = v->event_count && now - v->events[0].at.ms < REFRESH_MS;
	for (size_t i = 0; recent && i < v->token_count; i++) {
		enum bpmn_kind kind = v->tokens[i].element->kind;
		if (v->tokens[i].incident.len == 0 &&
		        (kind == BPMN_SERVICE_TASK || kind == BPMN_SEND_TASK))
			return to_post(v) == NULL;
	}
	return false;
}

static void fill_next(struct web_request *r, const struct case_view *v, struct case_page *p)
{
	const struct case_task *next = desk_next_task(r, v);
	size_t cap = 0;
	if (!next) {
		fill_waiting(r, v, p);
		p->refresh = works_by_itself(r, v);
		return;
	}
	fill_task(r, v, next, &p->next);
	for (size_t i = 0; i < v->task_count; i++) {
		if (v->tasks[i].state == TASK_OPEN && &v->tasks[i] != next)
			fill_task(r, v, &v->tasks[i],
			        ARENA_PUSH(r->arena, p->others, p->other_count, cap));
	}
}

/* Page
 * ---------------------------------------------------------------------------------------------- */

static void fill_process(struct web_request *r, const struct case_view *v, const struct words *w,
        struct case_page *p)
{
	struct buf svg;
	buf_init(&svg, DIAGRAM_MAX);
	case_diagram(v, w, &svg);
	if (!svg.over)
		p->process.html = buf_copy(&svg, r->arena);
	buf_free(&svg);
	p->process_title = text_format(r->arena, "%.*s %.*s", TEXT_ARG(p->service),
	        TEXT_ARG(v->adoption->service->version));
}

static void fill_notice(struct web_request *r, const struct case_view *v, const struct case_page *p)
{
	struct text done = web_query(r, "erledigt");
	const struct case_task *next = desk_next_task(r, v);
	if (done.len && next && text_eq(next->element, done))
		r->frame.notice = portal_t1(r, "desk.done.again", "step", p->next.title);
	else if (done.len && p->next.title.len)
		r->frame.notice = portal_t1(r, "desk.done.next", "step", p->next.title);
	if (web_query(r, "abgelegt").len)
		r->frame.notice = portal_t(r, "desk.filed");
	if (web_query(r, "zugeteilt").len)
		r->frame.notice = portal_t(r, "desk.assigned");
	if (web_query(r, "versandt").len)
		r->frame.notice = portal_t(r, "desk.posted");
}

enum err desk_case_get(struct web_request *r, struct errinfo *e)
{
	struct case_page *p = ARENA_NEW(r->arena, struct case_page);
	struct case_view v;
	size_t changes = 0;
	TRY(desk_load(r, web_param(r, "number"), &v, e));
	struct words w = service_words(r->arena, v.adoption, portal_language(r), r->texts);
	fill_head(r, &v, p);
	fill_person(r, &v, p);
	fill_next(r, &v, p);
	p->all_answers = text_is(web_query(r, "angaben"), "alle");
	p->more_answers = desk_case_path(r->arena, v.row.number, "?angaben=alle#daten");
	TRY(desk_answers(r, &v, &w, p->all_answers, &p->blocks, &p->block_count, &changes, e));
	if (changes)
		p->change_words = portal_tn(r, "desk.case.changes", "count", (int64_t)changes);
	TRY(desk_results(r, &v, &w, &p->results, &p->result_count, e));
	desk_documents(r, &v, &p->documents, &p->document_count);
	p->all_shown = text_is(web_query(r, "verlauf"), "alles");
	TRY(desk_history(r, &v, &w, p->all_shown, &p->events, &p->event_count, e));
	p->more_events = !p->all_shown && v.event_count > p->event_count;
	p->all_events = desk_case_path(r->arena, v.row.number, "?verlauf=alles#verlauf");
	fill_process(r, &v, &w, p);
	case_fill_sides(r, &v, &w, p);
	fill_notice(r, &v, p);
	r->frame.nav = TEXT("cases");
	return web_page(r, 200, &desk_case_page, p, e);
}
