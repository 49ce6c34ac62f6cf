#include "format/media.h"

#include <magic.h>

enum { MEDIA_LOOK_MAX = 1 << 20 }; /* what decides stands in the first bytes */

struct text media_of(struct arena *a, struct text bytes)
{
	struct text unknown = TEXT("application/octet-stream");
	/* A handle is not for two threads, and opening one takes a millisecond. */
	magic_t m = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_TAR | MAGIC_NO_CHECK_COMPRESS);
	if (!m)
		return unknown;
	struct text found = unknown;
	size_t len = bytes.len > MEDIA_LOOK_MAX ? (size_t)MEDIA_LOOK_MAX : bytes.len;
	if (len > 0 && magic_load(m, NULL) == 0) {
		const char *name = magic_buffer(m, bytes.ptr, len);
		if (name)
			found = text_copy(a, text_from(name));
	}
	magic_close(m);
	return found;
}
