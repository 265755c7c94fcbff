/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin DNSEval: hosts that senders and headers name. */
#include "eval/addresses.h"
#include "eval/dnsbl.h"
#include "message/url.h"

enum { NAME_SERVERS_MAX = 10 };

void
gather_from_hosts(struct pass *p)
{
	const struct addresses *from = addresses_from(p->job);

	for (size_t i = 0; i < from->n; i++)
		pass_ask_host_of(p, from->list[i]);
}

void
gather_from_domains(struct pass *p)
{
	const struct addresses *from = addresses_from(p->job);

	for (size_t i = 0; i < from->n; i++) {
		size_t at = sv_find_char(from->list[i], '@');

		if (at != SV_NOT_FOUND)
			pass_ask_host(
			    p, url_domain(sv_from(from->list[i], at + 1)));
	}
}

void
gather_envelope(struct pass *p)
{
	pass_ask_host_of(p, eval_header_first(p->job, "EnvelopeFrom:addr"));
}

/* ---- headers ---- */

void
dnsbl_add_headers(struct eval_settings *s, struct sv names)
{
	struct sv name;

	while (sv_split(&names, ',', &name)) {
		eval_selector_add(s, arena_dup(s->arena, name));
		eval_selector_add(s, ARENA_JOIN(s->arena, name, SV(":addr")));
	}
}

/* The host of an address; else all lines that are hosts. */
static void
gather_header(struct pass *p, struct sv name)
{
	struct sv lines = eval_header_maybe(
	    p->job, ARENA_JOIN(p->job->arena, name, SV(":addr")));
	struct sv line = SV("");

	sv_split(&lines, '\n', &line);
	if (sv_find_char(line, '@') != SV_NOT_FOUND) {
		pass_ask_host_of(p, line);
		return;
	}
	lines = eval_header_maybe(p->job, name);
	while (sv_split(&lines, '\n', &line))
		pass_ask_host(p, eval_lower(p->job, line));
}

void
gather_headers(struct pass *p)
{
	struct sv names = pass_own(p)->argument, name;

	if (!names.n)
		names = p->job->settings->ask.rbl_headers;
	while (sv_split(&names, ',', &name))
		gather_header(p, name);
}

/* ---- name servers ---- */

/* The host of the envelope sender, if it has two labels or more. */
static struct sv
envelope_host(struct eval_job *job)
{
	struct sv address = eval_header_first(job, "EnvelopeFrom:addr");
	size_t at = sv_find_char(address, '@');
	struct sv host = SV("");

	if (at != SV_NOT_FOUND)
		host = eval_lower(job, sv_from(address, at + 1));
	return sv_find_char(host, '.') == SV_NOT_FOUND ? SV("") : host;
}

/* Those of the host if it is a zone of its own, else of its domain. */
void
gather_name_servers(struct pass *p)
{
	struct sv host = envelope_host(p->job), domain = url_domain(host);
	const struct dns_answer *answer;

	if (!host.n)
		return;
	answer = eval_ask(p->job, DNS_NS, host, SV(""));
	if (answer && answer->n_records == 0 && !sv_eq(host, domain))
		answer = eval_ask(p->job, DNS_NS, domain, SV(""));
	for (size_t i = 0;
	     answer && i < answer->n_records && i < NAME_SERVERS_MAX; i++)
		pass_ask_host(p, answer->records[i].text);
}

/* ---- a sender that does not exist ---- */

static bool
is_gone(const struct dns_answer *answer)
{
	return answer && answer->status == DNS_NO_NAME;
}

bool
dnsbl_sender_is_gone(struct eval_job *job, const struct eval_call *call)
{
	struct sv host = envelope_host(job);
	const struct dns_answer *a, *mx;

	(void)call;
	if (!host.n)
		return false;
	a = eval_ask(job, DNS_A, host, SV(""));
	mx = eval_ask(job, DNS_MX, host, SV(""));
	job->note = host;
	return is_gone(a) && is_gone(mx);
}
