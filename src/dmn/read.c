/* From XML to units and nodes: what there is and who needs whom. */
#include "dmn/dmn_int.h"

static struct text attr_name(struct builder *b, const struct xml *x)
{
	return feel_name_normal(b->arena, xml_attr(x, "name"));
}

void build_note(struct builder *b, enum feel_code code, struct text p0, struct text p1)
{
	struct feel_run quiet = {.element = b->element, .row = b->row, .column = b->column};
	feel_diagnostics_init(&quiet.diagnostics, b->arena);
	feel_run_note(&quiet, code, (struct feel_span){0}, TEXT_NONE, p0, p1, TEXT_NONE);
	feel_diagnostics_add(b->diagnostics, &quiet.diagnostics.items[0]);
}

static enum err read_unit(
        struct builder *b, const struct dmn_source *s, struct unit *u, struct errinfo *e)
{
	char *where = text_z(b->arena, s->name);
	TRY(xml_parse(b->sources, s->xml, where, &u->root, e));
	u->where = text_from(where);
	if (!text_is(u->root->name, "definitions")) {
		(void)fail(e, ERR_INVALID, "no decision model: <%.*s>", TEXT_ARG(u->root->name));
		return fail_at(e, where, u->root->line);
	}
	if (text_find(u->root->space, TEXT("DMN"), 0) == SIZE_MAX &&
	        text_find(u->root->space, TEXT("dmn"), 0) == SIZE_MAX) {
		(void)fail(e, ERR_INVALID, "the namespace '%.*s' is not DMN's",
		        TEXT_ARG(u->root->space));
		return fail_at(e, where, u->root->line);
	}
	u->name = attr_name(b, u->root);
	u->space = text_copy(b->arena, xml_attr(u->root, "namespace"));
	return OK;
}

static void read_imports(struct builder *b, struct unit *u)
{
	size_t cap = 0;
	for (const struct xml *x = xml_child(u->root, "import"); x; x = xml_next(x)) {
		if (text_find(xml_attr(x, "importType"), TEXT("MODEL"), 0) == SIZE_MAX)
			continue;
		struct import *i = ARENA_PUSH(b->arena, u->imports, u->import_count, cap);
		i->name = attr_name(b, x);
		i->space = text_copy(b->arena, xml_attr(x, "namespace"));
		for (size_t k = 0; k < b->model->unit_count; k++) {
			if (text_eq(b->model->units[k].space, i->space))
				i->unit = &b->model->units[k];
		}
		b->element = u->name;
		if (!i->unit)
			build_note(b, FEEL_DIAG_REFERENCE, i->space, TEXT("import"));
	}
}

enum err read_units(
        struct builder *b, const struct dmn_source *sources, size_t count, struct errinfo *e)
{
	struct dmn_model *m = b->model;
	if (count == 0 || count > DMN_IMPORTS_MAX)
		return fail(e, ERR_LIMIT, "one to %d model files", DMN_IMPORTS_MAX);
	m->units = ARENA_ARRAY(b->arena, count, struct unit);
	m->unit_count = count;
	for (size_t i = 0; i < count; i++) {
		if (sources[i].xml.len > DMN_SIZE_MAX)
			return fail(e, ERR_LIMIT, "a model of %zu bytes", sources[i].xml.len);
		TRY(read_unit(b, &sources[i], &m->units[i], e));
	}
	m->main = &m->units[0];
	for (size_t i = 0; i < count; i++)
		read_imports(b, &m->units[i]);
	return OK;
}

static bool node_kind(const struct xml *x, enum dmn_kind *kind)
{
	static const struct {
		const char *name;
		enum dmn_kind kind;
	} kinds[] = {
	        {"inputData", DMN_INPUT},
	        {"decision", DMN_DECISION},
	        {"businessKnowledgeModel", DMN_KNOWLEDGE},
	        {"decisionService", DMN_SERVICE},
	};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (text_is(x->name, kinds[i].name)) {
			*kind = kinds[i].kind;
			return true;
		}
	}
	return false;
}

/* The variable's name counts where it differs from the element's (10.3.? names are equal in
 * valid models). */
static struct text node_name(struct builder *b, const struct xml *x)
{
	struct text name = attr_name(b, x);
	const struct xml *variable = xml_child(x, "variable");
	if (name.len == 0 && variable)
		name = attr_name(b, variable);
	return name;
}

