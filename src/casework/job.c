/* Connectors. What needs no world is answered inside the step; letters go to the outbox,
 * their answer comes back as the command "job.done" or "job.failed". */
#include "casework/job.h"

#include "format/json.h"

static struct feel_value input_of(const struct bpmn_effect *f, const char *name)
{
	struct feel_value input = feel_context_get(f->value, TEXT("input"));
	return feel_context_get(input, text_from(name));
}

static struct text string_of(struct feel_value v)
{
	return v.kind == FEEL_STRING ? v.string : TEXT_NONE;
}

static void answer(struct record *r, uint64_t wait, struct feel_value value)
{
	case_step_also(
	        r, (struct bpmn_command){.kind = BPMN_DO_ANSWER, .wait = wait, .value = value});
}

/* The input is wrong: the token gets an incident that names what is missing. */
static enum err give_up(struct record *r, const struct bpmn_effect *f, const char *message)
{
	case_step_also(r, (struct bpmn_command){
	                          .kind = BPMN_DO_FAIL,
	                          .wait = f->wait,
	                          .name = TEXT("input"),
	                          .text = text_from(message),
	                  });
	return OK;
}

static struct text drafter_of(const struct record *r)
{
	return text_is(r->deed.actor, "system") ? TEXT_NONE : r->deed.name;
}

/* Body of the outbox row: {"letter":..,"send":..,"data":{..}}; `data` is frozen now. */
static enum err letter_body(struct record *r, struct text letter, bool send,
        struct feel_value extra, struct buf *b, struct errinfo *e)
{
	struct names_facts facts = facts_of(r);
	struct feel_value variables = bpmn_state_variables(r->a, r->state, 0);
	struct letter_ask ask = {
	        .letter = letter,
	        .variables = variables,
	        .extra = extra,
	        .drafter = drafter_of(r),
	        .answers_version = r->version,
	};
	buf_add_z(b, "{\"letter\":");
	json_write_string(b, letter);
	buf_add_format(b, ",\"send\":%s,\"data\":", send ? "true" : "false");
	TRY(letter_data(r->a, &facts, &ask, b, e));
	buf_add_byte(b, '}');
	return buf_whole(b, "the data of the letter", e);
}

static enum err to_outbox(struct record *r, const struct bpmn_effect *f, struct text letter,
        bool send, struct feel_value extra, struct errinfo *e)
{
	struct buf b;
	struct text sealed;
	buf_init(&b, LETTER_DATA_MAX);
	struct text row =
	        text_format(r->a, "%.*s:%llu", TEXT_ARG(r->id), (unsigned long long)f->wait);
	enum err result = letter_body(r, letter, send, extra, &b, e);
	if (result == OK)
		result = seal(r->ap->db, r->id, "outbox", row, buf_text(&b), r->a, &sealed, e);
	buf_free(&b);
	TRY(result);
	return db_exec(r->ap->db, SQL_OUTBOX_INSERT, e, BIND("case_id", r->id),
	        BIND("wait", f->wait), BIND("element", f->element->id), BIND("kind", "letter"),
	        BIND("due", r->ap->now), BIND("at", r->ap->now), BIND_BLOB("body", sealed));
}

static enum err job_letter(struct record *r, const struct bpmn_effect *f, struct errinfo *e)
{
	struct text letter = string_of(input_of(f, "letter"));
	if (letter.len == 0)
		return give_up(r, f, "the connector letter needs input.letter");
	struct feel_context_builder extra = feel_context_begin(r->a);
	struct feel_value parts = input_of(f, "parts");
	if (!feel_is_null(parts))
		feel_context_set(&extra, TEXT("parts"), parts);
	return to_outbox(r, f, letter, false, feel_context_end(&extra), e);
}

static enum err job_send(struct record *r, const struct bpmn_effect *f, struct errinfo *e)
{
	struct feel_context_builder none = feel_context_begin(r->a);
	return to_outbox(r, f, f->key, true, feel_context_end(&none), e);
}

static enum err letter_kind_of(
        struct record *r, struct text document, enum service_letter_kind *kind, struct errinfo *e)
{
	struct db_rows rows;
	TRY(db_get(&rows, r->ap->db, SQL_DOCUMENT_GET, e, BIND("id", document),
	        BIND("case_id", r->id)));
	struct text name = row_copy(&rows, "letter_kind", r->a);
	*kind = SERVICE_INFO;
	for (int k = 0; k < SERVICE_LETTER_KIND_COUNT; k++) {
		if (text_is(name, service_letter_kind_name((enum service_letter_kind)k)))
			*kind = (enum service_letter_kind)k;
	}
	return db_end(&rows, e);
}

