/* format/markdown.h - short texts of packages (help, introductions, advice) as markup.
 *
 * CommonMark; raw HTML is left out, links to anything but http, https, mailto and paths of
 * this site lose their address. Headings begin at h3 so that they fit below a page's own. */
#ifndef FORMAT_MARKDOWN_H
#define FORMAT_MARKDOWN_H

#include "format/html.h"

enum { MARKDOWN_MAX = 64 << 10 }; /* bytes of a text; longer ones are cut */

struct html_markup markdown_html(struct arena *a, struct text markdown);

#endif
