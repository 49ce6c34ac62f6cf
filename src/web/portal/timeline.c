/* Where an application stands, in words and days. Six public states (services.md 0). */
#include "web/portal/portal.h"

enum { STAGES_MAX = 12 };

const struct html_type portal_stage_type = HTML_TYPE(struct portal_stage,
        HTML_MEMBER(struct portal_stage, title), HTML_MEMBER(struct portal_stage, text),
        HTML_MEMBER(struct portal_stage, at), HTML_MEMBER(struct portal_stage, when),
        HTML_MEMBER(struct portal_stage, href), HTML_MEMBER(struct portal_stage, link),
        HTML_MEMBER(struct portal_stage, done), HTML_MEMBER(struct portal_stage, now));

const struct html_type portal_contact_type = HTML_TYPE(struct portal_contact,
        HTML_MEMBER(struct portal_contact, authority), HTML_MEMBER(struct portal_contact, unit),
        HTML_MEMBER(struct portal_contact, phone), HTML_MEMBER(struct portal_contact, mail),
        HTML_MEMBER(struct portal_contact, hours), HTML_MEMBER(struct portal_contact, street),
        HTML_MEMBER(struct portal_contact, city));

struct portal_contact portal_contact_of(
        const struct web_request *r, const struct service_adoption *x)
{
	struct text language = portal_language(r);
	const struct service_unit *u = x->unit;
	struct portal_contact c = {
	        .authority = service_local_text(x->authority->name, language),
	        .unit = service_local_text(u->name, language),
	        .phone = u->phone,
	        .mail = u->mail,
	        .hours = service_local_text(u->hours, language),
	        .street = u->street,
	};
	if (u->city.len)
		c.city = text_format(
		        r->arena, "%.*s %.*s", TEXT_ARG(u->postcode), TEXT_ARG(u->city));
	if (text_eq(c.unit, c.authority))
		c.unit = TEXT_NONE;
	return c;
}

const struct case_request *portal_open_request(const struct case_view *v)
{
	for (size_t i = 0; i < v->request_count; i++) {
		if (v->requests[i].answered.ms == 0)
			return &v->requests[i];
	}
	return NULL;
}

const char *portal_status_class(const struct case_row *row)
{
	switch (row->status) {
	case CASE_ACTION_REQUIRED: return "need";
	case CASE_COMPLETED: return "done";
	case CASE_INITIATED: return "";
	default: return "run";
	}
}

struct text portal_status_words(
        const struct web_request *r, const struct service_adoption *x, const struct case_row *row)
{
	if (row->outcome.len > 0 && row->status == CASE_COMPLETED && x) {
		struct text key = text_format(r->arena, "closed.%.*s", TEXT_ARG(row->outcome));
		struct text own = portal_words(r, x, text_z(r->arena, key), NULL);
		if (own.len)
			return own;
	}
	struct text key = text_format(r->arena, "portal.status.%s", case_status_name(row->status));
	return portal_t(r, text_z(r->arena, key));
}

static struct portal_stage *stage(
        const struct web_request *r, struct portal_stage *stages, size_t *count, const char *key)
{
	struct portal_stage *s = &stages[(*count)++];
	check(*count <= STAGES_MAX);
	s->title = portal_t(r, key);
	return s;
}

static void set_moment(const struct web_request *r, struct portal_stage *s, struct instant at)
{
	if (at.ms == 0)
		return;
	s->at = instant_text(r->arena, at);
	s->when = portal_t2(r, "portal.stage.moment", "day", portal_day(r, portal_date(r, at)),
	        "time", portal_time(r, at));
}

/* The sentences of the steps the case stands at now. */
static struct text now_text(const struct web_request *r, const struct case_view *v)
{
	struct buf b;
	buf_init(&b, 2000);
	for (size_t i = 0; i < v->token_count && v->adoption; i++) {
		const struct bpmn_element *at = v->tokens[i].element;
		struct text t = at ? service_status_text(v->adoption, portal_language(r), at->id)
		                   : TEXT_NONE;
		if (t.len == 0 || text_find(buf_text(&b), t, 0) != SIZE_MAX)
			continue;
		buf_add_z(&b, b.len ? " " : "");
		buf_add(&b, t);
	}
	struct text t = buf_copy(&b, r->arena);
	buf_free(&b);
	return t;
}

