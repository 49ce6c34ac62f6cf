/* web/portal/check.h - check your answers, send them, the receipt. */
#ifndef WEB_PORTAL_CHECK_H
#define WEB_PORTAL_CHECK_H

#include "web/portal/portal.h"

extern const struct web_page check_page, receipt_page;

enum err check_get(struct web_request *r, struct errinfo *e);
enum err check_post(struct web_request *r, struct errinfo *e);
enum err check_preview(struct web_request *r, struct errinfo *e);
enum err receipt_get(struct web_request *r, struct errinfo *e);

#endif
