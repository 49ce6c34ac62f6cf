/* bpmn/draw.c - the diagram part of the file (BPMN DI, clause 12): where elements are drawn. */
#include "bpmn/model.h"

#include <math.h>
#include <stdlib.h>

/* Coordinates are doubles; text beyond 40 characters or outside a million is taken as 0. */
static double number(const struct xml *x, const char *name)
{
	struct text t = text_trim(xml_attr(x, name));
	char z[41];
	if (!t.len || t.len >= sizeof z)
		return 0;
	memcpy(z, t.ptr, t.len);
	z[t.len] = 0;
	double d = strtod(z, NULL);
	return isfinite(d) && fabs(d) < 1e6 ? d : 0;
}

static void bounds_read(
        const struct xml *x, double *left, double *top, double *width, double *height)
{
	*left = number(x, "x");
	*top = number(x, "y");
	*width = number(x, "width");
	*height = number(x, "height");
}

static void label_read(const struct xml *x, struct bpmn_drawing *d)
{
	const struct xml *label = xml_child(x, "BPMNLabel");
	const struct xml *bounds = label ? xml_child(label, "Bounds") : NULL;
	if (!bounds)
		return;
	d->has_label = true;
	bounds_read(bounds, &d->label_x, &d->label_y, &d->label_width, &d->label_height);
}

static void shape_read(const struct xml *x, struct bpmn_drawing *d)
{
	const struct xml *bounds = xml_child(x, "Bounds");
	if (!bounds)
		return;
	d->drawn = true;
	bounds_read(bounds, &d->x, &d->y, &d->width, &d->height);
	d->expanded = !text_is(xml_attr(x, "isExpanded"), "false");
	d->horizontal = !text_is(xml_attr(x, "isHorizontal"), "false");
	d->marker = text_is(xml_attr(x, "isMarkerVisible"), "true");
	label_read(x, d);
}

static void edge_read(struct arena *a, const struct xml *x, struct bpmn_drawing *d)
{
	struct bpmn_point *points = NULL;
	size_t count = 0, cap = 0;
	for (size_t i = 0; i < x->count; i++) {
		if (!text_is(x->children[i].name, "waypoint"))
			continue;
		struct bpmn_point *p = ARENA_PUSH(a, points, count, cap);
		p->x = number(&x->children[i], "x");
		p->y = number(&x->children[i], "y");
	}
	d->drawn = count > 1;
	d->points = points;
	d->point_count = count;
	label_read(x, d);
}

static void drawing_of(struct bpmn_reader *r, const struct xml *x)
{
	const struct bpmn_id *id =
	        bpmn_id_find(r->model, bpmn_local(text_trim(xml_attr(x, "bpmnElement"))));
	if (!id || !id->element || id->element->drawing.drawn)
		return;
	if (text_is(x->name, "BPMNShape"))
		shape_read(x, &id->element->drawing);
	else
		edge_read(r->arena, x, &id->element->drawing);
}

/* Several diagrams may show an element; the first one counts. */
void bpmn_read_drawing(struct bpmn_reader *r)
{
	const struct xml *root = r->model->roots[0];
	for (size_t i = 0; i < root->count; i++) {
		if (!text_is(root->children[i].name, "BPMNDiagram"))
			continue;
		const struct xml *plane = xml_child(&root->children[i], "BPMNPlane");
		for (size_t k = 0; plane && k < plane->count; k++)
			if (text_is(plane->children[k].name, "BPMNShape") ||
			        text_is(plane->children[k].name, "BPMNEdge"))
				drawing_of(r, &plane->children[k]);
	}
}
