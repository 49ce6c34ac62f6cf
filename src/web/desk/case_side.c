/* What stands beside a case: deadlines with their reasons, letters, requests, incidents. */
#include "web/desk/case.h"

static void fill_why(struct web_request *r, const struct law_why *why, const struct words *w,
        struct text **out, size_t *count)
{
	*out = ARENA_ARRAY(r->arena, why->count, struct text);
	for (size_t i = 0; i < why->count; i++)
		(*out)[(*count)++] = law_step_text(r->arena, &why->steps[i], w, web_app(r)->zone);
}

static bool is_replaced(const struct case_view *v, const struct case_deadline *d)
{
	return text_is(d->state, "replaced") && v->deadline_count > 1;
}

/* When what the period was for was done: every task due by it, or the answer to the request.
 * False: not (yet). */
static bool was_met(const struct case_view *v, const struct case_deadline *d, struct arena *a,
        struct instant *when)
{
	struct text due = text_format(a, "deadline.%.*s", TEXT_ARG(d->name));
	const struct service_deadline *s = service_find_deadline(v->adoption->service, d->name);
	bool found = false;
	for (size_t i = 0; i < v->task_count; i++) {
		const struct case_task *t = &v->tasks[i];
		const struct bpmn_element *x =
		        bpmn_model_find(v->adoption->service->model, t->element);
		if (!x || !text_eq(bpmn_attribute(x, "due"), due) || t->state == TASK_WITHDRAWN)
			continue;
		if (t->state == TASK_OPEN)
			return false;
		found = true;
		*when = t->done;
	}
	if (s && s->event == SERVICE_REQUESTED && v->request_count && v->requests[0].answered.ms) {
		found = true;
		*when = v->requests[0].answered;
	}
	return found && !(text_is(d->name, "target") && v->row.status != CASE_COMPLETED);
}

static void fill_limits(struct web_request *r, const struct case_view *v, const struct words *w,
        struct case_page *p)
{
	p->limits = ARENA_ARRAY(r->arena, v->deadline_count, struct case_limit);
	for (size_t i = 0; i < v->deadline_count; i++) {
		const struct case_deadline *d = &v->deadlines[i];
		if (is_replaced(v, d))
			continue;
		struct case_limit *to = &p->limits[p->limit_count++];
		to->name = desk_package_word(r, v->adoption, "deadline", d->name);
		struct instant when = {0};
		if (was_met(v, d, r->arena, &when)) {
			to->done = true;
			to->state = portal_t1(
			        r, "desk.deadline.done", "day", desk_day(r, portal_date(r, when)));
			to->why_title = portal_t1(r, "desk.why.was", "day", desk_day(r, d->end));
		} else if (text_is(d->state, "running") && v->row.closed.ms == 0) {
			to->due = desk_due_of(r, d->end);
			to->due.words = desk_day(r, d->end);
			to->why_title = portal_t(r, "desk.why");
		} else {
			to->state = portal_t1(r,
			        text_is(d->state, "met") ? "desk.deadline.met"
			                                 : "desk.deadline.over",
			        "day", desk_day(r, d->end));
			to->why_title = portal_t1(r, "desk.why.was", "day", desk_day(r, d->end));
		}
		fill_why(r, &d->why, w, &to->why, &to->why_count);
	}
}

static struct text sending_text(struct web_request *r, const struct delivery *d)
{
	bool post = text_is(d->channel, "post");
	if (d->to_post)
		return portal_t(r, "desk.sending.to_post");
	struct text way = portal_t1(r, post ? "desk.sending.posted" : "desk.sending.provided",
	        "day", desk_day(r, d->provided));
	if (!date_is_zero(d->effect))
		way = text_format(r->arena, "%.*s %.*s", TEXT_ARG(way),
		        TEXT_ARG(portal_t1(
		                r, "desk.sending.effect", "day", desk_day(r, d->effect))));
	if (!date_is_zero(d->remedy_end))
		way = text_format(r->arena, "%.*s %.*s", TEXT_ARG(way),
		        TEXT_ARG(portal_t1(
		                r, "desk.sending.remedy", "day", desk_day(r, d->remedy_end))));
	if (!post)
		way = text_format(r->arena, "%.*s %.*s", TEXT_ARG(way),
		        TEXT_ARG(d->opened.ms ? portal_t1(r, "desk.sending.opened", "day",
		                                        desk_day(r, portal_date(r, d->opened)))
		                              : portal_t(r, "desk.sending.unopened")));
	return way;
}

