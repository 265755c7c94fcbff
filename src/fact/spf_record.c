/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/spf_record.h"

#include "fact/spf_macro.h"

/* More than any domain can need, and less than what an answer can hold. */
enum { TERM_BYTES_MAX = 2000 };

/* What may follow the name of a mechanism. */
enum { NO_DOMAIN, MAY_DOMAIN, MUST_DOMAIN, MUST_NETWORK };

static const struct {
	struct sv name;
	int argument;
	bool has_bits;
} mechanisms[SPF_MECHANISMS] = {
	[SPF_ALL] = { SV("all"), NO_DOMAIN, false },
	[SPF_INCLUDE] = { SV("include"), MUST_DOMAIN, false },
	[SPF_A] = { SV("a"), MAY_DOMAIN, true },
	[SPF_MX] = { SV("mx"), MAY_DOMAIN, true },
	[SPF_PTR] = { SV("ptr"), MAY_DOMAIN, false },
	[SPF_IP4] = { SV("ip4"), MUST_NETWORK, false },
	[SPF_IP6] = { SV("ip6"), MUST_NETWORK, false },
	[SPF_EXISTS] = { SV("exists"), MUST_DOMAIN, false },
};

bool
spf_record_is(struct sv text)
{
	struct sv version = SV("v=spf1");

	return sv_istarts(text, version) &&
	       (text.n == version.n || text.p[version.n] == ' ');
}

/* ---- mechanisms ---- */

/* A prefix length without leading zeros, of at most `max`. */
static bool
read_bits(struct sv digits, unsigned max, unsigned *ret)
{
	uint64_t value;

	if (digits.n > 3 || !sv_u64(digits, &value) || value > max ||
	    (digits.n > 1 && digits.p[0] == '0'))
		return false;
	*ret = (unsigned)value;
	return true;
}

/* Where the digits at the end of a text begin. */
static size_t
digits_at(struct sv s)
{
	size_t at = s.n;

	while (at > 0 && sv_is_digit(s.p[at - 1]))
		at--;
	return at;
}

/* Cuts "/24", "//64" or "/24//64" off the end of *argument. It may hold other
 * slashes, in macros. */
static const char *
take_bits(struct sv *argument, struct spf_term *t)
{
	static const char wrong[] = "the length of a prefix is wrong";
	struct sv s = *argument;
	size_t at = digits_at(s);

	if (at >= 2 && s.p[at - 1] == '/' && s.p[at - 2] == '/') {
		if (!read_bits(sv_from(s, at), 128, &t->bits6))
			return wrong;
		s = sv_sub(s, 0, at - 2);
		at = digits_at(s);
		if (at == s.n) {
			*argument = s;
			return NULL;
		}
	}
	if (at >= 1 && s.p[at - 1] == '/') {
		if (!read_bits(sv_from(s, at), 32, &t->bits4))
			return wrong;
		s = sv_sub(s, 0, at - 1);
	}
	*argument = s;
	return NULL;
}

static const char *
read_network(struct sv text, bool v4, struct ip_net *ret)
{
	unsigned max = v4 ? 32 : 128, bits = max;
	size_t slash = sv_find_char(text, '/');
	struct ip ip;

	if (slash != SV_NOT_FOUND &&
	    !read_bits(sv_from(text, slash + 1), max, &bits))
		return "the length of a prefix is wrong";
	/* An address with a colon is not IPv4, whatever it stands for. */
	text = sv_sub(text, 0, slash);
	if (ip_parse(text, &ip) != 0 ||
	    v4 != (sv_find_char(text, ':') == SV_NOT_FOUND))
		return v4 ? "this is no IPv4 network"
		          : "this is no IPv6 network";
	*ret = (struct ip_net){ .base = ip, .bits = bits + (128 - max) };
	return NULL;
}

