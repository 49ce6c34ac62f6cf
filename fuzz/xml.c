#include "format/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(0);
	const struct xml *x;
	struct errinfo e;
	if (xml_parse(a, (struct text){(const char *)data, size}, "fuzz", &x, &e) == OK)
		check(x->name.len > 0 && x->parent == NULL);
	else
		check(e.message[0] != '\0');
	arena_free(a);
	return 0;
}
