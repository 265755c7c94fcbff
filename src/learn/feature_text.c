/* SPDX-License-Identifier: Apache-2.0 */
/* Features of the text: of its bytes, which know nothing of languages, and of
 * its words where there are such. */
#include "base/buf.h"
#include "base/utf8.h"
#include "learn/feature.h"
#include "message/fold.h"

enum { WORD_BYTES_MAX = 40, SHORT_GRAM_MIN = 2, SHORT_GRAM_MAX = 3 };

/* Bytes of the character that s begins with; of what is none, 1. */
static size_t
width(struct sv s)
{
	size_t n = (unsigned char)s.p[0] < 0x80 ? 1 : utf8_width(s);

	return n ? n : 1;
}

/* Writing without blanks between words, and signs that are words: each
 * character counts by itself. */
static bool
is_own_word(uint32_t c)
{
	return (c >= 0x0e00 && c < 0x0e80) ||  /* Thai */
	       (c >= 0x2000 && c < 0xa000) ||  /* signs, kana, Han */
	       (c >= 0xac00 && c < 0xd7b0) ||  /* Hangul */
	       (c >= 0xf900 && c < 0xfb00) ||  /* Han */
	       (c >= 0xff00 && c < 0x10000) || /* wide forms */
	       c >= 0x1f000;                   /* emoji, Han */
}

/* What a word is made of; what is no ASCII is a letter. */
static bool
is_word_byte(char c)
{
	return sv_is_alnum(c) || (unsigned char)c >= 0x80 || c == '$' ||
	       c == '\'' || c == '-' || c == '_' || c == '!';
}

struct words {
	struct sv rest;
	bool is_character; /* what words_next() gave is one of those */
};

/* Whether s begins with a character that is a word of its own. */
static bool
starts_own_word(struct sv s, size_t *ret_width)
{
	*ret_width = width(s);
	return *ret_width >= 3 && is_own_word(utf8_code(s, *ret_width));
}

static bool
words_next(struct words *w, struct sv *ret)
{
	struct sv s = w->rest;
	size_t n = 0, wide;

	while (s.n && !is_word_byte(s.p[0]))
		s = sv_from(s, 1);
	if (s.n == 0)
		return false;
	w->is_character = starts_own_word(s, &wide);
	if (w->is_character)
		n = wide;
	while (!w->is_character && n < s.n && is_word_byte(s.p[n]) &&
	       !starts_own_word(sv_from(s, n), &wide))
		n += wide;
	if (n > s.n)
		n = s.n;
	*ret = sv_sub(s, 0, n);
	w->rest = sv_from(s, n);
	return true;
}

void
feature_add_words(struct feature_maker *f, struct sv label, struct sv text,
                  size_t max)
{
	struct words w = { .rest = text };
	struct sv word;

	while (max-- && words_next(&w, &word))
		feature_add(f, label, sv_sub(word, 0, WORD_BYTES_MAX));
}

/* Words; and where characters are words, two of them in a row as well. */
static void
make_words(struct feature_maker *f, struct sv text)
{
	struct words w = { .rest = text };
	struct sv word, before = SV("");
	bool was_character = false;

	feature_begin(f, FEATURE_WORD, text.n + 1);
	while (words_next(&w, &word)) {
		feature_add(f, SV(""), sv_sub(word, 0, WORD_BYTES_MAX));
		if (was_character && w.is_character &&
		    before.p + before.n == word.p)
			feature_add(f, SV(""),
			            sv_make(before.p, before.n + word.n));
		before = word;
		was_character = w.is_character;
	}
}

/* "cheap watches". */
static void
add_pair(struct feature_maker *f, struct sv first, struct sv second)
{
	char text[2 * WORD_BYTES_MAX + 1];

	first = sv_sub(first, 0, WORD_BYTES_MAX);
	second = sv_sub(second, 0, WORD_BYTES_MAX);
	memcpy(text, first.p, first.n);
	text[first.n] = ' ';
	memcpy(text + first.n + 1, second.p, second.n);
	feature_add(f, SV(""), sv_make(text, first.n + 1 + second.n));
}

static void
make_pairs(struct feature_maker *f, struct sv text)
{
	struct words w = { .rest = text };
	struct sv word, before = SV_NONE;

	feature_begin(f, FEATURE_PAIR, text.n / 2 + 1);
	while (words_next(&w, &word)) {
		if (before.n)
			add_pair(f, before, word);
		before = word;
	}
}

/* Runs of two and three characters, so that no word need be found. */
static void
make_short_grams(struct feature_maker *f, struct sv text)
{
	size_t begin[SHORT_GRAM_MAX] = { 0 }, n = 0, at = 0;

	feature_begin(f, FEATURE_SHORT_GRAM, 2 * text.n + 1);
	while (at < text.n) {
		if (n == SHORT_GRAM_MAX) {
			memmove(begin, begin + 1, sizeof begin - sizeof *begin);
			n--;
		}
		begin[n++] = at;
		at += width(sv_from(text, at));
		for (size_t k = SHORT_GRAM_MIN; k <= n; k++)
			feature_add(f, SV(""), sv_sub(text, begin[n - k], at));
	}
}

static void
make_raw_words(struct feature_maker *f, struct sv text)
{
	struct sv word;

	feature_begin(f, FEATURE_RAW_WORD, text.n / 2 + 1);
	while (sv_word(&text, &word))
		feature_add(f, SV(""), sv_sub(word, 0, WORD_BYTES_MAX));
}

/* Subject and body, up to the limit. */
static struct sv
beginning(struct arena *a, const struct message *m)
{
	struct buf text = BUF_INIT(FEATURE_TEXT_BYTES);
	struct sv result;

	for (size_t i = 0; i < m->views[VIEW_BODY].n && !text.full; i++) {
		struct sv element = sv_trim(m->views[VIEW_BODY].elements[i]);

		if (element.n && text.n)
			buf_add_char(&text, '\n');
		buf_add(&text, element);
	}
	result = arena_dup(a, buf_sv(&text));
	buf_done(&text);
	return result;
}

/* Runs of white space as one blank. */
static struct sv
squeeze(struct arena *a, struct sv text)
{
	char *to = arena_alloc(a, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (!sv_is_space(text.p[i]))
			to[n++] = text.p[i];
		else if (n && to[n - 1] != ' ')
			to[n++] = ' ';
	}
	return sv_make(to, n);
}

void
features_make_text(struct feature_maker *f, const struct message *m)
{
	struct sv text = beginning(f->arena, m);
	struct sv folded = fold_text(f->arena, text).text;

	folded = sv_sub(squeeze(f->arena, folded), 0, FEATURE_TEXT_BYTES);
	feature_begin(f, FEATURE_GRAM, text.n + 1);
	feature_add_grams(f, text);
	make_words(f, folded);
	make_pairs(f, sv_sub(folded, 0, FEATURE_SHORT_BYTES));
	make_short_grams(f, sv_sub(folded, 0, FEATURE_SHORT_BYTES));
	make_raw_words(f, text);
}
