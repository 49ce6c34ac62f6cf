/* Letters: names they read, texts they ask for, free parts, the remedy. Typst is not parsed:
 * comments are skipped and the few forms that packages use are looked for. What is built from
 * pieces at run time (t("a" + b)) is left to the golden cases. */
#include "service/package.h"

struct scan {
	const struct package *p;
	const struct service_letter *letter; /* NULL: a template that others import */
	struct text file, t;
	size_t at;
	int line;
	bool remedy;
	bool *free_used;
};

static struct spot spot_of(const struct scan *s, struct text place)
{
	return (struct spot){
	        .package = s->p->name, .file = s->file, .line = s->line, .place = place};
}

static bool name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

static char look(const struct scan *s, size_t ahead)
{
	return s->at + ahead < s->t.len ? s->t.ptr[s->at + ahead] : '\0';
}

static bool begins(const struct scan *s, const char *z)
{
	char before = s->at ? s->t.ptr[s->at - 1] : ' ';
	if (name_char(before) || before == '.')
		return false;
	return text_starts(text_part(s->t, s->at, s->t.len), text_from(z));
}

/* Names -----------------------------------------------------------------------------------------
 */

/* Follow "case.received" as far as the types are known. */
static void check_path(const struct scan *s, struct text path)
{
	struct text rest = path, step;
	const struct feel_type *type;
	if (!s->p->scope || !text_split(&rest, '.', &step) || is_letter_name(step))
		return;
	if (!process_name(s->p, step, &type)) {
		FOUND(s->p->f, SERVICE_ERROR, spot_of(s, path), "letter_name", WORD("name", step));
		return;
	}
	while (type && type->kind == FEEL_TYPE_CONTEXT && !type->open &&
	        text_split(&rest, '.', &step)) {
		const struct feel_field *hit = NULL;
		for (size_t i = 0; i < type->count; i++)
			if (text_eq(type->fields[i].name, step))
				hit = &type->fields[i];
		if (!hit) {
			FOUND(s->p->f, SERVICE_ERROR, spot_of(s, path), "letter_name",
			        WORD("name", path));
			return;
		}
		type = hit->type;
	}
}

/* `d.case.received`; the last step is left out where it is a call: `d.iban.slice(-4)`. */
static void read_path(struct scan *s)
{
	size_t from = s->at + 2, to = from, last = from;
	while (to < s->t.len && (name_char(s->t.ptr[to]) || s->t.ptr[to] == '.')) {
		if (s->t.ptr[to] == '.')
			last = to;
		to++;
	}
	if (to > from && s->t.ptr[to - 1] == '.')
		to--; /* the end of a sentence */
	if (to < s->t.len && s->t.ptr[to] == '(')
		to = last;
	if (to > from + 1)
		check_path(s, text_part(s->t, from, to));
	s->at = to;
}

/* Calls with a text: at("..."), t("..."), free("...") ---------------------------------------------
 */

/* The string right after "(", if nothing is added to it. */
static bool argument(const struct scan *s, size_t skip, struct text *out)
{
	size_t from = s->at + skip + 1;
	if (look(s, skip) != '"')
		return false;
	size_t to = text_find(s->t, TEXT("\""), from);
	if (to == SIZE_MAX)
		return false;
	size_t after = to + 1;
	while (after < s->t.len && (s->t.ptr[after] == ' ' || s->t.ptr[after] == '\n'))
		after++;
	*out = text_part(s->t, from, to);
	return after < s->t.len && (s->t.ptr[after] == ')' || s->t.ptr[after] == ',');
}

static void check_text(const struct scan *s, struct text key)
{
	if (!s->letter || texts_languages(s->p->s->texts) == 0)
		return;
	struct text whole =
	        text_format(s->p->a, "letter.%.*s.%.*s", TEXT_ARG(s->letter->id), TEXT_ARG(key));
	if (!service_package_text(s->p->s, TEXT("de"), whole, NULL).len)
		FOUND(s->p->f, SERVICE_ERROR, spot_of(s, whole), "text_missing",
		        WORD("key", whole));
}

static void check_free(const struct scan *s, struct text id)
{
	for (size_t i = 0; s->letter && i < s->letter->free_count; i++) {
		if (!text_eq(s->letter->free[i], id))
			continue;
		s->free_used[i] = true;
		return;
	}
	if (s->letter)
		FOUND(s->p->f, SERVICE_ERROR, spot_of(s, id), "free_undeclared", WORD("part", id),
		        WORD("letter", s->letter->id));
}

static void read_call(struct scan *s)
{
	struct text arg;
	if (begins(s, "remedy("))
		s->remedy = true;
	else if (begins(s, "at(") && argument(s, 3, &arg))
		check_path(s, arg);
	else if (begins(s, "t(") && argument(s, 2, &arg))
		check_text(s, arg);
	else if (begins(s, "free(") && argument(s, 5, &arg))
		check_free(s, arg);
	s->at++;
}

static void skip_to(struct scan *s, const char *end)
{
	size_t to = text_find(s->t, text_from(end), s->at + 2);
	to = to == SIZE_MAX ? s->t.len : to;
	for (; s->at < to; s->at++)
		s->line += s->t.ptr[s->at] == '\n';
}

static void scan_template(struct scan *s)
{
	s->line = 1;
	while (s->at < s->t.len) {
		char c = look(s, 0);
		bool address = s->at > 0 && s->t.ptr[s->at - 1] == ':';
		if (c == '/' && look(s, 1) == '/' && !address)
			skip_to(s, "\n");
		else if (c == '/' && look(s, 1) == '*')
			skip_to(s, "*/");
		else if (begins(s, "d.") && look(s, 2) >= 'a' && look(s, 2) <= 'z')
			read_path(s);
		else if (c == 'r' || c == 'a' || c == 't' || c == 'f')
			read_call(s);
		else
			s->line += s->t.ptr[s->at++] == '\n';
	}
}

/* Letters ----------------------------------------------------------------------------------------
 */

static const struct service_letter *letter_of(const struct package *p, struct text path)
{
	for (size_t i = 0; i < p->s->letter_count; i++)
		if (text_eq(p->s->letters[i].path, path))
			return &p->s->letters[i];
	return NULL;
}

static void lint_letter(const struct package *p, const struct folder_file *file)
{
	struct scan s = {
	        .p = p, .letter = letter_of(p, file->path), .file = file->path, .t = file->bytes};
	size_t parts = s.letter ? s.letter->free_count : 0;
	s.free_used = ARENA_ARRAY(p->a, parts, bool);
	scan_template(&s);
	s.line = 1;
	for (size_t i = 0; i < parts; i++)
		if (!s.free_used[i])
			FOUND(p->f, SERVICE_ERROR, spot_of(&s, s.letter->free[i]), "free_unused",
			        WORD("part", s.letter->free[i]), WORD("letter", s.letter->id));
	if (s.letter && s.letter->kind == SERVICE_NOTICE && !s.remedy)
		FOUND(p->f, SERVICE_ERROR, spot_of(&s, s.letter->id), "letter_without_remedy",
		        WORD("letter", s.letter->id));
}

void lint_letters(const struct package *p)
{
	for (size_t i = 0; i < p->folder->count; i++)
		if (text_ends(p->folder->files[i].path, TEXT(".typ")))
			lint_letter(p, &p->folder->files[i]);
}
