/* SPDX-License-Identifier: Apache-2.0 */
#include "message/transfer.h"

#include "message/inline.h"

/* Value of a base64 digit; 64 for "=", 255 for what is skipped. */
static const unsigned char digits64[256] = {
#define X 255
	X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,
	X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,
	X,  X,  X,  X,  X,  X,  X,  62, X,  X,  X,  63, 52, 53, 54, 55, 56, 57,
	58, 59, 60, 61, X,  X,  X,  64, X,  X,  X,  0,  1,  2,  3,  4,  5,  6,
	7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
	25, X,  X,  X,  X,  X,  X,  26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36,
	37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, X,  X,  X,
	X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,
	X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,
	X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,
	X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,
	X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,
	X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,
	X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,
	X,  X,  X,  X,
#undef X
};

/* Writes the whole bytes of `n` collected digits (2 or 3 give 1 or 2). */
static size_t
flush_digits(unsigned bits, unsigned n, char *out)
{
	if (n < 2)
		return 0;
	bits <<= 6 * (4 - n);
	out[0] = (char)(bits >> 16);
	if (n == 2)
		return 1;
	out[1] = (char)(bits >> 8);
	return 2;
}

/* Whether what begins at `p` is no base64 any more: mailing lists put their
 * footer below an encoded text. `padded`: behind padding only whole lines of
 * base64 count, because some programs glue encoded pieces together. */
static bool
is_footer(const unsigned char *p, const unsigned char *end, bool padded)
{
	if (end - p > 1 && (*p == '-' || *p == '_') && p[1] == *p)
		return true;
	for (; padded && p < end && *p != '\n'; p++)
		if (digits64[*p] > 64 && !sv_is_space((char)*p))
			return true;
	return false;
}

/* What has been read and not been written: up to three digits. */
struct base64 {
	char *out;
	size_t written;
	unsigned bits, n;
};

static void
put_digit(struct base64 *b, unsigned digit)
{
	b->bits = b->bits << 6 | digit;
	if (++b->n < 4)
		return;
	b->out[b->written] = (char)(b->bits >> 16);
	b->out[b->written + 1] = (char)(b->bits >> 8);
	b->out[b->written + 2] = (char)b->bits;
	b->written += 3;
	b->bits = b->n = 0;
}

static void
end_digits(struct base64 *b)
{
	b->written += flush_digits(b->bits, b->n, b->out + b->written);
	b->bits = b->n = 0;
}

/* Decodes groups of four digits as long as nothing else comes. */
static const unsigned char *
put_groups(struct base64 *b, const unsigned char *p, const unsigned char *end)
{
	char *out = b->out + b->written;

	for (; end - p >= 4; p += 4, out += 3) {
		unsigned d0 = digits64[p[0]], d1 = digits64[p[1]],
			 d2 = digits64[p[2]], d3 = digits64[p[3]];
		unsigned bits = d0 << 18 | d1 << 12 | d2 << 6 | d3;

		if ((d0 | d1 | d2 | d3) > 63)
			break;
		out[0] = (char)(bits >> 16);
		out[1] = (char)(bits >> 8);
		out[2] = (char)bits;
	}
	b->written = (size_t)(out - b->out);
	return p;
}

size_t
base64_decode(struct sv in, char *out)
{
	const unsigned char *p = (const unsigned char *)in.p, *end = p + in.n;
	struct base64 b = { .out = out };
	bool padded = false, line_start = false;

	while (p < end) {
		unsigned digit;

		if (line_start && is_footer(p, end, padded))
			break;
		if (b.n == 0)
			p = put_groups(&b, p, end);
		if (p == end)
			break;
		digit = digits64[*p];
		line_start = *p++ == '\n' && (b.written || b.n);
		if (digit < 64) {
			put_digit(&b, digit);
		} else if (digit == 64) {
			end_digits(&b);
			padded = true;
		}
	}
	end_digits(&b);
	return b.written;
}

/* Decodes "=41" in one line, or copies a "=" that means nothing; "_" is a
 * space when `q_word`. Returns the bytes written. */
static size_t
escapes_decode(struct sv in, bool q_word, char *out)
{
	size_t written = 0, span;

	while (in.n) {
		span = sv_find_char(in, '=');
		if (span == SV_NOT_FOUND)
			span = in.n;
		memcpy(out + written, in.p, span);
		for (size_t i = written; q_word && i < written + span; i++)
			if (out[i] == '_')
				out[i] = ' ';
		written += span;
		in = sv_from(in, span);
		if (in.n == 0)
			break;
		if (in.n >= 3 && sv_hex_value(in.p[1]) >= 0 &&
		    sv_hex_value(in.p[2]) >= 0) {
			out[written++] = (char)(sv_hex_value(in.p[1]) << 4 |
			                        sv_hex_value(in.p[2]));
			in = sv_from(in, 3);
		} else {
			out[written++] = '=';
			in = sv_from(in, 1);
		}
	}
	return written;
}

