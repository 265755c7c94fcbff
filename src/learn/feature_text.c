/* SPDX-License-Identifier: Apache-2.0 */
/* Features of the text: of its bytes, which know nothing of languages, and of
 * its words where there are such. */
#include "base/buf.h"
#include "base/utf8.h"
#include "learn/feature.h"
#include "message/fold.h"

enum { WORD_BYTES_MAX = 40, SHORT_GRAM_MIN = 3, SHORT_GRAM_MAX = 3 };

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
enum word_byte { BYTE_BETWEEN, BYTE_ASCII, BYTE_HIGH };

static const unsigned char word_byte[256] = {
	['0' ... '9'] = BYTE_ASCII,  ['A' ... 'Z'] = BYTE_ASCII,
	['a' ... 'z'] = BYTE_ASCII,  ['$'] = BYTE_ASCII,
	['\''] = BYTE_ASCII,         ['-'] = BYTE_ASCII,
	['_'] = BYTE_ASCII,          ['!'] = BYTE_ASCII,
	[0x80 ... 0xff] = BYTE_HIGH,
};

static inline enum word_byte
word_byte_at(struct sv s, size_t i)
{
	return (enum word_byte)word_byte[(unsigned char)s.p[i]];
}

/* Whether s begins with a character that is a word of its own. */
static inline bool
starts_own_word(struct sv s, size_t *ret_width)
{
	if ((unsigned char)s.p[0] < 0x80) {
		*ret_width = 1;
		return false;
	}
	*ret_width = width(s);
	return *ret_width >= 3 && is_own_word(utf8_code(s, *ret_width));
}

/* Of the word that s begins with. */
static size_t
word_bytes(struct sv s)
{
	size_t n = 0, wide;

	for (;;) {
		while (n < s.n && word_byte_at(s, n) == BYTE_ASCII)
			n++;
		if (n == s.n || word_byte_at(s, n) == BYTE_BETWEEN ||
		    starts_own_word(sv_from(s, n), &wide))
			return n;
		n += wide;
		if (n > s.n)
			return s.n;
	}
}

struct word {
	struct sv text;
	bool is_character; /* one that is a word of its own */
};

/* Takes the next word off the text. */
static bool
next_word(struct sv *rest, struct word *ret)
{
	struct sv s = *rest;
	size_t n = 0, wide;

	while (n < s.n && word_byte_at(s, n) == BYTE_BETWEEN)
		n++;
	s = sv_from(s, n);
	if (s.n == 0)
		return false;
	ret->is_character = starts_own_word(s, &wide);
	n = ret->is_character ? wide : word_bytes(s);
	ret->text = sv_sub(s, 0, n < WORD_BYTES_MAX ? n : WORD_BYTES_MAX);
	*rest = sv_from(s, n);
	return true;
}

void
feature_add_words(struct feature_maker *f, struct feature_label label,
                  struct sv text)
{
	struct word word;

	while (next_word(&text, &word))
		feature_add(f, label, word.text);
}

/* Words; and where characters are words, two of them in a row as well. */
static void
make_words(struct feature_maker *f, const struct word *words, size_t n)
{
	struct feature_label label;

	feature_begin(f, FEATURE_WORD, 2 * n);
	label = feature_label(f, SV(""));
	for (size_t i = 0; i < n; i++) {
		struct sv before = i ? words[i - 1].text : SV("");
		struct sv text = words[i].text;

		feature_add(f, label, text);
		if (i && words[i - 1].is_character && words[i].is_character &&
		    before.p + before.n == text.p)
			feature_add(f, label,
			            sv_make(before.p, before.n + text.n));
	}
}

/* "cheap watches": as far as they are near the beginning. */
static void
make_pairs(struct feature_maker *f, const struct word *words, size_t n,
           const char *end)
{
	struct feature_label label;
	char pair[2 * WORD_BYTES_MAX + 1];

	feature_begin(f, FEATURE_PAIR, n);
	label = feature_label(f, SV(""));
	for (size_t i = 1; i < n && words[i].text.p < end; i++) {
		struct sv first = words[i - 1].text, second = words[i].text;

		memcpy(pair, first.p, first.n);
		pair[first.n] = ' ';
		memcpy(pair + first.n + 1, second.p, second.n);
		feature_add(f, label, sv_make(pair, first.n + 1 + second.n));
	}
}

/* Runs of two and three characters, so that no word need be found. */
static void
make_short_grams(struct feature_maker *f, struct sv text)
{
	size_t begin[SHORT_GRAM_MAX] = { 0 }, n = 0, at = 0;
	struct feature_label label;

	feature_begin(f, FEATURE_SHORT_GRAM, 2 * text.n + 1);
	label = feature_label(f, SV(""));
	while (at < text.n) {
		if (n == SHORT_GRAM_MAX) {
			memmove(begin, begin + 1, sizeof begin - sizeof *begin);
			n--;
		}
		begin[n++] = at;
		at += width(sv_from(text, at));
		for (size_t k = SHORT_GRAM_MIN; k <= n; k++)
			feature_add(f, label, sv_sub(text, begin[n - k], at));
	}
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
	struct sv folded = fold_text(f->arena, text).text, rest;
	struct word *words;
	size_t n = 0;

	folded = sv_sub(squeeze(f->arena, folded), 0, FEATURE_TEXT_BYTES);
	words = ARENA_ARRAY(f->arena, struct word, folded.n + 1);
	for (rest = folded; next_word(&rest, &words[n]);)
		n++;
	feature_begin(f, FEATURE_GRAM, FEATURE_GRAM_TEXT_BYTES);
	feature_add_grams(f, sv_sub(text, 0, FEATURE_GRAM_TEXT_BYTES));
	make_words(f, words, n);
	make_pairs(f, words, n, sv_from(folded, FEATURE_PAIR_BYTES).p);
	make_short_grams(f, sv_sub(folded, 0, FEATURE_SHORT_BYTES));
	features_make_shape(f, text, folded);
}
