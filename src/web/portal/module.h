/* web/portal/module.h - the pages for citizens as a part of the site. */
#ifndef WEB_PORTAL_MODULE_H
#define WEB_PORTAL_MODULE_H

#include "web/web.h"

extern const struct web_module portal_module;

#endif
