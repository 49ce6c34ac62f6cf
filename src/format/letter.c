#include "format/letter.h"

#include "base/world.h"
#include "format/json.h"
#include "format/letter_process.h"

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	PAUSE_LEAST_MS = 100,
	PAUSE_MOST_MS = 30000,
	NAME_SIZE_MAX = 64,
	TRIES = 2, /* of one request: a helper that died between requests is noticed here */
};

struct letter_helper {
	char node[PATH_MAX];
	char script[PATH_MAX];
	char shared[PATH_MAX];
	int timeout_ms;
	pthread_mutex_t lock; /* over all below, held for a whole request */
	struct letter_process process;
	atomic_int pid;       /* of the process, for readers without the lock */
	int failures;         /* in a row, without a good answer between them */
	int64_t pause_end_ms; /* monotonic; no start before */
	int64_t next_id;
};

static enum err path_set(char out[PATH_MAX], const char *path, const char *what, struct errinfo *e)
{
	struct stat st;
	if (!path || path[0] != '/' || strlen(path) >= PATH_MAX)
		return fail(e, ERR_INVALID, "letters: the path of %s must be absolute", what);
	if (stat(path, &st) < 0)
		return fail(e, ERR_NOT_FOUND, "letters: there is no %s at %s", what, path);
	memcpy(out, path, strlen(path) + 1);
	return OK;
}

static enum err node_find(char out[PATH_MAX], struct errinfo *e)
{
	const char *path = getenv("PATH");
	struct text rest = text_from(path ? path : "/usr/local/bin:/usr/bin:/bin");
	struct text folder;
	while (text_split(&rest, ':', &folder)) {
		int size = snprintf(out, PATH_MAX, "%.*s/node", TEXT_ARG(folder));
		if (size > 0 && size < PATH_MAX && out[0] == '/' && access(out, X_OK) == 0)
			return OK;
	}
	return fail(e, ERR_NOT_FOUND, "letters: Node is not installed (no `node` in PATH)");
}

enum err letter_helper_open(
        const struct letter_settings *settings, struct letter_helper **out, struct errinfo *e)
{
	struct letter_helper *h = calloc(1, sizeof *h);
	check(h);
	enum err err = settings->node ? path_set(h->node, settings->node, "Node", e)
	                              : node_find(h->node, e);
	if (err == OK)
		err = path_set(h->script, settings->script, "helper", e);
	if (err == OK && settings->shared)
		err = path_set(h->shared, settings->shared, "folder of shared letters", e);
	if (err != OK) {
		free(h);
		return err;
	}
	h->timeout_ms = settings->timeout_ms ? settings->timeout_ms : LETTER_TIMEOUT_MS;
	pthread_mutex_init(&h->lock, NULL);
	*out = h;
	return OK;
}

