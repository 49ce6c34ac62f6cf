#include "format/xml.h"

#include "base/buf.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>

/* Elements are collected while the tree grows; children stand together in memory only
 * after their parent has ended, so each open element keeps a list of its own. */
struct open_element {
	struct xml node;
	struct xml *children;
	size_t cap;
	struct buf text;
};

struct reader {
	struct arena *a;
	struct open_element *open;
	size_t depth;
	size_t cap;
	size_t nodes;
	xmlParserCtxtPtr parser;
	const struct xml *root;
	struct errinfo error;
};

static void refuse(struct reader *r, enum err code, const char *what)
{
	if (r->error.code == OK) {
		fail(&r->error, code, "%s", what);
		r->error.line = xmlSAX2GetLineNumber(r->parser);
	}
	xmlStopParser(r->parser);
}

static struct text copy(struct reader *r, const xmlChar *from, size_t len)
{
	return text_copy(r->a, (struct text){(const char *)from, len});
}

static struct text copy_z(struct reader *r, const xmlChar *z)
{
	return z ? copy(r, z, strlen((const char *)z)) : TEXT_NONE;
}

/* libxml2 gives five pointers an attribute: name, prefix, URI, begin and end of value. */
static void take_attributes(struct reader *r, struct xml *x, int count, const xmlChar **at)
{
	struct xml_attribute *list = ARENA_ARRAY(r->a, (size_t)count, struct xml_attribute);
	for (int i = 0; i < count; i++, at += 5) {
		list[i].name = copy_z(r, at[0]);
		list[i].space = copy_z(r, at[2]);
		list[i].value = copy(r, at[3], (size_t)(at[4] - at[3]));
	}
	x->attributes = list;
	x->attribute_count = (size_t)count;
}

static void on_start(void *self, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
        int space_count, const xmlChar **spaces, int count, int defaulted, const xmlChar **at)
{
	(void)prefix, (void)space_count, (void)spaces, (void)defaulted;
	struct reader *r = ((xmlParserCtxtPtr)self)->_private;
	if (r->depth >= XML_DEPTH_MAX || ++r->nodes > XML_NODES_MAX) {
		refuse(r, ERR_LIMIT, "too deep or too many elements");
		return;
	}
	struct open_element *o = ARENA_PUSH(r->a, r->open, r->depth, r->cap);
	*o = (struct open_element){0};
	o->node.name = copy_z(r, name);
	o->node.space = copy_z(r, uri);
	o->node.line = xmlSAX2GetLineNumber(r->parser);
	take_attributes(r, &o->node, count, at);
	buf_init(&o->text, XML_SIZE_MAX);
}

static struct xml *place(struct reader *r)
{
	if (r->depth == 0)
		return ARENA_NEW(r->a, struct xml);
	struct open_element *parent = &r->open[r->depth - 1];
	return ARENA_PUSH(r->a, parent->children, parent->node.count, parent->cap);
}

static void on_end(void *self, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	(void)name, (void)prefix, (void)uri;
	struct reader *r = ((xmlParserCtxtPtr)self)->_private;
	if (r->depth == 0)
		return;
	struct open_element *o = &r->open[r->depth - 1];
	o->node.text = buf_copy(&o->text, r->a);
	buf_free(&o->text);
	o->node.children = o->children;
	r->depth--;
	struct xml *x = place(r);
	*x = o->node;
	if (r->depth == 0)
		r->root = x;
}

static void on_text(void *self, const xmlChar *text, int len)
{
	struct reader *r = ((xmlParserCtxtPtr)self)->_private;
	if (r->depth)
		buf_add(&r->open[r->depth - 1].text,
		        (struct text){(const char *)text, (size_t)len});
}

static void on_dtd(void *self, const xmlChar *name, const xmlChar *id, const xmlChar *system_id)
{
	(void)name, (void)id, (void)system_id;
	refuse(((xmlParserCtxtPtr)self)->_private, ERR_INVALID,
	        "a document type declaration is not allowed");
}

static void on_error(void *self, xmlErrorPtr error)
{
	struct reader *r = ((xmlParserCtxtPtr)self)->_private;
	bool odd_name =
	        error->code == XML_WAR_NS_URI; /* a name space that is no URI is a name still */
	if (r->error.code != OK || error->level < XML_ERR_ERROR || odd_name)
		return;
	struct text message = text_trim(text_from(error->message));
	fail(&r->error, ERR_INVALID, "%.*s", TEXT_ARG(message));
	r->error.line = error->line;
}

