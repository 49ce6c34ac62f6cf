/* Submission: a draft becomes a case, once, in one transaction. */
#include "casework/casework_int.h"

/* Made outside of the transaction; apply only looks whether it still holds. */
struct case_prepared {
	struct draft draft;
	const struct service_adoption *adoption;
	struct text answers;   /* submission as JSON */
	struct text applicant; /* tagged JSON of the FEEL context */
	struct feel_value applicant_value, values;
	struct text label;
	struct prepared_file *files;
	size_t file_count;
};

struct prepared_file {
	struct text path, name, hash;
};

static void collect_files(struct arena *a, const struct form_field *f, struct feel_value v,
        struct text path, struct case_prepared *p, size_t *cap)
{
	if (v.kind == FEEL_LIST) {
		for (size_t i = 0; i < v.list.count; i++) {
			struct text item = text_format(a, "%.*s[%zu]", TEXT_ARG(path), i + 1);
			bool entry = f->type == FORM_GROUP;
			collect_files(a, f, v.list.items[i], entry ? item : path, p, cap);
		}
		return;
	}
	if (v.kind != FEEL_CONTEXT)
		return;
	if (f->type == FORM_FILE) {
		struct prepared_file *file = ARENA_PUSH(a, p->files, p->file_count, *cap);
		file->path = path;
		file->name = feel_context_get(v, TEXT("name")).string;
		file->hash = feel_context_get(v, TEXT("hash")).string;
		return;
	}
	for (size_t i = 0; i < f->count; i++) {
		const struct form_field *child = &f->children[i];
		struct text inner =
		        text_format(a, "%.*s.%.*s", TEXT_ARG(path), TEXT_ARG(child->id));
		collect_files(a, child, feel_context_get(v, child->id), inner, p, cap);
	}
}

static struct text label_of(struct arena *a, struct feel_value applicant)
{
	struct feel_value family = feel_context_get(applicant, TEXT("family_name"));
	struct feel_value given = feel_context_get(applicant, TEXT("given_name"));
	struct feel_value name = feel_context_get(applicant, TEXT("name"));
	if (family.kind == FEEL_STRING && given.kind == FEEL_STRING)
		return text_format(
		        a, "%.*s, %.*s", TEXT_ARG(family.string), TEXT_ARG(given.string));
	return name.kind == FEEL_STRING ? name.string : TEXT_NONE;
}

static enum err check_form(struct casework *cw, struct case_submit *c, struct case_prepared *p,
        struct arena *a, struct errinfo *e)
{
	struct form_run *run;
	const struct form_finding *findings;
	struct buf b;
	TRY(draft_form(cw, &p->draft, c->citizen, c->who.actor->trust, a, &run, e));
	if (form_findings(run, TEXT_NONE, &findings) > 0) {
		fail(e, ERR_INVALID, "the form is not complete");
		fail_at(e, text_z(a, findings[0].path), 0);
		return fail_key(e, "submit.findings");
	}
	buf_init(&b, FORM_ANSWERS_MAX);
	enum err result = form_submission_write(run, &b, e);
	p->answers = buf_copy(&b, a);
	p->values = form_values(run, a);
	buf_free(&b);
	return result;
}

static void freeze_applicant(struct case_submit *c, struct case_prepared *p, struct arena *a)
{
	struct buf b;
	p->applicant_value = names_applicant(a, c->citizen);
	buf_init(&b, FORM_ANSWERS_MAX);
	feel_to_json(&b, p->applicant_value);
	p->applicant = buf_copy(&b, a);
	buf_free(&b);
	p->label = label_of(a, p->applicant_value);
}

static enum err load_draft(struct casework *cw, struct case_submit *c, struct arena *a,
        struct draft *out, struct errinfo *e)
{
	struct db *db;
	TRY(store_read_begin(cw->o.store, &db, e));
	enum err result = draft_load(cw, db, c->draft, &c->who, a, out, e);
	store_read_end(cw->o.store, db);
	return result;
}

