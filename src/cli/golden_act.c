/* The acts of a golden case: what the citizen and the staff do. */
#include "cli/stage.h"

static void say_error(struct stage *s, const char *act, const struct errinfo *e)
{
	golden_say(s->r, "%s: %s%s%s%s%s", act, e->message, e->where[0] ? " at " : "", e->where,
	        e->key[0] ? " / " : "", e->key);
}

static struct text answers_text(struct stage *s)
{
	struct buf b;
	buf_init(&b, FORM_ANSWERS_MAX);
	json_write(&b, &s->answers);
	struct text t = buf_copy(&b, s->a);
	buf_free(&b);
	return t;
}

static enum err open_draft(struct stage *s, struct errinfo *e)
{
	if (s->draft.id[0])
		return OK;
	s->draft = (struct draft_open){
	        .actor = &s->applicant,
	        .authority = s->adoption->authority->ags,
	        .service = s->g->service->id,
	        .lock = s->adoption->lock,
	        .language = s->language,
	};
	draft_new_ids(s->cw, &s->draft);
	s->version = 1;
	return stage_run(s, DRAFT_OPEN, TEXT_NONE, &s->draft, NULL, e);
}

static enum err save(struct stage *s, struct errinfo *e)
{
	struct draft_save c = {
	        .who = {&s->applicant, text_from(s->draft.code)},
	        .id = text_from(s->draft.id),
	        .answers = answers_text(s),
	        .version = s->version,
	};
	TRY(stage_run(s, DRAFT_SAVE, TEXT_NONE, &c, NULL, e));
	s->version++;
	return OK;
}

/* A file in an answer: {"name": ..}; its bytes are made up, its blob is real. */
static enum err keep_file(
        void *self, const struct form_file *file, struct text *answers, struct errinfo *e)
{
	struct stage *s = self;
	struct draft d = {.lock = s->adoption->lock, .language = s->language, .answers = *answers};
	struct form_run *run;
	struct buf b;
	struct text path = file->name;
	(void)path;
	TRY(draft_form(s->cw, &d, &s->citizen, s->citizen.trust, s->a, &run, e));
	buf_init(&b, FORM_ANSWERS_MAX);
	enum err result = form_draft_write(run, &b, e);
	buf_free(&b);
	return result;
}

static bool is_file(const struct json *v)
{
	return json_is(v, JSON_OBJECT) && json_get(v, "media") && json_get(v, "name");
}

static struct text made_up_bytes(struct stage *s, const struct json *v)
{
	struct text name = json_text(v, "name");
	return text_format(s->a, "%%PDF-1.4\n%% %.*s\n", TEXT_ARG(name));
}

/* Upload every file that has no bytes yet and put its facts into the answer. */
static enum err upload_files(struct stage *s, struct json *v, struct errinfo *e)
{
	if (is_file(v) && !json_get(v, "hash")) {
		struct text bytes = made_up_bytes(s, v);
		struct draft_upload c = {
		        .save =
		                {
		                        .who = {&s->applicant, text_from(s->draft.code)},
		                        .id = text_from(s->draft.id),
		                        .answers = answers_text(s),
		                        .version = s->version,
		                },
		        .name = json_text(v, "name"),
		        .media = json_text(v, "media"),
		        .bytes = bytes,
		        .add = keep_file,
		        .self = s,
		};
		TRY(stage_run(s, DRAFT_UPLOAD, TEXT_NONE, &c, NULL, e));
		s->version++;
		json_set(s->a, v, TEXT("size"), json_from_int(s->a, (int64_t)bytes.len));
		json_set(s->a, v, TEXT("hash"),
		        json_from_text(text_copy(s->a, text_from(c.blob.address))));
		json_set(s->a, v, TEXT("scan"), json_from_text(TEXT("none")));
		return OK;
	}
	for (size_t i = 0; v->kind == JSON_OBJECT && i < v->count; i++)
		TRY(upload_files(s, &v->members[i].value, e));
	for (size_t i = 0; v->kind == JSON_ARRAY && i < v->count; i++)
		TRY(upload_files(s, &v->items[i], e));
	return OK;
}

