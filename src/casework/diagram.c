/* The process of a case as SVG, from the drawing in the model (BPMN DI): what is done, where
 * it stands now, what comes. Read-only, without script; words come with the names. */
#include "casework/casework_int.h"

#include "format/xml.h"

enum { DIAGRAM_MARGIN = 20, LABEL_LINE = 15, LABEL_CHARS = 17, LABEL_LINES_MAX = 3 };

struct canvas {
	const struct case_view *v;
	const struct words *w;
	struct buf *out;
	double left, top, right, bottom;
};

static void extend(struct canvas *c, double x, double y)
{
	c->left = x < c->left ? x : c->left;
	c->top = y < c->top ? y : c->top;
	c->right = x > c->right ? x : c->right;
	c->bottom = y > c->bottom ? y : c->bottom;
}

/* Called processes of the same file have drawings of their own at the same place: only the
 * process of the case is shown. */
static bool belongs(const struct canvas *c, const struct bpmn_element *x)
{
	const struct bpmn_element *process = c->v->adoption->service->process;
	for (const struct bpmn_element *p = x->parent; p; p = p->parent) {
		if (p == process)
			return true;
	}
	return x->kind == BPMN_PARTICIPANT || x->kind == BPMN_LANE || x->kind == BPMN_MESSAGE_FLOW;
}

static void measure(struct canvas *c, const struct bpmn_element *const *list, size_t count)
{
	c->left = c->top = 1e9;
	c->right = c->bottom = -1e9;
	for (size_t i = 0; i < count; i++) {
		const struct bpmn_drawing *d = &list[i]->drawing;
		if (!belongs(c, list[i]))
			continue;
		if (d->drawn && d->point_count == 0) {
			extend(c, d->x, d->y);
			extend(c, d->x + d->width, d->y + d->height + LABEL_LINE);
		}
		for (size_t k = 0; k < d->point_count; k++)
			extend(c, d->points[k].x, d->points[k].y);
	}
}

static bool is_now(const struct case_view *v, struct text id)
{
	for (size_t i = 0; i < v->token_count; i++) {
		if (text_eq(v->tokens[i].element->id, id))
			return true;
	}
	return false;
}

static bool is_done(const struct case_view *v, struct text id)
{
	for (size_t i = 0; i < v->visited_count; i++) {
		if (text_eq(v->visited[i], id))
			return true;
	}
	return false;
}

static const char *class_of(const struct canvas *c, const struct bpmn_element *x)
{
	if (is_now(c->v, x->id))
		return "now";
	return is_done(c->v, x->id) ? "done" : "open";
}

static void edge(struct canvas *c, const struct bpmn_element *x)
{
	const struct bpmn_drawing *d = &x->drawing;
	bool message = x->kind != BPMN_FLOW;
	buf_add_format(
	        c->out, "<path class=\"f%s\" marker-end=\"url(#pf)\" d=\"", message ? " m" : "");
	for (size_t i = 0; i < d->point_count; i++)
		buf_add_format(
		        c->out, "%s%.0f %.0f", i ? "L" : "M", d->points[i].x, d->points[i].y);
	buf_add_z(c->out, "\"/>");
}

/* Words of a name in lines of a box; what does not fit ends with an ellipsis. */
static size_t break_lines(struct text name, struct text lines[LABEL_LINES_MAX])
{
	size_t count = 0;
	struct text rest = text_trim(name), word;
	while (count < LABEL_LINES_MAX && rest.len) {
		size_t taken = 0;
		struct text left = rest;
		while (text_split(&left, ' ', &word)) {
			size_t end = (size_t)(word.ptr + word.len - rest.ptr);
			if (taken && utf8_length(text_part(rest, 0, end)) > LABEL_CHARS)
				break;
			taken = end;
		}
		lines[count++] = text_part(rest, 0, taken);
		rest = text_trim(text_part(rest, taken, rest.len));
	}
	return count;
}

static void label(struct canvas *c, struct text name, double x, double y, const char *class)
{
	struct text lines[LABEL_LINES_MAX];
	size_t count = break_lines(name, lines);
	for (size_t i = 0; i < count; i++) {
		double at = y + ((double)i - (double)(count - 1) / 2) * LABEL_LINE + 5;
		buf_add_format(c->out, "<text%s x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">",
		        class, x, at);
		xml_write_escaped(c->out, lines[i]);
		buf_add_z(c->out, "</text>");
	}
}

