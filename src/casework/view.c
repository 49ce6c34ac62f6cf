/* What a page shows of a case: read with its permission, opened with its key. */
#include "casework/casework_int.h"

#include "format/json.h"

static void take_case(struct db_rows *rows, struct arena *a, struct case_row *out)
{
	out->id = row_copy(rows, "id", a);
	out->number = row_copy(rows, "number", a);
	out->authority = row_copy(rows, "authority", a);
	out->service = row_copy(rows, "service", a);
	out->lock = row_copy(rows, "lock", a);
	out->status = (enum case_status)row_int(rows, "status");
	out->outcome = row_copy(rows, "outcome", a);
	out->received = row_instant(rows, "received");
	out->expected = row_date(rows, "expected");
	out->closed = row_instant(rows, "closed");
}

enum err case_list_mine(struct casework *cw, struct db *db, const struct people_actor *who,
        struct arena *a, struct case_row **out, size_t *count, struct errinfo *e)
{
	struct db_rows rows;
	size_t cap = 0;
	(void)cw;
	*out = NULL;
	*count = 0;
	TRY(db_select(&rows, db, SQL_CASE_OF_PERSON, e, BIND("person", who->id)));
	while (db_next(&rows)) {
		struct case_row *row = ARENA_PUSH(a, *out, *count, cap);
		take_case(&rows, a, row);
		row->unread = (int)row_int(&rows, "unread");
	}
	return db_end(&rows, e);
}

enum err case_object(struct casework *cw, struct db *db, struct text number, struct arena *a,
        struct people_object *out, struct errinfo *e)
{
	struct db_rows rows;
	(void)cw;
	TRY(db_get(&rows, db, SQL_CASE_OF_NUMBER, e, BIND("number", number)));
	*out = (struct people_object){
	        .kind = PEOPLE_CASE,
	        .authority = row_copy(&rows, "authority", a),
	        .service = row_copy(&rows, "service", a),
	        .owner = row_copy(&rows, "person", a),
	};
	return db_end(&rows, e);
}

/* Reading a case page part by part. */
struct viewer {
	struct casework *cw;
	struct db *db;
	struct arena *a;
	const struct people_actor *who;
	struct case_view *v;
	struct bpmn_state *state;
	struct text person;
};

static enum err read_tasks(struct viewer *x, struct errinfo *e)
{
	struct case_view *v = x->v;
	const struct service *s = v->adoption->service;
	struct db_rows rows;
	size_t cap = 0;
	TRY(db_select(&rows, x->db, SQL_TASK_OF_CASE, e, BIND("case_id", v->row.id)));
	while (db_next(&rows)) {
		struct case_task *t = ARENA_PUSH(x->a, v->tasks, v->task_count, cap);
		t->id = row_copy(&rows, "id", x->a);
		t->case_id = v->row.id;
		t->element = row_copy(&rows, "element", x->a);
		t->role = row_copy(&rows, "role", x->a);
		t->form = row_copy(&rows, "form", x->a);
		struct text state = row_text(&rows, "state");
		t->state = text_is(state, "open")   ? TASK_OPEN
		           : text_is(state, "done") ? TASK_DONE
		                                    : TASK_WITHDRAWN;
		int64_t due = row_int(&rows, "due");
		t->due = due < TASK_NEVER_DUE ? date_from_days(due) : (struct date){0};
		t->assignee = row_copy(&rows, "assignee", x->a);
		t->assignee_name = row_copy(&rows, "assignee_name", x->a);
		t->opened = row_instant(&rows, "opened");
		t->done = row_instant(&rows, "ended");
		t->done_by = row_copy(&rows, "done_by_name", x->a);
		const struct bpmn_element *element = bpmn_model_find(s->model, t->element);
		t->name = element ? element->name : t->element;
	}
	return db_end(&rows, e);
}

/* May this person complete it now? The writer asks again. */
static void judge_tasks(struct viewer *x)
{
	struct case_view *v = x->v;
	for (size_t i = 0; i < v->task_count; i++) {
		struct case_task *t = &v->tasks[i];
		struct errinfo e = {0};
		struct people_object object = {
		        .kind = PEOPLE_TASK,
		        .authority = v->row.authority,
		        .service = v->row.service,
		        .role = t->role,
		        .owner = x->person,
		};
		if (t->state != TASK_OPEN)
			continue;
		if (allow(x->who, task_action(t->form), &object, &e) != OK)
			t->why_not = "task.other_role";
		else if (four_eyes(x->db, v->adoption->service, v->row.id, t->role, x->who, &e) !=
		         OK)
			t->why_not = "task.four_eyes";
		t->mine = t->why_not == NULL;
	}
}

