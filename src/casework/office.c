/* Lists over all cases of an authority: letters for the post, what happened lately. */
#include "casework/casework_int.h"

static bool may_read(const struct people_actor *who, struct text authority, struct text service)
{
	struct errinfo e;
	struct people_object object = {
	        .kind = PEOPLE_CASE, .authority = authority, .service = service};
	return allow(who, PEOPLE_READ, &object, &e) == OK;
}

struct found_letter {
	struct post_row row;
	struct text case_id, title, label;
};

static enum err read_letters(struct db *db, struct text authority, struct arena *a,
        struct found_letter **out, size_t *count, struct errinfo *e)
{
	struct db_rows rows;
	size_t cap = 0;
	TRY(db_select(&rows, db, SQL_DELIVERY_TO_POST, e, BIND("authority", authority),
	        BIND("limit", CASE_HISTORY_ROWS)));
	while (db_next(&rows)) {
		struct found_letter *f = ARENA_PUSH(a, *out, *count, cap);
		f->row.delivery = row_copy(&rows, "id", a);
		f->row.number = row_copy(&rows, "number", a);
		f->row.service = row_copy(&rows, "service", a);
		f->row.document = row_copy(&rows, "document", a);
		f->row.letter_kind = row_copy(&rows, "letter_kind", a);
		f->row.at = row_instant(&rows, "at");
		f->case_id = row_copy(&rows, "case_id", a);
		f->title = row_copy_blob(&rows, "title", a);
		f->label = row_copy_blob(&rows, "label", a);
	}
	return db_end(&rows, e);
}

enum err post_list(struct casework *cw, struct db *db, const struct people_actor *who,
        struct text authority, struct arena *a, struct post_row **out, size_t *count,
        struct errinfo *e)
{
	struct people_object object = {.kind = PEOPLE_AUTHORITY, .authority = authority};
	struct found_letter *found = NULL;
	size_t found_count = 0, cap = 0;
	(void)cw;
	*out = NULL;
	*count = 0;
	TRY(allow(who, PEOPLE_LIST, &object, e));
	TRY(read_letters(db, authority, a, &found, &found_count, e));
	for (size_t i = 0; i < found_count; i++) {
		struct found_letter *f = &found[i];
		if (!may_read(who, authority, f->row.service))
			continue;
		struct post_row *row = ARENA_PUSH(a, *out, *count, cap);
		*row = f->row;
		TRY(unseal(db, f->case_id, "document.title", f->row.document, f->title, a,
		        &row->title, e));
		TRY(unseal(db, f->case_id, "cases.label", f->case_id, f->label, a, &row->label, e));
	}
	return OK;
}

enum err case_news_list(struct casework *cw, struct db *db, struct text authority,
        struct instant since, struct arena *a, struct case_news **out, size_t *count,
        struct errinfo *e)
{
	struct db_rows rows;
	size_t cap = 0, lock_count = 0, lock_cap = 0;
	struct news_place {
		struct text lock, element;
	} *places = NULL;
	*out = NULL;
	*count = 0;
	TRY(db_select(&rows, db, SQL_CASE_NEWS, e, BIND("authority", authority),
	        BIND("limit", CASE_HISTORY_ROWS)));
	while (db_next(&rows)) {
		if (row_instant(&rows, "at").ms < since.ms)
			continue;
		struct case_news *n = ARENA_PUSH(a, *out, *count, cap);
		n->number = row_copy(&rows, "number", a);
		n->service = row_copy(&rows, "service", a);
		n->kind = row_copy(&rows, "kind", a);
		n->at = row_instant(&rows, "at");
		*ARENA_PUSH(a, places, lock_count, lock_cap) = (struct news_place){
		        row_copy(&rows, "lock", a), row_copy(&rows, "element", a)};
	}
	TRY(db_end(&rows, e));
	for (size_t i = 0; i < *count; i++) {
		const struct service_adoption *x;
		TRY(cw->o.services.at(cw->o.services.self, places[i].lock, &x, e));
		const struct bpmn_element *node =
		        bpmn_model_find(x->service->model, places[i].element);
		(*out)[i].element_name = node ? node->name : TEXT_NONE;
	}
	return OK;
}
