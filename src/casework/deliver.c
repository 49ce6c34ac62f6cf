/* Bringing a document to its addressee: the mailbox at once, the post when it was posted. */
#include "casework/casework_int.h"

/* An electronic notice of these regimes needs the consent of the person. */
static bool needs_consent(enum law_regime regime)
{
	return regime == LAW_RETRIEVAL || regime == LAW_SOCIAL;
}

/* Without an account there is no mailbox. The answer `delivery` of the form decides, and
 * "mailbox" there is the consent (VwVfG section 41(2a), SGB X section 37(2a)). Where nothing was
 * asked nobody agreed: the post, unless the regime needs no consent and the package puts the
 * mailbox first. */
bool delivery_by_post(const struct service_delivery *d, bool has_account, struct feel_value answers)
{
	if (!has_account)
		return true;
	struct feel_value chosen = feel_context_get(answers, TEXT("delivery"));
	if (chosen.kind == FEEL_STRING)
		return !text_is(chosen.string, "mailbox");
	return needs_consent(d->regime) || (d->channel_count > 0 && d->channels[0] == SERVICE_POST);
}

static enum err by_post(struct record *r, bool *post, struct errinfo *e)
{
	const struct service *s = r->adoption->service;
	struct text answers, applicant;
	struct feel_value values;
	TRY(application_read(r->ap->db, r->id, r->version, r->a, &answers, &applicant, e));
	TRY(form_values_read(r->a, s->form, answers, &values, e));
	*post = delivery_by_post(&s->delivery, r->person.len > 0, values);
	return OK;
}

static struct feel_value delivered_value(
        struct record *r, bool post, struct date provided, const struct announced *x)
{
	struct feel_context_builder b = feel_context_begin(r->a);
	feel_context_set(&b, TEXT("channel"), feel_string(post ? TEXT("post") : TEXT("mailbox")));
	feel_context_set(&b, TEXT("provided"), date_value(provided));
	feel_context_set(&b, TEXT("effect"), date_value(x->effect.effect));
	feel_context_set(
	        &b, TEXT("remedy_end"), x->has_remedy ? date_value(x->remedy.shown) : feel_null());
	return feel_context_end(&b);
}

/* Days that follow from the day it was provided or posted. Only what decides or asks has a
 * day of effect. */
static enum err take_effect(struct record *r, enum service_letter_kind kind, struct date provided,
        bool post, struct announced *x, struct errinfo *e)
{
	*x = (struct announced){0};
	if (kind == SERVICE_NOTICE)
		return deadline_announce(r, provided, post, x, e);
	if (kind != SERVICE_REQUEST)
		return OK;
	TRY(announce(r->a, r->cw, r->adoption, provided, post, x, e));
	x->has_remedy = false;
	struct date day = x->effect.state == LAW_EFFECTIVE ? x->effect.effect : provided;
	return deadline_event(r, SERVICE_REQUESTED, day, e);
}

static struct text why_of(struct record *r, const struct announced *x)
{
	struct buf b;
	buf_init(&b, COMMAND_ANSWER_MAX);
	if (x->effect.state == LAW_EFFECTIVE && x->effect.why.count)
		law_why_write(&b, x->has_remedy ? &x->remedy.why : &x->effect.why);
	struct text t = b.over ? TEXT("") : buf_copy(&b, r->a);
	buf_free(&b);
	return t;
}

static void answer_job(struct record *r, uint64_t wait, struct feel_value value)
{
	if (wait)
		case_step_also(r, (struct bpmn_command){
		                          .kind = BPMN_DO_ANSWER, .wait = wait, .value = value});
}

/* A letter by post waits for the day somebody puts it into the post. The process waits with it
 * where days follow from that day, else it goes on. */