enum err submit_prepare(struct prepare *prepare, struct errinfo *e)
{
	struct casework *cw = prepare->host;
	struct case_submit *c = prepare->command->input;
	struct arena *a = prepare->arena;
	struct case_prepared *p = c->prepared = ARENA_NEW(a, struct case_prepared);
	TRY(load_draft(cw, c, a, &p->draft, e));
	if (p->draft.submitted.len)
		return OK; /* apply answers with the number */
	TRY(cw->o.services.at(cw->o.services.self, p->draft.lock, &p->adoption, e));
	enum form_trust needed = p->adoption->service->trust_submit;
	if (needed != FORM_TRUST_NONE && ((int)c->who.actor->trust < (int)needed ||
	                                         c->who.actor->kind == PEOPLE_ANONYMOUS)) {
		fail(e, ERR_DENIED, "a login of a higher level is needed");
		return fail_key(e, "submit.trust");
	}
	TRY(check_form(cw, c, p, a, e));
	freeze_applicant(c, p, a);
	const struct form *form = p->adoption->service->form;
	size_t cap = 0;
	for (size_t i = 0; i < form->field_count; i++) {
		const struct form_field *f = &form->fields[i];
		collect_files(a, f, feel_context_get(p->values, f->id), f->id, p, &cap);
	}
	return OK;
}

/* "50.3-WG-2026-04711" is the authority's; until file plans are kept: plan and number. */
static struct text file_number(const struct record *r)
{
	struct text plan = r->adoption->service->filing.plan;
	struct date day = date_at(r->cw->o.zone, r->received);
	if (plan.len == 0)
		return r->number;
	return text_format(r->a, "%.*s-%d-%.*s", TEXT_ARG(plan), day.year, TEXT_ARG(r->number));
}

static enum err insert_case(
        struct record *r, struct text draft, struct text label, struct errinfo *e)
{
	struct text sealed;
	TRY(seal(r->ap->db, r->id, "cases.label", r->id, label, r->a, &sealed, e));
	for (int tries = 0;; tries++) {
		char number[CASE_NUMBER_MAX];
		number_make(r->cw, number_prefix(r->a, r->adoption->authority), number);
		r->number = text_copy(r->a, text_from(number));
		r->file_number = file_number(r);
		struct db_rows rows;
		enum err taken =
		        db_get(&rows, r->ap->db, SQL_CASE_OF_NUMBER, e, BIND("number", r->number));
		if (taken == ERR_NOT_FOUND)
			break;
		TRY(taken);
		TRY(db_end(&rows, e));
		if (tries == NUMBER_TRIES)
			return fail(e, ERR_INTERNAL, "no free case number");
	}
	return db_exec(r->ap->db, SQL_CASE_INSERT, e, BIND("id", r->id), BIND("number", r->number),
	        BIND("file_number", r->file_number), BIND("authority", r->authority),
	        BIND("service", r->service), BIND("lock", r->lock), BIND("language", r->language),
	        BIND_OPTIONAL("person", r->person), BIND("status", (int)r->status),
	        BIND("received", r->received), BIND("draft", draft), BIND_BLOB("label", sealed));
}

enum err application_insert(struct record *r, int version, struct text answers,
        struct text applicant, struct errinfo *e)
{
	struct text row = text_format(r->a, "%.*s:%d", TEXT_ARG(r->id), version);
	struct text sealed_answers, sealed_applicant;
	TRY(seal(r->ap->db, r->id, "application.answers", row, answers, r->a, &sealed_answers, e));
	TRY(seal(r->ap->db, r->id, "application.applicant", row, applicant, r->a, &sealed_applicant,
	        e));
	return db_exec(r->ap->db, SQL_APPLICATION_INSERT, e, BIND("case_id", r->id),
	        BIND("version", version), BIND("at", r->ap->now), BIND("lock", r->lock),
	        BIND_BLOB("answers", sealed_answers), BIND_BLOB("applicant", sealed_applicant));
}

static enum err file_uploads(struct record *r, const struct case_prepared *p, struct errinfo *e)
{
	for (size_t i = 0; i < p->file_count; i++) {
		const struct prepared_file *f = &p->files[i];
		struct db_rows rows;
		TRY(db_get(&rows, r->ap->db, SQL_DRAFT_FILE_GET, e, BIND("draft", p->draft.id),
		        BIND("blob", f->hash)));
		struct document_new d = {
		        .kind = DOCUMENT_UPLOAD,
		        .title = f->name,
		        .media = row_copy(&rows, "media", r->a),
		        .field = f->path,
		        .sha256 = row_copy(&rows, "sha256", r->a),
		        .blob = f->hash,
		        .filed_by = TEXT("applicant"),
		        .scan = row_copy(&rows, "scan", r->a),
		        .size = row_int(&rows, "size"),
		};
		struct text id;
		TRY(db_end(&rows, e));
		TRY(document_insert(r, &d, &id, e));
		TRY(blob_keep_too(
		        r->ap, f->hash, text_format(r->a, "document:%.*s", TEXT_ARG(id)), e));
	}
	return OK;
}

