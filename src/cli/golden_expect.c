/* What a golden case expects at its end, compared with what the record says. */
#include "cli/stage.h"

struct seen {
	struct stage *s;
	struct case_view view;
	const struct json *variables;
};

/* Events oldest first. */
static const struct case_event *event_at(const struct seen *x, size_t i)
{
	return &x->view.events[x->view.event_count - 1 - i];
}

static size_t collect_path(const struct seen *x, struct text **out)
{
	size_t count = 0, cap = 0;
	*out = NULL;
	for (size_t i = 0; i < x->view.event_count; i++) {
		const struct case_event *event = event_at(x, i);
		if (text_is(event->kind, "node.entered"))
			*ARENA_PUSH(x->s->a, *out, count, cap) = event->element;
	}
	return count;
}

/* "…" skips any number of nodes; the lists must fit to the end. */
static bool path_fits(const struct json *want, size_t count, const struct text *got, size_t n)
{
	if (count == 0)
		return n == 0;
	if (text_is(want[0].text, "…")) {
		for (size_t skip = 0; skip <= n; skip++) {
			if (path_fits(want + 1, count - 1, got + skip, n - skip))
				return true;
		}
		return false;
	}
	return n > 0 && text_eq(want[0].text, got[0]) &&
	       path_fits(want + 1, count - 1, got + 1, n - 1);
}

static void expect_path(struct seen *x, const struct json *want)
{
	struct text *got;
	size_t count = collect_path(x, &got);
	if (path_fits(want->items, want->count, got, count))
		return;
	struct text is = text_join(x->s->a, got, count, TEXT(" "));
	golden_say(x->s->r, "path is: %.*s", TEXT_ARG(is));
}

static void expect_not_path(struct seen *x, const struct json *want)
{
	struct text *got;
	size_t count = collect_path(x, &got);
	for (size_t i = 0; i < want->count; i++) {
		for (size_t k = 0; k < count; k++) {
			if (text_eq(want->items[i].text, got[k])) {
				golden_say(x->s->r, "node %.*s was entered", TEXT_ARG(got[k]));
				break;
			}
		}
	}
}

static void expect_data(struct seen *x, const struct json *want)
{
	for (size_t i = 0; i < want->count; i++) {
		const struct json_member *m = &want->members[i];
		const struct json *got = json_at(x->variables, m->name);
		struct json outcome = json_from_text(x->view.row.outcome);
		if (text_is(m->name, "case.outcome"))
			got = &outcome;
		golden_match(x->s->a, &m->value, got, m->name, x->s->r);
	}
}

static void say_null(struct stage *s, struct text decision, const struct json *payload)
{
	size_t count;
	const struct json *why = json_items(json_get(payload, "steps"), "null_because", &count);
	for (size_t i = 0; i < count && i < 3; i++)
		golden_say(s->r, "%.*s: %.*s", TEXT_ARG(decision), TEXT_ARG(why[i].text));
}

static void expect_decisions(struct seen *x, const struct json *want)
{
	for (size_t i = 0; i < want->count; i++) {
		const struct json_member *m = &want->members[i];
		struct json got = json_new_array();
		for (size_t k = 0; k < x->view.event_count; k++) {
			const struct case_event *event = event_at(x, k);
			if (!text_is(event->kind, "decision.made") ||
			        !text_eq(json_text(event->payload, "decision"), m->name))
				continue;
			const struct json *result = json_get(event->payload, "result");
			say_null(x->s, m->name, event->payload);
			if (result)
				json_append(x->s->a, &got, *result);
		}
		golden_match(x->s->a, &m->value, &got, m->name, x->s->r);
	}
}

/* Rendered text breaks its lines where the page ends: white space counts as one blank. */
static struct text one_line(struct arena *a, struct text t)
{
	char *z = arena_alloc(a, t.len + 1);
	size_t len = 0;
	for (size_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.ptr[i];
		bool hard = c == 0xc2 && i + 1 < t.len && (unsigned char)t.ptr[i + 1] == 0xa0;
		i += hard;
		if (hard || c == ' ' || c == '\n' || c == '\t' || c == '\r') {
			if (len && z[len - 1] != ' ')
				z[len++] = ' ';
		} else {
			z[len++] = (char)c;
		}
	}
	return (struct text){z, len};
}

static void expect_letter(struct seen *x, const struct json *want)
{
	struct stage *s = x->s;
	struct text name = json_text(want, "name");
	const struct stage_letter *found = NULL;
	size_t count;
	for (size_t i = 0; i < s->letter_count; i++) {
		if (text_eq(s->letters[i].letter, name))
			found = &s->letters[i];
	}
	if (!found) {
		golden_say(s->r, "letter %.*s was not made", TEXT_ARG(name));
		return;
	}
	struct text is = one_line(s->a, found->text);
	const struct json *has = json_items(want, "has", &count);
	for (size_t i = 0; i < count; i++) {
		if (text_find(is, one_line(s->a, has[i].text), 0) == SIZE_MAX)
			golden_say(s->r, "letter %.*s has not \"%.*s\"", TEXT_ARG(name),
			        TEXT_ARG(has[i].text));
	}
	const struct json *has_not = json_items(want, "has_not", &count);
	for (size_t i = 0; i < count; i++) {
		if (text_find(is, one_line(s->a, has_not[i].text), 0) != SIZE_MAX)
			golden_say(s->r, "letter %.*s has \"%.*s\"", TEXT_ARG(name),
			        TEXT_ARG(has_not[i].text));
	}
}

