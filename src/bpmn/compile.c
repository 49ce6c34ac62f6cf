/* bpmn/compile.c - the order of the stages from bytes to a model, and FEEL. */
#include "bpmn/model.h"

/* Expressions ---------------------------------------------------------------------------- */

static struct text first_diagnostic(struct arena *a, const struct feel_diagnostics *d)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->items[i].severity == FEEL_ERROR)
			return feel_diagnostic_text(a, &d->items[i]);
	return TEXT_NONE;
}

const struct feel_expr *bpmn_expression(
        struct bpmn_reader *r, struct text source, struct text element, int line)
{
	if (r->lenient)
		return NULL;
	struct feel_diagnostics d;
	feel_diagnostics_init(&d, r->arena);
	const struct feel_expr *out = NULL;
	struct errinfo e = {0};
	if (feel_compile(r->arena, source, &r->scope, 0, &d, &out, &e) == OK)
		return out;
	struct text why = first_diagnostic(r->arena, &d);
	bpmn_found(r, "expression", element, line, source, why.len ? why : text_from(e.message));
	return NULL;
}

static bool is_feel(struct text language)
{
	return text_find(language, TEXT("FEEL"), 0) != SIZE_MAX ||
	       text_find(language, TEXT("feel"), 0) != SIZE_MAX;
}

const struct feel_expr *bpmn_expression_of(
        struct bpmn_reader *r, const struct xml *x, struct text element)
{
	if (r->lenient)
		return NULL;
	struct text language = xml_attr(x, "language");
	if (language.len ? !is_feel(language) : r->foreign_language) {
		bpmn_found(r, "language", element, x->line,
		        language.len ? language
		                     : xml_attr(r->model->roots[0], "expressionLanguage"),
		        TEXT_NONE);
		return NULL;
	}
	struct text source = text_trim(x->text);
	if (!source.len) {
		bpmn_found(r, "expression_empty", element, x->line, x->name, TEXT_NONE);
		return NULL;
	}
	if (source.ptr[0] == '=')
		source = text_part(source, 1, source.len);
	return bpmn_expression(r, source, element, x->line);
}

static bool reads_name(const struct feel_expr *x, const char *name)
{
	const struct feel_read *reads;
	size_t count = x ? feel_expr_reads(x, &reads) : 0;
	for (size_t i = 0; i < count; i++)
		if (text_is(reads[i].name, name))
			return true;
	return false;
}

static void conditions_compile(struct bpmn_reader *r)
{
	for (size_t i = 0; i < r->model->flow_count; i++) {
		struct bpmn_flow *f = r->model->flows[i];
		if (!f->has_condition || !f->source)
			continue;
		bool before = r->lenient;
		r->lenient = before || !f->source->executable;
		f->condition = bpmn_expression_of(
		        r, xml_child(f->xml, "conditionExpression"), f->element->id);
		f->tells_reset = reads_name(f->condition, "waitingForStart");
		r->lenient = before;
	}
}

/* Links between nodes -------------------------------------------------------------------- */

static const struct bpmn_node *link_target(const struct bpmn_node *thrower, struct text name)
{
	const struct bpmn_node *scope = thrower->parent;
	for (size_t i = 0; scope && i < scope->child_count; i++) {
		const struct bpmn_node *n = scope->children[i];
		if (n->kind == BPMN_CATCH_EVENT && n->element->trigger == BPMN_ON_LINK &&
		        text_eq(n->events[0].name, name))
			return n;
	}
	return NULL;
}

static void link_events(struct bpmn_node *n)
{
	for (size_t i = 0; n->kind == BPMN_THROW_EVENT && i < n->event_count; i++)
		if (n->events[i].trigger == BPMN_ON_LINK)
			n->events[i].link = link_target(n, n->events[i].name);
}

/* The compensation activity stands at the other end of the boundary event's association. */
static void link_handlers(struct bpmn_model *m)
{
	for (size_t i = 0; i < m->element_count; i++) {
		const struct bpmn_element *el = m->elements[i];
		if (el->kind != BPMN_ASSOCIATION || !el->source || !el->target)
			continue;
		struct bpmn_node *boundary = bpmn_node_find(m, el->source->id);
		struct bpmn_node *handler = bpmn_node_find(m, el->target->id);
		if (!boundary || !handler || boundary->kind != BPMN_BOUNDARY_EVENT ||
		        boundary->element->trigger != BPMN_ON_COMPENSATION ||
		        !bpmn_is_activity(handler->kind) || !boundary->attached)
			continue;
		boundary->handler = handler;
		boundary->attached->handler = handler;
		handler->handles = boundary->attached;
	}
}

static void details_read(struct bpmn_reader *r)
{
	bool before = r->lenient;
	for (size_t i = 0; i < r->model->node_count; i++) {
		r->lenient = before || !r->model->nodes[i]->executable;
		bpmn_read_details(r, r->model->nodes[i]);
	}
	r->lenient = before;
	conditions_compile(r);
	for (size_t i = 0; i < r->model->node_count; i++)
		link_events(r->model->nodes[i]);
	link_handlers(r->model);
}

/* Stages --------------------------------------------------------------------------------- */

static void scope_open(struct bpmn_reader *r)
{
	r->scope = (struct feel_scope){.open = true};
	if (!r->options->names || r->options->drawing_only)
		return;
	bpmn_collect_names(r);
	r->scope = (struct feel_scope){
	        .outer = r->options->names, .names = r->names, .count = r->name_count};
}

static enum err refusal_report(const struct bpmn_findings *f, struct errinfo *e)
{
	for (size_t i = 0; i < f->count; i++) {
		if (f->items[i].severity != BPMN_REFUSAL)
			continue;
		(void)fail(e, ERR_INVALID, "%.*s", TEXT_ARG(f->items[i].text));
		char where[ERRINFO_WHERE_MAX];
		(void)snprintf(where, sizeof where, "%.*s", TEXT_ARG(f->items[i].element));
		return fail_at(e, where, f->items[i].line);
	}
	return fail(e, ERR_INVALID, "the model is refused");
}

enum err bpmn_compile(struct arena *a, struct text bytes, const struct bpmn_options *options,
        struct bpmn_findings *findings, const struct bpmn_model **out, struct errinfo *e)
{
	static const struct bpmn_options defaults = {0};
	struct bpmn_findings own = {0};
	struct bpmn_reader *r = ARENA_NEW(a, struct bpmn_reader);
	r->arena = a;
	r->model = ARENA_NEW(a, struct bpmn_model);
	r->model->arena = a;
	r->options = options ? options : &defaults;
	r->findings = findings ? findings : &own;
	r->lenient = r->options->drawing_only;
	r->scope.open = true;
	size_t refused_before = r->findings->refusals;
	TRY(bpmn_read_model(r, bytes, e));
	scope_open(r);
	details_read(r);
	bpmn_read_drawing(r);
	bpmn_check_model(r);
	if (r->findings->refusals > refused_before)
		return refusal_report(r->findings, e);
	if (!r->lenient)
		bpmn_compile_joins(r);
	if (!r->lenient && r->findings->refusals == refused_before)
		bpmn_check_soundness(r);
	bpmn_list_entries(r);
	bpmn_list_needs(r);
	r->model->runnable = !r->lenient;
	if (r->findings->refusals > refused_before)
		return refusal_report(r->findings, e);
	*out = r->model;
	return OK;
}
