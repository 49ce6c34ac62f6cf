/* Forms `decide`, `confirm`, `payment` and the staff pages of a package. */
#include "web/desk/task.h"

const struct web_page desk_task_decide_page = {"desk/task-decide", &task_page_type};

enum { OUTCOMES_MAX = 20 };

/* Decide ------------------------------------------------------------------------------------------
 */

static void fill_outcomes(struct tasking *t, struct web_field *f)
{
	struct text list = bpmn_attribute(t->element, "outcomes"), one;
	f->options = ARENA_ARRAY(t->r->arena, OUTCOMES_MAX, struct web_option);
	while (f->option_count < OUTCOMES_MAX && text_split(&list, ',', &one)) {
		struct web_option *o = &f->options[f->option_count];
		o->value = text_trim(one);
		o->id = f->option_count ? text_format(t->r->arena, "ergebnis-%zu", f->option_count)
		                        : f->id;
		o->label = desk_package_word(t->r, t->v.adoption, "outcome", o->value);
		o->selected = text_eq(o->value, f->value);
		f->option_count++;
	}
}

static enum err fill_decide(struct tasking *t, struct errinfo *e)
{
	size_t changes;
	fill_outcomes(t, task_field(t, "radio", "ergebnis", "desk.decide.outcome"));
	struct web_field *reason = task_field(t, "textarea", "grund", "desk.decide.reason");
	reason->hint = portal_t(t->r, "desk.decide.reason.hint");
	reason->optional = true;
	reason->lines = 6;
	desk_documents(t->r, &t->v, &t->page->documents, &t->page->document_count);
	TRY(desk_answers(t->r, &t->v, &t->words, false, &t->page->blocks, &t->page->block_count,
	        &changes, e));
	return desk_results(t->r, &t->v, &t->words, &t->page->results, &t->page->result_count, e);
}

static enum err take_decide(struct tasking *t, struct feel_value *result, struct errinfo *e)
{
	struct web_field *outcome = &t->page->fields[0], *reason = &t->page->fields[1];
	struct feel_context_builder b = feel_context_begin(t->r->arena);
	struct text chosen = TEXT_NONE;
	(void)e;
	for (size_t i = 0; i < outcome->option_count; i++) {
		if (outcome->options[i].selected)
			chosen = outcome->options[i].value;
	}
	if (chosen.len == 0)
		task_fault(t, outcome, portal_t(t->r, "desk.decide.need"));
	if (reason->value.len > DESK_TEXT_MAX)
		task_fault(t, reason, portal_tn(t->r, "desk.text.long", "count", DESK_TEXT_MAX));
	feel_context_set(&b, TEXT("outcome"), feel_string(chosen));
	feel_context_set(&b, TEXT("reason"), feel_string(text_trim(reason->value)));
	*result = feel_context_end(&b);
	return OK;
}

const struct task_form task_decide = {"decide", &desk_task_decide_page, fill_decide, take_decide};

/* Confirm
 * ------------------------------------------------------------------------------------------ */

static enum err fill_confirm(struct tasking *t, struct errinfo *e)
{
	return desk_results(t->r, &t->v, &t->words, &t->page->results, &t->page->result_count, e);
}

static enum err take_confirm(struct tasking *t, struct feel_value *result, struct errinfo *e)
{
	struct feel_context_builder b = feel_context_begin(t->r->arena);
	(void)e;
	*result = feel_context_end(&b);
	return OK;
}

const struct task_form task_confirm = {
        "confirm", &desk_task_simple_page, fill_confirm, take_confirm};

/* Payment
 * ------------------------------------------------------------------------------------------ */

/* "1.030,70 Euro", "30.70" */
static bool parse_amount(struct arena *a, struct text typed, struct dec *out)
{
	bool comma = text_find(typed, TEXT(","), 0) != SIZE_MAX;
	char *z = text_z(a, text_trim(typed));
	size_t len = 0;
	for (const char *c = z; *c; c++) {
		if (*c >= '0' && *c <= '9')
			z[len++] = *c;
		else if (*c == ',')
			z[len++] = '.';
		else if (*c == '.' && !comma)
			z[len++] = '.';
		else if (*c != ' ' && *c != '.' && !strchr("Euro\xe2\x82\xac", *c))
			return false;
	}
	return len > 0 && dec_parse((struct text){z, len}, out);
}

