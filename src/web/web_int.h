/* web/web_int.h - what the parts of the server share. */
#ifndef WEB_WEB_INT_H
#define WEB_WEB_INT_H

#include "web/form.h"
#include "web/web.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

enum {
	WEB_SEGMENTS_MAX = 12, /* of a path */
	WEB_HEADERS_OUT_MAX = 16,
	WEB_COOKIES_MAX = 50,
	WEB_ENDS_MAX = 16,
	WEB_TOKEN_SIZE = PEOPLE_TOKEN_SIZE,
	WEB_CSRF_SIZE = 33,
	WEB_ADDRESS_MAX = 64,
	WEB_SEND_MS = 30000, /* then body_rate bytes a second must be taken */
};

/* Routes --------------------------------------------------------------------------------- */

struct web_segment {
	struct text text; /* literal, or the name of a parameter */
	bool param;
};

struct web_row {
	const struct web_route *route;
	const char *module;
	struct web_segment segments[WEB_SEGMENTS_MAX];
	size_t segment_count;
};

struct web_table {
	struct web_row *rows;
	size_t count, cap;
};

struct web_match {
	const struct web_row *row; /* NULL: no such path for this method */
	bool other_method;         /* the path exists for another one: 405 */
	struct form_field params[WEB_PARAMS_MAX];
	size_t param_count;
};

/* ERR_INVALID names the row: no permit, an object without a resolver, the same row twice,
 * a bad path. Also used by `amtsweg routes`. */
MUST_USE enum err table_build(struct arena *a, const struct web_module *const *modules,
        size_t count, struct web_table *out, struct errinfo *e);
/* `segments` are decoded. A literal segment wins over a parameter. */
void table_match(const struct web_table *t, enum web_method method, const struct text *segments,
        size_t count, struct web_match *out);

/* Static files ------------------------------------------------------------------------------ */

struct web_asset {
	struct text name; /* "fonts/FiraSans-Regular.woff2" */
	struct text address;
	struct MHD_Response *fresh; /* immutable */
	struct MHD_Response *stale; /* asked for by an old address */
	size_t size;
};

struct web_assets {
	struct web_asset *items;
	size_t count, cap;
	char tree[13]; /* hash over all files */
	char etag[16];
};

MUST_USE enum err assets_load(struct web_server *s, const char *dir, struct errinfo *e);
void assets_free(struct web_server *s);
MUST_USE enum err asset_handle(struct web_request *r, struct errinfo *e);
struct text assets_address(void *server, struct text name);

/* Connections and waiting ---------------------------------------------------------------------- */

struct web_conn {
	struct web_conn *before, *after;
	int fd;
	_Atomic int64_t deadline_ms; /* monotonic; 0: none */
	char *target;                /* of the request being read, as sent */
	char address[WEB_ADDRESS_MAX];
};

enum web_call_state { CALL_BODY, CALL_WAITING, CALL_RESUMED, CALL_ANSWERED };

struct web_end {
	void (*end)(void *ptr);
	void *ptr;
};

struct web_call {
	struct web_request request; /* first: a request is a call */
	struct MHD_Connection *mhd;
	struct web_conn *conn;
	_Atomic int state;
	bool stopping; /* the answer came from a stop: no suspension happened */
	int64_t started_ms;
	size_t body_got;
	bool body_read;
	struct web_match match;
	struct form form;
	struct form_field *query;
	size_t query_count;
	struct form_field cookies[WEB_COOKIES_MAX];
	size_t cookie_count;
	char token[WEB_TOKEN_SIZE]; /* of the session or anonymous visit; empty: none yet */
	char csrf[WEB_CSRF_SIZE];
	struct form_field headers[WEB_HEADERS_OUT_MAX];
	size_t header_count;
	struct MHD_Response *response;
	int status;
	bool shared; /* the response is not ours to change or destroy */
	size_t response_size;
	/* waiting */
	enum err (*resume)(struct web_request *r, const struct web_answer *answer, void *state,
	        struct errinfo *e);
	void *resume_state;
	struct web_answer answer;
	struct web_end ends[WEB_ENDS_MAX];
	size_t end_count;
	struct people_actor anonymous;
	const struct people_actor *expired; /* whose session ended, or NULL */
	enum err (*after_command)(struct web_request *r, struct command *c, enum err code,
	        const struct errinfo *why, void *state, struct errinfo *e);
	void *after_state;
};

