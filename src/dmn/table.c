/* Decision tables (DMN 1.5, chapter 8): from XML to columns and rules. */
#include "dmn/dmn_int.h"

static const struct {
	const char *name;
	enum hit_policy policy;
} policies[] = {
        {"UNIQUE", HIT_UNIQUE},
        {"FIRST", HIT_FIRST},
        {"PRIORITY", HIT_PRIORITY},
        {"ANY", HIT_ANY},
        {"COLLECT", HIT_COLLECT},
        {"RULE ORDER", HIT_RULE_ORDER},
        {"OUTPUT ORDER", HIT_OUTPUT_ORDER},
};

static const struct {
	const char *name;
	enum aggregation aggregation;
} aggregations[] = {
        {"SUM", SUM_SUM},
        {"COUNT", SUM_COUNT},
        {"MIN", SUM_MIN},
        {"MAX", SUM_MAX},
};

/* What outlives the XML. */
static struct text kept_text(struct builder *b, struct text t)
{
	return text_copy(b->arena, text_trim(t));
}

static void read_policy(struct builder *b, struct table *t, const struct xml *x)
{
	struct text policy = xml_attr(x, "hitPolicy"), sum = xml_attr(x, "aggregation");
	bool known = policy.len == 0;
	for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
		if (text_is(policy, policies[i].name)) {
			t->policy = policies[i].policy;
			known = true;
		}
	}
	for (size_t i = 0; i < sizeof aggregations / sizeof *aggregations; i++) {
		if (text_is(sum, aggregations[i].name))
			t->aggregation = aggregations[i].aggregation;
	}
	if (!known || (sum.len > 0 && t->aggregation == SUM_NONE))
		build_note(b, FEEL_DIAG_TABLE_SHAPE, known ? sum : policy, TEXT("hitPolicy"));
}

static const struct feel_expr *compile_tests(struct builder *b, struct text t,
        const struct feel_scope *scope, const struct feel_type *input, struct box **failed)
{
	struct feel_diagnostics found;
	const struct feel_expr *x;
	*failed = NULL;
	feel_diagnostics_init(&found, b->arena);
	enum err err = feel_compile_tests(b->arena, t, scope, input, b->flags, &found, &x, NULL);
	for (size_t i = 0; i < found.count; i++) {
		found.items[i].element = b->element;
		found.items[i].row = b->row;
		found.items[i].column = b->column;
		feel_diagnostics_add(b->diagnostics, &found.items[i]);
	}
	if (err == OK)
		return x;
	*failed = box_new(b, BOX_FAILED, NULL);
	(*failed)->why = found.items;
	(*failed)->why_count = found.count;
	return NULL;
}

static void read_inputs(
        struct builder *b, struct table *t, const struct xml *x, const struct feel_scope *scope)
{
	size_t cap = 0;
	for (const struct xml *in = xml_child(x, "input"); in; in = xml_next(in)) {
		struct box *failed;
		struct table_input *to = ARENA_PUSH(b->arena, t->inputs, t->input_count, cap);
		const struct xml *expr = xml_child(in, "inputExpression");
		const struct xml *values = xml_child(in, "inputValues");
		b->column = (int)t->input_count;
		to->text = expr ? kept_text(b, xml_child_text(expr, "text")) : TEXT_NONE;
		if (to->text.len > 0) {
			to->expr = compile_text(b, to->text, scope);
			to->expr->type = type_by_ref(b, b->unit, xml_attr(expr, "typeRef"));
		} else {
			to->expr = box_new(b, BOX_NONE, NULL);
			build_note(b, FEEL_DIAG_TABLE_SHAPE, TEXT("inputExpression"), TEXT_NONE);
		}
		to->type = to->expr->type ? feel_type_of(to->expr->type) : to->expr->known;
		to->allowed_text =
		        values ? kept_text(b, xml_child_text(values, "text")) : TEXT_NONE;
		if (to->allowed_text.len > 0)
			to->allowed = compile_tests(b, to->allowed_text, scope, to->type, &failed);
	}
	b->column = 0;
}

/* The values of outputValues in their order are the priorities: a list of constants. */
static void read_priorities(struct builder *b, struct table_output *out, struct text t)
{
	struct feel_run run;
	struct feel_value list;
	static const struct feel_scope closed;
	struct box *box = compile_text(b, text_format(b->arena, "[%.*s]", TEXT_ARG(t)), &closed);
	if (box->kind != BOX_LITERAL)
		return;
	feel_run_init(&run, b->scratch, 0);
	if (feel_eval(box->expr, &run, NULL, &list, NULL) != OK || list.kind != FEEL_LIST)
		return;
	list = feel_copy(b->arena, list);
	out->priorities = list.list.items;
	out->priority_count = list.list.count;
}