static void fill_sendings(struct web_request *r, const struct case_view *v, const struct words *w,
        struct case_page *p)
{
	p->sendings = ARENA_ARRAY(r->arena, v->delivery_count, struct case_sending);
	for (size_t i = 0; i < v->delivery_count; i++) {
		const struct delivery *d = &v->deliveries[i];
		struct case_sending *to = &p->sendings[p->sending_count++];
		to->title = d->title;
		to->href = text_format(r->arena, DESK_HOME "/vorgang/%.*s/dokument/%.*s",
		        TEXT_ARG(v->row.number), TEXT_ARG(d->document));
		to->text = sending_text(r, d);
		if (d->to_post && p->can_file)
			to->post = text_format(r->arena, DESK_HOME "/vorgang/%.*s/versand/%.*s",
			        TEXT_ARG(v->row.number), TEXT_ARG(d->id));
		fill_why(r, &d->why, w, &to->why, &to->why_count);
	}
}

/* The label of a field path: "members[2].proof" is found as "members.proof". */
static struct text field_label(struct web_request *r, const struct case_view *v, struct text path)
{
	char *z = text_z(r->arena, path);
	size_t len = 0;
	bool inside = false;
	for (size_t i = 0; i < path.len; i++) {
		inside = path.ptr[i] == '[' || (inside && path.ptr[i] != ']');
		if (!inside && path.ptr[i] != ']')
			z[len++] = path.ptr[i];
	}
	struct text plain = {z, len};
	struct text key = text_format(r->arena, "%.*s.label", TEXT_ARG(plain));
	struct text label = service_text(v->adoption, portal_language(r), key, NULL);
	return label.len ? label : portal_t(r, "desk.a_field");
}

static void fill_askings(struct web_request *r, const struct case_view *v, struct case_page *p)
{
	p->askings = ARENA_ARRAY(r->arena, v->request_count, struct case_asking);
	for (size_t i = 0; i < v->request_count; i++) {
		const struct case_request *q = &v->requests[i];
		struct case_asking *to = &p->askings[p->asking_count++];
		to->when = desk_day(r, portal_date(r, q->asked));
		to->text = q->text;
		to->open = q->answered.ms == 0;
		if (!to->open)
			to->state = portal_t1(r, "desk.request.answered", "day",
			        desk_day(r, portal_date(r, q->answered)));
		else if (!date_is_zero(q->due))
			to->state = portal_t1(r, "desk.request.until", "day", desk_day(r, q->due));
		else
			to->state = portal_t(r, "desk.request.open");
		to->fields = ARENA_ARRAY(r->arena, q->field_count, struct text);
		for (size_t k = 0; k < q->field_count; k++)
			to->fields[to->field_count++] = field_label(r, v, q->fields[k]);
	}
}

static void fill_troubles(struct web_request *r, const struct case_view *v, struct case_page *p)
{
	bool acts = people_can(r->actor, PEOPLE_CONTROL_ACT);
	p->troubles = ARENA_ARRAY(r->arena, v->incident_count, struct case_trouble);
	for (size_t i = 0; i < v->incident_count; i++) {
		const struct case_incident *n = &v->incidents[i];
		struct case_trouble *to = &p->troubles[p->trouble_count++];
		to->step = n->element_name.len ? n->element_name : portal_t(r, "event.a_step");
		to->text = n->message;
		to->at = desk_moment(r, n->at);
		if (acts)
			to->act = text_format(r->arena, "/leitstand/stoerung/%.*s/%.*s",
			        TEXT_ARG(v->row.number), TEXT_ARG(n->id));
	}
}

static struct date day_value(struct feel_value v)
{
	if (v.kind != FEEL_DATE)
		return (struct date){0};
	return (struct date){v.moment.year, v.moment.month, v.moment.day};
}

static void fill_invoice(struct web_request *r, const struct case_view *v, struct case_page *p)
{
	struct feel_value amount = feel_context_get(v->invoice, TEXT("amount"));
	struct feel_value reference = feel_context_get(v->invoice, TEXT("reference"));
	struct date due = day_value(feel_context_get(v->invoice, TEXT("due")));
	struct date paid = day_value(feel_context_get(v->invoice, TEXT("paid_on")));
	if (amount.kind != FEEL_NUMBER)
		return;
	p->invoice = portal_t2(r, "desk.invoice", "amount",
	        texts_money(r->arena, r->texts, r->language, amount.number), "reference",
	        reference.kind == FEEL_STRING ? reference.string : TEXT_NONE);
	if (!date_is_zero(paid))
		p->invoice_state = portal_t1(r, "desk.invoice.paid", "day", desk_day(r, paid));
	else if (!date_is_zero(due))
		p->invoice_state = portal_t1(r, "desk.invoice.due", "day", desk_day(r, due));
}

void case_fill_sides(struct web_request *r, const struct case_view *v, const struct words *w,
        struct case_page *p)
{
	fill_limits(r, v, w, p);
	fill_sendings(r, v, w, p);
	fill_askings(r, v, p);
	fill_troubles(r, v, p);
	fill_invoice(r, v, p);
}
