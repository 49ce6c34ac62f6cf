/* Every text key that stands in the code of the pages exists, and every page of ui/pages
 * that is there compiles against nothing missing (that is what the server checks at start). */
#include "unit.h"

#include "format/texts.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena *arena;
static struct texts *texts;
static int missing, found;

static bool key_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

/* "login.staff.title": words with points, the first of them begins other keys. */
static bool looks_like_key(struct text t)
{
	size_t point = text_find(t, TEXT("."), 0);
	if (point == SIZE_MAX || point == 0 || t.ptr[t.len - 1] == '.')
		return false;
	for (size_t i = 0; i < t.len; i++)
		if (!key_char(t.ptr[i]))
			return false;
	static const char *const files[] = {
	        ".html", ".css", ".json", ".sql", ".c", ".h", ".pdf", ".typ"};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		if (text_ends(t, text_from(files[i])))
			return false;
	return true;
}

/* A call that takes a key of the interface: name and what stands before the key. */
static bool in_call(const char *line, const char *quote)
{
	static const char *const calls[] = {
	        "web_text(", "web_text_args(", "_t(", "_t1(", "_t2(", "_tn("};
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		for (const char *at = line; (at = strstr(at, calls[i])) && at < quote; at++) {
			const char *close = strchr(at, ';');
			const char *first = strchr(at, '"');
			if (first == quote && (!close || close > quote))
				return true;
		}
	return false;
}

static void read_line(const char *path, int number, const char *line)
{
	for (const char *at = strchr(line, '"'); at; at = strchr(at, '"')) {
		const char *end = strchr(at + 1, '"');
		if (!end)
			return;
		struct text key = {at + 1, (size_t)(end - at - 1)};
		if (looks_like_key(key) && in_call(line, at)) {
			found++;
			if (texts_key(texts, key) == TEXTS_NO_KEY) {
				print_error("%s:%d: no text '%.*s'\n", path, number, TEXT_ARG(key));
				missing++;
			}
		}
		at = end + 1;
	}
}

static void read_file(const char *path)
{
	static char line[4096];
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	for (int number = 1; fgets(line, sizeof line, f); number++)
		read_line(path, number, line);
	fclose(f);
}

static void read_folder(const char *path)
{
	DIR *d = opendir(path);
	assert_non_null(d);
	for (struct dirent *entry; (entry = readdir(d));) {
		struct text name = text_from(entry->d_name);
		const char *full = text_format(arena, "%s/%s", path, entry->d_name).ptr;
		if (text_ends(name, TEXT(".c")))
			read_file(full);
		else if (text_find(name, TEXT("."), 0) == SIZE_MAX)
			read_folder(full);
	}
	closedir(d);
}

static void keys_in_code__all_exist(void **state)
{
	(void)state;
	arena = arena_new(0);
	struct errinfo e = {0};
	assert_int_equal(texts_load(arena, "ui/texts", &texts, &e), OK);
	read_folder("src/web");
	assert_true(found > 20);
	assert_int_equal(missing, 0);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(keys_in_code__all_exist),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
