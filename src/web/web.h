/* web/web.h - the HTTP shell: server, routes with their permission, requests, responses.
 *
 * A page is a handler and a row in the table of its module. The row says who may come here;
 * the server has checked method, session, trust, permission on the object, CSRF token, rate
 * and body limits before the handler runs. Nothing is reachable without a row.
 *
 *	static enum err show(struct web_request *r, struct errinfo *e)
 *	{
 *		struct case_page page = {0};
 *		TRY(casework_view(r->app, web_param(r, "number"), r->arena, &page, e));
 *		return web_page(r, 200, &case_page, &page, e);
 *	}
 *
 * A handler that returns an error gets the friendly page for it; for a POST that page
 * keeps what was typed and offers to send it again. Threads: a request is handled by one
 * HTTP thread; handlers never wait for a commit but call web_wait and return. */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "format/html.h"
#include "format/texts.h"
#include "people/people.h"
#include "store/store.h"

enum {
	WEB_FIELDS_MAX = 2000,
	WEB_FIELD_NAME_MAX = 200,       /* bytes */
	WEB_FIELD_VALUE_MAX = 64 << 10, /* bytes */
	WEB_TEXT_MAX = 1 << 20,         /* all fields of a request together */
	WEB_FILES_MAX = 50,
	WEB_PARAMS_MAX = 6,
	WEB_PAGE_MAX = 4 << 20,    /* a rendered page */
	WEB_TARGET_MAX = 4 << 10,  /* path and query: else 414 */
	WEB_HEADER_MAX = 16 << 10, /* all headers: else 431 */
	WEB_DRAIN_MAX = 64 << 20,  /* a body up to here is read to its end, so that the
	                            * page can come back with what was typed */
};

enum web_method { WEB_GET = 1, WEB_POST };

struct web_server;
struct web_request;
struct web_ticket;

/* A page: a template (ui/pages/<template>.html) and the struct it shows. */
struct web_page {
	const char *name;
	const struct html_type *type;
};

/* Routes ------------------------------------------------------------------------------ */

enum web_who {
	WEB_NOBODY, /* a forgotten permit: refused at start */
	WEB_ANYONE,
	WEB_CITIZEN, /* a citizen's session with at least `trust` */
	WEB_STAFF,   /* a staff session whose grants allow `action` (on the object, if any) */
};

struct web_permit {
	enum web_who who;
	enum people_trust trust;
	enum people_action action;      /* staff: PEOPLE_NOTHING = any clerk */
	enum people_object_kind object; /* other than PEOPLE_NO_OBJECT: `object` below is asked */
};

enum web_cache {
	WEB_CACHE_NEVER,  /* no-store: everything about a person (default) */
	WEB_CACHE_SHORT,  /* public pages without form: one minute */
	WEB_CACHE_ALWAYS, /* immutable, the name has the hash in it */
};

struct web_route {
	enum web_method method; /* a GET row answers HEAD, too */
	const char *path;       /* "/vorgang/{number}/dokument/{id}"; a name takes one segment */
	enum err (*handle)(struct web_request *r, struct errinfo *e);
	struct web_permit permit;
	/* Which object the path is about: called before the handler, its answer goes to allow().
	 * Filled in r->arena. ERR_NOT_FOUND when there is none. May keep what it loaded in
	 * r->loaded for the handler. Must be there when the permit names a kind of object. */
	enum err (*object)(struct web_request *r, struct people_object *out, struct errinfo *e);
	size_t body_max;     /* bytes of one uploaded file; 0: no files on this route */
	unsigned per_minute; /* requests of one address to this row; 0: no limit */
	enum web_cache cache;
	bool no_csrf; /* only where the caller proves itself in another way */
	/* Open to anyone, but mostly used by people who are logged in: when a session has ended,
	 * the form waits for the login as it would on a row for citizens. */
	bool waits_for_login;
	const char *help; /* one line for `amtsweg routes` */
};

/* A part of the site: portal, desk, control, ... Ends: count fields. */
struct web_module {
	const char *name;
	const struct web_route *routes;
	size_t route_count;
	const struct web_page *const *pages;
	size_t page_count;
};

/* Requests ---------------------------------------------------------------------------- */

struct web_upload {
	struct text field;    /* name of the form field */
	struct text filename; /* last part of the name, as the browser gave it; never a path */
	struct text media;    /* as declared; not to be believed */
	size_t size;          /* bytes received */
	bool too_large;       /* above body_max of the route: the content was dropped */
	int fd;               /* an unlinked temporary file at position 0, -1 when dropped;
	                       * closed after the request, dup(2) it to keep it */
};

