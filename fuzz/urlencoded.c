/* Any bytes as query or form body: refused, or fields of valid UTF-8 without NUL within the
 * limits. */
#include "web/form.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(0);
	struct form_field *fields;
	struct errinfo e = {0};
	size_t count;
	struct text input = {(const char *)data, size};
	if (form_parse_pairs(a, input, 100, &fields, &count, &e) == OK) {
		check(count <= 100);
		for (size_t i = 0; i < count; i++) {
			const struct form_field *f = &fields[i];
			check(f->name.len <= WEB_FIELD_NAME_MAX &&
			        f->value.len <= WEB_FIELD_VALUE_MAX);
			check(utf8_valid(f->name) && utf8_valid(f->value));
			check(!f->value.len || !memchr(f->value.ptr, 0, f->value.len));
		}
	} else {
		check(e.message[0] != '\0');
	}
	arena_free(a);
	return 0;
}
