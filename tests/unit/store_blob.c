#include "store_test.h"

#include <fcntl.h>

/* Sealing, keys and blobs: what is changed on disk must be found, what is destroyed must not
 * come back. */

struct subject {
	const char *name;
	const char *authority; /* assign; NULL: share with `from`, or drop / destroy */
	const char *from;
	bool destroy;
};

static enum err subject_apply(struct apply *ap, struct errinfo *e)
{
	const struct subject *s = ap->command->input;
	struct text name = text_from(s->name);
	if (s->authority)
		return key_assign(ap, name, text_from(s->authority), e);
	if (s->from)
		return key_share(ap, text_from(s->from), name, e);
	return s->destroy ? key_destroy(ap, name, e) : key_drop(ap, name, e);
}

struct keep {
	const struct blob *blob;
	const char *owner;
	bool drop;
};

static enum err keep_apply(struct apply *ap, struct errinfo *e)
{
	const struct keep *k = ap->command->input;
	if (k->drop)
		return blob_drop(ap, text_from(k->blob->address), text_from(k->owner), e);
	return blob_keep(ap, k->blob, text_from(k->owner), e);
}

static const struct command_kind kinds[] = {
        {.name = "subject", .apply = subject_apply},
        {.name = "keep", .apply = keep_apply},
};

static struct instant test_time = {.ms = INT64_C(1780000000000)};

static struct instant test_now(void *self)
{
	return *(struct instant *)self;
}

static struct store *start(struct place *p)
{
	p->options.clock = (struct clock){test_now, &test_time};
	struct store *s = place_open(p);
	store_register(s, kinds, 2, NULL);
	assert_ok(store_start(s, &e));
	return s;
}

static int setup(void **state)
{
	static struct place p;
	place_make(&p);
	*state = &p;
	return 0;
}

static int teardown(void **state)
{
	place_remove(*state);
	return 0;
}

static void assign(struct store *s, const char *name, const char *authority)
{
	struct subject subject = {.name = name, .authority = authority};
	assert_ok(store_do(s, "subject", &subject, &e));
}

static void give_up(struct store *s, const char *name, bool destroy)
{
	struct subject subject = {.name = name, .destroy = destroy};
	assert_ok(store_do(s, "subject", &subject, &e));
	/* the key goes with a follow-up, which runs before the next command */
	assert_int_equal(
	        store_do(s, "note.refuse", &(struct note){.body = TEXT("x")}, NULL), ERR_CONFLICT);
}

static struct text sealed_in(
        struct store *s, struct arena *a, const char *subject, const char *row, const char *plain)
{
	struct db *db;
	struct text out;
	assert_ok(store_read_begin(s, &db, &e));
	assert_ok(seal(
	        db, text_from(subject), "case", text_from(row), text_from(plain), a, &out, &e));
	store_read_end(s, db);
	return out;
}

static enum err open_seal(struct store *s, struct arena *a, const char *subject, const char *row,
        struct text sealed, struct text *out)
{
	struct db *db;
	assert_ok(store_read_begin(s, &db, &e));
	enum err err = unseal(db, text_from(subject), "case", text_from(row), sealed, a, out,
	        &(struct errinfo){0});
	store_read_end(s, db);
	return err;
}

/* Seals -------------------------------------------------------------------------------------- */

static void seal__opens_only__with_its_key_and_at_its_place(void **state)
{
	struct store *s = start(*state);
	struct arena *a = arena_new(0);
	struct text out;
	assign(s, "case-1", "14612000");
	assign(s, "case-2", "14612000");
	struct text sealed = sealed_in(s, a, "case-1", "1", "Erika Mustermann");
	assert_int_equal(sealed.len, strlen("Erika Mustermann") + SEAL_OVERHEAD);
	assert_int_equal(text_find(sealed, TEXT("Erika"), 0), SIZE_MAX);
	assert_int_equal(open_seal(s, a, "case-1", "1", sealed, &out), OK);
	assert_text(out, "Erika Mustermann");
	assert_int_equal(open_seal(s, a, "case-1", "2", sealed, &out), ERR_CORRUPT);
	assert_int_equal(open_seal(s, a, "case-2", "1", sealed, &out), ERR_CORRUPT);
	assert_int_equal(open_seal(s, a, "case-3", "1", sealed, &out), ERR_NOT_FOUND);
	assert_int_equal(open_seal(s, a, "case-1", "1", TEXT("short"), &out), ERR_CORRUPT);
	for (size_t i = 0; i < sealed.len; i++) {
		struct text other = text_copy(a, sealed);
		((char *)other.ptr)[i] ^= 1;
		assert_int_equal(open_seal(s, a, "case-1", "1", other, &out), ERR_CORRUPT);
	}
	struct text empty = sealed_in(s, a, "case-1", "1", "");
	assert_int_equal(open_seal(s, a, "case-1", "1", empty, &out), OK);
	assert_int_equal(out.len, 0);
	arena_free(a);
	store_close(s);
}

