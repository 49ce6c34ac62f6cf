/* An incident: try again, skip with a reason, move to another place. */
#include "web/control/control.h"

struct incident_view {
	struct text number, step, message, of, action, trouble, incident;
	bool gone, other;
	struct web_field reason, where;
};

#define VIEW(member) HTML_MEMBER(struct incident_view, member)
static const struct html_type incident_type = HTML_TYPE(struct incident_view, VIEW(number),
        VIEW(step), VIEW(message), VIEW(of), VIEW(action), VIEW(trouble), VIEW(gone), VIEW(other),
        HTML_SUB(struct incident_view, reason, &web_field_type),
        HTML_SUB(struct incident_view, where, &web_field_type));
const struct web_page control_incident_page = {"control/incident", &incident_type};

static bool can_be_reached(const struct bpmn_element *x)
{
	switch (x->kind) {
	case BPMN_USER_TASK:
	case BPMN_SERVICE_TASK:
	case BPMN_SEND_TASK:
	case BPMN_RULE_TASK:
	case BPMN_SCRIPT_TASK:
	case BPMN_CALL_ACTIVITY:
	case BPMN_EXCLUSIVE:
	case BPMN_CATCH_EVENT:
	case BPMN_END_EVENT: return x->name.len > 0;
	default: return false;
	}
}

/* Only the version in force is at hand here: an operator may not open the case itself. */
static void fill_where(struct web_request *r, const struct people_object *o, struct text element,
        struct incident_view *p)
{
	const struct service_library *l = casework_library(web_app(r)->casework);
	const struct service_adoption *x = service_find_adoption(l, o->service, o->authority);
	const struct bpmn_element *const *list;
	p->where = (struct web_field){.kind = "select",
	        .id = TEXT("wohin"),
	        .name = TEXT("wohin"),
	        .label = portal_t(r, "control.incident.where"),
	        .value = web_field(r, "wohin")};
	if (!x)
		return;
	const struct bpmn_element *here = bpmn_model_find(x->service->model, element);
	if (here && here->name.len)
		p->step = here->name;
	size_t count = bpmn_model_elements(x->service->model, &list);
	p->where.options = ARENA_ARRAY(r->arena, count, struct web_option);
	for (size_t i = 0; here && i < count; i++) {
		if (!can_be_reached(list[i]) || list[i]->parent != here->parent)
			continue;
		struct web_option *option = &p->where.options[p->where.option_count++];
		option->value = list[i]->id;
		option->label = list[i]->name;
		option->selected = text_eq(list[i]->id, p->where.value);
	}
}

static enum err read_incident(
        struct web_request *r, struct db *db, struct incident_view *p, struct errinfo *e)
{
	struct casework *cw = web_app(r)->casework;
	struct case_incident *list;
	struct people_object object;
	struct text *numbers;
	size_t count;
	p->gone = true;
	p->number = web_param(r, "number");
	p->incident = web_param(r, "incident");
	TRY(case_object(cw, db, p->number, r->arena, &object, e));
	TRY(incident_list(cw, db, r->arena, &list, &numbers, &count, e));
	for (size_t i = 0; i < count; i++) {
		if (!text_eq(list[i].id, p->incident) || !text_eq(numbers[i], p->number))
			continue;
		p->gone = false;
		p->step = list[i].element;
		p->message = list[i].message.len ? list[i].message : list[i].code;
		p->of = portal_t2(r, "control.incident.of", "number", p->number, "at",
		        desk_moment(r, list[i].at));
		fill_where(r, &object, list[i].element, p);
	}
	return OK;
}

static enum err begin(struct web_request *r, struct incident_view *p, struct errinfo *e)
{
	struct store *s = casework_store(web_app(r)->casework);
	struct db *db = NULL;
	TRY(store_read_begin(s, &db, e));
	enum err code = read_incident(r, db, p, e);
	store_read_end(s, db);
	p->action = r->path;
	p->reason = (struct web_field){.kind = "textarea",
	        .id = TEXT("grund"),
	        .name = TEXT("grund"),
	        .label = portal_t(r, "control.incident.reason"),
	        .hint = portal_t(r, "control.incident.reason.hint"),
	        .value = web_field(r, "grund"),
	        .lines = 3};
	r->frame.nav = TEXT("control");
	return code;
}

enum err control_incident_get(struct web_request *r, struct errinfo *e)
{
	struct incident_view *p = ARENA_NEW(r->arena, struct incident_view);
	TRY(begin(r, p, e));
	return web_page(r, 200, &control_incident_page, p, e);
}

static enum err acted(struct web_request *r, struct command *c, enum err code,
        const struct errinfo *why, void *state, struct errinfo *e)
{
	struct incident_view *p = state;
	(void)c;
	if (code == OK)
		return web_redirect(r, TEXT("/leitstand?behoben=1"), e);
	p->trouble = desk_trouble(r, code, why);
	p->gone = code == ERR_CONFLICT;
	return web_page(r, desk_status(code), &control_incident_page, p, e);
}

static const char *kind_of(struct web_request *r)
{
	struct text what = web_field(r, "tun");
	if (text_is(what, "ueberspringen"))
		return INCIDENT_SKIP;
	return text_is(what, "setzen") ? INCIDENT_MOVE : INCIDENT_RETRY;
}

enum err control_incident_post(struct web_request *r, struct errinfo *e)
{
	struct incident_view *p = ARENA_NEW(r->arena, struct incident_view);
	const char *kind = kind_of(r);
	bool move = strcmp(kind, INCIDENT_MOVE) == 0;
	TRY(begin(r, p, e));
	if (p->gone)
		return web_page(r, 409, &control_incident_page, p, e);
	if (strcmp(kind, INCIDENT_RETRY) != 0 && text_trim(p->reason.value).len == 0) {
		p->reason.error = portal_t(r, "incident.reason");
		desk_fault(r, p->reason.id, p->reason.error);
	}
	if (move && p->where.value.len == 0) {
		p->where.error = portal_t(r, "control.incident.where.need");
		desk_fault(r, p->where.id, p->where.error);
	}
	p->other = r->frame.fault_count > 0;
	if (p->other)
		return web_page(r, 422, &control_incident_page, p, e);
	struct command *c = web_command(kind);
	struct incident_act *in = ARENA_NEW(c->arena, struct incident_act);
	in->actor = portal_actor(c->arena, r->actor);
	in->number = text_copy(c->arena, p->number);
	in->incident = text_copy(c->arena, p->incident);
	in->reason = text_copy(c->arena, text_trim(p->reason.value));
	in->element = text_copy(c->arena, move ? p->where.value : TEXT_NONE);
	c->input = in;
	return web_run(r, c, WEB_RUN_MS, acted, p, e);
}
