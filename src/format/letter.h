/* format/letter.h - letters as PDF, made by Typst in a helper process.
 *
 * The helper (ui/helper/letters.mjs, run by Node) is started on the first request and kept.
 * It sees the files of the package's `letters/` folder and of the shared `_letters/` folder
 * and nothing else, has no network and holds no state: what it answers depends on the
 * request alone, and the same request gives the same bytes. A helper that dies or does not
 * answer in time is killed and started again; after repeated failures with a growing pause
 * (100 ms to 30 s), in which requests get ERR_BUSY at once.
 *
 * PDF is PDF/A-2a (ISO 19005-2: archivable, tagged, all fonts inside) or PDF/UA-1
 * (ISO 14289-1). Any thread may call; requests are served one after the other. */
#ifndef FORMAT_LETTER_H
#define FORMAT_LETTER_H

#include "base/text.h"

#include <sys/types.h>

enum {
	LETTER_DATA_MAX = 4 << 20,    /* bytes of JSON; answers of a case with attachments' names */
	LETTER_ANSWER_MAX = 32 << 20, /* bytes of PDF; 500 pages have about 2 MB */
	LETTER_TIMEOUT_MS = 10000,    /* a letter takes milliseconds, the first one 300 */
};

struct letter_settings {
	const char *node;   /* absolute path of the program; NULL: `node` in PATH */
	const char *script; /* absolute path of ui/helper/letters.mjs */
	const char *shared; /* absolute path of services/_letters, for requests that name none;
	                     * may be NULL */
	int timeout_ms;     /* for one request; 0: LETTER_TIMEOUT_MS */
};

struct letter_helper;

/* Checks the paths; starts nothing yet. ERR_NOT_FOUND when Node, the script or the shared
 * folder is missing: then the program runs without letters and says so. */
MUST_USE enum err letter_helper_open(
        const struct letter_settings *settings, struct letter_helper **out, struct errinfo *e);
/* Ends the helper at once. No request may be under way. NULL is allowed. */
void letter_helper_close(struct letter_helper *h);
/* The process id of the running helper, 0 when none runs (status page and tests). */
pid_t letter_helper_pid(struct letter_helper *h);

enum letter_standard { LETTER_PDF_A_2A, LETTER_PDF_UA_1 };

struct letter_request {
	const char *package;  /* absolute path of the package's folder */
	const char *shared;   /* absolute path of the `_letters` folder it was made for, or NULL */
	const char *template; /* name without folder and ending: "notice" */
	struct text data;     /* the frozen context as JSON (docs/process-contract.md, Letters) */
	int64_t made_at;      /* seconds since 1970 UTC that the PDF carries as its date */
	enum letter_standard standard;
};

struct letter {
	struct text pdf;
	int pages;
	struct text replaced; /* characters no font has, printed as an empty frame; often empty */
};

/* Renders a letter into `a`.
 * ERR_INVALID: the template or its data; `where` is the file below the package
 *   ("letters/notice.typ") or "_letters/...", `line` its line, 0 = unknown.
 * ERR_NOT_FOUND: the package has no such template. ERR_LIMIT: data or answer too large.
 * ERR_BUSY: no answer in time, or the helper pauses after failures; ERR_IO: it died twice.
 *   Nothing was done and the request can be repeated. */
MUST_USE enum err letter_render(struct letter_helper *h, const struct letter_request *r,
        struct arena *a, struct letter *out, struct errinfo *e);

enum letter_part_kind {
	LETTER_PART_FIXED,  /* text of the template outside of all parts; id and caption empty */
	LETTER_PART_LOCKED, /* shown, never a field */
	LETTER_PART_FREE,   /* a field; `text` is what stands in data.parts, or the default */
};

/* Plain text: paragraphs are parted by an empty line, rows of a table by a line end, their
 * cells by a tab, items of a list start with "- ". */
struct letter_part {
	enum letter_part_kind kind;
	struct text id;
	struct text caption;
	struct text text;
};

struct letter_parts {
	struct letter_part *items;
	size_t count;
};

/* The parts of a letter in reading order, for the editor at the desk. Errors as above;
 * `made_at` and `standard` are not used. */
MUST_USE enum err letter_list_parts(struct letter_helper *h, const struct letter_request *r,
        struct arena *a, struct letter_parts *out, struct errinfo *e);

#endif