struct web_ticket {
	struct web_ticket *before, *after;
	struct web_server *server;
	_Atomic(struct web_call *) call;
	int64_t deadline_ms;
};

/* Requests of one address to one row in the present minute. */
struct web_rate {
	uint64_t who;
	int64_t minute;
	unsigned count;
};
enum { WEB_RATES = 4096 };

struct web_compiled {
	const struct web_page *page;
	const struct html_page *html;
};

struct web_server {
	struct web_config config;
	struct arena *arena;
	struct MHD_Daemon *daemon;
	int listen_fd;
	int port;
	struct html_set *html;
	struct web_table table;
	struct web_compiled *pages; /* sorted by address of `page` */
	size_t page_count, page_cap;
	struct web_assets assets;
	unsigned char key[32];
	pthread_mutex_t lock; /* connections, tickets, rates, kept forms */
	pthread_cond_t wake;
	pthread_t reaper;
	bool reaper_runs;
	struct web_conn *conns;
	struct web_ticket *tickets;
	bool cut_waits; /* stopping: tickets end at once */
	bool end_reaper;
	_Atomic int calls;
	_Atomic bool stopping;
	struct web_rate rates[WEB_RATES];
	struct web_kept *kept;
	size_t kept_count, kept_bytes;
	struct web_workers *workers;
};

static inline struct web_call *call_of(const struct web_request *r)
{
	return (struct web_call *)(uintptr_t)r;
}

/* reaper.c */
MUST_USE enum err reaper_start(struct web_server *s, struct errinfo *e);
void reaper_end(struct web_server *s);
void reaper_cut_waits(struct web_server *s);
bool reaper_waits(struct web_server *s);
struct web_conn *conn_open(struct web_server *s, int fd);
void conn_close(struct web_server *s, struct web_conn *c);

/* request.c */
MUST_USE enum err request_begin(struct web_call *c, const char *method, struct errinfo *e);
bool request_same_site(const struct web_call *c);

/* guard.c: may this request run? OK, or the error page's code; ERR_BUSY with key
 * "error.rate" for the rate limit. Fills actor and frame. */
MUST_USE enum err guard_identify(struct web_call *c, struct errinfo *e);
MUST_USE enum err guard_check(struct web_call *c, struct errinfo *e);
bool guard_may_send_files(const struct web_call *c);
void guard_token(struct web_call *c); /* make sure there is a token and its csrf */

/* respond.c */
int respond_status(enum err code);
void respond_error(struct web_call *c, int status, enum err code, const struct errinfo *e);
void respond_with(struct web_call *c, int status, struct MHD_Response *response, size_t size);
/* A response with all its headers, kept by somebody else. */
void respond_shared(struct web_call *c, int status, struct MHD_Response *response, size_t size);
/* The bytes were malloc'd and now belong to the response. */
void respond_malloced(struct web_call *c, int status, const char *media, char *bytes, size_t size);
enum MHD_Result respond_send(struct web_call *c);
MUST_USE enum err respond_page(struct web_call *c, int status, const struct web_page *page,
        const void *data, struct errinfo *e);

/* builtin.c: static files, language, error page */
extern const struct web_module web_builtin_module;
extern const struct web_page web_error_page;

/* What an error page shows; the fields of a POST come back and can be sent again. */
struct web_error_field {
	struct text name;
	struct text value;
};
struct web_error {
	int status;
	struct text title;
	struct text message;
	struct text advice;
	struct text number; /* to quote on the phone */
	struct text action; /* where to send the fields again; empty: not offered */
	struct web_error_field *fields;
	size_t field_count;
	bool had_files;
};

#endif
