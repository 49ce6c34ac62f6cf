/* Code lists: OASIS genericode 1.0, as XRepository publishes them. */
#include "service/codes.h"

#include "format/xml.h"

enum { CODES_ROWS_MAX = 50000, CODES_DEPTH_MAX = 32 };

/* The code is the first column of the first key, else the column "code", else the first. */
static struct text code_column(const struct xml *set)
{
	const struct xml *key = xml_child(set, "Key");
	const struct xml *ref = key ? xml_child(key, "ColumnRef") : NULL;
	if (ref)
		return xml_attr(ref, "Ref");
	const struct xml *column = xml_child(set, "Column");
	return column ? xml_attr(column, "Id") : TEXT_NONE;
}

static bool has_column(const struct xml *set, const char *id)
{
	for (const struct xml *c = xml_child(set, "Column"); c; c = xml_next(c))
		if (text_is(xml_attr(c, "Id"), id))
			return true;
	return false;
}

static struct text name_column(const struct xml *set, struct text code)
{
	if (has_column(set, "name"))
		return TEXT("name");
	for (const struct xml *c = xml_child(set, "Column"); c; c = xml_next(c))
		if (!text_eq(xml_attr(c, "Id"), code))
			return xml_attr(c, "Id");
	return code;
}

/* The value of a row in a column. A value without ColumnRef stands in the column after the
 * one before it (genericode 1.0, 3.9.2): not used by anyone we read, so it is not found. */
static struct text row_value(const struct xml *row, struct text column)
{
	for (const struct xml *v = xml_child(row, "Value"); v; v = xml_next(v))
		if (text_eq(xml_attr(v, "ColumnRef"), column))
			return xml_child_text(v, "SimpleValue");
	return TEXT_NONE;
}

static size_t count_rows(const struct xml *list)
{
	size_t count = 0;
	for (const struct xml *r = xml_child(list, "Row"); r; r = xml_next(r))
		count++;
	return count;
}

static bool languages_read(const struct xml *set, struct code_table *out)
{
	for (const struct xml *c = xml_child(set, "Column"); c; c = xml_next(c)) {
		struct text id = xml_attr(c, "Id");
		if (!text_starts(id, TEXT("name_")))
			continue;
		if (out->language_count == CODE_LANGUAGES_MAX)
			return false;
		out->languages[out->language_count++] = text_part(id, 5, id.len);
	}
	return true;
}

static void row_read(struct arena *a, const struct xml *row, struct text code, struct text name,
        struct code_table *out, struct form_code *to, size_t at)
{
	to->code = text_copy(a, row_value(row, code));
	to->name = text_copy(a, row_value(row, name));
	for (size_t l = 0; l < out->language_count; l++) {
		struct text column = text_format(a, "name_%.*s", TEXT_ARG(out->languages[l]));
		out->names[l][at] = text_copy(a, row_value(row, column));
	}
}

static enum err rows_read(struct arena *a, const struct xml *root, const char *where,
        struct code_table *out, struct errinfo *e)
{
	const struct xml *set = xml_child(root, "ColumnSet");
	const struct xml *list = xml_child(root, "SimpleCodeList");
	if (!set || !list || !xml_child(set, "Column")) {
		fail(e, ERR_INVALID, "no ColumnSet with columns and SimpleCodeList");
		return fail_at(e, where, root->line);
	}
	struct text code = code_column(set), name = name_column(set, code);
	size_t count = count_rows(list), at = 0;
	if (count > CODES_ROWS_MAX || !languages_read(set, out)) {
		fail(e, ERR_LIMIT, "more than %d rows or %d languages", CODES_ROWS_MAX,
		        CODE_LANGUAGES_MAX);
		return fail_at(e, where, list->line);
	}
	struct form_code *rows = ARENA_ARRAY(a, count, struct form_code);
	for (size_t l = 0; l < out->language_count; l++)
		out->names[l] = ARENA_ARRAY(a, count, struct text);
	for (const struct xml *r = xml_child(list, "Row"); r; r = xml_next(r), at++) {
		row_read(a, r, code, name, out, &rows[at], at);
		if (!rows[at].code.len) {
			fail(e, ERR_INVALID, "a row without a value in the column '%.*s'",
			        TEXT_ARG(code));
			return fail_at(e, where, r->line);
		}
	}
	out->list.rows = rows;
	out->list.count = count;
	return OK;
}

