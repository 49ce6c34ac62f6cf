/* web/desk/case.h - the page of a case, in two files. */
#ifndef WEB_DESK_CASE_H
#define WEB_DESK_CASE_H

#include "web/desk/desk.h"

struct case_fact {
	struct text label, value;
};

/* A deadline. */
struct case_limit {
	struct text name, state, day, why_title;
	bool done;
	struct desk_due due;
	struct text *why;
	size_t why_count;
};

/* A letter on its way or delivered. */
struct case_sending {
	struct text title, href, text;
	struct text post; /* where the day of posting is recorded, or empty */
	struct text *why;
	size_t why_count;
};

/* A request to the applicant. */
struct case_asking {
	struct text when, text, state;
	struct text *fields;
	size_t field_count;
	bool open;
};

struct case_trouble {
	struct text step, text, at, act;
};

/* A task, or what the case waits for. */
struct case_next {
	struct text title, text, href, label, why_not, with, assign;
	bool take, give_back, choose;
	struct desk_due due;
};

struct case_page {
	struct text name, service, number, status;
	const char *status_class;
	struct text access, filing, all_events, more_answers, change_words;
	struct text person_name, person_address, person_born, person_mail, person_way;
	struct text process_title, invoice, invoice_state;
	struct html_markup process;
	bool refresh, more_events, all_shown, all_answers, can_file;
	struct case_fact *facts;
	size_t fact_count, fact_cap;
	struct case_next next;
	struct case_next *others;
	size_t other_count;
	struct desk_block *blocks;
	size_t block_count;
	struct desk_result *results;
	size_t result_count;
	struct desk_document *documents;
	size_t document_count;
	struct desk_event *events;
	size_t event_count;
	struct case_limit *limits;
	size_t limit_count;
	struct case_sending *sendings;
	size_t sending_count;
	struct case_asking *askings;
	size_t asking_count;
	struct case_trouble *troubles;
	size_t trouble_count;
};

/* Deadlines, deliveries, requests, incidents, invoice (case_side.c). */
void case_fill_sides(struct web_request *r, const struct case_view *v, const struct words *w,
        struct case_page *p);

#endif
