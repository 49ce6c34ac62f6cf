/* The rows of the portal: what can be reached, who may, what it is limited to. */
#include "web/portal/check.h"
#include "web/portal/mine.h"
#include "web/portal/start.h"
#include "web/portal/step.h"

/* Pages without content of a person: words only. */
struct plain_view {
	bool demo;
};
static const struct html_type plain_type =
        HTML_TYPE(struct plain_view, HTML_MEMBER(struct plain_view, demo));

const struct web_page help_page = {"portal/help", &plain_type};
const struct web_page imprint_page = {"portal/imprint", &plain_type};
const struct web_page privacy_page = {"portal/privacy", &plain_type};
const struct web_page access_page = {"portal/access", &plain_type};

static enum err plain(struct web_request *r, const struct web_page *page, struct errinfo *e)
{
	struct plain_view v = {.demo = web_app(r)->demo};
	return web_page(r, 200, page, &v, e);
}

enum err help_get(struct web_request *r, struct errinfo *e)
{
	r->frame.nav = TEXT("help");
	return plain(r, &help_page, e);
}

enum err imprint_get(struct web_request *r, struct errinfo *e)
{
	return plain(r, &imprint_page, e);
}

enum err privacy_get(struct web_request *r, struct errinfo *e)
{
	return plain(r, &privacy_page, e);
}

enum err access_get(struct web_request *r, struct errinfo *e)
{
	return plain(r, &access_page, e);
}

#define ANYONE .permit = {.who = WEB_ANYONE}
#define OWNER                                                                                      \
	.permit = {.who = WEB_CITIZEN,                                                             \
	        .trust = PEOPLE_TRUST_ACCOUNT,                                                     \
	        .action = PEOPLE_OWN,                                                              \
	        .object = PEOPLE_CASE},                                                            \
	.object = mine_object

enum { SAVES_PER_MINUTE = 120, CODES_PER_MINUTE = 10, DRAFTS_PER_MINUTE = 30 };

/* Drafts: whoever is logged in as their person or has their code in a cookie; the handlers
 * ask (portal_draft_open), because a code is no session. */
