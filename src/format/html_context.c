/* Follows literal template text through the states of HTML (WHATWG HTML 13.2.5, reduced to
 * what decides about escaping). */
#include "format/html_int.h"

#include <string.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static void name_start(char name[HTML_TAG_NAME_MAX], char c)
{
	name[0] = lower(c);
	name[1] = '\0';
}

static void name_add(char name[HTML_TAG_NAME_MAX], char c)
{
	size_t len = strlen(name);
	if (len + 1 < HTML_TAG_NAME_MAX) {
		name[len] = lower(c);
		name[len + 1] = '\0';
	}
}

static bool one_of(const char *name, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(name, *list) == 0)
			return true;
	return false;
}

static enum html_attr attr_kind(const char *name)
{
	static const char *const urls[] = {"href", "src", "action", "formaction", "cite", "poster",
	        "data", "background", "manifest", "xlink:href", "longdesc", NULL};
	static const char *const never[] = {"style", "srcdoc", "srcset", "ping", NULL};
	if (strncmp(name, "on", 2) == 0 || one_of(name, never))
		return HTML_ATTR_FORBIDDEN;
	return one_of(name, urls) ? HTML_ATTR_URL : HTML_ATTR_PLAIN;
}

/* The tag is complete: what follows is read as text of its element. */
static void tag_end(struct html_context *c)
{
	static const char *const raw[] = {"script", "style", "iframe", "noembed", "noframes", "xmp",
	        "noscript", "plaintext", NULL};
	static const char *const rcdata[] = {"title", "textarea", NULL};
	c->state = HTML_DATA;
	if (c->closing)
		return;
	if (one_of(c->name, raw))
		c->state = HTML_RAW;
	else if (one_of(c->name, rcdata))
		c->state = HTML_RCDATA;
	if (c->state != HTML_DATA) {
		memcpy(c->close, c->name, sizeof c->close);
		c->run = 0;
	}
}

/* RAW and RCDATA end with "</name": `run` counts how much of it was seen. */
static void feed_element(struct html_context *c, char ch)
{
	size_t len = strlen(c->close);
	char want = c->run == 0 ? '<' : c->run == 1 ? '/' : c->close[c->run - 2];
	if (c->run == len + 2) {
		c->run = 0;
		if (is_space(ch) || ch == '/' || ch == '>') {
			c->closing = true;
			memcpy(c->name, c->close, sizeof c->name);
			c->state = HTML_IN_TAG;
			if (ch == '>')
				tag_end(c);
		}
		return;
	}
	if (lower(ch) == want)
		c->run++;
	else
		c->run = ch == '<' ? 1 : 0;
}

static void feed_open(struct html_context *c, char ch)
{
	if (c->state == HTML_TAG_OPEN && ch == '/') {
		c->state = HTML_END_TAG;
	} else if (is_letter(ch)) {
		c->closing = c->state == HTML_END_TAG;
		name_start(c->name, ch);
		c->state = HTML_TAG_NAME;
	} else if (c->state == HTML_TAG_OPEN && (ch == '!' || ch == '?')) {
		c->state = HTML_DECLARATION;
		c->run = ch == '!' ? 1 : 0;
	} else {
		c->state = HTML_DATA;
	}
}

/* `run`: 1 after "<!", 2 after "<!-"; in a comment the number of dashes before. */
static void feed_declaration(struct html_context *c, char ch)
{
	if (c->state == HTML_COMMENT) {
		if (ch == '>' && c->run >= 2)
			c->state = HTML_DATA;
		c->run = ch == '-' ? c->run + 1 : 0;
	} else if (ch == '-' && c->run == 2) {
		c->state = HTML_COMMENT;
		c->run = 2;
	} else if (ch == '>') {
		c->state = HTML_DATA;
	} else {
		c->run = ch == '-' && c->run == 1 ? 2 : 0;
	}
}

static bool feed_tag(struct html_context *c, char ch, const char **why)
{
	if (ch == '>') {
		tag_end(c);
	} else if (is_space(ch) || ch == '/') {
		if (c->state == HTML_TAG_NAME)
			c->state = HTML_IN_TAG;
		else if (c->state == HTML_ATTR_NAME)
			c->state = HTML_AFTER_NAME;
	} else if (c->state == HTML_TAG_NAME) {
		name_add(c->name, ch);
	} else if (ch == '=') {
		if (c->state == HTML_IN_TAG) {
			*why = "an attribute has no name";
			return false;
		}
		c->attr = attr_kind(c->attr_name);
		c->started = c->scheme_over = false;
		c->scheme[0] = '\0';
		c->state = HTML_BEFORE_VALUE;
	} else if (c->state == HTML_ATTR_NAME) {
		name_add(c->attr_name, ch);
	} else {
		name_start(c->attr_name, ch);
		c->state = HTML_ATTR_NAME;
	}
	return true;
}