static void seal__after_a_restart__still_opens(void **state)
{
	struct store *s = start(*state);
	struct arena *a = arena_new(0);
	struct text out;
	assign(s, "case-1", "14612000");
	struct text sealed = sealed_in(s, a, "case-1", "1", "text");
	store_close(s);
	s = start(*state);
	assert_int_equal(open_seal(s, a, "case-1", "1", sealed, &out), OK);
	assert_text(out, "text");
	arena_free(a);
	store_close(s);
}

static void key__assigned_twice__is_refused(void **state)
{
	struct store *s = start(*state);
	struct subject again = {.name = "case-1", .authority = "14612000"};
	assign(s, "case-1", "14612000");
	assert_int_equal(store_do(s, "subject", &again, NULL), ERR_CONFLICT);
	store_close(s);
}

static void key__many_subjects__have_different_keys(void **state)
{
	struct store *s = start(*state);
	struct arena *a = arena_new(0);
	struct text out, first = TEXT_NONE;
	for (int i = 0; i < 8 * KEYS_SPARE_FIRST; i++) {
		struct text name = text_format(a, "case-%d", i);
		assign(s, name.ptr, "14612000");
		if (i == 0)
			first = sealed_in(s, a, "case-0", "1", "x");
		else
			assert_int_equal(open_seal(s, a, name.ptr, "1", first, &out), ERR_CORRUPT);
	}
	arena_free(a);
	store_close(s);
}

static void key__destroyed__opens_nothing_any_more(void **state)
{
	struct place *p = *state;
	struct store *s = start(p);
	struct arena *a = arena_new(0);
	struct text out;
	struct blob b;
	assign(s, "case-1", "14612000");
	struct text sealed = sealed_in(s, a, "case-1", "1", "text");
	assert_ok(blob_put(s, TEXT("case-1"), TEXT("bytes"), &b, &e));
	unsigned char blob_key[KEY_ID_SIZE];
	memcpy(blob_key, b.key, sizeof blob_key);
	give_up(s, "case-1", true);
	assert_int_equal(open_seal(s, a, "case-1", "1", sealed, &out), ERR_NOT_FOUND);
	struct key key;
	assert_int_equal(keys_get(s, b.subject, &key, NULL), ERR_NOT_FOUND);
	assert_int_equal(keys_get(s, blob_key, &key, NULL), ERR_NOT_FOUND);
	store_close(s);
	/* not in the file either: the database was overwritten, the log emptied */
	FILE *f = fopen(text_format(a, "%s/keys.db", p->dir).ptr, "rb");
	static char bytes[1 << 20];
	struct text file = {bytes, fread(bytes, 1, sizeof bytes, f)};
	fclose(f);
	assert_true(file.len > 0 && file.len < sizeof bytes);
	assert_int_equal(
	        text_find(file, (struct text){(char *)b.subject, KEY_ID_SIZE}, 0), SIZE_MAX);
	arena_free(a);
}

