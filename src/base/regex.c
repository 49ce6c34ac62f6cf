#include "base/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

struct regex {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *context;
};

/* PCRE2 takes its memory from the arena; nothing is given back one by one. */
static void *take_memory(size_t size, void *arena)
{
	return size > ARENA_BLOCK_MAX ? NULL : arena_alloc(arena, size);
}

static void keep_memory(void *memory, void *arena)
{
	(void)memory;
	(void)arena;
}

static uint32_t options(unsigned flags)
{
	uint32_t all = PCRE2_UTF;
	if (flags & REGEX_LITERAL) {
		all |= PCRE2_LITERAL;
	} else {
		all |= PCRE2_UCP | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
		all |= flags & REGEX_DOT_ALL ? PCRE2_DOTALL : 0;
		all |= flags & REGEX_MULTILINE ? PCRE2_MULTILINE : 0;
	}
	return all | (flags & REGEX_IGNORE_CASE ? PCRE2_CASELESS : 0);
}

enum err regex_compile(
        struct arena *a, struct text pattern, unsigned flags, struct regex **out, struct errinfo *e)
{
	int code;
	PCRE2_SIZE at;
	if (pattern.len > REGEX_PATTERN_MAX)
		return fail(e, ERR_LIMIT, "a pattern of %zu bytes; at most %d are allowed",
		        pattern.len, REGEX_PATTERN_MAX);
	pcre2_general_context *memory = pcre2_general_context_create(take_memory, keep_memory, a);
	pcre2_compile_context *how = pcre2_compile_context_create(memory);
	check(memory && how);
	pcre2_set_newline(how, PCRE2_NEWLINE_LF);
	struct regex *re = ARENA_NEW(a, struct regex);
	PCRE2_SPTR text = (PCRE2_SPTR)(pattern.ptr ? pattern.ptr : "");
	re->code = pcre2_compile(text, pattern.len, options(flags), &code, &at, how);
	if (!re->code) {
		PCRE2_UCHAR why[128];
		pcre2_get_error_message(code, why, sizeof why);
		return fail(e, ERR_INVALID, "%s at byte %zu", (const char *)why, at);
	}
	re->data = pcre2_match_data_create_from_pattern(re->code, memory);
	re->context = pcre2_match_context_create(memory);
	check(re->data && re->context);
	pcre2_set_match_limit(re->context, REGEX_MATCH_LIMIT);
	pcre2_set_depth_limit(re->context, REGEX_DEPTH_LIMIT);
	pcre2_set_heap_limit(re->context, REGEX_HEAP_KIB);
	*out = re;
	return OK;
}

enum err regex_find(struct regex *re, struct text t, size_t from, struct regex_group *groups,
        size_t count, bool *found, struct errinfo *e)
{
	PCRE2_SPTR text = (PCRE2_SPTR)(t.ptr ? t.ptr : "");
	int matched =
	        pcre2_match(re->code, text, t.len, from, PCRE2_NO_UTF_CHECK, re->data, re->context);
	*found = matched > 0;
	if (matched == PCRE2_ERROR_NOMATCH)
		return OK;
	if (matched <= 0) {
		PCRE2_UCHAR why[128];
		pcre2_get_error_message(matched, why, sizeof why);
		return fail(e, ERR_LIMIT, "regular expression: %s", (const char *)why);
	}
	const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(re->data);
	uint32_t pairs = pcre2_get_ovector_count(re->data);
	for (size_t i = 0; i < count; i++) {
		bool took_part = i < pairs && (int)i < matched && ends[2 * i] != PCRE2_UNSET;
		groups[i].from = took_part ? ends[2 * i] : SIZE_MAX;
		groups[i].to = took_part ? ends[2 * i + 1] : SIZE_MAX;
	}
	return OK;
}
