/* Named periods of a package: an event starts them, the law room says when they end. */
#include "casework/casework_int.h"

static struct text why_text(struct arena *a, const struct law_why *why)
{
	struct buf b;
	buf_init(&b, COMMAND_ANSWER_MAX);
	law_why_write(&b, why);
	struct text t = b.over ? TEXT("") : buf_copy(&b, a);
	buf_free(&b);
	return t;
}

static struct text cite(const struct service *s, struct text id)
{
	const struct service_law *law = service_find_law(s, id);
	return law ? law->cite : TEXT_NONE;
}

struct ending {
	struct text name;
	struct date event, raw_end, end, over;
	const struct law_why *why;
};

static enum err write_ending(struct record *r, const struct ending *x, struct errinfo *e)
{
	TRY(db_exec(r->ap->db, SQL_DEADLINE_REPLACE, e, BIND("case_id", r->id),
	        BIND("name", x->name), BIND("state", "replaced")));
	TRY(db_exec(r->ap->db, SQL_DEADLINE_INSERT, e, BIND("case_id", r->id),
	        BIND("name", x->name), BIND("event", x->event), BIND("raw_end", x->raw_end),
	        BIND("ends", x->end), BIND("over", x->over), BIND("at", r->ap->now),
	        BIND("why", why_text(r->a, x->why))));
	if (text_is(x->name, "target"))
		r->expected = x->end;
	r->deadlines_changed = true;
	struct text day = date_text(r->a, x->end);
	struct text payload = text_format(
	        r->a, "{\"name\":\"%.*s\",\"ends\":\"%.*s\"}", TEXT_ARG(x->name), TEXT_ARG(day));
	return record_tell(r, "deadline.set", TEXT_NONE, payload, e);
}

static enum err compute(
        struct record *r, const struct service_deadline *d, struct date day, struct errinfo *e)
{
	const struct service *s = r->adoption->service;
	struct law_ask ask = {
	        .event = day,
	        .event_key = service_event_name(d->event),
	        .length = d->length,
	        .start = LAW_FROM_EVENT,
	        .shift = d->shift,
	        .place = r->seat,
	        .law = cite(s, d->law),
	};
	struct law_deadline result;
	const struct law_calendar *calendar = casework_library(r->cw)->calendar;
	TRY(law_deadline(r->a, calendar, &ask, &result, e));
	struct ending x = {d->id, day, result.raw_end, result.end, result.over, &result.why};
	return write_ending(r, &x, e);
}

static bool is_remedy(const struct service *s, const struct service_deadline *d)
{
	return d->event == SERVICE_EFFECT && text_eq(d->id, s->delivery.remedy);
}

enum err deadline_event(
        struct record *r, enum service_event event, struct date day, struct errinfo *e)
{
	const struct service *s = r->adoption->service;
	for (size_t i = 0; i < s->deadline_count; i++) {
		if (s->deadlines[i].event == event && !is_remedy(s, &s->deadlines[i]))
			TRY(compute(r, &s->deadlines[i], day, e));
	}
	return OK;
}

enum err announce(struct arena *a, struct casework *cw, const struct service_adoption *x,
        struct date provided, bool post, struct announced *out, struct errinfo *e)
{
	const struct service *s = x->service;
	const struct law_calendar *calendar = casework_library(cw)->calendar;
	struct law_notification n = {
	        .regime = post ? LAW_POST : s->delivery.regime,
	        .procedure = s->delivery.procedure,
	        .announce_shift = s->delivery.announce_shift,
	        .place = x->authority->seat,
	        .sent = provided,
	        .consent = true, /* without it delivery_by_post chose the post */
	};
	*out = (struct announced){0};
	TRY(law_effect(a, calendar, &n, &out->effect, e));
	const struct service_deadline *d = service_find_deadline(s, s->delivery.remedy);
	if (!d || out->effect.state != LAW_EFFECTIVE)
		return OK;
	struct law_remedy_ask ask = {
	        .procedure = s->delivery.procedure,
	        .place = x->authority->seat,
	        .length = d->length,
	};
	out->has_remedy = true;
	return law_remedy(a, calendar, &out->effect, &ask, &out->remedy, e);
}

enum err deadline_announce(
        struct record *r, struct date provided, bool post, struct announced *out, struct errinfo *e)
{
	TRY(announce(r->a, r->cw, r->adoption, provided, post, out, e));
	if (out->effect.state != LAW_EFFECTIVE)
		return OK;
	TRY(deadline_event(r, SERVICE_EFFECT, out->effect.effect, e));
	if (!out->has_remedy)
		return OK;
	const struct law_remedy *remedy = &out->remedy;
	struct ending x = {
	        .name = r->adoption->service->delivery.remedy,
	        .event = out->effect.effect,
	        .raw_end = remedy->plain.raw_end,
	        .end = remedy->shown,
	        .over = remedy->final_from,
	        .why = &remedy->why,
	};
	return write_ending(r, &x, e);
}

enum err delivery_forecast(struct casework *cw, const struct case_view *v, struct arena *a,
        struct delivery *out, struct errinfo *e)
{
	struct announced x;
	struct date today = casework_today(cw);
	const struct service *s = v->adoption->service;
	struct feel_value answers;
	TRY(form_values_read(a, s->form, v->answers, &answers, e));
	bool post = delivery_by_post(&s->delivery, v->owned, answers);
	TRY(announce(a, cw, v->adoption, today, post, &x, e));
	*out = (struct delivery){
	        .channel = post ? TEXT("post") : TEXT("mailbox"),
	        .provided = today,
	        .effect = x.effect.effect,
	        .remedy_end = x.has_remedy ? x.remedy.shown : (struct date){0},
	        .why = x.has_remedy ? x.remedy.why : x.effect.why,
	};
	return OK;
}