static enum err act_answer(struct stage *s, const struct json *v, struct errinfo *e)
{
	TRY(open_draft(s, e));
	golden_answers(s->a, v, &s->answers);
	s->last_answer = v;
	TRY(upload_files(s, &s->answers, e));
	return save(s, e);
}

static enum err act_open(struct stage *s, const struct json *v, struct errinfo *e)
{
	struct text language = json_text(v, "language");
	if (language.len)
		s->language = language;
	return open_draft(s, e);
}

/* Findings of the pages the last answer was about. */
static enum err act_expect_errors(struct stage *s, const struct json *v, struct errinfo *e)
{
	struct draft d = {
	        .lock = s->adoption->lock, .language = s->language, .answers = answers_text(s)};
	struct form_run *run;
	const struct form_finding *found;
	TRY(draft_form(s->cw, &d, &s->citizen, s->citizen.trust, s->a, &run, e));
	size_t count = form_findings(run, TEXT_NONE, &found), met = 0;
	for (size_t i = 0; i < count; i++) {
		struct text is = golden_finding(s->a, &found[i]);
		struct text page = found[i].field->page ? found[i].field->page->id : TEXT_NONE;
		bool expected = false;
		for (size_t k = 0; k < v->count; k++)
			expected |= text_eq(v->items[k].text, is);
		met += expected;
		if (!expected && json_get_text(s->last_answer, page))
			golden_say(s->r, "unexpected error %.*s", TEXT_ARG(is));
	}
	if (met < v->count)
		golden_say(s->r, "%zu of %zu expected errors were found", met, v->count);
	return OK;
}

static enum err act_submit(struct stage *s, const struct json *v, struct errinfo *e)
{
	(void)v;
	struct case_submit c = {
	        .who = {&s->applicant, text_from(s->draft.code)},
	        .draft = text_from(s->draft.id),
	        .citizen = &s->citizen,
	        .language = s->language,
	};
	struct text key = text_format(s->a, "submit:%s", s->draft.id), again;
	TRY(stage_run(s, CASE_SUBMIT, key, &c, &s->number, e));
	s->number = text_copy(s->a, s->number);
	TRY(stage_run(s, CASE_SUBMIT, key, &c, &again, e));
	if (!text_eq(s->number, again))
		golden_say(s->r, "a second submission got another number");
	return OK;
}

static const struct case_task *find_task(const struct case_view *v, struct text element)
{
	for (size_t i = 0; i < v->task_count; i++) {
		if (v->tasks[i].state == TASK_OPEN && text_eq(v->tasks[i].element, element))
			return &v->tasks[i];
	}
	return NULL;
}

/* What a page of the form makes of the answers of a staff task; the built-in forms of
 * docs/process-contract.md by their own types. */
static enum err task_result(struct stage *s, const struct case_view *v, const struct case_task *t,
        const struct json *result, struct feel_value *out, struct errinfo *e)
{
	struct form_options staff = {.who = FORM_STAFF};
	const struct form_page *page = form_find_page(s->g->service->form, t->form);
	const struct feel_type *type = NULL;
	struct buf b;
	buf_init(&b, FORM_ANSWERS_MAX);
	json_write(&b, result);
	struct text json = buf_copy(&b, s->a);
	buf_free(&b);
	if (page) {
		struct case_view staffed = *v;
		struct form_run *run;
		staffed.answers = json;
		TRY(case_form(s->cw, &staffed, s->a, &staff, &run, e));
		*out = form_page_values(run, page, s->a);
		return OK;
	}
	if (text_is(t->form, "payment")) {
		static const struct feel_field names[] = {{{"amount", 6}, NULL}, {{"on", 2}, NULL}};
		struct feel_field *fields = ARENA_ARRAY(s->a, 2, struct feel_field);
		fields[0] = (struct feel_field){names[0].name, feel_type_of_kind(FEEL_TYPE_NUMBER)};
		fields[1] = (struct feel_field){names[1].name, feel_type_of_kind(FEEL_TYPE_DATE)};
		type = feel_type_context(s->a, fields, 2, true);
	}
	return feel_from_plain_json(s->a, json, type, out, e);
}

