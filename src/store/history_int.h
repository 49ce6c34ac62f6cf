/* store/history_int.h - the hashes of the chains. */
#ifndef STORE_HISTORY_INT_H
#define STORE_HISTORY_INT_H

#include "store/store_int.h"

struct history_row {
	struct text case_id;
	int64_t seq;
	struct instant at;
	struct text authority;
	int64_t place; /* in the authority's chain */
	struct text actor, kind, element;
	struct text payload;      /* sealed; empty = none or destroyed */
	struct text payload_hash; /* empty = there was none */
	struct text hash;
};

void history_hash_payload(struct text sealed, unsigned char out[HISTORY_HASH_SIZE]);
/* What an entry's hash must be after `previous`. */
void history_hash_entry(const unsigned char previous[HISTORY_HASH_SIZE],
        const struct history_row *row, unsigned char out[HISTORY_HASH_SIZE]);
/* Continue an authority's chain by an entry. `chain` is replaced. */
void history_hash_chain(unsigned char chain[HISTORY_HASH_SIZE], struct text entry_hash);
/* The columns of a row; texts are valid until db_next. */
void history_take_row(struct db_rows *r, struct text case_id, struct history_row *out);
/* What a head's signature signs. */
struct text history_head_message(
        struct arena *a, struct text authority, int64_t place, struct date day, struct text hash);
/* The name a payload is sealed under. */
struct text history_row_name(struct arena *a, struct text case_id, int64_t seq);

#endif
