/* The process against the rest of the package: who does it, with which form, letter, rule. */
#include "service/package.h"

struct task {
	const struct package *p;
	const struct bpmn_element *x;
	struct text file;
};

static struct spot spot(const struct task *t)
{
	return (struct spot){
	        .package = t->p->name, .file = t->file, .line = t->x->line, .place = t->x->id};
}

#define SAY(t, severity, code, ...) FOUND((t)->p->f, (severity), spot(t), (code), __VA_ARGS__)

static void missing(const struct task *t, const char *attribute)
{
	SAY(t, SERVICE_ERROR, "attribute_missing", WORD("attribute", text_from(attribute)),
	        WORD("kind", text_from(bpmn_kind_name(t->x->kind))));
}

static struct text aw(const struct task *t, const char *name)
{
	return bpmn_attribute(t->x, name);
}

static bool one_of(struct text t, const char *words)
{
	struct text rest = text_from(words), word;
	while (text_split(&rest, ' ', &word))
		if (text_eq(word, t))
			return true;
	return false;
}

/* User tasks ------------------------------------------------------------------------------------
 */

static bool staff_page(const struct package *p, struct text id)
{
	const struct form_page *page = p->s->form ? form_find_page(p->s->form, id) : NULL;
	return page &&
	       (page->who == FORM_STAFF || (page->count && page->fields[0]->who == FORM_STAFF));
}

static void lint_role(const struct task *t)
{
	struct text id = aw(t, "role"), form = aw(t, "form");
	const struct service_role *role = service_find_role(t->p->s, id);
	if (!id.len) {
		SAY(t, SERVICE_ERROR, "task_without_role", WORD("task", t->x->name));
		return;
	}
	if (!role) {
		SAY(t, SERVICE_ERROR, "role_unknown", WORD("value", id));
		return;
	}
	const char *need = text_is(form, "decide") ? "decide" : text_is(form, "sign") ? "sign" : "";
	if (*need && role->may_count && !service_role_may(role, need))
		SAY(t, SERVICE_ERROR, "role_may_not", WORD("role", id),
		        WORD("right", text_from(need)));
}

static void lint_letter_name(const struct task *t, struct text id)
{
	if (!service_find_letter(t->p->s, id))
		SAY(t, SERVICE_ERROR, "letter_unknown", WORD("letter", id));
}

static void lint_user_task(const struct task *t)
{
	struct text form = aw(t, "form");
	lint_role(t);
	if (!form.len)
		missing(t, "aw:form");
	else if (t->p->s->form && !one_of(form, "mark decide draft sign confirm payment") &&
	         !staff_page(t->p, form))
		SAY(t, SERVICE_ERROR, "form_unknown", WORD("form", form));
	if (!aw(t, "result").len)
		missing(t, "aw:result");
	if (text_is(form, "decide") && !aw(t, "outcomes").len)
		missing(t, "aw:outcomes");
	if (text_is(form, "draft") && !aw(t, "letter").len)
		missing(t, "aw:letter");
}

/* Other tasks -----------------------------------------------------------------------------------
 */

/* `{ letter: "notice", ... }` inside aw:input. */
static struct text input_letter(struct text input)
{
	size_t at = text_find(input, TEXT("letter:"), 0);
	if (at == SIZE_MAX)
		return TEXT_NONE;
	struct text rest = text_trim(text_part(input, at + 7, input.len));
	if (!rest.len || rest.ptr[0] != '"')
		return TEXT_NONE;
	size_t end = text_find(rest, TEXT("\""), 1);
	return end == SIZE_MAX ? TEXT_NONE : text_part(rest, 1, end);
}

static void lint_connector(const struct task *t)
{
	struct text name = aw(t, "connector"), letter = input_letter(aw(t, "input"));
	if (!one_of(name, "letter deliver invoice close"))
		SAY(t, SERVICE_ERROR, "connector_unknown", WORD("connector", name));
	if (text_is(name, "letter") && letter.len)
		lint_letter_name(t, letter);
	if (!aw(t, "input").len && !text_is(name, "close"))
		missing(t, "aw:input");
}

