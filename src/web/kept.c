/* A form that was sent after its session ended waits here for the login, so that nothing has
 * to be typed twice. Content stays in memory and goes to nobody but its owner. */
#include "web/guard.h"

#include <stdlib.h>
#include <string.h>

struct web_kept {
	struct web_kept *next;
	char id[33];
	int64_t at_ms;
	size_t size;
	struct arena *arena;
	struct text owner; /* whose session it was; empty: not known */
	struct web_error form;
};

static void drop(struct web_server *s, struct web_kept **place)
{
	struct web_kept *k = *place;
	*place = k->next;
	s->kept_count--;
	s->kept_bytes -= k->size;
	arena_free(k->arena);
	free(k);
}

/* Old ones go, and the oldest (at the end of the list) while there are too many. */
static void make_room(struct web_server *s, size_t size)
{
	int64_t now = monotonic_ms();
	for (struct web_kept **k = &s->kept; *k;) {
		if (now - (*k)->at_ms > WEB_KEPT_MS)
			drop(s, k);
		else
			k = &(*k)->next;
	}
	while (s->kept &&
	        (s->kept_count >= WEB_KEPT_MAX || s->kept_bytes + size > WEB_KEPT_BYTES)) {
		struct web_kept **last = &s->kept;
		while ((*last)->next)
			last = &(*last)->next;
		drop(s, last);
	}
}

static size_t copy_form(struct web_kept *k, const struct web_call *c)
{
	const struct form *f = &c->form;
	size_t size = sizeof *k;
	k->form.action = text_copy(k->arena, c->request.path);
	k->form.had_files = f->upload_count > 0;
	k->form.fields = ARENA_ARRAY(k->arena, f->field_count, struct web_error_field);
	for (size_t i = 0; i < f->field_count; i++) {
		const struct form_field *field = &f->fields[i];
		if (text_is(field->name, "csrf"))
			continue;
		size += field->name.len + field->value.len;
		k->form.fields[k->form.field_count++] = (struct web_error_field){
		        text_copy(k->arena, field->name), text_copy(k->arena, field->value)};
	}
	return size;
}

bool kept_put(struct web_call *c, struct text *id)
{
	struct web_server *s = c->request.server;
	unsigned char bytes[16];
	if (c->form.field_count == 0)
		return false;
	struct web_kept *k = calloc(1, sizeof *k);
	check(k != NULL);
	k->arena = arena_new(0);
	k->size = copy_form(k, c);
	k->at_ms = monotonic_ms();
	k->owner = c->expired ? text_copy(k->arena, c->expired->id) : TEXT_NONE;
	random_fill(&s->config.random, bytes, sizeof bytes);
	hex_put(k->id, bytes, sizeof bytes);
	*id = text_copy(c->request.arena, text_from(k->id));
	pthread_mutex_lock(&s->lock);
	make_room(s, k->size);
	k->next = s->kept;
	s->kept = k;
	s->kept_count++;
	s->kept_bytes += k->size;
	pthread_mutex_unlock(&s->lock);
	return true;
}

static void copy_out(struct arena *a, const struct web_kept *k, struct web_error *out)
{
	*out = k->form;
	out->action = text_copy(a, k->form.action);
	out->fields = ARENA_ARRAY(a, k->form.field_count, struct web_error_field);
	for (size_t i = 0; i < k->form.field_count; i++)
		out->fields[i] = (struct web_error_field){text_copy(a, k->form.fields[i].name),
		        text_copy(a, k->form.fields[i].value)};
}

bool kept_take(struct web_call *c, struct text id, struct web_error *out)
{
	struct web_server *s = c->request.server;
	pthread_mutex_lock(&s->lock);
	const struct web_kept *k = s->kept;
	while (k && !text_is(id, k->id))
		k = k->next;
	bool fits = k && monotonic_ms() - k->at_ms <= WEB_KEPT_MS &&
	            (!k->owner.len || text_eq(k->owner, c->request.actor->id));
	if (fits)
		copy_out(c->request.arena, k, out);
	pthread_mutex_unlock(&s->lock);
	return fits;
}

void kept_free(struct web_server *s)
{
	while (s->kept)
		drop(s, &s->kept);
}