static enum err read_documents(struct viewer *x, struct errinfo *e)
{
	struct case_view *v = x->v;
	struct db_rows rows;
	size_t cap = 0;
	TRY(db_select(&rows, x->db, SQL_DOCUMENT_OF_CASE, e, BIND("case_id", v->row.id)));
	while (db_next(&rows)) {
		struct document *d = ARENA_PUSH(x->a, v->documents, v->document_count, cap);
		*d = document_of_row(&rows, x->a);
		d->title = row_copy_blob(&rows, "title", x->a);
	}
	TRY(db_end(&rows, e));
	for (size_t i = 0; i < v->document_count; i++) {
		struct document *d = &v->documents[i];
		struct text sealed = d->title;
		TRY(unseal(x->db, v->row.id, "document.title", d->id, sealed, x->a, &d->title, e));
	}
	return OK;
}

static const struct document *find_document(const struct case_view *v, struct text id)
{
	for (size_t i = 0; i < v->document_count; i++) {
		if (text_eq(v->documents[i].id, id))
			return &v->documents[i];
	}
	return NULL;
}

static enum err read_deliveries(struct viewer *x, struct errinfo *e)
{
	struct case_view *v = x->v;
	struct db_rows rows;
	size_t cap = 0;
	TRY(db_select(&rows, x->db, SQL_DELIVERY_OF_CASE, e, BIND("case_id", v->row.id)));
	while (db_next(&rows)) {
		struct delivery *d = ARENA_PUSH(x->a, v->deliveries, v->delivery_count, cap);
		d->id = row_copy(&rows, "id", x->a);
		d->document = row_copy(&rows, "document", x->a);
		d->channel = row_copy(&rows, "channel", x->a);
		d->letter_kind = row_copy(&rows, "letter_kind", x->a);
		d->provided = row_date(&rows, "provided");
		d->effect = row_date(&rows, "effect");
		d->remedy_end = row_date(&rows, "remedy_end");
		d->opened = row_instant(&rows, "opened");
		d->to_post = row_is_null(&rows, "provided");
		struct text why = row_copy(&rows, "why", x->a);
		if (why.len && law_why_read(x->a, why, &d->why, e) != OK)
			d->why = (struct law_why){0};
		const struct document *document = find_document(v, d->document);
		d->title = document ? document->title : TEXT_NONE;
	}
	return db_end(&rows, e);
}

static enum err read_deadlines(struct viewer *x, struct errinfo *e)
{
	struct case_view *v = x->v;
	struct db_rows rows;
	size_t cap = 0;
	struct date today = casework_today(x->cw);
	TRY(db_select(&rows, x->db, SQL_DEADLINE_LIST, e, BIND("case_id", v->row.id)));
	while (db_next(&rows)) {
		struct case_deadline *d = ARENA_PUSH(x->a, v->deadlines, v->deadline_count, cap);
		d->name = row_copy(&rows, "name", x->a);
		d->state = row_copy(&rows, "state", x->a);
		d->event = row_date(&rows, "event");
		d->raw_end = row_date(&rows, "raw_end");
		d->end = row_date(&rows, "ends");
		if (text_is(d->state, "running") && date_cmp(row_date(&rows, "over"), today) <= 0)
			d->state = TEXT("over");
		struct text why = row_copy(&rows, "why", x->a);
		if (why.len && law_why_read(x->a, why, &d->why, e) != OK)
			d->why = (struct law_why){0};
	}
	return db_end(&rows, e);
}

static void take_request(struct viewer *x, struct text content, struct case_request *q)
{
	const struct json *j;
	size_t count;
	if (json_parse(x->a, content, "request", &j, NULL) != OK)
		return;
	const struct json *fields = json_items(j, "fields", &count);
	struct text *paths = ARENA_ARRAY(x->a, count, struct text);
	for (size_t i = 0; i < count; i++)
		paths[i] = fields[i].text;
	q->fields = paths;
	q->field_count = count;
	q->text = json_text(j, "text");
}