/* What the sign page shows: the newest letter. */
static struct text shown_hash(const struct case_view *v)
{
	for (size_t i = v->document_count; i > 0; i--) {
		if (v->documents[i - 1].kind == DOCUMENT_LETTER &&
		        !text_is(v->documents[i - 1].letter, "receipt"))
			return v->documents[i - 1].sha256;
	}
	return TEXT_NONE;
}

static const char *refusal_name(enum err code, const struct errinfo *e)
{
	if (strcmp(e->key, "task.four_eyes") == 0)
		return "same-person";
	if (code == ERR_DENIED)
		return "not-allowed";
	return code == ERR_CONFLICT ? "done" : "other";
}

static enum err complete_task(struct stage *s, const struct case_view *view,
        const struct case_task *t, const struct json *v, struct errinfo *e)
{
	static const struct json nothing = {.kind = JSON_OBJECT};
	const struct json *result = json_get(v, "result");
	struct people_actor who = stage_staff(s, json_text(v, "by"));
	struct text refused = json_text(v, "refused");
	struct task_complete c = {.actor = &who, .task = t->id};
	if (text_is(t->form, "sign"))
		c.hash = shown_hash(view);
	TRY(task_result(s, view, t, result ? result : &nothing, &c.result, e));
	enum err done = stage_run(s, TASK_COMPLETE, TEXT_NONE, &c, NULL, e);
	if (refused.len == 0)
		return done;
	if (done == OK)
		golden_say(s->r, "task %.*s was not refused", TEXT_ARG(t->element));
	else if (!text_is(refused, refusal_name(done, e)))
		golden_say(s->r, "task %.*s was refused as %s (%s)", TEXT_ARG(t->element),
		        refusal_name(done, e), e->message);
	return OK;
}

static enum err act_task(struct stage *s, const struct json *v, struct errinfo *e)
{
	struct case_view view;
	struct text name = json_text(v, "name");
	TRY(stage_view(s, &view, e));
	const struct case_task *t = find_task(&view, name);
	if (!t) {
		golden_say(s->r, "task %.*s is not open", TEXT_ARG(name));
		for (size_t i = 0; i < view.incident_count; i++)
			golden_say(s->r, "incident at %.*s: %.*s: %.*s",
			        TEXT_ARG(view.incidents[i].element),
			        TEXT_ARG(view.incidents[i].code),
			        TEXT_ARG(view.incidents[i].message));
		return OK;
	}
	return complete_task(s, &view, t, v, e);
}

static enum err upload_corrections(struct stage *s, struct json *v, struct text path,
        struct case_upload *uploads, size_t *count, size_t cap, struct errinfo *e)
{
	if (is_file(v) && !json_get(v, "hash")) {
		if (*count == cap)
			return fail(e, ERR_LIMIT, "too many files");
		struct case_upload *u = &uploads[(*count)++];
		*u = (struct case_upload){
		        .field = path,
		        .name = json_text(v, "name"),
		        .media = json_text(v, "media"),
		        .bytes = made_up_bytes(s, v),
		};
		TRY(case_uploads_store(s->cw, s->number, u, 1, s->a, e));
		json_set(s->a, v, TEXT("size"), json_from_int(s->a, u->file.size));
		json_set(s->a, v, TEXT("hash"), json_from_text(u->file.hash));
		json_set(s->a, v, TEXT("scan"), json_from_text(u->file.scan));
		return OK;
	}
	for (size_t i = 0; v->kind == JSON_OBJECT && i < v->count; i++)
		TRY(upload_corrections(s, &v->members[i].value,
		        path.len ? path : v->members[i].name, uploads, count, cap, e));
	for (size_t i = 0; v->kind == JSON_ARRAY && i < v->count; i++)
		TRY(upload_corrections(s, &v->items[i], path, uploads, count, cap, e));
	return OK;
}

