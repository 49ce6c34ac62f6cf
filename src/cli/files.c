#include "cli/files.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

static int by_name(const void *a, const void *b)
{
	return text_cmp(*(const struct text *)a, *(const struct text *)b);
}

static void add_entry(struct arena *a, struct cli_files *out, struct text name)
{
	struct stat st;
	char *path = text_z(a, text_format(a, "%s/%.*s", out->path, TEXT_ARG(name)));
	if (stat(path, &st) != 0)
		return;
	if (S_ISDIR(st.st_mode))
		*ARENA_PUSH(a, out->folders, out->folder_count, out->folder_cap) = name;
	else if (S_ISREG(st.st_mode))
		*ARENA_PUSH(a, out->names, out->count, out->cap) = name;
}

enum err cli_list_files(struct arena *a, const char *path, struct cli_files *out, struct errinfo *e)
{
	*out = (struct cli_files){.path = path};
	DIR *dir = opendir(path);
	if (!dir)
		return fail(e, ERR_IO, "%s: %s", path, strerror(errno));
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
		if (entry->d_name[0] != '.')
			add_entry(a, out, text_copy(a, text_from(entry->d_name)));
	}
	closedir(dir);
	if (out->count > 0)
		qsort(out->names, out->count, sizeof *out->names, by_name);
	if (out->folder_count > 0)
		qsort(out->folders, out->folder_count, sizeof *out->folders, by_name);
	return OK;
}

bool cli_has_file(const struct cli_files *f, const char *ending)
{
	for (size_t i = 0; i < f->count; i++) {
		if (text_ends(f->names[i], text_from(ending)))
			return true;
	}
	return false;
}
