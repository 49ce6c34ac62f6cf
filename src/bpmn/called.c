/* bpmn/called.c - processes of other files, found by the host. */
#include "bpmn/run.h"

static const struct bpmn_node *first_process(const struct bpmn_model *m)
{
	const struct bpmn_element *el = bpmn_model_process(m);
	return el ? bpmn_node_find(m, el->id) : NULL;
}

const struct bpmn_node *bpmn_called_process(
        const struct bpmn_host *host, struct text called, struct errinfo *e)
{
	const struct bpmn_model *m = NULL;
	struct text process = TEXT_NONE;
	if (!host || !host->resolve) {
		(void)fail(e, ERR_NOT_FOUND, "no process \"%.*s\"", TEXT_ARG(called));
		return NULL;
	}
	if (host->resolve(host->data, called, &m, &process, e) != OK)
		return NULL;
	const struct bpmn_node *n = process.len ? bpmn_node_find(m, process) : first_process(m);
	if (!n || n->kind != BPMN_PROCESS || !n->executable || !m->runnable) {
		(void)fail(
		        e, ERR_NOT_FOUND, "\"%.*s\" has no executable process", TEXT_ARG(called));
		return NULL;
	}
	return n;
}
