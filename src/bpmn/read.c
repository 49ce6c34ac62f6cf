/* bpmn/read.c - from XML to elements, nodes and flows, and the references between them. */
#include "bpmn/model.h"

#include <stdlib.h>

struct tag {
	const char *name;
	enum bpmn_kind kind;
};

/* Flow nodes and other elements that stand inside a process. */
static const struct tag tags[] = {
        {"startEvent", BPMN_START_EVENT},
        {"intermediateCatchEvent", BPMN_CATCH_EVENT},
        {"intermediateThrowEvent", BPMN_THROW_EVENT},
        {"boundaryEvent", BPMN_BOUNDARY_EVENT},
        {"endEvent", BPMN_END_EVENT},
        {"task", BPMN_TASK},
        {"userTask", BPMN_USER_TASK},
        {"manualTask", BPMN_MANUAL_TASK},
        {"serviceTask", BPMN_SERVICE_TASK},
        {"sendTask", BPMN_SEND_TASK},
        {"receiveTask", BPMN_RECEIVE_TASK},
        {"scriptTask", BPMN_SCRIPT_TASK},
        {"businessRuleTask", BPMN_RULE_TASK},
        {"callActivity", BPMN_CALL_ACTIVITY},
        {"subProcess", BPMN_SUB_PROCESS},
        {"transaction", BPMN_TRANSACTION},
        {"adHocSubProcess", BPMN_AD_HOC},
        {"exclusiveGateway", BPMN_EXCLUSIVE},
        {"parallelGateway", BPMN_PARALLEL},
        {"inclusiveGateway", BPMN_INCLUSIVE},
        {"complexGateway", BPMN_COMPLEX},
        {"eventBasedGateway", BPMN_EVENT_BASED},
        {"sequenceFlow", BPMN_FLOW},
        {"association", BPMN_ASSOCIATION},
        {"dataObject", BPMN_DATA_OBJECT},
        {"dataObjectReference", BPMN_DATA_REFERENCE},
        {"dataStoreReference", BPMN_DATA_STORE},
        {"group", BPMN_GROUP},
        {"textAnnotation", BPMN_ANNOTATION},
        {"choreographyTask", BPMN_OTHER},
        {"callChoreography", BPMN_OTHER},
        {"subChoreography", BPMN_OTHER},
};

static const struct tag global_tags[] = {
        {"globalTask", BPMN_TASK},
        {"globalUserTask", BPMN_USER_TASK},
        {"globalScriptTask", BPMN_SCRIPT_TASK},
        {"globalManualTask", BPMN_MANUAL_TASK},
        {"globalBusinessRuleTask", BPMN_RULE_TASK},
};

static const struct tag *tag_find(const struct tag *table, size_t count, const struct xml *x)
{
	if (!text_is(x->space, BPMN_SPACE))
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (text_is(x->name, table[i].name))
			return &table[i];
	return NULL;
}

#define TAGS(table) (table), sizeof(table) / sizeof *(table)

/* Ids ------------------------------------------------------------------------------------ */

static void ids_collect(struct bpmn_model *m, const struct xml *x)
{
	if (text_is(x->space, BPMN_SPACE) && xml_attr(x, "id").len) {
		struct bpmn_id *id = ARENA_PUSH(m->arena, m->ids, m->id_count, m->id_cap);
		id->id = xml_attr(x, "id");
		id->xml = x;
	}
	for (size_t i = 0; i < x->count; i++)
		ids_collect(m, &x->children[i]);
}

static int id_order(const void *a, const void *b)
{
	const struct bpmn_id *x = a, *y = b;
	int order = text_cmp(x->id, y->id);
	return order ? order : (x->xml->line > y->xml->line) - (x->xml->line < y->xml->line);
}

static bool is_definition(const struct xml *x)
{
	return x->parent && text_is(x->parent->name, "definitions") &&
	       !text_is(x->name, "process") && !text_is(x->name, "collaboration");
}

/* An included part may bring the definitions (messages, errors) its host has too. */
static bool may_repeat(const struct bpmn_id *a, const struct bpmn_id *b)
{
	return is_definition(a->xml) && is_definition(b->xml) && a->xml->parent != b->xml->parent;
}

