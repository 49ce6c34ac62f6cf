/* web/form.h - the body of a POST: fields and files (application/x-www-form-urlencoded
 * after WHATWG URL, multipart/form-data after RFC 7578).
 *
 * Bytes come in pieces of any size. A file above `file_max` is dropped but read on, so that
 * the fields behind it still arrive. Files go to unlinked temporary files. */
#ifndef WEB_FORM_H
#define WEB_FORM_H

#include "web/web.h"

enum form_media { FORM_NONE, FORM_URLENCODED, FORM_MULTIPART, FORM_OTHER };

enum {
	FORM_BOUNDARY_MAX = 70, /* RFC 2046, 5.1.1 */
	FORM_PART_HEAD_MAX = 8 << 10,
};

struct form_field {
	struct text name;
	struct text value;
};

enum form_state {
	FORM_PREAMBLE,
	FORM_DELIMITER, /* after --boundary */
	FORM_HEAD,
	FORM_VALUE,
	FORM_FILE,
	FORM_EPILOGUE,
};

struct form {
	struct arena *arena;
	enum form_media media;
	const char *tmp_dir;
	size_t file_max; /* 0: files are dropped */
	size_t text_max;
	struct form_field *fields;
	size_t field_count, field_cap;
	struct web_upload *uploads;
	size_t upload_count, upload_cap;
	size_t text_used;
	bool too_large; /* something was dropped */
	struct buf raw; /* URLENCODED, OTHER: the body; MULTIPART: what is not yet understood */
	/* multipart */
	enum form_state state;
	char boundary[FORM_BOUNDARY_MAX + 5]; /* "\r\n--" and the boundary */
	size_t boundary_len;
	struct text part_name;
	struct buf value;
	bool value_over;
	struct web_upload upload;
	bool no_file; /* the part of an input where no file was chosen */
};

/* `content_type` is the header of the request, perhaps empty. ERR_INVALID for a multipart
 * without usable boundary. `f` must be ended even after an error. */
MUST_USE enum err form_begin(struct form *f, struct arena *a, struct text content_type,
        const char *tmp_dir, size_t file_max, struct errinfo *e);
MUST_USE enum err form_feed(struct form *f, struct text bytes, struct errinfo *e);
/* The body is complete. ERR_INVALID when it was cut off, is not UTF-8 or holds NUL. */
MUST_USE enum err form_finish(struct form *f, struct errinfo *e);
void form_end(struct form *f); /* closes files, frees memory; fields live in the arena */

/* Also for query strings. */
MUST_USE enum err form_parse_pairs(struct arena *a, struct text pairs, size_t pairs_max,
        struct form_field **out, size_t *count, struct errinfo *e);
/* %XX and, where `plus`, + as space. False: bad escape, NUL or no UTF-8. */
bool form_unescape(struct arena *a, struct text t, bool plus, struct text *out);

/* multipart.c */
MUST_USE enum err multipart_begin(struct form *f, struct text content_type, struct errinfo *e);
MUST_USE enum err multipart_feed(struct form *f, struct text bytes, struct errinfo *e);
MUST_USE enum err multipart_finish(struct form *f, struct errinfo *e);
MUST_USE enum err form_add_field(
        struct form *f, struct text name, struct text value, struct errinfo *e);

#endif
