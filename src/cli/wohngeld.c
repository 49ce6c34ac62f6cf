/* `amtsweg wohngeld FILE`: the vectors of a file laid out like the public Wohngeld suite,
 * computed by the decisions of services/wohngeld. A decision says with the attribute
 * aw:suite which list it answers; of several the first is taken that gives all a vector
 * expects. Facts that stand in a vector only as words ("home given up on 2025-07-12") are
 * read from the words. */
#include "cli/cli.h"
#include "dmn/dmn.h"
#include "format/json.h"
#include "format/xml.h"

#define AW_DMN "urn:amtsweg:dmn:1"

enum { FILE_MAX = 4 << 20, MONTH_LEN = 7 /* "2025-01" stands for its days */ };

struct suite {
	struct arena *arena;
	const struct json *file;
	const struct dmn_model *model;
	const struct xml *xml;
	size_t passed, failed;
};

/* Words of the suite that are no values to be compared. */
static bool is_prose(struct text key)
{
	static const char *const words[] = {
	        "id", "kind", "basis", "note", "facts", "unless", "expected_from", "income"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (text_is(key, words[i]))
			return true;
	}
	return false;
}

/* The text after `words` in `t`, or empty. */
static struct text after(struct text t, const char *words, size_t len)
{
	size_t at = text_find(t, text_from(words), 0);
	if (at == SIZE_MAX)
		return TEXT_NONE;
	at += strlen(words);
	return text_part(t, at, at + len < t.len ? at + len : t.len);
}

static void set_word(struct arena *a, struct json *o, const char *name, struct text value)
{
	if (value.len > 0 && !json_get(o, name))
		json_set(a, o, text_from(name), json_from_text(value));
}

static const struct json *vector_of(const struct suite *s, struct text id)
{
	size_t count;
	const struct json *list = json_items(s->file, "vectors", &count);
	for (size_t i = 0; i < count; i++) {
		if (text_eq(json_text(&list[i], "id"), id))
			return &list[i];
	}
	return NULL;
}

/* The vector with what its words add. */
static struct json complete(const struct suite *s, const struct json *v)
{
	struct arena *a = s->arena;
	struct json all = json_clone(a, v);
	struct text basis = json_text(v, "basis");
	set_word(a, &all, "home_given_up_on", after(basis, "home given up on ", 10));
	set_word(a, &all, "died_on", after(basis, "one person dies on ", 10));
	set_word(a, &all, "household_total", after(basis, "household of ", 1));
	const struct json *same = vector_of(s, after(json_text(v, "facts"), "as ", 4));
	for (size_t i = 0; same && i < same->count; i++) {
		struct text name = same->members[i].name;
		if (!json_get_text(&all, name) && dmn_find(s->model, DMN_INPUT, name) != NULL)
			json_set(a, &all, name, same->members[i].value);
	}
	return all;
}

static enum err inputs_of(
        const struct suite *s, const struct json *v, struct feel_value *out, struct errinfo *e)
{
	struct buf b;
	const struct dmn_item *items;
	size_t count = dmn_items(s->model, &items);
	struct json known = json_new_object();
	for (size_t i = 0; i < count; i++) {
		const struct json *given = json_get_text(v, items[i].name);
		if (given && items[i].kind == DMN_INPUT)
			json_set(s->arena, &known, items[i].name, *given);
	}
	buf_init(&b, FILE_MAX);
	json_write(&b, &known);
	enum err err = feel_from_plain_json(s->arena, buf_text(&b), NULL, out, e);
	buf_free(&b);
	TRY(err);
	for (size_t i = 0; i < count; i++) {
		struct feel_value fitted;
		const struct feel_value *given = feel_context_find(*out, items[i].name);
		if (!given)
			continue;
		TRY(feel_fit(s->arena, *given, items[i].type, &fitted, e));
		*out = feel_context_with(s->arena, *out, items[i].name, fitted);
	}
	return OK;
}

