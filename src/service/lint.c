/* Checks across the files of a package (package.md section 7). */
#include "service/package.h"

void package_lint(const struct package *p, const struct service_check_options *options)
{
	if (!p->s)
		return;
	lint_manifest(p);
	lint_slots(p);
	lint_texts(p, options->texts_report);
	lint_tests(p);
	lint_letters(p);
	if (p->s->form)
		lint_fields(p);
	if (p->s->model) {
		lint_process(p);
		lint_waits(p);
		lint_decisions(p);
	}
	FOUND_PLAIN(p->f, SERVICE_NOTE, package_spot(p, "", 0, TEXT_NONE), "not_proved");
}

/* Rules as text -------------------------------------------------------------------------------- */

size_t package_rules(const struct package *p, struct arena *a, struct rule_text **out)
{
	size_t count = 0, cap = 0;
	*out = NULL;
	for (size_t i = 0; i < p->folder->count; i++) {
		const struct folder_file *f = &p->folder->files[i];
		bool rules = text_is(f->path, "form.json") || text_ends(f->path, TEXT(".bpmn")) ||
		             text_ends(f->path, TEXT(".dmn")) || text_ends(f->path, TEXT(".typ"));
		if (rules)
			*ARENA_PUSH(a, *out, count, cap) = (struct rule_text){f->path, f->bytes};
	}
	return count;
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

bool mentions(struct text t, struct text name)
{
	for (size_t at = text_find(t, name, 0); at != SIZE_MAX; at = text_find(t, name, at + 1)) {
		bool before = at > 0 && is_word(t.ptr[at - 1]);
		bool after = at + name.len < t.len && is_word(t.ptr[at + name.len]);
		if (!before && !after)
			return true;
	}
	return false;
}