static void read_unit_nodes(struct builder *b, struct unit *u)
{
	struct dmn_model *m = b->model;
	enum dmn_kind kind;
	u->nodes = ARENA_ARRAY(b->arena, u->root->count, struct node);
	for (size_t i = 0; i < u->root->count; i++) {
		const struct xml *x = &u->root->children[i];
		if (!node_kind(x, &kind))
			continue;
		struct node *n = &u->nodes[u->node_count++];
		n->item.kind = kind;
		n->item.id = text_copy(b->arena, xml_attr(x, "id"));
		n->item.name = node_name(b, x);
		n->unit = u;
		n->xml = x;
		n->index = m->node_count;
		m->nodes[m->node_count++] = n;
	}
}

static struct node *node_by_id(struct unit *u, struct text id)
{
	for (size_t i = 0; u && i < u->node_count; i++) {
		if (text_eq(u->nodes[i].item.id, id))
			return &u->nodes[i];
	}
	return NULL;
}

/* "#id", "namespace#id"; "id" is tolerated. */
struct node *node_by_href(struct builder *b, const struct unit *from, struct text href)
{
	size_t hash = text_find(href, TEXT("#"), 0);
	struct text id = hash == SIZE_MAX ? href : text_part(href, hash + 1, href.len);
	struct text space = hash == SIZE_MAX ? TEXT_NONE : text_part(href, 0, hash);
	for (size_t i = 0; i < b->model->unit_count; i++) {
		struct unit *u = &b->model->units[i];
		bool wanted = space.len == 0 ? u == from : text_eq(u->space, space);
		struct node *n = wanted ? node_by_id(u, id) : NULL;
		if (n)
			return n;
	}
	return NULL;
}

static struct text alias_of(const struct unit *from, const struct node *to)
{
	if (to->unit == from)
		return TEXT_NONE;
	for (size_t i = 0; i < from->import_count; i++) {
		if (from->imports[i].unit == to->unit)
			return from->imports[i].name;
	}
	return TEXT_NONE;
}

/* Requirements of a node: any element with an href inside a ...Requirement. */
static void read_needs(struct builder *b, struct node *n)
{
	size_t cap = 0;
	for (size_t i = 0; i < n->xml->count; i++) {
		const struct xml *x = &n->xml->children[i];
		if (!text_is(x->name, "informationRequirement") &&
		        !text_is(x->name, "knowledgeRequirement"))
			continue;
		for (size_t k = 0; k < x->count; k++) {
			struct text href = xml_attr(&x->children[k], "href");
			if (!text_starts(x->children[k].name, TEXT("required")))
				continue;
			struct node *to = node_by_href(b, n->unit, href);
			if (!to) {
				build_note(b, FEEL_DIAG_REFERENCE, href, x->name);
				continue;
			}
			*ARENA_PUSH(b->arena, n->needs, n->need_count, cap) =
			        (struct requirement){alias_of(n->unit, to), to};
		}
	}
}

static void read_links(struct builder *b, struct node *n, const char *name, struct node ***list,
        size_t *count, size_t *cap)
{
	for (const struct xml *x = xml_child(n->xml, name); x; x = xml_next(x)) {
		struct node *to = node_by_href(b, n->unit, xml_attr(x, "href"));
		if (to)
			*ARENA_PUSH(b->arena, *list, *count, *cap) = to;
		else
			build_note(b, FEEL_DIAG_REFERENCE, xml_attr(x, "href"), x->name);
	}
}

static void read_service(struct builder *b, struct node *n)
{
	size_t out_cap = 0, in_cap = 0;
	read_links(b, n, "outputDecision", &n->outputs, &n->output_count, &out_cap);
	read_links(b, n, "inputData", &n->inputs, &n->input_count, &in_cap);
	read_links(b, n, "inputDecision", &n->inputs, &n->input_count, &in_cap);
}

enum err read_nodes(struct builder *b, struct errinfo *e)
{
	struct dmn_model *m = b->model;
	size_t most = 0;
	for (size_t i = 0; i < m->unit_count; i++)
		most += m->units[i].root->count;
	m->nodes = ARENA_ARRAY(b->arena, most, struct node *);
	for (size_t i = 0; i < m->unit_count; i++)
		read_unit_nodes(b, &m->units[i]);
	for (size_t i = 0; i < m->node_count; i++) {
		struct node *n = m->nodes[i];
		b->element = n->item.id.len > 0 ? n->item.id : n->item.name;
		read_needs(b, n);
		if (n->item.kind == DMN_SERVICE)
			read_service(b, n);
	}
	return m->node_count > 0 ? OK : fail(e, ERR_INVALID, "the model has no decision");
}
