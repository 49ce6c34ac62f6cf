/* bpmn/findings.c - what can be wrong with a model, one line a rule.
 *
 * {0} and {1} are the parameters. The German and English sentences for people stand in
 * ui/texts/bpmn.*.json under "bpmn.<rule>"; those below are for log and command line. */
#include "bpmn/model.h"

struct rule {
	const char *name;
	enum bpmn_severity severity;
	const char *text;
};

static const struct rule rules[] = {
#include "bpmn/rules.inc"
};

static const struct rule *rule_find(const char *name)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (text_is(text_from(rules[i].name), name))
			return &rules[i];
	check_failed("a finding without a rule", __FILE__, __LINE__);
}

static struct text fill(struct arena *a, const char *pattern, const struct text *params)
{
	struct buf b;
	buf_init(&b, 4096);
	for (const char *p = pattern; *p; p++) {
		if (p[0] == '{' && (p[1] == '0' || p[1] == '1') && p[2] == '}') {
			buf_add(&b, params[p[1] - '0']);
			p += 2;
		} else {
			buf_add_byte(&b, *p);
		}
	}
	struct text out = buf_copy(&b, a);
	buf_free(&b);
	return out;
}

void bpmn_found(struct bpmn_reader *r, const char *name, struct text element, int line,
        struct text p0, struct text p1)
{
	const struct rule *rule = rule_find(name);
	struct bpmn_findings *f = r->findings;
	bool lenient = r->lenient && rule->severity == BPMN_REFUSAL;
	enum bpmn_severity severity = lenient ? BPMN_WARNING : rule->severity;
	if (severity == BPMN_REFUSAL)
		f->refusals++;
	if (f->count >= BPMN_FINDINGS_MAX)
		return;
	struct bpmn_finding *out = ARENA_PUSH(r->arena, f->items, f->count, f->cap);
	out->severity = severity;
	out->rule = rule->name;
	out->element = text_copy(r->arena, element);
	out->params[0] = text_copy(r->arena, p0);
	out->params[1] = text_copy(r->arena, p1);
	out->text = fill(r->arena, rule->text, out->params);
	out->line = line;
}
