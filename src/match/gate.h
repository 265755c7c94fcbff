/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A gate is what every match of a pattern holds: at least one of some strings
 * and windows, and where that one stands in the match. A text without any of
 * them has no match; around those it has, PCRE2 looks closer. Private to
 * match/.
 *
 *     /\bv[i1]agra(?: professional)?\b/i    strings "viagra", "v1agra"
 *     /[bcd]\s?[e3]\s?[il]\b/               windows [bcd][e3][il],
 *                                           [bcd][\s][e3][il] and so on
 *     /(?:[a-z]+tel:?){5}/                   string "tel", 5 copies
 *     /\d+/                                 none: always judged
 */
#ifndef MATCH_GATE_H
#define MATCH_GATE_H

#include "match/stretch.h"
#include "match/syntax.h"

enum {
	GATE_STRING_BYTES_MIN = 4, /* shorter ones become windows */
	GATE_STRING_BYTES_MAX = 24,
	GATE_WINDOW_BYTES_MAX = 8,
	GATE_STRINGS_MAX = 256,
	GATE_WINDOWS_MAX = 48,
	GATE_STARTS_MAX = 300,
};

/* A part of a match: from min to max bytes (SYNTAX_UNBOUNDED: any number), and
 * which ones. */
struct gate_part {
	unsigned min, max;
	struct byte_class all, tail; /* tail: those behind the first one */
};

struct gate_string {
	unsigned char bytes[GATE_STRING_BYTES_MAX]; /* caseless ones: lower */
	unsigned char n;
	uint32_t caseless; /* bit i: bytes[i] is a letter of either case */
	struct gate_part before; /* between the beginning of the match and it */
};

struct gate_window {
	struct byte_class classes[GATE_WINDOW_BYTES_MAX];
	unsigned n;
	struct gate_part before; /* between the beginning of the match and it */
};

struct gate {
	bool is_always; /* there is nothing to look for */
	bool is_opaque; /* its syntax was not understood */
	struct gate_string *strings;
	size_t n_strings;
	struct gate_window *windows;
	size_t n_windows;
	/* A match holds that many of them at least, each beginning at a place
	 * of its own: more than 1 where what holds one is repeated. */
	unsigned copies;
	double rate; /* expected finds per byte of text */
	double cost; /* of judging them, in nanoseconds per byte of text */
	unsigned bytes_min; /* of a match */
	struct stretch stretch; /* of a match; n 0: none of use */
	/* How a match begins; none when that says little. */
	struct gate_window *starts;
	size_t n_starts;
	const struct node *root; /* of the pattern; NULL: is_opaque */
	bool is_weak;            /* many texts pass, or many places of a text */
};

/* All of it hangs from the arena. */
struct gate gate_derive(struct arena *a, struct sv regex, unsigned flags);

#endif
