/* What templates see of the frame and of form fields. */
#include "web/field.h"
#include "web/web.h"

static const struct html_type link_type = HTML_TYPE(struct web_link,
        HTML_MEMBER(struct web_link, label), HTML_MEMBER(struct web_link, href),
        HTML_MEMBER(struct web_link, lang), HTML_MEMBER(struct web_link, current));

static const struct html_type fault_type = HTML_TYPE(struct web_fault,
        HTML_MEMBER(struct web_fault, field), HTML_MEMBER(struct web_fault, message));

#define FRAME(member) HTML_MEMBER(struct web_frame, member)
const struct html_type web_frame_type = HTML_TYPE(struct web_frame, FRAME(language), FRAME(csrf),
        FRAME(path), FRAME(nav), FRAME(person), FRAME(unit), FRAME(search), FRAME(citizen),
        FRAME(staff), FRAME(demo), FRAME(read_only), FRAME(can_adopt), FRAME(can_control),
        FRAME(can_accounts), FRAME(notice),
        HTML_LIST(struct web_frame, languages, language_count, &link_type),
        HTML_LIST(struct web_frame, faults, fault_count, &fault_type), FRAME(fault_count));

static const struct html_type option_type =
        HTML_TYPE(struct web_option, HTML_MEMBER(struct web_option, id),
                HTML_MEMBER(struct web_option, value), HTML_MEMBER(struct web_option, label),
                HTML_MEMBER(struct web_option, hint), HTML_MEMBER(struct web_option, selected));

static const struct html_type file_type = HTML_TYPE(struct web_field_file,
        HTML_MEMBER(struct web_field_file, id), HTML_MEMBER(struct web_field_file, name),
        HTML_MEMBER(struct web_field_file, size), HTML_MEMBER(struct web_field_file, note));

#define FIELD(member) HTML_MEMBER(struct web_field, member)
const struct html_type web_field_type = HTML_TYPE(struct web_field, FIELD(kind), FIELD(id),
        FIELD(name), FIELD(label), FIELD(hint), FIELD(error), FIELD(value), FIELD(unit),
        FIELD(source), FIELD(autocomplete), FIELD(inputmode), FIELD(accept), FIELD(help_title),
        FIELD(help), FIELD(lang), FIELD(day), FIELD(month), FIELD(year), FIELD(day_bad),
        FIELD(month_bad), FIELD(year_bad), FIELD(optional), FIELD(multiple), FIELD(heading),
        FIELD(short_field), FIELD(lines),
        HTML_LIST(struct web_field, options, option_count, &option_type),
        HTML_LIST(struct web_field, files, file_count, &file_type),
        HTML_LIST(struct web_field, fields, field_count, &web_field_type));
