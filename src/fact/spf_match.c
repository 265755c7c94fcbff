/* SPDX-License-Identifier: Apache-2.0 */
/* SPF mechanisms (RFC 7208 section 5), and the questions they ask. */
#include "fact/spf_run.h"

struct sv
spf_printable(struct arena *a, struct sv text)
{
	char *copy = arena_str(a, text);

	for (size_t i = 0; i < text.n; i++)
		if (copy[i] < ' ' || copy[i] > '~')
			copy[i] = '?';
	return sv_make(copy, text.n);
}

enum spf_match
spf_ask(struct spf_run *run, enum dns_type type, struct sv name,
        const struct dns_answer **ret)
{
	const struct dns_answer *answer =
	    lookup_ask(run->lookup, type, name, SV(""));

	*ret = answer;
	if (!answer)
		return SPF_MATCH_MISSING;
	if (!dns_is_known(answer->status)) {
		run->out->reason = SPF_SAY(
		    run, "no answer for the %s records of " SV_FMT " (%s)",
		    dns_type_word(type), SV_ARG(name),
		    dns_status_word(answer->status));
		return SPF_MATCH_TEMPERROR;
	}
	if (answer->status == DNS_FOUND && answer->n_records)
		return SPF_MATCH_YES;
	if (++run->out->void_lookups <= SPF_VOID_LOOKUPS_MAX)
		return SPF_MATCH_NO;
	run->out->reason = SPF_SAY(
	    run,
	    "more than %d questions found nothing, the last for %s of " SV_FMT,
	    SPF_VOID_LOOKUPS_MAX, dns_type_word(type), SV_ARG(name));
	return SPF_MATCH_PERMERROR;
}

static enum dns_type
address_type(const struct spf_run *run)
{
	return ip_is_v4(&run->query->ip) ? DNS_A : DNS_AAAA;
}

/* Whether the client is among the addresses, or in their networks of so many
 * bits (of 128). */
static bool
is_among(const struct spf_run *run, const struct dns_answer *answer,
         unsigned bits)
{
	for (size_t i = 0; i < answer->n_records; i++) {
		struct ip_net net = { answer->records[i].ip, bits, false };

		if (ip_net_has(&net, &run->query->ip))
			return true;
	}
	return false;
}

static enum spf_match
addresses_match(struct spf_run *run, struct sv name, unsigned bits)
{
	const struct dns_answer *answer;
	enum spf_match m = spf_ask(run, address_type(run), name, &answer);

	if (m == SPF_MATCH_YES && !is_among(run, answer, bits))
		return SPF_MATCH_NO;
	return m;
}

/* ---- the names of the client (section 5.5) ---- */

/* PTR records whose addresses lead back. Names that cannot be looked up are
 * left out, as are those beyond the first ten: no error, but too many answers
 * without records are one. */
static enum spf_match
find_validated(struct spf_run *run)
{
	const struct ip *ip = &run->query->ip;
	struct sv zone = ip_is_v4(ip) ? SV("in-addr.arpa") : SV("ip6.arpa");
	struct sv name = dns_reversed(run->arena, ip, zone);
	const struct dns_answer *names;
	bool missing = false;
	enum spf_match m = spf_ask(run, DNS_PTR, name, &names);

	run->n_validated = 0;
	if (m == SPF_MATCH_MISSING || m == SPF_MATCH_PERMERROR)
		return m;
	for (size_t i = 0;
	     m == SPF_MATCH_YES && i < names->n_records && i < SPF_NAMES_MAX;
	     i++) {
		struct sv one = names->records[i].text;
		enum spf_match is = addresses_match(run, one, 128);

		if (is == SPF_MATCH_PERMERROR)
			return missing ? SPF_MATCH_MISSING : is;
		if (is == SPF_MATCH_YES)
			run->validated[run->n_validated++] = one;
		missing |= is == SPF_MATCH_MISSING;
	}
	return missing ? SPF_MATCH_MISSING : SPF_MATCH_YES;
}

static bool
is_below(struct sv name, struct sv domain)
{
	return name.n > domain.n && sv_iends(name, domain) &&
	       name.p[name.n - domain.n - 1] == '.';
}