/* What a sentence of the suite means for the decision "change". */
static struct text result_code(struct text words)
{
	if (text_starts(words, TEXT("decide anew ex officio")))
		return TEXT("ex-officio");
	return text_starts(words, TEXT("new grant on application")) ? TEXT("on-application")
	                                                            : TEXT("none");
}

/* The value a key of the vector is compared with; false when the decision has none. */
static bool answer(struct arena *a, struct feel_value out, struct text key, struct feel_value *v)
{
	const struct feel_value *found;
	if (text_is(key, "household_size_used")) {
		struct feel_value size = feel_context_get(out, TEXT("household_size"));
		struct feel_value kept = feel_context_get(out, TEXT("kept_until"));
		struct feel_value then = feel_context_get(out, TEXT("household_size_after"));
		*v = feel_string(text_format(a, "%.*s until %.*s, then %.*s",
		        TEXT_ARG(feel_to_string(a, size)), TEXT_ARG(feel_to_string(a, kept)),
		        TEXT_ARG(feel_to_string(a, then))));
		return size.kind != FEEL_NULL;
	}
	found = feel_context_find(out, text_is(key, "result") ? TEXT("decision") : key);
	if (found)
		*v = *found;
	return found != NULL;
}

static bool equals(struct arena *a, const struct json *want, struct feel_value got)
{
	struct dec number;
	switch (want->kind) {
	case JSON_NULL: return got.kind == FEEL_NULL;
	case JSON_BOOL: return got.kind == FEEL_BOOL && got.boolean == want->boolean;
	case JSON_ARRAY:
		for (size_t i = 0; i < want->count; i++) {
			if (got.kind != FEEL_LIST || got.list.count != want->count ||
			        !equals(a, &want->items[i], got.list.items[i]))
				return false;
		}
		return got.kind == FEEL_LIST;
	case JSON_OBJECT:
		for (size_t i = 0; i < want->count; i++) {
			const struct feel_value *v = feel_context_find(got, want->members[i].name);
			if (!v || !equals(a, &want->members[i].value, *v))
				return false;
		}
		return true;
	default: break;
	}
	if (got.kind == FEEL_NUMBER)
		return dec_parse(want->text, &number) && dec_cmp(number, got.number) == 0;
	struct text shown = feel_to_string(a, got);
	if (got.kind == FEEL_DATE && want->text.len == MONTH_LEN)
		shown = text_part(shown, 0, MONTH_LEN);
	return got.kind != FEEL_NULL && text_eq(shown, want->text);
}

static struct text json_shown(struct arena *a, const struct json *j)
{
	struct buf b;
	if (j->kind == JSON_STRING || j->kind == JSON_NUMBER)
		return j->text;
	buf_init(&b, FILE_MAX);
	json_write(&b, j);
	struct text t = buf_copy(&b, a);
	buf_free(&b);
	return t;
}

struct comparison {
	struct buf got, want;
	bool all_there, same;
};

static void compare_key(
        struct arena *a, struct comparison *c, const struct json_member *m, struct feel_value out)
{
	struct feel_value v = feel_null();
	struct json want = m->value;
	if (text_is(m->name, "result"))
		want = json_from_text(result_code(want.text));
	bool there = answer(a, out, m->name, &v);
	bool same = there && equals(a, &want, v);
	struct text shown = json_shown(a, &want);
	const char *between = c->want.len > 0 ? "; " : "";
	buf_add_format(&c->want, "%s%.*s=%.*s", between, TEXT_ARG(m->name), TEXT_ARG(shown));
	buf_add_format(&c->got, "%s%.*s=%.*s", between, TEXT_ARG(m->name),
	        TEXT_ARG(same ? shown : feel_to_string(a, v)));
	c->all_there = c->all_there && there;
	c->same = c->same && same;
}

static void compare(const struct suite *s, const struct json *vector, struct feel_value out,
        struct comparison *c)
{
	buf_clear(&c->got);
	buf_clear(&c->want);
	c->all_there = c->same = true;
	for (size_t i = 0; i < vector->count; i++) {
		const struct json_member *m = &vector->members[i];
		bool is_input = dmn_find(s->model, DMN_INPUT, m->name) != NULL;
		if (!is_prose(m->name) && !is_input)
			compare_key(s->arena, c, m, out);
	}
}

