/* SPDX-License-Identifier: Apache-2.0 */
/*
 * String view: a pointer and a length into memory that somebody else owns.
 * It may hold any bytes, NUL included, and is not NUL-terminated. All case
 * folding here is ASCII only, as RFC 5322 and the rule language want it.
 */
#ifndef BASE_SV_H
#define BASE_SV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct sv {
	const char *p;
	size_t n;
};

#define SV(literal)  ((struct sv){ (literal), sizeof(literal) - 1 })
#define SV_NONE      ((struct sv){ NULL, 0 })
#define SV_NOT_FOUND ((size_t)-1)
#define SV_FMT       "%.*s"
#define SV_ARG(s)    (int)(s).n, (s).p

static inline struct sv
sv_make(const char *p, size_t n)
{
	return (struct sv){ p, n };
}

static inline struct sv
sv_str(const char *s)
{
	return (struct sv){ s, s ? strlen(s) : 0 };
}

/* The bytes [from, to) of s; both are cut to its length. */
static inline struct sv
sv_sub(struct sv s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	/* Adding 0 to a NULL pointer is undefined in C. */
	return (struct sv){ from ? s.p + from : s.p, to - from };
}

static inline struct sv
sv_from(struct sv s, size_t from)
{
	return sv_sub(s, from, s.n);
}

static inline bool
sv_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool
sv_is_blank(char c) /* RFC 5322 WSP */
{
	return c == ' ' || c == '\t';
}

static inline char
sv_lower_char(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static inline char
sv_upper_char(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

static inline bool
sv_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
sv_is_alnum(char c)
{
	return sv_is_digit(c) ||
	       (sv_lower_char(c) >= 'a' && sv_lower_char(c) <= 'z');
}

/* The value of a hexadecimal digit, or -1. */
static inline int
sv_hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = sv_lower_char(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Comparisons. They are here, and short, for the many with a word that the
 * compiler knows: its length tells most texts apart. */

static inline bool
sv_eq(struct sv a, struct sv b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool
sv_starts(struct sv s, struct sv prefix)
{
	return s.n >= prefix.n && sv_eq(sv_sub(s, 0, prefix.n), prefix);
}

bool sv_istarts(struct sv s, struct sv prefix); /* case-insensitive */
bool sv_iends(struct sv s, struct sv suffix);

static inline bool
sv_ieq(struct sv a, struct sv b)
{
	return a.n == b.n && sv_istarts(a, b);
}

static inline bool
sv_eq_str(struct sv a, const char *b)
{
	return sv_eq(a, sv_str(b));
}

static inline bool
sv_ieq_str(struct sv a, const char *b)
{
	return sv_ieq(a, sv_str(b));
}

int sv_cmp(struct sv a, struct sv b);          /* byte order, as memcmp */
size_t sv_find(struct sv s, struct sv needle); /* or SV_NOT_FOUND */
size_t sv_ifind(struct sv s, struct sv needle);
size_t sv_find_char(struct sv s, char c);
size_t sv_count(struct sv s, char c); /* how often it is there */
size_t sv_ascii_span(struct sv s);    /* bytes up to the first beyond ASCII */
struct sv sv_trim(struct sv s);       /* white space at both ends */

/* Cuts the text up to `sep` off the front of *s and stores it (without the
 * separator); false when *s was used up. "a,,b" gives "a", "", "b". */
bool sv_split(struct sv *s, char sep, struct sv *ret_item);

/* The next run of non-space bytes; false when only space is left. */
bool sv_word(struct sv *s, struct sv *ret_word);

/* The next line without its LF or CRLF; false at the end. */
bool sv_line(struct sv *s, struct sv *ret_line);

/* Whether the pattern stands for all of the text: "*" is any text, "?" any
 * byte. Takes their lengths, multiplied, at worst. */
bool sv_glob(struct sv pattern, struct sv text);

/* How many bytes must be added, removed or changed to make one of the other
 * (Levenshtein); more than `max` is reported as max + 1, and so is anything
 * about names longer than 64 bytes. For "did you mean". */
size_t sv_distance(struct sv a, struct sv b, size_t max);

/* A decimal number that fills s entirely. */
bool sv_u64(struct sv s, uint64_t *ret_value);

#endif
