#include "cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static void take_out(int *argc, char **argv, int at, int count)
{
	for (int i = at; i + count < *argc; i++)
		argv[i] = argv[i + count];
	*argc -= count;
}

const char *cli_option(int *argc, char **argv, const char *name)
{
	size_t len = strlen(name);
	for (int i = 1; i < *argc; i++) {
		if (strncmp(argv[i], name, len) != 0)
			continue;
		if (argv[i][len] == '=') {
			const char *value = argv[i] + len + 1;
			take_out(argc, argv, i, 1);
			return value;
		}
		if (argv[i][len] == '\0' && i + 1 < *argc) {
			const char *value = argv[i + 1];
			take_out(argc, argv, i, 2);
			return value;
		}
	}
	return NULL;
}

bool cli_flag(int *argc, char **argv, const char *name)
{
	for (int i = 1; i < *argc; i++) {
		if (strcmp(argv[i], name) == 0) {
			take_out(argc, argv, i, 1);
			return true;
		}
	}
	return false;
}

bool cli_options_done(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == '-' && argv[i][1]) {
			fprintf(stderr, "amtsweg %s: unknown option or missing value: %s\n",
			        argv[0], argv[i]);
			return false;
		}
	}
	return true;
}

enum err cli_read_file(
        struct arena *a, const char *path, size_t max, struct text *out, struct errinfo *e)
{
	FILE *f = fopen(path, "rb");
	if (!f) {
		fail(e, ERR_NOT_FOUND, "%s", strerror(errno));
		return fail_at(e, path, 0);
	}
	struct buf b;
	char piece[16384];
	size_t got;
	buf_init(&b, max);
	while ((got = fread(piece, 1, sizeof piece, f)) > 0)
		buf_add(&b, (struct text){piece, got});
	bool broken = ferror(f);
	fclose(f);
	*out = buf_copy(&b, a);
	enum err result = buf_whole(&b, "the file", e);
	buf_free(&b);
	if (broken)
		result = fail(e, ERR_IO, "cannot be read");
	return result == OK ? OK : fail_at(e, path, 0);
}

int cli_fail(const struct errinfo *e)
{
	fprintf(stderr, "amtsweg: ");
	if (e->where[0])
		fprintf(stderr, "%s:", e->where);
	if (e->line)
		fprintf(stderr, "%d:", e->line);
	fprintf(stderr, "%s%s\n", e->where[0] ? " " : "", e->message);
	return CLI_FAILED;
}

/* The program stands in <home>/build or <home>/bin; a package sets AMTSWEG_HOME. */
struct text cli_home(struct arena *a)
{
	const char *set = getenv("AMTSWEG_HOME");
	char path[4096];
	if (set && set[0]) {
		char *whole = realpath(set, NULL); /* the letter helper wants absolute paths */
		struct text home = text_copy(a, text_from(whole ? whole : set));
		free(whole);
		return home;
	}
	ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
	if (len <= 0)
		return TEXT(".");
	struct text here = {path, (size_t)len};
	for (int up = 0; up < 2; up++) {
		while (here.len && here.ptr[here.len - 1] != '/')
			here.len--;
		here.len -= here.len > 1;
	}
	/* build/check/amtsweg stands one folder deeper. */
	if (text_ends(here, TEXT("/build")))
		here.len -= 6;
	return text_copy(a, here);
}
