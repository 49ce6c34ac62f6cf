#include "base/words.h"

bool words_has(const struct words *w, struct text key)
{
	return w->source->has(w->self, key);
}

struct text words_placeholder(const struct words *w, struct text key, size_t i)
{
	return w->source->placeholder(w->self, key, i);
}

struct text words_format(const struct words *w, struct arena *a, struct text key,
        const struct word_param *params, size_t count)
{
	return w->source->format(w->self, a, key, params, count);
}

struct text words_get(const struct words *w, struct arena *a, const char *key)
{
	return w->source->format(w->self, a, text_from(key), NULL, 0);
}

struct text words_day(const struct words *w, struct arena *a, struct date d, enum words_day how)
{
	return w->source->day(w->self, a, d, how);
}

struct text words_time(const struct words *w, struct arena *a, int32_t second_of_day)
{
	return w->source->time(w->self, a, second_of_day);
}

struct text words_number(
        const struct words *w, struct arena *a, struct dec number, enum words_number how)
{
	return w->source->number(w->self, a, number, how);
}
