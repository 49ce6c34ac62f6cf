/* service/folder.h - a folder as files in memory, with its limits and its content hash
 * (package.md section 6). */
#ifndef SERVICE_FOLDER_H
#define SERVICE_FOLDER_H

#include "service/findings.h"

struct folder_file {
	struct text path; /* below the folder, "/" between parts */
	struct text bytes;
};

struct folder {
	struct text name;          /* last part of its path: "wohngeld", "_letters" */
	struct text dir;           /* on disk, terminated; empty for folders made in memory */
	struct folder_file *files; /* by path bytes */
	size_t count, cap;
	struct text hash; /* empty: the folder breaks a limit */
};

/* Read a folder whole. What breaks a limit (paths, links, number, size) is a finding and
 * leaves the hash empty; ERR_NOT_FOUND, ERR_IO: the disk. */
MUST_USE enum err folder_read(struct arena *a, const char *dir, struct text name,
        struct service_findings *f, struct folder *out, struct errinfo *e);

/* A folder in memory with one file (overlays, authorities, routing). */
struct folder folder_of(struct arena *a, struct text name, struct text path, struct text bytes);

/* NULL when there is none. */
const struct folder_file *folder_find(const struct folder *d, struct text path);
/* The same for a path given as format. */
const struct folder_file *folder_find_z(const struct folder *d, const char *path);

/* The hash of files that are sorted by path. */
struct text folder_hash(struct arena *a, const struct folder_file *files, size_t count);

/* Names in a directory in order of bytes, those that begin with "." left out; ERR_NOT_FOUND,
 * ERR_IO. `directories`: only directories, else only regular files. */
MUST_USE enum err folder_list(struct arena *a, const char *dir, bool directories, struct text **out,
        size_t *count, struct errinfo *e);

/* A whole file of at most `max` bytes, links are refused (ERR_INVALID). */
MUST_USE enum err folder_read_file(
        struct arena *a, const char *path, size_t max, struct text *out, struct errinfo *e);

#endif
