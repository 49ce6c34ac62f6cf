/* web/control/control.h - the control page: is everything running, what has stopped, the clock
 * of the demonstration. */
#ifndef WEB_CONTROL_H
#define WEB_CONTROL_H

#include "web/desk/desk.h"

enum { CONTROL_WAIT_MS = 20000 };

extern const struct web_page control_page, control_incident_page;

enum err control_get(struct web_request *r, struct errinfo *e);
enum err control_clock_post(struct web_request *r, struct errinfo *e);
enum err control_incident_get(struct web_request *r, struct errinfo *e);
enum err control_incident_post(struct web_request *r, struct errinfo *e);

#endif
