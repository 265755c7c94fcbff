/* SPDX-License-Identifier: Apache-2.0 */
#include "message/fold_word.h"

enum {
	SPACED_MIN = 4,    /* single letters that make a word */
	DOMAIN_BYTES = 64, /* of an address that are looked at */
};

/* Case matters: B is taken for a Cyrillic letter, b is not. */
static const char *const cyrillic_letters[128] = {
	['A'] = "а", ['a'] = "а", ['B'] = "в", ['C'] = "с", ['c'] = "с",
	['E'] = "е", ['e'] = "е", ['H'] = "н", ['K'] = "к", ['k'] = "к",
	['M'] = "м", ['m'] = "м", ['O'] = "о", ['o'] = "о", ['P'] = "р",
	['p'] = "р", ['T'] = "т", ['t'] = "т", ['X'] = "х", ['x'] = "х",
	['y'] = "у", ['Y'] = "у",
};

const char *
fold_cyrillic(char c)
{
	return (unsigned char)c < 128 ? cyrillic_letters[(unsigned char)c]
	                              : NULL;
}

/* The "@" of an address: a name with a dot follows. */
static bool
is_address(struct sv rest)
{
	size_t i = 0;

	while (i < rest.n && i < DOMAIN_BYTES &&
	       (sv_is_alnum(rest.p[i]) || rest.p[i] == '-'))
		i++;
	return i > 0 && i + 1 < rest.n && rest.p[i] == '.' &&
	       sv_is_alnum(rest.p[i + 1]);
}

static void
count(struct fold_word *w, const struct fold_glyph *g, char first_byte)
{
	w->letters += fold_is_letter(g->kind);
	w->others += fold_is_digit_or_sign(g->kind);
	switch (g->kind) {
	case FOLD_LATIN:
		w->latin++;
		w->only_latin += !fold_cyrillic(first_byte);
		break;
	case FOLD_CYRILLIC_ALIKE:
	case FOLD_ALIKE:
		w->alike++;
		w->cyrillic += g->kind == FOLD_CYRILLIC_ALIKE;
		break;
	case FOLD_CYRILLIC_LOOSE:
	case FOLD_LOOSE:
		w->loose++;
		w->cyrillic += g->kind == FOLD_CYRILLIC_LOOSE;
		break;
	case FOLD_CYRILLIC_FIRM:
		w->cyrillic++;
		w->only_cyrillic++;
		break;
	case FOLD_FIRM:
		w->firm++;
		break;
	default:
		break;
	}
}

struct fold_word
fold_word_read(struct sv text, size_t at)
{
	struct fold_word w = { .end = at };

	while (w.end < text.n) {
		struct sv rest = sv_from(text, w.end);
		struct fold_glyph g = fold_glyph(rest);

		if (!fold_is_in_word(g.kind) ||
		    (g.kind == FOLD_SIGN && g.text.p[0] == '@' &&
		     is_address(sv_from(rest, g.width))))
			break;
		count(&w, &g, rest.p[0]);
		w.end += g.width;
	}
	return w;
}

/* Reads one letter, digit or sign with its marks; false if there is none, or
 * if another one follows at once. */
static bool
single_read(struct sv text, struct fold_word *w)
{
	size_t before = w->letters + w->others;

	while (w->end < text.n) {
		struct sv rest = sv_from(text, w->end);
		struct fold_glyph g = fold_glyph(rest);

		if (g.kind != FOLD_MARK && !fold_is_letter(g.kind) &&
		    !fold_is_digit_or_sign(g.kind))
			break;
		if (g.kind != FOLD_MARK && w->letters + w->others > before)
			return false;
		count(w, &g, rest.p[0]);
		w->end += g.width;
	}
	return w->letters + w->others > before;
}

/* The separator that s begins with, as it stands there; or nothing. */
static struct sv
separator(struct sv s)
{
	static const char signs[] = ".-_*+|~,:;=^`'\"";
	static const uint32_t dots[] = { 0xb7, 0x2022, 0x22c5, 0x30fb };
	struct fold_glyph g;

	if (s.n == 0)
		return SV_NONE;
	g = fold_glyph(s);
	s = sv_sub(s, 0, g.width);
	if (g.kind == FOLD_SPACE)
		return s;
	if (g.kind == FOLD_OTHER && g.text.n == 1 && g.text.p[0] &&
	    strchr(signs, g.text.p[0]))
		return s;
	for (size_t i = 0; i < sizeof dots / sizeof *dots; i++)
		if (g.code == dots[i])
			return s;
	return SV_NONE;
}

bool
fold_spaced_read(struct sv text, size_t at, struct fold_word *ret,
                 size_t *ret_next)
{
	struct fold_word w = { .end = at }, longer = w;
	size_t last = at;

	while (single_read(text, &longer)) {
		struct sv gap = separator(sv_from(text, longer.end));

		last = w.end;
		w = longer;
		if (!w.gap.n)
			w.gap = longer.gap = gap;
		if (!gap.n || !sv_eq(gap, w.gap))
			break;
		longer.end += gap.n;
	}
	*ret_next = last > at ? last : w.end;
	*ret = w;
	return w.letters >= SPACED_MIN && w.letters > w.others;
}

enum fold_script
fold_word_script(const struct fold_word *w, enum fold_script around)
{
	if (w->latin == w->letters)
		return FOLD_SCRIPT_LATIN;
	if (w->latin == 0) { /* only look-alikes take part in Latin text */
		if (around == FOLD_SCRIPT_LATIN && w->alike == w->letters)
			return FOLD_SCRIPT_LATIN;
		return w->cyrillic == w->letters ? FOLD_SCRIPT_CYRILLIC
		                                 : FOLD_SCRIPT_OTHER;
	}
	if (w->cyrillic + w->latin == w->letters && !w->only_latin &&
	    (w->only_cyrillic || around == FOLD_SCRIPT_CYRILLIC ||
	     (w->loose && around != FOLD_SCRIPT_LATIN)))
		return FOLD_SCRIPT_CYRILLIC;
	return w->firm || w->only_cyrillic ? FOLD_SCRIPT_OTHER
	                                   : FOLD_SCRIPT_LATIN;
}

/* The script that a word is in beyond doubt. */
static enum fold_script
sure_script(const struct fold_word *w)
{
	int scripts = !!w->only_latin + !!w->only_cyrillic + !!w->firm;

	if (scripts != 1)
		return FOLD_SCRIPT_UNKNOWN;
	return w->only_latin      ? FOLD_SCRIPT_LATIN
	       : w->only_cyrillic ? FOLD_SCRIPT_CYRILLIC
	                          : FOLD_SCRIPT_OTHER;
}

enum fold_script
fold_text_script(struct sv text)
{
	bool has_latin = false;
	size_t at = 0;

	while (at < text.n) {
		struct fold_word w = fold_word_read(text, at);
		enum fold_script script = sure_script(&w);

		if (script == FOLD_SCRIPT_CYRILLIC ||
		    script == FOLD_SCRIPT_OTHER)
			return script;
		has_latin |= script == FOLD_SCRIPT_LATIN;
		at = w.end > at ? w.end
		                : at + fold_glyph(sv_from(text, at)).width;
	}
	return has_latin ? FOLD_SCRIPT_LATIN : FOLD_SCRIPT_OTHER;
}
