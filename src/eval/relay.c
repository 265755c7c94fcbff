/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin RelayEval: what the chain of relays says. */
#include "eval/theme.h"

/* Of the relays whose address is known, the next one with that trust; NULL at
 * the end. Start with *pos = relays->arrival. */
static const struct relay *
next_relay(const struct eval_job *job, bool trusted, size_t *pos)
{
	const struct relays *rs = job->relays;

	while (*pos < rs->n) {
		const struct relay *r = &rs->list[(*pos)++];

		if (r->kind == RELAY_HOST && r->trusted == trusted)
			return r;
	}
	return NULL;
}

const struct relay *
eval_next_untrusted(const struct eval_job *job, size_t *pos)
{
	return next_relay(job, false, pos);
}

const struct relay *
eval_next_trusted(const struct eval_job *job, size_t *pos)
{
	return next_relay(job, true, pos);
}

static bool
has_relay(const struct eval_job *job, bool trusted)
{
	size_t pos = job->relays->arrival;

	return next_relay(job, trusted, &pos) != NULL;
}

/* check_all_trusted */
static bool
all_trusted(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return has_relay(job, true) && !has_relay(job, false) &&
	       job->relays->unread == 0;
}

/* check_no_relays */
static bool
no_relays(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return !has_relay(job, true) && !has_relay(job, false) &&
	       job->relays->unread == 0;
}

/* check_relays_unparseable */
static bool
relays_unparseable(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return job->relays->unread > 0;
}

/* An IPv4 address in its usual form that is none of a private network. */
static bool
is_public_v4(const struct eval_job *job, struct sv text)
{
	struct ip ip;

	return text.n && sv_is_digit(text.p[0]) && ip_parse(text, &ip) == 0 &&
	       ip_is_v4(&ip) &&
	       !network_is_private(job->settings->network, &ip);
}

/* Up to the last dot, that dot included. */
static struct sv
first_octets(struct sv address)
{
	while (address.n && address.p[address.n - 1] != '.')
		address.n--;
	return address;
}

/* helo_ip_mismatch: says in HELO that it is an address of another network. */
static bool
helo_mismatch(struct eval_job *job, const struct eval_call *call)
{
	size_t pos = job->relays->arrival;
	const struct relay *r;

	(void)call;
	while ((r = eval_next_untrusted(job, &pos))) {
		if (!is_public_v4(job, r->helo) ||
		    !is_public_v4(job, r->address) ||
		    sv_starts(r->address, first_octets(r->helo)))
			continue;
		job->note = r->helo;
		return true;
	}
	return false;
}

/* check_for_numeric_helo */
static bool
numeric_helo(struct eval_job *job, const struct eval_call *call)
{
	size_t pos = job->relays->arrival;
	const struct relay *r;

	(void)call;
	while ((r = eval_next_untrusted(job, &pos)))
		if (r->helo.n && sv_is_digit(r->helo.p[0])) {
			job->note = r->helo;
			return is_public_v4(job, r->helo);
		}
	return false;
}

/* check_for_sender_no_reverse: the oldest relay has a name, and no address of
 * a private network. */
static bool
sender_no_reverse(struct eval_job *job, const struct eval_call *call)
{
	size_t pos = job->relays->arrival;
	const struct relay *r, *last = NULL;

	(void)call;
	while ((r = eval_next_untrusted(job, &pos)))
		last = r;
	return last && sv_find_char(last->rdns, '.') != SV_NOT_FOUND &&
	       !network_is_private(job->settings->network, &last->ip);
}

/* ---- names ---- */

/* Whether the name is that domain, or one below it. */
static bool
is_below(struct sv name, const char *domain)
{
	struct sv d = sv_str(domain);

	return sv_iends(name, d) &&
	       (name.n == d.n || name.p[name.n - d.n - 1] == '.');
}

/* check_for_no_rdns_dotcom_helo: of the relays with a public address, the
 * last one decides: it calls itself one of the big providers, and its address
 * has no name. */
static bool
no_rdns_dotcom_helo(struct eval_job *job, const struct eval_call *call)
{
	static const char *const providers[] = {
		"lycos.com",  "lycos.co.uk",  "hotmail.com", "localhost.com",
		"excite.com", "caramail.com", "cs.com",      "aol.com",
		"msn.com",    "yahoo.com",    "drizzle.com",
	};
	size_t pos = job->relays->arrival;
	const struct relay *r;
	bool hit = false;

	(void)call;
	while ((r = eval_next_untrusted(job, &pos))) {
		if (network_is_private(job->settings->network, &r->ip))
			continue;
		hit = false;
		for (size_t i = 0; i < sizeof providers / sizeof *providers;
		     i++)
			if (is_below(r->helo, providers[i]))
				hit = r->no_rdns;
	}
	return hit;
}

/* The name without its hosts: two labels, or three where the last one is
 * short (RelayEval::hostname_to_domain). What has no letters stays whole. */
static struct sv
domain_of(struct sv name)
{
	static const char *const short_ends[] = { "ie", "fr", "de" };
	size_t dots = 0, at = name.n, keep;
	bool has_letter = false;
	struct sv last;

	for (size_t i = 0; i < name.n; i++) {
		char c = sv_lower_char(name.p[i]);

		has_letter |= c >= 'a' && c <= 'z';
		dots += c == '.';
	}
	if (!has_letter || dots == 0)
		return name;
	while (name.p[at - 1] != '.')
		at--;
	last = sv_from(name, at);
	keep = last.n >= 3 ? 2 : 3;
	for (size_t i = 0; i < sizeof short_ends / sizeof *short_ends; i++)
		if (sv_find(last, sv_str(short_ends[i])) != SV_NOT_FOUND)
			keep = 2;
	if (keep == 3 && dots < 2)
		return name;
	for (at = name.n; at > 0; at--)
		if (name.p[at - 1] == '.' && --keep == 0)
			break;
	return sv_from(name, at);
}

