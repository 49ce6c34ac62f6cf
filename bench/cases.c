/* bench/cases.c - prints "draft number" of every case, for tests that count.
 *
 *	build/bench/cases DATA
 *
 * Reads the file beside a stopped server, past everything the program does. */
#include <sqlite3.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	char path[4096];
	sqlite3 *db;
	sqlite3_stmt *get;
	int code;
	if (argc != 2) {
		fprintf(stderr, "usage: cases DATA\n");
		return 2;
	}
	snprintf(path, sizeof path, "%s/amtsweg.db", argv[1]);
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
	        sqlite3_prepare_v2(db, "SELECT coalesce(draft, '-'), number FROM cases", -1, &get,
	                NULL) != SQLITE_OK) {
		fprintf(stderr, "%s: %s\n", path, sqlite3_errmsg(db));
		return 1;
	}
	while ((code = sqlite3_step(get)) == SQLITE_ROW)
		printf("%s %s\n", (const char *)sqlite3_column_text(get, 0),
		        (const char *)sqlite3_column_text(get, 1));
	sqlite3_finalize(get);
	sqlite3_close(db);
	return code == SQLITE_DONE ? 0 : 1;
}
