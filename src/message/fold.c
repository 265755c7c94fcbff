/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One text is folded word by word. Words of ASCII letters, most of all mail,
 * are copied without more ado; all others are read twice: to see what they
 * are, and to write them.
 */
#include "message/fold.h"

#include "base/buf.h"
#include "base/vec.h"
#include "message/fold_word.h"

enum {
	WORD_MAX = 40,      /* longer ones are no words: digits stay */
	DIGITS_INSIDE = 3,  /* in a row, between letters */
	LETTERS_BESIDE = 3, /* of a word that begins or ends with a digit */
};

/* What is shared by the elements of a view. */
struct sink {
	struct buf out;
	VEC(struct fold_run) runs;
};

struct folder {
	struct sink *sink;
	struct sv in;
	size_t base;      /* where the text begins in the sink */
	size_t runs_base; /* and its runs */
	bool is_straight; /* the last run goes byte for byte */
	bool after_letter;
	enum fold_script around; /* of the text; UNKNOWN: not looked yet */
	size_t spaced_from;      /* single letters before it are no word */
	struct fold_glyph last;  /* put last; code 0: composes with nothing */
	size_t last_from, last_to;
};

/* ---- output ---- */

static size_t
written(const struct folder *f)
{
	return f->sink->out.n - f->base;
}

static struct fold_run *
last_run(const struct folder *f)
{
	return f->sink->runs.n > f->runs_base
	           ? &f->sink->runs.list[f->sink->runs.n - 1]
	           : NULL;
}

/* Notes that what is written next was made of the `width` bytes at `from`. */
static void
note_origin(struct folder *f, size_t from, size_t width, size_t bytes)
{
	const struct fold_run *last = last_run(f);
	size_t to = written(f);

	if (last && bytes == 0 && last->to == to)
		return; /* more of what is left out */
	if (last && f->is_straight && bytes == width &&
	    from - last->from == to - last->to)
		return;
	*VEC_ADD(&f->sink->runs) =
	    (struct fold_run){ (uint32_t)to, (uint32_t)from };
	f->is_straight = bytes == width;
}

/* The room was made by fold_begin(). */
static void
put(struct folder *f, struct sv text, size_t from, size_t width)
{
	struct buf *out = &f->sink->out;

	note_origin(f, from, width, text.n);
	for (size_t i = 0; i < text.n; i++)
		out->p[out->n++] = text.p[i];
}

static void
put_glyph(struct folder *f, const struct fold_glyph *g, struct sv text,
          size_t from)
{
	f->last = *g;
	f->last.text = text;
	f->last_from = from;
	f->last_to = written(f);
	put(f, text, from, g->width);
}

/* A mark makes a letter of Cyrillic or kana another one; behind other letters
 * of a word it is left out. */
static void
put_mark(struct folder *f, const struct fold_glyph *mark, size_t from,
         bool after_letter)
{
	struct sv composed = SV_NONE, text = mark->text;
	struct fold_glyph base = { .code = 0 };
	char bytes[4];

	if (f->last.text.n > 1)
		base = fold_glyph(f->last.text);
	if (base.width == f->last.text.n)
		composed = fold_compose(
		    base.code, text.n ? fold_glyph(text).code : mark->code,
		    bytes);
	if (composed.n == 0) {
		put(f, after_letter ? SV_NONE : text, from, mark->width);
		return;
	}
	while (last_run(f) && last_run(f)->from >= f->last_from)
		f->sink->runs.n--;
	f->is_straight = false;
	f->sink->out.n = f->base + f->last_to;
	put(f, composed, f->last_from, from + mark->width - f->last_from);
	f->last.code = 0;
	f->last.text = SV_NONE;
}

/* ---- digits and signs for letters ---- */

/* The letter that a digit or sign stands for, the commoner one of "1". */
static struct sv
letter_of(enum fold_script script, struct sv text)
{
	static const char *const latin[128] = {
		['0'] = "o", ['1'] = "i", ['3'] = "e", ['4'] = "a",
		['5'] = "s", ['7'] = "t", ['@'] = "a", ['$'] = "s",
	};
	static const char *const cyrillic[128] = {
		['0'] = "о", ['3'] = "з", ['4'] = "ч", ['6'] = "б", ['@'] = "а",
	};
	unsigned char c = text.n == 1 ? (unsigned char)text.p[0] : 0;

	if (script == FOLD_SCRIPT_LATIN && c < 128)
		return sv_str(latin[c]);
	if (script == FOLD_SCRIPT_CYRILLIC && c < 128)
		return sv_str(cyrillic[c]);
	return SV_NONE;
}

static bool
is_one_of(char c, const char *letters)
{
	return c && strchr(letters, c);
}

/* "1" is an l at the start of a word, behind a vowel or another l that was a
 * "1", before i ("on1ine") and in bl cl fl gl pl sl before a vowel. */