enum err codes_parse(struct arena *a, struct text bytes, const char *where, struct code_table *out,
        struct errinfo *e)
{
	*out = (struct code_table){0};
	const struct xml *root;
	TRY(xml_parse(a, bytes, where, &root, e));
	const struct xml *head = xml_child(root, "Identification");
	if (!text_is(root->name, "CodeList") || !head) {
		fail(e, ERR_INVALID, "no genericode list with Identification");
		return fail_at(e, where, root->line);
	}
	out->list.id = text_copy(a, xml_child_text(head, "ShortName"));
	out->list.version = text_copy(a, xml_child_text(head, "Version"));
	return rows_read(a, root, where, out, e);
}

/* Which lists a package needs ----------------------------------------------------------------- */

static const struct folder_file *list_file(
        const struct package *p, struct text wanted, struct text *shown, bool *shared)
{
	struct text id = wanted;
	size_t cut = text_find(wanted, TEXT("@"), 0);
	if (cut != SIZE_MAX)
		id = text_part(wanted, 0, cut);
	struct text names[] = {text_format(p->a, "%.*s.xml", TEXT_ARG(wanted)),
	        text_format(p->a, "%.*s.xml", TEXT_ARG(id))};
	for (size_t i = 0; i < 4; i++) {
		*shared = i >= 2;
		struct text path =
		        *shared ? names[i % 2]
		                : text_format(p->a, "codes/%.*s", TEXT_ARG(names[i % 2]));
		const struct folder *d = *shared ? p->parts.folders[PART_CODES] : p->folder;
		const struct folder_file *file = folder_find(d, path);
		*shown = *shared ? text_format(p->a, "_codes/%.*s", TEXT_ARG(path)) : path;
		if (file)
			return file;
	}
	return NULL;
}

static void need_list(struct package *p, struct text wanted)
{
	for (size_t i = 0; i < p->code_count; i++) {
		struct text name = text_format(p->a, "%.*s@%.*s", TEXT_ARG(p->codes[i].list.id),
		        TEXT_ARG(p->codes[i].list.version));
		if (text_eq(name, wanted))
			return;
	}
	struct text shown;
	bool shared;
	const struct folder_file *file = list_file(p, wanted, &shown, &shared);
	if (!file)
		return; /* the form says where it is missed */
	struct code_table t;
	struct errinfo e = {0};
	if (codes_parse(p->a, file->bytes, text_z(p->a, shown), &t, &e) != OK) {
		found_error(p->f, package_spot(p, text_z(p->a, shown), 0, TEXT_NONE), "codes", &e);
		return;
	}
	struct text name =
	        text_format(p->a, "%.*s@%.*s", TEXT_ARG(t.list.id), TEXT_ARG(t.list.version));
	if (!text_eq(name, wanted))
		FOUND(p->f, SERVICE_ERROR, package_spot(p, text_z(p->a, shown), 0, TEXT_NONE),
		        "codes_other", WORD("wanted", wanted), WORD("found", name));
	*ARENA_PUSH(p->a, p->codes, p->code_count, p->code_cap) = t;
}

/* Every member `codes` in a tree. */
static void search(struct package *p, const struct json *j, int depth)
{
	if (!j || depth > CODES_DEPTH_MAX || (j->kind != JSON_OBJECT && j->kind != JSON_ARRAY))
		return;
	for (size_t i = 0; i < j->count; i++) {
		const struct json *below =
		        j->kind == JSON_OBJECT ? &j->members[i].value : &j->items[i];
		if (j->kind == JSON_OBJECT && text_is(j->members[i].name, "codes") &&
		        below->kind == JSON_STRING)
			need_list(p, below->text);
		search(p, below, depth + 1);
	}
}

void codes_read(struct package *p)
{
	search(p, p->form_json.root, 0);
	if (p->s)
		search(p, json_get(p->s->manifest, "slots"), 0);
	for (size_t i = 0; i < p->field_count; i++) {
		const struct json *part;
		if (json_parse(p->a, p->fields[i].json, "_fields", &part, NULL) == OK)
			search(p, part, 0);
	}
}
