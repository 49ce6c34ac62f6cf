/* The packages of the catalogue: their forms compile, and the rule cases that stand in
 * them hold. */
#include "form_help.h"

#include "format/xml.h"

#include <dirent.h>

static struct arena *arena;

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t list_dir(const char *dir, const char *ending, char ***out)
{
	char **names = NULL;
	size_t count = 0, cap = 0;
	DIR *d = opendir(dir);
	for (struct dirent *x; d && (x = readdir(d)) != NULL;)
		if (x->d_name[0] != '.' && text_ends(text_from(x->d_name), text_from(ending)))
			*ARENA_PUSH(arena, names, count, cap) = text_z(arena, text_from(x->d_name));
	if (d)
		closedir(d);
	if (count)
		qsort(names, count, sizeof *names, by_name);
	*out = names;
	return count;
}

static char *path_of(const char *dir, const char *name)
{
	return text_z(arena, text_format(arena, "%s/%s", dir, name));
}

static struct text row_value(const struct xml *row, const char *column)
{
	for (const struct xml *v = xml_child(row, "Value"); v; v = xml_next(v))
		if (text_is(xml_attr(v, "ColumnRef"), column))
			return xml_child_text(v, "SimpleValue");
	return TEXT_NONE;
}

static void read_codes(const char *path, struct text name, struct form_code_list *out)
{
	const struct xml *root;
	assert_ok(xml_parse(arena, help_file(arena, path), path, &root, &e));
	struct form_code *rows = NULL;
	size_t count = 0, cap = 0;
	const struct xml *list = xml_child(root, "SimpleCodeList");
	for (const struct xml *r = xml_child(list, "Row"); r; r = xml_next(r))
		*ARENA_PUSH(arena, rows, count, cap) =
		        (struct form_code){row_value(r, "code"), row_value(r, "name")};
	(void)text_split(&name, '@', &out->id);
	out->version = name;
	out->rows = rows;
	out->count = count;
}

struct library {
	struct form_part *parts;
	size_t part_count;
	struct form_code_list *codes;
	size_t code_count;
};

static void read_library(struct library *l)
{
	char **names;
	l->part_count = list_dir("services/_fields", ".json", &names);
	l->parts = ARENA_ARRAY(arena, l->part_count, struct form_part);
	for (size_t i = 0; i < l->part_count; i++)
		l->parts[i] =
		        (struct form_part){text_part(text_from(names[i]), 0, strlen(names[i]) - 5),
		                help_file(arena, path_of("services/_fields", names[i]))};
	l->code_count = list_dir("services/_codes", ".xml", &names);
	l->codes = ARENA_ARRAY(arena, l->code_count, struct form_code_list);
	for (size_t i = 0; i < l->code_count; i++)
		read_codes(path_of("services/_codes", names[i]),
		        text_part(text_from(names[i]), 0, strlen(names[i]) - 4), &l->codes[i]);
}

/* What the loader makes of `slots`, as far as forms use them. */
static size_t read_slots(const struct json *service, const struct feel_field **out)
{
	const struct json *slots = json_get(service, "slots");
	size_t count = slots ? slots->count : 0;
	struct feel_field *f = ARENA_ARRAY(arena, count, struct feel_field);
	for (size_t i = 0; i < count; i++) {
		const struct json *s = &slots->members[i].value;
		struct text kind = json_text(s, "kind"), type = json_text(s, "type");
		const char *feel = text_is(kind, "list")            ? "list<string>"
		                   : text_starts(type, TEXT("num")) ? "number"
		                   : text_is(type, "bool")          ? "boolean"
		                   : text_is(type, "date")          ? "date"
		                   : text_is(kind, "value")         ? "string"
		                                                    : "Any";
		f[i] = (struct feel_field){
		        slots->members[i].name, feel_type_parse(arena, text_from(feel))};
	}
	*out = f;
	return count;
}

static struct feel_value slot_values(const struct json *service)
{
	const struct json *slots = json_get(service, "slots");
	struct feel_context_builder b = feel_context_begin(arena);
	for (size_t i = 0; slots && i < slots->count; i++) {
		const struct json *v = json_get(&slots->members[i].value, "default");
		struct feel_value value = feel_null();
		if (v)
			assert_ok(
			        feel_from_plain_json(arena, help_json(arena, v), NULL, &value, &e));
		feel_context_set(&b, slots->members[i].name, value);
	}
	return feel_context_end(&b);
}

struct package {
	const struct form *form;
	const struct json *service;
};

static bool open_package(const struct library *l, const char *name, struct package *out)
{
	char *dir = path_of("services", name);
	char *form = path_of(dir, "form.json");
	FILE *f = fopen(form, "rb");
	if (!f)
		return false;
	fclose(f);
	assert_ok(json_parse(
	        arena, help_file(arena, path_of(dir, "service.json")), name, &out->service, &e));
	struct form_source s = {.json = help_file(arena, form),
	        .where = form,
	        .parts = l->parts,
	        .part_count = l->part_count,
	        .codes = l->codes,
	        .code_count = l->code_count};
	s.slot_count = read_slots(out->service, &s.slots);
	struct form_problems problems = {0};
	struct errinfo e = {0};
	enum err err = form_compile(arena, &s, &out->form, &problems, &e);
	for (size_t i = 0; i < problems.count; i++)
		print_error("%s: %.*s: %.*s (%s)\n", form, TEXT_ARG(problems.items[i].where),
		        TEXT_ARG(problems.items[i].message), problems.items[i].code);
	assert_int_equal(err, OK);
	return true;
}