static bool
one_is_l(char before, char after, bool is_doubled)
{
	return !before || is_doubled || is_one_of(before, "aeiou") ||
	       after == 'i' ||
	       (is_one_of(before, "bcfgps") && is_one_of(after, "aeou"));
}

/* ---- words ---- */

/* A word while it is written. */
struct writing {
	const struct fold_word *word;
	enum fold_script script;
	size_t at;      /* in the text */
	size_t begin;   /* in the result */
	size_t letters; /* written so far */
	bool in_digits; /* a run of digits and signs has begun, */
	bool reads;     /* and is to be read as letters */
	bool was_one_l, was_price;
};

/* Behind a character: the separator of letters that are kept apart. */
static size_t
gap_at(const struct folder *f, const struct fold_word *w, size_t at)
{
	return w->gap.n && at < w->end && sv_starts(sv_from(f->in, at), w->gap)
	           ? w->gap.n
	           : 0;
}

/* Whether the digits and signs at w->at are letters in disguise: all of them
 * stand for one, and they are inside the word, or a single one at its end. */
static bool
digits_read(const struct folder *f, const struct writing *w)
{
	size_t at = w->at, n = 0;

	if (w->was_price || w->word->letters + w->word->others > WORD_MAX)
		return false;
	while (at < w->word->end && n <= DIGITS_INSIDE) {
		struct fold_glyph g = fold_glyph(sv_from(f->in, at));

		if (fold_is_digit_or_sign(g.kind) &&
		    !letter_of(w->script, g.text).n)
			return false;
		if (!fold_is_digit_or_sign(g.kind) && g.kind != FOLD_MARK)
			break;
		n += g.kind != FOLD_MARK;
		at += g.width;
		at += gap_at(f, w->word, at);
	}
	if (w->letters && w->letters < w->word->letters)
		return n <= DIGITS_INSIDE;
	return n == 1 && w->word->letters >= LETTERS_BESIDE &&
	       (w->letters || f->in.p[w->at] != '@'); /* no @name */
}

/* The first byte of what follows a "1", as it is written. */
static char
letter_after(const struct folder *f, const struct writing *w, size_t at)
{
	struct fold_glyph g;

	at += gap_at(f, w->word, at);
	if (at >= w->word->end)
		return 0;
	g = fold_glyph(sv_from(f->in, at));
	if (g.like && w->script == FOLD_SCRIPT_LATIN)
		return g.like;
	return g.text.n ? g.text.p[0] : 0;
}

static struct sv
digit_text(const struct folder *f, struct writing *w,
           const struct fold_glyph *g)
{
	const struct buf *out = &f->sink->out;
	struct sv text = letter_of(w->script, g->text);
	char before = written(f) > w->begin ? out->p[out->n - 1] : 0;

	if (!w->in_digits)
		w->reads = digits_read(f, w);
	w->in_digits = true;
	if (!w->reads)
		return g->text;
	if (!sv_eq_str(g->text, "1"))
		return text;
	w->was_one_l = one_is_l(before, letter_after(f, w, w->at + g->width),
	                        w->was_one_l);
	return w->was_one_l ? SV("l") : text;
}

static struct sv
letter_text(const struct folder *f, struct writing *w,
            const struct fold_glyph *g)
{
	struct sv rest = sv_from(f->in, w->at);
	const char *other;
	bool is_price =
	    g->kind == FOLD_EXOTIC &&
	    ((w->in_digits && !w->reads) ||
	     (rest.n > g->width &&
	      fold_glyph(sv_from(rest, g->width)).kind == FOLD_DIGIT));

	w->letters++;
	w->was_price = is_price;
	w->in_digits = w->was_one_l = false;
	if (w->script == FOLD_SCRIPT_LATIN && g->like && !is_price)
		return sv_make(&g->like, 1);
	if (w->script == FOLD_SCRIPT_CYRILLIC && g->kind == FOLD_LATIN) {
		other = fold_cyrillic(rest.p[0]);
		return other ? sv_str(other) : g->text;
	}
	return g->text;
}

static void
put_word(struct folder *f, size_t at, const struct fold_word *word)
{
	struct writing w = { .word = word, .at = at, .begin = written(f) };

	if (word->alike + word->loose && f->around == FOLD_SCRIPT_UNKNOWN)
		f->around = fold_text_script(f->in);
	w.script = fold_word_script(word, f->around);
	while (w.at < word->end) {
		struct fold_glyph g = fold_glyph(sv_from(f->in, w.at));
		size_t gap;

		if (g.kind == FOLD_MARK)
			put_mark(f, &g, w.at,
			         w.letters > 0 &&
			             w.script != FOLD_SCRIPT_OTHER);
		else
			put_glyph(f, &g,
			          fold_is_digit_or_sign(g.kind)
			              ? digit_text(f, &w, &g)
			              : letter_text(f, &w, &g),
			          w.at);
		w.at += g.width;
		gap = gap_at(f, word, w.at);
		if (gap)
			put(f, SV_NONE, w.at, gap);
		w.at += gap;
	}
	f->after_letter = word->letters > 0;
}

