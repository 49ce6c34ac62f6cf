/* bench/cases.c - prints "draft number authority service" of every case, for tests that count;
 * with `tasks` "task number authority service role" of every open task.
 *
 *	build/bench/cases DATA [tasks]
 *
 * Reads the file itself, past everything the program does. */
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char cases[] =
        "SELECT coalesce(draft, '-'), number, authority, service, '' FROM cases";
static const char tasks[] = "SELECT t.id, c.number, c.authority, c.service, t.role FROM task t "
                            "JOIN cases c ON c.id = t.case_id WHERE t.state = 'open'";

int main(int argc, char **argv)
{
	char path[4096];
	sqlite3 *db;
	sqlite3_stmt *get;
	int code;
	bool of_tasks = argc == 3 && strcmp(argv[2], "tasks") == 0;
	if (argc != 2 && !of_tasks) {
		fprintf(stderr, "usage: cases DATA [tasks]\n");
		return 2;
	}
	snprintf(path, sizeof path, "%s/amtsweg.db", argv[1]);
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
	        sqlite3_prepare_v2(db, of_tasks ? tasks : cases, -1, &get, NULL) != SQLITE_OK) {
		fprintf(stderr, "%s: %s\n", path, sqlite3_errmsg(db));
		return 1;
	}
	while ((code = sqlite3_step(get)) == SQLITE_ROW) {
		for (int i = 0; i < 5; i++)
			printf("%s%s", i ? " " : "", (const char *)sqlite3_column_text(get, i));
		printf("\n");
	}
	sqlite3_finalize(get);
	sqlite3_close(db);
	return code == SQLITE_DONE ? 0 : 1;
}
