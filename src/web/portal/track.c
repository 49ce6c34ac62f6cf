/* Sections of a form beside its pages. */
#include "web/portal/portal.h"

static const struct html_type section_type = HTML_TYPE(struct portal_section,
        HTML_MEMBER(struct portal_section, title), HTML_MEMBER(struct portal_section, href),
        HTML_MEMBER(struct portal_section, note), HTML_MEMBER(struct portal_section, done),
        HTML_MEMBER(struct portal_section, current));

const struct html_type portal_track_type =
        HTML_TYPE(struct portal_track, HTML_MEMBER(struct portal_track, title),
                HTML_LIST(struct portal_track, sections, section_count, &section_type),
                HTML_MEMBER(struct portal_track, where), HTML_MEMBER(struct portal_track, saved));

static struct text question_of(const struct web_request *r, const struct form_section *s)
{
	if (s->step < 1 || s->steps < 2)
		return TEXT_NONE;
	struct texts_arg args[] = {TEXTS_NUMBER("step", s->step), TEXTS_NUMBER("steps", s->steps)};
	return web_text_args(r, "portal.track.question", args, 2);
}

static struct text saved_line(const struct web_request *r, const struct portal_draft *d)
{
	struct text day = portal_day(r, date_add_days(d->draft.delete_on, 0));
	struct text time = portal_time(r, d->draft.edited);
	if (d->draft.edited.ms == 0)
		return TEXT_NONE;
	if (date_cmp(portal_date(r, d->draft.edited), casework_today(web_app(r)->casework)) == 0)
		return portal_t2(r, "portal.track.saved_today", "time", time, "day", day);
	struct texts_arg args[] = {TEXTS_ARG("on", portal_day(r, portal_date(r, d->draft.edited))),
	        TEXTS_ARG("time", time), TEXTS_ARG("day", day)};
	return web_text_args(r, "portal.track.saved", args, 3);
}

static struct text where_line(const struct web_request *r, const struct portal_draft *d,
        size_t number, size_t total, struct text title)
{
	struct texts_arg args[] = {
	        TEXTS_ARG("service", d->name),
	        TEXTS_NUMBER("number", (int64_t)number),
	        TEXTS_NUMBER("total", (int64_t)total),
	        TEXTS_ARG("section", title),
	};
	return web_text_args(r, "portal.track.where", args, 4);
}

void portal_track_fill(struct web_request *r, struct portal_draft *d, struct text address,
        struct portal_track *out)
{
	const struct form_section *sections = NULL;
	size_t count = form_sections(d->run, address, &sections);
	out->sections = ARENA_ARRAY(r->arena, count + 1, struct portal_section);
	out->title = portal_t1(r, "portal.track.title", "service", d->name);
	for (size_t i = 0; i < count; i++) {
		struct portal_section *s = &out->sections[out->section_count++];
		s->title = form_text(d->run, TEXT_NONE, sections[i].title_key, &d->words);
		s->current = sections[i].current && address.len > 0;
		s->done = sections[i].done && !s->current;
		if (s->done || (address.len == 0 && !s->current))
			s->href = portal_step_path(r->arena, d->draft.id, sections[i].address);
		if (s->current) {
			s->note = question_of(r, &sections[i]);
			out->where = where_line(r, d, i + 1, count + 1, s->title);
		}
	}
	struct portal_section *last = &out->sections[out->section_count++];
	last->title = portal_t(r, "portal.check.section");
	last->current = address.len == 0;
	if (last->current)
		out->where = where_line(r, d, count + 1, count + 1, last->title);
	out->saved = saved_line(r, d);
}