static enum err job_deliver(struct record *r, const struct bpmn_effect *f, struct errinfo *e)
{
	struct feel_value rendered = input_of(f, "document");
	struct text document = rendered.kind == FEEL_CONTEXT
	                               ? string_of(feel_context_get(rendered, TEXT("document")))
	                               : string_of(rendered);
	enum service_letter_kind kind;
	if (document.len == 0)
		return give_up(r, f, "the connector deliver needs input.document");
	enum err result = letter_kind_of(r, document, &kind, e);
	if (result == ERR_NOT_FOUND)
		return give_up(r, f, "the document is not in the file");
	TRY(result);
	return deliver(r, f->wait, document, kind, e);
}

static enum err job_invoice(struct record *r, const struct bpmn_effect *f, struct errinfo *e)
{
	struct feel_value amount = input_of(f, "amount"), days = input_of(f, "due_days");
	int64_t due_days = 30;
	if (amount.kind != FEEL_NUMBER)
		return give_up(r, f, "the connector invoice needs input.amount as a number");
	if (days.kind == FEEL_NUMBER && !dec_to_int(days.number, &due_days))
		return give_up(r, f, "input.due_days of the connector invoice is no whole number");
	struct date due = date_add_days(date_at(r->cw->o.zone, r->ap->now), due_days);
	struct text sum = dec_text_kept(r->a, dec_quantize(amount.number, 2, DEC_HALF_UP));
	struct text reference =
	        text_format(r->a, "%.*s-R%llu", TEXT_ARG(r->number), (unsigned long long)f->wait);
	TRY(db_exec(r->ap->db, SQL_INVOICE_INSERT, e, BIND("reference", reference),
	        BIND("case_id", r->id), BIND("authority", r->authority), BIND("amount", sum),
	        BIND("due", due), BIND("at", r->ap->now)));
	TRY(record_tell(r, "invoice.made", f->element->id,
	        text_format(r->a, "{\"amount\":\"%.*s\"}", TEXT_ARG(sum)), e));
	struct feel_context_builder b = feel_context_begin(r->a);
	feel_context_set(&b, TEXT("reference"), feel_string(reference));
	feel_context_set(
	        &b, TEXT("amount"), feel_number(dec_quantize(amount.number, 2, DEC_HALF_UP)));
	feel_context_set(&b, TEXT("due"), date_value(due));
	answer(r, f->wait, feel_context_end(&b));
	return OK;
}

static enum err job_close(struct record *r, const struct bpmn_effect *f, struct errinfo *e)
{
	struct text outcome = string_of(input_of(f, "outcome"));
	if (outcome.len)
		r->outcome = text_copy(r->a, outcome);
	struct date today = date_at(r->cw->o.zone, r->ap->now);
	TRY(record_tell(r, "file.closed", f->element->id,
	        text_format(r->a, "{\"outcome\":\"%.*s\"}", TEXT_ARG(r->outcome)), e));
	struct feel_context_builder b = feel_context_begin(r->a);
	feel_context_set(&b, TEXT("on"), date_value(today));
	answer(r, f->wait, feel_context_end(&b));
	return OK;
}

static const struct connector {
	const char *name;
	enum err (*run)(struct record *r, const struct bpmn_effect *f, struct errinfo *e);
} connectors[] = {
        {"letter", job_letter},
        {"deliver", job_deliver},
        {"invoice", job_invoice},
        {"close", job_close},
};

enum err job_request(struct record *r, const struct bpmn_effect *f, struct errinfo *e)
{
	if (f->key.len)
		return job_send(r, f, e);
	for (size_t i = 0; i < sizeof connectors / sizeof *connectors; i++) {
		if (text_is(f->name, connectors[i].name))
			return connectors[i].run(r, f, e);
	}
	return give_up(r, f, "no connector of this name is set up");
}

/* The outbox row behind an answer; ERR_NOT_FOUND: nobody wants it any more. */
struct wanted {
	struct text case_id;
	uint64_t wait;
	int64_t tries;
};

static enum err load_wanted(struct apply *ap, int64_t id, struct wanted *out, struct errinfo *e)
{
	struct db_rows rows;
	TRY(db_get(&rows, ap->db, SQL_OUTBOX_GET, e, BIND("id", id)));
	out->case_id = row_copy(&rows, "case_id", ap->arena);
	out->wait = (uint64_t)row_int(&rows, "wait");
	out->tries = row_int(&rows, "tries");
	return db_end(&rows, e);
}

