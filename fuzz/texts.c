/* Any texts of two languages: refused with a line, or every key can be filled and reported. */
#include "format/texts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ignore(void *self, struct text part)
{
	size_t *length = self;
	*length += part.len;
}

static void fill(struct arena *a, const struct texts *t)
{
	static const struct texts_arg args[] = {
	        TEXTS_NUMBER("n", 1), TEXTS_NUMBER("count", 17), TEXTS_ARG("name", TEXT("<{x}>"))};
	struct texts_finding *findings;
	size_t length = 0;
	for (int key = 0; texts_key_name(t, key).ptr; key++) {
		struct text name = texts_key_name(t, key);
		check(texts_key(t, name) == key);
		for (int i = 0; i < texts_languages(t); i++) {
			texts_write(t, i, key, args, 3, ignore, &length);
			(void)texts_format(a, t, i, name, args, 3);
		}
	}
	(void)texts_report(t, a, &findings);
}

/* German up to a line "--", the rest is English. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(0);
	struct text input = {(const char *)data, size}, other = TEXT_NONE;
	struct texts *t = texts_new(a);
	size_t cut = text_find(input, TEXT("\n--\n"), 0);
	if (cut != SIZE_MAX) {
		other = text_part(input, cut + 4, size);
		input = text_part(input, 0, cut);
	}
	if (texts_add(t, "de", input, "de.json", NULL) == OK) {
		if (!other.len || texts_add(t, "en", other, "en.json", NULL) == OK)
			fill(a, t);
	}
	arena_free(a);
	return 0;
}
