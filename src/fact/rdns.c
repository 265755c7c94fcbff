/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/rdns.h"

#include "fact/spf_macro.h"

const char *
rdns_answer_word(enum rdns_answer a)
{
	return a == RDNS_YES ? "yes" : a == RDNS_NO ? "no" : "unknown";
}

const char *
rdns_helo_word(enum rdns_helo h)
{
	static const char *const words[RDNS_HELOS] = {
		[RDNS_HELO_NONE] = "none",
		[RDNS_HELO_NAME] = "name",
		[RDNS_HELO_SHORT] = "short",
		[RDNS_HELO_LITERAL] = "literal",
		[RDNS_HELO_ADDRESS] = "address",
		[RDNS_HELO_WRONG] = "wrong",
	};

	return words[h];
}

const char *
rdns_iprev_word(enum rdns_iprev i)
{
	static const char *const words[] = {
		[IPREV_PASS] = "pass",
		[IPREV_FAIL] = "fail",
		[IPREV_TEMPERROR] = "temperror",
		[IPREV_PERMERROR] = "permerror",
	};

	return words[i];
}

/* ---- questions ---- */

/* Whether there is an answer with records; false: it is missing. */
static bool
ask(struct lookup *l, enum dns_type type, struct sv name,
    const struct dns_answer **ret, enum rdns_answer *ret_has)
{
	*ret = lookup_ask(l, type, name, SV(""));
	if (!*ret)
		return false;
	*ret_has = !dns_is_known((*ret)->status) ? RDNS_UNKNOWN
	           : (*ret)->n_records           ? RDNS_YES
	                                         : RDNS_NO;
	return true;
}

static bool
has_address(const struct dns_answer *answer, const struct ip *ip)
{
	for (size_t i = 0; i < answer->n_records; i++)
		if (memcmp(&answer->records[i].ip, ip, sizeof *ip) == 0)
			return true;
	return false;
}

/* Whether the name has that address; false: the answer is missing. */
static bool
leads_to(struct lookup *l, struct sv name, const struct ip *ip,
         enum rdns_answer *ret)
{
	const struct dns_answer *answer;

	if (!ask(l, ip_is_v4(ip) ? DNS_A : DNS_AAAA, name, &answer, ret))
		return false;
	if (*ret == RDNS_YES && !has_address(answer, ip))
		*ret = RDNS_NO;
	return true;
}

/* Yes is more than unknown, and that is more than no. */
static enum rdns_answer
either(enum rdns_answer a, enum rdns_answer b)
{
	if (a == RDNS_YES || b == RDNS_YES)
		return RDNS_YES;
	return a == RDNS_UNKNOWN || b == RDNS_UNKNOWN ? RDNS_UNKNOWN : RDNS_NO;
}

/* ---- names of the client ---- */

static bool
check_names(struct arena *a, struct lookup *l, const struct ip *ip,
            struct rdns *r)
{
	struct sv zone = ip_is_v4(ip) ? SV("in-addr.arpa") : SV("ip6.arpa");
	const struct dns_answer *names;
	bool all = true;

	if (!ask(l, DNS_PTR, dns_reversed(a, ip, zone), &names, &r->has_name))
		return false;
	r->is_confirmed = r->has_name == RDNS_UNKNOWN ? RDNS_UNKNOWN : RDNS_NO;
	for (size_t i = 0; i < names->n_records && i < RDNS_NAMES_MAX; i++) {
		struct sv name = names->records[i].text;
		enum rdns_answer leads;

		r->names[r->n_names++] = name;
		if (!leads_to(l, name, ip, &leads)) {
			all = false;
			continue;
		}
		if (!r->name.n ||
		    (leads == RDNS_YES && r->is_confirmed != RDNS_YES))
			r->name = name;
		r->is_confirmed = either(r->is_confirmed, leads);
	}
	return all;
}

static enum rdns_iprev
iprev_of(const struct rdns *r)
{
	if (r->has_name == RDNS_NO)
		return IPREV_PERMERROR;
	return r->is_confirmed == RDNS_YES  ? IPREV_PASS
	       : r->is_confirmed == RDNS_NO ? IPREV_FAIL
	                                    : IPREV_TEMPERROR;
}

/* ---- HELO ---- */

/* RFC 5321 section 4.1.3, and what is meant by it without its "IPv6:". */
static bool
read_literal(struct sv helo, struct ip *ret)
{
	if (helo.n < 2 || helo.p[0] != '[' || helo.p[helo.n - 1] != ']')
		return false;
	helo = sv_sub(helo, 1, helo.n - 1);
	if (sv_istarts(helo, SV("IPv6:")))
		helo = sv_from(helo, 5);
	return ip_parse(helo, ret) == 0;
}

static bool
is_host_name(struct sv name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!sv_is_alnum(name.p[i]) && name.p[i] != '.' &&
		    name.p[i] != '-' && name.p[i] != '_')
			return false;
	return true;
}

static enum rdns_helo
helo_read(struct arena *a, struct sv helo, struct sv *ret_name,
          struct ip *ret_ip)
{
	*ret_name = SV("");
	if (!helo.n)
		return RDNS_HELO_NONE;
	if (read_literal(helo, ret_ip))
		return RDNS_HELO_LITERAL;
	if (ip_parse(helo, ret_ip) == 0)
		return RDNS_HELO_ADDRESS;
	if (!is_host_name(helo) || !dns_name(a, helo, ret_name))
		return RDNS_HELO_WRONG;
	if (spf_macro_ends_well(*ret_name))
		return RDNS_HELO_NAME;
	return sv_find_char(*ret_name, '.') == SV_NOT_FOUND ? RDNS_HELO_SHORT
	                                                    : RDNS_HELO_WRONG;
}

static bool
check_helo_name(struct lookup *l, const struct ip *ip, struct rdns *r)
{
	const struct dns_answer *v4, *v6;
	enum rdns_answer has_v4 = RDNS_UNKNOWN, has_v6 = RDNS_UNKNOWN;
	bool all;

	all = ask(l, DNS_A, r->helo_name, &v4, &has_v4);
	all &= ask(l, DNS_AAAA, r->helo_name, &v6, &has_v6);
	all &= leads_to(l, r->helo_name, ip, &r->helo_is_client);
	if (all)
		r->helo_exists = either(has_v4, has_v6);
	return all;
}

bool
rdns_check(struct arena *a, struct lookup *l, const struct ip *ip,
           struct sv helo, struct rdns *ret)
{
	struct ip literal;
	bool all;

	*ret =
	    (struct rdns){ .helo_exists = RDNS_NO, .helo_is_client = RDNS_NO };
	all = check_names(a, l, ip, ret);
	ret->helo_kind = helo_read(a, helo, &ret->helo_name, &literal);
	if (ret->helo_kind == RDNS_HELO_NAME)
		all &= check_helo_name(l, ip, ret);
	else if ((ret->helo_kind == RDNS_HELO_LITERAL ||
	          ret->helo_kind == RDNS_HELO_ADDRESS) &&
	         memcmp(&literal, ip, sizeof literal) == 0)
		ret->helo_is_client = RDNS_YES;
	for (size_t i = 0; i < ret->n_names; i++)
		ret->helo_is_name |=
		    ret->helo_name.n && sv_ieq(ret->names[i], ret->helo_name);
	ret->iprev = iprev_of(ret);
	return all;
}