static const struct web_route rows[] = {
        {.method = WEB_GET,
                .path = "/",
                .handle = start_get,
                ANYONE,
                .cache = WEB_CACHE_SHORT,
                .help = "start page"},
        {.method = WEB_GET,
                .path = "/dienste",
                .handle = search_get,
                ANYONE,
                .cache = WEB_CACHE_SHORT,
                .help = "search, list of services"},
        {.method = WEB_GET,
                .path = "/dienste/{service}",
                .handle = service_get,
                ANYONE,
                .help = "a service"},
        {.method = WEB_POST,
                .path = "/dienste/{service}",
                .handle = begin_post,
                ANYONE,
                .per_minute = DRAFTS_PER_MINUTE,
                .help = "begin a draft"},
        {.method = WEB_GET,
                .path = "/antrag/{draft}",
                .handle = draft_get,
                ANYONE,
                .help = "continue a draft"},
        {.method = WEB_GET,
                .path = "/antrag/{draft}/frage/{step}",
                .handle = step_get,
                ANYONE,
                .help = "a screen of the form"},
        {.method = WEB_POST,
                .path = "/antrag/{draft}/frage/{step}",
                .waits_for_login = true,
                .handle = step_post,
                ANYONE,
                .body_max = PORTAL_UPLOAD_MAX,
                .per_minute = SAVES_PER_MINUTE,
                .help = "save a screen, upload files"},
        {.method = WEB_GET,
                .path = "/antrag/{draft}/entfernen/{step}",
                .handle = step_remove_get,
                ANYONE,
                .help = "remove an entry?"},
        {.method = WEB_POST,
                .path = "/antrag/{draft}/entfernen/{step}",
                .waits_for_login = true,
                .handle = step_remove_post,
                ANYONE,
                .per_minute = SAVES_PER_MINUTE,
                .help = "remove an entry"},
        {.method = WEB_GET,
                .path = "/antrag/{draft}/datei/{hash}",
                .handle = step_file_get,
                ANYONE,
                .help = "a file of a draft"},
        {.method = WEB_GET,
                .path = "/antrag/{draft}/pruefen",
                .handle = check_get,
                ANYONE,
                .help = "check your answers"},
        {.method = WEB_POST,
                .path = "/antrag/{draft}/pruefen",
                .waits_for_login = true,
                .handle = check_post,
                ANYONE,
                .per_minute = SAVES_PER_MINUTE,
                .help = "submit"},
        {.method = WEB_GET,
                .path = "/antrag/{draft}/vorschau",
                .handle = check_preview,
                ANYONE,
                .per_minute = DRAFTS_PER_MINUTE,
                .help = "the answers as PDF"},
        {.method = WEB_GET,
                .path = "/antrag/{draft}/eingang",
                .handle = receipt_get,
                ANYONE,
                .help = "receipt, by draft or number"},
        {.method = WEB_GET,
                .path = "/antrag/{draft}/gespeichert",
                .handle = saved_get,
                ANYONE,
                .help = "saved for later: code and day of deletion"},
        {.method = WEB_GET,
                .path = "/antrag/{draft}/loeschen",
                .handle = delete_get,
                ANYONE,
                .help = "delete a draft?"},
        {.method = WEB_POST,
                .path = "/antrag/{draft}/loeschen",
                .waits_for_login = true,
                .handle = delete_post,
                ANYONE,
                .help = "delete a draft"},
        {.method = WEB_GET,
                .path = "/weitermachen",
                .handle = resume_get,
                ANYONE,
                .help = "continue with a code"},
        {.method = WEB_POST,
                .path = "/weitermachen",
                .handle = resume_post,
                ANYONE,
                .per_minute = CODES_PER_MINUTE,
                .help = "find a draft by its code"},
        {.method = WEB_GET,
                .path = "/stand",
                .handle = mine_status_get,
                ANYONE,
                .help = "to the application of a number"},
        {.method = WEB_GET,
                .path = "/meine",
                .handle = mine_get,
                .permit = {.who = WEB_CITIZEN, .trust = PEOPLE_TRUST_ACCOUNT},
                .help = "my applications"},
        {.method = WEB_GET,
                .path = "/meine/{number}",
                .handle = application_get,
                OWNER,
                .help = "an application"},
        {.method = WEB_GET,
                .path = "/meine/{number}/dokument/{id}",
                .handle = document_get,
                OWNER,
                .help = "a document"},
        {.method = WEB_GET,
                .path = "/meine/{number}/nachricht/{delivery}",
                .handle = message_get,
                OWNER,
                .help = "a letter in the mailbox"},
        {.method = WEB_POST,
                .path = "/meine/{number}/nachricht/{delivery}",
                .handle = message_post,
                OWNER,
                .help = "open a letter"},
        {.method = WEB_GET,
                .path = "/meine/{number}/antwort",
                .handle = reply_get,
                OWNER,
                .help = "answer a request"},
        {.method = WEB_POST,
                .path = "/meine/{number}/antwort",
                .handle = reply_post,
                OWNER,
                .body_max = PORTAL_UPLOAD_MAX,
                .help = "send the answer"},
        {.method = WEB_GET,
                .path = "/meine/{number}/zuruecknehmen",
                .handle = withdraw_get,
                OWNER,
                .help = "withdraw?"},
        {.method = WEB_POST,
                .path = "/meine/{number}/zuruecknehmen",
                .handle = withdraw_post,
                OWNER,
                .help = "withdraw"},
        {.method = WEB_GET,
                .path = "/hilfe",
                .handle = help_get,
                ANYONE,
                .cache = WEB_CACHE_SHORT,
                .help = "help"},
        {.method = WEB_GET,
                .path = "/impressum",
                .handle = imprint_get,
                ANYONE,
                .cache = WEB_CACHE_SHORT,
                .help = "imprint"},
        {.method = WEB_GET,
                .path = "/datenschutz",
                .handle = privacy_get,
                ANYONE,
                .cache = WEB_CACHE_SHORT,
                .help = "privacy"},
        {.method = WEB_GET,
                .path = "/barrierefreiheit",
                .handle = access_get,
                ANYONE,
                .cache = WEB_CACHE_SHORT,
                .help = "accessibility"},
};

static const struct web_page *const pages[] = {
        &portal_message_page,
        &start_page,
        &search_page,
        &service_page,
        &resume_page,
        &saved_page,
        &delete_page,
        &step_fields_page,
        &step_list_page,
        &step_exit_page,
        &step_remove_page,
        &step_conflict_page,
        &check_page,
        &receipt_page,
        &mine_page,
        &application_page,
        &message_page,
        &withdraw_page,
        &reply_page,
        &help_page,
        &imprint_page,
        &privacy_page,
        &access_page,
};

const struct web_module portal_module = {
        .name = "portal",
        .routes = rows,
        .route_count = sizeof rows / sizeof *rows,
        .pages = pages,
        .page_count = sizeof pages / sizeof *pages,
};