struct web_link {
	struct text label;
	struct text href;
	struct text lang; /* of the label, empty: of the page */
	bool current;
};

/* A line of the error summary: the same words as at the field. */
struct web_fault {
	struct text field; /* id of the input */
	struct text message;
};

/* What every page shows: `page` in templates. Filled before the handler runs; a handler
 * sets `nav`, `faults`, `title_error` and the like. */
struct web_frame {
	struct text language; /* "de" */
	struct text csrf;     /* for <input type="hidden" name="csrf"> */
	struct text path;     /* of this request, without query */
	struct text nav;      /* current entry of the menu: "services", "mine", "help", "cases" */
	struct text person;   /* name of who is logged in, or empty */
	struct text unit;     /* staff: authority and team */
	struct text search;   /* what stands in the search field */
	bool citizen, staff, demo, read_only;
	bool can_adopt, can_control, can_accounts;
	struct text notice; /* one line after an action ("Gespeichert um 14:32 Uhr."), or empty */
	struct web_link *languages;
	size_t language_count;
	struct web_fault *faults; /* not empty: summary, title begins with "Fehler: " */
	size_t fault_count;
};
extern const struct html_type web_frame_type;

struct web_request {
	struct arena *arena; /* until the answer has been sent */
	void *app;           /* from the configuration */
	struct web_server *server;
	const struct web_route *route;
	enum web_method method;
	struct text path;  /* decoded, valid UTF-8 */
	struct text query; /* as sent */
	int language;
	const struct texts *texts;
	const struct people_actor *actor; /* never NULL */
	struct instant now;
	struct people_object object; /* what route->object found */
	void *loaded;                /* free for route->object to hand to the handler */
	struct web_frame frame;
	const struct web_upload *uploads;
	size_t upload_count;
	bool too_large; /* some upload or the whole body was above its limit: answer 413 */
};

/* A part of the path, a query parameter, a field of the form; empty when absent. */
struct text web_param(const struct web_request *r, const char *name);
struct text web_query(const struct web_request *r, const char *name);
struct text web_field(const struct web_request *r, const char *name);
bool web_has_field(const struct web_request *r, const char *name);
/* All values of a name in order of the form. */
size_t web_field_all(const struct web_request *r, const char *name, const struct text **out);
/* Every field by number, false after the last; `csrf` is not among them. */
bool web_field_at(const struct web_request *r, size_t i, struct text *name, struct text *value);
/* Three boxes name.day, name.month, name.year (1900..2200). All empty: the unset date and true.
 * False: no date. */
bool web_date_boxes(const struct web_request *r, const char *name, struct date *out);
const struct web_upload *web_file(const struct web_request *r, const char *field);
/* The bytes of an upload, mapped until the request ends. */
MUST_USE enum err web_upload_bytes(
        struct web_request *r, const struct web_upload *u, struct text *out, struct errinfo *e);
struct text web_cookie(const struct web_request *r, const char *name);
struct text web_header(const struct web_request *r, const char *name);

/* A text of the interface in the language of the request. */
struct text web_text(const struct web_request *r, const char *key);
struct text web_text_args(
        const struct web_request *r, const char *key, const struct texts_arg *args, size_t count);

/* allow() for the actor of this request, for objects found only in the handler. */
MUST_USE enum err web_allow(const struct web_request *r, enum people_action action,
        const struct people_object *object, struct errinfo *e);

/* Run `end(ptr)` when the request is over. */
void web_on_end(struct web_request *r, void (*end)(void *ptr), void *ptr);

/* Responses: exactly one per handler -------------------------------------------------------- */

MUST_USE enum err web_page(struct web_request *r, int status, const struct web_page *page,
        const void *data, struct errinfo *e);
/* 303 to a path of this site (begins with "/", not "//"). */
MUST_USE enum err web_redirect(struct web_request *r, struct text path, struct errinfo *e);
MUST_USE enum err web_json(struct web_request *r, int status, struct text json, struct errinfo *e);
/* Bytes with a media type. `filename` empty: shown in the browser, else offered as download.
 * The bytes are copied. */
MUST_USE enum err web_bytes(struct web_request *r, int status, struct text media, struct text bytes,
        struct text filename, struct errinfo *e);

/* Set before the response is made. Cookies are HttpOnly, SameSite=Lax, Path=/, Secure
 * behind TLS; `seconds` 0 = until the browser closes, < 0 = delete. */