/* `argument` begins with the ":" or "/" behind the name, or is "". */
static const char *
read_argument(struct sv argument, struct spf_term *t)
{
	int wanted = mechanisms[t->mechanism].argument;
	const char *wrong = NULL;
	bool has_colon;

	t->bits4 = 32;
	t->bits6 = 128;
	if (mechanisms[t->mechanism].has_bits)
		wrong = take_bits(&argument, t);
	if (wrong)
		return wrong;
	has_colon = argument.n && argument.p[0] == ':';
	if (argument.n && (!has_colon || wanted == NO_DOMAIN))
		return "something follows that does not belong there";
	if (!has_colon)
		return wanted == MUST_DOMAIN    ? "the domain is missing"
		       : wanted == MUST_NETWORK ? "the network is missing"
		                                : NULL;
	argument = sv_from(argument, 1);
	if (wanted == MUST_NETWORK)
		return read_network(argument, t->mechanism == SPF_IP4, &t->net);
	t->domain = argument;
	return spf_macro_check(argument, SPF_TEXT_DOMAIN);
}

static bool
take_qualifier(struct sv *text, enum spf_result *ret)
{
	static const struct {
		char c;
		enum spf_result result;
	} qualifiers[] = {
		{ '+', SPF_PASS },
		{ '-', SPF_FAIL },
		{ '~', SPF_SOFTFAIL },
		{ '?', SPF_NEUTRAL },
	};

	*ret = SPF_PASS;
	for (size_t i = 0; i < sizeof qualifiers / sizeof *qualifiers; i++)
		if (text->p[0] == qualifiers[i].c) {
			*ret = qualifiers[i].result;
			*text = sv_from(*text, 1);
			return true;
		}
	return false;
}

static const char *
read_mechanism(struct sv text, struct spf_term *t)
{
	size_t end = 0;

	*t = (struct spf_term){ .text = text };
	take_qualifier(&text, &t->result);
	while (end < text.n && text.p[end] != ':' && text.p[end] != '/')
		end++;
	for (int i = 0; i < SPF_MECHANISMS; i++)
		if (sv_ieq(sv_sub(text, 0, end), mechanisms[i].name)) {
			t->mechanism = (enum spf_mechanism)i;
			return read_argument(sv_from(text, end), t);
		}
	return "there is no such mechanism";
}

/* ---- modifiers ---- */

/* "NAME=": where the "=" is, or SV_NOT_FOUND for a mechanism. */
static size_t
modifier_name(struct sv term)
{
	for (size_t i = 0; i < term.n; i++) {
		char c = term.p[i];

		if (c == '=')
			return i ? i : SV_NOT_FOUND;
		if (i == 0
		        ? !sv_is_alnum(c) || sv_is_digit(c)
		        : !sv_is_alnum(c) && c != '-' && c != '_' && c != '.')
			return SV_NOT_FOUND;
	}
	return SV_NOT_FOUND;
}

static const char *
read_modifier(struct sv term, size_t equals, struct spf_record *r)
{
	struct sv name = sv_sub(term, 0, equals);
	struct sv value = sv_from(term, equals + 1), *target = NULL;

	if (sv_ieq(name, SV("redirect"))) {
		target = &r->redirect;
		r->redirect_text = term;
	} else if (sv_ieq(name, SV("exp"))) {
		target = &r->exp;
	}
	if (!target)
		return spf_macro_check(value, SPF_TEXT_MODIFIER);
	if (target->n)
		return "this modifier is there twice";
	*target = value;
	return spf_macro_check(value, SPF_TEXT_DOMAIN);
}

/* ---- records ---- */

const char *
spf_record_read(struct sv text, struct spf_record *ret, struct sv *ret_term)
{
	struct sv term;
	struct spf_term mechanism;
	const char *wrong = NULL;

	*ret = (struct spf_record){ 0 };
	*ret_term = SV("");
	sv_split(&text, ' ', &term); /* the version */
	ret->terms = text;
	while (!wrong && sv_split(&text, ' ', &term)) {
		size_t equals = modifier_name(term);

		*ret_term = term;
		if (!term.n)
			continue;
		if (term.n > TERM_BYTES_MAX)
			wrong = "this is longer than any term should be";
		else if (equals != SV_NOT_FOUND)
			wrong = read_modifier(term, equals, ret);
		else
			wrong = read_mechanism(term, &mechanism);
	}
	return wrong;
}

bool
spf_record_next(struct sv *terms, struct spf_term *ret)
{
	struct sv term;

	while (sv_split(terms, ' ', &term))
		if (term.n && modifier_name(term) == SV_NOT_FOUND)
			return read_mechanism(term, ret) == NULL;
	return false;
}