static void lint_send(const struct task *t)
{
	struct text letter = aw(t, "letter");
	if (aw(t, "connector").len) {
		lint_connector(t);
		return;
	}
	if (!letter.len) {
		missing(t, "aw:letter");
		return;
	}
	lint_letter_name(t, letter);
	if (!aw(t, "to").len)
		missing(t, "aw:to");
}

static void lint_service_task(const struct task *t)
{
	if (aw(t, "connector").len)
		lint_connector(t);
	else
		missing(t, "aw:connector");
}

static void lint_rule_task(const struct task *t)
{
	struct text decision = aw(t, "decision");
	const struct dmn_model *m = t->p->s->decisions;
	bool unread = !m && folder_find_z(t->p->folder, "decisions.dmn"); /* said already */
	if (!aw(t, "result").len)
		missing(t, "aw:result");
	if (!decision.len)
		missing(t, "aw:decision");
	else if (!unread && (!m || !dmn_find(m, DMN_DECISION, decision)))
		SAY(t, SERVICE_ERROR, "decision_unknown", WORD("decision", decision));
}

/* Any element -----------------------------------------------------------------------------------
 */

static const char *const known_attributes = "role form due result decision letter to connector "
                                            "input params include key ttl status rag law outcomes";

static void lint_attributes(const struct task *t)
{
	struct text known[32], rest = text_from(known_attributes), word;
	size_t count = 0;
	while (count < 32 && text_split(&rest, ' ', &word))
		known[count++] = word;
	for (size_t i = 0; i < t->x->attribute_count; i++) {
		const struct bpmn_attribute *a = &t->x->attributes[i];
		if (!text_is(a->space, "aw") || one_of(a->name, known_attributes))
			continue;
		struct text near = nearest_word(a->name, known, count);
		SAY(t, SERVICE_ERROR, "attribute_unknown", WORD("attribute", a->name),
		        WORD("near", near.len ? near : text_from(known_attributes)));
	}
}

static void lint_result(const struct task *t)
{
	struct text result = aw(t, "result");
	const struct form *form = t->p->s->form;
	if (!result.len)
		return;
	if (!is_plain_name(result))
		SAY(t, SERVICE_ERROR, "bad_name", WORD("value", result));
	if (is_reserved(result) || is_letter_name(result) || (form && form_find(form, result)))
		SAY(t, SERVICE_ERROR, "result_taken", WORD("result", result));
}

static void lint_common(const struct task *t)
{
	struct text status = aw(t, "status"), law = aw(t, "law");
	lint_attributes(t);
	lint_result(t);
	if (status.len &&
	        !one_of(status, "SUBMITTED RECEIVED PROCESSING ACTION_REQUIRED COMPLETED"))
		SAY(t, SERVICE_ERROR, "status_unknown", WORD("status", status));
	if (law.len && !service_find_law(t->p->s, law))
		SAY(t, SERVICE_ERROR, "law_unknown", WORD("value", law));
}

static void lint_element(const struct task *t)
{
	lint_common(t);
	switch (t->x->kind) {
	case BPMN_USER_TASK: lint_user_task(t); break;
	case BPMN_SERVICE_TASK: lint_service_task(t); break;
	case BPMN_SEND_TASK: lint_send(t); break;
	case BPMN_RULE_TASK: lint_rule_task(t); break;
	default: break;
	}
}

/* The whole model -------------------------------------------------------------------------------
 */

static bool is_form(const struct bpmn_element *x, const char *form)
{
	return x->kind == BPMN_USER_TASK && text_is(bpmn_attribute(x, "form"), form);
}

