/* The server as a browser sees it. */
#include "unit.h"

#include "http.h"
#include "web_site.h"

static struct site *site;
static char value[1024];

static int set_up(void **state)
{
	(void)state;
	site = site_start(NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	site_stop(site);
	return 0;
}

static void is(struct http_answer a, int status, const char *body)
{
	if (a.status != status || (body && !strstr(a.body, body)))
		fail_msg("status %d, not %d; '%s' in: %s", a.status, status, body ? body : "",
		        a.bytes);
	http_free(&a);
}

static void route__literal_before_parameter__params_decoded(void **state)
{
	(void)state;
	is(http_get(site->port, "/", ""), 200, "hello");
	is(http_get(site->port, "/vorgang/DD-1/dokument/a%2Fb%C3%BC?q=x+y%26", ""), 200,
	        "DD-1|a/bü|x y&");
	is(http_get(site->port, "/vorgang/neu/dokument/1", ""), 200, "hello");
	is(http_get(site->port, "/vorgang/neu/dokument/1/", ""), 404, NULL);
	is(http_get(site->port, "/vorgang//dokument/1", ""), 404, NULL);
	is(http_get(site->port, "//", ""), 404, NULL);
	is(http_get(site->port, "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o", ""), 404, NULL);
}

static void error_page__every_refusal__friendly_in_the_language(void **state)
{
	(void)state;
	is(http_get(site->port, "/nix", ""), 404, "<html lang=\"de\">");
	is(http_get(site->port, "/nix", "Accept-Language: fr, en-GB;q=0.9\r\n"), 404,
	        "This page does not exist");
	is(http_get(site->port, "/nix", "Accept-Language: en\r\nCookie: aw_lang=de\r\n"), 404,
	        "Diese Seite gibt es nicht");
	is(http_get(site->port, "/%FF", ""), 400, "verstehen wir nicht");
	is(http_get(site->port, "/%00", ""), 400, NULL);
	is(http_get(site->port, "/?a=%zz", ""), 400, NULL);
	struct http_answer a = http_do(site->port, "POST", "/", "", "");
	assert_string_equal(http_header(&a, "Allow", value), "GET, HEAD");
	is(a, 405, "Das geht auf dieser Seite nicht");
	is(http_do(site->port, "DELETE", "/", "", NULL), 405, NULL);
	is(http_get(site->port, "/fehler/internal", ""), 500, "Nummer");
	is(http_get(site->port, "/fehler/none", ""), 500, NULL);
	is(http_get(site->port, "/fehler/full", ""), 507, "nichts speichern");
	is(http_get(site->port, "/fehler/io", ""), 507, NULL);
	is(http_get(site->port, "/fehler/conflict", ""), 409, "inzwischen");
	a = http_get(site->port, "/fehler/busy", "");
	assert_string_equal(http_header(&a, "Retry-After", value), "10");
	is(a, 503, "Gerade geht es nicht");
}

static void error_page__after_post__keeps_what_was_typed(void **state)
{
	(void)state;
	struct http_answer a = http_do(site->port, "POST", "/fehler/full",
	        "Content-Type: application/x-www-form-urlencoded\r\n",
	        "text=%3Cb%3Elang%22&csrf=x");
	assert_non_null(strstr(a.body, "action=\"/fehler/full\""));
	assert_null(strstr(a.body, "value=\"x\""));
	is(a, 507, "name=\"text\" value=\"&lt;b&gt;lang&quot;\"");
}

static void head__like_get_without_body(void **state)
{
	(void)state;
	struct http_answer a = http_do(site->port, "HEAD", "/", "", NULL);
	assert_int_equal(a.status, 200);
	assert_string_equal(http_header(&a, "Content-Length", value), "5");
	assert_string_equal(a.body, "");
	http_free(&a);
}

static void headers__every_page__secure(void **state)
{
	(void)state;
	struct http_answer a = http_get(site->port, "/nix", "");
	http_header(&a, "Content-Security-Policy", value);
	assert_non_null(strstr(value, "default-src 'none'"));
	assert_non_null(strstr(value, "frame-ancestors 'none'"));
	assert_null(strstr(value, "unsafe"));
	assert_string_equal(http_header(&a, "X-Content-Type-Options", value), "nosniff");
	assert_string_equal(http_header(&a, "Referrer-Policy", value), "same-origin");
	assert_string_equal(http_header(&a, "Cache-Control", value), "no-store");
	http_header(&a, "Set-Cookie", value);
	assert_non_null(strstr(value, "; HttpOnly; SameSite=Lax"));
	assert_null(strstr(value, "Secure"));
	http_free(&a);
}

static void with_tls(struct web_config *c, struct site *s)
{
	(void)s;
	c->tls = true;
}

static void headers__behind_tls__secure_cookie_and_hsts(void **state)
{
	(void)state;
	struct site *s = site_start(with_tls);
	struct http_answer a = http_get(s->port, "/nix", "");
	http_header(&a, "Set-Cookie", value);
	assert_int_equal(strncmp(value, "__Host-aw=a", 11), 0);
	assert_non_null(strstr(value, "; Secure"));
	assert_string_equal(
	        http_header(&a, "Strict-Transport-Security", value), "max-age=31536000");
	http_free(&a);
	site_stop(s);
}

static void limits__target_and_head__refused_kindly(void **state)
{
	(void)state;
	static char target[WEB_TARGET_MAX + 100], head[WEB_HEADER_MAX + WEB_TARGET_MAX + 1000];
	memset(target, 'a', sizeof target - 1);
	target[0] = '/';
	is(http_get(site->port, target, ""), 414, "Adresse ist zu lang");
	size_t n = 0;
	while (n + 200 < sizeof head)
		n += (size_t)snprintf(head + n, sizeof head - n, "X-%zu: %0150d\r\n", n, 1);
	is(http_get(site->port, "/", head), 431, "schickt zu viel mit");
	is(http_get(site->port, "/", ""), 200, NULL);
}

static void limits__rate__told_to_wait(void **state)
{
	(void)state;
	int refused = 0;
	for (int i = 0; i < 5; i++) {
		struct http_answer a = http_get(site->port, "/selten", "");
		refused += a.status == 429;
		http_free(&a);
	}
	assert_true(refused >= 1 && refused <= 2);
}

/* Forms ------------------------------------------------------------------------------------- */

static void form__urlencoded_and_multipart__arrive(void **state)
{
	(void)state;
	is(http_do(site->port, "POST", "/echo",
	           "Content-Type: application/x-www-form-urlencoded\r\n", "a=1&b=%C3%BC+x"),
	        200, "a=1\nb=ü x\n");
	is(http_do(site->port, "POST", "/echo", "Content-Type: multipart/form-data; boundary=B\r\n",
	           "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\n"
	           "Content-Type: text/plain\r\n\r\ncontent\r\n--B--"),
	        200, "file f x.txt text/plain 7 [content]");
	is(http_do(site->port, "POST", "/echo", "Content-Type: multipart/form-data; boundary=B\r\n",
	           "x"),
	        400, NULL);
}

static struct http_answer send_large(const char *target, size_t size, bool announce)
{
	char head[512];
	const char *before =
	        "--B\r\nContent-Disposition: form-data; name=\"typed\"\r\n\r\nlong text\r\n"
	        "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"big.pdf\"\r\n\r\n";
	const char *after =
	        "\r\n--B\r\nContent-Disposition: form-data; name=\"later\"\r\n\r\nalso\r\n--B--";
	size_t total = strlen(before) + size + strlen(after);
	int fd = http_connect(site->port);
	snprintf(head, sizeof head,
	        "POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: "
	        "multipart/form-data; boundary=B\r\nContent-Length: %zu\r\n\r\n",
	        target, announce ? total : total);
	http_send(fd, head, strlen(head));
	http_send(fd, before, strlen(before));
	static char block[1 << 16];
	memset(block, 'x', sizeof block);
	for (size_t sent = 0; sent < size;) {
		size_t n = size - sent < sizeof block ? size - sent : sizeof block;
		if (http_send(fd, block, n) != 0)
			break;
		sent += n;
	}
	http_send(fd, after, strlen(after));
	struct http_answer a = http_read(fd);
	close(fd);
	return a;
}

static void form__file_of_30_mb__413_with_what_was_typed(void **state)
{
	(void)state;
	struct http_answer a = send_large("/echo", 30 << 20, true);
	assert_non_null(strstr(a.body, "typed=long text\nlater=also\n"));
	is(a, 413, "file f big.pdf  31457280 too large");
	is(send_large("/echo/gross", 9 << 20, true), 200, "file f big.pdf  9437184\n");
}

static void form__body_beyond_everything__refused_at_once(void **state)
{
	(void)state;
	is(http_do(site->port, "POST", "/echo",
	           "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
	           "99999999\r\n",
	           NULL),
	        413, NULL);
}

/* A cookie and its token from a page with a form. */
static void take_token(char cookie[256], char token[64])
{
	struct http_answer a = http_get(site->port, "/nix", "");
	http_header(&a, "Set-Cookie", value);
	snprintf(cookie, 256, "Cookie: %.*s\r\n", (int)strcspn(value, ";"), value);
	http_free(&a);
	char lines[512];
	snprintf(lines, sizeof lines, "%sContent-Type: application/x-www-form-urlencoded\r\n",
	        cookie);
	a = http_do(site->port, "POST", "/formular", lines, "a=1");
	assert_int_equal(a.status, 403);
	char *at = strstr(a.body, "name=\"csrf\" value=\"");
	assert_non_null(at);
	snprintf(token, 64, "%.32s", at + strlen("name=\"csrf\" value=\""));
	http_free(&a);
}

static void csrf__token_of_the_session__needed(void **state)
{
	(void)state;
	char cookie[256], token[64], lines[1024], body[256];
	take_token(cookie, token);
	snprintf(body, sizeof body, "a=1&csrf=%s", token);
	snprintf(lines, sizeof lines, "%sContent-Type: application/x-www-form-urlencoded\r\n",
	        cookie);
	is(http_do(site->port, "POST", "/formular", lines, body), 200, "a=1");
	is(http_do(site->port, "POST", "/formular",
	           "Content-Type: application/x-www-form-urlencoded\r\n", body),
	        403, "nicht mehr g");
	is(http_do(site->port, "POST", "/formular", lines,
	           "a=1&csrf=00000000000000000000000000000000"),
	        403, "name=\"a\" value=\"1\"");
	snprintf(lines, sizeof lines,
	        "%sContent-Type: application/x-www-form-urlencoded\r\nOrigin: "
	        "http://evil.example\r\n",
	        cookie);
	struct http_answer a = http_do(site->port, "POST", "/formular", lines, body);
	assert_null(strstr(a.body, "name=\"a\""));
	is(a, 403, NULL);
	snprintf(lines, sizeof lines,
	        "%sContent-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: "
	        "cross-site\r\n",
	        cookie);
	is(http_do(site->port, "POST", "/formular", lines, body), 403, NULL);
	snprintf(lines, sizeof lines,
	        "%sContent-Type: application/x-www-form-urlencoded\r\nOrigin: http://localhost\r\n",
	        cookie);
	is(http_do(site->port, "POST", "/formular", lines, body), 200, NULL);
}

static void permit__nobody_logged_in__sent_to_login(void **state)
{
	(void)state;
	struct http_answer a = http_get(site->port, "/meins?x=1&y=2", "");
	assert_int_equal(a.status, 303);
	assert_string_equal(
	        http_header(&a, "Location", value), "/anmelden?zurueck=/meins%3Fx%3D1%26y%3D2");
	http_free(&a);
	a = http_get(site->port, "/amt", "");
	assert_string_equal(
	        http_header(&a, "Location", value), "/arbeitsplatz/anmelden?zurueck=/amt");
	http_free(&a);
}

static void permit__post_without_session__kept_for_after_the_login(void **state)
{
	(void)state;
	struct http_answer a = http_do(site->port, "POST", "/meins",
	        "Content-Type: application/x-www-form-urlencoded\r\n", "miete=640%2C00");
	assert_int_equal(a.status, 303);
	http_header(&a, "Location", value);
	assert_int_equal(strncmp(value, "/anmelden?zurueck=/weiter/", 26), 0);
	char path[64];
	snprintf(path, sizeof path, "%.40s", value + 18);
	http_free(&a);
	a = http_get(site->port, path, "");
	assert_non_null(strstr(a.body, "action=\"/meins\""));
	is(a, 200, "name=\"miete\" value=\"640,00\"");
	is(http_get(site->port, "/weiter/00000000000000000000000000000000", ""), 404, NULL);
}

/* Static files and language ---------------------------------------------------------------------
 */

static void asset__hash_in_address__kept_for_ever(void **state)
{
	(void)state;
	struct http_answer a = http_get(site->port, "/nix", "");
	char *at = strstr(a.body, "/static/"), path[128], etag[1024], lines[1100];
	assert_non_null(at);
	snprintf(path, sizeof path, "%.*s", (int)strcspn(at, "\""), at);
	http_free(&a);
	a = http_get(site->port, path, "");
	assert_int_equal(a.status, 200);
	assert_non_null(strstr(http_header(&a, "Cache-Control", value), "immutable"));
	assert_non_null(strstr(http_header(&a, "Content-Type", value), "text/css"));
	snprintf(etag, sizeof etag, "%s", http_header(&a, "ETag", value));
	http_free(&a);
	snprintf(lines, sizeof lines, "If-None-Match: %s\r\n", etag);
	a = http_get(site->port, path, lines);
	assert_int_equal(a.status, 304);
	assert_string_equal(a.body, "");
	http_free(&a);
	a = http_get(site->port, "/static/old/amtsweg.css", "");
	assert_string_equal(http_header(&a, "Cache-Control", value), "no-cache");
	is(a, 200, NULL);
	is(http_get(site->port, "/static/old/README.md", ""), 404, NULL);
	is(http_get(site->port, "/static/old/..%2Fpages%2Ferror.html", ""), 404, NULL);
	is(http_get(site->port, "/static/old/../pages/error.html", ""), 404, NULL);
}

static void language__chosen__cookie_and_back_inside_the_site(void **state)
{
	(void)state;
	struct http_answer a = http_get(site->port, "/sprache/en?zurueck=/vorgang/%C3%BC", "");
	assert_int_equal(a.status, 303);
	assert_string_equal(http_header(&a, "Location", value), "/vorgang/%C3%BC");
	assert_int_equal(strncmp(http_header(&a, "Set-Cookie", value), "aw_lang=en;", 11), 0);
	http_free(&a);
	static const char *const evil[] = {"//evil.example", "http://evil.example",
	        "/%5Cevil.example", "/%0d%0aSet-Cookie:x", ""};
	for (size_t i = 0; i < sizeof evil / sizeof *evil; i++) {
		char target[128];
		snprintf(target, sizeof target, "/sprache/en?zurueck=%s", evil[i]);
		a = http_get(site->port, target, "");
		assert_string_equal(http_header(&a, "Location", value), "/");
		http_free(&a);
	}
	is(http_get(site->port, "/sprache/xx", ""), 404, NULL);
}

/* Waiting -------------------------------------------------------------------------------------- */

static struct web_ticket *next_ticket(void)
{
	for (int i = 0; i < 2000; i++) {
		struct web_ticket *t = NULL;
		pthread_mutex_lock(&site->lock);
		if (site->ticket_count)
			t = site->tickets[--site->ticket_count];
		pthread_mutex_unlock(&site->lock);
		if (t)
			return t;
		site_sleep(5);
	}
	fail_msg("no request waits");
	return NULL;
}

static void wait__answered_from_another_thread__resumed(void **state)
{
	(void)state;
	const char request[] = "GET /warten HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
	int fd = http_connect(site->port);
	http_send(fd, request, sizeof request - 1);
	struct web_ticket *t = next_ticket();
	is(http_get(site->port, "/", ""), 200, "hello");
	assert_true(web_answer_put(t, OK, NULL, (void *)(uintptr_t) "committed"));
	is(http_read(fd), 200, "committed");
	close(fd);
}

static void wait__failed_command__its_error_page(void **state)
{
	(void)state;
	const char request[] = "GET /warten HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
	struct errinfo why = {0};
	int fd = http_connect(site->port);
	http_send(fd, request, sizeof request - 1);
	assert_int_equal((fail)(&why, ERR_FULL, "no space"), ERR_FULL);
	assert_true(web_answer_put(next_ticket(), ERR_FULL, &why, NULL));
	is(http_read(fd), 507, NULL);
	close(fd);
}

static void wait__nobody_answers__503_and_late_answer_refused(void **state)
{
	(void)state;
	is(http_get(site->port, "/warten?ms=100", ""), 503, NULL);
	assert_false(web_answer_put(next_ticket(), OK, NULL, NULL));
}

static void wait__client_gone__answer_does_no_harm(void **state)
{
	(void)state;
	const char request[] = "GET /warten HTTP/1.1\r\nHost: x\r\n\r\n";
	for (int i = 0; i < 20; i++) {
		int fd = http_connect(site->port);
		http_send(fd, request, sizeof request - 1);
		struct web_ticket *t = next_ticket();
		close(fd);
		web_answer_put(t, OK, NULL, (void *)(uintptr_t) "late");
	}
	is(http_get(site->port, "/", ""), 200, "hello");
}

static void keep_alive__many_requests_on_one_connection(void **state)
{
	(void)state;
	const char one[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
	const char last[] = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
	int fd = http_connect(site->port);
	for (int i = 0; i < 50; i++)
		http_send(fd, one, sizeof one - 1);
	http_send(fd, last, sizeof last - 1);
	struct http_answer a = http_read(fd);
	int count = 0;
	for (char *at = a.bytes; (at = strstr(at, "hello")); at++)
		count++;
	assert_int_equal(count, 51);
	http_free(&a);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(route__literal_before_parameter__params_decoded),
	        cmocka_unit_test(error_page__every_refusal__friendly_in_the_language),
	        cmocka_unit_test(error_page__after_post__keeps_what_was_typed),
	        cmocka_unit_test(head__like_get_without_body),
	        cmocka_unit_test(headers__every_page__secure),
	        cmocka_unit_test(headers__behind_tls__secure_cookie_and_hsts),
	        cmocka_unit_test(limits__target_and_head__refused_kindly),
	        cmocka_unit_test(limits__rate__told_to_wait),
	        cmocka_unit_test(form__urlencoded_and_multipart__arrive),
	        cmocka_unit_test(form__file_of_30_mb__413_with_what_was_typed),
	        cmocka_unit_test(form__body_beyond_everything__refused_at_once),
	        cmocka_unit_test(csrf__token_of_the_session__needed),
	        cmocka_unit_test(permit__nobody_logged_in__sent_to_login),
	        cmocka_unit_test(permit__post_without_session__kept_for_after_the_login),
	        cmocka_unit_test(asset__hash_in_address__kept_for_ever),
	        cmocka_unit_test(language__chosen__cookie_and_back_inside_the_site),
	        cmocka_unit_test(wait__answered_from_another_thread__resumed),
	        cmocka_unit_test(wait__failed_command__its_error_page),
	        cmocka_unit_test(wait__nobody_answers__503_and_late_answer_refused),
	        cmocka_unit_test(wait__client_gone__answer_does_no_harm),
	        cmocka_unit_test(keep_alive__many_requests_on_one_connection),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
