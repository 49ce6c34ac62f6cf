/* format/xml.h - XML 1.0 with namespaces as an immutable tree in an arena.
 *
 * Reading is done by libxml2, hardened: no network, no DTD (refused, hence no entities of
 * one's own), no external anything, limits on size, depth and nodes. Comments and
 * processing instructions are dropped. */
#ifndef FORMAT_XML_H
#define FORMAT_XML_H

#include "base/text.h"

enum {
	XML_SIZE_MAX = 32 << 20,
	XML_DEPTH_MAX = 200,
	XML_NODES_MAX = 1000000,
};

struct xml_attribute {
	struct text name;  /* local name */
	struct text space; /* namespace URI, empty for unprefixed attributes */
	struct text value;
};

struct xml {
	struct text name;  /* local name of the element */
	struct text space; /* namespace URI, may be empty */
	struct text text;  /* all character data directly inside, joined, untrimmed */
	int line;
	const struct xml_attribute *attributes;
	size_t attribute_count;
	const struct xml *children; /* elements only, in order */
	size_t count;
	const struct xml *parent; /* NULL at the root */
};

/* ERR_INVALID with the line; `where` names the source. ERR_LIMIT beyond a limit. Safe from
 * several threads after xml_start. */
MUST_USE enum err xml_parse(struct arena *a, struct text t, const char *where,
        const struct xml **out, struct errinfo *e);

/* Once in main before threads exist, and at the end. */
void xml_start(void);
void xml_stop(void);

/* The first child element of this local name (any namespace), or NULL. */
const struct xml *xml_child(const struct xml *x, const char *name);
/* The next sibling of the same local name after `x` among its parent's children. */
const struct xml *xml_next(const struct xml *x);
bool xml_named(const struct xml *x, const char *space, const char *name);
/* Value of an attribute without namespace, empty when absent; xml_has tells them apart. */
struct text xml_attr(const struct xml *x, const char *name);
struct text xml_attr_ns(const struct xml *x, const char *space, const char *name);
bool xml_has(const struct xml *x, const char *name);
/* Trimmed text of the first child of this name, empty when absent. */
struct text xml_child_text(const struct xml *x, const char *name);

/* Escaped for element content or attribute values. */
struct buf;
void xml_write_escaped(struct buf *b, struct text t);

#endif
