/* cli/files.h - what stands in a folder, sorted by name. */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include "base/text.h"

struct cli_files {
	const char *path;
	struct text *names; /* regular files */
	size_t count, cap;
	struct text *folders;
	size_t folder_count, folder_cap;
};

/* Hidden entries are left out. ERR_IO when the folder cannot be read. */
MUST_USE enum err cli_list_files(
        struct arena *a, const char *path, struct cli_files *out, struct errinfo *e);
/* Is there a file with this ending? */
bool cli_has_file(const struct cli_files *f, const char *ending);

#endif