static enum err file_letter(
        struct record *r, const struct job_done *c, struct text *document, struct errinfo *e)
{
	const struct service_letter *l = service_find_letter(r->adoption->service, c->letter);
	if (!l)
		return fail(e, ERR_INTERNAL, "the letter is not in the package any more");
	struct text key = text_format(r->a, "letter.%.*s.subject", TEXT_ARG(c->letter));
	struct document_new d = {
	        .kind = DOCUMENT_LETTER,
	        .title = service_text(r->adoption, r->language, key, NULL),
	        .media = TEXT("application/pdf"),
	        .letter = c->letter,
	        .letter_kind = service_letter_kind_name(l->kind),
	        .sha256 = text_from(c->sha256),
	        .blob = text_from(c->blob.address),
	        .filed_by = TEXT("system"),
	        .scan = TEXT("clean"),
	        .size = c->blob.size,
	        .locked = true,
	};
	TRY(document_insert(r, &d, document, e));
	TRY(blob_keep(r->ap, &c->blob, text_format(r->a, "document:%.*s", TEXT_ARG(*document)), e));
	if (c->send)
		return deliver(r, c->wait, *document, l->kind, e);
	struct feel_context_builder b = feel_context_begin(r->a);
	feel_context_set(&b, TEXT("document"), feel_string(*document));
	feel_context_set(&b, TEXT("hash"), feel_string(d.sha256));
	feel_context_set(&b, TEXT("title"), feel_string(d.title));
	answer(r, c->wait, feel_context_end(&b));
	return OK;
}

enum err job_done_apply(struct apply *ap, struct errinfo *e)
{
	struct job_done *c = ap->command->input;
	struct wanted w;
	struct record r;
	struct text document = TEXT_NONE;
	enum err found = load_wanted(ap, c->outbox, &w, e);
	if (found == ERR_NOT_FOUND)
		return OK;
	TRY(found);
	c->wait = w.wait;
	TRY(record_load_id(ap->host, ap, w.case_id, &r, e));
	TRY(db_exec(ap->db, SQL_OUTBOX_REMOVE, e, BIND("id", c->outbox)));
	TRY(file_letter(&r, c, &document, e));
	TRY(record_tell(&r, "letter.filed", document,
	        text_format(r.a, "{\"letter\":\"%.*s\",\"sha256\":\"%s\"}", TEXT_ARG(c->letter),
	                c->sha256),
	        e));
	if (r.queued == 0) {
		/* Waits for the day of posting: nothing of the process moves yet. */
		return record_store(&r, e);
	}
	struct bpmn_command first = r.queue[r.done++];
	return case_step(&r, &first, e);
}

/* Twice the pause after every failure; what can never work is given up at once. */
enum err job_failed_apply(struct apply *ap, struct errinfo *e)
{
	const struct job_failed *c = ap->command->input;
	struct wanted w;
	struct record r;
	enum err found = load_wanted(ap, c->outbox, &w, e);
	if (found == ERR_NOT_FOUND)
		return OK;
	TRY(found);
	if (c->code == ERR_BUSY) {
		struct instant soon = {ap->now.ms + OUTBOX_BUSY_MS};
		return db_exec(
		        ap->db, SQL_OUTBOX_WAIT, e, BIND("id", c->outbox), BIND("due", soon));
	}
	bool hopeless = c->code == ERR_INVALID || c->code == ERR_NOT_FOUND || c->code == ERR_LIMIT;
	if (!hopeless && w.tries + 1 < OUTBOX_TRIES) {
		int64_t pause = (int64_t)1 << (w.tries < 12 ? w.tries : 12);
		pause = pause < OUTBOX_PAUSE_MAX_S ? pause : OUTBOX_PAUSE_MAX_S;
		struct instant due = {ap->now.ms + pause * 1000};
		struct text sealed;
		struct text row = text_format(ap->arena, "%lld", (long long)c->outbox);
		TRY(seal(ap->db, w.case_id, "outbox.message", row, c->message, ap->arena, &sealed,
		        e));
		return db_exec(ap->db, SQL_OUTBOX_AGAIN, e, BIND("id", c->outbox), BIND("due", due),
		        BIND("code", err_name(c->code)), BIND_BLOB("message", sealed));
	}
	TRY(record_load_id(ap->host, ap, w.case_id, &r, e));
	TRY(db_exec(ap->db, SQL_OUTBOX_REMOVE, e, BIND("id", c->outbox)));
	struct bpmn_command fail_job = {
	        .kind = BPMN_DO_FAIL,
	        .wait = w.wait,
	        .name = text_format(r.a, "letter.%s", err_name(c->code)),
	        .text = c->message,
	};
	return case_step(&r, &fail_job, e);
}