static void key__shared__lives_until_the_last_one_drops_it(void **state)
{
	struct store *s = start(*state);
	struct arena *a = arena_new(0);
	struct text out;
	struct subject share = {.name = "case-1", .from = "draft-1"};
	assign(s, "draft-1", "14612000");
	struct text sealed = sealed_in(s, a, "draft-1", "1", "text");
	assert_ok(store_do(s, "subject", &share, &e));
	assert_int_equal(open_seal(s, a, "case-1", "1", sealed, &out), OK);
	give_up(s, "draft-1", false);
	assert_int_equal(open_seal(s, a, "draft-1", "1", sealed, &out), ERR_NOT_FOUND);
	assert_int_equal(open_seal(s, a, "case-1", "1", sealed, &out), OK);
	struct db *db;
	const struct key_slot *slot;
	unsigned char id[KEY_ID_SIZE];
	struct key key;
	assert_ok(store_read_begin(s, &db, &e));
	assert_ok(subject_key(db, TEXT("case-1"), &slot, &e));
	memcpy(id, slot->id, sizeof id);
	store_read_end(s, db);
	give_up(s, "case-1", false);
	assert_int_equal(keys_get(s, id, &key, NULL), ERR_NOT_FOUND);
	arena_free(a);
	store_close(s);
}

static void key__swapped_rows__do_not_open(void **state)
{
	struct place *p = *state;
	struct store *s = start(p);
	struct arena *a = arena_new(0);
	struct text out;
	assign(s, "case-1", "14612000");
	struct text sealed = sealed_in(s, a, "case-1", "1", "text");
	store_close(s);
	tamper(p, "keys.db",
	        "CREATE TEMP TABLE old AS SELECT id, wrapped, row_number() OVER (ORDER BY id) AS n"
	        " FROM key WHERE kind = 'subject';"
	        "UPDATE key SET wrapped = (SELECT o.wrapped FROM old o WHERE o.n ="
	        " (SELECT n FROM old WHERE old.id = key.id) % (SELECT count(*) FROM old) + 1)"
	        " WHERE kind = 'subject'");
	s = start(p);
	assert_int_equal(open_seal(s, a, "case-1", "1", sealed, &out), ERR_CORRUPT);
	arena_free(a);
	store_close(s);
}

static void signature__of_the_installation__holds_for_its_text_alone(void **state)
{
	struct store *s = start(*state);
	unsigned char signature[SIGN_SIZE], public_key[SIGN_PUBLIC_SIZE];
	assert_ok(store_sign(s, TEXT("receipt 1"), signature, &e));
	store_sign_public(s, public_key);
	assert_true(sign_holds(public_key, TEXT("receipt 1"), signature));
	assert_false(sign_holds(public_key, TEXT("receipt 2"), signature));
	store_close(s);
}

/* Blobs -------------------------------------------------------------------------------------- */

static struct text content(struct arena *a, size_t size, unsigned seed)
{
	char *bytes = arena_alloc(a, size);
	for (size_t i = 0; i < size; i++) {
		seed = seed * 1103515245u + 12345u;
		bytes[i] = (char)(seed >> 16);
	}
	return (struct text){bytes, size};
}

static struct blob put_kept(struct store *s, const char *subject, struct text bytes)
{
	struct blob b;
	assert_ok(blob_put(s, text_from(subject), bytes, &b, &e));
	struct keep keep = {.blob = &b, .owner = "document:1"};
	assert_ok(store_do(s, "keep", &keep, &e));
	return b;
}

static enum err get(struct store *s, struct arena *a, const char *subject, const struct blob *b,
        struct text *out, struct errinfo *e)
{
	struct db *db;
	TRY(store_read_begin(s, &db, e));
	enum err err = blob_get(db, text_from(subject), text_from(b->address), a, out, e);
	store_read_end(s, db);
	return err;
}

static const size_t sizes[] = {0, 1, 1000, BLOB_CHUNK - 1, BLOB_CHUNK, BLOB_CHUNK + 1,
        2 * BLOB_CHUNK, 3 * BLOB_CHUNK + 17, 5000000};

static void blob__of_every_size__comes_back(void **state)
{
	struct place *p = *state;
	struct store *s = start(p);
	struct arena *a = arena_new(0);
	assign(s, "case-1", "14612000");
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct text bytes = content(a, sizes[i], 7), out;
		struct blob b = put_kept(s, "case-1", bytes);
		assert_int_equal(b.size, sizes[i]);
		assert_int_equal(b.pack > 0, sizes[i] <= BLOB_PACKED_MAX);
		assert_ok(get(s, a, "case-1", &b, &out, &e));
		assert_true(text_eq(out, bytes));
	}
	store_close(s);
	s = start(p); /* the pack goes on where it ended */
	struct text out;
	struct blob b = put_kept(s, "case-1", TEXT("after the restart"));
	assert_ok(get(s, a, "case-1", &b, &out, &e));
	assert_text(out, "after the restart");
	arena_free(a);
	store_close(s);
}

