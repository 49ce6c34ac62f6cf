/* web/portal/mine.h - the applications of somebody who is logged in. */
#ifndef WEB_PORTAL_MINE_H
#define WEB_PORTAL_MINE_H

#include "web/portal/portal.h"

extern const struct web_page mine_page, application_page, message_page, withdraw_page, reply_page;

/* Which object {number} is, for allow(). */
enum err mine_object(struct web_request *r, struct people_object *out, struct errinfo *e);
/* The case of {number}; ERR_NOT_FOUND when it is not of this person. */
MUST_USE enum err mine_load(struct web_request *r, struct case_view *v, struct errinfo *e);
struct text mine_path(struct arena *a, struct text number, const char *rest);

enum err mine_get(struct web_request *r, struct errinfo *e);
enum err mine_status_get(struct web_request *r, struct errinfo *e);
enum err application_get(struct web_request *r, struct errinfo *e);
enum err document_get(struct web_request *r, struct errinfo *e);
enum err message_get(struct web_request *r, struct errinfo *e);
enum err message_post(struct web_request *r, struct errinfo *e);
enum err withdraw_get(struct web_request *r, struct errinfo *e);
enum err withdraw_post(struct web_request *r, struct errinfo *e);
enum err reply_get(struct web_request *r, struct errinfo *e);
enum err reply_post(struct web_request *r, struct errinfo *e);

#endif