enum err deliver(struct record *r, uint64_t wait, struct text document,
        enum service_letter_kind kind, struct errinfo *e)
{
	bool post;
	TRY(by_post(r, &post, e));
	bool decisive = kind == SERVICE_NOTICE || kind == SERVICE_REQUEST;
	bool waits = post && decisive;
	struct date provided = post ? (struct date){0} : date_at(r->cw->o.zone, r->ap->now);
	struct announced x = {0};
	if (!post)
		TRY(take_effect(r, kind, provided, post, &x, e));
	bool effective = x.effect.state == LAW_EFFECTIVE && !date_is_zero(x.effect.effect);
	TRY(db_exec(r->ap->db, SQL_DELIVERY_INSERT, e, BIND("id", new_id(r->cw, r->a)),
	        BIND("case_id", r->id), BIND("document", document),
	        BIND_OPTIONAL("person", r->person), BIND("channel", post ? "post" : "mailbox"),
	        BIND("letter_kind", service_letter_kind_name(kind)),
	        BIND("wait", waits ? wait : (uint64_t)0), BIND("provided", provided),
	        BIND("effect", effective ? x.effect.effect : (struct date){0}),
	        BIND("remedy_end", x.has_remedy ? x.remedy.shown : (struct date){0}),
	        BIND("at", r->ap->now), BIND("why", why_of(r, &x))));
	TRY(record_tell(r, post ? "letter.to_post" : "letter.delivered", document, TEXT_NONE, e));
	if (!waits)
		answer_job(r, wait, delivered_value(r, post, provided, &x));
	return OK;
}

struct posted {
	struct text document;
	enum service_letter_kind kind;
	uint64_t wait;
};

static enum err load_posted(struct record *r, struct text id, struct posted *out, struct errinfo *e)
{
	struct db_rows rows;
	TRY(db_get(&rows, r->ap->db, SQL_DELIVERY_GET, e, BIND("id", id), BIND("case_id", r->id)));
	bool waits = row_is_null(&rows, "provided");
	struct text kind = row_copy(&rows, "letter_kind", r->a);
	out->document = row_copy(&rows, "document", r->a);
	out->wait = (uint64_t)row_int(&rows, "wait");
	TRY(db_end(&rows, e));
	if (!waits) {
		fail(e, ERR_CONFLICT, "the day of posting was recorded already");
		return fail_key(e, "delivery.posted_already");
	}
	out->kind = SERVICE_INFO;
	for (int k = 0; k < SERVICE_LETTER_KIND_COUNT; k++) {
		if (text_is(kind, service_letter_kind_name((enum service_letter_kind)k)))
			out->kind = (enum service_letter_kind)k;
	}
	return OK;
}

enum err delivery_posted_apply(struct apply *ap, struct errinfo *e)
{
	const struct delivery_posted *c = ap->command->input;
	struct record r;
	struct posted p = {0};
	struct announced x;
	TRY(record_load(ap->host, ap, c->number, &r, e));
	r.deed = deed_of(c->actor);
	struct people_object object = record_object(&r, PEOPLE_CASE, TEXT_NONE);
	TRY(record_allow(&r, c->actor, PEOPLE_WORK, &object, e));
	TRY(load_posted(&r, c->delivery, &p, e));
	if (date_cmp(c->on, date_at(r.cw->o.zone, ap->now)) > 0) {
		fail(e, ERR_INVALID, "the day of posting lies in the future");
		return fail_key(e, "delivery.posted_future");
	}
	TRY(take_effect(&r, p.kind, c->on, true, &x, e));
	TRY(db_exec(ap->db, SQL_DELIVERY_POSTED, e, BIND("id", c->delivery),
	        BIND("provided", c->on), BIND("effect", x.effect.effect),
	        BIND("remedy_end", x.has_remedy ? x.remedy.shown : (struct date){0}),
	        BIND("why", why_of(&r, &x))));
	TRY(record_tell(&r, "letter.posted", p.document, TEXT_NONE, e));
	if (p.wait == 0)
		return record_store(&r, e);
	struct bpmn_command answer = {
	        .kind = BPMN_DO_ANSWER,
	        .wait = p.wait,
	        .value = delivered_value(&r, true, c->on, &x),
	};
	return case_step(&r, &answer, e);
}

enum err delivery_open_apply(struct apply *ap, struct errinfo *e)
{
	const struct delivery_open *c = ap->command->input;
	struct record r;
	TRY(record_load(ap->host, ap, c->number, &r, e));
	r.deed = deed_of(c->actor);
	struct people_object object = record_object(&r, PEOPLE_CASE, TEXT_NONE);
	TRY(allow(c->actor, PEOPLE_OWN, &object, e));
	TRY(db_exec(ap->db, SQL_DELIVERY_OPENED, e, BIND("id", c->delivery), BIND("case_id", r.id),
	        BIND("person", r.person), BIND("at", ap->now)));
	if (db_changed(ap->db) == 0)
		return OK; /* opened before: only the first day counts */
	return record_tell(&r, "letter.opened", TEXT_NONE, TEXT_NONE, e);
}
