/* SPDX-License-Identifier: Apache-2.0 */
#include "record/shape.h"

#include "base/utf8.h"

#define PSEUDONYM_START "hmac-sha256:"
#define RULESET_START   "sha256:"

enum { PHONE_DIGITS = 7, ORG_DIGITS = 5, LABEL_MAX = 63 };

/* ---- parts of texts ---- */

/* Takes digits off the front; false unless there are 1 to `most`. */
static bool
take_digits(struct sv *s, size_t most)
{
	size_t n = 0;

	while (n < s->n && sv_is_digit(s->p[n]))
		n++;
	*s = sv_from(*s, n);
	return n > 0 && n <= most;
}

static bool
take_char(struct sv *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = sv_from(*s, 1);
	return true;
}

static bool
is_hex(struct sv s, size_t least, size_t most)
{
	for (size_t i = 0; i < s.n; i++)
		if (!sv_is_digit(s.p[i]) && (s.p[i] < 'a' || s.p[i] > 'f'))
			return false;
	return s.n >= least && s.n <= most;
}

static bool
has_digits(struct sv s, size_t run)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n && n < run; i++)
		n = sv_is_digit(s.p[i]) ? n + 1 : 0;
	return n >= run;
}

/* "192_0_2_1": one to three digits, four times. The first may be the end of
 * a longer run, the last the beginning of one. */
static bool
has_dotted_quad(struct sv s)
{
	for (size_t i = 0; i < s.n; i++) {
		struct sv rest = sv_from(s, i);

		if (take_digits(&rest, 3) && take_char(&rest, '_') &&
		    take_digits(&rest, 3) && take_char(&rest, '_') &&
		    take_digits(&rest, 3) && take_char(&rest, '_') && rest.n &&
		    sv_is_digit(rest.p[0]))
			return true;
	}
	return false;
}

/* ---- shapes ---- */

static bool
is_rule(struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '_' && !sv_is_digit(s.p[i]) &&
		    (s.p[i] < 'A' || s.p[i] > 'Z'))
			return false;
	return s.n > 0 && s.n <= SHAPE_RULE_MAX &&
	       !has_digits(s, PHONE_DIGITS) && !has_dotted_quad(s);
}

static bool
is_country(struct sv s)
{
	return s.n == 2 && s.p[0] >= 'A' && s.p[0] <= 'Z' && s.p[1] >= 'A' &&
	       s.p[1] <= 'Z';
}

static bool
is_asn(struct sv s)
{
	uint64_t number;

	return s.n > 0 && s.n <= 10 && s.p[0] != '0' && sv_u64(s, &number) &&
	       number <= UINT32_MAX;
}

static bool
is_pseudonym(struct sv s)
{
	return sv_starts(s, SV(PSEUDONYM_START)) &&
	       is_hex(sv_from(s, sizeof PSEUDONYM_START - 1), 32, 32);
}

static bool
is_epoch(struct sv s)
{
	uint64_t year, month;

	return s.n == 7 && s.p[4] == '-' && sv_u64(sv_sub(s, 0, 4), &year) &&
	       sv_u64(sv_from(s, 5), &month) && year >= 1970 && month >= 1 &&
	       month <= 12;
}

static bool
is_node(struct sv s)
{
	bool letter = false;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!sv_is_alnum(c) && c != '.' && c != '-' && c != '_')
			return false;
		letter |= sv_is_alnum(c) && !sv_is_digit(c);
	}
	return letter && s.n <= SHAPE_NODE_MAX;
}

static bool
is_batch(struct sv s)
{
	struct sv node, segment, rest = s;

	return s.n <= SHAPE_BATCH_MAX && sv_split(&rest, '/', &node) &&
	       is_node(node) && sv_split(&rest, '/', &segment) &&
	       is_hex(segment, 1, 16) && take_digits(&rest, 20) &&
	       take_char(&rest, '-') && take_digits(&rest, 20) && rest.n == 0;
}

/* "tamis 0.1.0-rc1": a name, and at most three numbers, which is less than an
 * address has. */
