/* Waits: every one needs a deadline or an alarm, every message must be one that can come. */
#include "service/package.h"

#include "format/xml.h"

struct waits {
	const struct package *p;
	const struct bpmn_element *const *all;
	size_t count;
	struct text file;
};

static struct spot spot_of(const struct waits *w, const struct bpmn_element *x)
{
	return (struct spot){
	        .package = w->p->name, .file = w->file, .line = x->line, .place = x->id};
}

static bool timer(const struct bpmn_element *x)
{
	return x->trigger == BPMN_ON_TIMER;
}

/* An event sub-process with a timer in the scope of the element or around it. */
static bool has_alarm(const struct waits *w, const struct bpmn_element *x)
{
	for (const struct bpmn_element *scope = x->parent; scope; scope = scope->parent)
		for (size_t i = 0; i < w->count; i++) {
			const struct bpmn_element *s = w->all[i];
			if (s->kind == BPMN_START_EVENT && timer(s) && s->parent &&
			        s->parent->kind == BPMN_EVENT_SUB_PROCESS &&
			        s->parent->parent == scope)
				return true;
		}
	return false;
}

/* A timer at the border of the element or of a sub-process around it. */
static bool has_border_timer(const struct waits *w, const struct bpmn_element *x)
{
	for (const struct bpmn_element *at = x; at; at = at->parent)
		for (size_t i = 0; i < w->count; i++)
			if (w->all[i]->kind == BPMN_BOUNDARY_EVENT && timer(w->all[i]) &&
			        w->all[i]->attached == at)
				return true;
	return false;
}

/* The event gateway that leads to a catch event, NULL = none. */
static const struct bpmn_element *gateway_before(
        const struct waits *w, const struct bpmn_element *x)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->all[i]->kind == BPMN_FLOW && w->all[i]->target == x && w->all[i]->source &&
		        w->all[i]->source->kind == BPMN_EVENT_BASED)
			return w->all[i]->source;
	return NULL;
}

static bool gateway_has_timer(const struct waits *w, const struct bpmn_element *gateway)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->all[i]->kind == BPMN_FLOW && w->all[i]->source == gateway &&
		        w->all[i]->target && timer(w->all[i]->target))
			return true;
	return false;
}

static bool is_bounded(const struct waits *w, const struct bpmn_element *x)
{
	const struct bpmn_element *gateway =
	        x->kind == BPMN_CATCH_EVENT ? gateway_before(w, x) : NULL;
	if (gateway && gateway_has_timer(w, gateway))
		return true;
	if (x->kind == BPMN_USER_TASK && bpmn_attribute(x, "due").len)
		return true;
	return has_border_timer(w, x) || has_alarm(w, x);
}

static bool is_wait(const struct bpmn_element *x)
{
	return x->kind == BPMN_USER_TASK || x->kind == BPMN_RECEIVE_TASK ||
	       (x->kind == BPMN_CATCH_EVENT && x->trigger == BPMN_ON_MESSAGE);
}

/* Messages ---------------------------------------------------------------------------------------
 */

static bool throws_messages(const struct waits *w)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->all[i]->kind == BPMN_THROW_EVENT && w->all[i]->trigger == BPMN_ON_MESSAGE)
			return true;
	return false;
}

/* A message nobody sends (docs/process-contract.md). */
static void lint_messages(const struct waits *w)
{
	const struct xml *root = w->p->bpmn_tree;
	if (throws_messages(w))
		return; /* the process may send them to itself */
	for (const struct xml *m = xml_child(root, "message"); m; m = xml_next(m)) {
		struct text name = xml_attr(m, "name");
		if (text_is(name, "correction") || text_is(name, "withdrawal"))
			continue;
		struct spot spot = {.package = w->p->name,
		        .file = w->file,
		        .line = m->line,
		        .place = xml_attr(m, "id")};
		FOUND(w->p->f, SERVICE_ERROR, spot, "message_unknown", WORD("message", name));
	}
}

void lint_waits(const struct package *p)
{
	struct waits w = {.p = p};
	w.count = bpmn_model_elements(p->s->model, &w.all);
	w.file = json_text(json_get(p->s->manifest, "process"), "file");
	for (size_t i = 0; i < w.count; i++) {
		const struct bpmn_element *x = w.all[i];
		bool catches = x->trigger == BPMN_ON_MESSAGE && x->kind != BPMN_THROW_EVENT &&
		               x->kind != BPMN_END_EVENT;
		if (is_wait(x) && !is_bounded(&w, x))
			FOUND(p->f, SERVICE_WARNING, spot_of(&w, x), "wait_without_deadline",
			        WORD("kind", text_from(bpmn_kind_name(x->kind))));
		if (catches && !bpmn_attribute(x, "key").len)
			FOUND(p->f, SERVICE_WARNING, spot_of(&w, x), "message_without_key",
			        WORD("element", x->id));
	}
	lint_messages(&w);
}