/* Who signs must not be the person who drafted (four eyes). */
static void lint_four_eyes(
        const struct task *sign, const struct bpmn_element *const *all, size_t count)
{
	struct text signer = aw(sign, "role");
	const struct service_role *role = service_find_role(sign->p->s, signer);
	for (size_t i = 0; role && i < count; i++) {
		struct text drafter = bpmn_attribute(all[i], "role");
		if (!is_form(all[i], "draft") || !drafter.len)
			continue;
		if (text_eq(signer, drafter) || !text_eq(role->except, drafter))
			SAY(sign, SERVICE_ERROR, "signer_may_be_drafter", WORD("signer", signer),
			        WORD("drafter", drafter));
	}
}

static void lint_needs(const struct task *t)
{
	const struct bpmn_need *needs;
	size_t count = bpmn_model_needs(t->p->s->model, &needs);
	for (size_t i = 0; i < count; i++) {
		struct task at = {t->p, needs[i].element, t->file};
		if (needs[i].kind == BPMN_NEEDS_PROCESS)
			SAY(&at, SERVICE_ERROR, "process_unknown", WORD("process", needs[i].name));
		if (needs[i].kind == BPMN_NEEDS_DEADLINE &&
		        !service_find_deadline(t->p->s, needs[i].name))
			SAY(&at, SERVICE_ERROR, "deadline_unknown", WORD("value", needs[i].name));
	}
}

/* `decision.outcome = "grnt"`: an outcome that no task of this result offers. */
static void lint_outcome(const struct task *t, struct text outcomes)
{
	struct text xml = t->p->s->bpmn_xml;
	struct text use = text_format(t->p->a, "%.*s.outcome = ", TEXT_ARG(aw(t, "result")));
	for (size_t at = text_find(xml, use, 0); at != SIZE_MAX; at = text_find(xml, use, at + 1)) {
		size_t from = at + use.len;
		struct text quote =
		        from < xml.len && xml.ptr[from] == '"' ? TEXT("\"") : TEXT("&quot;");
		if (!text_starts(text_part(xml, from, xml.len), quote))
			continue;
		size_t end = text_find(xml, quote, from + quote.len);
		if (end == SIZE_MAX)
			return;
		struct text word = text_part(xml, from + quote.len, end), rest = outcomes, known;
		bool fits = false;
		while (text_split(&rest, ',', &known))
			fits = fits || text_eq(text_trim(known), word);
		if (!fits)
			SAY(t, SERVICE_ERROR, "outcome_unknown", WORD("outcome", word),
			        WORD("known", outcomes));
	}
}

/* All outcomes of tasks that write this result, joined by commas. */
static struct text outcomes_of(const struct package *p, const struct bpmn_element *const *all,
        size_t count, struct text result)
{
	struct text list = TEXT_NONE;
	for (size_t i = 0; i < count; i++) {
		if (!text_eq(bpmn_attribute(all[i], "result"), result))
			continue;
		struct text more = bpmn_attribute(all[i], "outcomes");
		if (is_form(all[i], "sign"))
			more = TEXT("sign,back");
		if (!more.len)
			return TEXT_NONE; /* something else writes it: nothing is known */
		list = text_format(
		        p->a, "%.*s%s%.*s", TEXT_ARG(list), list.len ? "," : "", TEXT_ARG(more));
	}
	return list;
}

void lint_process(const struct package *p)
{
	const struct bpmn_element *const *all;
	size_t count = bpmn_model_elements(p->s->model, &all);
	struct text file = json_text(json_get(p->s->manifest, "process"), "file");
	for (size_t i = 0; i < count; i++) {
		struct task t = {p, all[i], file};
		lint_element(&t);
		if (is_form(all[i], "sign"))
			lint_four_eyes(&t, all, count);
		bool decides = is_form(all[i], "sign") || is_form(all[i], "decide");
		struct text outcomes =
		        decides ? outcomes_of(p, all, count, aw(&t, "result")) : TEXT_NONE;
		if (outcomes.len)
			lint_outcome(&t, outcomes);
	}
	lint_needs(&(struct task){p, NULL, file});
}
