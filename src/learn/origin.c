/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/origin.h"

#include "base/ip.h"

struct sv
origin_network(struct arena *a, struct sv text)
{
	char base[IP_TEXT];
	struct ip ip;
	bool is_v4;

	if (ip_parse(text, &ip))
		return SV("");
	is_v4 = ip_is_v4(&ip);
	if (is_v4)
		ip.bytes[15] = 0;
	else
		memset(ip.bytes + 6, 0, 10);
	return ARENA_JOIN(a, sv_str(ip_text(&ip, base)),
	                  is_v4 ? SV("/24") : SV("/48"));
}

bool
origin_is_aligned(const struct origin *o)
{
	if (o->from_domain.n == 0)
		return false;
	if (sv_eq(o->spf_domain, o->from_domain))
		return true;
	for (size_t i = 0; i < o->n_dkim; i++)
		if (sv_eq(o->dkim_domains[i], o->from_domain))
			return true;
	return false;
}

struct sv
origin_site(struct arena *a, const struct origin *o)
{
	struct sv domain = origin_is_aligned(o) ? o->from_domain
	                   : o->spf_domain.n    ? o->spf_domain
	                   : o->n_dkim          ? o->dkim_domains[0]
	                                        : SV("");

	if (domain.n)
		return ARENA_JOIN(a, SV("d:"), domain);
	return ARENA_JOIN(a, SV("n:"), origin_network(a, o->ip));
}