static bool
is_word(char c)
{
	return sv_is_alnum(c) || c == '_';
}

/* Two or more labels: a word character at both ends, and at the end of a dot.
 */
static bool
is_domain(struct sv name)
{
	size_t dot = name.n;

	for (size_t i = 0; i < name.n; i++)
		if (!is_word(name.p[i]) && name.p[i] != '.' && name.p[i] != '-')
			return false;
	while (dot > 0 && is_word(name.p[dot - 1]))
		dot--;
	/* in front of the last dot: a word character, and one more */
	return dot < name.n && dot >= 3 && name.p[dot - 1] == '.' &&
	       is_word(name.p[0]);
}

struct forged {
	unsigned trail, helo;
};

/* Whether both addresses begin with the same two octets. */
static bool
is_near(struct sv a, struct sv b)
{
	return sv_eq(
	    first_octets(sv_sub(first_octets(a), 0, first_octets(a).n - 1)),
	    first_octets(sv_sub(first_octets(b), 0, first_octets(b).n - 1)));
}

static bool
is_v4_text(struct sv text)
{
	struct ip ip;

	return text.n && sv_is_digit(text.p[0]) && ip_parse(text, &ip) == 0;
}

/* The name of the relay, but for what this machine calls itself. */
static struct sv
claimed_name(struct eval_job *job, const struct relay *r)
{
	struct sv name = domain_of(eval_lower(job, r->rdns));

	if (sv_eq_str(r->address, "127.0.0.1") &&
	    (sv_eq_str(name, "localhost") ||
	     sv_eq_str(name, "localhost.localdomain")))
		return SV("");
	return name;
}

/* RelayEval::_check_for_forged_received: each server should be who the one
 * after it says it is. */
static const struct forged *
find_forged(struct eval_job *job)
{
	size_t pos = job->relays->arrival;
	struct forged *f = job->facts[FACTS_RELAY];
	struct sv previous = SV("");
	const struct relay *r;

	if (f)
		return f;
	f = job->facts[FACTS_RELAY] = ARENA_NEW(job->arena, struct forged);
	while ((r = eval_next_untrusted(job, &pos))) {
		struct sv by = domain_of(eval_lower(job, r->by));
		struct sv name = domain_of(eval_lower(job, r->rdns));

		if (is_domain(by)) {
			name = claimed_name(job, r);
			f->helo += is_v4_text(r->helo) &&
			           is_v4_text(r->address) &&
			           is_public_v4(job, r->helo) &&
			           !is_near(r->helo, r->address);
			f->trail += is_domain(previous) &&
			            !sv_eq(by, previous) &&
			            !(sv_eq_str(by, "msn.com") &&
			              sv_eq_str(previous, "hotmail.com"));
		}
		previous = name;
	}
	return f;
}

/* check_for_forged_received_trail */
static bool
forged_trail(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return find_forged(job)->trail > 1;
}

/* check_for_forged_received_ip_helo */
static bool
forged_ip_helo(struct eval_job *job, const struct eval_call *call)
{
	(void)call;
	return find_forged(job)->helo > 0;
}

/* Whether a name ends with a domain that begins where a word does. */
static bool
ends_at_word(struct sv name, struct sv domain)
{
	return sv_iends(name, domain) &&
	       (name.n == domain.n ||
	        is_word(name.p[name.n - domain.n - 1]) != is_word(domain.p[0]));
}

/* check_for_from_domain_in_received_headers: mail from that domain has passed
 * between two servers of it. */
static bool
from_domain_in_received(struct eval_job *job, const struct eval_call *call)
{
	struct sv domain = call->args[0].text;
	size_t pos = job->relays->arrival;
	bool found = false;

	if (sv_ifind(eval_header_first(job, "From:addr"), domain) ==
	    SV_NOT_FOUND)
		return false;
	for (; pos < job->relays->n; pos++) {
		const struct relay *r = &job->relays->list[pos];

		found |= r->kind == RELAY_HOST &&
		         ends_at_word(r->rdns, domain) &&
		         ends_at_word(r->by, domain);
	}
	return found == sv_eq_str(call->args[1].text, "true");
}

static const struct eval_function functions[] = {
	{ "check_all_trusted", "", all_trusted, NULL },
	{ "check_no_relays", "", no_relays, NULL },
	{ "check_relays_unparseable", "", relays_unparseable, NULL },
	{ "check_for_numeric_helo", "", numeric_helo, NULL },
	{ "check_for_sender_no_reverse", "", sender_no_reverse, NULL },
	{ "check_for_illegal_ip", "", NULL, NULL }, /* never true since 3.4 */
	{ "helo_ip_mismatch", "", helo_mismatch, NULL },
	{ "check_for_no_rdns_dotcom_helo", "", no_rdns_dotcom_helo, NULL },
	{ "check_for_forged_received_trail", "", forged_trail, NULL },
	{ "check_for_forged_received_ip_helo", "", forged_ip_helo, NULL },
	{ "check_for_from_domain_in_received_headers", "tt",
	  from_domain_in_received, NULL },
	{ NULL, NULL, NULL, NULL },
};

const struct eval_plugin eval_plugin_relay = {
	.name = "RelayEval",
	.is_default = true,
	.functions = functions,
};
