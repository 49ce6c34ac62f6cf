/* bpmn/incident.c - trouble of one token. The token stops where it is; the rest goes on. */
#include "bpmn/run.h"

static void incident(
        struct bpmn_run *r, struct bpmn_token *t, struct text code, struct text message)
{
	t->incident = code;
	t->message = message;
	struct bpmn_effect *f = bpmn_emit_token(r, BPMN_INCIDENT, t);
	f->name = code;
	f->text = message;
}

void bpmn_incident(
        struct bpmn_run *r, struct bpmn_token *t, const char *code, const char *format, ...)
{
	char message[ERRINFO_MESSAGE_MAX];
	va_list args;
	va_start(args, format);
	(void)vsnprintf(message, sizeof message, format, args);
	va_end(args);
	incident(r, t, text_copy(r->arena, text_from(code)),
	        text_copy(r->arena, text_from(message)));
}

void bpmn_incident_error(struct bpmn_run *r, struct bpmn_token *t, const char *code)
{
	bpmn_incident(r, t, code, "%s", r->error.message);
}

void bpmn_incident_clear(struct bpmn_run *r, struct bpmn_token *t, const char *how)
{
	if (!t->incident.len)
		return;
	t->incident = t->message = TEXT_NONE;
	bpmn_emit_token(r, BPMN_INCIDENT_SOLVED, t)->text = text_from(how);
}
