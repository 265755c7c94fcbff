/* SPDX-License-Identifier: Apache-2.0 */
/* Features of how a text is written, whatever it says: they are few, common
 * to all languages, and known after a handful of messages. */
#include "learn/feature.h"

enum {
	SHAPE_BYTES_MAX = 24,
	DIGITS_MAX = 13, /* longer numbers are alike */
	SHARES = 10,
};

/* What a byte of text is. */
enum sign {
	SIGN_OTHER,
	SIGN_LOWER,
	SIGN_UPPER,
	SIGN_DIGIT,
	SIGN_HIGH,
	SIGN_BLANK,
	SIGNS,
};

static const unsigned char signs[256] = {
	['0' ... '9'] = SIGN_DIGIT,   ['A' ... 'Z'] = SIGN_UPPER,
	['a' ... 'z'] = SIGN_LOWER,   [0x80 ... 0xff] = SIGN_HIGH,
	['\t' ... '\r'] = SIGN_BLANK, [' '] = SIGN_BLANK,
};

static inline enum sign
sign_of(char c)
{
	return signs[(unsigned char)c];
}

/* Where the run of one sign ends that begins at `at`. Texts are long runs of
 * small letters: reading runs, with a plainer sv_word(), took shapes from 89
 * to 76 thousand instructions a mail. */
static inline size_t
run_end(struct sv s, size_t at)
{
	enum sign sign = sign_of(s.p[at]);

	do
		at++;
	while (at < s.n && sign_of(s.p[at]) == sign);
	return at;
}

/* "Win", "Prize", "London" are "Aa"; "L1000" is "A9d", with a letter for the
 * number of digits; what is no ASCII is "u". */
static size_t
shape_of(struct sv word, char shape[SHAPE_BYTES_MAX])
{
	static const char letters[] = {
		[SIGN_LOWER] = 'a', [SIGN_UPPER] = 'A', [SIGN_HIGH] = 'u'
	};
	size_t n = 0, end;

	for (size_t i = 0; i < word.n && n + 2 <= SHAPE_BYTES_MAX; i = end) {
		enum sign sign = sign_of(word.p[i]);
		char c = sign == SIGN_OTHER ? word.p[i] : letters[sign];

		/* Other signs are not alike: one by one. */
		end = sign == SIGN_OTHER ? i + 1 : run_end(word, i);
		if (sign == SIGN_DIGIT) {
			size_t run = end - i;

			shape[n++] = '9';
			shape[n++] =
			    (char)('`' + (run < DIGITS_MAX ? run : DIGITS_MAX));
		} else if (n == 0 || shape[n - 1] != c) {
			shape[n++] = c;
		}
	}
	return n;
}

/* 0, 1, 2-3, 4-7, ... are alike. */
static size_t
magnitude(size_t n)
{
	size_t bits = 0;

	for (; n; n >>= 1)
		bits++;
	return bits;
}

struct figures {
	size_t signs[SIGNS];
	size_t numbers, longest; /* runs of digits, and bytes of one */
};

static void
count(struct sv text, struct figures *ret)
{
	size_t end;

	for (size_t i = 0; i < text.n; i = end) {
		enum sign sign = sign_of(text.p[i]);

		end = run_end(text, i);
		ret->signs[sign] += end - i;
		if (sign != SIGN_DIGIT)
			continue;
		ret->numbers++;
		if (end - i > ret->longest)
			ret->longest = end - i;
	}
}

static void
add_figures(struct feature_maker *f, struct sv text, struct sv folded)
{
	struct figures n = { 0 };
	size_t letters, shrunk = text.n > folded.n ? text.n - folded.n : 0;

	count(text, &n);
	letters = n.signs[SIGN_LOWER] + n.signs[SIGN_UPPER] +
	          n.signs[SIGN_HIGH] / 2 + 1;
	feature_add_number(f, "length", magnitude(text.n));
	feature_add_number(f, "words", magnitude(n.signs[SIGN_BLANK]));
	feature_add_number(f, "digits", magnitude(n.signs[SIGN_DIGIT]));
	feature_add_number(f, "numbers", magnitude(n.numbers));
	feature_add_number(f, "longest number",
	                   n.longest < DIGITS_MAX ? n.longest : DIGITS_MAX);
	feature_add_number(f, "share of capitals",
	                   SHARES * n.signs[SIGN_UPPER] / letters);
	feature_add_number(f, "share of non-ASCII",
	                   SHARES / 2 * n.signs[SIGN_HIGH] / (text.n + 1));
	feature_add_number(f, "share of digits",
	                   SHARES * n.signs[SIGN_DIGIT] / (text.n + 1));
	feature_add_number(f, "share of signs",
	                   SHARES * n.signs[SIGN_OTHER] / (text.n + 1));
	feature_add_number(f, "shrunk by folding", magnitude(shrunk));
}

void
features_make_shape(struct feature_maker *f, struct sv text, struct sv folded)
{
	char shape[SHAPE_BYTES_MAX];
	struct feature_label label;
	struct sv rest = text, word;

	feature_begin(f, FEATURE_SHAPE, text.n / 2 + 20);
	label = feature_label(f, SV(""));
	add_figures(f, text, folded);
	while (sv_word(&rest, &word))
		feature_add(f, label, sv_make(shape, shape_of(word, shape)));
}