static enum err read_requests(struct viewer *x, struct errinfo *e)
{
	struct case_view *v = x->v;
	struct db_rows rows;
	size_t cap = 0;
	struct text *sealed = NULL;
	size_t sealed_count = 0, sealed_cap = 0;
	TRY(db_select(&rows, x->db, SQL_REQUEST_LIST, e, BIND("case_id", v->row.id)));
	while (db_next(&rows)) {
		struct case_request *q = ARENA_PUSH(x->a, v->requests, v->request_count, cap);
		q->id = row_copy(&rows, "id", x->a);
		q->asked = row_instant(&rows, "asked");
		q->answered = row_instant(&rows, "answered");
		*ARENA_PUSH(x->a, sealed, sealed_count, sealed_cap) =
		        row_copy_blob(&rows, "content", x->a);
	}
	TRY(db_end(&rows, e));
	for (size_t i = 0; i < v->request_count; i++) {
		struct text content;
		struct case_request *q = &v->requests[i];
		TRY(unseal(x->db, v->row.id, "request", q->id, sealed[i], x->a, &content, e));
		take_request(x, content, q);
	}
	for (size_t i = 0; i < v->deadline_count; i++) {
		const struct case_deadline *d = &v->deadlines[i];
		const struct service_deadline *s =
		        service_find_deadline(v->adoption->service, d->name);
		if (s && s->event == SERVICE_REQUESTED && v->request_count &&
		        !text_is(d->state, "replaced"))
			v->requests[0].due = d->end;
	}
	return OK;
}

static void add_visited(struct viewer *x, struct text element, size_t *cap)
{
	struct case_view *v = x->v;
	for (size_t i = 0; i < v->visited_count; i++) {
		if (text_eq(v->visited[i], element))
			return;
	}
	struct text *list = (struct text *)v->visited;
	*ARENA_PUSH(x->a, list, v->visited_count, *cap) = element;
	v->visited = list;
}

static enum err read_events(struct viewer *x, struct errinfo *e)
{
	struct case_view *v = x->v;
	struct history_entry *entries;
	size_t count, visited_cap = 0, cap = 0;
	TRY(history_read(x->db, v->row.id, 0, CASE_HISTORY_ROWS, x->a, &entries, &count, e));
	for (size_t i = count; i > 0; i--) {
		const struct history_entry *h = &entries[i - 1];
		if (text_is(h->kind, "node.left") || text_is(h->kind, "task.completed"))
			add_visited(x, h->element, &visited_cap);
		if (x->who->kind == PEOPLE_CITIZEN)
			continue;
		struct case_event *event = ARENA_PUSH(x->a, v->events, v->event_count, cap);
		event->seq = h->seq;
		event->at = h->at;
		event->actor = h->actor;
		event->kind = h->kind;
		event->element = h->element;
		const struct bpmn_element *node =
		        bpmn_model_find(v->adoption->service->model, h->element);
		event->element_name = node ? node->name : TEXT_NONE;
		if (h->payload.len &&
		        json_parse(x->a, h->payload, "history", &event->payload, NULL) != OK)
			event->payload = NULL;
	}
	return OK;
}

static enum err read_incidents(struct viewer *x, struct errinfo *e)
{
	struct case_view *v = x->v;
	struct db_rows rows;
	size_t cap = 0;
	TRY(db_select(&rows, x->db, SQL_INCIDENT_OF_CASE, e, BIND("case_id", v->row.id)));
	while (db_next(&rows)) {
		struct case_incident *n = ARENA_PUSH(x->a, v->incidents, v->incident_count, cap);
		n->id = row_copy(&rows, "id", x->a);
		n->element = row_copy(&rows, "element", x->a);
		n->code = row_copy(&rows, "code", x->a);
		n->message = row_copy_blob(&rows, "message", x->a);
		n->at = row_instant(&rows, "at");
		const struct bpmn_element *node =
		        bpmn_model_find(v->adoption->service->model, n->element);
		n->element_name = node ? node->name : n->element;
	}
	TRY(db_end(&rows, e));
	for (size_t i = 0; i < v->incident_count; i++) {
		struct case_incident *n = &v->incidents[i];
		struct text sealed = n->message;
		TRY(unseal(
		        x->db, v->row.id, "incident.message", n->id, sealed, x->a, &n->message, e));
	}
	return OK;
}

