/* Search with everyday words. Every service brings its words once, folded; a query is compared
 * with all of them. For a few hundred services that is a fraction of a millisecond; a larger
 * library sorts the tokens and keeps the same scores. */
#include "service/library.h"

#include <stdlib.h>

enum {
	TOKENS_MAX = 400, /* of one service in one language */
	QUERY_TOKENS_MAX = 12,
	FOLD_MAX = 4000, /* bytes of one text that are looked at */
	TYPO_LEAST = 4,  /* letters of a word in which one may be wrong */
	PREFIX_LEAST = 3,
	INSIDE_LEAST = 5, /* German joins words: "parkausweis" is inside "bewohnerparkausweis" */
	WEIGHT_TITLE = 10,
	WEIGHT_WORDS = 8,
	WEIGHT_INTRO = 2,
};

struct token {
	struct text text;
	int weight;
};

struct entry {
	const struct service *service;
	int language; /* index into languages */
	struct token *tokens;
	size_t count, cap;
};

struct service_index {
	struct text languages[TEXTS_LANGUAGES_MAX];
	size_t language_count;
	struct entry *entries;
	size_t count, cap;
};

static const struct {
	uint32_t from;
	const char *to;
} folds[] = {
        {0xe4, "ae"},
        {0xf6, "oe"},
        {0xfc, "ue"},
        {0xdf, "ss"},
        {0xe6, "ae"},
        {0xf8, "oe"},
        {0xe0, "a"},
        {0xe1, "a"},
        {0xe2, "a"},
        {0xe3, "a"},
        {0xe5, "a"},
        {0xe7, "c"},
        {0xe8, "e"},
        {0xe9, "e"},
        {0xea, "e"},
        {0xeb, "e"},
        {0xec, "i"},
        {0xed, "i"},
        {0xee, "i"},
        {0xef, "i"},
        {0xf1, "n"},
        {0xf2, "o"},
        {0xf3, "o"},
        {0xf4, "o"},
        {0xf5, "o"},
        {0xf9, "u"},
        {0xfa, "u"},
        {0xfb, "u"},
        {0x107, "c"},
        {0x10d, "c"},
        {0x11b, "e"},
        {0x142, "l"},
        {0x144, "n"},
        {0x155, "r"},
        {0x159, "r"},
        {0x15b, "s"},
        {0x161, "s"},
        {0x17a, "z"},
        {0x17c, "z"},
        {0x17e, "z"},
};

static void add_folded(struct buf *b, uint32_t c)
{
	char bytes[4];
	for (size_t i = 0; i < sizeof folds / sizeof *folds; i++) {
		if (folds[i].from != c)
			continue;
		buf_add_z(b, folds[i].to);
		return;
	}
	buf_add(b, (struct text){bytes, utf8_put(bytes, c)});
}

