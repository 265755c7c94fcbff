/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sv.h"

#include <strings.h>

bool
sv_istarts(struct sv s, struct sv prefix)
{
	if (s.n < prefix.n)
		return false;
	for (size_t i = 0; i < prefix.n; i++)
		if (sv_lower_char(s.p[i]) != sv_lower_char(prefix.p[i]))
			return false;
	return true;
}

bool
sv_iends(struct sv s, struct sv suffix)
{
	return s.n >= suffix.n && sv_ieq(sv_from(s, s.n - suffix.n), suffix);
}

int
sv_cmp(struct sv a, struct sv b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;

	if (order)
		return order;
	return (a.n > b.n) - (a.n < b.n);
}

/* The place of a byte from there on, or SV_NOT_FOUND. */
static size_t
find_from(struct sv s, size_t from, char c)
{
	size_t at = sv_find_char(sv_from(s, from), c);

	return at == SV_NOT_FOUND ? at : from + at;
}

enum { FIND_SHORT = 12 }; /* bytes: up to here, trying each place is quick */

size_t
sv_find(struct sv s, struct sv needle)
{
	const char *hit;

	if (needle.n == 0)
		return 0;
	if (s.n < needle.n)
		return SV_NOT_FOUND;
	if (needle.n <= FIND_SHORT) {
		size_t at = find_from(s, 0, needle.p[0]);

		while (at != SV_NOT_FOUND && !sv_starts(sv_from(s, at), needle))
			at = find_from(s, at + 1, needle.p[0]);
		return at;
	}
	hit = memmem(s.p, s.n, needle.p, needle.n);
	return hit ? (size_t)(hit - s.p) : SV_NOT_FOUND;
}

/* From one place of the first byte, in either case, to the next. */
size_t
sv_ifind(struct sv s, struct sv needle)
{
	char lower, upper;
	size_t next_lower, next_upper, i;

	if (needle.n == 0)
		return 0;
	if (s.n < needle.n)
		return SV_NOT_FOUND;
	lower = sv_lower_char(needle.p[0]);
	upper = sv_upper_char(lower);
	next_lower = find_from(s, 0, lower);
	next_upper = upper == lower ? SV_NOT_FOUND : find_from(s, 0, upper);
	for (;;) {
		i = next_lower < next_upper ? next_lower : next_upper;
		if (i == SV_NOT_FOUND)
			return i;
		if (sv_istarts(sv_from(s, i), needle))
			return i;
		if (i == next_lower)
			next_lower = find_from(s, i + 1, lower);
		else
			next_upper = find_from(s, i + 1, upper);
	}
}

size_t
sv_find_char(struct sv s, char c)
{
	const char *hit = s.n ? memchr(s.p, c, s.n) : NULL;

	return hit ? (size_t)(hit - s.p) : SV_NOT_FOUND;
}

size_t
sv_ascii_span(struct sv s)
{
	uint64_t eight;
	size_t n = 0;

	for (; s.n - n >= 8; n += 8) {
		memcpy(&eight, s.p + n, 8);
		if (eight & UINT64_C(0x8080808080808080))
			break;
	}
	while (n < s.n && (unsigned char)s.p[n] < 0x80)
		n++;
	return n;
}

size_t
sv_count(struct sv s, char c)
{
	const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);
	uint64_t wanted = (unsigned char)c * (UINT64_MAX / 255), eight;
	size_t n = 0, i = 0;

	for (; s.n - i >= 8; i += 8) { /* eight at a time */
		memcpy(&eight, s.p + i, 8);
		eight ^= wanted;
		eight = ~(((eight & low) + low) | eight | low);
		n += (eight >> 7) * (UINT64_MAX / 255) >> 56;
	}
	for (; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

struct sv
sv_trim(struct sv s)
{
	while (s.n && sv_is_space(s.p[0]))
		s = sv_from(s, 1);
	while (s.n && sv_is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool
sv_split(struct sv *s, char sep, struct sv *ret_item)
{
	size_t at;

	if (!s->p)
		return false;
	at = sv_find_char(*s, sep);
	if (at == SV_NOT_FOUND) {
		*ret_item = *s;
		*s = SV_NONE;
		return true;
	}
	*ret_item = sv_sub(*s, 0, at);
	*s = sv_from(*s, at + 1);
	return true;
}

bool
sv_word(struct sv *s, struct sv *ret_word)
{
	size_t begin = 0, end;

	while (begin < s->n && sv_is_space(s->p[begin]))
		begin++;
	end = begin;
	while (end < s->n && !sv_is_space(s->p[end]))
		end++;
	if (end == begin) {
		*s = sv_from(*s, end);
		return false;
	}
	*ret_word = sv_sub(*s, begin, end);
	*s = sv_from(*s, end);
	return true;
}

bool
sv_line(struct sv *s, struct sv *ret_line)
{
	size_t at;

	if (s->n == 0)
		return false;
	at = sv_find_char(*s, '\n');
	if (at == SV_NOT_FOUND) {
		*ret_line = *s;
		*s = sv_from(*s, s->n);
	} else {
		*ret_line = sv_sub(*s, 0, at);
		*s = sv_from(*s, at + 1);
	}
	if (ret_line->n && ret_line->p[ret_line->n - 1] == '\r')
		ret_line->n--;
	return true;
}

bool
sv_u64(struct sv s, uint64_t *ret_value)
{
	uint64_t value = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned digit = (unsigned)(s.p[i] - '0');

		if (digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, digit, &value))
			return false;
	}
	*ret_value = value;
	return true;
}

size_t
sv_distance(struct sv a, struct sv b, size_t max)
{
	enum { NAME_MAX_BYTES = 64 };
	size_t row[NAME_MAX_BYTES + 1]; /* of the matrix, for a[0..i) */

	if (a.n > NAME_MAX_BYTES || b.n > NAME_MAX_BYTES)
		return max + 1;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t best = diagonal + (a.p[i - 1] != b.p[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[b.n] > max ? max + 1 : row[b.n];
}

/* The next place from `t` on where what follows a "*" may begin. */
static size_t
star_end(struct sv pattern, struct sv text, size_t t)
{
	size_t n = 0;

	if (pattern.n == 0)
		return text.n;
	if (pattern.p[0] != '*' && pattern.p[0] != '?')
		n = sv_find_char(sv_from(text, t), pattern.p[0]);
	return n == SV_NOT_FOUND ? text.n : t + n;
}

bool
sv_glob(struct sv pattern, struct sv text)
{
	size_t p = 0, t = 0, star = SV_NOT_FOUND, resume = 0;

	while (t < text.n) {
		if (p < pattern.n && pattern.p[p] == '*') {
			star = p++;
			resume = t;
		} else if (p < pattern.n &&
		           (pattern.p[p] == '?' || pattern.p[p] == text.p[t])) {
			p++;
			t++;
		} else if (star != SV_NOT_FOUND) {
			p = star + 1;
			t = resume =
			    star_end(sv_from(pattern, p), text, resume + 1);
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.p[p] == '*')
		p++;
	return p == pattern.n;
}