static void csv(struct text t)
{
	putchar('"');
	for (size_t i = 0; i < t.len; i++) {
		if (t.ptr[i] == '"')
			putchar('"');
		putchar(t.ptr[i]);
	}
	putchar('"');
}

static enum err evaluate(const struct suite *s, const struct json *vector, const char *list,
        struct comparison *c, struct errinfo *e)
{
	struct json given = complete(s, vector);
	struct feel_value inputs, out;
	TRY(inputs_of(s, &given, &inputs, e));
	struct feel_env env = {.context = inputs};
	bool found = false;
	for (const struct xml *x = xml_child(s->xml, "decision"); x && !found; x = xml_next(x)) {
		struct feel_run r;
		if (!text_is(xml_attr_ns(x, AW_DMN, "suite"), list))
			continue;
		feel_run_init(&r, s->arena, 0);
		TRY(dmn_evaluate(s->model, xml_attr(x, "name"), 0, &r, &env, NULL, &out, e));
		compare(s, vector, out, c);
		found = c->all_there;
	}
	return found ? OK : fail(e, ERR_NOT_FOUND, "no decision answers this vector");
}

static void run_vector(struct suite *s, const struct json *vector, const char *list)
{
	struct errinfo e = {0};
	struct comparison c = {0};
	buf_init(&c.got, FILE_MAX);
	buf_init(&c.want, FILE_MAX);
	enum err err = evaluate(s, vector, list, &c, &e);
	bool pass = err == OK && c.same;
	struct text id = json_text(vector, "id");
	printf("%.*s,%s,", TEXT_ARG(id), pass ? "PASS" : "FAIL");
	csv(err == OK ? buf_text(&c.got) : text_from(e.message));
	putchar(',');
	csv(buf_text(&c.want));
	putchar('\n');
	s->passed += pass;
	s->failed += !pass;
	buf_free(&c.got);
	buf_free(&c.want);
}

static enum err load(struct suite *s, const char *file, const char *model, struct errinfo *e)
{
	struct text json, xml;
	struct arena *a = s->arena;
	char *path = model ? text_z(a, text_from(model))
	                   : text_z(a, text_format(a, "%.*s/services/wohngeld/decisions.dmn",
	                                       TEXT_ARG(cli_home(a))));
	TRY(cli_read_file(a, file, FILE_MAX, &json, e));
	TRY(json_parse(a, json, file, &s->file, e));
	TRY(cli_read_file(a, path, DMN_SIZE_MAX, &xml, e));
	TRY(xml_parse(a, xml, path, &s->xml, e));
	struct dmn_source source = {text_from(path), xml};
	return dmn_compile(a, &source, 1, FEEL_STRICT, NULL, &s->model, e);
}

int cli_wohngeld(int argc, char **argv)
{
	static const char *const lists[] = {"vectors", "change_vectors", "period_vectors"};
	struct errinfo e = {0};
	const char *model = cli_option(&argc, argv, "--model");
	if (!cli_options_done(argc, argv) || argc != 2) {
		fprintf(stderr, "amtsweg wohngeld FILE [--model MODEL.dmn]\n");
		return CLI_USAGE;
	}
	struct suite s = {.arena = arena_new(0)};
	enum err err = load(&s, argv[1], model, &e);
	for (size_t i = 0; err == OK && i < sizeof lists / sizeof *lists; i++) {
		size_t count;
		const struct json *items = json_items(s.file, lists[i], &count);
		for (size_t k = 0; k < count; k++)
			run_vector(&s, &items[k], lists[i]);
	}
	if (err == OK)
		printf("%zu passed, %zu failed, 0 skipped\n", s.passed, s.failed);
	else
		cli_fail(&e);
	arena_free(s.arena);
	return err == OK && s.failed == 0 && s.passed > 0 ? CLI_OK : CLI_FAILED;
}