static bool
is_generator(struct sv s)
{
	size_t n = 0;

	while (n < s.n &&
	       ((s.p[n] >= 'a' && s.p[n] <= 'z') || (n > 0 && s.p[n] == '-')))
		n++;
	if (n == 0 || n > 32)
		return false;
	s = sv_from(s, n);
	if (!take_char(&s, ' ') || !take_digits(&s, 4))
		return false;
	for (int i = 0; i < 2 && s.n && s.p[0] == '.'; i++)
		if (!take_char(&s, '.') || !take_digits(&s, 4))
			return false;
	if (s.n == 0)
		return true;
	if (!take_char(&s, '-') && !take_char(&s, '+') && !take_char(&s, '~'))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!sv_is_digit(s.p[i]) && (s.p[i] < 'a' || s.p[i] > 'z'))
			return false;
	return s.n >= 1 && s.n <= 16;
}

static bool
is_ruleset(struct sv s)
{
	return s.n == 0 ||
	       (sv_starts(s, SV(RULESET_START)) &&
	        is_hex(sv_from(s, sizeof RULESET_START - 1), 64, 64));
}

static bool
is_org(struct sv s)
{
	static const char never[] = "@:/\\\"|{}[]=";

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < ' ' || c == 0x7f || strchr(never, c))
			return false;
		if (i && s.p[i] == '.' && sv_is_digit(s.p[i - 1]) &&
		    i + 1 < s.n && sv_is_digit(s.p[i + 1]))
			return false;
	}
	return utf8_count(s) <= SHAPE_ORG_MAX && !has_digits(s, ORG_DIGITS);
}

static bool
is_lower_alnum(char c)
{
	return sv_is_digit(c) || (c >= 'a' && c <= 'z');
}

static bool
is_label(struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_lower_alnum(s.p[i]) && s.p[i] != '-')
			return false;
	return s.n > 0 && s.n <= LABEL_MAX && s.p[0] != '-' &&
	       s.p[s.n - 1] != '-';
}

/* The last label begins with a letter, which no address does. */
static bool
is_domain(struct sv s)
{
	struct sv rest = s, label = SV("");
	size_t labels = 0;

	if (s.n > SHAPE_DOMAIN_MAX)
		return false;
	for (; sv_split(&rest, '.', &label); labels++)
		if (!is_label(label))
			return false;
	return labels > 1 && label.n > 1 && !sv_is_digit(label.p[0]) &&
	       s.p[s.n - 1] != '.';
}

static bool
is_contact(struct sv s)
{
	static const char *const roles[] = {
		"abuse", "postmaster", "hostmaster", "noc",   "security",
		"info",  "support",    "cert",       "csirt", "soc",
		"feed",  "spam",       "mail",       "admin", "contact",
	};
	struct sv rest = s, role;

	if (!sv_split(&rest, '@', &role) || !is_domain(rest))
		return false;
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
		if (sv_eq_str(role, roles[i]))
			return true;
	return false;
}

bool
shape_has(enum shape shape, struct sv s)
{
	switch (shape) {
	case SHAPE_RULE:
		return is_rule(s);
	case SHAPE_COUNTRY:
		return is_country(s);
	case SHAPE_ASN:
		return is_asn(s);
	case SHAPE_PSEUDONYM:
		return is_pseudonym(s);
	case SHAPE_EPOCH:
		return is_epoch(s);
	case SHAPE_NODE:
		return is_node(s);
	case SHAPE_BATCH:
		return is_batch(s);
	case SHAPE_GENERATOR:
		return is_generator(s);
	case SHAPE_RULESET:
		return is_ruleset(s);
	case SHAPE_ORG:
		return is_org(s);
	case SHAPE_DOMAIN:
		return s.n == 0 || is_domain(s);
	case SHAPE_CONTACT:
		return s.n == 0 || is_contact(s);
	}
	return false;
}

struct sv
shape_or_none(enum shape shape, struct sv s)
{
	return shape_has(shape, s) ? s : SV("");
}