static void activity(struct canvas *c, const struct bpmn_element *x)
{
	const struct bpmn_drawing *d = &x->drawing;
	const char *class = class_of(c, x);
	bool container =
	        d->expanded && (x->kind == BPMN_SUB_PROCESS || x->kind == BPMN_EVENT_SUB_PROCESS ||
	                               x->kind == BPMN_TRANSACTION || x->kind == BPMN_AD_HOC);
	buf_add_format(c->out,
	        "<rect class=\"%s%s\" x=\"%.0f\" y=\"%.0f\" width=\"%.0f\" height=\"%.0f\" "
	        "rx=\"6\"/>",
	        container ? "lane" : "n ", container ? "" : class, d->x, d->y, d->width, d->height);
	const char *bold = strcmp(class, "now") == 0 ? " font-weight=\"600\"" : "";
	double y = container ? d->y + LABEL_LINE : d->y + d->height / 2;
	label(c, x->name, d->x + d->width / 2, y, bold);
}

static void event(struct canvas *c, const struct bpmn_element *x)
{
	const struct bpmn_drawing *d = &x->drawing;
	double r = d->width / 2, cx = d->x + r, cy = d->y + d->height / 2;
	bool end = x->kind == BPMN_END_EVENT, middle = !end && x->kind != BPMN_START_EVENT;
	buf_add_format(c->out, "<circle class=\"gw %s\" cx=\"%.0f\" cy=\"%.0f\" r=\"%.0f\"%s/>",
	        class_of(c, x), cx, cy, r, end ? " stroke-width=\"3\"" : "");
	if (middle)
		buf_add_format(c->out,
		        "<circle class=\"gw %s\" cx=\"%.0f\" cy=\"%.0f\" r=\"%.0f\"/>",
		        class_of(c, x), cx, cy, r - 3);
	if (x->trigger == BPMN_ON_TIMER)
		buf_add_format(c->out, "<path class=\"f\" d=\"M%.0f %.0fv-6M%.0f %.0fh5\"/>", cx,
		        cy, cx, cy);
	if (x->trigger == BPMN_ON_MESSAGE)
		buf_add_format(c->out, "<path class=\"f\" d=\"M%.0f %.0fh12v8h-12zl6 4 6 -4\"/>",
		        cx - 6, cy - 4);
	/* label() centres its lines: all of them stand below the circle */
	struct text lines[LABEL_LINES_MAX];
	double rows = (double)break_lines(x->name, lines);
	double middle_y = d->y + d->height + LABEL_LINE * rows / 2;
	label(c, x->name, cx, middle_y, " class=\"m\"");
}

static void gateway(struct canvas *c, const struct bpmn_element *x)
{
	const struct bpmn_drawing *d = &x->drawing;
	double r = d->width / 2, cx = d->x + r, cy = d->y + d->height / 2;
	buf_add_format(c->out,
	        "<path class=\"gw %s\" d=\"M%.0f %.0fL%.0f %.0fL%.0f %.0fL%.0f %.0fz\"/>",
	        class_of(c, x), cx, cy - r, cx + r, cy, cx, cy + r, cx - r, cy);
	double s = r / 3;
	if (x->kind == BPMN_PARALLEL)
		buf_add_format(c->out, "<path class=\"f\" d=\"M%.0f %.0fv%.0fM%.0f %.0fh%.0f\"/>",
		        cx, cy - s, 2 * s, cx - s, cy, 2 * s);
	else if (x->kind == BPMN_EXCLUSIVE)
		buf_add_format(c->out,
		        "<path class=\"f\" d=\"M%.0f %.0fl%.0f %.0fM%.0f %.0fl%.0f %.0f\"/>",
		        cx - s, cy - s, 2 * s, 2 * s, cx + s, cy - s, -2 * s, 2 * s);
	else
		buf_add_format(c->out, "<circle class=\"gw\" cx=\"%.0f\" cy=\"%.0f\" r=\"%.0f\"/>",
		        cx, cy, s + 2);
	label(c, x->name, cx, d->y - LABEL_LINE / 2.0, " class=\"m\"");
}

static void lane(struct canvas *c, const struct bpmn_element *x)
{
	const struct bpmn_drawing *d = &x->drawing;
	buf_add_format(c->out,
	        "<rect class=\"lane\" x=\"%.0f\" y=\"%.0f\" width=\"%.0f\" height=\"%.0f\"/>", d->x,
	        d->y, d->width, d->height);
	buf_add_format(c->out,
	        "<text class=\"m\" transform=\"translate(%.0f %.0f) rotate(-90)\" "
	        "text-anchor=\"middle\">",
	        d->x + LABEL_LINE, d->y + d->height / 2);
	xml_write_escaped(c->out, x->name);
	buf_add_z(c->out, "</text>");
}

