/* The history of a case as sentences: who did what, never an id. */
#include "web/desk/desk.h"

enum { HISTORY_SHORT = 20, HISTORY_ALL = CASE_HISTORY_ROWS };

static const struct html_member event_members[] = {HTML_MEMBER(struct desk_event, at),
        HTML_MEMBER(struct desk_event, iso), HTML_MEMBER(struct desk_event, text),
        HTML_MEMBER(struct desk_event, who), {0}};
const struct html_type desk_event_type = {
        .name = "struct desk_event", .size = sizeof(struct desk_event), .members = event_members};

struct telling {
	struct web_request *r;
	const struct case_view *v;
	const struct words *w;
	struct people_account *accounts;
	size_t account_count;
};

static struct text name_of(const struct telling *t, struct text id)
{
	if (id.len == 0 || text_is(id, "system"))
		return portal_t(t->r, "event.by.program");
	for (size_t i = 0; i < t->account_count; i++) {
		if (text_eq(t->accounts[i].id, id))
			return t->accounts[i].name;
	}
	return t->v->label.len ? t->v->label : portal_t(t->r, "event.by.applicant");
}

/* What follows from an act by rule is the program's, whoever set it off. */
static bool is_computed(struct text kind)
{
	static const char *const computed[] = {"decision.made", "deadline.set", "letter.filed",
	        "letter.delivered", "letter.to_post", "task.opened", "status.changed",
	        "case.closed", "file.closed", "invoice.made"};
	for (size_t i = 0; i < sizeof computed / sizeof *computed; i++) {
		if (text_is(kind, computed[i]))
			return true;
	}
	return text_starts(kind, TEXT("node."));
}

static struct text step_of(const struct telling *t, const struct case_event *e)
{
	struct text name = desk_step(t->r, t->v->adoption, e->element);
	return name.len ? name : portal_t(t->r, "event.a_step");
}

static struct text document_title(const struct telling *t, struct text id)
{
	const struct document *d = desk_find_document(t->v, id);
	return d ? d->title : portal_t(t->r, "event.a_document");
}

static struct text day_of(const struct telling *t, struct text iso)
{
	struct date d;
	return date_parse(iso, &d) ? desk_day(t->r, d) : iso;
}

/* The outcome a clerk chose, in the words of the package. */
static struct text completed(const struct telling *t, const struct case_event *e)
{
	struct web_request *r = t->r;
	struct text outcome = json_text(e->payload, "outcome");
	size_t missing = 0;
	json_items(e->payload, "missing", &missing);
	if (json_get(e->payload, "complete") && !json_bool(e->payload, "complete", true)) {
		struct texts_arg args[] = {
		        TEXTS_ARG("step", step_of(t, e)), TEXTS_NUMBER("count", (int64_t)missing)};
		return web_text_args(r, "event.task.incomplete", args, 2);
	}
	if (text_is(outcome, "sign"))
		return portal_t1(r, "event.task.signed", "step", step_of(t, e));
	if (text_is(outcome, "back"))
		return portal_t2(r, "event.task.back", "step", step_of(t, e), "note",
		        json_text(e->payload, "note"));
	if (outcome.len)
		return portal_t2(r, "event.task.decided", "step", step_of(t, e), "outcome",
		        desk_package_word(r, t->v->adoption, "outcome", outcome));
	return portal_t1(r, "event.task.completed", "step", step_of(t, e));
}

static struct text about(const struct telling *t, const struct case_event *e)
{
	struct web_request *r = t->r;
	const char *key = text_z(r->arena, text_format(r->arena, "event.%.*s", TEXT_ARG(e->kind)));
	if (text_is(e->kind, "task.completed"))
		return completed(t, e);
	if (text_is(e->kind, "deadline.set"))
		return portal_t2(r, key, "name",
		        desk_package_word(
		                r, t->v->adoption, "deadline", json_text(e->payload, "name")),
		        "day", day_of(t, json_text(e->payload, "ends")));
	if (text_is(e->kind, "task.assigned")) {
		struct text to = json_text(e->payload, "to");
		return to.len ? portal_t2(r, key, "step", step_of(t, e), "name", name_of(t, to))
		              : portal_t1(r, "event.task.unassigned", "step", step_of(t, e));
	}
	if (text_is(e->kind, "status.changed"))
		return portal_t(r, key);
	if (text_is(e->kind, "process.noted"))
		return portal_t2(
		        r, key, "step", step_of(t, e), "reason", json_text(e->payload, "reason"));
	if (text_starts(e->kind, TEXT("letter.")) || text_starts(e->kind, TEXT("document.")))
		return portal_t1(r, key, "title", document_title(t, e->element));
	return portal_t1(r, key, "step", step_of(t, e));
}

/* Steps of the program itself, and what another entry says better. */
static bool is_detail(const struct telling *t, const struct case_event *e)
{
	if (text_starts(e->kind, TEXT("node.")) || text_is(e->kind, "status.changed") ||
	        text_is(e->kind, "task.opened") || text_is(e->kind, "letter.filed"))
		return true;
	const struct document *d =
	        text_is(e->kind, "document.filed") ? desk_find_document(t->v, e->element) : NULL;
	return d && d->kind != DOCUMENT_FILED;
}

static enum err load_accounts(struct telling *t, struct errinfo *e)
{
	struct store *s = casework_store(web_app(t->r)->casework);
	struct db *db = NULL;
	TRY(store_read_begin(s, &db, e));
	enum err code = people_accounts(
	        db, t->v->row.authority, t->r->arena, &t->accounts, &t->account_count, e);
	store_read_end(s, db);
	return code;
}

enum err desk_history(struct web_request *r, const struct case_view *v, const struct words *w,
        bool all, struct desk_event **out, size_t *count, struct errinfo *e)
{
	struct telling t = {.r = r, .v = v, .w = w};
	size_t most = all ? HISTORY_ALL : HISTORY_SHORT;
	TRY(load_accounts(&t, e));
	*out = ARENA_ARRAY(r->arena, v->event_count, struct desk_event);
	*count = 0;
	for (size_t i = 0; i < v->event_count && *count < most; i++) {
		const struct case_event *event = &v->events[i];
		struct text key = text_format(r->arena, "event.%.*s", TEXT_ARG(event->kind));
		if ((!all && is_detail(&t, event)) || texts_key(r->texts, key) == TEXTS_NO_KEY)
			continue;
		struct desk_event *to = &(*out)[(*count)++];
		to->at = text_format(r->arena, "%.*s, %.*s",
		        TEXT_ARG(texts_date_day(
		                r->arena, r->texts, r->language, portal_date(r, event->at))),
		        TEXT_ARG(portal_time(r, event->at)));
		to->iso = instant_text(r->arena, event->at);
		to->text = about(&t, event);
		to->who = name_of(&t, is_computed(event->kind) ? TEXT_NONE : event->actor);
	}
	return OK;
}