static void blob__piece_by_piece__is_the_same_blob(void **state)
{
	struct store *s = start(*state);
	struct arena *a = arena_new(0);
	struct text bytes = content(a, 3 * BLOB_CHUNK + 5, 3);
	assign(s, "case-1", "14612000");
	struct blob whole = put_kept(s, "case-1", bytes), pieces;
	struct blob_writer *w;
	assert_ok(blob_begin(s, TEXT("case-1"), 1000000, &w, &e));
	for (size_t at = 0; at < bytes.len; at += 1013)
		assert_ok(blob_write(w,
		        text_part(bytes, at, at + 1013 < bytes.len ? at + 1013 : bytes.len), &e));
	assert_ok(blob_finish(w, &pieces, &e));
	assert_string_equal(pieces.address, whole.address);
	assert_true(pieces.known);
	arena_free(a);
	store_close(s);
}

static void blob__above_its_limit__is_refused_and_leaves_no_file(void **state)
{
	struct place *p = *state;
	struct store *s = start(p);
	struct arena *a = arena_new(0);
	struct blob_writer *w;
	struct errinfo why = {0};
	assign(s, "case-1", "14612000");
	assert_ok(blob_begin(s, TEXT("case-1"), 200000, &w, &e));
	assert_ok(blob_write(w, content(a, 200000, 1), &e));
	assert_int_equal(blob_write(w, TEXT("x"), &why), ERR_LIMIT);
	blob_abort(w);
	DIR *dir = opendir(text_format(a, "%s/blobs/tmp", p->dir).ptr);
	int files = 0;
	while (readdir(dir))
		files++;
	closedir(dir);
	assert_int_equal(files, 2); /* . and .. */
	arena_free(a);
	store_close(s);
}

static void blob__same_content__one_address_in_a_case_unrelated_between_cases(void **state)
{
	struct store *s = start(*state);
	struct arena *a = arena_new(0);
	struct text out;
	assign(s, "case-1", "14612000");
	assign(s, "case-2", "14612000");
	struct blob one = put_kept(s, "case-1", TEXT("the same form"));
	struct blob again = put_kept(s, "case-1", TEXT("the same form"));
	struct blob two = put_kept(s, "case-2", TEXT("the same form"));
	assert_string_equal(one.address, again.address);
	assert_true(again.known);
	assert_string_not_equal(one.address, two.address);
	assert_int_equal(get(s, a, "case-2", &one, &out, NULL), ERR_NOT_FOUND);
	arena_free(a);
	store_close(s);
}

static struct text stored_path(struct store *s, struct arena *a, const struct blob *b)
{
	char path[STORE_PATH_MAX];
	if (b->pack)
		store_path(s, path, "blobs/pack-%06d", (int)b->pack);
	else
		blob_file_path(s, path, b->key);
	return text_copy(a, text_from(path));
}

static void flip(struct store *s, struct arena *a, const struct blob *b, int64_t at)
{
	int fd = open(text_z(a, stored_path(s, a, b)), O_RDWR);
	char byte;
	off_t place = (off_t)((b->pack ? b->offset : 0) + at);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &byte, 1, place), 1);
	byte ^= 0x20;
	assert_int_equal(pwrite(fd, &byte, 1, place), 1);
	close(fd);
}

static uint64_t damaged(struct store *s, struct blob_report *report)
{
	struct db *db;
	assert_ok(store_read_begin(s, &db, &e));
	assert_ok(blob_verify(db, report, &e));
	store_read_end(s, db);
	return report->damaged;
}