/* RFC 2045 section 6.7: white space at the end of a line was added on the
 * way, and "=" there continues the line. Line ends become LF: those that
 * matter are encoded. */
size_t
quoted_printable_decode(struct sv in, char *out)
{
	size_t written = 0;

	while (in.n) {
		size_t end = sv_find_char(in, '\n');
		bool last = end == SV_NOT_FOUND;
		struct sv line = sv_sub(in, 0, last ? in.n : end), kept = line;

		in = sv_from(in, line.n + !last);
		if (last) {
			written += escapes_decode(line, false, out + written);
			break;
		}
		while (kept.n && sv_is_space(kept.p[kept.n - 1]))
			kept.n--;
		if (kept.n && kept.p[kept.n - 1] == '=') {
			kept.n--;
			written += escapes_decode(kept, false, out + written);
			continue;
		}
		written += escapes_decode(kept, false, out + written);
		out[written++] = '\n';
	}
	return written;
}

size_t
q_word_decode(struct sv in, char *out)
{
	return escapes_decode(in, true, out);
}

struct sv
line_ends_unify(struct arena *a, struct sv s)
{
	size_t at = sv_find_char(s, '\r'), written = 0;
	char *out;

	if (at == SV_NOT_FOUND)
		return s;
	out = arena_alloc(a, s.n);
	while (s.n) {
		at = sv_find_char(s, '\r');
		if (at == SV_NOT_FOUND)
			at = s.n;
		else if (at + 1 == s.n || s.p[at + 1] != '\n')
			at++; /* a CR by itself stays */
		memcpy(out + written, s.p, at);
		written += at;
		s = sv_from(s, at);
		if (s.n > 1 && s.p[0] == '\r' && s.p[1] == '\n')
			s = sv_from(s, 1);
	}
	return sv_make(out, written);
}

/* A run of white space as lines: where its first blank line begins and its
 * last one ends, and how many they are. */
struct blank_run {
	size_t from, end, lines;
};

/* The run around `at`, a white space byte. Lines that have anything else in
 * them are no part of it. */
static struct blank_run
find_blank_run(struct sv s, size_t from, size_t at)
{
	struct blank_run run = { at, at, 0 };
	size_t line;

	while (run.from > from && sv_is_space(s.p[run.from - 1]))
		run.from--;
	while (run.end < s.n && sv_is_space(s.p[run.end]))
		run.end++;
	line = run.from;
	for (size_t i = run.from; i < run.end; i++) {
		if (s.p[i] != '\n')
			continue;
		if (run.lines == 0 && line == run.from && run.from > 0 &&
		    s.p[run.from - 1] != '\n')
			run.from = i + 1; /* the end of a line with text */
		else
			run.lines++;
		line = i + 1;
	}
	if (run.end == s.n && line < run.end)
		run.lines++;
	return run;
}

/* Where line number `n` after `at` begins. */
static size_t
skip_lines(struct sv s, size_t at, size_t n)
{
	for (size_t end; n > 0; n--) {
		end = sv_find_char(sv_from(s, at), '\n');
		at = end == SV_NOT_FOUND ? s.n : at + end + 1;
	}
	return at;
}

struct sv
blank_lines_limit(struct arena *a, struct sv s, bool is_top)
{
	char *out = NULL;
	size_t n = 0, copied = 0, at = BLANK_LINES_MAX - 1;

	/* A longer run has so many bytes that this meets one of them. */
	for (; at < s.n; at += BLANK_LINES_MAX) {
		struct blank_run run;
		size_t first = 1, last = BLANK_LINES_MAX - 1, before, after;

		if (!sv_is_space(s.p[at]))
			continue;
		run = find_blank_run(s, copied, at);
		at = run.end > at ? run.end - 1 : at;
		if (run.from == 0 && is_top)
			first = 2;
		else if (run.from == 0)
			first = 0; /* the first one parted head and body */
		if (run.lines <= first + last)
			continue;
		before = skip_lines(s, run.from, first);
		after = skip_lines(s, before, run.lines - first - last);
		if (!out)
			out = arena_alloc(a, s.n);
		memcpy(out + n, s.p + copied, before - copied);
		n += before - copied;
		copied = after;
	}
	if (!out)
		return s;
	memcpy(out + n, s.p + copied, s.n - copied);
	return sv_make(out, n + s.n - copied);
}

struct sv
transfer_decode(struct arena *a, struct sv raw, struct sv encoding)
{
	bool is_base64 = sv_eq_str(encoding, "base64");
	char *out;

	if (raw.n == 0)
		return raw;
	if (sv_starts(encoding, SV("x-uu")) || sv_starts(encoding, SV("uu")))
		return uu_decode(a, raw);
	if (!is_base64 && !sv_eq_str(encoding, "quoted-printable"))
		return raw;
	out = arena_alloc(a, raw.n);
	return sv_make(out, is_base64 ? base64_decode(raw, out)
	                              : quoted_printable_decode(raw, out));
}