static void read_outputs(struct builder *b, struct table *t, struct box *box, const struct xml *x,
        const struct feel_scope *scope)
{
	size_t cap = 0;
	for (const struct xml *out = xml_child(x, "output"); out; out = xml_next(out)) {
		struct table_output *to = ARENA_PUSH(b->arena, t->outputs, t->output_count, cap);
		const struct xml *values = xml_child(out, "outputValues");
		const struct xml *otherwise = xml_child(out, "defaultOutputEntry");
		struct text value = values ? text_trim(xml_child_text(values, "text")) : TEXT_NONE;
		to->name = feel_name_normal(b->arena, xml_attr(out, "name"));
		to->type = type_by_ref(b, b->unit, xml_attr(out, "typeRef"));
		if (value.len > 0)
			read_priorities(b, to, value);
		value = otherwise ? text_trim(xml_child_text(otherwise, "text")) : TEXT_NONE;
		if (value.len > 0)
			to->otherwise = compile_text(b, value, scope);
	}
	if (t->output_count == 0)
		build_note(b, FEEL_DIAG_TABLE_SHAPE, TEXT("output"), TEXT_NONE);
	if (t->output_count == 1 && t->policy != HIT_COLLECT && t->policy != HIT_RULE_ORDER &&
	        t->policy != HIT_OUTPUT_ORDER && t->outputs[0].type)
		box->known = feel_type_of(t->outputs[0].type);
}

/* Constants are all a cell keeps of its text where they are all there is to it. */
static bool constant_cell(struct builder *b, const struct table_input *input, struct cell *cell,
        struct text t, const struct feel_scope *scope)
{
	const struct feel_expr *x;
	const struct feel_value *values;
	struct arena_mark mark = arena_mark(b->scratch);
	enum err err =
	        feel_compile_tests(b->scratch, t, scope, input->type, b->flags, NULL, &x, NULL);
	bool constant = err == OK && feel_expr_constants(x, &values, &cell->count);
	if (constant) {
		struct feel_value *kept = ARENA_ARRAY(b->arena, cell->count, struct feel_value);
		for (size_t i = 0; i < cell->count; i++)
			kept[i] = feel_copy(b->arena, values[i]);
		cell->values = kept;
		cell->kind = CELL_CONSTANT;
	} else {
		cell->count = 0;
	}
	arena_release(b->scratch, mark);
	return constant;
}

static void read_cell(struct builder *b, const struct table_input *input, struct cell *cell,
        struct text t, const struct feel_scope *scope)
{
	struct box *failed;
	if (t.len == 0 || text_is(t, "-")) {
		cell->kind = CELL_ANY;
		return;
	}
	if (constant_cell(b, input, cell, t, scope))
		return;
	cell->tests = compile_tests(b, t, scope, input->type, &failed);
	cell->kind = cell->tests ? CELL_TESTS : CELL_FAILED;
	cell->failed = failed;
}

static void read_rule(struct builder *b, const struct table *t, struct table_rule *rule,
        const struct xml *x, const struct feel_scope *scope)
{
	size_t inputs = 0, outputs = 0;
	rule->id = text_copy(b->arena, xml_attr(x, "id"));
	const struct xml *note = xml_child(x, "annotationEntry");
	rule->annotation = kept_text(
	        b, note ? xml_child_text(note, "text") : xml_child_text(x, "description"));
	rule->cells = ARENA_ARRAY(b->arena, t->input_count, struct cell);
	rule->outputs = ARENA_ARRAY(b->arena, t->output_count, struct box *);
	for (size_t i = 0; i < x->count; i++) {
		const struct xml *entry = &x->children[i];
		struct text text = text_trim(xml_child_text(entry, "text"));
		if (text_is(entry->name, "inputEntry") && inputs < t->input_count) {
			b->column = (int)inputs + 1;
			read_cell(b, &t->inputs[inputs], &rule->cells[inputs], text, scope);
			inputs++;
		} else if (text_is(entry->name, "outputEntry") && outputs < t->output_count) {
			b->column = (int)(t->input_count + outputs) + 1;
			rule->outputs[outputs++] = text.len > 0 ? compile_constant(b, text, scope)
			                                        : box_new(b, BOX_NONE, NULL);
		}
	}
	b->column = 0;
	if (inputs != t->input_count || outputs != t->output_count)
		build_note(b, FEEL_DIAG_TABLE_SHAPE, TEXT("rule"), rule->id);
	for (; outputs < t->output_count; outputs++)
		rule->outputs[outputs] = box_new(b, BOX_NONE, NULL);
}

void compile_table(
        struct builder *b, struct box *box, const struct xml *x, const struct feel_scope *scope)
{
	size_t cap = 0;
	struct table *t = ARENA_NEW(b->arena, struct table);
	box->table = t;
	read_policy(b, t, x);
	read_inputs(b, t, x, scope);
	read_outputs(b, t, box, x, scope);
	for (const struct xml *rule = xml_child(x, "rule"); rule; rule = xml_next(rule)) {
		if (t->rule_count >= DMN_RULES_MAX) {
			build_note(b, FEEL_DIAG_LIMIT, TEXT("rules"), TEXT_NONE);
			break;
		}
		struct table_rule *to = ARENA_PUSH(b->arena, t->rules, t->rule_count, cap);
		b->row = (int)t->rule_count;
		read_rule(b, t, to, rule, scope);
	}
	b->row = 0;
	t->index = build_index(b->arena, t);
}