static void blob__changed_anywhere__is_never_returned(void **state)
{
	struct store *s = start(*state);
	struct arena *a = arena_new(0);
	assign(s, "case-1", "14612000");
	static const size_t lengths[] = {500, 2 * BLOB_CHUNK + 9};
	for (size_t i = 0; i < 2; i++) {
		struct text bytes = content(a, lengths[i], 5), out;
		struct blob b = put_kept(s, "case-1", bytes);
		struct blob_report report;
		assert_int_equal(damaged(s, &report), 0);
		for (int64_t at = 0; at < b.length; at += 1 + b.length / 37) {
			struct errinfo why = {0};
			flip(s, a, &b, at);
			assert_int_equal(get(s, a, "case-1", &b, &out, &why), ERR_CORRUPT);
			assert_int_equal(damaged(s, &report), 1);
			assert_string_equal(report.first, b.address);
			flip(s, a, &b, at);
		}
		assert_ok(get(s, a, "case-1", &b, &out, &e));
	}
	arena_free(a);
	store_close(s);
}

static void blob__truncated_or_missing__is_told(void **state)
{
	struct store *s = start(*state);
	struct arena *a = arena_new(0);
	struct text out;
	struct errinfo why = {0};
	struct blob_report report;
	assign(s, "case-1", "14612000");
	struct blob packed = put_kept(s, "case-1", content(a, 900, 1));
	struct blob filed = put_kept(s, "case-1", content(a, 200000, 2));
	assert_int_equal(truncate(text_z(a, stored_path(s, a, &packed)),
	                         (off_t)(packed.offset + packed.length - 1)),
	        0);
	assert_int_equal(get(s, a, "case-1", &packed, &out, &why), ERR_CORRUPT);
	assert_non_null(strstr(why.message, "truncated"));
	/* a whole chunk less: what is left is authentic, but not all */
	assert_int_equal(
	        truncate(text_z(a, stored_path(s, a, &filed)), 24 + 4 + 2 * (BLOB_CHUNK + 17)), 0);
	assert_int_equal(get(s, a, "case-1", &filed, &out, &why), ERR_CORRUPT);
	assert_int_equal(unlink(text_z(a, stored_path(s, a, &filed))), 0);
	assert_int_equal(get(s, a, "case-1", &filed, &out, &why), ERR_CORRUPT);
	assert_non_null(strstr(why.message, "missing"));
	assert_int_equal(damaged(s, &report), 2);
	arena_free(a);
	store_close(s);
}

static void blob__row_shortened_to_whole_chunks__is_found(void **state)
{
	struct place *p = *state;
	struct store *s = start(p);
	struct arena *a = arena_new(0);
	struct text out;
	assign(s, "case-1", "14612000");
	struct blob b = put_kept(s, "case-1", content(a, 200000, 2));
	store_close(s);
	tamper(p, "amtsweg.db", "UPDATE blob SET length = 28 + 2 * 65553, size = 131072");
	s = start(p);
	assert_int_equal(get(s, a, "case-1", &b, &out, NULL), ERR_CORRUPT);
	arena_free(a);
	store_close(s);
}

/* The sweep ----------------------------------------------------------------------------------- */

static void sweep(struct store *s)
{
	bool more = true;
	while (more)
		assert_ok(store_sweep(s, &more, &e));
}

static void sweep__after_a_day__removes_only_what_nobody_keeps(void **state)
{
	struct store *s = start(*state);
	struct arena *a = arena_new(0);
	struct text out;
	struct key key;
	assign(s, "case-1", "14612000");
	struct blob kept = put_kept(s, "case-1", content(a, 100000, 1));
	struct blob loose = put_kept(s, "case-1", content(a, 100000, 2));
	struct keep drop = {.blob = &loose, .owner = "document:1", .drop = true};
	assert_ok(store_do(s, "keep", &drop, &e));
	test_time.ms += DAY_MS - 1000;
	sweep(s);
	assert_ok(get(s, a, "case-1", &loose, &out, &e));
	test_time.ms += 2000;
	sweep(s);
	assert_int_equal(get(s, a, "case-1", &loose, &out, NULL), ERR_NOT_FOUND);
	assert_int_equal(keys_get(s, loose.key, &key, NULL), ERR_NOT_FOUND);
	assert_int_equal(access(text_z(a, stored_path(s, a, &loose)), F_OK), -1);
	assert_ok(get(s, a, "case-1", &kept, &out, &e));
	arena_free(a);
	store_close(s);
}