static bool feed_before_value(struct html_context *c, char ch, const char **why)
{
	if (ch == '"')
		c->state = HTML_VALUE_DOUBLE;
	else if (ch == '\'')
		c->state = HTML_VALUE_SINGLE;
	else if (ch == '>') {
		*why = "an attribute has no value";
		return false;
	} else if (!is_space(ch)) {
		c->state = HTML_VALUE_BARE;
	}
	return true;
}

/* An address in a template begins with a scheme we know or has none. */
static bool feed_scheme(struct html_context *c, char ch, const char **why)
{
	static const char *const known[] = {"http", "https", "mailto", "tel", NULL};
	if (c->attr != HTML_ATTR_URL || c->scheme_over)
		return true;
	c->scheme_over = ch == '/' || ch == '?' || ch == '#' || ch == ':';
	if (ch == ':' && strcmp(c->scheme, "data") == 0)
		c->attr =
		        HTML_ATTR_FORBIDDEN; /* written in the template: fine; a value in it: not */
	else if (ch == ':' && !one_of(c->scheme, known)) {
		*why = "an address has a scheme other than http, https, mailto, tel, data";
		return false;
	}
	name_add(c->scheme, ch);
	return true;
}

static bool feed_value(struct html_context *c, char ch, const char **why)
{
	if (c->state == HTML_VALUE_BARE) {
		if (ch == '>')
			tag_end(c);
		else if (is_space(ch))
			c->state = HTML_IN_TAG;
	} else if (ch == (c->state == HTML_VALUE_DOUBLE ? '"' : '\'')) {
		c->state = HTML_IN_TAG;
	} else {
		c->started = true;
		return feed_scheme(c, ch, why);
	}
	return true;
}

static bool feed_char(struct html_context *c, char ch, const char **why)
{
	switch (c->state) {
	case HTML_DATA:
		if (ch == '<')
			c->state = HTML_TAG_OPEN;
		return true;
	case HTML_TAG_OPEN:
	case HTML_END_TAG: feed_open(c, ch); return true;
	case HTML_TAG_NAME:
	case HTML_IN_TAG:
	case HTML_ATTR_NAME:
	case HTML_AFTER_NAME: return feed_tag(c, ch, why);
	case HTML_BEFORE_VALUE: return feed_before_value(c, ch, why);
	case HTML_VALUE_DOUBLE:
	case HTML_VALUE_SINGLE:
	case HTML_VALUE_BARE: return feed_value(c, ch, why);
	case HTML_DECLARATION:
	case HTML_COMMENT: feed_declaration(c, ch); return true;
	case HTML_RAW:
	case HTML_RCDATA: feed_element(c, ch); return true;
	}
	return true;
}

bool html_feed(struct html_context *c, struct text literal, const char **why)
{
	for (size_t i = 0; i < literal.len; i++)
		if (!feed_char(c, literal.ptr[i], why))
			return false;
	return true;
}

void html_settle(struct html_context *c)
{
	if (c->state == HTML_TAG_NAME || c->state == HTML_ATTR_NAME || c->state == HTML_AFTER_NAME)
		c->state = HTML_IN_TAG;
}

static bool in_value(const struct html_context *c)
{
	return c->state == HTML_VALUE_DOUBLE || c->state == HTML_VALUE_SINGLE;
}

bool html_join(struct html_context *a, const struct html_context *b)
{
	if (a->state != b->state)
		return false;
	if (in_value(a) && a->attr != b->attr)
		return false;
	if (a->state == HTML_IN_TAG && (a->closing != b->closing || strcmp(a->name, b->name) != 0))
		return false;
	if ((a->state == HTML_RAW || a->state == HTML_RCDATA) &&
	        (strcmp(a->close, b->close) != 0 || a->run != b->run))
		return false;
	a->started = a->started || b->started;
	a->scheme_over = a->scheme_over && b->scheme_over;
	return true;
}

enum html_escape html_place(const struct html_context *c, const char **why)
{
	if (c->state == HTML_DATA)
		return HTML_ESCAPE_TEXT;
	if (c->state == HTML_RCDATA && c->run == 0)
		return HTML_ESCAPE_TEXT;
	if (!in_value(c)) {
		*why = c->state == HTML_RAW       ? "a value stands inside script or style"
		       : c->state == HTML_COMMENT ? "a value stands inside a comment"
		       : c->state == HTML_BEFORE_VALUE || c->state == HTML_VALUE_BARE
		               ? "a value stands in an attribute without quotes"
		               : "a value stands inside a tag";
		return HTML_ESCAPE_NONE;
	}
	if (c->attr == HTML_ATTR_FORBIDDEN) {
		*why = "a value stands in an attribute that is code (on..., style, srcdoc, srcset, "
		       "data:)";
		return HTML_ESCAPE_NONE;
	}
	if (c->attr == HTML_ATTR_PLAIN)
		return HTML_ESCAPE_TEXT;
	return c->started ? HTML_ESCAPE_PART : HTML_ESCAPE_URL;
}