static void add_requests(const struct web_request *r, const struct case_view *v,
        struct portal_stage *stages, size_t *count)
{
	enum { REQUESTS_SHOWN = 4 };
	size_t first = v->request_count > REQUESTS_SHOWN ? REQUESTS_SHOWN : v->request_count;
	for (size_t i = first; i > 0; i--) {
		const struct case_request *q = &v->requests[i - 1];
		bool open = q->answered.ms == 0;
		struct portal_stage *s = stage(
		        r, stages, count, open ? "portal.stage.asked" : "portal.stage.answered");
		s->done = !open;
		s->now = open;
		if (!open) {
			set_moment(r, s, q->answered);
			continue;
		}
		if (!date_is_zero(q->due))
			s->text = portal_t1(
			        r, "portal.stage.until", "day", portal_day_long(r, q->due));
		s->href = text_format(r->arena, "/meine/%.*s/antwort", TEXT_ARG(v->row.number));
		s->link = portal_t(r, "portal.reply.do");
	}
}

static const struct delivery *notice_of(const struct case_view *v)
{
	for (size_t i = 0; i < v->delivery_count; i++) {
		if (text_is(v->deliveries[i].letter_kind, "notice"))
			return &v->deliveries[i];
	}
	return NULL;
}

static void add_end(const struct web_request *r, const struct case_view *v,
        struct portal_stage *stages, size_t *count)
{
	const struct delivery *d = notice_of(v);
	bool withdrawn = text_is(v->row.outcome, "withdrawn");
	bool done = v->row.status == CASE_COMPLETED || (d && !date_is_zero(d->provided));
	struct portal_stage *s = stage(r, stages, count,
	        withdrawn ? "portal.stage.withdrawn"
	        : done    ? "portal.stage.noticed"
	                  : "portal.stage.notice");
	if (withdrawn) {
		s->done = true;
		set_moment(r, s, v->row.closed);
		return;
	}
	if (d && !date_is_zero(d->provided)) {
		s->done = true;
		s->at = date_text(r->arena, d->provided);
		s->when = portal_day(r, d->provided);
		s->text = portal_t(r, text_is(d->channel, "post") ? "portal.stage.by_post"
		                                                  : "portal.stage.in_mailbox");
		return;
	}
	if (v->row.status == CASE_COMPLETED) {
		s->done = true;
		set_moment(r, s, v->row.closed);
	} else if (!date_is_zero(v->row.expected)) {
		s->text = portal_t1(
		        r, "portal.stage.expected", "day", portal_day(r, v->row.expected));
	}
}

static const char *stage_now(enum case_status status)
{
	switch (status) {
	case CASE_ACTION_REQUIRED: return "portal.stage.need";
	case CASE_PROCESSING: return "portal.stage.process";
	case CASE_COMPLETED: return "portal.stage.processed";
	default: return "portal.stage.check";
	}
}

void portal_timeline(const struct web_request *r, const struct case_view *v,
        struct portal_stage **out, size_t *count)
{
	struct portal_stage *stages = ARENA_ARRAY(r->arena, STAGES_MAX, struct portal_stage);
	*count = 0;
	struct portal_stage *s = stage(r, stages, count, "portal.stage.received");
	s->done = true;
	set_moment(r, s, v->row.received);
	bool ended = v->row.status == CASE_COMPLETED;
	if (portal_open_request(v)) {
		s = stage(r, stages, count, "portal.stage.checked");
		s->done = true;
		add_requests(r, v, stages, count);
		stage(r, stages, count, "portal.stage.decide");
	} else {
		add_requests(r, v, stages, count);
		s = stage(r, stages, count, stage_now(v->row.status));
		s->now = !ended;
		s->done = ended;
		s->text = ended ? TEXT_NONE : now_text(r, v);
	}
	add_end(r, v, stages, count);
	*out = stages;
}
