/* SPDX-License-Identifier: Apache-2.0 */
#include "match/charclass.h"

#include <ctype.h>

unsigned
byte_class_count(const struct byte_class *c)
{
	unsigned n = 0;

	for (size_t i = 0; i < 4; i++)
		n += (unsigned)__builtin_popcountll(c->bits[i]);
	return n;
}

void
charclass_fold(struct byte_class *c)
{
	const uint64_t letters = 0x07fffffe; /* of bits[1], from '@' */
	uint64_t upper = c->bits[1] & letters;
	uint64_t lower = c->bits[1] >> 32 & letters;

	c->bits[1] |= lower | upper << 32;
}

static void
add_range(struct byte_class *c, int from, int to)
{
	for (int byte = from; byte <= to; byte++)
		byte_class_add(c, (unsigned char)byte);
}

static void
add_all(struct byte_class *c, const struct byte_class *other, bool negate)
{
	for (size_t i = 0; i < 4; i++)
		c->bits[i] |= negate ? ~other->bits[i] : other->bits[i];
}

static void
add_word_bytes(struct byte_class *c)
{
	add_range(c, '0', '9');
	add_range(c, 'A', 'Z');
	add_range(c, 'a', 'z');
	add_range(c, '_', '_');
}

bool
charclass_escape(int letter, struct byte_class *c)
{
	struct byte_class set = { { 0 } };

	switch (letter | 0x20) {
	case 'd':
		add_range(&set, '0', '9');
		break;
	case 'w':
		add_word_bytes(&set);
		break;
	case 's':
		add_range(&set, '\t', '\r');
		add_range(&set, ' ', ' ');
		break;
	case 'h':
		add_range(&set, '\t', '\t');
		add_range(&set, ' ', ' ');
		add_range(&set, 0xa0, 0xa0);
		break;
	case 'v':
		add_range(&set, '\n', '\r');
		add_range(&set, 0x85, 0x85);
		break;
	default:
		return false;
	}
	add_all(c, &set, !(letter & 0x20));
	return true;
}

static int
at(struct sv s, size_t i)
{
	return i < s.n ? (unsigned char)s.p[i] : -1;
}

/* Digits of a base, at most `max` of them; the number of them. */
static size_t
digits(struct sv s, size_t i, int base, size_t max, int *ret)
{
	size_t n = 0;

	for (*ret = 0; n < max && i + n < s.n; n++) {
		int value = sv_hex_value(s.p[i + n]);

		if (value < 0 || value >= base || *ret > 0xffff)
			break;
		*ret = *ret * base + value;
	}
	return n;
}

/* "{...}" behind "\x" or "\o". */
static bool
braced(struct sv s, size_t *i, int base, int *ret_byte)
{
	size_t n = digits(s, *i + 3, base, 8, ret_byte);

	if (n == 0 || at(s, *i + 3 + n) != '}' || *ret_byte > 255)
		return false;
	*i += n + 4;
	return true;
}

bool
charclass_byte(struct sv s, size_t *i, int *ret_byte)
{
	static const struct {
		char letter, byte;
	} controls[] = {
		{ 'a', 7 },    { 'e', 27 },   { 'f', '\f' },
		{ 'n', '\n' }, { 'r', '\r' }, { 't', '\t' },
	};
	int c = at(s, *i + 1);

	for (size_t k = 0; k < sizeof controls / sizeof *controls; k++)
		if (c == controls[k].letter) {
			*ret_byte = controls[k].byte;
			*i += 2;
			return true;
		}
	if ((c == 'x' || c == 'o') && at(s, *i + 2) == '{')
		return braced(s, i, c == 'x' ? 16 : 8, ret_byte);
	if (c == 'x') {
		*i += 2 + digits(s, *i + 2, 16, 2, ret_byte);
		return true;
	}
	if (c == '0') {
		*i += 1 + digits(s, *i + 1, 8, 3, ret_byte);
		return true;
	}
	if (c == 'c' && at(s, *i + 2) >= 0x20 && at(s, *i + 2) < 0x7f) {
		*ret_byte = toupper(at(s, *i + 2)) ^ 0x40;
		*i += 3;
		return true;
	}
	if (c < 0 || (c < 0x80 && isalnum(c)))
		return false;
	*ret_byte = c;
	*i += 2;
	return true;
}

/* ---- "[...]" ---- */

static const struct {
	const char *name;
	int (*is)(int c); /* of the C locale, for ASCII */
} posix_classes[] = {
	{ "alpha:]", isalpha },   { "lower:]", islower },
	{ "upper:]", isupper },   { "alnum:]", isalnum },
	{ "digit:]", isdigit },   { "space:]", isspace },
	{ "blank:]", isblank },   { "cntrl:]", iscntrl },
	{ "graph:]", isgraph },   { "print:]", isprint },
	{ "xdigit:]", isxdigit }, { "punct:]", ispunct },
};