static xmlSAXHandler handlers(void)
{
	return (xmlSAXHandler){
	        .initialized = XML_SAX2_MAGIC,
	        .startElementNs = on_start,
	        .endElementNs = on_end,
	        .characters = on_text,
	        .cdataBlock = on_text,
	        .internalSubset = on_dtd,
	        .serror = (xmlStructuredErrorFunc)on_error,
	};
}

static void set_parents(struct xml *x)
{
	struct xml *children = (struct xml *)x->children;
	for (size_t i = 0; i < x->count; i++) {
		children[i].parent = x;
		set_parents(&children[i]);
	}
}

static enum err parse(struct reader *r, struct text t, struct errinfo *e)
{
	xmlSAXHandler sax = handlers();
	r->parser = xmlCreatePushParserCtxt(&sax, NULL, NULL, 0, NULL);
	check(r->parser != NULL);
	/* NOENT: "&amp;" in attributes becomes "&"; with no DTD there is no other entity. */
	r->parser->_private = r;
	xmlCtxtUseOptions(r->parser, XML_PARSE_NONET | XML_PARSE_NOENT);
	r->parser->userData = r->parser;
	xmlParseChunk(r->parser, t.len ? t.ptr : "", (int)t.len, 1);
	bool well_formed = r->parser->wellFormed;
	xmlFreeParserCtxt(r->parser);
	while (r->depth)
		buf_free(&r->open[--r->depth].text);
	if (r->error.code != OK) {
		if (e)
			*e = r->error;
		return r->error.code;
	}
	if (!well_formed || !r->root)
		return fail(e, ERR_INVALID, "this is not well-formed XML");
	return OK;
}

enum err xml_parse(struct arena *a, struct text t, const char *where, const struct xml **out,
        struct errinfo *e)
{
	struct reader r = {.a = a};
	enum err result = t.len > XML_SIZE_MAX
	                          ? fail(e, ERR_LIMIT, "larger than %d bytes", XML_SIZE_MAX)
	                          : parse(&r, t, e);
	if (result != OK)
		return e ? fail_at(e, where, 0) : result;
	set_parents((struct xml *)r.root);
	*out = r.root;
	return OK;
}

void xml_start(void)
{
	xmlInitParser();
}

void xml_stop(void)
{
	xmlCleanupParser();
}

const struct xml *xml_child(const struct xml *x, const char *name)
{
	for (size_t i = 0; x && i < x->count; i++) {
		if (text_is(x->children[i].name, name))
			return &x->children[i];
	}
	return NULL;
}

const struct xml *xml_next(const struct xml *x)
{
	const struct xml *end = x->parent ? x->parent->children + x->parent->count : NULL;
	for (const struct xml *y = x + 1; end && y < end; y++) {
		if (text_eq(y->name, x->name))
			return y;
	}
	return NULL;
}

bool xml_named(const struct xml *x, const char *space, const char *name)
{
	return text_is(x->name, name) && text_is(x->space, space);
}

static const struct xml_attribute *find(const struct xml *x, const char *space, const char *name)
{
	for (size_t i = 0; x && i < x->attribute_count; i++) {
		const struct xml_attribute *at = &x->attributes[i];
		if (text_is(at->name, name) && text_is(at->space, space))
			return at;
	}
	return NULL;
}

struct text xml_attr_ns(const struct xml *x, const char *space, const char *name)
{
	const struct xml_attribute *at = find(x, space, name);
	return at ? at->value : TEXT_NONE;
}

struct text xml_attr(const struct xml *x, const char *name)
{
	return xml_attr_ns(x, "", name);
}

bool xml_has(const struct xml *x, const char *name)
{
	return find(x, "", name) != NULL;
}

struct text xml_child_text(const struct xml *x, const char *name)
{
	const struct xml *child = xml_child(x, name);
	return child ? text_trim(child->text) : TEXT_NONE;
}

void xml_write_escaped(struct buf *b, struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		switch (t.ptr[i]) {
		case '<': buf_add_z(b, "&lt;"); break;
		case '>': buf_add_z(b, "&gt;"); break;
		case '&': buf_add_z(b, "&amp;"); break;
		case '"': buf_add_z(b, "&quot;"); break;
		case '\'': buf_add_z(b, "&#39;"); break;
		default: buf_add_byte(b, t.ptr[i]);
		}
	}
}
