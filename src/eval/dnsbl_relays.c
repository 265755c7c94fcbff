/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin DNSEval: which relays a list is asked for. */
#include "eval/dnsbl.h"

enum {
	RELAYS_MAX = 256,
	ASKED_MAX = 9, /* SpamAssassin's num_check_received */
	ACCREDITOR_BYTES_MIN = 3,
};

/* Addresses of hosts in the internet, each once. */
struct hosts {
	const struct relay *list[RELAYS_MAX];
	size_t n;
};

static void
add_relay(const struct eval_job *job, struct hosts *hosts,
          const struct relay *r)
{
	if (hosts->n == RELAYS_MAX ||
	    network_is_private(job->settings->network, &r->ip))
		return;
	for (size_t i = 0; i < hosts->n; i++)
		if (memcmp(&hosts->list[i]->ip, &r->ip, sizeof r->ip) == 0)
			return;
	hosts->list[hosts->n++] = r;
}

static void
add_untrusted(const struct eval_job *job, struct hosts *hosts)
{
	size_t pos = job->relays->arrival;
	const struct relay *r;

	while ((r = eval_next_untrusted(job, &pos)))
		add_relay(job, hosts, r);
}

/* Those that are trusted and not ours, and all behind them. */
static void
add_external(const struct eval_job *job, struct hosts *hosts)
{
	size_t pos = job->relays->arrival;
	const struct relay *r;

	while ((r = eval_next_trusted(job, &pos)))
		if (!r->internal)
			add_relay(job, hosts, r);
	add_untrusted(job, hosts);
}

static void
reverse(struct hosts *hosts)
{
	for (size_t i = 0, k = hosts->n; i + 1 < k; i++) {
		const struct relay *r = hosts->list[i];

		hosts->list[i] = hosts->list[--k];
		hosts->list[k] = r;
	}
}

static void
drop_first(struct hosts *hosts)
{
	if (hosts->n == 0)
		return;
	hosts->n--;
	memmove(hosts->list, hosts->list + 1, hosts->n * sizeof *hosts->list);
}

/* What the end of a set's name says of the relays that count. */
static void
select_hosts(const struct eval_job *job, struct sv set, struct hosts *ret)
{
	ret->n = 0;
	if (sv_iends(set, SV("-lastexternal"))) {
		add_external(job, ret);
		ret->n = ret->n > 0;
	} else if (sv_iends(set, SV("-notfirsthop"))) {
		add_external(job, ret);
		ret->n -= ret->n > 1;
	} else if (sv_iends(set, SV("-firsttrusted"))) {
		add_untrusted(job, ret);
		ret->n = ret->n > 0;
	} else if (sv_iends(set, SV("-untrusted"))) {
		add_untrusted(job, ret);
		drop_first(ret);
	} else {
		add_untrusted(job, ret);
		reverse(ret);
	}
}

/* Without a relay in front that we do not trust nobody is asked. */
static bool
has_untrusted(const struct eval_job *job)
{
	struct hosts hosts = { .n = 0 };

	add_untrusted(job, &hosts);
	return hosts.n > 0;
}

void
gather_relays(struct pass *p)
{
	struct hosts hosts;

	if (!has_untrusted(p->job))
		return;
	select_hosts(p->job, pass_own(p)->set, &hosts);
	if (hosts.n > ASKED_MAX)
		hosts.n = ASKED_MAX;
	/* Whom we trust is asked for only where that is to its credit. */
	if (!pass_has_flag(p, EVAL_RULE_NICE))
		while (hosts.n && hosts.list[0]->trusted)
			drop_first(&hosts);
	for (size_t i = 0; i < hosts.n; i++)
		pass_ask_ip(p, &hosts.list[i]->ip);
}

/* ---- senders that somebody vouches for ---- */

/* "user@a--NAME.example.org" */
static bool
address_names(struct sv address, struct sv accreditor)
{
	for (size_t i = 0; i < address.n; i++) {
		struct sv rest = sv_from(address, i + 1);

		if ((address.p[i] == '@' || address.p[i] == '.') &&
		    sv_istarts(rest, SV("a--")) &&
		    sv_istarts(sv_from(rest, 3), accreditor) &&
		    sv_starts(sv_from(rest, 3 + accreditor.n), SV(".")))
			return true;
	}
	return false;
}

/* "Accreditor: NAME, parameter=value; NAME" */
static bool
field_names(struct sv field, struct sv accreditor)
{
	struct sv item, word;

	while (sv_split(&field, ',', &item))
		if (sv_word(&item, &word) && sv_ieq(word, accreditor))
			return true;
	return false;
}

void
gather_accredited(struct pass *p)
{
	struct sv name = pass_own(p)->argument;

	if ((name.n >= ACCREDITOR_BYTES_MIN &&
	     address_names(eval_header_first(p->job, "EnvelopeFrom:addr"),
	                   name)) ||
	    field_names(eval_header(p->job, "Accreditor"), name))
		gather_relays(p);
}

/* ---- names in Received ---- */

/* The oldest relay that we do not trust: by all that is said of it. */
void
gather_received(struct pass *p)
{
	size_t pos = p->job->relays->arrival;
	const struct relay *r, *oldest = NULL;
	struct sv names[4];

	while ((r = eval_next_untrusted(p->job, &pos)))
		oldest = r;
	if (!oldest)
		return;
	names[0] = oldest->address;
	names[1] = oldest->by;
	names[2] = oldest->helo;
	names[3] = oldest->rdns;
	for (size_t i = 0; i < 4; i++) {
		struct sv name = names[i];

		if (name.n && name.p[name.n - 1] == '.')
			name.n--;
		if (name.n && name.p[0] == '[' && name.p[name.n - 1] == ']')
			name = sv_sub(name, 1, name.n - 1);
		if (name.n)
			pass_ask_host(p, eval_lower(p->job, name));
	}
}
