/* Diagnostics: collecting and wording. */
#include "feel/feel_int.h"

static const struct {
	const char *name;
	enum feel_severity severity;
} codes[] = {
#define X(id, name, severity) [FEEL_DIAG_##id] = {#name, FEEL_##severity},
        FEEL_CODES(X)
#undef X
};

const char *feel_code_name(enum feel_code code)
{
	return codes[code].name;
}

void feel_diagnostics_init(struct feel_diagnostics *d, struct arena *a)
{
	*d = (struct feel_diagnostics){.arena = a};
}

void feel_diagnostics_add(struct feel_diagnostics *d, const struct feel_diagnostic *one)
{
	if (!d)
		return;
	if (one->severity == FEEL_ERROR)
		d->errors++;
	if (d->count >= FEEL_DIAGNOSTICS_MAX) {
		d->dropped++;
		return;
	}
	struct feel_diagnostic *copy = ARENA_PUSH(d->arena, d->items, d->count, d->cap);
	*copy = *one;
	copy->source = text_copy(d->arena, one->source);
	copy->element = text_copy(d->arena, one->element);
	for (size_t i = 0; i < FEEL_PARAMS_MAX; i++)
		copy->params[i] = text_copy(d->arena, one->params[i]);
}

void feel_run_note(struct feel_run *r, enum feel_code code, struct feel_span span,
        struct text source, struct text p0, struct text p1, struct text p2)
{
	struct feel_diagnostic one = {
	        .code = code,
	        .severity = codes[code].severity,
	        .span = span,
	        .source = source,
	        .element = r->element,
	        .row = r->row,
	        .column = r->column,
	        .params = {p0, p1, p2},
	};
	feel_diagnostics_add(&r->diagnostics, &one);
}

struct text feel_diagnostic_fill(
        struct arena *a, struct text pattern, const struct feel_diagnostic *d)
{
	struct buf b;
	buf_init(&b, 16384);
	for (size_t i = 0; i < pattern.len; i++) {
		const char *p = pattern.ptr + i;
		if (*p == '{' && i + 2 < pattern.len && p[1] >= '0' &&
		        p[1] < '0' + FEEL_PARAMS_MAX && p[2] == '}') {
			buf_add(&b, d->params[p[1] - '0']);
			i += 2;
		} else {
			buf_add_byte(&b, *p);
		}
	}
	struct text t = buf_copy(&b, a);
	buf_free(&b);
	return t;
}

struct text feel_diagnostic_text(struct arena *a, const struct feel_diagnostic *d)
{
	enum { SOURCE_SHOWN = 120 };
	struct buf b;
	buf_init(&b, 16384);
	buf_add_z(&b, codes[d->code].name);
	size_t count = FEEL_PARAMS_MAX;
	while (count > 0 && d->params[count - 1].len == 0)
		count--;
	for (size_t i = 0; i < count; i++)
		buf_add_format(&b, "%s%.*s", i ? ", " : "(", TEXT_ARG(d->params[i]));
	if (count > 0)
		buf_add_byte(&b, ')');
	if (d->span.length > 0)
		buf_add_format(&b, " at %u+%u", d->span.offset, d->span.length);
	if (d->source.len > 0 && d->source.len <= SOURCE_SHOWN)
		buf_add_format(&b, " in '%.*s'", TEXT_ARG(d->source));
	if (d->element.len > 0)
		buf_add_format(&b, " [%.*s]", TEXT_ARG(d->element));
	if (d->row > 0 || d->column > 0)
		buf_add_format(&b, " row %d column %d", d->row, d->column);
	struct text t = buf_copy(&b, a);
	buf_free(&b);
	return t;
}