struct text folded(struct arena *a, struct text t)
{
	struct buf b;
	struct text low =
	        text_lower(a, text_nfc(a, text_part(t, 0, t.len < FOLD_MAX ? t.len : FOLD_MAX)));
	buf_init(&b, (size_t)FOLD_MAX * 8);
	for (size_t at = 0; at < low.len;)
		add_folded(&b, utf8_next(low, &at));
	struct text out = buf_copy(&b, a);
	buf_free(&b);
	return out;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* The next word of a folded text. */
static bool next_word(struct text *rest, struct text *word)
{
	size_t from = 0, to;
	while (from < rest->len && !is_letter(rest->ptr[from]))
		from++;
	for (to = from; to < rest->len && is_letter(rest->ptr[to]);)
		to++;
	*word = text_part(*rest, from, to);
	*rest = text_part(*rest, to, rest->len);
	return word->len > 0;
}

/* Index -------------------------------------------------------------------------------------- */

static void add_words(struct arena *a, struct entry *x, struct text t, int weight)
{
	struct text rest = folded(a, t), word;
	while (x->count < TOKENS_MAX && next_word(&rest, &word))
		*ARENA_PUSH(a, x->tokens, x->count, x->cap) = (struct token){word, weight};
}

static void add_entry(
        struct arena *a, struct service_index *x, const struct service *s, int language)
{
	struct text tag = x->languages[language];
	struct entry *entry = ARENA_PUSH(a, x->entries, x->count, x->cap);
	*entry = (struct entry){.service = s, .language = language};
	add_words(a, entry, service_package_text(s, tag, TEXT("title"), NULL), WEIGHT_TITLE);
	add_words(a, entry, s->id, WEIGHT_TITLE);
	add_words(a, entry, service_package_text(s, tag, TEXT("words"), NULL), WEIGHT_WORDS);
	add_words(a, entry, service_package_text(s, tag, TEXT("intro"), NULL), WEIGHT_INTRO);
}

static int language_of(const struct service_index *x, struct text tag)
{
	for (size_t i = 0; i < x->language_count; i++)
		if (text_eq(x->languages[i], tag))
			return (int)i;
	return -1;
}

struct service_index *index_make(struct arena *a, const struct service_library *l)
{
	struct service_index *x = ARENA_NEW(a, struct service_index);
	for (size_t i = 0; i < l->service_count; i++) {
		const struct texts *t = l->services[i]->texts;
		for (int k = 0; k < texts_languages(t); k++) {
			struct text tag = texts_tag(t, k);
			bool room = x->language_count < TEXTS_LANGUAGES_MAX;
			if (language_of(x, tag) < 0 && room)
				x->languages[x->language_count++] = text_copy(a, tag);
			if (language_of(x, tag) >= 0)
				add_entry(a, x, l->services[i], language_of(x, tag));
		}
	}
	return x;
}

/* Search ------------------------------------------------------------------------------------- */

/* How well one word fits a token: 4 the same, 3 its beginning, 2 inside or one letter wrong. */
static int fit(struct text word, struct text token)
{
	if (text_eq(word, token))
		return 4;
	if (word.len >= PREFIX_LEAST && text_starts(token, word))
		return 3;
	if (token.len >= INSIDE_LEAST && text_starts(word, token))
		return 2;
	if (word.len >= INSIDE_LEAST && text_find(token, word, 0) != SIZE_MAX)
		return 2;
	bool near =
	        word.len >= TYPO_LEAST && token.len + 1 >= word.len && word.len + 1 >= token.len;
	return near && edit_distance(word, token, 1) <= 1 ? 2 : 0;
}

static int best_fit(const struct entry *x, struct text word)
{
	int best = 0;
	for (size_t i = 0; i < x->count; i++) {
		int score = fit(word, x->tokens[i].text) * x->tokens[i].weight;
		best = score > best ? score : best;
	}
	return best;
}

/* The sum over the words, less where words are not found. People write whole sentences, so one
 * word is enough, but it must be in the title or the everyday words: the introduction of
 * every service has "you" and "your". */
static int score_of(const struct entry *x, const struct text *words, size_t count)
{
	int sum = 0, hits = 0, strongest = 0;
	for (size_t i = 0; i < count; i++) {
		int best = best_fit(x, words[i]);
		sum += best;
		hits += best > 0;
		strongest = best > strongest ? best : strongest;
	}
	bool enough = strongest >= 2 * WEIGHT_WORDS;
	return enough ? sum * hits / (int)count + 1 : 0;
}

static int by_score(const void *p, const void *q)
{
	const struct service_hit *a = p, *b = q;
	if (a->score != b->score)
		return a->score < b->score ? 1 : -1;
	int order = text_cmp(a->title, b->title);
	return order ? order : text_cmp(a->service->id, b->service->id);
}

static int best_score(const struct service_index *x, const struct service *s, int language,
        const struct text *words, size_t count)
{
	int best = 0;
	for (size_t i = 0; i < x->count; i++) {
		bool asked = x->entries[i].language == language ||
		             text_is(x->languages[x->entries[i].language], "de");
		if (x->entries[i].service != s || !asked)
			continue;
		int score = score_of(&x->entries[i], words, count);
		best = score > best ? score : best;
	}
	return best;
}

/* Words of one or two letters say nothing; a query of nothing else is taken as it is. */
static size_t query_words(struct arena *a, struct text query, struct text *out)
{
	struct text rest = folded(a,
	        text_part(query, 0, query.len < SERVICE_QUERY_MAX ? query.len : SERVICE_QUERY_MAX));
	struct text word;
	size_t count = 0, kept = 0;
	while (count < QUERY_TOKENS_MAX && next_word(&rest, &word))
		out[count++] = word;
	for (size_t i = 0; i < count; i++)
		if (out[i].len > 2)
			out[kept++] = out[i];
	return kept ? kept : count;
}

size_t service_search(struct arena *a, const struct service_library *l, struct text language,
        struct text query, const struct service_hit **out)
{
	struct text words[QUERY_TOKENS_MAX];
	size_t word_count = query_words(a, query, words), count = 0;
	struct service_hit *hits = ARENA_ARRAY(a, l->service_count, struct service_hit);
	int number = language_of(l->index, language);
	for (size_t i = 0; i < l->service_count; i++) {
		const struct service *s = l->services[i];
		int score = word_count ? best_score(l->index, s, number, words, word_count) : 0;
		if (word_count && score == 0)
			continue;
		hits[count++] = (struct service_hit){
		        .service = s,
		        .title = service_package_text(s, language, TEXT("title"), NULL),
		        .score = score,
		};
	}
	if (count > 1)
		qsort(hits, count, sizeof *hits, by_score);
	*out = hits;
	return count;
}
