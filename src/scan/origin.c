/* SPDX-License-Identifier: Apache-2.0 */
/* Where a message is from, of what its envelope, its header and the facts
 * say. */
#include "base/ip.h"
#include "fact/dkim.h"
#include "fact/geo.h"
#include "fact/spf.h"
#include "message/address.h"
#include "message/url.h"
#include "scan/learned.h"

static struct sv
lower(struct arena *a, struct sv s)
{
	char *p = arena_str(a, s);

	for (size_t i = 0; i < s.n; i++)
		p[i] = sv_lower_char(p[i]);
	return sv_make(p, s.n);
}

/* What is behind the last "@"; or "". */
static struct sv
host_of(struct sv address)
{
	size_t at = address.n;

	while (at > 0 && address.p[at - 1] != '@')
		at--;
	return sv_from(address, at > 0 ? at : address.n);
}

/* The list of public suffixes takes longer than all else here, and a message
 * has few hosts, several times each. */
static struct sv
registered_domain(const struct scan *s, struct sv host)
{
	struct learned *l = s->learned;
	struct sv domain;

	for (size_t i = 0; i < l->n_hosts; i++)
		if (sv_eq(l->hosts[i].host, host))
			return l->hosts[i].domain;
	domain = url_domain(url_host_to_ascii(s->arena, host));
	if (l->n_hosts < LEARNED_HOSTS_MAX) {
		l->hosts[l->n_hosts].host = host;
		l->hosts[l->n_hosts++].domain = domain;
	}
	return domain;
}

/* Each once. */
static size_t
add_domain(struct sv *list, size_t n, struct sv domain)
{
	if (domain.n == 0 || n == ORIGIN_DOMAINS_MAX)
		return n;
	for (size_t i = 0; i < n; i++)
		if (sv_eq(list[i], domain))
			return n;
	list[n] = domain;
	return n + 1;
}

/* ---- who handed it over ---- */

static void
take_address(const struct scan *s, const struct ip *ip, struct origin *o)
{
	const struct facts *f = s->facts;
	char text[IP_TEXT];
	struct geo_place place = { 0 };

	o->ip = arena_dup(s->arena, sv_str(ip_text(ip, text)));
	if (f && f->place)
		place = *f->place;
	else if (s->snapshot->geo)
		geo_find(s->snapshot->geo, s->arena, ip, &place);
	o->asn = place.asn;
}

/* Not the address of a user of ours, who is known by name. */
static void
find_client(const struct scan *s, struct origin *o)
{
	const struct relay *r;
	struct ip ip;

	if (s->envelope.auth_user.n)
		return;
	if (s->post && ip_parse(s->envelope.client_ip, &ip) == 0)
		take_address(s, &ip, o);
	if (!s->relays)
		return;
	r = relays_first_external(s->relays);
	if (r && r->auth.n == 0)
		take_address(s, &r->ip, o);
}

/* ---- who wrote it ---- */

/* A From that names nobody, or several, has no domain to vouch for. */
static void
find_author(const struct scan *s, struct origin *o)
{
	const struct message_header *h = message_header(s->message, "From");
	struct address_list list = address_list_make(h ? h->raw : SV(""));
	struct address first, second;
	const struct message_part *top = &s->message->parts[0];
	size_t n = 0;

	if (!address_next(&list, s->arena, &first) || first.addr.n == 0)
		return;
	o->from = lower(s->arena, first.addr);
	for (size_t i = 0; i < top->n_headers && n < 2; i++)
		n += sv_ieq(top->headers[i].name, SV("From"));
	if (n < 2 && !address_next(&list, s->arena, &second))
		o->from_domain = registered_domain(s, host_of(o->from));
}

/* ---- who vouches for it ---- */

static void
find_spf(const struct scan *s, bool claimed, struct origin *o)
{
	const struct facts *f = s->facts;

	if (f->spf) {
		if (f->spf->result == SPF_PASS && !f->spf->is_helo)
			o->spf_domain = registered_domain(s, f->spf->domain);
	} else if (claimed && f->has_sender && f->conf->spf.enabled) {
		o->spf_domain =
		    registered_domain(s, host_of(lower(s->arena, f->sender)));
	}
}

static void
find_signers(const struct scan *s, bool claimed, struct origin *o)
{
	const struct dkim *dkim = s->facts->dkim;

	for (size_t i = 0; dkim && i < dkim->n; i++) {
		const struct dkim_signature *d = &dkim->signatures[i];

		if (claimed || (d->status == DKIM_PASS && !d->is_testing))
			o->n_dkim = add_domain(o->dkim_domains, o->n_dkim,
			                       registered_domain(s, d->domain));
	}
}

void
learned_claims(const struct scan *s, struct origin *ret)
{
	const struct message *m = s->message;

	*ret = (struct origin){ .envelope_from = s->learned->sender };
	find_client(s, ret);
	if (s->post) {
		ret->from = lower(s->arena, s->post->email);
		ret->account = s->post->author;
	} else {
		find_author(s, ret);
		ret->account = s->envelope.auth_user;
	}
	if (s->facts && !s->post) {
		find_spf(s, true, ret);
		find_signers(s, true, ret);
	}
	for (size_t i = 0; i < m->n_urls; i++)
		ret->n_urls = add_domain(ret->url_domains, ret->n_urls,
		                         m->urls[i].domain);
}

void
learned_vouched(const struct scan *s, struct origin *o)
{
	o->spf_domain = SV("");
	o->n_dkim = 0;
	if (!s->facts || s->post)
		return;
	find_spf(s, false, o);
	find_signers(s, false, o);
}