struct bracket {
	struct sv s;
	size_t i;
	bool is_caseless, is_quoting;
	struct byte_class *class;
};

static bool
posix_class(struct bracket *b)
{
	struct byte_class set = { { 0 } };
	bool negate = at(b->s, b->i + 2) == '^';
	struct sv rest = sv_from(b->s, b->i + 2 + negate);

	for (size_t k = 0; k < sizeof posix_classes / sizeof *posix_classes;
	     k++) {
		if (!sv_starts(rest, sv_str(posix_classes[k].name)))
			continue;
		for (int c = 0; c < 0x80; c++)
			if (posix_classes[k].is(c))
				byte_class_add(&set, (unsigned char)c);
		if (b->is_caseless)
			charclass_fold(&set);
		add_all(b->class, &set, negate);
		b->i += 2 + negate + strlen(posix_classes[k].name);
		return true;
	}
	return false;
}

static void
skip_quotes(struct bracket *b)
{
	for (;;) {
		if (at(b->s, b->i) != '\\')
			return;
		if (at(b->s, b->i + 1) == 'E')
			b->is_quoting = false;
		else if (at(b->s, b->i + 1) == 'Q' && !b->is_quoting)
			b->is_quoting = true;
		else
			return;
		b->i += 2;
	}
}

/* One byte, *ret_byte; or a set, which is added, and -1. */
static bool
bracket_item(struct bracket *b, int *ret_byte)
{
	int c = at(b->s, b->i);

	*ret_byte = -1;
	if (c < 0)
		return false;
	if (!b->is_quoting && c == '[' &&
	    (at(b->s, b->i + 1) == ':' || at(b->s, b->i + 1) == '.' ||
	     at(b->s, b->i + 1) == '=')) {
		if (posix_class(b))
			return true;
		/* without its end it is no class, with it an unknown one */
		if (sv_find(sv_from(b->s, b->i), SV("]")) != SV_NOT_FOUND &&
		    at(b->s, b->i + 1) != ':')
			return false;
		if (sv_find(sv_from(b->s, b->i), SV(":]")) != SV_NOT_FOUND)
			return false;
	}
	if (b->is_quoting || c != '\\') {
		*ret_byte = c;
		b->i++;
		return true;
	}
	c = at(b->s, b->i + 1);
	if (charclass_escape(c, b->class)) {
		b->i += 2;
		return true;
	}
	if (c == 'b') {
		*ret_byte = '\b';
		b->i += 2;
		return true;
	}
	if (c >= '1' && c <= '7') {
		b->i += 1 + digits(b->s, b->i + 1, 8, 3, ret_byte);
		return *ret_byte < 256;
	}
	return charclass_byte(b->s, &b->i, ret_byte);
}

/* What follows a byte: a range, or nothing. */
static bool
bracket_range(struct bracket *b, int from)
{
	int to;

	skip_quotes(b);
	if (b->is_quoting || at(b->s, b->i) != '-' ||
	    at(b->s, b->i + 1) == ']' || at(b->s, b->i + 1) < 0) {
		byte_class_add(b->class, (unsigned char)from);
		return true;
	}
	b->i++;
	skip_quotes(b);
	if (at(b->s, b->i) == ']' && !b->is_quoting) {
		byte_class_add(b->class, (unsigned char)from);
		byte_class_add(b->class, '-');
		return true;
	}
	if (!bracket_item(b, &to))
		return false;
	if (to < 0) { /* "a-\d": no range */
		byte_class_add(b->class, (unsigned char)from);
		byte_class_add(b->class, '-');
		return true;
	}
	add_range(b->class, from, to);
	return from <= to;
}

bool
charclass_bracket(struct sv s, size_t *i, bool is_caseless,
                  struct byte_class *c)
{
	struct byte_class inside = { { 0 } };
	struct bracket b = { s, *i + 1, is_caseless, false, &inside };
	bool negate, is_first = true;
	int byte;

	skip_quotes(&b);
	negate = at(s, b.i) == '^' && !b.is_quoting;
	b.i += negate;
	for (;; is_first = false) {
		skip_quotes(&b);
		if (at(s, b.i) == ']' && !b.is_quoting && !is_first)
			break;
		if (!bracket_item(&b, &byte))
			return false;
		if (byte >= 0 && !bracket_range(&b, byte))
			return false;
	}
	if (is_caseless)
		charclass_fold(&inside);
	add_all(c, &inside, negate);
	*i = b.i + 1;
	return true;
}