/* Findings of a row as "path: code" or "path: check". */
static struct text finding_line(const struct form_finding *f)
{
	struct text code = f->check.len ? f->check : text_from(f->code);
	return text_format(arena, "%.*s: %.*s", TEXT_ARG(f->path), TEXT_ARG(code));
}

static void compare_findings(struct form_run *r, const struct json *row)
{
	const struct form_finding *found;
	size_t count = form_findings(r, TEXT_NONE, &found), want = 0;
	const struct json *items = json_items(row, "findings", &want);
	bool same = count == want;
	for (size_t i = 0; i < want; i++) {
		bool there = false;
		for (size_t k = 0; k < count; k++)
			there |= text_eq(finding_line(&found[k]), items[i].text);
		same &= there;
	}
	for (size_t k = 0; k < count && !same; k++)
		print_error("found %.*s\n", TEXT_ARG(finding_line(&found[k])));
	for (size_t k = 0; k < want && !same; k++)
		print_error("wanted %.*s\n", TEXT_ARG(items[k].text));
	assert_true(same);
}

static void compare_values(struct form_run *r, const struct json *row)
{
	const struct json *values = json_get(row, "values");
	struct feel_value all = form_values(r, arena);
	for (size_t i = 0; values && i < values->count; i++) {
		const struct json *want = &values->members[i].value;
		struct feel_value got = feel_context_path(all, values->members[i].name);
		struct text text = feel_to_string(arena, got);
		struct text expected = want->kind == JSON_BOOL
		                               ? text_from(want->boolean ? "true" : "false")
		                       : want->kind == JSON_NULL ? TEXT("null")
		                                                 : want->text;
		struct dec a, b;
		bool same = text_eq(text, expected);
		if (got.kind == FEEL_NUMBER && dec_parse(text, &a) && dec_parse(expected, &b))
			same = dec_cmp(a, b) == 0;
		if (!same)
			fail_msg("%.*s is %.*s, not %.*s", TEXT_ARG(values->members[i].name),
			        TEXT_ARG(text), TEXT_ARG(expected));
	}
}

static void run_row(const struct package *p, const struct json *doc, const struct json *row)
{
	struct text clock = text_format(arena, "%.*s:00+01:00", TEXT_ARG(json_text(doc, "clock")));
	struct form_world w = {.now = help_moment(text_z(arena, clock)),
	        .slot = slot_values(p->service),
	        .language = TEXT("de"),
	        .trust = FORM_TRUST_HIGH};
	struct feel_context_builder place = feel_context_begin(arena);
	feel_context_set(&place, TEXT("ags"), feel_string(json_text(doc, "authority")));
	w.place = feel_context_end(&place);
	struct form_run *r;
	assert_ok(form_run_open(arena, p->form, &w, NULL, TEXT_NONE, &r, &e));
	const struct json *answers = json_get(row, "answers");
	for (size_t i = 0; answers && i < answers->count; i++) {
		struct form_outcome out;
		assert_ok(form_answer(r, answers->members[i].name,
		        help_json(arena, &answers->members[i].value), &out, &e));
	}
	compare_findings(r, row);
	compare_values(r, row);
	const struct form_fault *faults;
	assert_int_equal(form_faults(r, &faults), 0);
}

static void package__of_the_catalogue__compiles_and_its_rule_cases_hold(void **state)
{
	(void)state;
	struct library l;
	char **names;
	size_t count = list_dir("services", "", &names), compiled = 0, rows_run = 0;
	read_library(&l);
	for (size_t i = 0; i < count; i++) {
		struct package p;
		if (names[i][0] == '_' || !open_package(&l, names[i], &p))
			continue;
		compiled++;
		char **tests;
		char *dir = path_of(path_of("services", names[i]), "tests");
		size_t test_count = list_dir(dir, ".json", &tests);
		for (size_t k = 0; k < test_count; k++) {
			const struct json *doc;
			assert_ok(json_parse(arena, help_file(arena, path_of(dir, tests[k])),
			        tests[k], &doc, &e));
			size_t rows = 0;
			const struct json *items = json_items(doc, "rows", &rows);
			if (!text_is(json_text(doc, "kind"), "rule"))
				continue;
			for (size_t n = 0; n < rows; n++) {
				if (!json_get(&items[n], "answers"))
					continue;
				run_row(&p, doc, &items[n]);
				rows_run++;
			}
		}
	}
	assert_true(compiled >= 2);
	assert_true(rows_run >= 1);
}

static int set_up(void **state)
{
	(void)state;
	arena = arena_new(0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(package__of_the_catalogue__compiles_and_its_rule_cases_hold),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
