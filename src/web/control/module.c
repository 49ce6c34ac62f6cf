/* The rows of the control page: for operators of the installation. */
#include "web/control/control.h"

static enum err platform(struct web_request *r, struct people_object *out, struct errinfo *e)
{
	(void)r;
	(void)e;
	*out = (struct people_object){.kind = PEOPLE_PLATFORM};
	return OK;
}

#define OPERATOR(action_)                                                                          \
	.permit = {.who = WEB_STAFF, .action = (action_), .object = PEOPLE_PLATFORM},              \
	.object = platform

enum { ACTS_PER_MINUTE = 60 };

static const struct web_route rows[] = {
        {.method = WEB_GET,
                .path = "/leitstand",
                .handle = control_get,
                OPERATOR(PEOPLE_CONTROL_SEE),
                .help = "control page"},
        {.method = WEB_POST,
                .path = "/leitstand/uhr",
                .handle = control_clock_post,
                OPERATOR(PEOPLE_CONTROL_ACT),
                .per_minute = ACTS_PER_MINUTE,
                .help = "move the clock of the demonstration"},
        {.method = WEB_GET,
                .path = "/leitstand/stoerung/{number}/{incident}",
                .handle = control_incident_get,
                OPERATOR(PEOPLE_CONTROL_SEE),
                .help = "an incident"},
        {.method = WEB_POST,
                .path = "/leitstand/stoerung/{number}/{incident}",
                .handle = control_incident_post,
                OPERATOR(PEOPLE_CONTROL_ACT),
                .per_minute = ACTS_PER_MINUTE,
                .help = "retry, skip or move a token that stopped"},
};

static const struct web_page *const pages[] = {&control_page, &control_incident_page};

const struct web_module control_module = {
        .name = "control",
        .routes = rows,
        .route_count = sizeof rows / sizeof *rows,
        .pages = pages,
        .page_count = sizeof pages / sizeof *pages,
};