void letter_helper_close(struct letter_helper *h)
{
	if (!h)
		return;
	letter_process_kill(&h->process);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

pid_t letter_helper_pid(struct letter_helper *h)
{
	return atomic_load(&h->pid);
}

/* The first failure in a row costs no pause, the next ones a growing one. */
static void helper_failed(struct letter_helper *h)
{
	letter_process_kill(&h->process);
	h->failures++;
	int64_t pause = 0;
	if (h->failures > 1)
		pause = h->failures < 12 ? (int64_t)PAUSE_LEAST_MS << (h->failures - 2)
		                         : PAUSE_MOST_MS;
	h->pause_end_ms = monotonic_ms() + (pause < PAUSE_MOST_MS ? pause : PAUSE_MOST_MS);
}

static enum err helper_ready(
        struct letter_helper *h, struct arena *a, int64_t deadline_ms, struct errinfo *e)
{
	if (h->process.pid)
		return OK;
	int64_t pause = h->pause_end_ms - monotonic_ms();
	if (pause > 0)
		return fail(e, ERR_BUSY, "letter helper: failed %d times, next start in %d ms",
		        h->failures, (int)pause);
	TRY(letter_process_start(&h->process, h->node, h->script, e));
	atomic_store(&h->pid, h->process.pid);
	struct letter_frame hello;
	return letter_process_receive(&h->process, a, &hello, deadline_ms, e);
}

static struct text request_head(
        struct arena *a, struct letter_helper *h, const struct letter_request *r, const char *kind)
{
	struct buf b;
	buf_init(&b, LETTER_HEAD_MAX);
	struct json_out o = json_out(&b);
	json_out_object(&o);
	json_out_name(&o, "id");
	json_out_int(&o, ++h->next_id);
	json_out_name(&o, "kind");
	json_out_z(&o, kind);
	json_out_name(&o, "template");
	json_out_text(&o, text_format(a, "/letters/%s.typ", r->template));
	json_out_name(&o, "mounts");
	json_out_object(&o);
	json_out_name(&o, "/letters");
	json_out_text(&o, text_format(a, "%s/letters", r->package));
	json_out_name(&o, "/_letters");
	json_out_z(&o, r->shared ? r->shared : h->shared);
	json_out_end(&o);
	json_out_name(&o, "time");
	json_out_int(&o, r->made_at);
	json_out_name(&o, "standard");
	json_out_z(&o, r->standard == LETTER_PDF_UA_1 ? "ua-1" : "a-2a");
	json_out_end(&o);
	struct text head = buf_copy(&b, a);
	buf_free(&b);
	return head;
}

static enum err request_check(
        const struct letter_helper *h, const struct letter_request *r, struct errinfo *e)
{
	if (r->data.len > LETTER_DATA_MAX)
		return fail(e, ERR_LIMIT, "letter: %zu bytes of data, at most %d", r->data.len,
		        LETTER_DATA_MAX);
	size_t size = strlen(r->template);
	bool named = size > 0 && size <= NAME_SIZE_MAX;
	for (const char *c = r->template; *c && named; c++)
		named = strchr("abcdefghijklmnopqrstuvwxyz0123456789-_", *c) != NULL;
	if (!named)
		return fail(
		        e, ERR_INVALID, "letter: \"%.80s\" is no name of a letter", r->template);
	if (r->package[0] != '/' || strlen(r->package) >= PATH_MAX)
		return fail(e, ERR_INVALID, "letter: the path of the package must be absolute");
	const char *shared = r->shared ? r->shared : h->shared;
	if (shared[0] != '/' || strlen(shared) >= PATH_MAX)
		return fail(e, ERR_INVALID, "letter: no absolute path of the shared letters");
	return OK;
}

/* One attempt. ERR_IO: the helper died or talks nonsense, and another attempt may help. */
static enum err attempt(struct letter_helper *h, struct arena *a, struct letter_frame request,
        struct letter_frame *answer, const struct json **head, struct errinfo *e)
{
	int64_t deadline_ms = monotonic_ms() + h->timeout_ms;
	TRY(helper_ready(h, a, deadline_ms, e));
	TRY(letter_process_send(&h->process, request, deadline_ms, e));
	TRY(letter_process_receive(&h->process, a, answer, deadline_ms, e));
	if (json_parse(a, answer->head, "letter helper", head, e) != OK ||
	        json_int(*head, "id", 0) != h->next_id)
		return fail(e, ERR_IO, "letter helper: an answer that fits no request");
	return OK;
}

/* The answer of a helper that could not do it, as our error. */
static enum err refused(const struct json *head, struct errinfo *e)
{
	const struct json *error = json_get(head, "error");
	struct text kind = json_text(error, "kind");
	struct text message = json_text(error, "message");
	struct text file = json_text(error, "file");
	enum err code = ERR_INTERNAL;
	if (text_is(kind, "template"))
		code = ERR_INVALID;
	else if (text_is(kind, "missing"))
		code = ERR_NOT_FOUND;
	else if (text_is(kind, "limit"))
		code = ERR_LIMIT;
	fail(e, code, "letter: %.*s", TEXT_ARG(message));
	if (file.len > 1 && e) {
		char where[ERRINFO_WHERE_MAX];
		snprintf(where, sizeof where, "%.*s", TEXT_ARG(text_part(file, 1, file.len)));
		fail_at(e, where, (int)json_int(error, "line", 0));
	}
	return code;
}

static enum err request(struct letter_helper *h, const struct letter_request *r, const char *kind,
        struct arena *a, struct letter_frame *answer, const struct json **head, struct errinfo *e)
{
	TRY(request_check(h, r, e));
	pthread_mutex_lock(&h->lock);
	struct letter_frame asked = {request_head(a, h, r, kind), r->data};
	enum err err = ERR_IO;
	for (int i = 0; i < TRIES && err == ERR_IO; i++) {
		err = attempt(h, a, asked, answer, head, e);
		if (err == OK)
			h->failures = 0;
		else if (h->process.pid)
			helper_failed(h);
	}
	atomic_store(&h->pid, h->process.pid);
	pthread_mutex_unlock(&h->lock);
	if (err == OK && !json_bool(*head, "ok", false))
		return refused(*head, e);
	return err;
}

enum err letter_render(struct letter_helper *h, const struct letter_request *r, struct arena *a,
        struct letter *out, struct errinfo *e)
{
	struct letter_frame answer;
	const struct json *head = NULL;
	TRY(request(h, r, "pdf", a, &answer, &head, e));
	*out = (struct letter){
	        .pdf = answer.body,
	        .pages = (int)json_int(head, "pages", 0),
	        .replaced = json_text(head, "replaced"),
	};
	return OK;
}

static enum letter_part_kind part_kind(struct text kind)
{
	if (text_is(kind, "free"))
		return LETTER_PART_FREE;
	return text_is(kind, "locked") ? LETTER_PART_LOCKED : LETTER_PART_FIXED;
}

enum err letter_list_parts(struct letter_helper *h, const struct letter_request *r, struct arena *a,
        struct letter_parts *out, struct errinfo *e)
{
	struct letter_frame answer;
	const struct json *head = NULL, *list = NULL;
	TRY(request(h, r, "parts", a, &answer, &head, e));
	TRY(json_parse(a, answer.body, "parts", &list, e));
	size_t count = json_is(list, JSON_ARRAY) ? list->count : 0;
	out->items = ARENA_ARRAY(a, count, struct letter_part);
	out->count = count;
	for (size_t i = 0; i < count; i++) {
		const struct json *part = &list->items[i];
		out->items[i] = (struct letter_part){
		        .kind = part_kind(json_text(part, "kind")),
		        .id = json_text(part, "id"),
		        .caption = json_text(part, "caption"),
		        .text = json_text(part, "text"),
		};
	}
	return OK;
}