/* ---- texts ---- */

/* Whether a character may be a single letter, by what follows it. */
static bool
is_single(const struct folder *f, size_t end)
{
	struct fold_glyph next;

	if (end == f->in.n)
		return false;
	next = fold_glyph(sv_from(f->in, end));
	return next.kind == FOLD_OTHER || next.kind == FOLD_SPACE ||
	       next.kind == FOLD_MARK;
}

/* What begins at `at`: a word or a character; returns where it ends. */
static size_t
fold_step(struct folder *f, size_t at)
{
	struct fold_glyph g = fold_glyph(sv_from(f->in, at));
	struct fold_word w;

	if (fold_is_letter(g.kind) && at >= f->spaced_from &&
	    !f->after_letter && is_single(f, at + g.width) &&
	    fold_spaced_read(f->in, at, &w, &f->spaced_from)) {
		put_word(f, at, &w);
		return w.end;
	}
	if (fold_is_in_word(g.kind)) {
		w = fold_word_read(f->in, at);
		if (w.end > at) {
			put_word(f, at, &w);
			return w.end;
		}
	}
	put_glyph(f, &g, g.text, at);
	f->after_letter = g.kind == FOLD_LETTER;
	return at + g.width;
}

enum byte_kind { BYTE_PLAIN, BYTE_LETTER, BYTE_DIGIT, BYTE_OTHER };

static const unsigned char byte_kinds[256] = {
	['0' ... '9'] = BYTE_DIGIT,  ['a' ... 'z'] = BYTE_LETTER,
	['A' ... 'Z'] = BYTE_LETTER, ['@'] = BYTE_OTHER,
	['$'] = BYTE_OTHER,          [128 ... 255] = BYTE_OTHER,
};

/* Where fold_plain() is: in what the name says, or behind it. */
enum plain_state {
	PLAIN_STOP,
	PLAIN_BETWEEN,
	PLAIN_LETTER, /* the first of a word */
	PLAIN_WORD,
	PLAIN_NUMBER,
	PLAIN_BEHIND_LETTER, /* that stands alone */
	PLAIN_SECOND_LETTER, /* again */
};

/* By enum byte_kind. */
static const unsigned char plain_states[][4] = {
	[PLAIN_BETWEEN] = { PLAIN_BETWEEN, PLAIN_LETTER, PLAIN_NUMBER },
	[PLAIN_LETTER] = { PLAIN_BEHIND_LETTER, PLAIN_WORD },
	[PLAIN_WORD] = { PLAIN_BETWEEN, PLAIN_WORD },
	[PLAIN_NUMBER] = { PLAIN_BETWEEN, PLAIN_STOP, PLAIN_NUMBER },
	[PLAIN_BEHIND_LETTER] = { PLAIN_BETWEEN, PLAIN_SECOND_LETTER },
	[PLAIN_SECOND_LETTER] = { PLAIN_STOP, PLAIN_WORD },
};

/* Where the word begins because of which the byte at `at` stopped us. */
static size_t
plain_end(const unsigned char *in, size_t at, enum plain_state before)
{
	unsigned char kind = byte_kinds[in[at]];

	if (before == PLAIN_BETWEEN)
		return at;
	if (before == PLAIN_BEHIND_LETTER)
		return at - 2;
	if (before == PLAIN_SECOND_LETTER && kind == BYTE_PLAIN)
		return at - 3;
	kind = before == PLAIN_NUMBER ? BYTE_DIGIT : BYTE_LETTER;
	while (at > 0 && byte_kinds[in[at - 1]] == kind)
		at--;
	return at;
}

/* Copies words of ASCII letters, numbers and what stands between them, up to a
 * word that needs more than that; returns where that begins. */
static size_t
fold_plain(struct folder *f, size_t begin)
{
	const unsigned char *in = (const unsigned char *)f->in.p;
	char *out = f->sink->out.p + f->sink->out.n;
	unsigned char state = PLAIN_BETWEEN, next;
	size_t at;

	for (at = begin; at < f->in.n; at++) {
		next = plain_states[state][byte_kinds[in[at]]];
		if (next == PLAIN_STOP)
			break;
		out[at - begin] = sv_lower_char((char)in[at]);
		state = next;
	}
	if (at < f->in.n)
		at = plain_end(in, at, (enum plain_state)state);
	if (at <= begin)
		return begin;
	note_origin(f, begin, at - begin, at - begin);
	f->sink->out.n += at - begin;
	f->last = (struct fold_glyph){ .code = 0 };
	f->after_letter = false;
	return at;
}