/* The one that the macro p stands for (section 7.3): best the domain itself,
 * else one below it, else any. */
static struct sv
choose_validated(const struct spf_run *run)
{
	struct sv best = SV("unknown"), domain = run->values.domain;
	int rank = 0;

	for (size_t i = 0; i < run->n_validated; i++) {
		struct sv name = run->validated[i];
		int is = sv_ieq(name, domain)     ? 3
		         : is_below(name, domain) ? 2
		                                  : 1;

		if (is > rank) {
			rank = is;
			best = name;
		}
	}
	return best;
}

enum spf_match
spf_validate(struct spf_run *run, struct sv text)
{
	enum spf_match m;

	if (!spf_macro_uses(text, 'p'))
		return SPF_MATCH_YES;
	m = find_validated(run);
	if (m == SPF_MATCH_YES)
		run->values.validated = choose_validated(run);
	return m;
}

/* ---- terms ---- */

enum spf_match
spf_target(struct spf_run *run, struct sv spec, struct sv *ret)
{
	struct sv name = run->values.domain;
	enum spf_match m;

	*ret = SV("");
	if (spec.n) {
		m = spf_validate(run, spec);
		if (m != SPF_MATCH_YES)
			return m;
		name = spf_macro_domain(run->arena, spec, &run->values);
	}
	return dns_name(run->arena, name, ret) ? SPF_MATCH_YES : SPF_MATCH_NO;
}

static enum spf_match
match_mx(struct spf_run *run, struct sv name, unsigned bits)
{
	const struct dns_answer *answer;
	bool missing = false;
	enum spf_match m = spf_ask(run, DNS_MX, name, &answer);

	if (m != SPF_MATCH_YES)
		return m;
	if (answer->n_records > SPF_NAMES_MAX) {
		run->out->reason =
		    SPF_SAY(run, SV_FMT " has more than %d mail servers",
		            SV_ARG(name), SPF_NAMES_MAX);
		return SPF_MATCH_PERMERROR;
	}
	for (size_t i = 0; i < answer->n_records; i++) {
		struct sv host = answer->records[i].text;

		if (!host.n) /* RFC 7505: it has none */
			continue;
		m = addresses_match(run, host, bits);
		if (m == SPF_MATCH_MISSING)
			missing = true;
		else if (m != SPF_MATCH_NO)
			return missing ? SPF_MATCH_MISSING : m;
	}
	return missing ? SPF_MATCH_MISSING : SPF_MATCH_NO;
}

static enum spf_match
match_ptr(struct spf_run *run, struct sv target)
{
	enum spf_match m = find_validated(run);

	if (m != SPF_MATCH_YES)
		return m;
	for (size_t i = 0; i < run->n_validated; i++)
		if (sv_ieq(run->validated[i], target) ||
		    is_below(run->validated[i], target))
			return SPF_MATCH_YES;
	return SPF_MATCH_NO;
}

static enum spf_match
match_network(const struct spf_run *run, const struct spf_term *t)
{
	bool v4 = ip_is_v4(&run->query->ip);

	return v4 == (t->mechanism == SPF_IP4) &&
	               ip_net_has(&t->net, &run->query->ip)
	           ? SPF_MATCH_YES
	           : SPF_MATCH_NO;
}

enum spf_match
spf_term_match(struct spf_run *run, const struct spf_term *t)
{
	const struct dns_answer *answer;
	struct sv name;
	unsigned bits = ip_is_v4(&run->query->ip) ? 96 + t->bits4 : t->bits6;
	enum spf_match m;

	if (t->mechanism == SPF_IP4 || t->mechanism == SPF_IP6)
		return match_network(run, t);
	m = spf_target(run, t->domain, &name);
	if (m != SPF_MATCH_YES)
		return m;
	switch (t->mechanism) {
	case SPF_A:
		return addresses_match(run, name, bits);
	case SPF_MX:
		return match_mx(run, name, bits);
	case SPF_PTR:
		return match_ptr(run, name);
	default: /* exists: of IPv4 addresses, whatever the client has */
		return spf_ask(run, DNS_A, name, &answer);
	}
}