static void ids_sort(struct bpmn_reader *r)
{
	struct bpmn_model *m = r->model;
	if (m->id_count)
		qsort(m->ids, m->id_count, sizeof *m->ids, id_order);
	size_t kept = 0;
	for (size_t i = 0; i < m->id_count; i++) {
		if (kept && text_eq(m->ids[kept - 1].id, m->ids[i].id)) {
			if (!may_repeat(&m->ids[kept - 1], &m->ids[i]))
				bpmn_found(r, "duplicate_id", m->ids[i].id, m->ids[i].xml->line,
				        m->ids[i].xml->name, TEXT_NONE);
			continue;
		}
		m->ids[kept++] = m->ids[i];
	}
	m->id_count = kept;
}

const struct bpmn_id *bpmn_id_find(const struct bpmn_model *m, struct text id)
{
	size_t low = 0, high = m->id_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = text_cmp(m->ids[middle].id, id);
		if (order == 0)
			return &m->ids[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

struct text bpmn_local(struct text qname)
{
	size_t colon = text_find(qname, TEXT(":"), 0);
	return colon == SIZE_MAX ? qname : text_part(qname, colon + 1, qname.len);
}

/* References are QNames: exactly as written first, then without the prefix. */
static const struct bpmn_id *id_of_ref(const struct bpmn_model *m, struct text ref)
{
	ref = text_trim(ref);
	const struct bpmn_id *id = bpmn_id_find(m, ref);
	return id ? id : bpmn_id_find(m, bpmn_local(ref));
}

const struct xml *bpmn_ref(const struct bpmn_model *m, struct text id, const char *tag)
{
	const struct bpmn_id *found = id.len ? id_of_ref(m, id) : NULL;
	return found && text_is(found->xml->name, tag) ? found->xml : NULL;
}

struct bpmn_node *bpmn_node_find(const struct bpmn_model *m, struct text id)
{
	const struct bpmn_id *found = id.len ? id_of_ref(m, id) : NULL;
	return found ? found->node : NULL;
}

static struct bpmn_id *id_own(struct bpmn_model *m, const struct xml *x)
{
	struct bpmn_id *id =
	        xml_has(x, "id") ? (struct bpmn_id *)(uintptr_t)bpmn_id_find(m, xml_attr(x, "id"))
	                         : NULL;
	return id && id->xml == x ? id : NULL;
}

/* Elements ------------------------------------------------------------------------------- */

struct text bpmn_aw(const struct xml *x, const char *name)
{
	return xml_attr_ns(x, BPMN_AW, name);
}

static void attributes_read(struct arena *a, const struct xml *x, struct bpmn_element *out)
{
	struct bpmn_attribute *list = ARENA_ARRAY(a, x->attribute_count, struct bpmn_attribute);
	for (size_t i = 0; i < x->attribute_count; i++) {
		const struct xml_attribute *from = &x->attributes[i];
		if (!from->space.len || text_is(from->space, BPMN_SPACE))
			continue;
		bool own = text_is(from->space, BPMN_AW);
		list[out->attribute_count++] =
		        (struct bpmn_attribute){own ? TEXT("aw") : text_copy(a, from->space),
		                text_copy(a, from->name), text_copy(a, from->value)};
	}
	out->attributes = list;
}

static struct bpmn_element *element_add(struct bpmn_reader *r, const struct xml *x,
        enum bpmn_kind kind, struct bpmn_element *parent)
{
	struct bpmn_model *m = r->model;
	struct bpmn_element *el = ARENA_NEW(m->arena, struct bpmn_element);
	el->id = xml_attr(x, "id");
	el->name = xml_attr(x, "name");
	el->documentation = xml_child_text(x, "documentation");
	el->kind = kind;
	el->tag = x->name;
	el->line = x->line;
	el->parent = parent;
	attributes_read(m->arena, x, el);
	*ARENA_PUSH(m->arena, m->elements, m->element_count, m->element_cap) = el;
	struct bpmn_id *id = id_own(m, x);
	if (id)
		id->element = el;
	return el;
}

static struct bpmn_node *node_add(
        struct bpmn_reader *r, const struct xml *x, enum bpmn_kind kind, struct bpmn_node *parent)
{
	struct bpmn_model *m = r->model;
	struct bpmn_node *n = ARENA_NEW(m->arena, struct bpmn_node);
	n->element = element_add(r, x, kind, parent ? parent->element : NULL);
	n->xml = x;
	n->model = m;
	n->id = n->element->id;
	n->kind = kind;
	n->parent = parent;
	n->process = parent ? parent->process : n;
	n->executable = parent ? parent->executable : false;
	n->start_quantity = n->completion_quantity = 1;
	*ARENA_PUSH(m->arena, m->nodes, m->node_count, m->node_cap) = n;
	if (parent) {
		n->index = (uint32_t)parent->child_count;
		*ARENA_PUSH(m->arena, parent->children, parent->child_count, parent->child_cap) = n;
	}
	struct bpmn_id *id = id_own(m, x);
	if (id)
		id->node = n;
	else if (!n->id.len)
		bpmn_found(r, "no_id", x->name, x->line, TEXT_NONE, TEXT_NONE);
	return n;
}

static void flow_add(struct bpmn_reader *r, const struct xml *x, struct bpmn_node *parent)
{
	struct bpmn_model *m = r->model;
	struct bpmn_flow *f = ARENA_NEW(m->arena, struct bpmn_flow);
	f->element = element_add(r, x, BPMN_FLOW, parent->element);
	f->xml = x;
	*ARENA_PUSH(m->arena, m->flows, m->flow_count, m->flow_cap) = f;
	struct bpmn_id *id = id_own(m, x);
	if (id)
		id->flow = f;
	else if (!f->element->id.len)
		bpmn_found(r, "no_id", parent->id, x->line, x->name, TEXT_NONE);
}

bool bpmn_is_activity(enum bpmn_kind kind)
{
	return kind >= BPMN_TASK && kind <= BPMN_AD_HOC && kind != BPMN_EVENT_SUB_PROCESS;
}

bool bpmn_is_container(enum bpmn_kind kind)
{
	return kind == BPMN_PROCESS || (kind >= BPMN_SUB_PROCESS && kind <= BPMN_AD_HOC);
}

bool bpmn_is_gateway(enum bpmn_kind kind)
{
	return kind >= BPMN_EXCLUSIVE && kind <= BPMN_EVENT_BASED;
}

static bool is_node_kind(enum bpmn_kind kind)
{
	return kind <= BPMN_EVENT_BASED;
}

/* Containers ----------------------------------------------------------------------------- */

static void children_read(
        struct bpmn_reader *r, const struct xml *x, struct bpmn_node *n, int depth);

static void lanes_read(struct bpmn_reader *r, const struct xml *x, struct bpmn_element *parent)
{
	for (size_t i = 0; i < x->count; i++) {
		const struct xml *lane = &x->children[i];
		if (!xml_named(lane, BPMN_SPACE, "lane"))
			continue;
		struct bpmn_element *el = element_add(r, lane, BPMN_LANE, parent);
		for (size_t k = 0; k < lane->count; k++)
			if (xml_named(&lane->children[k], BPMN_SPACE, "childLaneSet"))
				lanes_read(r, &lane->children[k], el);
	}
}

static void data_declare(struct bpmn_reader *r, const struct xml *x, struct bpmn_node *n)
{
	struct text name = xml_attr(x, "name");
	if (!name.len)
		name = xml_attr(x, "id");
	if (name.len)
		*ARENA_PUSH(r->arena, n->data, n->data_count, n->data_cap) = name;
}

static void child_read(struct bpmn_reader *r, const struct xml *x, struct bpmn_node *n, int depth)
{
	if (xml_named(x, BPMN_SPACE, "laneSet")) {
		lanes_read(r, x, n->element);
		return;
	}
	if (xml_named(x, BPMN_SPACE, "property"))
		data_declare(r, x, n);
	const struct tag *tag = tag_find(TAGS(tags), x);
	if (!tag)
		return;
	if (tag->kind == BPMN_OTHER)
		bpmn_found(r, "not_in_process", xml_attr(x, "id"), x->line, x->name, TEXT_NONE);
	if (tag->kind == BPMN_FLOW) {
		flow_add(r, x, n);
		return;
	}
	if (!is_node_kind(tag->kind)) {
		element_add(r, x, tag->kind, n->element);
		if (tag->kind == BPMN_DATA_OBJECT)
			data_declare(r, x, n);
		return;
	}
	enum bpmn_kind kind = tag->kind;
	if (kind == BPMN_SUB_PROCESS && text_is(xml_attr(x, "triggeredByEvent"), "true"))
		kind = BPMN_EVENT_SUB_PROCESS;
	struct bpmn_node *child = node_add(r, x, kind, n);
	if (kind == BPMN_EVENT_SUB_PROCESS)
		*ARENA_PUSH(r->arena, n->event_subs, n->event_sub_count, n->event_sub_cap) = child;
	if (kind == BPMN_START_EVENT)
		*ARENA_PUSH(r->arena, n->starts, n->start_count, n->start_cap) = child;
	if (bpmn_is_container(kind))
		children_read(r, x, child, depth + 1);
}

static void children_read(
        struct bpmn_reader *r, const struct xml *x, struct bpmn_node *n, int depth)
{
	if (depth > BPMN_NESTING_MAX) {
		BPMN_FOUND(r, "too_deep", n, TEXT_NONE, TEXT_NONE);
		return;
	}
	for (size_t i = 0; i < x->count; i++)
		child_read(r, &x->children[i], n, depth);
	if (n->child_count > BPMN_SCOPE_NODES_MAX)
		BPMN_FOUND(r, "too_many_nodes", n, TEXT_NONE, TEXT_NONE);
}

/* The event sub-processes of included parts stand in the process as if written there; one
 * with an id the process has itself is replaced by the process. */
static void included_read(struct bpmn_reader *r, struct bpmn_node *n)
{
	for (size_t i = 1; i < r->model->root_count; i++) {
		const struct xml *root = r->model->roots[i];
		if (r->model->hosts[i] != n->xml)
			continue;
		for (size_t k = 0; k < root->count; k++) {
			const struct xml *process = &root->children[k];
			if (!xml_named(process, BPMN_SPACE, "process"))
				continue;
			for (size_t c = 0; c < process->count; c++)
				if (text_is(xml_attr(&process->children[c], "triggeredByEvent"),
				            "true"))
					child_read(r, &process->children[c], n, 1);
			for (size_t c = 0; c < process->count; c++)
				if (xml_named(&process->children[c], BPMN_SPACE, "dataObject"))
					child_read(r, &process->children[c], n, 1);
		}
	}
}

static void process_read(struct bpmn_reader *r, const struct xml *x)
{
	struct bpmn_node *n = node_add(r, x, BPMN_PROCESS, NULL);
	n->executable = !text_is(xml_attr(x, "isExecutable"), "false");
	*ARENA_PUSH(r->arena, r->model->processes, r->model->process_count, r->model->process_cap) =
	        n;
	children_read(r, x, n, 0);
	if (bpmn_aw(x, "include").len)
		included_read(r, n);
}

/* A global task is a process of one task: callable like any other. */
static void global_read(struct bpmn_reader *r, const struct xml *x, enum bpmn_kind kind)
{
	struct bpmn_node *process = node_add(r, x, BPMN_PROCESS, NULL);
	process->executable = true;
	struct bpmn_node *task = node_add(r, x, kind, process);
	task->xml = x;
	struct bpmn_id *id = id_own(r->model, x);
	if (id)
		id->node = process;
	*ARENA_PUSH(r->arena, r->model->processes, r->model->process_count, r->model->process_cap) =
	        process;
}

static void collaboration_read(struct bpmn_reader *r, const struct xml *x)
{
	for (size_t i = 0; i < x->count; i++) {
		const struct xml *c = &x->children[i];
		if (xml_named(c, BPMN_SPACE, "participant"))
			element_add(r, c, BPMN_PARTICIPANT, NULL);
		else if (xml_named(c, BPMN_SPACE, "messageFlow"))
			element_add(r, c, BPMN_MESSAGE_FLOW, NULL);
		else if (xml_named(c, BPMN_SPACE, "association"))
			element_add(r, c, BPMN_ASSOCIATION, NULL);
		else if (xml_named(c, BPMN_SPACE, "group"))
			element_add(r, c, BPMN_GROUP, NULL);
		else if (xml_named(c, BPMN_SPACE, "textAnnotation"))
			element_add(r, c, BPMN_ANNOTATION, NULL);
	}
}

static void root_read(struct bpmn_reader *r, const struct xml *root)
{
	for (size_t i = 0; i < root->count; i++) {
		const struct xml *x = &root->children[i];
		const struct tag *global = tag_find(TAGS(global_tags), x);
		if (xml_named(x, BPMN_SPACE, "process"))
			process_read(r, x);
		else if (global)
			global_read(r, x, global->kind);
		else if (xml_named(x, BPMN_SPACE, "collaboration"))
			collaboration_read(r, x);
	}
}

/* References ----------------------------------------------------------------------------- */

static const struct bpmn_element *element_of_ref(const struct bpmn_model *m, struct text ref)
{
	const struct bpmn_id *id = ref.len ? id_of_ref(m, ref) : NULL;
	return id ? id->element : NULL;
}

static void flow_link(struct bpmn_model *m, struct bpmn_flow *f)
{
	f->source = bpmn_node_find(m, xml_attr(f->xml, "sourceRef"));
	f->target = bpmn_node_find(m, xml_attr(f->xml, "targetRef"));
	f->has_condition = xml_child(f->xml, "conditionExpression") != NULL;
	if (f->source) {
		struct bpmn_node *n = f->source;
		*ARENA_PUSH(m->arena, n->outgoing, n->outgoing_count, n->outgoing_cap) = f;
	}
	if (f->target) {
		struct bpmn_node *n = f->target;
		*ARENA_PUSH(m->arena, n->incoming, n->incoming_count, n->incoming_cap) = f;
	}
}

static void lane_link(struct bpmn_model *m, const struct xml *x)
{
	if (xml_named(x, BPMN_SPACE, "lane")) {
		const struct bpmn_element *lane = element_of_ref(m, xml_attr(x, "id"));
		for (size_t i = 0; i < x->count; i++) {
			if (!xml_named(&x->children[i], BPMN_SPACE, "flowNodeRef"))
				continue;
			struct bpmn_node *n = bpmn_node_find(m, x->children[i].text);
			if (n)
				n->element->lane = lane;
		}
	}
	for (size_t i = 0; i < x->count; i++)
		lane_link(m, &x->children[i]);
}

static void lanes_link(struct bpmn_model *m)
{
	for (size_t i = 0; i < m->process_count; i++)
		for (size_t k = 0; k < m->processes[i]->xml->count; k++)
			if (xml_named(&m->processes[i]->xml->children[k], BPMN_SPACE, "laneSet"))
				lane_link(m, &m->processes[i]->xml->children[k]);
}

/* Outgoing flows in the order the node lists them, where it lists them all. */
static void outgoing_order(struct bpmn_model *m, struct bpmn_node *n)
{
	size_t at = 0;
	for (size_t i = 0; i < n->xml->count; i++) {
		if (!xml_named(&n->xml->children[i], BPMN_SPACE, "outgoing"))
			continue;
		const struct bpmn_id *id = id_of_ref(m, n->xml->children[i].text);
		for (size_t k = at; id && id->flow && k < n->outgoing_count; k++) {
			if (n->outgoing[k] != id->flow)
				continue;
			struct bpmn_flow *f = n->outgoing[k];
			n->outgoing[k] = n->outgoing[at];
			n->outgoing[at++] = f;
			break;
		}
	}
}

static void elements_link(struct bpmn_model *m)
{
	for (size_t i = 0; i < m->element_count; i++) {
		struct bpmn_element *el = m->elements[i];
		const struct bpmn_id *id = bpmn_id_find(m, el->id);
		if (!id || (el->kind != BPMN_FLOW && el->kind != BPMN_MESSAGE_FLOW &&
		                   el->kind != BPMN_ASSOCIATION))
			continue;
		el->source = element_of_ref(m, xml_attr(id->xml, "sourceRef"));
		el->target = element_of_ref(m, xml_attr(id->xml, "targetRef"));
	}
}

static void boundary_link(struct bpmn_model *m, struct bpmn_node *n)
{
	n->attached = bpmn_node_find(m, xml_attr(n->xml, "attachedToRef"));
	if (!n->attached)
		return;
	n->element->attached = n->attached->element;
	*ARENA_PUSH(m->arena, n->attached->boundary, n->attached->boundary_count,
	        n->attached->boundary_cap) = n;
}

static void links_make(struct bpmn_reader *r)
{
	struct bpmn_model *m = r->model;
	for (size_t i = 0; i < m->flow_count; i++)
		flow_link(m, m->flows[i]);
	for (size_t i = 0; i < m->node_count; i++) {
		struct bpmn_node *n = m->nodes[i];
		outgoing_order(m, n);
		const struct bpmn_id *id = id_of_ref(m, xml_attr(n->xml, "default"));
		n->default_flow = id ? id->flow : NULL;
		if (n->kind == BPMN_BOUNDARY_EVENT)
			boundary_link(m, n);
	}
	lanes_link(m);
	elements_link(m);
}

/* Files ---------------------------------------------------------------------------------- */

static enum err root_parse(struct bpmn_reader *r, struct text bytes, const char *where,
        const struct xml *host, struct errinfo *e)
{
	if (bytes.len > BPMN_BYTES_MAX)
		return fail(e, ERR_LIMIT, "the model is larger than %d bytes", BPMN_BYTES_MAX);
	const struct xml *root;
	TRY(xml_parse(r->arena, bytes, where, &root, e));
	if (!xml_named(root, BPMN_SPACE, "definitions")) {
		(void)fail(e, ERR_INVALID, "the root element is not BPMN 2.0 definitions but %.*s",
		        TEXT_ARG(root->name));
		return fail_at(e, where, root->line);
	}
	*ARENA_PUSH(r->arena, r->model->roots, r->model->root_count, r->model->root_cap) = root;
	*ARENA_PUSH(r->arena, r->model->hosts, r->model->host_count, r->model->host_cap) = host;
	return OK;
}

static enum err include_parse(struct bpmn_reader *r, const struct xml *host, struct errinfo *e)
{
	struct text names = bpmn_aw(host, "include");
	struct text name;
	while (text_split(&names, ' ', &name)) {
		if (!name.len)
			continue;
		if (!r->options->include)
			return fail(e, ERR_INVALID, "aw:include=\"%.*s\": no library at hand",
			        TEXT_ARG(name));
		struct text bytes = TEXT_NONE;
		TRY(r->options->include(r->options->data, name, &bytes, e));
		TRY(root_parse(r, bytes, text_z(r->arena, name), host, e));
	}
	return OK;
}

static bool language_is_feel(struct text language)
{
	struct text lower = language;
	return !lower.len || text_find(lower, TEXT("FEEL"), 0) != SIZE_MAX ||
	       text_find(lower, TEXT("feel"), 0) != SIZE_MAX ||
	       text_is(lower, "http://www.w3.org/1999/XPath");
}

enum err bpmn_read_model(struct bpmn_reader *r, struct text bytes, struct errinfo *e)
{
	struct bpmn_model *m = r->model;
	TRY(root_parse(r, bytes, "", NULL, e));
	const struct xml *root = m->roots[0];
	r->foreign_language = !language_is_feel(xml_attr(root, "expressionLanguage"));
	for (size_t i = 0; i < root->count; i++)
		if (xml_named(&root->children[i], BPMN_SPACE, "process"))
			TRY(include_parse(r, &root->children[i], e));
	for (size_t i = 0; i < m->root_count; i++)
		ids_collect(m, m->roots[i]);
	if (m->id_count > BPMN_ELEMENTS_MAX)
		return fail(e, ERR_LIMIT, "more than %d elements", BPMN_ELEMENTS_MAX);
	ids_sort(r);
	root_read(r, root);
	links_make(r);
	return OK;
}
