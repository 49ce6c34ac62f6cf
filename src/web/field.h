/* web/field.h - one form field as the partials in ui/pages/partials draw it.
 *
 * {{> partials/field this}} draws any kind; the handler fills the struct from the form
 * model. Order in a field: label, hint, error, input, tied by aria-describedby. */
#ifndef WEB_FIELD_H
#define WEB_FIELD_H

#include "format/html.h"

struct web_option {
	struct text id; /* of the input: "heizung.ja"; unique in the page */
	struct text value;
	struct text label;
	struct text hint;
	bool selected;
};

/* A file that is already there: shown with a tick box to remove it (name "<name>.remove", value
 * `id`, which names the content and not the place: a click sent twice removes nothing else). */
struct web_field_file {
	struct text id;
	struct text name;
	struct text size; /* "1,2 MB" */
	struct text note; /* "nicht auf Viren geprüft", or empty */
};

/* `kind` is one of: text, textarea, money, number, date, select, radio, checkbox (one tick
 * box), checks (several), file, group, label, hidden, locked. */
struct web_field {
	const char *kind;
	struct text id; /* of the input, target of the error summary */
	struct text name;
	struct text label;
	struct text hint;
	struct text error; /* empty: none */
	struct text value;
	struct text unit;   /* "Euro im Monat", "m²" */
	struct text source; /* "aus Ihrem BundID-Konto", or empty */
	struct text autocomplete;
	struct text inputmode;
	struct text accept;     /* file: media types */
	struct text help_title; /* opens the help below the field, empty: none */
	struct html_markup help;
	struct text lang;             /* where German stands in for a missing text: "de" */
	struct text day, month, year; /* date: as typed */
	bool day_bad, month_bad, year_bad;
	bool optional;
	bool multiple;
	bool heading; /* the label is the heading (h1) of the page */
	bool short_field;
	int lines;
	struct web_option *options;
	size_t option_count;
	struct web_field_file *files;
	size_t file_count;
	struct web_field *fields; /* group */
	size_t field_count;
};

extern const struct html_type web_field_type;

#endif