static void
fold_into(struct sink *sink, struct sv text)
{
	struct folder f = {
		.sink = sink,
		.in = text,
		.base = sink->out.n,
		.runs_base = sink->runs.n,
	};
	size_t at = 0;

	sink->out.max = sink->out.n + FOLD_FACTOR * text.n;
	buf_room(&sink->out, FOLD_FACTOR * text.n);
	while (at < text.n) {
		at = fold_plain(&f, at);
		if (at < text.n)
			at = fold_step(&f, at);
	}
}

/* Gives the arena what was gathered; folds get their parts of it. */
static void
sink_take(struct sink *sink, struct arena *a, struct fold *folds, size_t n)
{
	size_t bytes = sink->runs.n * sizeof *sink->runs.list;
	const char *text = arena_dup(a, buf_sv(&sink->out)).p;
	const struct fold_run *runs =
	    arena_grow(a, sink->runs.list, bytes, bytes);

	for (size_t i = 0; i < n; i++) {
		folds[i].text.p = text;
		folds[i].runs = runs;
		text += folds[i].text.n;
		runs += folds[i].n_runs;
	}
	buf_done(&sink->out);
	VEC_DONE(&sink->runs);
}

struct fold_view
fold_view(struct arena *a, const struct view *original, size_t bytes_max)
{
	struct sink sink = { .out = BUF_INIT(0) };
	struct fold_view v = {
		.view = { ARENA_ARRAY(a, struct sv, original->n + 1),
		          original->n },
		.folds = ARENA_ARRAY(a, struct fold, original->n + 1),
	};
	size_t n = 0;

	for (; n < original->n && sink.out.n <= bytes_max; n++) {
		size_t begin = sink.out.n, runs = sink.runs.n;

		v.folds[n].original = original->elements[n];
		fold_into(&sink, original->elements[n]);
		v.folds[n].text.n = sink.out.n - begin;
		v.folds[n].n_runs = sink.runs.n - runs;
	}
	sink_take(&sink, a, v.folds, n);
	for (size_t i = 0; i < original->n; i++)
		v.view.elements[i] =
		    i < n ? v.folds[i].text : original->elements[i];
	return v;
}

struct fold
fold_text(struct arena *a, struct sv original)
{
	struct view one = { &original, 1 };

	return fold_view(a, &one, SIZE_MAX).folds[0];
}

/* What the byte at `offset` was made of, from *ret_begin to *ret_end. */
static void
byte_origin(const struct fold *f, size_t offset, size_t *ret_begin,
            size_t *ret_end)
{
	struct fold_run end = { (uint32_t)f->text.n, (uint32_t)f->original.n };
	size_t low = 0, high = f->n_runs;
	const struct fold_run *run, *next;

	while (high - low > 1) { /* the last that begins there or before */
		size_t middle = low + (high - low) / 2;

		if (f->runs[middle].to <= offset)
			low = middle;
		else
			high = middle;
	}
	run = &f->runs[low];
	next = low + 1 < f->n_runs ? run + 1 : &end;
	*ret_begin = run->from;
	*ret_end = next->from;
	if (next->to - run->to == next->from - run->from) {
		*ret_begin += offset - run->to;
		*ret_end = *ret_begin + 1;
	}
}

struct sv
fold_origin(const struct fold *f, size_t offset, size_t length,
            size_t *ret_offset)
{
	size_t begin = f->original.n, end = begin, unused;

	if (offset < f->text.n)
		byte_origin(f, offset, &begin, &end);
	if (length == 0 || offset >= f->text.n)
		end = begin;
	else if (offset + length <= f->text.n)
		byte_origin(f, offset + length - 1, &unused, &end);
	else
		end = f->original.n;
	*ret_offset = begin;
	return sv_sub(f->original, begin, end);
}

/* An escaped character, and a name or number in braces behind it. */
static size_t
escape_bytes(struct sv s)
{
	size_t end = SV_NOT_FOUND;

	if (s.n > 2 && s.p[2] == '{')
		end = sv_find_char(s, '}');
	return end == SV_NOT_FOUND ? 2 : end + 1;
}

struct sv
fold_never(struct sv regex, bool is_caseless)
{
	while (regex.n) {
		struct fold_glyph g = fold_glyph(regex);
		struct sv bytes = sv_sub(regex, 0, g.width);

		if (regex.p[0] == '\\') {
			regex = sv_from(regex, escape_bytes(regex));
			continue;
		}
		if (!sv_eq(g.text, bytes) && !(is_caseless && g.code < 128))
			return bytes;
		regex = sv_from(regex, g.width);
	}
	return SV_NONE;
}
