/* web/portal/step.h - one screen of a form. */
#ifndef WEB_PORTAL_STEP_H
#define WEB_PORTAL_STEP_H

#include "web/portal/portal.h"

struct step_entry {
	struct text title, summary, change, remove;
	bool done;
};

/* A posted field that is sent again from a page in between. */
struct step_kept {
	struct text name, value;
};

struct step_difference {
	struct text label, saved, typed;
	bool differs;
};

struct step_page {
	struct portal_draft *draft;
	struct text address;
	struct text service, title, action, back, basis, return_to, trouble;
	struct text lang; /* of the title, where it is not the page's */
	struct html_markup intro, exit;
	struct web_field *fields;
	size_t field_count;
	bool multipart, entry_new;
	bool fields_heading; /* the label of the only field is the heading */
	struct step_entry *entries;
	size_t entry_count;
	struct text add, add_label, next_label;
	bool required; /* a list that needs at least one entry */
	struct text remove_title;
	struct step_difference *differences;
	size_t difference_count;
	struct step_kept *kept;
	size_t kept_count;
	struct portal_track track;
};

extern const struct web_page step_fields_page, step_list_page, step_exit_page, step_remove_page,
        step_conflict_page;

/* Everything but what is asked: title, track, back link, action. */
void step_page_begin(struct web_request *r, struct portal_draft *d, const struct form_view *v,
        struct step_page *p);
/* Shows a step; `outcome` and `faults` may be NULL, `trouble` may be empty. */
MUST_USE enum err step_show(struct web_request *r, struct portal_draft *d, struct text address,
        int status, const struct form_outcome *outcome, const struct portal_faults *faults,
        struct text trouble, struct errinfo *e);
struct text step_basis(struct arena *a, const struct form_view *v);

enum err step_get(struct web_request *r, struct errinfo *e);
enum err step_post(struct web_request *r, struct errinfo *e);
enum err step_remove_get(struct web_request *r, struct errinfo *e);
enum err step_remove_post(struct web_request *r, struct errinfo *e);
enum err step_file_get(struct web_request *r, struct errinfo *e);

#endif