static void expect_letters(struct seen *x, const struct json *want)
{
	for (size_t i = 0; x->s->g->letters && i < want->count; i++)
		expect_letter(x, &want->items[i]);
}

static void expect_deadlines(struct seen *x, const struct json *want)
{
	struct stage *s = x->s;
	for (size_t i = 0; i < want->count; i++) {
		struct text name = json_text(&want->items[i], "name");
		struct text ends = json_text(&want->items[i], "ends"), is = TEXT("not set");
		for (size_t k = x->view.deadline_count; k > 0; k--) {
			if (text_eq(x->view.deadlines[k - 1].name, name))
				is = date_text(s->a, x->view.deadlines[k - 1].end);
		}
		if (!text_eq(is, ends))
			golden_say(s->r, "deadline %.*s: %.*s, expected %.*s", TEXT_ARG(name),
			        TEXT_ARG(is), TEXT_ARG(ends));
	}
}

static struct text letter_of(const struct seen *x, const struct delivery *d)
{
	for (size_t i = 0; i < x->view.document_count; i++) {
		if (text_eq(x->view.documents[i].id, d->document))
			return x->view.documents[i].letter;
	}
	return TEXT_NONE;
}

static bool delivery_fits(const struct seen *x, const struct json *want, const struct delivery *d)
{
	struct arena *a = x->s->a;
	struct text letter = json_text(want, "letter"), channel = json_text(want, "channel");
	struct text available = json_text(want, "available"), effect = json_text(want, "effect");
	return (!letter.len || text_eq(letter, letter_of(x, d))) &&
	       (!channel.len || text_eq(channel, d->channel)) &&
	       (!available.len || text_eq(available, date_text(a, d->provided))) &&
	       (!effect.len || text_eq(effect, date_text(a, d->effect)));
}

static void expect_deliveries(struct seen *x, const struct json *want)
{
	for (size_t i = 0; i < want->count; i++) {
		bool found = false;
		for (size_t k = 0; k < x->view.delivery_count; k++)
			found |= delivery_fits(x, &want->items[i], &x->view.deliveries[k]);
		if (!found)
			golden_say(x->s->r, "delivery %zu (%.*s) did not happen like this", i + 1,
			        TEXT_ARG(json_text(&want->items[i], "letter")));
	}
}

static void expect_status(struct seen *x, const struct json *want)
{
	struct json got = json_new_array();
	json_append(x->s->a, &got, json_from_text(TEXT("INITIATED")));
	if (x->s->number.len)
		json_append(x->s->a, &got, json_from_text(TEXT("SUBMITTED")));
	for (size_t i = 0; i < x->view.event_count; i++) {
		const struct case_event *event = event_at(x, i);
		if (text_is(event->kind, "status.changed"))
			json_append(
			        x->s->a, &got, json_from_text(json_text(event->payload, "status")));
	}
	golden_match(x->s->a, want, &got, TEXT("status"), x->s->r);
}

static void expect_tasks(struct seen *x, const struct json *want)
{
	struct json got = json_new_array();
	for (size_t i = 0; i < x->view.task_count; i++) {
		if (x->view.tasks[i].state == TASK_OPEN)
			json_append(x->s->a, &got, json_from_text(x->view.tasks[i].element));
	}
	golden_match(x->s->a, want, &got, TEXT("tasks"), x->s->r);
}

static void expect_file(struct seen *x, const struct json *want)
{
	for (size_t i = 0; i < want->count; i++) {
		bool found = false;
		for (size_t k = 0; k < x->view.document_count; k++)
			found |= text_eq(want->items[i].text, x->view.documents[k].letter) ||
			         text_eq(want->items[i].text, x->view.documents[k].title);
		if (!found)
			golden_say(x->s->r, "the file has no document %.*s",
			        TEXT_ARG(want->items[i].text));
	}
}

static const struct expectation {
	const char *name;
	void (*compare)(struct seen *x, const struct json *want);
} expectations[] = {
        {"path", expect_path},
        {"not_path", expect_not_path},
        {"data", expect_data},
        {"decisions", expect_decisions},
        {"letters", expect_letters},
        {"deadlines", expect_deadlines},
        {"deliveries", expect_deliveries},
        {"status", expect_status},
        {"tasks", expect_tasks},
        {"file", expect_file},
};

void golden_expect(struct stage *s, const struct json *expect)
{
	struct seen x = {.s = s};
	struct errinfo e = {0};
	if (s->number.len && stage_view(s, &x.view, &e) != OK) {
		golden_say(s->r, "the case cannot be read: %s", e.message);
		return;
	}
	x.variables = golden_json(s->a, x.view.variables);
	for (size_t i = 0; i < expect->count; i++) {
		const struct expectation *known = NULL;
		for (size_t k = 0; k < sizeof expectations / sizeof *expectations; k++) {
			if (text_is(expect->members[i].name, expectations[k].name))
				known = &expectations[k];
		}
		if (known)
			known->compare(&x, &expect->members[i].value);
		else
			golden_say(s->r, "expectation '%.*s' is not known",
			        TEXT_ARG(expect->members[i].name));
	}
	for (size_t i = 0; i < x.view.incident_count; i++)
		golden_say(s->r, "incident at %.*s: %.*s: %.*s",
		        TEXT_ARG(x.view.incidents[i].element), TEXT_ARG(x.view.incidents[i].code),
		        TEXT_ARG(x.view.incidents[i].message));
}
