/* Whatever is read can be written and read again to the same tree. */
#include "format/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(0);
	const struct json *j, *again;
	if (json_parse(a, (struct text){(const char *)data, size}, "fuzz", &j, NULL) == OK) {
		struct buf b;
		buf_init(&b, JSON_SIZE_MAX);
		json_write(&b, j);
		check(json_parse(a, buf_text(&b), "again", &again, NULL) == OK);
		check(json_same(j, again));
		buf_free(&b);
	}
	arena_free(a);
	return 0;
}