static void sweep__content_stored_again__while_loose_survives(void **state)
{
	struct store *s = start(*state);
	struct arena *a = arena_new(0);
	struct text out, bytes = content(a, 100000, 2);
	assign(s, "case-1", "14612000");
	struct blob b = put_kept(s, "case-1", bytes);
	struct keep drop = {.blob = &b, .owner = "document:1", .drop = true};
	assert_ok(store_do(s, "keep", &drop, &e));
	struct blob again = put_kept(s, "case-1", bytes);
	assert_false(again.known);
	test_time.ms += 2 * (int64_t)DAY_MS;
	sweep(s);
	assert_ok(get(s, a, "case-1", &again, &out, &e));
	assert_true(text_eq(out, bytes));
	arena_free(a);
	store_close(s);
}

static void blob__two_owners__lives_until_both_are_gone(void **state)
{
	struct store *s = start(*state);
	struct arena *a = arena_new(0);
	struct text out;
	assign(s, "case-1", "14612000");
	struct blob b = put_kept(s, "case-1", TEXT("shared"));
	struct keep second = {.blob = &b, .owner = "document:2"};
	struct keep drop = {.blob = &b, .owner = "document:1", .drop = true};
	assert_ok(store_do(s, "keep", &second, &e));
	assert_ok(store_do(s, "keep", &drop, &e));
	test_time.ms += 2 * (int64_t)DAY_MS;
	sweep(s);
	assert_ok(get(s, a, "case-1", &b, &out, &e));
	arena_free(a);
	store_close(s);
}

/* Many threads share the syncs of the pack. ---------------------------------------------------- */

struct putter {
	struct store *store;
	int number;
	int good;
};

static void *put_many(void *host)
{
	struct putter *p = host;
	struct arena *a = arena_new(0);
	for (int i = 0; i < 30; i++) {
		struct text bytes = text_format(a, "content %d %d", p->number, i), out;
		struct blob b;
		struct keep keep = {.blob = &b, .owner = "document:1"};
		struct errinfo e;
		if (blob_put(p->store, TEXT("case-1"), bytes, &b, &e) == OK &&
		        store_do(p->store, "keep", &keep, &e) == OK &&
		        get(p->store, a, "case-1", &b, &out, &e) == OK && text_eq(out, bytes))
			p->good++;
	}
	arena_free(a);
	return NULL;
}

static void pack__many_threads__every_blob_reads_back(void **state)
{
	struct place *p = *state;
	p->options.readers = 8;
	struct store *s = start(p);
	pthread_t threads[6];
	struct putter putters[6];
	struct blob_report report;
	assign(s, "case-1", "14612000");
	for (int i = 0; i < 6; i++) {
		putters[i] = (struct putter){.store = s, .number = i};
		assert_int_equal(pthread_create(&threads[i], NULL, put_many, &putters[i]), 0);
	}
	for (int i = 0; i < 6; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(putters[i].good, 30);
	}
	assert_int_equal(damaged(s, &report), 0);
	assert_int_equal(report.checked, 180);
	store_close(s);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	        T(seal__opens_only__with_its_key_and_at_its_place),
	        T(seal__after_a_restart__still_opens),
	        T(key__assigned_twice__is_refused),
	        T(key__many_subjects__have_different_keys),
	        T(key__destroyed__opens_nothing_any_more),
	        T(key__shared__lives_until_the_last_one_drops_it),
	        T(key__swapped_rows__do_not_open),
	        T(signature__of_the_installation__holds_for_its_text_alone),
	        T(blob__of_every_size__comes_back),
	        T(blob__piece_by_piece__is_the_same_blob),
	        T(blob__above_its_limit__is_refused_and_leaves_no_file),
	        T(blob__same_content__one_address_in_a_case_unrelated_between_cases),
	        T(blob__changed_anywhere__is_never_returned),
	        T(blob__truncated_or_missing__is_told),
	        T(blob__row_shortened_to_whole_chunks__is_found),
	        T(sweep__after_a_day__removes_only_what_nobody_keeps),
	        T(sweep__content_stored_again__while_loose_survives),
	        T(blob__two_owners__lives_until_both_are_gone),
	        T(pack__many_threads__every_blob_reads_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
