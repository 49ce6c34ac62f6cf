/* What the data-driven tests of feel and dmn share: lines `left ==> expected [! code]`. */
#ifndef CASES_H
#define CASES_H

#include "unit.h"

#include "feel/feel.h"

enum { CASES_FILE_MAX = 1 << 20, CASES_NOW_S = 1763974800 }; /* 2025-11-24T10:00 in Berlin */

struct case_line {
	struct text left, right, code;
};

static int case_failures;
static int case_count;

static inline struct text case_file(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		fail_msg("cannot open %s", path);
	char *bytes = arena_alloc(a, CASES_FILE_MAX);
	size_t len = fread(bytes, 1, CASES_FILE_MAX, f);
	fclose(f);
	return (struct text){bytes, len};
}

static inline struct case_line case_split(struct text t)
{
	struct case_line line = {0};
	size_t arrow = text_find(t, TEXT(" ==> "), 0);
	if (arrow == SIZE_MAX)
		fail_msg("no ==> in %.*s", TEXT_ARG(t));
	line.left = text_part(t, 0, arrow);
	line.right = text_part(t, arrow + 5, t.len);
	size_t mark = text_find(line.right, TEXT(" ! "), 0);
	if (mark != SIZE_MAX) {
		line.code = text_trim(text_part(line.right, mark + 3, line.right.len));
		line.right = text_part(line.right, 0, mark);
	}
	return line;
}

static inline bool case_has_code(const struct feel_run *r, struct text code)
{
	for (size_t i = 0; i < r->diagnostics.count; i++) {
		if (text_is(code, feel_code_name(r->diagnostics.items[i].code)))
			return true;
	}
	return false;
}

/* The value an expression has, which must not fail. */
static inline struct feel_value case_value(struct arena *a, struct text t)
{
	struct feel_run r;
	struct feel_value v;
	struct errinfo e = {0};
	feel_run_init(&r, a, (int64_t)CASES_NOW_S * 1000);
	if (feel_eval_text(t, &r, NULL, &v, &e) != OK)
		fail_msg("%.*s: %s", TEXT_ARG(t), e.message);
	return v;
}

static inline void case_complain(struct arena *a, struct text where, struct feel_value got,
        const struct feel_run *r, const char *what)
{
	case_failures++;
	print_message(
	        "%.*s\n  %s, got %.*s\n", TEXT_ARG(where), what, TEXT_ARG(feel_to_text(a, got)));
	for (size_t i = 0; i < r->diagnostics.count; i++)
		print_message(
		        "    %.*s\n", TEXT_ARG(feel_diagnostic_text(a, &r->diagnostics.items[i])));
}

/* null is right only with the diagnostic the line names, or where the line says just null. */
static inline void case_judge(struct arena *a, struct text where, const struct case_line *line,
        struct feel_value got, const struct feel_run *r)
{
	struct feel_value want = case_value(a, line->right);
	case_count++;
	if (!feel_same(got, want))
		case_complain(a, where, got, r, "another value expected");
	else if (line->code.len > 0 && !case_has_code(r, line->code))
		case_complain(a, where, got, r, "another diagnostic expected");
}

#endif