static enum err fill_payment(struct tasking *t, struct errinfo *e)
{
	struct web_request *r = t->r;
	struct feel_value amount = feel_context_get(t->v.invoice, TEXT("amount"));
	struct feel_value reference = feel_context_get(t->v.invoice, TEXT("reference"));
	(void)e;
	struct web_field *f = task_field(t, "money", "betrag", "desk.payment.amount");
	f->unit = portal_t(r, "desk.payment.euro");
	f->inputmode = TEXT("decimal");
	f->short_field = true;
	if (amount.kind == FEEL_NUMBER) {
		struct text due = texts_money(r->arena, r->texts, r->language, amount.number);
		f->hint = portal_t2(r, "desk.payment.hint", "amount", due, "reference",
		        reference.kind == FEEL_STRING ? reference.string : TEXT_NONE);
	}
	struct web_field *day = task_field(t, "date", "tag", "desk.payment.day");
	desk_day_field(r, day, casework_today(web_app(r)->casework));
	if (r->method == WEB_GET && t->typed_count) {
		day->day = task_typed(t, "tag.day");
		day->month = task_typed(t, "tag.month");
		day->year = task_typed(t, "tag.year");
	}
	return OK;
}

static enum err take_payment(struct tasking *t, struct feel_value *result, struct errinfo *e)
{
	struct web_field *amount = &t->page->fields[0], *day = &t->page->fields[1];
	struct feel_context_builder b = feel_context_begin(t->r->arena);
	struct dec sum = {0};
	struct date on = {0};
	(void)e;
	if (!parse_amount(t->r->arena, amount->value, &sum))
		task_fault(t, amount, portal_t(t->r, "desk.payment.amount.need"));
	if (!desk_posted_day(t->r, "tag", &on))
		task_fault(t, day, portal_t(t->r, "desk.day.need"));
	else if (date_cmp(on, casework_today(web_app(t->r)->casework)) > 0)
		task_fault(t, day, portal_t(t->r, "desk.payment.day.future"));
	if (day->error.len)
		day->day_bad = day->month_bad = day->year_bad = true;
	if (t->r->frame.fault_count)
		return OK;
	feel_context_set(&b, TEXT("amount"), feel_number(sum));
	feel_context_set(&b, TEXT("on"), feel_date(on.year, on.month, on.day));
	*result = feel_context_end(&b);
	return OK;
}

const struct task_form task_payment = {
        "payment", &desk_task_simple_page, fill_payment, take_payment};

/* A page of form.json
 * ------------------------------------------------------------------------------ */

struct staff_page {
	struct form_run *run;
	struct form_view view;
	struct form_outcome outcome;
};

static enum err open_page(struct tasking *t, struct staff_page *s, struct errinfo *e)
{
	struct form_options options = {.who = FORM_STAFF};
	struct text page = t->task->form;
	bool posted = t->r->method == WEB_POST;
	TRY(case_form(web_app(t->r)->casework, &t->v, t->r->arena, &options, &s->run, e));
	if (t->typed_count)
		TRY(form_post(s->run, page, t->typed, t->typed_count, &s->outcome, e));
	bool findings = posted && !task_wants(t, "vorschau");
	TRY(form_view(s->run, page, &t->words, findings ? &s->outcome : NULL, &s->view, e));
	return OK;
}

static enum err fill_form(struct tasking *t, struct errinfo *e)
{
	struct staff_page s = {0};
	TRY(open_page(t, &s, e));
	t->draw = (struct portal_draw){
	        .r = t->r, .adoption = t->v.adoption, .run = s.run, .words = &t->words};
	portal_fields(
	        &t->draw, s.view.items, s.view.item_count, &t->page->fields, &t->page->field_count);
	if (s.view.title.len)
		t->page->subject = s.view.title;
	return desk_results(t->r, &t->v, &t->words, &t->page->results, &t->page->result_count, e);
}

static enum err take_form(struct tasking *t, struct feel_value *result, struct errinfo *e)
{
	struct staff_page s = {0};
	TRY(open_page(t, &s, e));
	*result = form_page_values(s.run, s.view.step.page, t->r->arena);
	return OK;
}

const struct task_form task_staff_form = {NULL, &desk_task_simple_page, fill_form, take_form};
