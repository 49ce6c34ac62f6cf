/* A throw-away world for tests of packages: a copy of tests/cases/service/base with changes. */
#ifndef SERVICE_TEST_H
#define SERVICE_TEST_H

#include "unit.h"

#include "format/json.h"
#include "format/xml.h"
#include "service/shelf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TEST_CASES "tests/cases/service"

static inline const struct json *test_json(struct arena *a, const char *path)
{
	struct text bytes;
	const struct json *j = NULL;
	assert_ok(folder_read_file(a, path, 1 << 20, &bytes, &e));
	assert_ok(json_parse(a, bytes, path, &j, &e));
	return j;
}

/* Run a tool with up to three arguments (NULL = fewer). */
static inline void test_run(const char *tool, const char *x, const char *y, const char *z)
{
	char *argv[] = {(char *)(uintptr_t)tool, (char *)(uintptr_t)x, (char *)(uintptr_t)y,
	        (char *)(uintptr_t)z, NULL};
	int status = -1;
	pid_t child = fork();
	if (child == 0) {
		execvp(tool, argv);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (status != 0)
		fail_msg("%s %s %s", tool, x, y);
}

static inline void test_remove(const char *dir)
{
	assert_true(strncmp(dir, "/tmp/amtsweg-service-", 21) == 0);
	test_run("rm", "-rf", dir, NULL);
}

static inline void test_write(const char *dir, struct text file, struct text content)
{
	char path[400];
	snprintf(path, sizeof path, "%s/%.*s", dir, TEXT_ARG(file));
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(content.ptr, 1, content.len, f), content.len);
	fclose(f);
}

/* Replace the first occurrence; it must be there. */
static inline void test_edit(
        struct arena *a, const char *dir, struct text file, struct text from, struct text to)
{
	struct text path = text_format(a, "%s/%.*s", dir, TEXT_ARG(file)), bytes;
	assert_ok(folder_read_file(a, path.ptr, 1 << 20, &bytes, &e));
	size_t at = text_find(bytes, from, 0);
	if (at == SIZE_MAX)
		fail_msg("%s has no %.*s", path.ptr, TEXT_ARG(from));
	test_write(dir, file,
	        text_format(a, "%.*s%.*s%.*s", (int)at, bytes.ptr, TEXT_ARG(to),
	                (int)(bytes.len - at - from.len), bytes.ptr + at + from.len));
}

/* A copy of the good world with `edits`, `files` and `remove` of a case (NULL = none). */
static inline char *test_world(struct arena *a, const struct json *j)
{
	char *dir = text_z(a, TEXT("/tmp/amtsweg-service-XXXXXX"));
	size_t count;
	assert_non_null(mkdtemp(dir));
	test_run("cp", "-r", TEST_CASES "/base/.", dir);
	const struct json *edits = json_items(j, "edits", &count);
	for (size_t i = 0; i < count; i++)
		test_edit(a, dir, json_text(&edits[i], "file"), json_text(&edits[i], "from"),
		        json_text(&edits[i], "to"));
	const struct json *files = json_get(j, "files");
	for (size_t i = 0; files && i < files->count; i++)
		test_write(dir, files->members[i].name, files->members[i].value.text);
	const struct json *gone = json_items(j, "remove", &count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(
		        unlink(text_format(a, "%s/%.*s", dir, TEXT_ARG(gone[i].text)).ptr), 0);
	return dir;
}

#endif