static enum err act_message(struct stage *s, const struct json *v, struct errinfo *e)
{
	struct case_upload uploads[20];
	struct json changed = json_new_object();
	struct case_correct c = {
	        .actor = &s->applicant,
	        .number = s->number,
	        .text = json_text(v, "text"),
	        .uploads = uploads,
	};
	if (!text_is(json_text(v, "name"), "correction"))
		return fail(e, ERR_UNSUPPORTED, "only the message correction can be played");
	golden_answers(s->a, json_get(v, "answers"), &changed);
	TRY(upload_corrections(s, &changed, TEXT_NONE, uploads, &c.upload_count, 20, e));
	struct text *fields = ARENA_ARRAY(s->a, changed.count, struct text);
	for (size_t i = 0; i < changed.count; i++) {
		fields[i] = changed.members[i].name;
		json_set(s->a, &s->answers, changed.members[i].name, changed.members[i].value);
	}
	c.fields = fields;
	c.field_count = changed.count;
	struct case_view view;
	struct form_run *run;
	struct buf b;
	TRY(stage_view(s, &view, e));
	view.answers = answers_text(s);
	TRY(case_form(s->cw, &view, s->a, NULL, &run, e));
	buf_init(&b, FORM_ANSWERS_MAX);
	enum err result = form_submission_write(run, &b, e);
	c.answers = buf_copy(&b, s->a);
	buf_free(&b);
	TRY(result);
	return stage_run(s, CASE_CORRECT, TEXT_NONE, &c, NULL, e);
}

static enum err act_withdraw(struct stage *s, const struct json *v, struct errinfo *e)
{
	struct case_withdraw c = {
	        .actor = &s->applicant, .number = s->number, .text = json_text(v, "text")};
	return stage_run(s, CASE_WITHDRAW, TEXT_NONE, &c, NULL, e);
}

static enum err act_post(struct stage *s, const struct json *v, struct errinfo *e)
{
	struct case_view view;
	struct people_actor who = stage_staff(s, json_text(v, "by"));
	struct delivery_posted c = {.actor = &who, .number = s->number};
	TRY(stage_view(s, &view, e));
	for (size_t i = 0; i < view.delivery_count && c.delivery.len == 0; i++) {
		for (size_t k = 0; k < view.document_count; k++) {
			if (view.deliveries[i].to_post &&
			        text_eq(view.documents[k].id, view.deliveries[i].document) &&
			        text_eq(view.documents[k].letter, json_text(v, "letter")))
				c.delivery = view.deliveries[i].id;
		}
	}
	if (c.delivery.len == 0 || !date_parse(json_text(v, "on"), &c.on))
		return fail(e, ERR_NOT_FOUND, "no such letter waits for the post");
	return stage_run(s, DELIVERY_POSTED, TEXT_NONE, &c, NULL, e);
}

static enum err act_retrieve(struct stage *s, const struct json *v, struct errinfo *e)
{
	struct case_view view;
	(void)v;
	TRY(stage_view(s, &view, e));
	for (size_t i = 0; i < view.delivery_count; i++) {
		struct delivery_open c = {&s->applicant, s->number, view.deliveries[i].id};
		TRY(stage_run(s, DELIVERY_OPEN, TEXT_NONE, &c, NULL, e));
	}
	return OK;
}

static enum err act_wait(struct stage *s, const struct json *v, struct errinfo *e)
{
	return stage_wait(s, v->text, e);
}

static const struct act {
	const char *name;
	enum err (*play)(struct stage *s, const struct json *v, struct errinfo *e);
} acts[] = {
        {"open", act_open},
        {"answer", act_answer},
        {"expect_errors", act_expect_errors},
        {"submit", act_submit},
        {"wait", act_wait},
        {"task", act_task},
        {"message", act_message},
        {"withdraw", act_withdraw},
        {"post", act_post},
        {"retrieve", act_retrieve},
};

void golden_act(struct stage *s, const struct json *act)
{
	struct errinfo e = {0};
	if (!json_is(act, JSON_OBJECT) || act->count != 1) {
		golden_say(s->r, "an act has exactly one name");
		return;
	}
	struct text name = act->members[0].name;
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
		if (!text_is(name, acts[i].name))
			continue;
		enum err result = acts[i].play(s, &act->members[0].value, &e);
		if (result == OK)
			result = stage_settle(s, &e);
		if (result != OK)
			say_error(s, acts[i].name, &e);
		return;
	}
	golden_say(s->r, "act '%.*s' is not known", TEXT_ARG(name));
}
