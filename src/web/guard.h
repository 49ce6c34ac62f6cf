/* web/guard.h - sessions in cookies, forms that wait for a login, workers. */
#ifndef WEB_GUARD_H
#define WEB_GUARD_H

#include "web/web_int.h"

/* The cookie of the session; an empty token deletes it. */
void guard_set_token(struct web_request *r, struct text token);
/* The token of the present session, or empty. */
struct text guard_session_token(const struct web_request *r);
/* Percent-encoded as a component of an address. */
void guard_percent(struct buf *out, struct text t);
/* A path of this site to go to after the login; "/" for anything else. */
struct text guard_local_path(struct text path);

/* kept.c: forms whose session ended. Only in memory, half an hour, WEB_KEPT_MAX of them. */
enum { WEB_KEPT_MAX = 256, WEB_KEPT_BYTES = 32 << 20, WEB_KEPT_MS = 30 * 60 * 1000 };
bool kept_put(struct web_call *c, struct text *id);
/* A copy of the form of this id, for whoever it belonged to; it stays until it is old, so that
 * reloading works. False: none. */
bool kept_take(struct web_call *c, struct text id, struct web_error *out);
void kept_free(struct web_server *s);

/* login_demo.c: the page of the demonstration's identity provider. */
extern const struct web_page demo_login_page;
MUST_USE enum err demo_login_show(struct web_request *r, struct errinfo *e);
MUST_USE enum err demo_login_choose(struct web_request *r, struct errinfo *e);

/* account.c: one's own account. */
extern const struct web_page account_citizen_page, account_staff_page;
MUST_USE enum err account_citizen_show(struct web_request *r, struct errinfo *e);
MUST_USE enum err account_staff_show(struct web_request *r, struct errinfo *e);
MUST_USE enum err account_deputy(struct web_request *r, struct errinfo *e);
MUST_USE enum err account_totp(struct web_request *r, struct errinfo *e);

/* worker.c: threads for commands whose prepare takes long. */
MUST_USE enum err workers_start(struct web_server *s, struct errinfo *e);
void workers_end(struct web_server *s); /* unfinished jobs are answered ERR_BUSY */

#endif
