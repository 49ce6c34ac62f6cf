/* The command `amtsweg verify`: history and documents against what was promised. */
#include "cli/cli.h"
#include "store/store.h"

static int print_history(const struct history_report *h)
{
	if (h->found == HISTORY_WHOLE) {
		printf("history: whole (%llu entries of %llu cases, %llu signed heads)\n",
		        (unsigned long long)h->entries, (unsigned long long)h->cases,
		        (unsigned long long)h->heads);
		return CLI_OK;
	}
	printf("history: broken at case %s, authority %s, entry %lld: %s\n", h->case_id,
	        h->authority, (long long)h->seq, h->what.message);
	return CLI_FAILED;
}

static int print_blobs(const struct blob_report *b)
{
	printf("documents: %llu checked, %llu damaged%s%s\n", (unsigned long long)b->checked,
	        (unsigned long long)b->damaged, b->damaged ? ", first: " : "",
	        b->damaged ? b->first : "");
	return b->damaged ? CLI_FAILED : CLI_OK;
}

static int verify(struct store *store, struct errinfo *e)
{
	struct db *db;
	struct history_report history;
	struct blob_report blobs;
	if (store_read_begin(store, &db, e) != OK)
		return cli_fail(e);
	enum err result = history_verify(db, TEXT_NONE, &history, e);
	if (result == OK)
		result = blob_verify(db, &blobs, e);
	store_read_end(store, db);
	if (result != OK)
		return cli_fail(e);
	return print_history(&history) | print_blobs(&blobs);
}

int cli_verify(int argc, char **argv)
{
	struct errinfo e = {0};
	struct store *store;
	struct arena *a = arena_new(0);
	const char *data = cli_option(&argc, argv, "--data");
	int result = CLI_USAGE;
	if (cli_options_done(argc, argv) && argc == 1) {
		struct text dir = text_from(data ? data : "var/data");
		struct store_options o = {
		        .dir = text_z(a, dir),
		        .master_key = text_z(a, text_format(a, "%.*s.key", TEXT_ARG(dir))),
		        .readers = 1,
		};
		result = CLI_FAILED;
		if (store_open(&o, &store, &e) != OK) {
			cli_fail(&e);
		} else {
			result = verify(store, &e);
			store_close(store);
		}
	} else {
		fprintf(stderr, "usage: amtsweg verify [--data DIR]\n");
	}
	arena_free(a);
	return result;
}