static struct bpmn_command start_command(const struct record *r, struct feel_value values)
{
	const struct bpmn_entry *entries;
	const struct service *s = r->adoption->service;
	struct bpmn_command c = {.kind = BPMN_DO_START, .value = values};
	size_t count = bpmn_model_entries(s->model, &entries);
	for (size_t i = 0; i < count; i++) {
		if (entries[i].process == s->process && entries[i].element->parent == s->process &&
		        entries[i].trigger == BPMN_ON_MESSAGE)
			c.name = entries[i].name;
	}
	c.element = s->process->id;
	return c;
}

static enum err close_draft(
        struct apply *ap, const struct record *r, struct text draft, struct errinfo *e)
{
	struct text sealed;
	TRY(seal(ap->db, draft, "draft.answers", draft, TEXT_NONE, ap->arena, &sealed, e));
	return db_change(ap->db, SQL_DRAFT_SUBMITTED, e, BIND("id", draft),
	        BIND("number", r->number), BIND_BLOB("answers", sealed));
}

static enum err begin_record(
        struct apply *ap, struct case_submit *c, struct record *r, struct errinfo *e)
{
	const struct case_prepared *p = c->prepared;
	const struct people_actor *actor = c->who.actor;
	*r = (struct record){
	        .cw = ap->host,
	        .ap = ap,
	        .a = ap->arena,
	        .deed = deed_of(actor),
	        .id = new_id(ap->host, ap->arena),
	        .authority = p->draft.authority,
	        .service = p->draft.service,
	        .lock = p->draft.lock,
	        .language = c->language.len ? c->language : p->draft.language,
	        .person = actor->kind == PEOPLE_CITIZEN ? actor->id : TEXT_NONE,
	        .status = CASE_SUBMITTED,
	        .received = ap->now,
	        .news = ap->now.ms,
	        .version = 1,
	        .applicant = p->applicant_value,
	};
	if (actor->kind != PEOPLE_CITIZEN)
		r->deed = (struct deed){TEXT("applicant"), TEXT("applicant")};
	return record_adoption(r, e);
}

static enum err tell_submission(struct record *r, struct text answers, struct errinfo *e)
{
	char sha[65];
	sha256_hex(answers, sha);
	struct text payload = text_format(r->a,
	        "{\"number\":\"%.*s\",\"lock\":\"%.*s\",\"answers_sha256\":\"%s\"}",
	        TEXT_ARG(r->number), TEXT_ARG(r->lock), sha);
	return record_tell(r, "application.submitted", TEXT_NONE, payload, e);
}

enum err submit_apply(struct apply *ap, struct errinfo *e)
{
	struct case_submit *c = ap->command->input;
	const struct case_prepared *p = c->prepared;
	struct draft now;
	struct record r;
	TRY(draft_load(ap->host, ap->db, c->draft, &c->who, ap->arena, &now, e));
	if (now.submitted.len) {
		ap->answer = now.submitted;
		return OK;
	}
	if (now.version != p->draft.version) {
		fail(e, ERR_CONFLICT, "the draft was changed while it was submitted");
		return fail_key(e, "draft.changed");
	}
	TRY(begin_record(ap, c, &r, e));
	TRY(key_share(ap, c->draft, r.id, e));
	TRY(insert_case(&r, c->draft, p->label, e));
	TRY(application_insert(&r, 1, p->answers, p->applicant, e));
	TRY(tell_submission(&r, p->answers, e));
	TRY(file_uploads(&r, p, e));
	TRY(deadline_event(&r, SERVICE_SUBMITTED, date_at(r.cw->o.zone, ap->now), e));
	r.deadlines_changed = false; /* the start reads them anyway */
	struct bpmn_command start = start_command(&r, p->values);
	TRY(case_step(&r, &start, e));
	TRY(close_draft(ap, &r, c->draft, e));
	ap->answer = r.number;
	return OK;
}