static enum err read_invoice(struct viewer *x, struct errinfo *e)
{
	struct db_rows rows;
	x->v->invoice = feel_null();
	enum err found =
	        db_get(&rows, x->db, SQL_INVOICE_OF_CASE, e, BIND("case_id", x->v->row.id));
	if (found == ERR_NOT_FOUND)
		return OK;
	TRY(found);
	struct dec amount;
	struct feel_context_builder b = feel_context_begin(x->a);
	feel_context_set(&b, TEXT("reference"), feel_string(row_copy(&rows, "reference", x->a)));
	if (dec_parse(row_text(&rows, "amount"), &amount))
		feel_context_set(&b, TEXT("amount"), feel_number(amount));
	feel_context_set(&b, TEXT("due"), date_value(row_date(&rows, "due")));
	feel_context_set(&b, TEXT("paid_on"), date_value(row_date(&rows, "paid_on")));
	x->v->invoice = feel_context_end(&b);
	return db_end(&rows, e);
}

static enum err read_state(struct viewer *x, struct errinfo *e)
{
	struct case_view *v = x->v;
	struct db_rows rows;
	struct text bytes, applicant, ignored;
	TRY(db_get(&rows, x->db, SQL_STATE_GET, e, BIND("case_id", v->row.id)));
	struct text sealed = row_copy_blob(&rows, "state", x->a);
	TRY(db_end(&rows, e));
	TRY(unseal(x->db, v->row.id, "case_state", v->row.id, sealed, x->a, &bytes, e));
	TRY(bpmn_state_read(x->a, v->adoption->service->model, NULL, bytes, &x->state, e));
	v->token_count = bpmn_state_tokens(x->a, x->state, &v->tokens);
	v->variables = bpmn_state_variables(x->a, x->state, 0);
	TRY(application_read(x->db, v->row.id, v->version, x->a, &v->answers, &applicant, e));
	if (v->version > 1)
		TRY(application_read(
		        x->db, v->row.id, v->version - 1, x->a, &v->answers_before, &ignored, e));
	return feel_from_json(x->a, applicant, &v->applicant, e);
}

static bool waits_for(const struct viewer *x, const char *message)
{
	const struct bpmn_wait_view *waits;
	size_t count = bpmn_state_waits(x->a, x->state, &waits);
	for (size_t i = 0; i < count; i++) {
		if (waits[i].kind == BPMN_WAIT_MESSAGE && text_is(waits[i].name, message))
			return true;
	}
	return false;
}

static enum err read_all(struct viewer *x, struct errinfo *e)
{
	TRY(read_state(x, e));
	TRY(read_tasks(x, e));
	judge_tasks(x);
	TRY(read_documents(x, e));
	TRY(read_deliveries(x, e));
	TRY(read_deadlines(x, e));
	TRY(read_requests(x, e));
	TRY(read_events(x, e));
	TRY(read_incidents(x, e));
	TRY(read_invoice(x, e));
	bool live = bpmn_state_outcome(x->state) == BPMN_LIVE;
	x->v->may_withdraw = live && waits_for(x, "withdrawal");
	return OK;
}

enum err case_load(struct casework *cw, struct db *db, struct text number,
        const struct people_actor *who, struct arena *a, struct case_view *out, struct errinfo *e)
{
	struct people_object object;
	struct db_rows rows;
	struct viewer x = {.cw = cw, .db = db, .a = a, .who = who, .v = out};
	*out = (struct case_view){0};
	TRY(case_object(cw, db, number, a, &object, e));
	TRY(allow(who, who->kind == PEOPLE_CITIZEN ? PEOPLE_OWN : PEOPLE_READ, &object, e));
	TRY(db_get(&rows, db, SQL_CASE_OF_NUMBER, e, BIND("number", number)));
	take_case(&rows, a, &out->row);
	out->file_number = row_copy(&rows, "file_number", a);
	out->version = (int)row_int(&rows, "version");
	out->language = row_copy(&rows, "language", a);
	out->owned = !row_is_null(&rows, "person");
	struct text label = row_copy_blob(&rows, "label", a);
	TRY(db_end(&rows, e));
	x.person = object.owner;
	TRY(unseal(db, out->row.id, "cases.label", out->row.id, label, a, &out->label, e));
	TRY(cw->o.services.at(cw->o.services.self, out->row.lock, &out->adoption, e));
	return read_all(&x, e);
}

struct names_facts view_facts(struct casework *cw, struct db *db, const struct case_view *v)
{
	return (struct names_facts){
	        .cw = cw,
	        .db = db,
	        .case_id = v->row.id,
	        .number = v->row.number,
	        .authority = v->row.authority,
	        .service = v->row.service,
	        .language = v->language,
	        .outcome = v->row.outcome,
	        .lock = v->row.lock,
	        .received = v->row.received,
	        .now = casework_now(cw),
	        .adoption = v->adoption,
	        .applicant = v->applicant,
	};
}