void web_set_cookie(struct web_request *r, const char *name, struct text value, int seconds);
void web_set_header(struct web_request *r, const char *name, struct text value);

/* Waiting for the writer --------------------------------------------------------------------- */

struct web_answer {
	enum err code; /* ERR_BUSY when the deadline passed or the server stops */
	struct errinfo error;
	void *data; /* what web_answer_put was given */
};

/* Suspend this request. The handler hands the ticket to whoever will answer and returns OK
 * at once, touching neither `r` nor `state` again. `resume` runs on an HTTP thread with the answer,
 * or with ERR_BUSY after `deadline_ms` (1..60000), and makes the response. A resume may wait again.
 */
struct web_ticket *web_wait(struct web_request *r, int deadline_ms,
        enum err (*resume)(struct web_request *r, const struct web_answer *answer, void *state,
                struct errinfo *e),
        void *state);

/* Answer a ticket, once, from any thread; the ticket is gone afterwards. True: `data` now
 * belongs to the request. False: nobody waits any more, `data` stays with the caller. */
bool web_answer_put(struct web_ticket *t, enum err code, const struct errinfo *error, void *data);

/* Run something that takes long on a worker thread. `drop` is called instead when too much
 * is waiting or the server stops. */
void web_work(struct web_server *s, void (*run)(void *ptr), void (*drop)(void *ptr), void *ptr);

/* The usual case: run a command of the store (store/command.h). Take it from web_command, put
 * its input into its arena (`c->arena`; nothing of the request: the command may outlive it; an
 * upload by dup(2)), then web_run and return its result. prepare runs on a worker, apply in the
 * writer; `resume` makes the page after the commit: `code` and `why` are the command's outcome, `c`
 * has input and answer (NULL when nobody answered in time; code is ERR_BUSY then). */
struct command *web_command(const char *kind);
MUST_USE enum err web_run(struct web_request *r, struct command *c, int deadline_ms,
        enum err (*resume)(struct web_request *r, struct command *c, enum err code,
                const struct errinfo *why, void *state, struct errinfo *e),
        void *state, struct errinfo *e);
enum { WEB_RUN_MS = 20000 }; /* the usual deadline */

/* The server -------------------------------------------------------------------------------------
 */

struct web_limits {
	int header_ms;       /* from accept or last answer to a complete header; 10,000 */
	int body_ms;         /* grace; then body_rate bytes a second are demanded; 30,000 */
	int body_rate;       /* 16,384 */
	int stop_ms;         /* how long a stop waits for the writer; 5,000 */
	int threads;         /* 2..16; default the number of cores, at least 2 */
	int connections_max; /* 8,192 */
};

struct web_config {
	const char *address; /* "127.0.0.1" or "::1" */
	int port;            /* 0: any free one */
	const char *ui_dir;  /* has pages/, texts/, static/ */
	const char *tmp_dir; /* uploads; NULL: /tmp */
	bool tls;            /* a proxy speaks TLS: Secure cookies, HSTS */
	bool proxy;          /* the last address of X-Forwarded-For is the client */
	bool demo;
	struct web_limits limits; /* 0 = default */
	struct clock clock;
	struct randomness random;
	const struct log *log;
	struct store *store;             /* NULL: web_run fails */
	struct people *people;           /* NULL: nobody can log in */
	struct people_demo *demo_people; /* NULL: no demonstration provider */
	const struct texts *texts;
	const struct zone *zone; /* Europe/Berlin: which day it is for deputies; NULL: UTC */
	unsigned char key[32];   /* for CSRF tokens; all zero: a random one */
	const struct web_module *const *modules;
	size_t module_count;
	void *app;
};

/* Login and logout: /anmelden?zurueck=PATH&stufe=TRUST, /arbeitsplatz/anmelden?zurueck=PATH,
 * POST /abmelden. Give it to web_config.modules where people can log in. */
extern const struct web_module web_login_module;

/* Read pages and static files, check the table of routes, bind the port. ERR_CONFLICT when
 * the port is in use; ERR_INVALID for a template, a text or a row that is wrong. */
MUST_USE enum err web_start(const struct web_config *c, struct web_server **out, struct errinfo *e);
int web_port(const struct web_server *s);
/* No new connections; waits limits.stop_ms for answers, then answers the rest with 503,
 * ends every connection and frees the server. No web_answer_put may be lost: tickets that come
 * later answer false. */
void web_stop(struct web_server *s);

/* The table of routes as text, one row a line: method, path, who, action, object, limits. */
void web_routes_print(const struct web_module *const *modules, size_t count, struct buf *out);

#endif
