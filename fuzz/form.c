/* Any draft and any posted names on a form with nested groups: nothing crashes, what was
 * typed survives being stored, and what is submitted has no findings. Input that begins with
 * '{"f' is a form.json instead. The first line is the draft, each further one a post:
 * address, a tabulator, name=value pairs joined by '&'; "!path" removes an entry. */
#include "form/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char form_json[] =
        "{\"format\":1,\"pages\":["
        "{\"id\":\"p\",\"fields\":["
        "{\"id\":\"name\",\"type\":\"text_latin\",\"max\":20,\"pattern\":\"[A-Z].*\"},"
        "{\"id\":\"born\",\"type\":\"date\",\"max\":{\"feel\":\"today\"}},"
        "{\"id\":\"at\",\"type\":\"datetime\",\"times\":\"0:1\"},"
        "{\"id\":\"rent\",\"type\":\"num_currency\",\"times\":\"0:1\",\"min\":\"0\"},"
        "{\"id\":\"kinds\",\"type\":\"text\",\"times\":\"0:3\",\"other\":true}]},"
        "{\"id\":\"bye\",\"show\":\"rent > 1000\",\"exit\":true,\"fields\":[]},"
        "{\"id\":\"q\",\"fields\":["
        "{\"id\":\"dogs\",\"type\":\"group\",\"times\":\"1:3\",\"fields\":["
        "{\"id\":\"call\",\"type\":\"text\",\"default\":{\"feel\":\"name\"}},"
        "{\"id\":\"since\",\"type\":\"date\",\"times\":\"0:1\",\"check\":[{\"id\":\"c\","
        "\"rule\":\"since >= outer.born\",\"on\":[\"since\"]}]},"
        "{\"id\":\"toys\",\"type\":\"group\",\"times\":\"0:2\",\"fields\":["
        "{\"id\":\"n\",\"type\":\"num_int\"},"
        "{\"id\":\"m\",\"type\":\"num\",\"hidden\":true,\"value\":\"n * index\"}]},"
        "{\"id\":\"total\",\"type\":\"num\",\"hidden\":true,\"value\":\"sum(toys.m)\"},"
        "{\"id\":\"ok\",\"type\":\"bool\",\"tick\":true,\"show\":\"count(toys) > 0\"}]},"
        "{\"id\":\"more\",\"type\":\"bool\",\"need\":\"count(dogs) > 1\",\"times\":\"0:1\"}]}]}";

static void compile_any(struct arena *a, struct text json)
{
	struct form_source s = {.json = json};
	struct form_problems problems = {0};
	const struct form *f;
	enum err err = form_compile(a, &s, &f, &problems, NULL);
	check(err != OK || problems.count == 0);
}

static struct text draft_of(struct arena *a, struct form_run *r)
{
	struct buf b;
	buf_init(&b, 2 * FORM_ANSWERS_MAX);
	struct text t = TEXT_NONE;
	if (form_draft_write(r, &b, NULL) == OK)
		t = buf_copy(&b, a);
	buf_free(&b);
	return t;
}

static void post_line(struct form_run *r, struct text line)
{
	struct form_posted posted[32];
	struct form_outcome out;
	struct text address, pair;
	size_t count = 0;
	if (text_starts(line, TEXT("!"))) {
		(void)!form_entry_remove(r, text_part(line, 1, line.len), NULL);
		return;
	}
	if (!text_split(&line, '\t', &address))
		return;
	while (count < 32 && text_split(&line, '&', &pair)) {
		struct text name = TEXT_NONE;
		(void)text_split(&pair, '=', &name);
		posted[count++] = (struct form_posted){name, pair};
	}
	if (form_post(r, address, posted, count, &out, NULL) == OK) {
		struct form_step step;
		check(out.next.len == 0 || form_step_at(r, out.next, &step, NULL) == OK);
		check(form_previous(r, out.next).len < FORM_ADDRESS_MAX);
	}
}

static void walk(struct arena *a, const struct form *f, struct text input)
{
	struct form_world world = {.now = {1785747600000}, .language = TEXT("de")};
	struct form_run *r, *again;
	struct text line;
	struct buf b;
	const struct form_finding *findings;
	const struct form_section *sections;
	if (!text_split(&input, '\n', &line) ||
	        form_run_open(a, f, &world, NULL, line, &r, NULL) != OK)
		return;
	for (int i = 0; i < 20 && text_split(&input, '\n', &line); i++)
		post_line(r, line);
	struct text draft = draft_of(a, r);
	if (draft.len == 0)
		return;
	check(form_run_open(a, f, &world, NULL, draft, &again, NULL) == OK);
	check(text_eq(draft, draft_of(a, again)));
	size_t count = form_findings(again, TEXT_NONE, &findings);
	(void)form_sections(again, form_first_open(again), &sections);
	buf_init(&b, 2 * FORM_ANSWERS_MAX);
	if (form_submission_write(again, &b, NULL) == OK) {
		struct feel_value v;
		check(count == 0);
		check(form_values_read(a, f, buf_text(&b), &v, NULL) == OK);
		check(feel_same(v, form_values(again, a)));
	}
	buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena *model;
	static const struct form *f;
	struct text input = {(const char *)data, size};
	if (!model) {
		struct form_source s = {.json = text_from(form_json)};
		struct errinfo e;
		model = arena_new(0);
		if (form_compile(model, &s, &f, NULL, &e) != OK)
			check_failed(e.message, e.where, e.line);
	}
	struct arena *a = arena_new(0);
	if (text_starts(input, TEXT("{\"f")))
		compile_any(a, input);
	else
		walk(a, f, input);
	arena_free(a);
	return 0;
}