static void draw(struct canvas *c, const struct bpmn_element *x)
{
	if (!x->drawing.drawn || !belongs(c, x))
		return;
	switch (x->kind) {
	case BPMN_FLOW:
	case BPMN_MESSAGE_FLOW: edge(c, x); return;
	case BPMN_START_EVENT:
	case BPMN_CATCH_EVENT:
	case BPMN_THROW_EVENT:
	case BPMN_BOUNDARY_EVENT:
	case BPMN_END_EVENT: event(c, x); return;
	case BPMN_EXCLUSIVE:
	case BPMN_PARALLEL:
	case BPMN_INCLUSIVE:
	case BPMN_COMPLEX:
	case BPMN_EVENT_BASED: gateway(c, x); return;
	case BPMN_PARTICIPANT:
	case BPMN_LANE: lane(c, x); return;
	case BPMN_TASK:
	case BPMN_USER_TASK:
	case BPMN_MANUAL_TASK:
	case BPMN_SERVICE_TASK:
	case BPMN_SEND_TASK:
	case BPMN_RECEIVE_TASK:
	case BPMN_SCRIPT_TASK:
	case BPMN_RULE_TASK:
	case BPMN_CALL_ACTIVITY:
	case BPMN_SUB_PROCESS:
	case BPMN_EVENT_SUB_PROCESS:
	case BPMN_TRANSACTION:
	case BPMN_AD_HOC: activity(c, x); return;
	default: return;
	}
}

/* "Jetzt: Berechnen. Erledigt: Eingang, Vollständigkeit." for those who do not see it. */
static void title(
        struct canvas *c, struct arena *a, const struct bpmn_element *const *list, size_t count)
{
	struct text *now = NULL, *done = NULL;
	size_t now_count = 0, now_cap = 0, done_count = 0, done_cap = 0;
	for (size_t i = 0; i < count; i++) {
		if (list[i]->name.len == 0 || list[i]->kind == BPMN_FLOW)
			continue;
		if (is_now(c->v, list[i]->id))
			*ARENA_PUSH(a, now, now_count, now_cap) = list[i]->name;
		else if (is_done(c->v, list[i]->id))
			*ARENA_PUSH(a, done, done_count, done_cap) = list[i]->name;
	}
	struct word_param params[] = {
	        {.name = TEXT("now"), .value = text_join(a, now, now_count, TEXT(", "))},
	        {.name = TEXT("done"), .value = text_join(a, done, done_count, TEXT(", "))},
	};
	const char *key = now_count ? "case.diagram.title" : "case.diagram.title_ended";
	buf_add_z(c->out, "<title id=\"flow-title\">");
	xml_write_escaped(c->out, words_format(c->w, a, text_from(key), params, 2));
	buf_add_z(c->out, "</title>");
}

void case_diagram(const struct case_view *v, const struct words *w, struct buf *svg)
{
	const struct bpmn_element *const *list;
	size_t count = bpmn_model_elements(v->adoption->service->model, &list);
	struct canvas c = {.v = v, .w = w, .out = svg};
	measure(&c, list, count);
	if (c.right < c.left)
		return;
	struct arena *a = arena_new(0);
	double width = c.right - c.left + 2 * DIAGRAM_MARGIN;
	double height = c.bottom - c.top + 2 * DIAGRAM_MARGIN;
	buf_add_format(svg,
	        "<svg class=\"aw-chart aw-flow\" viewBox=\"%.0f %.0f %.0f %.0f\" width=\"%.0f\" "
	        "height=\"%.0f\" role=\"img\" aria-labelledby=\"flow-title\">",
	        c.left - DIAGRAM_MARGIN, c.top - DIAGRAM_MARGIN, width, height, width, height);
	title(&c, a, list, count);
	buf_add_z(svg, "<defs><marker id=\"pf\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" "
	               "markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0 8 4 0 "
	               "8z\"/></marker></defs>");
	static const bool flows_first[] = {true, false};
	for (size_t pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < count; i++) {
			if ((list[i]->kind == BPMN_FLOW) == flows_first[pass])
				draw(&c, list[i]);
		}
	}
	buf_add_z(svg, "</svg>");
	arena_free(a);
}
