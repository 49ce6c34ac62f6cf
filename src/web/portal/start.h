/* web/portal/start.h - finding a service, its page, beginning and resuming a draft. */
#ifndef WEB_PORTAL_START_H
#define WEB_PORTAL_START_H

#include "web/portal/portal.h"

extern const struct web_page start_page, search_page, service_page, resume_page, saved_page,
        delete_page, help_page, imprint_page, privacy_page, access_page;

enum err start_get(struct web_request *r, struct errinfo *e);
enum err search_get(struct web_request *r, struct errinfo *e);
enum err service_get(struct web_request *r, struct errinfo *e);
enum err begin_post(struct web_request *r, struct errinfo *e);
enum err draft_get(struct web_request *r, struct errinfo *e);
enum err saved_get(struct web_request *r, struct errinfo *e);
enum err delete_get(struct web_request *r, struct errinfo *e);
enum err delete_post(struct web_request *r, struct errinfo *e);
enum err resume_get(struct web_request *r, struct errinfo *e);
enum err resume_post(struct web_request *r, struct errinfo *e);
enum err help_get(struct web_request *r, struct errinfo *e);
enum err imprint_get(struct web_request *r, struct errinfo *e);
enum err privacy_get(struct web_request *r, struct errinfo *e);
enum err access_get(struct web_request *r, struct errinfo *e);

/* "Ziel: 6 Wochen nach vollständigem Antrag", or empty. */
struct text start_target(const struct web_request *r, const struct service *s);

#endif
